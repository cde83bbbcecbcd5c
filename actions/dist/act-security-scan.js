import { t as EXIT } from "./shared-exit.js";
import { Cr as openService, ci as wantedIn } from "./shared-common.js";
import { n as namedScanners, r as scanWorkingCopy, t as findingsIn } from "./shared-working-copy.js";
import { n as scanMarkdown } from "./shared-markdown.js";
import { t as withSarif } from "./shared-sarif2.js";
import { join, resolve } from "node:path";

// src/release/scan/here.ts
/** Scans the repository that the configuration lies in, as a job checks it. What could not be fetched is missing, and the scan says so. */
async function scanHere(door, { base, scanners, failOn, install, tell }) {
	const { config, baseDir, exec, clock } = await openService(door);
	const { scan } = config.service;
	const { repositoryOf } = await import("./shared-scan2.js");
	const directory = await repositoryOf(exec, baseDir) ?? baseDir;
	const only = scanners === void 0 ? null : namedScanners(scanners.split(","), "input scanners");
	const into = resolve(door.env["RUNNER_TEMP"] ?? join(baseDir, ".shiplock"), "shiplock-scanners");
	const own = door.env["PATH"] ?? "";
	if (install) {
		const { installScanners } = await import("./shared-install2.js");
		const problems = await installScanners({
			into,
			wanted: only ?? wantedIn(scan),
			path: own,
			exec,
			tell
		});
		for (const { where, found, remedy } of problems) tell(`not fetched: ${where}: ${found} → ${remedy}`);
	}
	const path = install ? `${own}:${into}` : own;
	return {
		result: await scanWorkingCopy({
			directory,
			config: scan,
			baseDir,
			only,
			failOn,
			path,
			exec,
			clock,
			base: base ?? null,
			onEnd: ({ scanner, end, took }) => {
				if (end.kind === "scanned") tell(`${scanner} ${end.version}: ${end.findings.length} said, ${Math.round(took)} ms`);
				if (end.kind === "not-scanned") tell(`${scanner}: not scanned: ${end.problem.found}`);
			}
		}),
		directory
	};
}

// actions/security-scan/act.ts
/** GitHub shows so many annotations of a step and drops the rest; those that fail come first. */
const MOST_ANNOTATIONS = 10;
/** Scans what is checked out: an annotation at what is new, everything in the summary and in the file. */
function act(inputs, job) {
	return withSarif(job, inputs.sarif, () => look(inputs, job), "the scan");
}
async function look(inputs, job) {
	const { config, base, scanners, install, sarif } = inputs;
	const { result, directory } = await scanHere(job.door({
		config,
		state: ".shiplock/state"
	}, false), {
		base,
		scanners,
		install,
		failOn: inputs["fail-on"],
		tell: job.info
	});
	const { verdict, findings, faults, notScanned } = result;
	const fresh = findings.filter(({ isNew, level }) => isNew !== false && level !== "note");
	const shown = ["error", "warning"].flatMap((level) => fresh.filter((one) => one.level === level));
	for (const finding of findingsIn({
		findings: shown.slice(0, MOST_ANNOTATIONS),
		faults
	}, directory)) job.annotate(finding);
	const errors = findings.filter(({ level }) => level === "error").length + faults.length;
	return {
		exit: verdict === "clean" ? EXIT.done : EXIT.failed,
		problems: notScanned,
		findings: findingsIn(result, directory),
		sentence: `${SAID[verdict]}: ${errors} that fail, ${notScanned.length} scanners that did not do their work`,
		outputs: {
			verdict,
			findings: String(errors),
			new: base === void 0 ? "" : String(findings.filter(({ isNew }) => isNew === true).length),
			sarif: sarif === void 0 ? "" : resolve(sarif)
		},
		summary: `## Security scan\n\n${scanMarkdown(result)}`
	};
}
const SAID = {
	clean: "clean",
	findings: "findings",
	"not-scanned": "not scanned"
};

export { act };