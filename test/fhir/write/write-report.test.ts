import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { publishFindings } from '../../../src/fhir/publish-findings.ts';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { type Answer, canaryPatient, json, openTestEhr, outcome, rawServer } from '../ehr-fixture.ts';
import { exampleFacts } from '../facts.ts';

type Report = fhir4.DiagnosticReport;

/** Passes everything on to the embedded EHR; the answer to the first transaction is lost, after `meanwhile`. */
async function losingFirstAnswer(sandbox: SandboxEhr, meanwhile: () => Promise<void>) {
  let transactions = 0;
  const forward: Answer = async (request, response, body) => {
    const { method = '', url = '' } = request;
    const write = method === 'POST' ? { body, headers: { 'content-type': 'application/fhir+json' } } : {};
    const answer = await fetch(new URL(url, sandbox.url), { method, ...write });
    const text = await answer.text();
    if (method === 'POST') {
      transactions += 1;
      if (transactions === 1) {
        await meanwhile();
        request.socket.destroy();
        return;
      }
    }
    response.writeHead(answer.status, { 'content-type': 'application/fhir+json' }).end(text);
  };
  const passOn: Answer = (...exchange) => void forward(...exchange);
  const server = await rawServer({ patient: passOn, run: passOn, report: passOn, transaction: passOn });
  return { server, transactions: () => transactions };
}

describe('A report whose answer was lost', () => {
  let sandbox: SandboxEhr;
  before(async () => {
    // Each test takes a study of its own.
    sandbox = await openSandboxEhr({ patients: [canaryPatient] });
  });
  after(() => sandbox.close());

  const held = async (): Promise<Report[]> => {
    const response = await fetch(`${sandbox.url}/DiagnosticReport`);
    const { entry = [] } = (await response.json()) as fhir4.Bundle;
    return entry.map(({ resource }) => resource as Report);
  };
  const reportOf = async (study: string): Promise<Report> => {
    const isOf = ({ identifier = [] }: Report) =>
      identifier.some(({ value }) => value === `${study}/lobar-ct-chest`);
    const report = (await held()).find(isOf);
    assert.ok(report);
    return report;
  };
  const humanEdit = async (report: Report): Promise<void> => {
    const response = await fetch(`${sandbox.url}/DiagnosticReport/${report.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(report),
    });
    assert.equal(response.status, 200);
  };
  const publishLosing = async (uid: string, meanwhile: () => Promise<void>) => {
    const { server, transactions } = await losingFirstAnswer(sandbox, meanwhile);
    await using _ = server;
    const { ehr, options } = openTestEhr(server.url);
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, uid } };
    const result = await publishFindings(ehr, facts, options).catch((error: unknown) => error);
    await ehr.close();
    return { result, transactions: transactions() };
  };

  it('is found to be published, and not written again', async () => {
    const { result, transactions } = await publishLosing('1.2.3.1', async () => undefined);
    assert.ok(!(result instanceof Error), String(result));
    assert.equal((result as { alreadyPublished: boolean }).alreadyPublished, true);
    assert.equal(transactions, 1);
  });

  it('and that a human finalised since is published, and left as the human made it', async () => {
    const { result, transactions } = await publishLosing('1.2.3.2', async () =>
      humanEdit({ ...(await reportOf('1.2.3.2')), status: 'final', conclusion: 'Read by a human' }),
    );
    assert.ok(!(result instanceof Error), String(result));
    assert.equal((result as { alreadyPublished: boolean }).alreadyPublished, true);
    assert.equal(transactions, 1);
    const { status, conclusion } = await reportOf('1.2.3.2');
    assert.deepEqual([status, conclusion], ['final', 'Read by a human']);
  });

  it('and that a human finalised without the key of our run is report-finalised, and left so', async () => {
    const { result, transactions } = await publishLosing('1.2.3.3', async () => {
      const report = await reportOf('1.2.3.3');
      const identifier = (report.identifier ?? []).filter(({ use }) => use === 'official');
      await humanEdit({ ...report, identifier, status: 'final', conclusion: 'Read by a human' });
    });
    assert.ok(result instanceof LobarError);
    assert.equal(result.code, 'report-finalised');
    assert.equal(transactions, 1);
    const { status, conclusion } = await reportOf('1.2.3.3');
    assert.deepEqual([status, conclusion], ['final', 'Read by a human']);
  });
});

describe('An EHR whose search lags behind', () => {
  it('is believed in what it reads: a final report of this very run is left alone', async () => {
    let runKey = '';
    await using server = await rawServer({
      run: (request, ...rest) => {
        runKey = decodeURIComponent(request.url ?? '').split('|')[1] ?? '';
        json(200, { resourceType: 'Bundle', type: 'searchset', total: 0 })(request, ...rest);
      },
      report: (...exchange) => {
        const identifier = [{ system: 'https://lobar.example.org/fhir/ai-run', value: runKey }];
        json(200, { resourceType: 'DiagnosticReport', status: 'final', identifier })(...exchange);
      },
      transaction: json(500, outcome('must not be asked')),
    });
    const { ehr, options } = openTestEhr(server.url);
    await assert.rejects(publishFindings(ehr, exampleFacts, options), { code: 'report-finalised' });
    await ehr.close();
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
  });
});
