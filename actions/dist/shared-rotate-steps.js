import { Fn as object, Jn as string, Nt as array, Pn as number, or as union } from "./shared-schemas.js";
import { r as number$1 } from "./shared-libraries.js";
import { r as verifies } from "./shared-verifier.js";
import { a as accountText, t as declaredAccounts } from "./shared-account-secret.js";
import { s as pluginOf, t as changePassword } from "./shared-grants.js";
import { Xs as action, sc as MADE_PASSWORD } from "./shared-common.js";
import { a as secretFiles, i as replaceFile, n as dropFiles, t as QUICK_MS } from "./shared-files.js";
import { n as openDsnSession } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { t as ProblemError } from "./shared-problem.js";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

// src/database/rotation.ts
const mysqlRow = object({
	plugin: string(),
	verifier: string(),
	former: string().nullable()
});
const way = object({
	plugin: string().optional(),
	authentication_string: string().optional()
});
/** Drivers read a column of MariaDB that says it is JSON, and leave one that does not. */
const ways = union([array(way), string().transform((text) => JSON.parse(text)).pipe(array(way))]);
const mariadbRow = object({
	plugin: string().nullable(),
	verifier: string().nullable(),
	ways: ways.nullable()
});
/** @returns null: there is no such account */
async function readPasswords(ask, engine, { user, from }) {
	if (engine === "mysql") {
		const [row] = await ask(mysqlRow, "SELECT plugin, HEX(authentication_string) AS verifier, HEX(JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password'))) AS former FROM mysql.user WHERE User = ? AND Host = ?", [user, from]);
		if (row === void 0) return null;
		const kept = (hex) => ({
			plugin: row.plugin,
			stored: Buffer.from(hex, "hex")
		});
		return {
			current: kept(row.verifier),
			second: row.former === null ? null : kept(row.former),
			more: 0
		};
	}
	const [row] = await ask(mariadbRow, "SELECT JSON_VALUE(Priv, '$.plugin') AS plugin, JSON_VALUE(Priv, '$.authentication_string') AS verifier, JSON_EXTRACT(Priv, '$.auth_or') AS ways FROM mysql.global_priv WHERE User = ? AND Host = ?", [user, from]);
	if (row === void 0) return null;
	const first = {
		plugin: row.plugin ?? "",
		authentication_string: row.verifier ?? ""
	};
	const [current = first, second, ...more] = (row.ways ?? [first]).map((one) => one.plugin === void 0 ? first : one);
	const kept = ({ plugin = "", authentication_string = "" }) => ({
		plugin,
		stored: Buffer.from(authentication_string)
	});
	return {
		current: kept(current),
		second: second === void 0 ? null : kept(second),
		more: more.length
	};
}
/** Whether this is the password of which the server keeps that. */
function isOf(kept, password) {
	return kept !== null && password !== null && verifies(kept.plugin, kept.stored, password) === true;
}
/** The account lets both in; marks stand for what the server is to keep of each. */
function addPassword(engine, account, next, old) {
	const plugin = pluginOf(engine);
	return engine === "mysql" ? `${changePassword(engine, account, next)} RETAIN CURRENT PASSWORD` : `${changePassword(engine, account, next)} OR ${plugin} USING '${old}'`;
}
/** The account lets one in alone. @param current it is the one that the server has as the current one already */
function keepPassword(engine, account, mark, current) {
	if (engine === "mariadb") return [changePassword(engine, account, mark)];
	return [...current ? [] : [changePassword(engine, account, mark)], `ALTER USER ${accountText(account)} DISCARD OLD PASSWORD`];
}
const markRow = object({
	connection: number$1(),
	now: number$1()
});
const statusRow = object({ Value: number$1() });
async function readMark(ask) {
	const [row] = await ask(markRow, "SELECT CONNECTION_ID() AS connection, UNIX_TIMESTAMP() AS now");
	const [uptime] = await ask(statusRow, "SHOW GLOBAL STATUS LIKE 'Uptime'");
	return {
		connection: row?.connection ?? 0,
		started: Math.round((row?.now ?? 0) - (uptime?.Value ?? 0))
	};
}
const countRow = object({ open: number$1() });
const CLOCK_S = 5;
/** Connections of this name that were open when the mark was made, and are open still. */
async function olderConnections(ask, { user }, mark) {
	if ((await readMark(ask)).started > mark.started + CLOCK_S) return 0;
	const [row] = await ask(countRow, "SELECT COUNT(*) AS open FROM information_schema.PROCESSLIST WHERE USER = ? AND ID <= ?", [user, String(mark.connection)]);
	return row?.open ?? 0;
}

