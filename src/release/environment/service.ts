import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type ResolvedEnvironment, readConfig, resolveEnvironment } from '../../config/index.ts';
import type { DatabaseTrust } from '../../model/ports.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { createExec, createSecrets, type EngineOptions, systemClock } from '../../procedure/index.ts';
import type { DoorOptions, Service } from '../door.ts';
import { openShared } from './git-store.ts';
import { openTarget } from './open.ts';
import { fenceCommandOf, fenceFileOf, fenceFilesOf } from './platform.ts';
import type { Target } from './target.ts';

/** One environment of it, with its adapters open. */
export interface ServiceEnvironment extends Service {
  readonly environment: ResolvedEnvironment;
  readonly target: Target;
}

export async function openService(door: DoorOptions): Promise<Service> {
  const configFile = resolve(door.configFile);
  const baseDir = dirname(configFile);
  const clock = door.clock ?? systemClock;
  const config = unwrap(await readConfig(configFile));
  const store = resolve(door.store ?? join(baseDir, '.shiplock', 'state'));
  return {
    config,
    configFile,
    baseDir,
    store,
    shared: openShared(config.service.store.git, { baseDir, store, clock }),
    clock,
    exec: door.exec ?? createExec(clock),
    secrets: door.secrets ?? createSecrets({ env: door.env, base: baseDir }),
    door,
  };
}

/** What must be there when an environment is opened. */
export type Reach = 'everything' | 'without-database' | 'without-trust' | 'before-database';

/**
 * @param reach `without-database`: where its connection string may not be there yet; `without-trust`: where also the roots may not be there yet that
 * connections to the database trust; `before-database`: neither, and the roots count as soon as they are there
 */
export async function openEnvironment(
  door: DoorOptions,
  name: string,
  reach: Reach = 'everything',
): Promise<ServiceEnvironment> {
  const service = await openService(door);
  const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir }));
  const trusting =
    reach === 'without-trust'
      ? service
      : reach === 'before-database'
        ? { ...service, secrets: withRootsToCome(service.secrets, environment) }
        : { ...service, secrets: await withDatabaseRoots(service.secrets, environment) };
  const opened = reach === 'everything' ? environment : { ...environment, database: null };
  return { ...trusting, environment, target: await openTarget(opened, trusting) };
}

/**
 * The same secrets, and whom connections to the database trust.
 * @throws ProblemError `config.database-roots`
 */
export async function withDatabaseRoots<T extends object>(
  secrets: T,
  { environment, database }: Pick<ResolvedEnvironment, 'environment' | 'database'>,
): Promise<T & { readonly databaseTrust?: DatabaseTrust }> {
  const tls = database?.tls ?? null;
  if (tls === null) return secrets;
  try {
    return { ...secrets, databaseTrust: { kind: 'roots', pem: await readFile(tls.ca, 'utf8') } };
  } catch (error) {
    throw new ProblemError(noRoots(environment, tls.ca, error));
  }
}

/** The roots are looked for at each connection: what sets a server up makes them. Nothing is sent in the clear before. */
function withRootsToCome<T extends object>(
  secrets: T,
  { environment, database }: Pick<ResolvedEnvironment, 'environment' | 'database'>,
): T & { readonly databaseTrust?: DatabaseTrust | undefined } {
  const tls = database?.tls ?? null;
  if (tls === null) return secrets;
  return {
    ...secrets,
    get databaseTrust(): DatabaseTrust {
      try {
        return { kind: 'roots', pem: readFileSync(tls.ca, 'utf8') };
      } catch (error) {
        throw new ProblemError(noRoots(environment, tls.ca, error));
      }
    },
  };
}

function noRoots(environment: string, ca: string, error: unknown) {
  return {
    code: 'config.database-roots',
    where: `environments.${environment}.database.tls.ca`,
    found: error instanceof Error ? error.message : ca,
    expected: 'the roots that connections to the database trust, PEM, readable for this user',
    remedy: 'put the file there; `shiplock database tls --create --apply` makes an authority of your own',
  };
}

/** The engine's options for a run of this service. */
export function engineOptions(service: ServiceEnvironment, more: Partial<EngineOptions> = {}): EngineOptions {
  const { door, store, shared, clock, exec, secrets, environment } = service;
  return {
    store,
    shared,
    breakGlass: door.breakGlass,
    fenceFiles: fenceFilesOf(environment.platform),
    clock,
    exec,
    secrets,
    who: door.who,
    onEvent: door.onEvent,
    signal: door.signal,
    killAt: door.killAt,
    fenceFile: (resource) => fenceFileOf(environment.platform, resource),
    fenceCommand: (resource) => fenceCommandOf(environment, resource),
    ...more,
  };
}
