import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { Bs as cleanLine, os as resolveEnvironment } from "./shared-common.js";
import { c as serverOf, i as lint, n as readLintFiles, r as isComplete, s as serverName } from "./shared-read.js";
import { relative, resolve } from "node:path";

// src/cli/commands/migrate-lint-text.ts
const COLOURS = {
	error: "red",
	warning: "yellow",
	note: "cyan"
};
const LONGEST = 400;
/** Findings with their place, reason and safe alternative, and one line that sums up. */
function lintText(result, server, paint, more = []) {
	const blocks = result.findings.map(({ file, line, column, level, rule, message, why, safe, fix }) => [
		`${paint("bold", `${file}:${line}:${column}`)} ${paint(COLOURS[level], level)} ${rule} ${cleanLine(message, LONGEST)}`,
		`  ${why}`,
		`  → ${safe}${fix === null ? "" : " (--fix does it)"}`
	].join("\n"));
	const waived = result.waived.map(({ finding, waiver }) => `${paint("dim", "waived")} ${finding.rule} ${finding.file}:${finding.line}: ${cleanLine(finding.message, LONGEST)} (${cleanLine(waiver.owner, LONGEST)}, until ${waiver.until}: ${cleanLine(waiver.reason, LONGEST)})`);
	return [
		...blocks,
		...waived,
		...more,
		summary(result, server)
	].join("\n");
}
function summary({ findings, waived, files, statements }, server) {
	const count = (level) => findings.filter((finding) => finding.level === level).length;
	const counts = [
		plural(count("error"), "error"),
		plural(count("warning"), "warning"),
		plural(count("note"), "note")
	];
	const rest = waived.length === 0 ? "" : `, ${waived.length} waived`;
	return `${counts.join(", ")}${rest} in ${plural(statements, "statement")} of ${plural(files, "file")}, judged for ${serverName(server)}`;
}
function plural(count, word) {
	return `${count} ${word}${count === 1 ? "" : "s"}`;
}
/** One rule, explained. */
function ruleText(rule, paint) {
	const [example] = rule.examples;
	const indented = (text) => text.replaceAll(/^/gm, "    ");
	return [
		`${paint("bold", rule.id)} ${rule.title}`,
		`  level: ${rule.level}${rule.decides === "server" ? "; the form alone is judged here, the server decides: shiplock migrate plan" : ""}`,
		`  why: ${rule.why}`,
		`  → ${rule.safe}`,
		...rule.fix === void 0 ? [] : [`  --fix ${rule.fix}`],
		...example === void 0 ? [] : [
			"  bad:",
			indented(example.bad),
			"  good:",
			indented(example.good)
		],
		`  waiver, in the header of the file: -- shiplock: waive=${rule.id} until=YYYY-MM-DD owner=… reason=…`,
		`  page: docs/rules/${rule.id}.md`
	].join("\n");
}

// src/release/run/lint.ts
/**
* Judges the migration files of an environment by the rules, for the server that its configuration names. Reads files and nothing else.
* @param from directory from which people see the files
* @throws ProblemError `cli.usage` when the environment has no database, and what is wrong with files that cannot be read
*/
async function lintMigrations({ config, configFile, baseDir, clock }, environment, from) {
	const { database } = unwrap(resolveEnvironment(config, environment, { baseDir }));
	if (database !== null) return judged(database, clock, from);
	throw new ProblemError({
		code: "cli.usage",
		where: configFile,
		found: `no \`database:\` in ${environment}`,
		expected: "an environment with a database, whose migrations are judged",
		remedy: "name an environment that has one"
	});
}
async function judged(database, clock, root) {
	const { engine, migrations } = database;
	const { rules, from, serverVersion } = database.lint;
	const server = lintServer(engine, serverVersion);
	const all = await readLintFiles([migrations], server, {
		from: from ?? void 0,
		nameOf: (path) => relative(root, path) || path
	});
	const today = new Date(clock.now()).toISOString().slice(0, 10);
	const result = lint(all, {
		server,
		today,
		levels: rules,
		complete: isComplete(all)
	});
	return {
		result,
		server,
		findings: result.findings.map((one) => ({
			...findingOf(one),
			file: resolve(root, one.file)
		}))
	};
}
/**
* The server that files are judged for.
* @param version null: the usual one of the family
* @throws ProblemError `cli.usage` when the version is none
*/
function lintServer(dialect, version) {
	const server = serverOf(dialect, version ?? void 0);
	if (server !== void 0) return server;
	throw new ProblemError({
		code: "cli.usage",
		where: "--server-version",
		found: version ?? "",
		expected: "a version such as 8.0.36, 8.4 or 10.11",
		remedy: "write what SELECT VERSION() answers"
	});
}
/** A finding of a rule, in the words of every linter. Pure. */
function findingOf(finding) {
	const { rule, level, file, line, column, message, why, safe } = finding;
	return {
		rule,
		level,
		file,
		line,
		column,
		message: `${message}. ${why}`,
		remedy: safe,
		documentation: `docs/rules/${rule}.md`,
		fingerprint: `${rule}:${file.split("/").at(-1)}:${message}`
	};
}

export { ruleText as a, lintText as i, lintMigrations as n, lintServer as r, findingOf as t };