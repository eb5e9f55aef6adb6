import { analyzeRemotely, type RemoteOutcome } from '../client/analyze-remotely.ts';
import { openServiceClient } from '../client/open-service-client.ts';
import type { RemoteRequest } from '../client/remote-documents.ts';
import { loadConfig } from '../config.ts';
import { configFormats } from '../config-formats.ts';
import { LobarError } from '../errors.ts';
import { isUid } from '../uid.ts';
import { type Arguments, type Command, type Terminal, textOption } from './command.ts';
import { makeOutputFolder } from './make-output-folder.ts';
import { plainLine } from './plain-text.ts';
import { progressBar } from './progress-bar.ts';
import { reportWish } from './report-wish.ts';
import { type OutputForm, tellOutcome } from './tell-outcome.ts';
import { writeReport } from './write-report.ts';

/** Options of `lobar analyze` that mean nothing without --server. */
export const serverOptions = {
  server: { type: 'string' },
  study: { type: 'string' },
  pacs: { type: 'string' },
  ehr: { type: 'string' },
  accession: { type: 'string' },
  publish: { type: 'string' },
  urgent: { type: 'boolean' },
  wait: { type: 'string' },
  'token-file': { type: 'string' },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
} as const satisfies Command['options'];

/** Options of `lobar analyze` that mean nothing with --server: there is no file, and nothing is forced on others. */
const fileOptions = ['force', 'masks'];

/** Seconds that a server which is full or busy is waited for. */
export const defaultWait = 300;

/**
 * `lobar analyze --server`: has a study analysed by a Lobar service and shows how far it is.
 *
 * @throws LobarError `usage-invalid`, `config-invalid`, and those of analyzeRemotely
 */
export async function analyzeOnServer(args: Arguments, terminal: Terminal): Promise<number> {
  const { url, request, form, patience } = readOptions(args);
  const report = reportWish(args);
  if (report !== undefined) await makeOutputFolder(report.folder, '--report', 'analyze');
  const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
  const tokenFile = textOption(args, 'token-file');
  const client = openServiceClient({ url, tls: tlsOf(args), tokenFile, outbound: config });
  const cancel = new AbortController();
  const interrupt = () => cancel.abort();
  process.once('SIGINT', interrupt);
  const bar = progressBar(terminal);
  try {
    const outcome = await analyzeRemotely(
      client,
      { ...request, ...report?.request },
      {
        signal: cancel.signal,
        ...(args.values['urgent'] === true ? { headers: { priority: 'u=0' } } : {}),
        patience,
        onQueued: ({ ahead }) =>
          terminal.note(
            `The service is busy: ${ahead === 0 ? 'this is the next one' : `${ahead} before this one`}.\n`,
          ),
        onProgress: ({ stage, fraction }) => bar.show(stage, fraction),
        onWait: (said, seconds) => terminal.note(`${plainLine(said)} Asking again in ${seconds} s ...\n`),
      },
    );
    bar.clear();
    const code = tellOutcome(outcome, form, terminal);
    if (report !== undefined && outcome.kind === 'analysis') {
      terminal.note(await writeReport(outcome.documents ?? [], [], report.folder));
    }
    terminal.note(hint(outcome, request, args));
    return code;
  } finally {
    bar.clear();
    process.off('SIGINT', interrupt);
    await client.close();
  }
}

interface ServerWish {
  readonly url: string;
  readonly request: RemoteRequest;
  readonly form: OutputForm;
  /** Seconds. */
  readonly patience: number;
}

function readOptions(args: Arguments): ServerWish {
  const text = (name: string) => textOption(args, name);
  const url = text('server') ?? '';
  if (!configFormats['http-url']?.test(url)) {
    throw wrong('--server takes an http or https URL without credentials, query or fragment');
  }
  if (args.positionals.length > 0) throw wrong('--server takes a study of its PACS by --study, no files');
  const ofFiles = fileOptions.find((name) => args.values[name] !== undefined);
  if (ofFiles !== undefined) throw wrong(`--${ofFiles} goes with files, not with --server`);
  const study = text('study') ?? '';
  if (!isUid(study)) throw wrong('--server needs --study with a StudyInstanceUID');
  if ((text('cert') === undefined) !== (text('key') === undefined)) {
    throw wrong('--cert and --key go together');
  }
  const publish = publishOf(text('publish'));
  const form = args.values['json'] === true ? 'json' : args.values['fhir'] === true ? 'fhir' : 'text';
  if (form === 'fhir' && publish !== 'dry-run') {
    throw wrong('--fhir shows the Bundle of a dry run: leave --publish out');
  }
  const options = {
    pacs: text('pacs'),
    ehr: text('ehr'),
    series: text('series'),
    accession: text('accession'),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    url,
    request: { study, publish, ...Object.fromEntries(given) },
    form,
    patience: secondsOf(text('wait')),
  };
}

/** The API publishes unless told otherwise; what somebody types does not. */
function publishOf(text = 'dry-run'): NonNullable<RemoteRequest['publish']> {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'dry-run') return text;
  throw wrong('--publish is one of true, false, dry-run');
}

function secondsOf(text = String(defaultWait)): number {
  if (!/^\d{1,6}$/.test(text)) throw wrong('--wait takes whole seconds');
  return Number(text);
}

/** TLS by --ca, --cert and --key. */
export function tlsOf(args: Arguments) {
  const files = {
    caFile: textOption(args, 'ca'),
    certFile: textOption(args, 'cert'),
    keyFile: textOption(args, 'key'),
  };
  const given = Object.entries(files).filter(([, file]) => file !== undefined);
  return { insecure: false, ...Object.fromEntries(given) };
}

/** What to type next, where the answer alone does not say. */
function hint(outcome: RemoteOutcome, { publish }: RemoteRequest, args: Arguments): string {
  if (outcome.kind === 'analysis') {
    const dryRun = publish === 'dry-run' && outcome.analysis.outcome === 'analysed';
    return dryRun ? 'A dry run: nothing was published. That takes --publish true.\n' : '';
  }
  const { status, code } = outcome.problem;
  const [hasToken, hasCertificate] = ['token-file', 'cert'].map((name) => args.values[name] !== undefined);
  if (status === 401) {
    return hasToken
      ? 'The service does not accept the token in --token-file.\n'
      : 'The service asks who you are: --token-file names a file with a bearer token.\n';
  }
  if (code === 'certificate-refused') {
    return hasCertificate
      ? 'The service does not accept the certificate in --cert.\n'
      : 'The service asks for a client certificate: --cert and --key name the files of one.\n';
  }
  if (code !== 'scope-insufficient') return '';
  // Where both were shown, the token decides.
  if (hasToken) return 'The token in --token-file does not allow this.\n';
  return hasCertificate ? 'The certificate in --cert does not allow this.\n' : '';
}

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'analyze' });
}
