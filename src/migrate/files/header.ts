import { distance } from 'fastest-levenshtein';
import semver from 'semver';
import { nearest } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { Phase } from '../../model/release.ts';
import { lineEnd, linesBetween, nextPiece } from '../sql/pieces.ts';

/** `-- shiplock: phase=expand requires=>=1.4 breaks=<1.2 waive=D01 until=2027-01-31 owner=… reason=…`, as design.md fixes it. */
export interface MigrationHeader {
  readonly phase: Phase;
  readonly requires?: string;
  readonly breaks?: string;
  readonly waivers: readonly Waiver[];
}

export interface Waiver {
  readonly rules: readonly string[];
  /** The last day on which it counts, `YYYY-MM-DD`. */
  readonly until: string;
  readonly owner: string;
  readonly reason: string;
}

/** What a file without a header is. */
export const DEFAULT_HEADER: MigrationHeader = { phase: 'expand', waivers: [] };

const KEYS = ['phase', 'requires', 'breaks', 'waive', 'until', 'owner', 'reason'];
const PHASES: readonly Phase[] = ['expand', 'backfill', 'contract'];
const HEADER_LINE = /^--\s*shiplock\s*:(.*)$/i;

/** One comment that runs to the end of its line. */
interface CommentLine {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** A statement, or a DELIMITER line, begins before it. */
  readonly late: boolean;
}

/** Comments with two dashes: not what only looks like one, inside a string or a longer comment. */
function commentLines(text: string): readonly CommentLine[] {
  if (!/--\s*shiplock\s*:/i.test(text)) return [];
  const found: CommentLine[] = [];
  let late = false;
  let line = 1;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length; ) {
    // The client takes two dashes before the first statement for a comment, whatever follows.
    const dashes = text.startsWith('--', at) && !late;
    const piece = dashes ? { kind: 'comment', end: lineEnd(text, at) } : nextPiece(text, at);
    if (piece.kind === 'comment' && text.startsWith('--', at)) {
      found.push({ text: text.slice(at, piece.end).trim(), line, late });
    }
    if (piece.kind !== 'blank' && piece.kind !== 'comment') late = true;
    line += linesBetween(text, at, piece.end);
    at = piece.end;
  }
  return found;
}

/**
 * Reads the header lines of a migration: comments at its top, before the first statement. Several lines add up; a key stands
 * once, but each line may have its own waiver. `reason=` takes the rest of its line; other values end at a blank.
 */
export function parseHeader(text: string, file: string): Result<MigrationHeader> {
  const problems: Problem[] = [];
  const seen = new Map<string, { value: string; line: number }>();
  const waivers: Waiver[] = [];
  for (const { text: comment, line, late } of commentLines(text)) {
    const where = `${file}:${line}`;
    const match = HEADER_LINE.exec(comment);
    if (match === null) continue;
    if (late) {
      problems.push(
        problem('late', where, comment, 'header lines before the first statement', 'move the line to the top'),
      );
      continue;
    }
    const pairs = pairsOf(match[1] ?? '', where);
    if (!pairs.ok) {
      problems.push(...pairs.problems);
      continue;
    }
    const own = new Map(pairs.value);
    for (const key of ['phase', 'requires', 'breaks']) {
      const value = own.get(key);
      if (value === undefined) continue;
      const earlier = seen.get(key);
      if (earlier !== undefined) {
        problems.push(
          problem('twice', where, `${key} again`, `${key} once (line ${earlier.line})`, 'keep one of the two'),
        );
      }
      seen.set(key, { value, line });
      problems.push(...valueProblems(key, value, where));
    }
    const waiver = waiverOf(own, where);
    if (!waiver.ok) problems.push(...waiver.problems);
    else if (waiver.value !== undefined) waivers.push(waiver.value);
  }
  if (problems.length > 0) return bad(...problems);
  const phase = PHASES.find((candidate) => candidate === seen.get('phase')?.value) ?? 'expand';
  const requires = seen.get('requires')?.value;
  const breaks = seen.get('breaks')?.value;
  return ok({
    phase,
    ...(requires === undefined ? {} : { requires }),
    ...(breaks === undefined ? {} : { breaks }),
    waivers,
  });
}

function problem(code: string, where: string, found: string, expected: string, remedy: string): Problem {
  return { code: `migrate.header-${code}`, where, found, expected, remedy };
}

function pairsOf(text: string, where: string): Result<readonly (readonly [string, string])[]> {
  const pairs: [string, string][] = [];
  let rest = text.trim();
  while (rest !== '') {
    const match = /^([A-Za-z][\w-]*)=/.exec(rest);
    if (match === null) {
      return bad(
        problem('not-a-pair', where, rest, 'key=value pairs', 'write for instance `phase=expand breaks=<1.2`'),
      );
    }
    const key = match[1] ?? '';
    if (!KEYS.includes(key)) {
      const near = nearest(key, KEYS, distance);
      return bad(
        problem(
          'unknown-key',
          where,
          key,
          `one of ${KEYS.join(', ')}`,
          near === undefined ? 'take it out' : `write ${near} instead`,
        ),
      );
    }
    if (pairs.some(([name]) => name === key)) {
      return bad(problem('twice', where, `${key} twice on one line`, 'each key once', 'keep one of the two'));
    }
    rest = rest.slice(match[0].length);
    const value = key === 'reason' ? rest : (/^\S*/.exec(rest)?.[0] ?? '');
    if (value === '') {
      return bad(problem('no-value', where, `${key}=`, 'a value without blanks after it', `write ${key}=…`));
    }
    pairs.push([key, value.trim()]);
    rest = rest.slice(value.length).trim();
  }
  return ok(pairs);
}

function valueProblems(key: string, value: string, where: string): readonly Problem[] {
  if (key === 'phase' && !PHASES.some((phase) => phase === value)) {
    const near = nearest(value, PHASES, distance);
    return [
      problem(
        'phase',
        where,
        `phase=${value}`,
        `one of ${PHASES.join(', ')}`,
        near === undefined ? 'name one of the three phases' : `write phase=${near} instead`,
      ),
    ];
  }
  if (key !== 'phase' && semver.validRange(value) === null) {
    return [
      problem(
        'range',
        where,
        `${key}=${value}`,
        'a range of versions such as >=1.4 or <1.2',
        'write a semver range without blanks',
      ),
    ];
  }
  return [];
}

function waiverOf(pairs: ReadonlyMap<string, string>, where: string): Result<Waiver | undefined> {
  const [waive, until, owner, reason] = ['waive', 'until', 'owner', 'reason'].map((key) => pairs.get(key));
  if (waive === undefined && until === undefined && owner === undefined && reason === undefined) return ok(undefined);
  if (waive === undefined || until === undefined || owner === undefined || reason === undefined) {
    return bad(
      problem(
        'waiver',
        where,
        `a waiver with only ${[...pairs.keys()].join(', ')}`,
        'waive, until, owner and reason on one line',
        'a waiver ends some day and belongs to somebody: add what is missing',
      ),
    );
  }
  const rules = waive.split(',');
  if (rules.some((rule) => !/^[A-Z]+\d+$/.test(rule))) {
    return bad(problem('waiver', where, `waive=${waive}`, 'rule ids such as D01 or D01,E02', 'name the rules'));
  }
  const day = /^\d{4}-\d\d-\d\d$/.test(until) ? new Date(`${until}T00:00:00Z`) : new Date(Number.NaN);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== until) {
    return bad(problem('until', where, `until=${until}`, 'a day such as 2027-01-31', 'write a day that exists'));
  }
  return ok({ rules, until, owner, reason });
}
