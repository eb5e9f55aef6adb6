import type { Notice } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { unsupportedPixels } from './supported-pixels.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

/** Rescale types whose numbers are no HU (PS3.3 C.11.1.1.2). */
const otherUnits = ['OD', 'MGML', 'Z_EFF', 'ED', 'EDW', 'HU_MOD', 'PCT'];

/**
 * What the headers say against the pixels, before any is fetched, so that another series can be chosen. What a
 * listing leaves out is not held against it: it is judged when the pixels arrive.
 *
 * [ours] Codes `no-rescale`, `not-hounsfield`: every threshold of PIPELINE.md is in HU, and dual-energy maps
 * look like CT and hold something else.
 */
export function pixelProblems(headers: readonly InstanceHeader[]): readonly Notice[] {
  const problems: Notice[] = [];
  const add = (code: string, text: string) => problems.push({ code, text });
  const syntax = headers.map(({ transferSyntaxUid }) => transferSyntaxUid).find(isUnread);
  if (syntax !== undefined) {
    const name = transferSyntax(syntax)?.name ?? 'private or unknown';
    add('transfer-syntax-unsupported', `Transfer syntax ${syntax} (${name}) is not read.`);
  }
  const pixels = headers.map(statedPixels).find((problem) => problem !== undefined);
  if (pixels !== undefined) add('pixel-data-unsupported', `The pixels are not read: ${pixels}.`);
  if (headers.some(({ rescaleType = '' }) => otherUnits.includes(rescaleType.toUpperCase()))) {
    add('not-hounsfield', 'The pixel values are not Hounsfield units.');
  } else if (headers.some((h) => !h.rescaleSlope || h.rescaleIntercept === undefined)) {
    add(
      'no-rescale',
      'The images have no rescale slope and intercept, so their Hounsfield units are unknown.',
    );
  }
  return problems;
}

function isUnread(uid: string | undefined): uid is string {
  return uid !== undefined && transferSyntax(uid)?.coding === undefined;
}

/** What is wrong with what the header does say; counts that are absent are 0. */
function statedPixels(header: InstanceHeader): string | undefined {
  const bitsAllocated = header.bitsAllocated || 16;
  const bitsStored = header.bitsStored || bitsAllocated;
  return unsupportedPixels({
    ...header,
    samplesPerPixel: header.samplesPerPixel || 1,
    photometricInterpretation: header.photometricInterpretation || 'MONOCHROME2',
    bitsAllocated,
    bitsStored,
    highBit: header.highBit || bitsStored - 1,
  });
}
