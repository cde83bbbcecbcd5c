import { r as __toESM } from "./shared-rolldown-runtime.js";
import { D as object, E as number$1, L as _coercedNumber, d as ZodNumber, h as array, t as ProblemError } from "./shared-problem.js";
import { a as unlessAborted } from "./shared-exec.js";
import { n as LeaseLostError } from "./shared-fence.js";

// node_modules/zod/v4/classic/coerce.js
function number(params) {
	return _coercedNumber(ZodNumber, params);
}

// src/procedure/effects/context.ts
/** The value behind a text; from here on it is masked everywhere. */
function resolveText(text, secrets) {
	return typeof text === "string" ? text : secrets.get(text.secret);
}
function resolveTexts(texts, secrets) {
	return Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, resolveText(text, secrets)]));
}
const LONGEST = 65536;
/** Long output is cut in the middle: what it began with and how it ended are what people look for. */
function cutMiddle(text, longest = LONGEST) {
	if (text.length <= longest) return text;
	const half = Math.floor(longest / 2);
	return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}

// src/procedure/effects/sql.ts
/** Table in which a database keeps the greatest fence it has seen (only for effects with a `mysql:` resource). */
const FENCE_TABLE = "shiplock_fence";
const affectedSchema = object({ affectedRows: number$1() });
/**
* Statements one after another on one connection, under GET_LOCK when the effect names a lock. With a resource `mysql:…` the fence
* is compared and raised on that same connection under the same lock, so a stale holder is refused by the database itself.
*/
async function sqlEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const options = parseDsn(resolveText(effect.dsn, ctx.secrets));
	const connection = await open(options);
	let ending;
	const onAbort = () => {
		ending ??= abortStatement(connection, options);
	};
	ctx.signal.addEventListener("abort", onAbort, { once: true });
	if (ctx.signal.aborted) onAbort();
	try {
		return {
			kind: "sql",
			affected: await unlessAborted(ctx.signal, runAll(effect, connection, ctx)),
			durationMs: ctx.clock.monotonic() - begin
		};
	} finally {
		ctx.signal.removeEventListener("abort", onAbort);
		if (ending === void 0) await connection.end().catch(() => connection.destroy());
		else await ending;
	}
}
async function runAll(effect, connection, ctx) {
	const fenced = effect.resource?.startsWith("mysql:") ? effect.resource : void 0;
	const lock = effect.lock ?? (fenced === void 0 ? void 0 : `shiplock:${fenced}`.slice(0, 64));
	if (lock !== void 0) await takeLock(connection, lock, effect.timeoutMs);
	if (fenced !== void 0) await compareFence(connection, fenced, ctx.fence);
	const affected = [];
	for (const statement of effect.statements) {
		ctx.signal.throwIfAborted();
		affected.push(await run(connection, statement, ctx));
	}
	return affected;
}
/** `mysql://user:password@host:port/database` or the form of Go's driver, `user:password@tcp(host:port)/database?…`. */
function parseDsn(dsn) {
	const go = /^(?:([^:@/]*)(?::(.*))?@)?(tcp|unix)\(([^)]*)\)\/([^?]*)/.exec(dsn);
	if (go !== null) {
		const [, user = "", password = "", net, address = "", database = ""] = go;
		const account = {
			user,
			password,
			...database === "" ? {} : { database }
		};
		if (net === "unix") return {
			...account,
			socketPath: address
		};
		const colon = address.lastIndexOf(":");
		if (colon < 0) return {
			...account,
			host: address,
			port: 3306
		};
		return {
			...account,
			host: address.slice(0, colon),
			port: Number(address.slice(colon + 1))
		};
	}
	const url = URL.parse(dsn);
	if (url?.protocol !== "mysql:") throw new ProblemError({
		code: "effect.sql-dsn",
		where: "the connection string of an SQL effect",
		found: "another form",
		expected: "mysql://user:password@host:port/database or user:password@tcp(host:port)/database",
		remedy: "write the connection string (or the secret it refers to) in one of these forms"
	});
	const database = decodeURIComponent(url.pathname.slice(1));
	return {
		host: url.hostname.replace(/^\[|\]$/g, ""),
		port: url.port === "" ? 3306 : Number(url.port),
		user: decodeURIComponent(url.username),
		password: decodeURIComponent(url.password),
		...database === "" ? {} : { database }
	};
}
/** Loaded only when an SQL effect is there: the driver takes longer to load than everything else together. */
async function connect(options) {
	const { createConnection } = await import("./shared-promise.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	return createConnection(options);
}
async function open(options) {
	try {
		return await connect({
			...options,
			multipleStatements: false,
			connectTimeout: 1e4
		});
	} catch (error) {
		throw new ProblemError({
			code: "effect.sql-connect",
			where: options.socketPath ?? `${options.host}:${options.port}`,
			found: error instanceof Error ? error.message : String(error),
			expected: "a connection",
			remedy: "check that the server runs, the account exists and the database is there"
		});
	}
}
async function run(connection, statement, ctx) {
	try {
		const [answer] = await connection.query(statement);
		const parsed = affectedSchema.safeParse(answer);
		return parsed.success ? parsed.data.affectedRows : 0;
	} catch (error) {
		throw new ProblemError({
			code: "effect.sql-failed",
			where: ctx.secrets.mask(statement.slice(0, 200)),
			found: ctx.secrets.mask(error instanceof Error ? error.message : String(error)),
			expected: "the statement to succeed",
			remedy: "mend what the server names, then resume the run; statements before it stay done"
		});
	}
}
async function takeLock(connection, name, waitMs) {
	const [rows] = await connection.query("SELECT GET_LOCK(?, ?) AS got", [name, Math.max(1, Math.floor(waitMs / 1e3))]);
	const got = array(object({ got: number() })).safeParse(rows);
	if (got.success && got.data[0]?.got === 1) return;
	throw new ProblemError({
		code: "effect.sql-lock",
		where: `GET_LOCK('${name}')`,
		found: "held by another connection",
		expected: `the lock within ${waitMs} ms`,
		remedy: `SELECT IS_USED_LOCK('${name}') names the connection; wait for it to end, then resume the run`
	});
}
async function compareFence(connection, resource, fence) {
	await connection.query(`CREATE TABLE IF NOT EXISTS ${FENCE_TABLE} (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL)`);
	const [rows] = await connection.query(`SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?`, [resource]);
	const seen = array(object({ fence: number() })).parse(rows)[0]?.fence ?? 0;
	if (seen > fence) throw new LeaseLostError(`${resource} has seen fence ${seen}; this run holds ${fence}`);
	if (seen < fence) await connection.query(`REPLACE INTO ${FENCE_TABLE} VALUES (?, ?)`, [resource, fence]);
}
/** A server goes on with a statement when its client is gone: tell it to stop, over a second connection. */
async function abortStatement(connection, options) {
	try {
		const second = await connect({
			...options,
			connectTimeout: 2e3
		});
		await second.query(`KILL ${connection.threadId}`).catch(() => void 0);
		await second.end();
	} catch {}
	connection.destroy();
}

export { resolveText as a, cutMiddle as i, parseDsn as n, resolveTexts as o, sqlEffect as r, FENCE_TABLE as t };