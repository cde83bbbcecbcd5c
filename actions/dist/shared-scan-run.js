import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { c as formatDuration } from "./shared-scalars.js";
import { t as createExec } from "./shared-exec.js";
import { i as installStopSignals } from "./shared-progress.js";
import { t as systemClock } from "./shared-clock2.js";
import { A as withLeft, Bs as cleanLine, Cr as openService, E as moment, O as shown, bs as PROGRAM_IDS, ei as isVulnerability, k as bounded, ni as purlOf, ri as servicePurl, vs as defaultScanConfig } from "./shared-common.js";
import { n as namedScanners, r as scanWorkingCopy, t as findingsIn } from "./shared-working-copy.js";
import { n as sarifLog } from "./shared-sarif.js";
import { a as trendDays, c as repositoryOf, i as COUNTED_SEVERITIES, n as readTrend, o as trendEntry, r as trendFile, t as appendTrend, u as inputsOf } from "./shared-scan.js";
import { d as builtIns, i as findProgram, l as scanners } from "./shared-install.js";
import { r as painter } from "./shared-io2.js";
import { a as whoAmI, n as door, r as findConfig } from "./shared-session3.js";
import { t as packageVersion } from "./shared-version.js";
import { t as html } from "./shared-escape.js";
import { d as framed, r as factList } from "./shared-parts.js";
import { basename, resolve } from "node:path";
import { createHash } from "node:crypto";

// src/report/page/scan.ts
/** Bytes of one section: a scan may find thousands of things. */
const SECTION = 55e3;
const PROBLEMS = 2e4;
/** Texts come from files of anybody: they are escaped, bounded, and the page's own policy forbids the browser all but its sheet. Pure. */
function scanPage(scan) {
	const title = `${scan.service}: ${scan.status}`;
	const parts = [
		"<header>",
		`<p class="over"><span class="status">${html(shown(scan.status, "title"))}</span> · ${html(shown(scan.service, "title"))} · ${html(moment(scan.at))}</p>`,
		`<h1>${html(shown(scan.sentence, "sentence"))}</h1>`,
		factList(scan.facts, "facts"),
		"</header>",
		"<main>",
		...problems("Not scanned", scan.notScanned, "bad"),
		...problems("To be known", scan.warnings, "waiting"),
		...scan.sections.flatMap(({ title: name, findings }) => section(name, findings)),
		...trend(scan.trend),
		"<section><h2>Scanners</h2>",
		factList(scan.scanners, "pairs"),
		"</section>",
		"</main>"
	];
	return framed(title, scan.tone, parts, "Made by <code>shiplock scan --format html</code>. Times are UTC.");
}
function problems(title, all, tone) {
	if (all.length === 0) return [];
	const one = ({ where, found, expected, remedy, code }) => card(tone, `${where}: ${found}`, null, [
		{
			name: "expected",
			value: expected
		},
		{
			name: "what to do",
			value: remedy
		},
		{
			name: "code",
			value: code
		}
	]);
	const left = (count) => `<li class="left">${count} more left out here</li>`;
	return [
		`<section><h2>${title}</h2><ul>`,
		...withLeft(bounded(all, PROBLEMS, one), left),
		"</ul></section>"
	];
}
function section(title, findings) {
	if (findings.length === 0) return [];
	const one = ({ title: name, place, tone, facts }) => card(tone, name, place, facts);
	const left = (count) => `<li class="left">${count} more left out here: <code>shiplock scan --json</code> has them all</li>`;
	return [
		`<section><h2>${html(title)} (${findings.length})</h2><ul>`,
		...withLeft(bounded(findings, SECTION, one), left),
		"</ul></section>"
	];
}
function card(tone, title, place, facts) {
	const where = place === null ? "" : `<p class="small"><code>${html(shown(place, "value"))}</code></p>`;
	return `<li class="card tone-${tone}"><h3>${html(shown(title, "problem"))}</h3>${where}${factList(facts, "pairs")}</li>`;
}
/** As words: a row a day, the newest first. */
function trend(days) {
	if (days.length === 0) return [];
	const row = ({ day, open, change }) => {
		const [critical = 0, high = 0, medium = 0, low = 0] = open;
		return {
			name: day,
			value: `${critical} critical, ${high} high, ${medium} medium, ${low} low open${change === null ? "" : `; ${change.appeared} new, ${change.gone} gone`}`
		};
	};
	return [
		"<section><h2>Trend</h2>",
		factList(days.map(row).toReversed(), "pairs"),
		"</section>"
	];
}

