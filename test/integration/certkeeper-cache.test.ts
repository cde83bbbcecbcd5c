import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { goDsn, type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { type Redis, startRedis } from '../../scripts/components/redis.ts';
import {
  applySql,
  type Binary,
  buildCertkeeper,
  type Certkeeper,
  migrationFiles,
  startCertkeeper,
} from '../components/certkeeper.ts';

let mariadb: Mariadb;
let redis: Redis;
let binary: Binary;
let dsn: string;

beforeAll(async () => {
  [mariadb, redis, binary] = await Promise.all([startMariadb(), startRedis(), buildCertkeeper('1.2.3')]);
  const access = await mariadb.createDatabase('cached');
  await applySql(access, 'migrations', await migrationFiles());
  await applySql(access, 'seed', ['0001_development.sql']);
  dsn = goDsn(access);
});
afterAll(async () => {
  await binary?.[Symbol.asyncDispose]();
  await redis?.stop();
  await mariadb?.stop();
});

async function cli(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('redis-cli', ['-u', redis.url, ...args])).stdout.trim();
}

const results = async (app: Certkeeper): Promise<Readonly<Record<string, number>>> => {
  const count = (result: string): Promise<number> =>
    app.metric('certkeeper_cache_requests_total', `result="${result}"`);
  const [hit, negative, miss, bypass] = await Promise.all(['hit', 'negative_hit', 'miss', 'bypass'].map(count));
  return { hit: hit ?? 0, negative: negative ?? 0, miss: miss ?? 0, bypass: bypass ?? 0 };
};
const end = (answer: { readonly json: unknown }): string =>
  z.object({ not_after: z.string() }).parse(answer.json).not_after;

it('caches rows and their absence under the key rule, with a jittered life', async () => {
  await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn, CERTKEEPER_REDIS_ADDR: redis.address });
  const ids = [1, 2, 3, 4, 5, 6, 7];
  for (const id of ids) expect((await app.ask(`/api/v1/certificates/${id}`)).status).toBe(200);
  const first = await app.ask('/api/v1/certificates/1');
  expect(await results(app)).toEqual({ hit: 1, negative: 0, miss: 7, bypass: 0 });
  expect(z.object({ status: z.string() }).parse(first.json).status).toBe('valid');
  for (let i = 0; i < 3; i++) expect((await app.ask('/api/v1/certificates/4711')).status).toBe(404);
  expect(await results(app)).toEqual({ hit: 1, negative: 2, miss: 8, bypass: 0 });

  const keys = (await cli('--scan', '--pattern', 'ck:*')).split('\n').sort();
  expect(keys).toEqual([...ids, 4711].map((id) => `ck:5:certificate:${id}`).sort());
  const lives = await Promise.all(ids.map(async (id) => Number(await cli('PTTL', `ck:5:certificate:${id}`))));
  for (const life of lives) {
    expect(life).toBeGreaterThan(60_000 * 0.85 - 10_000);
    expect(life).toBeLessThanOrEqual(60_000 * 1.15);
  }
  expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(200);
  expect(Number(await cli('PTTL', 'ck:5:certificate:4711'))).toBeLessThanOrEqual(11_500);
});

it('never shows an old row after a write, through two processes that share the cache', async () => {
  const env = { CERTKEEPER_DSN: dsn, CERTKEEPER_REDIS_ADDR: redis.address };
  await using writer = await startCertkeeper(binary, env);
  await using reader = await startCertkeeper(binary, env);
  let reading = true;
  const crowd = Array.from({ length: 6 }, async () => {
    while (reading) await reader.ask('/api/v1/certificates/2');
  });
  for (let i = 1; i <= 150; i++) {
    const notAfter = new Date(Date.now() + (100 + i) * 86_400_000).toISOString();
    const renewed = await writer.ask('/api/v1/certificates/2/renew', { method: 'POST', body: { not_after: notAfter } });
    expect(renewed.status, renewed.text).toBe(200);
    expect(end(await reader.ask('/api/v1/certificates/2'))).toBe(end(renewed));
  }
  reading = false;
  await Promise.all(crowd);

  // A row that was known to be absent is seen as soon as it exists.
  const create = async (name: string): Promise<number> => {
    const answer = await writer.ask('/api/v1/servers', { method: 'POST', body: { name, address: '192.0.2.99' } });
    return z.object({ id: z.int() }).parse(answer.json).id;
  };
  const next = `/api/v1/servers/${(await create('new-1')) + 1}`;
  expect((await reader.ask(next)).status).toBe(404);
  expect((await reader.ask(next)).status).toBe(404);
  expect(`/api/v1/servers/${await create('new-2')}`).toBe(next);
  expect((await reader.ask(next)).status).toBe(200);
});

it('answers from the database, quickly, when Redis hangs or dies', async () => {
  await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn, CERTKEEPER_REDIS_ADDR: redis.address });
  expect((await app.ask('/api/v1/certificates/3')).status).toBe(200);
  const slowest = async (): Promise<number> => {
    let worst = 0;
    for (let i = 0; i < 20; i++) {
      const began = performance.now();
      expect((await app.ask('/api/v1/certificates/3')).status).toBe(200);
      worst = Math.max(worst, performance.now() - began);
    }
    return worst;
  };
  process.kill(redis.pid, 'SIGSTOP');
  try {
    expect(await slowest()).toBeLessThan(400);
  } finally {
    process.kill(redis.pid, 'SIGCONT');
  }
  await redis.stop();
  expect(await slowest()).toBeLessThan(400);
  const renewed = await app.ask('/api/v1/certificates/3/renew', { method: 'POST' });
  expect(renewed.status, renewed.text).toBe(200);
  expect(end(await app.ask('/api/v1/certificates/3'))).toBe(end(renewed));
  expect((await results(app))['bypass']).toBeGreaterThan(30);
  expect((await app.ask('/readyz')).status).toBe(200);
});
