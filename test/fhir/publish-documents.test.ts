import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { EhrConfig } from '../../src/config-schema.ts';
import type { LobarError } from '../../src/errors.ts';
import type { PresentedForm, ResolvedReport } from '../../src/fhir/presented-form.ts';
import { type PublishOptions, publishFindings } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import {
  canaryPatient,
  json,
  openTestEhr,
  outcome,
  type RawServer,
  rawServer,
  searchset,
} from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { problemsOf } from './validators.ts';
import { pdf } from './write/write-mode-fixture.ts';

const html: PresentedForm = {
  contentType: 'text/html',
  language: 'en',
  title: 'AI analysis of chest CT',
  bytes: new TextEncoder().encode('<!doctype html><p>a report</p>'),
};
const png: PresentedForm = {
  contentType: 'image/png',
  title: 'AI analysis of chest CT',
  bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
};

/** Publishes the example with these documents. */
async function publish(url: string, config: Partial<EhrConfig>, more: Partial<PublishOptions> = {}) {
  const { ehr, options } = openTestEhr(url, config);
  const made: ResolvedReport[] = [];
  const present = async (resolved: ResolvedReport) => {
    made.push(resolved);
    return [pdf, html, png];
  };
  try {
    const result = await publishFindings(ehr, exampleFacts, { ...options, present, ...more });
    return { ...result, made };
  } finally {
    await ehr.close();
  }
}

function resourceIn<Resource extends fhir4.FhirResource>(
  bundle: fhir4.Bundle,
  type: Resource['resourceType'],
): Resource {
  const found = bundle.entry?.find(({ resource }) => resource?.resourceType === type)?.resource;
  assert.ok(found, type);
  return found as Resource;
}

