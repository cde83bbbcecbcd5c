#!/usr/bin/env node
import { isAbsolute } from 'node:path';
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { ProblemError } from '../src/model/problem.ts';
import { formatDuration } from '../src/model/scalars.ts';
import { restoreNodes } from '../src/release/backup/restore-nodes.ts';
import { parseTarget, TARGETS } from '../src/release/backup/restore-target.ts';
import { runbook, text } from '../src/release/runbook/index.ts';

/** SOP: the database as it was, in a new server. `node runbooks/restore.ts production --reason "orders were dropped" --to "before shop.orders" --into /srv/restored`. */

const reason = text({ name: 'reason', question: 'Why? It stands in the journal.', minLength: 3 });
const to = text({
  name: 'to',
  question: 'Restore to where? `latest`, a time with its zone, the id of a transaction, or `before shop.orders`',
  check: (given) => (parseTarget(given) === null ? TARGETS : undefined),
});
const into = text({
  name: 'into',
  question: 'In which directory is the new server made? It is empty, or not there yet.',
  check: (given) => (isAbsolute(given) ? undefined : 'the whole path, from / on'),
});

const restore = runbook({
  id: 'restore',
  title: 'Restore the database into a new server, and switch to it',
  summary:
    'Makes a new server from a full backup and the binary logs behind it, up to one place. A person inspects it before anything is switched to it; a person switches. The time until then is compared with what was predicted and promised.',
  when: 'When rows or tables are gone or wrong, or the server is lost. Not for one table while the service runs: `shiplock restore table` is quicker. While the old server lives, first keep its logs: `shiplock backup run ENVIRONMENT --incremental`.',
  requirements: ['C5', 'F2'],
  roles: [
    { role: 'operator', does: 'runs it, and starts the restored server' },
    { role: 'releaser', does: 'inspects it, and says that the service was switched (the role of the rollout)' },
  ],
  severity: 'changes',
  inputs: [reason, to, into],
  prerequisites: [
    'The last logs of the server are backed up, if it still lives (`shiplock backup run ENVIRONMENT --incremental`).',
    'There is a backup that leads to the target (`shiplock restore run ENVIRONMENT … --dry-run`).',
    'The disk of the directory has room for the whole database and its logs.',
  ],
  wayBack:
    'Nothing that serves is touched before the switch: delete the directory. Behind the switch, point the service to the old server again; what was written to the restored one since is then only there.',
  clauses: [
    {
      id: 'C5',
      says: 'The database is restored to a point in time, from a full backup and the logs behind it, into a new server.',
      nodes: ['restore/look', 'restore/server'],
      test: 'test/integration/restore-chain.test.ts',
    },
    {
      id: 'F2',
      says: 'Nothing is switched to a restored server before a person has inspected it; the time until the switch is measured and compared with the objective.',
      nodes: ['restore/inspect', 'restore/switch', 'restore/switched'],
      test: 'test/integration/restore-chain.test.ts',
    },
  ],
  sample: { reason: 'orders were dropped', to: 'before shop.orders', into: '/srv/restored' },
  how: {
    kind: 'tree',
    build(given, { service }) {
      const { environment, service: about } = service.target;
      const written = parseTarget(given(to));
      if (written === null) throw new ProblemError(noTarget(given(to)));
      const { root, told } = restoreNodes(service, { environment, ...written, into: given(into) });
      return {
        title: `Restore the database of ${about} in ${environment} to ${written.text}`,
        description: `Reason: ${given(reason)}`,
        root,
        report(outputs) {
          const { made, switched } = told(outputs);
          const [took, until] = [made?.seconds ?? 0, switched?.seconds ?? 0];
          const duration = (seconds: number): string => formatDuration(Math.ceil(seconds) * 1000);
          const promised = (seconds: number | null | undefined): string =>
            typeof seconds === 'number' ? `, promised ${duration(seconds)}` : ', nothing was promised';
          const predicted = made?.predictedSeconds ?? null;
          const lost = made?.lostSeconds ?? null;
          return {
            text: [
              `${made?.transactions ?? 0} transactions were replayed, the last ${made?.last ?? 'as the full backup'}; ${made?.lostTransactions ?? 0} that are backed up are lost`,
              ...(lost === null
                ? []
                : [`all of the last ${duration(lost)} before it may be lost${promised(made?.rpoSeconds)}`]),
              `the server was there after ${duration(took)}, predicted ${predicted === null ? 'was nothing' : duration(predicted)}`,
              `the service was switched after ${duration(until)}${promised(made?.rtoSeconds)}`,
            ].join('\n'),
            json: jsonSchema.parse({ environment, restored: made ?? null, switched: switched ?? null }),
          };
        },
      };
    },
  },
});

function noTarget(found: string) {
  return {
    ...{ code: 'cli.runbook-input', where: '--to', found, expected: TARGETS },
    remedy: 'see `shiplock runbook show restore`',
  };
}

export default restore;

await runIfStarted(import.meta.url, restore);
