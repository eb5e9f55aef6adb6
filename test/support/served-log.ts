import type { ChildProcess } from 'node:child_process';

/** All that a process says from now on, on both of its streams; to be called as soon as it was started. */
export function saidBy({ stdout, stderr }: ChildProcess): () => string {
  const chunks: Buffer[] = [];
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
