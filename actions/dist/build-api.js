import { n as runBuild, t as defineBuild } from "./shared-build.js";

// actions/build-api/definition.ts
const buildApi = defineBuild({
	name: "build-api",
	title: "Shiplock build api",
	description: "Build the API: a static Go binary, by digest; a release of the same commit on this runner takes it and does not build again.",
	kind: "go",
	example: "api"
});

// actions/build-api/index.ts
await runBuild(buildApi, "go");

export {  };