import type { CallOptions, FhirConnection, Written } from '../connection/open-fhir-connection.ts';
import type { Held } from './held-report.ts';
import { isOurs } from './next-step.ts';

type Changeable = Held<fhir4.DiagnosticReport> | Held<fhir4.Observation> | Held<fhir4.DocumentReference>;

/**
 * Changes a resource that the EHR holds: the whole of it, of which a search may have shown some elements alone, and
 * only as it was seen (If-Match).
 *
 * @returns `gone` where it is there no longer, `taken` where a human has taken it over since; then nothing is written
 */
export async function changeHeld<One extends Changeable>(
  seen: One,
  change: (whole: One) => One,
  connection: FhirConnection,
  call: CallOptions,
): Promise<Written<{ id: string }> | 'gone' | 'taken'> {
  const { resourceType, id, meta } = seen;
  const read = resourceType === 'Observation' ? seen : await connection.read<One>(resourceType, id, call);
  if (read === undefined) return 'gone';
  const whole: One = { ...read, id };
  if (!isOurs(whole)) return 'taken';
  const ifMatch = meta?.versionId ?? whole.meta?.versionId;
  return await connection.update(change(whole), { ...call, ifMatch });
}