// src/release/database/rotate-problems.ts
/** Why a password is not exchanged, in words that a person can act on. Pure. */
function noAccount({ role, environment }) {
	return {
		code: "database.no-account",
		where: `environments.${environment}.database.accounts`,
		found: `no ${role}`,
		expected: "a declared account",
		remedy: "name a role of `accounts:`; docs/database.md"
	};
}
function notFile({ role }, reference) {
	return {
		code: "database.secret-not-file",
		where: `the connection string of ${role}`,
		found: reference === "" ? "a text" : reference,
		expected: "`file:`, which can be written from here",
		remedy: "keep it in a file; or change password and secret by hand, and give `database users --apply --passwords`"
	};
}
function odd({ user, from }) {
	return {
		code: "database.odd-password",
		where: `account ${user}@${from}`,
		found: "no account, another password than the one behind its secret, or ways to log in beside it",
		expected: "an account with the password behind its secret, and at most the one from before beside it",
		remedy: "see `shiplock database users`; `--apply --passwords` gives it the one behind its secret"
	};
}
function nothingToTakeBack({ user, from }) {
	return {
		code: "database.nothing-to-take-back",
		where: `account ${user}@${from}`,
		found: "no exchange that is under way",
		expected: "two passwords, and the old one beside its reference",
		remedy: "give --begin for a new password"
	};
}
function inUse({ user, from }, older) {
	return {
		code: "database.old-password-in-use",
		where: `account ${user}@${from}`,
		found: older === null ? "nothing is known of when it was exchanged" : `${older} connections from before the exchange`,
		expected: "none: whoever opened them has not read the password behind the reference yet",
		remedy: "restart what uses the account (`shiplock runbook run system-restart`), and run this again; --begin writes down anew what is open"
	};
}

// src/release/database/rotate-work.ts
/** @throws ProblemError where there is no such account, or its secret cannot be written from here */
function openRotation(service, request) {
	const account = declaredAccounts(service).find(({ role }) => role === request.role);
	const { database } = service.environment;
	if (account === void 0 || database === null) throw new ProblemError(noAccount(request));
	const reference = typeof account.dsn === "string" ? "" : account.dsn.secret;
	if (!reference.startsWith("file:")) throw new ProblemError(notFile(account, reference));
	const own = resolve(service.baseDir, reference.slice(5));
	return {
		service,
		account,
		engine: database.engine,
		secret: reference,
		dsn: request.admin === null ? database.dsn : { secret: request.admin },
		files: {
			...secretFiles(own),
			mark: `${own}.mark`
		}
	};
}
/** Files are read anew each time: what is known of a secret is what it was when it was asked for first. Nothing of it is told. */
async function lookAtPasswords(work) {
	const { files, engine, account } = work;
	const { secrets } = work.service;
	const places = [
		files.own,
		files.next,
		files.before
	];
	const [own, next, before] = await Promise.all(places.map((file) => passwordIn(file, secrets)));
	return {
		own: own ?? null,
		next: next ?? null,
		before: before ?? null,
		passwords: await asAdministrator(work, (ask) => readPasswords(ask, engine, account))
	};
}
async function passwordIn(file, secrets) {
	const text = await readFile(file, "utf8").catch(() => null);
	if (text === null) return null;
	const found = resolveDsn(text.trim(), secrets).options.password ?? "";
	return found === "" ? null : found;
}
async function asAdministrator({ service, dsn }, use) {
	const limit = service.environment.database?.connectTimeoutMs ?? 1e4;
	const session = await openDsnSession(resolveDsn(dsn, service.secrets), limit);
	try {
		return await use((row, sql, values) => session.ask(row, sql, values));
	} finally {
		await session.close();
	}
}
/** Pure. */
function stateIn({ passwords, own }) {
	if (passwords === null || passwords.more > 0) return "odd";
	const { current, second } = passwords;
	if (second === null) return isOf(current, own) ? "one" : "odd";
	return isOf(current, own) || isOf(second, own) ? "both" : "odd";
}
const markSchema = object({
	connection: number(),
	started: number()
});
async function olderOf(work) {
	const text = await readFile(work.files.mark, "utf8").catch(() => null);
	if (text === null) return null;
	const mark = markSchema.parse(JSON.parse(text));
	return asAdministrator(work, (ask) => olderConnections(ask, work.account, mark));
}

