import { LobarError } from '../../errors.ts';
import { isMatch } from './expect-answer.ts';

/** What is asked for fits on one page; more than this is another question's answer. */
const mostPages = 10;

interface Asked {
  readonly ehr: string;
  readonly operation: string;
  /** The FHIR base. */
  readonly url: string;
}

/**
 * A searchset with the entries of all its pages. A server may give fewer than `_count`, even none, and the rest
 * behind a link (FHIR R4 3.1.0.1.8; Google and Cosmos DB do): what is not found would be written a second time.
 *
 * @param read - gives the page at an address
 * @throws LobarError `ehr-response-invalid` for more pages, and for one on another host, which is not to see
 *   the credentials; and what `read` throws
 */
export async function allPages(
  first: fhir4.Bundle,
  read: (url: string) => Promise<fhir4.Bundle>,
  asked: Asked,
): Promise<fhir4.Bundle> {
  const entry = [...(first.entry ?? [])];
  let page = first;
  for (let pages = 1; ; pages += 1) {
    const url = nextUrl(page, asked);
    const isWhole = first.total !== undefined && entry.filter(isMatch).length >= first.total;
    if (url === undefined || isWhole) return { ...first, entry };
    if (pages === mostPages) {
      throw invalid(`its answer to ${asked.operation} has more than ${mostPages} pages`, asked);
    }
    page = await read(url);
    entry.push(...(page.entry ?? []));
  }
}

function nextUrl({ link }: fhir4.Bundle, asked: Asked): string | undefined {
  const links: readonly (Partial<fhir4.BundleLink> | null)[] = Array.isArray(link) ? link : [];
  const next = links.find((one) => one?.relation === 'next')?.url;
  if (next === undefined) return undefined;
  const base = `${asked.url.replace(/\/+$/, '')}/`;
  const url = typeof next === 'string' && URL.canParse(next, base) ? new URL(next, base) : undefined;
  if (url?.origin === new URL(base).origin) return url.href;
  const problem = `its answer to ${asked.operation} goes on at an address that is not of the host it is reached at`;
  throw invalid(problem, asked);
}

function invalid(problem: string, { ehr }: Asked): LobarError {
  return new LobarError('ehr-response-invalid', { ehr, problem });
}
