import { errorTable, LobarError } from '../../src/errors.ts';
import type { AuditEntry } from '../../src/fhir/audit/audit-entry.ts';
import { auditEvent } from '../../src/fhir/audit/audit-event.ts';
import { buildBundle, buildDocument } from '../../src/fhir/build-bundle.ts';
import { capabilityStatement } from '../../src/fhir/definitions/capability-statement.ts';
import { searchset } from '../../src/fhir/definitions/searchset.ts';
import { servedDefinitions, servedTypes } from '../../src/fhir/definitions/served-definitions.ts';
import { toOperationOutcome } from '../../src/fhir/operation-outcome.ts';
import { type PresentedForm, withForms } from '../../src/fhir/presented-form.ts';
import { type ReportConfig, runSystem, type Subject } from '../../src/fhir/report-context.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { arrangeTransaction, type Place } from '../../src/fhir/write/arrange-transaction.ts';
import { inPlaceOf, superseded } from '../../src/fhir/write/document-writing.ts';
import { placedBundle, unplaced } from '../../src/fhir/write/place-bundle.ts';
import { type ReportToWrite, reportToWrite } from '../../src/fhir/write/report-to-write.ts';
import { withdrawn } from '../../src/fhir/write/withdraw-duplicate.ts';
import { classes, type SeverityBand } from '../../src/pipeline/types.ts';
import { observer, publish, refused, studyRead } from './audit/audit-fixture.ts';
import { ehrConfig, fhirBase, patientSystem } from './ehr-fixture.ts';
import { clearFacts, emptyLobeFacts, exampleFacts, hostileTextFacts, sparseFacts } from './facts.ts';

/** A FHIR base that is not the default, with a port and a path. */
export const siteBase = 'https://site.example:8443/radiology/fhir';

/** Each thing that Lobar makes, by a name that says which; all kinds but Task, which belongs to the EHR. */
export function producedResources(): ReadonlyMap<string, fhir4.FhirResource> {
  return new Map([
    ...bundlesByFindings(),
    ...bundlesByContext(),
    ...writtenByMode(),
    ...documents(),
    ...auditEvents(),
    ...operationOutcomes(),
    ...definitions(),
  ]);
}

type Named = readonly [string, fhir4.FhirResource];

const identifier = { system: patientSystem, value: 'MRN-42' };
const known: Subject = { reference: 'Patient/p1', identifier };
const fullConfig: ReportConfig = ehrConfig('https://ehr.example/fhir', {
  accessionSystem: 'urn:oid:2.16.840.1.113883.19.6',
});

/** The lowest score of each band (PIPELINE.md 6). */
const lowestScores: Readonly<Record<SeverityBand, number>> = { none: 0, mild: 1, moderate: 6, severe: 15 };

function bundlesByFindings(): Named[] {
  const bands = Object.entries(lowestScores) as [SeverityBand, number][];
  return classes.flatMap((decision) =>
    bands.map(([band, score]): Named => {
      const { classification, involvement } = band === 'none' ? clearFacts().findings : exampleFacts.findings;
      const findings = {
        classification: { ...classification, decision },
        involvement,
        severity: { score, band },
      };
      return [`Bundle ${decision}, ${band}`, bundleOf({ ...exampleFacts, findings })];
    }),
  );
}

