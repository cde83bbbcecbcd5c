import { r as runAction } from "./shared-job.js";
import { n as defineGoBuild } from "./shared-build.js";

// actions/build-api/definition.ts
const buildApi = defineGoBuild({
	name: "build-api",
	title: "Shiplock build api",
	description: "Build the API: a static Go program for each platform, by digest, after its tests; a release of the same commit on this runner takes it and does not build again.",
	kind: "go",
	example: "api"
});

// actions/build-api/index.ts
await runAction(buildApi, async (inputs, job) => (await import("./act-build.js")).buildGo(inputs, job));

export {  };