import { createServer } from 'node:https';
import type { FastifyServerFactory } from 'fastify';
import type { Config } from '../config-schema.ts';
import { readAuthorities, readClientCertificate } from '../outbound/endpoint-files.ts';
import { watchedFiles } from '../outbound/watched-files.ts';
import type { Logger } from '../telemetry/log.ts';

/**
 * Makes the server that speaks HTTPS, where that is configured. Its files are looked at before every handshake; while
 * new ones cannot be used, the old ones are. A client certificate is asked for where one is accepted, and judged
 * by whoever answers the request: the handshake goes through without one.
 *
 * @throws LobarError `config-invalid` for a file
 */
export function openServingTls(
  { http: { tls }, auth: { clientCertificates } }: Pick<Config, 'http' | 'auth'>,
  logger: Logger,
): FastifyServerFactory | undefined {
  if (tls === undefined) return undefined;
  const { certFile, keyFile } = tls;
  const caFile = clientCertificates?.caFile;
  const paths = [certFile, keyFile, caFile].filter((one) => one !== undefined);
  const files = watchedFiles(paths, () => ({
    ...readClientCertificate('http.tls', certFile, keyFile),
    ...(caFile === undefined ? {} : { ca: readAuthorities('auth.clientCertificates.caFile', caFile) }),
  }));
  const first = files.read();
  const judged = caFile === undefined ? {} : { requestCert: true, rejectUnauthorized: false };

  return (handler, options) => {
    const server = createServer({ ...first, ...judged }, handler);
    let told = '';
    const renew = () => {
      try {
        const next = files.renewed();
        if (next !== undefined) server.setSecureContext({ ...next, ...judged });
        told = '';
      } catch (error) {
        const { message } = error as Error;
        if (message !== told) logger.error(`the TLS files of before are used on: ${message}`);
        told = message;
      }
    };
    // Before the listener that begins the handshake.
    server.prependListener('connection', renew);
    // What Fastify sets for a server that it makes itself.
    server.keepAliveTimeout = Number(options['keepAliveTimeout']);
    server.requestTimeout = Number(options['requestTimeout']);
    server.setTimeout(Number(options['connectionTimeout']));
    return server;
  };
}
