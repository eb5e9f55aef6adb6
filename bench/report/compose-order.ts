import type { ComposeOrder, DrawOrder } from '../../src/analysis/reporting/reporter-protocol.ts';
import { severityOf } from '../../src/pipeline/severity.ts';
import type { Involvement } from '../../src/pipeline/types.ts';
import { phantomUid } from '../../src/sandbox/phantom/phantom-uid.ts';

const context = {
  patientName: 'PHANTOM^BENCH',
  patientId: 'PHANTOM-BENCH',
  patientBirthDate: '19700101',
  patientSex: 'O',
  patientAge: '056Y',
  studyInstanceUid: phantomUid('bench study'),
  studyDate: '20261102',
  studyTime: '101500',
  studyDescription: 'CT CHEST PHANTOM',
  accessionNumber: 'BENCH-1',
  seriesInstanceUid: phantomUid('bench series'),
  seriesNumber: 2,
  seriesDescription: 'PHANTOM chest 1 mm',
  frameOfReferenceUid: phantomUid('bench frame of reference'),
} as const;

/** All that a report says beside its pictures, made up. */
export function composeOrder(
  { volume, wanted }: Pick<DrawOrder, 'volume' | 'wanted'>,
  involvement: Involvement,
  drawn: ComposeOrder['drawn'],
): ComposeOrder {
  const { data: _, ...grid } = volume;
  const model = (task: string) => ({
    task,
    name: `${task}-phantom`,
    version: '0.3.0',
    sha256: '0123456789abcdef'.repeat(4),
    executionProvider: 'cpu',
    intendedUse: 'Software testing and integration.',
    trainingData: 'Generated phantoms.',
  });
  return {
    wanted,
    drawn,
    content: {
      subject: {
        patientName: context.patientName,
        patientId: context.patientId,
        patientBirthDate: context.patientBirthDate,
        patientSex: context.patientSex,
        patientAge: context.patientAge,
        accession: context.accessionNumber,
        studyUid: context.studyInstanceUid,
        studyDate: context.studyDate,
        studyTime: context.studyTime,
        studyDescription: context.studyDescription,
        seriesUid: context.seriesInstanceUid,
        seriesNumber: context.seriesNumber,
        seriesDescription: context.seriesDescription,
        slices: grid.shape[0],
        spacingMm: grid.spacingMm,
      },
      findings: {
        classification: {
          decision: 'covid-19',
          probabilities: { 'covid-19': 0.91, 'other-infection': 0.07, 'no-imaging-signs': 0.02 },
        },
        involvement,
        severity: severityOf(involvement.lobes),
      },
      algorithm: { name: 'Lobar', version: '0.1.0' },
      models: ['lungs-lobes', 'classifier', 'opacities'].map(model),
      warnings: [{ code: 'body-part-unknown', text: 'The tags do not settle the body part.' }],
      previous: ['2026-09-01', '2026-10-01'].map((scannedAt, index) => ({
        scannedAt,
        involvementPercent: 12.5 - index,
        severityScore: 9 - index,
        algorithmVersion: '0.1.0',
      })),
      issuedAt: '2026-11-02T10:20:00.000Z',
      runKey: '00000000-0000-5000-8000-000000000000',
    },
    language: 'en',
    context,
    grid,
    sources: Array.from({ length: grid.shape[0] }, (_, index) => ({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUid: phantomUid(`bench image ${index}`),
      frameNumber: 1,
      numberOfFrames: 1,
    })),
  };
}
