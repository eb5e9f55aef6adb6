import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { chartFolder } from './chart-folder.ts';
import { helmMissing, helms, refusal } from './helm.ts';
import { type Mistake, networkMistakes } from './network-mistakes.ts';
import { certificates, least } from './some-values.ts';

const pacs = { url: 'https://pacs.example.org/dicom-web' };
const withConfig = (more: object) => ({ ...least, config: { ...least.config, ...more } });

/** What each template of _validate.tpl refuses. */
const mistakes: Readonly<Record<string, Mistake>> = {
  ...networkMistakes,
  'no image': {
    values: { config: least.config },
    said: ['image.repository: name the image in your registry'],
  },
  'nobody may ask': { values: {}, said: ['config.auth: Lobar serves nobody outside its pod without it'] },
  'client certificates without TLS': {
    values: { ...certificates, config: { auth: certificates.config.auth } },
    said: ['config.auth.clientCertificates: needs config.http.tls'],
  },
  'client certificates behind an Ingress that ends TLS': {
    values: { ...certificates, ingress: { enabled: true, hosts: ['lobar.example.org'] } },
    said: ['ingress.enabled: it ends TLS, so client certificates do not reach Lobar'],
  },
  'client certificates behind an HTTPRoute': {
    values: { ...certificates, httpRoute: { enabled: true, parentRefs: [{ name: 'gateway' }] } },
    said: ['httpRoute.enabled: it ends TLS'],
  },
  'a port that changes': {
    values: withConfig({ http: { port: 0 } }),
    said: ['config.http.port: must be one number from 1024 on'],
  },
  'no port for metrics': {
    values: withConfig({ metrics: { port: null } }),
    said: ['config.metrics.port: must be one number from 1024 on'],
  },
  'one port for both': {
    values: withConfig({ metrics: { port: 8080 } }),
    said: ['config.metrics.port: must differ from config.http.port'],
  },
  'a loopback address': {
    values: withConfig({ http: { host: '127.0.0.1' }, metrics: { host: '::1' } }),
    said: [
      'config.http.host: 127.0.0.1 is reached from inside the pod only; use 0.0.0.0 or ::',
      'config.metrics.host: ::1 is reached from inside the pod only',
    ],
  },
  'a GPU that need not be used': {
    values: { ...withConfig({ inference: { provider: 'auto' } }), gpu: { enabled: true } },
    said: ['config.inference.provider: would let a pod that holds a GPU run on the CPU'],
  },
  'several PACS and no word about the default': {
    values: withConfig({ pacs: { a: pacs, b: pacs } }),
    said: ['defaultPacs: say which of config.pacs is the default (a, b), as values have no order'],
  },
  'a default that is not there': {
    values: { ...withConfig({ pacs: { a: pacs } }), defaultPacs: 'c' },
    said: ['defaultPacs: config.pacs has no c'],
  },
  'a variable that overrules what the chart counts with': {
    values: { ...least, extraEnv: [{ name: 'LOBAR_HTTP_PORT', value: '9000' }] },
    said: ['extraEnv: LOBAR_HTTP_PORT would overrule what the chart has read from config; set it there'],
  },
  'variables that overrule what networks and autoscalers are made from': {
    values: {
      ...least,
      extraEnv: [
        'LOBAR_PACS_MAIN_URL',
        'LOBAR_EHR_MAIN_SMART_TOKEN_URL',
        'LOBAR_LIMITS_IN_FLIGHT',
        'LOBAR_INFERENCE_PROVIDER',
        'LOBAR_AUTH_OIDC_ISSUER',
        'LOBAR_PROXY_NO_PROXY',
        // These two it does not count with.
        'LOBAR_LOG_LEVEL',
        'LOBAR_PACS_MAIN_BEARER_TOKEN_FILE',
      ].map((name) => ({ name, value: 'x' })),
    },
    said: [
      'extraEnv: LOBAR_PACS_MAIN_URL would overrule',
      'extraEnv: LOBAR_EHR_MAIN_SMART_TOKEN_URL would overrule',
      'extraEnv: LOBAR_LIMITS_IN_FLIGHT would overrule',
      'extraEnv: LOBAR_INFERENCE_PROVIDER would overrule',
      'extraEnv: LOBAR_AUTH_OIDC_ISSUER would overrule',
      'extraEnv: LOBAR_PROXY_NO_PROXY would overrule',
    ],
    unsaid: /LOG_LEVEL|BEARER/,
  },
  'a variable that leads past the proxy': {
    values: {
      ...withConfig({ proxy: { https: 'http://proxy.example.org:3128' } }),
      extraEnv: [{ name: 'no_proxy', value: '.svc' }],
    },
    said: ['extraEnv: no_proxy would overrule'],
  },
  'a watch of what is not there': {
    values: withConfig({ pacs: { a: pacs }, watch: { pacs: 'b', ehr: 'c', callback: 'd' } }),
    said: [
      'config.watch.pacs: config.pacs has no b',
      'config.watch.ehr: config.ehr has no c',
      'config.watch.callback: config.callbacks has no d',
    ],
  },
  'an alert that is not there': {
    values: { ...least, metrics: { prometheusRule: { disabled: ['LobarIsDown', 'LobarNotReady'] } } },
    said: ['metrics.prometheusRule.disabled: there is no alert LobarIsDown (rules/lobar.yaml)'],
    unsaid: /LobarNotReady/,
  },
  'too little time to end': {
    values: { ...least, terminationGracePeriodSeconds: 30 },
    said: [
      'terminationGracePeriodSeconds: 30 s cut the drain short; preStopSeconds, config.limits.drainSeconds and 25 make 60',
    ],
  },
  'a file of a secret that is not mounted': {
    values: withConfig({ pacs: { main: { ...pacs, bearerTokenFile: '/var/run/secrets/lobar/pacs/token' } } }),
    said: [
      'config: names files in /var/run/secrets/lobar/pacs, where nothing is mounted; set secrets.pacs.existingSecret',
    ],
  },
  'a header that is a secret': {
    values: withConfig({ pacs: { 'archive-2': { ...pacs, headers: { 'X-Api-Key': 'canary' } } } }),
    said: [
      'config.pacs.archive-2.headers.X-Api-Key: looks like a secret',
      'put LOBAR_PACS_ARCHIVE_2_HEADERS (JSON) into a Secret and name that in extraEnvFrom',
    ],
  },
  'a proxy with a password': {
    values: withConfig({ proxy: { https: 'http://lobar:canary@proxy.example.org:3128' } }),
    said: [
      'config.proxy.https: holds credentials, and would stand in a ConfigMap; put HTTPS_PROXY into a Secret',
    ],
  },
  'two autoscalers': {
    values: {
      ...least,
      autoscaling: { enabled: true },
      keda: { enabled: true, prometheus: { serverAddress: 'http://prometheus.example.org' } },
    },
    said: ['autoscaling.enabled and keda.enabled: two autoscalers would fight over one Deployment'],
  },
  'more pods at least than at most': {
    values: { ...least, autoscaling: { enabled: true, minReplicas: 9 } },
    said: ['autoscaling.minReplicas: is more than autoscaling.maxReplicas'],
  },
  'waiting jobs without a queue': {
    values: { ...least, autoscaling: { enabled: true, jobsWaiting: { enabled: true } } },
    said: ['autoscaling.jobsWaiting.enabled: needs config.queue.url'],
  },
  'no pods and no queue that would wake one': {
    values: {
      ...least,
      keda: { enabled: true, minReplicas: 0, prometheus: { serverAddress: 'http://prometheus.example.org' } },
    },
    said: ['keda.minReplicas: 0 needs config.queue.url and keda.jetstream.monitoringEndpoint'],
  },
  'KEDA with nothing to scale on': {
    values: { ...least, keda: { enabled: true, minReplicas: 9 } },
    said: ['keda.enabled: needs something to scale on', 'keda.minReplicas: is more than keda.maxReplicas'],
  },
  'KEDA on a queue that is not there': {
    values: { ...least, keda: { enabled: true, jetstream: { monitoringEndpoint: 'nats:8222' } } },
    said: ['keda.jetstream.monitoringEndpoint: needs config.queue.url'],
  },
  'a budget that lets no pod go': {
    values: { ...least, podDisruptionBudget: { minAvailable: 2 } },
    said: ['podDisruptionBudget.minAvailable: 2 of 2 pods lets no node be drained'],
  },
  'a budget of all pods': {
    values: { ...least, podDisruptionBudget: { minAvailable: '100%' } },
    said: ['podDisruptionBudget.minAvailable: 100% of 2 pods lets no node be drained'],
  },
  // 51 % of 2 is 1.02, which Kubernetes rounds up to 2.
  'a budget of a share that is all pods when it is rounded up': {
    values: { ...least, podDisruptionBudget: { minAvailable: '51%' } },
    said: ['podDisruptionBudget.minAvailable: 51% of 2 pods'],
  },
  'a budget of half a pod': {
    values: { ...least, replicaCount: 1, podDisruptionBudget: { minAvailable: '50%' } },
    said: ['podDisruptionBudget.minAvailable: 50% of 1 pods'],
  },
  'a budget against the fewest pods of an autoscaler': {
    values: {
      ...least,
      replicaCount: 5,
      autoscaling: { enabled: true, minReplicas: 3 },
      podDisruptionBudget: { minAvailable: 3 },
    },
    said: ['podDisruptionBudget.minAvailable: 3 of 3 pods'],
  },
  'a watch without a queue and a PACS': {
    values: { ...least, watch: { enabled: true } },
    said: ['watch.enabled: needs config.queue.url', 'watch.enabled: needs a PACS to watch in config.pacs'],
  },
  'models in two places': {
    values: {
      ...withConfig({ inference: { modelsFolder: '/own' } }),
      models: { source: 'pvc', pvc: { existingClaim: 'm' } },
    },
    said: ['config.inference.modelsFolder: is set by models.source=pvc; leave it out'],
  },
  'models of no claim': {
    values: { ...least, models: { source: 'pvc' } },
    said: ['models.pvc.existingClaim: is needed with models.source=pvc'],
  },
  'models of no image': {
    values: { ...least, models: { source: 'imageVolume' } },
    said: ['models.imageVolume.reference: is needed with models.source=imageVolume'],
  },
  'an image volume in a cluster that has none': {
    values: { ...least, models: { source: 'imageVolume', imageVolume: { reference: 'm:1' } } },
    options: { kubeVersion: '1.32.4' },
    said: [
      'models.source=imageVolume: needs Kubernetes 1.35, or 1.33 with the feature gate ImageVolume; this is v1.32.4; use pvc or download',
    ],
  },
  'nothing to download': {
    values: { ...least, models: { source: 'download' } },
    said: ['models.download.files: is empty'],
  },
  'an old cluster': {
    values: least,
    options: { kubeVersion: '1.29.9' },
    said: ['chart requires kubeVersion: >=1.30.0-0 which is incompatible with Kubernetes v1.29.9'],
  },
};

