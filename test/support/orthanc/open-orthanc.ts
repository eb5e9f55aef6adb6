import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peer } from './system-peers.ts';

export interface OrthancOptions {
  /** Name to password. Where there are any, every request needs one of them (HTTP Basic). */
  readonly users?: Readonly<Record<string, string>>;
  /** Further settings of Orthanc's configuration file. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Orthanc {
  /** Root of its DICOMweb services, without a slash at the end. */
  readonly url: string;
  /** Of 127.0.0.1. */
  readonly port: number;
  /** The transfer syntaxes, each once, of what it holds of a study. */
  transferSyntaxes(studyUid: string): Promise<string[]>;
  /** Ends it and removes what it stored. */
  close(): Promise<void>;
}

const startSeconds = 30;
const portsToTry = 3;

/**
 * Debian's Orthanc with its DICOMweb plugin, empty, on a free loopback port, with its files in a folder of its
 * own. Speaks no DIMSE and answers this machine only.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function openOrthanc(options: OrthancOptions = {}): Promise<Orthanc> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-orthanc-'));
  try {
    for (let tried = 1; ; tried += 1) {
      const port = await freePort();
      const started = await start(folder, port, options);
      if ('problem' in started) {
        // Another process may have taken the port between the look and the start.
        if (tried < portsToTry) continue;
        throw new Error(`Orthanc does not start: ${started.problem}`);
      }
      return {
        url: `http://127.0.0.1:${port}/dicom-web`,
        port,
        transferSyntaxes: (studyUid) => transferSyntaxes(port, studyUid),
        async close() {
          await end(started.child);
          await rm(folder, { recursive: true, force: true });
        },
      };
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function configuration(folder: string, port: number, { users = {}, settings }: OrthancOptions) {
  return {
    Name: 'Lobar tests',
    HttpPort: port,
    HttpThreadsCount: 16,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: Object.keys(users).length > 0,
    RegisteredUsers: users,
    DicomServerEnabled: false,
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'index'),
    Plugins: [peer.dicomwebPlugin],
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: false },
    ...settings,
  };
}

async function start(
  folder: string,
  port: number,
  options: OrthancOptions,
): Promise<{ child: ChildProcess } | { problem: string }> {
  const file = join(folder, 'orthanc.json');
  await writeFile(file, JSON.stringify(configuration(folder, port, options)));
  const child = spawn(peer.orthanc, [file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.push(text);
    if (log.length > 50) log.shift();
  });
  // A test process that dies must not leave a server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));

  const problem = await Promise.race([
    answers(port).then((up) => (up ? undefined : `no answer within ${startSeconds} s`)),
    once(child, 'exit').then(([code]) => `it ended with code ${code}`),
    once(child, 'error').then(([error]) => String(error)),
  ]);
  if (problem === undefined) return { child };
  await end(child);
  return { problem: `${problem}\n${log.join('')}` };
}

/** Whether Orthanc answers, be it that it wants a password. */
async function answers(port: number): Promise<boolean> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/system`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200 || answer?.status === 401) return true;
    await sleep(50);
  }
  return false;
}

async function transferSyntaxes(port: number, studyUid: string): Promise<string[]> {
  const root = `http://127.0.0.1:${port}`;
  const query = { Level: 'Instance', Query: { StudyInstanceUID: studyUid } };
  const found = await fetch(`${root}/tools/find`, { method: 'POST', body: JSON.stringify(query) });
  const syntaxes = new Set<string>();
  for (const id of (await found.json()) as string[]) {
    // Not its metadata, which leaves out what this Orthanc is too old to know.
    const header = await fetch(`${root}/instances/${id}/header?simplify`);
    syntaxes.add(((await header.json()) as Record<string, string>)['TransferSyntaxUID'] ?? '');
  }
  return [...syntaxes];
}

/** At once: it takes seconds to end in order, and nothing of it is kept. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
