import { firstSpoken, type Language } from '../language.ts';
import { createStore, useStore } from './store.ts';
import { en, type Strings } from './strings/en.ts';
import { zh } from './strings/zh.ts';

const remembered = 'tuwen-language';
const all: Readonly<Record<Language, Strings>> = { en, zh };

/** The language that was chosen here before, else the first of the browser's that we speak. */
function initialLanguage(): Language {
  const chosen = storage()?.getItem(remembered);
  return chosen === 'en' || chosen === 'zh' ? chosen : firstSpoken(navigator.languages);
}

/** A browser that keeps nothing for a site denies even to be asked. */
function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export const language = createStore<Language>(initialLanguage());

export function switchLanguage(): void {
  language.update((current) => (current === 'en' ? 'zh' : 'en'));
  storage()?.setItem(remembered, language.get());
  tellDocument();
}

/** Screen readers pronounce, and browsers pick fonts, by the language of the document. */
export function tellDocument(): void {
  document.documentElement.lang = localeOf(language.get());
}

export const localeOf = (of: Language): string => all[of].shell.language;

export const useStrings = (): Strings => all[useStore(language)];
