/** SpecificCharacterSet (0008,0005) to what TextDecoder knows it as (PS3.3 C.12.1.1.2); others are read as Latin 1. */
const encodings: Readonly<Record<string, string>> = {
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'tis-620',
};

/** Reads texts of a data set; of several character sets the first that is known. */
export function textReader(specificCharacterSet: string | undefined): (bytes: Uint8Array) => string {
  const named = (specificCharacterSet ?? '').split('\\').map((name) => encodings[name.trim()]);
  const decoder = new TextDecoder(named.find((one) => one !== undefined) ?? 'iso-8859-1');
  return (bytes) => decoder.decode(bytes);
}
