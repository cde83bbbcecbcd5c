import { c as unwrap, i as ok, n as bad } from "./shared-problem.js";
import { n as parsePath, t as formatPath } from "./shared-path.js";
import { a as boolCoreTag, c as floatYaml11Tag, d as intYaml11Tag, g as timestampTag, h as parseEvents, i as YAMLException, l as getScalarValue, m as nullYaml11Tag, n as NOT_RESOLVED, o as boolYaml11Tag, p as nullCoreTag, r as SCALAR_STYLE, s as floatCoreTag, t as EVENT_ID, u as intCoreTag } from "./shared-js-yaml.js";
import { t as require_dist } from "./shared-dist.js";
import { isDeepStrictEqual } from "node:util";

// src/gitops/edit/tree.ts
const MAX_VALUES = 3e5;
const MAX_BYTES = 4194304;
/** `file:line:column`, both from 1, of a place in a text. Lines end with \n, \r\n or \r. */
function placeAt(where, text, offset) {
	const { line, column } = lineAt(text, offset);
	return `${where}:${line}:${column}`;
}
/** Line and column, both from 1. */
function lineAt(text, offset) {
	const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
	return {
		line: lines.length,
		column: (lines.at(-1) ?? "").replace(/^\uFEFF/, "").length + 1
	};
}

