import type { Check, Checked } from '../../model/check.ts';
import type { CommandResult, Exec } from '../../model/ports.ts';

/** Programs that a configuration needs on PATH. */

export interface NeededProgram {
  readonly program: string;
  /** How it tells its version; absent where any version does. */
  readonly version?: { readonly args: readonly string[]; readonly least: string };
  /** What it is needed for, behind its name. */
  readonly why: string;
  /** How to get it. */
  readonly mend: string;
  readonly cwd?: string;
}

/** Is the program there, and new enough? */
export function programCheck(exec: Exec, needed: NeededProgram): Check {
  const { program, version, cwd } = needed;
  const argv = version === undefined ? ['sh', '-c', 'command -v "$1"', 'sh', program] : [program, ...version.args];
  return {
    id: `program.${program}`,
    title: `${program} (${needed.why})`,
    look: async (signal) => {
      const options = { timeoutMs: 4_000, signal, ...(cwd === undefined ? {} : { cwd }) };
      return programAnswer(await exec.read(argv, options), needed);
    },
  };
}

/** Pure: what the program said of itself, against the least version. */
export function programAnswer(
  { exitCode, stdout, stderr }: CommandResult,
  { program, version, why, mend }: NeededProgram,
): Checked {
  const expected = `${program}${version === undefined ? '' : ` ${version.least} or newer`} on PATH: it ${why}`;
  if (exitCode === 127 || (version === undefined && exitCode !== 0)) {
    return { state: 'failed', found: `no ${program} on PATH`, expected, mend };
  }
  if (version === undefined) return { state: 'ok', found: stdout.trim() };
  const said = `${stdout}\n${stderr}`.trim();
  const found = /\d+(?:\.\d+)+/.exec(said)?.[0];
  if (found === undefined) {
    return { state: 'failed', found: `exit ${exitCode}: ${said.split('\n')[0] ?? ''}`, expected, mend };
  }
  return isAtLeast(found, version.least)
    ? { state: 'ok', found: `${program} ${found}` }
    : { state: 'failed', found: `${program} ${found}`, expected, mend };
}

/** Compares numbers between dots; what is missing counts as 0. Pure. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, want] = [version, least].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (want ?? []).entries()) {
    const found = have?.[index] ?? 0;
    if (found !== wanted) return found > wanted;
  }
  return true;
}
