let held = 0;

addEventListener('beforeunload', (event) => {
  // The browser asks in its own words.
  if (held > 0) event.preventDefault();
});

/** Asks who is about to close or reload the page, until what it returns is called. */
export function holdPage(): () => void {
  let isHeld = true;
  held++;
  return () => {
    if (isHeld) held--;
    isHeld = false;
  };
}

/** Does the work, and holds the page until it is done, since it would end with it. */
export async function holdPageFor<T>(work: () => Promise<T>): Promise<T> {
  const release = holdPage();
  try {
    return await work();
  } finally {
    release();
  }
}
