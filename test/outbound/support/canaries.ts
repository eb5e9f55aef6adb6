import { inspect } from 'node:util';

/** One text for each place a secret may stand in; found nowhere but where it belongs. */
export const canaries = {
  token: 'canary-token-4f1c',
  ehrToken: 'canary-ehr-token-b2e9',
  password: 'canary-password-8a2d',
  clientSecret: 'canary-client-secret-91be',
  accessToken: 'canary-access-token-77d0',
  header: 'canary-header-c3a5',
  proxyPassword: 'canary-proxy-password-0e6f',
  key: 'canaryKeyB64b2c9',
};

/** The canaries that a text holds, as they are or as an Authorization header would carry them. */
export function canariesIn(text: string): string[] {
  const carried = [
    ...Object.values(canaries),
    ...['lobar:', 'me:'].flatMap((user) =>
      Object.values(canaries).map((one) =>
        Buffer.from(user + one)
          .toString('base64')
          .slice(0, 24),
      ),
    ),
  ];
  return carried.filter((one) => text.includes(one));
}

/** Everything that a log, a debugger or an answer could make of an error. */
export function allOf(error: unknown): string {
  const chain: unknown[] = [];
  for (let one = error; one instanceof Error; one = one.cause) chain.push(one, one.message, one.stack);
  const plain = chain.map((one) => JSON.stringify(one, Object.getOwnPropertyNames(one ?? {})));
  return [...plain, inspect(error, { depth: null, showHidden: true, getters: true })].join('\n');
}
