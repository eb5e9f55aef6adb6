import { fileURLToPath } from 'node:url';
import { chartFolder } from '../chart/chart-folder.ts';
import type { Helm } from '../chart/helm.ts';
import { run } from './cluster-program.ts';
import type { Cluster } from './start-cluster.ts';

export interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** Runs a command of Helm on the release, and gives what it prints. */
export type HelmCommand = (args: readonly string[], values?: object) => Promise<string>;

/**
 * Helm on a cluster. `install` and `upgrade` get the chart, and values where they are given.
 *
 * @throws Error with what Helm says where it fails
 */
export function helmOf(cluster: Cluster, helm: Helm, { name, namespace }: Release): HelmCommand {
  const program = fileURLToPath(new URL(`../../node_modules/.cache/lobar-helm/${helm}`, import.meta.url));
  return async ([command = '', ...args], values) => {
    const chart = command === 'install' || command === 'upgrade' ? [chartFolder, '--values=-'] : [];
    const all = [command, name, ...chart, ...args, `--namespace=${namespace}`];
    const { code, out, said } = await run(program, [...all, `--kubeconfig=${cluster.kubeconfig}`], {
      // Plugins and repositories of whoever runs the tests have no say.
      env: { HOME: cluster.folder },
      input: values === undefined ? '' : JSON.stringify(values),
    });
    if (code !== 0) throw new Error(`${helm} ${command}: ${said}${out}`);
    return out;
  };
}
