import { a as InvalidArgumentError } from "./shared-commander.js";
import { i as ok, n as bad, t as ProblemError } from "./shared-problem.js";
import { Cc as wallText } from "./shared-common.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { n as wordsOf, t as commandLine } from "./shared-line.js";
import { i as installStopSignals, t as liveProgress } from "./shared-progress.js";
import { i as plainOnly } from "./shared-io2.js";
import { access } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";

// src/chatops/command.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Is the command about a commit, which must then be found before anything is done? */
function meansCommit({ kind }) {
	return kind === "forward" || kind === "plans";
}
/** The first value of a parameter. */
function valueFor({ values }, name) {
	return values.get(name)?.[0];
}
/** What a comment says: undefined when it is no command of ours, and nothing is near. */
function readComment(body, commands) {
	const firsts = firstWords(commands);
	const line = commandLine(body, firsts);
	if (line === void 0) return void 0;
	const words = line.ok ? wordsOf(line.value) : line;
	const first = /^\/([a-z-]+)/.exec(body.trimStart())?.[1] ?? "";
	if (!firsts.includes(first) && near(first, firsts) === void 0) return void 0;
	return words.ok ? readWords(words.value, commands) : words;
}
function readWords([slashed = "", ...rest], commands) {
	const first = slashed.slice(1);
	const family = commands.filter(({ name }) => name === first || name.startsWith(`${first} `));
	if (family.length === 0) return bad(unknownCommand(first, firstWords(commands)));
	const single = family.find(({ name }) => name === first);
	if (single !== void 0) return readValues(single, rest);
	const [second = "", ...values] = rest;
	const command = family.find(({ name }) => name === `${first} ${second}`);
	if (command !== void 0) return readValues(command, values);
	return bad(unknownCommand(`${first} ${second}`.trim(), family.map(({ name }) => name)));
}
function readValues(command, words) {
	const values = /* @__PURE__ */ new Map();
	const problems = [];
	const plain = [];
	const queue = [...words];
	for (let word = queue.shift(); word !== void 0; word = queue.shift()) {
		if (!word.startsWith("-")) {
			plain.push(word);
			continue;
		}
		const [, name = "", , inline] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(word) ?? [];
		const option = command.options.find((one) => one.name === name);
		if (option === void 0) {
			problems.push(unknownOption(command, word));
			continue;
		}
		const value = inline ?? queue.shift();
		if (value === void 0) problems.push(wrong(command, option, "nothing", "a value"));
		else if (values.has(name) && !option.many) problems.push(wrong(command, option, "the same twice", "it once"));
		else values.set(name, [...values.get(name) ?? [], value]);
	}
	const extra = plain.slice(command.arguments.length);
	if (extra.length > 0) problems.push(tooMany(command, extra[0] ?? ""));
	for (const [index, argument] of command.arguments.entries()) {
		const value = plain[index];
		if (value !== void 0) values.set(argument.name, [value]);
	}
	for (const parameter of [...command.arguments, ...command.options]) problems.push(...amiss(command, parameter, values));
	return problems.length > 0 ? bad(...problems) : ok({
		command,
		values
	});
}
function amiss(command, parameter, values) {
	const given = values.get(parameter.name);
	if (given === void 0) return parameter.required ? [wrong(command, parameter, "nothing", parameter.description)] : [];
	return given.flatMap((value) => {
		const why = value.trim() === "" ? "It must say something." : parameter.check(value);
		return why === void 0 ? [] : [wrong(command, parameter, value.slice(0, 60), why.replace(/\.$/, ""))];
	});
}
/** `/deploy <environment> [--reason …]` */
function usageOf({ name, arguments: list, options }) {
	const words = list.map((one) => one.required ? `<${one.name}>` : `[${one.name}]`);
	const flags = options.map((one) => one.required ? `--${one.name} …` : `[--${one.name} …]`);
	return [
		`/${name}`,
		...words,
		...flags
	].join(" ");
}
/** Rows of a table in Markdown: what can be said, and what it does. One definition serves `/help` and the documentation. */
function helpTable(commands) {
	return [
		"| command | what it does |",
		"| --- | --- |",
		...commands.map((one) => `| \`${usageOf(one)}\` | ${one.summary} |`)
	].join("\n");
}
/** The same for one command: each parameter. */
function helpOf(command) {
	const rows = [...command.arguments.map((one) => `| \`${one.name}\` | ${cell(one.description)} |`), ...command.options.map((one) => `| \`--${one.name}\`${one.required ? "" : " (optional)"} | ${cell(one.description)} |`)];
	return [
		`\`${usageOf(command)}\`: ${command.summary}`,
		"",
		"| parameter | what it is |",
		"| --- | --- |",
		...rows
	].join("\n");
}
/** Text in a table of Markdown: `<commit>` would be taken for markup there. */
function cell(text) {
	return text.replaceAll("<", "&lt;").replaceAll("|", "\\|");
}
function firstWords(commands) {
	return [...new Set(commands.map(({ name }) => name.split(" ")[0] ?? ""))];
}
/** Nearest of these words, if it is at most two letters away: a wider net would catch commands of other programs. */
function near(word, known) {
	const found = nearest(word, known, import_fastest_levenshtein.distance);
	return found !== void 0 && word.length > 2 && (0, import_fastest_levenshtein.distance)(word, found) <= 2 ? found : void 0;
}
function unknownCommand(word, known) {
	const found = nearest(word, known, import_fastest_levenshtein.distance);
	return {
		code: "chat.unknown-command",
		where: "the command",
		found: `/${word}`,
		expected: `one of ${known.map((one) => `/${one}`).join(", ")}`,
		remedy: found === void 0 ? "`/help` lists them" : `did you mean /${found}?`
	};
}
function unknownOption(command, word) {
	const known = command.options.map(({ name }) => `--${name}`);
	const found = nearest(word.split("=")[0] ?? "", known, import_fastest_levenshtein.distance);
	return {
		code: "chat.unknown-option",
		where: `/${command.name}`,
		found: word.slice(0, 60),
		expected: known.length === 0 ? "no option" : `one of ${known.join(", ")}`,
		remedy: found === void 0 ? `write \`${usageOf(command)}\`` : `did you mean ${found}?`
	};
}
function tooMany(command, word) {
	return {
		code: "chat.too-many-words",
		where: `/${command.name}`,
		found: word.slice(0, 60),
		expected: `\`${usageOf(command)}\``,
		remedy: "put a text of several words into quotes: --reason \"checkout fails\""
	};
}
function wrong(command, { name }, found, expected) {
	const isOption = command.options.some((one) => one.name === name);
	return {
		code: "chat.wrong-value",
		where: `/${command.name}: ${isOption ? "--" : ""}${name}`,
		found,
		expected,
		remedy: `write \`${usageOf(command)}\``
	};
}

