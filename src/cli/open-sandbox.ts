import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LimitsConfig } from '../config-schema.ts';
import { readStudyFiles } from '../dicom/folder-source.ts';
import { demoStudy } from '../sandbox/demo-study.ts';
import { openSandboxEhr } from '../sandbox/ehr/open-sandbox-ehr.ts';
import { openSandboxPacs } from '../sandbox/pacs/open-sandbox-pacs.ts';

/** The identifier system under which the embedded EHR knows DICOM PatientIDs. */
export const sandboxPatientSystem = 'https://lobar.example.org/sandbox/patient-id';

export interface Sandbox {
  /** DICOMweb root. */
  readonly pacsUrl: string;
  /** FHIR base. */
  readonly ehrUrl: string;
  readonly studyUids: readonly string[];
  close(): Promise<void>;
}

/**
 * The embedded PACS over a folder of DICOM files (the demo study by default) and the embedded EHR with the
 * patients of those files.
 *
 * @throws LobarError `no-images`
 */
export async function openSandbox(
  options: { readonly folder?: string | undefined; readonly pacsPort?: number; readonly ehrPort?: number },
  limits: LimitsConfig,
): Promise<Sandbox> {
  // STOW-RS writes into the folder of the PACS: the demo study itself is never touched.
  const scratch = await mkdtemp(join(tmpdir(), 'lobar-sandbox-'));
  const closers = [() => rm(scratch, { recursive: true, force: true })];
  const close = async () => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    const folder = options.folder ?? scratch;
    if (options.folder === undefined) await cp(demoStudy.folder, scratch, { recursive: true });
    const studies = await readStudyFiles([folder], limits);
    const pacs = await openSandboxPacs({ folder, port: options.pacsPort ?? 0 });
    closers.push(() => pacs.close());
    const ehr = await openSandboxEhr({ patients: patientsOf(studies), port: options.ehrPort ?? 0 });
    closers.push(() => ehr.close());
    return {
      pacsUrl: pacs.url,
      ehrUrl: ehr.url,
      studyUids: studies.map(({ uid }) => uid),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function patientsOf(studies: Awaited<ReturnType<typeof readStudyFiles>>): fhir4.Patient[] {
  const ids = studies.flatMap(({ series }) =>
    series.flatMap(({ headers }) => headers.map(({ patient }) => patient.id)),
  );
  return [...new Set(ids)]
    .filter((id) => id !== undefined)
    .map((value) => ({
      resourceType: 'Patient',
      identifier: [{ system: sandboxPatientSystem, value }],
      name: [{ text: 'Patient of the embedded EHR' }],
    }));
}
