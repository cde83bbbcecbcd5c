import { dirname, join, resolve } from 'node:path';
import { readUnit, type UnitFile, type UnitMember } from '../../config/index.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import {
  createExec,
  createSecrets,
  type EngineOptions,
  type SecretsWithMask,
  systemClock,
} from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';

/** A unit as its file has it, with the surroundings of its own runs. Its members are opened when it is their turn. */
export interface ServiceUnit {
  readonly file: UnitFile;
  /** State directory of the unit: its journals and records; members have theirs. */
  readonly store: string;
  readonly clock: Clock;
  readonly secrets: SecretsWithMask;
  readonly door: DoorOptions;
}

/** `configFile` of the door is the file of the unit, or its directory. */
export async function openUnit(door: DoorOptions): Promise<ServiceUnit> {
  const file = unwrap(await readUnit(resolve(door.configFile)));
  const base = dirname(file.file);
  return {
    file,
    store: resolve(door.store ?? join(base, '.shiplock', 'units', file.unit)),
    clock: door.clock ?? systemClock,
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

/** The door of a member: who acts is the same, what is opened is its own. */
export function memberDoor(unit: ServiceUnit, name: string): DoorOptions {
  const { store: _, ...door } = unit.door;
  const { config, state } = memberOf(unit, name);
  return { ...door, configFile: config, ...(state === null ? {} : { store: state }) };
}

/** Its state directory, as its own door would choose it. */
export function memberStore(unit: Pick<ServiceUnit, 'file'>, name: string): string {
  const { config, state } = memberOf(unit, name);
  return state ?? join(dirname(config), '.shiplock', 'state');
}

/** The engine's options for a run of the unit itself. It touches nothing but its records, so nothing of it is fenced. */
export function unitOptions({ door, store, clock, secrets }: ServiceUnit): EngineOptions {
  return {
    store,
    clock,
    secrets,
    exec: createExec(clock),
    who: door.who,
    onEvent: door.onEvent,
    signal: door.signal,
    killAt: door.killAt,
  };
}
