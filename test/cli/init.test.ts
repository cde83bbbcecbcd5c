import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/main.ts';
import { lookAround } from '../../src/release/init/look.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock init` at a terminal and elsewhere. */

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-init-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function files(all: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
}

const WHOLE = {
  '.git/config': '[remote "origin"]\n\turl = https://host/team/Web_Shop.git\n',
  'services/api/go.mod': 'module example.org/shop/v2\n\ngo 1.26\n',
  'services/api/cmd/shopd/main.go': 'package main\n// os.Getenv("SHOP_LISTEN"); mux.Handle("GET /readyz", h)',
  'services/api/main_test.go': '"/ping"',
  'web/package.json': JSON.stringify({ scripts: { build: 'vite build' }, devDependencies: { vite: '8' } }),
  'web/index.html': '<html>',
  'web/vite.config.ts': "export default { build: { outDir: 'public' } }",
  'tools/package.json': JSON.stringify({ scripts: { build: 'tsc' } }),
  'db/migrations/0001_first.sql': 'CREATE TABLE a (id INT);',
  'node_modules/x/go.mod': 'module x',
};
const text = (): string => readFileSync(join(dir, 'shiplock.yaml'), 'utf8');

test('finds what lies there', async () => {
  files(WHOLE);
  expect(await lookAround(dir)).toEqual({
    service: 'web-shop',
    go: [
      {
        kind: 'go',
        source: 'services/api',
        package: './cmd/shopd',
        binary: 'shopd',
        ready: '/readyz',
        listen: 'SHOP_LISTEN',
        sure: true,
      },
    ],
    files: [{ kind: 'static', source: 'web', build: ['npm', 'run', 'build'], output: 'public' }],
    components: ['go:services/api', 'static:web'],
    migrations: 'db/migrations',
  });
});

describe('at a terminal', () => {
  const at = async (answers: string, ...argv: readonly string[]) => {
    const io = { ...terminal({ cwd: dir }, answers), asks: true };
    return { exit: await runCli(['init', ...argv], io), ...io.written };
  };

  test('empty lines take what is in brackets', async () => {
    files(WHOLE);
    const told = await at('\n'.repeat(8));
    expect(told.err).toContain('Name of the service? [web-shop]');
    expect(told.err).toContain('+ service: web-shop');
    expect(told).toMatchObject({ exit: 0 });
    expect(text()).toContain('engine: mysql');
  });

  test('answers count, a wrong one is asked again, and a flag is not asked for', async () => {
    files(WHOLE);
    const told = await at('\n/up\nmariadb\napache\nnginx\nproduction\nyes\n', '--service', 'shop');
    expect(told.exit, told.err).toBe(0);
    expect(told.err).toContain('one of haproxy, nginx');
    expect(told.err).not.toContain('Name of the service?');
    for (const words of ['ready: /up', 'engine: mariadb', 'kind: nginx', 'service: shop'])
      expect(text()).toContain(words);
    expect(text()).not.toContain('development');
  });

  test('"no", and an end of the answers, write nothing', async () => {
    files(WHOLE);
    expect(await at(`${'\n'.repeat(6)}no\n`)).toMatchObject({
      exit: 0,
      out: expect.stringContaining('nothing was written'),
    });
    expect(await at('\n\n')).toMatchObject({ exit: 2, err: expect.stringContaining('nothing was written') });
    expect(existsSync(join(dir, 'shiplock.yaml'))).toBe(false);
  });
});

describe('elsewhere', () => {
  test('asks nothing, and says as JSON what it wrote', async () => {
    files(WHOLE);
    const io = terminal({ cwd: dir }, 'never read');
    expect(await runCli(['init', '--json'], io)).toBe(0);
    expect(JSON.parse(io.written.out)).toMatchObject({
      service: 'web-shop',
      files: [{ state: 'new' }, { state: 'new' }],
    });
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('.shiplock/\nnode_modules/\nweb/public/\n');
  });

  test('a file that differs stays unless --force says otherwise', async () => {
    files({ ...WHOLE, 'shiplock.yaml': 'apiVersion: shiplock/v1\nmine: true\n', '.gitignore': '*.log\n' });
    const io = terminal({ cwd: dir });
    expect(await runCli(['init', '--yes'], io)).toBe(5);
    expect(io.written.err).toContain('- mine: true');
    expect(text()).toContain('mine: true');
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*.log\n');
    expect(await runCli(['init', '--yes', '--force'], terminal({ cwd: dir }))).toBe(0);
    expect(text()).not.toContain('mine: true');
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toContain('*.log\n.shiplock/');
  });

  test('--workflows writes callers too, and leaves a shiplock.yaml that is there', async () => {
    files(WHOLE);
    const pin = ['--workflows', `acme/shiplock@${'a'.repeat(40)}`];
    const callers = ['ci', 'development', 'migrate', 'production', 'rollback', 'scan'].map(
      (one) => `.github/workflows/shiplock-${one}.yml`,
    );
    const there = (): readonly string[] => callers.filter((name) => existsSync(join(dir, name)));
    expect(await runCli(['init', '--yes', '--dry-run', ...pin], terminal({ cwd: dir }))).toBe(0);
    expect(there()).toEqual([]);
    expect(await runCli(['init', '--yes', ...pin], terminal({ cwd: dir }))).toBe(0);
    expect(there()).toEqual(callers);
    const own = `${text()}# mine\n`;
    writeFileSync(join(dir, 'shiplock.yaml'), own);
    rmSync(join(dir, callers[1] ?? ''));
    const io = terminal({ cwd: dir });
    expect(await runCli(['init', '--yes', '--json', ...pin], io), io.written.err).toBe(0);
    expect(JSON.parse(io.written.out)).toMatchObject({
      service: 'web-shop',
      files: [{ state: 'new' }, ...callers.slice(1).map(() => ({ state: 'same' }))],
    });
    expect(text()).toBe(own);
    expect(there()).toEqual(callers);
    // Another repository: only the callers are replaced, and only when that is said.
    const other = ['init', '--yes', '--workflows', `corp/shiplock@${'b'.repeat(40)}`];
    expect(await runCli(other, terminal({ cwd: dir }))).toBe(5);
    expect(await runCli([...other, '--force'], terminal({ cwd: dir }))).toBe(0);
    expect(readFileSync(join(dir, callers[3] ?? ''), 'utf8')).toContain('uses: corp/shiplock/');
    expect(text()).toBe(own);
    expect(await runCli(['init', '--yes', '--workflows', 'acme'], terminal({ cwd: dir }))).toBe(2);
  });
});
