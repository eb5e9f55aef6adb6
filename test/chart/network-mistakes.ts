import type { RenderOptions } from './helm.ts';
import { certificates, connected, least } from './some-values.ts';

/** Values that are refused, and what is said about them. */
export interface Mistake {
  readonly values: object;
  readonly said: readonly string[];
  readonly unsaid?: RegExp;
  readonly options?: RenderOptions;
}

const peers = [{ ipBlock: { cidr: '192.0.2.0/24' } }];
const pacs = { url: 'https://pacs.example.org/dicom-web' };
const withConfig = (more: object) => ({ ...least, config: { ...least.config, ...more } });

/** What closed networks would shut out. */
export const networkMistakes: Readonly<Record<string, Mistake>> = {
  'networks that shut out what the configuration leads to': {
    values: {
      ...connected,
      config: {
        ...connected.config,
        audit: { fhir: { url: 'https://audit.example.org/fhir' } },
        tracing: { endpoint: 'http://collector.example.org:4318' },
      },
      networkPolicy: { enabled: true, egress: { pacs: { peers } } },
    },
    said: [
      'networkPolicy.egress.ehr.peers: nothing is let out to config.ehr.main.url (https://ehr.example.org:8443/fhir)',
      'networkPolicy.egress.audit.peers: nothing is let out to config.audit.fhir.url',
      'networkPolicy.egress.collector.peers: nothing is let out to config.tracing.endpoint',
      'networkPolicy.egress.issuer.peers: nothing is let out to config.auth.oidc.issuer',
      'networkPolicy.egress.nats.peers: nothing is let out to config.queue.url',
    ],
  },
  'a proxy that the networks shut out': {
    values: {
      ...withConfig({ proxy: { https: 'http://proxy.example.org:3128' } }),
      networkPolicy: { enabled: true },
    },
    said: ['networkPolicy.egress.proxy.peers: nothing is let out to config.proxy.https'],
  },
  'networks that shut out a token endpoint which SMART finds by itself': {
    values: {
      ...certificates,
      config: { ...certificates.config, ehr: connected.config.ehr },
      secrets: { ...certificates.secrets, ...connected.secrets },
      networkPolicy: { enabled: true, egress: { ehr: { peers } } },
    },
    said: [
      'networkPolicy.egress.issuer.peers: nothing is let out to config.ehr.main.smart.tokenUrl (which Lobar finds by itself)',
    ],
  },
  'peers to whom nothing leads': {
    values: {
      ...least,
      networkPolicy: { enabled: true, egress: { issuer: { peers }, callbacks: { peers } } },
    },
    said: [
      'networkPolicy.egress.callbacks.peers: nothing in config leads to them, so their port is not known',
    ],
  },
  'networks that shut out what is reached past the proxy': {
    values: {
      ...withConfig({
        pacs: { near: { url: 'https://pacs.hospital.example/dicom-web' }, far: pacs },
        ehr: {
          main: {
            url: 'http://ehr.example.org/fhir',
            patientIdentifierSystem: 'urn:oid:2.16.840.1.113883.19.5',
          },
        },
        proxy: { https: 'http://proxy.example.org:3128', noProxy: 'localhost, .hospital.example' },
      }),
      defaultPacs: 'far',
      networkPolicy: { enabled: true, egress: { proxy: { peers } } },
    },
    said: [
      'networkPolicy.egress.pacs.peers: nothing is let out to config.pacs.near.url',
      // The proxy is one for https.
      'networkPolicy.egress.ehr.peers: nothing is let out to config.ehr.main.url',
    ],
    unsaid: /config\.pacs\.far|config\.auth\.oidc/,
  },
  'networks that let in nobody by the ways that are made': {
    values: {
      ...least,
      ingress: { enabled: true, hosts: ['lobar.example.org'] },
      metrics: { serviceMonitor: { enabled: true } },
      networkPolicy: { enabled: true, egress: { issuer: { peers } } },
    },
    said: [
      'networkPolicy.ingress.http: lets nobody in, so the Ingress or HTTPRoute leads nowhere',
      'networkPolicy.ingress.metrics: lets nobody in, so the ServiceMonitor finds nothing',
    ],
  },
  'networks that shut the test out': {
    values: {
      ...least,
      tests: { url: 'https://lobar.example.org', oauth2: { tokenUrl: 'https://tokens.example.org/token' } },
      networkPolicy: { enabled: true, egress: { issuer: { peers } } },
    },
    said: [
      'networkPolicy.egress.tests.peers: nothing is let out to tests.url (https://lobar.example.org)',
      'networkPolicy.egress.tests.peers: nothing is let out to tests.oauth2.tokenUrl (https://tokens.example.org/token)',
    ],
  },
};
