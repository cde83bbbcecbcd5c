/** Packages of a machine, as whoever looks at it tells whoever upgrades it. */

/** One package that would be brought to another version. */
export interface PackageChange {
  readonly name: string;
  /** Null: it is not there yet, and comes as a need of another. */
  readonly from: string | null;
  readonly to: string;
}

/** What one look at the packages of a machine has found. */
export interface PackageLook {
  /** What would be done now for the words that were asked; empty where it is refused. */
  readonly changes: readonly PackageChange[];
  /** Why it is refused; null: it is not. */
  readonly failed: string | null;
  /** By name: versions that can be had, of what would be changed. */
  readonly offered: Readonly<Record<string, readonly string[]>>;
  /** By name, of what was asked by name. `whole`: nothing is left to do for it. */
  readonly installed: Readonly<Record<string, { readonly version: string; readonly whole: boolean }>>;
  /** Units that still run files that are gone from the disk. */
  readonly stale: readonly string[];
  /** Of what was asked by name: those that count as a need of others, and go when nobody needs them. Told where new ones may come. */
  readonly auto: readonly string[];
  readonly reboot: boolean;
  /** Last lines of the log of package work. */
  readonly said: string;
  /** Since the lists of the sources were fetched; null: there are none. */
  readonly listsAgeMs: number | null;
}
