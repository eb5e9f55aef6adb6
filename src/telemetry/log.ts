import { createRequire } from 'node:module';
import { isatty } from 'node:tty';
import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogConfig } from '../config-schema.ts';
import { stackFrames } from '../errors.ts';

export type { Logger };

const stderr = 2;

/**
 * Lines on stderr, so that stdout is free for answers. Callers log codes, names of endpoints, stages and
 * counts; never identifiers of patients or studies, never URLs. Of an error, whoever logs it, only class, code and
 * stack frames are written: a message may hold anything. In a trace, each line names it and its span.
 *
 * Written synchronously: the last line before the end of the process is there.
 *
 * @param format - as in the configuration
 */
export function createLogger(level: string, format: LogConfig['format'] = 'json'): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: traceIds,
      serializers: { err: describeError },
      hooks: {
        logMethod(args, method) {
          method.apply(this, withOwnWords(args));
        },
      },
    },
    isPretty(format, isatty(stderr)) ? prettyStream() : synchronous(),
  );
}

/** Whether the log is for the eye. */
export function isPretty(format: LogConfig['format'], onTerminal: boolean): boolean {
  return format === 'pretty' || (format === 'auto' && onTerminal);
}

function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}

function describeError(error: unknown): object {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const isCode = typeof code === 'string' && /^\w{1,60}$/.test(code);
  return { ...(isCode ? { code } : {}), stack: stackFrames(error) };
}

/** Where a library logs an error without a text, pino would take the message of the error for it. */
function withOwnWords<Args extends readonly unknown[]>(args: Args): Args {
  const [first, text]: readonly unknown[] = args;
  if (text !== undefined || typeof first !== 'object' || first === null) return args;
  if (first instanceof Error) return [{ err: first }, 'an error'] as unknown as Args;
  return 'err' in first ? ([first, 'an error'] as unknown as Args) : args;
}

/** By the function of pino-pretty, not by its stream: that writes later, and the last line would be lost. */
function prettyStream(): DestinationStream {
  const require = createRequire(import.meta.url);
  // It takes a while to load and few need it.
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty');
  const pretty = prettyFactory({
    colorize: isatty(stderr),
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  const destination = synchronous();
  return { write: (line) => void destination.write(pretty(line)) };
}

function synchronous() {
  return pino.destination({ dest: stderr, sync: true });
}
