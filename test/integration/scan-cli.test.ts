import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { SCANNER_IDS } from '../../src/scan/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock scan` where no scanner can be found: who looks, and what it says of those that did not. */

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-cli-'));
  await writeFile(join(dir, 'a.sh'), '#!/bin/sh\necho $1\n');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const output = z.looseObject({
  verdict: z.string(),
  notScanned: z.array(z.looseObject({ code: z.string(), where: z.string() })),
  scanners: z.array(z.looseObject({ scanner: z.string(), end: z.string() })),
});

test('without scanners a directory is not scanned, and that fails', async () => {
  const io = terminal({ cwd: dir, env: { PATH: '/nowhere' } });
  expect(await runCli(['scan', '.', '--json'], io)).toBe(1);
  const said = output.parse(JSON.parse(io.written.out));
  expect(said.verdict).toBe('not-scanned');
  // Those that find nothing to look at are not missed.
  expect(said.notScanned.map(({ code, where }) => [code, where])).toEqual([
    ['scan.no-scanner', 'gitleaks'],
    ['scan.no-scanner', 'shellcheck'],
  ]);
  const looked = ['gitleaks', 'shellcheck', 'pins'];
  expect(
    said.scanners
      .filter(({ end }) => end === 'nothing-there')
      .map(({ scanner }) => scanner)
      .toSorted(),
  ).toEqual(SCANNER_IDS.filter((id) => ![...looked, 'eslint', 'trivy', 'checkov'].includes(id)).toSorted());
});

test('a scanner that nobody knows is refused, with the nearest name', async () => {
  const io = terminal({ cwd: dir, env: {} });
  expect(await runCli(['scan', '.', '--only', 'gitleak'], io)).toBe(2);
  expect(io.written.err).toContain('write gitleaks if that is meant');
});

test.each([
  ['trivy-dependencies', 'config.no-database'],
  ['trivy-image', 'config.no-database'],
  ['semgrep', 'config.no-rules'],
])('%s that is asked for without what it knows is no clean scan', async (id, code) => {
  const io = terminal({ cwd: dir, env: { PATH: '/nowhere' } });
  expect(await runCli(['scan', '.', '--only', id, '--json'], io)).toBe(2);
  expect(`${io.written.out}${io.written.err}`).toContain(code);
});

test('--list says where each is found, or how it can be had', async () => {
  const io = terminal({ cwd: dir, env: { PATH: '/nowhere' } });
  expect(await runCli(['scan', '--list'], io)).toBe(0);
  expect(io.written.out).toMatch(/^gitleaks +secrets +not found: install gitleaks/m);
  expect(io.written.out).toMatch(/^lockfile +dependencies +built in: lock files/m);
});

test('what would be fetched is said before anything is, by the configuration and by name', async () => {
  const into = join(dir, 'scanners');
  const ask = async (...words: readonly string[]) => {
    const io = terminal({ cwd: dir, env: { PATH: '/nowhere' } });
    const exit = await runCli(['scan', 'install', '--dry-run', '--into', into, ...words], io);
    return { exit, out: io.written.out, err: io.written.err };
  };
  const usual = await ask();
  expect(usual.exit).toBe(0);
  expect(usual.out).toMatch(/^would fetch gitleaks v\S+ \(built by Go\)$/m);
  expect(usual.out).toMatch(/^not fetched, since nothing is pinned: osv-scanner, /m);
  expect(usual.out).not.toContain('eslint');
  const named = await ask('--only', 'eslint,semgrep', '--json');
  expect(JSON.parse(named.out)).toMatchObject({
    into,
    fetch: [
      { scanner: 'eslint', how: 'npm packages' },
      { scanner: 'semgrep', how: 'a wheel' },
    ],
    unpinned: [],
  });
  await expect(readFile(into)).rejects.toThrow('ENOENT');
  expect((await ask('--only', 'eslin')).err).toContain('write eslint if that is meant');
});

describe('what others have found', () => {
  const LOG = {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'other' } },
        results: [
          {
            ...{ ruleId: 'bad', level: 'error', message: { text: 'something <b>bad</b>' } },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'a.sh' }, region: { startLine: 2 } } }],
          },
        ],
      },
    ],
  };
  const scanned = async (...more: readonly string[]) => {
    // Without the repository's history nothing is needed but the files.
    const io = terminal({ cwd: dir, env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' } });
    const exit = await runCli(['scan', '.', '--only', 'shellcheck', '--sarif', 'other.sarif', ...more], io);
    return { exit, out: io.written.out, err: io.written.err };
  };
  beforeAll(() => writeFile(join(dir, 'other.sarif'), JSON.stringify(LOG)));

  test('counts as what was found here, in text, in SARIF and on a page', async () => {
    const text = await scanned();
    expect(text.exit).toBe(1);
    expect(text.out).toMatch(/a\.sh:2 error bad something/);
    expect(text.out).toContain('scanned by shellcheck, other');
    expect((await scanned('--format', 'sarif')).out).toContain('"ruleId": "bad"');
    const page = await scanned('--format', 'html');
    expect(page.out).toContain('bad: something &lt;b&gt;bad&lt;/b&gt;');
    expect(page.exit).toBe(1);
  });

  test('a log that is not there has not scanned', async () => {
    const said = await scanned('--sarif', 'gone.sarif');
    expect(said.exit).toBe(1);
    expect(said.out).toContain('not scanned gone.sarif');
  });

  test('is kept for the trend, by whole scans only', async () => {
    const state = join(dir, 'state');
    expect((await scanned('--record')).err).toContain('name the state directory with --state');
    expect((await scanned('--record', '--state', state)).exit).toBe(1);
    await writeFile(join(dir, 'shiplock.yaml'), MINIMAL);
    const show = async (...words: readonly string[]) => {
      const io = terminal({ cwd: dir, env: { LANG: 'C.UTF-8' } });
      expect(await runCli(['scan', 'trend', '--state', state, ...words], io)).toBe(0);
      return io.written.out;
    };
    // Only a part of the scanners was asked.
    expect(await show()).toContain('no whole scan is kept');
    const line = JSON.parse((await readFile(join(state, 'scans/trend.jsonl'), 'utf8')).trim());
    expect(line).toMatchObject({ complete: false, open: { high: [expect.stringMatching(/^[0-9a-f]{12}$/)] } });
    const days = ['2026-11-20', '2026-11-21'].map((day, at) =>
      JSON.stringify({
        ...line,
        complete: true,
        time: `${day}T10:00:00.000Z`,
        open: { ...line.open, high: ['a', 'b'].slice(at) },
      }),
    );
    await writeFile(join(state, 'scans/trend.jsonl'), `${days.join('\n')}\n`);
    const shown = await show();
    expect(shown).toMatch(/2026-11-21 +0 +1 +\d+ +\d+ +0 +1 +0/);
    expect(shown).toMatch(/open [▁-█]{2}/);
    expect(JSON.parse(await show('--json'))).toMatchObject({ scans: 2, days: [{ gone: null }, { gone: { high: 1 } }] });
  });

  test('no vulnerability is no document of OpenVEX, and one of CycloneDX', async () => {
    const open = await scanned('--format', 'openvex');
    expect(open.out.trim()).toBe('');
    expect(open.err).toContain('no vulnerability was found');
    expect(JSON.parse((await scanned('--format', 'cyclonedx')).out)).toMatchObject({
      bomFormat: 'CycloneDX',
      vulnerabilities: [],
    });
  });
});
