/** Wire types of the Protocol Buffers encoding that OTLP uses. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A field of a message: a number for a varint, else the bytes of its value. */
export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** The fields of one message (protobuf.dev/programming-guides/encoding), in their order. */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the message ends in a varint');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > message.length) throw new Error('the message is shorter than it says');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case wire.varint:
        yield { number, value: varint() };
        break;
      case wire.fixed64:
        yield { number, value: take(8) };
        break;
      case wire.bytes:
        yield { number, value: take(Number(varint())) };
        break;
      case wire.fixed32:
        yield { number, value: take(4) };
        break;
      default:
        throw new Error(`no wire type ${tag & 7n}`);
    }
  }
}

/** The values of one field that are messages, texts or bytes. */
export function bytesOf(message: Uint8Array, number: number): Uint8Array[] {
  return [...protobufFields(message)].flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  );
}

/** The value of a varint field; 0 where it is absent. */
export function varintOf(message: Uint8Array, number: number): number {
  const found = [...protobufFields(message)].find((field) => field.number === number);
  return typeof found?.value === 'bigint' ? Number(found.value) : 0;
}
