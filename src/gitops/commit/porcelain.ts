/** What `git push --porcelain` answered, by its status flags and its exit code alone. */
export type Pushed =
  | { readonly kind: 'landed' }
  /** The branch is as it was before, or somebody else moved it. `said`: git's words, for people only. */
  | { readonly kind: 'rejected'; readonly said: string }
  /** No status at all: nobody knows whether the server took the commit. */
  | { readonly kind: 'no-answer'; readonly said: string };

/** Flags of a ref that is now as we wanted it: fast-forward, new, up to date already. */
const LANDED = [' ', '*', '='];

/**
 * Pure. `output` is one line per ref, `<flag>\t<from>:<to>\t<summary> (<reason>)`. The reason is for people: what is done next is decided
 * by reading the branch again.
 */
export function readPush(output: string, exitCode: number, ref: string, stderr = ''): Pushed {
  const line = output
    .split('\n')
    .find((one) => one.slice(1).startsWith('\t') && one.split('\t')[1]?.endsWith(`:${ref}`));
  const flag = line?.[0];
  if (flag !== undefined && LANDED.includes(flag) && exitCode === 0) return { kind: 'landed' };
  if (flag === '!') return { kind: 'rejected', said: saidBy(line?.split('\t')[2] ?? '', stderr) };
  return { kind: 'no-answer', said: saidBy(`git push ended with ${exitCode}`, stderr) };
}

/** git's summary, and what the server's hooks said to the person who pushes. */
function saidBy(summary: string, stderr: string): string {
  const words = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
  return [summary.trim(), ...words.slice(0, 4)].join('; ').slice(0, 600);
}
