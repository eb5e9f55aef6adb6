import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import type { AnalyzeResult } from '../../src/analysis/analyze.ts';
import { type FollowOptions, followTask } from '../../src/analysis/follow-task.ts';
import { LobarError } from '../../src/errors.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { json, openTestEhr, outcome, rawServer } from '../fhir/ehr-fixture.ts';

const report = 'DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f';
const asked: fhir4.Task = { resourceType: 'Task', status: 'requested', intent: 'order' };

const head = { id: 'r-1', study: { uid: '1.2.3' }, models: [], warnings: [], timingsMs: {} };
const published: Analysis = {
  ...head,
  outcome: 'published',
  published: { ehr: 'main', report, alreadyPublished: false },
};
const ineligible: Analysis = {
  ...head,
  outcome: 'ineligible',
  reasons: [
    { uid: '1.2.3.1', reasons: [{ code: 'not-ct', text: 'x' }] },
    { uid: '1.2.3.2', reasons: [{ code: 'not-ct', text: 'x' }] },
    { uid: '1.2.3.3', reasons: [{ code: 'localizer', text: 'x' }] },
  ],
};
const gives = (analysis: Analysis) => async (): Promise<AnalyzeResult> => ({ analysis });
const unreachable = new LobarError('pacs-unreachable', { pacs: 'main', problem: 'refused' });
const fails = (error: unknown) => async (): Promise<AnalyzeResult> => {
  throw error;
};

function options(more: Partial<FollowOptions> = {}): FollowOptions & { silenced: unknown[] } {
  const silenced: unknown[] = [];
  const { signal } = new AbortController();
  return { requestId: 'r-1', signal, onSilenced: (error) => silenced.push(error), silenced, ...more };
}

