import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import type { Config } from '../../src/config-schema.ts';
import { findAll, type Manifest } from './helm.ts';

/** lobar.yaml of the chart's ConfigMap, as text. */
export function configText(manifests: readonly Manifest[]): string {
  const maps = findAll(manifests, 'ConfigMap') as (Manifest & { data: Record<string, string> })[];
  const text = maps.map(({ data }) => data['lobar.yaml']).find((one) => one !== undefined);
  if (text === undefined) throw new Error('no lobar.yaml');
  return text;
}

/** The same as Lobar reads it. @throws LobarError `config-invalid` */
export async function configOf(manifests: readonly Manifest[]): Promise<Config> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-chart-'));
  try {
    const file = join(folder, 'lobar.yaml');
    await writeFile(file, configText(manifests));
    return await loadConfig({ file });
  } finally {
    await rm(folder, { recursive: true });
  }
}
