import type { Child } from 'hono/jsx';

/** The seal, as in the icon of the tab. */
export function Brand(): Child {
  return (
    <svg class="brand-seal" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" class="brand-ground" />
      <rect x="6.5" y="6.5" width="19" height="19" rx="3" class="brand-line" />
      <circle cx="12" cy="12" r="2" class="brand-dot" />
      <path d="M7 22l6-6 4 4 3-3 5 5" class="brand-line" />
    </svg>
  );
}
