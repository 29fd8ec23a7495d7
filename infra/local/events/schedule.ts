import type { LambdaHost } from '../lambda/functions.ts';

/**
 * EventBridge Scheduler on this machine: wakes the reindex function again and again, a tick after the last
 * one has ended, so that what changes is published within seconds.
 */
export function startSchedule(options: {
  readonly host: LambdaHost;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}): { stop(): void; close(): Promise<void> } {
  const { host, everyMs, onError } = options;
  let isOpen = true;
  let wake = () => {};

  async function run(): Promise<void> {
    while (isOpen) {
      const outcome = await host.invoke('reindex', { schedule: {} });
      if ('error' in outcome && isOpen) onError(new Error(`reindex: ${outcome.error.errorMessage}`));
      if (!isOpen) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  function stop(): void {
    isOpen = false;
    wake();
  }

  const running = run();
  return {
    stop,
    async close() {
      stop();
      await running;
    },
  };
}
