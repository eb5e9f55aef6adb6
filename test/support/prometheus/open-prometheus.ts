import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { skipOrFail } from '../skip-or-fail.ts';
import { startPeer } from '../start-peer.ts';

/** Debian's own, by its whole path: another one of the same name may come first on the PATH. */
const binary = '/usr/bin/prometheus';

/**
 * Why tests that need Prometheus are skipped, or false where it is installed.
 *
 * @throws Error in continuous integration: there a test that did not run must not look like one that passed.
 */
export const prometheusMissing: string | false = findMissing();

function findMissing(): string | false {
  if (existsSync(binary)) return false;
  return skipOrFail(`needs ${binary}: run test/system/install-peers.sh`);
}

export interface Prometheus {
  /**
   * An instant query (PromQL); the samples of its vector by their labels, as JSON with the name of the metric
   * and without the target's own (`job`, `instance`).
   */
  query(promql: string): Promise<Map<string, number>>;
  /** What went wrong when rules were evaluated last, by the name of the rule. */
  ruleErrors(): Promise<Map<string, string>>;
  /** Ends it and removes what it stored. */
  close(): Promise<void>;
}

/**
 * Debian's Prometheus on a free loopback port, which scrapes one address every half second.
 *
 * @param ruleFile - rules that it evaluates every second, where they have no interval of their own
 * @throws Error with the end of its log when it does not start.
 */
export async function openPrometheus(target: URL, ruleFile?: string): Promise<Prometheus> {
  const { port, close } = await startPeer({
    name: 'Prometheus',
    async prepare(folder, port) {
      const file = join(folder, 'prometheus.json');
      const { host, pathname } = target;
      const job = { job_name: 'lobar', metrics_path: pathname, static_configs: [{ targets: [host] }] };
      // JSON is YAML.
      await writeFile(
        file,
        JSON.stringify({
          global: { scrape_interval: '500ms', evaluation_interval: '1s' },
          scrape_configs: [job],
          ...(ruleFile === undefined ? {} : { rule_files: [ruleFile] }),
        }),
      );
      return [
        binary,
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ];
    },
    ready: { path: '/-/ready', statuses: [200] },
  });
  return { query: (promql) => query(port, promql), ruleErrors: () => ruleErrors(port), close };
}

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [time: number, value: string];
    }[];
  };
}

async function query(port: number, promql: string): Promise<Map<string, number>> {
  const answer = await fetch(
    `http://127.0.0.1:${port}/api/v1/query?${new URLSearchParams({ query: promql })}`,
  );
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${promql}: ${text}`);
  const { result } = (JSON.parse(text) as QueryAnswer).data;
  return new Map(
    result.map(({ metric: { job: _, instance: __, ...labels }, value }) => [
      JSON.stringify(labels),
      Number(value[1]),
    ]),
  );
}

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly lastError?: string }[];
    }[];
  };
}

async function ruleErrors(port: number): Promise<Map<string, string>> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
  const { groups } = ((await answer.json()) as RulesAnswer).data;
  const rules = groups.flatMap((group) => group.rules);
  return new Map(rules.flatMap(({ name, lastError }) => (lastError ? [[name, lastError] as const] : [])));
}
