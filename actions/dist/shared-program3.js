import { a as InvalidArgumentError, n as Option, r as Argument, t as Command } from "./shared-commander.js";
import { t as EXIT } from "./shared-exit.js";
import { a as require_fastest_levenshtein, o as jsonSchema, s as nearest } from "./shared-unit.js";
import { At as DEFAULT_POLICY, Bn as gateStatement, Cn as announceAll, E as fetchRun, F as CAUSE, Gn as verifyRun, Hn as showGates, In as lockEnvironment, K as gatekeeperOfRun, L as standingOf, M as openEnvironment, N as openService, O as makeGitTrue, Ot as analyseCsv, Pn as renderPlan, Q as underPolicy, Rn as unlockEnvironment, Sn as promotionOrder, St as cleanLine, Tn as announceRun, Un as listRuns, Vn as giveEvidence, Wn as readRun, X as rulesText, Z as signerOf, a as reportMarkdown, bn as environmentNames, bt as chartOf, c as planRelease, cn as saveFile, f as summaryText, ft as policySettings, hn as readConfig, i as reportPage, ir as ORDER_KINDS, jt as makePolicy, k as refreshRun, kn as importRuns, kt as startTrace, l as release, r as readReport, rr as RECORD_TYPES, sn as openFile, t as newestRun, vt as svgChart, xt as clean, yn as resolveEnvironment, yt as terminalChart } from "./shared-report.js";
import { n as painter, r as plainOnly, t as knowsUnicode } from "./shared-io.js";
import { t as systemClock } from "./shared-clock2.js";
import { A as union, r as formatProblem, s as unwrap, t as ProblemError } from "./shared-problem.js";
import { i as isMissing, o as replaceFile } from "./shared-store.js";
import { A as deliveryStats, C as writeFiles, D as rollback, E as planRollback, F as datetime, O as drift, P as date, S as planFiles, T as complete, _ as planMigrate, a as addToQuarantine, b as judgedEnvironments, c as releaseFromQuarantine, d as promote, f as pipeline, g as migrate, h as resume, i as manifestsText, k as doctor, l as admissionParameter, m as replayRun, n as status, o as heldDigests, p as orderRun, r as environmentManifests, s as notQuarantined, t as whatIf, u as planPromotion, w as finishBegun, x as lookAround, y as startJudge } from "./shared-release.js";
import { n as httpClient } from "./shared-http-client.js";
import { n as liveProgress, t as installStopSignals } from "./shared-signals.js";
import { N as digestSchema, S as parseDuration, h as formatDuration, x as parseAddress } from "./shared-layout.js";
import { S as require_dist, a as VALUE_TYPES, i as setValue } from "./shared-values-main.js";
import { t as packageVersion } from "./shared-version.js";
import { access, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { createReadStream, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// src/gitops/edit/diff.ts
/** What `diff -u` prints of two texts that differ in one place or in lines near each other: one hunk. Pure. */
const AROUND = 3;
function unifiedDiff(file, before, after) {
	if (before === after) return "";
	const old = linesOf(before);
	const now = linesOf(after);
	const shorter = Math.min(old.length, now.length);
	let head = 0;
	while (head < shorter && old[head] === now[head]) head += 1;
	let tail = 0;
	while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
	const from = Math.max(0, head - AROUND);
	const shared = Math.min(tail, AROUND);
	const lines = [
		...old.slice(from, head).map((line) => ` ${line}`),
		...old.slice(head, old.length - tail).map((line) => `-${line}`),
		...now.slice(head, now.length - tail).map((line) => `+${line}`),
		...old.slice(old.length - tail, old.length - tail + shared).map((line) => ` ${line}`)
	];
	const span = (count) => {
		const length = count - tail + shared - from;
		return `${length === 0 ? from : from + 1}${length === 1 ? "" : `,${length}`}`;
	};
	const body = lines.map((line) => line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`);
	const name = file.replace(/^\/+/, "");
	return `--- a/${name}\n+++ b/${name}\n@@ -${span(old.length)} +${span(now.length)} @@\n${body.join("")}`;
}
/** Each with its end; only \n parts lines here, as for diff and patch. */
function linesOf(text) {
	return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

// src/cli/output-file.ts
/**
* Writes what a user asked to have in a file: whole or not at all, a plain file of that name is replaced. A link is followed.
* Directories are not made, since a wrong one is most often a slip.
*
* @param option the option that named the file, for the problem
*/
async function writeOutput(io, file, content, option) {
	const path = resolve(io.cwd, file);
	try {
		await replaceFile(await targetOf(path), content);
	} catch (error) {
		throw new ProblemError({
			code: "cli.unwritable-file",
			where: option,
			found: `${file}: ${error instanceof Error ? error.message : String(error)}`,
			expected: "a plain file, new or old, in a directory that is there",
			remedy: "check the path and who may write there"
		});
	}
}
async function targetOf(path) {
	const there = await stat(path).catch((error) => {
		if (isMissing(error)) return void 0;
		throw error;
	});
	if (there === void 0) {
		await stat(dirname(path));
		return path;
	}
	if (!there.isFile()) throw new Error(there.isDirectory() ? "is a directory" : "is no plain file");
	return realpath(path);
}

// src/cli/commands/counts.ts
/** Text of a file of counts, or of standard input for `-`, piece by piece. */
function countChunks(io, file) {
	return file === "-" ? textChunks(io.stdin) : fileChunks(io, file);
}
/** What problems call it. */
function countSource(file) {
	return file === "-" ? "standard input" : file;
}
async function* fileChunks(io, file) {
	try {
		for await (const chunk of createReadStream(resolve(io.cwd, file), { encoding: "utf8" })) yield String(chunk);
	} catch (error) {
		throw new ProblemError({
			code: "cli.unreadable-file",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a CSV file that can be read",
			remedy: "check the path, or give the counts on standard input with `--input -`"
		});
	}
}
async function* textChunks(stdin) {
	const decoder = new TextDecoder();
	for await (const chunk of stdin) yield typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
}

// src/cli/commands/policy-options.ts
function numberArgument(text) {
	const value = Number(text);
	if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
	return value;
}
/** @param defaults what an option left out means; left out too, it means "as it was" */
function withPolicyOptions(command, defaults = {}) {
	const { alpha, beta, harmRatio, margin, floor, mode } = defaults;
	return command.option("--alpha <p>", "chance of a false `worse` for the whole stream", numberArgument, alpha).option("--beta <p>", "chance of a false `not-worse`", numberArgument, beta).option("--harm-ratio <r>", "up to this many times as bad is not called worse", numberArgument, harmRatio).option("--margin <r>", "`not-worse` rules out an odds ratio of this much …", numberArgument, margin).option("--floor <p>", "… unless the bad rate is below this", numberArgument, floor).addOption(new Option("--mode <mode>", "how bad events are taken").choices([
		"dispersed",
		"robust",
		"sharp"
	]).default(mode));
}
const POLICY_DEFAULTS = {
	alpha: DEFAULT_POLICY.alpha,
	beta: DEFAULT_POLICY.beta,
	harmRatio: DEFAULT_POLICY.harmRatio,
	margin: DEFAULT_POLICY.margin,
	floor: DEFAULT_POLICY.floor,
	mode: DEFAULT_POLICY.mode
};
/** The settings that were given, under the names of the policy. */
function policyOf({ alpha, beta, harmRatio, margin, floor, mode }) {
	return {
		...alpha === void 0 ? {} : { alpha },
		...beta === void 0 ? {} : { beta },
		...harmRatio === void 0 ? {} : { harmRatio },
		...margin === void 0 ? {} : { margin },
		...floor === void 0 ? {} : { floor },
		...mode === void 0 ? {} : { mode }
	};
}

// src/cli/commands/analyse.ts
function addAnalyse({ program, io, done }) {
	const command = program.command("analyse").summary("judge a stream of counts").description("Judge a stream of counts of a canary and its baseline: worse, not worse, or undecided.").requiredOption("--input <file>", "CSV with t,[metric,]baseline_requests,baseline_bad,canary_requests,canary_bad; `-` for standard input").option("--baseline-history <file>", "the baseline’s own past: t,[metric,]baseline_requests,baseline_bad");
	withPolicyOptions(command, POLICY_DEFAULTS).option("--explain", "draw rates, evidence and limits over time; with --json: add them as `series`").addOption(new Option("--svg <file>", "draw into this SVG file instead, a file of that name is replaced").implies({ explain: true })).addOption(new Option("--ascii", "draw with ASCII characters only (default where the locale is not UTF-8)").implies({ explain: true })).option("--exit-verdict", "exit 0 for not-worse, 4 for worse, 6 for undecided").option("--json", "print one JSON document instead of text").addHelpText("after", `
Examples:
  $ shiplock analyse --input counts.csv
  $ shiplock analyse --input - --json < counts.csv
  $ shiplock analyse --input counts.csv --explain
  $ shiplock analyse --input counts.csv --svg verdict.svg
  $ shiplock analyse --input counts.csv --baseline-history last-week.csv --mode sharp --exit-verdict`).action(async (options) => {
		const { report, text, json } = await analyse(options, io);
		done({
			exit: options.exitVerdict === true ? verdictExit(report.verdict) : EXIT.done,
			json,
			text
		});
	});
}
async function analyse(options, io) {
	const settings = policyOf(options);
	const trace = options.explain === true ? startTrace() : void 0;
	const report = await analyseCsv(countChunks(io, options.input), {
		policy: settings,
		source: countSource(options.input),
		trace,
		...options.baselineHistory === void 0 ? {} : {
			baselineHistory: fileChunks(io, options.baselineHistory),
			historySource: options.baselineHistory
		}
	});
	if (trace === void 0) return {
		report,
		text: reportText(report),
		json: jsonSchema.parse(report)
	};
	const policy = makePolicy(settings);
	const chart = chartOf(report, trace, policy);
	const json = jsonSchema.parse({
		...report,
		limits: {
			evidence: -Math.log10(policy.alpha),
			evidenceNotWorse: -Math.log10(policy.beta)
		},
		series: trace.buckets
	});
	if (options.svg !== void 0) {
		await writeOutput(io, options.svg, svgChart(chart), "--svg");
		return {
			report,
			text: `${reportText(report)}\nchart: ${options.svg}`,
			json
		};
	}
	const paint = painter(io);
	const drawn = terminalChart(chart, {
		columns: io.columns ?? 80,
		ascii: options.ascii === true || !knowsUnicode(io.env),
		paint: (ink, words) => paint(INKS[ink], words)
	});
	return {
		report,
		text: `${reportText(report)}\n\n${drawn}`,
		json
	};
}
const INKS = {
	axis: "dim",
	baseline: "dim",
	canary: "cyan",
	evidence: "cyan",
	limit: "yellow",
	mark: "bold"
};
function verdictExit(verdict) {
	return verdict === "worse" ? EXIT.rolledBack : verdict === "undecided" ? EXIT.undecided : EXIT.done;
}
function reportText(report) {
	const at = report.at === null ? "" : ` at t=${report.at}`;
	const ratio = report.riskRatio;
	const number = (value) => value === null ? "?" : value.toPrecision(3);
	return [
		`${report.verdict}${at}: ${clean(report.reason)}`,
		`evidence of harm: 10^${report.evidence.toFixed(2)} to 1`,
		`risk ratio: ${number(ratio.estimate)} (${number(ratio.low)} to ${number(ratio.high)})`,
		...report.requestsNeeded === null || report.requestsNeeded === 0 ? [] : [`about ${report.requestsNeeded} more canary requests until not-worse, if there is no difference`]
	].join("\n");
}

// src/cli/session.ts
function withPersonOptions(command) {
	return command.option("--sign-key <file>", "sign with this OpenSSH key (or the public half of one that the agent holds)").option("--as <person>", "who acts, as the policy names them (default: whose key it is)").option("--break-glass <reason>", "go on although git does not answer: with the last copy of the policy, and without the git store; the reason is recorded");
}
/** Options every command that reads shiplock.yaml has. */
function withCommonOptions(command) {
	return command.option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").option("--state <dir>", "the state directory (default: .shiplock/state beside the configuration)").option("--json", "print one JSON document instead of text");
}
/** Looks for shiplock.yaml from `from` upwards. */
async function findConfig(from) {
	for (let dir = resolve(from);; dir = dirname(dir)) {
		const file = join(dir, "shiplock.yaml");
		try {
			await access(file);
			return file;
		} catch {
			if (dirname(dir) === dir) break;
		}
	}
	throw new ProblemError({
		code: "config.not-found",
		where: from,
		found: "no shiplock.yaml, here or in a directory above",
		expected: "a configuration",
		remedy: "change into the directory of the service, or name the file with --config"
	});
}
/** How this program starts itself: for supervisors and guards that must outlive it. */
function selfCommand() {
	const beside = new URL("shiplock.js", import.meta.url);
	const program = existsSync(beside) ? beside : new URL("../../bin/shiplock.js", import.meta.url);
	return [process.execPath, fileURLToPath(program)];
}
/** Who is acting, for the journal and for people. */
function whoAmI(env) {
	return env["SHIPLOCK_WHO"] ?? env["GITHUB_ACTOR"] ?? env["SUDO_USER"] ?? env["USER"] ?? env["LOGNAME"] ?? "unknown";
}
/** Progress goes to standard error, so that what it is written over never gets into a file or a pipe. */
function progress(io) {
	const living = io.statusColumns !== void 0 && !plainOnly(io.env);
	return liveProgress({
		isTTY: living,
		write: io.err,
		...io.statusColumns === void 0 ? {} : { columns: io.statusColumns }
	});
}
/** What the command line gives the release room. `acts`: the command changes something, so it shows progress and stops safely. */
async function door(io, options, acts) {
	return {
		configFile: options.config === void 0 ? await findConfig(io.cwd) : resolve(io.cwd, options.config),
		...options.state === void 0 ? {} : { store: resolve(io.cwd, options.state) },
		env: io.env,
		who: options.as ?? whoAmI(io.env),
		...options.signKey === void 0 ? {} : { signKey: resolve(io.cwd, options.signKey) },
		...options.as === void 0 ? {} : { as: options.as },
		...options.breakGlass === void 0 ? {} : { breakGlass: options.breakGlass },
		self: selfCommand(),
		...acts ? {
			...options.quiet === true ? {} : { onEvent: progress(io) },
			signal: installStopSignals(() => io.err("stopping at the next safe place; once more to stop at once\n"))
		} : {}
	};
}

// src/cli/commands/announce.ts
function addAnnounce({ program, io, done }) {
	withCommonOptions(program.command("announce")).summary("tell again what stands open").description("Tell Alertmanager, or the webhook, again what stands open in an environment, and take back what is over. Runs do this by themselves; from a timer this also finds a run whose process died, and teaches an Alertmanager that was started anew. Changes nothing else.").argument("<environment>", "where").addHelpText("after", "\nExamples:\n  $ shiplock announce production\n  $ shiplock announce production --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		if (service.environment.announce === null) throw new ProblemError(nobody$1(environment));
		const runs = await announceAll(service);
		done({
			exit: runs.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.done,
			text: announceText(runs),
			json: jsonOf(runs)
		});
	});
}
function nobody$1(environment) {
	return {
		code: "cli.nobody-to-tell",
		where: environment,
		found: "no `announce:`",
		expected: "an environment that says who is to be told",
		remedy: `add \`announce:\` under \`environments.${environment}\`; docs/announcements.md shows how`
	};
}
function announceText(runs) {
	const lines = runs.flatMap(({ run, told, problems }) => [...told.map(({ alert, state, via }) => `${run}: ${state} at ${via}: ${alert.annotations["summary"] ?? alert.labels["alertname"] ?? ""}`), ...problems.map((problem) => `${run}: not told: ${problem}`)]);
	return lines.length === 0 ? "nothing stands open" : lines.join("\n");
}
function jsonOf(runs) {
	return jsonSchema.parse(runs.map(({ run, told, problems }) => ({
		run,
		told: told.map(({ alert, state, via }) => ({
			state,
			via,
			labels: alert.labels,
			annotations: alert.annotations
		})),
		problems
	})));
}

// src/cli/commands/completion.ts
/** Visible subcommands and long options of every command, from commander's own tree. */
function completionWords(command, path = []) {
	const help = command.createHelp();
	const children = help.visibleCommands(command).filter((child) => child.name() !== "help");
	const options = help.visibleOptions(command).flatMap((option) => option.long === void 0 ? [] : [option.long]);
	return [{
		path: path.join(" "),
		words: [...children.map((child) => child.name()), ...options]
	}, ...children.flatMap((child) => completionWords(child, [...path, child.name()]))];
}
const NAME = /^[A-Za-z0-9 _-]*$/;
/** A table lookup in the shell: the longest known command path before the cursor decides. */
function completionScript(shell, table) {
	const rows = table.filter((row) => NAME.test(row.path) && row.words.every((word) => NAME.test(word)));
	if (shell === "fish") return `# shiplock completion fish > ~/.config/fish/completions/shiplock.fish\n${rows.flatMap((row) => row.words.map((word) => {
		const seen = (row.path === "" ? [] : row.path.split(" ")).map((part) => `__fish_seen_subcommand_from ${part}`).join("; and ");
		const condition = seen === "" ? "__fish_use_subcommand" : seen;
		return word.startsWith("--") ? `complete -c shiplock -n '${condition}' -l ${word.slice(2)}` : `complete -c shiplock -f -n '${condition}' -a ${word}`;
	})).join("\n")}\n`;
	const cases = rows.map((row) => `    '${row.path}') words='${row.words.join(" ")}' ;;`).join("\n");
	const body = `_shiplock() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    case "\${path:+$path }$word" in
${rows.filter((row) => row.path !== "").map((row) => `      '${row.path}') path="\${path:+$path }$word" ;;`).join("\n")}
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shiplock shiplock
`;
	return shell === "bash" ? `# shiplock completion bash > /etc/bash_completion.d/shiplock\n${body}` : `# shiplock completion zsh >> ~/.zshrc\nautoload -U +X bashcompinit && bashcompinit\n${body}`;
}
function addCompletion({ program, done }) {
	program.command("completion").description("print a completion script for your shell").addArgument(new Argument("<shell>", "which shell").choices([
		"bash",
		"zsh",
		"fish"
	])).addHelpText("after", "\nExamples:\n  $ source <(shiplock completion bash)\n  $ shiplock completion fish > ~/.config/fish/completions/shiplock.fish").action((shell) => {
		const script = completionScript(shell, completionWords(program));
		done({
			exit: EXIT.done,
			text: script,
			json: {
				shell,
				script
			}
		});
	});
}

// src/cli/commands/doctor.ts
/** A check that has not answered by then has failed. */
const EACH_MS = 4e3;
function addDoctor({ program, io, done }) {
	withCommonOptions(program.command("doctor")).summary("look whether everything is there that a release needs").description("Look whether everything is there that a release needs: programs, directories, ports, database, secrets, repositories, the state directory. Says what is missing and how to mend it; changes nothing. Takes at most 5 seconds.").argument("[environment]", "only this environment (default: all that are not abstract)").addHelpText("after", "\nEnds with 1 when a check has failed; a warning is no failure.\n\nExamples:\n  $ shiplock doctor\n  $ shiplock doctor production\n  $ shiplock doctor production --json | jq '.environments[].checks[] | select(.state != \"ok\")'").action(async (environment, options) => {
		const service = await openService(await door(io, options, false));
		const names = environment === void 0 ? environmentNames(service.config) : [environment];
		const found = await doctor(service, names, EACH_MS);
		const ok = found.every(({ checks }) => checks.every(({ state }) => state !== "failed"));
		done({
			exit: ok ? EXIT.done : EXIT.failed,
			text: found.map((one) => diagnosisText(one, io)).join("\n\n"),
			json: jsonSchema.parse({
				ok,
				environments: found
			})
		});
	});
}
const STYLE = {
	ok: "green",
	warning: "yellow",
	failed: "red"
};
function diagnosisText({ environment, checks }, io) {
	const paint = painter(io);
	const lines = checks.flatMap((check) => {
		const line = `  ${paint(STYLE[check.state], check.state.padEnd(7))}  ${check.title}: ${check.found}`;
		if (check.state === "ok") return [line];
		return [
			line,
			`           expected ${check.expected}`,
			`           → ${check.mend}`
		];
	});
	const count = (state) => checks.filter((check) => check.state === state).length;
	const sum = `  ${count("ok")} ok, ${count("warning")} to look at, ${count("failed")} failed`;
	return [
		paint("bold", environment),
		...lines,
		sum
	].join("\n");
}

// src/cli/commands/drift.ts
function addDrift({ program, io, done }) {
	withCommonOptions(program.command("drift")).summary("what differs between git and the cluster, and who wrote it").description("Compare what git names, what Argo CD was told to bring, and what is in the cluster, field by field, with the writer of each field. Only looks.").argument("<environment>", "where").option("--all", "also resources that Argo CD calls synced").addHelpText("after", "\nExamples:\n  $ shiplock drift production\n  $ shiplock drift production --all --json").action(async (environment, options) => {
		const service = await openEnvironment(await door(io, options, false), environment);
		const found = await drift(service, { all: options.all === true });
		const json = jsonSchema.parse(JSON.parse(JSON.stringify(found)));
		done({
			exit: EXIT.done,
			text: driftText(found, io),
			json
		});
	});
}
const COMPARED = {
	same: "the head of the branch",
	after: "a commit after the head that was read",
	before: "an older commit: it has not taken up the head",
	unknown: "a commit that git does not know here"
};
function driftText(found, io) {
	const paint = painter(io);
	const { git } = found;
	const lines = [
		paint("bold", `${found.service} in ${found.environment}`),
		`  git names ${git.value ?? "nothing"}, at ${git.commit?.slice(0, 12) ?? "no commit"}`,
		`  Argo CD is ${found.sync}, compared with ${found.revision.slice(0, 12) || "no commit"}: ${COMPARED[git.compared]}`,
		...found.errors.map((error) => paint("yellow", `  ${error}`))
	];
	if (found.resources.length === 0) lines.push("  nothing differs");
	for (const { resource, state, fields } of found.resources) {
		lines.push(paint("yellow", `  ${resource}: ${STATE[state]}`));
		for (const { path, desired, live, by } of fields) {
			const who = by === null ? "nobody owns it" : `${by.manager}, ${by.time}`;
			lines.push(`    ${path}: ${valueText(desired)} in git, ${valueText(live)} there (${who})`);
		}
	}
	return lines.join("\n");
}
const STATE = {
	differs: "differs from what was applied",
	missing: "is not there",
	"not-in-git": "as it was applied; git asks for something else by now, or for nothing",
	"not-explained": "differs; what was applied is not kept on it (server-side apply)"
};
function valueText(value) {
	return value === void 0 ? "nothing" : JSON.stringify(value);
}

// src/cli/commands/gate-signature.ts
/** A signature that was made on another machine. */
async function signatureOption(cwd, file, person) {
	try {
		return {
			person,
			text: await readFile(resolve(cwd, file), "utf8")
		};
	} catch (error) {
		throw new ProblemError({
			code: "cli.usage",
			where: "--signature",
			found: error instanceof Error ? error.message : String(error),
			expected: "a file that `ssh-keygen -Y sign -n shiplock-gate@v1` has made",
			remedy: "sign what --print says, and name the .sig file"
		});
	}
}

// src/cli/commands/gate-text.ts
/** An open gate for people: what it asks, of whom, what guards the system, and the command that answers it. */
function gateText(gate) {
	const fields = gate.evidence.map((field) => `  --item ${field.name}=${wanted(field)}   ${field.question}`);
	const items = gate.evidence.map((field) => ` --item ${field.name}=…`).join("");
	const verb = gate.evidence.length === 0 ? "approve" : "fill";
	const key = gate.demands === void 0 ? "" : " --sign-key ~/.ssh/id_ed25519";
	return [
		`${gate.title}`,
		...gate.description === void 0 ? [] : [`  ${gate.description}`],
		`  run ${gate.run}, gate ${gate.path}, open since ${gate.openedAt}, role ${gate.role}`,
		`  asks for: ${gate.demands ?? "anybody; nobody is checked"}`,
		...gate.given.map(({ kind, by, items: said, reason }) => {
			const text = Object.entries(said).map(([name, value]) => `${name}=${value}`);
			return `  ${kind === "override" ? `overridden by ${by}: ${reason}` : `given by ${by}`}${text.length === 0 ? "" : `: ${text.join(", ")}`}`;
		}),
		`  meanwhile: ${gate.guard}`,
		...fields,
		`  $ shiplock gate ${verb} ${gate.run} ${gate.path}${items}${key}`
	].join("\n");
}
function wanted(field) {
	switch (field.kind) {
		case "text":
			if (field.pattern !== void 0) return `<text that matches ${field.pattern}>`;
			return `<text${field.minLength === void 0 ? "" : `, at least ${field.minLength} characters`}>`;
		case "number": return `<number${field.min === void 0 ? "" : ` from ${field.min}`}${field.max === void 0 ? "" : ` to ${field.max}`}>`;
		case "check": return "<yes|no>";
		case "choice": return `<${field.options.join("|")}>`;
	}
}

// src/cli/commands/requests.ts
function releaseRequest(options) {
	return {
		version: options.release,
		why: options.reason,
		seed: options.seed === true,
		allowDirty: options.allowDirty === true
	};
}
/** How every run is reported: the summary as text, or as JSON. */
function runResult(outcome) {
	return {
		exit: outcome.exit,
		text: summaryText(outcome.summary),
		json: jsonSchema.parse(outcome.summary)
	};
}

// src/cli/commands/resume.ts
/** A run by its id, or the only one that has not ended. */
async function findRun(store, wanted) {
	const runs = await listRuns(store);
	const open = runs.filter((run) => run.finished === null && run.procedure !== "build");
	const found = wanted === void 0 ? open.length === 1 ? open[0] : void 0 : runs.find((run) => run.run === wanted);
	if (found !== void 0) return {
		run: found.run,
		environment: found.environment,
		procedure: found.procedure
	};
	const list = (wanted === void 0 ? open : runs).slice(-5).map((run) => run.run);
	throw new ProblemError({
		code: "cli.unknown-run",
		where: store,
		found: wanted ?? (open.length === 0 ? "no unfinished run" : `${open.length} unfinished runs`),
		expected: list.length === 0 ? "a run in this state directory" : `one of ${list.join(", ")}`,
		remedy: "name the run; `shiplock status` lists those of an environment"
	});
}
/** The same; a run that is named and not here is taken from the git store, where there is one. */
async function findOrFetchRun(service, wanted) {
	const { store } = service;
	if (wanted !== void 0 && !(await listRuns(store)).some((run) => run.run === wanted)) await fetchRun(service, wanted);
	return findRun(store, wanted);
}
function onlyBuilt(run) {
	return {
		code: "cli.build-not-resumed",
		where: `run ${run}`,
		found: "a build: it holds no environment, and nothing waits for it",
		expected: "a release or a rollback",
		remedy: "`shiplock release` builds again, and takes what is built already"
	};
}
function addResume({ program, io, done }) {
	withPersonOptions(withCommonOptions(program.command("resume"))).summary("go on with a run").description("Go on with a run where it stopped: after a crash, Ctrl-C, or an answered gate. A run of another machine is taken from the git store.").argument("[run]", "the run (default: the only unfinished one)").option("--step <path>", "with --outcome: a step of which nobody can tell whether its effects happened").addOption(new Option("--outcome <outcome>", "what you found out about that step").choices(["applied", "not-applied"])).option("--evidence <text>", "how you found out").option("--allow-changed <reason>", "go on although the procedure changed since; gates in changed parts open again").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock resume\n  $ shiplock resume 20261121-071500-3f2a --step release/migrate/0007/1 --outcome applied --evidence \"column is there\"").action(async (wanted, options) => {
		const { step, outcome, evidence } = options;
		if (step === void 0 !== (outcome === void 0) || outcome !== void 0 && evidence === void 0) throw new ProblemError({
			code: "cli.usage",
			where: "command line",
			found: "only some of --step, --outcome and --evidence",
			expected: "all three together",
			remedy: "say which step, what you found, and how you found out"
		});
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { run, environment, procedure } = await findOrFetchRun(await openService(entry), wanted);
		if (procedure === "build") throw new ProblemError(onlyBuilt(run));
		const service = await openEnvironment(entry, environment);
		const result = await resume(service, run, {
			...step === void 0 || outcome === void 0 || evidence === void 0 ? {} : { outcome: {
				step,
				outcome,
				evidence
			} },
			...options.allowChanged === void 0 ? {} : { allowChanged: {
				role: "releaser",
				reason: options.allowChanged
			} }
		});
		done(runResult(result));
	});
}

