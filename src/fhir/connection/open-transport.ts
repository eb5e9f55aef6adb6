import { trace } from '@opentelemetry/api';
import { Client } from 'fhir-kit-client';
import { type Dispatcher, Dispatcher1Wrapper } from 'undici';
import type { FhirConnectionConfig, LimitsConfig } from '../../config-schema.ts';
import { type OutboundConfig, openAgent, unrestricted } from '../../outbound/open-agent.ts';

/** A FHIR client over one connection pool with its own timeouts, limits and TLS. */
export interface Transport {
  readonly client: Client;
  close(): Promise<void>;
}

/** Code of the network error that a compressed answer is turned into. */
export const compressedAnswer = 'LOBAR_COMPRESSED_ANSWER';

/**
 * Opens no connection yet. `setting` is where it is configured, `ehr.main`. Redirects are not followed: the request carries a credential.
 *
 * @throws LobarError `config-invalid` for its TLS files
 */
export function openTransport(
  setting: string,
  config: Pick<FhirConnectionConfig, 'url' | 'tls' | 'timeouts'>,
  limits: LimitsConfig,
  outbound: OutboundConfig = unrestricted,
): Transport {
  const { url, tls, timeouts } = config;
  const maxResponseSize = limits.jsonBytes;
  const agent = openAgent({ endpoint: setting, url, tls, timeouts, outbound, maxResponseSize });
  // fhir-kit-client calls Node's own fetch, whose undici still speaks the handlers of version 7.
  const dispatcher = new Dispatcher1Wrapper(agent.compose(lookAtAnswer));
  const client = new Client({ baseUrl: config.url, requestOptions: { dispatcher, redirect: 'manual' } });
  return { client, close: () => agent.closeAll() };
}

/**
 * `maxResponseSize` counts bytes as they come, and fetch inflates them afterwards: a small answer could fill
 * the memory. We ask for identity, so anything else is a fault of the other side.
 *
 * The span of the exchange gets the status here: that of a success, fhir-kit-client hands to nobody.
 */
function lookAtAnswer(dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch {
  return (options, handler) => {
    const span = trace.getActiveSpan();
    return dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, status, headers, socket) =>
        handler.onRequestUpgrade?.(controller, status, headers, socket),
      onResponseStart: (controller, status, headers, message) => {
        span?.setAttribute('http.response.status_code', status);
        if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
          controller.abort(Object.assign(new Error('compressed answer'), { code: compressedAnswer }));
          return;
        }
        handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
  };
}
