import { z } from 'zod';
import { CLOSING_NAMESPACE } from '../model/change.ts';
import type { SignatureQuestion } from '../model/people.ts';
import { RUNBOOK_PREFIX } from '../model/procedures.ts';
import { askedOf, GATE_NAMESPACE, ORDER_NAMESPACE, START_NAMESPACE } from '../procedure/gate/statement.ts';
import { type ChatCommand, readComment, type Said, valueFor } from './command.ts';
import { orderOf, runOf } from './identity.ts';
import type { Comment } from './ports.ts';

/**
 * A comment as proof of what a person said: it stands where a signature stands, and is read again each time that somebody asks. It counts when
 * it is there, unchanged, of the account of the person, and says the very statement. Pure.
 */

const MARK = 'forge-comment ';

/** What is recorded in the place of a signature. */
export function commentProof(comment: number): string {
  return `${MARK}${comment}`;
}

/** Number of the comment; undefined for a signature of another kind. */
export function commentIn(signature: string): number | undefined {
  const digits = /^forge-comment ([1-9]\d{0,15})$/.exec(signature)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const gateSchema = z.looseObject({
  run: z.string(),
  environment: z.string(),
  gate: z.string(),
  opening: z.string(),
  subject: z.string(),
  planHash: z.string(),
  kind: z.string(),
  items: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const startSchema = z.looseObject({ run: z.string(), environment: z.string(), procedure: z.string() });
const orderSchema = z.looseObject({
  run: z.string(),
  environment: z.string(),
  id: z.string(),
  kind: z.string(),
  why: z.string(),
});

const closingSchema = z.looseObject({ change: z.string(), outcome: z.string(), note: z.string() });

/** Why this comment is no proof of the statement; undefined: it is one. */
export function whyNoProof(
  comment: Comment | null,
  { text, namespace, account = null }: SignatureQuestion,
  commands: readonly ChatCommand[],
): string | undefined {
  if (comment === null) return 'the comment was deleted';
  if (comment.edited) return 'the comment was changed after it was written';
  if (comment.author === null || comment.author.bot) return 'the comment is of nobody, or of a program';
  if (account === null || comment.author.id !== account) {
    return `the comment is of the account ${comment.author.id}, which is not theirs`;
  }
  const said = readComment(comment.body, commands);
  if (said?.ok !== true) return 'the comment is no command';
  const statement: unknown = JSON.parse(text);
  return saysIt(said.value, comment, namespace, statement) ? undefined : 'the comment says something else';
}

function saysIt(said: Said, comment: Comment, namespace: string, statement: unknown): boolean {
  switch (namespace) {
    case GATE_NAMESPACE: {
      const parsed = gateSchema.safeParse(statement);
      return parsed.success && answersGate(said, parsed.data);
    }
    case START_NAMESPACE: {
      const parsed = startSchema.safeParse(statement);
      return parsed.success && startsRun(said, comment, parsed.data);
    }
    case ORDER_NAMESPACE: {
      const parsed = orderSchema.safeParse(statement);
      return parsed.success && givesOrder(said, comment, parsed.data);
    }
    case CLOSING_NAMESPACE: {
      const parsed = closingSchema.safeParse(statement);
      return parsed.success && closesChange(said, parsed.data);
    }
    default:
      return false;
  }
}

/** A filling says its answers itself; an approval names them by their digest, together with the gate. */
function answersGate(said: Said, statement: z.infer<typeof gateSchema>): boolean {
  const { run, gate, items, kind } = statement;
  if (kind !== 'evidence' || valueFor(said, 'run') !== run || valueFor(said, 'gate') !== gate) return false;
  const asked = valueFor(said, 'asked');
  if (said.command.name === 'gate approve') return asked === askedOf(statement);
  if (said.command.name !== 'gate fill' || asked !== askedOf({ ...statement, items: {} })) return false;
  const given = new Map((said.values.get('item') ?? []).map(pairOf));
  return given.size === Object.keys(items).length && [...given].every(([name, value]) => means(value, items[name]));
}

function pairOf(pair: string): readonly [string, string] {
  const cut = pair.indexOf('=');
  return cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)];
}

/** The answer as it was recorded is what the word means: text, number or tick. */
function means(word: string, answer: string | number | boolean | undefined): boolean {
  if (typeof answer === 'number') return word.trim() !== '' && Number(word) === answer;
  if (typeof answer === 'boolean') return (answer ? /^(?:yes|true)$/i : /^(?:no|false)$/i).test(word.trim());
  return answer !== undefined && word.trim() === answer;
}

const PROCEDURES: Readonly<Record<string, string>> = { deploy: 'release', promote: 'release', rollback: 'rollback' };

/** The procedure of the run that a comment begins; undefined: it begins none. */
function procedureOf(said: Said): string | undefined {
  const { name } = said.command;
  if (name === 'runbook run') return `${RUNBOOK_PREFIX}${valueFor(said, 'name') ?? ''}`;
  return Object.hasOwn(PROCEDURES, name) ? PROCEDURES[name] : undefined;
}

/** A comment begins one run, whose name follows from it. */
function startsRun(
  said: Said,
  comment: Comment,
  { run, environment, procedure }: z.infer<typeof startSchema>,
): boolean {
  const { about } = said.command;
  return run === runOf(comment) && procedureOf(said) === procedure && valueFor(said, about ?? '') === environment;
}

/** A change is closed once: the same words of another comment would say nothing else. */
function closesChange(said: Said, { change, outcome, note }: z.infer<typeof closingSchema>): boolean {
  return (
    said.command.name === 'change close' &&
    valueFor(said, 'id') === change &&
    valueFor(said, 'outcome') === outcome &&
    valueFor(said, 'note') === note
  );
}

function givesOrder(said: Said, comment: Comment, order: z.infer<typeof orderSchema>): boolean {
  const about = valueFor(said, 'run');
  return (
    said.command.name === `rollout ${order.kind}` &&
    order.id === orderOf(comment.id) &&
    (about === order.run || about === order.environment) &&
    valueFor(said, 'reason') === order.why
  );
}
