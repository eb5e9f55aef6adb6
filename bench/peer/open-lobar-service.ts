import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { ask, serveLobar } from '../../test/support/serve-lobar.ts';
import { lobarEnvironment } from '../serve-benched.ts';
import type { Contestant, PeerFindings } from './contestant.ts';

export interface LobarServiceOptions {
  /** Root of the DICOMweb services of the PACS. */
  readonly url: string;
  readonly int8: boolean;
  /** For its configuration file. */
  readonly folder: string;
}

/** Starts `lobar serve` on the CPU as `npm run lobar` does; a study is asked for by POST /v1/analyses with `publish: false`. */
export async function openLobarService({ url, int8, folder }: LobarServiceOptions): Promise<Contestant> {
  const config = {
    inference: { provider: 'cpu', variants: int8 ? 'auto' : 'none' },
    pacs: { main: { url } },
  };
  const served = await serveLobar(join(folder, 'peer-lobar.json'), config, lobarEnvironment());
  return {
    pid: served.child.pid ?? 0,
    async analyse(study) {
      const { status, text } = await ask(served.url, { study, publish: false });
      if (status !== 200) throw new Error(`Lobar answers HTTP ${status}: ${text}`);
      const { timingsMs, ...analysis } = JSON.parse(text) as Analysis;
      return { findings: findingsOf(analysis), stageMs: { ...timingsMs } };
    },
    async close() {
      const code = await served.stop();
      if (code !== 0) throw new Error(`Lobar ended with ${code}.`);
    },
  };
}

/** @throws Error where there are none: the study is not eligible. */
export function findingsOf(analysis: Partial<PeerFindings>): PeerFindings {
  const { classification, involvement, severity } = analysis;
  if (classification === undefined || involvement === undefined || severity === undefined)
    throw new Error('Lobar found nothing in the study.');
  return { classification, involvement, severity };
}
