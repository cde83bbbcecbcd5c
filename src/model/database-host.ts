/** What the machine of a server of databases tells of it, to whoever upgrades it. */
export interface DatabaseHostLook {
  /** Bytes that are free on the disk of its data. */
  readonly freeBytes: number;
  /** Version for which mariadb-upgrade was run last; null: never, or it is MySQL, which keeps that to itself. */
  readonly upgradedTo: string | null;
  /** Lines of its log since its last start that say [ERROR]: at most the last twenty. */
  readonly errors: readonly string[];
}

/** What the machine of a new server tells of itself, and of the server where one answers root over its socket. */
export interface DatabaseSetupLook {
  /** Bytes. */
  readonly memory: number;
  readonly cores: number;
  readonly disk: 'ssd' | 'hdd';
  /** Free bytes of the disk of its data. */
  readonly freeBytes: number;
  /** The directory of its data; `filled`: something lies in it. */
  readonly data: {
    readonly state: 'none' | 'empty' | 'filled';
    readonly owner: string;
    /** As chmod has it: `700`. */
    readonly mode: string;
  };
  /** Units of servers that start with the machine. */
  readonly enabled: readonly string[];
  /** The address from which the machine was asked; null: it does not tell. */
  readonly from: string | null;
  /** Our file of settings: `name=value`. */
  readonly options: readonly string[];
  /** Null: none answers. */
  readonly server: {
    readonly version: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly zones: number;
    /** Tables that are none of the server's own. */
    readonly tables: number;
    /** Accounts that may do everything, `user@host`. */
    readonly administrators: readonly string[];
    /** What should not be let in, a few words each. */
    readonly lax: readonly string[];
  } | null;
  /** Why none answers. */
  readonly silence: string;
}
