import { $ as inputsAsJson, $n as readOrders, $t as quarantineKey, A as tellGit, An as pendingRuns, B as promotionLooks, Bt as ledgerEffect, C as fetchRecords, Ct as shareJudgedBy, D as fetchRunUnderWay, Dn as announcementsOf, Dt as foldAlone, En as announced, Et as aloneVerdict, F as CAUSE, Fn as planProcedure, Ft as applicationPlace, G as openDatabase, Gt as readReleaseRecord, H as verdictText, Hn as showGates, Ht as previousVersion, I as quarantineProblems, It as clusterDoctor, J as personOptions, Jn as makeOrder, Jt as leaseCheck, K as gatekeeperOfRun, Kn as sshSignatures, Kt as gitopsPlace, L as standingOf, Ln as newestLease, Lt as clusterOf, Mn as runProcedure, Mt as readPolicy, Nn as replay, Nt as PIN_FILE, On as skimRun, P as openTarget, Pt as policyPlace, Q as underPolicy, Qn as placeOrder, Qt as quarantineEntrySchema, R as quarantineText, Rt as cameToServe, S as agreeWithGit, Sn as promotionOrder, T as fetchRecordsOf, Tt as NOTHING_ALONE, U as hostChecks, Un as listRuns, Ut as readEnvironmentRecord, V as verdictOf, Vt as liveVersion, W as analysisPolicy, Wn as readRun, Wt as readLedger, X as rulesText, Xn as isDriven, Xt as isAtLeast, Y as promotionRulesOf, Yn as kubeClient, Yt as runChecks, Z as signerOf, Zn as notPaused, Zt as programCheck, _ as commitTime, _n as isOnHosts, _t as trafficMoment, an as approvalOf, ar as lookAt, at as manifestDigest, b as sourceCommit, bn as environmentNames, cr as action, ct as quarantinePath, d as unitsOf, dn as lookNow, dr as step, dt as rejudge, en as prometheusTime, er as refusalOf, et as releaseInputsSchema, fn as syncNode, fr as payloadSchema, g as buildRelease, gn as isInCluster, gt as isWayBack, h as buildProcedureFrom, ht as sharesVerdict, in as approvalGate, it as checkStep, j as engineOptions, jn as resumeProcedure, jt as makePolicy, ln as gitopsCommitNode, lr as procedure, lt as recordOf, m as mayReleaseHere, mn as observeDrift, mt as foldShares, nn as prometheusMetrics, nr as readLease, nt as rollbackProcedure, o as buildOutcome, on as runAgain, or as canonical, ot as travelling, p as comesFrom, pn as gitRelations, pt as beginShares, q as orderCheck, qn as trusted, qt as journalsCheck, rn as analysisRuns, rt as rolloutFor, s as outcomeOf$1, sr as toJson, st as digestsOf, tn as readRange, tr as removeOrder, tt as releaseProcedure, u as stableRecord, un as observeGitops, ur as sequence, ut as gatesOf, v as describedVersion, vn as configHash, w as fetchRecordsAtOnce, wn as announceQuarantine, wt as doOrNothing, x as withoutConfiguration, xn as loadConfig, y as nameVersion, yn as resolveEnvironment, z as whyNotBelieved, zn as layDownRun, zt as knownReleases } from "./shared-report.js";
import { A as union, C as number, D as string, E as strictObject, F as _isoDate, I as _isoDateTime, R as prettifyError, S as looseObject, T as record, c as ZodISODate, f as _enum, h as boolean, i as ok, j as unknown$1, l as ZodISODateTime, m as array, n as bad, o as problemsOf, s as unwrap, t as ProblemError, x as literal } from "./shared-problem.js";
import { c as runsDirectory, i as isMissing, o as replaceFile, r as hasCode } from "./shared-store.js";
import { b as nameSchema, g as formatShare, h as formatDuration, k as share, p as duration } from "./shared-layout.js";
import { C as git, S as require_dist, y as locate } from "./shared-values-main.js";
import { i as windowAt, r as wallText } from "./shared-windows.js";
import { n as httpClient } from "./shared-http-client.js";
import { t as createMask } from "./shared-mask.js";
import { b as artefactDigest } from "./shared-start.js";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { access, mkdir, readFile, readdir, rm, stat, statfs } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, resolve } from "node:path";
import { constants } from "node:fs";
import { hostname } from "node:os";
import { createServer } from "node:http";
import { createServer as createServer$1 } from "node:net";

// node_modules/zod/v4/classic/iso.js
function datetime(params) {
	return _isoDateTime(ZodISODateTime, params);
}
function date(params) {
	return _isoDate(ZodISODate, params);
}

// src/procedure/check/place.ts
/** Places on this machine that a configuration needs: directories, room on disk, ports. */
const FULL_BYTES = 256 * 1024 ** 2;
const NARROW_BYTES = 2 * 1024 ** 3;
/** Can the directory be written, or be made where it is not there yet? */
function directoryCheck(id, what, path) {
	return {
		id,
		title: what,
		look: async () => {
			const there = await nearestThere(path);
			if (!(await stat(there)).isDirectory()) return {
				state: "failed",
				found: `${there} is no directory`,
				expected: "a directory",
				mend: `move it away, or change the path in shiplock.yaml`
			};
			try {
				await access(there, constants.W_OK | constants.X_OK);
			} catch {
				const made = there === path ? "" : `mkdir -p ${path} && `;
				return {
					state: "failed",
					found: `${there} cannot be written by this user`,
					expected: `${path}, writable by the user that releases`,
					mend: `sudo sh -c '${made}chown "$1" ${path}' sh "$(id -un)"`
				};
			}
			return {
				state: "ok",
				found: there === path ? path : `${path} (is made by the first release)`
			};
		}
	};
}
function spaceCheck(id, what, path) {
	return {
		id,
		title: `Room on the disk of ${what}`,
		look: async () => {
			const there = await nearestThere(path);
			const { bavail, bsize, ffree } = await statfs(there);
			return spaceAnswer(bavail * bsize, ffree, there);
		}
	};
}
/** Pure. */
function spaceAnswer(bytes, inodes, path) {
	const found = `${(bytes / 1024 ** 3).toFixed(1)} GiB free at ${path}`;
	const expected = `at least ${NARROW_BYTES / 1024 ** 3} GiB free`;
	const mend = `see what fills it: du -xh --max-depth=2 ${path} | sort -h | tail`;
	if (inodes > 0 && inodes < 1e3) return {
		state: "failed",
		found: `${inodes} inodes free at ${path}`,
		expected: "room for more files",
		mend
	};
	if (bytes < FULL_BYTES) return {
		state: "failed",
		found,
		expected,
		mend
	};
	return bytes < NARROW_BYTES ? {
		state: "warning",
		found,
		expected,
		mend
	} : {
		state: "ok",
		found
	};
}
/** Can a program of this user listen there now? `taken`, or why it cannot. */
function whyNotFree(host, port) {
	return new Promise((resolve) => {
		const server = createServer$1();
		server.once("error", (error) => {
			resolve(error.code === "EADDRINUSE" ? "taken" : error.message);
		});
		server.listen({
			port,
			host,
			exclusive: true
		}, () => server.close(() => resolve(void 0)));
	});
}
async function nearestThere(path) {
	for (let at = path;; at = dirname(at)) try {
		await stat(at);
		return at;
	} catch (error) {
		if (!(isMissing(error) || hasCode(error, "ENOTDIR")) || dirname(at) === at) throw error;
	}
}

// src/release/by-git.ts
/**
* Sets one value in the repository of an environment, by compare-and-swap, under its lease. Never in a file that names what serves: only a
* release, with its gates and its way back, may change that, and one value has many addresses.
*/
async function commitValue(opened, request) {
	const service = await ruledWithoutGates(opened);
	const { environment, store, door } = service;
	const gitops = gitopsOf(service);
	const { file, path, value, why } = request;
	if (filesThatName(service, gitops.repository).has(posix.normalize(file))) throw new ProblemError(namesWhatServes(environment.environment, file));
	const node = gitopsCommitNode({
		...gitopsPlace({
			...environment,
			gitops
		}, store),
		id: "commit",
		file,
		path,
		value,
		author: gitops.author,
		signingKey: gitops.signingKey,
		service: environment.service,
		environment: environment.environment,
		message: `${environment.service} in ${environment.environment}: ${path} ${value}`,
		actor: door.who,
		missingFile: "refuse"
	});
	const result = await begin$1(service, procedure({
		id: "gitops-commit",
		title: `Set ${path} of ${environment.environment} in git`,
		environment: environment.environment,
		inputs: {
			file,
			path,
			value,
			why
		},
		root: sequence({
			id: "gitops",
			title: "One commit",
			steps: [node]
		})
	}));
	const committed = result.outputs(node) ?? null;
	return {
		...outcomeOf(service, result, value, committed === null ? `${path} of ${environment.environment} was not set in git` : committed.changed ? `${path} of ${environment.environment} is ${value} in git, by commit ${committed.commit.slice(0, 12)}` : `${path} of ${environment.environment} is ${value} in git already`),
		committed
	};
}
/** Asks Argo CD to bring a commit into the cluster and waits until it has: this one, or one that contains it. */
async function waitForArgoCd(opened, request) {
	const service = await underPolicy(opened, "forward");
	const { environment, store, exec, clock, door } = service;
	if (!isInCluster(environment)) throw new ProblemError({
		code: "release.no-cluster",
		where: environment.environment,
		found: `the platform \`${environment.platform.kind}\``,
		expected: "an environment that Argo CD brings into a cluster",
		remedy: "name an environment on kubernetes; on hosts a release waits for itself"
	});
	const cluster = clusterOf(environment, door.env);
	const place = gitopsPlace(environment, store);
	const commit = request.commit ?? (await observeGitops(place, exec)).commit ?? "";
	if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new ProblemError(noCommit(environment.environment, commit));
	const wanted = wantedStep(commit);
	const { node, synced } = syncNode({
		id: "sync",
		place: applicationPlace(environment, cluster),
		kube: kubeClient(cluster, clock),
		commit: wanted,
		relations: gitRelations(place),
		deadlineMs: environment.platform.syncDeadlineMs
	});
	const result = await begin$1(service, procedure({
		id: "argocd-wait",
		title: `Wait until Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}`,
		environment: environment.environment,
		inputs: {
			commit,
			why: request.why
		},
		root: sequence({
			id: "wait",
			title: "Wait for Argo CD",
			steps: [wanted, node]
		})
	}));
	const revision = result.outcome === "done" ? result.outputs(synced)?.revision ?? "" : "";
	const said = result.outcome === "done" ? `Argo CD has brought ${commit.slice(0, 12)} to ${environment.environment}` : `Argo CD has not brought ${commit.slice(0, 12)} to ${environment.environment}`;
	return {
		...outcomeOf(service, result, commit.slice(0, 12), said),
		commit,
		revision
	};
}
function wantedStep(commit) {
	return step({
		id: "commit",
		title: `Take ${commit.slice(0, 12)}`,
		inputs: { commit },
		read: async () => null,
		decide: () => ({
			kind: "nothing",
			why: "it is given"
		}),
		outputs: strictObject({ commit: string() }),
		collect: () => ({ commit }),
		planned: () => ({ commit }),
		probe: "repeatable"
	});
}
/** Neither has gates: where the policy asks for a person or a window before anything goes forward, only a release may. */
async function ruledWithoutGates(opened) {
	const service = await underPolicy(opened, "forward");
	const { approval } = approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0);
	if (approval === void 0) return service;
	throw new ProblemError({
		code: "policy.needs-a-release",
		where: service.environment.environment,
		found: "a change of git without a gate",
		expected: `${approval.role === null ? "a window" : `an approval by the role ${approval.role}`}, as the policy asks before anything goes forward`,
		remedy: "put the value into shiplock.yaml or into the repository by a reviewed commit, and release"
	});
}
async function begin$1(service, tree) {
	await agreeWithGit(service);
	const result = await runAgain(tree, engineOptions(service));
	await tellGit(service);
	return result;
}
function outcomeOf(service, result, version, said) {
	const { run, outcome, exit, problems, planHash, anchor } = result;
	const first = problems[0];
	const sentence = first === void 0 ? `${said}.` : `${said}: ${first.found} (${first.code}).`;
	const { service: name, environment } = service.target;
	return {
		exit,
		run,
		version,
		problems,
		summary: {
			service: name,
			environment,
			version,
			before: null,
			outcome,
			sentence,
			run,
			planHash,
			anchor,
			gate: null,
			problems
		}
	};
}
function gitopsOf({ environment }) {
	if (environment.gitops !== null) return environment.gitops;
	throw new ProblemError({
		code: "release.no-gitops",
		where: `environments.${environment.environment}`,
		found: "no `gitops:`",
		expected: "a repository that names what serves",
		remedy: "write `gitops:` into shiplock.yaml"
	});
}
/** Files of a repository that name what serves in some environment of this service. */
function filesThatName({ config, baseDir }, repository) {
	const places = environmentNames(config).flatMap((name) => {
		const { gitops } = unwrap(resolveEnvironment(config, name, { baseDir }));
		return gitops !== null && gitops.repository === repository ? [posix.normalize(gitops.file)] : [];
	});
	return new Set(places);
}
function namesWhatServes(environment, file) {
	return {
		code: "release.names-what-serves",
		where: `environments.${environment}.gitops`,
		found: `${file}, which names what serves`,
		expected: "another file",
		remedy: "release, promote or roll back: those commit it, with their gates and a way back"
	};
}
function noCommit(environment, found) {
	return {
		code: "cli.commit",
		where: environment,
		found: found === "" ? "a branch without a commit" : found,
		expected: "a whole commit id, 40 or 64 hexadecimal digits",
		remedy: "name the commit, or push one to the branch of `gitops`"
	};
}

// src/release/components.ts
/**
* Builds one component of the commit that is checked out, as a release would: a release of the same commit and version then takes what was
* built, by digest. Needs no lease on the environment and no secret.
*/
async function buildComponent(service, request) {
	const component = chosen(service, request);
	const commit = await sourceCommit(service, request.allowDirty);
	const built = await buildRelease(service, {
		commit,
		version: request.version,
		components: [component]
	});
	const version = built.kind === "built" ? built.artefacts.version : request.version ?? commit.slice(0, 12);
	return {
		...buildOutcome(service, built.result, version),
		component,
		commit,
		made: built.kind === "built" ? built.artefacts.byComponent[component] ?? null : null
	};
}
/** Pure. */
function chosen({ environment }, { kind, component }) {
	const names = Object.entries(environment.components).filter(([, settings]) => settings.kind === kind).map(([name]) => name);
	const [only] = names;
	if (component === void 0 && only !== void 0 && names.length === 1) return only;
	if (component !== void 0 && names.includes(component)) return component;
	throw new ProblemError({
		code: "cli.component",
		where: `components of ${environment.environment}`,
		found: component ?? `${names.length} components of kind ${kind}`,
		expected: names.length === 0 ? `a component of kind ${kind}` : `one of ${names.join(", ")}, of kind ${kind}`,
		remedy: "name the component"
	});
}

// src/release/delivery/changes.ts
/**
* The changes of one service in one environment. A change is a release whose new version had traffic of users: one that was refused,
* or never became ready, changed nothing for them. One that is still on its way is left out.
*
* @param all every run of that service and environment, in any order
*/
function changesOf(all) {
	const runs = all.toSorted((a, b) => a.startedAt - b.startedAt || (a.run < b.run ? -1 : 1));
	const signs = /* @__PURE__ */ new Map();
	for (const sign of runs.flatMap((run) => signsOf(run, runs))) signs.set(sign.change, [...signs.get(sign.change) ?? [], sign]);
	return runs.flatMap((run) => {
		const at = momentOf(run);
		return at === null ? [] : [{
			run,
			at,
			failure: failureOf(signs.get(run.run) ?? [])
		}];
	});
}
function momentOf(run) {
	if (run.kind !== "release" || run.someAt === null) return null;
	return run.allAt ?? run.backAt ?? (run.end.kind === "finished" ? run.end.at : null);
}
function signsOf(run, runs) {
	if (run.kind === "rollback") {
		if (run.backAt === null) return [];
		const change = broughtBefore(runs, run.version, run.startedAt);
		return change === null ? [] : [{
			change: change.run,
			by: "rollback",
			from: run.startedAt,
			restoredAt: run.restoredAt
		}];
	}
	if (run.someAt === null) return [];
	return [...run.backAt === null ? [] : [{
		change: run.run,
		by: "itself",
		from: run.signAt ?? run.backAt,
		restoredAt: run.restoredAt
	}], ...hotfixSign(run, runs)];
}
/** A hotfix says that what it replaces had failed, if that came as a release; over a version that was gone back to it says nothing new. */
function hotfixSign(run, runs) {
	if (!run.hotfix || run.other === null) return [];
	const change = broughtBefore(runs, run.other, run.startedAt);
	if (change === null) return [];
	const begun = change.someAt ?? 0;
	const wentBack = runs.some((one) => one.other === run.other && one.run !== change.run && within(one.restoredAt, begun, run.startedAt) && !wasHotfix(one, runs));
	const restoredAt = run.backAt === null ? run.allAt : null;
	return wentBack ? [] : [{
		change: change.run,
		by: "hotfix",
		from: run.startedAt,
		restoredAt
	}];
}
/** Was what a run went back from a hotfix? Then what it went back to is as bad as before. */
function wasHotfix(run, runs) {
	return run.kind === "release" ? run.hotfix : broughtBefore(runs, run.version, run.startedAt)?.hotfix ?? false;
}
function within(moment, from, to) {
	return moment !== null && moment >= from && moment <= to;
}
/** The newest release of a version that had traffic by then. */
function broughtBefore(runs, version, by) {
	return runs.filter((run) => run.kind === "release" && run.version === version && run.someAt !== null && run.someAt <= by).toSorted((a, b) => (a.someAt ?? 0) - (b.someAt ?? 0)).at(-1) ?? null;
}
/** One failure per change: it begins with the earliest sign and ends with the earliest restoration. */
function failureOf(signs) {
	const first = signs.toSorted((a, b) => a.from - b.from)[0];
	if (first === void 0) return null;
	const restored = signs.flatMap(({ restoredAt }) => restoredAt === null ? [] : [restoredAt]).toSorted((a, b) => a - b);
	return {
		by: first.by,
		from: first.from,
		restoredAt: restored[0] ?? null
	};
}

// src/release/delivery/spread.ts
/** By nearest rank: each figure is one of the values, none is made up between two. Pure. */
function spreadOf(values, why) {
	const sorted = values.toSorted((a, b) => a - b);
	const rank = (p) => sorted[Math.ceil(p * sorted.length) - 1];
	const [median, p90] = [rank(.5), rank(.9)];
	if (median === void 0 || p90 === void 0) return {
		kind: "unknown",
		n: 0,
		why
	};
	return {
		kind: "known",
		n: sorted.length,
		medianMs: median,
		p90Ms: p90
	};
}

