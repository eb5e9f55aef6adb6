import { identifiersOf } from '../identifiers-of.ts';
import type { Held } from './held-report.ts';

type Withdrawable = fhir4.DiagnosticReport | fhir4.Observation | fhir4.DocumentReference;

/** The last part of the identifier system of what Lobar has withdrawn. */
const withdrawnSystem = 'ai-withdrawn';

/**
 * A second copy, as it is withdrawn: entered in error, and under another identifier than the copy that
 * counts. The old one would still be found, and a conditional write that finds two is refused (FHIR R4
 * 3.1.0.4.3). So what carries the identifier of a report and is entered in error was set so by a human.
 */
export function withdrawn<Resource extends Withdrawable>(
  duplicate: Held<Resource>,
  fhirBase: string,
): Held<Resource> {
  const { meta: { versionId: _, lastUpdated: __, ...meta } = {}, ...held } = duplicate;
  const value = duplicate.identifier?.[0]?.value ?? duplicate.id;
  const div =
    '<div xmlns="http://www.w3.org/1999/xhtml">Withdrawn: this was written twice, and the other copy holds.</div>';
  return {
    ...held,
    ...(Object.keys(meta).length > 0 ? { meta } : {}),
    text: { status: 'generated', div },
    identifier: [{ use: 'old', system: `${fhirBase}/${withdrawnSystem}`, value }],
    status: 'entered-in-error',
    ...(duplicate.resourceType === 'DocumentReference' ? { docStatus: 'entered-in-error' } : {}),
  } as Held<Resource>;
}

/** Whether Lobar, of any installation, has withdrawn it. */
export function isWithdrawn({ status, identifier }: Withdrawable): boolean {
  return (
    status === 'entered-in-error' &&
    identifiersOf(identifier).some(
      ({ use, system }) => use === 'old' && system?.endsWith(`/${withdrawnSystem}`),
    )
  );
}
