import type { Child } from 'hono/jsx';
import { language, switchLanguage, useStrings } from '../language.ts';
import { hrefOf, type View, views } from '../router.ts';
import { useStore } from '../store.ts';
import { Brand } from './brand.tsx';

export function Header({ view }: { view: View }): Child {
  const { nav } = useStrings();
  const isEnglish = useStore(language) === 'en';
  return (
    <header class="header">
      <a class="brand" href={hrefOf({ view: 'search' })}>
        <Brand />
        <span>
          Tuwen <span lang="zh-Hans">图文</span>
        </span>
      </a>
      <nav aria-label={nav.label}>
        {views.map((name) => (
          <a href={hrefOf({ view: name })} aria-current={name === view ? 'page' : undefined}>
            {nav[name]}
          </a>
        ))}
      </nav>
      <button
        type="button"
        class="button button-quiet language"
        lang={isEnglish ? 'zh-Hans' : 'en'}
        aria-label={nav.otherLanguageLabel}
        onClick={switchLanguage}
      >
        {nav.otherLanguage}
      </button>
    </header>
  );
}
