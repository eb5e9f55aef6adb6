import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import accepts from '@fastify/accepts';
import fastify from 'fastify';
import { negotiate } from '../../src/http/negotiate.ts';
import { problems } from '../../src/http/plugins/problems.ts';

/** How an analysis is answered under this Accept header, or the code of its refusal. */
async function answered(accept: string | undefined): Promise<string> {
  const app = fastify();
  await app.register(accepts);
  await app.register(problems);
  app.get('/', (request) => ({ representation: negotiate(request).split(';')[0] }));
  const answer = await app.inject({ url: '/', headers: accept === undefined ? {} : { accept } });
  const body = answer.json() as { representation?: string; code?: string };
  return body.representation ?? body.code ?? '';
}

// RFC 9110 12.5.1: quality first, then how specific a range is; PS3.18 8.7.3.5.1 for DICOM.
const cases: readonly (readonly [accept: string | undefined, representation: string])[] = [
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/pdf', 'application/pdf'],
  ['APPLICATION/PDF', 'application/pdf'],
  ['image/*', 'image/png'],
  ['text/html; charset=utf-8', 'text/html'],
  ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'text/html'],
  ['application/pdf;q=0.5, application/json;q=0.9', 'application/json'],
  ['application/pdf;q=0.9, application/json;q=0.5', 'application/pdf'],
  ['application/pdf;q=0, */*', 'application/json'],
  ['text/*', 'text/event-stream'],
  ['text/*, text/html', 'text/html'],
  ['application/dicom', 'application/dicom'],
  ['application/dicom; transfer-syntax=*', 'application/dicom'],
  ['application/dicom; transfer-syntax=1.2.840.10008.1.2.1', 'application/dicom'],
  ['application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90', 'not-acceptable'],
  ['multipart/related; type="application/dicom"', 'multipart/related'],
  ['multipart/related; type="application/dicom"; transfer-syntax=*', 'multipart/related'],
  ['multipart/related; type=application/dicom', 'multipart/related'],
  ['multipart/related', 'multipart/related'],
  ['multipart/related; type="application/octet-stream"', 'not-acceptable'],
  ['image/jpeg', 'not-acceptable'],
  ['application/pdf; version=2', 'not-acceptable'],
];

describe('Accept', () => {
  for (const [accept, representation] of cases) {
    it(`${accept ?? '(none)'} is answered by ${representation}`, async () => {
      assert.equal(await answered(accept), representation);
    });
  }
});
