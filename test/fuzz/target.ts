/** Entry of the process under test: runs the inputs that it is sent, one at a time, and says what came of each. */
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { openService } from '../../src/http/open-service.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { realFiles, siblingOf } from './corpus.ts';
import { fuzzConfig } from './fuzz-config.ts';
import type { FuzzInput, Report } from './fuzz-input.ts';
import { openHealth } from './health.ts';
import { bad, judgeError, judgeVolume } from './judge.ts';
import { runMask } from './mask-run.ts';
import { openPlayedPacs } from './played-pacs.ts';
import { runInput } from './surface-runs.ts';
import { upload } from './upload-run.ts';

// Deep recursion fills a short stack trace before it names whose it was.
Error.stackTraceLimit = 20_000;

const pacs = await openPlayedPacs();
const config = fuzzConfig(pacs.url);
const service = process.argv[2] === 'service' ? await openService(config, createLogger('silent')) : undefined;
const world = { pool: openDecodePool({ threads: 1 }), config, pacs };
const health = await openHealth(world);
// What real sizes cost is not an input's fault: the baseline of memory is taken after them.
for (const file of realFiles()) await judged(seriesOf([file.bytes.slice(), siblingOf(file)], file.syntax));

process.on('message', (input: FuzzInput) => void answer(input));
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

async function answer(input: FuzzInput): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const verdict = await judged(input);
  const used = process.cpuUsage(cpu);
  const wallMs = performance.now() - start;
  const hurt = verdict.fault === undefined ? await hurtBy(input) : undefined;
  const report: Report = {
    ...(hurt === undefined ? verdict : bad(verdict.outcome, `unhealthy after ${input.syntax}`, hurt)),
    cpuMs: (used.user + used.system) / 1000,
    wallMs,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(report);
}

async function judged(input: FuzzInput): Promise<Pick<Report, 'outcome' | 'fault'>> {
  try {
    if (input.surface === 'mask') {
      const outcome = await runMask(input, config.limits);
      return input.isCutOff ? bad(outcome, 'cut-off mask unnoticed', 'A part is missing.') : { outcome };
    }
    if (input.surface !== 'upload') {
      const verdict = judgeVolume(await runInput(input, world));
      const isMissed = input.isCutOff && verdict.outcome === 'volume';
      return isMissed ? bad('volume', `cut off unnoticed in ${input.syntax}`, 'A part is missing.') : verdict;
    }
    if (service === undefined) throw new Error('This target has no service.');
    return { outcome: await upload(service.url, input) };
  } catch (error) {
    return judgeError(error, input.surface);
  }
}

async function hurtBy({ syntax }: FuzzInput): Promise<string | undefined> {
  if (service !== undefined) {
    const { status } = await fetch(`${service.url}/health/ready`);
    if (status !== 200) return `the service answers ${status} to /health/ready`;
  }
  return await health.check(syntax);
}

function seriesOf(parts: readonly Uint8Array[], syntax: string): FuzzInput {
  return { surface: 'series', syntax, parts, isCutOff: false, contentType: '', chunkBytes: 65_536 };
}
