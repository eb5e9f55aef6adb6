import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { request } from 'undici';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { canaries, canariesIn } from '../outbound/support/canaries.ts';
import { answers, serve, serveProxy, serveTokens } from '../outbound/support/servers.ts';
import { scratch } from '../outbound/support/transport-at.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { runLobar, startLobar } from '../support/run-lobar.ts';

const fhirJson = { 'content-type': 'application/fhir+json' };
const outcome = (diagnostics: string) =>
  JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'security', diagnostics }],
  });

/** Of somebody whom Lobar does not know: the caller may read the words of the EHR, without dates and numbers. */
const gossip = 'ask Foreignname, 555 12 34, born 12.05.1969';

describe('a service that is full of secrets', () => {
  it('writes none of them, at trace level, into its log, its output or its answers', async (t) => {
    const { folder, write } = await scratch(t);
    const study = await writePhantomStudy(`${folder}/study`, {});
    const pacs = await openSandboxPacs({ folder: `${folder}/study` });
    t.after(() => pacs.close());
    const proxy = await serveProxy(t, `me:${canaries.proxyPassword}`);
    const bearerTokenFile = await write('token', canaries.token);
    const basic = { username: 'lobar', passwordFile: await write('password', canaries.password) };
    const clientSecretFile = await write('secret', canaries.clientSecret);
    const echo = JSON.stringify({ error: 'invalid_client', error_description: canaries.clientSecret });
    const json = { 'content-type': 'application/json' };
    const tokens = await serveTokens(t, { answer: () => answers(401, echo, json) });
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile };
    const headers = { 'X-Api-Key': canaries.header };
    const failing: Record<string, object> = {
      unauthorized: { url: (await serve(t, answers(401, canaries.token))).url, bearerTokenFile },
      broken: { url: (await serve(t, answers(500, canaries.password))).url, basic },
      redirecting: { url: (await serve(t, answers(302, '', { location: `/${canaries.token}` }))).url, basic },
      untrusted: { url: (await serve(t, answers(200), loopbackCertificate)).url, bearerTokenFile },
      unreachable: { url: 'https://127.0.0.1:9', bearerTokenFile },
      'without-token': { url: pacs.url, oauth2 },
      'without-file': { url: pacs.url, bearerTokenFile: `${folder}/none` },
    };
    const ehrTokens: (string | undefined)[] = [];
    const ehr = await serve(t, (request, response) => {
      ehrTokens.push(request.headers.authorization);
      const text = `Bearer ${canaries.ehrToken} is not known; ${gossip}`;
      answers(401, outcome(text), fhirJson)(request, response);
    });
    const ehrSettings = {
      patientIdentifierSystem: 'urn:oid:2.16.840.1.113883.19.5',
      bearerTokenFile: await write('ehr-token', canaries.ehrToken),
    };
    const settings = {
      http: { port: 0 },
      log: { level: 'trace' },
      ehr: {
        main: { url: `${ehr.url}/fhir`, ...ehrSettings },
        redirecting: {
          url: (await serve(t, answers(302, '', { location: `/${canaries.ehrToken}` }))).url,
          ...ehrSettings,
        },
        unreachable: { url: 'https://127.0.0.1:9', ...ehrSettings },
      },
      pacs: Object.fromEntries(
        Object.entries({ good: { url: pacs.url, bearerTokenFile }, ...failing }).map(([name, one]) => [
          name,
          { ...one, headers, retries: 0 },
        ]),
      ),
    };
    const config = await write('lobar.json', JSON.stringify(settings));
    const environment = {
      HTTP_PROXY: proxy.url.replace('//', `//me:${canaries.proxyPassword}@`),
      NO_PROXY: '',
    };
    const said: string[] = [];
    const logged: string[] = [];

    const checked = await runLobar(['config', 'check', config], {
      ...environment,
      http_proxy: environment.HTTP_PROXY,
    });
    assert.equal(checked.code, 0, checked.stderr);
    said.push(checked.stdout, checked.stderr);

    const child = startLobar(['serve', '--config', config], {
      ...environment,
      http_proxy: environment.HTTP_PROXY,
    });
    t.after(() => child.kill('SIGKILL'));
    assert.ok(child.stdout !== null && child.stderr !== null);
    child.stdout.on('data', (chunk) => said.push(String(chunk)));
    const ready = Promise.withResolvers<string>();
    createInterface({ input: child.stderr })
      .on('line', (line) => {
        said.push(line);
        logged.push(line);
        const { msg, url } = JSON.parse(line) as { msg?: string; url?: string };
        if (msg === 'ready' && url !== undefined) ready.resolve(url);
      })
      .on('close', () => ready.reject(new Error(`it ended: ${said.join('\n')}`)));
    const url = await ready.promise;

    const analyse = async (settings: object) => {
      const answer = await request(`${url}/v1/analyses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ study: study.study.studyInstanceUid, ...settings }),
      });
      const text = await answer.body.text();
      said.push(JSON.stringify(answer.headers), text);
      return { succeeded: answer.statusCode < 400, text };
    };
    for (const name of ['good', ...Object.keys(failing)]) {
      const { succeeded, text } = await analyse({ pacs: name, publish: false });
      assert.equal(succeeded, name === 'good', `${name}: ${text}`);
    }
    for (const [name, code] of [
      ['main', 'ehr-auth-failed'],
      ['redirecting', 'ehr-response-invalid'],
      ['unreachable', 'ehr-unreachable'],
    ]) {
      const { text } = await analyse({ pacs: 'good', ehr: name });
      assert.match(text, new RegExp(`"code":"${code}"`), `${name}: ${text}`);
    }
    assert.deepEqual([...new Set(ehrTokens)], [`Bearer ${canaries.ehrToken}`], 'the token was sent');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.deepEqual(canariesIn(said.join('\n')), []);
    assert.match(said.join('\n'), /ask Foreignname, \[\.\.\.\], born \[\.\.\.\]/);
    assert.doesNotMatch(logged.join('\n'), /Foreignname/);
    assert.match(logged.join('\n'), /told to the caller alone/);
    assert.ok(proxy.seen.length >= 6, 'the proxy was used');
    assert.ok(said.length > 20);
  });
});
