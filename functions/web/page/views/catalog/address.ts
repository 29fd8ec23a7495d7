import type { Target } from '../../router.ts';

export interface CatalogPlace {
  /** Of the page of the list: what the page before gave as its cursor. Undefined for the first. */
  readonly after?: string | undefined;
  /** An item that is open over it. */
  readonly id?: string | undefined;
  /** What else is shown. */
  readonly open?: 'new' | 'import';
}

/** The list, a form over it, or the import; always with the page of the list that one comes back to. */
export function targetOfCatalog({ after, id, open }: CatalogPlace): Target {
  const parameters = new URLSearchParams({ ...(open && { [open]: '1' }), ...(after && { after }) });
  return { view: 'catalog', ...(id !== undefined && { rest: [id] }), parameters };
}

export const afterOf = (parameters: URLSearchParams): string | undefined =>
  parameters.get('after') || undefined;
