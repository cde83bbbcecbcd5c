import { A as string, D as object, E as number, M as tuple, N as union, O as record, S as json, T as looseObject, V as prettifyError, _ as boolean, c as unwrap, f as ZodObject, h as array, i as ok, k as strictObject, n as bad, o as problemSchema, p as _enum, r as formatProblem, s as problemsOf, t as ProblemError, v as discriminatedUnion, w as literal } from "./shared-problem.js";
import { $ as logSumExp, $t as readLease, A as splitRoutes, B as unreachable$1, Bt as copyRun, C as carries, Cn as NO_HEAD, D as onlyRoutes, E as instancesOf, En as readRecord, F as lookAtWorld, G as makePolicy, Gt as publicKeyOf, H as duration, Ht as countLines, I as neverReady, J as betRobust, Jt as trusted, K as policySchema, Kt as sshSignatures, L as notReadySince, Lt as traitsOf, M as configuredShare, N as crashLoop, O as perInstanceShare, On as payloadSchema, Ot as wayTo, P as instanceSampleSchema, Q as largest, R as openRequests, Rt as takeEnvironment, S as shortOf, Sn as foldState, T as endpointsOf, Tn as readPayload, U as forecast, V as unreachableHosts, Vt as createReplicator, Wt as ownerOf, X as shareAt$1, Y as betSharp, Yt as LEASE_MS, Z as gridOf, _ as startAgain, _n as takeJournal, _t as promotionRulesSchema, an as openGates, at as causeOf, b as reachable, bn as advance, cn as ORDER_NAMESPACE, ct as quarantineEffects, d as installStep, dn as gateText, en as StoreUnreachableError, et as intervalRows, f as promoteStep, fn as orderText, g as shareStep, gn as noJournal, gt as policyPlace, h as shareProblems, hn as createJournal, in as verifyRun, j as isOnHost, k as readyInstances, ln as START_NAMESPACE, m as settleStep, mn as createRecorder, mt as readPolicy, nn as listRuns, o as hostNames, on as resultOf, ot as digestsOf, p as retireStep, pn as startText, q as needed, qt as sshSigner, rn as readRun, sn as GATE_NAMESPACE, st as entriesOf, t as engineOptions, tn as unreachable, tt as versionDelta, u as doOrNothing, ut as readQuarantineOf, v as startStep$1, w as complement, wn as readJournalText, x as readyOn, xn as emptyState, y as perHost, yn as loadRun, z as sampleInstances, zt as pullRun } from "./shared-service.js";
import { C as describedVersion, D as withoutConfiguration, E as sourceCommit, O as clean, S as commitTime, T as nameVersion, a as clockSince, f as agreeWithGit, k as cleanLine, n as reportMarkdown, o as lasting, s as moment, w as isNamedAfterCommit, x as tellGit } from "./shared-markdown.js";
import { c as kubeText } from "./shared-kube.js";
import { a as procedure, c as step, i as parallel, l as watch, n as gate, o as repeatUntil, s as sequence, t as action } from "./shared-build.js";
import { C as artefactDigest } from "./shared-start.js";
import { n as httpClient, r as whyNoAnswer, t as beginningOf } from "./shared-http-client.js";
import { N as effectSchema, _ as recordEffect, a as cameToServe, b as schemaAllows, d as liveVersion, f as previousVersion, g as readReleaseRecord, l as knownReleases, m as readLedger, p as readEnvironmentRecord, s as historyEffect, u as ledgerEffect, v as releaseRecordSchema } from "./shared-quarantine.js";
import { a as canonicalize, i as toJson, n as digestOf$1, r as sha256, t as canonical } from "./shared-canonical.js";
import { a as unlessAborted, i as runCommand, o as withDeadline, r as openDialog } from "./shared-exec.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest, t as jsonSchema } from "./shared-json.js";
import { i as raiseFenceThere, n as LeaseLostError, o as runFenced, r as raiseFence, s as runFencedThere, t as FENCE_SCRIPT } from "./shared-fence.js";
import { a as releaseSchema, n as digestSchema, o as versionSchema, r as momentSchema } from "./shared-release.js";
import { i as require_dist, l as isGone, u as ownIdentity } from "./shared-path.js";
import { d as writeTemporary, i as isMissing, l as syncDirectory, n as fileName, o as replaceFile, s as runPaths, t as anchorPath } from "./shared-store.js";
import { a as resolveText, i as cutMiddle, o as resolveTexts, r as sqlEffect } from "./shared-sql.js";
import { n as timestamp } from "./shared-clock2.js";
import { A as transform, M as CsvError, j as is_object, q as taking } from "./shared-counters.js";
import { r as isFinished, t as clusterRolloutSchema } from "./shared-cluster-rollout.js";
import { g as formatShare, h as formatDuration } from "./shared-layout.js";
import { i as windowAt, r as wallText } from "./shared-windows.js";
import { createHash, randomBytes } from "node:crypto";
import { lstat, mkdir, readFile, readdir, readlink, rename, unlink } from "node:fs/promises";
import { dirname, join as join$2, relative } from "node:path";
import { hostname } from "node:os";
import { existsSync } from "node:fs";
import { Transform } from "stream";
import { connect } from "node:net";
import { Readable } from "node:stream";

// src/announce/alert.ts
/** A name for the alert that follows from its labels alone, 16 hexadecimal digits. */
function alertId(labels) {
	const text = Object.entries(labels).toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, value]) => JSON.stringify([name, value])).join("\n");
	return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
/** Is it over at this moment? */
function isOver(alert, now) {
	return alert.endsAt !== null && alert.endsAt <= now;
}
/** One line of at most `longest` characters, without control characters: it goes into mails and chats. */
function tidy(text, longest = 600) {
	const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
	return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

// src/announce/alerts.ts
/** The alerts of a run, those that are over included, oldest first. Pure. */
function alertsOf(story, settings) {
	return [...story.matters.values()].toSorted((a, b) => a.from - b.from).map((matter) => alertOf(story, matter, settings));
}
function alertOf(story, matter, settings) {
	const { service, environment, links } = settings;
	const say = (text) => tidy(settings.mask(text));
	const put = (link) => Object.entries({
		service,
		environment,
		run: story.run,
		alert: matter.alert
	}).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, encodeURIComponent(value)), link);
	return {
		labels: {
			...settings.labels,
			alertname: matter.alert,
			severity: matter.severity,
			service,
			environment,
			procedure: story.procedure,
			run: story.run,
			...matter.labels
		},
		annotations: {
			summary: say(matter.summary),
			description: say(matter.description),
			...links.runbook === null ? {} : { runbook_url: put(links.runbook) }
		},
		startsAt: matter.from,
		endsAt: matter.until === null ? null : matter.until + (matter.event ? settings.eventsMs : 0),
		link: links.run === null ? null : put(links.run)
	};
}

// src/announce/due.ts
/**
* What Alertmanager has to hear. An alert that it never heard of and that is over already is left out; one that it was told and that
* is no longer among the alerts of the run is taken back, unless it ends by itself.
*/
function dueAtAlertmanager(alerts, receipts, { now, again }) {
	return [...alerts.filter((alert) => {
		const told = receiptOf(alert, receipts)?.alertmanager ?? null;
		if (told === null) return !isOver(alert, now);
		if (isOver(alert, now)) return told.endsAt > now;
		return !told.sure || again || told.endsAt <= now || alert.endsAt !== null && alert.endsAt !== told.endsAt;
	}), ...gone(alerts, receipts, now, (receipt) => (receipt.alertmanager?.endsAt ?? 0) > now)];
}
/** What the webhook has to hear: each alert once, and its end if it was one that lasts. */
function dueAtWebhook(alerts, receipts, now) {
	return [...alerts.filter((alert) => {
		const told = receiptOf(alert, receipts)?.webhook ?? null;
		return isOver(alert, now) ? told?.state === "firing" : told === null;
	}), ...gone(alerts, receipts, now, (receipt) => receipt.webhook?.state === "firing")];
}
function receiptOf(alert, receipts) {
	const id = alertId(alert.labels);
	return receipts.find((receipt) => receipt.id === id && receipt.startsAt === alert.startsAt);
}
function gone(alerts, receipts, now, open) {
	const known = new Set(alerts.map((alert) => alertId(alert.labels)));
	return receipts.filter((receipt) => receipt.lasts && !known.has(receipt.id) && open(receipt)).map(({ labels, startsAt }) => ({
		labels,
		annotations: {},
		startsAt,
		endsAt: now,
		link: null
	}));
}
/** The end that is told: an alert that lasts gets one too, or Alertmanager would end it after its own five minutes. */
function toldEnd(alert, now, lastsMs) {
	return Math.max(alert.startsAt, alert.endsAt ?? now + lastsMs);
}
/** The receipts after telling Alertmanager. */
function alertmanagerTold(receipts, telling) {
	const { step, now, lastsMs } = telling;
	return changed(receipts, telling, (alert, before) => {
		const endsAt = toldEnd(alert, now, lastsMs);
		const at = new Date(now).toISOString();
		if (step === "taken") return { alertmanager: {
			endsAt,
			at,
			sure: true
		} };
		return step === "before" && before.alertmanager === null ? { alertmanager: {
			endsAt,
			at,
			sure: false
		} } : {};
	});
}
/** The receipts after telling the webhook. */
function webhookTold(receipts, telling) {
	const { step, now } = telling;
	return changed(receipts, telling, (alert) => step === "taken" ? { webhook: {
		state: alert.endsAt === null ? "firing" : "resolved",
		at: new Date(now).toISOString()
	} } : {});
}
function changed(receipts, { alerts, problem }, change) {
	const result = new Map(receipts.map((receipt) => [receipt.id, receipt]));
	for (const alert of alerts) {
		const { labels, startsAt } = alert;
		const id = alertId(labels);
		const known = result.get(id);
		const before = known?.startsAt === startsAt ? known : {
			id,
			labels: { ...labels },
			startsAt,
			lasts: alert.endsAt === null,
			alertmanager: null,
			webhook: null,
			problem: null
		};
		result.set(id, {
			...before,
			...change(alert, before),
			problem
		});
	}
	return [...result.values()];
}

// src/announce/outlet.ts
async function tellAlertmanagers(outlet, post, alerts, now) {
	const body = JSON.stringify(alerts.map((alert) => postable(alert, now, outlet.lastsMs)));
	const answers = await Promise.all(outlet.alertmanagers.map((place) => post(place, body)));
	return {
		taken: answers.some((answer) => answer.kind === "taken"),
		problems: answers.flatMap((answer) => answer.kind === "refused" ? [answer.why] : []),
		again: answers.some((answer) => answer.kind === "refused" && answer.again)
	};
}
async function tellWebhook(place, outlet, post, alerts, now) {
	const answer = await post(place, hookBody(alerts, now, outlet.lastsMs));
	return answer.kind === "taken" ? {
		taken: true,
		problems: [],
		again: false
	} : {
		taken: false,
		problems: [answer.why],
		again: answer.again
	};
}
/** `postableAlert` of Alertmanager's API v2. */
function postable(alert, now, lastsMs) {
	return {
		labels: alert.labels,
		annotations: alert.annotations,
		startsAt: iso(alert.startsAt),
		endsAt: iso(toldEnd(alert, now, lastsMs)),
		...alert.link === null ? {} : { generatorURL: alert.link }
	};
}
/** The form of Alertmanager's own webhook (version 4), so that a receiver needs to know only one. */
function hookBody(alerts, now, lastsMs) {
	return JSON.stringify({
		version: "4",
		groupKey: alerts.map((alert) => alertId(alert.labels)).join(" "),
		truncatedAlerts: 0,
		status: alerts.every((alert) => isOver(alert, now)) ? "resolved" : "firing",
		receiver: "shiplock",
		groupLabels: {},
		commonLabels: common(alerts.map((alert) => alert.labels)),
		commonAnnotations: common(alerts.map((alert) => alert.annotations)),
		externalURL: "",
		alerts: alerts.map((alert) => ({
			status: isOver(alert, now) ? "resolved" : "firing",
			...postable(alert, now, lastsMs),
			generatorURL: alert.link ?? "",
			fingerprint: alertId(alert.labels)
		}))
	});
}
function common(all) {
	const [first = {}, ...others] = all;
	return Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)));
}
function iso(ms) {
	return new Date(ms).toISOString();
}

// src/announce/receipts.ts
/**
* What was told of a run and to whom, beside its journal in the state directory. The journal says what there is to tell; this only
* saves telling it twice, and remembers what must be taken back. Losing it costs repeated alerts, which Alertmanager makes one.
*/
const receiptSchema = strictObject({
	id: string(),
	labels: record(string(), string()),
	startsAt: number(),
	/** It had no end yet when it was first told: somebody has to tell one. */
	lasts: boolean(),
	alertmanager: strictObject({
		/** Until when it is an alert by what was told. */
		endsAt: number(),
		/** RFC 3339. */
		at: string(),
		/** False: sent, and no answer came. It may be there or not. */
		sure: boolean()
	}).nullable(),
	webhook: strictObject({
		state: _enum(["firing", "resolved"]),
		at: string()
	}).nullable(),
	/** Why the last attempt did not reach somebody. */
	problem: string().nullable()
});
const fileSchema = strictObject({
	formatVersion: literal(1),
	run: string(),
	receipts: array(receiptSchema)
});
function receiptsPath(store, run) {
	return join$2(store, "announcements", `${fileName(run)}.json`);
}
/** What was told of a run; nothing when there is no file, or none that can be read: then it is told again. */
async function readReceipts(store, run) {
	try {
		const parsed = JSON.parse(await readFile(receiptsPath(store, run), "utf8"));
		const file = fileSchema.safeParse(parsed);
		return file.success ? file.data.receipts : [];
	} catch (error) {
		if (isMissing(error) || error instanceof SyntaxError) return [];
		throw error;
	}
}
async function writeReceipts(store, run, receipts) {
	await replaceFile(receiptsPath(store, run), `${JSON.stringify({
		formatVersion: 1,
		run,
		receipts
	}, null, 2)}\n`);
}

// src/announce/deliver.ts
const NOTHING_TOLD = {
	told: [],
	problems: [],
	again: false
};
/**
* Tells what is due of one run, and writes down what was told. Safe to repeat at any time and from any process: the alerts follow
* from the journal, their labels never change, and Alertmanager makes one of two.
*/
async function deliver(desk, run, alerts, again = false) {
	const book = await openBook(desk, run);
	const first = await atAlertmanager(desk, book, alerts, again);
	const second = await atWebhook(desk, book, alerts, desk.outlet.alertmanagers.length === 0 || first.missed);
	return {
		told: [...first.told, ...second.told],
		problems: [...first.problems, ...second.problems],
		again: first.again || second.again
	};
}
async function openBook({ store }, run) {
	const book = {
		receipts: await readReceipts(store, run),
		async keep(next) {
			book.receipts = next;
			await writeReceipts(store, run, next);
		}
	};
	return book;
}
async function atAlertmanager({ clock, outlet, post }, book, alerts, again) {
	const now = clock.now();
	const due = outlet.alertmanagers.length === 0 ? [] : dueAtAlertmanager(alerts, book.receipts, {
		now,
		again
	});
	if (due.length === 0) return {
		...NOTHING_TOLD,
		missed: false
	};
	const telling = {
		alerts: due,
		now,
		lastsMs: outlet.lastsMs
	};
	await book.keep(alertmanagerTold(book.receipts, {
		...telling,
		step: "before",
		problem: null
	}));
	const answer = await tellAlertmanagers(outlet, post, due, now);
	const { problems } = answer;
	const step = answer.taken ? "taken" : "failed";
	await book.keep(alertmanagerTold(book.receipts, {
		...telling,
		step,
		problem: oneText(problems)
	}));
	return answer.taken ? {
		told: named(due, "alertmanager", now),
		problems,
		again: false,
		missed: false
	} : {
		told: [],
		problems,
		again: answer.again,
		missed: true
	};
}
/** The webhook hears what Alertmanager does not take, and later the end of what it heard. */
async function atWebhook({ clock, outlet, post }, book, alerts, instead) {
	if (outlet.webhook === null) return NOTHING_TOLD;
	const now = clock.now();
	const due = dueAtWebhook(alerts, book.receipts, now).filter((alert) => instead || isOver(alert, now));
	if (due.length === 0) return NOTHING_TOLD;
	const answer = await tellWebhook(outlet.webhook, outlet, post, due, now);
	const { problems, again } = answer;
	const telling = {
		alerts: due,
		now,
		lastsMs: outlet.lastsMs,
		problem: oneText(problems)
	};
	await book.keep(webhookTold(book.receipts, {
		...telling,
		step: answer.taken ? "taken" : "failed"
	}));
	return {
		told: answer.taken ? named(due, "webhook", now) : [],
		problems,
		again
	};
}
function named(alerts, via, now) {
	return alerts.map((alert) => ({
		alert,
		state: isOver(alert, now) ? "resolved" : "firing",
		via
	}));
}
function oneText(problems) {
	return problems.length === 0 ? null : problems.join("; ");
}

// src/announce/story.ts
function emptyStory(run) {
	return {
		run,
		procedure: "",
		environment: "",
		title: "",
		who: "",
		preempts: null,
		preemptedBy: null,
		state: "running",
		failure: null,
		lastAt: 0,
		checked: /* @__PURE__ */ new Set(),
		matters: /* @__PURE__ */ new Map()
	};
}
function storyOf$1(run, entries) {
	const story = emptyStory(run);
	for (const entry of entries) tell$1(story, entry);
	return story;
}
const SILENT = [
	"analysis.sample",
	"analysis.verdict",
	"lease.taken",
	"lease.renewed"
];
/** May a record of this type have to be announced? Samples are most of a journal, and nothing is announced because of one. */
function speaks(type) {
	return !SILENT.includes(type);
}
const WAY_BACK$1 = /(?:^|\/)rollback(?:\/|$)/;
/** Adds one record. True when something to be announced began, changed or ended. */
function tell$1(story, entry) {
	const { record } = entry;
	const at = Date.parse(record.time);
	story.lastAt = at;
	if (!speaks(record.type)) return false;
	const parsed = payloadSchema.safeParse({
		type: record.type,
		data: entry.payload ?? null
	});
	const back = record.type.startsWith("step.") && WAY_BACK$1.test(record.node) && goesBack(story, at);
	if (!parsed.success) return back;
	return tellPayload$1(story, parsed.data, record, at) || back;
}
function tellPayload$1(story, payload, record, at) {
	const { node } = record;
	switch (payload.type) {
		case "run.started": {
			const { procedure, environment, who, preempts, breakGlass } = payload.data;
			story.procedure = procedure.id;
			story.environment = environment;
			story.title = procedure.title;
			story.who = who;
			story.preempts = preempts ?? null;
			return brokeGlass(story, who, breakGlass, at);
		}
		case "run.resumed": {
			const { changed, who, breakGlass, asked } = payload.data;
			if (asked !== void 0) return end$1(story, "paused", at);
			story.state = "running";
			const held = end$1(story, "held", at);
			const news = brokeGlass(story, who, breakGlass, at) || held;
			if (changed === void 0) return news;
			for (const key of story.matters.keys()) if (changed.reopened.includes(key.replace(/^gate /, "").replace(/#\d+/g, "#"))) end$1(story, key, at);
			event(story, "changed", at, {
				alert: "ShiplockOverride",
				severity: "warning",
				labels: { reason: "procedure-changed" },
				summary: `${story.title}: went on although the procedure had changed`,
				description: `${who}, as ${changed.role}: ${changed.reason}. To be reviewed.`
			});
			return true;
		}
		case "run.paused":
			if (payload.data.asked !== void 0) return ordered(story, payload.data.reason, payload.data.asked, at);
			story.state = "paused";
			return payload.data.reason !== "waiting" && held(story, payload.data, at);
		case "run.finished": return finished(story, payload.data, at);
		case "step.done": return end$1(story, `gate ${node}`, at);
		case "step.failed":
			story.failure = payload.data.problems[0] ?? story.failure;
			return payload.data.final && endGatesAt(story, node, at);
		case "step.intent": return payload.data.what === "undo" && goesBack(story, at);
		case "gate.opened": return opened(story, node, payload.data, at);
		case "gate.evidence": return !story.checked.has(node) && end$1(story, `gate ${node}`, at);
		case "gate.override":
			if (!story.checked.has(node)) end$1(story, `gate ${node}`, at);
			event(story, `override ${node}`, at, {
				alert: "ShiplockOverride",
				severity: "warning",
				labels: { gate: node },
				summary: `${story.title}: the gate ${node} was overridden`,
				description: `${payload.data.by}, as ${payload.data.role}: ${payload.data.reason}. To be reviewed.`
			});
			return true;
		case "lease.lost":
			leaseLost(story, payload.data.why, at);
			return true;
		default: return false;
	}
}
function brokeGlass(story, who, reason, at) {
	if (reason === void 0) return false;
	event(story, "glass", at, {
		alert: "ShiplockOverride",
		severity: "warning",
		labels: { reason: "break-glass" },
		summary: `${story.title}: with broken glass`,
		description: `${who}: ${reason}. Where git did not answer it went on without. To be reviewed; afterwards: shiplock journal import`
	});
	return true;
}
/** The lease was lost; also for a process that cannot write into the journal any more. */
function leaseLost(story, why, at) {
	event(story, "lease", at, {
		alert: "ShiplockLeaseLost",
		severity: "warning",
		labels: {},
		summary: `${story.title}: the lease was lost`,
		description: `${why}. This run changes nothing any more. See what holds the environment, then: shiplock resume ${story.run}`
	});
}
/** A run that has not ended and has no process: nothing in its journal says so, whoever looked at the lease knows. */
function noProcess(story) {
	story.matters.set("no-process", {
		...HELD,
		labels: { reason: "no-process" },
		summary: `${story.title}: its process is gone`,
		description: `It ended without a word (crash, kill, power). The new version loses its share by itself. Go on: shiplock resume ${story.run}`,
		from: story.lastAt,
		until: null
	});
}
const HELD = {
	alert: "ShiplockRunHeld",
	severity: "warning",
	event: false
};
function opened(story, node, gate, at) {
	const { title, description, role, guard } = gate;
	if (gate.opening === void 0) story.checked.delete(node);
	else story.checked.add(node);
	const unplanned = /#\d+$/.test(node);
	const words = description === void 0 ? "" : `${description} `;
	story.matters.set(`gate ${node}`, {
		...unplanned ? HELD : {
			alert: "ShiplockGateOpen",
			severity: "warning",
			event: false
		},
		labels: {
			gate: node,
			...unplanned ? { reason: "no-verdict" } : {}
		},
		summary: `${story.title}: ${title}`,
		description: `${words}Asked of ${role}. Meanwhile: ${guard}. What is asked: shiplock gate show ${story.run}`,
		from: at,
		until: null
	});
	return true;
}
const WHY_HELD = {
	stopped: "was stopped and is not over",
	"unknown-outcome": "nobody can tell whether a step has happened",
	"compensation-failed": "the way back failed: the environment stands between two states",
	"internal-error": "stopped at a fault of this program or of the machine",
	"store-behind": "waits for the git store: nothing forward begins before it has the journal"
};
function held(story, { reason, problems }, at) {
	const [problem] = problems;
	const found = problem === void 0 ? "" : `${problem.where}: ${problem.found}. ${problem.remedy}. `;
	story.matters.set("held", {
		...HELD,
		severity: reason === "compensation-failed" ? "critical" : "warning",
		labels: { reason },
		summary: `${story.title}: ${WHY_HELD[reason] ?? reason}`,
		description: `${found}Go on: shiplock resume ${story.run}`,
		from: at,
		until: null
	});
	return true;
}
/** A person has paused it, or ended a pause for good by taking the run back; what that brings says so itself. */
function ordered(story, reason, { by, why }, at) {
	if (reason !== "asked") return end$1(story, "paused", at);
	story.matters.set("paused", {
		...HELD,
		labels: { reason: "paused" },
		summary: `${story.title}: paused by ${by}`,
		description: `${why}. It keeps its share and is judged on. Go on: shiplock rollout resume ${story.run}`,
		from: at,
		until: null
	});
	return true;
}
/** The way back begins, or goes on. */
function goesBack(story, at) {
	if (story.matters.has("rollback")) return false;
	end$1(story, "paused", at);
	const asked = story.procedure === "rollback";
	const why = story.failure === null ? "" : `: ${story.failure.found} (${story.failure.code})`;
	event(story, "rollback", at, {
		alert: "ShiplockRollback",
		severity: "warning",
		labels: {},
		summary: asked ? story.title : `${story.title}: is taken back${why}`,
		description: asked ? `Asked for by ${story.who}. Review it afterwards.` : "Started by itself. Review it afterwards."
	});
	return true;
}
function finished(story, { outcome, problems, preemptedBy }, at) {
	let news = false;
	story.state = "over";
	story.preemptedBy = preemptedBy ?? null;
	for (const key of story.matters.keys()) news = end$1(story, key, at) || news;
	const back = story.matters.get("rollback");
	if (back !== void 0) story.matters.set("rollback", {
		...back,
		until: at
	});
	if (preemptedBy !== void 0) {
		story.matters.delete("lease");
		return true;
	}
	if (outcome !== "failed") return news || back !== void 0;
	const [problem] = problems;
	event(story, "failed", at, {
		alert: "ShiplockRunFailed",
		severity: "warning",
		labels: {},
		summary: `${story.title}: failed`,
		description: problem === void 0 ? `shiplock journal show ${story.run}` : `${problem.where}: ${problem.found}. ${problem.remedy}`
	});
	return true;
}
function event(story, key, at, words) {
	story.matters.set(key, {
		...words,
		from: at,
		until: at,
		event: true
	});
}
/** A gate that rejects, or a watch that fails with a gate open below it: nobody is asked any more. */
function endGatesAt(story, node, at) {
	let news = false;
	for (const key of story.matters.keys()) if (`${key}/`.startsWith(`gate ${node}/`)) news = end$1(story, key, at) || news;
	return news;
}
function end$1(story, key, at) {
	const matter = story.matters.get(key);
	if (matter === void 0 || matter.until !== null) return false;
	story.matters.set(key, {
		...matter,
		until: at
	});
	return true;
}

// src/announce/announcer.ts
const FIRST_DELAY_MS = 1e3;
const LONGEST_DELAY_MS = 6e4;
function createAnnouncer(options) {
	const { desk, settings, clock, over } = options;
	let story = options.before;
	let left = story !== null;
	let news = false;
	let working;
	let silent = false;
	const closing = new AbortController();
	/** Ends the rest between two attempts: there is more to tell, or no time left. */
	let rest = new AbortController();
	const attempt = async (current) => {
		try {
			return await deliver(desk, current.run, alertsOf(current, settings));
		} catch (error) {
			return {
				...NOTHING_TOLD,
				problems: [settings.mask(error instanceof Error ? error.message : String(error))]
			};
		}
	};
	const work = async () => {
		let delayMs = FIRST_DELAY_MS;
		while (news && story !== null && !over.signal.aborted) {
			news = false;
			const delivery = await attempt(story);
			say(delivery);
			if (!delivery.again) continue;
			news = true;
			if (closing.signal.aborted) return;
			rest = new AbortController();
			await clock.sleep(delayMs, rest.signal).catch(() => void 0);
			delayMs = Math.min(LONGEST_DELAY_MS, 2 * delayMs);
		}
	};
	const say = ({ told, problems }) => {
		for (const { alert, state, via } of told) {
			const what = state === "resolved" ? "over" : "announced";
			options.note(`${what}: ${alert.labels["alertname"] ?? ""} (${via})`);
		}
		if (problems.length > 0 && !silent) options.note(`not announced: ${problems.join("; ")}`);
		silent = problems.length > 0;
	};
	const start = () => {
		news = true;
		rest.abort();
		working ??= work().catch(() => void 0).finally(() => {
			working = void 0;
			if (news && !closing.signal.aborted) start();
		});
	};
	return {
		observe(entry) {
			story ??= emptyStory(entry.record.run);
			if (tell$1(story, entry) || left) start();
			left = false;
		},
		lost(why) {
			if (story === null || story.state === "over") return;
			leaseLost(story, why, clock.now());
			start();
		},
		async close() {
			closing.abort();
			rest.abort();
			news ||= left;
			const patience = new AbortController();
			const enough = clock.sleep(options.patienceMs, patience.signal).catch(() => void 0);
			await Promise.race([enough, finish()]);
			patience.abort();
			over.abort();
		}
	};
	/** What is under way; or one more attempt, where nothing is. */
	async function finish() {
		if (working !== void 0) await working;
		else if (news) await work().catch(() => void 0);
	}
}

// src/procedure/gate/evidence.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/** Answers at a gate against its questions. */
/** Pure: the evidence with numbers and ticks as such, or what is wrong with it. */
function checkEvidence(gate, evidence, where) {
	const fields = gate.opened.evidence;
	const names = fields.map((field) => field.name);
	const problems = [];
	for (const name of Object.keys(evidence)) {
		if (names.includes(name)) continue;
		const near = nearest(name, names, import_fastest_levenshtein.distance);
		problems.push({
			code: "gate.unknown-field",
			where,
			found: name,
			expected: `one of ${names.join(", ")}`,
			remedy: near === void 0 ? "leave it out" : `did you mean ${near}?`
		});
	}
	const accepted = {};
	for (const field of fields) {
		const answer = evidence[field.name];
		const value = answer === void 0 ? void 0 : accept(field, answer, gate.opened.judged);
		if (value === void 0) problems.push({
			code: answer === void 0 ? "gate.missing-field" : "gate.wrong-answer",
			where: `${where}: ${field.name}`,
			found: answer === void 0 ? "no answer" : JSON.stringify(answer),
			expected: `${wanted(field, gate.opened.judged)} (${field.question})`,
			remedy: `answer it: --item ${field.name}=…`
		});
		else accepted[field.name] = value;
	}
	return problems.length > 0 ? bad(...problems) : ok(accepted);
}
function accept(field, answer, judged) {
	const text = String(answer).trim();
	switch (field.kind) {
		case "text":
			if (text.length < Math.max(1, field.minLength ?? 1)) return void 0;
			return field.pattern === void 0 || new RegExp(`^(?:${field.pattern})$`, "u").test(text) ? text : void 0;
		case "number": {
			const value = text === "" || typeof answer === "boolean" ? NaN : Number(text);
			if (!Number.isFinite(value)) return void 0;
			return value >= (field.min ?? -1e400) && value <= (field.max ?? 1e400) ? value : void 0;
		}
		case "check":
			if (/^(true|yes)$/i.test(text)) return true;
			return judged && /^(false|no)$/i.test(text) ? false : void 0;
		case "choice": return field.options.includes(text) ? text : void 0;
	}
}
function wanted(field, judged) {
	switch (field.kind) {
		case "text": return field.pattern === void 0 ? `a text of at least ${Math.max(1, field.minLength ?? 1)} characters` : `a text that matches ${field.pattern}`;
		case "number": return `a number${[field.min === void 0 ? "" : ` from ${field.min}`, field.max === void 0 ? "" : ` to ${field.max}`].join("")}`;
		case "check": return judged ? "yes or no" : "yes: the item has been checked and is so";
		case "choice": return `one of ${field.options.join(", ")}`;
	}
}

// src/procedure/paths.ts
/**
* Names of nodes in the journal. A child is `parent/id`; besides: the rollback of a sequence is `…/rollback`, a branch of a choice
* goes by its key, round n of a loop is `…/id#n`, steps around a gate are `…/drain/id` and so on, and the n-th gate that a watch
* opens is `…/id#n`.
*/
function childPath(parent, id) {
	return parent === "" ? id : `${parent}/${id}`;
}
/** All nodes of a procedure, each before its children, rounds of a loop once. */
function placeNodes(procedure) {
	const placed = [];
	const walk = (node, path, parent) => {
		placed.push({
			path,
			node,
			parent
		});
		for (const [child, at] of childrenOf(node, path)) walk(child, at, path);
	};
	walk(procedure.root, procedure.root.id, "");
	return placed;
}
/** Children with their paths, in order of execution. */
function childrenOf(node, path) {
	switch (node.kind) {
		case "step":
		case "opaque": return [];
		case "gate": return guardSteps(node, path);
		case "watch": return node.ask ? [[node.ask.gate, `${childPath(path, node.ask.gate.id)}#`]] : [];
		case "sequence": return [...node.steps.map((child) => [child, childPath(path, child.id)]), ...node.rollback ? [[node.rollback, childPath(path, "rollback")]] : []];
		case "parallel": return node.steps.map((child) => [child, childPath(path, child.id)]);
		case "choice": return Object.entries(node.branches).map(([key, child]) => [child, childPath(path, key)]);
		case "repeatUntil": return [[node.body, `${childPath(path, node.body.id)}#`]];
		case "forEach": return node.batches.flat().map((child) => [child, childPath(path, child.id)]);
	}
}
function guardSteps(gate, path) {
	const { guard } = gate;
	const under = (part, steps) => steps.map((step) => [step, childPath(childPath(path, part), step.id)]);
	switch (guard.kind) {
		case "drained": return [...under("drain", guard.drain), ...under("restore", guard.restore)];
		case "guarded": return [...under("arm", guard.arm), ...under("disarm", guard.disarm)];
		case "unguarded":
		case "nothing-shifted": return [];
	}
}
/** A path as `placeNodes` writes it. */
function withoutRounds(path) {
	return path.replace(/#\d+/g, "#");
}
/** Looks nodes up by path. Refuses trees that could not be journaled: bad or double ids, one object at two places. */
function registryOf(procedure) {
	const placed = placeNodes(procedure);
	const byPath = /* @__PURE__ */ new Map();
	const places = /* @__PURE__ */ new Map();
	for (const { path, node } of placed) {
		if (!/^[A-Za-z0-9<][A-Za-z0-9._:@+>-]*$/.test(node.id)) throw malformed(path, `the id ${JSON.stringify(node.id)}`, "letters, digits and . _ : @ + - in an id");
		if (byPath.has(path)) throw malformed(path, "two nodes with this path", "ids that are unique among siblings");
		const other = places.get(node);
		if (other !== void 0) throw malformed(path, `the same object as at ${other}`, "a node object at one place only");
		byPath.set(path, node);
		places.set(node, path);
	}
	return {
		placed,
		nodeAt: (path) => byPath.get(withoutRounds(path))
	};
}
function malformed(path, found, expected) {
	return new ProblemError({
		code: "procedure.malformed",
		where: path,
		found,
		expected,
		remedy: "give the node another id, or build a node of its own for each place"
	});
}

// src/procedure/plan/hash.ts
/** What was planned, as a digest: a stored plan, and a run that is resumed, hold only while it is the same. */
/** SHA-256 of the canonical resolved tree: ids, kinds, versions, inputs; gates with role, questions and guard. */
function planHash(procedure) {
	return digestOf$1({
		id: procedure.id,
		version: procedure.version,
		environment: procedure.environment,
		inputs: procedure.inputs,
		nodes: placeNodes(procedure).map(({ path, node }) => [path, describe(node)])
	});
}
/** Digest of each node alone, by path: tells which nodes differ between two procedures. */
function outlineOf(procedure) {
	const entries = placeNodes(procedure).map(({ path, node }) => [path, digestOf$1(describe(node)).slice(0, 16)]);
	return {
		...Object.fromEntries(entries),
		"": digestOf$1({
			version: procedure.version,
			inputs: procedure.inputs
		}).slice(0, 16)
	};
}
/** What people call each node, by path. */
function titlesOf$1(procedure) {
	return Object.fromEntries(placeNodes(procedure).map(({ path, node }) => [path, node.title]));
}
/** Nodes that differ, in the order of the new tree, removed ones last. The path '' stands for the procedure's own inputs. */
function differences(before, after) {
	const found = [];
	for (const [path, digest] of Object.entries(after)) if (before[path] === void 0) found.push({
		path,
		change: "added"
	});
	else if (before[path] !== digest) found.push({
		path,
		change: "changed"
	});
	for (const path of Object.keys(before)) if (after[path] === void 0) found.push({
		path,
		change: "removed"
	});
	return found;
}
/**
* Gates that stand for something that changed: the gate itself, or anything beside or below it in the node that holds it (a gate
* has no children of its own; what it lets through are its siblings). Changed inputs of the whole procedure reopen every gate.
*/
function gatesToReopen(procedure, changes) {
	const touches = ({ path, parent }) => {
		const scope = parent === "" ? path : parent;
		return changes.some((change) => change.path === "" || change.path === scope || change.path.startsWith(`${scope}/`));
	};
	const placed = placeNodes(procedure);
	const watches = new Set(placed.filter(({ node }) => node.kind === "watch").map(({ path }) => path));
	return placed.filter((one) => one.node.kind === "gate" && !watches.has(one.parent) && touches(one)).map((one) => one.path);
}
/**
* Digest of what a gate stands for: the node that holds it with all that is in it, and the inputs; of a gate that a watch opens, the gate
* itself. It changes exactly when `gatesToReopen` names the gate, but needs no journal to say so.
*/
function subjectOf$1(procedure, path) {
	const plain = withoutRounds(path);
	const placed = placeNodes(procedure);
	const gate = placed.find((one) => one.path === plain);
	const parent = placed.find((one) => one.path === gate?.parent);
	const alone = parent?.node.kind === "watch";
	const scope = alone || parent === void 0 ? plain : parent.path;
	const nodes = placed.filter((one) => one.path === scope || one.path.startsWith(`${scope}/`));
	return digestOf$1({
		environment: procedure.environment,
		...alone ? {} : {
			version: procedure.version,
			inputs: procedure.inputs
		},
		nodes: nodes.map(({ path: at, node }) => [at, describe(node)])
	});
}
function describe(node) {
	const common = {
		id: node.id,
		kind: node.kind,
		inputs: node.inputs ?? {}
	};
	switch (node.kind) {
		case "step": return {
			...common,
			version: node.version,
			urgent: node.urgent
		};
		case "opaque": return {
			...common,
			version: node.version
		};
		case "gate": return {
			...common,
			role: node.role,
			...node.asks === void 0 ? {} : { asks: node.asks },
			...node.urgent === void 0 ? {} : { urgent: node.urgent },
			evidence: node.evidence.map((field) => ({ ...field })),
			guard: guardOf$1(node.guard)
		};
		case "watch": return {
			...common,
			version: node.version,
			everyMs: node.everyMs
		};
		case "parallel": return {
			...common,
			limit: node.limit
		};
		case "choice": return {
			...common,
			branches: Object.keys(node.branches)
		};
		case "repeatUntil": return {
			...common,
			max: node.max
		};
		case "forEach": return {
			...common,
			batches: node.batches.map((batch) => batch.map((child) => child.id))
		};
		case "sequence": return common;
	}
}
function guardOf$1(guard) {
	switch (guard.kind) {
		case "guarded": return {
			kind: guard.kind,
			by: guard.by
		};
		case "unguarded": return {
			kind: guard.kind,
			role: guard.role,
			reason: guard.reason
		};
		case "drained":
		case "nothing-shifted": return { kind: guard.kind };
	}
}

// src/procedure/plan/resume-check.ts
/** May this procedure go on with that run? */
function whyRefused(procedure, hash, state, options) {
	const { outcome, allowChanged } = options;
	if (outcome !== void 0 && state.nodes.get(outcome.step)?.open !== true) return {
		code: "procedure.no-open-step",
		where: outcome.step,
		found: "no step of this run whose outcome is unknown",
		expected: `one of ${openSteps(state).join(", ") || "(none)"}`,
		remedy: "resume without --step, or name the step as the run printed it"
	};
	const policy = state.started?.policy;
	if (policy !== void 0 && options.gatekeeper === void 0) return policyMissing(state.run, policy.place);
	if (hash === state.planHash || allowChanged !== void 0) return void 0;
	const list = differences(state.outline, outlineOf(procedure)).map(({ path, change }) => `${path === "" ? "(inputs)" : path} ${change}`);
	return {
		code: "procedure.changed",
		where: `run ${state.run}`,
		found: `another procedure than the one that was started: ${list.slice(0, 8).join(", ") || "environment"}${list.length > 8 ? ` and ${list.length - 8} more` : ""}`,
		expected: `plan ${state.planHash.slice(0, 12)}`,
		remedy: "resume with the version that started it; or --allow-changed with a reason: gates over what changed open again"
	};
}
/** A run whose persons are checked goes on with a policy or not at all. */
function policyMissing(run, place) {
	return {
		code: "policy.missing",
		where: `run ${run}`,
		found: "no policy: `people:` and `policy:` are not in shiplock.yaml",
		expected: `the policy of ${place}, under which this run was started`,
		remedy: "put them back as they are on the protected branch"
	};
}
function openSteps(state) {
	return [...state.nodes].filter(([, node]) => node.open).map(([path]) => path);
}
function changedPayload(procedure, state, options) {
	const { role, reason } = options.allowChanged ?? {
		role: "",
		reason: ""
	};
	const outline = outlineOf(procedure);
	const changes = differences(state.outline, outline);
	return {
		role,
		reason,
		from: state.planHash,
		outline,
		titles: titlesOf$1(procedure),
		differences: [...changes],
		reopened: [...gatesToReopen(procedure, changes)]
	};
}
function preemptedResult(state, by, hash) {
	const problem = {
		code: "procedure.preempted",
		where: `run ${state.run}`,
		found: `run ${by} has taken the environment over and undone this one`,
		expected: "a run that is still to be gone on with",
		remedy: `see what ${by} did (\`shiplock journal show ${by}\`), then start a new run`
	};
	return resultOf({
		run: state.run,
		outcome: "refused",
		problems: [problem],
		planHash: hash,
		state
	});
}

// src/procedure/gate/ruling.ts
/** Counts, in the order of the journal, until enough distinct persons agree on the same answers. */
function rule(question) {
	const refused = [];
	const latest = /* @__PURE__ */ new Map();
	const wanted = personsNeeded(question);
	const time = timeProblem(question);
	const open = time === void 0 && question.unmet.length === 0;
	if (wanted === 0 && open) return pass$1({}, [], void 0, refused);
	for (const one of question.checked) {
		if (one.kind === "refused") {
			refused.push(one);
			continue;
		}
		const problem = notEntitled(question, one);
		if (problem !== void 0) {
			refused.push({
				given: one.given,
				problem
			});
			continue;
		}
		if (one.given.kind === "override") return pass$1(one.items, [one.person], one.given.reason, refused);
		latest.set(one.person, one.items);
		const agreed = agreeing(latest, one.items);
		if (wanted > 0 && agreed.length >= wanted && open) return pass$1(one.items, agreed, void 0, refused);
	}
	return {
		kind: "wait",
		problems: [
			...wanted === 0 ? [] : missingPersons(question, latest, wanted),
			...time === void 0 ? [] : [time],
			...question.unmet,
			...refused.map(({ problem }) => problem)
		],
		refused
	};
}
/**
* How many distinct persons must agree. Under four eyes each participant whom nobody can name costs one more: whoever it was, enough
* others have agreed.
*/
function personsNeeded({ asks, urgent, policy, participants }) {
	if (asks === "window" || asks === "condition") return 0;
	if (urgent) return 1;
	const { approvals, fourEyes } = policy.rules;
	return approvals + (fourEyes ? participants.filter(({ person }) => person === null).length : 0);
}
/** Persons who may fill the gate in as things stand. */
function entitled(question) {
	return question.policy.people.filter((person) => person.roles.includes(question.role) && barredBy(question, person.id) === void 0);
}
function barredBy({ policy, participants, urgent }, id) {
	if (urgent || !policy.rules.fourEyes) return void 0;
	return participants.find(({ person }) => person === id);
}
function agreeing(latest, items) {
	const same = canonical({ ...items });
	return [...latest].filter(([, others]) => canonical({ ...others }) === same).map(([person]) => person);
}
function pass$1(evidence, by, override, refused) {
	return {
		kind: "pass",
		evidence,
		by,
		override,
		refused
	};
}
/** Is a release window part of what the gate asks for? */
function asksTime(asks) {
	return asks === "window" || asks === "persons-and-window";
}
function timeProblem({ asks, urgent, left, policy, window, where }) {
	if (!asksTime(asks) || urgent || left || window.kind === "open") return void 0;
	const zone = policy.rules.windows?.timeZone ?? "UTC";
	return {
		code: "gate.window-closed",
		where,
		found: window.why,
		expected: window.opens === void 0 ? "an open window" : `the window that opens ${wallText(zone, window.opens)}`,
		remedy: `resume when it is open${overrideHint(policy)}`
	};
}
function notEntitled(question, { given, person }) {
	const { policy, where } = question;
	const found = policy.people.find(({ id }) => id === person);
	if (given.kind === "override") {
		const { override } = policy.rules;
		if (override !== null && found?.roles.includes(override) === true) return void 0;
		return {
			code: "gate.no-override",
			where,
			found: `an override by ${person}`,
			expected: override === null ? `no override: the policy names no role for one in ${policy.environment}` : `an override by somebody with the role ${override}: ${listed(policy.people, override)}`,
			remedy: "get the approvals that the gate asks for, or change the policy on its protected branch"
		};
	}
	if (found?.roles.includes(question.role) !== true) return {
		code: "gate.role-missing",
		where,
		found: `${person}, without the role ${question.role} in ${policy.environment}`,
		expected: `somebody with that role: ${listed(policy.people, question.role)}`,
		remedy: "ask one of them, or give the role on the protected branch of the policy"
	};
	const barred = barredBy(question, person);
	if (barred === void 0) return void 0;
	return {
		code: "gate.four-eyes",
		where,
		found: `${person}, who ${barred.did} (${barred.how})`,
		expected: `another person with the role ${question.role}: ${names(entitled(question))}`,
		remedy: "ask one of them"
	};
}
function missingPersons(question, latest, wanted) {
	const { where, role, participants, policy } = question;
	const most = [...latest.values()].map((items) => agreeing(latest, items)).toSorted((a, b) => b.length - a.length)[0] ?? [];
	if (most.length >= wanted) return [];
	const unknown = policy.rules.fourEyes && !question.urgent ? participants.filter(({ person }) => person === null) : [];
	const others = entitled(question).filter(({ id }) => !most.includes(id));
	const differ = latest.size > most.length ? "; the answers of others differ" : "";
	return [{
		code: "gate.persons-missing",
		where,
		found: `${most.length === 0 ? "nobody" : names(most.map((id) => ({ id })))} of ${wanted} needed${differ}`,
		expected: `${wanted} ${wanted === 1 ? "person" : "distinct persons"} with the role ${role} who give the same answers${unknown.map(({ did, how }) => `; one more since nobody can tell who ${did} (${how})`).join("")}`,
		remedy: `${others.length === 0 ? "nobody else may: give the role on the protected branch of the policy" : `ask ${names(others)}`}${overrideHint(policy)}`
	}];
}
function overrideHint({ rules, people }) {
	if (rules.override === null) return "";
	return `; in an emergency ${listed(people, rules.override)} may override with a reason (role ${rules.override})`;
}
function listed(people, role) {
	return names(people.filter(({ roles }) => roles.includes(role)));
}
function names(people) {
	return people.length === 0 ? "nobody" : people.map(({ id }) => id).join(", ");
}

// src/procedure/gate/keeper.ts
const ALWAYS = { kind: "open" };
function createGatekeeper({ policy, signatures, clock, authors }) {
	const participantsOf = async (gate) => [await starterOf(policy, signatures, gate), ...authors];
	return {
		source: policy.source,
		overrideRole: policy.rules.override,
		async rule(gate) {
			const { windows } = policy.rules;
			const checked = [];
			for (const given of gate.given) checked.push(await check(policy, signatures, gate, given));
			const question = {
				where: `gate ${gate.path} of run ${gate.run}`,
				role: gate.role,
				asks: gate.asks,
				urgent: gate.urgent,
				left: gate.left,
				unmet: gate.unmet,
				policy,
				participants: await participantsOf(gate),
				checked,
				window: windows === null ? ALWAYS : windowAt(windows, clock.now())
			};
			return rule(question);
		},
		async demands(gate) {
			const participants = await participantsOf(gate);
			return demandText(policy, {
				...gate,
				where: "",
				left: false,
				unmet: [],
				policy,
				participants
			});
		}
	};
}
const PROOF = {
	signed: ", signed",
	forge: ", signed or by a comment at the forge",
	unsigned: ", by name without proof"
};
function demandText(policy, question) {
	const { rules } = policy;
	const count = personsNeeded(question);
	const may = entitled(question).map(({ id }) => id);
	const who = may.length === 0 ? "nobody has it" : may.join(", ");
	const persons = `${count} ${count === 1 ? "person" : "distinct persons"} with the role ${question.role} (${who})`;
	const not = rules.fourEyes && !question.urgent ? ", not who started the run or wrote the commit" : "";
	const signed = PROOF[rules.evidence];
	const parts = [...count === 0 ? [] : [`${persons}${not}${signed}`], ...!asksTime(question.asks) || rules.windows === null ? [] : ["an open release window"]];
	return parts.length === 0 ? "nobody: it passes when its condition is met" : parts.join("; ");
}
async function check(policy, signatures, gate, given) {
	const where = `gate ${gate.path} of run ${gate.run}`;
	const refused = (problem) => ({
		kind: "refused",
		given,
		problem: {
			where,
			...problem
		}
	});
	const opening = gate.opened?.opening;
	if (gate.opened === void 0 || opening === void 0 || given.opening !== opening) return refused({
		code: "gate.other-opening",
		found: `evidence of ${given.by} for another opening of this gate`,
		expected: "evidence that was given since the gate opened",
		remedy: "fill it in again; `shiplock gate show` says what it asks now"
	});
	const name = given.person ?? given.by;
	const person = policy.people.find(({ id }) => id === name);
	if (person === void 0) return refused({
		code: "gate.unknown-person",
		found: `${name}, who is not in the policy`,
		expected: `one of ${policy.people.map(({ id }) => id).join(", ") || "the people of the policy"}`,
		remedy: "sign with the key of a person whom the policy names (--sign-key, --as)"
	});
	const { signature } = given;
	if (signature === void 0 && policy.rules.evidence !== "unsigned") return refused({
		code: "gate.unsigned",
		found: `evidence in the name of ${name} without a signature`,
		expected: `a signature by a key of ${name}: ${policy.environment} takes nothing else`,
		remedy: "fill it in with --sign-key ~/.ssh/id_ed25519"
	});
	if (signature !== void 0) {
		const text = gateText({
			run: gate.run,
			environment: gate.environment,
			gate: gate.path,
			opening,
			subject: gate.subject,
			planHash: gate.opened.planHash,
			host: given.host,
			person: name,
			kind: given.kind,
			reason: given.reason,
			items: given.items
		});
		const why = await signatures.verify({
			text,
			signature,
			namespace: GATE_NAMESPACE,
			person: name,
			keys: person.keys,
			account: person.account
		});
		if (why !== void 0) return refused({
			code: "gate.signature-invalid",
			found: `a signature that is not one of ${name} for this: ${why}`,
			expected: `a signature by a key of ${name} over exactly this run, gate, opening, plan and answers`,
			remedy: "fill it in again with --sign-key; a signature cannot be carried over from elsewhere"
		});
	}
	const items = gate.accepts(given.items);
	const [problem] = items.ok ? [] : items.problems;
	if (!items.ok) return {
		kind: "refused",
		given,
		problem: problem ?? {
			code: "gate.wrong-answer",
			where,
			found: "no answers",
			expected: "answers",
			remedy: "answer"
		}
	};
	return {
		kind: "sound",
		given,
		person: name,
		items: items.value
	};
}
/** Who started the run: proven by a signature, or where names are believed, by name. */
async function starterOf(policy, signatures, { run, environment, started }) {
	const did = "started the run";
	const by = started?.startedBy;
	if (started === void 0) return {
		did,
		person: null,
		how: "nothing is recorded"
	};
	if (by === void 0) {
		const named = policy.people.find(({ id }) => id === started.who);
		return policy.rules.evidence === "unsigned" && named !== void 0 ? {
			did,
			person: named.id,
			how: "by name"
		} : {
			did,
			person: null,
			how: `it was not started with --sign-key; the name ${started.who} proves nothing`
		};
	}
	const person = policy.people.find(({ id }) => id === by.person);
	if (person === void 0) return {
		did,
		person: null,
		how: `${by.person} is not in the policy`
	};
	const question = {
		text: startText({
			run,
			environment,
			procedure: started.procedure.id,
			planHash: started.planHash,
			host: by.host,
			person: by.person
		}),
		signature: by.signature,
		namespace: START_NAMESPACE,
		person: by.person,
		keys: person.keys,
		account: person.account
	};
	const why = await signatures.verify(question);
	return why === void 0 ? {
		did,
		person: by.person,
		how: "by signature"
	} : {
		did,
		person: null,
		how: `the signature is not one of ${by.person}: ${why}`
	};
}

// src/procedure/gate/order.ts
/** An order, signed where there is somebody to sign it. */
async function makeOrder({ run, environment, kind, why, by, signer, clock }) {
	const order = {
		formatVersion: 1,
		id: signer?.order ?? randomBytes(16).toString("hex"),
		run,
		kind,
		by: signer?.person ?? by,
		why,
		host: hostname(),
		time: timestamp(clock)
	};
	if (signer === void 0) return order;
	const { person } = signer;
	const { id, host } = order;
	const text = orderText({
		run,
		environment,
		id,
		kind,
		why,
		host,
		person
	});
	return {
		...order,
		person,
		signature: await signer.sign(text, ORDER_NAMESPACE)
	};
}
/** Why the policy does not take this order from who gave it; undefined: it does. */
async function orderProblem(order, role, policy, signatures) {
	const where = `order to ${order.kind} run ${order.run}`;
	const name = order.person ?? order.by;
	const person = policy.people.find(({ id }) => id === name);
	const may = policy.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id);
	const listed = may.length === 0 ? "nobody has it" : may.join(", ");
	if (person?.roles.includes(role) !== true) return {
		code: "order.role-missing",
		where,
		found: person === void 0 ? `${name}, who is not in the policy` : `${name}, without the role ${role}`,
		expected: `somebody with the role ${role} in ${policy.environment}: ${listed}`,
		remedy: "ask one of them, or sign as who you are (--sign-key, --as); a bad release: `shiplock rollback` asks nobody"
	};
	const { signature, run, id, kind, why, host } = order;
	if (signature === void 0) {
		if (policy.rules.evidence === "unsigned") return void 0;
		return {
			code: "order.unsigned",
			where,
			found: `an order in the name of ${name} without a signature`,
			expected: `a signature by a key of ${name}: ${policy.environment} takes nothing else`,
			remedy: "give it with --sign-key ~/.ssh/id_ed25519"
		};
	}
	const text = orderText({
		run,
		environment: policy.environment,
		id,
		kind,
		why,
		host,
		person: name
	});
	const bad = await signatures.verify({
		text,
		signature,
		namespace: ORDER_NAMESPACE,
		person: name,
		keys: person.keys,
		account: person.account
	});
	if (bad === void 0) return void 0;
	return {
		code: "order.signature-invalid",
		where,
		found: `a signature that is not one of ${name} for this: ${bad}`,
		expected: `a signature by a key of ${name} over exactly this run, order and reason`,
		remedy: "give it again with --sign-key; a signature cannot be carried over from elsewhere"
	};
}

// src/procedure/gate/condition.ts
const LOOK_MS$2 = 6e4;
/** Looks. A look that fails shows nothing: that is no pass, and the gate waits. */
async function lookAt(condition, where, ctx) {
	try {
		const { about, unmet, found } = await withDeadline({
			clock: ctx.clock,
			ms: LOOK_MS$2,
			what: where,
			signal: ctx.signal,
			abandon: true
		}, (signal) => condition.look({
			...ctx,
			signal
		}));
		return {
			about: digestOf$1(about),
			found,
			unmet
		};
	} catch (error) {
		if (ctx.signal.aborted) throw error;
		return {
			about: digestOf$1(null),
			found: "it could not be looked at",
			unmet: problemsOf(error, where)
		};
	}
}
/** What a gate stands for, with what its condition is about. Pure. */
function subjectWith(subject, about) {
	return about === void 0 ? subject : digestOf$1({
		subject,
		about
	});
}

// src/procedure/gate/case.ts
/**
* A gate of a run as a gatekeeper judges it: what it asks comes from the procedure, only what was said comes from the journal.
*
* @param looked what its condition shows now; undefined when it is not asked again: what it was about stands in the journal
*/
function gateCase(procedure, state, node, path, looked) {
	const gate = state.gates.get(path);
	const subject = subjectWith(subjectOf$1(procedure, path), looked?.about ?? gate?.opened.condition?.about);
	const asked = {
		evidence: node.evidence,
		judged: node.judge !== void 0
	};
	return {
		run: state.run,
		environment: procedure.environment,
		path,
		role: node.role,
		asks: node.asks ?? "persons",
		urgent: node.urgent ?? false,
		unmet: looked?.unmet ?? [],
		subject,
		opened: gate?.opened.subject === subject ? gate.opened : void 0,
		given: gate?.given ?? [],
		left: state.nodes.get(path)?.phase === "done",
		started: state.started,
		accepts: (items) => checkEvidence({ opened: asked }, items, `gate ${path} of run ${state.run}`)
	};
}

// src/procedure/run/fold.ts
function beginWatch(node, ctx) {
	return {
		state: node.start(ctx),
		answer: void 0,
		looks: 0,
		answered: 0
	};
}
function foldLook(node, before, look, path) {
	const looks = before.looks + 1;
	if (look.kind === "evidence") {
		const answered = before.answered + 1;
		if (node.ask === void 0) return {
			...before,
			looks,
			answered
		};
		const { answer, state } = node.ask.goOn(look.evidence, before.state);
		return {
			state,
			answer: following(node, answer, look),
			looks,
			answered
		};
	}
	const sample = node.samples.safeParse(look.sample);
	if (!sample.success) throw new ProblemError({
		code: "procedure.sample-unreadable",
		where: `${path}, look ${looks}`,
		found: look.sample === void 0 ? "a redacted sample" : sample.error.issues[0]?.message ?? "another form",
		expected: "a sample in the form this version of the watch declares",
		remedy: "resume with the version that recorded it, or roll back with a new run"
	});
	const state = node.fold(before.state, sample.data);
	return {
		...before,
		state,
		answer: following(node, node.decide(state), look),
		looks
	};
}
/** While a run is paused a watch that keeps something alive judges, but neither passes nor asks. Any other watch goes on to its end. */
function following(node, answer, { held }) {
	return held && node.heartbeat !== void 0 && (answer.kind === "pass" || answer.kind === "ask") ? void 0 : answer;
}

// src/procedure/lease/process-of.ts
/**
* Has a run a process? `gone` only where that is certain: nobody holds the environment, another run does, or the process that took the
* lease on this machine is not there any more. Of another machine nobody here can tell, so it counts as `there`.
*/
async function processOf(store, { run, environment }) {
	const holder = (await readLease(store, environment))?.lease.holder ?? null;
	if (holder === null || holder.run !== run) return "gone";
	return holder.pid === 0 || isGone(holder) ? "gone" : "there";
}

// src/procedure/run/copied.ts
/**
* Before the effects of a forward step, and past a gate: waits until the shared store has all that is recorded, so that another machine
* could go on. Empty when it has, or when this run does not wait for it; else why not.
*/
async function whenCopied(engine) {
	const { replicator, options } = engine;
	const { shared } = options;
	if (replicator === void 0 || shared === void 0 || !waitsForStore(engine)) return [];
	try {
		await replicator.flush(shared.settings.patienceMs);
		return [];
	} catch (error) {
		if (error instanceof ProblemError) return error.problems;
		throw error;
	}
}
/** A way back never waits, and neither does a run for which somebody has broken the glass. */
function waitsForStore({ options }) {
	return options.shared !== void 0 && options.urgent !== true && options.breakGlass === void 0;
}

// src/procedure/run/end.ts
const DONE = { kind: "done" };
const STOPPED = { kind: "stopped" };
/** Does this end the way forward, so that what was done has to be taken back? */
function isFailure(end) {
	return end.kind === "failed" || end.kind === "refused" || end.kind === "rolled-back";
}
/** Of several that ran side by side: what is least known is settled first, and a failure is not hidden by a gate. */
const ORDER = [
	"stuck",
	"unknown",
	"stopped",
	"failed",
	"rolled-back",
	"refused",
	"behind",
	"waiting"
];
function mergeEnds(ends) {
	for (const kind of ORDER) {
		const first = ends.find((end) => end.kind === kind);
		if (first === void 0) continue;
		if (!("problems" in first)) return first;
		return {
			...first,
			problems: ends.flatMap((end) => "problems" in end ? end.problems : [])
		};
	}
	return DONE;
}

// src/procedure/lease/fence-locks.ts
function createFenceLocks(clock) {
	let spare;
	const start = () => openDialog([
		"sh",
		FENCE_SCRIPT,
		"--serve"
	], clock);
	const lender = {
		lend() {
			const one = spare;
			spare = void 0;
			return one?.alive() ? one : start();
		},
		async giveBack(one) {
			if (spare === void 0 && one.alive()) spare = one;
			else await one.close();
		}
	};
	return {
		warm() {
			spare ??= start();
		},
		open: (signal) => createLock(lender, signal),
		async close() {
			await spare?.close();
			spare = void 0;
		}
	};
}
function createLock(lender, signal) {
	let held;
	let giving = Promise.resolve();
	const begin = (point) => {
		if (held?.file === point.file) return;
		const before = release();
		const stop = new AbortController();
		const taken = before.then(() => lock(lender.lend(), point, AbortSignal.any([signal, stop.signal])));
		const now = {
			file: point.file,
			stop,
			taken,
			settled: false
		};
		const settle = () => {
			now.settled = true;
		};
		taken.then(settle, settle);
		held = now;
	};
	const release = () => {
		const last = held;
		held = void 0;
		if (last !== void 0) giving = giving.then(() => giveUp(last, lender));
		return giving;
	};
	return {
		begin,
		async take(point) {
			begin(point);
			if ((await held?.taken)?.alive() !== false) return;
			await release();
			begin(point);
			await held?.taken;
		},
		release
	};
}
async function giveUp({ stop, taken, settled }, lender) {
	if (!settled) stop.abort(/* @__PURE__ */ new Error("the lock is not needed any more"));
	const dialog = await taken.catch(() => void 0);
	if (dialog === void 0) return;
	try {
		await dialog.ask("free", stop.signal);
		await lender.giveBack(dialog);
	} catch {
		await dialog.close();
	}
}
/** The process, when it holds the lock. Otherwise it is ended, and what it holds ends with it. */
async function lock(dialog, { file, fence }, signal) {
	try {
		if (file.includes("\n")) throw new Error(`the name of a fence file is one line: ${JSON.stringify(file)}`);
		const answer = await dialog.ask(`lock ${fence} ${file}`, signal);
		if (answer !== "held") throw new LeaseLostError(answer);
		return dialog;
	} catch (error) {
		await dialog.close();
		throw error;
	}
}

// src/procedure/run/engine.ts
function createEngine(parts) {
	const { options, state, journal, lease, registry } = parts;
	const outputs = /* @__PURE__ */ new Map();
	const evidence = /* @__PURE__ */ new Map();
	const emit = (event) => options.onEvent?.(event);
	const engine = {
		...parts,
		outputs,
		evidence,
		passed: /* @__PURE__ */ new Map(),
		locks: createFenceLocks(options.clock),
		desk: { looking: void 0 },
		emit,
		stopAsked: () => options.signal?.requested !== void 0,
		async record(type, node, attempt, data) {
			const payload = options.secrets.maskJson(toJson(data));
			const record = await journal.append(type, node, attempt, payload);
			advance(state, {
				record,
				payload: {
					kind: "data",
					data: payload
				}
			});
			lease.setAnchor(journal.anchor());
			parts.replicator?.touch();
			emit({
				kind: "journal",
				seq: record.seq,
				type,
				node
			});
			options.onRecord?.({
				record,
				payload
			});
		}
	};
	const known = [...state.nodes].filter(([, node]) => node.phase === "done" || node.outputs !== void 0).sort(([, a], [, b]) => a.seq - b.seq);
	for (const [path, node] of known) {
		const object = registry.nodeAt(path);
		if (object !== void 0) outputs.set(object, node.outputs);
	}
	for (const [path, gate] of state.gates) {
		const object = registry.nodeAt(path);
		if (object?.kind === "gate" && gate.evidence !== void 0) evidence.set(object, gate.evidence);
	}
	return engine;
}
function decideContext(engine) {
	return {
		mode: "run",
		run: engine.state.run,
		fence: engine.lease.fence,
		outputOf: (node) => recordedOutputs(engine, node),
		evidenceOf: (gate) => {
			const found = engine.evidence.get(gate);
			if (found !== void 0) return found;
			throw new ProblemError({
				code: "procedure.no-evidence",
				where: gate.id,
				found: "a gate that has not been filled in",
				expected: "a gate that comes earlier in the procedure",
				remedy: "refer to a gate that has passed by then; this is a fault of the procedure"
			});
		}
	};
}
function readContext(engine, path, signal) {
	return {
		...decideContext(engine),
		clock: engine.options.clock,
		exec: engine.options.exec,
		signal,
		note: (text) => engine.emit({
			kind: "note",
			path,
			text: engine.options.secrets.mask(text)
		})
	};
}
function effectContext(engine, signal) {
	const { clock, secrets, fenceFile, fenceCommand } = engine.options;
	return {
		clock,
		secrets,
		fenceFile,
		fenceCommand,
		fence: engine.lease.fence,
		signal,
		locks: engine.locks
	};
}
/** Outputs as recorded, through the node's own schema. */
function recordedOutputs(engine, node) {
	if (!engine.outputs.has(node)) throw new ProblemError({
		code: "procedure.no-outputs",
		where: node.id,
		found: "a node that has not been done",
		expected: "a node that comes earlier in the procedure",
		remedy: "refer to a node that is done by then; this is a fault of the procedure"
	});
	const parsed = node.outputs.safeParse(engine.outputs.get(node));
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "procedure.outputs-unreadable",
		where: node.id,
		found: `recorded outputs that do not fit: ${parsed.error.issues[0]?.message ?? "redacted"}`,
		expected: "outputs in the form this version of the procedure declares",
		remedy: "resume with the version that recorded them, or roll back with a new run (a redacted payload cannot be resumed from)"
	});
}
/** Outputs as they will be read again: plain JSON that the node's schema accepts. */
function storableOutputs(node, outputs, path) {
	const json = toJson(outputs);
	const parsed = node.outputs.safeParse(json);
	if (parsed.success) return json;
	throw new ProblemError({
		code: "procedure.outputs-invalid",
		where: path,
		found: `outputs that do not fit their schema: ${parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ")}`,
		expected: "outputs that are plain JSON of the declared form",
		remedy: "mend `collect` or the schema of the step"
	});
}

// src/procedure/run/mode.ts
function maskedProblems(engine, problems) {
	const { mask } = engine.options.secrets;
	return problems.map((problem) => ({
		...problem,
		where: mask(problem.where),
		found: mask(problem.found),
		expected: mask(problem.expected),
		remedy: mask(problem.remedy)
	}));
}

// src/model/order.ts
/** What somebody orders a run that is under way to do: a file in the directory of the run, until the run has taken it up. */
const ORDER_KINDS = [
	"pause",
	"resume",
	"abort"
];
const orderSchema = strictObject({
	formatVersion: literal(1),
	/** Drawn by lot: an order is taken up once, however often its file is read. */
	id: string().regex(/^[0-9a-f]{32}$/),
	run: string().min(1),
	kind: _enum(ORDER_KINDS),
	/** Who it is said to be. */
	by: string().min(1),
	why: string().min(1),
	/** Machine on which it was given. */
	host: string(),
	time: momentSchema,
	/** Person of the policy, where it is signed. */
	person: string().exactOptional(),
	/** OpenSSH signature over run, environment, id, kind, reason, host and person. */
	signature: string().exactOptional()
});

// src/procedure/run/order-files.ts
/** Puts an order where the process of the run looks. It is on disk when this returns. */
async function placeOrder(store, order) {
	const { directory } = runPaths(store, order.run);
	const orders = ordersDirectory(store, order.run);
	await mkdir(orders, { recursive: true });
	await syncDirectory(directory);
	const file = join$2(orders, `${order.time.replace(/[-:.]/g, "")}-${order.id}.json`);
	await rename(await writeTemporary(file, `${JSON.stringify(order)}\n`), file);
	await syncDirectory(orders);
	return file;
}
/** What lies there, oldest first. */
async function readOrders(store, run) {
	const orders = ordersDirectory(store, run);
	const files = (await readdir(orders).catch(none([]))).filter((name) => name.endsWith(".json")).toSorted();
	return (await Promise.all(files.map(async (name) => {
		const file = join$2(orders, name);
		const text = await readFile(file, "utf8").catch(none(null));
		return text === null ? [] : [{
			file,
			order: parse$3(text)
		}];
	}))).flat();
}
/** Takes an order away that was recorded, or that its giver takes back. */
async function removeOrder(file) {
	await unlink(file).catch(none(void 0));
}
/** Takes an order away that the run does not follow, and leaves the reason for its giver. */
async function refuseOrder(file, problem) {
	await replaceFile(refusal(file), `${JSON.stringify(problem)}\n`);
	await removeOrder(file);
}
/** Why the run did not follow this order; null where it did not say so. */
async function refusalOf(file) {
	const text = await readFile(refusal(file), "utf8").catch(none(null));
	if (text === null) return null;
	const parsed = problemSchema.safeParse(JSON.parse(text));
	return parsed.success ? parsed.data : null;
}
/** Does a process work on this run, as far as can be told from here? One of another machine counts as working. */
async function isDriven(store, environment, run) {
	const holder = (await readLease(store, environment))?.lease.holder ?? null;
	return holder !== null && holder.run === run && holder.pid !== 0 && !isGone(holder);
}
function notPaused(run) {
	return {
		code: "order.not-paused",
		where: `run ${run}`,
		found: "a run that nobody has paused",
		expected: "a paused run",
		remedy: "`shiplock status` says how it stands; `shiplock resume` goes on with a run that has stopped"
	};
}
function ordersDirectory(store, run) {
	return join$2(runPaths(store, run).directory, "orders");
}
function refusal(file) {
	return file.replace(/\.json$/, ".refused");
}
function parse$3(text) {
	try {
		const parsed = orderSchema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}
/** The fallback for a file or directory that is not there. */
function none(fallback) {
	return (error) => {
		if (isMissing(error)) return fallback;
		throw error;
	};
}

// src/procedure/run/orders.ts
/** Orders of people to a run on its way forward: pause, resume, abort. A way back is neither paused nor aborted. */
/** How long an order may lie before a run that watches or is paused sees it. */
const LOOK_MS$1 = 500;
/** Takes up what was ordered since the last look. Several lanes of a run look once. */
async function lookForOrders(engine, path) {
	if (engine.options.mayOrder === void 0) return;
	engine.desk.looking ??= takeUp(engine, path).finally(() => {
		engine.desk.looking = void 0;
	});
	await engine.desk.looking;
}
/**
* Asked before anything new is begun on the way forward. Undefined: go on. A run that is paused waits here where `hold` says that nothing lives
* on a heartbeat meanwhile; one that was aborted goes no further.
*/
async function mayBegin(engine, node, path, mode, hold) {
	if (mode.again) return void 0;
	await lookForOrders(engine, path);
	if (engine.state.aborted !== void 0) return goNoFurther(engine, node, path);
	if (!hold) return void 0;
	while (engine.state.held !== void 0) {
		engine.emit({
			kind: "status",
			path,
			text: heldText(engine.state.held)
		});
		await listen(engine, path, 500);
		if (engine.state.aborted !== void 0) return goNoFurther(engine, node, path);
		if (engine.stopAsked()) return STOPPED;
	}
}
/** A watch with a heartbeat has passed, and what it kept alive may still need one: whoever waits here would let it end. */
function isLeased({ state, registry }) {
	let [kept, ended] = [-1, -1];
	for (const [path, { phase, seq }] of state.nodes) {
		if (phase !== "done") continue;
		const node = registry.nodeAt(path);
		if (node?.kind === "watch" && node.heartbeat !== void 0) kept = Math.max(kept, seq);
		if (node?.kind === "step" && node.endsLease === true) ended = Math.max(ended, seq);
	}
	return kept > ended;
}
/** Rests, and wakes early for an order, a stop or a lost lease. */
async function listen(engine, path, ms) {
	const { clock, signal: stop, mayOrder } = engine.options;
	const signal = stop ? AbortSignal.any([stop.signal, engine.lease.lost]) : engine.lease.lost;
	const until = clock.monotonic() + ms;
	const known = engine.state.orders.size;
	do {
		const left = Math.max(0, until - clock.monotonic());
		await clock.sleep(mayOrder === void 0 ? left : Math.min(500, left), signal).catch(() => void 0);
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (engine.stopAsked()) return;
		await lookForOrders(engine, path);
	} while (engine.state.orders.size === known && clock.monotonic() < until);
}
function heldText({ by, why }) {
	return `paused by ${by}: ${why}`;
}
async function takeUp(engine, path) {
	for (const placed of await found(engine, path)) {
		const { file, order } = placed;
		if (order !== null && engine.state.orders.has(order.id)) {
			await removeOrder(file);
			continue;
		}
		const problem = order === null ? unreadable$1(file) : whyNot(engine, order, path) ?? await refused$1(engine, order);
		if (order !== null && problem === void 0) {
			await follow(engine, order);
			await removeOrder(file);
			continue;
		}
		if (problem === void 0) continue;
		const [masked = problem] = maskedProblems(engine, [problem]);
		engine.emit({
			kind: "note",
			path,
			text: `an order is not followed: ${masked.found}`
		});
		await refuseOrder(file, masked);
	}
}
/** A disk that cannot be read now says nothing about the run: the next look tries again. */
async function found(engine, path) {
	try {
		return await readOrders(engine.options.store, engine.state.run);
	} catch (error) {
		const [problem] = maskedProblems(engine, problemsOf(error, path));
		engine.emit({
			kind: "note",
			path,
			text: `orders cannot be read: ${problem?.found ?? ""}`
		});
		return [];
	}
}
async function refused$1(engine, order) {
	return (order.run === engine.state.run ? void 0 : unreadable$1(order.run)) ?? await engine.options.mayOrder?.(order);
}
async function follow(engine, order) {
	const asked = {
		order: order.id,
		by: order.person ?? order.by,
		why: order.why,
		host: order.host,
		...order.person === void 0 ? {} : { person: order.person },
		...order.signature === void 0 ? {} : { signature: order.signature }
	};
	const { planHash } = engine.state;
	switch (order.kind) {
		case "pause":
			await engine.record("run.paused", "", 0, {
				reason: "asked",
				problems: [],
				asked
			});
			break;
		case "resume":
			await engine.record("run.resumed", "", 0, {
				who: asked.by,
				planHash,
				tornBytes: 0,
				asked
			});
			break;
		case "abort": await engine.record("run.paused", "", 0, {
			reason: "aborted",
			problems: [aborted(engine, asked)],
			asked
		});
	}
	const { mask } = engine.options.secrets;
	engine.emit({
		kind: "order",
		order: order.kind,
		by: mask(asked.by),
		why: mask(asked.why)
	});
}
/** Ends the way forward at this node: the way back begins, or where nothing was changed the run is refused. */
async function goNoFurther(engine, node, path) {
	const { aborted: asked, changed } = engine.state;
	const problems = asked === void 0 ? [] : maskedProblems(engine, [aborted(engine, asked)]);
	await engine.record("step.failed", path, 1, {
		problems,
		final: true,
		refused: !changed
	});
	engine.emit({
		kind: "node-failed",
		path,
		title: node.title,
		attempt: 1,
		final: true,
		problems
	});
	return {
		kind: changed ? "failed" : "refused",
		problems
	};
}
function aborted(engine, { by, why }) {
	return {
		code: "procedure.aborted",
		where: `run ${engine.state.run}`,
		found: `aborted by ${by}: ${why}`,
		expected: "a run that goes on to its end",
		remedy: "mend what it was aborted for, then start a new run"
	};
}
/** Pure: why the run cannot follow this order where it is now. */
function whyNot(engine, order, path) {
	const { held, aborted: going, run } = engine.state;
	const where = `run ${run}`;
	if (going !== void 0) return {
		code: "order.going-back",
		where,
		found: `a run that ${going.by} has aborted`,
		expected: "a run on its way forward",
		remedy: "wait until it is over; a way back is not held up"
	};
	if (order.kind === "resume" && held === void 0) return notPaused(run);
	if (order.kind !== "abort" || !isPastTheWayBack(engine, path)) return void 0;
	return {
		code: "order.too-late",
		where,
		found: "a run that is past its way back: the new version serves, and the old one is being stopped",
		expected: "a run that can still be taken back by itself",
		remedy: "let it end, then `shiplock rollback` goes back to the earlier release"
	};
}
function unreadable$1(where) {
	return {
		code: "order.unreadable",
		where,
		found: "no order for this run in a form that this version knows",
		expected: "a file as `shiplock rollout` writes it",
		remedy: "give the order again with `shiplock rollout`"
	};
}
/** Outside of every part that has a way back of its own, and behind one. */
function isPastTheWayBack(engine, path) {
	const inside = (at) => {
		for (let above = at; above !== ""; above = above.slice(0, Math.max(0, above.lastIndexOf("/")))) {
			const node = engine.registry.nodeAt(above);
			if (node?.kind === "sequence" && node.rollback !== void 0) return true;
		}
		return false;
	};
	return !inside(path) && [...engine.state.nodes.keys()].some(inside);
}

// src/procedure/effects/describe.ts
/** An effect in one line, the same in plan, live view and messages. Secrets appear as their reference. */
function effectText(effect) {
	switch (effect.kind) {
		case "exec": return effect.argv.map(word).join(" ");
		case "sql": return effect.statements.map((statement) => statement.replace(/\s+/g, " ").trim()).join("; ");
		case "http": return `${effect.method} ${effect.url}`;
		case "file":
			if (effect.content === null) return `remove ${effect.path}`;
			return typeof effect.content === "string" ? `write ${effect.path} (${Buffer.byteLength(effect.content)} bytes)` : `write ${effect.path} from secret ${effect.content.secret}`;
		case "socket": return `${effect.path}: ${effect.commands.join("; ")}`;
		case "kube": {
			const part = effect.subresource === void 0 ? "" : ` (${effect.subresource})`;
			return `${effect.verb} ${kubeText(effect.object, effect.name)}${part} ${JSON.stringify(effect.body)}`;
		}
	}
}
function word(text) {
	if (typeof text !== "string") return `<secret ${text.secret}>`;
	return /^[\w@%+=:,./<>-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// src/procedure/effects/file.ts
/** Temporary file beside it, fsync, rename, fsync of the directory; missing directories are made. `null` removes the file. */
async function writeFileEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	if (effect.content === null) try {
		await unlink(effect.path);
		await syncDirectory(dirname(effect.path));
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	else {
		const temporary = await writeTemporary(effect.path, resolveText(effect.content, ctx.secrets), effect.mode);
		if (ctx.signal.aborted) {
			await unlink(temporary);
			throw ctx.signal.reason;
		}
		await rename(temporary, effect.path);
		await syncDirectory(dirname(effect.path));
	}
	return {
		kind: "file",
		durationMs: ctx.clock.monotonic() - begin
	};
}

// src/procedure/effects/http.ts
/** One request, redirects not followed: an effect goes where it says. */
async function httpEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const response = await send(effect, ctx);
	const body = ctx.secrets.mask(await response.text());
	if (!effect.okStatuses.includes(response.status)) throw new ProblemError({
		code: "effect.http-status",
		where: `${effect.method} ${effect.url}`,
		found: `status ${response.status}: ${cutMiddle(body.trim(), 400)}`,
		expected: `status ${effect.okStatuses.join(", ")}`,
		remedy: "mend what the answer names, then resume the run"
	});
	return {
		kind: "http",
		status: response.status,
		body: cutMiddle(body),
		durationMs: ctx.clock.monotonic() - begin
	};
}
async function send(effect, ctx) {
	try {
		return await fetch(effect.url, {
			method: effect.method,
			headers: resolveTexts(effect.headers, ctx.secrets),
			body: effect.body === void 0 ? null : resolveText(effect.body, ctx.secrets),
			redirect: "manual",
			signal: ctx.signal
		});
	} catch (error) {
		if (ctx.signal.aborted) throw ctx.signal.reason;
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
		throw new ProblemError({
			code: "effect.http-unreachable",
			where: `${effect.method} ${effect.url}`,
			found: ctx.secrets.mask(cause),
			expected: "an answer",
			remedy: "check that the address is right and the server runs, then resume the run"
		});
	}
}

// src/procedure/effects/socket.ts
/** One connection per command: the other side answers and closes. Stops at the first answer that is not the expected one. */
async function socketEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const expected = new RegExp(effect.okAnswer);
	const answers = [];
	for (const command of effect.commands) {
		const answer = ctx.secrets.mask(await ask$1(effect.path, command, ctx.signal));
		if (!expected.test(answer)) throw new ProblemError({
			code: "effect.socket-answer",
			where: `${effect.path}: ${command}`,
			found: JSON.stringify(cutMiddle(answer.trim(), 400)),
			expected: `an answer that matches /${effect.okAnswer}/`,
			remedy: "ask the socket yourself what it knows (names, states), then resume the run"
		});
		answers.push(cutMiddle(answer));
	}
	return {
		kind: "socket",
		answers,
		durationMs: ctx.clock.monotonic() - begin
	};
}
function ask$1(path, command, signal) {
	return new Promise((resolve, reject) => {
		const socket = connect({ path });
		const chunks = [];
		const onAbort = () => {
			socket.destroy();
			reject(signal.reason);
		};
		signal.addEventListener("abort", onAbort, { once: true });
		socket.on("connect", () => socket.write(`${command}\n`));
		socket.on("data", (chunk) => chunks.push(chunk));
		socket.on("error", reject);
		socket.on("close", () => {
			signal.removeEventListener("abort", onAbort);
			resolve(Buffer.concat(chunks).toString("utf8"));
		});
		if (signal.aborted) onAbort();
	});
}

// src/procedure/effects/execute.ts
function createExecutor(ctx) {
	const fence = ctx.locks.open(ctx.signal);
	const holdable = (effect) => effect.kind === "exec" ? void 0 : fencePoint(effect.resource, ctx);
	return {
		prepare(effect) {
			const point = effect === void 0 ? void 0 : holdable(effect);
			if (point !== void 0) fence.begin(point);
		},
		run: (effect, ready = async () => void 0) => withDeadline({
			clock: ctx.clock,
			ms: effect.timeoutMs,
			what: effectText(effect),
			signal: ctx.signal
		}, async (signal) => {
			const inner = {
				...ctx,
				signal
			};
			const point = holdable(effect);
			if (point === void 0) await fence.release();
			else await unlessAborted(signal, fence.take(point));
			await ready();
			return effect.kind === "exec" ? execEffect(effect, fencePoint(effect.resource, ctx), inner) : inProcess(effect, inner);
		}),
		close: () => fence.release()
	};
}
/** See `raiseFence`: for every fenced resource of the effects. */
async function settleFences(effects, ctx) {
	const waits = /* @__PURE__ */ new Map();
	const elsewhere = /* @__PURE__ */ new Map();
	for (const effect of effects) {
		const resource = effect.resource ?? "";
		const argv = raisedBy(effect.resource, ctx);
		if (argv !== void 0) elsewhere.set(resource, {
			argv,
			ms: Math.max(effect.timeoutMs, elsewhere.get(resource)?.ms ?? 0)
		});
		const point = fencePoint(effect.resource, ctx);
		if (point === void 0) continue;
		waits.set(point.file, {
			point,
			ms: Math.max(effect.timeoutMs, waits.get(point.file)?.ms ?? 0)
		});
	}
	for (const { point, ms } of waits.values()) await withDeadline({
		clock: ctx.clock,
		ms,
		what: `waiting for what an earlier holder left running under ${point.file}`,
		signal: ctx.signal
	}, (signal) => raiseFence(point, signal, ctx.clock));
	for (const [resource, { argv, ms }] of elsewhere) await withDeadline({
		clock: ctx.clock,
		ms,
		what: `waiting for what an earlier holder left running at ${resource}`,
		signal: ctx.signal
	}, (signal) => raiseFenceThere(ctx.fence, argv, signal, ctx.clock));
}
function fencePoint(resource, ctx) {
	const file = resource === void 0 ? void 0 : ctx.fenceFile?.(resource);
	return file === void 0 ? void 0 : {
		file,
		fence: ctx.fence
	};
}
/** The command that raises the fence at a resource which compares it itself; undefined for other resources. */
function raisedBy(resource, ctx) {
	return resource === void 0 ? void 0 : ctx.fenceCommand?.(resource);
}
async function inProcess(effect, ctx) {
	switch (effect.kind) {
		case "file": return writeFileEffect(effect, ctx);
		case "http": return httpEffect(effect, ctx);
		case "kube": return (await import("./shared-kube2.js")).kubeEffect(effect, ctx);
		case "socket": return socketEffect(effect, ctx);
		case "sql": return sqlEffect(effect, ctx);
	}
}
async function execEffect(effect, point, ctx) {
	const begin = ctx.clock.monotonic();
	const result = await started(effect, point, {
		argv: effect.argv.map((word) => resolveText(word, ctx.secrets)),
		cwd: effect.cwd,
		env: resolveTexts(effect.env, ctx.secrets),
		stdin: effect.stdin === void 0 ? void 0 : resolveText(effect.stdin, ctx.secrets),
		signal: ctx.signal
	}, ctx);
	const stdout = ctx.secrets.mask(result.stdout);
	const stderr = ctx.secrets.mask(result.stderr);
	if (!effect.okExitCodes.includes(result.exitCode)) {
		const words = (stderr.trim() || stdout.trim()).slice(-600);
		throw new ProblemError({
			code: "effect.exit-code",
			where: effectText(effect),
			found: `exit code ${result.exitCode}${words === "" ? "" : `: ${words}`}`,
			expected: `exit code ${effect.okExitCodes.join(", ")}`,
			remedy: "mend what the command names, then resume the run"
		});
	}
	return {
		kind: "exec",
		exitCode: result.exitCode,
		stdout: cutMiddle(stdout),
		stderr: cutMiddle(stderr),
		durationMs: ctx.clock.monotonic() - begin
	};
}
function started({ resource }, point, spec, ctx) {
	if (point !== void 0) return runFenced(point, spec, ctx.clock);
	return raisedBy(resource, ctx) === void 0 ? runCommand(spec, ctx.clock) : runFencedThere(ctx.fence, spec, ctx.clock);
}

// src/procedure/run/pause.ts
/**
* Thrown by an opaque step that drives something with a journal of its own, when that is not over: nothing has failed and nothing is taken
* back, the run ends, and a resume does the step again.
*/
var StepPaused = class extends ProblemError {
	how;
	constructor(how, problems) {
		super(problems);
		this.name = "StepPaused";
		this.how = how;
	}
};

// src/procedure/run/step.ts
/** A step or an opaque step: until it is done, failed for good, or must wait. */
async function runStep(engine, node, path, mode) {
	for (;;) {
		const state = engine.state.nodes.get(path);
		const retry = node.kind === "step" ? node.retry : {
			attempts: 1,
			delayMs: 0
		};
		const urgent = node.kind === "step" && node.urgent;
		if (state?.phase === "done") {
			engine.outputs.set(node, state.outputs);
			return DONE;
		}
		const stale = state !== void 0 && state.epoch < engine.state.epoch;
		if (state?.phase === "failed" && state.final && !(mode.again && stale)) return {
			kind: state.refused ? "refused" : "failed",
			problems: state.problems
		};
		if (engine.stopAsked() && !urgent) return STOPPED;
		if (!urgent && state?.open !== true) {
			const barred = await mayBegin(engine, node, path, mode, !isLeased(engine));
			if (barred !== void 0) return barred;
		}
		if (state?.phase === "failed" && !stale && !state.final && retry.delayMs > 0) {
			if (!await pause(engine, retry.delayMs, urgent)) continue;
		}
		engine.emit({
			kind: "node-started",
			path,
			title: node.title,
			nodeKind: node.kind
		});
		const settled = state?.open ? await settle(engine, node, path, state) : "not-applied";
		if (settled === "unknown") {
			if (state === void 0 || stale || state.phase === "intent") return {
				kind: "unknown",
				problems: [askPerson(engine, path)]
			};
			return failNode(engine, node, path, new ProblemError(state.problems), state.attempts);
		}
		const paused = await attempt(engine, node, path, {
			applied: settled === "applied",
			attempts: retry.attempts,
			mode
		});
		if (paused !== void 0) return paused;
	}
}
/** False when a stop was asked for meanwhile that ends the wait. */
async function pause(engine, ms, urgent) {
	const stop = urgent ? void 0 : engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	try {
		await engine.options.clock.sleep(ms, signal);
		return true;
	} catch {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		return false;
	}
}
/** After an intent without a done: did the effects happen? `not-applied` also stands for "again does no harm". */
async function settle(engine, node, path, state) {
	const told = engine.state.answers.get(path);
	if (told?.seq === state.intentSeq) return told.outcome;
	const { probe } = node;
	try {
		if (state.intentFence < engine.lease.fence) {
			await engine.lease.ensure(true);
			await settleFences(state.effects, effectContext(engine, engine.lease.lost));
		}
		if (probe === "repeatable") return "not-applied";
		return await withDeadline({
			clock: engine.options.clock,
			ms: node.timeoutMs,
			what: path,
			signal: engine.lease.lost,
			abandon: true
		}, (signal) => probe(readContext(engine, path, signal)));
	} catch (error) {
		if (error instanceof LeaseLostError) throw error;
		const problems = problemsOf(error, path);
		engine.emit({
			kind: "note",
			path,
			text: `the probe failed: ${maskedProblems(engine, problems)[0]?.found ?? ""}`
		});
		return "unknown";
	}
}
/** The shared store has not taken the intent: effects were not begun. */
var BehindError = class extends ProblemError {};
/**
* One attempt from reading to recording. Failures are recorded, not thrown; only a lost lease is. Returns how the run pauses here: because
* effects may not begin while the shared store is behind, or because what the step drives is not over.
*/
async function attempt(engine, node, path, { applied, attempts, mode }) {
	const before = engine.state.nodes.get(path);
	const waits = !mode.again && !(node.kind === "step" && node.urgent) && waitsForStore(engine);
	const patienceMs = waits ? engine.options.shared?.settings.patienceMs ?? 0 : 0;
	const number = applied ? before?.attempts ?? 1 : (before?.attempts ?? 0) + 1;
	try {
		await withDeadline({
			clock: engine.options.clock,
			ms: node.timeoutMs + patienceMs,
			what: path,
			signal: engine.lease.lost
		}, async (signal) => {
			if (node.kind === "opaque") await runOpaque(engine, node, path, {
				number,
				applied,
				waits
			}, signal);
			else if (applied) await recordApplied(engine, node, path, number, signal);
			else await readDecideDo(engine, node, path, {
				number,
				waits
			}, signal);
		});
		return;
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		if (error instanceof StepPaused) return pausedEnd(engine, error);
		const refused = error instanceof RefusedError;
		const problems = maskedProblems(engine, problemsOf(error, path));
		if (error instanceof BehindError) {
			await engine.record("step.failed", path, number, {
				problems,
				final: false,
				refused: false,
				begun: false
			});
			return {
				kind: "behind",
				problems
			};
		}
		const now = engine.state.nodes.get(path);
		const failures = now?.epoch === engine.state.epoch ? now.failures : 0;
		const final = refused || failures + 1 >= attempts;
		await engine.record("step.failed", path, number, {
			problems,
			final,
			refused
		});
		engine.emit({
			kind: "node-failed",
			path,
			title: node.title,
			attempt: number,
			final,
			problems
		});
		return;
	}
}
function pausedEnd(engine, { how, problems }) {
	return how === "stopped" ? STOPPED : {
		kind: how,
		problems: maskedProblems(engine, problems)
	};
}
var RefusedError = class extends ProblemError {};
async function readDecideDo(engine, node, path, { number, waits }, signal) {
	const ctx = readContext(engine, path, signal);
	const facts = await unlessAborted(signal, node.read(ctx));
	const pure = decideContext(engine);
	const decision = node.decide(facts, pure);
	signal.throwIfAborted();
	switch (decision.kind) {
		case "refuse": throw new RefusedError(decision.problems);
		case "nothing":
			await finish$1(engine, node, path, number, {
				outputs: node.collect([], facts, pure),
				results: [],
				note: decision.why
			}, signal);
			return;
		case "do": {
			const effects = decision.effects.map((effect) => effectSchema.parse(effect));
			const results = await executing(engine, path, {
				signal,
				urgent: !waits
			}, async (executeAll, executor) => {
				if (!waits) executor.prepare(effects[0]);
				await engine.record("step.intent", path, number, {
					what: "do",
					effects,
					facts: digestOf$1(toJson(facts)),
					...decision.why === void 0 ? {} : { why: decision.why }
				});
				if (waits) await mustBeCopied(engine);
				return executeAll(effects);
			});
			await finish$1(engine, node, path, number, {
				outputs: node.collect(results, facts, pure),
				results
			}, signal);
		}
	}
}
async function mustBeCopied(engine) {
	const problems = await whenCopied(engine);
	if (problems.length > 0) throw new BehindError(problems);
}
/** Lends `work` an executor. Its `executeAll` goes through effects one after another; the first that fails ends it. */
async function executing(engine, path, { signal, urgent }, work) {
	const executor = createExecutor(effectContext(engine, signal));
	const executeAll = async (effects) => {
		const results = [];
		for (const effect of effects) {
			signal.throwIfAborted();
			engine.emit({
				kind: "effect",
				path,
				text: engine.options.secrets.mask(effect.why ?? effectText(effect))
			});
			results.push(await executor.run(effect, () => engine.lease.ensure(urgent)));
		}
		return results;
	};
	try {
		return await work(executeAll, executor);
	} finally {
		await executor.close();
	}
}
/** The effects happened in an earlier process whose results are lost: outputs come from a fresh look and no results. */
async function recordApplied(engine, node, path, number, signal) {
	const facts = await unlessAborted(signal, node.read(readContext(engine, path, signal)));
	await finish$1(engine, node, path, number, {
		outputs: node.collect([], facts, decideContext(engine)),
		results: [],
		note: appliedNote(engine, path)
	}, signal);
}
async function runOpaque(engine, node, path, { number, applied, waits }, signal) {
	if (applied) {
		await recordDone(engine, node, path, number, {
			outputs: {},
			results: [],
			note: appliedNote(engine, path)
		});
		return;
	}
	await engine.lease.ensure(!waits);
	await engine.record("step.intent", path, number, {
		what: "opaque",
		effects: [],
		facts: ""
	});
	if (waits) await mustBeCopied(engine);
	await recordDone(engine, node, path, number, {
		outputs: await unlessAborted(signal, node.run(readContext(engine, path, signal))),
		results: []
	});
}
async function finish$1(engine, node, path, number, finished, signal) {
	const verifying = node.verify?.(readContext(engine, path, signal), finished.outputs);
	const problems = verifying === void 0 ? [] : await unlessAborted(signal, verifying);
	if (problems.length > 0) throw new ProblemError(problems);
	await recordDone(engine, node, path, number, finished);
}
async function recordDone(engine, node, path, number, finished) {
	const { results, note } = finished;
	const outputs = storableOutputs(node, finished.outputs, path);
	await engine.record("step.done", path, number, {
		outputs,
		results,
		...note === void 0 ? {} : { note }
	});
	engine.emit({
		kind: "node-done",
		path,
		title: node.title,
		text: note ?? ""
	});
}
function appliedNote(engine, path) {
	const told = engine.state.answers.get(path);
	const open = engine.state.nodes.get(path)?.intentSeq;
	if (told !== void 0 && told.seq === open) return `done before, says a person: ${told.evidence}`;
	return "done before, says the probe";
}
/** Records a failure for good. Only a lost lease is thrown on. */
async function failNode(engine, node, path, error, number = 1) {
	if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
	if (error instanceof LeaseLostError) throw error;
	const problems = maskedProblems(engine, problemsOf(error, path));
	await engine.record("step.failed", path, number, {
		problems,
		final: true,
		refused: false
	});
	engine.emit({
		kind: "node-failed",
		path,
		title: node.title,
		attempt: number,
		final: true,
		problems
	});
	return {
		kind: "failed",
		problems
	};
}
function askPerson(engine, path) {
	return {
		code: "procedure.outcome-unknown",
		where: path,
		found: "effects that were begun and not recorded as done, and a probe that cannot tell whether they happened",
		expected: "somebody to look",
		remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "what you saw"`
	};
}

// src/procedure/run/gate.ts
/** A gate: opened once, then every process that comes here waits until it may pass. */
async function runGate(engine, node, path, mode) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "done" && engine.options.gatekeeper === void 0) return DONE;
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: state.refused ? "refused" : "failed",
		problems: state.problems
	};
	try {
		if (!engine.state.gates.has(path) && node.needed?.(decideContext(engine)) === false) {
			if (state?.phase === "done") return DONE;
			await engine.record("step.done", path, 1, {
				outputs: null,
				results: [],
				note: "not needed"
			});
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: "not needed"
			});
			return DONE;
		}
		const passes = state?.phase === "done";
		const barred = passes ? void 0 : await mayBegin(engine, node, path, mode, false);
		if (barred !== void 0) return leaveBarred(engine, node, path, barred);
		let answer = await openGate(engine, node, path);
		while (answer.kind === "filled" && engine.state.held !== void 0 && !passes && !mode.again) {
			const held = await mayBegin(engine, node, path, mode, true);
			if (held !== void 0) return leaveBarred(engine, node, path, held);
			answer = await openGate(engine, node, path);
		}
		if (answer.kind === "end") return answer.end;
		const judgement = node.judge?.(answer.evidence) ?? { kind: "pass" };
		const left = await leaveGate(engine, node, path, judgement.kind === "pass", answer.note);
		if (left.kind !== "done") return left;
		if (judgement.kind === "pass") return DONE;
		throw new ProblemError({
			code: "procedure.gate-rejected",
			where: path,
			found: judgement.why,
			expected: `evidence that lets "${node.title}" pass`,
			remedy: "mend what the evidence shows and start a new run"
		});
	} catch (error) {
		return failNode(engine, node, path, error);
	}
}
/** The run goes no further: an outside guard of a gate that stands open is disarmed, a drained version stays drained. */
async function leaveBarred(engine, node, path, barred) {
	if (barred.kind === "stopped" || !engine.state.gates.has(path)) return barred;
	const left = await leaveGate(engine, node, path, false);
	return left.kind === "done" ? barred : left;
}
/**
* Puts the guard up, opens the gate and waits; or returns what was filled in. The only place where a gate passes, for gates of a procedure
* and of a watch, the first time and at every resume.
*/
async function openGate(engine, node, path) {
	const looked = await lookAtCondition(engine, node, path);
	const ruling = await judgeGate(engine, node, path, looked);
	if (ruling.kind === "pass") {
		engine.evidence.set(node, ruling.evidence);
		engine.passed.set(path, ruling.evidence);
		return {
			kind: "filled",
			evidence: ruling.evidence,
			note: ruling.note
		};
	}
	const gate = engine.state.gates.get(path);
	const waiting = {
		kind: "end",
		end: {
			kind: "waiting",
			problems: ruling.problems
		}
	};
	if (gate !== void 0 && ruling.stands) return waiting;
	if (engine.stopAsked()) return {
		kind: "end",
		end: STOPPED
	};
	const guarded = gate === void 0 ? await runGuard(engine, path, ...before(node.guard)) : DONE;
	if (guarded.kind !== "done") return {
		kind: "end",
		end: guarded
	};
	await engine.record("gate.opened", path, 1, {
		title: node.title,
		...node.description === void 0 ? {} : { description: node.description },
		role: node.role,
		evidence: node.evidence,
		guard: guardText(node.guard),
		judged: node.judge !== void 0,
		planHash: engine.planHash,
		...await openingOf(engine, node, path, looked),
		...looked === void 0 ? {} : { condition: looked }
	});
	engine.emit({
		kind: "gate-opened",
		path,
		title: node.title,
		role: node.role
	});
	return waiting;
}
/**
* What the condition of a gate shows now. Once the run has changed something it is not asked again: what the gate let through has
* begun. Until then it is, also for a gate that has passed: hours may lie between two gates.
*/
async function lookAtCondition(engine, node, path) {
	const { condition } = node;
	const begun = engine.state.nodes.get(path)?.phase === "done" && engine.state.changed;
	if (condition === void 0 || begun) return void 0;
	const looked = await lookAt(condition, path, readContext(engine, path, engine.lease.lost));
	engine.emit({
		kind: "note",
		path,
		text: engine.options.secrets.mask(looked.found)
	});
	return looked;
}
async function judgeGate(engine, node, path, looked) {
	const { gatekeeper } = engine.options;
	const gate = engine.state.gates.get(path);
	if (gatekeeper === void 0) {
		const unmet = looked?.unmet ?? [];
		const stands = looked === void 0 || looked.about === gate?.opened.condition?.about;
		if (node.asks === "condition" && unmet.length === 0) return {
			kind: "pass",
			evidence: {},
			note: noteOf(looked)
		};
		const overridden = gate?.given.some(({ kind }) => kind === "override") === true;
		if (gate?.evidence === void 0 || !stands || unmet.length > 0 && !overridden) return {
			kind: "wait",
			problems: unmet,
			stands
		};
		return {
			kind: "pass",
			evidence: gate.evidence,
			note: "filled in"
		};
	}
	const question = gateCase(engine.procedure, engine.state, node, path, looked);
	const ruling = await gatekeeper.rule(question);
	if (ruling.kind === "wait") {
		const stands = question.opened?.opening !== void 0 && !question.left;
		return {
			kind: "wait",
			problems: ruling.problems,
			stands
		};
	}
	const { by, override, evidence } = ruling;
	if (override !== void 0) return {
		kind: "pass",
		evidence,
		note: `overridden by ${by.join(", ")}: ${override}`
	};
	if (by.length > 0) return {
		kind: "pass",
		evidence,
		note: `filled in by ${by.join(", ")}`
	};
	return {
		kind: "pass",
		evidence,
		note: node.asks === "condition" ? noteOf(looked) : "the window is open"
	};
}
function noteOf(looked) {
	return looked === void 0 ? "its condition was met" : `its condition is met: ${looked.found}`;
}
/** What evidence must name to count for this opening; nothing where nobody is checked. */
async function openingOf(engine, node, path, looked) {
	const { gatekeeper } = engine.options;
	if (gatekeeper === void 0) return {};
	const question = gateCase(engine.procedure, engine.state, node, path, looked);
	return {
		opening: randomBytes(16).toString("hex"),
		subject: question.subject,
		asks: question.asks,
		urgent: question.urgent,
		demands: await gatekeeper.demands(question)
	};
}
/**
* Takes the guard down. A gate that rejects leaves the new version drained: traffic is not given back to something that is about
* to be rolled back; an outside guard is disarmed either way.
*/
async function leaveGate(engine, node, path, passes, note = "filled in") {
	if (engine.state.nodes.get(path)?.phase === "done") return DONE;
	const behind = passes ? await whenCopied(engine) : [];
	if (behind.length > 0) return {
		kind: "behind",
		problems: behind
	};
	const end = !passes && node.guard.kind === "drained" ? DONE : await runGuard(engine, path, ...after(node.guard));
	if (end.kind !== "done" || !passes) return end;
	await engine.record("step.done", path, 1, {
		outputs: null,
		results: [],
		note
	});
	engine.emit({
		kind: "node-done",
		path,
		title: node.title,
		text: note
	});
	return DONE;
}
/** Whom or what a gate waits for, behind the word `for`. */
function whoseGate({ asks, role }) {
	if (asks === "window") return "a release window";
	if (asks === "condition") return "its condition";
	return asks === "persons-and-window" ? `${role} and a release window` : role;
}
function guardText(guard) {
	switch (guard.kind) {
		case "drained": return "drained: the new version gets no traffic meanwhile";
		case "guarded": return `guarded by ${guard.by}`;
		case "unguarded": return `unguarded, by decision of ${guard.role}: ${guard.reason}`;
		case "nothing-shifted": return "nothing is shifted here";
	}
}
async function runGuard(engine, path, part, steps) {
	for (const step of steps) {
		const end = await runStep(engine, step, childPath(childPath(path, part), step.id), { again: true });
		if (end.kind !== "done") return end;
	}
	return DONE;
}
function before(guard) {
	if (guard.kind === "drained") return ["drain", guard.drain];
	return ["arm", guard.kind === "guarded" ? guard.arm : []];
}
function after(guard) {
	if (guard.kind === "drained") return ["restore", guard.restore];
	return ["disarm", guard.kind === "guarded" ? guard.disarm : []];
}

// src/procedure/plan/plan.ts
const LOOK_MS = 6e4;
/** Something that only a run knows. Caught by the planner, never seen outside. */
var NotYetKnown = class extends Error {
	after;
	constructor(after) {
		super(`decided after ${after}`);
		this.after = after;
	}
};
/** Plans a procedure against the world as it is. Throws a ProblemError only for a procedure that is malformed. */
async function planProcedure(procedure, options) {
	const registry = registryOf(procedure);
	const paths = new Map(registry.placed.map(({ node, path }) => [node, path]));
	const known = /* @__PURE__ */ new Map();
	const after = (node) => new NotYetKnown(paths.get(node) ?? node.id);
	const planner = {
		ctx: {
			mode: "plan",
			clock: options.clock,
			exec: options.exec,
			signal: new AbortController().signal,
			outputOf(node) {
				if (!known.has(node)) throw after(node);
				return node.outputs.parse(known.get(node));
			},
			evidenceOf(gate) {
				throw after(gate);
			},
			fence: 0,
			run: "",
			note: () => void 0
		},
		known,
		effects: [],
		problems: []
	};
	const root = await planNode(planner, procedure.root, procedure.root.id);
	const plan = {
		procedure: procedure.id,
		title: procedure.title,
		environment: procedure.environment,
		planHash: planHash(procedure),
		root: maskNode(root, options),
		effects: planner.effects,
		problems: planner.problems,
		outputs(ref) {
			const parsed = ref.outputs.safeParse(known.get(ref));
			return parsed.success ? parsed.data : void 0;
		}
	};
	return Object.defineProperty(plan, "outputs", { enumerable: false });
}
async function planNode(planner, node, path) {
	const base = {
		path,
		title: node.title
	};
	switch (node.kind) {
		case "step": return planStep(planner, node, path);
		case "opaque": return {
			...base,
			kind: "opaque",
			promise: node.promise
		};
		case "gate": return planGate(planner, node, path);
		case "watch": {
			const asks = node.ask === void 0 ? "" : `${node.ask.gate.title} (${node.ask.gate.role})`;
			const { forecast } = node;
			if (forecast === void 0) return {
				...base,
				kind: "watch",
				forecast: "",
				asks
			};
			const text = await look$2(planner, path, (ctx) => forecast.call(node, ctx));
			return {
				...base,
				kind: "watch",
				forecast: text.ok ? text.value : laterText(text),
				asks
			};
		}
		case "sequence": return {
			...base,
			kind: "sequence",
			children: await planAll(planner, node.steps, path),
			onFailure: node.rollback === void 0 ? [] : titlesOf(node.rollback)
		};
		case "parallel": return {
			...base,
			kind: "parallel",
			children: await planAll(planner, node.steps, path),
			onFailure: []
		};
		case "forEach": return {
			...base,
			kind: "forEach",
			children: await planAll(planner, node.batches.flat(), path),
			onFailure: []
		};
		case "repeatUntil": {
			const body = await planNode(planner, node.body, `${childPath(path, node.body.id)}#1`);
			return {
				...base,
				kind: "repeat",
				atMost: node.max,
				children: [body]
			};
		}
		case "choice": {
			const key = await look$2(planner, path, async (ctx) => node.choose(await node.read(ctx), ctx));
			const branch = key.ok ? node.branches[key.value] : void 0;
			if (key.ok && branch !== void 0) return {
				...base,
				kind: "choice",
				chosen: key.value,
				children: [await planNode(planner, branch, childPath(path, key.value))]
			};
			const chosen = key.ok ? `no branch ${key.value}` : laterText(key);
			return {
				...base,
				kind: "choice",
				chosen,
				children: await outlineBranches(planner, node.branches, path)
			};
		}
	}
}
async function planAll(planner, nodes, path) {
	const planned = [];
	for (const node of nodes) planned.push(await planNode(planner, node, childPath(path, node.id)));
	return planned;
}
/** Which branch is not known: each is planned by itself, and its effects do not count as the plan's. */
async function outlineBranches(planner, branches, path) {
	const planned = [];
	for (const [key, branch] of Object.entries(branches)) {
		const aside = {
			...planner,
			known: new Map(planner.known),
			effects: [],
			problems: []
		};
		planned.push(await planNode(aside, branch, childPath(path, key)));
	}
	return planned;
}
async function planStep(planner, node, path) {
	const found = await look$2(planner, path, async (ctx) => {
		const facts = await withDeadline({
			clock: ctx.clock,
			ms: node.timeoutMs,
			what: path,
			abandon: true
		}, (signal) => node.read({
			...ctx,
			signal
		}));
		const decision = node.decide(facts, ctx);
		switch (decision.kind) {
			case "refuse": return {
				kind: "refuse",
				problems: decision.problems
			};
			case "nothing":
				planner.known.set(node, toJson(node.collect([], facts, ctx)));
				return {
					kind: "nothing",
					why: decision.why
				};
			case "do":
				if (node.planned !== void 0) planner.known.set(node, toJson(node.planned(facts)));
				return {
					kind: "effects",
					effects: decision.effects.map((effect) => effectSchema.parse(effect)),
					why: decision.why ?? ""
				};
		}
	});
	const decision = found.ok ? found.value : found.decision;
	if (decision.kind === "effects") planner.effects.push(...decision.effects.map((effect) => ({
		path,
		effect
	})));
	if (decision.kind === "refuse") planner.problems.push(...decision.problems);
	return {
		path,
		title: node.title,
		kind: "step",
		decision,
		urgent: node.urgent
	};
}
async function planGate(planner, node, path) {
	const { guard } = node;
	const needed = await look$2(planner, path, async (ctx) => node.needed?.(ctx) ?? true);
	const is = needed.ok ? needed.value ? "yes" : "no" : "later";
	const [before, after] = guard.kind === "drained" ? [guard.drain, guard.restore] : guard.kind === "guarded" ? [guard.arm, guard.disarm] : [[], []];
	const names = guard.kind === "drained" ? ["drain", "restore"] : ["arm", "disarm"];
	const skip = is === "no";
	const { condition } = node;
	const looked = condition === void 0 ? void 0 : await lookAt(condition, path, planner.ctx);
	return {
		path,
		title: node.title,
		kind: "gate",
		role: whoseGate(node),
		guard: guardText(guard),
		evidence: node.evidence,
		needed: is,
		...looked === void 0 ? {} : { condition: {
			found: looked.found,
			unmet: looked.unmet
		} },
		before: skip ? [] : await planAll(planner, before, childPath(path, names[0])),
		after: skip ? [] : await planAll(planner, after, childPath(path, names[1]))
	};
}
async function look$2(planner, path, work) {
	const { ctx } = planner;
	try {
		return {
			ok: true,
			value: await withDeadline({
				clock: ctx.clock,
				ms: LOOK_MS,
				what: path,
				abandon: true
			}, (signal) => work({
				...ctx,
				signal
			}))
		};
	} catch (error) {
		if (error instanceof NotYetKnown) return {
			ok: false,
			decision: {
				kind: "later",
				after: error.after
			}
		};
		return {
			ok: false,
			decision: {
				kind: "unknown",
				problems: problemsOf(error, path)
			}
		};
	}
}
function laterText(looked) {
	const { decision } = looked;
	return decision.kind === "later" ? `decided after <${decision.after}>` : `not known: ${decision.problems[0]?.found ?? "no answer"}`;
}
function titlesOf(node) {
	switch (node.kind) {
		case "sequence":
		case "parallel": return node.steps.flatMap(titlesOf);
		case "forEach": return node.batches.flat().flatMap(titlesOf);
		default: return [node.title];
	}
}
/** What was read may hold the value of a secret that a read had to resolve. */
function maskNode(node, options) {
	const { mask } = options.secrets;
	if (node.kind === "watch") return {
		...node,
		forecast: mask(node.forecast)
	};
	if (node.kind === "gate" && node.condition !== void 0) return {
		...node,
		condition: {
			...node.condition,
			found: mask(node.condition.found)
		}
	};
	if ("children" in node) return {
		...node,
		children: node.children.map((child) => maskNode(child, options))
	};
	return node;
}

// src/procedure/gate/start.ts
/** What is recorded about policy and person when a run begins or goes on. */
/** Commit of the policy that holds now. */
function policyCommitOf({ gatekeeper }) {
	const commit = gatekeeper?.source.commit ?? "";
	return commit === "" ? {} : { policyCommit: commit };
}
/** Where the policy of this run was read. */
function policyOf({ gatekeeper }) {
	if (gatekeeper === void 0) return {};
	const { place, pinned, breakGlass } = gatekeeper.source;
	return {
		...policyCommitOf({ gatekeeper }),
		policy: {
			place,
			pinned,
			...breakGlass === void 0 ? {} : { breakGlass }
		}
	};
}
/** A signature over run and plan proves who starts it; a name in a variable proves nothing. */
async function startedBy({ environment, id }, hash, run, { signer }) {
	if (signer === void 0) return {};
	const { person } = signer;
	const { host } = ownIdentity();
	const text = startText({
		run,
		environment,
		procedure: id,
		planHash: hash,
		host,
		person
	});
	return { startedBy: {
		person,
		host,
		signature: await signer.sign(text, START_NAMESPACE)
	} };
}

// src/procedure/lease/busy.ts
/** Somebody else has the environment: who, and every way out. */
function busyResult(busy, options, run, planHash) {
	const { lease, why } = busy;
	const problem = problemOf(why, lease);
	options.onEvent?.({
		kind: "run-ended",
		run,
		outcome: "lease-held",
		problems: [problem]
	});
	return resultOf({
		run,
		outcome: "lease-held",
		problems: [problem],
		planHash
	});
}
function problemOf(why, lease) {
	const where = `environment ${lease.environment}`;
	const other = lease.holder?.run ?? "?";
	switch (why) {
		case "alive": return {
			code: "lease.held",
			where,
			found: `run ${other} at work (${lease.holder?.who ?? "?"} on ${lease.holder?.host ?? "?"}, fence ${lease.fence})`,
			expected: "an environment that nobody holds",
			remedy: "wait for it, or stop it with Ctrl-C where it runs; a rollback may take the environment over"
		};
		case "reserved": return {
			code: "lease.reserved",
			where,
			found: `run ${other} of ${lease.holder?.who ?? "?"}, which is not over`,
			expected: "an environment without an unfinished run",
			remedy: `\`shiplock gate show ${other}\` and \`shiplock resume ${other}\` go on with it; \`shiplock rollback ${lease.environment}\` takes it back`
		};
		case "locked": return {
			code: "lease.locked",
			where,
			found: `a lock of ${lease.lock?.by ?? "?"} since ${lease.lock?.time ?? "?"}: ${lease.lock?.reason ?? "?"}`,
			expected: "an environment that nobody has locked",
			remedy: `ask ${lease.lock?.by ?? "them"}, then \`shiplock unlock ${lease.environment} --reason …\`; a rollback goes through`
		};
	}
}

// src/procedure/lease/preempt.ts
/**
* Ends the run whose environment was taken over: its journal says so, which also stops its process at its next record and
* refuses its resume.
*/
async function closePreempted(other, options, lease, by) {
	const loaded = await loadRun(options.store, other);
	if (loaded?.state.started === void 0 || loaded.state.status === "finished") return;
	const recorder = await createRecorder(other, options, lease);
	try {
		await recorder.record("lease.lost", "", 0, { why: `taken over by run ${by}` });
		await recorder.record("run.finished", "", 0, {
			outcome: "failed",
			problems: [],
			preemptedBy: by
		});
	} finally {
		await recorder.close();
	}
}

// src/procedure/shared/run.ts
/** What a run does about the shared store at its beginning and at its end. */
/** How long a way back, which is through by then, still waits to be copied. */
const URGENT_COPY_MS = 2e3;
function openReplicator(options, run, fresh) {
	const { shared, store, clock } = options;
	return shared === void 0 ? void 0 : createReplicator({
		shared,
		store,
		run,
		clock,
		fresh
	});
}
/** Under the lease: what another machine recorded before it gave the run up. What is urgent must do with what is here, broken glass may. */
async function pullForResume(options, run) {
	const { shared } = options;
	if (shared === void 0 || options.urgent === true) return;
	try {
		await claimCopy(shared, run);
		await pullRun(shared, options.store, run);
	} catch (error) {
		if (options.breakGlass === void 0 || !(error instanceof StoreUnreachableError)) throw error;
	}
}
/**
* A push of the machine that had the run may still be under way, although nobody is left who waits for it. An empty commit on top of what is
* there now leaves it nothing to add to.
*/
async function claimCopy({ replica, where }, run) {
	for (let attempt = 0; attempt < 20; attempt++) {
		const copy = await replica.read(run);
		if (copy === void 0) return;
		const nothing = {
			seq: countLines(copy.journal),
			journal: "",
			payloads: "",
			payloadsAnew: false
		};
		if (await replica.append(run, copy.version, nothing) !== void 0) return;
	}
	throw unreachable(where, `a copy of run ${run} that others add to all the time`);
}
/** Does the shared store still name a run that is over as the holder? A crash may have come before it gave the environment back. */
async function stillHeldThere(options, environment, run) {
	try {
		return (await options.shared?.leases.read(environment))?.lease.holder?.run === run;
	} catch (error) {
		if (error instanceof StoreUnreachableError) return false;
		throw error;
	}
}
/** Copies what is left. That it cannot be done now is said, and does no harm: the journal here is the truth. */
async function copyAtTheEnd(engine) {
	const { replicator, options } = engine;
	const { shared } = options;
	if (replicator === void 0 || shared === void 0) return;
	const hurries = options.urgent === true || options.breakGlass !== void 0;
	try {
		await replicator.flush(hurries ? URGENT_COPY_MS : shared.settings.patienceMs);
	} catch (error) {
		tellBehind(engine, error);
	}
}
/**
* Says in the journals of the runs that this one took the environment from that they are over, and copies that: their machines must not go on
* with them. What cannot be reached now is refused there all the same, by the lease and by the fence.
*/
async function closeTakenOver(engine) {
	const { options, lease, state } = engine;
	const { shared, store } = options;
	if (shared === void 0) return;
	try {
		const others = /* @__PURE__ */ new Set([options.preempt, await lease.tookFrom?.()]);
		for (const other of others) {
			if (other === void 0 || other === state.run) continue;
			await pullRun(shared, store, other);
			await closePreempted(other, options, lease, state.run);
			await copyRun({
				shared,
				run: other,
				paths: runPaths(store, other),
				from: void 0
			});
		}
	} catch (error) {
		tellBehind(engine, error);
	}
}
function tellBehind({ options }, error) {
	for (const { found } of problemsOf(error, "the git store")) options.onEvent?.({
		kind: "note",
		path: "git store",
		text: `git is not yet true: ${options.secrets.mask(found)}`
	});
}

// src/procedure/run/undo.ts
/** Takes the done steps below `path` back that know how, newest first. */
async function undoBelow(engine, path) {
	for (;;) {
		const next = newestToUndo(engine, path);
		if (next === void 0) return DONE;
		const [at, node, state] = next;
		if (engine.stopAsked() && !node.urgent) return STOPPED;
		const end = await undoStep(engine, at, node, state);
		if (end.kind !== "done") return end;
	}
}
function newestToUndo(engine, path) {
	const below = [...engine.state.nodes].filter(([at]) => at.startsWith(`${path}/`) && !takenBack$1(engine, path, at)).filter(([, state]) => state.phase === "done" || state.phase === "undo-intent").sort(([, a], [, b]) => b.seq - a.seq);
	for (const [at, state] of below) {
		const node = engine.registry.nodeAt(at);
		if (node?.kind === "step" && node.undo !== void 0) return [
			at,
			node,
			state
		];
	}
}
/** Inside a sequence below `path` that has taken itself back, or part of a rollback: not undone again one by one. */
function takenBack$1(engine, path, at) {
	let above = at.slice(0, at.lastIndexOf("/"));
	for (; above.length > path.length; above = above.slice(0, above.lastIndexOf("/"))) {
		if (above.endsWith("/rollback")) return true;
		if (engine.state.nodes.get(above)?.phase === "undone") return true;
	}
	return false;
}
async function undoStep(engine, path, node, state) {
	engine.emit({
		kind: "node-started",
		path,
		title: `Undo: ${node.title}`,
		nodeKind: "step"
	});
	if (state.phase === "undo-intent") {
		const answer = await settleUndo(engine, path, node, state);
		if (answer === "unknown") return {
			kind: "unknown",
			problems: [unknown(engine, path)]
		};
		if (answer === "undone") {
			await engine.record("step.undone", path, state.attempts, {
				by: "undo",
				results: [],
				note: "found undone"
			});
			return DONE;
		}
	}
	const number = state.attempts + 1;
	try {
		const outputs = recordedOutputs(engine, node);
		const decision = node.undo?.(outputs, decideContext(engine)) ?? {
			kind: "nothing",
			why: "no undo"
		};
		if (decision.kind === "refuse") return stuck(engine, path, number, decision.problems);
		if (decision.kind === "nothing") await engine.record("step.undone", path, number, {
			by: "nothing",
			results: [],
			note: decision.why
		});
		else {
			const effects = decision.effects.map((effect) => effectSchema.parse(effect));
			await engine.record("step.intent", path, number, {
				what: "undo",
				effects,
				facts: ""
			});
			const results = await withDeadline({
				clock: engine.options.clock,
				ms: node.timeoutMs,
				what: path,
				signal: engine.lease.lost
			}, (signal) => executing(engine, path, {
				signal,
				urgent: true
			}, (executeAll) => executeAll(effects)));
			await engine.record("step.undone", path, number, {
				by: "undo",
				results
			});
		}
		engine.emit({
			kind: "node-undone",
			path,
			title: node.title
		});
		return DONE;
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		return stuck(engine, path, number, problemsOf(error, path));
	}
}
async function settleUndo(engine, path, node, state) {
	const told = engine.state.answers.get(path);
	if (told?.seq === state.intentSeq) return told.outcome === "applied" ? "undone" : "again";
	const answer = await settle(engine, node, path, state);
	if (node.probe === "repeatable") return answer === "unknown" ? "unknown" : "again";
	if (answer === "unknown") return "unknown";
	return answer === "applied" ? "again" : "undone";
}
async function stuck(engine, path, number, found) {
	const problems = maskedProblems(engine, found);
	await engine.record("step.failed", path, number, {
		problems,
		final: true,
		refused: false
	});
	const title = engine.registry.nodeAt(path)?.title ?? path;
	engine.emit({
		kind: "node-failed",
		path,
		title: `Undo: ${title}`,
		attempt: number,
		final: true,
		problems
	});
	return {
		kind: "stuck",
		problems
	};
}
function unknown(engine, path) {
	return {
		code: "procedure.outcome-unknown",
		where: path,
		found: "an undo that was begun and not recorded, and a probe that cannot tell whether it happened",
		expected: "somebody to look",
		remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "…" (applied: the undo happened)`
	};
}

// src/procedure/run/group.ts
/** Looking at the world to choose a branch may take this long. */
const CHOICE_MS = 6e4;
const BATCH_LIMIT = 8;
async function runSequence(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state === void 0 || !state.final) return forward(engine, node, path, mode, below);
	if (mode.again && state.epoch < engine.state.epoch) return forward(engine, node, path, mode, below);
	if (state.phase === "undone") return ended(engine, node, path, state);
	return compensate(engine, node, path, {
		kind: "failed",
		problems: state.problems
	}, below);
}
async function forward(engine, node, path, mode, below) {
	for (const child of node.steps) {
		const end = await below(child, childPath(path, child.id));
		if (end.kind === "done") continue;
		if (!isFailure(end)) return end;
		if (end.kind === "refused" && !engine.state.changed) return end;
		if (mode.again && node.rollback === void 0) return end;
		await engine.record("step.failed", path, 0, {
			problems: end.problems,
			final: true,
			refused: false
		});
		return compensate(engine, node, path, end, below);
	}
	return DONE;
}
/** The way back: the sequence's own rollback, or undoing step by step. Entered again by a resume until it is through. */
async function compensate(engine, node, path, failure, below) {
	if (node.rollback !== void 0) {
		engine.emit({
			kind: "node-started",
			path,
			title: `Rollback: ${node.title}`,
			nodeKind: "rollback"
		});
		const end = await below(node.rollback, childPath(path, "rollback"), { again: true });
		if (isFailure(end)) return {
			kind: "stuck",
			problems: [...end.problems, ...failure.problems]
		};
		if (end.kind !== "done") return end;
		await engine.record("step.undone", path, 0, {
			by: "rollback",
			results: []
		});
		engine.emit({
			kind: "node-undone",
			path,
			title: node.title
		});
		return {
			kind: "rolled-back",
			problems: failure.problems
		};
	}
	const end = await undoBelow(engine, path);
	if (end.kind === "stuck") return {
		...end,
		problems: [...end.problems, ...failure.problems]
	};
	if (end.kind !== "done") return end;
	const rolledBack = failure.kind === "rolled-back" || hasRolledBack(engine, path) || wasAborted(engine);
	await engine.record("step.undone", path, 0, {
		by: rolledBack ? "rollback" : "undo",
		results: []
	});
	return {
		kind: rolledBack ? "rolled-back" : "failed",
		problems: failure.problems
	};
}
/** Did a rollback of something inside go through? A resume knows the failure of the sequence, not which kind it was. */
function hasRolledBack(engine, path) {
	return [...engine.state.nodes].some(([at, state]) => {
		if (!at.startsWith(`${path}/`) || state.phase !== "undone") return false;
		const inner = engine.registry.nodeAt(at);
		return inner?.kind === "sequence" && inner.rollback !== void 0;
	});
}
/** Taken back because a person said so: that is a way back too where no part of the procedure had one of its own to go. */
function wasAborted({ state }) {
	return state.aborted !== void 0 && state.changed;
}
function ended(engine, node, path, state) {
	return {
		kind: node.rollback !== void 0 || hasRolledBack(engine, path) || wasAborted(engine) ? "rolled-back" : "failed",
		problems: state.problems
	};
}
function runParallel(node, path, below) {
	return sideBySide(node.steps, path, node.limit, below);
}
async function runForEach(node, path, below) {
	for (const batch of node.batches) {
		const end = await sideBySide(batch, path, BATCH_LIMIT, below);
		if (end.kind !== "done") return end;
	}
	return DONE;
}
/** After the first that is not done nothing new is begun; what runs is waited for. */
async function sideBySide(nodes, path, limit, below) {
	const ends = [];
	const errors = [];
	const queue = nodes.values();
	const lane = async () => {
		for (const node of queue) {
			if (errors.length > 0 || ends.some((end) => end.kind !== "done" && end.kind !== "waiting")) return;
			try {
				ends.push(await below(node, childPath(path, node.id)));
			} catch (error) {
				errors.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, nodes.length)) }, lane));
	if (errors.length > 0) throw errors.find((error) => error instanceof LeaseLostError) ?? errors[0];
	return mergeEnds(ends);
}
async function runChoice(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	let key = state?.phase === "done" ? state.outputs : void 0;
	if (state?.phase !== "done") {
		if (engine.stopAsked() && !mode.again) return STOPPED;
		try {
			const facts = await withDeadline({
				clock: engine.options.clock,
				ms: CHOICE_MS,
				what: path,
				signal: engine.lease.lost,
				abandon: true
			}, (signal) => node.read(readContext(engine, path, signal)));
			key = node.choose(facts, decideContext(engine));
			if (typeof key !== "string" || !Object.hasOwn(node.branches, key)) throw new Error(`no branch ${String(key)}`);
			await engine.record("step.done", path, 1, {
				outputs: key,
				results: []
			});
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: key
			});
		} catch (error) {
			return failNode(engine, node, path, error);
		}
	}
	const branch = typeof key === "string" ? node.branches[key] : void 0;
	if (branch === void 0) return failNode(engine, node, path, /* @__PURE__ */ new Error(`no branch ${String(key)}`));
	return below(branch, childPath(path, String(key)));
}
async function runRepeat(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	for (let round = 1; round <= node.max; round++) {
		const at = `${childPath(path, node.body.id)}#${round}`;
		const decided = `${path}#${round}`;
		const end = await below(node.body, at);
		if (end.kind !== "done") return end;
		if (engine.state.nodes.get(decided)?.phase === "done") continue;
		if (engine.state.nodes.get(path)?.phase === "done") return DONE;
		let enough;
		try {
			enough = node.until(decideContext(engine), round);
		} catch (error) {
			return failNode(engine, node, path, error);
		}
		await engine.record("step.done", enough ? path : decided, round, {
			outputs: {
				round,
				enough
			},
			results: []
		});
		if (enough) return DONE;
	}
	return failNode(engine, node, path, /* @__PURE__ */ new Error(`not enough after ${node.max} rounds`));
}

// src/procedure/run/watch.ts
/** A look that hangs is given up after this, or after three intervals if that is longer, and tried again. */
const SLOWEST_LOOK_MS = 3e4;
const SLOWEST_BEAT_MS = 2e3;
/** Looks, folds, decides, again and again. Stops only for an answer, a gate, a stop or a lost lease; never for a bad look. */
async function runWatch(engine, node, path, mode) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "done") {
		const asked = await asksAnswered(engine, node, path);
		if (asked.kind !== "done") return asked;
		engine.outputs.set(node, state.outputs);
		return DONE;
	}
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: state.refused ? "refused" : "failed",
		problems: state.problems
	};
	engine.emit({
		kind: "node-started",
		path,
		title: node.title,
		nodeKind: node.kind
	});
	const over = new AbortController();
	const heart = beatOn(engine, node, path, AbortSignal.any([over.signal, engine.lease.lost]));
	try {
		return await look$1(engine, node, path, mode);
	} catch (error) {
		return await failNode(engine, node, path, error);
	} finally {
		over.abort();
		await heart;
	}
}
/** Where persons are checked, what the watch asked before must still be answered by them. */
async function asksAnswered(engine, node, path) {
	const gate = node.ask?.gate;
	if (gate === void 0 || engine.options.gatekeeper === void 0) return DONE;
	const asked = engine.state.asks.get(path) ?? 0;
	for (let number = 1; number <= asked; number++) {
		const answer = await openGate(engine, gate, gatePath(path, gate, number));
		if (answer.kind === "end") return answer.end;
	}
	return DONE;
}
async function look$1(engine, node, path, mode) {
	const aborted = await mayBegin(engine, node, path, mode, false);
	if (aborted !== void 0) return leaveAsked(engine, node, path, aborted);
	let folded = await foldNew(engine, node, path, beginWatch(node, decideContext(engine)));
	for (;;) {
		if (folded.kind === "end") return folded.end;
		const barred = await mayBegin(engine, node, path, mode, false);
		if (barred !== void 0) return leaveAsked(engine, node, path, barred);
		const watched = mode.again ? folded.watched : whilePaused(engine, node, path, folded.watched);
		const acted = watched.answer === void 0 ? void 0 : await act(engine, node, path, watched.answer, watched);
		if (acted === "again") {} else if (acted !== void 0) return acted;
		if (engine.stopAsked()) return STOPPED;
		const begun = engine.options.clock.monotonic();
		if (await takeSample(engine, node, path)) {
			folded = await foldNew(engine, node, path, watched);
			if (folded.kind === "end") continue;
			const { answer } = folded.watched;
			const paused = mode.again || node.heartbeat === void 0 ? void 0 : engine.state.held;
			if ((answer?.kind === "fail" || answer?.kind !== "look-on" && paused === void 0) && answer !== void 0) continue;
			const status = answer?.kind === "look-on" ? answer.status : "goes no further";
			const text = paused === void 0 ? status : `${heldText(paused)}; ${status}`;
			engine.emit({
				kind: "status",
				path,
				text: engine.options.secrets.mask(text)
			});
		}
		const ms = node.everyMs - (engine.options.clock.monotonic() - begun);
		if (mode.again) await rest(engine, ms);
		else await listen(engine, path, ms);
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
	}
}
/** What a paused run sees tells it to go back or nothing: the next look after the pause decides. A gate that is open stays open. */
function whilePaused(engine, node, path, watched) {
	if (node.heartbeat === void 0) return watched;
	const { held, looks, asks } = engine.state;
	const paused = held !== void 0 || looks.get(path)?.at(-1)?.held === true;
	const asksNow = watched.answer?.kind === "ask" && watched.answered === (asks.get(path) ?? 0);
	return paused && (watched.answer?.kind === "pass" || asksNow) ? {
		...watched,
		answer: void 0
	} : watched;
}
/** The run is aborted while a gate of this watch stands open: its guard comes down as for an answer that sends the version back. */
async function leaveAsked(engine, node, path, barred) {
	const asked = engine.state.asks.get(path) ?? 0;
	const gate = node.ask?.gate;
	if (gate === void 0 || asked === 0) return barred;
	const left = await leaveGate(engine, gate, gatePath(path, gate, asked), false);
	return left.kind === "done" ? barred : left;
}
/** Folds what was recorded since. What is folded is what the journal holds (masked), never the live value. */
async function foldNew(engine, node, path, before) {
	let watched = before;
	const gate = node.ask?.gate;
	for (const entry of (engine.state.looks.get(path) ?? []).slice(before.looks)) {
		if (entry.kind === "sample" || gate === void 0) {
			watched = foldLook(node, watched, entry, path);
			continue;
		}
		const answer = await openGate(engine, gate, entry.gate);
		if (answer.kind === "end") return answer;
		watched = foldLook(node, watched, {
			...entry,
			evidence: answer.evidence
		}, path);
	}
	const asked = engine.state.asks.get(path) ?? 0;
	if (gate === void 0 || watched.answered >= asked || watched.answer?.kind === "ask") return {
		kind: "watched",
		watched
	};
	const answer = await openGate(engine, gate, gatePath(path, gate, watched.answered + 1));
	return answer.kind === "end" ? answer : {
		kind: "watched",
		watched
	};
}
function gatePath(path, gate, number) {
	return `${childPath(path, gate.id)}#${number}`;
}
/** What follows from an answer: the end of the watch, or undefined to look on. */
async function act(engine, node, path, answer, watched) {
	const asked = engine.state.asks.get(path) ?? 0;
	const gate = node.ask?.gate;
	const gateAt = gate === void 0 ? "" : gatePath(path, gate, Math.max(asked, 1));
	if (gate !== void 0 && asked > 0 && watched.answered === asked) {
		if (engine.state.nodes.get(gateAt)?.phase !== "done") {
			const left = await leaveGate(engine, gate, gateAt, answer.kind !== "fail");
			if (left.kind !== "done") return left;
		}
	}
	switch (answer.kind) {
		case "look-on": return;
		case "pass": {
			const outputs = storableOutputs(node, answer.outputs, path);
			await verdict(engine, path, "pass", answer.status);
			await engine.record("step.done", path, 1, {
				outputs,
				results: [],
				note: answer.status
			});
			engine.outputs.set(node, engine.state.nodes.get(path)?.outputs);
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: answer.status
			});
			return DONE;
		}
		case "fail": {
			const [problem = answer.problem] = maskedProblems(engine, [answer.problem]);
			await engine.record("analysis.verdict", path, 1, {
				answer: "fail",
				status: problem.found,
				problem
			});
			engine.emit({
				kind: "verdict",
				path,
				answer: "fail",
				text: problem.found
			});
			await engine.record("step.failed", path, 1, {
				problems: [problem],
				final: true,
				refused: false
			});
			engine.emit({
				kind: "node-failed",
				path,
				title: node.title,
				attempt: 1,
				final: true,
				problems: [problem]
			});
			return {
				kind: "failed",
				problems: [problem]
			};
		}
		case "ask": {
			if (gate === void 0) throw new Error("the watch asks and has no gate to ask at");
			let number = asked;
			if (watched.answered === asked) {
				await verdict(engine, path, "ask", answer.status);
				number = asked + 1;
			}
			const opened = await openGate(engine, gate, gatePath(path, gate, number));
			return opened.kind === "end" ? opened.end : "again";
		}
	}
}
async function verdict(engine, path, answer, status) {
	await engine.record("analysis.verdict", path, 1, {
		answer,
		status
	});
	engine.emit({
		kind: "verdict",
		path,
		answer,
		text: status
	});
}
/** False when the look failed: it is noted, and the next one is tried in its time. */
async function takeSample(engine, node, path) {
	const { clock } = engine.options;
	const ms = Math.max(SLOWEST_LOOK_MS, 3 * node.everyMs);
	const stop = engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	try {
		const found = await withDeadline({
			clock,
			ms,
			what: path,
			signal,
			abandon: true
		}, (inner) => node.sample(readContext(engine, path, inner)));
		const sample = toJson(found);
		node.samples.parse(sample);
		await engine.record("analysis.sample", path, 1, { sample });
		return true;
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		if (engine.stopAsked()) return false;
		const [problem] = maskedProblems(engine, problemsOf(error, path));
		engine.emit({
			kind: "note",
			path,
			text: `this look failed and is tried again: ${problem?.found ?? ""}`
		});
		return false;
	}
}
async function rest(engine, ms) {
	const stop = engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	await engine.options.clock.sleep(Math.max(0, ms), signal).catch(() => void 0);
}
/**
* Heartbeats on a rhythm of their own, also while a slow look hangs. They end with the lease: a controller that lost it must not
* keep a version alive that somebody else is taking back.
*/
async function beatOn(engine, node, path, signal) {
	const { heartbeat } = node;
	if (heartbeat === void 0) return;
	const { clock } = engine.options;
	let failing = false;
	while (!signal.aborted) {
		const begun = clock.monotonic();
		try {
			await engine.lease.ensure(true);
			await withDeadline({
				clock,
				ms: SLOWEST_BEAT_MS,
				what: `heartbeat of ${path}`,
				signal,
				abandon: true
			}, (inner) => heartbeat.beat(readContext(engine, path, inner)));
			if (failing) engine.emit({
				kind: "note",
				path,
				text: "heartbeats get through again"
			});
			failing = false;
		} catch (error) {
			if (signal.aborted) return;
			const [problem] = maskedProblems(engine, problemsOf(error, path));
			if (!failing) engine.emit({
				kind: "note",
				path,
				text: `heartbeats do not get through: ${problem?.found ?? ""}`
			});
			failing = true;
		}
		await clock.sleep(Math.max(0, heartbeat.everyMs - (clock.monotonic() - begun)), signal).catch(() => void 0);
	}
}

// src/procedure/run/node.ts
/** Interprets one node of the tree, whatever an earlier process has already done of it. */
function runNode(engine, node, path, mode) {
	const below = (child, at, inner = mode) => runNode(engine, child, at, inner);
	switch (node.kind) {
		case "step":
		case "opaque": return runStep(engine, node, path, mode);
		case "gate": return runGate(engine, node, path, mode);
		case "watch": return runWatch(engine, node, path, mode);
		case "sequence": return runSequence(engine, node, path, mode, below);
		case "parallel": return runParallel(node, path, below);
		case "forEach": return runForEach(node, path, below);
		case "choice": return runChoice(engine, node, path, mode, below);
		case "repeatUntil": return runRepeat(engine, node, path, mode, below);
	}
}

// src/procedure/run/run.ts
/**
* Runs a procedure from the start: takes the lease of its environment, journals, and goes as far as it can. Never throws for what
* happens in the run: that is in the result, with its exit code. Throws a ProblemError for a procedure that is malformed.
*/
async function runProcedure(procedure, options) {
	const registry = registryOf(procedure);
	const hash = planHash(procedure);
	const run = options.run ?? newRunId(options);
	const taken = await take$1(options, procedure.environment, run, hash);
	if (taken.kind === "no") return taken.result;
	const lease = taken.handle;
	try {
		const journal = await createJournal(journalOptions(options, run, lease));
		const state = emptyState(run);
		const replicator = openReplicator(options, run, true);
		const engine = createEngine({
			options,
			procedure,
			planHash: hash,
			registry,
			lease,
			journal,
			state,
			replicator
		});
		await engine.record("run.started", "", 0, {
			procedure: {
				id: procedure.id,
				title: procedure.title,
				version: procedure.version,
				inputs: plainInputs(procedure.inputs)
			},
			environment: procedure.environment,
			who: options.who,
			planHash: hash,
			outline: outlineOf(procedure),
			titles: titlesOf$1(procedure),
			...policyOf(options),
			...await startedBy(procedure, hash, run, options),
			...options.breakGlass === void 0 ? {} : { breakGlass: options.breakGlass },
			...options.preempt === void 0 ? {} : { preempts: options.preempt }
		});
		return await drive(engine, journal, false);
	} catch (error) {
		return atBoundary(error, {
			options,
			run,
			hash,
			lease
		});
	}
}
/**
* Goes on with a run where its journal ends. Refused (5) when the procedure is another one by now, unless `allowChanged` says who
* takes that on; a run that is over returns its recorded outcome again.
*/
async function resumeProcedure(procedure, run, options) {
	const registry = registryOf(procedure);
	const hash = planHash(procedure);
	const before = await loadRun(options.store, run);
	if (before?.state.started === void 0) throw noJournal(run);
	const { state: seen } = before;
	const environment = before.state.started.environment;
	if (seen.finished?.preemptedBy !== void 0) return preemptedResult(seen, seen.finished.preemptedBy, hash);
	if (seen.status === "finished") {
		if (!((await readLease(options.store, environment))?.lease.holder?.run === run || await stillHeldThere(options, environment, run))) return finishedResult(seen, registry, hash, before.reading.anchor);
	} else {
		const refused = whyRefused(procedure, hash, seen, options);
		if (refused !== void 0) return resultOf({
			run,
			outcome: "refused",
			problems: [refused],
			planHash: hash
		});
	}
	const taken = await take$1(options, environment, run, hash);
	if (taken.kind === "no") return taken.result;
	const lease = taken.handle;
	try {
		await pullForResume(options, run);
		const { journal, reading } = await takeJournal(journalOptions(options, run, lease), () => lease.ensure());
		const state = foldState(run, reading.entries);
		registerSecrets(state, options);
		if (state.status === "finished") {
			const anchor = await endAgain(state, options, lease, journal);
			const by = state.finished?.preemptedBy;
			return by === void 0 ? finishedResult(state, registry, hash, anchor) : preemptedResult(state, by, hash);
		}
		const changed = hash === state.planHash ? void 0 : changedPayload(procedure, state, options);
		const engineParts = {
			options,
			procedure,
			planHash: hash,
			registry,
			lease,
			journal,
			state,
			replicator: openReplicator(options, run, false)
		};
		await createEngine(engineParts).record("run.resumed", "", 0, {
			who: options.who,
			planHash: hash,
			tornBytes: reading.tornBytes,
			...policyCommitOf(options),
			...options.breakGlass === void 0 ? {} : { breakGlass: options.breakGlass },
			...options.outcome === void 0 ? {} : { outcome: options.outcome },
			...changed === void 0 ? {} : { changed }
		});
		return await drive(createEngine(engineParts), journal, true);
	} catch (error) {
		return atBoundary(error, {
			options,
			run,
			hash,
			lease
		});
	}
}
async function drive(engine, journal, resumed) {
	if (engine.options.fenceFile !== void 0) engine.locks.warm();
	try {
		return await toTheEnd(engine, journal, resumed);
	} finally {
		engine.replicator?.close();
		await engine.locks.close();
	}
}
async function toTheEnd(engine, journal, resumed) {
	const { options, procedure, lease, state } = engine;
	engine.emit({
		kind: "run-started",
		run: state.run,
		title: procedure.title,
		resumed
	});
	const { host, pid } = ownIdentity();
	const durationMs = options.leaseMs ?? 15e3;
	await engine.record("lease.taken", "", 0, {
		environment: procedure.environment,
		who: options.who,
		host,
		pid,
		durationMs
	});
	const preempted = state.started?.preempts;
	if (preempted !== void 0) await closePreempted(preempted, options, lease, state.run);
	try {
		return await conclude(engine, journal, await runNode(engine, procedure.root, procedure.root.id, { again: false }));
	} catch (error) {
		if (lease.lost.aborted || error instanceof LeaseLostError) return await loseLease(engine, journal, error);
		const problems = maskedProblems(engine, problemsOf(error, `run ${state.run}`));
		await engine.record("run.paused", "", 0, {
			reason: "internal-error",
			problems
		}).catch(() => void 0);
		return await leave(engine, journal, "failed", problems, "reserved");
	}
}
/** Records how the run ended, or why it pauses, and gives the lease back. */
async function conclude(engine, journal, end) {
	const { signal } = engine.options;
	switch (end.kind) {
		case "done": return finish(engine, journal, "done", []);
		case "failed":
		case "rolled-back": return finish(engine, journal, end.kind, end.problems);
		case "refused": return finish(engine, journal, engine.state.changed ? "failed" : "refused", end.problems);
		case "waiting": {
			const problems = maskedProblems(engine, end.problems);
			await engine.record("run.paused", "", 0, {
				reason: "waiting",
				problems
			});
			return leave(engine, journal, "waiting", problems, "reserved");
		}
		case "unknown":
			await engine.record("run.paused", "", 0, {
				reason: "unknown-outcome",
				problems: end.problems
			});
			return leave(engine, journal, "waiting", end.problems, "reserved");
		case "behind":
			await engine.record("run.paused", "", 0, {
				reason: "store-behind",
				problems: end.problems
			});
			return leave(engine, journal, "failed", [...end.problems], "reserved");
		case "stopped": {
			const asked = signal?.requested;
			await engine.record("run.paused", "", 0, {
				reason: "stopped",
				problems: [],
				...asked === void 0 ? {} : { signal: asked }
			});
			return leave(engine, journal, "stopped", [], "reserved");
		}
		case "stuck": {
			const problems = [halfWay(engine), ...end.problems];
			await engine.record("run.paused", "", 0, {
				reason: "compensation-failed",
				problems
			});
			return leave(engine, journal, "failed", problems, "reserved");
		}
	}
}
async function finish(engine, journal, outcome, problems) {
	await engine.record("run.finished", "", 0, {
		outcome,
		problems
	});
	return leave(engine, journal, outcome, problems, "free");
}
async function leave(engine, journal, outcome, problems, how) {
	const { options, lease, state } = engine;
	const anchor = journal.anchor();
	await journal.close();
	await replaceFile(anchorPath(options.store, state.run), `${JSON.stringify(anchor)}\n`).catch(() => void 0);
	await copyAtTheEnd(engine);
	await closeTakenOver(engine);
	await lease.release(how).catch(() => void 0);
	engine.emit({
		kind: "run-ended",
		run: state.run,
		outcome,
		problems
	});
	const { planHash: hash, outputs } = engine;
	return resultOf({
		run: state.run,
		outcome,
		problems,
		planHash: hash,
		anchor,
		state,
		outputs,
		signal: options.signal
	});
}
async function loseLease(engine, journal, error) {
	const { lease, state } = engine;
	lease.abandon();
	const reason = lease.lost.aborted ? lease.lost.reason : error;
	const why = reason instanceof Error ? reason.message : String(reason);
	await engine.record("lease.lost", "", 0, { why }).catch(() => void 0);
	const anchor = journal.anchor();
	await journal.close().catch(() => void 0);
	const problems = [lostProblem(state.run, why)];
	engine.emit({
		kind: "run-ended",
		run: state.run,
		outcome: "lease-held",
		problems
	});
	const { planHash: hash, outputs } = engine;
	return resultOf({
		run: state.run,
		outcome: "lease-held",
		problems,
		planHash: hash,
		anchor,
		state,
		outputs
	});
}
/** Errors before or beside the run itself, when nothing can be recorded any more. */
async function atBoundary(error, at) {
	const { run, hash, lease, options } = at;
	lease.abandon();
	if (lease.lost.aborted || error instanceof LeaseLostError) {
		const why = error instanceof Error ? error.message : String(error);
		return resultOf({
			run,
			outcome: "lease-held",
			problems: [lostProblem(run, why)],
			planHash: hash
		});
	}
	await lease.release("reserved").catch(() => void 0);
	const problems = problemsOf(error, `run ${run}`).map((problem) => ({
		...problem,
		found: options.secrets.mask(problem.found)
	}));
	return resultOf({
		run,
		outcome: "failed",
		problems,
		planHash: hash
	});
}
/** The run was over already; a crash may have come between its last record and giving the lease back. */
async function endAgain(state, options, lease, journal) {
	const anchor = journal.anchor();
	lease.setAnchor(anchor);
	await journal.close();
	await replaceFile(anchorPath(options.store, state.run), `${JSON.stringify(anchor)}\n`).catch(() => void 0);
	await lease.release("free").catch(() => void 0);
	return anchor;
}
function finishedResult(state, registry, hash, anchor) {
	const outputs = /* @__PURE__ */ new Map();
	for (const [path, node] of state.nodes) {
		const object = registry.nodeAt(path);
		if (object !== void 0 && node.phase === "done") outputs.set(object, node.outputs);
	}
	const { outcome, problems } = state.finished ?? {
		outcome: "failed",
		problems: []
	};
	return resultOf({
		run: state.run,
		outcome,
		problems,
		planHash: hash,
		anchor,
		state,
		outputs
	});
}
/** The lease, or what the door is told instead. */
async function take$1(options, environment, run, hash) {
	try {
		const taken = await takeEnvironment(options, {
			environment,
			run
		});
		return taken.kind === "taken" ? taken : {
			kind: "no",
			result: busyResult(taken, options, run, hash)
		};
	} catch (error) {
		if (options.shared === void 0 || !(error instanceof ProblemError)) throw error;
		const { problems } = error;
		options.onEvent?.({
			kind: "run-ended",
			run,
			outcome: "refused",
			problems
		});
		return {
			kind: "no",
			result: resultOf({
				run,
				outcome: "refused",
				problems,
				planHash: hash
			})
		};
	}
}
function journalOptions(options, run, lease) {
	return {
		run,
		paths: runPaths(options.store, run),
		clock: options.clock,
		fence: lease.fence,
		mask: options.secrets.maskJson,
		killAt: options.killAt
	};
}
/** `20261121-071500-3f2a`: sorts by time, easy to type. */
function newRunId(options) {
	return `${timestamp(options.clock).slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(2).toString("hex")}`;
}
/** An earlier process may have left output that holds a secret which this one has not asked for yet. */
function registerSecrets(state, options) {
	const references = /* @__PURE__ */ new Set();
	const collect = (value) => {
		if (typeof value !== "object" || value === null) return;
		if ("secret" in value && typeof value.secret === "string") references.add(value.secret);
		for (const member of Object.values(value)) collect(member);
	};
	for (const node of state.nodes.values()) collect(node.effects);
	for (const reference of references) try {
		options.secrets.get(reference);
	} catch {}
}
function plainInputs(inputs) {
	return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toJson(value)]));
}
function lostProblem(run, why) {
	return {
		code: "lease.lost",
		where: `run ${run}`,
		found: why,
		expected: "to hold the environment to the end of the run",
		remedy: `nothing more was changed by this run; when the other one is over: shiplock resume ${run}`
	};
}
function halfWay(engine) {
	const { run } = engine.state;
	const waiting = openGates(engine.state).length;
	return {
		code: "procedure.rollback-failed",
		where: `run ${run}`,
		found: `the way back failed: ${engine.procedure.environment} stands between two states${waiting > 0 ? ", with open gates" : ""}`,
		expected: "a rollback that goes through",
		remedy: `act now: mend what the problems below name, then \`shiplock resume ${run}\` goes on with the rollback`
	};
}

// src/announce/post.ts
function poster(options) {
	const { secrets, timeoutMs } = options;
	const textOf = (text) => typeof text === "string" ? text : secrets.get(text.secret);
	return async ({ name, url, authorization }, body) => {
		const timeout = AbortSignal.timeout(timeoutMs);
		const refused = (again, why) => ({
			kind: "refused",
			again,
			why: secrets.mask(`${name}: ${why}`)
		});
		try {
			const response = await fetch(textOf(url), {
				method: "POST",
				headers: {
					"content-type": "application/json",
					"user-agent": "shiplock",
					...authorization === null ? {} : { authorization: textOf(authorization) }
				},
				body,
				redirect: "manual",
				signal: AbortSignal.any([timeout, options.signal])
			});
			const words = (await beginningOf(response, LONGEST$1)).trim();
			if (response.ok) return { kind: "taken" };
			return refused(response.status >= 500 || response.status === 429 || response.status === 408, `status ${response.status}${words === "" ? "" : `: ${words}`}`);
		} catch (error) {
			if (timeout.aborted) return refused(true, `no answer within ${timeoutMs} ms`);
			return refused(true, whyNoAnswer(error));
		}
	};
}
/** Enough to say what the server did not like; more is not read. */
const LONGEST$1 = 300;

// src/procedure/journal/skim.ts
/** Undefined when the run has no journal, or an empty one. */
async function skimRun(store, run, wanted) {
	const text = await readJournalText(runPaths(store, run));
	return text === void 0 || text.journal === "" ? void 0 : skimJournal(run, text, wanted);
}
/** Checks every record against the chain and that its payload is there, as `readJournal` does, and reads only the wanted ones. */
function skimJournal(run, text, wanted) {
	const payloads = indexLines(text.payloads);
	const entries = [];
	const { tornBytes } = text;
	let [seq, head] = [0, NO_HEAD];
	for (const line of text.journal.split("\n")) {
		if (line === "") continue;
		const record = readRecord(line);
		const why = record === void 0 ? "not a record" : misfit(record, run, seq, head, payloads);
		if (record === void 0 || why !== void 0) return {
			entries,
			tornBytes,
			broken: {
				seq,
				why: why ?? ""
			}
		};
		if (wanted(record.type)) entries.push(entryOf(record, payloads.get(record.payloadDigest) ?? null));
		seq++;
		head = sha256(line);
	}
	return {
		entries,
		tornBytes
	};
}
function misfit(record, run, seq, head, payloads) {
	if (record.run !== run || record.seq !== seq || record.prev !== head) return "it does not follow the record before it";
	return payloads.has(record.payloadDigest) ? void 0 : "its payload is missing or was changed";
}
function entryOf(record, line) {
	const payload = line === null ? void 0 : readPayload(line, record.payloadDigest);
	return payload === void 0 ? { record } : {
		record,
		payload: payload.data
	};
}
const redactedSchema = looseObject({ redacted: string() });
/** Digest → line; null for a payload that was redacted. */
function indexLines(payloads) {
	const found = /* @__PURE__ */ new Map();
	for (const line of payloads.split("\n")) {
		if (line.startsWith("{\"data\":")) {
			found.set(sha256(line), line);
			continue;
		}
		const redacted = redactedSchema.safeParse(parseJson(line));
		if (redacted.success && !found.has(redacted.data.redacted)) found.set(redacted.data.redacted, null);
	}
	return found;
}
function parseJson(line) {
	try {
		return JSON.parse(line);
	} catch {
		return;
	}
}

// src/release/announce.ts
/**
* Runs something that records into a journal, and announces on the way. Nothing that goes wrong here reaches the run; it waits for at
* most two requests when everything else is over.
*
* @param run the run that is gone on with; undefined for a new one
*/
async function announced(service, run, work) {
	const settings = service.environment.announce;
	if (settings === null) return work({ onEvent: service.door.onEvent });
	const over = new AbortController();
	const before = run === void 0 ? null : await storyIn(service, run, false);
	const announcer = createAnnouncer({
		desk: deskOf(service, settings, over.signal),
		settings: alertSettings(service, settings),
		clock: service.clock,
		before,
		patienceMs: 2 * settings.timeoutMs,
		over,
		note: (text) => note(service, text)
	});
	let undoes = before?.preempts ?? null;
	let lost;
	try {
		const result = await work({
			onRecord: (entry) => {
				announcer.observe(entry);
				if (entry.record.type === "run.started") undoes = preemptedBy(entry.payload) ?? undoes;
			},
			onEvent: (event) => {
				service.door.onEvent?.(event);
				if (event.kind === "run-ended") lost = event.problems.find((problem) => problem.code === "lease.lost")?.found ?? lost;
			}
		});
		if (lost !== void 0) await announceLoss(service, announcer, result.run, lost);
		return result;
	} finally {
		await Promise.all([announcer.close(), undoes === null ? null : announceRun(service, undoes)]);
	}
}
function preemptedBy(payload) {
	return typeof payload === "object" && payload !== null && "preempts" in payload && typeof payload.preempts === "string" ? payload.preempts : null;
}
/** A rollback that takes the environment over says so itself a moment later; only a loss that nobody wanted is told. */
const TAKE_OVER_MS = 1e3;
async function announceLoss(service, announcer, run, why) {
	await service.clock.sleep(TAKE_OVER_MS);
	if ((await storyIn(service, run, false))?.preemptedBy === null) announcer.lost(why);
}
/** Tells what stands open in one run, from its journal. Best effort: says in its result what could not be told. */
async function announceRun(service, run, again = false) {
	const settings = service.environment.announce;
	const story = settings === null ? null : await storyIn(service, run, true);
	if (settings === null || story === null) return NOTHING_TOLD;
	const over = new AbortController();
	try {
		const alerts = alertsOf(story, alertSettings(service, settings));
		return await deliver(deskOf(service, settings, over.signal), run, alerts, again);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		return {
			...NOTHING_TOLD,
			problems: [service.secrets.mask(why)]
		};
	} finally {
		over.abort();
	}
}
/** Tells that somebody has put a digest into quarantine, or has released it: the same for all who look after gates. */
async function announceQuarantine(service, { environment, entry }) {
	const settings = service.environment.announce;
	if (settings === null) return NOTHING_TOLD;
	const at = Date.parse(entry.time);
	const said = entry.kind === "released" ? "released from quarantine" : "put into quarantine";
	const story = {
		...emptyStory(`quarantine-${entry.id}`),
		procedure: "quarantine",
		environment,
		who: entry.who
	};
	story.matters.set("quarantine", {
		alert: "ShiplockOverride",
		severity: "warning",
		labels: {
			reason: `quarantine-${entry.kind === "released" ? "released" : "added"}`,
			digest: entry.digest
		},
		summary: `${service.target.service}: ${entry.digest.slice(0, 19)}… was ${said}`,
		description: `${entry.who}: ${entry.why}. To be reviewed: shiplock quarantine list`,
		from: at,
		until: at,
		event: true
	});
	const over = new AbortController();
	try {
		const desk = deskOf(service, settings, over.signal);
		return await deliver(desk, story.run, alertsOf(story, alertSettings(service, settings)));
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		return {
			...NOTHING_TOLD,
			problems: [service.secrets.mask(why)]
		};
	} finally {
		over.abort();
	}
}
/** What was told of these runs, by the receipts. */
async function announcementsOf(store, runs) {
	return (await Promise.all(runs.map(async (run) => (await readReceipts(store, run)).map((one) => ({
		run,
		...one
	}))))).flat().map(({ run, labels, alertmanager, webhook, problem }) => {
		const sure = alertmanager?.sure === true;
		return {
			run,
			alert: labels["alertname"] ?? "",
			via: sure ? "alertmanager" : webhook === null ? null : "webhook",
			at: (sure ? alertmanager.at : webhook?.at) ?? null,
			problem
		};
	});
}
/**
* Tells everything again that stands open in an environment, and takes back what is over: for a timer. An Alertmanager that was started
* anew learns it again, and a run whose process died without a word is found here.
*/
async function announceAll(service) {
	const runs = await listRuns(service.store);
	const told = [];
	for (const { run, environment, finished, procedure } of runs) {
		if (environment !== service.target.environment || !traitsOf(procedure).holds) continue;
		if (finished !== null && !await somethingOpen(service, run)) continue;
		told.push({
			run,
			...await announceRun(service, run, true)
		});
	}
	return told;
}
async function somethingOpen({ store, clock }, run) {
	const receipts = await readReceipts(store, run);
	const now = clock.now();
	return receipts.some(({ alertmanager, webhook }) => (alertmanager?.endsAt ?? 0) > now || webhook?.state === "firing");
}
/** @param look whether it still has a process; whoever is about to go on with it need not ask */
async function storyIn({ store }, run, look) {
	const skimmed = await skimRun(store, run, speaks).catch(() => void 0);
	if (skimmed === void 0) return null;
	const story = storyOf$1(run, skimmed.entries);
	if (story.procedure === "" || !traitsOf(story.procedure).holds) return null;
	const { state, environment } = story;
	if (look && state === "running" && await processOf(store, {
		run,
		environment
	}) === "gone") noProcess(story);
	return story;
}
function alertSettings({ target, secrets }, settings) {
	const { labels, links, eventsMs } = settings;
	return {
		service: target.service,
		environment: target.environment,
		labels,
		links,
		eventsMs,
		mask: (text) => secrets.mask(text)
	};
}
function deskOf(service, settings, signal) {
	const { store, clock, secrets } = service;
	const { alertmanager, webhook, timeoutMs, lastsMs } = settings;
	return {
		store,
		clock,
		outlet: {
			alertmanagers: (alertmanager?.urls ?? []).map((url) => ({
				name: `Alertmanager at ${url}`,
				url: `${url.replace(/\/+$/, "")}/api/v2/alerts`,
				authorization: alertmanager?.authorization ?? null
			})),
			webhook: webhook === null ? null : {
				name: "the webhook",
				...webhook
			},
			lastsMs
		},
		post: poster({
			secrets,
			timeoutMs,
			signal
		})
	};
}
function note({ door, secrets }, text) {
	door.onEvent?.({
		kind: "note",
		path: "announce",
		text: secrets.mask(text)
	});
}

// src/config/portable.ts
/**
* The environment with paths relative to its base directory: the same text on every machine. What is hashed.
*/
function portable(environment) {
	const path = (absolute) => relative(environment.baseDir, absolute) || ".";
	const { database, gitops, platform, traffic } = environment;
	return {
		...environment,
		baseDir: ".",
		components: Object.fromEntries(Object.entries(environment.components).map(([name, one]) => [name, portableComponent(one, path)])),
		database: database === null ? null : {
			...database,
			migrations: path(database.migrations),
			seed: database.seed === null ? null : path(database.seed)
		},
		platform: portablePlatform(platform, path),
		traffic: portableTraffic(traffic, path),
		gitops: gitops === null ? null : {
			...gitops,
			repository: gitops.repository.startsWith("/") ? path(gitops.repository) : gitops.repository
		}
	};
}
function portableComponent(one, path) {
	switch (one.kind) {
		case "image": return one;
		case "go": return {
			...one,
			source: path(one.source)
		};
		case "static": return {
			...one,
			source: path(one.source),
			output: path(one.output)
		};
	}
}
function portableTraffic(traffic, path) {
	if (traffic.kind !== "argo-rollouts") return {
		...traffic,
		directory: path(traffic.directory)
	};
	const { manifests: _, ...rest } = traffic;
	return rest;
}
function portablePlatform(platform, path) {
	if (platform.kind === "kubernetes") return {
		...platform,
		kubeconfig: null,
		context: null
	};
	if (platform.kind === "local") return {
		...platform,
		root: path(platform.root)
	};
	const { identityFile: _, ...rest } = platform;
	return {
		...rest,
		root: path(platform.root),
		knownHosts: path(platform.knownHosts)
	};
}

// src/config/hash.ts
/**
* `sha256:…` over the RFC 8785 canonical form of all that shapes a release: everything resolved except people, promises, the order of
* environments and who is told (owners, on-call, objectives, roles, promotion, announce), how many releases stay on a disk, and the key
* that signs commits, which is a machine's own. Paths count relative to shiplock.yaml, secrets by their reference, so the hash is the
* same on every machine and says nothing about their values.
*/
function configHash(environment) {
	const { owners: _, onCall: _1, objectives: _2, roles: _3, announce: _4, promotion: _5, gitops, ...shape } = portable(environment);
	const text = canonicalize({
		...shape,
		platform: withoutKeeping(shape.platform),
		gitops: gitops === null ? null : unsigned(gitops)
	});
	if (text === void 0) throw new TypeError("a resolved environment is plain data");
	return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
function withoutKeeping(platform) {
	if (platform.kind === "kubernetes") return platform;
	const { keepReleases: _, ...shape } = platform;
	return shape;
}
function unsigned({ signingKey: _, ...gitops }) {
	return gitops;
}

// src/build/cached.ts
/** What every build has in common: a name from its inputs, a skip when that name exists, and a digest of what came out. */
const builtSchema = strictObject({
	/** `sha256:…` of the file or directory. */
	digest: string(),
	path: string()
});
/** A step that does its effects only while the artefact does not exist. It appears by a rename, so it is whole or not there. */
function buildStep(spec) {
	const { locate, effects, ...rest } = spec;
	return action({
		...rest,
		read: async (ctx) => {
			const path = await locate(ctx);
			return {
				path,
				exists: await lstat(path).catch(() => void 0) !== void 0
			};
		},
		decide: ({ path, exists }) => exists ? {
			kind: "nothing",
			why: `the same inputs were built before: ${path}`
		} : {
			kind: "do",
			effects: effects(path)
		},
		probe: "repeatable"
	});
}
/** Reads the artefact back and records its digest. */
function artefactStep(component, locate) {
	return step({
		id: "digest",
		title: `Take the digest of ${component}`,
		inputs: { component },
		read: async (ctx) => {
			const path = await locate(ctx);
			return {
				path,
				digest: await lstat(path).catch(() => void 0) !== void 0 ? await artefactDigest(path) : null
			};
		},
		decide: ({ path, digest }, ctx) => digest === null && ctx.mode === "run" ? {
			kind: "refuse",
			problems: [{
				code: "build.nothing-built",
				where: path,
				found: "nothing there after the build",
				expected: "the artefact",
				remedy: "mend `binary` or `output` of the component, so that it names what the build makes"
			}]
		} : {
			kind: "nothing",
			why: digest ?? "known once it is built"
		},
		outputs: builtSchema,
		collect: (_results, { path, digest }) => ({
			path,
			digest: digest ?? ""
		}),
		planned: ({ path, digest }) => ({
			path,
			digest: digest ?? `<build-${component}.digest>`
		}),
		probe: "repeatable"
	});
}
/** Effects that make `made` appear at `path` in one rename. */
function publish(made, path, timeoutMs) {
	return [{
		kind: "exec",
		argv: [
			"mv",
			made,
			path
		],
		why: "whole or not at all",
		timeoutMs
	}];
}

// src/build/sources.ts
/**
* SHA-256 over what a build reads: every file that git tracks or would track below `dir`, by path, kind and content. Ignored
* files (node_modules, earlier output) do not count. Hexadecimal.
*/
async function sourceDigest(dir, exec, signal) {
	const result = await exec.read([
		"git",
		"-C",
		dir,
		"ls-files",
		"-z",
		"--cached",
		"--others",
		"--exclude-standard",
		"--",
		"."
	], signal === void 0 ? {} : { signal });
	const files = [...new Set(result.stdout.split("\0").filter((name) => name !== ""))].sort();
	if (result.exitCode !== 0 || files.length === 0) throw new ProblemError(noSources(dir, result.stderr));
	const hash = createHash("sha256").update("shiplock-sources-v1\n");
	for (const name of files) hash.update(`${name}\0${await fingerprint(join$2(dir, name))}\n`);
	return hash.digest("hex");
}
/** Kind and content of one file; a tracked file that was deleted counts as absent. */
async function fingerprint(path) {
	const stat = await lstat(path).catch(() => void 0);
	if (stat === void 0) return "absent";
	if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
	if (!stat.isFile()) return "directory";
	const content = createHash("sha256").update(await readFile(path)).digest("hex");
	return `${(stat.mode & 64) === 0 ? "file" : "program"} ${content}`;
}
/** Version of a tool that takes part in a build, in one line. */
async function toolVersion(argv, dir, exec) {
	const result = await exec.read(argv, { cwd: dir });
	if (result.exitCode === 0) return result.stdout.trim();
	throw new ProblemError({
		code: "build.no-tool",
		where: dir,
		found: `\`${argv.join(" ")}\` failed: ${result.stderr.trim().split("\n")[0] ?? ""}`,
		expected: `a working ${argv[0]}`,
		remedy: `install ${argv[0]}, or put it on PATH`
	});
}
/**
* A build gives way: on a single host it shares the processors with the service that it will replace, and a compiler at full
* priority is an outage under load (`nice`, POSIX).
*/
function givingWay(argv) {
	return [
		"nice",
		"-n",
		"10",
		...argv
	];
}
/** Name of a cached build: the same inputs, the same name. 16 hexadecimal digits of a SHA-256. */
function buildKey(inputs) {
	const sorted = Object.entries(inputs).sort(([a], [b]) => a < b ? -1 : 1);
	return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
function noSources(dir, words) {
	return {
		code: "build.no-sources",
		where: dir,
		found: words.trim() === "" ? "no file that git knows" : words.trim().split("\n")[0] ?? "",
		expected: "sources in a git repository",
		remedy: "mend `source` of the component, or add its files to git"
	};
}

// src/build/go.ts
/**
* Builds a static Go binary: no cgo, no paths of this machine, no version-control stamp, so that the same source, tool and
* version give the same bytes anywhere. The same inputs are built once.
*/
function buildGoNode(build) {
	const { component, source, timeoutMs } = build;
	const locate = async (ctx) => {
		const key = buildKey({
			source: await sourceDigest(source, ctx.exec, ctx.signal),
			go: await toolVersion([
				"go",
				"env",
				"GOVERSION"
			], source, ctx.exec),
			argv: goArgv(build, ""),
			platform: build.platform,
			test: String(build.test)
		});
		return join$2(build.outDir, component, key, build.binary);
	};
	const common = {
		locate,
		inputs: {
			component,
			version: build.version,
			commit: build.commit,
			argv: goArgv(build, "<artefact>")
		},
		timeoutMs: timeoutMs + 3e4
	};
	const artefact = artefactStep(component, locate);
	const test = buildStep({
		...common,
		id: "test",
		title: `Test ${component}`,
		effects: () => [goEffect(build, [
			"go",
			"test",
			"./..."
		], "nothing is built from sources whose tests fail")]
	});
	const compile = buildStep({
		...common,
		id: "compile",
		title: `Compile ${component} ${build.version}`,
		effects: (path) => [goEffect(build, goArgv(build, `${path}.partial`), "static, without paths of this machine"), ...publish(`${path}.partial`, path, 6e4)]
	});
	return {
		node: sequence({
			id: `build-${component}`,
			title: `Build ${component} ${build.version}`,
			steps: build.test ? [
				test,
				compile,
				artefact
			] : [compile, artefact]
		}),
		artefact
	};
}
/** The compiler's command line. Pure. */
function goArgv(build, output) {
	const { stamp, version, commit, tags } = build;
	return [
		...[
			"go",
			"build",
			"-trimpath",
			"-buildvcs=false"
		],
		...tags.length === 0 ? [] : ["-tags", tags.join(",")],
		...["-ldflags", `-s -w -X ${stamp.version}=${version} -X ${stamp.commit}=${commit}`],
		...[
			"-o",
			output,
			build.package
		]
	];
}
function goEffect(build, argv, why) {
	const [goos = "", goarch = ""] = build.platform.split("/");
	const tests = argv[1] === "test";
	return {
		kind: "exec",
		argv: givingWay(argv),
		cwd: build.source,
		env: {
			CGO_ENABLED: "0",
			GOFLAGS: "-mod=readonly",
			GOWORK: "off",
			...tests ? {} : {
				GOOS: goos,
				GOARCH: goarch
			}
		},
		why,
		timeoutMs: build.timeoutMs
	};
}

// src/build/image.ts
/** An image was built and pushed before: the tag is followed once, and from there on only its digest counts. */
function imageNode(lookup) {
	const { component, image, tag } = lookup;
	const artefact = step({
		id: "digest",
		title: `Take the digest of ${image}:${tag}`,
		inputs: {
			component,
			image,
			tag
		},
		read: async (ctx) => {
			const digest = await digestOf(lookup, ctx.signal);
			return {
				path: `${image}@${digest}`,
				digest
			};
		},
		decide: ({ path }) => ({
			kind: "nothing",
			why: path
		}),
		outputs: builtSchema,
		collect: (_results, { path, digest }) => ({
			path,
			digest: digest ?? ""
		}),
		planned: ({ path, digest }) => ({
			path,
			digest: digest ?? ""
		}),
		probe: "repeatable"
	});
	return {
		artefact,
		node: sequence({
			id: `image-${component}`,
			title: `Look up the image of ${component}`,
			steps: [artefact]
		})
	};
}
const ACCEPT = [
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json"
].join(", ");
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** The client gives the beginning of a body; a manifest is shorter, and only a whole one can be checked. */
const WHOLE$1 = 61440;
async function digestOf(lookup, signal) {
	const { image, tag, registry } = lookup;
	const url = `${registry}/v2/${image.slice(image.indexOf("/") + 1)}/manifests/${encodeURIComponent(tag)}`;
	const given = lookup.authorization();
	const first = await ask(lookup, url, given, signal);
	const token = first.status === 401 && given === null ? await anonymousToken(lookup, first, signal) : null;
	const answer = token === null ? first : await ask(lookup, url, `Bearer ${token}`, signal);
	const where = `${image}:${tag}`;
	if (answer.status !== 200) throw new ProblemError(refused(where, url, answer));
	const made = `sha256:${createHash("sha256").update(answer.body).digest("hex")}`;
	const said = answer.headers["docker-content-digest"];
	const whole = Buffer.byteLength(answer.body) < WHOLE$1;
	if (said !== void 0 && DIGEST.test(said) && (!whole || said === made)) return said;
	if (said === void 0 && whole) return made;
	throw new ProblemError({
		code: "build.image-digest",
		where,
		found: `the registry says ${said ?? "no digest"}, its manifest has ${made}`,
		expected: "a manifest whose digest is the one that the registry names",
		remedy: "something between changes what the registry answers: ask it directly"
	});
}
async function ask({ http, image, tag, registry }, url, authorization, signal) {
	const headers = {
		accept: ACCEPT,
		...authorization === null ? {} : { authorization }
	};
	const answer = await http.get(url, {
		timeoutMs: 1e4,
		signal,
		headers
	});
	if (answer.kind === "answer") return answer;
	throw new ProblemError({
		code: "build.registry-unreachable",
		where: `${image}:${tag}`,
		found: answer.reason,
		expected: `a registry that answers at ${registry}`,
		remedy: "does this machine reach it? `registry` of the component names another address"
	});
}
const tokenSchema = object({
	token: string().exactOptional(),
	access_token: string().exactOptional()
});
/** Registries of the public give a token to anybody who asks where they say. */
async function anonymousToken(lookup, { headers }, signal) {
	const challenge = headers["www-authenticate"] ?? "";
	const part = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
	const realm = part("realm");
	if (!/^bearer /i.test(challenge) || realm === void 0 || !URL.canParse(realm)) return null;
	const url = new URL(realm);
	for (const name of ["service", "scope"]) url.searchParams.set(name, part(name) ?? "");
	const answer = await ask(lookup, url.href, null, signal);
	try {
		const parsed = tokenSchema.safeParse(JSON.parse(answer.body));
		return parsed.success ? parsed.data.token ?? parsed.data.access_token ?? null : null;
	} catch {
		return null;
	}
}
function refused(where, url, { status, body }) {
	const missing = status === 404;
	return {
		code: missing ? "build.no-image" : "build.registry-refused",
		where,
		found: missing ? "no such image" : `status ${status}: ${body.trim().slice(0, 200)}`,
		expected: `an image at ${url}`,
		remedy: missing ? "build and push it first; `--version` names the tag" : "mend `authorization` of the component, by a secret reference"
	};
}

// src/build/release-json.ts
/** `release.json` as text: fields in the order of its schema, two blanks of indentation, one newline at the end. Pure. */
function releaseJson(release) {
	return asText(releaseSchema.parse(release));
}
function asText(release) {
	return `${JSON.stringify(release, null, 2)}\n`;
}

// src/build/static.ts
/**
* Builds files that are served as they are. With a package-lock.json the packages are installed from it first (`npm ci`). The
* build learns what it builds from VITE_APP_VERSION, SHIPLOCK_VERSION and SHIPLOCK_COMMIT. The same inputs are built once.
*/
function buildStaticNode(build) {
	const { component, source, timeoutMs, version } = build;
	const packages = build.build !== null && existsSync(join$2(source, "package-lock.json"));
	const locate = async (ctx) => {
		const key = buildKey({
			source: await sourceDigest(source, ctx.exec, ctx.signal),
			node: packages ? await toolVersion(["node", "--version"], source, ctx.exec) : "",
			build: build.build ?? [],
			output: build.output,
			version,
			commit: build.commit
		});
		return join$2(build.outDir, component, key, "files");
	};
	const common = {
		locate,
		inputs: {
			component,
			version,
			commit: build.commit,
			argv: build.build ?? []
		},
		timeoutMs: timeoutMs + 3e4
	};
	const artefact = artefactStep(component, locate);
	const install = buildStep({
		...common,
		id: "packages",
		title: `Install the packages of ${component}`,
		effects: () => [{
			...run(build, [
				"npm",
				"ci",
				"--no-audit",
				"--no-fund"
			]),
			why: "exactly what package-lock.json names"
		}]
	});
	const make = buildStep({
		...common,
		id: "files",
		title: `Build the files of ${component} ${version}`,
		effects: (path) => [...build.build === null ? [] : [{
			...run(build, build.build),
			why: `version ${version} is built in`
		}], ...collectFiles(join$2(source, build.output), path)]
	});
	return {
		node: sequence({
			id: `build-${component}`,
			title: `Build ${component} ${version}`,
			steps: packages ? [
				install,
				make,
				artefact
			] : [make, artefact]
		}),
		artefact
	};
}
function run(build, argv) {
	const { version, commit, source, timeoutMs } = build;
	const env = {
		VITE_APP_VERSION: version,
		SHIPLOCK_VERSION: version,
		SHIPLOCK_COMMIT: commit,
		CI: "true"
	};
	return {
		kind: "exec",
		argv: givingWay(argv),
		cwd: source,
		env,
		timeoutMs
	};
}
/** Copies the finished files out of the source: what the next build writes there must not change this release. */
function collectFiles(from, path) {
	const partial = `${path}.partial`;
	const common = {
		kind: "exec",
		timeoutMs: 12e4
	};
	return [
		{
			...common,
			argv: [
				"mkdir",
				"-p",
				dirname(path)
			]
		},
		{
			...common,
			argv: [
				"rm",
				"-rf",
				partial
			],
			why: "what an interrupted copy left"
		},
		{
			...common,
			argv: [
				"cp",
				"-R",
				from,
				partial
			],
			why: "the next build writes to the same place"
		},
		...publish(partial, path, 6e4)
	];
}

// src/model/metrics.ts
/**
* One reading of one source: raw cumulative counters per server, as the source gave them. Stored in the journal as they are;
* everything that is concluded from them is a pure fold, so that a replay gives the same verdicts.
*/
const serverCountersSchema = strictObject({
	version: string(),
	/** Name of the server in the source; counters of one server are compared with its own earlier ones. */
	server: string(),
	/** Per metric: cumulative requests and how many of them were bad. Each metric has its own denominator. */
	metrics: record(string(), strictObject({
		requests: number().nonnegative(),
		bad: number().nonnegative()
	}))
});
const countersSchema = discriminatedUnion("kind", [strictObject({
	kind: literal("counters"),
	source: string(),
	/** Wall clock of the reading, milliseconds. */
	time: number(),
	/** Changes whenever the source itself restarted (its counters began again). */
	epoch: string(),
	servers: array(serverCountersSchema).readonly(),
	/** Metrics that this reading lacks, each with its reason in words; left out when it is whole. */
	missing: array(strictObject({
		metric: string(),
		reason: string()
	})).readonly().exactOptional()
}), strictObject({
	kind: literal("missing"),
	source: string(),
	time: number(),
	/** What is missing, in words an operator can act on. */
	reason: string()
})]);

// node_modules/csv-parse/lib/index.js
var Parser = class extends Transform {
	constructor(opts = {}) {
		super({
			readableObjectMode: true,
			...opts,
			encoding: null
		});
		this.api = transform({
			on_skip: (err, chunk) => {
				this.emit("skip", err, chunk);
			},
			...opts
		});
		this.state = this.api.state;
		this.options = this.api.options;
		this.info = this.api.info;
	}
	_transform(buf, _, callback) {
		if (this.state.stop === true) return;
		const err = this.api.parse(buf, false, (record) => {
			this.push(record);
		}, () => {
			this.push(null);
			this.end();
			this.on("end", this.destroy);
		});
		if (err !== void 0) this.state.stop = true;
		callback(err);
	}
	_flush(callback) {
		if (this.state.stop === true) return;
		callback(this.api.parse(void 0, true, (record) => {
			this.push(record);
		}, () => {
			this.push(null);
			this.on("end", this.destroy);
		}));
	}
};
const parse$2 = function() {
	let data, options, callback;
	for (const i in arguments) {
		const argument = arguments[i];
		const type = typeof argument;
		if (data === void 0 && (typeof argument === "string" || Buffer.isBuffer(argument))) data = argument;
		else if (options === void 0 && is_object(argument)) options = argument;
		else if (callback === void 0 && type === "function") callback = argument;
		else throw new CsvError("CSV_INVALID_ARGUMENT", ["Invalid argument:", `got ${JSON.stringify(argument)} at index ${i}`], options || {});
	}
	const parser = new Parser(options);
	if (callback) {
		const records = options === void 0 || options.objname === void 0 ? [] : Object.create(null);
		parser.on("readable", function() {
			let record;
			while ((record = this.read()) !== null) if (options === void 0 || options.objname === void 0) records.push(record);
			else Object.assign(records, { [record[0]]: record[1] });
		});
		parser.on("error", function(err) {
			callback(err, void 0, parser.api.__infoDataSet());
		});
		parser.on("end", function() {
			callback(void 0, records, parser.api.__infoDataSet());
		});
	}
	if (data !== void 0) {
		const writer = function() {
			parser.write(data);
			parser.end();
		};
		if (typeof setImmediate === "function") setImmediate(writer);
		else setTimeout(writer, 0);
	}
	return parser;
};

// src/rollout/analysis/csv.ts
/** Columns of a stream of counts. `metric` may be left out. */
const COLUMNS$2 = [
	"t",
	"metric",
	"baseline_requests",
	"baseline_bad",
	"canary_requests",
	"canary_bad"
];
/** Name of the only metric of a stream without a metric column. */
const ONLY_METRIC = "errors";
const seconds = string().regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, "a number of seconds").transform(Number).refine(Number.isFinite, "a number of seconds");
const whole = string().regex(/^\d+$/, "a whole number, 0 or more").transform(Number).refine(Number.isSafeInteger, "a whole number below 2^53");
const name = string().min(1, "the name of a metric");
const rowSchema = object({
	t: seconds,
	metric: name,
	baseline_requests: whole,
	baseline_bad: whole,
	canary_requests: whole,
	canary_bad: whole
});
const historySchema = rowSchema.omit({
	canary_requests: true,
	canary_bad: true
});
const csvRecord = object({
	record: array(string()),
	info: object({ lines: number() })
});
/**
* The rows of a stream of counts.
*
* @param source what to name in problems: a file name, `standard input`
* @throws ProblemError `analysis.csv-*`, naming line and column; exit 2 at the door
*/
async function* readRows(chunks, source) {
	for await (const { line, cells } of readCells(chunks, source, COLUMNS$2)) {
		const row = parseCells(rowSchema, cells, source, line);
		const baseline = {
			requests: row.baseline_requests,
			bad: row.baseline_bad
		};
		const canary = {
			requests: row.canary_requests,
			bad: row.canary_bad
		};
		checkBad(baseline, "baseline", source, line);
		checkBad(canary, "canary", source, line);
		yield {
			line,
			row: {
				t: row.t,
				metric: row.metric,
				baseline,
				canary
			}
		};
	}
}
/** The rows of a baseline's past: the same file, the canary's columns left out or ignored. */
async function* readHistory$1(chunks, source) {
	const columns = COLUMNS$2.filter((column) => !column.startsWith("canary"));
	for await (const { line, cells } of readCells(chunks, source, columns)) {
		const row = parseCells(historySchema, cells, source, line);
		const baseline = {
			requests: row.baseline_requests,
			bad: row.baseline_bad
		};
		checkBad(baseline, "baseline", source, line);
		yield {
			line,
			row: {
				t: row.t,
				metric: row.metric,
				baseline
			}
		};
	}
}
/** The records after the header, by column name. */
async function* readCells(chunks, source, required) {
	const parser = parse$2({
		bom: true,
		trim: true,
		info: true,
		skip_empty_lines: true,
		relax_column_count: true
	});
	const input = Readable.from(typeof chunks === "string" ? [chunks] : chunks);
	input.on("error", (error) => parser.destroy(error));
	input.pipe(parser);
	let header = null;
	let rows = 0;
	try {
		for await (const raw of parser) {
			const { record, info } = csvRecord.parse(raw);
			if (header === null) {
				header = checkHeader(record, required, source, info.lines);
				continue;
			}
			if (record.length !== header.length) throw problem("width", `${source}:${info.lines}`, `${record.length} columns`, `${header.length}, as in the header`);
			rows += 1;
			const cells = header.includes("metric") ? {} : { metric: ONLY_METRIC };
			header.forEach((column, i) => {
				cells[column] = record[i] ?? "";
			});
			yield {
				line: info.lines,
				cells
			};
		}
	} catch (error) {
		if (error instanceof CsvError) throw problem("syntax", `${source}:${typeof error["lines"] === "number" ? error["lines"] : 1}`, error.message, "comma-separated values", "mend the quoting of this line");
		throw error;
	} finally {
		input.destroy();
	}
	if (header === null) throw problem("empty", source, "nothing", `a header line ${COLUMNS$2.join(",")} and rows`);
	if (rows === 0) throw problem("empty", source, "a header without rows", "one row per interval and metric");
}
function checkHeader(header, required, source, line) {
	const known = COLUMNS$2;
	const where = (column) => `${source}:${line}:${column}`;
	const problems = [];
	header.forEach((name, i) => {
		if (!known.includes(name)) {
			const remedy = header.some((each) => known.includes(each)) ? `rename it to ${(0, import_fastest_levenshtein.closest)(name, [...COLUMNS$2])}, or drop it` : "put the header line first";
			problems.push(...problem("unknown-column", where(i + 1), name || "a column without name", COLUMNS$2.join(", "), remedy).problems);
		} else if (header.indexOf(name) !== i) problems.push(...problem("unknown-column", where(i + 1), `${name} twice`, "each column once").problems);
	});
	for (const column of required) if (column !== "metric" && !header.includes(column)) problems.push(...problem("missing-column", where(1), header.join(","), `a column ${column}`, `add ${column}`).problems);
	if (problems.length > 0) throw new ProblemError(problems);
	return header;
}
function parseCells(schema, cells, source, line) {
	const parsed = schema.safeParse(cells);
	if (parsed.success) return parsed.data;
	throw new ProblemError(parsed.error.issues.map((issue) => {
		const column = String(issue.path[0] ?? "");
		const found = cells[column];
		return {
			code: "analysis.csv-value",
			where: `${source}:${line}:${column}`,
			found: found === void 0 || found === "" ? "an empty cell" : JSON.stringify(found),
			expected: issue.message,
			remedy: "leave the whole row out when a count is missing: missing data are absent rows"
		};
	}));
}
function checkBad(counts, side, source, line) {
	if (counts.bad <= counts.requests) return;
	throw problem("value", `${source}:${line}:${side}_bad`, `${counts.bad} bad of ${counts.requests} requests`, `at most ${side}_requests`, "count bad requests among the same requests");
}
function problem(code, where, found, expected, remedy = "give one header line and then one row per interval and metric") {
	return new ProblemError({
		code: `analysis.csv-${code}`,
		where,
		found,
		expected,
		remedy
	});
}

// src/rollout/analysis/dispersion.ts
/** Numbers kept per window length: index of the open window, its requests and bad, then sums over closed windows. */
const SLOTS$1 = 7;
const INDEX$1 = 0;
const OPEN_REQUESTS = 1;
const OPEN_BAD = 2;
const COUNT$1 = 3;
const SUM_REQUESTS = 4;
const SUM_BAD = 5;
/** Σ bad²/requests. */
const SUM_SQUARES = 6;
/** A gap longer than this between two rows with requests is not past that was seen. */
const LONGEST_COVERED = 60;
function startDispersion(policy) {
	return {
		origin: null,
		last: null,
		busy: null,
		seconds: 0,
		total: {
			requests: 0,
			bad: 0
		},
		largest: 1,
		windows: new Array(policy.windows.length * SLOTS$1).fill(0)
	};
}
function copyDispersion(state) {
	return {
		origin: state.origin,
		last: state.last,
		busy: state.busy,
		seconds: state.seconds,
		total: {
			requests: state.total.requests,
			bad: state.total.bad
		},
		largest: state.largest,
		windows: state.windows.slice()
	};
}
/**
* Variance-to-mean ratio of the closed windows of one length, by Pearson's statistic, so that windows of unequal requests can be
* compared: Σ (badᵢ − requestsᵢ·p)² / (requestsᵢ·p) / (k − 1) with p = Σ bad / Σ requests. 1 for independent events, c for clumps of c.
*/
function ratioAt(windows, at) {
	const bad = windows[at + SUM_BAD] ?? 0;
	if (bad === 0) return 1;
	return ((windows[at + SUM_SQUARES] ?? 0) * (windows[at + SUM_REQUESTS] ?? 0) / bad - bad) / ((windows[at + COUNT$1] ?? 0) - 1);
}
function closeWindow(windows, at) {
	const requests = windows[at + OPEN_REQUESTS] ?? 0;
	const bad = windows[at + OPEN_BAD] ?? 0;
	if (requests === 0) return;
	windows[at + COUNT$1] = (windows[at + COUNT$1] ?? 0) + 1;
	windows[at + SUM_REQUESTS] = (windows[at + SUM_REQUESTS] ?? 0) + requests;
	windows[at + SUM_BAD] = (windows[at + SUM_BAD] ?? 0) + bad;
	windows[at + SUM_SQUARES] = (windows[at + SUM_SQUARES] ?? 0) + bad * bad / requests;
	windows[at + OPEN_REQUESTS] = 0;
	windows[at + OPEN_BAD] = 0;
}
/** Adds one row of the baseline. What is measured includes closed windows only, never the row itself. */
function absorbBaseline(draft, policy, t, requests, bad) {
	if (requests > 0) {
		if (draft.busy !== null) draft.seconds += Math.min(Math.max(0, t - draft.busy), LONGEST_COVERED);
		draft.busy = t;
	}
	draft.last = t;
	draft.origin ??= t;
	draft.total.requests += requests;
	draft.total.bad += bad;
	const { windows, origin } = draft;
	let closed = false;
	for (let i = 0; i < policy.windows.length; i += 1) {
		const at = i * SLOTS$1;
		const index = Math.floor((t - origin) / (policy.windows[i] ?? 1));
		if (index !== windows[at + INDEX$1]) {
			closeWindow(windows, at);
			windows[at + INDEX$1] = index;
			closed = true;
		}
		windows[at + OPEN_REQUESTS] = (windows[at + OPEN_REQUESTS] ?? 0) + requests;
		windows[at + OPEN_BAD] = (windows[at + OPEN_BAD] ?? 0) + bad;
	}
	if (closed) draft.largest = largestRatio(windows, policy);
}
function largestRatio(windows, policy) {
	let top = 1;
	for (let at = 0; at < windows.length; at += SLOTS$1) if ((windows[at + COUNT$1] ?? 0) >= policy.minimumWindows) top = Math.max(top, ratioAt(windows, at));
	return top;
}
/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
function endStretch(draft) {
	draft.origin = null;
	draft.last = null;
	draft.busy = null;
	for (let at = 0; at < draft.windows.length; at += SLOTS$1) {
		draft.windows[at + INDEX$1] = 0;
		draft.windows[at + OPEN_REQUESTS] = 0;
		draft.windows[at + OPEN_BAD] = 0;
	}
}
/**
* Clump size for the next interval, ≥ 1: the largest variance-to-mean ratio seen, but while the past is short no less than
* min(start, settledSeconds / past): clumps that last longer than the past cannot have been seen in it.
*
* @param betweenServers the same ratio between old servers, which shared swings do not move: taken instead where it is known
*/
function dispersionOf(state, policy, betweenServers = null) {
	const unseen = state.seconds * policy.start <= policy.settledSeconds ? policy.start : policy.settledSeconds / state.seconds;
	return Math.max(1, betweenServers ?? state.largest, unseen);
}

// src/rollout/analysis/split.ts
/**
* Clump size from the split between old servers. What hits all servers alike (a swing of the error rate, an incident) does not change how bad
* events are split among them, so it is not taken for clumps, as it must be where all that is known is their sum.
*/
/** Numbers kept per window length: index of the open window, closed windows with bad events, Σ Pearson's statistic, Σ degrees of freedom. */
const SLOTS = 4;
const INDEX = 0;
const COUNT = 1;
const PEARSON = 2;
const FREEDOM = 3;
function startSplit() {
	return {
		origin: null,
		windows: [],
		open: []
	};
}
function copySplit(state) {
	return {
		origin: state.origin,
		windows: state.windows.slice(),
		open: state.open.map(({ server, counts }) => ({
			server,
			counts: counts.slice()
		}))
	};
}
/** Adds one row, server by server. What is measured includes closed windows only, never the row itself. */
function absorbSplit(draft, policy, t, servers) {
	draft.origin ??= t;
	const lengths = policy.windows;
	while (draft.windows.length < lengths.length * SLOTS) draft.windows.push(0);
	for (const [i, length] of lengths.entries()) {
		const index = Math.floor((t - draft.origin) / length);
		if (index !== draft.windows[i * SLOTS + INDEX]) close(draft, i);
		draft.windows[i * SLOTS + INDEX] = index;
	}
	for (const { server, requests, bad } of servers) {
		const { counts } = openOf(draft, server, lengths.length);
		for (let i = 0; i < lengths.length; i += 1) {
			counts[2 * i] = (counts[2 * i] ?? 0) + requests;
			counts[2 * i + 1] = (counts[2 * i + 1] ?? 0) + bad;
		}
	}
}
function openOf(draft, server, lengths) {
	const known = draft.open.find((one) => one.server === server);
	if (known !== void 0) return known;
	const fresh = {
		server,
		counts: new Array(2 * lengths).fill(0)
	};
	draft.open.push(fresh);
	return fresh;
}
/** Pearson's statistic of one window: Σ (badₛ − requestsₛ·p)² / (requestsₛ·p) with p = Σ bad / Σ requests, servers − 1 degrees of freedom. */
function close(draft, i) {
	let requests = 0;
	let bad = 0;
	let squares = 0;
	let busy = 0;
	for (const { counts } of draft.open) {
		const [n, b] = [counts[2 * i] ?? 0, counts[2 * i + 1] ?? 0];
		counts[2 * i] = 0;
		counts[2 * i + 1] = 0;
		if (n === 0) continue;
		busy += 1;
		requests += n;
		bad += b;
		squares += b * b / n;
	}
	if (busy < 2 || bad === 0) return;
	const add = (slot, value) => {
		draft.windows[i * SLOTS + slot] = (draft.windows[i * SLOTS + slot] ?? 0) + value;
	};
	add(COUNT, 1);
	add(PEARSON, squares * requests / bad - bad);
	add(FREEDOM, busy - 1);
}
/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
function endSplit(draft) {
	draft.origin = null;
	for (let at = 0; at < draft.windows.length; at += SLOTS) draft.windows[at + INDEX] = 0;
	for (const { counts } of draft.open) counts.fill(0);
}
/** Largest statistic per degree of freedom over the window lengths, 1 at least; null while no length has windows enough. */
function splitDispersion(state, policy) {
	let top = null;
	for (let at = 0; at < state.windows.length; at += SLOTS) {
		if ((state.windows[at + COUNT] ?? 0) < policy.minimumWindows) continue;
		top = Math.max(top ?? 1, (state.windows[at + PEARSON] ?? 0) / (state.windows[at + FREEDOM] ?? 1));
	}
	return top;
}

// src/rollout/analysis/servers.ts
function startServers() {
	return {
		split: startSplit(),
		baseline: [],
		canary: []
	};
}
function copyServers(state) {
	return {
		split: copySplit(state.split),
		baseline: state.baseline.map((one) => ({ ...one })),
		canary: state.canary.map((one) => ({
			server: one.server,
			stake: one.stake,
			upper: one.upper.slice()
		}))
	};
}
/** Adds what each old server did in the interval t. */
function absorbServers(draft, policy, t, servers) {
	absorbSplit(draft.split, policy, t, servers);
	for (const { server, requests, bad } of servers) {
		const known = draft.baseline.find((one) => one.server === server);
		if (known === void 0) draft.baseline.push({
			server,
			requests,
			bad
		});
		else {
			known.requests += requests;
			known.bad += bad;
		}
	}
}
/**
* Bets on each new server by itself against all of the baseline. A server that joins gets an equal part of all wealth there is by then,
* the others give it up in proportion, so nothing is won by joining.
*/
function betOnServers(draft, policy, grid, baseline, canary, clump) {
	join$1(draft, grid, canary);
	if (baseline.requests === 0) return;
	for (const { server, requests, bad } of canary) {
		const known = draft.canary.find((one) => one.server === server);
		if (known === void 0 || requests === 0 || bad + baseline.bad === 0) continue;
		const share = shareAt$1(policy.harmRatio, requests / (requests + baseline.requests));
		betSharp(known.upper, grid.harm, bad, bad + baseline.bad, share, clump);
	}
}
function join$1(draft, grid, canary) {
	const fresh = canary.filter(({ server, requests }) => requests > 0 && draft.canary.every((one) => one.server !== server));
	if (fresh.length === 0) return;
	const before = draft.canary.length;
	const after = before + fresh.length;
	const total = before === 0 ? 0 : logSumExp(partsOf(draft, grid), partsOf(draft, grid).fill(0));
	for (const one of draft.canary) one.stake += Math.log(before / after);
	for (const { server } of fresh) draft.canary.push({
		server,
		stake: total - Math.log(after),
		upper: new Array(grid.harm.logs.length).fill(0)
	});
}
/** Log wealth of each new server, its share of the stake included. */
function partsOf(servers, grid) {
	return servers.canary.map((one) => one.stake + logSumExp(one.upper, grid.harm.logPrior));
}
/**
* What is known about server noise: `measured` from `minimumServers` old servers on; else the effect must show on two new servers where
* there are two; else it is unknown.
*/
function serverNoiseOf(metric, policy) {
	const { baseline, canary } = metric.servers;
	const spread = baseline.length >= policy.minimumServers ? spreadOf(baseline) : null;
	if (spread !== null) {
		const around = Math.sqrt(1 / Math.max(1, canary.length) + 1 / baseline.length);
		const allowance = Math.exp(tQuantile(1 - policy.alpha / 2, baseline.length - 1) * spread * around);
		return {
			kind: "measured",
			servers: baseline.length,
			spread,
			allowance
		};
	}
	return canary.length >= 2 ? {
		kind: "two-servers",
		servers: canary.length
	} : { kind: "unknown" };
}
/**
* Standard deviation of a server's bad rate relative to the mean of all, counting noise included: the root of Pearson's statistic per
* degree of freedom and expected event. Null while nothing bad was seen.
*/
function spreadOf(servers) {
	let requests = 0;
	let bad = 0;
	let squares = 0;
	for (const one of servers) {
		requests += one.requests;
		bad += one.bad;
		if (one.requests > 0) squares += one.bad * one.bad / one.requests;
	}
	if (bad === 0) return null;
	const pearson = squares * requests / bad - bad;
	return Math.sqrt(Math.max(0, pearson) / (servers.length - 1) / (bad / servers.length));
}
/**
* Log e-value of one metric after what servers alone could do. Measured noise: the evidence that the ratio is above harmRatio × allowance
* instead, with half of alpha left for a server outside its allowance. Two servers: the mean without the largest.
*
* @param evidence log e-value of the metric with all new servers together
*/
function afterServers(metric, policy, grid, evidence) {
	const noise = serverNoiseOf(metric, policy);
	switch (noise.kind) {
		case "unknown": return evidence;
		case "measured": return evidence - Math.LN2 - highestUpTo(metric, grid, Math.log(noise.allowance));
		case "two-servers": return Math.min(evidence, withoutLargest(partsOf(metric.servers, grid)));
	}
}
/** ln of (sum − largest) × m/(m − 1), never above the sum: with equal stakes the mean of the others. */
function withoutLargest(parts) {
	const top = parts.indexOf(Math.max(...parts));
	const others = parts.filter((_, index) => index !== top);
	return logSumExp(others, others.map(() => 0)) + Math.log(parts.length / others.length);
}
/**
* Upper bound of the log likelihood between harmRatio and `log` above it. It is concave in the logarithm of the ratio, so between two points
* of the grid it lies below the prolonged chords of both sides.
*/
function highestUpTo(metric, grid, log) {
	const x = [0, ...grid.harm.logs];
	const y = [0, ...metric.upper];
	const at = (list, index) => list[index] ?? 0;
	const after = x.findIndex((value) => value >= log);
	if (after <= 0) return after === 0 ? 0 : Number.POSITIVE_INFINITY;
	const highest = Math.max(...y.slice(0, after));
	const slope = (from, to) => (at(y, to) - at(y, from)) / (at(x, to) - at(x, from));
	const bounds = [];
	if (after >= 2) bounds.push(at(y, after - 1) + slope(after - 2, after - 1) * (log - at(x, after - 1)));
	if (after + 1 < x.length) bounds.push(at(y, after) - slope(after, after + 1) * (at(x, after) - log));
	return Math.max(highest, bounds.length === 0 ? at(y, after) : Math.min(...bounds));
}
/** ln Γ(x), x > 0, by Stirling's series after shifting x above 8 (Abramowitz and Stegun 6.1.15, 6.1.41). */
function logGamma(x) {
	let shift = 0;
	let z = x;
	while (z < 8) {
		shift -= Math.log(z);
		z += 1;
	}
	return shift + (z - .5) * Math.log(z) - z + .5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3);
}
/** Student's distribution function for t ≥ 0, by Simpson's rule on its density. */
function studentBelow(t, freedom) {
	const scale = Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2)) / Math.sqrt(freedom * Math.PI);
	const density = (u) => scale * (1 + u * u / freedom) ** (-(freedom + 1) / 2);
	const steps = 400;
	const h = t / steps;
	let sum = density(0) + density(t);
	for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * density(i * h);
	return .5 + sum * h / 3;
}
const quantiles = /* @__PURE__ */ new Map();
/** Quantile of Student's distribution, 0.5 < p < 1, to 1e-6; remembered. */
function tQuantile(p, freedom) {
	const key = `${p}/${freedom}`;
	const known = quantiles.get(key);
	if (known !== void 0) return known;
	let [low, high] = [0, 1];
	while (studentBelow(high, freedom) < p && high < 1e4) high *= 2;
	for (let i = 0; i < 60; i += 1) {
		const middle = (low + high) / 2;
		if (studentBelow(middle, freedom) < p) low = middle;
		else high = middle;
	}
	quantiles.set(key, high);
	return high;
}

// src/rollout/analysis/draft.ts
const nothing = (length) => new Array(length).fill(0);
/** A metric of which nothing is known, with no evidence either way. */
function newMetric(name, policy, past) {
	const grid = gridOf(policy);
	return {
		name,
		stake: 0,
		upper: nothing(grid.harm.logs.length),
		lower: nothing(grid.lower.logs.length),
		robust: nothing(policy.mode === "robust" ? grid.harm.logs.length : 0),
		margin: nothing(grid.margin.logs.length),
		floor: nothing(grid.floor.logs.length),
		mantelHaenszel: [0, 0],
		share: null,
		eventful: 0,
		baseline: {
			requests: 0,
			bad: 0
		},
		canary: {
			requests: 0,
			bad: 0
		},
		dispersion: past === void 0 ? startDispersion(policy.dispersion) : copyDispersion(past.dispersion),
		servers: past === void 0 ? startServers() : copyServers(past.servers),
		pending: null,
		lastBet: null
	};
}
function copyMetric(metric) {
	return {
		name: metric.name,
		stake: metric.stake,
		upper: metric.upper.slice(),
		lower: metric.lower.slice(),
		robust: metric.robust.slice(),
		margin: metric.margin.slice(),
		floor: metric.floor.slice(),
		mantelHaenszel: [metric.mantelHaenszel[0], metric.mantelHaenszel[1]],
		share: metric.share,
		eventful: metric.eventful,
		baseline: {
			requests: metric.baseline.requests,
			bad: metric.baseline.bad
		},
		canary: {
			requests: metric.canary.requests,
			bad: metric.canary.bad
		},
		dispersion: copyDispersion(metric.dispersion),
		servers: copyServers(metric.servers),
		pending: metric.pending,
		lastBet: metric.lastBet
	};
}
/** A copy to work on; the state stays as it is. */
function draftOf(state) {
	return {
		v: 1,
		policy: state.policy,
		open: state.open,
		metrics: state.metrics.map(copyMetric),
		waiting: state.waiting,
		t: state.t,
		stepStart: state.stepStart,
		worse: state.worse,
		notWorse: state.notWorse
	};
}

// src/rollout/analysis/fisher.ts
/** The possible values of x. */
function support(canary, baseline, bad) {
	return {
		low: Math.max(0, bad - baseline),
		high: Math.min(bad, canary)
	};
}
/**
* Largest x whose probability is not below that of x − 1. The ratio of neighbours is at least 1 exactly where
* odds·(canary − x + 1)(bad − x + 1) ≥ x·(baseline − bad + x): the root of a quadratic in x, then put right by whole steps.
*/
function mode(canary, baseline, bad, odds) {
	const { low, high } = support(canary, baseline, bad);
	const a = odds - 1;
	const b = odds * (canary + bad + 2) + baseline - bad;
	const c = odds * (canary + 1) * (bad + 1);
	const root = 2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
	let x = Math.min(high, Math.max(low, Math.floor(root)));
	const rises = (at) => odds * (canary - at + 1) * (bad - at + 1) >= at * (baseline - bad + at);
	while (x < high && rises(x + 1)) x += 1;
	while (x > low && !rises(x)) x -= 1;
	return x;
}
/** Terms below this part of the sum no longer change a double. */
const NEGLIGIBLE = 1e-19;
/**
* Mean of x. Exact to rounding: weights are taken relative to the mode by the ratio of neighbours, so nothing overflows, and the
* sums stop where the (log-concave) tail cannot matter any more; O(√bad) steps.
*
* @param canary requests to the canary, whole
* @param baseline requests to the baseline, whole
* @param bad bad events of both, whole, 0 ≤ bad ≤ canary + baseline
* @param odds odds ratio, > 0
*/
function fisherMean(canary, baseline, bad, odds) {
	const { low, high } = support(canary, baseline, bad);
	if (low === high) return low;
	if (bad === 1) return canary * odds / (canary * odds + baseline);
	const top = mode(canary, baseline, bad, odds);
	let sum = 1;
	let moment = 0;
	let weight = 1;
	for (let x = top; x < high; x += 1) {
		weight *= odds * (canary - x) * (bad - x) / ((x + 1) * (baseline - bad + x + 1));
		const part = weight * (x + 1 - top);
		sum += weight;
		moment += part;
		if (part < NEGLIGIBLE * sum) break;
	}
	weight = 1;
	for (let x = top; x > low; x -= 1) {
		weight *= x * (baseline - bad + x) / (odds * (canary - x + 1) * (bad - x + 1));
		const part = weight * (top - x + 1);
		sum += weight;
		moment -= part;
		if (part < NEGLIGIBLE * sum) break;
	}
	return top + moment / sum;
}

// src/rollout/analysis/noninferiority.ts
/**
* Bets against "the odds ratio is margin or more". Given the interval's totals the canary's part of the bad events then has at least
* the mean of Fisher's noncentral hypergeometric distribution at the margin. Nothing is bet when a side had no requests, when
* nothing bad happened, or when the pooled bad rate is above the ceiling: all of these are settled by the totals alone, so leaving
* such an interval out cannot favour either side.
*/
function betAgainstMargin(wealth, policy, grid, counts, clump) {
	const { canaryRequests, baselineRequests, canaryBad } = counts;
	const bad = canaryBad + counts.baselineBad;
	if (bad === 0 || canaryRequests === 0 || baselineRequests === 0) return;
	if (bad > policy.ceiling * (canaryRequests + baselineRequests)) return;
	const share = fisherMean(canaryRequests, baselineRequests, bad, policy.margin) / bad;
	if (policy.mode === "robust") betRobust(wealth, grid.margin, canaryBad, bad, share);
	else betSharp(wealth, grid.margin, canaryBad, bad, share, clump);
}
/**
* Bets against "the canary's bad rate is floor or more". Every interval counts, also those above the ceiling: leaving out the bad
* ones would make any rate look low.
*/
function betAgainstFloor(wealth, grid, counts, clump) {
	if (counts.canaryRequests === 0) return;
	const { logs } = grid.floor;
	const hits = counts.canaryBad / clump;
	const trials = counts.canaryRequests / clump;
	for (let i = 0; i < wealth.length; i += 1) wealth[i] = (wealth[i] ?? 0) + hits * (logs[i] ?? 0) - trials * (grid.floorPrice[i] ?? 0);
}
/** Log e-value against "odds ratio ≥ margin and bad rate ≥ floor": under it both hold, so the average of the two is one too. */
function notWorseEvidence(margin, floor, grid) {
	const a = logSumExp(margin, grid.margin.logPrior);
	const b = logSumExp(floor, grid.floor.logPrior);
	const top = Math.max(a, b);
	return top + Math.log(.5 * (Math.exp(a - top) + Math.exp(b - top)));
}

// src/rollout/analysis/evidence.ts
/** Log e-value for `worse` of one metric, its bets averaged, after what servers alone could do. */
function worseEvidence(metric, policy, grid) {
	const evidence = logSumExp(metric.robust.length > 0 ? metric.robust : metric.upper, grid.harm.logPrior);
	return afterServers(metric, policy, grid, evidence);
}
/** Log e-value for `worse`, metrics averaged; 0 without metrics. */
function totalEvidence(metrics, policy, grid) {
	if (metrics.length === 0) return 0;
	return logSumExp(metrics.map((metric) => metric.stake), metrics.map((metric) => worseEvidence(metric, policy, grid)));
}
/** The metric that contributes most to the evidence for `worse`. */
function leadingMetric(metrics, policy, grid) {
	let leading = null;
	let most = Number.NEGATIVE_INFINITY;
	for (const metric of metrics) {
		const part = metric.stake + worseEvidence(metric, policy, grid);
		if (part > most) {
			most = part;
			leading = metric.name;
		}
	}
	return leading;
}
/** Seconds after the step's first canary request before which `not-worse` is not given. */
function earliestNotWorse(policy) {
	return Math.max(policy.minimumBakeSeconds, policy.warmUpSeconds + policy.longestTimeoutSeconds);
}
/** Both decisions. An average is never above its largest part, so most intervals need no exponentials. */
function decide(draft, grid, t) {
	if (draft.worse !== null) return;
	const { policy, metrics } = draft;
	const limit = -Math.log(policy.alpha);
	if (metrics.some((metric) => largest(metric.robust.length > 0 ? metric.robust : metric.upper) >= limit + shortfall(draft))) {
		const logEvidence = totalEvidence(metrics, policy, grid);
		if (logEvidence >= limit) {
			draft.worse = {
				at: t,
				metric: leadingMetric(metrics, policy, grid) ?? "",
				logEvidence
			};
			return;
		}
	}
	if (draft.notWorse !== null || draft.stepStart === null) return;
	if (t - draft.stepStart < earliestNotWorse(policy)) return;
	const needed = -Math.log(policy.beta);
	const shown = (metric) => (largest(metric.margin) >= needed || largest(metric.floor) >= needed) && notWorseEvidence(metric.margin, metric.floor, grid) >= needed;
	if (metrics.length > 0 && metrics.every(shown)) draft.notWorse = t;
}
/** How far below the limit one metric's best bet may be while the total still reaches it: stakes of joined metrics may sum above 1. */
function shortfall(draft) {
	if (!draft.open) return 0;
	let total = 0;
	for (const metric of draft.metrics) total += Math.exp(metric.stake);
	return total > 1 ? -Math.log(total) : 0;
}

// src/rollout/analysis/fold.ts
/**
* The state before the first interval.
*
* @throws ProblemError `analysis.bad-counts`, `analysis.unsorted` for the history
*/
function start(policy, options = {}) {
	return startDraft(policy, options);
}
/** The same, to be changed in place with `observeInto`. */
function startDraft(policy, options = {}) {
	const past = readHistory(policy, options.history ?? []);
	const names = [...new Set(options.metrics ?? [])].sort(byCodeUnit);
	const metrics = names.map((name) => newMetric(name, policy, past.get(name)));
	for (const metric of metrics) metric.stake = logOf(1 / names.length);
	return {
		v: 1,
		policy,
		open: options.metrics === void 0,
		metrics,
		waiting: [...past].filter(([name]) => !names.includes(name)).map(([name, known]) => ({
			name,
			...known
		})),
		t: null,
		stepStart: null,
		worse: null,
		notWorse: null
	};
}
function readHistory(policy, rows) {
	const past = /* @__PURE__ */ new Map();
	for (const { t, metric, baseline, servers } of rows) {
		checkCounts(baseline, t, metric, "baseline");
		const known = past.get(metric) ?? {
			dispersion: startDispersion(policy.dispersion),
			servers: startServers()
		};
		past.set(metric, known);
		const { dispersion } = known;
		if (dispersion.last !== null && t <= dispersion.last) throw new ProblemError(unsorted$1(t, dispersion.last));
		absorbBaseline(dispersion, policy.dispersion, t, baseline.requests, baseline.bad);
		if (servers !== void 0) absorbServers(known.servers, policy.dispersion, t, servers.baseline);
	}
	for (const { dispersion, servers } of past.values()) {
		endStretch(dispersion);
		endSplit(servers.split);
	}
	return past;
}
/** ln x with a plain zero for 1, so that a state is the same after JSON. */
function logOf(x) {
	return x === 1 ? 0 : Math.log(x);
}
/**
* The state after one more interval. Pure; costs the same however long the stream is. A metric without a row keeps its evidence.
*
* @param rows all rows of one interval (one t, each metric once), in any order
* @throws ProblemError `analysis.unsorted` (t does not ascend), `analysis.bad-counts`, `analysis.unknown-metric`, `analysis.duplicate`
*/
function observe(state, rows) {
	const draft = draftOf(state);
	observeInto(draft, rows);
	return draft;
}
/** The same, in place; after a ProblemError the draft is not to be used. */
function observeInto(draft, rows) {
	const t = rows[0]?.t;
	if (t === void 0) return;
	if (!Number.isFinite(t) || draft.t !== null && t <= draft.t) throw new ProblemError(unsorted$1(t, draft.t));
	const { policy } = draft;
	const grid = gridOf(policy);
	if (rows.length > 1) checkInterval(rows, t);
	if (draft.open) joinAll(draft, rows);
	draft.t = t;
	if (draft.stepStart === null && rows.some((row) => row.canary.requests > 0)) draft.stepStart = t;
	const phase = phaseAt(draft, t);
	for (const row of rows) {
		const metric = metricOf(draft, row.metric, t);
		checkCounts(row.baseline, t, row.metric, "baseline");
		checkCounts(row.canary, t, row.metric, "canary");
		if (row.servers !== void 0) checkServers(row, row.servers);
		take(metric, policy, grid, row, row.settling === void 0 ? phase : row.settling === "up" ? upTo1(phase) : 0);
		absorbBaseline(metric.dispersion, policy.dispersion, t, row.baseline.requests, row.baseline.bad);
		if (row.servers !== void 0) absorbServers(metric.servers, policy.dispersion, t, row.servers.baseline);
	}
	decide(draft, grid, t);
}
/**
* A new step begins (the weight is about to change, or has just changed): `not-worse` starts afresh, `worse` goes on. Call it between
* the last interval at the old weight and the first at the new one.
*/
function startStep(state) {
	const draft = draftOf(state);
	const grid = gridOf(draft.policy);
	for (const metric of draft.metrics) {
		flush(metric, draft.policy, grid);
		metric.margin.fill(0);
		metric.floor.fill(0);
	}
	if (draft.t !== null) decide(draft, grid, draft.t);
	draft.stepStart = null;
	draft.notWorse = null;
	return draft;
}
/** What the next interval's clump size is for a metric. */
function clumpOf(metric, policy) {
	if (policy.mode === "sharp") return 1;
	if (policy.clumpSize !== null) return policy.clumpSize;
	return dispersionOf(metric.dispersion, policy.dispersion, splitDispersion(metric.servers.split, policy.dispersion));
}
function phaseAt(draft, t) {
	if (draft.stepStart === null) return 0;
	const age = t - draft.stepStart;
	if (age < draft.policy.warmUpSeconds) return 0;
	return age < draft.policy.warmUpSeconds + draft.policy.longestTimeoutSeconds ? 1 : 2;
}
function upTo1(serves) {
	return serves === 0 ? 0 : 1;
}
/** Bets on the row, or keeps it for its unit. */
function take(metric, policy, grid, row, serves) {
	if (serves !== 0 && row.servers !== void 0) betOnServers(metric.servers, policy, grid, row.baseline, row.servers.canary, clumpOf(metric, policy));
	if (policy.unitSeconds === 0) {
		if (serves !== 0) bet(metric, policy, grid, row.baseline, row.canary, serves, clumpOf(metric, policy));
		return;
	}
	if (metric.pending !== null && metric.pending.serves !== serves) flush(metric, policy, grid);
	if (serves === 0) return;
	const { pending } = metric;
	metric.pending = {
		baseline: sum(pending?.baseline, row.baseline),
		canary: sum(pending?.canary, row.canary),
		serves,
		clump: pending?.clump ?? clumpOf(metric, policy)
	};
	if (metric.lastBet === null || row.t - metric.lastBet >= policy.unitSeconds) {
		flush(metric, policy, grid);
		metric.lastBet = row.t;
	}
}
function sum(a, b) {
	return a === void 0 ? {
		requests: b.requests,
		bad: b.bad
	} : {
		requests: a.requests + b.requests,
		bad: a.bad + b.bad
	};
}
function flush(metric, policy, grid) {
	const { pending } = metric;
	if (pending === null) return;
	metric.pending = null;
	bet(metric, policy, grid, pending.baseline, pending.canary, pending.serves, pending.clump);
}
function bet(metric, policy, grid, baseline, canary, serves, clump) {
	metric.baseline.requests += baseline.requests;
	metric.baseline.bad += baseline.bad;
	metric.canary.requests += canary.requests;
	metric.canary.bad += canary.bad;
	const requests = baseline.requests + canary.requests;
	const bad = baseline.bad + canary.bad;
	if (baseline.requests > 0 && canary.requests > 0) {
		const weight = canary.requests / requests;
		metric.share = weight;
		if (bad > 0) {
			const share = shareAt$1(policy.harmRatio, weight);
			betSharp(metric.upper, grid.harm, canary.bad, bad, share, clump);
			betSharp(metric.lower, grid.lower, canary.bad, bad, share, clump);
			if (policy.mode === "robust") betRobust(metric.robust, grid.harm, canary.bad, bad, share);
			metric.mantelHaenszel[0] += canary.bad * (1 - weight);
			metric.mantelHaenszel[1] += baseline.bad * weight;
			metric.eventful += 1;
		}
	}
	if (serves === 2) {
		const split = {
			canaryRequests: canary.requests,
			canaryBad: canary.bad,
			baselineRequests: baseline.requests,
			baselineBad: baseline.bad
		};
		betAgainstMargin(metric.margin, policy, grid, split, clump);
		betAgainstFloor(metric.floor, grid, split, clump);
	}
}
/**
* Metrics seen for the first time join: each gets the same part of all wealth there is by now, the others give it up in proportion.
* Total evidence is unchanged by it, so it stays a fair game; metrics that join before any evidence share equally.
*/
function joinAll(draft, rows) {
	const names = rows.map((row) => row.metric).filter((name) => find(draft, name) === void 0);
	if (names.length === 0) return;
	const before = draft.metrics.length;
	const after = before + names.length;
	const total = totalEvidence(draft.metrics, draft.policy, gridOf(draft.policy));
	for (const metric of draft.metrics) metric.stake += Math.log(before / after);
	const joined = names.map((name) => {
		const past = draft.waiting.find((waiting) => waiting.name === name);
		return newMetric(name, draft.policy, past);
	});
	for (const metric of joined) metric.stake = total + logOf(1 / after);
	draft.metrics = [...draft.metrics, ...joined].sort((a, b) => byCodeUnit(a.name, b.name));
}
function find(draft, name) {
	for (const metric of draft.metrics) if (metric.name === name) return metric;
}
function metricOf(draft, name, t) {
	const found = find(draft, name);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "analysis.unknown-metric",
		where: `t ${t}`,
		found: `metric ${name}`,
		expected: `one of ${draft.metrics.map((metric) => metric.name).join(", ")}`,
		remedy: "name every metric of the release at its start"
	});
}
function byCodeUnit(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
function checkCounts(counts, t, metric, side) {
	const { requests, bad } = counts;
	if (Number.isSafeInteger(requests) && Number.isSafeInteger(bad) && bad >= 0 && bad <= requests) return;
	throw new ProblemError({
		code: "analysis.bad-counts",
		where: `t ${t}, metric ${metric}, ${side}`,
		found: `${bad} bad of ${requests} requests`,
		expected: "whole numbers with 0 ≤ bad ≤ requests",
		remedy: "count bad requests among the same requests, and turn raw counters into differences first"
	});
}
/** The servers of each side make up its counts, each named once. */
function checkServers(row, servers) {
	for (const side of ["baseline", "canary"]) {
		const names = new Set(servers[side].map((one) => one.server));
		const total = servers[side].reduce(sum, {
			requests: 0,
			bad: 0
		});
		for (const one of servers[side]) checkCounts(one, row.t, row.metric, `${side} server ${one.server}`);
		const wanted = row[side];
		if (names.size === servers[side].length && total.requests === wanted.requests && total.bad === wanted.bad) continue;
		throw new ProblemError({
			code: "analysis.bad-servers",
			where: `t ${row.t}, metric ${row.metric}, ${side}`,
			found: `${names.size} servers in ${servers[side].length} entries with ${total.bad} bad of ${total.requests} requests`,
			expected: `each server once, and ${wanted.bad} bad of ${wanted.requests} requests together`,
			remedy: "count servers and versions from the same reading"
		});
	}
}
function checkInterval(rows, t) {
	const names = /* @__PURE__ */ new Set();
	for (const row of rows) {
		if (row.t !== t) throw new ProblemError(unsorted$1(row.t, t));
		if (names.has(row.metric)) throw new ProblemError({
			code: "analysis.duplicate",
			where: `t ${t}`,
			found: `metric ${row.metric} twice`,
			expected: "one row per interval and metric",
			remedy: "add the rows up first"
		});
		names.add(row.metric);
	}
}
function unsorted$1(t, last) {
	return {
		code: "analysis.unsorted",
		where: `t ${t}`,
		found: last === null ? `t ${t}` : `t ${t} after t ${last}`,
		expected: "a finite t, later than that of the interval before",
		remedy: "give the intervals in the order of time, each once"
	};
}

// src/rollout/analysis/confidence.ts
const UNKNOWN$1 = {
	estimate: null,
	low: null,
	high: null
};
/** Log likelihood at each ratio of the grid, relative to harmRatio. */
function heights(metric, grid) {
	return grid.ratios.map((point) => {
		if (point.from === "boundary") return 0;
		return (point.from === "lower" ? metric.lower : metric.upper)[point.index] ?? 0;
	});
}
/**
* Where a concave curve through the points can first rise above `level`, between the rejected point before `first` and `first`
* itself. The curve lies below the prolonged chords of its neighbours on both sides, so the answer errs outwards only.
*/
function crossing(x, y, first, level) {
	const at = (i) => ({
		x: x[i] ?? 0,
		y: y[i] ?? 0
	});
	const inside = at(first);
	const outside = at(first - 1);
	let low = outside.x;
	if (first + 1 < x.length) {
		const next = at(first + 1);
		const slope = (next.y - inside.y) / (next.x - inside.x);
		if (slope > 0) low = Math.max(low, inside.x - (inside.y - level) / slope);
	}
	if (first >= 2) {
		const before = at(first - 2);
		const slope = (outside.y - before.y) / (outside.x - before.x);
		if (slope > 0) low = Math.max(low, outside.x + (level - outside.y) / slope);
	}
	return Math.min(low, inside.x);
}
/**
* How many times as bad the canary is, with an interval that holds at every look at once with probability 1 − intervalError:
* all ratios that the mixture of all others does not reject. The estimate is Mantel and Haenszel's (each interval weighted by its
* requests, so a common error rate that moves does not matter), within that interval; all null while nothing bad was seen.
*/
function riskRatioOf(metric, policy, grid) {
	const [above, below] = metric.mantelHaenszel;
	if (above === 0 && below === 0) return UNKNOWN$1;
	const x = grid.ratios.map((point) => point.log);
	const y = heights(metric, grid);
	const uniform = -Math.log(y.length);
	const level = logSumExp(y, y.map(() => uniform)) + Math.log(policy.intervalError);
	const first = y.findIndex((value) => value > level);
	const last = y.findLastIndex((value) => value > level);
	const low = first <= 0 ? null : Math.exp(crossing(x, y, first, level));
	const flipped = y.length - 1 - last;
	const high = last < 0 || last === y.length - 1 ? null : Math.exp(-crossing(x.map((value) => -value).reverse(), y.toReversed(), flipped, level));
	const top = Math.exp(x.at(-1) ?? 0);
	const estimate = below === 0 ? top : above / below;
	return {
		estimate: Math.min(Math.max(estimate, low ?? 0), high ?? top),
		low,
		high
	};
}

// src/rollout/analysis/judge.ts
const UNKNOWN = {
	notWorse: null,
	worse: null
};
function neededOf(metric, policy, clump) {
	const { requests, bad } = metric.dispersion.total;
	if (requests === 0 || metric.share === null) return UNKNOWN;
	const events = metric.eventful === 0 ? 1 : (metric.baseline.bad + metric.canary.bad) / metric.eventful;
	return needed(policy, {
		baseRate: bad / requests,
		share: metric.share,
		clump,
		eventsPerInterval: events
	}, {
		harm: metric.robust.length > 0 ? metric.robust : metric.upper,
		margin: metric.margin,
		floor: metric.floor,
		stake: metric.stake
	});
}
function judgeMetric(metric, policy, grid) {
	const clump = clumpOf(metric, policy);
	const logNotWorse = notWorseEvidence(metric.margin, metric.floor, grid);
	const estimate = neededOf(metric, policy, clump);
	return {
		metric: metric.name,
		evidence: worseEvidence(metric, policy, grid) / Math.LN10,
		evidenceNotWorse: logNotWorse / Math.LN10,
		riskRatio: riskRatioOf(metric, policy, grid),
		dispersion: clump,
		serverNoise: serverNoiseOf(metric, policy),
		baseline: { ...metric.baseline },
		canary: { ...metric.canary },
		requestsNeeded: logNotWorse >= -Math.log(policy.beta) ? {
			...estimate,
			notWorse: 0
		} : estimate
	};
}
function missing(state, metrics) {
	if (state.t === null || metrics.length === 0) return [{ kind: "no-data" }];
	const list = [];
	if (state.stepStart === null) list.push({ kind: "no-canary-requests" });
	else {
		const seconds = state.stepStart + earliestNotWorse(state.policy) - state.t;
		if (seconds > 0) list.push({
			kind: "time",
			seconds
		});
	}
	if (state.metrics.every((metric) => metric.dispersion.total.requests === 0)) list.push({ kind: "no-baseline-requests" });
	for (const metric of metrics) if (metric.baseline.requests + metric.canary.requests === 0) {
		if (state.stepStart !== null) list.push({
			kind: "metric-without-data",
			metric: metric.metric
		});
	} else if (metric.requestsNeeded.notWorse !== 0) list.push({
		kind: "evidence",
		metric: metric.metric,
		canaryRequests: metric.requestsNeeded.notWorse
	});
	return list;
}
/** The largest of a number per metric; null as soon as one is not known. */
function worstOf(values) {
	let most = null;
	for (const value of values) {
		if (value === null) return null;
		most = most === null ? value : Math.max(most, value);
	}
	return most;
}
/** The smallest known number per metric. */
function leastOf(values) {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : Math.min(...known);
}
/** What the evidence so far says. Looks only; ask as often as you like, the guarantees hold for any number of looks. */
function judge(state) {
	const { policy } = state;
	const grid = gridOf(policy);
	const metrics = state.metrics.map((metric) => judgeMetric(metric, policy, grid));
	const verdict = state.worse !== null ? {
		kind: "worse",
		at: state.worse.at,
		metric: state.worse.metric
	} : state.notWorse !== null ? {
		kind: "not-worse",
		at: state.notWorse
	} : {
		kind: "undecided",
		missing: missing(state, metrics)
	};
	return {
		verdict,
		evidence: (state.worse?.logEvidence ?? totalEvidence(state.metrics, policy, grid)) / Math.LN10,
		leading: state.worse?.metric ?? (state.t === null ? null : leadingMetric(state.metrics, policy, grid)),
		requestsNeeded: {
			notWorse: verdict.kind === "not-worse" ? 0 : worstOf(metrics.map((metric) => metric.requestsNeeded.notWorse)),
			worse: verdict.kind === "worse" ? 0 : leastOf(metrics.map((metric) => metric.requestsNeeded.worse))
		},
		metrics
	};
}

// src/rollout/analysis/state.ts
const counts = strictObject({
	requests: number(),
	bad: number()
});
const wealth = array(number());
const dispersion = strictObject({
	origin: number().nullable(),
	last: number().nullable(),
	busy: number().nullable(),
	seconds: number(),
	total: counts,
	largest: number(),
	windows: array(number())
});
const servers = strictObject({
	split: strictObject({
		origin: number().nullable(),
		windows: array(number()),
		open: array(strictObject({
			server: string(),
			counts: array(number())
		}))
	}),
	baseline: array(strictObject({
		server: string(),
		requests: number(),
		bad: number()
	})),
	canary: array(strictObject({
		server: string(),
		stake: number(),
		upper: wealth
	}))
});
const metric = strictObject({
	name: string(),
	stake: number(),
	upper: wealth,
	lower: wealth,
	robust: wealth,
	margin: wealth,
	floor: wealth,
	mantelHaenszel: tuple([number(), number()]),
	share: number().nullable(),
	eventful: number(),
	baseline: counts,
	canary: counts,
	dispersion,
	servers,
	pending: strictObject({
		baseline: counts,
		canary: counts,
		serves: union([literal(1), literal(2)]),
		clump: number()
	}).nullable(),
	lastBet: number().nullable()
});
/** A state that comes back from a journal. */
const analysisStateSchema = strictObject({
	v: literal(1),
	policy: policySchema.transform((policy) => makePolicy(policy)),
	open: boolean(),
	metrics: array(metric),
	waiting: array(strictObject({
		name: string(),
		dispersion,
		servers
	})),
	t: number().nullable(),
	stepStart: number().nullable(),
	worse: strictObject({
		at: number(),
		metric: string(),
		logEvidence: number()
	}).nullable(),
	notWorse: number().nullable()
});

// src/rollout/analysis/trace.ts
/**
* The course of an analysis, for a chart: what the fold knew after each interval, in buckets of several intervals. When all buckets
* are full, each two become one, so that a trace needs the same memory for a minute and for a month.
*/
/** Buckets a trace keeps at most; after a halving it has half as many. */
const TRACE_BUCKETS = 400;
/** @param capacity buckets kept at most; some hundreds, since up to 100 gaps are kept too */
function startTrace(capacity = 400) {
	return {
		capacity,
		perBucket: 1,
		intervals: 0,
		buckets: [],
		leading: null
	};
}
/** Adds what the fold knows after an interval. Looks at the draft only: the verdict does not depend on a trace being taken. */
function traceInto(trace, draft, rows) {
	if (rows.length === 0 || draft.t === null) return;
	trace.leading = draft.worse?.metric ?? leadingMetric(draft.metrics, draft.policy, gridOf(draft.policy));
	const seen = bucketOf(draft, draft.t, rows);
	const last = trace.buckets.at(-1);
	const gap = longestJoined(trace);
	trace.intervals += 1;
	if (last !== void 0 && last.intervals < trace.perBucket && draft.t - last.to <= gap) {
		trace.buckets[trace.buckets.length - 1] = join(last, seen);
		return;
	}
	if (trace.buckets.length >= trace.capacity) {
		trace.buckets = halve(trace.buckets, gap);
		trace.perBucket *= 2;
	}
	trace.buckets.push(seen);
}
/** A gap longer than this part of all time can be seen in a chart. */
const VISIBLE = .01;
/**
* Neighbours further apart than this (seconds) stay apart, so that a gap can be seen: three times the usual distance, but no less
* than can be seen. There are fewer than 100 such gaps at any time, so a halving always makes room.
*/
function longestJoined({ buckets, intervals }) {
	const span = (buckets.at(-1)?.to ?? 0) - (buckets[0]?.from ?? 0);
	return Math.max(VISIBLE * span, intervals < 2 ? 1e400 : 3 * span / (intervals - 1));
}
function bucketOf(draft, t, rows) {
	const grid = gridOf(draft.policy);
	const metrics = draft.metrics.map((metric) => {
		const row = rows.find((one) => one.metric === metric.name);
		return {
			metric: metric.name,
			baseline: row === void 0 ? NONE$2 : {
				requests: row.baseline.requests,
				bad: row.baseline.bad
			},
			canary: row === void 0 ? NONE$2 : {
				requests: row.canary.requests,
				bad: row.canary.bad
			},
			evidence: only(worseEvidence(metric, draft.policy, grid) / Math.LN10),
			evidenceNotWorse: only(notWorseEvidence(metric.margin, metric.floor, grid) / Math.LN10),
			dispersion: clumpOf(metric, draft.policy)
		};
	});
	const least = metrics.reduce((low, { evidenceNotWorse }) => Math.min(low, evidenceNotWorse.last), 1e400);
	return {
		from: t,
		to: t,
		intervals: 1,
		evidence: only(totalEvidence(draft.metrics, draft.policy, grid) / Math.LN10),
		evidenceNotWorse: only(least),
		metrics
	};
}
const NONE$2 = {
	requests: 0,
	bad: 0
};
function only(value) {
	return {
		least: value,
		greatest: value,
		last: value
	};
}
function halve(buckets, gap) {
	const out = [];
	let alone = false;
	for (const bucket of buckets) {
		const before = out.at(-1);
		if (alone && before !== void 0 && bucket.from - before.to <= gap) {
			out[out.length - 1] = join(before, bucket);
			alone = false;
		} else {
			out.push(bucket);
			alone = true;
		}
	}
	return out;
}
/** Two neighbours as one; a metric that joined in the second has only that part. */
function join(first, second) {
	return {
		from: first.from,
		to: second.to,
		intervals: first.intervals + second.intervals,
		evidence: joinExtents(first.evidence, second.evidence),
		evidenceNotWorse: joinExtents(first.evidenceNotWorse, second.evidenceNotWorse),
		metrics: second.metrics.map((after) => {
			const before = first.metrics.find((one) => one.metric === after.metric);
			if (before === void 0) return after;
			return {
				metric: after.metric,
				baseline: add(before.baseline, after.baseline),
				canary: add(before.canary, after.canary),
				evidence: joinExtents(before.evidence, after.evidence),
				evidenceNotWorse: joinExtents(before.evidenceNotWorse, after.evidenceNotWorse),
				dispersion: after.dispersion
			};
		})
	};
}
function joinExtents(first, second) {
	return {
		least: Math.min(first.least, second.least),
		greatest: Math.max(first.greatest, second.greatest),
		last: second.last
	};
}
function add(a, b) {
	return {
		requests: a.requests + b.requests,
		bad: a.bad + b.bad
	};
}

// src/rollout/analysis/stream.ts
/**
* Judges a whole stream of counts (CSV: t, metric, baseline_requests, baseline_bad, canary_requests, canary_bad) in constant memory.
* All rows are read: `worse` is final and overrides an earlier `not-worse`. The step begins with the first row that has canary
* requests; rows before it are baseline's past.
*
* @throws ProblemError naming line and column: `analysis.csv-*`, `analysis.unsorted`, `analysis.duplicate`, `analysis.*-setting`
*/
async function analyseCsv(chunks, options = {}) {
	const policy = makePolicy(options.policy ?? {}, "arguments");
	const source = options.source ?? "input";
	const historySource = options.historySource ?? "baseline history";
	const history = options.baselineHistory === void 0 ? void 0 : await sortedHistory(readHistory$1(options.baselineHistory, historySource), historySource);
	const draft = startDraft(policy, {
		metrics: options.metrics,
		history
	});
	for await (const interval of intervals(readRows(chunks, source), source)) {
		observeInto(draft, interval);
		if (options.trace !== void 0) traceInto(options.trace, draft, interval);
	}
	return report(draft);
}
/** The report on a state. */
function report(draft) {
	const judgement = judge(draft);
	const { verdict } = judgement;
	const leading = judgement.metrics.find((metric) => metric.metric === judgement.leading);
	return {
		verdict: verdict.kind,
		at: verdict.kind === "undecided" ? null : verdict.at,
		evidence: judgement.evidence,
		riskRatio: leading?.riskRatio ?? {
			estimate: null,
			low: null,
			high: null
		},
		requestsNeeded: verdict.kind === "undecided" ? judgement.requestsNeeded.notWorse : 0,
		reason: reasonOf$1(judgement, draft.policy),
		metrics: judgement.metrics.map(({ requestsNeeded, ...metric }) => ({
			...metric,
			requestsNeeded: requestsNeeded.notWorse,
			requestsToWorse: requestsNeeded.worse
		}))
	};
}
/** One sentence for a person. */
function reasonOf$1(judgement, policy) {
	const { verdict } = judgement;
	switch (verdict.kind) {
		case "worse": return `${verdict.metric}: the canary is more than ${policy.harmRatio} times as bad as the baseline; a canary that is not would look like this at some time in at most ${percent$1(policy.alpha)} of releases`;
		case "not-worse": return `every metric shows that the odds of a bad request are below ${policy.margin} times the baseline's or the bad rate is below ${percent$1(policy.floor)}; at most ${percent$1(policy.beta)} of canaries beyond both would pass`;
		case "undecided": return `neither worse nor not worse yet: ${verdict.missing.map(missingInWords).join("; ")}`;
	}
}
/** What is missing, for a person. */
function missingInWords(missing) {
	switch (missing.kind) {
		case "no-data": return "no data";
		case "no-canary-requests": return "the canary has had no requests";
		case "no-baseline-requests": return "the baseline has had no requests";
		case "metric-without-data": return `no data for ${missing.metric}`;
		case "time": return `${Math.ceil(missing.seconds)} s more must pass before not-worse`;
		case "evidence": return missing.canaryRequests === null ? `${missing.metric} needs more evidence, how much cannot be told` : `${missing.metric} needs about ${missing.canaryRequests} more canary requests if there is no difference`;
	}
}
function percent$1(part) {
	return `${Number((part * 100).toPrecision(6))} %`;
}
/** Rows grouped by t. */
async function* intervals(rows, source) {
	let group = [];
	let t = null;
	for await (const { line, row } of rows) {
		if (t !== null && row.t < t) throw unsorted(source, line, row.t, t);
		if (row.t === t) {
			if (group.some((each) => each.metric === row.metric)) throw duplicate(source, line, row);
			group.push(row);
			continue;
		}
		if (group.length > 0) yield group;
		group = [row];
		t = row.t;
	}
	if (group.length > 0) yield group;
}
async function sortedHistory(rows, source) {
	const out = [];
	const last = /* @__PURE__ */ new Map();
	for await (const { line, row } of rows) {
		const before = last.get(row.metric);
		if (before !== void 0 && row.t < before) throw unsorted(source, line, row.t, before);
		if (before === row.t) throw duplicate(source, line, row);
		last.set(row.metric, row.t);
		out.push(row);
	}
	return out;
}
function unsorted(source, line, t, before) {
	return new ProblemError({
		code: "analysis.unsorted",
		where: `${source}:${line}:t`,
		found: `t ${t} after t ${before}`,
		expected: "rows in the order of time",
		remedy: "sort the rows by t"
	});
}
function duplicate(source, line, row) {
	return new ProblemError({
		code: "analysis.duplicate",
		where: `${source}:${line}:t`,
		found: `metric ${row.metric} twice at t ${row.t}`,
		expected: "one row per interval and metric",
		remedy: "add the rows up first, or name the metrics in the column metric"
	});
}

// src/rollout/limits.ts
const limitSample = strictObject({
	time: number(),
	counters: countersSchema,
	instances: array(instanceSampleSchema).readonly(),
	/** Share that really arrives, where it is a lease that may have ended. */
	share: number().exactOptional()
});
const NOTHING_SEEN = {
	previous: null,
	watchedMs: 0,
	lastTime: null,
	requests: 0,
	bad: 0,
	notReadySince: null,
	last: null
};
/** Requests needed before an absolute limit may speak: 1 bad answer of 2 is not an error rate. */
const LIMIT_MIN_REQUESTS = 50;
/** What a lease adds to the watch: the data plane hears from us, and time in which the share was elsewhere does not count. */
function leaseOf({ candidate, ports }) {
	return {
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		},
		share: async (ctx) => {
			const routes = await ports.router.observe(ctx.signal);
			return { share: (routes.kind === "observed" ? routes.routes.find((one) => one.version === candidate.version) : void 0)?.share ?? 0 };
		}
	};
}
/**
* Watches one version alone against absolute limits: after the first release, and at full traffic, where there is no
* baseline. Outside α, as every absolute limit.
* @param how `bakeMs`: instead of the final bake; `atLeast`: instances that must stay ready
* @param hold `leased`: the share ends by itself when nobody renews it (a switch that is not for good yet)
*/
function limitWatch(rollout, id, hold = "stable", how = {}) {
	const { candidate, policy, ports } = rollout;
	const { bakeMs = policy.finalBakeMs, atLeast } = how;
	const lease = hold === "leased" ? leaseOf(rollout) : null;
	const where = `${candidate.component} ${candidate.version}`;
	return watch({
		id,
		title: `Observe ${candidate.version} at full traffic for ${bakeMs / 1e3} s`,
		inputs: {
			version: candidate.version,
			bakeMs,
			errorLimit: policy.errorLimit
		},
		everyMs: policy.everyMs,
		samples: limitSample,
		outputs: strictObject({}),
		sample: async (ctx) => {
			const [counters, platform] = await Promise.all([ports.metrics.sample(ctx.signal), ports.platform.observe(ctx.signal)]);
			return {
				time: ctx.clock.now(),
				counters,
				instances: sampleInstances(platform, candidate.component, candidate.version),
				...await lease?.share(ctx)
			};
		},
		...lease === null ? {} : { heartbeat: lease.heartbeat },
		start: () => NOTHING_SEEN,
		fold: (state, sample) => {
			const delta = state.previous === null ? null : versionDelta(state.previous, sample.counters, candidate.version, "errors");
			const passed = state.lastTime === null ? 0 : sample.time - state.lastTime;
			return {
				previous: sample.counters.kind === "counters" ? sample.counters : state.previous,
				watchedMs: state.watchedMs + (delta === null || !serves(sample) ? 0 : clamp(passed, 3 * policy.everyMs)),
				lastTime: sample.time,
				requests: state.requests + (delta?.requests ?? 0),
				bad: state.bad + (delta?.bad ?? 0),
				notReadySince: notReadySince(state.notReadySince, sample.instances, sample.time, atLeast),
				last: sample
			};
		},
		decide: (state) => {
			if (state.last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const looping = crashLoop(state.last.instances, where);
			if (looping !== void 0) return {
				kind: "fail",
				problem: looping
			};
			const unhealthy = neverReady(state.last, state.notReadySince, where, policy.healthDeadlineMs, atLeast);
			if (unhealthy !== void 0) return {
				kind: "fail",
				problem: unhealthy
			};
			const rate = state.requests === 0 ? 0 : state.bad / state.requests;
			if (state.requests >= 50 && rate > policy.errorLimit) return {
				kind: "fail",
				problem: {
					code: "rollout.above-limit",
					where,
					found: `${state.bad} bad of ${state.requests} responses (${(rate * 100).toFixed(2)} %)`,
					expected: `at most ${(policy.errorLimit * 100).toFixed(2)} %`,
					remedy: "see the log of the version; the release was taken back"
				}
			};
			const seconds = Math.round(state.watchedMs / 1e3);
			const { counters } = state.last;
			const silent = counters.kind === "missing" ? `; missing: ${counters.source}: ${counters.reason}` : "";
			const elsewhere = serves(state.last) ? "" : `; ${candidate.version} does not have its traffic now`;
			const status = `${seconds} s observed, ${state.bad} bad of ${state.requests} responses${silent}${elsewhere}`;
			if (state.watchedMs < bakeMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "pass",
				status,
				outputs: {}
			};
		}
	});
}
/** Whether there is something to observe: an instance that takes requests, and a share that arrives. */
function serves({ instances, share }) {
	return instances.some((one) => one.state === "ready") && (share === void 0 || share > .999);
}
function clamp(ms, most) {
	return Math.max(0, Math.min(ms, most));
}

// src/rollout/health.ts
const readySample = strictObject({
	time: number(),
	instances: array(instanceSampleSchema).readonly()
});
/** Known only once they run: whatever routes traffic to them is decided after this. */
const readyOutputs = strictObject({ ready: number().int() });
/** Is the wanted number of instances ready? Pure, over one sample. */
function readiness(instances, replicas) {
	const ready = instances.filter((instance) => instance.state === "ready").length;
	return {
		ready,
		all: ready >= replicas
	};
}
/**
* Waits until every instance of a version answers on its ready path; a deadline or a crash loop fails.
* @param on only the instances on these hosts; left out: on all
*/
function readyWatch(rollout, which, id, on) {
	const spec = which === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	const { policy, ports } = rollout;
	const replicas = on === void 0 ? spec.replicas : on.length * perHost(spec.replicas, rollout.hosts.length);
	const where = `${spec.component} ${spec.version}${on === void 0 ? "" : ` on ${on.join(", ")}`}`;
	return watch({
		id,
		title: `Wait until ${where} is ready`,
		description: `All ${replicas} instances answer 200 on ${spec.readyPath} within ${policy.healthDeadlineMs / 1e3} s.`,
		inputs: {
			version: spec.version,
			replicas,
			deadlineMs: policy.healthDeadlineMs,
			...on === void 0 ? {} : { hosts: [...on] }
		},
		everyMs: 250,
		samples: readySample,
		outputs: readyOutputs,
		sample: async (ctx) => ({
			time: ctx.clock.now(),
			instances: sampleInstances(await ports.platform.observe(ctx.signal), spec.component, spec.version, on)
		}),
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: (state) => {
			if (state.last === null || state.from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const looping = crashLoop(state.last.instances, where);
			if (looping !== void 0) return {
				kind: "fail",
				problem: looping
			};
			const { ready, all } = readiness(state.last.instances, replicas);
			if (all) return {
				kind: "pass",
				status: `${ready} of ${replicas} ready`,
				outputs: { ready }
			};
			const waited = state.last.time - state.from;
			if (waited < policy.healthDeadlineMs) return {
				kind: "look-on",
				status: `${ready} of ${replicas} ready after ${Math.round(waited / 1e3)} s`
			};
			return {
				kind: "fail",
				problem: notReady(where, state.last.instances, ready, replicas, policy.healthDeadlineMs)
			};
		},
		...which === "candidate" ? { heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(spec.version)
		} } : {}
	});
}
function notReady(where, instances, ready, replicas, deadlineMs) {
	const words = instances.map((one) => `${one.instance} ${one.state}${one.detail === "" ? "" : ` (${one.detail})`}`);
	return {
		code: "rollout.not-ready",
		where,
		found: `${ready} of ${replicas} ready after ${deadlineMs / 1e3} s: ${words.join(", ") || "no instance at all"}`,
		expected: `${replicas} ready instances within ${deadlineMs / 1e3} s`,
		remedy: "read the instance log; raise rollout.healthDeadline only if the start is slow by design"
	};
}
/** Requests that must be answered as said; run after effects, never in a plan. */
async function smokeAt(http, base, requests) {
	const problems = [];
	for (const request of requests) {
		const url = `${base}${request.path}`;
		const answer = await http.get(url, { timeoutMs: 5e3 });
		const found = answer.kind === "no-answer" ? answer.reason : answer.status !== request.status ? `status ${answer.status}` : request.contains !== void 0 && !answer.body.includes(request.contains) ? `a body without ${JSON.stringify(request.contains)}` : void 0;
		if (found === void 0) continue;
		problems.push({
			code: "rollout.smoke-failed",
			where: url,
			found,
			expected: `status ${request.status}${request.contains === void 0 ? "" : ` and ${JSON.stringify(request.contains)} in the body`}`,
			remedy: "try the request by hand; mend the service, or the expectation in rollout.smoke"
		});
	}
	return problems;
}
/**
* Smoke test of the candidate's own instances, not through the proxy: nothing else can answer for it.
* @param more only the instances on some hosts, and what keeps the lease of others alive meanwhile
*/
function smokeStep(rollout, id, more = {}) {
	const { candidate, policy, ports } = rollout;
	const { on, hold } = more;
	const where = `${candidate.component} ${candidate.version}${on === void 0 ? "" : ` on ${on.join(", ")}`}`;
	return action({
		id,
		title: `Smoke test ${where}`,
		description: policy.smoke.map((request) => `GET ${request.path} answers ${request.status}`).join("; ") || "No smoke requests configured.",
		inputs: {
			requests: policy.smoke.map(({ path, status, contains }) => ({
				path,
				status,
				contains: contains ?? null
			})),
			...on === void 0 ? {} : { hosts: [...on] }
		},
		read: async (ctx) => ctx.clock.now(),
		decide: (now) => policy.smoke.length === 0 ? {
			kind: "nothing",
			why: "no smoke requests are configured"
		} : {
			kind: "do",
			effects: hold?.(now) ?? [],
			why: `GET ${policy.smoke.map((request) => request.path).join(", ")} on each instance`
		},
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 500
		},
		verify: async (ctx) => {
			const state = await ports.platform.observe(ctx.signal);
			const instances = readyInstances(state, candidate.component, candidate.version).filter((one) => on?.includes(one.on) ?? true);
			if (instances.length === 0) return [{
				code: "rollout.smoke-no-instance",
				where,
				found: "no ready instance",
				expected: "at least one to test",
				remedy: "read the instance log"
			}];
			return (await Promise.all(instances.map((one) => smokeAt(ports.http, `http://${one.host}:${one.port}`, policy.smoke)))).flat();
		}
	});
}

// src/rollout/bring-up.ts
/** How every strategy begins: the candidate is installed, started, waited for and asked its smoke tests. */
function bringUp(rollout) {
	const ready = readyWatch(rollout, "candidate", "ready");
	return {
		ready,
		steps: [
			installStep(rollout),
			startStep$1(rollout, "candidate", "start"),
			ready,
			smokeStep(rollout, "smoke")
		]
	};
}

// src/rollout/drain.ts
/** Before something stops it finishes the requests that it has. */
const drainSample = strictObject({
	time: number(),
	/** Absent where some hosts are looked at, and others go on. */
	share: number().exactOptional(),
	open: number(),
	reachable: boolean()
});
/** Waits until a version has no share and no open request; after the deadline it goes on and says what was left. */
function drainWatch(rollout, version, id) {
	return drain(rollout, {
		id,
		title: `Let ${version} finish its requests`,
		inputs: { version },
		look: (routes) => ({
			share: configuredShare(routes, version),
			open: openRequests(routes, version)
		})
	});
}
/** Waits until a version has no open request on some hosts; after the deadline it goes on and says what was left. */
function hostDrainWatch(rollout, version, id, hosts, inputs) {
	return drain(rollout, {
		id,
		title: `Let ${version} finish its requests${inputs.length === 0 ? "" : ` on ${inputs.join(", ")}`}`,
		inputs: {
			version,
			hosts: [...inputs]
		},
		look: (routes, ctx) => ({ open: openOn(routes, version, hosts(ctx)) })
	});
}
function drain({ policy, ports }, { id, title, inputs, look }) {
	return watch({
		id,
		title,
		inputs: {
			...inputs,
			timeoutMs: policy.drainTimeoutMs
		},
		everyMs: 200,
		samples: drainSample,
		outputs: strictObject({ left: number() }),
		sample: async (ctx) => {
			const routes = await ports.router.observe(ctx.signal);
			return {
				time: ctx.clock.now(),
				...look(routes, ctx),
				reachable: routes.kind === "observed"
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: (state) => drainAnswer(state, policy.drainTimeoutMs)
	});
}
/** Pure. Over when nothing is open and, where it was looked at, no share is left; after the deadline anyway. */
function drainAnswer({ from, last }, timeoutMs) {
	if (last === null || from === null) return {
		kind: "look-on",
		status: "nothing seen yet"
	};
	if (last.reachable && (last.share ?? 0) === 0 && last.open === 0) return {
		kind: "pass",
		status: "no open request",
		outputs: { left: 0 }
	};
	if (last.time - from >= timeoutMs) return {
		kind: "pass",
		status: `${last.open} requests left after the time-out`,
		outputs: { left: last.open }
	};
	return {
		kind: "look-on",
		status: `${last.open} open requests`
	};
}
function openOn(routes, version, hosts) {
	if (routes.kind === "unreachable") return 0;
	return (routes.routes.find((one) => one.version === version)?.endpoints ?? []).filter(({ instance }) => hosts.some((host) => isOnHost(instance, host))).reduce((sum, endpoint) => sum + endpoint.openRequests, 0);
}

// src/rollout/rollback.ts
/**
* The way back is one plan of its own. First the traffic, at once and as far as the stable version can carry it; then the
* stable version is made whole if it is not; then the rest of the traffic; only then is anything stopped. It never undoes
* expand migrations: the ledger said beforehand that the stable version runs on the new schema.
*/
function rollbackNode(rollout, extra = []) {
	const { candidate, stable } = rollout;
	if (stable === null) return removalNode(rollout, extra);
	return sequence({
		id: "rollback",
		title: `Go back to ${stable.version}`,
		steps: [
			backStep(rollout, "traffic-back", "as far as it can carry it now"),
			startStep$1(rollout, "stable", "restore-stable", true),
			readyWatch(rollout, "stable", "stable-ready"),
			backStep(rollout, "all-traffic-back", "all of it"),
			drainWatch(rollout, candidate.version, "drain"),
			retireStep(rollout, candidate, stable.version, "stop-candidate", { urgent: true }),
			currentStep$1(rollout, stable),
			...extra
		]
	});
}
/** Share the stable version can take at once; the candidate keeps what it could not carry. Pure. */
function shareAtOnce(rollout, world) {
	const { stable, policy } = rollout;
	if (stable === null) return 0;
	const ready = readyInstances(world.platform, stable.component, stable.version).length;
	return carries(ready, perInstanceShare(stable.replicas, policy.capacityPerInstance));
}
function backStep(rollout, id, how) {
	const { candidate, stable, service } = rollout;
	const version = stable?.version ?? "";
	return trafficBackStep(rollout, id, how, (world, ctx) => {
		const possible = ctx.mode === "plan" ? 1 : shareAtOnce(rollout, world);
		const before = complement(configuredShare(world.routes, candidate.version));
		const share = Math.max(possible, before);
		if (share === 0) return null;
		if (share === 1 && candidateIsGone(rollout, world)) return onlyRoutes(service, candidate.component, version, world.platform, world.routes);
		const split = {
			service,
			component: candidate.component,
			stable: version,
			candidate: candidate.version,
			share: complement(share),
			hold: holdOf$1(world, candidate.version)
		};
		return splitRoutes(split, world.platform, world.routes);
	});
}
/**
* Gives the stable version what `routes` says it can take; null: no instance of it is ready yet. After `all-traffic-back` it must have
* everything.
*/
function trafficBackStep(rollout, id, how, routes) {
	const { candidate, stable, ports } = rollout;
	const version = stable?.version ?? "";
	return action({
		id,
		title: `Send the traffic back to ${version}, ${how}`,
		inputs: {
			stable: version,
			candidate: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			const down = unreachable$1(world.routes, id);
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const desired = routes(world, ctx);
			if (desired === null) return {
				kind: "nothing",
				why: `no instance of ${version} is ready yet`
			};
			return doOrNothing(ports.router.apply(desired, world.routes), `${version} has it`);
		},
		probe: "repeatable",
		urgent: true,
		...id === "all-traffic-back" ? { verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), version, 1) } : {}
	});
}
/** A version that was promoted has no guards any more, so what is left of its share stays its own; a lease stays a lease. */
function holdOf$1({ routes }, version) {
	return (routes.kind === "observed" ? routes.routes.find((one) => one.version === version) : void 0)?.hold ?? "leased";
}
function candidateIsGone(rollout, world) {
	if (world.routes.kind === "unreachable") return true;
	return !world.routes.routes.some((route) => route.version === rollout.candidate.version);
}
function currentStep$1(rollout, spec) {
	return action({
		id: "stable-is-current",
		title: `Make ${spec.version} current`,
		inputs: { version: spec.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing(rollout.ports.platform.makeCurrent(spec.version, world.platform), "it is current"),
		probe: "repeatable",
		urgent: true
	});
}
/** After a failed first release there is nothing to go back to: what was started is taken away, and the result says so. */
function removalNode(rollout, extra) {
	const { candidate, service, ports } = rollout;
	const unroute = action({
		id: "unroute",
		title: `Take ${candidate.version} out of the traffic`,
		inputs: { candidate: candidate.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => world.routes.kind === "unreachable" ? {
			kind: "nothing",
			why: "the router does not answer, so it routes nothing"
		} : doOrNothing(ports.router.apply({
			service,
			routes: []
		}, world.routes), "nothing is routed"),
		probe: "repeatable",
		urgent: true
	});
	const remove = action({
		id: "remove",
		title: `Remove ${candidate.component} ${candidate.version}`,
		inputs: { candidate: candidate.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing(ports.platform.remove(candidate.version, world.platform), "it is not installed"),
		probe: "repeatable",
		urgent: true
	});
	return sequence({
		id: "rollback",
		title: `Remove ${candidate.version}: nothing served before it`,
		steps: [
			unroute,
			drainWatch(rollout, candidate.version, "drain"),
			retireStep(rollout, candidate, null, "stop-candidate", { urgent: true }),
			remove,
			...extra
		]
	});
}

// src/rollout/bake-state.ts
/** What one look of a bake records: raw, so that every conclusion can be drawn again from the journal. */
const bakeSampleSchema = strictObject({
	time: number(),
	/** The proxy's counters first, then the witnesses'. */
	counters: array(countersSchema).min(1).readonly(),
	instances: array(instanceSampleSchema).readonly(),
	router: discriminatedUnion("kind", [strictObject({
		kind: literal("observed"),
		configured: number(),
		actual: number()
	}), strictObject({
		kind: literal("unreachable"),
		reason: string()
	})])
});
/** Metrics of a witness carry its name, so that they never meet those of the proxy. */
function metricName(source, metric) {
	return source === 0 ? metric : `witness-${source}/${metric}`;
}
/** Before anything is known. All metrics share α from the start; only the proxy's decide `not-worse`. */
function noAnalyses(policy, proxy, witnesses) {
	const named = witnesses.flatMap((names, index) => names.map((name) => metricName(index + 1, name)));
	return {
		accuse: start(policy, { metrics: [...proxy, ...named] }),
		clear: start(policy, { metrics: proxy })
	};
}
/** A step begins: `not-worse` starts afresh, the evidence for `worse` goes on through the whole release. */
function beginBake(analyses) {
	return {
		from: null,
		watchedMs: 0,
		previous: [],
		analyses: {
			accuse: startStep(analyses.accuse),
			clear: startStep(analyses.clear)
		},
		gaps: [],
		notReadySince: null,
		last: null
	};
}
/** Pure fold over one look. */
function foldBake(state, sample, settings) {
	const from = state.from ?? sample.time;
	const rows = rowsOf(state.previous, sample, settings, state.last);
	const passed = state.last === null ? 0 : sample.time - state.last.time;
	return {
		from,
		watchedMs: state.watchedMs + Math.max(0, Math.min(passed, 3 * settings.everyMs)),
		previous: sample.counters.map((counters, index) => counters.kind === "counters" ? counters : state.previous[index] ?? null),
		analyses: {
			accuse: observeKnown(state.analyses.accuse, rows),
			clear: observeKnown(state.analyses.clear, rows)
		},
		gaps: sample.counters.map((counters, index) => gapsOf(counters, state.gaps[index] ?? [], sample.time)),
		notReadySince: notReadySince(state.notReadySince, sample.instances, sample.time, settings.atLeast),
		last: sample
	};
}
/** A metric that is missing after its whole source was silent has been missing since then. */
function gapsOf(counters, before, time) {
	return (counters.kind === "missing" ? [{
		metric: null,
		reason: counters.reason
	}] : counters.missing ?? []).map(({ metric, reason }) => {
		return {
			metric,
			reason,
			since: (before.find((gap) => gap.metric === metric) ?? before.find((gap) => gap.metric === null))?.since ?? time
		};
	});
}
/** Rows of all sources since their last good readings; none when the wall clock did not go forward. */
function rowsOf(before, sample, settings, last) {
	if (last !== null && sample.time <= last.time) return [];
	return sample.counters.flatMap((counters, source) => {
		const previous = before[source] ?? null;
		if (previous === null) return [];
		return intervalRows(previous, counters, settings).map((row) => ({
			...row,
			metric: metricName(source, row.metric),
			t: sample.time / 1e3
		}));
	});
}
/** An analysis takes the metrics it was started with. */
function observeKnown(state, rows) {
	const known = rows.filter((row) => state.metrics.some((metric) => metric.name === row.metric));
	return known.length === 0 || state.t !== null && (known[0]?.t ?? 0) <= state.t ? state : observe(state, known);
}
/** Verdict of a bake: the accusation of any source, else the clearance of the proxy, else undecided with what is missing. */
function bakeVerdict(state) {
	return {
		accuse: judge(state.analyses.accuse),
		clear: judge(state.analyses.clear)
	};
}
/** Whether a source says nothing at all. */
function someSourceIsSilent(state) {
	return state.gaps.some((gaps) => gaps.some((gap) => gap.metric === null));
}
/** What the proxy, the only source that may clear a version, does not say, with the reason and since when; empty when it answers. */
function proxyGaps(state) {
	return gapsInWords(state, (source) => source === 0);
}
/** The same of the witnesses, whole or a metric of theirs; empty when they say all they were asked. */
function witnessGaps(state) {
	return gapsInWords(state, (source) => source > 0);
}
/** A status line that also says what is missing, if anything is. */
function withGaps(status, gaps) {
	return gaps.length === 0 ? status : `${status}; missing: ${gaps.join("; ")}`;
}
function gapsInWords({ last, gaps }, wanted) {
	if (last === null) return [];
	return last.counters.flatMap((counters, source) => (wanted(source) ? gaps[source] ?? [] : []).map(({ metric, reason, since }) => {
		const seconds = Math.round((last.time - since) / 1e3);
		return `${counters.source}: ${metric === null ? "" : `${metric}: `}${reason} (for ${seconds} s)`;
	}));
}

// src/rollout/generated-load.ts
/** At most this many of our own requests in one look, whatever is configured: load of ours must never be an incident. */
const MOST_PER_LOOK = 200;
/** How many requests to add so that the interval reaches the wanted rate. Pure. */
function toAdd(wantedPerSecond, seenPerSecond, seconds) {
	const missing = Math.max(0, wantedPerSecond - seenPerSecond) * seconds;
	return Math.min(MOST_PER_LOOK, Math.round(missing));
}
function total$1(counters) {
	if (counters.kind === "missing") return null;
	return counters.servers.reduce((sum, server) => sum + (server.metrics["errors"]?.requests ?? 0), 0);
}
/**
* Where an environment chose generated load: before each look, requests of our own through the proxy top real traffic up to
* the wanted rate. They go the users' way, so the weights decide which version answers them.
*/
function topUp(rollout) {
	const { lowTraffic, everyMs } = rollout.policy;
	if (lowTraffic.kind !== "load") return async () => void 0;
	let before = null;
	return async (ctx) => {
		const now = ctx.clock.monotonic();
		const seen = total$1(await rollout.ports.metrics.sample(ctx.signal));
		const seconds = before === null ? everyMs / 1e3 : Math.max(.05, (now - before.at) / 1e3);
		const real = before === null || seen === null ? 0 : Math.max(0, seen - before.total - before.own) / seconds;
		const count = toAdd(lowTraffic.requestsPerSecond, real, everyMs / 1e3);
		await Promise.all(Array.from({ length: count }, () => rollout.ports.http.get(`${rollout.entry}${lowTraffic.path}`, {
			timeoutMs: Math.min(everyMs * 5, 1e4),
			signal: ctx.signal,
			headers: { "x-shiplock-generated": "1" }
		})));
		if (seen !== null) before = {
			total: seen,
			at: now,
			own: count
		};
	};
}

// src/rollout/bake.ts
const outputsSchema = strictObject({
	verdict: _enum([
		"not-worse",
		"smoke-only",
		"decided-by-person"
	]),
	/** Evidence for `worse` at the end, log10. */
	evidence: number(),
	canaryRequests: number(),
	accuse: analysisStateSchema,
	clear: analysisStateSchema
});
/**
* Watches one share until the evidence decides. `worse` fails at once; `not-worse` passes after the bake; silence and too
* little traffic are `undecided`, and a deadline on that asks a person (or does what the environment chose) with the weight kept.
*/
function bakeWatch(rollout, step, id) {
	const { candidate, stable, policy, ports } = rollout;
	const settings = {
		stable: stable?.version ?? "",
		candidate: candidate.version,
		everyMs: policy.everyMs,
		...step.atLeast === void 0 ? {} : { atLeast: step.atLeast }
	};
	const analysis = {
		...policy.analysis,
		minimumBakeSeconds: Math.max(policy.analysis.minimumBakeSeconds, step.bakeMs / 1e3)
	};
	const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
	const percent = `${Math.round(step.share * 1e3) / 10} %`;
	const where = `${candidate.component} ${candidate.version} at ${percent}`;
	const load = topUp(rollout);
	return watch({
		id,
		title: `Judge ${candidate.version} at ${percent}`,
		description: `Ends when the evidence says worse or not worse, or after ${duration(policy.analysisDeadlineMs)} with a question.`,
		inputs: {
			share: step.share,
			bakeMs: step.bakeMs,
			deadlineMs: policy.analysisDeadlineMs,
			alpha: policy.analysis.alpha,
			beta: policy.analysis.beta,
			mode: policy.analysis.mode,
			lowTraffic: policy.lowTraffic.kind
		},
		everyMs: policy.everyMs,
		samples: bakeSampleSchema,
		outputs: outputsSchema,
		sample: async (ctx) => {
			await load(ctx);
			const [counters, platform, routes] = await Promise.all([
				Promise.all(sources.map((source) => source.sample(ctx.signal))),
				ports.platform.observe(ctx.signal),
				ports.router.observe(ctx.signal)
			]);
			const route = routes.kind === "observed" ? routes.routes.find((one) => one.version === candidate.version) : void 0;
			return {
				time: ctx.clock.now(),
				counters,
				instances: sampleInstances(platform, candidate.component, candidate.version),
				router: routes.kind === "observed" ? {
					kind: "observed",
					configured: route?.configuredShare ?? 0,
					actual: route?.share ?? 0
				} : {
					kind: "unreachable",
					reason: routes.reason
				}
			};
		},
		start: (ctx) => {
			const before = ctx.outputOf(step.previous);
			return beginBake({
				accuse: before.accuse,
				clear: {
					...before.clear,
					policy: analysis
				}
			});
		},
		fold: (state, sample) => foldBake(state, sample, settings),
		decide: (state) => decideBake(rollout, step, state),
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		},
		ask: {
			gate: deadlineGate(rollout, percent, step.guard),
			goOn: (evidence, state) => afterDeadline(evidence, state, where)
		},
		forecast: (ctx) => forecast(rollout, step.share, ctx)
	});
}
/** Pure: what the state says. */
function decideBake(rollout, step, state) {
	const { candidate, policy } = rollout;
	const where = `${candidate.component} ${candidate.version} at ${Math.round(step.share * 1e3) / 10} %`;
	if (state.last === null || state.from === null) return {
		kind: "look-on",
		status: "nothing seen yet"
	};
	const looping = crashLoop(state.last.instances, where);
	if (looping !== void 0) return {
		kind: "fail",
		problem: looping
	};
	const unhealthy = neverReady(state.last, state.notReadySince, where, policy.healthDeadlineMs, step.atLeast);
	if (unhealthy !== void 0) return {
		kind: "fail",
		problem: unhealthy
	};
	const { accuse, clear } = bakeVerdict(state);
	if (accuse.verdict.kind === "worse") return {
		kind: "fail",
		problem: worseProblem(where, accuse, policy.analysis.alpha)
	};
	const baked = state.watchedMs >= step.bakeMs;
	if (clear.verdict.kind === "not-worse" && baked) {
		const status = `not worse, after ${requestsToCanary(clear)} requests to it`;
		return passed$1(state, "not-worse", withGaps(status, witnessGaps(state)));
	}
	const status = bakeStatus(state, step, accuse, clear);
	if (!baked || state.last.time - state.from < policy.analysisDeadlineMs) return {
		kind: "look-on",
		status
	};
	if (policy.lowTraffic.kind === "smoke" && !someSourceIsSilent(state) && state.last.router.kind === "observed") return passed$1(state, "smoke-only", `too little traffic for a verdict; passed by its smoke tests, as this environment chose (${status})`);
	return {
		kind: "ask",
		status
	};
}
function requestsToCanary(judgement) {
	return judgement.metrics.reduce((most, metric) => Math.max(most, metric.canary.requests), 0);
}
function passed$1(state, verdict, status) {
	const { accuse, clear } = bakeVerdict(state);
	return {
		kind: "pass",
		status,
		outputs: {
			verdict,
			evidence: accuse.evidence,
			canaryRequests: requestsToCanary(clear),
			...state.analyses
		}
	};
}
function worseProblem(where, judgement, alpha) {
	const metric = judgement.metrics.find((one) => one.metric === judgement.leading) ?? judgement.metrics[0];
	const rate = (counts) => counts === void 0 ? "unknown" : `${counts.bad} bad of ${counts.requests}`;
	return {
		code: "rollout.worse",
		where,
		found: `${metric?.metric ?? "errors"}: ${rate(metric?.canary)}, beside ${rate(metric?.baseline)} for the stable version; evidence ${(10 ** Math.min(judgement.evidence, 300)).toPrecision(3)} to 1`,
		expected: `evidence below ${Math.round(1 / alpha)} to 1`,
		remedy: "the stable version got its traffic back; see `shiplock journal show` for every count"
	};
}
/** One line: what is known, what is missing, when it will be there. A witness that says nothing does not hold the verdict up. */
function bakeStatus(state, step, accuse, clear) {
	return withGaps(verdictStatus(state, step, accuse, clear), witnessGaps(state));
}
function verdictStatus(state, step, accuse, clear) {
	const silent = proxyGaps(state);
	if (silent.length > 0) return `undecided, no evidence: ${silent.join("; ")}`;
	const router = state.last?.router;
	if (router?.kind === "unreachable") return `undecided: the router does not answer (${router.reason})`;
	if (router !== void 0 && Math.abs(router.configured - step.share) > .005) return `undecided: the router gives ${Math.round(router.configured * 1e3) / 10} % instead of ${Math.round(step.share * 1e3) / 10} %`;
	if (router !== void 0 && router.actual === 0) return "undecided: the proxy holds the new version for down";
	const missing = clear.verdict.kind === "undecided" ? clear.verdict.missing.map(missingInWords) : [];
	const bake = Math.max(0, step.bakeMs - state.watchedMs);
	if (clear.verdict.kind === "not-worse" && bake > 0) return `not worse; bakes ${duration(bake)} more`;
	const limit = -Math.log10(state.analyses.accuse.policy.alpha);
	return `undecided, evidence of harm ${accuse.evidence.toFixed(1)} of ${limit.toFixed(1)}: ${missing.join("; ") || "looking on"}`;
}
function deadlineGate(rollout, percent, guard) {
	const { candidate, policy } = rollout;
	return gate({
		id: "no-verdict",
		title: `No verdict on ${candidate.version} at ${percent} after ${duration(policy.analysisDeadlineMs)}`,
		description: "The share stays as it is. Look at the counts, then decide.",
		role: policy.role,
		guard: guard ?? {
			kind: "guarded",
			by: `the guard of ${candidate.version}: it takes the version out when it is unhealthy or above ${policy.errorLimit * 100} % bad responses`,
			arm: [holdStep(rollout)],
			disarm: []
		},
		evidence: [{
			kind: "choice",
			name: "decision",
			question: "What now?",
			options: [
				"look-on",
				"promote",
				"roll-back"
			]
		}, {
			kind: "text",
			name: "reason",
			question: "Why?",
			minLength: 5
		}]
	});
}
/** How long the guard keeps watch by itself while a person is asked; then it takes the version out. */
const HOLD_MS = 864e5;
function holdStep(rollout) {
	const { candidate, policy, ports } = rollout;
	return action({
		id: "hold",
		title: `Let the guard of ${candidate.version} keep watch`,
		inputs: {
			errorLimit: policy.errorLimit,
			forMs: HOLD_MS
		},
		read: async (ctx) => ctx.clock.now() + HOLD_MS,
		decide: (untilMs) => ({
			kind: "do",
			effects: [ports.hold(candidate.version, untilMs, policy.errorLimit)]
		}),
		probe: "repeatable"
	});
}
function afterDeadline(evidence, state, where) {
	const reason = String(evidence["reason"] ?? "");
	switch (evidence["decision"]) {
		case "promote": return {
			answer: passed$1(state, "decided-by-person", `promoted without a verdict: ${reason}`),
			state
		};
		case "roll-back": return {
			answer: {
				kind: "fail",
				problem: sentBack(where, reason)
			},
			state
		};
		default: return {
			answer: {
				kind: "look-on",
				status: `looking on: ${reason}`
			},
			state: {
				...state,
				from: null
			}
		};
	}
}
function sentBack(where, reason) {
	return {
		code: "rollout.sent-back",
		where,
		found: `a person decided: ${reason}`,
		expected: "a promotion",
		remedy: "nothing: the stable version got its traffic back"
	};
}

// src/rollout/names.ts
/**
* Ids of the nodes of a rollout that say something to those who read a journal. Steps are given their ids here and are recognised
* here, so that both sides cannot drift apart.
*/
const PERCENT = String.raw`(\d+(?:-\d+)?)-percent`;
const SHARE_STEP = new RegExp(`(?:^|/)share-${PERCENT}$`);
const JUDGE = new RegExp(`(?:^|/)judge-${PERCENT}$`);
/** Id of the step that gives the new version a share, 0 to 1: `share-2-5-percent`. */
function shareStepId(share) {
	return `share-${percentWord(share)}`;
}
/** Id of the watch that judges it there: `judge-2-5-percent`. */
function judgeId(share) {
	return `judge-${percentWord(share)}`;
}
/** The share that a step of this path gives; undefined for another step. */
function shareGivenBy(path) {
	return shareIn(SHARE_STEP.exec(path)?.[1]);
}
/** The share that a watch of this path judges; undefined for another watch. */
function shareJudgedBy(path) {
	return shareIn(JUDGE.exec(path)?.[1]);
}
/** An id cannot hold a decimal point: 2.5 % is `2-5-percent`. */
function percentWord(share) {
	return `${String(Math.round(share * 1e3) / 10).replace(".", "-")}-percent`;
}
function shareIn(word) {
	return word === void 0 ? void 0 : Number(word.replace("-", ".")) / 100;
}

// src/rollout/past.ts
/** Name of the proxy's own metric. */
const ERRORS$1 = "errors";
const pastSample = strictObject({
	time: number(),
	counters: array(countersSchema).min(1).readonly()
});
const pastOutputs = strictObject({
	accuse: analysisStateSchema,
	clear: analysisStateSchema
});
/**
* Watches the stable version alone before anything is compared: how bursty its own bad answers are decides how much evidence
* a verdict needs. It takes time and no risk; a silent source or no traffic only means that less is known.
*/
function pastWatch(rollout, id) {
	const { stable, candidate, policy, ports } = rollout;
	const settings = {
		stable: stable?.version ?? "",
		candidate: candidate.version,
		everyMs: policy.everyMs
	};
	const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
	return watch({
		id,
		title: `Learn how ${settings.stable} behaves by itself for ${duration(policy.pastMs)}`,
		inputs: {
			stable: settings.stable,
			pastMs: policy.pastMs
		},
		everyMs: policy.everyMs,
		samples: pastSample,
		outputs: pastOutputs,
		sample: async (ctx) => ({
			counters: await Promise.all(sources.map((source) => source.sample(ctx.signal))),
			time: ctx.clock.now()
		}),
		start: () => beginBake(noAnalyses(policy.analysis, [ERRORS$1], ports.witnesses.map((witness) => witness.names))),
		fold: (state, sample) => foldBake(state, {
			...sample,
			instances: [],
			router: {
				kind: "unreachable",
				reason: "not looked at"
			}
		}, settings),
		decide: (state) => {
			const known = `${duration(state.watchedMs)} of ${duration(policy.pastMs)} known`;
			const status = withGaps(known, [...proxyGaps(state), ...witnessGaps(state)]);
			if (state.watchedMs < policy.pastMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "pass",
				status,
				outputs: state.analyses
			};
		},
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		}
	});
}

// src/rollout/shares.ts
/** Share after share, each judged by evidence against the version beside it; nothing when no shares are asked for. */
function judgedShares(rollout, ready) {
	const { steps } = rollout.policy;
	if (steps.length === 0) return [];
	const past = pastWatch(rollout, "past");
	const nodes = [past];
	let previous = past;
	for (const one of steps) {
		const bake = bakeWatch(rollout, {
			...one,
			previous
		}, judgeId(one.share));
		nodes.push(shareStep(rollout, one.share, ready, shareStepId(one.share)), bake);
		previous = bake;
	}
	return nodes;
}

// src/rollout/blue-green.ts
/**
* All traffic at once: the new version is started beside the old one, previewed and asked its smoke tests, then gets everything.
* Until the bake is over its share is a lease and the old version stands by: the way back is one change of weights, and the data
* plane takes it by itself when nobody watches any more. With nothing beside it there is no evidence to weigh, so absolute limits
* decide; shares before the switch (`steps`) are judged as in a canary.
*/
function blueGreenNode(rollout, around = {
	beforeRetire: [],
	onRollback: []
}) {
	const { candidate, stable, policy } = rollout;
	const { ready, steps: begin } = bringUp(rollout);
	const judged = sequence({
		id: "judged",
		title: `${candidate.version} takes over`,
		rollback: rollbackNode(rollout, around.onRollback),
		steps: [
			...begin,
			...policy.preview ? [previewGate(rollout)] : [],
			...judgedShares(rollout, ready),
			shareStep(rollout, 1, ready, "switch"),
			limitWatch(rollout, "bake", "leased"),
			promoteStep(rollout, ready),
			settleStep(rollout),
			...around.beforeRetire
		]
	});
	if (stable === null) return judged;
	const drained = drainWatch(rollout, stable.version, "drain-old");
	const after = [drained, retireStep(rollout, stable, candidate.version, "stop-old", { after: drained })];
	return sequence({
		id: "blue-green",
		title: `Blue-green release of ${rollout.service} ${candidate.version} beside ${stable.version}`,
		steps: [judged, ...after]
	});
}
/** The new version runs and has no traffic: a person looks at it before anybody else does. */
function previewGate({ candidate, policy }) {
	return gate({
		id: "preview",
		title: `Look at ${candidate.version} before it gets any traffic`,
		description: `Its instances run and answer their smoke tests; \`shiplock status\` names their addresses.`,
		role: policy.role,
		guard: {
			kind: "drained",
			drain: [],
			restore: []
		},
		evidence: [{
			kind: "choice",
			name: "decision",
			question: "Switch to it?",
			options: ["switch", "roll-back"]
		}, {
			kind: "text",
			name: "seen",
			question: "What was looked at?",
			minLength: 5
		}],
		judge: (evidence) => evidence["decision"] === "switch" ? { kind: "pass" } : {
			kind: "reject",
			why: `not switched to: ${String(evidence["seen"] ?? "")}`
		}
	});
}

// src/rollout/canary.ts
/**
* Share by share, judged by evidence. The rollback covers everything until the old version is stopped: until then it still
* runs and the way back is one weight change.
*/
function canaryNode(rollout, around = {
	beforeRetire: [],
	onRollback: []
}) {
	const { candidate, stable } = rollout;
	const { ready, steps: begin } = bringUp(rollout);
	const judged = sequence({
		id: "judged",
		title: `${candidate.version} earns its traffic`,
		rollback: rollbackNode(rollout, around.onRollback),
		steps: [
			...begin,
			...judgedShares(rollout, ready),
			promoteStep(rollout, ready),
			limitWatch(rollout, "observe"),
			settleStep(rollout),
			...around.beforeRetire
		]
	});
	if (stable === null) return judged;
	const drained = drainWatch(rollout, stable.version, "drain-old");
	return sequence({
		id: "canary",
		title: `Canary of ${rollout.service} ${candidate.version} beside ${stable.version}`,
		steps: [
			judged,
			drained,
			retireStep(rollout, stable, candidate.version, "stop-old", { after: drained })
		]
	});
}

// src/rollout/chart/scale.ts
/** Rates that differ by this factor or more are drawn on a log scale: on a linear one the smaller would lie on the axis. */
const LOG_FROM = 20;
/** Part of the way from the low to the high end, not cut off: below 0 and above 1 lie outside. */
function positionOf(scale, value) {
	if (scale.kind === "linear") return (value - scale.low) / (scale.high - scale.low);
	if (value <= scale.low) return 0;
	return Math.log(value / scale.low) / Math.log(scale.high / scale.low);
}
/** An axis for rates (parts of 1): from 0, or by decades where they differ too much for that. */
function rateScale(rates) {
	const positive = rates.filter((rate) => rate > 0);
	const greatest = extreme(positive, Math.max) ?? .01;
	const least = extreme(positive, Math.min) ?? greatest;
	if (greatest / least >= LOG_FROM) return decades(least, greatest);
	const step = stepFor(greatest / 3);
	const high = step * Math.ceil(greatest / step - 1e-9);
	return {
		kind: "linear",
		low: 0,
		high,
		ticks: linearTicks(0, high, step, percent)
	};
}
/** An axis for numbers of things, from 0. */
function countScale(counts) {
	const greatest = extreme(counts, Math.max) ?? 0;
	const step = stepFor((greatest > 0 ? greatest : 1) / 3);
	const high = step * Math.max(1, Math.ceil(greatest / step - 1e-9));
	return {
		kind: "linear",
		low: 0,
		high,
		ticks: linearTicks(0, high, step, plain)
	};
}
/** The whole of something, in halves. */
const WHOLE = {
	kind: "linear",
	low: 0,
	high: 1,
	ticks: [
		0,
		.5,
		1
	].map((value) => ({
		value,
		label: percent(value)
	}))
};
function decades(least, greatest) {
	const from = Math.floor(Math.log10(least) + 1e-9);
	const to = Math.ceil(Math.log10(greatest) - 1e-9);
	const ticks = Array.from({ length: to - from + 1 }, (_, i) => from + i).map((power) => ({
		value: 10 ** power,
		label: percent(10 ** power)
	}));
	return {
		kind: "log",
		low: 10 ** from,
		high: 10 ** to,
		ticks
	};
}
/**
* An axis for log10 evidence around its limit. It ends three limits above and one below zero: what lies beyond is drawn on the
* edge, since the course up to the decision is what matters.
*/
function evidenceScale(values, limit) {
	const greatest = extreme(values, Math.max) ?? 0;
	const least = extreme(values, Math.min) ?? 0;
	const high = Math.min(3 * limit, Math.max(1.25 * limit, greatest));
	const low = Math.max(-limit, Math.min(0, least));
	return {
		kind: "linear",
		low,
		high,
		ticks: linearTicks(low, high, stepFor((high - low) / 3), plain)
	};
}
/** Round values along a stretch of time, both ends included. */
function timeTicks(from, to, about) {
	if (!(to > from)) return [{
		value: from,
		label: plain(from)
	}];
	const step = stepFor((to - from) / Math.max(1, about));
	const inner = linearTicks(from, to, step, plain).filter(({ value }) => value - from > step / 2 && to - value > step / 2);
	return [
		{
			value: from,
			label: plain(from)
		},
		...inner,
		{
			value: to,
			label: plain(to)
		}
	];
}
function linearTicks(low, high, step, label) {
	const first = Math.ceil(low / step - 1e-9);
	const count = Math.floor(high / step + 1e-9) - first + 1;
	return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step).map((value) => ({
		value,
		label: label(value)
	}));
}
/** The round number (1, 2 or 5 times a power of ten) that is nearest above `wanted`. */
function stepFor(wanted) {
	const power = 10 ** Math.floor(Math.log10(wanted));
	const lead = wanted / power;
	return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}
/** `0.5 %` of 0.005. Three digits: more cannot be seen in a chart. */
function percent(part) {
	return `${plain(Number((part * 100).toPrecision(3)))} %`;
}
/** A number without binary noise: nine digits, and times to the millisecond. */
function plain(value) {
	const rounded = Math.abs(value) >= 1e6 ? Math.round(value * 1e3) / 1e3 : Number(value.toPrecision(9));
	return String(rounded === 0 ? 0 : rounded);
}
/** Without a call per value: a list may be longer than an argument list can be. */
function extreme(values, choose) {
	return values.length === 0 ? void 0 : values.reduce((a, b) => choose(a, b));
}

// src/rollout/chart/chart.ts
function comparesVersions({ kind }) {
	return kind === "rates" || kind === "load";
}
/**
* @param trace taken while the report was made
* @param policy the same as the report's
*/
function chartOf(report, trace, policy) {
	const buckets = trace.buckets;
	const leading = trace.leading ?? "";
	const name = shown(leading);
	const from = buckets[0]?.from ?? 0;
	const several = report.metrics.length > 1;
	return {
		title: report.verdict === "undecided" ? "undecided" : `${report.verdict} at t=${plain(report.at ?? 0)}`,
		from,
		to: buckets.at(-1)?.to ?? from,
		panels: [
			ratesPanel(name, buckets, leading),
			evidencePanel(`evidence for worse${several ? ", all metrics together" : ""}`, buckets, ({ evidence }) => evidence, policy.alpha),
			evidencePanel(`evidence for not worse${several ? ", of the metric that shows it least" : ""}`, buckets, ({ evidenceNotWorse }) => evidenceNotWorse, policy.beta)
		],
		mark: report.verdict === "undecided" || report.at === null ? null : {
			t: report.at,
			verdict: report.verdict,
			label: `${report.verdict} at t=${plain(report.at)}`
		},
		reason: shortened(report.reason, LONGEST_REASON),
		words: [...report.metrics.slice(0, MOST_WORDS).map(metricInWords), ...report.metrics.length > MOST_WORDS ? [`and ${report.metrics.length - MOST_WORDS} more metrics`] : []]
	};
}
function ratesPanel(name, buckets, metric) {
	const lines = ["baseline", "canary"].map((side) => {
		return {
			name: side,
			stretches: stretchesOf(buckets, (bucket) => {
				const counts = bucket.metrics.find((one) => one.metric === metric)?.[side];
				if (counts === void 0 || counts.requests === 0) return null;
				const rate = counts.bad / counts.requests;
				return {
					least: rate,
					greatest: rate,
					last: rate,
					weight: counts.requests
				};
			})
		};
	});
	const scale = rateScale(lines.flatMap((line) => line.stretches.map((one) => one.last)));
	return {
		kind: "rates",
		title: `bad rate of ${name}${scale.kind === "log" ? ", log scale" : ""}`,
		scale,
		lines,
		limit: null
	};
}
function evidencePanel(what, buckets, pick, error) {
	const limit = -Math.log10(error);
	const stretches = stretchesOf(buckets, (bucket) => ({
		...pick(bucket),
		weight: 1
	}));
	const scale = evidenceScale(stretches.flatMap(({ least, greatest }) => [least, greatest]), limit);
	return {
		kind: "evidence",
		title: `${what}, log10: ${(stretches.at(-1)?.last ?? 0).toFixed(1)} at the end, limit ${limit.toFixed(1)}`,
		scale,
		lines: [{
			name: "evidence",
			stretches
		}],
		limit
	};
}
/** Stretches that reach to the next one, except over a gap: much more than the usual distance, and wide enough to be seen. */
function stretchesOf(buckets, value) {
	const span = (buckets.at(-1)?.to ?? 0) - (buckets[0]?.from ?? 0);
	const reach = Math.max(2.5 * usualDistance(buckets), span / 100);
	return buckets.flatMap((bucket, index) => {
		const found = value(bucket);
		if (found === null) return [];
		const next = buckets[index + 1]?.from;
		const until = next !== void 0 && next - bucket.to <= reach ? next : bucket.to;
		const { least, greatest, last, weight } = found;
		return [{
			from: bucket.from,
			until,
			least,
			greatest,
			last,
			weight
		}];
	});
}
/** Median time from one interval to the next; that within a bucket is its average. */
function usualDistance(buckets) {
	const distances = buckets.flatMap((bucket, index) => {
		const next = buckets[index + 1];
		return next === void 0 ? [] : [(next.from - bucket.from) / bucket.intervals];
	});
	return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}
function metricInWords(metric) {
	const { baseline, canary, dispersion } = metric;
	const counted = (side) => side.requests === 0 ? "no requests" : `${side.bad} bad of ${side.requests} (${percent(side.bad / side.requests)})`;
	const rounded = plain(Number(dispersion.toPrecision(3)));
	const clumps = rounded === "1" ? "dispersion 1: each bad event counts in full" : `dispersion ${rounded}: each bad event counts as 1/${rounded}`;
	return `${shown(metric.metric)}: canary ${counted(canary)}, baseline ${counted(baseline)}; ${clumps}`;
}
/** Names and numbers of metrics come from outside: what is drawn of them is bounded. */
const LONGEST_NAME = 40;
const LONGEST_REASON = 1e3;
const MOST_WORDS = 12;
function shown(name) {
	return shortened(name, LONGEST_NAME);
}
/** Cut between characters, so that none is halved. */
function shortened(text, longest) {
	const letters = [...clean(text.slice(0, 2 * longest))];
	return letters.length <= longest ? letters.join("") : `${letters.slice(0, longest - 3).join("")}...`;
}

// src/rollout/chart/path.ts
/** A stair: level through each stretch, straight up or down to the next; a new beginning after a gap. */
function stairPath(stretches, x, y) {
	let path = "";
	let end = null;
	for (const { from, until, last } of stretches) {
		path += end === from ? `V${y(last)}` : `M${x(from)} ${y(last)}`;
		path += until > from ? `H${x(until)}` : "h1";
		end = until > from ? until : null;
	}
	return path;
}
/** A bar from the least to the greatest value of every stretch in which there was more than one. */
function rangePath(stretches, x, y) {
	return stretches.filter(({ least, greatest }) => y(least) !== y(greatest)).map(({ from, until, least, greatest }) => `M${middle(x(from), x(until))} ${y(greatest)}V${y(least)}`).join("");
}
function middle(a, b) {
	return tenth((Number(a) + Number(b)) / 2);
}
/** To a tenth: more cannot be seen, and would only make the file larger. */
function tenth(value) {
	return String(Math.round(value * 10) / 10);
}

// src/rollout/chart/plot.ts
/** The panels of a chart for a page of any width: paths in a frame that may be stretched, labels by their part of the height. Pure. */
/** Frame of the paths. */
const PLOT_WIDTH = 1e3;
const PLOT_HEIGHT = 100;
function plotsOf(chart) {
	const span = chart.to - chart.from;
	const x = (t) => tenth(span > 0 ? (t - chart.from) / span * PLOT_WIDTH : 0);
	return chart.panels.map((panel) => {
		const top = (value) => 1 - Math.min(1, Math.max(0, positionOf(panel.scale, value)));
		const y = (value) => Number(tenth(top(value) * 100));
		return {
			kind: panel.kind,
			title: panel.title,
			words: panel.lines.flatMap((line) => wordsOf(panel, line)).join("; "),
			lines: panel.lines.filter(({ stretches }) => stretches.length > 0).map(({ name, stretches }) => ({
				name,
				path: stairPath(stretches, x, y),
				range: rangePath(stretches, x, y)
			})),
			ticks: panel.scale.ticks.map(({ value, label }) => ({
				at: top(value),
				label
			})),
			limit: panel.limit === null ? null : {
				at: top(panel.limit),
				label: `limit ${panel.limit.toFixed(1)}`
			}
		};
	});
}
function wordsOf({ kind }, { name, stretches }) {
	const last = stretches.at(-1);
	if (last === void 0) return [];
	const least = stretches.reduce((low, one) => Math.min(low, one.least), last.least);
	const greatest = stretches.reduce((high, one) => Math.max(high, one.greatest), last.greatest);
	const say = kind === "rates" || kind === "share" ? percent : (value) => plain(Number(value.toPrecision(3)));
	return [`${name}: from ${say(least)} to ${say(greatest)}, ${say(last.last)} at the end`];
}

// src/rollout/chart/canvas.ts
function canvas(width, height) {
	return {
		width,
		height,
		rows: Array.from({ length: height }, () => new Array(width).fill(void 0))
	};
}
/** Draws over what is there; outside the grid nothing is drawn. */
function put(on, column, row, glyph, ink) {
	const cells = on.rows[row];
	if (cells === void 0 || column < 0 || column >= on.width) return;
	cells[column] = {
		glyph,
		ink
	};
}
function inkAt(on, column, row) {
	return on.rows[row]?.[column]?.ink;
}
/** One line of text per row, without blanks at the end; neighbours of one ink are painted together. */
function printed(on, paint) {
	return on.rows.map((cells) => {
		const end = cells.findLastIndex((cell) => cell !== void 0) + 1;
		let line = "";
		let run = "";
		let ink;
		const flush = () => {
			line += ink === void 0 ? run : paint(ink, run);
			run = "";
		};
		for (const cell of cells.slice(0, end)) {
			if (cell?.ink !== ink) flush();
			ink = cell?.ink;
			run += cell?.glyph ?? " ";
		}
		flush();
		return line;
	});
}

// src/rollout/chart/terminal.ts
/** Rows of a panel without its title and axis. */
const ROWS = 8;
/** Columns of the labels and of the axis at the left. */
const LABEL = 8;
const INDENT = 10;
const NARROWEST = 40;
const UNICODE = {
	baseline: "○",
	canary: "●",
	both: "◉",
	flat: "─",
	steep: "│",
	corners: [
		"╯",
		"╭",
		"╮",
		"╰"
	],
	limit: "┄",
	mark: "┊",
	above: "▲",
	below: "▼",
	axis: "│",
	tick: "┤",
	origin: "└",
	floor: "─",
	pointer: "▲"
};
const ASCII = {
	baseline: "o",
	canary: "x",
	both: "%",
	flat: "-",
	steep: "|",
	corners: [
		"+",
		"+",
		"+",
		"+"
	],
	limit: ".",
	mark: ":",
	above: "^",
	below: "v",
	axis: "|",
	tick: "+",
	origin: "+",
	floor: "-",
	pointer: "^"
};
/** Lines without a line break at the end. Nothing wider than `columns` (40 at least). */
function terminalChart(chart, options) {
	const { paint, ascii } = options;
	const columns = Math.max(NARROWEST, options.columns);
	const glyphs = ascii ? ASCII : UNICODE;
	const width = columns - INDENT;
	const at = columnOf(chart, width);
	const lines = chart.panels.flatMap((panel) => [
		...wrap(titleOf$1(panel, glyphs), columns),
		...panelLines(chart, panel, {
			at,
			width,
			glyphs,
			paint
		}),
		""
	]);
	lines.pop();
	lines.push(...timeLines(chart, {
		at,
		width,
		glyphs,
		paint
	}), "");
	lines.push(...chart.words.flatMap((words) => wrap(words, columns)));
	return lines.map((line) => ascii ? line.replace(/[^\p{ASCII}]/gu, "?") : line).join("\n");
}
function titleOf$1(panel, glyphs) {
	return comparesVersions(panel) ? `${panel.title}: ${glyphs.canary} canary, ${glyphs.baseline} baseline, ${glyphs.both} both` : panel.title;
}
function columnOf(chart, width) {
	const span = chart.to - chart.from;
	return (t) => span > 0 ? Math.round((t - chart.from) / span * (width - 1)) : 0;
}
function panelLines(chart, panel, place) {
	const { width, glyphs, paint, at } = place;
	const on = canvas(width, ROWS);
	if (panel.limit !== null) {
		const row = rowOf(panel, panel.limit);
		for (let column = 0; column < width; column += 1) put(on, column, row, glyphs.limit, "limit");
	}
	if (chart.mark !== null) for (let row = 0; row < ROWS; row += 1) put(on, at(chart.mark.t), row, glyphs.mark, "mark");
	for (const line of panel.lines) if (comparesVersions(panel)) drawRates(on, panel, line, place);
	else drawEvidence(on, panel, line, place);
	const labels = new Map(panel.scale.ticks.map(({ value, label }) => [rowOf(panel, value), label]));
	if (panel.limit !== null) labels.set(rowOf(panel, panel.limit), panel.limit.toFixed(1));
	return [...printed(on, paint).map((text, row) => {
		const label = labels.get(row);
		return `${(label ?? "").padStart(LABEL)} ${paint("axis", label === void 0 ? glyphs.axis : glyphs.tick)}${text}`;
	}), `${" ".repeat(9)}${paint("axis", glyphs.origin + glyphs.floor.repeat(width))}`];
}
function rowOf(panel, value) {
	const row = Math.round((1 - positionOf(panel.scale, value)) * 7);
	return Math.min(7, Math.max(0, row));
}
/** Per column what its stretches say together: extremes, the last value, and the mean by weight. */
function columnsOf(line, { at, width }) {
	const sums = new Array(width).fill(void 0);
	for (const stretch of line.stretches) {
		const [first, end] = [at(stretch.from), at(stretch.until)];
		for (let column = first; column <= Math.max(first, end - 1); column += 1) sums[column] = joined$1(sums[column], stretch);
	}
	return sums.map((one) => one === void 0 ? void 0 : {
		...one,
		mean: one.sum / one.weight
	});
}
function joined$1(before, stretch) {
	const { least, greatest, last, weight } = stretch;
	const sum = last * weight;
	if (before === void 0) return {
		least,
		greatest,
		last,
		weight,
		sum
	};
	return {
		least: Math.min(before.least, least),
		greatest: Math.max(before.greatest, greatest),
		last,
		weight: before.weight + weight,
		sum: before.sum + sum
	};
}
function drawRates(on, panel, line, place) {
	const { glyphs } = place;
	const ink = line.name === "baseline" ? "baseline" : "canary";
	columnsOf(line, place).forEach((column, x) => {
		if (column === void 0) return;
		const row = rowOf(panel, column.mean);
		const met = inkAt(on, x, row) === "baseline";
		put(on, x, row, met ? glyphs.both : ink === "baseline" ? glyphs.baseline : glyphs.canary, ink);
	});
}
/** A line from column to column, with a bar where the value went to and fro within one. */
function drawEvidence(on, panel, line, place) {
	const { glyphs } = place;
	const [up, over, down, under] = glyphs.corners;
	let before;
	columnsOf(line, place).forEach((column, x) => {
		if (column === void 0) {
			before = void 0;
			return;
		}
		const row = rowOf(panel, column.last);
		const from = before ?? row;
		const top = Math.min(row, from, rowOf(panel, column.greatest));
		const bottom = Math.max(row, from, rowOf(panel, column.least));
		for (let y = top; y <= bottom; y += 1) put(on, x, y, glyphs.steep, "evidence");
		if (row === from) put(on, x, row, glyphs.flat, "evidence");
		else {
			put(on, x, from, row < from ? up : down, "evidence");
			put(on, x, row, row < from ? over : under, "evidence");
		}
		if (positionOf(panel.scale, column.last) > 1) put(on, x, 0, glyphs.above, "evidence");
		if (positionOf(panel.scale, column.last) < 0) put(on, x, 7, glyphs.below, "evidence");
		before = row;
	});
}
/** The times below the lowest panel, and a pointer at the moment of the decision. */
function timeLines(chart, place) {
	const { at, width, paint, glyphs } = place;
	const line = timeLine(chart, place);
	if (chart.mark === null) return [line];
	const column = INDENT + at(chart.mark.t);
	const { label } = chart.mark;
	return [line, column + 2 + label.length <= INDENT + width ? `${" ".repeat(column)}${paint("mark", `${glyphs.pointer} ${label}`)}` : `${" ".repeat(Math.max(0, column - label.length - 1))}${paint("mark", `${label} ${glyphs.pointer}`)}`];
}
/** The first and the last time are always there, those between where there is room. */
function timeLine(chart, { at, width }) {
	const ticks = chart.times ?? timeTicks(chart.from, chart.to, Math.floor(width / 16));
	let line = `${" ".repeat(INDENT)}${chart.times === void 0 ? "t=" : ""}${ticks[0]?.label ?? ""}`;
	const end = ticks.length > 1 ? ticks.at(-1)?.label ?? "" : "";
	const endAt = INDENT + width - end.length;
	for (const { value, label } of ticks.slice(1, -1)) {
		const column = INDENT + at(value) - Math.floor(label.length / 2);
		if (column > line.length && column + label.length < endAt) line = line.padEnd(column) + label;
	}
	return end === "" ? line : `${line.padEnd(Math.max(endAt, line.length + 1))}${end}`;
}
/** Breaks a text at blanks; a word longer than a line is cut. */
function wrap(text, columns) {
	const lines = [];
	let line = "";
	for (const word of text.split(" ").flatMap((whole) => pieces(whole, columns))) if (line !== "" && line.length + 1 + word.length > columns) {
		lines.push(line);
		line = word;
	} else line = line === "" ? word : `${line} ${word}`;
	return [...lines, line];
}
function pieces(word, length) {
	return word.length <= length ? [word] : word.match(new RegExp(`.{1,${length}}`, "gu")) ?? [];
}

// src/rollout/cluster/options.ts
function standingOf$1(seen, digest) {
	if (seen.kind === "absent") return {
		kind: "unsettled",
		why: "there is no Rollout of this name in this namespace"
	};
	if (seen.desired.digest !== digest) return {
		kind: "other",
		digest: seen.desired.digest
	};
	if (!seen.settled) return {
		kind: "unsettled",
		why: "the controller has not taken it up yet"
	};
	if (isFinished(seen)) return { kind: "finished" };
	if (seen.aborted) return {
		kind: "aborted",
		why: seen.message
	};
	if (seen.phase === "Degraded") return {
		kind: "stuck",
		share: seen.share,
		why: seen.message
	};
	if (seen.paused) return {
		kind: "paused",
		share: seen.share
	};
	const { updated, wanted, available } = seen.pods;
	return {
		kind: "moving",
		share: seen.share,
		why: `${seen.message || seen.phase}, ${updated} new pods, ${available} of ${wanted} available`
	};
}
function sameShare(one, other) {
	return Math.abs(one - other) < .005;
}
/** A newer run has written its fence: this one has lost its lease. */
function newerHolder(seen, fence, where) {
	if (seen.fence <= fence) return [];
	return [{
		code: "rollout.newer-holder",
		where,
		found: `fence ${seen.fence} on the Rollout`,
		expected: `no fence above our own, ${fence}`,
		remedy: "a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence"
	}];
}
function superseded(where, digest) {
	return {
		code: "rollout.superseded",
		where,
		found: digest === null ? "an image without a digest" : `the image ${digest}`,
		expected: "the image of this release",
		remedy: "somebody changed git or the Rollout meanwhile: `git log` and `shiplock status` tell who; then release again"
	};
}
function takenBack(where, why) {
	return {
		code: "rollout.cluster-aborted",
		where,
		found: why || "the Rollout is aborted",
		expected: "a rollout that goes on",
		remedy: "its own analysis, or a person, took it back; `kubectl argo rollouts get rollout` tells which"
	};
}
function neverThere(where, found, deadlineMs) {
	return {
		code: "rollout.cluster-not-ready",
		where,
		found: `${found} after ${duration(deadlineMs)}`,
		expected: "new pods that become ready",
		remedy: "`kubectl describe` on its newest pods tells why they are not; raise rollout.healthDeadline only if they are slow by design"
	};
}
function pausesDiffer(where, found, wanted) {
	const words = (shares) => shares.map(percent).join(", ") || "nowhere";
	return {
		code: "rollout.pauses-differ",
		where,
		found: `a Rollout that pauses at ${words(found)}`,
		expected: `pauses at ${words(wanted)}, as rollout.steps has them`,
		remedy: "write a `setWeight` and a `pause: {}` for each share into the manifest, or change rollout.steps"
	};
}

// src/rollout/cluster/steps.ts
/** Orders to the controller of a cluster. Each reads, decides purely, and is refused by the cluster if it changed meanwhile; then it is read anew. */
/** The controller writes its status all the time. */
const RETRY = {
	attempts: 40,
	delayMs: 100
};
function orderStep(rollout, spec) {
	const { id, title, urgent = false, endsLease = false } = spec;
	return action({
		id,
		title,
		inputs: {
			version: rollout.candidate.version,
			digest: rollout.candidate.digest
		},
		read: (ctx) => rollout.cluster.observe(ctx.signal),
		decide: (seen, ctx) => {
			if (seen.kind === "absent") return spec.absent;
			const newer = ctx.mode === "plan" ? [] : newerHolder(seen, ctx.fence, `Rollout of ${rollout.service}`);
			return newer.length > 0 ? {
				kind: "refuse",
				problems: newer
			} : spec.decide(seen, ctx);
		},
		probe: "repeatable",
		retry: RETRY,
		urgent,
		endsLease
	});
}
/** Before anything: our fence on the Rollout, and its pauses as we expect them. */
function takeStep(rollout, urgent = false) {
	const { policy, candidate } = rollout;
	return orderStep(rollout, {
		id: "take",
		title: "Take the Rollout under our fence",
		urgent,
		absent: {
			kind: "nothing",
			why: "there is none yet: the first release brings it"
		},
		decide: (seen, ctx) => {
			const wanted = policy.steps.map(({ share }) => share);
			const differs = seen.pauses.length !== wanted.length || !seen.pauses.every((share, index) => sameShare(share, wanted[index] ?? -1));
			if (!urgent && policy.strategy === "canary" && differs && rollout.stable !== null) {
				const where = `Rollout of ${candidate.component}`;
				return {
					kind: "refuse",
					problems: [pausesDiffer(where, seen.pauses, wanted)]
				};
			}
			if (ctx.mode === "run" && seen.fence === ctx.fence) return {
				kind: "nothing",
				why: "it is ours"
			};
			return {
				kind: "do",
				effects: rollout.cluster.take(seen, ctx.fence)
			};
		}
	});
}
/** Ends the pause at a share, after the verdict on it. */
function goOnStep(rollout, share, id, last) {
	const { candidate } = rollout;
	const where = `${candidate.component} ${candidate.version} at ${percent(share)}`;
	return orderStep(rollout, {
		id,
		title: `Let the cluster go on from ${percent(share)}`,
		endsLease: last,
		absent: {
			kind: "nothing",
			why: "known when it runs"
		},
		decide: (seen, ctx) => {
			if (ctx.mode === "plan") return {
				kind: "nothing",
				why: "the pause is ended after the verdict"
			};
			const standing = standingOf$1(seen, candidate.digest);
			switch (standing.kind) {
				case "paused": return sameShare(standing.share, share) ? {
					kind: "do",
					effects: rollout.cluster.goOn(seen)
				} : {
					kind: "nothing",
					why: `it is at ${percent(standing.share)} already`
				};
				case "aborted":
				case "stuck": return {
					kind: "refuse",
					problems: [takenBack(where, standing.why)]
				};
				case "other": return {
					kind: "refuse",
					problems: [superseded(where, standing.digest)]
				};
				default: return {
					kind: "nothing",
					why: "it goes on already"
				};
			}
		}
	});
}
/** Gives the traffic back at once. Git still names the new version: that is made true next. */
function abortStep(rollout) {
	const { candidate } = rollout;
	return orderStep(rollout, {
		id: "abort",
		title: `Take ${candidate.version} out of the traffic`,
		urgent: true,
		absent: {
			kind: "nothing",
			why: "there is no Rollout"
		},
		decide: (seen, ctx) => {
			if (ctx.mode === "plan") return {
				kind: "nothing",
				why: "decided when it is needed"
			};
			return abortDecision(seen, candidate.digest, () => rollout.cluster.abort(seen));
		}
	});
}
/** Pure: only what brings this version is aborted, and only while there is something to go back to. */
function abortDecision(seen, digest, abort) {
	if (seen.desired.digest !== digest) return {
		kind: "nothing",
		why: "the cluster asks for something else"
	};
	if (seen.aborted) return {
		kind: "nothing",
		why: "it is aborted already"
	};
	if (isFinished(seen)) return {
		kind: "nothing",
		why: "it serves alone: git takes it back"
	};
	if (seen.stable === null) return {
		kind: "nothing",
		why: "nothing served before it"
	};
	return {
		kind: "do",
		effects: abort()
	};
}
/** What git asks for again has served before, and beside a first release nothing serves: neither needs pauses. */
function finishStep(rollout, of) {
	const { version, digest } = of === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	return orderStep(rollout, {
		id: "no-pauses",
		title: `Let the cluster bring ${version} without pauses`,
		urgent: of === "stable",
		absent: {
			kind: "nothing",
			why: "there is no Rollout"
		},
		decide: (seen, ctx) => {
			if (ctx.mode === "plan") return {
				kind: "nothing",
				why: "decided when it is needed"
			};
			return finishDecision(seen, digest, () => rollout.cluster.finish(seen));
		}
	});
}
/** Pure: only what we go back to is brought without pauses; what somebody else asks for waits at them. */
function finishDecision(seen, digest, finish) {
	const standing = standingOf$1(seen, digest);
	if ((standing.kind === "paused" || standing.kind === "moving") && seen.stable?.digest !== digest) return {
		kind: "do",
		effects: finish()
	};
	return {
		kind: "nothing",
		why: standing.kind === "finished" ? "it serves alone" : "nothing pauses it"
	};
}
const agreeSchema = strictObject({
	agrees: boolean(),
	/** What git names, and what serves. */
	git: string().nullable(),
	serves: string().nullable()
});
/** Looks whether git names exactly what serves. */
function agreeStep(rollout, named) {
	const digest = rollout.stable?.digest ?? "";
	return step({
		id: "agree",
		title: "Look whether git and the cluster agree",
		inputs: { digest },
		read: async (ctx) => ({
			seen: await rollout.cluster.observe(ctx.signal),
			git: await named()
		}),
		decide: () => ({
			kind: "nothing",
			why: "only a look"
		}),
		outputs: agreeSchema,
		collect: (_results, { git, seen }) => agreement(git, seen, digest),
		planned: () => ({
			agrees: true,
			git: digest,
			serves: digest
		}),
		probe: "repeatable",
		urgent: true
	});
}
/** Pure. `git` may be a whole image. */
function agreement(git, seen, digest) {
	const serves = seen.kind === "present" && isFinished(seen) ? seen.stable?.digest ?? null : null;
	return {
		agrees: serves === digest && git !== null && (git === digest || git.endsWith(`@${digest}`)),
		git,
		serves
	};
}

// src/rollout/cluster/watches.ts
/** Watches over what the controller of a cluster does. Each sample is what was seen, so that a replay says the same. */
const sampleSchema$1 = strictObject({
	time: number(),
	rollout: clusterRolloutSchema,
	/** Pods of the new version. */
	instances: array(instanceSampleSchema).readonly()
});
const stoodSchema = strictObject({ 
/** It went on by itself, or by somebody else, and has finished. */
finished: boolean() });
function clusterWatch(rollout, wanted) {
	const spec = wanted.of === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	return watch({
		id: wanted.id,
		title: wanted.title,
		inputs: {
			version: spec.version,
			deadlineMs: wanted.deadlineMs
		},
		everyMs: 500,
		samples: sampleSchema$1,
		outputs: stoodSchema,
		sample: async (ctx) => {
			const [seen, platform] = await Promise.all([rollout.cluster.observe(ctx.signal), rollout.ports.platform.observe(ctx.signal)]);
			return {
				time: ctx.clock.now(),
				rollout: seen,
				instances: sampleInstances(platform, spec.component, rollout.candidate.version)
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => last === null || from === null ? {
			kind: "look-on",
			status: "nothing seen yet"
		} : wanted.decide(last, last.time - from)
	});
}
const passed = (status, finished) => ({
	kind: "pass",
	status,
	outputs: { finished }
});
/** Until the Rollout waits at this share, with its new pods ready. */
function pauseWatch(rollout, share, id) {
	const { candidate, policy } = rollout;
	const where = `${candidate.component} ${candidate.version} at ${percent(share)}`;
	const deadlineMs = policy.healthDeadlineMs;
	return clusterWatch(rollout, {
		id,
		title: `Wait until the cluster gives ${candidate.version} ${percent(share)}`,
		deadlineMs,
		of: "candidate",
		decide: (sample, waitedMs) => {
			const found = onTheWay(rollout, sample, where, waitedMs);
			if (found.kind !== "look-on") return found;
			const standing = standingOf$1(sample.rollout, candidate.digest);
			if (standing.kind === "paused" && (sameShare(standing.share, share) || standing.share > share)) return passed(`paused at ${percent(standing.share)}`, false);
			return found;
		}
	});
}
/** Until the controller has taken up what git asks for, whatever that is by then. */
function takenUpWatch(rollout, of, id) {
	const spec = of === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	const deadlineMs = rollout.policy.healthDeadlineMs;
	return clusterWatch(rollout, {
		id,
		title: `Wait until the cluster has taken up ${spec.version}`,
		deadlineMs,
		of,
		decide: ({ rollout: seen }, waitedMs) => {
			const standing = standingOf$1(seen, spec.digest);
			if (standing.kind !== "unsettled") return passed(standing.kind, standing.kind === "finished");
			if (waitedMs < deadlineMs) return {
				kind: "look-on",
				status: standing.why
			};
			return {
				kind: "fail",
				problem: neverThere(spec.version, standing.why, waitedMs)
			};
		}
	});
}
/** Until the new version has everything and nothing else runs. */
function finishedWatch(rollout, id) {
	const { candidate, policy } = rollout;
	const where = `${candidate.component} ${candidate.version}`;
	return clusterWatch(rollout, {
		id,
		title: `Wait until the cluster has brought ${candidate.version} everywhere`,
		deadlineMs: policy.healthDeadlineMs,
		of: "candidate",
		decide: (sample, waitedMs) => onTheWay(rollout, sample, where, waitedMs)
	});
}
/** What every wait for the new version has in common: it passes when it has finished, and fails when it cannot. */
function onTheWay({ candidate, policy }, sample, where, waitedMs) {
	const looping = crashLoop(sample.instances, where);
	if (looping !== void 0) return {
		kind: "fail",
		problem: looping
	};
	const standing = standingOf$1(sample.rollout, candidate.digest);
	const late = waitedMs >= policy.healthDeadlineMs;
	switch (standing.kind) {
		case "finished": return passed("it serves alone", true);
		case "aborted": return {
			kind: "fail",
			problem: takenBack(where, standing.why)
		};
		case "other": return {
			kind: "fail",
			problem: superseded(where, standing.digest)
		};
		case "stuck": return {
			kind: "fail",
			problem: neverThere(where, standing.why, waitedMs)
		};
		case "paused":
			if (late) return {
				kind: "fail",
				problem: neverThere(where, `paused at ${percent(standing.share)}`, waitedMs)
			};
			return {
				kind: "look-on",
				status: `paused at ${percent(standing.share)}`
			};
		case "moving":
		case "unsettled":
			if (late) return {
				kind: "fail",
				problem: neverThere(where, standing.why, waitedMs)
			};
			return {
				kind: "look-on",
				status: standing.why
			};
	}
}
/** Until no pod of the new version takes requests any more; after the deadline it goes on and says what is left. */
function goneWatch(rollout, id) {
	const { candidate, policy } = rollout;
	return clusterWatch(rollout, {
		id,
		title: `Wait until ${candidate.version} gets no traffic`,
		deadlineMs: policy.drainTimeoutMs,
		of: "candidate",
		decide: ({ rollout: seen, instances }, waitedMs) => {
			if (standingOf$1(seen, candidate.digest).kind === "finished") return passed("it was promoted: git takes it back", true);
			const ready = instances.filter((one) => one.state === "ready").length;
			const weightless = seen.kind === "present" && seen.strategy === "blue-green" && seen.share === 0;
			if (ready === 0 || weightless) return passed("it gets none", false);
			const status = `${ready} of its pods are still ready`;
			return waitedMs >= policy.drainTimeoutMs ? passed(`${status} after the time-out`, false) : {
				kind: "look-on",
				status
			};
		}
	});
}
/** Until what served before serves alone again. */
function backWatch(rollout, id) {
	const { stable, policy } = rollout;
	const version = stable?.version ?? "";
	return clusterWatch(rollout, {
		id,
		title: `Wait until ${version} serves alone`,
		deadlineMs: policy.healthDeadlineMs,
		of: "stable",
		decide: ({ rollout: seen }, waitedMs) => {
			const standing = standingOf$1(seen, stable?.digest ?? "");
			if (standing.kind === "finished") return passed(`${version} serves alone`, true);
			if (standing.kind === "other") return passed("the cluster asks for something else", false);
			const status = "why" in standing ? standing.why : standing.kind;
			if (waitedMs < policy.healthDeadlineMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "fail",
				problem: neverThere(`${version} on the way back`, status, waitedMs)
			};
		}
	});
}

// src/rollout/cluster/nodes.ts
/** A release into a cluster. */
function clusterNode(rollout, around) {
	const { stable, policy, candidate, service } = rollout;
	const first = stable === null;
	const steps = [
		takeStep(rollout),
		...around.quarantine === null ? [] : [around.quarantine.lift],
		...first ? firstOf(rollout, around.bring) : wayOf(rollout, around.bring),
		finishedWatch(rollout, "finished"),
		limitWatch(rollout, "observe"),
		...around.whenServing
	];
	const title = `Release ${service} ${candidate.version} into the cluster`;
	if (first || around.bringBack === null) return sequence({
		id: "initial",
		title,
		steps
	});
	const back = clusterBackNode(rollout, {
		...around,
		bringBack: around.bringBack
	});
	return sequence({
		id: policy.strategy,
		title,
		steps,
		rollback: back
	});
}
/** A manifest that was there before has a Rollout whose pods never ran: the first release must not wait at its pauses. */
function firstOf(rollout, bring) {
	return [
		...bring,
		takenUpWatch(rollout, "candidate", "taken-up"),
		finishStep(rollout, "candidate")
	];
}
/** From the commit to full traffic. */
function wayOf(rollout, bring) {
	const { strategy, steps } = rollout.policy;
	if (strategy === "blue-green") return [...bring, ...switchNodes(rollout)];
	if (steps.length === 0) return bring;
	const past = pastWatch(rollout, "past");
	return [
		past,
		...bring,
		...shareNodes(rollout, past)
	];
}
function shareNodes(rollout, past) {
	const { steps } = rollout.policy;
	const nodes = [];
	let previous = past;
	for (const [index, one] of steps.entries()) {
		const judged = bakeWatch(rollout, {
			...one,
			previous,
			guard: guardOf(rollout)
		}, judgeId(one.share));
		const word = shareStepId(one.share).replace("share-", "");
		nodes.push(pauseWatch(rollout, one.share, `paused-${word}`), judged, goOnStep(rollout, one.share, `go-on-${word}`, index === steps.length - 1));
		previous = judged;
	}
	return nodes;
}
/** Blue-green: new pods stand by without traffic until the switch; absolute limits judge it afterwards. */
function switchNodes(rollout) {
	return [
		pauseWatch(rollout, 0, "standing-by"),
		...rollout.policy.preview ? [previewGate(rollout)] : [],
		goOnStep(rollout, 0, "switch", true)
	];
}
/** While a person is asked nothing of ours runs; what keeps watch then stands in the manifest. */
function guardOf({ policy }) {
	return {
		kind: "unguarded",
		role: policy.role,
		reason: "only the analysis in the manifest of the Rollout keeps watch meanwhile, where it has one"
	};
}
/** Most times that git is made true again when others write it meanwhile; then a person has to find out who does. */
const ROUNDS = 5;
/**
* The way back: at once on the cluster, then in git, then both are compared. Orders to the controller lie where self-heal does not look, so
* neither undoes the other.
*/
function clusterBackNode(rollout, around) {
	const { stable } = rollout;
	const agree = agreeStep(rollout, around.named);
	return sequence({
		id: "rollback",
		title: `Go back to ${stable?.version ?? ""}`,
		steps: [
			takeStep(rollout, true),
			abortStep(rollout),
			...around.quarantine === null ? [] : [around.quarantine.put],
			goneWatch(rollout, "gone"),
			repeatUntil({
				id: "git-back",
				title: `Make git and the cluster agree on ${stable?.version ?? ""}`,
				max: ROUNDS,
				until: (ctx) => ctx.outputOf(agree).agrees,
				body: sequence({
					id: "round",
					title: "Git, then the cluster, then a look at both",
					steps: [
						...around.bringBack,
						takenUpWatch(rollout, "stable", "taken-up"),
						finishStep(rollout, "stable"),
						backWatch(rollout, "back"),
						agree
					]
				})
			}),
			...around.onRollback
		]
	});
}

// src/rollout/chart/thin.ts
/** Fewer stretches for the same picture. Pure. */
/**
* Joins the stretches that begin in the same column. Least and greatest are kept, so that nothing that went to and fro within a column
* is lost; the value itself is the last one, or the mean by weight where `mean` is asked for.
*
* @param columns of the whole width, which goes from 0 to 1
*/
function thinned(stretches, columns, mean) {
	const out = [];
	let column = -1;
	for (const stretch of stretches) {
		const at = Math.floor(stretch.from * columns);
		const before = out.at(-1);
		if (before !== void 0 && at === column) out[out.length - 1] = joined(before, stretch, mean);
		else out.push(stretch);
		column = at;
	}
	return levelled(out);
}
function joined(first, second, mean) {
	const weight = first.weight + second.weight;
	const average = weight > 0 ? (first.last * first.weight + second.last * second.weight) / weight : second.last;
	return {
		from: first.from,
		until: second.until,
		least: Math.min(first.least, second.least),
		greatest: Math.max(first.greatest, second.greatest),
		last: mean ? average : second.last,
		weight
	};
}
/** Neighbours that touch and are the same become one. */
function levelled(stretches) {
	const out = [];
	for (const stretch of stretches) {
		const before = out.at(-1);
		if (before !== void 0 && before.until === stretch.from && before.last === stretch.last && before.least === stretch.least && before.greatest === stretch.greatest) out[out.length - 1] = {
			...before,
			until: stretch.until,
			weight: before.weight + stretch.weight
		};
		else out.push(stretch);
	}
	return out;
}

// src/rollout/course/chart.ts
/** Columns that are drawn at most: more than a page has room for. */
const COLUMNS$1 = 240;
function courseChart(course, options) {
	const { candidate, stable, axis, columns = 240 } = options;
	return {
		title: `Course of ${candidate}`,
		from: 0,
		to: 1,
		times: axis.ticks,
		panels: [
			sharePanel(course, candidate, axis, columns),
			loadPanel(course, axis, columns),
			badPanel(course, axis, columns),
			...evidencePanels(course, axis, columns)
		],
		mark: null,
		reason: "",
		words: [totalInWords(`canary ${candidate}`, total(course.traffic, "canary")), ...stable === null ? [] : [totalInWords(`baseline ${stable}`, total(course.traffic, "baseline"))]]
	};
}
function place(axis, { from, until }) {
	return {
		from: axis.at(from),
		until: axis.at(until)
	};
}
function single(value, weight) {
	return {
		least: value,
		greatest: value,
		last: value,
		weight
	};
}
function sharePanel({ shares }, candidate, axis, columns) {
	const stretches = shares.map((span) => ({
		...place(axis, span),
		...single(span.share, 1)
	}));
	const lines = [{
		name: "canary",
		stretches: thinned(stretches, columns, false)
	}];
	return {
		kind: "share",
		title: `share of traffic to ${candidate}`,
		scale: WHOLE,
		lines,
		limit: null
	};
}
/** Both sides; a side without a request in the whole course has no line. */
function bothSides(traffic, stretch, axis, columns) {
	return ["baseline", "canary"].map((name) => {
		if (total(traffic, name).requests === 0) return {
			name,
			stretches: []
		};
		const stretches = traffic.flatMap((span) => {
			const values = stretch(span[name], span);
			return values === null ? [] : [{
				...place(axis, span),
				...values
			}];
		});
		return {
			name,
			stretches: thinned(stretches, columns, true)
		};
	});
}
function loadPanel({ traffic }, axis, columns) {
	const lines = bothSides(traffic, ({ requests }, { from, until }) => single(requests * 1e3 / (until - from), until - from), axis, columns);
	return {
		kind: "load",
		title: "requests per second",
		scale: countScale(drawn(lines)),
		lines,
		limit: null
	};
}
function badPanel({ traffic }, axis, columns) {
	const lines = bothSides(traffic, ({ requests, bad }) => requests === 0 ? null : single(bad / requests, requests), axis, columns);
	const scale = rateScale(drawn(lines));
	return {
		kind: "rates",
		title: `bad answers${scale.kind === "log" ? ", log scale" : ""}`,
		scale,
		lines,
		limit: null
	};
}
function drawn(lines) {
	return lines.flatMap(({ stretches }) => stretches.map(({ last }) => last));
}
function evidencePanels({ evidence, limits }, axis, columns) {
	if (limits === null || evidence.length === 0) return [];
	const panel = (what, pick, limit) => {
		const all = evidence.map((span) => ({
			...place(axis, span),
			...single(pick(span), 1)
		}));
		const stretches = thinned(all, columns, false);
		return {
			kind: "evidence",
			title: `evidence for ${what}, log10: ${(stretches.at(-1)?.last ?? 0).toFixed(1)} at the end, limit ${limit.toFixed(1)}`,
			scale: evidenceScale(stretches.flatMap(({ least, greatest }) => [least, greatest]), limit),
			lines: [{
				name: "evidence",
				stretches
			}],
			limit
		};
	};
	return [panel("worse", ({ worse }) => worse, limits.worse), panel("not worse", ({ notWorse }) => notWorse, limits.notWorse)];
}
function total(traffic, side) {
	return traffic.reduce((sum, span) => ({
		requests: sum.requests + span[side].requests,
		bad: sum.bad + span[side].bad
	}), {
		requests: 0,
		bad: 0
	});
}
function totalInWords(who, { requests, bad }) {
	return requests === 0 ? `${who}: no requests while it was watched` : `${who}: ${bad} bad of ${requests} (${percent(bad / requests)})`;
}

// src/rollout/moments.ts
/** Blue-green: from the switch on users have the new version, although the old one stands by. */
const ALL = [
	"promote",
	"open",
	"switch"
];
const WAY_BACK = {
	"traffic-back": "back",
	"all-traffic-back": "all-back"
};
/** Null: nothing changes for users. Pure. */
function trafficMoment(path) {
	const id = path.slice(path.lastIndexOf("/") + 1);
	if (isWayBack(path)) return WAY_BACK[id] ?? null;
	if (shareGivenBy(id) !== void 0) return "some";
	return ALL.includes(id) ? "all" : null;
}
/** Does this node belong to a way back? */
function isWayBack(path) {
	return /(?:^|\/)rollback\//.test(path);
}

// src/rollout/course/looks.ts
/** Ids of the watches of a rollout beside those of judged shares: the past, full traffic, and the end of a version. */
const WATCHES = [
	"past",
	"bake",
	"observe",
	"drain",
	"drain-old"
];
const lookSchema = looseObject({
	time: number(),
	counters: union([countersSchema, array(countersSchema).min(1)]).optional(),
	router: looseObject({
		configured: number().optional(),
		actual: number().optional()
	}).optional(),
	/** Of a drain: the share of the version that ends, and whether the router said it. Of full traffic: what really arrives. */
	share: number().optional(),
	reachable: boolean().optional()
});
const sampleSchema = looseObject({ sample: json() });
const verdictSchema = looseObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string()
});
const doneSchema = looseObject({ outputs: json() });
/** Watches in the order of their first look. A look that was redacted, or has another form, is left out. */
function watchesOf$1(entries) {
	const found = /* @__PURE__ */ new Map();
	for (const { record, payload } of entries) {
		const id = record.node.slice(record.node.lastIndexOf("/") + 1);
		if (payload === void 0 || !(WATCHES.includes(id) || shareJudgedBy(id) !== void 0)) continue;
		const watch = found.get(record.node) ?? {
			id,
			looks: [],
			answers: [],
			outputs: void 0
		};
		found.set(record.node, watch);
		if (record.type === "analysis.sample") watch.looks.push(...lookOf(id, payload));
		if (record.type === "analysis.verdict") {
			const parsed = verdictSchema.safeParse(payload);
			const time = Date.parse(record.time);
			if (parsed.success) watch.answers.push({
				watch: id,
				answer: parsed.data.answer,
				text: parsed.data.status,
				time
			});
		}
		if (record.type === "step.done") {
			const parsed = doneSchema.safeParse(payload);
			if (parsed.success) watch.outputs = parsed.data.outputs;
		}
	}
	return [...found.values()];
}
function lookOf(id, payload) {
	const outer = sampleSchema.safeParse(payload);
	const parsed = lookSchema.safeParse(outer.data?.sample);
	if (!outer.success || !parsed.success) return [];
	const { time, counters, router, reachable } = parsed.data;
	const share = reachable === false ? void 0 : parsed.data.share;
	return [{
		time,
		proxy: (counters === void 0 ? [] : "kind" in counters ? [counters] : counters)[0],
		configured: router?.configured ?? (share === void 0 ? void 0 : id === "drain-old" ? 1 - share : share),
		actual: router?.actual,
		sample: outer.data.sample
	}];
}
/** Shares that steps had set, in the order of the journal. */
function sharesSet(entries) {
	return entries.flatMap(({ record }) => {
		const share = record.type === "step.done" ? shareAfter(record.node) : void 0;
		return share === void 0 ? [] : [{
			time: Date.parse(record.time),
			share
		}];
	});
}
/** Share of the new version once a step is done, for steps that look whether it was set; undefined for the others. */
function shareAfter(path) {
	const moment = trafficMoment(path);
	if (moment === "all") return 1;
	if (moment === "all-back" || path.endsWith("/unroute")) return 0;
	return shareGivenBy(path);
}

// src/rollout/course/course.ts
/** Null when nothing of it was watched: a build, a run that was refused, files alone. */
function courseOf(entries, versions) {
	const watches = watchesOf$1(entries).filter(({ looks }) => looks.length > 0);
	const times = [...watches.flatMap(({ looks }) => looks.map(({ time }) => time)), ...sharesSet(entries).map((one) => one.time)];
	if (watches.length === 0) return null;
	const [from, until] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
	const weighed = weigh(watches, versions);
	return {
		from,
		until,
		shares: sharesOf(entries, watches, until),
		traffic: watches.flatMap((watch) => trafficOf(watch, versions)),
		evidence: weighed.evidence,
		limits: weighed.limits,
		judged: watches.flatMap((watch) => judgedOf(watch, versions, weighed.last.get(watch) ?? null)),
		answers: watches.flatMap(({ answers }) => answers)
	};
}
/** Share of the new version as stairs: what steps set, and what looks saw. */
function sharesOf(entries, watches, until) {
	const seen = watches.flatMap(({ looks }) => looks.flatMap(({ time, configured }) => configured === void 0 ? [] : [{
		time,
		share: configured
	}]));
	const all = [...sharesSet(entries), ...seen].toSorted((a, b) => a.time - b.time);
	const spans = [];
	for (const [index, { time, share }] of all.entries()) {
		const end = all[index + 1]?.time ?? until;
		const last = spans.at(-1);
		if (last !== void 0 && Math.abs(last.share - share) < 1e-6) spans[spans.length - 1] = {
			...last,
			until: end
		};
		else spans.push({
			from: time,
			until: end,
			share
		});
	}
	return spans;
}
const NONE$1 = {
	requests: 0,
	bad: 0
};
/** The proxy's own metric. */
const ERRORS = "errors";
/** A look without a reading is covered by the next one that has it, as the analysis does. */
function trafficOf({ looks }, { candidate, stable }) {
	const spans = [];
	let before;
	for (const look of looks) {
		if (look.proxy?.kind !== "counters") continue;
		if (before?.proxy !== void 0 && look.time > before.time) {
			const row = intervalRows(before.proxy, look.proxy, {
				stable: stable ?? "",
				candidate
			}).find(({ metric }) => metric === ERRORS);
			const [baseline, canary] = [row?.baseline ?? NONE$1, row?.canary ?? NONE$1];
			spans.push({
				from: before.time,
				until: look.time,
				baseline,
				canary
			});
		}
		before = look;
	}
	return spans;
}
/** Folds the looks of every judged share again, from what the past had left. */
function weigh(watches, { candidate, stable }) {
	const settings = {
		stable: stable ?? "",
		candidate,
		everyMs: 0
	};
	const evidence = [];
	const last = /* @__PURE__ */ new Map();
	let analyses;
	for (const watch of watches) {
		if (watch.id === "past") analyses = analysesIn(watch.outputs);
		if (shareJudgedBy(watch.id) === void 0 || analyses === void 0) continue;
		let state = beginBake(analyses);
		for (const [index, look] of watch.looks.entries()) {
			const sample = bakeSampleSchema.safeParse(look.sample);
			if (!sample.success) continue;
			state = foldBake(state, sample.data, settings);
			const span = {
				from: look.time,
				until: watch.looks[index + 1]?.time ?? look.time,
				worse: worseOf(state.analyses.accuse),
				notWorse: notWorseOf(state.analyses.clear)
			};
			evidence.push(span);
			last.set(watch, span);
		}
		analyses = state.analyses;
	}
	const policy = analyses?.accuse.policy;
	return {
		evidence,
		last,
		limits: policy === void 0 ? null : {
			worse: -Math.log10(policy.alpha),
			notWorse: -Math.log10(policy.beta)
		}
	};
}
function worseOf({ metrics, policy, worse }) {
	return (worse?.logEvidence ?? totalEvidence(metrics, policy, gridOf(policy))) / Math.LN10;
}
/** Of the metric that shows it least, since all of them must. */
function notWorseOf({ metrics, policy }) {
	const grid = gridOf(policy);
	const least = metrics.reduce((low, { margin, floor }) => Math.min(low, notWorseEvidence(margin, floor, grid)), 1e400);
	return Number.isFinite(least) ? least / Math.LN10 : 0;
}
/** The analyses that a watch left; undefined when they were redacted or have another form. */
function analysesIn(outputs) {
	if (typeof outputs !== "object" || outputs === null || !("accuse" in outputs) || !("clear" in outputs)) return void 0;
	const [accuse, clear] = [analysisStateSchema.safeParse(outputs["accuse"]), analysisStateSchema.safeParse(outputs["clear"])];
	return accuse.success && clear.success ? {
		accuse: accuse.data,
		clear: clear.data
	} : void 0;
}
function judgedOf(watch, versions, evidence) {
	const share = shareJudgedBy(watch.id);
	const [first, last] = [watch.looks[0], watch.looks.at(-1)];
	if (share === void 0 || first === void 0 || last === void 0) return [];
	const traffic = trafficOf(watch, versions);
	const sum = (side) => traffic.reduce((so, one) => ({
		requests: so.requests + one[side].requests,
		bad: so.bad + one[side].bad
	}), NONE$1);
	return [{
		id: watch.id,
		share,
		from: first.time,
		until: last.time,
		looks: watch.looks.length,
		baseline: sum("baseline"),
		canary: sum("canary"),
		evidence: evidence === null ? null : {
			worse: evidence.worse,
			notWorse: evidence.notWorse
		},
		answers: watch.answers
	}];
}

// src/rollout/initial.ts
/**
* The first release: nothing runs yet, so there is no baseline to compare with. Health, smoke tests and absolute limits
* decide. When it fails, everything it started is removed again and the result says so.
*/
function initialNode(rollout, around = {
	beforeSettle: [],
	onRollback: []
}) {
	const { ready, steps: begin } = bringUp(rollout);
	return sequence({
		id: "initial",
		title: `First release of ${rollout.service} ${rollout.candidate.version}`,
		rollback: rollbackNode(rollout, around.onRollback),
		steps: [
			...begin,
			promoteStep(rollout, ready, "open"),
			limitWatch(rollout, "observe"),
			settleStep(rollout),
			...around.beforeSettle
		]
	});
}

// src/rollout/rolling/batches.ts
function roomOf({ candidate, hosts, policy }) {
	const each = perHost(candidate.replicas, hosts.length);
	const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
	const needed = Math.ceil(1 / (each * perInstance) - 1e-9);
	return {
		perHost: each,
		perInstance,
		needed,
		atOnce: Math.max(0, hosts.length - needed)
	};
}
/**
* The first host alone, then as configured: a share is one of all hosts after the first (cumulative, rounded up), a number is so many
* more. What is left after the last number goes in batches of that number, what is left after the last share in one.
*/
function batchesOf(hosts, sizes, atOnce) {
	const rest = hosts.length - 1;
	const ends = [];
	const add = (end) => {
		if (end > (ends.at(-1) ?? 0)) ends.push(Math.min(end, rest));
	};
	for (const size of sizes) add(size.kind === "share" ? Math.ceil(rest * size.share - 1e-9) : (ends.at(-1) ?? 0) + size.hosts);
	const last = sizes.at(-1);
	while ((ends.at(-1) ?? 0) < rest) add(last?.kind === "hosts" ? (ends.at(-1) ?? 0) + last.hosts : rest);
	let number = 0;
	return [0, ...ends].map((end, index) => {
		const from = index === 0 ? 0 : 1 + (ends[index - 2] ?? 0);
		const waves = [];
		for (let at = from; at < end + 1; at += Math.max(1, atOnce)) {
			number += 1;
			waves.push({
				hosts: hosts.slice(at, Math.min(at + Math.max(1, atOnce), end + 1)),
				before: hosts.slice(0, at),
				number
			});
		}
		return {
			name: index === 0 ? "first" : `batch-${index + 1}`,
			waves
		};
	});
}

// src/rollout/rolling/routes.ts
/** Share of the new version: its part of the hosts that take requests. Pure. */
function shareAt({ hosts }, { admitted, out }) {
	const taking = hosts.filter((host) => !out.includes(host)).length;
	return taking === 0 ? 0 : Math.round(admitted.length / taking * 1e6) / 1e6;
}
/**
* The share of the new version is a lease as long as the old hosts that are left could carry everything: a lease that ends must have
* somewhere to go. With fewer of them, ending it would be the greater harm, so the share stays until somebody goes on or back. Pure.
*/
function holdAt(rollout, { admitted, out }) {
	return rollout.hosts.length - (/* @__PURE__ */ new Set([...admitted, ...out])).size >= roomOf(rollout).needed ? "leased" : "stable";
}
/** Who gets what when a rolling release stands there. Instances of a host that is out keep their place, to finish their requests. Pure. */
function rollingRoutes(rollout, stand, world) {
	const { service, candidate, stable } = rollout;
	const share = shareAt(rollout, stand);
	const changed = [...stand.admitted, ...stand.out];
	return {
		service,
		routes: [{
			version: stable?.version ?? "",
			share: complement(share),
			hold: "stable",
			endpoints: placesOf(rollout, stable?.version ?? "", world, (host) => !changed.includes(host))
		}, {
			version: candidate.version,
			share,
			hold: holdAt(rollout, stand),
			endpoints: placesOf(rollout, candidate.version, world, (host) => stand.admitted.includes(host))
		}]
	};
}
/** Places of a version; on hosts where it is not to take requests they drain. Pure. */
function placesOf({ hosts, candidate }, version, world, takes) {
	const on = new Map(world.platform.instances.map((one) => [one.instance, one.on]));
	return endpointsOf(world.platform, candidate.component, version, world.routes).map((endpoint) => {
		const host = on.get(endpoint.instance) ?? hosts.find((name) => isOnHost(endpoint.instance, name));
		return host !== void 0 && takes(host) ? endpoint : {
			...endpoint,
			draining: true
		};
	});
}

// src/rollout/rolling/room.ts
/** The capacity rule of a rolling release: while some hosts are out, the others must be able to carry everything. */
/** Ready instances that take requests while a wave is out. Pure. */
function readyWithout(rollout, wave, platform) {
	const { candidate, stable, hosts } = rollout;
	const old = hosts.filter((host) => !wave.hosts.includes(host) && !wave.before.includes(host));
	return (stable === null ? 0 : readyOn(platform, stable, old)) + readyOn(platform, candidate, wave.before);
}
/** Null when there is room. Pure. */
function noRoom(rollout, wave, platform) {
	const ready = readyWithout(rollout, wave, platform);
	const { perInstance } = roomOf(rollout);
	if (carries(ready, perInstance) >= 1 - 1e-9) return null;
	const name = wave.hosts.join(", ");
	return {
		code: "rollout.no-room",
		where: `taking ${name} out`,
		found: `${ready} ready instances on the other hosts, good for ${Math.round(carries(ready, perInstance) * 1e3) / 10} % of the load`,
		expected: `capacity for all of it without ${name}`,
		remedy: "see why instances are not ready; say in rollout.capacity.perInstance what one instance can carry; or add hosts"
	};
}
/** Before anything changes: every host answers, runs the old version, and the others could do without each wave. */
function roomStep(rollout, waves) {
	const { atOnce, needed, perInstance } = roomOf(rollout);
	return action({
		id: "room",
		title: "Check that every host is well and that some can be spared",
		inputs: {
			hosts: [...rollout.hosts],
			atOnce,
			needed,
			perInstance
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => {
			const problems = [...unreachable$1(world.routes, "room"), ...unreachableHosts(world.platform, "room")];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const largest = waves.toSorted((one, other) => other.hosts.length - one.hosts.length)[0];
			const first = largest === void 0 ? null : noRoom(rollout, {
				...largest,
				before: []
			}, world.platform);
			if (first !== null) return {
				kind: "refuse",
				problems: [first]
			};
			return {
				kind: "nothing",
				why: `${atOnce} of ${rollout.hosts.length} hosts may be out at the same time`
			};
		},
		probe: "repeatable"
	});
}
const roomSample = strictObject({
	time: number(),
	ready: number(),
	waiting: number(),
	problem: string()
});
/** Waits until a wave can be spared: also until the proxy itself sees the hosts that were replaced as up. Renews their lease meanwhile. */
function roomWatch(rollout, wave) {
	const { candidate, ports, policy } = rollout;
	const where = `taking ${wave.hosts.join(", ")} out`;
	return watch({
		id: `room-${wave.number}`,
		title: `Wait until ${wave.hosts.join(", ")} can be spared`,
		inputs: {
			hosts: [...wave.hosts],
			deadlineMs: policy.healthDeadlineMs
		},
		everyMs: 250,
		samples: roomSample,
		outputs: strictObject({}),
		sample: async (ctx) => {
			const [platform, routes] = await Promise.all([ports.platform.observe(ctx.signal), ports.router.observe(ctx.signal)]);
			return {
				time: ctx.clock.now(),
				ready: readyWithout(rollout, wave, platform),
				waiting: notUp(routes, candidate.version),
				problem: noRoom(rollout, wave, platform)?.found ?? ""
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (last === null || from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const waits = last.waiting > 0 ? `the proxy does not see ${last.waiting} instances of ${candidate.version} up` : "";
			const found = last.problem === "" ? waits : last.problem;
			if (found === "") return {
				kind: "pass",
				status: `${last.ready} ready instances without them`,
				outputs: {}
			};
			if (last.time - from < policy.healthDeadlineMs) return {
				kind: "look-on",
				status: found
			};
			return {
				kind: "fail",
				problem: {
					code: "rollout.no-room",
					where,
					found,
					expected: "hosts that can do without it",
					remedy: "read the logs of the instances that are not ready; the release was taken back"
				}
			};
		},
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		}
	});
}
/** Instances with traffic that the proxy does not send requests to. Pure. */
function notUp(routes, version) {
	if (routes.kind === "unreachable") return 1;
	const route = routes.routes.find((one) => one.version === version);
	if (route === void 0 || route.configuredShare === 0) return 0;
	return route.endpoints.filter(({ health, draining }) => draining !== true && health !== "up").length;
}

// src/rollout/rolling/steps.ts
/** Hosts that are replaced at the same time within a wave. */
const SIDE_BY_SIDE = 8;
/** Beyond the time-outs of the steps in which no heartbeat goes out: program starts, slow looks. */
const HOLD_MARGIN_MS = 6e4;
/**
* While hosts are replaced nobody renews the lease of those that were replaced before: steps do not beat. So their guards keep watch by
* themselves for as long as the steps may take, within the error limit; the next watch renews the lease as ever. Empty where there is none.
*/
function holdWhile(rollout, stand, now) {
	const { candidate, policy, ports } = rollout;
	if (stand.admitted.length === 0 || holdAt(rollout, stand) === "stable") return [];
	const longest = policy.drainTimeoutMs + candidate.stopTimeoutMs + candidate.startTimeoutMs + HOLD_MARGIN_MS;
	return [ports.hold(candidate.version, now + longest, policy.errorLimit)];
}
/** Takes the old instances of a wave out of the traffic. Refused when the other hosts could not carry everything. */
function takeOutStep(rollout, wave, after) {
	const { ports, stable } = rollout;
	const stand = {
		admitted: wave.before,
		out: wave.hosts
	};
	return action({
		id: `take-out-${wave.number}`,
		title: `Take ${wave.hosts.join(", ")} out of the traffic`,
		inputs: {
			hosts: [...wave.hosts],
			stable: stable?.version ?? null,
			share: shareAt(rollout, stand)
		},
		read: async (ctx) => ({
			...await lookAtWorld(rollout, ctx),
			now: ctx.clock.now()
		}),
		decide: (world, ctx) => {
			if (after !== null) ctx.outputOf(after);
			const where = `take-out-${wave.number}`;
			const problems = [...unreachable$1(world.routes, where), ...unreachableHosts(world.platform, where, wave.hosts)];
			const room = noRoom(rollout, wave, world.platform);
			if (room !== null) problems.push(room);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const routes = ports.router.apply(rollingRoutes(rollout, stand, world), world.routes);
			return doOrNothing(routes.length === 0 ? [] : [...holdWhile(rollout, stand, world.now), ...routes], "they get no requests");
		},
		probe: "repeatable"
	});
}
/** Gives the new instances of a wave their part of the traffic. Refused when one of them is not ready. */
function admitStep(rollout, wave, ready, id) {
	const { candidate, hosts, ports } = rollout;
	const stand = {
		admitted: [...wave.before, ...wave.hosts],
		out: []
	};
	const share = shareAt(rollout, stand);
	const percent = Math.round(share * 1e3) / 10;
	return action({
		id: id ?? shareStepId(share),
		title: `Send ${percent} % of the traffic to ${candidate.version}, on ${stand.admitted.length} of ${hosts.length} hosts`,
		inputs: {
			share,
			candidate: candidate.version,
			hosts: [...wave.hosts]
		},
		read: async (ctx) => ({
			...await lookAtWorld(rollout, ctx),
			now: ctx.clock.now()
		}),
		decide: (world, ctx) => {
			ctx.outputOf(ready);
			const down = unreachable$1(world.routes, `share ${percent} %`);
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const wanted = wave.hosts.length * perHost(candidate.replicas, hosts.length);
			const found = readyOn(world.platform, candidate, wave.hosts);
			if (found < wanted) return {
				kind: "refuse",
				problems: [{
					code: "rollout.not-ready",
					where: `share of ${candidate.version} on ${wave.hosts.join(", ")}`,
					found: `${found} of ${wanted} ready`,
					expected: "instances that are ready before they get traffic",
					remedy: "read the instance log"
				}]
			};
			const routes = ports.router.apply(rollingRoutes(rollout, stand, world), world.routes);
			return doOrNothing(routes.length === 0 ? [] : [...holdWhile(rollout, stand, world.now), ...routes], "it is set");
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, share)
	});
}
/** Stops the old version on each host of a wave and starts the new one in its place: no host ever runs both. */
function replaceNode(rollout, wave, drained) {
	return parallel({
		id: `replace-${wave.number}`,
		title: `Replace the version on ${wave.hosts.join(", ")}`,
		limit: SIDE_BY_SIDE,
		steps: wave.hosts.map((host) => hostNode(rollout, host, drained))
	});
}
function hostNode(rollout, host, drained) {
	const { candidate, stable, ports } = rollout;
	const onHost = (id, title, timeoutMs, effects, why) => action({
		id,
		title: `${title} on ${host}`,
		inputs: {
			host,
			component: candidate.component,
			version: candidate.version,
			digest: candidate.digest
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			ctx.outputOf(drained);
			const away = unreachableHosts(world.platform, id, [host]);
			return away.length > 0 ? {
				kind: "refuse",
				problems: away
			} : doOrNothing(effects(world), why);
		},
		probe: "repeatable",
		timeoutMs
	});
	return sequence({
		id: `host-${host}`,
		title: `Replace the version on ${host}`,
		steps: [
			onHost("stop", `Stop ${candidate.component} ${stable?.version ?? ""}`, candidate.stopTimeoutMs + 3e4, ({ platform }) => stable === null ? [] : ports.platform.stop(stable.version, platform, [host]), "it does not run"),
			onHost("install", `Install ${candidate.component} ${candidate.version}`, 3e5, ({ platform }) => ports.platform.install(candidate, platform, [host]), "it is installed with this digest"),
			onHost("start", `Start ${candidate.component} ${candidate.version}`, candidate.startTimeoutMs + 3e4, ({ platform }) => {
				const short = shortOf(platform, candidate, [host]);
				return short.length === 0 ? [] : ports.platform.start(candidate, platform, short);
			}, "all instances run")
		]
	});
}

// src/rollout/rolling/checkpoint.ts
/**
* The forced checkpoint: one host runs the new version and was watched; nothing else is touched before a person has filled in what was
* looked at there. It is drained, not guarded: the gate may stand for a night, nothing of ours runs meanwhile, and the other hosts were
* shown to carry everything before the first one was taken out. So waiting costs no user anything, whatever the new version does.
*/
function checkpointGate(rollout, first, ready) {
	const { candidate, policy, hosts } = rollout;
	const [host = ""] = first.hosts;
	return gate({
		id: "checkpoint",
		title: `Inspect ${candidate.version} on ${host}, the first of ${hosts.length} hosts`,
		description: `It was watched under traffic and gets none while this gate waits; its instances still run, and \`shiplock status\` names their addresses. The other ${hosts.length - 1} hosts are not touched before this is filled in.`,
		role: policy.role,
		guard: {
			kind: "drained",
			drain: [drainStep(rollout, first)],
			restore: [admitStep(rollout, first, ready, "traffic-again")]
		},
		evidence: [...policy.rolling?.inspection ?? [], {
			kind: "choice",
			name: "decision",
			question: `Go on with the other ${hosts.length - 1} hosts?`,
			options: ["go-on", "roll-back"]
		}],
		judge: (evidence) => {
			const not = (policy.rolling?.inspection ?? []).filter(({ name }) => evidence[name] === false);
			if (evidence["decision"] !== "go-on") return {
				kind: "reject",
				why: `a person decided to roll back at ${host}`
			};
			if (not.length === 0) return { kind: "pass" };
			return {
				kind: "reject",
				why: `not so on ${host}: ${not.map(({ question }) => question).join("; ")}`
			};
		}
	});
}
function drainStep(rollout, first) {
	const { candidate, ports } = rollout;
	return action({
		id: "no-traffic",
		title: `Take ${first.hosts.join(", ")} out of the traffic while the gate waits`,
		inputs: {
			hosts: [...first.hosts],
			candidate: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			if (ctx.mode === "plan") return {
				kind: "nothing",
				why: "decided when the gate opens"
			};
			const down = unreachable$1(world.routes, "checkpoint");
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const routes = rollingRoutes(rollout, {
				admitted: [],
				out: first.hosts
			}, world);
			return doOrNothing(ports.router.apply(routes, world.routes), "it gets no requests");
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, 0)
	});
}

// src/rollout/rolling/way-back-decisions.ts
/** What the way back of a rolling release decides, from the world as it finds it: wherever a release stopped, the rest follows. Pure. */
/** Hosts that answer and do not run the old version alone. One that is being stopped is as good as gone. Pure. */
function toRestore({ candidate, stable, hosts }, { platform }) {
	if (stable === null) return [];
	const wanted = perHost(stable.replicas, hosts.length);
	const running = (version, host) => instancesOf(platform, candidate.component, version).filter((one) => one.on === host && one.state !== "draining").length;
	const runsNew = (host) => instancesOf(platform, candidate.component, candidate.version).some((one) => one.on === host);
	return reachable(platform).filter((host) => runsNew(host) || running(stable.version, host) < wanted);
}
/**
* The next hosts to restore. A host whose new version takes no requests costs nothing to take out; others go only as far as the rest can carry
* everything without them. Where capacity is short already, one at a time: standing still would not make it better. Pure.
*/
function nextWave(rollout, world) {
	const { candidate, stable, policy, hosts } = rollout;
	const todo = toRestore(rollout, world);
	if (stable === null || todo.length === 0) return [];
	const { perInstance, perHost: each, atOnce } = roomOf(rollout);
	const largest = batchesOf(hosts, policy.rolling?.batches ?? [], atOnce).flatMap(({ waves }) => waves).reduce((most, wave) => Math.max(most, wave.hosts.length), 1);
	const serving = new Set(instancesWithTraffic(world, candidate.version));
	const carrying = (host) => readyInstances(world.platform, candidate.component, candidate.version).filter((one) => one.on === host && serving.has(one.instance)).length;
	const isFree = (host) => carrying(host) === 0;
	const free = todo.filter(isFree);
	const busy = todo.filter((host) => !isFree(host));
	const old = hosts.filter((host) => !todo.includes(host));
	const ready = readyOn(world.platform, stable, old) + busy.reduce((sum, host) => sum + carrying(host), 0);
	const spare = Math.max(0, Math.floor((ready - 1 / perInstance) / each + 1e-9));
	const wave = [...free, ...busy.slice(0, spare)].slice(0, largest);
	return wave.length > 0 ? wave : todo.slice(0, 1);
}
/**
* Share that the old version is to have, and who is to take requests then; null when nobody could. Of the new version only instances that
* have traffic now keep any: one that was never let in is not let in on the way back. Pure.
*/
function backRoutes(rollout, world, out) {
	const { candidate, stable, policy } = rollout;
	const version = stable?.version ?? "";
	const old = placesOf(rollout, version, world, (host) => !out.includes(host));
	const serving = new Set(instancesWithTraffic(world, candidate.version));
	const fresh = placesOf(rollout, candidate.version, world, (host) => !out.includes(host) && readyOn(world.platform, candidate, [host]) > 0).map((place) => serving.has(place.instance) ? place : {
		...place,
		draining: true
	});
	const ready = readyInstances(world.platform, candidate.component, version).length;
	if (ready === 0 && taking(fresh).length === 0) return null;
	const before = complement(configuredShare(world.routes, candidate.version));
	const most = ready === 0 ? 0 : Math.max(carries(ready, roomOf(rollout).perInstance), before);
	const share = taking(fresh).length === 0 ? 1 : most;
	return [{
		version,
		share,
		hold: "stable",
		endpoints: old
	}, {
		version: candidate.version,
		share: complement(share),
		hold: share < 1 ? "stable" : holdOf(world, candidate.version, policy.rolling !== void 0),
		endpoints: fresh
	}];
}
function instancesWithTraffic({ routes }, version) {
	const route = routes.kind === "observed" ? routes.routes.find((one) => one.version === version) : void 0;
	return route === void 0 || route.configuredShare === 0 ? [] : taking(route.endpoints).map((one) => one.instance);
}
function holdOf({ routes }, version, leased) {
	return (routes.kind === "observed" ? routes.routes.find((one) => one.version === version) : void 0)?.hold ?? (leased ? "leased" : "stable");
}
/** Hosts that are not back, with the reason. Pure. */
function leftBehind({ stable, candidate, hosts }, { platform }) {
	const wanted = perHost(stable?.replicas ?? 1, hosts.length);
	const spec = {
		component: candidate.component,
		version: stable?.version ?? ""
	};
	const words = platform.hosts.flatMap((host) => {
		if (host.kind === "unreachable") return [`${host.name} does not answer: ${host.reason}`];
		const ready = readyOn(platform, spec, [host.name]);
		return ready >= wanted ? [] : [`${host.name} has ${ready} of ${wanted} instances of ${spec.version} ready`];
	});
	return words.length === 0 ? "none: every host is back" : words.join("; ");
}

// src/rollout/rolling/way-back.ts
/**
* The way back of a rolling release, from wherever it stands. First the traffic, at once and as far as the old hosts can carry it; then
* the hosts that were changed are restored in waves, so many as the others can do without; each wave takes its part of the traffic. A
* host that cannot be reached is left behind and said so: it holds up nobody else.
*/
function wayBackNode(rollout, extra = []) {
	const { candidate, stable } = rollout;
	const to = stable?.version ?? "";
	const choice = chooseStep(rollout);
	const hosts = (ctx) => ctx.outputOf(choice).hosts;
	return sequence({
		id: "rollback",
		title: `Go back to ${to}`,
		steps: [
			trafficStep(rollout, "traffic-back", "as far as it can carry it now", () => []),
			repeatUntil({
				id: "restore",
				title: `Restore ${to} on every host that was changed`,
				max: rollout.hosts.length + 2,
				until: (ctx) => !ctx.outputOf(choice).more,
				body: sequence({
					id: "wave",
					title: `Restore ${to} on some hosts`,
					steps: [
						choice,
						trafficStep(rollout, "take-out", "without those hosts", hosts),
						hostDrainWatch(rollout, candidate.version, "drain-hosts", hosts, []),
						restoreStep(rollout, hosts),
						restoredWatch(rollout, hosts),
						trafficStep(rollout, "traffic-on", "as far as it can carry it now", () => [])
					]
				})
			}),
			trafficStep(rollout, "all-traffic-back", "all of it", () => []),
			drainWatch(rollout, candidate.version, "drain"),
			retireStep(rollout, candidate, to, "stop-candidate", { urgent: true }),
			currentStep(rollout, to),
			leftBehindStep(rollout),
			...extra
		]
	});
}
const choiceOutputs = strictObject({
	hosts: array(string()).readonly(),
	more: boolean()
});
function chooseStep(rollout) {
	return step({
		id: "choose",
		title: "Choose the hosts that can be spared now",
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => {
			const hosts = nextWave(rollout, world);
			return {
				kind: "nothing",
				why: hosts.length === 0 ? "no host is left to restore" : hosts.join(", ")
			};
		},
		outputs: choiceOutputs,
		collect: (_results, world) => {
			const hosts = nextWave(rollout, world);
			return {
				hosts,
				more: hosts.length > 0
			};
		},
		probe: "repeatable",
		urgent: true
	});
}
function trafficStep(rollout, id, how, out) {
	return trafficBackStep(rollout, id, how, (world, ctx) => {
		const routes = backRoutes(rollout, world, out(ctx))?.filter((route) => route.endpoints.length > 0);
		return routes === void 0 ? null : {
			service: rollout.service,
			routes
		};
	});
}
/** The old version is started where the new one was stopped. */
function restoreStep(rollout, hosts) {
	const { candidate, stable, ports } = rollout;
	const each = candidate.stopTimeoutMs + (stable?.startTimeoutMs ?? 0) + 3e4;
	return action({
		id: "replace",
		title: `Stop ${candidate.version} there and start ${stable?.version ?? ""}`,
		inputs: {
			stable: stable?.version ?? null,
			candidate: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: ({ platform }, ctx) => {
			if (stable === null) return {
				kind: "nothing",
				why: "nothing served before"
			};
			const chosen = hosts(ctx);
			const effects = chosen.flatMap((host) => [...ports.platform.stop(candidate.version, platform, [host]), ...readyOn(platform, stable, [host]) >= perHost(stable.replicas, platform.hosts.length) ? [] : startAgain(rollout, stable, platform, [host])]);
			return doOrNothing(effects, chosen.length === 0 ? "no host is left to restore" : "it runs there");
		},
		probe: "repeatable",
		urgent: true,
		retry: {
			attempts: 3,
			delayMs: 1e3
		},
		timeoutMs: each * rollout.hosts.length
	});
}
const restoredSample = strictObject({
	time: number(),
	/** Hosts of the wave that answer and do not have all their instances ready. */
	late: array(string()).readonly(),
	instances: array(instanceSampleSchema).readonly()
});
/** Waits until the old version is ready again; a host where it does not come back must not keep the others waiting for ever. */
function restoredWatch(rollout, hosts) {
	const { stable, candidate, policy, ports } = rollout;
	const version = stable?.version ?? "";
	const spec = {
		component: candidate.component,
		version
	};
	return watch({
		id: "ready",
		title: `Wait until ${version} is ready there`,
		inputs: {
			version,
			deadlineMs: policy.healthDeadlineMs
		},
		everyMs: 250,
		samples: restoredSample,
		outputs: strictObject({ late: array(string()).readonly() }),
		sample: async (ctx) => {
			const state = await ports.platform.observe(ctx.signal);
			const chosen = hosts(ctx).filter((host) => reachable(state).includes(host));
			const wanted = perHost(stable?.replicas ?? 1, state.hosts.length);
			return {
				time: ctx.clock.now(),
				late: chosen.filter((host) => readyOn(state, spec, [host]) < wanted),
				instances: sampleInstances(state, spec.component, version, chosen)
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (last === null || from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.late.length === 0) return {
				kind: "pass",
				status: "ready",
				outputs: { late: [] }
			};
			const status = `not ready on ${last.late.join(", ")}`;
			if (last.time - from < policy.healthDeadlineMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "pass",
				status,
				outputs: { late: last.late }
			};
		}
	});
}
function currentStep(rollout, version) {
	const { ports } = rollout;
	return action({
		id: "stable-is-current",
		title: `Make ${version} current`,
		inputs: { version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: ({ platform }) => doOrNothing([...ports.platform.makeCurrent(version, platform), ...ports.stopGuards(version, reachable(platform))], "it is current"),
		probe: "repeatable",
		urgent: true,
		retry: {
			attempts: 3,
			delayMs: 1e3
		}
	});
}
/** Says which hosts are not back: the way back is through, and somebody has to look at them. */
function leftBehindStep(rollout) {
	return action({
		id: "left-behind",
		title: "Say which hosts were left behind",
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => ({
			kind: "nothing",
			why: leftBehind(rollout, world)
		}),
		probe: "repeatable",
		urgent: true
	});
}

// src/rollout/rolling/whole.ts
/**
* A rolling release begins with every host running the version that serves. A host may have lost it: it was away when a release was taken
* back, or it came back from a reboot with what was left of that release. Nothing of that has traffic, so mending it costs nobody anything.
*/
function wholeNodes(rollout) {
	return rollout.stable === null ? [] : [wholeStep(rollout), readyWatch(rollout, "stable", "whole-ready")];
}
function wholeStep(rollout) {
	const { candidate, stable } = rollout;
	const version = stable?.version ?? "";
	return action({
		id: "whole",
		title: `Start ${version} where it does not run`,
		inputs: {
			component: candidate.component,
			version,
			hosts: [...rollout.hosts]
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => {
			const problems = [...unreachable$1(world.routes, "whole"), ...unreachableHosts(world.platform, "whole")];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			return doOrNothing([...endLeftovers(rollout, world), ...startMissing(rollout, world)], `every host runs ${version}`);
		},
		probe: "repeatable",
		timeoutMs: (stable?.startTimeoutMs ?? 0) + candidate.stopTimeoutMs + 3e4
	});
}
function startMissing(rollout, { platform }) {
	const { stable } = rollout;
	const short = stable === null ? [] : shortOf(platform, stable);
	return stable === null || short.length === 0 ? [] : startAgain(rollout, stable, platform, short);
}
/** Instances of versions that nobody is sent to, beside the two of this release. */
function endLeftovers({ candidate, stable, ports }, { platform, routes }) {
	const routed = routes.kind === "observed" ? routes.routes.map((route) => route.version) : [];
	const keep = /* @__PURE__ */ new Set([
		candidate.version,
		stable?.version,
		...routed
	]);
	const left = platform.instances.filter((one) => one.component === candidate.component && one.state !== "stopped" && !keep.has(one.version));
	return [...new Set(left.map((one) => one.version))].flatMap((version) => {
		const on = reachable(platform).filter((name) => left.some((one) => one.version === version && one.on === name));
		return ports.platform.stop(version, platform, on);
	});
}

// src/rollout/rolling/rolling.ts
/** Used where a rollout is rolling and says nothing more. */
const DEFAULT_ROLLING = {
	firstBakeMs: 6e5,
	bakeMs: 6e4,
	wholeBakeMs: 12e5,
	batches: [
		{
			kind: "share",
			share: .1
		},
		{
			kind: "share",
			share: .5
		},
		{
			kind: "share",
			share: 1
		}
	],
	inspection: []
};
/**
* Host by host, in place: no host ever runs both versions, so no more resources are needed than the service has. The first host is
* watched and then inspected by a person; the others follow in batches, each judged against the hosts that are still old. The rollback
* covers everything until the whole was watched.
*/
function rollingNode(rollout, around = {
	beforeRetire: [],
	onRollback: []
}) {
	const { candidate, stable, hosts, policy } = rollout;
	const rolling = policy.rolling ?? DEFAULT_ROLLING;
	const batches = batchesOf(hosts, rolling.batches, roomOf(rollout).atOnce);
	const waves = batches.flatMap((batch) => batch.waves);
	const past = pastWatch(rollout, "past");
	const nodes = [
		...wholeNodes(rollout),
		roomStep(rollout, waves),
		past
	];
	let previous = past;
	let ready = null;
	for (const batch of batches) {
		const made = batchNode(rollout, batch, rolling, previous, ready);
		nodes.push(made.node);
		({previous, ready} = made);
		const [first] = batch.waves;
		if (batch.name === "first" && first !== void 0) nodes.push(checkpointGate(rollout, first, made.ready));
	}
	const judged = sequence({
		id: "judged",
		title: `${candidate.version} replaces ${stable?.version ?? "nothing"} on ${hosts.length} hosts`,
		rollback: wayBackNode(rollout, around.onRollback),
		steps: [
			...nodes,
			...ready === null ? [] : [promoteStep(rollout, ready)],
			limitWatch(rollout, "observe", "stable", {
				bakeMs: rolling.wholeBakeMs,
				atLeast: candidate.replicas
			}),
			settleStep(rollout),
			...around.beforeRetire
		]
	});
	return sequence({
		id: "rolling",
		title: `Rolling release of ${rollout.service} ${candidate.version} over ${hosts.length} hosts`,
		steps: stable === null ? [judged] : [judged, retireStep(rollout, stable, candidate.version, "stop-old")]
	});
}
/** Wave by wave, then the verdict on the share that the new version has by then. With no old host left there is nothing to compare with. */
function batchNode(rollout, batch, rolling, previous, readyBefore) {
	const { hosts } = rollout;
	const nodes = [];
	let before = readyBefore;
	let changed = [];
	for (const wave of batch.waves) {
		const made = waveNodes(rollout, wave, before);
		nodes.push(...made.nodes);
		before = made.ready;
		changed = [...wave.before, ...wave.hosts];
	}
	const ready = before ?? readyWatch(rollout, "candidate", "ready");
	const all = batch.waves.flatMap((wave) => wave.hosts);
	const base = {
		id: batch.name,
		title: `${all.length === 1 ? "The host" : "The hosts"} ${all.join(", ")}`
	};
	if (changed.length === hosts.length) return {
		node: sequence({
			...base,
			steps: nodes
		}),
		previous,
		ready
	};
	const stand = {
		admitted: changed,
		out: []
	};
	const share = shareAt(rollout, stand);
	const bake = bakeWatch(rollout, {
		share,
		bakeMs: batch.name === "first" ? rolling.firstBakeMs : rolling.bakeMs,
		previous,
		atLeast: changed.length * roomOf(rollout).perHost,
		...holdAt(rollout, stand) === "leased" ? {} : { guard: unguarded(rollout) }
	}, judgeId(share));
	return {
		node: sequence({
			...base,
			steps: [...nodes, bake]
		}),
		previous: bake,
		ready
	};
}
/** What is true then: nobody takes the new version out by himself, since too few old hosts are left. */
function unguarded({ policy }) {
	return {
		kind: "unguarded",
		role: policy.role,
		reason: "the old hosts that are left could not carry everything, so the share stays until somebody decides"
	};
}
function waveNodes(rollout, wave, before) {
	const drained = hostDrainWatch(rollout, rollout.stable?.version ?? "", `drain-${wave.number}`, () => wave.hosts, wave.hosts);
	const ready = readyWatch(rollout, "candidate", `ready-${wave.number}`, wave.hosts);
	const stand = {
		admitted: wave.before,
		out: wave.hosts
	};
	return {
		ready,
		nodes: [
			...before === null ? [] : [roomWatch(rollout, wave)],
			takeOutStep(rollout, wave, before),
			drained,
			replaceNode(rollout, wave, drained),
			ready,
			smokeStep(rollout, `smoke-${wave.number}`, {
				on: wave.hosts,
				hold: (now) => holdWhile(rollout, stand, now)
			}),
			admitStep(rollout, wave, ready)
		]
	};
}

// src/release/run/again.ts
var import_dist = require_dist();
/**
* Runs a procedure of which every step looks whether it is done already: what died or was stopped of it is begun again, never gone on with.
* A run of it that is at work elsewhere is left alone, and so is any other procedure that has the environment.
*/
async function runAgain(procedure, options) {
	const result = await runProcedure(procedure, options);
	if (result.outcome !== "lease-held" || result.problems[0]?.code !== "lease.reserved") return result;
	const dead = (await listRuns(options.store)).findLast((run) => run.environment === procedure.environment && run.procedure === procedure.id && run.finished === null);
	return dead === void 0 ? result : runProcedure(procedure, {
		...options,
		preempt: dead.run
	});
}

// src/release/build/build.ts
const BUILD_TIMEOUT_MS = 18e5;
/** What a build is made from; stored with its run. */
const buildInputsSchema = strictObject({
	service: string(),
	version: string(),
	commit: string(),
	/** Absent: all. */
	components: array(string()).readonly().exactOptional()
});
/**
* Building is a run of its own, with a lease of its own: it runs code of the commit, so it holds no lease on an environment and
* resolves no secret. The release takes what it made by digest.
*/
function buildTree(service, inputs) {
	const { environment } = service;
	const { components } = inputs;
	const nodes = new Map(Object.entries(environment.components).filter(([name]) => components === void 0 || components.includes(name)).map(([name, settings]) => [name, buildNode(name, settings, inputs, service)]));
	return {
		nodes,
		procedure: procedure({
			id: "build",
			title: `Build ${inputs.service} ${inputs.version}`,
			description: "Artefacts with digests, from the sources of one commit. What was built from the same inputs before is taken again.",
			environment: [
				"build",
				inputs.service,
				...components ?? []
			].join(":"),
			inputs,
			root: parallel({
				id: "build",
				title: components === void 0 ? "Build every component" : `Build ${components.join(", ")}`,
				limit: 2,
				steps: [...nodes.values()].map((one) => one.node)
			})
		})
	};
}
function buildNode(component, settings, inputs, { store, secrets }) {
	if (settings.kind === "image") {
		const { image, registry, authorization } = settings;
		const tag = settings.tag.replaceAll("{version}", inputs.version).replaceAll("{commit}", inputs.commit);
		const header = () => authorization === null || typeof authorization === "string" ? authorization : secrets.get(authorization.secret);
		return imageNode({
			component,
			image,
			tag,
			registry,
			authorization: header,
			http: httpClient
		});
	}
	const common = {
		component,
		source: settings.source,
		version: inputs.version,
		commit: inputs.commit,
		outDir: join$2(store, "artefacts"),
		timeoutMs: BUILD_TIMEOUT_MS
	};
	if (settings.kind === "go") {
		const [platform = "linux/amd64"] = settings.platforms;
		const { binary, stamp, tags } = settings;
		return buildGoNode({
			...common,
			package: settings.package,
			binary,
			stamp,
			tags,
			platform,
			test: false
		});
	}
	return buildStaticNode({
		...common,
		build: settings.build,
		output: relative(settings.source, settings.output)
	});
}
function buildProcedureFrom(service, inputs) {
	return buildTree(service, buildInputsSchema.parse(inputs)).procedure;
}
async function buildInputs(service, request) {
	const { commit, components } = request;
	const version = request.version ?? await describedVersion(service, commit);
	return {
		service: service.environment.service,
		version,
		commit,
		...components === void 0 ? {} : { components }
	};
}
async function buildRelease(service, request) {
	const inputs = await buildInputs(service, request);
	const tree = buildTree(service, inputs);
	const result = await runAgain(tree.procedure, engineOptions(service, { shared: void 0 }));
	if (result.outcome !== "done") return {
		kind: "failed",
		result
	};
	const byComponent = {};
	for (const [name, nodes] of tree.nodes) {
		const made = result.outputs(nodes.artefact);
		if (made === void 0) throw noOutput(name, result.run);
		byComponent[name] = made;
	}
	return {
		kind: "built",
		result,
		artefacts: {
			version: inputs.version,
			byComponent,
			platforms: platformsOf(service)
		}
	};
}
/** What a build would do. An artefact that exists already has its digest; another shows as `<component.digest>`. */
async function planBuild(service, request) {
	const inputs = await buildInputs(service, request);
	const tree = buildTree(service, inputs);
	const plan = await planProcedure(tree.procedure, engineOptions(service));
	const byComponent = {};
	for (const [name, nodes] of tree.nodes) {
		const { path, digest } = await nodes.artefact.read(looking(service));
		byComponent[name] = digest === null ? {
			path,
			digest: `<${name}.digest>`
		} : {
			path,
			digest
		};
	}
	return {
		plan,
		artefacts: {
			version: inputs.version,
			byComponent,
			platforms: platformsOf(service)
		}
	};
}
/** A context for a single look outside of any run. */
function looking({ clock, exec }) {
	const nothing = () => {
		throw new TypeError("a look outside of a run has no recorded outputs");
	};
	return {
		mode: "plan",
		clock,
		exec,
		signal: AbortSignal.timeout(BUILD_TIMEOUT_MS),
		outputOf: nothing,
		evidenceOf: nothing,
		fence: 0,
		run: "plan",
		note: () => void 0
	};
}
function platformsOf(service) {
	return Object.fromEntries(Object.entries(service.environment.components).map(([name, settings]) => [name, settings.kind === "go" ? settings.platforms[0] ?? "any" : "any"]));
}
function noOutput(component, run) {
	return new ProblemError({
		code: "release.not-built",
		where: `components.${component}`,
		found: `run ${run} recorded no artefact of it`,
		expected: "a path and a digest",
		remedy: "release again; if it happens again, report it with `shiplock journal show`"
	});
}

// src/release/build/source.ts
/**
* A commit without a tag that changes nothing but the configuration is no new software: what it releases is the version that
* serves, with other settings. It is recognised by its artefacts: built under the name and commit of what serves, the same
* digests come out. (Builds are kept by the digest of their inputs, so this looks and builds nothing.) Everything else is
* released from its own commit; whoever wants another name sets a tag or says `--release`.
*/
async function sourceOf(service, wanted, commit, stable) {
	const own = {
		commit,
		version: wanted
	};
	if (wanted !== void 0 || stable === null || stable.release.commit === commit) return own;
	if (!isNamedAfterCommit(await describedVersion(service, commit))) return own;
	const base = withoutConfiguration(stable.release.version);
	const origin = (await knownReleases(service.store, service.target.environment)).find((one) => one.version === base);
	if (origin === void 0) return own;
	const { artefacts } = await planBuild(service, {
		commit: origin.commit,
		version: base
	});
	const digests = new Map(Object.entries(artefacts.byComponent).map(([name, made]) => [name, made.digest]));
	return sameSoftware(stable.release, digests, service.target.database?.migrations ?? []) ? {
		commit: origin.commit,
		version: base
	} : own;
}
/** The same components with the same bytes, and the same migrations. Pure. */
function sameSoftware(live, digests, migrations) {
	const list = (all) => all.map(({ id, sha256 }) => `${id} ${sha256}`).join("\n");
	return live.artefacts.length === digests.size && live.artefacts.every(({ name, digest }) => digests.get(name) === digest) && list(live.migrations) === list(migrations);
}

// src/release/build/units.ts
/** From the configuration and what was built to what runs. Secrets stay references. Pure. */
function unitsOf(environment, version, built) {
	const { platform } = environment;
	const specs = Object.entries(environment.components).map(([component, settings]) => {
		const made = built[component];
		if (made === void 0) throw notBuilt(component);
		const { process } = settings;
		return {
			runs: process !== null || settings.kind === "image",
			spec: {
				component,
				version,
				digest: made.digest,
				artefact: made.path,
				command: process?.command ?? [],
				env: process?.env ?? {},
				...howMany(platform),
				readyPath: process?.ready ?? "/",
				livePath: process?.live ?? "/"
			}
		};
	});
	const running = specs.filter((one) => one.runs).map((one) => one.spec);
	const unit = running.find((one) => one.component === environment.traffic.component) ?? null;
	const others = running.filter((one) => one !== unit);
	if (others.length > 0) throw severalProcesses(others.map((one) => one.component));
	return {
		unit,
		files: specs.filter((one) => !one.runs).map((one) => one.spec)
	};
}
/** In a cluster the manifest says how many pods there are, and how long they may take: these are never used there. */
function howMany(platform) {
	if (platform.kind === "kubernetes") return {
		replicas: 1,
		startTimeoutMs: 3e4,
		stopTimeoutMs: 15e3
	};
	const { replicas, startTimeoutMs, stopTimeoutMs } = platform;
	return {
		replicas: replicas * hostNames(platform).length,
		startTimeoutMs,
		stopTimeoutMs
	};
}
function notBuilt(component) {
	return new ProblemError({
		code: "release.not-built",
		where: `components.${component}`,
		found: "no artefact of it",
		expected: "every component built before the release",
		remedy: "see the build run for its failure"
	});
}
function severalProcesses(names) {
	return new ProblemError({
		code: "release.several-processes",
		where: "components",
		found: `further components with a process: ${names.join(", ")}`,
		expected: "one component with a process, the others only files",
		remedy: "release them as services of their own, each with its shiplock.yaml"
	});
}

// src/release/policy/approval.ts
/** What a policy asks for before a release begins: a person with this role, one of its windows. */
const approvalSchema = strictObject({
	role: string().nullable(),
	windows: boolean()
});
/** The gate before anything is touched: somebody approves, and it is time. null where the policy asks for neither. */
function approvalGate(approval, version, environment) {
	if (approval === void 0) return null;
	const asks = approval.role === null ? "window" : approval.windows ? "persons-and-window" : "persons";
	return gate({
		id: "approval",
		title: `May ${version} go to ${environment}?`,
		description: approval.role === null ? "Nobody needs to answer: it passes in a release window." : "Look at the plan and the commits. Nothing has been touched yet.",
		role: approval.role ?? "nobody",
		asks,
		evidence: [],
		guard: { kind: "nothing-shifted" }
	});
}
/** What a policy asks for before a release begins, as inputs of the procedure; nothing where it asks for nothing. Pure. */
function approvalOf(rules) {
	if (rules === void 0 || rules.approval === null && rules.windows === null) return {};
	return { approval: {
		role: rules.approval,
		windows: rules.windows !== null
	} };
}

// src/release/promotion/gates.ts
/** What a promotion is made from; part of the inputs of its run, so that a resume asks the same, and the policy can be compared. */
const promotionSchema = strictObject({
	from: string(),
	/** Version and run there. */
	version: versionSchema,
	run: string(),
	/** Digest of release.json, which travels as it is. */
	manifest: digestSchema,
	/** Null: the policy asks nothing, or there is none. */
	rules: promotionRulesSchema.nullable()
});
/** Before anything is touched: every gate of the promotion, all asked at once. Null where the policy asks for none. */
function promotionGates(promotion, version, environment, looks) {
	if (promotion === void 0 || promotion.rules === null) return null;
	return parallel({
		id: "promotion",
		title: `May ${version} come from ${promotion.from} to ${environment}?`,
		limit: 8,
		steps: gatesOf(promotion, promotion.rules, version, looks)
	});
}
/** The gates alone, in order. */
function gatesOf(promotion, rules, version, looks) {
	const { from } = promotion;
	const { soakMs, ticket, acceptance, budget, parity } = rules;
	return [
		conditionGate("verdict", rules.verdict === "not-worse" ? `${version} was judged in ${from}, and is not worse` : `The run of ${version} in ${from} ended well`, looks.verdict(promotion)),
		...soakMs === 0 ? [] : [conditionGate("soak", `${version} has served ${from} for ${formatDuration(soakMs)} without being taken back`, looks.soak(promotion))],
		...budget === null ? [] : [conditionGate("budget", `At least ${formatShare(budget.left)} of the error budget of ${formatDuration(budget.windowMs)} is left`, looks.budget(promotion))],
		...parity === null ? [] : [conditionGate("parity", `What differs from ${from} is known`, looks.parity(promotion))],
		...ticket === null ? [] : [ticketGate(ticket, version)],
		...acceptance === null ? [] : [acceptanceGate(acceptance, version, from)]
	];
}
/** Nobody fills it in: it passes when it is so, and waits when that cannot be seen. */
function conditionGate(id, title, condition) {
	return gate({
		id,
		title,
		description: "Nobody needs to answer: it passes when it is so. Look again with `shiplock resume`.",
		role: "nobody",
		asks: "condition",
		condition,
		evidence: [],
		guard: { kind: "nothing-shifted" }
	});
}
function ticketGate({ role, pattern }, version) {
	return gate({
		id: "ticket",
		title: `The change ticket for ${version}`,
		description: "Its number is recorded with the release. Look whether it is approved and names this version.",
		role,
		evidence: [{
			kind: "text",
			name: "ticket",
			question: "Which change ticket?",
			pattern
		}],
		guard: { kind: "nothing-shifted" }
	});
}
function acceptanceGate({ role, items }, version, from) {
	const checks = items.map((question, index) => ({
		kind: "check",
		name: `item-${index + 1}`,
		question
	}));
	return gate({
		id: "acceptance",
		title: `Users accept ${version} as it serves ${from}`,
		description: `Try it in ${from}, then say whether it does what was asked for. Nothing has been touched yet.`,
		role,
		evidence: [
			...checks,
			{
				kind: "choice",
				name: "decision",
				question: `Is ${version} accepted?`,
				options: ["accepted", "rejected"]
			},
			{
				kind: "text",
				name: "tried",
				question: "What was tried, and what was seen?",
				minLength: 5
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => {
			if (evidence["decision"] !== "accepted") return {
				kind: "reject",
				why: `users do not accept it: ${String(evidence["tried"] ?? "")}`
			};
			const left = items.filter((_, index) => evidence[`item-${index + 1}`] !== true);
			return left.length === 0 ? { kind: "pass" } : {
				kind: "reject",
				why: `not so: ${left.join("; ")}`
			};
		}
	});
}

// src/release/quarantine/step.ts
/** Part of every way back: what was taken back does not return, in any environment, before somebody releases it. */
function quarantineStep(target, { candidate, stays, asked }) {
	const { store, environment, service } = target;
	const { version } = candidate.release;
	return action({
		id: "quarantine",
		title: `Put what came with ${version} into quarantine, if that is why it goes`,
		inputs: { version },
		read: async (ctx) => ({
			there: await readQuarantineOf(store, environment),
			cause: asked === null ? ctx.mode === "plan" ? null : causeOf(await readRun(store, ctx.run)) : {
				cause: "gone-back-from",
				why: asked.why
			},
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: ({ there, cause, time }, ctx) => {
			if (cause === null) return {
				kind: "nothing",
				why: "nothing speaks against what was released"
			};
			const who = asked?.who ?? `run ${ctx.run}`;
			const entries = entriesOf({
				candidate,
				stays,
				run: ctx.run,
				...cause,
				who,
				time
			});
			return doOrNothing(quarantineEffects(store, {
				service,
				environment
			}, there, entries), entries.length === 0 ? `${version} is made of what serves already` : "it is on the list");
		},
		probe: "repeatable",
		urgent: true
	});
}

// src/release/run/ledger-gate.ts
const answerSchema = strictObject({
	answer: _enum([
		"yes",
		"no",
		"unknown"
	]),
	schema: string()
});
/** What the ledger says about the earlier version on the schema of today. Only looks. */
async function askLedger({ store, environment, service }, database, { serving, stable }, clock) {
	const { version } = stable.release;
	const schema = await database.schema();
	const ledger = await readLedger(store, environment, service);
	const time = new Date(clock.now()).toISOString();
	const rows = [...database.rows({
		release: serving.release,
		stable: version,
		from: stable.schema,
		time
	}), ...ledger.rows];
	return {
		schema,
		answer: schema === stable.schema ? "yes" : schemaAllows({
			...ledger,
			rows
		}, version, schema)
	};
}
function rollbackBreaks(version, schema) {
	return {
		code: "release.rollback-breaks",
		where: `${version} on schema ${schema}`,
		found: "the ledger says no",
		expected: "an earlier version that runs on today’s schema",
		remedy: "mend forward: release a fixed version; migrations are never undone by a rollback"
	};
}
/**
* May the earlier version run on today's schema? `no` refuses before anything is touched; `unknown` asks a person, since in an
* incident a person may know more than the ledger. What the ledger does not hold is derived from the headers of the migrations
* that came since, as the record of the release that serves has them. null where there is no database.
*/
function ledgerGate(target, serving, stable) {
	const database = target.database;
	if (database === null || stable === null) return null;
	const version = stable.release.version;
	const ask = step({
		id: "ask-ledger",
		title: `Ask the ledger whether ${version} runs on today's schema`,
		inputs: { version },
		read: (ctx) => askLedger(target, database, {
			serving,
			stable
		}, ctx.clock),
		decide: ({ answer, schema }) => answer === "no" ? {
			kind: "refuse",
			problems: [rollbackBreaks(version, schema)]
		} : {
			kind: "nothing",
			why: `the ledger says ${answer}`
		},
		outputs: answerSchema,
		collect: (_results, facts) => facts,
		planned: (facts) => facts,
		probe: "repeatable",
		urgent: true
	});
	const override = gate({
		id: "unknown-schema",
		title: `Nobody has proven that ${version} runs on today's schema`,
		description: "Read the migrations since that version. Fill this in only when you know that it can read and write this schema.",
		role: "releaser",
		urgent: true,
		guard: { kind: "nothing-shifted" },
		needed: (ctx) => ctx.outputOf(ask).answer === "unknown",
		evidence: [{
			kind: "choice",
			name: "decision",
			question: `Go back to ${version} on this schema?`,
			options: ["go-back", "stay"]
		}, {
			kind: "text",
			name: "reason",
			question: "How do you know?",
			minLength: 10
		}],
		judge: (evidence) => evidence["decision"] === "go-back" ? { kind: "pass" } : {
			kind: "reject",
			why: "decided to stay"
		}
	});
	return sequence({
		id: "ledger",
		title: "May the earlier version run on this schema?",
		steps: [ask, override]
	});
}

// src/release/environment/target.ts
/** Effects that purge what is cached. Repeatable: purging twice purges once. */
function purgeEffects(purge) {
	return purge.map(({ url, method }) => ({
		kind: "http",
		method,
		url,
		okStatuses: [
			200,
			201,
			202,
			204,
			404
		],
		why: "what is cached belongs to the other version",
		timeoutMs: 1e4
	}));
}

// src/release/promotion/manifest.ts
/** release.json as it was made first. It lies in the state directory under its own digest and goes through all environments as it is; so does what a unit releases. */
function manifestPath(store, digest) {
	return join$2(store, "manifests", `${digest.replace(/^sha256:/, "")}.json`);
}
/** In a plan artefacts may have no digest yet, and so what names them has none either. */
const PLANNED = "sha256:<release.manifest>";
/** For the record of a release that is made here. */
function manifestOf(release) {
	return { manifest: releaseSchema.safeParse(release).success ? manifestDigest(release) : PLANNED };
}
function manifestDigest(release) {
	return digestOfText(releaseJson(release));
}
function digestOfText(text) {
	return `sha256:${sha256(text)}`;
}
/** What lies at this path, with the digest that it has now; null: nothing. */
async function readDigested(path) {
	try {
		const text = await readFile(path, "utf8");
		return {
			text,
			digest: digestOfText(text)
		};
	} catch (error) {
		if (!isMissing(error)) throw error;
		return null;
	}
}
/** Writes it down where the release is made; one that came from elsewhere lies there already. */
function manifestEffects(store, { manifest, release }) {
	if (manifest === void 0) return [];
	const planned = manifest === PLANNED;
	if (!planned && manifest !== manifestDigest(release)) return [];
	return [{
		kind: "file",
		path: manifestPath(store, manifest),
		content: planned ? `${JSON.stringify(release, null, 2)}\n` : releaseJson(release),
		mode: 292,
		why: "release.json: it goes through all environments as it is",
		timeoutMs: 1e4
	}];
}
/** The digest that travels. Throws when the file is not, byte for byte, what was made; records of earlier versions have none. */
async function travelling(store, { manifest, release }) {
	if (manifest === void 0) return manifestDigest(release);
	const path = manifestPath(store, manifest);
	const found = (await readDigested(path))?.digest ?? null;
	if (found === manifest) return manifest;
	throw new ProblemError(differs(path, manifest, found));
}
function differs(path, digest, found) {
	return {
		code: "release.manifest-differs",
		where: path,
		found: found ?? "nothing",
		expected: `${digest}, as it was made`,
		remedy: "restore it from a backup of the state directory; a release goes through all environments as it was made"
	};
}

// src/release/run/steps.ts
/** The steps around a rollout: check, record, purge, verify. */
/** Version that serves: the route that holds its traffic by itself, else what the platform calls current. Pure. */
function servingVersion(routes, platform, component) {
	if (routes.kind === "observed") {
		const most = routes.routes.filter((route) => route.hold === "stable" && route.endpoints.length > 0).toSorted((a, b) => b.configuredShare - a.configuredShare)[0];
		if (most !== void 0) return most.version;
	}
	return platform.current[component] ?? null;
}
/**
* Nothing has changed since the plan was made, and the version that serves may stay on the schema to come. `made` names what serves by its
* component: the candidate, or, where nothing is released, what serves already.
*/
function checkStep(target, candidate, stable, made = candidate) {
	const component = made.unit?.component ?? made.files[0]?.component ?? "";
	const expected = stable?.release.version ?? null;
	return action({
		id: "check",
		title: "Check that the environment is as planned",
		inputs: {
			serves: expected,
			schemaAfter: candidate.schema
		},
		read: async (ctx) => {
			const serving = await servingNow(target, made.unit !== null, component, ctx.signal);
			const schema = target.database === null ? null : await target.database.schema();
			return {
				serving,
				schema,
				quarantined: await target.quarantine(digestsOf(candidate)),
				answer: await ledgerAnswer(target, candidate, stable, schema)
			};
		},
		decide: (facts) => {
			const problems = checkProblems(facts, expected, candidate, target.environment);
			return problems.length > 0 ? {
				kind: "refuse",
				problems
			} : {
				kind: "nothing",
				why: "it is as planned"
			};
		},
		probe: "repeatable"
	});
}
async function servingNow({ ports, files }, runs, component, signal) {
	if (!runs) return (await files.observe(signal)).current[component] ?? null;
	const [routes, platform] = await Promise.all([ports.router.observe(signal), ports.platform.observe(signal)]);
	return servingVersion(routes, platform, component);
}
async function ledgerAnswer(target, candidate, stable, schema) {
	if (stable === null || target.database === null || schema === null || schema === candidate.schema) return "yes";
	const ledger = await readLedger(target.store, target.environment, target.service);
	const declared = target.database.rows({
		release: candidate.release,
		stable: stable.release.version,
		from: schema,
		time: new Date(target.clock.now()).toISOString()
	});
	return schemaAllows({
		...ledger,
		rows: [...declared, ...ledger.rows]
	}, stable.release.version, candidate.schema);
}
function checkProblems(facts, expected, candidate, environment) {
	const problems = [...facts.quarantined];
	if (facts.serving !== expected && facts.serving !== candidate.release.version) problems.push({
		code: "release.changed-since-planned",
		where: environment,
		found: `${facts.serving ?? "nothing"} serves`,
		expected: `${expected ?? "nothing"}, as when this release was planned`,
		remedy: "start again with `shiplock release`: it plans from what serves now"
	});
	if (facts.answer !== "yes") problems.push({
		code: facts.answer === "no" ? "release.schema-breaks-stable" : "release.schema-unknown",
		where: `${expected ?? ""} on schema ${candidate.schema}`,
		found: facts.answer === "no" ? "the running version cannot run on the new schema" : "nobody knows whether the running version can run on the new schema",
		expected: "proof that both versions run on it: during a canary both do",
		remedy: "split the migration into expand now and contract later, or declare `breaks=` truthfully in its header"
	});
	return problems;
}
/** Writes down what this release is, before it is rolled out: the way back of the next one needs it. */
function keepRecordStep(target, candidate) {
	return action({
		id: "keep-record",
		title: `Record release ${candidate.release.version}`,
		inputs: {
			version: candidate.release.version,
			configHash: candidate.release.configHash
		},
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [...manifestEffects(target.store, candidate), recordEffect(target.store, candidate)]
		}),
		probe: "repeatable"
	});
}
/**
* What the ledger learns when a release ends, by the schema of that moment: what its migrations declare, and then, saying more
* than any declaration, who really served on it. During a canary both versions did. Pure.
*/
function learntRows(target, outcome, facts, run) {
	const { schema, time } = facts;
	if (schema === null || target.database === null) return [];
	const { learn, version } = outcome;
	const served = (one, proof) => ({
		version: one,
		schema,
		answer: "yes",
		proof,
		time
	});
	const stable = learn?.stable ?? null;
	const declared = learn === void 0 ? [] : target.database.rows({
		release: learn.candidate.release,
		stable: stable?.release.version ?? null,
		from: stable?.schema ?? "empty",
		time
	});
	const came = cameToServe(outcome);
	return [
		...declared,
		...stable === null || stable.unit === null ? [] : [served(stable.release.version, `served there while ${version} was released, in run ${run}`)],
		...came ? [served(version, `served there in run ${run}`)] : []
	];
}
/** One line of the environment's history, and what was learnt for the ledger. */
function historyStep(target, outcome) {
	return action({
		id: outcome.id,
		title: `Write the history: ${outcome.version} ${outcome.outcome}`,
		inputs: {
			version: outcome.version,
			outcome: outcome.outcome
		},
		read: async (ctx) => ({
			record: await readEnvironmentRecord(target.store, target.environment, target.service),
			ledger: await readLedger(target.store, target.environment, target.service),
			schema: await schemaAtTheEnd(target, outcome, ctx.mode),
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: (facts, ctx) => {
			const entry = {
				version: outcome.version,
				run: ctx.run,
				time: facts.time,
				outcome: outcome.outcome,
				who: outcome.who,
				why: outcome.why
			};
			const rows = learntRows(target, outcome, facts, ctx.run);
			return doOrNothing([...historyEffect(target.store, facts.record, entry), ...ledgerEffect(target.store, target.environment, facts.ledger, rows)], "it is written");
		},
		probe: "repeatable",
		urgent: true
	});
}
/** The schema as it is, when a run looks; in a plan the migrations of the release are still to come. */
async function schemaAtTheEnd({ database }, { outcome }, mode) {
	if (database === null) return null;
	return mode === "plan" && outcome === "released" ? database.after() : database.schema();
}
function purgeStep(target, id) {
	if (target.purge.length === 0) return null;
	return action({
		id,
		title: "Purge what is cached",
		inputs: { urls: target.purge.map((one) => one.url) },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: purgeEffects(target.purge)
		}),
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 1e3
		},
		urgent: true
	});
}
/** Users' way in: the requests that must be answered through the proxy once the new version has all traffic. */
function verifyStep(target, id) {
	if (target.verify.length === 0) return null;
	return action({
		id,
		title: "Verify the release from the users’ side",
		inputs: {
			entry: target.entry,
			requests: target.verify.map(({ path, status }) => ({
				path,
				status
			}))
		},
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [],
			why: target.verify.map((one) => `GET ${target.entry}${one.path}`).join(", ")
		}),
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 500
		},
		verify: () => smokeAt(target.ports.http, target.entry, target.verify)
	});
}

// src/release/run/tidy.ts
/**
* Makes room before the new release is laid down: a disk that fills up release by release ends a night badly. It stands at the beginning,
* where nothing has been changed yet, and takes away only what neither this release nor a way back needs.
*/
function tidyStep(target, candidate, stable) {
	const { service, environment, store, keepReleases, ports } = target;
	if (keepReleases === null) return null;
	const served = stable === null ? [] : [stable.release.version];
	return action({
		id: "tidy",
		title: `Remove releases older than the last ${keepReleases}`,
		inputs: { keep: keepReleases },
		read: async (ctx) => ({
			platform: await ports.platform.observe(ctx.signal),
			files: await target.files.observe(ctx.signal),
			record: await readEnvironmentRecord(store, environment, service)
		}),
		decide: ({ platform, files, record }) => {
			const { history } = record;
			const needed = [
				candidate.release.version,
				...served,
				previousVersion(record) ?? void 0
			];
			const unit = candidate.unit?.component;
			const units = unit === void 0 ? [] : platform.hosts.flatMap(({ name: on, ...host }) => {
				if (host.kind === "unreachable") return [];
				const installed = platform.installed.filter((row) => row.component === unit && row.on === on);
				const running = platform.instances.filter((row) => row.component === unit && row.on === on);
				return oldest(installed, [
					...needed,
					host.current[unit],
					...running.map((row) => row.version)
				], history, keepReleases).flatMap((version) => ports.platform.remove(version, platform, [on]));
			});
			const pages = candidate.files.flatMap(({ component }) => {
				return oldest(files.installed.filter((row) => row.component === component), [...needed, files.current[component]], history, keepReleases).flatMap((version) => target.files.remove({
					component,
					version
				}, files));
			});
			return doOrNothing([...units, ...pages], "there is nothing to remove");
		},
		probe: "repeatable"
	});
}
/**
* Versions to remove so that `keep` are left, the oldest first: those that never served, then by when they last began to. Never one that is
* held, also when more than `keep` are. Pure.
*/
function oldest(installed, held, history, keep) {
	const versions = new Set(installed.map((row) => row.version));
	const staying = new Set(held.filter((version) => version !== void 0));
	const began = (version) => history.findLastIndex((entry) => entry.version === version && cameToServe(entry));
	const free = [...versions].filter((version) => !staying.has(version)).toSorted((a, b) => began(a) - began(b));
	return free.slice(0, Math.max(0, staying.size + free.length - keep));
}

// src/release/run/verdict.ts
const judgedSchema = looseObject({ verdict: string() });
/**
* Pure: what the last watch of a tree that came to a verdict said, for whoever decides behind it. Undefined when none did. A plan knows only
* which watch will say it.
*/
function lastVerdict(root, ctx) {
	const judging = watchesOf(root).filter(({ outputs }) => outputs instanceof ZodObject && "verdict" in outputs.shape);
	if (ctx.mode === "plan") {
		const last = judging.at(-1);
		return last === void 0 ? void 0 : `<${last.id}.verdict>`;
	}
	return judging.toReversed().map((node) => verdictOf(node, ctx)).find((verdict) => verdict !== void 0);
}
function verdictOf(node, ctx) {
	try {
		const parsed = judgedSchema.safeParse(ctx.outputOf(node));
		return parsed.success ? parsed.data.verdict : void 0;
	} catch {
		return;
	}
}
function watchesOf(node) {
	switch (node.kind) {
		case "watch": return [node];
		case "sequence":
		case "parallel": return node.steps.flatMap(watchesOf);
		case "forEach": return node.batches.flat().flatMap(watchesOf);
		case "choice": return Object.values(node.branches).flatMap(watchesOf);
		case "repeatUntil": return watchesOf(node.body);
		case "step":
		case "opaque":
		case "gate": return [];
	}
}

// src/release/run/procedure.ts
/** All a release or a rollback is made from; stored with the run, so that a resume builds the same tree. */
const releaseInputsSchema = strictObject({
	candidate: releaseRecordSchema,
	stable: releaseRecordSchema.nullable(),
	/** Load seed data after the migrations; first release only. */
	seed: boolean(),
	/** What the policy asks for before the release begins; absent where nobody is asked. Compared with the policy again at a resume. */
	approval: approvalSchema.exactOptional(),
	/** Where it comes from, when it was not made here, and what the policy asks of that; compared at a resume too. */
	promotion: promotionSchema.exactOptional(),
	/** It goes back for the sake of another service: nothing speaks against it, and it is not put into quarantine. */
	blameless: literal(true).exactOptional(),
	/** Migrations of a stored plan: its name, and the digest of the schema that it was made on. */
	plan: strictObject({
		name: string(),
		schema: string()
	}).exactOptional(),
	who: string(),
	why: string()
});
function inputsAsJson(inputs) {
	return record(string(), jsonSchema).parse(structuredClone(inputs));
}
/** The release pipeline from finished artefacts on: check, make room on the disks, migrate, roll out, verify, make git true, purge, write the history. */
function releaseProcedure(inputs, target) {
	const { candidate, stable, who, why } = inputs;
	const version = candidate.release.version;
	const first = stable === null;
	const back = first ? present([
		...removeSteps(target, candidate),
		purgeStep(target, "purge-back"),
		quarantineStep(target, {
			candidate,
			stays: null,
			asked: null
		}),
		historyStep(target, {
			id: "history-removed",
			version,
			outcome: "removed",
			who,
			why
		})
	]) : present([
		...fileSteps(target, stable, "back", true),
		target.cluster === null ? target.gitops?.commit(stable, "git-back", { actor: who }) ?? null : null,
		purgeStep(target, "purge-back"),
		quarantineStep(target, {
			candidate,
			stays: stable,
			asked: null
		}),
		historyStep(target, {
			id: "history-rolled-back",
			version,
			outcome: "rolled-back",
			who,
			why,
			learn: {
				candidate,
				stable
			}
		})
	]);
	const body = rolloutOf(inputs, target, present([
		...fileSteps(target, candidate, "switch", false),
		verifyStep(target, "verify"),
		target.cluster === null ? target.gitops?.commit(candidate, "git", {
			actor: who,
			verdict: (ctx) => lastVerdict(body, ctx)
		}) ?? null : null,
		purgeStep(target, "purge"),
		historyStep(target, {
			id: "history",
			version,
			outcome: "released",
			who,
			why,
			learn: {
				candidate,
				stable
			}
		})
	]), back);
	const steps = present([
		promotionGates(inputs.promotion, version, target.environment, target.promotion),
		approvalGate(inputs.approval, version, target.environment),
		target.prepare,
		target.proxy,
		target.web,
		checkStep(target, candidate, stable),
		keepRecordStep(target, candidate),
		tidyStep(target, candidate, stable),
		target.database?.migrate() ?? null,
		first && inputs.seed ? target.database?.seed() ?? null : null,
		body
	]);
	return procedure({
		id: "release",
		title: `Release ${target.service} ${version} to ${target.environment}`,
		description: first ? "The first release: nothing serves yet. If it fails, what it started is removed." : `${target.policy.strategy === "rolling" ? "In the place of" : "Beside"} ${stable.release.version}, ${HOW[target.policy.strategy]}. If it fails, ${stable.release.version} gets all traffic back.`,
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "release",
			title: `Release ${version}`,
			steps
		})
	});
}
const HOW = {
	canary: "share by share, judged by evidence",
	"blue-green": "all traffic at once, with the old version standing by",
	rolling: "host by host in place, the first one inspected by a person"
};
function rolloutOf(inputs, target, done, back) {
	const { candidate, stable } = inputs;
	if (candidate.unit === null) return filesOnly(inputs, done, back);
	const rollout = rolloutFor(target, candidate.unit, stable?.unit ?? null);
	if (target.cluster !== null) {
		const { cluster } = target;
		return clusterNode({
			...rollout,
			cluster: cluster.rollouts
		}, {
			bring: [cluster.bring(candidate, "git", inputs.who)],
			bringBack: stable === null ? null : [cluster.bring(stable, "git-back", inputs.who)],
			named: cluster.named,
			quarantine: cluster.quarantine(candidate),
			whenServing: done,
			onRollback: back
		});
	}
	if (stable === null || stable.unit === null) return initialNode(rollout, {
		beforeSettle: done,
		onRollback: back
	});
	return STRATEGIES[target.policy.strategy](rollout, {
		beforeRetire: done,
		onRollback: back
	});
}
const STRATEGIES = {
	canary: canaryNode,
	"blue-green": blueGreenNode,
	rolling: rollingNode
};
function rolloutFor(target, candidate, stable) {
	return {
		service: target.service,
		environment: target.environment,
		candidate,
		stable,
		hosts: target.hosts,
		entry: target.entry,
		policy: target.policy,
		ports: target.ports
	};
}
/** A service without an API: files are laid down and `current` is switched; the way back is the same switch. */
function filesOnly(inputs, done, back) {
	return sequence({
		id: "files",
		title: `Switch the frontend to ${inputs.candidate.release.version}`,
		steps: done,
		rollback: sequence({
			id: "rollback",
			title: "Switch the frontend back",
			steps: back
		})
	});
}
/** Lays files down and switches `current` to them: atomic, so no page is half old and half new. */
function fileSteps(target, record, verb, urgent) {
	return record.files.map((spec) => action({
		id: `${verb}-${spec.component}`,
		title: `Switch ${spec.component} to ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version,
			digest: spec.digest
		},
		read: (ctx) => target.files.observe(ctx.signal),
		decide: (look) => doOrNothing(target.files.switch(spec, look), "it is current"),
		probe: "repeatable",
		urgent
	}));
}
/** After a failed first release there are no earlier files to switch to: these go, and the proxy says that nothing is there. */
function removeSteps(target, record) {
	return record.files.map((spec) => action({
		id: `remove-${spec.component}`,
		title: `Remove ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version
		},
		read: (ctx) => target.files.observe(ctx.signal),
		decide: (look) => doOrNothing(target.files.remove(spec, look), "it is not installed"),
		probe: "repeatable",
		urgent: true
	}));
}
/**
* Goes back to an earlier release after it was promoted over. Legal only when the ledger says that the earlier version runs
* on today's schema; the check stands before anything is touched.
*/
function rollbackProcedure(inputs, target) {
	const { candidate, stable, who, why, blameless = false } = inputs;
	const to = stable?.release.version ?? "nothing";
	const after = present([
		...stable === null ? [] : fileSteps(target, stable, "back", true),
		stable === null || target.cluster !== null ? null : target.gitops?.commit(stable, "git-back", { actor: who }) ?? null,
		purgeStep(target, "purge-back"),
		blameless ? null : quarantineStep(target, {
			candidate,
			stays: stable,
			asked: {
				who,
				why
			}
		}),
		historyStep(target, {
			id: "history",
			version: to,
			outcome: "went-back-to",
			who,
			why
		}),
		verifyStep(target, "verify")
	]);
	const body = candidate.unit === null || stable === null || stable.unit === null ? sequence({
		id: "rollback",
		title: `Go back to ${to}`,
		steps: after
	}) : wayBackOf(target, rolloutFor(target, candidate.unit, stable.unit), {
		candidate,
		stable,
		who,
		blameless
	}, after);
	return procedure({
		id: "rollback",
		title: `Roll ${target.service} in ${target.environment} back from ${candidate.release.version} to ${to}`,
		description: "Traffic first, then everything else. Expand migrations stay: the ledger says that the earlier version runs on them.",
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "go-back",
			title: `Go back to ${to}`,
			steps: present([ledgerGate(target, candidate, stable), body])
		})
	});
}
/** Where hosts are replaced in place they are also restored in place: none has room for both versions. In a cluster git brings it back. */
function wayBackOf(target, rollout, { candidate, stable, who, blameless }, after) {
	const { cluster, policy } = target;
	if (cluster === null) return (policy.strategy === "rolling" ? wayBackNode : rollbackNode)(rollout, after);
	return clusterBackNode({
		...rollout,
		cluster: cluster.rollouts
	}, {
		bringBack: [cluster.bring(stable, "git-back", who)],
		named: cluster.named,
		quarantine: blameless ? null : cluster.quarantine(candidate),
		onRollback: after
	});
}
function present(items) {
	return items.filter((item) => item !== null);
}

// src/release/policy/authors.ts
/** Who wrote what is released. */
/**
* The participants behind a commit. Its text is believed only while its digest is the commit's; a signature proves a person, and where the
* policy says so the author line does.
*/
async function authorsOf(commit, policy, ports) {
	const did = `wrote commit ${commit.slice(0, 12)}`;
	const unknown = (how) => [{
		did,
		person: null,
		how
	}];
	const argv = trusted([
		"git",
		"--no-replace-objects",
		"-c",
		"safe.directory=*",
		"-C",
		ports.baseDir,
		"cat-file",
		"commit",
		commit
	]);
	const { exitCode, stdout: text } = await ports.exec.read(argv, { timeoutMs: 1e4 }).catch(() => ({
		exitCode: 1,
		stdout: ""
	}));
	if (exitCode !== 0) return unknown("the commit is not here");
	if (commitId(text, commit) !== commit) return unknown("the text of the commit is not what its id says");
	const { payload, signature, email } = takeApart(text);
	const named = policy.people.find(({ emails }) => emails.includes(email));
	const signer = signature === void 0 ? void 0 : await signerOf$1(policy, ports.signatures, payload, signature);
	if (signer !== void 0) {
		const other = named === void 0 || named.id === signer ? [] : [{
			did,
			person: named.id,
			how: "its author line"
		}];
		return [{
			did,
			person: signer,
			how: "by its signature"
		}, ...other];
	}
	if (policy.rules.commits === "named") return named === void 0 ? unknown(`its author <${email}> is not in the policy`) : [{
		did,
		person: named.id,
		how: "by its author line"
	}];
	return unknown(signature === void 0 ? "it is not signed" : "it is not signed by a key of the policy");
}
async function signerOf$1(policy, signatures, text, signature) {
	for (const { id, keys } of policy.people) {
		if (keys.length === 0) continue;
		if (await signatures.verify({
			text,
			signature,
			namespace: "git",
			person: id,
			keys
		}) === void 0) return id;
	}
}
/** A commit without its signature, which is what was signed; the signature; and the address of its author. Pure. */
function takeApart(text) {
	const end = text.indexOf("\n\n");
	const head = end < 0 ? text : text.slice(0, end + 1);
	const found = /^gpgsig(?:-sha256)? (.*\n(?: .*\n)*)/m.exec(head);
	const email = /^author .*<([^<>\n]*)> \d+ [+-]\d{4}$/m.exec(head)?.[1] ?? "";
	const armoured = (found?.[1])?.replace(/\n /g, "\n");
	return {
		payload: found === null ? text : `${head.replace(found[0], "")}${text.slice(head.length)}`,
		signature: armoured?.startsWith("-----BEGIN SSH SIGNATURE-----") === true ? armoured : void 0,
		email: email.toLowerCase()
	};
}
function commitId(text, like) {
	const bytes = Buffer.from(text);
	return createHash(like.length === 64 ? "sha256" : "sha1").update(`commit ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

// src/release/policy/persons.ts
/**
* `forward`: the policy is read, or nothing begins. `plan`: the same, and nothing is written. `back`: nothing is read before a gate asks for a
* person. `look`: read if possible.
*/
async function underPolicy(service, way, signal) {
	try {
		if (way === "back") return {
			...service,
			rules: await policyPlace(service) === null ? { kind: "none" } : { kind: "later" }
		};
		const policy = await readPolicy(service, service.environment, {
			keep: way === "forward",
			signal
		});
		return {
			...service,
			rules: policy === null ? { kind: "none" } : {
				kind: "policy",
				policy
			}
		};
	} catch (error) {
		if (way === "forward" || way === "plan") throw error;
		return {
			...service,
			rules: {
				kind: "unread",
				problems: problemsOf(error, "policy")
			}
		};
	}
}
/** What the engine needs to check persons in a run of these inputs. */
async function personOptions(service, inputs) {
	const { rules } = service;
	switch (rules.kind) {
		case "none": return {};
		case "policy": return {
			gatekeeper: await keeperOf(service, rules.policy, inputs),
			signer: await signerOf(service)
		};
		case "unread": return { gatekeeper: closed(rules.problems) };
		case "later": return { gatekeeper: later(service, inputs) };
	}
}
/** Reads the policy when a gate asks. */
function later(service, inputs) {
	let asked;
	const keeper = () => {
		asked ??= underPolicy(service, "look").then(async ({ rules }) => rules.kind === "policy" ? keeperOf(service, rules.policy, inputs) : closed(rules.kind === "unread" ? rules.problems : [noPeople(service.configFile)]));
		return asked;
	};
	return {
		source: {
			place: "read when a gate asks",
			commit: "",
			pinned: false
		},
		overrideRole: null,
		rule: async (gate) => (await keeper()).rule(gate),
		demands: async (gate) => (await keeper()).demands(gate)
	};
}
function noPeople(where) {
	return {
		code: "policy.no-people",
		where,
		found: "a protected branch without `people:`",
		expected: "persons that a gate can be checked against",
		remedy: "merge `people:` into the protected branch, or take `people:` and `policy:` out here"
	};
}
/** Whether an order counts: the same check for who gives it and for the run that takes it up. */
function orderCheck(service) {
	const { rules, environment } = service;
	return async (order) => {
		switch (rules.kind) {
			case "none":
			case "later": return;
			case "unread": return order.kind === "resume" ? rules.problems[0] : void 0;
			case "policy": return orderProblem(order, environment.rollout.role, rules.policy, signaturesOf(service, rules.policy));
		}
	};
}
/** The gatekeeper of a recorded run; undefined where nobody is checked. */
async function gatekeeperOfRun(service, run) {
	const inputs = releaseInputsSchema.safeParse((await readRun(service.store, run)).inputs);
	if (service.rules.kind !== "policy" || !inputs.success) return void 0;
	return keeperOf(service, service.rules.policy, inputs.data);
}
/** Who acts, by the key that was named; undefined without one. */
async function signerOf({ rules, door, exec }) {
	if (rules.kind !== "policy") return void 0;
	if (door.forge !== void 0) return commenter(rules.policy, door.forge);
	if (door.signKey === void 0) return void 0;
	const key = door.signKey;
	const person = door.as ?? ownerOf(rules.policy.people, await publicKeyOf(exec, key), key);
	return sshSigner(exec, {
		key,
		person
	});
}
/** Who acts by a comment. Where only signatures count, nobody does. */
function commenter({ people, rules }, { actor }) {
	const person = people.find(({ account }) => account === actor.account);
	if (person === void 0 || rules.evidence !== "forge") return void 0;
	return {
		person: person.id,
		order: actor.order,
		sign: async () => actor.proof
	};
}
/** What counts as a signature in this environment: comments at the forge only where its policy says so. */
function signaturesOf({ exec, door: { forge } }, { rules }) {
	const ssh = sshSignatures(exec);
	if (rules.evidence !== "forge") return ssh;
	return { async verify(question) {
		if (question.signature.startsWith("-----BEGIN ")) return ssh.verify(question);
		if (forge?.knows(question.signature) !== true) return "it lies at the forge, which cannot be asked from here";
		return forge.verify(question);
	} };
}
async function keeperOf(service, policy, { candidate }) {
	const { exec, clock, baseDir } = service;
	const signatures = signaturesOf(service, policy);
	const commits = [.../* @__PURE__ */ new Set([candidate.release.commit, candidate.configCommit ?? candidate.release.commit])];
	const authors = await Promise.all(commits.map((commit) => authorsOf(commit, policy, {
		exec,
		signatures,
		baseDir
	})));
	return createGatekeeper({
		policy,
		signatures,
		clock,
		authors: authors.flat()
	});
}
/** Lets nothing pass: nobody can say who may. */
function closed(problems) {
	return {
		source: {
			place: "unread",
			commit: "",
			pinned: false
		},
		overrideRole: null,
		rule: async () => ({
			kind: "wait",
			problems,
			refused: []
		}),
		demands: async () => "the policy, which cannot be read now"
	};
}
/** What the policy asks of a promotion; null where it asks nothing, or where there is none. Pure. */
function promotionRulesOf(rules) {
	return rules.kind === "policy" ? rules.policy.rules.promotion : null;
}
/** One line for plans and status: who is checked, by which policy. */
function rulesText(rules) {
	switch (rules.kind) {
		case "none": return "nobody is checked at gates: the policy has no `people:`; anybody who can start shiplock may fill them in";
		case "later": return "persons are checked where a gate asks for one";
		case "unread": return `the policy cannot be read: ${rules.problems[0]?.found ?? ""}`;
		case "policy": {
			const { source, rules: asked } = rules.policy;
			const place = `${source.place} at ${source.commit.slice(0, 12)}`;
			const how = [
				`${asked.approvals} approval${asked.approvals === 1 ? "" : "s"}`,
				asked.evidence,
				...asked.fourEyes ? ["four eyes"] : [],
				...asked.windows === null ? [] : ["windows"],
				...asked.promotion === null ? [] : ["gates of the promotion"]
			];
			const pin = source.pinned ? "" : "; the place is not fixed on this machine, so who can edit the working copy can change it";
			const glass = source.breakGlass === void 0 ? "" : `; BREAK-GLASS, from a copy: ${source.breakGlass}`;
			return `persons are checked (${how.join(", ")}) by ${place}${pin}${glass}`;
		}
	}
}

// src/release/promotion/order.ts
/** Releases go through the environments in their order: where one comes before, nothing is released past it. */
/** For `shiplock release`. Throws where a release must come from another environment. */
function mayReleaseHere({ config, environment }) {
	if (environment.promotion === null) return;
	const { from } = environment.promotion;
	const name = environment.environment;
	throw new ProblemError({
		code: "release.promotion-needed",
		where: name,
		found: "a release that is built for it",
		expected: `one that has proven itself in ${from}: ${wayText(config, name)}`,
		remedy: `shiplock release ${wayTo(config, name)[0] ?? from}, then shiplock promote --to …, one environment after the other`
	});
}
/** For `shiplock promote`: where the release comes from. Throws where that is not the environment before. */
function comesFrom({ config, environment }, wanted) {
	const name = environment.environment;
	if (wanted === name) throw new ProblemError(sameEnvironment(name));
	const from = environment.promotion?.from;
	if (from === void 0) {
		if (wanted !== void 0) return wanted;
		throw new ProblemError(noOrder(name));
	}
	if (wanted === void 0 || wanted === from) return from;
	throw new ProblemError({
		code: "release.out-of-order",
		where: `${wanted} → ${name}`,
		found: `a release of ${wanted}`,
		expected: `one that has proven itself in ${from}: ${wayText(config, name)}`,
		remedy: `shiplock promote --to ${from} first, then shiplock promote --to ${name}`
	});
}
function wayText(config, name) {
	return wayTo(config, name).join(" → ");
}
function sameEnvironment(name) {
	return {
		code: "cli.usage",
		where: "--to",
		found: `${name}, as --from`,
		expected: "another environment",
		remedy: "name the environment that comes next"
	};
}
function noOrder(name) {
	return {
		code: "cli.usage",
		where: "--from",
		found: `no environment, and \`environments.${name}.promotion.from\` names none`,
		expected: "the environment in which it has proven itself",
		remedy: "give --from, or write the order into shiplock.yaml"
	};
}

// src/release/report/summary.ts
/** Pure. */
function summarise(input) {
	const { service, environment, version, before, result } = input;
	const { outcome, problems, run } = result;
	return {
		service,
		environment,
		version,
		before,
		outcome,
		sentence: sentenceOf({
			...input,
			outcome,
			problems,
			run,
			gate: result.gate?.title ?? result.gate?.path ?? null
		}),
		run,
		planHash: result.planHash,
		anchor: result.anchor,
		gate: result.gate?.path ?? null,
		problems
	};
}
/** The whole story in one sentence. Pure. */
function sentenceOf(input) {
	const { service, environment, kind, version, before, outcome, problems, run, gate } = input;
	const what = `${service} ${version}`;
	const first = problems[0];
	const why = first === void 0 ? "" : `: ${first.found} (${first.code})`;
	if (kind === "build") return outcome === "done" ? `${what} was built.` : `${what} was not built${why}; nothing was changed in ${environment}.`;
	if (kind === "migrate" && outcome === "done") return `The database of ${environment} has the expand migrations of ${what}; ${before ?? "nothing"} serves as before.`;
	switch (outcome) {
		case "done":
			if (kind === "rollback") return `${environment} is back on ${what}; ${before ?? "nothing"} gets no traffic.`;
			return before === null ? `${what} is the first release of ${environment} and serves all traffic.` : `${what} serves all traffic of ${environment}; ${before} is stopped and stays installed.`;
		case "rolled-back": return before === null ? `${what} was removed from ${environment}; nothing serves${why}.` : `${what} was taken back from ${environment}; ${before} serves all traffic${why}.`;
		case "waiting": return `${what} waits at a gate of ${environment}: ${gate ?? "see `shiplock gate show`"}.`;
		case "refused": return `${what} was refused, nothing was changed in ${environment}${why}.`;
		case "lease-held": return `${what} did not start: another run holds ${environment}${why}.`;
		case "stopped": return `${what} stopped at a safe place; \`shiplock resume ${run}\` goes on.`;
		case "failed": return `${what} failed in ${environment}${why}.`;
		case "running": return `${what} is on its way to ${environment}, or its process died; \`shiplock status ${environment}\` tells which.`;
		case "paused": return `${what} is paused on its way to ${environment}; \`shiplock rollout resume ${run}\` goes on.`;
		case "preempted": return `${what} was not finished: another run took ${environment} over.`;
	}
}
function summaryText(summary) {
	return [...[
		summary.sentence,
		`run ${summary.run}, plan ${summary.planHash.slice(0, 12)}, ${summary.anchor.count} records, head ${summary.anchor.head.slice(0, 12)}`,
		...summary.anchor.count === 0 ? [] : [`report: shiplock report ${summary.run} --output report.html`]
	], ...summary.problems.map(formatProblem)].join("\n");
}

// src/release/run/release.ts
/** Builds what the commit holds, then releases it: the main job. Every door calls this. */
async function release(opened, request) {
	const prepared = await prepareRelease(opened, request);
	return prepared.kind === "failed" ? prepared.outcome : runRelease(prepared.service, prepared.inputs);
}
/** Builds what the commit holds, and says what its release would be. Touches nothing of the environment. */
async function prepareRelease(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	const stable = await stableRecord(service);
	const commit = await commitMeant(service, request);
	const source = await sourceOf(service, request.version, commit, stable);
	const built = await buildRelease(service, source);
	if (built.kind === "failed") return {
		kind: "failed",
		outcome: buildOutcome(service, built.result, request.version ?? commit.slice(0, 12))
	};
	await commitMeant(service, {
		...request,
		commit
	});
	return {
		kind: "ready",
		service,
		inputs: await releaseInputs(service, request, {
			...source,
			head: commit
		}, built.artefacts, stable)
	};
}
/**
* Releases what was prepared, here or in the environment before.
*
* @param run the id of the run; left out, it gets one
*/
async function runRelease(service, inputs, run) {
	const persons = await personOptions(service, inputs);
	const result = await announced(service, void 0, (observing) => runProcedure(releaseProcedure(inputs, service.target), {
		...engineOptions(service, {
			...observing,
			...persons,
			mayOrder: orderCheck(service)
		}),
		run: run ?? service.door.run
	}));
	await tellGit(service);
	return outcomeOf(service, "release", inputs, result);
}
/** The commit that is checked out, which must be the one that is meant where one is named. */
async function commitMeant(service, { commit, allowDirty }) {
	const found = await sourceCommit(service, allowDirty);
	if (commit === void 0 || found.startsWith(commit)) return found;
	throw new ProblemError({
		code: "release.other-commit",
		where: service.baseDir,
		found: found.slice(0, 12),
		expected: `commit ${commit.slice(0, 12)}, which is meant`,
		remedy: `git checkout ${commit.slice(0, 12)}, then start again; nothing was changed`
	});
}
/** What a release would do now. Looks only; a build that has not been made yet shows as `<build.digest>`. */
async function planRelease(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "plan");
	const stable = await stableRecord(service);
	const commit = await commitMeant(service, request);
	const source = await sourceOf(service, request.version, commit, stable);
	const { plan, artefacts } = await planBuild(service, source);
	const inputs = await releaseInputs(service, request, {
		...source,
		head: commit
	}, artefacts, stable);
	return {
		build: plan,
		inputs,
		rules: service.rules,
		release: await planProcedure(releaseProcedure(inputs, service.target), engineOptions(service))
	};
}
/** What serves now, with all that is needed to run it again. */
async function stableRecord(service) {
	const { target, store, environment } = service;
	const [routes, platform, record] = await Promise.all([
		target.ports.router.observe(),
		target.ports.platform.observe(),
		readEnvironmentRecord(store, target.environment, target.service)
	]);
	const version = servingVersion(routes, platform, environment.traffic.component) ?? liveVersion(record);
	if (version === null) return null;
	const known = await readReleaseRecord(store, target.environment, version);
	if (known !== null) return known;
	throw new ProblemError({
		code: "release.unknown-stable",
		where: target.environment,
		found: `${version} serves, but the state directory ${store} has no record of it`,
		expected: "a record of the release that serves: without it there is no way back",
		remedy: "use the state directory that released it (--state), or restore it from a backup"
	});
}
async function releaseInputs(service, request, source, artefacts, stable) {
	const { environment, target, store } = service;
	const { commit, head } = source;
	const hash = configHash(environment);
	const version = unwrap(nameVersion({
		wanted: source.version,
		described: artefacts.version,
		commit,
		hash,
		live: stable?.release.version ?? null,
		known: await knownReleases(store, target.environment)
	}));
	const units = unitsOf(environment, version, artefacts.byComponent);
	const list = [...units.unit === null ? [] : [units.unit], ...units.files].map((spec) => ({
		name: spec.component,
		digest: spec.digest,
		platform: artefacts.platforms[spec.component] ?? "any"
	}));
	const timeOf = (one) => request.allowDirty ? null : commitTime(service, one);
	const [committed, configured] = await Promise.all([timeOf(commit), head === commit ? null : timeOf(head)]);
	const made = {
		formatVersion: 1,
		service: target.service,
		version,
		commit,
		...committed === null ? {} : { commitTime: committed },
		artefacts: list,
		configHash: hash,
		migrations: target.database?.migrations ?? []
	};
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: made,
			unit: units.unit,
			files: units.files,
			schema: await target.database?.after() ?? "empty",
			...manifestOf(made),
			...head === commit ? {} : { configCommit: head },
			...configured === null ? {} : { configCommitTime: configured }
		},
		stable,
		seed: request.seed,
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		who: service.door.who,
		why: request.why
	};
}
/** How a build went, in the words of a release. Pure. */
function buildOutcome(service, result, version) {
	const { target } = service;
	return {
		exit: result.exit,
		run: result.run,
		version,
		problems: result.problems,
		summary: summarise({
			service: target.service,
			environment: target.environment,
			kind: "build",
			version,
			before: null,
			result
		})
	};
}
function outcomeOf(service, kind, inputs, result) {
	const { target } = service;
	const { version, before } = subjectOf(kind, inputs);
	return {
		exit: result.exit,
		run: result.run,
		version,
		problems: result.problems,
		summary: summarise({
			service: target.service,
			environment: target.environment,
			kind,
			version,
			before,
			result
		})
	};
}
/** What a run brings and what served before it: a rollback brings the stable version back. Pure. */
function subjectOf(kind, inputs) {
	const candidate = inputs.candidate.release.version;
	const stable = inputs.stable?.release.version ?? null;
	return kind === "rollback" ? {
		version: stable ?? "nothing",
		before: candidate
	} : {
		version: candidate,
		before: stable
	};
}

// src/known/pattern.ts
/** Longer patterns are no description of a message any more. */
const LONGEST = 300;
const LARGEST = 1e3;
const MOST_REPEATS = 200;
/** What is shorter stands in every log. */
const SHORTEST_LITERAL = 5;
/** What is wrong with a pattern, in words. */
var Wrong = class extends Error {};
/** Reads a pattern; refused with the reason when it is none, or is too large, or says too little to be looked for. */
function compile(source) {
	try {
		if (source.length > LONGEST) throw new Wrong(`${source.length} characters, at most ${LONGEST} are read`);
		const begins = source.startsWith("^");
		const ends = /(?<!\\)(?:\\\\)*\$$/.test(source);
		const tree = parse$1(source.slice(begins ? 1 : 0, ends ? -1 : void 0));
		const literals = literalsOf(tree);
		if (!literals.every(({ length }) => length >= 5) || literals.length === 0) throw new Wrong(`no ${5} plain characters in a row that every match holds`);
		const program = assemble(tree);
		const find = (line) => look(program, line, begins, ends);
		return ok({
			source,
			literals,
			size: program.length,
			find
		});
	} catch (error) {
		if (!(error instanceof Wrong)) throw error;
		return bad({
			code: "known.bad-pattern",
			where: source.slice(0, 80),
			found: error.message,
			expected: "a pattern of the small language that docs/known-errors/README.md describes",
			remedy: "write down more of the plain words of the message, and less that may vary"
		});
	}
}
const ANY = [[0, 65535]];
const CLASSES = {
	d: [[48, 57]],
	w: [
		[48, 57],
		[65, 90],
		[95, 95],
		[97, 122]
	],
	s: [
		[9, 13],
		[32, 32],
		[160, 160]
	]
};
function opposite(ranges) {
	const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
	const gaps = [];
	let next = 0;
	for (const [from, to] of sorted) {
		if (from > next) gaps.push([next, from - 1]);
		next = Math.max(next, to + 1);
	}
	return next > 65535 ? gaps : [...gaps, [next, 65535]];
}
function parse$1(text) {
	let at = 0;
	const peek = () => text[at] ?? "";
	const take = () => text[at++] ?? "";
	const either = () => {
		const parts = [all()];
		while (peek() === "|") {
			take();
			parts.push(all());
		}
		return parts.length === 1 ? parts[0] ?? {
			kind: "all",
			parts: []
		} : {
			kind: "either",
			parts
		};
	};
	const all = () => {
		const parts = [];
		while (at < text.length && peek() !== "|" && peek() !== ")") parts.push(again(one()));
		return {
			kind: "all",
			parts
		};
	};
	const again = (part) => {
		const times = /^(?:[*+?]|\{(\d{1,3})(?:,(\d{1,3}))?\})/.exec(text.slice(at));
		if (times === null) return part;
		at += times[0].length;
		if (/^[*+?{]/.test(text.slice(at))) throw new Wrong("a repetition of a repetition");
		const [sign] = times[0];
		const least = sign === "{" ? Number(times[1]) : sign === "+" ? 1 : 0;
		const most = sign === "{" ? Number(times[2] ?? times[1]) : sign === "?" ? 1 : null;
		if (most !== null && (most < least || most > MOST_REPEATS)) throw new Wrong(`the repetition ${times[0]}`);
		return {
			kind: "again",
			part,
			least,
			most
		};
	};
	const one = () => {
		const sign = take();
		switch (sign) {
			case "(": {
				if (text.startsWith("?:", at)) at += 2;
				if (peek() === "?") throw new Wrong("a group that looks around or has a name");
				const inner = either();
				if (take() !== ")") throw new Wrong("a group that is not closed");
				return inner;
			}
			case ".": return {
				kind: "one",
				ranges: ANY,
				text: null
			};
			case "[": return {
				kind: "one",
				ranges: set(),
				text: null
			};
			case "\\": return escaped();
			case ")":
			case "*":
			case "+":
			case "?":
			case "{":
			case "]":
			case "}":
			case "^":
			case "$": throw new Wrong(`a ${sign} that is not meant as itself; write \\${sign}`);
			default: return letter(sign);
		}
	};
	const escaped = () => {
		const sign = take();
		const ranges = classOf(sign);
		if (ranges !== void 0) return {
			kind: "one",
			ranges,
			text: null
		};
		if (sign === "" || /[A-Za-z0-9]/.test(sign)) throw new Wrong(`\\${sign}, which is not understood`);
		return letter(sign);
	};
	const set = () => {
		const turned = peek() === "^";
		if (turned) take();
		const ranges = [];
		while (peek() !== "]") {
			if (at >= text.length) throw new Wrong("a [ that is not closed");
			const sign = take();
			const known = sign === "\\" ? classOf(peek()) : void 0;
			if (known !== void 0) {
				take();
				ranges.push(...known);
				continue;
			}
			const from = (sign === "\\" ? take() : sign).charCodeAt(0);
			if (peek() === "-" && (text[at + 1] ?? "]") !== "]") {
				take();
				const to = (peek() === "\\" ? text[++at] : peek())?.charCodeAt(0) ?? 0;
				take();
				if (to < from) throw new Wrong("a range that runs backwards");
				ranges.push([from, to]);
			} else ranges.push([from, from]);
		}
		take();
		if (ranges.length === 0) throw new Wrong("an empty set");
		return turned ? opposite(ranges) : ranges;
	};
	const tree = either();
	if (at < text.length) throw new Wrong("a ) without its (");
	return tree;
}
function classOf(sign) {
	const ranges = Object.hasOwn(CLASSES, sign.toLowerCase()) ? CLASSES[sign.toLowerCase()] : void 0;
	return ranges === void 0 || sign === sign.toLowerCase() ? ranges : opposite(ranges);
}
function letter(sign) {
	const code = sign.charCodeAt(0);
	return {
		kind: "one",
		ranges: [[code, code]],
		text: sign
	};
}
/** Plain texts of which every match holds one; empty: nothing is certain. */
function literalsOf(tree) {
	switch (tree.kind) {
		case "one": return tree.text === null ? [] : [tree.text];
		case "either": {
			const each = tree.parts.map(literalsOf);
			return each.every(({ length }) => length > 0) ? each.flat() : [];
		}
		case "again": return tree.least > 0 ? literalsOf(tree.part) : [];
		case "all": {
			const candidates = [];
			let run = "";
			for (const part of tree.parts) if (part.kind === "one" && part.text !== null) run += part.text;
			else {
				candidates.push(run === "" ? [] : [run], literalsOf(part));
				run = "";
			}
			candidates.push(run === "" ? [] : [run]);
			const shortest = (list) => list.length === 0 ? 0 : Math.min(...list.map(({ length }) => length));
			return candidates.reduce((best, next) => shortest(next) > shortest(best) ? next : best, []);
		}
	}
}
function assemble(tree) {
	const program = [];
	const put = (instruction) => {
		if (program.length >= LARGEST) throw new Wrong(`more than ${LARGEST} instructions, through its repetitions`);
		return program.push(instruction) - 1;
	};
	const jump = (at, ...to) => {
		program[at] = {
			kind: "jump",
			to
		};
	};
	const write = (part) => {
		switch (part.kind) {
			case "one":
				put({
					kind: "read",
					ranges: part.ranges
				});
				return;
			case "all":
				part.parts.forEach(write);
				return;
			case "either": {
				const fork = put({
					kind: "jump",
					to: []
				});
				const starts = [];
				const ends = part.parts.map((branch) => {
					starts.push(program.length);
					write(branch);
					return put({
						kind: "jump",
						to: []
					});
				});
				jump(fork, ...starts);
				for (const end of ends) jump(end, program.length);
				return;
			}
			case "again": {
				for (let n = 0; n < part.least; n++) write(part.part);
				if (part.most === null) {
					const fork = put({
						kind: "jump",
						to: []
					});
					write(part.part);
					jump(put({
						kind: "jump",
						to: []
					}), fork);
					jump(fork, fork + 1, program.length);
					return;
				}
				const forks = [];
				for (let n = part.least; n < part.most; n++) {
					forks.push(put({
						kind: "jump",
						to: []
					}));
					write(part.part);
				}
				for (const fork of forks) jump(fork, fork + 1, program.length);
			}
		}
	};
	write(tree);
	put({ kind: "found" });
	return program;
}
/** Follows every way at once: a list of places in the program, one character after the other. */
function look(program, line, begins, ends) {
	/** Number of characters read when a place was entered last, plus one: no place is entered twice between two characters. */
	const entered = new Uint32Array(program.length);
	let steps = 0;
	let found = false;
	const enter = (places, start, read) => {
		const todo = [start];
		for (let at = todo.pop(); at !== void 0; at = todo.pop()) {
			if (entered[at] === read + 1) continue;
			entered[at] = read + 1;
			steps++;
			const instruction = program[at];
			if (instruction?.kind === "jump") todo.push(...instruction.to);
			else if (instruction?.kind === "read") places.push(at);
			else if (!ends || read === line.length) found = true;
		}
	};
	let now = [];
	enter(now, 0, 0);
	for (let read = 1; read <= line.length && !found; read++) {
		const code = line.charCodeAt(read - 1);
		const next = [];
		for (const at of now) {
			const instruction = program[at];
			if (instruction?.kind === "read" && instruction.ranges.some(([from, to]) => code >= from && code <= to)) enter(next, at + 1, read);
		}
		if (!begins) enter(next, 0, read);
		now = next;
	}
	return {
		found,
		steps
	};
}

// src/known/match.ts
/** Steps for one answer: a second or two of work. */
const MOST_STEPS = 2e7;
/** Of a line; what follows says nothing new. */
const LONGEST_LINE = 4e3;
/** What is shown of a line. */
const SHOWN = 300;
/** @throws ProblemError for a pattern that cannot be read: pages are checked before (read.ts). */
function matcherOf(errors) {
	return {
		errors,
		patterns: errors.flatMap((error) => error.patterns.map((source) => ({
			error,
			pattern: unwrap(compile(source))
		})))
	};
}
/**
* Which known errors the texts show. A line in which a pattern is found tells; the code of a problem tells only where no pattern is found in
* that problem, since a text says more than a code.
*/
function recognise({ errors, patterns }, said, most = MOST_STEPS) {
	const found = /* @__PURE__ */ new Map();
	let steps = 0;
	const keep = (error, seen, where) => {
		if (!found.has(error.id)) found.set(error.id, {
			error,
			seen,
			where
		});
	};
	for (const { where, text, code } of said) {
		const possible = patterns.filter(({ pattern }) => pattern.literals.some((literal) => text.includes(literal)));
		let told = false;
		for (const line of possible.length === 0 ? [] : text.split(/\r\n|[\n\r]/)) {
			const looked = line.slice(0, LONGEST_LINE);
			for (const { error, pattern } of possible) {
				if (!pattern.literals.some((literal) => looked.includes(literal))) continue;
				if (steps + (looked.length + 1) * pattern.size > most) return {
					recognised: [...found.values()],
					steps,
					unfinished: true
				};
				const look = pattern.find(looked);
				steps += look.steps;
				if (!look.found) continue;
				told = true;
				keep(error, shownOf(looked), where);
			}
		}
		if (told || code === null) continue;
		for (const error of errors) if (error.codes.includes(code)) keep(error, null, where);
	}
	return {
		recognised: [...found.values()],
		steps,
		unfinished: false
	};
}
function shownOf(line) {
	return cleanLine(line.trim(), SHOWN);
}

// src/known/known-error.ts
/** A common error that somebody has met before: how it is recognised, where it comes from, and what to do about it. */
const line = string().min(1).max(400);
const text = string().min(1).max(2e3);
const SEVERITIES = ["error", "warning"];
/** What stands at the top of a page of docs/known-errors. */
const frontMatterSchema = strictObject({
	/** The name of the file, without `.md`. */
	id: string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "small letters and digits, with single - between them"),
	title: line,
	severity: _enum(SEVERITIES),
	/** Each is looked for in every line; one is enough (see pattern.ts). */
	patterns: array(string().min(1)).max(20).default([]),
	/** Codes of problems that mean this, where no pattern of any known error is found in them. */
	codes: array(string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, "a code as docs/problems.md lists it")).max(20).default([])
});
/** A page as it is used: what it says, without its examples. */
const knownErrorSchema = strictObject({
	...frontMatterSchema.shape,
	cause: text,
	fix: text,
	/** To be typed; words in <…> are to be filled in. Null: there is none. */
	command: text.nullable()
});

// src/known/read.ts
/** Longer pages are no answer at night. */
const LONGEST_PAGE = 16384;
/** `name`: of the file, as in `docs/known-errors/disk-full.md`. Every mistake is named. */
function readPage(name, text) {
	if (text.length > LONGEST_PAGE) return bad(unreadable(name, `${text.length} characters`, `at most ${LONGEST_PAGE}`, "say it shorter"));
	const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
	if (parts === null) return bad(unreadable(name, "no front matter", "a first line `---`, then YAML, then `---`", "add it"));
	const [, top = "", body = ""] = parts;
	const front = frontMatterSchema.safeParse(yamlOf(top));
	if (!front.success) return bad(unreadable(name, prettifyError(front.error).replaceAll("\n", "; "), "front matter with id, title, severity, and patterns or codes", "mend it as docs/known-errors/README.md describes"));
	const { id, patterns, codes } = front.data;
	const problems = [];
	if (id !== name.replace(/^.*\//, "").replace(/\.md$/, "")) problems.push(unreadable(name, `the id ${id}`, "the name of the file", "give both the same name"));
	if (patterns.length + codes.length === 0) problems.push(unreadable(name, "no pattern and no code", "something to recognise it by", "add `patterns:` or `codes:`"));
	for (const pattern of patterns) {
		const compiled = compile(pattern);
		if (!compiled.ok) problems.push(...compiled.problems.map((one) => ({
			...one,
			where: `${name}: ${one.where}`
		})));
	}
	const sections = sectionsOf(body);
	const command = sections.get("Command");
	const parsed = knownErrorSchema.safeParse({
		...front.data,
		cause: proseOf(sections.get("Cause") ?? ""),
		fix: proseOf(sections.get("Fix") ?? ""),
		command: command === void 0 ? null : blocksOf(command)[0] ?? ""
	});
	const seen = blocksOf(sections.get("Seen") ?? "");
	if (!parsed.success) problems.push(unreadable(name, prettifyError(parsed.error).replaceAll("\n", "; "), "sections `## Cause` and `## Fix`, and a block of code in `## Command` where there is one", "write them"));
	if (problems.length > 0 || !parsed.success) return bad(...problems);
	const unproven = unprovenIn(name, parsed.data, seen);
	return unproven.length === 0 ? ok({
		error: parsed.data,
		seen
	}) : bad(...unproven);
}
/** A page proves itself: every pattern is found in what it shows, and everything that it shows holds one. */
function unprovenIn(name, error, seen) {
	const idle = error.patterns.filter((pattern) => !seen.some((text) => holds(matcherOf([{
		...error,
		patterns: [pattern]
	}]), text)));
	const strange = error.patterns.length === 0 ? [] : seen.filter((text) => !holds(matcherOf([error]), text));
	return [...idle.map((pattern) => unreadable(name, `the pattern ${pattern}, which is found in nothing that the page shows`, "a real text for every pattern, in a block of code below `## Seen`", "add the text as the component wrote it, or mend the pattern")), ...strange.map((text) => unreadable(name, `a text below \`## Seen\` in which no pattern is found: ${text.slice(0, 80)}`, "texts that it is recognised by", "mend the patterns"))];
}
function holds(matcher, text) {
	return recognise(matcher, [{
		where: "",
		text,
		code: null
	}]).recognised.length > 0;
}
function yamlOf(text) {
	try {
		return (0, import_dist.parse)(text, { maxAliasCount: 0 });
	} catch {
		return;
	}
}
function sectionsOf(body) {
	const parts = body.split(/^## (.*)$/m);
	return new Map(parts.flatMap((title, index) => index % 2 === 1 ? [[title.trim(), parts[index + 1] ?? ""]] : []));
}
/** Paragraphs as one line of text. */
function proseOf(section) {
	return section.replace(/\s+/g, " ").trim();
}
/** What stands in blocks of code, as it stands there. */
function blocksOf(section) {
	return [...section.matchAll(/^```[a-z]*\r?\n([\s\S]*?)\r?\n```$/gm)].map(([, inside = ""]) => inside);
}
function unreadable(where, found, expected, remedy) {
	return {
		code: "known.unreadable",
		where,
		found,
		expected,
		remedy
	};
}

// src/known/shipped.json
var shipped_default = [
	{
		"id": "address-in-use",
		"title": "Another program has the port",
		"severity": "error",
		"patterns": [
			"EADDRINUSE: address already in use",
			"bind: address already in use",
			"\\(98: Address already in use\\)",
			"\\(Address already in use\\)"
		],
		"codes": [],
		"cause": "A process of before still runs, or two programs were given the same port.",
		"fix": "See who has the port. When it is an instance that was meant to be gone, stop it by its unit; never end processes by name.",
		"command": "ss -ltnp 'sport = :<port>'"
	},
	{
		"id": "argocd-no-manifests",
		"title": "Argo CD cannot make the manifests",
		"severity": "error",
		"patterns": ["Failed to load target state: ", "failed to generate manifest for source"],
		"codes": [],
		"cause": "The repository server did not get the repository at that revision, or kustomize or helm does not take what is there. The end of the line says which.",
		"fix": "Render the same path at the same commit by hand; when that works, look at the credentials of the repository in Argo CD.",
		"command": "kustomize build <path>"
	},
	{
		"id": "argocd-sync-failed",
		"title": "Argo CD could not apply what git says",
		"severity": "error",
		"patterns": ["one or more objects failed to apply", "one or more synchronization tasks (completed unsuccessfully|are not valid)"],
		"codes": [],
		"cause": "The API server refused an object, or a hook (often the Job of a migration) failed.",
		"fix": "Look at the result of each object; mend it in git. A sync that is tried by hand without a new commit fails in the same way.",
		"command": "kubectl get application <name> -n argocd -o jsonpath=\"{.status.operationState.syncResult.resources}\""
	},
	{
		"id": "certificate-expired",
		"title": "A certificate has expired",
		"severity": "error",
		"patterns": ["certificate has expired"],
		"codes": [],
		"cause": "The certificate of the server (or one above it) is past its end. A clock that is wrong by days looks the same.",
		"fix": "Look at the dates, and at the clock of this machine. Renew the certificate; find out why nobody was told before.",
		"command": "openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -dates"
	},
	{
		"id": "certificate-not-trusted",
		"title": "Nobody here trusts this certificate",
		"severity": "error",
		"patterns": [
			"certificate signed by unknown authority",
			"unable to get local issuer certificate",
			"unable to verify the first certificate",
			"[Ss]elf-signed certificate"
		],
		"codes": [],
		"cause": "The authority that signed it is not known to this program, or the server does not send the certificates in between.",
		"fix": "Give the program the certificate of your authority (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`), and let the server send the whole chain. Never switch the check off.",
		"command": "openssl s_client -connect <host>:443 -servername <host> -showcerts </dev/null"
	},
	{
		"id": "connection-refused",
		"title": "Nobody listens at this address",
		"severity": "error",
		"patterns": [
			"connect ECONNREFUSED ",
			"connect: connection refused",
			"port \\d+: Connection refused",
			"Failed to connect to .* port \\d+ "
		],
		"codes": [],
		"cause": "The program there does not run, has not come up yet, or listens at another address or port. A firewall that refuses looks the same.",
		"fix": "See whether it runs and where it listens; compare with the address in the configuration.",
		"command": "ss -ltnp"
	},
	{
		"id": "database-access-denied",
		"title": "The database does not let this user in",
		"severity": "error",
		"patterns": ["Access denied for user '[^']*'@'[^']*'"],
		"codes": [],
		"cause": "User, password or the host that the user may come from are not what the server knows. After a change of a password the old one is often still in the environment of the service.",
		"fix": "Compare the secret behind `database.dsn` with the account at the server; accounts of MySQL and MariaDB hold for a host as well as for a name. Then start the run again.",
		"command": "mysql -h <host> -u <user> -p -e 'SELECT CURRENT_USER()'"
	},
	{
		"id": "database-connection-lost",
		"title": "The database ended the connection",
		"severity": "error",
		"patterns": [
			"Connection lost: The server closed the connection",
			"[Ss]erver has gone away",
			"Lost connection to (MySQL )?server ",
			"Connection was killed",
			"Can't add new command when connection is in closed state"
		],
		"codes": [],
		"cause": "The server was restarted or fell over, somebody ended the connection, or it had been idle for longer than `wait_timeout`.",
		"fix": "See whether the server runs and since when. Then resume the run: it asks the database what was done before it goes on.",
		"command": "mysql -e \"SHOW GLOBAL STATUS LIKE 'Uptime'\""
	},
	{
		"id": "database-connections-used-up",
		"title": "The database takes no more connections",
		"severity": "error",
		"patterns": ["Too many connections", "Host .* is blocked because of many connection errors"],
		"codes": [],
		"cause": "All of `max_connections` are taken: pools of the old and the new version together, or connections that are never given back. While two versions run side by side both pools count.",
		"fix": "Look at who holds them. Make the pool of the application so small that two versions fit, or give the server more.",
		"command": "mysql -e 'SELECT USER, HOST, COUNT(*) FROM information_schema.PROCESSLIST GROUP BY USER, HOST'"
	},
	{
		"id": "database-data-too-long",
		"title": "A value does not fit into its column",
		"severity": "error",
		"patterns": ["Data too long for column '[^']+' at row \\d+", "Out of range value for column '[^']+' at row \\d+"],
		"codes": [],
		"cause": "A column was made smaller than what is in it, or the application writes more than it holds.",
		"fix": "Ask the table for the longest value, and make the column wide enough in the migration.",
		"command": "mysql -e \"SELECT MAX(CHAR_LENGTH(<column>)) FROM <table>\""
	},
	{
		"id": "database-deadlock",
		"title": "Two transactions waited for each other",
		"severity": "warning",
		"patterns": ["Deadlock found when trying to get lock; try restarting transaction"],
		"codes": [],
		"cause": "Two transactions took the same rows in opposite order. The server ended one of them; nothing of it stays.",
		"fix": "Resume the run: the statement is tried again. When it happens often, let the application take rows in one order, or move the migration to a quiet hour.",
		"command": "mysql -e 'SHOW ENGINE INNODB STATUS' | sed -n '/LATEST DETECTED DEADLOCK/,/TRANSACTIONS/p'"
	},
	{
		"id": "database-duplicate-entry",
		"title": "Rows that must be unique are there twice",
		"severity": "error",
		"patterns": ["Duplicate entry '.*' for key '"],
		"codes": [],
		"cause": "A unique index is being added to a column that holds the same value twice, or data are loaded that are there already.",
		"fix": "Find the values that are there twice, decide which row stays, and mend them in a migration before this one.",
		"command": "mysql -e \"SELECT <column>, COUNT(*) AS n FROM <table> GROUP BY <column> HAVING n > 1\""
	},
	{
		"id": "database-foreign-key",
		"title": "A row names another one that is not there",
		"severity": "error",
		"patterns": ["Cannot add or update a child row: a foreign key constraint fails", "Cannot delete or update a parent row: a foreign key constraint fails"],
		"codes": [],
		"cause": "A foreign key is being added over rows without a parent, or rows are written or deleted in the wrong order.",
		"fix": "Find the rows without a parent and mend them in a migration before this one.",
		"command": "mysql -e \"SELECT c.* FROM <child> c LEFT JOIN <parent> p ON p.id = c.<column> WHERE p.id IS NULL LIMIT 20\""
	},
	{
		"id": "database-lock-wait",
		"title": "A statement waited too long for its lock",
		"severity": "error",
		"patterns": ["Lock wait timeout exceeded; try restarting transaction"],
		"codes": [],
		"cause": "Another connection holds the rows or the table: a long transaction of the application, a backup, or a person at a prompt. A migration gives up on purpose, since every request would queue behind it.",
		"fix": "Find the transaction that holds the lock and let it end, or end it. Then resume the run: what is done stays done.",
		"command": "mysql -e 'SELECT * FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 5'"
	},
	{
		"id": "database-no-such-column",
		"title": "A column is not there",
		"severity": "error",
		"patterns": ["Unknown column '[^']+' in '"],
		"codes": [],
		"cause": "Code and schema do not belong together: the new version runs before its migration, or the old one after a column was taken away.",
		"fix": "Apply the pending expand migrations; take a column away only when no running version needs it (`phase=contract`).",
		"command": "shiplock status <environment>"
	},
	{
		"id": "database-no-such-table",
		"title": "A table is not there",
		"severity": "error",
		"patterns": ["Table '[^']+' doesn't exist"],
		"codes": [],
		"cause": "The code is newer than the schema, or it speaks to another database than the migrations. A migration that drops or renames a table too early does it too.",
		"fix": "See which migrations are applied. When some are missing, apply them; when the address is wrong, mend it in the secret of the service.",
		"command": "shiplock status <environment>"
	},
	{
		"id": "database-read-only",
		"title": "The database does not take writes",
		"severity": "error",
		"patterns": ["The MariaDB server is running with the --read-only option", "The MySQL server is running with the --(super-)?read-only option"],
		"codes": [],
		"cause": "The address leads to a replica, or the primary was made read-only for a failover or a backup.",
		"fix": "Let `database.dsn` lead to the primary. Do not switch read-only off at a replica: its data would part from those of the primary.",
		"command": "mysql -e 'SELECT @@hostname, @@read_only'"
	},
	{
		"id": "disk-full",
		"title": "A disk is full",
		"severity": "error",
		"patterns": ["[Nn]o space left on device"],
		"codes": [],
		"cause": "The file system has no bytes or no inodes left. Old releases, images, logs and binary logs of the database are what fills disks most often.",
		"fix": "Free space, inodes too, then resume the run. Old releases of a service go by themselves with `platform.keepReleases`.",
		"command": "df -h; df -i"
	},
	{
		"id": "git-branch-protected",
		"title": "A rule of the forge protects the branch",
		"severity": "error",
		"patterns": ["GH006: Protected branch update failed", "GH013: Repository rule violations found"],
		"codes": [],
		"cause": "The account that pushes is not among those who may, or the commit lacks what the rule asks for: a review, a check, a signature.",
		"fix": "The lines below name the rule. For branches that Shiplock writes, let only its App pass the rule; everybody else opens a pull request.",
		"command": "shiplock doctor <environment>"
	},
	{
		"id": "git-no-credentials",
		"title": "Git has nothing to log in with",
		"severity": "error",
		"patterns": ["could not read Username for '", "Authentication failed for 'https?://"],
		"codes": [],
		"cause": "No token and no key is there for this address, or it has expired. In a job the token of the job counts for its own repository only.",
		"fix": "Give the job a token or a deploy key for that repository; try it with a look that changes nothing.",
		"command": "git ls-remote <address> HEAD"
	},
	{
		"id": "git-push-rejected",
		"title": "Somebody else pushed first",
		"severity": "warning",
		"patterns": ["! \\[rejected\\] .*\\((fetch first|non-fast-forward)\\)"],
		"codes": [],
		"cause": "The branch has moved since it was read. Shiplock edits again and pushes again by itself; in a script of yours nobody does.",
		"fix": "Fetch, put your commit on top of what is there, and push again. Never force a branch that others read.",
		"command": "git pull --rebase && git push"
	},
	{
		"id": "github-rate-limit",
		"title": "The requests of this hour are used up",
		"severity": "warning",
		"patterns": ["API rate limit exceeded for "],
		"codes": [],
		"cause": "The token made as many requests as it may in an hour. All jobs of one App installation share them.",
		"fix": "Wait until the time that the answer names (`x-ratelimit-reset`), or let fewer jobs ask. Nothing has to be done for Shiplock: it waits and tries again.",
		"command": "gh api rate_limit"
	},
	{
		"id": "github-secondary-limit",
		"title": "The forge asks for a pause",
		"severity": "warning",
		"patterns": ["You have exceeded a secondary rate limit"],
		"codes": [],
		"cause": "Too many requests at once, or too many that write, by the same account.",
		"fix": "Wait as long as the answer says (`retry-after`), and let fewer jobs write at the same time.",
		"command": null
	},
	{
		"id": "github-token-without-right",
		"title": "The token of the job may not do this",
		"severity": "error",
		"patterns": ["Resource not accessible by (integration|personal access token)"],
		"codes": [],
		"cause": "The job (or the App) lacks a permission for this request. Jobs of pull requests from forks never have more than reading.",
		"fix": "Give the job exactly the permission that is missing, under `permissions:`; the answer names it in the header `x-accepted-github-permissions`.",
		"command": "gh api -i <path of the request> | grep -i x-accepted-github-permissions"
	},
	{
		"id": "go-module-missing",
		"title": "A Go module is used and not required",
		"severity": "error",
		"patterns": [
			"no required module provides package ",
			"missing go.sum entry for module providing package ",
			"missing go.sum entry for go.mod file"
		],
		"codes": [],
		"cause": "`go.mod` or `go.sum` was not committed with the code that needs it.",
		"fix": "Tidy the module and commit both files.",
		"command": "go mod tidy"
	},
	{
		"id": "go-undefined",
		"title": "Go code names something that is not there",
		"severity": "error",
		"patterns": ["\\.go:\\d+:\\d+: undefined: "],
		"codes": [],
		"cause": "A name was renamed, removed or never committed, or a file is left out by its build tags.",
		"fix": "Build the commit in a fresh checkout: what is only in your working tree is not there.",
		"command": "go build ./..."
	},
	{
		"id": "haproxy-configuration",
		"title": "HAProxy does not take its configuration",
		"severity": "error",
		"patterns": ["Fatal errors found in configuration", "config : Error\\(s\\) found in configuration file"],
		"codes": [],
		"cause": "A line of the configuration is wrong; HAProxy names file and line in the alerts above this one. What serves is untouched: a configuration is checked before a reload.",
		"fix": "Mend the first alert; those after it often follow from it.",
		"command": "haproxy -c -f <file>"
	},
	{
		"id": "javascript-heap",
		"title": "A program in Node used up its heap",
		"severity": "error",
		"patterns": ["JavaScript heap out of memory"],
		"codes": [],
		"cause": "What it holds is more than V8 may take. On a small runner a build of a frontend is the usual case.",
		"fix": "Give it more, within what the machine has; then find out what grew. When it happens in a service, look for a leak first.",
		"command": "NODE_OPTIONS=--max-old-space-size=<megabytes> npm run build"
	},
	{
		"id": "killed-by-the-kernel",
		"title": "A process was killed for its memory",
		"severity": "error",
		"patterns": [
			"Out of memory: Killed process \\d+",
			"OOMKilled",
			"Memory cgroup out of memory: Killed process",
			"go: .*: signal: killed|compile: signal: killed"
		],
		"codes": [],
		"cause": "The machine, or the memory limit of the container or unit, was used up, and the kernel ended the largest process.",
		"fix": "Give it a larger limit, or less to do at once: builds of Go take less with `-p 1`. When it is the service, compare its memory before and after the release.",
		"command": "dmesg -T | grep -i 'killed process'"
	},
	{
		"id": "kubernetes-crash-loop",
		"title": "A container ends again and again",
		"severity": "error",
		"patterns": ["CrashLoopBackOff", "[Bb]ack-off .*restarting failed container"],
		"codes": [],
		"cause": "The program in it ends soon after its start: a missing variable or secret, a database that it does not reach, a wrong command.",
		"fix": "Read what the container said before it ended.",
		"command": "kubectl logs <pod> --previous --tail=50"
	},
	{
		"id": "kubernetes-forbidden",
		"title": "An account of the cluster may not do this",
		"severity": "error",
		"patterns": ["is forbidden: User \"[^\"]+\" cannot "],
		"codes": [],
		"cause": "The role of the account lacks this verb, resource or namespace. The line names all three.",
		"fix": "Add exactly this rule to the role, in the repository that Argo CD syncs. Do not bind the account to cluster-admin.",
		"command": "kubectl auth can-i <verb> <resource> -n <namespace> --as <user>"
	},
	{
		"id": "kubernetes-image-pull",
		"title": "The cluster does not get the image",
		"severity": "error",
		"patterns": [
			"Back-off pulling image \"",
			"ErrImagePull",
			"ImagePullBackOff"
		],
		"codes": [],
		"cause": "The image is not there under this digest or name, the registry does not let the cluster in, or a node does not reach it.",
		"fix": "The event before this one says which. Compare digest and registry with `release.json`; see whether the namespace has the secret for pulling.",
		"command": "kubectl describe pod <pod> | sed -n \"/^Events:/,\\$p\""
	},
	{
		"id": "kubernetes-immutable",
		"title": "A field cannot be changed in place",
		"severity": "error",
		"patterns": ["field is immutable"],
		"codes": [],
		"cause": "Selectors of Deployments, templates of Jobs and some fields of Services and volumes stay as they were made.",
		"fix": "Give the object a new name, or delete it and let it be made anew when nothing depends on it. For Jobs that Argo CD syncs: make it a hook that is deleted before it is created.",
		"command": "kubectl diff -f <file>"
	},
	{
		"id": "kubernetes-no-room",
		"title": "No node has room for a pod",
		"severity": "error",
		"patterns": ["\\d+/\\d+ nodes are available: "],
		"codes": [],
		"cause": "The pod asks for more processor, memory or volumes than any node has free, or no node fits its selectors and tolerations. Two versions side by side need room for both.",
		"fix": "The rest of the line counts the reasons. Ask for less, add a node, or let the canary be smaller.",
		"command": "kubectl describe nodes | grep -A 8 \"Allocated resources\""
	},
	{
		"id": "kubernetes-probe",
		"title": "A probe of a pod fails",
		"severity": "error",
		"patterns": ["(Readiness|Liveness|Startup) probe failed: "],
		"codes": [],
		"cause": "The program does not answer its health check in time, answers with an error, or listens at another port or path. A failed liveness probe restarts it.",
		"fix": "Ask the path by hand from inside of the pod. When it only needs longer to come up, give it a startup probe.",
		"command": "kubectl describe pod <pod> | grep -E \"Liveness|Readiness|Startup|probe failed\""
	},
	{
		"id": "kubernetes-progress-deadline",
		"title": "A rollout of the cluster did not get on in time",
		"severity": "error",
		"patterns": ["exceeded its progress deadline", "has timed out progressing"],
		"codes": [],
		"cause": "New pods were not ready within `progressDeadlineSeconds`. This is what follows; the reason stands at the pods: image, probe, room, crash.",
		"fix": "Look at the pods of the new version, oldest event first.",
		"command": "kubectl get events --sort-by=.lastTimestamp | tail -20"
	},
	{
		"id": "name-not-resolved",
		"title": "A name leads to no address",
		"severity": "error",
		"patterns": [
			"getaddrinfo (ENOTFOUND|EAI_AGAIN) ",
			"Could not resolve host(name)?[: ]",
			"dial tcp: lookup .*: no such host"
		],
		"codes": [],
		"cause": "The name is written wrongly, exists only in another network, or the name server does not answer. `EAI_AGAIN` means the last.",
		"fix": "Ask the name server by hand, on the machine where it failed: inside of a container it may be another one.",
		"command": "getent hosts <name>"
	},
	{
		"id": "nginx-configuration",
		"title": "Nginx does not take its configuration",
		"severity": "error",
		"patterns": ["nginx: configuration file .* test failed"],
		"codes": [],
		"cause": "A line of the configuration is wrong, or a file that it names cannot be read. The line above this one says which. What serves is untouched.",
		"fix": "Mend what the line with [emerg] names.",
		"command": "nginx -t -c <file>"
	},
	{
		"id": "npm-lock-file",
		"title": "The lock file of npm is missing or of before",
		"severity": "error",
		"patterns": ["`npm ci` can only install packages when your package.json and ", "The `npm ci` command can only install with an existing package-lock.json"],
		"codes": [],
		"cause": "`package.json` was changed and `package-lock.json` was not committed with it.",
		"fix": "Let npm write the lock file anew, and commit both.",
		"command": "npm install --package-lock-only"
	},
	{
		"id": "npm-no-script",
		"title": "package.json has no such script",
		"severity": "error",
		"patterns": ["Missing script: \""],
		"codes": [],
		"cause": "The build of the component calls a script that `package.json` does not have, or it runs in another directory than you think.",
		"fix": "List the scripts that there are; mend `build:` of the component, or add the script.",
		"command": "npm run"
	},
	{
		"id": "registry-pull-limit",
		"title": "The registry gives no more images for now",
		"severity": "error",
		"patterns": ["toomanyrequests: "],
		"codes": [],
		"cause": "The registry counts pulls by address or account, and they are used up. Runners and nodes behind one address share it.",
		"fix": "Log in for pulling, or let the images come through a mirror of yours.",
		"command": "docker login <registry>"
	},
	{
		"id": "ssh-host-key",
		"title": "The key of a host is not the one that is known",
		"severity": "error",
		"patterns": ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"],
		"codes": [],
		"cause": "The host was made anew, its address belongs to another host now, or somebody answers in its place. Until you know which, it is the last.",
		"fix": "Compare the fingerprint over another way (console, image, inventory), then put the new key into the file of known hosts. Never switch the check off.",
		"command": "ssh-keyscan -t ed25519 <host> | ssh-keygen -lf -"
	},
	{
		"id": "ssh-key-refused",
		"title": "The host does not take our key",
		"severity": "error",
		"patterns": ["Permission denied \\(publickey[a-z,-]*\\)"],
		"codes": [],
		"cause": "The account has no such key in `authorized_keys`, the wrong key was offered, or its files may be written by others, which sshd refuses.",
		"fix": "See which keys are offered, and let somebody with access put the right one there.",
		"command": "ssh -v -o BatchMode=yes <user>@<host> true 2>&1 | grep -E \"Offering|Authentications\""
	},
	{
		"id": "too-many-open-files",
		"title": "A process may not open more files",
		"severity": "error",
		"patterns": [
			"EMFILE: too many open files",
			"accept4?: too many open files",
			"\\(24: Too many open files\\)"
		],
		"codes": [],
		"cause": "The limit of the process (`ulimit -n`, `LimitNOFILE=`) is too small for its connections and files, or it never closes them.",
		"fix": "Compare what it has open with its limit. Raise the limit in the unit; when the number only grows, it is a leak of the application.",
		"command": "ls /proc/<pid>/fd | wc -l; grep files /proc/<pid>/limits"
	}
];

// src/known/shipped.ts
/** Known errors that come with the program: docs/known-errors, written into shipped.json by scripts/schemas.ts. */
function shippedErrors() {
	return array(knownErrorSchema).parse(shipped_default);
}

// src/release/report/known.ts
/** Known errors in what failed: those that come with the program, and those of the service's own repository. */
/** Where a service keeps its own pages, beside shiplock.yaml. */
const KNOWN_ERRORS = "docs/known-errors";
const MOST_PAGES = 100;
const GIT_MS = 2e4;
/** What a run that did not end well said: the problems of its failed steps, then those that it ended with. Pure. */
function saidBy({ tone, problems }, story) {
	if (tone === "good") return [];
	const steps = (story?.steps ?? []).filter(({ state }) => state === "failed" || state === "refused").flatMap((step) => step.problems.map((problem) => saidIn(step.path, problem)));
	const told = new Set(steps.map(({ text }) => text));
	const rest = problems.map((problem) => saidIn(problem.where, problem)).filter(({ text }) => !told.has(text));
	return [...steps, ...rest];
}
function saidIn(where, { found, code }) {
	return {
		where,
		text: found,
		code
	};
}
/** Which known errors these texts show; a page of the service takes the place of ours with the same id. Pure. */
function knownIn(said, own = []) {
	if (said.length === 0) return {
		known: [],
		unfinished: false
	};
	const theirs = new Set(own.map(({ id }) => id));
	const errors = [...own, ...shippedErrors().filter(({ id }) => !theirs.has(id))];
	const { recognised, unfinished } = recognise(matcherOf(errors), said);
	return {
		unfinished,
		known: recognised.map(toldOf)
	};
}
function toldOf({ error, seen, where }) {
	const { id, title, severity, cause, fix, command } = error;
	return {
		id,
		title,
		severity,
		cause,
		fix,
		command,
		seen,
		where
	};
}
const NONE = {
	errors: [],
	problems: []
};
/** The service's own pages as this commit has them; none where git does not know the commit. */
async function ownErrors({ exec, baseDir }, commit) {
	const git = async (...args) => {
		const argv = [
			"git",
			"--no-replace-objects",
			"-c",
			"safe.directory=*",
			"-C",
			baseDir,
			...args
		];
		const { exitCode, stdout, stderr } = await exec.read(argv, { timeoutMs: GIT_MS });
		return exitCode === 0 ? ok(stdout) : bad(unread(commit, stderr.trim().split("\n")[0] ?? ""));
	};
	if (!/^(?:[0-9a-f]{7,64}|HEAD)$/.test(commit)) return NONE;
	const listed = await git("ls-tree", "-z", "-l", commit, `${KNOWN_ERRORS}/`);
	if (!listed.ok) return {
		errors: [],
		problems: listed.problems
	};
	const names = listed.value.split("\0").map((line) => /^\d+ blob [0-9a-f]+ +(\d{1,6})\t(.+)$/s.exec(line)?.[2] ?? "").filter(isPage);
	if (names.length === 0) return NONE;
	const pages = [];
	const problems = [];
	for (const name of names.slice(0, MOST_PAGES)) {
		const text = await git("cat-file", "blob", `${commit}:./${name}`);
		if (text.ok) pages.push([name, text.value]);
		else problems.push(...text.problems);
	}
	const read = pagesOf(pages);
	return {
		errors: read.errors,
		problems: [
			...problems,
			...read.problems,
			...names.length > MOST_PAGES ? [tooMany(names.length)] : []
		]
	};
}
/** README.md stands beside the pages. */
function isPage(path) {
	return path.endsWith(".md") && !/(?:^|\/)README\.md$/.test(path);
}
/** Reads pages by their names. Pure. */
function pagesOf(pages) {
	const read = pages.map(([name, text]) => readPage(name, text));
	return {
		errors: read.flatMap((one) => one.ok ? [one.value.error] : []),
		problems: read.flatMap((one) => one.ok ? [] : one.problems)
	};
}
function unread(commit, found) {
	return {
		code: "known.no-commit",
		where: `${KNOWN_ERRORS} at ${commit.slice(0, 12)}`,
		found,
		expected: "the commit that the run was about, in the repository of shiplock.yaml",
		remedy: "fetch it, then ask again; the errors that come with the program were looked for all the same"
	};
}
function tooMany(count) {
	return {
		code: "known.too-many",
		where: KNOWN_ERRORS,
		found: `${count} pages`,
		expected: `at most ${MOST_PAGES}; the rest was left out`,
		remedy: "join pages, or take away what is never seen any more"
	};
}

// src/report/axis.ts
/** A pause shorter than this part of the whole is drawn as it was. */
const WORTH_A_CUT = .05;
/** Part of the width that a cut has. */
const CUT = .02;
/** @param pauses in their order, without overlap */
function axisOf(from, until, pauses) {
	const whole = Math.max(1, until - from);
	const cut = pauses.map((pause) => ({
		from: Math.max(from, pause.from),
		until: Math.min(until, pause.until)
	})).filter((pause) => pause.until - pause.from > WORTH_A_CUT * whole);
	const worked = Math.max(1, whole - cut.reduce((sum, pause) => sum + pause.until - pause.from, 0));
	const scale = (1 - CUT * cut.length) / worked;
	const at = (time) => {
		const inside = Math.min(until, Math.max(from, time));
		let position = (inside - from) * scale;
		for (const pause of cut) {
			const gone = Math.min(inside, pause.until) - pause.from;
			if (gone > 0) position += CUT * gone / (pause.until - pause.from) - gone * scale;
		}
		return Math.min(1, Math.max(0, position));
	};
	return {
		at,
		ticks: (count) => ticksOf(from, until, cut, at, count),
		cuts: cut.map((pause) => ({
			...pause,
			at: (at(pause.from) + at(pause.until)) / 2
		}))
	};
}
/** Moments at equal distances on the page; none inside a cut. */
function ticksOf(from, until, cuts, at, count) {
	return Array.from({ length: Math.max(2, count) }, (_, i) => i / (Math.max(2, count) - 1)).map((part) => timeAt(from, until, at, part)).filter((time) => !cuts.some((cut) => time > cut.from && time < cut.until)).map((time) => ({
		at: at(time),
		time
	}));
}
/** The moment that lies there, by halving: positions never fall. */
function timeAt(from, until, at, part) {
	if (part <= 0) return from;
	if (part >= 1) return until;
	let [low, high] = [from, until];
	for (let step = 0; step < 60 && high - low > .5; step++) {
		const middle = (low + high) / 2;
		if (at(middle) < part) low = middle;
		else high = middle;
	}
	return Math.round(high);
}

// src/report/steps.ts
function beginSteps(titleOf) {
	const rows = [];
	/** The row that is under way, by path; the undo of a step has one of its own. */
	const open = /* @__PURE__ */ new Map();
	const rowOf = (path, kind, time) => {
		const key = kind === "undo" ? `${path} undo` : path;
		const before = open.get(key);
		if (before !== void 0) return before;
		const row = {
			path,
			title: kind === "undo" ? `Undo: ${titleOf(path)}` : titleOf(path),
			kind,
			state: "open",
			from: time,
			until: time,
			attempts: 0,
			looks: 0,
			note: "",
			problems: [],
			back: /\/rollback(\/|$)/.test(path)
		};
		rows.push(row);
		open.set(key, row);
		return row;
	};
	const end = (row, state, time) => {
		row.state = state;
		row.until = time;
		open.delete(row.kind === "undo" ? `${row.path} undo` : row.path);
	};
	return {
		intent(path, attempt, undo, time) {
			const row = rowOf(path, undo ? "undo" : "step", time);
			row.attempts = Math.max(row.attempts, undo ? 1 : attempt);
			row.until = time;
		},
		done(path, attempt, note, effects, time) {
			if (attempt === 0) return;
			const begun = open.has(path);
			const row = rowOf(path, "step", time);
			row.attempts = Math.max(row.attempts, attempt);
			row.note = row.kind === "gate" && row.note !== "" ? row.note : note;
			end(row, begun || effects || row.kind !== "step" ? "done" : "nothing", time);
		},
		failed(path, attempt, { problems, final, refused }, time) {
			if (attempt === 0) return;
			const undoing = open.has(`${path} undo`);
			const row = rowOf(path, undoing ? "undo" : "step", time);
			row.attempts = Math.max(row.attempts, undoing ? 1 : attempt);
			row.problems = problems;
			row.until = time;
			if (final) end(row, refused ? "refused" : "failed", time);
		},
		undone(path, attempt, note, time) {
			if (attempt === 0) return;
			const row = rowOf(path, "undo", time);
			row.attempts = Math.max(1, row.attempts);
			row.note = note;
			end(row, "undone", time);
		},
		look(path, time) {
			const row = rowOf(path, "watch", time);
			row.kind = "watch";
			row.attempts = 1;
			row.looks++;
			row.until = time;
		},
		verdict(path, status, time) {
			const row = rowOf(path, "watch", time);
			row.kind = "watch";
			row.note = status;
			row.until = time;
		},
		gate(path, time) {
			const row = rowOf(path, "gate", time);
			row.kind = "gate";
			row.attempts = 1;
			row.state = "waiting";
			row.until = time;
		},
		filled(path, by, time) {
			const row = rowOf(path, "gate", time);
			row.kind = "gate";
			row.state = "done";
			row.note = `filled in by ${by}`;
			row.until = time;
		},
		resumed(time) {
			for (const row of open.values()) if (row.kind !== "watch") row.until = time;
		},
		redacted(record, time) {
			if (record.attempt === 0 || !record.type.startsWith("step.")) return;
			const row = rowOf(record.node, "step", time);
			row.note = "redacted";
			if (record.type === "step.done") end(row, "done", time);
			if (record.type === "step.undone") end(row, "undone", time);
			if (record.type === "step.failed") end(row, "failed", time);
		},
		told: () => rows
	};
}

// src/report/story.ts
function storyOf(entries) {
	const titles = /* @__PURE__ */ new Map();
	const telling = {
		titles,
		steps: beginSteps((path) => titleOf(titles, path)),
		gates: [],
		questions: /* @__PURE__ */ new Map(),
		decisions: [],
		commands: [],
		begun: /* @__PURE__ */ new Map(),
		processes: [],
		more: [],
		pauses: [],
		worked: 0,
		redacted: 0
	};
	for (const entry of entries) tell(telling, entry);
	const [first, last] = [entries[0], entries.at(-1)];
	return {
		startedAt: first === void 0 ? 0 : Date.parse(first.record.time),
		lastAt: last === void 0 ? 0 : Date.parse(last.record.time),
		steps: telling.steps.told(),
		gates: telling.gates,
		decisions: telling.decisions,
		commands: telling.commands,
		processes: telling.processes,
		more: telling.more,
		pauses: telling.pauses,
		redacted: telling.redacted
	};
}
/** The recorded title; a journal of an earlier version has none, then the id has to do. */
function titleOf(titles, path) {
	const own = titles.get(path);
	if (own !== void 0) return own;
	const known = titles.get(path.replace(/#\d+/g, "#"));
	const round = /#(\d+)$/.exec(path)?.[1];
	if (known !== void 0) return round === void 0 || round === "1" ? known : `${known} (${round})`;
	return path.slice(path.lastIndexOf("/") + 1).replaceAll("-", " ");
}
function tell(telling, { record, payload }) {
	const time = Date.parse(record.time);
	const before = telling.worked;
	if (record.type !== "gate.evidence" && record.type !== "gate.override") telling.worked = time;
	if (payload === void 0) {
		telling.redacted++;
		telling.steps.redacted(record, time);
		return;
	}
	if (record.type === "analysis.sample") {
		telling.steps.look(record.node, time);
		return;
	}
	const parsed = payloadSchema.safeParse({
		type: record.type,
		data: payload
	});
	if (parsed.success) tellPayload(telling, record, parsed.data, {
		time,
		before,
		payload
	});
}
function tellPayload(telling, record, { type, data }, at) {
	const { steps } = telling;
	const { node, attempt } = record;
	const { time } = at;
	switch (type) {
		case "run.started":
			remember(telling, data.titles);
			telling.processes.push({
				time,
				text: `started by ${data.who}`
			});
			telling.more = othersIn(at.payload, PLACED.started);
			return;
		case "run.paused":
			if (data.asked === void 0) telling.processes.push({
				time,
				text: pausedText(data)
			});
			else tellOrder(telling, data.reason === "asked" ? "pause" : "abort", data.asked, at);
			return;
		case "run.resumed":
			if (data.asked !== void 0) {
				tellOrder(telling, "end of a pause", data.asked, at);
				return;
			}
			telling.pauses.push({
				from: at.before,
				until: time
			});
			tellResumed(telling, data, time);
			return;
		case "run.finished":
			telling.processes.push({
				time,
				text: finishedText(data)
			});
			return;
		case "lease.lost":
			telling.processes.push({
				time,
				text: `lost the environment: ${data.why}`
			});
			return;
		case "lease.taken":
		case "lease.renewed": return;
		case "step.intent":
			steps.intent(node, attempt, data.what === "undo", time);
			begin(telling, node, data, time);
			return;
		case "step.done":
			steps.done(node, attempt, data.note ?? "", data.results.length > 0, time);
			pass(telling, node);
			end(telling, node, data.results);
			return;
		case "step.undone":
			steps.undone(node, attempt, data.note ?? "", time);
			end(telling, node, data.results);
			return;
		case "step.failed":
			steps.failed(node, attempt, data, time);
			telling.begun.delete(node);
			return;
		case "analysis.sample": return;
		case "analysis.verdict":
			steps.verdict(node, data.status, time);
			return;
		case "gate.opened":
			telling.titles.set(node, data.title);
			steps.gate(node, time);
			telling.gates.push(gateOf(node, data, time));
			telling.questions.set(node, new Map(data.evidence.map((field) => [field.name, field.question])));
			return;
		case "gate.evidence":
			steps.filled(node, data.by, time);
			fill(telling, node, data, at);
			return;
		case "gate.override":
			telling.decisions.push({
				time,
				kind: "override",
				by: data.by,
				role: data.role,
				what: titleOf(telling.titles, node),
				why: data.reason,
				more: othersIn(at.payload, PLACED.override)
			});
			return;
	}
}
function remember(telling, titles) {
	for (const [path, title] of Object.entries(titles ?? {})) telling.titles.set(path, title);
}
const PAUSES = {
	waiting: "paused: it waits for a person",
	stopped: "stopped at a safe place",
	"unknown-outcome": "paused: nobody can tell whether a step happened",
	"compensation-failed": "paused: the way back failed",
	"internal-error": "paused after an error of its own",
	"store-behind": "paused: the git store has not taken its records",
	asked: "paused by a person",
	aborted: "aborted by a person"
};
function pausedText({ reason, signal }) {
	return `${PAUSES[reason]}${signal === void 0 ? "" : ` (${signal})`}`;
}
function tellOrder(telling, kind, { by, why }, { time, payload }) {
	const asked = typeof payload === "object" && payload !== null && "asked" in payload ? payload["asked"] ?? null : null;
	telling.decisions.push({
		time,
		kind,
		by,
		role: "",
		what: "the rollout",
		why,
		more: othersIn(asked, PLACED.asked)
	});
}
function finishedText({ outcome, preemptedBy }) {
	return preemptedBy === void 0 ? `ended: ${outcome}` : `ended: run ${preemptedBy} took the environment over`;
}
function tellResumed(telling, data, time) {
	const { who, tornBytes, outcome, changed, breakGlass } = data;
	remember(telling, changed?.titles);
	const torn = tornBytes === 0 ? "" : `; ${tornBytes} bytes of a record that a crash had cut were left out`;
	const glass = breakGlass === void 0 ? "" : `, with broken glass: ${breakGlass}`;
	telling.processes.push({
		time,
		text: `resumed by ${who}${glass}${torn}`
	});
	telling.steps.resumed(time);
	if (outcome !== void 0) {
		const what = `${titleOf(telling.titles, outcome.step)}: ${outcome.outcome}`;
		telling.decisions.push({
			time,
			kind: "outcome of a step",
			by: who,
			role: "",
			what,
			why: outcome.evidence,
			more: []
		});
	}
	if (changed !== void 0) {
		const parts = changed.differences.map(({ path, change }) => `${path === "" ? "the inputs" : path} ${change}`);
		telling.decisions.push({
			time,
			kind: "changed procedure",
			by: who,
			role: changed.role,
			what: parts.join(", "),
			why: changed.reason,
			more: []
		});
	}
}
function begin(telling, node, { what, effects }, time) {
	const title = titleOf(telling.titles, node);
	telling.begun.set(node, {
		first: telling.commands.length,
		effects
	});
	for (const effect of effects) telling.commands.push({
		time,
		title: what === "undo" ? `Undo: ${title}` : title,
		kind: effect.kind,
		text: effectText(effect),
		why: effect.why ?? "",
		result: "no result recorded",
		durationMs: null
	});
}
/** Results stand in the order of the effects; after a crash a step may be done without any. */
function end(telling, node, results) {
	const begun = telling.begun.get(node);
	telling.begun.delete(node);
	if (begun === void 0) return;
	for (const [index, result] of results.entries()) {
		const place = begun.first + index;
		const command = telling.commands[place];
		if (command === void 0 || index >= begun.effects.length) continue;
		telling.commands[place] = {
			...command,
			result: resultText(result),
			durationMs: result.durationMs
		};
	}
}
function resultText(result) {
	switch (result.kind) {
		case "exec": return `exit ${result.exitCode}`;
		case "sql": return `${result.affected.reduce((sum, rows) => sum + rows, 0)} rows`;
		case "http": return `status ${result.status}`;
		case "file": return "done";
		case "socket": return result.answers.every((answer) => answer.trim() === "") ? "accepted" : result.answers.join(" ").trim();
		case "kube": return `version ${result.resourceVersion}`;
	}
}
function gateOf(path, data, time) {
	const { title, description = "", role, guard } = data;
	return {
		path,
		title,
		description,
		role,
		guard,
		openedAt: time,
		given: [],
		passed: false
	};
}
function pass({ gates }, path) {
	const gate = gates.findLast((one) => one.path === path);
	if (gate !== void 0) gate.passed = true;
}
function fill(telling, node, data, { time, payload }) {
	const gate = telling.gates.findLast((one) => one.path === node);
	if (gate === void 0) return;
	const answers = Object.entries(data.evidence).map(([name, value]) => ({
		name,
		question: telling.questions.get(node)?.get(name) ?? "",
		value: typeof value === "boolean" ? value ? "yes" : "no" : String(value)
	}));
	const given = {
		time,
		by: data.by,
		host: data.host,
		answers,
		more: othersIn(payload, PLACED.evidence)
	};
	gate.given = [...gate.given, given];
}
/** Fields of records that have a place of their own in the report, or say nothing to people. */
const PLACED = {
	started: [
		"procedure",
		"environment",
		"who",
		"planHash",
		"outline",
		"titles",
		"preempts"
	],
	evidence: [
		"evidence",
		"by",
		"host",
		"planHash",
		"opening"
	],
	asked: [
		"order",
		"by",
		"why",
		"person"
	],
	override: [
		"role",
		"reason",
		"by",
		"planHash",
		"opening"
	]
};
/** Whatever else a record holds: signatures, a policy's commit. Nothing that was recorded is kept from the reader. */
function othersIn(payload, placed) {
	if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return [];
	return Object.entries(payload).flatMap(([name, value]) => placed.includes(name) ? [] : [{
		name,
		value: typeof value === "string" ? value : JSON.stringify(value)
	}]);
}
/** The problems that a run ended or paused with; none while it works. */
function lastProblems(entries) {
	const last = entries.findLast(({ record }) => record.type.startsWith("run."));
	const parsed = payloadSchema.safeParse({
		type: last?.record.type,
		data: last?.payload
	});
	if (!parsed.success) return [];
	const { type, data } = parsed.data;
	return type === "run.finished" || type === "run.paused" ? data.problems : [];
}

// src/release/report/course.ts
/** Moments written below the pictures: as many as fit on a phone. */
const TICKS = 4;
/** Columns of the drawing in characters, and of what it can show. */
const COLUMNS = 96;
const DRAWN = 86;
/** Null for a run in which no traffic was watched. */
function courseStory(entries, versions, story) {
	const course = courseOf(entries, versions);
	if (course === null) return null;
	const axis = axisOf(course.from, course.until, story.pauses);
	const ticks = axis.ticks(TICKS).map(({ at, time }) => ({
		value: at,
		label: clockSince(time, story.startedAt)
	}));
	const options = {
		...versions,
		axis: {
			at: axis.at,
			ticks
		}
	};
	const chart = courseChart(course, options);
	return {
		...versions,
		frame: {
			width: PLOT_WIDTH,
			height: 100
		},
		plots: plotsOf(chart),
		times: ticks.map(({ value, label }) => ({
			at: value,
			label
		})),
		marks: marksOf(course, story).map(({ time, tone, text }, index) => ({
			at: axis.at(time),
			label: String(index + 1),
			tone,
			text: `${clockSince(time, story.startedAt)} ${text}`
		})),
		cuts: axis.cuts.map(({ at, from, until }) => ({
			at,
			label: `${lasting(until - from)} from ${clockSince(from, story.startedAt)} on are left out: nobody worked on the run`
		})),
		judged: course.judged.map((one) => judgedStory(one, course)),
		drawing: terminalChart(courseChart(course, {
			...options,
			columns: DRAWN
		}), {
			columns: COLUMNS,
			ascii: false,
			paint: (_, text) => text
		}),
		words: chart.words
	};
}
const TONES = {
	pass: "good",
	fail: "bad",
	ask: "waiting"
};
const WORDS = {
	pass: "passed",
	fail: "failed",
	ask: "asked a person"
};
/** Verdicts, and where the way back began; the last ones where there are too many. */
function marksOf({ answers }, { steps }) {
	const verdicts = answers.filter(({ watch }) => watch === "observe" || watch === "bake" || watch.startsWith("judge-")).map(({ watch, answer, text, time }) => ({
		time,
		tone: TONES[answer],
		text: `${whereOf(watch)} ${WORDS[answer]}: ${text}`
	}));
	const back = steps.find((step) => step.back);
	return (back === void 0 ? verdicts : [...verdicts, {
		time: back.from,
		tone: "waiting",
		text: "the way back began"
	}]).toSorted((a, b) => a.time - b.time).slice(-20);
}
function whereOf(watch) {
	const share = shareJudgedBy(watch);
	return share === void 0 ? "full traffic" : percent(share);
}
function judgedStory(one, { limits }) {
	const last = one.answers.at(-1);
	const { evidence } = one;
	const counted = ({ requests, bad }) => requests === 0 ? "no requests" : `${bad} bad of ${requests} (${percent(bad / requests)})`;
	const weighed = (value, limit) => `${value.toFixed(1)}, decides at ${limit.toFixed(1)} (log10)`;
	return {
		share: percent(one.share),
		verdict: last === void 0 ? "no verdict" : WORDS[last.answer],
		tone: last === void 0 ? "waiting" : TONES[last.answer],
		after: `${lasting(one.until - one.from)}, ${one.looks} looks`,
		candidate: counted(one.canary),
		stable: counted(one.baseline),
		evidence: evidence === null || limits === null ? [] : [{
			name: "evidence for worse",
			value: weighed(evidence.worse, limits.worse)
		}, {
			name: "for not worse",
			value: weighed(evidence.notWorse, limits.notWorse)
		}],
		text: last?.text ?? "the run ended before the evidence decided"
	};
}

// src/release/report/report.ts
/** The report of a run, composed from its journal alone: no configuration is read and nothing is looked at but the journal. */
/** The newest release or rollback of a state directory. Throws a ProblemError when there is none. */
async function newestRun(store) {
	const run = (await listRuns(store)).findLast(({ procedure }) => traitsOf(procedure).serves)?.run;
	if (run !== void 0) return run;
	throw new ProblemError({
		code: "cli.unknown-run",
		where: store,
		found: "no release and no rollback",
		expected: "a run in this state directory",
		remedy: "name the state directory with --state, or release first"
	});
}
/** @param own known errors of the service's own repository, beside those that come with the program. Throws a ProblemError when there is no such run. */
async function readReport(store, run, own = []) {
	const recorded = await readRun(store, run);
	const { text } = await verifyRun(store, run);
	const story = storyOf(recorded.entries);
	const inputs = releaseInputsSchema.safeParse(recorded.inputs);
	const { head, about } = headOf(recorded, story);
	return {
		head,
		known: knownIn(saidBy(head, story), own).known,
		facts: factsOf(recorded, story, about),
		story,
		course: inputs.success ? courseStory(recorded.entries, versionsOf(inputs.data), story) : null,
		journal: [
			{
				name: "journal",
				value: text
			},
			{
				name: "head",
				value: `${recorded.anchor.count} records, ${recorded.anchor.head}`
			},
			{
				name: "plan",
				value: recorded.planHash
			},
			...story.more,
			...story.redacted === 0 ? [] : [{
				name: "redacted",
				value: `${story.redacted} payloads`
			}]
		]
	};
}
/**
* What a door writes where a job is summed up: the report as Markdown. A run that never began has no journal, and a journal that
* cannot be read must not hide how the run ended: then the ending stands alone.
*/
async function outcomeMarkdown(store, summary) {
	const { service, environment, version, before, outcome, sentence, run, planHash, problems } = summary;
	const head = {
		service,
		environment,
		version,
		before,
		...statusOf(outcome),
		sentence,
		run,
		planHash,
		problems
	};
	const alone = (more) => ({
		head: {
			...head,
			problems: [...problems, ...more]
		},
		known: knownIn(saidBy(head, null)).known,
		facts: [{
			name: "run",
			value: run
		}],
		story: null,
		course: null,
		journal: []
	});
	if (summary.anchor.count === 0) return reportMarkdown(alone([]));
	try {
		const report = await readReport(store, run);
		return reportMarkdown({
			...report,
			head: outcome === "done" ? {
				...head,
				status: report.head.status
			} : head
		});
	} catch (error) {
		return reportMarkdown(alone(problemsOf(error, `journal of run ${run}`)));
	}
}
function versionsOf({ candidate, stable }) {
	return {
		candidate: candidate.release.version,
		stable: stable?.release.version ?? null
	};
}
/** What serves when all goes well. Pure. */
function broughtBy(procedure, { stable, candidate }) {
	return procedure === "rollback" ? stable ?? candidate : candidate;
}
/** Pure. Undefined for a procedure that is none of ours. */
function subject({ procedure, inputs }) {
	if (procedure === "build") {
		const parsed = buildInputsSchema.safeParse(inputs);
		return parsed.success ? {
			...parsed.data,
			kind: "build",
			before: null,
			why: ""
		} : void 0;
	}
	if (procedure !== "release" && procedure !== "rollback" && procedure !== "migrate") return void 0;
	const parsed = releaseInputsSchema.safeParse(inputs);
	if (!parsed.success) return void 0;
	const { service, commit } = broughtBy(procedure, parsed.data).release;
	return {
		service,
		kind: procedure,
		...subjectOf(procedure, parsed.data),
		commit,
		why: parsed.data.why
	};
}
function headOf(recorded, story) {
	const { run, environment, planHash } = recorded;
	const about = subject(recorded);
	const standing = standingOf(recorded);
	const problems = recorded.finished?.problems ?? lastProblems(recorded.entries);
	const gate = story.gates.find(({ passed }) => !passed)?.title ?? null;
	const common = {
		environment,
		run,
		planHash,
		problems,
		...statusOf(standing, about)
	};
	if (about === void 0) {
		const sentence = `${recorded.title}: ${common.status}.`;
		return {
			about,
			head: {
				...common,
				service: recorded.procedure,
				version: "",
				before: null,
				sentence
			}
		};
	}
	const { service, kind, version, before } = about;
	const sentence = sentenceOf({
		service,
		environment,
		kind,
		version,
		before,
		outcome: standing,
		problems,
		run,
		gate
	});
	return {
		about,
		head: {
			...common,
			service,
			version,
			before,
			sentence
		}
	};
}
function standingOf({ state, held, finished, entries }) {
	if (finished !== null) return finished.preemptedBy !== null ? "preempted" : standingIn(finished.outcome);
	if (state === "running" && held !== null) return "paused";
	if (state === "waiting" || state === "running") return state;
	const reason = reasonOf(entries.filter(({ record, payload }) => record.type === "run.paused" && !isOrder(payload)).at(-1)?.payload);
	return reason === "stopped" ? "stopped" : reason === "unknown-outcome" || reason === "waiting" ? "waiting" : "failed";
}
function standingIn(outcome) {
	return outcome === "done" || outcome === "rolled-back" || outcome === "refused" ? outcome : "failed";
}
/** A person's pause or abort; the process worked on. */
function isOrder(payload) {
	return typeof payload === "object" && payload !== null && "asked" in payload;
}
function reasonOf(payload) {
	if (typeof payload !== "object" || payload === null || !("reason" in payload)) return "";
	return String(payload["reason"]);
}
const STATUS = {
	done: {
		status: "promoted",
		tone: "good"
	},
	"rolled-back": {
		status: "taken back",
		tone: "bad"
	},
	waiting: {
		status: "waits for a person",
		tone: "waiting"
	},
	refused: {
		status: "refused",
		tone: "bad"
	},
	"lease-held": {
		status: "did not start",
		tone: "bad"
	},
	stopped: {
		status: "stopped",
		tone: "waiting"
	},
	failed: {
		status: "failed",
		tone: "bad"
	},
	running: {
		status: "not finished",
		tone: "waiting"
	},
	paused: {
		status: "paused",
		tone: "waiting"
	},
	preempted: {
		status: "pre-empted",
		tone: "bad"
	}
};
function statusOf(standing, about) {
	if (standing !== "done") return STATUS[standing];
	if (about?.kind === "rollback") return {
		status: "went back",
		tone: "good"
	};
	if (about?.kind === "build") return {
		status: "built",
		tone: "good"
	};
	if (about?.kind === "migrate") return {
		status: "migrated",
		tone: "good"
	};
	return about === void 0 ? {
		status: "done",
		tone: "good"
	} : STATUS.done;
}
function factsOf(recorded, story, about) {
	const { startedAt, lastAt, pauses } = story;
	const away = pauses.reduce((sum, { from, until }) => sum + until - from, 0);
	const worked = lasting(lastAt - startedAt - away);
	return [
		{
			name: "environment",
			value: recorded.environment
		},
		{
			name: "started",
			value: moment(startedAt)
		},
		{
			name: recorded.finished === null ? "so far" : "took",
			value: away < 1e3 ? worked : `${lasting(lastAt - startedAt)}, ${worked} of it at work`
		},
		{
			name: "ended",
			value: recorded.finished === null ? "not yet" : clockSince(lastAt, startedAt)
		},
		{
			name: "by",
			value: recorded.who
		},
		...about === void 0 || about.why === "" ? [] : [{
			name: "why",
			value: about.why
		}],
		...about === void 0 ? [] : [{
			name: "commit",
			value: about.commit
		}],
		{
			name: "run",
			value: recorded.run
		}
	];
}

export { terminalChart as $, releaseInputsSchema as A, effectText as At, travelling as B, gateCase as Bt, orderCheck as C, announced as Ct, signerOf as D, runProcedure as Dt, rulesText as E, resumeProcedure as Et, PLANNED as F, refusalOf as Ft, approvalOf as G, registryOf as Gt, rollbackBreaks as H, makeOrder as Ht, digestOfText as I, removeOrder as It, buildProcedureFrom as J, unitsOf as K, checkEvidence as Kt, manifestDigest as L, ORDER_KINDS as Lt, rollbackProcedure as M, notPaused as Mt, rolloutFor as N, placeOrder as Nt, underPolicy as O, planProcedure as Ot, checkStep as P, readOrders as Pt, trafficMoment as Q, manifestPath as R, beginWatch as Rt, gatekeeperOfRun as S, announceRun as St, promotionRulesOf as T, skimRun as Tt, gatesOf as U, policyMissing as Ut, askLedger as V, lookAt as Vt, approvalGate as W, planHash as Wt, runAgain as X, buildRelease as Y, isWayBack as Z, runRelease as _, missingInWords as _t, axisOf as a, comparesVersions as at, comesFrom as b, announceAll as bt, knownIn as c, pastWatch as ct, buildOutcome as d, bakeVerdict as dt, wrap as et, commitMeant as f, beginBake as ft, release as g, analyseCsv as gt, prepareRelease as h, proxyGaps as ht, readReport as i, chartOf as it, releaseProcedure as j, isDriven as jt, inputsAsJson as k, StepPaused as kt, ownErrors as l, shareJudgedBy as lt, planRelease as m, noAnalyses as mt, newestRun as n, stairPath as nt, KNOWN_ERRORS as o, positionOf as ot, outcomeOf as p, foldBake as pt, buildInputsSchema as q, outcomeMarkdown as r, tenth as rt, isPage as s, timeTicks as st, broughtBy as t, rangePath as tt, pagesOf as u, bakeWatch as ut, stableRecord as v, startTrace as vt, personOptions as w, announcementsOf as wt, mayReleaseHere as x, announceQuarantine as xt, summaryText as y, configHash as yt, readDigested as z, foldLook as zt };