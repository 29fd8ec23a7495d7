import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CursorPlace,
  decodeCursor,
  encodeCursor,
  fingerprintQuery,
  resolveCursor,
} from '../../shared/index/cursor.ts';

const fingerprint = fingerprintQuery({ text: 'red dress' });
const place: CursorPlace = { version: 'v1', fingerprint, score: Math.fround(0.83), id: '图-1' };
const calibrated = { calibration: '0123456789abcdef', match: 0.1 + 0.2 };
const version = { version: 'v1', positionOf: (id: string) => (id === '图-1' ? 42 : undefined) };

describe('a cursor', () => {
  it('leads back to the last result', () => {
    expect(resolveCursor(encodeCursor(place), { version, fingerprint })).toEqual({
      score: Math.fround(0.83),
      position: 42,
    });
    const { calibration } = calibrated;
    expect(
      resolveCursor(encodeCursor({ ...place, calibrated }), { version, fingerprint, calibration }),
    ).toEqual({ score: Math.fround(0.83), position: 42, match: 0.1 + 0.2 });
  });

  it('goes on in fast mode where it began in it', () => {
    expect(resolveCursor(encodeCursor({ ...place, isFast: true }), { version, fingerprint })).toMatchObject({
      isFast: true,
    });
    expect(encodeCursor({ ...place, isFast: false })).toBe(encodeCursor(place));
  });

  it('keeps every score, match, version and id to the bit, in text that is safe in a URL', () => {
    const places = fc.record(
      {
        version: fc.string({ minLength: 1, maxLength: 60 }),
        fingerprint: fc.string().map(fingerprintQuery),
        score: fc.float({ noNaN: true }),
        id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }),
        calibrated: fc.record({
          calibration: fc.string().map(fingerprintQuery),
          match: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
      },
      { requiredKeys: ['version', 'fingerprint', 'score', 'id'] },
    );
    fc.assert(
      fc.property(places, (given) => {
        const cursor = encodeCursor(given);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor)).toEqual(given);
      }),
    );
  });

  it('is refused when it is malformed', () => {
    const cursor = encodeCursor(place);
    const changed = [...cursor].map((character, i) => {
      return cursor.slice(0, i) + (character === 'A' ? 'B' : 'A') + cursor.slice(i + 1);
    });
    const cut = [...cursor].map((_, i) => cursor.slice(0, i));
    for (const text of [...changed, ...cut, `${cursor}=`, `${cursor}AA`, ' ', '图', `${cursor} `])
      expect(() => resolveCursor(text, { version, fingerprint })).toThrow(
        expect.objectContaining({ code: 'invalid_cursor' }),
      );
  });

  it('is refused for another query, whatever its version', () => {
    const other = fingerprintQuery({ text: 'blue dress' });
    for (const given of [place, { ...place, version: 'v0' }])
      expect(() => resolveCursor(encodeCursor(given), { version, fingerprint: other })).toThrow(
        expect.objectContaining({ code: 'invalid_cursor' }),
      );
  });

  it('is stale when its version is gone', () => {
    const cursor = encodeCursor({ ...place, version: 'v0' });
    expect(() => resolveCursor(cursor, { version, fingerprint })).toThrow(
      expect.objectContaining({ code: 'stale_cursor' }),
    );
  });

  it('is stale when results are ordered by another calibration by now', () => {
    const { calibration } = calibrated;
    const cases = [
      [
        { ...place, calibrated },
        undefined,
        'of no calibration, found one of the calibration 0123456789abcdef',
      ],
      [place, calibration, 'of the calibration 0123456789abcdef, found one of no calibration'],
      [{ ...place, calibrated }, 'fedcba9876543210', 'of the calibration fedcba9876543210'],
    ] as const;
    for (const [given, present, message] of cases)
      expect(() =>
        resolveCursor(encodeCursor(given), { version, fingerprint, calibration: present }),
      ).toThrow(expect.objectContaining({ code: 'stale_cursor', message: expect.stringContaining(message) }));
  });

  it('is refused when its version never had that item', () => {
    const cursor = encodeCursor({ ...place, id: 'other' });
    expect(() => resolveCursor(cursor, { version, fingerprint })).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    );
  });
});

describe('a fingerprint', () => {
  it('is the same for the same query, in whatever order it is written', () => {
    const a = { text: 'x', filter: { b: 1, a: [1, { d: 1, c: 2 }] } };
    const b = { filter: { a: [1, { c: 2, d: 1 }], b: 1 }, text: 'x' };
    expect(fingerprintQuery(a)).toBe(fingerprintQuery(b));
    expect(fingerprintQuery({ ...a, without: undefined })).toBe(fingerprintQuery(a));
  });

  it('differs where anything does', () => {
    const queries = [
      { text: 'x' },
      { text: 'y' },
      { text: ['x'] },
      { itemId: 'x' },
      { a: [1, 2] },
      { a: [2, 1] },
    ];
    expect(new Set(queries.map(fingerprintQuery)).size).toBe(queries.length);
  });
});
