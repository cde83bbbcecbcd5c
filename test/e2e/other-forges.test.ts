import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { command, type Ran, stopUnits } from '../../scripts/lab/lab.ts';
import { portRange, quickRollout } from './support/doors.ts';
import { instancesOf } from './support/kinds.ts';

/**
 * The pipelines for GitLab CI and Jenkins on one service with four environments. GitLab's runs through gitlab-ci-local, which knows
 * neither `workflow:` nor queues. Jenkins itself is not run: its file is read here, and each of its shell
 * steps is executed as Jenkins does.
 */

const ROOT = join(import.meta.dirname, '../..');
const GITLAB = join(ROOT, 'node_modules/gitlab-ci-local/dist/index.js');
const ENVIRONMENTS = ['development', 'testing', 'staging', 'production'] as const;
type Name = (typeof ENVIRONMENTS)[number];

/** Seconds each on a machine of its own; a busy one must not end them in the middle. */
const LONG = 900_000;

let dir: string;
let service: string;
let state: string;
let binds: Readonly<Record<Name, string>>;
const hostOf = (name: Name): string => join(dir, 'hosts', name);
const secretOf = (name: Name): string => `only-of-${name}-5f21c7`;

async function git(...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
  const ran = await command(['git', '-C', service, ...identity, ...args]);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.stdout.trim();
}

async function commit(version: string, text: string): Promise<string> {
  writeFileSync(join(service, 'site', 'index.html'), `<h1>${text}</h1>\n`);
  await git('add', '-A');
  await git('commit', '-q', '-m', version);
  await git('tag', `v${version}`);
  return git('rev-parse', 'HEAD');
}

async function configuration(): Promise<object> {
  const bin = join(ROOT, 'bin/shiplock.js');
  const environments = await Promise.all(
    ENVIRONMENTS.map(async (name, index) => {
      const [first, last] = await portRange(20);
      const before = ENVIRONMENTS[index - 1];
      return [
        name,
        {
          ...(before === undefined ? {} : { promotion: { from: before } }),
          platform: { kind: 'local', root: hostOf(name), ports: `${first}-${last}`, stopTimeout: '5s' },
          traffic: { kind: 'haproxy', directory: join(hostOf(name), 'haproxy'), bind: binds[name], deadMan: '5s' },
          metrics: { every: '200ms' },
          rollout: { ...quickRollout, smoke: [{ path: '/', contains: 'page' }] },
          verify: [{ path: '/', contains: 'page' }],
        },
      ] as const;
    }),
  );
  return {
    apiVersion: 'shiplock/v1',
    service: 'pages',
    components: {
      site: {
        kind: 'static',
        source: 'site',
        serve: {
          command: [process.execPath, bin, 'static', '--root', '{release}', '--listen', '127.0.0.1:{port}'],
          ready: '/readyz',
          live: '/healthz',
          env: { PAGES_DSN: { secret: 'env:SHIPLOCK_APPLICATION_DSN' } },
        },
      },
    },
    environments: Object.fromEntries(environments),
  };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'of-'));
  service = join(dir, 'pages');
  state = join(dir, 'state');
  const ports = await Promise.all(ENVIRONMENTS.map(async (name) => [name, `127.0.0.1:${await freePort()}`] as const));
  binds = z.record(z.enum(ENVIRONMENTS), z.string()).parse(Object.fromEntries(ports));
  for (const path of ['pages/site', 'bin', 'home/.gitlab-ci-local']) mkdirSync(join(dir, path), { recursive: true });
  const program = (name: string, text: string): void => {
    writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(dir, 'bin', name), 0o755);
  };
  // The command as a runner has it: on PATH.
  program(
    'shiplock',
    `printf '%s\\n' "$*" >> '${dir}/arguments'\nexec '${process.execPath}' '${ROOT}/bin/shiplock.js' "$@"`,
  );
  // gitlab-ci-local copies the tree for jobs in containers; there are none here.
  program('rsync', 'exit 0');
  // What the project keeps at GitLab, by environment.
  const values = Object.fromEntries(ENVIRONMENTS.map((name) => [name, secretOf(name)]));
  writeFileSync(
    join(dir, 'home', '.gitlab-ci-local', 'variables.yml'),
    stringify({
      global: {
        SHIPLOCK_STATE: { type: 'variable', values: { '*': state } },
        SHIPLOCK_APPLICATION_DSN: { type: 'variable', values },
      },
    }),
  );
  await command(['git', 'init', '-q', '-b', 'main', service]);
  await command(['git', 'init', '-q', '--bare', '-b', 'main', join(dir, 'origin.git')]);
  await git('remote', 'add', 'origin', join(dir, 'origin.git'));
  writeFileSync(join(service, '.gitignore'), '.shiplock/\n.gitlab-ci-local/\n');
  writeFileSync(join(service, '.gitlab-ci.yml'), readFileSync(join(ROOT, 'templates/.gitlab-ci.yml')));
  writeFileSync(join(service, 'shiplock.yaml'), stringify(await configuration()));
  await commit('1.0.0', 'page one');
  await git('push', '-q', 'origin', 'main');
  await git('remote', 'set-head', 'origin', 'main');
});

