import { z } from 'zod';
import { complain, duration, httpUrlSchema, secretSchema, wordsSchema } from '../model/scalars.ts';

/** Fragment `announce` of an environment: who hears of what needs a person. */

/** Labels that say which alert it is. Set here and by nobody else, or two alerts could become one. */
export const OWN_LABELS = ['alertname', 'severity', 'service', 'environment', 'procedure', 'run', 'gate', 'reason'];

const LABEL = 'the name of a label: letters, digits and _, not beginning with a digit';
const labelNameSchema = z
  .string({ error: LABEL })
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, LABEL)
  .meta({ title: 'label' });

const URLS = 'at least one address of an Alertmanager';

const authorization = secretSchema
  .exactOptional()
  .describe('Value of the header Authorization, such as `Basic …` or `Bearer …`.');

export const announceConfig = z
  .strictObject({
    alertmanager: z
      .strictObject({
        urls: z
          .array(httpUrlSchema, { error: URLS })
          .min(1, URLS)
          .describe(
            'Every member of the cluster, not a load balancer before it: each is told, and they tell people once.',
          ),
        authorization,
      })
      .exactOptional()
      .describe('Alertmanager: it groups, silences, and has mail, chat, telephone and more.'),
    webhook: z
      .strictObject({
        url: z
          .union([httpUrlSchema, secretSchema], {
            error: 'an address such as https://example.org/hook, or { secret: env:NAME }',
          })
          .describe(
            'Gets a POST in the form of Alertmanager’s own webhook. An address that is a secret itself stands as a reference.',
          ),
        authorization,
      })
      .exactOptional()
      .describe('Told where there is no Alertmanager, and when none of them takes an alert.'),
    labels: z
      .record(labelNameSchema, wordsSchema)
      .default({})
      .describe('Labels of every alert, for routes and grouping: `team: trust`.'),
    links: z
      .strictObject({
        run: httpUrlSchema
          .exactOptional()
          .describe('Where people read about a run; `{run}`, `{environment}` and `{service}` are put in.'),
        runbook: httpUrlSchema
          .exactOptional()
          .describe(
            'What to do, as annotation `runbook_url`; `{alert}` is the name of the alert, in the form of the others.',
          ),
      })
      .prefault({})
      .describe('Links in every alert.'),
    timeout: duration({ min: 100, max: 30_000 })
      .prefault('2s')
      .describe(
        'How long one request may take. A run goes on meanwhile; at its very end it waits at most twice as long.',
      ),
    lasts: duration({ min: 60_000 })
      .prefault('7d')
      .describe('How long an open gate or a held run stays an alert when nobody says it again (`shiplock announce`).'),
    events: duration({ min: 60_000, max: 7 * 86_400_000 })
      .prefault('1h')
      .describe('How long what has happened and is over (a rollback, an override) stays an alert.'),
  })
  .check((ctx) => {
    if (ctx.value.alertmanager === undefined && ctx.value.webhook === undefined) {
      complain(ctx, {
        path: [],
        code: 'config.nobody-to-tell',
        found: 'neither `alertmanager` nor `webhook`',
        expected: 'somebody to tell',
        remedy: 'add `alertmanager: { urls: [http://127.0.0.1:9093] }`, or delete `announce:`',
      });
    }
    for (const name of Object.keys(ctx.value.labels)) {
      if (!OWN_LABELS.includes(name)) continue;
      complain(ctx, {
        path: ['labels', name],
        code: 'config.reserved-label',
        found: `the label \`${name}\``,
        expected: `a label other than ${OWN_LABELS.join(', ')}: those say which alert it is`,
        remedy: `rename it, for instance to \`${name}_of_team\``,
      });
    }
  });

export type AnnounceConfig = z.infer<typeof announceConfig>;
