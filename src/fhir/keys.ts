/**
 * The keys that make publishing twice harmless (FHIR.md, "Keys"): all of them follow from the study and what
 * is published of it alone, so that any process computes the same ones.
 */
import { createHash } from 'node:crypto';
import { urlNamespace, uuidV5 } from '../uuid-v5.ts';
import { publishedFindings } from './published-findings.ts';
import type { ReportFacts } from './report-facts.ts';

/** The place of a resource within one report. */
export type Slot = 'report' | 'document' | 'classification' | 'involvement' | 'severity' | `lobe-${string}`;

/** Names one report: the same for every version of the algorithm, so that a newer one replaces an older one. */
export function reportKey({ study, algorithm }: Pick<ReportFacts, 'study' | 'algorithm'>): string {
  return `${study.uid}|${algorithm.id}`;
}

/**
 * A key as the value of an identifier. Not joined by `|`: that is syntax of FHIR search, as `\`, `,` and `$`
 * are, and a server that does not read it escaped (Medplum 5) never finds such a value, so that each
 * conditional write would create another resource.
 */
export function identifierValue(...parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll('|', '/')).join('/');
}

/** How a report names its patient. */
export interface NamedPatient {
  readonly system?: string;
  readonly value: string;
  /** `Patient/<id>`, where an EHR was asked. */
  readonly reference?: string;
}

/** What an EHR holds of a study, where it was looked up. */
export interface HeldReferences {
  /** `ServiceRequest/<id>` */
  readonly order?: string | undefined;
  /** `ImagingStudy/<id>` */
  readonly imagingStudy?: string | undefined;
}

/**
 * Names one result: UUIDv5 of study, series, algorithm, version and the hash of what is published. The
 * execution provider is left out: the same study gives the same key on CPU and GPU, unless they run other files
 * of a model, whose checksums are part of the hash.
 */
export function runKey(
  fhirBase: string,
  facts: ReportFacts,
  patient: NamedPatient | undefined,
  held: HeldReferences = {},
): string {
  const { study, series, algorithm } = facts;
  const hash = contentHash(facts, patient, held);
  const name = [study.uid, series.uid, algorithm.id, algorithm.version, hash].join('|');
  return uuidV5(namespace(fhirBase), name);
}

/**
 * sha256 (hex) over the canonical JSON of what is published: the numbers, the models they come from, the
 * order and the patient. A corrected accession number or patient is so a result of its own, and is written; so
 * is one whose order or ImagingStudy the EHR has come to hold since, and one whose identifier was moved to
 * another record: the report must not stay with the first. [ours]
 */
export function contentHash(
  { findings, models, study }: Pick<ReportFacts, 'findings' | 'models' | 'study'>,
  patient: NamedPatient | undefined,
  { order, imagingStudy }: HeldReferences = {},
): string {
  const content = {
    findings: publishedFindings(findings),
    models: models.map(({ task, name, version, sha256 }) => ({ task, name, version, sha256 })),
    accession: study.accession || undefined,
    patient: patient && { system: patient.system, value: patient.value, reference: patient.reference },
    order,
    imagingStudy,
  };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** The id of a resource that belongs to one report. */
export function resourceId(
  fhirBase: string,
  facts: Pick<ReportFacts, 'study' | 'algorithm'>,
  slot: Slot,
): string {
  return uuidV5(namespace(fhirBase), `${reportKey(facts)}|${slot}`);
}

/** The id of a Provenance: one a run, so that it outlives the version of the report that it speaks of. */
export function provenanceId(fhirBase: string, run: string): string {
  return uuidV5(namespace(fhirBase), `${run}|provenance`);
}

/** The id of a document that stands alone: one a run, as a newer one does not take its place but replaces it. */
export function documentId(fhirBase: string, run: string): string {
  return uuidV5(namespace(fhirBase), `${run}|document`);
}

/** The id of the Device: one for an algorithm version, its models and where they ran, shared by its reports. */
export function deviceId(fhirBase: string, { algorithm, models }: ReportFacts): string {
  const ran = models.map(({ task, name, version, sha256, executionProvider }) => ({
    task,
    name,
    version,
    sha256,
    executionProvider,
  }));
  return uuidV5(namespace(fhirBase), `${algorithm.id}|${algorithm.version}|${canonicalJson(ran)}|device`);
}

/** JSON with sorted keys and no white space (RFC 8785 for the plain values used here). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Two installations mint different ids, as they mint different identifiers. */
function namespace(fhirBase: string): string {
  return uuidV5(urlNamespace, fhirBase);
}