// src/cli/commands/gate.ts
function addGate(registry) {
	const gate = registry.program.command("gate").summary("see and answer what a run waits for").description("See what runs wait for, and fill it in. A gate cannot be skipped.");
	addShow$1(gate, registry);
	addFill(gate, registry);
	addApprove(gate, registry);
	addOverride(gate, registry);
}
function addShow$1(gate, { io, done }) {
	withCommonOptions(gate.command("show")).description("List the open gates with what each asks, who may answer, and what guards the system meanwhile.").argument("[run]", "only the gates of this run").addHelpText("after", "\nExamples:\n  $ shiplock gate show\n  $ shiplock gate show 20261121-071500-3f2a --json").action(async (run, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const old = run === void 0 ? [] : await refreshRun(service, run);
		for (const problem of old) io.err(`${formatProblem(problem)}\n`);
		const gates = (await showGates(store)).filter((one) => run === void 0 || one.run === run);
		done({
			exit: EXIT.done,
			text: gates.length === 0 ? "no open gate" : gates.map(gateText).join("\n\n"),
			json: jsonSchema.parse(gates)
		});
	});
}
function addFill(gate, registry) {
	answering(gate.command("fill")).description("Fill in a gate: answer its questions. The run goes on with `shiplock resume`.").option("--item <name=value>", "one per question", collect$1).option("--evidence <name=value>", "the same", collect$1).addHelpText("after", "\nExamples:\n  $ shiplock gate fill 20261121-071500-3f2a release/canary/judged/judge-10-percent/no-verdict \\\n      --item decision=look-on --item \"reason=traffic comes back at nine\" --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, [...options.item ?? [], ...options.evidence ?? []]));
}
function addApprove(gate, registry) {
	answering(gate.command("approve")).description("Approve: agree with the answers that were given at a gate, or with a gate that asks nothing. The run goes on with `shiplock resume`.").addHelpText("after", "\nExamples:\n  $ shiplock gate approve 20261121-071500-3f2a release/approval --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, void 0));
}
function addOverride(gate, registry) {
	answering(gate.command("override")).description("Let a gate pass alone, in an emergency: needs the role that the policy names for it, and a reason. Recorded, and to be reviewed.").requiredOption("--reason <text>", "why it cannot wait").option("--item <name=value>", "one per question", collect$1).addHelpText("after", "\nExamples:\n  $ shiplock gate override 20261121-071500-3f2a release/approval --reason \"checkout is down\" --sign-key ~/.ssh/id_ed25519").action(async (run, path, options) => answer$2(registry, run, path, options, options.item ?? []));
}
function answering(command) {
	return withPersonOptions(withCommonOptions(command)).argument("<run>", "the run").argument("<gate>", "path of the gate, as `shiplock gate show` prints it").option("--print", "print what would be signed, for signing on another machine, and record nothing (needs --as)").option("--signature <file>", "a signature that was made elsewhere over what --print said (needs --as)");
}
async function answer$2({ io, done }, run, path, options, pairs) {
	const entry = await door(io, options, false);
	const opened = await openService(entry);
	const { store, clock } = opened;
	for (const problem of await refreshRun(opened, run)) io.err(`${formatProblem(problem)}\n`);
	const open = (await showGates(store)).find((one) => one.run === run && one.path === path);
	const filling = {
		store,
		run,
		gate: path,
		evidence: pairs === void 0 ? void 0 : parseEvidence(pairs, open?.evidence ?? []),
		by: entry.who,
		clock,
		...options.reason === void 0 ? {} : { override: options.reason }
	};
	if (options.print === true) {
		done(printed(unwrap(await gateStatement({
			...filling,
			person: required(options.as)
		}))));
		return;
	}
	const { environment } = await findRun(store, run);
	const service = await underPolicy(await openEnvironment(entry, environment), "forward");
	const signature = options.signature;
	const filled = unwrap(await giveEvidence({
		...filling,
		gatekeeper: await gatekeeperOfRun(service, run),
		signer: await signerOf(service),
		...signature === void 0 ? {} : { signature: await signatureOption(io.cwd, signature, required(options.as)) }
	}));
	const behind = (service.shared === void 0 ? [] : await importRuns(service.shared, store, { run })).flatMap((one) => one.problems);
	for (const problem of behind) io.err(`${formatProblem(problem)}\n`);
	const { problems } = await announceRun(service, run);
	for (const problem of problems) io.err(`not announced what became of the gate: ${problem}\n`);
	const next = `shiplock resume ${run}`;
	const waits = filled.waitsFor.map((problem) => formatProblem(problem)).join("\n");
	done({
		exit: behind.some(({ code }) => code === "store.parted") ? EXIT.failed : EXIT.done,
		text: waits === "" ? `filled in; go on with: ${next}` : `recorded; the gate still waits:\n${waits}`,
		json: jsonSchema.parse({
			run,
			gate: path,
			evidence: filled.evidence,
			waitsFor: filled.waitsFor,
			next
		})
	});
}
function printed(text) {
	return {
		exit: EXIT.done,
		text: text.trimEnd(),
		json: { statement: text }
	};
}
function required(person) {
	if (person !== void 0) return person;
	throw new ProblemError({
		code: "cli.usage",
		where: "--as",
		found: "nothing",
		expected: "the name of the person who signs",
		remedy: "give --as with the name that stands in `people:`"
	});
}
function collect$1(value, before) {
	return [...before ?? [], value];
}
/** `name=value` pairs as the fields want them; what does not fit stays text, and the gate itself refuses it by name. */
function parseEvidence(pairs, fields) {
	const evidence = {};
	for (const pair of pairs) {
		const cut = pair.indexOf("=");
		if (cut <= 0) throw new ProblemError({
			code: "cli.usage",
			where: "--item",
			found: pair,
			expected: "name=value",
			remedy: "write for instance --item decision=look-on"
		});
		const name = pair.slice(0, cut);
		evidence[name] = parseValue(pair.slice(cut + 1), fields.find((field) => field.name === name));
	}
	return evidence;
}
function parseValue(text, field) {
	if (field?.kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
	if (field?.kind === "check" && /^(yes|true)$/i.test(text)) return true;
	if (field?.kind === "check" && /^(no|false)$/i.test(text)) return false;
	return text;
}

// src/cli/commands/gitops.ts
function addGitops({ program, io, done }) {
	(program.commands.find((command) => command.name() === "gitops") ?? program.command("gitops").summary("what stands in git about an environment").description("Manifests in git: set values in them, and make those that follow from shiplock.yaml.")).command("set").summary("set one value in a YAML or JSON file").description("Set one value in a YAML or JSON file, in place. Every other byte stays: comments, anchors, quotes, indents, ends of lines. What cannot be edited so is refused with its place, and the file is left as it is.").argument("<file>", "the file; *.json is JSON, everything else YAML, one document or many").argument("<path>", "keys that lead to the value, see below").argument("<value>", "the new value; one that begins with - goes behind --").option("--document <n>", "which document of the file, counted from 1 (default: the only one with such a value)", number).addOption(new Option("--type <type>", "what the value shall be (default: what stands there if the value is written like that, otherwise a string)").choices(VALUE_TYPES)).option("--must-exist", "refuse when the value is not there yet (default: missing keys are added)").option("--dry-run", "print the difference and leave the file as it is").option("--json", "print one JSON document instead of text").addHelpText("after", HELP).action(async (file, path, value, options) => {
		const opened = await openFile(file, resolve(io.cwd, file));
		const { document, type, mustExist } = options;
		const edited = unwrap(setValue(opened.text, {
			path,
			value,
			document,
			type,
			missing: mustExist === true ? "refuse" : "add"
		}, file));
		if (edited.changed && options.dryRun !== true) await saveFile(opened, edited.text);
		done(answer$1(file, path, {
			...edited,
			diff: unifiedDiff(file, opened.text, edited.text)
		}, options.dryRun === true));
	});
}
const HELP = `
A path is keys joined by dots. Behind a list: a position, or a filter that one item must match. A key with dots in it is quoted.
  spec.template.spec.containers[name=api].image
  spec.ports[0].port                          the first one
  spec.ports[name=http,protocol=TCP].port     both must hold
  metadata.annotations["argocd.argoproj.io/refresh"]

Text that would read as something else gets quotes: 1.10, 0123, yes, null, 2026-11-21. Where a number or true/false stands,
another one stays a number or true/false: replicas: 3 becomes replicas: 5.

Exit codes: 0 set, or already so · 2 usage, or the file cannot be read · 5 refused, the file is as it was

Examples:
  $ shiplock gitops set apps/api.yaml 'spec.template.spec.containers[name=api].image' registry.example.org/api:1.2.3
  $ shiplock gitops set values.yaml replicaCount 5 --dry-run
  $ shiplock gitops set all.yaml spec.replicas 5 --document 2
  $ shiplock gitops set package.json version 1.10 --type string`;
function number(text) {
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Documents are counted from 1.");
}
function answer$1(file, path, edited, dryRun) {
	const { changed, added, before, written, document, line, column, diff } = edited;
	const shown = (text) => cleanLine(text, 200);
	const place = `${shown(file)}:${line}`;
	const sentence = changed ? `${place}  ${written.before === void 0 ? "(nothing)" : shown(written.before)} → ${shown(written.after)}` : `${place}  ${shown(written.after)}, already so`;
	return {
		exit: EXIT.done,
		text: dryRun && changed ? diff.split("\n").map((one) => cleanTabs(one)).join("\n") : sentence,
		json: {
			file,
			path,
			document,
			line,
			column,
			before,
			after: written.after,
			changed,
			added,
			written: changed && !dryRun,
			...dryRun ? { diff } : {}
		}
	};
}
/** Without what a terminal takes for an order; tabs and the end of a line of Windows stay, so that `patch` takes it. */
function cleanTabs(line) {
	return line.split(/(\t|\r$)/).map((part) => part === "	" || part === "\r" ? part : clean(part)).join("");
}

// src/cli/ask.ts
function interview({ stdin, err }) {
	const lines = readLines(stdin);
	return {
		async ask(question, usual, check = () => void 0) {
			for (;;) {
				err(`${question} [${usual}] `);
				const { value, done } = await lines.next();
				if (done === true) throw new ProblemError(nobody(question));
				const answer = value.trim() === "" ? usual : value.trim();
				const wrong = check(answer);
				if (wrong === void 0) return answer;
				err(`  ${wrong}\n`);
			}
		},
		async close() {
			await lines.return(void 0);
		}
	};
}
/** A check for one of a few words. */
function oneOf(words) {
	return (answer) => words.includes(answer) ? void 0 : `one of ${words.join(", ")}`;
}
async function* readLines(stdin) {
	const decoder = new TextDecoder();
	let rest = "";
	for await (const chunk of stdin) {
		const parts = `${rest}${typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })}`.split("\n");
		rest = parts.pop() ?? "";
		yield* parts;
	}
	if (rest !== "") yield rest;
	return void 0;
}
function nobody(question) {
	return {
		code: "cli.usage",
		where: "standard input",
		found: `no answer to: ${question}`,
		expected: "an answer",
		remedy: "answer, or give flags and --yes; nothing was written"
	};
}

// src/cli/commands/init.ts
function addInit({ program, io, done }) {
	program.command("init").summary("write shiplock.yaml for a service").description("Write shiplock.yaml for a service, with the reason for each choice, and what belongs into .gitignore. Looks what lies in the directory and asks at a terminal; elsewhere it takes what was found and what flags say, and asks nothing.").argument("[directory]", "the service (default: here)").option("--service <name>", "name of the service (default: that of the git remote, or of the directory)").option("--component <kind:directory>", "go:DIRECTORY or static:DIRECTORY, one of each (default: what is found)", collect).option("--ready <path>", "path that answers 200 when an instance may get traffic").addOption(new Option("--database <engine>", "family of the database").choices([
		"mysql",
		"mariadb",
		"none"
	])).option("--migrations <directory>", "numbered SQL files (default: what is found)").addOption(new Option("--traffic <proxy>", "the proxy").choices(["haproxy", "nginx"])).addOption(new Option("--strategy <strategy>", "how a new version gets traffic").choices(["canary", "blue-green"])).option("--environment <name>", "once for each (default: development and production)", collect).option("--yes", "ask nothing").option("--force", "replace a shiplock.yaml that is there").option("--dry-run", "show what would be written, and write nothing").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock init\n  $ shiplock init services/api --yes --traffic nginx\n  $ shiplock init --yes --service shop --component go:api --component static:web --environment staging --environment production").action(async (directory, options) => {
		const where = resolve(io.cwd, directory ?? ".");
		const finished = options.dryRun === true ? [] : await finishBegun(where);
		for (const path of finished) io.err(`finished what an earlier \`shiplock init\` had begun: ${path}\n`);
		const found = await lookAround(where);
		const talk = io.asks === true && options.yes !== true && options.json !== true ? interview(io) : null;
		try {
			const wishes = talk === null ? wishesOf(options) : await askAll(talk, options, found);
			const answers = completed(complete(wishes, found));
			const files = await planFiles(where, answers);
			const shown = filesText(where, files);
			if (options.dryRun === true) {
				done(result(where, answers, files, shown, "nothing was written"));
				return;
			}
			if (talk !== null) {
				io.err(`\n${shown}\n\n`);
				if (await talk.ask("Write this?", "yes", oneOf(["yes", "no"])) === "no") {
					done(result(where, answers, files, "", "nothing was written"));
					return;
				}
			} else if (options.force !== true && files.some(({ state }) => state === "changed")) io.err(`${shown}\n`);
			await writeFiles(where, files, options.force === true);
			done(result(where, answers, files, "", "written; now: shiplock validate, then shiplock doctor"));
		} finally {
			await talk?.close();
		}
	});
}
function wishesOf({ component, environment, ...options }) {
	return {
		service: options.service,
		ready: options.ready,
		database: options.database,
		migrations: options.migrations,
		traffic: options.traffic,
		strategy: options.strategy,
		components: component,
		environments: environment
	};
}
/** Asks only what no flag has said. */
async function askAll(talk, options, found) {
	const wishes = wishesOf(options);
	const list = (text) => text.split(/[\s,]+/).filter((word) => word !== "");
	const service = wishes.service ?? await talk.ask("Name of the service?", found.service ?? "my-service");
	const components = wishes.components ?? list(await talk.ask("Components (go:DIRECTORY, static:DIRECTORY)?", found.components.join(" ") || "go:."));
	const api = found.go.find(({ source }) => components.includes(`go:${source}`));
	const hasGo = components.some((word) => word.startsWith("go:"));
	const ready = wishes.ready ?? (hasGo ? await talk.ask("Path that answers 200 when it may get traffic?", api?.ready ?? "/healthz") : void 0);
	const engines = [
		"mysql",
		"mariadb",
		"none"
	];
	const database = wishes.database ?? engines.find((one) => one === "none" && found.migrations === null) ?? pick(engines, await talk.ask(`Database of the migrations in ${found.migrations}?`, "mysql", oneOf(engines)));
	const proxies = ["haproxy", "nginx"];
	const traffic = wishes.traffic ?? pick(proxies, await talk.ask("Proxy (haproxy, nginx)?", "haproxy", oneOf(proxies)));
	const environments = wishes.environments ?? list(await talk.ask("Environments?", "development production"));
	return {
		...wishes,
		service,
		components,
		ready,
		database,
		traffic,
		environments
	};
}
function pick(words, answer) {
	return words.find((word) => word === answer);
}
function completed(answer) {
	if (answer.kind === "complete") return answer.answers;
	throw new ProblemError(answer.problems);
}
function filesText(where, files) {
	return files.map(({ path, state, lines }) => [`${relative(where, path)}: ${state}`, ...lines.map((line) => `  ${line}`)].join("\n")).join("\n");
}
function result(where, answers, files, shown, end) {
	const list = files.map(({ path, state }) => `${relative(where, path)}: ${state}`);
	return {
		exit: EXIT.done,
		text: [...shown === "" ? list : [shown], end].join("\n"),
		json: {
			directory: where,
			service: answers.service,
			files: files.map(({ path, state, after }) => ({
				path,
				state,
				text: after
			})),
			result: end
		}
	};
}
function collect(value, before) {
	return [...before ?? [], value];
}

// src/cli/commands/journal.ts
function addJournal(registry) {
	const journal = registry.program.command("journal").summary("read and check the record of a run").description("Read, verify, replay and import the journal of a run.");
	addShow(journal, registry);
	addVerify(journal, registry);
	addReplay(journal, registry);
	addImport(journal, registry);
}
function addShow(journal, { io, done }) {
	withCommonOptions(journal.command("show")).description("Print every record of a run with its payload.").argument("[run]", "the run (default: the only unfinished one)").addOption(new Option("--type <type>", "only records of this type").choices(RECORD_TYPES)).addHelpText("after", "\nExamples:\n  $ shiplock journal show 20261121-071500-3f2a\n  $ shiplock journal show 20261121-071500-3f2a --type analysis.verdict --json").action(async (wanted, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const { run } = await findOrFetchRun(service, wanted);
		const entries = (await readRun(store, run)).entries.filter(({ record }) => options.type === void 0 || record.type === options.type);
		const lines = entries.map(({ record, payload }) => {
			const text = payload === void 0 ? "(redacted)" : JSON.stringify(payload);
			return `${record.seq}\t${record.time}\t${record.type}\t${record.node || "-"}\t${text.length > 400 ? `${text.slice(0, 400)}…` : text}`;
		});
		done({
			exit: EXIT.done,
			text: lines.join("\n"),
			json: jsonSchema.parse(entries)
		});
	});
}
function addVerify(journal, { io, done }) {
	withCommonOptions(journal.command("verify")).description("Check the chain of a journal and compare its end with the anchor that is kept elsewhere.").argument("[run]", "the run (default: the only unfinished one)").addHelpText("after", "\nExamples:\n  $ shiplock journal verify 20261121-071500-3f2a").action(async (wanted, options) => {
		const service = await openService(await door(io, options, false));
		const { store } = service;
		const { run } = await findOrFetchRun(service, wanted);
		const check = await verifyRun(store, run);
		done({
			exit: check.kind === "broken" ? EXIT.failed : EXIT.done,
			text: `${run}: ${check.text}`,
			json: jsonSchema.parse({
				run,
				...check
			})
		});
	});
}
function addReplay(journal, { io, done }) {
	withCommonOptions(journal.command("replay")).description("Judge the recorded counts of a run again, offline: the verdicts must be the same.").argument("[run]", "the run (default: the only unfinished one)").addHelpText("after", "\nExamples:\n  $ shiplock journal replay 20261121-071500-3f2a --json").action(async (wanted, options) => {
		const entry = await door(io, options, false);
		const { run, environment } = await findOrFetchRun(await openService(entry), wanted);
		const verdicts = await replayRun(await openEnvironment(entry, environment), run);
		const same = verdicts.every((one) => one.same);
		done({
			exit: same ? EXIT.done : EXIT.failed,
			text: verdicts.map((one) => `${one.node}: ${one.replayed}${one.same ? "" : ` (recorded: ${one.recorded})`}`).join("\n") || "no watch in this run",
			json: jsonSchema.parse({
				run,
				same,
				verdicts
			})
		});
	});
}
function addImport(journal, { io, done }) {
	withCommonOptions(journal.command("import")).description("Copy to the git store what was recorded while it did not answer. What is there stays as it is.").argument("[run]", "only this run (default: every run of this state directory)").addHelpText("after", "\nExamples:\n  $ shiplock journal import\n  $ shiplock journal import 20261121-071500-3f2a").action(async (run, options) => {
		const { shared, store } = await openService(await door(io, options, false));
		if (shared === void 0) throw new ProblemError(noGitStore());
		const imported = await makeGitTrue(shared, store, run);
		const problems = imported.flatMap((one) => one.problems);
		const lines = imported.map((one) => one.problems.length === 0 ? `${one.run}: ${one.records} records copied to ${shared.where}` : `${one.run}: not copied\n${one.problems.map((problem) => `  ${formatProblem(problem)}`).join("\n")}`);
		done({
			exit: problems.length === 0 ? EXIT.done : EXIT.failed,
			text: lines.join("\n") || `${shared.where} has every record`,
			json: jsonSchema.parse(imported)
		});
	});
}
function noGitStore() {
	return {
		code: "store.none",
		where: "shiplock.yaml",
		found: "no `store.git`",
		expected: "a git store to copy journals to",
		remedy: "name the operations repository under `store.git.url`"
	};
}

// src/cli/commands/judge.ts
function addJudge({ program, io, done }) {
	program.command("judge").summary("evidence for Argo Rollouts").description("Answer the AnalysisRuns of Argo Rollouts from the counts that Prometheus has.").command("serve").summary("answer AnalysisRuns over HTTP until SIGTERM").description("Answer POST /v1/judge with worse, not-worse or undecided. Keeps nothing: each answer is folded anew from Prometheus, by the same analysis as a rollout’s. Also GET /healthz, /readyz and /metrics. Ends at SIGTERM, after what was asked is answered.").option("--config <file...>", "shiplock.yaml of each service (default: here or in a directory above)").requiredOption("--token-file <file>", "who asks must know a token: one a line, read anew at each question").addOption(new Option("--listen <address>", "where to listen").argParser(address).default({
		host: "0.0.0.0",
		port: 8484
	}, "*:8484")).addOption(new Option("--settle <duration>", "counts younger than this are left for the next question").argParser(span$1).default(2e3, "2s")).addOption(new Option("--look-back <duration>", "a share that began earlier is not judged").argParser(span$1).default(216e5, "6h")).addOption(new Option("--deadline <duration>", "longest time for one answer").argParser(span$1).default(8e3, "8s")).option("--at-once <number>", "questions that are answered side by side", whole$1, 4).option("--series <number>", "series of one metric", whole$1, 200).option("--json", "problems at the start as one JSON document; the log is JSON anyhow").addHelpText("after", "\nExamples:\n  $ openssl rand -base64 32 > token\n  $ shiplock judge serve --token-file token --listen 127.0.0.1:8484\n  $ shiplock judge serve --config cart/shiplock.yaml pay/shiplock.yaml --token-file /etc/judge/token").action(async (options) => {
		await serve(options, io);
		done({
			exit: EXIT.done,
			text: "",
			json: {}
		});
	});
}
async function serve(options, io) {
	const files = options.config ?? [await findConfig(io.cwd)];
	const configs = await Promise.all(files.map(async (file) => {
		const path = resolve(io.cwd, file);
		return {
			config: unwrap(await readConfig(path)),
			baseDir: dirname(path)
		};
	}));
	const judge = await startJudge({
		environments: judgedEnvironments(configs),
		listen: options.listen,
		tokenFile: resolve(io.cwd, options.tokenFile),
		limits: {
			pointsAtOnce: 600,
			series: options.series,
			characters: 16e6,
			backMs: options.lookBack,
			settleMs: options.settle
		},
		most: options.atOnce,
		deadlineMs: options.deadline,
		clock: systemClock,
		http: httpClient,
		log: (line) => io.out(`${line}\n`)
	});
	await new Promise((stop) => {
		process.once("SIGTERM", () => stop());
		process.once("SIGINT", () => stop());
	});
	await judge.stop();
}
function address(text) {
	const at = parseAddress(text);
	if (at === void 0) throw new InvalidArgumentError("an address such as 127.0.0.1:8484 or *:8484");
	return {
		host: at.host === "*" ? "0.0.0.0" : at.host,
		port: at.port
	};
}
function span$1(text) {
	const ms = parseDuration(text);
	if (ms === void 0 || ms > 864e5) throw new InvalidArgumentError("a duration such as 2s or 6h, at most 24h");
	return ms;
}
function whole$1(text) {
	const count = Number(text);
	if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError("a whole number from 1 to 99999");
	return count;
}

// src/cli/commands/lock.ts
function addLock({ program, io, done }) {
	withCommonOptions(program.command("lock")).summary("keep runs away from an environment").description("Keep runs away from an environment until it is unlocked. A run that is at work goes on to its end; a rollback goes through.").argument("<environment>", "which").requiredOption("--reason <text>", "why; everybody who is refused reads it").addHelpText("after", "\nExamples:\n  $ shiplock lock production --reason \"repairing the replica by hand\"").action(async (environment, options) => {
		const service = await openService(await door(io, options, false));
		done(answer(await lockEnvironment(requestOf(service, environment, options.reason, whoAmI(io.env))), `${environment} is locked: ${options.reason}`));
	});
}
function addUnlock({ program, io, done }) {
	withCommonOptions(program.command("unlock")).summary("let runs into an environment again").description("Take the lock off and raise the fence, so that whoever still believes to hold the environment is refused. With --from it is taken away from a run.").argument("<environment>", "which").requiredOption("--reason <text>", "why; stands in the journal").option("--from <run>", "the run that loses the environment: one that will not come back").addHelpText("after", "\nExamples:\n  $ shiplock unlock production --reason \"replica is back\"\n  $ shiplock unlock production --from 20261121-071500-3f2a --reason \"its machine burnt down\"").action(async (environment, options) => {
		const request = requestOf(await openService(await door(io, options, false)), environment, options.reason, whoAmI(io.env));
		done(answer(await unlockEnvironment({
			...request,
			from: options.from
		}), `${environment} may be taken again`));
	});
}
function requestOf(service, environment, reason, by) {
	const { config, store, shared, clock, secrets } = service;
	const known = [...config.environments].filter(([, one]) => one.kind === "concrete").map(([name]) => name);
	if (!known.includes(environment)) throw new ProblemError({
		code: "cli.unknown-environment",
		where: config.file,
		found: environment,
		expected: `one of ${known.join(", ")}`,
		remedy: "name an environment of shiplock.yaml"
	});
	return {
		store,
		shared,
		environment,
		by,
		reason,
		clock,
		mask: secrets.maskJson
	};
}
function answer(result, sentence) {
	const { run, lease, notes } = unwrap(result);
	return {
		exit: EXIT.done,
		text: [`${sentence} (fence ${lease.fence}, run ${run})`, ...notes].join("\n"),
		json: jsonSchema.parse({
			run,
			lease,
			notes
		})
	};
}

// src/cli/commands/migrate.ts
function addMigrate({ program, io, done }) {
	withPersonOptions(withCommonOptions(program.command("migrate"))).summary("apply migrations ahead of their release").description("Apply the pending expand migrations of the commit that is checked out, ahead of its release. What serves goes on serving: refused when the ledger says that it cannot run on the new schema. Every release applies its migrations itself, so this is for those that take long.").argument("<environment>", "whose database").option("--reason <text>", "why; stands in the journal", "migration").option("--allow-dirty", "although the working tree differs from its commit").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock migrate production --dry-run\n  $ shiplock migrate production --reason \"index on a large table, before the release of tonight\"").action(async (environment, options) => {
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const service = await openEnvironment(entry, environment);
		const request = {
			why: options.reason,
			allowDirty: options.allowDirty === true
		};
		if (acts) {
			done(runResult(await migrate(service, request)));
			return;
		}
		const { plan, rules } = await planMigrate(service, request);
		done({
			exit: EXIT.done,
			text: `${renderPlan(plan)}\nGates: ${rulesText(rules)}`,
			json: jsonSchema.parse({
				migrate: plan,
				gates: rulesText(rules)
			})
		});
	});
}

