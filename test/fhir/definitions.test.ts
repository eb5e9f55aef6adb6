import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { publishedDocuments } from '../../src/cli/openapi.ts';
import { buildBundle } from '../../src/fhir/build-bundle.ts';
import { localCodes } from '../../src/fhir/codes.ts';
import { capabilityStatement } from '../../src/fhir/definitions/capability-statement.ts';
import { codeSystem } from '../../src/fhir/definitions/code-system.ts';
import { namingSystems } from '../../src/fhir/definitions/naming-systems.ts';
import { operationDefinition } from '../../src/fhir/definitions/operation-definition.ts';
import { searchset } from '../../src/fhir/definitions/searchset.ts';
import { servedDefinitions } from '../../src/fhir/definitions/served-definitions.ts';
import { clearFacts, exampleFacts, sparseFacts } from './facts.ts';
import { problemsOf } from './validators.ts';

const fhirBase = 'https://site.example/fhir';
const statement = capabilityStatement(fhirBase, '1.2.3');

describe('The definitions that are served', () => {
  const all: readonly fhir4.FhirResource[] = [...servedDefinitions(fhirBase), statement];
  for (const resource of all) {
    it(`${resource.resourceType} ${resource.id ?? ''} is clean in two validators`, () => {
      assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), []);
    });
  }

  it('are clean as the result of a search, and so is an empty result', () => {
    const found = servedDefinitions(fhirBase).filter(({ resourceType }) => resourceType === 'NamingSystem');
    assert.deepEqual(problemsOf(searchset(fhirBase, 'NamingSystem', '', found)), []);
    assert.deepEqual(problemsOf(searchset(fhirBase, 'CodeSystem', '_id=none', [])), []);
  });

  it('do not depend on the day, nor on a slash at the end of the FHIR base', () => {
    assert.deepEqual(servedDefinitions(`${fhirBase}/`), servedDefinitions(fhirBase));
    assert.deepEqual(capabilityStatement(`${fhirBase}/`, '1.2.3'), statement);
    for (const one of all) assert.equal('date' in one ? one.date : '', '2026-11-23');
  });

  it('call themselves experimental and research software, each in its own words', () => {
    for (const one of all) assert.match(JSON.stringify(one), /research/i);
    for (const one of [codeSystem(fhirBase), operationDefinition(fhirBase), statement]) {
      assert.equal(one.experimental, true);
      assert.match(JSON.stringify(one), /no clinical validity/);
    }
  });
});

describe('The code system', () => {
  const { concept = [], count, content, url } = codeSystem(fhirBase);

  it('holds every local code once, with its display', () => {
    assert.equal(url, `${fhirBase}/CodeSystem/lobar-ct-chest`);
    assert.deepEqual([content, count], ['complete', 24]);
    assert.deepEqual(Object.fromEntries(concept.map(({ code, display }) => [code, display])), {
      ...localCodes,
    });
  });

  it('says of each what it is and where it comes from', () => {
    for (const { code, definition = '' } of concept) {
      const paper = /Source: .*Topff et al\. 2023, .*doi 10\.1371\/journal\.pone\.0285121/;
      const own = /Source: (?:the (?:manifest|session of ONNX Runtime)|report\.waitSeconds)/;
      assert.ok(paper.test(definition) || own.test(definition), code);
    }
  });

  it('says unit and range of each quantity, as PIPELINE.md 4 and 6 have them', () => {
    const expected: Record<string, RegExp> = {
      'probability-covid-19': /UCUM 1, 0 to 1/,
      'involvement-percent': /UCUM %, 0 to 100/,
      'lung-volume': /UCUM mL, 0 or more/,
      'lobe-score':
        /0 none, 1 below 5 %, 2 from 5 to 25 %, 3 above 25 to 50 %, 4 above 50 to 75 %, 5 above 75 %; UCUM \{score\}/,
      'ct-severity-score': /UCUM \{score\}, 0 to 25/,
      'band-mild': /from 1 to 5/,
      'band-moderate': /from 6 to 14/,
      'band-severe': /from 15 to 25/,
    };
    for (const [code, meaning] of Object.entries(expected)) {
      assert.match(concept.find((one) => one.code === code)?.definition ?? '', meaning);
    }
  });
});

describe('The naming systems', () => {
  it('are those of every identifier that a Bundle mints, that of what is withdrawn, and no others', () => {
    const options = { fhirBase, document: true };
    const bundles = [exampleFacts, clearFacts(), sparseFacts()].map(
      (facts) => buildBundle(facts, undefined, options).bundle,
    );
    const used = [...JSON.stringify(bundles).matchAll(/"system":"(https:\/\/site\.example\/[^"]+)"/g)];
    const local = `${fhirBase}/CodeSystem/lobar-ct-chest`;
    const minted = new Set(used.map(([, system]) => system).filter((system) => system !== local));
    const named = namingSystems(fhirBase).flatMap(({ uniqueId }) => uniqueId.map(({ value }) => value));
    assert.deepEqual(named.toSorted(), [...minted, `${fhirBase}/ai-withdrawn`].toSorted());
  });

  it('name identifiers, by one preferred URI each', () => {
    for (const { kind, uniqueId } of namingSystems(fhirBase)) {
      assert.equal(kind, 'identifier');
      assert.deepEqual(
        uniqueId.map(({ type, preferred }) => [type, preferred]),
        [['uri', true]],
      );
    }
  });
});

describe('The operation', () => {
  const operation = operationDefinition(fhirBase);

  it('is of the whole system, by POST only', () => {
    const { code, system, type, instance, affectsState } = operation;
    assert.deepEqual(
      { code, system, type, instance, affectsState },
      { code: 'analyze-chest-ct', system: true, type: false, instance: false, affectsState: true },
    );
  });

  it('takes each parameter at most once and gives one resource', () => {
    const shown = operation.parameter?.map(({ name, use, min, max, type }) => [name, use, min, max, type]);
    assert.deepEqual(shown, [
      ['study', 'in', 0, '1', 'Identifier'],
      ['accession', 'in', 0, '1', 'Identifier'],
      ['serviceRequest', 'in', 0, '1', 'Reference'],
      ['patient', 'in', 0, '1', 'Identifier'],
      ['series', 'in', 0, '1', 'Identifier'],
      ['publish', 'in', 0, '1', 'code'],
      ['pacs', 'in', 0, '1', 'string'],
      ['ehr', 'in', 0, '1', 'string'],
      ['task', 'in', 0, '1', 'Reference'],
      ['return', 'out', 1, '1', 'Resource'],
    ]);
  });

  it('is what the CapabilityStatement points to', () => {
    assert.deepEqual(statement.rest?.[0]?.operation, [
      { name: 'analyze-chest-ct', definition: operation.url },
    ]);
    assert.deepEqual(
      [statement.kind, statement.fhirVersion, statement.software?.version],
      ['instance', '4.0.1', '1.2.3'],
    );
  });
});

describe('What is checked in below openapi/', () => {
  it('is what npm run openapi writes, and nothing is left over', async () => {
    const folder = fileURLToPath(new URL('../../openapi', import.meta.url));
    const documents = await publishedDocuments();
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
    assert.deepEqual(files.toSorted(), Object.keys(documents).toSorted());
    for (const [name, text] of Object.entries(documents)) {
      assert.deepEqual(JSON.parse(await readFile(`${folder}/${name}`, 'utf8')), JSON.parse(text), name);
    }
  });
});
