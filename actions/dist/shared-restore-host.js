import { Jn as string, Lt as boolean, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { n as sendStored, t as readStored } from "./shared-stored.js";
import { c as formatDuration } from "./shared-scalars.js";
import { _ as hostSettleEffect, a as ofHost, d as isWithin, f as hostAccountsEffect, g as hostReading, h as hostPutArgv, i as isInstanceUnit, m as hostFilesProblem, p as hostBackEffect, s as readTar, t as hostFilesOptions, u as differences, v as observeMachine } from "./shared-hosts.js";
import { c as hostUnitEffect } from "./shared-system.js";
import { Ar as hostsNode, Xs as action, ac as step, br as runAgain, ec as opaque, ic as sequence, nc as procedure, xr as engineOptions } from "./shared-common.js";
import { c as notOver, l as openBackup, n as catalogueNow } from "./shared-open.js";
import { t as unifiedDiff } from "./shared-diff.js";
import { t as ProblemError } from "./shared-problem.js";
import { l as pipeCommands } from "./shared-restore.js";
import { createHash } from "node:crypto";

// src/release/backup/restore-host-look.ts
/** Texts up to this size are compared line by line. */
const MOST_TEXT = 65536;
/** @throws ProblemError when the backup is not to be believed, or the host cannot be asked */
async function compareHost(backup, record, only, signal) {
	const { service } = backup;
	const wanted = isPutBack(service.environment, only);
	const kept = (path, size) => size <= MOST_TEXT && wanted(path, "file");
	const stored = await storedOf(backup, record, { kept }, signal);
	const was = stored.entries.filter(({ path, kind }) => wanted(path, kind));
	if (was.length === 0) throw new ProblemError(notIn(record, only));
	const options = hostFilesOptions(service, record.host.name);
	const reader = readTar({ kept });
	const { read } = await hostReading({
		...options,
		exec: service.exec
	}, signal);
	const { from } = await pipeCommands({
		from: read(record.paths),
		onChunk: (chunk) => void reader.push(chunk),
		signal
	}, service.clock);
	if (from.exitCode > 1) throw new ProblemError(hostFilesProblem(options.host, from));
	reader.end();
	const is = reader.entries.filter(({ path, kind }) => wanted(path, kind));
	const changes = differences(was, is);
	const lines = changes.flatMap((one) => changeLines(one, {
		was: sideOf(was, stored.texts, one.path),
		is: sideOf(is, reader.texts, one.path)
	}));
	const { machine } = stored.description;
	const there = await observeMachine({
		...options,
		exec: service.exec
	}, signal);
	const accounts = missingAccounts(machine, there, was);
	const made = accounts.filter((word) => word !== "--").map((word) => `is made: ${word.split(":", 2).join(" ")}`);
	const packages = only === void 0 ? missingPackages(machine, there) : [];
	return {
		record,
		changes,
		put: was.length,
		lines: [
			...made,
			...lines,
			...packages
		],
		accounts,
		missing: machine.packages.filter(({ name }) => !there.packages.some((one) => one.name === name)),
		enable: machine.enabled.filter((unit) => !there.enabled.includes(unit) && !isInstanceUnit(service.environment, `/etc/systemd/system/${unit}`))
	};
}
/** Words of files.sh: accounts, `--`, groups. Pure. */
function missingAccounts(was, is, entries) {
	const accounts = was.accounts.filter(({ uid, name }) => entries.some((one) => one.uid === uid) && !is.accounts.some((one) => one.name === name && one.uid === uid));
	const groups = was.groups.filter(({ gid, name }) => (entries.some((one) => one.gid === gid) || accounts.some((one) => one.gid === gid)) && !is.groups.some((one) => one.name === name && one.gid === gid));
	if (accounts.length + groups.length === 0) return [];
	return [
		...accounts.map(({ name, uid, gid, home, shell }) => [
			name,
			uid,
			gid,
			home,
			shell
		].join(":")),
		"--",
		...groups.map(({ name, gid }) => `${name}:${gid}`)
	];
}
/** Told only: packages are a runbook's (`upgrade-packages`), or apt's on a new machine. Those that came as needs of others come so again. Pure. */
function missingPackages(was, is) {
	return was.packages.flatMap(({ name, version, manual }) => {
		const now = is.packages.find((one) => one.name === name);
		if (now === void 0) return manual ? [`not installed: ${name}, was ${version} (packages are not restored here)`] : [];
		return now.version === version || !manual ? [] : [`another version: ${name} ${now.version}, was ${version}`];
	});
}
/** Which entries of a backup a restore puts. Pure. */
function isPutBack(environment, only) {
	return (path, kind) => path.startsWith("/") && kind !== "other" && !isInstanceUnit(environment, path) && (only === void 0 || isWithin(path, [only.replace(/(?<=.)\/+$/, "")]));
}
/** @throws ProblemError when it is not to be believed */
async function storedOf({ service, repository }, record, watch, signal) {
	const answer = await readStored({
		record,
		repository,
		secrets: service.secrets,
		clock: service.clock,
		signal
	}, watch);
	if (answer.kind === "agrees") return answer.stored;
	throw new ProblemError({
		code: "restore.host-suspect",
		where: record.id,
		found: answer.why,
		expected: "a backup that comes back as it was stored",
		remedy: "name another one with --id (`shiplock backup list`); nothing was changed"
	});
}
/** The one that is named, else the newest. Pure. @throws ProblemError when there is none */
function recordMeant({ files }, { environment, host, id }) {
	const all = ofHost(files, host);
	const found = id === void 0 ? all.at(-1) : all.find((one) => one.id === id);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "restore.no-files",
		where: `${environment} ${host}`,
		found: id === void 0 ? "no backup of this host" : `no backup ${id} of this host that is to be believed`,
		expected: "files of the host that were backed up",
		remedy: "`shiplock backup list` names them; `backup.files` says what is backed up (`{ on: …, paths: […] }`)"
	});
}
function sideOf(entries, texts, path) {
	const entry = entries.find((one) => one.path === path);
	const bytes = texts.get(path);
	if (entry === void 0 || bytes === void 0 || (entry.mode & 4) === 0) return {
		entry,
		text: null
	};
	const text = bytes.toString("utf8");
	return {
		entry,
		text: Buffer.from(text, "utf8").equals(bytes) && !text.includes("\0") && !text.includes("PRIVATE KEY") ? text : null
	};
}
function changeLines({ path, what }, { was, is }) {
	if (what === "extra") return [`stays: ${path} (not in the backup)`];
	if (what === "missing") return [`comes back: ${path}${entryWords(was.entry)}`];
	const how = what.flatMap((word) => word === "content" ? [] : [wordsOf(word, is.entry, was.entry)]);
	const head = `changes: ${path}${how.length === 0 ? "" : ` (${how.join(", ")})`}`;
	if (!what.includes("content")) return [head];
	if (was.text !== null && is.text !== null) return [head, ...unifiedDiff(path, is.text, was.text).trimEnd().split("\n")];
	return [head, `  SHA-256 ${short(is.entry)} there, ${short(was.entry)} in the backup`];
}
function wordsOf(word, is, was) {
	if (is === void 0 || was === void 0) return word;
	switch (word) {
		case "mode": return `mode ${is.mode.toString(8)} → ${was.mode.toString(8)}`;
		case "owner": return `owner ${is.uid}:${is.gid} → ${was.uid}:${was.gid}`;
		case "target": return `link to ${is.target} → ${was.target}`;
		case "kind": return `${is.kind} → ${was.kind}`;
		default: return word;
	}
}
function entryWords(entry) {
	if (entry === void 0) return "";
	return ` (${entry.kind}, mode ${entry.mode.toString(8)}, owner ${entry.uid}:${entry.gid}${entry.kind === "file" ? `, ${entry.size} bytes` : ""})`;
}
function short(entry) {
	return entry?.sha256.slice(0, 12) ?? "";
}
function notIn({ id, paths }, only) {
	return {
		code: "restore.not-in-files",
		where: id,
		found: `no ${only ?? "file"}`,
		expected: `a path at or below ${paths.join(", ")}`,
		remedy: "give the whole path, as it was on the host; or leave --only out"
	};
}

