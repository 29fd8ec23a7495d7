let going = 0;

addEventListener('beforeunload', (event) => {
  // The browser asks in its own words.
  if (going > 0) event.preventDefault();
});

/** Does the work, and until it is done asks who is about to close or reload the page, which would end it. */
export async function holdPage<T>(work: () => Promise<T>): Promise<T> {
  going++;
  try {
    return await work();
  } finally {
    going--;
  }
}
