import { describe, expect, it } from 'vitest';
import { readLocalSettings, StartError } from '../../../infra/local/settings.ts';

const beijing = 'https://dashscope.aliyuncs.com/api/v1';
const dashscope = { TUWEN_EMBEDDER: 'dashscope', DASHSCOPE_API_KEY: 'sk-very-secret' };

describe('the settings of npm start', () => {
  it('are those of the documentation where none is given; empty ones count as none', () => {
    expect(readLocalSettings({ TUWEN_PORT: '', OTHER: 'x' })).toEqual({
      TUWEN_PORT: 8787,
      TUWEN_S3_PORT: 9000,
      TUWEN_DYNAMODB_PORT: 8000,
      TUWEN_LAMBDA_PORT: 0,
      TUWEN_DATA_DIR: '.tuwen',
      TUWEN_DEMO: '1',
      TUWEN_SEARCH_ROWS: 'auto',
      TUWEN_SEARCH_THREADS: 'auto',
      TUWEN_EMBEDDER: 'builtin',
    });
  });

  it.each([
    [{ TUWEN_SEARCH_KEY: 'alone' }, /^TUWEN_ADMIN_KEY: /],
    [{ TUWEN_ADMIN_KEY: 'alone' }, /^TUWEN_SEARCH_KEY: /],
    [{ TUWEN_SEARCH_KEY: 'same', TUWEN_ADMIN_KEY: 'same' }, /^TUWEN_ADMIN_KEY: expected another/],
    [{ TUWEN_SEARCH_KEY: 'with space', TUWEN_ADMIN_KEY: 'b' }, /^TUWEN_SEARCH_KEY: expected a key without/],
    [{ TUWEN_PORT: 'eighty' }, /^TUWEN_PORT: .*0 for a free one/],
    [{ TUWEN_S3_PORT: '70000' }, /^TUWEN_S3_PORT: .*0 for a free one/],
    [{ TUWEN_DYNAMODB_PORT: '1.5' }, /^TUWEN_DYNAMODB_PORT: .*0 for a free one/],
    [{ TUWEN_DEMO: 'yes' }, /^TUWEN_DEMO: expected 0 or 1/],
    [{ TUWEN_SEARCH_ROWS: 'tape' }, /^TUWEN_SEARCH_ROWS: expected auto, memory or disk/],
    [{ TUWEN_SEARCH_THREADS: '0' }, /^TUWEN_SEARCH_THREADS: expected auto or a whole number from 1 to 8/],
    [{ TUWEN_EMBEDDER: 'clip' }, /^TUWEN_EMBEDDER: expected builtin, dashscope or onnx/],
    [{ TUWEN_EMBEDDER: 'onnx' }, /^TUWEN_ONNX_DIR: /],
    [{ TUWEN_EMBEDDER: 'onnx', TUWEN_ONNX_DIR: '/nowhere' }, /^TUWEN_ONNX_DIR: .*config\.json/],
    [{ TUWEN_EMBEDDER: 'dashscope' }, /^DASHSCOPE_API_KEY: /],
    [{ ...dashscope, DASHSCOPE_DIMENSIONS: '512' }, /^DASHSCOPE_DIMENSIONS: expected 1024/],
    [{ ...dashscope, DASHSCOPE_DIMENSIONS: 'many' }, /^DASHSCOPE_DIMENSIONS: expected a whole number/],
    [{ ...dashscope, DASHSCOPE_MODEL: 'clip' }, /^DASHSCOPE_MODEL: /],
    [
      { ...dashscope, DASHSCOPE_MODEL: 'tongyi-embedding-vision-plus', DASHSCOPE_BASE_URL: beijing },
      /^DASHSCOPE_BASE_URL: /,
    ],
    [{ AWS_ENDPOINT_URL_S3: 'localhost:9000' }, /^AWS_ENDPOINT_URL_S3: expected a URL/],
    [{ TUWEN_DEMO: '2', TUWEN_PORT: '-1' }, /^TUWEN_PORT: .*; TUWEN_DEMO: /],
  ])('%j is refused in one line that names the setting and never a key', (environment, line) => {
    const read = () => readLocalSettings(environment);
    expect(read).toThrow(StartError);
    expect(read).toThrow(line);
    expect(read).toThrow(/^[^\n]+$/);
    expect(read).not.toThrow(/very-secret|alone|with space/);
  });
});
