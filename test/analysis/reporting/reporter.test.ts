import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { openReporter, type Reporter } from '../../../src/analysis/reporting/open-reporter.ts';
import type { DicomObjectKind } from '../../../src/analysis/reporting/report-document.ts';
import type { DrawOrder } from '../../../src/analysis/reporting/reporter-protocol.ts';
import { LobarError } from '../../../src/errors.ts';
import { type LungGrid, lungGrid } from '../../../src/pipeline/trees/lung-grid.ts';
import { mayPass } from '../../../src/queue/retry.ts';
import type { Logger } from '../../../src/telemetry/log.ts';
import { emptyFolder } from '../../inference/support/make-package.ts';
import { labelsOf } from '../../support/small-volume.ts';
import { until } from '../../support/until.ts';
import { drawOrder } from './order.ts';
import { channelName } from './reporter-channel.ts';

const mortal = new URL('./mortal-worker.ts', import.meta.url);
const waitingWorker = new URL('./waiting-worker.ts', import.meta.url);
const unhurried = new AbortController().signal;

function lungsOf({ volume, masks }: DrawOrder): LungGrid {
  const lungs = lungGrid(volume, masks.lobes);
  assert.ok(lungs);
  return lungs;
}

function keptIn(lines: string[]): Pick<Logger, 'error'> {
  const error = (_fields: object, text: string) => lines.push(text);
  return { error } as unknown as Pick<Logger, 'error'>;
}

describe('the reporter', { timeout: 60_000 }, () => {
  let reporter: Reporter;
  before(async () => {
    reporter = await openReporter();
  });
  after(() => reporter.close());

  it('draws pictures, and volumes only where they are wanted', async () => {
    const { pictures, volumes } = await reporter.draw(drawOrder(['png']), unhurried);
    assert.ok(pictures.length > 0);
    assert.deepEqual(volumes, []);
    const alone = await reporter.draw(drawOrder(['volumes']), unhurried);
    assert.deepEqual(
      alone.volumes.map(({ name }) => name),
      ['ct.nii.gz', 'lobes.nii.gz', 'opacities.nii.gz'],
    );
    assert.deepEqual(alone.pictures, []);
  });

  it('draws no picture for a PACS that gets masks and measurements alone', async () => {
    const wanting = (objects: readonly DicomObjectKind[]) => ({
      ...drawOrder(),
      wanted: { kinds: ['dicom'], objects } as const,
    });
    const { pictures, segmentation } = await reporter.draw(wanting(['seg', 'sr']), unhurried);
    assert.deepEqual(pictures, []);
    assert.ok(segmentation);
    assert.ok((await reporter.draw(wanting(['seg', 'pdf']), unhurried)).pictures.length > 0);
  });

  it('takes the masks, and leaves the volume', async () => {
    const order = drawOrder();
    await reporter.draw(order, unhurried);
    assert.deepEqual([order.masks.lobes.data.length, order.masks.opacities.data.length], [0, 0]);
    assert.equal(order.volume.data.length, 12 * 60 * 80);
  });

  it('draws the same of what it began before the opacities were known, and takes that too', async () => {
    const whole = await reporter.draw(drawOrder(['pdf', 'png']), unhurried);
    const order = drawOrder(['pdf', 'png']);
    const draft = await reporter.begin({ volume: order.volume, lungs: lungsOf(order) }, unhurried);
    assert.deepEqual(await reporter.draw({ ...order, draft }, unhurried), whole);
    assert.equal(draft.trees.bright.length, 0);
  });

  it('stops what it began when told, without its thread', async (t) => {
    const channel = new BroadcastChannel(channelName);
    t.after(() => channel.close());
    const told: [string, number][] = [];
    channel.onmessage = (message) => told.push((message as { readonly data: [string, number] }).data);
    const lines: string[] = [];
    const stopping = await openReporter({ worker: waitingWorker, logger: keptIn(lines), graceMs: 60_000 });
    const order = drawOrder();
    const [before, queued, running] = [new AbortController(), new AbortController(), new AbortController()];
    before.abort(new LobarError('cancelled', {}));
    const begun = [before, running, queued].map(({ signal }) =>
      stopping.begin({ volume: order.volume, lungs: lungsOf(order) }, signal),
    );
    const ended = Promise.allSettled(begun);
    queued.abort(new LobarError('shutting-down', {}));
    await until(() => told.some(([kind]) => kind === 'begin'));
    // One step has run, or nearly so: the next one must not begin.
    running.abort(new LobarError('deadline-exceeded', { seconds: 1 }));
    const codes = (await ended).map((one) => one.status === 'rejected' && one.reason.code);
    assert.deepEqual(codes, ['cancelled', 'deadline-exceeded', 'shutting-down']);
    assert.ok((await stopping.draw(order, unhurried)).pictures.length > 0);
    await stopping.close();
    // Messages of a channel take turns of their own.
    await until(() => told.length === 3);
    const thread = told[0]?.[1];
    assert.deepEqual(told, [
      ['start', thread],
      ['begin', thread],
      ['draw', thread],
    ]);
    assert.deepEqual(lines, []);
  });

  it('says report-failed of masks that do not fit their volume, which may be tried again, and draws the next', async () => {
    const order = drawOrder(['png', 'volumes']);
    const lobes = labelsOf([3, 4, 5], () => 1);
    await assert.rejects(
      reporter.draw({ ...order, masks: { ...order.masks, lobes } }, unhurried),
      (error) => {
        assert.ok(error instanceof LobarError);
        assert.equal(error.code, 'report-failed');
        assert.match(error.message, /No new report was published/);
        assert.ok(mayPass(error));
        return true;
      },
    );
    assert.ok((await reporter.draw(drawOrder(), unhurried)).pictures.length > 0);
  });
});

