/** Some documents of one report, drawn and composed in the thread of a reporter, as the service does it. */
import { openReporter, type Reporter } from '../../src/analysis/reporting/open-reporter.ts';
import {
  type DocumentKind,
  dicomObjectKinds,
  type ReportDocument,
} from '../../src/analysis/reporting/report-document.ts';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { answerChildCase } from '../child-case.ts';
import { measure } from '../resource-use.ts';
import { readVolume } from '../volume-file.ts';
import { composeOrder } from './compose-order.ts';
import { readMasks } from './report-input.ts';

export interface ReportCase {
  readonly folder: string;
  readonly kinds: readonly DocumentKind[];
}

/** A process is at its full speed after some reports, when the compiler has seen them; the service is warm too. */
const warmUp = 3;

await answerChildCase<ReportCase>(async ({ folder, kinds }) => {
  const volume = await readVolume(folder);
  const facts = measureInvolvement(await readMasks(folder), volume.spacingMm, 0.1);
  const wanted = { kinds, objects: kinds.includes('dicom') ? dicomObjectKinds : [] };
  const reporter = await openReporter();
  const once = async () => {
    const order = { volume, masks: await readMasks(folder), ...facts, wanted };
    return await measure(() => report(reporter, order, facts.involvement));
  };
  const first = await once();
  for (let warm = 1; warm < warmUp; warm += 1) await once();
  const { cpuMs, wallMs, result } = await once();
  await reporter.close();
  const sizes = Object.fromEntries(result.map(({ name, bytes }) => [name, bytes.length]));
  const bytes = result.reduce((sum, document) => sum + document.bytes.length, 0);
  return { firstCpuMs: first.cpuMs, cpuMs, wallMs, bytes, ...sizes };
});

async function report(
  reporter: Reporter,
  order: Parameters<Reporter['draw']>[0],
  involvement: Parameters<typeof composeOrder>[1],
): Promise<readonly ReportDocument[]> {
  const { signal } = new AbortController();
  const { volumes, ...drawn } = await reporter.draw(order, signal);
  return [...(await reporter.compose(composeOrder(order, involvement, drawn), signal)), ...volumes];
}