// src/scan/vex/write.ts
const LONGEST$1 = 2e3;
/**
* What can be said of each vulnerability, and no more: it does not affect the service where somebody who has followed the calls of this
* commit found none, or where a VEX document says so; it affects it where it is called; a waiver accepts it, it does not make it
* harmless; of all others nothing is known yet.
*/
function stated({ findings, waived }) {
	return [...waived.map(ofWaiver), ...findings.map(ofFinding)].filter(({ finding }) => isVulnerability(finding));
}
function ofWaiver({ finding, waiver }) {
	return {
		finding,
		status: "affected",
		text: `accepted by ${waiver.owner} until ${waiver.until}: ${waiver.reason}`
	};
}
function ofFinding({ finding }) {
	const { vex, reach, remedy = "none is known" } = finding;
	if (vex !== void 0) {
		const who = `as ${vex.author} says in ${vex.file}`;
		return {
			finding,
			status: vex.status,
			...vex.justification === void 0 ? {} : { justification: vex.justification },
			text: vex.note === void 0 ? who : `${vex.note} (${who})`
		};
	}
	if (reach === "present") return {
		finding,
		status: "not_affected",
		justification: "vulnerable_code_not_in_execute_path",
		text: `${finding.scanners.join(" and ")}: no call of this commit reaches what is vulnerable`
	};
	if (reach === "called") return {
		finding,
		status: "affected",
		text: remedy
	};
	return {
		finding,
		status: "under_investigation",
		text: `it is there; nobody has followed the calls. ${remedy}`
	};
}
/** A name that is the same for the same content, as a UUID (RFC 9562, version 8: made of what we like). */
function uuidOf(content) {
	const hex = createHash("sha256").update(JSON.stringify(content)).digest("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		`8${hex.slice(13, 16)}`,
		`8${hex.slice(17, 20)}`,
		hex.slice(20, 32)
	].join("-");
}
function line(text) {
	return cleanLine(text, LONGEST$1);
}
/** OpenVEX. Null when there is no vulnerability: the form allows no document without a statement. Pure. */
function openVexDocument(result, about) {
	const { service, commit, author, version, now } = about;
	const product = servicePurl(service, commit);
	const statements = stated(result).map(({ finding, status, justification, text }) => {
		const words = status === "not_affected" ? {
			...justification === void 0 ? {} : { justification },
			impact_statement: line(text)
		} : status === "affected" ? { action_statement: line(text) } : { status_notes: line(text) };
		return {
			vulnerability: {
				name: finding.rule,
				...finding.aliases.length === 0 ? {} : { aliases: [...new Set(finding.aliases)] }
			},
			products: [{
				"@id": product,
				identifiers: { purl: product },
				subcomponents: [part(finding)]
			}],
			status,
			...words
		};
	});
	const unique = [...new Map(statements.map((one) => [JSON.stringify(one), one])).values()];
	if (unique.length === 0) return null;
	const timestamp = new Date(now).toISOString();
	return {
		"@context": "https://openvex.dev/ns/v0.2.0",
		"@id": `urn:uuid:${uuidOf([about, unique])}`,
		author: line(author),
		timestamp,
		version: 1,
		tooling: `shiplock ${version}`,
		statements: unique
	};
}
function part({ package: pack }) {
	const purl = pack === void 0 ? "pkg:generic/unknown" : purlOf(pack);
	return {
		"@id": purl,
		identifiers: { purl }
	};
}
const STATES = {
	not_affected: "not_affected",
	affected: "exploitable",
	fixed: "resolved",
	under_investigation: "in_triage"
};
const REASONS = {
	component_not_present: "code_not_present",
	vulnerable_code_not_present: "code_not_present",
	vulnerable_code_not_in_execute_path: "code_not_reachable",
	vulnerable_code_cannot_be_controlled_by_adversary: "requires_environment",
	inline_mitigations_already_exist: "protected_by_mitigating_control"
};
/** Who gives out names that begin like this. */
const SOURCES = [
	[/^CVE-/, "NVD"],
	[/^GHSA-/, "GitHub"],
	[/^GO-/, "Go"]
];
function sourceOf(name) {
	return SOURCES.find(([pattern]) => pattern.test(name))?.[1] ?? "OSV";
}
/** CycloneDX with vulnerabilities: VEX, the components that it speaks of, and the service. Pure. */
function cycloneDxDocument(result, about) {
	const { service, commit, author, version, now } = about;
	const all = stated(result);
	const product = servicePurl(service, commit);
	const components = /* @__PURE__ */ new Map();
	for (const { finding } of all) {
		const pack = finding.package;
		if (pack === void 0) continue;
		const purl = purlOf(pack);
		components.set(purl, {
			type: "library",
			"bom-ref": purl,
			name: pack.name,
			version: pack.version,
			purl
		});
	}
	const vulnerabilities = all.map(({ finding, status, justification, text }) => {
		const reason = status === "not_affected" && justification !== void 0 ? REASONS[justification] : void 0;
		return {
			id: finding.rule,
			source: { name: sourceOf(finding.rule) },
			...finding.aliases.length === 0 ? {} : { references: finding.aliases.map((id) => ({
				id,
				source: { name: sourceOf(id) }
			})) },
			ratings: [{ severity: finding.severity }],
			description: line(finding.message),
			...finding.remedy === void 0 ? {} : { recommendation: line(finding.remedy) },
			analysis: {
				state: STATES[status],
				...reason === void 0 ? {} : { justification: reason },
				detail: line(text)
			},
			affects: finding.package === void 0 ? [] : [{ ref: purlOf(finding.package) }]
		};
	});
	return {
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		serialNumber: `urn:uuid:${uuidOf([about, vulnerabilities])}`,
		version: 1,
		metadata: {
			timestamp: new Date(now).toISOString(),
			tools: { components: [{
				type: "application",
				name: "shiplock",
				version
			}] },
			authors: [{ name: line(author) }],
			component: {
				type: "application",
				"bom-ref": product,
				name: service,
				...commit === null ? {} : { version: commit },
				purl: product
			}
		},
		components: [...components.values()],
		vulnerabilities
	};
}