describe('a reporter whose thread', { timeout: 60_000 }, () => {
  let reporter: Reporter;
  before(async () => {
    reporter = await openReporter({ worker: mortal, graceMs: 20 });
  });
  after(() => reporter.close());

  it('dies says report-failed, and works on with another', async () => {
    await assert.rejects(reporter.draw(drawOrder(['pdf']), unhurried), { code: 'report-failed' });
    assert.deepEqual(await reporter.draw(drawOrder(), unhurried), { pictures: [], volumes: [] });
  });

  it('never ends lets go when the caller does, and works on with another for who waited', async () => {
    const hangUp = new AbortController();
    const endless = reporter.draw(drawOrder(['html']), hangUp.signal);
    const waiting = reporter.draw(drawOrder(), unhurried);
    setTimeout(() => hangUp.abort(new LobarError('cancelled', {})), 50);
    await assert.rejects(endless, { code: 'cancelled' });
    assert.deepEqual(await waiting, { pictures: [], volumes: [] });
  });

  it('never comes to the next step of what was begun lets go when the caller does, and works on with another', async () => {
    const hangUp = new AbortController();
    const order = drawOrder();
    const lungs = { ...lungsOf(order), lobes: new Uint8Array(0) };
    const endless = reporter.begin({ volume: order.volume, lungs }, hangUp.signal);
    const waiting = reporter.draw(drawOrder(), unhurried);
    setTimeout(() => hangUp.abort(new LobarError('cancelled', {})), 50);
    await assert.rejects(endless, { code: 'cancelled' });
    assert.deepEqual(await waiting, { pictures: [], volumes: [] });
  });

  it('is being replaced still draws for who waits for it when it is closed', async () => {
    const closing = await openReporter({ worker: mortal });
    const hangUp = new AbortController();
    const endless = closing.draw(drawOrder(['html']), hangUp.signal);
    const waiting = closing.draw(drawOrder(), unhurried);
    hangUp.abort(new LobarError('cancelled', {}));
    await assert.rejects(endless, { code: 'cancelled' });
    const closed = closing.close();
    assert.deepEqual(await waiting, { pictures: [], volumes: [] });
    await closed;
  });

  it('is at work lets go of who waits for it and hangs up', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const endless = reporter.draw(drawOrder(['html']), first.signal);
    const waiting = reporter.draw(drawOrder(), second.signal);
    second.abort(new LobarError('cancelled', {}));
    await assert.rejects(waiting, { code: 'cancelled' });
    first.abort(new LobarError('cancelled', {}));
    await assert.rejects(endless, { code: 'cancelled' });
  });
});

describe('a reporter whose thread cannot start', { timeout: 60_000 }, () => {
  it('does not open, and says why', async (t) => {
    const folder = await emptyFolder(t);
    const worker = pathToFileURL(join(folder, 'fontless.mjs'));
    await writeFile(worker, "throw new Error('there is no font');");
    await assert.rejects(openReporter({ worker }), { code: 'report-failed', message: /there is no font/ });
  });

  it('a second time fails who waits for it, says so in the log once, and works again when it can', async (t) => {
    const folder = await emptyFolder(t);
    const broken = join(folder, 'broken');
    const worker = pathToFileURL(join(folder, 'worker.mjs'));
    const source = [
      "import { existsSync } from 'node:fs';",
      `if (existsSync(${JSON.stringify(broken)})) throw new Error('there is no font');`,
      'export function work({ kind, order }) {',
      "  if (kind === 'draw' && order.wanted.kinds.includes('pdf')) process.exit(3);",
      '  return { value: { pictures: [], volumes: [] }, ms: 0 };',
      '}',
    ];
    await writeFile(worker, source.join('\n'));
    const lines: string[] = [];
    const reporter = await openReporter({ worker, logger: keptIn(lines) });
    await writeFile(broken, '');
    const dying = reporter.draw(drawOrder(['pdf']), unhurried);
    const waiting = [reporter.draw(drawOrder(), unhurried), reporter.draw(drawOrder(), unhurried)];
    for (const order of [dying, ...waiting]) await assert.rejects(order, { code: 'report-failed' });
    await assert.rejects(reporter.draw(drawOrder(), unhurried), { code: 'report-failed' });
    assert.deepEqual(lines, ['the thread that draws reports has died: another is to take its place']);
    await rm(broken);
    assert.deepEqual(await reporter.draw(drawOrder(), unhurried), { pictures: [], volumes: [] });
    await reporter.close();
  });
});
