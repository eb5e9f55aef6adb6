import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { endTask, startTask, type TaskEnd } from '../../src/fhir/task.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { json, openTestEhr, outcome, type RawServer, rawServer } from './ehr-fixture.ts';
import { problemsOf } from './validators.ts';

const call = () => ({ signal: new AbortController().signal, requestId: 'r-1' });
const report = 'DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f';
const done: TaskEnd = { status: 'completed', report };
const failed: TaskEnd = { status: 'failed', reason: 'pacs-unreachable: it cannot be reached.' };

const asked: fhir4.Task = {
  resourceType: 'Task',
  status: 'requested',
  intent: 'order',
  priority: 'urgent',
  authoredOn: '2026-11-01T08:00:00Z',
  focus: { reference: 'ServiceRequest/canary-order' },
  for: { reference: 'Patient/canary-patient', display: 'Canaryfamily' },
  input: [{ type: { text: 'why' }, valueString: 'fever' }],
  output: [{ type: { text: 'of another' }, valueString: 'kept' }],
};

describe('A Task in the embedded EHR', () => {
  let sandbox: SandboxEhr;
  before(async () => {
    sandbox = await openSandboxEhr({ patients: [] });
  });
  after(() => sandbox.close());

  const created = async (more: Partial<fhir4.Task> = {}): Promise<string> => {
    const answer = await fetch(`${sandbox.url}/Task`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ ...asked, ...more }),
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    return ((await answer.json()) as { id: string }).id;
  };
  const held = async (id: string) => {
    const task = (await (await fetch(`${sandbox.url}/Task/${id}`)).json()) as fhir4.Task;
    const entry = [{ resource: task }];
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry }), []);
    return task;
  };
  const withEhr = async <T>(id: string, work: (task: Parameters<typeof startTask>[0]) => Promise<T>) => {
    const { ehr } = openTestEhr(sandbox.url);
    try {
      return await work({ ehr, id });
    } finally {
      await ehr.close();
    }
  };

  // R4 Task state machine: https://hl7.org/fhir/R4/task.html#statemachine
  for (const status of ['requested', 'received', 'accepted', 'ready', 'in-progress', 'failed'] as const) {
    it(`that is ${status} is set in-progress, and keeps all the rest`, async () => {
      const id = await created({ status });
      const started = await withEhr(id, (task) => startTask(task, call()));
      assert.deepEqual(started, { status: 'in-progress', patient: asked.for });
      const { meta: _, lastModified, ...kept } = await held(id);
      assert.deepEqual(kept, { ...asked, id, status: 'in-progress' });
      assert.ok(Math.abs(Date.parse(lastModified ?? '') - Date.now()) < 60_000);
    });
  }

  for (const status of ['draft', 'cancelled', 'rejected', 'on-hold', 'entered-in-error'] as const) {
    it(`that is ${status} is task-not-open and stays so`, async () => {
      const id = await created({ status });
      const before = await held(id);
      await assert.rejects(
        withEhr(id, (task) => startTask(task, call())),
        (error: unknown) =>
          error instanceof LobarError &&
          error.code === 'task-not-open' &&
          error.status === 409 &&
          error.message.includes(`'${status}'`),
      );
      assert.deepEqual(await held(id), before);
    });

    it(`that somebody sets ${status} meanwhile is left so, whatever came of it`, async () => {
      const id = await created({ status });
      const before = await held(id);
      assert.equal(await withEhr(id, (task) => endTask(task, done, call())), status);
      assert.equal(await withEhr(id, (task) => endTask(task, failed, call())), status);
      assert.deepEqual(await held(id), before);
    });
  }

  it('that is completed is left as it is, at the start and at the end', async () => {
    const id = await created({ status: 'completed' });
    const before = await held(id);
    assert.equal((await withEhr(id, (task) => startTask(task, call()))).status, 'completed');
    assert.equal(await withEhr(id, (task) => endTask(task, done, call())), 'completed');
    assert.equal(await withEhr(id, (task) => endTask(task, failed, call())), 'completed');
    assert.deepEqual(await held(id), before);
  });

  it('that is not there is task-not-found', async () => {
    await assert.rejects(
      withEhr('nobody', (task) => startTask(task, call())),
      { code: 'task-not-found' },
    );
  });

  it('is completed with the report beside what others put out, once', async () => {
    const id = await created({ status: 'in-progress' });
    await withEhr(id, (task) => endTask(task, done, call()));
    const { status, output } = await held(id);
    assert.equal(status, 'completed');
    assert.deepEqual(output, [
      { type: { text: 'of another' }, valueString: 'kept' },
      { type: { text: 'AI report' }, valueReference: { reference: report } },
    ]);
    const again = await created({ status: 'in-progress', ...(output === undefined ? {} : { output }) });
    await withEhr(again, (task) => endTask(task, done, call()));
    assert.deepEqual((await held(again)).output, output);
  });

  it('is completed without a report when none was to be published', async () => {
    const id = await created({ status: 'in-progress' });
    await withEhr(id, (task) => endTask(task, { status: 'completed' }, call()));
    const { status, output } = await held(id);
    assert.deepEqual([status, output], ['completed', asked.output]);
  });

  it('says why it failed, and no longer once it is tried again', async () => {
    const id = await created({ status: 'in-progress' });
    await withEhr(id, (task) => endTask(task, failed, call()));
    const { status, statusReason } = await held(id);
    assert.deepEqual([status, statusReason?.text], ['failed', 'pacs-unreachable: it cannot be reached.']);
    await withEhr(id, (task) => startTask(task, call()));
    assert.equal((await held(id)).statusReason, undefined);
  });

  it('whose requester lives in the future is not modified before it was authored (R4 Task inv-1)', async () => {
    const authoredOn = new Date(Date.now() + 600_000).toISOString();
    const id = await created({ authoredOn });
    await withEhr(id, (task) => startTask(task, call()));
    assert.equal((await held(id)).lastModified, authoredOn);
  });

  it('is written only as it was read: another change meanwhile is seen, and decides', async () => {
    const id = await created();
    const change = async (status: fhir4.Task['status']) => {
      await fetch(`${sandbox.url}/Task/${id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({ ...asked, id, status }),
      });
    };
    // Passes on to the embedded EHR; before the first PUT somebody cancels the Task.
    let puts = 0;
    await using proxy = await rawServer({
      other: async (request, response, body) => {
        if (request.method === 'PUT') {
          puts += 1;
          if (puts === 1) await change('cancelled');
        }
        const answer = await fetch(new URL(request.url ?? '', sandbox.url), {
          method: request.method ?? 'GET',
          headers: {
            'content-type': 'application/fhir+json',
            ...(request.headers['if-match'] === undefined ? {} : { 'if-match': request.headers['if-match'] }),
          },
          ...(body === '' ? {} : { body }),
        });
        response
          .writeHead(answer.status, { 'content-type': 'application/fhir+json' })
          .end(await answer.text());
      },
    });
    const { ehr } = openTestEhr(proxy.url);
    await assert.rejects(startTask({ ehr, id }, call()), { code: 'task-not-open' });
    await ehr.close();
    assert.equal(puts, 1);
    assert.equal((await held(id)).status, 'cancelled');
  });
});

describe('An EHR that fails with a Task', () => {
  const put = (requests: RawServer['requests']) => requests.filter(({ method }) => method === 'PUT');
  const task = { ...asked, id: 't-1', meta: { versionId: '7' } };

  it('is asked again when it is busy, with what it was read as', async () => {
    let puts = 0;
    await using server = await rawServer({
      other: (request, ...rest) => {
        if (request.method === 'PUT') puts += 1;
        const busy = request.method === 'PUT' && puts < 3;
        (busy ? json(503, outcome('busy')) : json(200, task))(request, ...rest);
      },
    });
    const { ehr } = openTestEhr(server.url);
    await startTask({ ehr, id: 't-1' }, call());
    await ehr.close();
    assert.deepEqual(
      put(server.requests).map(({ url, headers }) => [url, headers['if-match'], headers['x-request-id']]),
      Array(3).fill(['/fhir/Task/t-1', 'W/"7"', 'r-1']),
    );
  });

  it('is told what it rejects, without what names the patient', async () => {
    await using server = await rawServer({
      other: (request, ...rest) => {
        const said = 'Patient/canary-patient (Canaryfamily) of t-1 and canary-order is locked';
        (request.method === 'PUT' ? json(422, outcome(said)) : json(200, task))(request, ...rest);
      },
    });
    const { ehr } = openTestEhr(server.url);
    await assert.rejects(startTask({ ehr, id: 't-1' }, call()), (error: unknown) => {
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, 'ehr-rejected');
      assert.match(error.message, /is locked/);
      assert.doesNotMatch(error.message, /canary|Canary|t-1/);
      return true;
    });
    await ehr.close();
    assert.equal(put(server.requests).length, 1);
  });
});
