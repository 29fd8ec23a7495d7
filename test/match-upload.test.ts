import { describe, expect, it } from 'vitest';
import { TuwenError } from '../shared/error.ts';
import { createWorld } from './world.ts';

async function shop() {
  const world = createWorld();
  await world.items.put('shoe', { title: 'red shoe' });
  await world.items.put('hat', { title: 'blue hat' });
  await world.publish();
  return world;
}

const once = (world: { deadlineMs: number }) => ({ deadlineMs: world.deadlineMs, lastTry: false });

describe('matching an upload', () => {
  it('records the closest items, closest first, and the version that said so', async () => {
    const world = await shop();
    await world.matchUpload(await world.upload('uploads/q.jpg', 'red shoe'), once(world));
    const record = (await world.matches.get('uploads/q.jpg'))!;
    expect(record.status).toBe('done');
    expect(record.results!.map(({ id }) => id)).toEqual(['shoe', 'hat']);
    expect(record.index!.version).toBe((await world.versions.current())!.version);
  });

  it('does nothing the second time the same event comes', async () => {
    const world = await shop();
    const event = await world.upload('uploads/q.jpg', 'red shoe');
    await world.matchUpload(event, once(world));
    const calls = world.adapter.calls.length;
    await world.matchUpload(event, once(world));
    expect(world.adapter.calls.length).toBe(calls);
  });

  it('ends in the record of the present object when it was overwritten under way', async () => {
    const world = await shop();
    const first = await world.upload('uploads/q.jpg', 'red shoe');
    const second = await world.upload('uploads/q.jpg', 'blue hat');
    await Promise.all([world.matchUpload(second, once(world)), world.matchUpload(first, once(world))]);
    const record = (await world.matches.get('uploads/q.jpg'))!;
    expect(record.etag).toBe((await world.objects.head('uploads/q.jpg'))!.etag);
    expect(record.results![0]!.id).toBe('hat');
  });

  it('records a picture that cannot be read as failed, with the reason', async () => {
    const world = await shop();
    await world.objects.put('uploads/bad.jpg', 'junk', { contentType: 'image/jpeg' });
    await world.matchUpload({ key: 'uploads/bad.jpg', sequencer: '1' }, once(world));
    expect(await world.matches.get('uploads/bad.jpg')).toMatchObject({
      status: 'failed',
      error: { code: 'unreadable_picture' },
    });
  });

  it('leaves to the queue what a retry can mend, and records it on the last try', async () => {
    const failing = createWorld({
      adapter: {
        before: (inputs) => {
          if (inputs[0]!.type === 'image') throw new TuwenError('embedder_failed', 'the model is down');
        },
      },
    });
    await failing.publish();
    failing.pass(1000);
    const unpublished = createWorld();
    const event = await unpublished.upload('uploads/q.jpg', 'red shoe');
    await expect(unpublished.matchUpload(event, once(unpublished))).rejects.toMatchObject({
      code: 'not_ready',
    });
    expect(await unpublished.matches.get('uploads/q.jpg')).toBeUndefined();
    await unpublished.matchUpload(event, { ...once(unpublished), lastTry: true });
    expect(await unpublished.matches.get('uploads/q.jpg')).toMatchObject({
      status: 'failed',
      error: { code: 'not_ready' },
    });
    await failing.matchUpload(await failing.upload('uploads/q.jpg', 'x'), once(failing));
    expect(await failing.matches.get('uploads/q.jpg')).toMatchObject({ error: { code: 'embedder_failed' } });
  });

  it('forgets the matches of an upload that was deleted', async () => {
    const world = await shop();
    const event = await world.upload('uploads/q.jpg', 'red shoe');
    await world.matchUpload(event, once(world));
    await world.objects.delete(['uploads/q.jpg']);
    await world.matchUpload({ ...event, sequencer: 'ff' }, once(world));
    expect(await world.matches.get('uploads/q.jpg')).toBeUndefined();
  });
});
