import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runScript } from './run-script.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A server of files, by path, and a folder that they go into. */
async function open(t: TestContext, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-models-'));
  t.after(() => rm(folder, { recursive: true }));
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization ?? ''}`.trim());
    const text = files[url];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const models = join(folder, 'models');
  const run = async (
    list: readonly object[],
    more: readonly string[],
    environment: Record<string, string>,
  ) => {
    await writeFile(join(folder, 'models.json'), JSON.stringify(list));
    return runScript('download-models.mjs', [join(folder, 'models.json'), models, ...more], environment);
  };
  const fetchAll = (list: readonly object[], ...more: readonly string[]) => run(list, more, {});
  const fetchBy = (environment: Record<string, string>, list: readonly object[]) =>
    run(list, [], environment);
  return {
    folder,
    models,
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fetchAll,
    fetchBy,
  };
}

describe('the init container that fetches models', () => {
  it('puts every file where the list says, once, with the credentials of its Secret', async (t) => {
    const { url, folder, models, asked, fetchAll } = await open(t, { '/a': 'manifest', '/b': 'network' });
    const login = join(folder, 'authorization');
    await writeFile(login, 'Bearer canary\n');
    const list = [
      { url: `${url}/a`, path: 'mine/manifest.json', sha256: sha256('manifest') },
      { url: `${url}/b`, path: 'mine/network.onnx', sha256: sha256('network') },
    ];
    assert.equal((await fetchAll(list, login)).code, 0);
    assert.equal(await readFile(join(models, 'mine/network.onnx'), 'utf8'), 'network');
    assert.deepEqual(asked, ['/a Bearer canary', '/b Bearer canary']);
    // A container that starts again finds them.
    const again = await fetchAll(list, login);
    assert.equal(again.out, 'mine/manifest.json: is here\nmine/network.onnx: is here\n');
    assert.equal(asked.length, 2);
  });

  it('refuses a file that is not what was promised, and leaves nothing that could be taken for it', async (t) => {
    const { url, models, fetchAll } = await open(t, { '/a': 'something else' });
    const { code, said } = await fetchAll([{ url: `${url}/a`, path: 'mine/a', sha256: sha256('a') }]);
    assert.equal(code, 1);
    assert.equal(said, `mine/a: sha256 is ${sha256('something else')}, not ${sha256('a')}\n`);
    assert.deepEqual(await readdir(join(models, 'mine')), ['a.part']);
  });

  it('fails after three tries, and tells no URL, which may be signed', async (t) => {
    const { url, asked, fetchAll } = await open(t, {});
    const signed = `${url}/a?signature=canary`;
    const { code, said, out } = await fetchAll([{ url: signed, path: 'mine/a', sha256: sha256('a') }]);
    assert.equal(code, 1);
    assert.equal(said, 'mine/a: cannot be fetched (HTTP 404)\n');
    assert.equal(asked.length, 3);
    assert.doesNotMatch(out + said, /canary/);
  });

  it('goes through the proxy that its variables name, as those of the chart do', async (t) => {
    const { url, models, fetchBy } = await open(t, { '/a': 'a' });
    const through: string[] = [];
    const proxy = createServer().on('connect', ({ url: target }, client: Socket, head: Buffer) => {
      through.push(target ?? '');
      const upstream = connect(Number(new URL(url).port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        client.pipe(upstream).pipe(client);
      });
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    t.after(() => proxy.close());
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    // A name that only the proxy can resolve.
    const list = [{ url: 'http://models.invalid/a', path: 'mine/a', sha256: sha256('a') }];
    const { code, said } = await fetchBy({ NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address }, list);
    assert.equal(said, '');
    assert.equal(code, 0);
    assert.deepEqual(through, ['models.invalid:80']);
    assert.equal(await readFile(join(models, 'mine/a'), 'utf8'), 'a');
  });

  it('writes nowhere else', async (t) => {
    const { url, folder, fetchAll } = await open(t, { '/a': 'a' });
    const { code, said } = await fetchAll([{ url: `${url}/a`, path: '../a', sha256: sha256('a') }]);
    assert.equal(code, 1);
    assert.match(said, /leads out of/);
    assert.deepEqual(await readdir(folder), ['models.json']);
  });
});
