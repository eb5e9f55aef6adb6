import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The rule file that the Helm chart ships. */
export const rulesFile = fileURLToPath(new URL('../../../charts/lobar/rules/lobar.yaml', import.meta.url));
/** The Grafana dashboard that the Helm chart ships. */
const dashboardFile = new URL('../../../charts/lobar/dashboards/lobar.json', import.meta.url);

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly {
    readonly name: string;
    readonly interval?: string;
    readonly rules: readonly Rule[];
  }[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
}

export interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

export async function shippedRules(): Promise<RuleFile> {
  return parse(await readFile(rulesFile, 'utf8')) as RuleFile;
}

export async function shippedDashboard(): Promise<Dashboard> {
  return JSON.parse(await readFile(dashboardFile, 'utf8')) as Dashboard;
}

/** An expression of the dashboard as Grafana sends it where everything is chosen and a scrape comes every 15 s. */
export function asSent(expr: string): string {
  const values: Readonly<Record<string, string>> = {
    namespace: '.*',
    job: '.*',
    pod: '.*',
    window: '1h',
    __rate_interval: '1m',
  };
  return expr.replaceAll(/\$(\w+)/g, (variable, name: string) => values[name] ?? variable);
}
