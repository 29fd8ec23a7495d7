import type { Child } from 'hono/jsx';
import { useEffect, useRef } from 'hono/jsx/dom';
import { CloseIcon } from '../../components/icons.tsx';
import { useStrings } from '../../language.ts';
import { type AttributeRow, newRow } from './attribute-rows.ts';

export interface AttributeFieldsProps {
  readonly rows: readonly AttributeRow[];
  readonly onRows: (rows: AttributeRow[]) => void;
}

export function AttributeFields({ rows, onRows }: AttributeFieldsProps): Child {
  const { catalog } = useStrings();
  const change = (key: number, part: Partial<AttributeRow>) =>
    onRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  // Who adds one goes on in it; who removes one, after it.
  const fields = useRef<HTMLFieldSetElement>(null);
  const before = useRef(rows.length);
  useEffect(() => {
    if (rows.length !== before.current) {
      const names = fields.current?.querySelectorAll<HTMLElement>('.attribute-field > input:first-child');
      const next = rows.length > before.current! ? names?.[rows.length - 1] : undefined;
      (next ?? fields.current?.querySelector<HTMLElement>('.add-attribute'))?.focus();
    }
    before.current = rows.length;
  }, [rows.length]);
  return (
    <fieldset class="attribute-fields" ref={fields}>
      <legend class="field-label">{catalog.attributes}</legend>
      {rows.map((row) => (
        <div key={row.key} class="attribute-field">
          <input
            type="text"
            aria-label={catalog.attribute}
            placeholder={catalog.attribute}
            maxlength={64}
            value={row.name}
            onInput={(event: Event) => change(row.key, { name: (event.target as HTMLInputElement).value })}
          />
          <input
            type="text"
            aria-label={`${catalog.value} ${row.name}`}
            placeholder={catalog.value}
            value={row.text}
            onInput={(event: Event) => change(row.key, { text: (event.target as HTMLInputElement).value })}
          />
          <button
            type="button"
            class="button-icon"
            aria-label={catalog.removeAttribute(row.name)}
            onClick={() => onRows(rows.filter(({ key }) => key !== row.key))}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
      <div class="row">
        <button
          type="button"
          class="button button-small add-attribute"
          onClick={() => onRows([...rows, newRow()])}
        >
          {catalog.addAttribute}
        </button>
        <span class="small muted">{catalog.attributeHint}</span>
      </div>
    </fieldset>
  );
}
