import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { CERTKEEPER_API, command, type Ran, stopUnits } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { manifestDigest, manifestPath } from '../../src/release/promotion/manifest.ts';
import { readReleaseRecord } from '../../src/release/record.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** One release through four environments and their gates, and what was taken back does not return. */

const ROOT = join(import.meta.dirname, '../..');
const STAGES = ['development', 'testing', 'staging', 'production'] as const;
type Stage = (typeof STAGES)[number];
const PEOPLE = ['anna', 'ben', 'cara', 'mia'] as const;

let dir = '';
let service = '';
let state = '';
let origin = '';
let closed = 0;
let binds: Readonly<Record<Stage, string>>;
let keys: Readonly<Record<(typeof PEOPLE)[number], KeyPair>>;
let run = '';

const shiplock = (...args: readonly string[]): Promise<Ran> =>
  command([process.execPath, PROGRAM, ...args], {
    cwd: service,
    env: { ...process.env, SHIPLOCK_WHO: 'anna', NO_COLOR: '' },
  });
const signed = (who: keyof typeof keys, ...args: readonly string[]): Promise<Ran> =>
  shiplock(...args, '--sign-key', keys[who].file, '--json');
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', service, '-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', ...args], {
    encoding: 'utf8',
  }).trim();
const codesOf = (ran: Ran): readonly string[] =>
  z
    .looseObject({ problems: z.array(z.looseObject({ code: z.string() })) })
    .parse(JSON.parse(ran.stdout))
    .problems.map(({ code }) => code);
const runOf = (ran: Ran): string => z.looseObject({ run: z.string() }).parse(JSON.parse(ran.stdout)).run;
const well = (ran: Ran, code = 0): Ran => {
  expect(ran.code, ran.stdout + ran.stderr).toBe(code);
  return ran;
};

function publish(version: string): void {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', `version ${version}`);
  git('tag', `v${version}`);
  git('push', '-q', origin, 'HEAD:refs/heads/main');
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sp-'));
  service = join(dir, 'shop');
  state = join(service, '.shiplock/state');
  origin = join(dir, 'origin.git');
  closed = await freePort();
  cpSync(join(ROOT, 'examples/certkeeper/api'), join(service, 'api'), {
    recursive: true,
    filter: (source) => !/\/bin$/.test(source),
  });
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', origin]);
  execFileSync('git', ['init', '-q', '-b', 'main', service]);
  keys = { anna: newKey(dir, 'anna'), ben: newKey(dir, 'ben'), cara: newKey(dir, 'cara'), mia: newKey(dir, 'mia') };
  const [one, two, three, four] = [await freePort(), await freePort(), await freePort(), await freePort()];
  binds = {
    development: `127.0.0.1:${one}`,
    testing: `127.0.0.1:${two}`,
    staging: `127.0.0.1:${three}`,
    production: `127.0.0.1:${four}`,
  };
  const stages: Record<string, object> = {};
  for (const [index, name] of STAGES.entries()) {
    const [first, last] = await portRange();
    const root = join(dir, name);
    stages[name] = {
      platform: { kind: 'local', root, replicas: name === 'production' ? 2 : 1, ports: `${first}-${last}` },
      traffic: {
        kind: 'haproxy',
        directory: join(root, 'haproxy'),
        bind: binds[name],
        deadMan: '5s',
        longestTimeout: '2s',
      },
      rollout: { ...quickRollout, smoke: [{ path: '/api/v1/ping', status: 200 }] },
      ...(index === 0 ? {} : { promotion: { from: STAGES[index - 1] } }),
    };
  }
  const lax = { evidence: 'unsigned', fourEyes: false };
  writeFileSync(join(service, '.gitignore'), '.shiplock/\n');
  writeFileSync(
    join(service, 'shiplock.yaml'),
    stringify({
      apiVersion: 'shiplock/v1',
      service: 'shop',
      objectives: { availability: '99.9%' },
      people: {
        anna: { keys: [keys.anna.line], emails: ['anna@example.com'], roles: ['releaser', 'user'] },
        ben: { keys: [keys.ben.line], roles: ['approver', 'keeper'] },
        cara: { keys: [keys.cara.line], roles: ['emergency'] },
        mia: { keys: [keys.mia.line], roles: ['user'] },
      },
      policy: {
        repository: origin,
        branch: 'main',
        quarantine: 'keeper',
        environments: {
          development: lax,
          testing: { ...lax, promotion: {} },
          staging: { ...lax, promotion: { soak: '1h' } },
          production: {
            commits: 'named',
            override: 'emergency',
            promotion: {
              soak: '1s',
              ticket: { role: 'approver', pattern: 'CHG-[0-9]+' },
              acceptance: { role: 'user', items: ['A certificate can be ordered'] },
              budget: { url: `http://127.0.0.1:${closed}`, timeout: '1s', total: 't', bad: 'b' },
              parity: { waivers: [] },
            },
          },
        },
      },
      components: {
        api: {
          ...CERTKEEPER_API,
        },
      },
      environments: stages,
    }),
  );
  publish('1.0.0');
});
afterAll(async () => {
  for (const name of STAGES) await stopUnits(join(dir, name));
  rmSync(dir, { recursive: true, force: true });
});

