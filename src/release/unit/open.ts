import { dirname, join, resolve } from 'node:path';
import { readUnit, type UnitFile, type UnitMember } from '../../config/index.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import {
  createExec,
  createSecrets,
  type EngineOptions,
  type SecretsWithMask,
  type SharedStore,
  systemClock,
} from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { openShared } from '../environment/git-store.ts';
import { openEnvironment, type ServiceEnvironment } from '../environment/service.ts';

/** A unit as its file has it, with the surroundings of its own runs. Its members are opened when it is their turn. */
export interface ServiceUnit {
  readonly file: UnitFile;
  /** State directory of the unit: its journals and records; members have theirs. */
  readonly store: string;
  /** Leases and journals of the unit that other machines see too. */
  readonly shared: SharedStore | undefined;
  readonly clock: Clock;
  readonly secrets: SecretsWithMask;
  readonly door: DoorOptions;
}

/** `configFile` of the door is the file of the unit, or its directory. */
export async function openUnit(door: DoorOptions): Promise<ServiceUnit> {
  const file = unwrap(await readUnit(resolve(door.configFile)));
  const base = dirname(file.file);
  const store = resolve(door.store ?? join(base, '.shiplock', 'units', file.unit));
  const clock = door.clock ?? systemClock;
  return {
    file,
    store,
    shared: openShared(file.git ?? undefined, { baseDir: base, store, clock }),
    clock,
    secrets: createSecrets({ env: door.env, base }),
    door,
  };
}

export function memberOf({ file }: Pick<ServiceUnit, 'file'>, name: string): UnitMember {
  const member = file.members.find((one) => one.name === name);
  if (member !== undefined) return member;
  throw new ProblemError({
    code: 'unit.unknown-member',
    where: file.file,
    found: `no member \`${name}\``,
    expected: 'the members that the run was begun with',
    remedy: 'put it back into the file until the run is over',
  });
}

/** The door of a member: who acts is the same, what is opened is its own. What its runs tell begins with its name: others tell at the same time. */
export function memberDoor(unit: ServiceUnit, name: string): DoorOptions {
  const { store: _, onEvent, ...door } = unit.door;
  const { config, state } = memberOf(unit, name);
  return {
    ...door,
    configFile: config,
    onEvent: (event) => onEvent?.('path' in event ? { ...event, path: `${name}: ${event.path}` } : event),
    ...(state === null ? {} : { store: state }),
  };
}

/** @throws ProblemError where the unit could be gone on with on another machine, and the member could not */
export async function openMember(
  unit: ServiceUnit,
  name: string,
  door: DoorOptions,
  environment: string,
): Promise<ServiceEnvironment> {
  const service = await openEnvironment(door, environment);
  if (unit.shared === undefined || service.shared !== undefined) return service;
  throw new ProblemError({
    code: 'unit.member-without-store',
    where: service.configFile,
    found: `no git store, which ${unit.file.file} has`,
    expected: `a git store for the member ${name} too: else another machine would begin its run a second time`,
    remedy: 'write `store.git` into its configuration, or take it out of the file of the unit',
  });
}

/** Its state directory, as its own door would choose it. */
export function memberStore(unit: Pick<ServiceUnit, 'file'>, name: string): string {
  const { config, state } = memberOf(unit, name);
  return state ?? join(dirname(config), '.shiplock', 'state');
}

/** The engine's options for a run of the unit itself. It touches nothing but its records, so nothing of it is fenced. */
export function unitOptions({ door, store, shared, clock, secrets }: ServiceUnit): EngineOptions {
  return {
    store,
    shared,
    breakGlass: door.breakGlass,
    clock,
    secrets,
    exec: createExec(clock),
    who: door.who,
    onEvent: door.onEvent,
    signal: door.signal,
    killAt: door.killAt,
  };
}
