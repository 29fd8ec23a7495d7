/** How what was started is ended, also in the middle of the start. */
export interface Ending {
  /** Aborted when the start is to end. */
  readonly signal: AbortSignal;
  /** Rejects when the start is to end; never resolves. */
  readonly aborted: Promise<never>;
  /** The last that was started is the first to end. Where all has ended already, ends this too. */
  add(end: () => Promise<unknown>): void;
  /** Resolves when everything has ended; once is enough. */
  close(): Promise<void>;
}

export function createEnding(asked: AbortSignal | undefined): Ending {
  const ends: (() => Promise<unknown>)[] = [];
  const controller = new AbortController();
  let closing: Promise<void> | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => {
      controller.abort();
      reject(new Error('the start was ended'));
    };
    if (asked?.aborted) abort();
    asked?.addEventListener('abort', abort, { once: true });
  });
  aborted.catch(() => {});

  async function closeAll(): Promise<void> {
    controller.abort();
    for (let end = ends.pop(); end; end = ends.pop()) await end();
  }

  return {
    signal: controller.signal,
    aborted,
    add(end) {
      ends.push(end);
      if (!closing) return;
      closing = closing.then(closeAll);
      throw new Error('the start was ended');
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
