import { isOnHosts } from '../../config/index.ts';
import { type Ask, type Engine, lookAtServer, type ServerLook, usualPackages } from '../../database/index.ts';
import { openDsnSession, resolveDsn, ServerRefusal } from '../../migrate/index.ts';
import type { DatabaseHostLook } from '../../model/database-host.ts';
import type { Effect, Text } from '../../model/effect.ts';
import { LOCAL_HOST } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  type DatabasePlace,
  hostTablesEffect,
  localTablesEffect,
  observeHostDatabase,
  observeLocalDatabase,
} from '../../platform/index.ts';
import { type ServiceOnHost, type SystemService, type UpgradeHost, withDependents } from '../../system/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { localResource, type OpenedSystem, reachOf } from '../environment/system.ts';
import { upgradeHosts } from '../environment/upgrade.ts';

/** The server of an environment's database with all that sees it and moves it while it is upgraded. Looks at nothing yet. */

export interface ServerUpgradeAsked {
  /** Name in `system.services`. */
  readonly service: string;
  readonly reason: string;
  /** Undefined: what the family calls its server. */
  readonly packages: string | undefined;
  /** Reference to the connection string of an administrator (`env:NAME`); undefined: that of the migrations. */
  readonly admin: string | undefined;
  readonly planned: string | undefined;
  /** Services that need it and run on all the same; undefined: the proxy, as far as it can be told by its name. */
  readonly leave: readonly string[] | undefined;
  readonly refresh: boolean;
  readonly backup: boolean;
  readonly replicated: boolean;
  /** The packages are there already: only what is left. */
  readonly finish: boolean;
  readonly limitMs: number;
  readonly stopMs: number;
}

/** What only its machine can tell and do. Effects are pure and may be done twice. */
export interface DatabaseMachine {
  look(place: DatabasePlace, signal: AbortSignal): Promise<DatabaseHostLook>;
  /** mariadb-upgrade over this socket. */
  upgradeTables(socket: string, timeoutMs: number): readonly Effect[];
}

export interface ServerUpgrade {
  readonly asked: ServerUpgradeAsked;
  readonly service: ServiceEnvironment;
  readonly system: OpenedSystem;
  readonly engine: Engine;
  readonly dsn: Text;
  readonly words: readonly string[];
  readonly target: SystemService;
  readonly on: ServiceOnHost;
  readonly host: UpgradeHost;
  /** `-`: it is no unit of systemd. */
  readonly unit: string;
  readonly machine: DatabaseMachine;
  /** What needs it, in starting order, without itself. */
  readonly users: readonly SystemService[];
  /** What to do when it does not come through once a newer server has opened the data. */
  readonly wayBack: string;
}

/** @throws ProblemError when there is no such database, or it does not run on exactly one host */
export function openServerUpgrade(
  service: ServiceEnvironment,
  system: OpenedSystem,
  asked: ServerUpgradeAsked,
): ServerUpgrade {
  const { environment } = service;
  const { database } = environment;
  if (database === null) throw new ProblemError(none(environment.environment));
  const target = system.services.find(({ name }) => name === asked.service);
  if (target === undefined) throw new TypeError('an input of kind service names one of them');
  const [on, ...others] = target.on;
  if (on === undefined || others.length > 0) throw new ProblemError(notOne(target));
  const [host] = upgradeHosts(service, system, { downgrade: false, host: on.host, service: undefined });
  if (host === undefined) throw new TypeError('a host that runs a service can be asked for its packages');
  const dsn: Text = asked.admin === undefined ? database.dsn : { secret: asked.admin };
  const configured = environment.system?.services.find(({ name }) => name === asked.service);
  return {
    ...{ asked, service, system, engine: database.engine, dsn, target, on, host },
    words: asked.packages?.split(',') ?? usualPackages(database.engine),
    unit: configured?.run.kind === 'unit' ? configured.run.unit : '-',
    machine: machineOf(service, on.host),
    users: usersOf(service, system, asked),
    wayBack: `older packages are no way back once the new server has opened the data. Users stay shut out. Mend the server and run this again with --finish, or restore: shiplock runbook run restore ${environment.environment} --reason "…" --to latest --into DIRECTORY`,
  };
}

