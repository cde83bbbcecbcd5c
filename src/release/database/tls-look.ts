import { isIP } from 'node:net';
import { dirname } from 'node:path';
import { type Shown, shownAt, shownText, timeProblems } from '../../certificate/index.ts';
import type { DatabaseTlsConfig } from '../../database/config.ts';
import { type Ask, type Engine, readTls, type ServerTls, tlsFindings } from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import type { Text } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { parseAddress } from '../../model/scalars.ts';
import type { SecretsWithMask } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { localResource } from '../environment/system.ts';
import { type DeclaredAccount, declaredAccounts } from './account-secret.ts';
import { type AuthorityPlace, type AuthorityState, cannotMake, lookAtAuthority } from './tls-authority.ts';

/** Looks at the TLS of a server: by a handshake, by what the server says of itself, and at the pair that it is to have. Changes nothing. */

export interface TlsRequest {
  readonly environment: string;
  /** Reference to the connection string of an administrator (`env:NAME`); null: that of the migrations. */
  readonly admin: string | null;
  /** Make an authority and a pair where there is none that is good. */
  readonly create: boolean;
  /** Let declared accounts in over TLS alone. */
  readonly require: boolean;
  readonly why: string;
}

export interface TlsPlan {
  readonly engine: Engine;
  /** `host:port` of the handshake. */
  readonly at: string;
  readonly names: readonly string[];
  readonly shown: Shown;
  /** When it was shown, milliseconds since 1970. */
  readonly now: number;
  /** Null: the server was not asked, since nobody can say that it is the right one. */
  readonly server: ServerTls | null;
  /** Null: shiplock.yaml says nothing of its pair. */
  readonly authority: AuthorityState | null;
  /** Declared accounts that come over a network. */
  readonly accounts: readonly DeclaredAccount[];
  readonly findings: readonly Problem[];
  /** Why `--apply` would be refused as it was asked. */
  readonly refusals: readonly Problem[];
}

export interface TlsWork {
  readonly service: ServiceEnvironment;
  readonly engine: Engine;
  readonly dsn: Text;
  /** Those with which the server is asked. */
  readonly secrets: SecretsWithMask;
  readonly settings: DatabaseTlsConfig;
  readonly place: AuthorityPlace | null;
  readonly request: TlsRequest;
  readonly plan: TlsPlan;
}

/** @throws ProblemError `database.no-tls`, and when the server does not answer */
export async function openTls(door: DoorOptions, request: TlsRequest): Promise<TlsWork> {
  const service = await openEnvironment(door, request.environment, 'without-trust');
  const { environment, secrets, clock } = service;
  const { database } = environment;
  const settings = database?.tls ?? null;
  if (database === null || settings === null) throw new ProblemError(noTls(request.environment));
  const { engine, accounts: declared } = database;
  const dsn: Text = request.admin === null ? database.dsn : { secret: request.admin };
  const { host = '', port = 3306, socketPath } = resolveDsn(dsn, secrets).options;
  const local = socketPath !== undefined || LOOPBACK.has(host);
  const at = socketPath === undefined ? addressText(host, port) : (declared?.address ?? addressText('127.0.0.1', 3306));
  const place = placeOf(service, settings);
  const state = place === null ? null : await lookAtAuthority(place, clock.now());
  const clients = clientNames(service, declared?.address);
  const names = settings.server?.names ?? (clients.length > 0 ? clients : [host]);
  const ca = state?.ca ?? (await rootsOf(settings.ca));
  const shown = await shownAt(at, { name: names[0] ?? host, ca, speaks: 'mysql' });
  const base = { service, engine, dsn, settings, place, request };
  const { server, used } = await asked({ ...base, secrets }, { ca, local, shown });
  const accounts = declared == null ? [] : declaredAccounts(service).filter(({ from }) => from !== 'localhost');
  const now = clock.now();
  const plan: TlsPlan = {
    ...{ engine, at, names, shown, now, server, authority: state, accounts },
    findings: [
      ...shownFindings(shown, at, settings.server?.days ?? DAYS, now),
      ...(server === null ? [] : tlsFindings(server)),
    ],
    refusals: [
      ...(local ? [] : [notLocal(at)]),
      ...(place === null ? [noServer(request.environment)] : []),
      ...(place === null
        ? []
        : clients.filter((one) => !place.names.includes(one)).map((one) => otherName(one, place))),
      ...pairRefusals(place, state, request, now),
      ...(server === null || settings.server === undefined ? [] : otherPlace(server, settings.server.directory)),
      ...(request.require ? requireRefusals(server, accounts) : []),
    ],
  };
  return { ...base, secrets: used, plan };
}

