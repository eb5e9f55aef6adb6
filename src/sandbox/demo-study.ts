import { fileURLToPath } from 'node:url';
import document from './demo-study/truth.json' with { type: 'json' };
import type { PhantomTruth } from './phantom/truth.ts';

/** The phantom study that comes with Lobar: DICOM files of nobody, and what is really in them. */
export interface DemoStudy {
  /** Folder of its DICOM files, one folder a series. */
  readonly folder: string;
  readonly studyInstanceUid: string;
  /** The one series of three that is to be analysed. */
  readonly seriesInstanceUid: string;
  readonly accessionNumber: string;
  readonly patient: {
    /** DICOM person name. */
    readonly name: string;
    readonly id: string;
    readonly issuer: string;
    /** YYYYMMDD. */
    readonly birthDate: string;
  };
  readonly truth: PhantomTruth;
}

const { studyInstanceUid, seriesInstanceUid, accessionNumber, patient, truth } = document;

export const demoStudy: DemoStudy = {
  folder: fileURLToPath(new URL('./demo-study/images', import.meta.url)),
  studyInstanceUid,
  seriesInstanceUid,
  accessionNumber,
  patient,
  truth: truth as PhantomTruth,
};
