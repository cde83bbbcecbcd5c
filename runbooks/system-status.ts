#!/usr/bin/env node
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { runbook, service } from '../src/release/runbook/index.ts';
import { startOrder, statusNode, statusText } from '../src/system/index.ts';

/** SOP: see what of the system runs, on which host, and whether it is healthy. `node runbooks/system-status.ts production`. */

const only = service({ name: 'service', question: 'Look only at this service' });

const systemStatus = runbook({
  id: 'system-status',
  title: 'See how the system is',
  summary:
    'Asks every host of the system what of it runs and whether it is healthy. Changes nothing and needs no lease.',
  when: 'At any time; first of all when something is wrong. It works while a release or another runbook holds the environment, and when the disk of this machine is full.',
  requirements: ['F1'],
  roles: [{ role: 'operator', does: 'reads it' }],
  severity: 'reads',
  inputs: [only],
  prerequisites: [],
  wayBack: 'Nothing is changed.',
  clauses: [
    {
      id: 'F1',
      says: 'What of the system runs, on which host, and whether it is healthy, is seen at once; a host that cannot be asked does not hide the others.',
      nodes: ['status/database', 'status/api', 'status/proxy'],
      test: 'test/integration/runbook-system.test.ts',
    },
  ],
  sample: {},
  how: {
    kind: 'tree',
    build(given, context) {
      const system = context.system();
      const name = given(only);
      const services = startOrder(system.services).filter((one) => name === undefined || one.name === name);
      const { root, steps } = statusNode(system, services);
      const { environment, service: about } = context.service.target;
      return {
        title: `See how ${name ?? 'the system'} of ${about} in ${environment} is`,
        description:
          'Each service on each of its hosts: its units as systemd knows them, and its health from this machine.',
        root,
        report(outputs) {
          const rows = steps.flatMap((step) => {
            const found = outputs(step);
            return found === undefined ? [] : [found.row];
          });
          return { text: statusText(rows), json: jsonSchema.parse({ environment, services: rows }) };
        },
      };
    },
  },
});

export default systemStatus;

await runIfStarted(import.meta.url, systemStatus);