// src/chatops/authorise.ts
/** Number of an account that nobody can tell. */
const NOBODY = 0;
/** The person who asks, or every reason against it. */
function authorise(asking) {
	const { author, starter, policy } = asking;
	if (author.bot || starter.bot) return bad(robot(author.bot ? author : starter));
	const person = personOf(policy, author);
	if (person === void 0) return bad(stranger(asking, author));
	const problems = [...placeProblems$1(asking), ...roleProblems(asking, person, "author")];
	if (starter.id !== author.id) problems.push(...starterProblems(asking));
	return problems.length === 0 ? ok(person) : bad(...problems);
}
/** Accounts are compared by their number: a name can be given up and taken by somebody else. */
function personOf({ people }, { id }) {
	return people.find(({ account }) => account === id);
}
/** Whoever runs the job of somebody again acts too: they need the same right. */
function starterProblems(asking) {
	if (asking.starter.id === 0) return [untold(asking, asking.starter)];
	const person = personOf(asking.policy, asking.starter);
	return person === void 0 ? [stranger(asking, asking.starter)] : roleProblems(asking, person, "starter");
}
function placeProblems$1({ command, environment, thread, window, policy }) {
	const problems = [];
	const where = `/${command.name} in ${environment}`;
	if (meansCommit(command) && thread.pull?.fork === true) problems.push({
		code: "chat.fork",
		where,
		found: "a pull request from a fork",
		expected: "a branch of this repository: whoever owns the fork can change it at any time",
		remedy: "push the commits to a branch here after a review, and open a pull request for it"
	});
	if (command.kind === "forward" && window.kind === "closed") {
		const zone = policy.rules.windows?.timeZone ?? "UTC";
		problems.push({
			code: "chat.window-closed",
			where,
			found: window.why,
			expected: window.opens === void 0 ? "an open window" : `the window that opens ${wallText(zone, window.opens)}`,
			remedy: "write it again when the window is open; a rollback needs no window"
		});
	}
	return problems;
}
function roleProblems({ command, environment, policy, rules, teams }, person, whose) {
	const where = `/${command.name} in ${environment}`;
	if (rules === null) return [{
		code: "chat.not-open",
		where,
		found: `no \`chat:\` for ${environment} in the policy`,
		expected: "an environment that takes commands from comments",
		remedy: `use the command line, or merge \`policy.environments.${environment}.chat\` into the protected branch`
	}];
	const role = Object.hasOwn(rules.commands, command.name) ? rules.commands[command.name] : void 0;
	if (role === void 0) return [{
		code: "chat.command-not-open",
		where,
		found: "a command that the policy does not open here",
		expected: `one of ${Object.keys(rules.commands).map((name) => `/${name}`).join(", ") || "none"}`,
		remedy: `use the command line, or merge a role for it into \`policy.environments.${environment}.chat.commands\``
	}];
	if (person.roles.includes(role)) return [];
	const giving = Object.entries(rules.teams).filter(([, roles]) => roles.includes(role));
	const said = giving.map(([team]) => teams.get(team)?.[whose] ?? "unknown");
	if (said.includes("member")) return [];
	const holders = policy.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
	const unread = giving.filter((_, index) => said[index] === "unknown").map(([team]) => team);
	return [{
		code: "chat.role-missing",
		where,
		found: `${person.id}, without the role ${role}${unread.length === 0 ? "" : `; the forge does not say who is in ${unread.join(", ")}`}`,
		expected: `the role ${role}: ${[...holders, ...giving.map(([team]) => `members of ${team}`)].join(", ") || "nobody has it"}`,
		remedy: unread.length === 0 ? "ask one of them, or have the role given on the protected branch" : "ask one of them, or let the App read the members of the team (organisation permission \"members\")"
	}];
}
function stranger({ command, environment, policy }, { id: number, login }) {
	const known = policy.people.filter(({ account }) => account !== null).map(({ id }) => id);
	return {
		code: "chat.unknown-person",
		where: `/${command.name} in ${environment}`,
		found: `the account ${login} (${number}), which belongs to nobody in the policy`,
		expected: known.length === 0 ? "a person of the policy with `account:`; nobody has one yet" : `one of ${known.join(", ")}`,
		remedy: `merge \`account: ${number}\` under \`people:\` into the protected branch`
	};
}
function untold({ command, environment }, { login }) {
	return {
		code: "chat.starter-untold",
		where: `/${command.name} in ${environment}`,
		found: `a job that ${login} has run again; the forge does not say which account that is`,
		expected: "the person who wrote the comment, or a job that may ask: the permission `actions: read`",
		remedy: "write the command in a comment of your own: it is judged as yours; or let who wrote it run the job again"
	};
}
function robot({ login }) {
	return {
		code: "chat.robot",
		where: "the comment",
		found: `${login}, which is a program`,
		expected: "a person: a program that is talked into writing a comment must not act",
		remedy: "let a person write it, or use the command line in the program"
	};
}

