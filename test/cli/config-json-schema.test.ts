import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { checkConfig, loadConfig } from '../../src/config.ts';
import { runInProcess as lobar } from '../support/run-in-process.ts';

const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
const text = (name: string) => readFile(docs(name), 'utf8');

/** As an editor does: the standard's keywords and no others. */
const accepts = async (): Promise<(settings: unknown) => boolean> =>
  new Ajv({ strict: true, strictRequired: false, strictTypes: false }).compile(
    JSON.parse(await text('lobar.schema.json')) as object,
  );

const pacs = { url: 'https://pacs.example.org/dicom-web' };

describe('the JSON Schema for editors', () => {
  it('that is checked in is the one that the schema writes (npm run config:reference)', async () => {
    assert.equal((await lobar('config', 'schema')).out, await text('lobar.schema.json'));
  });

  it('takes what config check takes, and refuses what it refuses', async () => {
    const valid = await accepts();
    const both: readonly (readonly [boolean, object])[] = [
      [true, {}],
      [true, { pacs: { main: pacs } }],
      [true, { http: { port: 8081 }, log: { level: 'debug' } }],
      [true, { pacs: { main: { ...pacs, tls: { certFile: '/a', keyFile: '/b' } } } }],
      [true, { audit: { whenDown: 'required', fhir: { url: 'https://audit.example.org' } } }],
      [false, { htp: {} }],
      [false, { pacs: { main: {} } }],
      [false, { pacs: { 'B B': pacs } }],
      [false, { pacs: { main: { url: 'ftp://pacs.example.org' } } }],
      [false, { pacs: { main: { url: 'https://user:secret@pacs.example.org' } } }],
      [false, { http: { port: 'nine' } }],
      [false, { log: { level: 'loud' } }],
      [false, { pacs: { main: { ...pacs, tls: { certFile: '/a' } } } }],
      [
        false,
        { pacs: { main: { ...pacs, bearerTokenFile: '/a', basic: { username: 'a', passwordFile: '/b' } } } },
      ],
      [false, { audit: { whenDown: 'required' } }],
    ];
    for (const [expected, settings] of both) {
      assert.equal(valid(settings), expected, JSON.stringify(settings));
      if (expected) checkConfig(settings);
      else assert.throws(() => checkConfig(settings), /config/, JSON.stringify(settings));
    }
  });

  it('takes the example, which config check takes too', async () => {
    const file = docs('lobar.example.yaml').pathname;
    const checked = await lobar('config', 'check', file);
    assert.equal(checked.code, 0, checked.note);
    const valid = await accepts();
    assert.ok(valid(parse(await text('lobar.example.yaml'))));
    const { pacs, ehr } = await loadConfig({ file });
    assert.deepEqual([Object.keys(pacs), Object.keys(ehr)], [['main'], ['main']]);
  });
});
