import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { dicomFile } from '../support/dicom-writer.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { type Bytes, joined, setValue } from './edit-bytes.ts';
import { latin, scanElements } from './element-scanner.ts';

export interface CorpusFile {
  readonly name: string;
  readonly syntax: string;
  readonly bytes: Bytes;
}

export const deflated = '1.2.840.10008.1.2.1.99';
const own = join(import.meta.dirname, 'corpus');

/** The phantom of corpus/ in every transfer syntax; always there. */
export function phantomFiles(): CorpusFile[] {
  return dicomFilesIn(own).map((name) => corpusFile(name, join(own, name)));
}

/** Real files in every transfer syntax, of several scanners; empty where they are not here. */
export function realFiles(): CorpusFile[] {
  if (sharedDataMissing) return [];
  const one = (...path: string[]) => corpusFile(path.join('/'), sharedData(...path));
  const all = (folder: string) => dicomFilesIn(sharedData(folder)).map((name) => one(folder, name));
  return [
    ...all('transfer-syntaxes'),
    one('edge', 'eCT_Supplemental.dcm'),
    one('edge', 'GE_head_tilt_varspacing', '01.dcm'),
    one('edge', 'Philips_phantom', 'localizer_I10.dcm'),
    one('cip-ct64', 'ct-64Dicom', 'IMG0040.dcm'),
    ...all('abdomen-j2k').slice(0, 1),
    htj2k('CT1'),
    htj2k('CT2'),
  ];
}

/** Small masks in every format that is read, made by other tools; their own grids are in expected.json beside them. */
export function maskFiles(): CorpusFile[] {
  const folder = join(import.meta.dirname, '..', 'masks', 'fixtures');
  return readdirSync(folder)
    .filter((name) => /\.(nrrd|nii|nii\.gz|dcm)$/.test(name))
    .sort()
    .map((name) => {
      const bytes = Uint8Array.from(readFileSync(join(folder, name)));
      return { name, syntax: name.endsWith('.dcm') ? syntaxOf(bytes) : '', bytes };
    });
}

export function ownJson(name: 'series' | 'enhanced'): string {
  return readFileSync(join(own, `${name}.json`), 'utf8');
}

function dicomFilesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.dcm'))
    .sort();
}

function corpusFile(name: string, path: string): CorpusFile {
  const bytes = Uint8Array.from(readFileSync(path));
  return { name, syntax: syntaxOf(bytes), bytes };
}

export function syntaxOf(bytes: Uint8Array): string {
  const element = scanElements(bytes).elements.find(({ tag }) => tag === '00020010');
  return element === undefined ? '' : latin(bytes, element.valueAt, element.length);
}

/** A bare code stream of shared/data/htj2k as a CT image. */
function htj2k(name: string): CorpusFile {
  const stream = Uint8Array.from(readFileSync(sharedData('htj2k', `${name}.j2c`)));
  const syntax = '1.2.840.10008.1.2.4.201';
  const file = dicomFile(
    [
      ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      ['00080018', 'UI', '2.25.7201'],
      ['00080060', 'CS', 'CT'],
      ['0020000D', 'UI', '2.25.7202'],
      ['0020000E', 'UI', '2.25.7203'],
      ['00200032', 'DS', '0\\0\\10'],
      ['00200037', 'DS', '1\\0\\0\\0\\1\\0'],
      ['00280002', 'US', [1]],
      ['00280004', 'CS', 'MONOCHROME2'],
      ['00280010', 'US', [512]],
      ['00280011', 'US', [512]],
      ['00280030', 'DS', '0.7\\0.7'],
      ['00280100', 'US', [16]],
      ['00280101', 'US', [16]],
      ['00280102', 'US', [15]],
      ['00280103', 'US', [1]],
      ['00281052', 'DS', '0'],
      ['00281053', 'DS', '1'],
      ['7FE00010', 'OB', new Uint8Array(0)],
    ],
    syntax,
  );
  file.fill(0xff, -4);
  const items = Buffer.alloc(16);
  items.writeUInt32LE(0xe000_fffe, 0);
  items.writeUInt32LE(0xe000_fffe, 8);
  items.writeUInt32LE(stream.length + (stream.length % 2), 12);
  const end = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
  const bytes = joined([file, items, stream, new Uint8Array(stream.length % 2), end]);
  return { name: `htj2k/${name}`, syntax, bytes };
}

/** Applies an edit to what a deflated file holds; `edit` sees and gives a file as if it were not deflated. */
export function insideDeflated(bytes: Uint8Array, edit: (plain: Bytes) => Uint8Array): Bytes {
  const { datasetAt } = scanElements(bytes);
  const plain = joined([bytes.subarray(0, datasetAt), inflateRawSync(bytes.subarray(datasetAt))]);
  const edited = edit(plain);
  const at = Math.min(scanElements(edited).datasetAt, edited.length);
  return joined([edited.subarray(0, at), deflateRawSync(edited.subarray(at))]);
}

/** Another slice of the same series: the file with another SOPInstanceUID, further up. */
export function siblingOf({ bytes, syntax }: CorpusFile): Bytes {
  return syntax === deflated ? insideDeflated(bytes, moved) : moved(Uint8Array.from(bytes));
}

function moved(bytes: Bytes): Bytes {
  const set = (file: Bytes, wanted: string, text: (old: string) => string): Bytes => {
    const scan = scanElements(file);
    const element = scan.elements.find(({ tag }) => tag === wanted);
    if (element === undefined) return file;
    const old = latin(file, element.valueAt, element.length);
    return setValue(file, scan, element, Buffer.from(text(old), 'latin1'));
  };
  const renamed = set(bytes, '00080018', (uid) => `${uid.slice(0, -1)}${uid.endsWith('1') ? 2 : 1}`);
  return set(renamed, '00200032', (position) => {
    const [x = '0', y = '0', z = '0'] = position.split('\\');
    return `${x}\\${y}\\${Number(z) + 5}`;
  });
}
