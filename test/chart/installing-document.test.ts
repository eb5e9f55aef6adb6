import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { chartFolder } from './chart-folder.ts';
import { configOf, configText } from './config-of.ts';
import { at, find, helmMissing, helms, type Manifest, render, rendered } from './helm.ts';
import { matrix } from './some-values.ts';

const document = readFileSync(new URL('../../docs/INSTALLING.md', import.meta.url), 'utf8');
/** The values that the document shows, by the name of their file, which is the comment on top. */
const shown = Object.fromEntries(
  [...document.matchAll(/^( *)```yaml\n *# (\S+)\n([^`]+)```/gm)].map(
    ([, indent = '', file = '', text = '']) => [
      file,
      parse(text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')) as object,
    ],
  ),
);
const production = parse(readFileSync(join(chartFolder, 'values-prod.yaml'), 'utf8')) as object;

describe('docs/INSTALLING.md', { skip: helmMissing }, () => {
  for (const helm of helms) {
    it(`shows values that the chart and Lobar take (${helm})`, async () => {
      const config = await configOf(await render(shown['values.yaml'] ?? {}, { helm }));
      assert.equal(config.pacs['main']?.url, 'https://pacs.hospital.example/dicom-web');
      assert.equal(config.inference.provider, 'cpu');
    });
  }

  it('shows values of a GPU that go on top of them', async () => {
    const [values, gpu] = [shown['values.yaml'] ?? {}, shown['gpu.yaml'] ?? {}];
    const image = { ...(at(values, 'image') as object), ...(at(gpu, 'image') as object) };
    const manifests = await render({ ...values, ...gpu, image });
    assert.equal((await configOf(manifests)).inference.provider, 'cuda');
    const pod = find(manifests, 'Deployment');
    assert.equal(
      at(pod, 'spec.template.spec.containers.0.resources.limits')?.['nvidia.com/gpu' as never],
      '1',
    );
  });

  it('takes the configuration alone out of the chart, whatever else is made beside it', async () => {
    const [, script = ''] = /\| *\n *sed -n '([^']+)' > lobar\.yaml/.exec(document) ?? [];
    assert.notEqual(script, '');
    const values = { ...shown['values.yaml'], models: at(matrix['models that are fetched'], 'models') };
    const text = await rendered(values, { only: 'templates/configmap.yaml' });
    const taken = spawnSync('sed', ['-n', script], { input: text, encoding: 'utf8' }).stdout;
    assert.equal(taken, configText(await render(values)));
  });

  for (const [name, values] of [
    ['the values that it shows', shown['values.yaml']],
    ['values-prod.yaml', production],
  ] as const) {
    it(`makes every Secret, with every file, that ${name} name`, async () => {
      const files = filesOf(await render(values ?? {}));
      assert.ok(files.length > 5);
      assert.deepEqual(
        files.filter((file) => !made().includes(file)),
        [],
      );
    });
  }
});

/** `object/key` of each file that the configuration names. */
function filesOf(manifests: readonly Manifest[]): string[] {
  const text = configText(manifests);
  const volumes = at(
    find(manifests, 'Deployment', 'radiology-lobar'),
    'spec.template.spec.volumes',
  ) as Volume[];
  return [...text.matchAll(/\/run\/secrets\/lobar\/([\w-]+)\/([\w.-]+)/g)].map(([, mount, key]) => {
    const volume = volumes.find(({ name }) => name === `secret-${mount}`);
    return `${volume?.secret?.secretName ?? volume?.configMap?.name}/${key}`;
  });
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: { readonly name: string };
}

/** `object/key` of each file that a `kubectl create` of the document makes. */
function made(): string[] {
  const commands = document.matchAll(/^kubectl create (secret generic|secret tls|configmap) (\S+) (.+)$/gm);
  return [...commands].flatMap(([, kind, name, rest = '']) => {
    if (kind === 'secret tls') return [`${name}/tls.crt`, `${name}/tls.key`];
    return [...rest.matchAll(/--from-(?:file|literal)=([^\s=]+)/g)].map(([, key]) => `${name}/${key}`);
  });
}
