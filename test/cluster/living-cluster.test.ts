import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { at, helmMissing, helms } from '../chart/helm.ts';
import { least } from '../chart/some-values.ts';
import { until } from '../support/until.ts';
import { clusterMissing } from './cluster-program.ts';
import { helmOf } from './helm-release.ts';
import { restrictedNamespace } from './restricted-namespace.ts';
import { type PodMetric, readyPods, servePodMetric } from './serve-pod-metric.ts';
import { type Cluster, startCluster } from './start-cluster.ts';

const served = 'app.kubernetes.io/component=serve';

/** Scales down at once. What it waits for otherwise (values.yaml) is not what is looked at here. */
const scaled = {
  ...least,
  autoscaling: { enabled: true },
  scalingBehavior: {
    scaleDown: {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: 8, periodSeconds: 15 }],
    },
  },
};

describe('a cluster', { skip: clusterMissing || helmMissing }, () => {
  let cluster: Cluster;
  let inFlight: PodMetric;
  before(async () => {
    cluster = await startCluster({ alive: true });
    inFlight = await servePodMetric(cluster, 'lobar_requests_in_flight');
  });
  after(async () => {
    await inFlight?.close();
    await cluster?.close();
  });

  const makeRelease = async (namespace: string) => {
    await cluster.kubectl(['apply', '--filename=-'], restrictedNamespace(namespace));
    await until(
      () =>
        cluster.get(['serviceaccount', 'default', `--namespace=${namespace}`]).then(
          () => true,
          () => false,
        ),
      100,
    );
    return { name: 'radiology', namespace };
  };
  const deployment = (namespace: string) =>
    cluster.get(['deployment', 'radiology-lobar', `--namespace=${namespace}`]);
  const pods = async (namespace: string) => (await readyPods(cluster, namespace, served)).length;

  for (const [index, helm] of helms.entries()) {
    it(`has the chart installed, upgraded, rolled back and uninstalled by ${helm}`, async () => {
      const namespace = `life-${index}`;
      const release = helmOf(cluster, helm, await makeRelease(namespace));
      const patience = ['--wait', '--timeout=3m'];

      await release(['install', ...patience], least);
      // Spread over nodes and zones.
      const two = await readyPods(cluster, namespace, served);
      assert.deepEqual(two.map((pod) => at(pod, 'spec.nodeName')).sort(), ['node-a', 'node-b']);
      const first = await deployment(namespace);

      // Another configuration: other pods.
      await release(['upgrade', ...patience], {
        ...least,
        config: { ...least.config, limits: { inFlight: 3 } },
        replicaCount: 3,
      });
      assert.equal(await pods(namespace), 3);
      const checksum = 'spec.template.metadata.annotations';
      assert.notDeepEqual(at(await deployment(namespace), checksum), at(first, checksum));

      await release(['rollback', '1', ...patience]);
      assert.equal(at(await deployment(namespace), 'spec.replicas'), 2);
      assert.deepEqual(at(await deployment(namespace), checksum), at(first, checksum));

      await release(['uninstall', ...patience]);
      const kinds = 'deployment,service,configmap,serviceaccount,poddisruptionbudget,pod';
      await until(async () => {
        const left = at(await cluster.get([kinds, `--namespace=${namespace}`]), 'items') as readonly object[];
        // What every namespace has of its own.
        return left.every((one) => /^(default|kube-root-ca.crt)$/.test(String(at(one, 'metadata.name'))));
      }, 200);
    });
  }

  it('lets one pod of two be evicted, and not the other before there are two again', async () => {
    const release = await makeRelease('evictions');
    await helmOf(cluster, 'helm-4', release)(['install', '--wait', '--timeout=3m'], least);
    const budget = () => cluster.get(['pdb', 'radiology-lobar', '--namespace=evictions']);
    await until(async () => at(await budget(), 'status.disruptionsAllowed') === 1, 100);
    assert.equal(at(await budget(), 'status.expectedPods'), 2);
    assert.equal(at(await budget(), 'status.desiredHealthy'), 1);

    // Nowhere for a new pod.
    await cluster.kubectl(['cordon', 'node-a', 'node-b']);
    const evict = (name: string) =>
      cluster.kubectl(
        ['create', '--filename=-', `--raw=/api/v1/namespaces/evictions/pods/${name}/eviction`],
        {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace: 'evictions' },
        },
      );
    const [one, other] = await readyPods(cluster, 'evictions', served);
    assert.ok(one && other);
    await evict(one.metadata.name);
    await assert.rejects(evict(other.metadata.name), /disruption budget/);
    await cluster.kubectl(['uncordon', 'node-a', 'node-b']);
    await until(async () => at(await budget(), 'status.disruptionsAllowed') === 1, 100);
  });

  it('scales the pods with the analyses in flight: up to the most there may be, and down to the fewest', async () => {
    const release = helmOf(cluster, 'helm-4', await makeRelease('scaling'));
    await release(['install', '--wait', '--timeout=3m'], scaled);
    const come = (count: number) => until(async () => (await pods('scaling')) === count, 200);
    await come(2);
    // 1.4 a pod is the target, 70 % of two: 7 / 1.4 = 5.
    inFlight.total = 7;
    await come(5);
    // Each of the five has 1.4 now, and so it stays; and an upgrade is no reason to begin again with fewer.
    await release(['upgrade', '--wait', '--timeout=3m'], {
      ...scaled,
      podAnnotations: { 'example.org/again': 'yes' },
    });
    assert.equal(at(await deployment('scaling'), 'spec.replicas'), 5);
    inFlight.total = 100;
    await come(8);
    inFlight.total = 0;
    await come(2);
  });

  it('keeps its pods when the autoscaler is switched on by Helm 4 and their number has another owner', async () => {
    const release = helmOf(cluster, 'helm-4', await makeRelease('switched-on'));
    await release(['install', '--wait', '--timeout=3m'], { ...least, replicaCount: 5 });
    // With replicas gone from the chart and owned by nobody, Kubernetes takes the default, one, until it is scaled.
    const owner = [
      'apply',
      '--server-side',
      '--field-manager=replicas',
      '--namespace=switched-on',
      '--filename=-',
    ];
    await cluster.kubectl(owner, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'radiology-lobar' },
      spec: { replicas: 5 },
    });
    inFlight.total = 7;
    await release(['upgrade', '--wait', '--timeout=3m'], scaled);
    inFlight.total = 9.8;
    await until(async () => (await pods('switched-on')) === 7, 200);
    const { out } = await cluster.kubectl([
      'get',
      'events',
      '--namespace=switched-on',
      '--field-selector=reason=ScalingReplicaSet',
      '--output=jsonpath={range .items[*]}{.message}{"\\n"}{end}',
    ]);
    assert.match(out, /from 5 to 7/);
    assert.doesNotMatch(out, /Scaled down/);

    // Its owner is the autoscaler since then, and Helm 4 takes nothing from others unless it is told to.
    const fixed = { ...least, replicaCount: 3 };
    await assert.rejects(release(['upgrade'], fixed), /conflict with "kube-controller-manager"/);
    await release(['upgrade', '--force-conflicts', '--wait', '--timeout=3m'], fixed);
    assert.equal(at(await deployment('switched-on'), 'spec.replicas'), 3);
  });

  for (const [index, helm] of helms.entries()) {
    it(`has pods again that were scaled away by hand as soon as ${helm} upgrades`, async () => {
      const namespace = `by-hand-${index}`;
      const release = helmOf(cluster, helm, await makeRelease(namespace));
      await release(['install', '--wait', '--timeout=3m'], least);
      await cluster.kubectl([
        'scale',
        'deployment/radiology-lobar',
        '--replicas=0',
        `--namespace=${namespace}`,
      ]);
      await until(async () => (await pods(namespace)) === 0, 100);
      await release(['upgrade', '--wait', '--timeout=3m'], least);
      assert.equal(await pods(namespace), 2);
    });
  }
});
