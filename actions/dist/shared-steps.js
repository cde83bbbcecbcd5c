import { Jn as string, Lt as boolean, Nt as array, qn as strictObject } from "./shared-schemas.js";
import { c as formatDuration } from "./shared-scalars.js";
import { o as parsePackages } from "./shared-program.js";
import { Pr as askWhole, Xs as action, ac as step, ic as sequence, jr as hostEffect } from "./shared-common.js";
import { d as membersText, o as allRun, s as lookAt } from "./shared-order.js";
import { r as healthyWatch, t as MARGIN_MS, u as doneSchema } from "./shared-nodes.js";
import { createHash } from "node:crypto";

// src/platform/ssh/packages.ts
/** Packages of a host over ssh, by the program of the host. */
/** apt computes, and each package that is named is asked for: the more of them, the longer. */
const PACKAGES_MS = 6e4;
/**
* @param how `new`: packages that are named may also be installed that are not there
* @throws ProblemError when the host cannot be asked
*/
async function observeHostPackages({ host, reach, exec }, words, downgrade, signal, how = "installed") {
	const fresh = how === "new" ? ["--do", "new"] : [];
	const asked = [
		"--of",
		words.join(","),
		"--downgrade",
		downgrade ? "yes" : "no",
		...fresh
	];
	const remedy = "look whether `apt-get -s upgrade` works there: packages are upgraded on hosts of the Debian family only";
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	return askWhole(looking, {
		verb: "packages",
		words: asked,
		parse: parsePackages,
		remedy,
		withinMs: PACKAGES_MS
	}, signal);
}
/** These packages are wanted by themselves from now on. Repeatable. Pure. */
function hostManualEffect(options, names, timeoutMs) {
	const why = `${names.join(", ")} wanted by themselves on ${options.host.name}`;
	return hostEffect(options, "package", [
		"--do",
		"manual",
		"--of",
		names.join(",")
	], {
		why,
		timeoutMs
	});
}
/** One verb of the host's program under the fence of the host. `set` may fail: what is so then, a look shows. Pure. */
function hostPackageEffect(options, verb, words, downgrade, timeoutMs) {
	const on = `on ${options.host.name}`;
	if (verb === "refresh") return hostEffect(options, "package", ["--do", verb], {
		why: `ask the package sources ${on}`,
		timeoutMs
	});
	const asked = [
		"--do",
		verb,
		"--of",
		words.join(","),
		"--downgrade",
		downgrade ? "yes" : "no"
	];
	const why = `set ${words.join(", ")} ${on}`;
	return hostEffect(options, "package", asked, {
		why,
		okExitCodes: [0, 1],
		timeoutMs
	});
}

