import type { Exec } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/** Which commit of which repository the reusable workflows are taken from. */
export interface Pin {
  /** `owner/name`. */
  readonly repository: string;
  readonly commit: string;
  /** The tag that led to the commit; it stands beside it for people. Null: the commit was named. */
  readonly version: string | null;
}

const WANTED = /^(?<repository>[A-Za-z0-9][\w-]*\/[\w.-]+)@(?<ref>[\w][\w.+/-]*)$/;
const COMMIT = /^[0-9a-f]{40}$/;
const LOOK_MS = 15_000;

/**
 * Reads `owner/name@COMMIT`, or `owner/name@TAG`, which is looked up at the forge: what is written is always the commit.
 * @param server of the forge, `https://github.com`
 */
export async function findPin(text: string, server: string, exec: Exec): Promise<Pin> {
  const { repository, ref } = WANTED.exec(text)?.groups ?? {};
  if (repository === undefined || ref === undefined) throw new ProblemError(notAPin(text));
  if (COMMIT.test(ref)) return { repository, commit: ref, version: null };
  const url = `${server.replace(/\/+$/, '')}/${repository}`;
  // An annotated tag is an object of its own; behind `^{}` stands the commit that it names.
  const names = [`refs/tags/${ref}`, `refs/tags/${ref}^{}`];
  const look = await exec.read(['git', 'ls-remote', '--', url, ...names], { timeoutMs: LOOK_MS });
  const found = new Map(look.stdout.split('\n').map((line) => [line.split('\t')[1], line.split('\t')[0]]));
  const commit = found.get(names[1]) ?? found.get(names[0]);
  if (look.exitCode === 0 && commit !== undefined && COMMIT.test(commit)) return { repository, commit, version: ref };
  throw new ProblemError({
    code: 'release.no-such-tag',
    where: `${url} ${ref}`,
    found: look.exitCode === 0 ? 'no tag of this name' : `git ls-remote: ${look.stderr.trim() || look.exitCode}`,
    expected: 'a tag of the repository of the workflows',
    remedy: `name the commit: --workflows ${repository}@COMMIT, with 40 digits`,
  });
}

function notAPin(text: string): Problem {
  return {
    code: 'cli.usage',
    where: '--workflows',
    found: JSON.stringify(text),
    expected: 'OWNER/NAME@TAG or OWNER/NAME@COMMIT with 40 digits',
    remedy: 'for instance --workflows acme/shiplock@v0.1.0',
  };
}
