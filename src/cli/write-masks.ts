import { join } from 'node:path';
import type { AnalyzeResult } from '../analysis/analyze.ts';
import { writeNrrd } from '../masks/write-nrrd.ts';
import { segmentTrees } from '../pipeline/trees/segment-trees.ts';

/**
 * Writes lobes, opacities, airways and vessels of an analysis that kept its masks, each an NRRD file on the
 * series' own grid, into a folder that is there. Airways and vessels are looked for here: nobody else asks for them.
 *
 * @returns what was written, for the terminal; of a study that was not analysed nothing is
 */
export async function writeMasks({ masks, seen }: AnalyzeResult, folder: string): Promise<string> {
  if (masks === undefined || seen === undefined) return '';
  const trees = segmentTrees(seen.volume, masks.lobes, masks.opacities);
  for (const [name, labels] of Object.entries({ ...masks, ...trees })) {
    await writeNrrd(join(folder, `${name}.nrrd`), labels, seen.volume);
  }
  return [
    `Masks in ${folder}: lobes.nrrd (1 RUL, 2 RML, 3 RLL, 4 LUL, 5 LLL), opacities.nrrd, airways.nrrd,`,
    'vessels.nrrd (1 each). Airways and vessels are for a picture, not for measuring.',
    '',
  ].join('\n');
}
