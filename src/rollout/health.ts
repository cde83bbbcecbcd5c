import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import type { HttpClient } from '../model/ports.ts';
import type { Problem } from '../model/problem.ts';
import { action, watch } from '../procedure/build.ts';
import type { Step, Watch } from '../procedure/tree.ts';
import { readyInstances } from './capacity.ts';
import { perHost } from './hosts.ts';
import type { Rollout, SmokeRequest } from './options.ts';
import { crashLoop, type InstanceSample, instanceSampleSchema, sampleInstances } from './world.ts';

const readySample = z.strictObject({ time: z.number(), instances: z.array(instanceSampleSchema).readonly() });
type ReadySample = z.infer<typeof readySample>;

/** Known only once they run: whatever routes traffic to them is decided after this. */
const readyOutputs = z.strictObject({ ready: z.number().int() });
type ReadyOutputs = z.infer<typeof readyOutputs>;
export type ReadyWatch = Watch<ReadyState, ReadySample, ReadyOutputs>;

interface ReadyState {
  readonly from: number | null;
  readonly last: ReadySample | null;
}

/** Is the wanted number of instances ready? Pure, over one sample. */
export function readiness(
  instances: readonly InstanceSample[],
  replicas: number,
): { readonly ready: number; readonly all: boolean } {
  const ready = instances.filter((instance) => instance.state === 'ready').length;
  return { ready, all: ready >= replicas };
}

/**
 * Waits until every instance of a version answers on its ready path; a deadline or a crash loop fails.
 * @param on only the instances on these hosts; left out: on all
 */
export function readyWatch(
  rollout: Rollout,
  which: 'candidate' | 'stable',
  id: string,
  on?: readonly string[],
): ReadyWatch {
  const spec = which === 'candidate' ? rollout.candidate : (rollout.stable ?? rollout.candidate);
  const { policy, ports } = rollout;
  const replicas = on === undefined ? spec.replicas : on.length * perHost(spec.replicas, rollout.hosts.length);
  const where = `${spec.component} ${spec.version}${on === undefined ? '' : ` on ${on.join(', ')}`}`;
  return watch<ReadyState, ReadySample, ReadyOutputs>({
    id,
    title: `Wait until ${where} is ready`,
    description: `All ${replicas} instances answer 200 on ${spec.readyPath} within ${policy.healthDeadlineMs / 1000} s.`,
    inputs: {
      version: spec.version,
      replicas,
      deadlineMs: policy.healthDeadlineMs,
      ...(on === undefined ? {} : { hosts: [...on] }),
    },
    everyMs: 250,
    samples: readySample,
    outputs: readyOutputs,
    sample: async (ctx) => ({
      time: ctx.clock.now(),
      instances: sampleInstances(await ports.platform.observe(ctx.signal), spec.component, spec.version, on),
    }),
    start: () => ({ from: null, last: null }),
    fold: (state, sample) => ({ from: state.from ?? sample.time, last: sample }),
    decide: (state) => {
      if (state.last === null || state.from === null) return { kind: 'look-on', status: 'nothing seen yet' };
      const looping = crashLoop(state.last.instances, where);
      if (looping !== undefined) return { kind: 'fail', problem: looping };
      const { ready, all } = readiness(state.last.instances, replicas);
      if (all) return { kind: 'pass', status: `${ready} of ${replicas} ready`, outputs: { ready } };
      const waited = state.last.time - state.from;
      if (waited < policy.healthDeadlineMs) {
        return { kind: 'look-on', status: `${ready} of ${replicas} ready after ${Math.round(waited / 1000)} s` };
      }
      return { kind: 'fail', problem: notReady(where, state.last.instances, ready, replicas, policy.healthDeadlineMs) };
    },
    ...(which === 'candidate'
      ? { heartbeat: { everyMs: 500, beat: async () => ports.router.heartbeat(spec.version) } }
      : {}),
  });
}

function notReady(
  where: string,
  instances: readonly InstanceSample[],
  ready: number,
  replicas: number,
  deadlineMs: number,
): Problem {
  const words = instances.map((one) => `${one.instance} ${one.state}${one.detail === '' ? '' : ` (${one.detail})`}`);
  return {
    code: 'rollout.not-ready',
    where,
    found: `${ready} of ${replicas} ready after ${deadlineMs / 1000} s: ${words.join(', ') || 'no instance at all'}`,
    expected: `${replicas} ready instances within ${deadlineMs / 1000} s`,
    remedy: 'read the instance log; raise rollout.healthDeadline only if the start is slow by design',
  };
}

/** Requests that must be answered as said; run after effects, never in a plan. */
export async function smokeAt(
  http: HttpClient,
  base: string,
  requests: readonly SmokeRequest[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const request of requests) {
    const url = `${base}${request.path}`;
    const answer = await http.get(url, { timeoutMs: 5_000 });
    const found =
      answer.kind === 'no-answer'
        ? answer.reason
        : answer.status !== request.status
          ? `status ${answer.status}`
          : request.contains !== undefined && !answer.body.includes(request.contains)
            ? `a body without ${JSON.stringify(request.contains)}`
            : undefined;
    if (found === undefined) continue;
    problems.push({
      code: 'rollout.smoke-failed',
      where: url,
      found,
      expected: `status ${request.status}${request.contains === undefined ? '' : ` and ${JSON.stringify(request.contains)} in the body`}`,
      remedy: 'try the request by hand; mend the service, or the expectation in rollout.smoke',
    });
  }
  return problems;
}

/**
 * Smoke test of the candidate's own instances, not through the proxy: nothing else can answer for it.
 * @param more only the instances on some hosts, and what keeps the lease of others alive meanwhile
 */
export function smokeStep(
  rollout: Rollout,
  id: string,
  more: { readonly on?: readonly string[]; readonly hold?: (now: number) => readonly Effect[] } = {},
): Step<number, object> {
  const { candidate, policy, ports } = rollout;
  const { on, hold } = more;
  const where = `${candidate.component} ${candidate.version}${on === undefined ? '' : ` on ${on.join(', ')}`}`;
  return action<number>({
    id,
    title: `Smoke test ${where}`,
    description:
      policy.smoke.map((request) => `GET ${request.path} answers ${request.status}`).join('; ') ||
      'No smoke requests configured.',
    inputs: {
      requests: policy.smoke.map(({ path, status, contains }) => ({ path, status, contains: contains ?? null })),
      ...(on === undefined ? {} : { hosts: [...on] }),
    },
    read: async (ctx) => ctx.clock.now(),
    decide: (now) =>
      policy.smoke.length === 0
        ? { kind: 'nothing', why: 'no smoke requests are configured' }
        : {
            kind: 'do',
            effects: hold?.(now) ?? [],
            why: `GET ${policy.smoke.map((request) => request.path).join(', ')} on each instance`,
          },
    probe: 'repeatable',
    retry: { attempts: 3, delayMs: 500 },
    verify: async (ctx) => {
      const state = await ports.platform.observe(ctx.signal);
      const instances = readyInstances(state, candidate.component, candidate.version).filter(
        (one) => on?.includes(one.on) ?? true,
      );
      if (instances.length === 0) {
        return [
          {
            code: 'rollout.smoke-no-instance',
            where,
            found: 'no ready instance',
            expected: 'at least one to test',
            remedy: 'read the instance log',
          },
        ];
      }
      const all = await Promise.all(
        instances.map((one) => smokeAt(ports.http, `http://${one.host}:${one.port}`, policy.smoke)),
      );
      return all.flat();
    },
  });
}
