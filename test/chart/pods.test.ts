import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { lanePlan } from '../../src/inference/lane-plan.ts';
import { configOf, configText } from './config-of.ts';
import { at, find, helmMissing, type Manifest, render } from './helm.ts';
import { againstRestricted } from './restricted.ts';
import { certificates, connected, least, matrix } from './some-values.ts';

const container = (manifests: readonly Manifest[], path: string) =>
  at(find(manifests, 'Deployment', 'radiology-lobar'), `spec.template.spec.containers.0.${path}`);
const pod = (manifests: readonly Manifest[], path: string) =>
  at(find(manifests, 'Deployment', 'radiology-lobar'), `spec.template.spec.${path}`);

describe('a pod of the service', { skip: helmMissing }, () => {
  let plain: readonly Manifest[] = [];
  before(async () => {
    plain = await render(least);
  });

  it('serves by the configuration of its ConfigMap', () => {
    assert.deepEqual(container(plain, 'args'), ['serve', '--config', '/etc/lobar/lobar.yaml']);
    assert.equal(container(plain, 'volumeMounts.1.mountPath'), '/etc/lobar');
    assert.equal(pod(plain, 'volumes.1.configMap.name'), 'radiology-lobar');
  });

  it('writes to /tmp alone, sees no other Service in its environment and has no token', () => {
    assert.deepEqual(container(plain, 'volumeMounts.0'), { name: 'tmp', mountPath: '/tmp' });
    assert.equal(container(plain, 'volumeMounts.1.readOnly'), true);
    assert.equal(pod(plain, 'enableServiceLinks'), false);
    assert.equal(
      find(plain, 'ServiceAccount') && at(find(plain, 'ServiceAccount'), 'automountServiceAccountToken'),
      false,
    );
  });

  it('is started anew by another configuration, and by nothing else', async () => {
    const sum = (manifests: readonly Manifest[]) =>
      at(find(manifests, 'Deployment'), 'spec.template.metadata.annotations') as object;
    const changed = await render({ ...least, config: { ...least.config, limits: { inFlight: 3 } } });
    assert.notDeepEqual(sum(changed), sum(plain));
    assert.deepEqual(sum(await render({ ...least, replicaCount: 5 })), sum(plain));
    // Nor by labels of the ConfigMap, which tell the version of the chart.
    assert.deepEqual(sum(await render({ ...least, image: { ...least.image, tag: '0.2.0' } })), sum(plain));
  });

  it('has ten minutes to warm its models: 120 looks, 5 s apart', () => {
    assert.equal(container(plain, 'startupProbe.failureThreshold'), 120);
    assert.equal(container(plain, 'startupProbe.periodSeconds'), 5);
    assert.equal(container(plain, 'startupProbe.httpGet.path'), '/health/live');
    assert.equal(container(plain, 'livenessProbe.httpGet.path'), '/health/live');
    assert.equal(container(plain, 'readinessProbe.httpGet.path'), '/health/ready');
    // Ten minutes and five more, before the rollout is called failed.
    assert.equal(at(find(plain, 'Deployment'), 'spec.progressDeadlineSeconds'), 900);
  });

  it('is probed over HTTPS where Lobar ends TLS', async () => {
    const secured = await render(certificates);
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      assert.equal(container(secured, `${probe}.httpGet.scheme`), 'HTTPS');
      assert.equal(container(plain, `${probe}.httpGet.scheme`), 'HTTP');
    }
    assert.equal(at(find(secured, 'Service', 'radiology-lobar'), 'spec.ports.0.appProtocol'), 'https');
  });

  it('is waited for as long as it sleeps, drains and ends', async () => {
    // 10 s of sleep, 25 s of limits.drainSeconds by default, 25 s for what comes after (end-seconds.test.ts).
    assert.equal(pod(plain, 'terminationGracePeriodSeconds'), 60);
    assert.equal(container(plain, 'lifecycle.preStop.sleep.seconds'), 10);
    // 0 s, 119.5 s and 25 s: whole seconds, never fewer.
    const config = { ...least.config, limits: { drainSeconds: 119.5 } };
    const longer = await render({ ...least, config, preStopSeconds: 0 });
    assert.equal(pod(longer, 'terminationGracePeriodSeconds'), 145);
    assert.equal(container(longer, 'lifecycle'), undefined);
    const patient = await render({ ...least, terminationGracePeriodSeconds: 300 });
    assert.equal(pod(patient, 'terminationGracePeriodSeconds'), 300);
  });

  it('is told by the configuration what the chart counts with by default', async () => {
    const { limits } = await configOf(plain);
    assert.deepEqual(
      [limits.drainSeconds, limits.inFlight, limits.waitSeconds, limits.analysisSeconds],
      [25, 2, 120, 600],
    );
  });

  it('has a limit of memory, none of CPU, and as many threads as CPUs are asked for', async () => {
    assert.deepEqual(container(plain, 'resources.limits'), { memory: '4Gi' });
    const threads = async (resources: object) => {
      const { inference } = await configOf(await render({ ...least, resources }));
      return [inference.threads, inference.decodeThreads];
    };
    assert.deepEqual(await threads({}), [2, 2]);
    assert.deepEqual(await threads({ requests: { cpu: 8 } }), [8, 8]);
    // 2.5 CPUs keep three threads busy.
    assert.deepEqual(await threads({ requests: { cpu: '2500m' } }), [3, 3]);
    assert.deepEqual(await threads({ requests: { cpu: 0.5 } }), [1, 1]);
    // What it is held to counts, not what it asks for.
    assert.deepEqual(await threads({ requests: { cpu: 1 }, limits: { cpu: '4', memory: '4Gi' } }), [4, 4]);
    const own = await configOf(
      await render({ ...least, config: { ...least.config, inference: { threads: 1 } } }),
    );
    assert.deepEqual([own.inference.threads, own.inference.decodeThreads], [1, 2]);
    // All lanes share these threads: two CPUs are two lanes of one thread, not of two.
    const [cores, smallFiles] = [64, 7 * 2 ** 20];
    const { inference } = await configOf(plain);
    const plan = lanePlan('cpu', smallFiles, inference, cores);
    assert.deepEqual(
      plan.map(({ opacities }) => opacities),
      [1, 1],
    );
  });

  it('mounts secrets as whole folders, readable by its group alone', async () => {
    const manifests = await render(connected);
    const volumes = pod(manifests, 'volumes') as readonly { name: string }[];
    assert.deepEqual(
      volumes.find(({ name }) => name === 'secret-ehr'),
      // 0440 in decimal.
      { name: 'secret-ehr', secret: { secretName: 'ehr-key', defaultMode: 0o440 } },
    );
    const mounts = container(manifests, 'volumeMounts') as readonly { name: string }[];
    assert.deepEqual(
      mounts.find(({ name }) => name === 'secret-ehr'),
      { name: 'secret-ehr', mountPath: '/var/run/secrets/lobar/ehr', readOnly: true },
    );
    assert.equal(pod(manifests, 'securityContext.fsGroup'), 10001);
  });

  it('keeps the order of PACS that values have not: the default one comes first', async () => {
    const pacs = { url: 'https://pacs.example.org/dicom-web' };
    const config = { ...least.config, pacs: { archive: pacs, zone: pacs, main: pacs } };
    const { pacs: ordered } = await configOf(await render({ ...least, config, defaultPacs: 'main' }));
    assert.deepEqual(Object.keys(ordered), ['main', 'archive', 'zone']);
  });

  it('is one of two, spread over nodes and zones where that can be', () => {
    assert.equal(at(find(plain, 'Deployment'), 'spec.replicas'), 2);
    const spread = pod(plain, 'topologySpreadConstraints') as readonly object[];
    assert.deepEqual(
      spread.map((one) => [at(one, 'topologyKey'), at(one, 'whenUnsatisfiable'), at(one, 'maxSkew')]),
      [
        ['kubernetes.io/hostname', 'ScheduleAnyway', 1],
        ['topology.kubernetes.io/zone', 'ScheduleAnyway', 1],
      ],
    );
  });

  it('leaves its user to a cluster that gives out its own, and stays restricted', async () => {
    const own = { runAsUser: null, runAsGroup: null, fsGroup: null };
    const manifests = await render({ ...least, podSecurityContext: own });
    assert.deepEqual(pod(manifests, 'securityContext'), {
      runAsNonRoot: true,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.deepEqual(againstRestricted(find(manifests, 'Deployment')), []);
  });

  it('has its image by digest where one is given', async () => {
    assert.equal(container(plain, 'image'), 'registry.example.org/imaging/lobar:0.1.0');
    const values = matrix['all that can be added'] ?? {};
    const image = at(find(await render(values), 'Deployment'), 'spec.template.spec.containers.0.image');
    assert.match(String(image), /^registry\.example\.org\/lobar@sha256:e3b0c442/);
  });
});

describe('a pod with a GPU', { skip: helmMissing }, () => {
  let manifests: readonly Manifest[] = [];
  before(async () => {
    manifests = await render(matrix['a GPU'] ?? {});
  });

  it('asks for one, goes where they are, and starts on nothing less', async () => {
    const limits = container(manifests, 'resources.limits') as Record<string, string>;
    assert.deepEqual(limits, { memory: '4Gi', 'nvidia.com/gpu': '1' });
    assert.equal(pod(manifests, 'runtimeClassName'), 'nvidia');
    assert.deepEqual(pod(manifests, 'nodeSelector'), { 'nvidia.com/gpu.present': 'true', zone: 'a' });
    assert.deepEqual(pod(manifests, 'tolerations'), [
      { key: 'imaging', operator: 'Exists' },
      { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' },
    ]);
    assert.equal((await configOf(manifests)).inference.provider, 'cuda');
  });

  it('makes room before its successor starts, as no GPU is free for that', async () => {
    const strategy = (of: readonly Manifest[]) => at(find(of, 'Deployment'), 'spec.strategy.rollingUpdate');
    assert.deepEqual(strategy(manifests), { maxSurge: 0, maxUnavailable: 1 });
    // Without a GPU nothing is lost while it rolls out.
    assert.deepEqual(strategy(await render(least)), { maxSurge: 1, maxUnavailable: 0 });
  });
});

describe('the models', { skip: helmMissing }, () => {
  const modelsMount = (manifests: readonly Manifest[]) =>
    (container(manifests, 'volumeMounts') as readonly { name: string }[]).find(
      ({ name }) => name === 'models',
    );
  const modelsVolume = (manifests: readonly Manifest[]) =>
    (pod(manifests, 'volumes') as readonly { name: string }[]).find(({ name }) => name === 'models');

  it('are those of the image by default', async () => {
    const manifests = await render(least);
    assert.equal(modelsMount(manifests), undefined);
    assert.doesNotMatch(configText(manifests), /modelsFolder/);
  });

  for (const source of ['a claim', 'an image']) {
    it(`of ${source} are mounted to be read only`, async () => {
      const manifests = await render(matrix[`models of ${source}`] ?? {});
      assert.equal(at(modelsMount(manifests), 'mountPath'), '/models');
      assert.equal(at(modelsMount(manifests), 'readOnly'), true);
      assert.equal((await configOf(manifests)).inference.modelsFolder, '/models');
    });
  }

  it('of an image are an image volume', async () => {
    const manifests = await render(matrix['models of an image'] ?? {});
    assert.deepEqual(at(modelsVolume(manifests), 'image'), {
      reference: 'registry.example.org/m:2',
      pullPolicy: 'IfNotPresent',
    });
  });

  it('that are fetched start the pods of the service anew when the list changes, and not the watch', async () => {
    const checksums = async (path: string) => {
      const files = [{ url: 'https://models.example.org/a', path, sha256: 'a'.repeat(64) }];
      const models = { source: 'download', download: { files } };
      const manifests = await render({ ...connected, watch: { enabled: true }, models });
      return ['radiology-lobar', 'radiology-lobar-watch'].map((name) =>
        JSON.stringify(at(find(manifests, 'Deployment', name), 'spec.template.metadata.annotations')),
      );
    };
    const [[serve, watch], [otherServe, otherWatch]] = [await checksums('a/b'), await checksums('a/c')];
    assert.notEqual(serve, otherServe);
    assert.equal(watch, otherWatch);
  });

  it('are fetched through the proxies of the configuration, unless a variable says otherwise', async () => {
    const fetched = matrix['models that are fetched'] ?? {};
    const proxy = { https: 'http://proxy.example.org:3128', noProxy: '.svc' };
    const variables = async (values: object) => {
      const config = { ...least.config, proxy };
      const env = pod(await render({ ...fetched, config, ...values }), 'initContainers.0.env');
      return (env as readonly { name: string; value: string }[]).map(({ name, value }) => `${name}=${value}`);
    };
    assert.deepEqual(await variables({}), [
      'NODE_USE_ENV_PROXY=1',
      'HTTPS_PROXY=http://proxy.example.org:3128',
      'NO_PROXY=.svc',
    ]);
    const own = { extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://other.example.org:3128' }] };
    assert.deepEqual(await variables(own), [
      'NODE_USE_ENV_PROXY=1',
      'NO_PROXY=.svc',
      'HTTPS_PROXY=http://other.example.org:3128',
    ]);
  });

  it('that are fetched come before Lobar starts, which may not write them', async () => {
    const manifests = await render(matrix['models that are fetched'] ?? {});
    assert.equal(pod(manifests, 'initContainers.0.image'), container(manifests, 'image'));
    assert.deepEqual(pod(manifests, 'initContainers.0.args'), ['/var/run/secrets/models/authorization']);
    assert.equal(at(modelsMount(manifests), 'readOnly'), true);
    const [list] = JSON.parse(
      String(
        (
          find(manifests, 'ConfigMap', 'radiology-lobar-models') as unknown as {
            data: Record<string, string>;
          }
        ).data['models.json'],
      ),
    );
    assert.equal(list.path, 'mine/manifest.json');
  });
});
