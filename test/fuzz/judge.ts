import type { IngestedSeries } from '../../src/dicom/ingest-series.ts';
import { LobarError } from '../../src/errors.ts';
import type { Report, Surface } from './fuzz-input.ts';

type Verdict = Pick<Report, 'outcome' | 'fault'>;

const longestSentence = 4000;
/** PatientName and PatientID of the phantom. */
const patient = /FUZZ.?CANARY/;

/** Whether an error is one that this input may end with. */
export function judgeError(error: unknown, surface: Surface): Verdict {
  if (!(error instanceof LobarError)) {
    const { name = typeof error, message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
    return bad(
      'foreign error',
      `foreign ${name} ${place(stack)}`,
      `${name}: ${message}\n${shortened(stack)}`,
    );
  }
  const { code, message, status, cause } = error;
  const stack = (cause as Partial<Error> | undefined)?.stack ?? error.stack ?? '';
  // Only a PACS may be told that it failed; whatever else comes in is the fault of what came in.
  const ofPacs = surface === 'pacs' && (status === 502 || status === 504);
  // Files and uploads are grouped by series first; these surfaces hand parts of several to one ingest.
  const isMixture = (surface === 'series' || surface === 'multipart') && code === 'identity-mismatch';
  const isAllowed = status < 500 || ofPacs || isMixture;
  if (!isAllowed || code === 'cancelled')
    return bad(code, `code ${code} ${place(stack)}`, `${message}\n${shortened(stack)}`);
  if (message.length > longestSentence) return bad(code, `long message of ${code}`, message.slice(0, 300));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(message))
    return bad(code, `control characters in ${code}`, JSON.stringify(message));
  if (patient.test(message)) return bad(code, `patient in ${code}`, message);
  return { outcome: code };
}

/** Whether a volume is what its own headers declare. */
export function judgeVolume(ingested: IngestedSeries | undefined): Verdict {
  if (ingested === undefined) return { outcome: 'ineligible' };
  const { volume, headers } = ingested;
  const [z, y, x] = volume.shape;
  const numbers = [...volume.spacingMm, ...volume.originMm, ...Object.values(volume.direction).flat()];
  const broken = [
    volume.data.length === z * y * x
      ? undefined
      : `${volume.data.length} voxels for ${volume.shape.join(' x ')}`,
    z >= 2 ? undefined : `${z} slices`,
    headers.length === z ? undefined : `${headers.length} headers for ${z} slices`,
    numbers.every(Number.isFinite) ? undefined : `geometry ${numbers.join(' ')}`,
    volume.spacingMm.every((step) => step > 0) ? undefined : `spacing ${volume.spacingMm.join(' ')}`,
    headers.every(
      ({ rows, columns }) => Math.min(rows, columns) === Math.min(y, x) && rows * columns === y * x,
    )
      ? undefined
      : `slices of another size than ${y} x ${x}`,
  ].filter((text) => text !== undefined);
  const [first] = broken;
  return first === undefined
    ? { outcome: 'volume' }
    : bad('volume', `volume: ${first.replace(/[\d.]+/g, 'n')}`, broken.join('; '));
}

export function bad(outcome: string, signature: string, text: string): Verdict {
  return { outcome, fault: { signature, text } };
}

/** The first frames, and those of our own sources. */
function shortened(stack: string): string {
  const lines = stack.split('\n');
  const own = lines.filter((line, index) => index >= 8 && /\/src\//.test(line));
  return [...lines.slice(0, 8), ...own.slice(0, 8)].join('\n');
}

/** The first frame of our own sources, or the first of any. */
export function place(stack: string): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => /\/src\//.test(line)) ?? frames[0] ?? '';
  return own.replace(/^\s+at /, '').replace(/\(?(?:file:\/\/)?\/.*\/(?=src\/|node_modules\/)/, '(');
}
