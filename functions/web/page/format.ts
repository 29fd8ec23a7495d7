import { language, localeOf } from './language.ts';

/** Numbers, sizes and times as people write them in the language of the page. */

const locale = (): string => localeOf(language.get());

export const formatNumber = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  new Intl.NumberFormat(locale(), options).format(value);

export const formatMs = (ms: number): string => formatNumber(ms, { maximumFractionDigits: ms < 10 ? 1 : 0 });

export const formatPercent = (share: number): string => formatNumber(share, { style: 'percent' });

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function formatBytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return formatNumber(bytes / 1000 ** power, {
    style: 'unit',
    unit: units[power]!,
    // Short, one of them would be "782 byte".
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power > 1 ? 1 : 0,
  });
}

/** The price as the catalog has it; with a currency only where it names one. */
export function formatPrice(attributes: Readonly<Record<string, unknown>>): string | undefined {
  const { price, currency } = attributes;
  if (typeof price !== 'number') return undefined;
  if (typeof currency === 'string' && /^[A-Z]{3}$/.test(currency))
    return formatNumber(price, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return formatNumber(price, { minimumFractionDigits: Number.isInteger(price) ? 0 : 2 });
}

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Such as "3 hours ago". */
export function formatAge(iso: string, nowMs = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000);
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(
    Math.round(seconds / length),
    unit,
  );
}

export const formatDate = (iso: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

/** An attribute's value, whatever the catalog holds. */
export function formatValue(value: unknown, words: { readonly yes: string; readonly no: string }): string {
  if (Array.isArray(value)) return value.map((part) => formatValue(part, words)).join(', ');
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return typeof value === 'number' ? formatNumber(value, { maximumFractionDigits: 6 }) : String(value);
}
