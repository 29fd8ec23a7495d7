import { useRef, useState } from 'hono/jsx/dom';

/**
 * A state that begins anew, as `initial`, whenever `of` is another: at once, where an effect comes a frame later and
 * would take back what somebody did meanwhile.
 */
export function useStateOf<T>(of: unknown, initial: T): [T, (value: T) => void] {
  const held = useRef({ of, value: initial });
  if (!Object.is(held.current!.of, of)) held.current = { of, value: initial };
  const [, redraw] = useState(0);
  const set = (value: T): void => {
    held.current!.value = value;
    redraw((before) => before + 1);
  };
  return [held.current!.value, set];
}
