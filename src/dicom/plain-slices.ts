import type { DecodeTask } from './decode-task.ts';
import { hounsfieldTable, sameHounsfield } from './hounsfield.ts';
import type { InstanceHeader } from './instance-header.ts';
import { linearHounsfield, type WriteHu } from './linear-hounsfield.ts';
import { isTurned } from './orientation.ts';
import { asWords } from './samples.ts';
import { transferSyntax } from './transfer-syntaxes.ts';
import { transferSyntaxes } from './uids.ts';

/** Beyond it, a millisecond, a slice is for a worker: the main thread has other requests. */
const maxPixels = 2 ** 20;

/** Makes slices of raw samples on the calling thread. */
export interface PlainSlices {
  /** Whether the frame is one of those; all others are for a worker. */
  takes(task: DecodeTask): boolean;
  /**
   * Writes the HU of a frame that it takes into its slice of the volume, [y, x].
   * Errors: `pixel-data-length`, and those of hounsfieldTable.
   */
  write(task: DecodeTask, slice: Int16Array): void;
}

/**
 * Raw 16-bit samples that need no turning become HU where they arrive: that costs less than the copy of the finished
 * slice into the volume, with which the way over a worker ends. One table a series: making it takes milliseconds, so
 * slices of other parameters go to the workers.
 */
export function plainSlices(): PlainSlices {
  let kept: { readonly header: InstanceHeader; readonly writeHu: WriteHu } | undefined;
  return {
    takes: ({ header, layout }) =>
      isRaw(header.transferSyntaxUid) &&
      header.bitsAllocated === 16 &&
      header.rows * header.columns <= maxPixels &&
      !isTurned(layout) &&
      (kept === undefined || sameHounsfield(kept.header, header)),
    write({ frame, header }, slice) {
      const words = asWords(frame, header);
      kept ??= { header, writeHu: writerOf(header) };
      kept.writeHu(words, slice);
    },
  };
}

function writerOf(header: InstanceHeader): WriteHu {
  const table = hounsfieldTable(header);
  return linearHounsfield(header, table) ?? byTable(table);
}

function byTable(table: Int16Array): WriteHu {
  return (words, slice) => {
    for (let at = 0; at < words.length; at += 1) slice[at] = table[words[at] as number] as number;
  };
}

function isRaw(transferSyntaxUid = ''): boolean {
  const isBig = transferSyntaxUid === transferSyntaxes.explicitBigEndian;
  return transferSyntax(transferSyntaxUid)?.coding === 'native' && !isBig;
}
