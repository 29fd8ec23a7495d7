/** Attributes as text that people edit, and back. */

export interface AttributeRow {
  readonly key: number;
  readonly name: string;
  readonly text: string;
  /** What the text stood for before it was edited: a string "42" does not become a number by being looked at. */
  readonly before?: { readonly text: string; readonly value: unknown };
}

let lastKey = 0;

export const newRow = (): AttributeRow => ({ key: ++lastKey, name: '', text: '' });

export function rowsOf(attributes: Readonly<Record<string, unknown>>): AttributeRow[] {
  return Object.entries(attributes).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(' | ') : String(value);
    return { key: ++lastKey, name, text, before: { text, value } };
  });
}

/** Rows without a name say nothing. */
export function attributesOf(rows: readonly AttributeRow[]): Record<string, unknown> {
  const named = rows.filter(({ name }) => name.trim() !== '');
  return Object.fromEntries(named.map((row) => [row.name.trim(), typedValue(row)]));
}

/** A name that two rows have: only one of them could be kept. */
export function twiceNamed(rows: readonly AttributeRow[]): string | undefined {
  const names = rows.map(({ name }) => name.trim()).filter((name) => name !== '');
  return names.find((name, i) => names.indexOf(name) !== i);
}

function typedValue({ text, before }: AttributeRow): unknown {
  if (before?.text === text) return before.value;
  const trimmed = text.trim();
  if (trimmed.includes('|'))
    return trimmed
      .split('|')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  const number = Number(trimmed);
  return trimmed !== '' && Number.isFinite(number) && String(number) === trimmed ? number : trimmed;
}
