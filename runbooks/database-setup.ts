#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { serverSetupNodes } from '../src/release/database/setup.ts';
import { openServerSetup } from '../src/release/database/setup-case.ts';
import { duration, flag, neededService, number, optionalText, runbook, text } from '../src/release/runbook/index.ts';

/** SOP: a new server of the database. `node runbooks/database-setup.ts production --service database --admin file:secrets/admin.dsn --reason "a new shop"`. */

const reason = text({ name: 'reason', question: 'Why is it set up? It stands in the journal.', minLength: 3 });
const which = neededService({ name: 'service', question: 'Which service of `system:` is the server?' });
const admin = text({
  name: 'admin',
  question: 'Reference to the connection string of its administrator; a file that is not there is made',
  check: (given) => (/^(?:env|file):\S+$/.test(given) ? undefined : 'env:NAME or file:PATH, never the text itself'),
});
const adminFrom = optionalText({
  name: 'admin-from',
  question: 'From which address does the administrator come? Left out: that from which the host is reached now',
  check: (given) =>
    /^[0-9a-z%_:][0-9a-z.%_:-]*$/.test(given) ? undefined : 'a host as accounts have it, such as 10.0.1.5',
});
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const packages = optionalText({
  name: 'packages',
  question:
    'Which packages, with commas between them: names or name=version. Left out: mariadb-server or mysql-server, and tzdata',
  check: (given) =>
    given.split(',').every((word) => WORD.test(word)) ? undefined : 'names of packages, or name=version',
});
const planned = optionalText({
  name: 'planned',
  question: 'Digest of the versions that a plan has shown; with others nothing is changed',
  check: (given) => (/^[0-9a-f]{12}$/.test(given) ? undefined : '12 characters, as the plan prints them'),
});
const refresh = flag({ name: 'refresh', question: 'Ask the package sources first (apt-get update)?' });
const memory = optionalText({
  name: 'memory',
  question: 'Memory of its machine, such as 16384MiB. Left out: what the machine says',
  check: (given) => (/^[1-9]\d{0,8}MiB$/.test(given) ? undefined : 'a whole number of MiB, such as 16384MiB'),
});
const share = number({
  ...{ name: 'share', question: 'Which part of the memory may the server use, in percent?' },
  ...{ usual: 80, min: 10, max: 100 },
});
const pool = number({
  ...{ name: 'pool', question: 'Connections that one instance opens at most' },
  ...{ usual: 10, min: 1, max: 10_000 },
});
const reserve = number({
  ...{ name: 'reserve', question: 'Connections for people and tools' },
  ...{ usual: 30, min: 1, max: 10_000 },
});
const serverId = number({
  ...{ name: 'server-id', question: 'A number that no other server of its replication has' },
  ...{ usual: 1, min: 1, max: 4_294_967_295 },
});
const bind = optionalText({
  name: 'bind',
  question: 'On which address does it listen? Left out: that of its host',
  check: (given) => (/^[0-9A-Za-z.:_*-]{1,253}$/.test(given) ? undefined : 'an address, a name, or *'),
});
const limit = duration({
  ...{ name: 'limit', question: 'How long the packages may take' },
  ...{ usual: '30m', minMs: 10_000, maxMs: 8 * 3_600_000 },
});

const databaseSetup = runbook({
  id: 'database-setup',
  title: 'Set up a server of the database',
  summary:
    'Makes a new MySQL or MariaDB server on one host: exactly the planned packages, settings by the size of the machine, start and autostart, root by the socket alone, time zones, a pair for TLS, an administrator, and the accounts that shiplock.yaml declares. A person inspects it before it is used.',
  when: 'For a new host, or one whose set-up has died half way. On a server that is set up nothing is changed. Not for a server in use whose settings differ: that is told, and `shiplock database configure` mends it. Not where the database is rented.',
  requirements: ['C1'],
  roles: [
    { role: 'operator', does: 'plans it, reads packages and settings, and runs it with the digest of the plan' },
    { role: 'releaser', does: 'inspects the new server and fills in the checkpoint (the role of the rollout)' },
  ],
  severity: 'changes',
  reach: 'before-database',
  inputs: [
    ...[reason, which, admin, adminFrom, packages, planned, refresh, memory, share, pool, reserve, serverId, bind],
    limit,
  ],
  prerequisites: [
    '`system:` names the server: `unit: mariadb.service` or `mysql.service`, on one host over ssh.',
    '`database.accounts` declares who may use it, and `database.tls` how connections are protected (docs/database.md).',
    'The disk of the data is mounted on /var/lib/mysql, where it is one of its own.',
    'The network lets clients through to the port of the server, and nobody else.',
  ],
  wayBack:
    'Nobody uses the server yet: mend what is said, and run it again; what is done is left alone. A server that is not wanted after all goes by `apt-get purge`, and its data by hand.',
  clauses: [
    {
      id: 'C1',
      says: 'A server is installed in exactly the planned version, set to the size of its machine, started with it, and lets in root by its socket and the declared accounts with their rights alone; a person inspects it before it is used.',
      nodes: [
        'database-setup/look',
        'database-setup/server',
        'database-setup/planned',
        'database-setup/packages',
        'database-setup/enable',
        'database-setup/options',
        'database-setup/up',
        'database-setup/secure',
        'database-setup/zones',
        'database-setup/administrator',
        'database-setup/users',
        'database-setup/connect',
        'database-setup/inspect',
      ],
      test: 'test/integration/runbook-database-setup.test.ts',
    },
  ],
  sample: { reason: 'a new shop', service: 'database', admin: 'file:secrets/admin.dsn' },
  how: {
    kind: 'tree',
    build(given, context) {
      const { environment, service: about } = context.service.target;
      const told = given(memory);
      const setup = openServerSetup(context.service, context.system(), {
        ...{ service: given(which), reason: given(reason), admin: given(admin), adminFrom: given(adminFrom) },
        ...{ packages: given(packages), planned: given(planned), refresh: given(refresh), bind: given(bind) },
        machine: told === undefined ? {} : { memory: Number(told.replace('MiB', '')) * 1024 ** 2 },
        ...{ share: given(share) / 100, pool: given(pool), reserve: given(reserve), serverId: given(serverId) },
        limitMs: given(limit),
      });
      const { root, told: found } = serverSetupNodes(setup);
      return {
        title: `Set up ${given(which)} of ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root,
        report(outputs) {
          const record = found(outputs);
          const next = `take the first backup: shiplock backup run ${environment}, then shiplock backup verify ${environment}`;
          return {
            text:
              record === null
                ? 'nothing was looked at'
                : `${given(which)}: ${record.fresh ? 'set up' : 'as it should be'}, version ${record.version}, ${record.settings.length} settings; ${next}`,
            json: jsonSchema.parse({ service: given(which), ...record, next }),
          };
        },
      };
    },
  },
});

export default databaseSetup;

await runIfStarted(import.meta.url, databaseSetup);
