/** Resolves after that time. @throws what the signal is aborted with */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let timer = 0;
  const slept = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms) as unknown as number;
  });
  return abortable(slept, signal).finally(() => clearTimeout(timer));
}

/** The promise, but no longer than the signal lets it. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      // It may fail later, with nobody left to hear of it.
      promise.catch(() => {});
      return abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Does all of it, so many at a time. The first that fails ends it: what has not begun by then never does. */
export async function forEachAtOnce<T>(
  values: readonly T[],
  atOnce: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const left = values.values();
  let hasFailed = false;
  const workers = Array.from({ length: Math.min(atOnce, values.length) }, async () => {
    for (const value of left) {
      if (hasFailed) return;
      await work(value).catch((error) => {
        hasFailed = true;
        throw error;
      });
    }
  });
  await Promise.all(workers);
}
