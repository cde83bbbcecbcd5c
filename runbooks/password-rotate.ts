#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { ROLES } from '../src/database/index.ts';
import { ProblemError } from '../src/model/problem.ts';
import { rotateNodes } from '../src/release/database/rotate-runbook.ts';
import { openRotation } from '../src/release/database/rotate-work.ts';
import { choice, duration, optionalText, runbook, text } from '../src/release/runbook/index.ts';
import { type SystemService, startOrder } from '../src/system/index.ts';

/** SOP: a new password of an account of the database. `node runbooks/password-rotate.ts production --role application --services api --reason "every quarter"`. */

const reason = text({ name: 'reason', question: 'Why is it exchanged? It stands in the journal.', minLength: 3 });
const role = choice({ name: 'role', question: 'Which account of `database.accounts`?', options: ROLES });
const users = text({
  name: 'services',
  question: 'Which services of `system:` use it, with commas between them? They are restarted, host by host',
  check: (given) => (/^[a-z0-9_-]+(?:,[a-z0-9_-]+)*$/.test(given) ? undefined : 'names of services'),
});
const admin = optionalText({
  name: 'admin',
  question: 'Reference to the connection string of an administrator. Left out: that of the migrations',
  check: (given) => (/^(?:env|file):\S+$/.test(given) ? undefined : 'env:NAME or file:PATH, never the text itself'),
});
const wait = duration({
  ...{ name: 'wait', question: 'How long connections from before are waited for, until a person is asked' },
  ...{ usual: '5m', minMs: 1_000, maxMs: 8 * 3_600_000 },
});

const passwordRotate = runbook({
  id: 'password-rotate',
  title: 'Exchange a password of the database',
  summary:
    'Makes a new password of one account, lets it in beside the old one, puts it behind its reference, restarts what uses it, on the first host alone until a person has inspected it, waits until nobody is connected from before, and lets the old one in no more.',
  when: 'By rule (every quarter, say), when somebody leaves who knew it, or when it was seen where it should not be. Services read the reference when they start. Where a host has a copy of the secret, have it copied there between the exchange and the restart; this runbook does not.',
  requirements: ['F1'],
  roles: [
    { role: 'operator', does: 'runs it' },
    {
      role: 'releaser',
      does: 'inspects the first host, and confirms at the end that nobody needs the old password (the role of the rollout)',
    },
  ],
  severity: 'changes',
  reach: 'without-database',
  inputs: [reason, role, users, admin, wait],
  prerequisites: [
    'The secret of the account is a `file:` that is written from here, and each service reads that file when it starts.',
    'The services are healthy (`shiplock runbook run system-status ENVIRONMENT`).',
    'The server keeps two passwords: MySQL 8.0.14, MariaDB 10.4, or newer.',
  ],
  wayBack:
    'Until the last step both passwords are let in. When a host does not come up, or a checkpoint is filled in with “no”, the old one is put behind its reference again (4), and nobody is cut off: restart what was restarted already (`system-restart`), then drop the new one (`shiplock database rotate … --finish`). Behind the last step there is no way back to the old one; a new exchange makes another.',
  clauses: [
    {
      id: 'F1',
      says: 'A password is exchanged while both are let in; services are restarted host by host, the first one alone until it was inspected; the old one is discarded last, when nobody is connected with it and a person has confirmed it.',
      nodes: [
        'password-rotate/look',
        'password-rotate/exchange/begin',
        'password-rotate/exchange/restart/api/web1',
        'password-rotate/exchange/restart/api/checkpoint',
        'password-rotate/exchange/older',
        'password-rotate/exchange/checkpoint',
        'password-rotate/finish',
      ],
      test: 'test/integration/runbook-password-rotate.test.ts',
    },
  ],
  sample: { reason: 'every quarter', role: 'application', services: 'api' },
  how: {
    kind: 'tree',
    build(given, context) {
      const { environment, service: about } = context.service.target;
      const system = context.system();
      const services = named(startOrder(system.services), given(users).split(','));
      const work = openRotation(context.service, { environment, role: given(role), admin: given(admin) ?? null });
      const prepare = system.prepare(services);
      return {
        title: `Exchange the password of ${work.account.user} (${given(role)}) of ${about} in ${environment}`,
        description: `Reason: ${given(reason)}`,
        root: rotateNodes({ work, system, services, prepare, waitMs: given(wait) }),
      };
    },
  },
});

/** @throws ProblemError for a name that is none of them */
function named(services: readonly SystemService[], names: readonly string[]): readonly SystemService[] {
  const strange = names.find((name) => services.every((one) => one.name !== name));
  if (strange === undefined) return services.filter(({ name }) => names.includes(name));
  throw new ProblemError({
    code: 'cli.runbook-input',
    where: '--services',
    found: JSON.stringify(strange),
    expected: `some of ${services.map(({ name }) => name).join(', ')}`,
    remedy: 'give names of services of `system:`, with commas between them',
  });
}

export default passwordRotate;

await runIfStarted(import.meta.url, passwordRotate);