// src/system/upgrade/changes.ts
/** What is to be changed on a host, and what follows from a look at it. All pure. */
const changeSchema = strictObject({
	name: string(),
	from: string().nullable(),
	to: string()
});
/** What the run recorded of a host before anything was changed. */
const recordedSchema = strictObject({
	changes: array(changeSchema).readonly(),
	/** Versions before that can still be had, as words of a way back; with `lost` for what cannot. */
	back: array(string()).readonly(),
	lost: array(string()).readonly()
});
function recordedOf({ changes, offered }) {
	const had = changes.filter((change) => change.from !== null);
	const isOffered = ({ name, from }) => offered[name]?.includes(from) === true;
	return {
		changes: changes.map(({ name, from, to }) => ({
			name,
			from,
			to
		})),
		back: had.filter(isOffered).map(({ name, from }) => `${name}=${from}`),
		lost: had.filter((change) => !isOffered(change)).map(({ name, from }) => `${name} ${from}`)
	};
}
function exactly(changes) {
	return changes.map(({ name, to }) => `${name}=${to}`);
}
/** What all hosts are to become, in 12 characters: the same list gives the same ones. */
function digestOfChanges(hosts) {
	const rows = hosts.flatMap(({ host, changes }) => changes.map(({ name, from, to }) => [
		host,
		name,
		from ?? "",
		to
	]));
	return createHash("sha256").update(JSON.stringify(rows.toSorted())).digest("hex").slice(0, 12);
}
/** `openssl 3.0.14-1 → 3.0.15-1`. */
function changesText(changes) {
	return changes.map(({ name, from, to }) => `${name} ${from ?? "(new)"} → ${to}`).join(", ");
}
function ageText({ listsAgeMs }) {
	if (listsAgeMs === null) return "the lists of the sources were never fetched";
	const hours = Math.round(listsAgeMs / 36e5);
	return hours < 1 ? "lists fetched within the hour" : `lists ${formatDuration(hours * 36e5)} old`;
}
/** Those of `changes` that are not so yet. */
function pendingOf(changes, installed) {
	return changes.filter(({ name, to }) => installed[name]?.version !== to || !installed[name].whole);
}
/** What is there instead of those that are not so yet, for people. */
function installedText(pending, installed) {
	return pending.map(({ name }) => {
		const now = installed[name];
		return `${name} ${now === void 0 ? "is not installed" : `${now.version}${now.whole ? "" : ", half done"}`}`;
	}).join(", ");
}
/** apt says so of what a power cut or a kill has left; `set` mends it, with the versions that were recorded. */
const INTERRUPTED = /dpkg was interrupted|fix-broken|reinstalled|[Uu]nmet dependencies/;
/**
* Whether what was recorded is still what would be done.
* @param candidates a look for the words that were asked, now
*/
function changedSince(host, recorded, candidates) {
	if (candidates.failed !== null && !INTERRUPTED.test(candidates.failed)) return [candidateChanged(host, candidates.failed)];
	return candidates.changes.filter(({ name, to }) => !recorded.changes.some((change) => change.name === name && change.to === to)).map((change) => candidateChanged(host, changesText([change])));
}
function candidateChanged(host, found) {
	return {
		code: "system.candidate-changed",
		where: host,
		found: `${found}, which was not planned`,
		expected: "the versions that were found when the run began",
		remedy: "plan it again; hosts that are done already are left as they are"
	};
}
/** The command line that brings a host back, and what it cannot bring back. */
function wayBackText(environment, host, { back, lost }) {
	const gone = lost.length === 0 ? "" : ` (no source has ${lost.join(", ")} any more)`;
	if (back.length === 0) return `no source has the versions before any more${gone}: mend ${host}, or build it anew`;
	return `to go back: shiplock runbook run upgrade-packages ${environment} --host ${host} --packages ${back.join(",")} --downgrade --reason "…"${gone}`;
}

