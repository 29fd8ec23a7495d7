import type { EmbedInput } from './embedding/embedder.ts';
import { faultOfInput } from './embedding/input-error.ts';
import { TuwenError } from './error.ts';
import type { Outcome } from './outcome.ts';

/**
 * Embeds the inputs of many in one go. Where the model refuses one input and says which, whoever it belongs
 * to is left out and the others are embedded without it; any other failure is everybody's.
 *
 * @param inputsOf the inputs of each
 * @returns the vectors of each, in the order of its inputs
 */
export async function embedTogether(
  inputsOf: readonly (readonly EmbedInput[])[],
  embed: (inputs: readonly EmbedInput[]) => Promise<Float32Array[]>,
): Promise<Outcome<Float32Array[]>[]> {
  const outcomes = inputsOf.map((): Outcome<Float32Array[]> => ({ value: [] }));
  let open = [...inputsOf.keys()].filter((i) => inputsOf[i]!.length > 0);
  while (open.length > 0) {
    const flat = open.flatMap((i) => inputsOf[i]!.map((input, at) => ({ i, at, input })));
    try {
      const vectors = await embed(flat.map(({ input }) => input));
      for (const i of open) outcomes[i] = { value: vectors.filter((_, at) => flat[at]!.i === i) };
      return outcomes;
    } catch (error) {
      const refused = flat[inputAtFault(error)];
      if (!refused) {
        for (const i of open) outcomes[i] = { error };
        return outcomes;
      }
      outcomes[refused.i] = { error: faultOfInput(error, refused.at) };
      open = open.filter((i) => i !== refused.i);
    }
  }
  return outcomes;
}

function inputAtFault(error: unknown): number {
  return error instanceof TuwenError && typeof error.extra.input === 'number' ? error.extra.input : -1;
}