// src/cli/commands/pipeline-text.ts
/** The view for a terminal: no line is longer than it is wide, and 80 columns are enough. */
function pipelineText(view, io) {
	const paint = painter(io);
	const width = Math.max(40, io.columns ?? 80);
	const lines = [paint("bold", view.service)];
	const say = (indent, text, style) => {
		for (const line of wrapped(text, indent, width)) lines.push(style === void 0 ? line : paint(style, line));
	};
	for (const stage of view.environments) {
		lines.push("");
		if (stage.from !== null) sayBetween(stage, say);
		lines.push(paint("bold", stage.environment));
		sayStage(stage, say);
	}
	if (view.quarantine.length > 0) lines.push("", paint("bold", "In quarantine"));
	for (const { digest, component, version, environment, since, cause } of view.quarantine) {
		say(2, `${component === null ? "a digest" : `${component} ${version ?? ""}`.trimEnd()}: ${cause} in ${environment} at ${minute(since)}`, "yellow");
		say(4, digest, "dim");
	}
	for (const { where, found } of view.problems) say(0, `${where}: ${found}`, "yellow");
	return lines.join("\n");
}
function sayStage({ serves, unfinished, lock, environment }, say) {
	if (serves === null) say(2, "nothing serves");
	else {
		const commit = serves.commit === null ? "" : `, commit ${serves.commit.slice(0, 12)}`;
		say(2, `${serves.version}${commit}`, "green");
		say(2, `since ${minute(serves.since)} by ${serves.who}: ${serves.verdict}`);
	}
	if (lock !== null) say(2, `locked by ${lock.by} since ${minute(lock.time)}: ${lock.reason}`, "yellow");
	for (const { run, title, state, gates } of unfinished) {
		say(2, `unfinished: ${title} (${state}), run ${run}`, "yellow");
		for (const gate of gates) say(4, `open: ${gate}`);
		if (gates.length > 0) say(4, `shiplock gate show ${run}; shiplock status ${environment}`, "cyan");
	}
}
/** What lies between an environment and the one before it. */
function sayBetween({ environment, behind, next }, say) {
	if (behind !== null) say(4, `to ${environment}: ${behindText(behind)}`, behind.kind === "behind" ? "cyan" : "dim");
	for (const { gate, state, text } of next?.gates ?? []) say(6, `${WORDS[state].padEnd(7)} ${gate}: ${text}`, STYLES[state]);
}
const WORDS = {
	met: "met",
	waits: "waits",
	asks: "asks",
	refused: "refused"
};
const STYLES = {
	met: "green",
	waits: "yellow",
	asks: "cyan",
	refused: "red"
};
function behindText(behind) {
	switch (behind.kind) {
		case "same": return "the same release serves both";
		case "nothing-before": return "nothing serves before it";
		case "behind": {
			const { releases, commits, forMs } = behind;
			return `${[count(releases, "release"), ...commits === null ? [] : [count(commits, "commit")]].join(", ")} behind, for ${formatDuration(Math.floor(forMs / 6e4) * 6e4)}`;
		}
	}
}
function count(n, what) {
	return `${n} ${what}${n === 1 ? "" : "s"}`;
}
/** `2026-11-21T20:11:05.000Z` → `2026-11-21 20:11Z`. */
function minute(time) {
	return `${time.slice(0, 16).replace("T", " ")}Z`;
}
/** Lines of at most `width` columns; what has no blank to break at is cut. Pure. */
function wrapped(text, indent, width) {
	const room = Math.max(10, width - indent - 2);
	const lines = [];
	let line = "";
	for (const word of text.split(" ").flatMap((one) => pieces(one, room))) if (line !== "" && line.length + 1 + word.length > room) {
		lines.push(line);
		line = word;
	} else line = line === "" ? word : `${line} ${word}`;
	lines.push(line);
	return lines.map((one, index) => `${" ".repeat(indent + (index === 0 ? 0 : 2))}${one}`);
}
function pieces(word, room) {
	if (word.length <= room) return [word];
	return Array.from({ length: Math.ceil(word.length / room) }, (_, index) => word.slice(index * room, (index + 1) * room));
}

