import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { TuwenError } from '../error.ts';

export const hosts = {
  beijing: 'https://dashscope.aliyuncs.com/api/v1',
  international: 'https://dashscope-intl.aliyuncs.com/api/v1',
} as const;

export interface DashscopeModel {
  readonly host: keyof typeof hosts;
  /** Fixed: these models take no parameter for it. */
  readonly dimensions: number;
  readonly inputsPerCall: number;
  readonly imagesPerCall: number;
  /** Of the account, over all its keys. */
  readonly callsPerMinute: number;
  /** Texts are cut here; absent where the service cuts them itself. */
  readonly maxTokens?: number;
}

/**
 * Limits as documented for multimodal-embedding-v1. The pages of tongyi-embedding-vision state neither a
 * count of contents nor a rate, so what the older model allows is used for them too.
 */
export const models: Readonly<Record<string, DashscopeModel>> = {
  'multimodal-embedding-v1': {
    host: 'beijing',
    dimensions: 1024,
    inputsPerCall: 20,
    imagesPerCall: 1,
    callsPerMinute: 120,
  },
  'tongyi-embedding-vision-plus': {
    host: 'international',
    dimensions: 1152,
    inputsPerCall: 20,
    imagesPerCall: 1,
    callsPerMinute: 120,
    maxTokens: 1024,
  },
  'tongyi-embedding-vision-flash': {
    host: 'international',
    dimensions: 768,
    inputsPerCall: 20,
    imagesPerCall: 1,
    callsPerMinute: 120,
    maxTokens: 1024,
  },
};

/** As they stand in the environment. */
export interface DashscopeChoice {
  readonly apiKey: string;
  /** Default the host that serves the model. */
  readonly baseUrl?: string | undefined;
  /** Default multimodal-embedding-v1. */
  readonly model?: string | undefined;
  /** Default that of the model. */
  readonly dimensions?: number | undefined;
  readonly workspace?: string | undefined;
}

export interface DashscopeSettings {
  readonly apiKey: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly dimensions: number;
  readonly workspace: string | undefined;
}

/**
 * Host, model and dimensions are one setting in three parts; a wrong pair shows up at the service only as
 * "url error" or a refused key, so it is refused here. Beside the two hosts only a loopback address is
 * taken, for a proxy or a test, and stands for the model's host: a key sent to a mistyped one is lost.
 *
 * @throws TuwenError `invalid_request` naming the setting and what was expected, never the key.
 */
export function dashscopeSettings(choice: DashscopeChoice): DashscopeSettings {
  const { apiKey, model = 'multimodal-embedding-v1' } = choice;
  if (!/^[!-~]+$/.test(apiKey))
    throw wrong('DASHSCOPE_API_KEY', 'a key without spaces or line breaks', 'something else');
  const known = Object.hasOwn(models, model) ? models[model] : undefined;
  if (!known) throw wrong('DASHSCOPE_MODEL', `one of ${Object.keys(models).join(', ')}`, model);
  if (choice.dimensions !== undefined && choice.dimensions !== known.dimensions)
    throw wrong('DASHSCOPE_DIMENSIONS', `${known.dimensions} for ${model}`, String(choice.dimensions));
  const baseUrl = (choice.baseUrl ?? hosts[known.host]).replace(/\/+$/, '');
  if (baseUrl !== hosts[known.host] && !isLoopback(baseUrl))
    throw wrong('DASHSCOPE_BASE_URL', `${hosts[known.host]}, which serves ${model}`, withoutSecrets(baseUrl));
  return { apiKey, baseUrl, model, dimensions: known.dimensions, workspace: choice.workspace };
}

/** How the index names a model of this service; `undefined` for any other name. */
export function parseDashscopeModel(name: string): { model: string; dimensions: number } | undefined {
  const [, model, dimensions] = /^dashscope\/([^/]+)\/(\d+)$/.exec(name) ?? [];
  return model === undefined ? undefined : { model, dimensions: Number(dimensions) };
}

export function dashscopeModelName({ model, dimensions }: { model: string; dimensions: number }): string {
  return `dashscope/${model}/${dimensions}`;
}

function isLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  return address === 'localhost' || (isIP(address) !== 0 && ipaddr.parse(address).range() === 'loopback');
}

function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
}

function wrong(setting: string, expected: string, found: string): TuwenError {
  return new TuwenError('invalid_request', `${setting}: expected ${expected}; found ${found}`);
}
