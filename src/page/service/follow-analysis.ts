import { readEvents } from '../../client/read-events.ts';
import type { Analysis, DocumentPiece, ReceivedDocument } from './api.ts';
import { collectDocuments } from './collect-documents.ts';
import { brokenOff, problemOf } from './service-problem.ts';

export interface AnalysisHooks {
  readonly signal: AbortSignal;
  /** How many wait for a place before this one. */
  readonly onQueued: (ahead: number) => void;
  /** `upload` and `receive` are stages of this page, the others of the service. */
  readonly onProgress: (stage: string, fraction: number) => void;
}

export interface FinishedAnalysis {
  readonly analysis: Analysis;
  readonly documents: readonly ReceivedDocument[];
}

/**
 * Reads the stream of events of one analysis to its end.
 *
 * @throws ServiceProblem what the event `problem` says, or `service-broke-off`, or `service-answer-invalid`
 */
export async function followAnalysis(
  bytes: AsyncIterable<Uint8Array>,
  { onQueued, onProgress }: Omit<AnalysisHooks, 'signal'>,
): Promise<FinishedAnalysis> {
  const collector = collectDocuments();
  for await (const { event, data } of readEvents(bytes)) {
    if (event === 'queued') onQueued((JSON.parse(data) as { ahead: number }).ahead);
    if (event === 'progress') {
      const { stage, fraction } = JSON.parse(data) as { stage: string; fraction: number };
      onProgress(stage, fraction);
    }
    if (event === 'document') onProgress('receive', collector.add(JSON.parse(data) as DocumentPiece));
    if (event === 'analysis') {
      return { analysis: JSON.parse(data) as Analysis, documents: collector.finish() };
    }
    if (event === 'problem') {
      const { status } = JSON.parse(data) as { status: number };
      throw problemOf(status, data, null);
    }
  }
  throw brokenOff();
}
