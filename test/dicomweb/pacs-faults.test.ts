import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { LobarError } from '../../src/errors.ts';
import { loopbackCertificate } from './support/loopback-certificate.ts';
import { collectSeries, listen, never, type PacsSettings, pacsAt } from './support/pacs-at.ts';

const study = '1.2.3';
const series = '1.2.3.4';
const multipart = 'multipart/related; type="application/dicom"; boundary=b1';
/** A list of one series, with no more than must be there. */
const oneSeries = `[{"0020000E":{"vr":"UI","Value":["${series}"]}}]`;
const part = '--b1\r\nContent-Type: application/dicom\r\n\r\nbytes\r\n';

/** A client of a server that answers so; both are gone after the test. */
async function facing(t: TestContext, answer: RequestListener, settings?: PacsSettings): Promise<PacsClient> {
  const { url, close } = await listen(answer);
  const pacs = pacsAt(url, settings);
  t.after(async () => {
    await pacs.close();
    close();
  });
  return pacs;
}

const retrieve = (pacs: PacsClient, signal = never().signal) =>
  collectSeries(pacs.retrieveSeries(study, series, { signal }));
const search = (pacs: PacsClient, signal = never().signal) => pacs.searchSeries(study, { signal });

const sends =
  (type: string, body: string | Buffer, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

/** Sends the beginning, then waits for the answer to be broken off by `then`. */
const begins =
  (
    body: string,
    then: (response: ServerResponse) => void,
    head: Record<string, string> = {},
  ): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': multipart, ...head });
    response.write(body, () => then(response));
  };

describe('What a PACS is asked for', () => {
  it('is the stored bytes, uncompressed, of one series', async (t) => {
    const requests: IncomingMessage[] = [];
    const pacs = await facing(t, (request, response) => {
      requests.push(request);
      sends(multipart, `${part}--b1--`)(request, response);
    });
    assert.deepEqual(await retrieve(pacs), [new Uint8Array(Buffer.from('bytes'))]);
    const [{ method, url, headers }] = requests as [IncomingMessage];
    assert.deepEqual([method, url], ['GET', `/dicom-web/studies/${study}/series/${series}`]);
    assert.equal(headers.accept, 'multipart/related; type="application/dicom"; transfer-syntax=*');
    assert.equal(headers['accept-encoding'], 'identity');
    assert.equal(headers.authorization, undefined);
  });

  it('carries the token that its file holds at that moment', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-test-'));
    t.after(() => rm(folder, { recursive: true }));
    const bearerTokenFile = join(folder, 'token');
    const seen: (string | undefined)[] = [];
    const pacs = await facing(
      t,
      (request, response) => {
        seen.push(request.headers.authorization);
        sends('application/dicom+json', oneSeries)(request, response);
      },
      { bearerTokenFile },
    );
    await assert.rejects(search(pacs), { code: 'config-invalid', message: /bearerTokenFile.*ENOENT/s });
    await writeFile(bearerTokenFile, 'first.token=\n');
    await search(pacs);
    await writeFile(bearerTokenFile, 'second');
    await search(pacs);
    await writeFile(bearerTokenFile, 'two words of secret');
    await assert.rejects(search(pacs), (error: Error) => !error.message.includes('secret'));
    assert.deepEqual(seen, ['Bearer first.token=', 'Bearer second']);
  });
});

