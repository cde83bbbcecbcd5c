import { z } from 'zod';
import { sameSeries, serverVersion, versionText } from '../../database/index.ts';
import type { DatabaseHostLook } from '../../model/database-host.ts';
import type { Effect, EffectResult } from '../../model/effect.ts';
import { action, type Node, step } from '../../procedure/index.ts';
import { healthyWatch } from '../../system/index.ts';
import { placeOf, type ServerUpgrade } from './upgrade-case.ts';
import type { ServerRecord, ServerStep } from './upgrade-checks.ts';

/** The new server is started and its tables are brought up. What fails here fails behind the point of no return, and tells the way back. */

/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 30_000;

type Members = readonly { readonly name: string; readonly state: string; readonly detail: string }[];

const endedSchema = z.strictObject({
  /** Last words of a command that did not do all of it; empty: it did. */
  failed: z.string(),
});
type Ended = z.infer<typeof endedSchema>;

function endedOf(results: readonly EffectResult[]): Ended {
  const said = results.flatMap((one) =>
    one.kind === 'exec' && one.exitCode !== 0 ? [one.stderr.trim().slice(-300)] : [],
  );
  return { failed: said.join('; ') };
}

/** What is so after a command that failed, the look behind it finds out, and tells it with the way back. */
function tolerated(effects: readonly Effect[]): readonly Effect[] {
  return effects.map((effect) => (effect.kind === 'exec' ? { ...effect, okExitCodes: [0, 1, 70] } : effect));
}

/** What its packages have started already runs on. */
export function upStep({ target, on }: ServerUpgrade): Node {
  return action<Members>({
    id: 'start',
    title: `Start ${target.name} on ${on.host}`,
    inputs: { service: target.name, host: on.host },
    read: (ctx) => on.control.observe(ctx.signal),
    decide: (members, ctx) => {
      // In a plan it still runs: it is stopped only by a step before.
      const down = members.filter(({ state }) => ctx.mode === 'plan' || state !== 'running');
      if (down.length === 0) return { kind: 'nothing', why: 'its packages have started it' };
      return { kind: 'do', effects: tolerated(on.control.start(down, target.startMs)) };
    },
    probe: 'repeatable',
    timeoutMs: target.startMs + MARGIN_MS,
  });
}

/** The usual watch, with the way back in what is told when it does not come. */
export function worksWatch({ system, target, on, wayBack }: ServerUpgrade): ReturnType<typeof healthyWatch> {
  const { decide, ...rest } = healthyWatch(system, target, on);
  return {
    ...rest,
    decide(state) {
      const answer = decide(state);
      if (answer.kind !== 'fail') return answer;
      const { problem } = answer;
      return { ...answer, problem: { ...problem, remedy: `read its log on ${on.host}, and mend it; ${wayBack}` } };
    },
  };
}

/** The program of MariaDB that brings its tables to the new version. MySQL does that by itself when it starts. */
export function tablesStep(upgrade: ServerUpgrade, server: ServerStep): Node {
  const { machine, on, asked, wayBack } = upgrade;
  const look = (record: ServerRecord, signal: AbortSignal): Promise<DatabaseHostLook> =>
    machine.look(placeOf(upgrade, record), signal);
  const isDone = ({ upgradedTo }: DatabaseHostLook, { to }: ServerRecord): boolean => {
    const done = serverVersion(upgradedTo ?? '');
    return done !== undefined && sameSeries(done, to);
  };
  return step<DatabaseHostLook, Ended>({
    id: 'tables',
    title: `Bring the tables of the system to the new version on ${on.host}`,
    inputs: { host: on.host },
    read: (ctx) => look(ctx.outputOf(server), ctx.signal),
    decide: (found, ctx) => {
      const record = ctx.outputOf(server);
      if (!record.tables || (ctx.mode === 'run' && isDone(found, record)))
        return { kind: 'nothing', why: `they are those of ${versionText(record.to)}` };
      return { kind: 'do', effects: tolerated(machine.upgradeTables(record.socket, asked.limitMs)) };
    },
    outputs: endedSchema,
    collect: endedOf,
    verify: async (ctx, { failed }) => {
      const record = ctx.outputOf(server);
      if (!record.tables) return [];
      const found = await look(record, ctx.signal);
      if (isDone(found, record)) return [];
      return [
        {
          code: 'database.tables-not-upgraded',
          where: on.host,
          found: `tables of ${found.upgradedTo ?? 'a version that is not known'}${failed === '' ? '' : `: ${failed}`}`,
          expected: `tables of ${versionText(record.to)}`,
          remedy: `run mariadb-upgrade there by hand and read what it says; ${wayBack}`,
        },
      ];
    },
    probe: 'repeatable',
    timeoutMs: asked.limitMs + MARGIN_MS,
  });
}

/** Once more from the beginning: with the new tables, so that its log tells what is wrong with the server as it is now. */
export function againStep({ target, on, asked }: ServerUpgrade, server: ServerStep): Node {
  return action<Members>({
    id: 'again',
    title: `Start ${target.name} on ${on.host} once more, with the new tables`,
    inputs: { service: target.name, host: on.host },
    read: (ctx) => on.control.observe(ctx.signal),
    decide: (members, ctx) => {
      if (!ctx.outputOf(server).tables) return { kind: 'nothing', why: 'no table was changed' };
      return {
        kind: 'do',
        effects: [...on.control.stop(members, asked.stopMs), ...tolerated(on.control.start(members, target.startMs))],
      };
    },
    probe: 'repeatable',
    timeoutMs: asked.stopMs + target.startMs + MARGIN_MS,
  });
}
