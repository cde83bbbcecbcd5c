import { t as ProblemError } from "./shared-problem.js";
import { readFile } from "node:fs/promises";
import { createHash, timingSafeEqual } from "node:crypto";

// src/release/serving/http.ts
const MOST_CONNECTIONS = 256;
const HEADERS = {
	401: { "www-authenticate": "Bearer" },
	405: { allow: "POST" },
	503: { "retry-after": "5" }
};
/** A refusal says why, in the form of every other problem. Pure. */
function refusal(status, ...problems) {
	return {
		status,
		body: { problems: problems.map((problem) => ({ ...problem })) },
		headers: HEADERS[status] ?? {},
		about: { problem: problems.map(({ code }) => code).join(" ") }
	};
}
/** The whole body as text; undefined when it is longer than `most` bytes, and then the rest of it is not read. */
async function bodyOf(request, most) {
	const chunks = [];
	let length = 0;
	for await (const chunk of request) {
		const bytes = Buffer.from(chunk);
		length += bytes.length;
		if (length > most) return void 0;
		chunks.push(bytes);
	}
	return Buffer.concat(chunks).toString("utf8");
}
function plain(response, status, text, type = "text/plain") {
	response.writeHead(status, { "content-type": type }).end(text.endsWith("\n") ? text : `${text}\n`);
}
/** Listens with bounds on how long a client may take and how many there are. @throws ProblemError when the address cannot be had, as `taken` words it */
function listen(server, at, taken) {
	server.headersTimeout = 5e3;
	server.requestTimeout = 1e4;
	server.keepAliveTimeout = 15e3;
	server.maxConnections = MOST_CONNECTIONS;
	return new Promise((resolve, reject) => {
		server.once("error", (error) => reject(new ProblemError(taken(`${at.host}:${at.port}`, error.message))));
		server.listen(at.port, at.host, () => {
			const address = server.address();
			resolve(typeof address === "object" && address !== null ? address.port : at.port);
		});
	});
}
/** Takes nothing new, lets what is under way be answered, and ends after `patienceMs` at the latest. */
async function close(server, clock, patienceMs) {
	const closed = new Promise((resolve) => {
		server.close(() => resolve());
	});
	server.closeIdleConnections();
	const patience = new AbortController();
	const late = clock.sleep(patienceMs, patience.signal).catch(() => void 0);
	await Promise.race([closed, late]);
	patience.abort();
	server.closeAllConnections();
}

// src/release/judge/token.ts
/** Shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;
const MOST_BYTES = 16384;
/**
* Reads the file anew at each call: a secret of Kubernetes is replaced while the judge runs. One token a line; of several each is good, so that
* a token can be exchanged without a gap.
*/
async function readTokens(file) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		return none(file, error instanceof Error && "code" in error ? String(error.code) : String(error));
	}
	if (text.length > MOST_BYTES) return none(file, `${text.length} characters`);
	const tokens = text.split(/\r?\n/).filter((line) => line !== "");
	const short = tokens.find((token) => token.length < LEAST_CHARACTERS || /[^\x21-\x7e]/.test(token));
	if (tokens.length === 0) return none(file, "no token");
	if (short !== void 0) return none(file, `a token of ${short.length} characters, or with a space in it`);
	return {
		kind: "tokens",
		tokens
	};
}
/** Is this header `Bearer` and one of the tokens? Takes the same time for every wrong one. */
function mayAsk(header, tokens) {
	const given = /^Bearer ([\x21-\x7e]+)$/i.exec(header ?? "")?.[1] ?? "";
	const digest = (text) => createHash("sha256").update(text).digest();
	const mine = digest(given);
	let allowed = false;
	for (const token of tokens) if (timingSafeEqual(mine, digest(token))) allowed = true;
	return allowed;
}
function none(file, found) {
	return {
		kind: "none",
		problem: {
			code: "judge.no-token",
			where: file,
			found,
			expected: `a readable file with one token a line, each of at least ${LEAST_CHARACTERS} characters without spaces`,
			remedy: "make one with `openssl rand -base64 32`, and give it to the AnalysisTemplates as a secret"
		}
	};
}

export { listen as a, close as i, readTokens as n, plain as o, bodyOf as r, refusal as s, mayAsk as t };