import { k as strictObject } from "./shared-problem.js";

// src/procedure/build.ts
/** Builders: the same nodes with the usual defaults, so that a procedure reads as its SOP does. */
const NOTHING = strictObject({});
/** A step with typed outputs: `outputs` and `collect` are given together. */
function step(spec) {
	return {
		version: 1,
		timeoutMs: 6e4,
		retry: {
			attempts: 1,
			delayMs: 0
		},
		urgent: false,
		...spec,
		kind: "step"
	};
}
/** A step that records nothing but that it was done. */
function action(spec) {
	return step({
		...spec,
		outputs: NOTHING,
		collect: () => ({}),
		planned: () => ({})
	});
}
function opaque(spec) {
	return {
		version: 1,
		timeoutMs: 6e4,
		...spec,
		kind: "opaque"
	};
}
function gate(spec) {
	return {
		...spec,
		kind: "gate"
	};
}
function watch(spec) {
	return {
		version: 1,
		...spec,
		kind: "watch"
	};
}
function sequence(spec) {
	return {
		...spec,
		kind: "sequence"
	};
}
function parallel(spec) {
	return {
		limit: 4,
		...spec,
		kind: "parallel"
	};
}
function repeatUntil(spec) {
	return {
		...spec,
		kind: "repeatUntil"
	};
}
function procedure(spec) {
	return {
		version: 1,
		...spec
	};
}

export { procedure as a, step as c, parallel as i, watch as l, gate as n, repeatUntil as o, opaque as r, sequence as s, action as t };