import { l as addPath, r as runAction } from "./shared-job.js";
import { t as packageVersion } from "./shared-version.js";
import { Fn as object } from "./shared-schemas.js";
import { t as EXIT } from "./shared-exit.js";
import { i as shellWord } from "./shared-quote.js";
import { t as defineAction } from "./shared-define.js";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tmpdir } from "node:os";

// actions/setup-shiplock/definition.ts
const setupShiplock = defineAction({
	name: "setup-shiplock",
	title: "Shiplock setup",
	description: "Put the `shiplock` command of this very commit on PATH. Nothing is downloaded, and Node comes from the runner.",
	inputs: object({}),
	outputs: {
		path: "The command.",
		version: "Its version."
	},
	acts: false
});

// actions/setup-shiplock/index.ts
await runAction(setupShiplock, async () => {
	const directory = join(process.env["RUNNER_TEMP"] ?? tmpdir(), "shiplock-bin");
	const path = join(directory, "shiplock");
	const program = fileURLToPath(new URL("shiplock.js", import.meta.url));
	await mkdir(directory, { recursive: true });
	await writeFile(path, `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(program)} "$@"\n`, { mode: 493 });
	addPath(directory);
	const version = packageVersion();
	return {
		exit: EXIT.done,
		problems: [],
		sentence: `shiplock ${version} is on PATH`,
		outputs: {
			path,
			version
		}
	};
});

export {  };