import { z } from 'zod';
import { problemsOf } from '../model/problem.ts';
import { type Node, parallel, type ReadContext, type Step, step } from '../procedure/index.ts';
import { allRun, lookAt, memberSchema, membersText, noneRuns } from './looks.ts';
import type { ServiceOnHost, System, SystemService } from './types.ts';

/** What is true of every service of the system now. Looks only. */

const rowSchema = z.strictObject({
  service: z.string(),
  host: z.string(),
  /** `partly`: some of its units run. `unknown`: the host could not be asked. */
  state: z.enum(['running', 'unhealthy', 'partly', 'stopped', 'absent', 'unknown']),
  detail: z.string(),
  members: z.array(memberSchema).readonly(),
});
export type StatusRow = z.infer<typeof rowSchema>;
export type StatusStep = Step<StatusRow, { readonly row: StatusRow }>;

const outputs = z.strictObject({ row: rowSchema });

/** A step for each service on each host; one that cannot be asked does not keep the others from being seen. */
export function statusNode(
  system: System,
  services: readonly SystemService[],
): { readonly root: Node; readonly steps: readonly StatusStep[] } {
  const pairs = services.map((service) => service.on.map((host) => statusStep(system, service, host)));
  return {
    steps: pairs.flat(),
    root: parallel({
      id: 'status',
      title: 'Look at every service of the system',
      steps: services.map((service, index) =>
        parallel({ id: service.name, title: `${service.name} (${service.what})`, steps: pairs[index] ?? [] }),
      ),
    }),
  };
}

function statusStep(system: System, service: SystemService, host: ServiceOnHost): StatusStep {
  return step({
    id: host.host,
    title: `Look at ${service.name} on ${host.host}`,
    inputs: { service: service.name, host: host.host },
    read: (ctx) => rowOf(system, service, host, ctx),
    decide: (row) => ({ kind: 'nothing', why: row.detail === '' ? row.state : `${row.state}: ${row.detail}` }),
    outputs,
    collect: (_results, row) => ({ row }),
    probe: 'repeatable',
  });
}

async function rowOf(
  system: System,
  service: SystemService,
  host: ServiceOnHost,
  { clock, signal }: Pick<ReadContext, 'clock' | 'signal'>,
): Promise<StatusRow> {
  const base = { service: service.name, host: host.host };
  try {
    const { members, unhealthy } = await lookAt(service, host, system.probe, { now: clock.now(), signal });
    const state =
      members.length === 0
        ? 'absent'
        : allRun(members)
          ? unhealthy === null
            ? 'running'
            : 'unhealthy'
          : noneRuns(members)
            ? 'stopped'
            : 'partly';
    return { ...base, state, members, detail: state === 'running' ? '' : (unhealthy ?? membersText(members)) };
  } catch (error) {
    signal.throwIfAborted();
    const [problem] = problemsOf(error, host.host);
    return { ...base, state: 'unknown', members: [], detail: problem?.found ?? 'no answer' };
  }
}

/** The rows as a table for people. Pure. */
export function statusText(rows: readonly StatusRow[]): string {
  const width = (key: 'service' | 'host' | 'state'): number =>
    Math.max(key.length, ...rows.map((row) => row[key].length));
  const [services, hosts, states] = [width('service'), width('host'), width('state')];
  const line = (service: string, host: string, state: string, detail: string): string =>
    `${service.padEnd(services)}  ${host.padEnd(hosts)}  ${state.padEnd(states)}  ${detail}`.trimEnd();
  return [
    line('SERVICE', 'HOST', 'STATE', ''),
    ...rows.map((row) => line(row.service, row.host, row.state, row.detail)),
  ].join('\n');
}
