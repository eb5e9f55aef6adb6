import { codes, coding } from '../codes.ts';
import { plainText } from '../plain-text.ts';
import { type ReportContext, runSystem } from '../report-context.ts';
import { dicomUid, studyReference } from './references.ts';

/**
 * Who made the resources of this run (the Device), and from what (the DICOM study and series). R4 Provenance
 * has no identifier: its id keeps one a run, and where the EHR gives the ids, the run that its target names.
 */
export function provenance(context: ReportContext): fhir4.Provenance {
  const { facts, fhirBase, ids, runKey } = context;
  const observations = [ids.classification, ids.involvement, ids.severity, ...ids.lobes];
  return {
    resourceType: 'Provenance',
    id: ids.provenance,
    target: [
      {
        reference: `DiagnosticReport/${ids.report}`,
        identifier: { system: runSystem(fhirBase), value: runKey },
      },
      ...observations.map((id) => ({ reference: `Observation/${id}` })),
      ...(ids.document === undefined ? [] : [{ reference: `DocumentReference/${ids.document}` }]),
    ],
    recorded: facts.issuedAt,
    activity: { coding: [coding(codes.create)] },
    agent: [{ type: { coding: [coding(codes.author)] }, who: { reference: `Device/${ids.device}` } }],
    entity: [
      { role: 'source', what: studyReference(context) },
      { role: 'source', what: seriesReference(context) },
    ],
  };
}

function seriesReference({ facts: { series } }: ReportContext): fhir4.Reference {
  const [slice] = series.spacingMm;
  const size = `${series.slices} slices, ${Number(slice.toFixed(2))} mm apart`;
  const description = plainText(series.description ?? '').trim();
  return {
    identifier: dicomUid(series.uid, codes.seriesInstanceUid),
    display: description === '' ? size : `${description} (${size})`,
  };
}
