import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureName } from '../../functions/web/page/pictures/picture-name.ts';
import { createApi } from '../../infra/cli/api.ts';
import { createImportPictures } from '../../infra/cli/import-pictures.ts';
import { openJournal } from '../../infra/cli/journal.ts';

describe('the name of a picture', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tuwen-names-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(['hat.jpg', 'HAT.JPEG', '帽子.Png', 'hat', 'hat.of.many.dots', 'v1.2 hat.webp'])(
    'is the one that the command line gives %s',
    async (called) => {
      const bytes = `what is in ${called}`;
      await writeFile(join(directory, called), bytes);
      const url = 'http://127.0.0.1:1';
      const journal = openJournal(join(directory, 'journal'), { url, fresh: true });
      const source = { directory, keysByPath: new Map<string, string>() };
      const signal = new AbortController().signal;
      const pictures = createImportPictures(createApi({ url, signal }), source, { journal, stop: signal });
      const { key } = await pictures.find('a', called);
      journal.close();
      expect(`catalog/a/${await pictureName(new File([bytes], called))}`).toBe(key);
    },
  );

  it('is another one for another picture', async () => {
    const [one, other] = [new File(['1'], 'a.jpg'), new File(['2'], 'a.jpg')];
    expect(await pictureName(one)).not.toBe(await pictureName(other));
  });
});
