import { t as systemClock } from "./shared-clock2.js";
import { t as createExec } from "./shared-exec.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as valuesMain } from "./shared-values-main.js";
import { text } from "node:stream/consumers";

// src/gitops/commit-main.ts
process.exitCode = await valuesMain(await text(process.stdin), {
	exec: createExec(),
	clock: systemClock,
	http: httpClient,
	random: Math.random,
	signal: new AbortController().signal
}, (answer) => {
	process.stdout.write(answer);
});

export {  };