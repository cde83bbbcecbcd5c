import { $ as treeOf, Di as knownReleases, Ii as schemaAllows, J as planRelease, Kn as CHANGE_SECTIONS, Mi as readLedger, Mo as readRun, Qn as whatText, Ti as cameToServe, Ui as outcomesOf, Wi as runsOf, Xt as signerOf, Yt as signaturesOf, Zt as underPolicy, es as canonical, fr as unknownChange, fs as promotionOrder, ji as readEnvironmentRecord, jo as listRuns, lr as planDigest, ls as environmentNames, no as traitsOf, or as meantBy, ps as wayTo, qn as CLOSING_NAMESPACE, ut as tellGit, wc as windowAt, y as storyOf, yi as whyNotEntitled } from "./shared-common.js";
import { s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { a as readChange, i as newChangeId, n as changePath, o as replaceChange, r as createChange, t as changeIds } from "./shared-store3.js";
import { a as requestDigest, n as missingSections, r as readChangeText, t as changeText } from "./shared-text2.js";
import { n as fetchRunsOf } from "./shared-fetch2.js";
import { r as underWay } from "./shared-standing2.js";
import { a as migrateProcedure, s as planMigrate } from "./shared-migrate3.js";
import { t as planPromotion } from "./shared-promote.js";
import { a as procedureOfRunbook, c as needsChange, i as planRunbook } from "./shared-run.js";
import { t as require_dist } from "./shared-dist.js";

// src/release/change/ask.ts
/** Takes names that another record has when it is drawn again. */
const DRAWS = 20;
/** The record as it would be written. @throws ProblemError for words that nobody could judge by */
function recordFor(service, preview, wish) {
	const { clock, door, target } = service;
	const now = clock.now();
	const problems = [...wordProblems(wish), ...windowProblems(wish.window, now)];
	if (problems.length > 0) throw new ProblemError(problems);
	const record = {
		head: {
			formatVersion: 1,
			change: newChangeId(now),
			title: wish.title,
			service: target.service,
			environment: target.environment,
			what: preview.what,
			plan: preview.digest,
			requestedBy: door.who,
			requestedAt: new Date(now).toISOString(),
			...wish.window === void 0 ? {} : { window: wish.window }
		},
		texts: wish.texts
	};
	const again = readChangeText(changeText(record), record.head.change);
	if (!again.ok) throw new ProblemError(again.problems);
	if (requestDigest(again.value) !== requestDigest(record)) throw new ProblemError(notAsSaid(record.head.change));
	return record;
}
/** Writes the record, under a name that nothing has yet, and tells other machines. */
async function askForChange(service, record) {
	const { store, clock } = service;
	let drawn = record;
	for (let draw = 0; draw < DRAWS; draw++) {
		if (await createChange(store, drawn)) {
			await tellGit(service);
			return drawn;
		}
		drawn = {
			...record,
			head: {
				...record.head,
				change: newChangeId(clock.now())
			}
		};
	}
	throw new TypeError(`${DRAWS} names were taken already`);
}
function wordProblems({ title, texts }) {
	return [...title.trim().length < 3 || title.length > 120 ? [{
		code: "change.title",
		where: "--title",
		found: `${title.length} characters`,
		expected: "3 to 120 characters",
		remedy: "say in a few words what is changed"
	}] : [], ...missingSections(texts).map(({ heading, question, key }) => ({
		code: "change.section-missing",
		where: heading,
		found: "nothing",
		expected: `an answer: ${question}`,
		remedy: `say --${key} TEXT, or write it under "## ${heading}" in a file and give that with --body`
	}))];
}
function windowProblems(window, now) {
	if (window === void 0) return [];
	const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
	if (until > from && until > now) return [];
	return [{
		code: "change.window",
		where: "--begin, --end",
		found: `${window.from} to ${window.until}`,
		expected: "an end that lies after the beginning and has not passed",
		remedy: "give both with their zone, such as 2026-11-24T22:00+01:00"
	}];
}
function notAsSaid(where) {
	return {
		code: "change.unreadable",
		where,
		found: "words that would be read as something else, such as a comment in angle brackets",
		expected: `plain text under ${CHANGE_SECTIONS.map(({ heading }) => heading).join(", ")}`,
		remedy: "say it in other words"
	};
}

// src/release/change/close.ts
/** What its runs did is not repeated here. @throws ProblemError while a run of it is not over, and for who has not the role that the policy names */
async function closeChange(service, id, word) {
	const { store, target } = service;
	const { environment } = target;
	const record = await readChange(store, environment, id);
	if (record === null) throw new ProblemError(unknownChange(id, environment));
	const { closed } = record.head;
	if (closed !== void 0 && closed.outcome === word.outcome && closed.note === word.note) return record;
	if (closed !== void 0) throw new ProblemError(closedAlready(id, closed));
	await fetchRunsOf(service, id);
	const runs = outcomesOf(await runsOf(store, environment, id));
	const open = runs.find(({ outcome }) => outcome === null);
	if (open !== void 0) throw new ProblemError(underWay(id, open.run));
	const done = runs.find(({ outcome }) => outcome === "done");
	if (word.outcome === "successful" && done === void 0) throw new ProblemError(nothingDone(id));
	if (word.outcome === "withdrawn" && done !== void 0) throw new ProblemError(madeAlready(id, done.run));
	const next = {
		...record,
		head: {
			...record.head,
			closed: await said(service, id, word)
		}
	};
	await replaceChange(store, next);
	await tellGit(service);
	return next;
}
/** The word in the name of who says it. @throws ProblemError `change.close-role` */
async function said(opened, id, word) {
	const service = await underPolicy(opened, "forward");
	const { clock, door, target, rules, changes } = service;
	const signer = await signerOf(service);
	const closed = {
		by: signer?.person ?? door.who,
		at: new Date(clock.now()).toISOString(),
		...word
	};
	const { service: name, environment } = target;
	const text = `${canonical({
		format: CLOSING_NAMESPACE,
		service: name,
		environment,
		change: id,
		...closed
	})}\n`;
	const signature = await signer?.sign(text, CLOSING_NAMESPACE);
	const role = changes?.close ?? null;
	if (rules.kind === "policy" && role !== null) {
		const { policy } = rules;
		const about = {
			text,
			namespace: CLOSING_NAMESPACE,
			person: closed.by,
			signature
		};
		const why = await whyNotEntitled(policy, role, about, signaturesOf(service, policy));
		if (why !== void 0) throw new ProblemError(notEntitled(id, role, why, environment));
	}
	return signature === void 0 ? closed : {
		...closed,
		signature
	};
}
function notEntitled(where, role, found, environment) {
	return {
		code: "change.close-role",
		where,
		found,
		expected: `somebody with the role ${role}, which closes changes of ${environment}`,
		remedy: `ask one of them, and sign with --sign-key; the role stands under \`policy.environments.${environment}.changes.close\` on the protected branch`
	};
}
function closedAlready(where, closed) {
	return {
		code: "change.closed",
		where,
		found: `closed as ${closed.outcome} by ${closed.by} at ${closed.at}`,
		expected: "a change that is still open",
		remedy: "the first word stands; ask for what is left with `shiplock change new`"
	};
}
function nothingDone(where) {
	return {
		code: "change.not-carried-out",
		where,
		found: "no run of it that came through",
		expected: "a run, before it can have been successful",
		remedy: "close it as `unsuccessful`, or as `withdrawn` when nothing was begun"
	};
}
function madeAlready(where, run) {
	return {
		code: "change.carried-out",
		where,
		found: `run ${run}, which has carried it out`,
		expected: "a change that was not made, to be withdrawn",
		remedy: "close it as `successful` or `unsuccessful`"
	};
}

// src/release/change/risk.ts
const RISK_LEVELS = {
	low: 0,
	medium: 25,
	high: 50
};
/** Points of each fact, and when it counts: the table of docs/changes.md. */
const RISK_POINTS = {
	"last-environment": {
		points: 20,
		when: "it is the last environment in the order, or has none behind it"
	},
	release: {
		points: 10,
		when: "it is a release"
	},
	promotion: {
		points: 5,
		when: "it is a promotion: nothing is built again"
	},
	"migration-expand": {
		points: 10,
		when: "it applies expand migrations alone"
	},
	"migration-backfill": {
		points: 15,
		when: "it changes rows by backfill migrations"
	},
	"migration-contract": {
		points: 40,
		when: "it takes parts of the schema away"
	},
	"runbook-changes": {
		points: 10,
		when: "it is a runbook that changes something"
	},
	"runbook-destructive": {
		points: 40,
		when: "it is a runbook that takes away what cannot be brought back"
	},
	"brings-migrations": {
		points: 10,
		when: "a release or promotion brings migrations"
	},
	"way-back-unknown": {
		points: 15,
		when: "the ledger does not know whether the version that serves runs on the schema afterwards"
	},
	"no-way-back": {
		points: 30,
		when: "the ledger says that the version that serves does not run on the schema afterwards"
	},
	"first-release": {
		points: 10,
		when: "nothing serves yet: there is nothing to go back to"
	},
	untried: {
		points: 15,
		when: "no run with the same has come through before, here or in another environment"
	},
	"recent-failures": {
		points: 5,
		when: "for each of the last 10 finished runs of the environment that failed or was rolled back, at most 25"
	},
	refused: {
		points: 20,
		when: "a step of the plan would refuse as the world is now"
	},
	unseen: {
		points: 5,
		when: "for each step that the plan could not look at, or that only promises what it does, at most 15"
	},
	"closed-hours": {
		points: 10,
		when: "it is to begin while the hours of releases are closed"
	}
};
const MOST_FAILURES = 5;
const MOST_UNSEEN = 3;
function riskOf(facts) {
	const found = factsOf(facts);
	const score = found.reduce((sum, { points }) => sum + points, 0);
	return {
		score,
		level: score >= RISK_LEVELS.high ? "high" : score >= RISK_LEVELS.medium ? "medium" : "low",
		facts: found
	};
}
function factsOf(facts) {
	const { doing, failures, migrations, refusals, unseen, wayBack, closed } = facts;
	const list = [];
	const add = (fact, found, source, times = 1) => {
		list.push({
			fact,
			points: RISK_POINTS[fact].points * times,
			found,
			source
		});
	};
	if (facts.last) add("last-environment", `no environment comes after ${facts.environment}`, "shiplock.yaml");
	switch (doing.kind) {
		case "release":
			add("release", "built anew", "the record");
			break;
		case "promotion":
			add("promotion", `as it serves ${doing.from}`, "the record");
			break;
		case "migration":
			add(`migration-${doing.phase}`, idsText(migrations), "headers of the migrations");
			break;
		case "runbook": add(`runbook-${doing.severity}`, doing.runbook, "severity of the runbook");
	}
	if ((doing.kind === "release" || doing.kind === "promotion") && migrations.length > 0) add("brings-migrations", idsText(migrations), "release.json");
	if (wayBack !== null && wayBack.answer !== "yes") {
		const { version, schema, answer } = wayBack;
		add(answer === "no" ? "no-way-back" : "way-back-unknown", `${version} on schema ${schema}: ${answer}`, "ledger");
	}
	if (facts.first) add("first-release", `nothing serves ${facts.environment}`, "record of the environment");
	if (facts.tried === null) add("untried", "no run that came through with it", "journals");
	if (failures.runs.length > 0) add("recent-failures", `${failures.runs.length} of the last ${failures.of}: ${failures.runs.join(", ")}`, "journals", Math.min(failures.runs.length, MOST_FAILURES));
	if (refusals.length > 0) add("refused", refusals.join("; "), "plan");
	if (unseen.length > 0) add("unseen", unseen.join("; "), "plan", Math.min(unseen.length, MOST_UNSEEN));
	if (closed !== null) add("closed-hours", closed, "policy");
	return list;
}
function idsText(ids) {
	return ids.length === 0 ? "none is pending" : ids.join(", ");
}

// src/release/change/preview.ts
/** The wish behind a record: what is planned again to see whether it is still the same. Pure. */
function wishOf(what) {
	switch (what.kind) {
		case "release":
		case "promotion": return {
			...what,
			seed: what.seed === true
		};
		case "migration":
		case "runbook": return what;
	}
}
/**
* @param begins when it is to begin, milliseconds since 1970
* @throws ProblemError when it cannot be planned here: another commit is checked out, nothing answers
*/
async function previewOf(service, wish, begins, find) {
	if (wish.kind === "runbook") return runbookPreview(service, wish, begins, find);
	const request = {
		why: "",
		seed: false,
		allowDirty: false,
		commit: wish.commit,
		awaitOverride: true
	};
	switch (wish.kind) {
		case "release": {
			const { version, seed } = wish;
			const { release, inputs, rules } = await planRelease(service, {
				...request,
				version,
				seed
			});
			const { commit } = inputs.candidate.release;
			return ofRelease(service, {
				what: {
					kind: "release",
					commit: inputs.candidate.configCommit ?? commit,
					...version === void 0 ? {} : { version },
					...seed ? { seed } : {}
				},
				plan: release,
				inputs,
				rules,
				begins,
				tree: treeOf(service)
			});
		}
		case "promotion": {
			const { from, version, seed } = wish;
			const { release, inputs, rules } = await planPromotion(service, {
				...request,
				from,
				version,
				seed
			});
			const { promotion, candidate } = inputs;
			return ofRelease(service, {
				what: {
					kind: "promotion",
					from: promotion?.from ?? "",
					version: promotion?.version ?? candidate.release.version,
					commit: candidate.release.commit,
					...seed ? { seed } : {}
				},
				plan: release,
				inputs,
				rules,
				begins,
				tree: treeOf(service)
			});
		}
		case "migration": {
			const { phase } = wish;
			const { plan, inputs, rules } = await planMigrate(service, {
				...request,
				...phase === "expand" ? {} : { phase }
			});
			const what = {
				kind: "migration",
				commit: inputs.candidate.release.commit,
				phase
			};
			const tree = (one) => migrateProcedure(one, service.target);
			return ofRelease(service, {
				what,
				plan,
				inputs,
				rules,
				begins,
				tree
			});
		}
	}
}
async function ofRelease(service, { what, plan, inputs, rules, begins, tree }) {
	const { target, store, config, clock } = service;
	const { candidate, stable } = inputs;
	const before = new Set((stable?.release.migrations ?? []).map(({ id }) => id));
	const migrations = candidate.release.migrations.filter(({ id, phase }) => what.kind === "migration" ? phase === what.phase : phase !== "contract" && !before.has(id)).map(({ id }) => id);
	const tried = what.kind === "promotion" ? inputs.promotion?.run ?? null : await triedRelease(service, candidate.release.commit);
	const meant = tree(meantBy(inputs));
	return {
		what,
		plan,
		rules,
		digest: planDigest(meant),
		needed: (await underPolicy(service, "look")).changes?.releases === true,
		wayBack: {
			words: meant.description,
			steps: onFailure(plan.root)
		},
		facts: {
			...await commonFacts({
				config,
				store,
				clock
			}, target.environment, {
				plan,
				rules,
				begins
			}),
			doing: doingOf(what),
			migrations,
			wayBack: await schemaAfterwards(service, inputs),
			first: stable === null && what.kind !== "migration",
			tried
		}
	};
}
function doingOf(what) {
	switch (what.kind) {
		case "release": return { kind: "release" };
		case "promotion": return {
			kind: "promotion",
			from: what.from
		};
		case "migration": return {
			kind: "migration",
			phase: what.phase
		};
	}
}
/** Does what serves now run on the schema that this leaves behind? */
async function schemaAfterwards({ target: { database, store, environment, service }, clock }, { candidate, stable }) {
	if (database === null || stable === null || candidate.schema === stable.schema) return null;
	const { version } = stable.release;
	const { schema } = candidate;
	const ledger = await readLedger(store, environment, service);
	const time = new Date(clock.now()).toISOString();
	const declared = database.rows({
		release: candidate.release,
		stable: version,
		from: stable.schema,
		time
	});
	return {
		version,
		schema,
		answer: schemaAllows({
			...ledger,
			rows: [...declared, ...ledger.rows]
		}, version, schema)
	};
}
/** A run that brought this commit to serve somewhere. */
async function triedRelease({ config, store }, commit) {
	for (const environment of environmentNames(config)) {
		const versions = (await knownReleases(store, environment)).filter((one) => one.commit === commit);
		const { history } = await readEnvironmentRecord(store, environment, config.service.service);
		const entry = history.findLast(({ outcome, version }) => outcome === "released" && versions.some((one) => one.version === version));
		if (entry !== void 0) return entry.run;
	}
	return null;
}
async function runbookPreview(service, wish, begins, find) {
	const { config, store, clock, target } = service;
	const runbook = await find(wish.runbook);
	const request = { texts: wish.inputs };
	const plan = await planRunbook(service, runbook, request);
	const ruled = await underPolicy(service, "look");
	const { rules } = ruled;
	const done = (await listRuns(store)).findLast(({ procedure, finished }) => procedure === plan.procedure && finished?.outcome === "done");
	return {
		what: {
			kind: "runbook",
			runbook: runbook.id,
			inputs: { ...wish.inputs }
		},
		plan,
		rules,
		needed: needsChange(ruled, runbook),
		digest: planDigest(await procedureOfRunbook(service, runbook, request)),
		wayBack: {
			words: runbook.wayBack,
			steps: onFailure(plan.root)
		},
		facts: {
			...await commonFacts({
				config,
				store,
				clock
			}, target.environment, {
				plan,
				rules,
				begins
			}),
			doing: {
				kind: "runbook",
				runbook: runbook.id,
				severity: runbook.severity === "destructive" ? "destructive" : "changes"
			},
			migrations: [],
			wayBack: null,
			first: false,
			tried: done?.run ?? null,
			closed: null
		}
	};
}
async function commonFacts({ config, store, clock }, environment, { plan, rules, begins }) {
	const order = promotionOrder(config);
	const windows = rules.kind === "policy" ? rules.policy.rules.windows : null;
	const answer = windows === null ? null : windowAt(windows, Math.max(begins, clock.now()));
	return {
		environment,
		last: !order.some((other) => other !== environment && wayTo(config, other).includes(environment)),
		failures: failuresAmong(await listRuns(store), environment),
		refusals: plan.problems.map(({ where, found }) => `${where}: ${found}`),
		unseen: unseenIn(plan.root),
		closed: answer === null || answer.kind === "open" ? null : answer.why
	};
}
/** Pure. */
function failuresAmong(runs, environment) {
	const over = runs.filter((one) => one.environment === environment && traitsOf(one.procedure).stopped === "resumed").filter(({ finished }) => finished !== null && finished.outcome !== "refused").slice(-10);
	const failed = over.filter(({ finished }) => finished?.outcome === "failed" || finished?.outcome === "rolled-back");
	return {
		of: over.length,
		runs: failed.map(({ run }) => run)
	};
}
function unseenIn(node) {
	if (node.kind === "opaque") return [`${node.title}: ${node.promise}`];
	if (node.kind === "step" && node.decision.kind === "unknown") return [`${node.title}: ${node.decision.problems[0]?.found ?? "no answer"}`];
	return "children" in node ? node.children.flatMap(unseenIn) : [];
}
/** Titles of what a failure would lead to, in the order of the plan. */
function onFailure(node) {
	const below = "children" in node ? node.children.flatMap(onFailure) : [];
	return node.kind === "sequence" ? [...node.onFailure, ...below] : below;
}

// src/release/change/template.ts
var import_dist = require_dist();
/** The empty record and the form of the forge, both made from the same list of sections. Pure. */
/** What a form asks besides: what stands in the head of a record, which `shiplock change new` fills in. */
const FORM_FIELDS = [
	{
		id: "environment",
		heading: "Environment",
		question: "An environment of shiplock.yaml.",
		required: true
	},
	{
		id: "what",
		heading: "What",
		question: "release, promote, migrate, or runbook with its name and inputs.",
		required: true
	},
	{
		id: "window",
		heading: "Window",
		question: "When it may begin, from and until, with the time zone. Empty: whenever the policy lets it.",
		required: false
	}
];
/** The sections alone, for `shiplock change new --body`. */
function recordTemplate() {
	return CHANGE_SECTIONS.flatMap(({ heading, question, required }) => [
		`## ${heading}`,
		"",
		`<!-- ${question}${required ? "" : " May be left empty."} -->`,
		""
	]).join("\n").trimEnd().concat("\n");
}
/** `.github/ISSUE_TEMPLATE/change.yml`: an issue that is made by it can be given to `shiplock change new --body` as it is. */
function issueForm() {
	const form = {
		name: "Change",
		description: "Ask for a change of an environment.",
		title: "Change: ",
		labels: ["change"],
		body: [
			{
				type: "markdown",
				attributes: { value: "What is written here becomes the record: `shiplock change new ENVIRONMENT WHAT --title \"…\" --body FILE`, with the text of this issue as the file." }
			},
			...FORM_FIELDS.map(({ id, heading, question, required }) => ({
				type: "input",
				id,
				attributes: {
					label: heading,
					description: question
				},
				validations: { required }
			})),
			...CHANGE_SECTIONS.map(({ key, heading, question, required }) => ({
				type: "textarea",
				id: key,
				attributes: {
					label: heading,
					description: question
				},
				validations: { required }
			}))
		]
	};
	return `# Made by \`shiplock change template --form\`.\n${(0, import_dist.stringify)(form, { lineWidth: 0 })}`;
}

// src/release/change/course.ts
/** @param record of the environment: it knows when a release was gone back from later */
function changeRun(recorded, record) {
	const { run, who, startedAt, lastAt, finished } = recorded;
	const story = storyOf(recorded.entries);
	const approval = story.gates.find(({ path }) => idOf(path) === "approval");
	return {
		run,
		who,
		startedAt,
		lastAt,
		outcome: finished?.outcome ?? null,
		begun: story.commands.length > 0,
		approval: approval === void 0 ? null : {
			passed: approval.passed,
			by: byOf(approval)
		},
		overrides: story.decisions.filter(({ kind }) => kind === "override").map(({ by, what, why }) => `${what}, by ${by}: ${why}`),
		waits: finished === null ? story.gates.filter(({ passed }) => !passed).map(({ title }) => title) : [],
		verification: [...story.steps.filter(looks).map(stepLine), ...story.gates.filter(inspects).map(gateLine)],
		takenBackBy: takenBackBy(run, record)
	};
}
/** Where a change stands. A run that was refused before it changed anything leaves it as it was. */
function stateOf({ closed }, runs) {
	if (closed !== void 0) return "closed";
	const last = runs.findLast(({ outcome }) => outcome !== "refused");
	if (last === void 0) return "requested";
	switch (last.outcome) {
		case null:
			if (last.begun) return "running";
			return last.approval === null || last.approval.passed ? "approved" : "waiting";
		case "done": return last.takenBackBy === null ? "verified" : "rolled-back";
		case "rolled-back": return "rolled-back";
		default: return "failed";
	}
}
/** In one sentence, for people. */
function stateSentence(state, { closed }, runs) {
	const last = runs.findLast(({ outcome }) => outcome !== "refused");
	const waits = last === void 0 || last.waits.length === 0 ? "" : `; it waits: ${last.waits.join(", ")}`;
	switch (state) {
		case "requested": return "asked for; no run of it has begun";
		case "waiting": return `run ${last?.run ?? ""} waits to be approved${waits}`;
		case "approved": return `nobody's approval is missing, and nothing is changed yet${waits}`;
		case "running": return `run ${last?.run ?? ""} is under way${waits}`;
		case "verified": return `run ${last?.run ?? ""} came through, with all that it looked at`;
		case "failed": return `run ${last?.run ?? ""} failed: \`shiplock why ${last?.run ?? ""}\` says why`;
		case "rolled-back": return last?.takenBackBy == null ? `run ${last?.run ?? ""} was taken back` : `run ${last.run} came through, and run ${last.takenBackBy} went back from it`;
		case "closed": return `closed as ${closed?.outcome ?? ""} by ${closed?.by ?? ""}${closed?.note === "" ? "" : `: ${closed?.note ?? ""}`}`;
	}
}
function idOf(path) {
	return path.slice(path.lastIndexOf("/") + 1);
}
function byOf({ given }) {
	return [...new Set(given.map(({ by }) => by))];
}
/** Steps and watches whose work is to see whether it is as it should be. */
function looks({ path, kind }) {
	return kind === "watch" || /(?:^|-)(?:verify|verified|healthy|works|check|judge)(?:-|$)/.test(idOf(path));
}
function inspects({ path, given }) {
	return idOf(path) !== "approval" && given.length > 0;
}
function stepLine({ title, state, note }) {
	return `${title}: ${state === "nothing" ? "as it should be" : state}${note === "" ? "" : ` (${note})`}`;
}
function gateLine({ title, given, passed }) {
	const said = given.map(({ by, answers }) => {
		const words = answers.map(({ name, value }) => `${name}=${value}`).join(", ");
		return words === "" ? by : `${by}: ${words}`;
	});
	return `${title}: ${passed ? "passed" : "open"} (${said.join("; ")})`;
}
/** The run by which an environment went back from what this one brought, as long as it did not come again. */
function takenBackBy(run, { history }) {
	const at = history.findIndex((entry) => entry.run === run && entry.outcome === "released");
	const next = at < 0 ? void 0 : history.slice(at + 1).find(cameToServe);
	return next?.outcome === "went-back-to" && next.version !== history[at]?.version ? next.run : null;
}

// src/release/change/view.ts
/** @param find null: what it would do today is not planned */
async function viewChange(service, id, find) {
	const { store, target } = service;
	const record = await readChange(store, target.environment, id);
	if (record === null) throw new ProblemError(unknownChange(id, target.environment));
	await fetchRunsOf(service, id);
	const { runs, state, sentence } = await courseOf(service, record);
	const begun = runs.some((one) => one.begun);
	const today = find === null || state === "closed" || begun ? { kind: "not-asked" } : await todayOf(service, record, find);
	return {
		record,
		file: changePath(store, target.environment, id),
		state,
		sentence,
		runs,
		today
	};
}
async function courseOf({ store, target }, { head }) {
	const history = await readEnvironmentRecord(store, target.environment, target.service);
	const runs = [];
	for (const { run } of await runsOf(store, target.environment, head.change)) runs.push(changeRun(await readRun(store, run), history));
	const state = stateOf(head, runs);
	return {
		runs,
		state,
		sentence: stateSentence(state, head, runs)
	};
}
async function todayOf(service, { head }, find) {
	try {
		const begins = head.window === void 0 ? service.clock.now() : Date.parse(head.window.from);
		const preview = await previewOf(service, wishOf(head.what), begins, find);
		return {
			kind: "planned",
			preview,
			risk: riskOf(preview.facts),
			same: preview.digest === head.plan
		};
	} catch (error) {
		return {
			kind: "unknown",
			problems: problemsOf(error, head.change)
		};
	}
}
/** The changes of an environment, the newest first. */
async function listChanges(service) {
	const { store, target } = service;
	const { environment } = target;
	const changes = [];
	const problems = [];
	for (const id of await changeIds(store, environment)) try {
		const record = await readChange(store, environment, id);
		if (record === null) continue;
		const { head } = record;
		if (head.closed === void 0) await fetchRunsOf(service, id);
		const { state } = await courseOf(service, record);
		const { title, requestedBy, requestedAt } = head;
		changes.push({
			change: id,
			environment,
			state,
			title,
			what: whatText(head.what),
			requestedBy,
			requestedAt
		});
	} catch (error) {
		problems.push(...problemsOf(error, id));
	}
	const history = await readEnvironmentRecord(store, environment, target.service);
	await fetchRunsOf(service, null);
	const without = [];
	for (const one of await listRuns(store)) {
		if (one.environment !== environment || one.change !== "") continue;
		const { run, who, overrides } = changeRun(await readRun(store, one.run), history);
		without.push({
			run,
			who,
			overrides
		});
	}
	return {
		changes: changes.toReversed(),
		problems,
		without
	};
}
/** As the summary of a run says that a record was asked for and none was named. */
const NO_CHANGE = "";
/** The words of people under their headings, those that are there. Pure. */
function sectionsOf({ texts }) {
	return CHANGE_SECTIONS.flatMap(({ key, heading }) => {
		const text = texts[key];
		return text === void 0 ? [] : [{
			heading,
			text
		}];
	});
}

export { issueForm as a, RISK_LEVELS as c, closeChange as d, askForChange as f, FORM_FIELDS as i, RISK_POINTS as l, sectionsOf as n, recordTemplate as o, recordFor as p, viewChange as r, previewOf as s, listChanges as t, riskOf as u };