import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { goDsn, type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import {
  applySql,
  type Binary,
  buildCertkeeper,
  type Certkeeper,
  migrationFiles,
  startCertkeeper,
  temporaryDir,
} from '../components/certkeeper.ts';

const certificate = z.strictObject({
  id: z.int(),
  server_id: z.int(),
  domain: z.string(),
  issuer: z.string(),
  not_before: z.iso.datetime(),
  not_after: z.iso.datetime(),
  status: z.enum(['pending', 'valid', 'expiring', 'expired']),
  renewed_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
});
const certificates = z.strictObject({ items: z.array(certificate), next_cursor: z.string().nullable() });
const failure = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    details: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    trace_id: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
  }),
});
const created = z.object({ id: z.int(), key: z.string().optional() });
const day = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * day).toISOString();

let mariadb: Mariadb;
let binary: Binary;
let databases = 0;

async function freshDatabase(): Promise<{
  dsn: string;
  connection: mysql.Connection;
  access: Parameters<typeof goDsn>[0];
}> {
  const access = await mariadb.createDatabase(`ck${databases++}`);
  await applySql(access, 'migrations', await migrationFiles());
  return { access, dsn: goDsn(access), connection: await mysql.createConnection(access) };
}

async function newCertificate(app: Certkeeper, serverId: number, domain: string, from = -1, to = 60): Promise<number> {
  const body = { server_id: serverId, domain, issuer: 'Test CA', not_before: at(from), not_after: at(to) };
  const answer = await app.ask('/api/v1/certificates', { method: 'POST', body });
  expect(answer.status, answer.text).toBe(201);
  return certificate.parse(answer.json).id;
}

async function newServer(app: Certkeeper, name: string): Promise<number> {
  const answer = await app.ask('/api/v1/servers', { method: 'POST', body: { name, address: '192.0.2.7' } });
  expect(answer.status, answer.text).toBe(201);
  expect(answer.headers.get('location')).toBe(`/api/v1/servers/${created.parse(answer.json).id}`);
  return created.parse(answer.json).id;
}

async function codeOf(answer: Promise<{ status: number; json: unknown }>): Promise<string> {
  const { status, json } = await answer;
  return `${status} ${failure.parse(json).error.code}`;
}

beforeAll(async () => {
  [mariadb, binary] = await Promise.all([startMariadb(), buildCertkeeper('1.2.3')]);
});
afterAll(async () => {
  await binary?.[Symbol.asyncDispose]();
  await mariadb?.stop();
});

describe('schema', () => {
  it('is ready only when the database answers and has the generation that the code needs', async () => {
    const access = await mariadb.createDatabase(`ck${databases++}`);
    await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: goDsn(access) });
    const reason = async (): Promise<unknown> => {
      const { status, json } = await app.ask('/readyz');
      return [status, z.object({ reason: z.string().optional() }).parse(json).reason];
    };
    expect(await reason()).toEqual([503, 'schema_missing']);
    const names = await migrationFiles();
    const last = names.at(-1) ?? '';
    await applySql(access, 'migrations', names.slice(0, -1));
    expect(await reason()).toEqual([503, 'schema_too_old']);
    await applySql(access, 'migrations', [last]);
    expect(await reason()).toEqual([200, undefined]);

    await using lost = await startCertkeeper(binary, { CERTKEEPER_DSN: goDsn({ ...access, port: await freePort() }) });
    expect(await lost.ask('/readyz')).toMatchObject({ status: 503, json: { reason: 'database_unreachable' } });
    expect(await codeOf(lost.ask('/api/v1/servers'))).toBe('503 database_unavailable');
    expect((await lost.ask('/api/v1/ping', { key: '' })).status).toBe(200);
  });

  it('has migrations with a header that can be undone, and a seed that can be repeated', async () => {
    const { access, connection } = await freshDatabase();
    const count = async (): Promise<unknown> =>
      (await connection.query('SELECT (SELECT COUNT(*) FROM servers) s, (SELECT COUNT(*) FROM certificates) c'))[0];
    await applySql(access, 'seed', ['0001_development.sql']);
    const once = await count();
    expect(once).toEqual([{ s: 4, c: 7 }]);
    await applySql(access, 'seed', ['0001_development.sql']);
    expect(await count()).toEqual(once);

    const names = await migrationFiles();
    for (const name of names) {
      const text = await readFile(join(import.meta.dirname, '../../examples/certkeeper/migrations', name), 'utf8');
      expect(text.split('\n')[0]).toBe('-- shiplock: phase=expand');
    }
    await applySql(access, 'migrations', names.map((name) => name.replace('.sql', '.down.sql')).reverse());
    expect((await connection.query('SHOW TABLES'))[0]).toEqual([]);
    await connection.end();
  });
});