// src/gitops/edit/find.ts
function findIn(tree, document, path, where) {
	const walk = {
		tree,
		document,
		path,
		where
	};
	let at = {
		node: document.root,
		entry: void 0,
		steps: [],
		names: [],
		outer: 0
	};
	for (const [depth, segment] of path.entries()) {
		const { node } = at;
		const problem = passable(walk, node, depth);
		if (problem !== void 0) return {
			kind: "blocked",
			problem,
			at: node.start
		};
		if (node.kind === "scalar" && node.style === "empty") return missing(walk, at, depth);
		if (node.kind === "map" && segment.kind === "key") {
			const entry = entryOf(walk, node, segment.key, depth);
			if (entry === void 0) return inherited(walk, node, depth) ?? missing(walk, at, depth);
			if (typeof entry !== "number") return entry;
			at = down(at, node.entries[entry], entry, node);
		} else if (node.kind === "list") {
			const index = itemOf(walk, node.items, segment, depth);
			if (typeof index !== "number") return index;
			const item = node.items[index];
			if (item === void 0) return {
				kind: "elsewhere",
				problem: noItem(walk, node.start, depth)
			};
			at = {
				...at,
				node: item,
				entry: void 0,
				steps: [...at.steps, index],
				names: [...at.names, index]
			};
		} else return {
			kind: "elsewhere",
			problem: wrongKind(walk, node, depth)
		};
	}
	const problem = passable(walk, at.node, path.length);
	return problem === void 0 ? {
		kind: "found",
		...at
	} : {
		kind: "blocked",
		problem,
		at: at.node.start
	};
}
function down(at, entry, index, map) {
	return {
		node: entry?.value ?? at.node,
		entry,
		steps: [...at.steps, index],
		names: [...at.names, entry?.name ?? ""],
		outer: map.flow ? at.outer : map.indent
	};
}
function missing(walk, at, depth) {
	const keys = [];
	for (const segment of walk.path.slice(depth)) {
		if (segment.kind !== "key") return {
			kind: "elsewhere",
			problem: noItem(walk, at.node.start, depth + keys.length)
		};
		keys.push(segment.key);
	}
	return {
		kind: "missing",
		...at,
		keys
	};
}
/** Position of the entry with this key; undefined when there is none. */
function entryOf(walk, map, key, depth) {
	const matches = map.entries.flatMap((entry, index) => entry.name === key ? [{
		entry,
		index
	}] : []);
	const [first] = matches;
	if (first === void 0 || matches.length === 1) return first?.index;
	return {
		kind: "blocked",
		problem: twice(walk, depth, matches.map(({ entry }) => entry.key)),
		at: first.entry.key.start
	};
}
/** Position of the item that a segment means. */
function itemOf(walk, items, segment, depth) {
	const start = items[0]?.start ?? 0;
	if (segment.kind === "index") return segment.index;
	if (segment.kind === "key") {
		if (!segment.quoted && /^\d{1,9}$/.test(segment.key)) return Number(segment.key);
		return {
			kind: "elsewhere",
			problem: {
				code: "gitops.no-such-item",
				where: placeAt(walk.where, walk.tree.text, start),
				found: `a list at ${named(walk, depth)}, and ${JSON.stringify(segment.key)} names no item of it`,
				expected: "a position or a filter behind a list",
				remedy: "write for instance [0] or [name=api]"
			}
		};
	}
	const matches = items.flatMap((item, index) => segment.tests.every((test) => passes(item, test)) ? [index] : []);
	const [first, second] = matches;
	if (first === void 0) return {
		kind: "elsewhere",
		problem: noItem(walk, start, depth)
	};
	if (second === void 0) return first;
	const both = matches.flatMap((index) => items[index] ?? []);
	return {
		kind: "blocked",
		problem: twice(walk, depth, both),
		at: both[0]?.start ?? start
	};
}
function passes(item, { keys, value }) {
	let here = item;
	for (const key of keys) {
		const map = here?.kind === "alias" ? here.target : here;
		here = map?.kind === "map" ? map.entries.find((one) => one.name === key)?.value : void 0;
	}
	const end = here?.kind === "alias" ? here.target : here;
	return end?.kind === "scalar" && end.style !== "empty" && end.text === value;
}
/** What must not be entered or changed: what an alias shares would change elsewhere too. */
function passable(walk, here, depth) {
	if (here.kind === "alias") return aliasProblem(walk, here, depth);
	if (here.anchor === void 0) return void 0;
	const user = walk.document.aliases.find((alias) => alias.target === here);
	if (user === void 0) return void 0;
	return {
		code: "gitops.anchor",
		where: placeAt(walk.where, walk.tree.text, here.start),
		found: `the anchor &${here.anchor} at ${named(walk, depth)}, which *${here.anchor} at ${placeAt(walk.where, walk.tree.text, user.start)} shares`,
		expected: "a value that stands in one place only",
		remedy: "write the value out at both places; what they share would change elsewhere too"
	};
}
function aliasProblem(walk, alias, depth) {
	const at = alias.target === void 0 ? "" : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, alias.target.start)}`;
	return {
		code: "gitops.alias",
		where: placeAt(walk.where, walk.tree.text, alias.start),
		found: `the alias *${alias.name} at ${named(walk, depth)}${at}`,
		expected: "a value written out",
		remedy: "write the value itself there, or edit it at the anchor if all who share it shall change"
	};
}
const MERGE = "<<";
/** Merges of merges that are looked through. */
const MOST_MERGES = 20;
/** A key that only `<<` brings in: adding it would hide all that is merged below it. A single value may be overridden. */
function inherited(walk, map, depth) {
	const segment = walk.path[depth];
	if (walk.tree.format === "json" || segment?.kind !== "key") return void 0;
	const found = merged(map, segment.key, 0);
	if (found === void 0 || found.value.kind === "scalar" && depth === walk.path.length - 1) return void 0;
	return {
		kind: "blocked",
		problem: mergeProblem(walk, found.source, depth),
		at: found.source.start
	};
}
/** What merge keys bring in under this name, and the value of the merge key that does. */
function merged(map, name, level) {
	for (const entry of map.entries) {
		if (entry.name !== MERGE) continue;
		for (const source of entry.value.kind === "list" ? entry.value.items : [entry.value]) {
			const target = source.kind === "alias" ? source.target : source;
			if (target?.kind !== "map") continue;
			const value = target.entries.find((one) => one.name === name)?.value;
			if (value !== void 0) return {
				value,
				source
			};
			const deeper = level < MOST_MERGES ? merged(target, name, level + 1) : void 0;
			if (deeper !== void 0) return {
				value: deeper.value,
				source
			};
		}
	}
}
function mergeProblem(walk, source, depth) {
	const at = source.kind !== "alias" || source.target === void 0 ? "" : `, whose anchor stands at ${placeAt(walk.where, walk.tree.text, source.target.start)}`;
	return {
		code: "gitops.alias",
		where: placeAt(walk.where, walk.tree.text, source.start),
		found: `a merge key (<<) that brings ${named(walk, depth + 1)} in${at}`,
		expected: "a value written out",
		remedy: "write the mapping itself there, or edit it where it stands if all who merge it shall change"
	};
}
function twice(walk, depth, both) {
	const places = both.map(({ start }) => placeAt(walk.where, walk.tree.text, start));
	return {
		code: "gitops.two-matches",
		where: places[0] ?? walk.where,
		found: `${both.length} matches of ${named(walk, depth + 1)}: ${places.slice(0, 5).join(", ")}`,
		expected: "one",
		remedy: "add to the filter, for instance [name=http,protocol=TCP], name a position such as [0], or remove the repeated key"
	};
}
function noItem(walk, start, depth) {
	return {
		code: "gitops.no-such-item",
		where: placeAt(walk.where, walk.tree.text, start),
		found: `no item at ${named(walk, depth + 1)}`,
		expected: "an item of a list",
		remedy: "mend the path, or add the item to the file: an item is never made up"
	};
}
function wrongKind(walk, here, depth) {
	const kind = here.kind === "map" ? "a mapping" : "a single value";
	return {
		code: "gitops.not-a-mapping",
		where: placeAt(walk.where, walk.tree.text, here.start),
		found: `${kind} at ${depth === 0 ? "the top" : named(walk, depth)}`,
		expected: `something that ${formatPath(walk.path.slice(depth, depth + 1))} can be a part of`,
		remedy: "mend the path"
	};
}
/** The first `length` segments. */
function named(walk, length) {
	return length === 0 ? "the top" : formatPath(walk.path.slice(0, length));
}

// src/gitops/edit/document.ts
/**
* The document that a path means: the one that is named (from 1), or the only one in which the path leads to something. When it leads
* nowhere yet, the only one in which everything but the last key is there. Pure.
*/
function chooseDocument(tree, path, wanted, where) {
	const { documents } = tree;
	const all = documents.map((document, index) => ({
		document: index,
		finding: findIn(tree, document, path, where)
	}));
	if (wanted !== void 0) {
		const one = all[wanted - 1];
		return one === void 0 ? bad(noDocument(wanted, documents.length, where)) : ok(one);
	}
	const [only, second] = all;
	if (only === void 0) return ok({
		document: 0,
		finding: nothingAtAll(tree, path)
	});
	if (second === void 0) return ok(only);
	const hits = all.filter(({ finding }) => finding.kind === "found" || finding.kind === "blocked");
	const near = all.filter(({ finding }) => finding.kind === "missing" && finding.keys.length === 1 && finding.steps.length > 0);
	const candidates = hits.length > 0 ? hits : near;
	const [first] = candidates;
	if (first !== void 0 && candidates.length === 1) return ok(first);
	if (first === void 0) {
		const item = all.flatMap(({ finding }) => finding.kind === "elsewhere" ? [finding.problem] : []).find(({ code }) => code === "gitops.no-such-item");
		if (item !== void 0) return bad(item);
	}
	return bad(several(tree, path, first === void 0 ? all : candidates, where));
}
/** A text without any document in it. */
function nothingAtAll(tree, path) {
	const at = tree.text.length;
	return findIn(tree, {
		root: {
			kind: "scalar",
			style: "empty",
			text: "",
			flow: false,
			start: at,
			end: at
		},
		aliases: []
	}, path, "");
}
function noDocument(wanted, count, where) {
	return {
		code: "gitops.document",
		where,
		found: `no document ${wanted}; there ${count === 1 ? "is 1" : `are ${count}`}`,
		expected: "the number of a document, counted from 1",
		remedy: "count the documents, which lines of `---` part; an empty one counts too"
	};
}
function several(tree, path, candidates, where) {
	const places = candidates.map(({ document, finding }) => {
		const start = "node" in finding ? finding.node.start : "at" in finding ? finding.at : tree.documents[document]?.root.start ?? 0;
		return `document ${document + 1} (${placeAt(where, tree.text, start)})`;
	});
	const leads = candidates.some(({ finding }) => finding.kind === "found" || finding.kind === "blocked");
	return {
		code: "gitops.several-documents",
		where: `${where} ${formatPath(path)}`,
		found: `${candidates.length} documents ${leads ? "with such a value" : "in which it could be added"}: ${places.slice(0, 5).join(", ")}`,
		expected: "one",
		remedy: "name it with --document, counted from 1"
	};
}

// src/gitops/edit/json-tree.ts
var JsonError = class extends Error {
	at;
	constructor(at, found) {
		super(found);
		this.at = at;
	}
};
/** Reads JSON (RFC 8259, a byte order mark in front allowed) and keeps where each value stands. Pure. */
function jsonTree(text, where) {
	try {
		const root = new Reader(text).document();
		return ok({
			format: "json",
			text,
			documents: [{
				root,
				aliases: []
			}]
		});
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
		const problem = {
			code: "gitops.unreadable",
			where: placeAt(where, text, error.at),
			found: error.message,
			expected: "JSON",
			remedy: "mend the file in git; a file with comments is YAML, so give it such a name"
		};
		return bad(problem);
	}
}
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
var Reader = class {
	text;
	at;
	values = 0;
	constructor(text) {
		this.text = text;
		this.at = text.startsWith("﻿") ? 1 : 0;
	}
	document() {
		const root = this.value(0);
		this.space();
		if (this.at < this.text.length) throw this.unexpected("behind the value");
		return root;
	}
	space() {
		while (" 	\n\r".includes(this.text.charAt(this.at)) && this.at < this.text.length) this.at += 1;
	}
	unexpected(place) {
		const here = this.text.codePointAt(this.at);
		return new JsonError(this.at, here === void 0 ? `the end of the file ${place}` : `${JSON.stringify(String.fromCodePoint(here))} ${place}`);
	}
	value(depth) {
		this.space();
		this.values += 1;
		if (depth > 100) throw new JsonError(this.at, `brackets more than ${100} deep`);
		if (this.values > 3e5) throw new JsonError(this.at, `more than ${MAX_VALUES} values`);
		const first = this.text.charAt(this.at);
		if (first === "{") return this.map(depth);
		if (first === "[") return this.list(depth);
		if (first === "\"") return this.string();
		WORD.lastIndex = this.at;
		const [word] = WORD.exec(this.text) ?? [];
		if (word === void 0) throw this.unexpected("where a value begins");
		const start = this.at;
		this.at += word.length;
		return {
			kind: "scalar",
			style: "plain",
			text: word,
			flow: true,
			start,
			end: this.at
		};
	}
	string() {
		const start = this.at;
		let end = start + 1;
		while (end < this.text.length && this.text.charAt(end) !== "\"") end += this.text.charAt(end) === "\\" ? 2 : 1;
		this.at = end + 1;
		return {
			kind: "scalar",
			style: "double",
			text: this.decoded(start),
			flow: true,
			start,
			end: this.at
		};
	}
	decoded(start) {
		try {
			const text = JSON.parse(this.text.slice(start, this.at));
			return String(text);
		} catch {
			throw new JsonError(start, "a string that is not closed, or holds what must be escaped");
		}
	}
	map(depth) {
		const start = this.at;
		const entries = [];
		this.at += 1;
		this.space();
		if (this.text.charAt(this.at) !== "}") do {
			this.space();
			if (this.text.charAt(this.at) !== "\"") throw this.unexpected("where a key begins");
			const key = this.string();
			this.space();
			this.take(":", "where a colon belongs");
			const colon = this.at;
			entries.push({
				name: key.text,
				key,
				colon,
				value: this.value(depth + 1)
			});
			this.space();
		} while (this.more("}"));
		this.take("}", "where } or a comma belongs");
		return {
			kind: "map",
			flow: true,
			indent: 0,
			entries,
			start,
			end: this.at
		};
	}
	list(depth) {
		const start = this.at;
		const items = [];
		this.at += 1;
		this.space();
		if (this.text.charAt(this.at) !== "]") do {
			items.push(this.value(depth + 1));
			this.space();
		} while (this.more("]"));
		this.take("]", "where ] or a comma belongs");
		return {
			kind: "list",
			flow: true,
			items,
			start,
			end: this.at
		};
	}
	more(end) {
		if (this.text.charAt(this.at) === end || this.text.charAt(this.at) !== ",") return false;
		this.at += 1;
		return true;
	}
	take(character, place) {
		if (this.text.charAt(this.at) !== character) throw this.unexpected(place);
		this.at += 1;
	}
};

// src/gitops/edit/events.ts
var import_dist = require_dist();
/**
* How js-yaml reads a text. It wants a closing bracket deeper than the key that it belongs to, which most people do not write, and every other
* reader lets pass. Such a text is read with spaces in front of the brackets that begin a line; before and after an edit alike, so that what
* differs between the two is the edit.
* @throws YAMLException about the text as it is
*/
function parsed(whole) {
	const text = whole.replace(/^\uFEFF/, "");
	try {
		return {
			text,
			events: parseEvents(text, { maxDepth: 100 })
		};
	} catch (error) {
		if (!(error instanceof YAMLException) || error.reason !== "deficient indentation") throw error;
		const deeper = padded(text);
		try {
			return {
				text: deeper,
				events: parseEvents(deeper, { maxDepth: 100 })
			};
		} catch {
			throw error;
		}
	}
}
/** Deeper than any key of a document that is nested no deeper than is allowed here. */
const PAD = " ".repeat(8 * 100);
function padded(text) {
	let lines = 0;
	return text.replace(/^ *(?=[\]}])/gm, (spaces) => lines++ < 5e3 ? PAD : spaces);
}

// src/gitops/edit/yaml-tree.ts
/** Reads YAML, one document or many, and keeps where each value stands. Two parsers must both take the text. Pure. */
function yamlTree(text, where) {
	const refused = unreadable(text, where);
	if (refused !== void 0) return bad(refused);
	const all = (0, import_dist.parseAllDocuments)(text, {
		keepSourceTokens: true,
		schema: "failsafe",
		uniqueKeys: false,
		prettyErrors: false,
		logLevel: "silent",
		resolveKnownTags: false
	});
	const documents = "empty" in all ? [] : all;
	for (const document of documents) {
		const [error] = document.errors;
		if (error !== void 0) return bad(broken(placeAt(where, text, error.pos[0]), error.message));
	}
	return ok({
		format: "yaml",
		text,
		documents: documents.map((document) => treeDocument(document))
	});
}
/** What js-yaml says against the text. It is quick and counts brackets, so nothing hostile gets to the parser that keeps places. */
function unreadable(text, where) {
	try {
		const { events } = parsed(text);
		if (events.length <= 2 * 3e5) return void 0;
		return {
			code: "gitops.too-large",
			where,
			found: `more than ${MAX_VALUES} values`,
			expected: "a manifest",
			remedy: "split the file, and keep what is changed apart from what is generated"
		};
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const shift = text.startsWith("﻿") ? 1 : 0;
		return broken(placeAt(where, text, (error.mark?.position ?? 0) + shift), error.reason);
	}
}
function broken(where, found) {
	return {
		code: "gitops.unreadable",
		where,
		found: found.split("\n")[0] ?? found,
		expected: "YAML",
		remedy: "mend the file in git; a template is edited where its values stand, not in the template"
	};
}
function treeDocument(document) {
	const builder = {
		anchors: /* @__PURE__ */ new Map(),
		aliases: []
	};
	const at = document.range[1];
	return {
		root: document.contents === null ? {
			kind: "scalar",
			style: "empty",
			text: "",
			flow: false,
			start: at,
			end: at
		} : node(builder, document.contents, false),
		aliases: builder.aliases
	};
}
function node(builder, value, flow) {
	const built = bare(builder, value, flow);
	const anchored = (0, import_dist.isScalar)(value) || (0, import_dist.isCollection)(value) ? value : void 0;
	const full = {
		...built,
		...anchored?.anchor === void 0 ? {} : { anchor: anchored.anchor },
		...anchored?.tag === void 0 ? {} : { tag: anchored.tag }
	};
	if (full.anchor !== void 0) builder.anchors.set(full.anchor, full);
	return full;
}
function bare(builder, value, flow) {
	if ((0, import_dist.isAlias)(value)) {
		const alias = {
			kind: "alias",
			name: value.source,
			target: builder.anchors.get(value.source),
			...spanOf(value.range)
		};
		builder.aliases.push(alias);
		return alias;
	}
	if ((0, import_dist.isMap)(value)) return map(builder, value);
	if ((0, import_dist.isSeq)(value)) {
		const inner = value.flow === true;
		const items = value.items.map((item) => node(builder, item, inner));
		return {
			kind: "list",
			flow: inner,
			items,
			...whole(value.range, inner, items.at(-1))
		};
	}
	if ((0, import_dist.isScalar)(value)) {
		const span = spanOf(value.range);
		return {
			kind: "scalar",
			style: styleOf(value, span),
			text: String(value.value ?? ""),
			flow,
			...span
		};
	}
	return {
		kind: "scalar",
		style: "empty",
		text: "",
		flow,
		start: 0,
		end: 0
	};
}
function map(builder, value) {
	const flow = value.flow === true;
	const entries = value.items.map((pair) => entry(builder, pair, flow));
	const token = value.srcToken;
	const indent = token !== void 0 && "indent" in token ? token.indent : 0;
	const last = entries.at(-1);
	return {
		kind: "map",
		flow,
		indent,
		entries,
		...whole(value.range, flow, last?.value)
	};
}
function entry(builder, pair, flow) {
	const key = (0, import_dist.isScalar)(pair.key) ? pair.key : void 0;
	const span = key === void 0 ? {
		start: 0,
		end: 0
	} : spanOf(key.range);
	if (pair.key !== null && key === void 0) node(builder, pair.key, flow);
	else if (key?.anchor !== void 0) node(builder, key, flow);
	const colon = colonOf(pair);
	const value = pair.value === null ? {
		kind: "scalar",
		style: "empty",
		text: "",
		flow,
		start: span.end,
		end: span.end
	} : node(builder, pair.value, flow);
	const empty = value.kind === "scalar" && value.style === "empty" && colon !== void 0;
	return {
		name: key === void 0 ? void 0 : String(key.value ?? ""),
		key: {
			...span,
			style: key === void 0 ? "plain" : styleOf(key, span)
		},
		colon,
		value: empty && value.anchor === void 0 && value.tag === void 0 ? {
			...value,
			start: colon,
			end: colon
		} : value
	};
}
function colonOf(pair) {
	const sign = pair.srcToken?.sep?.find((token) => token.type === "map-value-ind");
	return sign === void 0 ? void 0 : sign.offset + 1;
}
/** A collection without brackets ends where its last value ends, not behind the comments that follow. */
function whole(range, flow, last) {
	const span = spanOf(range);
	if (flow || last === void 0) return span;
	return {
		start: span.start,
		end: Math.max(span.start, last.end)
	};
}
function spanOf(range) {
	const [start = 0, end = start] = range ?? [];
	return {
		start,
		end
	};
}
function styleOf(scalar, span) {
	if (scalar.type === "QUOTE_SINGLE") return "single";
	if (scalar.type === "QUOTE_DOUBLE") return "double";
	if (scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED") return "block";
	return span.start === span.end ? "empty" : "plain";
}

// src/gitops/edit/locate.ts
/** How both reading and setting a value begin. Pure. @param where name of the file, for problems */
function locate(text, options, where) {
	const path = parsePath(options.path);
	if (!path.ok) return path;
	const tree = readTree(text, options.format ?? formatOf(where), where);
	if (!tree.ok) return tree;
	const chosen = chooseDocument(tree.value, path.value, options.document, where);
	return chosen.ok ? ok({
		...chosen.value,
		tree: tree.value,
		path: path.value
	}) : chosen;
}
/** Reads a text as a tree. @param where name of the file, for problems */
function readTree(text, format, where) {
	if (text.length > 4194304) return bad(tooLarge(where, text.length));
	return format === "json" ? jsonTree(text, where) : yamlTree(text, where);
}
/** What a file of this name holds. */
function formatOf(file) {
	return /\.json$/i.test(file) ? "json" : "yaml";
}
function tooLarge(where, length) {
	return {
		code: "gitops.too-large",
		where,
		found: `${length} characters`,
		expected: `at most ${MAX_BYTES}`,
		remedy: "split the file, and keep what is changed apart from what is generated"
	};
}

// src/gitops/edit/value.ts
/** What a value is, and the ways to write it. Pure. */
const VALUE_TYPES = [
	"string",
	"number",
	"boolean",
	"null"
];
const CORE = [
	["null", nullCoreTag],
	["boolean", boolCoreTag],
	["number", intCoreTag],
	["number", floatCoreTag]
];
const OLD = [
	["null", nullYaml11Tag],
	["boolean", boolYaml11Tag],
	["number", intYaml11Tag],
	["number", floatYaml11Tag],
	["number", timestampTag]
];
/** What other readers of YAML 1.1 take for something else: single letters, months and days of one digit, merge and value keys. */
const ELSEWHERE = /^(?:[yYnN]|<<|=|\d{4}-\d{1,2}-\d{1,2}(?:[Tt\s].*)?)$/;
/** What a text without quotes reads as in YAML 1.2 and in YAML 1.1. */
function plainKinds(text) {
	return [kindBy(CORE, text), kindBy(OLD, text)];
}
function kindBy(tags, text) {
	return tags.find(([, tag]) => tag.resolve(text, false, tag.tagName) !== NOT_RESOLVED)?.[0] ?? "string";
}
/** What stands there. A text that either version of YAML takes for something else is no string: Kubernetes reads `yes` as true. */
function kindOf(node, format) {
	if (node.style === "empty") return "null";
	if (node.style !== "plain") return "string";
	if (format === "json") return node.text === "null" ? "null" : /^[tf]/.test(node.text) ? "boolean" : "number";
	if (timestampTag.resolve(node.text, false, timestampTag.tagName) !== NOT_RESOLVED) return "string";
	const [core, old] = plainKinds(node.text);
	return core === "string" ? old : core;
}
/** Plain data of a scalar as YAML 1.2 or JSON reads it; what is no JSON (.inf, .nan) as its text. */
function dataOf(node, format) {
	if (node.style === "empty") return null;
	if (node.style !== "plain") return node.text;
	const value = format === "json" ? JSON.parse(node.text) : coreValue(node.text);
	return typeof value === "boolean" || value === null || Number.isFinite(value) ? scalar(value) : node.text;
}
function scalar(value) {
	return typeof value === "boolean" || typeof value === "number" ? value : null;
}
function coreValue(text) {
	for (const [, tag] of CORE) {
		const value = tag.resolve(text, false, tag.tagName);
		if (value !== NOT_RESOLVED) return value;
	}
	return text;
}
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;
/**
* The value that a text asks for. Without a type it keeps the kind of what stands there when it is written the way that kind is
* written (3, 0.5, true); everything else is a string. So 1.10 is never read as 1.1, and a replica count stays a number.
*/
function wantedOf(text, type, there, format) {
	if (type === void 0) {
		const kind = there === void 0 || there.style === "empty" ? "string" : kindOf(there, format);
		return ok({
			type: fits(text, kind) ? kind : "string",
			text
		});
	}
	if (type === "string" || fits(text, type) || type === "number" && written(text, format)) return ok({
		type,
		text
	});
	const problem = {
		code: "gitops.value",
		where: `value ${JSON.stringify(text)}`,
		found: `no ${type}`,
		expected: EXPECTED[type],
		remedy: "mend the value, or leave --type out to write a string"
	};
	return bad(problem);
}
const EXPECTED = {
	number: "a number such as 3 or 0.5",
	boolean: "true or false",
	null: "null"
};
function fits(text, kind) {
	if (kind === "number") return NUMBER.test(text) && text !== "-0";
	if (kind === "boolean") return text === "true" || text === "false";
	return kind === "null" && text === "null";
}
/** A number that somebody asks for by type may be written in any way that all readers read as the same number. */
function written(text, format) {
	if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return false;
	return format === "json" || plainKinds(text).every((kind) => kind === "number");
}
/** Ways to write a value where another stood, or a new one (`style` undefined): the present style first. */
function spellings(wanted, style, flow, format) {
	if (wanted.type !== "string") return [wanted.text];
	const double = doubleQuoted(wanted.text);
	if (format === "json") return [double];
	if (style === "double") return [double];
	if (style === "single") return singleSafe(wanted.text) ? [singleQuoted(wanted.text), double] : [double];
	return plainSafe(wanted.text, flow) ? [wanted.text, double] : [double];
}
/** A key as it is written in YAML or JSON, in the quotes of its neighbour. */
function spellKey(name, neighbour, flow, format) {
	if (format === "json" || neighbour === "double") return doubleQuoted(name);
	if (neighbour === "single" && singleSafe(name)) return singleQuoted(name);
	return plainSafe(name, flow) && !/[:?]/.test(name) ? name : doubleQuoted(name);
}
function singleSafe(text) {
	return !/[\p{Cc}\u0085\u2028\u2029\uFEFF]/u.test(text) && text.isWellFormed();
}
function singleQuoted(text) {
	return `'${text.replaceAll("'", "''")}'`;
}
/** JSON's escapes are YAML's too; what a reader of YAML 1.1 would take for the end of a line is escaped as well. */
function doubleQuoted(text) {
	return JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
/** Without quotes every reader takes it for this very string, wherever a value may stand. */
function plainSafe(text, flow) {
	if (text === "" || !singleSafe(text) || text.trim() !== text) return false;
	if (/^[-?:,[\]{}#&*!|>'"%@`]/.test(text) || /^\.{3}/.test(text)) return false;
	if (/:(?:\s|$)|\s#/.test(text)) return false;
	if (flow && /[,[\]{}]|:(?=[,[\]{}])/.test(text)) return false;
	return plainKinds(text).every((kind) => kind === "string") && !ELSEWHERE.test(text);
}

// src/gitops/edit/read.ts
/**
* The value at a path, as YAML 1.2 or JSON reads it; a problem where there is none. Pure.
* @param where name of the file, for problems
*/
function readValue(text, options, where) {
	const located = locate(text, options, where);
	if (!located.ok) return located;
	const { tree, path, finding } = located.value;
	if (finding.kind === "found" && finding.node.kind === "scalar") return ok(dataOf(finding.node, tree.format));
	if (finding.kind === "blocked" || finding.kind === "elsewhere") return bad(finding.problem);
	const problem = {
		code: finding.kind === "found" ? "gitops.not-a-value" : "gitops.no-such-key",
		where: placeAt(where, text, finding.node.start),
		found: `${finding.kind === "found" ? "a mapping or a list" : "nothing"} at ${formatPath(path)}`,
		expected: "one value",
		remedy: "mend the path, or add the value to the file once"
	};
	return bad(problem);
}

// src/gitops/edit/add.ts
/** Where keys that are missing go: behind the last one of their mapping, indented and spaced as their neighbours are. Pure. */
/** Ways to add them, the one that looks best first; which of them is exact is found out by parsing what comes out. */
function additions(tree, missing, wanted) {
	const { node: parent } = missing;
	if (parent.kind === "map") {
		if (parent.flow || parent.entries.length === 0) return [intoBraces(tree, parent, missing.keys, wanted)];
		return intoBlock(tree, parent, missing.keys, wanted);
	}
	if (parent.kind !== "scalar" || parent.style !== "empty" || tree.format === "json") return [];
	return underEmpty(tree, missing, wanted);
}
function intoBlock(tree, map, keys, wanted) {
	const neighbour = map.entries.at(-1)?.key.style;
	const lines = blockLines(tree, {
		keys,
		wanted,
		indent: map.indent,
		neighbour
	});
	return endsOf(tree.text, map, map.indent).map((at) => [newLines(tree.text, at, lines)]);
}
/** A key without a value becomes a mapping; so does a document that holds comments only. */
function underEmpty(tree, { node: parent, entry, outer, keys }, wanted) {
	const step = stepOf(tree);
	if (entry === void 0) {
		if (parent.start !== parent.end || tree.documents.length > 1) return [];
		const lines = blockLines(tree, {
			keys,
			wanted,
			indent: 0,
			neighbour: void 0
		});
		const eol = eolAt(tree.text, tree.text.length);
		const behind = tree.text === "" || tree.text === "﻿" || /[\r\n]$/.test(tree.text) ? "" : eol;
		return [[{
			at: tree.text.length,
			remove: 0,
			insert: `${behind}${lines.join(eol)}${eol}`
		}]];
	}
	if (entry.colon === void 0 || parent.anchor !== void 0 || parent.tag !== void 0) return [];
	if (parent.kind === "scalar" && parent.flow) return [[{
		at: entry.colon,
		remove: 0,
		insert: ` ${inBraces(tree, keys, wanted, ": ")}`
	}]];
	const lines = blockLines(tree, {
		keys,
		wanted,
		indent: outer + step,
		neighbour: entry.key.style
	});
	return [[newLines(tree.text, lineEnd(tree.text, entry.colon), lines)]];
}
function blockLines(tree, { keys, wanted, indent, neighbour }) {
	const step = stepOf(tree);
	const [value = ""] = spellings(wanted, void 0, false, tree.format);
	return keys.map((key, depth) => {
		const end = depth === keys.length - 1 ? ` ${value}` : "";
		return `${" ".repeat(indent + depth * step)}${spellKey(key, neighbour, false, tree.format)}:${end}`;
	});
}
function newLines(text, at, lines) {
	const eol = eolAt(text, at);
	return {
		at,
		remove: 0,
		insert: `${eol}${lines.join(eol)}`
	};
}
/** Places behind the last line of a mapping: behind comments that are indented deeper, since they belong to its last value. */
function endsOf(text, map, indent) {
	const last = lastValue(map);
	const blockText = last.kind === "scalar" && last.style === "block";
	const source = text.slice(0, map.end);
	const plain = lineEnd(text, source.trimEnd().length);
	if (!blockText) return [behindComments(text, plain, indent)];
	if (!/[\r\n]$/.test(source) && !/^[|>]\d?-/.test(text.slice(last.start, last.start + 3))) return [];
	const whole = source.replace(/(?:\r\n|\n|\r)$/, "").length;
	return [behindComments(text, plain, indent), whole];
}
function lastValue(node) {
	let here = node;
	for (;;) {
		const next = here.kind === "map" ? here.entries.at(-1)?.value : here.kind === "list" ? here.items.at(-1) : void 0;
		if (next === void 0) return here;
		here = next;
	}
}
function behindComments(text, from, indent) {
	let at = from;
	for (;;) {
		const [line, spaces = ""] = /^(?:\r\n|\n|\r)( *)#[^\r\n]*/.exec(text.slice(at, at + 4096)) ?? [];
		if (line === void 0 || spaces.length <= indent) return at;
		at = lineEnd(text, at + line.length);
	}
}
function intoBraces(tree, map, keys, wanted) {
	const { text } = tree;
	const last = map.entries.at(-1);
	if (last === void 0) {
		const inner = inBraces(tree, keys, wanted, tree.format === "json" && !/"\s*:\s/.test(text) && text.includes("\":") ? ":" : ": ").slice(1, -1);
		const blank = /^\{\s*\}$/.test(text.slice(map.start, map.end)) ? map.end - map.start - 2 : 0;
		return [{
			at: map.start + 1,
			remove: blank,
			insert: inner
		}];
	}
	const end = contentEnd(last);
	const written = last.colon === void 0 ? ": " : text.slice(last.key.end, last.value.start);
	const colon = /^:[ \t]*$/.test(written) && (written !== ":" || last.key.style === "double") ? written : ": ";
	const [key = "", ...rest] = keys;
	const value = rest.length === 0 ? spellings(wanted, void 0, true, tree.format)[0] ?? "" : inBraces(tree, rest, wanted, colon);
	const style = colon === ":" ? "double" : last.key.style;
	const added = `${spellKey(key, style, true, tree.format)}${colon}${value}`;
	const before = text.slice(lineStart(text, last.key.start), last.key.start);
	if (!/^[ \t]*$/.test(before)) return [{
		at: end,
		remove: 0,
		insert: `${commaOf(text, map, colon)}${added}`
	}];
	return onLineOfItsOwn(text, end, `${before}${added}`);
}
/** The comma goes behind the last value, the new line behind the comment that follows it. */
function onLineOfItsOwn(text, end, line) {
	const [comma] = /^\s*,/.exec(text.slice(end, end + 4096)) ?? [];
	const from = end + (comma?.length ?? 0);
	const [comment = ""] = /^[ \t]+#[^\r\n]*/.exec(text.slice(from, from + 65536)) ?? [];
	const at = from + comment.length;
	const insert = `${eolAt(text, at)}${line}`;
	if (comma !== void 0) return [{
		at,
		remove: 0,
		insert: `${insert},`
	}];
	if (comment === "") return [{
		at: end,
		remove: 0,
		insert: `,${insert}`
	}];
	return [{
		at: end,
		remove: 0,
		insert: ","
	}, {
		at,
		remove: 0,
		insert
	}];
}
/** `, ` or `,`, as between the two entries before. */
function commaOf(text, map, colon) {
	const [before, last] = map.entries.slice(-2);
	if (before === void 0 || last === void 0) return colon === ":" ? "," : ", ";
	const between = text.slice(contentEnd(before), last.key.start);
	return /^[ \t]*,[ \t]*$/.test(between) ? between : ", ";
}
function contentEnd(entry) {
	return Math.max(entry.key.end, entry.colon ?? 0, entry.value.end);
}
function inBraces(tree, keys, wanted, colon) {
	const [value = ""] = spellings(wanted, void 0, true, tree.format);
	const style = colon === ":" ? "double" : void 0;
	return keys.reduceRight((inner, key) => `{${spellKey(key, style, true, tree.format)}${colon}${inner}}`, value);
}
/** How much deeper the first mapping inside a mapping stands; 2 when there is none. */
function stepOf(tree) {
	for (const { root } of tree.documents) {
		const step = stepIn(root, void 0);
		if (step !== void 0) return step;
	}
	return 2;
}
function stepIn(node, outer) {
	if (node.kind === "list") return node.items.map((item) => stepIn(item, void 0)).find((one) => one !== void 0);
	if (node.kind !== "map" || node.flow) return void 0;
	if (outer !== void 0 && node.indent > outer) return node.indent - outer;
	for (const { value } of node.entries) {
		const step = stepIn(value, node.indent);
		if (step !== void 0) return step;
	}
}
function lineStart(text, at) {
	return Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
}
function lineEnd(text, at) {
	const end = /[\r\n]/g;
	end.lastIndex = at;
	return end.exec(text)?.index ?? text.length;
}
/** The end of line that stands there, or the nearest one before. */
function eolAt(text, at) {
	const ends = /\r\n|\n|\r/y;
	ends.lastIndex = at;
	return ends.exec(text)?.[0] ?? /(?:\r\n|\n|\r)(?=[^\r\n]*$)/.exec(text.slice(Math.max(0, at - 65536), at))?.[0] ?? "\n";
}

// src/gitops/edit/confirm.ts
/** Why the edit is not exact; undefined when it is. */
function objection(before, after, expected, format) {
	try {
		return format === "json" ? inJson(before, after, expected) : inYaml(before, after, expected);
	} catch (error) {
		return `the second parser refuses it: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`;
	}
}
const PLAIN = `scalar ${SCALAR_STYLE.PLAIN}`;
const NOTHING = {
	kind: PLAIN,
	props: "",
	anchor: void 0,
	text: "",
	parts: []
};
function inYaml(before, after, expected) {
	const old = shapes(before).documents;
	const now = shapes(after);
	const [only] = now.documents;
	if (old.length === 0 && only !== void 0 && now.documents.length === 1) return atTarget(NOTHING, only.parts[0] ?? NOTHING, expected, now.aliases, []);
	if (old.length !== now.documents.length) return `${now.documents.length} documents instead of ${old.length}`;
	for (const [index, one] of old.entries()) {
		const other = now.documents[index] ?? NOTHING;
		const why = index === expected.document && one.kind === other.kind ? atTarget(one.parts[0] ?? NOTHING, other.parts[0] ?? NOTHING, expected, now.aliases, expected.steps) : different(one, other);
		if (why !== void 0) return `document ${index + 1}: ${why}`;
	}
}
function atTarget(old, now, expected, aliases, steps) {
	const [step, ...rest] = steps;
	if (old.anchor !== void 0 && aliases.has(old.anchor)) return `*${old.anchor} shares what changed`;
	if (step === void 0) return expected.added.length === 0 ? setTo(now, old.props, expected.wanted) : grown(old, now, expected.added, expected.wanted);
	if (old.kind !== now.kind || old.props !== now.props) return "a value on the way changed";
	const at = old.kind.startsWith("map") ? 2 * step + 1 : step;
	return parts(old, now, (one, other, index) => index === at ? atTarget(one, other, expected, aliases, rest) : different(one, other));
}
/** `now` is `old` and one key more, behind the others. */
function grown(old, now, [name, ...deeper], wanted) {
	const empty = old.kind === PLAIN && old.text === "";
	if (!now.kind.startsWith("map") || now.props !== old.props || !(empty || old.kind === now.kind)) return "no such mapping came out";
	const [key, value] = now.parts.slice(-2);
	if (key === void 0 || value === void 0 || key.text !== name || key.props !== "") return "not the key that was wanted";
	const why = parts(old, {
		...now,
		parts: now.parts.slice(0, -2)
	}, different);
	if (why !== void 0) return why;
	return deeper.length === 0 ? setTo(value, "", wanted) : grown(NOTHING, value, deeper, wanted);
}
/** Both versions of YAML must read it as what was wanted. */
function setTo(now, props, wanted) {
	if (!now.kind.startsWith("scalar") || now.text !== wanted.text) return "the new value reads as another text";
	if (now.props !== props) return "the new value has an anchor or a tag";
	const kinds = now.kind === PLAIN ? plainKinds(now.text) : ["string", "string"];
	return kinds.every((kind) => kind === wanted.type) ? void 0 : `the new value reads as ${kinds.join(" or ")}`;
}
function different(old, now) {
	if (old.kind !== now.kind || old.props !== now.props || old.text !== now.text) return `${JSON.stringify(old.text.slice(0, 40))} changed too`;
	return parts(old, now, different);
}
function parts(old, now, compare) {
	if (old.parts.length !== now.parts.length) return `${now.parts.length} parts instead of ${old.parts.length}`;
	for (const [index, one] of old.parts.entries()) {
		const why = compare(one, now.parts[index] ?? NOTHING, index);
		if (why !== void 0) return why;
	}
}
function shapes(whole) {
	const { text, events } = parsed(whole);
	const top = {
		...NOTHING,
		kind: "file",
		parts: []
	};
	const aliases = /* @__PURE__ */ new Set();
	const open = [top];
	for (const event of events) {
		if (event.type === EVENT_ID.POP) {
			open.pop();
			continue;
		}
		const shape = shapeOf(text, event);
		open.at(-1)?.parts.push(shape);
		if (event.type === EVENT_ID.ALIAS) aliases.add(shape.text);
		else if (event.type !== EVENT_ID.SCALAR) open.push(shape);
	}
	return {
		documents: top.parts,
		aliases
	};
}
function shapeOf(text, event) {
	if (event.type === EVENT_ID.DOCUMENT) {
		const { explicitStart, explicitEnd, directives } = event;
		return {
			...NOTHING,
			kind: `document ${JSON.stringify([
				explicitStart,
				explicitEnd,
				directives
			])}`,
			parts: []
		};
	}
	if (event.type === EVENT_ID.ALIAS) return {
		...NOTHING,
		kind: "alias",
		text: text.slice(event.anchorStart, event.anchorEnd),
		parts: []
	};
	const anchor = event.anchorStart < 0 ? void 0 : text.slice(event.anchorStart, event.anchorEnd);
	const tag = event.tagStart < 0 ? "" : text.slice(event.tagStart, event.tagEnd);
	return {
		kind: `${event.type === EVENT_ID.MAPPING ? "map" : event.type === EVENT_ID.SEQUENCE ? "list" : "scalar"} ${event.style}`,
		props: JSON.stringify([anchor ?? "", tag]).replace("[\"\",\"\"]", ""),
		anchor,
		text: event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "",
		parts: []
	};
}
function inJson(before, after, { wanted, added, names }) {
	const old = JSON.parse(before.replace(/^\uFEFF/, ""));
	const now = JSON.parse(after.replace(/^\uFEFF/, ""));
	const value = wanted.type === "string" ? wanted.text : JSON.parse(wanted.text);
	const [first, ...deeper] = added;
	const expected = replaced(old, names, (there) => first === void 0 ? value : own([...pairs(there), [first, deeper.reduceRight((inner, key) => own([[key, inner]]), value)]]));
	return isDeepStrictEqual(now, expected) ? void 0 : "more than the target changed";
}
/** A deep copy of plain data with one value exchanged. */
function replaced(data, names, change) {
	const [name, ...rest] = names;
	if (name === void 0) return change(data);
	if (Array.isArray(data)) return data.map((item, index) => index === name ? replaced(item, rest, change) : item);
	return own(pairs(data).map(([key, item]) => [key, key === name ? replaced(item, rest, change) : item]));
}
function pairs(data) {
	return typeof data === "object" && data !== null ? Object.entries(data) : [];
}
function own(list) {
	return Object.fromEntries(list);
}

// src/gitops/edit/splice.ts
/** Applies changes that stand in the order of the text. Pure. */
function splice(text, splices) {
	let out = "";
	let from = 0;
	for (const { at, remove, insert } of splices) {
		out += text.slice(from, at) + insert;
		from = at + remove;
	}
	return out + text.slice(from);
}

// src/gitops/edit/set.ts
/**
* Sets the value at a path. What comes out is parsed again by a second, independent parser, which must see a difference at the target
* and nowhere else. Pure.
* @param where name of the file, for problems
*/
function setValue(text, options, where) {
	const located = locate(text, options, where);
	if (!located.ok) return located;
	const { tree, path, finding, document } = located.value;
	const edit = {
		tree,
		document,
		finding,
		options,
		where
	};
	if (finding.kind === "found") return replace(edit, finding);
	if (finding.kind === "missing" && options.missing !== "refuse") return add(edit, finding);
	if (finding.kind !== "missing") return bad(finding.problem);
	const { node, steps } = finding;
	const empty = node.kind === "scalar" && steps.length === 0;
	return bad(noKey(placeAt(where, tree.text, node.start), formatPath(path), empty));
}
function replace(edit, found) {
	const { tree, options } = edit;
	const { node, entry } = found;
	const place = placeAt(edit.where, tree.text, node.start);
	if (node.kind !== "scalar") return bad(noValue(place, node.kind === "map" ? "a mapping" : "a list"));
	if (node.tag !== void 0) return bad(tagged(place, node.tag));
	if (node.style === "block") return bad(blockText(place));
	const value = newText(options, node);
	if (!value.ok) return value;
	const wanted = wantedOf(value.value, options.type, node, tree.format);
	if (!wanted.ok) return wanted;
	const before = dataOf(node, tree.format);
	if (options.type === void 0 && node.style === "plain" && node.text === value.value || already(node, wanted.value, tree.format)) {
		const written = tree.text.slice(node.start, node.end);
		return ok({
			...result(edit, tree.text, node.start, false),
			changed: false,
			before,
			written: {
				before: written,
				after: written
			}
		});
	}
	const expected = expectedOf(edit, found, wanted.value, []);
	if (node.style === "empty" && (entry?.colon === void 0 || node.anchor !== void 0)) return bad(noValue(place, "nothing, where a value cannot be put in"));
	const lead = node.style === "empty" ? " " : "";
	return firstExact(edit, expected, spellings(wanted.value, node.style, node.flow, tree.format).map((written) => ({
		splices: [{
			at: node.start,
			remove: node.end - node.start,
			insert: lead + written
		}],
		at: node.start + lead.length,
		written
	})), {
		added: false,
		before,
		written: node.style === "empty" ? void 0 : tree.text.slice(node.start, node.end)
	});
}
function add(edit, missing) {
	const { tree, options } = edit;
	const value = newText(options, void 0);
	if (!value.ok) return value;
	const wanted = wantedOf(value.value, options.type, void 0, tree.format);
	if (!wanted.ok) return wanted;
	const ways = additions(tree, missing, wanted.value).map((splices) => ({
		splices,
		...placeOf(splices, wanted.value, tree.format)
	}));
	return firstExact(edit, expectedOf(edit, missing, wanted.value, missing.keys), ways, {
		added: true,
		before: null,
		written: void 0
	});
}
/** Where the value of new keys stands in the new text: it is the last thing of the last insertion that spells it. */
function placeOf(splices, wanted, format) {
	const last = splices.at(-1);
	const shift = splices.slice(0, -1).reduce((sum, { insert, remove }) => sum + insert.length - remove, 0);
	const insert = last?.insert ?? "";
	const [written = ""] = spellings(wanted, void 0, true, format).concat(spellings(wanted, void 0, false, format)).filter((one) => insert.includes(one));
	return {
		at: (last?.at ?? 0) + shift + Math.max(0, insert.lastIndexOf(written)),
		written
	};
}
function firstExact(edit, expected, ways, was) {
	const { tree, where, finding } = edit;
	const reasons = [];
	for (const { splices, at, written } of ways) {
		const text = splice(tree.text, splices);
		const why = objection(tree.text, text, expected, tree.format);
		if (why === void 0) {
			const done = result(edit, text, at, was.added);
			return ok({
				...done,
				changed: true,
				before: was.before,
				written: {
					before: was.written,
					after: written
				}
			});
		}
		reasons.push(why);
	}
	const at = finding.kind === "found" || finding.kind === "missing" ? finding.node.start : 0;
	return bad(notExact(placeAt(where, tree.text, at), reasons[0] ?? "no place where the key could stand"));
}
function result(edit, text, at, added) {
	return {
		text,
		added,
		document: edit.document + 1,
		...lineAt(text, at)
	};
}
function expectedOf({ document }, { steps, names }, wanted, added) {
	return {
		document,
		steps,
		names,
		added,
		wanted
	};
}
function newText({ value }, node) {
	if (typeof value === "string") return ok(value);
	return value(node === void 0 || node.style === "empty" ? void 0 : node.text);
}
/** What stands there is what is wanted, to readers of both versions of YAML. */
function already(node, wanted, format) {
	if (node.text !== wanted.text || node.style === "empty") return false;
	if (wanted.type !== "string") return node.style === "plain";
	return node.style !== "plain" || format === "yaml" && plainKinds(node.text).every((kind) => kind === "string");
}
function noKey(where, path, empty) {
	return {
		code: empty ? "gitops.empty" : "gitops.no-such-key",
		where,
		found: empty ? "an empty file" : `nothing at ${path}`,
		expected: `a value at ${path}`,
		remedy: "add it to the file once, or mend the path"
	};
}
function noValue(where, found) {
	return {
		code: "gitops.not-a-value",
		where,
		found,
		expected: "one value",
		remedy: "mend the path, or write a value there, such as \"0\""
	};
}
function tagged(where, tag) {
	return {
		code: "gitops.tag",
		where,
		found: `a value with the tag ${tag}`,
		expected: "a value without a tag",
		remedy: "take the tag away: it decides what the value is, not the edit"
	};
}
function blockText(where) {
	return {
		code: "gitops.block",
		where,
		found: "a block of text (| or >)",
		expected: "a value on one line",
		remedy: "write the value on one line"
	};
}
function notExact(where, found) {
	return {
		code: "gitops.not-exact",
		where,
		found,
		expected: "an edit after which two parsers see a difference at the target only",
		remedy: "write the value on a line of its own in a simple form, then edit it again"
	};
}

// src/gitops/edit.ts
/** Sets the value at `path` to `value`. The key must be there: a mistyped path shall not write a second version. Pure. */
function setScalar(text, path, value, where, type = "string") {
	const edited = setValue(text, {
		path,
		value,
		type,
		missing: "refuse"
	}, where);
	if (!edited.ok) return edited;
	const { text: after, before, changed } = edited.value;
	return ok({
		text: after,
		before,
		changed
	});
}
/** The value at `path`, or a problem. Pure. @param where name of the file; one without a name that begins with a brace is JSON */
function readScalar(text, path, where) {
	const json = where === "" && /^\uFEFF?\s*\{/.test(text) ? readValue(text, {
		path,
		format: "json"
	}, where) : void 0;
	return json?.ok === true ? json : readValue(text, { path }, where);
}
/** Text of a file that did not exist yet, with nothing but the value at `path`. Pure. @param file its name: *.json is JSON */
function newFile(path, value, file = "") {
	const format = formatOf(file);
	const comment = `# What serves. Shiplock changes the value at ${path} and nothing else in this file.\n`;
	return unwrap(setValue(format === "json" ? "{}\n" : comment, {
		path,
		value,
		type: "string",
		format
	}, file)).text;
}

// src/gitops/commit/values.ts
/** Sets values in files: the derivation of every commit that a release makes. */
function deriveValues(options) {
	return (head) => {
		const newer = newerHolder(head, options);
		if (newer !== void 0) return {
			kind: "refuse",
			problems: [newer]
		};
		return fold(head, options);
	};
}
function fold(head, options) {
	const texts = /* @__PURE__ */ new Map();
	for (const change of options.changes) {
		const { file, path, value } = change;
		const before = texts.get(file) ?? {
			file,
			values: [],
			...present(head.files[file])
		};
		const conflict = conflictIn(head, change, options);
		if (conflict !== void 0) return {
			kind: "conflict",
			conflict
		};
		const edited = edit(head, change, before.text, options);
		if (!edited.ok) return {
			kind: "refuse",
			problems: edited.problems
		};
		if (!edited.value.changed) continue;
		const values = [...before.values, {
			path,
			before: shown(edited.value.before),
			after: value
		}];
		texts.set(file, {
			...before,
			text: edited.value.text,
			values
		});
	}
	if (texts.size > 0) return {
		kind: "edit",
		edits: [...texts.values()]
	};
	const [first] = options.changes;
	return {
		kind: "nothing",
		why: `git names ${first?.value ?? "all of it"} already`
	};
}
function present(file) {
	return file ?? {
		mode: "100644",
		text: ""
	};
}
function edit(head, { file, path, value, type }, text, options) {
	if (!((head.files[file] ?? null) === null && text === "")) return setScalar(text, path, value, `${options.where}:${file}`, type);
	if (options.missingFile === "make") return ok({
		text: newFile(path, value, file),
		before: null,
		changed: true
	});
	return bad({
		code: "gitops.no-such-file",
		where: `${options.where}:${file}`,
		found: "no such file on the branch",
		expected: `a file with a value at ${path}`,
		remedy: "commit the file once, or mend `gitops.file`"
	});
}
/**
* Is the value another one than the change was decided on? Not when it is already what we want; not when an older run of the same
* environment wrote it, whom we follow in order of the fence.
*/
function conflictIn(head, change, options) {
	const { file, path, value, read } = change;
	if (read === void 0 || options.othersValue === "change") return void 0;
	const now = valueAt(head.files[file] ?? null, path);
	if (now === read || now === value) return void 0;
	const [newest] = head.ours.filter(({ environment }) => environment === options.origin.environment);
	if (newest !== void 0 && newest.release === `${options.origin.service} ${now ?? ""}`) return void 0;
	return {
		file,
		path,
		read: shown(read),
		theirs: shown(now),
		ours: value
	};
}
/** The value in a text; null when there is no file or no such value. Pure. */
function valueAt(file, path) {
	if (file === null) return null;
	const value = readScalar(file.text, path, "");
	return value.ok && value.value !== null ? String(value.value) : null;
}
function shown(value) {
	return value === null ? "nothing" : String(value);
}
/** A newer run of the same environment has written already: this one has lost its lease. */
function newerHolder(head, { origin, where }) {
	const newer = head.ours.find((one) => one.environment === origin.environment && one.fence > origin.fence);
	if (newer === void 0) return void 0;
	return {
		code: "gitops.newer-holder",
		where,
		found: `commit ${newer.commit.slice(0, 12)} of run ${newer.run} under fence ${newer.fence}`,
		expected: `no fence above our own, ${origin.fence}`,
		remedy: "a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence"
	};
}

export { VALUE_TYPES as a, setValue as i, valueAt as n, MAX_BYTES as o, readScalar as r, deriveValues as t };