// src/release/database/rotate-steps.ts
/** What is done to passwords. Every step looks whether it is done already; until the last one both are let in. */
/** Makes a new one, lets it in beside the old one, and puts it behind the reference. */
function beginNodes(work) {
	return [
		nextStep(work),
		keepStep(work),
		bothStep(work),
		switchStep(work),
		markStep(work),
		tidyStep(work, ["next"])
	];
}
/** Puts the old one behind the reference again; both are let in. */
function backNodes(work) {
	return [backStep(work), markStep(work)];
}
/** Lets in only the one behind the reference. */
function finishNodes(work) {
	return [finishStep(work), tidyStep(work, ["before", "mark"])];
}
/** In a plan, what the steps before will have made is not there yet: the one password that there is has another one beside it by then. */
function toCome(found, { mode }) {
	return mode === "plan" && stateIn(found) === "one" && found.next === null;
}
const TO_COME = "<new password>";
/** The same connection string with a password that nobody has seen. A file that is there is never replaced, so a second try has the same one. */
function nextStep(work) {
	const { files } = work;
	return action({
		id: "next",
		title: "Make a new password",
		read: async () => ({
			found: await lookAtPasswords(work),
			form: formOf(await readFile(files.own, "utf8"))
		}),
		decide: ({ found, form }) => stateIn(found) === "one" && found.next === null ? {
			kind: "do",
			effects: [{
				kind: "file",
				path: files.next,
				content: { made: form },
				mode: 384,
				timeoutMs: QUICK_MS
			}]
		} : {
			kind: "nothing",
			why: "there is one"
		},
		probe: "repeatable"
	});
}
/** A connection string of either form with `{password}` in the place of its password. Pure. */
function formOf(text) {
	const made = text.replace(/^(mysql:\/\/[^:@/]*:)[^@/]*(?=@)|^([^:@/]*:).*(?=@(?:tcp|unix)\()/, (_all, url, go) => `${url ?? go ?? ""}${MADE_PASSWORD}`);
	if (made !== text) return made;
	throw new TypeError("a connection string with a password was looked for before");
}
function keepStep(work) {
	const { own, before } = work.files;
	return action({
		id: "keep",
		title: "Keep the old one beside it",
		read: () => lookAtPasswords(work),
		decide: (found, ctx) => (found.next ?? (toCome(found, ctx) ? TO_COME : null)) !== null && found.own !== found.next && found.before !== found.own ? {
			kind: "do",
			effects: replace(work, own, before)
		} : {
			kind: "nothing",
			why: "it is kept"
		},
		probe: "repeatable"
	});
}
function bothStep(work) {
	const { engine, account, files, dsn } = work;
	const [next, old] = ["<new password>", "<old password>"];
	return action({
		id: "both",
		title: "Let both in",
		inputs: {
			user: account.user,
			from: account.from
		},
		read: () => lookAtPasswords(work),
		decide: (found, ctx) => {
			const { passwords, own } = found;
			const made = found.next ?? (toCome(found, ctx) ? TO_COME : null);
			if (passwords === null) return {
				kind: "refuse",
				problems: [odd(account)]
			};
			if (passwords.second !== null) return {
				kind: "nothing",
				why: "it is so"
			};
			if (made === null || !isOf(passwords.current, own)) return {
				kind: "refuse",
				problems: [odd(account)]
			};
			return {
				kind: "do",
				effects: [{
					kind: "sql",
					dsn,
					statements: [addPassword(engine, account, next, old)],
					timeoutMs: QUICK_MS,
					lock: "shiplock:database-users",
					verifiers: [{
						mark: next,
						dsn: { secret: `file:${files.next}` },
						plugin: pluginOf(engine)
					}, {
						mark: old,
						dsn: { secret: `file:${files.before}` },
						plugin: pluginOf(engine)
					}],
					why: "the server is told what it keeps of them, not the passwords"
				}]
			};
		},
		probe: "repeatable",
		verify: async () => (await lookAtPasswords(work)).passwords?.second == null ? [odd(account)] : []
	});
}
function switchStep(work) {
	const { own, next } = work.files;
	return action({
		id: "switch",
		title: "Put the new one behind the reference",
		inputs: { reference: work.secret },
		read: () => lookAtPasswords(work),
		decide: (found, ctx) => (found.next === null || found.next === found.own) && !toCome(found, ctx) ? {
			kind: "nothing",
			why: "it is there"
		} : {
			kind: "do",
			effects: replace(work, next, own)
		},
		probe: "repeatable"
	});
}
function backStep(work) {
	const { own, next, before } = work.files;
	return action({
		id: "restore",
		title: "Exchange the two",
		read: () => lookAtPasswords(work),
		decide: (found) => found.before === null || found.before === found.own ? {
			kind: "nothing",
			why: "it is there"
		} : {
			kind: "do",
			effects: [...replace(work, before, own), ...drop(work, [next])]
		},
		probe: "repeatable"
	});
}
/** Behind the exchange: whoever was connected before it may have the other password. */
function markStep(work) {
	return action({
		id: "mark",
		title: "Write down which connections are open",
		read: async () => `${JSON.stringify(await asAdministrator(work, readMark))}\n`,
		decide: (content) => ({
			kind: "do",
			effects: [{
				kind: "file",
				path: work.files.mark,
				content,
				mode: 384,
				timeoutMs: QUICK_MS
			}]
		}),
		probe: "repeatable"
	});
}
function finishStep(work) {
	const { engine, account, dsn, secret } = work;
	const mark = "<password behind the reference>";
	return action({
		id: "discard",
		title: "Let the other one in no more",
		inputs: {
			user: account.user,
			from: account.from
		},
		read: async () => ({
			found: await lookAtPasswords(work),
			older: await olderOf(work)
		}),
		decide: ({ found, older }, ctx) => {
			const isToCome = toCome(found, ctx);
			const state = isToCome ? "both" : stateIn(found);
			if (state === "one") return {
				kind: "nothing",
				why: "it is so"
			};
			if (state === "odd") return {
				kind: "refuse",
				problems: [odd(account)]
			};
			if (older !== 0 && ctx.mode === "run") return {
				kind: "refuse",
				problems: [inUse(account, older)]
			};
			const current = isToCome || isOf(found.passwords?.current ?? null, found.own);
			const statements = keepPassword(engine, account, mark, current);
			return {
				kind: "do",
				effects: [{
					kind: "sql",
					dsn,
					statements,
					lock: "shiplock:database-users",
					timeoutMs: QUICK_MS,
					verifiers: [{
						mark,
						dsn: { secret },
						plugin: pluginOf(engine)
					}]
				}]
			};
		},
		probe: "repeatable",
		verify: async () => stateIn(await lookAtPasswords(work)) === "one" ? [] : [odd(account)]
	});
}
function tidyStep(work, names) {
	return action({
		id: "tidy",
		title: "Take away what nobody needs any more",
		inputs: { files: [...names] },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: drop(work, names.map((name) => work.files[name]))
		}),
		probe: "repeatable"
	});
}
function replace({ files, service }, from, to) {
	return replaceFile(service, files, from, to);
}
function drop({ service }, paths) {
	return dropFiles(service, paths);
}

export { olderOf as a, inUse as c, addPassword as d, isOf as f, readPasswords as g, readMark as h, lookAtPasswords as i, nothingToTakeBack as l, olderConnections as m, beginNodes as n, openRotation as o, keepPassword as p, finishNodes as r, stateIn as s, backNodes as t, odd as u };