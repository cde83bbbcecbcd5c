import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { toolPath } from '../../scripts/tool.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { openEnvironment } from '../../src/release/index.ts';
import { type ScannedFor, scanFor } from '../../src/release/scan/for.ts';
import { keptOf } from '../../src/release/scan/looks.ts';
import { runScan } from '../../src/release/scan/procedure.ts';
import { readScanRules } from '../../src/release/scan/rules.ts';
import { explainScan } from '../../src/release/scan/why.ts';
import { SCANNER_IDS } from '../../src/scan/index.ts';
import { MINIMAL } from '../config/sample.ts';
import { ANNA, BEN, fakeForge } from '../support/chat/fake-forge.ts';
import { speaker } from '../support/chat/say.ts';

/** The scan that a release asks for: of exactly one commit, by the protected branch, kept; and never "clean" when somebody could not look. */

/** Put together, so that this file has no secret in it. */
const SECRET = ['AKIA', 'Z7QJ4XWN', '2M5TRKDH'].join('');

let dir = '';
let service = '';
let origin = '';
let real = '';

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', service, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

function lay(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(service, name)), { recursive: true });
    writeFileSync(join(service, name), text);
  }
}

const commit = (files: Readonly<Record<string, string>>): string => {
  lay(files);
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'x');
  return git('rev-parse', 'HEAD');
};

const configuration = (more = '', on: readonly string[] = ['gitleaks']): string => {
  const off = SCANNER_IDS.filter((id) => !on.includes(id)).map((id) => `${id}: off`);
  return `${MINIMAL}policy:\n  repository: ${origin}\n  branch: main\n  environments: { production: { scan: {} } }\nscan:\n  timeout: 5s\n  scanners: { ${off.join(', ')} }\n${more}`;
};

/** Commits a configuration and makes it that of the protected branch. */
const publish = (text: string, files: Readonly<Record<string, string>> = {}): string => {
  const made = commit({ 'shiplock.yaml': text, ...files });
  git('push', '-q', origin, '+HEAD:refs/heads/main');
  return made;
};

/** A directory with a program that stands in for gitleaks; `$1` is its first argument. */
function standIn(script: string, name = 'gitleaks'): string {
  const path = mkdtempSync(join(dir, 'bin-'));
  writeFileSync(join(path, name), `#!/bin/sh\n[ "$1" = version ] && { echo 8.30.0; exit 0; }\n${script}\n`);
  chmodSync(join(path, name), 0o755);
  return path;
}

/** What it prints where its witness lies, and elsewhere. */
const says = (elsewhere: string): string =>
  `case "$PWD" in */witness*) echo '[{"RuleID":"r","Description":"d","File":"f","StartLine":1,"StartColumn":1,"Secret":"s","Commit":""}]';; *) ${elsewhere};; esac`;

const open = (bin: string, name = 'production') =>
  openEnvironment(
    {
      configFile: join(service, 'shiplock.yaml'),
      store: join(dir, 'state'),
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      who: 'x',
      self: ['shiplock'],
      pinFile: join(dir, 'none.json'),
    },
    name,
  );

const scanned = async (bin: string): Promise<ScannedFor> => scanFor(await open(bin));
const codes = ({ result }: Pick<ScannedFor, 'result'>): readonly string[] => result.problems.map(({ code }) => code);

