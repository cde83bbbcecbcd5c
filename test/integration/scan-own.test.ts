import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import type { BuiltInSettings } from '../../src/scan/builtin/builtin.ts';
import { freshness } from '../../src/scan/builtin/freshness.ts';
import { BUILT_IN_IDS } from '../../src/scan/builtin/ids.ts';
import { builtInSettings, defaultScanConfig } from '../../src/scan/config.ts';
import { NO_INPUTS, type ScanResult, scan } from '../../src/scan/index.ts';
import { given } from '../support/scan-tree.ts';

/** Checks of our own in a whole scan of real commits, and against registries: one on this machine, and those of npm and Go. */

const DAY = 86_400_000;

describe('against a registry', () => {
  /** Packuments by name, in the form of the registry of npm; a number is a status. */
  let answers: Record<string, unknown> = {};
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[decodeURIComponent(request.url ?? '').slice(1)];
    if (typeof answer === 'number' || answer === undefined)
      response.writeHead(typeof answer === 'number' ? answer : 404).end('{}');
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  let registry = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    registry = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
  });
  afterAll(() => {
    server.close();
  });

  const lock = (versions: Readonly<Record<string, string>>, more: object = {}): Readonly<Record<string, string>> => ({
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: Object.fromEntries(
        Object.entries(versions).map(([name, version]) => [
          `node_modules/${name}`,
          { version, integrity: 'sha512-x', ...more },
        ]),
      ),
    }),
  });
  const look = async (now: Readonly<Record<string, string>>, before?: Readonly<Record<string, string>>) => {
    asked.length = 0;
    return freshness.look(
      given(now, { settings: { npmRegistry: registry }, ...(before === undefined ? {} : { before }) }),
    );
  };
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

  test('only versions that the base does not have are asked for, each package once', async () => {
    answers = {
      left: { time: { '1.0.0': ago(400 * DAY), '1.0.1': ago(DAY) } },
      '@a/right': { time: { '2.0.0': ago(30 * DAY) } },
    };
    const now = lock({ left: '1.0.1', same: '1.0.0', '@a/right': '2.0.0' });
    const found = await look(now, lock({ left: '1.0.0', same: '1.0.0' }));
    expect(asked.toSorted()).toEqual(['/@a%2fright', '/left']);
    expect((found ?? []).map(({ rule, package: one }) => `${rule} ${one?.name} ${one?.version}`)).toEqual([
      'version-too-new left 1.0.1',
    ]);
  });

  test('without a base, and where nothing is new, nobody is asked', async () => {
    expect(await look(lock({ left: '1.0.1' }))).toBeNull();
    expect(await look(lock({ left: '1.0.1' }), lock({ left: '1.0.1' }))).toBeNull();
    expect(asked).toEqual([]);
  });

  test('what the registry no longer has is a finding', async () => {
    answers = { left: { time: { '1.0.0': ago(400 * DAY) } } };
    const found = await look(lock({ left: '1.0.1', gone: '1.0.0' }), {});
    expect((found ?? []).map(({ rule, package: one }) => `${rule} ${one?.name}`).toSorted()).toEqual([
      'version-unknown gone',
      'version-unknown left',
    ]);
  });

  test('a place that nobody has allowed is not asked', async () => {
    const elsewhere = lock({ left: '1.0.1' }, { resolved: `${registry}/left/-/left-1.0.1.tgz` });
    expect(await look(elsewhere, {})).toBeNull();
    expect(asked).toEqual([]);
  });

  test.each([
    ['refuses', 403, 'status 403'],
    ['answers garbage', '<html>', 'no JSON'],
    ['does not say when', { versions: {} }, 'does not say when'],
  ])('a registry that %s leaves it open: nobody knows', async (_, answer, words) => {
    answers = { left: answer };
    await expect(look(lock({ left: '1.0.1' }), {})).rejects.toThrow(words);
  });
});

