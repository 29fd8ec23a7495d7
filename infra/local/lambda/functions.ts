import { randomUUID } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import { type FunctionSettings, type Outcome, openSandbox, type Sandbox } from './sandbox.ts';

export interface HostedFunction extends FunctionSettings {
  /** Events handled at once, each in a sandbox of its own; more wait. */
  readonly maxSandboxes: number;
}

/** Runs functions as Lambda does: in sandboxes, one event at a time each, started when they are needed. */
export interface LambdaHost {
  /** @throws Error when there is no such function. */
  invoke(name: string, event: unknown): Promise<Outcome>;
  has(name: string): boolean;
  /** Starts a sandbox before anybody asks. */
  warm(name: string): void;
  /** Process ids of the sandboxes of a function. */
  pids(name: string): number[];
  close(): Promise<void>;
}

/** Lambda's own, for a synchronous invocation, either way. */
export const payloadBytes = 6 * 1024 * 1024;

export function createLambdaHost(functions: readonly HostedFunction[]): LambdaHost {
  const pools = new Map(functions.map((settings) => [settings.name, createPool(settings)]));

  function poolOf(name: string): Pool {
    const pool = pools.get(nameOf(name));
    if (!pool) throw new Error(`there is no function ${JSON.stringify(name)}`);
    return pool;
  }

  return {
    has: (name) => pools.has(nameOf(name)),
    warm: (name) => poolOf(name).warm(),
    pids: (name) => poolOf(name).pids(),
    async invoke(name, event) {
      const pool = poolOf(name);
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > payloadBytes)
        return {
          error: {
            errorType: 'RequestTooLargeException',
            errorMessage: `expected at most ${payloadBytes} bytes`,
          },
        };
      const outcome = await pool.invoke(payload);
      if ('payload' in outcome && Buffer.byteLength(outcome.payload) > payloadBytes)
        return {
          error: {
            errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response payload size exceeded maximum allowed payload size (${payloadBytes} bytes).`,
          },
        };
      return outcome;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** `arn:aws:lambda:…:function:search:live` → `search`. */
function nameOf(nameOrArn: string): string {
  return nameOrArn.match(/:function:([^:]+)/)?.[1] ?? nameOrArn.split(':')[0]!;
}

interface Pool {
  invoke(event: string): Promise<Outcome>;
  warm(): void;
  pids(): number[];
  close(): Promise<void>;
}

function createPool(settings: HostedFunction): Pool {
  const limit: LimitFunction = pLimit(settings.maxSandboxes);
  const idle: Sandbox[] = [];
  const all = new Set<Sandbox>();
  let isClosed = false;

  function open(): Sandbox {
    const sandbox = openSandbox(settings);
    all.add(sandbox);
    return sandbox;
  }

  function takeIdle(): Sandbox | undefined {
    for (let sandbox = idle.pop(); sandbox; sandbox = idle.pop()) {
      if (sandbox.isAlive()) return sandbox;
      all.delete(sandbox);
    }
    return undefined;
  }

  return {
    invoke: (event) =>
      limit(async () => {
        if (isClosed) return { error: { errorType: 'Host.Closed', errorMessage: 'the host is closing' } };
        const sandbox = takeIdle() ?? open();
        const outcome = await sandbox.invoke(randomUUID(), event);
        if (sandbox.isAlive()) idle.push(sandbox);
        else all.delete(sandbox);
        return outcome;
      }),
    warm() {
      if (idle.length === 0) idle.push(open());
    },
    pids: () => [...all].flatMap(({ pid }) => pid ?? []),
    async close() {
      isClosed = true;
      await Promise.all([...all].map((sandbox) => sandbox.close()));
    },
  };
}
