import { t as buildComponent } from "./shared-components.js";
import { n as runDone, t as openFor } from "./shared-common.js";

// actions/shared/act-build.ts
/** Builds one component of a kind. */
async function build(kind, inputs, job) {
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
}

export { build };