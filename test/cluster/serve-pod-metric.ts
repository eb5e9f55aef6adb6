import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { at, type Manifest } from '../chart/helm.ts';
import type { Cluster } from './start-cluster.ts';

export interface PodMetric {
  /** What all ready pods have together; it is spread over them evenly, as a balancer would. */
  total: number;
  close(): Promise<void>;
}

const group = 'custom.metrics.k8s.io';
const groupVersion = `${group}/v1beta2`;

/**
 * Stands where prometheus-adapter would: an API of metrics of pods, behind the API server, that knows one metric. Asks
 * the API server which pods the caller's selector means.
 */
export async function servePodMetric(cluster: Cluster, metric: string): Promise<PodMetric> {
  // The API server takes any certificate of an API that is marked so; its own is at hand.
  const [cert, key] = await Promise.all(
    ['apiserver.crt', 'apiserver.key'].map((file) => readFile(join(cluster.folder, file))),
  );
  const state = { total: 0 };
  const server = createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '', 'https://localhost');
    answer(url).then(
      (body) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const resources = [
    { name: `pods/${metric}`, singularName: '', namespaced: true, kind: 'MetricValueList', verbs: ['get'] },
  ];
  async function answer({ pathname, searchParams }: URL): Promise<object> {
    if (pathname === `/apis/${groupVersion}`)
      return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
    const path = new RegExp(`^/apis/${groupVersion}/namespaces/([^/]+)/pods/\\*/${metric}$`);
    // Clients escape the asterisk.
    const [, namespace] = path.exec(decodeURIComponent(pathname)) ?? [];
    if (namespace === undefined) throw new Error(pathname);
    const selector = searchParams.get('labelSelector') ?? '';
    const pods = await readyPods(cluster, namespace, selector);
    return {
      kind: 'MetricValueList',
      apiVersion: groupVersion,
      metadata: {},
      items: pods.map(({ metadata: { name } }) => ({
        describedObject: { kind: 'Pod', apiVersion: 'v1', namespace, name },
        metric: { name: metric },
        timestamp: new Date().toISOString(),
        value: `${Math.round((1000 * state.total) / pods.length)}m`,
      })),
    };
  }

  const { port } = server.address() as AddressInfo;
  for (const object of registration(port)) {
    await cluster.kubectl(['apply', '--server-side', '--filename=-'], object);
  }
  await cluster.kubectl([
    'wait',
    'apiservice',
    `v1beta2.${group}`,
    '--for=condition=Available',
    '--timeout=120s',
  ]);
  return Object.assign(state, {
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

export async function readyPods(cluster: Cluster, namespace: string, selector: string): Promise<Manifest[]> {
  const list = await cluster.get(['pod', `--namespace=${namespace}`, `--selector=${selector}`]);
  return (at(list, 'items') as readonly Manifest[]).filter((pod) =>
    (at(pod, 'status.conditions') as readonly object[] | undefined)?.some(
      (condition) => at(condition, 'type') === 'Ready' && at(condition, 'status') === 'True',
    ),
  );
}

/** A Service with an outside name leads the API server to this process. */
const registration = (port: number) => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'pod-metric', namespace: 'default' },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
  },
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1beta2.${group}` },
    spec: {
      group,
      version: 'v1beta2',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'pod-metric', namespace: 'default', port },
    },
  },
];
