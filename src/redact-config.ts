import type { Config } from './config-schema.ts';

const hidden = '[redacted]';

/** The configuration as it may be shown: what looks like a secret is left out, its presence is not. */
export function redactConfig(config: Config): unknown {
  return JSON.parse(
    JSON.stringify(config, (key, value: unknown) => {
      if (key === 'headers') return withHiddenValues(value);
      if (key === 'proxy') return withoutCredentials(value as Config['proxy']);
      return typeof value === 'string' && /(secret|password|token|key)$/i.test(key) ? hidden : value;
    }),
  );
}

function withHiddenValues(headers: unknown): unknown {
  return Object.fromEntries(Object.keys(headers ?? {}).map((name) => [name, hidden]));
}

function withoutCredentials(proxy: Config['proxy']): Config['proxy'] {
  return {
    ...proxy,
    ...(proxy.http === undefined ? {} : { http: proxyAddress(proxy.http) }),
    ...(proxy.https === undefined ? {} : { https: proxyAddress(proxy.https) }),
  };
}

function proxyAddress(proxy: string): string {
  if (!URL.canParse(proxy)) return hidden;
  const { protocol, username, password, host } = new URL(proxy);
  return `${protocol}//${username + password === '' ? '' : `${hidden}@`}${host}`;
}
