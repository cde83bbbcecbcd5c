import { t as ProblemError } from "./shared-problem.js";
import { t as systemClock } from "./shared-clock2.js";
import { t as endGroup } from "./shared-group.js";
import { F as resticVariables, N as resolved, P as resticProblem } from "./shared-open.js";
import { c as sumsOf, i as likeEachOther, l as tablesOf, o as programsOf } from "./shared-session5.js";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";

// src/procedure/machine/pipe.ts
const MOST_OUTPUT = 1e6;
/**
* Runs both to their ends. Any exit code is an answer; a second one that ends before it has all of its input never ends with 0.
* @throws what `allow` throws, or the reason of the signal */
async function pipeCommands(spec, clock = systemClock) {
	spec.signal.throwIfAborted();
	const target = spec.to === void 0 ? null : begin(spec.to);
	target?.listen();
	const source = begin(spec.from);
	const kill = async () => {
		await Promise.all([source, target].map((one) => one === null || one.over() ? void 0 : endGroup(one.child.pid, clock)));
	};
	const onAbort = () => void kill();
	spec.signal.addEventListener("abort", onAbort, { once: true });
	if (spec.signal.aborted) onAbort();
	try {
		source.child.stdin?.end(spec.from.stdin ?? "");
		await pass(source, target, spec);
		if (target?.over()) {
			await endGroup(source.child.pid, clock);
			const end = await target.ended;
			spec.signal.throwIfAborted();
			const to = {
				...end,
				exitCode: end.exitCode === 0 ? 1 : end.exitCode,
				stdout: target.output()
			};
			return {
				from: await source.ended,
				to
			};
		}
		const from = await source.ended;
		spec.signal.throwIfAborted();
		spec.allow?.(from);
		if (target === null) return {
			from,
			to: null
		};
		target.child.stdin?.end(spec.through?.end());
		const to = await target.ended;
		spec.signal.throwIfAborted();
		return {
			from,
			to: {
				...to,
				stdout: target.output()
			}
		};
	} catch (error) {
		await kill();
		throw error;
	} finally {
		spec.signal.removeEventListener("abort", onAbort);
		target?.child.stdin?.destroy();
		source.child.stdout?.destroy();
	}
}
function begin({ argv, env }) {
	const [program = "", ...words] = argv;
	const child = spawn(program, words, {
		env: {
			...process.env,
			...env
		},
		detached: true,
		stdio: "pipe"
	});
	let errors = "";
	let said = "";
	let over = false;
	child.stderr.on("data", (chunk) => {
		errors = `${errors}${chunk.toString("utf8")}`.slice(-16384);
	});
	child.stdin.on("error", () => void 0);
	const hear = (chunk) => {
		if (said.length < MOST_OUTPUT) said += chunk.toString("utf8");
	};
	return {
		child,
		ended: new Promise((resolve) => {
			child.once("error", (error) => {
				over = true;
				resolve({
					exitCode: 127,
					stderr: error.message
				});
			});
			child.once("close", (code, signal) => {
				over = true;
				resolve({
					exitCode: code ?? 128 + (signal === "SIGKILL" ? 9 : 15),
					stderr: errors
				});
			});
		}),
		over: () => over,
		output: () => said,
		listen: () => void child.stdout.on("data", hear)
	};
}
async function pass(source, target, { onChunk, through }) {
	const { stdout } = source.child;
	const into = target?.child.stdin ?? null;
	if (stdout === null) return;
	for await (const chunk of stdout) {
		if (!Buffer.isBuffer(chunk)) continue;
		onChunk?.(chunk);
		if (into === null || target === null) continue;
		if (into.write(through?.push(chunk) ?? chunk) || into.destroyed) continue;
		await Promise.race([once(into, "drain").catch(() => void 0), target.ended]);
		if (target.over()) break;
	}
}

// src/backup/verify/compare.ts
/** What differs from what was there when the backup was taken; empty: nothing. Pure. */
function differences(full, restored) {
	const { database } = restored;
	const before = new Map(full.tables.filter((one) => one.database === database).map((one) => [one.table, one]));
	const after = new Map(restored.sums.map((one) => [one.table, one]));
	const found = [];
	for (const [table, { rows, sum }] of before) {
		const now = after.get(table);
		if (now === void 0) found.push(`${database}.${table} is missing`);
		else if (now.rows !== rows) found.push(`${database}.${table} has ${now.rows} rows instead of ${rows}`);
		else if (now.sum !== sum) found.push(`${database}.${table} has other rows (sum ${now.sum} instead of ${sum})`);
	}
	for (const table of after.keys()) if (!before.has(table)) found.push(`${database}.${table} was not there`);
	const { views, triggers, routines, events } = restored.programs;
	for (const [what, count, wanted] of [
		[
			"views",
			views,
			full.programs.views
		],
		[
			"triggers",
			triggers,
			full.programs.triggers
		],
		[
			"routines",
			routines,
			full.programs.routines
		],
		[
			"events",
			events,
			full.programs.events
		]
	]) if (count !== wanted) found.push(`${database} has ${count} ${what} instead of ${wanted}`);
	return found;
}

