#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { serverUpgradeNodes } from '../src/release/database/upgrade.ts';
import { openServerUpgrade } from '../src/release/database/upgrade-case.ts';
import { duration, flag, neededService, optionalText, runbook, text } from '../src/release/runbook/index.ts';

/** SOP: a newer MySQL or MariaDB. `node runbooks/upgrade-database.ts production --service database --reason "10.11 ends in 2028"`. */

const reason = text({ name: 'reason', question: 'Why is it upgraded? Users read it too.', minLength: 3 });
const which = neededService({ name: 'service', question: 'Which service of `system:` is the server?' });
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const packages = optionalText({
  name: 'packages',
  question: 'Which packages, with commas between them: names or name=version. Left out: mariadb-server or mysql-server',
  check: (given) =>
    given.split(',').every((word) => WORD.test(word)) ? undefined : 'names of packages, or name=version',
});
const admin = optionalText({
  name: 'admin',
  question: 'Reference to the connection string of an administrator. Left out: that of the migrations',
  check: (given) => (/^(?:env|file):\S+$/.test(given) ? undefined : 'env:NAME or file:PATH, never the text itself'),
});
const leave = optionalText({
  name: 'leave',
  question:
    'Which services run on although they need it, with commas between them? Left out: HAProxy or Nginx, whichever is the proxy',
});
const planned = optionalText({
  name: 'planned',
  question: 'Digest of the versions that a plan has shown; with others nothing is changed',
  check: (given) => (/^[0-9a-f]{12}$/.test(given) ? undefined : '12 characters, as the plan prints them'),
});
const refresh = flag({ name: 'refresh', question: 'Ask the package sources first (apt-get update)?' });
const backup = flag({
  name: 'backup',
  question: 'Take a full backup and verify it, while users are shut out? Else the last one must be good enough',
});
const replicated = flag({
  name: 'replicated',
  question: 'May it replicate from others, or others from it? Their order is then yours',
});
const finish = flag({
  name: 'finish',
  question: 'Are the packages there already, after a run that did not come through?',
});
const limit = duration({
  ...{ name: 'limit', question: 'How long the packages, and mariadb-upgrade, may take each' },
  ...{ usual: '30m', minMs: 10_000, maxMs: 8 * 3_600_000 },
});
const stopLimit = duration({
  ...{ name: 'stop-limit', question: 'How long the server may take to write everything and stop' },
  ...{ usual: '30m', minMs: 10_000, maxMs: 8 * 3_600_000 },
});

const upgradeDatabase = runbook({
  id: 'upgrade-database',
  title: 'Upgrade the server of the database',
  summary:
    'Brings the MySQL or MariaDB server of one host to a newer version by its packages. It is looked at first, and must have a verified backup. Users are shut out, what uses it is stopped, every row is counted, the server is stopped cleanly, changed, started and compared with before. A person looks at it; then users are let in.',
  when: 'For a new version of the server, within its series or to a later one. Users see the page of maintenance for as long as it takes. Not for a server that replicates, unless you see to the order yourself (`--replicated`). Not where the database is rented: its provider upgrades it.',
  requirements: ['F3'],
  roles: [
    {
      role: 'operator',
      does: 'plans it, reads the versions and what the new version changes, and runs it with the digest of the plan',
    },
    { role: 'releaser', does: 'inspects the new server and fills in the checkpoint (the role of the rollout)' },
  ],
  severity: 'destructive',
  inputs: [reason, which, packages, admin, leave, planned, refresh, backup, replicated, finish, limit, stopLimit],
  prerequisites: [
    'The release notes of every series between the two versions were read, and the service was tested with the new one.',
    'The backups are good (`shiplock backup status ENVIRONMENT`), or `--backup` is given.',
    'The account of `--admin` has the rights that docs/upgrades.md names.',
    'Users were told. No release is under way (`shiplock status ENVIRONMENT`).',
  ],
  wayBack:
    'Before the server is stopped nothing of it was changed: `maintenance-off` and `system-start` let users in. Behind that older packages are no way back, since the new server has opened the data: users stay shut out, and the way back is a restore into a server of the old version (runbook `restore`, to the latest: nothing is lost, because nobody wrote). What can be mended is mended, and the runbook run again with `--finish`.',
  clauses: [
    {
      id: 'F3',
      says: 'The server of the database is upgraded to exactly the planned version, with a verified backup behind it and users shut out; rows and tables are compared with before, and a person inspects it before users are let in.',
      nodes: [
        'upgrade-database/look',
        'upgrade-database/server',
        'upgrade-database/backup',
        'upgrade-database/planned',
        'upgrade-database/close',
        'upgrade-database/before',
        'upgrade-database/keep',
        'upgrade-database/down',
        'upgrade-database/packages',
        'upgrade-database/tables',
        'upgrade-database/verify',
        'upgrade-database/checkpoint',
        'upgrade-database/open',
      ],
      test: 'test/integration/runbook-upgrade-database.test.ts',
    },
  ],
  sample: { reason: 'the series ends', service: 'database' },
  how: {
    kind: 'tree',
    build(given, context) {
      const { environment, service: about } = context.service.target;
      const upgrade = openServerUpgrade(context.service, context.system(), {
        ...{ service: given(which), reason: given(reason), packages: given(packages), admin: given(admin) },
        ...{ planned: given(planned), refresh: given(refresh), backup: given(backup), leave: given(leave)?.split(',') },
        ...{ replicated: given(replicated), finish: given(finish) },
        ...{ limitMs: given(limit), stopMs: given(stopLimit) },
      });
      const { root, told } = serverUpgradeNodes(upgrade);
      return {
        title: `Upgrade ${given(which)} of ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root,
        report(outputs) {
          const found = told(outputs);
          const { verified } = found ?? {};
          return {
            text:
              found === null
                ? 'nothing was looked at'
                : `${given(which)}: ${found.from} → ${found.to}, ${verified?.tables ?? 0} tables with ${verified?.rows ?? 0} rows as before, ${verified?.errors.length ?? 0} errors in its log`,
            json: jsonSchema.parse({ service: given(which), ...found }),
          };
        },
      };
    },
  },
});

export default upgradeDatabase;

await runIfStarted(import.meta.url, upgradeDatabase);
