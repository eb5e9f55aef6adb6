import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applied, json, outcome, searchset } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  oneReport,
  openPeer,
  openTestConnection,
  raw,
  signal,
} from './connection-fixture.ts';

const resource = { resourceType: 'Basic', id: 'b1', code: {} } as const;
const stored = { ...resource, id: 'given' };
const warning = {
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'warning', code: 'informational' }],
} as const;
const at = (path: string) => ({ location: `https://ehr.example/fhir/${path}` });

describe('A created resource', () => {
  const ids: readonly [string, ReturnType<typeof json>, string][] = [
    ['of the resource that came back', json(201, stored), 'given'],
    ['of the Location, with its version', raw(201, '', at('Basic/l1/_history/1')), 'l1'],
    ['of the Location, beside a warning', json(201, warning, at('Basic/l1')), 'l1'],
  ];
  for (const [where, answer, id] of ids) {
    it(`has the id ${where}`, async () => {
      await using peer = await openPeer(answer);
      await using connection = openTestConnection(peer.url);
      assert.deepEqual(await connection.create(resource, { signal }), { written: { id } });
    });
  }

  const noIds: readonly [string, ReturnType<typeof json>, RegExp][] = [
    ['nothing', raw(201, ''), /no id/],
    ['the Location of another type', raw(201, '', at('Patient/l1')), /no id/],
    [
      'errors, in spite of a Location',
      json(200, outcome('not stored'), at('Basic/l1')),
      /errors: not stored/,
    ],
    ['another resource', json(200, searchset([])), /no id/],
  ];
  for (const [what, answer, problem] of noIds) {
    it(`of which the answer says ${what} is ehr-response-invalid`, async () => {
      await using peer = await openPeer(answer);
      await using connection = openTestConnection(peer.url);
      const { error } = await failureOf(connection.create(resource, { signal }));
      assert.equal(error.code, 'ehr-response-invalid');
      assert.match(error.message, problem);
      assert.match(error.message, /It is not known what it holds now\./);
      assert.doesNotMatch(error.message, /[Nn]othing was published|Check that its url/);
    });
  }
});

describe('An updated resource', () => {
  const fine: readonly [string, ReturnType<typeof json>][] = [
    ['the resource', json(200, resource)],
    ['nothing (Prefer: return=minimal is its choice)', raw(200, '')],
    ['204', raw(204, '')],
    ['a warning', json(200, warning)],
  ];
  for (const [what, answer] of fine) {
    it(`is written when the answer is ${what}`, async () => {
      await using peer = await openPeer(answer);
      await using connection = openTestConnection(peer.url);
      assert.deepEqual(await connection.update(resource, { signal }), { written: { id: 'b1' } });
      assert.deepEqual([peer.requests[0]?.method, peer.requests[0]?.url], ['PUT', '/fhir/Basic/b1']);
    });
  }

  it('is sent with the version that it replaces', async () => {
    await using peer = await openPeer(json(200, resource));
    await using connection = openTestConnection(peer.url);
    await connection.update(resource, { signal, ifMatch: '3' });
    assert.equal(peer.requests[0]?.headers['if-match'], 'W/"3"');
  });

  for (const versionId of ['W/"3"', '"3"']) {
    it(`is sent with the version that a server calls ${versionId}`, async () => {
      await using peer = await openPeer(json(200, resource));
      await using connection = openTestConnection(peer.url);
      await connection.update(resource, { signal, ifMatch: versionId });
      assert.equal(peer.requests[0]?.headers['if-match'], 'W/"3"');
    });
  }

  it('answered with errors or another resource is ehr-response-invalid', async () => {
    for (const answer of [outcome('not stored'), searchset([])]) {
      await using peer = await openPeer(json(200, answer));
      await using connection = openTestConnection(peer.url);
      const { error } = await failureOf(connection.update(resource, { signal }));
      assert.equal(error.code, 'ehr-response-invalid');
    }
  });
});

describe('A searchset', () => {
  it('that brings an OperationOutcome of errors is not believed: what it lacks would be written twice', async () => {
    const entry = [{ resource: outcome('index is being rebuilt'), search: { mode: 'outcome' } }];
    await using peer = await openPeer(json(200, { ...searchset([]), entry }));
    await using connection = openTestConnection(peer.url);
    const { code, message } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'ehr-response-invalid');
    assert.match(message, /errors: index is being rebuilt/);
  });

  it('that brings a warning is', async () => {
    const entry = [{ resource: warning, search: { mode: 'outcome' } }];
    await using peer = await openPeer(json(200, { ...searchset([]), entry }));
    await using connection = openTestConnection(peer.url);
    assert.equal((await connection.search('Basic', {}, { signal })).entry?.length, 1);
  });
});

describe('A large Bundle', () => {
  // fetch allows a request with keepalive 64 KiB in a browser, and fhir-kit-client sets it.
  it('of some megabytes arrives whole', async () => {
    await using peer = await openPeer(applied);
    await using connection = openTestConnection(peer.url, {
      timeouts: { connect: 1, firstByte: 10, idle: 10, total: 20 },
    });
    const data = 'x'.repeat(3_000_000);
    const [entry] = oneReport.entry ?? [];
    const large = { resourceType: 'Binary', id: 'b1', contentType: 'text/plain', data } as const;
    const bundle: fhir4.Bundle = { ...oneReport, entry: [{ ...entry, resource: large }] };
    assert.ok('written' in (await connection.transact(bundle, { signal })));
    assert.equal(peer.requests[0]?.body, JSON.stringify(bundle));
  });
});
