import { type ErrorDetails, LobarError } from '../errors.ts';

/** How the pixel data of a supported transfer syntax is coded. */
export type PixelCoding = 'native' | 'rle' | 'jpeg-dct' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  /** Absent where Lobar does not read the pixels. */
  readonly coding?: PixelCoding;
}

/** Transfer syntaxes of PS3.6 A (table A-1), and how those that are read code their pixels. */
const names: readonly (readonly [uid: string, name: string, coding?: PixelCoding])[] = [
  ['1.2.840.10008.1.2', 'Implicit VR Little Endian', 'native'],
  ['1.2.840.10008.1.2.1', 'Explicit VR Little Endian', 'native'],
  ['1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'native'],
  ['1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', 'native'],
  ['1.2.840.10008.1.2.2', 'Explicit VR Big Endian', 'native'],
  ['1.2.840.10008.1.2.4.50', 'JPEG Baseline', 'jpeg-dct'],
  ['1.2.840.10008.1.2.4.51', 'JPEG Extended', 'jpeg-dct'],
  ['1.2.840.10008.1.2.4.53', 'JPEG Spectral Selection, Processes 6 and 8'],
  ['1.2.840.10008.1.2.4.55', 'JPEG Full Progression, Processes 10 and 12'],
  ['1.2.840.10008.1.2.4.57', 'JPEG Lossless, Process 14', 'jpeg-lossless'],
  ['1.2.840.10008.1.2.4.70', 'JPEG Lossless SV1', 'jpeg-lossless'],
  ['1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless', 'jpeg-ls'],
  ['1.2.840.10008.1.2.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls'],
  ['1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'],
  ['1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg-2000'],
  ['1.2.840.10008.1.2.4.92', 'JPEG 2000 Part 2 Lossless'],
  ['1.2.840.10008.1.2.4.93', 'JPEG 2000 Part 2'],
  ['1.2.840.10008.1.2.4.94', 'JPIP Referenced'],
  ['1.2.840.10008.1.2.4.95', 'JPIP Referenced Deflate'],
  ['1.2.840.10008.1.2.4.100', 'MPEG2 Main Profile Main Level'],
  ['1.2.840.10008.1.2.4.101', 'MPEG2 Main Profile High Level'],
  ['1.2.840.10008.1.2.4.102', 'MPEG-4 AVC/H.264 High Profile Level 4.1'],
  ['1.2.840.10008.1.2.4.103', 'MPEG-4 AVC/H.264 BD-compatible High Profile Level 4.1'],
  ['1.2.840.10008.1.2.4.104', 'MPEG-4 AVC/H.264 High Profile Level 4.2 for 2D Video'],
  ['1.2.840.10008.1.2.4.105', 'MPEG-4 AVC/H.264 High Profile Level 4.2 for 3D Video'],
  ['1.2.840.10008.1.2.4.106', 'MPEG-4 AVC/H.264 Stereo High Profile Level 4.2'],
  ['1.2.840.10008.1.2.4.107', 'HEVC/H.265 Main Profile Level 5.1'],
  ['1.2.840.10008.1.2.4.108', 'HEVC/H.265 Main 10 Profile Level 5.1'],
  ['1.2.840.10008.1.2.4.110', 'JPEG XL Lossless'],
  ['1.2.840.10008.1.2.4.111', 'JPEG XL JPEG Recompression'],
  ['1.2.840.10008.1.2.4.112', 'JPEG XL'],
  ['1.2.840.10008.1.2.4.201', 'High-Throughput JPEG 2000 Lossless', 'htj2k'],
  ['1.2.840.10008.1.2.4.202', 'High-Throughput JPEG 2000 RPCL Lossless', 'htj2k'],
  ['1.2.840.10008.1.2.4.203', 'High-Throughput JPEG 2000', 'htj2k'],
  ['1.2.840.10008.1.2.4.204', 'JPIP HTJ2K Referenced'],
  ['1.2.840.10008.1.2.4.205', 'JPIP HTJ2K Referenced Deflate'],
  ['1.2.840.10008.1.2.5', 'RLE Lossless', 'rle'],
  ['1.2.840.10008.1.2.8.1', 'Deflated Image Frame Compression'],
];

const byUid: ReadonlyMap<string, TransferSyntax> = new Map(
  names.map(([uid, name, coding]) => [uid, coding === undefined ? { uid, name } : { uid, name, coding }]),
);

/** Names of the transfer syntaxes whose pixels are read. */
const supportedTransferSyntaxes: readonly string[] = names
  .filter(([, , coding]) => coding !== undefined)
  .map(([, name]) => name);

/** The transfer syntax of a UID; undefined for a private or unknown one. */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return byUid.get(uid);
}

/**
 * The pixel coding of a transfer syntax. There is no default: what is not known is refused.
 *
 * Errors: `transfer-syntax-unsupported`.
 */
export function pixelCoding(uid: string, details: ErrorDetails): PixelCoding {
  const coding = byUid.get(uid)?.coding;
  if (coding === undefined) throw unsupportedTransferSyntax(uid, details);
  return coding;
}

const encapsulatedUncompressed = '1.2.840.10008.1.2.1.98';

/** Whether the pixel data of a supported transfer syntax lies in items (PS3.5 A.4). */
export function isEncapsulated(uid: string): boolean {
  return uid === encapsulatedUncompressed || byUid.get(uid)?.coding !== 'native';
}

/** Syntaxes that allow loss; what is coded in them may still be exact. */
const lossy: ReadonlySet<string> = new Set(
  ['50', '51', '81', '91', '203'].map((last) => `1.2.840.10008.1.2.4.${last}`),
);

export function mayBeLossy(uid: string): boolean {
  return lossy.has(uid);
}

/** The refusal of a transfer syntax, by its name. */
export function unsupportedTransferSyntax(uid: string, details: ErrorDetails): LobarError {
  const name = byUid.get(uid)?.name ?? 'private or unknown';
  return new LobarError(
    'transfer-syntax-unsupported',
    { uid, name, supported: supportedTransferSyntaxes },
    { details },
  );
}
