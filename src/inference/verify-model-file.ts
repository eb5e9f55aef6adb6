import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LobarError } from '../errors.ts';
import { inspectModelFile } from './inspect-model-file.ts';

/** What a manifest says of one file: of the main one at its root, of a variant in `/variants/<i>`. */
export interface DeclaredFile {
  readonly file: string;
  readonly sha256: string;
  /** Where in the manifest it stands; '' at the root. */
  readonly pointer: string;
}

/**
 * The absolute path of a package's file, once it is known to lie in the package and to be the right one.
 *
 * @throws LobarError `model-missing`, `model-manifest-invalid` or `model-checksum-mismatch`
 */
export async function verifyModelFile(
  packageFolder: string,
  model: string,
  { file, sha256, pointer }: DeclaredFile,
): Promise<string> {
  const home = await realpath(packageFolder);
  const path = await realpath(join(home, file)).catch((cause: unknown) => {
    throw new LobarError('model-missing', { model, problem: `its file ${file} is not there` }, { cause });
  });
  // Resolved first, so that neither '..' nor a link leads out of the package.
  if (!path.startsWith(home + sep)) {
    const problem = `${pointer}/file must lie inside the package folder`;
    throw new LobarError('model-manifest-invalid', { model, problem });
  }
  const facts = await inspectModelFile(path).catch((cause: unknown) => {
    throw new LobarError('model-missing', { model, problem: `its file ${file} cannot be read` }, { cause });
  });
  if (facts.sha256 !== sha256) {
    throw new LobarError('model-checksum-mismatch', { model, file }, { details: { found: facts.sha256 } });
  }
  if (facts.weightsOutside) {
    const problem = `${file} keeps weights in other files, which its checksum does not cover: export it as one file`;
    throw new LobarError('model-manifest-invalid', { model, problem });
  }
  return path;
}
