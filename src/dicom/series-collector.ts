import type { LimitsConfig } from '../config-schema.ts';
import { LobarError, type Notice } from '../errors.ts';
import { within } from '../over-limit.ts';
import type { CtVolume } from '../volume/types.ts';
import { arrangeSlices } from './arrange-slices.ts';
import type { DecodeTask } from './decode-task.ts';
import type { InstanceHeader } from './instance-header.ts';
import { axialLayout } from './orientation.ts';
import type { ParsedInstance } from './parse-instance.ts';
import { pixelFrames } from './pixel-frames.ts';
import { readInstance } from './read-instance.ts';
import { SliceSlots } from './slice-slots.ts';
import {
  type SliceGeometry,
  type SliceStack,
  sameGeometry,
  sliceGeometry,
  stackSlices,
} from './slice-stack.ts';
import type { StudyContext } from './study-context.ts';

const bytesPerVoxel = Int16Array.BYTES_PER_ELEMENT;
/** Slices by which the volume's memory grows where their number is not known. */
const growth = 32;

/** What the first slice decides for all. */
interface SeriesFrame {
  readonly geometry: SliceGeometry;
  readonly volume: SharedArrayBuffer;
  readonly maxSlices: number;
  readonly slots: SliceSlots;
}

/** A frame of which a slice is to be made, and where that belongs. */
interface AcceptedFrame {
  readonly slot: number;
  /** Its frame may be a view of the instance. */
  readonly task: DecodeTask;
  readonly instance: ParsedInstance;
}

/** A stack, and what is wrong with it that was let pass. */
interface ForcedStack {
  readonly stack: SliceStack;
  readonly warnings: readonly Notice[];
}

interface CollectorOptions {
  readonly limits: LimitsConfig;
  readonly expectedSlices: number;
  /** Which slices are stacked; the others are received only. */
  readonly wanted: (slice: InstanceHeader) => boolean;
  /** Where a slice is expected to lie in the volume, from 0 at the feet; a wrong answer costs a copy of it. */
  readonly expectedSlot?: ((slice: InstanceHeader) => number | undefined) | undefined;
}

/**
 * Gathers the instances of one series while they arrive: checks limits and geometry on the header, gives
 * each wanted slice a slot in the one growing piece of memory that becomes the volume.
 */
export class SeriesCollector {
  readonly #options: CollectorOptions;
  /** Of the wanted slices, as they came. */
  readonly #headers: InstanceHeader[] = [];
  readonly #sopInstanceUids = new Set<string>();
  #first: InstanceHeader | undefined;
  #context: StudyContext | undefined;
  #frame: SeriesFrame | undefined;
  #instances = 0;
  #bytes = 0;
  /** As they are once deflated ones are inflated. */
  #inflatedBytes = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Instances so far, each as often as it came. */
  get instances(): number {
    return this.#instances;
  }

  /** Headers of the wanted slices, as they came, also of those that lie where another one does. */
  get received(): readonly InstanceHeader[] {
    return this.#headers;
  }

  get sopInstanceUids(): ReadonlySet<string> {
    return this.#sopInstanceUids;
  }