// src/cli/commands/scan-forms.ts
/** The page. Pure. */
function scanHtml(result, about) {
	const { findings, waived, faults, notScanned, warnings, runs, verdict } = result;
	const of = (level) => findings.filter((one) => one.level === level).map(asCard);
	const errors = of("error");
	const mend = faults.map(({ waiver, why }) => ({
		title: `the waiver of ${waiver.id} ${why === "over" ? `ended on ${waiver.until}` : "is needed by nothing"}`,
		place: waiver.file ?? "scan.waivers",
		tone: "bad",
		facts: [{
			name: "what to do",
			value: "take it out of `scan.waivers`, or mend what it is for"
		}]
	}));
	const page = {
		service: about.service,
		status: {
			clean: "clean",
			findings: "findings",
			"not-scanned": "not scanned"
		}[verdict],
		tone: verdict === "clean" ? "good" : "bad",
		sentence: sentenceOf(result),
		at: about.now,
		facts: [
			{
				name: "fails",
				value: String(errors.length + mend.length)
			},
			{
				name: "warnings",
				value: String(of("warning").length)
			},
			{
				name: "notes",
				value: String(of("note").length)
			},
			{
				name: "waived",
				value: String(waived.length)
			},
			{
				name: "commit",
				value: about.commit?.slice(0, 12) ?? "none"
			},
			{
				name: "directory",
				value: basename(about.directory)
			}
		],
		notScanned,
		warnings,
		sections: [
			{
				title: "Fails",
				findings: [...mend, ...errors]
			},
			{
				title: "Warnings",
				findings: of("warning")
			},
			{
				title: "Waived",
				findings: waived.map(({ finding, waiver }) => {
					const card = asCard({
						finding,
						level: "note",
						isNew: null
					});
					const by = {
						name: "waived",
						value: `by ${waiver.owner} until ${waiver.until}: ${waiver.reason}`
					};
					return {
						...card,
						facts: [by, ...card.facts]
					};
				})
			},
			{
				title: "Notes",
				findings: of("note")
			}
		],
		scanners: runs.filter(({ end }) => end.kind !== "off").map(({ scanner, end }) => ({
			name: scanner,
			value: end.kind === "scanned" ? `${end.version}, ${end.findings.length} said` : end.kind === "nothing-there" ? "nothing for it here" : "not scanned"
		})),
		trend: about.trend.slice(-30).map(({ day, open, appeared, gone }) => ({
			day,
			open: COUNTED_SEVERITIES.map((severity) => open[severity]),
			change: appeared === null || gone === null ? null : {
				appeared: sum(appeared),
				gone: sum(gone)
			}
		}))
	};
	return scanPage(page);
}
function sum(counts) {
	return Object.values(counts).reduce((total, count) => total + count, 0);
}
function sentenceOf({ verdict, findings, faults, notScanned }) {
	if (verdict === "not-scanned") return `Nobody knows: ${notScanned.map(({ where }) => where).join(", ")} could not do the work.`;
	if (verdict === "clean") return "Nothing that was found stops a release.";
	const count = findings.filter(({ level }) => level === "error").length + faults.length;
	return `${count} ${count === 1 ? "thing stops" : "things stop"} a release.`;
}
function asCard({ finding, level, isNew }) {
	const { rule, message, file, line, commit, severity, scanners, remedy, documentation, fingerprint } = finding;
	const place = [file ?? "whole repository", line].filter((part) => part !== void 0).join(":");
	return {
		title: `${rule}: ${message}`,
		place: commit === void 0 ? place : `${place} in commit ${commit.slice(0, 12)}`,
		tone: level === "error" ? "bad" : level === "warning" ? "waiting" : "plain",
		facts: [
			{
				name: "severity",
				value: severity
			},
			{
				name: "by",
				value: scanners.join(", ")
			},
			...worthOf(finding).map(([name, value]) => ({
				name,
				value
			})),
			...isNew === null ? [] : [{
				name: "new",
				value: isNew ? "yes" : "no, the base has it"
			}],
			...remedy === void 0 ? [] : [{
				name: "what to do",
				value: remedy
			}],
			...documentation === void 0 ? [] : [{
				name: "more",
				value: documentation
			}],
			{
				name: "fingerprint",
				value: fingerprint
			}
		]
	};
}
/** What is known of a finding beside what it is: is it called, exploited, and what is said of it. Pure. */
function worthOf({ reach, exploitability, vex }) {
	const { kev, epss } = exploitability ?? {};
	return [
		...reach === void 0 ? [] : [["reach", reach === "called" ? "it is called" : "it is there, nothing calls it"]],
		...kev === void 0 ? [] : [["exploited", `in CISA's catalogue since ${kev.added}${kev.ransom ? ", for ransom" : ""}`]],
		...epss === void 0 ? [] : [["EPSS", `${(epss * 100).toFixed(1)} % within 30 days`]],
		...vex === void 0 ? [] : [["VEX", `${vex.author} in ${vex.file}: ${vex.status.replaceAll("_", " ")}${vex.justification === void 0 ? "" : `, ${vex.justification.replaceAll("_", " ")}`}${vex.note === void 0 ? "" : ` (${vex.note})`}`]]
	];
}
/** A VEX document; null: the form allows none, since there is no vulnerability. Pure. */
function scanVex(form, result, about) {
	return form === "openvex" ? openVexDocument(result, about) : cycloneDxDocument(result, about);
}