// src/release/delivery/counts.ts
const WEEK_MS = 6048e5;
const DAY_MS$1 = 864e5;
/** @param all every run of one service in one environment, also those outside of the window */
function countDeliveries(all, of, window) {
	const inside = (at) => at !== null && at >= window.since && at < window.until;
	const everything = changesOf(all);
	const changes = everything.filter(({ at }) => inside(at));
	const deployed = changes.filter(({ run }) => run.allAt !== null);
	const failed = changes.filter(({ failure }) => failure !== null);
	const takenBack = failed.filter(({ failure }) => failure?.by === "itself");
	const late = takenBack.filter(({ run }) => run.allAt !== null).length;
	const begin = all.length === 0 ? null : Math.min(...all.map(({ startedAt }) => startedAt));
	const leads = deployed.flatMap(({ run }) => run.allAt === null || run.committedAt === null ? [] : [run.allAt - run.committedAt]);
	const restored = everything.flatMap(({ failure }) => failure !== null && inside(failure.restoredAt) ? [failure.restoredAt - failure.from] : []);
	return {
		...of,
		journalsBegin: begin === null ? null : new Date(begin).toISOString(),
		runs: {
			release: outcomes(all, "release", inside),
			rollback: outcomes(all, "rollback", inside)
		},
		underWay: all.flatMap(({ run, kind, version, end }) => end.kind === "open" ? [{
			run,
			kind,
			version,
			state: end.state
		}] : []),
		deployments: {
			n: deployed.length,
			first: deployed.filter(({ run }) => run.other === null).length,
			configuration: deployed.filter(({ run }) => run.configuration).length,
			hotfix: deployed.filter(({ run }) => run.hotfix).length,
			perWeek: perWeek(deployed.length, begin, window)
		},
		leadTime: {
			...spreadOf(leads.filter((ms) => ms >= 0), deployed.length === 0 ? "no deployment in this time" : "no deployment whose commit time was recorded"),
			withoutCommitTime: deployed.filter(({ run }) => run.committedAt === null).length,
			commitFromFuture: leads.filter((ms) => ms < 0).length
		},
		changes: {
			n: changes.length,
			failed: failed.length,
			takenBackEarly: takenBack.length - late,
			takenBackLate: late,
			wentBackFrom: failed.filter(({ failure }) => failure?.by === "rollback").length,
			mended: failed.filter(({ failure }) => failure?.by === "hotfix").length,
			failureRate: changes.length === 0 ? {
				kind: "unknown",
				why: "no release had traffic in this time"
			} : {
				kind: "known",
				value: failed.length / changes.length
			}
		},
		timeToRestore: {
			...spreadOf(restored, "nothing was restored in this time"),
			notRestored: failed.filter(({ run, failure }) => failure?.restoredAt === null && run.other !== null).length
		}
	};
}
/** Over the part of the window of which there are journals: what was before them is not known, and is not 0. */
function perWeek(n, begin, { since, until }) {
	if (begin === null || begin >= until) return {
		kind: "unknown",
		why: "no journal of this time"
	};
	const covered = until - Math.max(since, begin);
	if (covered < DAY_MS$1) return {
		kind: "unknown",
		why: "the journals cover less than a day of this time"
	};
	return {
		kind: "known",
		value: n * WEEK_MS / covered
	};
}
function outcomes(all, kind, inside) {
	const counted = {};
	for (const { kind: own, end } of all) {
		if (own !== kind || end.kind !== "finished" || !inside(end.at)) continue;
		const outcome = end.preemptedBy === null ? end.outcome : "taken over";
		counted[outcome] = (counted[outcome] ?? 0) + 1;
	}
	return counted;
}

// src/release/delivery/facts.ts
const recordSchema = looseObject({
	release: looseObject({
		service: string(),
		version: string(),
		commitTime: datetime().optional()
	}),
	unit: unknown$1(),
	configCommit: string().optional(),
	configCommitTime: datetime().optional()
});
/** As far as counting needs them: what other versions of this program record besides does not matter here. */
const inputsSchema = looseObject({
	candidate: recordSchema,
	stable: recordSchema.nullable(),
	why: string()
});
/** `hotfix: …` at the beginning of the reason is how people say that a release mends the one before it. */
const HOTFIX = /^hotfix\b/i;
/** Null: no release and no rollback (a build, a runbook), or inputs of a form that is not known. */
function deliveryOf(run, entries) {
	const story = emptyMoments();
	for (const entry of entries) advance(story, entry);
	const { started } = story;
	if (started === null) return null;
	const { candidate, stable, why } = started.inputs;
	const configured = candidate.configCommit !== void 0;
	const committed = configured ? candidate.configCommitTime : candidate.release.commitTime;
	const onlyFiles = candidate.unit === null;
	const someAt = onlyFiles ? story.filesAt : story.someAt ?? story.allAt;
	return {
		run,
		kind: started.kind,
		service: candidate.release.service,
		environment: started.environment,
		version: candidate.release.version,
		other: stable?.release.version ?? null,
		configuration: configured,
		hotfix: started.kind === "release" && HOTFIX.test(why),
		committedAt: committed === void 0 ? null : Date.parse(committed),
		startedAt: started.at,
		end: story.end,
		someAt,
		allAt: onlyFiles ? story.filesAt : story.allAt,
		backAt: story.backAt,
		signAt: story.backAt === null ? null : story.signAt,
		restoredAt: onlyFiles || stable?.unit === null ? story.filesBackAt : story.restoredAt
	};
}
function emptyMoments() {
	return {
		started: null,
		end: {
			kind: "open",
			state: "running"
		},
		someAt: null,
		allAt: null,
		filesAt: null,
		signAt: null,
		backAt: null,
		carriedAt: null,
		restoredAt: null,
		filesBackAt: null
	};
}
/** Does a record of this type say anything about a delivery? Most of a journal is samples, and none of them does. */
function counts(type) {
	return /^(?:run|step)\./.test(type) || type === "analysis.verdict";
}
function advance(story, { record, payload: data }) {
	const at = Date.parse(record.time);
	if (!counts(record.type)) return;
	if (record.type.startsWith("step.") && isWayBack(record.node)) story.backAt ??= at;
	const parsed = payloadSchema.safeParse({
		type: record.type,
		data: data ?? null
	});
	const payload = parsed.success ? parsed.data : null;
	if (record.type === "step.done") stepDone(story, record.node, at, payload);
	if (payload !== null) advancePayload(story, payload, at);
}
function advancePayload(story, payload, at) {
	switch (payload.type) {
		case "run.started": {
			const { procedure, environment } = payload.data;
			const inputs = inputsSchema.safeParse(procedure.inputs);
			if (!inputs.success || procedure.id !== "release" && procedure.id !== "rollback") return;
			story.started = {
				kind: procedure.id,
				environment,
				at,
				inputs: inputs.data
			};
			return;
		}
		case "run.paused":
			if (payload.data.asked !== void 0) return;
			story.end = {
				kind: "open",
				state: payload.data.reason === "waiting" ? "waiting" : "paused"
			};
			return;
		case "run.resumed":
			if (payload.data.asked !== void 0) return;
			story.end = {
				kind: "open",
				state: "running"
			};
			return;
		case "run.finished": {
			const { outcome, preemptedBy = null } = payload.data;
			story.end = {
				kind: "finished",
				outcome,
				at,
				preemptedBy
			};
			return;
		}
		case "analysis.verdict":
			if (payload.data.answer === "fail") story.signAt ??= at;
			return;
		case "step.failed":
			if (payload.data.final) story.signAt ??= at;
			return;
		case "step.intent":
			if (payload.data.what === "undo") story.backAt ??= at;
			return;
		default: return;
	}
}
function stepDone(story, node, at, payload) {
	const moment = trafficMoment(node);
	const id = node.slice(node.lastIndexOf("/") + 1);
	if (isWayBack(node) && id.startsWith("back-")) story.filesBackAt = at;
	else if (id.startsWith("switch-")) story.filesAt = at;
	switch (moment) {
		case "some":
			story.someAt ??= at;
			return;
		case "all":
			story.allAt ??= at;
			return;
		case "back":
			story.carriedAt ??= at;
			return;
		case "all-back": {
			const nothingLeft = payload?.type === "step.done" && payload.data.results.length === 0;
			story.restoredAt ??= nothingLeft ? story.carriedAt ?? at : at;
			return;
		}
		case null: return;
	}
}

// src/release/delivery/stats.ts
/** Delivery counts from the journals of a state directory. Only reads. */
async function deliveryStats(store, query) {
	const { runs, damaged } = await readDeliveries(store);
	const wanted = runs.filter((run) => (query.environment === void 0 || run.environment === query.environment) && (query.service === void 0 || run.service === query.service));
	const counted = [...Map.groupBy(wanted, ({ service, environment }) => JSON.stringify([service, environment])).values()].map((group) => countsOf(group, query));
	return {
		since: new Date(query.since).toISOString(),
		until: new Date(query.until).toISOString(),
		counts: counted.toSorted((a, b) => compare(a.service, b.service) || compare(a.environment, b.environment)),
		damaged
	};
}
function countsOf(group, window) {
	const { service = "", environment = "" } = group[0] ?? {};
	return countDeliveries(group, {
		service,
		environment
	}, window);
}
function compare(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
/** What every journal says of a delivery. One that is torn counts up to its last whole record, one that is broken up to the break. */
async function readDeliveries(store) {
	const runs = [];
	const damaged = [];
	for (const name of await namesIn(runsDirectory(store))) {
		const run = decodeURIComponent(name);
		try {
			const skimmed = await skimRun(store, run, counts);
			if (skimmed === void 0) continue;
			const { entries, broken, tornBytes } = skimmed;
			if (broken !== void 0) damaged.push({
				run,
				why: `record ${broken.seq}: ${broken.why}`
			});
			else if (tornBytes > 0) damaged.push({
				run,
				why: `${tornBytes} bytes of an unfinished record at its end`
			});
			const delivery = deliveryOf(run, entries);
			if (delivery !== null) runs.push(delivery);
		} catch (error) {
			damaged.push({
				run,
				why: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error)
			});
		}
	}
	return {
		runs,
		damaged
	};
}
async function namesIn(directory) {
	try {
		return (await readdir(directory)).toSorted();
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}

// src/announce/checks.ts
/** Does each Alertmanager answer? A webhook is not asked: a request to it would be an announcement. */
function alertmanagerChecks({ urls, authorization, http, timeoutMs }) {
	return urls.map((url) => ({
		id: "announce.alertmanager",
		title: `Alertmanager at ${url}`,
		look: async (signal) => {
			const header = authorization();
			const answer = await http.get(`${url.replace(/\/$/, "")}/api/v2/status`, {
				timeoutMs,
				signal,
				...header === null ? {} : { headers: { authorization: header } }
			});
			if (answer.kind === "answer" && answer.status === 200) return {
				state: "ok",
				found: "answers"
			};
			return {
				state: "failed",
				found: answer.kind === "answer" ? `status ${answer.status}` : answer.reason,
				expected: "status 200: else nobody hears of an open gate or a rollback",
				mend: `curl -sS ${url.replace(/\/$/, "")}/-/ready; then announce.alertmanager.urls in shiplock.yaml`
			};
		}
	}));
}

// src/build/checks.ts
/** Programs that build the components. */
async function goChecks(name, source, exec) {
	const text = await readFile(join(source, "go.mod"), "utf8").catch(() => void 0);
	const file = {
		id: `build.${name}`,
		title: `Sources of ${name}`,
		look: async () => text === void 0 ? {
			state: "failed",
			found: `no go.mod in ${source}`,
			expected: "a Go module",
			mend: `change components.${name}.source, or run go mod init there`
		} : {
			state: "ok",
			found: source
		}
	};
	const least = leastGo(text ?? "");
	const go = programCheck(exec, {
		program: "go",
		version: {
			args: ["env", "GOVERSION"],
			least
		},
		why: `builds ${name}`,
		mend: `get Go ${least} or newer from https://go.dev/dl/`,
		...text === void 0 ? {} : { cwd: source }
	});
	return [file, {
		...go,
		id: `${go.id}.${name}`
	}];
}
/** The version that go.mod asks for. Pure. */
function leastGo(mod) {
	return /^go[ \t]+(\d+(?:\.\d+)*)/m.exec(mod)?.[1] ?? "1.21";
}
/** The first word of the build command, and npm where packages are installed first. */
async function staticChecks(name, source, build, exec) {
	const [program] = build ?? [];
	if (program === void 0) return [];
	const locked = await readFile(join(source, "package-lock.json")).then(() => true, () => false);
	return [.../* @__PURE__ */ new Set([...locked ? ["npm"] : [], program])].map((one) => {
		const check = programCheck(exec, {
			program: one,
			why: `builds ${name}`,
			mend: one === "npm" || one === "node" || one === "npx" ? "get Node.js from https://nodejs.org" : `install ${one}, or change components.${name}.build`,
			cwd: source
		});
		return {
			...check,
			id: `${check.id}.${name}`
		};
	});
}

// src/gitops/checks.ts
/** Can the repository that names what serves be read, and is its branch there? Whether it takes a push shows only a push. */
function gitopsChecks(place, exec) {
	const { repository, branch } = place;
	return [{
		id: "gitops.repository",
		title: `GitOps repository ${repository}, branch ${branch}`,
		look: async (signal) => {
			const { address } = unwrap(locate(repository, place.workDir, place.baseDir ?? "."));
			const argv = git("/nonexistent", "ls-remote", "--heads", "--", address, `refs/heads/${branch}`);
			return branchAnswer$1(branch, address, await exec.read(argv, {
				timeoutMs: 4e3,
				signal
			}));
		}
	}];
}
/** Pure. */
function branchAnswer$1(branch, address, { exitCode, stdout, stderr }) {
	const head = /^[0-9a-f]{40,64}/.exec(stdout)?.[0];
	if (exitCode === 0 && head !== void 0) return {
		state: "ok",
		found: `readable, at ${head.slice(0, 12)}`
	};
	if (exitCode === 0) return {
		state: "failed",
		found: `no branch ${branch}`,
		expected: "the branch that gitops.branch names",
		mend: `git push ${address} HEAD:refs/heads/${branch}, from a clone of it; or change gitops.branch`
	};
	return {
		state: "failed",
		found: stderr.trim().split("\n")[0] ?? `git ended with ${exitCode}`,
		expected: "a repository that this machine can read",
		mend: `git ls-remote ${address}`
	};
}

// src/metrics/checks.ts
/** Does Prometheus answer every query that the analysis asks it? */
function prometheusChecks(url, metrics) {
	return [{
		id: "metrics.prometheus",
		title: `Prometheus at ${url}`,
		look: async (signal) => prometheusAnswer(url, await metrics.sample(signal))
	}];
}
/** Pure. An empty answer is a warning: before the first release there is nothing to count. */
function prometheusAnswer(url, counters) {
	const expected = "two counts per version and metric, as metrics.prometheus asks for them";
	if (counters.kind === "missing") {
		const silent = /no answer|ECONN|fetch failed|status [45]\d\d/i.test(counters.reason);
		return {
			state: silent ? "failed" : "warning",
			found: counters.reason,
			expected,
			mend: silent ? `curl -sS ${url}/-/ready` : "try the queries of metrics.prometheus in its web page; before the first release nothing is counted yet"
		};
	}
	const missing = counters.missing ?? [];
	if (missing.length === 0) return {
		state: "ok",
		found: `answers, ${counters.servers.length} series`
	};
	return {
		state: "warning",
		found: missing.map(({ metric, reason }) => `${metric}: ${reason}`).join("; "),
		expected,
		mend: "try the queries of these metrics in the web page of Prometheus"
	};
}

// src/migrate/checks.ts
/** What migrations need: a server that answers, of the family that is configured, and a look at what is applied. */
function databaseChecks(options) {
	return [{
		id: "database.server",
		title: "Database",
		look: async () => serverAnswer(options.engine, (await options.database().look()).server)
	}];
}
/** Pure. */
function serverAnswer(engine, { family, version }) {
	if (family === engine) return {
		state: "ok",
		found: `${family} ${version} answers`
	};
	return {
		state: "failed",
		found: `${family} ${version}`,
		expected: `${engine}, as database.engine says: the two do not change tables alike`,
		mend: `write \`engine: ${family}\` under \`database:\`, or point database.dsn at the right server`
	};
}

// src/platform/checks.ts
/** Ports that are tried: enough to know, and quick also for ten thousand. */
const TRIED = 64;
/** What a host of local processes needs. */
function platformChecks({ root, ports, replicas, exec, observe }) {
	const utilLinux = (program, why) => programCheck(exec, {
		program,
		why,
		mend: "sudo apt-get install util-linux"
	});
	return [
		directoryCheck("platform.root", "Directory of the platform", root),
		spaceCheck("platform.space", "the platform", root),
		utilLinux("flock", "keeps two commands from changing one host at once"),
		{
			id: "platform.ports",
			title: `Ports of the instances, ${ports.first}-${ports.last}`,
			look: async (signal) => {
				const ours = (await observe(signal)).instances.length;
				const size = ports.last - ports.first + 1;
				const tried = Array.from({ length: Math.min(size, TRIED) }, (_, index) => ports.first + index);
				const taken = (await Promise.all(tried.map((port) => whyNotFree("127.0.0.1", port)))).filter((why) => why !== void 0).length;
				return portsAnswer({
					size,
					tried: tried.length,
					taken,
					ours,
					replicas
				});
			}
		},
		{
			id: "platform.instances",
			title: "Instances",
			look: async (signal) => instancesAnswer(await observe(signal))
		}
	];
}
/** Pure. A release needs a port per instance and one per guard beside those of the version that serves. */
function portsAnswer({ size, tried, taken, ours, replicas }) {
	const needed = 2 * replicas + 2;
	const free = tried < size ? size - taken : tried - taken;
	if (free >= needed) return {
		state: "ok",
		found: `${free} free of ${size}`
	};
	return {
		state: "failed",
		found: `${free} free of ${size}, with ${ours} instances of ours`,
		expected: `${needed} free: one per new instance and one per guard, for ${replicas} replicas`,
		mend: "widen platform.ports in shiplock.yaml"
	};
}
/** Pure. */
function instancesAnswer({ instances }) {
	const ill = instances.filter(({ state }) => state !== "ready");
	const [first] = ill;
	if (first === void 0) return {
		state: "ok",
		found: `${instances.length} run and are ready`
	};
	return {
		state: "warning",
		found: `${ill.length} of ${instances.length} not ready: ${first.instance} is ${first.state} ${first.detail}`.trimEnd(),
		expected: "instances that are ready",
		mend: "read its log: shared/log below its directory in the platform; `shiplock status` lists all of them"
	};
}

// src/traffic/checks.ts
/** Versions from which on everything the routers ask of the proxy is there. */
const PROXIES = {
	haproxy: {
		args: ["-v"],
		least: "2.4"
	},
	nginx: {
		args: ["-v"],
		least: "1.20"
	}
};
/** What the proxy needs: its program, a place for its files, its address. */
function trafficChecks({ kind, directory, bind, exec, observe }) {
	return [
		programCheck(exec, {
			program: kind,
			version: PROXIES[kind],
			why: "gives each version its share",
			mend: `sudo apt-get install ${kind}`
		}),
		directoryCheck("traffic.directory", "Directory of the proxy", directory),
		{
			id: "traffic.bind",
			title: `Address of the proxy, ${bind}`,
			look: async (signal) => {
				if ((await observe(signal)).kind === "observed") return bindAnswer(bind, true, void 0);
				const { host, port } = addressOf(bind);
				return bindAnswer(bind, false, await whyNotFree(host, port));
			}
		}
	];
}
/** Pure. `busy`: why nobody else can listen there. */
function bindAnswer(bind, ours, busy) {
	if (ours) return {
		state: "ok",
		found: "our proxy answers"
	};
	if (busy === void 0) return {
		state: "ok",
		found: "free: the next release starts the proxy"
	};
	const { port } = addressOf(bind);
	return {
		state: "failed",
		found: busy === "taken" ? `another program listens on ${bind}` : busy,
		expected: "our proxy, or nobody",
		mend: busy === "taken" ? `see which: ss -ltnp 'sport = :${port}'; end it, or change traffic.bind` : "change traffic.bind; ports below 1024 need root or CAP_NET_BIND_SERVICE"
	};
}
function addressOf(bind) {
	const cut = bind.lastIndexOf(":");
	const host = bind.slice(0, cut).replace(/^\[|\]$/g, "");
	return {
		host: host === "" || host === "*" ? "0.0.0.0" : host,
		port: Number(bind.slice(cut + 1))
	};
}

// src/release/policy-checks.ts
/** Who is checked at gates: can the policy be read, and can somebody bend it? */
function policyChecks(service, environment) {
	const { exec, config, baseDir } = service;
	return [{
		id: "policy.readable",
		title: "Policy of the gates",
		look: async (signal) => {
			const policy = await readPolicy(service, environment, { signal });
			if (policy === null) return {
				state: "ok",
				found: "none: nobody is checked at gates"
			};
			const { place, commit } = policy.source;
			return {
				state: "ok",
				found: `${place} at ${commit.slice(0, 12)}, ${policy.people.length} people`
			};
		}
	}, ...config.service.people !== void 0 || config.service.policy !== void 0 ? [
		{
			id: "policy.pinned",
			title: "Place of the policy",
			look: async () => pinAnswer((await policyPlace(service))?.pinned ?? false, config.service.service)
		},
		{
			id: "policy.branch",
			title: "Branch of the policy",
			look: async (signal) => {
				const address = (await policyPlace(service))?.address ?? "";
				const path = isAbsolute(address) || address.startsWith(".") ? resolve(baseDir, address) : null;
				if (path === null) return branchAnswer(address, null);
				const argv = [
					"git",
					"-c",
					"safe.directory=*",
					"-C",
					path,
					"config",
					"--get",
					"receive.denyNonFastForwards"
				];
				const { stdout } = await exec.read(trusted(argv), {
					timeoutMs: 4e3,
					signal
				});
				return branchAnswer(path, stdout.trim() === "true");
			}
		},
		programCheck(exec, {
			program: "ssh-keygen",
			why: "checks signatures",
			mend: "sudo apt-get install openssh-client"
		})
	] : []];
}
/** Pure. */
function pinAnswer(pinned, service) {
	if (pinned) return {
		state: "ok",
		found: `fixed on this machine by ${PIN_FILE}`
	};
	return {
		state: "warning",
		found: "the place that shiplock.yaml names: who can edit the working copy can change it",
		expected: "a place that the administrator of this machine has fixed",
		mend: `as root: write {"formatVersion":1,"services":{"${service}":{"repository":"…"}}} to ${PIN_FILE}`
	};
}
/** Pure. `fastForwardOnly`: null where only the server knows. */
function branchAnswer(place, fastForwardOnly) {
	if (fastForwardOnly === null) return {
		state: "ok",
		found: `${place}; whether the forge protects the branch, git cannot tell: look at its rules`
	};
	if (fastForwardOnly) return {
		state: "ok",
		found: `${place} takes no forced push`
	};
	return {
		state: "warning",
		found: `${place} takes forced pushes`,
		expected: "a branch whose history nobody rewrites",
		mend: `git -C ${place} config receive.denyNonFastForwards true`
	};
}

// src/release/doctor.ts
/** @param eachMs how long one check may take; all of them go side by side */
async function doctor(service, environments, eachMs) {
	const opened = environments.map((name) => unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir })));
	return Promise.all(opened.map(async (environment) => ({
		environment: environment.environment,
		checks: await runChecks(await checksOf(service, environment, eachMs), service.clock, eachMs)
	})));
}
/** Every check that this configuration gives a reason for. */
async function checksOf(service, environment, eachMs) {
	const { store, exec, clock, door } = service;
	const { metrics, announce } = environment;
	const target = openTarget({
		...environment,
		database: null
	}, service);
	target.catch(() => void 0);
	const prometheus = metrics.prometheus;
	return [
		nodeCheck,
		programCheck(exec, {
			program: "git",
			version: {
				args: ["--version"],
				least: "2.30"
			},
			why: "tells which commit is released",
			mend: "sudo apt-get install git"
		}),
		...await componentChecks(service, environment),
		...isInCluster(environment) ? clusterDoctor(environment, door.env, clock) : [],
		...isOnHosts(environment) ? hostsChecks(environment, exec, target) : [],
		...secretChecks(service, environment),
		...database(service, environment, eachMs),
		...prometheus === null ? [] : prometheusChecks(prometheus.url, prometheusMetrics({
			...prometheus,
			clock,
			http: httpClient
		})),
		...announce?.alertmanager == null ? [] : alertmanagerChecks({
			urls: announce.alertmanager.urls,
			authorization: () => textOf$1(service, announce.alertmanager?.authorization ?? null),
			http: httpClient,
			timeoutMs: eachMs
		}),
		...environment.gitops === null ? [] : gitopsChecks({
			...environment.gitops,
			workDir: join(store, "gitops"),
			baseDir: environment.baseDir
		}, exec),
		...policyChecks(service, environment),
		directoryCheck("state.directory", "State directory", store),
		spaceCheck("state.space", "the state directory", store),
		journalsCheck(store),
		leaseCheck(store, environment.environment)
	];
}
function hostsChecks({ platform, traffic, ...rest }, exec, target) {
	return [
		...trafficChecks({
			...traffic,
			exec,
			observe: async (signal) => (await target).ports.router.observe(signal)
		}),
		...platformChecks({
			...platform,
			exec,
			observe: async (signal) => (await target).ports.platform.observe(signal)
		}),
		...hostChecks({
			...rest,
			platform,
			traffic
		}, exec)
	];
}
const LEAST_NODE = "24";
const nodeCheck = {
	id: "program.node",
	title: "Node.js",
	look: async () => {
		const { node } = process.versions;
		if (isAtLeast(node, LEAST_NODE)) return {
			state: "ok",
			found: `node ${node}`
		};
		return {
			state: "failed",
			found: `node ${node}`,
			expected: `node ${LEAST_NODE} or newer`,
			mend: "get it from https://nodejs.org"
		};
	}
};
async function componentChecks({ exec }, { components }) {
	const lists = Object.entries(components).map(([name, component]) => {
		if (component.kind === "image") return [];
		return component.kind === "go" ? goChecks(name, component.source, exec) : staticChecks(name, component.source, component.build, exec);
	});
	return (await Promise.all(lists)).flat();
}
function database(service, environment, eachMs) {
	const settings = environment.database;
	if (settings === null) return [];
	const { engine, dsn, connectTimeoutMs } = settings;
	const patience = Math.max(500, eachMs - 500);
	return [{
		id: "database.migrations",
		title: `Migrations in ${settings.migrations}`,
		look: async () => {
			const { database: read } = await openTarget(environment, service);
			return {
				state: "ok",
				found: `${read?.migrations.length ?? 0} files`
			};
		}
	}, ...databaseChecks({
		engine,
		database: () => openDatabase({
			dsn,
			secrets: service.secrets,
			connectTimeoutMs: Math.min(connectTimeoutMs, patience),
			queryTimeoutMs: patience
		})
	})];
}
/** Every reference to a secret leads to a value. The value is in no text. */
function secretChecks({ secrets }, environment) {
	return secretsIn(environment).map((reference) => ({
		id: "secret",
		title: `Secret ${reference}`,
		look: async () => {
			secrets.get(reference);
			return {
				state: "ok",
				found: "there"
			};
		}
	}));
}
/** References in the order of the file, each once. Pure. */
function secretsIn(value) {
	const found = /* @__PURE__ */ new Set();
	const collect = (one) => {
		if (typeof one !== "object" || one === null) return;
		if ("secret" in one && typeof one.secret === "string") found.add(one.secret);
		for (const member of Object.values(one)) collect(member);
	};
	collect(value);
	return [...found];
}
function textOf$1({ secrets }, text) {
	return text === null || typeof text === "string" ? text : secrets.get(text.secret);
}

