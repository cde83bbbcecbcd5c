#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { ProblemError } from '../src/model/problem.ts';
import { sequence } from '../src/procedure/index.ts';
import { host, neededService, runbook, text } from '../src/release/runbook/index.ts';
import { reviveNode } from '../src/system/index.ts';

/** SOP: start what has died or hangs. `node runbooks/service-revive.ts production --service proxy`. */

const which = neededService({ name: 'service', question: 'Which service has died?' });
const there = host({ name: 'host', question: 'Look only at this host' });
const reason = text({
  name: 'reason',
  question: 'Why is it started? It stands in the journal.',
  usual: 'it does not run',
  minLength: 3,
});

const serviceRevive = runbook({
  id: 'service-revive',
  title: 'Bring a service back that has died or hangs',
  summary:
    'Looks at one service on each of its hosts, one host after the other. Starts it where it does not run; ends and starts it where it runs and has failed its health check at every look for 10 s; and waits until it does its work. Where it does, nothing is touched. Where something that it needs does not do its work, nothing is ended: that is the cause then.',
  when: 'When a unit or a process is gone, after a crash or when it was killed, or when it runs and does not answer. An alert may start it when nobody is there. To restart what does its work, use `system-restart`, with a look at the first host.',
  requirements: ['F12'],
  roles: [{ role: 'operator', does: 'finds out in the morning why it died: starting it again mends no cause' }],
  severity: 'changes',
  inputs: [which, there, reason],
  prerequisites: [
    'Nobody has stopped it on purpose: who does so locks the environment first (`shiplock lock ENVIRONMENT`), or silences the alert.',
  ],
  wayBack:
    '`system-stop` stops it again. When it does not come up, it was tried once: the run has failed, and whoever is on call reads the log of the service.',
  clauses: [
    {
      id: 'F12',
      says: 'A killed Nginx is found by an alert, started again, seen to do its work, and told by e-mail; nobody had to be there.',
      nodes: ['service-revive/start/proxy'],
      test: 'test/integration/runbook-alert.test.ts',
    },
  ],
  sample: { service: 'proxy' },
  how: {
    kind: 'tree',
    build(given, context) {
      const system = context.system();
      const [name, hostName] = [given(which), given(there)];
      const services = system.services
        .filter((one) => one.name === name)
        .map((one) => ({ ...one, on: one.on.filter((place) => hostName === undefined || place.host === hostName) }))
        .filter((one) => one.on.length > 0);
      if (services.length === 0) throw new ProblemError(notThere(name, hostName));
      const prepare = system.prepare(services);
      const { environment, service: about } = context.service.target;
      const on = hostName === undefined ? '' : ` on ${hostName}`;
      return {
        title: `Start ${name} of ${about} in ${environment} again${on}`,
        description: `Reason: ${given(reason)}`,
        root: sequence({
          id: 'service-revive',
          title: `Start ${name} again${on}`,
          steps: [...(prepare === null ? [] : [prepare]), ...services.map((one) => reviveNode(system, one))],
        }),
      };
    },
  },
});

function notThere(name: string, on: string | undefined) {
  return {
    code: 'cli.runbook-input',
    where: '--host',
    found: `${on ?? 'no host'}, where ${name} does not run`,
    expected: 'a host on which it is meant to run',
    remedy: 'leave --host out, or see `shiplock runbook run system-status ENVIRONMENT`',
  };
}

export default serviceRevive;

await runIfStarted(import.meta.url, serviceRevive);
