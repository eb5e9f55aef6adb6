/** A stream has some ten marker segments before its scan; a hostile one could be nothing else. */
const maxSegments = 1000;

/** What the markers of a JPEG or JPEG-LS code stream claim (ITU-T T.81 B.2.2, T.87 C.2.2). */
export interface JpegFrameHeader {
  /** Second byte of the start-of-frame marker: 0xC3 lossless Huffman, 0xF7 JPEG-LS. */
  readonly startOfFrame: number;
  readonly precision: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** Selection value of the predictor in lossless JPEG, NEAR in JPEG-LS. */
  readonly predictor: number;
  readonly pointTransform: number;
}

/**
 * Reads the marker segments of a code stream up to its first scan, so that its size is known before a
 * decoder allocates anything for it. Gives a sentence's end instead where the stream is not whole.
 */
export function readJpegFrameHeader(stream: Uint8Array): JpegFrameHeader | string {
  if (stream[0] !== 0xff || stream[1] !== 0xd8) return 'it does not begin with SOI';
  if (!endsWithEoi(stream)) return 'it is cut off before EOI';
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let frame: Omit<JpegFrameHeader, 'predictor' | 'pointTransform'> | undefined;
  let position = 2;
  let segments = 0;
  while (position + 4 <= stream.length) {
    if (stream[position] !== 0xff) return 'its marker segments are broken';
    const marker = view.getUint8(position + 1);
    if (marker === 0xff) {
      position += 1;
      continue;
    }
    segments += 1;
    if (segments > maxSegments) return `it has more than ${maxSegments} marker segments before its scan`;
    const length = view.getUint16(position + 2);
    const body = position + 4;
    const end = position + 2 + length;
    if (length < 2 || end > stream.length) return 'a marker segment runs past its end';
    if (isStartOfFrame(marker) && length >= 8) {
      frame = {
        startOfFrame: marker,
        precision: view.getUint8(body),
        rows: view.getUint16(body + 1),
        columns: view.getUint16(body + 3),
        components: view.getUint8(body + 5),
      };
    }
    if (marker === 0xda) {
      if (frame === undefined || length < 6) return 'its scan has no frame header';
      return { ...frame, predictor: view.getUint8(end - 3), pointTransform: view.getUint8(end - 1) & 0x0f };
    }
    position = end;
  }
  return 'it holds no scan';
}

/** SOF markers: 0xC0 to 0xCF without DHT, JPG and DAC (T.81 table B.1), and SOF55 of JPEG-LS. */
function isStartOfFrame(marker: number): boolean {
  return marker === 0xf7 || (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
}

/** A fragment has an even length: one byte of padding may follow EOI, more from careless writers. */
function endsWithEoi(stream: Uint8Array): boolean {
  let end = stream.length;
  while (end > 0 && stream[end - 1] === 0) end -= 1;
  return stream[end - 2] === 0xff && stream[end - 1] === 0xd9;
}
