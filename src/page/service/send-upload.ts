import { problemOf } from './service-problem.ts';
import { uploadBody } from './upload-body.ts';

interface UploadRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly files: readonly Blob[];
}

interface UploadHooks {
  readonly signal: AbortSignal;
  /** The share of the body that has left. */
  readonly onSent: (share: number) => void;
}

/**
 * Sends files and gives the answer as it arrives. By XMLHttpRequest: fetch does not say how much of a body has left.
 *
 * @throws ServiceProblem for an answer that is none of success; TypeError where none comes; an AbortError
 */
export async function* sendUpload(
  { url, headers, files }: UploadRequest,
  { signal, onSent }: UploadHooks,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const { contentType, body } = uploadBody(files);
  const request = new XMLHttpRequest();
  const encoder = new TextEncoder();
  let read = 0;
  let failure: unknown;
  let wake = () => {};

  request.open('POST', url);
  for (const [name, value] of Object.entries({ ...headers, 'content-type': contentType })) {
    request.setRequestHeader(name, value);
  }
  request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
  request.upload.onload = () => onSent(1);
  request.onprogress = () => wake();
  request.onerror = () => {
    failure = new TypeError('no answer');
  };
  request.onloadend = () => wake();
  const stop = () => {
    failure = signal.reason;
    request.abort();
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  request.send(body);

  try {
    while (true) {
      if (failure !== undefined) throw failure;
      const ended = request.readyState === XMLHttpRequest.DONE;
      if (ended && request.status !== 200) {
        throw problemOf(request.status, request.responseText, request.getResponseHeader('retry-after'));
      }
      const begun = request.readyState >= XMLHttpRequest.LOADING && request.status === 200;
      const text = begun ? request.responseText.slice(read) : '';
      read += text.length;
      if (text !== '') yield encoder.encode(text);
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    request.abort();
  }
}
