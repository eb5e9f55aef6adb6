import { LobarError } from '../../errors.ts';
import type { NextStep } from './next-step.ts';

const names = {
  DiagnosticReport: ['report', 'this report'],
  Observation: ['observation', 'an observation of this report'],
  DocumentReference: ['document', 'the document of this report'],
} as const;

/** That a human has taken over what was to be written. */
export function finalised(
  ehr: string,
  { status, held }: Pick<NextStep & { kind: 'refuse' }, 'status' | 'held'>,
): LobarError {
  const [name, what] = names[held.resourceType];
  const details = { [name]: `${held.resourceType}/${held.id}` };
  return new LobarError('report-finalised', { ehr, status, held: what }, { details });
}
