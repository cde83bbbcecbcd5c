import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/index.ts';
import type { Policy } from '../../src/model/people.ts';
import { ProblemError, unwrap } from '../../src/model/problem.ts';
import { createExec, sshSignatures } from '../../src/procedure/index.ts';
import type { DoorOptions } from '../../src/release/index.ts';
import { openService } from '../../src/release/index.ts';
import { authorsOf } from '../../src/release/policy/authors.ts';
import { readPolicy } from '../../src/release/policy/policy.ts';
import { MINIMAL } from '../config/sample.ts';
import { newKey } from '../support/keys.ts';
import { policy as makePolicy, person } from '../support/policy.ts';

/** The policy of the protected branch, read by real git; and who wrote a commit. */

let dir = '';
let service = '';
let origin = '';
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', service, '-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();

const people = (roles: string, repository = 'origin'): string =>
  `${MINIMAL}people:\n  anna: { roles: [${roles}] }\n  ben: { roles: [releaser] }\npolicy: { repository: ${repository} }\n`;
const write = (text: string): void => writeFileSync(join(service, 'shiplock.yaml'), text);
const publish = (text: string, branch = 'main'): string => {
  write(text);
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'x');
  git('push', '-q', origin, `HEAD:refs/heads/${branch}`);
  return git('rev-parse', 'HEAD');
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-policy-test-'));
  service = join(dir, 'service');
  origin = join(dir, 'origin.git');
  mkdirSync(service);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  git('init', '-q', '-b', 'main', '.');
  git('remote', 'add', 'origin', origin);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function read(door: Partial<DoorOptions> = {}, name = 'production', keep = true): Promise<Policy | null> {
  const opened = await openService({
    configFile: join(service, 'shiplock.yaml'),
    store: join(dir, 'state'),
    env: process.env,
    who: 'x',
    self: ['shiplock'],
    pinFile: join(dir, 'none.json'),
    ...door,
  });
  const environment = unwrap(resolveEnvironment(opened.config, name, { baseDir: opened.baseDir }));
  return readPolicy(opened, environment, { keep });
}
const rolesOf = (policy: Policy | null): readonly string[] | undefined => policy?.people[0]?.roles;
const codes = async (reading: Promise<unknown>): Promise<readonly string[]> =>
  reading.then(
    () => [],
    (error: unknown) => (error instanceof ProblemError ? error.problems.map(({ code }) => code) : [String(error)]),
  );

describe('the protected branch', () => {
  test('without people and policy there is none, and git is not asked', async () => {
    write(MINIMAL);
    rmSync(origin, { recursive: true });
    expect(await read()).toBeNull();
  });

  test('counts; a local edit, a local commit and another branch do not', async () => {
    const commit = publish(people('approver'));
    write(people('approver, emergency'));
    expect(await read()).toMatchObject({
      people: [{ id: 'anna', roles: ['approver'] }, {}],
      source: { commit, place: `${origin} main:shiplock.yaml`, pinned: false },
    });
    git('commit', '-qam', 'local');
    expect(rolesOf(await read())).toEqual(['approver']);
    git('push', '-q', origin, 'HEAD:refs/heads/other');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect(rolesOf(await read())).toEqual(['approver']);
  });

  test('is read anew each time', async () => {
    publish(people('approver'));
    expect(rolesOf(await read())).toEqual(['approver']);
    const second = publish(people('releaser'));
    const policy = await read();
    expect(rolesOf(policy)).toEqual(['releaser']);
    expect(policy?.source.commit).toBe(second);
  });

  test('the default branch is the one the repository names', async () => {
    publish(people('approver'), 'trunk');
    execFileSync('git', ['--git-dir', origin, 'symbolic-ref', 'HEAD', 'refs/heads/trunk']);
    publish(people('emergency'), 'main');
    expect(rolesOf(await read())).toEqual(['approver']);
  });

  test('a file below a directory of the repository is found there', async () => {
    mkdirSync(join(service, 'deploy'));
    writeFileSync(join(service, 'deploy', 'shiplock.yaml'), people('approver'));
    publish(MINIMAL);
    expect(rolesOf(await read({ configFile: join(service, 'deploy', 'shiplock.yaml') }))).toEqual(['approver']);
  });

  test('without people there nobody is checked, whatever stands here', async () => {
    publish(MINIMAL);
    write(people('approver'));
    expect(await read()).toBeNull();
  });
});