describe('The documents of a report', () => {
  it('are attached as config asks, with size, SHA-1, language and title', async () => {
    await using sandbox = disposable(await openSandboxEhr({ patients: [canaryPatient] }));
    const { report } = await publish(sandbox.url, { presentedForm: ['html', 'pdf'] });
    const { presentedForm } = (await get(sandbox.url, report)) as fhir4.DiagnosticReport;
    // Hashes by openssl sha1 -binary | base64, sizes by wc -c.
    assert.deepEqual(presentedForm, [
      {
        contentType: 'text/html',
        language: 'en',
        data: Buffer.from(html.bytes).toString('base64'),
        size: 30,
        hash: 'HWY8XLd11Bg0AlY33YghWVjEhQ8=',
        title: 'AI analysis of chest CT',
        creation: exampleFacts.issuedAt,
      },
      {
        contentType: 'application/pdf',
        language: 'en',
        data: Buffer.from(pdf.bytes).toString('base64'),
        size: 31,
        hash: '4wD/UP69YafZDgKk3VaxgZCaOJg=',
        title: 'AI analysis of chest CT',
        creation: exampleFacts.issuedAt,
      },
    ]);
  });

  it('of a DocumentReference need not be in the report', async () => {
    const { bundle } = await dryRun({ presentedForm: [], documentReference: true });
    assert.equal(resourceIn<fhir4.DiagnosticReport>(bundle, 'DiagnosticReport').presentedForm, undefined);
    const { content } = resourceIn<fhir4.DocumentReference>(bundle, 'DocumentReference');
    assert.equal(content[0]?.attachment.hash, '4wD/UP69YafZDgKk3VaxgZCaOJg=');
  });

  it('are in what a dry run shows, which two validators find clean', async () => {
    const { bundle } = await dryRun({ presentedForm: ['pdf', 'html', 'png'], documentReference: true });
    assert.equal(bundle.entry?.length, 12);
    const { target } = resourceIn<fhir4.Provenance>(bundle, 'Provenance');
    const document = resourceIn<fhir4.DocumentReference>(bundle, 'DocumentReference');
    assert.ok(target.some(({ reference }) => reference === `DocumentReference/${document.id}`));
    assert.deepEqual(problemsOf(bundle), []);
    const alone = await dryRun({ writeMode: 'document' });
    assert.deepEqual(
      alone.bundle.entry?.map(({ resource }) => resource?.resourceType),
      ['DocumentReference'],
    );
    assert.match(alone.report, /^DocumentReference\//);
    assert.deepEqual(problemsOf(alone.bundle), []);
  });

  it('are not made where the EHR holds the result, also not in another language: it stays as it is', async () => {
    await using sandbox = disposable(await openSandboxEhr({ patients: [canaryPatient] }));
    const config = { presentedForm: ['pdf' as const] };
    const first = await publish(sandbox.url, config);
    assert.equal(first.made.length, 1);
    const before = await get(sandbox.url, first.report);
    let made = 0;
    const inGerman = async () => {
      made += 1;
      return [{ ...pdf, language: 'de', bytes: new TextEncoder().encode('%PDF-1.7 anders') }];
    };
    const again = await publish(sandbox.url, config, { present: inGerman });
    assert.deepEqual([again.alreadyPublished, again.runKey, made], [true, first.runKey, 0]);
    const wanted = await publish(sandbox.url, config, { present: inGerman, presentAlways: true });
    assert.deepEqual([wanted.alreadyPublished, made], [true, 1]);
    assert.deepEqual(await get(sandbox.url, first.report), before);
  });

  it('are made before anything is written, and nothing is when that fails', async () => {
    await using server = await rawServer({});
    const present = async () => {
      throw new Error('no paper');
    };
    await assert.rejects(publish(server.url, { presentedForm: ['pdf'] }, { present }), /no paper/);
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
  });
});

describe('An EHR that does not take documents', () => {
  const tooLarge = json(413, {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'too-long' }],
  });
  const refusalOf = async (server: RawServer, config: Partial<EhrConfig>): Promise<LobarError> => {
    try {
      await publish(server.url, { presentedForm: ['pdf'], ...config });
    } catch (error) {
      return error as LobarError;
    }
    throw new Error('it was published');
  };

  it('that finds a transaction too large is told what to set', async () => {
    await using server = await rawServer({ transaction: tooLarge });
    const { code, message } = await refusalOf(server, { documentReference: true });
    assert.equal(code, 'ehr-rejected');
    assert.equal(
      message,
      "EHR 'main' rejected the transaction with HTTP 413: too-long. No report was published. It carried documents of 1 KiB: have the EHR, and what stands before it, take them, or send fewer: ehr.main.presentedForm, ehr.main.documentReference. Sending it again will not help.",
    );
  });

  it('that finds a document alone too large is told so, too: nothing takes that one out', async () => {
    await using server = await rawServer({ transaction: tooLarge });
    const { message } = await refusalOf(server, { writeMode: 'document' });
    assert.match(
      message,
      /the creation of the DocumentReference with HTTP 413.*documents of 1 KiB.*take them\. Sending/,
    );
  });

  it('that says why is understood, and one that refuses for another reason is not blamed for that', async () => {
    await using picky = await rawServer({
      transaction: json(422, outcome('DiagnosticReport.presentedForm: attachments are not supported')),
    });
    assert.match((await refusalOf(picky, {})).message, /ehr\.main\.presentedForm/);
    await using other = await rawServer({
      transaction: json(422, outcome('Observation.status is not known')),
    });
    assert.doesNotMatch((await refusalOf(other, {})).message, /presentedForm/);
  });

  it('is not told so where nothing was attached', async () => {
    await using server = await rawServer({ transaction: tooLarge });
    assert.doesNotMatch((await refusalOf(server, { presentedForm: [] })).message, /documents/);
  });

  it('that answers before it has read the whole is heard', async () => {
    await using server = await rawServer({});
    await using gate = await openHastyProxy(server.url);
    const large = { ...pdf, bytes: new Uint8Array(4 * 2 ** 20) };
    const { ehr, options } = openTestEhr(gate.url, { presentedForm: ['pdf'] });
    await assert.rejects(publishFindings(ehr, exampleFacts, { ...options, present: async () => [large] }), {
      code: 'ehr-rejected',
      message: /HTTP 413.*documents of 4096 KiB.*ehr\.main\.presentedForm/,
    });
    await ehr.close();
  });

  it('that takes a report but not its document, one by one, has the report, and the answer says so', async () => {
    await using server = await rawServer({
      transaction: (request, response, body) => {
        const resource = JSON.parse(body) as fhir4.FhirResource;
        const isDocument = resource.resourceType === 'DocumentReference';
        const written = { ...resource, id: `x-${resource.resourceType}` };
        (isDocument ? tooLarge : json(201, written))(request, response, body);
        held.push(written);
      },
      run: (request, response, body) => {
        const reports = held.filter(({ resourceType }) => resourceType === 'DiagnosticReport');
        json(200, searchset(reports))(request, response, body);
      },
    });
    const held: fhir4.FhirResource[] = [];
    const { report, facts } = await publish(server.url, {
      writeMode: 'create-and-search',
      presentedForm: [],
      documentReference: true,
    });
    assert.equal(report, 'DiagnosticReport/x-DiagnosticReport');
    const [warning] = facts.warnings;
    assert.equal(warning?.code, 'document-not-published');
    assert.match(
      warning?.text ?? '',
      /^The report is published, but its document is not: .*HTTP 413.*ehr\.main\.documentReference/,
    );
  });
});

