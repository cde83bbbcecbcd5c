// src/platform/fenced.ts
/** How a program of ours finds the fence of the run that asks, and says that the resource has seen a later one: as fence.sh does. */
/** Set by the engine. */
const FENCE_VARIABLE = "SHIPLOCK_FENCE";
const FENCED = {
	exitCode: 75,
	mark: "shiplock-fence:"
};

export { FENCE_VARIABLE as n, FENCED as t };