/**
 * What is stopped before the server, in starting order. The proxy needs it too, through what it leads to, but shows users the page meanwhile.
 * @throws ProblemError `cli.runbook-input` for a name that is none of them
 */
function usersOf(
  { environment }: ServiceEnvironment,
  { services }: OpenedSystem,
  { service, leave }: ServerUpgradeAsked,
): readonly SystemService[] {
  const needing = withDependents(services, [service]).filter(({ name }) => name !== service);
  const names = needing.map(({ name }) => name);
  const strange = leave?.find((name) => !names.includes(name));
  if (strange !== undefined) {
    throw new ProblemError({
      code: 'cli.runbook-input',
      where: '--leave',
      found: JSON.stringify(strange),
      expected: names.length === 0 ? `nothing: no service needs ${service}` : `some of ${names.join(', ')}`,
      remedy: 'give names of services that are started after it',
    });
  }
  const proxy = isOnHosts(environment) ? environment.traffic.kind : null;
  return needing.filter(({ name, what }) =>
    leave === undefined ? proxy === null || !what.includes(proxy) : !leave.includes(name),
  );
}

function machineOf({ environment, exec }: ServiceEnvironment, on: string): DatabaseMachine {
  const reach = environment.system === undefined ? null : reachOf(environment, environment.system);
  const host = reach?.hosts.find(({ name }) => name === on);
  if (on === LOCAL_HOST || host === undefined || reach === null) {
    const privileged = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const options = { exec, privileged, resource: localResource(environment) };
    return {
      look: (place, signal) => observeLocalDatabase(options, place, signal),
      upgradeTables: (socket, timeoutMs) => [localTablesEffect(options, socket, timeoutMs)],
    };
  }
  const options = { host, reach, exec };
  return {
    look: (place, signal) => observeHostDatabase(options, place, signal),
    upgradeTables: (socket, timeoutMs) => [hostTablesEffect(options, socket, timeoutMs)],
  };
}

/** Who waits for a table holds up everybody behind it. */
const LOCK_WAIT_S = 2;

/** Asks the server on a connection of its own. @throws ProblemError `database.refused` for what the account may not know */
export async function asking<T>({ service, dsn }: ServerUpgrade, look: (ask: Ask) => Promise<T>): Promise<T> {
  const found = resolveDsn(dsn, service.secrets);
  const session = await openDsnSession(found, service.environment.database?.connectTimeoutMs ?? 10_000);
  try {
    await session.tell(`SET SESSION lock_wait_timeout = ${LOCK_WAIT_S}`);
    return await look((row, sql, values) => session.ask(row, sql, values));
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    throw new ProblemError({
      code: 'database.refused',
      where: found.resource,
      found: error.message,
      expected: 'an account that may see every table, every session and every setting',
      remedy: 'give --admin env:NAME with the connection string of an administrator (docs/upgrades.md has the rights)',
    });
  } finally {
    await session.close();
  }
}

export interface ServerFacts {
  readonly look: ServerLook;
  readonly machine: DatabaseHostLook;
}

export async function serverFacts(upgrade: ServerUpgrade, signal: AbortSignal): Promise<ServerFacts> {
  const look = await asking(upgrade, (ask) => lookAtServer(ask, upgrade.engine));
  return { look, machine: await upgrade.machine.look(placeOf(upgrade, look), signal) };
}

export function placeOf(
  { unit }: Pick<ServerUpgrade, 'unit'>,
  { dataDirectory, log }: { readonly dataDirectory: string; readonly log: string | null },
): DatabasePlace {
  return { unit, dataDirectory, log: log ?? '-' };
}

function none(environment: string) {
  return {
    code: 'database.none',
    where: `environments.${environment}.database`,
    found: 'no database',
    expected: 'an environment with a database',
    remedy: 'write `database:` in shiplock.yaml, or name another environment',
  };
}

function notOne({ name, on }: SystemService) {
  return {
    code: 'database.not-one-host',
    where: `system.services.${name}`,
    found: on.length === 0 ? 'a service on no host' : `a service on ${on.map(({ host }) => host).join(', ')}`,
    expected: 'a server of databases on one host: servers of a replication are services of their own',
    remedy: 'write one service for each server in `system:`, and name one of them with --service',
  };
}
