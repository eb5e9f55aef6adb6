import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type peer, runPeer, runScript } from './system-peers.ts';

/** A command that makes one file of another; both names are put after its arguments. */
type Step = readonly [tool: keyof typeof peer, ...args: string[]];

interface Variant {
  readonly uid: string;
  readonly name: string;
  /** Turn an implicit little endian file into it. */
  readonly encode: readonly Step[];
  /** Where it loses bits: makes a raw file of it, with what is left. */
  readonly decode?: Step;
}

const explicit: Step = ['dcmconv', '+te'];

/** The transfer syntaxes that Debian's dcmtk and gdcm write. None of them writes HTJ2K. */
export const variants: readonly Variant[] = [
  { uid: '1.2.840.10008.1.2', name: 'Implicit VR Little Endian', encode: [['dcmconv', '+ti']] },
  { uid: '1.2.840.10008.1.2.1', name: 'Explicit VR Little Endian', encode: [explicit] },
  { uid: '1.2.840.10008.1.2.2', name: 'Explicit VR Big Endian', encode: [['dcmconv', '+tb']] },
  { uid: '1.2.840.10008.1.2.1.99', name: 'Deflated Explicit VR Little Endian', encode: [['dcmconv', '+td']] },
  { uid: '1.2.840.10008.1.2.5', name: 'RLE Lossless', encode: [['dcmcrle']] },
  { uid: '1.2.840.10008.1.2.4.80', name: 'JPEG-LS Lossless', encode: [['dcmcjpls']] },
  { uid: '1.2.840.10008.1.2.4.57', name: 'JPEG Lossless, Process 14', encode: [['dcmcjpeg', '+el']] },
  { uid: '1.2.840.10008.1.2.4.70', name: 'JPEG Lossless SV1', encode: [['dcmcjpeg', '+e1']] },
  // gdcm makes UN of every element of an implicit file.
  { uid: '1.2.840.10008.1.2.4.90', name: 'JPEG 2000 Lossless', encode: [explicit, ['gdcmconv', '--j2k']] },
  // The standards leave the last bit of lossy decoders open, but for JPEG-LS. Those used here agree in every one.
  {
    uid: '1.2.840.10008.1.2.4.81',
    name: 'JPEG-LS Near-Lossless',
    encode: [['dcmcjpls', '+en']],
    decode: ['dcmdjpls'],
  },
  {
    uid: '1.2.840.10008.1.2.4.91',
    name: 'JPEG 2000',
    encode: [explicit, ['gdcmconv', '--j2k', '-Y', '-r', '8']],
    decode: ['gdcmconv', '--raw'],
  },
  {
    uid: '1.2.840.10008.1.2.4.51',
    name: 'JPEG Extended, 12 bit',
    encode: [['dcmcjpeg', '+ee']],
    decode: ['dcmdjpeg'],
  },
  {
    uid: '1.2.840.10008.1.2.4.50',
    name: 'JPEG Baseline, 8 bit',
    encode: [['dcmcjpeg', '+eb']],
    decode: ['dcmdjpeg'],
  },
];

export interface WrittenVariant {
  readonly studyUid: string;
  /** Files in the transfer syntax. */
  readonly encoded: string;
  /** Raw files with the pixels that those must decode to. */
  readonly raw: string;
}

/** Writes the raw series of a folder in another transfer syntax, as a study of its own, below a new folder. */
export async function writeVariant(variant: Variant, from: string, to: string): Promise<WrittenVariant> {
  await mkdir(to, { recursive: true });
  let encoded = join(to, 'renamed');
  const studyUid = await runScript('new-series.py', from, encoded);
  for (const [index, step] of variant.encode.entries()) {
    encoded = await convertFolder(step, encoded, join(to, `step-${index}`));
  }
  const { decode } = variant;
  const raw = decode === undefined ? from : await convertFolder(decode, encoded, join(to, 'decoded'));
  return { studyUid, encoded, raw };
}

/** Runs a tool on each file of a folder, two at a time; gives the folder of the results, which is new. */
export async function convertFolder([tool, ...args]: Step, from: string, to: string): Promise<string> {
  await mkdir(to);
  const files = (await readdir(from)).values();
  const convert = async () => {
    for (const file of files) await runPeer(tool, [...args, join(from, file), join(to, file)]);
  };
  await Promise.all([convert(), convert()]);
  return to;
}
