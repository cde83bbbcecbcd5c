import { Et as _enum, Jn as string, or as union, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// src/platform/packages.ts
/** Packages of a machine of the Debian family: packages.sh beside this module, and what it says of them. */
const PACKAGES_PROGRAM = fileURLToPath(new URL("./packages.sh", import.meta.url));
const line = union([strictObject({
	kind: _enum([
		"change",
		"offered",
		"failed",
		"installed",
		"stale",
		"reboot",
		"said",
		"age"
	]),
	text: string()
}), strictObject({ kind: literal("end") })]);
/** The answer of `look`; undefined for one that is not whole. Pure. */
function parsePackages(stdout) {
	const lines = stdout.split("\n").filter((text) => text.startsWith("{")).map((text) => line.safeParse(jsonOf(text)));
	if (lines.at(-1)?.data?.kind !== "end" || lines.some(({ success }) => !success)) return void 0;
	const texts = (wanted) => lines.flatMap(({ data }) => data !== void 0 && "text" in data && data.kind === wanted ? [data.text] : []);
	const changes = texts("change").map(parseChange);
	if (changes.includes(void 0)) return void 0;
	const offered = {};
	for (const text of texts("offered")) {
		const [name = "", version = ""] = text.split(" ");
		offered[name] = [...offered[name] ?? [], version];
	}
	const installed = texts("installed").map((text) => {
		const [name = "", version = "", status = ""] = text.split(" ");
		return [name, {
			version,
			whole: /^[a-z]i$/.test(status.trim())
		}];
	});
	const age = Number(texts("age")[0] ?? NaN);
	return {
		changes: changes.filter((change) => change !== void 0),
		failed: texts("failed")[0] ?? null,
		offered,
		installed: Object.fromEntries(installed),
		stale: texts("stale"),
		reboot: texts("reboot").length > 0,
		said: texts("said").join("\n"),
		listsAgeMs: Number.isFinite(age) ? Math.max(0, age * 1e3) : null
	};
}
/** A line of `apt-get -s`: `Inst NAME [FROM] (TO SOURCE [ARCH])`, without `[FROM]` for a new one. */
function parseChange(text) {
	const [, name, from, to] = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+)[ )]/.exec(text) ?? [];
	return name === void 0 || to === void 0 ? void 0 : {
		name,
		from: from ?? null,
		to
	};
}
function jsonOf(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// src/platform/ssh/program.ts
/** Only root may write there, so whoever is let in by sudo can run what root put there and nothing else. */
const HOST_DIRECTORY = "/usr/local/lib/shiplock";
let read;
/** The program of a host: host.sh beside this module, with packages.sh in it. Its name is its content: versions of shiplock stand beside each other. */
function hostProgram() {
	if (read === void 0) {
		const parts = readFileSync(PACKAGES_PROGRAM, "utf8");
		const text = readFileSync(new URL("./host.sh", import.meta.url), "utf8").replace(/^# part: packages\.sh$/m, () => parts);
		const hash = createHash("sha256").update(text).digest("hex");
		read = {
			text,
			hash,
			path: `${HOST_DIRECTORY}/host-${hash.slice(0, 16)}`
		};
	}
	return read;
}
/** One verb of the program, as the host is asked to run it. */
function programArgv(host, root, verb, options = []) {
	return [
		...host.user === "root" ? [] : ["sudo", "-n"],
		hostProgram().path,
		root,
		verb,
		...options
	];
}
/** Lays the program down from its standard input; the name appears when the whole content is there. For root only. */
function layProgramDown() {
	const { hash, path } = hostProgram();
	return [
		"sh",
		"-c",
		`set -e; umask 022; mkdir -p ${HOST_DIRECTORY}; new=${HOST_DIRECTORY}/.new-$$; trap 'rm -f "$new"' EXIT; cat >"$new"
[ "$(sha256sum <"$new" | cut -c1-64)" = "$1" ] || { echo 'shiplock-host: cut-off: a program that did not arrive as a whole' >&2; exit 70; }
chmod 755 "$new"; sync -- "$new"; mv -f "$new" "$2"`,
		"sh",
		hash,
		path
	];
}

export { PACKAGES_PROGRAM as a, programArgv as i, hostProgram as n, parsePackages as o, layProgramDown as r, HOST_DIRECTORY as t };