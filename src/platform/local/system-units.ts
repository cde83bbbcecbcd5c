import type { Effect } from '../../model/effect.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { SHOWN, type SystemUnit, shownUnits, systemUnit } from '../unit-state.ts';

/** Units of systemd on this machine, whoever has installed them. */

export interface LocalUnitsOptions {
  readonly units: readonly string[];
  /** Resource whose fence is compared. */
  readonly resource: string;
  readonly exec: Exec;
  /** Words before systemctl where this user is not root: `sudo -n`. */
  readonly privileged: readonly string[];
}

const LOOK_MS = 10_000;

/** @throws ProblemError `platform.no-systemd` where systemd does not answer */
export async function observeLocalUnits(
  { units, exec }: LocalUnitsOptions,
  signal?: AbortSignal,
): Promise<readonly SystemUnit[]> {
  const argv = ['systemctl', 'show', ...SHOWN.flatMap((key) => ['-p', key]), '--', ...units];
  const { exitCode, stdout, stderr } = await exec.read(argv, {
    timeoutMs: LOOK_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  const shown = shownUnits(stdout);
  if (exitCode === 0 && shown.length === units.length) return shown.map(systemUnit);
  throw new ProblemError({
    code: 'platform.no-systemd',
    where: 'this machine',
    found: stderr.trim().split('\n').at(-1) || `exit code ${exitCode}, ${shown.length} of ${units.length} units`,
    expected: 'systemd as process 1',
    remedy: 'name `hosts:` where the unit runs, or use `command:` on a machine without systemd',
  });
}

/** Repeatable but for `restart`. What was tried too often is not tried again by systemd until it is told to forget that. Pure. */
export function localUnitEffects(
  { resource, privileged }: LocalUnitsOptions,
  verb: 'start' | 'stop' | 'restart' | 'reload',
  names: readonly string[],
  timeoutMs: number,
): readonly Effect[] {
  const effect = (word: string, more: { readonly okExitCodes?: number[] } = {}): Effect => ({
    kind: 'exec',
    argv: [...privileged, 'systemctl', word, '--', ...names],
    resource,
    why: `${word} ${names.join(', ')} on this machine`,
    timeoutMs,
    ...more,
  });
  // A unit that has never failed, or is not loaded, has nothing to forget.
  return verb === 'stop' || verb === 'reload'
    ? [effect(verb)]
    : [effect('reset-failed', { okExitCodes: [0, 1] }), effect(verb)];
}
