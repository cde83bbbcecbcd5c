import { r as runAction } from "./shared-job.js";
import { t as defineBuild } from "./shared-build.js";

// actions/build-client/definition.ts
const buildClient = defineBuild({
	name: "build-client",
	title: "Shiplock build client",
	description: "Build the client script: checked by shellcheck, tested, packed with its installer and signed, by digest; a release of the same commit on this runner takes it and does not build again.",
	kind: "script",
	example: "client"
});

// actions/build-client/index.ts
await runAction(buildClient, async (inputs, job) => (await import("./act-build.js")).build("script", inputs, job));

export {  };