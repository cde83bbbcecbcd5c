/** What the runs of a procedure are to those who come upon them: one table for every procedure of this program. Plain data. */

export interface ProcedureTraits {
  /** It brings what serves, or goes back from it: what somebody means who asks for the newest run and names none. */
  readonly serves: boolean;
  /**
   * It has the environment for itself while it is not over, and its journal is copied to where that lease is kept. Else its lease has a name
   * of its own, and its journal stays on the machine that wrote it.
   */
  readonly holds: boolean;
  /**
   * What becomes of a run that has stopped. `resumed`: it is gone on with. `begun-again`: every step looks whether it is done already, and
   * nothing waits for the old run. `never`: it is over as soon as it is recorded.
   */
  readonly stopped: 'resumed' | 'begun-again' | 'never';
}

/** By the id that stands in the journal. */
export const PROCEDURES = {
  release: { serves: true, holds: true, stopped: 'resumed' },
  rollback: { serves: true, holds: true, stopped: 'resumed' },
  unit: { serves: true, holds: true, stopped: 'resumed' },
  'unit-rollback': { serves: true, holds: true, stopped: 'resumed' },
  migrate: { serves: false, holds: true, stopped: 'resumed' },
  'data-copy': { serves: false, holds: true, stopped: 'begun-again' },
  'data-generate': { serves: false, holds: true, stopped: 'begun-again' },
  'data-reset': { serves: false, holds: true, stopped: 'begun-again' },
  'database-users': { serves: false, holds: true, stopped: 'begun-again' },
  'database-rotate': { serves: false, holds: true, stopped: 'begun-again' },
  'database-tls': { serves: false, holds: true, stopped: 'begun-again' },
  'database-configure': { serves: false, holds: true, stopped: 'begun-again' },
  adopt: { serves: false, holds: true, stopped: 'begun-again' },
  prove: { serves: false, holds: true, stopped: 'begun-again' },
  'gitops-commit': { serves: false, holds: true, stopped: 'begun-again' },
  'argocd-wait': { serves: false, holds: true, stopped: 'begun-again' },
  build: { serves: false, holds: false, stopped: 'begun-again' },
  scan: { serves: false, holds: false, stopped: 'begun-again' },
  attest: { serves: false, holds: false, stopped: 'begun-again' },
  backup: { serves: false, holds: false, stopped: 'begun-again' },
  'backup-verify': { serves: false, holds: false, stopped: 'begun-again' },
  'backup-verify-hosts': { serves: false, holds: false, stopped: 'begun-again' },
  'backup-forget': { serves: false, holds: false, stopped: 'begun-again' },
  'restore-files': { serves: false, holds: false, stopped: 'begun-again' },
  'restore-host-files': { serves: false, holds: true, stopped: 'begun-again' },
  'restore-host-undo': { serves: false, holds: true, stopped: 'begun-again' },
  'restore-drill': { serves: false, holds: false, stopped: 'begun-again' },
  restore: { serves: false, holds: false, stopped: 'begun-again' },
  quarantine: { serves: false, holds: false, stopped: 'begun-again' },
  lock: { serves: false, holds: true, stopped: 'never' },
  unlock: { serves: false, holds: true, stopped: 'never' },
} as const satisfies Readonly<Record<string, ProcedureTraits>>;

/** Of what this program does not know, another one may have more to do: such a run counts everywhere. */
const UNKNOWN: ProcedureTraits = { serves: true, holds: true, stopped: 'resumed' };

/** Ids of runs of runbooks begin with it; what they are to others is the same for all of them. */
export const RUNBOOK_PREFIX = 'runbook:';
const RUNBOOK: ProcedureTraits = { serves: false, holds: true, stopped: 'resumed' };

/** Pure. */
export function isRunbook(procedure: string): boolean {
  return procedure.startsWith(RUNBOOK_PREFIX);
}

const KNOWN: ReadonlyMap<string, ProcedureTraits> = new Map(Object.entries(PROCEDURES));

/** Pure. */
export function traitsOf(procedure: string): ProcedureTraits {
  return KNOWN.get(procedure) ?? (isRunbook(procedure) ? RUNBOOK : UNKNOWN);
}

/** Is this a run that somebody can go on with? Pure. */
export function isOpen({ procedure, finished }: { readonly procedure: string; readonly finished: unknown }): boolean {
  return finished === null && traitsOf(procedure).stopped === 'resumed';
}
