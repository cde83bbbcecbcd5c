import { Pc as sqlName } from "./shared-common.js";
import { a as accountText, i as GRANT_OPTION } from "./shared-account-secret.js";
import { n as rightKey } from "./shared-database.js";

// src/database/grants.ts
/**
* What an account has on a part of a schema and is to have on all of it is not too much: servers give whoever makes a stored program rights on that one.
*/
function compareRights(wanted, held) {
	const [needed, has] = [new Set(wanted.map(rightKey)), new Set(held.rights.map(rightKey))];
	const covered = ({ privilege, within }) => within !== void 0 && needed.has(rightKey({
		privilege: privilege.replace(/ \(.*/s, ""),
		on: within
	}));
	return {
		lacks: wanted.filter((right) => !has.has(rightKey(right))),
		tooMuch: {
			...held,
			rights: held.rights.filter((right) => !needed.has(rightKey(right)) && !covered(right))
		}
	};
}
function hasTooMuch({ rights, roles, proxies }) {
	return rights.length + roles.length + proxies.length > 0;
}
/** The verifier of what the server keeps by default, which every driver of it knows. */
function pluginOf(engine) {
	return engine === "mysql" ? "caching_sha2_password" : "mysql_native_password";
}
/** The account, with what the server is to keep of its password where `mark` stands. */
function createAccount(engine, account, mark) {
	return `CREATE USER IF NOT EXISTS ${accountText(account)} ${identified(engine, mark)}`;
}
function changePassword(engine, account, mark) {
	return `ALTER USER ${accountText(account)} ${identified(engine, mark)}`;
}
function identified(engine, mark) {
	const plugin = pluginOf(engine);
	return engine === "mysql" ? `IDENTIFIED WITH ${plugin} AS '${mark}'` : `IDENTIFIED VIA ${plugin} USING '${mark}'`;
}
function createSchema(schema) {
	return `CREATE DATABASE IF NOT EXISTS ${sqlName(schema)} CHARACTER SET utf8mb4`;
}
/** One statement per place. */
function grantStatements(account, lacks) {
	return byPlace(lacks).map(([on, privileges]) => `GRANT ${privileges.join(", ")} ON ${on} TO ${accountText(account)}`);
}
/** The right to pass rights on goes in a statement of its own: servers take it with no other. */
function revokeStatements(account, { rights, roles, proxies }) {
	const who = accountText(account);
	const [passing, others] = [rights.filter(({ privilege }) => privilege === GRANT_OPTION), rights.filter(({ privilege }) => privilege !== GRANT_OPTION)];
	return [
		...roles.map((role) => `REVOKE ${role} FROM ${who}`),
		...proxies.map((other) => `REVOKE PROXY ON ${other} FROM ${who}`),
		...byPlace(others).map(([on, privileges]) => `REVOKE ${privileges.join(", ")} ON ${on} FROM ${who}`),
		...passing.map(({ on }) => `REVOKE ${GRANT_OPTION} ON ${on} FROM ${who}`)
	];
}
/** Rights in words, one line per place: what one reads of an account that has everything. */
function rightsText(rights) {
	return byPlace(rights).map(([on, privileges]) => `${privileges.join(", ")} on ${on}`);
}
function byPlace(rights) {
	return [...Map.groupBy(rights, ({ on }) => on)].map(([on, list]) => [on, list.map(({ privilege }) => privilege)]);
}

export { grantStatements as a, revokeStatements as c, createSchema as i, rightsText as l, compareRights as n, hasTooMuch as o, createAccount as r, pluginOf as s, changePassword as t };