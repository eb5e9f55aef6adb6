import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import fastifyPlugin from 'fastify-plugin';
import { errorTable } from '../../errors.ts';
import { markFailed, tracer } from '../../telemetry/in-span.ts';
import { whenOver } from '../request-story.ts';

/**
 * A SERVER span for each request, child of the caller's where that sends W3C Trace Context. Our own instead of
 * @fastify/otel, which writes the path, the query and the address of the client into spans: they hold patient data.
 */
export const tracing = fastifyPlugin(async (app) => {
  // With a callback: what runs within `done` is all that follows.
  app.addHook('onRequest', (request, reply, done) => {
    const { method, id, headers } = request;
    const route = request.routeOptions.url;
    if (route?.startsWith('/health')) return done();
    const parent = propagation.extract(context.active(), headers);
    // HTTP semantic conventions of OpenTelemetry.
    const attributes = {
      'http.request.method': method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'lobar.request_id': id,
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const within = trace.setSpan(parent, span);
    whenOver(request, reply, ({ code, outcome, status }) => {
      span.setAttribute('lobar.outcome', outcome);
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      // An answer of 4xx is the fault of the client, and no failure of this span.
      if (code !== undefined && errorTable[code].status >= 500) markFailed(span, code);
      else if (code !== undefined) span.setAttribute('error.type', code);
      span.end();
    });
    // A body arrives in the context of its socket, and what reads it goes on in that one.
    context.bind(within, request.raw);
    context.with(within, done);
  });
});
