import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { remoteCommand } from './quote.ts';

/** A host as OpenSSH reaches it. */
export interface SshHost {
  readonly name: string;
  /** Name or address, for ssh and for traffic. */
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/** How hosts are reached; the same for all of an environment. */
export interface SshAccess {
  /** The only file whose host keys count. */
  readonly knownHosts: string;
  readonly identityFile?: string;
  readonly connectTimeoutMs: number;
  /** A login of its own with this key and no other: no connection that is open already, and no agent, speaks for it. Left out: connections are shared. */
  readonly alone?: true;
}

/** A connection that is not used any more for so long is closed, and its socket is gone. */
const PERSIST_S = 30;

/**
 * The command line of ssh for one command on a host: no file of the user's settings, no question, only host keys that are known. Commands share
 * one connection per host, since a new one costs a hundred milliseconds; its socket lies in a directory that is only ours. Pure.
 */
export function sshArgv(
  host: SshHost,
  access: SshAccess,
  sockets: string,
  command: readonly string[],
): readonly string[] {
  const { knownHosts, identityFile, connectTimeoutMs, alone = false } = access;
  // ssh itself tells connections apart by address and user only; who was allowed in with other keys is another connection.
  const keys = createHash('sha256')
    .update(JSON.stringify([knownHosts, identityFile ?? '']))
    .digest('hex');
  const settings = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: fileWord(knownHosts),
    GlobalKnownHostsFile: '/dev/null',
    UpdateHostKeys: 'no',
    ForwardAgent: 'no',
    ClearAllForwardings: 'yes',
    ConnectTimeout: Math.max(1, Math.ceil(connectTimeoutMs / 1000)),
    ConnectionAttempts: 1,
    ServerAliveInterval: 2,
    ServerAliveCountMax: 3,
    ...(alone
      ? { ControlMaster: 'no', ControlPath: 'none', IdentityAgent: 'none' }
      : {
          ControlMaster: 'auto',
          ControlPersist: PERSIST_S,
          ControlPath: fileWord(join(sockets, keys.slice(0, 8)), '-%C'),
        }),
    LogLevel: 'ERROR',
  };
  return [
    ...['ssh', '-F', 'none', '-T'],
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(identityFile === undefined ? [] : ['-i', identityFile, '-o', 'IdentitiesOnly=yes']),
    ...['-p', String(host.port), '-l', host.user, '--', host.address],
    remoteCommand(command),
  ];
}

/** A file name as ssh reads it in a setting. */
function fileWord(path: string, more = ''): string {
  return `"${path.replaceAll('%', '%%')}${more}"`;
}

/**
 * The directory of the sockets, made where it is missing. Whoever may write there could answer in place of a host, so it must be ours alone.
 * @throws ProblemError `ssh.socket-directory`
 */
export function socketDirectory(): string {
  const uid = process.getuid?.() ?? 0;
  // The name of a Unix socket is short, and ssh adds to it.
  const base = tmpdir().length > 30 ? '/tmp' : tmpdir();
  const directory = join(base, `shiplock-ssh-${uid}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stat = lstatSync(directory);
  if (stat.isDirectory() && stat.uid === uid) {
    if ((stat.mode & 0o077) !== 0) chmodSync(directory, 0o700);
    return directory;
  }
  throw new ProblemError({
    code: 'ssh.socket-directory',
    where: directory,
    found: 'something of another user',
    expected: 'a directory that only this user can write',
    remedy: `remove ${directory}, and find out who made it`,
  });
}

/** `web1=deploy@10.0.0.1:22`: a host as one word of a command line. */
export function hostWord({ name, user, address, port }: SshHost): string {
  return `${name}=${user}@${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export function parseHostWord(word: string): SshHost | undefined {
  const match = /^([^=@]+)=([^@]+)@(?:\[([0-9A-Fa-f:.]+)\]|([^:@[\]]+)):(\d{1,5})$/.exec(word);
  const [, name, user, six, other, port] = match ?? [];
  const address = six ?? other;
  if (name === undefined || user === undefined || address === undefined) return undefined;
  return { name, user, address, port: Number(port) };
}
