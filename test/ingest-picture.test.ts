import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

describe('ingesting a picture', () => {
  it('attaches it to its item, keeps the normalised picture and its embedding', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red shoe' });
    const event = await world.upload('catalog/a/front.jpg', 'red shoe');
    const picture = await world.ingestPicture({ ...event, itemId: 'a' }, world);
    expect((await world.items.get('a'))!.attached).toEqual(['catalog/a/front.jpg']);
    expect(await world.objects.head(`derived/${picture!.hash}.webp`)).toBeDefined();
    expect((await world.embeddings.getMany('hash/32', [`image:${picture!.hash!}`])).size).toBe(1);
  });

  it('creates the item where there is none yet, with its id as title', async () => {
    const world = createWorld();
    const event = await world.upload('catalog/later/x.jpg', 'hat');
    await world.ingestPicture({ ...event, itemId: 'later' }, world);
    expect(await world.items.get('later')).toMatchObject({ title: 'later', implicit: true });
    await world.items.put('later', { title: 'Hat' });
    expect(await world.items.get('later')).toMatchObject({ title: 'Hat', attached: ['catalog/later/x.jpg'] });
  });

  it('embeds nothing and changes nothing when the same event comes twice', async () => {
    const world = createWorld();
    const event = { ...(await world.upload('catalog/a/x.jpg', 'hat')), itemId: 'a' };
    await world.ingestPicture(event, world);
    const { revision } = (await world.items.get('a'))!;
    await world.ingestPicture(event, world);
    expect(world.adapter.calls).toHaveLength(1);
    expect((await world.items.get('a'))!.revision).toBe(revision);
  });

  it('ends with the present picture when events arrive in the wrong order', async () => {
    const world = createWorld();
    const first = await world.upload('catalog/a/x.jpg', 'red hat');
    const second = await world.upload('catalog/a/x.jpg', 'blue hat');
    await world.ingestPicture({ ...second, itemId: 'a' }, world);
    const late = await world.ingestPicture({ ...first, itemId: 'a' }, world);
    const known = (await world.pictures.getMany(['catalog/a/x.jpg'])).get('catalog/a/x.jpg')!;
    expect(known.etag).toBe((await world.objects.head('catalog/a/x.jpg'))!.etag);
    expect(late!.hash).toBe(known.hash);
  });

  it('creates nothing for a late event of an object that is gone', async () => {
    const world = createWorld();
    const event = await world.upload('catalog/a/x.jpg', 'hat');
    await world.objects.delete(['catalog/a/x.jpg']);
    expect(await world.ingestPicture({ ...event, itemId: 'a' }, world)).toBeUndefined();
    expect(await world.items.get('a')).toBeUndefined();
  });

  it('detaches what was deleted, and an implicit item with its last picture', async () => {
    const world = createWorld();
    const event = { ...(await world.upload('catalog/a/x.jpg', 'hat')), itemId: 'a' };
    await world.ingestPicture(event, world);
    await world.objects.delete(['catalog/a/x.jpg']);
    await world.ingestPicture({ ...event, sequencer: 'ff' }, world);
    expect(await world.items.get('a')).toBeUndefined();
  });

  it('keeps why a picture could not be fetched, told while it looks for the object', async () => {
    const world = createWorld();
    const key = 'catalog/a/url-1.jpg';
    await world.items.put('a', { title: 'hat', images: [key] });
    const error = { code: 'unreachable_picture', detail: 'the picture has no public https address' };
    await world.pictures.put({ key, etag: '', sequencer: '', error });
    // As a rebuild does that has read the catalog just before.
    const ingested = await world.ingestPicture({ key, itemId: 'a', sequencer: '' }, world);
    expect(ingested).toBeUndefined();
    expect((await world.pictures.getMany([key])).get(key)).toMatchObject({ error });
  });

  it('records a picture that cannot be read, with the reason', async () => {
    const world = createWorld();
    await world.objects.put('catalog/a/bad.jpg', 'not a picture', { contentType: 'image/jpeg' });
    await world.ingestPicture({ key: 'catalog/a/bad.jpg', itemId: 'a', sequencer: '1' }, world);
    const known = (await world.pictures.getMany(['catalog/a/bad.jpg'])).get('catalog/a/bad.jpg')!;
    expect(known).toMatchObject({ error: { code: 'unreadable_picture' } });
    expect(known.hash).toBeUndefined();
  });
});
