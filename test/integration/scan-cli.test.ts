import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { SCANNER_IDS } from '../../src/scan/index.ts';
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
  ).toEqual(SCANNER_IDS.filter((id) => !looked.includes(id)).toSorted());
});

test('a scanner that nobody knows is refused, with the nearest name', async () => {
  const io = terminal({ cwd: dir, env: {} });
  expect(await runCli(['scan', '.', '--only', 'gitleak'], io)).toBe(2);
  expect(io.written.err).toContain('write gitleaks if that is meant');
});

test('--list says where each is found, or how it can be had', async () => {
  const io = terminal({ cwd: dir, env: { PATH: '/nowhere' } });
  expect(await runCli(['scan', '--list'], io)).toBe(0);
  expect(io.written.out).toMatch(/^gitleaks +secrets +not found: install gitleaks/m);
  expect(io.written.out).toMatch(/^lockfile +dependencies +built in: lock files/m);
});
