import semver from 'semver';
import type { LedgerAnswer, LedgerRow } from '../../model/ledger.ts';
import type { MigrationRef, Release } from '../../model/release.ts';

export interface LedgerInput {
  readonly release: Pick<Release, 'version' | 'migrations'>;
  /** Schema state now: an id, or `empty`. */
  readonly from: string;
  /** Versions that are known to run on `from`, with the proof, for instance `served there in run …`. */
  readonly ran: readonly { readonly version: string; readonly proof: string }[];
  /** RFC 3339. */
  readonly time: string;
}

/**
 * Answers that follow from the migrations of a release: for each schema state on the way from `from` to the release's own, may
 * the versions that run now stay, and may the release itself run there? Pure.
 *
 * A version stays when it ran on `from` and every expand or backfill migration since then does not name it in `breaks`; that
 * is a declaration of the migration's author, and the proof says so. A contract migration that declares nothing leaves
 * `unknown`. Versions that are not semantic versions, or are named after a commit, cannot be compared with a range: `unknown` too.
 */
export function ledgerRows(input: LedgerInput): readonly LedgerRow[] {
  const { release, from, ran, time } = input;
  const start = release.migrations.findIndex((migration) => migration.id === from);
  const ahead = start < 0 && from !== 'empty' ? [] : release.migrations.slice(start + 1);
  // Backfill and contract migrations are not applied by a release, so they are no states on its way.
  const way = ahead.filter((migration) => migration.phase === 'expand');
  const rows: LedgerRow[] = [];
  for (const { version, proof } of ran) {
    rows.push({ version, schema: from, answer: 'yes', proof, time });
    let soFar: LedgerAnswer = 'yes';
    for (const migration of way) {
      const after = answerAfter(soFar, migration, version);
      soFar = after.answer;
      rows.push({ version, schema: migration.id, answer: after.answer, proof: after.proof, time });
      if (soFar !== 'yes') break;
    }
  }
  const own = way.at(-1);
  // What is known of a version that runs says more than what its release declares.
  const runs = ran.some(({ version }) => version === release.version);
  if (own !== undefined && !runs) rows.push(ownRow(release.version, own.id, way, time));
  return rows;
}

/** Whether `version`, which could run before `migration`, still can after it. Pure. */
export function answerAfter(
  before: LedgerAnswer,
  migration: MigrationRef,
  version: string,
): { readonly answer: LedgerAnswer; readonly proof: string } {
  const { id, phase, breaks, requires } = migration;
  if (before !== 'yes') return { answer: before, proof: `as before ${id}` };
  for (const range of [breaks, requires]) {
    if (range !== undefined && !isComparable(version)) {
      return { answer: 'unknown', proof: `${id} declares ${range}, and ${version} has no place in such a range` };
    }
  }
  if (breaks !== undefined && inRange(version, breaks)) {
    return { answer: 'no', proof: `declared by ${id}: breaks=${breaks}` };
  }
  if (requires !== undefined && !inRange(version, requires)) {
    return { answer: 'no', proof: `declared by ${id}: requires=${requires}` };
  }
  if (breaks !== undefined) return { answer: 'yes', proof: `declared by ${id}: breaks=${breaks} only` };
  if (phase === 'contract') return { answer: 'unknown', proof: `${id} is a contract migration and declares no breaks` };
  return { answer: 'yes', proof: `declared by ${id}: phase=${phase} breaks nothing` };
}

/**
 * Does the name say where the version stands among others? `0.0.0-<commit>`, the name of a release without a tag, is a semantic
 * version to the letter, but it says nothing about what came before it.
 */
function isComparable(version: string): boolean {
  return semver.valid(version) !== null && !/^0\.0\.0-[0-9a-f]{12}(?:\+|$)/.test(version);
}

function inRange(version: string, range: string): boolean {
  // A pre-release of 1.2.0 has the code of 1.2.0 for this purpose.
  return semver.satisfies(version, range, { includePrerelease: true });
}

/** A release is built for the schema its own migrations lead to, unless one of them says otherwise. */
function ownRow(version: string, schema: string, way: readonly MigrationRef[], time: string): LedgerRow {
  const broken = way.find(
    (migration) => migration.breaks !== undefined && isComparable(version) && inRange(version, migration.breaks),
  );
  return broken === undefined
    ? { version, schema, answer: 'yes', proof: `declared by release ${version}: its migrations end here`, time }
    : { version, schema, answer: 'no', proof: `declared by ${broken.id}: breaks=${broken.breaks}`, time };
}