// src/cli/commands/pipeline.ts
function addPipeline({ program, io, done }) {
	withCommonOptions(program.command("pipeline")).summary("what serves where, how far behind, and what stands between").description("One view of all environments in their order: what serves where and since when, how far each is behind, which gates stand between and why, what is in quarantine and what is locked. Only looks.").addHelpText("after", "\nExamples:\n  $ shiplock pipeline\n  $ shiplock pipeline --json | jq .environments").action(async (options) => {
		const view = await pipeline(await openService(await door(io, options, false)));
		done({
			exit: EXIT.done,
			text: pipelineText(view, io),
			json: jsonSchema.parse(view)
		});
	});
}

// src/cli/commands/plan.ts
async function planText(io, environment, options) {
	const service = await openEnvironment(await door(io, options, false), environment);
	const plan = await planRelease(service, releaseRequest(options));
	return {
		exit: EXIT.done,
		text: `${renderPlan(plan.build)}\n${renderPlan(plan.release)}\nGates: ${rulesText(plan.rules)}`,
		json: jsonSchema.parse({
			build: plan.build,
			release: plan.release,
			gates: rulesText(plan.rules)
		})
	};
}
function addPlan({ program, io, done }) {
	withCommonOptions(program.command("plan")).summary("say what a release would do").description("Say exactly what `shiplock release` would do now, and how long a verdict will take at the traffic seen. Only looks.").argument("<environment>", "where to").option("--release <version>", "name of the release").option("--reason <text>", "why", "release").option("--seed", "with the seed data of a first release").option("--allow-dirty", "although the working tree differs from its commit").addHelpText("after", "\nExamples:\n  $ shiplock plan production\n  $ shiplock plan production --json | jq .release.planHash").action(async (environment, options) => done(await planText(io, environment, options)));
}