describe('refused', () => {
  test('a repository that cannot be read; with a reason and a copy it goes on, and says so', async () => {
    publish(people('approver'));
    write(people('approver'));
    renameSync(origin, `${origin}.away`);
    expect(await codes(read())).toEqual(['policy.unreadable']);
    expect(await codes(read({ breakGlass: 'x' }))).toEqual(['policy.unreadable']);
    renameSync(`${origin}.away`, origin);
    await read();
    renameSync(origin, `${origin}.away`);
    expect(await codes(read())).toEqual(['policy.unreadable']);
    const policy = await read({ breakGlass: 'the forge is down' });
    expect(policy).toMatchObject({ people: [{ id: 'anna' }, {}], source: { breakGlass: 'the forge is down' } });
    // A copy of another place does not count.
    write(people('approver', join(dir, 'elsewhere.git')));
    expect(await codes(read({ breakGlass: 'x' }))).toEqual(['policy.unreadable']);
  });

  test('a branch, a file or a remote that is not there; a file with mistakes', async () => {
    publish(people('approver'));
    write(people('approver').replace('repository: origin', 'branch: gone'));
    expect(await codes(read())).toEqual(['policy.unreadable']);
    write(people('approver').replace('repository: origin', 'file: gone.yaml'));
    expect(await codes(read())).toEqual(['policy.unreadable']);
    write(people('approver').replace('repository: origin', 'repository: upstream'));
    expect(await codes(read())).toEqual(['policy.no-repository']);
    publish(people('approver').replace('service: shop', 'service: 7'));
    write(people('approver'));
    expect((await codes(read()))[0]).toBe('policy.unreadable');
  });

  test('an environment that is only here, or that means other places here', async () => {
    publish(people('approver'));
    write(people('approver').replace('  production:', '  elsewhere:'));
    expect(await codes(read({}, 'elsewhere'))).toEqual(['policy.unknown-environment']);
    for (const [from, to] of [
      ['root: .shiplock/host', 'root: /srv/other'],
      ['bind: 127.0.0.1:8080', 'bind: 127.0.0.1:8081'],
      ['directory: .shiplock/haproxy', 'directory: elsewhere'],
      ['service: shop', 'service: store'],
      ['    rollout:\n', '    rollout:\n      role: approver\n'],
    ] as const) {
      write(people('approver').replace(from, to));
      expect(await codes(read()), to).toEqual(['policy.place-differs']);
    }
    // What is no place may differ: it is released with the commit.
    write(people('approver').replace('share: 10%', 'share: 20%'));
    expect(rolesOf(await read())).toEqual(['approver']);
  });
});

