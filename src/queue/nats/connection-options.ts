import {
  type Authenticator,
  type ConnectionOptions,
  credsAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import type { QueueConfig } from '../../config-schema.ts';
import {
  contentOf,
  mistake,
  readAuthorities,
  readClientCertificate,
  readSecret,
} from '../../outbound/endpoint-files.ts';

type Settings = Pick<QueueConfig, 'credentialsFile' | 'username' | 'passwordFile' | 'tokenFile' | 'tls'> & {
  readonly url: string;
};

/** A server that does not answer for this long is left, ms. */
const connectMs = 5000;
/** Between two signs of life, ms; after two that are not answered the connection counts as lost. */
const pingMs = 10_000;
const reconnectMs = 500;

/**
 * How NATS is reached. The files are looked at here, so that a mistake is told before anything is sent, and read again
 * for every connection.
 *
 * @param closing - when it fires nothing is tried any more
 * @throws LobarError `config-invalid` where a file cannot be read, or holds something else
 */
export async function connectionOptions(
  settings: Settings,
  closing?: AbortSignal,
): Promise<ConnectionOptions> {
  const servers = settings.url.split(',').map((url) => url.trim());
  const authenticator = await authentication(settings);
  return {
    servers: servers.map((url) => url.replace(/^\w+:\/\//, '')),
    name: 'lobar',
    timeout: connectMs,
    pingInterval: pingMs,
    maxReconnectAttempts: -1,
    // A secret may be replaced under a running process.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler() {
      // The library asks before every try, the first included, and has no other way to be stopped.
      closing?.throwIfAborted();
      return reconnectMs * (1 + Math.random());
    },
    ...(authenticator === undefined ? {} : { authenticator }),
    ...tlsOptions(settings.tls, servers),
  };
}

async function authentication(settings: Settings): Promise<Authenticator | undefined> {
  const { credentialsFile, username, passwordFile, tokenFile } = settings;
  if (credentialsFile !== undefined) {
    credentialsIn(credentialsFile);
    return credsAuthenticator(() => credentialsIn(credentialsFile));
  }
  if (username !== undefined && passwordFile !== undefined) {
    const setting = 'queue.passwordFile';
    await readSecret(setting, passwordFile);
    return usernamePasswordAuthenticator(username, () => lineOf(setting, passwordFile));
  }
  if (tokenFile !== undefined) {
    const setting = 'queue.tokenFile';
    await readSecret(setting, tokenFile);
    return tokenAuthenticator(() => lineOf(setting, tokenFile));
  }
  return undefined;
}

function credentialsIn(file: string): Uint8Array {
  const setting = 'queue.credentialsFile';
  const content = contentOf(setting, file);
  if (!/BEGIN NATS USER JWT[\s\S]*BEGIN USER NKEY SEED/.test(content)) {
    throw mistake(`${setting}: holds no NATS credentials (a .creds file: a user JWT and its seed)`);
  }
  return new TextEncoder().encode(content);
}

function lineOf(setting: string, file: string): string {
  return contentOf(setting, file).replace(/\r?\n$/, '');
}

/** With tls:// or any setting of TLS it must be TLS; else it is where the server wants it. */
function tlsOptions(
  { caFile, certFile, keyFile, insecure }: QueueConfig['tls'],
  servers: readonly string[],
): Pick<ConnectionOptions, 'tls'> {
  if (caFile !== undefined) readAuthorities('queue.tls.caFile', caFile);
  const withCertificate = certFile !== undefined && keyFile !== undefined;
  if (withCertificate) readClientCertificate('queue.tls', certFile, keyFile);
  const required = servers.some((url) => url.startsWith('tls:'));
  if (!required && caFile === undefined && !withCertificate && !insecure) return {};
  // The library hands what it does not know itself to tls.connect.
  const unverified = insecure ? { rejectUnauthorized: false } : {};
  return {
    tls: {
      ...(caFile === undefined ? {} : { caFile }),
      ...(withCertificate ? { certFile, keyFile } : {}),
      ...unverified,
    },
  };
}
