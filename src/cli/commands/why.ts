import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { formatProblem, type Problem } from '../../model/problem.ts';
import { openService, readReport } from '../../release/index.ts';
import type { Report } from '../../report/index.ts';
import { openToChat } from '../chat/view.ts';
import { findAnyRun } from '../find-run.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, door, withCommonOptions } from '../session.ts';

export function addWhy({ program, io, done }: Registry): void {
  openToChat(withCommonOptions(program.command('why')), { kind: 'looks', about: 'run', options: [] })
    .summary('why a run ended, or stands, as it does')
    .description(
      'Say why a run ended, or stands, as it does: what failed, what was found, and what to do about it. From its journal alone.',
    )
    .argument('<run>', 'the run, or its environment for the newest one there')
    .addHelpText('after', '\nExamples:\n  $ shiplock why production\n  $ shiplock why 20261121-071500-3f2a --json')
    .action(async (wanted: string, options: CommonOptions) => {
      const service = await openService(await door(io, options, false));
      const { run } = await findAnyRun(service, wanted);
      const why = whyOf(await readReport(service.store, run));
      done({ exit: EXIT.done, text: whyText(why), json: jsonSchema.parse(why) });
    });
}

interface Why {
  readonly run: string;
  readonly status: string;
  readonly sentence: string;
  /** Steps that failed or were refused, oldest first. */
  readonly failed: readonly {
    readonly step: string;
    readonly attempts: number;
    readonly problems: readonly Problem[];
  }[];
  readonly waits: readonly { readonly gate: string; readonly role: string }[];
  readonly problems: readonly Problem[];
}

/** Pure. */
function whyOf({ head, story }: Report): Why {
  const steps = story?.steps ?? [];
  const failed = steps
    .filter(({ state, problems }) => (state === 'failed' || state === 'refused') && problems.length > 0)
    .map(({ path, attempts, problems }) => ({ step: path, attempts, problems }));
  const told = failed.flatMap(({ problems }) => problems.map(formatProblem));
  return {
    run: head.run,
    status: head.status,
    sentence: head.sentence,
    failed,
    waits: (story?.gates ?? []).filter(({ passed }) => !passed).map(({ path, role }) => ({ gate: path, role })),
    problems: head.problems.filter((problem) => !told.includes(formatProblem(problem))),
  };
}

function whyText({ run, status, sentence, failed, waits, problems }: Why): string {
  const lines = [
    sentence,
    `run ${run}: ${status}`,
    ...failed.flatMap(({ step, attempts, problems: said }) => [
      `${step}${attempts > 1 ? `, ${attempts} attempts` : ''}:`,
      ...said.map((problem) => `  ${formatProblem(problem).replaceAll('\n', '\n  ')}`),
    ]),
    ...problems.map(formatProblem),
    ...waits.map(({ gate, role }) => `it waits at ${gate} for ${role}: shiplock gate show ${run}`),
  ];
  return lines.length === 2 ? [...lines, 'nothing in it failed'].join('\n') : lines.join('\n');
}
