import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { type EndpointHealth, endpointOf, type ObservedRoute } from '../../model/traffic.ts';
import { fingerprint } from './config-file.ts';
import type { Runtime, RuntimeServer } from './runtime.ts';
import { isFallback, parseTenants, type Tenant, tenantAt } from './slots.ts';

/** A slot of the running process and who lives in it; a free slot has no tenant. */
export interface SlotFact extends RuntimeServer {
  readonly tenant?: Tenant;
}

/** All that `apply` needs to know. Travels as JSON in `RoutesState.detail`, so that apply stays pure. */
export interface Facts {
  readonly epoch: string;
  /** Static part that the running process has. */
  readonly staticHash: string;
  /** Fingerprint of the configuration file as it lies there. */
  readonly config: string;
  /** Slots that are in use or have counters. */
  readonly slots: readonly SlotFact[];
}

/** Name for a tenant whose address no line of the configuration file explains. */
export const UNKNOWN_VERSION = 'unknown';

const slotFactSchema = z.object({
  slot: z.string(),
  host: z.string(),
  port: z.number(),
  checkHost: z.string(),
  checkPort: z.number(),
  weight: z.number(),
  admin: z.enum(['ready', 'drain', 'maint']),
  running: z.boolean(),
  check: z.enum(['none', 'failed', 'passed']),
  rising: z.boolean(),
  openRequests: z.number(),
  requests: z.number(),
  bad: z.number(),
  tenant: z
    .object({
      slot: z.string(),
      version: z.string(),
      instance: z.string(),
      host: z.string(),
      port: z.number(),
      guardPort: z.number().exactOptional(),
      guardHost: z.string().exactOptional(),
      base: z.object({ epoch: z.string(), requests: z.number(), bad: z.number() }).exactOptional(),
    })
    .exactOptional(),
});

const factsSchema = z.object({
  epoch: z.string(),
  staticHash: z.string(),
  config: z.string(),
  slots: z.array(slotFactSchema).readonly(),
});

/** Facts out of `RoutesState.detail`; undefined when this router did not write it. */
export function parseFacts(detail: string): Facts | undefined {
  return factsSchema.safeParse(parsedJson(detail)).data;
}

/** Brings the running process and the configuration file together. Pure. */
export function factsFrom(runtime: Runtime, config: string): Facts {
  const tenants = parseTenants(config);
  const slots = runtime.servers.flatMap((server): SlotFact[] => {
    const inUse = server.admin !== 'maint' || server.openRequests > 0;
    if (!inUse) return server.requests > 0 ? [server] : [];
    const known = tenantAt(tenants, server.slot, server.host, server.port);
    const { slot, host, port } = server;
    const tenant = known ?? { slot, host, port, version: UNKNOWN_VERSION, instance: slot };
    return [{ ...server, tenant: { ...tenant, slot } }];
  });
  return { epoch: runtime.epoch, staticHash: runtime.description, config: fingerprint(config), slots };
}

/** What the slots amount to, version by version, in the order of the slots. Pure. */
export function routesFrom(facts: Facts): readonly ObservedRoute[] {
  const used = facts.slots.flatMap((slot) => (slot.tenant === undefined ? [] : [{ slot, tenant: slot.tenant }]));
  const weightOf = (slot: SlotFact): number => (slot.admin === 'ready' ? slot.weight : 0);
  const taking = (slot: SlotFact): number => (isFallback(slot.slot) ? 0 : weightOf(slot));
  const configured = used.reduce((sum, { slot }) => sum + taking(slot), 0);
  // The fallback has all requests while nothing else takes any, and none otherwise.
  const fallen = !used.some(({ slot }) => slot.running && taking(slot) > 0);
  const alive = (slot: SlotFact): number => (slot.running && isFallback(slot.slot) === fallen ? weightOf(slot) : 0);
  const actual = used.reduce((sum, { slot }) => sum + alive(slot), 0);
  const versions = [...new Set(used.map(({ tenant }) => tenant.version))];
  return versions.map((version) => {
    const mine = used.filter(({ tenant }) => tenant.version === version);
    const second = mine.filter(({ slot }) => isFallback(slot.slot));
    const first = mine.filter(({ slot }) => !isFallback(slot.slot));
    const openAgain = ({ host, port }: Tenant): number =>
      second.reduce((sum, { slot }) => (slot.host === host && slot.port === port ? sum + slot.openRequests : sum), 0);
    const part = (of: (slot: SlotFact) => number, whole: number): number =>
      whole === 0 ? 0 : mine.reduce((sum, { slot }) => sum + of(slot), 0) / whole;
    const configuredShare = part(taking, configured);
    const leased = mine.some(({ slot, tenant }) => isAskedByGuard(slot, tenant));
    return {
      version,
      share: part(alive, actual),
      configuredShare,
      hold: leased ? 'leased' : 'stable',
      endpoints: (first.length > 0 ? first : second).map(({ slot, tenant }) => ({
        ...endpointOf(tenant),
        // Beside others of its version that take requests, it was taken out.
        ...(configuredShare > 0 && first.length > 0 && slot.weight === 0 ? { draining: true } : {}),
        health: healthOf(slot),
        openRequests: slot.openRequests + (first.length > 0 ? openAgain(tenant) : 0),
      })),
    };
  });
}

/** Whether the check goes to the guard and not to the instance itself. */
function isAskedByGuard(slot: SlotFact, { guardPort, guardHost }: Tenant): boolean {
  const elsewhere = slot.port !== slot.checkPort || slot.host !== slot.checkHost;
  return elsewhere && guardPort === slot.checkPort && (guardHost ?? slot.host) === slot.checkHost;
}

function healthOf(slot: SlotFact): EndpointHealth {
  if (slot.admin !== 'ready') return 'draining';
  if (!slot.running) return slot.rising ? 'starting' : 'down';
  return slot.check === 'none' ? 'starting' : 'up';
}
