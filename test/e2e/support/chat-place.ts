import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, type Lab, openLab, type Ran } from '../../../scripts/lab/lab.ts';
import { markOf, runOf } from '../../../src/chatops/index.ts';
import { type ForgeWorld, forgeWorld, idOf } from '../../support/forge-world.ts';
import { openRunner, type Runner } from './act.ts';
import { portRange, quickRollout } from './doors.ts';

/**
 * A service whose people speak to it: its repository at the simulated forge with the caller that is published for it, the workflows and actions that
 * this caller pins, and a runner. Whoever writes a comment here gets the job that the forge starts for it.
 */
export interface ChatPlace extends AsyncDisposable {
  readonly world: ForgeWorld;
  readonly lab: Lab;
  /** Commits a version and pushes it to the forge. */
  publish(version: string, api?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Writes a comment, starts the job for its event, and waits for its end. */
  say(body: string): Promise<Answered>;
}

export interface Answered {
  readonly ran: Ran;
  /** The run that the comment would have begun. */
  readonly run: string;
  /** Texts of the living comment: one, or none. */
  readonly answers: readonly string[];
  /** Deployments of the run, as the forge shows them. */
  readonly shown: readonly {
    readonly sha: string;
    readonly environment: string;
    readonly state: string | undefined;
  }[];
  /** From the writing of the comment to the first sign that it was seen; undefined: there was none. */
  readonly acknowledgedMs: number | undefined;
}

const ROOT = join(import.meta.dirname, '../../..');
const REPO = '/repos/acme/certkeeper';
const CALLER = 'shiplock-chatops.yml';

export async function openChatPlace(): Promise<ChatPlace> {
  const world = await forgeWorld();
  const lab = await openLab({
    database: false,
    frontend: false,
    ports: await portRange(),
    rollout: {
      ...quickRollout,
      steps: [{ share: '50%', bake: '3s' }],
      analysisDeadline: '30s',
      // The bad version answers that well: users are to find out.
      smoke: [{ path: '/healthz', status: 200 }],
    },
    top: {
      people: { ann: { account: world.ann.id, emails: ['lab@localhost'], roles: ['releaser'] } },
      policy: {
        branch: 'main',
        environments: {
          production: {
            evidence: 'forge',
            commits: 'named',
            chat: { commands: { deploy: 'releaser', status: 'releaser' }, commit: 'pinned' },
          },
        },
      },
    },
  });
  const runner = await openRunner(lab.dir);
  const token = world.tokenOf(world.ann);
  const published = `${world.sim.origin}/acme/certkeeper.git`;
  await git(lab.service, 'remote', 'add', 'origin', published);
  const workflows = join('.github', 'workflows');
  await mkdir(join(lab.service, workflows), { recursive: true });
  await writeFile(join(lab.service, workflows, CALLER), callerFor(runner, lab));
  await world.call(token, 'POST', `${REPO}/issues`, { title: 'Release $(touch PWNED) `id` ${{ github.token }}' });
  const issue = world.repository.nextNumber - 1;
  /** The default branch, as the runner has it. */
  const tree = join(world.root, 'tree');
  let cloned = false;

  return {
    world,
    lab,
    async publish(version, api = {}) {
      const commit = await lab.commit(version, api);
      const at = published.replace('://', `://ann:${token}@`);
      await git(lab.service, 'push', '-q', at, 'HEAD:refs/heads/main', `v${version}`);
      if (cloned) await git(tree, 'pull', '-q', '--tags');
      else await git(world.root, 'clone', '-q', published, tree);
      cloned = true;
      // A comment in the same second would be refused.
      await pause(1_100);
      return commit;
    },
    async say(body) {
      const written = performance.now();
      const id = idOf(await world.call(token, 'POST', `${REPO}/issues/${issue}/comments`, { body }));
      const event = join(world.root, `event-${id}.json`);
      const told = world.sim.events.told.findLast((one) => one.event === 'issue_comment');
      writeFileSync(event, JSON.stringify(told?.payload));
      const running = runner.run(tree, CALLER, 'issue_comment', {
        event,
        secrets: { SHIPLOCK_TOKEN: world.appToken() },
        env: {
          GITHUB_REPOSITORY: 'acme/certkeeper',
          GITHUB_API_URL: world.sim.apiUrl,
          GITHUB_RUN_ID: String(id),
          GITHUB_TRIGGERING_ACTOR: 'ann',
        },
      });
      const comment = world.repository.comments.get(id);
      let acknowledgedMs: number | undefined;
      const over = running.then(() => true);
      while (acknowledgedMs === undefined && !(await Promise.race([over, pause(5).then(() => false)]))) {
        if (comment !== undefined && comment.reactions.length > 0) acknowledgedMs = performance.now() - written;
      }
      const ran = await running;
      const run = runOf({ id, createdAt: Math.floor((comment?.createdAt ?? 0) / 1000) * 1000 });
      const { comments, deployments } = world.repository;
      return {
        ran,
        run,
        acknowledgedMs,
        answers: [...comments.values()].map((one) => one.body).filter((text) => text.includes(markOf(id))),
        shown: deployments
          .filter(({ payload }) => JSON.stringify(payload).includes(run))
          .map(({ sha, environment, statuses }) => ({ sha, environment, state: statuses.at(-1)?.state })),
      };
    },
    async [Symbol.asyncDispose]() {
      await lab.stop();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** The caller as it is published, for this place. */
function callerFor(runner: Runner, lab: Lab): string {
  return readFileSync(join(ROOT, 'workflows', CALLER), 'utf8')
    .replace(/OWNER\/shiplock\/(\S+)@\w+ .*$/m, `${runner.repository}/$1@${runner.commit}`)
    .replace('/var/lib/shiplock/my-service', lab.state);
}

async function git(cwd: string, ...args: readonly string[]): Promise<void> {
  const ran = await command(['git', '-C', cwd, ...args]);
  if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
