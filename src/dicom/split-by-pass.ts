import { thickestMm } from './eligibility-rules.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type PassGroup, passes, reconstructions } from './pass-groups.ts';
import { stackSlices } from './slice-stack.ts';
import { byValue, orderedRuns, valueParts } from './value-parts.ts';

/** Images, and what tells them from those that they were divided from. */
export interface Part {
  readonly headers: readonly InstanceHeader[];
  readonly names: readonly string[];
}

/** What may tell the passes over one place apart, and how they are handled. */
interface Attribute {
  readonly name: string;
  readonly value: (header: InstanceHeader) => string | number | undefined;
  /**
   * `places`: one pass may have many values, each for a part of the way. `runs`: it may have a value an image,
   * which only grows. Else a pass has one value.
   */
  readonly along?: 'places' | 'runs';
  /** Too weak to split what is a good stack without it. */
  readonly onlyWhere?: Doubt;
}

/**
 * What makes a stack doubtful. `uneven`: images at one place, or uneven steps. `dense`: that, or slices twice as
 * near as they are thick, which may be two passes half a step apart.
 */
type Doubt = 'uneven' | 'dense';

/**
 * In this order: what was scanned (acquisitions, phases of a dynamic scan, stacks that the scanner itself
 * declares, phases of the heart, tube voltages), then how it was computed (kernels), then what only hints at it
 * (thickness, Image Type), because an acquisition that was reconstructed twice must not be cut where its kernels
 * already tell all. At last the order in which the images were made or numbered.
 */
const attributes: readonly Attribute[] = [
  { name: 'acquisition', value: ({ acquisitionNumber }) => acquisitionNumber, along: 'places' },
  { name: 'phase', value: ({ temporalPositionIndex }) => temporalPositionIndex, along: 'places' },
  { name: 'phase', value: ({ temporalPositionIdentifier }) => temporalPositionIdentifier, along: 'places' },
  { name: 'stack', value: ({ stackId }) => stackId, along: 'places' },
  {
    name: 'cardiac phase',
    value: ({ cardiacPhasePercent: percent }) => (percent === undefined ? undefined : `${percent} %`),
    onlyWhere: 'dense',
  },
  { name: 'trigger time', value: ({ triggerTimeMs }) => triggerTimeMs, onlyWhere: 'dense' },
  { name: 'tube voltage', value: ({ kvp }) => kvp && `${kvp} kV`, onlyWhere: 'dense' },
  { name: 'kernel', value: ({ convolutionKernel }) => convolutionKernel?.join('\\') },
  {
    name: 'thickness',
    value: ({ sliceThicknessMm }) => sliceThicknessMm && `${sliceThicknessMm} mm`,
    onlyWhere: 'uneven',
  },
  { name: 'image type', value: ({ imageType }) => imageType.join('\\'), onlyWhere: 'uneven' },
  { name: 'pass by time', value: ({ scannedAt }) => scannedAt, along: 'runs', onlyWhere: 'dense' },
  {
    name: 'pass by number',
    value: ({ instanceNumber }) => instanceNumber,
    along: 'runs',
    onlyWhere: 'dense',
  },
];

/** [ours] Slices so much nearer than they are thick are one pass's own choice up to here (PS3.3 has no word). */
const denseFrom = 1.5;
/** [ours] No detector is wider: an acquisition of more is a scan by itself, and no step of a longer one. */
const maxStepMm = 160;
const minOwnImages = 20;
/** Two images show no step that could be even. */
const minPassImages = 3;

/**
 * Separates slices of one grid that cover the same place more than once, by the first attributes that tell
 * them apart. Slices of different values that lie one after another stay together: a sequential scan may number
 * each table position as an acquisition of its own. Images that nothing tells apart stay together too: a few
 * are dropped as duplicates when they are stacked, many make the stack ambiguous. Passes of one or two images
 * (those that watch the contrast arrive) make one part.
 */
export function splitByPass(headers: readonly InstanceHeader[]): readonly Part[] {
  const parts = attributes.reduce<readonly Part[]>(
    (parts, attribute) => parts.flatMap((part) => splitBy(part, attribute)),
    [{ headers, names: [] }],
  );
  const single = parts.filter((part) => part.headers.length < minPassImages);
  if (single.length < 2) return parts;
  const rest = { headers: single.flatMap((part) => part.headers), names: ['single images of other passes'] };
  return [...parts.filter((part) => part.headers.length >= minPassImages), rest];
}

function splitBy(part: Part, { name, value, along, onlyWhere }: Attribute): readonly Part[] {
  const { headers, names } = part;
  const isConstant = headers.every((header) => value(header) === value(headers[0] ?? header));
  if (isConstant || (onlyWhere !== undefined && !isDoubtful(headers, onlyWhere))) return [part];
  const groups = groupsOf(headers, value, along);
  if (groups.length < 2) return [part];
  return groups.map((group) => ({
    headers: group.flatMap((one) => one.headers),
    names: [...names, nameOf(name, group)],
  }));
}

function groupsOf(
  headers: readonly InstanceHeader[],
  value: Attribute['value'],
  along: Attribute['along'],
): readonly PassGroup[] {
  if (along === 'runs') return passes(orderedRuns(headers, value));
  const values = valueParts(headers, value);
  if (along === 'places') return passes(values).flatMap(apartWhereBetter);
  return reconstructions(values, headers.length);
}

/**
 * Chest and abdomen may be two acquisitions that meet a little apart, or overlap out of step: what is no stack
 * together, but is one alone, stays alone. Not so the two halves of a chest, each a single turn of the tube.
 */
function apartWhereBetter(group: PassGroup): readonly PassGroup[] {
  const own = group.filter(
    ({ headers, low, high }) => headers.length >= minOwnImages && high - low > maxStepMm,
  );
  const isCandidate = group.length > 1 && own.length > 0;
  if (!isCandidate || !isUneven(group.flatMap(({ headers }) => headers))) return [group];
  if (own.every(({ headers }) => isUneven(headers))) return [group];
  const rest = group.filter((part) => !own.includes(part));
  return [...own.map((part) => [part]), ...(rest.length > 0 ? [rest] : [])];
}

function isUneven(headers: readonly InstanceHeader[]): boolean {
  return stackSlices(headers).problems.some(({ code }) => unevenCodes.includes(code));
}

const unevenCodes = ['missing-slices', 'mixed-geometry'];

function isDoubtful(headers: readonly InstanceHeader[], doubt: Doubt): boolean {
  const { stack, problems } = stackSlices(headers);
  if (problems.some(({ code }) => unevenCodes.includes(code))) return true;
  if (stack === undefined) return false;
  const isDense = (thickestMm(headers) ?? 0) > denseFrom * stack.spacingMm[0];
  return stack.duplicates.length > 0 || (doubt === 'dense' && isDense);
}

/** `acquisition 2`, `acquisitions 1 to 80`, `kernel B70f`, `without kernel`. */
function nameOf(name: string, group: PassGroup): string {
  const [first, ...more] = group.toSorted(byValue).map(({ value }) => value);
  if (more.length === 0) return first === undefined ? `without ${name}` : `${name} ${first}`;
  const last = more.at(-1);
  const isRun = typeof first === 'number' && typeof last === 'number' && last - first === more.length;
  return isRun ? `${name}s ${first} to ${last}` : `${name} ${first} and ${more.length} more`;
}
