/** Values that hospitals might have. Addresses are of RFC 5737 and names of RFC 2606. */

const outside = { peers: [{ ipBlock: { cidr: '192.0.2.0/24' } }] };

const image = { repository: 'registry.example.org/imaging/lobar' };

/** The least that the chart takes: where its image is, and who may ask. */
export const least = {
  image,
  config: {
    auth: { oidc: { issuer: 'https://login.example.org/realms/h', audience: 'https://lobar.example.org' } },
  },
} as const;

const tlsFolder = '/var/run/secrets/lobar/serving';

/** Lobar ends TLS and knows its clients by certificates. */
export const certificates = {
  image,
  config: {
    http: { tls: { certFile: `${tlsFolder}/tls.crt`, keyFile: `${tlsFolder}/tls.key` } },
    auth: { clientCertificates: { caFile: '/var/run/secrets/lobar/clients/ca.crt' } },
  },
  secrets: { serving: { existingSecret: 'lobar-tls' }, clients: { existingConfigMap: 'client-authorities' } },
} as const;

/** PACS and EHR with credentials, a queue. */
export const connected = {
  image,
  config: {
    ...least.config,
    pacs: {
      main: {
        url: 'https://pacs.example.org/dicom-web',
        bearerTokenFile: '/var/run/secrets/lobar/pacs/token',
      },
    },
    ehr: {
      main: {
        url: 'https://ehr.example.org:8443/fhir',
        patientIdentifierSystem: 'urn:oid:2.16.840.1.113883.19.5',
        smart: { clientId: 'lobar', keyFiles: ['/var/run/secrets/lobar/ehr/key.pem'] },
      },
    },
    queue: {
      url: 'nats://nats.example.org:4222',
      credentialsFile: '/var/run/secrets/lobar/nats/lobar.creds',
    },
    fhirBase: 'https://radiology.example.org/lobar/fhir',
  },
  secrets: {
    pacs: { existingSecret: 'pacs-token' },
    ehr: { existingSecret: 'ehr-key' },
    nats: { existingSecret: 'nats-creds' },
  },
} as const;

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** One case for every object that the chart can make, and for every way that it can make one. */
export const matrix: Readonly<Record<string, object>> = {
  least,
  'client certificates': certificates,
  connected,
  'a GPU': {
    ...least,
    gpu: { enabled: true, runtimeClassName: 'nvidia', nodeSelector: { 'nvidia.com/gpu.present': 'true' } },
    nodeSelector: { zone: 'a' },
    tolerations: [{ key: 'imaging', operator: 'Exists' }],
  },
  'models of a claim': { ...least, models: { source: 'pvc', pvc: { existingClaim: 'm', subPath: 'v2' } } },
  'models of an image': {
    ...least,
    models: { source: 'imageVolume', imageVolume: { reference: 'registry.example.org/m:2', subPath: 'm' } },
  },
  'models that are fetched': {
    ...least,
    models: {
      source: 'download',
      download: {
        files: [{ url: 'https://models.example.org/manifest.json', path: 'mine/manifest.json', sha256 }],
        existingSecret: 'models-login',
      },
    },
  },
  'scaling by a HorizontalPodAutoscaler': {
    ...connected,
    autoscaling: { enabled: true, jobsWaiting: { enabled: true } },
  },
  'scaling by KEDA': {
    ...connected,
    keda: {
      enabled: true,
      minReplicas: 0,
      jetstream: { monitoringEndpoint: 'nats.example.org:8222' },
      prometheus: {
        serverAddress: 'https://prometheus.example.org',
        metadata: { authModes: 'bearer' },
        authenticationRef: { name: 'prometheus' },
      },
    },
  },
  'a watch': { ...connected, watch: { enabled: true } },
  'closed networks': {
    ...connected,
    watch: { enabled: true },
    networkPolicy: {
      enabled: true,
      ingress: {
        http: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }],
        metrics: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
      },
      egress: { pacs: outside, ehr: outside, issuer: outside, nats: outside },
    },
  },
  'an Ingress': {
    ...least,
    ingress: {
      enabled: true,
      className: 'nginx',
      hosts: ['lobar.example.org'],
      tls: [{ secretName: 't', hosts: ['lobar.example.org'] }],
    },
  },
  'an HTTPRoute': {
    ...least,
    httpRoute: {
      enabled: true,
      parentRefs: [{ name: 'gateway', namespace: 'edge' }],
      hostnames: ['lobar.example.org'],
    },
  },
  monitoring: {
    ...least,
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true, annotations: { grafana_folder: 'Imaging' } },
    },
  },
  'everything optional off': {
    ...least,
    serviceAccount: { create: false },
    podDisruptionBudget: { enabled: false },
    tests: { enabled: false },
    preStopSeconds: 0,
    topologySpread: [],
  },
  'all that can be added': {
    ...least,
    fullnameOverride: 'ct',
    image: {
      repository: 'registry.example.org/lobar',
      tag: 'main',
      digest: `sha256:${sha256}`,
      pullPolicy: 'Always',
    },
    imagePullSecrets: [{ name: 'registry' }],
    extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/var/run/secrets/lobar/authorities/ca.crt' }],
    extraEnvFrom: [{ secretRef: { name: 'lobar-environment' } }],
    extraVolumes: [{ name: 'scratch', emptyDir: {} }],
    extraVolumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    secrets: {
      authorities: { existingConfigMap: 'hospital-ca', items: [{ key: 'bundle.pem', path: 'ca.crt' }] },
    },
    podLabels: { team: 'radiology' },
    podAnnotations: { 'example.org/note': 'yes' },
    priorityClassName: 'imaging',
    affinity: { podAntiAffinity: {} },
    strategy: { type: 'Recreate' },
    service: { sessionAffinity: 'None', ipFamilyPolicy: 'PreferDualStack' },
    metrics: {
      serviceMonitor: {
        enabled: true,
        scrapeTimeout: '5s',
        scheme: 'https',
        tlsConfig: { insecureSkipVerify: true },
        metricRelabelings: [{ action: 'labeldrop', regex: 'pod' }],
      },
      prometheusRule: {
        enabled: true,
        disabled: ['LobarDown'],
        alertLabels: { team: 'imaging' },
        runbookBase: 'https://git.example.org/lobar/blob/main',
      },
    },
    tests: {
      existingSecret: 'lobar-test',
      oauth2: { tokenUrl: 'https://login.example.org/token', clientId: 'helm-test' },
    },
    extraObjects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: '{{ include "lobar.fullname" . }}-extra' },
        data: { a: 'b' },
      },
    ],
  },
};