// src/cli/commands/scan-text.ts
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
	for (const { where, found, expected, remedy } of result.warnings) lines.push(`${paint("yellow", "warning")} ${where}: ${cleanLine(found, LONGEST)}; expected ${cleanLine(expected, LONGEST)}\n  → ${cleanLine(remedy, LONGEST)}`);
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
		`${paint("bold", cleanLine(where, LONGEST))} ${paint(COLOURS[level], level)} ${rule} ${cleanLine(message, LONGEST)}`,
		`  ${severity}, by ${scanners.join(" and ")}${known}, ${paint("dim", fingerprint)}`,
		...worthOf(finding).filter(([name]) => name !== "reach").map(([name, value]) => `  ${name}: ${cleanLine(value, LONGEST)}`),
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
	const own = Object.values(builtIns).map(({ id, subject, about }) => ({
		id,
		subject,
		about
	}));
	const list = await Promise.all(PROGRAM_IDS.map(async (id) => {
		const { subject, program, install } = scanners[id];
		return {
			id,
			subject,
			program: await findProgram(program, path),
			install
		};
	}));
	const paint = painter(io);
	const lines = list.map(({ id, subject, program, install }) => program === null ? `${id.padEnd(18)} ${subject.padEnd(13)} ${paint("yellow", "not found")}: ${install}` : `${id.padEnd(18)} ${subject.padEnd(13)} ${program}`);
	const ours = own.map(({ id, subject, about }) => `${id.padEnd(18)} ${subject.padEnd(13)} built in: ${about}`);
	const json = jsonSchema.parse({
		scanners: list,
		builtIn: own
	});
	return {
		exit: EXIT.done,
		text: [...lines, ...ours].join("\n"),
		json
	};
}
/** Scans a directory and says what it means. */
async function scanDirectory(io, given, options) {
	const exec = createExec();
	const { config, baseDir, store, service } = await settings(io, options, given !== void 0);
	const directory = given === void 0 ? await repositoryOf(exec, baseDir) ?? baseDir : resolve(io.cwd, given);
	const paint = painter(io);
	const tell = (run) => {
		if (run.end.kind === "scanned" || run.end.kind === "not-scanned") io.err(`${paint("dim", `${run.scanner}: ${endWords(run)}, ${formatDuration(Math.round(run.took))}`)}\n`);
	};
	const only = options.only === void 0 ? null : namedScanners(options.only, "--only");
	using stop = installStopSignals(() => io.err("stopping: the scanners are ended\n"));
	const result = await scanWorkingCopy({
		directory,
		config,
		baseDir,
		exec,
		clock: systemClock,
		onEnd: tell,
		signal: stop.signal,
		base: options.base ?? null,
		only,
		inputs: withLogs(inputsOf(config, baseDir), {
			only: only !== null,
			logs: options.sarif ?? [],
			cwd: io.cwd
		}),
		path: io.env["PATH"] ?? ""
	}).catch((error) => {
		if (stop.requested === void 0) throw error;
		return null;
	});
	if (result === null) return stopped(stop.requested);
	const now = systemClock.now();
	const commit = await headOf(exec, directory);
	if (options.record === true) await record(store, trendEntry(result, {
		now,
		commit,
		whole: only === null
	}));
	const exit = result.verdict === "clean" ? EXIT.done : EXIT.failed;
	const json = asJson(result);
	if (options.format === "json") return {
		exit,
		json,
		text: JSON.stringify(json, null, 2)
	};
	if (options.format === "sarif") {
		const log = sarifLog(findingsIn(result, directory), {
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
	const about = {
		service: service ?? basename(directory),
		commit,
		author: whoAmI(io.env),
		version: packageVersion(),
		now
	};
	if (options.format === "html") {
		const trend = store === null ? [] : trendDays((await readTrend(trendFile(store))).entries);
		return {
			exit,
			json,
			text: scanHtml(result, {
				...about,
				directory,
				trend
			})
		};
	}
	if (options.format === "openvex" || options.format === "cyclonedx") {
		const document = scanVex(options.format, result, about);
		if (document === null) io.err("no vulnerability was found, and OpenVEX has no document without one: nothing is written\n");
		return {
			exit,
			json: document,
			text: document === null ? "" : JSON.stringify(document, null, 2)
		};
	}
	return {
		exit,
		json,
		text: scanText(result, paint)
	};
}
/** Nothing is said of what was found until then: a part of an answer reads like all of it. */
function stopped(by) {
	return {
		exit: by === "SIGINT" ? EXIT.interrupted : EXIT.terminated,
		text: "",
		json: { verdict: "stopped" }
	};
}
/** Logs that the command line names come beside those of the configuration. Who asks for some scanners only does not ask for what else is configured. */
function withLogs(inputs, { only, logs, cwd }) {
	const given = logs.map((name) => ({
		name,
		path: resolve(cwd, name)
	}));
	return only ? {
		...inputs,
		sarif: given,
		licences: null
	} : {
		...inputs,
		sarif: [...inputs.sarif, ...given]
	};
}
async function headOf(exec, directory) {
	const asked = await exec.read([
		"git",
		"-C",
		directory,
		"rev-parse",
		"HEAD"
	]).catch(() => ({
		exitCode: 127,
		stdout: ""
	}));
	return asked.exitCode === 0 ? asked.stdout.trim() : null;
}
async function record(store, entry) {
	if (store === null) throw new ProblemError({
		code: "cli.usage",
		where: "--record",
		found: "no shiplock.yaml, and no --state",
		expected: "a place where the result can be kept",
		remedy: "name the state directory with --state"
	});
	await appendTrend(trendFile(store), entry);
}
/** A directory alone is enough: then what is not configured has its default. */
async function settings(io, options, directoryGiven) {
	if ((options.config ?? await findConfig(io.cwd).catch(() => void 0)) === void 0 && directoryGiven) {
		const store = options.state === void 0 ? null : resolve(io.cwd, options.state);
		return {
			config: defaultScanConfig(),
			baseDir: io.cwd,
			store,
			service: null
		};
	}
	const { config, baseDir, store } = await openService(await door(io, options, false));
	return {
		config: config.service.scan,
		baseDir,
		store,
		service: config.service.service
	};
}
function asJson({ verdict, findings, waived, faults, notScanned, warnings, runs }) {
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
		warnings,
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

export { cycloneDxDocument as a, scanText as i, listScanners as n, openVexDocument as o, scanDirectory as r, asJson as t };