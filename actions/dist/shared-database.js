import { Pc as sqlName } from "./shared-common.js";

// src/database/rights.ts
/** What each role may do on a server: the least with which the product's own commands do their work, found by taking rights away. Pure. */
const ROLES = [
	"application",
	"migration",
	"backup",
	"monitoring",
	"copy"
];
const SERVER = "*.*";
/** A schema in GRANT is a pattern: what has a meaning there is escaped. */
function schemaPlace(schema) {
	return `${sqlName(schema.replaceAll("\\", "\\\\").replaceAll("_", "\\_").replaceAll("%", "\\%"))}.*`;
}
const performanceSchema = schemaPlace("performance_schema");
/**
* The rights of a role.
* @param also further ones that the configuration gives it
*/
function rightsFor(role, engine, schema, also = []) {
	const own = OF[role](engine, schemaPlace(schema));
	const more = also.map((privilege) => ({
		privilege,
		on: privilege === "REPLICATION SLAVE" ? "*.*" : schemaPlace(schema),
		why: "shiplock.yaml gives it"
	}));
	const known = new Set(own.map(rightKey));
	return [...own, ...more.filter((right) => !known.has(rightKey(right)))];
}
/** Two rights with the same key are the same right. */
function rightKey({ privilege, on }) {
	return `${privilege} ${on}`;
}
const rights = (on, why, ...privileges) => privileges.map((privilege) => ({
	privilege,
	on,
	why
}));
const OF = {
	application: (_engine, schema) => rights(schema, "reads and writes rows", "SELECT", "INSERT", "UPDATE", "DELETE"),
	migration: (engine, schema) => [
		...rights(schema, "fills and mends rows, and keeps the ledger", "SELECT", "INSERT", "UPDATE", "DELETE"),
		...rights(schema, "changes tables", "CREATE", "ALTER", "DROP", "INDEX"),
		...engine === "mysql" ? rights(schema, "makes foreign keys", "REFERENCES") : [],
		...rights(schema, "changes views", "CREATE VIEW", "SHOW VIEW"),
		...rights(schema, "changes triggers and stored programs", "TRIGGER", "CREATE ROUTINE", "ALTER ROUTINE", "EVENT"),
		...rights(schema, "calls stored programs, also those that a view or a trigger calls for it", "EXECUTE"),
		...rights("*.*", "sees transactions of others, so that a change of a table waits for none", "PROCESS"),
		...rights("*.*", "writes down where the binary log stands", binlogPlace(engine)),
		...rights(performanceSchema, "sees who holds a table, how far a change is, and how slow statements are", "SELECT")
	],
	backup: (engine, schema) => [
		...rights(schema, "reads every row", "SELECT"),
		...rights(schema, "reads views, triggers and events", "SHOW VIEW", "TRIGGER", "EVENT"),
		...engine === "mysql" ? rights("*.*", "reads stored programs of others", "SHOW_ROUTINE") : rights("`mysql`.`proc`", "reads stored programs of others", "SELECT"),
		...rights("*.*", "holds writes for the moment in which a backup begins, and begins new binary logs", "RELOAD"),
		...rights("*.*", "says where the binary log stands", binlogPlace(engine)),
		...rights("*.*", "fetches the binary log", "REPLICATION SLAVE")
	],
	monitoring: (engine, schema) => [
		...rights("*.*", "sees connections, transactions and locks of others", "PROCESS"),
		...engine === "mysql" ? rights("*.*", "sees replication and binary logs", "REPLICATION CLIENT") : rights("*.*", "sees replication and binary logs", "SLAVE MONITOR", "BINLOG MONITOR"),
		...rights(performanceSchema, "sees what statements cost and wait for", "SELECT"),
		...engine === "mysql" ? rights(schemaPlace("sys"), "asks the views of sys, which call its functions", "SELECT", "EXECUTE") : [],
		...rights(schema, "sees sizes of tables, and no row", "SHOW VIEW")
	],
	copy: (_engine, schema) => rights(schema, "reads the rows that it makes harmless", "SELECT")
};
function binlogPlace(engine) {
	return engine === "mysql" ? "REPLICATION CLIENT" : "BINLOG MONITOR";
}

export { schemaPlace as i, rightKey as n, rightsFor as r, ROLES as t };