import { Ar as toJSONSchema, Jn as string, Nt as array, Sn as looseObject, Un as record, sr as unknown } from "./shared-schemas.js";
import { t as jsonSchema } from "./shared-json.js";

// src/procedure/masking/form.ts
/** Nothing is known of it. */
const OPEN = {
	has: () => false,
	names: () => false,
	counts: () => false,
	member: () => OPEN,
	item: () => OPEN
};
/** One of these words, or an object or a list of them. */
function wordsForm(words) {
	const set = new Set(words);
	const form = {
		...OPEN,
		has: (word) => set.has(word),
		names: (key) => set.has(key),
		item: () => form
	};
	return form;
}
/** As `form`, but what is said of these members counts in the place of what it says. */
function overlay(form, members) {
	const own = new Map(Object.entries(members));
	return {
		...form,
		names: (key) => own.has(key) || form.names(key),
		member: (key) => own.get(key) ?? form.member(key)
	};
}
/** As `form`, with a list of such items. */
function listOf(item) {
	return {
		...OPEN,
		item: () => item
	};
}
/** One that is made when it is first asked: when a secret is like a word of it, which is seldom. */
function lateForm(make) {
	let made;
	const form = () => {
		made ??= make();
		return made;
	};
	return {
		has: (word) => form().has(word),
		names: (key) => form().names(key),
		counts: () => form().counts(),
		member: (key) => form().member(key),
		item: (at) => form().item(at)
	};
}
/** JSON Schema, as far as it is of use here. https://json-schema.org/draft/2020-12 */
const nodeSchema = looseObject({
	type: string().optional(),
	$ref: string().optional(),
	const: jsonSchema.optional(),
	enum: array(jsonSchema).optional(),
	anyOf: array(unknown()).optional(),
	oneOf: array(unknown()).optional(),
	allOf: array(unknown()).optional(),
	properties: record(string(), unknown()).optional(),
	propertyNames: unknown().optional(),
	additionalProperties: unknown().optional(),
	items: unknown().optional(),
	prefixItems: array(unknown()).optional()
});
const known = /* @__PURE__ */ new WeakMap();
/** Of a schema. */
function formOf(schema) {
	const before = known.get(schema);
	if (before !== void 0) return before;
	const form = lateForm(() => {
		const root = toJSONSchema(schema, {
			io: "output",
			unrepresentable: "any"
		});
		return ofNodes([root], root);
	});
	known.set(schema, form);
	return form;
}
/** Of several that may hold, what any of them says. */
function ofNodes(given, root) {
	const nodes = plainNodes(given, root);
	const has = (word) => nodes.some((node) => node.const === word || node.enum?.includes(word) === true);
	return {
		has,
		names: (key) => nodes.some(({ properties = {}, propertyNames }) => Object.hasOwn(properties, key) || propertyNames !== void 0 && ofNodes([propertyNames], root).has(key)),
		counts: () => {
			const types = new Set(nodes.flatMap(({ type }) => type ?? []));
			return (types.has("number") || types.has("integer")) && !types.has("string");
		},
		member: (key) => ofNodes(nodes.map(({ properties = {}, additionalProperties }) => Object.hasOwn(properties, key) ? properties[key] : additionalProperties), root),
		item: (at) => ofNodes(nodes.map(({ items, prefixItems = [] }) => prefixItems[at] ?? items), root)
	};
}
/** References followed and choices laid side by side. */
function plainNodes(given, root) {
	const out = [];
	const followed = /* @__PURE__ */ new Set();
	const queue = [...given];
	for (let one = queue.shift(); queue.length > 0 || one !== void 0; one = queue.shift()) {
		const read = nodeSchema.safeParse(one);
		if (!read.success) continue;
		const { $ref: reference, anyOf = [], oneOf = [], allOf = [] } = read.data;
		out.push(read.data);
		queue.push(...anyOf, ...oneOf, ...allOf);
		if (reference === void 0 || followed.has(reference)) continue;
		followed.add(reference);
		queue.push(target(reference, root));
	}
	return out;
}
/** `#/$defs/a` in a document. */
function target(reference, root) {
	let at = root;
	for (const word of reference.split("/").slice(1)) {
		const read = record(string(), unknown()).safeParse(at);
		at = read.success ? read.data[word.replaceAll("~1", "/").replaceAll("~0", "~")] : void 0;
	}
	return at;
}

