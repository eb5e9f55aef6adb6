import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPeer } from '../start-peer.ts';
import { peer } from './system-peers.ts';

export interface OrthancOptions {
  /** Name to password. Where there are any, every request needs one of them (HTTP Basic). */
  readonly users?: Readonly<Record<string, string>>;
  /** Further settings of Orthanc's configuration file. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Plugins beside the one for DICOMweb. */
  readonly plugins?: readonly string[];
  /** Further variables of its environment, for its scripts. */
  readonly environment?: Readonly<Record<string, string>>;
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

/**
 * Debian's Orthanc with its DICOMweb plugin, empty, on a free loopback port, with its files in a folder of its
 * own. Speaks no DIMSE and answers this machine only.
 *
 * @throws Error with the end of its log when it does not start.
 */
export async function openOrthanc(options: OrthancOptions = {}): Promise<Orthanc> {
  const { port, close } = await startPeer({
    name: 'Orthanc',
    async prepare(folder, port) {
      const file = join(folder, 'orthanc.json');
      await writeFile(file, JSON.stringify(configuration(folder, port, options)));
      return [peer.orthanc, file];
    },
    ...(options.environment === undefined ? {} : { environment: options.environment }),
    // Also where it wants a password.
    ready: { path: '/system', statuses: [200, 401] },
  });
  return {
    url: `http://127.0.0.1:${port}/dicom-web`,
    port,
    transferSyntaxes: (studyUid) => transferSyntaxes(port, studyUid),
    close,
  };
}

function configuration(folder: string, port: number, { users = {}, settings, plugins = [] }: OrthancOptions) {
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
    Plugins: [peer.dicomwebPlugin, ...plugins],
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: false },
    ...settings,
  };
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
