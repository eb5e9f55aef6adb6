/** Reads the bytes of text values; several values are still joined by backslashes. */
export interface TextReader {
  decode(bytes: Uint8Array): string;
}

/** Encodings of the terms of SpecificCharacterSet, without code extensions and with (PS3.3 C.12.1.1.2). */
const encodings: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO 2022 IR 87': 'iso-2022-jp',
  'ISO 2022 IR 159': 'iso-2022-jp',
  'ISO 2022 IR 149': 'euc-kr',
  'ISO 2022 IR 58': 'gbk',
};

/**
 * Designations of a set to G0 or G1: ESC, intermediate bytes, a final byte (PS3.5 6.1.2.5, ISO 2022). All the
 * encodings above leave these bytes as they are, and have none of them as a second byte after ESC.
 */
const designators = new RegExp(`${String.fromCharCode(0x1b)}[ -/]+[0-~]`, 'g');

/**
 * The decoder for text values under SpecificCharacterSet (0008,0005). The last known term decides: with
 * code extensions the first is the default repertoire, the others say what is switched to (PS3.5 6.1.2.5).
 * Nothing said or nothing known: Latin-1, which keeps every byte.
 *
 * The escape sequences that switch between sets are no text, and a PatientID that kept them would be found
 * nowhere: they are taken out where the decoder does not do so itself, which only the one for ISO-2022-JP does.
 */
export function textDecoder(specificCharacterSet: readonly string[]): TextReader {
  const encoding = specificCharacterSet.flatMap((term) => encodingOf(term) ?? []).at(-1) ?? 'windows-1252';
  const decoder = new TextDecoder(encoding);
  if (encoding === 'iso-2022-jp') return decoder;
  return { decode: (bytes) => decoder.decode(bytes).replace(designators, '') };
}

/**
 * Whether `textDecoder` reads every letter as it was meant: all terms are known, and mean one encoding beside ASCII.
 * Otherwise what is not ASCII may be read as other letters.
 */
export function readsEveryLetter(specificCharacterSet: readonly string[]): boolean {
  const beyondAscii = specificCharacterSet.filter((term) => !/^(ISO_IR 6|ISO 2022 IR 6)?$/.test(term.trim()));
  const found = new Set(beyondAscii.map(encodingOf));
  return found.size === 1 && !found.has(undefined);
}

function encodingOf(term: string): string | undefined {
  const single = term
    .trim()
    .replace(/^ISO 2022 IR (100|101|109|110|144|127|126|138|148|203|13|166)$/, 'ISO_IR $1');
  return encodings[single];
}