describe('A PACS that answers something else', () => {
  it('is told by its status', async (t) => {
    for (const status of [400, 406, 415, 500, 501]) {
      const pacs = await facing(t, sends('text/plain', 'no', status));
      const error = { code: 'pacs-error', message: new RegExp(`HTTP ${status} `) };
      await assert.rejects(search(pacs), error);
      await assert.rejects(retrieve(pacs), error);
      await assert.rejects(pacs.storeInstances(study, [new Uint8Array(2)], never()), error);
    }
  });

  it('has no such study when its list is empty', async (t) => {
    const empty = await facing(t, sends('application/dicom+json', '[]'));
    await assert.rejects(search(empty), { code: 'study-not-found' });
    const noContent = await facing(t, (_request, response) => response.writeHead(204).end());
    await assert.rejects(search(noContent), { code: 'study-not-found' });
    await assert.rejects(retrieve(noContent), { code: 'series-not-found' });
    const noPart = await facing(t, sends(multipart, '--b1--'));
    await assert.rejects(retrieve(noPart), { code: 'series-not-found' });
  });

  it('is not taken at its word for a page of HTML, other JSON or another media type', async (t) => {
    const invalid = { code: 'pacs-response-invalid' };
    const html = await facing(t, sends('text/html', '<html>Welcome</html>'));
    await assert.rejects(search(html), invalid);
    await assert.rejects(retrieve(html), invalid);
    for (const body of ['{"a":1}', '[1]', '[{"00100020":7}]', '[', '"x"', '']) {
      await assert.rejects(search(await facing(t, sends('application/json', body))), invalid, body);
    }
    const images = 'multipart/related; type="image/jpeg"; boundary=b1';
    await assert.rejects(retrieve(await facing(t, sends(images, `${part}--b1--`))), invalid);
    const image = part.replace('application/dicom', 'image/jpeg');
    await assert.rejects(retrieve(await facing(t, sends(multipart, `${image}--b1--`))), invalid);
  });

  it('is told when it lists a series under a UID that is none, which is not in the text', async (t) => {
    const list = (study: string, series: string) =>
      JSON.stringify([
        { '0020000D': { vr: 'UI', Value: [study] }, '0020000E': { vr: 'UI', Value: [series] } },
      ]);
    for (const body of ['[{}]', list('1.2', '../secret'), list('secret', '1.2'), list('1.2', '')]) {
      await assert.rejects(search(await facing(t, sends('application/json', body))), (error: LobarError) => {
        assert.equal(error.code, 'pacs-response-invalid', body);
        assert.match(error.message, /InstanceUID is not a DICOM UID/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    }
  });

  it('does not quote the JSON it cannot read', async (t) => {
    const pacs = await facing(t, sends('application/json', '[{"00100010": Doe^Jane'));
    await assert.rejects(search(pacs), (error: Error) => {
      assert.doesNotMatch(JSON.stringify(error) + error.message + String(error.cause), /Doe/);
      return true;
    });
  });

  it('is not followed to where it redirects', async (t) => {
    let asked = 0;
    const elsewhere = await listen((_request, response) => {
      asked += 1;
      response.end();
    });
    t.after(elsewhere.close);
    const pacs = await facing(t, (_request, response) =>
      response.writeHead(302, { location: elsewhere.url }).end(),
    );
    await assert.rejects(search(pacs), { code: 'pacs-response-invalid', message: /redirect/ });
    await assert.rejects(retrieve(pacs), { code: 'pacs-response-invalid', message: /redirect/ });
    assert.equal(asked, 0);
  });

  it('is refused when it compresses, before a byte is unpacked', async (t) => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const compressed =
      (type: string): RequestListener =>
      (_request, response) =>
        response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(bomb);
    const list = await facing(t, compressed('application/dicom+json'));
    await assert.rejects(search(list), { code: 'pacs-response-invalid', message: /compressed/ });
    const instances = await facing(t, compressed(multipart));
    await assert.rejects(retrieve(instances), { code: 'pacs-response-invalid', message: /compressed/ });
  });

  it('is told when its boundary is not the one it declared', async (t) => {
    const pacs = await facing(t, sends(multipart.replace('b1', 'b2'), `${part}--b1--`));
    await assert.rejects(retrieve(pacs), { code: 'pacs-response-invalid', message: /boundary/ });
  });

  it('is read by its boundaries, whatever length a part declares, or none', async (t) => {
    const lengths = ['Content-Length: 2\r\n', 'Content-Length: 999\r\n', 'Content-Length: -1\r\n', ''];
    const parts = lengths.map((length) => `--b1\r\n${length}\r\nbytes\r\n`).join('');
    const instances = await retrieve(await facing(t, sends(multipart, `${parts}--b1--`)));
    assert.deepEqual(
      instances.map((one) => Buffer.from(one).toString()),
      lengths.map(() => 'bytes'),
    );
  });

  it('is told when it does not speak HTTP', async (t) => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const pacs = pacsAt(`http://127.0.0.1:${port}`);
    t.after(async () => {
      await pacs.close();
      server.close();
    });
    await assert.rejects(search(pacs), { code: 'pacs-response-invalid', message: /not HTTP/ });
  });

  it('has sent a part of it only when it says 206', async (t) => {
    const list = await facing(t, sends('application/dicom+json', oneSeries, 206));
    await assert.rejects(search(list), { code: 'pacs-incomplete' });
    await assert.rejects(retrieve(await facing(t, sends(multipart, part, 206))), { code: 'pacs-incomplete' });
  });
});

describe('A PACS that breaks off', () => {
  const incomplete = { code: 'pacs-incomplete' };

  it('in the middle of a chunked body', async (t) => {
    const pacs = await facing(
      t,
      begins(part, (response) => response.destroy()),
    );
    const received: Uint8Array[] = [];
    await assert.rejects(async () => {
      for await (const one of pacs.retrieveSeries(study, series, never())) received.push(one);
    }, incomplete);
    assert.ok(received.length <= 1);
  });

  it('with fewer bytes than its Content-Length', async (t) => {
    const length = { 'content-length': '5000' };
    const pacs = await facing(
      t,
      begins(`${part}${part}`, (response) => response.destroy(), length),
    );
    await assert.rejects(retrieve(pacs), incomplete);
    const closed = await facing(
      t,
      begins(`${part}--b1--\r\n`, (response) => response.destroy(), length),
    );
    await assert.rejects(retrieve(closed), incomplete);
  });

  it('without a Content-Length, by closing before the last boundary', async (t) => {
    const pacs = await facing(
      t,
      begins(part, (response) => response.end(), { connection: 'close' }),
    );
    await assert.rejects(retrieve(pacs), { ...incomplete, message: /ends inside|no boundary/ });
  });

  it('in the middle of its JSON', async (t) => {
    const json = { 'content-type': 'application/dicom+json', 'content-length': '100' };
    const pacs = await facing(
      t,
      begins('[{', (response) => response.destroy(), json),
    );
    await assert.rejects(search(pacs), incomplete);
  });

  it('needs no Content-Length when it ends well', async (t) => {
    const pacs = await facing(
      t,
      begins(`${part}${part}--b1--`, (response) => response.end(), { connection: 'close' }),
    );
    assert.equal((await retrieve(pacs)).length, 2);
  });
});

describe('A PACS that is slow', () => {
  const timeout = (phase: RegExp) => ({ code: 'pacs-timeout', status: 504, message: phase });

  it('to answer', async (t) => {
    const pacs = await facing(t, () => undefined, { timeouts: { firstByte: 0.2 } });
    await assert.rejects(
      search(pacs),
      timeout(/0\.2 s \(waiting for the answer\), the limit pacs\.\w+\.timeouts\.firstByte/),
    );
    await assert.rejects(retrieve(pacs), timeout(/waiting for the answer/));
  });

  it('in the middle of a series, or of a list', async (t) => {
    const settings = { timeouts: { idle: 0.2 } };
    await assert.rejects(
      retrieve(
        await facing(
          t,
          begins(part, () => undefined),
          settings,
        ),
      ),
      timeout(/middle/),
    );
    const json = { 'content-type': 'application/json' };
    const list = await facing(
      t,
      begins('[', () => undefined, json),
      settings,
    );
    await assert.rejects(search(list), timeout(/middle/));
  });

  it('is waited for as long as something arrives', async (t) => {
    const pieces = [part.slice(0, 7), part.slice(7, 60), part.slice(60), part, '--b1--'];
    const pacs = await facing(
      t,
      begins('\r\n', async (response) => {
        for (const piece of pieces) {
          response.write(piece);
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
        response.end();
      }),
      { timeouts: { idle: 1 } },
    );
    assert.equal((await retrieve(pacs)).length, 2);
  });

  it('is not blamed for a slow reader', async (t) => {
    const large = `--b1\r\n\r\n${'x'.repeat(2_000_000)}\r\n`;
    const pacs = await facing(t, sends(multipart, `${large}${large}${large}--b1--`), {
      timeouts: { idle: 0.1 },
    });
    let count = 0;
    for await (const _instance of pacs.retrieveSeries(study, series, never())) {
      count += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.equal(count, 3);
  });
});

describe('A PACS that never ends', () => {
  it('is held back while the reader is slow, and cut off when it leaves', async (t) => {
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const chunk = `${part.slice(0, -2)}${'x'.repeat(65_536)}\r\n`;
    const pacs = await facing(t, (_request, response) => {
      response.writeHead(200, { 'content-type': multipart });
      const pump = () => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
      };
      response.on('close', closed.resolve);
      pump();
    });
    for await (const instance of pacs.retrieveSeries(study, series, never())) {
      assert.equal(instance.length, 65_541);
      await new Promise((resolve) => setTimeout(resolve, 300));
      break;
    }
    await closed.promise;
    // What the socket buffers of both ends and the reader's own buffer hold, and no more.
    assert.ok(sent < 20_000_000, `${sent} bytes were sent`);
  });

  it('is stopped by the limit of one instance, and of JSON', async (t) => {
    const endless =
      (type: string, start: string): RequestListener =>
      (_request, response) => {
        response.writeHead(200, { 'content-type': type }).write(start);
        const pump = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
          if (!response.destroyed) response.once('drain', pump);
        };
        pump();
      };
    const limits = { bytesPerInstance: 1_000_000, jsonBytes: 1_000_000 };
    const series = await facing(t, endless(multipart, '--b1\r\n\r\n'), { limits });
    await assert.rejects(retrieve(series), { code: 'limit-exceeded', message: /bytesPerInstance/ });
    const list = await facing(t, endless('application/json', '['), { limits });
    await assert.rejects(search(list), { code: 'limit-exceeded', message: /jsonBytes/ });
  });

  it('is refused at once when it declares more than a series may hold', async (t) => {
    const length = { 'content-length': '1000000000000' };
    const pacs = await facing(
      t,
      begins(part, () => undefined, length),
    );
    await assert.rejects(retrieve(pacs), { code: 'limit-exceeded', message: /bytesPerSeries/ });
  });
});

describe('A PACS that is not there', () => {
  const unreachable = (problem: RegExp) => ({ code: 'pacs-unreachable', status: 502, message: problem });

  it('because nothing listens', async () => {
    const { url, close, server } = await listen(() => undefined);
    close();
    await once(server, 'close');
    const pacs = pacsAt(url);
    await assert.rejects(search(pacs), unreachable(/refused/));
    await pacs.close();
  });

  it('because its name does not resolve', async () => {
    const pacs = pacsAt('http://pacs.invalid/dicom-web'); // RFC 2606: never resolves
    await assert.rejects(retrieve(pacs), unreachable(/name does not resolve/));
    await pacs.close();
  });

  it('because it closes the connection without an answer', async (t) => {
    const pacs = await facing(t, (request) => request.socket.destroy());
    await assert.rejects(search(pacs), unreachable(/without an answer/));
  });

  it('because it does not speak TLS', async (t) => {
    const { url, close } = await listen(() => undefined);
    const pacs = pacsAt(url.replace('http:', 'https:'));
    t.after(async () => {
      await pacs.close();
      close();
    });
    await assert.rejects(search(pacs), unreachable(/TLS failed/));
  });

  it('is told at once when its certificate authorities cannot be read', () => {
    const open = () => pacsAt('https://pacs.invalid', { tls: { caFile: '/no/such/file.pem' } });
    assert.throws(open, {
      code: 'config-invalid',
      message: /pacs\.a\.tls\.caFile: cannot be read \(ENOENT\)/,
    });
  });
});

describe('A PACS behind TLS', () => {
  it('is trusted by the authorities of its file or by none, as configured', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'lobar-test-'));
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, loopbackCertificate.cert);
    const server = createTlsServer(loopbackCertificate, sends('application/dicom+json', oneSeries));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const clients = [{}, { tls: { caFile } }, { tls: { insecure: true } }].map((settings) =>
      pacsAt(url, settings),
    );
    t.after(async () => {
      await Promise.all(clients.map((one) => one.close()));
      server.close();
      await rm(folder, { recursive: true });
    });
    const [system, own, insecure] = clients as [PacsClient, PacsClient, PacsClient];
    await assert.rejects(search(system), { code: 'pacs-unreachable', message: /TLS failed/ });
    assert.equal((await search(own)).length, 1);
    assert.equal((await search(insecure)).length, 1);
  });
});

