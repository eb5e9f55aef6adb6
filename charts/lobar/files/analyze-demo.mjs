// Run by `helm test`: sends the demo phantom to the service and ends with 0 only if it was analysed. Nothing is published.
// LOBAR_URL, STUDY_FOLDER; CREDENTIALS_FOLDER with token, client-secret, tls.crt and tls.key, ca.crt, each if it is there;
// TOKEN_URL, CLIENT_ID, SCOPE, AUDIENCE, RESOURCE for a token by client-secret.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';

const { LOBAR_URL, STUDY_FOLDER, CREDENTIALS_FOLDER } = process.env;
const { TOKEN_URL, CLIENT_ID, SCOPE, AUDIENCE, RESOURCE } = process.env;

const ca = secret('ca.crt');
const tls = ca === undefined ? {} : { ca };
const [cert, key] = [secret('tls.crt'), secret('tls.key')];
const token = TOKEN_URL ? await clientCredentials() : secret('token')?.trim();

const service = LOBAR_URL.replace(/\/+$/, '');
const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
const identity = cert === undefined ? {} : { cert, key };
// First without a body: who may not ask is cut off in the middle of sending one, and would not see why.
expectDone(await send('GET', `${service}/v1/models`, { headers: authorization, ...identity }));
const headers = { accept: 'application/json', 'content-type': 'multipart/related; type="application/dicom"; boundary=demo' };
const answer = await send('POST', `${service}/v1/analyses?publish=false`, {
  headers: { ...headers, ...authorization },
  body: multipart(),
  ...identity,
});
expectDone(answer);
const { outcome, classification, involvement, severity, models = [] } = JSON.parse(answer.text);
if (outcome !== 'analysed' || !(involvement?.lungMl > 0) || severity === undefined) {
  end(`The demo phantom was not analysed: ${outcome}`);
}
console.log(
  [
    `The demo phantom was analysed: ${classification?.decision}, severity score ${severity.score} (${severity.band}),`,
    `${involvement.percent.toFixed(1)} % of ${involvement.lungMl.toFixed(0)} mL lung`,
    ...models.map(({ task, name, version, executionProvider }) => `  ${task}: ${name} ${version} on ${executionProvider}`),
  ].join('\n'),
);

function secret(name) {
  const file = CREDENTIALS_FOLDER ? join(CREDENTIALS_FOLDER, name) : '';
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

// RFC 6749 4.4.2, with the secret in the header (2.3.1: both are encoded before).
async function clientCredentials() {
  const basic = `${encodeURIComponent(CLIENT_ID)}:${encodeURIComponent(secret('client-secret')?.trim() ?? '')}`;
  const wish = { grant_type: 'client_credentials', scope: SCOPE, audience: AUDIENCE, resource: RESOURCE };
  const { status, text } = await send('POST', TOKEN_URL, {
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
    },
    body: Buffer.from(`${new URLSearchParams(Object.entries(wish).filter(([, value]) => value))}`),
  });
  if (status !== 200) end(`The issuer gave no token: HTTP ${status} ${text.slice(0, 500)}`);
  return JSON.parse(text).access_token;
}

// PS3.18 10.5: the body of STOW-RS.
function multipart() {
  const files = readdirSync(STUDY_FOLDER, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const parts = files.flatMap(({ parentPath, name }) => [
    Buffer.from('--demo\r\nContent-Type: application/dicom\r\n\r\n'),
    readFileSync(join(parentPath, name)),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...parts, Buffer.from('--demo--\r\n')]);
}

function expectDone({ status, text }) {
  if (status === 200) return;
  const hint = '\nName a Secret with a token, client-secret or tls.crt in tests.existingSecret.';
  end(`HTTP ${status} ${text.slice(0, 2000)}${status === 401 || status === 403 ? hint : ''}`);
}

function send(method, url, { headers, body = Buffer.alloc(0), ...identity }) {
  const { request } = new URL(url).protocol === 'https:' ? https : http;
  return new Promise((done) => {
    const sent = request(
      url,
      { method, headers: { ...headers, 'content-length': body.length }, ...tls, ...identity },
      async (answer) => {
        const chunks = [];
        try {
          for await (const chunk of answer) chunks.push(chunk);
        } catch (error) {
          end(`${new URL(url).host}: ${error.message}`);
        }
        done({ status: answer.statusCode, text: Buffer.concat(chunks).toString() });
      },
    );
    sent.on('error', (error) => end(`${new URL(url).host}: ${error.message || error.code}`));
    sent.end(body);
  });
}

function end(why) {
  console.error(why);
  process.exit(1);
}
