import { readFile } from 'node:fs/promises';
import type { CommandResult, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { SshReach } from '../../platform/index.ts';
import { keysOn } from '../../platform/ssh/keys.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { reachOf } from '../environment/system.ts';
import { type SecretFiles, secretFiles } from './files.ts';
import { noHosts, noIdentity, unreadableKey } from './problems.ts';

/** The key by which hosts are reached: in the files of this machine, and on each host. Only looks. */

export interface HostKeys {
  readonly service: ServiceEnvironment;
  readonly reach: SshReach;
  readonly files: SecretFiles;
  /** Stands behind the new key in authorized_keys. */
  readonly comment: string;
}

export type KeyHost = SshReach['hosts'][number];

/** Public halves, as their bytes in base64; null: no file. */
export interface KeyFiles {
  readonly own: string | null;
  readonly next: string | null;
  readonly before: string | null;
}

/** @throws ProblemError where no key of a file leads to hosts */
export function openHostKeys(service: ServiceEnvironment): HostKeys {
  const { environment } = service;
  const reach = reachOf(environment, { hosts: environment.system?.hosts ?? [] });
  if (reach === null || reach.hosts.length === 0) throw new ProblemError(noHosts(environment.environment));
  const { identityFile } = reach.access;
  if (identityFile === undefined) throw new ProblemError(noIdentity(environment.environment));
  return {
    ...{ service, reach, files: secretFiles(identityFile) },
    comment: `shiplock-${environment.service}-${environment.environment}`,
  };
}

const LOOK_MS = 10_000;

/** @throws ProblemError `keys.unreadable` */
export async function lookAtFiles({ service, files }: HostKeys): Promise<KeyFiles> {
  const [own, next, before] = await Promise.all(
    [files.own, files.next, files.before].map((file) => publicHalf(service.exec, file)),
  );
  if (own === undefined || own === null) throw new ProblemError(unreadableKey(files.own, 'no file'));
  return { own, next: next ?? null, before: before ?? null };
}

/** Of the private key itself: a `.pub` beside it may be another one's. Null: no file. */
async function publicHalf(exec: Exec, file: string): Promise<string | null> {
  try {
    await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new ProblemError(unreadableKey(file, error instanceof Error ? error.message : String(error)));
  }
  const result = await exec.read(['ssh-keygen', '-y', '-P', '', '-f', file], { timeoutMs: LOOK_MS });
  const [, key] = result.exitCode === 0 ? result.stdout.trim().split(/\s+/) : [];
  if (key === undefined) throw new ProblemError(unreadableKey(file, said(result)));
  return key;
}

function said({ stderr, exitCode }: CommandResult): string {
  return stderr.trim().split('\n').at(-1) || `ssh-keygen ended with ${exitCode}`;
}

/** The two keys of an exchange: `old` leads to hosts from before; `fresh` is null before it is made. Pure. */
export function oldAndFresh({ own, next, before }: KeyFiles): {
  readonly old: string | null;
  readonly fresh: string | null;
} {
  return own !== null && own === next ? { old: before, fresh: next } : { old: own, fresh: next };
}

/** Which of these a host lets in. @throws ProblemError when it cannot be asked */
export async function letInOn(
  { service, reach }: HostKeys,
  host: KeyHost,
  keys: readonly string[],
  how: { readonly identityFile?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly boolean[]> {
  return (await keysOn({ host, reach, exec: service.exec }, keys, how)).map((file) => file !== null);
}

/** Whether a login with the key of this file alone is let in. @throws ProblemError when the host does not answer at all */
export async function logsIn(
  work: HostKeys,
  host: KeyHost,
  identityFile: string,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await letInOn(work, host, [key], { identityFile, signal });
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problems.some(({ code }) => code === 'ssh.refused')) return false;
    throw error;
  }
}
