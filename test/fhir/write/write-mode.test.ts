import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import type { CallOptions } from '../../../src/fhir/connection/open-fhir-connection.ts';
import { negotiatedWriteMode } from '../../../src/fhir/write/negotiated-write-mode.ts';
import { negotiateWriteMode } from '../../../src/fhir/write/write-mode.ts';
import { json, openTestEhr, outcome, rawServer } from '../ehr-fixture.ts';

type Resource = fhir4.CapabilityStatementRestResource;

const identified = ['Device', 'Observation', 'DiagnosticReport'] as const;
const all = [...identified, 'Provenance'] as const;
type Type = (typeof all)[number] | 'DocumentReference';

/** As CapabilityStatements are written (FHIR R4), by hand. */
function statement(
  types: Partial<Record<Type, readonly string[]>>,
  whole: readonly string[] = [],
): fhir4.CapabilityStatement {
  const flags = ['updateCreate', 'conditionalUpdate', 'conditionalCreate'];
  const resource = Object.entries(types).map(([type, offers]) => ({
    type,
    interaction: offers.filter((one) => !flags.includes(one)).map((code) => ({ code })),
    ...Object.fromEntries(offers.filter((one) => flags.includes(one)).map((flag) => [flag, true])),
  })) as Resource[];
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: '2026-11-23',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
    rest: [{ mode: 'server', interaction: whole.map((code) => ({ code: code as 'transaction' })), resource }],
  };
}

const each = (types: readonly Type[], offers: readonly string[]) =>
  Object.fromEntries(types.map((type) => [type, offers]));
const basic = ['create', 'update', 'read', 'search-type'];

describe('The write mode of an EHR', () => {
  const cases: readonly [string, fhir4.CapabilityStatement, string, string][] = [
    [
      'that takes PUT of new ids in transactions is put-id',
      statement(each(all, [...basic, 'updateCreate', 'conditionalUpdate']), ['transaction']),
      'put-id',
      "EHR 'main' says that it takes PUT of new ids (updateCreate) in transactions",
    ],
    [
      'that takes no PUT of new Provenances is conditional-update',
      statement(
        {
          ...each(identified, [...basic, 'updateCreate', 'conditionalUpdate']),
          Provenance: ['create'],
        },
        ['transaction'],
      ),
      'conditional-update',
      "EHR 'main' says that it takes conditional updates in transactions, but no update (Provenance)",
    ],
    [
      'that says nothing of updateCreate, as HAPI does, is conditional-update',
      statement(each(all, [...basic, 'conditionalUpdate', 'conditionalCreate']), ['transaction']),
      'conditional-update',
      "EHR 'main' says that it takes conditional updates in transactions, but no updateCreate (Device, Observation, DiagnosticReport, Provenance)",
    ],
    [
      'that takes conditional updates of all but Device is conditional-create',
      statement(
        {
          ...each(all, [...basic, 'conditionalUpdate', 'conditionalCreate']),
          Device: [...basic, 'conditionalCreate'],
        },
        ['transaction'],
      ),
      'conditional-create',
      "EHR 'main' says that it takes conditional creates in transactions, but no updateCreate (Device, Observation, DiagnosticReport, Provenance), no conditionalUpdate (Device)",
    ],
    [
      'that takes no transactions is create-and-search, whatever else it can',
      statement(each(all, [...basic, 'updateCreate', 'conditionalUpdate', 'conditionalCreate']), ['batch']),
      'create-and-search',
      "EHR 'main' says that it takes create and search, but no transaction",
    ],
    [
      'without update is create-and-search',
      statement(each(all, ['create', 'search-type'])),
      'create-and-search',
      "EHR 'main' says that it takes create and search, but no transaction",
    ],
  ];
  for (const [what, offered, mode, because] of cases) {
    it(what, () => {
      assert.deepEqual(negotiateWriteMode('main', 'auto', offered), { mode, because });
    });
  }

  const readOnlyReports = {
    ...each(all, basic),
    DiagnosticReport: ['read', 'search-type'],
    DocumentReference: ['create', 'search-type'],
  };
  it('that takes documents only is document, where it is to have the PDF', () => {
    const offered = statement(readOnlyReports, ['transaction']);
    const chosen = {
      mode: 'document',
      because:
        "EHR 'main' says that it takes create and search of DocumentReference, but not even create and search: no create (DiagnosticReport)",
    };
    assert.deepEqual(negotiateWriteMode('main', 'auto', offered, { presentedForm: ['html', 'pdf'] }), chosen);
    assert.equal(negotiateWriteMode('main', 'auto', offered, { documentReference: true }).mode, 'document');
    assert.throws(() => negotiateWriteMode('main', 'auto', offered, { presentedForm: ['html'] }), {
      code: 'write-mode-unavailable',
      message:
        /It takes documents alone, for which ehr\.main\.presentedForm has to have pdf\. Nothing was published/,
    });
  });

  it('that takes reports is never document, however documents are wanted', () => {
    const both = statement(each([...all, 'DocumentReference'], ['create', 'search-type']));
    const wanted = { documentReference: true, presentedForm: ['pdf' as const] };
    assert.equal(negotiateWriteMode('main', 'auto', both, wanted).mode, 'create-and-search');
  });

  it('has to take the DocumentReference as well, where one goes with the report', () => {
    const transactions = statement(
      { ...each(all, [...basic, 'updateCreate']), DocumentReference: ['create', 'search-type'] },
      ['transaction'],
    );
    assert.equal(negotiateWriteMode('main', 'auto', transactions).mode, 'put-id');
    const { mode, because } = negotiateWriteMode('main', 'auto', transactions, { documentReference: true });
    assert.equal(mode, 'create-and-search');
    assert.match(because, /but no update \(DocumentReference\)/);
  });

  const none: readonly [string, fhir4.CapabilityStatement, string][] = [
    [
      'that offers reports to be read only (as large EHRs do)',
      statement({ ...each(all, basic), DiagnosticReport: ['read', 'search-type'] }, ['transaction']),
      'no create (DiagnosticReport)',
    ],
    [
      'that has no Provenance and no search for Device',
      statement({ ...each(identified, basic), Device: ['create'] }),
      'no search-type (Device, Provenance), no create (Provenance)',
    ],
    [
      'that is a client',
      { ...statement(each(all, basic)), rest: [{ mode: 'client' }] },
      'no create (Device, Observation, DiagnosticReport, Provenance), no search-type (Device, Observation, DiagnosticReport, Provenance)',
    ],
    [
      'whose statement is malformed',
      { ...statement({}), rest: [null, { mode: 'server', resource: [null], interaction: 7 }] as never },
      'no create (Device, Observation, DiagnosticReport, Provenance), no search-type (Device, Observation, DiagnosticReport, Provenance)',
    ],
  ];
  for (const [what, offered, missing] of none) {
    it(`${what} is none, and what is missing is said`, () => {
      assert.throws(() => negotiateWriteMode('main', 'auto', offered), {
        code: 'write-mode-unavailable',
        message: `Lobar found no way to write to EHR 'main': its CapabilityStatement offers not even create and search: ${missing}. Nothing was published. Set ehr.main.writeMode if you know that it can.`,
      });
    });
  }
});

