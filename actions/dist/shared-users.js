import { a as accountText, c as readAccounts, o as asksPassword, r as secretState, t as declaredAccounts } from "./shared-account-secret.js";
import { xt as resolveDsn } from "./shared-migrate.js";
import { t as ProblemError } from "./shared-problem.js";
import { Sr as openEnvironment, br as runAgain, xr as engineOptions } from "./shared-common.js";
import { a as usersProcedure, o as planAccount, s as withAdministrator } from "./shared-users-procedure.js";

// src/database/strangers.ts
/** What nobody should find on a server: it is told, with the statement that mends it, and never changed from here. Pure. */
const NEAR = /* @__PURE__ */ new Set([
	"localhost",
	"127.0.0.1",
	"::1"
]);
/** @param declared the accounts of shiplock.yaml */
function strangeAccounts({ accounts, schemas }, declared) {
	const users = accounts.filter(({ role, locked }) => !role && !locked);
	return [
		...users.filter(({ user }) => user === "").map(anonymous),
		...users.filter((one) => one.user !== "" && open(one)).map(withoutPassword),
		...users.filter(({ user, from }) => user === "root" && !NEAR.has(from)).map(rootFromAfar),
		...users.filter(({ user, from }) => declared.some((one) => one.user === user) && !has(declared, {
			user,
			from
		})).map(sameName),
		...accounts.filter(({ restricted, user, from }) => restricted && has(declared, {
			user,
			from
		})).map(restrictedOne),
		...schemas.filter((name) => name === "test").map(testSchema)
	];
}
function has(list, { user, from }) {
	return list.some((one) => one.user === user && one.from === from);
}
function open({ stored, plugin, otherWay }) {
	return stored.length === 0 && !otherWay && asksPassword(plugin);
}
function anonymous(one) {
	return {
		code: "database.anonymous-account",
		where: accountText(one),
		found: "an account without a name: whoever comes from there is let in under any name",
		expected: "accounts with names",
		remedy: `DROP USER ${accountText(one)}`
	};
}
function withoutPassword(one) {
	return {
		code: "database.no-password",
		where: accountText(one),
		found: "no password",
		expected: "a password, or the user of the machine (unix_socket, auth_socket)",
		remedy: `DROP USER ${accountText(one)}, or ALTER USER ${accountText(one)} IDENTIFIED …`
	};
}
function rootFromAfar(one) {
	return {
		code: "database.root-from-afar",
		where: accountText(one),
		found: `root may come from ${one.from}`,
		expected: "root from the machine of the server alone",
		remedy: `DROP USER ${accountText(one)}; persons get accounts of their own`
	};
}
function sameName(one) {
	return {
		code: "database.other-account",
		where: accountText(one),
		found: "another account of the same name, with rights and a password of its own",
		expected: "one account for each role, from where shiplock.yaml says",
		remedy: `DROP USER ${accountText(one)}, or write its host under \`from:\``
	};
}
function restrictedOne(one) {
	return {
		code: "database.restricted-account",
		where: accountText(one),
		found: "rights on the server with schemas left out (partial revokes)",
		expected: "rights that hold where they are given: what is left out is not looked at here",
		remedy: `see SHOW GRANTS FOR ${accountText(one)}, and grant on the schemas it may use`
	};
}
function testSchema(name) {
	return {
		code: "database.test-schema",
		where: `schema ${name}`,
		found: "the schema that servers are shipped with, often open to everybody",
		expected: "no such schema",
		remedy: `DROP DATABASE \`${name}\`, when nobody needs what is in it`
	};
}

