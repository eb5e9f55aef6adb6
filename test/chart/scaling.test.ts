import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { at, find, findAll, helmMissing, render } from './helm.ts';
import { connected, least, matrix } from './some-values.ts';

/** Up at once, by as many again or by four; down by one pod in two minutes, after ten. */
const behavior = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Percent', value: 100, periodSeconds: 15 },
      { type: 'Pods', value: 4, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 600,
    policies: [{ type: 'Pods', value: 1, periodSeconds: 120 }],
  },
};

describe('scaling', { skip: helmMissing }, () => {
  it('is nobody’s by default: there are as many pods as values say', async () => {
    const manifests = await render({ ...least, replicaCount: 3 });
    assert.equal(at(find(manifests, 'Deployment'), 'spec.replicas'), 3);
    assert.deepEqual(findAll(manifests, 'HorizontalPodAutoscaler'), []);
    assert.deepEqual(findAll(manifests, 'ScaledObject'), []);
  });

  it('by a HorizontalPodAutoscaler goes by analyses in flight: 70 % of what a pod has at work', async () => {
    const hpa = async (values: object) => at(find(await render(values), 'HorizontalPodAutoscaler'), 'spec');
    assert.deepEqual(await hpa({ ...least, autoscaling: { enabled: true } }), {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'radiology-lobar' },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        {
          type: 'Pods',
          pods: {
            metric: { name: 'lobar_requests_in_flight' },
            // 0.7 of limits.inFlight, which is 2 by default: 1.4.
            target: { type: 'AverageValue', averageValue: '1400m' },
          },
        },
      ],
      behavior,
    });
    // 0.7 of 3: 2.1.
    const config = { ...least.config, limits: { inFlight: 3 } };
    const target = 'metrics.0.pods.target.averageValue';
    assert.equal(at(await hpa({ ...least, config, autoscaling: { enabled: true } }), target), '2100m');
    assert.equal(
      at(await hpa({ ...least, config, autoscaling: { enabled: true, inFlight: 5 } }), target),
      '5',
    );
  });

  it('by a HorizontalPodAutoscaler goes by the waiting jobs of its namespace, too, where asked to', async () => {
    const values = matrix['scaling by a HorizontalPodAutoscaler'] ?? {};
    assert.deepEqual(at(find(await render(values), 'HorizontalPodAutoscaler'), 'spec.metrics.1'), {
      type: 'External',
      external: {
        metric: { name: 'lobar_jobs_waiting', selector: { matchLabels: { namespace: 'imaging' } } },
        target: { type: 'AverageValue', averageValue: '2' },
      },
    });
  });

  it('leaves the number of pods to the autoscaler, so that an upgrade does not reset it', async () => {
    for (const name of ['scaling by a HorizontalPodAutoscaler', 'scaling by KEDA']) {
      const deployment = find(await render(matrix[name] ?? {}), 'Deployment', 'radiology-lobar');
      assert.equal(at(deployment, 'spec.replicas'), undefined);
    }
  });

  it('by KEDA goes by the jobs of the queue and by what is in flight', async () => {
    const expected: IScaledObject['spec'] = {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'radiology-lobar' },
      pollingInterval: 15,
      cooldownPeriod: 900,
      minReplicaCount: 0,
      maxReplicaCount: 8,
      fallback: { failureThreshold: 3, replicas: 1, behavior: 'currentReplicasIfHigher' },
      advanced: { horizontalPodAutoscalerConfig: { behavior } },
      triggers: [
        {
          type: 'nats-jetstream',
          name: 'jobs',
          metricType: 'AverageValue',
          metadata: {
            natsServerMonitoringEndpoint: 'nats.example.org:8222',
            account: '$G',
            stream: 'lobar-jobs',
            consumer: 'lobar-workers',
            lagThreshold: '2',
            activationLagThreshold: '0',
            useHttps: 'false',
          },
        },
        {
          type: 'prometheus',
          name: 'in-flight',
          metricType: 'AverageValue',
          metadata: {
            serverAddress: 'https://prometheus.example.org',
            query:
              'sum(lobar_requests_in_flight{namespace="imaging",pod=~"radiology-lobar-[a-z0-9]+-[a-z0-9]+"})',
            threshold: '1.4',
            // There may be no pod.
            ignoreNullValues: 'true',
            authModes: 'bearer',
          },
          authenticationRef: { name: 'prometheus' },
        },
      ],
    };
    assert.deepEqual(
      at(find(await render(matrix['scaling by KEDA'] ?? {}), 'ScaledObject'), 'spec'),
      expected,
    );
  });

  it('by KEDA takes a series that is missing for a fault, not for a quiet hour, where pods have to be there', async () => {
    const metadata = async (prometheus: object) => {
      const keda = { enabled: true, prometheus: { serverAddress: 'http://p.example.org', ...prometheus } };
      return at(find(await render({ ...least, keda }), 'ScaledObject'), 'spec.triggers.0.metadata');
    };
    assert.equal(at(await metadata({}), 'ignoreNullValues'), 'false');
    const own = await metadata({ query: 'sum(own)', metadata: { ignoreNullValues: 'true' } });
    assert.equal(at(own, 'ignoreNullValues'), 'true');
    assert.equal(at(own, 'query'), 'sum(own)');
  });

  it('by KEDA finds the streams of a queue with a name of its own', async () => {
    const queue = { ...connected.config.queue, name: 'ct_2' };
    const keda = { enabled: true, jetstream: { monitoringEndpoint: 'nats.example.org:8222' } };
    const manifests = await render({ ...connected, config: { ...connected.config, queue }, keda });
    const metadata = at(find(manifests, 'ScaledObject'), 'spec.triggers.0.metadata');
    assert.equal(at(metadata, 'stream'), 'ct_2-jobs');
    assert.equal(at(metadata, 'consumer'), 'ct_2-workers');
  });

  it('and draining of nodes: one pod at a time, and a pod that is not ready does not count', async () => {
    const budget = async (values: object) =>
      at(find(await render({ ...least, ...values }), 'PodDisruptionBudget'), 'spec');
    const plain = await budget({});
    assert.equal(at(plain, 'maxUnavailable'), 1);
    assert.equal(at(plain, 'minAvailable'), undefined);
    assert.equal(at(plain, 'unhealthyPodEvictionPolicy'), 'AlwaysAllow');
    assert.deepEqual(at(plain, 'selector.matchLabels'), {
      'app.kubernetes.io/name': 'lobar',
      'app.kubernetes.io/instance': 'radiology',
      'app.kubernetes.io/component': 'serve',
    });
    const least2 = await budget({ replicaCount: 3, podDisruptionBudget: { minAvailable: 2 } });
    assert.equal(at(least2, 'minAvailable'), 2);
    assert.equal(at(least2, 'maxUnavailable'), undefined);
  });
});
