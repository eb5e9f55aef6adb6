import { readFileSync } from 'node:fs';

/** What the ONNX runtime chooses its kernels by, best first. */
const sets = ['amx_tile', 'avx512_vnni', 'avx512f', 'avx2'] as const;

/** The widest of those instruction sets that this processor has; its architecture where it has none of them. */
export function processorKind(): string {
  try {
    const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'))?.[1]?.split(' '));
    return sets.find((set) => flags.has(set)) ?? process.arch;
  } catch {
    return process.arch;
  }
}
