/** Ways in which a code stream comes damaged. */
export const damage: Readonly<Record<string, (stream: Uint8Array) => Uint8Array>> = {
  'cut in half': (stream) => stream.subarray(0, stream.length / 2),
  'cut in half with its end put back': (stream) => endedAt(stream, Math.floor(stream.length / 2)),
  'without 500 bytes in the middle': (stream) =>
    Buffer.concat([stream.subarray(0, stream.length / 3), stream.subarray(stream.length / 3 + 500)]),
  'of nothing': () => new Uint8Array(2),
};

/** Cut there, and ended with EOI or EOC as if it were whole. */
export function endedAt(stream: Uint8Array, length: number): Uint8Array {
  return Buffer.concat([stream.subarray(0, length), Buffer.from([0xff, 0xd9])]);
}
