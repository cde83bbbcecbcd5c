import type { CommandResult, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { type SshAccess, type SshHost, socketDirectory, sshArgv } from './access.ts';
import { hostProblem } from './failure.ts';
import { hostProgram, programArgv } from './program.ts';

/** How a host is asked over ssh by everything that only looks. */

export interface Looking {
  readonly host: SshHost;
  readonly access: SshAccess;
  /** Directory of the program on the host. */
  readonly root: string;
  readonly exec: Exec;
}

/** A host that says nothing is given up after this; a look takes 0.1 s. */
const LOOK_MS = 10_000;

/** What the command says; a host that does not answer in time is as one that ssh cannot reach (255). */
export async function lookAt(
  { host, access, exec }: Looking,
  command: readonly string[],
  signal: AbortSignal | undefined,
  { stdin, withinMs = LOOK_MS }: { readonly stdin?: string; readonly withinMs?: number | undefined } = {},
): Promise<CommandResult> {
  const argv = sshArgv(host, access, socketDirectory(), command);
  try {
    return await exec.read(argv, {
      timeoutMs: withinMs,
      ...(signal === undefined ? {} : { signal }),
      ...(stdin === undefined ? {} : { stdin }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof ProblemError)) throw error;
    return { exitCode: 255, stdout: '', stderr: `no answer within ${withinMs / 1000} s` };
  }
}

/** What the host's program answers to a verb that only looks. @throws ProblemError when the host cannot be asked */
export async function askProgram(
  looking: Looking,
  verb: string,
  words: readonly string[],
  signal: AbortSignal | undefined,
  withinMs?: number,
): Promise<string> {
  const { host, root } = looking;
  const first = await lookAt(looking, programArgv(host, root, verb, words), signal, { withinMs });
  // A look must not change anything, so where the program is missing it is only lent.
  const result =
    first.exitCode === 127 && host.user === 'root'
      ? await lookAt(looking, lentArgv(root, verb, words), signal, { stdin: hostProgram().text, withinMs })
      : first;
  if (result.exitCode !== 0) throw new ProblemError(hostProblem(host, result));
  return result.stdout;
}

/** One verb of the program, which comes on standard input and is laid nowhere. For root, and for verbs that only look. Pure. */
export function lentArgv(root: string, verb: string, words: readonly string[]): readonly string[] {
  return ['sh', '-s', '--', root, verb, ...words];
}

export interface Question<T> {
  /** Of the host's program; one that only looks. */
  readonly verb: string;
  readonly words: readonly string[];
  /** Undefined for an answer that is not whole. Pure. */
  parse(said: string): T | undefined;
  /** How long it may take; left out: as long as a look that costs nothing. */
  readonly withinMs?: number;
  /** What may make an answer strange, as an instruction. Left out: a login shell. */
  readonly remedy?: string;
}

const LOGIN_SHELL =
  'look whether the login shell of that user on the host prints something of its own, or is none of the POSIX family';

/** What the host's program says, understood. @throws ProblemError when the host cannot be asked, or its answer is not whole */
export async function askWhole<T>(
  looking: Looking,
  { verb, words, parse, withinMs, remedy = LOGIN_SHELL }: Question<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const said = await askProgram(looking, verb, words, signal, withinMs);
  const answer = parse(said);
  if (answer !== undefined) return answer;
  throw new ProblemError({
    code: 'ssh.strange-answer',
    where: looking.host.name,
    found: `an answer that is not whole: ${said.trim().slice(-200)}`,
    expected: `the lines of \`${verb}\``,
    remedy,
  });
}