// src/chatops/commit.ts
/**
* Which commit a comment means, and whether it may go there. What a person types, and what the server itself recorded, count; dates inside of
* commits never do, since whoever makes a commit chooses them.
*/
/** As many digits as nobody can collide with on purpose in a minute, and as git prints for a release. */
const LEAST_DIGITS = 12;
/** What is wrong with the name of a commit; undefined: nothing. */
function commitNameProblem(text) {
	return /^[0-9a-f]{12,64}$/.test(text) ? void 0 : `It must be ${12} to 64 small hexadecimal digits.`;
}
/** The commit that is meant: the same at each asking, whatever is pushed meanwhile. */
async function pin({ environment, comment, thread, rules, named }, forge) {
	if (named !== void 0) return forge.commitNamed(named);
	if (rules.commit === "named") return bad(unnamed(environment));
	return forge.commitAt(thread.pull?.branch ?? await forge.defaultBranch(), comment.createdAt);
}
/** What the environment asks of the commit itself. */
async function lookAtCommit(question, forge) {
	const { commit, rules, thread } = question;
	const { pull } = thread;
	const own = rules.commitsFrom === "any-branch" && pull !== null && !pull.fork ? pull.branch : void 0;
	const [held, checks, reviews] = await Promise.all([
		own !== void 0 && await forge.holds(own, commit) ? true : forge.holds(await forge.defaultBranch(), commit),
		rules.checks.length === 0 ? [] : forge.checks(commit),
		rules.reviews === 0 || pull === null ? [] : forge.reviews(thread.number)
	]);
	return {
		...question,
		held,
		checks,
		reviews
	};
}
/** Every reason why this commit may not go there; pure. */
function commitProblems(facts) {
	return [
		...placeProblems(facts),
		...checkProblems(facts),
		...reviewProblems(facts)
	];
}
function placeProblems({ commit, environment, rules, held, thread }) {
	if (held) return [];
	const ownToo = rules.commitsFrom === "any-branch" && thread.pull !== null;
	return [{
		code: "chat.commit-elsewhere",
		where: `${commit.slice(0, 12)} to ${environment}`,
		found: ownToo ? "a commit that is neither in the branch of this pull request nor in the default branch now" : "a commit that is not in the default branch now",
		expected: ownToo ? "a commit of one of them: what was taken out was taken out for a reason" : "a commit of the default branch",
		remedy: "merge it first, or write the command where the commit belongs"
	}];
}
function checkProblems({ commit, environment, rules, checks }) {
	return rules.checks.flatMap((name) => {
		const found = checks.filter((one) => one.name === name);
		if (found.length > 0 && found.every(({ state }) => state === "success")) return [];
		return [{
			code: "chat.check-missing",
			where: `${commit.slice(0, 12)} to ${environment}: ${name}`,
			found: found.find(({ state }) => state !== "success")?.state ?? "no such check for this commit",
			expected: "success, for exactly this commit",
			remedy: "wait for it or mend it, then write the command again"
		}];
	});
}
function reviewProblems({ commit, environment, rules, policy, reviews, thread }) {
	if (rules.reviews === 0) return [];
	const where = `${commit.slice(0, 12)} to ${environment}: reviews`;
	if (thread.pull === null) return [{
		code: "chat.reviews-missing",
		where,
		found: "an issue, which has no reviews",
		expected: `the pull request of the commit, with ${rules.reviews} approving`,
		remedy: "write the command in the pull request"
	}];
	const author = personKey(policy, thread.pull.author);
	const last = new Map(reviews.filter(({ state }) => state !== "other").map((one) => [personKey(policy, one.author), one]));
	last.delete(author);
	const against = [...last].filter(([, { state }]) => state === "changes-requested").map(([name]) => name);
	const approving = [...last].filter(([name, one]) => known(policy, name) && one.state === "approved" && one.commit === commit);
	if (against.length === 0 && approving.length >= rules.reviews) return [];
	return [{
		code: "chat.reviews-missing",
		where,
		found: against.length > 0 ? `${against.join(", ")} asks for changes` : `${approving.length} of ${rules.reviews} approving at this commit${approving.length < last.size ? "; others looked at another commit or are not in the policy" : ""}`,
		expected: `${rules.reviews} persons of the policy, other than the author, who approve exactly this commit`,
		remedy: "ask for a review of the commit, then write the command again"
	}];
}
/** Two accounts of one person are one person; an account of nobody stands for itself. */
function personKey(policy, account) {
	if (account === null) return "an account that is gone";
	return personOf(policy, account)?.id ?? `account ${account.id}`;
}
function known({ people }, name) {
	return people.some(({ id }) => id === name);
}
function unnamed(environment) {
	return {
		code: "chat.commit-unnamed",
		where: environment,
		found: "a command that does not name its commit",
		expected: `${12} or more digits of it`,
		remedy: "write --commit with the digits that you have looked at: `git rev-parse HEAD`"
	};
}
/** Does what is checked out have the commit that was meant? */
function sameCommit(wanted, found) {
	if (wanted === found) return ok(void 0);
	return bad({
		code: "chat.other-commit",
		where: "the checkout",
		found,
		expected: `${wanted}, which the comment means`,
		remedy: "nothing was changed; write the command again, and see who changes the checkout of the runner"
	});
}

