import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, canaryPatient, json, searchset } from '../ehr-fixture.ts';
import { errorOf, inTurn, openPeer, openTestConnection, signal } from './connection-fixture.ts';

const stored = (id: string): fhir4.Patient => ({ resourceType: 'Patient', id });
const page = (resources: readonly fhir4.Patient[], next?: string, total?: number): fhir4.Bundle => {
  const { total: _, ...found } = searchset(resources);
  return {
    ...found,
    ...(total === undefined ? {} : { total }),
    ...(next === undefined ? {} : { link: [{ relation: 'next', url: next }] }),
  };
};
/** Answers with the pages in turn; "$" in them is the FHIR base. */
const pages = (...all: readonly fhir4.Bundle[]): Answer =>
  inTurn(
    ...all.map(
      (one): Answer =>
        (request, ...rest) =>
          json(200, JSON.parse(JSON.stringify(one).replaceAll('$', `http://${request.headers.host}/fhir`)))(
            request,
            ...rest,
          ),
    ),
  );

async function search(answer: Answer) {
  await using peer = await openPeer(answer);
  await using connection = openTestConnection(peer.url, { headers: { 'x-key': 'k' } });
  const found = connection.search('Patient', { identifier: 'a|1' }, { signal });
  const ids = found.then(({ entry = [] }) => entry.map(({ resource }) => resource?.id));
  return { ids: await ids.catch(() => undefined), error: await errorOf(ids).catch(() => undefined), peer };
}

// FHIR R4 3.1.0.1.8 and bundle.html: a server chooses how long its pages are.
describe('A search', () => {
  it('is whole with the pages that follow, even after an empty one', async () => {
    const { ids, peer } = await search(
      pages(page([], '$/Patient?page=2'), page([stored('p1')], '$?page=3'), page([stored('p2')])),
    );
    assert.deepEqual(ids, ['p1', 'p2']);
    const asked = peer.requests.map(({ url, headers }) => [url, headers['x-key'], headers['cache-control']]);
    assert.deepEqual(asked.slice(1), [
      ['/fhir/Patient?page=2', 'k', 'no-cache'],
      ['/fhir?page=3', 'k', 'no-cache'],
    ]);
  });

  it('takes a next page that is named below the base', async () => {
    const { ids, peer } = await search(pages(page([], 'Patient?page=2'), page([stored('p1')])));
    assert.deepEqual([ids, peer.requests[1]?.url], [['p1'], '/fhir/Patient?page=2']);
  });

  it('does not go on where all that the server counts is there', async () => {
    const { ids, peer } = await search(pages(page([stored('p1')], '$/Patient?page=2', 1)));
    assert.deepEqual([ids, peer.requests.length], [['p1'], 1]);
  });

  for (const [where, next] of [
    ['on another host', 'https://elsewhere.example/fhir?page=2'],
    ['at no address', 'http://'],
  ] as const) {
    it(`that goes on ${where} is ehr-response-invalid, and nothing is sent there`, async () => {
      const { error, peer } = await search(pages(page([canaryPatient], next)));
      assert.equal(error?.code, 'ehr-response-invalid');
      assert.match(error.message, /goes on at an address that is not of the host/);
      assert.doesNotMatch(error.message, /elsewhere|MRN-42/);
      assert.equal(peer.requests.length, 1);
    });
  }

  it('that never ends is ehr-response-invalid after ten pages', async () => {
    const { error, peer } = await search(pages(page([stored('p1')], '$/Patient?page=2')));
    assert.equal(error?.code, 'ehr-response-invalid');
    assert.match(error.message, /more than 10 pages/);
    assert.equal(peer.requests.length, 10);
  });
});
