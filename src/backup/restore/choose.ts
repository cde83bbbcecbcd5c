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
}

/**
 * The newest full backup before the target that was verified, with all logs behind it; the newest that was not, where none was. It refuses a
 * target past the first gap: nothing can be restored there, and a restore that ends earlier in silence would be taken for the whole.
 * What the catalogue cannot tell (a statement, a transaction of a log whose ids are not known) the logs themselves tell later.
 * @throws ProblemError when no backup leads to the target, with the last time to which one does
 */
export function chooseChain(catalogue: Catalogue, target: Target, { where, id }: Choice): Chain {
  const named = chainsOf(catalogue).filter(({ full }) => id === undefined || full.id === id);
  const all = named.filter(({ full }) => full.form !== 'physical');
  if (all.length === 0 && named.length > 0) throw new ProblemError(onlyFiles(where, named.at(-1)?.full.id ?? ''));
  const good = all.filter(({ restorableTo }) => restorableTo !== null);
  if (good.length === 0) throw new ProblemError(nothingRestorable(all, where, id));
  if (target.kind === 'time') return atTime(good, target.time, where);
  if (target.kind === 'gtid') return withGtid(good, target.gtid, where);
  const behind = target.kind === 'before' ? good.filter(({ segments }) => segments.length > 0) : good;
  const furthest = Math.max(...behind.map(reach));
  const found = best(behind.filter((one) => reach(one) === furthest));
  if (found === undefined) throw new ProblemError(noLogs(where));
  return found;
}

function atTime(good: readonly Chain[], time: number, where: string): Chain {
  const before = good.filter(({ full }) => begins(full) <= time);
  const found = best(before.filter((one) => time < reach(one) * 1000));
  if (found !== undefined) return found;
  const furthest = before.toSorted((a, b) => reach(b) - reach(a))[0];
  if (furthest === undefined) throw new ProblemError(beforeAll(good, time, where));
  throw new ProblemError(pastHere(furthest, momentText(time, 'mysql'), where));
}

function withGtid(good: readonly Chain[], text: string, where: string): Chain {
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
  const found = best(leads);
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

/** The newest that was verified, else the newest. */
function best(chains: readonly Chain[]): Chain | undefined {
  return chains.findLast(({ full }) => full.state === 'verified') ?? chains.at(-1);
}

/** Microseconds since 1970, by the clock of the server, as the stamps in its logs. */
function begins({ serverTime }: FullBackup): number {
  return Date.parse(serverTime) * 1000;
}

function onlyFiles(where: string, id: string): Problem {
  return {
    code: 'restore.physical-backup',
    where,
    found: `${id}, a physical backup`,
    expected: 'a logical one: this command does not begin with the files of a server yet',
    remedy:
      'unpack it and start a server on it as docs/backup.md tells, then `shiplock restore replay`; or take logical backups too: `shiplock backup run --kind logical`',
  };
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
