import { describe, expect, test } from 'vitest';
import { readDeploymentSettings } from '../../../infra/settings.ts';

describe('settings of a deployment', () => {
  test('have the documented defaults', () => {
    expect(readDeploymentSettings({})).toMatchObject({
      searchMemoryMb: 3008,
      searchRows: 'auto',
      searchThreads: 'auto',
      searchStorageMb: 2 * (3008 - 768),
      schedule: 15,
      embedder: 'builtin',
      allowedOrigins: [],
      architecture: 'arm64',
      removalPolicy: 'retain',
    });
  });

  test('may be strings, as the command line gives them', () => {
    const settings = readDeploymentSettings({
      searchMemoryMb: '2048',
      searchThreads: '2',
      schedule: '5',
      allowedOrigins: 'https://a.example, http://localhost:5173',
      tracing: 'true',
      logDays: '90',
    });
    expect(settings).toMatchObject({
      searchMemoryMb: 2048,
      searchThreads: 2,
      schedule: 5,
      allowedOrigins: ['https://a.example', 'http://localhost:5173'],
      tracing: true,
      logDays: 90,
    });
  });

  test('give an index that fills the memory its disk, as far as Lambda has one', () => {
    expect(readDeploymentSettings({ searchMemoryMb: 10_240 }).searchStorageMb).toBe(10_240 - 2048);
    expect(readDeploymentSettings({ searchStorageMb: 0 }).searchStorageMb).toBe(0);
  });

  test("leave the context's other names to CDK", () => {
    const context = {
      '@aws-cdk/core:bootstrapQualifier': 'x',
      'aws:cdk:bundling-stacks': [],
      'cli-telemetry': false,
    };
    expect(readDeploymentSettings(context)).toEqual(readDeploymentSettings({}));
  });

  test.each([
    ['searchMemoryMb', 512],
    ['searchMemoryMb', 20_000],
    ['searchMemoryMb', 'much'],
    ['searchRows', 'tape'],
    ['searchThreads', 0],
    ['searchThreads', 9],
    ['searchThreads', 'all'],
    ['searchStorageMb', -1],
    ['searchStorageMb', 8193],
    ['schedule', 0],
    ['schedule', 1.5],
    ['embedder', 'openai'],
    ['allowedOrigins', 'https://a.example/path'],
    ['allowedOrigins', '*'],
    ['allowedOrigins', ['http://a.example']],
    ['architecture', 'mips'],
    ['uploadDays', 0],
    ['keepVersions', 0],
    ['ingestConcurrency', 1],
    ['logDays', 31],
    ['removalPolicy', 'keep'],
    ['tracing', 'perhaps'],
    ['dashscopeBaseUrl', 'http://dashscope.example'],
    ['onnxModel', '../clip'],
    ['alarmTopicArn', 'ops'],
    ['stackName', '1st'],
  ])('out of range fail with their name: %s %j', (name, value) => {
    expect(() => readDeploymentSettings({ [name]: value })).toThrow(
      new RegExp(`^bad settings: [^;]*\\b${name}\\b`),
    );
  });

  test('misspelt fail with the name that was given', () => {
    expect(() => readDeploymentSettings({ serchMemoryMb: 2048 })).toThrow(/serchMemoryMb/);
  });

  test('that are wrong are all named at once', () => {
    expect(() => readDeploymentSettings({ schedule: 0, uploadDays: 0 })).toThrow(/schedule.*uploadDays/);
  });

  test.each([
    ['dashscope', 'dashscopeSecret'],
    ['onnx', 'onnxModel'],
  ])('ask what the embedder %s needs', (embedder, name) => {
    expect(() => readDeploymentSettings({ embedder })).toThrow(name);
    expect(readDeploymentSettings({ embedder, [name]: 'clip' })).toMatchObject({ embedder, [name]: 'clip' });
  });
});
