import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepLog } from './sandbox-log.ts';

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
  /** Told what it prints as a warning or worse. */
  readonly onWarning?: (line: string) => void;
  /** Stops the process between invocations, as Lambda does: timers don't fire, sockets die. */
  readonly freeze?: boolean;
  /** The Node that runs it; default the one that runs this. */
  readonly nodeFile?: string | undefined;
}

/** An error as Lambda words it. */
export interface Fault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What became of an invocation: the handler's result as JSON, or what went wrong. */
export type Outcome = { readonly payload: string } | { readonly error: Fault };

/** One process with one handler, which takes one event at a time. */
export interface Sandbox {
  readonly pid: number | undefined;
  /** Resolves when the handler is loaded, or with why it could not be. */
  readonly started: Promise<Fault | undefined>;
  /** False from the moment on that it timed out or crashed; it takes no further event then. */
  isAlive(): boolean;
  /** Never rejects. */
  invoke(requestId: string, event: string): Promise<Outcome>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('./sandbox-process.mjs', import.meta.url));
/** Lambda gives the code outside of the handler so long, and where that was too short the function's own time. */
const initTimeoutMs = 10_000;
const endTimeoutMs = 1000;

interface Message {
  readonly type: 'ready' | 'failed' | 'result' | 'error';
  readonly id?: string;
  readonly result?: string;
  readonly error?: Fault;
}

export function openSandbox(settings: FunctionSettings): Sandbox {
  const { name, timeoutMs, freeze = false } = settings;
  const child = start(settings);
  keepLog(child, settings.logFile, (line) => settings.onWarning?.(`${name}: ${line}`));

  let isAlive = true;
  let isBusy = false;
  let isFrozen = false;
  let settle: ((message: Message) => void) | undefined;
  const exited = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      isAlive = false;
      settle?.(failed('Runtime.ExitError', `Runtime exited with error: ${reason}`));
      resolve();
    };
    child.once('exit', (code, signal) => end(signal ? `signal: ${signal}` : `exit status ${code}`));
    child.once('error', (error) => end(error.message));
  });
  child.on('message', (message: Message) => settle?.(message));

  /** The next message of that invocation (or of the start); what fails ends the sandbox. */
  function answer(id: string | undefined, withinMs: number, late: string): Promise<Message> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle?.(failed('Sandbox.Timedout', late)), withinMs);
      settle = (message) => {
        if (message.type !== 'failed' && message.id !== id) return;
        clearTimeout(timer);
        settle = undefined;
        if (message.type === 'failed') kill();
        resolve(message);
      };
      if (!isAlive) settle(failed('Runtime.ExitError', 'Runtime exited'));
    });
  }

  function kill(): void {
    isAlive = false;
    child.kill('SIGKILL');
  }

  function rest(): void {
    isBusy = false;
    if (freeze && isAlive) isFrozen = child.kill('SIGSTOP');
  }

  function wake(): void {
    isBusy = true;
    if (isFrozen) child.kill('SIGCONT');
    isFrozen = false;
  }

  const started = answer(undefined, initTimeoutMs + timeoutMs, `${name} did not start`).then((message) => {
    if (message.type === 'failed') return message.error;
    if (!isBusy) rest();
    return undefined;
  });

  return {
    pid: child.pid,
    started,
    isAlive: () => isAlive,
    async invoke(requestId, event) {
      wake();
      const fault = await started;
      if (fault) return { error: fault };
      const seconds = (timeoutMs / 1000).toFixed(2);
      const reply = answer(requestId, timeoutMs, `Task timed out after ${seconds} seconds`);
      child.send({ id: requestId, event, deadlineMs: Date.now() + timeoutMs }, () => {});
      const { type, result, error } = await reply;
      if (type !== 'failed') rest();
      if (type === 'result') return { payload: result ?? 'null' };
      const { errorType, errorMessage, ...others } = error ?? failed('Runtime.ExitError', 'no reply').error;
      const ours = type === 'failed';
      return {
        error: {
          errorType,
          errorMessage: ours ? `RequestId: ${requestId} Error: ${errorMessage}` : errorMessage,
          ...others,
        },
      };
    },
    async close() {
      if (isFrozen) child.kill('SIGCONT');
      if (child.connected) child.disconnect();
      const timer = setTimeout(kill, endTimeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function start({ name, directory, memoryMb, environment, nodeFile }: FunctionSettings): ChildProcess {
  const settings = { handlerFile: join(directory, 'handler.mjs'), functionName: name, memoryMb };
  return fork(program, [JSON.stringify(settings)], {
    ...(nodeFile && { execPath: nodeFile }),
    // Buffers and WASM memory live outside of the heap.
    execArgv: [`--max-old-space-size=${Math.max(128, Math.floor(memoryMb * 0.75))}`],
    env: { ...environment },
    // Ctrl-C goes to all processes of a terminal's group; when a sandbox ends is ours to say.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}

function failed(errorType: string, errorMessage: string): Message & { readonly error: Fault } {
  return { type: 'failed', error: { errorType, errorMessage } };
}
