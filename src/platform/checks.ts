import type { Check, Checked } from '../model/check.ts';
import type { PlatformState } from '../model/platform.ts';
import type { Exec } from '../model/ports.ts';
import { directoryCheck, programCheck, spaceCheck, whyNotFree } from '../procedure/check/index.ts';
import type { PortRange } from './local/host-ports.ts';

export interface PlatformChecks {
  readonly root: string;
  readonly ports: PortRange;
  readonly replicas: number;
  readonly exec: Exec;
  readonly observe: (signal: AbortSignal) => Promise<PlatformState>;
}

/** Ports that are tried: enough to know, and quick also for ten thousand. */
const TRIED = 64;

/** What a host of local processes needs. */
export function platformChecks({ root, ports, replicas, exec, observe }: PlatformChecks): readonly Check[] {
  const utilLinux = (program: string, why: string): Check =>
    programCheck(exec, { program, why, mend: 'sudo apt-get install util-linux' });
  return [
    directoryCheck('platform.root', 'Directory of the platform', root),
    spaceCheck('platform.space', 'the platform', root),
    utilLinux('flock', 'keeps two commands from changing one host at once'),
    {
      id: 'platform.ports',
      title: `Ports of the instances, ${ports.first}-${ports.last}`,
      look: async (signal) => {
        const ours = (await observe(signal)).instances.length;
        const size = ports.last - ports.first + 1;
        const tried = Array.from({ length: Math.min(size, TRIED) }, (_, index) => ports.first + index);
        const busy = await Promise.all(tried.map((port) => whyNotFree('127.0.0.1', port)));
        const taken = busy.filter((why) => why !== undefined).length;
        return portsAnswer({ size, tried: tried.length, taken, ours, replicas });
      },
    },
    {
      id: 'platform.instances',
      title: 'Instances',
      look: async (signal) => instancesAnswer(await observe(signal)),
    },
  ];
}

interface Ports {
  readonly size: number;
  readonly tried: number;
  readonly taken: number;
  readonly ours: number;
  readonly replicas: number;
}

/** Pure. A release needs a port per instance and one per guard beside those of the version that serves. */
export function portsAnswer({ size, tried, taken, ours, replicas }: Ports): Checked {
  const needed = 2 * replicas + 2;
  const free = tried < size ? size - taken : tried - taken;
  if (free >= needed) return { state: 'ok', found: `${free} free of ${size}` };
  return {
    state: 'failed',
    found: `${free} free of ${size}, with ${ours} instances of ours`,
    expected: `${needed} free: one per new instance and one per guard, for ${replicas} replicas`,
    mend: 'widen platform.ports in shiplock.yaml',
  };
}

/** Pure. */
export function instancesAnswer({ instances }: PlatformState): Checked {
  const ill = instances.filter(({ state }) => state !== 'ready');
  const [first] = ill;
  if (first === undefined) return { state: 'ok', found: `${instances.length} run and are ready` };
  return {
    state: 'warning',
    found:
      `${ill.length} of ${instances.length} not ready: ${first.instance} is ${first.state} ${first.detail}`.trimEnd(),
    expected: 'instances that are ready',
    mend: 'read its log: shared/log below its directory in the platform; `shiplock status` lists all of them',
  };
}
