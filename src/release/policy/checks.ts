import { isAbsolute, resolve } from 'node:path';
import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Check, Checked } from '../../model/check.ts';
import { programCheck } from '../../procedure/check/index.ts';
import { trusted } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import { PIN_FILE, policyPlace } from './place.ts';
import { readPolicy } from './policy.ts';

/** Who is checked at gates: can the policy be read, and can somebody bend it? */
export function policyChecks(service: Service, environment: ResolvedEnvironment): readonly Check[] {
  const { exec, config, baseDir } = service;
  const people = config.service.people !== undefined || config.service.policy !== undefined;
  return [
    {
      id: 'policy.readable',
      title: 'Policy of the gates',
      look: async (signal) => {
        const policy = await readPolicy(service, environment, { signal });
        if (policy === null) return { state: 'ok', found: 'none: nobody is checked at gates' };
        const { place, commit } = policy.source;
        return { state: 'ok', found: `${place} at ${commit.slice(0, 12)}, ${policy.people.length} people` };
      },
    },
    ...(people
      ? [
          {
            id: 'policy.pinned',
            title: 'Place of the policy',
            look: async () => pinAnswer((await policyPlace(service))?.pinned ?? false, config.service.service),
          },
          {
            id: 'policy.branch',
            title: 'Branch of the policy',
            look: async (signal: AbortSignal) => {
              const address = (await policyPlace(service))?.address ?? '';
              const path = isAbsolute(address) || address.startsWith('.') ? resolve(baseDir, address) : null;
              if (path === null) return branchAnswer(address, null);
              const argv = [
                'git',
                '-c',
                'safe.directory=*',
                '-C',
                path,
                'config',
                '--get',
                'receive.denyNonFastForwards',
              ];
              const { stdout } = await exec.read(trusted(argv), { timeoutMs: 4_000, signal });
              return branchAnswer(path, stdout.trim() === 'true');
            },
          },
          programCheck(exec, {
            program: 'ssh-keygen',
            why: 'checks signatures',
            mend: 'sudo apt-get install openssh-client',
          }),
        ]
      : []),
  ];
}

/** Pure. */
export function pinAnswer(pinned: boolean, service: string): Checked {
  if (pinned) return { state: 'ok', found: `fixed on this machine by ${PIN_FILE}` };
  return {
    state: 'warning',
    found: 'the place that shiplock.yaml names: who can edit the working copy can change it',
    expected: 'a place that the administrator of this machine has fixed',
    mend: `as root: write {"formatVersion":1,"services":{"${service}":{"repository":"…"}}} to ${PIN_FILE}`,
  };
}

/** Pure. `fastForwardOnly`: null where only the server knows. */
export function branchAnswer(place: string, fastForwardOnly: boolean | null): Checked {
  if (fastForwardOnly === null) {
    return {
      state: 'ok',
      found: `${place}; whether the forge protects the branch, git cannot tell: look at its rules`,
    };
  }
  if (fastForwardOnly) return { state: 'ok', found: `${place} takes no forced push` };
  return {
    state: 'warning',
    found: `${place} takes forced pushes`,
    expected: 'a branch whose history nobody rewrites',
    mend: `git -C ${place} config receive.denyNonFastForwards true`,
  };
}