// src/release/drift.ts
/** Only looks. `all`: also at resources that Argo CD calls synced. */
async function drift(service, options) {
	const { environment, store, exec, clock, door } = service;
	if (!isInCluster(environment)) throw new ProblemError({
		code: "release.no-cluster",
		where: environment.environment,
		found: `the platform \`${environment.platform.kind}\``,
		expected: "an environment that Argo CD brings into a cluster",
		remedy: "`shiplock status` says what serves on hosts, and whether git agrees"
	});
	const cluster = clusterOf(environment, door.env);
	const kube = kubeClient(cluster, clock);
	const place = applicationPlace(environment, cluster);
	const git = gitopsPlace(environment, store);
	const [named, found] = await Promise.all([observeGitops(git, exec), observeDrift(kube, place, options)]);
	const signal = options.signal ?? AbortSignal.timeout(3e4);
	const look = await lookNow({
		place,
		kube,
		relations: gitRelations(git)
	}, named.commit ?? "", exec, signal);
	return {
		service: environment.service,
		environment: environment.environment,
		git: {
			...named,
			compared: look.compared
		},
		...found
	};
}

// src/release/go-back.ts
/**
* Takes an environment back to an earlier release. Needs no approval and no window, and pre-empts a run of the environment that is still
* under way or waits at a gate: that run then finds its lease taken and stops.
*/
async function rollback(service, request) {
	const inputs = await rollbackInputs(service, request);
	const preempt = await unfinishedRun(service);
	const persons = await personOptions(await underPolicy(service, "back"), inputs);
	const result = await announced(service, void 0, (observing) => runProcedure(rollbackProcedure(inputs, service.target), engineOptions(service, {
		urgent: true,
		...observing,
		...persons,
		...preempt === null ? {} : { preempt }
	})));
	await tellGit(service);
	return outcomeOf$1(service, "rollback", inputs, result);
}
async function planRollback(service, request) {
	const inputs = await rollbackInputs(service, request);
	return {
		inputs,
		plan: await planProcedure(rollbackProcedure(inputs, service.target), engineOptions(service))
	};
}
/** A run of this environment that has not ended: the one a rollback undoes. */
async function unfinishedRun(service) {
	return (await listRuns(service.store)).findLast((run) => run.environment === service.target.environment && run.finished === null)?.run ?? null;
}
async function rollbackInputs(service, request) {
	const { store, target } = service;
	const { environment } = target;
	const asked = await fetchRecordsAtOnce(service);
	const record = await readEnvironmentRecord(store, environment, target.service);
	const way = await underWay(service);
	const under = way?.candidate ?? null;
	const serving = way?.stable ?? await stableRecord(service).catch(async (error) => {
		if (asked) throw error;
		await fetchRecords(service);
		return stableRecord(service);
	});
	if (serving === null) throw new ProblemError({
		code: "release.nothing-to-roll-back",
		where: environment,
		found: "nothing serves",
		expected: "a release to go back from",
		remedy: "`shiplock status` says what is live; `shiplock release` makes the first release"
	});
	const to = request.to ?? (under === null ? previousVersion(record) : serving.release.version);
	const from = under ?? serving;
	const goal = to === null ? null : await readReleaseRecord(store, environment, to);
	if (goal === null || goal.release.version === from.release.version) throw new ProblemError({
		code: "release.no-way-back",
		where: environment,
		found: to === null ? "no earlier release in the history" : goal === null ? `no record of ${to}` : `${to} serves already`,
		expected: "an earlier release with its record",
		remedy: "name one with --to; `shiplock status --json` lists the history. Otherwise release a fixed version"
	});
	if (goal.release.version !== serving.release.version) {
		const held = await target.quarantine(digestsOf(goal), "back");
		if (held.length > 0) throw new ProblemError(held);
	}
	return {
		candidate: from,
		stable: goal,
		seed: false,
		who: service.door.who,
		why: request.why
	};
}
/** A release that is under way: its candidate's share goes back first, to what served when it began. */
async function underWay(service) {
	const { target, shared } = service;
	const [routes, platform] = await Promise.all([target.ports.router.observe(), target.ports.platform.observe()]);
	const leased = routes.kind === "observed" ? routes.routes.find((route) => route.hold === "leased") : void 0;
	const known = leased === void 0 ? null : await readReleaseRecord(service.store, target.environment, leased.version);
	let begun = await begunRelease(service);
	if (leased !== void 0 && known === null && begun === null && shared !== void 0) {
		await fetchRunUnderWay(service);
		begun = await begunRelease(service);
	}
	const version = begun?.candidate.release.version;
	const touched = platform.instances.some((one) => one.version === version && one.state !== "stopped") || routes.kind === "observed" && routes.routes.some((route) => route.version === version);
	if (begun !== null && begun.stable !== null && touched) return begun;
	if (leased === void 0) return null;
	const candidate = begun?.candidate.release.version === leased.version ? begun.candidate : known;
	if (candidate === null && shared !== void 0) throw new ProblemError(unknownCandidate(service, leased.version));
	return {
		candidate,
		stable: null
	};
}
/** What the unfinished release of this environment was begun with. */
async function begunRelease(service) {
	const run = await unfinishedRun(service);
	if (run === null) return null;
	const { procedure, inputs } = await readRun(service.store, run);
	return procedure === "release" ? releaseInputsSchema.safeParse(inputs).data ?? null : null;
}
function unknownCandidate({ target, shared }, version) {
	return {
		code: "release.unknown-candidate",
		where: target.environment,
		found: `${version} is on trial, released by another machine whose run is not in ${shared?.where ?? "git"}`,
		expected: "the run that released it: its version goes back first",
		remedy: "roll back on the machine that released it; without it, its share ends by itself when nobody watches"
	};
}

// src/release/init/answers.ts
/** Puts wishes and findings together, or says which flag is missing. */
function complete(wishes, found) {
	const problems = [];
	const service = wishes.service ?? found.service;
	if (service === null || !isName(service)) problems.push(missing("--service", service ?? "no name", A_NAME));
	const chosen = (wishes.components ?? found.components).map((word) => componentOf(word, found));
	const odd = chosen.find((one) => one === null);
	const parts = chosen.filter((one) => one !== null);
	const go = parts.filter((one) => one.kind === "go");
	const files = parts.filter((one) => one.kind === "static");
	const expected = "at most one go and one static component: --component go:DIRECTORY, --component static:DIRECTORY";
	if (odd === null) problems.push(missing("--component", (wishes.components ?? []).join(", "), expected));
	else if (parts.length === 0) problems.push(missing("--component", "no go.mod, package.json or index.html", expected));
	else if (go.length > 1 || files.length > 1) {
		const list = parts.map(({ kind, source }) => `${kind}:${source}`).join(", ");
		problems.push(missing("--component", list, expected));
	}
	const migrations = wishes.migrations ?? found.migrations;
	const engine = wishes.database ?? (migrations === null ? "none" : "mysql");
	if (engine !== "none" && migrations === null) problems.push(missing("--migrations", "no directory with numbered SQL files", "the directory of the migrations"));
	const environments = [...new Set(wishes.environments ?? ["development", "production"])];
	const bad = environments.find((name) => !isName(name) || name === "base");
	if (bad !== void 0 || environments.length === 0) problems.push(missing("--environment", bad ?? "none", `${A_NAME}; \`base\` is taken`));
	if (problems.length > 0 || service === null) return {
		kind: "missing",
		problems
	};
	const [api] = go;
	const ready = wishes.ready;
	return {
		kind: "complete",
		answers: {
			service,
			go: api === void 0 ? null : {
				...api,
				ready: ready ?? api.ready
			},
			files: files[0] ?? null,
			database: engine === "none" || migrations === null ? null : {
				engine,
				migrations
			},
			traffic: wishes.traffic ?? "haproxy",
			strategy: wishes.strategy ?? "canary",
			environments
		}
	};
}
/** What was found there; a directory that nobody looked at gets the usual settings. */
function componentOf(word, found) {
	const [, kind, source] = /^(go|static):(.+)$/.exec(word) ?? [];
	if (source === void 0) return null;
	const plain = source.replace(/^\.\/(?=.)/, "").replace(/(?<=.)\/+$/, "");
	if (kind === "go") {
		const usual = {
			kind,
			source: plain,
			package: ".",
			binary: plain === "." ? found.service ?? "api" : plain.split("/").at(-1) ?? "api",
			ready: "/healthz",
			listen: null,
			sure: false
		};
		return found.go.find((one) => one.source === plain) ?? usual;
	}
	const usual = {
		kind: "static",
		source: plain,
		build: null,
		output: "."
	};
	return found.files.find((one) => one.source === plain) ?? usual;
}
const A_NAME = "a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters";
function isName(text) {
	return nameSchema.safeParse(text).success;
}
function missing(flag, found, expected) {
	return {
		code: "cli.usage",
		where: flag,
		found,
		expected,
		remedy: `give ${flag}, see \`shiplock init --help\``
	};
}

// src/release/init/diff.ts
/** The difference of two texts line by line, for people. Pure. */
/** Lines with ` `, `-` or `+` before them; long stretches without a change are left out. */
function diffLines(before, after, around = 2) {
	const [a, b] = [before, after].map((text) => text.replace(/\n$/, "").split("\n"));
	const all = merge(a ?? [], b ?? []);
	const near = all.map((_, index) => all.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(" ")));
	return all.flatMap((line, index) => {
		if (near[index] === true) return [line];
		return index > 0 && near[index - 1] === true ? ["  …"] : [];
	});
}
/** Longest common subsequence; files of a configuration are short. */
function merge(a, b) {
	const width = b.length + 1;
	const common = new Uint32Array((a.length + 1) * width);
	const at = (i, j) => common[i * width + j] ?? 0;
	for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
	const lines = [];
	let [i, j] = [0, 0];
	while (i < a.length || j < b.length) if (i < a.length && j < b.length && a[i] === b[j]) {
		lines.push(`  ${a[i]}`);
		i++;
		j++;
	} else if (j >= b.length || i < a.length && at(i + 1, j) >= at(i, j + 1)) lines.push(`- ${a[i++]}`);
	else lines.push(`+ ${b[j++]}`);
	return lines;
}

