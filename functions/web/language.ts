/** Languages of the page. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The first of the languages that we speak in an `Accept-Language` header; English where there is none. */
export function languageOf(accepted: string): Language {
  const ranked = accepted
    .split(',')
    .map((part, place) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((text) => /^ *q=([\d.]+)/.exec(text)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality), place };
    })
    .sort((a, b) => b.quality - a.quality || a.place - b.place);
  return firstSpoken(ranked.map(({ tag }) => tag));
}

/** @param tags such as `zh-Hans-CN`, the most wanted first */
export function firstSpoken(tags: readonly string[]): Language {
  for (const tag of tags) {
    const known = languages.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (known) return known;
  }
  return 'en';
}
