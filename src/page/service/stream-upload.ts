import { bytesOf } from './bytes-of.ts';
import { problemOf } from './service-problem.ts';
import { uploadBody } from './upload-body.ts';
import type { UploadHooks, UploadRequest } from './upload-request.ts';

/**
 * Sends files and gives the answer as it arrives. Neither is ever held as a whole.
 *
 * @throws ServiceProblem for an answer that is none of success; TypeError where none comes; an AbortError
 */
export async function* streamUpload(
  { url, headers, files }: UploadRequest,
  { signal, onSent }: UploadHooks,
): AsyncGenerator<Uint8Array> {
  const { contentType, body } = uploadBody(files);
  let sent = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      sent += chunk.length;
      onSent(sent / body.size);
      controller.enqueue(chunk);
    },
  });
  const init = {
    method: 'POST',
    headers: { ...headers, 'content-type': contentType },
    body: body.stream().pipeThrough(counted),
    duplex: 'half',
    cache: 'no-store',
    signal,
  } as const;
  const answer = await fetch(url, init);
  if (answer.status !== 200) {
    throw problemOf(answer.status, await answer.text(), answer.headers.get('retry-after'));
  }
  yield* bytesOf(answer.body);
}
