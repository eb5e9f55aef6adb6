/** SOP classes that matter here (PS3.4 B.5, PS3.3 F for the directory). */
export const sopClasses = {
  ctImage: '1.2.840.10008.5.1.4.1.1.2',
  enhancedCt: '1.2.840.10008.5.1.4.1.1.2.1',
  legacyEnhancedCt: '1.2.840.10008.5.1.4.1.1.2.2',
  mediaDirectory: '1.2.840.10008.1.3.10',
} as const;

/** Secondary Capture Image Storage and its multi-frame kinds, which are its children (PS3.4 B.5). */
export function isSecondaryCapture(sopClassUid: string): boolean {
  const root = '1.2.840.10008.5.1.4.1.1.7';
  return sopClassUid === root || sopClassUid.startsWith(`${root}.`);
}

/** Transfer syntaxes that say how a data set is written (PS3.5 A.1, A.3, A.5); all others are explicit little endian. */
export const transferSyntaxes = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  deflated: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
} as const;
