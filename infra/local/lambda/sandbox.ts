import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A function as it is deployed. */
export interface FunctionSettings {
  readonly name: string;
  /** The folder with `handler.mjs`. */
  readonly directory: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** All that the function sees of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints is appended here. */
  readonly logFile: string;
  /** Stops the process between invocations, as Lambda does: timers don't fire, sockets die. */
  readonly freeze?: boolean;
}

/** What became of an invocation: the handler's result as JSON, or its error as Lambda words it. */
export type Outcome =
  | { readonly payload: string }
  | { readonly error: { errorType: string; errorMessage: string; trace?: string[] } };

/** One process with one handler, which takes one event at a time. */
export interface Sandbox {
  /** Never rejects. A sandbox whose invocation timed out or crashed is dead afterwards. */
  invoke(requestId: string, event: string): Promise<Outcome>;
  isAlive(): boolean;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('./sandbox-process.mjs', import.meta.url));
/** Lambda's own limit for the code outside of the handler. */
const initTimeoutMs = 10_000;
const endTimeoutMs = 2000;

interface Message {
  readonly type: 'ready' | 'failed' | 'result' | 'error';
  readonly id?: string;
  readonly result?: string;
  readonly error?: { errorType: string; errorMessage: string; trace?: string[] };
}

export function openSandbox(settings: FunctionSettings): Sandbox {
  const { name, directory, memoryMb, timeoutMs, freeze = false } = settings;
  const child = fork(
    program,
    [JSON.stringify({ handlerFile: join(directory, 'handler.mjs'), functionName: name, memoryMb })],
    {
      // Buffers and WASM memory live outside of the heap.
      execArgv: [
        `--max-old-space-size=${Math.max(128, Math.floor(memoryMb * 0.75))}`,
        '--enable-source-maps',
      ],
      env: { ...settings.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    },
  );
  const log = createWriteStream(settings.logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.on('close', () => log.end());
  const exited = once(child, 'exit').catch(() => undefined);
  const ready = firstMessage(child, initTimeoutMs);
  let isStopped = false;

  function thaw(): void {
    if (isStopped) child.kill('SIGCONT');
    isStopped = false;
  }

  return {
    pid: child.pid,
    isAlive: () => child.exitCode === null && child.signalCode === null && child.connected,
    async invoke(requestId, event) {
      thaw();
      const begun = await ready;
      if (begun.type !== 'ready') {
        child.kill('SIGKILL');
        return {
          error: begun.error ?? { errorType: 'Runtime.ExitError', errorMessage: `${name} did not start` },
        };
      }
      const reply = replyTo(child, requestId, timeoutMs);
      child.send({ id: requestId, event, deadlineMs: Date.now() + timeoutMs }, () => {});
      const { type, result, error } = await reply;
      if (type === 'result') {
        if (freeze && child.connected) isStopped = child.kill('SIGSTOP');
        return { payload: result ?? 'null' };
      }
      if (type === 'failed') child.kill('SIGKILL');
      return { error: error ?? { errorType: 'Runtime.ExitError', errorMessage: `${name} failed` } };
    },
    async close() {
      thaw();
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function firstMessage(child: ChildProcess, withinMs: number): Promise<Message> {
  return waitFor(child, withinMs, ({ type }) => type === 'ready' || type === 'failed', 'did not start');
}

function replyTo(child: ChildProcess, id: string, withinMs: number): Promise<Message> {
  return waitFor(child, withinMs, (message) => message.id === id, 'did not answer');
}

/** The first message of that kind; `failed` when the process ends or the time is up before it comes. */
function waitFor(
  child: ChildProcess,
  withinMs: number,
  isIt: (message: Message) => boolean,
  fault: string,
): Promise<Message> {
  return new Promise((resolve) => {
    const settle = (message: Message) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      resolve(message);
    };
    const failed = (errorType: string, errorMessage: string) =>
      settle({ type: 'failed', error: { errorType, errorMessage } });
    const onMessage = (message: unknown) => {
      if (isIt(message as Message)) settle(message as Message);
    };
    const onExit = (code: number | null, signal: string | null) =>
      failed('Runtime.ExitError', `the process ended: ${signal ?? code}`);
    const timer = setTimeout(
      () => failed('Sandbox.Timedout', `${fault} within ${withinMs / 1000} s`),
      withinMs,
    );
    child.on('message', onMessage).on('exit', onExit);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
  });
}
