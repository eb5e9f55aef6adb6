import { transferSyntaxes } from './uids.ts';

/** How the elements of a data set are written (PS3.5 7.1, 7.3). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly littleEndian: boolean;
}

export const explicitLittleEndian: Encoding = { explicitVr: true, littleEndian: true };
const implicitLittleEndian: Encoding = { explicitVr: false, littleEndian: true };
const explicitBigEndian: Encoding = { explicitVr: true, littleEndian: false };

/** How a transfer syntax writes its data set; a deflated one once it is inflated (PS3.5 A). */
export function encodingOf(transferSyntaxUid: string): Encoding {
  switch (transferSyntaxUid) {
    case transferSyntaxes.implicitLittleEndian:
      return implicitLittleEndian;
    case transferSyntaxes.explicitBigEndian:
      return explicitBigEndian;
    default:
      return explicitLittleEndian;
  }
}

/** Sequences of unknown VR are implicit little endian whatever is around them (PS3.5 6.2.2). */
export function itemEncoding(vr: string, encoding: Encoding): Encoding {
  return vr === 'UN' ? implicitLittleEndian : encoding;
}