/** What the server says of itself, as an administrator sees it. */
export function askTls({
  service,
  dsn,
  secrets,
  engine,
}: Pick<TlsWork, 'service' | 'dsn' | 'secrets' | 'engine'>): Promise<ServerTls> {
  return asAdministrator({ service, dsn, secrets }, (ask) => readTls(ask, engine));
}

async function asAdministrator<T>(
  { service, dsn, secrets }: Pick<TlsWork, 'service' | 'dsn' | 'secrets'>,
  look: (ask: Ask) => Promise<T>,
): Promise<T> {
  const connectTimeoutMs = service.environment.database?.connectTimeoutMs ?? 10_000;
  const session = await openDsnSession(resolveDsn(dsn, secrets), connectTimeoutMs);
  try {
    return await look((row, sql, values) => session.ask(row, sql, values));
  } finally {
    await session.close();
  }
}

/** A password is sent to a server that is trusted, or on this machine; to nobody else. */
async function asked(
  work: Pick<TlsWork, 'service' | 'dsn' | 'secrets' | 'engine'>,
  { ca, local, shown }: { readonly ca: string | null; readonly local: boolean; readonly shown: Shown },
): Promise<{ readonly server: ServerTls | null; readonly used: SecretsWithMask }> {
  if (local) {
    // The way back from a pair that nobody trusts must not need a pair that somebody trusts.
    const used: SecretsWithMask =
      shown.kind === 'shown' ? { ...work.secrets, databaseTrust: { kind: 'here' } } : work.secrets;
    return { server: await askTls({ ...work, secrets: used }), used };
  }
  if (ca === null || shown.kind === 'silent' || shown.distrust !== null) return { server: null, used: work.secrets };
  const used: SecretsWithMask = { ...work.secrets, databaseTrust: { kind: 'roots', pem: ca } };
  return { server: await askTls({ ...work, secrets: used }), used };
}