// src/cli/commands/promote.ts
function addPromote({ program, io, done }) {
	withPersonOptions(withCommonOptions(program.command("promote"))).summary("take a release from one environment to the next, unchanged").description("Take the release that serves one environment to the next: the same commit, artefacts and migrations, nothing is built again. Refused when it was not verified there, was taken back there, is in quarantine, leaves an environment out, or its artefacts are not what was released. It waits at the gates of the promotion.").requiredOption("--to <environment>", "where it goes").option("--from <environment>", "where it has proven itself (default: the environment before, as configured)").option("--release <version>", "which release (default: what serves there)").option("--reason <text>", "why; stands in the journal", "promotion").option("--seed", "load the seed data on a first release").option("--allow-dirty", "although the working tree differs from its commit").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock promote --to production --dry-run\n  $ shiplock promote --from staging --to production --reason \"accepted by Mia\"").action(async (options) => {
		const acts = options.dryRun !== true;
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, acts);
		const { config, baseDir } = await openService(entry);
		if (options.from !== void 0) unwrap(resolveEnvironment(config, options.from, { baseDir }));
		const service = await openEnvironment(entry, options.to);
		const request = {
			...releaseRequest(options),
			from: options.from
		};
		if (acts) {
			done(runResult(await promote(service, request)));
			return;
		}
		const { release, rules } = await planPromotion(service, request);
		done({
			exit: EXIT.done,
			text: `${renderPlan(release)}\nGates: ${rulesText(rules)}`,
			json: jsonSchema.parse({
				release,
				gates: rulesText(rules)
			})
		});
	});
}