describe('A request to a PACS', () => {
  it('is cancelled by its signal before, while it waits and while it reads', async (t) => {
    const waits = await facing(t, () => undefined);
    await assert.rejects(search(waits, AbortSignal.abort()), { code: 'cancelled' });
    await assert.rejects(retrieve(waits, AbortSignal.abort()), { code: 'cancelled' });
    await assert.rejects(search(waits, AbortSignal.timeout(50)), { code: 'cancelled' });
    const reads = await facing(
      t,
      begins(part, () => undefined),
    );
    await assert.rejects(retrieve(reads, AbortSignal.timeout(50)), { code: 'cancelled' });
  });

  it('ends with the error it was aborted with, when that has a code', async (t) => {
    const pacs = await facing(t, () => undefined);
    const deadline = new LobarError('deadline-exceeded', { seconds: 1 });
    await assert.rejects(search(pacs, AbortSignal.abort(deadline)), deadline);
  });

  it('ends when the client is closed, and none begins after', async (t) => {
    const pacs = await facing(t, (request, response) => {
      if (request.url?.includes(series)) begins(part, () => undefined)(request, response);
    });
    const running = [search(pacs), retrieve(pacs)].map((one) =>
      assert.rejects(one, { code: 'shutting-down' }),
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pacs.close();
    await Promise.all(running);
    await assert.rejects(search(pacs), { code: 'shutting-down' });
  });

  it('names neither address, UID nor token when it fails', async (t) => {
    const pacs = await facing(t, sends('text/plain', 'secret', 500));
    await assert.rejects(retrieve(pacs), (error: Error) => {
      assert.doesNotMatch(error.message, /127\.0|1\.2\.3|secret/);
      return true;
    });
  });
});
