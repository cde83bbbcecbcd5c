import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { Cr as openService, ls as environmentNames, os as resolveEnvironment } from "./shared-common.js";
import { K as splitSql } from "./shared-migrate.js";
import { a as RULES, i as lint, n as readLintFiles, o as ruleOf, r as isComplete, s as serverName, t as lintFileOf } from "./shared-read.js";
import { t as EXIT } from "./shared-exit.js";
import { n as nearest, t as jsonSchema } from "./shared-json.js";
import { c as unwrap, t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { a as ruleText, i as lintText, r as lintServer, t as findingOf } from "./shared-lint.js";
import { n as sarifLog } from "./shared-sarif.js";
import { r as painter } from "./shared-io2.js";
import { n as door } from "./shared-session3.js";
import { t as packageVersion } from "./shared-version.js";
import { writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";

// src/migrate/lint/fix.ts
const ROUNDS = 5;
/** Files with every fix that can be made in them; those that stay as they are, are left out. Pure. */
function fixed(files, options) {
	let now = files;
	const done = /* @__PURE__ */ new Map();
	for (let round = 0; round < ROUNDS; round += 1) {
		const { findings } = lint(now, options);
		const next = now.map((file) => {
			const edited = editedFile(file, findings, options);
			if (edited === void 0) return file;
			done.set(file.name, [...done.get(file.name) ?? [], ...edited.fixed]);
			return edited.file;
		});
		if (next.every((file, index) => file === now[index])) break;
		now = next;
	}
	return now.flatMap((file) => {
		const fixes = done.get(file.name);
		return fixes === void 0 ? [] : [{
			file: file.name,
			text: file.text,
			fixed: fixes
		}];
	});
}
/** One fix for each statement; what overlaps waits for the next round. */
function editedFile(file, findings, { server }) {
	const chosen = /* @__PURE__ */ new Map();
	for (const finding of findings) if (finding.file === file.name && finding.fix !== null && finding.statement !== null && !chosen.has(finding.statement)) chosen.set(finding.statement, finding);
	const newline = file.text.includes("\r\n") ? "\r\n" : "\n";
	const edits = [...chosen.values()].flatMap(({ fix }) => fix ?? []).map((edit) => ({
		...edit,
		text: edit.text.replaceAll("\n", newline)
	})).toSorted((a, b) => b.from - a.from);
	if (edits.length === 0) return void 0;
	const text = edits.reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), file.text);
	const next = lintFileOf(file.name, text, server, { judged: file.judged });
	if (!asMeant(file, chosen, edits, next)) return void 0;
	return {
		file: {
			...next,
			down: file.down
		},
		fixed: [...chosen.values()]
	};
}
/** Statements without a fix are the same as before, those with one are what the fix says, and all can be read. */
function asMeant(file, chosen, edits, next) {
	const expected = file.statements.flatMap(({ sql, offset }, index) => {
		if (!chosen.has(index + 1)) return [sql];
		const text = edits.filter(({ from }) => from >= offset && from <= offset + sql.length).reduce((now, { from, to, text: put }) => now.slice(0, from - offset) + put + now.slice(to - offset), sql);
		return splitSql(text, file.name).statements.map((statement) => statement.sql);
	});
	const found = next.statements.map(({ sql }) => sql);
	return next.statements.every(({ parsed }) => parsed.ok) && next.problems.length === file.problems.length && expected.length === found.length && expected.every((sql, at) => sql === found[at]);
}