// src/procedure/masking/mask.ts
const BLANK = "***";
/** Finds secrets in everything that leaves the engine. A secret is also found in its usual disguises (see `formsOf`). */
function createMask() {
	const forms = /* @__PURE__ */ new Set();
	const text = (input) => blank(input, spansIn(input, forms));
	/** The form is asked only where something was found: it costs more than looking. */
	const json = (value, form) => {
		if (typeof value === "string") {
			const masked = text(value);
			return masked === value || form().has(value) ? value : masked;
		}
		if (typeof value === "number") {
			const masked = text(String(value));
			return masked === String(value) || form().counts() ? value : masked;
		}
		if (value === null || typeof value === "boolean") return value;
		if (isList(value)) return value.map((item, at) => json(item, () => form().item(at)));
		return Object.fromEntries(Object.entries(value).map(([key, member]) => {
			const masked = text(key);
			return [masked === key || form().names(key) ? key : masked, json(member, () => form().member(key))];
		}));
	};
	const stream = () => {
		let held = "";
		return {
			push(chunk) {
				held += chunk;
				const spans = spansIn(held, forms);
				let cut = earliestPartial(held, forms);
				for (const [start, end] of spans) if (start < cut && cut < end) cut = start;
				const out = blank(held.slice(0, cut), spans.filter(([, end]) => end <= cut));
				held = held.slice(cut);
				return out;
			},
			end() {
				const out = text(held);
				held = "";
				return out;
			}
		};
	};
	return {
		add(secret) {
			for (const part of partsOf(secret)) for (const form of formsOf(part)) forms.add(form);
		},
		text,
		json: (value, form = OPEN) => forms.size === 0 ? value : json(value, () => form),
		stream
	};
}
/** The secret itself, a password inside a connection string, and each long line of a secret of several lines (keys). */
function partsOf(secret) {
	const parts = [secret];
	const url = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i.exec(secret);
	if (url?.[1] !== void 0) parts.push(url[1], decode(url[1]));
	const goDsn = /^[^:@/\s]+:(.*)@(?:tcp|unix)?\(/.exec(secret);
	if (goDsn?.[1] !== void 0) parts.push(goDsn[1]);
	parts.push(...secret.split(/\r?\n/).filter((line) => line.length >= 8));
	return parts.filter((part) => part.length >= 4);
}
/** Widths at which tools break base64: openssl and PEM, `base64`. */
const BASE64_WIDTHS = [64, 76];
/**
* As it is; inside JSON text; quoted for a shell; percent-encoded; in hex; in base64 at each of the three alignments it can have inside a
* longer text, and broken into lines.
*/
function formsOf(secret) {
	const bytes = Buffer.from(secret, "utf8");
	const forms = [
		secret,
		...jsonForms(secret),
		...shellForms(secret),
		encodeURIComponent(secret.toWellFormed()),
		new URLSearchParams({ s: secret }).toString().slice(2),
		bytes.toString("hex")
	];
	for (const offset of [
		0,
		1,
		2
	]) {
		const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64").replaceAll("=", "");
		const start = offset === 0 ? 0 : offset + 1;
		const end = (offset + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
		const inner = whole.slice(start, end);
		if (inner.length >= 6) forms.push(inner, inner.replaceAll("+", "-").replaceAll("/", "_"));
		if (offset === 0) for (const width of BASE64_WIDTHS) forms.push(...linesOf(inner, width));
	}
	return forms;
}
/** Lines too short to tell anything are left out: they would be found everywhere. */
function linesOf(text, width) {
	const lines = Array.from({ length: Math.ceil(text.length / width) }, (_, n) => text.slice(n * width, (n + 1) * width));
	return lines.length < 2 ? [] : lines.filter((line) => line.length >= 8);
}
/** Inside a JSON string: as JavaScript writes it, as Go does (for HTML), and in ASCII as Python does. */
function jsonForms(secret) {
	const json = JSON.stringify(secret).slice(1, -1);
	const unicode = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
	return [
		json,
		json.replaceAll(/[<>&\u2028\u2029]/g, unicode),
		json.replaceAll(/[^\x20-\x7e]/g, unicode)
	];
}
const ANSI_C = {
	"\n": "n",
	"	": "t",
	"\r": "r"
};
/** Inside single quotes in their two ways, inside double quotes, with backslashes (`printf %q` of bash), and as `$'…'`. */
function shellForms(secret) {
	const ansiC = secret.replaceAll(/[\n\t\r\\']/g, (char) => `\\${ANSI_C[char] ?? char}`);
	const octal = (char) => [...Buffer.from(char)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
	return [
		secret.replaceAll("'", String.raw`'\''`),
		secret.replaceAll("'", `'"'"'`),
		secret.replaceAll(/["$`\\]/g, "\\$&"),
		secret.replaceAll(/^[~#]|(?<=[:=])~|[^A-Za-z0-9_@%+=:./~#\u0080-\uffff-]/g, "\\$&"),
		ansiC,
		ansiC.replaceAll(/[^\x20-\x7e]+/gu, octal)
	];
}
function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
/** All occurrences of all forms, overlapping ones merged, in order. */
function spansIn(input, forms) {
	const found = [];
	for (const form of forms) for (let at = input.indexOf(form); at >= 0; at = input.indexOf(form, at + 1)) found.push([at, at + form.length]);
	found.sort((a, b) => a[0] - b[0]);
	const merged = [];
	for (const span of found) {
		const last = merged.at(-1);
		if (last !== void 0 && span[0] < last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
		else merged.push(span);
	}
	return merged;
}
function blank(input, spans) {
	let out = "";
	let from = 0;
	for (const [start, end] of spans) {
		out += input.slice(from, start) + BLANK;
		from = end;
	}
	return out + input.slice(from);
}
/** Where the earliest form could begin that the end of the text cuts off; the length of the text when none can. */
function earliestPartial(input, forms) {
	let earliest = input.length;
	for (const form of forms) for (let length = Math.min(form.length - 1, input.length); length > input.length - earliest; length--) if (input.endsWith(form.slice(0, length))) {
		earliest = input.length - length;
		break;
	}
	return earliest;
}
function isList(value) {
	return Array.isArray(value);
}

export { listOf as a, lateForm as i, OPEN as n, overlay as o, formOf as r, wordsForm as s, createMask as t };