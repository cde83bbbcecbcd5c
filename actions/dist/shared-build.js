import { n as runDone, t as openFor } from "./shared-common.js";
import { A as object } from "./shared-problem.js";
import { t as buildComponent } from "./shared-components.js";
import { n as runAction, o as optional } from "./shared-job.js";
import { t as defineAction } from "./shared-define.js";
import { a as state, i as release, n as config, r as environment, t as RUN_OUTPUTS } from "./shared-fields.js";

// actions/shared/run-build.ts
/** Builds one component of a kind. */
function runBuild(definition, kind) {
	return runAction(definition, async (inputs, job) => {
		const service = await openFor(job, inputs);
		const { component, release: version } = inputs;
		const built = await buildComponent(service, {
			kind,
			component,
			version,
			allowDirty: false
		});
		const { outputs, ...done } = await runDone(service, built);
		return {
			...done,
			outputs: {
				outcome: outputs.outcome,
				run: outputs.run,
				version: outputs.version,
				component: built.component,
				commit: built.commit,
				path: built.made?.path ?? "",
				digest: built.made?.digest ?? ""
			}
		};
	});
}

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

export { runBuild as n, defineBuild as t };