import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from './settings.ts';

type Listening = Pick<Server, 'listen' | 'once' | 'off' | 'address' | 'close' | 'closeAllConnections'>;

/** @returns the URL. @throws StartError naming the setting, where the port can't be had */
export async function listen(server: Listening, port: number, setting: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  }).catch(portFault(setting, port));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends open connections too. */
export function endServer(server: Listening): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export function portFault(setting: string, port: number) {
  return (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `${setting}: port ${port} is in use; end what uses it, or set ${setting} to another (0 takes a free one)`,
      );
    if (code === 'EACCES')
      throw new StartError(`${setting}: port ${port} may not be used; set ${setting} to one above 1023`);
    throw error;
  };
}
