import { problemOf } from './service-problem.ts';
import { streamUpload } from './stream-upload.ts';
import { uploadBody } from './upload-body.ts';
import type { UploadHooks, UploadRequest } from './upload-request.ts';

/** So much of an answer is looked at with every event, UTF-16 code units: more than the stages of an analysis take. */
const readAtOnce = 2 ** 18;

/**
 * Sends files and gives the answer as it arrives, telling how much of them has left. Where the browser cannot do so with a
 * stream, by XMLHttpRequest, which holds the whole answer as one text.
 *
 * @throws ServiceProblem for an answer that is none of success; TypeError where none comes; an AbortError
 */
export function sendUpload(request: UploadRequest, hooks: UploadHooks): AsyncGenerator<Uint8Array> {
  return canStreamUploads() ? streamUpload(request, hooks) : sendByRequest(request, hooks);
}

async function* sendByRequest(
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
  // To ask for the text makes one of all that came: a long one is asked for when it has grown by a quarter.
  request.onprogress = ({ loaded }) => {
    if (loaded < readAtOnce || loaded > read * 1.25) wake();
  };
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

/**
 * Whether this browser sends bodies as streams to the service: by HTTP/2 or later alone (WHATWG Fetch 5.6), and not every
 * one does at all.
 */
function canStreamUploads(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (!/^h[23]/.test(page?.nextHopProtocol ?? '')) return false;
  let asked = false;
  const init = {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      asked = true;
      return 'half' as const;
    },
  };
  // One that does not know it takes the stream for a text.
  return !new Request(document.baseURI, init).headers.has('content-type') && asked;
}
