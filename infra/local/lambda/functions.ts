import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { type Fault, type FunctionSettings, type Outcome, openSandbox, type Sandbox } from './sandbox.ts';

export interface HostedFunction extends FunctionSettings {
  /** Events handled at once, each in a sandbox of its own; more wait. */
  readonly maxSandboxes: number;
}

/** Runs functions as Lambda does: in sandboxes, one event at a time each, started when they are needed. */
export interface LambdaHost {
  /** By name or ARN. Never rejects for what the function does. @throws Error when there is no such function. */
  invoke(name: string, event: unknown): Promise<Outcome>;
  has(name: string): boolean;
  /** Starts a sandbox before anybody asks. @throws Error with the reason when the handler can't be loaded. */
  warm(name: string): Promise<void>;
  /** Process ids of the sandboxes of a function. */
  pids(name: string): number[];
  /** Ends all sandboxes at once; invocations under way end with `Host.Closed`. */
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
      const payload = JSON.stringify(event ?? null);
      if (Buffer.byteLength(payload) > payloadBytes)
        return fault(
          'RequestTooLargeException',
          `Request must be smaller than ${payloadBytes} bytes for the InvokeFunction operation`,
        );
      const outcome = await pool.invoke(payload);
      if ('payload' in outcome && Buffer.byteLength(outcome.payload) > payloadBytes)
        return fault(
          'Function.ResponseSizeTooLarge',
          `Response payload size exceeded maximum allowed payload size (${payloadBytes} bytes).`,
        );
      return outcome;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** `arn:aws:lambda:…:function:search:live`, `123456789012:function:search` or `search:$LATEST` → `search`. */
function nameOf(nameOrArn: string): string {
  return nameOrArn.match(/(?:^|:)function:([^:]+)/)?.[1] ?? nameOrArn.split(':')[0]!;
}

function fault(errorType: string, errorMessage: string): { error: Fault } {
  return { error: { errorType, errorMessage } };
}

interface Pool {
  invoke(event: string): Promise<Outcome>;
  warm(): Promise<void>;
  pids(): number[];
  close(): Promise<void>;
}

function createPool(settings: HostedFunction): Pool {
  const limit = pLimit(settings.maxSandboxes);
  /** The one used last is used first, so that others grow old, as on Lambda. */
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

  async function invoke(event: string): Promise<Outcome> {
    if (isClosed) return fault('Host.Closed', 'the host is closing');
    const sandbox = takeIdle() ?? open();
    const outcome = await sandbox.invoke(randomUUID(), event);
    if (sandbox.isAlive()) idle.push(sandbox);
    else all.delete(sandbox);
    // It did not fail, it was ended.
    return isClosed && 'error' in outcome ? fault('Host.Closed', 'the host was closed') : outcome;
  }

  return {
    invoke: (event) => limit(() => invoke(event)),
    async warm() {
      if (all.size > 0) return;
      const sandbox = open();
      idle.push(sandbox);
      const failure = await sandbox.started;
      if (failure && !isClosed) throw new Error(failure.errorMessage);
    },
    pids: () => [...all].filter((sandbox) => sandbox.isAlive()).flatMap(({ pid }) => pid ?? []),
    async close() {
      isClosed = true;
      await Promise.all([...all].map((sandbox) => sandbox.close()));
    },
  };
}