describe('the service over a real database', () => {
  it('creates, lists, filters, pages and renews', async () => {
    const { dsn, connection } = await freshDatabase();
    await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn });
    const web = await newServer(app, 'web-1');
    const other = await newServer(app, 'web-2');
    const wanted = { pending: [1, 90], valid: [-1, 60], expiring: [-60, 20], expired: [-90, -1] } as const;
    for (const [status, [from, to]] of Object.entries(wanted))
      await newCertificate(app, web, `${status}.example.org`, from, to);
    await newCertificate(app, other, 'a-b.example.org');

    const list = async (query: string): Promise<z.infer<typeof certificates>> =>
      certificates.parse((await app.ask(`/api/v1/certificates?${query}`)).json);
    for (const status of Object.keys(wanted)) {
      const { items } = await list(`status=${status}&server_id=${web}`);
      expect(items.map((item) => [item.domain, item.status])).toEqual([[`${status}.example.org`, status]]);
    }
    expect((await list('domain=ex')).items).toHaveLength(2);
    expect((await list('domain=%25')).items).toEqual([]);
    expect((await list(`expires_before=${at(21)}`)).items.map((item) => item.status)).toEqual(['expiring', 'expired']);
    const seen: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof certificates> = await list(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);

    const renew = (body: unknown): ReturnType<Certkeeper['ask']> =>
      app.ask('/api/v1/certificates/4/renew', { method: 'POST', body });
    const renewed = certificate.parse((await renew({})).json);
    expect(renewed).toMatchObject({ id: 4, status: 'valid', domain: 'expired.example.org' });
    expect(Math.abs(Date.parse(renewed.not_after) - Date.parse(at(90)))).toBeLessThan(60_000);
    expect(renewed.renewed_at).not.toBeNull();
    expect(await codeOf(renew({ not_after: at(30) }))).toBe('409 conflict');
    expect(await codeOf(app.ask('/api/v1/certificates/99/renew', { method: 'POST' }))).toBe('404 not_found');
    const [history] = await connection.query('SELECT certificate_id, actor FROM renewals');
    expect(history).toEqual([{ certificate_id: 4, actor: 'bootstrap' }]);
    const again = { server_id: web, domain: 'valid.example.org', issuer: 'x', not_before: at(0), not_after: at(1) };
    const post = (body: unknown): Promise<string> => codeOf(app.ask('/api/v1/certificates', { method: 'POST', body }));
    expect(await post(again)).toBe('409 conflict');
    expect(await post({ ...again, server_id: 999 })).toBe('422 validation_failed');
    expect(await post({ ...again, note: 'x' })).toBe('422 validation_failed');
    expect(await post('{"server_id":')).toBe('400 malformed_json');
    expect(await post({ ...again, issuer: 'x'.repeat(17_000) })).toBe('413 body_too_large');
    await connection.end();
  });

  it('tells strangers (401) from people without the role (403), and forgets revoked keys', async () => {
    const { dsn, connection } = await freshDatabase();
    await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn });
    const newKey = async (role: string): Promise<{ id: number; key: string }> => {
      const { json } = await app.ask('/api/v1/keys', { method: 'POST', body: { name: `a ${role}`, role } });
      return z.object({ id: z.int(), key: z.string() }).parse(json);
    };
    const reader = await newKey('reader');
    const operator = await newKey('operator');
    const create = (key: string, name: string): ReturnType<Certkeeper['ask']> =>
      app.ask('/api/v1/servers', { method: 'POST', key, body: { name, address: 'host.example.org' } });
    expect(await codeOf(create('', 'a'))).toBe('401 unauthenticated');
    expect(await codeOf(create('ck_wrong', 'a'))).toBe('401 unauthenticated');
    expect(await codeOf(create(reader.key, 'a'))).toBe('403 forbidden');
    expect((await create(operator.key, 'a')).status).toBe(201);
    expect(await codeOf(app.ask('/api/v1/keys', { key: operator.key }))).toBe('403 forbidden');
    expect((await app.ask('/api/v1/servers', { key: '', headers: { 'x-api-key': reader.key } })).status).toBe(200);
    const [rows] = await connection.query('SELECT name, HEX(key_hash) AS hash FROM api_keys ORDER BY id');
    expect(JSON.stringify(rows)).not.toContain(reader.key.slice(3));
    expect(rows).toMatchObject([{ name: 'a reader', hash: expect.stringMatching(/^[0-9A-F]{64}$/) }, {}]);
    expect((await app.ask('/api/v1/keys')).text).not.toMatch(/hash|"key"/);
    expect((await app.ask(`/api/v1/keys/${reader.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await codeOf(app.ask('/api/v1/servers', { key: reader.key }))).toBe('401 unauthenticated');
    await connection.end();
  });

  it('moves its metrics', async () => {
    const { dsn } = await freshDatabase();
    await using app = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn });
    expect(await app.metric('certkeeper_build_info', 'version="1.2.3"', 'commit="0123abcd"')).toBe(1);
    await using second = await startCertkeeper(binary, { CERTKEEPER_DSN: dsn });
    const server = await newServer(second, 'web-1');
    await newCertificate(second, server, 'a.example.org');
    await newCertificate(second, server, 'b.example.org');
    expect(await second.metric('certkeeper_servers')).toBe(1);
    expect(await second.metric('certkeeper_certificates')).toBe(2);
    const ping = 'route="/api/v1/ping"';
    const total = 'certkeeper_http_requests_total';
    for (let i = 0; i < 7; i++) await second.ask('/api/v1/ping');
    expect(await second.metric(total, ping, 'method="GET"', 'code="200"')).toBe(7);
    expect(await second.metric(total, 'route="/api/v1/certificates"', 'method="POST"', 'code="201"')).toBe(2);
    await second.ask('/api/v1/certificates/777');
    expect(await second.metric(total, 'route="/api/v1/certificates/{id}"', 'code="404"')).toBe(1);
    const buckets = 'certkeeper_http_request_duration_seconds_bucket';
    for (const le of ['0.05', '0.1', '0.25', '0.5', '1'])
      expect(await second.metric(buckets, ping, `le="${le}"`)).toBe(7);
    expect(await second.metric('certkeeper_http_in_flight')).toBe(1); // the scrape itself
    expect(await second.metric('go_sql_max_open_connections')).toBe(20);
    const report = {
      version: '4.5.6',
      page_views: 2,
      errors: [{ message: 'x is undefined' }],
      vitals: [{ name: 'LCP', value: 900 }],
    };
    const body = { ...report, actions: [{ name: 'renew', outcome: 'abandoned' }] };
    expect((await second.ask('/api/v1/telemetry', { method: 'POST', key: '', body })).status).toBe(204);
    const by = 'frontend_version="4.5.6"';
    expect(await second.metric('certkeeper_frontend_script_errors_total', by)).toBe(1);
    expect(await second.metric('certkeeper_frontend_web_vital_seconds_bucket', by, 'name="LCP"', 'le="1.8"')).toBe(1);
    expect(await second.metric('certkeeper_frontend_actions_total', by, 'outcome="abandoned"')).toBe(1);
  });

  it('joins logs, the HTTP span and its SQL spans by the trace that the caller began', async () => {
    const { dsn } = await freshDatabase();
    await using dir = await temporaryDir();
    const file = join(dir.path, 'spans.jsonl');
    const env = { CERTKEEPER_DSN: dsn, CERTKEEPER_TRACE_FILE: file, CERTKEEPER_LOG_LEVEL: 'debug' };
    await using app = await startCertkeeper(binary, env);
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const caller = '00f067aa0ba902b7';
    await app.ask('/api/v1/servers', { headers: { traceparent: `00-${trace}-${caller}-01` } });
    const context = z.object({ TraceID: z.string(), SpanID: z.string() });
    const span = z.object({ Name: z.string(), SpanKind: z.int(), SpanContext: context, Parent: context });
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    const spans = lines.map((line) => span.parse(JSON.parse(line))).filter((one) => one.SpanContext.TraceID === trace);
    const http = spans.find((one) => one.Name === 'GET /api/v1/servers');
    const sql = spans.find((one) => one.Name === 'SELECT servers');
    expect(http).toMatchObject({ SpanKind: 2, Parent: { TraceID: trace, SpanID: caller } });
    expect(sql).toMatchObject({ SpanKind: 3, Parent: { TraceID: trace, SpanID: http?.SpanContext.SpanID } });
    const record = z.looseObject({ msg: z.string(), trace_id: z.string().optional(), span_id: z.string().optional() });
    const logged = (await app.log()).map((line) => record.parse(line)).find((line) => line.trace_id === trace);
    expect(logged).toMatchObject({
      msg: 'request',
      route: '/api/v1/servers',
      code: 200,
      span_id: http?.SpanContext.SpanID,
    });
  });
});