describe('values that do not go together are refused', { skip: helmMissing }, () => {
  for (const [name, { values, said, unsaid, options }] of Object.entries(mistakes)) {
    it(name, async () => {
      const text = await refusal(values, options);
      for (const one of said) assert.ok(text.includes(one), `${one}\n${text}`);
      if (unsaid !== undefined) assert.doesNotMatch(text, unsaid);
      assert.doesNotMatch(text, /canary/, 'and no secret is told');
    });
  }

  it('and every one of them stands above', async () => {
    const template = await readFile(join(chartFolder, 'templates/_validate.tpl'), 'utf8');
    const all = Object.values(mistakes).flatMap(({ said }) => said);
    // The words between what is filled in: each in some message that was asked for.
    const messages = [...template.matchAll(/append \$mistakes (?:\(printf )?"([^"]+)"/g)].map(
      ([, text = '']) => text.split(/%[sd]/).map((one) => one.slice(0, 20)),
    );
    assert.equal(messages.length, 37);
    for (const words of messages) {
      const told = all.some((one) => words.every((word, index) => index > 1 || one.includes(word)));
      assert.ok(told, words.join('...'));
    }
  });

  for (const helm of helms) {
    it(`all at once, and nothing besides, by ${helm}`, async () => {
      const values = {
        image: least.image,
        preStopSeconds: 0,
        terminationGracePeriodSeconds: 1,
        watch: { enabled: true },
      };
      const told = (await refusal(values, { helm })).split('\n').filter((line) => line.startsWith('- '));
      assert.deepEqual(
        told.map((line) => line.split(':')[0]),
        ['- config.auth', '- terminationGracePeriodSeconds', '- watch.enabled', '- watch.enabled'],
      );
    });
  }
});
