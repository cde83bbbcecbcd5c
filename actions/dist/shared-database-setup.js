import { v as parseDatabaseSetup, x as strangeDatabase } from "./shared-program.js";
import { t as ADMINISTRATOR_VARIABLE } from "./shared-administrator.js";
import { Nr as askProgram, jr as hostEffect } from "./shared-common.js";
import { n as laidOn, t as hostLayEffect } from "./shared-lay.js";

// src/platform/ssh/database-setup.ts
/** A new server of databases on a host over ssh, by the program of the host. */
/** @param names settings that are asked for @throws ProblemError when the host cannot be asked */
async function observeHostSetup({ host, reach, exec }, names, signal) {
	const asking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	const said = await askProgram(asking, "server", ["--of", names.join(",")], signal);
	return parseDatabaseSetup(said) ?? strangeDatabase(host.name, said);
}
const QUICK_MS = 6e4;
/** Time zones are some 600,000 rows on a slow disk. */
const ZONES_MS = 6e5;
/** All of it for one host. Effects are pure and may be done twice. */
function hostSetup(options) {
	const effect = (why, words, more = {}) => hostEffect(options, "setup", words, {
		why: `${why} on ${options.host.name}`,
		timeoutMs: QUICK_MS,
		...more
	});
	const placed = {
		...options,
		which: { units: [] }
	};
	return {
		look: (names, signal) => observeHostSetup(options, names, signal),
		laid: (paths, signal) => laidOn(placed, paths, signal),
		lay: (verb, file) => hostLayEffect(placed, verb, file),
		options: (words) => effect("ask the server for its settings, and write them", [
			"--do",
			"options",
			"--of",
			words.join(",")
		]),
		secure: () => effect("root by the socket alone, nobody without a name", ["--do", "secure"]),
		zones: () => effect("fill the tables of time zones", ["--do", "zones"], { timeoutMs: ZONES_MS }),
		enable: (unit) => effect(`${unit} starts with the machine`, [
			"--do",
			"enable",
			"--of",
			unit
		]),
		ownPair: (directory) => effect("the pair belongs to the server", [
			"--do",
			"tls",
			"--to",
			directory
		]),
		administrator: (user, from, dsn, engine) => effect("the host is told what the server keeps of the password, not the password", [
			"--do",
			"administrator",
			"--name",
			user,
			"--of",
			from,
			"--kind",
			engine
		], { env: { [ADMINISTRATOR_VARIABLE]: dsn } })
	};
}

export { hostSetup as t };