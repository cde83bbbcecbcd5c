import { distance } from 'fastest-levenshtein';
import type { AlertRule } from '../../alerts/index.ts';
import { nearest } from '../../model/json.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import type { Runbook } from '../runbook/define.ts';
import { givenOf } from '../runbook/run.ts';

/** Whether what the configuration allows may be started by an alert at all, when nobody is there who could be asked. */

export type FindRunbook = (name: string) => Promise<Runbook>;

export interface CheckedRule {
  readonly rule: AlertRule;
  /** Null where it is not there. */
  readonly runbook: Runbook | null;
  readonly problems: readonly Problem[];
}

/** Looks at every rule of an environment. Changes nothing. */
export async function checkAlertRules(service: ServiceEnvironment, find: FindRunbook): Promise<readonly CheckedRule[]> {
  const rules = service.environment.alerts ?? [];
  return Promise.all(
    rules.map(async (rule) => {
      try {
        const runbook = await find(rule.runbook);
        return { rule, runbook, problems: ruleProblems(service, rule, runbook) };
      } catch (error) {
        const where = `${placeOf(service, rule)}.runbook`;
        return { rule, runbook: null, problems: problemsOf(error, where).map((one) => ({ ...one, where })) };
      }
    }),
  );
}

/** Pure but for what the inputs of a runbook look at: names of the environment. */
function ruleProblems(service: ServiceEnvironment, rule: AlertRule, runbook: Runbook): readonly Problem[] {
  const where = placeOf(service, rule);
  const names = runbook.inputs.map(({ name }) => name);
  const place = inputPlaceOf(service, rule, runbook);
  return [
    ...notUnattended(where, runbook),
    ...Object.keys(rule.inputs)
      .filter((name) => !names.includes(name))
      .map((name) => unknownInput(`${where}.inputs.${name}`, name, runbook.id, names)),
    ...place,
  ];
}

/** What is wrong with texts that stand in the configuration; what comes from a label is looked at when it comes. */
function inputPlaceOf(service: ServiceEnvironment, rule: AlertRule, runbook: Runbook): readonly Problem[] {
  const fixed = runbook.inputs.filter(({ name }) => typeof (rule.inputs[name] ?? '') === 'string');
  const texts = Object.fromEntries(
    Object.entries(rule.inputs).flatMap(([name, from]) => (typeof from === 'string' ? [[name, from]] : [])),
  );
  return inputProblems(service, { ...runbook, inputs: fixed }, texts).map((one) => ({
    ...one,
    where: `${placeOf(service, rule)}.inputs`,
  }));
}

/** What is wrong with these texts as inputs of the runbook. */
export function inputProblems(
  service: ServiceEnvironment,
  runbook: Runbook,
  texts: Readonly<Record<string, string>>,
): readonly Problem[] {
  try {
    givenOf(service, runbook, { texts });
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** Asked once more at every start: a file of the service may have changed since. Pure. */
export function notUnattended(where: string, { id, severity, how }: Runbook): readonly Problem[] {
  if (severity === 'destructive') {
    return [
      {
        code: 'alert.destructive',
        where,
        found: `${id}, which takes away what cannot be brought back`,
        expected: 'a runbook that may be run when nobody is there',
        remedy: `let the alert call a person: \`shiplock runbook run ${id}\` asks whether it is meant`,
      },
    ];
  }
  if (how.kind === 'tree') return [];
  return [
    {
      code: 'alert.delivery',
      where,
      found: `${id}, which decides what serves`,
      expected: 'a runbook that mends what runs; a version that is worse is taken back by its own rollout',
      remedy: `let the alert call a person: \`shiplock ${id}\` asks why`,
    },
  ];
}

function placeOf({ environment: { environment } }: ServiceEnvironment, { name }: AlertRule): string {
  return `environments.${environment}.alerts.${name}`;
}

function unknownInput(where: string, name: string, id: string, names: readonly string[]): Problem {
  const near = nearest(name, names, distance);
  return {
    code: 'alert.unknown-input',
    where,
    found: `an input that ${id} does not have`,
    expected: names.length === 0 ? 'no inputs' : `one of ${names.join(', ')}`,
    remedy: near === undefined ? `see \`shiplock runbook show ${id}\`` : `did you mean ${near}?`,
  };
}
