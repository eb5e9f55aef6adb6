import { isLoopback } from '../../config-auth.ts';

/**
 * Whether a Host header (RFC 9110 7.2) names this machine: `localhost` or a loopback address, with any port. A page
 * of the web whose own name was made to resolve to 127.0.0.1 (DNS rebinding) is of one origin with what listens
 * there, but its browser still sends that name.
 */
export function namesLoopback(host = ''): boolean {
  const [, bracketed, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return isLoopback(bracketed ?? name ?? '');
}
