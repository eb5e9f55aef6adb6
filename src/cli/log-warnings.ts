import { stackFrames } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';

/**
 * The warnings of Node and of libraries become lines of the log, instead of text between them: class, code and
 * stack frames, which tell where to look. Their words are not ours, and may quote anything.
 */
export function logWarnings(logger: Logger): void {
  // Node's own listener prints them.
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { readonly code?: string }) => {
    logger.warn({ code: warning.code, warning: stackFrames(warning) }, 'a warning of Node or of a library');
  });
}
