import type { Check } from '../../model/check.ts';
import type { Exec } from '../../model/ports.ts';
import { programCheck } from '../../procedure/check/index.ts';
import type { SshReach } from './fleet.ts';
import { checkHost } from './observe.ts';

/** What hosts over ssh need: ssh here, and each host there, fit and with the program of this version. Looks only. */
export function sshChecks(reach: Pick<SshReach, 'hosts' | 'access' | 'root'>, exec: Exec): readonly Check[] {
  const { hosts, access, root } = reach;
  return [
    programCheck(exec, { program: 'ssh', why: 'reaches the hosts', mend: 'sudo apt-get install openssh-client' }),
    ...hosts.map(
      (host): Check => ({
        id: `platform.host.${host.name}`,
        title: `Host ${host.name}, ${host.address}`,
        look: async (signal) => {
          const found = await checkHost({ host, access, root, exec }, signal);
          return {
            state: 'ok',
            found:
              found === 'ready'
                ? 'answers, and has the program of this version'
                : 'answers; the next release lays the program of this version down',
          };
        },
      }),
    ),
  ];
}
