import type { Child } from 'hono/jsx';
import { useId, useState } from 'hono/jsx/dom';
import type { AttributeFacet } from '../../api.ts';
import { FilterIcon } from '../../components/icons.tsx';
import { useStateOf } from '../../components/use-state-of.ts';
import { formatNumber, formatValue } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { type Filter, type FilterValue, isValues, type Range, restrict } from './query.ts';
import { useFacets } from './use-facets.ts';

export interface FilterPanelProps {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** Filters out of what the live index holds. */
export function FilterPanel({ filter, onFilter }: FilterPanelProps): Child {
  const { search } = useStrings();
  const facets = useFacets(filter);
  const entries = Object.entries(facets ?? {}).filter(([name, facet]) => name in filter || isUseful(facet));
  const isWide = matchMedia('(min-width: 60rem)').matches;
  const active = Object.keys(filter).length;
  // What is filtered by can be cleared even where nobody knows the values.
  if (entries.length === 0 && active === 0) return null;
  return (
    <details class="filters" open={isWide || undefined}>
      <summary>
        <FilterIcon />
        {search.showFilters}
        {active > 0 && <span class="badge">{active}</span>}
      </summary>
      {active > 0 && (
        <button type="button" class="button button-small" onClick={() => onFilter({})}>
          {search.clearFilters}
        </button>
      )}
      {entries.map(([name, facet]) =>
        'values' in facet ? (
          <ValuesFilter
            key={name}
            name={name}
            facet={facet}
            chosen={isValues(filter[name]) ? filter[name] : []}
            onChosen={(chosen) => onFilter(restrict(filter, name, chosen))}
          />
        ) : (
          <RangeFilter
            key={name}
            name={name}
            facet={facet}
            range={filter[name] && !isValues(filter[name]) ? filter[name] : {}}
            onRange={(range) => onFilter(restrict(filter, name, range))}
          />
        ),
      )}
    </details>
  );
}

/** What all items share parts nothing; nor does what each item has of its own. */
function isUseful(facet: AttributeFacet): boolean {
  if (!('values' in facet)) return facet.max > facet.min;
  const most = Math.max(0, ...facet.values.map(({ count }) => count));
  return facet.distinct > 1 && most > 1;
}

const valuesShown = 6;

interface ValuesFilterProps {
  readonly name: string;
  readonly facet: Extract<AttributeFacet, { values: unknown }>;
  readonly chosen: readonly FilterValue[];
  readonly onChosen: (chosen: readonly FilterValue[]) => void;
}

function ValuesFilter({ name, facet, chosen, onChosen }: ValuesFilterProps): Child {
  const { search } = useStrings();
  const [isAll, setAll] = useState(false);
  const missing = chosen.filter((value) => !facet.values.some((known) => known.value === value));
  const values = [...facet.values, ...missing.map((value) => ({ value, count: 0 }))];
  const shown = isAll ? values : values.filter(({ value }, i) => i < valuesShown || chosen.includes(value));
  return (
    <fieldset class="filter">
      <legend>{name}</legend>
      {shown.map(({ value, count }) => (
        <label key={JSON.stringify(value)} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event: Event) =>
              onChosen(
                (event.target as HTMLInputElement).checked
                  ? [...chosen, value]
                  : chosen.filter((other) => other !== value),
              )
            }
          />
          <span class="check-label">{formatValue(value, search)}</span>
          <span class="count">{formatNumber(count)}</span>
        </label>
      ))}
      {values.length > valuesShown && (
        <button
          type="button"
          class="button-text"
          aria-expanded={isAll ? 'true' : 'false'}
          onClick={() => setAll(!isAll)}
        >
          {isAll ? search.fewerValues : search.moreValues(values.length - shown.length)}
        </button>
      )}
    </fieldset>
  );
}

interface RangeFilterProps {
  readonly name: string;
  readonly facet: Exclude<AttributeFacet, { values: unknown }>;
  readonly range: Range;
  readonly onRange: (range: Range) => void;
}

function RangeFilter({ name, facet, range, onRange }: RangeFilterProps): Child {
  const { search } = useStrings();
  return (
    <fieldset class="filter">
      <legend>{name}</legend>
      <div class="range">
        <Bound
          label={search.least}
          bound={range.min}
          hint={facet.min}
          onBound={(min) => onRange({ ...withoutBound(range, 'min'), ...(min !== undefined && { min }) })}
        />
        <Bound
          label={search.most}
          bound={range.max}
          hint={facet.max}
          onBound={(max) => onRange({ ...withoutBound(range, 'max'), ...(max !== undefined && { max }) })}
        />
      </div>
    </fieldset>
  );
}

function withoutBound(range: Range, which: keyof Range): Range {
  const { [which]: _, ...rest } = range;
  return rest;
}

interface BoundProps {
  readonly label: string;
  readonly bound: number | undefined;
  readonly hint: number;
  readonly onBound: (bound: number | undefined) => void;
}

/** Counts when it is left or Enter is pressed, not with each digit. */
function Bound({ label, bound, hint, onBound }: BoundProps): Child {
  const id = useId();
  const [text, setText] = useStateOf(bound, bound === undefined ? '' : String(bound));
  function commit(): void {
    const value = text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);
    if (value !== bound) onBound(value);
  }
  return (
    <label class="bound" for={id}>
      <span>{label}</span>
      <input
        id={id}
        type="number"
        inputmode="decimal"
        step="any"
        placeholder={String(hint)}
        value={text}
        onInput={(event: Event) => setText((event.target as HTMLInputElement).value)}
        onBlur={commit}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Enter') commit();
        }}
      />
    </label>
  );
}
