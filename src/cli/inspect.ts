import { stat } from 'node:fs/promises';
import { fileSource } from '../analysis/file-source.ts';
import { inspectStudy } from '../analysis/inspect-study.ts';
import type { StudySource } from '../analysis/study-source.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { exitCode, LobarError } from '../errors.ts';
import { isUid } from '../uid.ts';
import { type Arguments, type Command, textOption } from './command.ts';
import { formatInspection } from './format-inspection.ts';
import { openPacsStudies } from './open-pacs-studies.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'what a study holds and which series would be analysed, without analysing it',
  help: `
Usage: lobar inspect <folder|files...|StudyInstanceUID> [--json] [--series <uid>] [--pacs <name>] [--config <file>]

  --json            the Inspection as one JSON document
  --series <uid>    as if this series had been asked for
  --pacs <name>     the PACS of the configuration that holds the study; its first one by default
  --config <file>   eligibility, limits and PACS from there; a StudyInstanceUID needs a PACS

Reads headers only: no pixels are fetched, no model runs, nothing is written. What exists as a path is a path.
A failure is told on stderr, with --json too; stdout is empty then.
Exit codes: 0 a series would be analysed, 3 none is eligible, 4 input unusable, 5 the PACS failed.`,
  options: {
    json: { type: 'boolean' },
    series: { type: 'string' },
    pacs: { type: 'string' },
    config: { type: 'string', short: 'c' },
  },
  takesPositionals: true,

  async run(args, terminal) {
    const studyUid = await studyUidOf(args);
    const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
    const cancel = new AbortController();
    const interrupt = () => cancel.abort();
    process.once('SIGINT', interrupt);
    const { source, close } =
      studyUid === undefined
        ? { source: await fileSource(args.positionals, config.limits), close: async () => {} }
        : openStudy(studyUid, textOption(args, 'pacs'), config);
    try {
      const inspection = await inspectStudy(
        source,
        textOption(args, 'series'),
        config.eligibility,
        cancel.signal,
        config.limits,
      );
      const json = args.values['json'] === true;
      terminal.out(json ? `${JSON.stringify(inspection, null, 2)}\n` : formatInspection(inspection));
      return inspection.outcome === 'eligible' ? exitCode.done : exitCode.ineligible;
    } finally {
      process.off('SIGINT', interrupt);
      await close();
    }
  },
};

/** The study that is asked for by its UID; undefined where the arguments are paths. */
async function studyUidOf({ positionals, values }: Arguments): Promise<string | undefined> {
  const [first, ...more] = positionals;
  if (first === undefined) throw wrong('Name a folder, files or a StudyInstanceUID');
  const exist = await Promise.all(positionals.map(exists));
  const isPath = exist.every(Boolean);
  if (isPath && values['pacs'] !== undefined)
    throw wrong('--pacs goes with a StudyInstanceUID, not with files');
  if (isPath) return undefined;
  if (more.length > 0) throw wrong('A path does not exist');
  if (!isUid(first)) throw wrong('The argument is neither a path that exists nor a UID');
  return first;
}

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'inspect' });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function openStudy(
  studyUid: string,
  name: string | undefined,
  config: Config,
): { readonly source: StudySource; readonly close: () => Promise<void> } {
  if (Object.keys(config.pacs).length === 0) {
    throw wrong('A StudyInstanceUID needs a PACS: name a configuration with --config');
  }
  const studies = openPacsStudies(name, config);
  return { source: studies.source(studyUid), close: () => studies.close() };
}