// src/cli/commands/quarantine.ts
function addQuarantine(registry) {
	const quarantine = registry.program.command("quarantine").summary("digests that may not return").description("Digests that were taken back: no release, promotion or rollback takes them anywhere before somebody with the role of the policy releases them.");
	addList(quarantine, registry);
	addAdd(quarantine, registry);
	addRelease$1(quarantine, registry);
}
function addList(quarantine, { io, done }) {
	withCommonOptions(quarantine.command("list")).summary("what is in quarantine, and why").description("List what is in quarantine, in all environments of the service. Only looks.").option("--parameter", "as an admission policy takes it: the digests alone, sorted, as JSON").addHelpText("after", "\nExamples:\n  $ shiplock quarantine list\n  $ shiplock quarantine list --parameter").action(async (options) => {
		const service = await openService(await door(io, options, false));
		const held = await standingOf(service, "forward");
		const parameter = admissionParameter(service.config.service.service, held);
		const lines = held.flatMap(({ environment, entry, notBelieved }) => [
			`${entry.digest}  ${entry.component ?? ""} ${entry.version ?? ""}`.trimEnd(),
			`  since ${entry.time} in ${environment}: ${CAUSE[entry.cause]}${entry.run === void 0 ? "" : ` (run ${entry.run})`}`,
			`  ${entry.who}: ${entry.why}`,
			...notBelieved.map((why) => `  a word that it may return does not count: ${why}`)
		]);
		done({
			exit: EXIT.done,
			text: options.parameter === true ? JSON.stringify(parameter, null, 2) : lines.join("\n") || "nothing is in quarantine",
			json: jsonSchema.parse(options.parameter === true ? parameter : {
				held,
				digests: parameter.digests
			})
		});
	});
}
function addAdd(quarantine, { io, done }) {
	withPersonOptions(withCommonOptions(quarantine.command("add"))).summary("put a digest into quarantine").description("Put a digest into quarantine. From then on no door takes it anywhere. Recorded and announced.").argument("<digest>", "sha256:…").requiredOption("--reason <text>", "why; stands on the list").option("--environment <name>", "whose policy says who may (default: the last in the order of environments)").addHelpText("after", "\nExamples:\n  $ shiplock quarantine add sha256:3f2a… --reason \"CVE-2026-1234 in its base image\" --sign-key ~/.ssh/id_ed25519").action(async (text, options) => {
		const digest = parsed(text);
		const entry = await door(io, options, true);
		const { config } = await openService(entry);
		const name = options.environment ?? promotionOrder(config).at(-1) ?? "";
		const added = await addToQuarantine(await openEnvironment(entry, name), {
			digest,
			why: options.reason
		});
		done({
			exit: EXIT.done,
			text: `${digest} is in quarantine, in all environments`,
			json: jsonSchema.parse({
				environment: name,
				entry: added
			})
		});
	});
}
function addRelease$1(quarantine, { io, done }) {
	withPersonOptions(withCommonOptions(quarantine.command("release"))).summary("let a digest return").description("Let a digest return. Needs the role of `policy.quarantine` in each environment that holds it; recorded and announced. What is taken back again is in quarantine again.").argument("<digest>", "sha256:…").requiredOption("--reason <text>", "why; stands on the list").addHelpText("after", "\nExamples:\n  $ shiplock quarantine release sha256:3f2a… --reason \"the database was full, see INC-41\" --sign-key ~/.ssh/id_ed25519").action(async (text, options) => {
		const digest = parsed(text);
		const entry = await door(io, options, true);
		const { config } = await openService(entry);
		const first = await openEnvironment(entry, promotionOrder(config).at(-1) ?? "");
		const held = await heldDigests(first, digest);
		if (held.length === 0) throw new ProblemError(notQuarantined(digest));
		const released = [];
		for (const environment of new Set(held.map((one) => one.environment))) {
			const ends = held.filter((one) => one.environment === environment).map((one) => one.entry.id);
			const service = await openEnvironment(entry, environment);
			released.push(await releaseFromQuarantine(service, {
				digest,
				why: options.reason
			}, ends));
		}
		done({
			exit: EXIT.done,
			text: `${digest} may return`,
			json: jsonSchema.parse({
				digest,
				released
			})
		});
	});
}
function parsed(text) {
	const digest = digestSchema.safeParse(text);
	if (digest.success) return digest.data;
	throw new ProblemError({
		code: "cli.usage",
		where: "<digest>",
		found: text,
		expected: "sha256: and 64 hexadecimal digits",
		remedy: "`shiplock quarantine list` has them whole"
	});
}

// src/cli/commands/release.ts
function addRelease({ program, io, done }) {
	withPersonOptions(withCommonOptions(program.command("release"))).summary("build, migrate, roll out, judge, promote or take back").description("Release the commit that is checked out: build it, apply expand migrations, send it traffic share by share, and promote it or take it back by evidence.").argument("<environment>", "where to").option("--release <version>", "name of the release (default: the tag, else 0.0.0-<commit>)").option("--reason <text>", "why; stands in the journal", "release").option("--seed", "load the seed data on a first release").option("--allow-dirty", "release although the working tree differs from its commit").option("--dry-run", "print the plan and change nothing (the same as `shiplock plan`)").option("--quiet", "no progress, only the summary").addHelpText("after", `
The run can be stopped with Ctrl-C at any time and goes on with \`shiplock resume\`.

Examples:
  $ shiplock release development --seed
  $ shiplock release production --reason "faster search"
  $ shiplock release production --release 2.4.1 --json`).action(async (environment, options) => {
		if (options.dryRun === true) {
			done(await planText(io, environment, options));
			return;
		}
		const service = await openEnvironment(await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true), environment);
		done(runResult(await release(service, releaseRequest(options))));
	});
}

// src/cli/commands/report.ts
function addReport({ program, io, done }) {
	withCommonOptions(program.command("report")).summary("tell what a run did and why").description("Tell what a run did and why, from its journal alone: the verdict, traffic and evidence over time, gates with who and what, every step and every command. One page that needs no network and no script.").argument("[run]", "the run (default: the newest release or rollback)").addOption(new Option("--format <format>", "a page for people, or text for a job summary").choices(["html", "markdown"]).default("html")).option("--output <file>", "write into this file, a file of that name is replaced (default: standard output)").addHelpText("after", `
With --json the report comes as data.

Examples:
  $ shiplock report 20261121-071500-3f2a --output report.html
  $ shiplock report --format markdown >> "$GITHUB_STEP_SUMMARY"
  $ shiplock report --json | jq .head.sentence`).action(async (wanted, options) => {
		const { store } = await openService(await door(io, options, false));
		const run = wanted === void 0 ? await newestRun(store) : (await findRun(store, wanted)).run;
		const report = await readReport(store, run);
		const text = options.format === "html" ? reportPage(report) : reportMarkdown(report);
		const json = jsonSchema.parse(report);
		if (options.output === void 0) {
			done({
				exit: EXIT.done,
				text,
				json
			});
			return;
		}
		await writeOutput(io, options.output, text, "--output");
		done({
			exit: EXIT.done,
			text: `${report.head.sentence}\nreport: ${options.output}`,
			json
		});
	});
}

// src/cli/commands/rollback.ts
function addRollback({ program, io, done }) {
	withCommonOptions(program.command("rollback")).summary("go back to an earlier release").description("Go back to an earlier release: traffic first, then everything else. During a release it pre-empts that run. Refused when the ledger says that the earlier version cannot run on the schema of today.").argument("<environment>", "where").requiredOption("--reason <text>", "why; stands in the journal").option("--to <version>", "the release to go back to (default: the one before)").option("--dry-run", "print the plan and change nothing").option("--quiet", "no progress, only the summary").addHelpText("after", "\nExamples:\n  $ shiplock rollback production --reason \"checkout fails\"\n  $ shiplock rollback production --to 2.3.0 --reason \"leak since 2.3.1\" --dry-run").action(async (environment, options) => {
		const request = {
			to: options.to,
			why: options.reason
		};
		if (options.dryRun === true) {
			const service = await openEnvironment(await door(io, options, false), environment);
			const { plan } = await planRollback(service, request);
			done({
				exit: EXIT.done,
				text: renderPlan(plan),
				json: jsonSchema.parse(plan)
			});
			return;
		}
		const service = await openEnvironment(await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true), environment);
		done(runResult(await rollback(service, request)));
	});
}

// src/cli/find-run.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** The rollout that a word of the command line means: a run by its id, or the one of an environment that has not ended. */
async function findRollout({ store, config }, wanted) {
	const runs = await listRuns(store);
	const found = runs.find(({ run }) => run === wanted) ?? openIn(runs, wanted);
	if (found !== void 0) return found;
	const environments = environmentNames(config);
	throw new ProblemError(environments.includes(wanted) ? nothingOpen(wanted) : unknown$1(store, wanted, runs, environments));
}
function openIn(runs, environment) {
	return runs.findLast((one) => one.environment === environment && one.finished === null && one.procedure !== "build");
}
function nothingOpen(environment) {
	return {
		code: "cli.nothing-under-way",
		where: environment,
		found: "no run of this environment that has not ended",
		expected: "a rollout that is under way, waits or has stopped",
		remedy: `\`shiplock status ${environment}\` says what is live; \`shiplock rollback ${environment} --reason …\` goes back from it`
	};
}
function unknown$1(store, wanted, runs, environments) {
	const open = runs.filter(({ finished, procedure }) => finished === null && procedure !== "build");
	const names = [...environments, ...open.map(({ run }) => run)];
	const near = nearest(wanted, [...environments, ...runs.map(({ run }) => run)], import_fastest_levenshtein.distance);
	return {
		code: "cli.unknown-run",
		where: store,
		found: wanted,
		expected: `one of ${names.join(", ")}`,
		remedy: near === void 0 ? "name an environment, or a run as `shiplock status` lists it" : `did you mean ${near}?`
	};
}

// src/cli/commands/rollout.ts
const TEXTS = {
	pause: {
		summary: "hold a rollout where it is: it keeps its share and is judged on",
		more: "It goes no further and asks nothing; if the evidence says `worse`, it goes back all the same. The pause outlives the process.",
		example: "$ shiplock rollout pause production --reason \"support asks what the new banner is\""
	},
	resume: {
		summary: "end a pause: the rollout goes on",
		more: "Where no process works on it any more, this one does.",
		example: "$ shiplock rollout resume production --reason \"it was the banner of marketing\""
	},
	abort: {
		summary: "take a rollout back now, by its own way back",
		more: "As if the evidence had said `worse`; also for one that is paused, waits at a gate, or has stopped. Ends with 4 when it is taken back. After a release: `shiplock rollback`.",
		example: "$ shiplock rollout abort 20261121-071500-3f2a --reason \"wrong build\""
	}
};
function addRollout(registry) {
	const rollout = registry.program.command("rollout").summary("pause, resume or abort a rollout that is under way").description("Pause, resume or abort a rollout that is under way, from any terminal that sees its state directory.");
	for (const kind of ORDER_KINDS) addOrder(rollout, kind, registry);
}
function addOrder(rollout, kind, { io, done }) {
	const { summary, more, example } = TEXTS[kind];
	withPersonOptions(withCommonOptions(rollout.command(kind))).summary(summary).description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}. ${more}`).argument("<run>", "the run, or its environment").requiredOption("--reason <text>", "why; stands in the journal", reason).option("--wait <seconds>", "how long to wait until the run has taken it up", seconds$1, 30).option("--quiet", "no progress, only the result").addHelpText("after", `\nExamples:\n  ${example}`).action(async (wanted, options) => {
		const entry = await door(io, {
			...options,
			quiet: options.quiet ?? options.json ?? false
		}, true);
		const { run, environment } = await findRollout(await openService(entry), wanted);
		const service = await openEnvironment(entry, environment);
		done(orderResult(kind, await orderRun(service, {
			run,
			kind,
			why: options.reason,
			waitMs: options.wait * 1e3
		})));
	});
}
function reason(text) {
	if (text.trim() === "") throw new InvalidArgumentError("It must say something.");
	return text;
}
function seconds$1(text) {
	const value = Number(text);
	if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError("It must be a number of seconds.");
	return value;
}
const FOLLOWED = {
	pause: "paused: it keeps its share and is judged on; go on with: shiplock rollout resume",
	resume: "the pause is over: it goes on",
	abort: "aborted: it goes back"
};
function orderResult(kind, outcome) {
	const { run } = outcome;
	switch (outcome.kind) {
		case "followed": return {
			exit: EXIT.done,
			text: `run ${run}: ${FOLLOWED[kind]}${kind === "pause" ? ` ${run} --reason …` : ""}`,
			json: {
				run,
				order: kind,
				state: "followed"
			}
		};
		case "placed": {
			const text = outcome.why === "busy" ? `run ${run} has not taken the order up yet: it finishes the step it is in, or does not answer; the order stays, see: shiplock status` : `no process works on run ${run}: the order is the first thing that \`shiplock resume ${run}\` takes up`;
			return {
				exit: outcome.why === "busy" ? EXIT.undecided : EXIT.done,
				text,
				json: {
					run,
					order: kind,
					state: "placed",
					why: outcome.why
				}
			};
		}
		case "ended": return runResult(outcome.outcome);
	}
}

