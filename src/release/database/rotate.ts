import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type Ask,
  addPassword,
  type Engine,
  isOf,
  keepPassword,
  olderConnections,
  type Passwords,
  pluginOf,
  type Role,
  readMark,
  readPasswords,
} from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import { type Effect, MADE_PASSWORD, type Text } from '../../model/effect.ts';
import type { Secrets } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { action, type Node, type Procedure, procedure, type RunResult, sequence } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { localResource } from '../environment/system.ts';
import { runAgain } from '../run/again.ts';
import { type DeclaredAccount, declaredAccounts } from './account-secret.ts';
import { inUse, noAccount, notFile, nothingToTakeBack, odd } from './rotate-problems.ts';

/**
 * A new password of an account without an interruption: it is let in beside the old one, services are restarted at leisure, and the old one is let in
 * no more once no connection of before is left. Two commands, since what lies between them is done by people and other runs.
 */

export interface RotateRequest {
  readonly environment: string;
  readonly role: Role;
  readonly admin: string | null;
  /** `begin`: a new password beside the old one; `back`: the old one behind the reference again; `finish`: only the one behind the reference is let in. */
  readonly what: 'look' | 'begin' | 'back' | 'finish';
  readonly why: string;
}

export interface RotateState {
  readonly role: Role;
  readonly user: string;
  readonly from: string;
  /** `one`: one password, the one behind the reference. `both`: the one behind the reference, and another. `odd`: something else. */
  readonly state: 'one' | 'both' | 'odd';
  /** Connections from before the exchange that are open still; null: nothing is known of an exchange. */
  readonly older: number | null;
}

interface Work {
  readonly service: ServiceEnvironment;
  readonly engine: Engine;
  readonly dsn: Text;
  readonly account: DeclaredAccount;
  readonly secret: string;
  readonly files: { readonly own: string; readonly next: string; readonly before: string; readonly mark: string };
}

interface Found {
  readonly passwords: Passwords | null;
  /** The password in each file; null: no file. */
  readonly own: string | null;
  readonly next: string | null;
  readonly before: string | null;
}

/** @throws ProblemError when it is refused, or does not come through */
export async function rotate(
  door: DoorOptions,
  request: RotateRequest,
): Promise<{ readonly result: RunResult | null; readonly state: RotateState }> {
  const work = await openWork(door, request);
  const found = await look(work);
  if (request.what === 'look') return { result: null, state: await stateOf(work, found) };
  const refusal = await refusalOf(work, request.what, found);
  if (refusal !== null) throw new ProblemError(refusal);
  const result = await runAgain(rotateProcedure(work, request), engineOptions(work.service));
  return { result, state: await stateOf(work, await look(work)) };
}

async function openWork(door: DoorOptions, request: RotateRequest): Promise<Work> {
  const service = await openEnvironment(door, request.environment, 'without-database');
  const account = declaredAccounts(service).find(({ role }) => role === request.role);
  const { database } = service.environment;
  if (account === undefined || database === null) throw new ProblemError(noAccount(request));
  const reference = typeof account.dsn === 'string' ? '' : account.dsn.secret;
  if (!reference.startsWith('file:')) throw new ProblemError(notFile(account, reference));
  const own = resolve(service.baseDir, reference.slice('file:'.length));
  return {
    ...{ service, account, engine: database.engine, secret: reference },
    dsn: request.admin === null ? database.dsn : { secret: request.admin },
    files: { own, next: `${own}.next`, before: `${own}.previous`, mark: `${own}.mark` },
  };
}

/** Files are read anew each time: what is known of a secret is what it was when it was asked for first. Nothing of it is told. */
async function look(work: Work): Promise<Found> {
  const { files, engine, account } = work;
  const { secrets } = work.service;
  const places = [files.own, files.next, files.before];
  const [own, next, before] = await Promise.all(places.map((file) => passwordIn(file, secrets)));
  return {
    ...{ own: own ?? null, next: next ?? null, before: before ?? null },
    passwords: await asAdministrator(work, (ask) => readPasswords(ask, engine, account)),
  };
}

async function passwordIn(file: string, secrets: Secrets): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const found = resolveDsn(text.trim(), secrets).options.password ?? '';
  return found === '' ? null : found;
}

async function asAdministrator<T>({ service, dsn }: Work, use: (ask: Ask) => Promise<T>): Promise<T> {
  const limit = service.environment.database?.connectTimeoutMs ?? 10_000;
  const session = await openDsnSession(resolveDsn(dsn, service.secrets), limit);
  try {
    return await use((row, sql, values) => session.ask(row, sql, values));
  } finally {
    await session.close();
  }
}

