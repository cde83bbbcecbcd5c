import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Mariadb, startMariadb } from '../../scripts/components/mariadb.ts';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import { listRuns } from '../../src/procedure/index.ts';
import { makeShim, type Shim, traced } from './support/exec-trace.ts';
import { comparePlan, planSchema } from './support/plan-compare.ts';
import { runProcess } from './support/process.ts';
import { treeOf } from './support/tree.ts';

/** A plan changes nothing, and the run that follows does what it said: for a first release and for a canary with a migration. */

const CHILD = childProgram('release');
const printed = z.object({ build: planSchema, release: planSchema });

/** Programs that only look. `bash -c 'exec -- …'` is how each of them is started. */
const LOOKS = [
  /^(?:bash -c exec -- )?git (?:--no-optional-locks )?-C \S+ (?:rev-parse|status|describe|ls-files|show --no-patch) /,
  /^(?:bash -c exec -- )?go env -json [A-Z ]+$/,
  /^(?:bash -c exec -- )?go version -m \S+ ?$/,
  /^(?:bash -c exec -- )?(?:env (?:-u \S+ |[A-Z_]+=\S+ )*)?git (?:-c \S+ )*(?:-C \S+ |--git-dir=\S+ )(?:rev-parse|for-each-ref|log|ls-tree|cat-file|diff-tree) /,
];
/** Not files of anybody's system. The go command counts its own calls in a file of its user. */
const NOWHERE = /"(?:\/dev\/(?:null|tty|shm\/[^"]*)|\/proc\/[^"]*|[^"]*\/go\/telemetry\/[^"]*)"/;
/** Statements that only look. */
const READS = /^(?:SELECT|SHOW|SET SESSION (?:TRANSACTION READ ONLY|autocommit = 1, sql_mode)|SET NAMES)\b/i;

let mariadb: Mariadb;
let lab: Lab;
let shim: Shim;
const env = (): NodeJS.ProcessEnv => ({ ...process.env, ...lab.env, PATH: shim.path, SHIPLOCK_WHO: 'lab' });

beforeAll(async () => {
  mariadb = await startMariadb({ generalLog: true });
  lab = await openLab({
    database: true,
    frontend: false,
    mariadb: { server: mariadb, database: 'planned' },
    ports: await freePortRange(21),
    metrics: { every: '200ms' },
    traffic: { deadMan: '10s', longestTimeout: '200ms' },
    rollout: {
      steps: [{ share: '30%', bake: '1s' }],
      analysis: { past: '0s' },
      analysisDeadline: '1s',
      finalBake: '0s',
      lowTraffic: 'smoke',
    },
  });
  shim = await makeShim(lab.dir);
});
afterAll(async () => {
  await lab?.stop();
  await mariadb?.stop();
});

/** What arrived at the database from the release's own connections since then. */
async function statementsSince(mark: number): Promise<readonly string[]> {
  const log = (await readFile(mariadb.generalLogPath ?? '')).subarray(mark).toString();
  return [...log.matchAll(/\t\s*\d+ (?:Query|Execute|Prepare)\t(.*)/g)].map((match) => match[1] ?? '');
}

const logSize = async (): Promise<number> => (await readFile(mariadb.generalLogPath ?? '')).length;

/** Files of the host, the state, git, the service. What the service's own processes write as they run is not the plan's. */
async function files(): Promise<Readonly<Record<string, string>>> {
  const all: Record<string, string> = {};
  for (const dir of [lab.host, lab.state, lab.gitops, lab.service]) {
    for (const [path, text] of Object.entries(await treeOf(dir))) {
      if (!/(^|\/)logs\//.test(path)) all[join(dir, path)] = text;
    }
  }
  return all;
}

async function plan(version: string) {
  const before = await files();
  const [mark, calls] = [await logSize(), (await shim.calls()).length];
  const argv = [process.execPath, PROGRAM, 'plan', 'production', '--json', '--state', lab.state];
  // What Node keeps of the program is no file of a plan.
  const quiet = { ...env(), NODE_DISABLE_COMPILE_CACHE: '1' };
  const ran = await traced(argv, { cwd: lab.service, env: quiet, file: join(lab.dir, `strace-${version}`) });
  expect(ran.stderr).toBe('');
  expect(ran.code).toBe(0);
  const byName = (await shim.calls()).slice(calls);
  const started = ran.kernel?.started.slice(1) ?? [];
  // Instances that serve ask the database too: only reads, so they may stand in the log.
  const statements = await statementsSince(mark);
  const doings = {
    programs: [...byName, ...started.filter((line) => !/^sh \S+\/shim\/|^(?:tr|cut) /.test(line))].filter(
      (line) => !LOOKS.some((look) => look.test(line)),
    ),
    files: ran.kernel?.wrote.filter((call) => !NOWHERE.test(call) && !call.includes(join(lab.dir, 'shim.log'))) ?? [],
    statements: statements.filter((statement) => !READS.test(statement)),
  };
  expect(doings).toEqual({ programs: [], files: [], statements: [] });
  expect(await files()).toEqual(before);
  expect(byName.length).toBeGreaterThan(5);
  expect(statements.length).toBeGreaterThan(5);
  console.log(
    `plan of ${version}: ${byName.length} programs started by name (${started.length} seen by the kernel${ran.kernel === null ? ', no strace' : ''}) and ` +
      `${statements.length} statements, all of which only look; ${Object.keys(before).length} files as before`,
  );
  return printed.parse(JSON.parse(ran.stdout));
}

async function release(version: string) {
  const argv = [process.execPath, PROGRAM, 'release', 'production', '--json', '--state', lab.state];
  const ran = await runProcess(argv, { cwd: lab.service, env: env(), limitMs: 120_000 });
  expect(ran.code, ran.output).toBe(0);
  const runs = await listRuns(lab.state);
  const [build, made] = ['build', 'release'].map((id) => runs.findLast((run) => run.procedure === id)?.run ?? '');
  expect(runs.at(-1)?.title).toContain(version);
  return { build: build ?? '', release: made ?? '' };
}

function say(version: string, compared: Awaited<ReturnType<typeof comparePlan>>): void {
  const { exact, butRunAndTime, butPlaceholders, later, lies } = compared;
  console.log(
    `${version}: ${exact.length} steps exactly as planned, ${butRunAndTime.length} but for run id, fence and time, ` +
      `${butPlaceholders.length} but for placeholders, ${later.length} decided later as the plan said, ${lies.length} otherwise`,
  );
}

test('a first release does what its plan said, and the plan changed nothing', async () => {
  await lab.commit('1.0.0');
  const said = await plan('1.0.0');
  expect(said.release.problems).toEqual([]);
  const runs = await release('1.0.0');
  const built = await comparePlan(said.build, lab.state, runs.build);
  const released = await comparePlan(said.release, lab.state, runs.release);
  say('1.0.0', released);
  expect([...built.lies, ...released.lies]).toEqual([]);
  expect(released.later).toEqual(['release/migrate/remember', 'release/initial/open']);
  expect(released.meaning['<api.digest>']).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(Object.keys(released.meaning).toSorted()).toEqual(['<api.digest>', '<release.manifest>', '<sbom.digest>']);
});

test('a canary with a migration does what its plan said, step by step, under the same plan hash', async () => {
  await writeFile(
    join(lab.service, 'migrations', '0006_notes.sql'),
    '-- shiplock: phase=expand\nCREATE TABLE notes (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB;\n\nALTER TABLE notes ADD COLUMN text VARCHAR(80) NULL;\n',
  );
  await lab.commit('2.0.0');
  // Built, then killed before anything of the release was begun: the plan knows the artefact.
  const order = {
    configFile: join(lab.service, 'shiplock.yaml'),
    store: lab.state,
    version: '2.0.0',
    report: join(lab.dir, 'boundaries'),
    migration: null,
    evidence: null,
    kill: 'before run.started  #1',
  };
  const built = await runProcess([process.execPath, CHILD, JSON.stringify(order)], { env: env(), limitMs: 120_000 });
  expect(built.signal).toBe('SIGKILL');
  const said = await plan('2.0.0');
  expect(said.release.problems).toEqual([]);
  const runs = await release('2.0.0');
  const released = await comparePlan(said.release, lab.state, runs.release);
  say('2.0.0', released);
  expect(released.lies).toEqual([]);
  // What the commit in git tells of the verdict is known only when there is one.
  expect(released.meaning).toEqual({ '<judge-30-percent.verdict>': 'smoke-only' });
  expect(released.later).toEqual([
    'release/migrate/remember',
    'release/canary/judged/share-30-percent',
    'release/canary/judged/promote',
    'release/canary/stop-old',
  ]);
  const run = (await listRuns(lab.state)).find((one) => one.run === runs.release);
  expect(run?.planHash).toBe(said.release.planHash);
});
