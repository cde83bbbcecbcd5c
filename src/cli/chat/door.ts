import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Handled, handleComment, readEvent } from '../../chatops/index.ts';
import type { Credentials } from '../../forge/index.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, ProblemError, unwrap } from '../../model/problem.ts';
import { exitFor } from '../../release/exit.ts';
import { openService } from '../../release/index.ts';
import type { CommandResult, Io } from '../io.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door } from '../session.ts';
import { chatCommands, openDoing } from './doing.ts';
import { chatForge, commentProofs } from './forge.ts';

/** From the event of a forge to what it asks for: the one function behind `shiplock chat` and the action. */

/** Variables that hold a token: what a comment starts must not find them. */
const TOKENS = [
  'SHIPLOCK_FORGE_TOKEN',
  'SHIPLOCK_APP_KEY',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'INPUT_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
];

export interface ChatRequest extends Pick<CommonOptions, 'config' | 'state'> {
  /** File with the event; left out: where the runner says. */
  readonly event?: string | undefined;
  readonly credentials: Credentials;
  /** Told before a run is begun or gone on with, for whoever looks after it when this process is killed. */
  readonly onRun?: (run: string) => void;
}

export async function chat(registry: Registry, request: ChatRequest): Promise<Handled> {
  const { io, program } = registry;
  const { config, state, credentials, onRun } = request;
  const file = request.event ?? needed(io, 'GITHUB_EVENT_PATH', 'the file with the event');
  const event = unwrap(readEvent(await readFile(resolve(io.cwd, file), 'utf8').catch(() => ''), file));
  const job = jobOf(io);
  for (const name of TOKENS) delete process.env[name];
  const options: CommonOptions = {
    ...(config === undefined ? {} : { config }),
    ...(state === undefined ? {} : { state }),
  };
  const { clock, exec, baseDir } = await openService(await door(io, options, false));
  // The client of the forge is large, and only this needs it.
  const { openForge } = await import('../../forge/index.ts');
  const forge = openForge({
    ...placeOf(io),
    credentials,
    ports: { clock, random: Math.random, signal: new AbortController().signal },
  });
  const proofs = commentProofs(forge, chatCommands(program));
  const doing = await openDoing(registry, { ...options, job: job.url, proofs, onRun });
  return handleComment(event, chatForge(forge, { exec, baseDir }, job), doing);
}

/** A token, or the identity of an App; from the environment of the job. */
export function credentialsOf(io: Pick<Io, 'env'>): Credentials {
  const [app, privateKey] = [io.env['SHIPLOCK_APP_ID'], io.env['SHIPLOCK_APP_KEY']];
  if (app !== undefined && privateKey !== undefined) return { kind: 'app', app, privateKey };
  const token = io.env['SHIPLOCK_FORGE_TOKEN'] ?? io.env['GITHUB_TOKEN'];
  return { kind: 'token', token: token ?? needed(io, 'SHIPLOCK_FORGE_TOKEN', 'a token, or an App') };
}

function placeOf(io: Io): { readonly api: string; readonly owner: string; readonly repo: string } {
  const [owner = '', repo = ''] = needed(io, 'GITHUB_REPOSITORY', 'owner/name of the repository').split('/');
  return { api: io.env['GITHUB_API_URL'] ?? 'https://api.github.com', owner, repo };
}

function jobOf(io: Io) {
  const { owner, repo } = placeOf(io);
  const run = needed(io, 'GITHUB_RUN_ID', 'number of the run that this job belongs to');
  const server = io.env['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const [number, attempt] = [Number(run), Number(io.env['GITHUB_RUN_ATTEMPT'] ?? '1')];
  return {
    // A job that is run again has the same number, and goes on with what it had begun.
    claimant: `run ${run}`,
    startedBy: io.env['GITHUB_TRIGGERING_ACTOR'],
    attempt:
      Number.isSafeInteger(number) && Number.isSafeInteger(attempt) ? { run: number, number: attempt } : undefined,
    url: `${server}/${owner}/${repo}/actions/runs/${run}`,
  };
}

function needed(io: Pick<Io, 'env'>, name: string, expected: string): string {
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

/** How it ended, in the words and with the exit codes of the command line. Pure. */
export function resultOf(handled: Handled): CommandResult {
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
