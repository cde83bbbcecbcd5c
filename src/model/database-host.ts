/** What the machine of a server of databases tells of it, to whoever upgrades it. */
export interface DatabaseHostLook {
  /** Bytes that are free on the disk of its data. */
  readonly freeBytes: number;
  /** Version for which mariadb-upgrade was run last; null: never, or it is MySQL, which keeps that to itself. */
  readonly upgradedTo: string | null;
  /** Lines of its log since its last start that say [ERROR]: at most the last twenty. */
  readonly errors: readonly string[];
}
