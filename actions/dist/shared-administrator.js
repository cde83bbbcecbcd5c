import { t as ProblemError } from "./shared-problem.js";
import { n as verifierOf } from "./shared-verifier.js";
import { randomBytes } from "node:crypto";

// src/platform/ssh/administrator.ts
/** What a server is to keep of the password of its administrator: made here of the connection string, so that no password leaves this machine. */
/** Where the command finds the connection string. */
const ADMINISTRATOR_VARIABLE = "SHIPLOCK_ADMINISTRATOR_DSN";
/**
* One line for the standard input of the host.
* @throws ProblemError `ssh.administrator` for a connection string that is of another form, or of another account
*/
function administratorLine(dsn, user, engine) {
	const url = URL.parse(dsn?.trim() ?? "");
	const password = url === null ? "" : decodeURIComponent(url.password);
	const named = url === null ? "" : decodeURIComponent(url.username);
	if (url?.protocol !== "mysql:" || password === "" || named !== user) throw new ProblemError({
		code: "ssh.administrator",
		where: `account ${user}`,
		found: url?.protocol !== "mysql:" ? "a connection string of another form" : named !== user ? `that of ${named}` : "one without a password",
		expected: "mysql://USER:PASSWORD@HOST:PORT/DATABASE of the administrator",
		remedy: "mend the connection string behind --admin; or let --admin name a file that is not there yet: it is made"
	});
	return `${verifierOf(engine === "mysql" ? "caching_sha2_password" : "mysql_native_password", password, randomBytes(32))}\n`;
}

export { administratorLine as n, ADMINISTRATOR_VARIABLE as t };