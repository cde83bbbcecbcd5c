import { type Repository, resticVariables, tagArguments } from '../../backup/index.ts';
import type { BackupEnvironment } from './open.ts';

/** Commands of restic as effects. */

/** Enough for what only looks, or moves little. */
export const QUICK_MS = 300_000;

/** A command of restic as an effect; its password goes by the environment. Pure. */
export function restic(repository: Repository, words: readonly string[], why: string) {
  return {
    kind: 'exec' as const,
    argv: [repository.program, ...words],
    env: resticVariables(repository),
    why,
    timeoutMs: QUICK_MS,
  };
}

export function hostAndTags(
  { service }: BackupEnvironment,
  id: string,
  kind: 'files' | 'catalogue',
): readonly string[] {
  const { service: name, environment } = service.environment;
  return ['--host', name, ...tagArguments({ service: name, environment, id, kind })];
}

/** Name of a backup: the time when it was begun. Pure. */
export function idOf(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:.]/g, '');
}
