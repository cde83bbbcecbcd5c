import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leastGo } from '../../../src/build/go/toolchain.ts';
import { branchAnswer } from '../../../src/gitops/checks.ts';
import { prometheusAnswer } from '../../../src/metrics/checks.ts';
import { serverAnswer } from '../../../src/migrate/checks.ts';
import { ProblemError } from '../../../src/model/problem.ts';
import { instancesAnswer, portsAnswer } from '../../../src/platform/checks.ts';
import {
  directoryCheck,
  isAtLeast,
  journalsAnswer,
  leaseAnswer,
  programAnswer,
  runChecks,
  spaceAnswer,
  whyNotFree,
} from '../../../src/procedure/check/index.ts';
import { secretsIn } from '../../../src/release/environment/secrets.ts';
import { pinAnswer, branchAnswer as policyBranchAnswer } from '../../../src/release/policy/checks.ts';
import { bindAnswer } from '../../../src/traffic/checks.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const GIT = { program: 'git', version: { args: ['--version'], least: '2.30' }, why: 'x', mend: 'apt-get install git' };
const said = (stdout: string, exitCode = 0, stderr = '') => ({ stdout, stderr, exitCode });

test.each([
  ['2.39.5', '2.30', true],
  ['2.30', '2.30.0', true],
  ['2.9', '2.30', false],
  ['3', '2.30', true],
  ['1.26.8', '1.26.9', false],
])('%s is at least %s: %s', (version, least, answer) => expect(isAtLeast(version, least)).toBe(answer));

describe('a program', () => {
  test('is there and new enough', () => {
    expect(programAnswer(said('git version 2.39.5\n'), GIT)).toEqual({ state: 'ok', found: 'git 2.39.5' });
    expect(programAnswer(said('', 0, 'nginx version: nginx/1.22.1'), GIT)).toMatchObject({
      state: 'failed',
      found: 'git 1.22.1',
    });
  });
  test('is missing, too old, or says nothing', () => {
    expect(programAnswer(said('', 127), GIT)).toMatchObject({
      state: 'failed',
      found: 'no git on PATH',
      mend: GIT.mend,
    });
    expect(programAnswer(said('git version 2.20.1'), GIT)).toMatchObject({
      state: 'failed',
      expected: expect.stringContaining('2.30 or newer'),
    });
    expect(programAnswer(said('broken pipe', 1), GIT)).toMatchObject({ state: 'failed', found: 'exit 1: broken pipe' });
  });
  test('without a least version, being there is enough', () => {
    const { version: _, ...any } = GIT;
    expect(programAnswer(said('/usr/bin/git\n'), any)).toEqual({ state: 'ok', found: '/usr/bin/git' });
    expect(programAnswer(said('', 1), any)).toMatchObject({ state: 'failed', found: 'no git on PATH' });
  });
});

describe('a place', () => {
  test('a directory that is there, that can be made, and that cannot', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'shiplock-check-'));
    const signal = AbortSignal.timeout(5_000);
    expect(await directoryCheck('d', 'D', dir).look(signal)).toEqual({ state: 'ok', found: dir });
    expect(await directoryCheck('d', 'D', join(dir, 'a/b')).look(signal)).toMatchObject({
      found: expect.stringContaining('is made'),
    });
    expect(await directoryCheck('d', 'D', '/dev/null/x').look(signal)).toMatchObject({
      state: 'failed',
      found: '/dev/null is no directory',
    });
    rmSync(dir, { recursive: true });
  });
  test('room on disk', () => {
    expect(spaceAnswer(10 * 1024 ** 3, 0, '/')).toEqual({ state: 'ok', found: '10.0 GiB free at /' });
    expect(spaceAnswer(1024 ** 3, 0, '/').state).toBe('warning');
    expect(spaceAnswer(1024, 0, '/').state).toBe('failed');
    expect(spaceAnswer(10 * 1024 ** 3, 3, '/')).toMatchObject({ state: 'failed', found: '3 inodes free at /' });
  });
  test('a port that is free, and one that is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await whyNotFree('127.0.0.1', port)).toBe('taken');
    await new Promise((resolve) => server.close(resolve));
    expect(await whyNotFree('127.0.0.1', port)).toBeUndefined();
  });
});