describe('An analysis that a Task asks for', () => {
  let sandbox: SandboxEhr;
  before(async () => {
    sandbox = await openSandboxEhr({ patients: [] });
  });
  after(() => sandbox.close());

  const put = async (task: fhir4.Task & { id: string }) => {
    const answer = await fetch(`${sandbox.url}/Task/${task.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(task),
    });
    assert.ok(answer.ok, await answer.text());
  };
  const held = async (id: string) => (await (await fetch(`${sandbox.url}/Task/${id}`)).json()) as fhir4.Task;
  let count = 0;
  const follow = async (
    work: (id: string) => (taskFor?: fhir4.Reference) => Promise<AnalyzeResult>,
    more: Partial<fhir4.Task> = {},
    how = options(),
  ) => {
    count += 1;
    const id = `t-${count}`;
    await put({ ...asked, ...more, id });
    const { ehr } = openTestEhr(sandbox.url);
    const result = await followTask({ ehr, id }, work(id), how).catch((error: unknown) => error);
    await ehr.close();
    return { result, task: await held(id) };
  };

  it('is in-progress while it runs and completed with the report', async () => {
    let during: string | undefined;
    const { result, task } = await follow((id) => async () => {
      during = (await held(id)).status;
      return { analysis: published };
    });
    assert.equal(during, 'in-progress');
    assert.deepEqual(result, { analysis: published });
    assert.equal(task.status, 'completed');
    assert.deepEqual(
      task.output?.map(({ valueReference }) => valueReference?.reference),
      [report],
    );
  });

  it('is told whom the Task is for', async () => {
    const patient = { reference: 'Patient/p-1' };
    for (const status of ['requested', 'completed'] as const) {
      const told: unknown[] = [];
      const work = async (taskFor?: fhir4.Reference) => {
        told.push(taskFor);
        return { analysis: published };
      };
      await follow(() => work, { status, for: patient });
      assert.deepEqual(told, [patient], status);
    }
  });

  it('is completed without output when nothing was to be published', async () => {
    const { task } = await follow(() => gives({ ...head, outcome: 'analysed' }));
    assert.deepEqual([task.status, task.output], ['completed', undefined]);
  });

  it('is failed when no series may be analysed: no report will come', async () => {
    const { result, task } = await follow(() => gives(ineligible));
    assert.deepEqual(result, { analysis: ineligible });
    assert.equal(task.status, 'failed');
    assert.equal(task.statusReason?.text, 'ineligible: no series may be analysed (not-ct, localizer).');
  });

  it('is failed with code and sentence of the error, which the caller gets', async () => {
    const { result, task } = await follow(() => fails(unreachable));
    assert.equal(result, unreachable);
    assert.deepEqual(
      [task.status, task.statusReason?.text],
      ['failed', `pacs-unreachable: ${unreachable.message}`],
    );
  });

  it('is failed without the text of an error that is not ours', async () => {
    const { task } = await follow(() => fails(new Error('Canaryfamily')));
    assert.equal(task.status, 'failed');
    assert.match(task.statusReason?.text ?? '', /^internal: Something failed/);
  });

  it('is failed when its caller hangs up in the middle', async () => {
    const caller = new AbortController();
    const { result, task } = await follow(
      () => async () => {
        caller.abort();
        throw new LobarError('cancelled', {});
      },
      {},
      options({ signal: caller.signal }),
    );
    assert.equal((result as LobarError).code, 'cancelled');
    assert.equal(task.status, 'failed');
    assert.match(task.statusReason?.text ?? '', /^cancelled: /);
  });

  it('is completed though its caller hung up after the report was published', async () => {
    const caller = new AbortController();
    const { task } = await follow(
      () => async () => {
        caller.abort();
        return { analysis: published };
      },
      {},
      options({ signal: caller.signal }),
    );
    assert.equal(task.status, 'completed');
  });

  it('is done again for a Task that is completed, which stays as it is', async () => {
    const output = [{ type: { text: 'of another' }, valueString: 'kept' }];
    const { result, task } = await follow(() => gives(published), { status: 'completed', output });
    assert.deepEqual(result, { analysis: published });
    assert.deepEqual([task.status, task.output], ['completed', output]);
    assert.equal(task.lastModified, undefined);
  });

  it('does not begin for a Task that is not open', async () => {
    const { result } = await follow(() => () => assert.fail('it began'), { status: 'cancelled' });
    assert.equal((result as LobarError).code, 'task-not-open');
  });

  it('leaves a Task alone that was cancelled while it ran', async () => {
    const { result, task } = await follow((id) => async () => {
      await put({ ...asked, id, status: 'cancelled' });
      return { analysis: published };
    });
    assert.deepEqual(result, { analysis: published });
    assert.equal(task.status, 'cancelled');
  });
});

describe('An EHR that does not take the end of a Task', () => {
  const task = { ...asked, id: 't-1', meta: { versionId: '1' } };
  /** Takes in-progress and refuses what comes then. */
  const refusing = async (status: number) => {
    let puts = 0;
    return await rawServer({
      other: (request, ...rest) => {
        if (request.method === 'PUT') puts += 1;
        const held = { ...task, status: puts === 0 ? 'requested' : 'in-progress' };
        const refuses = request.method === 'PUT' && puts > 1;
        (refuses ? json(status, outcome('no such transition')) : json(200, held))(request, ...rest);
      },
    });
  };

  it('though the report is published is task-not-updated, with what it said', async () => {
    await using server = await refusing(422);
    const { ehr } = openTestEhr(server.url);
    await assert.rejects(followTask({ ehr, id: 't-1' }, gives(published), options()), (error: unknown) => {
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, 'task-not-updated');
      assert.match(error.message, /HTTP 422: no such transition/);
      assert.match(error.message, /Send the request again: publishing twice is harmless/);
      assert.doesNotMatch(error.message, /No report was published/);
      return true;
    });
    await ehr.close();
  });

  it('after a failure: the first error is told, the second is logged', async () => {
    await using server = await refusing(422);
    const { ehr } = openTestEhr(server.url);
    const how = options();
    await assert.rejects(followTask({ ehr, id: 't-1' }, fails(unreachable), how), unreachable);
    await ehr.close();
    assert.deepEqual(
      how.silenced.map((error) => (error as LobarError).code),
      ['task-not-updated'],
    );
  });

  it('breaking off at the start: nothing is analysed, and the error says so', async () => {
    await using server = await rawServer({
      other: (request, ...rest) =>
        request.method === 'PUT' ? rest[0].destroy() : json(200, task)(request, ...rest),
    });
    const { ehr } = openTestEhr(server.url);
    const began = () => assert.fail('it began');
    await assert.rejects(followTask({ ehr, id: 't-1' }, began, options()), (error: unknown) => {
      assert.equal((error as LobarError).code, 'task-not-updated');
      assert.match((error as LobarError).message, /nothing was analysed/);
      return true;
    });
    await ehr.close();
  });

  // A gateway that gives up, or puts a page of its own in the place of the answer: the update was carried out.
  for (const status of [200, 504]) {
    it(`taking its start and answering HTML with ${status}: a Task left in-progress is failed`, async () => {
      let held: unknown = 'requested';
      await using server = await rawServer({
        other: (request, response, body) => {
          if (request.method === 'PUT') held = (JSON.parse(body) as fhir4.Task).status;
          if (request.method === 'PUT' && held === 'in-progress') {
            response.writeHead(status, { 'content-type': 'text/html' }).end('<p>wait</p>');
          } else {
            json(200, { ...task, status: held })(request, response, body);
          }
        },
      });
      const { ehr } = openTestEhr(server.url);
      const began = () => assert.fail('it began');
      await assert.rejects(followTask({ ehr, id: 't-1' }, began, options()));
      await ehr.close();
      assert.equal(held, 'failed');
    });
  }

  it('while its caller hangs up at the start: a Task left in-progress is failed', async () => {
    const caller = new AbortController();
    let status: unknown = 'requested';
    await using server = await rawServer({
      other: (request, response, body) => {
        if (request.method === 'PUT') status = (JSON.parse(body) as fhir4.Task).status;
        if (request.method === 'PUT' && !caller.signal.aborted) {
          caller.abort();
          response.destroy();
        } else {
          json(200, { ...task, status })(request, response, body);
        }
      },
    });
    const { ehr } = openTestEhr(server.url);
    const began = () => assert.fail('it began');
    await assert.rejects(followTask({ ehr, id: 't-1' }, began, options({ signal: caller.signal })));
    await ehr.close();
    assert.equal(status, 'failed');
  });
});
