import type { FastifyReply } from 'fastify';
import type { Analysis } from '../analysis/analysis.ts';
import type { AnalyzeResult } from '../analysis/analyze.ts';
import { toOperationOutcome } from '../fhir/operation-outcome.ts';
import { fhirJson } from './negotiate.ts';

export function sendResource(reply: FastifyReply, resource: fhir4.FhirResource): FastifyReply {
  return reply.type(fhirJson).send(JSON.stringify(resource));
}

/** What an analysis comes to in FHIR: the Bundle, or for an ineligible study the reasons. */
export function resourceOf({
  analysis,
  bundle,
}: Pick<AnalyzeResult, 'analysis' | 'bundle'>): fhir4.Bundle | fhir4.OperationOutcome {
  return bundle ?? ineligibleOutcome(analysis);
}

function ineligibleOutcome({ id, reasons = [] }: Analysis): fhir4.OperationOutcome {
  const texts = reasons.flatMap((series) => series.reasons.map(({ text }) => text));
  return toOperationOutcome({
    code: 'ineligible',
    message: `The study is not eligible: ${texts.join(' ')}`,
    status: 200,
    severity: 'information',
    requestId: id,
  });
}
