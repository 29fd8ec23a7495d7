import { z } from 'zod';
import { type ErrorCode, TuwenError } from '../error.ts';
import type { EmbedInput } from './embedder.ts';

export interface DashscopeReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  readonly apiKey: string;
  readonly nowMs: number;
  readonly inputs: readonly EmbedInput[];
}

/** What a reply that is no success means: for whom, and whether a later try can help. Undefined for a success. */
export function dashscopeFailure(reply: DashscopeReply): TuwenError | undefined {
  const { status, inputs } = reply;
  const fault = faultOf(reply.body);
  if (status >= 200 && status < 300 && !fault.code) return undefined;
  const { code, retryable, meaning, ofInput } = judge(status, fault, inputs);
  const detail = [fault.code, fault.message && `"${withoutKey(fault.message, reply.apiKey)}"`].filter(
    Boolean,
  );
  const request = fault.requestId ? `, request ${fault.requestId}` : '';
  const message = `DashScope: ${meaning} (status ${status}${request}${detail.length > 0 ? `: ${detail.join(' ')}` : ''})`;
  const retryAfterMs = retryable ? parseRetryAfter(reply.retryAfter, reply.nowMs) : undefined;
  const input = ofInput ? indexOfFault(inputs) : undefined;
  return new TuwenError(code, message, {
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(input !== undefined && { extra: { input } }),
  });
}

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

interface Judgement {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly meaning: string;
  readonly ofInput?: boolean;
}

/** The codes that Model Studio documents, by what can be done about them. */
function judge(status: number, { code, message }: Fault, inputs: readonly EmbedInput[]): Judgement {
  const final = (meaning: string): Judgement => ({ code: 'embedder_failed', retryable: false, meaning });
  const later = (meaning: string): Judgement => ({ code: 'embedder_failed', retryable: true, meaning });
  if (status === 401 || /^invalid_?api_?key/i.test(code))
    return final('the API key was refused; it must be a valid one of the same region as the host');
  if (/^arrearage/i.test(code)) return final('the account has unpaid bills');
  if (/data_?inspection_?failed/i.test(code))
    return { ...final('its content inspection refused an input'), ofInput: true };
  if (/insufficient_quota/i.test(code)) return final('the quota of the account is used up');
  // AllocationQuota is a burst of tokens or a free quota that is used up: the caller's few tries tell which.
  if (status === 429 || /^throttling/i.test(code)) return later('too many calls');
  if (status === 403 || /^accessdenied/i.test(code)) return final('the key has no access to the model');
  if (status === 404 || /^modelnotfound/i.test(code)) return final('there is no such model at this host');
  if (status === 408 || status >= 500) return later('the service failed');
  if (/url error/i.test(message)) return final('the model is not served at this host');
  const images = inputs.some((input) => input.type === 'image');
  if (images && /^invalidfile|image|multimodal|data-uri|content-type/i.test(`${code} ${message}`))
    return {
      code: 'unreadable_picture',
      retryable: false,
      meaning: 'it cannot read a picture',
      ofInput: true,
    };
  return { ...final('it refused the request'), ofInput: inputs.length === 1 };
}

/** The service names no input: it is known where there is one, or one picture when a picture is at fault. */
function indexOfFault(inputs: readonly EmbedInput[]): number | undefined {
  if (inputs.length === 1) return 0;
  const images = [...inputs.keys()].filter((i) => inputs[i]!.type === 'image');
  return images.length === 1 ? images[0] : undefined;
}

const faultSchema = z.looseObject({
  code: z.string().catch(''),
  message: z.string().optional().catch(undefined),
  msg: z.string().optional().catch(undefined),
  request_id: z.string().catch(''),
});

/** Gateways answer with pages of HTML, which tell nothing. */
function faultOf(body: string): Fault {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { code: '', message: '', requestId: '' };
  }
  const parsed = faultSchema.safeParse(json);
  if (!parsed.success) return { code: '', message: '', requestId: '' };
  const { code, message, msg, request_id } = parsed.data;
  return {
    code: code.slice(0, 100),
    message: (message ?? msg ?? '').slice(0, 300),
    requestId: request_id.slice(0, 100),
  };
}

function withoutKey(message: string, apiKey: string): string {
  return message.replaceAll(apiKey, '(key)').replace(/\bsk-[\w*.-]+/g, '(key)');
}

/** Seconds or a date; never more than ten minutes, never less than nothing. */
function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(600_000, Math.max(0, ms)) : undefined;
}
