import { createRandom } from '../../shared/scan/random.ts';

/** One line of the result, as `--json` writes it. */
export interface BenchRow {
  readonly bench: string;
  readonly data: string;
  readonly count: number;
  readonly dimensions: number;
  readonly engine: string;
  readonly medianMs: number;
  /** That engine's time over ours. */
  readonly ratio: number;
  /** Share of our results, or of the exact ones, that it found. */
  readonly recall: number;
  readonly bytesPerRow: number;
}

export interface Engine {
  readonly name: string;
  readonly bytesPerRow: number;
  /** How many queries a run answers, if not one; its time is divided by them. */
  readonly queriesPerRun?: number;
  /** What the latest run took, in milliseconds, where that is told by another process which did it. */
  readonly tookMs?: () => number;
  /** The positions of the closest, best first. */
  run(query: Float32Array): Promise<readonly number[]> | readonly number[];
}

export interface CompareOptions {
  readonly rounds: number;
  readonly clock: () => number;
  /** For each query what recall is held against; by default what the first engine finds. */
  readonly wanted?: readonly (readonly number[])[];
}

/**
 * Times engines side by side: every engine answers every query once unmeasured, then all of them in turn,
 * round after round, so that what disturbs the machine disturbs all. Each turn has an order of its own, drawn from a
 * seed: what an engine leaves in the caches is whichever comes next's. The first engine is ours.
 *
 * @param options `clock` in milliseconds
 */
export async function compare(
  about: Pick<BenchRow, 'bench' | 'data' | 'count' | 'dimensions'>,
  engines: readonly Engine[],
  queries: readonly Float32Array[],
  { rounds, clock, wanted }: CompareOptions,
): Promise<BenchRow[]> {
  const answers = new Map<Engine, (readonly number[])[]>();
  for (const engine of engines) {
    const own: (readonly number[])[] = [];
    for (const query of queries) own.push(await engine.run(query));
    answers.set(engine, own);
  }
  const times = new Map(engines.map((engine) => [engine, [] as number[]]));
  const random = createRandom(1);
  for (let round = 0; round < rounds; round++)
    for (const query of queries)
      for (const engine of shuffled(engines, random)) {
        const startedAt = clock();
        await engine.run(query);
        const tookMs = engine.tookMs?.() ?? clock() - startedAt;
        times.get(engine)!.push(tookMs / (engine.queriesPerRun ?? 1));
      }
  const expected = wanted ?? answers.get(engines[0]!)!;
  const ourMs = median(times.get(engines[0]!)!);
  return engines.map((engine) => {
    const medianMs = median(times.get(engine)!);
    const shares = answers.get(engine)!.map((found, i) => shareOf(expected[i]!, found));
    const recall = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const { name, bytesPerRow } = engine;
    return { ...about, engine: name, medianMs, ratio: medianMs / ourMs, recall, bytesPerRow };
  });
}

/** In an order in which each is equally likely. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function shareOf(wanted: readonly number[], found: readonly number[]): number {
  return wanted.length === 0
    ? 1
    : wanted.filter((position) => found.includes(position)).length / wanted.length;
}
