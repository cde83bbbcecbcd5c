import { z } from 'zod';
import type { PackageLook } from '../../model/packages.ts';
import type { Problem } from '../../model/problem.ts';
import { action, type Node, type Step, sequence, step, type Watch } from '../../procedure/index.ts';
import { allRun, type Look, lookAt, membersText } from '../looks.ts';
import { healthyWatch, MARGIN_MS, type Waiting } from '../nodes.ts';
import { type Done, doneSchema } from '../outputs.ts';
import {
  ageText,
  changedSince,
  changesText,
  exactly,
  installedText,
  pendingOf,
  type Recorded,
  recordedOf,
  recordedSchema,
  wayBackText,
} from './changes.ts';
import type { Upgrade, UpgradeHost } from './types.ts';

/** The steps of one host: looked at, out of the traffic, changed, restarted, healthy, back, written down. */

export type LookStep = Step<PackageLook, Recorded>;

export function refreshStep(
  { limitMs }: Pick<Upgrade, 'limitMs'>,
  { host, packages }: { readonly host: string; readonly packages: Pick<UpgradeHost['packages'], 'refresh'> },
): Node {
  return action<null>({
    id: host,
    title: `Ask the package sources on ${host}`,
    inputs: { host },
    read: async () => null,
    decide: () => ({ kind: 'do', effects: packages.refresh(limitMs) }),
    probe: 'repeatable',
    timeoutMs: limitMs + MARGIN_MS,
  });
}

/** Which packages would be brought from where to where. It is recorded: nothing else is done later. */
export function lookStep({ words, environment }: Upgrade, { host, packages }: UpgradeHost): LookStep {
  return step<PackageLook, Recorded>({
    id: host,
    title: `Look what is to be upgraded on ${host}`,
    inputs: { host, words: [...words] },
    read: (ctx) => packages.look(words, ctx.signal),
    decide: (look) => {
      if (look.failed !== null) return { kind: 'refuse', problems: [refused(host, look.failed)] };
      const why = look.changes.length === 0 ? 'nothing to upgrade' : changesText(look.changes);
      const back = look.changes.length === 0 ? '' : `; ${wayBackText(environment, host, recordedOf(look))}`;
      return { kind: 'nothing', why: `${why}; ${ageText(look)}${back}` };
    },
    outputs: recordedSchema,
    collect: (_results, look) => recordedOf(look),
    probe: 'repeatable',
  });
}

function refused(host: string, found: string): Problem {
  return {
    code: 'system.packages-refused',
    where: host,
    found,
    expected: 'packages that apt can upgrade without removing one',
    remedy: /[Dd]owngrade/.test(found)
      ? 'an older version is wanted: say --downgrade'
      : 'run `apt-get -s install` with these names on the host, mend what it names, and plan again',
  };
}

const fitSchema = z.strictObject({ fit: z.boolean() });

/** A host that is ill already is not changed: afterwards nobody could tell why. */
export function fitStep({ system }: Upgrade, { host, services }: UpgradeHost, look: LookStep): Node {
  return step<readonly (Look & { readonly name: string })[], z.infer<typeof fitSchema>>({
    id: 'fit',
    title: `Look whether everything on ${host} does its work`,
    inputs: { host, services: services.map(({ service }) => service.name) },
    read: (ctx) =>
      Promise.all(
        services.map(async ({ service, on }) => ({
          name: service.name,
          ...(await lookAt(service, on, system.probe, { now: ctx.clock.now(), signal: ctx.signal })),
        })),
      ),
    decide: (looks, ctx) => {
      if (ctx.outputOf(look).changes.length === 0) return { kind: 'nothing', why: 'nothing is to be changed' };
      const ill = looks.filter(
        ({ members, unhealthy }) => members.length > 0 && !(allRun(members) && unhealthy === null),
      );
      if (ill.length === 0) return { kind: 'nothing', why: 'it does' };
      return {
        kind: 'refuse',
        problems: ill.map((one) => notFit(host, one.name, one.unhealthy ?? membersText(one.members))),
      };
    },
    outputs: fitSchema,
    collect: () => ({ fit: true }),
    probe: 'repeatable',
  });
}

function notFit(host: string, service: string, found: string): Problem {
  return {
    code: 'system.not-fit',
    where: `${service} on ${host}`,
    found,
    expected: 'a host on which everything works, before its packages are changed',
    remedy: 'mend it first; where the upgrade is what mends it, name the host with --host',
  };
}

const setSchema = z.strictObject({
  changed: z.boolean(),
  /** What the package manager ended with; empty: it did all of it. */
  failed: z.string(),
});
interface SetFacts {
  readonly candidates: PackageLook;
  readonly exact: PackageLook;
}
export type SetStep = Step<SetFacts, z.infer<typeof setSchema>>;

