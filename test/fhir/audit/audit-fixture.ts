import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { AuditConfig, LimitsConfig } from '../../../src/config-schema.ts';
import { LobarError } from '../../../src/errors.ts';
import type {
  ObjectsStoredEntry,
  Observer,
  PublishEntry,
  StudyQueryEntry,
  StudyReadEntry,
} from '../../../src/fhir/audit/audit-entry.ts';
import { type AuditTrail, openAuditTrail } from '../../../src/fhir/audit/open-audit-trail.ts';

export const observer: Observer = { version: '0.1.0', host: 'lobar-1', site: 'Lobar, ward 3' };

export const studyRead: StudyReadEntry = {
  what: 'study-read',
  requestId: '76d148b6-586d-11ec-bf63-0242ac130002',
  studyUid: '1.2.826.0.1.3680043.8.498.1',
  patient: { system: 'urn:oid:2.16.840.1.113883.19.5', value: 'MRN-42' },
  caller: { address: '192.0.2.7' },
  pacs: { name: 'main', url: 'https://pacs.example.org:8042/dicom-web' },
};

export const studyQuery: StudyQueryEntry = {
  what: 'study-query',
  requestId: studyRead.requestId,
  patient: { value: 'MRN-42' },
  caller: studyRead.caller,
  pacs: { name: 'main', url: 'https://pacs.example.org:8042/dicom-web' },
  query: 'studies?PatientID=MRN-42&ModalitiesInStudy=CT',
};

export const objectsStored: ObjectsStoredEntry = {
  what: 'objects-stored',
  requestId: studyRead.requestId,
  studyUid: studyRead.studyUid,
  patient: studyRead.patient,
  caller: studyRead.caller,
  pacs: { name: 'main', url: 'https://pacs.example.org:8042/dicom-web' },
  sent: new Map([
    ['1.2.840.10008.5.1.4.1.1.66.4', 1],
    ['1.2.840.10008.5.1.4.1.1.7', 9],
  ]),
};

export const publish: PublishEntry = {
  what: 'publish',
  requestId: studyRead.requestId,
  studyUid: studyRead.studyUid,
  patient: studyRead.patient,
  caller: studyRead.caller,
  ehr: { name: 'main', url: 'https://ehr.example.org/fhir' },
  report: {
    reference: 'DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f',
    run: { system: 'https://lobar.example.org/fhir/ai-run', value: '394c994e-fcef-54b3-9173-553a942b4ddb' },
    written: 'created',
  },
};

export const refused: PublishEntry = {
  ...publish,
  report: undefined,
  failure: new LobarError('patient-mismatch', { ehr: 'main', what: 'birth date' }),
};

/** A log that is kept, to be looked at. */
export function keptLog(level = 'trace'): {
  logger: Logger;
  lines: Record<string, unknown>[];
  text(): string;
} {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
  return { logger: pino({ level }, stream), lines, text: () => JSON.stringify(lines) };
}

export interface TrailSettings extends Partial<Omit<AuditConfig, 'fhir'>> {
  readonly url?: string;
  readonly timeouts?: Partial<NonNullable<AuditConfig['fhir']>['timeouts']>;
  readonly breaker?: NonNullable<AuditConfig['fhir']>['breaker'];
}

/** A trail with short patience. */
export function trailTo(
  { url, timeouts, breaker, ...settings }: TrailSettings,
  logger: Logger = pino({ level: 'silent' }),
): AuditTrail {
  const config: AuditConfig = {
    log: false,
    whenDown: 'best-effort',
    queueLength: 1000,
    claimProfile: false,
    ...settings,
  };
  const fhir = url && {
    url,
    tls: { insecure: false },
    headers: {},
    timeouts: { connect: 1, firstByte: 2, idle: 2, total: 20, ...timeouts },
    breaker: breaker ?? { failures: 1000, openSeconds: 0.05 },
  };
  const { version, host } = observer;
  return openAuditTrail(
    { ...config, ...(fhir ? { fhir } : {}) },
    { observer: { version, host }, limits: { jsonBytes: 2 ** 20 } as LimitsConfig, logger },
  );
}
