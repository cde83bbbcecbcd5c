import type { Effect } from '../model/effect.ts';
import type { LogFile, LogRules, LogsLook } from '../model/logs.ts';

/** Logs of an environment, with what looks at them and puts them aside on one host. */

export interface LogsOnHost {
  readonly name: string;
  readonly rules: LogRules;
  readonly host: string;
  /** @throws ProblemError when the host cannot be asked */
  look(signal: AbortSignal): Promise<LogsLook>;
  /** Pure. May be done twice. */
  rotate(due: readonly Pick<LogFile, 'path' | 'inode'>[], timeoutMs: number): readonly Effect[];
}
