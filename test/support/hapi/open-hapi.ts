import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnHapi } from './hapi-peer.ts';

/** What the server can do and says in /metadata; true for each that is left out. */
export interface HapiOptions {
  /** PUT Type/id creates. */
  readonly updateCreate?: boolean;
  /** PUT Type?query */
  readonly conditionalUpdate?: boolean;
  /** POST with If-None-Exist, and ifNoneExist in a Bundle. */
  readonly conditionalCreate?: boolean;
  readonly transaction?: boolean;
  /** Knows the codes that HL7 added to the code systems of R4 since (AIAST). */
  readonly currentTerminology?: boolean;
}

export interface Hapi {
  /** Base of its FHIR endpoint, without a slash at the end. */
  readonly url: string;
  /** Ends it; nothing of what it stored is left. */
  close(): Promise<void>;
}

const startSeconds = 180;

const switchedOff: Readonly<Record<keyof HapiOptions, string>> = {
  updateCreate: '--no-update-create',
  conditionalUpdate: '--no-conditional-update',
  conditionalCreate: '--no-conditional-create',
  transaction: '--no-transaction',
  currentTerminology: '--r4-terminology',
};

/**
 * An empty HAPI FHIR JPA server, R4, on a free loopback port, which validates each write and keeps references
 * whole. Takes a quarter of a minute to start, and 600 MB.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function openHapi(options: HapiOptions = {}): Promise<Hapi> {
  const off = Object.entries(switchedOff).filter(([name]) => options[name as keyof HapiOptions] === false);
  const args = ['0', ...off.map(([, argument]) => argument)];
  const child = spawnHapi('lobar.hapi.HapiServer', args, ['ignore', 'pipe', 'pipe']);
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.push(text);
    if (log.length > 50) log.shift();
  });

  const started = new AbortController();
  const { signal } = started;
  const outcome = await Promise.race([
    listening(child).then((url) => ({ url })),
    once(child, 'exit', { signal }).then(([code]) => ({ problem: `it ended with code ${code}` })),
    once(child, 'error', { signal }).then(([error]) => ({ problem: String(error) })),
    sleep(startSeconds * 1000, { problem: `no answer within ${startSeconds} s` }, { signal }),
  ]);
  started.abort();
  if ('url' in outcome) return { url: outcome.url, close: () => end(child) };
  await end(child);
  throw new Error(`HAPI does not start: ${outcome.problem}\n${log.join('')}`);
}

/** Settles when it says where it listens; not at all when it never does. */
function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^HAPI listening on (\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  }
  return promise;
}

/** At once: it has nothing to keep. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
