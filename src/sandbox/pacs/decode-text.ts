/**
 * Specific Character Set (0008,0005) to the label of a decoder (PS3.3 C.12.1.1.2). Code extensions
 * (ISO 2022) are read by their first set alone.
 */
const labels: Readonly<Record<string, string>> = {
  'ISO_IR 192': 'utf-8',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 13': 'shift_jis',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Decodes text of a dataset; the default repertoire and ISO_IR 100 are both within latin1. */
export function decodeText(bytes: Uint8Array, characterSet: string | undefined): string {
  const label = characterSet === undefined ? undefined : labels[characterSet];
  if (label !== undefined) return new TextDecoder(label).decode(bytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
