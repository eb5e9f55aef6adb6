import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Finished, runLobar, startLobar } from '../support/run-lobar.ts';

describe('a start that fails ends the process, with a code and a reason', { timeout: 120_000 }, () => {
  let folder = '';
  const taken = createServer();
  let port = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-start-'));
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  after(async () => {
    taken.close();
    await rm(folder, { recursive: true });
  });
  const told = ({ code, stderr }: Finished, expected: number, reason: RegExp) => {
    assert.match(stderr, reason);
    assert.equal(code, expected);
  };

  it('a port that is taken', async () => {
    const inUse = { LOBAR_HTTP_PORT: String(port) };
    told(await runLobar(['serve'], inUse), 2, /address-unavailable: .*EADDRINUSE/);
    told(
      await runLobar(['sandbox', '--pacs-port', '0', '--ehr-port', String(port)]),
      2,
      /address-unavailable/,
    );
    told(await runLobar(['demo', '--once'], inUse), 2, /address-unavailable/);
  });

  it('a certificate file that is not there', async () => {
    const config = join(folder, 'tls.yaml');
    await writeFile(
      config,
      'pacs:\n  main:\n    url: https://pacs.example.org\n    tls: { caFile: none.pem }\n',
    );
    told(await runLobar(['serve', '--config', config]), 2, /config-invalid: .*\n.*caFile/);
  });

  it('a provider that this machine does not have', async () => {
    const environment = { LOBAR_INFERENCE_PROVIDER: 'webgpu', LOBAR_HTTP_PORT: '0' };
    told(await runLobar(['serve'], environment), 2, /provider-unavailable/);
  });

  it('and Ctrl-C in the middle of a demo leaves nothing behind', async () => {
    const child = startLobar(['demo'], { TMPDIR: folder });
    await assertLeavesNothing(child, () => void child.kill('SIGINT'));
  });

  it('nor does it under npm, which passes on the signal that the terminal has sent to both', async () => {
    const child = spawn('npm', ['run', 'demo'], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, as a shell gives it: Ctrl-C goes to all of it.
      detached: true,
    });
    await assertLeavesNothing(child, () => void process.kill(-(child.pid ?? Number.NaN), 'SIGINT'));
  });

  async function assertLeavesNothing(child: ChildProcess, interrupt: () => void) {
    child.stdout?.resume();
    let note = '';
    let isInterrupted = false;
    for await (const chunk of child.stderr ?? []) {
      note += String(chunk);
      if (!note.includes('find and choose the series') || isInterrupted) continue;
      isInterrupted = true;
      interrupt();
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    assert.match(note, /cancelled/);
    assert.equal(child.exitCode, 1, note);
    const left = (await readdir(folder)).filter((name) => name.startsWith('lobar-sandbox'));
    assert.deepEqual(left, []);
  }
});