// src/cli/commands/rollouts.ts
function addRollouts({ program, io, done }) {
	(program.commands.find((command) => command.name() === "gitops") ?? program.command("gitops").summary("what stands in git about an environment").description("Manifests in git.")).command("rollouts").summary("strategy and AnalysisTemplates for Argo Rollouts").description("Print what Argo Rollouts must be told about an environment: the strategy as a patch of the Rollout, and AnalysisTemplates that ask the judge. Made from shiplock.yaml; the same every time.").argument("<environment>", "environment of shiplock.yaml").option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").addOption(new Option("--mode <mode>", "pull: the controller asks the judge and goes on; push: the pipeline says when").choices(["pull", "push"]).default("pull")).option("--rollout <name>", "name of the Rollout (default: the service)").option("--namespace <name>", "namespace to write into the manifests (default: none)").option("--replicas <number>", "pods of the Rollout: shares are counts of pods", whole).option("--http-route <name>", "HTTPRoute whose weights are the shares; instead of --replicas").option("--stable-service <name>", "Service of the old version (default: the Rollout’s name)").option("--canary-service <name>", "Service of the new version, or of the preview (default: NAME-canary, NAME-preview)").option("--preview-port <port>", "port of the preview Service, for smoke requests", whole, 80).option("--judge <url>", "address of the judge", "http://shiplock-judge.shiplock.svc:8484").addOption(new Option("--token-secret <name/key>", "secret beside the Rollout with the judge’s token").argParser(secret).default({
		name: "shiplock-judge",
		key: "token"
	}, "shiplock-judge/token")).addOption(new Option("--every <duration>", "between two questions").argParser(span).default(5e3, "5s")).option("--output <dir>", "write rollout-strategy.yaml and analysis-templates.yaml there instead of printing").option("--json", "print one JSON document instead of text").addHelpText("after", "\nExamples:\n  $ shiplock gitops rollouts production --replicas 10\n  $ shiplock gitops rollouts production --http-route certkeeper --namespace certkeeper --output apps/certkeeper/overlays/production").action(async (name, options) => {
		const manifests = await make(name, options, io);
		const text = options.output === void 0 ? manifestsText(manifests) : await write(manifests, options.output, io);
		done({
			exit: EXIT.done,
			text,
			json: jsonSchema.parse({ manifests })
		});
	});
}
async function make(name, options, io) {
	const file = options.config === void 0 ? await findConfig(io.cwd) : resolve(io.cwd, options.config);
	const config = unwrap(await readConfig(file));
	const environment = unwrap(resolveEnvironment(config, name, { baseDir: resolve(file, "..") }));
	const rollout = options.rollout ?? environment.service;
	const stable = options.stableService ?? rollout;
	return unwrap(environmentManifests(environment, {
		mode: options.mode,
		rollout,
		...options.namespace === void 0 ? {} : { namespace: options.namespace },
		routing: routingOf(options, environment.rollout.strategy, rollout, stable),
		activeService: stable,
		previewService: options.canaryService ?? `${rollout}-preview`,
		previewPort: options.previewPort,
		judge: {
			url: options.judge,
			tokenSecret: options.tokenSecret,
			everyMs: options.every
		}
	}));
}
function routingOf(options, strategy, rollout, stableService) {
	const { httpRoute, replicas } = options;
	if (httpRoute !== void 0 && replicas === void 0) return {
		kind: "gateway-api",
		httpRoute,
		stableService,
		canaryService: options.canaryService ?? `${rollout}-canary`
	};
	if (replicas !== void 0 && httpRoute === void 0) return {
		kind: "pods",
		replicas
	};
	if (replicas === void 0 && strategy !== "canary") return {
		kind: "pods",
		replicas: 1
	};
	throw new ProblemError({
		code: "cli.usage",
		where: "--replicas, --http-route",
		found: replicas === void 0 ? "neither" : "both",
		expected: "one of them: shares are counts of pods, or weights of an HTTPRoute",
		remedy: "give for instance --replicas 10"
	});
}
async function write(manifests, directory, io) {
	const files = [{
		name: "rollout-strategy.yaml",
		wanted: (kind) => kind === "Rollout"
	}, {
		name: "analysis-templates.yaml",
		wanted: (kind) => kind !== "Rollout"
	}];
	const written = [];
	for (const { name, wanted } of files) {
		const file = join(directory, name);
		await writeOutput(io, file, manifestsText(manifests.filter(({ kind }) => wanted(kind))), "--output");
		written.push(file);
	}
	return written.join("\n");
}
function whole(text) {
	const count = Number(text);
	if (!/^\d{1,5}$/.test(text) || count < 1) throw new InvalidArgumentError("a whole number from 1 to 99999");
	return count;
}
function span(text) {
	const ms = parseDuration(text);
	if (ms === void 0 || ms < 1e3) throw new InvalidArgumentError("a duration of at least 1s, such as 5s");
	return ms;
}
function secret(text) {
	const [, name, key] = /^([a-z0-9][a-z0-9.-]*)\/([A-Za-z0-9._-]+)$/.exec(text) ?? [];
	if (name === void 0 || key === void 0) throw new InvalidArgumentError("a secret and its key, such as judge/token");
	return {
		name,
		key
	};
}

