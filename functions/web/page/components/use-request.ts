import { useEffect, useState } from 'hono/jsx/dom';

/** What becomes of a request that a view needs. The last answer stays until there is a new one. */
export interface Requested<T> {
  readonly value?: T;
  readonly error?: unknown;
  readonly isLoading: boolean;
  reload(): void;
}

/** @param name of what is asked for: when it changes it is asked anew, and what was under way is given up */
export function useRequest<T>(name: string, ask: (signal: AbortSignal) => Promise<T>): Requested<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ name: string; value?: T; error?: unknown; isLoading: boolean }>({
    name,
    isLoading: true,
  });

  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...(before.name === name && before), name, isLoading: true }));
    ask(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ name, value, isLoading: false }),
      (error) => !controller.signal.aborted && setState((before) => ({ ...before, error, isLoading: false })),
    );
    return () => controller.abort();
  }, [name, round]);

  const { value, error, isLoading } = state.name === name ? state : { isLoading: true };
  return {
    isLoading,
    ...(value !== undefined && { value }),
    ...(error !== undefined && { error }),
    reload: () => setRound((before) => before + 1),
  };
}
