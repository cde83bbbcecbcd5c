import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { toolPath } from '../../scripts/tool.ts';
import { SCANNER_IDS } from '../../src/scan/index.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { portRange, quickRollout } from './support/doors.ts';

/** A release that must have been scanned: planned, refused, explained, overridden by a person, and taken back without asking anybody. */

const SECRET = ['AKIA', 'Z7QJ4XWN', '2M5TRKDH'].join('');
const summarySchema = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const problemsSchema = z.looseObject({ problems: z.array(z.looseObject({ code: z.string(), remedy: z.string() })) });
const codesOf = (ran: Ran): readonly string[] =>
  problemsSchema.parse(JSON.parse(ran.stdout)).problems.map(({ code }) => code);

let lab: Lab;
let dir = '';
let origin = '';
let path = '';
let keys: Readonly<Record<'anna' | 'ben', KeyPair>>;
let run = '';
const served = async (): Promise<string | undefined> => /page (\S+)</.exec(await (await fetch(lab.entry)).text())?.[1];

const shiplock = (...args: readonly string[]): Promise<Ran> => lab.shiplock(args, { PATH: path });
const publish = async (version: string): Promise<void> => {
  await writeFile(join(lab.service, 'site', 'index.html'), `<h1>page ${version}</h1>\n`);
  await lab.commit(version);
  const pushed = await command(['git', '-C', lab.service, 'push', '-q', origin, 'HEAD:refs/heads/main']);
  expect(pushed.code, pushed.stderr).toBe(0);
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-scan-e2e-'));
  symlinkSync(await toolPath('gitleaks'), join(dir, 'gitleaks'));
  path = `${dir}:${process.env['PATH'] ?? ''}`;
  keys = { anna: newKey(dir, 'anna'), ben: newKey(dir, 'ben') };
  origin = join(dir, 'origin.git');
  await command(['git', 'init', '-q', '--bare', '-b', 'main', origin]);
  const off = SCANNER_IDS.filter((id) => id !== 'gitleaks').map((id) => [id, 'off'] as const);
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await portRange(),
    // Files alone: the gate is the subject, and nothing needs to be compiled.
    components: { site: { kind: 'static', source: 'site' } },
    traffic: { files: { component: 'site', service: [] }, longestTimeout: '500ms', deadMan: '3s' },
    verify: [{ path: '/', status: 200, contains: 'page' }],
    rollout: quickRollout,
    top: {
      people: {
        anna: { keys: [keys.anna.line], emails: ['lab@localhost'], roles: ['releaser'] },
        ben: { keys: [keys.ben.line], roles: ['emergency'] },
      },
      policy: {
        repository: origin,
        branch: 'main',
        environments: { production: { commits: 'named', override: 'emergency', scan: { maxAge: '1h' } } },
      },
      scan: { scanners: Object.fromEntries(off) },
    },
  });
  await mkdir(join(lab.service, 'site'));
  await publish('1.0.0');
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('a clean commit is scanned before it is released, and the plan says so', async () => {
  const plan = await shiplock('plan', 'production');
  expect(plan.code, plan.stderr).toBe(0);
  expect(plan.stdout).toMatch(/The scan lets 1\.0\.0 pass/);
  expect(plan.stdout).toContain('is scanned before the release begins');
  const ran = await shiplock('release', 'production', '--sign-key', keys.anna.file);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stderr + ran.stdout).toMatch(/scanned at \S+ by gitleaks/);
  expect(await served()).toBe('1.0.0');
});

test('a commit with a secret is refused, nothing is changed, and `why` explains it', async () => {
  await writeFile(join(lab.service, 'settings.py'), `key = "${SECRET}"\n`);
  await publish('2.0.0');
  const ran = await shiplock('release', 'production', '--json', '--sign-key', keys.anna.file);
  expect(ran.code, ran.stdout + ran.stderr).toBe(5);
  expect(codesOf(ran)).toEqual(['release.scan-finding']);
  expect(ran.stdout).not.toContain(SECRET);
  expect(await served()).toBe('1.0.0');
  const of = /`shiplock why (\S+)`/.exec(ran.stdout)?.[1] ?? '';
  const why = await shiplock('why', of);
  expect(why.code, why.stderr).toBe(0);
  expect(why.stdout).toMatch(/at settings\.py:1 \(critical, by gitleaks\)/);
  expect(why.stdout).toMatch(/^ {8}- id: \S+ # aws-access-token\n {10}until: \d{4}-\d\d-\d\d$/m);
});

test('a person with the role lets it pass, is recorded, and nobody else does', async () => {
  const waits = await shiplock('release', 'production', '--await-override', '--json', '--sign-key', keys.anna.file);
  expect(waits.code, waits.stdout + waits.stderr).toBe(3);
  const summary = summarySchema.parse(JSON.parse(waits.stdout));
  expect(summary).toMatchObject({ outcome: 'waiting', gate: 'release/scan' });
  run = summary.run;
  expect((await shiplock('why', run)).stdout).toContain('how to let it pass for a time');
  const override = (by: keyof typeof keys) =>
    shiplock(
      'gate',
      'override',
      run,
      'release/scan',
      '--reason',
      'the key is revoked',
      '--sign-key',
      keys[by].file,
      '--json',
    );
  expect(codesOf(await override('anna'))).toEqual(['gate.no-override']);
  expect((await shiplock('resume', run)).code).toBe(3);
  const let_ = await override('ben');
  expect(let_.code, let_.stdout + let_.stderr).toBe(0);
  const ran = await shiplock('resume', run);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await served()).toBe('2.0.0');
  const journal = await shiplock('journal', 'show', run);
  expect(journal.stdout).toContain('the key is revoked');
});

test('a rollback waits for no scan, also where no scanner is', async () => {
  await rm(join(dir, 'gitleaks'));
  const back = await shiplock('rollback', 'production', '--reason', 'the key was not revoked');
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(await served()).toBe('1.0.0');
  // The way forward does.
  await rm(join(lab.service, 'settings.py'));
  await publish('3.0.0');
  const ran = await shiplock('release', 'production', '--json', '--sign-key', keys.anna.file);
  expect(ran.code, ran.stdout + ran.stderr).toBe(5);
  expect(codesOf(ran)).toEqual(['release.not-scanned']);
});
