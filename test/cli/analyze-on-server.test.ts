import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { runCommandLine } from '../../src/cli/run-command-line.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { serve } from '../outbound/support/servers.ts';
import { scratch } from '../outbound/support/transport-at.ts';
import { niftiFields } from '../support/nifti-fields.ts';
import { runInProcess as lobar } from '../support/run-in-process.ts';
import { openTestService, resourcesOf, type TestService } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const refusing =
  (status: number, code: string): RequestListener =>
  (request, response) => {
    request.resume();
    const problem = { type: 'urn:lobar:error:x', title: 'x', status, code, detail: 'Who?' };
    response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  };
// The code is of a newer service: its status says what it comes to.
const unauthorized = refusing(401, 'newer-code');

describe('lobar analyze --server', () => {
  let test: TestService;
  const analyze = (...more: string[]) =>
    lobar('analyze', '--server', test.service.url, '--study', test.study.study.studyInstanceUid, ...more);
  const reports = () => resourcesOf<fhir4.DiagnosticReport>(test.ehrUrl, 'DiagnosticReport');

  before(async () => {
    test = await openTestService({ studies: [{ slices: 10 }], limits: { inFlight: 1, waiting: 0 } });
  });
  after(() => test.close());

  it('publishes nothing unless it is told to, and says so', async () => {
    const { code, out, note } = await analyze('--pacs', 'main', '--accession', 'TYPED-1');
    assert.equal(code, 0, note);
    assert.match(out, /Decision .*\n/);
    assert.match(note, /lungs and lobes .* s\n/);
    assert.match(note, /dry run: nothing was published\. That takes --publish true\.\n$/);
    assert.deepEqual(await reports(), []);
  });

  it('publishes and prints the Analysis, one JSON document on stdout', async () => {
    const { code, out } = await analyze('--json', '--publish', 'true', '--urgent');
    assert.equal(code, 0);
    const { outcome, published } = JSON.parse(out) as Analysis;
    assert.equal(outcome, 'published');
    assert.deepEqual(
      (await reports()).map(({ id }) => `DiagnosticReport/${id}`),
      [published?.report],
    );
  });

  it('writes the report into a folder, of a study that may be analysed', async (t) => {
    const { folder } = await scratch(t);
    const report = join(folder, 'report');
    const { code, note } = await analyze('--report', report, '--language', 'de');
    assert.equal(code, 0, note);
    assert.match(note, /^Report in .*: report\.pdf, report\.html, pictures\.png.*, ct\.nii\.gz/m);
    const bytesOf = (name: string) => readFile(join(report, name));
    const [pdf, html, lobes] = await Promise.all(['report.pdf', 'report.html', 'lobes.nii.gz'].map(bytesOf));
    assert.equal(pdf?.toString('latin1', 0, 5), '%PDF-');
    assert.match(html?.toString() ?? '', /<html[^>]* lang="de"/);
    // A few hundred kilobytes, in two pieces or more.
    const { dim, voxels } = niftiFields(lobes ?? new Uint8Array());
    assert.equal(voxels.length, (dim[1] ?? 0) * (dim[2] ?? 0) * (dim[3] ?? 0));
    const thin = test.studies[0]?.study.studyInstanceUid ?? '';
    const none = join(folder, 'none');
    const argv = ['--server', test.service.url, '--study', thin, '--report', none];
    assert.equal((await lobar('analyze', ...argv)).code, 3);
    assert.deepEqual(await readdir(none), []);
  });

  it('ends with 3 for a study in which nothing may be analysed, and has no Bundle of it', async () => {
    const study = test.studies[0]?.study.studyInstanceUid ?? '';
    const { code, out, note } = await lobar(
      'analyze',
      '--server',
      test.service.url,
      '--study',
      study,
      '--fhir',
    );
    assert.equal(code, 3);
    assert.equal(out, '');
    assert.match(note, /too-few-slices/);
  });

  it('ends with the exit code of the problem, and tells what names the thing', async () => {
    const unknown = await lobar('analyze', '--server', test.service.url, '--study', '1.2.3.4', '--json');
    assert.equal(unknown.code, 4);
    assert.equal(unknown.out, '');
    assert.match(
      unknown.note,
      /^study-not-found: PACS 'main' holds no such study.*\n {2}studyInstanceUid: 1\.2\.3\.4\n {2}requestId: [0-9a-f-]{36}\n/m,
    );
    const name = await analyze('--pacs', 'other');
    assert.equal(name.code, 2);
    assert.match(name.note, /endpoint-unknown: .*\n {2}name: other\n/);
  });

  it('waits for a place and says so, or gives up at once when it is told not to wait', async () => {
    const running = analyze('--publish', 'false');
    await until(async () => (await inFlight()) > 0);
    const waiting = analyze('--publish', 'false');
    const impatient = await analyze('--wait', '0');
    assert.equal(impatient.code, 5);
    assert.match(impatient.note, /^at-capacity: /);
    assert.equal((await running).code, 0);
    const { code, note } = await waiting;
    assert.equal(code, 0);
    assert.match(note, /All places are taken, .* Asking again in \d+ s \.\.\.\n/);
  });

  it('cancels the analysis on Ctrl-C', async () => {
    const running = analyze();
    await until(async () => (await inFlight()) > 0);
    process.emit('SIGINT');
    const { code, note } = await running;
    assert.equal(code, 1);
    assert.match(note, /cancelled: /);
    await until(async () => (await inFlight()) === 0);
  });

  it('prints the Bundle of a dry run, with a bar in one line where a human watches', async () => {
    let note = '';
    let out = '';
    const study = test.study.study.studyInstanceUid;
    const argv = ['analyze', '--server', test.service.url, '--study', study, '--fhir', '--ehr', 'main'];
    const code = await runCommandLine(argv, {
      environment: {},
      out: (text) => {
        out += text;
      },
      note: (text) => {
        note += text;
      },
      interactive: true,
    });
    assert.equal(code, 0, note);
    assert.equal((JSON.parse(out) as fhir4.Bundle).resourceType, 'Bundle');
    // Every state overwrites the one before, and the last leaves nothing but the hint.
    const states = note.split('\r').filter((one) => one.includes('['));
    assert.match(states[0] ?? '', /^ {2}\[\.{24}\] +0 % +\d+ s {2}1\/9 find and choose the series/);
    assert.ok(states.some((one) => / 100 % +\d+ s {2}3\/9 lungs and lobes/.test(one)));
    assert.equal(note.split('\n').length, 2);
    assert.match(note, /\r.\[KA dry run: nothing was published\. [^\r\n]+\n$/);
  });

  async function inFlight(): Promise<number> {
    const answer = await fetch(`${test.service.url}/health/ready`);
    return ((await answer.json()) as { inFlight: number }).inFlight;
  }
});

describe('lobar analyze --server, where the server is not as expected', () => {
  const analyzeAt = (url: string, ...more: string[]) =>
    lobar('analyze', '--server', url, '--study', '1.2.3', ...more);

  it('names the option that a server asks for which asks for a token', async (t) => {
    const seen: (string | undefined)[] = [];
    const { url } = await serve(t, (request, response) => {
      seen.push(request.headers.authorization);
      unauthorized(request, response);
    });
    const without = await analyzeAt(url);
    assert.equal(without.code, 2);
    assert.match(without.note, /^newer-code: Who\?\n.*--token-file names a file with a bearer token\.\n$/s);
    const { write } = await scratch(t);
    const given = await analyzeAt(url, '--token-file', await write('token', 'abc.def\n'));
    assert.match(given.note, /does not accept the token in --token-file\.\n$/);
    assert.deepEqual(seen, [undefined, 'Bearer abc.def']);
    const missing = await analyzeAt(url, '--token-file', '/nowhere');
    assert.equal(missing.code, 2);
    assert.match(missing.note, /--token-file: cannot be read \(ENOENT\)/);
  });

  it('says of which credentials a 403 tells, if of any', async (t) => {
    const { write } = await scratch(t);
    const token = ['--token-file', await write('token', 'abc.def\n')];
    const certificate = [
      ...['--cert', await write('cert.pem', loopbackCertificate.cert)],
      ...['--key', await write('key.pem', loopbackCertificate.key)],
    ];
    for (const [code, options, said] of [
      ['scope-insufficient', token, 'The token in --token-file does not allow this.\n'],
      ['scope-insufficient', certificate, 'The certificate in --cert does not allow this.\n'],
      ['certificate-refused', certificate, 'The service does not accept the certificate in --cert.\n'],
      ['certificate-refused', token, /asks for a client certificate: --cert and --key name .*\n$/],
      ['certificate-refused', [], /asks for a client certificate: --cert and --key name .*\n$/],
      ['host-refused', [], /^host-refused: Who\?\n$/],
      ['newer-code', token, /^newer-code: Who\?\n$/],
    ] as const) {
      const { url } = await serve(t, refusing(403, code));
      const { note } = await analyzeAt(url, ...options);
      if (typeof said === 'string') assert.ok(note.endsWith(said), note);
      else assert.match(note, said);
    }
  });

  it('trusts the authority that is given, and shows its certificate', async (t) => {
    const { write } = await scratch(t);
    const { url } = await serve(
      t,
      (request, response) => {
        if ((request.socket as TLSSocket).authorized) return unauthorized(request, response);
        response.destroy();
      },
      {
        ...loopbackCertificate,
        requestCert: true,
        rejectUnauthorized: false,
        ca: [loopbackCertificate.cert],
      },
    );
    const unknown = await analyzeAt(url);
    assert.equal(unknown.code, 5);
    assert.match(unknown.note, /service-unreachable: .*TLS failed/);
    const cert = await write('cert.pem', loopbackCertificate.cert);
    const key = await write('key.pem', loopbackCertificate.key);
    const anonymous = await analyzeAt(url, '--ca', cert);
    assert.match(anonymous.note, /service-unreachable: .*closed the connection/);
    assert.match((await analyzeAt(url, '--ca', cert, '--cert', cert, '--key', key)).note, /^newer-code/);
  });

  it('says what is wrong with its options, and asks nobody', async () => {
    const url = 'http://127.0.0.1:9';
    const study = ['--study', '1.2.3'];
    for (const [argv, problem] of [
      [['--server', 'nonsense', ...study], /--server takes an http or https URL/],
      [['--server', 'http://user:secret@x', ...study], /without credentials/],
      [['--server', url], /--server needs --study/],
      [['--server', url, '--study', 'x'], /--server needs --study/],
      [['--server', url, ...study, 'folder'], /no files/],
      [['--server', url, ...study, '--force'], /--force goes with files/],
      [['--server', url, ...study, '--masks', 'x'], /--masks goes with files/],
      [['--server', url, ...study, '--cert', 'x'], /--cert and --key go together/],
      [['--server', url, ...study, '--publish', 'yes'], /--publish is one of true, false, dry-run/],
      [['--server', url, ...study, '--wait', '1.5'], /--wait takes whole seconds/],
      [['--server', url, ...study, '--json', '--fhir'], /exclude each other/],
      [['--server', url, ...study, '--fhir', '--publish', 'true'], /--fhir shows the Bundle of a dry run/],
      [['folder', '--publish', 'true'], /--publish goes with --server/],
      [['folder', '--token-file', 'x'], /--token-file goes with --server/],
    ] as const) {
      const { code, out, note } = await lobar('analyze', ...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.equal(out, '');
      assert.match(note, problem);
      assert.doesNotMatch(note, /secret/);
    }
  });
});