// src/cli/commands/migrate-lint-judge.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** One rule in the terminal. */
function explainRule(io, id) {
	const rule = ruleOf(id.toUpperCase());
	if (rule === void 0) {
		const ids = RULES.map((one) => one.id);
		const near = nearest(id.toUpperCase(), ids, import_fastest_levenshtein.distance);
		throw new ProblemError({
			code: "cli.unknown-rule",
			where: "--rule",
			found: id,
			expected: `one of ${ids.join(", ")}`,
			remedy: near === void 0 ? "look into docs/rules" : `write ${near} if that is meant`
		});
	}
	const { level, title, why, safe, decides, fix = null, examples } = rule;
	const json = jsonSchema.parse({
		id: rule.id,
		level,
		title,
		why,
		safe,
		decides,
		fix,
		examples
	});
	return {
		exit: EXIT.done,
		text: ruleText(rule, painter(io)),
		json
	};
}
/** Reads the files, mends them if that is wanted, and judges them. */
async function judgeFiles(io, files, options) {
	const { paths, server, rules, from } = await taskOf(io, files, options);
	const nameOf = (path) => relative(io.cwd, path) || path;
	const today = new Date(systemClock.now()).toISOString().slice(0, 10);
	const read = async () => readLintFiles(paths, server, {
		from: from ?? void 0,
		nameOf
	});
	let all = await read();
	const settings = {
		server,
		today,
		levels: rules,
		complete: isComplete(all)
	};
	const mended = [];
	if (options.fix === true) {
		const judged = all.filter((file) => file.judged);
		for (const { file, text, fixed: gone } of fixed(all, settings)) {
			if (!judged.some(({ name }) => name === file)) continue;
			await writeFile(resolve(io.cwd, file), text);
			mended.push(`${file}: fixed ${gone.map(({ rule }) => rule).join(", ")}`);
		}
		if (mended.length > 0) all = await read();
	}
	const result = lint(all, settings);
	const exit = result.findings.some(({ level }) => level === "error") ? EXIT.failed : EXIT.done;
	const json = asJson(result, server, mended);
	if (options.format === "json") return {
		exit,
		json,
		text: JSON.stringify(json, null, 2)
	};
	if (options.format === "sarif") {
		const root = io.env["GITHUB_WORKSPACE"] ?? io.cwd;
		const findings = result.findings.map((finding) => {
			const { file, ...rest } = findingOf(finding);
			return {
				...rest,
				file: resolve(io.cwd, file)
			};
		});
		const log = sarifLog(findings, {
			version: packageVersion(),
			root,
			failures: []
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
		text: lintText(result, server, painter(io), mended)
	};
}
async function taskOf(io, files, options) {
	const given = files.map((file) => resolve(io.cwd, file));
	if (given.length > 0 && options.dialect !== void 0 && options.config === void 0) return {
		paths: given,
		server: lintServer(options.dialect, options.serverVersion ?? null),
		rules: {},
		from: null
	};
	const database = await configured(io, options);
	const server = lintServer(options.dialect ?? database.engine, options.serverVersion ?? (options.dialect === void 0 ? database.lint.serverVersion : null));
	const { rules, from } = database.lint;
	return given.length === 0 ? {
		paths: [database.migrations],
		server,
		rules,
		from
	} : {
		paths: given,
		server,
		rules,
		from: null
	};
}
/** The database of the first environment that has one: files belong to the service, not to an environment. */
async function configured(io, options) {
	const { config, configFile, baseDir } = await openService(await door(io, options, false));
	for (const name of environmentNames(config)) {
		const { database } = unwrap(resolveEnvironment(config, name, { baseDir }));
		if (database !== null) return database;
	}
	throw new ProblemError({
		code: "cli.usage",
		where: configFile,
		found: "no `database:`",
		expected: "a configuration with a database, or files and --dialect",
		remedy: "name the files, and --dialect mysql or --dialect mariadb"
	});
}
function asJson({ findings, waived, files, statements }, server, mended) {
	return jsonSchema.parse({
		server: serverName(server),
		files,
		statements,
		findings: findings.map((finding) => ({
			...findingOf(finding),
			statement: finding.statement,
			fixable: finding.fix !== null
		})),
		waived: waived.map(({ finding, waiver }) => ({
			...findingOf(finding),
			waiver: {
				until: waiver.until,
				owner: waiver.owner,
				reason: waiver.reason
			}
		})),
		fixed: mended
	});
}

export { explainRule, judgeFiles, fixed as t };