// src/release/init/draft.ts
/** The text of a new shiplock.yaml, with the reason for each choice. Pure. */
/** Lines that belong into .gitignore: what Shiplock and the builds leave in the working copy. */
function ignored({ files }) {
	const built = files !== null && files.build !== null && files.output !== "." ? [`${under(files.source, files.output)}/`] : [];
	return [
		".shiplock/",
		...files?.build == null ? [] : ["node_modules/"],
		...built
	];
}
function draft(answers) {
	return `${[
		...head$1(answers),
		"",
		"components:",
		...answers.go === null ? [] : goLines(answers.go, answers),
		...answers.files === null ? [] : staticLines(answers.files, answers.go === null ? null : "api"),
		...databaseLines(answers),
		"",
		"environments:",
		...baseLines(answers),
		...answers.environments.flatMap((name, index) => environmentLines(name, index, answers))
	].join("\n")}\n`;
}
function head$1({ service }) {
	return [
		`# How ${service} is released. \`shiplock validate\` checks this file, \`shiplock doctor\` what it needs.`,
		"apiVersion: shiplock/v1",
		`service: ${plain$1(service)}`,
		"# Who owns it and who is called; both stand in reports.",
		"# owners: [{ team: my-team, contact: my-team@example.org }]",
		"# onCall: [{ name: primary, contact: https://oncall.example.org }]",
		"# Without `people:` anybody who can start shiplock may fill gates in; see docs/gates.md."
	];
}
function goLines(go, { database }) {
	const listen = go.listen ?? "PORT";
	const where = listen.endsWith("PORT") ? "\"{port}\"" : "127.0.0.1:{port}";
	return [
		"  api:",
		"    kind: go",
		`    source: ${plain$1(go.source)}`,
		`    package: ${plain$1(go.package)}`,
		`    binary: ${plain$1(go.binary)}`,
		"    # Started inside the release directory.",
		`    command: [./${plain$1(go.binary)}]`,
		go.sure ? "    # Answers 200 when an instance may get traffic." : "    # Answers 200 when an instance may get traffic. No such path was seen in the sources: check it.",
		`    ready: ${plain$1(go.ready)}`,
		`    live: ${plain$1(go.ready)}`,
		"    env:",
		go.listen === null ? "      # Each instance gets a port of its own. No variable for it was seen in the sources: check the name." : "      # Each instance gets a port of its own.",
		`      ${listen}: ${where}`,
		...database === null ? [] : ["      # What the service itself connects with: a user that reads and writes rows, as its driver wants it.", "      DATABASE_DSN: { secret: env:SHIPLOCK_APPLICATION_DSN }"]
	];
}
function staticLines({ source, build, output }, behind) {
	return [
		"  frontend:",
		"    kind: static",
		`    source: ${plain$1(source)}`,
		...build === null ? ["    # The files are taken as they are; with a build: `build: [npm, run, build]`."] : [`    build: [${build.map(plain$1).join(", ")}]`],
		`    output: ${plain$1(output)}`,
		...behind === null ? [] : [`    # Only files: they are served beside ${behind}, see \`traffic.files\`.`]
	];
}
function databaseLines({ database }) {
	if (database === null) return [];
	return [
		"",
		"database:",
		`  engine: ${database.engine}`,
		"  # Numbered SQL files; a release applies what is new, before the new version starts.",
		`  migrations: ${plain$1(database.migrations)}`,
		"  # mysql://user:password@host:port/database, in this variable. Its user may change the structure.",
		"  dsn: { secret: env:SHIPLOCK_DATABASE_DSN }"
	];
}
function baseLines({ go, files, traffic, strategy }) {
	const page = go === null ? "/" : go.ready;
	return [
		"  # What all environments have in common.",
		"  base:",
		"    abstract: true",
		"    platform:",
		"      kind: local",
		"      # Releases, logs and state of the running service; on a server rather an absolute path, such as /srv/{service}.",
		"      root: .shiplock/{environment}",
		"    traffic:",
		`      kind: ${traffic}`,
		"      directory: .shiplock/{environment}/proxy",
		"      # Without a heartbeat of the release for this long the proxy takes a new version out by itself.",
		"      deadMan: 5s",
		"      # The longest time a request may take.",
		"      longestTimeout: 30s",
		...files === null ? [] : [
			...go === null ? ["      # Everything is files; nothing goes to a service."] : ["      # These paths go to the service, everything else to the files."],
			"      files:",
			"        component: frontend",
			`        service: [${go === null ? "" : "/api"}]`
		],
		"    rollout:",
		`      strategy: ${strategy}`,
		...strategy === "canary" ? [
			"      # Each share is judged against the version that serves; it goes on when the evidence says \"not worse\".",
			"      steps:",
			"        - { share: 10%, bake: 30s }",
			"        - { share: 50%, bake: 30s }"
		] : [
			"      # All traffic at once; for `finalBake` the old version stands by.",
			"      steps: []",
			"      finalBake: 2m"
		],
		"      # No verdict by then: see `lowTraffic`.",
		"      analysisDeadline: 30m",
		"      # Too little traffic for a verdict: the smoke test decides. `gate` asks a person instead.",
		"      lowTraffic: smoke",
		"      smoke:",
		`        - path: ${plain$1(page)}`,
		"    # Asked through the proxy when the new version has all traffic.",
		"    verify:",
		`      - path: ${plain$1(files === null ? page : "/")}`,
		"    # gitops: { repository: https://…, branch: main, file: apps/{service}/{environment}.yaml, path: version }",
		"    # announce: { alertmanager: { urls: [http://127.0.0.1:9093] } }"
	];
}
const FIRST_PORT = 2e4;
const FIRST_BIND = 8080;
/** Environments of one machine do not meet: each has its own ports and its own address. */
function environmentLines(name, index, { strategy }) {
	const first = FIRST_PORT + index * 100;
	const live = /^prod/.test(name);
	return [
		`  ${plain$1(name)}:`,
		"    extends: base",
		"    platform:",
		`      ports: ${first}-${first + 99}`,
		...live ? ["      # One instance may die and the service goes on.", "      replicas: 2"] : [],
		"    traffic:",
		`      bind: 127.0.0.1:${FIRST_BIND + index}`,
		...live ? [
			"    rollout:",
			...strategy === "canary" ? [
				"      steps:",
				"        - { share: 1%, bake: 5m }",
				"        - { share: 10%, bake: 10m }",
				"        - { share: 50%, bake: 10m }"
			] : [],
			"      finalBake: 10m",
			"      analysisDeadline: 2h",
			"      # Here a person decides when there is too little traffic for a verdict.",
			"      lowTraffic: gate"
		] : []
	];
}
function under(source, output) {
	return source === "." ? output : `${source}/${output}`;
}
/** A scalar that YAML reads back as this text. */
function plain$1(text) {
	return /^[A-Za-z./][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|\.nan|\.inf)$/i.test(text) ? text : JSON.stringify(text);
}

// src/release/init/write.ts
const planSchema = strictObject({
	formatVersion: literal(1),
	changes: array(strictObject({
		path: string(),
		before: string().nullable(),
		after: string()
	}))
});
async function writeAll(directory, changes) {
	const path = planPath(directory);
	await mkdir(dirname(path), { recursive: true });
	await replaceFile(path, `${JSON.stringify({
		formatVersion: 1,
		changes
	})}\n`);
	await finish(path, changes);
}
/** Finishes what a process that died had begun; the paths that it wrote. */
async function finishBegun(directory) {
	const path = planPath(directory);
	const text = await readText(path);
	if (text === null) return [];
	const { changes } = planSchema.parse(JSON.parse(text));
	await finish(path, changes);
	return changes.map((change) => change.path);
}
async function finish(plan, changes) {
	for (const { path, before, after } of changes) {
		const now = await readText(path);
		if (now === after) continue;
		if (now !== before) {
			await rm(plan, { force: true });
			throw new ProblemError(changedMeanwhile(path));
		}
		await mkdir(dirname(path), { recursive: true });
		await replaceFile(path, after);
	}
	await rm(plan, { force: true });
}
async function readText(path) {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		if (isMissing(error)) return null;
		throw error;
	}
}
function planPath(directory) {
	return join(directory, ".shiplock", "init.json");
}
function changedMeanwhile(path) {
	return {
		code: "release.changed-meanwhile",
		where: path,
		found: "a file that somebody changed while it was to be written",
		expected: "the file as it was looked at",
		remedy: "look at it, then run `shiplock init` again"
	};
}

