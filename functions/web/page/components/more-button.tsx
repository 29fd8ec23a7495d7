import type { Child } from 'hono/jsx';
import { useEffect, useRef } from 'hono/jsx/dom';
import { useStrings } from '../language.ts';

/** Asks for more by itself when it comes into sight; for who doesn't scroll it is a button. */
export function MoreButton({ isLoading, onMore }: { isLoading: boolean; onMore: () => void }): Child {
  const { common } = useStrings();
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef(onMore);
  latest.current = onMore;
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) latest.current();
      },
      { rootMargin: '600px' },
    );
    if (button.current) observer.observe(button.current);
    return () => observer.disconnect();
  }, []);
  return (
    // Not disabled, which would take the focus from who has just pressed it.
    <button
      type="button"
      class="button more"
      ref={button}
      aria-disabled={isLoading ? 'true' : undefined}
      onClick={() => !isLoading && onMore()}
    >
      {isLoading ? common.loading : common.more}
    </button>
  );
}