beforeAll(async () => {
  real = mkdtempSync(join(tmpdir(), 'shiplock-gitleaks-'));
  symlinkSync(await toolPath('gitleaks'), join(real, 'gitleaks'));
});
afterAll(() => rmSync(real, { recursive: true, force: true }));
beforeEach(() => {
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
  dir = mkdtempSync(join(tmpdir(), 'shiplock-scan-gate-'));
  service = join(dir, 'service');
  origin = join(dir, 'origin.git');
  mkdirSync(service);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  git('init', '-q', '-b', 'main', '.');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('with a real scanner', () => {
  test('a clean commit passes; what git does not have and what other branches have does not count', async () => {
    const first = publish(configuration(), { 'a.txt': 'hello\n', '.gitignore': '.env\n' });
    git('checkout', '-q', '-b', 'other');
    commit({ 'other.txt': `key = "${SECRET}"\n` });
    git('checkout', '-q', '-');
    lay({ '.env': `KEY="${SECRET}"\n`, 'untracked.txt': `key = "${SECRET}"\n` });
    const found = await scanned(real);
    expect(found.result).toMatchObject({ outcome: 'done', exit: 0 });
    expect(found.record).toMatchObject({ commit: first, findings: [], service: 'shop' });
    expect(found.scanned.verdict).toBe('clean');
  });

  test('a secret refuses, is explained, and passes only by a waiver of the protected branch, without another scan', async () => {
    const made = publish(configuration(), { 'a.txt': `key = "${SECRET}"\n` });
    const found = await scanned(real);
    expect(found.result).toMatchObject({ outcome: 'refused', exit: 5 });
    expect(found.result.problems).toMatchObject([
      {
        code: 'release.scan-finding',
        where: 'a.txt:1',
        expected: expect.stringContaining(`${origin} main:shiplock.yaml`),
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(SECRET);
    const service = await open(real);
    const [explained] = await explainScan(service, found.result.run);
    expect(explained).toMatchObject({ place: 'a.txt:1', scanners: ['gitleaks'], severity: 'critical' });
    const fingerprint = explained?.fingerprint ?? '';
    const waiver = `  waivers: [{ id: ${fingerprint}, until: 2999-01-01, owner: mia, reason: made up }]\n`;
    const passes = async (): Promise<readonly string[]> =>
      codes(await runScan(await open(standIn('exit 1')), { commits: [made], anew: false }));
    // A later commit that nobody has reviewed waives it: that changes nothing.
    commit({ 'shiplock.yaml': configuration(waiver) });
    expect(await passes()).toEqual(['release.scan-finding']);
    git('push', '-q', origin, 'HEAD:refs/heads/main');
    // The program would fail: what is kept is judged anew, nothing is scanned.
    expect(await passes()).toEqual([]);
  });

  test('one commit is scanned, not the one that is checked out; and not without its history', async () => {
    const first = publish(configuration(), { 'a.txt': 'hello\n' });
    commit({ 'b.txt': `key = "${SECRET}"\n` });
    const service = await open(real);
    expect(codes(await runScan(service, { commits: [first], anew: true }))).toEqual([]);
    const second = git('rev-parse', 'HEAD');
    expect(codes(await runScan(service, { commits: [first, second], anew: false }))).toEqual(['release.scan-finding']);
    const shallow = join(dir, 'shallow');
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${join(dir, 'service')}`, shallow]);
    const there = { ...service, baseDir: shallow };
    const rules = await readScanRules(service, service.environment);
    const { result } = await runScan(there, { commits: [second], anew: true }, rules);
    expect(result.outcome).not.toBe('done');
    expect(codes({ result })).toEqual(['release.scan-shallow']);
  });
});

describe('a scanner that', () => {
  test.each([
    ['crashes', says('kill -SEGV $$'), 'scan.garbled'],
    ['ends with an error', says('echo "no rules" >&2; exit 2'), 'scan.garbled'],
    ['prints garbage', says('echo "{oops"'), 'scan.garbled'],
    ['prints nothing', says('exit 0'), 'scan.garbled'],
    ['works without its rules', "echo '[]'", 'scan.garbled'],
    ['hangs, with a child that hangs too', says('sleep 30 & sleep 30'), 'scan.timeout'],
  ])('%s: a release is refused as not scanned', async (_name, script, code) => {
    publish(configuration().replace('timeout: 5s', code === 'scan.timeout' ? 'timeout: 2s' : 'timeout: 20s'), {
      'a.txt': 'hello\n',
    });
    const found = await scanned(standIn(script));
    expect(found.result).toMatchObject({ outcome: 'refused', exit: 5 });
    expect(codes(found)).toEqual(['release.not-scanned']);
    expect(found.result.problems[0]?.found).toContain(`[${code}]`);
    expect(found.scanned.verdict).toBe('not-scanned');
  });

  test('did not do its work is asked again by the next release; one that did is not', async () => {
    const made = publish(configuration(), { 'a.txt': 'hello\n' });
    expect((await scanned(standIn(says('exit 2')))).result.exit).toBe(5);
    const count = join(dir, 'count');
    const works = standIn(says(`echo x >> ${count}; echo '[]'`));
    const service = await open(works);
    expect(codes(await runScan(service, { commits: [made], anew: false }))).toEqual([]);
    const asked = readFileSync(count, 'utf8');
    expect(codes(await runScan(service, { commits: [made], anew: false }))).toEqual([]);
    expect(readFileSync(count, 'utf8'), 'a fresh result is taken').toBe(asked);
  });

  test('is not there, or lacks its database: refused as not scanned', async () => {
    publish(configuration(), { 'a.txt': 'hello\n' });
    const none = await openEnvironment({ ...(await open(real)).door, env: { PATH: '/nowhere' } }, 'production');
    expect((await scanFor(none)).result.problems).toMatchObject([
      { code: 'release.not-scanned', found: expect.stringContaining('[scan.no-scanner]') },
    ]);
    symlinkSync(await toolPath('govulncheck'), join(dir, 'govulncheck'));
    publish(configuration('  vulnerabilities: no-database\n', ['govulncheck']), {
      'go.mod': 'module x\n\ngo 1.22\n',
      'main.go': 'package main\n\nfunc main() {}\n',
    });
    const blind = await scanned(dir);
    expect(blind.result).toMatchObject({ outcome: 'refused', exit: 5, problems: [{ code: 'release.not-scanned' }] });
  });
});

test('whoever renames the environment, or asks for nothing in the working copy, gets around nothing', async () => {
  publish(configuration(), { 'a.txt': 'hello\n' });
  const asks = async (name?: string) => {
    const opened = await open(real, name);
    return readScanRules(opened, opened.environment);
  };
  commit({ 'shiplock.yaml': configuration().replace('scan: {}', '') });
  expect((await asks()).demand).toEqual({ maxAgeMs: 86_400_000, failOn: 'high' });
  commit({ 'shiplock.yaml': configuration().replaceAll(/\bproduction\b/g, 'elsewhere') });
  await expect(asks('elsewhere')).rejects.toThrow(ProblemError);
  await expect(asks('elsewhere')).rejects.toThrow('policy.unknown-environment');
});

test('/scan in a comment: whoever has the role, the commit that is named, what is new first; /why explains the run', async () => {
  const people = 'people:\n  anna: { account: 101, roles: [releaser] }\n  ben: { account: 102 }\n';
  const chat = 'chat: { commands: { scan: releaser, why: releaser }, commitsFrom: any-branch }';
  const text = `${configuration().replace('scan: {} }', `scan: {}, evidence: forge, ${chat} }`)}${people}`;
  const made = publish(text, { 'a.txt': `key = "${SECRET}"\n` });
  execFileSync('git', ['-C', origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
  const runner = join(dir, 'runner');
  execFileSync('git', ['clone', '-q', origin, runner]);
  const lab = { env: { PATH: `${real}:${process.env['PATH'] ?? ''}` }, state: join(dir, 'state') };
  const say = speaker(fakeForge(), 9_000, () => ({ lab, origin, runner }));
  const line = `/scan production --commit ${made.slice(0, 12)}`;
  expect((await say(BEN, line)).told).toContain('chat.role-missing');
  const { told, kind } = await say(ANNA, line);
  expect(kind, told).toBe('done');
  expect(told).toContain('**Findings**: 1 that fail');
  expect(told).toMatch(/\| \*\*fails\*\* \| critical \| `aws-access-token` \| `a\.txt:1` \|/);
  expect(told).not.toContain(SECRET);
  const run = /run (\S+?)`/.exec(told)?.[1] ?? '';
  const why = await say(ANNA, `/why ${run}`);
  expect(why.told).toContain('how to let it pass for a time');
  expect((await say(ANNA, '/scan production --config x')).told).toContain('chat.unknown-option');
});

test('killed with -9 while a scanner works, the next scan answers as if nothing had happened', async () => {
  const made = publish(configuration().replace('timeout: 5s', 'timeout: 1m'), { 'a.txt': 'hello\n' });
  const mark = join(dir, 'at-work');
  const bin = standIn(says(`touch ${mark}; sleep 30`));
  const child = spawn(process.execPath, [PROGRAM, 'scan', 'for', 'production', '--state', join(dir, 'state')], {
    cwd: service,
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const over = new Promise((resolve) => child.once('exit', resolve));
  await vi.waitFor(() => expect(existsSync(mark)).toBe(true), { timeout: 30_000, interval: 50 });
  child.kill('SIGKILL');
  await over;
  const opened = await open(real);
  const rules = await readScanRules(opened, opened.environment);
  expect(await keptOf(opened, 'shop', [made], rules)).toEqual([{ commit: made, record: null }]);
  expect((await scanned(real)).result.outcome).toBe('done');
});
