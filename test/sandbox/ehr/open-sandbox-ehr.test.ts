import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';

const patient: fhir4.Patient = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:oid:1.2.3', value: 'MRN-42' }],
  name: [{ text: 'Somebody' }],
};
const device = (id: string, more: object = {}) => ({ resourceType: 'Device', id, status: 'active', ...more });

describe('The embedded EHR', () => {
  let ehr: SandboxEhr;
  before(async () => {
    ehr = await openSandboxEhr({ patients: [patient, { ...patient, id: 'p2', identifier: [] }] });
  });
  after(() => ehr.close());

  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${ehr.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const resource = (await response.json()) as Record<string, unknown> & { resourceType: string };
    return { status: response.status, headers: response.headers, resource };
  };
  const held = async (path: string) => ((await ask('GET', path)).resource as unknown as fhir4.Bundle).total;
  const transaction = (entry: fhir4.BundleEntry[]) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry,
  });
  const put = (resource: object & { id?: string }, more: object = {}): fhir4.BundleEntry => ({
    resource: resource as fhir4.Device,
    request: { method: 'PUT', url: `Device/${resource.id}`, ...more },
  });

  it('speaks FHIR JSON', async () => {
    const { headers } = await ask('GET', '/Patient');
    assert.equal(headers.get('content-type'), 'application/fhir+json; charset=utf-8');
  });

  it('shows a browser JSON that it displays', async () => {
    const { headers } = await ask('GET', '/Patient', undefined, { accept: 'text/html,*/*' });
    assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
  });

  it('finds a patient by system and value, and nobody by a wrong one', async () => {
    assert.equal(await held('/Patient?identifier=urn:oid:1.2.3|MRN-42'), 1);
    assert.equal(await held('/Patient?identifier=urn:oid:1.2.3%7CMRN-42'), 1);
    assert.equal(await held('/Patient?identifier=urn:oid:9|MRN-42'), 0);
    assert.equal(await held('/Patient?identifier=urn:oid:1.2.3|MRN-4'), 0);
    assert.equal(await held('/Patient'), 2);
  });

  it('finds any value of a system, and gives the elements that are asked for, marked as not all', async () => {
    const { resource } = await ask('GET', '/Patient?identifier=urn:oid:1.2.3|&_elements=identifier');
    const [found] = (resource as unknown as fhir4.Bundle).entry ?? [];
    const { id, identifier, name, meta } = found?.resource as fhir4.Patient;
    assert.ok(id !== undefined && meta?.versionId !== undefined);
    assert.deepEqual([identifier?.[0]?.value, name], ['MRN-42', undefined]);
    assert.ok(meta.tag?.some(({ code }) => code === 'SUBSETTED'));
    assert.equal(await held('/Patient?identifier=urn:oid:9.9|'), 0);
  });

  it('finds by POST _search too', async () => {
    const response = await fetch(`${ehr.url}/Patient/_search`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'identifier=urn:oid:1.2.3%7CMRN-42',
    });
    assert.equal(((await response.json()) as fhir4.Bundle).total, 1);
  });

  it('creates, and reads what it created', async () => {
    const { status, headers, resource } = await ask('POST', '/Device', { resourceType: 'Device' });
    assert.equal(status, 201);
    assert.equal(headers.get('location'), `${ehr.url}/Device/${resource['id']}`);
    const read = await ask('GET', `/Device/${resource['id']}`);
    assert.deepEqual(read.resource, resource);
    const { versionId } = resource['meta'] as fhir4.Meta;
    assert.equal(read.headers.get('etag'), `W/"${versionId}"`);
  });

  it('creates by PUT with 201, then updates with 200, and keeps the versions newest first', async () => {
    assert.equal((await ask('PUT', '/Device/d1', device('d1'))).status, 201);
    assert.equal((await ask('PUT', '/Device/d1', device('d1', { status: 'inactive' }))).status, 200);
    const expected = ['inactive', 'active'];
    for (const _reading of [1, 2]) {
      const { resource } = await ask('GET', '/Device/d1/_history');
      const versions = (resource as unknown as fhir4.Bundle<fhir4.Device>).entry ?? [];
      assert.deepEqual(
        versions.map(({ resource: version }) => version?.status),
        expected,
      );
      const [, old] = versions;
      const vread = await ask('GET', `/Device/d1/_history/${old?.resource?.meta?.versionId}`);
      assert.equal(vread.resource['status'], 'active');
    }
  });

  it('updates with If-Match only the version that is meant', async () => {
    const { headers } = await ask('PUT', '/Device/d2', device('d2'));
    const match = { 'if-match': headers.get('etag') ?? '' };
    assert.equal((await ask('PUT', '/Device/d2', device('d2'), match)).status, 200);
    const late = await ask('PUT', '/Device/d2', device('d2'), match);
    assert.deepEqual([late.status, late.resource.resourceType], [412, 'OperationOutcome']);
  });

  it('creates conditionally and updates conditionally, once', async () => {
    const body = { resourceType: 'Device', identifier: [{ system: 'urn:x', value: 'once' }] };
    const condition = 'identifier=urn:x|once';
    assert.equal((await ask('POST', '/Device', body, { 'if-none-exist': condition })).status, 201);
    assert.equal((await ask('POST', '/Device', body, { 'if-none-exist': condition })).status, 200);
    assert.equal((await ask('PUT', `/Device?${condition}`, body)).status, 200);
    assert.equal(await held(`/Device?${condition}`), 1);
  });

  it('applies a transaction, and says 201 and 200 entry by entry', async () => {
    await ask('PUT', '/Device/t1', device('t1'));
    const { status, resource } = await ask('POST', '', transaction([put(device('t1')), put(device('t2'))]));
    assert.equal(status, 200);
    const { type, entry = [] } = resource as unknown as fhir4.Bundle;
    assert.equal(type, 'transaction-response');
    assert.deepEqual(
      entry.map(({ response }) => response?.status),
      ['200', '201'],
    );
  });

  it('applies nothing of a transaction with an entry that fails', async () => {
    await ask('PUT', '/Device/a1', device('a1'));
    const before = (await ask('GET', '/Device/a1')).resource;
    const half = transaction([
      put(device('a1', { status: 'inactive' })),
      put(device('a2')),
      put(device('a3'), { ifMatch: 'W/"never"' }),
    ]);
    const { status, resource } = await ask('POST', '/', half);
    assert.deepEqual([status, resource.resourceType], [404, 'OperationOutcome']);
    assert.deepEqual((await ask('GET', '/Device/a1')).resource, before);
    assert.equal((await ask('GET', '/Device/a2')).status, 404);
    const history = (await ask('GET', '/Device/a1/_history')).resource as unknown as fhir4.Bundle;
    assert.equal(history.entry?.length, 1);
  });

  it('applies nothing of a transaction with an invalid resource', async () => {
    const invalid = { resourceType: 'Device', id: 'i2', colour: 'red' };
    const { status, resource } = await ask('POST', '/', transaction([put(device('i1')), put(invalid)]));
    assert.equal(status, 400);
    assert.match(JSON.stringify(resource), /additional property/);
    assert.equal((await ask('GET', '/Device/i1')).status, 404);
  });

  it('never shows half of a transaction to a reader beside it', async () => {
    const many = transaction(Array.from({ length: 30 }, (_, index) => put(device(`m${index}`))));
    const writing = ask('POST', '/', many);
    const seen = await Promise.all(Array.from({ length: 10 }, () => held('/Device?_id=m0,m29')));
    await writing;
    for (const count of seen) assert.notEqual(count, 1);
  });

  const refused: readonly [string, string, string, unknown, number][] = [
    ['what is not there', 'GET', '/Patient/nobody', undefined, 404],
    ['a type that it does not keep', 'GET', '/Medication', undefined, 404],
    ['a search parameter that would select nothing', 'GET', '/Patient?favourite=1', undefined, 400],
    ['a resource with an unknown element', 'POST', '/Device', { resourceType: 'Device', colour: 1 }, 400],
    ['an id that is not the one in the URL', 'PUT', '/Device/x', device('y'), 400],
    ['a type that is not the one in the URL', 'PUT', '/Device/x', { ...patient, id: 'x' }, 400],
    ['deleting', 'DELETE', '/Device/d1', undefined, 404],
    ['GraphQL', 'POST', '/$graphql', {}, 404],
  ];
  for (const [what, method, path, body, expected] of refused) {
    it(`refuses ${what} with an OperationOutcome`, async () => {
      const { status, resource } = await ask(method, path, body);
      assert.deepEqual([status, resource.resourceType], [expected, 'OperationOutcome']);
    });
  }

  it('refuses what is not JSON, and other media types', async () => {
    const bad: readonly [string, number][] = [
      ['application/fhir+json', 400],
      ['text/plain', 415],
    ];
    for (const [type, status] of bad) {
      const headers = { 'content-type': type };
      const response = await fetch(`${ehr.url}/Device`, { method: 'POST', headers, body: '{"resource' });
      assert.equal(response.status, status);
      assert.equal(((await response.json()) as fhir4.OperationOutcome).resourceType, 'OperationOutcome');
    }
  });

  it('describes itself in a CapabilityStatement that its search parameters bear out', async () => {
    const { resource } = await ask('GET', '/metadata');
    const { fhirVersion, rest } = resource as unknown as fhir4.CapabilityStatement;
    assert.equal(fhirVersion, '4.0.1');
    assert.deepEqual(
      rest?.[0]?.interaction?.map(({ code }) => code),
      ['transaction', 'batch'],
    );
    const reports = rest?.[0]?.resource?.find(({ type }) => type === 'DiagnosticReport');
    assert.equal(reports?.updateCreate, true);
    assert.ok(reports?.searchParam?.some(({ name }) => name === 'identifier'));
    for (const { name, type } of reports?.searchParam ?? []) {
      const value = type === 'date' ? '2026-11-23' : 'x';
      const { resource: found } = await ask('GET', `/DiagnosticReport?${name}=${value}`);
      assert.deepEqual([found.resourceType, found['total']], ['Bundle', 0], name);
    }
  });

  it('forgets everything, and knows nothing of another one', async () => {
    const other = await openSandboxEhr({ patients: [] });
    const response = await fetch(`${other.url}/Patient`);
    assert.equal(((await response.json()) as fhir4.Bundle).total, 0);
    await other.close();
  });
});
