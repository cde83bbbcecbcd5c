import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { Cs as unlessSaid, ci as wantedIn, si as policyIn, xs as SCANNER_IDS, ys as lacking } from "./shared-common.js";
import { resolve } from "node:path";

// src/release/scan/working-copy.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Scanners by their names. @throws ProblemError for one that nobody knows, with the nearest */
function namedScanners(names, where) {
	return names.map((name) => {
		const id = SCANNER_IDS.find((one) => one === name.trim());
		if (id !== void 0) return id;
		const near = nearest(name.trim(), SCANNER_IDS, import_fastest_levenshtein.distance);
		throw new ProblemError({
			code: "cli.unknown-scanner",
			where,
			found: name.trim(),
			expected: `one of ${SCANNER_IDS.join(", ")}`,
			remedy: near === void 0 ? "look at `shiplock scan --list`" : `write ${near} if that is meant`
		});
	});
}
/** Who names a scanner wants an answer of it, and some have none without what the configuration names. @throws ProblemError */
function needsKnowledge(only, { trivy, semgrepRules }) {
	const has = {
		rules: semgrepRules !== null,
		database: trivy !== null
	};
	for (const id of only) {
		const lack = lacking(id, has);
		if (lack !== null) throw new ProblemError({
			where: id,
			...lack
		});
	}
}
/** @throws ProblemError when the base is no commit, or a scanner is named that has no database or no rules */
async function scanWorkingCopy(request) {
	const { directory, config, baseDir, base, only, failOn, path, exec, clock, onEnd, signal } = request;
	const { builtInSettings, inputsOf, scan } = await import("./shared-scan2.js");
	const inputs = request.inputs ?? inputsOf(config, baseDir);
	needsKnowledge(only ?? [], inputs);
	const on = wantedIn(config);
	const policy = policyIn(config);
	return scan({
		directory,
		base,
		path,
		exec,
		clock,
		signal,
		wanted: only ?? on,
		whole: only === null && SCANNER_IDS.every((id) => on.includes(id) || unlessSaid(id) === "off"),
		policy: failOn === void 0 ? policy : {
			...policy,
			failOn
		},
		inputs,
		timeoutMs: config.timeout,
		history: config.history,
		vulnerabilities: config.vulnerabilities === void 0 ? null : resolve(baseDir, config.vulnerabilities),
		exclude: config.exclude,
		builtIn: builtInSettings(config),
		today: new Date(clock.now()).toISOString().slice(0, 10),
		...onEnd === void 0 ? {} : { onEnd }
	});
}
/** Findings, and waivers that have to be mended, as the one model of findings; files are absolute. Pure. */
function findingsIn({ findings, faults }, root) {
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

export { namedScanners as n, scanWorkingCopy as r, findingsIn as t };