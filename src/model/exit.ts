/** Exit codes of every command, fixed by contract (docs/formats/exit-codes.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  rolledBack: 4,
  refused: 5,
  undecided: 6,
  leaseHeld: 7,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitName = keyof typeof EXIT;
export type ExitCode = (typeof EXIT)[ExitName];

export const EXIT_MEANING: Readonly<Record<ExitName, string>> = {
  done: 'done',
  failed: 'failed, or error-level findings',
  usage: 'usage or configuration',
  waiting: 'waiting at a gate',
  rolledBack: 'rolled back',
  refused: 'refused, nothing changed',
  undecided: 'undecided',
  leaseHeld: 'lease held by another',
  interrupted: 'stopped by Ctrl-C, resumable',
  terminated: 'stopped by SIGTERM, resumable',
};
