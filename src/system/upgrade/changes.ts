import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PackageChange, PackageLook } from '../../model/packages.ts';
import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';

/** What is to be changed on a host, and what follows from a look at it. All pure. */

export const changeSchema = z.strictObject({ name: z.string(), from: z.string().nullable(), to: z.string() });

/** What the run recorded of a host before anything was changed. */
export const recordedSchema = z.strictObject({
  changes: z.array(changeSchema).readonly(),
  /** Versions before that can still be had, as words of a way back; with `lost` for what cannot. */
  back: z.array(z.string()).readonly(),
  lost: z.array(z.string()).readonly(),
});
export type Recorded = z.infer<typeof recordedSchema>;

export function recordedOf({ changes, offered }: PackageLook): Recorded {
  const had = changes.filter((change): change is PackageChange & { from: string } => change.from !== null);
  const isOffered = ({ name, from }: { name: string; from: string }): boolean => offered[name]?.includes(from) === true;
  return {
    changes: changes.map(({ name, from, to }) => ({ name, from, to })),
    back: had.filter(isOffered).map(({ name, from }) => `${name}=${from}`),
    lost: had.filter((change) => !isOffered(change)).map(({ name, from }) => `${name} ${from}`),
  };
}

export function exactly(changes: readonly PackageChange[]): readonly string[] {
  return changes.map(({ name, to }) => `${name}=${to}`);
}

/** What all hosts are to become, in 12 characters: the same list gives the same ones. */
export function digestOfChanges(
  hosts: readonly { readonly host: string; readonly changes: readonly PackageChange[] }[],
): string {
  const rows = hosts.flatMap(({ host, changes }) => changes.map(({ name, from, to }) => [host, name, from ?? '', to]));
  return createHash('sha256').update(JSON.stringify(rows.toSorted())).digest('hex').slice(0, 12);
}

/** `openssl 3.0.14-1 → 3.0.15-1`. */
export function changesText(changes: readonly PackageChange[]): string {
  return changes.map(({ name, from, to }) => `${name} ${from ?? '(new)'} → ${to}`).join(', ');
}

export function ageText({ listsAgeMs }: PackageLook): string {
  if (listsAgeMs === null) return 'the lists of the sources were never fetched';
  const hours = Math.round(listsAgeMs / 3_600_000);
  return hours < 1 ? 'lists fetched within the hour' : `lists ${formatDuration(hours * 3_600_000)} old`;
}

/** Those of `changes` that are not so yet. */
export function pendingOf(
  changes: readonly PackageChange[],
  installed: PackageLook['installed'],
): readonly PackageChange[] {
  return changes.filter(({ name, to }) => installed[name]?.version !== to || !installed[name].whole);
}

/** What is there instead of those that are not so yet, for people. */
export function installedText(pending: readonly PackageChange[], installed: PackageLook['installed']): string {
  return pending
    .map(({ name }) => {
      const now = installed[name];
      return `${name} ${now === undefined ? 'is not installed' : `${now.version}${now.whole ? '' : ', half done'}`}`;
    })
    .join(', ');
}

/** apt says so of what a power cut or a kill has left; `set` mends it, with the versions that were recorded. */
const INTERRUPTED = /dpkg was interrupted|fix-broken|reinstalled|[Uu]nmet dependencies/;

/**
 * Whether what was recorded is still what would be done.
 * @param candidates a look for the words that were asked, now
 */
export function changedSince(host: string, recorded: Recorded, candidates: PackageLook): readonly Problem[] {
  if (candidates.failed !== null && !INTERRUPTED.test(candidates.failed)) {
    return [candidateChanged(host, candidates.failed)];
  }
  return candidates.changes
    .filter(({ name, to }) => !recorded.changes.some((change) => change.name === name && change.to === to))
    .map((change) => candidateChanged(host, changesText([change])));
}

function candidateChanged(host: string, found: string): Problem {
  return {
    code: 'system.candidate-changed',
    where: host,
    found: `${found}, which was not planned`,
    expected: 'the versions that were found when the run began',
    remedy: 'plan it again; hosts that are done already are left as they are',
  };
}

/** The command line that brings a host back, and what it cannot bring back. */
export function wayBackText(environment: string, host: string, { back, lost }: Recorded): string {
  const gone = lost.length === 0 ? '' : ` (no source has ${lost.join(', ')} any more)`;
  if (back.length === 0) return `no source has the versions before any more${gone}: mend ${host}, or build it anew`;
  return `to go back: shiplock runbook run upgrade-packages ${environment} --host ${host} --packages ${back.join(',')} --downgrade --reason "…"${gone}`;
}
