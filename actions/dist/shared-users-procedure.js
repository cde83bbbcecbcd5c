import { a as grantStatements, c as revokeStatements, i as createSchema, l as rightsText, n as compareRights, o as hasTooMuch, r as createAccount, s as pluginOf, t as changePassword } from "./shared-grants.js";
import { Xs as action, ic as sequence, nc as procedure } from "./shared-common.js";
import { c as readAccounts, l as readHeld, n as dsnToMake, r as secretState, s as passwordState } from "./shared-account-secret.js";
import { r as rightsFor } from "./shared-database.js";
import { n as openDsnSession, t as ServerRefusal } from "./shared-session2.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { t as ProblemError } from "./shared-problem.js";

// src/release/database/users-look.ts
/** One account as it is now. */
async function lookAtAccount(work, account, ctx) {
	const secret = await secretState(work.service, account, work.schema);
	if (work.isToCome?.(ctx) === true) return accountToCome(work, account, secret);
	return withAdministrator(work, async (ask) => planAccount(work, ask, {
		account,
		server: await readAccounts(ask, work.engine),
		secret
	}));
}
/** Whether the schema is there. */
async function lookAtSchema(work, ctx) {
	if (work.isToCome?.(ctx) === true) return false;
	return withAdministrator(work, async (ask) => (await readAccounts(ask, work.engine)).schemas.includes(work.schema));
}
/** On a server that has no account yet. */
function accountToCome({ engine, schema }, account, secret) {
	const { role, also } = account;
	return {
		engine,
		account,
		secret,
		there: false,
		password: null,
		rights: compareRights(rightsFor(role, engine, schema, also), {
			rights: [],
			roles: [],
			proxies: []
		})
	};
}
/** The same from what was read of the server. */
async function planAccount({ engine, schema }, ask, found) {
	const { account, server, secret } = found;
	const { role, user, from, also } = account;
	const now = server.accounts.find((one) => one.user === user && one.from === from);
	const held = now === void 0 ? {
		rights: [],
		roles: [],
		proxies: []
	} : await readHeld(ask, engine, account);
	return {
		engine,
		account,
		secret,
		there: now !== void 0,
		password: secret.kind === "there" && now !== void 0 ? passwordState(now, secret.password) : null,
		rights: compareRights(rightsFor(role, engine, schema, also), held)
	};
}
/** Asks with the rights of an administrator. @throws ProblemError `database.denied` where they are too few */
async function withAdministrator({ service, dsn }, look) {
	const found = resolveDsn(dsn, service.secrets);
	const session = await openDsnSession(found, service.environment.database?.connectTimeoutMs ?? 1e4);
	try {
		return await look((row, sql, values) => session.ask(row, sql, values));
	} catch (error) {
		if (error instanceof ServerRefusal && DENIED.has(error.refusal.errno)) throw new ProblemError(denied(found.resource, error.message));
		throw error;
	} finally {
		await session.close();
	}
}
/** Access denied: to the server, a database, a table, a column, or for want of a right on the server. */
const DENIED = /* @__PURE__ */ new Set([
	1044,
	1045,
	1142,
	1143,
	1227
]);
function denied(where, found) {
	return {
		code: "database.denied",
		where,
		found,
		expected: "an administrator who sees the accounts: SELECT on mysql.*, and CREATE USER and GRANT OPTION to change them",
		remedy: "give --admin env:NAME with the connection string of one"
	};
}

