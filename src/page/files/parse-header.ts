import dicomParser, { type DataSet } from 'dicom-parser';

export interface ParsedHeader {
  /** All before the pixels. */
  readonly dataSet: DataSet;
  readonly transferSyntax: string;
}

/** How much of a file is read to find the end of its header, bytes: most headers of CT are shorter than the first. */
const steps = [2 ** 15, 2 ** 18, 2 ** 21, 2 ** 24] as const;
const pixelData = 'x7fe00010';
const deflated = '1.2.840.10008.1.2.1.99';
const inflated = '1.2.840.10008.1.2.1\0\0\0';

/** @returns undefined for a file that is no DICOM file; `unread` for one whose header is none, or is longer than 16 MiB */
export async function parseHeader(file: File): Promise<ParsedHeader | 'unread' | undefined> {
  const first = await bytesOf(file.slice(0, steps[0]));
  // "DICM" after the preamble (PS3.10 7.1).
  if (new TextDecoder('iso-8859-1').decode(first.subarray(128, 132)) !== 'DICM') return undefined;
  const meta = metaOf(first);
  const isDeflated = meta?.transferSyntax === deflated;
  for (const step of steps) {
    const plain = isDeflated ? await inflatedStart(file, meta, step) : await bytesOf(file.slice(0, step));
    const dataSet = attempt(() => dicomParser.parseDicom(plain, { untilTag: pixelData }));
    const transferSyntax = meta?.transferSyntax ?? dataSet?.string('x00020010')?.trim() ?? '';
    if (dataSet !== undefined) return { dataSet, transferSyntax };
    if (plain.length < step) break;
  }
  return 'unread';
}

interface Meta {
  readonly transferSyntax: string;
  /** Where its value begins. */
  readonly transferSyntaxAt: number;
  /** The file up to the data set. */
  readonly bytes: Uint8Array;
}

/** The File Meta Information, as long as its first element says (PS3.10 7.1). */
function metaOf(start: Uint8Array): Meta | undefined {
  return attempt(() => {
    const length = new DataView(start.buffer, start.byteOffset).getUint32(140, true);
    const bytes = start.slice(0, 144 + length);
    const dataSet = dicomParser.readPart10Header(bytes);
    const found = dataSet.elements['x00020010'];
    const transferSyntax = dataSet.string('x00020010')?.trim();
    if (found === undefined || transferSyntax === undefined) return undefined;
    return { transferSyntax, transferSyntaxAt: found.dataOffset, bytes };
  });
}

/** The beginning of a deflated file (PS3.5 A.5) as it would be if it were not, of this length or a little more. */
async function inflatedStart(
  file: File,
  { bytes, transferSyntaxAt }: Meta,
  length: number,
): Promise<Uint8Array> {
  bytes.set(new TextEncoder().encode(inflated), transferSyntaxAt);
  const data = file.slice(bytes.length).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = data.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [bytes.slice()];
  let read = bytes.length;
  try {
    while (read < length) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value.slice());
      read += value.length;
    }
  } catch {
    // It ends too soon, or is not deflated: what came is what there is.
  }
  await reader.cancel().catch(() => {});
  return await bytesOf(new Blob(parts));
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Undefined where the bytes end too soon, or are not what they say. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
