import type { InstanceHeader } from './instance-header.ts';
import { sliceGeometry, stackSlices } from './slice-stack.ts';
import { cross, dot } from './vectors.ts';

/** Images, and what tells them from those that they were divided from. */
export interface Part {
  readonly headers: readonly InstanceHeader[];
  readonly names: readonly string[];
}

/** What may tell the passes over one place apart, and how they are handled. */
interface Attribute {
  readonly name: string;
  readonly value: (header: InstanceHeader) => string | number | undefined;
  /** One pass may have many values, each for a part of the way. */
  readonly consecutive?: true;
  /** Too weak to split what is a good stack without it. */
  readonly onlyInDoubt?: true;
}

/**
 * In this order: what was scanned (acquisitions, phases of a dynamic scan, stacks that the scanner itself
 * declares), then how it was computed (kernels), then what only hints at it (thickness, Image Type), because an
 * acquisition that was reconstructed twice must not be cut where its kernels already tell all.
 */
const attributes: readonly Attribute[] = [
  { name: 'acquisition', value: ({ acquisitionNumber }) => acquisitionNumber, consecutive: true },
  { name: 'phase', value: ({ temporalPositionIndex }) => temporalPositionIndex, consecutive: true },
  { name: 'stack', value: ({ stackId }) => stackId, consecutive: true },
  { name: 'kernel', value: ({ convolutionKernel }) => convolutionKernel?.join('\\') },
  {
    name: 'thickness',
    value: ({ sliceThicknessMm }) => sliceThicknessMm && `${sliceThicknessMm} mm`,
    onlyInDoubt: true,
  },
  { name: 'image type', value: ({ imageType }) => imageType.join('\\'), onlyInDoubt: true },
];

/** [ours] Parts that share more of the way than this are two passes over it; less is where one meets the next. */
const maxSharedMm = 30;
const samePositionMm = 0.01;

/** The images of one value of an attribute, and the heights between which they lie. */
interface ValuePart {
  readonly value: string | number | undefined;
  readonly headers: readonly InstanceHeader[];
  readonly heights: readonly number[];
  readonly low: number;
  readonly high: number;
}

/**
 * Separates slices of one grid that cover the same place more than once, by the first attributes that tell
 * them apart. Slices of different values that lie one after another stay together: a sequential scan may number
 * each table position as an acquisition of its own. Images that nothing tells apart stay together too, and are
 * dropped as duplicates when they are stacked.
 */
export function splitByPass(headers: readonly InstanceHeader[]): readonly Part[] {
  return attributes.reduce<readonly Part[]>(
    (parts, attribute) => parts.flatMap((part) => splitBy(part, attribute)),
    [{ headers, names: [] }],
  );
}

function splitBy(part: Part, attribute: Attribute): readonly Part[] {
  const { headers, names } = part;
  const values = valueParts(headers, attribute);
  const isConstant = values.length < 2;
  if (isConstant || (attribute.onlyInDoubt && !isDoubtful(headers))) return [part];
  const groups = attribute.consecutive ? passes(values) : reconstructions(values, headers.length);
  if (groups.length < 2) return [part];
  return groups.map((group) => ({
    headers: group.flatMap((one) => one.headers),
    names: [...names, nameOf(attribute.name, group)],
  }));
}

/** Images at one place, or uneven steps, show that a stack is not one pass. */
function isDoubtful(headers: readonly InstanceHeader[]): boolean {
  const { stack, problems } = stackSlices(headers);
  const uneven = problems.some(({ code }) => code === 'missing-slices' || code === 'mixed-geometry');
  return uneven || (stack?.duplicates.length ?? 0) > 0;
}

function valueParts(headers: readonly InstanceHeader[], { value }: Attribute): readonly ValuePart[] {
  const [first] = headers;
  const orientation = first?.imageOrientationPatient;
  if (orientation === undefined || headers.some((header) => sliceGeometry(header) === undefined)) return [];
  const normal = cross(orientation.row, orientation.column);
  const height = ({ imagePositionPatient = [0, 0, 0] }: InstanceHeader) => dot(imagePositionPatient, normal);
  return [...Map.groupBy(headers, value)].map(([value, headers]) => {
    const heights = headers.map(height).sort((a, b) => a - b);
    return { value, headers, heights, low: heights[0] ?? 0, high: heights.at(-1) ?? 0 };
  });
}

/**
 * Values that lie one after another make one pass; a value goes to the first pass that does not cover its place
 * already. Large ones first, so that a stray image cannot part what belongs together.
 */
function passes(values: readonly ValuePart[]): readonly (readonly ValuePart[])[] {
  if (lieApart(values)) return [values];
  const groups: ValuePart[][] = [];
  for (const part of values.toSorted((a, b) => b.heights.length - a.heights.length || byValue(a, b))) {
    const group = groups.find((own) => own.every((one) => !shareTheirPlace(one, part)));
    if (group === undefined) groups.push([part]);
    else group.push(part);
  }
  return groups;
}

/** One group a value, where any two cover the same place. A value for nearly every image tells nothing apart. */
function reconstructions(values: readonly ValuePart[], images: number): readonly (readonly ValuePart[])[] {
  const isNoise = values.length * 2 > images;
  const share = values.some((a, i) => values.slice(i + 1).some((b) => shareTheirPlace(a, b)));
  return isNoise || !share ? [values] : values.toSorted(byValue).map((part) => [part]);
}

/** Whether no two overlap at all, as in a sequential scan; else each is compared with each. */
function lieApart(values: readonly ValuePart[]): boolean {
  const sorted = values.toSorted((a, b) => a.low - b.low);
  return sorted.every(
    (part, i) => part.low - (sorted[i - 1]?.high ?? Number.NEGATIVE_INFINITY) > samePositionMm,
  );
}

function shareTheirPlace(a: ValuePart, b: ValuePart): boolean {
  const low = Math.max(a.low, b.low) - samePositionMm;
  const high = Math.min(a.high, b.high) + samePositionMm;
  if (low > high) return false;
  const { heights } = a.heights.length <= b.heights.length ? a : b;
  const shared = heights.filter((height) => height >= low && height <= high).length;
  return shared * 2 > heights.length || (shared > 0 && high - low > maxSharedMm);
}

function byValue({ value: a }: ValuePart, { value: b }: ValuePart): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '') < String(b ?? '') ? -1 : 1;
}

/** `acquisition 2`, `acquisitions 1 to 80`, `kernel B70f`, `without kernel`. */
function nameOf(name: string, group: readonly ValuePart[]): string {
  const [first, ...more] = group.toSorted(byValue).map(({ value }) => value);
  if (more.length === 0) return first === undefined ? `without ${name}` : `${name} ${first}`;
  const last = more.at(-1);
  const isRun = typeof first === 'number' && typeof last === 'number' && last - first === more.length;
  return isRun ? `${name}s ${first} to ${last}` : `${name} ${first} and ${more.length} more`;
}
