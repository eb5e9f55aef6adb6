import type { CallOptions, FhirConnection, Written } from '../connection/open-fhir-connection.ts';
import { carriesRun } from '../report-context.ts';
import { changeHeld } from './change-held.ts';
import type { Held } from './held-report.ts';
import { placed, referencesOf, unplaced } from './place-bundle.ts';
import type { Part, ReportToWrite } from './report-to-write.ts';
import { carrying } from './sent-documents.ts';

type Document = Held<fhir4.DocumentReference>;

/** Whether a document is that of this run, and of the report that counts. */
export function isComplete(document: Document | undefined, { run }: ReportToWrite, report: string): boolean {
  if (document === undefined || !carriesRun(document, run)) return false;
  const related: readonly (fhir4.Reference | null)[] = document.context?.related ?? [];
  const reports = related.flatMap(
    (one) => /(?:^|\/)(DiagnosticReport\/[^/]+)/.exec(one?.reference ?? '')?.[1] ?? [],
  );
  // What a human has taken away is none of it.
  return reports.length === 0 || reports.includes(report);
}

/**
 * Writes the document of a report after the report: without a transaction it refers to what has to be there, and where
 * several processes have written it at once it may be of a copy that is withdrawn.
 *
 * @param held - the copy that counts, replaced only as it was read
 * @param ids - by the names of the parts
 * @returns as `changeHeld`
 */
export async function completeDocument(
  part: Part,
  held: Document | undefined,
  ids: ReadonlyMap<string, string>,
  connection: FhirConnection,
  call: CallOptions,
): Promise<Written<{ id: string }> | 'gone' | 'taken'> {
  const references = referencesOf(ids);
  const options = carrying(call, [part.resource], connection.setting);
  if (held === undefined) return await connection.create(unplaced(part, references).resource, options);
  const written = placed(part, held.id, references).resource as Document;
  return await changeHeld(held, () => written, connection, options);
}