// src/release/database/users-procedure.ts
/**
* The accounts of an environment as a procedure. Per account: its connection string first (so that no account is ever made with a password that nobody
* keeps), then the account, then its rights. Nothing is undone: an account that is half made may do less than it should, and the next run goes on.
*/
function usersProcedure(work) {
	const { service, accounts, request, schema, engine } = work;
	const { environment } = service.environment;
	return procedure({
		id: "database-users",
		title: `Set up the accounts of the database of ${environment}`,
		description: "Makes accounts that are missing and grants what they lack. Rights are taken away only when that was asked for.",
		environment,
		inputs: {
			environment,
			engine,
			schema,
			why: request.why,
			revoke: request.revoke,
			passwords: request.passwords,
			accounts: accounts.map(({ role, user, from }) => ({
				role,
				user,
				from
			}))
		},
		root: sequence({
			id: "accounts",
			title: "Make the schema and the accounts",
			steps: usersNodes(work)
		})
	});
}
/** The schema, then account after account. */
function usersNodes(work) {
	return [schemaStep(work), ...work.accounts.map((account) => accountSteps(work, account))];
}
/** What stands in the place of the verifier of a password until the statement is sent. */
function passwordMark({ role }) {
	return `<password of ${role}>`;
}
/** Statements that make the account, or change its password. Pure. */
function accountStatements({ engine, account, there, password }, { passwords }) {
	if (!there) return [createAccount(engine, account, passwordMark(account))];
	return passwords && (password === "other" || password === "none") ? [changePassword(engine, account, passwordMark(account))] : [];
}
/** Grants come first: what an account needs it has all the time. Pure. */
function rightsStatements({ account, rights }, { revoke }) {
	return [...grantStatements(account, rights.lacks), ...revoke && hasTooMuch(rights.tooMuch) ? revokeStatements(account, rights.tooMuch) : []];
}
function schemaStep(work) {
	return action({
		id: "schema",
		title: `Make the schema ${work.schema}`,
		inputs: { schema: work.schema },
		read: (ctx) => lookAtSchema(work, ctx),
		decide: (there) => there ? {
			kind: "nothing",
			why: "it is there"
		} : {
			kind: "do",
			effects: [sql(work, [createSchema(work.schema)], "characters of utf8mb4")]
		},
		probe: "repeatable"
	});
}
function accountSteps(work, account) {
	const { role, user, from } = account;
	const read = (ctx) => lookAtAccount(work, account, ctx);
	return sequence({
		id: role,
		title: `Account ${user}@${from} for ${role}`,
		steps: [
			action({
				id: `${role}-secret`,
				title: "Keep its connection string",
				inputs: { role },
				read,
				decide: ({ secret, there }) => {
					if (secret.kind === "wrong") return {
						kind: "refuse",
						problems: [secret.problem]
					};
					if (secret.kind === "there") return {
						kind: "nothing",
						why: "it is kept"
					};
					if (there) return {
						kind: "refuse",
						problems: [madeMeanwhile(account)]
					};
					return {
						kind: "do",
						effects: [keep(work, account, secret.path)]
					};
				},
				probe: "repeatable"
			}),
			action({
				id: `${role}-account`,
				title: "Make the account",
				inputs: {
					role,
					user,
					from
				},
				read,
				decide: (plan) => {
					const statements = accountStatements(plan, work.request);
					if (statements.length === 0) return {
						kind: "nothing",
						why: "it is there"
					};
					return {
						kind: "do",
						effects: [withPassword(work, account, statements)]
					};
				},
				probe: "repeatable",
				verify: async (ctx) => {
					const { there, password } = await read(ctx);
					return there && password !== "other" && password !== "none" ? [] : [notMade(account)];
				}
			}),
			action({
				id: `${role}-rights`,
				title: work.request.revoke ? "Give it exactly its rights" : "Give it its rights",
				inputs: {
					role,
					revoke: work.request.revoke
				},
				read,
				decide: (plan) => {
					const statements = rightsStatements(plan, work.request);
					if (statements.length === 0) return {
						kind: "nothing",
						why: "it has them"
					};
					return {
						kind: "do",
						effects: [sql(work, statements, rightsText(plan.rights.lacks).join("; "))]
					};
				},
				probe: "repeatable",
				verify: async (ctx) => {
					const { rights } = await read(ctx);
					return rights.lacks.length > 0 || work.request.revoke && hasTooMuch(rights.tooMuch) ? [notGranted(account, rights)] : [];
				}
			})
		]
	});
}
const QUICK_MS = 3e4;
function sql({ dsn }, statements, why) {
	return {
		kind: "sql",
		dsn,
		statements,
		lock: "shiplock:database-users",
		timeoutMs: QUICK_MS,
		...why === "" ? {} : { why }
	};
}
function withPassword(work, account, statements) {
	const { dsn, engine } = {
		dsn: account.dsn,
		engine: work.engine
	};
	return {
		kind: "sql",
		dsn: work.dsn,
		statements,
		lock: "shiplock:database-users",
		timeoutMs: QUICK_MS,
		verifiers: [{
			mark: passwordMark(account),
			dsn,
			plugin: pluginOf(engine)
		}],
		why: "the server is told what it keeps of the password, not the password"
	};
}
function keep({ address, schema }, account, path) {
	return {
		kind: "file",
		path,
		mode: 384,
		timeoutMs: QUICK_MS,
		content: { made: dsnToMake(account, address, schema) },
		why: "for its owner only; move it to whoever uses the account"
	};
}
function madeMeanwhile({ user, from }) {
	return {
		code: "database.password-unknown",
		where: `account ${user}@${from}`,
		found: "the account, made by somebody else meanwhile",
		expected: "none, since nobody has its connection string here",
		remedy: "put its connection string behind the reference, and run this again"
	};
}
function notMade({ user, from }) {
	return {
		code: "database.account-not-made",
		where: `account ${user}@${from}`,
		found: "no account with the password behind its secret",
		expected: "one",
		remedy: "run this again; if it happens again, somebody else changes accounts at the same time"
	};
}
function notGranted({ user, from }, rights) {
	const lacks = rightsText(rights.lacks).map((line) => `lacks ${line}`);
	const tooMuch = rightsText(rights.tooMuch.rights).map((line) => `still has ${line}`);
	return {
		code: "database.not-granted",
		where: `account ${user}@${from}`,
		found: [
			...lacks,
			...tooMuch,
			...rights.tooMuch.roles,
			...rights.tooMuch.proxies
		].join("; ").slice(0, 400),
		expected: "exactly its rights",
		remedy: "run this again; if it happens again, the server knows a right by another name: report it with its version"
	};
}

export { usersProcedure as a, usersNodes as i, passwordMark as n, planAccount as o, rightsStatements as r, withAdministrator as s, accountStatements as t };