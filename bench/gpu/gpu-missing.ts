import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where ONNX Runtime looks for its providers. */
const runtime = join(
  import.meta.dirname,
  '../../node_modules/onnxruntime-node/bin/napi-v6',
  process.platform,
  process.arch,
);

/** What keeps ONNX Runtime from CUDA here, in words: docs/GPU.md says how to get it. Empty where all seems there. */
export function gpuMissing(): readonly string[] {
  const provider = 'libonnxruntime_providers_cuda.so';
  const missing = process.platform === 'linux' ? [] : ['/proc of Linux'];
  if (!existsSync(join(runtime, provider)))
    missing.push(`${provider} beside onnxruntime-node: bench/gpu/install-cuda-provider.sh`);
  const { status } = spawnSync('nvidia-smi', ['--list-gpus']);
  if (status !== 0) missing.push('a GPU that nvidia-smi lists: a driver of 580 or newer');
  return missing;
}