// src/backup/verify/restore.ts
/** Restores it and compares. @throws ProblemError where nothing can be said of the backup: no key, no repository, no server */
async function verifyFull(options) {
	const server = await options.start();
	try {
		return await restoreFull(options, server);
	} finally {
		await server.close();
	}
}
/**
* Reads it into a server with nothing on it, and compares what is there then with what was there. No transaction is left open: what is replayed
* behind it may change the structure. @throws ProblemError as above
*/
async function restoreFull(options, { socketPath, session }) {
	const { full } = options;
	const restored = await restore(options, socketPath);
	if (restored.kind !== "agrees") return restored;
	return await compared(full, session, options.signal);
}
/** What a server holds beside what was there when the rows were summed up; it leaves no transaction open. */
async function compared(full, session, signal) {
	const where = `the restored ${full.id}`;
	await likeEachOther(session, where);
	const found = [];
	for (const database of full.databases) {
		const told = await session.tell("START TRANSACTION");
		if (!told.ok) return {
			kind: "suspect",
			why: told.message
		};
		const sums = await sumsOf(session, database, await tablesOf(session, database), signal);
		const programs = await programsOf(session, database);
		found.push(...differences(full, {
			database,
			sums,
			programs
		}));
		const ended = await session.tell("ROLLBACK");
		if (!ended.ok) return {
			kind: "suspect",
			why: ended.message
		};
	}
	return found.length === 0 ? { kind: "agrees" } : {
		kind: "failed",
		why: found.slice(0, 20).join("; ")
	};
}
async function restore({ full, repository, client, secrets, clock, signal }, socketPath) {
	const hash = createHash("sha256");
	let bytes = 0;
	const { from, to } = await pipeCommands({
		from: dumpCommand(repository, secrets, full.snapshot, full.file),
		to: { argv: [...[
			client,
			"--no-defaults",
			`--socket=${socketPath}`,
			"--user=root",
			"--batch"
		], ...["--default-character-set=utf8mb4", "--max-allowed-packet=1G"]] },
		onChunk: (chunk) => {
			bytes += chunk.length;
			hash.update(chunk);
		},
		signal
	}, clock);
	if (to?.exitCode === 127) throw new ProblemError(noClient(client, to.stderr));
	if (to !== null && to.exitCode !== 0) return {
		kind: "suspect",
		why: `the server does not take it: ${lastLine(to.stderr)}`
	};
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	if (digest !== full.sha256 || bytes !== full.bytes) return {
		kind: "suspect",
		why: `${bytes} bytes with SHA-256 ${digest} came back, ${full.bytes} with ${full.sha256} were stored`
	};
	return { kind: "agrees" };
}
/** Reads a segment back and compares its digest. @throws ProblemError as above */
async function verifySegment(segment, { repository, secrets, clock, signal }) {
	const hash = createHash("sha256");
	const { from } = await pipeCommands({
		from: dumpCommand(repository, secrets, segment.snapshot, segment.file),
		onChunk: (chunk) => void hash.update(chunk),
		signal
	}, clock);
	if (from.exitCode !== 0) return unreadable(repository, from);
	const digest = hash.digest("hex");
	return digest === segment.sha256 ? { kind: "agrees" } : {
		kind: "suspect",
		why: `SHA-256 ${digest} came back, ${segment.sha256} was stored`
	};
}
/** Command that gives one file of a snapshot back, from the repository itself. */
function dumpCommand(repository, secrets, snapshot, file) {
	return dumping(repository, secrets, [snapshot, `/${file}`]);
}
/** Command that gives all of a snapshot back as a tar. */
function treeCommand(repository, secrets, snapshot) {
	return dumping(repository, secrets, [
		"--archive",
		"tar",
		snapshot,
		"/"
	]);
}
function dumping(repository, secrets, words) {
	return {
		argv: [
			repository.program,
			"--no-lock",
			"--no-cache",
			"dump",
			...words
		],
		env: resolved(resticVariables(repository), secrets)
	};
}
/** What it cannot give back is lost; where it cannot be asked at all, nothing is known. @throws ProblemError then */
function unreadable(repository, end) {
	const problem = resticProblem(repository, end);
	if ([
		"backup.wrong-key",
		"backup.no-repository",
		"backup.no-program",
		"backup.repository-locked"
	].includes(problem.code)) throw new ProblemError(problem);
	return {
		kind: "suspect",
		why: `the repository does not give it back: ${problem.found}`
	};
}
/** Pure. */
function lastLine(text) {
	return text.trim().split("\n").at(-1)?.slice(0, 300) ?? "";
}
function noClient(program, said) {
	return {
		code: "backup.no-program",
		where: program,
		found: said,
		expected: "the client program of the server’s family",
		remedy: "install it, or name it in `backup.programs.client`"
	};
}

export { treeCommand as a, verifySegment as c, restoreFull as i, pipeCommands as l, dumpCommand as n, unreadable as o, lastLine as r, verifyFull as s, compared as t };