import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type Ask,
  type Engine,
  isOf,
  olderConnections,
  type Passwords,
  type Role,
  readPasswords,
} from '../../database/index.ts';
import { openDsnSession, resolveDsn } from '../../migrate/index.ts';
import type { Text } from '../../model/effect.ts';
import type { Secrets } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type SecretFiles, secretFiles } from '../keys/files.ts';
import { type DeclaredAccount, declaredAccounts } from './account-secret.ts';
import { noAccount, notFile } from './rotate-problems.ts';

/** The passwords of one account: those that the server lets in, and those in the files of its reference. Only looks. */

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

export interface Rotation {
  readonly service: ServiceEnvironment;
  readonly engine: Engine;
  readonly dsn: Text;
  readonly account: DeclaredAccount;
  readonly secret: string;
  readonly files: SecretFiles & { readonly mark: string };
}

export interface Found {
  readonly passwords: Passwords | null;
  /** The password in each file; null: no file. */
  readonly own: string | null;
  readonly next: string | null;
  readonly before: string | null;
}

/** @throws ProblemError where there is no such account, or its secret cannot be written from here */
export function openRotation(
  service: ServiceEnvironment,
  request: Pick<RotateRequest, 'environment' | 'role' | 'admin'>,
): Rotation {
  const account = declaredAccounts(service).find(({ role }) => role === request.role);
  const { database } = service.environment;
  if (account === undefined || database === null) throw new ProblemError(noAccount(request));
  const reference = typeof account.dsn === 'string' ? '' : account.dsn.secret;
  if (!reference.startsWith('file:')) throw new ProblemError(notFile(account, reference));
  const own = resolve(service.baseDir, reference.slice('file:'.length));
  return {
    ...{ service, account, engine: database.engine, secret: reference },
    dsn: request.admin === null ? database.dsn : { secret: request.admin },
    files: { ...secretFiles(own), mark: `${own}.mark` },
  };
}

/** Files are read anew each time: what is known of a secret is what it was when it was asked for first. Nothing of it is told. */
export async function lookAtPasswords(work: Rotation): Promise<Found> {
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

export async function asAdministrator<T>({ service, dsn }: Rotation, use: (ask: Ask) => Promise<T>): Promise<T> {
  const limit = service.environment.database?.connectTimeoutMs ?? 10_000;
  const session = await openDsnSession(resolveDsn(dsn, service.secrets), limit);
  try {
    return await use((row, sql, values) => session.ask(row, sql, values));
  } finally {
    await session.close();
  }
}

/** Pure. */
export function stateIn({ passwords, own }: Found): RotateState['state'] {
  if (passwords === null || passwords.more > 0) return 'odd';
  const { current, second } = passwords;
  if (second === null) return isOf(current, own) ? 'one' : 'odd';
  return isOf(current, own) || isOf(second, own) ? 'both' : 'odd';
}

const markSchema = z.object({ connection: z.number(), started: z.number() });

export async function olderOf(work: Rotation): Promise<number | null> {
  const text = await readFile(work.files.mark, 'utf8').catch(() => null);
  if (text === null) return null;
  const mark = markSchema.parse(JSON.parse(text));
  return asAdministrator(work, (ask) => olderConnections(ask, work.account, mark));
}
