import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { renderPlan } from '../../procedure/index.ts';
import { openEnvironment } from '../../release/index.ts';
import { documentRunbook, planRunbook, type Runbook, runRunbook } from '../../release/runbook/index.ts';
import { interview } from '../ask.ts';
import type { CommandResult, Io } from '../io.ts';
import { type ChangeOptions, type CommonOptions, door, type PersonOptions } from '../session.ts';
import { outcomeResult } from './texts.ts';
import { askMissing, type RunbookWords } from './words.ts';

/** The one way from a definition and words to a plan, a document or a run, whichever door it came through. */
export async function carryOut(
  io: Io,
  runbook: Runbook,
  words: RunbookWords,
  how: {
    readonly mode: 'run' | 'plan' | 'document';
    readonly yes: boolean;
    readonly options: CommonOptions & PersonOptions & ChangeOptions;
    readonly help: string;
  },
): Promise<CommandResult> {
  const { mode, options, help } = how;
  const { change, awaitOverride } = options;
  // What the record says needs not be asked.
  const asking = change === undefined ? io : { ...io, asks: false };
  const { environment, texts } = await askMissing(asking, runbook, words, help);
  const quiet = options.quiet === true || options.json === true;
  const acts = mode === 'run' && runbook.severity !== 'reads';
  const service = await openEnvironment(await door(io, { ...options, quiet }, acts), environment, runbook.reach);
  if (mode === 'document') {
    const text = await documentRunbook(service, runbook, { texts });
    return { exit: EXIT.done, text, json: { runbook: runbook.id, environment, document: text } };
  }
  if (mode === 'plan') {
    const plan = await planRunbook(service, runbook, { texts });
    return { exit: EXIT.done, text: renderPlan(plan), json: jsonSchema.parse(plan) };
  }
  if (runbook.severity === 'destructive') await confirm(io, runbook, environment, how.yes);
  return outcomeResult(await runRunbook(service, runbook, { texts, change, awaitOverride }));
}

/** @throws ProblemError `policy.not-confirmed` */
async function confirm(io: Io, { id, title }: Runbook, environment: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (io.asks === true) {
    const questions = interview(io);
    try {
      const answer = await questions.ask(`${title}: this cannot be brought back. Type ${environment} to go on.`, 'no');
      if (answer === environment) return;
    } finally {
      await questions.close();
    }
  }
  throw new ProblemError({
    code: 'policy.not-confirmed',
    where: environment,
    found: `no --yes for ${id}, which takes away what cannot be brought back`,
    expected: 'to be told that this is meant',
    remedy: 'look at its plan, then say --yes',
  });
}
