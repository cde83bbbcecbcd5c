import { r as runAction } from "./shared-job.js";
import { t as defineBuild } from "./shared-build.js";

// actions/build-api/definition.ts
const buildApi = defineBuild({
	name: "build-api",
	title: "Shiplock build api",
	description: "Build the API: a static Go binary, by digest; a release of the same commit on this runner takes it and does not build again.",
	kind: "go",
	example: "api"
});

// actions/build-api/index.ts
await runAction(buildApi, async (inputs, job) => (await import("./act-build.js")).build("go", inputs, job));

export {  };