/** Exactly the recorded versions; refused when something else would be done by now. */
export function setStep(upgrade: Upgrade, { host, packages }: UpgradeHost, look: LookStep): SetStep {
  const { words, environment, limitMs } = upgrade;
  return step<SetFacts, z.infer<typeof setSchema>>({
    id: 'set',
    title: `Upgrade the packages of ${host}`,
    inputs: { host, words: [...words] },
    read: async (ctx) => {
      const candidates = await packages.look(words, ctx.signal);
      const exact = exactly(ctx.outputOf(look).changes);
      return { candidates, exact: exact.length === 0 ? candidates : await packages.look(exact, ctx.signal) };
    },
    decide: ({ candidates, exact }, ctx) => {
      const recorded = ctx.outputOf(look);
      const problems = changedSince(host, recorded, candidates);
      if (problems.length > 0) return { kind: 'refuse', problems };
      if (recorded.changes.length === 0) return { kind: 'nothing', why: 'nothing to upgrade' };
      if (pendingOf(recorded.changes, exact.installed).length === 0)
        return { kind: 'nothing', why: 'it is so already' };
      const why = `${changesText(recorded.changes)}; ${wayBackText(environment, host, recorded)}`;
      return { kind: 'do', effects: packages.set(exactly(recorded.changes), limitMs), why };
    },
    outputs: setSchema,
    collect: (results) => ({
      changed: results.length > 0,
      failed: results
        .flatMap((one) => (one.kind === 'exec' && one.exitCode !== 0 ? [lastLine(one.stderr)] : []))
        .join('; '),
    }),
    probe: 'repeatable',
    async verify(ctx, { failed }) {
      const recorded = ctx.outputOf(look);
      if (recorded.changes.length === 0) return [];
      const { installed, said } = await packages.look(exactly(recorded.changes), ctx.signal);
      const pending = pendingOf(recorded.changes, installed);
      if (pending.length === 0) return [];
      return [
        {
          code: 'system.packages-not-set',
          where: host,
          found: `${installedText(pending, installed)}: ${failed || lastLine(said) || 'no word of why'}`,
          expected: pending.map(({ name, to }) => `${name} ${to}`).join(', '),
          remedy: `no other host is touched; read run/packages.log there. ${wayBackText(environment, host, recorded)}`,
        },
      ];
    },
    timeoutMs: limitMs + MARGIN_MS,
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}

/** What takes a whole host, its bus or a session of a person down is left to a reboot. */
const LEFT_ALONE = /^(?:dbus|dbus-broker|systemd-logind|init|user@.*|getty@.*|serial-getty@.*)\.|\.scope$/;

/** What still runs the files that were replaced. Done before this process came: then nothing runs them any more. */
export function restartStep({ limitMs }: Upgrade, { host, packages }: UpgradeHost, look: LookStep, set: SetStep): Node {
  return step<PackageLook, Done>({
    id: 'restart',
    title: `Restart what still runs the old files on ${host}`,
    inputs: { host },
    read: (ctx) => packages.look(wordsOf(ctx.outputOf(look)), ctx.signal),
    decide: ({ stale }, ctx) => {
      // What will be stale is known when the packages are there.
      ctx.outputOf(set);
      const units = stale.filter((unit) => !LEFT_ALONE.test(unit));
      if (units.length === 0) return { kind: 'nothing', why: 'nothing does' };
      return { kind: 'do', effects: packages.restart(units, limitMs) };
    },
    outputs: doneSchema,
    collect: (results) => ({ changed: results.length > 0 }),
    probe: 'repeatable',
    timeoutMs: limitMs + MARGIN_MS,
  });
}

/** Names that a look can be asked for: there is always one. */
function wordsOf({ changes }: Recorded): readonly string[] {
  return changes.length === 0 ? ['all'] : exactly(changes);
}

/** Every service of the host, one after the other, with the way back in what is told when one does not come. */
export function healthyNode(upgrade: Upgrade, one: UpgradeHost, look: LookStep): Node {
  const { system, environment } = upgrade;
  return sequence({
    id: 'healthy',
    title: `Wait until everything on ${one.host} does its work`,
    steps: one.services.map(({ service, on }) => {
      const { start, fold, decide, ask: _none, ...rest } = healthyWatch(system, service, on);
      const told: Watch<{ readonly inner: Waiting; readonly back: string }, Look, Done> = {
        ...rest,
        id: service.name,
        start: (ctx) => ({ inner: start(ctx), back: wayBackText(environment, one.host, ctx.outputOf(look)) }),
        fold: ({ inner, back }, sample) => ({ inner: fold(inner, sample), back }),
        decide: ({ inner, back }) => {
          const answer = decide(inner);
          if (answer.kind !== 'fail') return answer;
          const { problem } = answer;
          return { ...answer, problem: { ...problem, remedy: `read its log on ${one.host}, and mend it. ${back}` } };
        },
      };
      return told;
    }),
  });
}

export const afterSchema = z.strictObject({
  host: z.string(),
  packages: z.array(z.strictObject({ name: z.string(), before: z.string().nullable(), after: z.string() })).readonly(),
  /** Units that were left to a reboot. */
  left: z.array(z.string()).readonly(),
  reboot: z.boolean(),
});
export type After = z.infer<typeof afterSchema>;
export type AfterStep = Step<PackageLook, After>;

/** The evidence: every version before and after, and what only a reboot brings. */
export function afterStep({ host, packages }: UpgradeHost, look: LookStep): AfterStep {
  return step<PackageLook, After>({
    id: 'after',
    title: `Write down what is installed on ${host}`,
    inputs: { host },
    read: (ctx) => packages.look(wordsOf(ctx.outputOf(look)), ctx.signal),
    decide: ({ reboot }) => ({ kind: 'nothing', why: reboot ? 'a reboot is asked for' : 'no reboot is asked for' }),
    outputs: afterSchema,
    collect: (_results, { installed, stale, reboot }, ctx) => ({
      host,
      packages: ctx.outputOf(look).changes.map(({ name, from }) => ({
        ...{ name, before: from },
        after: installed[name]?.version ?? 'not installed',
      })),
      left: stale.filter((unit) => LEFT_ALONE.test(unit)),
      reboot,
    }),
    probe: 'repeatable',
    verify: async (ctx, { packages: rows }) =>
      ctx
        .outputOf(look)
        .changes.filter(({ name, to }) => rows.find((row) => row.name === name)?.after !== to)
        .map(({ name, to }) => ({
          code: 'system.packages-not-set',
          where: host,
          found: `${name} ${rows.find((row) => row.name === name)?.after ?? 'is not installed'}`,
          expected: `${name} ${to}`,
          remedy: 'somebody else changes packages there: find out who, then run it again',
        })),
  });
}
