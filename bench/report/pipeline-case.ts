/** The peer: what the pipeline takes for the same volume, on the CPU, in one thread. */
import { checkConfig } from '../../src/config.ts';
import { openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { answerChildCase } from '../child-case.ts';
import { measure } from '../resource-use.ts';
import { readVolume } from '../volume-file.ts';

await answerChildCase<{ readonly folder: string }>(async ({ folder }) => {
  const volume = await readVolume(folder);
  const { inference } = checkConfig({ inference: { provider: 'cpu', lanes: 1, threads: 1 } });
  const engine = await openInferenceEngine(inference, { modelsFolder: modelsFolderOf(inference) });
  const { cpuMs } = await measure(() => engine.analyse(volume));
  await engine.close();
  return { cpuMs };
});
