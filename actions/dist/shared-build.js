import { t as defineAction } from "./shared-define.js";
import { Fn as object } from "./shared-schemas.js";
import { a as release, i as environment, o as state, r as config, t as RUN_OUTPUTS } from "./shared-fields.js";
import { s as optional } from "./shared-job.js";

// actions/shared/build.ts
const inputs = (kind, example) => object({
	environment: environment("that it is built for."),
	component: optional(`Which component. Empty means the only one of kind \`${kind}\`.`, example),
	config: config(),
	state: state(),
	release: release()
});
const OUTPUTS = {
	outcome: RUN_OUTPUTS.outcome,
	run: RUN_OUTPUTS.run,
	component: "What was built.",
	version: "The version that was stamped in.",
	commit: "The commit that was built.",
	path: "Where it lies on the runner.",
	digest: "`sha256:…` of it."
};
function defineBuild({ name, title, description, kind, example }) {
	return defineAction({
		name,
		title,
		description,
		inputs: inputs(kind, example),
		outputs: OUTPUTS,
		acts: true
	});
}
/** A Go program is built for several platforms, and its tests are run. */
function defineGoBuild({ name, title, description, kind, example }) {
	return defineAction({
		name,
		title,
		description,
		inputs: inputs(kind, example),
		outputs: {
			...OUTPUTS,
			digests: "JSON: `sha256:…` by platform, such as `{\"linux/amd64\":\"sha256:…\"}`.",
			coverage: "Share of the statements that its tests reach, such as `61.2%`. Empty when no tests were asked for."
		},
		acts: true
	});
}

export { defineGoBuild as n, defineBuild as t };