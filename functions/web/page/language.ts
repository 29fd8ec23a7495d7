import { firstSpoken, type Language } from '../language.ts';
import { createStore, useStore } from './store.ts';
import { en, type Strings } from './strings/en.ts';
import { zh } from './strings/zh.ts';

const remembered = 'tuwen-language';
const all: Readonly<Record<Language, Strings>> = { en, zh };

/** The language that was chosen here before, else the first of the browser's that we speak. */
function initialLanguage(): Language {
  const chosen = localStorage.getItem(remembered);
  return chosen === 'en' || chosen === 'zh' ? chosen : firstSpoken(navigator.languages);
}

export const language = createStore<Language>(initialLanguage());

export function switchLanguage(): void {
  language.update((current) => (current === 'en' ? 'zh' : 'en'));
  localStorage.setItem(remembered, language.get());
  tellDocument();
}

/** Screen readers pronounce, and browsers pick fonts, by the language of the document. */
export function tellDocument(): void {
  document.documentElement.lang = localeOf(language.get());
  document.title = strings().shell.title;
}

export const localeOf = (of: Language): string => (of === 'zh' ? 'zh-Hans' : 'en');

/** For what happens outside of components. */
export const strings = (): Strings => all[language.get()];

export const useStrings = (): Strings => all[useStore(language)];
