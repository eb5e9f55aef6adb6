import { context, type Span, trace } from '@opentelemetry/api';
import { errorType, markFailed, tracer } from '../telemetry/in-span.ts';
import type { CtVolume } from '../volume/types.ts';
import type { StageRecord } from './stage-recorder.ts';
import type { FromWorker } from './worker-protocol.ts';

/** One volume's way through the inference worker as a trace shows it: a span, with one for each stage in it. */
export interface InferenceSpan {
  /** Its turn has come. */
  started(): void;
  /** The worker has answered. */
  ran(answer: Extract<FromWorker, { kind: 'done' | 'failed' }>): void;
  failed(error: unknown): void;
  end(): void;
}

export function openInferenceSpan({ shape }: Pick<CtVolume, 'shape'>): InferenceSpan {
  const queued = performance.now();
  const slices = { 'lobar.slices': shape[0] };
  const span = tracer().startSpan('inference', { attributes: slices });
  // What the worker says arrives in no context at all.
  const within = trace.setSpan(context.active(), span);

  function openStage({ stage, startedAt, batches, provider }: StageRecord): Span {
    const attributes = {
      ...slices,
      'lobar.provider': provider,
      'lobar.batches': batches,
      'thread.name': 'inference',
    };
    return tracer().startSpan(stage, { startTime: startedAt, attributes }, within);
  }

  return {
    started() {
      span.setAttribute('lobar.queue.seconds', (performance.now() - queued) / 1000);
    },
    ran(answer) {
      for (const [index, record] of answer.stages.entries()) {
        const stage = openStage(record);
        const isLast = index === answer.stages.length - 1;
        if (answer.kind === 'failed' && isLast) markFailed(stage, answer.error.code);
        stage.end(record.endedAt);
      }
    },
    failed: (error) => markFailed(span, errorType(error)),
    end: () => span.end(),
  };
}