// src/cli/commands/stats.ts
function addStats({ program, io, done }) {
	withCommonOptions(program.command("stats")).summary("how often, how fast and how safely was released").description("Delivery counts from the journals: deployments, lead time, change failure rate, time to restore. docs/delivery-counts.md defines each. Only reads.").argument("[environment]", "where (default: each environment by itself)").option("--since <time>", "a duration back from now, a date, or a time with its zone", "30d").option("--until <time>", "the same; this moment itself does not count (default: now)").option("--service <name>", "only this service").addHelpText("after", "\nExamples:\n  $ shiplock stats production\n  $ shiplock stats production --since 2026-10-01 --until 2026-11-01\n  $ shiplock stats --since 90d --json").action(async (environment, options) => {
		const { store, clock } = await openService(await door(io, options, false));
		const now = clock.now();
		const since = moment(options.since, now, "--since");
		const until = options.until === void 0 ? now : moment(options.until, now, "--until");
		if (since >= until) throw new ProblemError(emptyWindow(since, until));
		const stats = await deliveryStats(store, {
			environment,
			service: options.service,
			since,
			until
		});
		done({
			exit: EXIT.done,
			text: statsText(stats),
			json: jsonSchema.parse(stats)
		});
	});
}
/** `30d` back from now, `2026-11-01` (midnight UTC), or `2026-11-01T08:00:00+01:00`. */
function moment(text, now, option) {
	const back = parseDuration(text);
	if (back !== void 0) return now - back;
	const known = union([date(), datetime({ offset: true })]).safeParse(text);
	if (known.success) return Date.parse(known.data);
	throw new ProblemError({
		code: "cli.usage",
		where: option,
		found: text,
		expected: "a duration such as 30d, a date such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z",
		remedy: `write for instance ${option} 30d`
	});
}
function emptyWindow(since, until) {
	return {
		code: "cli.usage",
		where: "--since and --until",
		found: `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`,
		expected: "a beginning before the end",
		remedy: "exchange them, or leave --until out"
	};
}
function statsText(stats) {
	const lines = [`From ${stats.since} to ${stats.until}`];
	if (stats.counts.length === 0) lines.push("", "no journal of a release: nothing is known");
	for (const counts of stats.counts) lines.push("", ...countsText(counts));
	for (const { run, why } of stats.damaged) lines.push("", `damaged, counted as far as it goes: ${run}: ${why}`);
	return lines.join("\n");
}
function countsText(counts) {
	const { deployments, leadTime, changes, timeToRestore, runs, journalsBegin, underWay } = counts;
	const { perWeek } = deployments;
	const special = [
		part(deployments.first, "the first release"),
		part(deployments.configuration, "configuration only"),
		part(deployments.hotfix, "hotfix")
	].flat();
	const causes = [
		part(changes.takenBackEarly, "taken back before full traffic"),
		part(changes.takenBackLate, "taken back after it"),
		part(changes.wentBackFrom, "gone back from by a rollback"),
		part(changes.mended, "mended by a hotfix")
	].flat();
	return [
		`${counts.service} in ${counts.environment}${journalsBegin === null ? "" : ` (journals since ${journalsBegin})`}`,
		`  deployments         ${deployments.n}${brackets(special)}, per week: ${perWeek.kind === "known" ? round(perWeek.value) : `not known: ${perWeek.why}`}`,
		`  lead time           ${spread(leadTime)}${unknown(leadTime)}`,
		`  change failure rate ${changes.failureRate.kind === "known" ? `${round(changes.failureRate.value * 100)} %: ${changes.failed} of ${changes.n} changes` : `not known: ${changes.failureRate.why}`}${brackets(causes)}`,
		`  time to restore     ${spread(timeToRestore)}${timeToRestore.notRestored === 0 ? "" : `; ${timeToRestore.notRestored} not restored`}`,
		`  runs that ended     releases: ${outcomesText(runs.release)}; rollbacks: ${outcomesText(runs.rollback)}`,
		...underWay.map(({ run, kind, version, state }) => `  under way           ${kind} ${version}, ${state} (${run})`)
	];
}
function spread(of) {
	if (of.kind === "unknown") return `not known: ${of.why}`;
	return `median ${rough(of.medianMs)}, 90 % within ${rough(of.p90Ms)} (n = ${of.n})`;
}
function unknown({ withoutCommitTime, commitFromFuture }) {
	const words = [part(withoutCommitTime, "without a recorded commit time"), part(commitFromFuture, "with a commit from the future")].flat();
	return words.length === 0 ? "" : `; ${words.join(", ")}`;
}
function part(n, what) {
	return n === 0 ? [] : [`${n} ${what}`];
}
function brackets(parts) {
	return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
function outcomesText(outcomes) {
	const parts = Object.entries(outcomes).map(([outcome, n]) => `${n} ${outcome}`);
	return parts.length === 0 ? "none" : parts.join(", ");
}
function round(value) {
	return String(Math.round(value * 10) / 10);
}
/** The two greatest units: nobody wants the milliseconds of a lead time of days. */
function rough(ms) {
	const [first = "", second = ""] = formatDuration(ms).match(/\d+[a-z]+/g) ?? [];
	return `${first}${second}`;
}

// src/cli/commands/status.ts
function addStatus({ program, io, done }) {
	withCommonOptions(program.command("status")).summary("what is live, what changed, what may be done").description("Say what is live, what changed in the last 24 hours, and what may be done now. Only looks.").argument("<environment>", "where").addHelpText("after", "\nExamples:\n  $ shiplock status production\n  $ shiplock status production --json | jq .routes").action(async (environment, options) => {
		const seen = await status(await openEnvironment(await door(io, options, false), environment));
		done({
			exit: EXIT.done,
			text: statusText(seen, io),
			json: jsonSchema.parse(seen)
		});
	});
}
function statusText(seen, io) {
	const paint = painter(io);
	const percent = (share) => `${Math.round(share * 1e3) / 10} %`;
	const lines = [paint("bold", `${seen.service} in ${seen.environment}`)];
	if (seen.routes === null) lines.push(paint("yellow", `  the proxy does not answer: ${seen.routesProblem ?? "unknown"}`));
	else if (seen.routes.length === 0) lines.push("  nothing is routed");
	for (const route of seen.routes ?? []) {
		const lease = route.hold === "leased" ? " (on trial: its share ends when nobody watches)" : "";
		const set = Math.abs(route.share - route.configured) > .001 ? `, set to ${percent(route.configured)}` : "";
		lines.push(`  ${paint("green", route.version)} gets ${percent(route.share)}${set}, ${route.up} up${lease}`);
	}
	for (const { name, address, problem } of seen.hosts) if (problem !== null) lines.push(paint("yellow", `  the host ${name} (${address}) does not answer: ${problem}`));
	const shares = new Map((seen.routes ?? []).map((route) => [route.version, route.configured]));
	for (const one of seen.instances.filter(({ state, version }) => state === "ready" && shares.get(version) === 0)) lines.push(`  ${one.instance} listens at ${one.address} and gets no requests`);
	for (const one of seen.instances.filter((instance) => instance.state !== "ready")) lines.push(paint("yellow", `  ${one.instance} is ${one.state}, ${one.restarts} restarts ${one.detail}`));
	if (seen.schema !== null) lines.push(`  database schema: ${seen.schema}`);
	if (seen.gitAgrees !== null) lines.push(seen.gitAgrees ? `  git names ${seen.git}: it agrees` : paint("yellow", `  git names ${seen.git ?? "nothing"}: git is not true`));
	lines.push(`  gates: ${seen.persons}`);
	if (seen.lock !== null) lines.push(paint("yellow", `  locked by ${seen.lock.by} since ${seen.lock.time}: ${seen.lock.reason}`));
	const { holder } = seen;
	if (holder !== null && seen.unfinished.every((run) => run.run !== holder.run)) lines.push(paint("yellow", `  held by run ${holder.run} of ${holder.who} on ${holder.host}`));
	const pending = seen.pending ?? [];
	if (pending.length > 0) {
		const records = pending.reduce((sum, one) => sum + one.records, 0);
		const runs = pending.map((one) => one.run).join(", ");
		lines.push(paint("yellow", `  git is not yet true: ${records} records are pending (${runs}); shiplock journal import`));
	}
	lines.push("", paint("bold", "Last 24 hours"));
	if (seen.changes.length === 0) lines.push("  no change");
	for (const change of seen.changes) lines.push(`  ${change.time}  ${change.version} ${change.outcome} by ${change.who}: ${change.why}`);
	for (const run of seen.unfinished) {
		lines.push(paint("yellow", `  unfinished: ${run.run} ${run.title} (${run.held === null ? run.state : "paused"})`));
		if (run.held !== null) lines.push(paint("yellow", `    paused by ${run.held.by} since ${run.held.since}: ${run.held.why}`));
		for (const { kind, by, why } of run.orders) lines.push(`    ordered, not taken up yet: ${kind} by ${by}: ${why}`);
	}
	for (const told of seen.announcements ?? []) {
		const what = `${told.alert} of ${told.run}`;
		if (told.via !== null) lines.push(`  told ${told.via} at ${told.at ?? "?"}: ${what}`);
		if (told.problem !== null) lines.push(paint("yellow", `  ${told.via === null ? "nobody knows of" : "not told everywhere:"} ${what}: ${told.problem}`));
	}
	lines.push("", paint("bold", "Now"));
	for (const { command, why } of seen.next) lines.push(`  ${paint("cyan", command)}  ${paint("dim", why)}`);
	for (const problem of seen.problems) lines.push(paint("yellow", `  ${problem.where}: ${problem.found}`));
	return lines.join("\n");
}

// src/cli/commands/validate.ts
function addValidate({ program, io, done }) {
	withCommonOptions(program.command("validate")).summary("check shiplock.yaml").description("Check shiplock.yaml: every problem with its line, what was found, what is expected, and how to mend it. Reads the file only.").argument("[environment]", "only this environment (default: all that are not abstract)").addHelpText("after", "\nExamples:\n  $ shiplock validate\n  $ shiplock validate production --config deploy/shiplock.yaml").action(async (environment, options) => {
		const { config, configFile, baseDir } = await openService(await door(io, options, false));
		const names = environment === void 0 ? environmentNames(config) : [environment];
		for (const name of names) unwrap(resolveEnvironment(config, name, { baseDir }));
		done({
			exit: EXIT.done,
			text: `${configFile}: valid (${names.join(", ")})`,
			json: {
				file: configFile,
				valid: true,
				environments: [...names]
			}
		});
	});
}

// src/cli/commands/what-if-text.ts
var import_dist = require_dist();
function totalsOf(releases) {
	const endings = (of) => {
		const count = (ending) => releases.filter((release) => of(release) === ending).length;
		return {
			passed: count("passed"),
			"rolled-back": count("rolled-back"),
			undecided: count("undecided")
		};
	};
	const passes = releases.flatMap(({ steps }) => steps).flatMap(({ recorded, again }) => {
		const [before, now] = [passOf(recorded), passOf(again)];
		return before === void 0 || now === void 0 ? [] : [{
			before: before.afterSeconds,
			now: now.afterSeconds
		}];
	});
	return {
		releases: releases.length,
		same: releases.filter(({ same }) => same).length,
		recorded: endings(({ recorded }) => recorded),
		again: endings(({ again }) => again),
		secondsToPass: {
			steps: passes.length,
			recorded: passes.reduce((sum, { before }) => sum + before, 0),
			again: passes.reduce((sum, { now }) => sum + now, 0)
		}
	};
}
function passOf(decisions) {
	return decisions.find(({ answer }) => answer === "pass");
}
function whatIfText(releases, nothing, totals) {
	const lines = releases.flatMap((release) => [`${release.run}  ${release.environment} ${release.version}: ${endings(release)}`, ...release.steps.map((step) => `  ${stepText(step)}`)]);
	for (const { run, why } of nothing) lines.push(`${run}  not judged: ${clean(why)}`);
	if (lines.length > 0) lines.push("");
	return [...lines, ...totalsText(totals)].join("\n");
}
function endings({ recorded, again }) {
	return recorded === again ? `${recorded}, as recorded` : `${again} instead of ${recorded}`;
}
function stepText({ share, recorded, again, requestsNeeded }) {
	const [before, now] = [decided(recorded), decided(again)];
	const percent = `${Math.round(share * 1e3) / 10} %`;
	if (before === now) return `${percent}: ${before}`;
	return `${percent}: ${now}${again.some(({ answer }) => answer !== "ask") || requestsNeeded === null ? "" : `, about ${requestsNeeded} more canary requests needed if there is no difference`} (recorded: ${before})`;
}
/** All answers of a step, in order. */
function decided(decisions) {
	if (decisions.length === 0) return "undecided at the last look";
	return decisions.map((one) => `${ANSWER[one.answer]} after ${seconds(one.afterSeconds)}: ${clean(one.text)}`).join("; then ");
}
const ANSWER = {
	pass: "passed",
	fail: "failed",
	ask: "asked a person"
};
function seconds(time) {
	return `${Math.round(time * 10) / 10} s`;
}
function totalsText({ releases, same, recorded, again, secondsToPass }) {
	if (releases === 0) return ["no release with counts in its journal"];
	const change = (ending) => `${ending} ${recorded[ending]} → ${again[ending]}`;
	return [`${releases} ${releases === 1 ? "release" : "releases"}: ${same} with the same verdicts; ${change("passed")}, ${change("rolled-back")}, ${change("undecided")}`, ...secondsToPass.steps === 0 ? [] : [`steps that passed both times: ${secondsToPass.steps}, after ${seconds(secondsToPass.recorded)} → ${seconds(secondsToPass.again)} in all`]];
}
function streamsText(streams) {
	const at = (t) => t === null ? "" : ` at t=${t}`;
	const lines = streams.map(({ input, recorded, again, same }) => {
		return `${input}: ${`${again.verdict}${at(again.at)}`}${same ? ", as under the default policy" : ` (default policy: ${recorded.verdict}${at(recorded.at)})`}`;
	});
	const same = streams.filter((one) => one.same).length;
	return [...lines, `${streams.length} ${streams.length === 1 ? "stream" : "streams"}: ${same} with the same verdict`].join("\n");
}

// src/cli/commands/what-if.ts
/** Releases that are looked at when nobody says how many. */
const USUAL = 20;
function countArgument(text) {
	if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 999999.");
	return Number(text);
}
function addWhatIf({ program, io, done }) {
	const command = withCommonOptions(program.command("what-if")).summary("judge past releases under another policy").description("Judge past releases again, offline, from the counts in their journals, under another policy. What is not given stays as the release had it; with nothing given, the verdicts must be the same. Changes nothing.").argument("[run...]", `the runs (default: the newest ${USUAL} releases)`).option("--last <n>", "the newest n releases", countArgument).option("--input <file...>", "streams of counts as for `analyse` instead of releases; compared with the defaults").option("--policy <file>", "settings as under `analysis` in shiplock.yaml; options have precedence");
	withPolicyOptions(command).addHelpText("after", `
Examples:
  $ shiplock what-if --alpha 0.001
  $ shiplock what-if 20261121-071500-3f2a --margin 1.5 --json
  $ shiplock what-if --last 50 --policy stricter.yaml
  $ shiplock what-if --input monday.csv tuesday.csv --mode sharp`).action(async (runs, options) => {
		const settings = await settingsOf(io, options);
		if (options.input === void 0) done(await judgeReleases(io, options, runs, settings));
		else if (runs.length > 0 || options.last !== void 0) throw twoSources(runs.length > 0 ? "a run" : "--last");
		else done(await judgeStreams(io, options.input, settings));
	});
}
function twoSources(other) {
	return new ProblemError({
		code: "cli.usage",
		where: "command line",
		found: `--input and ${other}`,
		expected: "either files of counts, or releases",
		remedy: "leave one of them out"
	});
}
/** What is to be changed: the file's settings, and the options over them. Each is checked under the name it has for the user. */
async function settingsOf(io, options) {
	const inFile = options.policy === void 0 ? {} : await readPolicy(io, options.policy);
	const given = policyOf(options);
	makePolicy(given, "arguments");
	return {
		...inFile,
		...given
	};
}
async function readPolicy(io, file) {
	let content;
	try {
		content = (0, import_dist.parse)(await readFile(resolve(io.cwd, file), "utf8"));
	} catch (error) {
		throw unreadable(file, error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error));
	}
	const settings = policySettings(content ?? {});
	if (typeof settings !== "object" || settings === null || Array.isArray(settings)) throw unreadable(file, "something else than settings by name");
	makePolicy(settings, file);
	return settings;
}
function unreadable(file, found) {
	return new ProblemError({
		code: "cli.unreadable-policy",
		where: file,
		found,
		expected: "settings by name, in YAML or JSON, as under `rollout.analysis` in shiplock.yaml",
		remedy: "write for instance `alpha: 0.1%`, one setting a line"
	});
}
async function judgeReleases(io, options, wanted, settings) {
	const entry = await door(io, options, false);
	const { store } = await openService(entry);
	const runs = wanted.length === 0 ? await newest(store, options.last ?? USUAL) : await named(store, wanted);
	const seen = [];
	for (const { run, environment } of runs) try {
		const { target } = await openEnvironment(entry, environment);
		seen.push(await whatIf(target, run, settings));
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		seen.push({
			kind: "nothing",
			run,
			why: error.problems.map(({ found }) => found).join("; ")
		});
	}
	const releases = seen.flatMap((one) => one.kind === "judged" ? [one.release] : []);
	const nothing = seen.flatMap((one) => one.kind === "nothing" ? [{
		run: one.run,
		why: one.why
	}] : []);
	const totals = totalsOf(releases);
	return {
		exit: EXIT.done,
		text: whatIfText(releases, nothing, totals),
		json: jsonSchema.parse({
			settings,
			releases,
			nothing,
			totals
		})
	};
}
/** Newest last, as in every list of runs. */
async function newest(store, count) {
	return (await listRuns(store)).filter(({ procedure }) => procedure === "release").slice(-count);
}
async function named(store, wanted) {
	const runs = [];
	for (const run of new Set(wanted)) runs.push(await findRun(store, run));
	return runs;
}
async function judgeStreams(io, files, settings) {
	const policy = makePolicy(settings);
	const streams = [];
	for (const input of files) {
		const chunks = input === "-" ? await collected(countChunks(io, input)) : void 0;
		const judge = async (changed) => analyseCsv(chunks ?? countChunks(io, input), {
			source: countSource(input),
			...changed ? { policy } : {}
		});
		const [before, again] = [await judge(false), await judge(true)];
		streams.push({
			input,
			recorded: {
				verdict: before.verdict,
				at: before.at
			},
			again: {
				verdict: again.verdict,
				at: again.at,
				requestsNeeded: again.requestsNeeded
			},
			same: before.verdict === again.verdict && before.at === again.at
		});
	}
	return {
		exit: EXIT.done,
		text: streamsText(streams),
		json: jsonSchema.parse({
			settings,
			streams,
			totals: {
				streams: streams.length,
				same: streams.filter((one) => one.same).length
			}
		})
	};
}
async function collected(chunks) {
	const all = [];
	for await (const chunk of chunks) all.push(chunk);
	return all;
}

// src/cli/program.ts
/** The whole command line as commander's tree: help texts, completion and the manual are all made from it. */
function buildProgram(io, done) {
	const program = new Command("shiplock").description("Release a service with evidence, and take it back when the evidence says so.").version(packageVersion(), "--version", "print the version").helpOption("-h, --help", "print help, with examples").showSuggestionAfterError(true).exitOverride().configureOutput({
		writeOut: io.out,
		writeErr: () => void 0
	}).addHelpText("after", HELP_FOOTER);
	const registry = {
		program,
		io,
		done
	};
	addInit(registry);
	addValidate(registry);
	addDoctor(registry);
	addPlan(registry);
	addRelease(registry);
	addMigrate(registry);
	addPromote(registry);
	addPipeline(registry);
	addQuarantine(registry);
	addRollback(registry);
	addRollout(registry);
	addStatus(registry);
	addDrift(registry);
	addStats(registry);
	addResume(registry);
	addGate(registry);
	addLock(registry);
	addUnlock(registry);
	addJournal(registry);
	addReport(registry);
	addAnalyse(registry);
	addWhatIf(registry);
	addAnnounce(registry);
	addGitops(registry);
	addRollouts(registry);
	addJudge(registry);
	addCompletion(registry);
	return program;
}
const HELP_FOOTER = `
Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 4 rolled back · 5 refused, nothing changed
            6 undecided · 7 lease held by another · 130/143 stopped, resumable

Examples:
  $ shiplock validate
  $ shiplock plan production
  $ shiplock release production
  $ shiplock status production --json
  $ shiplock rollback production --reason "checkout fails"
`;

export { buildProgram };