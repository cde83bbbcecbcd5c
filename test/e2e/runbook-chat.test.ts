import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { command } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { runOf } from '../../src/chatops/index.ts';
import { listRuns, readRun } from '../../src/procedure/index.ts';
import type { Account } from '../forge-sim/world.ts';
import { type ForgeWorld, forgeWorld, idOf } from '../support/forge-world.ts';
import { commandWorld, SERVICES } from '../support/runbooks/world.ts';

/** `/runbook …` as a job does it: a process for each comment, the simulated forge over HTTP, a policy in real git, real services. */

const REPO = '/repos/acme/certkeeper';
const configSchema = z.looseObject({
  environments: z.looseObject({
    production: z.looseObject({
      system: z.looseObject({ services: z.record(z.string(), z.looseObject({})) }),
    }),
  }),
});

let world: ForgeWorld;
let runner = '';
let state = '';
let issue = 0;
/** Where the API would answer. */
let port = 0;

const git = async (...args: readonly string[]): Promise<void> => {
  const ran = await command(['git', ...args]);
  expect(ran.code, ran.stderr).toBe(0);
};
const service = (verb: string, name: string) => command(['sh', 'service.sh', verb, name], { cwd: runner });
const running = async (): Promise<readonly string[]> => {
  const all = await Promise.all(SERVICES.map(async (name) => ({ name, code: (await service('status', name)).code })));
  return all.filter(({ code }) => code === 0).map(({ name }) => name);
};
const log = (): string => readFileSync(join(runner, 'log'), 'utf8');

beforeAll(async () => {
  world = await forgeWorld();
  port = await freePort();
  await using pattern = await commandWorld();
  const config = configSchema.parse(parse(readFileSync(pattern.configFile, 'utf8')));
  const { production } = config.environments;
  const { services } = production.system;
  const words = [
    ...['show', 'plan', 'run', 'resume'].map((word) => `runbook ${word}`),
    ...['new', 'show', 'list', 'close'].map((word) => `change ${word}`),
  ];
  const text = stringify({
    ...config,
    environments: {
      production: {
        ...production,
        system: { services: { ...services, api: { ...services['api'], health: { tcp: `127.0.0.1:${port}` } } } },
      },
    },
    people: {
      ann: { account: world.ann.id, roles: ['operator', 'releaser'] },
      ben: { account: world.ben.id, roles: ['viewer'] },
      // May write the commands, and close nothing.
      olga: { account: world.olga.id, roles: ['operator'] },
    },
    policy: {
      repository: world.repository.directory,
      branch: 'main',
      environments: {
        production: {
          evidence: 'forge',
          commits: 'named',
          changes: { releases: true, close: 'releaser' },
          chat: { commands: Object.fromEntries(words.map((word) => [word, 'operator'])), commit: 'pinned' },
        },
      },
    },
  });
  const script = readFileSync(join(pattern.dir, 'service.sh'), 'utf8');
  await world.push(world.ann, 'main', {
    'shiplock.yaml': text,
    // What the services leave beside them.
    '.gitignore': '*.pid\nlog\nhere/\nrunbooks/\n',
    'service.sh': script,
  });
  runner = join(world.root, 'runner');
  state = join(world.root, 'state');
  await git('clone', '-q', world.repository.directory, runner);
  mkdirSync(join(runner, 'runbooks'));
  writeFileSync(join(runner, 'runbooks', 'own.mjs'), 'throw new Error("code of the checkout");\n');
  await world.call(world.tokenOf(world.ann), 'POST', `${REPO}/issues`, { title: 'It is down' });
  issue = world.repository.nextNumber - 1;
});
afterAll(async () => {
  expect(world?.sim.wrong()).toEqual([]);
  for (const name of SERVICES) await service('stop', name);
  await world?.[Symbol.asyncDispose]();
});

interface Written {
  readonly id: number;
  readonly event: string;
  readonly run: string;
}

async function write(by: Account, body: string): Promise<Written> {
  const id = idOf(await world.call(world.tokenOf(by), 'POST', `${REPO}/issues/${issue}/comments`, { body }));
  const told = world.sim.events.told.findLast(({ event }) => event === 'issue_comment');
  const event = join(world.root, `event-${id}.json`);
  writeFileSync(event, JSON.stringify(told?.payload));
  const createdAt = Math.floor((world.repository.comments.get(id)?.createdAt ?? 0) / 1000) * 1000;
  return { id, event, run: runOf({ id, createdAt }) };
}

