import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCalibration } from '../../shared/embedding/calibration.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { calibrationOf } from './calibration.ts';

const parse = (content: unknown) => parseCalibration(JSON.stringify(content), 'model/calibration.json');
const knots = { cosines: [0.1, 0.3, 0.7], matches: [0.05, 0.25, 0.95] };

describe('the map from a cosine to a match', () => {
  it('is linear between the knots and constant outside them', () => {
    const map = matchMap(knots);
    const pairs = [
      [-1, 0.05],
      [0.1, 0.05],
      [0.2, 0.15],
      [0.3, 0.25],
      [0.4, 0.425],
      [0.7, 0.95],
      [1, 0.95],
    ] as const;
    for (const [cosine, match] of pairs) expect(map(cosine)).toBeCloseTo(match, 12);
  });

  it('meets every knot exactly, stays in 0..1 and never falls, not by a rounding either', () => {
    const curves = fc
      .uniqueArray(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 9 })
      .chain((cosines) =>
        fc
          .array(fc.double({ min: 0, max: 1, noNaN: true }), {
            minLength: cosines.length,
            maxLength: cosines.length,
          })
          .map((matches) => ({
            cosines: Float64Array.from(cosines).sort(),
            matches: Float64Array.from(matches).sort(),
          })),
      )
      .filter(({ cosines }) => cosines.every((cosine, i) => i === 0 || cosine > cosines[i - 1]!))
      .map(({ cosines, matches }) => ({ cosines: [...cosines], matches: [...matches] }));
    fc.assert(
      fc.property(
        curves,
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 30 }),
        (curve, scores) => {
          const map = matchMap(curve);
          curve.cosines.forEach((cosine, i) => {
            expect(map(cosine)).toBe(curve.matches[i]);
          });
          const rising = Float64Array.from([...scores, ...curve.cosines]).sort();
          let before = 0;
          for (const score of rising) {
            const match = map(score);
            expect(match).toBeGreaterThanOrEqual(before);
            expect(match).toBeLessThanOrEqual(1);
            before = match;
          }
        },
      ),
      { numRuns: 1000, seed: 1 },
    );
  });
});

describe('a calibration', () => {
  it('has a map for each kind of query and each modality of a row', () => {
    const to = (most: number) => ({ cosines: [0, 1], matches: [0, most] });
    const { matchOf } = parse(
      calibrationOf(knots, {
        text: { text: to(0.1), image: to(0.2) },
        image: { text: to(0.3), image: to(0.4) },
        mixed: { text: to(0.5), image: to(0.6) },
      }),
    );
    const kinds = ['text', 'image', 'mixed'] as const;
    expect(kinds.map((kind) => [matchOf[kind].text(1), matchOf[kind].image(1)])).toEqual([
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
    ]);
  });

  it('is named by what it says, not by how it is written', () => {
    const content = calibrationOf(knots);
    const turned = { mixed: content.mixed, image: content.image, text: content.text, note: 'by hand' };
    expect(parse(turned).name).toBe(parse(content).name);
    const other = { ...content, image: { ...content.image, text: { ...content.image.text, mean: 0.2 } } };
    expect(parse(other).name).not.toBe(parse(content).name);
  });

  const valid = calibrationOf(knots);
  const withCurve = (curve: object) => ({
    ...valid,
    mixed: { ...valid.mixed, image: { ...valid.mixed.image, ...curve } },
  });
  it.each<[string, unknown, string]>([
    ['another kind of JSON', [], 'expected an object, found an array'],
    ['no mixed', { ...valid, mixed: undefined }, 'mixed: expected an object, found nothing'],
    ['no image rows', { ...valid, text: { text: valid.text.text } }, 'text.image: expected an object'],
    [
      'a mean in words',
      withCurve({ mean: 'low' }),
      'mixed.image.mean: expected a finite number, found "low"',
    ],
    ['a negative spread', withCurve({ spread: -1 }), 'mixed.image.spread: expected at least 0, found -1'],
    [
      'one knot',
      withCurve({ cosines: [0.1], matches: [0.1] }),
      'mixed.image.cosines: expected at least 2 elements, found 1',
    ],
    [
      'another number of matches',
      withCurve({ matches: [0, 1] }),
      'mixed.image.matches: expected as many as cosines, which are 3, found 2',
    ],
    [
      'a cosine twice',
      withCurve({ cosines: [0.1, 0.3, 0.3] }),
      'mixed.image.cosines[2]: expected more than 0.3, found 0.3',
    ],
    [
      'falling matches',
      withCurve({ matches: [0.2, 0.1, 0.3] }),
      'mixed.image.matches[1]: expected at least 0.2, found 0.1',
    ],
    [
      'a match over 1',
      withCurve({ matches: [0, 1, 1.5] }),
      'mixed.image.matches[2]: expected at most 1, found 1.5',
    ],
    [
      'a cosine that is none',
      withCurve({ cosines: [-30, 0, 30] }),
      'mixed.image.cosines[0]: expected at least -1.01, found -30',
    ],
  ])('is refused with %s, telling where, what was expected and what was found', (_, content, message) => {
    const told = expect.stringContaining(`model/calibration.json is no calibration: ${message}`);
    expect(() => parse(content)).toThrow(
      expect.objectContaining({ code: 'embedder_failed', retryable: false, message: told }),
    );
  });

  it('is refused where it is not JSON', () => {
    expect(() => parseCalibration('{', 'here')).toThrow('here is no calibration: expected JSON');
  });
});
