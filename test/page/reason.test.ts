import { describe, expect, it } from 'vitest';
import { reasonOf, reasonOfCode } from '../../functions/web/page/reason.ts';
import { ApiProblem } from '../../functions/web/page/request.ts';
import { en } from '../../functions/web/page/strings/en.ts';
import { zh } from '../../functions/web/page/strings/zh.ts';
import { errorCodes } from '../../shared/api/problems.ts';

const detail = 'expected an item id, without /; found "/"';

describe('the reason of a problem', () => {
  it.each(errorCodes)('%s is a sentence in either language', (code) => {
    expect(reasonOfCode({ code }, zh).text).toMatch(/^\p{Script=Han}.*。$/u);
    expect(reasonOfCode({ code }, en).text).toMatch(/^[A-Z].*\.$/);
  });

  it('is told in Chinese with what the API says of the particulars, and in English by these alone', () => {
    const problem = new ApiProblem(400, { code: 'invalid_id', detail });
    expect(reasonOf(problem, zh)).toEqual({ text: zh.problems.invalid_id, particulars: detail });
    expect(reasonOf(problem, en)).toEqual({ text: detail });
  });

  it('has no particulars where the API has none to tell', () => {
    const forbidden = new ApiProblem(403, { code: 'forbidden', detail: 'this needs an admin key' });
    expect(reasonOf(forbidden, zh)).toEqual({ text: zh.problems.forbidden });
    const broken = new ApiProblem(500, {
      code: 'internal',
      detail: 'Something went wrong. Quote the requestId.',
    });
    expect(reasonOf(broken, zh)).toEqual({ text: zh.problems.internal });
    expect(reasonOf(new ApiProblem(502, {}), zh)).toEqual({ text: zh.common.failed });
  });

  it('is one of the page where a code is not known to it', () => {
    for (const code of ['brand_new', '__proto__', 'toString'])
      expect(reasonOfCode({ code, detail }, zh)).toEqual({ text: zh.common.failed, particulars: detail });
  });
});
