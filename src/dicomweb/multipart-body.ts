/** A body of a request that is sent piece by piece: what it is made of is neither joined nor copied. */
export interface RequestBody {
  readonly contentType: string;
  /** Bytes of all pieces. */
  readonly length: number;
  /** From the start, each time it is called: a request may be sent again. */
  readonly pieces: () => Iterable<Uint8Array>;
}

/** One piece: what TLS encrypts and a socket takes in one go, before anything else has its turn. */
const pieceBytes = 256 * 1024;

/** multipart/related of Part 10 instances (PS3.18 10.5.1; RFC 2387), each a part of its own. */
export function multipartBody(instances: readonly Uint8Array[], boundary: string): RequestBody {
  const head = Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`, 'latin1');
  const end = Buffer.from(`\r\n--${boundary}--`, 'latin1');
  const length = instances.reduce((sum, bytes) => sum + head.length + bytes.length, end.length);
  return {
    contentType: `multipart/related; type="application/dicom"; boundary="${boundary}"`,
    length,
    *pieces() {
      for (const bytes of instances) {
        yield head;
        for (let start = 0; start < bytes.length; start += pieceBytes) {
          yield bytes.subarray(start, start + pieceBytes);
        }
      }
      yield end;
    },
  };
}
