import type { Forge, ShownRun } from '../../src/model/forge.ts';
import { problemsOf } from '../../src/model/problem.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { deploymentOf, project, showing } from '../../src/release/report/at-forge.ts';
import { shownRun } from '../../src/release/report/shown-run.ts';
import type { Job } from './job.ts';

/**
 * A run that an action begins, as the forge shows it: a deployment of the commit, and a check run or a status of it. It all follows from the journal,
 * so nothing waits for the forge but the end of the job, and what goes wrong here is a warning: it changes nothing of how the run ended.
 */

/** Between two looks whether the run has begun. */
const LOOK_MS = 100;
/** Most time for one call with all its repetitions: the last word holds the job up. */
const PATIENCE_MS = 30_000;
const TOKEN = 'INPUT_TOKEN';

/** What it needs of the job. */
type Telling = Pick<Job, 'onRun' | 'told' | 'warning'>;

/** How a run stands by its journal; null for one that brings no release. Throws while there is no journal yet. */
export type Journal = (run: string) => Promise<ShownRun | null>;

/** Journals of a state directory. */
export function journalsIn(store: string): Journal {
  return (run) => shownRun(store, run);
}

interface Place {
  readonly api: string;
  readonly owner: string;
  readonly repo: string;
  /** Where people can watch the job. */
  readonly url: string;
}

/** The forge of the job, by the variables of its runner; undefined where they do not say it. Pure. */
function placeOf(env: Readonly<Record<string, string | undefined>>): Place | undefined {
  const { GITHUB_API_URL: api, GITHUB_REPOSITORY: name = '', GITHUB_RUN_ID: run = '', GITHUB_SERVER_URL: server } = env;
  const [owner = '', repo = ''] = name.split('/');
  if (owner === '' || repo === '' || run === '') return undefined;
  const url = `${server ?? 'https://github.com'}/${owner}/${repo}/actions/runs/${run}`;
  return { api: api ?? 'https://api.github.com', owner, repo, url };
}

/**
 * Does it, and tells the forge of the run that it begins: as soon as its journal has begun, beside it, and how it ended, after it. Without a token
 * nothing is told. Throws what the work throws.
 */
export async function told<T>(
  job: Telling,
  token: string | undefined,
  journal: Journal,
  act: () => Promise<T>,
): Promise<T> {
  // What a release builds and starts must not find it.
  delete process.env[TOKEN];
  if (token === undefined) return act();
  const over = new AbortController();
  let run: string | undefined;
  let first: Promise<void> = Promise.resolve();
  job.onRun((name) => {
    run = name;
    first = tellFirst(token, journal, name, over.signal);
  });
  try {
    return await act();
  } finally {
    over.abort();
    await first;
    if (run !== undefined) await tellLast(job, token, journal, run);
  }
}

/** How a run stands by its journal, said where it is not said yet. A second time changes nothing. */
export async function tellLast(
  job: Omit<Telling, 'onRun'>,
  token: string,
  journal: Journal,
  run: string,
): Promise<void> {
  try {
    const shown = await journal(run);
    if (shown !== null) {
      const { forge, url } = await open(token);
      await project(forge.projections, shown, { said: 'unsure', url });
    }
    job.told(run);
  } catch (error) {
    const why = problemsOf(error, 'the forge')[0]?.found ?? '';
    job.warning(`the forge was not told how run ${run} stands: ${why}; its journal has it`);
  }
}

/** What goes wrong here is made good by the last word. */
async function tellFirst(token: string, journal: Journal, run: string, over: AbortSignal): Promise<void> {
  try {
    const shown = await begun(journal, run, over);
    if (shown?.state !== 'works') return;
    const { forge, url } = await open(token);
    // The run has just got its name: nobody can have made a deployment for it.
    const id = await deploymentOf(forge.projections, shown, true);
    await forge.projections.deploymentState(id, showing(shown, url).deployment);
  } catch {
    // Nobody waits for it.
  }
}

/** There is nothing to read until the run has written down that it began. */
async function begun(journal: Journal, run: string, over: AbortSignal): Promise<ShownRun | null> {
  while (!over.aborted) {
    const shown = await journal(run).catch(() => undefined);
    if (shown !== undefined) return shown;
    await systemClock.sleep(LOOK_MS, over);
  }
  return null;
}

async function open(token: string): Promise<{ readonly forge: Pick<Forge, 'projections'>; readonly url: string }> {
  const place = placeOf(process.env);
  if (place === undefined) throw new Error('the runner does not say which repository and run this is');
  // The client of the forge is large, and only who gives a token needs it.
  const { openForge } = await import('../../src/forge/index.ts');
  const ports = { clock: systemClock, random: Math.random, signal: new AbortController().signal };
  const { api, owner, repo, url } = place;
  const credentials = { kind: 'token', token } as const;
  return { forge: openForge({ api, owner, repo, credentials, ports, patienceMs: PATIENCE_MS }), url };
}
