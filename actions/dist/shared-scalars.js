import { Jn as string, Nt as array, Pn as number, or as union, qn as strictObject } from "./shared-schemas.js";

// src/model/scalars.ts
/**
* The small words of configuration: durations, shares, rates, addresses, references. Each is parsed once, at the border, into
* milliseconds, fractions and plain strings. The message of each schema is the `expected` of the problem that a door prints.
*/
const UNITS = {
	d: 864e5,
	h: 36e5,
	m: 6e4,
	s: 1e3,
	ms: 1
};
const DURATION = /^(?=.)(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m(?!s))?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/;
const DURATION_HINT = "a duration such as 30s, 5m, 1h30m or 250ms";
/** Milliseconds of `1h30m`, `30s`, `250ms`; undefined for anything else. Units are d, h, m, s, ms, each once, in this order. */
function parseDuration(text) {
	if (!DURATION.test(text)) return void 0;
	let total = 0;
	for (const [, count, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) if (unit === "d" || unit === "h" || unit === "m" || unit === "s" || unit === "ms") total += Number(count) * UNITS[unit];
	return total;
}
/** The shortest way to write a duration: 5 400 000 → `1h30m`. Fractions of a millisecond are rounded away. */
function formatDuration(ms) {
	let rest = Math.round(ms);
	const words = [];
	for (const [unit, size] of Object.entries(UNITS)) {
		const count = Math.floor(rest / size);
		if (count > 0) words.push(`${count}${unit}`);
		rest -= count * size;
	}
	return words.join("") || "0s";
}
const PERCENT = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/;
/** Fraction of `10%` or 0.1, between 0 and 1; undefined for anything else. */
function parseShare(value) {
	if (typeof value === "number") return value >= 0 && value <= 1 ? value : void 0;
	const digits = PERCENT.exec(value)?.[1];
	if (digits === void 0) return void 0;
	const share = Math.round(Number(digits) * 1e6) / 1e8;
	return share <= 1 ? share : void 0;
}
/** `0.1` → `10%`. */
function formatShare(share) {
	return `${Math.round(share * 1e8) / 1e6}%`;
}
const RATE = /^(\d{1,9}(?:\.\d{1,3})?)\/(s|m|h)$/;
/** Events per second of `500/s`, `30/m`, `10/h`; undefined for anything else or nothing at all. */
function parseRate(text) {
	const [, count, unit] = RATE.exec(text) ?? [];
	if (count === void 0 || Number(count) === 0) return void 0;
	return Number(count) / (unit === "s" ? 1 : unit === "m" ? 60 : 3600);
}
/** First and last port of `20000-20099`; undefined when they are no ports or out of order. */
function parsePorts(text) {
	const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
	const first = Number(from);
	const last = Number(to);
	return first >= 1 && last <= 65535 && first <= last ? {
		first,
		last
	} : void 0;
}
/** Host and port of `127.0.0.1:8080`, `[::1]:8080`, `*:8080` or `:8080`; undefined for anything else. */
function parseAddress(text) {
	const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.*-]*)):(\d{1,5})$/.exec(text) ?? [];
	const port = Number(digits);
	if (!(port >= 1 && port <= 65535)) return void 0;
	return {
		host: bracketed ?? (plain === "" || plain === void 0 ? "*" : plain),
		port
	};
}
/** A text with a password in it: `user:password@host` in any of the forms that connection strings take. */
function holdsPassword(text) {
	return /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(text) || /^[^\s:/@{}]+:(?!\/\/)[^\s@]+@(?:[a-z]+\(|[^\s/]+[:/])/i.test(text);
}
/** What all durations have in common, made once: every further link of a chain is a schema of its own, and configurations have many. */
const milliseconds = string({ error: DURATION_HINT }).regex(DURATION, DURATION_HINT).transform((text) => parseDuration(text) ?? NaN);
/** A duration, `30s` outside, milliseconds inside. Least value 1 ms unless said otherwise. */
function duration(limits = {}) {
	const { min = 1, max = 366 * UNITS.d } = limits;
	return milliseconds.refine((ms) => ms >= min && ms <= max, `a duration from ${formatDuration(min)} to ${formatDuration(max)}`).meta({ title: "duration" });
}
/** A share, `10%` or 0.1 outside, a fraction inside; 0 and 100 % included unless `above` or `below` exclude them. */
function share(limits = {}) {
	const hint = "a percentage such as 10% or a fraction such as 0.1";
	const { above = -1, below = 2 } = limits;
	const range = [above >= 0 ? `above ${formatShare(above)}` : "", below <= 1 ? `below ${formatShare(below)}` : ""].filter((bound) => bound !== "").join(" and ");
	const expected = range === "" ? hint : `${hint}, ${range}`;
	return union([string().regex(PERCENT, expected), number().min(0, expected).max(1, expected)], { error: expected }).transform((value) => parseShare(value) ?? NaN).refine((value) => value > above && value < below && value <= 1, expected).meta({ title: "percentage" });
}
const RATE_HINT = "a rate such as 500/s or 30/m";
/** A rate, `500/s` outside, events per second inside. */
const rateSchema = string({ error: RATE_HINT }).regex(RATE, RATE_HINT).transform((text) => parseRate(text) ?? NaN).refine((rate) => rate > 0, `${RATE_HINT}, greater than 0`).meta({ title: "rate" });
const PORTS_HINT = "a range of ports such as 20000-20099, from 1 to 65535";
/** A range of ports, `20000-20099` outside, `{first, last}` inside. */
const portsSchema = string({ error: PORTS_HINT }).regex(/^\d{1,5}-\d{1,5}$/, PORTS_HINT).refine((text) => parsePorts(text) !== void 0, PORTS_HINT).transform((text) => parsePorts(text) ?? {
	first: 0,
	last: 0
}).meta({ title: "port range" });
const ADDRESS_HINT = "an address such as 127.0.0.1:8080, *:8080 or [::1]:8080";
/** Where a proxy listens, `host:port`. Kept as text; `parseAddress` takes it apart. */
const addressSchema = string({ error: ADDRESS_HINT }).regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.*-]*):\d{1,5}$/, ADDRESS_HINT).refine((text) => parseAddress(text) !== void 0, `${ADDRESS_HINT}, the port from 1 to 65535`).meta({ title: "address" });
const PATH_HINT = "a path that begins with /, such as /readyz";
/** Path of an HTTP request, query allowed. */
const httpPathSchema = string({ error: PATH_HINT }).regex(/^\/[^\s#]*$/, PATH_HINT).meta({ title: "path" });
const URL_HINT = "an address such as http://127.0.0.1:9090";
/** http or https, without user and password. */
const httpUrlSchema = string({ error: URL_HINT }).regex(/^https?:\/\/[^\s/@]+(?:\/\S*)?$/, URL_HINT).refine((text) => URL.canParse(text.replaceAll(/\{[a-z]+\}/g, "x")), URL_HINT).meta({ title: "URL" });
const FILE_HINT = "the name of a file or directory";
/** A path on disk, relative to the directory of shiplock.yaml or absolute. */
const filePathSchema = string({ error: FILE_HINT }).min(1, FILE_HINT).refine((text) => !text.includes("\0") && text.trim() === text, FILE_HINT).meta({ title: "file" });
const NAME_HINT = "a name of lower-case letters, digits and dashes that begins with a letter, at most 40 characters";
/** Names of services, environments, components, metrics, roles. */
const nameSchema = string({ error: NAME_HINT }).regex(/^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/, NAME_HINT).meta({ title: "name" });
const OBJECT = "a name as Kubernetes knows it, such as certkeeper-api";
const objectNameSchema = string({ error: OBJECT }).regex(/^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/, OBJECT).meta({ title: "Kubernetes name" });
const VARIABLE_HINT = "the name of an environment variable: letters, digits and _, not beginning with a digit";
const variableNameSchema = string({ error: VARIABLE_HINT }).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, VARIABLE_HINT).meta({ title: "variable" });
const WORDS_HINT = "a text that is not empty";
const wordsSchema = string({ error: WORDS_HINT }).min(1, WORDS_HINT).meta({ title: "text" });
const SECRET_HINT = "a reference: env:NAME or file:/absolute/path";
/** Where a secret is kept. The value itself never stands in configuration. */
const secretReferenceSchema = string({ error: SECRET_HINT }).regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/\S+)$/, SECRET_HINT).meta({ title: "secret reference" });
const secretSchema = strictObject({ secret: secretReferenceSchema.describe("Where the value is kept: env:NAME or file:/absolute/path.") }).meta({ title: "secret" });
const TEXT_HINT = "a text, or { secret: env:NAME }";
/** A text in the open or a secret by reference: what `Text` of the effects is outside. */
const textOrSecretSchema = union([string(), secretSchema], { error: TEXT_HINT }).meta({ title: "text or secret" });
const ARGV_HINT = "a command as a list of words, such as [npm, run, build]";
/** A command line as a list of words: no shell takes part. */
const argvSchema = array(string({ error: "a word of a command" }).min(1, "a word of a command"), { error: ARGV_HINT }).min(1, ARGV_HINT).meta({ title: "command" });
/** A request that only looks (GET) and the answer it must get. */
const requestSchema = strictObject({
	path: httpPathSchema.describe("Path of a GET request."),
	status: number({ error: "an HTTP status such as 200" }).int("an HTTP status such as 200").min(100, "an HTTP status such as 200").max(599, "an HTTP status such as 200").default(200).describe("Status it must be answered with."),
	contains: wordsSchema.exactOptional().describe("Text that the body must contain.")
}).meta({ title: "request" });
const DATE_HINT = "a date such as 2027-01-31";
/** A day that is in the calendar, kept as text. */
const dateSchema = string({ error: DATE_HINT }).regex(/^\d{4}-\d\d-\d\d$/, DATE_HINT).refine((text) => {
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}, DATE_HINT);
/** Adds a complaint to a zod check: `.check((ctx) => complain(ctx, …))`. */
function complain(ctx, complaint) {
	const { path, ...params } = complaint;
	ctx.issues.push({
		code: "custom",
		path: [...path],
		input: ctx.value,
		message: complaint.expected,
		params
	});
}
/** What git takes for the name of a branch (git-check-ref-format), without `HEAD` and names that look like an option. */
const BRANCH_NAME = /^(?!HEAD$|@$|[-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\]+$/u;

export { share as C, wordsSchema as E, secretSchema as S, variableNameSchema as T, parsePorts as _, dateSchema as a, rateSchema as b, formatDuration as c, httpPathSchema as d, httpUrlSchema as f, parseDuration as g, parseAddress as h, complain as i, formatShare as l, objectNameSchema as m, addressSchema as n, duration as o, nameSchema as p, argvSchema as r, filePathSchema as s, BRANCH_NAME as t, holdsPassword as u, parseShare as v, textOrSecretSchema as w, requestSchema as x, portsSchema as y };