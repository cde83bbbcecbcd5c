import { z } from 'zod';
import type { Clock, Exec, Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type Family, readServer } from '../server/database.ts';
import type { Session } from '../server/session.ts';
import type { ShadowConfig } from './config.ts';
import { startContainer } from './container.ts';
import { differences, makeStructure, readStructure } from './copy.ts';
import { openGiven } from './given.ts';
import { startLocal, type ThrowAway } from './local.ts';
import { argumentsFor, copySettings, readVariables } from './settings.ts';
import type { Trying } from './trial.ts';

/** A throw-away server with the structure and the settings of the target. */

export interface Shadow extends Trying {
  readonly targetVersion: string;
  readonly version: string;
  /** Where it differs from the target, for people. */
  readonly warnings: readonly string[];
  /** Same release line, same structure: what it does, the target does. */
  readonly promises: boolean;
  /** Names of tables are folded to lower case. */
  readonly foldsNames: boolean;
  /** Strict mode without zero dates. */
  readonly noZeroDates: boolean;
  close(): Promise<void>;
}

export interface ShadowOptions {
  readonly shadow: ShadowConfig;
  readonly engine: Family;
  readonly secrets: Secrets;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly exec: Exec;
  /** Name of the target's database. */
  readonly database: string;
  readonly target: Session;
}

/** Starts or opens it and copies the structure. @throws ProblemError */
export async function openShadow(options: ShadowOptions): Promise<Shadow> {
  const { engine, database, target } = options;
  const variables = await readVariables(target);
  const made = await readStructure(target, database);
  const targetVersion = await versionOf(target, engine, 'database.dsn');
  const server = await open(options, argumentsFor(variables, engine));
  try {
    const { administrator } = server;
    const version = await versionOf(administrator, engine, 'database.shadow');
    const copier = await server.openUser();
    await copySettings(variables, administrator);
    const names = await charactersOf(target);
    await copier.tell(`ALTER DATABASE CHARACTER SET ${names.charset} COLLATE ${names.collation}`);
    await makeStructure(made, copier, administrator);
    // Making tables changes the default row format on the way.
    const different = await copySettings(variables, administrator);
    const user = await server.openUser();
    const unlike = differences(made, await readStructure(user, database));
    const versions = versionWarning(targetVersion, version);
    return {
      ...{ family: engine, administrator, user, targetVersion, version },
      warnings: [
        ...(versions === null ? [] : [versions.text]),
        ...(unlike.length === 0 ? [] : [`not made alike: ${unlike.join(', ')}`]),
        ...(different.length === 0 ? [] : [`settings that differ: ${different.join(', ')}`]),
      ],
      promises: versions?.promises !== false && unlike.length === 0,
      foldsNames: variables.get('lower_case_table_names') !== '0',
      noZeroDates: /NO_ZERO_DATE/.test(variables.get('sql_mode') ?? ''),
      close: () => server.close(),
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

function open(options: ShadowOptions, args: ReturnType<typeof argumentsFor>): Promise<ThrowAway> {
  const { shadow, engine, database, secrets, connectTimeoutMs } = options;
  if (shadow.dsn !== undefined) {
    const dsn = typeof shadow.dsn === 'string' ? shadow.dsn : secrets.get(shadow.dsn.secret);
    return openGiven(dsn, database, connectTimeoutMs);
  }
  if (shadow.image !== undefined) {
    const { image, memory, user } = shadow;
    return startContainer({ image, memory, user, family: engine, database, arguments: args }, options);
  }
  const program = shadow.program ?? (engine === 'mariadb' ? 'mariadbd' : 'mysqld');
  return startLocal({ program, family: engine, user: shadow.user, database, arguments: args }, options);
}

async function versionOf(session: Session, engine: Family, where: string): Promise<string> {
  const { family, version } = await readServer((row, sql) => session.ask(row, sql));
  if (family === engine) return version;
  throw new ProblemError({
    ...{ code: 'migrate.shadow-other-family', where, found: `${family} ${version}` },
    expected: `${engine}, as database.engine says: the two do not change tables alike`,
    remedy: 'name the program or the server of the right family',
  });
}

const charactersRow = z.object({ charset: z.string(), collation: z.string() });

async function charactersOf(session: Session): Promise<z.infer<typeof charactersRow>> {
  const [row] = await session.ask(
    charactersRow,
    'SELECT @@character_set_database AS charset, @@collation_database AS collation',
  );
  return row ?? { charset: 'utf8mb4', collation: 'utf8mb4_general_ci' };
}

/** Null: the same version. Pure. */
export function versionWarning(
  target: string,
  shadow: string,
): { readonly text: string; readonly promises: boolean } | null {
  const [a = [], b = []] = [target, shadow].map((text) => /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []);
  if (a.length > 0 && a.join('.') === b.join('.')) return null;
  const line = a.length > 0 && a[0] === b[0] && a[1] === b[1];
  const what = `the throw-away server is ${shadow}, the target ${target}`;
  return line
    ? { text: `${what}: the same release line, another patch`, promises: true }
    : {
        text: `${what}: another release line, so that nothing is promised; what differs is refused when it is applied`,
        promises: false,
      };
}
