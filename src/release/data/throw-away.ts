import { type ResolvedDatabase, wayTo } from '../../config/index.ts';
import type { Origin } from '../../migrate/index.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** Which databases may be emptied or filled with made-up rows: those that say so, and never one that holds what cannot be made again. Pure. */

/** What the configuration says. */
export function throwAwayProblems(
  { config, environment }: Pick<ServiceEnvironment, 'config' | 'environment'>,
  database: Pick<ResolvedDatabase, 'reset' | 'desensitise'>,
): readonly Problem[] {
  const name = environment.environment;
  const way = wayTo(config, name);
  const others = [...config.environments.keys()].filter((other) => other !== name);
  const last = way.length > 1 && !others.some((other) => wayTo(config, other).includes(name));
  if (last || SERVING.test(name) || database.desensitise !== null) {
    return [
      {
        code: 'data.protected',
        where: name,
        found: foundOf(last, name, way),
        expected: 'an environment whose rows can be made again',
        remedy: 'name development or testing; nothing here empties an environment that serves people',
      },
    ];
  }
  if (database.reset !== null) return [];
  return [
    {
      code: 'data.not-throw-away',
      where: `environments.${name}.database`,
      found: 'no `reset:`',
      expected: 'a database that is said to be emptied now and then',
      remedy: 'write `reset: { fill: generate }` below `database:` of this environment; docs/data.md',
    },
  ];
}

function foundOf(last: boolean, name: string, way: readonly string[]): string {
  if (last) return `the last environment of the promotion (${way.join(', ')})`;
  return SERVING.test(name) ? 'an environment of this name' : 'an environment with `desensitise:`, so its rows are real';
}

/** A name that says enough, also where no order of promotion stands. */
const SERVING = /^(?:prod|production|live)$/i;

/** What the database says of itself. */
export function originAllows(origin: Origin | null, environment: string, where: string): readonly Problem[] {
  if (origin === null) {
    return [
      {
        code: 'data.unknown-rows',
        where,
        found: 'a database that does not say whose rows it holds',
        expected: `one that says that they are those of ${environment}`,
        remedy: `run \`shiplock migrate ${environment}\` first, if this is the right database`,
      },
    ];
  }
  if (origin.environment === environment || origin.rules !== null || origin.state !== 'own') return [];
  return [
    {
      code: 'data.other-rows',
      where,
      found: `the own rows of ${origin.environment}`,
      expected: `rows of ${environment}, or rows that were made harmless`,
      remedy:
        'look at `database.dsn`: it may lead to the database of that environment. A dump that was restored here is dropped by hand, never by this command',
    },
  ];
}