// src/release/database/users.ts
/** What there is beside what is declared. Only looks. @throws ProblemError */
async function planUsers(door, request) {
	return (await openUsers(door, request)).plan;
}
/**
* Makes the accounts that are missing and grants what they lack, as a run; takes away what is too much where that was asked for. Every step looks
* first whether it is done, so a run that died is begun again.
* @throws ProblemError when it is refused: nothing was changed
*/
async function setUsers(door, request) {
	const { work, plan } = await openUsers(door, request);
	if (plan.refusals.length > 0) throw new ProblemError(plan.refusals);
	return {
		result: await runAgain(usersProcedure(work), engineOptions(work.service)),
		plan
	};
}
async function openUsers(door, request) {
	const service = await openEnvironment(door, request.environment, "without-database");
	const { environment, secrets } = service;
	const accounts = declaredAccounts(service);
	const { database } = environment;
	if (database?.accounts == null) throw new Error("declaredAccounts has looked");
	const { engine } = database;
	const { schema, address } = database.accounts;
	const dsn = request.admin === null ? database.dsn : { secret: request.admin };
	const { host, port, socketPath } = resolveDsn(dsn, secrets).options;
	const found = address ?? (socketPath === void 0 ? `${host ?? ""}:${port ?? 3306}` : void 0);
	if (found === void 0) throw new ProblemError(noAddress(request.environment));
	const work = {
		service,
		engine,
		dsn,
		schema,
		address: found,
		accounts,
		request
	};
	return {
		work,
		plan: await planOf(work)
	};
}
async function planOf(work) {
	const { service, engine, schema, accounts } = work;
	return withAdministrator(work, async (ask) => {
		const server = await readAccounts(ask, engine);
		if (/mariadb/i.test(server.version) !== (engine === "mariadb")) throw new ProblemError(otherFamily(engine, server.version));
		const plans = [];
		for (const account of accounts) plans.push(await planAccount(work, ask, {
			account,
			server,
			secret: await secretState(service, account, schema)
		}));
		return {
			engine,
			version: server.version,
			schema,
			accounts: plans,
			schemaThere: server.schemas.includes(schema),
			findings: strangeAccounts(server, accounts),
			refusals: refusalsOf(work, server, plans)
		};
	});
}
function refusalsOf({ accounts, request }, { me, readOnly, accounts: all }, plans) {
	const mine = accounts.find(({ user, from }) => user === me.user && from === me.from);
	const twice = accounts.find((one, at) => accounts.slice(0, at).some(({ user, from }) => user === one.user && from === one.from));
	const roles = all.filter(({ role }) => role);
	return [
		...readOnly ? [onReplica()] : [],
		...mine !== void 0 && request.revoke ? [ownAccount(mine)] : [],
		...twice === void 0 ? [] : [sharedAccount(twice)],
		...plans.flatMap(({ account, secret, there, password }) => [
			...secret.kind === "wrong" ? [secret.problem] : [],
			...secret.kind === "to-make" && there ? [passwordUnknown(account)] : [],
			...password === "other" && !request.passwords ? [otherPassword(account)] : [],
			...password === "none" && !request.passwords ? [otherPassword(account)] : [],
			...roles.some(({ user, from }) => user === account.user && from === account.from) ? [isRole(account)] : []
		])
	];
}
function noAddress(environment) {
	return {
		code: "database.no-address",
		where: `environments.${environment}.database.accounts`,
		found: "an administrator who connects through a socket, and no `address:`",
		expected: "where others reach the server",
		remedy: "write `address: host:port`"
	};
}
function otherFamily(engine, version) {
	return {
		code: "database.other-family",
		where: "database.engine",
		found: `a server that says it is ${version}`,
		expected: engine,
		remedy: "mend `database.engine`, or the connection string"
	};
}
function onReplica() {
	return {
		code: "database.read-only",
		where: "the server of the administrator",
		found: "read_only: a replica, or a primary that takes no changes now",
		expected: "the primary: accounts reach replicas by replication",
		remedy: "name the primary in --admin"
	};
}
function ownAccount({ role, user }) {
	return {
		code: "database.own-account",
		where: `account ${user} (${role})`,
		found: "the account that does this itself",
		expected: "an administrator: it would take away its own rights half way",
		remedy: "give --admin env:NAME with another account"
	};
}
function sharedAccount({ role, user, from }) {
	return {
		code: "database.shared-account",
		where: `database.accounts.${role}`,
		found: `${user}@${from}, which another role has too`,
		expected: "one account for each role",
		remedy: "give it a name of its own"
	};
}
function passwordUnknown({ user, from, dsn }) {
	const reference = typeof dsn === "string" ? dsn : dsn.secret;
	return {
		code: "database.password-unknown",
		where: `account ${user}@${from}`,
		found: `the account, but no connection string behind ${reference}`,
		expected: "both, or neither",
		remedy: "put its connection string there; or put one with a new password there and give --passwords: the account gets that one"
	};
}
function otherPassword({ user, from }) {
	return {
		code: "database.other-password",
		where: `account ${user}@${from}`,
		found: "another password than the one behind its secret, or none",
		expected: "the same",
		remedy: "mend the secret; or give --passwords: the account gets the one of the secret, and who still uses the old one is let in no more"
	};
}
function isRole({ user, from }) {
	return {
		code: "database.role-of-that-name",
		where: `account ${user}@${from}`,
		found: "a role of the server",
		expected: "an account, or nothing of that name",
		remedy: "give the account another name"
	};
}

export { planUsers, setUsers, strangeAccounts as t };