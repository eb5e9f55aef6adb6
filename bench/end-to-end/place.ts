import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analyse } from '../../test/support/serve-lobar.ts';
import { patientSystem } from '../../test/support/test-service.ts';
import { type BenchedLobar, serveBenched } from '../serve-benched.ts';
import { openPeers, type Peers } from './open-peers.ts';
import { type BenchedStudies, type StudyName, studyNames, writeStudies } from './studies.ts';

/** Where analyses are measured from end to end: studies, a PACS that holds them, an EHR. */
export interface Place {
  readonly folder: string;
  readonly studies: BenchedStudies;
  readonly peers: Peers;
}

/** Of analyses that ran at once. */
export interface Published {
  /** From the first POST to the last answer. */
  readonly wallMs: number;
  /** User and system time of the services, and of PACS and EHR. */
  readonly cpuMs: number;
  readonly peersCpuMs: number;
  readonly analyses: readonly Analysis[];
}

/** @param folder - an empty one */
export async function openPlace(folder: string): Promise<Place> {
  const pacsFolder = join(folder, 'pacs');
  const studies = await writeStudies(pacsFolder);
  const patientIds = [...new Set(studyNames.map((name) => studies[name].patientId))];
  return { folder, studies, peers: await openPeers({ folder: pacsFolder, patientIds }) };
}

/** A process of the service in that place. `inference` is that section of its configuration. */
export function serveAt({ folder, peers }: Place, name: string, inference: object): Promise<BenchedLobar> {
  return serveBenched(join(folder, `${name}.json`), {
    inference,
    pacs: { main: { url: peers.pacsUrl } },
    ehr: { main: { url: peers.ehrUrl, patientIdentifierSystem: patientSystem } },
  });
}

/**
 * Sends each study to its service, all at once, and waits until the last one is published.
 *
 * @throws Error where one is not, or was before
 */
export async function publishAll(
  { peers, studies }: Place,
  asked: readonly (readonly [BenchedLobar, StudyName])[],
): Promise<Published> {
  await peers.forget();
  const services = [...new Set(asked.map(([service]) => service))];
  const cpu = async () => {
    const seconds = await Promise.all(services.map((service) => service.cpuSeconds()));
    return {
      own: seconds.reduce((sum, one) => sum + one, 0) * 1000,
      peers: (await peers.cpuSeconds()) * 1000,
    };
  };
  const before = await cpu();
  const started = performance.now();
  const analyses = await Promise.all(
    asked.map(([service, study]) => analyse(service.url, studies[study].studyUid, 'main')),
  );
  const wallMs = performance.now() - started;
  const after = await cpu();
  for (const { outcome, published } of analyses) {
    if (outcome !== 'published' || published?.alreadyPublished !== false)
      throw new Error(`An analysis ended as ${outcome}, or was published before.`);
  }
  return { wallMs, cpuMs: after.own - before.own, peersCpuMs: after.peers - before.peers, analyses };
}
