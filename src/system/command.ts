import type { Effect } from '../model/effect.ts';
import type { Exec } from '../model/ports.ts';
import type { ServiceControl } from './types.ts';

export interface CommandControlOptions {
  readonly name: string;
  readonly start: readonly string[];
  readonly stop: readonly string[];
  readonly status: readonly string[];
  /** Null: it cannot read its files again while it runs. */
  readonly reload: readonly string[] | null;
  /** Where they run: the directory of shiplock.yaml. */
  readonly cwd: string;
  /** Resource whose fence is compared. */
  readonly resource: string;
  readonly exec: Exec;
}

const LOOK_MS = 30_000;

/** A service by command lines of this machine, such as those of an init script. */
export function commandControl({
  name,
  start,
  stop,
  status,
  reload,
  cwd,
  resource,
  exec,
}: CommandControlOptions): ServiceControl {
  const effect = (argv: readonly string[], why: string, timeoutMs: number): Effect => ({
    kind: 'exec',
    argv,
    cwd,
    resource,
    why,
    timeoutMs,
  });
  return {
    async observe(signal) {
      const found = await exec.read(status, { cwd, timeoutMs: LOOK_MS, ...(signal === undefined ? {} : { signal }) });
      const words = (found.stderr.trim() || found.stdout.trim()).split('\n').at(-1)?.slice(0, 200) ?? '';
      return [
        {
          name,
          state: found.exitCode === 0 ? 'running' : 'stopped',
          identity: null,
          detail: found.exitCode === 0 ? '' : words,
        },
      ];
    },
    start: (members, timeoutMs) => (members.length === 0 ? [] : [effect(start, `start ${name}`, timeoutMs)]),
    stop: (members, timeoutMs) => (members.length === 0 ? [] : [effect(stop, `stop ${name}`, timeoutMs)]),
    restart: null,
    ...(reload === null
      ? {}
      : { reload: (timeoutMs: number) => [effect(reload, `have ${name} read its files again`, timeoutMs)] }),
  };
}
