import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * JSON lines on stderr, so that stdout is free for answers. Callers log codes, names of endpoints, stages and
 * counts; never identifiers of patients or studies, never URLs.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
}
