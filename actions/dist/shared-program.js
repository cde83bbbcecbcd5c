import { Et as _enum, Jn as string, or as union, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as parsedJson } from "./shared-json.js";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// src/platform/lines.ts
/** What a program of ours says of a machine: a line of JSON per thing, and a last one that says that nothing is missing. */
/** Every line, the last one too; undefined for an answer that is not whole, or has a line that nobody knows. What is no JSON is left out. Pure. */
function wholeLines(stdout, line) {
	const lines = stdout.split("\n").filter((text) => text.startsWith("{")).map((text) => line.safeParse(parsedJson(text)).data);
	if (lines.at(-1)?.kind !== "end" || lines.includes(void 0)) return void 0;
	return lines.filter((one) => one !== void 0);
}
/** Of an answer whose lines are `{"kind":KIND,"text":…}`: the texts of one kind, in their order. Undefined as above. Pure. */
function textLines(stdout, kinds) {
	const lines = wholeLines(stdout, union([strictObject({
		kind: _enum(kinds),
		text: string()
	}), strictObject({ kind: literal("end") })]));
	if (lines === void 0) return void 0;
	return (wanted) => lines.flatMap((one) => "text" in one && one.kind === wanted ? [one.text] : []);
}

// src/platform/database.ts
/** The machine of a server of databases: database.sh beside this module, and what it says. */
const DATABASE_PROGRAM = fileURLToPath(new URL("./database.sh", import.meta.url));
const KINDS$4 = [
	"free",
	"upgraded",
	"error"
];
/** The answer of `look`; undefined for one that is not whole. Pure. */
function parseDatabaseHost(stdout) {
	const texts = textLines(stdout, KINDS$4);
	if (texts === void 0) return void 0;
	const freeBytes = Number(texts("free")[0] || NaN);
	if (!Number.isFinite(freeBytes)) return void 0;
	return {
		freeBytes,
		upgradedTo: texts("upgraded")[0]?.trim() || null,
		errors: texts("error")
	};
}
/** What is thrown for an answer that is not whole. */
function strangeDatabase(where, said) {
	throw new ProblemError({
		code: "platform.database-answer",
		where,
		found: `an answer that is not whole: ${said.trim().slice(-200)}`,
		expected: "what the machine says of its server of databases",
		remedy: "look whether the server keeps its data on that machine, in a directory without blanks in its name"
	});
}

