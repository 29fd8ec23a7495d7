import type { ObjectEvent } from './records.ts';

export type OnObjectEvent = (event: ObjectEvent) => void | Promise<void>;

/** Tells of changes at least once: an event whose handler has not finished is told again, after a kill too. */
export interface Outbox {
  deliver(event: ObjectEvent): void;
  /** Stops trying; what is under way is left to finish or to be told again at the next start. */
  close(): void;
}

/**
 * @param settle called when the handler has taken the event
 * @param onError told of every failed attempt
 */
export function createOutbox(deps: {
  onObjectEvent: OnObjectEvent;
  settle: (event: ObjectEvent) => Promise<void>;
  onError: (error: unknown) => void;
  retryMs: number;
}): Outbox {
  const timers = new Set<NodeJS.Timeout>();
  let isOpen = true;

  async function attempt(event: ObjectEvent): Promise<void> {
    try {
      await deps.onObjectEvent(event);
      if (isOpen) await deps.settle(event);
    } catch (error) {
      if (!isOpen) return;
      deps.onError(error);
      retryLater(event);
    }
  }

  function retryLater(event: ObjectEvent): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(event);
    }, deps.retryMs).unref();
    timers.add(timer);
  }

  return {
    deliver: (event) => void attempt(event),
    close() {
      isOpen = false;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
