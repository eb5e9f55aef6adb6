/** An embedded PACS that studies arrive in while it is watched, with a clock that a test turns. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import type { WatchDecision } from '../../src/telemetry/watch-metrics.ts';
import { type EnqueueStudy, openRounds, type Round } from '../../src/watch/open-rounds.ts';
import { rulesOf } from '../../src/watch/rules.ts';
import { pacsAt } from '../dicomweb/support/pacs-at.ts';
import { tinyCt } from '../support/dicom-writer.ts';

/** 2026-11-30, noon in UTC. */
export const noon = Date.UTC(2026, 10, 30, 12);

export interface ArrivingImage {
  readonly study: string;
  /** Number of the image; its series is one of the study. */
  readonly image?: number;
  readonly description?: string;
  readonly series?: string;
  readonly modality?: string;
  /** HHMMSS of 2026-11-30, UTC. */
  readonly time?: string;
}

export interface WatchedPacs {
  readonly client: PacsClient;
  readonly url: string;
  /** UIDs that were handed over, in order. */
  readonly enqueued: string[];
  readonly decided: WatchDecision[];
  store(...images: readonly ArrivingImage[]): Promise<void>;
  look(): Promise<Round>;
  later(minutes: number): void;
  /** As after a restart of the watch: the PACS and the clock stay. */
  restart(): void;
  /** Fails with this until it is told otherwise. */
  enqueue: EnqueueStudy;
  /** The queue is away for a moment, and comes back with what it had or without. */
  loseQueue(options: { readonly withDisks: boolean }): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function openWatchedPacs(t: TestContext, watch: object = {}): Promise<WatchedPacs> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-watched-'));
  let sandbox: SandboxPacs = await openSandboxPacs({ folder });
  const { url } = sandbox;
  const client = pacsAt(url, { retries: 0 });
  t.after(async () => {
    await client.close();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });
  let now = noon;
  const known = new Set<string>();
  let wasAway = false;
  const open = () =>
    openRounds({
      pacs: client,
      rules: rulesOf(checkConfig({ watch })),
      enqueue: (study) => watched.enqueue(study),
      decided: (decision) => watched.decided.push(decision),
      turned: () => {},
      now: () => now,
      queueWasAway() {
        const was = wasAway;
        wasAway = false;
        return was;
      },
    });
  let look = open();
  const { signal } = new AbortController();
  const watched: WatchedPacs = {
    client,
    url,
    enqueued: [],
    decided: [],
    async store(...images) {
      for (const image of images) await client.storeInstances(undefined, [instanceOf(image)], { signal });
    },
    look: () => look(signal),
    later(minutes) {
      now += minutes * 60_000;
    },
    restart() {
      look = open();
    },
    async enqueue(study) {
      if (known.has(study)) return 'known';
      known.add(study);
      watched.enqueued.push(study);
      return 'enqueued';
    },
    loseQueue({ withDisks }) {
      wasAway = true;
      if (withDisks) known.clear();
    },
    stop: () => sandbox.close(),
    async start() {
      sandbox = await openSandboxPacs({ folder, port: Number(new URL(url).port) });
    },
  };
  return watched;
}

function instanceOf({
  study,
  image = 1,
  description = 'CT CHEST',
  series = 'Series',
  modality = 'CT',
  time = '115000',
}: ArrivingImage) {
  const seriesUid = `${study}.${series.length}`;
  return tinyCt({
    studyUid: study,
    seriesUid,
    sopInstanceUid: `${seriesUid}.${image}`,
    elements: [
      ['00080020', 'DA', '20261130'],
      ['00080030', 'TM', time],
      ['00080060', 'CS', modality],
      ['00080201', 'SH', '+0000'],
      ['00081030', 'LO', description],
      ['0008103E', 'LO', series],
    ],
  });
}
