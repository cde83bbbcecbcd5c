import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';

/**
 * HAProxy's servers are slots in two groups (`a1…an`, `b1…bn`); a group holds one version at a time. A third group (`f1…fn`) holds the
 * same instances as one of the others, for the moment in which nothing else takes requests. Which version stands in
 * a slot is written into the configuration file as `# shiplock:` lines. The truth about addresses and weights is the running
 * process; a slot is named by the address it really has, so a file that is ahead of the process (a crash between two effects) misleads
 * nobody.
 */

export type Group = 'a' | 'b';
export const groups: readonly Group[] = ['a', 'b'];

/** HAProxy uses these servers only while no other server takes requests (`backup`). */
export const fallback = 'f';
const everywhere: readonly (Group | typeof fallback)[] = [...groups, fallback];

/** The names of all slots, in the order of the configuration. */
export function allSlots(count: number): readonly string[] {
  return everywhere.flatMap((group) => slotNames(group, count));
}

export function isFallback(slot: string): boolean {
  return /^f\d+$/.test(slot);
}

/** `a3` → group `a`. Undefined for the fallback and for servers that are none of ours. */
export function groupOf(slot: string): Group | undefined {
  return groups.find((group) => new RegExp(`^${group}\\d+$`).test(slot));
}

export function slotNames(group: Group | typeof fallback, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${group}${index + 1}`);
}

/** Cumulative counts a slot already had when a version took it over, and the process they belong to. */
const baseSchema = z.strictObject({
  epoch: z.string(),
  requests: z.number().int().nonnegative(),
  bad: z.number().int().nonnegative(),
});
export type CounterBase = Readonly<z.infer<typeof baseSchema>>;

const tenantSchema = z.strictObject({
  slot: z.string(),
  version: z.string(),
  instance: z.string(),
  host: z.string(),
  port: z.number().int(),
  guardPort: z.number().int().exactOptional(),
  guardHost: z.string().exactOptional(),
  base: baseSchema.exactOptional(),
});
/** Who lives in a slot. */
export type Tenant = Readonly<z.infer<typeof tenantSchema>>;

export interface Tenants {
  /** As the file wants it. */
  readonly now: readonly Tenant[];
  /** Versions on their way out: they may still have requests, or the process may not have been told yet. */
  readonly was: readonly Tenant[];
}

const PREFIX = '# shiplock:';

/** The lines of the configuration file that say who lives where. */
export function tenantLines(tenants: Tenants): readonly string[] {
  const line = (word: string, tenant: Tenant): string => `${PREFIX} ${word} ${JSON.stringify(tenant)}`;
  return [...tenants.now.map((tenant) => line('slot', tenant)), ...tenants.was.map((tenant) => line('was', tenant))];
}

/** Reads those lines back; lines that are none of ours, or broken, are skipped: such a slot then has an unknown tenant. */
export function parseTenants(config: string): Tenants {
  const now: Tenant[] = [];
  const was: Tenant[] = [];
  for (const line of config.split('\n')) {
    const match = /^# shiplock: (slot|was) (\{.*\})\s*$/.exec(line);
    const tenant = match?.[2] === undefined ? undefined : parseTenant(match[2]);
    if (tenant !== undefined) (match?.[1] === 'slot' ? now : was).push(tenant);
  }
  return { now, was };
}

function parseTenant(text: string): Tenant | undefined {
  return tenantSchema.safeParse(parsedJson(text)).data;
}

/** Who has this address: in this slot if the file agrees, else anywhere in it. */
export function tenantAt(tenants: Tenants, slot: string, host: string, port: number): Tenant | undefined {
  const there = [...tenants.now, ...tenants.was].filter((one) => one.host === host && one.port === port);
  return there.find((one) => one.slot === slot) ?? there[0];
}
