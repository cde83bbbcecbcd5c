import { z } from 'zod';
import { complain, duration, nameSchema, wordsSchema } from '../model/scalars.ts';

/** Fragment `alerts` of an environment: which alert may start which runbook. What is not listed starts nothing. */

const LABEL = 'the name of a label: letters, digits and _, not beginning with a digit';
const labelNameSchema = z
  .string({ error: LABEL })
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, LABEL)
  .meta({ title: 'label' });

const RUNBOOK = 'the name of a runbook, as `shiplock runbook list` has it';
const runbookNameSchema = z
  .string({ error: RUNBOOK })
  .regex(/^[a-z][a-z0-9-]{0,60}$/, RUNBOOK)
  .meta({ title: 'runbook' });

const INPUT = 'a text, or { label: NAME }';
const inputSchema = z.union(
  [wordsSchema, z.strictObject({ label: labelNameSchema.describe('Label of the alert whose value is the input.') })],
  { error: INPUT },
);

const COUNT = 'a whole number from 1 to 60';

const alertRuleConfig = z
  .strictObject({
    match: z
      .record(labelNameSchema, wordsSchema)
      .describe('Labels and the values they must have, `alertname` among them. All of them, compared as they are.'),
    runbook: runbookNameSchema.describe('What is run. Nothing that takes away what cannot be brought back.'),
    inputs: z
      .record(nameSchema, inputSchema)
      .default({})
      .describe('Inputs of the runbook: a text, or the label whose value it is. Checked as those of a person are.'),
    cooldown: duration({ min: 1000, max: 7 * 86_400_000 })
      .prefault('15m')
      .describe('After a start, how long the same runbook with the same inputs is not started by this rule again.'),
    maxPerHour: z
      .number({ error: COUNT })
      .int(COUNT)
      .min(1, COUNT)
      .max(60, COUNT)
      .default(3)
      .describe('Most starts by this rule within an hour, whatever the inputs.'),
  })
  .check((ctx) => {
    const { alertname } = ctx.value.match;
    if (alertname === undefined) {
      complain(ctx, {
        path: ['match'],
        code: 'config.alert-name',
        found: 'no `alertname`',
        expected: 'the name of the alert: a rule without one would take every alert for its own',
        remedy: 'add `alertname: …` as the rule of Prometheus names it',
      });
    } else if (alertname.startsWith('Shiplock')) {
      complain(ctx, {
        path: ['match', 'alertname'],
        code: 'config.alert-circle',
        found: `\`${alertname}\`, which this program announces itself`,
        expected: 'an alert about the service: a run must not start the next one',
        remedy: 'name the alert that says what is wrong',
      });
    }
  });

export const alertsConfig = z.record(nameSchema, alertRuleConfig);

export type AlertsConfig = z.infer<typeof alertsConfig>;
export type AlertRuleConfig = z.infer<typeof alertRuleConfig>;
