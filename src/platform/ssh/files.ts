import type { Effect } from '../../model/effect.ts';
import type { Exec } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { type MachineFacts, parseMachine } from '../files.ts';
import { type SshHost, socketDirectory, sshArgv } from './access.ts';
import { type HostReach, hostEffect } from './effect.ts';
import { hostProblem } from './failure.ts';
import type { SshReach } from './fleet.ts';
import { askWhole, lentArgv } from './look.ts';
import { checkHost } from './observe.ts';
import { hostProgram, programArgv } from './program.ts';

/** Files of a host over ssh: read as one stream, and put back from one. The bytes go through the caller: the host has no key of a repository. */

export interface HostFilesOptions {
  readonly host: SshHost;
  readonly reach: SshReach;
}

/** A command with its whole standard input. */
export interface FedCommand {
  readonly argv: readonly string[];
  readonly stdin: string;
}

/** How files of a host are read. */
export interface HostReading {
  /** Command whose standard output is a tar of these files. It changes nothing: where the program of the host is missing, it is only lent. */
  read(paths: readonly string[]): FedCommand;
}

/** @throws ProblemError when the host cannot be asked, or is not fit */
export async function hostReading(
  { host, reach, exec }: HostFilesOptions & { readonly exec: Exec },
  signal?: AbortSignal,
): Promise<HostReading> {
  const found = await checkHost({ host, access: reach.access, root: reach.root, exec }, signal);
  const words = (paths: readonly string[]): readonly string[] => ['--do', 'read', '--of', paths.join(',')];
  return {
    read: (paths) =>
      found === 'ready'
        ? { argv: argvOf({ host, reach }, words(paths)), stdin: '' }
        : {
            argv: sshArgv(host, reach.access, socketDirectory(), lentArgv(reach.root, 'files', words(paths))),
            stdin: hostProgram().text,
          },
  };
}

/**
 * Command that puts the files of the tar on its standard input in place.
 * @param set names what is put together, so that it can be taken back; hexadecimal digits
 * @param digest SHA-256 of the whole input
 */
export function hostPutArgv(
  { host, reach }: HostFilesOptions,
  { set, digest, fence }: { readonly set: string; readonly digest: string; readonly fence: number },
): readonly string[] {
  return argvOf({ host, reach }, ['--fence', String(fence), '--do', 'put', '--set', set, '--digest', digest]);
}

function argvOf({ host, reach }: HostFilesOptions, words: readonly string[]): readonly string[] {
  return sshArgv(host, reach.access, socketDirectory(), programArgv(host, reach.root, 'files', words));
}

/** @throws ProblemError when the host cannot be asked */
export function observeMachine(
  { host, reach, exec }: HostFilesOptions & { readonly exec: Exec },
  signal?: AbortSignal,
): Promise<MachineFacts> {
  const looking = { host, access: reach.access, root: reach.root, exec };
  return askWhole(looking, { verb: 'files', words: ['--do', 'facts'], parse: parseMachine }, signal);
}

/** What a command of these said, as a problem of the host. Pure. */
export function hostFilesProblem(
  host: SshHost,
  result: { readonly exitCode: number; readonly stderr: string },
): Problem {
  return hostProblem(host, { ...result, stdout: '' });
}

/** Brings back what a set has replaced. Repeatable. Pure. */
export function hostBackEffect(options: HostReach, set: string, timeoutMs: number): Effect {
  const why = `bring back what was there before on ${options.host.name}`;
  return hostEffect(options, 'files', ['--do', 'back', '--set', set], { why, timeoutMs });
}

/** The restore of a set is over: a later one takes its files as those that were there. Repeatable. Pure. */
export function hostSettleEffect(options: HostReach, set: string, timeoutMs: number): Effect {
  const why = `what was put on ${options.host.name} stays`;
  return hostEffect(options, 'files', ['--do', 'settle', '--set', set], { why, timeoutMs });
}

/** Makes accounts and groups that are missing. Repeatable. Pure. @param words as files.sh takes them */
export function hostAccountsEffect(options: HostReach, words: readonly string[], timeoutMs: number): Effect {
  const why = `make accounts that are missing on ${options.host.name}`;
  return hostEffect(options, 'files', ['--do', 'accounts', '--of', words.join(',')], { why, timeoutMs });
}

/** @throws ProblemError for a name that no host has */
export function hostNamed(hosts: readonly SshHost[], name: string): SshHost {
  const found = hosts.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'ssh.no-such-host',
    where: name,
    found: 'a name that no host has',
    expected: hosts.length === 0 ? 'hosts over ssh' : `one of ${hosts.map((one) => one.name).join(', ')}`,
    remedy: 'name a host as `platform.hosts` or `system.hosts` does',
  });
}
