import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { at, find, findAll, helmMissing, type Manifest, render } from './helm.ts';
import { certificates, connected, least, matrix } from './some-values.ts';

const peers = [{ ipBlock: { cidr: '192.0.2.0/24' } }];

/** Of every rule, the ports that it lets out to, TCP and UDP. */
const portsOut = (policy: Manifest) =>
  (at(policy, 'spec.egress') as readonly { ports: readonly { port: number }[] }[]).map(({ ports }) => [
    ...new Set(ports.map(({ port }) => port)),
  ]);

describe('network policies', { skip: helmMissing }, () => {
  let manifests: readonly Manifest[] = [];
  before(async () => {
    manifests = await render(matrix['closed networks'] ?? {});
  });
  const policy = (name: string) => find(manifests, 'NetworkPolicy', name);

  it('are off until somebody says who is where', async () => {
    assert.deepEqual(findAll(await render(least), 'NetworkPolicy'), []);
  });

  it('let a pod out to DNS and to what its configuration names, at the ports of those', () => {
    // DNS; PACS by https; EHR at 8443; issuer by https; NATS at 4222.
    assert.deepEqual(portsOut(policy('radiology-lobar')), [[53], [443], [8443], [443], [4222]]);
    const [dns, ...rules] = at(policy('radiology-lobar'), 'spec.egress') as readonly object[];
    assert.deepEqual(at(dns, 'to.0.podSelector.matchLabels'), { 'k8s-app': 'kube-dns' });
    for (const rule of rules) assert.deepEqual(at(rule, 'to'), peers);
  });

  it('let the watch out to PACS, issuer and NATS, and not to the EHR', () => {
    assert.deepEqual(portsOut(policy('radiology-lobar-watch')), [[53], [443], [443], [4222]]);
  });

  it('let in who is named, Prometheus to its port alone, and the pod of helm test', () => {
    const [http, metrics, ...more] = at(policy('radiology-lobar'), 'spec.ingress') as readonly object[];
    assert.deepEqual(more, []);
    assert.deepEqual(at(http, 'ports'), [{ protocol: 'TCP', port: 8080 }]);
    assert.deepEqual(at(http, 'from.1'), { namespaceSelector: { matchLabels: { name: 'ingress' } } });
    assert.deepEqual(at(metrics, 'ports'), [{ protocol: 'TCP', port: 9464 }]);
    assert.deepEqual(at(metrics, 'from'), [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }]);
    assert.deepEqual(
      at(http, 'from.0.podSelector.matchLabels'),
      at(find(manifests, 'Pod'), 'metadata.labels'),
    );
  });

  it('let in nobody where nobody is named', async () => {
    const values = { ...least, networkPolicy: { enabled: true, egress: { issuer: { peers } } } };
    const ingress = at(find(await render(values), 'NetworkPolicy', 'radiology-lobar'), 'spec.ingress');
    assert.equal((ingress as readonly object[]).length, 1);
    assert.equal(at(ingress, '0.from.length'), 1);
  });

  it('take ports as they are given, for pods behind a Service with another one', async () => {
    const egress = { issuer: { peers, ports: [8443, 9443] }, extra: [{ to: peers }] };
    const values = { ...least, networkPolicy: { enabled: true, egress } };
    const policy = find(await render(values), 'NetworkPolicy', 'radiology-lobar');
    assert.deepEqual(at(policy, 'spec.egress.1.ports'), [
      { protocol: 'TCP', port: 8443 },
      { protocol: 'TCP', port: 9443 },
    ]);
    assert.deepEqual(at(policy, 'spec.egress.2'), { to: peers });
  });

  it('let out by https to a token endpoint that SMART finds by itself, whatever the issuer’s port', async () => {
    const auth = { oidc: { ...least.config.auth.oidc, issuer: 'https://login.example.org:8443/realms/h' } };
    const values = {
      ...connected,
      config: { ...connected.config, auth },
      networkPolicy: {
        enabled: true,
        egress: { pacs: { peers }, ehr: { peers }, issuer: { peers }, nats: { peers } },
      },
    };
    const policy = find(await render(values), 'NetworkPolicy', 'radiology-lobar');
    assert.deepEqual(portsOut(policy), [[53], [443], [8443], [443, 8443], [4222]]);
  });

  it('let the pod of helm test out to its own address and token endpoint, and to the Service without a word', async () => {
    const tests = (url: string) => ({ url, oauth2: { tokenUrl: 'https://login.example.org:9443/token' } });
    const values = (url: string) => ({
      ...least,
      tests: tests(url),
      networkPolicy: { enabled: true, egress: { issuer: { peers }, tests: { peers } } },
    });
    const out = async (url: string) =>
      portsOut(find(await render(values(url)), 'NetworkPolicy', 'radiology-lobar-test'));
    assert.deepEqual(await out('https://lobar.example.org'), [[8080], [53], [443], [443, 9443]]);
    assert.deepEqual(await out('https://radiology-lobar.imaging.svc.cluster.local:8080'), [
      [8080],
      [53],
      [443],
      [9443],
    ]);
  });

  it('have no rule for a test that is off, and so none that lets everybody in', async () => {
    const networkPolicy = { enabled: true, egress: { issuer: { peers } } };
    const policy = async (values: object) =>
      at(
        find(
          await render({ ...least, tests: { enabled: false }, networkPolicy, ...values }),
          'NetworkPolicy',
          'radiology-lobar',
        ),
        'spec.ingress',
      );
    assert.deepEqual(await policy({}), []);
    const metrics = { ...networkPolicy, ingress: { metrics: peers } };
    assert.deepEqual(await policy({ networkPolicy: metrics }), [
      { from: peers, ports: [{ protocol: 'TCP', port: 9464 }] },
    ]);
  });

  it('let out to a proxy instead of what is reached through it', async () => {
    const config = { ...connected.config, proxy: { https: 'http://proxy.example.org:3128' } };
    const values = {
      ...connected,
      config,
      networkPolicy: { enabled: true, egress: { proxy: { peers }, nats: { peers } } },
    };
    const policy = find(await render(values), 'NetworkPolicy', 'radiology-lobar');
    assert.deepEqual(portsOut(policy), [[53], [4222], [3128]]);
  });
});

