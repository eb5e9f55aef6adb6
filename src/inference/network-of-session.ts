import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { LobarError } from '../errors.ts';
import type { Network, Tensor as PipelineTensor } from '../pipeline/types.ts';
import { graphPorts, portMistakes } from './graph-ports.ts';
import type { ModelManifest } from './manifest.ts';
import { tensorShapes } from './tensor-shapes.ts';

/** A network of the pipeline with the session behind it. */
export interface OnnxNetwork {
  readonly run: Network;
  readonly release: () => Promise<void>;
}

/**
 * The session as the pipeline's function from tensor to tensor, after one run at its full size: the first run
 * allocates, and the first study should not pay for it.
 *
 * @param graph name of the file for messages, where it is not the main one of its package
 * @throws LobarError `model-manifest-invalid` where graph and manifest disagree. Its function throws
 *   `inference-failed`, which names the network.
 */
export async function networkOfSession(
  session: InferenceSession,
  manifest: ModelManifest,
  graph?: string,
): Promise<OnnxNetwork> {
  checkGraph(session, manifest, graph);
  const shapes = tensorShapes(manifest);
  const run = batched(session, manifest, shapes.input);
  const warm = await run({ data: new Float32Array(elements(shapes.input)), dims: shapes.input });
  if (warm.dims.join() !== shapes.output.join()) {
    const problem = `the network answers [${warm.dims.join(', ')}] where the manifest makes it [${shapes.output.join(', ')}]`;
    throw new LobarError('model-manifest-invalid', { model: manifest.name, problem });
  }
  return { run: namedInErrors(run, manifest.name), release: () => session.release() };
}

/** What the runtime says of itself, its sources and its shapes, is for a debugger and no part of a message. */
function namedInErrors(run: Network, name: string): Network {
  return async (input) => {
    try {
      return await run(input);
    } catch (error) {
      if (error instanceof LobarError) throw error;
      const problem = `the ONNX runtime refused to run '${name}'`;
      throw new LobarError('inference-failed', { problem }, { cause: error });
    }
  };
}

/**
 * Always runs the batch that the manifest says: another size would make the arena of the CPU provider grow and
 * a GPU provider choose its algorithms again. A short batch is padded with zeros and its answer cut.
 */
function batched(session: InferenceSession, manifest: ModelManifest, full: readonly number[]): Network {
  const input = manifest.inputs[0]?.name ?? '';
  const output = manifest.outputs[0]?.name ?? '';
  const [batch = 1, ...item] = full;
  const padded = new Float32Array(elements(full));
  return async ({ data, dims }) => {
    const [count = 0, ...given] = dims;
    if (count < 1 || count > batch || given.join() !== item.join() || data.length !== elements(dims)) {
      const problem = `network '${manifest.name}' takes [<= ${full.join(', ')}], not [${dims.join(', ')}]`;
      throw new LobarError('inference-failed', { problem });
    }
    const answers = await session.run({ [input]: new Tensor('float32', feed(data, padded), [...full]) });
    const answer = answers[output];
    if (answer === undefined || !(answer.data instanceof Float32Array)) {
      throw new LobarError('inference-failed', {
        problem: `network '${manifest.name}' gave no float32 ${output}`,
      });
    }
    return cut({ data: answer.data, dims: answer.dims }, count);
  };
}

/** The data itself where it fills the batch and may be handed over: ONNX Runtime takes no shared memory. */
function feed(data: Float32Array, padded: Float32Array<ArrayBuffer>): Float32Array {
  if (data.length === padded.length && data.buffer instanceof ArrayBuffer) return data;
  padded.set(data);
  padded.fill(0, data.length);
  return padded;
}

function cut({ data, dims }: PipelineTensor, count: number): PipelineTensor {
  const [batch = 1, ...item] = dims;
  if (batch === count) return { data, dims };
  return { data: data.subarray(0, count * elements(item)), dims: [count, ...item] };
}

function elements(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function checkGraph(session: InferenceSession, manifest: ModelManifest, graph?: string): void {
  const mistakes = portMistakes(manifest, graphPorts(session), graph);
  if (mistakes.length > 0) {
    throw new LobarError('model-manifest-invalid', { model: manifest.name, problem: mistakes.join('; ') });
  }
}
