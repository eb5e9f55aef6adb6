import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { codeSystem } from '../../src/fhir/definitions/code-system.ts';
import { endTask, startTask, type TaskEnd } from '../../src/fhir/task.ts';
import { withReferences } from '../../src/fhir/write/place-bundle.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { openTestEhr } from '../fhir/ehr-fixture.ts';
import { producedResources, siteBase } from '../fhir/produced.ts';
import { problemsOf } from '../fhir/validators.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { type HapiIssue, validateWithHapi } from '../support/hapi/validate-with-hapi.ts';

type Resource = fhir4.FhirResource;

const published = join(import.meta.dirname, '../../openapi/fhir');
const example = 'Bundle covid-19, moderate';

interface Mistake {
  readonly what: string;
  /** Of a good one; in a Bundle, the first lobe is spoilt. */
  readonly name: string;
  readonly spoil: (one: Record<string, unknown>) => unknown;
  readonly complaint: RegExp;
  /** Whether the other two find it as well: they know neither our codes nor UCUM. */
  readonly isFoundInJavaScript: boolean;
}

const mistakes: readonly Mistake[] = [
  {
    what: 'a code that our code system does not have',
    name: example,
    spoil: (one) => recode(one, 'no-such-code'),
    complaint: /Unknown code '.*lobar-ct-chest#no-such-code'/,
    isFoundInJavaScript: false,
  },
  {
    what: 'such a code at another FHIR base',
    name: 'Bundle of another FHIR base',
    spoil: (one) => recode(one, 'no-such-code'),
    complaint: /Unknown code '.*site\.example.*lobar-ct-chest#no-such-code'/,
    isFoundInJavaScript: false,
  },
  {
    what: 'a unit that UCUM does not have',
    name: example,
    spoil: (one) => Object.assign(one['valueQuantity'] as object, { code: 'percents' }),
    complaint: /'percents'/,
    isFoundInJavaScript: false,
  },
  {
    what: 'a value beside the reason that there is none',
    name: example,
    spoil: (one) => Object.assign(one, { dataAbsentReason: { text: 'none' } }),
    complaint: /obs-6/,
    isFoundInJavaScript: true,
  },
  {
    what: 'an action that is none',
    name: 'AuditEvent of a study read',
    spoil: (one) => Object.assign(one, { action: 'Q' }),
    complaint: /'Q'/,
    isFoundInJavaScript: true,
  },
  {
    what: 'no intent',
    name: 'Task completed',
    spoil: (one) => Reflect.deleteProperty(one, 'intent'),
    complaint: /Task\.intent: minimum required = 1/,
    isFoundInJavaScript: true,
  },
  {
    what: 'no issue',
    name: 'OperationOutcome of internal',
    spoil: (one) => Reflect.deleteProperty(one, 'issue'),
    complaint: /OperationOutcome\.issue: minimum required = 1/,
    isFoundInJavaScript: true,
  },
];

// Three validators that know nothing of Lobar: HAPI's with R4 core, DICOM's codes and UCUM, offline; and two in
// JavaScript (validators.ts).
describe('Everything that Lobar makes', { skip: hapiMissing }, () => {
  let produced: readonly (readonly [string, Resource])[];
  let bad: readonly Resource[];
  let issues: readonly HapiIssue[][];

  before(async () => {
    const good = new Map([...producedResources(), ...(await tasks()), ...(await publishedDefinitions())]);
    produced = [...good];
    bad = mistakes.map(({ name, spoil }) => {
      const copy = structuredClone(good.get(name)) as Resource;
      const one = copy.resourceType === 'Bundle' ? copy.entry?.[1]?.resource : copy;
      spoil(one as unknown as Record<string, unknown>);
      return copy;
    });
    // One start of the Java machine for all.
    issues = await withOurCodes((definitions) =>
      validateWithHapi([...good.values(), ...bad], { definitions }),
    );
  });

  it('has no error for the validator of HAPI, which knows our codes', (t) => {
    const found = produced.map(([name], index) => [name, errors(issues[index])] as const);
    assert.deepEqual(
      found.filter(([, wrong]) => wrong.length > 0),
      [],
    );
    const inBundles = produced.flatMap(([, one]) => (one.resourceType === 'Bundle' ? (one.entry ?? []) : []));
    t.diagnostic(`${produced.length} resources, in their Bundles another ${inBundles.length}`);
    tellWarnings(t, issues.slice(0, produced.length));
  });

  it('has nothing wrong for two validators in JavaScript', () => {
    for (const [name, resource] of produced) {
      assert.deepEqual(problemsOf(asBundle(resource)), [], name);
    }
  });

  for (const [index, { what, name, complaint, isFoundInJavaScript }] of mistakes.entries()) {
    it(`with ${what} is refused (${name})`, () => {
      const said = errors(issues[produced.length + index]).map(({ message }) => message);
      assert.match(said.join('\n'), complaint);
      assert.equal(problemsOf(asBundle(bad[index] as Resource)).length > 0, isFoundInJavaScript);
    });
  }
});

