import type { SearchQuery } from '../../api.ts';
import type { Crop } from '../../pictures/fit-picture.ts';
import type { Target } from '../../router.ts';
import { closeFrom } from './closeness.ts';

/** A query of the page, which is all in its address. */
export interface Query {
  readonly text: string;
  /** Of a picture that this browser remembers. */
  readonly pictureId: string | undefined;
  readonly crop: Crop | undefined;
  /** How much the picture counts beside the words, in percent. */
  readonly mix: number;
  readonly itemId: string | undefined;
  readonly withoutText: string;
  readonly withoutItemId: string | undefined;
  readonly against: 'any' | 'image' | 'text';
  readonly filter: Filter;
  /** Leaves out what is not close, where the live model can tell. */
  readonly onlyClose: boolean;
}

export type FilterValue = string | number | boolean;
/** For each attribute the values of which one has to be there, or a range. */
export type Filter = Readonly<Record<string, readonly FilterValue[] | Range>>;
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const evenMix = 50;

export function readQuery(parameters: URLSearchParams): Query {
  const against = parameters.get('against');
  const mix = Number(parameters.get('mix') ?? evenMix);
  return {
    text: parameters.get('text') ?? '',
    pictureId: parameters.get('picture') ?? undefined,
    crop: readCrop(parameters.get('crop')),
    mix: mix >= 0 && mix <= 100 ? Math.round(mix) : evenMix,
    itemId: parameters.get('item') ?? undefined,
    withoutText: parameters.get('without') ?? '',
    withoutItemId: parameters.get('not') ?? undefined,
    against: against === 'image' || against === 'text' ? against : 'any',
    filter: readFilter(parameters.get('filter')),
    onlyClose: parameters.get('close') === '1',
  };
}

/** Where the query is shown. What is as usual is left out, so that addresses stay short. */
export function targetOf(query: Query): Target {
  const { crop, filter } = query;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['text', query.text],
    ['picture', query.pictureId],
    ['crop', crop && query.pictureId && [crop.x, crop.y, crop.width, crop.height].map(inThousands).join('-')],
    ['mix', query.mix === evenMix ? undefined : String(query.mix)],
    ['item', query.itemId],
    ['without', query.withoutText],
    ['not', query.withoutItemId],
    ['against', query.against === 'any' ? undefined : query.against],
    ['filter', Object.keys(filter).length > 0 ? JSON.stringify(filter) : undefined],
    ['close', query.onlyClose ? '1' : undefined],
  ];
  const given = fields.filter((field): field is [string, string] => Boolean(field[1]));
  return { view: 'search', parameters: new URLSearchParams(given) };
}

export const emptyQuery: Query = readQuery(new URLSearchParams());

export const asksForSomething = ({ text, pictureId, itemId }: Query): boolean =>
  text.trim() !== '' || pictureId !== undefined || itemId !== undefined;

/** As the API wants it, without what pages through it. */
export function requestOf(query: Query, picture: string | undefined): SearchQuery {
  const text = query.text.trim();
  const withoutText = query.withoutText.trim();
  const { itemId, withoutItemId, mix, against, filter, onlyClose } = query;
  const isWithout = withoutText !== '' || withoutItemId !== undefined;
  return {
    ...(text && { text }),
    ...(picture !== undefined && { image: { base64: picture } }),
    ...(itemId !== undefined && { itemId }),
    ...(isWithout && {
      without: {
        ...(withoutText && { text: withoutText }),
        ...(withoutItemId !== undefined && { itemId: withoutItemId }),
      },
    }),
    // Together as much as without a slider.
    ...(text && picture !== undefined && { weights: { text: (100 - mix) / 50, image: mix / 50 } }),
    ...(against !== 'any' && { against }),
    ...(Object.keys(filter).length > 0 && { filter: conditionsOf(filter) }),
    ...(onlyClose && { minMatch: closeFrom }),
  };
}

/** In the operators of the API. */
export function conditionsOf(filter: Filter): Record<string, unknown> {
  const conditions = Object.entries(filter).map(([name, wanted]) => {
    if (isValues(wanted)) return [name, { $in: wanted }];
    const { min, max } = wanted;
    return [name, { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) }];
  });
  return Object.fromEntries(conditions);
}

/** The filter with this attribute restricted otherwise, or not at all. */
export function restrict(filter: Filter, name: string, wanted: readonly FilterValue[] | Range): Filter {
  const { [name]: _, ...others } = filter;
  return isUnfiltered(wanted) ? others : { ...others, [name]: wanted };
}

export const isValues = (
  wanted: readonly FilterValue[] | Range | undefined,
): wanted is readonly FilterValue[] => Array.isArray(wanted);

const isUnfiltered = (wanted: readonly FilterValue[] | Range): boolean =>
  isValues(wanted) ? wanted.length === 0 : wanted.min === undefined && wanted.max === undefined;

/** Three digits are more than a finger is exact. */
const inThousands = (share: number): string => String(Math.round(share * 1000));

function readCrop(text: string | null): Crop | undefined {
  const [x, y, width, height] = (text ?? '').split('-').map((part) => Number(part) / 1000);
  if (x === undefined || y === undefined || !width || !height) return undefined;
  const isInside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1.001 && y + height <= 1.001;
  return isInside ? { x, y, width, height } : undefined;
}

/** Whatever somebody may have written into a link; only what has the right shape counts. */
function readFilter(text: string | null): Filter {
  if (!text) return {};
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return {};
  const wanted = Object.entries(given).flatMap(([name, value]): [string, Filter[string]][] => {
    const wanted = Array.isArray(value) ? value.filter(isFilterValue) : readRange(value);
    // Nothing wanted of an attribute is no filter; to the API it would be one that nothing passes.
    return isUnfiltered(wanted) ? [] : [[name, wanted]];
  });
  return Object.fromEntries(wanted);
}

function readRange(value: unknown): Range {
  if (typeof value !== 'object' || value === null) return {};
  const { min, max }: { min?: unknown; max?: unknown } = value;
  return { ...(typeof min === 'number' && { min }), ...(typeof max === 'number' && { max }) };
}

const isFilterValue = (value: unknown): value is FilterValue =>
  ['string', 'number', 'boolean'].includes(typeof value);
