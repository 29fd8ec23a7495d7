import { describe, expect, it } from 'vitest';
import { readOptions } from '../../../infra/eval/options.ts';

describe('the options of npm run eval', () => {
  it('are a directory alone, or all of them', () => {
    expect(readOptions(['judged'])).toEqual({
      directory: 'judged',
      embedders: undefined,
      attributes: undefined,
      seed: 1,
      json: undefined,
    });
    const all = [
      '--embedder',
      'builtin,dashscope',
      '--by',
      'brand, type+colour',
      '--seed',
      '7',
      '--json',
      'a.json',
    ];
    expect(readOptions([...all, 'judged'])).toEqual({
      directory: 'judged',
      embedders: ['builtin', 'dashscope'],
      attributes: ['brand', 'type+colour'],
      seed: 7,
      json: 'a.json',
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([
    [[], 'expected one directory: npm run eval -- <dir>; found none'],
    [['a', 'b'], 'expected one directory: npm run eval -- <dir>; found 2'],
    [['a', '--embedder', 'clip'], '--embedder: expected builtin, dashscope, onnx, found "clip"'],
    [
      ['a', '--embedder', 'onnx,onnx'],
      '--embedder: expected distinct names parted by commas, found "onnx,onnx"',
    ],
    [['a', '--by', 'type,'], '--by: expected distinct names parted by commas, found "type,"'],
    [['a', '--seed=-1'], '--seed: expected a whole number from 0 to 4294967295, found "-1"'],
    [['a', '--colour'], "Unknown option '--colour'"],
    [['a', '--json'], "Option '--json <value>' argument missing"],
  ])('are refused in one line: %j', (args, expected) => {
    const refuse = () => readOptions(args);
    expect(refuse).toThrow(expect.objectContaining({ name: 'EvaluationError' }));
    expect(refuse).toThrow(expected);
    expect(refuse).not.toThrow('\n');
  });
});
