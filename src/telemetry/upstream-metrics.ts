import { STATUS_CODES } from 'node:http';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { FinishedExchange, ObserveExchange } from './exchange.ts';

export interface UpstreamMetrics {
  /** A request to another system has ended, each attempt for itself. */
  readonly exchanged: ObserveExchange;
}

/** From a FHIR read on the same network to timeouts.total of a PACS, 5 minutes. */
const upstreamSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function upstreamMetrics(registry: Registry): UpstreamMetrics {
  const registers = [registry];
  const duration = new Histogram({
    name: 'lobar_upstream_duration_seconds',
    help: 'One request to another system, to the last byte of its answer, without the time in which that waited to be read. code: HTTP status, or timeout, unreachable, broken, aborted, error.',
    labelNames: ['system', 'operation', 'code'],
    buckets: upstreamSeconds,
    registers,
  });
  const retrieved = new Counter({
    name: 'lobar_bytes_retrieved_total',
    help: 'Bytes of DICOM instances that PACS sent (bodies of WADO-RS answers), counted when a request ends.',
    registers,
  });
  return {
    exchanged({ system, operation, code, seconds, imageBytes = 0 }) {
      duration.observe({ system, operation, code: labelOf(code) }, seconds);
      retrieved.inc(imageBytes);
    },
  };
}

/** A server may answer any number; each would be a series. */
function labelOf(code: FinishedExchange['code']): string {
  return typeof code === 'string' || code in STATUS_CODES ? `${code}` : `${Math.floor(code / 100)}xx`;
}
