import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Certificate, type Place, renewNode } from '../../certificate/index.ts';
import { reloadTls, requireTls, type ServerTls, tlsFile } from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import type { Effect } from '../../model/effect.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type LaidFile, type LayVerb, laidHere, localLayEffect, setOf, verbsForGood } from '../../platform/lay.ts';
import { action, type Node, type Procedure, procedure, type RunResult, sequence, step } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, withDatabaseRoots } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { lineEnded, sourceOf } from '../upkeep/certificates.ts';
import type { DeclaredAccount } from './account-secret.ts';
import {
  type AuthorityPlace,
  type AuthorityState,
  lookAtAuthority,
  makeAuthority,
  makePair,
  pairFiles,
} from './tls-authority.ts';
import { askTls, openTls, type TlsPlan, type TlsRequest, type TlsWork } from './tls-look.ts';

/** TLS of the server of a database: a pair that its clients trust, laid down, read by the running server, seen by a handshake, or taken back. */

/** Only looks. @throws ProblemError */
export async function planTls(door: DoorOptions, request: TlsRequest): Promise<TlsPlan> {
  return (await openTls(door, request)).plan;
}

/**
 * Makes the pair where that was asked for, and puts it in place. A server that has a pair reads the new one while it runs, and gets the old one back
 * when a client would not trust what it shows. One that has none gets a file that names the pair, and reads it when it is started again (`restart`).
 * @throws ProblemError when it is refused: nothing was changed
 */
export async function setTls(
  door: DoorOptions,
  request: TlsRequest,
): Promise<{ readonly result: RunResult; readonly plan: TlsPlan; readonly restart: boolean }> {
  const work = await openTls(door, request);
  const { plan, place, secrets, service } = work;
  if (plan.refusals.length > 0) throw new ProblemError(plan.refusals);
  if (place === null || plan.server === null) throw new TypeError('both are refused');
  const result = await runAgain(tlsProcedure(work, place, plan.server), { ...engineOptions(service), secrets });
  return { result, plan, restart: result.exit === 0 && plan.server.pair === null };
}

const LAY_MS = 30_000;

function tlsProcedure(work: TlsWork, place: AuthorityPlace, server: ServerTls): Procedure {
  const { service, request, plan, engine } = work;
  const { environment } = service.environment;
  return procedure({
    id: 'database-tls',
    title: `Give the database of ${environment} a pair that its clients trust`,
    description:
      'The pair is looked at, laid down, and seen by handshakes; the one before comes back when a client would not trust it.',
    environment,
    inputs: {
      ...{ environment, engine, why: request.why, create: request.create, require: request.require },
      names: [...place.names],
      pair: server.pair === null ? null : { ...server.pair },
    },
    root: sequence({
      id: 'tls',
      title: 'Put the pair in place',
      steps: [
        ...(request.create ? [authorityStep(work, place), issueStep(work, place)] : []),
        ...(server.pair === null
          ? [firstStep(work, place), optionsStep(work, place)]
          : [renewNode(certificateOf(work, place, server.pair), ''), clientsStep(work)]),
        ...(request.require && server.pair !== null ? plan.accounts.map((account) => requireStep(work, account)) : []),
      ],
    }),
  });
}

export function authorityStep({ service }: Pick<TlsWork, 'service'>, place: AuthorityPlace): Node {
  return action<AuthorityState>({
    id: 'authority',
    title: 'Make an authority where there is none',
    inputs: { ca: place.ca },
    read: () => lookAtAuthority(place, service.clock.now()),
    decide: (state) => {
      const effects = makeAuthority(place, state);
      return effects.length === 0 ? { kind: 'nothing', why: 'it is there' } : { kind: 'do', effects };
    },
    probe: 'repeatable',
    verify: async () => ((await lookAtAuthority(place, service.clock.now())).ca === null ? [notMade(place.ca)] : []),
  });
}

export function issueStep({ service }: Pick<TlsWork, 'service'>, place: AuthorityPlace): Node {
  return action<AuthorityState>({
    id: 'issue',
    title: `Make a pair that is good for ${place.days} days and more`,
    inputs: { names: [...place.names], validity: place.validity },
    read: () => lookAtAuthority(place, service.clock.now()),
    decide: ({ problems, facts }) =>
      problems.length === 0
        ? { kind: 'nothing', why: `serial ${facts?.serial ?? ''} is good until ${facts?.notAfter ?? ''}` }
        : { kind: 'do', why: problems[0]?.found ?? '', effects: makePair(place) },
    probe: 'repeatable',
    verify: async () => (await lookAtAuthority(place, service.clock.now())).problems,
  });
}

