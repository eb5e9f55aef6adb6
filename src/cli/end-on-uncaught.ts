import { stackFrames } from '../errors.ts';

/** An error that nobody caught: its class and the frames of its stack, as its message may hold anything. */
export interface Uncaught {
  readonly origin: NodeJS.UncaughtExceptionOrigin;
  readonly error: string;
}

/**
 * Ends the process at once when an error was thrown, or a promise rejected, that nobody caught: what goes on after
 * it would be half alive. Node's own print of it, with the message, is thereby replaced.
 *
 * By a signal, so the status is 128 + 9: process.exit would wait for a native run of the inference worker, and
 * abort in the middle of one, which may dump a core with images in it. `tell` must write synchronously.
 */
export function endOnUncaught(tell: (uncaught: Uncaught) => void): void {
  // A diagnostic report, which an operator may ask Node for, would list every variable.
  if (process.report !== undefined) process.report.excludeEnv = true;
  process.on('uncaughtException', (error: unknown, origin) => {
    try {
      tell({ origin, error: stackFrames(error) });
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  });
}