  /** Of the first wanted slice. Errors: `no-images`. */
  get context(): StudyContext {
    if (this.#context === undefined) throw new LobarError('no-images', { where: 'the series' });
    return this.#context;
  }

  /** Bytes of all instances so far, as sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Errors: those of readInstance and pixelFrames, `limit-exceeded`, `geometry-inconsistent`, `several-patients`,
   * `identity-mismatch`.
   */
  async accept(bytes: Uint8Array): Promise<Iterable<AcceptedFrame>> {
    const { limits, wanted: isWanted } = this.#options;
    this.#bytes += bytes.length;
    within('bytesPerInstance', bytes.length, limits, 'bytes');
    within('bytesPerSeries', this.#bytes, limits, 'bytes');
    this.#instances += 1;
    within('instances', this.#instances, limits, 'instances');
    const instance = await readInstance(bytes, limits);
    this.#inflatedBytes += instance.bytes.length;
    within('bytesPerSeries', this.#inflatedBytes, limits, 'bytes');
    const { header } = instance;
    this.#sopInstanceUids.add(header.sopInstanceUid);
    this.#first ??= header;
    requireSameSeries(header, this.#first);
    const wanted = instance.frames.filter(isWanted);
    if (wanted.length === 0) return [];
    this.#context ??= instance.context();
    const { rows, columns, sopInstanceUid } = header;
    within('rowsColumns', Math.max(rows, columns), limits, 'pixels', { sopInstanceUid });
    if (instance.frames.length !== header.numberOfFrames) throw framesUndescribed(header);
    return this.#framesOf(instance, wanted);
  }

  /** Lazily: the frames of one object may be hundreds of megabytes. */
  *#framesOf(instance: ParsedInstance, wanted: readonly InstanceHeader[]): Generator<AcceptedFrame> {
    const { limits } = this.#options;
    const [first] = wanted;
    if (first === undefined) return;
    const frame = this.#frame ?? openFrame(first, this.#options);
    this.#frame = frame;
    for (const header of wanted) requireSameGeometry(header, frame);
    const pixels = pixelFrames(instance);
    for (const header of wanted) {
      const count = this.#headers.push(header);
      within('voxels', count * frame.geometry.rows * frame.geometry.columns, limits, 'voxels');
      const slot = frame.slots.take(header);
      makeRoom(frame, slot);
      const layout = axialLayout(frame.geometry.imageOrientationPatient);
      yield { slot, task: { frame: pixels(header.frameNumber), header, layout }, instance };
    }
  }

  /**
   * The order of the slices, when all instances are there. `force` takes a stack with problems too (a gap, a
   * tilt, a shift), which then become warnings.
   * Errors: `no-images`, `geometry-inconsistent`.
   */
  stack({ force }: { readonly force: boolean }): ForcedStack {
    if (this.#frame === undefined) throw new LobarError('no-images', { where: 'the series' });
    const { stack, problems } = stackSlices(this.#headers);
    const [problem] = problems;
    if (stack !== undefined && (problem === undefined || force))
      return { stack, warnings: problems.map(asWarning) };
    throw inconsistent(problem?.text ?? 'There is no stack.');
  }

  /** The memory of a slice, [y, x]. */
  slice(slot: number): Int16Array {
    const { geometry, volume } = this.#openFrame();
    const sliceVoxels = geometry.rows * geometry.columns;
    return new Int16Array(volume, slot * sliceVoxels * bytesPerVoxel, sliceVoxels);
  }

  /** Takes a decoded slice over: it is copied to its slot and its own memory given back. */
  place(slot: number, slice: Int16Array): void {
    this.slice(slot).set(slice);
    if (slice.buffer instanceof ArrayBuffer) slice.buffer.transfer(0);
  }

  /** Headers from feet to head, one a slice of the volume. */
  headersOf({ order }: SliceStack): readonly InstanceHeader[] {
    return order.map((index) => this.#headers[index] as InstanceHeader);
  }

  /** The volume, with the slices put into order; duplicates end up behind it. */
  async volume({ order, duplicates, shape, spacingMm, originMm, direction }: SliceStack): Promise<CtVolume> {
    const { volume, slots } = this.#openFrame();
    const sliceVoxels = shape[1] * shape[2];
    await arrangeSlices(new Int16Array(volume), sliceVoxels, slots.of([...order, ...duplicates]));
    const data = new Int16Array(volume, 0, shape[0] * sliceVoxels);
    return { data, shape, spacingMm, originMm, direction };
  }

  #openFrame(): SeriesFrame {
    if (this.#frame === undefined) throw new LobarError('no-images', { where: 'the series' });
    return this.#frame;
  }
}

function openFrame(
  header: InstanceHeader,
  { limits, expectedSlices, expectedSlot }: CollectorOptions,
): SeriesFrame {
  const geometry = sliceGeometry(header);
  if (geometry === undefined) {
    throw inconsistent('An image has no usable position, orientation or pixel spacing.', header);
  }
  const sliceBytes = geometry.rows * geometry.columns * bytesPerVoxel;
  const maxSlices = Math.floor((limits.voxels * bytesPerVoxel) / sliceBytes);
  // Reserved is address space only; memory is taken as slices are written.
  const slices = Math.min(expectedSlices, maxSlices);
  const volume = new SharedArrayBuffer(slices * sliceBytes, { maxByteLength: maxSlices * sliceBytes });
  tellCollector(volume.byteLength);
  return { geometry, volume, maxSlices, slots: new SliceSlots(slices, expectedSlot) };
}

function requireSameSeries(header: InstanceHeader, first: InstanceHeader): void {
  const what = differsIn(header, first);
  if (what === undefined) return;
  const details = { sopInstanceUid: header.sopInstanceUid };
  // Whoever gave the images is to blame for the patients; another series only a PACS can send.
  throw what === 'patient'
    ? new LobarError('several-patients', {}, { details })
    : new LobarError('identity-mismatch', { what }, { details });
}

function requireSameGeometry(header: InstanceHeader, { geometry }: SeriesFrame): void {
  const own = sliceGeometry(header);
  if (own === undefined) {
    throw inconsistent('An image has no usable position, orientation or pixel spacing.', header);
  }
  if (!sameGeometry(own, geometry)) {
    throw inconsistent('The images differ in size, pixel spacing or orientation.', header);
  }
}

function framesUndescribed({ numberOfFrames, sopInstanceUid }: InstanceHeader): LobarError {
  const problem = `${numberOfFrames} frames in one object that does not say where each lies`;
  return new LobarError('pixel-data-unsupported', { problem }, { details: { sopInstanceUid } });
}

/** What two images do not share that all images of a volume must; absent is not the same as any value. */
function differsIn(a: InstanceHeader, b: InstanceHeader): 'patient' | 'study' | 'series' | undefined {
  if (a.patient.id !== b.patient.id || a.patient.issuerOfId !== b.patient.issuerOfId) return 'patient';
  if (a.studyInstanceUid !== b.studyInstanceUid) return 'study';
  return a.seriesInstanceUid === b.seriesInstanceUid ? undefined : 'series';
}

function makeRoom({ geometry, volume, maxSlices }: SeriesFrame, slot: number): void {
  const sliceVoxels = geometry.rows * geometry.columns;
  const needed = (slot + 1) * sliceVoxels * bytesPerVoxel;
  if (needed > volume.byteLength) {
    const before = volume.byteLength;
    volume.grow(Math.min(slot + growth, maxSlices) * sliceVoxels * bytesPerVoxel);
    tellCollector(volume.byteLength - before);
  }
}

/**
 * Shared memory does not count towards when V8 collects garbage: the volumes of past series would pile up
 * (measured: ten after ten series). An ArrayBuffer counts with its length; never touched, it costs nothing.
 */
function tellCollector(bytes: number): void {
  new ArrayBuffer(bytes);
}

function asWarning({ code, text }: Notice): Notice {
  const approximate = 'The series was made a volume by force: positions, sizes and volumes are approximate.';
  return { code, text: `${text} ${approximate}` };
}

/** `geometry-inconsistent` from the sentence of a notice, made a clause. */
function inconsistent(text: string, header?: InstanceHeader): LobarError {
  const problem = text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
  const details = header === undefined ? {} : { sopInstanceUid: header.sopInstanceUid };
  return new LobarError('geometry-inconsistent', { problem }, { details });
}