function start(event: string, by: string): ChildProcess {
  return spawn(process.execPath, [PROGRAM, 'chat', event, '--state', state], {
    cwd: runner,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GITHUB_REPOSITORY: 'acme/certkeeper',
      GITHUB_API_URL: world.sim.apiUrl,
      GITHUB_RUN_ID: '1',
      GITHUB_TRIGGERING_ACTOR: by,
      SHIPLOCK_FORGE_TOKEN: world.appToken(),
    },
  });
}

const answerTo = (comment: number): string =>
  [...world.repository.comments.values()]
    .filter(({ body }) => body.includes(`shiplock:comment:${comment} `))
    .map(({ body }) => body)
    .join('\n');

/** A comment, and the job that the forge starts for it. */
async function say(by: Account, body: string): Promise<Written & { readonly code: number; readonly answer: string }> {
  const written = await write(by, body);
  const child = start(written.event, by.login);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { ...written, code: code ?? -1, answer: `${answerTo(written.id)}\n${text}` };
}

test('plans, and changes nothing', async () => {
  const planned = await say(world.ann, '/runbook plan system-start production --input "reason=power is back"');
  expect(planned.code, planned.answer).toBe(0);
  expect(planned.answer).toContain('sh service.sh start database');
  expect(await running()).toEqual([]);
  expect(await listRuns(state)).toEqual([]);
});

test('one of the service is code of the checkout: refused', async () => {
  const { code, answer } = await say(world.ann, '/runbook run own production');
  expect(code, answer).toBe(5);
  expect(answer).toContain('[runbook.from-comment]');
});

const RUN = '/runbook run system-start production --input "reason=power is back"';

test('a run whose job is killed is gone on with by another comment, and nothing is done twice', async () => {
  const { run, event } = await write(world.ann, RUN);
  const job = start(event, 'ann');
  const over = new Promise((resolve) => job.on('exit', resolve));
  // Its API runs, and does not do its work yet.
  await expect.poll(running, { timeout: 20_000 }).toContain('api');
  job.kill('SIGKILL');
  await over;
  expect((await listRuns(state)).find((one) => one.run === run)).toMatchObject({ finished: null });
  await using _listens = await listening(port);
  const refused = await say(world.ben, `/runbook resume ${run}`);
  expect(refused.answer).toContain('[chat.role-missing]');
  const resumed = await say(world.ann, `/runbook resume ${run}`);
  expect(resumed.code, resumed.answer).toBe(0);
  expect(resumed.answer).toContain('✅ **Ended**');
  expect(await running()).toEqual([...SERVICES]);
  expect(log().trim().split('\n')).toEqual(['start database', 'start api', 'start proxy']);
  const runs = await listRuns(state);
  expect(runs.map(({ run: name, procedure }) => [name, procedure])).toEqual([[run, 'runbook:system-start']]);
  const { entries } = await readRun(state, run);
  expect(JSON.stringify(entries.find(({ record }) => record.type === 'run.resumed'))).toContain('ann');
});

test('a change is asked for, shown and closed by comments; twice is once, and only who has the role closes it', async () => {
  const ask =
    '/change new production runbook system-start --input "reason=power works" --title "Power works" --why "the works" --impact "nobody" --verification "it answers"';
  const asked = await say(world.ann, ask);
  expect(asked.code, asked.answer).toBe(0);
  const id = /CHG-\d{8}-[0-9a-f]{4}/.exec(asked.answer)?.[0] ?? '';
  expect(id, asked.answer).not.toBe('');
  // The forge starts the job of the same comment again.
  const again = start(asked.event, 'ann');
  await new Promise((resolve) => again.on('close', resolve));
  const listed = await say(world.ann, '/change list production');
  expect(listed.answer.match(/CHG-\d{8}-[0-9a-f]{4}/g)?.filter((one) => one !== id) ?? []).toEqual([]);
  const shown = await say(world.ann, `/change show ${id}`);
  expect(shown.answer).toContain('requested');
  expect(shown.answer).toContain('Power works');
  const close = `/change close ${id} --outcome withdrawn --note "not this week"`;
  const viewer = await say(world.ben, close);
  expect(viewer.answer).toContain('[chat.role-missing]');
  const operator = await say(world.olga, close);
  expect(operator.code, operator.answer).toBe(5);
  expect(operator.answer).toContain('olga does not have the role releaser');
  const closed = await say(world.ann, close);
  expect(closed.code, closed.answer).toBe(0);
  expect((await say(world.ann, `/change show ${id}`)).answer).toContain('closed as withdrawn by ann: not this week');
  const unknown = await say(world.ann, '/change show CHG-20200101-0000');
  expect(unknown.answer).toContain('[change.unknown]');
});

async function listening(at: number): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
