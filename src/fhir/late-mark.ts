import type { BuiltBundle } from './build-bundle.ts';
import { localCoding } from './codes.ts';

/**
 * The sign of a report that was published before its documents were drawn: a tag, so that it comes with every search
 * and is gone once they are added. An EHR that merges tags keeps it; so it is only a reason to look.
 */
export function withLateMark(built: BuiltBundle, base: string): BuiltBundle {
  const fhirBase = base.replace(/\/+$/, '');
  const entry = (built.bundle.entry ?? []).map((one) =>
    one.resource?.resourceType === 'DiagnosticReport'
      ? { ...one, resource: marked(one.resource as fhir4.DiagnosticReport, fhirBase) }
      : one,
  );
  return { ...built, bundle: { ...built.bundle, entry } };
}

function marked(report: fhir4.DiagnosticReport, fhirBase: string): fhir4.DiagnosticReport {
  return { ...report, meta: { ...report.meta, tag: [localCoding(fhirBase, 'documents-late')] } };
}

/** As an EHR holds it: what is malformed is no mark. */
export function hasLateMark({ meta }: Pick<fhir4.DiagnosticReport, 'meta'>, fhirBase: string): boolean {
  const { system, code } = localCoding(fhirBase, 'documents-late');
  const tags: unknown = meta?.tag;
  return (
    Array.isArray(tags) &&
    tags.some((one: Partial<fhir4.Coding> | null) => one?.system === system && one?.code === code)
  );
}
