import type { AnalysisRequest, Call, JobResult } from '../analysis/jobs/analysis-job.ts';
import { loadConfig } from '../config.ts';
import { exitCode, LobarError } from '../errors.ts';
import type { NewJob } from '../queue/job.ts';
import type { DeadLetter } from '../queue/nats/dead-letter.ts';
import { type NatsBackend, openNatsBackend } from '../queue/nats/open-nats-backend.ts';
import type { Command, Terminal } from './command.ts';
import { textOption } from './command.ts';
import { formatDeadLetters } from './format-dead-letters.ts';

type Letter = DeadLetter<NewJob<AnalysisRequest>>;
type Backend = NatsBackend<AnalysisRequest, JobResult, Call>;

/** So long it is tried to reach NATS, ms. */
const reachMs = 10_000;

const verbs = ['list', 'retry', 'drop'] as const;

export const deadLettersCommand: Command = {
  name: 'dead-letters',
  summary: 'the analyses that were given up: see them, have them done again, drop them',
  help: `
Usage: lobar dead-letters list --config <file> [--json]
       lobar dead-letters retry --config <file> (--id <id> | --all) [--json]
       lobar dead-letters drop --config <file> (--id <id> | --all) [--json]

  --config <file>   the configuration of the service; queue.url says where NATS is
  --id <id>         of a job, as POST /v1/analyses and the log name it
  --all             all of them
  --json            one JSON document instead of lines

list    what was given up, when and why. The list names studies.
retry   puts them back into the queue, with queue.deliveries tries as if they were new, and takes them off the list.
        Publishing twice is harmless. Mend the cause first. One that was begun anew since is only taken off the list.
drop    takes them off the list, which cannot be undone.

Ends with 0, with 2 where there is no dead letter with that id, with 5 where NATS cannot be reached or one could not be
put back as it cannot be opened with the keys of queue.encryption.`,
  options: {
    config: { type: 'string', short: 'c' },
    id: { type: 'string' },
    all: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  takesPositionals: true,

  async run(args, terminal) {
    const [asked, ...rest] = args.positionals;
    const verb = verbs.find((one) => one === asked);
    if (verb === undefined || rest.length > 0) throw usage('Expected: dead-letters list, retry or drop');
    const id = textOption(args, 'id');
    const all = args.values['all'] === true;
    if (verb !== 'list' && (id === undefined) === !all) throw usage('Give either --id or --all');
    const json = args.values['json'] === true;
    const { queue } = await loadConfig({
      file: textOption(args, 'config'),
      environment: terminal.environment,
    });
    const { url } = queue;
    if (url === undefined) throw usage('queue.url is not set: only a queue on NATS keeps what was given up');
    const backend: Backend = await openNatsBackend({ ...queue, url });
    try {
      await backend.ready(AbortSignal.timeout(reachMs));
      const letters: Letter[] = [];
      for await (const letter of backend.deadLetters.list(id)) letters.push(letter);
      if (id !== undefined && letters.length === 0) throw usage('There is no dead letter with this id');
      return verb === 'list'
        ? list(letters, json, terminal)
        : await each(letters, json, terminal, (letter) => act(verb, letter, backend));
    } finally {
      await backend.close();
    }
  },
};

function list(letters: readonly Letter[], json: boolean, { out }: Terminal): number {
  out(json ? `${JSON.stringify(letters.map(described), null, 2)}\n` : formatDeadLetters(letters));
  return exitCode.done;
}

function described({ id, reason, buried, line, body }: Letter): object {
  return { id, reason, buried, line, ...(body === undefined ? { unreadable: true } : { job: body }) };
}

const words = {
  'put-back': 'put back',
  dropped: 'dropped',
  unreadable: 'cannot be opened with the keys of queue.encryption',
  outdated: 'was begun anew since: taken off the list',
} as const;
type Done = keyof typeof words;

async function act(verb: 'retry' | 'drop', letter: Letter, { deadLetters }: Backend): Promise<Done> {
  if (verb === 'retry') return await deadLetters.retry(letter);
  await deadLetters.drop(letter);
  return 'dropped';
}

async function each(
  letters: readonly Letter[],
  json: boolean,
  { out }: Terminal,
  does: (letter: Letter) => Promise<Done>,
): Promise<number> {
  const done: { id: string; done: Done }[] = [];
  for (const letter of letters) done.push({ id: letter.id, done: await does(letter) });
  out(
    json
      ? `${JSON.stringify(done, null, 2)}\n`
      : done.map((one) => `${one.id} ${words[one.done]}\n`).join(''),
  );
  const failed = done.some((one) => one.done === 'unreadable');
  return failed ? exitCode.upstreamFailed : exitCode.done;
}

function usage(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'dead-letters' });
}
