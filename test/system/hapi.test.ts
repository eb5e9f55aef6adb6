import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildBundle } from '../../src/fhir/build-bundle.ts';
import { exampleFacts } from '../fhir/facts.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { type Hapi, type HapiOptions, openHapi } from '../support/hapi/open-hapi.ts';
import { type HapiIssue, validateWithHapi } from '../support/hapi/validate-with-hapi.ts';

// What the peer is, so that a test of Lobar against it says something. Statuses are those of HAPI 8.8.0.

const fhirBase = 'https://lobar.example.org/fhir';
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:2.16.840.1.113883.19.5', value: 'MRN-42' }],
} as const;

function lobarBundle(aiLabel = true): fhir4.Bundle {
  const subject = { reference: 'Patient/p1', identifier: patient.identifier[0] };
  const ehr = {
    reportStatus: 'preliminary',
    aiLabel,
    accessionSystem: 'urn:oid:2.16.840.1.113883.19.6',
  } as const;
  return buildBundle(exampleFacts, subject, { fhirBase, ehr }).bundle;
}

function observation(more: Partial<fhir4.Observation> = {}): fhir4.Observation {
  return { resourceType: 'Observation', status: 'preliminary', code: { text: 'test' }, ...more };
}

const identified = (value: string) => observation({ identifier: [{ system: 'urn:test', value }] });

function bundle(
  type: 'transaction' | 'batch',
  resource: fhir4.FhirResource,
  request: fhir4.BundleEntryRequest,
) {
  return {
    resourceType: 'Bundle',
    type,
    entry: [{ fullUrl: 'urn:uuid:5f2b7c1e-0000-4000-8000-000000000001', resource, request }],
  } as const;
}

type Answer = { readonly status: number; readonly body: fhir4.FhirResource };

