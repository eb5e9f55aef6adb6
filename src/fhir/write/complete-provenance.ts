import { matchesOf } from '../connection/expect-answer.ts';
import type { CallOptions, FhirConnection, Written } from '../connection/open-fhir-connection.ts';
import type { Run } from '../report-context.ts';
import { referencesOf, unplaced } from './place-bundle.ts';
import type { ReportToWrite } from './report-to-write.ts';

/**
 * Writes the Provenance of a run unless it is there. Without a transaction it comes after the report, which it
 * refers to; a process that died between the two is made up for by whoever publishes the same again.
 *
 * @param ids - by the names of the parts
 */
export async function completeProvenance(
  { provenance, report, run }: ReportToWrite,
  ids: ReadonlyMap<string, string>,
  connection: FhirConnection,
  call: CallOptions,
): Promise<Written<{ id: string }>> {
  const target = `DiagnosticReport/${ids.get(report.name)}`;
  const found = await connection.search('Provenance', { target, _count: '100' }, call);
  const there = matchesOf<fhir4.Provenance>(found, 'Provenance').find((one) => isOfRun(one, run));
  if (there?.id !== undefined) return { written: { id: there.id } };

  const references = referencesOf(ids);
  const resource = provenance.resource as fhir4.Provenance;
  // What a human has taken away is no target any more.
  const known = { ...resource, target: resource.target.filter(({ reference = '' }) => ids.has(reference)) };
  return await connection.create(unplaced({ ...provenance, resource: known }, references).resource, call);
}

function isOfRun({ target }: fhir4.Provenance, { system, value }: Run): boolean {
  const targets: readonly (fhir4.Reference | null)[] = Array.isArray(target) ? target : [];
  return targets.some((one) => one?.identifier?.system === system && one.identifier.value === value);
}
