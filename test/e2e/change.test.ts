import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { runCli } from '../../src/cli/main.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { terminal } from '../support/terminal.ts';
import { portRange, quickRollout } from './support/doors.ts';

/** Changes of an environment whose policy asks for records: asked for, approved with a signature, carried out, gone back from, closed. */

const summarySchema = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const problemsSchema = z.looseObject({ problems: z.array(z.looseObject({ code: z.string() })) });
const madeSchema = z.looseObject({
  head: z.looseObject({ change: z.string(), plan: z.string() }),
  file: z.string(),
  needed: z.boolean(),
  risk: z.looseObject({ score: z.number(), facts: z.array(z.looseObject({ fact: z.string() })) }),
});
const viewSchema = z.looseObject({ state: z.string(), today: z.looseObject({ kind: z.string() }) });

let lab: Lab;
let dir = '';
let origin = '';
let keys: Readonly<Record<'anna' | 'ben' | 'eva', KeyPair>>;

/** In this process: what is shown here is not the command line, and starting it forty times takes its time. */
async function shiplock(...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, ...lab.env, SHIPLOCK_WHO: 'lab' };
  const io = terminal({ cwd: lab.service, env });
  const code = await runCli([...args, '--state', join(lab.dir, 'state')], io);
  return { code, stdout: io.written.out, stderr: io.written.err };
}
const codesOf = (ran: Ran): readonly string[] =>
  problemsSchema.parse(JSON.parse(ran.stdout)).problems.map(({ code }) => code);
const served = async (): Promise<string | undefined> => /page (\S+)</.exec(await (await fetch(lab.entry)).text())?.[1];
const stateOf = async (id: string): Promise<z.infer<typeof viewSchema>> => {
  const ran = await shiplock('change', 'show', id, '--json');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return viewSchema.parse(JSON.parse(ran.stdout));
};
const publish = async (version: string): Promise<void> => {
  await writeFile(join(lab.service, 'site', 'index.html'), `<h1>page ${version}</h1>\n`);
  await lab.commit(version);
  const pushed = await command(['git', '-C', lab.service, 'push', '-q', origin, 'HEAD:refs/heads/main']);
  expect(pushed.code, pushed.stderr).toBe(0);
};
const words = [
  '--why',
  'the old page is wrong',
  '--impact',
  'readers see the new page',
  '--verification',
  'read the page',
];
const ask = async (...more: readonly string[]): Promise<z.infer<typeof madeSchema>> => {
  const ran = await shiplock('change', 'new', 'production', ...more, '--json');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return madeSchema.parse(JSON.parse(ran.stdout));
};
const askRelease = (...more: readonly string[]) => ask('release', '--title', 'A new page', ...words, ...more);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-change-e2e-'));
  keys = { anna: newKey(dir, 'anna'), ben: newKey(dir, 'ben'), eva: newKey(dir, 'eva') };
  origin = join(dir, 'origin.git');
  await command(['git', 'init', '-q', '--bare', '-b', 'main', origin]);
  lab = await openLab({
    database: false,
    frontend: false,
    ports: await portRange(),
    components: { site: { kind: 'static', source: 'site' } },
    traffic: { files: { component: 'site', service: [] }, longestTimeout: '500ms', deadMan: '3s' },
    verify: [{ path: '/', status: 200, contains: 'page' }],
    rollout: quickRollout,
    top: {
      people: {
        anna: { keys: [keys.anna.line], emails: ['lab@localhost'], roles: ['releaser', 'approver'] },
        ben: { keys: [keys.ben.line], roles: ['approver'] },
        eva: { keys: [keys.eva.line], roles: ['emergency'] },
      },
      policy: {
        repository: origin,
        branch: 'main',
        environments: {
          production: {
            commits: 'named',
            approval: 'approver',
            override: 'emergency',
            changes: { releases: true, runbooks: 'changes' },
          },
        },
      },
    },
  });
  await mkdir(join(lab.service, 'site'));
  await publish('1.0.0');
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('without a record nothing is built; with it the plan says so, and the run waits for its approval', async () => {
  const refused = await shiplock('release', 'production', '--json', '--sign-key', keys.anna.file);
  expect(refused.code, refused.stdout + refused.stderr).toBe(5);
  expect(codesOf(refused)).toEqual(['change.needed']);
  expect(await (await shiplock('status', 'production')).stdout).not.toContain('build');

  const made = await askRelease();
  expect(made.needed).toBe(true);
  expect(made.risk.facts.map(({ fact }) => fact).toSorted()).toEqual([
    'first-release',
    'last-environment',
    'release',
    'untried',
  ]);
  expect(made.risk.score).toBe(55);
  const { change } = made.head;
  expect(await stateOf(change)).toMatchObject({ state: 'requested', today: { kind: 'planned', same: true } });

  const plan = await shiplock('plan', 'production', '--change', change);
  expect(plan.code, plan.stderr).toBe(0);
  expect(plan.stdout).toContain(`Change ${change} asks for this plan, now`);

  const begun = await shiplock('release', 'production', '--change', change, '--json', '--sign-key', keys.anna.file);
  expect(begun.code, begun.stdout + begun.stderr).toBe(3);
  const { run, gate } = summarySchema.parse(JSON.parse(begun.stdout));
  expect(gate).toBe('release/approval');
  expect(await stateOf(change)).toMatchObject({ state: 'waiting' });
  const early = await shiplock('change', 'close', change, '--outcome', 'withdrawn', '--note', 'x', '--json');
  expect(codesOf(early)).toEqual(['change.under-way']);

  // Who wrote the commit has the role, and may not.
  const own = await shiplock('gate', 'approve', run, 'release/approval', '--sign-key', keys.anna.file, '--json');
  expect(own.code).not.toBe(0);
  const approve = await shiplock('gate', 'approve', run, 'release/approval', '--sign-key', keys.ben.file);
  expect(approve.code, approve.stdout + approve.stderr).toBe(0);

  // What was approved is these words: edited since, it goes no further, and it does again when they are put back.
  const said = readFileSync(made.file, 'utf8');
  writeFileSync(made.file, said.replace('the old page is wrong', 'something else'));
  const edited = await shiplock('resume', run, '--json');
  expect(edited.code, edited.stdout + edited.stderr).toBe(3);
  expect(edited.stdout).toContain('change.edited');
  writeFileSync(made.file, said);
  const ran = await shiplock('resume', run);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await served()).toBe('1.0.0');

  const shown = await shiplock('change', 'show', change);
  expect(shown.stdout).toContain(`run ${run}: approved by ben`);
  expect(shown.stdout).toMatch(/^verified: run \S+ came through/m);
  expect(shown.stdout).toMatch(/Verification\n {2}\S/);
  const closed = await shiplock('change', 'close', change, '--outcome', 'successful', '--note', 'it reads well');
  expect(closed.code, closed.stdout + closed.stderr).toBe(0);
  expect(await stateOf(change)).toMatchObject({ state: 'closed' });
  expect(readFileSync(made.file, 'utf8')).toContain('outcome: successful');
});

