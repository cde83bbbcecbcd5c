import { z } from 'zod';
import type { HostPackagesOptions } from '../../platform/index.ts';
import { hostSetup, hostUnitEffect, observeHostUnits, observeMachine } from '../../platform/index.ts';
import { action, type Node, type Step, step } from '../../procedure/index.ts';
import { lookAt, membersText, type ServiceOnHost, type System, type SystemService } from '../../system/index.ts';
import type { HostRestoreNodes } from '../backup/restore-host.ts';
import type { PackagesStep } from './packages.ts';

/** Units of a lost host on the machine in its place, and what is not as it was, for the person who inspects it. */

type Files = Pick<HostRestoreNodes, 'look'>;

/** Of what systemd can start by its name. */
const STARTED = /\.(?:service|socket|timer|path|mount|automount|swap)$/;
const TEMPLATE = /@\./;

interface UnitFacts {
  /** That are known there and do not start by themselves yet. */
  readonly off: readonly string[];
  /** That are known there and can be started. */
  readonly startable: readonly string[];
}

/** A unit that does not come up is told at the inspection: nobody knows whether it worked before. */
export function unitsStep(options: HostPackagesOptions, files: Files, limitMs: number): Node {
  const { host } = options;
  const { enable } = hostSetup(options);
  return action<UnitFacts>({
    id: 'units',
    title: `Let the units of ${host.name} start by themselves again, and start them`,
    description: 'Those that started by themselves on the lost host and did not on this machine when it was looked at.',
    inputs: { host: host.name },
    read: async (ctx) => {
      const wanted = ctx.outputOf(files.look).enable;
      const known = await unitsOn(options, wanted, ctx.signal);
      const there = wanted.filter((unit) => known.get(unit) !== 'missing');
      const { enabled } = await observeMachine(options, ctx.signal);
      return {
        off: there.filter((unit) => !enabled.includes(unit)),
        startable: there.filter((unit) => STARTED.test(unit) && !TEMPLATE.test(unit)),
      };
    },
    decide: ({ off, startable }, ctx) => {
      const wanted = ctx.outputOf(files.look).enable;
      // In a plan they are not there yet: they come with packages and files.
      const planned = ctx.mode === 'plan';
      const [on, start] = planned
        ? [wanted, wanted.filter((unit) => STARTED.test(unit) && !TEMPLATE.test(unit))]
        : [off, startable];
      if (on.length + start.length === 0) return { kind: 'nothing', why: 'all start by themselves' };
      return {
        kind: 'do',
        effects: [
          ...on.map(enable),
          ...(start.length === 0
            ? []
            : // With files and packages of the backup, whatever it began with; one that fails is told at the inspection.
              [{ ...hostUnitEffect(options, 'restart', start, limitMs), okExitCodes: [0, 1] }]),
        ],
      };
    },
    probe: 'repeatable',
    timeoutMs: limitMs + 60_000,
  });
}

/** What systemd says of units by their names; a template is none that it could say something of. */
async function unitsOn(
  options: HostPackagesOptions,
  units: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = units.filter((unit) => !TEMPLATE.test(unit));
  if (names.length === 0) return new Map();
  const found = await observeHostUnits({ ...options, which: { units: names } }, signal);
  return new Map(
    names.map((name, at) => [name, (found.find((one) => one.name === name) ?? found[at])?.state ?? 'missing']),
  );
}

const stateSchema = z.strictObject({
  /** What is not as it was, a line each. */
  differs: z.array(z.string()).readonly(),
});
export type StateStep = Step<readonly string[], z.infer<typeof stateSchema>>;

export interface StateLooks {
  readonly files: Files;
  readonly packages: PackagesStep;
  /** Null: no services are configured. */
  readonly system: System | null;
}

/** Told, journaled, and shown to the person who inspects the host. */
export function stateStep(options: HostPackagesOptions, { files, packages, system }: StateLooks): StateStep {
  const { host } = options;
  const here = servicesOn(system, host.name);
  return step<readonly string[], z.infer<typeof stateSchema>>({
    id: 'state',
    title: `Look what is not as it was on ${host.name}`,
    inputs: { host: host.name, services: here.map(({ service }) => service.name) },
    timeoutMs: 120_000,
    read: async (ctx) => {
      const { enable, missing } = ctx.outputOf(files.look);
      const { other, gone } = ctx.outputOf(packages);
      const [machine, units] = await Promise.all([
        observeMachine(options, ctx.signal),
        unitsOn(options, enable, ctx.signal),
      ]);
      const absent = missing.filter(({ name }) => !machine.packages.some((one) => one.name === name));
      const services = await Promise.all(
        here.map(async ({ service, on }) => {
          const look = await lookAt(service, on, system?.probe ?? (async () => null), {
            now: ctx.clock.now(),
            signal: ctx.signal,
          });
          return { name: service.name, look };
        }),
      );
      return [
        ...absent.map(({ name }) => `not installed: ${name}${gone.includes(name) ? ', which no source has' : ''}`),
        ...other.map(({ name, was, to }) => `another version: ${name} ${to}, was ${was}`),
        ...enable.filter((unit) => !machine.enabled.includes(unit)).map((unit) => `does not start by itself: ${unit}`),
        ...[...units].flatMap(([unit, state]) =>
          state === 'failed' || state === 'missing' ? [`${state}: ${unit}`] : [],
        ),
        ...services.flatMap(({ name, look }) =>
          look.members.length > 0 && look.members.every(({ state }) => state === 'running') && look.unhealthy === null
            ? []
            : [`service ${name}: ${look.unhealthy ?? membersText(look.members)}`],
        ),
      ];
    },
    decide: (lines) => ({ kind: 'nothing', why: lines.length === 0 ? 'all is as it was' : lines.join('; ') }),
    outputs: stateSchema,
    collect: (_results, lines) => ({ differs: [...lines] }),
    planned: () => ({ differs: [] }),
    probe: 'repeatable',
  });
}

function servicesOn(
  system: System | null,
  host: string,
): readonly { readonly service: SystemService; readonly on: ServiceOnHost }[] {
  return (system?.services ?? []).flatMap((service) =>
    service.on.filter((on) => on.host === host).map((on) => ({ service, on })),
  );
}
