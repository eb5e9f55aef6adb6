import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openReporter, type Reporter } from '../../../src/analysis/reporting/open-reporter.ts';
import { LobarError } from '../../../src/errors.ts';
import { mayPass } from '../../../src/queue/retry.ts';
import { labelsOf } from '../../support/small-volume.ts';
import { drawOrder } from './order.ts';

const unhurried = new AbortController().signal;

describe('the reporter', { timeout: 60_000 }, () => {
  let reporter: Reporter;
  before(() => {
    reporter = openReporter();
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

  it('takes the masks, and leaves the volume', async () => {
    const order = drawOrder();
    await reporter.draw(order, unhurried);
    assert.deepEqual([order.masks.lobes.data.length, order.masks.opacities.data.length], [0, 0]);
    assert.equal(order.volume.data.length, 12 * 60 * 80);
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
  before(() => {
    reporter = openReporter(new URL('./mortal-worker.ts', import.meta.url));
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