test('answers say what to do', () => {
  expect(bindAnswer('127.0.0.1:8080', true, undefined).state).toBe('ok');
  expect(bindAnswer('127.0.0.1:8080', false, undefined).state).toBe('ok');
  expect(bindAnswer('127.0.0.1:8080', false, 'taken')).toMatchObject({
    mend: expect.stringContaining("ss -ltnp 'sport = :8080'"),
  });
  expect(bindAnswer(':80', false, 'listen EACCES')).toMatchObject({ mend: expect.stringContaining('below 1024') });
  const ports = { size: 100, tried: 64, taken: 4, ours: 4, replicas: 2 };
  expect(portsAnswer(ports)).toEqual({ state: 'ok', found: '96 free of 100' });
  expect(portsAnswer({ ...ports, size: 5, tried: 5 })).toMatchObject({
    state: 'failed',
    mend: expect.stringContaining('platform.ports'),
  });
  expect(instancesAnswer({ instances: [], installed: [], current: {}, hosts: [] }).state).toBe('ok');
  expect(serverAnswer('mysql', { family: 'mariadb', version: '10.11', comment: '' })).toMatchObject({
    state: 'failed',
    mend: expect.stringContaining('engine: mariadb'),
  });
  expect(serverAnswer('mariadb', { family: 'mariadb', version: '10.11', comment: '' }).state).toBe('ok');
  expect(branchAnswer('main', 'g', said(`${'a'.repeat(40)}\trefs/heads/main\n`)).state).toBe('ok');
  expect(branchAnswer('main', 'g', said(''))).toMatchObject({ state: 'failed', found: 'no branch main' });
  expect(branchAnswer('main', 'g', said('', 128, 'fatal: no'))).toMatchObject({ mend: 'git ls-remote g' });
  const missing = { kind: 'missing' as const, source: 'prometheus', time: 0 };
  expect(prometheusAnswer('u', { ...missing, reason: 'errors: no answer within 5 ms' }).state).toBe('failed');
  expect(prometheusAnswer('u', { ...missing, reason: 'errors: no series' }).state).toBe('warning');
  expect(leastGo('module x\n\ngo 1.26.3\n')).toBe('1.26.3');
  expect(pinAnswer(false, 'shop')).toMatchObject({ state: 'warning', mend: expect.stringContaining('"shop"') });
  expect(policyBranchAnswer('/srv/policy.git', false)).toMatchObject({
    state: 'warning',
    mend: expect.stringContaining('denyNonFastForwards'),
  });
  expect(policyBranchAnswer('https://host/x', null).state).toBe('ok');
  expect(secretsIn({ a: { secret: 'env:A' }, b: [{ c: { secret: 'env:B' } }, { secret: 'env:A' }] })).toEqual([
    'env:A',
    'env:B',
  ]);
});

test('the state directory: journals and leases', () => {
  expect(journalsAnswer(3, [])).toEqual({ state: 'ok', found: '3 intact' });
  expect(journalsAnswer(3, ['r2: broken at seq 4'])).toMatchObject({
    state: 'failed',
    mend: expect.stringContaining('verify r2'),
  });
  const holder = { run: 'r1', who: 'ann on host', process: 'gone', unfinished: true, state: 'running' } as const;
  expect(leaseAnswer(holder)).toMatchObject({ state: 'warning', mend: 'shiplock resume r1' });
  expect(leaseAnswer({ ...holder, state: 'waiting' })).toMatchObject({ mend: 'shiplock gate show r1' });
  expect(leaseAnswer({ ...holder, process: 'works' }).state).toBe('ok');
  expect(leaseAnswer({ ...holder, unfinished: false }).state).toBe('ok');
});

test('all are looked at side by side, and one that hangs or throws costs its own line', async () => {
  const clock = virtualClock();
  let ended = false;
  const done = runChecks(
    [
      { id: 'a', title: 'A', look: async () => ({ state: 'ok', found: 'yes' }) },
      {
        id: 'b',
        title: 'B',
        look: (signal) => new Promise(() => signal.addEventListener('abort', () => (ended = true))),
      },
      {
        id: 'c',
        title: 'C',
        look: async () => {
          throw new ProblemError({ code: 'x.y', where: 'w', found: 'nothing', expected: 'something', remedy: 'do it' });
        },
      },
    ],
    clock,
    4_000,
  );
  expect(await clock.runUntil(done)).toEqual([
    { id: 'a', title: 'A', state: 'ok', found: 'yes' },
    expect.objectContaining({ id: 'b', state: 'failed', found: 'no answer within 4 s' }),
    { id: 'c', title: 'C', state: 'failed', found: 'nothing', expected: 'something', mend: 'do it' },
  ]);
  expect(clock.monotonic()).toBe(4_000);
  expect(ended).toBe(true);
});
