import { type Span, type SpanOptions, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { LobarError } from '../errors.ts';

/** What every span is made by; while tracing is off its spans record nothing. */
export function tracer(): Tracer {
  return trace.getTracer('lobar');
}

/** Runs within a span that ends with it, and that what is thrown marks as failed. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  run: (span: Span) => Promise<Result>,
): Promise<Result> {
  return await tracer().startActiveSpan(name, options, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      markFailed(span, errorType(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/**
 * Never recordException: messages and stacks may hold patient data.
 *
 * @param type - a code, for `error.type` (OpenTelemetry semantic conventions)
 */
export function markFailed(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
  span.setAttribute('error.type', type);
}

/** The code of an error of the table; all others are `internal`, as for the caller. */
export function errorType(error: unknown): string {
  return error instanceof LobarError ? error.code : 'internal';
}