// src/cli/session.ts
function withChangeOption(command) {
	return command.option("--change <id>", "the change record that asks for this; needed where the policy says so");
}
function withPersonOptions(command) {
	return command.option("--sign-key <file>", "sign with this OpenSSH key (or the public half of one that the agent holds)").option("--as <person>", "who acts, as the policy names them (default: whose key it is)").option("--break-glass <reason>", "go on although git does not answer: with the last copy of the policy, and without the git store; the reason is recorded");
}
/** Options every command that reads shiplock.yaml has. */
function withCommonOptions(command) {
	return command.option("--config <file>", "the configuration (default: shiplock.yaml here or in a directory above)").option("--state <dir>", "the state directory (default: .shiplock/state beside the configuration)").option("--json", "print one JSON document instead of text");
}
/** Digits of a commit: fewer could be found for another commit on purpose. */
function commitDigits(text) {
	const why = commitNameProblem(text);
	if (why !== void 0) throw new InvalidArgumentError(why);
	return text;
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
		...io.acting === void 0 ? {} : {
			forge: io.acting.forge,
			run: io.acting.run
		},
		...acts ? {
			...options.quiet === true ? {} : { onEvent: progress(io) },
			signal: installStopSignals(() => io.err("stopping at the next safe place; once more to stop at once\n"))
		} : {}
	};
}

export { meansCommit as _, whoAmI as a, withPersonOptions as c, pin as d, sameCommit as f, helpTable as g, helpOf as h, selfCommand as i, commitProblems as l, personOf as m, door as n, withChangeOption as o, authorise as p, findConfig as r, withCommonOptions as s, commitDigits as t, lookAtCommit as u, readComment as v, valueFor as y };