describe('ways in', { skip: helmMissing }, () => {
  it('lead a client to the pod that knows its analysis, where no queue lets every pod know it', async () => {
    const service = async (values: object) =>
      at(find(await render(values), 'Service', 'radiology-lobar'), 'spec');
    assert.equal(at(await service(least), 'sessionAffinity'), 'ClientIP');
    assert.equal(at(await service(connected), 'sessionAffinity'), 'None');
    const own = { sessionAffinity: 'None', ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] };
    const given = (await service({ ...least, service: own })) as object;
    for (const [key, value] of Object.entries(own)) assert.deepEqual(at(given, key), value);
  });

  it('of an Ingress lead to the Service, and none leads to metrics', async () => {
    const manifests = await render(matrix['an Ingress'] ?? {});
    assert.deepEqual(at(find(manifests, 'Ingress'), 'spec.rules.0'), {
      host: 'lobar.example.org',
      http: {
        paths: [
          {
            path: '/',
            pathType: 'Prefix',
            backend: { service: { name: 'radiology-lobar', port: { name: 'http' } } },
          },
        ],
      },
    });
    const ports = at(find(manifests, 'Service', 'radiology-lobar'), 'spec.ports') as readonly object[];
    assert.deepEqual(
      ports.map((one) => at(one, 'targetPort')),
      ['http'],
    );
  });

  it('of an Ingress may hand client certificates through', async () => {
    const ingress = { enabled: true, hosts: ['lobar.example.org'], tlsPassthrough: true };
    const backend = at(
      find(await render({ ...certificates, ingress }), 'Ingress'),
      'spec.rules.0.http.paths.0.backend',
    );
    assert.deepEqual(backend, { service: { name: 'radiology-lobar', port: { name: 'https' } } });
  });

  it('of a Gateway wait for as long as an analysis may wait and take', async () => {
    const route = find(await render(matrix['an HTTPRoute'] ?? {}), 'HTTPRoute');
    // limits.waitSeconds 120, limits.analysisSeconds 600, and 10.
    assert.equal(at(route, 'spec.rules.0.timeouts.request'), '730s');
    assert.deepEqual(at(route, 'spec.rules.0.backendRefs'), [{ name: 'radiology-lobar', port: 8080 }]);
    assert.deepEqual(at(route, 'spec.parentRefs'), [{ name: 'gateway', namespace: 'edge' }]);
  });
});
