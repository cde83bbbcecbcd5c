import { t as systemClock } from "./clock2.js";
import { T as createExec, t as valuesMain } from "./values-main.js";
import { n as httpClient } from "./http-client.js";
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