describe.runIf(process.getuid?.() === 0)('nothing of the caller leads git elsewhere', () => {
  test('variables of git, settings of the user, another git on PATH', async () => {
    publish(people('approver'));
    const pinFile = pinned({ shop: { repository: origin, branch: 'main' } });
    // Where they would lead there is no repository: whoever follows one of them fails.
    const redirect = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.${dir}/evil.git.insteadOf`,
      GIT_CONFIG_VALUE_0: origin,
    };
    const evil = { ...redirect, GIT_DIR: join(dir, 'evil.git'), PATH: `${dir}/bin:${process.env['PATH'] ?? ''}` };
    writeFileSync(join(dir, '.gitconfig'), `[url "${dir}/evil.git"]\n\tinsteadOf = ${origin}\n`);
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin', 'git'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const before = Object.keys(evil).map((name) => [name, process.env[name]] as const);
    try {
      Object.assign(process.env, evil);
      expect(rolesOf(await read({ pinFile, env: { ...process.env, HOME: dir } }))).toEqual(['approver']);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});

function pinned(services: object, mode = 0o644): string {
  const path = join(dir, 'pins', 'policy.json');
  mkdirSync(join(dir, 'pins'), { recursive: true, mode: 0o755 });
  writeFileSync(path, JSON.stringify({ formatVersion: 1, services }));
  chmodSync(path, mode);
  return path;
}

describe.runIf(process.getuid?.() === 0)('a place that root has fixed', () => {
  test('counts, whatever stands in the working copy', async () => {
    publish(people('approver'));
    write(MINIMAL);
    const pinFile = pinned({ shop: { repository: origin, branch: 'main' } });
    expect(await read({ pinFile })).toMatchObject({ people: [{ roles: ['approver'] }, {}], source: { pinned: true } });
    const evil = join(dir, 'evil.git');
    execFileSync('git', ['clone', '-q', '--bare', origin, evil]);
    write(people('emergency', evil));
    expect(rolesOf(await read({ pinFile }))).toEqual(['approver']);
  });

  test('a service that is not listed, and a file that others can write, are refused', async () => {
    publish(people('approver'));
    const other = pinned({ other: { repository: origin } });
    expect(await codes(read({ pinFile: other }))).toEqual(['policy.not-pinned']);
    const loose = pinned({ shop: { repository: origin } }, 0o666);
    expect(await codes(read({ pinFile: loose }))).toEqual(['policy.bad-pin']);
    writeFileSync(loose, '{');
    chmodSync(loose, 0o644);
    expect(await codes(read({ pinFile: loose }))).toEqual(['policy.bad-pin']);
  });

  test('break-glass reads only the copy of root, never the one in the state directory', async () => {
    publish(people('approver'));
    await read();
    const without = pinned({ shop: { repository: join(dir, 'gone.git') } });
    expect(await codes(read({ pinFile: without, breakGlass: 'x' }))).toEqual(['policy.unreadable']);
    const copy = join(dir, 'pins', 'shop.yaml');
    writeFileSync(copy, people('emergency'));
    const pinFile = pinned({ shop: { repository: join(dir, 'gone.git'), copy } });
    expect(await codes(read({ pinFile }))).toEqual(['policy.unreadable']);
    expect(rolesOf(await read({ pinFile, breakGlass: 'x' }))).toEqual(['emergency']);
    expect(readFileSync(copy, 'utf8')).toBe(people('emergency'));
  });
});

describe('who wrote a commit', () => {
  const ports = () => {
    const exec = createExec();
    return { exec, signatures: sshSignatures(exec), baseDir: service };
  };

  test('is proven by its signature, believed from its author line where the policy says so, else unknown', async () => {
    const anna = newKey(dir, 'anna');
    const eve = newKey(dir, 'eve');
    const known = { ...person('anna'), keys: [anna.line.split(' ').slice(0, 2).join(' ')] };
    const strict = makePolicy([known, person('ben')]);
    const named = makePolicy([known, person('ben')], { commits: 'named' });
    const signing = (key: string, ...more: readonly string[]): string => {
      git(
        '-c',
        'gpg.format=ssh',
        '-c',
        `user.signingkey=${key}`,
        'commit',
        '-q',
        '-S',
        '--allow-empty',
        '-m',
        'ü',
        ...more,
      );
      return git('rev-parse', 'HEAD');
    };
    publish(MINIMAL);
    const plain = git('rev-parse', 'HEAD');
    const who = async (commit: string, policy: Policy) =>
      (await authorsOf(commit, policy, ports())).map((one) => [one.person, one.how]);
    expect(await who(plain, strict)).toEqual([[null, 'it is not signed']]);
    expect(await who(plain, named)).toEqual([['anna', 'by its author line']]);
    expect(await who(signing(anna.file), strict)).toEqual([['anna', 'by its signature']]);
    expect(await who(signing(anna.file, '--author', 'Ben <ben@example.com>'), strict)).toEqual([
      ['anna', 'by its signature'],
      ['ben', 'its author line'],
    ]);
    expect(await who(signing(eve.file), strict)).toEqual([[null, 'it is not signed by a key of the policy']]);
    expect(await who('0'.repeat(40), strict)).toEqual([[null, 'the commit is not here']]);
    git('commit', '-q', '--allow-empty', '-m', 'x', '--author', 'X <x@y>');
    expect(await who(git('rev-parse', 'HEAD'), named)).toEqual([[null, 'its author <x@y> is not in the policy']]);
  });

  test('a commit that is replaced in the working copy is not believed', async () => {
    publish(MINIMAL);
    const real = git('rev-parse', 'HEAD');
    git('commit', '-q', '--allow-empty', '-m', 'y', '--author', 'Ben <ben@example.com>');
    git('replace', real, 'HEAD');
    const policy = makePolicy([person('anna'), person('ben')], { commits: 'named' });
    const [first] = await authorsOf(real, policy, ports());
    expect(first?.person).not.toBe('ben');
  });
});
