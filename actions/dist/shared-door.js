import { c as unwrap, i as ok, n as bad, o as problemSchema, r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { Jn as string, Lt as boolean, Nt as array, Pn as number, Sn as looseObject, Un as record, Yt as discriminatedUnion, or as union, qc as prettifyError, qn as strictObject, xn as literal } from "./shared-schemas.js";
import { $a as RUNBOOK_PREFIX, $t as releaseInputsSchema, Bo as createRecorder, Bs as cleanLine, Cr as openService, Do as takeLease, Fo as GATE_NAMESPACE, Hs as fenced, Io as ORDER_NAMESPACE, Lo as START_NAMESPACE, M as ownErrorsOf, Mo as readRun, P as runCommits, Po as openGates, Qo as foldState, Ro as askedOf, Sr as openEnvironment, To as policyMissing, Ur as scansOf, Vr as fingerprintIn, Vs as codeSpan, Xo as isUnfinished, Zo as loadRun, Zt as underPolicy, as as checkEvidence, eo as isOpen$1, jo as listRuns, li as explainFinding, ls as environmentNames, no as traitsOf, o as readReport, qn as CLOSING_NAMESPACE, wc as windowAt, x as reportMarkdown, yr as scanInputsSchema, zo as gateText } from "./shared-common.js";
import { _ as meansCommit, d as pin, f as sameCommit, g as helpTable, h as helpOf, l as commitProblems, m as personOf, n as door, p as authorise, u as lookAtCommit, v as readComment, y as valueFor } from "./shared-session3.js";
import { t as EXIT } from "./shared-exit.js";
import { n as nearest, t as jsonSchema } from "./shared-json.js";
import { t as exitFor } from "./shared-exit2.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as findChange } from "./shared-find.js";
import { i as shownRun, n as project, r as showing, t as deploymentOf } from "./shared-at-forge.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { s as replaceFile } from "./shared-store.js";
import { a as InvalidArgumentError } from "./shared-commander.js";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { hostname } from "node:os";

// src/procedure/gate/gates.ts
/** Gates of every run of the state directory that wait for somebody, oldest first. */
async function showGates(store) {
	const found = [];
	for (const { run, finished } of await listRuns(store)) {
		if (finished !== null) continue;
		const loaded = await loadRun(store, run);
		if (loaded !== void 0) found.push(...openGates(loaded.state));
	}
	return found.toSorted((a, b) => a.openedAt.localeCompare(b.openedAt));
}
/**
* Fills a gate in: checks the evidence against the questions that were journaled when it opened and records it, bound to run, gate,
* opening, host and plan. The run goes on with a resume, which checks it again. Refused: unknown or missing answers, a gate that is not open,
* somebody who may not.
*/
async function giveEvidence(filling) {
	const { store, run, gate, clock = systemClock } = filling;
	try {
		const loaded = await loadRun(store, run);
		const started = loaded?.state.started;
		if (loaded === void 0 || started === void 0) return bad(noRun(run));
		const checked = checkGate(loaded.state, filling);
		if (!checked.ok) return checked;
		const prepared = await prepare(loaded.state, filling, checked.value);
		if (!prepared.ok) return prepared;
		const taken = await takeLease({
			store,
			environment: started.environment,
			run,
			who: filling.by,
			clock,
			durationMs: 15e3,
			unfinished: (other) => isUnfinished(store, other)
		});
		if (taken.kind === "busy") return bad(stillBusy(run, taken.run ?? "?"));
		try {
			const recorder = await createRecorder(run, {
				store,
				clock
			}, taken.handle);
			try {
				const state = foldState(run, recorder.reading.entries);
				const again = checkGate(state, filling);
				if (!again.ok) return again;
				const { opening } = prepared.value.given;
				if (opening !== state.gates.get(gate)?.opened.opening) return bad(notOpen(state, `gate ${gate} of run ${run}`));
				await append(recorder, state, gate, prepared.value.given, filling.gatekeeper?.overrideRole ?? "");
				return ok({
					evidence: prepared.value.given.items,
					waitsFor: prepared.value.waitsFor
				});
			} finally {
				await recorder.close();
			}
		} finally {
			await taken.handle.release("reserved");
		}
	} catch (error) {
		return bad(...problemsOf(error, `gate ${gate} of run ${run}`));
	}
}
/** What a person signs to fill this gate in, for signing on another machine. */
async function gateStatement(filling) {
	const loaded = await loadRun(filling.store, filling.run);
	if (loaded?.state.started === void 0) return bad(noRun(filling.run));
	const checked = checkGate(loaded.state, filling);
	if (!checked.ok) return checked;
	const statement = statementOf(loaded.state, filling, checked.value, filling.person);
	if (statement !== void 0) return ok(gateText(statement));
	return bad({
		code: "gate.nothing-to-sign",
		where: `gate ${filling.gate} of run ${filling.run}`,
		found: "a gate that was opened without a policy",
		expected: "a gate that checks persons",
		remedy: "fill it in without a signature"
	});
}
/** Signs, and asks the gatekeeper before anything is recorded. */
async function prepare(state, filling, items) {
	const { gatekeeper, signer, signature, override, gate: path } = filling;
	const policy = state.started?.policy;
	if (policy !== void 0 && gatekeeper === void 0) return bad(policyMissing(state.run, policy.place));
	const person = signer?.person ?? signature?.person;
	const statement = person === void 0 ? void 0 : statementOf(state, filling, items, person);
	const signed = statement === void 0 ? void 0 : await signer?.sign(gateText(statement), GATE_NAMESPACE);
	const gate = state.gates.get(path);
	const opening = gate?.opened.opening;
	const given = {
		seq: state.count,
		kind: override === void 0 ? "evidence" : "override",
		items,
		reason: override ?? "",
		by: person ?? filling.by,
		host: hostname(),
		opening,
		person,
		signature: signed ?? signature?.text
	};
	if (gatekeeper === void 0 || gate === void 0) return ok({
		given,
		waitsFor: []
	});
	const ruling = await gatekeeper.rule({
		run: state.run,
		environment: state.started?.environment ?? "",
		path,
		role: gate.opened.role,
		asks: gate.opened.asks ?? "persons",
		urgent: gate.opened.urgent ?? false,
		unmet: gate.opened.condition?.unmet ?? [],
		subject: gate.opened.subject ?? "",
		opened: gate.opened,
		given: [...gate.given, given],
		left: false,
		started: state.started,
		accepts: (answers) => checkEvidence(gate, answers, `gate ${path} of run ${state.run}`)
	});
	const refused = ruling.refused.find((one) => one.given === given);
	if (refused !== void 0) return bad(refused.problem);
	return ok({
		given,
		waitsFor: ruling.kind === "wait" ? ruling.problems : []
	});
}
function statementOf(state, { gate: path, override }, items, person) {
	const opened = state.gates.get(path)?.opened;
	if (opened?.opening === void 0 || opened.subject === void 0) return void 0;
	return {
		run: state.run,
		environment: state.started?.environment ?? "",
		gate: path,
		opening: opened.opening,
		subject: opened.subject,
		planHash: opened.planHash,
		host: hostname(),
		person,
		kind: override === void 0 ? "evidence" : "override",
		reason: override ?? "",
		items
	};
}
async function append(recorder, state, path, given, role) {
	const proof = {
		...given.opening === void 0 ? {} : { opening: given.opening },
		...given.person === void 0 ? {} : { person: given.person },
		...given.signature === void 0 ? {} : { signature: given.signature }
	};
	const { items, by, host, reason } = given;
	const planHash = state.gates.get(path)?.opened.planHash ?? state.planHash;
	if (given.kind === "evidence") await recorder.record("gate.evidence", path, 1, {
		evidence: items,
		by,
		host,
		planHash,
		...proof
	});
	else await recorder.record("gate.override", path, 1, {
		role,
		reason,
		by,
		evidence: items,
		host,
		planHash,
		...proof
	});
}
/** The answers to record, as the gate asks for them. */
function checkGate(state, { gate: path, evidence, run }) {
	const gate = state.gates.get(path);
	const where = `gate ${path} of run ${run}`;
	if (gate === void 0 || state.status === "finished") return bad(notOpen(state, where));
	if (gate.opened.opening !== void 0 ? state.nodes.get(path)?.phase === "done" : gate.evidence !== void 0) return bad({
		code: "gate.filled",
		where,
		found: "evidence that was filled in before",
		expected: "an open gate",
		remedy: `it stays as it is; \`shiplock resume ${state.run}\` goes on`
	});
	return checkEvidence(gate, evidence ?? gate.given.at(-1)?.items ?? {}, where);
}
function notOpen(state, where) {
	const open = openGates(state).map((one) => one.path);
	return {
		code: "gate.not-open",
		where,
		found: state.status === "finished" ? "a run that is over" : "no such gate",
		expected: open.length === 0 ? "a run with an open gate" : `one of ${open.join(", ")}`,
		remedy: "`shiplock gate show` lists the open gates"
	};
}
function noRun(run) {
	return {
		code: "journal.missing",
		where: `run ${run}`,
		found: "no journal",
		expected: "a run of this state directory",
		remedy: "`shiplock status` lists the runs; check the id and --state"
	};
}
function stillBusy(run, holder) {
	return {
		code: "gate.busy",
		where: `run ${run}`,
		found: `run ${holder} at work in the same environment`,
		expected: "a run that waits",
		remedy: "wait until it has stopped at its gates, then fill this one in"
	};
}

// src/chatops/answer.ts
/** What is written back. Whatever comes from outside stands in blocks of code, so it becomes no markup, no link and no mention. Pure. */
/** A comment at GitHub holds 65,536 characters. */
const LONGEST = 6e4;
const LONGEST_PROBLEM = 2e3;
/** Names the living comment of one command, invisible to people. */
function markOf(comment) {
	return `<!-- shiplock:comment:${comment} -->`;
}
/** May a refusal stand in the place of this answer? What was done stays done, whoever runs the job again and whenever. */
function refusalReplaces(answer, changes) {
	return answer.startsWith("⛔") || answer.startsWith("⏳") && !changes;
}
/** The whole text of a status comment. The same standing gives the same text, so writing it twice changes nothing. */
function answerText(said, standing) {
	const text = [
		head(said, standing),
		"",
		...body(standing)
	].join("\n").trimEnd();
	return text.length <= LONGEST ? text : `${cut(text)}\n\n… cut; the report of the run has the rest`;
}
function head(said, standing) {
	const command = codeSpan(cleanLine(said, 200));
	switch (standing.kind) {
		case "refused": return `⛔ **Refused**, nothing was changed: ${command}`;
		case "begun": return `⏳ **Begun**: ${command}`;
		case "ended": return `${standing.good ? "✅" : "⚠️"} **Ended**: ${command}`;
		case "failed": return `❌ **Failed**: ${command}`;
	}
}
function body(standing) {
	switch (standing.kind) {
		case "refused": return [problemBlock(standing.problems)];
		case "begun": return [
			...commitLine(standing.commit),
			...standing.run === void 0 ? [] : [`- run ${codeSpan(standing.run)}`],
			...standing.job === void 0 ? [] : [`- job ${standing.job}`],
			...againLine(standing.ranAgain),
			"",
			"This comment changes when it ends."
		];
		case "ended": return [
			...commitLine(standing.commit),
			...againLine(standing.ranAgain),
			"",
			standing.text
		];
		case "failed": return [
			problemBlock(standing.problems),
			"",
			...standing.again === void 0 ? [] : [`What was begun goes on with ${codeSpan(standing.again)}.`]
		];
	}
}
function commitLine(commit) {
	return commit === void 0 ? [] : [`- commit ${codeSpan(commit)}`];
}
function againLine(person) {
	return person === void 0 ? [] : [`- run again by ${codeSpan(person)}`];
}
/** The form in which every door prints problems: what was found, what would do, and what to do about it. */
function problemBlock(problems) {
	return fenced(problems.map((one) => formatProblem(one).slice(0, LONGEST_PROBLEM)).join("\n"));
}
/** At the end of a line, with a block of code closed that would swallow the rest. */
function cut(text) {
	const kept = text.slice(0, LONGEST);
	const whole = kept.slice(0, kept.lastIndexOf("\n"));
	const open = whole.split("\n").reduce((fence, line) => {
		const mark = /^`{3,}/.exec(line)?.[0] ?? "";
		if (mark === "") return fence;
		if (fence === "") return mark;
		return mark.length >= fence.length ? "" : fence;
	}, "");
	return open === "" ? whole : `${whole}\n${open}`;
}

// src/chatops/event.ts
/** The event that starts the chat: only the number of the comment and its text are taken from it. Everything else is asked again. */
const idSchema = number().int().positive();
const eventSchema = looseObject({
	action: string(),
	issue: looseObject({ number: idSchema }),
	comment: looseObject({
		id: idSchema,
		body: string().max(262144)
	})
});
/** The event as the runner keeps it in a file; what is no comment on an issue or a pull request is refused. */
function readEvent(text, where) {
	let found = "no JSON";
	try {
		const parsed = eventSchema.safeParse(JSON.parse(text));
		if (parsed.success) {
			const { action, issue, comment } = parsed.data;
			return ok({
				action,
				thread: issue.number,
				comment: comment.id,
				body: comment.body
			});
		}
		found = prettifyError(parsed.error).split("\n")[0] ?? found;
	} catch {}
	return bad({
		code: "chat.no-event",
		where,
		found,
		expected: "the event `issue_comment` as the runner stores it",
		remedy: "start this for `on: issue_comment: types: [created]`, with $GITHUB_EVENT_PATH"
	});
}

// src/chatops/identity.ts
/** What follows from a comment alone, so that a job that was killed finds again what it had begun. Pure. */
/** The run that a comment begins: one comment, one run. */
function runOf({ id, createdAt }) {
	return `${new Date(createdAt).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-c${id}`;
}
/** The order that a comment gives: taken up once, however often it is handed over. */
function orderOf(comment) {
	return createHash("sha256").update(`shiplock order of comment ${comment}`).digest("hex").slice(0, 32);
}

// src/chatops/handle.ts
/** A comment that waited longer for its job is refused: what was right then may not be now. */
const OLDEST_MS = 36e5;
async function handleComment(event, forge, doing) {
	if (event.action !== "created") return ignored(`the comment was ${event.action}: only new ones count`);
	if (readComment(event.body, doing.commands) === void 0) return ignored("no command of ours");
	const comment = await forge.comment(event.comment);
	if (comment === null) return ignored("the comment was deleted");
	const { author } = comment;
	if (author === null || author.bot) return ignored("the comment is of nobody, or of a program");
	if (comment.issue !== event.thread) return ignored("the comment is not in this thread");
	const run = runOf(comment);
	const begun = await doing.begun(run);
	const text = begun ? event.body : comment.body;
	const said = readComment(text, doing.commands);
	if (said === void 0) return ignored("the comment was changed into something else");
	const answer = (standing, stays) => forge.tell(comment.issue, markOf(comment.id), answerText(firstLine(text), standing), stays);
	const react = (reaction) => forge.react(comment.id, reaction).catch(() => void 0);
	const refuse = async (problems) => {
		const changes = said.ok && said.value.command.kind === "changes";
		await answer(begun ? {
			kind: "failed",
			problems,
			again: `shiplock resume ${run}`
		} : {
			kind: "refused",
			problems
		}, (there) => !refusalReplaces(there, changes));
		await react("confused");
		return {
			kind: "refused",
			problems
		};
	};
	if (!said.ok) return refuse(said.problems);
	if (!begun) {
		const stale = staleProblem(event, comment, doing.now());
		if (stale !== void 0) return refuse([stale]);
	}
	if (said.value.command.about === null) {
		await answer({
			kind: "ended",
			good: true,
			text: doing.help(said.value),
			commit: void 0
		});
		await react("+1");
		return {
			kind: "done",
			good: true,
			commit: void 0
		};
	}
	const admitted = await admit({
		said: said.value,
		comment,
		author,
		begun
	}, forge, doing);
	if (!admitted.ok) return refuse(admitted.problems);
	const { environment, person, starter, ruling, thread } = admitted.value;
	const { command } = said.value;
	if (command.kind !== "looks" && await forge.claim(comment.id) === "taken") return ignored("another job has taken this comment");
	const seen = react("eyes");
	let commit;
	if (meansCommit(command)) {
		const held = begun ? await doing.held(said.value, run) : void 0;
		const asking = {
			said: said.value,
			comment,
			author,
			environment,
			ruling,
			thread,
			begun
		};
		const found = held === void 0 ? await commitFor(asking, forge) : ok(held);
		if (!found.ok) {
			await seen;
			return refuse(found.problems);
		}
		commit = found.value;
	}
	const ranAgain = starter === person ? void 0 : starter;
	await seen;
	if (command.kind !== "looks") await answer({
		kind: "begun",
		commit,
		run: begins(command) ? run : void 0,
		job: doing.job,
		ranAgain
	});
	const order = {
		said: said.value,
		comment,
		author,
		person,
		starter,
		environment,
		run,
		commit
	};
	const over = new AbortController();
	const showing = begins(command) ? showUnderWay(order, forge, doing, over.signal) : Promise.resolve();
	const { handled, standing } = await carryOut$1(order, doing);
	over.abort();
	await showing;
	let unreadable;
	const ended = await (command.kind === "looks" ? Promise.resolve(null) : doing.shown(order)).catch((error) => {
		unreadable = error;
		return null;
	});
	await forge.end(comment.issue, markOf(comment.id), answerText(firstLine(text), standing), ended);
	if (unreadable !== void 0) throw unreadable;
	if (handled.kind !== "done" || !handled.good) await react("confused");
	return handled;
}
/**
* Shows a run as soon as it has begun, beside it. What goes wrong here is made good by the last word, which follows from the journal; a job
* that dies before leaves a run that is under way, and the next one says how it ended.
*/
async function showUnderWay(order, forge, doing, over) {
	try {
		const run = await doing.underWay(order, over);
		if (run !== null) await forge.show(run);
	} catch {}
}
/** Does the command begin a run? */
function begins({ kind }) {
	return kind === "forward" || kind === "back" || kind === "runs";
}
async function admit({ said, comment, author, begun }, forge, doing) {
	const found = await doing.environmentOf(said);
	if (!found.ok) return found;
	const environment = found.value ?? "";
	const ruling = await doing.policyOf(environment);
	if (ruling === null) return bad(noPolicy(environment));
	const [thread, starter] = await Promise.all([forge.thread(comment.issue), forge.starter()]);
	const { policy, rules } = ruling;
	const person = authorise({
		command: said.command,
		environment,
		author,
		starter,
		thread,
		policy,
		rules,
		teams: await memberships({
			rules,
			said,
			policy,
			accounts: {
				author,
				starter
			}
		}, forge),
		window: begun ? { kind: "open" } : ruling.window
	});
	if (!person.ok) return person;
	return rules === null ? bad(noPolicy(environment)) : ok({
		environment,
		person: person.value.id,
		starter: personOf(policy, starter)?.id ?? person.value.id,
		ruling: {
			...ruling,
			rules
		},
		thread
	});
}
/** Asks only for teams that could give the role; what the forge does not answer is not known, and counts for nothing. */
async function memberships({ rules, said, policy, accounts }, forge) {
	const role = rules?.commands[said.command.name];
	if (rules === null || role === void 0) return /* @__PURE__ */ new Map();
	const ask = async (team, account) => {
		if (personOf(policy, account)?.roles.includes(role) !== false) return "not";
		return forge.isMember(team, account).then((member) => member ? "member" : "not", () => "unknown");
	};
	const asked = Object.entries(rules.teams).filter(([, roles]) => roles.includes(role)).map(async ([team]) => {
		const author = await ask(team, accounts.author);
		return [team, {
			author,
			starter: accounts.author.id === accounts.starter.id ? author : await ask(team, accounts.starter)
		}];
	});
	return new Map(await Promise.all(asked));
}
/** The commit that is meant, and every reason against it. What has begun is not asked again: its run holds the commit. */
async function commitFor({ said, comment, environment, ruling, thread, begun }, forge) {
	const { rules, policy } = ruling;
	const pinned = await pin({
		environment,
		comment,
		thread,
		rules,
		named: valueFor(said, "commit")
	}, forge);
	if (!pinned.ok || begun) return pinned;
	const problems = commitProblems(await lookAtCommit({
		commit: pinned.value,
		environment,
		rules,
		policy,
		thread
	}, forge));
	return problems.length === 0 ? pinned : bad(...problems);
}
/** Checks the commit out, checks that it is the one, does what was asked, and checks that the journal names the same. Never throws. */
async function carryOut$1(order, doing) {
	const { commit, run } = order;
	const failed = async (problems) => {
		const begun = await doing.begun(run).catch(() => true);
		if (!begun && !bySurprise(problems)) return {
			handled: {
				kind: "refused",
				problems
			},
			standing: {
				kind: "refused",
				problems
			}
		};
		return {
			handled: {
				kind: "failed",
				problems
			},
			standing: {
				kind: "failed",
				problems,
				again: begun ? `shiplock resume ${run}` : void 0
			}
		};
	};
	try {
		if (commit !== void 0) {
			const there = await doing.checkOut(commit);
			const same = there.ok ? sameCommit(commit, there.value) : there;
			if (!same.ok) return await failed(same.problems);
		}
		const done = await doing.act(order);
		const named = commit === void 0 || done.commit === void 0 ? ok(void 0) : sameCommit(commit, done.commit);
		if (!named.ok) return await failed(named.problems);
		return {
			handled: {
				kind: "done",
				good: done.good,
				commit: done.commit
			},
			standing: {
				kind: "ended",
				good: done.good,
				text: done.text,
				commit: done.commit ?? commit,
				ranAgain: order.starter === order.person ? void 0 : order.starter
			}
		};
	} catch (error) {
		return failed(problemsOf(error, `/${order.said.command.name}`));
	}
}
/** May something have been changed? What the product refuses, it refuses before that. */
function bySurprise(problems) {
	return problems.some(({ code }) => code.startsWith("internal.") || code === "chat.unsure");
}
/** What was said must be what is there, and of now. */
function staleProblem(event, comment, now) {
	if (comment.body !== event.body || comment.edited) return {
		code: "chat.edited",
		where: `comment ${comment.id}`,
		found: "a comment that was changed after it was written",
		expected: "the comment as it was when it started this job",
		remedy: "write a new comment; a changed one never counts"
	};
	if (now - comment.createdAt <= 36e5) return void 0;
	return {
		code: "chat.too-old",
		where: `comment ${comment.id}`,
		found: `a comment that was written ${Math.floor((now - comment.createdAt) / 6e4)} minutes ago`,
		expected: `at most ${OLDEST_MS / 6e4} minutes between a comment and its job`,
		remedy: "look at what is so now, then write it again"
	};
}
function noPolicy(environment) {
	return {
		code: "chat.no-policy",
		where: environment === "" ? "shiplock.yaml" : environment,
		found: "no `people:` on the protected branch",
		expected: "a policy: without one nobody can say who may do what",
		remedy: "merge `people:` and `policy:` into the protected branch, or use the command line"
	};
}
function ignored(why) {
	return {
		kind: "ignored",
		why
	};
}
function firstLine(body) {
	return body.trimStart().split(/\r\n|\n|\r/)[0] ?? "";
}

// src/chatops/proof.ts
/**
* A comment as proof of what a person said: it stands where a signature stands, and is read again each time that somebody asks. It counts when
* it is there, unchanged, of the account of the person, and says the very statement. Pure.
*/
const MARK = "forge-comment ";
/** What is recorded in the place of a signature. */
function commentProof(comment) {
	return `${MARK}${comment}`;
}
/** Number of the comment; undefined for a signature of another kind. */
function commentIn(signature) {
	const digits = /^forge-comment ([1-9]\d{0,15})$/.exec(signature)?.[1];
	return digits === void 0 ? void 0 : Number(digits);
}
const gateSchema = looseObject({
	run: string(),
	environment: string(),
	gate: string(),
	opening: string(),
	subject: string(),
	planHash: string(),
	kind: string(),
	items: record(string(), union([
		string(),
		number(),
		boolean()
	]))
});
const startSchema = looseObject({
	run: string(),
	environment: string(),
	procedure: string()
});
const orderSchema = looseObject({
	run: string(),
	environment: string(),
	id: string(),
	kind: string(),
	why: string()
});
const closingSchema = looseObject({
	change: string(),
	outcome: string(),
	note: string()
});
/** Why this comment is no proof of the statement; undefined: it is one. */
function whyNoProof(comment, { text, namespace, account = null }, commands) {
	if (comment === null) return "the comment was deleted";
	if (comment.edited) return "the comment was changed after it was written";
	if (comment.author === null || comment.author.bot) return "the comment is of nobody, or of a program";
	if (account === null || comment.author.id !== account) return `the comment is of the account ${comment.author.id}, which is not theirs`;
	const said = readComment(comment.body, commands);
	if (said?.ok !== true) return "the comment is no command";
	const statement = JSON.parse(text);
	return saysIt(said.value, comment, namespace, statement) ? void 0 : "the comment says something else";
}
function saysIt(said, comment, namespace, statement) {
	switch (namespace) {
		case GATE_NAMESPACE: {
			const parsed = gateSchema.safeParse(statement);
			return parsed.success && answersGate(said, parsed.data);
		}
		case START_NAMESPACE: {
			const parsed = startSchema.safeParse(statement);
			return parsed.success && startsRun(said, comment, parsed.data);
		}
		case ORDER_NAMESPACE: {
			const parsed = orderSchema.safeParse(statement);
			return parsed.success && givesOrder(said, comment, parsed.data);
		}
		case CLOSING_NAMESPACE: {
			const parsed = closingSchema.safeParse(statement);
			return parsed.success && closesChange(said, parsed.data);
		}
		default: return false;
	}
}
/** A filling says its answers itself; an approval names them by their digest, together with the gate. */
function answersGate(said, statement) {
	const { run, gate, items, kind } = statement;
	if (kind !== "evidence" || valueFor(said, "run") !== run || valueFor(said, "gate") !== gate) return false;
	const asked = valueFor(said, "asked");
	if (said.command.name === "gate approve") return asked === askedOf(statement);
	if (said.command.name !== "gate fill" || asked !== askedOf({
		...statement,
		items: {}
	})) return false;
	const given = new Map((said.values.get("item") ?? []).map(pairOf));
	return given.size === Object.keys(items).length && [...given].every(([name, value]) => means(value, items[name]));
}
function pairOf(pair) {
	const cut = pair.indexOf("=");
	return cut < 0 ? [pair, ""] : [pair.slice(0, cut), pair.slice(cut + 1)];
}
/** The answer as it was recorded is what the word means: text, number or tick. */
function means(word, answer) {
	if (typeof answer === "number") return word.trim() !== "" && Number(word) === answer;
	if (typeof answer === "boolean") return (answer ? /^(?:yes|true)$/i : /^(?:no|false)$/i).test(word.trim());
	return answer !== void 0 && word.trim() === answer;
}
const PROCEDURES = {
	deploy: "release",
	promote: "release",
	rollback: "rollback"
};
/** The procedure of the run that a comment begins; undefined: it begins none. */
function procedureOf(said) {
	const { name } = said.command;
	if (name === "runbook run") return `${RUNBOOK_PREFIX}${valueFor(said, "name") ?? ""}`;
	return Object.hasOwn(PROCEDURES, name) ? PROCEDURES[name] : void 0;
}
/** A comment begins one run, whose name follows from it. */
function startsRun(said, comment, { run, environment, procedure }) {
	const { about } = said.command;
	return run === runOf(comment) && procedureOf(said) === procedure && valueFor(said, about ?? "") === environment;
}
/** A change is closed once: the same words of another comment would say nothing else. */
function closesChange(said, { change, outcome, note }) {
	return said.command.name === "change close" && valueFor(said, "id") === change && valueFor(said, "outcome") === outcome && valueFor(said, "note") === note;
}
function givesOrder(said, comment, order) {
	const about = valueFor(said, "run");
	return said.command.name === `rollout ${order.kind}` && order.id === orderOf(comment.id) && (about === order.run || about === order.environment) && valueFor(said, "reason") === order.why;
}

// src/release/scan/why.ts
/** How long the waiver lasts that is proposed: long enough to mend it, short enough to be asked again. */
const WAIVER_DAYS = 30;
const DAY_MS = 864e5;
/** The findings of a scan that kept a run from going on, each explained; none where no scan did. */
async function explainScan({ store, clock }, run) {
	const recorded = await readRun(store, run);
	const fingerprints = new Set(latestProblems(recorded).map(fingerprintIn).filter((one) => one !== void 0));
	if (fingerprints.size === 0) return [];
	const about = aboutOf(recorded);
	if (about === null) return [];
	const records = (await Promise.all(about.commits.map((commit) => scansOf(store, about.service, commit)))).flat();
	const findings = new Map(records.flatMap((record) => record.findings.map((finding) => [finding.fingerprint, finding])));
	const until = new Date(clock.now() + WAIVER_DAYS * DAY_MS).toISOString().slice(0, 10);
	return [...fingerprints].flatMap((fingerprint) => {
		const finding = findings.get(fingerprint);
		return finding === void 0 ? [] : [explainFinding(finding, until)];
	});
}
/** The environment that a run is about: that of a scan is named by its inputs, since it holds none. */
async function environmentOfRun({ store }, { run, environment, procedure }) {
	if (procedure !== "scan") return environment;
	const inputs = scanInputsSchema.safeParse((await readRun(store, run)).inputs);
	return inputs.success ? inputs.data.environment : environment;
}
function aboutOf({ procedure, inputs }) {
	if (procedure === "scan") return scanInputsSchema.safeParse(inputs).data ?? null;
	const parsed = releaseInputsSchema.safeParse(inputs);
	if (!parsed.success || parsed.data.scan === void 0) return null;
	return {
		service: parsed.data.candidate.release.service,
		commits: parsed.data.scan.commits
	};
}
const failed = looseObject({ problems: array(problemSchema) });
const opened = looseObject({ condition: looseObject({ unmet: array(problemSchema) }) });
/** What the newest refusal, or the newest opening of the gate, said. */
function latestProblems({ entries }) {
	for (const { record, payload } of entries.toReversed()) {
		const said = record.type === "gate.opened" ? opened.safeParse(payload).data?.condition.unmet : record.type === "step.failed" ? failed.safeParse(payload).data?.problems : void 0;
		if (said?.some((problem) => fingerprintIn(problem) !== void 0) === true) return said;
	}
	return [];
}

// src/cli/find-run.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** The rollout that a word of the command line means: a run by its id, or the one of an environment that has not ended. */
async function findRollout({ store, config }, wanted) {
	const runs = await listRuns(store);
	const found = runs.find(({ run }) => run === wanted) ?? openIn(runs, wanted);
	if (found !== void 0) return found;
	const environments = environmentNames(config);
	throw new ProblemError(environments.includes(wanted) ? nothingOpen(wanted) : unknown(store, wanted, runs, environments));
}
/** The same, also when it is over: the newest run that brought what serves an environment, or took it back. */
async function findAnyRun({ store, config }, wanted) {
	const runs = await listRuns(store);
	const found = runs.find(({ run }) => run === wanted) ?? runs.findLast((one) => one.environment === wanted && traitsOf(one.procedure).serves);
	if (found !== void 0) return found;
	throw new ProblemError(unknown(store, wanted, runs, environmentNames(config)));
}
function openIn(runs, environment) {
	return runs.findLast((one) => one.environment === environment && isOpen$1(one));
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
function unknown(store, wanted, runs, environments) {
	const open = runs.filter(isOpen$1);
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

// src/cli/chat/checkout.ts
/** Checks a commit out in the working copy of the runner, and says what lies there then. */
const FETCH_MS = 3e5;
const GIT_MS = 6e4;
/**
* The commit that is checked out at the end, with its submodules as it names them. Refused: a commit that the remote does not give, changes that
* would be lost, files that belong to no commit (a build would take them in), and what is left different after all.
*/
async function checkOut({ exec, baseDir }, commit) {
	const git = (timeoutMs, ...args) => exec.read([
		"git",
		"--no-replace-objects",
		"-c",
		"core.hooksPath=/dev/null",
		"-c",
		"advice.detachedHead=false",
		"-C",
		baseDir,
		...args
	], { timeoutMs });
	const no = (found, expected, remedy) => bad(problem(commit, found.trim().split("\n")[0] ?? "", expected, remedy));
	const top = await git(GIT_MS, "rev-parse", "--show-toplevel");
	if (top.exitCode !== 0) return no(top.stderr, "a working copy of the repository", "check the repository out first");
	const before = await left(git);
	if (before !== void 0) return no(before, "a working copy with nothing of its own", "clean the working copy of the runner");
	if ((await git(GIT_MS, "cat-file", "-e", `${commit}^{commit}`)).exitCode !== 0) {
		const fetched = await git(FETCH_MS, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "origin", commit);
		if (fetched.exitCode !== 0) return no(fetched.stderr, "a commit that the remote `origin` gives", "see whether the runner may fetch; then write the command again");
	}
	const switched = await git(GIT_MS, "checkout", "--quiet", "--detach", "--no-recurse-submodules", commit);
	if (switched.exitCode !== 0) return no(switched.stderr, "a checkout that goes through", "clean the working copy of the runner");
	const modules = await git(GIT_MS, "ls-files", "--stage", "--", ":/");
	if (/^160000 /m.test(modules.stdout)) {
		const updated = await git(FETCH_MS, "-C", top.stdout.trim(), "submodule", "update", "--init", "--recursive", "--checkout", "--force");
		if (updated.exitCode !== 0) return no(updated.stderr, "submodules that can be fetched", "see whether the runner may fetch them");
	}
	const after = await left(git);
	if (after !== void 0) return no(after, "exactly the files of the commit", "see who changes the working copy of the runner");
	const head = await git(GIT_MS, "rev-parse", "--verify", "HEAD^{commit}");
	return ok(head.stdout.trim());
}
/** What differs from the commit, submodules and files without a commit included; undefined: nothing. Our own state may lie there. */
async function left(git) {
	const status = await git(GIT_MS, "--no-optional-locks", "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=none", "--", ":/", ":(top,exclude,glob)**/.shiplock/**");
	if (status.exitCode !== 0) return status.stderr;
	const [first] = status.stdout.split("\n").filter((line) => line.trim() !== "");
	return first === void 0 ? void 0 : `a file that differs: ${first}`;
}
function problem(commit, found, expected, remedy) {
	return {
		code: "chat.no-checkout",
		where: `commit ${commit.slice(0, 12)}`,
		found,
		expected,
		remedy
	};
}
/** Does a branch of the remote hold this commit now? A name that no branch has holds nothing. */
async function holdsCommit({ exec, baseDir }, branch, commit) {
	const git = (...args) => exec.read([
		"git",
		"--no-replace-objects",
		"-C",
		baseDir,
		...args
	], { timeoutMs: FETCH_MS });
	const own = `refs/shiplock/chat/${branch}`;
	const shallow = (await git("rev-parse", "--is-shallow-repository")).stdout.trim() === "true";
	const refspec = `+refs/heads/${branch}:${own}`;
	if ((await git("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", ...shallow ? ["--unshallow"] : [], "origin", refspec)).exitCode !== 0) return false;
	return (await git("merge-base", "--is-ancestor", commit, own)).exitCode === 0;
}
/** Commit that a branch of the remote is at now, null where it is gone, by git itself; undefined: the remote does not answer. */
async function headOf({ exec, baseDir }, branch) {
	const ref = `refs/heads/${branch}`;
	const look = await exec.read([
		"git",
		"-C",
		baseDir,
		"ls-remote",
		"origin",
		ref
	], { timeoutMs: GIT_MS });
	if (look.exitCode !== 0) return void 0;
	return look.stdout.split("\n").map((line) => line.split("	")).find(([, name]) => name === ref)?.[0] ?? null;
}
/** The branch that the remote calls its own. */
async function defaultBranch({ exec, baseDir }) {
	const argv = [
		"git",
		"-C",
		baseDir,
		"ls-remote",
		"--symref",
		"origin",
		"HEAD"
	];
	const { stdout } = await exec.read(argv, { timeoutMs: GIT_MS });
	const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1];
	if (branch !== void 0) return branch;
	throw new ProblemError({
		code: "chat.no-default-branch",
		where: baseDir,
		found: "a remote `origin` that does not say which branch is its own",
		expected: "a repository with a default branch",
		remedy: "see whether the runner may read the remote"
	});
}
/** Tree of what is checked out, which came from the forge; undefined: nothing is. */
async function treeOf({ exec, baseDir }) {
	const argv = [
		"git",
		"-C",
		baseDir,
		"rev-parse",
		"--verify",
		"--quiet",
		"HEAD^{tree}"
	];
	const { exitCode, stdout } = await exec.read(argv, { timeoutMs: GIT_MS });
	return exitCode === 0 ? stdout.trim() : void 0;
}

// src/cli/chat/receipts.ts
/** What a comment that begins no run has done, so that a job which is started again does not do it a second time. */
const EXITS = new Set(Object.values(EXIT));
const receiptSchema = discriminatedUnion("state", [strictObject({ state: literal("begun") }), strictObject({
	state: literal("done"),
	exit: number().refine((code) => EXITS.has(code)),
	text: string(),
	json: jsonSchema
})]);
/**
* Does it, unless it was done before: then what it said then. `again`: a second time has the same effect as one. Else a job that died in between
* leaves a question that only a person can answer.
*/
async function doOnce(store, comment, again, work) {
	const file = join(store, "chat", `${comment}.json`);
	const text = await readFile(file, "utf8").catch(() => void 0);
	const before = text === void 0 ? void 0 : receiptSchema.safeParse(JSON.parse(text)).data;
	if (before?.state === "done") return {
		exit: before.exit,
		text: before.text,
		json: before.json
	};
	if (text !== void 0 && !again) throw new ProblemError({
		code: "chat.unsure",
		where: `comment ${comment}`,
		found: "a job that died while it did this",
		expected: "to know whether it was done",
		remedy: "look with `/status`, and write the command again if it was not"
	});
	await replaceFile(file, `${JSON.stringify({ state: "begun" })}\n`);
	const done = await work().catch(async (error) => {
		if (error instanceof ProblemError) await rm(file, { force: true });
		throw error;
	});
	await replaceFile(file, `${JSON.stringify({
		state: "done",
		...done
	})}\n`);
	return done;
}

// src/cli/chat/view.ts
const views = /* @__PURE__ */ new WeakMap();
/** Opens a command to comments. */
function openToChat(command, view) {
	views.set(command, view);
	return command;
}
/** Every command that is open, in the order of the tree. */
function sharedCommands(program, before = []) {
	return program.commands.flatMap((command) => {
		const words = [...before, command.name()];
		const view = views.get(command);
		return [...view === void 0 ? [] : [shared(command, words, view)], ...sharedCommands(command, words)];
	});
}
function shared(command, words, view) {
	const options = view.options.map((name) => {
		const option = command.options.find(({ long }) => long === `--${name}`);
		if (option === void 0) throw new TypeError(`${words.join(" ")} has no option --${name}`);
		return optionOf(option, name, view.needs?.includes(name) === true);
	});
	return {
		words,
		name: view.as ?? words.join(" "),
		summary: command.summary() || command.description().replace(/\..*$/s, ""),
		kind: view.kind,
		about: view.about,
		arguments: command.registeredArguments.filter(({ variadic }) => !variadic).map((one) => argumentOf(one, view.needs?.includes(one.name()) === true)),
		options
	};
}
function argumentOf(argument, needed) {
	const { description, required, argChoices } = argument;
	const parse = argument.parseArg;
	return {
		name: argument.name(),
		description,
		required: required || needed,
		many: false,
		check: (value) => refusal(value, argChoices, parse === void 0 ? void 0 : () => parse(value, void 0))
	};
}
function optionOf(option, name, needed) {
	const { description, mandatory, argChoices } = option;
	const parse = option.parseArg;
	return {
		name,
		description,
		required: mandatory || needed,
		many: name === "item" || name === "input",
		check: (value) => refusal(value, argChoices, parse === void 0 ? void 0 : () => parse(value, void 0))
	};
}
/** What the parser of the command line says against a value. */
function refusal(value, choices, parse) {
	if (choices !== void 0 && !choices.includes(value)) return `Allowed choices are ${choices.join(", ")}.`;
	try {
		parse?.();
		return;
	} catch (error) {
		if (error instanceof InvalidArgumentError) return error.message;
		throw error;
	}
}
/** The words for the command line: each value in one word with its option, so that no value is ever taken for an option. */
function argvOf(command, values) {
	const given = (name) => values.get(name) ?? [];
	return [
		...command.words,
		...command.options.flatMap(({ name }) => given(name).map((value) => `--${name}=${value}`)),
		...command.arguments.flatMap(({ name }) => given(name))
	];
}

// src/cli/chat/doing.ts
/** What a comment asks for is done by the commands of the command line, in this process. */
const HELP = {
	name: "help",
	summary: "what can be written here",
	kind: "looks",
	about: null,
	arguments: [{
		name: "command",
		description: "one of them, for its parameters",
		required: false,
		many: false,
		check: () => void 0
	}],
	options: []
};
/** Every command that may be written in a comment. */
function chatCommands(program) {
	return [...sharedCommands(program), HELP];
}
/** What `/help` answers. Pure. */
function helpText(commands, said) {
	const wanted = valueFor(said, "command")?.replace(/^\//, "");
	const found = commands.filter(({ name }) => name === wanted || name.split(" ")[0] === wanted);
	return found.length === 0 ? helpTable(commands) : found.map(helpOf).join("\n\n");
}
/** Between two looks whether a run has begun. */
const LOOK_MS = 200;
async function openDoing(registry, options) {
	const { io, program } = registry;
	const commands = chatCommands(program);
	const shared = sharedCommands(program);
	const entry = await door(io, options, false);
	const service = await openService(entry);
	const { store, clock, exec, baseDir } = service;
	const begun = async (run) => (await listRuns(store)).some((one) => one.run === run);
	return {
		commands,
		now: () => clock.now(),
		job: options.job,
		help: (said) => helpText(commands, said),
		begun,
		environmentOf: (said) => environmentOf(service, said),
		checkOut: (commit) => checkOut({
			exec,
			baseDir
		}, commit),
		held: async (said, run) => commitIn(said, await runCommits(store, run)),
		async policyOf(environment) {
			const { rules } = await underPolicy(await openEnvironment(entry, environment), "plan");
			if (rules.kind !== "policy") return null;
			const { policy } = rules;
			const { windows } = policy.rules;
			const window = windows === null ? { kind: "open" } : windowAt(windows, clock.now());
			return {
				policy,
				rules: policy.chat ?? null,
				window
			};
		},
		async act(order) {
			const command = shared.find(({ name }) => name === order.said.command.name);
			if (command === void 0) throw new TypeError(`/${order.said.command.name} is no command of the command line`);
			const acting = actingFor(order, options);
			const doIo = {
				...io,
				acting,
				terminal: false,
				env: {
					...io.env,
					SHIPLOCK_WHO: order.person
				}
			};
			const tell = (argv, io = doIo) => carryOut(registry, io, [...argv, ...placeWords(options)]);
			const resume = (run) => tell(["resume", run], {
				...doIo,
				env: {
					...doIo.env,
					SHIPLOCK_WHO: order.starter
				}
			});
			const argv = argvOf(command, valuesOf(order));
			if (command.kind === "looks") return doneOf(service, order, await tell(argv));
			if (begins(command)) {
				options.onRun?.(order.run);
				return doneOf(service, order, await (await begun(order.run) ? resume(order.run) : tell(argv)));
			}
			const run = valueFor(order.said, "run");
			if (command.name === "runbook resume" && run !== void 0) options.onRun?.(run);
			const again = ![
				"lock",
				"unlock",
				"change new"
			].includes(command.name);
			const first = await doOnce(store, order.comment.id, again, () => tell(argv));
			if (!(command.name.startsWith("gate ") && run !== void 0 && waitsForNothing(first) && await isOpen(store, run))) return doneOf(service, order, first);
			options.onRun?.(run);
			return doneOf(service, order, await resume(run));
		},
		async underWay({ run }, over) {
			while (!over.aborted) {
				const shown = await shownRun(store, run).catch(() => void 0);
				if (shown !== void 0) return shown?.state === "works" ? shown : null;
				await clock.sleep(LOOK_MS, over);
			}
			return null;
		},
		async shown({ said, run: own }) {
			const run = await runAbout(store, said, own);
			return run === void 0 ? null : shownRun(store, run);
		}
	};
}
/** The environment that is meant; for a run, where it runs, and for a change, which it asks for. */
async function environmentOf(service, said) {
	const wanted = valueFor(said, said.command.about ?? "") ?? "";
	try {
		if (said.command.about === "id") return ok((await findChange(service.door, wanted)).environment);
		if (said.command.about === "run") return ok(await environmentOfRun(service, await findAnyRun(service, wanted)));
		return ok((await openEnvironment(service.door, wanted)).environment.environment);
	} catch (error) {
		return bad(...problemsOf(error, wanted));
	}
}
function actingFor({ comment, author, run }, { proofs }) {
	const actor = {
		account: author.id,
		proof: commentProof(comment.id),
		order: orderOf(comment.id)
	};
	return {
		run,
		forge: {
			...proofs,
			actor
		}
	};
}
/** The commit is the one that was found, in full: what was typed may have been the beginning of it. */
function valuesOf({ said, commit }) {
	return commit === void 0 ? said.values : new Map([...said.values, ["commit", [commit]]]);
}
function placeWords({ config, state }) {
	return [...config === void 0 ? [] : [`--config=${config}`], ...state === void 0 ? [] : [`--state=${state}`]];
}
/** Throws what the command throws. */
async function carryOut({ again }, io, argv) {
	let result;
	await again(io, (value) => {
		result = value;
	}).parseAsync([...argv], { from: "user" });
	return result ?? {
		exit: EXIT.done,
		text: "",
		json: null
	};
}
async function isOpen(store, run) {
	return (await listRuns(store)).some((one) => one.run === run && one.finished === null);
}
function waitsForNothing({ json }) {
	if (json === null || typeof json !== "object" || !("waitsFor" in json)) return false;
	return Array.isArray(json["waitsFor"]) && json["waitsFor"].length === 0;
}
/** What is written back: the report of the run from its journal, or what the command said. */
async function doneOf(service, { said, run: own }, result) {
	const { store } = service;
	const good = result.exit === EXIT.done || result.exit === EXIT.waiting;
	const run = said.command.kind === "looks" ? void 0 : await runAbout(store, said, own);
	if (run === void 0) return {
		good,
		text: result.markdown ?? fenced(result.text),
		commit: void 0
	};
	const known = good ? [] : (await ownErrorsOf(service, run)).errors;
	const report = reportMarkdown(await readReport(store, run, known));
	const commit = run === own ? commitIn(said, await runCommits(store, run)) : void 0;
	return {
		good,
		text: `${report}\n${await gatesText(store, run)}`,
		commit
	};
}
/** The commit that a command names, as the journal has it: a promotion names the software, everything else what is checked out. */
function commitIn({ command }, commits) {
	return command.name === "promote" ? commits?.release : commits?.checkedOut;
}
/** The run that a comment has begun, or that it names. */
async function runAbout(store, said, own) {
	const about = [own, valueFor(said, "run")];
	return (await listRuns(store)).find((one) => about.includes(one.run))?.run;
}
/** Commands that answer the gates at which a run waits. */
async function gatesText(store, run) {
	return (await showGates(store)).filter((gate) => gate.run === run).map(({ path, title, demands, evidence, asked = "", askedWith = "" }) => {
		const fill = `/gate fill ${run} ${path}${evidence.map(({ name }) => ` --item ${name}=…`).join("")} --asked ${asked}`;
		const approve = `/gate approve ${run} ${path} --asked ${askedWith}`;
		return [
			`### It waits: ${codeSpan(title)}`,
			"",
			...demands === void 0 ? [] : [codeSpan(demands), ""],
			fenced([...evidence.length === 0 ? [] : [fill], approve].join("\n"))
		].join("\n");
	}).join("\n\n");
}

// src/cli/chat/forge.ts
function chatForge(forge, tree, job) {
	let read = null;
	let fresh = false;
	let made;
	const isNew = (run) => fresh && read !== null && run === runOf(read);
	const tell = async (thread, mark, text, stays) => {
		await forge.comments.upsert({
			issue: thread,
			marker: mark,
			body: text,
			fresh,
			stays
		});
	};
	return {
		async comment(id) {
			read = await forge.comments.read(id) ?? null;
			return read;
		},
		async thread(number) {
			const pull = await forge.pulls.read(number);
			if (pull === void 0) return {
				number,
				open: true,
				pull: null
			};
			return {
				number,
				open: pull.open,
				pull: {
					branch: pull.head.branch,
					fork: pull.fork,
					author: pull.author
				}
			};
		},
		reviews: async (pull) => (await forge.pulls.reviews(pull)).map(reviewOf),
		checks: async (commit) => (await forge.rules.saidOf(commit)).map(({ name, state }) => ({
			name,
			state: state === "good" ? "success" : state
		})),
		defaultBranch: () => defaultBranch(tree),
		commitNamed: (digits) => asked(digits, () => forge.commits.byPrefix(digits)),
		commitAt: (branch, at) => asked(branch, async () => (await forge.pushes.commitAt(branch, at, () => headOf(tree, branch))).commit),
		holds: (branch, commit) => holdsCommit(tree, branch, commit),
		async isMember(team, { id }) {
			const [organisation = "", slug = ""] = team.split("/");
			return forge.people.inTeam(id, {
				organisation,
				slug
			});
		},
		async starter() {
			const author = read?.author;
			if (author != null && job.startedBy === author.login) return author;
			const { attempt, startedBy = "nobody" } = job;
			const starter = attempt === void 0 ? void 0 : await forge.jobs.starterOf(attempt.run, attempt.number).catch(() => void 0);
			return starter?.login === startedBy ? starter : {
				id: 0,
				login: startedBy,
				bot: false
			};
		},
		async claim(comment) {
			const claimed = await forge.claims.claim(comment, job.claimant, await treeOf(tree));
			fresh = claimed.kind === "won" && claimed.fresh;
			return claimed.kind === "won" ? "ours" : "taken";
		},
		react: (comment, reaction) => forge.reactions.add(comment, reaction),
		tell,
		async show(run) {
			const { projections } = forge;
			const id = await deploymentOf(projections, run, isNew(run.run));
			await projections.deploymentState(id, showing(run, job.url).deployment);
			if (isNew(run.run)) made = {
				run: run.run,
				deployment: id
			};
		},
		async end(thread, mark, text, run) {
			if (run === null) return tell(thread, mark, text);
			const { projections } = forge;
			const known = isNew(run.run) && made?.run === run.run ? made.deployment : void 0;
			const { deployment, check } = showing(run, job.url);
			const said = known === void 0 ? "unsure" : await projections.atOnce({
				comment: {
					issue: thread,
					marker: mark,
					body: text
				},
				deployment: {
					id: known,
					...deployment
				},
				check
			});
			if (said === "unsure") await tell(thread, mark, text);
			await project(projections, run, {
				said,
				url: job.url
			});
		}
	};
}
/** A refusal of the forge is an answer: it says why, and what would do. */
async function asked(where, work) {
	try {
		return ok(await work());
	} catch (error) {
		return bad(...problemsOf(error, where));
	}
}
function reviewOf({ author, state, commit }) {
	return {
		author,
		commit,
		state: state === "approved" || state === "changes-requested" ? state : "other"
	};
}
/** Comments as proofs, read again each time that somebody asks. */
function commentProofs(forge, commands) {
	return {
		knows: (signature) => commentIn(signature) !== void 0,
		async verify(question) {
			const id = commentIn(question.signature);
			if (id === void 0) return "it names no comment";
			try {
				return whyNoProof(await forge.comments.read(id) ?? null, question, commands);
			} catch (error) {
				return `the comment cannot be read now: ${problemsOf(error, "the forge")[0]?.found ?? ""}`;
			}
		}
	};
}

// src/cli/chat/door.ts
/** From the event of a forge to what it asks for: the one function behind `shiplock chat` and the action. */
/** Variables that hold a token: what a comment starts must not find them. */
const TOKENS = [
	"SHIPLOCK_FORGE_TOKEN",
	"SHIPLOCK_APP_KEY",
	"GITHUB_TOKEN",
	"GH_TOKEN",
	"INPUT_TOKEN",
	"ACTIONS_RUNTIME_TOKEN",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN"
];
async function chat(registry, request) {
	const { io, program } = registry;
	const { config, state, credentials, onRun } = request;
	const file = request.event ?? needed(io, "GITHUB_EVENT_PATH", "the file with the event");
	const event = unwrap(readEvent(await readFile(resolve(io.cwd, file), "utf8").catch(() => ""), file));
	const job = jobOf(io);
	for (const name of TOKENS) delete process.env[name];
	const options = {
		...config === void 0 ? {} : { config },
		...state === void 0 ? {} : { state }
	};
	const { clock, exec, baseDir } = await openService(await door(io, options, false));
	const { openForge } = await import("./shared-forge.js");
	const forge = openForge({
		...placeOf(io),
		credentials,
		ports: {
			clock,
			random: Math.random,
			signal: new AbortController().signal
		}
	});
	const proofs = commentProofs(forge, chatCommands(program));
	const doing = await openDoing(registry, {
		...options,
		job: job.url,
		proofs,
		onRun
	});
	return handleComment(event, chatForge(forge, {
		exec,
		baseDir
	}, job), doing);
}
/** A token, or the identity of an App; from the environment of the job. */
function credentialsOf(io) {
	const [app, privateKey] = [io.env["SHIPLOCK_APP_ID"], io.env["SHIPLOCK_APP_KEY"]];
	if (app !== void 0 && privateKey !== void 0) return {
		kind: "app",
		app,
		privateKey
	};
	return {
		kind: "token",
		token: io.env["SHIPLOCK_FORGE_TOKEN"] ?? io.env["GITHUB_TOKEN"] ?? needed(io, "SHIPLOCK_FORGE_TOKEN", "a token, or an App")
	};
}
function placeOf(io) {
	const [owner = "", repo = ""] = needed(io, "GITHUB_REPOSITORY", "owner/name of the repository").split("/");
	return {
		api: io.env["GITHUB_API_URL"] ?? "https://api.github.com",
		owner,
		repo
	};
}
function jobOf(io) {
	const { owner, repo } = placeOf(io);
	const run = needed(io, "GITHUB_RUN_ID", "number of the run that this job belongs to");
	const server = io.env["GITHUB_SERVER_URL"] ?? "https://github.com";
	const [number, attempt] = [Number(run), Number(io.env["GITHUB_RUN_ATTEMPT"] ?? "1")];
	return {
		claimant: `run ${run}`,
		startedBy: io.env["GITHUB_TRIGGERING_ACTOR"],
		attempt: Number.isSafeInteger(number) && Number.isSafeInteger(attempt) ? {
			run: number,
			number: attempt
		} : void 0,
		url: `${server}/${owner}/${repo}/actions/runs/${run}`
	};
}
function needed(io, name, expected) {
	const value = io.env[name];
	if (value !== void 0 && value !== "") return value;
	throw new ProblemError({
		code: "cli.variable-missing",
		where: name,
		found: "nothing",
		expected,
		remedy: "start this in a job of the forge, or set the variable"
	});
}
/** How it ended, in the words and with the exit codes of the command line. Pure. */
function resultOf(handled) {
	const json = jsonSchema.parse({
		...handled,
		commit: "commit" in handled ? handled.commit ?? null : null
	});
	switch (handled.kind) {
		case "ignored": return {
			exit: EXIT.done,
			text: `nothing to do: ${handled.why}`,
			json
		};
		case "done": return {
			exit: handled.good ? EXIT.done : EXIT.failed,
			text: handled.good ? "done" : "ended, not well: see the comment",
			json
		};
		case "refused": return {
			exit: EXIT.refused,
			text: handled.problems.map(formatProblem).join("\n"),
			json
		};
		case "failed": return {
			exit: exitFor(handled.problems),
			text: handled.problems.map(formatProblem).join("\n"),
			json
		};
	}
}

export { findAnyRun as a, gateStatement as c, openToChat as i, giveEvidence as l, credentialsOf as n, findRollout as o, resultOf as r, explainScan as s, chat as t, showGates as u };