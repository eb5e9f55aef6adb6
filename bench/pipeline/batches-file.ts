/** What the pipeline asked its networks, batch by batch, in files: the floor asks exactly that once more. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the order in which they are asked. */
export const networkNames = ['lungsLobes', 'classifier', 'opacities'] as const;
export type NetworkName = (typeof networkNames)[number];

export interface Batch {
  readonly network: NetworkName;
  /** [batch, channels, ...], the whole batch, padded with zeros where it was a short one. */
  readonly dims: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

export async function writeBatches(folder: string, batches: readonly Batch[]): Promise<void> {
  const list = batches.map(({ network, dims }) => ({ network, dims }));
  await writeFile(join(folder, 'batches.json'), JSON.stringify(list));
  await writeFile(
    join(folder, 'batches'),
    (function* () {
      for (const { data } of batches) yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    })(),
  );
}

export async function readBatches(folder: string): Promise<readonly Batch[]> {
  const list = JSON.parse(await readFile(join(folder, 'batches.json'), 'utf8')) as readonly Omit<
    Batch,
    'data'
  >[];
  const bytes = await readFile(join(folder, 'batches'));
  let at = bytes.byteOffset;
  return list.map((batch) => {
    const data = new Float32Array(
      bytes.buffer as ArrayBuffer,
      at,
      batch.dims.reduce((a, b) => a * b, 1),
    );
    at += data.byteLength;
    return { ...batch, data };
  });
}