test('modules of Go are asked for through the proxy that the machine is set to', async () => {
  const info: Readonly<Record<string, string>> = {
    '/example.com/old/@v/v1.0.0.info': '{"Version": "v1.0.0", "Time": "2020-01-01T00:00:00Z"}',
    '/example.com/new/@v/v1.0.0.info': JSON.stringify({ Version: 'v1.0.0', Time: new Date().toISOString() }),
  };
  let answers = 404;
  const server = createServer((request, response) => {
    const text = info[request.url ?? ''];
    response.writeHead(text === undefined ? answers : 200).end(text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const before = process.env['GOPROXY'];
  process.env['GOPROXY'] = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
  const modules = ['old', 'new', 'gone'].map((name) => `\texample.com/${name} v1.0.0\n`).join('');
  const look = () => freshness.look(given({ 'go.mod': `module a\n\nrequire (\n${modules})\n` }, { before: {} }));
  try {
    expect(((await look()) ?? []).map(({ rule, package: one }) => `${rule} ${one?.name}`)).toEqual([
      'version-too-new example.com/new',
      'version-unknown example.com/gone',
    ]);
    answers = 500;
    await expect(look()).rejects.toThrow('scan.registry-silent');
  } finally {
    server.close();
    if (before === undefined) delete process.env['GOPROXY'];
    else process.env['GOPROXY'] = before;
  }
});

describe('the registries of npm and Go', () => {
  const now = {
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: {
        'node_modules/@a/pad': { name: 'left-pad', version: '1.3.0', integrity: 'sha512-x' },
        'node_modules/@babel/core': {
          version: '7.0.0',
          resolved: 'https://registry.npmjs.org/@babel/core/-/core-7.0.0.tgz',
          integrity: 'sha512-x',
        },
        'node_modules/commander': { version: '0.0.0-never', integrity: 'sha512-x' },
      },
    }),
    'go.mod': 'module a\n\nrequire (\n\tgithub.com/google/uuid v1.6.0\n)\n',
  };
  const look = async (days: number) =>
    ((await freshness.look(given(now, { before: {}, settings: { freshness: days * DAY } }))) ?? [])
      .map(({ rule, package: one }) => `${rule} ${one?.name} ${one?.version}`)
      .toSorted();
  const unknown = ['version-unknown commander 0.0.0-never'];

  test('name versions that are old enough, and those that they do not have', async () => {
    expect(await look(7)).toEqual(unknown);
    // Left-pad 1.3.0 is of April 2018, babel 7.0.0 of August 2018, and uuid 1.6.0 of January 2024.
    expect(await look(36_500)).toEqual([
      'version-too-new @babel/core 7.0.0',
      'version-too-new github.com/google/uuid v1.6.0',
      'version-too-new left-pad 1.3.0',
      ...unknown,
    ]);
  });
});

describe('a whole scan', () => {
  let dir = '';
  const git = (...argv: readonly string[]): string =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv], {
      encoding: 'utf8',
    });
  const lay = (files: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
  };
  const lockOf = (names: readonly string[], script: string | null = null): string =>
    JSON.stringify(
      {
        lockfileVersion: 3,
        packages: {
          '': { dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) },
          ...Object.fromEntries(
            names.map((name) => [
              `node_modules/${name}`,
              {
                version: '1.0.0',
                resolved: `https://registry.npmjs.org/${name}/-/${name}-1.0.0.tgz`,
                integrity: `sha512-${'A'.repeat(86)}==`,
                ...(name === script ? { hasInstallScript: true } : {}),
              },
            ]),
          ),
        },
      },
      null,
      2,
    );
  const manifest = (names: readonly string[]): string =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1.0.0'])) }, null, 2);
  const look = (settings: Partial<BuiltInSettings>, waived: readonly string[] = []): Promise<ScanResult> =>
    scan({
      ...{ directory: dir, base: 'HEAD', wanted: BUILT_IN_IDS, whole: true, timeoutMs: 60_000, history: false },
      ...{ vulnerabilities: null, exclude: [], today: '2026-11-22', path: '', exec: createExec(), clock: systemClock },
      inputs: NO_INPUTS,
      builtIn: { ...builtInSettings(defaultScanConfig()), ...settings },
      policy: {
        ...{ failOn: 'high', present: 'warning', optional: [], failFrom: null },
        waivers: waived.map((id) => ({ id, until: '2027-01-01', owner: 'a', reason: 'known' })),
      },
    });

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'shiplock-own-checks-'));
    git('init', '-q');
    // What was there before: an install script, and a name that looks like another.
    lay({ 'package.json': manifest(['lodash', 'axois']), 'package-lock.json': lockOf(['lodash', 'axois'], 'lodash') });
    git('add', '-A');
    git('-c', 'commit.gpgsign=false', 'commit', '-qm', 'one');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('only what a change brings fails, each with its reason; what is asked of a registry that is silent is not scanned', async () => {
    const names = ['lodash', 'axois', 'reqeust', 'esbuild'];
    lay({
      'package.json': manifest(names),
      'package-lock.json': lockOf(names, 'esbuild').replace('esbuild/-/esbuild-1.0.0.tgz', 'esbuild/-/other-1.0.0.tgz'),
    });
    const result = await look({ installScripts: ['lodash'], npmRegistry: 'http://127.0.0.1:1' });
    expect(
      result.findings
        .map(({ finding, level, isNew }) => `${level} ${finding.rule} ${finding.package?.name} ${isNew}`)
        .toSorted(),
    ).toEqual([
      'error install-script esbuild true',
      'error lookalike-name reqeust true',
      'error npm-lock-other-package esbuild true',
    ]);
    expect(result.notScanned).toMatchObject([{ code: 'scan.registry-silent', where: 'freshness' }]);
    expect(result.verdict).toBe('not-scanned');
  });

  test('a waiver of what passes by itself is never unused', async () => {
    git('checkout', '-q', '--', '.');
    const result = await look({}, ['version-too-new', 'lookalike-name']);
    expect(result.faults.map(({ waiver, why }) => `${waiver.id} ${why}`)).toEqual(['lookalike-name unused']);
    expect(result.notScanned).toEqual([]);
  });
});
