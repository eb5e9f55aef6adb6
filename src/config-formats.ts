/** The formats of the configuration's schema, each with what its mistake says. No mistake quotes the value. */
import { isAddressRange } from './address-ranges.ts';

interface Format {
  readonly test: (text: string) => boolean;
  /** Goes after "must be". */
  readonly expected: string;
}

export const configFormats: Readonly<Record<string, Format>> = {
  'http-url': { test: isHttpUrl, expected: 'an http or https URL without credentials, query or fragment' },
  'proxy-url': { test: isProxyUrl, expected: 'an http or https URL of a host and a port, without a path' },
  'nats-url': {
    test: (text) => text.split(',').every(isNatsUrl),
    expected:
      'nats:// or tls:// URLs of a host (and a port, 4222 by default), separated by commas, without credentials',
  },
  'free-header': {
    test: isFreeHeader,
    expected: 'the name of a header (RFC 9110 5.1), and not of one that Lobar sets itself',
  },
  'certificate-name': {
    test: (name) => /^(CN=|URI:)./.test(name),
    expected: 'the name of a client certificate: CN= and its common name, or URI: and its URI',
  },
  'address-range': {
    test: isAddressRange,
    expected: 'an IPv4 or IPv6 address, or a range such as 10.0.0.0/8',
  },
};

/** Headers that belong to the connection, to the request or to the authentication that has its own settings. */
const ownHeaders = new Set(
  (
    'accept accept-encoding authorization connection content-encoding content-length content-type expect host ' +
    'keep-alive proxy-authorization proxy-connection te trailer transfer-encoding upgrade'
  ).split(' '),
);

function isFreeHeader(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !ownHeaders.has(name.toLowerCase());
}

/** Plain http(s) origin and path: credentials in a URL end up in logs, a query or fragment breaks joining. */
export function isHttpUrl(text: string): boolean {
  const url = httpUrl(text);
  return url !== undefined && url.username + url.password + url.search + url.hash === '';
}

/** Credentials are customary in the URL of a proxy. */
export function isProxyUrl(text: string): boolean {
  const url = httpUrl(text);
  if (url === undefined || url.pathname !== '/' || url.search + url.hash !== '') return false;
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

function isNatsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const more = username + password + search + hash + (pathname === '/' ? '' : pathname);
  return (protocol === 'nats:' || protocol === 'tls:') && hostname !== '' && more === '';
}

function httpUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
