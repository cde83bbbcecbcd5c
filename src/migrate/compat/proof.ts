import type { LedgerAnswer, LedgerRow } from '../../model/ledger.ts';
import type { Recording } from './log.ts';
import type { Difference } from './replay.ts';

/** What was tried for one application version on one schema state, and what follows from it. Pure. */

export type SuiteEnd =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly exit: number | null; readonly tail: string };

export interface Tried {
  readonly version: string;
  readonly schema: string;
  readonly suite: SuiteEnd;
  /** Only for a version whose statements were recorded on another schema. */
  readonly replayed: {
    readonly recording: Pick<Recording, 'statements'>;
    readonly differences: readonly Difference[];
  } | null;
}

/**
 * A suite that fails is a `no`: the version does not work there. A suite that passes although a statement is refused is an `unknown`:
 * the suite did not notice, a user may. Other answers that the suite is content with are a `yes`, and are listed.
 */
export function answerOf({ suite, replayed }: Tried): LedgerAnswer {
  if (suite.kind === 'failed') return 'no';
  return replayed?.differences.some((difference) => difference.kind === 'refused') === true ? 'unknown' : 'yes';
}

export function proofRow(tried: Tried, time: string): LedgerRow {
  const { version, schema } = tried;
  return { version, schema, answer: answerOf(tried), proof: proofInWords(tried), proven: true, time };
}

export function proofInWords({ suite, replayed }: Tried): string {
  const its = suite.kind === 'passed' ? 'its own suite passes there' : `its own suite fails there (exit ${suite.exit})`;
  if (replayed === null) return its;
  const { recording, differences } = replayed;
  const said = `${recording.statements.length} of its statements replayed`;
  const refused = differences.filter(({ kind }) => kind === 'refused');
  if (refused.length > 0) return `${its}; ${said}: refused ${refused.map(({ shape }) => short(shape)).join('; ')}`;
  const other = differences.length === 0 ? 'the same answers' : `${differences.length} answer otherwise`;
  return `${its}; ${said}, ${other}`;
}

function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
