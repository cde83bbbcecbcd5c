import { z } from 'zod';
import { problemsOf } from '../model/problem.ts';
import { healthAt } from './health.ts';
import type { HealthProbe, Member, ServiceOnHost, SystemService } from './types.ts';

/** What is seen of a service on one host, and what follows from it. */

export const memberSchema = z.strictObject({
  name: z.string(),
  state: z.enum(['running', 'partly', 'stopped', 'failed', 'changing', 'missing']),
  identity: z.string().nullable(),
  detail: z.string(),
  workload: z.strictObject({ replicas: z.number().int(), resourceVersion: z.string() }).readonly().exactOptional(),
});

/** One look, as it is journaled by watches and recorded by steps. */
export const lookSchema = z.strictObject({
  /** Wall clock, milliseconds. */
  time: z.number(),
  members: z.array(memberSchema).readonly(),
  /** Null: healthy, or nothing is asked of it. */
  unhealthy: z.string().nullable(),
  /** Why it could not be looked at: then nothing else of this is known. */
  unseen: z.string().nullable(),
});
export type Look = z.infer<typeof lookSchema>;

/** The members in one of these states. Pure. */
export function membersIn(members: readonly Member[], ...states: readonly Member['state'][]): readonly Member[] {
  return members.filter(({ state }) => states.includes(state));
}

/** Does everything of it run? Nothing at all does not run. Pure. */
export function allRun(members: readonly Member[]): boolean {
  return members.length > 0 && members.every(({ state }) => state === 'running');
}

/** Does nothing of it run, and nothing is on its way? Pure. */
export function noneRuns(members: readonly Member[]): boolean {
  return membersIn(members, 'running', 'partly', 'changing').length === 0;
}

/** `mariadb.service running`, with the last words of what is not well. Pure. */
export function membersText(members: readonly Member[]): string {
  if (members.length === 0) return 'nothing is installed';
  return members.map(({ name, state, detail }) => `${name} ${state}${detail === '' ? '' : ` (${detail})`}`).join(', ');
}

/** Looks at a service on one host; its health only where it runs. */
export async function lookAt(
  { health }: Pick<SystemService, 'health'>,
  { address, control }: ServiceOnHost,
  probe: HealthProbe,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<Look> {
  const members = await control.observe(signal);
  const unhealthy = health === null || !allRun(members) ? null : await probe(healthAt(health, address), signal);
  return { time: now, members, unhealthy, unseen: null };
}

/** A look that was not possible: a host that says nothing is waited for no longer than one that does. @throws what aborts the look */
export function unseenLook(error: unknown, where: string, now: number, signal: AbortSignal): Look {
  signal.throwIfAborted();
  return { time: now, members: [], unhealthy: null, unseen: problemsOf(error, where)[0]?.found ?? 'no answer' };
}
