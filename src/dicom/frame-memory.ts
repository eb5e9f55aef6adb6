/** Whose the memory is that a frame is a view of. */
import type { ParsedInstance } from './parse-instance.ts';

type Instance = Pick<ParsedInstance, 'bytes' | 'header'>;

/**
 * To move a frame to a worker moves all of the memory that it is a view of. So it is copied where that is not the
 * instance's own alone, or mostly other things: what stands behind the pixels may be hundreds of megabytes.
 */
export function movable(frame: Uint8Array, { bytes }: Instance): Uint8Array {
  const { buffer } = bytes;
  if (frame.buffer !== buffer) return frame;
  const isOwn = bytes.byteLength === buffer.byteLength && frame.byteLength * 2 >= buffer.byteLength;
  return isOwn ? frame : new Uint8Array(frame);
}

/**
 * Gives the memory of a frame back at once where nothing else is in need of it: left to the collector, a series of
 * instances would pile up.
 */
export function letGo({ buffer }: Uint8Array, { bytes, header }: Instance): void {
  const isCopy = buffer !== bytes.buffer;
  const isOwn = bytes.byteLength === bytes.buffer.byteLength && header.numberOfFrames === 1;
  if (buffer instanceof ArrayBuffer && (isCopy || isOwn)) buffer.transfer(0);
}
