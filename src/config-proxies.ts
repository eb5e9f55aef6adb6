/** The proxies that the environment names, as settings that a file or a LOBAR_* variable has not made. */
import { isProxyUrl } from './config-formats.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Lower case comes before upper case, and an empty variable is none, as in undici's EnvHttpProxyAgent. */
const variables = {
  http: ['http_proxy', 'HTTP_PROXY'],
  https: ['https_proxy', 'HTTPS_PROXY'],
  noProxy: ['no_proxy', 'NO_PROXY'],
} as const;

/** Writes them into `settings` (which is changed) and tells the variables that name no proxy. */
export function environmentProxies(
  environment: Environment,
  settings: Record<string, unknown>,
): { mistakes: string[] } {
  const given = settings['proxy'] ?? {};
  // Anything else is a mistake, which the schema tells.
  if (typeof given !== 'object' || Array.isArray(given)) return { mistakes: [] };
  const found: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const [setting, [lower, upper]] of Object.entries(variables)) {
    const name = environment[lower] === undefined ? upper : lower;
    const value = environment[name] ?? '';
    if (value === '' || setting in given) continue;
    const proxy = setting === 'noProxy' ? value : withScheme(value);
    if (setting === 'noProxy' || isProxyUrl(proxy)) found[setting] = proxy;
    else mistakes.push(`${name}: must be host:port, or an http or https URL of a host and a port`);
  }
  settings['proxy'] = { ...found, ...given };
  return { mistakes };
}

/** `proxy:3128`, also with credentials before it, is what curl reads as http. */
function withScheme(proxy: string): string {
  return !proxy.includes('://') && /:\d+\/?$/.test(proxy) ? `http://${proxy}` : proxy;
}