describe('the order of environments', () => {
  test('nothing is released past it, and nothing leaves one out', async () => {
    const direct = well(await signed('anna', 'release', 'production'), 5);
    expect(direct.stdout).toContain('development → testing → staging → production');
    expect(codesOf(direct)).toEqual(['release.promotion-needed']);
    well(await signed('anna', 'release', 'development'));
    const skipping = well(await signed('anna', 'promote', '--from', 'development', '--to', 'production'), 5);
    expect(codesOf(skipping)).toEqual(['release.out-of-order']);
    const early = well(await signed('anna', 'promote', '--to', 'staging'), 5);
    expect(codesOf(early)).toEqual(['release.not-proven']);
  });

  test('from development over testing to staging, where it must soak', async () => {
    well(await signed('anna', 'promote', '--to', 'testing'));
    const soaking = well(await signed('anna', 'promote', '--to', 'staging'), 3);
    expect(soaking.stdout).toContain('promotion/soak');
    expect(await servedVersion(`http://${binds.staging}`)).toMatch(/fetch failed/);
    // Nobody waits an hour here: it came two hours earlier than it did.
    const record = join(state, 'environments', 'testing.json');
    const earlier = (time: string): string => new Date(Date.parse(time) - 2 * 3_600_000).toISOString();
    const text = readFileSync(record, 'utf8');
    writeFileSync(record, text.replace(/(?<="time": ")[^"]+/g, earlier));
    well(await shiplock('resume', runOf(soaking), '--json'));
    expect(await servedVersion(`http://${binds.staging}`)).toBe('1.0.0');
  });
});

