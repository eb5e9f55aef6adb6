import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

/** The body of a call that is signed as Standard Webhooks 1.0 say it ("Signature scheme"). */
export function parseSigned(
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  secret: string,
): unknown {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  assert.equal(headers['webhook-signature'], `v1,${signature}`);
  assert.ok(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp'])) < 300);
  return JSON.parse(body);
}
