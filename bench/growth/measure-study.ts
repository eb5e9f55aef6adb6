import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analyse, ask } from '../../test/support/serve-lobar.ts';
import { patientSystem } from '../../test/support/test-service.ts';
import type { Peers } from '../end-to-end/open-peers.ts';
import type { Sample } from '../interleave.ts';
import { serveBenched } from '../serve-benched.ts';
import type { StretchedStudy } from './stretched-chest.ts';

export interface GrowthPlace {
  readonly folder: string;
  readonly peers: Peers;
  /** Analysed and forgotten first, so that what is measured finds its code compiled. */
  readonly warmUp: StretchedStudy;
}

/** What became of a study, as it was answered, and what that took. */
export interface MeasuredStudy {
  readonly status: number;
  readonly text: string;
  /** Wall and CPU time, memory at rest and at its height; of a published study also each stage by its name, ms. */
  readonly sample: Sample;
}

/** 50 slices over 300 mm are thicker than what is analysed by default. */
const eligibility = { maxSliceThicknessMm: 6 } as const;

/** One study in a process of the service of its own, from POST to its answer. */
export async function measureStudy(
  { folder, peers, warmUp }: GrowthPlace,
  { studyUid }: StretchedStudy,
  limits: object = {},
): Promise<MeasuredStudy> {
  const service = await serveBenched(join(folder, 'lobar.json'), {
    eligibility,
    inference: { provider: 'cpu' },
    limits,
    pacs: { main: { url: peers.pacsUrl } },
    ehr: { main: { url: peers.ehrUrl, patientIdentifierSystem: patientSystem } },
  });
  try {
    const restMb = await service.memoryMb('VmRSS');
    await peers.forget();
    await analyse(service.url, warmUp.studyUid, 'main');
    await peers.forget();
    const cpuBefore = await service.cpuSeconds();
    const started = performance.now();
    const { status, text } = await ask(service.url, { study: studyUid, ehr: 'main' });
    const wallMs = performance.now() - started;
    const cpuMs = ((await service.cpuSeconds()) - cpuBefore) * 1000;
    const peakMb = await service.memoryMb('VmHWM');
    return { status, text, sample: { ...stagesOf(text), wallMs, cpuMs, restMb, peakMb } };
  } finally {
    await service.stop();
  }
}

/** @throws Error where it was not published */
export function published({ text, sample }: MeasuredStudy): Sample {
  if ((JSON.parse(text) as Partial<Analysis>).outcome !== 'published')
    throw new Error(`A study was not published: ${text.slice(0, 500)}`);
  return sample;
}

function stagesOf(text: string): Sample {
  const { timingsMs = {} } = JSON.parse(text) as Partial<Analysis>;
  const { total: _, eventLoopP99: __, ...stages } = timingsMs;
  return stages;
}
