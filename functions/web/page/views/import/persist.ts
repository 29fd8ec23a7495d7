import { UploadRefused } from '../../pictures/upload-picture.ts';
import { ApiProblem, Unreachable } from '../../request.ts';
import { sleep } from '../../wait.ts';

const attempts = 3;

/** Tries again what a moment may mend. @throws what the last attempt throws */
export async function persistently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || attempt === attempts || signal.aborted) throw error;
      await sleep(1000 * 2 ** attempt, signal);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  if (error instanceof ApiProblem) return error.status >= 500 || error.status === 429;
  // 409 is another write of the same key at the same time.
  return error instanceof UploadRefused && (error.status >= 500 || [409, 429].includes(error.status));
}

/** Nothing that comes after would go better. */
export const isFatal = (error: unknown): boolean =>
  error instanceof Unreachable ||
  (error instanceof ApiProblem && error.status === 403) ||
  (error instanceof Error && error.name === 'KeyRefused');
