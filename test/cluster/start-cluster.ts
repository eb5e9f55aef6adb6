import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { type ClusterProgram, runTool, spawnServer } from './cluster-program.ts';
import { twoNodes } from './two-nodes.ts';

/** A Kubernetes of this machine's loopback, with nothing in it. */
export interface Cluster {
  /** Folder that is gone after `close`. */
  readonly folder: string;
  /** File for kubectl and Helm, of one who may do everything. */
  readonly kubeconfig: string;
  /** What kubectl prints; `input` is its standard input. @throws Error with what it says where it fails */
  kubectl(args: readonly string[], input?: string | object): Promise<{ out: string; said: string }>;
  /** One object, or a List. @throws Error where there is none */
  get(args: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export interface ClusterOptions {
  /**
   * Controllers, a scheduler and two nodes that are played by kwok: pods become ready at once and run nothing. Without
   * them objects are checked and kept, and nothing follows from them.
   */
  readonly alive?: boolean;
}

const startSeconds = 120;
const token = 'of-a-cluster-that-is-gone-in-a-minute';

/** @throws Error with the end of the log of the server that does not start */
export async function startCluster({ alive = false }: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-cluster-'));
  const ended: (() => Promise<void>)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const end of ended.reverse()) await end().catch((error) => failures.push(error));
    await rm(folder, { recursive: true, force: true });
    if (failures.length > 0) throw new AggregateError(failures, failures.join('\n'));
  };
  const start = (name: ClusterProgram, args: readonly string[]) => {
    const { child, lastWords } = spawnServer(name, args);
    const gone = once(child, 'exit');
    ended.push(async () => {
      const early = child.exitCode;
      child.kill('SIGKILL');
      await gone;
      if (early !== null) throw new Error(`${name} ended by itself:\n${lastWords()}`);
    });
    return async (ready: () => Promise<boolean>) => {
      const deadline = Date.now() + startSeconds * 1000;
      while (!(await ready())) {
        const dead = child.exitCode !== null || child.signalCode !== null;
        if (dead || Date.now() > deadline) throw new Error(`${name} does not start:\n${lastWords()}`);
        await sleep(100);
      }
    };
  };

  try {
    const [etcdPort, peerPort, port] = [await freePort(), await freePort(), await freePort()];
    const etcd = `http://127.0.0.1:${etcdPort}`;
    await start(
      'etcd',
      etcdArguments(folder, etcd, `http://127.0.0.1:${peerPort}`),
    )(() =>
      fetch(`${etcd}/health`).then(
        async (answer) => (await answer.text()).includes('true'),
        () => false,
      ),
    );

    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(accessTo(`https://127.0.0.1:${port}`)));
    const kubectl: Cluster['kubectl'] = async (args, input) => {
      const all = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(folder, 'cache')}`, ...args];
      const text = typeof input === 'object' ? JSON.stringify(input) : input;
      const { code, out, said } = await runTool('kubectl', all, text);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${said}`);
      return { out, said };
    };
    const get: Cluster['get'] = async (args) =>
      JSON.parse((await kubectl(['get', ...args, '--output=json'])).out);
    await start(
      'kube-apiserver',
      await apiServerArguments(folder, etcd, port),
    )(() =>
      kubectl(['get', '--raw=/readyz']).then(
        () => true,
        () => false,
      ),
    );

    if (alive) {
      start('kube-controller-manager', controllerArguments(kubeconfig));
      start('kube-scheduler', [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0']);
      const stages = join(folder, 'stages.yaml');
      await writeFile(stages, (await runTool('kwok-stages')).out);
      start('kwok', [`--kubeconfig=${kubeconfig}`, `--config=${stages}`, '--manage-all-nodes=true']);
      await kubectl(['apply', '--filename=-'], twoNodes);
      await kubectl(['wait', 'node', '--all', '--for=condition=Ready', `--timeout=${startSeconds}s`]);
      // The controller that does so wants to hear from a node's kubelet every few seconds.
      await kubectl(['taint', 'node', '--all', 'node.kubernetes.io/not-ready-']);
    }
    return { folder, kubeconfig, kubectl, get, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const etcdArguments = (folder: string, client: string, peer: string) => [
  `--data-dir=${join(folder, 'etcd')}`,
  `--listen-client-urls=${client}`,
  `--advertise-client-urls=${client}`,
  `--listen-peer-urls=${peer}`,
  // Nothing has to outlive the test.
  '--unsafe-no-fsync',
];

async function apiServerArguments(folder: string, etcd: string, port: number): Promise<string[]> {
  const tokens = join(folder, 'tokens.csv');
  await writeFile(tokens, `${token},tester,tester,system:masters\n`);
  // Signs the tokens of service accounts. Its own certificate the server makes itself.
  const keyFile = join(folder, 'service-accounts.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  return [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    // Nobody reaches this server through a Service.
    '--endpoint-reconciler-type=none',
  ];
}

const controllerArguments = (kubeconfig: string) => [
  `--kubeconfig=${kubeconfig}`,
  '--leader-elect=false',
  '--secure-port=0',
  `--controllers=${[
    'deployment-controller',
    'disruption-controller',
    'endpointslice-controller',
    'garbage-collector-controller',
    'horizontal-pod-autoscaler-controller',
    'namespace-controller',
    'replicaset-controller',
    'serviceaccount-controller',
  ].join()}`,
  // Every 15 s otherwise, which is long for a test.
  '--horizontal-pod-autoscaler-sync-period=1s',
];

const accessTo = (server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'tester', user: { token } }],
  contexts: [{ name: 'test', context: { cluster: 'test', user: 'tester' } }],
  'current-context': 'test',
});
