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
  /** Queries that an engine answers one after the other before it is another's turn. Default 1. */
  readonly turn?: number;
  /** For each query what recall is held against; by default what the first engine finds. */
  readonly wanted?: readonly (readonly number[])[];
}

/** Before it is timed an engine answers so many queries, or for so long: by then what it runs is compiled. */
const WARM_RUNS = 400;
const WARM_MS = 1500;

/**
 * Times engines side by side: every engine answers every query unmeasured until it is warm, then all of them in turns,
 * round after round, so that what disturbs the machine disturbs all. Each turn has an order of its own, drawn from a
 * seed: what an engine leaves in the caches is whichever comes next's. The first engine is ours.
 *
 * @param options `clock` in milliseconds
 */
export async function compare(
  about: Pick<BenchRow, 'bench' | 'data' | 'count' | 'dimensions'>,
  engines: readonly Engine[],
  queries: readonly Float32Array[],
  { rounds, clock, turn = 1, wanted }: CompareOptions,
): Promise<BenchRow[]> {
  const answers = new Map<Engine, (readonly number[])[]>();
  for (const engine of engines) {
    const own: (readonly number[])[] = [];
    for (const query of queries) own.push(await engine.run(query));
    answers.set(engine, own);
    const beganAt = clock();
    for (let run = own.length; run < WARM_RUNS && clock() - beganAt < WARM_MS; run++)
      await engine.run(queries[run % queries.length]!);
  }
  const times = new Map(engines.map((engine) => [engine, [] as number[]]));
  const random = createRandom(1);
  for (let round = 0; round < rounds; round++)
    for (let first = 0; first < queries.length; first += turn)
      for (const engine of shuffled(engines, random))
        for (const query of queries.slice(first, first + turn)) {
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
