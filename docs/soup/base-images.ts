import { readFileSync } from 'node:fs';

/** What the Dockerfile stands on. */
export interface BaseImages {
  readonly node: string;
  readonly cuda: string;
  readonly onnxRuntime: string;
  /** Of the wheel that the CUDA provider is taken from. */
  readonly wheelSha256: string;
}

/** @throws Error where the Dockerfile below `root` lacks one of its arguments */
export function baseImages(root: URL): BaseImages {
  const text = readFileSync(new URL('Dockerfile', root), 'utf8');
  const argument = (name: string) => {
    const found = new RegExp(`^ARG ${name}=(\\S+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`The Dockerfile has no ARG ${name}.`);
    return found;
  };
  return {
    node: argument('NODE_IMAGE'),
    cuda: argument('CUDA_IMAGE'),
    onnxRuntime: argument('ORT_VERSION'),
    wheelSha256: argument('ORT_WHEEL_SHA256'),
  };
}
