#!/usr/bin/env node
import { certificateStatusNode, certificateText } from '../src/certificate/index.ts';
import { runIfStarted } from '../src/cli/runbook/own.ts';
import { jsonSchema } from '../src/model/json.ts';
import { optionalText, runbook } from '../src/release/runbook/index.ts';
import { openCertificates } from '../src/release/upkeep/certificates.ts';

/** SOP: see which certificates are served, and until when. `node runbooks/certificate-status.ts production`. Exit code 1: one must be renewed. */

const days = optionalText({
  name: 'days',
  question: 'Fewest days that must be left. Left out: `days` of each certificate',
  check: (given) => (/^[1-9]\d{0,2}$/.test(given) ? undefined : 'a whole number from 1 to 999'),
});

const certificateStatus = runbook({
  id: 'certificate-status',
  title: 'See how long the certificates are good for',
  summary:
    'Shakes hands with every host that serves a certificate, as a client does, and shows serial, end, and whether a client trusts it. Ends with 1 when one is to be renewed.',
  when: 'Every day, by a timer, and first of all when clients are warned. It works while a release or another runbook holds the environment.',
  requirements: ['F1'],
  roles: [{ role: 'operator', does: 'reads it' }],
  severity: 'reads',
  inputs: [days],
  prerequisites: [],
  wayBack: 'Nothing is changed.',
  clauses: [
    {
      id: 'F1',
      says: 'Certificates that end soon, have ended or are not trusted are seen on every host, before clients see them.',
      nodes: ['certificates/public'],
      test: 'test/integration/runbook-certificate.test.ts',
    },
  ],
  sample: {},
  how: {
    kind: 'tree',
    build(given, context) {
      const most = given(days);
      const { root, steps } = certificateStatusNode(
        openCertificates(context.service, context.system()),
        most === undefined ? null : Number(most),
      );
      const { environment, service: about } = context.service.target;
      return {
        title: `See how long the certificates of ${about} in ${environment} are good for`,
        description: 'A handshake with every host, from this machine.',
        root,
        report(outputs) {
          const rows = steps.flatMap((step) => {
            const found = outputs(step);
            return found === undefined ? [] : [found.row];
          });
          return {
            text: certificateText(rows),
            json: jsonSchema.parse({ environment, certificates: rows }),
            bad: rows.some(({ state }) => state !== 'good'),
          };
        },
      };
    },
  },
});

export default certificateStatus;

await runIfStarted(import.meta.url, certificateStatus);
