import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Handled, handleComment, readEvent } from '../../chatops/index.ts';
import { type Credentials, openForge } from '../../forge/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError, unwrap } from '../../model/problem.ts';
import { exitFor } from '../../release/exit.ts';
import { openService } from '../../release/index.ts';
import { chatCommands, openDoing } from '../chat/doing.ts';
import { chatForge, commentProofs } from '../chat/forge.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

/** Variables that hold a token: what a comment starts must not find them. */
const TOKENS = [
  'SHIPLOCK_FORGE_TOKEN',
  'SHIPLOCK_APP_KEY',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];

export function addChat(registry: Registry): void {
  withCommonOptions(registry.program.command('chat'))
    .summary('do what a comment at the forge asks for')
    .description(
      'Do what a comment on an issue or a pull request asks for: who wrote it is checked against the policy, the commit is pinned, and one comment tells how it stands. For a job that runs for new comments.',
    )
    .argument('<event>', 'file with the event, as the runner stores it ($GITHUB_EVENT_PATH)')
    .addHelpText(
      'after',
      `
The forge is asked with SHIPLOCK_FORGE_TOKEN or GITHUB_TOKEN, or as an App with SHIPLOCK_APP_ID and SHIPLOCK_APP_KEY (PEM). The rest
comes from the runner: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_RUN_ID, GITHUB_TRIGGERING_ACTOR.

Examples:
  $ shiplock chat "$GITHUB_EVENT_PATH" --state /var/lib/shiplock/certkeeper`,
    )
    .action(async (file: string, options: CommonOptions) => {
      registry.done(await chat(registry, file, options));
    });
}

async function chat(registry: Registry, file: string, options: CommonOptions): Promise<CommandResult> {
  const { io } = registry;
  const event = unwrap(readEvent(await readFile(resolve(io.cwd, file), 'utf8'), file));
  const entry = await door(io, options, false);
  const { clock, exec, baseDir } = await openService(entry);
  const [owner = '', repo = ''] = needed(io, 'GITHUB_REPOSITORY', 'owner/name of the repository').split('/');
  const run = needed(io, 'GITHUB_RUN_ID', 'number of the run that this job belongs to');
  const forge = openForge({
    api: io.env['GITHUB_API_URL'] ?? 'https://api.github.com',
    owner,
    repo,
    credentials: credentialsOf(io),
    ports: { clock, random: Math.random, signal: new AbortController().signal },
  });
  for (const name of TOKENS) delete process.env[name];
  const tree = { exec, baseDir };
  const server = io.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const doing = await openDoing(registry, {
    ...options,
    job: `${server}/${owner}/${repo}/actions/runs/${run}`,
    proofs: commentProofs(forge, chatCommands(registry.program)),
  });
  const job = { claimant: `run ${run}`, startedBy: io.env['GITHUB_TRIGGERING_ACTOR'] };
  return resultOf(await handleComment(event, chatForge(forge, tree, job), doing));
}

function resultOf(handled: Handled): CommandResult {
  const json = jsonSchema.parse({ ...handled, commit: 'commit' in handled ? (handled.commit ?? null) : null });
  switch (handled.kind) {
    case 'ignored':
      return { exit: EXIT.done, text: `nothing to do: ${handled.why}`, json };
    case 'done':
      return {
        exit: handled.good ? EXIT.done : EXIT.failed,
        text: handled.good ? 'done' : 'ended, not well: see the comment',
        json,
      };
    case 'refused':
      return { exit: EXIT.refused, text: handled.problems.map(formatProblem).join('\n'), json };
    case 'failed':
      return { exit: exitFor(handled.problems), text: handled.problems.map(formatProblem).join('\n'), json };
  }
}

function credentialsOf(io: Io): Credentials {
  const [app, privateKey] = [io.env['SHIPLOCK_APP_ID'], io.env['SHIPLOCK_APP_KEY']];
  if (app !== undefined && privateKey !== undefined) return { kind: 'app', app, privateKey };
  const token = io.env['SHIPLOCK_FORGE_TOKEN'] ?? io.env['GITHUB_TOKEN'];
  return { kind: 'token', token: token ?? needed(io, 'SHIPLOCK_FORGE_TOKEN', 'a token, or an App') };
}

function needed(io: Io, name: string, expected: string): string {
  const value = io.env[name];
  if (value !== undefined && value !== '') return value;
  throw new ProblemError({
    code: 'cli.variable-missing',
    where: name,
    found: 'nothing',
    expected,
    remedy: 'start this in a job of the forge, or set the variable',
  });
}
