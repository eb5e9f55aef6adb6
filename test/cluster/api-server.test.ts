import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { at, findAll, helmMissing, type Manifest, type RenderOptions, render } from '../chart/helm.ts';
import { least, matrix } from '../chart/some-values.ts';
import { clusterMissing } from './cluster-program.ts';
import { dropped } from './dropped.ts';
import { restrictedNamespace } from './restricted-namespace.ts';
import { type Cluster, startCluster } from './start-cluster.ts';

const apply = ['apply', '--server-side', '--filename=-'];

/** What some-values.ts takes for granted. */
const ofTheCluster = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'imaging' },
    value: 1000,
  },
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' },
];

const cases: readonly (readonly [name: string, values: object, options?: RenderOptions])[] = [
  ...Object.entries(matrix),
  ['values-prod.yaml', {}, { valuesFiles: ['values-prod.yaml'] }],
];

/** `restricted` is enforced on pods, and of a Deployment only warned of: so its pod is sent as one. */
const podOf = (deployment: Manifest): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...(at(deployment, 'spec.template.metadata') as object), name: deployment.metadata.name },
  ...{ spec: at(deployment, 'spec.template.spec') },
});

describe('the API server of Kubernetes', { skip: clusterMissing || helmMissing }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster();
    await cluster.kubectl([
      'apply',
      '--server-side',
      `--filename=${fileURLToPath(new URL('crds', import.meta.url))}`,
    ]);
    await cluster.kubectl(['wait', 'crd', '--all', '--for=condition=Established']);
    for (const object of ofTheCluster) await cluster.kubectl(apply, object);
  });
  after(() => cluster?.close());

  const list = (items: readonly Manifest[]) => ({ apiVersion: 'v1', kind: 'List', items });
  /** Without a controller there are no default service accounts. */
  const makeNamespace = async (name: string) => {
    await cluster.kubectl(apply, restrictedNamespace(name));
    await cluster.kubectl(apply, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: name },
    });
  };

  for (const [index, [name, values, options]] of cases.entries()) {
    it(`takes what the chart makes of ${name}, keeps all of it and warns of nothing`, async () => {
      const namespace = `--namespace=values-${index}`;
      await makeNamespace(`values-${index}`);
      const manifests = await render(values, options);
      const pods = [...findAll(manifests, 'Pod'), ...findAll(manifests, 'Deployment').map(podOf)];
      const others = manifests.filter(({ kind }) => kind !== 'Pod');

      const send = async (items: readonly Manifest[], ...args: readonly string[]) => {
        const { out, said } = await cluster.kubectl(
          [...apply, namespace, ...args, '--output=json'],
          list(items),
        );
        assert.equal(said, '');
        const answer = JSON.parse(out);
        const kept = (answer.kind === 'List' ? answer.items : [answer]) as readonly object[];
        assert.deepEqual(
          items.flatMap((item, at) => dropped(item, kept[at])),
          [],
        );
      };
      await send(others, '--dry-run=server');
      // Pods are refused where their service account is not there yet.
      await send(others);
      await send(pods, '--dry-run=server');
    });
  }

  it('would refuse a pod that may be root, and a field that no pod has', async () => {
    await makeNamespace('refusals');
    const refused = async (values: object, reason: RegExp) => {
      const [deployment] = findAll(
        await render({ ...least, serviceAccount: { create: false }, ...values }),
        'Deployment',
      );
      assert.ok(deployment);
      await assert.rejects(
        cluster.kubectl([...apply, '--namespace=refusals', '--dry-run=server'], podOf(deployment)),
        reason,
      );
    };
    await refused(
      { podSecurityContext: { runAsNonRoot: false } },
      /violates PodSecurity "restricted:latest".*runAsNonRoot/,
    );
    await refused({ extraVolumes: [{ name: 'more', emptyDirectory: {} }] }, /emptyDirectory/);
  });
});
