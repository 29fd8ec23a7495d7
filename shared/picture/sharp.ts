export type Sharp = typeof import('sharp').default;

let loading: Promise<Sharp> | undefined;

/**
 * sharp, the one native module, imported with the first picture: a search by words never loads it.
 * A failed import is tried again with the next picture.
 */
export function loadSharp(): Promise<Sharp> {
  loading ??= importSharp().catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function importSharp(): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  // Every picture passes once: libvips' cache of operations would only hold memory.
  sharp.cache(false);
  // A second thread for the lines of one picture saves no time, not even with 12 megapixels, and costs a tenth more
  // CPU. Several pictures at once use several cores all the same.
  sharp.concurrency(1);
  return sharp;
}
