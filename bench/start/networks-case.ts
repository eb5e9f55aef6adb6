/** The floor of a start: a process that opens the networks and runs each once, and does nothing else. */
import { checkConfig } from '../../src/config.ts';
import { loadPackages } from '../../src/inference/open-inference-engine.ts';
import { openSessions } from '../../src/inference/open-sessions.ts';
import { modelsFolderOf } from '../../src/inference/shipped-models-folder.ts';
import { answerChildCase } from '../child-case.ts';
import { rssMb } from '../resource-use.ts';

await answerChildCase<{ readonly inference: object }>(async ({ inference: settings }) => {
  const { inference } = checkConfig({ inference: settings });
  await openSessions(await loadPackages(inference, modelsFolderOf(inference)), inference);
  return { rss: rssMb() };
});