describe('A search for what may carry documents', () => {
  it('asks for what is needed of it alone', async () => {
    await using server = await rawServer({});
    await publish(server.url, { presentedForm: ['pdf'] });
    const searches = server.requests.filter(({ url }) => url.startsWith('/fhir/DiagnosticReport?'));
    assert.ok(searches.length > 0);
    for (const { url } of searches) {
      const asked = new URLSearchParams(url.split('?')[1]).get('_elements');
      assert.equal(asked, 'id,meta,identifier,status,result');
    }
  });

  it('asks a server that refuses that only once so', async () => {
    const refusing = json(400, outcome('_elements is not known'));
    await using server = await rawServer({
      run: (request, response, body) => {
        const answer = request.url?.includes('_elements') ? refusing : json(200, searchset([]));
        answer(request, response, body);
      },
    });
    await publish(server.url, { presentedForm: ['pdf'] });
    const runs = server.requests.filter(({ url }) => url.includes('ai-run'));
    assert.deepEqual(
      runs.map(({ url }) => url.includes('_elements')),
      [true, false, false],
    );
  });
});

async function dryRun(config: Partial<EhrConfig>) {
  await using server = await rawServer({});
  return await publish(server.url, config, { mode: 'dry-run' });
}

function disposable<Closable extends { close(): Promise<void> }>(
  closable: Closable,
): Closable & AsyncDisposable {
  return Object.assign(closable, { [Symbol.asyncDispose]: () => closable.close() });
}

async function get(url: string, path: string): Promise<fhir4.FhirResource> {
  const response = await fetch(`${url}/${path}`);
  assert.equal(response.status, 200, path);
  return (await response.json()) as fhir4.FhirResource;
}

/** As nginx does for client_max_body_size: hands questions on, and answers a large request by its head alone. */
async function openHastyProxy(target: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', async (chunk) => {
      const head = chunk.toString('latin1');
      const [method = '', path = ''] = head.split(' ');
      if (method === 'POST') {
        socket.end('HTTP/1.1 413 Request Entity Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      const answer = await fetch(`${new URL(target).origin}${path}`);
      const body = await answer.text();
      const type = 'content-type: application/fhir+json';
      const length = `content-length: ${Buffer.byteLength(body)}`;
      socket.end(`HTTP/1.1 ${answer.status} OK\r\n${type}\r\n${length}\r\nconnection: close\r\n\r\n${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/fhir`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
