import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageCheck } from '../../src/build/checks.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { httpClient } from '../../src/procedure/index.ts';

/** What `shiplock doctor` says of the registry of an image: over HTTP, as the registry API describes it. */

let server: Server;
let registry = '';
/** Tokens that were asked for, by their scope. */
const scopes: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', registry);
    const by = request.headers.authorization;
    if (url.pathname === '/token') {
      scopes.push(url.searchParams.get('scope') ?? '');
      response.end(JSON.stringify({ token: 'anybody' }));
      return;
    }
    const name = /^\/v2\/(.+)\/tags\/list$/.exec(url.pathname)?.[1] ?? '';
    const challenge = `Bearer realm="${registry}/token",service="r",scope="repository:${name}:pull"`;
    if (by === undefined) response.writeHead(401, { 'www-authenticate': challenge }).end();
    else if (name === 'shop/secret' && by !== 'Basic mine') response.writeHead(403).end();
    else if (name === 'shop/new') response.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
    else response.end(JSON.stringify({ name, tags: ['1.0.0'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  registry = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close();
});

const look = (name: string, authorization: string | null = null, at = registry) =>
  imageCheck('api', {
    image: `registry.example.com/${name}`,
    registry: at,
    authorization: () => authorization,
    http: httpClient,
  }).look(new AbortController().signal);

test('one that anybody may read, by the token that it gives to anybody', async () => {
  expect(await look('shop/api')).toEqual({ state: 'ok', found: 'it answers, and we may read the repository' });
  expect(scopes).toEqual(['repository:shop/api:pull']);
});

test('one that needs an account: with it, with a wrong one, and with none', async () => {
  expect(await look('shop/secret', 'Basic mine')).toMatchObject({ state: 'ok' });
  const refused = { state: 'failed', found: 'it answers with status 403' };
  expect(await look('shop/secret', 'Basic other')).toMatchObject(refused);
  expect(await look('shop/secret')).toMatchObject({
    ...refused,
    mend: 'mend components.api.authorization; with the same account: docker pull registry.example.com/shop/secret:TAG',
  });
});

test('one without the repository yet, and none at all', async () => {
  expect(await look('shop/new')).toMatchObject({
    state: 'warning',
    found: expect.stringContaining('no such repository'),
  });
  const error = await look('shop/api', null, 'http://127.0.0.1:9').catch((one: unknown) => one);
  if (!(error instanceof ProblemError)) throw error;
  expect(error.problems[0]).toMatchObject({
    code: 'build.registry-unreachable',
    where: 'registry.example.com/shop/api',
  });
});
