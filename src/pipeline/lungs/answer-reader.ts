import { openKernels } from '../../volume/simd/open-kernels.ts';

/** Channels of a softmax that was worked out in half precision (eps 2^-11) sum to 1 within this. */
const halfPrecision = 0.01;
/** Below this probability of lung (of 255) a pixel has no label. */
const faintest = 13;

/** What a network said of one slice. */
export interface ReadAnswer {
  /** Probability of lung (1 - background) times 255, 0 where it is ruled out. */
  readonly lung: Uint8Array;
  /** The likeliest part (index in `parts` + 1; the first of equals) wherever lung is possible at all, else 0. */
  readonly label: Uint8Array;
}

/**
 * A function that reads the answers [labels, planeSize] of a network that names the parts of the lungs; undefined where
 * the channels of some pixel are no probabilities that sum to 1.
 *
 * @throws RangeError for an answer of another length
 */
export function openAnswerReader<Part extends string>(
  planeSize: number,
  labels: readonly (Part | 'background')[],
  parts: readonly Part[],
): (answer: Float32Array) => ReadAnswer | undefined {
  const { kernels, arrays } = openKernels({
    answer: [Float32Array, labels.length * planeSize],
    offsets: [Uint32Array, parts.length],
    lung: [Uint8Array, planeSize],
    names: [Uint8Array, planeSize],
  });
  const { lung, names, offsets } = arrays;
  const offsetOf = (label: Part | 'background') =>
    labels.indexOf(label) * planeSize * Float32Array.BYTES_PER_ELEMENT;
  offsets.set(parts.map(offsetOf));
  return (answer) => {
    if (answer.length !== arrays.answer.length) {
      throw new RangeError(`An answer of ${answer.length} numbers instead of ${arrays.answer.length}`);
    }
    arrays.answer.set(answer);
    lung.fill(0);
    names.fill(0);
    const areProbabilities = kernels.readParts(
      arrays.answer.byteOffset,
      planeSize,
      labels.length,
      offsetOf('background'),
      offsets.byteOffset,
      parts.length,
      faintest,
      halfPrecision,
      lung.byteOffset,
      names.byteOffset,
    );
    return areProbabilities === 0 ? undefined : { lung: lung.slice(), label: names.slice() };
  };
}
