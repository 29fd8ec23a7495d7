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
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Does all of it, so many at a time. */
export async function forEachAtOnce<T>(
  values: readonly T[],
  atOnce: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const left = values.values();
  const workers = Array.from({ length: Math.min(atOnce, values.length) }, async () => {
    for (const value of left) await work(value);
  });
  await Promise.all(workers);
}
