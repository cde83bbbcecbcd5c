import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { chatConfig } from '../../../src/chatops/config.ts';
import { handleComment, readEvent } from '../../../src/chatops/index.ts';
import { checkOut } from '../../../src/cli/chat/checkout.ts';
import { chatForge } from '../../../src/cli/chat/forge.ts';
import { openForge } from '../../../src/forge/index.ts';
import { ok, unwrap } from '../../../src/model/problem.ts';
import { createExec, systemClock } from '../../../src/procedure/index.ts';
import { seeded } from '../../e2e/support/random.ts';
import { forgeClock } from '../forge-world.ts';
import { person, policy } from '../policy.ts';
import { COMMANDS } from './commands.ts';

/** A runner in a process of its own, so that it can be killed: the chat with the real forge, and a run that is one line in a file. */

export const runnerSchema = z.strictObject({
  api: z.string(),
  repo: z.string(),
  token: z.string(),
  event: z.string(),
  clone: z.string(),
  /** What has begun lies here, and what was laid out. */
  state: z.string(),
  account: z.number(),
  login: z.string(),
  now: z.number(),
  seed: z.number(),
});

const given = runnerSchema.parse(JSON.parse(process.argv[2] ?? ''));
const clock = forgeClock(given.now);
const exec = createExec(systemClock);
const people = [{ ...person('anna', 'releaser'), account: given.account }];
const beginning = (run: string): string => join(given.state, run);
const held = (run: string): string | undefined =>
  existsSync(beginning(run)) ? readFileSync(beginning(run), 'utf8') : undefined;
const forge = openForge({
  api: given.api,
  owner: 'acme',
  repo: given.repo,
  credentials: { kind: 'token', token: given.token },
  ports: { clock, random: seeded(given.seed), signal: new AbortController().signal },
});
const job = { claimant: 'run 1', startedBy: given.login, url: 'https://forge.example/1' };
await handleComment(
  unwrap(readEvent(given.event, 'the event')),
  chatForge(forge, { exec, baseDir: given.clone }, job),
  {
    commands: COMMANDS,
    job: undefined,
    now: () => given.now,
    help: () => '',
    begun: async (run) => held(run) !== undefined,
    held: async (_, run) => held(run),
    environmentOf: async () => ok('staging'),
    policyOf: async () => ({
      policy: policy(people),
      rules: chatConfig.parse({ commit: 'pinned', commitsFrom: 'any-branch', commands: { deploy: 'releaser' } }),
      window: { kind: 'open' },
    }),
    checkOut: (commit) => checkOut({ exec, baseDir: given.clone }, commit),
    async act({ run, commit = '' }) {
      if (held(run) === undefined) {
        writeFileSync(beginning(run), commit, { flag: 'wx' });
        appendFileSync(join(given.state, 'laid-out'), `${run} ${commit}\n`);
        // Long enough to be seen under way.
        await systemClock.sleep(100);
      }
      return { good: true, text: '', commit: held(run) };
    },
    async underWay({ run }, over) {
      while (!over.aborted && held(run) === undefined) await systemClock.sleep(5, over).catch(() => undefined);
      const commit = held(run);
      if (commit === undefined) return null;
      return { run, environment: 'staging', commit, state: 'works', sentence: 'it is brought' };
    },
    async shown({ run }) {
      const commit = held(run);
      if (commit === undefined) return null;
      return { run, environment: 'staging', commit, state: 'good', sentence: 'it serves' };
    },
  },
);
