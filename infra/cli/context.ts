import type { Api } from './api.ts';
import type { Output } from './output.ts';

/** What every command is given. */
export interface Context {
  readonly api: Api;
  readonly output: Output;
  /** Aborted by Ctrl-C: nothing new is begun. */
  readonly stop: AbortSignal;
}

/** How a command ended: exit status 0, or 1 where something of it failed. */
export type Ending = 'ok' | 'failed';
