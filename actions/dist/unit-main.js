import { t as systemClock } from "./shared-clock2.js";
import { t as unitMain } from "./shared-unit.js";

// src/platform/local/unit-main.ts
process.exitCode = await unitMain(process.argv.slice(2), {
	cwd: process.cwd(),
	env: process.env,
	clock: systemClock,
	out: (text) => {
		process.stdout.write(text);
	},
	err: (text) => {
		process.stderr.write(text);
	}
});

export {  };