describe('the gates of production', () => {
  const gate = (id: string): string => `release/promotion/${id}`;

  test('the plan prints each, and whether it would pass', async () => {
    const { stdout } = well(await shiplock('promote', '--to', 'production', '--dry-run'));
    expect(stdout).toMatch(/The run of 1\.0\.0 in staging ended well: gate for its condition/);
    expect(stdout).toMatch(/not yet: not known: the number of requests: .*(refused|ECONNREFUSED)/);
    expect(stdout).toMatch(/platform\.replicas: 1 instance in staging, 2 instances in production/);
    expect(stdout).toMatch(/Which change ticket\? \[ticket: text\]/);
  });

  test('all are asked at once, before anything is touched', async () => {
    const ran = well(await signed('anna', 'promote', '--to', 'production', '--reason', 'accepted'), 3);
    run = runOf(ran);
    const { stdout } = well(await shiplock('gate', 'show', run));
    for (const id of ['budget', 'parity', 'ticket', 'acceptance']) expect(stdout).toContain(gate(id));
    expect(stdout).not.toContain(gate('verdict'));
    expect(await servedVersion(`http://${binds.production}`)).toMatch(/fetch failed/);
  });

  test.each([
    ['a ticket that is none', ['ben', 'ticket', 'fill', '--item', 'ticket=soon'], ['gate.wrong-answer']],
    ['a ticket from who has not the role', ['mia', 'ticket', 'fill', '--item', 'ticket=CHG-7'], ['gate.role-missing']],
    [
      'acceptance by who made it',
      [
        'anna',
        'acceptance',
        'fill',
        '--item',
        'item-1=yes',
        '--item',
        'decision=accepted',
        '--item',
        'tried=all of it',
      ],
      ['gate.four-eyes'],
    ],
    ['an override without the role', ['ben', 'budget', 'override', '--reason', 'x'], ['gate.no-override']],
    ['an approval of what nobody approves', ['ben', 'parity', 'approve'], ['gate.role-missing']],
  ] as const)('refused: %s', async (_name, [who, id, verb, ...items], codes) => {
    expect(codesOf(well(await signed(who, 'gate', verb, run, gate(id), ...items), 5))).toEqual(codes);
  });

  test('what is put into quarantine meanwhile goes no further', async () => {
    const digest = (await readReleaseRecord(state, 'staging', '1.0.0'))?.unit?.digest ?? '';
    well(await signed('ben', 'quarantine', 'add', digest, '--reason', 'somebody has a doubt'));
    const { stdout } = well(await shiplock('pipeline'));
    expect(stdout).toMatch(/refused quarantine: in quarantine since/);
    expect(codesOf(well(await shiplock('resume', run, '--json'), 5))).toEqual(['release.quarantined']);
    well(await signed('ben', 'quarantine', 'release', digest, '--reason', 'the doubt is gone'));
  });

  test('it goes on when each has been passed, each in its own way', async () => {
    well(await signed('ben', 'gate', 'fill', run, gate('ticket'), '--item', 'ticket=CHG-4711'));
    const items = ['--item', 'item-1=yes', '--item', 'decision=accepted', '--item', 'tried=ordered one'];
    well(await signed('mia', 'gate', 'fill', run, gate('acceptance'), ...items));
    expect(codesOf(well(await shiplock('resume', run, '--json'), 3))).toContain('gate.budget-unknown');
    for (const id of ['budget', 'parity']) {
      well(await signed('cara', 'gate', 'override', run, gate(id), '--reason', 'first release'));
    }
    well(await shiplock('resume', run, '--json'));
    expect(await servedVersion(`http://${binds.production}`)).toBe('1.0.0');
    const replayed = well(await shiplock('journal', 'replay', run));
    expect(replayed.stdout).toContain(`${gate('acceptance')}: passed`);
  });

  test('release.json has gone through all of them, byte for byte', async () => {
    const records = await Promise.all(STAGES.map((name) => readReleaseRecord(state, name, '1.0.0')));
    const first = records[0]?.release;
    const digest = first === undefined ? '' : manifestDigest(first);
    expect(records.map((record) => record?.manifest)).toEqual([digest, digest, digest, digest]);
    expect(readdirSync(join(state, 'manifests'))).toEqual([`${digest.slice(7)}.json`]);
    expect(JSON.parse(readFileSync(manifestPath(state, digest), 'utf8'))).toEqual(first);
    expect(new Set(records.map((record) => record?.unit?.digest)).size).toBe(1);
  });
});

