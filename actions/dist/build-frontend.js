import { r as runAction } from "./shared-job.js";
import { t as defineBuild } from "./shared-build.js";

// actions/build-frontend/definition.ts
const buildFrontend = defineBuild({
	name: "build-frontend",
	title: "Shiplock build frontend",
	description: "Build the frontend: static files, by digest; a release of the same commit on this runner takes it and does not build again.",
	kind: "static",
	example: "frontend"
});

// actions/build-frontend/index.ts
await runAction(buildFrontend, async (inputs, job) => (await import("./act-build.js")).build("static", inputs, job));

export {  };