describe('Asking an EHR for its write mode', () => {
  const call = (): CallOptions => ({ signal: new AbortController().signal });

  it('asks nobody where it is configured', async () => {
    const { ehr } = openTestEhr('http://127.0.0.1:1/fhir', { writeMode: 'conditional-create' });
    assert.deepEqual(await ehr.writeMode(call()), {
      mode: 'conditional-create',
      because: 'ehr.main.writeMode is configured',
    });
    await ehr.close();
  });

  it('asks once for all who wait and for the time to come, and tells it once', async () => {
    let asked = 0;
    const told: string[] = [];
    const capabilities = async () => {
      asked += 1;
      return statement(each(all, basic));
    };
    const writeMode = negotiatedWriteMode({ name: 'main', writeMode: 'auto' }, { capabilities }, ({ mode }) =>
      told.push(mode),
    );
    await Promise.all([writeMode(call()), writeMode(call())]);
    await writeMode(call());
    assert.equal(asked, 1);
    assert.deepEqual(told, ['create-and-search']);
  });

  it('goes on for the others when the one who asked first gives up', async () => {
    const first = new AbortController();
    const reason = new LobarError('deadline-exceeded', { seconds: 1 });
    let asked = 0;
    const capabilities = async ({ signal }: CallOptions): Promise<fhir4.CapabilityStatement> => {
      asked += 1;
      if (asked > 1) return statement(each(all, basic));
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const writeMode = negotiatedWriteMode({ name: 'main', writeMode: 'auto' }, { capabilities }, () => {});
    const given = writeMode({ signal: first.signal });
    const other = writeMode(call());
    first.abort(reason);
    await assert.rejects(given, reason);
    assert.equal((await other).mode, 'create-and-search');
    assert.equal(asked, 2);
  });

  it('asks again after a failure that may pass', async () => {
    let asked = 0;
    const capabilities = async () => {
      asked += 1;
      if (asked === 1) throw new LobarError('ehr-error', { ehr: 'main', status: 503, operation: 'x' });
      return statement(each(all, basic));
    };
    const writeMode = negotiatedWriteMode({ name: 'main', writeMode: 'auto' }, { capabilities }, () => {});
    await assert.rejects(writeMode(call()), { code: 'ehr-error' });
    assert.equal((await writeMode(call())).mode, 'create-and-search');
  });

  it('of an EHR without CapabilityStatement is write-mode-unavailable, and says what to set', async () => {
    await using server = await rawServer({});
    const { ehr } = openTestEhr(server.url, { writeMode: 'auto' });
    await assert.rejects(ehr.writeMode(call()), {
      code: 'write-mode-unavailable',
      message: /it rejected the request for its CapabilityStatement with HTTP 404.*Set ehr\.main\.writeMode/,
    });
    await ehr.close();
  });

  it('of an EHR that is down is what it is: the CapabilityStatement may come later', async () => {
    await using server = await rawServer({ patient: json(503, outcome('busy')) });
    server.stopListening();
    const { ehr } = openTestEhr(server.url, { writeMode: 'auto' });
    await assert.rejects(ehr.writeMode(call()), { code: 'ehr-unreachable' });
    await ehr.close();
  });
});