afterAll(async () => {
  for (const name of ENVIRONMENTS) await stopUnits(hostOf(name));
  rmSync(dir, { recursive: true, force: true });
});

/** Nothing of the project's secrets comes from here. */
function runnerEnv(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { SHIPLOCK_APPLICATION_DSN: _, ...env } = process.env;
  return { ...env, PATH: `${join(dir, 'bin')}:${env['PATH'] ?? ''}`, ...more };
}

function gitlab(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const said = Object.entries(variables);
  return command(
    [
      process.execPath,
      GITLAB,
      ...['--home', join(dir, 'home')],
      ...said.flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
      ...args,
    ],
    { cwd: service, env: runnerEnv() },
  );
}

async function pages(): Promise<readonly string[]> {
  return Promise.all(
    ENVIRONMENTS.map(async (name) => {
      const answer = await fetch(`http://${binds[name]}/`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
      return /<h1>(.*)<\/h1>/.exec((await answer?.text()) ?? '')?.[1] ?? '';
    }),
  );
}

const spoken = (): readonly string[] => readFileSync(join(dir, 'arguments'), 'utf8').trim().split('\n');

function stored(): string {
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8')).join('\n');
}

describe('.gitlab-ci.yml', () => {
  test('only what the project protects releases anything, and no job is cancelled by a newer one', () => {
    const file = z
      .looseObject({
        workflow: z.object({ rules: z.array(z.strictObject({ if: z.string() })) }),
        default: z.looseObject({ interruptible: z.literal(false) }),
      })
      .parse(parse(readFileSync(join(ROOT, 'templates/.gitlab-ci.yml'), 'utf8')));
    for (const rule of file.workflow.rules) expect(rule.if).toContain('$CI_COMMIT_REF_PROTECTED == "true" && ');
  });

  test(
    'from the check to testing; what a person writes into the form is a text, whatever it looks like',
    async () => {
      const reason = `$(touch ${dir}/pwned); \`touch ${dir}/pwned\` "accepted" -- 'by Mia'`;
      const jobs = ['check', 'build', 'release:development', 'promote:testing'];
      const ran = await gitlab(jobs, { SHIPLOCK_REASON: reason });
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(await pages()).toEqual(['page one', 'page one', '', '']);
      expect(existsSync(join(dir, 'pwned'))).toBe(false);
      expect(stored()).toContain(JSON.stringify(reason).slice(1, -1));
    },
    LONG,
  );

  test('each job has the secrets of its environment, the build has none, and nothing shows one', async () => {
    for (const name of ['development', 'testing'] as const) {
      const [instance] = await instancesOf({ host: hostOf(name) }, 'site');
      expect(instance?.env).toContain(`PAGES_DSN=${secretOf(name)}`);
      expect(stored()).not.toContain(secretOf(name));
      expect(spoken().join('\n')).not.toContain(secretOf(name));
    }
    const built = await gitlab(['build']);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    const jobs = z.looseObject({ build: z.looseObject({}) });
    const file = jobs.parse(parse(readFileSync(join(ROOT, 'templates/.gitlab-ci.yml'), 'utf8')));
    expect(file.build).not.toHaveProperty('environment');
    expect(file.build).not.toHaveProperty('extends');
  });

  test('what has nothing to do says so', async () => {
    // Jobs that a person starts do not hold up the pipeline, so they fail as a warning.
    const resumed = await gitlab(['resume: [production]']);
    const migrated = await gitlab(['migrate: [testing]']);
    for (const { stdout, stderr } of [resumed, migrated]) expect(stdout + stderr).toMatch(/\[[a-z]+\.[a-z-]+\]/);
  });
});

const STEP = /^\s*sh '([^'\\]*)'$/;
const jenkinsfile = readFileSync(join(ROOT, 'templates/Jenkinsfile'), 'utf8');

/** Stage → its shell steps, in the order of the file. */
function stages(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let stage = '';
  for (const line of jenkinsfile.split('\n')) {
    stage = /^ {4}stage\('([^']+)'\) \{$/.exec(line)?.[1] ?? stage;
    const step = STEP.exec(line)?.[1];
    if (step !== undefined) found.set(stage, [...(found.get(stage) ?? []), step]);
  }
  return found;
}

