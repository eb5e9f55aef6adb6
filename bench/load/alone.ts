import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { inference, seriesFolder } from './served-pair.ts';

/** Analyses a second of two processes together that infer and do nothing else, measured for so many seconds. */
export async function inferenceAlone(folder: string, seconds: number): Promise<number> {
  const script = new URL('./inference-alone.ts', import.meta.url);
  const asked = { folder: seriesFolder(folder), seconds, inference };
  const both = await Promise.all([0, 1].map(() => runChildCase(script, asked, lobarNodeOptions)));
  return both.reduce((sum, one) => sum + (one['perSecond'] ?? 0), 0);
}