function bundlesByContext(): Named[] {
  const { accession: _, ...noAccession } = exampleFacts.study;
  const { acquiredAt: __, ...noTime } = exampleFacts.study;
  const [model, ...models] = exampleFacts.models;
  const udi = {
    deviceIdentifier: '00844588003288',
    carrierHRF: '(01)00844588003288(21)1',
    issuer: 'http://hl7.org/fhir/NamingSystem/gs1-di',
    jurisdiction: 'http://hl7.org/fhir/NamingSystem/fda-udi',
  };
  const registered = model === undefined ? [] : [{ ...model, udi }, ...models];
  const noLung = emptyLobeFacts();
  const none = { lungMl: 0, opacityMl: 0, percent: 0 };
  const noLeftLung: ReportFacts = {
    ...noLung,
    findings: { ...noLung.findings, involvement: { ...noLung.findings.involvement, left: none } },
  };
  const controls: ReportFacts = {
    ...exampleFacts,
    study: { ...exampleFacts.study, accession: 'A\u0007B', patientId: 'M\u001b1' },
    series: { ...exampleFacts.series, description: '\u0001 ' },
  };
  const held = { ...known, order: 'ServiceRequest/o1', imagingStudy: 'ImagingStudy/s1' };
  const withStudy = (study: ReportFacts['study']): ReportFacts => ({ ...exampleFacts, study });
  return [
    ['Bundle without an EHR', buildBundle(exampleFacts, undefined, { fhirBase }).bundle],
    ['Bundle without an EHR, sparse header', buildBundle(sparseFacts(), undefined, { fhirBase }).bundle],
    ['Bundle with a lobe without lung', bundleOf(noLung)],
    ['Bundle with a lung without lung', bundleOf(noLeftLung)],
    ['Bundle without accession', bundleOf(withStudy(noAccession))],
    ['Bundle without accession, with an order', bundleOf(withStudy(noAccession), held)],
    ['Bundle without acquisition time', bundleOf(withStudy(noTime))],
    ['Bundle acquired on a day', bundleOf(withStudy({ ...noTime, acquiredAt: '2026-11-23' }))],
    ['Bundle with a zone', bundleOf(withStudy({ ...noTime, acquiredAt: '2026-11-23T06:00:00.25+02:00' }))],
    ['Bundle with the patient by identifier', bundleOf(exampleFacts, { identifier })],
    ['Bundle with order and ImagingStudy', bundleOf(exampleFacts, held)],
    ['Bundle with warnings and texts like markup', bundleOf(hostileTextFacts())],
    ['Bundle of a header with control characters', buildBundle(controls, undefined, { fhirBase }).bundle],
    ['Bundle without AI label', bundleOf(exampleFacts, known, { ...fullConfig, aiLabel: false })],
    ['Bundle as partial', bundleOf(exampleFacts, known, { ...fullConfig, reportStatus: 'partial' })],
    [
      'Bundle as imaging report',
      bundleOf(exampleFacts, known, { ...fullConfig, reportCode: 'imaging-report' }),
    ],
    ['Bundle of a registered device', bundleOf({ ...exampleFacts, models: registered })],
    ['Bundle of another FHIR base', bundleOf(exampleFacts, known, fullConfig, siteBase)],
  ];
}

function bundleOf(
  facts: ReportFacts,
  subject: Subject = known,
  ehr: ReportConfig = fullConfig,
  base: string = fhirBase,
): fhir4.Bundle {
  return buildBundle(facts, subject, { fhirBase: base, ehr }).bundle;
}

/** What goes to the EHR in each write mode, where nothing is held and where all of it is. */
function writtenByMode(): Named[] {
  const built = buildBundle(exampleFacts, known, { fhirBase, ehr: fullConfig });
  const toWrite = reportToWrite(built, { system: runSystem(fhirBase), value: built.runKey });
  const ids = new Map(toWrite.parts.map(({ name }, index) => [name, `held-${index}`]));
  const held = new Map<string, Place>(
    [...ids]
      .filter(([name]) => name !== toWrite.provenance.name)
      .map(([name, id]) => [name, { id, versionId: '3' }]),
  );
  const modes = ['put-id', 'conditional-update', 'conditional-create'] as const;
  return [
    ...modes.flatMap((mode): Named[] => [
      [`Transaction by ${mode}, new`, arrangeTransaction(toWrite, mode, new Map()).bundle],
      [`Transaction by ${mode}, replacing`, arrangeTransaction(toWrite, mode, held).bundle],
    ]),
    ...createdOneByOne(toWrite, ids),
    ['Bundle as it was placed', placedBundle(toWrite, ids)],
    ['Bundle of a dry run, partly placed', placedBundle(toWrite, new Map([...ids].slice(0, 4)))],
    ['withdrawn report', withdrawn(heldAs(toWrite.report.resource as fhir4.DiagnosticReport), fhirBase)],
    ...toWrite.observations
      .slice(0, 1)
      .map(
        ({ resource }): Named => [
          'withdrawn Observation',
          withdrawn(heldAs(resource as fhir4.Observation), fhirBase),
        ],
      ),
  ];
}

function heldAs<Resource extends fhir4.FhirResource>(resource: Resource): Resource & { id: string } {
  const { meta } = resource;
  return Object.assign(structuredClone(resource), { id: 'held-1', meta: { ...meta, versionId: '2' } });
}

function createdOneByOne({ parts }: ReportToWrite, ids: ReadonlyMap<string, string>): Named[] {
  const references = new Map([...ids].map(([name, id]) => [name, `${name.split('/')[0]}/${id}`]));
  return parts.map((part, index) => [
    `created alone: ${part.resource.resourceType} ${index}`,
    unplaced(part, references).resource,
  ]);
}

const title = 'AI analysis of chest CT';
const forms: readonly PresentedForm[] = [
  { contentType: 'application/pdf', language: 'de', title, bytes: Buffer.from('%PDF-1.7\n%%EOF\n') },
  { contentType: 'text/html', language: 'de', title, bytes: Buffer.from('<!doctype html><p>a report</p>') },
  { contentType: 'image/png', title, bytes: Buffer.from('89504e470d0a1a0a', 'hex') },
];

