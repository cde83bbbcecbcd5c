import { i as __toESM } from "./shared-rolldown-runtime.js";
import { Fn as object, Jn as string, Nt as array, Pn as number } from "./shared-schemas.js";
import { St as unreachable } from "./shared-migrate.js";

// src/migrate/server/session.ts
/** What a server said instead of rows. */
var ServerRefusal = class extends Error {
	refusal;
	constructor(refusal) {
		super(refusal.message);
		this.name = "ServerRefusal";
		this.refusal = refusal;
	}
};
const serverError = object({
	errno: number().positive(),
	sqlState: string(),
	message: string()
});
/** Opens a connection. Throws what the driver throws. */
async function openSession(options, connectTimeoutMs) {
	const { createConnection } = await import("./shared-promise2.js").then((m) => /* @__PURE__ */ __toESM(m.default, 1));
	return sessionOf(await createConnection({
		...options,
		connectTimeout: connectTimeoutMs,
		multipleStatements: false,
		supportBigNumbers: true
	}));
}
/** The same on a connection that is open. Closing it closes the connection. */
function sessionOf(connection) {
	const query = async (sql, values) => {
		try {
			const [rows] = await connection.query({
				sql,
				values: [...values]
			});
			return rows;
		} catch (error) {
			const said = serverError.safeParse(error);
			if (!said.success) throw error;
			throw new ServerRefusal({
				ok: false,
				errno: said.data.errno,
				message: said.data.message
			});
		}
	};
	return {
		ask: async (row, sql, values = []) => array(row).parse(await query(sql, values)),
		tell: async (sql) => {
			try {
				await query(sql, []);
				return { ok: true };
			} catch (error) {
				if (error instanceof ServerRefusal) return error.refusal;
				throw error;
			}
		},
		close: () => connection.end().catch(() => connection.destroy())
	};
}
/** One to the database that a connection string names. @throws ProblemError when it does not answer */
function openDsnSession(dsn, connectTimeoutMs) {
	return openSession(dsn.options, connectTimeoutMs).catch((error) => {
		throw unreachable(dsn, error);
	});
}

export { sessionOf as i, openDsnSession as n, openSession as r, ServerRefusal as t };