/** Logs of one machine as they are seen, and what is done with them. */

export interface LogFile {
  readonly path: string;
  readonly bytes: number;
  /** Tells this file from the one that comes into its place. */
  readonly inode: string;
  /** When it was begun, milliseconds since 1970: its birth where the disk knows it, else when it was changed last. */
  readonly sinceMs: number;
}

/** One that was put aside, compressed or not. */
export interface AsideLog {
  readonly path: string;
  readonly bytes: number;
  readonly atMs: number;
  readonly compressed: boolean;
  /** Ids of processes that still write to it. */
  readonly writers: readonly string[];
}

export interface LogsLook {
  /** By the clock of that machine, milliseconds since 1970. */
  readonly nowMs: number;
  readonly logs: readonly LogFile[];
  readonly aside: readonly AsideLog[];
  /** `logrotate 3.21.0` where it does the work; null: it is not there, or not wanted. */
  readonly rotator: string | null;
  /** Configurations of logrotate that mean the same files: `/etc/logrotate.d/nginx /var/log/nginx/access.log`. */
  readonly others: readonly string[];
  /** Directories that others than root may write to. */
  readonly insecure: readonly string[];
}

/** How a writer is told that its log has another name now. */
export type LogReopen =
  | { readonly kind: 'none' }
  | { readonly kind: 'reload'; readonly unit: string }
  | { readonly kind: 'signal'; readonly signal: 'HUP' | 'USR1' | 'USR2'; readonly unit: string }
  | { readonly kind: 'signal-file'; readonly signal: 'HUP' | 'USR1' | 'USR2'; readonly pidFile: string };

export interface LogRules {
  /** What the configuration of logrotate is called. */
  readonly id: string;
  /** Absolute; stars in the last part. */
  readonly files: readonly string[];
  readonly reopen: LogReopen;
  readonly every: 'daily' | 'weekly' | 'monthly';
  readonly maxMiB: number;
  readonly keep: number;
  readonly keepDays: number;
  /** May logrotate do it, where it is installed? */
  readonly rotator: boolean;
}
