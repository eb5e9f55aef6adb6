import type { InstanceHeader } from '../dicom/instance-header.ts';
import { asLobarError } from '../errors.ts';
import type {
  AuditEntry,
  AuditedEndpoint,
  AuditedReport,
  ObjectsStoredEntry,
  StudyReadEntry,
} from '../fhir/audit/audit-entry.ts';
import type { AuditTrail } from '../fhir/audit/open-audit-trail.ts';
import type { Identifier } from '../fhir/connection/open-fhir-connection.ts';
import { patientIdentifier } from '../fhir/patient-identifier.ts';
import type { PublishResult } from '../fhir/publish-findings.ts';
import { runSystem } from '../fhir/report-context.ts';
import type { AnalyzeRequest } from './analyze.ts';
import { studyFacts } from './report-facts.ts';
import type { StudySource } from './study-source.ts';

/**
 * The audit of one analysis: one event for the study that it reads, one for what it stores into a PACS, and one for
 * each request to publish, also for one that is refused or finds the report there. A dry run and a forced analysis publish nothing.
 */
export class AnalysisAudit {
  readonly #request: AnalyzeRequest;
  readonly #trail: AuditTrail;
  #source: StudySource | undefined;
  #header: InstanceHeader | undefined;
  #readIsTold = false;
  #publishing = false;

  constructor(request: AnalyzeRequest, trail: AuditTrail) {
    this.#request = request;
    this.#trail = trail;
  }

  /** From here on something of a study is read. */
  opened(source: StudySource): void {
    this.#source = source;
  }

  /** A header of the study, which says of whom it is. */
  saw(header: InstanceHeader): void {
    this.#header = header;
  }

  /** The study was read. @throws LobarError `audit-unavailable`, where the audit is required */
  async read(header: InstanceHeader): Promise<void> {
    this.#header = header;
    this.#readIsTold = true;
    await this.#trail.record(this.#readEntry());
  }

  /** Does what belongs to publishing: when it fails, it is publishing that failed. */
  async publishing<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#publishing = true;
    const result = await work();
    this.#publishing = false;
    return result;
  }

  /**
   * Stores into a PACS; `work` says of what it sends which SOP classes it is of. Where the PACS holds all of it already,
   * nothing is transferred, and there is no event.
   *
   * @throws LobarError `audit-unavailable`, where the audit is required; what `work` throws
   */
  async storing<Result>(
    { name, url }: AuditedEndpoint,
    work: (onSending: (sopClassUids: readonly string[]) => void) => Promise<Result>,
  ): Promise<Result> {
    const sent = new Map<string, number>();
    const entry = (): ObjectsStoredEntry => ({
      what: 'objects-stored',
      ...this.#common(),
      pacs: { name, url },
      sent,
    });
    let result: Result;
    try {
      result = await work((sopClassUids) => {
        for (const uid of sopClassUids) sent.set(uid, (sent.get(uid) ?? 0) + 1);
      });
    } catch (error) {
      this.#trail.note({ ...entry(), failure: asLobarError(error) });
      throw error;
    }
    if (sent.size > 0) await this.#trail.record(entry());
    return result;
  }

  /** The EHR holds the report. @throws LobarError `audit-unavailable`, where the audit is required */
  async published(result: PublishResult, fhirBase: string): Promise<void> {
    const entry = this.#publishEntry();
    if (entry === undefined) return;
    const { report: reference, runKey: value } = result;
    const report: AuditedReport = {
      reference,
      run: { system: runSystem(fhirBase), value },
      written: result.alreadyPublished ? 'found' : result.replaced ? 'replaced' : 'created',
    };
    // The EHR may have found the patient by the order, under another identifier than that of the images.
    const patient = subjectOf(result) ?? entry.patient;
    await this.#trail.record({ ...entry, patient, report });
  }

  /** The analysis failed with this error, which the caller hears whatever becomes of its events. */
  failed(error: unknown): void {
    const failure = asLobarError(error);
    const isSeen = this.#header !== undefined || this.#source?.studyUid !== undefined;
    if (!this.#readIsTold && isSeen) {
      this.#readIsTold = true;
      const entry = this.#readEntry();
      this.#trail.note(this.#publishing ? entry : { ...entry, failure });
    }
    const publish = this.#publishing ? this.#publishEntry() : undefined;
    if (publish !== undefined) this.#trail.note({ ...publish, failure });
  }

  #readEntry(): StudyReadEntry {
    return { what: 'study-read', ...this.#common(), pacs: this.#source?.pacs };
  }

  #publishEntry(): Extract<AuditEntry, { what: 'publish' }> | undefined {
    const { ehr, force, dryRun } = this.#request;
    if (ehr === undefined || force || dryRun) return undefined;
    return { what: 'publish', ...this.#common(), ehr: { name: ehr.name, url: ehr.config.url } };
  }

  #common() {
    const { id: requestId, caller } = this.#request;
    const studyUid = this.#header?.studyInstanceUid || this.#source?.studyUid;
    return { requestId, caller, studyUid, patient: this.#patient() };
  }

  /** As the images name the patient; in the identifier system of the EHR, where there is one. */
  #patient(): Identifier | undefined {
    if (this.#header === undefined) return undefined;
    const { ehr } = this.#request;
    const study = studyFacts(this.#header, this.#request);
    const known = ehr && patientIdentifier(study, ehr.config);
    if (known !== undefined) return known;
    return study.patientId ? { value: study.patientId } : undefined;
  }
}

function subjectOf({ bundle }: PublishResult): Identifier | undefined {
  const resources = bundle.entry?.map(({ resource }) => resource) ?? [];
  const types = ['DiagnosticReport', 'DocumentReference'];
  const report = resources.find((one) => one && types.includes(one.resourceType));
  const { system, value } = (report as fhir4.DiagnosticReport | undefined)?.subject?.identifier ?? {};
  return value === undefined ? undefined : { system, value };
}
