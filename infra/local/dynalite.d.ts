declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Milliseconds that DynamoDB's own delays take here; `path` is where it keeps its data. */
  export default function dynalite(options?: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
