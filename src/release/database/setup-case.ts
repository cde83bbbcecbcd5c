import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DatabaseTlsConfig } from '../../database/config.ts';
import { type Engine, type Machine, setupPackages } from '../../database/index.ts';
import type { Effect, Text } from '../../model/effect.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  type HostSetup,
  hostManualEffect,
  hostPackageEffect,
  hostSetup,
  observeHostPackages,
} from '../../platform/index.ts';
import type { ServiceOnHost, SystemService, UpgradeHost } from '../../system/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type OpenedSystem, reachOf } from '../environment/system.ts';
import { declaredAccounts } from './account-secret.ts';
import { type AuthorityPlace, pairFiles } from './tls-authority.ts';
import { placeOf as authorityOf } from './tls-look.ts';
import type { UsersWork } from './users-look.ts';

/** A new server of an environment's database on a host, with all that sees it and moves it. Looks at nothing yet. */

export interface SetupAsked {
  /** Name in `system.services`. */
  readonly service: string;
  readonly reason: string;
  /** Reference to the connection string of the administrator, who is made: `file:` is written where it is not there. */
  readonly admin: string;
  /** Where the administrator may come from; undefined: the address from which the host is reached. */
  readonly adminFrom: string | undefined;
  /** Undefined: what the family calls its server. */
  readonly packages: string | undefined;
  readonly planned: string | undefined;
  readonly refresh: boolean;
  /** What is told of the machine instead of found. */
  readonly machine: Partial<Pick<Machine, 'memory'>>;
  /** Part of the memory, 0 to 1. */
  readonly share: number;
  readonly pool: number;
  readonly reserve: number;
  readonly serverId: number;
  /** Address on which it listens; undefined: that of its host. */
  readonly bind: string | undefined;
  readonly limitMs: number;
}

export interface ServerSetup {
  readonly asked: SetupAsked;
  readonly service: ServiceEnvironment;
  readonly system: OpenedSystem;
  readonly engine: Engine;
  readonly words: readonly string[];
  readonly target: SystemService;
  readonly on: ServiceOnHost;
  readonly unit: string;
  readonly host: Pick<UpgradeHost, 'host' | 'packages'>;
  /** Packages are wanted by themselves. */
  readonly manual: (names: readonly string[]) => Effect;
  readonly machine: HostSetup;
  readonly tls: { readonly place: AuthorityPlace; readonly directory: string } | null;
  readonly admin: Text;
  /** Where its connection string is written; null: it is no file. */
  readonly adminFile: string | null;
  /** `host:port` by which it is reached. */
  readonly address: string;
  readonly users: Omit<UsersWork, 'isToCome'>;
  readonly wayBack: string;
}

const DEFAULT_PORT = 3306;

/** @throws ProblemError when there is no such database, or no host over ssh for it */
export function openServerSetup(service: ServiceEnvironment, system: OpenedSystem, asked: SetupAsked): ServerSetup {
  const { environment, exec } = service;
  const { database } = environment;
  const accounts = declaredAccounts(service);
  if (database?.accounts == null) throw new TypeError('declaredAccounts has looked');
  const target = system.services.find(({ name }) => name === asked.service);
  if (target === undefined) throw new TypeError('an input of kind service names one of them');
  const configured = environment.system?.services.find(({ name }) => name === asked.service);
  const [on, ...others] = target.on;
  const reach = environment.system === undefined ? null : reachOf(environment, environment.system);
  const host = reach?.hosts.find(({ name }) => name === on?.host);
  if (
    on === undefined ||
    others.length > 0 ||
    reach === null ||
    host === undefined ||
    configured?.run.kind !== 'unit'
  ) {
    throw new ProblemError(notThere(target));
  }
  const options = { host, reach, exec };
  const admin: Text = { secret: asked.admin };
  const { engine, accounts: declared } = database;
  const address = declared.address ?? `${on.address}:${DEFAULT_PORT}`;
  return {
    ...{ asked, service, system, engine, target, on, admin, address, unit: configured.run.unit },
    words: asked.packages?.split(',') ?? setupPackages(engine),
    host: {
      host: on.host,
      packages: {
        look: (words, signal) => observeHostPackages(options, words, false, signal, 'new'),
        refresh: (timeoutMs) => [hostPackageEffect(options, 'refresh', [], false, timeoutMs)],
        set: (words, timeoutMs) => [hostPackageEffect(options, 'set', words, false, timeoutMs)],
        restart: () => [],
      },
    },
    manual: (names) => hostManualEffect(options, names, 60_000),
    machine: hostSetup(options),
    tls: tlsOf(service, database.tls),
    adminFile: asked.admin.startsWith('file:') ? resolve(service.baseDir, asked.admin.slice('file:'.length)) : null,
    users: {
      ...{ service, engine, dsn: admin, schema: declared.schema, address, accounts },
      request: {
        ...{ environment: environment.environment, admin: asked.admin, revoke: false, passwords: false },
        why: asked.reason,
      },
    },
    wayBack: `mend what is said, and run it again: what is done already is left alone. A server that is not wanted any more: apt-get purge on ${on.host}, and its data by hand`,
  };
}

function tlsOf(service: ServiceEnvironment, tls: DatabaseTlsConfig | null): ServerSetup['tls'] {
  const place = tls === null ? null : authorityOf(service, tls);
  return place === null || tls?.server === undefined ? null : { place, directory: tls.server.directory };
}

/** Where the pair lies on the host, and what it is made of. Pure. */
export function pairOf({ tls }: Pick<ServerSetup, 'tls'>) {
  if (tls === null) return null;
  const { directory, place } = tls;
  const { chain, key } = pairFiles(place);
  return { cert: `${directory}/server-cert.pem`, key: `${directory}/server-key.pem`, from: { cert: chain, key } };
}

/** The name of the administrator: that of its connection string, or a usual one where that is still to be made. */
export async function administratorOf({ adminFile, asked, service }: ServerSetup): Promise<{
  readonly user: string;
  readonly isToMake: boolean;
}> {
  if (adminFile !== null && !(await isThere(adminFile))) return { user: USUAL_ADMINISTRATOR, isToMake: true };
  const url = URL.parse(service.secrets.get(asked.admin).trim());
  const user = url === null ? '' : decodeURIComponent(url.username);
  if (url?.protocol === 'mysql:' && user !== '' && url.password !== '') return { user, isToMake: false };
  throw new ProblemError({
    code: 'database.setup-administrator',
    where: asked.admin,
    found: 'a connection string of another form, or without user or password',
    expected: 'mysql://USER:PASSWORD@HOST:PORT/mysql, or a file that is not there yet',
    remedy: 'mend it; or let --admin name a new file: user and password are made',
  });
}

export const USUAL_ADMINISTRATOR = 'shiplock_admin';

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function notThere({ name, on, what }: SystemService) {
  return {
    code: 'database.setup-place',
    where: `system.services.${name}`,
    found: on.length === 1 ? `${what} on ${on[0]?.host ?? ''}` : `${what} on ${on.length} hosts`,
    expected: 'a unit of systemd on one host that is reached over ssh',
    remedy: 'write `unit: mariadb.service` (or mysql.service) and one of `hosts:` for it in `system:`',
  };
}
