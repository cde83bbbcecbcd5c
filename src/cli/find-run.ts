import { distance } from 'fastest-levenshtein';
import { environmentNames } from '../config/index.ts';
import { nearest } from '../model/json.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import { isOpen, traitsOf } from '../model/procedures.ts';
import { listRuns, type RunSummary } from '../procedure/index.ts';
import type { Service } from '../release/index.ts';

/** The rollout that a word of the command line means: a run by its id, or the one of an environment that has not ended. */
export async function findRollout(
  { store, config }: Pick<Service, 'store' | 'config'>,
  wanted: string,
): Promise<RunSummary> {
  const runs = await listRuns(store);
  const found = runs.find(({ run }) => run === wanted) ?? openIn(runs, wanted);
  if (found !== undefined) return found;
  const environments = environmentNames(config);
  throw new ProblemError(
    environments.includes(wanted) ? nothingOpen(wanted) : unknown(store, wanted, runs, environments),
  );
}

/** The same, also when it is over: the newest run that brought what serves an environment, or took it back. */
export async function findAnyRun(
  { store, config }: Pick<Service, 'store' | 'config'>,
  wanted: string,
): Promise<RunSummary> {
  const runs = await listRuns(store);
  const found =
    runs.find(({ run }) => run === wanted) ??
    runs.findLast((one) => one.environment === wanted && traitsOf(one.procedure).serves);
  if (found !== undefined) return found;
  throw new ProblemError(unknown(store, wanted, runs, environmentNames(config)));
}

function openIn(runs: readonly RunSummary[], environment: string): RunSummary | undefined {
  return runs.findLast((one) => one.environment === environment && isOpen(one));
}

function nothingOpen(environment: string): Problem {
  return {
    code: 'cli.nothing-under-way',
    where: environment,
    found: 'no run of this environment that has not ended',
    expected: 'a rollout that is under way, waits or has stopped',
    remedy: `\`shiplock status ${environment}\` says what is live; \`shiplock rollback ${environment} --reason …\` goes back from it`,
  };
}

function unknown(store: string, wanted: string, runs: readonly RunSummary[], environments: readonly string[]): Problem {
  const open = runs.filter(isOpen);
  const names = [...environments, ...open.map(({ run }) => run)];
  const near = nearest(wanted, [...environments, ...runs.map(({ run }) => run)], distance);
  return {
    code: 'cli.unknown-run',
    where: store,
    found: wanted,
    expected: `one of ${names.join(', ')}`,
    remedy:
      near === undefined ? 'name an environment, or a run as `shiplock status` lists it' : `did you mean ${near}?`,
  };
}
