import { notVerified } from '../../pipeline/statements.ts';
import { codes, coding } from '../codes.ts';
import { identifierValue, reportKey } from '../keys.ts';
import { type ReportContext, runSystem } from '../report-context.ts';
import { deviceIdentifier } from './device.ts';
import { aiLabel, orderReference, studyReference, subject } from './references.ts';

/**
 * The report as a document, as US Core and IHE MHD shape one, without claiming their profiles. Its official
 * identifier names the report, the secondary one and the masterIdentifier the run that wrote it. Its content is
 * put in once it is composed (`withForms`).
 */
export function documentReference(context: ReportContext, id: string): fhir4.DocumentReference {
  const { facts, fhirBase, ids, runKey } = context;
  const isBesideReport = ids.document !== undefined;
  return {
    resourceType: 'DocumentReference',
    id,
    ...aiLabel(context),
    masterIdentifier: { system: 'urn:ietf:rfc3986', value: `urn:uuid:${runKey}` },
    identifier: [
      { use: 'official', system: `${fhirBase}/ai-document`, value: identifierValue(reportKey(facts)) },
      { use: 'secondary', system: runSystem(fhirBase), value: runKey },
    ],
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: documentType(context), text: title },
    category: [{ coding: [coding(codes.clinicalNote)] }, { coding: [coding(codes.radiology)] }],
    ...subject(context),
    date: facts.issuedAt,
    author: [author(context)],
    description: `${title}. ${notVerified}`,
    content: [{ attachment: { contentType: 'application/pdf', title } }],
    context: {
      ...period(context),
      related: [
        studyReference(context),
        ...(orderReference(context).basedOn ?? []),
        ...(isBesideReport ? [{ reference: `DiagnosticReport/${ids.report}` }] : []),
      ],
    },
  };
}

const title = 'AI analysis of chest CT';

/** What US Core calls an imaging narrative, of the chest; in Europe an imaging report first. */
function documentType({ ehr }: ReportContext): fhir4.Coding[] {
  const europe = ehr.reportCode === 'imaging-report' ? [coding(codes.imagingReport)] : [];
  return [...europe, coding(codes.imagingStudy), coding(codes.ctChest)];
}

/** The software; by its identifier alone where it is not written. */
function author(context: ReportContext): fhir4.Reference {
  const { facts, ids } = context;
  const display = `${facts.algorithm.name} ${facts.algorithm.version}`;
  if (ids.document !== undefined) return { reference: `Device/${ids.device}`, display };
  return { type: 'Device', identifier: deviceIdentifier(context), display };
}

/** When the images were acquired: the service that is documented. */
function period({ facts: { study } }: ReportContext): Pick<fhir4.DocumentReferenceContext, 'period'> {
  const { acquiredAt } = study;
  return acquiredAt === undefined ? {} : { period: { start: acquiredAt, end: acquiredAt } };
}
