import { i as ok, n as bad } from "./shared-problem.js";
import { n as nearest } from "./shared-json.js";
import { c as formatDuration, g as parseDuration } from "./shared-scalars.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";

// src/release/runbook/define.ts
/** Type-checks a definition where it stands. */
function runbook(definition) {
	return definition;
}

// src/release/runbook/input.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
function required({ usual, options = [], ...spec }) {
	return {
		...spec,
		usual,
		options,
		required: usual === void 0,
		parse(text, place) {
			const given = text ?? usual;
			return given === void 0 ? bad(missing(spec)) : spec.read(given, place);
		}
	};
}
function optional(spec) {
	return {
		...spec,
		usual: void 0,
		options: spec.options ?? [],
		required: false,
		parse: (text, place) => text === void 0 || text === "" ? ok(void 0) : spec.read(text, place)
	};
}
function textSpec(spec) {
	const { name, question, usual, minLength = 1 } = spec;
	return {
		kind: "text",
		name,
		question,
		usual,
		read(text) {
			if (text.trim().length < minLength) return bad(wrong(name, JSON.stringify(text), `a text of at least ${minLength} characters`));
			const why = spec.check?.(text);
			return why === void 0 ? ok(text) : bad(wrong(name, JSON.stringify(text), why));
		}
	};
}
const text = (spec) => required(textSpec(spec));
const optionalText = (spec) => optional(textSpec(spec));
/** A whole number. */
function number({ name, question, usual, min, max }) {
	return required({
		kind: "number",
		name,
		question,
		usual: usual === void 0 ? void 0 : String(usual),
		read(text) {
			const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
			return value >= min && value <= max ? ok(value) : bad(wrong(name, JSON.stringify(text), `a whole number from ${min} to ${max}`));
		}
	});
}
function choice(spec) {
	const { name, question, options, usual } = spec;
	return required({
		kind: "choice",
		name,
		question,
		usual,
		options,
		read(text) {
			const found = options.find((option) => option === text);
			return found === void 0 ? bad(oneOf(name, text, options)) : ok(found);
		}
	});
}
/** How long: milliseconds inside, `30s` outside. */
function duration(spec) {
	const { name, question, usual, minMs = 1, maxMs } = spec;
	return required({
		kind: "duration",
		name,
		question,
		usual,
		read(text) {
			const ms = parseDuration(text) ?? NaN;
			const range = `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, such as 30s`;
			return ms >= minMs && ms <= maxMs ? ok(ms) : bad(wrong(name, JSON.stringify(text), range));
		}
	});
}
/** Off unless it is given. */
function flag({ name, question }) {
	return required({
		kind: "flag",
		name,
		question,
		usual: "no",
		read: (text) => text === "yes" || text === "no" ? ok(text === "yes") : bad(wrong(name, JSON.stringify(text), "yes or no"))
	});
}
/** Name of a host of the environment; undefined: all that are meant. */
function host({ name, question }) {
	return optional({
		kind: "host",
		name,
		question,
		read: (text, { hosts }) => hosts.includes(text) ? ok(text) : bad(oneOf(name, text, hosts))
	});
}
/** Name of a service of `system.services`; undefined: all of them. */
function service({ name, question }) {
	return optional({
		kind: "service",
		name,
		question,
		read: (text, { services }) => services.includes(text) ? ok(text) : bad(oneOf(name, text, services))
	});
}
/** The same, where one must be named. */
function neededService({ name, question }) {
	return required({
		kind: "service",
		name,
		question,
		read: (text, { services }) => services.includes(text) ? ok(text) : bad(oneOf(name, text, services))
	});
}
/** What may be given, in words for help and SOP. Pure. */
function inputText({ kind, options, usual, required: must }) {
	const what = kind === "choice" ? options.join(", ") : kind === "flag" ? "yes or no" : kind;
	return usual === void 0 ? `${what}${must ? "" : ", may be left out"}` : `${what}, ${usual} when left out`;
}
function missing({ name, question }) {
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found: `no --${name}`,
		expected: question,
		remedy: `give --${name}`
	};
}
function wrong(name, found, expected) {
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found,
		expected,
		remedy: "give another value"
	};
}
function oneOf(name, text, options) {
	const close = nearest(text, options, import_fastest_levenshtein.distance);
	return {
		code: "cli.runbook-input",
		where: `--${name}`,
		found: JSON.stringify(text),
		expected: options.length === 0 ? "nothing: this environment has none" : `one of ${options.join(", ")}`,
		remedy: close === void 0 ? "give one of them" : `did you mean ${close}?`
	};
}

export { inputText as a, optionalText as c, runbook as d, host as i, service as l, duration as n, neededService as o, flag as r, number as s, choice as t, text as u };