describe('quarantine', () => {
  let digest = '';

  test('what was rolled back in one environment returns in none', async () => {
    publish('2.0.0');
    well(await signed('anna', 'release', 'development'));
    well(await signed('anna', 'promote', '--to', 'testing'));
    well(await shiplock('rollback', 'testing', '--reason', 'orders are lost', '--json'), 0);
    expect(await servedVersion(`http://${binds.testing}`)).toBe('1.0.0');
    digest = (await readReleaseRecord(state, 'testing', '2.0.0'))?.unit?.digest ?? '';
    expect(readdirSync(join(state, 'quarantine', 'testing'))).toHaveLength(1);

    const refused = well(await signed('anna', 'promote', '--to', 'testing'), 5);
    expect(codesOf(refused)).toEqual(['release.quarantined']);
    expect(refused.stdout).toMatch(/it was rolled back in testing, run \S+ \(orders are lost\)/);
    well(await shiplock('rollback', 'development', '--reason', 'the same', '--json'));
    const back = well(await shiplock('rollback', 'development', '--to', '2.0.0', '--reason', 'x', '--json'), 5);
    expect(codesOf(back)).toEqual(['release.quarantined']);
    const again = well(await signed('anna', 'release', 'development'), 5);
    expect(codesOf(again)).toEqual(['release.quarantined']);
    expect(await servedVersion(`http://${binds.development}`)).toBe('1.0.0');
  });

  test('only a person with the role may release it; a file that somebody writes does not count', async () => {
    const argv = ['quarantine', 'release', digest, '--reason', 'the queue was full'];
    expect(codesOf(well(await signed('anna', ...argv), 5))).toEqual(['release.quarantine-role']);
    const [file = ''] = readdirSync(join(state, 'quarantine', 'testing'));
    const held = z
      .looseObject({ entry: z.looseObject({ id: z.string() }) })
      .parse(JSON.parse(readFileSync(join(state, 'quarantine', 'testing', file), 'utf8')));
    const forged = {
      kind: 'released',
      id: 'f'.repeat(32),
      digest,
      why: 'x',
      who: 'anna',
      time: new Date().toISOString(),
      ends: [held.entry.id],
    };
    const path = join(state, 'quarantine', 'testing', `${forged.id}.json`);
    writeFileSync(path, JSON.stringify({ ...held, entry: forged }));
    const still = well(await signed('anna', 'release', 'development'), 5);
    expect(still.stdout).toContain('anna does not have the role keeper in testing');
    rmSync(path);

    well(await signed('ben', ...argv));
    expect(well(await shiplock('quarantine', 'list')).stdout).not.toContain('queue');
    expect(codesOf(well(await signed('ben', ...argv), 5))).toEqual(['release.not-quarantined']);
    well(await signed('anna', 'release', 'development'));
    expect(await servedVersion(`http://${binds.development}`)).toBe('2.0.0');
  });

  test('a digest that somebody adds', async () => {
    const added = `sha256:${'c'.repeat(64)}`;
    well(await signed('ben', 'quarantine', 'add', added, '--reason', 'a base image with a hole'));
    const { stdout } = well(await shiplock('quarantine', 'list', '--parameter'));
    expect(JSON.parse(stdout)).toMatchObject({ service: 'shop', digests: [added] });
  });
});

describe('the view of the pipeline', () => {
  test('says what serves where, how far behind, and what stands between', async () => {
    const { stdout } = well(await shiplock('pipeline'));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toMatch(/development\n {2}2\.0\.0, commit [0-9a-f]{12}\n {2}since .* by anna: ended well/);
    expect(stdout).toMatch(/to testing: 1 release, 1 commit behind, for \S+\n {6}met {5}verdict: ended well/);
    expect(stdout).toContain('to staging: the same release serves both');
    expect(stdout).toContain(`sha256:${'c'.repeat(64)}`);
    const view = z
      .looseObject({
        environments: z.array(
          z.looseObject({ environment: z.string(), serves: z.looseObject({ version: z.string() }) }),
        ),
      })
      .parse(JSON.parse(well(await shiplock('pipeline', '--json')).stdout));
    expect(view.environments.map(({ environment, serves }) => [environment, serves.version])).toEqual([
      ['development', '2.0.0'],
      ['testing', '1.0.0'],
      ['staging', '1.0.0'],
      ['production', '1.0.0'],
    ]);
  });
});
