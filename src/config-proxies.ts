/** The proxies that the environment names, as settings that a file or a LOBAR_* variable has not made. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Lower case comes before upper case, and an empty variable is none, as in undici's EnvHttpProxyAgent. */
const variables = {
  http: ['http_proxy', 'HTTP_PROXY'],
  https: ['https_proxy', 'HTTPS_PROXY'],
  noProxy: ['no_proxy', 'NO_PROXY'],
} as const;

/** Writes them into `settings` (which is changed). */
export function environmentProxies(environment: Environment, settings: Record<string, unknown>): void {
  const given = settings['proxy'] ?? {};
  // Anything else is a mistake, which the schema tells.
  if (typeof given !== 'object' || Array.isArray(given)) return;
  const found = Object.entries(variables).flatMap(([setting, [lower, upper]]) => {
    const value = environment[lower] ?? environment[upper] ?? '';
    return value === '' ? [] : [[setting, value] as const];
  });
  settings['proxy'] = { ...Object.fromEntries(found), ...given };
}
