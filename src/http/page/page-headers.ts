/** What a browser lets the reading page do, and other pages do with it. */

export interface PageSecurity {
  /** Where it asks for tokens, beside the service itself: origins. */
  readonly connect: readonly string[];
  /** It signs in again in a window of its own, which it has to find again. */
  readonly opensWindows: boolean;
}

/**
 * Content Security Policy Level 3 and what goes with it: the page runs and shows what comes from this service alone,
 * talks to it and to the issuer of tokens, and stands in no frame.
 */
export function pageHeaders({ connect, opensWindows }: PageSecurity): Readonly<Record<string, string>> {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    // What it draws, and pictures of the report.
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...connect],
    'worker-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => [directive, ...sources].join(' '))
      .join('; '),
    'x-content-type-options': 'nosniff',
    // It may hold what the issuer sent back, and where the page is.
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': opensWindows ? 'same-origin-allow-popups' : 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()',
  };
}
