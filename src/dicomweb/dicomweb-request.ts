import { LobarError } from '../errors.ts';
import { saysMore } from './all-pages.ts';
import type { PacsOperation } from './pacs-operations.ts';
import type { ReadAnswer } from './read-json.ts';
import { RefusedByPacs } from './refused-by-pacs.ts';
import type { PacsResponse, Transport } from './transport.ts';

export interface DicomwebRequestOptions {
  readonly transport: Transport;
  readonly operation: PacsOperation;
  readonly jsonBytes: number;
  /**
   * Reads the body. The library hands on what it finds in `response` as it is, so the parsing is ours, and
   * need not be one JSON.parse of the whole.
   */
  readonly read: ReadAnswer<unknown>;
  /** What a 404 means here. */
  readonly notFound: () => LobarError;
  readonly signal: AbortSignal;
}

/**
 * As much of an XMLHttpRequest as dicomweb-client uses of it for a GET, riding on our own transport: the library takes an
 * instance for each call (its option `request.instance`), so no global XMLHttpRequest is needed. It knows a
 * failed request only as a status, so the coded error is kept in `failure`.
 */
export class DicomwebRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseType = '';
  withCredentials = false;
  failure: unknown;
  /** The PACS says that its list is a part of the whole. */
  isPartial = false;
  onreadystatechange: (() => void) | undefined;

  readonly #options: DicomwebRequestOptions;
  readonly #headers: Record<string, string> = { accept: 'application/dicom+json' };
  #url = '';

  constructor(options: DicomwebRequestOptions) {
    this.#options = options;
  }

  open(_method: 'GET', url: string): void {
    this.#url = withPlainQuery(url);
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers[name.toLowerCase()] = value;
  }

  /** Asked for Content-Type alone, to tell multipart from JSON: what arrives here is always JSON. */
  getResponseHeader(): string {
    return 'application/dicom+json';
  }

  getAllResponseHeaders(): string {
    return '';
  }

  send(): void {
    this.#exchange()
      .catch((failure: unknown) => {
        this.failure = failure;
        this.status = 0;
      })
      .finally(() => {
        this.readyState = 4;
        this.onreadystatechange?.();
      });
  }

  async #exchange(): Promise<void> {
    const { transport, operation, signal, jsonBytes, read } = this.#options;
    const response = await transport.send({
      operation,
      method: 'GET',
      url: this.#url,
      headers: this.#headers,
      signal,
    });
    if (response.status === 200) {
      this.response = await read(transport.name, response, jsonBytes);
      this.isPartial = saysMore(response.header('warning'));
      this.status = 200;
      return;
    }
    response.discard();
    if (response.status !== 204) throw this.#refused(response);
    this.status = 204;
  }

  #refused({ status }: PacsResponse): LobarError {
    const { transport, operation, notFound } = this.#options;
    const pacs = transport.name;
    if (status === 404) return notFound();
    if (status === 206) {
      return new LobarError('pacs-incomplete', {
        pacs,
        problem: 'it sent a part of the list only (HTTP 206)',
      });
    }
    return new RefusedByPacs(pacs, status, operation);
  }
}

/**
 * The library escapes all that is not a letter or a digit. A slash and a colon may stand in a query as they are
 * (RFC 3986 3.4), and Orthanc's DICOMweb plugin 1.7 finds them only then: it decodes nothing. So may the commas
 * between the attributes that are to be told.
 */
function withPlainQuery(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const query = url.slice(start).replaceAll('%2F', '/').replaceAll('%3A', ':');
  const plain = query.replace(/\bincludefield=[^&]*/, (list) => list.replaceAll('%2C', ','));
  return url.slice(0, start) + plain;
}