/** By which names the product and the accounts that it makes reach the server. */
function clientNames({ environment, secrets }: ServiceEnvironment, address: string | undefined): readonly string[] {
  const named = parseAddress(address ?? '')?.host;
  const own = (): string | undefined => {
    if (environment.database === null) return undefined;
    const { host, socketPath } = resolveDsn(environment.database.dsn, secrets).options;
    return socketPath === undefined ? host : undefined;
  };
  try {
    return [...new Set([own(), named].filter((one) => one !== undefined))];
  } catch (error) {
    // Nobody has been given an account yet.
    if (!(error instanceof ProblemError)) throw error;
    return named === undefined ? [] : [named];
  }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
const DAYS = 30;

function addressText(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

export function placeOf({ environment }: ServiceEnvironment, { ca, server }: DatabaseTlsConfig): AuthorityPlace | null {
  if (server === undefined) return null;
  const { authority, names, days, validity } = server;
  return {
    ...{ ca, directory: authority, names, days, validity },
    service: environment.service,
    resource: localResource(environment),
  };
}

async function rootsOf(file: string): Promise<string | null> {
  const { readFile } = await import('node:fs/promises');
  return readFile(file, 'utf8').catch(() => null);
}

function shownFindings(shown: Shown, at: string, days: number, now: number): readonly Problem[] {
  if (shown.kind === 'silent') {
    return [
      {
        code: 'database.tls-off',
        where: at,
        found: shown.reason,
        expected: 'a handshake of TLS',
        remedy: 'give the server a pair: `shiplock database tls --create --apply` on its machine',
      },
    ];
  }
  const { facts, distrust } = shown;
  return [
    ...timeProblems(facts, { days, now, where: at }).map((problem) => ({
      ...problem,
      remedy: 'renew it: `shiplock database tls --create --apply` on the machine of the server',
    })),
    ...(distrust === null
      ? []
      : [
          {
            code: 'database.tls-not-trusted',
            where: at,
            found: `${shownText(shown)}, which a client does not trust: ${distrust}`,
            expected: 'a certificate for its names, signed by `database.tls.ca`',
            remedy: 'give the server such a pair: `shiplock database tls --create --apply` on its machine',
          },
        ]),
  ];
}

function pairRefusals(
  place: AuthorityPlace | null,
  state: AuthorityState | null,
  { create }: TlsRequest,
  now: number,
): readonly Problem[] {
  if (place === null || state === null || state.problems.length === 0) return [];
  return create ? cannotMake(place, state, now) : state.problems;
}

/** What lies elsewhere may be used by others, or be renewed by them. */
function otherPlace({ pair, dataDirectory }: ServerTls, directory: string): readonly Problem[] {
  const files = pair === null ? [] : [pair.cert, pair.key, ...(pair.ca === null ? [] : [pair.ca])];
  const strange = files.filter((path) => ![directory, dataDirectory].includes(dirname(path)));
  return strange.map((path) => ({
    code: 'database.tls-other-place',
    where: path,
    found: 'a file of the server in a place that may not be its own',
    expected: `all of its pair in ${directory}, or in its data directory`,
    remedy: `write \`directory: ${dirname(path)}\` when nobody else uses what lies there; or move it, name it in the file of the server, and restart it`,
  }));
}

function requireRefusals(server: ServerTls | null, accounts: readonly DeclaredAccount[]): readonly Problem[] {
  const clear = (server?.accounts ?? []).filter(
    ({ user, from, inClear }) => (inClear ?? 0) > 0 && accounts.some((one) => one.user === user && one.from === from),
  );
  return clear.map(({ user, from, inClear }) => ({
    code: 'database.tls-in-clear',
    where: `account ${user}@${from}`,
    found: `${inClear} connections without TLS now`,
    expected: 'none: whoever opened them would be let in no more',
    remedy: 'have it connect over TLS first (docs/database.md), restart it, and run this again',
  }));
}

function noTls(environment: string): Problem {
  return {
    code: 'database.no-tls',
    where: `environments.${environment}.database`,
    found: 'no `tls:`',
    expected: 'the roots that connections to it trust',
    remedy: 'write `tls: { ca: …, server: { names: […], authority: … } }`; docs/database.md',
  };
}

function noServer(environment: string): Problem {
  return {
    code: 'database.tls-no-server',
    where: `environments.${environment}.database.tls`,
    found: 'no `server:`',
    expected: 'names of the server, and where its pair is kept',
    remedy: 'write `server: { names: […], authority: … }`; docs/database.md',
  };
}

function notLocal(at: string): Problem {
  return {
    code: 'database.tls-not-local',
    where: at,
    found: 'a server on another machine',
    expected: 'the machine of the server: its files are laid down there',
    remedy: 'run it there, with a connection string to its socket or to 127.0.0.1',
  };
}

function otherName(name: string, { names }: AuthorityPlace): Problem {
  return {
    code: 'database.tls-other-name',
    where: 'database.tls.server.names',
    found: names.join(', '),
    expected: `${name} too, by which clients reach the server`,
    remedy: 'add the name: clients refuse a certificate that is not for the name they asked for',
  };
}
