import { t as buildComponent } from "./shared-components.js";
import { St as pagesMarkdown, n as runDone, t as openFor } from "./shared-common.js";

// actions/build-frontend/act.ts
/** Builds a frontend, and tells what its pages load. */
async function buildFrontendPages(inputs, job) {
	const service = await openFor(job, inputs);
	const { component, release: version } = inputs;
	const built = await buildComponent(service, {
		kind: "static",
		component,
		version,
		allowDirty: false
	});
	const { outputs, summary = "", ...done } = await runDone(service, built);
	return {
		...done,
		summary: `${summary}${built.made === null ? "" : pagesMarkdown(built.component, built.made)}`,
		outputs: {
			outcome: outputs.outcome,
			run: outputs.run,
			version: outputs.version,
			component: built.component,
			commit: built.commit,
			path: built.made?.path ?? "",
			digest: built.made?.digest ?? "",
			pages: built.made?.pages === void 0 ? "" : JSON.stringify(built.made.pages.report)
		}
	};
}

export { buildFrontendPages };