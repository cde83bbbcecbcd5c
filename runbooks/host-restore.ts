#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { formatProblem } from '../src/model/problem.ts';
import { wholeHostNodes } from '../src/release/host-restore/index.ts';
import { tookTold } from '../src/release/host-restore/time.ts';
import { duration, flag, optionalText, runbook, text } from '../src/release/runbook/index.ts';

/** SOP: a lost host on an empty machine. `node runbooks/host-restore.ts production --host web2 --reason "its disk died"`. */

const reason = text({ name: 'reason', question: 'Why? It stands in the journal.', minLength: 3 });
const lost = text({
  name: 'host',
  question: 'Which host? An empty machine answers at its address',
  check: (given) => (/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(given) ? undefined : 'the name of a host'),
});
const id = optionalText({ name: 'id', question: 'Which backup of its files? Left out: the newest' });
const planned = optionalText({
  name: 'planned',
  question:
    'Digest of what a plan has shown: then nobody is asked to approve it, and with another list nothing is changed',
  check: (given) => (/^[0-9a-f]{12}$/.test(given) ? undefined : '12 characters, as the plan prints them'),
});
const refresh = flag({ name: 'refresh', question: 'Ask the package sources first (apt-get update)?' });
const reload = optionalText({
  name: 'reload',
  question: 'Units that run on the machine already and read their files again, with commas between them',
  check: (given) =>
    given.split(',').every((unit) => /^[A-Za-z0-9][A-Za-z0-9._@:-]*$/.test(unit)) ? undefined : 'names of units',
});
const limit = duration({
  ...{ name: 'limit', question: 'How long the work of packages may take' },
  ...{ usual: '30m', minMs: 10_000, maxMs: 4 * 3_600_000 },
});

const hostRestore = runbook({
  id: 'host-restore',
  title: 'Bring a lost host back on an empty machine',
  summary:
    'Makes an empty machine what a lost host was: its packages, accounts, files, certificates and units out of its backup, and the version of the service that serves now. A person approves the list before anything is changed, and inspects the host before it gets requests.',
  when: 'When a host is gone with its disk, and a fresh Debian answers at its address. Not for single files of a host that lives: `shiplock restore files ENVIRONMENT --host NAME`. Not for a database that was on it: that is `restore`, afterwards. Not in a cluster.',
  requirements: ['C5', 'F2'],
  roles: [
    { role: 'operator', does: 'reaches the empty machine, tells its host key, plans and runs it' },
    { role: 'releaser', does: 'approves the list, and inspects the host (the role of the rollout)' },
  ],
  severity: 'changes',
  inputs: [reason, lost, id, planned, refresh, reload, limit],
  prerequisites: [
    'The machine has the name and the address of the lost one in `platform.hosts` or `system.hosts`, ssh and systemd, and lets the key of Shiplock in.',
    'Its host key was compared, and stands in the file that `knownHosts` names in place of the old one.',
    'Its package sources (`/etc/apt`) are those of the lost host: put them there first with `shiplock restore files ENVIRONMENT --host NAME --only /etc/apt`, where they were not those of the distribution.',
    'There is a backup of the files of that host (`shiplock backup list ENVIRONMENT`).',
    'One version serves, and no release is under way (`shiplock status ENVIRONMENT`).',
  ],
  wayBack:
    'Until the inspection the machine gets no requests, and the other hosts serve as before: “no” at a checkpoint ends the run there. Mend what was told and run it again with the same words: what is done is left alone, and files are put again. `shiplock restore files ENVIRONMENT --host NAME --undo SET` takes the files back; packages and accounts stay. Or empty the machine once more.',
  clauses: [
    {
      id: 'C5',
      says: 'A whole host is restored on an empty machine: packages in their versions where a source still has them, accounts, configuration, certificates, units that start by themselves, and the version that serves.',
      nodes: [
        'host-restore/look',
        'host-restore/packages',
        'host-restore/accounts',
        'host-restore/install',
        'host-restore/files',
        'host-restore/units',
        'host-restore/application',
      ],
      test: 'test/integration/runbook-host-restore.test.ts',
    },
    {
      id: 'F2',
      says: 'Nothing is changed on the machine before a person has approved what is to be installed, and it gets no request before a person has inspected it; the time is predicted, measured, and compared with the objective.',
      nodes: [
        'host-restore/expect',
        'host-restore/approve',
        'host-restore/away',
        'host-restore/state',
        'host-restore/inspect',
        'host-restore/traffic',
        'host-restore/took',
      ],
      test: 'test/integration/runbook-host-restore.test.ts',
    },
  ],
  sample: { reason: 'its disk died', host: 'web2' },
  how: {
    kind: 'tree',
    build(given, context) {
      const { service } = context;
      const { environment, service: about } = service.target;
      const system = service.environment.system === undefined ? null : context.system();
      const host = given(lost);
      const { root, told } = wholeHostNodes(service, system, {
        ...{ host, id: given(id), planned: given(planned), refresh: given(refresh), limitMs: given(limit) },
        reload: given(reload)?.split(',') ?? [],
      });
      return {
        title: `Bring ${host} of ${about} in ${environment} back`,
        description: `Reason: ${given(reason)}`,
        root,
        report(outputs) {
          const { id: which, packages, files, differs, took } = told(outputs);
          const time = took === null ? null : tookTold(took, host);
          return {
            text: [
              `${host}: ${packages?.changes.length ?? 0} packages, ${files ?? 0} files of ${which ?? 'no backup'}`,
              ...(differs.length === 0 ? ['all is as it was'] : differs),
              ...(time === null ? [] : [time.text, ...time.problems.map(formatProblem)]),
            ].join('\n'),
            json: jsonSchema.parse({ environment, host, id: which, packages, files, differs, took }),
            bad: (time?.problems.length ?? 0) > 0,
          };
        },
      };
    },
  },
});

export default hostRestore;

await runIfStarted(import.meta.url, hostRestore);
