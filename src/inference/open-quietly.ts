import { env, InferenceSession } from 'onnxruntime-node';
import type { ModelTask } from './manifest.ts';
import { refuseTelemetry } from './refuse-telemetry.ts';
import { sessionOptions } from './session-options.ts';

/**
 * A session on all cores of the CPU that prints nothing: why a network does not run is told by whoever asked.
 *
 * @param task what the network is for; undefined where only its graph can tell
 * @throws what ONNX Runtime throws where the file is no network that it knows
 */
export async function openQuietly(path: string, task: ModelTask | undefined): Promise<InferenceSession> {
  refuseTelemetry();
  env.logLevel = 'fatal';
  return await InferenceSession.create(path, { ...sessionOptions('cpu', 0, task), logSeverityLevel: 4 });
}
