import { a as placeOf, r as formatProblem } from "./shared-problem.js";
import { Bs as cleanLine, zs as clean } from "./shared-common.js";
import { isAbsolute, relative } from "node:path";
import { pathToFileURL } from "node:url";

// src/report/sarif.ts
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const LONGEST = 1e3;
/** What problems say about files, as findings; the others stay problems. */
function findingsOf(problems) {
	return {
		findings: problems.flatMap((problem) => {
			const place = placeOf(problem.where);
			if (place === void 0) return [];
			const { code, found, expected, remedy } = problem;
			const fingerprint = `${code}:${place.file.split("/").at(-1)}:${found}`;
			return [{
				rule: code,
				level: "error",
				message: `found ${found}; expected ${expected}`,
				...place,
				remedy,
				fingerprint
			}];
		}),
		others: problems.filter(({ where }) => placeOf(where) === void 0)
	};
}
/** The whole log, ready for JSON. Texts may come from files of anybody, so they are cleaned and bounded. */
function sarifLog(findings, { version, root, failures }) {
	const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
	return {
		$schema: SCHEMA,
		version: "2.1.0",
		runs: [{
			tool: { driver: {
				name: "shiplock",
				version,
				rules: rules.map((id) => ({
					id,
					name: id
				}))
			} },
			invocations: [{
				executionSuccessful: failures.length === 0,
				toolExecutionNotifications: failures.map((problem) => ({
					level: "error",
					descriptor: { id: problem.code },
					message: { text: clean(formatProblem(problem)).slice(0, LONGEST) }
				}))
			}],
			results: findings.map((finding) => result(finding, rules, root))
		}]
	};
}
function result(finding, rules, root) {
	const { rule, level, message, file, remedy, fingerprint } = finding;
	const text = remedy === void 0 ? message : `${message}. What to do: ${remedy}`;
	return {
		ruleId: rule,
		ruleIndex: rules.indexOf(rule),
		level,
		message: { text: cleanLine(text, LONGEST) },
		locations: file === void 0 ? [] : [{ physicalLocation: {
			artifactLocation: addressOf(file, root),
			...regionOf(finding)
		} }],
		partialFingerprints: { "shiplock/v1": cleanLine(fingerprint, LONGEST) }
	};
}
function regionOf({ line, column }) {
	if (line === void 0) return {};
	return { region: {
		startLine: line,
		...column === void 0 ? {} : { startColumn: column }
	} };
}
/** Below the checkout by its path there, else where it lies on this machine. */
function addressOf(file, root) {
	const below = isAbsolute(file) ? relative(root, file) : file;
	if (below.startsWith("../") || isAbsolute(below)) return { uri: pathToFileURL(file).href };
	return {
		uri: below.split("/").map(encodeURIComponent).join("/"),
		uriBaseId: "%SRCROOT%"
	};
}

export { sarifLog as n, findingsOf as t };