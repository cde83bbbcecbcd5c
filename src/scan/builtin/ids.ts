/** Checks of Shiplock itself, by the names that the configuration and the command line use. They start no program that looks at the files. */
export const BUILT_IN_IDS = ['lockfile', 'install-scripts', 'pins', 'lookalikes', 'freshness'] as const;

export type BuiltInId = (typeof BUILT_IN_IDS)[number];

/** Rules whose findings pass by themselves: only what is new against a base is judged by them. */
export const PASSING = ['version-too-new', 'version-unknown'] as const;
