import { type DocumentKind, documentKinds } from '../analysis/reporting/report-document.ts';
import { type Language, languages } from '../config-report.ts';
import { LobarError } from '../errors.ts';
import { type Arguments, textOption } from './command.ts';

/** What `--report` and `--language` of `lobar analyze` ask for. */
export interface ReportWish {
  readonly folder: string;
  /** Of a request, here or to a server. */
  readonly request: { readonly documents: DocumentKind[]; readonly language?: Language };
}

/** @throws LobarError `usage-invalid` */
export function reportWish(args: Arguments): ReportWish | undefined {
  const [folder, language] = [textOption(args, 'report'), textOption(args, 'language')];
  const known = languages.find((one) => one === language);
  if (language !== undefined && known === undefined) {
    throw wrong(`--language is one of ${languages.join(', ')}`);
  }
  if (folder === undefined) {
    if (language !== undefined) throw wrong('--language goes with --report');
    return undefined;
  }
  return {
    folder,
    request: { documents: [...documentKinds], ...(known === undefined ? {} : { language: known }) },
  };
}

function wrong(problem: string): LobarError {
  return new LobarError('usage-invalid', { problem, command: 'analyze' });
}