/** The certificate as the steps of every renewal know it: one host, this machine, whose server begins TLS when it is asked to. */
function certificateOf(
  { service, plan, engine, dsn }: TlsWork,
  { resource, names, days, ca, ...place }: AuthorityPlace,
  at: NonNullable<ServerTls['pair']>,
): Certificate {
  const { chain, key } = pairFiles(place);
  // The key first: a chain without its key is what a server stumbles over.
  const files = [
    { to: at.key, sources: [key] },
    { to: at.cert, sources: [chain] },
    // MySQL reads no pair again that its own roots have not signed.
    ...(at.ca === null ? [] : [{ to: at.ca, sources: [ca] }]),
  ];
  // The roots, and a key, may stay when a certificate changes.
  const laid = (verb: LayVerb) => (digests: readonly string[]) =>
    files.map((file, index) => lay(resource, verb, { ...file, digest: digests[index] ?? '', set: setOf(digests) }));
  const here: Place = {
    host: 'server',
    at: plan.at,
    files: files.map(({ to }) => to),
    laid: () => Promise.all(files.map(({ to }) => laidHere(to))),
    put: laid('put'),
    back: laid('back'),
    settle: laid('settle'),
    reload: () => [
      { kind: 'sql', dsn, statements: [reloadTls(engine)], lock: 'shiplock:database-tls', timeoutMs: LAY_MS },
    ],
  };
  return {
    ...{ name: 'database', names, days, resource, speaks: 'mysql', places: [here] },
    chain: sourceOf(chain),
    key: sourceOf(key),
    ca: sourceOf(ca),
    renew: null,
    cwd: service.baseDir,
    service: 'the database',
    // Asked when the pair is looked at: in a first run the roots are made by the steps before.
    digestsOf: (one, other) => [other, one, ...(at.ca === null ? [] : [readFileSync(ca, 'utf8')])].map(digestOf),
    unknownDigests: files.map(() => '<pair.digest>'),
  };
}

function lay(resource: string, verb: LayVerb, file: LaidFile): Effect {
  return localLayEffect({ resource, privileged: privileged() }, verb, file);
}

/** Nothing brings back what was there before. */
function layForGood(resource: string, files: readonly LaidFile[], lie: boolean): readonly Effect[] {
  return verbsForGood(lie).flatMap((verb) => files.map((file) => lay(resource, verb, file)));
}

function privileged(): readonly string[] {
  return process.getuid?.() === 0 ? [] : ['sudo', '-n'];
}

export function digestOf(text: string): string {
  return createHash('sha256').update(lineEnded(text)).digest('hex');
}

const firstFiles = ({ settings }: TlsWork) => {
  const directory = settings.server?.directory ?? '';
  return { directory, cert: join(directory, 'server-cert.pem'), key: join(directory, 'server-key.pem') };
};

interface First {
  readonly files: readonly LaidFile[];
  readonly laid: readonly (string | null)[];
  readonly there: boolean;
}

function allLie({ files, laid }: First): boolean {
  return files.every(({ digest }, at) => laid[at] === digest);
}

