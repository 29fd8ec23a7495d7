import { createClient, parseResponse } from 'tuwen/client';

const { TUWEN_URL = 'http://127.0.0.1:8787', TUWEN_SEARCH_KEY: key } = process.env;
const client = createClient(TUWEN_URL, { key });

const { results, facets } = await parseResponse(
  client.v1.search.$post({
    json: { text: '蓝色牛仔裤', filter: { category: 'jeans' }, facets: ['colour'], topK: 3 },
  }),
);
for (const { id, score, item } of results) console.log(score.toFixed(3), id, item.title);
for (const { value, count } of facets?.colour ?? []) console.log(value, count);

// What may go wrong is typed too.
const answer = await client.v1.items[':id'].$get({ param: { id: 'nothing-like-it' } });
if (answer.status === 404) console.log((await answer.json()).detail);
