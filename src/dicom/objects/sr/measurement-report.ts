import { shortStatus } from '../../../pipeline/statements.ts';
import type { Findings } from '../../../pipeline/types.ts';
import type { Dataset } from '../../write/dataset.ts';
import { codes, codingSchemes } from '../codes.ts';
import { deviceUid, manufacturer, notVerified, seriesUid } from '../common-modules.ts';
import { madeObject } from '../made-object.ts';
import type { MadeObject, ObjectFacts } from '../object-facts.ts';
import { segmentationStorage, segmentationUid } from '../seg/segmentation-object.ts';
import { instanceReference, sourceInstances } from '../source-references.ts';
import { codeItem, contained, container, textItem, uidItem } from './content-items.ts';
import { imageLibrary } from './image-library.ts';
import { measurementGroups } from './measurement-groups.ts';

/** Comprehensive 3D SR Storage (PS3.4 B.5), which IHE AI Results asks for. */
const comprehensive3dSr = '1.2.840.10008.5.1.4.1.1.88.34';

export interface MeasurementReportOptions {
  /** As they are published: the numbers of the report in the EHR. */
  readonly findings: Findings;
  /** Refer to the segments of the segmentation, which is made too. */
  readonly withSegments: boolean;
}

/**
 * The measurements as a structured report: TID 1500 in a Comprehensive 3D SR (PS3.3 A.35.13). It is complete, as the
 * software has no more to say, and unverified and preliminary, as nobody has read it. Its tree begins with that status,
 * which the template does not know but allows: many viewers show the tree alone. In English: the codes of the
 * measurements have no other names.
 */
export function measurementReport(
  facts: ObjectFacts,
  { findings, withSegments }: MeasurementReportOptions,
): MadeObject {
  const instance = {
    kind: 'sr',
    sopClassUid: comprehensive3dSr,
    name: withSegments ? 'sr' : 'sr|without-segments',
    instanceNumber: 1,
  } as const;
  const content = [
    textItem('CONTAINS', codes.comment, shortStatus),
    codeItem('HAS CONCEPT MOD', codes.language, codes.english),
    ...observer(facts),
    codeItem('HAS CONCEPT MOD', codes.procedureReported, codes.ctChest),
    imageLibrary(facts),
    contained(container(codes.imagingMeasurements, measurementGroups(facts, findings, withSegments))),
  ];
  const modules: Dataset = {
    CodingSchemeIdentificationSequence: codingSchemes,
    // SR Document Series, SR Document General (C.17.1, C.17.2)
    ReferencedPerformedProcedureStepSequence: [],
    PreliminaryFlag: 'PRELIMINARY',
    CompletionFlag: 'COMPLETE',
    CompletionFlagDescription: notVerified,
    VerificationFlag: 'UNVERIFIED',
    PerformedProcedureCodeSequence: [],
    CurrentRequestedProcedureEvidenceSequence: [evidence(facts, withSegments)],
    // SR Document Content (C.17.3)
    ...container(codes.imagingMeasurementReport, content, '1500'),
  };
  return madeObject(facts, instance, modules);
}

/** TID 1002, 1004: the software. */
function observer(facts: ObjectFacts): readonly Dataset[] {
  const relationship = 'HAS OBS CONTEXT';
  const uid = deviceUid(facts);
  return [
    codeItem(relationship, codes.observerType, codes.device),
    uidItem(relationship, codes.deviceUid, uid),
    textItem(relationship, codes.deviceName, facts.algorithm.name),
    textItem(relationship, codes.deviceManufacturer, manufacturer),
    textItem(relationship, codes.deviceModel, `${facts.algorithm.name} ${facts.algorithm.version}`),
    textItem(relationship, codes.deviceSerialNumber, uid),
  ];
}

/** Everything that the content refers to, by study and series (C.17.2.3). */
function evidence(facts: ObjectFacts, withSegments: boolean): Dataset {
  const { studyInstanceUid, seriesInstanceUid } = facts.context;
  const segmentation = {
    SeriesInstanceUID: seriesUid(facts, 'seg'),
    ReferencedSOPSequence: [
      { ReferencedSOPClassUID: segmentationStorage, ReferencedSOPInstanceUID: segmentationUid(facts) },
    ],
  };
  return {
    StudyInstanceUID: studyInstanceUid,
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: seriesInstanceUid,
        ReferencedSOPSequence: sourceInstances(facts).map(instanceReference),
      },
      ...(withSegments ? [segmentation] : []),
    ],
  };
}
