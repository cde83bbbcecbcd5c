import { type Problem, ProblemError } from '../../model/problem.ts';
import { type Chain, chainsOf, reach } from '../catalogue/chain.ts';
import type { Catalogue, FullBackup } from '../catalogue/record.ts';
import type { Target } from '../replay/cut.ts';
import { contains, parseGtid, parseGtidState } from '../replay/gtid.ts';
import { momentText } from '../replay/text.ts';

/** From the catalogue to the full backup with which a restore begins, and the binary logs behind it. Pure. */

export interface Choice {
  readonly where: string;
  /** The full backup that a person named; left out: the best one. */
  readonly id?: string | undefined;
  /** Milliseconds since 1970: a backup whose time lies ahead of it is chosen only where there is no other, or by name. Left out: all times are believed. */
  readonly now?: number;
  /** Seconds that a restore from it would take; null: nothing was measured from which it could be told. Left out: the newest is taken. */
  predict?(chain: Chain): number | null;
}

/**
 * Of the full backups before the target that were verified, with all logs behind them, the one that is predicted to be back first; the newest, where
 * that is not known. Of those that were not verified, where none was. It refuses a target past the first gap: nothing can be restored there, and a restore that ends earlier in silence would be taken for the whole.
 * What the catalogue cannot tell (a statement, a transaction of a log whose ids are not known) the logs themselves tell later.
 * @throws ProblemError when no backup leads to the target, with the last time to which one does
 */
export function chooseChain(catalogue: Catalogue, target: Target, choice: Choice): Chain {
  const { where, id, now } = choice;
  const all = chainsOf(catalogue).filter(({ full }) => id === undefined || full.id === id);
  const whole = all.filter(({ restorableTo }) => restorableTo !== null);
  const timely = id === undefined ? chainsOf(catalogue, now).filter(({ restorableTo }) => restorableTo !== null) : [];
  const good = timely.length > 0 ? timely : whole;
  if (good.length === 0) throw new ProblemError(nothingRestorable(all, where, id));
  if (target.kind === 'time') return atTime(good, target.time, choice);
  if (target.kind === 'gtid') return withGtid(good, target.gtid, choice);
  const behind = target.kind === 'before' ? good.filter(({ segments }) => segments.length > 0) : good;
  const furthest = Math.max(...behind.map(reach));
  const found = best(
    behind.filter((one) => reach(one) === furthest),
    choice,
  );
  if (found === undefined) throw new ProblemError(noLogs(where));
  return found;
}

function atTime(good: readonly Chain[], time: number, choice: Choice): Chain {
  const { where } = choice;
  const before = good.filter(({ full }) => begins(full) <= time);
  const found = best(
    before.filter((one) => time < reach(one) * 1000),
    choice,
  );
  if (found !== undefined) return found;
  const furthest = before.toSorted((a, b) => reach(b) - reach(a))[0];
  if (furthest === undefined) throw new ProblemError(beforeAll(good, time, where));
  throw new ProblemError(pastHere(furthest, momentText(time, 'mysql'), where));
}

function withGtid(good: readonly Chain[], text: string, choice: Choice): Chain {
  const { where } = choice;
  const leads = good.filter(({ full, segments }) => {
    const { family } = full.server;
    const wanted = parseGtid(text, family);
    if (wanted === null) return false;
    const holds = (state: string | null): boolean | null => {
      const parsed = state === null ? null : parseGtidState(state, family);
      return parsed === null ? null : contains(parsed, wanted);
    };
    if (holds(full.coordinates?.gtid ?? null) === true) return false;
    // Logs with ids that are not known here (null) may hold it: whoever reads them finds out.
    return segments.some(({ gtidsAfter }) => holds(gtidsAfter) !== false);
  });
  const found = best(leads, choice);
  if (found !== undefined) return found;
  throw new ProblemError({
    code: 'restore.not-in-backups',
    where,
    found: `${text} in no binary log behind a full backup that does not hold it already`,
    expected: 'the id of a transaction that was backed up after a full backup',
    remedy:
      'look at the id (MySQL: UUID:7, MariaDB: 0-1-7); take the newest logs with `shiplock backup run --incremental`; `shiplock backup status` shows gaps',
  });
}

/** Of those that were verified, where there are any: the one that is back first; the newest, where one of the two is not known. */
function best(chains: readonly Chain[], { predict = () => null }: Choice): Chain | undefined {
  const verified = chains.filter(({ full }) => full.state === 'verified');
  const all = (verified.length > 0 ? verified : chains).map((chain) => ({ chain, seconds: predict(chain) }));
  return all.reduceRight<(typeof all)[number] | undefined>(
    (held, one) =>
      held === undefined || (held.seconds !== null && one.seconds !== null && one.seconds < held.seconds) ? one : held,
    undefined,
  )?.chain;
}

/**
 * Microseconds since 1970, by the clock of the server, as the stamps in its logs: nothing that it holds was committed later. A physical backup records
 * when it was begun, and shows a moment before it was over.
 */
function begins({ serverTime, form, seconds }: FullBackup): number {
  return (Date.parse(serverTime) + (form === 'physical' ? Math.ceil(seconds + 1) * 1000 : 0)) * 1000;
}

function nothingRestorable(all: readonly Chain[], where: string, id: string | undefined): Problem {
  const named = id === undefined ? '' : ` ${id}`;
  return {
    code: 'restore.no-backup',
    where,
    found: all[0] === undefined ? `no full backup${named}` : (all.at(-1)?.ends ?? 'none that can be restored'),
    expected: `a full backup${named} that is neither suspect nor failed`,
    remedy:
      '`shiplock backup list` names them; where this machine lost its catalogue, docs/backup.md tells how it comes back from the repository',
  };
}

function beforeAll(good: readonly Chain[], time: number, where: string): Problem {
  const [oldest] = good;
  return {
    code: 'restore.before-backups',
    where,
    found: `${momentText(time, 'mysql')}, and an oldest full backup of ${oldest?.full.serverTime ?? ''}`,
    expected: 'a time behind a full backup: logs lead forwards only',
    remedy: 'give a later time, or bring back an older repository with its catalogue',
  };
}

function pastHere({ full, restorableTo, ends }: Chain, time: string, where: string): Problem {
  return {
    code: 'restore.past-gap',
    where,
    found: `${time}; not restorable past ${restorableTo ?? ''}: ${ends ?? 'no newer binary log was taken'}`,
    expected: `a time before ${restorableTo ?? ''}, to which ${full.id} leads`,
    remedy:
      ends === null
        ? 'while the server lives, take its logs: `shiplock backup run --incremental`; else restore what there is with --latest'
        : 'give an earlier time; to have what is there up to the gap, use --latest',
  };
}

function noLogs(where: string): Problem {
  return {
    code: 'restore.no-logs',
    where,
    found: 'no binary log behind a full backup',
    expected: 'binary logs in which a statement can be looked for',
    remedy: 'while the server lives, take them: `shiplock backup run --incremental`',
  };
}