// src/release/init/init.ts
/** What would be written. Looks only. Throws when the file would not be valid. */
async function planFiles(directory, answers) {
	const text = draft(answers);
	const file = join(directory, "shiplock.yaml");
	const config = unwrap(loadConfig(text, { file }));
	for (const name of environmentNames(config)) unwrap(resolveEnvironment(config, name, { baseDir: directory }));
	const ignore = join(directory, ".gitignore");
	const before = await readText(ignore);
	return [planned(file, await readText(file), text), planned(ignore, before, withLines(before ?? "", ignored(answers)))];
}
/** @param force replace a shiplock.yaml that is there and differs */
async function writeFiles(directory, files, force) {
	const there = files.find(({ path, state }) => path.endsWith("shiplock.yaml") && state === "changed");
	if (there !== void 0 && !force) throw new ProblemError(wouldOverwrite(there.path));
	const changes = files.filter(({ state }) => state !== "same");
	if (changes.length > 0) await writeAll(directory, changes.map(({ path, before, after }) => ({
		path,
		before,
		after
	})));
}
function planned(path, before, after) {
	const state = before === null ? "new" : before === after ? "same" : "changed";
	return {
		path,
		before,
		after,
		state,
		lines: state === "same" ? [] : before === null ? after.trimEnd().split("\n").map((line) => `+ ${line}`) : diffLines(before, after)
	};
}
/** Adds what is missing; what stands there stays as it is. Pure. */
function withLines(text, lines) {
	const there = new Set(text.split("\n").map((line) => line.trim().replace(/^\//, "").replace(/\/$/, "")));
	const missing = lines.filter((line) => !there.has(line.replace(/\/$/, "")));
	if (missing.length === 0) return text;
	return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${missing.join("\n")}\n`;
}
function wouldOverwrite(path) {
	return {
		code: "release.would-overwrite",
		where: path,
		found: "a shiplock.yaml that differs",
		expected: "none, or --force",
		remedy: "see the difference with --dry-run; to replace it: --force"
	};
}

// src/release/init/look.ts
const SKIPPED = /^(?:\..*|node_modules|vendor|dist|build|out|testdata|coverage|target)$/;
const DEPTH = 3;
/** Files of a module that are searched for paths and variables; more would only be slower. */
const SEARCHED = 400;
async function lookAround(directory) {
	const places = await walk(directory, ".", DEPTH);
	const go = await Promise.all(places.filter(({ files }) => files.includes("go.mod")).map(({ path }) => goSource(directory, path)));
	const pages = (await Promise.all(places.filter((place) => place.files.includes("package.json") || place.files.includes("index.html")).map((place) => staticSource(directory, place.path, place.files)))).filter((one) => one !== null);
	const migrations = places.find((place) => place.files.some((name) => /^\d+\D.*\.sql$/.test(name)))?.path ?? null;
	return {
		service: await serviceName(directory),
		go,
		files: pages,
		components: [go[0], pages[0]].flatMap((one) => one === void 0 ? [] : [`${one.kind}:${one.source}`]),
		migrations
	};
}
/** Directories from the outside in, each level by name: the same every time. */
async function walk(base, path, depth) {
	const entries = await readdir(join(base, path), { withFileTypes: true }).catch(() => []);
	const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
	const below = entries.filter((entry) => entry.isDirectory() && !SKIPPED.test(entry.name)).map(({ name }) => name);
	const inner = depth === 0 ? [] : await Promise.all(below.toSorted().map((name) => walk(base, path === "." ? name : `${path}/${name}`, depth - 1)));
	return [{
		path,
		files: files.toSorted()
	}, ...inner.flat()].toSorted((a, b) => levelOf(a.path) - levelOf(b.path));
}
function levelOf(path) {
	return path === "." ? 0 : path.split("/").length;
}
async function goSource(base, source) {
	const module = await text(join(base, source, "go.mod"));
	const name = /^module[ \t]+(\S+)/m.exec(module)?.[1]?.replace(/\/v\d+$/, "").split("/").at(-1) ?? basename(source);
	const inside = await walk(join(base, source), ".", DEPTH);
	const command = inside.find(({ path, files }) => /^cmd\/[^/]+$/.test(path) && files.includes("main.go"))?.path;
	const sources = inside.flatMap(({ path, files }) => files.filter((file) => isSource(file)).map((file) => join(base, source, path, file))).slice(0, SEARCHED);
	const all = (await Promise.all(sources.map(text))).join("\n");
	const ready = readyPath(all);
	return {
		kind: "go",
		source,
		package: command === void 0 ? "." : `./${command}`,
		binary: command === void 0 ? name : basename(command),
		ready: ready ?? "/healthz",
		listen: listenVariable(all),
		sure: ready !== null
	};
}
function isSource(file) {
	return file.endsWith(".go") && !file.endsWith("_test.go");
}
/** The path that says "may get traffic", as programs usually name it. Pure. */
function readyPath(sources) {
	return [
		"/readyz",
		"/ready",
		"/health/ready",
		"/healthz",
		"/health",
		"/ping"
	].find((path) => sources.includes(`${path}"`) || sources.includes(`${path}\``)) ?? null;
}
/** The environment variable that says where to listen. Pure. */
function listenVariable(sources) {
	return /["`]([A-Z][A-Z0-9_]*_(?:LISTEN|LISTEN_ADDR|ADDR|PORT)|LISTEN|LISTEN_ADDR|PORT)["`]/.exec(sources)?.[1] ?? null;
}
const packageSchema = looseObject({
	scripts: record(string(), string()).optional(),
	dependencies: record(string(), string()).optional(),
	devDependencies: record(string(), string()).optional()
});
/** Null for a package that makes no page: a library, a server, a tool. */
async function staticSource(base, source, files) {
	const page = files.includes("index.html");
	const parsed = packageSchema.safeParse(json(await text(join(base, source, "package.json"))));
	if (!parsed.success) return page ? {
		kind: "static",
		source,
		build: null,
		output: "."
	} : null;
	const { scripts = {}, dependencies = {}, devDependencies = {} } = parsed.data;
	const uses = (name) => Object.hasOwn(dependencies, name) || Object.hasOwn(devDependencies, name);
	if (scripts["build"] === void 0) return page ? {
		kind: "static",
		source,
		build: null,
		output: "."
	} : null;
	if (!page && !uses("vite") && !uses("react-scripts")) return null;
	const config = await Promise.all(files.filter((name) => /^vite\.config\./.test(name)).map((name) => text(join(base, source, name))));
	const output = /outDir:\s*['"]([\w./-]+)['"]/.exec(config.join("\n"))?.[1];
	const usual = uses("react-scripts") ? "build" : "dist";
	return {
		kind: "static",
		source,
		build: [
			"npm",
			"run",
			"build"
		],
		output: output ?? usual
	};
}
/** A directory inside of a repository is one of several services, and has a name of its own. */
async function serviceName(directory) {
	return plainName(originOf(await text(join(directory, ".git", "config"))) ?? basename(directory));
}
/** The address of the remote `origin` in the settings of a repository. Pure. */
function originOf(settings) {
	const section = /^\[remote "origin"\]$([^[]*)/m.exec(settings)?.[1] ?? "";
	return /^[ \t]*url[ \t]*=[ \t]*(\S+)/m.exec(section)?.[1] ?? null;
}
/** `git@host:team/Cert_Keeper.git` → `cert-keeper`. Pure. */
function plainName(place) {
	const name = (place.replace(/\/+$/, "").replace(/\.git$/, "").split(/[/:]/).at(-1) ?? "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^[-0-9]+|-+$/g, "");
	return name === "" ? null : name.slice(0, 40).replace(/-+$/, "");
}
function text(path) {
	return readFile(path, "utf8").catch(() => "");
}
function json(source) {
	try {
		return JSON.parse(source);
	} catch {
		return;
	}
}

// src/release/judge/answer.ts
/**
* Answers one question from Prometheus alone; nothing is kept, so any judge at any time gives the same answer to the same counts.
* A source that cannot be read as a whole is `undecided`, whatever was read of it.
*/
async function answerQuestion(environment, question, options, signal) {
	const server = {
		...environment.source,
		http: options.http
	};
	const now = await prometheusTime(server, signal);
	if (now.kind === "missing") return blind(now.reason);
	const shares = await sharesOf(server, question, options.limits, signal);
	if (shares.kind === "missing") return blind(shares.reason);
	const [first] = shares.sinceMs;
	const { everyMs } = environment;
	if (first === void 0) return undecided(`Prometheus has not seen this AnalysisRun begin; does it scrape the Rollouts controller, and did the run begin within ${hours(options.limits.backMs)}?`);
	if (now.ms - first > options.limits.backMs) return undecided(`it began ${hours(now.ms - first)} ago; a judge looks back ${hours(options.limits.backMs)}`);
	const toMs = Math.floor((now.ms - options.limits.settleMs) / everyMs) * everyMs;
	const pastMs = question.ask === "alone" ? 0 : environment.pastMs;
	const fromMs = Math.floor((first - pastMs) / everyMs) * everyMs;
	if (toMs < first) return undecided("nothing is settled yet since it began");
	const range = {
		fromMs,
		toMs,
		stepMs: everyMs
	};
	const source = {
		...environment.source,
		http: options.http,
		limits: options.limits
	};
	const pieces = readRange(source, range, signal);
	const period = {
		from: new Date(shares.sinceMs.at(-1) ?? first).toISOString(),
		until: new Date(toMs).toISOString()
	};
	try {
		return question.ask === "alone" ? await alone(environment, question, pieces, period) : await beside(environment, question, shares.sinceMs, pieces, period);
	} catch (error) {
		if (!(error instanceof ProblemError)) throw error;
		return undecided(error.problems.map(({ where, found, expected }) => `${where}: ${found}; ${expected}`).join("; "));
	}
}
async function beside(environment, question, sinceMs, pieces, period) {
	const of = {
		policy: environment.policy,
		metrics: environment.source.queries.map(({ metric }) => metric),
		stable: question.stable,
		candidate: question.canary,
		everyMs: environment.everyMs,
		shares: sinceMs.map((fromMs) => ({
			fromMs,
			bakeMs: question.bake
		})),
		share: question.share ?? null
	};
	let state = beginShares(of);
	for await (const piece of pieces) {
		if (piece.kind === "unreadable") return blind(piece.reason);
		state = foldShares(state, piece, of);
	}
	const found = sharesVerdict(state, of);
	return {
		verdict: question.ask === "watch" && found.verdict === "not-worse" ? "undecided" : found.verdict,
		reason: found.reason,
		details: {
			...period,
			readings: state.readings,
			...detailsOf(found, environment, question)
		},
		blind: false
	};
}
async function alone(environment, question, pieces, period) {
	const of = {
		version: question.canary,
		metric: environment.source.queries[0]?.metric ?? "",
		limit: environment.errorLimit,
		bakeMs: question.bake,
		everyMs: environment.everyMs
	};
	let state = NOTHING_ALONE;
	for await (const piece of pieces) {
		if (piece.kind === "unreadable") return blind(piece.reason);
		state = foldAlone(state, piece, of);
	}
	const { verdict, reason } = aloneVerdict(state, of);
	const { requests, bad } = state;
	return {
		verdict,
		reason,
		details: {
			...period,
			requests,
			bad,
			limit: of.limit
		},
		blind: false
	};
}
/** When the shares began that lead to the one that is asked about, ascending. */
async function sharesOf(server, question, limits, signal) {
	if (question.since !== void 0) return {
		kind: "shares",
		sinceMs: [question.since]
	};
	if (question.run === void 0) return {
		kind: "shares",
		sinceMs: []
	};
	const found = await analysisRuns(server, {
		...question.run,
		hash: question.canary
	}, limits.backMs, signal);
	return found.kind === "missing" ? found : {
		kind: "shares",
		sinceMs: beginnings(found.runs, question)
	};
}
/** Pure. Empty when the asking run itself is not among them. */
function beginnings(runs, { ask, run }) {
	if (ask === "alone") {
		const after = runs.find(({ part }) => run?.step === void 0 ? part.kind === "post" : part.kind === "step" && part.step === run.step);
		return after === void 0 ? [] : [after.sinceMs];
	}
	const mine = ({ part }) => ask === "watch" ? part.kind === "background" : part.kind === "step" && part.step === run?.step;
	if (!runs.some(mine)) return [];
	const before = ({ part }) => part.kind === "background" || part.kind === "step" && (ask === "watch" || part.step <= (run?.step ?? 0));
	return [...new Set(runs.filter(before).map(({ sinceMs }) => sinceMs))].toSorted((one, other) => one - other);
}
function detailsOf(found, environment, question) {
	const { judgement } = found;
	return {
		evidence: rounded(judgement.evidence),
		limit: rounded(-Math.log10(environment.policy.alpha)),
		share: {
			asked: question.share ?? null,
			measured: rounded(found.measuredShare)
		},
		needs: found.needs,
		metrics: judgement.metrics.map((one) => ({
			metric: one.metric,
			canary: {
				requests: one.canary.requests,
				bad: one.canary.bad
			},
			baseline: {
				requests: one.baseline.requests,
				bad: one.baseline.bad
			},
			evidence: rounded(one.evidence),
			evidenceNotWorse: rounded(one.evidenceNotWorse),
			dispersion: rounded(one.dispersion)
		}))
	};
}
function rounded(value) {
	return value === null ? null : Number(value.toPrecision(6));
}
function undecided(reason) {
	return {
		verdict: "undecided",
		reason,
		details: {},
		blind: false
	};
}
function blind(reason) {
	return {
		verdict: "undecided",
		reason: `Prometheus: ${reason}`,
		details: {},
		blind: true
	};
}
function hours(ms) {
	return ms < 72e5 ? `${Math.round(ms / 6e4)} min` : `${Math.round(ms / 36e5)} h`;
}

// src/release/judge/environments.ts
/** Without Prometheus there is nothing to ask. Pure. */
function judgedEnvironment(environment) {
	const { metrics, rollout } = environment;
	if (metrics.prometheus === null) return null;
	const { url, timeoutMs, queries, staleAfterMs, versionLabel } = metrics.prometheus;
	return {
		service: environment.service,
		environment: environment.environment,
		policy: analysisPolicy(environment),
		pastMs: rollout.analysis.pastMs,
		everyMs: metrics.everyMs,
		errorLimit: rollout.errorLimit,
		source: {
			url,
			timeoutMs,
			queries,
			staleAfterMs,
			versionLabel
		}
	};
}
/**
* Every environment of these files that can be judged.
* @throws ProblemError when there is none, or one comes twice
*/
function judgedEnvironments(files) {
	const found = [];
	for (const { config, baseDir } of files) for (const name of environmentNames(config)) {
		const judged = judgedEnvironment(unwrap(resolveEnvironment(config, name, { baseDir })));
		if (judged === null) continue;
		if (found.some((one) => one.service === judged.service && one.environment === judged.environment)) throw new ProblemError({
			code: "judge.environment-twice",
			where: config.file,
			found: `${judged.environment} of ${judged.service} a second time`,
			expected: "each environment of a service in one file",
			remedy: "leave one of the files out"
		});
		found.push(judged);
	}
	if (found.length === 0) throw new ProblemError({
		code: "judge.nothing-to-judge",
		where: files.map(({ config }) => config.file).join(", "),
		found: "no environment with `metrics.prometheus`",
		expected: "an environment whose counts Prometheus has",
		remedy: "add `prometheus:` under `metrics:` of the environment"
	});
	return found;
}

// src/release/judge/question.ts
/** What an AnalysisRun asks. All values may be texts, since a template puts texts in. */
const LABEL = "a value of a label: letters, digits and . _ + -, at most 128 characters";
const label = string({ error: LABEL }).regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, LABEL);
const OBJECT = "a name of Kubernetes: lower-case letters, digits, dots and dashes";
const objectName = string({ error: OBJECT }).regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, OBJECT);
const SINCE = "a time such as 2026-11-21T20:00:00Z, or seconds since 1970";
const time = union([string(), number()], { error: SINCE }).transform((value) => milliseconds(String(value))).refine(Number.isFinite, SINCE);
function milliseconds(text) {
	if (/^\d{1,11}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1e3;
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
}
const NUMBER = "a whole number";
const whole = union([string().regex(/^\d{1,9}$/, NUMBER), number().int(NUMBER).nonnegative(NUMBER)], { error: NUMBER }).transform(Number);
const questionSchema = strictObject({
	service: nameSchema,
	environment: nameSchema,
	/** `step`: may this share go on? `watch`: is it worse so far? `alone`: is it within the absolute limit, with all traffic? */
	ask: _enum([
		"step",
		"watch",
		"alone"
	], { error: "one of step, watch, alone" }).default("step"),
	canary: label,
	stable: label,
	/** Share that the canary should have. */
	share: share({ above: 0 }).exactOptional(),
	bake: duration({
		min: 0,
		max: 864e5
	}).prefault("0s"),
	/** When the share began. */
	since: time.exactOptional(),
	/** Or: the AnalysisRun that asks, so that its start can be looked up. */
	run: strictObject({
		namespace: objectName,
		rollout: objectName,
		revision: string({ error: NUMBER }).regex(/^\d{1,9}$/, NUMBER),
		/** Number of the step, from 0; needed for `step`. */
		step: whole.exactOptional()
	}).exactOptional()
});
/** @param text the body of a request */
function parseQuestion(text) {
	let value;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return bad(problem("body", error instanceof Error ? error.message : String(error), "a JSON object"));
	}
	const parsed = questionSchema.safeParse(value, { reportInput: true });
	if (!parsed.success) return bad(...parsed.error.issues.map((issue) => problem(issue.path.join(".") || "body", issue.code === "unrecognized_keys" ? `unknown ${issue.keys.join(", ")}` : excerpt(issue.input) ?? "nothing", issue.code === "unrecognized_keys" ? `one of ${Object.keys(questionSchema.shape).join(", ")}` : issue.message)));
	const { since, run, ask } = parsed.data;
	if (since === void 0 === (run === void 0)) return bad(problem("since", since === void 0 ? "no start" : "both since and run", "either since or run"));
	if (ask === "step" && run !== void 0 && run.step === void 0) return bad(problem("run.step", "nothing", "the number of the step"));
	return ok(parsed.data);
}
function excerpt(value) {
	return JSON.stringify(value)?.slice(0, 200);
}
function problem(where, found, expected) {
	return {
		code: "judge.bad-question",
		where,
		found,
		expected,
		remedy: "make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md"
	};
}

// src/release/judge/figures.ts
const BUCKETS = [
	.01,
	.025,
	.05,
	.1,
	.25,
	.5,
	1,
	2.5,
	5,
	10
];
function createFigures() {
	const requests = /* @__PURE__ */ new Map();
	const verdicts = /* @__PURE__ */ new Map();
	const within = BUCKETS.map(() => 0);
	let [count, sum, blindAnswers, inFlight] = [
		0,
		0,
		0,
		0
	];
	const add = (to, labels) => {
		to.set(labels, (to.get(labels) ?? 0) + 1);
	};
	return {
		answered(code, seconds) {
			add(requests, `code="${code}"`);
			count += 1;
			sum += seconds;
			for (const [index, limit] of BUCKETS.entries()) if (seconds <= limit) within[index] = (within[index] ?? 0) + 1;
		},
		verdict(service, environment, verdict) {
			add(verdicts, `service="${service}",environment="${environment}",verdict="${verdict}"`);
		},
		blind() {
			blindAnswers += 1;
		},
		begun() {
			inFlight += 1;
		},
		ended() {
			inFlight -= 1;
		},
		text(residentBytes) {
			const name = "shiplock_judge";
			return [
				...head(`${name}_requests_total`, "counter", "Requests by HTTP status."),
				...lines(`${name}_requests_total`, requests),
				...head(`${name}_verdicts_total`, "counter", "Answers by verdict."),
				...lines(`${name}_verdicts_total`, verdicts),
				...head(`${name}_blind_total`, "counter", "Answers that are undecided because Prometheus could not be asked."),
				`${name}_blind_total ${blindAnswers}`,
				...head(`${name}_in_flight`, "gauge", "Questions that are being answered."),
				`${name}_in_flight ${inFlight}`,
				...head(`${name}_duration_seconds`, "histogram", "Time to an answer."),
				...BUCKETS.map((limit, index) => `${name}_duration_seconds_bucket{le="${limit}"} ${within[index] ?? 0}`),
				`${name}_duration_seconds_bucket{le="+Inf"} ${count}`,
				`${name}_duration_seconds_sum ${sum}`,
				`${name}_duration_seconds_count ${count}`,
				...head("process_resident_memory_bytes", "gauge", "Resident memory."),
				`process_resident_memory_bytes ${residentBytes}`,
				""
			].join("\n");
		}
	};
}
function head(name, type, help) {
	return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
function lines(name, values) {
	return [...values].map(([labels, value]) => `${name}{${labels}} ${value}`);
}

// src/release/judge/seats.ts
function createSeats(most, mostWaiting) {
	let taken = 0;
	const waiting = [];
	const giveBack = () => {
		let given = false;
		return () => {
			if (given) return;
			given = true;
			taken -= 1;
			waiting.shift()?.();
		};
	};
	return { take: async (signal) => {
		if (taken < most) {
			taken += 1;
			return giveBack();
		}
		if (waiting.length >= mostWaiting || signal.aborted) return void 0;
		return new Promise((resolve) => {
			const next = () => {
				signal.removeEventListener("abort", leave);
				taken += 1;
				resolve(giveBack());
			};
			const leave = () => {
				waiting.splice(waiting.indexOf(next), 1);
				resolve(void 0);
			};
			signal.addEventListener("abort", leave, { once: true });
			waiting.push(next);
		});
	} };
}

// src/release/judge/token.ts
/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;
const MOST_BYTES = 16384;
/**
* Reads the file anew at each call: a secret of Kubernetes is replaced while the judge runs. One token a line; of several each is good, so that
* a token can be exchanged without a gap.
*/
async function readTokens(file) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		return none(file, error instanceof Error && "code" in error ? String(error.code) : String(error));
	}
	if (text.length > MOST_BYTES) return none(file, `${text.length} characters`);
	const tokens = text.split(/\r?\n/).filter((line) => line !== "");
	const short = tokens.find((token) => token.length < LEAST_CHARACTERS || /[^\x21-\x7e]/.test(token));
	if (tokens.length === 0) return none(file, "no token");
	if (short !== void 0) return none(file, `a token of ${short.length} characters, or with a space in it`);
	return {
		kind: "tokens",
		tokens
	};
}
/** Is this header `Bearer` and one of the tokens? Takes the same time for every wrong one. */
function mayAsk(header, tokens) {
	const given = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? "")?.[1] ?? "";
	const digest = (text) => createHash("sha256").update(text).digest();
	const mine = digest(given);
	let allowed = false;
	for (const token of tokens) if (timingSafeEqual(mine, digest(token))) allowed = true;
	return allowed;
}
function none(file, found) {
	return {
		kind: "none",
		problem: {
			code: "judge.no-token",
			where: file,
			found,
			expected: `a readable file with one token a line, each of at least ${LEAST_CHARACTERS} characters without spaces`,
			remedy: "make one with `openssl rand -base64 32`, and give it to the AnalysisTemplates as a secret"
		}
	};
}

// src/release/judge/server.ts
const MOST_BODY = 16384;
const MOST_CONNECTIONS = 256;
/**
* Starts the judge; resolves when it listens. It holds nothing but its own figures.
* @throws ProblemError when the port is taken, or there is no token
*/
async function startJudge(options) {
	const { clock } = options;
	const figures = createFigures();
	const seats = createSeats(options.most, options.most * 4);
	let leaving = false;
	const first = await readTokens(options.tokenFile);
	if (first.kind === "none") throw new ProblemError(first.problem);
	const note = async (level, what, more) => {
		const mask = createMask();
		const tokens = await readTokens(options.tokenFile);
		if (tokens.kind === "tokens") for (const token of tokens.tokens) mask.add(token);
		options.log(mask.text(JSON.stringify({
			time: new Date(clock.now()).toISOString(),
			level,
			what,
			...more
		})));
	};
	const judge = async (request, signal) => {
		const tokens = await readTokens(options.tokenFile);
		if (tokens.kind === "none") return refusal(503, tokens.problem);
		if (!mayAsk(request.headers.authorization, tokens.tokens)) return refusal(401, NOT_ALLOWED);
		const text = await bodyOf(request);
		if (text === void 0) return refusal(413, tooLong());
		const parsed = parseQuestion(text);
		if (!parsed.ok) return refusal(400, ...parsed.problems);
		const question = parsed.value;
		const environment = options.environments.find((one) => one.service === question.service && one.environment === question.environment);
		if (environment === void 0) return refusal(404, unknown(question, options.environments));
		const seat = await seats.take(signal);
		if (seat === void 0) return refusal(503, busy(options.most));
		figures.begun();
		try {
			const answer = await answerQuestion(environment, question, options, signal);
			if (answer.blind) figures.blind();
			figures.verdict(environment.service, environment.environment, answer.verdict);
			const about = {
				service: question.service,
				environment: question.environment,
				ask: question.ask,
				canary: question.canary,
				stable: question.stable,
				verdict: answer.verdict,
				reason: answer.reason
			};
			return {
				status: 200,
				body: {
					verdict: answer.verdict,
					reason: answer.reason,
					...answer.details
				},
				about
			};
		} finally {
			figures.ended();
			seat();
		}
	};
	const server = createServer((request, response) => {
		const path = (request.url ?? "").split("?")[0];
		if (request.method === "GET" && path === "/healthz") return plain(response, 200, "ok");
		if (request.method === "GET" && path === "/readyz") {
			readTokens(options.tokenFile).then((tokens) => leaving || tokens.kind === "none" ? plain(response, 503, "not ready") : plain(response, 200, "ok"));
			return;
		}
		if (request.method === "GET" && path === "/metrics") return plain(response, 200, figures.text(process.memoryUsage.rss()), "text/plain; version=0.0.4");
		const began = clock.monotonic();
		const gone = new AbortController();
		response.once("close", () => gone.abort());
		const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(options.deadlineMs)]);
		reply(request, path ?? "", () => judge(request, signal)).then(async ({ status, body, headers = {}, about = {} }) => {
			const ms = Math.round(clock.monotonic() - began);
			figures.answered(status, ms / 1e3);
			const end = leaving ? { connection: "close" } : {};
			response.writeHead(status, {
				"content-type": "application/json",
				...headers,
				...end
			});
			response.end(`${JSON.stringify(body)}\n`);
			await note(status < 400 ? "info" : "warn", "question", {
				status,
				ms,
				...about
			});
		}).catch(() => response.destroy());
	});
	server.headersTimeout = 5e3;
	server.requestTimeout = 1e4;
	server.keepAliveTimeout = 15e3;
	server.maxConnections = MOST_CONNECTIONS;
	const port = await listen(server, options.listen);
	await note("info", "listens", {
		host: options.listen.host,
		port
	});
	return {
		port,
		stop: async () => {
			leaving = true;
			const closed = new Promise((resolve) => {
				server.close(() => resolve());
			});
			server.closeIdleConnections();
			const patience = new AbortController();
			const late = clock.sleep(options.deadlineMs + 1e3, patience.signal).catch(() => void 0);
			await Promise.race([closed, late]);
			patience.abort();
			server.closeAllConnections();
			await note("info", "ends", {});
		}
	};
}
/** Only one thing can be asked, and whatever goes wrong is JSON: the Rollouts controller takes any other text for a success. */
async function reply(request, path, judge) {
	if (path !== "/v1/judge") return refusal(404, noSuchPath(path));
	if (request.method !== "POST") return refusal(405, noSuchPath(`${request.method} ${path}`));
	try {
		return await judge();
	} catch (error) {
		return refusal(500, ...problemsOf(error, "judge"));
	}
}
const HEADERS = {
	401: { "www-authenticate": "Bearer" },
	405: { allow: "POST" },
	503: { "retry-after": "5" }
};
function refusal(status, ...problems) {
	return {
		status,
		body: { problems: problems.map((problem) => ({ ...problem })) },
		headers: HEADERS[status] ?? {},
		about: { problem: problems.map(({ code }) => code).join(" ") }
	};
}
async function bodyOf(request) {
	const chunks = [];
	let length = 0;
	for await (const chunk of request) {
		const bytes = Buffer.from(chunk);
		length += bytes.length;
		if (length > MOST_BODY) return void 0;
		chunks.push(bytes);
	}
	return Buffer.concat(chunks).toString("utf8");
}
function plain(response, status, text, type = "text/plain") {
	response.writeHead(status, { "content-type": type }).end(text.endsWith("\n") ? text : `${text}\n`);
}
function listen(server, at) {
	return new Promise((resolve, reject) => {
		server.once("error", (error) => reject(new ProblemError({
			code: "judge.port",
			where: `${at.host}:${at.port}`,
			found: error.message,
			expected: "an address to listen on",
			remedy: "stop what listens there, or give another one with --listen"
		})));
		server.listen(at.port, at.host, () => {
			const address = server.address();
			resolve(typeof address === "object" && address !== null ? address.port : at.port);
		});
	});
}
const NOT_ALLOWED = {
	code: "judge.not-allowed",
	where: "header authorization",
	found: "no token, or a wrong one",
	expected: "`Bearer` and a token of the judge",
	remedy: "give the AnalysisTemplate the secret that the judge has"
};
function tooLong() {
	return {
		code: "judge.bad-question",
		where: "body",
		found: `more than ${MOST_BODY} bytes`,
		expected: "one question",
		remedy: "make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md"
	};
}
function unknown(question, environments) {
	return {
		code: "judge.unknown-environment",
		where: `${question.service} ${question.environment}`,
		found: "no such environment here",
		expected: `one of ${environments.map((one) => `${one.service} ${one.environment}`).join(", ")}`,
		remedy: "give the judge its shiplock.yaml with --config, with `metrics.prometheus` in that environment"
	};
}
function busy(most) {
	return {
		code: "judge.busy",
		where: "judge",
		found: `${most} questions at once and ${most * 4} waiting`,
		expected: "fewer questions",
		remedy: "run more replicas, or let the AnalysisTemplates ask less often"
	};
}
function noSuchPath(found) {
	return {
		code: "judge.no-such-path",
		where: "request",
		found,
		expected: "POST /v1/judge, or GET /healthz, /readyz or /metrics",
		remedy: "see docs/judge.md"
	};
}

// src/release/lay-down.ts
/** What a door does when what it started is over, however it ended: a run whose process was killed gives its environment back. */
function layDown({ store, shared, clock, secrets, exec, door }, run) {
	return layDownRun(run, {
		store,
		shared,
		clock,
		secrets,
		exec,
		who: door.who
	});
}

// src/release/migrate.ts
/** Applies the pending expand migrations of the commit that is checked out. Under the same policy and lease as a release. */
async function migrate(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	const inputs = await migrateInputs(service, request);
	const persons = await personOptions(service, inputs);
	const result = await runProcedure(migrateProcedure(inputs, service.target), engineOptions(service, {
		...persons,
		mayOrder: orderCheck(service)
	}));
	await tellGit(service);
	return {
		...outcomeOf$1(service, "migrate", inputs, result),
		schema: inputs.candidate.schema
	};
}
/** What that would do now. Looks only. */
async function planMigrate(opened, request) {
	mayReleaseHere(opened);
	const service = await underPolicy(opened, "plan");
	const inputs = await migrateInputs(service, request);
	return {
		plan: await planProcedure(migrateProcedure(inputs, service.target), engineOptions(service)),
		inputs,
		rules: service.rules
	};
}
/** A release that brings nothing but its migrations. */
async function migrateInputs(service, request) {
	const { environment, target } = service;
	const database = databaseOf(target);
	const stable = await stableRecord(service);
	const commit = await sourceCommit(service, request.allowDirty);
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: {
				formatVersion: 1,
				service: target.service,
				version: await describedVersion(service, commit),
				commit,
				artefacts: [],
				configHash: configHash(environment),
				migrations: database.migrations
			},
			unit: null,
			files: [],
			schema: await database.after()
		},
		stable,
		seed: false,
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		who: service.door.who,
		why: request.why
	};
}
/** Approval, the ledger's answer for what serves, the migrations, and what the ledger learns from their headers. */
function migrateProcedure(inputs, target) {
	const { candidate, stable } = inputs;
	const { version } = candidate.release;
	const database = databaseOf(target);
	const approval = approvalGate(inputs.approval, version, target.environment);
	return procedure({
		id: "migrate",
		title: `Migrate the database of ${target.service} in ${target.environment} to ${version}`,
		description: "Expand migrations only: what serves goes on serving on the new schema. They are not taken back.",
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "migrations",
			title: `Apply the migrations of ${version}`,
			steps: [
				...approval === null ? [] : [approval],
				checkStep(target, candidate, stable, stable ?? candidate),
				database.migrate(),
				learnStep(target, database, inputs)
			]
		})
	});
}
/** A later rollback asks the ledger whether the earlier version runs on this schema: it must know although no release told it. */
function learnStep(target, database, { candidate, stable }) {
	return action({
		id: "ledger",
		title: "Write into the ledger what the migrations declare",
		inputs: {
			version: candidate.release.version,
			schema: candidate.schema
		},
		read: async (ctx) => ({
			ledger: await readLedger(target.store, target.environment, target.service),
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: ({ ledger, time }) => {
			const rows = database.rows({
				release: candidate.release,
				stable: stable?.release.version ?? null,
				from: stable?.schema ?? "empty",
				time
			});
			return doOrNothing(ledgerEffect(target.store, target.environment, ledger, rows), "it is written");
		},
		probe: "repeatable"
	});
}
function databaseOf({ database, environment }) {
	if (database !== null) return database;
	throw new ProblemError({
		code: "release.no-database",
		where: `environments.${environment}`,
		found: "no `database:`",
		expected: "an environment with a database",
		remedy: "write `database:` into shiplock.yaml, with its migrations"
	});
}

// src/release/resume.ts
/** Builds the tree of a recorded run again, from its recorded inputs. */
async function procedureOf(service, run) {
	const recorded = await readRun(service.store, run);
	switch (recorded.procedure) {
		case "release": return releaseProcedure(parseInputs(recorded.inputs, run), service.target);
		case "rollback": return rollbackProcedure(parseInputs(recorded.inputs, run), service.target);
		case "migrate": return migrateProcedure(parseInputs(recorded.inputs, run), service.target);
		case "build": return buildProcedureFrom(service, recorded.inputs);
		default: throw new ProblemError({
			code: "release.unknown-procedure",
			where: `run ${run}`,
			found: recorded.procedure,
			expected: "build, migrate, release or rollback",
			remedy: "resume it with the program that started it"
		});
	}
}
function parseInputs(inputs, run) {
	const parsed = releaseInputsSchema.safeParse(inputs);
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "release.inputs-unreadable",
		where: `run ${run}`,
		found: prettifyError(parsed.error).replaceAll("\n", "; "),
		expected: "inputs as this version of the program records them",
		remedy: "resume with the version that started the run, or start a new one"
	});
}
/** Goes on with a run where it stopped: after a crash, a signal, or an answered gate. */
async function resume(opened, run, answers = {}) {
	const { abort = false, ...more } = answers;
	const back = (await readRun(opened.store, run)).procedure === "rollback";
	const service = await underPolicy(opened, back ? "back" : "look");
	if (!back) await agreeWithGit(service);
	const recorded = await readRun(service.store, run);
	const procedure = await procedureOf(service, run);
	const inputs = parseInputs(procedure.inputs, run);
	if (!back && recorded.finished === null && !abort && !goesBack(recorded, procedure)) {
		checkRules(service, run, inputs);
		const held = await service.target.quarantine(digestsOf(inputs.candidate), "forward", run);
		if (held.length > 0) throw new ProblemError(held);
	}
	const persons = await personOptions(service, inputs);
	const result = await announced(service, run, (observing) => resumeProcedure(procedure, run, {
		...engineOptions(service, {
			urgent: back,
			...observing,
			...persons,
			...back ? {} : { mayOrder: orderCheck(service) }
		}),
		...more
	}));
	await tellGit(service);
	const kind = procedure.id === "rollback" || procedure.id === "migrate" ? procedure.id : "release";
	return outcomeOf$1(service, kind, parseInputs(procedure.inputs, run), result);
}
/** Once the whole has failed, or was aborted, a resume takes it back and begins nothing forward, whatever else the journal says. */
function goesBack({ entries, aborted }, { root }) {
	return aborted || entries.some(({ record }) => record.type === "step.failed" && record.attempt === 0 && record.node === root.id);
}
/** The way forward needs the policy, and the approval that it asks for today: the journal is not believed about either. */
function checkRules({ rules, environment }, run, { approval, promotion }) {
	if (rules.kind === "unread") throw new ProblemError(rules.problems);
	const asked = approvalOf(rules.kind === "policy" ? rules.policy.rules : void 0).approval;
	const words = (one) => one === void 0 ? "no approval" : `${one.role === null ? "nobody" : `the role ${one.role}`}${one.windows ? " and a window" : ""}`;
	checkPromotion(run, promotion, environment.promotion?.from, promotionRulesOf(rules));
	if (words(asked) === words(approval)) return;
	throw new ProblemError({
		code: "policy.approval-changed",
		where: `run ${run}`,
		found: `a run that was begun to wait for ${words(approval)}`,
		expected: `${words(asked)}, as the policy asks today`,
		remedy: "roll back and start a new run, which asks for what is asked today"
	});
}
/** It still comes from where the order says, through the gates that are asked for today. */
function checkPromotion(run, promotion, from, rules) {
	const asked = promotion === void 0 ? null : promotion.rules;
	const inOrder = from === void 0 || promotion?.from === from;
	if (inOrder && canonical(toJson(asked)) === canonical(toJson(promotion === void 0 ? null : rules))) return;
	throw new ProblemError({
		code: "policy.promotion-changed",
		where: `run ${run}`,
		found: inOrder ? "a run that was begun under other gates" : `a run that came from ${promotion?.from ?? "nowhere"}`,
		expected: inOrder ? "the gates of the policy of today" : `one that came from ${from ?? ""}`,
		remedy: "roll back and start a new run, which asks for what is asked today"
	});
}
/** Judges the recorded samples of a run again, and who let its gates pass by the policy of today, where that can be read. */
async function replayRun(opened, run) {
	const service = await underPolicy(opened, "look");
	const procedure = await procedureOf(service, run);
	return replay(procedure, service.store, run, await gatekeeperOfRun(service, run));
}

// src/release/orders.ts
const POLL_MS = 200;
/**
* Orders a rollout to pause, to go on or to go back. Where a process works on it, the order is handed to that process; where none does, a pause
* waits for the next one, and this process goes on with the run, or back, itself.
*/
async function orderRun(opened, request) {
	const { run, kind, why, waitMs } = request;
	const service = await underPolicy(opened, "look");
	const { store, clock, door } = service;
	const { environment } = service.target;
	const barred = whyNot(await readRun(store, run), kind, (await readOrders(store, run)).some(({ order }) => order?.kind === "pause"));
	if (barred !== void 0) throw new ProblemError(barred);
	const signer = await signerOf(service);
	const order = await makeOrder({
		run,
		environment,
		kind,
		why,
		by: door.who,
		signer,
		clock
	});
	const problem = await orderCheck(service)(order);
	if (problem !== void 0) throw new ProblemError(problem);
	const file = await placeOrder(store, order);
	const until = clock.monotonic() + waitMs;
	let followed = false;
	while (await isDriven(store, environment, run)) {
		if (!followed) {
			followed = await isTakenUp(service, order, file);
			if (followed && kind !== "abort") return {
				kind: "followed",
				run
			};
			if (!followed && clock.monotonic() >= until) return {
				kind: "placed",
				run,
				why: "busy"
			};
		}
		if (door.signal?.requested !== void 0) return {
			kind: followed ? "followed" : "placed",
			run,
			why: "busy"
		};
		await clock.sleep(POLL_MS, door.signal?.signal).catch(() => void 0);
	}
	return withoutProcess(service, request, order, file);
}
/** Nobody works on the run: it has ended, it waits at a gate, or its process died. */
async function withoutProcess(service, { run, kind }, order, file) {
	const { finished, entries } = await readRun(service.store, run);
	const followed = await isTakenUp(service, order, file) || entries.some(({ record, payload }) => record.node === "" && JSON.stringify(payload ?? null).includes(order.id));
	if (finished !== null && !followed) {
		await removeOrder(file);
		throw new ProblemError(isOver(run, finished.outcome));
	}
	if (kind === "pause") return followed ? {
		kind: "followed",
		run
	} : {
		kind: "placed",
		run,
		why: "no-process"
	};
	return {
		kind: "ended",
		run,
		outcome: await resume(service, run, { abort: kind === "abort" })
	};
}
/** Has the run taken it up? Throws when it refused it. */
async function isTakenUp({ store }, order, file) {
	if ((await readOrders(store, order.run)).some((placed) => placed.order?.id === order.id)) return false;
	const refused = await refusalOf(file);
	if (refused !== null) throw new ProblemError(refused);
	return true;
}
/** Orders that lie there and have not been taken up. */
async function pendingOrders(store, run) {
	return (await readOrders(store, run)).flatMap(({ order }) => order === null ? [] : [{
		kind: order.kind,
		by: order.by,
		why: order.why
	}]);
}
/** Pure. */
function whyNot(run, kind, pauseWaits) {
	if (run.finished !== null) return isOver(run.run, run.finished.outcome);
	if (run.procedure !== "release") return {
		code: "order.no-rollout",
		where: `run ${run.run}`,
		found: `a ${run.procedure}`,
		expected: "a release: a way back is neither paused nor aborted",
		remedy: "let it end; `shiplock status` says how it stands"
	};
	if (kind !== "resume" || run.held !== null || pauseWaits) return void 0;
	return notPaused(run.run);
}
function isOver(run, outcome) {
	return {
		code: "order.run-over",
		where: `run ${run}`,
		found: `a run that is over: ${outcome}`,
		expected: "a run that is under way, waits or has stopped",
		remedy: "to go back to an earlier release: `shiplock rollback ENVIRONMENT --reason …`"
	};
}

// src/release/pipeline/view.ts
/** The newest entry by which this version came to serve for good. Pure. */
function cameWith({ history }, version) {
	return history.findLast((entry) => entry.version === version && cameToServe(entry));
}
/** Releases that came to the environment before since what serves here came there, and for how long there is something to take. Pure. */
function behindOf(before, servesBefore, servesHere, same, now) {
	if (servesBefore === null) return { kind: "nothing-before" };
	if (servesHere !== null && same(servesBefore, servesHere)) return { kind: "same" };
	const came = before.history.filter(({ outcome }) => outcome === "released");
	const own = came.findLastIndex(({ version }) => servesHere !== null && same(version, servesHere));
	const newer = came.slice(own + 1);
	const first = newer[0] ?? cameWith(before, servesBefore);
	const versions = new Set(newer.map(({ version }) => version));
	return {
		kind: "behind",
		releases: Math.max(1, versions.size),
		forMs: first === void 0 ? 0 : Math.max(0, now - Date.parse(first.time))
	};
}

// src/release/pipeline/look.ts
/** One view of all environments of a service, from the records, and from a look at each condition. Only looks. */
async function pipeline(service) {
	const problems = [];
	const { config, store, clock } = service;
	const tell = (error, where) => {
		problems.push(...problemsOf(error, where));
		return null;
	};
	const names = promotionOrder(config);
	const known = new Map(await Promise.all(names.map(async (name) => {
		return [name, await stageOf(service, unwrap(resolveEnvironment(config, name, { baseDir: service.baseDir }))).catch((error) => tell(error, name))];
	})));
	const [runs, gates, held] = await Promise.all([
		listRuns(store),
		showGates(store),
		standingOf(service, "forward").catch((error) => tell(error, "quarantine") ?? [])
	]);
	const environments = [];
	for (const name of names) {
		const stage = known.get(name);
		if (stage === void 0 || stage === null) continue;
		const from = stage.environment.promotion?.from ?? null;
		const before = from === null ? null : known.get(from) ?? null;
		const behind = before === null ? null : await behindIn(service, before, stage);
		const next = before === null || behind?.kind !== "behind" ? null : await nextOf(service, before, stage).catch((error) => tell(error, name));
		environments.push({
			environment: name,
			from,
			serves: stage.serves,
			behind,
			next,
			unfinished: unfinishedIn(runs, name).map(({ run, title, state }) => ({
				run,
				title,
				state,
				gates: gates.filter((gate) => gate.run === run).map(({ path }) => path)
			})),
			lock: await lockOf$1(service, name).catch((error) => tell(error, name))
		});
	}
	return {
		service: config.service.service,
		at: new Date(clock.now()).toISOString(),
		environments,
		quarantine: held.map(({ environment, entry }) => ({
			digest: entry.digest,
			component: entry.component ?? null,
			version: entry.version ?? null,
			environment,
			since: entry.time,
			cause: CAUSE[entry.cause],
			run: entry.run ?? null,
			why: entry.why
		})),
		problems: [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()]
	};
}
async function stageOf(service, environment) {
	const { store } = service;
	const name = environment.environment;
	const history = await readEnvironmentRecord(store, name, environment.service);
	const version = liveVersion(history);
	const came = version === null ? void 0 : cameWith(history, version);
	const record = version === null ? null : await readReleaseRecord(store, name, version);
	const run = history.history.findLast((one) => one.version === version && one.outcome === "released")?.run ?? null;
	const verdict = run === null ? "not known" : await readRun(store, run).then(textOf, () => "no journal here");
	return {
		environment,
		history,
		record,
		version,
		run,
		serves: version === null || came === void 0 ? null : {
			version,
			commit: record?.release.commit ?? null,
			since: came.time,
			who: came.who,
			verdict
		}
	};
}
function textOf(run) {
	return verdictText(verdictOf(run));
}
async function behindIn(service, before, here) {
	const same = (one, other) => withoutConfiguration(one) === withoutConfiguration(other);
	const behind = behindOf(before.history, before.version, here.version, same, service.clock.now());
	return behind.kind === "behind" ? {
		...behind,
		commits: await commitsBetween(service, here, before)
	} : behind;
}
async function commitsBetween({ exec, baseDir }, here, before) {
	const [from, to] = [here.record?.release.commit, before.record?.release.commit];
	if (from === void 0 || to === void 0) return null;
	const counted = await exec.read([
		"git",
		"-C",
		baseDir,
		"rev-list",
		"--count",
		`${from}..${to}`
	]);
	const count = Number(counted.stdout.trim());
	return counted.exitCode === 0 && counted.stdout.trim() !== "" && Number.isSafeInteger(count) ? count : null;
}
/** What a promotion of what serves before would find now. */
async function nextOf(service, before, here) {
	const { environment } = here;
	if (before.record === null || before.version === null || before.run === null) return null;
	const rules = (await readPolicy(service, environment))?.rules ?? null;
	const promotion = {
		from: before.environment.environment,
		version: before.version,
		run: before.run,
		manifest: before.record.manifest ?? manifestDigest(before.record.release),
		rules: rules?.promotion ?? null
	};
	const held = await quarantineProblems(service, digestsOf(before.record), "forward");
	const gates = promotion.rules === null ? [] : gatesOf(promotion, promotion.rules, before.version, promotionLooks(environment, service));
	const looked = await Promise.all(gates.map(async ({ id, role, condition }) => {
		if (condition === void 0) return {
			gate: id,
			state: "asks",
			text: `somebody with the role ${role}`
		};
		const { unmet, found } = await lookAt(condition, id, looking(service));
		const line = found.split("\n")[0] ?? "";
		const [first] = unmet;
		if (first === void 0) return {
			gate: id,
			state: "met",
			text: line
		};
		return {
			gate: id,
			state: "waits",
			text: `${line}; expected ${first.expected}`
		};
	}));
	return {
		version: before.version,
		gates: [
			...held.map(({ found }) => ({
				gate: "quarantine",
				state: "refused",
				text: found
			})),
			...looked,
			...rules === null ? [] : approvalViews(rules, service.clock.now())
		]
	};
}
/** What the gate before the release itself asks for. Pure. */
function approvalViews({ approval, approvals, windows }, now) {
	const window = windows === null ? null : windowAt(windows, now);
	const persons = `${approvals} ${approvals === 1 ? "person" : "persons"} with the role ${approval}`;
	return [...approval === null ? [] : [{
		gate: "approval",
		state: "asks",
		text: persons
	}], ...window === null || windows === null ? [] : [window.kind === "open" ? {
		gate: "window",
		state: "met",
		text: "open"
	} : {
		gate: "window",
		state: "waits",
		text: `${window.why}${window.opens === void 0 ? "" : `; opens ${wallText(windows.timeZone, window.opens)}`}`
	}]];
}
function unfinishedIn(runs, environment) {
	return runs.filter((run) => run.environment === environment && run.finished === null && run.procedure !== "build");
}
async function lockOf$1({ store, shared }, environment) {
	const lease = await newestLease(store, shared, environment);
	if (lease?.lock?.on !== true) return null;
	const { by, reason, time } = lease.lock;
	return {
		by,
		reason,
		time
	};
}
const LOOK_MS = 3e4;
/** A context for a look outside of any run. */
function looking({ clock, exec }) {
	const nothing = () => {
		throw new ProblemError({
			code: "procedure.no-outputs",
			where: "pipeline",
			found: "a look outside of a run",
			expected: "a condition that needs nothing of its run",
			remedy: "this is a fault of the procedure"
		});
	};
	return {
		mode: "plan",
		clock,
		exec,
		signal: AbortSignal.timeout(LOOK_MS),
		outputOf: nothing,
		evidenceOf: nothing,
		fence: 0,
		run: "",
		note: () => void 0
	};
}

// src/release/promote.ts
/**
* Takes the release that serves in one environment to this one: the same commit, artefacts and migrations, nothing is built again. Only the
* configuration is that of this environment. From there on it is a release like any other.
*/
async function promote(opened, request) {
	const service = await underPolicy(opened, "forward");
	await agreeWithGit(service);
	const inputs = await promoteInputs(service, request);
	const persons = await personOptions(service, inputs);
	const result = await announced(service, void 0, (observing) => runProcedure(releaseProcedure(inputs, service.target), engineOptions(service, {
		...observing,
		...persons,
		mayOrder: orderCheck(service)
	})));
	await tellGit(service);
	return outcomeOf$1(service, "release", inputs, result);
}
/** What that would do now. Looks only. */
async function planPromotion(opened, request) {
	const service = await underPolicy(opened, "plan");
	const inputs = await promoteInputs(service, request);
	return {
		inputs,
		release: await planProcedure(releaseProcedure(inputs, service.target), engineOptions(service)),
		rules: service.rules
	};
}
async function promoteInputs(service, request) {
	const { target, store, environment, door } = service;
	const { why, seed } = request;
	const from = comesFrom(service, request.from);
	await fetchRecordsOf(service, from);
	const { record: source, run } = await provenRelease(service, from, request.version);
	const stable = await stableRecord(service);
	const head = await sourceCommit(service, request.allowDirty);
	const made = source.release;
	const problems = [
		...migrationProblems(made, target.database?.migrations ?? [], head),
		...await artefactProblems(source),
		...await target.quarantine(digestsOf(source))
	];
	if (problems.length > 0) throw new ProblemError(problems);
	const hash = configHash(environment);
	const version = unwrap(nameVersion({
		wanted: made.version,
		described: made.version,
		commit: made.commit,
		hash,
		live: stable?.release.version ?? null,
		known: await knownReleases(store, target.environment)
	}));
	const configured = head === made.commit || request.allowDirty ? null : await commitTime(service, head);
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: {
				...made,
				version,
				configHash: hash
			},
			...unitsOf(environment, version, builtOf(source)),
			schema: await target.database?.after() ?? "empty",
			...source.manifest === void 0 ? {} : { manifest: source.manifest },
			...head === made.commit ? {} : { configCommit: head },
			...configured === null ? {} : { configCommitTime: configured }
		},
		stable,
		seed,
		...approvalOf(service.rules.kind === "policy" ? service.rules.policy.rules : void 0),
		promotion: {
			from,
			version: source.release.version,
			run,
			manifest: await travelling(store, source),
			rules: promotionRulesOf(service.rules)
		},
		who: door.who,
		why
	};
}
/** The record of a release that serves in its environment and went through its whole run there. */
async function provenRelease({ store, target }, from, wanted) {
	const history = await readEnvironmentRecord(store, from, target.service);
	const version = wanted ?? liveVersion(history);
	const entry = version === null ? void 0 : provenEntry(history, version);
	const record = version === null ? null : await readReleaseRecord(store, from, version);
	const run = (await listRuns(store)).find((one) => one.run === entry?.run);
	const outcome = run?.finished?.outcome ?? null;
	if (version !== null && entry !== void 0 && record !== null && outcome === "done") return {
		record,
		run: entry.run
	};
	throw new ProblemError({
		code: "release.not-proven",
		where: version === null ? from : `${version} in ${from}`,
		found: notProven(history, version, entry, record, run === void 0 ? "no journal" : outcome ?? run.state),
		expected: `a release that serves ${from} and was verified there to the end of its run`,
		remedy: `\`shiplock status ${from}\` says what serves; release it there first, or name another with --release`
	});
}
/** The entry by which this version came to serve, while nothing has taken it back since. Pure. */
function provenEntry({ history }, version) {
	let serves;
	const takenBack = /* @__PURE__ */ new Set();
	const proven = /* @__PURE__ */ new Map();
	for (const entry of history) {
		if (entry.outcome === "rolled-back" || entry.outcome === "removed") takenBack.add(entry.version);
		if (entry.outcome === "went-back-to" && serves !== void 0 && serves.version !== entry.version) takenBack.add(serves.version);
		if (entry.outcome === "released") {
			takenBack.delete(entry.version);
			proven.set(entry.version, entry);
		}
		if (cameToServe(entry)) serves = entry;
		if (entry.outcome === "removed") serves = void 0;
	}
	return takenBack.has(version) ? void 0 : proven.get(version);
}
function notProven({ history }, version, entry, record, outcome) {
	if (version === null) return "nothing serves";
	if (!history.some((one) => one.version === version)) return "a version that was never released there";
	if (entry === void 0) return "a version that was taken back there";
	return record === null ? "no record of the release" : `a release whose run ${entry.run} has not ended well: ${outcome}`;
}
/** Every artefact is there, with the bytes that were released. */
async function artefactProblems(source) {
	const specs = [...source.unit === null ? [] : [source.unit], ...source.files];
	return (await Promise.all(specs.map(async ({ component, artefact, digest }) => {
		const found = await artefactDigest(artefact).catch(() => null);
		return found === digest ? [] : [artefactProblem(component, artefact, digest, found)];
	}))).flat();
}
function builtOf({ unit, files }) {
	const specs = [...unit === null ? [] : [unit], ...files];
	return Object.fromEntries(specs.map(({ component, digest, artefact }) => [component, {
		digest,
		path: artefact
	}]));
}
/** The migrations that lie here are those that belong to the release. Pure. */
function migrationProblems(release, here, head) {
	const list = (all) => all.map(({ id, sha256 }) => `${id} ${sha256}`);
	const [theirs, ours] = [list(release.migrations), list(here)];
	const differs = [...theirs.filter((one) => !ours.includes(one)), ...ours.filter((one) => !theirs.includes(one))];
	const [first] = differs;
	if (first === void 0) return [];
	return [{
		code: "release.other-migrations",
		where: `migrations at ${head.slice(0, 12)}`,
		found: `${differs.length} that are not those of ${release.version}, the first: ${first.split(" ")[0] ?? ""}`,
		expected: `the migrations of commit ${release.commit.slice(0, 12)}`,
		remedy: `git checkout ${release.commit.slice(0, 12)}, then promote again`
	}];
}
function artefactProblem(component, path, digest, found) {
	return {
		code: "release.artefact-differs",
		where: `${component}: ${path}`,
		found: found ?? "nothing",
		expected: `${digest}, as it was released`,
		remedy: "restore it from a backup of the state directory; a release is never built again under the same name"
	};
}

// src/release/quarantine/parameter.ts
/** Pure. */
function admissionParameter(service, held) {
	const sorted = held.toSorted((a, b) => a.entry.digest.localeCompare(b.entry.digest));
	return {
		formatVersion: 1,
		service,
		digests: [...new Set(sorted.map(({ entry }) => entry.digest))],
		data: Object.fromEntries(sorted.map((one) => [quarantineKey(one.entry.digest), reasonOf(one)]))
	};
}
function reasonOf({ environment, entry }) {
	const what = entry.component === void 0 ? "" : `${entry.component} ${entry.version ?? ""}: `;
	const run = entry.run === void 0 ? "" : `, run ${entry.run}`;
	return `${what}${CAUSE[entry.cause]} in ${environment}${run}`;
}

// src/release/quarantine/say.ts
/** Puts a digest into quarantine in the name of this environment; it then holds in all of them. */
async function addToQuarantine(opened, word) {
	const service = await underPolicy(opened, "forward");
	return say(service, {
		kind: "quarantined",
		...await begin(service, word),
		cause: "added"
	});
}
/** Entries of this environment that hold a digest; for `releaseFromQuarantine`. */
async function heldDigests(service, digest) {
	await agreeWithGit(service);
	return (await standingOf(service, "forward")).filter(({ entry }) => entry.digest === digest);
}
/** Ends the entries of this environment that hold a digest. What is taken back again later is in quarantine again. */
async function releaseFromQuarantine(opened, word, ends) {
	const service = await underPolicy(opened, "forward");
	return say(service, {
		kind: "released",
		...await begin(service, word),
		ends: [...ends]
	});
}
async function begin(service, { digest, why }) {
	const person = (await signerOf(service))?.person;
	return {
		id: randomBytes(16).toString("hex"),
		digest,
		why,
		who: person ?? service.door.who,
		time: new Date(service.clock.now()).toISOString(),
		host: hostname(),
		...person === void 0 ? {} : { person }
	};
}
async function say(service, unsigned) {
	const { store, rules, exec, target } = service;
	const place = {
		service: target.service,
		environment: target.environment
	};
	const signer = await signerOf(service);
	const text = quarantineText(place.service, place.environment, unsigned);
	const entry = signer === void 0 ? unsigned : {
		...unsigned,
		signature: await signer.sign(text, "shiplock-quarantine@v1")
	};
	const policy = rules.kind === "policy" ? rules.policy : null;
	const why = await whyNotBelieved(place.service, entry, policy, sshSignatures(exec));
	if (why !== void 0) throw new ProblemError(notEntitled(entry, place.environment, why));
	const path = quarantinePath(store, place.environment, entry.id);
	await mkdir(dirname(path), { recursive: true });
	const record = recordOf(place, quarantineEntrySchema.parse(entry));
	await replaceFile(path, `${JSON.stringify(record, null, 2)}\n`);
	await tellGit(service);
	await announceQuarantine(service, record);
	return entry;
}
function notEntitled({ digest, kind }, environment, found) {
	return {
		code: "release.quarantine-role",
		where: digest,
		found,
		expected: `somebody whom the policy of ${environment} lets ${kind === "released" ? "release digests from quarantine" : "put digests into quarantine"}, with a signature`,
		remedy: "ask one of them, and sign with --sign-key; the role stands under `policy.quarantine` on the protected branch"
	};
}
/** Nothing of it stands on the list. */
function notQuarantined(digest) {
	return {
		code: "release.not-quarantined",
		where: digest,
		found: "a digest that is not in quarantine",
		expected: "one of `shiplock quarantine list`",
		remedy: "nothing to do, or check the digest"
	};
}

// src/gitops/rollouts/print.ts
var import_dist = require_dist();
/** Several objects as one YAML text. */
function manifestsText(manifests) {
	return manifests.map((manifest) => (0, import_dist.stringify)(manifest, { lineWidth: 0 })).join("---\n");
}

// src/gitops/rollouts/templates.ts
/** After an error the controller asks again after this time, whatever the interval is. */
const ERROR_RETRY_MS = 1e4;
/** The judge answers within 8 seconds, or says that it cannot. */
const TIMEOUT_SECONDS = 10;
function templateName({ rollout }, ask) {
	return `${rollout}-judge-${ask}`;
}
/**
* One question as an AnalysisTemplate. Only `worse` fails it, at the first time; only `not-worse` passes it, at the first time; everything else is
* looked at again until the wait is over, and pauses the Rollout then. A watch has no end of its own: whatever is not `worse` is well.
*/
function judgeTemplate(options, ask) {
	const { judge, waitMs } = options;
	const looks = Math.ceil(waitMs / judge.everyMs);
	const limits = {
		failureLimit: 0,
		consecutiveErrorLimit: Math.ceil(waitMs / ERROR_RETRY_MS),
		...ask === "watch" ? {} : {
			consecutiveSuccessLimit: 1,
			inconclusiveLimit: looks,
			count: looks + 2
		}
	};
	const conditions = {
		failureCondition: "result.verdict == \"worse\"",
		...ask === "watch" ? {} : { successCondition: "result.verdict == \"not-worse\"" }
	};
	const metric = {
		name: "verdict",
		interval: goDuration(judge.everyMs),
		...conditions,
		...limits,
		provider: { web: {
			method: "POST",
			url: `${judge.url.replace(/\/+$/, "")}/v1/judge`,
			timeoutSeconds: TIMEOUT_SECONDS,
			headers: [{
				key: "Authorization",
				value: "Bearer {{args.token}}"
			}],
			jsonPath: "{$}",
			jsonBody: questionOf(options, ask)
		} }
	};
	const { name, key } = judge.tokenSecret;
	return template(options, ask, {
		args: [...argumentsOf(options, ask).map((argument) => ({ name: argument })), {
			name: "token",
			valueFrom: { secretKeyRef: {
				name,
				key
			} }
		}],
		metrics: [metric]
	});
}
function questionOf(options, ask) {
	const { service, environment } = options;
	const run = {
		namespace: "{{args.namespace}}",
		rollout: "{{args.rollout}}",
		revision: "{{args.revision}}"
	};
	return {
		service,
		environment,
		ask,
		canary: "{{args.canary}}",
		stable: "{{args.stable}}",
		...ask === "watch" ? {} : { bake: "{{args.bake}}" },
		...ask === "step" ? { share: "{{args.share}}" } : {},
		run: isStep(options, ask) ? {
			...run,
			step: "{{args.step}}"
		} : run
	};
}
const ALWAYS = [
	"canary",
	"stable",
	"namespace",
	"rollout",
	"revision"
];
/** After a blue-green switch there is an AnalysisRun, but no step. */
function isStep({ strategy }, ask) {
	return ask === "step" || ask === "alone" && strategy.kind === "canary";
}
function argumentsOf(options, ask) {
	return [
		...ALWAYS,
		...ask === "watch" ? [] : ["bake"],
		...ask === "step" ? ["share"] : [],
		...isStep(options, ask) ? ["step"] : []
	];
}
/** How a Rollout calls the template: the controller fills in who the versions are and which revision it is. */
function callOf(options, ask, own = {}) {
	const field = (name, fieldPath) => ({
		name,
		valueFrom: { fieldRef: { fieldPath } }
	});
	return {
		templates: [{ templateName: templateName(options, ask) }],
		args: [
			{
				name: "canary",
				valueFrom: { podTemplateHashValue: "Latest" }
			},
			{
				name: "stable",
				valueFrom: { podTemplateHashValue: "Stable" }
			},
			field("namespace", "metadata.namespace"),
			field("rollout", "metadata.name"),
			field("revision", "metadata.annotations['rollout.argoproj.io/revision']"),
			...own.bakeMs === void 0 ? [] : [{
				name: "bake",
				value: formatDuration(own.bakeMs)
			}],
			...own.share === void 0 ? [] : [{
				name: "share",
				value: formatShare(own.share)
			}],
			...own.step === void 0 ? [] : [{
				name: "step",
				value: String(own.step)
			}]
		]
	};
}
/** Requests that the new version must answer with 2xx before the switch; asked again until the health deadline. */
function smokeTemplate(options, urls) {
	return template(options, "smoke", { metrics: urls.map((url, index) => ({
		name: `smoke-${index + 1}`,
		consecutiveErrorLimit: Math.ceil(options.healthDeadlineMs / ERROR_RETRY_MS),
		provider: { web: {
			url,
			timeoutSeconds: TIMEOUT_SECONDS
		} }
	})) });
}
function template(options, ask, spec) {
	return {
		apiVersion: "argoproj.io/v1alpha1",
		kind: "AnalysisTemplate",
		metadata: metadata(options, templateName(options, ask)),
		spec
	};
}
function metadata({ namespace }, name) {
	return namespace === void 0 ? { name } : {
		name,
		namespace
	};
}
/** Go reads no days, and no fractions are needed: whole seconds. */
function goDuration(ms) {
	return `${Math.ceil(ms / 1e3)}s`;
}

// src/gitops/rollouts/weights.ts
/** Shares that Argo Rollouts can give. Pure. */
/** Pods of the new version and of both, as the controller chooses them for a weight when no router splits the traffic. */
function podsFor(replicas, weight, maxSurge) {
	const exact = replicas * weight / 100;
	const [low, high] = [Math.floor(exact), Math.ceil(exact)];
	const zeroAllowed = weight === 100 || weight === 0 || replicas === 1 && maxSurge === 0;
	const options = [];
	const tied = (total) => total * weight % 100 === 50;
	if (high < replicas || zeroAllowed) options.push({
		canary: high,
		total: replicas
	});
	if (!tied(replicas) && (low !== 0 || zeroAllowed)) options.push({
		canary: low,
		total: replicas
	});
	if (maxSurge > 0) {
		options.push({
			canary: high,
			total: replicas + 1
		});
		if (!tied(replicas + 1) && (low !== 0 || zeroAllowed)) options.push({
			canary: low,
			total: replicas + 1
		});
	}
	const delta = (one) => Math.abs(weight - one.canary * 100 / one.total);
	let best = options[0] ?? {
		canary: 0,
		total: replicas
	};
	for (const option of options) if (delta(option) < delta(best)) best = option;
	return best;
}
/** With pods only, one more than wanted may run for a while, and none is missing. */
const MAX_SURGE = 1;
/** A share this near to what was asked is what was asked. */
const NEAR = .005;
/** The weight that a step sets, 1 to 99; refused with the shares that could be given. */
function weightOf(share, routing, where) {
	const weight = Math.round(share * 100);
	if (routing.kind === "gateway-api") {
		if (Math.abs(share * 100 - weight) < 1e-6 && weight >= 1) return ok(weight);
		const near = [.../* @__PURE__ */ new Set([Math.max(1, Math.floor(share * 100)), Math.ceil(share * 100)])];
		return bad(notGiven(where, share, near.map((percent) => `${percent}%`).join(" or "), "whole percentages"));
	}
	const { canary, total } = podsFor(routing.replicas, weight, 1);
	if (weight >= 1 && Math.abs(canary / total - share) <= NEAR) return ok(weight);
	const near = podShares(routing.replicas).toSorted((one, other) => Math.abs(one - share) - Math.abs(other - share)).slice(0, 4).toSorted((one, other) => one - other).map((one) => formatShare(Math.round(one * 1e3) / 1e3));
	return bad(notGiven(where, share, near.join(", "), `shares of ${routing.replicas} pods`));
}
/** Every share that some weight leads to, ascending, without 0 and 1. */
function podShares(replicas) {
	const shares = /* @__PURE__ */ new Set();
	for (let weight = 1; weight <= 99; weight += 1) {
		const { canary, total } = podsFor(replicas, weight, 1);
		if (canary > 0 && canary < total && Math.abs(canary / total - weight / 100) <= NEAR) shares.add(canary / total);
	}
	return [...shares].toSorted((one, other) => one - other);
}
function notGiven(where, share, could, what) {
	return {
		code: "gitops.share-not-given",
		where,
		found: `a share of ${formatShare(share)}`,
		expected: could === "" ? what : `${what}, for instance ${could}`,
		remedy: "change the step, run more replicas, or let a router split the traffic (--http-route)"
	};
}

// src/gitops/rollouts/strategy.ts
/**
* The part of a Rollout that says how a new version earns its traffic, and the AnalysisTemplates that it calls. The first manifest is the part of
* the Rollout: a patch for Kustomize. Pure.
*/
function rolloutManifests(options) {
	const { strategy } = options;
	const made = strategy.kind === "canary" ? canary(options, strategy) : blueGreen(options, strategy);
	if (!made.ok) return made;
	const patch = {
		apiVersion: "argoproj.io/v1alpha1",
		kind: "Rollout",
		metadata: metadata(options, options.rollout),
		spec: {
			progressDeadlineSeconds: Math.ceil(options.healthDeadlineMs / 1e3),
			progressDeadlineAbort: true,
			strategy: made.value.strategy
		}
	};
	return ok([patch, ...made.value.templates]);
}
function canary(options, { steps, routing, finalBakeMs }) {
	const list = [];
	const problems = [];
	const pull = options.mode === "pull";
	for (const [index, { share, bakeMs }] of steps.entries()) {
		const weight = weightOf(share, routing, `rollout.steps.${index}.share`);
		if (!weight.ok) {
			problems.push(...weight.problems);
			continue;
		}
		list.push({ setWeight: weight.value });
		list.push(pull ? { analysis: callOf(options, "step", {
			bakeMs,
			share,
			step: list.length
		}) } : { pause: {} });
	}
	if (problems.length > 0) return bad(...problems);
	const all = routing.kind === "gateway-api" && finalBakeMs > 0;
	if (all) {
		list.push({ setWeight: 100 });
		list.push(pull ? { analysis: callOf(options, "alone", {
			bakeMs: finalBakeMs,
			step: list.length
		}) } : { pause: {} });
	}
	const watch = pull ? {} : { analysis: {
		...callOf(options, "watch"),
		startingStep: 1
	} };
	const routed = routing.kind === "gateway-api" ? {
		stableService: routing.stableService,
		canaryService: routing.canaryService,
		trafficRouting: { plugins: { "argoproj-labs/gatewayAPI": gateway(options, routing.httpRoute) } }
	} : {
		maxSurge: 1,
		maxUnavailable: 0
	};
	const asks = pull ? [...steps.length > 0 ? ["step"] : [], ...all ? ["alone"] : []] : ["watch"];
	return ok({
		strategy: { canary: {
			...routed,
			...watch,
			steps: list
		} },
		templates: asks.map((ask) => judgeTemplate(options, ask))
	});
}
function gateway({ namespace }, httpRoute) {
	return namespace === void 0 ? { httpRoute } : {
		httpRoute,
		namespace
	};
}
function blueGreen(options, strategy) {
	const pull = options.mode === "pull";
	const { activeService, previewService, previewPort } = strategy;
	const host = options.namespace === void 0 ? previewService : `${previewService}.${options.namespace}.svc`;
	const smoke = pull ? strategy.smoke.map((path) => `http://${host}:${previewPort}${path}`) : [];
	return ok({
		strategy: { blueGreen: {
			activeService,
			previewService,
			autoPromotionEnabled: pull && !strategy.preview,
			scaleDownDelaySeconds: Math.max(30, Math.ceil(strategy.drainMs / 1e3)),
			...smoke.length === 0 ? {} : { prePromotionAnalysis: { templates: [{ templateName: templateName(options, "smoke") }] } },
			postPromotionAnalysis: callOf(options, "alone", { bakeMs: strategy.finalBakeMs })
		} },
		templates: [judgeTemplate(options, "alone"), ...smoke.length === 0 ? [] : [smokeTemplate(options, smoke)]]
	});
}

// src/release/rollouts.ts
/** Strategy and AnalysisTemplates of an environment for Argo Rollouts. Pure. */
function environmentManifests(environment, names) {
	const { rollout, metrics } = environment;
	const refused = refusals(environment, names);
	if (refused.length > 0) return bad(...refused);
	return rolloutManifests({
		mode: names.mode,
		service: environment.service,
		environment: environment.environment,
		rollout: names.rollout,
		...names.namespace === void 0 ? {} : { namespace: names.namespace },
		strategy: rollout.strategy === "canary" ? {
			kind: "canary",
			steps: rollout.steps,
			finalBakeMs: rollout.finalBakeMs,
			routing: names.routing
		} : {
			kind: "blue-green",
			activeService: names.activeService,
			previewService: names.previewService,
			previewPort: names.previewPort,
			preview: rollout.preview,
			finalBakeMs: rollout.finalBakeMs,
			drainMs: rollout.drainTimeoutMs,
			smoke: rollout.smoke.map(({ path }) => path)
		},
		healthDeadlineMs: rollout.healthDeadlineMs,
		waitMs: rollout.analysisDeadlineMs,
		judge: {
			...names.judge,
			everyMs: Math.max(names.judge.everyMs, metrics.everyMs)
		}
	});
}
/** What Argo Rollouts cannot be told. */
function refusals({ environment, rollout, metrics }, { mode }) {
	const at = (path) => `environments.${environment}.${path}`;
	const problems = [];
	if (metrics.prometheus === null) problems.push({
		code: "gitops.no-counts",
		where: at("metrics"),
		found: "no Prometheus",
		expected: "counts that the judge can ask for",
		remedy: "add `prometheus:` under `metrics:`"
	});
	if (rollout.strategy === "rolling") problems.push({
		code: "gitops.strategy-of-hosts",
		where: at("rollout.strategy"),
		found: "rolling",
		expected: "canary or blue-green: on Kubernetes pods are not replaced host by host",
		remedy: "write `strategy: canary` with steps"
	});
	if (rollout.strategy === "blue-green" && rollout.steps.length > 0) problems.push({
		code: "gitops.shares-of-blue-green",
		where: at("rollout.steps"),
		found: `${rollout.steps.length} shares before a blue-green switch`,
		expected: "none: Argo Rollouts switches all traffic at once",
		remedy: "write `steps: []`, or `strategy: canary`"
	});
	if (rollout.strategy === "blue-green" && mode === "pull") for (const [index, { status, contains }] of rollout.smoke.entries()) {
		if (contains === void 0 && status >= 200 && status < 300) continue;
		problems.push({
			code: "gitops.smoke-not-told",
			where: at(`rollout.smoke.${index}`),
			found: contains === void 0 ? `status ${status}` : `a text that must be in the answer`,
			expected: "requests that are answered with 2xx: the controller looks at nothing else",
			remedy: "ask for another path, or use --mode push, where the pipeline makes the requests"
		});
	}
	return problems;
}

// src/release/status.ts
const DAY_MS = 864e5;
/** Each part is looked at by itself and within its own time: a source that hangs costs its own line, not the answer. */
async function status(service, partMs = 1e3) {
	const { target, store, shared, clock } = service;
	const problems = [];
	const part = async (what, look, fallback) => {
		const over = new AbortController();
		const late = clock.sleep(partMs, over.signal).then(() => {
			throw new Error(`no answer within ${partMs} ms`);
		});
		late.catch(() => void 0);
		try {
			return await Promise.race([look(over.signal), late]);
		} catch (error) {
			problems.push({
				code: "status.unknown",
				where: what,
				found: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error),
				expected: "an answer",
				remedy: `see why ${what} does not answer`
			});
			return fallback;
		} finally {
			over.abort();
		}
	};
	const here = await readLease(store, target.environment).catch(() => void 0);
	const [rules, routes, platform, schema, git, lease, pending, record, runs, gates] = await Promise.all([
		part("the policy", async (signal) => (await underPolicy(service, "look", signal)).rules, { kind: "later" }),
		part("the proxy", (signal) => target.ports.router.observe(signal), {
			kind: "unreachable",
			reason: "no answer"
		}),
		part("the platform", (signal) => target.ports.platform.observe(signal), {
			instances: [],
			installed: [],
			current: {},
			hosts: []
		}),
		part("the database", async () => await target.database?.schema(partMs) ?? null, null),
		part("the GitOps repository", async () => await target.gitops?.named() ?? null, null),
		part("the git store", (signal) => newestLease(store, shared, target.environment, signal), here?.lease),
		shared === void 0 ? null : pendingRuns(shared, store, target.environment),
		readEnvironmentRecord(store, target.environment, target.service),
		listRuns(store),
		showGates(store)
	]);
	const seen = routes.kind === "observed" ? routes.routes.toSorted((a, b) => b.hold.localeCompare(a.hold)) : null;
	const serving = seen?.find((route) => route.hold === "stable" && route.configuredShare > 0)?.version ?? Object.values(platform.current)[0] ?? null;
	const since = clock.now() - DAY_MS;
	const mine = runs.filter((run) => run.environment === target.environment && run.finished === null);
	const open = gates.filter((gate) => mine.some((run) => run.run === gate.run));
	const recentIds = runs.filter((run) => run.environment === target.environment && (run.finished === null || Date.parse(run.lastAt) >= since)).map(({ run }) => run);
	return {
		service: target.service,
		environment: target.environment,
		routes: seen?.map((route) => ({
			version: route.version,
			share: route.share,
			configured: route.configuredShare,
			hold: route.hold,
			up: route.endpoints.filter((endpoint) => endpoint.health === "up").length
		})) ?? null,
		routesProblem: routes.kind === "unreachable" ? routes.reason : null,
		instances: platform.instances.map(({ instance, version, on, host, port, state, restarts, detail }) => ({
			instance,
			version,
			on,
			address: host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
			state,
			restarts,
			detail
		})),
		hosts: platform.hosts.map((host) => ({
			name: host.name,
			address: host.address,
			problem: host.kind === "unreachable" ? host.reason : null
		})),
		current: platform.current,
		schema,
		git,
		pending: pending?.map(({ run, records }) => ({
			run,
			records
		})) ?? null,
		lock: lockOf(lease),
		holder: holderOf(lease),
		gitAgrees: target.gitops === null ? null : git === serving,
		changes: record.history.filter((entry) => Date.parse(entry.time) >= since).map(({ time, version, outcome, who, why }) => ({
			time,
			version,
			outcome,
			who,
			why
		})),
		unfinished: await Promise.all(mine.map(async ({ run, title, state, held }) => ({
			run,
			title,
			state,
			held,
			orders: await pendingOrders(store, run)
		}))),
		gates: open.map(({ run, path, title }) => ({
			run,
			path,
			title
		})),
		announcements: service.environment.announce === null ? null : await announcementsOf(store, recentIds),
		persons: rulesText(rules),
		next: nextCommands(target.environment, mine, open, serving, previousVersion(record), service.environment.promotion?.from ?? null),
		problems
	};
}
function lockOf(lease) {
	if (lease?.lock?.on !== true) return null;
	const { by, reason, time } = lease.lock;
	return {
		by,
		reason,
		time
	};
}
function holderOf(lease) {
	if (lease === void 0 || lease.holder === null) return null;
	const { run, who, host } = lease.holder;
	return {
		run,
		who,
		host
	};
}
/** Pure: what may be done now. */
function nextCommands(environment, unfinished, gates, serving, previous, from = null) {
	const gate = gates[0];
	const run = unfinished[0];
	const next = [];
	if (gate !== void 0) {
		next.push({
			command: `shiplock gate show ${gate.run}`,
			why: "a gate waits for evidence"
		});
		next.push({
			command: `shiplock gate fill ${gate.run} ${gate.path} --item name=value …`,
			why: "answers it"
		});
	}
	if (run !== void 0 && (run.held ?? null) !== null) {
		next.push({
			command: `shiplock rollout resume ${run.run} --reason …`,
			why: "ends the pause"
		});
		next.push({
			command: `shiplock rollout abort ${run.run} --reason …`,
			why: "takes the new version back"
		});
	} else if (run !== void 0) next.push({
		command: `shiplock resume ${run.run}`,
		why: "goes on where the run stopped"
	});
	if (run === void 0) next.push({ ...from === null ? {
		command: `shiplock release ${environment}`,
		why: serving === null ? "makes the first release" : "releases the commit that is checked out"
	} : {
		command: `shiplock promote --to ${environment}`,
		why: `takes what serves ${from} here`
	} });
	if (serving !== null && run !== void 0) next.push({
		command: `shiplock rollback ${environment} --reason …`,
		why: "sends all traffic back to the stable version"
	});
	else if (previous !== null) next.push({
		command: `shiplock rollback ${environment} --reason …`,
		why: `goes back to ${previous}`
	});
	return next;
}

// src/release/what-if.ts
/**
* Judges one run again. Settings that are not given are those that the run recorded; what is no part of the policy (deadlines, what
* follows from too little traffic) is as the environment has it today.
*
* @param target the environment of the run; only its settings are used
* @param settings of a policy, checked by `makePolicy` already
*/
async function whatIf(target, run, settings) {
	const recorded = await readRun(target.store, run);
	const nothing = (why) => ({
		kind: "nothing",
		run,
		why
	});
	if (recorded.procedure !== "release") return nothing(`a ${recorded.procedure}: nothing is judged in it`);
	const inputs = releaseInputsSchema.safeParse(recorded.inputs);
	if (!inputs.success) return nothing("its inputs are not in the form of this version");
	const { candidate, stable } = inputs.data;
	if (candidate.unit === null || stable === null || stable.unit === null) return nothing("there was no stable version to compare with");
	const rollout = rolloutFor(target, candidate.unit, stable.unit);
	try {
		const story = storyOf(recorded, target.policy.steps);
		if (story.bakes.length === 0) return nothing("it ended before the first share was judged");
		const policy = makePolicy({
			...story.policy ?? target.policy.analysis,
			...settings
		});
		const judged = rejudge(rollout, policy, story.past, story.bakes);
		return {
			kind: "judged",
			release: compared(recorded, candidate.release.version, story, judged)
		};
	} catch (error) {
		if (error instanceof ProblemError) return nothing(error.problems.map(({ found }) => found).join("; "));
		throw error;
	}
}
function compared(recorded, version, story, judged) {
	const before = story.bakes.map(({ id }) => story.decisions.get(id) ?? []);
	const after = judged.map(({ decisions }) => decisions);
	return {
		run: recorded.run,
		environment: recorded.environment,
		version,
		startedAt: recorded.startedAt,
		steps: judged.map(({ id, share, looks, decisions, requestsNeeded }) => ({
			step: id,
			share,
			looks,
			recorded: (story.decisions.get(id) ?? []).map(published),
			again: decisions.map(published),
			requestsNeeded
		})),
		recorded: endingOf(before),
		again: endingOf(after),
		same: after.length === before.length && after.every((decisions, i) => sameDecisions(before[i] ?? [], decisions))
	};
}
function published({ answer, text, time, afterMs }) {
	return {
		answer,
		text,
		at: new Date(time).toISOString(),
		afterSeconds: afterMs / 1e3
	};
}
/** A failure anywhere ends a release; without one, every step must have passed. Pure. */
function endingOf(steps) {
	if (steps.flat().some(({ answer }) => answer === "fail")) return "rolled-back";
	return steps.every((decisions) => decisions.some(({ answer }) => answer === "pass")) ? "passed" : "undecided";
}
/** The same answers at the same looks; the words may be those of another version of the program. */
function sameDecisions(a, b) {
	return a.length === b.length && a.every(({ answer, time }, i) => answer === b[i]?.answer && time === b[i]?.time);
}
const sampleSchema = looseObject({ sample: looseObject({ time: number() }) });
const evidenceSchema = looseObject({ evidence: record(string(), union([
	string(),
	number(),
	boolean()
])) });
const verdictSchema = looseObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string()
});
const pastDoneSchema = looseObject({ outputs: looseObject({ accuse: looseObject({ policy: record(string(), unknown$1()) }) }) });
const bakeDoneSchema = looseObject({ outputs: looseObject({ clear: looseObject({ policy: looseObject({ minimumBakeSeconds: number() }) }) }) });
/** Sorts the records of a run by watch. Pure. */
function storyOf(recorded, configured) {
	const watches = /* @__PURE__ */ new Map();
	let paused = false;
	for (const { record, payload } of recorded.entries) {
		if (record.type === "run.paused" || record.type === "run.resumed") {
			paused = isHeld(payload, record.type === "run.paused", paused);
			if (paused) for (const watched of watches.values()) holdLast(watched, "sample");
		}
		const id = record.node.split("/").find((part) => part === "past" || shareJudgedBy(part) !== void 0);
		if (id === void 0) continue;
		const watched = watches.get(id) ?? {
			looks: [],
			decisions: [],
			first: void 0,
			time: 0,
			acted: 0,
			done: void 0
		};
		watches.set(id, watched);
		if (record.type === "gate.evidence" || record.node.endsWith(`/${id}`)) note(watched, record.type, payload, paused);
	}
	const past = watches.get("past");
	watches.delete("past");
	const looked = [...watches].filter(([, { looks }]) => looks.length > 0);
	const policy = pastDoneSchema.safeParse(past?.done);
	return {
		policy: policy.success ? makePolicy(policy.data.outputs.accuse.policy, `run ${recorded.run}`) : null,
		past: past?.looks ?? [],
		bakes: looked.map(([id, { looks, done }]) => ({
			id,
			looks,
			step: stepOf(id, done, configured)
		})),
		decisions: new Map(looked.map(([id, { decisions }]) => [id, decisions]))
	};
}
/** Who orders a pause or its end is in the record; what ends a process or begins one changes nothing about it. */
function isHeld(payload, begins, before) {
	if (!(typeof payload === "object" && payload !== null && "asked" in payload)) return before;
	return begins && "reason" in payload && payload["reason"] === "asked";
}
/** Nothing has followed yet from the last look of a watch, and nothing will. */
function holdLast(watched, kind) {
	const last = watched.looks.at(-1);
	const acted = watched.done !== void 0 || watched.acted === watched.looks.length;
	if (last !== void 0 && last.kind === kind && !acted) watched.looks[watched.looks.length - 1] = {
		...last,
		held: true
	};
}
function note(watched, type, payload, held) {
	if (type === "analysis.sample") {
		const parsed = sampleSchema.safeParse(payload);
		if (held) holdLast(watched, "evidence");
		watched.looks.push({
			kind: "sample",
			sample: parsed.success ? parsed.data.sample : void 0,
			held
		});
		if (!parsed.success) return;
		watched.time = parsed.data.sample.time;
		watched.first ??= watched.time;
	}
	if (type === "gate.evidence") {
		const parsed = evidenceSchema.safeParse(payload);
		if (parsed.success) watched.looks.push({
			kind: "evidence",
			evidence: parsed.data.evidence,
			held: false
		});
	}
	if (type === "analysis.verdict") {
		const parsed = verdictSchema.safeParse(payload);
		if (!parsed.success) return;
		const { time, first = time } = watched;
		watched.acted = watched.looks.length;
		watched.decisions.push({
			answer: parsed.data.answer,
			text: parsed.data.status,
			time,
			afterMs: time - first
		});
	}
	if (type === "step.done") watched.done = payload;
}
/**
* Share and least time of a bake. The share stands in its id; the time in what it left when it passed, else in today's configuration of
* the same share, else it is not known and nothing holds a pass back.
*/
function stepOf(id, done, configured) {
	const share = shareJudgedBy(id) ?? 0;
	const passed = bakeDoneSchema.safeParse(done);
	if (passed.success) return {
		share,
		bakeMs: passed.data.outputs.clear.policy.minimumBakeSeconds * 1e3
	};
	return {
		share,
		bakeMs: configured.find((step) => Math.abs(step.share - share) < 5e-4)?.bakeMs ?? 0
	};
}

export { deliveryStats as A, writeFiles as C, rollback as D, planRollback as E, datetime as F, commitValue as M, waitForArgoCd as N, drift as O, date as P, planFiles as S, complete as T, planMigrate as _, addToQuarantine as a, judgedEnvironments as b, releaseFromQuarantine as c, promote as d, pipeline as f, migrate as g, resume as h, manifestsText as i, buildComponent as j, doctor as k, admissionParameter as l, replayRun as m, status as n, heldDigests as o, orderRun as p, environmentManifests as r, notQuarantined as s, whatIf as t, planPromotion as u, layDown as v, finishBegun as w, lookAround as x, startJudge as y };