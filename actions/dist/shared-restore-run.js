import { a as momentText, c as coveredUntil, i as cutAt, n as replay, o as parseMoment, r as replayArguments, s as placeText, t as readChain } from "./shared-replay.js";
import { w as parseGtidState, y as gtidStateText } from "./shared-reader.js";
import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { c as formatDuration } from "./shared-scalars.js";
import { t as createExec } from "./shared-exec.js";
import { t as createSecrets } from "./shared-secrets.js";
import { t as systemClock } from "./shared-clock2.js";
import { resolve } from "node:path";

// src/cli/commands/restore-run.ts
const PLAIN_MS = 864e5;
/** What a target means: read from files alone. */
async function planRestore(io, files, options) {
	const { chain, base, target, limits } = await read(io, files, options);
	const cut = cutAt(chain, base, target, limits);
	return {
		exit: EXIT.done,
		text: planText(chain, cut),
		json: planJson(chain, cut)
	};
}
/** The replay itself. */
async function replayRestore(io, files, options) {
	const { chain, base, target, limits } = await read(io, files, options);
	const secrets = createSecrets({
		env: io.env,
		base: io.cwd
	});
	const password = options.password === void 0 ? {} : { password: secrets.get(options.password) };
	const wanted = {
		chain,
		base,
		target,
		...limits,
		access: {
			socketPath: resolve(io.cwd, options.socket),
			user: options.user,
			...password
		}
	};
	const plain = options.plain === void 0 ? {} : { plain: {
		exec: createExec(),
		reader: options.plain,
		client: options.client,
		timeoutMs: PLAIN_MS
	} };
	const { cut, before, ms } = await replay(wanted, {
		clock: systemClock,
		...plain
	});
	const went = before === 0 ? "" : `, ${before} of them by a replay that was interrupted`;
	return {
		exit: EXIT.done,
		text: `${planText(chain, cut)}\nreplayed in ${formatDuration(ms)}${went}: the server is as it was there`,
		json: jsonSchema.parse({
			plan: planJson(chain, cut),
			before,
			ms: Math.round(ms)
		})
	};
}
/** The words with which a throw-away server is started. */
function serverArguments(family, { workers, serverId, gtids }) {
	const list = replayArguments({
		family: family === "mariadb" ? "mariadb" : "mysql",
		gtids,
		workers,
		serverId
	});
	return {
		exit: EXIT.done,
		text: list.join("\n"),
		json: jsonSchema.parse({ arguments: list })
	};
}
async function read(io, files, options) {
	const target = targetOf(options);
	const until = options.completeUntil;
	const limits = until === void 0 ? {} : { completeUntil: momentOf("--complete-until", until) };
	const place = options.base === void 0 ? null : placeOf(options.base);
	const chain = await readChain(files.map((file) => resolve(io.cwd, file)));
	return {
		chain,
		base: {
			gtids: options.baseGtids === void 0 ? null : stateOf(options.baseGtids, chain.family),
			place
		},
		target,
		limits
	};
}
function targetOf({ time, gtid, before, end, kind, which }) {
	if (time !== void 0) return {
		kind: "time",
		time: momentOf("--time", time)
	};
	if (gtid !== void 0) return {
		kind: "gtid",
		gtid
	};
	if (before !== void 0) return {
		kind: "before",
		table: before,
		...kind === void 0 ? {} : { kinds: kind },
		...which === void 0 ? {} : { which }
	};
	if (end === true) return { kind: "end" };
	throw wrong("the command line", "no target", "one of --time, --gtid, --before and --end");
}
/** Microseconds since 1970. @throws ProblemError for what is none, or names no zone */
function momentOf(option, text) {
	const moment = parseMoment(text);
	if (moment !== null) return moment;
	throw wrong(option, text, "a time with its zone, for instance 2026-11-22T14:03:07.250000Z or 2026-11-22T15:03:07+01:00");
}
function placeOf(text) {
	const [, file, position] = /^([^/]+):(\d+)$/.exec(text) ?? [];
	if (file !== void 0) return {
		file,
		position: Number(position)
	};
	throw wrong("--base", text, "a file and a position, as the backup recorded them: binlog.000007:157");
}
function stateOf(text, family) {
	const state = parseGtidState(text, family);
	if (state !== null) return state;
	throw wrong("--base-gtids", text, family === "mysql" ? "a set such as UUID:1-5" : "a place such as 0-1-5");
}
function wrong(where, found, expected) {
	return new ProblemError({
		code: "cli.usage",
		where,
		found,
		expected,
		remedy: "see `shiplock restore plan --help`"
	});
}
function planText(chain, { transactions, segments, last, lost, late }) {
	const { family } = chain;
	return [
		`replays      ${transactions} transactions of ${segments.length} files`,
		`last of them ${last === null ? "none" : placeText(last)}`,
		`is lost      ${lost.transactions} transactions${lostSpan(lost)}`,
		...lost.tables.slice(0, 20).map(({ table, transactions: count }) => `             ${count} change ${table}`),
		...late === 0 ? [] : [`beware       ${late} of these are stamped at or before that time, but were committed later`],
		...lost.beyond === null ? [] : [`beware       ${lost.beyond}`],
		`logs cover   up to ${momentText(Math.max(0, coveredUntil(chain)), family)}`
	].join("\n");
}
function lostSpan({ first, last }) {
	return first === null || last === null ? "" : `, from ${placeText(first)} to ${placeText(last)}`;
}
function planJson(chain, { transactions, segments, executed, last, lost, late }) {
	return jsonSchema.parse({
		family: chain.family,
		transactions,
		late,
		segments: segments.map(({ file, parts }) => ({
			file,
			parts: [...parts]
		})),
		executed: executed === null ? null : gtidStateText(executed),
		last: last === null ? null : placeText(last),
		lost: {
			transactions: lost.transactions,
			tables: [...lost.tables],
			beyond: lost.beyond,
			first: lost.first === null ? null : placeText(lost.first),
			last: lost.last === null ? null : placeText(lost.last)
		},
		coveredUntil: momentText(Math.max(0, coveredUntil(chain)), chain.family)
	});
}

export { momentOf, planRestore, replayRestore, serverArguments };