test('another commit is another plan: refused before anything is touched, and withdrawn', async () => {
  await publish('2.0.0');
  const { change } = (await askRelease()).head;
  await publish('3.0.0');
  const other = await shiplock('release', 'production', '--change', change, '--json', '--sign-key', keys.anna.file);
  expect(other.code, other.stdout + other.stderr).toBe(5);
  expect(codesOf(other)).toEqual(['change.other-plan']);
  expect(await served()).toBe('1.0.0');
  expect(await stateOf(change)).toMatchObject({ state: 'requested', today: { kind: 'unknown' } });
  const withdrawn = await shiplock('change', 'close', change, '--outcome', 'withdrawn', '--note', 'a newer commit');
  expect(withdrawn.code, withdrawn.stdout + withdrawn.stderr).toBe(0);
  const list = await shiplock('change', 'list', 'production', '--open', '--json');
  expect(JSON.parse(list.stdout)).toMatchObject({ changes: [], without: [] });
});

test('in an emergency one person lets a run pass that has no record, and the list says so', async () => {
  const begun = await shiplock('release', 'production', '--await-override', '--json', '--sign-key', keys.anna.file);
  expect(begun.code, begun.stdout + begun.stderr).toBe(3);
  const { run } = summarySchema.parse(JSON.parse(begun.stdout));
  const override = (gate: string, by: KeyPair) =>
    shiplock('gate', 'override', run, gate, '--reason', 'the site is down', '--sign-key', by.file, '--json');
  expect((await override('release/approval', keys.eva)).code).toBe(0);
  expect((await shiplock('resume', run)).code).toBe(3);
  expect(codesOf(await override('release/change', keys.ben))).toEqual(['gate.no-override']);
  expect((await override('release/change', keys.eva)).code).toBe(0);
  const ran = await shiplock('resume', run);
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await served()).toBe('3.0.0');
  const list = await shiplock('change', 'list');
  expect(list.stdout).toMatch(/Begun without a record/);
  expect(list.stdout).toContain('the site is down');
});
