/** How a program of ours finds the fence of the run that asks, and says that the resource has seen a later one: as fence.sh does. */

/** Set by the engine. */
export const FENCE_VARIABLE = 'SHIPLOCK_FENCE';
export const FENCED = { exitCode: 75, mark: 'shiplock-fence:' } as const;