function withHapi(options: HapiOptions) {
  let hapi: Hapi | undefined;
  before(async () => {
    hapi = await openHapi(options);
  });
  after(() => hapi?.close());
  return async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${hapi?.url}${path}`, {
      method,
      headers: { 'Content-Type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() } as Answer;
  };
}

type Send = ReturnType<typeof withHapi>;

/** What /metadata says of Observation, and the system's interactions. */
async function capabilities(send: Send) {
  const { body } = await send('GET', '/metadata');
  assert.equal(body.resourceType, 'CapabilityStatement');
  const rest = body.rest?.[0];
  const type = rest?.resource?.find((one) => one.type === 'Observation');
  return {
    updateCreate: type?.updateCreate,
    conditionalUpdate: type?.conditionalUpdate,
    conditionalCreate: type?.conditionalCreate,
    transaction: rest?.interaction?.some(({ code }) => code === 'transaction'),
  };
}

const diagnostics = ({ body }: Answer): string =>
  body.resourceType === 'OperationOutcome' ? body.issue.map((one) => one.diagnostics).join('\n') : '';

function entryStatuses({ status, body }: Answer): string[] {
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.resourceType, 'Bundle');
  return (body.entry ?? []).map(({ response }) => response?.status ?? '');
}

describe('HAPI with all it can', { skip: hapiMissing }, () => {
  const send = withHapi({});

  it('says in /metadata what it takes', async () => {
    assert.deepEqual(await capabilities(send), {
      updateCreate: true,
      conditionalUpdate: true,
      conditionalCreate: true,
      transaction: true,
    });
  });

  it('refuses what is not valid, alone and in a transaction', async () => {
    const wrong = { ...observation(), status: 'guessed' };
    const alone = await send('POST', '/Observation', wrong);
    assert.equal(alone.status, 422);
    assert.match(diagnostics(alone), /guessed/);
    const entry = { method: 'POST', url: 'Observation' } as const;
    assert.equal((await send('POST', '/', bundle('transaction', wrong as never, entry))).status, 422);
  });

  it('refuses a reference to nothing', async () => {
    const dangling = observation({ id: 'dangling', subject: { reference: 'Patient/nobody' } });
    assert.equal((await send('PUT', '/Observation/dangling', dangling)).status, 400);
  });

  it('creates by PUT, and answers a stale If-Match with 409', async () => {
    const first = observation({ id: 'put-1' });
    assert.equal((await send('PUT', '/Observation/put-1', first)).status, 201);
    const second = { ...first, status: 'amended' } as const;
    assert.equal((await send('PUT', '/Observation/put-1', second, { 'If-Match': 'W/"1"' })).status, 200);
    const stale = await send('PUT', '/Observation/put-1', first, { 'If-Match': 'W/"1"' });
    assert.equal(stale.status, 409);
    assert.match(diagnostics(stale), /not the current version/);
  });

  it('creates once on a condition, and updates on one', async () => {
    const { body: created, ...first } = await send('POST', '/Observation', identified('a'), {
      'If-None-Exist': 'identifier=urn:test|a',
    });
    assert.equal(first.status, 201);
    const again = await send('POST', '/Observation', identified('a'), {
      'If-None-Exist': 'identifier=urn:test|a',
    });
    assert.deepEqual([again.status, again.body.id], [200, created.id]);
    const changed = { ...identified('a'), status: 'final' } as const;
    const update = await send('PUT', '/Observation?identifier=urn:test|a', changed);
    assert.deepEqual([update.status, update.body.id], [200, created.id]);
  });

  it("takes Lobar's own Bundle, twice", async () => {
    assert.equal((await send('PUT', '/Patient/p1', patient)).status, 201);
    const sent = lobarBundle();
    const statuses = entryStatuses(await send('POST', '/', sent));
    assert.deepEqual(statuses, Array(sent.entry?.length).fill('201 Created'));
    const again = entryStatuses(await send('POST', '/', sent));
    assert.deepEqual(again, Array(sent.entry?.length).fill('200 OK'));
  });

  it('lets one of eight concurrent creations win, and answers the others 200 or 409', async () => {
    const request = { method: 'POST', url: 'Observation', ifNoneExist: 'identifier=urn:test|race' } as const;
    const one = bundle('transaction', identified('race'), request);
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('POST', '/', one)));
    for (const { status } of answers) assert.ok(status === 200 || status === 409, String(status));
    const { body } = await send('GET', '/Observation?identifier=urn:test%7Crace&_summary=count');
    assert.equal(body.resourceType === 'Bundle' ? body.total : undefined, 1);
  });

  it('answers a repeated search from memory, unless it is told not to', async () => {
    const find = async (headers?: Record<string, string>) => {
      const { body } = await send('GET', '/Observation?identifier=urn:test%7Clater', undefined, headers);
      return body.resourceType === 'Bundle' ? body.total : undefined;
    };
    assert.equal(await find(), 0);
    await send('POST', '/Observation', identified('later'));
    assert.equal(await find(), 0);
    assert.equal(await find({ 'Cache-Control': 'no-cache' }), 1);
  });
});

describe('HAPI without creation by PUT and without transactions', { skip: hapiMissing }, () => {
  const send = withHapi({ updateCreate: false, transaction: false });

  it('says so in /metadata', async () => {
    assert.deepEqual(await capabilities(send), {
      updateCreate: false,
      conditionalUpdate: true,
      conditionalCreate: true,
      transaction: false,
    });
  });

  it('refuses them, but not an update of what is there', async () => {
    const refusedPut = await send('PUT', '/Observation/put-1', observation({ id: 'put-1' }));
    assert.equal(refusedPut.status, 404);
    assert.match(diagnostics(refusedPut), /client-assigned IDs are not enabled/);
    const { body, status } = await send('POST', '/Observation', observation());
    assert.equal(status, 201);
    const update = await send('PUT', `/Observation/${body.id}`, { ...body, status: 'final' });
    assert.equal(update.status, 200);
    const create = { method: 'POST', url: 'Observation' } as const;
    const refused = await send('POST', '/', bundle('transaction', observation(), create));
    assert.deepEqual([refused.status, refused.body.resourceType], [405, 'OperationOutcome']);
    assert.deepEqual(entryStatuses(await send('POST', '/', bundle('batch', observation(), create))), [
      '201 Created',
    ]);
  });

  it('still takes what is conditional', async () => {
    assert.equal((await send('PUT', '/Observation?identifier=urn:test|a', identified('a'))).status, 201);
    const condition = { 'If-None-Exist': 'identifier=urn:test|a' };
    assert.equal((await send('POST', '/Observation', identified('a'), condition)).status, 200);
  });
});

describe('HAPI without conditions, its terminology that of R4', { skip: hapiMissing }, () => {
  const send = withHapi({ conditionalUpdate: false, conditionalCreate: false, currentTerminology: false });

  it('says so in /metadata', async () => {
    assert.deepEqual(await capabilities(send), {
      updateCreate: true,
      conditionalUpdate: false,
      conditionalCreate: false,
      transaction: true,
    });
  });

  it('refuses conditions, alone and in a Bundle', async () => {
    const query = 'identifier=urn:test|a';
    const put = await send('PUT', `/Observation?${query}`, identified('a'));
    const post = await send('POST', '/Observation', identified('a'), { 'If-None-Exist': query });
    assert.deepEqual([put.status, post.status], [405, 400]);
    const putEntry = { method: 'PUT', url: `Observation?${query}` } as const;
    const postEntry = { method: 'POST', url: 'Observation', ifNoneExist: query } as const;
    const inBundle = await send('POST', '/', bundle('transaction', identified('a'), putEntry));
    const created = await send('POST', '/', bundle('transaction', identified('a'), postEntry));
    assert.deepEqual([inBundle.status, created.status], [405, 400]);
  });

  it('still takes a transaction that creates by PUT', async () => {
    const entry = { method: 'PUT', url: 'Observation/put-1' } as const;
    const sent = bundle('transaction', observation({ id: 'put-1' }), entry);
    assert.deepEqual(entryStatuses(await send('POST', '/', sent)), ['201 Created']);
  });

  it('does not know the AI label, and takes the Bundle without it', async () => {
    await send('PUT', '/Patient/p1', patient);
    const refused = await send('POST', '/', lobarBundle());
    assert.equal(refused.status, 422);
    assert.match(diagnostics(refused), /Unknown code .*v3-ObservationValue#AIAST/);
    assert.equal((await send('POST', '/', lobarBundle(false))).status, 200);
  });
});

describe("HAPI's validator", { skip: hapiMissing }, () => {
  const errors = (issues: readonly HapiIssue[] = []) =>
    issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');

  it("finds no error in Lobar's Bundle, and each that is put into it", async () => {
    const spoilt: readonly [RegExp, (one: Record<string, unknown>) => void][] = [
      [/'guessed'/, (one) => Object.assign(one, { status: 'guessed' })],
      [/unit 'percents'/, (one) => Object.assign(one['valueQuantity'] as object, { code: 'percents' })],
      [/Unrecognized property 'colour'/, (one) => Object.assign(one, { colour: 'red' })],
      [/Observation.code: minimum required = 1/, (one) => Reflect.deleteProperty(one, 'code')],
      [/obs-6/, (one) => Object.assign(one, { dataAbsentReason: { text: 'none' } })],
    ];
    const bundles = spoilt.map(([, spoil]) => {
      const copy = structuredClone(lobarBundle());
      spoil(copy.entry?.[1]?.resource as unknown as Record<string, unknown>);
      return copy;
    });
    const [clean, ...found] = await validateWithHapi([lobarBundle(), ...bundles]);
    assert.deepEqual(errors(clean), []);
    for (const [index, [complaint]] of spoilt.entries()) {
      assert.match(
        errors(found[index])
          .map(({ message }) => message)
          .join('\n'),
        complaint,
      );
    }
  });

  it('checks the codes of a code system that it is given, and warns of those of others', async () => {
    const system = `${fhirBase}/CodeSystem/lobar-ct-chest`;
    const folder = await mkdtemp(join(tmpdir(), 'lobar-definitions-'));
    try {
      const codes: fhir4.CodeSystem = {
        resourceType: 'CodeSystem',
        url: system,
        status: 'active',
        content: 'complete',
        concept: [{ code: 'known' }],
      };
      await writeFile(join(folder, 'lobar-ct-chest.json'), JSON.stringify(codes));
      const coded = (code: string) => observation({ code: { coding: [{ system, code }] } });
      const other = observation({ code: { coding: [{ system: 'http://snomed.info/sct', code: 'none' }] } });
      const resources = [coded('known'), coded('unknown'), other];
      const [known, unknown, notGiven] = await validateWithHapi(resources, { definitions: folder });
      assert.deepEqual(errors(known), []);
      assert.match(errors(unknown)[0]?.message ?? '', /Unknown code '.*lobar-ct-chest#unknown'/);
      const told = notGiven?.find(({ message }) => message.includes('http://snomed.info/sct'));
      assert.equal(told?.severity, 'warning');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