/** Pure. */
function stateIn({ passwords, own }: Found): RotateState['state'] {
  if (passwords === null || passwords.more > 0) return 'odd';
  const { current, second } = passwords;
  if (second === null) return isOf(current, own) ? 'one' : 'odd';
  return isOf(current, own) || isOf(second, own) ? 'both' : 'odd';
}

async function stateOf(work: Work, found: Found): Promise<RotateState> {
  const { role, user, from } = work.account;
  return { role, user, from, state: stateIn(found), older: await olderOf(work) };
}

const markSchema = z.object({ connection: z.number(), started: z.number() });

async function olderOf(work: Work): Promise<number | null> {
  const text = await readFile(work.files.mark, 'utf8').catch(() => null);
  if (text === null) return null;
  const mark = markSchema.parse(JSON.parse(text));
  return asAdministrator(work, (ask) => olderConnections(ask, work.account, mark));
}

async function refusalOf(work: Work, what: 'begin' | 'back' | 'finish', found: Found): Promise<Problem | null> {
  const state = stateIn(found);
  if (state === 'odd') return odd(work.account);
  if (what === 'begin') return null;
  if (what === 'back') return state === 'both' && found.before !== null ? null : nothingToTakeBack(work.account);
  const older = state === 'both' ? await olderOf(work) : 0;
  return older === 0 ? null : inUse(work.account, older);
}

function rotateProcedure(work: Work, { what, why }: RotateRequest): Procedure {
  const { environment } = work.service.environment;
  const { role, user, from } = work.account;
  const steps = {
    look: [],
    begin: [nextStep(work), keepStep(work), bothStep(work), switchStep(work), markStep(work), tidyStep(work, ['next'])],
    back: [backStep(work), markStep(work)],
    finish: [finishStep(work), tidyStep(work, ['before', 'mark'])],
  };
  const titles = {
    look: '',
    begin: 'Let a new password in beside the old one',
    back: 'Put the old password behind its reference again',
    finish: 'Let in only the password behind the reference',
  };
  return procedure({
    id: 'database-rotate',
    title: `${titles[what]}: ${user}@${from} (${role}) in ${environment}`,
    description: 'Every step looks whether it is done already. Until the last command both passwords are let in.',
    environment,
    inputs: { environment, role, what, why },
    root: sequence({ id: what, title: titles[what], steps: steps[what] }),
  });
}

/** The same connection string with a password that nobody has seen. A file that is there is never replaced, so a second try has the same one. */
function nextStep(work: Work): Node {
  const { files } = work;
  return action<{ readonly found: Found; readonly form: string }>({
    id: 'next',
    title: 'Make a new password',
    read: async () => ({ found: await look(work), form: formOf(await readFile(files.own, 'utf8')) }),
    decide: ({ found, form }) =>
      stateIn(found) === 'one' && found.next === null
        ? {
            kind: 'do',
            effects: [{ kind: 'file', path: files.next, content: { made: form }, mode: 0o600, timeoutMs: QUICK_MS }],
          }
        : { kind: 'nothing', why: 'there is one' },
    probe: 'repeatable',
  });
}