/** Another local code in the place of that of an Observation. */
function recode(one: Record<string, unknown>, code: string): void {
  Object.assign((one['code'] as fhir4.CodeableConcept).coding?.[0] ?? {}, { code });
}

/** @medplum/core does not follow `urn:uuid:` within a Bundle: the same with the types of what they name. */
function asBundle(resource: Resource): fhir4.Bundle {
  if (resource.resourceType !== 'Bundle') {
    return { resourceType: 'Bundle', type: 'collection', entry: [{ resource }] };
  }
  const named = (resource.entry ?? []).map(({ fullUrl = '', resource: one }) => {
    const uuid = fullUrl.split('urn:uuid:')[1];
    return [fullUrl, uuid === undefined ? fullUrl : `${one?.resourceType}/${uuid}`] as const;
  });
  return withReferences(resource, new Map(named));
}

function errors(issues: readonly HapiIssue[] = []): HapiIssue[] {
  return issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

async function publishedDefinitions(): Promise<(readonly [string, Resource])[]> {
  const names = (await readdir(published)).filter((name) => name.endsWith('.json'));
  return await Promise.all(
    names.map(
      async (name) => [name, JSON.parse(await readFile(join(published, name), 'utf8')) as Resource] as const,
    ),
  );
}

/** With a folder of the published definitions, and of the code system of another FHIR base. */
async function withOurCodes<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-definitions-'));
  try {
    await cp(published, folder, { recursive: true });
    await writeFile(join(folder, 'CodeSystem-site.json'), JSON.stringify(codeSystem(siteBase)));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tasks as the embedded EHR holds them after Lobar has worked on them. */
async function tasks(): Promise<(readonly [string, Resource])[]> {
  const report = 'DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f';
  const ends: readonly (readonly [string, TaskEnd | undefined])[] = [
    ['Task in progress', undefined],
    ['Task completed', { status: 'completed', report }],
    ['Task completed without a report', { status: 'completed' }],
    ['Task failed', { status: 'failed', reason: 'pacs-unreachable: it cannot be reached.' }],
  ];
  const asked: fhir4.Task = {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    authoredOn: '2026-11-01T08:00:00Z',
    focus: { reference: 'ServiceRequest/o1' },
  };
  const sandbox = await openSandboxEhr({ patients: [] });
  const { ehr } = openTestEhr(sandbox.url);
  const call = { signal: new AbortController().signal, requestId: 'r-1' };
  try {
    const made: (readonly [string, Resource])[] = [];
    for (const [name, end] of ends) {
      const created = await ehr.connection.create(asked, call);
      assert.ok('written' in created);
      const task = { ehr, id: created.written.id };
      await startTask(task, call);
      if (end !== undefined) await endTask(task, end, call);
      const held = await ehr.connection.read<fhir4.Task>('Task', task.id, call);
      assert.ok(held);
      made.push([name, held]);
    }
    return made;
  } finally {
    await ehr.close();
    await sandbox.close();
  }
}

/** How often it said what of which type; codes, ids and numbers left out. */
function tellWarnings(t: TestContext, issues: readonly (readonly HapiIssue[])[]): void {
  const counts = new Map<string, number>();
  for (const { severity, location, message } of issues.flat()) {
    const type = /resource\/\*(\w+)/.exec(location)?.[1] ?? location.split('.')[0];
    const said = message
      .replace(/ for '.*$| \(defined in .*$/, '')
      .replaceAll(/(?<=Entry |held-|#)\w+/g, '*');
    const kind = `${severity} of ${type}: ${said.slice(0, 110)}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    t.diagnostic(`${String(count).padStart(6)} ${kind}`);
  }
}
