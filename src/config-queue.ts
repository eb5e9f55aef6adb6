/** The shape of the configuration of work that nobody waits for: the queue, and who is told of its end. */
import { type Static, Type } from '@sinclair/typebox';
import { closed, count, file, seconds, section, url } from './config-blocks.ts';
import { freeHeaders, tlsTowards } from './config-connections.ts';
import type { WatchConfig } from './config-watch.ts';

const days = (value: number, description: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 365, default: value, unit: 'days', description });

export const QueueSchema = section(
  {
    url: Type.Optional(
      Type.String({
        format: 'nats-url',
        description:
          'NATS servers with JetStream (2.9 or newer), separated by commas. Without it every process has a line of its own in memory, which ends with it',
        examples: ['nats://nats.example.org:4222'],
      }),
    ),
    name: Type.String({
      pattern: '^[A-Za-z0-9_-]{1,32}$',
      default: 'lobar',
      description:
        'Begins the names of its streams, buckets and subjects: installations that share a NATS differ in it',
    }),
    credentialsFile: file(
      'File of NATS credentials (.creds: a JWT and its key); read again for every connection',
    ),
    username: Type.Optional(Type.String({ minLength: 1, description: 'NATS user; needs passwordFile' })),
    passwordFile: file('File that holds the password; read again for every connection'),
    tokenFile: file('File that holds a NATS token; read again for every connection'),
    tls: tlsTowards('NATS'),
    replicas: Type.Integer({
      minimum: 1,
      maximum: 5,
      default: 1,
      description: 'Servers that hold a copy of streams and buckets; 3 survives the loss of one',
    }),
    length: count(10_000, 'Analyses that may wait in it; more are answered 503'),
    deliveries: count(
      5,
      'How often an analysis may fail in Lobar itself (an internal error, a limit of time), or be lost with its process, before it is given up and put into the dead-letter stream',
      100,
    ),
    retrySeconds: seconds(10, 'Before an analysis is begun once more, doubled every time up to ten minutes'),
    retryHours: Type.Number({
      minimum: 0.001,
      maximum: 168,
      default: 12,
      unit: 'hours',
      description:
        'For so long after it was begun first an analysis is begun again while others fail (PACS, EHR, audit repository, what issues tokens); then it is given up',
    }),
    ackSeconds: seconds(
      30,
      'A process that gave no sign for so long is taken for lost; it gives three within it',
    ),
    keepDays: days(1, 'How long an analysis that has ended can be asked for'),
    rememberDays: days(
      30,
      'How long an Idempotency-Key, and a study that was analysed by itself, is known. Longer than watch.receivedWithinHours',
    ),
    deadLetterDays: days(30, 'How long what was given up stays in the dead-letter stream'),
    encryption: Type.Optional(
      closed(
        {
          keyFiles: Type.Array(Type.String({ minLength: 1 }), {
            minItems: 1,
            maxItems: 8,
            description:
              'Files of 32 random bytes in base64 (openssl rand -base64 32). The first encrypts, all decrypt; read at the start',
          }),
        },
        'Encrypt what is kept in NATS (JWE, A256GCM)',
      ),
    ),
  },
  'Analyses that nobody waits for (Prefer: respond-async, lobar watch)',
  {
    dependencies: { username: ['passwordFile'], passwordFile: ['username'] },
    atMostOneOf: ['credentialsFile', 'username', 'tokenFile'],
  },
);
export type QueueConfig = Static<typeof QueueSchema>;

interface QueueAndWatch {
  readonly queue: Pick<QueueConfig, 'rememberDays' | 'url' | 'encryption'>;
  readonly watch: Pick<WatchConfig, 'receivedWithinHours' | 'pacs' | 'ehr' | 'callback'>;
  readonly pacs: object;
  readonly ehr: object;
  readonly callbacks: object;
}

/** What no schema can say of these sections, each with its path. */
export function queueMistakes({ queue, watch, ...named }: QueueAndWatch): string[] {
  const mistakes: string[] = [];
  if (queue.rememberDays * 24 <= watch.receivedWithinHours) {
    mistakes.push(
      `queue.rememberDays: must be longer than watch.receivedWithinHours (${watch.receivedWithinHours} h): else a study is analysed again`,
    );
  }
  if (queue.encryption !== undefined && queue.url === undefined) {
    mistakes.push('queue.encryption: needs queue.url; without it nothing leaves the memory of the process');
  }
  for (const [setting, section] of [
    ['pacs', 'pacs'],
    ['ehr', 'ehr'],
    ['callback', 'callbacks'],
  ] as const) {
    const name = watch[setting];
    if (name !== undefined && !Object.hasOwn(named[section], name)) {
      const known = Object.keys(named[section]).join(', ') || 'none';
      mistakes.push(`watch.${setting}: none of that name is configured in ${section}. Known: ${known}`);
    }
  }
  return mistakes;
}

export const CallbackSchema = closed(
  {
    url: url(
      'Address that is told by POST when an analysis has ended',
      'https://ehr.example.org/hooks/lobar',
    ),
    secretFile: Type.String({
      minLength: 1,
      description:
        'File that holds the secret of the signature (Standard Webhooks: whsec_ and 24 to 64 random bytes in base64); read again for every call',
    }),
    headers: freeHeaders,
    tls: tlsTowards('this address'),
    timeoutSeconds: seconds(10, 'A whole call'),
    deliveries: count(
      8,
      'How often it is called before that is given up; the wait doubles from 5 s to an hour',
      100,
    ),
  },
  'Whom a client may have told when its analysis has ended',
);
export type CallbackConfig = Static<typeof CallbackSchema>;