/** A connection string of either form with `{password}` in the place of its password. Pure. */
export function formOf(text: string): string {
  const made = text.replace(
    /^(mysql:\/\/[^:@/]*:)[^@/]*(?=@)|^([^:@/]*:).*(?=@(?:tcp|unix)\()/,
    (_all, url: string | undefined, go: string | undefined) => `${url ?? go ?? ''}${MADE_PASSWORD}`,
  );
  if (made !== text) return made;
  throw new TypeError('a connection string with a password was looked for before');
}

function keepStep(work: Work): Node {
  const { own, before } = work.files;
  return action<Found>({
    id: 'keep',
    title: 'Keep the old one beside it',
    read: () => look(work),
    decide: (found) =>
      found.next !== null && found.own !== found.next && found.before !== found.own
        ? { kind: 'do', effects: replace(work, own, before) }
        : { kind: 'nothing', why: 'it is kept' },
    probe: 'repeatable',
  });
}

function bothStep(work: Work): Node {
  const { engine, account, files, dsn } = work;
  const [next, old] = ['<new password>', '<old password>'];
  return action<Found>({
    id: 'both',
    title: 'Let both in',
    inputs: { user: account.user, from: account.from },
    read: () => look(work),
    decide: ({ passwords, own, next: made }) => {
      if (passwords === null) return { kind: 'refuse', problems: [odd(account)] };
      if (passwords.second !== null) return { kind: 'nothing', why: 'it is so' };
      if (made === null || !isOf(passwords.current, own)) return { kind: 'refuse', problems: [odd(account)] };
      const effect: Effect = {
        ...{ kind: 'sql', dsn, statements: [addPassword(engine, account, next, old)], timeoutMs: QUICK_MS },
        lock: 'shiplock:database-users',
        verifiers: [
          { mark: next, dsn: { secret: `file:${files.next}` }, plugin: pluginOf(engine) },
          { mark: old, dsn: { secret: `file:${files.before}` }, plugin: pluginOf(engine) },
        ],
        why: 'the server is told what it keeps of them, not the passwords',
      };
      return { kind: 'do', effects: [effect] };
    },
    probe: 'repeatable',
    verify: async () => ((await look(work)).passwords?.second == null ? [odd(account)] : []),
  });
}

function switchStep(work: Work): Node {
  const { own, next } = work.files;
  return action<Found>({
    id: 'switch',
    title: 'Put the new one behind the reference',
    inputs: { reference: work.secret },
    read: () => look(work),
    decide: (found) =>
      found.next === null || found.next === found.own
        ? { kind: 'nothing', why: 'it is there' }
        : { kind: 'do', effects: replace(work, next, own) },
    probe: 'repeatable',
  });
}

function backStep(work: Work): Node {
  const { own, next, before } = work.files;
  return action<Found>({
    id: 'restore',
    title: 'Exchange the two',
    read: () => look(work),
    decide: (found) =>
      found.before === null || found.before === found.own
        ? { kind: 'nothing', why: 'it is there' }
        : // What was new may still be in use somewhere, and is kept as the other one is.
          { kind: 'do', effects: [...replace(work, before, own), ...drop(work, [next])] },
    probe: 'repeatable',
  });
}

/** Behind the exchange: whoever was connected before it may have the other password. */
function markStep(work: Work): Node {
  return action<string>({
    id: 'mark',
    title: 'Write down which connections are open',
    read: async () => `${JSON.stringify(await asAdministrator(work, readMark))}\n`,
    decide: (content) => ({
      kind: 'do',
      effects: [{ kind: 'file', path: work.files.mark, content, mode: 0o600, timeoutMs: QUICK_MS }],
    }),
    probe: 'repeatable',
  });
}

function finishStep(work: Work): Node {
  const { engine, account, dsn, secret } = work;
  const mark = '<password behind the reference>';
  return action<{ readonly found: Found; readonly older: number | null }>({
    id: 'discard',
    title: 'Let the other one in no more',
    inputs: { user: account.user, from: account.from },
    read: async () => ({ found: await look(work), older: await olderOf(work) }),
    decide: ({ found, older }) => {
      const state = stateIn(found);
      if (state === 'one') return { kind: 'nothing', why: 'it is so' };
      if (state === 'odd') return { kind: 'refuse', problems: [odd(account)] };
      if (older !== 0) return { kind: 'refuse', problems: [inUse(account, older)] };
      const current = isOf(found.passwords?.current ?? null, found.own);
      const statements = keepPassword(engine, account, mark, current);
      return {
        kind: 'do',
        effects: [
          {
            ...{ kind: 'sql', dsn, statements, lock: 'shiplock:database-users', timeoutMs: QUICK_MS },
            verifiers: [{ mark, dsn: { secret }, plugin: pluginOf(engine) }],
          },
        ],
      };
    },
    probe: 'repeatable',
    verify: async () => (stateIn(await look(work)) === 'one' ? [] : [odd(account)]),
  });
}

function tidyStep(work: Work, names: readonly ('next' | 'before' | 'mark')[]): Node {
  return action<null>({
    id: 'tidy',
    title: 'Take away what nobody needs any more',
    inputs: { files: [...names] },
    read: async () => null,
    decide: () => ({
      kind: 'do',
      effects: drop(
        work,
        names.map((name) => work.files[name]),
      ),
    }),
    probe: 'repeatable',
  });
}

const QUICK_MS = 30_000;

/** Whole at any moment, for the owner of the reference and with its mode: whoever reads it finds one or the other. */
function replace({ files, service }: Work, from: string, to: string): readonly Effect[] {
  const part = `${to}.part`;
  const resource = localResource(service.environment);
  const commands = [
    ['cp', '-p', '--', files.own, part],
    ['cp', '--', from, part],
    ['sync', '--', part],
    ['mv', '-f', '--', part, to],
  ];
  return commands.map((argv) => ({ kind: 'exec', argv, resource, timeoutMs: QUICK_MS }));
}

function drop({ service }: Work, paths: readonly string[]): readonly Effect[] {
  const resource = localResource(service.environment);
  return [{ kind: 'exec', argv: ['rm', '-f', '--', ...paths], resource, timeoutMs: QUICK_MS }];
}