// src/release/backup/restore-host.ts
const QUICK_MS = 6e4;
/** What it would do. Looks only. @throws ProblemError */
async function planHostRestore(door, request) {
	const backup = await openBackup(door, request.environment);
	const record = recordMeant(await catalogueNow(backup), request);
	return compareHost(backup, record, request.only, AbortSignal.timeout(backup.settings.timeoutMs));
}
const lookedSchema = strictObject({
	id: string(),
	takenAt: string(),
	/** Names what is put together, on the host. */
	set: string(),
	/** Of paths that are not as in the backup. */
	differs: number(),
	/** Accounts and groups to be made, as files.sh takes them. */
	accounts: array(string()).readonly(),
	/** Packages of the backup that are not installed. */
	missing: array(strictObject({
		name: string(),
		version: string(),
		manual: boolean()
	})).readonly(),
	/** Units that started by themselves and do not now. */
	enable: array(string()).readonly(),
	/** Of the stored tar. */
	bytes: number()
});
const putSchema = strictObject({
	files: number(),
	seconds: number()
});
/** The tree. Looks at nothing yet. */
function hostRestoreNodes(open, service, request) {
	const options = hostFilesOptions(service, request.host);
	const { host } = options;
	const what = request.only ?? "all files of the backup";
	const look = step({
		id: "look",
		title: `Look what would change on ${host.name}`,
		inputs: {
			host: host.name,
			only: request.only ?? "",
			id: request.id ?? ""
		},
		outputs: lookedSchema,
		timeoutMs: 36e5,
		read: async (ctx) => {
			const backup = await open();
			return compareHost(backup, recordMeant(await catalogueNow(backup), request), request.only, ctx.signal);
		},
		decide: (found) => ({
			kind: "nothing",
			why: lookWords(found, service.clock.now())
		}),
		collect: (_results, found, ctx) => lookedOf(found, setOf(ctx.run, found.record)),
		planned: (found) => lookedOf(found, "<look.set>"),
		probe: "repeatable"
	});
	const accounts = action({
		id: "accounts",
		title: `Make accounts that own these files and are missing on ${host.name}`,
		description: "With the numbers that they had, and without a password. They stay when the files are taken back.",
		inputs: { host: host.name },
		read: async () => null,
		decide: (_facts, ctx) => {
			const missing = ctx.outputOf(look).accounts;
			return missing.length === 0 ? {
				kind: "nothing",
				why: "all are there"
			} : {
				kind: "do",
				effects: [hostAccountsEffect(options, missing, QUICK_MS)]
			};
		},
		probe: "repeatable",
		timeoutMs: QUICK_MS
	});
	const put = opaque({
		id: "put",
		title: `Put ${what} in place on ${host.name}`,
		inputs: {
			host: host.name,
			only: request.only ?? ""
		},
		outputs: putSchema,
		promise: `the backup is read and compared with its digest first; then each file is written beside the one that is there and takes its name, with owner, mode, ACLs and attributes; what was there is kept below ${options.reach.root}/restore on ${host.name}; files that are not in the backup stay`,
		probe: "repeatable",
		timeoutMs: 864e5,
		run: async (ctx) => {
			const begin = ctx.clock.monotonic();
			const backup = await open();
			const { id, set } = ctx.outputOf(look);
			const record = recordMeant(await catalogueNow(backup), {
				...request,
				id
			});
			const wanted = isPutBack(service.environment, request.only);
			const stored = await storedOf(backup, record, { wanted }, ctx.signal);
			const sent = await sendStored({
				record,
				repository: backup.repository,
				secrets: service.secrets,
				clock: ctx.clock,
				signal: ctx.signal,
				to: { argv: hostPutArgv(options, {
					set,
					digest: stored.chosen,
					fence: ctx.fence
				}) },
				problemOf: (end) => hostFilesProblem(host, end)
			}, wanted);
			ctx.note(`${host.name}: ${sent.trim()}`);
			return {
				files: stored.entries.filter(({ path, kind }) => wanted(path, kind)).length,
				seconds: (ctx.clock.monotonic() - begin) / 1e3
			};
		}
	});
	const compare = action({
		id: "compare",
		title: `Compare what is on ${host.name} with the backup`,
		inputs: { host: host.name },
		timeoutMs: 36e5,
		read: async (ctx) => {
			ctx.outputOf(put);
			const backup = await open();
			const record = recordMeant(await catalogueNow(backup), {
				...request,
				id: ctx.outputOf(look).id
			});
			return compareHost(backup, record, request.only, ctx.signal);
		},
		decide: ({ changes }) => {
			const other = changes.filter(({ what: found }) => found !== "extra");
			return other.length > 0 ? {
				kind: "refuse",
				problems: [notTheSame(host.name, other.map(({ path }) => path))]
			} : {
				kind: "nothing",
				why: "content, owners, modes, ACLs and attributes are those of the backup"
			};
		},
		probe: "repeatable"
	});
	const reload = action({
		id: "reload",
		title: request.reload.length === 0 ? "Nothing is to be reloaded" : `Reload ${request.reload.join(", ")}`,
		inputs: { units: [...request.reload] },
		read: async () => null,
		decide: () => request.reload.length === 0 ? {
			kind: "nothing",
			why: "no unit is named"
		} : {
			kind: "do",
			effects: [hostUnitEffect(options, "reload", request.reload, QUICK_MS)]
		},
		probe: "repeatable",
		timeoutMs: QUICK_MS
	});
	const settle = action({
		id: "settle",
		title: "Let what was put stay",
		description: "Until then another restore first takes it back, so that what is kept is what was there before all of it.",
		read: async () => null,
		decide: (_facts, ctx) => ({
			kind: "do",
			effects: [hostSettleEffect(options, ctx.outputOf(look).set, QUICK_MS)]
		}),
		probe: "repeatable",
		timeoutMs: QUICK_MS
	});
	const back = action({
		id: "back",
		title: `Bring back what was there on ${host.name}`,
		read: async () => null,
		decide: (_facts, ctx) => ({
			kind: "do",
			effects: [hostBackEffect(options, ctx.outputOf(look).set, 36e5), ...request.reload.length === 0 ? [] : [hostUnitEffect(options, "reload", request.reload, QUICK_MS)]]
		}),
		probe: "repeatable",
		timeoutMs: 36e5
	});
	return {
		look,
		accounts,
		put: sequence({
			id: "files",
			title: `Put ${what} in place on ${host.name}`,
			steps: [
				put,
				compare,
				reload,
				settle
			],
			rollback: back
		}),
		told: put
	};
}
/** @throws ProblemError when it did not come through: then what was there before is there again */
async function restoreHost(door, request) {
	const backup = await openBackup(door, request.environment);
	const { service } = backup;
	const options = hostFilesOptions(service, request.host);
	const nodes = hostRestoreNodes(async () => backup, service, request);
	const tree = procedure({
		id: "restore-host-files",
		title: `Restore ${request.only ?? "files"} on ${request.host}`,
		description: "Files out of the backup take the place of those on the host; what was there is kept, and comes back when something is not the same.",
		environment: service.target.environment,
		inputs: {
			environment: request.environment,
			host: request.host,
			only: request.only ?? "",
			id: request.id ?? "",
			reload: [...request.reload]
		},
		root: sequence({
			id: "restore",
			title: "Restore files of a host",
			steps: [
				hostsNode({
					...options.reach,
					hosts: [options.host],
					exec: service.exec
				}, "its files"),
				nodes.look,
				nodes.accounts,
				nodes.put
			]
		})
	});
	const result = await runAgain(tree, engineOptions(service));
	const [looked, put] = [result.outputs(nodes.look), result.outputs(nodes.told)];
	if (result.outcome !== "done" || looked === void 0 || put === void 0) throw notOver(result);
	return {
		run: result.run,
		host: request.host,
		...looked,
		...put
	};
}
/** Takes back what a restore has put, by the name of its set. @throws ProblemError when it did not come through */
async function undoHostRestore(door, { environment, host: name, set }) {
	const { service } = await openBackup(door, environment);
	const options = hostFilesOptions(service, name);
	const tree = procedure({
		id: "restore-host-undo",
		title: `Bring back what was on ${name} before a restore`,
		description: "The files that a restore has replaced, and which the host has kept, are put in place again; those that it made are deleted.",
		environment: service.target.environment,
		inputs: {
			environment,
			host: name,
			set
		},
		root: sequence({
			id: "undo",
			title: "Bring back what was there",
			steps: [hostsNode({
				...options.reach,
				hosts: [options.host],
				exec: service.exec
			}, "its files"), action({
				id: "back",
				title: `Bring back what was there on ${name}`,
				read: async () => null,
				decide: () => ({
					kind: "do",
					effects: [hostBackEffect(options, set, 36e5)]
				}),
				probe: "repeatable",
				timeoutMs: 36e5
			})]
		})
	});
	const result = await runAgain(tree, engineOptions(service));
	if (result.outcome !== "done") throw notOver(result);
	return result.run;
}
function lookedOf({ record, changes, accounts, missing, enable }, set) {
	const { id, takenAt, host } = record;
	return {
		id,
		takenAt,
		set,
		differs: changes.length,
		accounts,
		missing: [...missing],
		enable,
		bytes: host.bytes
	};
}
/** A later restore of the same backup is another set: what it finds is kept anew. Pure. */
function setOf(run, { id }) {
	return createHash("sha256").update(`${run} ${id}`).digest("hex").slice(0, 32);
}
/** For a plan and a journal. Pure. */
function lookWords({ record, changes, put }, now) {
	const old = formatDuration(Math.max(0, Math.floor((now - Date.parse(record.takenAt)) / 1e3) * 1e3));
	const count = (test) => changes.filter(({ what }) => test(what)).length;
	return `${record.id} (${record.state}), ${old} old, ${put} files: ${count((what) => what === "missing")} are missing there, ${count((what) => typeof what !== "string")} are others, ${count((what) => what === "extra")} are not in the backup and stay`;
}
function notTheSame(host, paths) {
	return {
		code: "backup.host-differs",
		where: host,
		found: `not as in the backup: ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ` and ${paths.length - 5} more` : ""}`,
		expected: "every file as it was stored",
		remedy: "look who else writes there (a configuration tool, the service itself), stop it, and run it again; what was there before is there again"
	};
}

export { undoHostRestore as i, planHostRestore as n, restoreHost as r, hostRestoreNodes as t };