import { mannersMarkdown } from '../../src/migrate/index.ts';
import { EXIT } from '../../src/model/exit.ts';
import { renderPlan } from '../../src/procedure/plan/render.ts';
import { type MigrateRequest, planAndStore, rulesText, type ServiceEnvironment } from '../../src/release/index.ts';
import { codeBlock } from '../shared/words.ts';
import type { Judged } from './judged.ts';

/** Says in the summary what the migrations would do, as `shiplock migrate plan` does, and keeps it under a name that `stored-plan` takes. */
export async function plan(service: ServiceEnvironment, environment: string, request: MigrateRequest): Promise<Judged> {
  const { plan: steps, inputs, rules, manners, kept } = await planAndStore(service, request);
  const { version } = inputs.candidate.release;
  const gates = `Gates: ${rulesText(rules)}`;
  return {
    exit: kept === null ? EXIT.refused : EXIT.done,
    problems: (manners?.statements ?? []).flatMap(({ manner }) => (manner.kind === 'refused' ? manner.problems : [])),
    sentence:
      kept === null
        ? `A migration of ${version} is refused in ${environment}: the summary says why; nothing was changed.`
        : `What the migrations of ${version} would do in ${environment} stands in the summary; nothing was changed.`,
    outputs: {
      outcome: kept === null ? 'refused' : 'planned',
      version,
      run: '',
      'plan-hash': steps.planHash,
      'stored-plan': kept?.name ?? '',
      anchor: '',
      schema: inputs.candidate.schema,
      findings: '',
    },
    summary: [
      ...(manners === null ? [] : [mannersMarkdown(manners), '']),
      codeBlock(`${renderPlan(steps)}\n${gates}${kept === null ? '' : `\nplan ${kept.name}`}`),
    ].join('\n'),
  };
}
