import type { Child } from 'hono/jsx';
import type { Reason } from '../reason.ts';

/** The reason, and in small print what the API adds to it. */
export function ReasonText({ reason: { text, particulars } }: { reason: Reason }): Child {
  return (
    <>
      <span>{text}</span>
      {particulars !== undefined && (
        <span class="particulars small muted" lang="en">
          {particulars}
        </span>
      )}
    </>
  );
}