/** A server without a pair: it is laid down where nothing reads it yet. */
function firstStep(work: TlsWork, place: AuthorityPlace): Node {
  const { directory, cert, key } = firstFiles(work);
  const owner = work.settings.server?.owner ?? '';
  const read = async (): Promise<First> => {
    const from = pairFiles(place);
    const texts = await Promise.all(
      [from.key, from.chain].map((path) =>
        sourceOf(path)
          .read()
          .catch(() => ''),
      ),
    );
    const [keyDigest = '', chainDigest = ''] = texts.map(digestOf);
    const set = setOf([keyDigest, chainDigest]);
    return {
      there: (await laidHere(cert)) !== null || (await isDirectory(directory)),
      laid: await Promise.all([key, cert].map(laidHere)),
      files: [
        { to: key, sources: [from.key], digest: keyDigest, set },
        { to: cert, sources: [from.chain], digest: chainDigest, set },
      ],
    };
  };
  const command = (...argv: readonly string[]): Effect => ({
    ...{ kind: 'exec', argv: [...privileged(), ...argv], resource: place.resource, timeoutMs: LAY_MS },
  });
  return action<First>({
    id: 'first',
    title: `Lay the pair down in ${directory}`,
    inputs: { directory, owner },
    read,
    decide: (first) => ({
      kind: 'do',
      effects: [
        ...(first.there ? [] : [command('install', '-d', '-m', '0750', '-o', owner, directory)]),
        ...layForGood(place.resource, first.files, allLie(first)),
        command('chown', owner, key, cert),
        command('chmod', '0600', key),
      ],
    }),
    probe: 'repeatable',
    verify: async () => (allLie(await read()) ? [] : [notMade(directory)]),
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Last: from now on the next start of the server uses the pair. */
function optionsStep(work: TlsWork, place: AuthorityPlace): Node {
  const to = work.settings.server?.options ?? '';
  const text = tlsFile(work.engine, firstFiles(work));
  const staged = join(place.directory, 'server-options.cnf');
  const digest = digestOf(text);
  return action<{ readonly lies: boolean; readonly readable: boolean }>({
    id: 'options',
    title: `Name the pair in ${to}`,
    description: 'The server reads it when it is started again.',
    inputs: { file: to },
    read: async () => ({ lies: (await laidHere(to)) === digest, readable: await isReadable(to) }),
    decide: ({ lies, readable }) =>
      lies && readable
        ? { kind: 'nothing', why: 'it stands there' }
        : {
            kind: 'do',
            effects: [
              { kind: 'file', path: staged, content: text, mode: 0o600, timeoutMs: LAY_MS },
              ...layForGood(place.resource, [{ to, sources: [staged], digest, set: setOf([digest]) }], lies),
              {
                ...{ kind: 'exec', argv: [...privileged(), 'chmod', '0644', to], resource: place.resource },
                timeoutMs: LAY_MS,
              },
            ],
          },
    probe: 'repeatable',
    verify: async () => ((await laidHere(to)) === digest && (await isReadable(to)) ? [] : [notMade(to)]),
  });
}

/** By everybody: what was killed before it said so has left a file that the server may not read. */
async function isReadable(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mode }) => (mode & 0o777) === 0o644,
    () => false,
  );
}

/** The connection of the product itself, as it is opened from now on. */
function clientsStep({ service }: TlsWork): Node {
  const { database } = service.environment;
  return action<Problem | null>({
    id: 'clients',
    title: 'Connect as the migrations do, with the server verified',
    read: async () => {
      if (database === null) return null;
      const dsn = resolveDsn(database.dsn, await withDatabaseRoots(service.secrets, service.environment));
      try {
        await (await openDsnSession(dsn, database.connectTimeoutMs)).close();
        return null;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        return error.problems[0] ?? null;
      }
    },
    decide: (problem) =>
      problem === null
        ? { kind: 'nothing', why: 'it is let in, and trusts the server' }
        : { kind: 'refuse', problems: [problem] },
    probe: 'repeatable',
  });
}

const before = z.strictObject({ required: z.boolean() });

function requireStep(work: TlsWork, account: DeclaredAccount): Node {
  const { role, user, from } = account;
  const look = async (): Promise<boolean | null> =>
    (await askTls(work)).accounts.find((one) => one.user === user && one.from === from)?.requires ?? null;
  const effect = (required: boolean): Effect => ({
    ...{ kind: 'sql', dsn: work.dsn, statements: [requireTls(account, required)], timeoutMs: LAY_MS },
    lock: 'shiplock:database-tls',
    why: 'connections that are open stay open',
  });
  return step<boolean | null, z.infer<typeof before>>({
    id: `require-${role}`,
    title: `Let ${user}@${from} in over TLS alone`,
    inputs: { role, user, from },
    read: look,
    decide: (required) => {
      if (required === null) return { kind: 'nothing', why: 'there is no such account' };
      return required ? { kind: 'nothing', why: 'it is so' } : { kind: 'do', effects: [effect(true)] };
    },
    outputs: before,
    collect: (_results, required) => ({ required: required !== false }),
    planned: (required) => ({ required: required !== false }),
    probe: 'repeatable',
    verify: async () => ((await look()) === false ? [notMade(`account ${user}@${from}`)] : []),
    undo: ({ required }) =>
      required ? { kind: 'nothing', why: 'it was so before' } : { kind: 'do', effects: [effect(false)] },
  });
}

function notMade(where: string): Problem {
  return {
    code: 'database.tls-not-made',
    where,
    found: 'not what was asked for',
    expected: 'what was just made',
    remedy: 'see whether another program writes there; then run it again',
  };
}
