import type { BlockList, Socket } from 'node:net';
import { buildConnector } from 'undici';
import { LobarError } from '../errors.ts';

/**
 * A connector of undici that hangs up, before a byte is sent, when a connection has ended at a blocked
 * address, or where that cannot be told. It is the connected address that counts, not what a name or a URL said:
 * so address literals, names that resolve differently each time, and 0.0.0.0 (which ends at 127.0.0.1) are all
 * seen.
 *
 * @param endpoint - for the error: `pacs.main`
 * @returns a connector whose error is LobarError `address-blocked`, or that of the socket; a connection whose
 *   address nobody knows any more is one that was closed (ECONNRESET)
 */
export function checkedConnector(
  endpoint: string,
  blocked: BlockList,
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  // It gives the socket at once, which its declaration does not tell.
  const connect = buildConnector(options) as (...given: Parameters<buildConnector.connector>) => Socket;
  return (target, callback) => {
    let refusal: Error | undefined;
    const socket = connect(target, (...[error, connected]) => {
      if (refusal !== undefined) callback(refusal, null);
      else if (error !== null) callback(error, null);
      else callback(null, connected);
    });
    // First of all listeners: TLS would begin its handshake in the next one.
    socket.prependOnceListener('connect', () => {
      refusal = refusalOf(endpoint, blocked, socket);
      if (refusal !== undefined) socket.destroy(refusal);
    });
  };
}

function refusalOf(
  endpoint: string,
  blocked: BlockList,
  { remoteAddress, remoteFamily }: Socket,
): Error | undefined {
  if (blocked.rules.length === 0) return undefined;
  // The other side has hung up already: getpeername(2) tells no address of what is not connected.
  if (remoteAddress === undefined) return Object.assign(new Error('no address'), { code: 'ECONNRESET' });
  // Without the zone of a link-local address: fe80::1%eth0.
  const address = remoteAddress.replace(/%.*$/, '');
  const isBlocked = blocked.check(address, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4');
  return isBlocked ? new LobarError('address-blocked', { endpoint }) : undefined;
}
