import type { ErrorCode } from '../../../shared/error.ts';
import { UnreadablePicture } from './pictures/fit-picture.ts';
import { UploadRefused } from './pictures/upload-picture.ts';
import { ApiProblem, Unreachable } from './request.ts';
import type { Strings } from './strings/en.ts';

/** Why something failed, for people. */
export interface Reason {
  /** In the language of the page. */
  readonly text: string;
  /** What exactly was expected and what came, as the API says it, where `text` does not say so already: in English. */
  readonly particulars?: string;
}

export const told = (text: string): Reason => ({ text });

/** @param name of the picture that is at fault, if one is */
export function reasonOf(error: unknown, words: Strings, name = words.search.picture): Reason {
  if (error instanceof Unreachable) return told(words.common.unreachable);
  if (error instanceof UnreadablePicture) return told(words.picture.unreadable(name));
  if (error instanceof UploadRefused) return told(words.picture.refused(error.status));
  if (error instanceof ApiProblem) {
    const { code, status, detail } = error;
    // What a fault of the server was is for its log; the request's id is shown beside.
    return reasonOfCode({ code, ...(status < 500 && { detail }) }, words);
  }
  return told(error instanceof Error && error.name === 'KeyRefused' ? words.key.why : words.common.failed);
}

/** Of a problem document, an outcome or a record: the code is one of a closed list, the detail is in English. */
export function reasonOfCode(
  { code, detail }: { readonly code: string; readonly detail?: string | undefined },
  words: Strings,
): Reason {
  const text = isCode(code, words) ? words.problems[code] : words.common.failed;
  if (!detail || detail === text || general.has(code)) return { text };
  return words.shell.language === 'en' ? { text: detail } : { text, particulars: detail };
}

const isCode = (code: string, { problems }: Strings): code is ErrorCode => Object.hasOwn(problems, code);

/** Of these the detail says no more than the code. */
const general: ReadonlySet<string> = new Set<ErrorCode>([
  'unauthorized',
  'forbidden',
  'not_ready',
  'not_processed',
  'internal',
]);
