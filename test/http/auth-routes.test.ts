import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, it, type TestContext } from 'node:test';
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify';
import { request } from 'undici';
import { noAuthentication } from '../../src/http/auth/open-authentication.ts';
import { authentication } from '../../src/http/plugins/authentication.ts';
import { openAuthApp } from './support/auth-app.ts';
import { audience } from './support/token-issuer.ts';

const oidc = { issuer: 'https://login.example.org', audience };
const paramOf = (url: string) => url.replace(/:\w+|\*/g, 'x');

/** Every route of the application that wants tokens, as it was added. */
async function everyRoute(t: TestContext) {
  const routes: Pick<RouteOptions, 'method' | 'url'>[] = [];
  const onApp = (message: unknown) => {
    const { fastify: app } = message as { fastify: FastifyInstance };
    app.addHook('onRoute', ({ method, url }) => void routes.push({ method, url }));
  };
  // Fastify tells of each application that it makes, before anything is registered.
  subscribe('fastify.initialization', onApp);
  const { app, url } = await openAuthApp(t, { auth: { oidc } });
  unsubscribe('fastify.initialization', onApp);
  const all = routes.flatMap(({ method, url }) => [method].flat().map((one) => ({ method: one, url })));
  return { app, all, url };
}

describe('Every route', () => {
  it('is public by what it is, or wants a token', async (t) => {
    const { app, all } = await everyRoute(t);
    const asking: string[] = [];
    for (const { method, url } of all) {
      const answer = await app.inject({ method: method as 'GET', url: paramOf(url) });
      // What a method that is not offered says is public.
      if (answer.statusCode === 401) asking.push(`${method} ${url}`);
      else if (answer.statusCode !== 405)
        assert.match(url, publicPath, `${method} ${url} ${answer.statusCode}`);
    }
    assert.ok(all.length > 40);
    assert.deepEqual(asking.sort(), [
      'DELETE /v1/analyses/:id',
      'GET /v1/analyses/:id',
      'GET /v1/endpoints',
      'GET /v1/models',
      'GET /v1/studies/:study',
      'HEAD /v1/analyses/:id',
      'HEAD /v1/endpoints',
      'HEAD /v1/models',
      'HEAD /v1/studies/:study',
      'POST /fhir/$analyze-chest-ct',
      'POST /v1/analyses',
      'POST /v1/events/study-stable',
      'POST /v1/studies/search',
    ]);
  });

  it('lets no other spelling of its address by', async (t) => {
    const { app } = await everyRoute(t);
    for (const url of [
      '/v1/analyses/',
      '//v1/analyses',
      '/V1/analyses',
      '/v1/./analyses',
      '/docs/../v1/analyses',
      '/fhir/%24analyze-chest-ct',
    ]) {
      const { statusCode } = await app.inject({ method: 'POST', url });
      assert.ok([401, 404].includes(statusCode), `${url} ${statusCode}`);
    }
  });

  it('has a scope, or the application does not start', async () => {
    const app = fastify();
    await app.register(authentication, { authentication: noAuthentication });
    assert.throws(() => app.get('/new', () => 'secret'), /GET \/new has no scope/);
    assert.throws(() => app.get('/docsearch', () => 'secret'), /no scope/, 'is no page of /docs');
  });

  it('lets in whoever reaches the port where nothing is configured: that is loopback', async (t) => {
    const { url } = await openAuthApp(t, {});
    const answer = await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer of, anything' } });
    assert.equal(answer.status, 200);
    const metadata = await fetch(`${url}/.well-known/oauth-protected-resource`);
    assert.equal(metadata.status, 404);
  });

  it('lets in nobody who addresses another host then, as a page of the web does by DNS rebinding', async (t) => {
    const { url } = await openAuthApp(t, {});
    const { port } = new URL(url);
    const ask = async (host: string, path = '/v1/models') => {
      const answer = await request(`${url}${path}`, { headers: { host } });
      const { code = '' } = (await answer.body.json()) as { code?: string };
      return `${answer.statusCode} ${code}`.trim();
    };
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '[::1]']) {
      for (const host of [name, `${name}:${port}`, `${name}:1`]) assert.equal(await ask(host), '200', host);
    }
    for (const host of [
      `evil.example.org:${port}`,
      '127.0.0.1.evil.example.org',
      'localhost.evil.example.org',
      'evil.example.org:127.0.0.1',
      '127.0.0.1@evil.example.org',
      '192.0.2.1',
      '[2001:db8::1]',
      '0.0.0.0',
      '',
    ]) {
      assert.equal(await ask(host), '403 host-refused', host);
      assert.equal(await ask(host, '/health/live'), '200');
    }
  });

  it('lets in under any name whoever has a token, or is refused for having none', async (t) => {
    const { url } = await openAuthApp(t, { auth: { oidc } });
    const { statusCode, body } = await request(`${url}/v1/models`, { headers: { host: 'lobar' } });
    assert.equal(((await body.json()) as { code: string }).code, 'credentials-missing');
    assert.equal(statusCode, 401);
  });

  it('tells where its metadata are by the path of the resource, too (RFC 9728 3.1)', async (t) => {
    const { url } = await openAuthApp(t, { auth: { oidc: { ...oidc, resource: `${audience}/lobar` } } });
    const answer = await fetch(`${url}/v1/models`);
    const expected = `${audience}/.well-known/oauth-protected-resource/lobar`;
    assert.match(answer.headers.get('www-authenticate') ?? '', new RegExp(`resource_metadata="${expected}"`));
    const metadata = await fetch(`${url}/.well-known/oauth-protected-resource/lobar`);
    assert.equal(((await metadata.json()) as { resource: string }).resource, `${audience}/lobar`);
  });
});

const publicPath =
  /^\/(|assets\/\*|sign-in\.json|health\/(live|ready)|\.well-known\/[a-z.-]+|openapi\.json|docs(\/.*)?|fhir\/(metadata|(CodeSystem|NamingSystem|OperationDefinition)(\/_search|\/:id)?))$/;
