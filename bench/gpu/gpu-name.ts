import { spawnSync } from 'node:child_process';

/** The first GPU and its driver, as nvidia-smi names them; nothing without it. */
export function gpuName(): Readonly<Record<string, string>> {
  const asked = ['--id=0', '--query-gpu=name,driver_version', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', asked, { encoding: 'utf8' });
  if (status !== 0) return {};
  const [gpu = '', driver = ''] = stdout.trim().split(', ');
  return { GPU: gpu, driver };
}
