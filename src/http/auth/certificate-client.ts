import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ClientCertificatesConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { Client } from './client.ts';

/**
 * Whose certificate the connection was opened with (mutual TLS); undefined where none was shown.
 *
 * @throws LobarError `certificate-refused`
 */
export function certificateClient(
  socket: Socket,
  { clients }: Pick<ClientCertificatesConfig, 'clients'>,
): Client | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!(socket instanceof TLSSocket) || certificate === undefined) return undefined;
  if (!socket.authorized) {
    const code = socket.authorizationError as unknown;
    throw refused(`it is not trusted (${code instanceof Error ? code.name : String(code)})`);
  }
  // The handshake may be long ago.
  if (certificate.validToDate.getTime() < Date.now()) throw refused('it has expired');
  const named = clients && namesOf(certificate).flatMap((name) => clients[name] ?? []);
  if (named?.length === 0) throw refused('it is of nobody who may ask');
  const subject =
    oneLine(certificate.subject ?? '') || (urisOf(certificate)[0] ?? certificate.fingerprint256);
  return {
    id: `certificate ${oneLine(certificate.issuer)} ${subject}`,
    kind: 'certificate',
    grants: named ?? ['analyze', 'read'],
    identity: { value: subject },
  };
}

/** As auth.clientCertificates.clients names it. */
function namesOf(certificate: X509Certificate): string[] {
  // An array where there are several: which of them is meant nobody can say.
  const commonName: unknown = certificate.toLegacyObject().subject?.CN;
  const byName = typeof commonName === 'string' ? [`CN=${commonName}`] : [];
  return [...byName, ...urisOf(certificate).map((uri) => `URI:${uri}`)];
}

/** Of the subject alternative names. Node quotes those that hold a comma, and escapes it, so none can fake another. */
function urisOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((name) => (name.startsWith('URI:') ? [name.slice(4)] : []));
}

/** Node gives one attribute a line. */
function oneLine(distinguishedName: string): string {
  return distinguishedName.split('\n').join(', ');
}

function refused(problem: string): LobarError {
  return new LobarError('certificate-refused', { problem });
}
