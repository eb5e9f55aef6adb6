import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readEvents, type ServerEvent } from '../../src/client/read-events.ts';
import { openTestService, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

describe('while a report is drawn', { timeout: 300_000 }, () => {
  let test: TestService;
  before(async () => {
    test = await openTestService({ limits: { inFlight: 1, waiting: 0 } });
  });
  after(() => test.close());

  const inFlight = async () => {
    const answer = await fetch(`${test.service.url}/health/ready`);
    return ((await answer.json()) as { inFlight: number }).inFlight;
  };

  /** The events of an analysis with all its documents; `onReport` is called when drawing begins. */
  async function analyse(onReport: () => void, signal?: AbortSignal): Promise<ServerEvent[]> {
    const answer = await fetch(`${test.service.url}/v1/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        study: test.study.study.studyInstanceUid,
        publish: false,
        documents: ['pdf', 'html', 'png', 'volumes'],
      }),
      ...(signal === undefined ? {} : { signal }),
    });
    assert.equal(answer.status, 200);
    assert.ok(answer.body);
    const events: ServerEvent[] = [];
    for await (const event of readEvents(answer.body)) {
      events.push(event);
      if (event.data.includes('"stage":"report","fraction":0')) onReport();
    }
    return events;
  }
  const namesOf = (events: readonly ServerEvent[]) => {
    const documents = events.filter(({ event }) => event === 'document').map(({ data }) => JSON.parse(data));
    return [...new Set(documents.map(({ name }: { name: string }) => name))];
  };

  it('a client that hangs up frees its place, and the next one has its report', async () => {
    const hangUp = new AbortController();
    await assert.rejects(
      analyse(() => hangUp.abort(), hangUp.signal),
      { name: 'AbortError' },
    );
    await until(async () => (await inFlight()) === 0);
    const events = await analyse(() => {});
    assert.equal(events.at(-1)?.event, 'analysis');
    assert.ok(namesOf(events).includes('lobes.nii.gz'));
  });

  it('a service that is told to end finishes it first', async () => {
    let closed: Promise<void> | undefined;
    const events = await analyse(() => {
      closed = test.service.close();
    });
    assert.equal(events.at(-1)?.event, 'analysis');
    const names = ['report.pdf', 'report.html', 'pictures.png', 'ct.nii.gz'];
    assert.deepEqual(
      namesOf(events).filter((name) => names.includes(name)),
      names,
    );
    await closed;
  });
});
