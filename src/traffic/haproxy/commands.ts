import type { Routes } from '../../model/traffic.ts';
import { isIdle, sameTenant } from './assign.ts';
import type { Placement } from './config-file.ts';
import type { Facts, SlotFact } from './facts.ts';
import { isFallback } from './slots.ts';

/**
 * Runtime commands that lead from the facts to the placements, as lines for the socket; each line is many commands joined with
 * `;`, which HAProxy runs in one go. The first lines prepare slots that take no traffic, the last one moves the weights. Pure.
 */
export function runtimeCommands(
  backend: string,
  desired: Routes,
  placements: readonly Placement[],
  facts: Facts,
): readonly string[] {
  const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
  const set = (slot: string, what: string): string => `set server ${backend}/${slot} ${what}`;
  const setup = placements.map((placement) =>
    setupOf(placement, bySlot.get(placement.slot), isProven(placement, facts)).map((what) => set(placement.slot, what)),
  );
  const changes = weightChanges(desired, placements, facts);
  const weights = inSafeOrder(changes).map(({ slot, to }) => set(slot, `weight ${to}`));
  const leaving = leavers(placements, facts).flatMap((slot) => {
    if (isIdle(slot)) return slot.admin === 'maint' ? [] : [set(slot.slot, 'state maint')];
    return slot.admin === 'ready' ? [set(slot.slot, 'state drain')] : [];
  });
  return [...inLines(setup), [...weights, ...leaving].join('; ')].filter((line) => line !== '');
}

/** HAProxy reads a line into one buffer of 16 KiB. */
const LONGEST_LINE = 12_000;

/** The commands of a slot stay together, the slots share lines as far as they are not too long. */
function inLines(slots: readonly (readonly string[])[]): readonly string[] {
  const lines: string[] = [];
  for (const text of slots.map((commands) => commands.join('; ')).filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length > LONGEST_LINE) lines.push(text);
    else lines[lines.length - 1] = `${last}; ${text}`;
  }
  return lines;
}

/** Slots in use that no placement wants. */
export function leavers(placements: readonly Placement[], facts: Facts): readonly SlotFact[] {
  const wanted = new Set(placements.map((placement) => placement.slot));
  return facts.slots.filter((slot) => slot.tenant !== undefined && !wanted.has(slot.slot));
}

/** A fallback is an instance that is already checked in another slot: it must be there the moment the others are not. */
function isProven({ slot, host, port }: Placement, facts: Facts): boolean {
  return (
    isFallback(slot) &&
    facts.slots.some((one) => one.slot !== slot && one.host === host && one.port === port && one.running)
  );
}

function setupOf(placement: Placement, fact: SlotFact | undefined, proven: boolean): readonly string[] {
  const { host, port, checkHost, checkPort } = placement;
  const check = `check-addr ${checkHost} port ${checkPort}`;
  if (isNew(placement, fact)) {
    return [
      'weight 0',
      'state maint',
      `addr ${host} port ${port}`,
      check,
      'state ready',
      // Otherwise it would count as healthy until its first check says no: no request before a check has passed.
      ...(proven ? [] : ['health down']),
    ];
  }
  return [
    ...(fact?.checkHost === checkHost && fact.checkPort === checkPort ? [] : [check]),
    ...(fact?.admin === 'ready' ? [] : ['state ready']),
    ...(fact?.admin === 'maint' ? ['health down'] : []),
  ];
}

/** Whether a slot gets another tenant. */
export function isNew(placement: Placement, fact: SlotFact | undefined): boolean {
  return fact?.tenant === undefined || !sameTenant(fact.tenant, placement);
}

export interface WeightChange {
  readonly slot: string;
  readonly from: number;
  readonly to: number;
  /** A leased or a leaving version: its share must at no moment be above the larger of its old and new one. */
  readonly limited: boolean;
}

function weightChanges(desired: Routes, placements: readonly Placement[], facts: Facts): readonly WeightChange[] {
  const free = new Set(desired.routes.filter((route) => route.hold === 'stable').map((route) => route.version));
  const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
  const changed = placements.map((placement): WeightChange => {
    const fact = bySlot.get(placement.slot);
    const from = isNew(placement, fact) ? 0 : (fact?.weight ?? 0);
    return { slot: placement.slot, from, to: placement.weight, limited: !free.has(placement.version) };
  });
  const gone = leavers(placements, facts).map(
    (slot): WeightChange => ({
      slot: slot.slot,
      from: slot.weight,
      to: 0,
      limited: !free.has(slot.tenant?.version ?? ''),
    }),
  );
  return [...changed, ...gone];
}

/**
 * The commands of a line run one after the other, microseconds apart. In this order, no moment in between has a limited version above
 * the larger of its old and new share, and none is without weight: where the others do not shrink they go first, else last.
 */
export function inSafeOrder(changes: readonly WeightChange[]): readonly WeightChange[] {
  // The fallback has nothing while anybody else takes requests: it is there before the others change, and leaves after them.
  const spare = changes.filter((change) => isFallback(change.slot));
  if (spare.length > 0) {
    const others = inSafeOrder(changes.filter((change) => !isFallback(change.slot)));
    return [...spare.filter((one) => one.to > one.from), ...others, ...spare.filter((one) => one.to < one.from)];
  }
  const real = changes.filter((change) => change.from !== change.to);
  const up = (list: readonly WeightChange[]): readonly WeightChange[] => list.filter((one) => one.to > one.from);
  const down = (list: readonly WeightChange[]): readonly WeightChange[] => list.filter((one) => one.to < one.from);
  const limited = real.filter((change) => change.limited);
  const others = real.filter((change) => !change.limited);
  const sum = (of: 'from' | 'to'): number =>
    changes.reduce((total, change) => (change.limited ? total : total + change[of]), 0);
  const othersInOrder = [...up(others), ...down(others)];
  if (sum('to') >= sum('from')) {
    // With nothing else to take requests, the limited ones must not be empty for a moment either.
    const alone = sum('to') === 0;
    return [...othersInOrder, ...(alone ? [...up(limited), ...down(limited)] : [...down(limited), ...up(limited)])];
  }
  return [...down(limited), ...up(limited), ...othersInOrder];
}
