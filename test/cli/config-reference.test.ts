import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Type } from '@sinclair/typebox';
import { configReference } from '../../src/cli/config-reference.ts';
import { checkConfig } from '../../src/config.ts';
import { environmentSettings } from '../../src/config-environment.ts';
import { ConfigSchema } from '../../src/config-schema.ts';
import { runInProcess as lobar } from '../support/run-in-process.ts';

const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
const url = 'https://pacs.example.org';

/** Everything that has a default, with the sections that have to be asked for. */
const complete = checkConfig({
  http: { tls: { certFile: '/cert', keyFile: '/key' } },
  auth: { oidc: { issuer: url, audience: url }, clientCertificates: { caFile: '/ca' } },
  pacs: {
    main: {
      url,
      oauth2: { tokenUrl: url, clientId: 'lobar', clientSecretFile: '/secret' },
    },
  },
  ehr: {
    main: {
      url,
      patientIdentifierSystem: 'urn:oid:1.2.3',
      smart: { clientId: 'lobar', keyFiles: ['/key'] },
    },
  },
  audit: { fhir: { url } },
  queue: { url: 'nats://nats.example.org', encryption: { keyFiles: ['/key'] } },
  callbacks: { main: { url, secretFile: '/secret' } },
  proxy: { http: 'http://proxy.example.org:3128' },
});

/** Paths of what stands in a configuration, with <name> for the name of an endpoint. */
function pathsOf(value: object, path: readonly string[] = []): string[] {
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const at = [...path, ['pacs', 'ehr', 'callbacks'].includes(path.join('.')) ? '<name>' : key];
    const within = typeof one === 'object' && one !== null && !Array.isArray(one) ? pathsOf(one, at) : [];
    return within.length > 0 ? within : [at.join('.')];
  });
}

interface Row {
  readonly path: string;
  readonly variable: string;
  readonly cells: readonly string[];
}

function rowsOf(markdown: string): Row[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((line) => {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    const [path = '', variable = ''] = [...(cells[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    return { path, variable, cells: cells.slice(1).map((cell) => cell.trim()) };
  });
}

describe('the configuration reference', () => {
  it('that is checked in is the one that the schema writes (npm run config:reference)', async () => {
    assert.equal((await lobar('config', 'reference')).out, await readFile(docs('CONFIGURATION.md'), 'utf8'));
  });

  it('has each setting that a complete configuration has, once', async () => {
    const told = rowsOf((await lobar('config', 'reference')).out).map(({ path }) => path);
    assert.deepEqual([...new Set(told)], told);
    const missing = pathsOf(complete).filter((path) => !told.includes(path));
    assert.deepEqual(missing, []);
  });

  it('names for each setting the variable that sets it, and no other', async () => {
    const rows = rowsOf((await lobar('config', 'reference')).out);
    assert.ok(rows.length > 100);
    for (const { path, variable } of rows.filter((row) => row.variable !== '')) {
      const settings = {};
      const { mistakes } = environmentSettings(
        ConfigSchema,
        { [variable.replace('<NAME>', 'MAIN')]: '0' },
        settings,
      );
      assert.deepEqual([mistakes, pathsOf(settings)], [[], [path]], variable);
    }
  });

  it('has what its contents point to', async () => {
    const { out } = await lobar('config', 'reference');
    const anchors = [...out.matchAll(/^##+ (.*)$/gm)].map(([, title]) =>
      (title ?? '')
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...out.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor ?? '');
    assert.ok(links.length >= 10);
    assert.deepEqual(
      links.filter((link) => !anchors.includes(link)),
      [],
    );
  });

  it('says of each setting what it may be and what it is for', async () => {
    for (const { path, cells } of rowsOf((await lobar('config', 'reference')).out)) {
      assert.equal(cells.length, 3, path);
      for (const cell of cells) assert.notEqual(cell, '', path);
      assert.match(cells[2] ?? '', /\.$/, `${path}: a sentence`);
    }
  });

  it('tells kinds of settings that no section has yet: lists of sections, units, rules, bars', () => {
    const markdown = configReference(
      Type.Object(
        {
          auth: Type.Object(
            {
              clients: Type.Array(
                Type.Object(
                  {
                    name: Type.String({ description: 'Who it is' }),
                    kind: Type.Union([Type.Literal('a|b'), Type.Literal('c')], {
                      default: 'c',
                      description: 'Kind',
                    }),
                  },
                  { description: 'One client' },
                ),
                { default: [], description: 'Clients' },
              ),
              memoryBytes: Type.Integer({ minimum: 0, default: 2 ** 31, description: 'Memory' }),
            },
            { default: {}, description: 'Who may ask', atMostOneOf: ['a', 'b', 'c'], someday: { a: 1 } },
          ),
        },
        { description: 'All' },
      ),
    );
    const lines = markdown.split('\n');
    assert.ok(lines.includes('Who may ask. At most one of `a`, `b` and `c`. Rule `someday`: `{"a":1}`.'));
    assert.ok(
      lines.includes(
        '| `auth.clients`<br>`LOBAR_AUTH_CLIENTS` | list; its entries see below | `[]` | Clients. |',
      ),
    );
    assert.ok(lines.includes('| `auth.clients[].name` | text | **required** | Who it is. |'));
    assert.ok(lines.includes('| `auth.clients[].kind` | `a\\|b` or `c` | `c` | Kind. |'), markdown);
    assert.ok(
      lines.includes(
        '| `auth.memoryBytes`<br>`LOBAR_AUTH_MEMORY_BYTES` | integer (bytes), 0 or more | `2147483648` (2 GiB) | Memory. |',
      ),
    );
  });
});
