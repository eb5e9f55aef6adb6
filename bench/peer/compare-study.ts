import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { readNrrd } from '../../test/support/read-nrrd.ts';
import { runLobar } from '../../test/support/run-lobar.ts';
import { type Differences, dice, differences } from './agreement.ts';
import type { PeerFindings } from './contestant.ts';
import { findingsOf } from './open-lobar-service.ts';
import { openPythonPeer } from './open-python-peer.ts';

export interface ComparedStudy {
  readonly differences: Differences;
  /** Of the lungs' outlines, and of the opacities'. */
  readonly dice: { readonly lungs: number; readonly opacities: number };
  readonly ours: PeerFindings;
}

export interface StudyToCompare {
  /** Its DICOM files. */
  readonly files: string;
  /** The same study in a PACS: root of the DICOMweb services, StudyInstanceUID. */
  readonly url: string;
  readonly study: string;
  readonly int8: boolean;
}

/**
 * Has both analyse one study, Lobar from its files and by force, as the small studies are not eligible, and says
 * how far they are apart.
 *
 * @param folder - a new one, gets the masks of both
 */
export async function compareStudy(
  { files, url, study, int8 }: StudyToCompare,
  folder: string,
): Promise<ComparedStudy> {
  const [ourMasks, theirMasks] = [join(folder, 'lobar'), join(folder, 'peer')];
  for (const masks of [ourMasks, theirMasks]) await mkdir(masks, { recursive: true });
  const { code, stdout, stderr } = await runLobar(
    ['analyze', files, '--json', '--force', '--masks', ourMasks],
    { LOBAR_INFERENCE_PROVIDER: 'cpu', LOBAR_INFERENCE_VARIANTS: int8 ? 'auto' : 'none' },
  );
  if (code !== 0) throw new Error(`lobar analyze ended with ${code}: ${stderr}`);
  const ours = findingsOf(JSON.parse(stdout) as Analysis);
  const peer = openPythonPeer({ url, int8, masks: theirMasks });
  try {
    const { findings } = await peer.analyse(study);
    const diceOf = (name: string) =>
      dice(readNrrd(join(ourMasks, `${name}.nrrd`)), readNrrd(join(theirMasks, `${name}.nrrd`)));
    return {
      differences: differences(ours, findings),
      dice: { lungs: diceOf('lobes'), opacities: diceOf('opacities') },
      ours,
    };
  } finally {
    await peer.close();
  }
}
