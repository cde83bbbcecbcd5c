import { t as defineAction } from "./shared-define.js";
import { A as object } from "./shared-problem.js";
import { a as state, i as release, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";
import { o as optional } from "./shared-job.js";

// actions/shared/build.ts
function defineBuild({ name, title, description, kind, example }) {
	return defineAction({
		name,
		title,
		description,
		inputs: object({
			environment: environment("that it is built for."),
			component: optional(`Which component. Empty means the only one of kind \`${kind}\`.`, example),
			config: config(),
			state: state(),
			release: release()
		}),
		outputs: {
			outcome: RUN_OUTPUTS.outcome,
			run: RUN_OUTPUTS.run,
			component: "What was built.",
			version: "The version that was stamped in.",
			commit: "The commit that was built.",
			path: "Where it lies on the runner.",
			digest: "`sha256:…` of it."
		},
		acts: true
	});
}

export { defineBuild as t };