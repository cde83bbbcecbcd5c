import { ProblemError } from '../../model/problem.ts';
import type { Migration } from '../files/files.ts';
import { type Recording, recordingOf } from './log.ts';
import type { SuiteEnd, Tried } from './proof.ts';
import { differences, replay } from './replay.ts';
import type { Scratch, ScratchDatabase } from './scratch.ts';

/** A release that can try itself against a database. */
export interface Suite {
  readonly version: string;
  run(database: ScratchDatabase): Promise<SuiteEnd>;
}

/** A schema state and how it is reached from nothing. */
export interface SchemaState {
  readonly state: string;
  readonly migrations: readonly Migration[];
}

export interface Question {
  readonly scratch: Scratch;
  /** What serves; null: nothing does. */
  readonly serving: Suite | null;
  /** What is to come. */
  readonly coming: Suite;
  readonly from: SchemaState;
  /** The same state as `from` when nothing is pending. */
  readonly to: SchemaState;
  /** A line for people about what is being done. */
  readonly tell: (line: string) => void;
}

/**
 * Finds out which of two releases runs on which of two schemas, by doing it. The suite of what serves is run on its own schema first: its
 * statements are recorded there, and it must pass, or it could prove nothing. Then they are replayed on the new schema, and each suite is run
 * on the schema of the other.
 *
 * @throws ProblemError when the suite of a release fails on the release's own schema
 */
export async function prove(question: Question): Promise<readonly Tried[]> {
  const { scratch, serving, coming, from, to, tell } = question;
  const tried: Tried[] = [];
  if (serving !== null && from.state !== to.state) {
    const recording = await recordOn(question, serving);
    tell(`replaying ${recording.statements.length} statements of ${serving.version} on ${to.state}`);
    const differ = await replayed(question, recording);
    const suite = await runOn(question, serving, to);
    tried.push({ version: serving.version, schema: to.state, suite, replayed: { recording, differences: differ } });
    // The way back of the schema: may the new version be there before its migrations are?
    tried.push({
      version: coming.version,
      schema: from.state,
      suite: await runOn(question, coming, from),
      replayed: null,
    });
  }
  tell(`running the suite of ${coming.version} on its own schema, ${to.state}`);
  const own = await coming.run(await scratch.database(to.migrations));
  mustPass(coming.version, to.state, own);
  tried.push({ version: coming.version, schema: to.state, suite: own, replayed: null });
  return tried;
}

async function recordOn({ scratch, from, tell }: Question, serving: Suite): Promise<Recording> {
  tell(`recording the suite of ${serving.version} on its own schema, ${from.state}`);
  const database = await scratch.database(from.migrations);
  await scratch.record();
  const end = await serving.run(database);
  const recording = recordingOf(await scratch.recorded(), scratch.family);
  mustPass(serving.version, from.state, end);
  if (recording.statements.length === 0) throw new ProblemError(saidNothing(serving.version));
  return recording;
}

/** Twice on the old schema: what differs there by itself says nothing about the new one. */
async function replayed({ scratch, from, to }: Question, { statements }: Recording) {
  const once = async ({ migrations }: SchemaState) => {
    const database = await scratch.database(migrations);
    return scratch.session(database, (session) => replay(session, statements));
  };
  return differences(statements, [await once(from), await once(from)], await once(to));
}

async function runOn({ scratch, tell }: Question, suite: Suite, schema: SchemaState): Promise<SuiteEnd> {
  tell(`running the suite of ${suite.version} on ${schema.state}`);
  return suite.run(await scratch.database(schema.migrations));
}

function mustPass(version: string, schema: string, end: SuiteEnd): void {
  if (end.kind === 'passed') return;
  throw new ProblemError({
    code: 'migrate.suite-fails',
    where: `the suite of ${version} on ${schema}`,
    found: end.exit === null ? end.tail : `exit ${end.exit}: ${end.tail}`,
    expected: 'a suite that passes on the schema its own release is made for; otherwise it proves nothing',
    remedy: 'mend the suite or `database.compatibility`; run its command by hand with the same variables',
  });
}

function saidNothing(version: string) {
  return {
    code: 'migrate.suite-asks-nothing',
    where: `the suite of ${version}`,
    found: 'it passed and asked the database nothing',
    expected: 'a suite that uses the database whose address is in `database.compatibility.env`',
    remedy: 'check the names of the variables; many suites skip these tests when their variable is not set',
  };
}
