import type { FastifyRequest } from 'fastify';
import type { AnalyzeResult } from '../analysis/analyze.ts';

/** One line for an analysis that published: where and how, nothing of whom. Gives the result back. */
export function logPublished<Result extends Pick<AnalyzeResult, 'analysis'>>(
  result: Result,
  request: FastifyRequest,
): Result {
  const { outcome, published } = result.analysis;
  if (published === undefined) return result;
  const { ehr, alreadyPublished, writeMode } = published;
  const { mode, because } = writeMode ?? {};
  request.log.info({ outcome, ehr, writeMode: mode, because, alreadyPublished }, 'published');
  return result;
}
