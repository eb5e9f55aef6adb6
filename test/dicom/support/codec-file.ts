import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type Codecs, decodeFrame } from '../../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../../src/dicom/instance-header.ts';
import type { ParsedInstance } from '../../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../../src/dicom/pixel-frames.ts';
import { readInstance } from '../../../src/dicom/read-instance.ts';
import { sharedData } from '../../support/shared-data.ts';
import { limits } from './ct-file.ts';

/** The one real slice in the transfer syntax of this UID. */
export async function codecFile(uid: string): Promise<ParsedInstance> {
  const folder = sharedData('transfer-syntaxes');
  const name = readdirSync(folder).find((candidate) => candidate.endsWith(`_${uid}.dcm`));
  assert.ok(name, uid);
  return readInstance(readFileSync(`${folder}/${name}`), limits);
}

/** The code stream of its one frame, with the header that belongs to it. */
export async function codeStream(
  uid: string,
): Promise<{ readonly stream: Uint8Array; readonly header: InstanceHeader }> {
  const instance = await codecFile(uid);
  return { stream: pixelFrames(instance)(1), header: instance.header };
}

export async function decoded(
  instance: Parameters<typeof pixelFrames>[0],
  codecs: Codecs,
  frame = 1,
): Promise<Uint16Array> {
  return decodeFrame(pixelFrames(instance)(frame), instance.header, codecs);
}
