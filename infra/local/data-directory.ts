import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { StartError } from './settings.ts';

export interface DataDirectory {
  readonly path: string;
  /** A folder in it, created where it is not there. */
  folder(name: string): Promise<string>;
  /** Whether the last work that was to be finished here was not. */
  isUnfinished(): Promise<boolean>;
  /** Does work that, if it is cut short, the next process shall know of. */
  finish(work: () => Promise<void>): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes a data directory for this process alone: two hosts on one would undo each other's writes.
 *
 * @throws StartError when it can't be written or another process has it
 */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  const directory = resolve(path);
  const lock = join(directory, 'lock.json');
  const unfinished = join(directory, 'unfinished');
  const guard = await listenForAskers();
  // A process that is ended while it takes the directory has nobody else to give it back.
  const giveBack = () => removeOwn(lock, guard.claim);
  process.once('exit', giveBack);
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
    await claim(lock, guard.claim);
  } catch (error) {
    guard.server.close();
    process.off('exit', giveBack);
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new StartError(
      `TUWEN_DATA_DIR: ${directory} cannot be written (${reason}); name a directory that can`,
    );
  }
  return {
    path: directory,
    async folder(name) {
      const folder = join(directory, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    isUnfinished: () =>
      access(unfinished).then(
        () => true,
        () => false,
      ),
    async finish(work) {
      await writeFile(unfinished, '');
      await work();
      await rm(unfinished, { force: true });
    },
    async release() {
      guard.server.close();
      await rm(lock, { force: true });
      process.off('exit', giveBack);
    },
  };
}

const lockFile = z.object({ pid: z.int(), port: z.int().min(1).max(65_535), token: z.string() });
type Claim = z.infer<typeof lockFile>;
const answerWithinMs = 2000;
const tokenBytes = 36;

/**
 * Whoever finds the lock asks at this port whether its holder still lives: a process id alone may belong to
 * somebody else by now.
 */
async function listenForAskers(): Promise<{ server: Server; claim: Claim }> {
  const token = randomUUID();
  const server = createServer((socket) => socket.on('error', () => {}).end(token));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return { server, claim: { pid: process.pid, port: (server.address() as AddressInfo).port, token } };
}

async function claim(lock: string, ours: Claim): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      // Not to be found half written at the exit, where it would not be known for ours.
      writeFileSync(lock, JSON.stringify(ours), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    // Where it can't be read it may just be being written.
    const holder = (await readClaim(lock)) ?? (await sleep(300).then(() => readClaim(lock)));
    if (holder && (await isAlive(holder)))
      throw new StartError(
        `TUWEN_DATA_DIR: ${lock} is held by process ${holder.pid}; end it or name another directory`,
      );
    // Left behind by a process that was killed.
    await rm(lock, { force: true });
  }
  throw new StartError(`TUWEN_DATA_DIR: ${lock} is being fought over; start again`);
}

/** Without waiting, for there is no waiting at the exit; another's lock is left alone. */
function removeOwn(lock: string, { token }: Claim): void {
  try {
    if (readFileSync(lock, 'utf8').includes(token)) rmSync(lock, { force: true });
  } catch {
    // There is none.
  }
}

async function readClaim(lock: string): Promise<Claim | undefined> {
  try {
    return lockFile.parse(JSON.parse(await readFile(lock, 'utf8')));
  } catch {
    return undefined;
  }
}

function isAlive({ port, token }: Claim): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port });
    const settle = () => {
      socket.destroy();
      resolve(answer === token);
    };
    socket.setEncoding('utf8').setTimeout(answerWithinMs, settle);
    socket.on('data', (text) => {
      answer += text;
      if (answer.length >= tokenBytes) settle();
    });
    socket.on('end', settle).on('error', settle);
  });
}
