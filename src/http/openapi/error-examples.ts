import { type ErrorContext, LobarError } from '../../errors.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { toProblem } from '../problem.ts';
import { type AnsweredCode, answeredCodes } from './answered-errors.ts';

const pacs = 'main';
const ehr = 'main';
const requestId = '3f0c7a52-6a0e-4d3c-9b0a-5d1f0f6f2a11';

/** What each sentence of the table is told of, in the examples of the OpenAPI document. */
// biome-ignore format: a table reads best with one row a code
const contexts: { readonly [Code in AnsweredCode]: ErrorContext<Code> } = {
  'request-invalid': { problem: "body must have required property 'study'" },
  'identifier-system-unknown': { parameter: 'patient', known: ['urn:oid:2.16.840.1.113883.19.5'] },
  'endpoint-unknown': { kind: 'pacs', known: [pacs, 'archive'] },
  'route-not-found': { resource: 'CodeSystem' },
  'page-not-built': {},
  'method-not-allowed': { method: 'DELETE', allowed: ['POST'] },
  'media-type-unsupported': { problem: 'its Content-Type is not what is taken here, such as application/json' },
  'not-acceptable': { offered: ['application/json', 'application/fhir+json'] },
  'limit-exceeded': { limit: 'limits.requestBytes', value: 65_536, unit: 'bytes' },
  'upload-stalled': { seconds: 30 },
  'credentials-missing': { certificates: false },
  'token-invalid': { problem: 'it has expired' },
  'scope-insufficient': { scope: 'lobar.analyze' },
  'certificate-refused': { problem: 'none was sent' },
  'host-refused': {},
  'issuer-unavailable': {},
  'at-capacity': { what: 'place' },
  'rate-limited': { limit: 600 },
  'shutting-down': {},
  'deadline-exceeded': { seconds: 600 },
  'analysis-not-found': {},
  'analysis-forgotten': {},
  'idempotency-key-reused': {},
  'queue-unavailable': { problem: 'no server answers' },
  'process-lost': { attempts: 5 },
  'study-not-found': { pacs },
  'study-ambiguous': { pacs, count: 2 },
  'series-not-found': { pacs },
  'no-images': { where: 'the upload' },
  'not-eligible': {},
  'several-studies': { count: 2 },
  'several-patients': {},
  'not-dicom': { problem: "it has no 'DICM' at byte 128" },
  'dicom-invalid': { problem: 'an element ends behind the end of the file' },
  'pixel-data-length': { expected: 524_288, present: 262_144 },
  'pixel-data-unsupported': { problem: '3 samples a pixel' },
  'transfer-syntax-unsupported': { uid: '1.2.840.10008.1.2.4.100', name: 'MPEG2 Main Profile', supported: ['Explicit VR Little Endian', 'JPEG-LS Lossless'] },
  'decode-failed': { syntax: 'JPEG-LS Lossless', problem: 'the bitstream ends early' },
  'geometry-inconsistent': { problem: 'two slices lie at the same position' },
  'identity-mismatch': { what: 'study' },
  'pacs-unreachable': { pacs, problem: 'ECONNREFUSED' },
  'pacs-timeout': { pacs, limit: 'firstByte', phase: 'waiting for its answer', seconds: 30 },
  'pacs-busy': { pacs, seconds: 120 },
  'pacs-auth-failed': { pacs, problem: 'it answered HTTP 401' },
  'pacs-token-unavailable': { pacs, problem: 'the token endpoint answered HTTP 500' },
  'pacs-error': { pacs, status: 500, operation: 'the search for series' },
  'pacs-incomplete': { pacs, problem: '116 of 232 instances arrived' },
  'store-refused': { pacs, objects: ['seg (failure reason 0122H, SOP class not supported)'] },
  'pacs-response-invalid': { pacs, problem: 'it answered text/html to a search' },
  'address-blocked': { endpoint: "PACS 'main'" },
  'proxy-failed': { endpoint: "PACS 'main'", problem: 'it answered HTTP 407' },
  'ehr-unreachable': { ehr, problem: 'ECONNREFUSED' },
  'ehr-timeout': { ehr, setting: `ehr.${ehr}`, limit: 'total', phase: 'all requests', seconds: 60 },
  'ehr-outcome-unknown': { ehr, problem: 'the connection was closed' },
  'ehr-error': { ehr, status: 500, operation: 'the search for the patient' },
  'ehr-busy': { ehr, seconds: 120 },
  'ehr-rejected': { ehr, status: 422, operation: 'the transaction', said: 'Observation.status is not known' },
  'ehr-auth-failed': { ehr, problem: 'it answered HTTP 403' },
  'ehr-token-unavailable': { ehr, problem: 'the token endpoint answered HTTP 500' },
  'ehr-suspended': { ehr, failures: 5, seconds: 30 },
  'write-mode-unavailable': { ehr, problem: 'it takes neither transactions nor conditional creates' },
  'ehr-response-invalid': { ehr, problem: 'it answered text/html to a search' },
  'patient-identifier-missing': {},
  'patient-not-found': { ehr },
  'patient-ambiguous': { ehr, matches: 2 },
  'patient-mismatch': { ehr, what: 'birth date' },
  'order-not-found': { ehr, what: 'ServiceRequest' },
  'order-ambiguous': { ehr, what: 'ServiceRequest', matches: 2 },
  'task-not-found': { ehr },
  'task-not-open': { ehr, status: 'cancelled' },
  'task-not-updated': { ehr, problem: `EHR '${ehr}' answered HTTP 500 to the update of the Task.` },
  'report-finalised': { ehr, status: 'final', held: 'this report' },
  'publish-not-configured': {},
  'audit-unavailable': { problem: 'the audit repository answered HTTP 500.', published: false },
  'report-failed': { problem: 'it threw RangeError' },
  'inference-failed': { problem: 'the classifier answered no numbers' },
  'config-invalid': { mistakes: ['pacs.main.bearerTokenFile: holds no bearer token'] },
  internal: {},
};

interface Example {
  readonly summary: string;
  readonly value: object;
}

/** An error as its answers show it: as problem+json under its code, as OperationOutcome with `outcome.` before. */
export function errorExamples(): Record<string, Example> {
  return Object.fromEntries(
    answeredCodes.flatMap((code) => {
      const error = new LobarError(code, contexts[code] as never);
      const { title: summary, status, message } = error;
      return [
        [code, { summary, value: toProblem(error, requestId) }],
        [outcomeExample(code), { summary, value: toOperationOutcome({ code, message, status, requestId }) }],
      ];
    }),
  );
}

export function outcomeExample(code: AnsweredCode): string {
  return `outcome.${code}`;
}
