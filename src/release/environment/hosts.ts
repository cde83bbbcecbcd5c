import { type Problem, problemsOf } from '../../model/problem.ts';
import { checkHost, prepareEffect, type SshFleetOptions, type SshReach } from '../../platform/index.ts';
import { action, type Node } from '../../procedure/index.ts';

/** Before a release or a runbook: every host is there, is fit, and has the program that does what is asked of it. */

interface HostFacts {
  readonly name: string;
  /** `no program`: it can be laid down, since we log in as root there. */
  readonly found: 'ready' | 'no program' | readonly Problem[];
}

type Reached = SshReach & Pick<SshFleetOptions, 'exec'>;

export function hostsNode(options: Reached, forWhat = 'a release'): Node {
  const names = options.hosts.map((host) => host.name);
  return action<readonly HostFacts[]>({
    id: 'hosts',
    title: `Look whether ${names.length === 1 ? 'the host is' : `all ${names.length} hosts are`} ready for ${forWhat}`,
    inputs: { hosts: names },
    read: (ctx) => Promise.all(options.hosts.map((host) => lookAt(options, host, ctx.signal))),
    decide: (facts) => {
      const problems = facts.flatMap(({ found }) => (typeof found === 'string' ? [] : found));
      if (problems.length > 0) return { kind: 'refuse', problems };
      const missing = facts.filter(({ found }) => found === 'no program').map(({ name }) => name);
      return missing.length === 0
        ? { kind: 'nothing', why: 'all have the program of this version' }
        : { kind: 'do', effects: [prepareEffect(options, missing)] };
    },
    probe: 'repeatable',
    verify: async (ctx) => {
      const facts = await Promise.all(options.hosts.map((host) => lookAt(options, host, ctx.signal)));
      return facts.flatMap(({ found }) => (typeof found === 'string' ? [] : found));
    },
  });
}

async function lookAt(options: Reached, host: SshReach['hosts'][number], signal: AbortSignal): Promise<HostFacts> {
  try {
    return { name: host.name, found: await checkHost({ ...options, host }, signal) };
  } catch (error) {
    signal.throwIfAborted();
    return { name: host.name, found: problemsOf(error, host.name) };
  }
}
