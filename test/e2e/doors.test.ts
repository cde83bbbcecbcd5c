import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** The command line and the runbook on a service that really runs: gates, journals, signals, terminals, the way back. */

const ROOT = join(import.meta.dirname, '../..');
const summarySchema = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const problemsSchema = z.strictObject({ problems: z.array(z.looseObject({ code: z.string(), found: z.string() })) });

function summaryOf(ran: Ran): z.infer<typeof summarySchema> {
  return summarySchema.parse(JSON.parse(ran.stdout));
}

describe('a canary without traffic asks a person', () => {
  let lab: Lab;
  let run = '';
  let gate = '';

  beforeAll(async () => {
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      rollout: { ...quickRollout, lowTraffic: 'gate' },
    });
    await lab.commit('1.0.0');
    const first = await lab.shiplock(['release', 'production', '--json']);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    await lab.commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } });
  });
  afterAll(() => lab?.stop());

  test('the release ends with 3 at an open gate, and the share stays', async () => {
    const ran = await lab.shiplock(['release', 'production', '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(3);
    const summary = summaryOf(ran);
    expect(summary.outcome).toBe('waiting');
    run = summary.run;
    gate = summary.gate ?? '';
    const status = await lab.shiplock(['status', 'production', '--json']);
    const shares = z
      .looseObject({ routes: z.array(z.looseObject({ version: z.string(), configured: z.number() })) })
      .parse(JSON.parse(status.stdout)).routes;
    expect(Object.fromEntries(shares.map((one) => [one.version, one.configured]))).toEqual({
      '1.0.0': 0.5,
      '2.0.0': 0.5,
    });
  });

  test('`gate show` says what it asks, who may answer, and the command to answer with', async () => {
    const ran = await lab.shiplock(['gate', 'show']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`run ${run}, gate ${gate}`);
    expect(ran.stdout).toContain('role releaser');
    expect(ran.stdout).toContain('--item decision=<look-on|promote|roll-back>');
    expect(ran.stdout).toContain(`$ shiplock gate fill ${run} ${gate} --item decision=… --item reason=…`);
    expect((await lab.shiplock(['gate', 'show', '20000101-000000-0000'])).stdout).toBe('no open gate\n');
  });

  test.each([
    ['a choice that is none', ['decision=maybe', 'reason=long enough'], 'decision'],
    ['a reason that is too short', ['decision=promote', 'reason=no'], 'reason'],
    ['a missing field', ['decision=promote'], 'reason'],
    ['a misspelt field', ['decison=promote', 'reason=long enough'], 'decison'],
  ])('wrong evidence is refused by the name of its field: %s', async (_name, pairs, field) => {
    const words = pairs.flatMap((pair) => ['--item', pair]);
    const ran = await lab.shiplock(['gate', 'fill', run, gate, ...words, '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(5);
    expect(ran.stdout).toContain(field);
    expect(problemsSchema.parse(JSON.parse(ran.stdout)).problems[0]?.code).toMatch(/^gate\./);
  });

  test('a second release is refused with 7 and names the run that waits', async () => {
    const ran = await lab.shiplock(['release', 'production', '--release', '2.0.1', '--json']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(7);
    expect(ran.stdout).toContain(run);
  });

  test('filled in and resumed, it is promoted', async () => {
    const early = await lab.shiplock(['resume', run, '--json']);
    expect(early.code, early.stdout + early.stderr).toBe(3);
    const fill = ['gate', 'fill', run, gate, '--item', 'decision=promote', '--item', 'reason=nobody is awake'];
    const filled = await lab.shiplock(fill);
    expect(filled.code, filled.stderr).toBe(0);
    expect(filled.stdout).toBe(`filled in; go on with: shiplock resume ${run}\n`);
    const again = await lab.shiplock([...fill, '--json']);
    expect(again.code).toBe(5);
    expect(again.stdout).toContain('gate.filled');
    const resumed = await lab.shiplock(['resume', '--json']);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(summaryOf(resumed)).toMatchObject({ run, outcome: 'done' });
    expect(await servedVersion(lab.entry)).toBe('2.0.0');
  });

  test('the journal is intact and gives the same verdicts again', async () => {
    const verified = await lab.shiplock(['journal', 'verify', run]);
    expect(verified.code, verified.stdout).toBe(0);
    expect(verified.stdout).toMatch(/intact|whole/);
    const replayed = await lab.shiplock(['journal', 'replay', run, '--json']);
    const answer = z.looseObject({ same: z.boolean(), verdicts: z.array(z.looseObject({ node: z.string() })) });
    expect(replayed.code, replayed.stdout + replayed.stderr).toBe(0);
    const { same, verdicts } = answer.parse(JSON.parse(replayed.stdout));
    expect(same).toBe(true);
    expect(verdicts.length).toBeGreaterThan(2);
    const unchanged = await lab.shiplock(['what-if', run, '--json']);
    expect(unchanged.code, unchanged.stdout + unchanged.stderr).toBe(0);
    expect(JSON.parse(unchanged.stdout)).toMatchObject({
      releases: [{ run, recorded: 'passed', again: 'passed', same: true }],
      totals: { same: 1 },
    });
    const evidence = await lab.shiplock(['journal', 'show', run, '--type', 'gate.evidence', '--json']);
    expect(evidence.stdout).toContain('nobody is awake');
  });

  test('a rollback pre-empts a run that waits, whose resume is then refused', async () => {
    await lab.commit('3.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '300ms' } });
    const waiting = await lab.shiplock(['release', 'production', '--json']);
    expect(waiting.code, waiting.stdout + waiting.stderr).toBe(3);
    const other = summaryOf(waiting).run;
    const back = await lab.shiplock(['rollback', 'production', '--reason', 'not today', '--json']);
    expect(back.code, back.stdout + back.stderr).toBe(0);
    expect(await servedVersion(lab.entry)).toBe('2.0.0');
    const resumed = await lab.shiplock(['resume', other, '--json']);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(5);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ outcome: 'refused', problems: [{ code: expect.any(String) }] });
    expect((await lab.shiplock(['gate', 'show'])).stdout).toBe('no open gate\n');
  });

  test('a changed journal is named by the record that does not fit', async () => {
    const file = join(lab.state, 'runs', run, 'journal.jsonl');
    const text = await readFile(file, 'utf8');
    const lines = text.split('\n');
    await writeFile(
      file,
      [...lines.slice(0, 5), (lines[5] ?? '').replace('"attempt":1', '"attempt":2'), ...lines.slice(6)].join('\n'),
    );
    expect(await readFile(file, 'utf8')).not.toBe(text);
    const broken = await lab.shiplock(['journal', 'verify', run]);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/\b[56]\b/);
    await writeFile(file, text);
    expect((await lab.shiplock(['journal', 'verify', run])).code).toBe(0);
  });
});

describe('stopping, watching and going back', () => {
  let lab: Lab;
  const runbook = (...args: readonly string[]): Promise<Ran> =>
    command([process.execPath, join(ROOT, 'runbooks', 'rollback.ts'), ...args], {
      cwd: lab.service,
      env: { ...process.env, ...lab.env },
    });

  beforeAll(async () => {
    const rollout = { ...quickRollout, steps: [{ share: '50%', bake: '4s' }], analysisDeadline: '5s' };
    lab = await openLab({ database: false, frontend: false, ports: await portRange(), rollout });
    await lab.commit('1.0.0');
    const first = await lab.shiplock(['release', 'production', '--json']);
    expect(first.code, first.stdout + first.stderr).toBe(0);
  });
  afterAll(() => lab?.stop());

  /** Starts a release and sends it a signal as soon as it judges. */
  function stopWhileJudging(
    signal: 'SIGINT' | 'SIGTERM',
  ): Promise<{ readonly code: number | null; readonly stderr: string; readonly stdout: string }> {
    const argv = [PROGRAM, 'release', 'production', '--state', lab.state];
    const child = spawn(process.execPath, argv, {
      cwd: lab.service,
      env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'lab' },
    });
    let [stdout, stderr, sent] = ['', '', false];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (sent || !/judge-\S+: undecided/.test(stderr)) return;
      sent = true;
      child.kill(signal);
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  test.each([
    ['SIGINT', 130, '2.0.0'],
    ['SIGTERM', 143, '3.0.0'],
  ] as const)(
    '%s during a bake ends with %i, says how to go on, and a resume promotes',
    async (signal, code, version) => {
      await lab.commit(version, { env: { CERTKEEPER_SLOW_REQUEST: `${version.slice(0, 1)}00ms` } });
      const stopped = await stopWhileJudging(signal);
      expect(stopped.code, stopped.stderr).toBe(code);
      expect(stopped.stderr).toContain('stopping at the next safe place');
      const [, run = ''] = /shiplock resume (\S+)`/.exec(stopped.stdout) ?? [];
      expect(run, stopped.stdout).toMatch(/^\d{8}-\d{6}-/);
      const resumed = await lab.shiplock(['resume', run, '--json']);
      expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
      expect(summaryOf(resumed)).toMatchObject({ run, outcome: 'done' });
      expect(await servedVersion(lab.entry)).toBe(version);
    },
  );

  test('the runbook explains itself and refuses what it does not know', async () => {
    const help = await runbook('--help');
    expect(help.code).toBe(0);
    for (const word of ['Usage:', 'Examples:', 'Exit codes:', '--document']) expect(help.stdout).toContain(word);
    for (const [args, words] of [
      [['--bogus'], "Unknown option '--bogus'"],
      [['production'], 'no --reason'],
      [['--reason', 'drill'], 'no environment'],
      [['production', 'staging', '--reason', 'drill'], '2 environments: production, staging'],
      [['production', '--reason', 'drill', '--plan', '--document'], '--plan and --document'],
      [['prodution', '--reason', 'drill', '--state', lab.state], 'production'],
    ] as const) {
      const ran = await runbook(...args);
      expect(ran.code, args.join(' ')).toBe(2);
      expect(ran.stderr).toContain(words);
      expect(ran.stdout).toBe('');
    }
    const nowhere = await runbook('production', '--reason', 'drill', '--to', '0.9.0', '--state', lab.state);
    expect(nowhere).toMatchObject({ code: 5, stderr: expect.stringContaining('no record of 0.9.0') });
  });

  test('the runbook plans and documents without touching anything', async () => {
    const plan = await runbook('production', '--reason', 'drill', '--plan', '--state', lab.state);
    expect(plan.code, plan.stderr).toBe(0);
    expect(plan.stdout).toContain('back from 3.0.0 to 2.0.0');
    const document = await runbook('production', '--reason', 'drill', '--document', '--state', lab.state);
    expect(document.code, document.stderr).toBe(0);
    expect(document.stdout).toMatch(/^# Roll certkeeper in production back from 3\.0\.0 to 2\.0\.0/);
    expect(document.stdout).toMatch(/^\s*- \[ \] /m);
    expect(document.stdout).toContain('```mermaid');
    expect(await servedVersion(lab.entry)).toBe('3.0.0');
  });

  test('the runbook goes back for real, and git names it', async () => {
    const ran = await runbook('production', '--reason', 'checkout fails', '--state', lab.state);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toContain('production is back on certkeeper 2.0.0');
    expect(await servedVersion(lab.entry)).toBe('2.0.0');
    expect(await lab.named()).toContain('2.0.0');
    const status = await lab.shiplock(['status', 'production']);
    expect(status.stdout).toContain('checkout fails');
  });

  test('a terminal gets colours and one living line; NO_COLOR, files and pipes get plain lines', async () => {
    const onTerminal = async (args: string, env: Readonly<Record<string, string>>): Promise<Ran> => {
      const line = `'${process.execPath}' '${PROGRAM}' ${args} --state '${lab.state}'`;
      return command(['script', '-qec', line, '/dev/null'], {
        cwd: lab.service,
        env: { ...process.env, ...lab.env, NO_COLOR: '', TERM: 'xterm', ...env },
      });
    };
    await lab.commit('4.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '450ms' } });
    const seen = await onTerminal('release production', {});
    expect(seen.code, seen.stdout).toBe(0);
    expect(seen.stdout).toContain('\u001b[32m✓');
    // A status is written over, not repeated line by line.
    expect(seen.stdout.replaceAll('\u001b', '␛')).toMatch(/␛\[36m… release\S+judge-\S+: [^\n]*\r␛\[2K/);
    const colours = await onTerminal('status production', {});
    expect(colours.stdout).toContain('\u001b[');
    const plain = await onTerminal('rollback production --reason colours', { NO_COLOR: '1' });
    expect(plain.code, plain.stdout).toBe(0);
    expect(plain.stdout).not.toContain('\u001b');
    expect(plain.stdout).toContain('✓ go-back/rollback/all-traffic-back');
    await lab.commit('5.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '350ms' } });
    const piped = await lab.shiplock(['release', 'production']);
    expect(piped.code, piped.stdout + piped.stderr).toBe(0);
    expect(piped.stdout + piped.stderr).not.toContain('\u001b');
    expect(piped.stderr).toContain('✓ release');
  });
});
