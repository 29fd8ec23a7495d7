import { type Logger, pino } from 'pino';

export type Log = Pick<Logger, 'info' | 'warn' | 'error'>;

/** A line of JSON for each event on standard output, where Lambda and the local host pick it up. */
export function createLog(name: string): Log {
  return pino({
    base: { function: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    // What must never be logged, should an object that holds it ever be passed.
    redact: {
      paths: ['*.url', '*.authorization', '*.apiKey', '*.picture', '*.vector', '*.headers'],
      censor: '[redacted]',
    },
  });
}
