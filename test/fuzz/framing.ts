import fc from 'fast-check';
import { type Bytes, joined, splice } from './edit-bytes.ts';

export const boundary = 'fuzz_0123456789';

/** One thing done to a multipart body, near one of its boundaries. */
export interface FramingMutation {
  readonly how: 'flip' | 'truncate' | 'insert' | 'delete';
  readonly nth: number;
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

const texts = [
  '\r\n',
  '\n',
  '--',
  `\r\n--${boundary}`,
  `\r\n--${boundary}--`,
  `\r\n--${boundary}\r\n`,
  '\0',
  ':',
  ' ',
].concat([
  'Content-Length: 99999999999999999999\r\n',
  'Content-Length: -1\r\n',
  'Content-Type: text/html\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  `X: ${'y'.repeat(20_000)}\r\n`,
  'Z: z\r\n'.repeat(5000),
  '\r\n--'.repeat(10_000),
  '\r'.repeat(30_000),
]);

export const framingMutation: fc.Arbitrary<FramingMutation> = fc.record({
  how: fc.constantFrom('flip', 'truncate', 'insert', 'delete'),
  nth: fc.nat(6),
  offset: fc.integer({ min: -6, max: 90 }),
  length: fc.integer({ min: 1, max: 40 }),
  text: fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 20 })),
});

export const contentTypes = [
  `multipart/related; type="application/dicom"; boundary=${boundary}`,
  `multipart/related; type="application/dicom"; boundary=${boundary}`,
  `multipart/related; type="application/dicom"; boundary=${boundary}`,
  `Multipart/Related;boundary="${boundary}";TYPE=application/dicom`,
  'multipart/related; type="application/dicom"; boundary=other',
  'multipart/related; boundary=""',
  `multipart/related; boundary="${'x'.repeat(300)}"`,
  'multipart/related; type="application/dicom',
  `multipart/related${'; a=b'.repeat(500)}`,
  `multipart/related;${' '.repeat(5000)}boundary`,
  'application/dicom',
  'text/html',
];

/** The body of a STOW-RS request or a WADO-RS answer (PS3.18 8.7.1). */
export function multipartBody(parts: readonly Uint8Array[]): Bytes {
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`, 'latin1');
  const line = Buffer.from('\r\n', 'latin1');
  return joined([
    ...parts.flatMap((part) => [head, part, line]),
    Buffer.from(`--${boundary}--\r\n`, 'latin1'),
  ]);
}

export function mutateFraming(body: Bytes, { how, nth, offset, length, text }: FramingMutation): Bytes {
  const places: number[] = [];
  const bytes = Buffer.from(body.buffer);
  for (let at = bytes.indexOf(boundary); at >= 0; at = bytes.indexOf(boundary, at + 1)) places.push(at);
  const at = Math.min(Math.max((places[nth % Math.max(places.length, 1)] ?? 0) + offset, 0), body.length);
  if (how === 'flip') body[at] = (body[at] ?? 0) ^ length;
  if (how === 'flip') return body;
  if (how === 'truncate') return body.slice(0, at);
  if (how === 'delete') return splice(body, at, length, new Uint8Array(0));
  return splice(body, at, 0, Buffer.from(text, 'latin1'));
}
