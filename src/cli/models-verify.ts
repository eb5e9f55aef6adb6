import { exitCode } from '../errors.ts';
import type { Probe } from '../inference/probe-network.ts';
import { tensorShapes } from '../inference/tensor-shapes.ts';
import { type PackageVerdict, verifyPackage } from '../inference/verify-package.ts';
import type { Arguments, Terminal } from './command.ts';
import { plainLine } from './plain-text.ts';

/** `lobar models verify`: every mistake of a package at once, and how it runs. */
export async function verifyModel(folder: string, args: Arguments, { out }: Terminal): Promise<number> {
  const verdict = await verifyPackage(folder);
  if (args.values['json'] === true) out(`${JSON.stringify(verdict, null, 2)}\n`);
  else out(formatVerdict(verdict));
  return verdict.problems.length === 0 ? exitCode.done : exitCode.usage;
}

function formatVerdict({ name, manifest, problems, probe, variants }: PackageVerdict): string {
  const title = manifest === undefined ? name : `${name} ${manifest.version} (${manifest.task})`;
  const lines = [
    `${problems.length === 0 ? 'ok    ' : 'BROKEN'}  ${title}`,
    ...problems.map((problem) => `        - ${problem}`),
    ...(manifest === undefined ? [] : [tensors(manifest)]),
    ...(probe === undefined ? [] : [`        ${ran(probe)}`]),
    ...variants.map(
      (one) =>
        `        ${one.precision} for ${one.provider}, ${one.file}: ${one.probe === undefined ? 'not run' : ran(one.probe)}`,
    ),
    ...(problems.length === 0
      ? ['        This says that it runs, not that it is right: lobar models try, lobar evaluate.']
      : []),
  ];
  return `${lines.map(plainLine).join('\n')}\n`;
}

function ran({ runs, batchMs, lowest, highest }: Probe): string {
  return `on a made-up chest, on the CPU: ${runs} run(s), ${batchMs.toFixed(0)} ms each, answers from ${lowest.toPrecision(3)} to ${highest.toPrecision(3)}`;
}

function tensors(manifest: NonNullable<PackageVerdict['manifest']>): string {
  const { input, output } = tensorShapes(manifest);
  return `        [${input.join(', ')}] to [${output.join(', ')}], ${manifest.labels.join(', ')}${context(manifest)}`;
}

/** What several channels of slices hold: a contextMm that was forgotten is seen nowhere else. */
function context(manifest: NonNullable<PackageVerdict['manifest']>): string {
  const channels = tensorShapes(manifest).input[1] ?? 1;
  if (manifest.task === 'classifier' || channels === 1) return '';
  const { contextMm } = manifest.preprocessing;
  return contextMm === undefined
    ? `; the slice itself in each of ${channels} channels (no contextMm)`
    : `; ${channels} slices, ${contextMm} mm apart`;
}
