import { request } from 'undici';

/**
 * The leanest XMLHttpRequest for dicomweb-client's retrieval: one request by undici, its body as one
 * ArrayBuffer. What is left of the time is the library's own.
 */
export class UndiciXhr {
  readyState = 0;
  status = 0;
  response: ArrayBuffer | null = null;
  responseType = '';
  onreadystatechange: (() => void) | undefined;
  readonly #accept: string;
  #url = '';
  #contentType = '';

  constructor(accept: string) {
    this.#accept = accept;
  }

  open(_method: string, url: string): void {
    this.#url = url;
  }

  setRequestHeader(): void {}

  getResponseHeader(): string {
    return this.#contentType;
  }

  getAllResponseHeaders(): string {
    return '';
  }

  send(): void {
    this.#exchange()
      .catch(() => {
        this.status = 0;
      })
      .finally(() => {
        this.readyState = 4;
        this.onreadystatechange?.();
      });
  }

  async #exchange(): Promise<void> {
    const { statusCode, headers, body } = await request(this.#url, { headers: { accept: this.#accept } });
    this.#contentType = String(headers['content-type']);
    this.response = await body.arrayBuffer();
    this.status = statusCode;
  }
}
