import { c as formatDuration } from "./shared-scalars.js";
import { Bs as cleanLine, Vs as codeSpan, hc as formatBinarySize } from "./shared-common.js";

// src/migrate/plan/render.ts
/** The plan as a table that a reviewer reads in a minute: in a terminal, and in a comment. Pure. */
const HEAD = [
	"statement",
	"how",
	"algorithm",
	"lock",
	"rebuild",
	"rows",
	"size",
	"estimate",
	"who waits"
];
const LONGEST_SQL = 60;
/** For a terminal. */
function mannersText(plan) {
	const rows = plan.statements.map((one) => cells(one, (sql) => cleanLine(sql, LONGEST_SQL)));
	const table = [HEAD, ...rows];
	const widths = HEAD.map((_, at) => Math.max(...table.map((row) => [...row[at] ?? ""].length)));
	const lines = table.map((row) => row.map((cell, at) => `${cell}${" ".repeat(Math.max(0, (widths[at] ?? 0) - [...cell].length))}`).join("  ").trimEnd());
	const details = plan.statements.flatMap(detailLines);
	return [
		headline(plan),
		"",
		...lines,
		...details.length === 0 ? [] : ["", ...details]
	].join("\n");
}
/** For a comment under a pull request or an issue. */
function mannersMarkdown(plan) {
	const row = (cellsOf) => `| ${cellsOf.join(" | ")} |`;
	const sql = (text) => codeSpan(cleanLine(text, LONGEST_SQL)).replaceAll("|", "\\|");
	const rows = plan.statements.map((one) => row(cells(one, sql)));
	const details = plan.statements.flatMap(detailLines).map((line) => `- ${codeSpan(line)}`);
	return [
		headline(plan),
		"",
		row(HEAD),
		row(HEAD.map(() => "---")),
		...rows,
		"",
		...details
	].join("\n").trimEnd();
}
function headline({ family, target, shadow, server, warnings }) {
	return [`target: ${family} ${target}, ${server.replicas === null ? "replicas not known" : `${server.replicas} replicas`}, ${server.freeBytes === null ? "free disk not known" : `${formatBinarySize(server.freeBytes)} free`}, binary log ${server.binlog}; tried on ${shadow}`, ...warnings.map((warning) => `warning: ${warning}`)].map((line) => cleanLine(line, 400)).join("\n");
}
function cells(one, sql) {
	const { manner, table, blocks } = one;
	const rows = table?.rows === null || table === null ? "?" : `${table.rows === 0 ? "" : "~"}${table.rows}`;
	const size = table?.bytes === null || table === null ? "?" : formatBinarySize(table.bytes);
	const estimate = (ms) => ms === null ? "?" : `~${formatDuration(ms)}`;
	const begin = sql(one.sql);
	switch (manner.kind) {
		case "direct": return [
			begin,
			"direct",
			...[
				manner.algorithm ?? "–",
				manner.lock ?? "–",
				manner.rebuilds ? "yes" : "no"
			],
			rows,
			size,
			estimate(manner.estimateMs),
			blocks
		];
		case "tool": return [
			begin,
			manner.tool,
			"–",
			"–",
			"yes",
			rows,
			size,
			estimate(manner.estimateMs),
			blocks
		];
		case "refused": return [
			begin,
			"REFUSED",
			"–",
			"–",
			"–",
			rows,
			size,
			"–",
			blocks
		];
	}
}
function detailLines({ where, manner, notes, table }) {
	const busy = table?.writesPerSecond ?? 0;
	return [
		...manner.kind === "refused" ? manner.problems.map(problemLine) : [manner.why],
		...notes,
		...busy > 0 ? [`${busy} rows of it are changed per second`] : [],
		...table !== null && table.triggers > 0 ? [`it has ${table.triggers} triggers`] : []
	].map((line) => cleanLine(`${where}: ${line}`, 500));
}
function problemLine({ code, found, expected, remedy }) {
	return `refused [${code}]: ${found}; expected ${expected}; ${remedy}`;
}

export { mannersText as n, mannersMarkdown as t };