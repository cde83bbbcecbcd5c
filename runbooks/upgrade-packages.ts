#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { sequence } from '../src/procedure/index.ts';
import { upgradeHosts } from '../src/release/environment/upgrade.ts';
import { duration, flag, host, number, optionalText, runbook, service, text } from '../src/release/runbook/index.ts';
import { afterText, type Upgrade, upgradeNodes } from '../src/system/index.ts';

/** SOP: upgrade packages host by host. `node runbooks/upgrade-packages.ts production --packages openssl --reason "CVE-2026-1234"`. */

const reason = text({ name: 'reason', question: 'Why is it upgraded? It stands in the journal.', minLength: 3 });
const packages = text({
  name: 'packages',
  question: 'Which packages, with commas between them: names, name=version, or all',
  check: (given) =>
    given === 'all' || given.split(',').every((word) => WORD.test(word))
      ? undefined
      : 'names of packages, name=version, or all',
});
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const there = host({ name: 'host', question: 'Only this host. It is changed also when its services do not run' });
const only = service({ name: 'service', question: 'Only hosts on which this service runs' });
const planned = optionalText({
  name: 'planned',
  question: 'Digest of the list that a plan has shown; with another list nothing is changed',
  check: (given) => (/^[0-9a-f]{12}$/.test(given) ? undefined : '12 characters, as the plan prints them'),
});
const refresh = flag({ name: 'refresh', question: 'Ask the package sources first (apt-get update)?' });
const downgrade = flag({ name: 'downgrade', question: 'May an older version take the place of a newer one?' });
const atOnce = number({
  ...{ name: 'at-once', question: 'Hosts at the same time, once the first one was inspected' },
  ...{ usual: 1, min: 1, max: 8 },
});
const limit = duration({
  ...{ name: 'limit', question: 'How long the package work of one host may take' },
  ...{ usual: '15m', minMs: 10_000, maxMs: 4 * 3_600_000 },
});

const upgradePackages = runbook({
  id: 'upgrade-packages',
  title: 'Upgrade packages, host by host',
  summary:
    'Brings packages of the hosts to newer versions. Each host is taken out of the traffic, changed, and brought back when everything on it does its work. The first host is changed alone; a person looks at it before any other is touched; then the rest follows.',
  when: 'When packages of the operating system must be upgraded, for a known weakness for instance. Users are served meanwhile by the other hosts; what runs on one host only is down for as long as its restart takes. Not for the service itself: that is a release. Not for the server of the database.',
  requirements: ['F3'],
  roles: [
    {
      role: 'operator',
      does: 'plans it, looks at the list of packages and versions, and runs it with the digest of that list',
    },
    { role: 'releaser', does: 'inspects the first host and fills in the checkpoint (the role of the rollout)' },
  ],
  severity: 'changes',
  inputs: [reason, packages, there, only, planned, refresh, downgrade, atOnce, limit],
  prerequisites: [
    'Everything is healthy (`shiplock runbook run system-status ENVIRONMENT`).',
    'No release is under way (`shiplock status ENVIRONMENT`).',
    'The plan was read: which packages, from which version to which, on which host, and whether the old version can still be had.',
  ],
  wayBack:
    'A host on which something fails stays out of the traffic, and no other host is touched. The message prints the command that brings the versions before back, as far as a source still has them: the same runbook with `--host`, `--packages name=version` and `--downgrade`. Packages that came as a new need stay.',
  clauses: [
    {
      id: 'F3',
      says: 'Host packages are upgraded host by host to exactly the versions that were planned; no second host is touched before the first one was inspected and the inspection was filled in.',
      nodes: [
        'upgrade-packages/look',
        'upgrade-packages/planned',
        'upgrade-packages/first',
        'upgrade-packages/checkpoint',
        'upgrade-packages/rest',
      ],
      test: 'test/integration/runbook-upgrade.test.ts',
    },
  ],
  sample: { reason: 'weakness in openssl', packages: 'openssl' },
  how: {
    kind: 'tree',
    build(given, context) {
      const system = context.system();
      const { environment, service: about } = context.service.target;
      const asked = { downgrade: given(downgrade), host: given(there), service: given(only) };
      const upgrade: Upgrade = {
        ...{ system, environment, words: given(packages).split(','), limitMs: given(limit), atOnce: given(atOnce) },
        ...{ refresh: given(refresh), planned: given(planned), mustBeFit: asked.host === undefined },
        hosts: upgradeHosts(context.service, system, asked),
      };
      const prepare = system.prepareHosts(upgrade.hosts.map((one) => one.host));
      const { nodes, after } = upgradeNodes(upgrade);
      const what = `${given(packages)} on ${upgrade.hosts.length === 1 ? (upgrade.hosts[0]?.host ?? '') : `${upgrade.hosts.length} hosts`}`;
      return {
        title: `Upgrade ${what} of ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root: sequence({
          id: 'upgrade-packages',
          title: `Upgrade ${what}`,
          steps: [...(prepare === null ? [] : [prepare]), ...nodes],
        }),
        report(outputs) {
          const rows = after.flatMap((step) => outputs(step) ?? []);
          return {
            text: afterText(rows),
            json: {
              hosts: rows.map((row) => ({
                ...row,
                packages: row.packages.map((one) => ({ ...one })),
                left: [...row.left],
              })),
            },
          };
        },
      };
    },
  },
});

export default upgradePackages;

await runIfStarted(import.meta.url, upgradePackages);
