import { action, gate } from '../../procedure/build.ts';
import type { Gate, OutputRef, Step } from '../../procedure/tree.ts';
import type { Rollout } from '../options.ts';
import { doOrNothing, shareProblems } from '../steps.ts';
import { lookAtWorld, unreachable, type World } from '../world.ts';
import type { Wave } from './batches.ts';
import { rollingRoutes } from './routes.ts';
import { admitStep } from './steps.ts';

/**
 * The forced checkpoint: one host runs the new version and was watched; nothing else is touched before a person has filled in what was
 * looked at there. It is drained, not guarded: the gate may stand for a night, nothing of ours runs meanwhile, and the other hosts were
 * shown to carry everything before the first one was taken out. So waiting costs no user anything, whatever the new version does.
 */
export function checkpointGate(rollout: Rollout, first: Wave, ready: OutputRef<unknown>): Gate {
  const { candidate, policy, hosts } = rollout;
  const [host = ''] = first.hosts;
  return gate({
    id: 'checkpoint',
    title: `Inspect ${candidate.version} on ${host}, the first of ${hosts.length} hosts`,
    description: `It was watched under traffic and gets none while this gate waits; its instances still run, and \`shiplock status\` names their addresses. The other ${hosts.length - 1} hosts are not touched before this is filled in.`,
    role: policy.role,
    guard: {
      kind: 'drained',
      drain: [drainStep(rollout, first)],
      restore: [admitStep(rollout, first, ready, 'traffic-again')],
    },
    evidence: [
      ...(policy.rolling?.inspection ?? []),
      {
        kind: 'choice',
        name: 'decision',
        question: `Go on with the other ${hosts.length - 1} hosts?`,
        options: ['go-on', 'roll-back'],
      },
    ],
    judge: (evidence) => {
      const not = (policy.rolling?.inspection ?? []).filter(({ name }) => evidence[name] === false);
      if (evidence['decision'] !== 'go-on') return { kind: 'reject', why: `a person decided to roll back at ${host}` };
      if (not.length === 0) return { kind: 'pass' };
      return { kind: 'reject', why: `not so on ${host}: ${not.map(({ question }) => question).join('; ')}` };
    },
  });
}

function drainStep(rollout: Rollout, first: Wave): Step<World, object> {
  const { candidate, ports } = rollout;
  return action<World>({
    id: 'no-traffic',
    title: `Take ${first.hosts.join(', ')} out of the traffic while the gate waits`,
    inputs: { hosts: [...first.hosts], candidate: candidate.version },
    read: (ctx) => lookAtWorld(rollout, ctx),
    decide: (world, ctx) => {
      if (ctx.mode === 'plan') return { kind: 'nothing', why: 'decided when the gate opens' };
      const down = unreachable(world.routes, 'checkpoint');
      if (down.length > 0) return { kind: 'refuse', problems: down };
      const routes = rollingRoutes(rollout, { admitted: [], out: first.hosts }, world);
      return doOrNothing(ports.router.apply(routes, world.routes), 'it gets no requests');
    },
    probe: 'repeatable',
    verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, 0),
  });
}