/** What has documents in it: beside a report in each way, and alone. */
function documents(): Named[] {
  const presentedForm = ['pdf', 'html', 'png'] as const;
  const filled = { creation: exampleFacts.issuedAt, presentedForm: [...presentedForm] };
  const options = { fhirBase, ehr: fullConfig };
  const beside = withForms(buildBundle(exampleFacts, known, { ...options, document: true }), forms, filled);
  const inEurope = { fhirBase, ehr: { ...fullConfig, reportCode: 'imaging-report' } } as const;
  const alone = withForms(buildDocument(exampleFacts, known, options), forms, filled);
  const sparse = withForms(buildDocument(sparseFacts(), { identifier }, inEurope), forms, filled);
  const document = alone.bundle.entry?.[0]?.resource as fhir4.DocumentReference;
  const toWrite = reportToWrite(beside, { system: runSystem(fhirBase), value: beside.runKey });
  const held = new Map<string, Place>([[toWrite.document?.name ?? '', { id: 'held-1', versionId: '2' }]]);
  return [
    ['Bundle with documents', beside.bundle],
    [
      'Transaction by conditional-update with documents',
      arrangeTransaction(toWrite, 'conditional-update', held).bundle,
    ],
    ['Bundle of a document alone', alone.bundle],
    ['document alone, sparse header', sparse.bundle.entry?.[0]?.resource as fhir4.DocumentReference],
    ['document that replaces two', inPlaceOf(document, ['held-1', 'held-2'])],
    ['superseded document', superseded(heldAs(document))],
    ['withdrawn document', withdrawn(heldAs(document), fhirBase)],
  ];
}

function auditEvents(): Named[] {
  const { report } = publish;
  const entries: Readonly<Record<string, AuditEntry>> = {
    'a study read': studyRead,
    'an upload': { ...studyRead, pacs: undefined },
    'a study read, nobody known': { ...studyRead, patient: undefined, caller: undefined },
    'a study not found': {
      ...studyRead,
      patient: undefined,
      failure: new LobarError('study-not-found', { pacs: 'main' }),
    },
    'a PACS that is down': {
      ...studyRead,
      failure: new LobarError('pacs-unreachable', { pacs: 'main', problem: 'ECONNREFUSED' }),
    },
    'a report created': publish,
    'a report replaced': { ...publish, report: report && { ...report, written: 'replaced' } },
    'a report found': { ...publish, report: report && { ...report, written: 'found' } },
    'a report refused': refused,
    'a report finalised': {
      ...publish,
      report: undefined,
      failure: new LobarError('report-finalised', { ehr: 'main', status: 'final', held: 'this report' }),
    },
    'a report of unknown outcome': {
      ...publish,
      failure: new LobarError('ehr-outcome-unknown', { ehr: 'main', problem: 'it closed the connection' }),
    },
  };
  const { site: _, ...siteless } = observer;
  const at = new Date('2026-11-23T04:10:00.5Z');
  // The profiles of BALP are no part of R4 core: audit-event.test.ts has them.
  const event = (entry: AuditEntry, by = observer) =>
    auditEvent(entry, { observer: by, at, claimProfile: false });
  return [
    ...Object.entries(entries).map(([what, entry]): Named => [`AuditEvent of ${what}`, event(entry)]),
    ['AuditEvent without a site', event(studyRead, siteless)],
  ];
}

/** One for each code of the error table, with what an answer may add, and the one of an ineligible study. */
function operationOutcomes(): Named[] {
  const details = { studyUid: '1.2.826.0.1.3680043.8.498.1', index: 3 };
  const expression = 'Parameters.parameter[0].valueIdentifier.system';
  const errors = Object.entries(errorTable).map(
    ([code, { status, title }]): Named => [
      `OperationOutcome of ${code}`,
      toOperationOutcome({ code, message: `${title}.`, status, details, requestId: 'r-1', expression }),
    ],
  );
  const ineligible = {
    code: 'ineligible',
    message: 'Not axial.',
    status: 200,
    severity: 'information',
  } as const;
  return [...errors, ['OperationOutcome of an ineligible study', toOperationOutcome(ineligible)]];
}

/** As they are served at another FHIR base; those of the default one are files (openapi/fhir). */
function definitions(): Named[] {
  const served = servedDefinitions(siteBase);
  return [
    ...[...served, capabilityStatement(siteBase, '0.1.0')].map(
      (one): Named => [`served ${one.resourceType} ${one.id ?? ''}`, one],
    ),
    ...Object.keys(servedTypes).map((type): Named => {
      const found = served.filter(({ resourceType }) => resourceType === type);
      return [`searchset of ${type}`, searchset(siteBase, type, '', found)];
    }),
    ['searchset of nothing', searchset(siteBase, 'CodeSystem', '_id=none', [])],
  ];
}
