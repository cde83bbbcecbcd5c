import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import type { Exec, HttpClient } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { git } from '../git.ts';
import type { Place } from './place.ts';

/**
 * Why a repository does not do what we ask. git's words differ between versions and languages, so they are shown and never read: the place
 * itself is asked instead, by what its protocol answers.
 */

export interface Question {
  readonly place: Place;
  /** `read` or `push`: a server may allow one and not the other. */
  readonly want: 'read' | 'push';
  /** What git said, for the person. */
  readonly said: string;
  readonly exec: Exec;
  readonly http: HttpClient;
  readonly signal: AbortSignal;
}

type Cause = 'unreachable' | 'credentials' | 'no-repository' | 'git-failed';

const ASK_MS = 8_000;

export async function diagnose(question: Question): Promise<Problem> {
  const { address, kind } = question.place.location;
  const { cause, words } = await (kind === 'local' || address.startsWith('file:')
    ? localCause(question)
    : /^https?:/.test(address)
      ? httpCause(question)
      : sshCause(question));
  const { said, want } = question;
  return problemOf(cause, address, said === '' ? words : `${words} (git: ${said})`, want);
}

interface Answer {
  readonly cause: Cause;
  /** What was found out; git's own words follow. */
  readonly words: string;
}

function answer(cause: Cause, words: string): Answer {
  return { cause, words };
}

async function localCause(question: Question): Promise<Answer> {
  const { place, exec, signal } = question;
  const path = place.location.address.replace(/^file:\/\//, '');
  if (!existsSync(path)) return answer('no-repository', 'no such directory');
  const { exitCode } = await exec.read(git('/nonexistent', '-C', path, 'ls-remote', '--heads', '--', path), {
    timeoutMs: ASK_MS,
    signal,
  });
  return exitCode === 0
    ? answer('git-failed', 'a repository that can be read')
    : answer('no-repository', 'no git repository, or not one that this account may use');
}

async function httpCause(question: Question): Promise<Answer> {
  const service = question.want === 'read' ? 'git-upload-pack' : 'git-receive-pack';
  const base = question.place.location.address.replace(/\/+$/, '').replace(/^(https?:\/\/)[^/@]*@/, '$1');
  const result = await question.http.get(`${base}/info/refs?service=${service}`, {
    timeoutMs: ASK_MS,
    signal: question.signal,
  });
  if (result.kind === 'no-answer') return answer('unreachable', result.reason);
  const status = `HTTP status ${result.status}`;
  if (result.status === 401 || result.status === 403) return answer('credentials', status);
  if (result.status === 404 || result.status === 410) return answer('no-repository', status);
  if (result.status >= 500) return answer('unreachable', status);
  return answer('git-failed', status);
}

/** ssh ends with 255 when it did not get in; any other code is the answer of the command over there. */
async function sshCause(question: Question): Promise<Answer> {
  const { exec, signal, want } = question;
  const target = sshTarget(question.place.location.address);
  if (target === undefined) return answer('git-failed', 'an address that only git understands');
  const { host, user, port, path } = target;
  const at = user === undefined ? host : `${user}@${host}`;
  const ports = port === undefined ? [] : ['-p', port];
  const settings = await exec.read(['ssh', '-G', ...ports, '--', at], { timeoutMs: ASK_MS, signal });
  const setting = (name: string): string | undefined =>
    new RegExp(`^${name} (.+)$`, 'm').exec(settings.stdout)?.[1]?.trim();
  const through = (setting('proxyjump') ?? setting('proxycommand') ?? 'none') !== 'none';
  if (!through && !(await listens(setting('hostname') ?? host, Number(setting('port') ?? port ?? 22)))) {
    return answer('unreachable', 'nobody who listens there');
  }
  // A command of the operator's own cannot be asked without a shell: git's words must do.
  if (process.env['GIT_SSH_COMMAND'] !== undefined || process.env['GIT_SSH'] !== undefined) {
    return answer('credentials', 'a server that does not let us in, or a repository that is not there');
  }
  const command = `git-${want === 'read' ? 'upload' : 'receive'}-pack '${path.replaceAll("'", "'\\''")}'`;
  const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5', '-T', ...ports];
  const { exitCode } = await exec.read(['ssh', ...options, '--', at, command], {
    timeoutMs: ASK_MS,
    signal,
    stdin: '',
  });
  if (exitCode === 255) return answer('credentials', 'a key or a host key that was refused');
  return answer('no-repository', `a server that lets us in, and \`${command}\` ended with ${exitCode}`);
}

function sshTarget(
  address: string,
): { readonly host: string; readonly user?: string; readonly port?: string; readonly path: string } | undefined {
  const [, scpUser, scpHost, scpPath] = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)(.+)$/.exec(address) ?? [];
  if (scpHost !== undefined && scpPath !== undefined) {
    return { host: scpHost, path: scpPath, ...(scpUser === undefined ? {} : { user: scpUser }) };
  }
  if (!address.startsWith('ssh://') || !URL.canParse(address)) return undefined;
  const { hostname, port, username, pathname } = new URL(address);
  if (hostname === '' || hostname.startsWith('-')) return undefined;
  return {
    host: hostname,
    path: decodeURIComponent(pathname),
    ...(username === '' ? {} : { user: decodeURIComponent(username) }),
    ...(port === '' ? {} : { port }),
  };
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(ASK_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

function problemOf(cause: Cause, where: string, found: string, want: 'read' | 'push'): Problem {
  switch (cause) {
    case 'unreachable':
      return {
        code: 'gitops.unreachable',
        where,
        found,
        expected: 'an answer from the repository',
        remedy: `check \`gitops.repository\` and the network: git ls-remote ${where}`,
      };
    case 'credentials':
      return {
        code: 'gitops.credentials',
        where,
        found,
        expected: want === 'read' ? 'an account that may read the repository' : 'an account that may push',
        remedy: `let git have it without a question (a credential helper for https, a deploy key and a known host for ssh), and try git ls-remote ${where}`,
      };
    case 'no-repository':
      return {
        code: 'gitops.no-repository',
        where,
        found,
        expected: 'a git repository that this account may see',
        remedy: 'mend `gitops.repository`, or let this account see the repository',
      };
    case 'git-failed':
      return {
        code: 'gitops.git-failed',
        where,
        found,
        expected: 'an answer from the repository',
        remedy: 'check `gitops.repository`, that this machine reaches it, and its rights',
      };
  }
}
