/** What became of one of many that are worked on together, so that one that fails doesn't stop the others. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

export async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/**
 * Takes those that came through so far one step further, all together; what failed stays as it is.
 *
 * @param step gives an outcome for each value, in order
 */
export async function advance<T, U>(
  outcomes: readonly Outcome<T>[],
  step: (values: readonly T[]) => Promise<readonly Outcome<U>[]>,
): Promise<Outcome<U>[]> {
  const values = outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : []));
  const next = values.length > 0 ? await step(values) : [];
  let at = 0;
  return outcomes.map((outcome) => ('value' in outcome ? next[at++]! : outcome));
}
