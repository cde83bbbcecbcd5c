import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** A release that persons let through, by signatures checked against the policy of the protected branch. */

const summarySchema = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const codesOf = (ran: Ran): readonly string[] =>
  z
    .looseObject({ problems: z.array(z.looseObject({ code: z.string() })) })
    .parse(JSON.parse(ran.stdout))
    .problems.map(({ code }) => code);

describe('a release under a policy', () => {
  let lab: Lab;
  let keyDir = '';
  let origin = '';
  let keys: Readonly<Record<'anna' | 'ben' | 'eve', KeyPair>>;
  let run = '';
  const gate = 'release/approval';

  const approve = (by: keyof typeof keys) =>
    lab.shiplock(['gate', 'approve', run, gate, '--sign-key', keys[by].file, '--json']);
  const publish = async (version: string): Promise<void> => {
    await lab.commit(version);
    const pushed = await command(['git', '-C', lab.service, 'push', '-q', origin, 'HEAD:refs/heads/main']);
    expect(pushed.code, pushed.stderr).toBe(0);
  };

  beforeAll(async () => {
    keyDir = mkdtempSync(join(tmpdir(), 'shiplock-persons-'));
    keys = { anna: newKey(keyDir, 'anna'), ben: newKey(keyDir, 'ben'), eve: newKey(keyDir, 'eve') };
    origin = join(keyDir, 'origin.git');
    await command(['git', 'init', '-q', '--bare', '-b', 'main', origin]);
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      rollout: quickRollout,
      top: {
        people: {
          anna: { keys: [keys.anna.line], emails: ['lab@localhost'], roles: ['approver', 'releaser'] },
          ben: { keys: [keys.ben.line], roles: ['approver', 'emergency'] },
        },
        policy: {
          repository: origin,
          branch: 'main',
          environments: { production: { approval: 'approver', commits: 'named', override: 'emergency' } },
        },
      },
    });
    await publish('1.0.0');
  });
  afterAll(async () => {
    await lab?.stop();
    rmSync(keyDir, { recursive: true, force: true });
  });

  test('the plan says who is checked and by which commit', async () => {
    const ran = await lab.shiplock(['plan', 'production']);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('gate for approver');
    expect(ran.stdout).toMatch(
      /Gates: persons are checked \(1 approval, signed, four eyes\) by .*origin\.git main:shiplock\.yaml at [0-9a-f]{12}/,
    );
  });

  test('it waits before anything is touched', async () => {
    const ran = await lab.shiplock(['release', 'production', '--sign-key', keys.anna.file, '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const summary = summarySchema.parse(JSON.parse(ran.stdout));
    expect(summary).toMatchObject({ outcome: 'waiting', gate });
    run = summary.run;
    expect(await servedVersion(lab.entry)).toMatch(/fetch failed/);
    const shown = await lab.shiplock(['gate', 'show', run]);
    expect(shown.stdout).toContain('asks for: 1 person with the role approver (ben), not who started the run');
  });

  test.each([
    ['who started it and wrote it', () => approve('anna'), 'gate.four-eyes'],
    ['a key that nobody in the policy has', () => approve('eve'), 'gate.unknown-key'],
    [
      'a name without a key',
      () => lab.shiplock(['gate', 'approve', run, gate, '--as', 'ben', '--json']),
      'gate.unsigned',
    ],
    [
      'a variable that says who one is',
      () => lab.shiplock(['gate', 'approve', run, gate, '--json'], { SHIPLOCK_WHO: 'ben', GITHUB_ACTOR: 'ben' }),
      'gate.unsigned',
    ],
    [
      'an override without the role',
      () => lab.shiplock(['gate', 'override', run, gate, '--reason', 'x', '--sign-key', keys.anna.file, '--json']),
      'gate.no-override',
    ],
  ])('refused: %s', async (_name, ask, code) => {
    const ran = await ask();
    expect(ran.code, ran.stdout + ran.stderr).toBe(5);
    expect(codesOf(ran)).toEqual([code]);
  });

  test('a local edit and another branch of the policy change nothing', async () => {
    const file = join(lab.service, 'shiplock.yaml');
    const before = await readFile(file, 'utf8');
    try {
      await writeFile(file, before.replace(keys.ben.line, keys.eve.line));
      expect(codesOf(await approve('eve'))).toEqual(['gate.unknown-key']);
      await command(['git', '-C', lab.service, 'checkout', '-q', '-b', 'other']);
      await command(['git', '-C', lab.service, '-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '-qam', 'x']);
      await command(['git', '-C', lab.service, 'push', '-q', origin, 'HEAD:refs/heads/other']);
      expect(codesOf(await approve('eve'))).toEqual(['gate.unknown-key']);
      // Nor does the environment under another name.
      await writeFile(file, before.replaceAll(/^( +)production:/gm, '$1elsewhere:'));
      const ran = await lab.shiplock(['release', 'elsewhere', '--allow-dirty', '--json']);
      expect(ran.code, ran.stdout + ran.stderr).toBe(5);
      expect(codesOf(ran)).toEqual(['policy.unknown-environment']);
    } finally {
      await command(['git', '-C', lab.service, 'checkout', '-q', '-f', 'main']);
    }
    expect((await lab.shiplock(['resume', run, '--json'])).code).toBe(3);
  });

  test('another person lets it through, and the record proves it again', async () => {
    const given = await approve('ben');
    expect(given.code, given.stdout + given.stderr).toBe(0);
    const ran = await lab.shiplock(['resume', run, '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
    const replayed = await lab.shiplock(['journal', 'replay', run]);
    expect(replayed.code, replayed.stdout + replayed.stderr).toBe(0);
    expect(replayed.stdout).toContain(`${gate}: passed`);
  });

  test('without its repository nothing goes forward, except with a copy and a reason; the way back goes on', async () => {
    await publish('2.0.0');
    const override = async (more: readonly string[]): Promise<string> => {
      const begun = await lab.shiplock(['release', 'production', '--sign-key', keys.anna.file, '--json', ...more]);
      expect(begun.code, begun.stdout + begun.stderr).toBe(3);
      return summarySchema.parse(JSON.parse(begun.stdout)).run;
    };
    run = await override([]);
    renameSync(origin, `${origin}.away`);
    try {
      const refused = await lab.shiplock(['resume', run, '--json']);
      expect(refused.code, refused.stdout + refused.stderr).toBe(5);
      expect(codesOf(refused)).toEqual(['policy.unreadable']);
      const reason = ['--reason', 'checkout is down'];
      const glass = ['--break-glass', 'the forge is down'];
      const signed = ['--sign-key', keys.ben.file, '--json'];
      const given = await lab.shiplock(['gate', 'override', run, gate, ...reason, ...glass, ...signed]);
      expect(given.code, given.stdout + given.stderr).toBe(0);
      const ran = await lab.shiplock(['resume', run, '--json', ...glass]);
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(await servedVersion(lab.entry)).toBe('2.0.0');
      const record = await lab.shiplock(['journal', 'show', run, '--type', 'gate.override']);
      expect(record.stdout).toContain('checkout is down');
      const back = await lab.shiplock(['rollback', 'production', '--reason', 'test', '--json']);
      expect(back.code, back.stdout + back.stderr).toBe(0);
      expect(await servedVersion(lab.entry)).toBe('1.0.0');
    } finally {
      renameSync(`${origin}.away`, origin);
    }
  });

  test('orders to a run need a person with the role of the rollout', async () => {
    await publish('3.0.0');
    const begun = await lab.shiplock(['release', 'production', '--sign-key', keys.anna.file, '--json']);
    expect(begun.code, begun.stdout + begun.stderr).toBe(3);
    const abort = (...more: readonly string[]) =>
      lab.shiplock(['rollout', 'abort', 'production', '--reason', 'wrong build', '--json', ...more]);
    for (const [more, code] of [
      [['--sign-key', keys.ben.file], 'order.role-missing'],
      [['--sign-key', keys.eve.file], 'gate.unknown-key'],
      [['--as', 'anna'], 'order.unsigned'],
    ] as const) {
      const ran = await abort(...more);
      expect(ran.code, ran.stdout + ran.stderr).toBe(5);
      expect(codesOf(ran)).toEqual([code]);
    }
    const aborted = await abort('--sign-key', keys.anna.file);
    expect(aborted.code, aborted.stdout + aborted.stderr).toBe(5);
    expect(JSON.parse(aborted.stdout)).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'procedure.aborted', found: 'aborted by anna: wrong build' }],
    });
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
  });
});
