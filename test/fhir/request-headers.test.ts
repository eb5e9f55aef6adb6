import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { after, before, describe, it } from 'node:test';
import {
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { publishFindings } from '../../src/fhir/publish-findings.ts';
import { openTestEhr, rawServer } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';

// The example of W3C Trace Context, section 3.2.
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

/** As an SDK does it, over AsyncLocalStorage. */
function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.apply(self, args)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

const propagator: TextMapPropagator = {
  inject(active, carrier, { set }) {
    const span = trace.getSpanContext(active);
    if (span === undefined) return;
    set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
    set(carrier, 'baggage', 'patient=MRN-42');
  },
  extract: (active) => active,
  fields: () => ['traceparent', 'baggage'],
};

async function publishedHeaders() {
  await using server = await rawServer({});
  const { ehr, options } = openTestEhr(server.url);
  await publishFindings(ehr, exampleFacts, options);
  await ehr.close();
  assert.equal(server.requests.length, 7);
  return server.requests.map(({ headers }) => headers);
}

describe('A request to the EHR', () => {
  it('carries no trace where there is none', async () => {
    for (const headers of await publishedHeaders()) assert.equal('traceparent' in headers, false);
  });
});

describe('A request to the EHR within a trace', () => {
  before(() => {
    context.setGlobalContextManager(contextManager());
    propagation.setGlobalPropagator(propagator);
  });
  after(() => {
    context.disable();
    propagation.disable();
  });

  it('carries its traceparent (W3C Trace Context), and no baggage', async () => {
    const span = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    for (const headers of await context.with(span, publishedHeaders)) {
      assert.equal(headers.traceparent, `00-${traceId}-${spanId}-01`);
      assert.equal('baggage' in headers, false);
    }
  });
});
