#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { sequence } from '../src/procedure/index.ts';
import { openBackupKeys } from '../src/release/keys/backup-look.ts';
import { backupKeyNodes } from '../src/release/keys/backup-steps.ts';
import { openHostKeys } from '../src/release/keys/host-look.ts';
import { hostKeyNodes } from '../src/release/keys/host-steps.ts';
import { choice, optionalText, runbook, text } from '../src/release/runbook/index.ts';

/** SOP: a new key by which Shiplock is let in. `node runbooks/key-rotate.ts production --key hosts --reason "every year"`. */

const reason = text({ name: 'reason', question: 'Why is it exchanged? It stands in the journal.', minLength: 3 });
const key = choice({
  name: 'key',
  question: 'hosts: the SSH key of `platform.identityFile`; backup: the password of a repository of restic',
  options: ['hosts', 'backup'],
});
const repository = optionalText({
  name: 'repository',
  question: 'For --key backup: which repository, as shiplock.yaml has it. Left out: `backup.repository`',
});

const keyRotate = runbook({
  id: 'key-rotate',
  title: 'Exchange a key',
  summary:
    'Makes a new SSH key for the hosts, or a new password of a repository of backups, has it let in beside the old one, proves it by a login or by opening the repository with it alone, uses it, and asks a person whether everybody has it. Then the old one is let in no more, on the first host alone until a person has inspected it, and each time it is tried that the old one is refused.',
  when: 'By rule (every year, say), when somebody leaves who could read the file, or when it was seen where it should not be. Where other machines have copies of it, bring them the new one before you fill in the checkpoint; this runbook does not. A key that was stolen is taken away by hand at once, before a new one is made here.',
  requirements: ['F1'],
  roles: [
    { role: 'operator', does: 'runs it' },
    {
      role: 'releaser',
      does: 'confirms that nobody needs the old one, and inspects the first host (the role of the rollout)',
    },
  ],
  severity: 'changes',
  reach: 'without-database',
  inputs: [reason, key, repository],
  prerequisites: [
    'It runs on the machine that holds the key, as the user who may write the file and its directory.',
    'hosts: each of them answers, and its user has the key in `authorized_keys` in its home.',
    'backup: the password is a `file:`, and a second place is ready for the new one: without it nothing can be restored.',
  ],
  wayBack:
    'Until the last part old and new are both let in. When a host or a repository refuses the new one, or the checkpoint is filled in with “no”, the old one is used again, the new one is taken away everywhere and deleted (4). From the last part on there is no way back to the old one; a new run makes another.',
  clauses: [
    {
      id: 'F1',
      says: 'The key of the hosts is exchanged while both are let in, proven by a login with it alone on every host, and the old one is discarded last, after a person has confirmed it, on the first host alone until it was inspected.',
      nodes: [
        'key-rotate/look',
        'key-rotate/exchange/make',
        'key-rotate/exchange/both/web1/proven',
        'key-rotate/exchange/switch',
        'key-rotate/exchange/checkpoint',
        'key-rotate/finish/web1/discard',
        'key-rotate/finish/first',
        'key-rotate/finish/rest/web2/discard',
      ],
      test: 'test/integration/runbook-key-rotate.test.ts',
    },
  ],
  sample: { reason: 'every year', key: 'hosts' },
  how: {
    kind: 'tree',
    build(given, { service }) {
      const { environment, service: about } = service.target;
      const { role } = service.environment.rollout;
      const isHosts = given(key) === 'hosts';
      const steps = isHosts
        ? hostKeyNodes(openHostKeys(service), {
            ...{ role, what: 'the SSH key of the hosts' },
            works: 'Do logins with the new key work, as the steps before say?',
            others:
              'Have other machines, jobs and people got the new key (or one of their own) that reach these hosts with a copy of the old one?',
          })
        : backupKeyNodes(openBackupKeys(service, given(repository)), {
            ...{ role, what: 'the password of the backups' },
            works:
              'Is the new password kept in a second place, away from this machine? Without it nothing can be restored.',
            others:
              'Has everything been restarted that keeps the old one in memory (`shiplock backup stream`), and have other machines got the new one?',
          });
      const what = isHosts ? 'SSH key of the hosts' : 'password of the backups';
      return {
        title: `Exchange the ${what} of ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root: sequence({ id: 'key-rotate', title: `Exchange the ${what}`, steps: [...steps] }),
      };
    },
  },
});

export default keyRotate;

await runIfStarted(import.meta.url, keyRotate);