// src/platform/database-setup.ts
/** The machine of a new server of databases: database-setup.sh beside this module, and what it says. */
/** A part of the program of hosts. */
const DATABASE_SETUP_PROGRAM = fileURLToPath(new URL("./database-setup.sh", import.meta.url));
const KINDS$3 = [...[
	"memory",
	"cores",
	"disk",
	"from",
	"data",
	"free",
	"option",
	"enabled",
	"version",
	"variable",
	"zones"
], ...[
	"tables",
	"account",
	"lax",
	"silent"
]];
/** The answer of `setup_look`; undefined for one that is not whole. Pure. */
function parseDatabaseSetup(stdout) {
	const texts = textLines(stdout, KINDS$3);
	if (texts === void 0) return void 0;
	const one = (kind) => texts(kind)[0]?.trim() ?? "";
	const number = (kind) => one(kind) === "" ? NaN : Number(one(kind));
	const [state = "", owner = "", mode = ""] = one("data").split(" ");
	const [memory, cores, freeBytes] = [
		number("memory"),
		number("cores"),
		number("free")
	];
	if (![
		memory,
		cores,
		freeBytes
	].every(Number.isFinite)) return void 0;
	if (state !== "none" && state !== "empty" && state !== "filled") return void 0;
	const version = one("version");
	const variables = texts("variable").map((text) => {
		const at = text.indexOf("=");
		return [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
	});
	const counts = [number("zones"), number("tables")];
	if (version !== "" && !counts.every(Number.isFinite)) return void 0;
	const [zones = 0, tables = 0] = counts;
	return {
		memory,
		cores,
		freeBytes,
		data: {
			state,
			owner,
			mode
		},
		enabled: texts("enabled"),
		disk: one("disk") === "hdd" ? "hdd" : "ssd",
		from: one("from") === "" ? null : one("from"),
		options: texts("option"),
		server: version === "" ? null : {
			version,
			zones,
			tables,
			administrators: texts("account"),
			lax: texts("lax"),
			variables: Object.fromEntries(variables)
		},
		silence: one("silent")
	};
}

// src/platform/files.ts
/** Files of a machine that are backed up and put back: files.sh beside this module, and what it says of the machine. */
const FILES_PROGRAM = fileURLToPath(new URL("./files.sh", import.meta.url));
const KINDS$2 = [
	"package",
	"manual",
	"account",
	"group",
	"enabled",
	"system"
];
/** The answer of `facts`; undefined for one that is not whole. Pure. */
function parseMachine(stdout) {
	const texts = textLines(stdout, KINDS$2);
	if (texts === void 0) return void 0;
	const manual = new Set(texts("manual"));
	return {
		system: texts("system")[0] ?? "",
		packages: texts("package").flatMap((text) => {
			const [name, version] = text.split(" ");
			if (name === void 0 || version === void 0) return [];
			return [{
				name,
				version,
				manual: manual.has(name) || manual.has(name.replace(/:[a-z0-9]+$/, ""))
			}];
		}),
		accounts: texts("account").flatMap((text) => {
			const [name, uid, gid, home, shell] = text.split(":");
			if (name === void 0 || uid === void 0 || gid === void 0 || home === void 0) return [];
			return [{
				name,
				uid: Number(uid),
				gid: Number(gid),
				home,
				shell: shell ?? ""
			}];
		}),
		groups: texts("group").flatMap((text) => {
			const [name, gid] = text.split(":");
			return name === void 0 || gid === void 0 ? [] : [{
				name,
				gid: Number(gid)
			}];
		}),
		enabled: texts("enabled")
	};
}

// src/platform/keys.ts
/** A part of the program of hosts: the keys by which a user logs in. */
const KEYS_PROGRAM = fileURLToPath(new URL("./keys.sh", import.meta.url));

// src/platform/lay.ts
/** One file laid down whole, the one before kept beside it as `*.previous`. What is in it never stands in a journal: only its digest does. */
/** Also a part of the program of hosts. */
const LAY_PROGRAM = fileURLToPath(new URL("./lay.sh", import.meta.url));
const LAY_MS = 3e4;
/** Name of the set of files with these digests. Pure. */
function setOf(digests) {
	if (digests.some((one) => one.startsWith("<"))) return "<set>";
	return createHash("sha256").update(digests.join(" ")).digest("hex").slice(0, 32);
}
/**
* What lays files down for good in one step, which may be killed anywhere and begun again: files that all lie there are not put once more, or each would be
* kept beside itself. Pure.
*/
function verbsForGood(allLie) {
	return allLie ? ["settle"] : ["put", "settle"];
}
/** What is done to a file, for people. Pure. */
function layWords(verb, to) {
	switch (verb) {
		case "put": return `lay ${to} down, keep the one before`;
		case "back": return `bring back what was ${to} before`;
		case "settle": return `keep what was ${to} before for people alone`;
	}
}
/** Repeatable. Pure. */
function localLayEffect({ resource, privileged }, verb, { to, digest, set, sources }) {
	const words = {
		put: [
			digest,
			set,
			...sources
		],
		back: [digest, set],
		settle: []
	}[verb];
	return {
		kind: "exec",
		argv: [
			...privileged,
			"sh",
			LAY_PROGRAM,
			verb,
			to,
			...words
		],
		resource,
		why: layWords(verb, to),
		timeoutMs: LAY_MS
	};
}
/** SHA-256 of the file; null where there is none, or where this user may not read it. */
async function laidHere(path) {
	const content = await readFile(path).catch(() => null);
	return content === null ? null : createHash("sha256").update(content).digest("hex");
}

// src/platform/logs.ts
/** Logs of a machine: logs.sh beside this module, and what it says of them. */
const LOGS_PROGRAM = fileURLToPath(new URL("./logs.sh", import.meta.url));
const KINDS$1 = [
	"log",
	"aside",
	"rotator",
	"other",
	"insecure",
	"now"
];
/** The answer of `look`; undefined for one that is not whole. Pure. */
function parseLogs(stdout) {
	const texts = textLines(stdout, KINDS$1);
	if (texts === void 0) return void 0;
	const logs = texts("log").map(parseLog);
	const aside = texts("aside").map(parseAside);
	const now = Number(texts("now")[0] ?? NaN);
	if (logs.includes(void 0) || aside.includes(void 0) || !Number.isFinite(now)) return void 0;
	return {
		nowMs: now * 1e3,
		logs: logs.filter((one) => one !== void 0),
		aside: aside.filter((one) => one !== void 0),
		rotator: texts("rotator")[0] ?? null,
		others: texts("other"),
		insecure: texts("insecure")
	};
}
/** `BYTES INODE BIRTH CHANGED PATH`; a birth of 0 is not known (stat of coreutils). */
function parseLog(text) {
	const [, bytes = "", inode = "", birth = "", changed = "", path = ""] = /^(\d+) (\d+) (\d+|-) (\d+) (\/.*)$/.exec(text) ?? [];
	if (path === "") return void 0;
	const begun = birth === "-" || birth === "0" ? changed : birth;
	return {
		path,
		inode,
		bytes: Number(bytes),
		sinceMs: Number(begun) * 1e3
	};
}
/** `BYTES SECONDS PID,PID PATH`, with `-` where nobody writes. */
function parseAside(text) {
	const [, bytes = "", at = "", pids = "", path = ""] = /^(\d+) (\d+) (-|[\d,]+) (\/.*)$/.exec(text) ?? [];
	if (path === "") return void 0;
	return {
		path,
		bytes: Number(bytes),
		atMs: Number(at) * 1e3,
		compressed: path.endsWith(".gz"),
		writers: pids === "-" ? [] : pids.split(",").filter((pid) => pid !== "")
	};
}
/** As logs.sh is told it. Pure. */
function reopenWord(reopen) {
	switch (reopen.kind) {
		case "none": return "none";
		case "reload": return `reload:${reopen.unit}`;
		case "signal": return `${reopen.signal}:${reopen.unit}`;
		case "signal-file": return `${reopen.signal}@${reopen.pidFile}`;
	}
}
/** `PATH:INODE` of what is due, with commas between them. Pure. */
function dueWord(due) {
	return due.map(({ path, inode }) => `${path}:${inode}`).join(",");
}
function rotatorWord({ rotator }) {
	return rotator ? "yes" : "no";
}

// src/platform/packages.ts
/** Packages of a machine of the Debian family: packages.sh beside this module, and what it says of them. */
const PACKAGES_PROGRAM = fileURLToPath(new URL("./packages.sh", import.meta.url));
const KINDS = [
	"change",
	"offered",
	"failed",
	"installed",
	"stale",
	"reboot",
	"said",
	"age",
	"auto"
];
/** The answer of `look`; undefined for one that is not whole. Pure. */
function parsePackages(stdout) {
	const texts = textLines(stdout, KINDS);
	if (texts === void 0) return void 0;
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
		auto: texts("auto"),
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

// src/platform/ssh/program.ts
/** Only root may write there, so whoever is let in by sudo can run what root put there and nothing else. */
const HOST_DIRECTORY = "/usr/local/lib/shiplock";
const PARTS = [
	["packages.sh", PACKAGES_PROGRAM],
	["lay.sh", LAY_PROGRAM],
	["keys.sh", KEYS_PROGRAM],
	["files.sh", FILES_PROGRAM],
	["logs.sh", LOGS_PROGRAM],
	["database.sh", DATABASE_PROGRAM],
	["database-setup.sh", DATABASE_SETUP_PROGRAM]
];
let read;
/** The program of a host: host.sh beside this module, with packages.sh, lay.sh, keys.sh, files.sh, logs.sh, database.sh and database-setup.sh in it. Its name is its content: versions of shiplock stand beside each other. */
function hostProgram() {
	if (read === void 0) {
		const part = (text, name, path) => text.replace(`# part: ${name}\n`, () => readFileSync(path, "utf8"));
		const own = readFileSync(new URL("./host.sh", import.meta.url), "utf8");
		const text = PARTS.reduce((whole, [name, path]) => part(whole, name, path), own);
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

export { wholeLines as S, parseMachine as _, PACKAGES_PROGRAM as a, parseDatabaseHost as b, dueWord as c, rotatorWord as d, laidHere as f, verbsForGood as g, setOf as h, programArgv as i, parseLogs as l, localLayEffect as m, hostProgram as n, parsePackages as o, layWords as p, layProgramDown as r, LOGS_PROGRAM as s, HOST_DIRECTORY as t, reopenWord as u, parseDatabaseSetup as v, strangeDatabase as x, DATABASE_PROGRAM as y };