// src/system/upgrade/steps.ts
function refreshStep({ limitMs }, { host, packages }) {
	return action({
		id: host,
		title: `Ask the package sources on ${host}`,
		inputs: { host },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: packages.refresh(limitMs)
		}),
		probe: "repeatable",
		timeoutMs: limitMs + MARGIN_MS
	});
}
/** Which packages would be brought from where to where. It is recorded: nothing else is done later. */
function lookStep({ words, environment }, { host, packages }) {
	return step({
		id: host,
		title: `Look what is to be upgraded on ${host}`,
		inputs: {
			host,
			words: [...words]
		},
		read: (ctx) => packages.look(words, ctx.signal),
		decide: (look) => {
			if (look.failed !== null) return {
				kind: "refuse",
				problems: [refused(host, look.failed)]
			};
			const why = look.changes.length === 0 ? "nothing to upgrade" : changesText(look.changes);
			const back = look.changes.length === 0 ? "" : `; ${wayBackText(environment, host, recordedOf(look))}`;
			return {
				kind: "nothing",
				why: `${why}; ${ageText(look)}${back}`
			};
		},
		outputs: recordedSchema,
		collect: (_results, look) => recordedOf(look),
		probe: "repeatable"
	});
}
function refused(host, found) {
	return {
		code: "system.packages-refused",
		where: host,
		found,
		expected: "packages that apt can upgrade without removing one",
		remedy: /[Dd]owngrade/.test(found) ? "an older version is wanted: say --downgrade" : "run `apt-get -s install` with these names on the host, mend what it names, and plan again"
	};
}
const fitSchema = strictObject({ fit: boolean() });
/** A host that is ill already is not changed: afterwards nobody could tell why. */
function fitStep({ system }, { host, services }, look) {
	return step({
		id: "fit",
		title: `Look whether everything on ${host} does its work`,
		inputs: {
			host,
			services: services.map(({ service }) => service.name)
		},
		read: (ctx) => Promise.all(services.map(async ({ service, on }) => ({
			name: service.name,
			...await lookAt(service, on, system.probe, {
				now: ctx.clock.now(),
				signal: ctx.signal
			})
		}))),
		decide: (looks, ctx) => {
			if (ctx.outputOf(look).changes.length === 0) return {
				kind: "nothing",
				why: "nothing is to be changed"
			};
			const ill = looks.filter(({ members, unhealthy }) => members.length > 0 && !(allRun(members) && unhealthy === null));
			if (ill.length === 0) return {
				kind: "nothing",
				why: "it does"
			};
			return {
				kind: "refuse",
				problems: ill.map((one) => notFit(host, one.name, one.unhealthy ?? membersText(one.members)))
			};
		},
		outputs: fitSchema,
		collect: () => ({ fit: true }),
		probe: "repeatable"
	});
}
function notFit(host, service, found) {
	return {
		code: "system.not-fit",
		where: `${service} on ${host}`,
		found,
		expected: "a host on which everything works, before its packages are changed",
		remedy: "mend it first; where the upgrade is what mends it, name the host with --host"
	};
}
const setSchema = strictObject({
	changed: boolean(),
	/** What the package manager ended with; empty: it did all of it. */
	failed: string()
});
/** Exactly the recorded versions; refused when something else would be done by now. */
function setStep(upgrade, { host, packages }, look) {
	const { words, environment, limitMs } = upgrade;
	return step({
		id: "set",
		title: `Upgrade the packages of ${host}`,
		inputs: {
			host,
			words: [...words]
		},
		read: async (ctx) => {
			const candidates = await packages.look(words, ctx.signal);
			const exact = exactly(ctx.outputOf(look).changes);
			return {
				candidates,
				exact: exact.length === 0 ? candidates : await packages.look(exact, ctx.signal)
			};
		},
		decide: ({ candidates, exact }, ctx) => {
			const recorded = ctx.outputOf(look);
			const problems = changedSince(host, recorded, candidates);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			if (recorded.changes.length === 0) return {
				kind: "nothing",
				why: "nothing to upgrade"
			};
			if (pendingOf(recorded.changes, exact.installed).length === 0) return {
				kind: "nothing",
				why: "it is so already"
			};
			const why = `${changesText(recorded.changes)}; ${wayBackText(environment, host, recorded)}`;
			return {
				kind: "do",
				effects: packages.set(exactly(recorded.changes), limitMs),
				why
			};
		},
		outputs: setSchema,
		collect: (results) => ({
			changed: results.length > 0,
			failed: results.flatMap((one) => one.kind === "exec" && one.exitCode !== 0 ? [lastLine(one.stderr)] : []).join("; ")
		}),
		probe: "repeatable",
		async verify(ctx, { failed }) {
			const recorded = ctx.outputOf(look);
			if (recorded.changes.length === 0) return [];
			const { installed, said } = await packages.look(exactly(recorded.changes), ctx.signal);
			const pending = pendingOf(recorded.changes, installed);
			if (pending.length === 0) return [];
			return [{
				code: "system.packages-not-set",
				where: host,
				found: `${installedText(pending, installed)}: ${failed || lastLine(said) || "no word of why"}`,
				expected: pending.map(({ name, to }) => `${name} ${to}`).join(", "),
				remedy: `no other host is touched; read run/packages.log there. ${wayBackText(environment, host, recorded)}`
			}];
		},
		timeoutMs: limitMs + MARGIN_MS
	});
}
function lastLine(text) {
	return text.trim().split("\n").at(-1)?.trim().slice(0, 300) ?? "";
}
/** What takes a whole host, its bus or a session of a person down is left to a reboot. */
const LEFT_ALONE = /^(?:dbus|dbus-broker|systemd-logind|init|user@.*|getty@.*|serial-getty@.*)\.|\.scope$/;
/** What still runs the files that were replaced. Done before this process came: then nothing runs them any more. */
function restartStep({ limitMs }, { host, packages }, look, set) {
	return step({
		id: "restart",
		title: `Restart what still runs the old files on ${host}`,
		inputs: { host },
		read: (ctx) => packages.look(wordsOf(ctx.outputOf(look)), ctx.signal),
		decide: ({ stale }, ctx) => {
			ctx.outputOf(set);
			const units = stale.filter((unit) => !LEFT_ALONE.test(unit));
			if (units.length === 0) return {
				kind: "nothing",
				why: "nothing does"
			};
			return {
				kind: "do",
				effects: packages.restart(units, limitMs)
			};
		},
		outputs: doneSchema,
		collect: (results) => ({ changed: results.length > 0 }),
		probe: "repeatable",
		timeoutMs: limitMs + MARGIN_MS
	});
}
/** Names that a look can be asked for: there is always one. */
function wordsOf({ changes }) {
	return changes.length === 0 ? ["all"] : exactly(changes);
}
/** Every service of the host, one after the other, with the way back in what is told when one does not come. */
function healthyNode(upgrade, one, look) {
	const { system, environment } = upgrade;
	return sequence({
		id: "healthy",
		title: `Wait until everything on ${one.host} does its work`,
		steps: one.services.map(({ service, on }) => {
			const { start, fold, decide, ask: _none, ...rest } = healthyWatch(system, service, on);
			return {
				...rest,
				id: service.name,
				start: (ctx) => ({
					inner: start(ctx),
					back: wayBackText(environment, one.host, ctx.outputOf(look))
				}),
				fold: ({ inner, back }, sample) => ({
					inner: fold(inner, sample),
					back
				}),
				decide: ({ inner, back }) => {
					const answer = decide(inner);
					if (answer.kind !== "fail") return answer;
					const { problem } = answer;
					return {
						...answer,
						problem: {
							...problem,
							remedy: `read its log on ${one.host}, and mend it. ${back}`
						}
					};
				}
			};
		})
	});
}
const afterSchema = strictObject({
	host: string(),
	packages: array(strictObject({
		name: string(),
		before: string().nullable(),
		after: string()
	})).readonly(),
	/** Units that were left to a reboot. */
	left: array(string()).readonly(),
	reboot: boolean()
});
/** The evidence: every version before and after, and what only a reboot brings. */
function afterStep({ host, packages }, look) {
	return step({
		id: "after",
		title: `Write down what is installed on ${host}`,
		inputs: { host },
		read: (ctx) => packages.look(wordsOf(ctx.outputOf(look)), ctx.signal),
		decide: ({ reboot }) => ({
			kind: "nothing",
			why: reboot ? "a reboot is asked for" : "no reboot is asked for"
		}),
		outputs: afterSchema,
		collect: (_results, { installed, stale, reboot }, ctx) => ({
			host,
			packages: ctx.outputOf(look).changes.map(({ name, from }) => ({
				name,
				before: from,
				after: installed[name]?.version ?? "not installed"
			})),
			left: stale.filter((unit) => LEFT_ALONE.test(unit)),
			reboot
		}),
		probe: "repeatable",
		verify: async (ctx, { packages: rows }) => ctx.outputOf(look).changes.filter(({ name, to }) => rows.find((row) => row.name === name)?.after !== to).map(({ name, to }) => ({
			code: "system.packages-not-set",
			where: host,
			found: `${name} ${rows.find((row) => row.name === name)?.after ?? "is not installed"}`,
			expected: `${name} ${to}`,
			remedy: "somebody else changes packages there: find out who, then run it again"
		}))
	});
}

export { hostManualEffect as _, refreshStep as a, ageText as c, digestOfChanges as d, exactly as f, recordedSchema as g, recordedOf as h, lookStep as i, changedSince as l, pendingOf as m, fitStep as n, restartStep as o, installedText as p, healthyNode as r, setStep as s, afterStep as t, changesText as u, hostPackageEffect as v, observeHostPackages as y };