import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bytesOf, protobufFields, varintOf } from './protobuf-fields.ts';

export type AttributeValue = string | number | boolean;

export interface SunkSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** '' for a span without one. */
  readonly parentId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client (SpanKind of trace.proto). */
  readonly kind: number;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly events: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number;
  readonly statusMessage: string;
}

export interface OtlpSink extends AsyncDisposable {
  /** For tracing.endpoint. */
  readonly endpoint: string;
  readonly spans: readonly SunkSpan[];
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** A collector: takes traces by OTLP/HTTP in protobuf, and keeps them. */
export async function openOtlpSink(): Promise<OtlpSink> {
  const spans: SunkSpan[] = [];
  const requests: { path: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    requests.push({ path: request.url ?? '', headers: request.headers });
    spans.push(...spansOf(Buffer.concat(chunks)));
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Of an ExportTraceServiceRequest; the numbers are those of opentelemetry-proto, trace/v1/trace.proto. */
function spansOf(request: Uint8Array): SunkSpan[] {
  return bytesOf(request, 1).flatMap((resourceSpans) => {
    const resource = attributesOf(bytesOf(resourceSpans, 1)[0] ?? new Uint8Array(), 1);
    return bytesOf(resourceSpans, 2)
      .flatMap((scopeSpans) => bytesOf(scopeSpans, 2))
      .map((span) => spanOf(span, resource));
  });
}

function spanOf(span: Uint8Array, resource: SunkSpan['resource']): SunkSpan {
  const first = (number: number) => bytesOf(span, number)[0] ?? new Uint8Array();
  const status = first(15);
  return {
    traceId: hex(first(1)),
    spanId: hex(first(2)),
    parentId: hex(first(4)),
    name: text(first(5)),
    kind: varintOf(span, 6),
    start: milliseconds(first(7)),
    end: milliseconds(first(8)),
    attributes: attributesOf(span, 9),
    resource,
    events: bytesOf(span, 11).length,
    status: varintOf(status, 3),
    statusMessage: text(bytesOf(status, 2)[0] ?? new Uint8Array()),
  };
}

/** KeyValue of common.proto. */
function attributesOf(message: Uint8Array, number: number): Record<string, AttributeValue> {
  return Object.fromEntries(
    bytesOf(message, number).map((pair) => [text(bytesOf(pair, 1)[0]), anyValue(bytesOf(pair, 2)[0])]),
  );
}

/** AnyValue of common.proto: string 1, bool 2, int 3, double 4. */
function anyValue(value: Uint8Array = new Uint8Array()): AttributeValue {
  const [field] = protobufFields(value);
  if (field === undefined) return '';
  if (typeof field.value === 'bigint') return field.number === 2 ? field.value === 1n : Number(field.value);
  if (field.number === 4) return view(field.value).getFloat64(0, true);
  return text(field.value);
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const text = (bytes: Uint8Array = new Uint8Array()) => Buffer.from(bytes).toString('utf8');
const view = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
const milliseconds = (bytes: Uint8Array) => Number(view(bytes).getBigUint64(0, true)) / 1e6;