/** As Jenkins does: a file, a shell that stops at the first failure, parameters and credentials in the environment. */
async function sh(step: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const script = join(dir, 'script.sh');
  writeFileSync(script, step);
  const parameters = { SHIPLOCK_REASON: '', SHIPLOCK_RUN: '', SHIPLOCK_BACK_TO: '', BUILD_NUMBER: '7' };
  return command(['/bin/sh', '-xe', script], {
    cwd: service,
    env: runnerEnv({ ...parameters, SHIPLOCK_STATE: state, SHIPLOCK_WHO: 'jenkins', ...more }),
  });
}

describe('Jenkinsfile', () => {
  test('every shell step is a text in single quotes, and every bracket is closed', () => {
    const steps = jenkinsfile.split('\n').filter((line) => /\bsh\b/.test(line) && !/^\s*\/\//.test(line));
    expect(steps.length).toBe(9);
    for (const line of steps) expect(line).toMatch(STEP);
    const plain = jenkinsfile.replaceAll(/\/\/.*$/gm, '').replaceAll(/'[^'\n]*'|"[^"\n]*"/g, '');
    const open: string[] = [];
    const pairs: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };
    for (const sign of plain.replaceAll(/[^{}()[\]]/g, '')) {
      if (pairs[sign] === undefined) open.push(sign);
      else expect(open.pop()).toBe(pairs[sign]);
    }
    expect(open).toEqual([]);
  });

  test('it is the same pipeline', () => {
    const gitlabSteps = z
      .record(z.string(), z.unknown())
      .parse(parse(readFileSync(join(ROOT, 'templates/.gitlab-ci.yml'), 'utf8')));
    const scripts = Object.values(gitlabSteps).flatMap(
      (job) => z.looseObject({ script: z.array(z.string()) }).safeParse(job).data?.script ?? [],
    );
    const names = (steps: readonly string[]): readonly string[] =>
      [...new Set(steps.map((step) => step.split(' ')[1] ?? ''))].toSorted();
    expect(names([...stages().values()].flat())).toEqual(names(scripts));
  });

  test(
    'each shell step, executed in the order of the stages',
    async () => {
      const head = await commit('2.0.0', 'page two');
      const ran: string[] = [];
      for (const [stage, steps] of stages()) {
        const name = ENVIRONMENTS.find((one) => one === stage);
        if (name === undefined && stage !== 'check and build') continue;
        const secret = name === undefined ? {} : { SHIPLOCK_APPLICATION_DSN: secretOf(name) };
        for (const step of steps) {
          const done = await sh(step, { GIT_COMMIT: head, ...secret });
          expect(done.code, done.stdout + done.stderr).toBe(0);
          ran.push(stage);
        }
      }
      expect(ran).toEqual(['check and build', 'check and build', ...ENVIRONMENTS]);
      expect(await pages()).toEqual(['page two', 'page two', 'page two', 'page two']);
    },
    LONG,
  );

  test('a commit that is not the one of the build is refused', async () => {
    const [step = ''] = stages().get('production') ?? [];
    const done = await sh(step, { GIT_COMMIT: '0'.repeat(40), SHIPLOCK_APPLICATION_DSN: secretOf('production') });
    expect(done.code, done.stdout + done.stderr).toBe(5);
  });

  test(
    'what a person starts: back to a release that is named, and refusals that say why',
    async () => {
      const testing = {
        SHIPLOCK_ENVIRONMENT: 'testing',
        SHIPLOCK_APPLICATION_DSN: secretOf('testing'),
        SHIPLOCK_REASON: '--to 9.9.9; touch pwned',
      };
      const [back = ''] = stages().get('rollback') ?? [];
      const done = await sh(back, { ...testing, SHIPLOCK_BACK_TO: '1.0.0' });
      expect(done.code, done.stdout + done.stderr).toBe(0);
      expect(await pages()).toEqual(['page two', 'page one', 'page two', 'page two']);
      expect(existsSync(join(service, 'pwned'))).toBe(false);
      for (const stage of ['resume', 'migrate']) {
        const [step = ''] = stages().get(stage) ?? [];
        const refused = await sh(step, testing);
        expect([1, 2, 5], refused.stdout + refused.stderr).toContain(refused.code);
        expect(refused.stderr).toMatch(/\[[a-z]+\.[a-z-]+\]/);
      }
      // The same by GitLab, to the release before.
      const again = await gitlab(['rollback: [development]'], { SHIPLOCK_REASON: 'page two is wrong' });
      expect(again.code, again.stdout + again.stderr).toBe(0);
      expect(await pages()).toEqual(['page one', 'page one', 'page two', 'page two']);
    },
    LONG,
  );
});
