import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as createExec } from "./shared-exec.js";
import { Cr as openService, ci as wantedIn, vs as defaultScanConfig } from "./shared-common.js";
import { n as namedScanners } from "./shared-working-copy.js";
import { r as scannersToFetch, t as installScanners } from "./shared-install.js";
import { r as painter } from "./shared-io2.js";
import { n as door, r as findConfig } from "./shared-session3.js";
import { join, resolve } from "node:path";
import { homedir } from "node:os";

// src/cli/commands/scan-fetch.ts
/** Fetches what is missing, and says what was fetched and what nobody can fetch. With `dryRun` it only says so. */
async function fetchScanners(io, options) {
	const wanted = await wantedBy(io, options);
	const only = options.only === void 0 ? null : namedScanners(options.only.split(","), "--only");
	const into = placeFor(io, options);
	const paint = painter(io);
	const path = io.env["PATH"] ?? "";
	const asked = {
		into,
		wanted: only ?? wanted,
		path
	};
	const missing = await scannersToFetch(asked);
	const list = missing.map(({ id, version, how }) => ({
		scanner: id,
		version,
		how
	}));
	const unpinned = missing.filter(({ how }) => how === "not pinned").map(({ id }) => id);
	const toFetch = list.filter(({ how }) => how !== "not pinned");
	if (options.dryRun === true) {
		const lines = toFetch.map(({ scanner, version, how }) => `would fetch ${scanner} ${version} (${how})`);
		return {
			exit: EXIT.done,
			json: jsonSchema.parse({
				into,
				fetch: toFetch,
				unpinned
			}),
			text: [
				...lines,
				...lines.length === 0 ? ["nothing to fetch"] : [],
				...unpinnedText(unpinned)
			].join("\n")
		};
	}
	const tell = (line) => io.err(`${paint("dim", line)}\n`);
	const problems = await installScanners({
		...asked,
		exec: createExec(),
		tell
	});
	const left = new Set((await scannersToFetch(asked)).map(({ id }) => id));
	const fetched = toFetch.filter(({ scanner }) => !left.has(scanner));
	const text = [
		...fetched.map(({ scanner, version }) => `fetched ${scanner} ${version}`),
		...problems.map(({ where, found, remedy }) => `${paint("red", "not fetched")} ${where}: ${found} → ${remedy}`),
		...toFetch.length === 0 ? ["nothing to fetch"] : [],
		...unpinnedText(unpinned),
		...path.split(":").includes(into) ? [] : [`${into} is not on PATH: put it there, at the end`]
	];
	return {
		exit: problems.length === 0 ? EXIT.done : EXIT.failed,
		json: jsonSchema.parse({
			into,
			fetched,
			problems,
			unpinned
		}),
		text: text.join("\n")
	};
}
function unpinnedText(ids) {
	return ids.length === 0 ? [] : [`not fetched, since nothing is pinned: ${ids.join(", ")} (\`shiplock scan --list\` says how they are had)`];
}
function placeFor({ env, cwd }, { into }) {
	if (into !== void 0) return resolve(cwd, into);
	const cache = env["XDG_CACHE_HOME"] ?? "";
	return join(cache === "" ? join(env["HOME"] ?? homedir(), ".cache") : cache, "shiplock", "scanners");
}
/** Scanners that the configuration uses; without one, those that are used unless something is said. */
async function wantedBy(io, { config }) {
	const file = config ?? await findConfig(io.cwd).catch(() => void 0);
	if (file === void 0) return wantedIn(defaultScanConfig());
	return wantedIn((await openService(await door(io, { config: file }, false))).config.service.scan);
}

export { fetchScanners };