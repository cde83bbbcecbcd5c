import { z } from 'zod';
import { schemaAllows } from '../../model/ledger.ts';
import type { Clock } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { gate, type Node, sequence, step } from '../../procedure/index.ts';
import type { DatabaseTarget, Target } from '../environment/target.ts';
import { type ReleaseRecord, readLedger } from '../record.ts';

const answerSchema = z.strictObject({ answer: z.enum(['yes', 'no', 'unknown']), schema: z.string() });
type Answer = z.infer<typeof answerSchema>;

/** What the ledger says about the earlier version on the schema of today. Only looks. */
export async function askLedger(
  { store, environment, service }: Pick<Target, 'store' | 'environment' | 'service'>,
  database: DatabaseTarget,
  { serving, stable }: { readonly serving: ReleaseRecord; readonly stable: ReleaseRecord },
  clock: Clock,
): Promise<Answer> {
  const { version } = stable.release;
  const schema = await database.schema();
  const ledger = await readLedger(store, environment, service);
  const time = new Date(clock.now()).toISOString();
  const declared = database.rows({ release: serving.release, stable: version, from: stable.schema, time });
  const rows = [...declared, ...ledger.rows];
  return { schema, answer: schema === stable.schema ? 'yes' : schemaAllows({ ...ledger, rows }, version, schema) };
}

export function rollbackBreaks(version: string, schema: string): Problem {
  return {
    code: 'release.rollback-breaks',
    where: `${version} on schema ${schema}`,
    found: 'the ledger says no',
    expected: 'an earlier version that runs on today’s schema',
    remedy: 'mend forward: release a fixed version; migrations are never undone by a rollback',
  };
}

/**
 * May the earlier version run on today's schema? `no` refuses before anything is touched; `unknown` asks a person, since in an
 * incident a person may know more than the ledger. What the ledger does not hold is derived from the headers of the migrations
 * that came since, as the record of the release that serves has them. null where there is no database.
 */
export function ledgerGate(target: Target, serving: ReleaseRecord, stable: ReleaseRecord | null): Node | null {
  const database = target.database;
  if (database === null || stable === null) return null;
  const version = stable.release.version;
  const ask = step<Answer, Answer>({
    id: 'ask-ledger',
    title: `Ask the ledger whether ${version} runs on today's schema`,
    inputs: { version },
    read: (ctx) => askLedger(target, database, { serving, stable }, ctx.clock),
    decide: ({ answer, schema }) =>
      answer === 'no'
        ? { kind: 'refuse', problems: [rollbackBreaks(version, schema)] }
        : { kind: 'nothing', why: `the ledger says ${answer}` },
    outputs: answerSchema,
    collect: (_results, facts) => facts,
    planned: (facts) => facts,
    probe: 'repeatable',
    urgent: true,
  });
  const override = gate({
    id: 'unknown-schema',
    title: `Nobody has proven that ${version} runs on today's schema`,
    description:
      'Read the migrations since that version. Fill this in only when you know that it can read and write this schema.',
    role: 'releaser',
    urgent: true,
    guard: { kind: 'nothing-shifted' },
    needed: (ctx) => ctx.outputOf(ask).answer === 'unknown',
    evidence: [
      {
        kind: 'choice',
        name: 'decision',
        question: `Go back to ${version} on this schema?`,
        options: ['go-back', 'stay'],
      },
      { kind: 'text', name: 'reason', question: 'How do you know?', minLength: 10 },
    ],
    judge: (evidence) =>
      evidence['decision'] === 'go-back' ? { kind: 'pass' } : { kind: 'reject', why: 'decided to stay' },
  });
  return sequence({ id: 'ledger', title: 'May the earlier version run on this schema?', steps: [ask, override] });
}
