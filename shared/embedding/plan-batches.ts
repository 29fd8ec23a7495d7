import type { EmbeddingAdapter, EmbedInput } from './embedder.ts';

/**
 * The fewest calls that keep within the limits, each as indexes of its inputs. Pictures are dealt out
 * first, since they are the scarcer; texts fill what is left.
 */
export function planBatches(
  inputs: readonly EmbedInput[],
  limits: Pick<EmbeddingAdapter['limits'], 'inputsPerCall' | 'imagesPerCall'>,
): number[][] {
  const imagesPerCall = Math.min(limits.imagesPerCall, limits.inputsPerCall);
  const batches: number[][] = [];
  const indexes = (type: EmbedInput['type']) => [...inputs.keys()].filter((i) => inputs[i]!.type === type);
  const images = indexes('image');
  for (let i = 0; i < images.length; i += imagesPerCall) batches.push(images.slice(i, i + imagesPerCall));
  let at = 0;
  for (const index of indexes('text')) {
    while (at < batches.length && batches[at]!.length >= limits.inputsPerCall) at++;
    if (at === batches.length) batches.push([]);
    batches[at]!.push(index);
  }
  return batches;
}
