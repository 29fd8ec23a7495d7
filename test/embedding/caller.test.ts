import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import type { EmbedInput } from '../../shared/embedding/embedder.ts';
import { planBatches } from '../../shared/embedding/plan-batches.ts';
import { TuwenError } from '../../shared/error.ts';
import { createHashAdapter, type HashAdapterOptions } from './fake-adapter.ts';

const text = (value: string): EmbedInput => ({ type: 'text', text: value });
const image = (value: string): EmbedInput => ({ type: 'image', picture: Buffer.from(value) });

/** Time stands still but for sleeping, which takes as long as it says at once. */
function fakeTime() {
  let nowMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    clock: () => nowMs,
    sleep: async (ms: number) => {
      sleeps.push(ms);
      nowMs += ms;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

function setUp(
  adapterOptions: HashAdapterOptions = {},
  callerOptions: { rateShare?: number; attempts?: number } = {},
) {
  const time = fakeTime();
  const adapter = createHashAdapter(adapterOptions);
  const embedder = createEmbedder(adapter, { ...time, random: () => 0.5, ...callerOptions });
  const embed = (inputs: readonly EmbedInput[], deadlineMs = 600_000) =>
    embedder.embed(inputs, { role: 'document', deadlineMs });
  return { adapter, embedder, embed, time };
}

const throttled = (details: { retryAfterMs?: number } = {}) =>
  new TuwenError('embedder_failed', 'throttled', { retryable: true, ...details });

describe('the caller in front of an adapter', () => {
  it('gives one unit vector for each input, in the order of the inputs', async () => {
    const { embed } = setUp({ limits: { inputsPerCall: 3, imagesPerCall: 1, concurrency: 3 } });
    const inputs = [text('a'), image('1'), text('b'), image('2'), text('c'), text('d'), image('3')];
    const vectors = await embed(inputs);
    const alone = await Promise.all(inputs.map(async (input) => (await setUp().embed([input]))[0]));
    expect(vectors).toEqual(alone);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  });

  it('calls nothing for no inputs', async () => {
    const { embed, adapter } = setUp();
    expect(await embed([])).toEqual([]);
    expect(adapter.calls).toHaveLength(0);
  });

  it('embeds equal inputs of a request once', async () => {
    const { embed, adapter } = setUp();
    const vectors = await embed([text('a'), text('b'), text('a'), image('a'), image('a')]);
    expect(adapter.calls).toEqual([[image('a'), text('a'), text('b')]]);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[4]).toEqual(vectors[3]);
    expect(vectors[3]).not.toEqual(vectors[0]);
  });

  it('keeps every batch within the limits, with the fewest calls', () => {
    const kinds = fc.array(fc.constantFrom<'text' | 'image'>('text', 'image'), { maxLength: 60 });
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (types, inputs, images) => {
          const list = types.map((type, i) => (type === 'text' ? text(`${i}`) : image(`${i}`)));
          const batches = planBatches(list, { inputsPerCall: inputs, imagesPerCall: images });
          expect(batches.flat().sort((a, b) => a - b)).toEqual([...list.keys()]);
          for (const batch of batches) {
            expect(batch.length).toBeLessThanOrEqual(inputs);
            expect(batch.filter((i) => types[i] === 'image').length).toBeLessThanOrEqual(images);
          }
          const pictures = types.filter((type) => type === 'image').length;
          const fewest = Math.max(
            Math.ceil(types.length / inputs),
            Math.ceil(pictures / Math.min(inputs, images)),
          );
          expect(batches.length).toBe(fewest);
        },
      ),
    );
  });

  it('has no more calls in flight than the adapter allows, over all requests together', async () => {
    let flying = 0;
    let most = 0;
    const { embed } = setUp({
      limits: { inputsPerCall: 1, concurrency: 2 },
      before: async () => {
        most = Math.max(most, ++flying);
        await new Promise((resolve) => setTimeout(resolve, 2));
        flying--;
      },
    });
    await Promise.all([embed([text('a'), text('b'), text('c')]), embed([text('d'), text('e')])]);
    expect(most).toBe(2);
  });

  it('keeps to its share of the rate of the account', async () => {
    const begunMs: number[] = [];
    const { embed, time } = setUp(
      {
        limits: { inputsPerCall: 1, concurrency: 1, callsPerMinute: 120 },
        before: () => void begunMs.push(time.clock()),
      },
      { rateShare: 0.5 },
    );
    await embed(['a', 'b', 'c', 'd'].map(text));
    expect(begunMs).toEqual([0, 1000, 2000, 3000]);
  });

  it('begins at once what one second of the rate allows, and no more after a long rest', async () => {
    const begunMs: number[] = [];
    const { embed, time } = setUp({
      limits: { inputsPerCall: 1, concurrency: 1, callsPerMinute: 120 },
      before: () => void begunMs.push(time.clock()),
    });
    await embed(['a', 'b', 'c'].map(text));
    time.pass(60_000);
    await embed(['d', 'e', 'f'].map(text));
    expect(begunMs).toEqual([0, 0, 500, 60_500, 60_500, 61_000]);
  });

  it('tries again what a retry can mend, waiting at random within a doubling limit', async () => {
    const { embed, adapter, time } = setUp({
      before: (_, call) => {
        if (call < 3) throw throttled();
      },
    });
    await embed([text('a')]);
    expect(adapter.calls).toHaveLength(4);
    expect(time.sleeps).toEqual([250, 500, 1000]);
  });

  it('gives up after its number of tries, with the last error', async () => {
    const { embed, adapter } = setUp({ before: () => Promise.reject(throttled()) }, { attempts: 3 });
    await expect(embed([text('a')])).rejects.toThrow('throttled');
    expect(adapter.calls).toHaveLength(3);
  });

  it('does not try again what no retry can mend', async () => {
    const { embed, adapter } = setUp({
      before: () => Promise.reject(new TuwenError('embedder_failed', 'bad key')),
    });
    await expect(embed([text('a')])).rejects.toThrow('bad key');
    expect(adapter.calls).toHaveLength(1);
  });

  it('waits as long as the provider asks, and holds back every other call until then', async () => {
    const begunMs: number[] = [];
    const { embed, time } = setUp({
      limits: { inputsPerCall: 1, concurrency: 2 },
      before: (_, call) => {
        begunMs.push(time.clock());
        if (call === 0) throw throttled({ retryAfterMs: 7000 });
      },
    });
    await embed([text('a')]);
    expect(begunMs).toEqual([0, 7250]);
    const {
      embed: again,
      time: time2,
      adapter,
    } = setUp(
      {
        limits: { inputsPerCall: 1, concurrency: 1 },
        before: (_, call) => {
          if (call === 0) throw throttled({ retryAfterMs: 7000 });
        },
      },
      { attempts: 1 },
    );
    await expect(again([text('a')])).rejects.toThrow('throttled');
    await again([text('b')]);
    expect(adapter.calls).toHaveLength(2);
    expect(time2.clock()).toBe(7000);
  });

  it('begins no call that cannot end before the deadline', async () => {
    const { embed, adapter, time } = setUp({
      limits: { inputsPerCall: 1, concurrency: 1, callsPerMinute: 60 },
    });
    await expect(embed([text('a'), text('b'), text('c')], 1500)).rejects.toMatchObject({
      code: 'embedder_failed',
      retryable: true,
    });
    expect(adapter.calls).toHaveLength(2);
    time.pass(60_000);
    await expect(embed([text('d')], 61_020)).rejects.toMatchObject({
      code: 'embedder_failed',
      retryable: true,
    });
    await expect(embed([text('d')], 10)).rejects.toMatchObject({ code: 'embedder_failed', retryable: true });
    expect(adapter.calls).toHaveLength(2);
  });

  it('does not wait for a retry that would come too late, and says what failed', async () => {
    const { embed, adapter, time } = setUp({
      before: () => Promise.reject(throttled({ retryAfterMs: 5000 })),
    });
    await expect(embed([text('a')], 4000)).rejects.toThrow('throttled');
    expect(adapter.calls).toHaveLength(1);
    expect(time.sleeps).toEqual([]);
  });

  it('stops waiting at the deadline even for an adapter that hangs, whose signal has fired', async () => {
    let signal: AbortSignal | undefined;
    const adapter = createHashAdapter();
    const hanging = {
      ...adapter,
      call: (_: unknown, options: { signal: AbortSignal }) => {
        signal = options.signal;
        return new Promise<never>(() => {});
      },
    };
    const embedder = createEmbedder(hanging);
    await expect(
      embedder.embed([text('a')], { role: 'query', deadlineMs: Date.now() + 80 }),
    ).rejects.toMatchObject({ code: 'embedder_failed', retryable: true });
    expect(signal?.aborted).toBe(true);
  });

  it('begins nothing more once a part of the request has failed for good', async () => {
    const { embed, adapter } = setUp({
      limits: { inputsPerCall: 1, concurrency: 1 },
      before: (_, call) => {
        if (call === 1) throw new TuwenError('unreadable_picture', 'no picture', { extra: { input: 0 } });
      },
    });
    await expect(embed(['a', 'b', 'c', 'd'].map(text))).rejects.toThrow('no picture');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(adapter.calls).toHaveLength(2);
  });

  it('names the input at fault by its place in the request', async () => {
    const { embed } = setUp({
      limits: { inputsPerCall: 2, imagesPerCall: 2, concurrency: 1 },
      before: (inputs) => {
        const at = inputs.findIndex(
          (input) => input.type === 'image' && Buffer.from(input.picture).toString() === 'bad',
        );
        if (at >= 0) throw new TuwenError('unreadable_picture', 'no picture', { extra: { input: at } });
      },
    });
    await expect(
      embed([text('a'), image('1'), image('2'), image('1'), image('3'), image('bad')]),
    ).rejects.toMatchObject({
      code: 'unreadable_picture',
      extra: { input: 5 },
    });
  });

  it.each([
    ['too few embeddings', [], 'expected 1 embeddings, found 0'],
    ['an embedding of another length', [[1, 2, 3]], 'expected an embedding of 2 dimensions, found 3'],
    ['a number that is not finite', [[1, Number.NaN]], 'finite'],
    ['a zero vector', [[0, 0]], 'not all zero'],
  ])('refuses %s', async (_, vectors, message) => {
    const adapter = { ...createHashAdapter({ dimensions: 2 }), call: async () => vectors };
    const embedding = createEmbedder(adapter).embed([text('a')], {
      role: 'query',
      deadlineMs: Date.now() + 5000,
    });
    await expect(embedding).rejects.toMatchObject({
      code: 'embedder_failed',
      retryable: false,
      message: expect.stringContaining(message),
    });
  });

  it('gives unit vectors even where squares would overflow or vanish', async () => {
    for (const size of [1e-200, 1e200]) {
      const adapter = { ...createHashAdapter({ dimensions: 2 }), call: async () => [[3 * size, 4 * size]] };
      const [vector] = await createEmbedder(adapter).embed([text('a')], {
        role: 'query',
        deadlineMs: Date.now() + 5000,
      });
      expect([...vector!]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    }
  });
});
