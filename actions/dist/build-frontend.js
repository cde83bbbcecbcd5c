import { r as runAction } from "./shared-job.js";
import { t as defineBuild } from "./shared-build.js";
import { t as defineAction } from "./shared-define.js";

// actions/build-frontend/definition.ts
const plain = defineBuild({
	name: "build-frontend",
	title: "Shiplock build frontend",
	description: "Build the frontend: static files, by digest; a release of the same commit on this runner takes it and does not build again.",
	kind: "static",
	example: "frontend"
});
const buildFrontend = defineAction({
	...plain,
	outputs: {
		...plain.outputs,
		pages: "What each page loads, beside its budget and the release that serves, as JSON."
	}
});

// actions/build-frontend/index.ts
await runAction(buildFrontend, async (inputs, job) => (await import("./act-build-frontend.js")).buildFrontendPages(inputs, job));

export {  };