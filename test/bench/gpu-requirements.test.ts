import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, '../..', ...path), 'utf8');

describe('the libraries that a bare machine with a GPU gets', () => {
  it('are of the version of CUDA that the image has', () => {
    const [, image] = /^ARG CUDA_IMAGE=\S+:(\d+\.\d+)\.\d+-cudnn/m.exec(read('Dockerfile')) ?? [];
    const [, runtime] = /^nvidia-cuda-runtime==(\d+\.\d+)\./m.exec(read('bench/gpu/requirements.txt')) ?? [];
    assert.ok(image !== undefined && image === runtime, `${runtime}, and ${image} in the image`);
  });
});
