import { t as ProblemError } from "./shared-problem.js";

// src/platform/ssh/quote.ts
/**
* What reaches a shell on a host. ssh joins its words with spaces and gives the text to the login shell there, so every word is quoted here,
* and nowhere else. Between single quotes a shell of the POSIX family takes everything as it is, also line breaks.
*/
function shellWord(text) {
	if (!text.includes("\0")) return `'${text.replaceAll("'", `'\\''`)}'`;
	throw new ProblemError({
		code: "ssh.bad-word",
		where: JSON.stringify(text.slice(0, 80)),
		found: "a NUL character",
		expected: "text that a command line can carry",
		remedy: "take the character out of the configuration"
	});
}
/** One text for the login shell of a host. */
function remoteCommand(argv) {
	return argv.map(shellWord).join(" ");
}
const PLACEHOLDER = /(\{(?:port|host|release|shared|version|instance)\})/;
/** Quoted, with `{port}` and its like left to the variables that the unit sets. */
function filledWord(text) {
	const parts = text.split(PLACEHOLDER).filter((part) => part !== "");
	if (parts.length === 0) return "''";
	return parts.map((part) => PLACEHOLDER.test(part) ? `"$SHIPLOCK_${part.slice(1, -1).toUpperCase()}"` : shellWord(part)).join("");
}
/** What a unit runs: plain values of its environment, then the command in place of the shell. Secrets are not in it. */
function launchScript(command, env) {
	return [...Object.entries(env).flatMap(([name, value]) => typeof value === "string" ? [`export ${name}=${filledWord(value)}`] : []), `exec ${command.map(filledWord).join(" ")}`].join("\n");
}
/**
* Content of an environment file of systemd.
* @throws ProblemError for a value that systemd would not take over as it is; the value is not shown
*/
function environmentFile(values) {
	return Object.entries(values).map(([name, value]) => {
		if (UNFIT.test(value)) throw unfit(name);
		return `${name}="${value.replaceAll(/[\\"`$]/g, "\\$&")}"\n`;
	}).join("");
}
const UNFIT = /[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/u;
function unfit(name) {
	return new ProblemError({
		code: "ssh.bad-environment",
		where: `environment variable ${name}`,
		found: "a value with control characters",
		expected: "text; line feeds and tabs are possible",
		remedy: "encode the value, for instance in base64, and decode it in the service"
	});
}

export { shellWord as i, launchScript as n, remoteCommand as r, environmentFile as t };