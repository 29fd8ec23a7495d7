import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../functions/ingest/matcher.ts';
import { answerMatch } from '../../functions/search/match.ts';
import { matchRequest } from '../../shared/api/search.ts';
import { calibrationOf } from '../embedding/calibration.ts';
import { createWorld } from '../world.ts';

/** Ingest asking the search function, with the JSON that goes between them. */
async function asking(calibration?: unknown) {
  const world = createWorld({ calibration });
  await world.items.put('shoe', { title: 'red shoe' });
  await world.publish();
  const call = async (_: string, payload: unknown) => {
    const request = matchRequest.parse(JSON.parse(JSON.stringify(payload)));
    return JSON.parse(JSON.stringify(await answerMatch(world.searchItems, request, world.deadlineMs)));
  };
  const match = createMatcher({ call }, 'search');
  const lease = await world.live.acquire(world);
  const { vector } = await lease.version.meanVector(0);
  lease.release();
  return (model: string) => match({ model, vector, topK: 5 }, world);
}

describe('what ingest asks the search function', () => {
  it('comes back with scores, and with matches as of a picture where the model has a calibration', async () => {
    const to = (most: number) => ({ cosines: [0, 0.9], matches: [0, most] });
    const kinds = { image: { text: to(0.75), image: to(0.25) } };
    const calibrated = await asking(calibrationOf(to(1), kinds));
    expect((await calibrated('hash/32')).results).toEqual([
      { id: 'shoe', score: expect.closeTo(1, 2), match: 0.75, via: 'text' },
    ]);
    const plain = await asking();
    expect((await plain('hash/32')).results).toEqual([
      { id: 'shoe', score: expect.closeTo(1, 2), via: 'text' },
    ]);
  });

  it('comes back as an error that can be retried where the model has changed', async () => {
    const match = await asking();
    await expect(match('other/32')).rejects.toMatchObject({ code: 'wrong_model', retryable: true });
  });
});
