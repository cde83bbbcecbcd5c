#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { rotateNode } from '../src/logs/index.ts';
import { sequence } from '../src/procedure/index.ts';
import { flag, host, optionalText, runbook, text } from '../src/release/runbook/index.ts';
import { openLogs } from '../src/release/upkeep/logs.ts';

/** SOP: put logs aside before they fill a disk. `node runbooks/log-rotate.ts production --logs access --now --reason "disk at 90 %"`. */

const reason = text({
  ...{ name: 'reason', question: 'Why are logs put aside? It stands in the journal.' },
  ...{ usual: 'they are due', minLength: 3 },
});
const which = optionalText({ name: 'logs', question: 'Only these of `logs:`' });
const there = host({ name: 'host', question: 'Only on this host' });
const now = flag({ name: 'now', question: 'Also those that are not due by size and age yet?' });

const logRotate = runbook({
  id: 'log-rotate',
  title: 'Put logs aside, host by host',
  summary:
    'Renames each log that is due by size or age, has its writer open a new one, waits until nobody writes to the old one any more, compresses it, and removes what is too much by count and age. Where logrotate is installed, it does the work, by a configuration that is laid down for its own timer too.',
  when: 'By a timer or an alert when a disk fills with logs, or once by hand to have logrotate set up. The service is not restarted, and no line is lost. Not for the journal of systemd, which bounds itself, and not for logs of `shiplock unit`, which are put aside by size as they are written.',
  requirements: ['F1'],
  roles: [{ role: 'operator', does: 'plans it, looks at the sizes, and runs it' }],
  severity: 'changes',
  inputs: [reason, which, there, now],
  prerequisites: [
    'The writer opens its logs anew when it is told to, or opens them for each line: `reopen:` says which.',
    'The directories of the logs belong to root, who alone may write to them.',
  ],
  wayBack:
    'What was put aside lies beside its log, whole, until it is too old or too much. A writer that does not let go fails the run: nothing of its log was compressed or removed, and no other host is touched.',
  clauses: [
    {
      id: 'F1',
      says: 'Logs are put aside while they are written, host by host: no line is lost, not even when everything is killed on the way, and what lies aside is bounded by count and age.',
      nodes: ['log-rotate/rotate'],
      test: 'test/integration/runbook-logs.test.ts',
    },
  ],
  sample: { logs: 'access', now: 'yes' },
  how: {
    kind: 'tree',
    build(given, context) {
      const [name, hostName] = [given(which), given(there)];
      const { logs, prepare } = openLogs(context.service, { name, host: hostName });
      const { environment, service: about } = context.service.target;
      const what = `${name ?? 'logs'}${hostName === undefined ? '' : ` on ${hostName}`}`;
      return {
        title: `Put ${what} of ${about} in ${environment} aside`,
        description: `Reason: ${given(reason)}`,
        root: sequence({
          id: 'log-rotate',
          title: `Put ${what} aside`,
          steps: [...(prepare === null ? [] : [prepare]), rotateNode(logs, { now: given(now) })],
        }),
      };
    },
  },
});

export default logRotate;

await runIfStarted(import.meta.url, logRotate);
