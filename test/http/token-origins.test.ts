import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkConfig } from '../../src/config.ts';
import { tokenOrigins } from '../../src/http/page/token-origins.ts';

const config = checkConfig({
  auth: { oidc: { issuer: 'https://accounts.example.org/a/b', audience: 'https://lobar.example.org' } },
  page: { clientId: 'lobar-page' },
});

describe('Where the page asks for tokens', () => {
  it('is the issuer, and its token endpoint where that is of another origin', async () => {
    const tokenEndpoint = async () => 'https://tokens.example.org:8443/token?x=1';
    assert.deepEqual(await tokenOrigins(config, { tokenEndpoint })(), [
      'https://accounts.example.org',
      'https://tokens.example.org:8443',
    ]);
  });

  it('is no address that would write more into the policy', async () => {
    for (const host of ["a;script-src'unsafe-inline'", 'a,b', "a'b"]) {
      const tokenEndpoint = async () => `https://${host}.example.org/token`;
      assert.deepEqual(
        await tokenOrigins(config, { tokenEndpoint })(),
        ['https://accounts.example.org'],
        host,
      );
    }
  });
});
