import { n as __require, t as __commonJSMin } from "./shared-rolldown-runtime.js";
import { C as number, D as string, E as strictObject, a as problemSchema, f as _enum, g as discriminatedUnion, h as boolean, i as ok, m as array, n as bad, o as problemsOf, s as unwrap, t as ProblemError, w as object, x as literal } from "./shared-problem.js";
import { i as isMissing, r as hasCode, u as temporaryBeside } from "./shared-store.js";
import { a as boolCoreTag, c as floatYaml11Tag, d as intYaml11Tag, g as timestampTag, h as parseEvents, i as YAMLException, l as getScalarValue, m as nullYaml11Tag, n as NOT_RESOLVED, o as boolYaml11Tag, p as nullCoreTag, r as SCALAR_STYLE, s as floatCoreTag, t as EVENT_ID, u as intCoreTag } from "./shared-js-yaml.js";
import { createHash, randomBytes } from "node:crypto";
import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, statfs, unlink, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { hostname, tmpdir } from "node:os";
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { connect } from "node:net";
import { isDeepStrictEqual } from "node:util";

// src/procedure/machine/identity.ts
/** Who a process is, so that another one on the same machine can tell whether it is still there. */
const identitySchema = object({
	host: string(),
	pid: number(),
	/** Start in clock ticks since boot: a process id that was used again has another one. */
	startTicks: string(),
	/** The boot and the process namespace: process ids of another container mean nothing here. Empty where there is no /proc. */
	bootId: string()
});
function ownIdentity() {
	return {
		host: hostname(),
		pid: process.pid,
		startTicks: startTicks(process.pid) ?? "",
		bootId: bootAndNamespace()
	};
}
/** True only when it is certain: same boot, same namespace, and no process with that id and that start. */
function isGone(holder) {
	const here = bootAndNamespace();
	if (here === "" || holder.bootId !== here || holder.startTicks === "") return false;
	return startTicks(holder.pid) !== holder.startTicks;
}
function bootAndNamespace() {
	try {
		return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
	} catch {
		return "";
	}
}
/** Field 22 of /proc/PID/stat; undefined when there is no such process, or only its remains. */
function startTicks(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return fields[0] === "Z" || fields[0] === "X" ? void 0 : fields[19];
	} catch {
		return;
	}
}

// src/procedure/machine/git.ts
const REMOTE = /^(?:(?:https?|ssh|file):\/\/|[\w.-]+@[\w.-]+:)/;
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function gitAddress(repository, baseDir) {
	if (/^-|[\0\n]/.test(repository)) return {
		found: JSON.stringify(repository),
		remedy: "name a repository"
	};
	if (!REMOTE.test(repository)) {
		if (/^[a-z][a-z0-9+.-]*:/i.test(repository) && !isAbsolute(repository)) return {
			found: `the protocol ${repository.split(":")[0]}`,
			remedy: "use https, ssh or a path"
		};
		return {
			kind: "local",
			address: resolve(baseDir, repository)
		};
	}
	if (URL.canParse(repository)) {
		const url = new URL(repository);
		if (url.password !== "") return {
			found: "an address with a password in it",
			remedy: "use a credential helper or a deploy key of git"
		};
		const loopback = [
			"127.0.0.1",
			"[::1]",
			"localhost"
		].includes(url.hostname);
		if (url.protocol === "http:" && !loopback) return {
			found: "http without encryption",
			remedy: "use https"
		};
	}
	return {
		kind: "remote",
		address: repository
	};
}
/** An argument vector for git on the repository in `gitDir`. */
function git(gitDir, ...args) {
	return [
		"env",
		...[
			"GIT_DIR",
			"GIT_WORK_TREE",
			"GIT_INDEX_FILE",
			"GIT_OBJECT_DIRECTORY",
			"GIT_NAMESPACE"
		].flatMap((name) => ["-u", name]),
		...[
			"GIT_TERMINAL_PROMPT=0",
			"SSH_ASKPASS_REQUIRE=never",
			"LC_ALL=C"
		],
		"git",
		...[
			"-c",
			"core.hooksPath=/dev/null",
			"-c",
			`safe.directory=*`,
			"-c",
			"gc.auto=0"
		],
		...[
			"-c",
			"protocol.allow=never",
			...[
				"file",
				"https",
				"http",
				"ssh"
			].flatMap((name) => ["-c", `protocol.${name}.allow=always`])
		],
		`--git-dir=${gitDir}`,
		...args
	];
}

// node_modules/yaml/dist/nodes/identity.js
var require_identity = /* @__PURE__ */ __commonJSMin(((exports) => {
	const ALIAS = Symbol.for("yaml.alias");
	const DOC = Symbol.for("yaml.document");
	const MAP = Symbol.for("yaml.map");
	const PAIR = Symbol.for("yaml.pair");
	const SCALAR = Symbol.for("yaml.scalar");
	const SEQ = Symbol.for("yaml.seq");
	const NODE_TYPE = Symbol.for("yaml.node.type");
	const isAlias = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === ALIAS;
	const isDocument = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === DOC;
	const isMap = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === MAP;
	const isPair = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === PAIR;
	const isScalar = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SCALAR;
	const isSeq = (node) => !!node && typeof node === "object" && node[NODE_TYPE] === SEQ;
	function isCollection(node) {
		if (node && typeof node === "object") switch (node[NODE_TYPE]) {
			case MAP:
			case SEQ: return true;
		}
		return false;
	}
	function isNode(node) {
		if (node && typeof node === "object") switch (node[NODE_TYPE]) {
			case ALIAS:
			case MAP:
			case SCALAR:
			case SEQ: return true;
		}
		return false;
	}
	const hasAnchor = (node) => (isScalar(node) || isCollection(node)) && !!node.anchor;
	exports.ALIAS = ALIAS;
	exports.DOC = DOC;
	exports.MAP = MAP;
	exports.NODE_TYPE = NODE_TYPE;
	exports.PAIR = PAIR;
	exports.SCALAR = SCALAR;
	exports.SEQ = SEQ;
	exports.hasAnchor = hasAnchor;
	exports.isAlias = isAlias;
	exports.isCollection = isCollection;
	exports.isDocument = isDocument;
	exports.isMap = isMap;
	exports.isNode = isNode;
	exports.isPair = isPair;
	exports.isScalar = isScalar;
	exports.isSeq = isSeq;
}));

// node_modules/yaml/dist/visit.js
var require_visit = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	const BREAK = Symbol("break visit");
	const SKIP = Symbol("skip children");
	const REMOVE = Symbol("remove node");
	/**
	* Apply a visitor to an AST node or document.
	*
	* Walks through the tree (depth-first) starting from `node`, calling a
	* `visitor` function with three arguments:
	*   - `key`: For sequence values and map `Pair`, the node's index in the
	*     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	*     `null` for the root node.
	*   - `node`: The current node.
	*   - `path`: The ancestry of the current node.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this node, continue with next
	*     sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current node, then continue with the next one
	*   - `Node`: Replace the current node, then continue by visiting it
	*   - `number`: While iterating the items of a sequence or map, set the index
	*     of the next step. This is useful especially if the index of the current
	*     node has changed.
	*
	* If `visitor` is a single function, it will be called with all values
	* encountered in the tree, including e.g. `null` values. Alternatively,
	* separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	* `Alias` and `Scalar` node. To define the same visitor function for more than
	* one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	* and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	* specific defined one will be used for each node.
	*/
	function visit(node, visitor) {
		const visitor_ = initVisitor(visitor);
		if (identity.isDocument(node)) {
			if (visit_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE) node.contents = null;
		} else visit_(null, node, visitor_, Object.freeze([]));
	}
	/** Terminate visit traversal completely */
	visit.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visit.SKIP = SKIP;
	/** Remove the current node */
	visit.REMOVE = REMOVE;
	function visit_(key, node, visitor, path) {
		const ctrl = callVisitor(key, node, visitor, path);
		if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
			replaceNode(key, path, ctrl);
			return visit_(key, ctrl, visitor, path);
		}
		if (typeof ctrl !== "symbol") {
			if (identity.isCollection(node)) {
				path = Object.freeze(path.concat(node));
				for (let i = 0; i < node.items.length; ++i) {
					const ci = visit_(i, node.items[i], visitor, path);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						node.items.splice(i, 1);
						i -= 1;
					}
				}
			} else if (identity.isPair(node)) {
				path = Object.freeze(path.concat(node));
				const ck = visit_("key", node.key, visitor, path);
				if (ck === BREAK) return BREAK;
				else if (ck === REMOVE) node.key = null;
				const cv = visit_("value", node.value, visitor, path);
				if (cv === BREAK) return BREAK;
				else if (cv === REMOVE) node.value = null;
			}
		}
		return ctrl;
	}
	/**
	* Apply an async visitor to an AST node or document.
	*
	* Walks through the tree (depth-first) starting from `node`, calling a
	* `visitor` function with three arguments:
	*   - `key`: For sequence values and map `Pair`, the node's index in the
	*     collection. Within a `Pair`, `'key'` or `'value'`, correspondingly.
	*     `null` for the root node.
	*   - `node`: The current node.
	*   - `path`: The ancestry of the current node.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `Promise`: Must resolve to one of the following values
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this node, continue with next
	*     sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current node, then continue with the next one
	*   - `Node`: Replace the current node, then continue by visiting it
	*   - `number`: While iterating the items of a sequence or map, set the index
	*     of the next step. This is useful especially if the index of the current
	*     node has changed.
	*
	* If `visitor` is a single function, it will be called with all values
	* encountered in the tree, including e.g. `null` values. Alternatively,
	* separate visitor functions may be defined for each `Map`, `Pair`, `Seq`,
	* `Alias` and `Scalar` node. To define the same visitor function for more than
	* one node type, use the `Collection` (map and seq), `Value` (map, seq & scalar)
	* and `Node` (alias, map, seq & scalar) targets. Of all these, only the most
	* specific defined one will be used for each node.
	*/
	async function visitAsync(node, visitor) {
		const visitor_ = initVisitor(visitor);
		if (identity.isDocument(node)) {
			if (await visitAsync_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE) node.contents = null;
		} else await visitAsync_(null, node, visitor_, Object.freeze([]));
	}
	/** Terminate visit traversal completely */
	visitAsync.BREAK = BREAK;
	/** Do not visit the children of the current node */
	visitAsync.SKIP = SKIP;
	/** Remove the current node */
	visitAsync.REMOVE = REMOVE;
	async function visitAsync_(key, node, visitor, path) {
		const ctrl = await callVisitor(key, node, visitor, path);
		if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
			replaceNode(key, path, ctrl);
			return visitAsync_(key, ctrl, visitor, path);
		}
		if (typeof ctrl !== "symbol") {
			if (identity.isCollection(node)) {
				path = Object.freeze(path.concat(node));
				for (let i = 0; i < node.items.length; ++i) {
					const ci = await visitAsync_(i, node.items[i], visitor, path);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						node.items.splice(i, 1);
						i -= 1;
					}
				}
			} else if (identity.isPair(node)) {
				path = Object.freeze(path.concat(node));
				const ck = await visitAsync_("key", node.key, visitor, path);
				if (ck === BREAK) return BREAK;
				else if (ck === REMOVE) node.key = null;
				const cv = await visitAsync_("value", node.value, visitor, path);
				if (cv === BREAK) return BREAK;
				else if (cv === REMOVE) node.value = null;
			}
		}
		return ctrl;
	}
	function initVisitor(visitor) {
		if (typeof visitor === "object" && (visitor.Collection || visitor.Node || visitor.Value)) return Object.assign({
			Alias: visitor.Node,
			Map: visitor.Node,
			Scalar: visitor.Node,
			Seq: visitor.Node
		}, visitor.Value && {
			Map: visitor.Value,
			Scalar: visitor.Value,
			Seq: visitor.Value
		}, visitor.Collection && {
			Map: visitor.Collection,
			Seq: visitor.Collection
		}, visitor);
		return visitor;
	}
	function callVisitor(key, node, visitor, path) {
		if (typeof visitor === "function") return visitor(key, node, path);
		if (identity.isMap(node)) return visitor.Map?.(key, node, path);
		if (identity.isSeq(node)) return visitor.Seq?.(key, node, path);
		if (identity.isPair(node)) return visitor.Pair?.(key, node, path);
		if (identity.isScalar(node)) return visitor.Scalar?.(key, node, path);
		if (identity.isAlias(node)) return visitor.Alias?.(key, node, path);
	}
	function replaceNode(key, path, node) {
		const parent = path[path.length - 1];
		if (identity.isCollection(parent)) parent.items[key] = node;
		else if (identity.isPair(parent)) {
			if (key === "key") parent.key = node;
			else parent.value = node;
		} else if (identity.isDocument(parent)) parent.contents = node;
		else {
			const pt = identity.isAlias(parent) ? "alias" : "scalar";
			throw new Error(`Cannot replace node with ${pt} parent`);
		}
	}
	exports.visit = visit;
	exports.visitAsync = visitAsync;
}));

// node_modules/yaml/dist/doc/directives.js
var require_directives = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var visit = require_visit();
	const escapeChars = {
		"!": "%21",
		",": "%2C",
		"[": "%5B",
		"]": "%5D",
		"{": "%7B",
		"}": "%7D"
	};
	const escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, (ch) => escapeChars[ch]);
	var Directives = class Directives {
		constructor(yaml, tags) {
			/**
			* The directives-end/doc-start marker `---`. If `null`, a marker may still be
			* included in the document's stringified representation.
			*/
			this.docStart = null;
			/** The doc-end marker `...`.  */
			this.docEnd = false;
			this.yaml = Object.assign({}, Directives.defaultYaml, yaml);
			this.tags = Object.assign({}, Directives.defaultTags, tags);
		}
		clone() {
			const copy = new Directives(this.yaml, this.tags);
			copy.docStart = this.docStart;
			return copy;
		}
		/**
		* During parsing, get a Directives instance for the current document and
		* update the stream state according to the current version's spec.
		*/
		atDocument() {
			const res = new Directives(this.yaml, this.tags);
			switch (this.yaml.version) {
				case "1.1":
					this.atNextDocument = true;
					break;
				case "1.2":
					this.atNextDocument = false;
					this.yaml = {
						explicit: Directives.defaultYaml.explicit,
						version: "1.2"
					};
					this.tags = Object.assign({}, Directives.defaultTags);
			}
			return res;
		}
		/**
		* @param onError - May be called even if the action was successful
		* @returns `true` on success
		*/
		add(line, onError) {
			if (this.atNextDocument) {
				this.yaml = {
					explicit: Directives.defaultYaml.explicit,
					version: "1.1"
				};
				this.tags = Object.assign({}, Directives.defaultTags);
				this.atNextDocument = false;
			}
			const parts = line.trim().split(/[ \t]+/);
			const name = parts.shift();
			switch (name) {
				case "%TAG": {
					if (parts.length !== 2) {
						onError(0, "%TAG directive should contain exactly two parts");
						if (parts.length < 2) return false;
					}
					const [handle, prefix] = parts;
					this.tags[handle] = prefix;
					return true;
				}
				case "%YAML": {
					this.yaml.explicit = true;
					if (parts.length !== 1) {
						onError(0, "%YAML directive should contain exactly one part");
						return false;
					}
					const [version] = parts;
					if (version === "1.1" || version === "1.2") {
						this.yaml.version = version;
						return true;
					} else {
						const isValid = /^\d+\.\d+$/.test(version);
						onError(6, `Unsupported YAML version ${version}`, isValid);
						return false;
					}
				}
				default:
					onError(0, `Unknown directive ${name}`, true);
					return false;
			}
		}
		/**
		* Resolves a tag, matching handles to those defined in %TAG directives.
		*
		* @returns Resolved tag, which may also be the non-specific tag `'!'` or a
		*   `'!local'` tag, or `null` if unresolvable.
		*/
		tagName(source, onError) {
			if (source === "!") return "!";
			if (source[0] !== "!") {
				onError(`Not a valid tag: ${source}`);
				return null;
			}
			if (source[1] === "<") {
				const verbatim = source.slice(2, -1);
				if (verbatim === "!" || verbatim === "!!") {
					onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
					return null;
				}
				if (source[source.length - 1] !== ">") onError("Verbatim tags must end with a >");
				return verbatim;
			}
			const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
			if (!suffix) onError(`The ${source} tag has no suffix`);
			const prefix = this.tags[handle];
			if (prefix) try {
				return prefix + decodeURIComponent(suffix);
			} catch (error) {
				onError(String(error));
				return null;
			}
			if (handle === "!") return source;
			onError(`Could not resolve tag: ${source}`);
			return null;
		}
		/**
		* Given a fully resolved tag, returns its printable string form,
		* taking into account current tag prefixes and defaults.
		*/
		tagString(tag) {
			for (const [handle, prefix] of Object.entries(this.tags)) if (tag.startsWith(prefix)) return handle + escapeTagName(tag.substring(prefix.length));
			return tag[0] === "!" ? tag : `!<${tag}>`;
		}
		toString(doc) {
			const lines = this.yaml.explicit ? [`%YAML ${this.yaml.version || "1.2"}`] : [];
			const tagEntries = Object.entries(this.tags);
			let tagNames;
			if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
				const tags = {};
				visit.visit(doc.contents, (_key, node) => {
					if (identity.isNode(node) && node.tag) tags[node.tag] = true;
				});
				tagNames = Object.keys(tags);
			} else tagNames = [];
			for (const [handle, prefix] of tagEntries) {
				if (handle === "!!" && prefix === "tag:yaml.org,2002:") continue;
				if (!doc || tagNames.some((tn) => tn.startsWith(prefix))) lines.push(`%TAG ${handle} ${prefix}`);
			}
			return lines.join("\n");
		}
	};
	Directives.defaultYaml = {
		explicit: false,
		version: "1.2"
	};
	Directives.defaultTags = { "!!": "tag:yaml.org,2002:" };
	exports.Directives = Directives;
}));

// node_modules/yaml/dist/doc/anchors.js
var require_anchors = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var visit = require_visit();
	/**
	* Verify that the input string is a valid anchor.
	*
	* Will throw on errors.
	*/
	function anchorIsValid(anchor) {
		if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
			const msg = `Anchor must not contain whitespace or control characters: ${JSON.stringify(anchor)}`;
			throw new Error(msg);
		}
		return true;
	}
	function anchorNames(root) {
		const anchors = /* @__PURE__ */ new Set();
		visit.visit(root, { Value(_key, node) {
			if (node.anchor) anchors.add(node.anchor);
		} });
		return anchors;
	}
	/** Find a new anchor name with the given `prefix` and a one-indexed suffix. */
	function findNewAnchor(prefix, exclude) {
		for (let i = 1;; ++i) {
			const name = `${prefix}${i}`;
			if (!exclude.has(name)) return name;
		}
	}
	function createNodeAnchors(doc, prefix) {
		const aliasObjects = [];
		const sourceObjects = /* @__PURE__ */ new Map();
		let prevAnchors = null;
		return {
			onAnchor: (source) => {
				aliasObjects.push(source);
				prevAnchors ?? (prevAnchors = anchorNames(doc));
				const anchor = findNewAnchor(prefix, prevAnchors);
				prevAnchors.add(anchor);
				return anchor;
			},
			/**
			* With circular references, the source node is only resolved after all
			* of its child nodes are. This is why anchors are set only after all of
			* the nodes have been created.
			*/
			setAnchors: () => {
				for (const source of aliasObjects) {
					const ref = sourceObjects.get(source);
					if (typeof ref === "object" && ref.anchor && (identity.isScalar(ref.node) || identity.isCollection(ref.node))) ref.node.anchor = ref.anchor;
					else {
						const error = /* @__PURE__ */ new Error("Failed to resolve repeated object (this should not happen)");
						error.source = source;
						throw error;
					}
				}
			},
			sourceObjects
		};
	}
	exports.anchorIsValid = anchorIsValid;
	exports.anchorNames = anchorNames;
	exports.createNodeAnchors = createNodeAnchors;
	exports.findNewAnchor = findNewAnchor;
}));

// node_modules/yaml/dist/doc/applyReviver.js
var require_applyReviver = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Applies the JSON.parse reviver algorithm as defined in the ECMA-262 spec,
	* in section 24.5.1.1 "Runtime Semantics: InternalizeJSONProperty" of the
	* 2021 edition: https://tc39.es/ecma262/#sec-json.parse
	*
	* Includes extensions for handling Map and Set objects.
	*/
	function applyReviver(reviver, obj, key, val) {
		if (val && typeof val === "object") {
			if (Array.isArray(val)) for (let i = 0, len = val.length; i < len; ++i) {
				const v0 = val[i];
				const v1 = applyReviver(reviver, val, String(i), v0);
				if (v1 === void 0) delete val[i];
				else if (v1 !== v0) val[i] = v1;
			}
			else if (val instanceof Map) for (const k of Array.from(val.keys())) {
				const v0 = val.get(k);
				const v1 = applyReviver(reviver, val, k, v0);
				if (v1 === void 0) val.delete(k);
				else if (v1 !== v0) val.set(k, v1);
			}
			else if (val instanceof Set) for (const v0 of Array.from(val)) {
				const v1 = applyReviver(reviver, val, v0, v0);
				if (v1 === void 0) val.delete(v0);
				else if (v1 !== v0) {
					val.delete(v0);
					val.add(v1);
				}
			}
			else for (const [k, v0] of Object.entries(val)) {
				const v1 = applyReviver(reviver, val, k, v0);
				if (v1 === void 0) delete val[k];
				else if (v1 !== v0) val[k] = v1;
			}
		}
		return reviver.call(obj, key, val);
	}
	exports.applyReviver = applyReviver;
}));

// node_modules/yaml/dist/nodes/toJS.js
var require_toJS = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	/**
	* Recursively convert any node or its contents to native JavaScript
	*
	* @param value - The input value
	* @param arg - If `value` defines a `toJSON()` method, use this
	*   as its first argument
	* @param ctx - Conversion context, originally set in Document#toJS(). If
	*   `{ keep: true }` is not set, output should be suitable for JSON
	*   stringification.
	*/
	function toJS(value, arg, ctx) {
		if (Array.isArray(value)) return value.map((v, i) => toJS(v, String(i), ctx));
		if (value && typeof value.toJSON === "function") {
			if (!ctx || !identity.hasAnchor(value)) return value.toJSON(arg, ctx);
			const data = {
				aliasCount: 0,
				count: 1,
				res: void 0
			};
			ctx.anchors.set(value, data);
			ctx.onCreate = (res) => {
				data.res = res;
				delete ctx.onCreate;
			};
			const res = value.toJSON(arg, ctx);
			if (ctx.onCreate) ctx.onCreate(res);
			return res;
		}
		if (typeof value === "bigint" && !ctx?.keep) return Number(value);
		return value;
	}
	exports.toJS = toJS;
}));

// node_modules/yaml/dist/nodes/Node.js
var require_Node = /* @__PURE__ */ __commonJSMin(((exports) => {
	var applyReviver = require_applyReviver();
	var identity = require_identity();
	var toJS = require_toJS();
	var NodeBase = class {
		constructor(type) {
			Object.defineProperty(this, identity.NODE_TYPE, { value: type });
		}
		/** Create a copy of this node.  */
		clone() {
			const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/** A plain JavaScript representation of this node. */
		toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
			if (!identity.isDocument(doc)) throw new TypeError("A document argument is required");
			const ctx = {
				anchors: /* @__PURE__ */ new Map(),
				doc,
				keep: true,
				mapAsMap: mapAsMap === true,
				mapKeyWarned: false,
				maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
			};
			const res = toJS.toJS(this, "", ctx);
			if (typeof onAnchor === "function") for (const { count, res } of ctx.anchors.values()) onAnchor(res, count);
			return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
		}
	};
	exports.NodeBase = NodeBase;
}));

// node_modules/yaml/dist/nodes/Alias.js
var require_Alias = /* @__PURE__ */ __commonJSMin(((exports) => {
	var anchors = require_anchors();
	var visit = require_visit();
	var identity = require_identity();
	var Node = require_Node();
	var toJS = require_toJS();
	var Alias = class extends Node.NodeBase {
		constructor(source) {
			super(identity.ALIAS);
			this.source = source;
			Object.defineProperty(this, "tag", { set() {
				throw new Error("Alias nodes cannot have tags");
			} });
		}
		/**
		* Resolve the value of this alias within `doc`, finding the last
		* instance of the `source` anchor before this node.
		*/
		resolve(doc, ctx) {
			if (ctx?.maxAliasCount === 0) throw new ReferenceError("Alias resolution is disabled");
			let nodes;
			if (ctx?.aliasResolveCache) nodes = ctx.aliasResolveCache;
			else {
				nodes = [];
				visit.visit(doc, { Node: (_key, node) => {
					if (identity.isAlias(node) || identity.hasAnchor(node)) nodes.push(node);
				} });
				if (ctx) ctx.aliasResolveCache = nodes;
			}
			let found = void 0;
			for (const node of nodes) {
				if (node === this) break;
				if (node.anchor === this.source) found = node;
			}
			if (found && ctx) {
				const { anchors, doc, maxAliasCount } = ctx;
				let data = anchors.get(found);
				if (!data) {
					toJS.toJS(found, null, ctx);
					data = anchors.get(found);
				}
				/* istanbul ignore if */
				if (data?.res === void 0) throw new ReferenceError("This should not happen: Alias anchor was not resolved?");
				if (maxAliasCount >= 0) {
					data.count += 1;
					if (data.aliasCount === 0) data.aliasCount = getAliasCount(doc, found, anchors);
					if (data.count * data.aliasCount > maxAliasCount) throw new ReferenceError("Excessive alias count indicates a resource exhaustion attack");
				}
			}
			return found;
		}
		toJSON(_arg, ctx) {
			if (!ctx) return { source: this.source };
			const source = this.resolve(ctx.doc, ctx);
			if (!source) {
				const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
				throw new ReferenceError(msg);
			}
			return ctx.anchors.get(source).res;
		}
		toString(ctx, _onComment, _onChompKeep) {
			const src = `*${this.source}`;
			if (ctx) {
				anchors.anchorIsValid(this.source);
				if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
					const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
					throw new Error(msg);
				}
				if (ctx.implicitKey) return `${src} `;
			}
			return src;
		}
	};
	function getAliasCount(doc, node, anchors) {
		if (identity.isAlias(node)) {
			const source = node.resolve(doc);
			const anchor = anchors && source && anchors.get(source);
			return anchor ? anchor.count * anchor.aliasCount : 0;
		} else if (identity.isCollection(node)) {
			let count = 0;
			for (const item of node.items) {
				const c = getAliasCount(doc, item, anchors);
				if (c > count) count = c;
			}
			return count;
		} else if (identity.isPair(node)) {
			const kc = getAliasCount(doc, node.key, anchors);
			const vc = getAliasCount(doc, node.value, anchors);
			return Math.max(kc, vc);
		}
		return 1;
	}
	exports.Alias = Alias;
}));

// node_modules/yaml/dist/nodes/Scalar.js
var require_Scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Node = require_Node();
	var toJS = require_toJS();
	const isScalarValue = (value) => !value || typeof value !== "function" && typeof value !== "object";
	var Scalar = class extends Node.NodeBase {
		constructor(value) {
			super(identity.SCALAR);
			this.value = value;
		}
		toJSON(arg, ctx) {
			return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
		}
		toString() {
			return String(this.value);
		}
	};
	Scalar.BLOCK_FOLDED = "BLOCK_FOLDED";
	Scalar.BLOCK_LITERAL = "BLOCK_LITERAL";
	Scalar.PLAIN = "PLAIN";
	Scalar.QUOTE_DOUBLE = "QUOTE_DOUBLE";
	Scalar.QUOTE_SINGLE = "QUOTE_SINGLE";
	exports.Scalar = Scalar;
	exports.isScalarValue = isScalarValue;
}));

// node_modules/yaml/dist/doc/createNode.js
var require_createNode = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var identity = require_identity();
	var Scalar = require_Scalar();
	const defaultTagPrefix = "tag:yaml.org,2002:";
	function findTagObject(value, tagName, tags) {
		if (tagName) {
			const match = tags.filter((t) => t.tag === tagName);
			const tagObj = match.find((t) => !t.format) ?? match[0];
			if (!tagObj) throw new Error(`Tag ${tagName} not found`);
			return tagObj;
		}
		return tags.find((t) => t.identify?.(value) && !t.format);
	}
	function createNode(value, tagName, ctx) {
		if (identity.isDocument(value)) value = value.contents;
		if (identity.isNode(value)) return value;
		if (identity.isPair(value)) {
			const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
			map.items.push(value);
			return map;
		}
		if (value instanceof String || value instanceof Number || value instanceof Boolean || typeof BigInt !== "undefined" && value instanceof BigInt) value = value.valueOf();
		const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
		let ref = void 0;
		if (aliasDuplicateObjects && value && typeof value === "object") {
			ref = sourceObjects.get(value);
			if (ref) {
				ref.anchor ?? (ref.anchor = onAnchor(value));
				return new Alias.Alias(ref.anchor);
			} else {
				ref = {
					anchor: null,
					node: null
				};
				sourceObjects.set(value, ref);
			}
		}
		if (tagName?.startsWith("!!")) tagName = defaultTagPrefix + tagName.slice(2);
		let tagObj = findTagObject(value, tagName, schema.tags);
		if (!tagObj) {
			if (value && typeof value.toJSON === "function") value = value.toJSON();
			if (!value || typeof value !== "object") {
				const node = new Scalar.Scalar(value);
				if (ref) ref.node = node;
				return node;
			}
			tagObj = value instanceof Map ? schema[identity.MAP] : Symbol.iterator in Object(value) ? schema[identity.SEQ] : schema[identity.MAP];
		}
		if (onTagObj) {
			onTagObj(tagObj);
			delete ctx.onTagObj;
		}
		const node = tagObj?.createNode ? tagObj.createNode(ctx.schema, value, ctx) : typeof tagObj?.nodeClass?.from === "function" ? tagObj.nodeClass.from(ctx.schema, value, ctx) : new Scalar.Scalar(value);
		if (tagName) node.tag = tagName;
		else if (!tagObj.default) node.tag = tagObj.tag;
		if (ref) ref.node = node;
		return node;
	}
	exports.createNode = createNode;
}));

// node_modules/yaml/dist/nodes/Collection.js
var require_Collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var identity = require_identity();
	var Node = require_Node();
	function collectionFromPath(schema, path, value) {
		let v = value;
		for (let i = path.length - 1; i >= 0; --i) {
			const k = path[i];
			if (typeof k === "number" && Number.isInteger(k) && k >= 0) {
				const a = [];
				a[k] = v;
				v = a;
			} else v = /* @__PURE__ */ new Map([[k, v]]);
		}
		return createNode.createNode(v, void 0, {
			aliasDuplicateObjects: false,
			keepUndefined: false,
			onAnchor: () => {
				throw new Error("This should not happen, please report a bug.");
			},
			schema,
			sourceObjects: /* @__PURE__ */ new Map()
		});
	}
	const isEmptyPath = (path) => path == null || typeof path === "object" && !!path[Symbol.iterator]().next().done;
	var Collection = class extends Node.NodeBase {
		constructor(type, schema) {
			super(type);
			Object.defineProperty(this, "schema", {
				value: schema,
				configurable: true,
				enumerable: false,
				writable: true
			});
		}
		/**
		* Create a copy of this collection.
		*
		* @param schema - If defined, overwrites the original's schema
		*/
		clone(schema) {
			const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
			if (schema) copy.schema = schema;
			copy.items = copy.items.map((it) => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/**
		* Adds a value to the collection. For `!!map` and `!!omap` the value must
		* be a Pair instance or a `{ key, value }` object, which may not have a key
		* that already exists in the map.
		*/
		addIn(path, value) {
			if (isEmptyPath(path)) this.add(value);
			else {
				const [key, ...rest] = path;
				const node = this.get(key, true);
				if (identity.isCollection(node)) node.addIn(rest, value);
				else if (node === void 0 && this.schema) this.set(key, collectionFromPath(this.schema, rest, value));
				else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
			}
		}
		/**
		* Removes a value from the collection.
		* @returns `true` if the item was found and removed.
		*/
		deleteIn(path) {
			const [key, ...rest] = path;
			if (rest.length === 0) return this.delete(key);
			const node = this.get(key, true);
			if (identity.isCollection(node)) return node.deleteIn(rest);
			else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
		}
		/**
		* Returns item at `key`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		getIn(path, keepScalar) {
			const [key, ...rest] = path;
			const node = this.get(key, true);
			if (rest.length === 0) return !keepScalar && identity.isScalar(node) ? node.value : node;
			else return identity.isCollection(node) ? node.getIn(rest, keepScalar) : void 0;
		}
		hasAllNullValues(allowScalar) {
			return this.items.every((node) => {
				if (!identity.isPair(node)) return false;
				const n = node.value;
				return n == null || allowScalar && identity.isScalar(n) && n.value == null && !n.commentBefore && !n.comment && !n.tag;
			});
		}
		/**
		* Checks if the collection includes a value with the key `key`.
		*/
		hasIn(path) {
			const [key, ...rest] = path;
			if (rest.length === 0) return this.has(key);
			const node = this.get(key, true);
			return identity.isCollection(node) ? node.hasIn(rest) : false;
		}
		/**
		* Sets a value in this collection. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		setIn(path, value) {
			const [key, ...rest] = path;
			if (rest.length === 0) this.set(key, value);
			else {
				const node = this.get(key, true);
				if (identity.isCollection(node)) node.setIn(rest, value);
				else if (node === void 0 && this.schema) this.set(key, collectionFromPath(this.schema, rest, value));
				else throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
			}
		}
	};
	exports.Collection = Collection;
	exports.collectionFromPath = collectionFromPath;
	exports.isEmptyPath = isEmptyPath;
}));

// node_modules/yaml/dist/stringify/stringifyComment.js
var require_stringifyComment = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Stringifies a comment.
	*
	* Empty comment lines are left empty,
	* lines consisting of a single space are replaced by `#`,
	* and all other lines are prefixed with a `#`.
	*/
	const stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, "#");
	function indentComment(comment, indent) {
		if (/^\n+$/.test(comment)) return comment.substring(1);
		return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
	}
	const lineComment = (str, indent, comment) => str.endsWith("\n") ? indentComment(comment, indent) : comment.includes("\n") ? "\n" + indentComment(comment, indent) : (str.endsWith(" ") ? "" : " ") + comment;
	exports.indentComment = indentComment;
	exports.lineComment = lineComment;
	exports.stringifyComment = stringifyComment;
}));

// node_modules/yaml/dist/stringify/foldFlowLines.js
var require_foldFlowLines = /* @__PURE__ */ __commonJSMin(((exports) => {
	const FOLD_FLOW = "flow";
	const FOLD_BLOCK = "block";
	const FOLD_QUOTED = "quoted";
	/**
	* Tries to keep input at up to `lineWidth` characters, splitting only on spaces
	* not followed by newlines or spaces unless `mode` is `'quoted'`. Lines are
	* terminated with `\n` and started with `indent`.
	*/
	function foldFlowLines(text, indent, mode = "flow", { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
		if (!lineWidth || lineWidth < 0) return text;
		if (lineWidth < minContentWidth) minContentWidth = 0;
		const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
		if (text.length <= endStep) return text;
		const folds = [];
		const escapedFolds = {};
		let end = lineWidth - indent.length;
		if (typeof indentAtStart === "number") {
			if (indentAtStart > lineWidth - Math.max(2, minContentWidth)) folds.push(0);
			else end = lineWidth - indentAtStart;
		}
		let split = void 0;
		let prev = void 0;
		let overflow = false;
		let i = -1;
		let escStart = -1;
		let escEnd = -1;
		if (mode === FOLD_BLOCK) {
			i = consumeMoreIndentedLines(text, i, indent.length);
			if (i !== -1) end = i + endStep;
		}
		for (let ch; ch = text[i += 1];) {
			if (mode === FOLD_QUOTED && ch === "\\") {
				escStart = i;
				switch (text[i + 1]) {
					case "x":
						i += 3;
						break;
					case "u":
						i += 5;
						break;
					case "U":
						i += 9;
						break;
					default: i += 1;
				}
				escEnd = i;
			}
			if (ch === "\n") {
				if (mode === FOLD_BLOCK) i = consumeMoreIndentedLines(text, i, indent.length);
				end = i + indent.length + endStep;
				split = void 0;
			} else {
				if (ch === " " && prev && prev !== " " && prev !== "\n" && prev !== "	") {
					const next = text[i + 1];
					if (next && next !== " " && next !== "\n" && next !== "	") split = i;
				}
				if (i >= end) {
					if (split) {
						folds.push(split);
						end = split + endStep;
						split = void 0;
					} else if (mode === FOLD_QUOTED) {
						while (prev === " " || prev === "	") {
							prev = ch;
							ch = text[i += 1];
							overflow = true;
						}
						const j = i > escEnd + 1 ? i - 2 : escStart - 1;
						if (escapedFolds[j]) return text;
						folds.push(j);
						escapedFolds[j] = true;
						end = j + endStep;
						split = void 0;
					} else overflow = true;
				}
			}
			prev = ch;
		}
		if (overflow && onOverflow) onOverflow();
		if (folds.length === 0) return text;
		if (onFold) onFold();
		let res = text.slice(0, folds[0]);
		for (let i = 0; i < folds.length; ++i) {
			const fold = folds[i];
			const end = folds[i + 1] || text.length;
			if (fold === 0) res = `\n${indent}${text.slice(0, end)}`;
			else {
				if (mode === FOLD_QUOTED && escapedFolds[fold]) res += `${text[fold]}\\`;
				res += `\n${indent}${text.slice(fold + 1, end)}`;
			}
		}
		return res;
	}
	/**
	* Presumes `i + 1` is at the start of a line
	* @returns index of last newline in more-indented block
	*/
	function consumeMoreIndentedLines(text, i, indent) {
		let end = i;
		let start = i + 1;
		let ch = text[start];
		while (ch === " " || ch === "	") if (i < start + indent) ch = text[++i];
		else {
			do
				ch = text[++i];
			while (ch && ch !== "\n");
			end = i;
			start = i + 1;
			ch = text[start];
		}
		return end;
	}
	exports.FOLD_BLOCK = FOLD_BLOCK;
	exports.FOLD_FLOW = FOLD_FLOW;
	exports.FOLD_QUOTED = FOLD_QUOTED;
	exports.foldFlowLines = foldFlowLines;
}));

// node_modules/yaml/dist/stringify/stringifyString.js
var require_stringifyString = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var foldFlowLines = require_foldFlowLines();
	const getFoldOptions = (ctx, isBlock) => ({
		indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
		lineWidth: ctx.options.lineWidth,
		minContentWidth: ctx.options.minContentWidth
	});
	const containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
	function lineLengthOverLimit(str, lineWidth, indentLength) {
		if (!lineWidth || lineWidth < 0) return false;
		const limit = lineWidth - indentLength;
		const strLen = str.length;
		if (strLen <= limit) return false;
		for (let i = 0, start = 0; i < strLen; ++i) if (str[i] === "\n") {
			if (i - start > limit) return true;
			start = i + 1;
			if (strLen - start <= limit) return false;
		}
		return true;
	}
	function doubleQuotedString(value, ctx) {
		const json = JSON.stringify(value);
		if (ctx.options.doubleQuotedAsJSON) return json;
		const { implicitKey } = ctx;
		const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
		const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
		let str = "";
		let start = 0;
		for (let i = 0, ch = json[i]; ch; ch = json[++i]) {
			if (ch === " " && json[i + 1] === "\\" && json[i + 2] === "n") {
				str += json.slice(start, i) + "\\ ";
				i += 1;
				start = i;
				ch = "\\";
			}
			if (ch === "\\") switch (json[i + 1]) {
				case "u":
					{
						str += json.slice(start, i);
						const code = json.substr(i + 2, 4);
						switch (code) {
							case "0000":
								str += "\\0";
								break;
							case "0007":
								str += "\\a";
								break;
							case "000b":
								str += "\\v";
								break;
							case "001b":
								str += "\\e";
								break;
							case "0085":
								str += "\\N";
								break;
							case "00a0":
								str += "\\_";
								break;
							case "2028":
								str += "\\L";
								break;
							case "2029":
								str += "\\P";
								break;
							default: if (code.substr(0, 2) === "00") str += "\\x" + code.substr(2);
							else str += json.substr(i, 6);
						}
						i += 5;
						start = i + 1;
					}
					break;
				case "n":
					if (implicitKey || json[i + 2] === "\"" || json.length < minMultiLineLength) i += 1;
					else {
						str += json.slice(start, i) + "\n\n";
						while (json[i + 2] === "\\" && json[i + 3] === "n" && json[i + 4] !== "\"") {
							str += "\n";
							i += 2;
						}
						str += indent;
						if (json[i + 2] === " ") str += "\\";
						i += 1;
						start = i + 1;
					}
					break;
				default: i += 1;
			}
		}
		str = start ? str + json.slice(start) : json;
		return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
	}
	function singleQuotedString(value, ctx) {
		if (ctx.options.singleQuote === false || ctx.implicitKey && value.includes("\n") || /[ \t]\n|\n[ \t]/.test(value)) return doubleQuotedString(value, ctx);
		const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
		const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&\n${indent}`) + "'";
		return ctx.implicitKey ? res : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function quotedString(value, ctx) {
		const { singleQuote } = ctx.options;
		let qs;
		if (singleQuote === false) qs = doubleQuotedString;
		else {
			const hasDouble = value.includes("\"");
			const hasSingle = value.includes("'");
			if (hasDouble && !hasSingle) qs = singleQuotedString;
			else if (hasSingle && !hasDouble) qs = doubleQuotedString;
			else qs = singleQuote ? singleQuotedString : doubleQuotedString;
		}
		return qs(value, ctx);
	}
	let blockEndNewlines;
	try {
		blockEndNewlines = new RegExp("(^|(?<!\n))\n+(?!\n|$)", "g");
	} catch {
		blockEndNewlines = /\n+(?!\n|$)/g;
	}
	function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
		const { blockQuote, commentString, lineWidth } = ctx.options;
		if (!blockQuote || /\n[\t ]+$/.test(value)) return quotedString(value, ctx);
		const indent = ctx.indent || (ctx.forceBlockIndent || containsDocumentMarker(value) ? "  " : "");
		const literal = blockQuote === "literal" ? true : blockQuote === "folded" || type === Scalar.Scalar.BLOCK_FOLDED ? false : type === Scalar.Scalar.BLOCK_LITERAL ? true : !lineLengthOverLimit(value, lineWidth, indent.length);
		if (!value) return literal ? "|\n" : ">\n";
		let chomp;
		let endStart;
		for (endStart = value.length; endStart > 0; --endStart) {
			const ch = value[endStart - 1];
			if (ch !== "\n" && ch !== "	" && ch !== " ") break;
		}
		let end = value.substring(endStart);
		const endNlPos = end.indexOf("\n");
		if (endNlPos === -1) chomp = "-";
		else if (value === end || endNlPos !== end.length - 1) {
			chomp = "+";
			if (onChompKeep) onChompKeep();
		} else chomp = "";
		if (end) {
			value = value.slice(0, -end.length);
			if (end[end.length - 1] === "\n") end = end.slice(0, -1);
			end = end.replace(blockEndNewlines, `$&${indent}`);
		}
		let startWithSpace = false;
		let startEnd;
		let startNlPos = -1;
		for (startEnd = 0; startEnd < value.length; ++startEnd) {
			const ch = value[startEnd];
			if (ch === " ") startWithSpace = true;
			else if (ch === "\n") startNlPos = startEnd;
			else break;
		}
		let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
		if (start) {
			value = value.substring(start.length);
			start = start.replace(/\n+/g, `$&${indent}`);
		}
		let header = (startWithSpace ? indent ? "2" : "1" : "") + chomp;
		if (comment) {
			header += " " + commentString(comment.replace(/ ?[\r\n]+/g, " "));
			if (onComment) onComment();
		}
		if (!literal) {
			const foldedValue = value.replace(/\n+/g, "\n$&").replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, "$1$2").replace(/\n+/g, `$&${indent}`);
			let literalFallback = false;
			const foldOptions = getFoldOptions(ctx, true);
			if (blockQuote !== "folded" && type !== Scalar.Scalar.BLOCK_FOLDED) foldOptions.onOverflow = () => {
				literalFallback = true;
			};
			const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
			if (!literalFallback) return `>${header}\n${indent}${body}`;
		}
		value = value.replace(/\n+/g, `$&${indent}`);
		return `|${header}\n${indent}${start}${value}${end}`;
	}
	function plainString(item, ctx, onComment, onChompKeep) {
		const { type, value } = item;
		const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
		if (implicitKey && value.includes("\n") || inFlow && /[[\]{},]/.test(value)) return quotedString(value, ctx);
		if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) return implicitKey || inFlow || !value.includes("\n") ? quotedString(value, ctx) : blockString(item, ctx, onComment, onChompKeep);
		if (!implicitKey && !inFlow && type !== Scalar.Scalar.PLAIN && value.includes("\n")) return blockString(item, ctx, onComment, onChompKeep);
		if (containsDocumentMarker(value)) {
			if (indent === "") {
				ctx.forceBlockIndent = true;
				return blockString(item, ctx, onComment, onChompKeep);
			} else if (implicitKey && indent === indentStep) return quotedString(value, ctx);
		}
		const str = value.replace(/\n+/g, `$&\n${indent}`);
		if (actualString) {
			const test = (tag) => tag.default && tag.tag !== "tag:yaml.org,2002:str" && tag.test?.test(str);
			const { compat, tags } = ctx.doc.schema;
			if (tags.some(test) || compat?.some(test)) return quotedString(value, ctx);
		}
		return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
	}
	function stringifyString(item, ctx, onComment, onChompKeep) {
		const { implicitKey, inFlow } = ctx;
		const ss = typeof item.value === "string" ? item : Object.assign({}, item, { value: String(item.value) });
		let { type } = item;
		if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
			if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value)) type = Scalar.Scalar.QUOTE_DOUBLE;
		}
		const _stringify = (_type) => {
			switch (_type) {
				case Scalar.Scalar.BLOCK_FOLDED:
				case Scalar.Scalar.BLOCK_LITERAL: return implicitKey || inFlow ? quotedString(ss.value, ctx) : blockString(ss, ctx, onComment, onChompKeep);
				case Scalar.Scalar.QUOTE_DOUBLE: return doubleQuotedString(ss.value, ctx);
				case Scalar.Scalar.QUOTE_SINGLE: return singleQuotedString(ss.value, ctx);
				case Scalar.Scalar.PLAIN: return plainString(ss, ctx, onComment, onChompKeep);
				default: return null;
			}
		};
		let res = _stringify(type);
		if (res === null) {
			const { defaultKeyType, defaultStringType } = ctx.options;
			const t = implicitKey && defaultKeyType || defaultStringType;
			res = _stringify(t);
			if (res === null) throw new Error(`Unsupported default string type ${t}`);
		}
		return res;
	}
	exports.stringifyString = stringifyString;
}));

// node_modules/yaml/dist/stringify/stringify.js
var require_stringify = /* @__PURE__ */ __commonJSMin(((exports) => {
	var anchors = require_anchors();
	var identity = require_identity();
	var stringifyComment = require_stringifyComment();
	var stringifyString = require_stringifyString();
	function createStringifyContext(doc, options) {
		const opt = Object.assign({
			blockQuote: true,
			commentString: stringifyComment.stringifyComment,
			defaultKeyType: null,
			defaultStringType: "PLAIN",
			directives: null,
			doubleQuotedAsJSON: false,
			doubleQuotedMinMultiLineLength: 40,
			falseStr: "false",
			flowCollectionPadding: true,
			indentSeq: true,
			lineWidth: 80,
			minContentWidth: 20,
			nullStr: "null",
			simpleKeys: false,
			singleQuote: null,
			trailingComma: false,
			trueStr: "true",
			verifyAliasOrder: true
		}, doc.schema.toStringOptions, options);
		let inFlow;
		switch (opt.collectionStyle) {
			case "block":
				inFlow = false;
				break;
			case "flow":
				inFlow = true;
				break;
			default: inFlow = null;
		}
		return {
			anchors: /* @__PURE__ */ new Set(),
			doc,
			flowCollectionPadding: opt.flowCollectionPadding ? " " : "",
			indent: "",
			indentStep: typeof opt.indent === "number" ? " ".repeat(opt.indent) : "  ",
			inFlow,
			options: opt
		};
	}
	function getTagObject(tags, item) {
		if (item.tag) {
			const match = tags.filter((t) => t.tag === item.tag);
			if (match.length > 0) return match.find((t) => t.format === item.format) ?? match[0];
		}
		let tagObj = void 0;
		let obj;
		if (identity.isScalar(item)) {
			obj = item.value;
			let match = tags.filter((t) => t.identify?.(obj));
			if (match.length > 1) {
				const testMatch = match.filter((t) => t.test);
				if (testMatch.length > 0) match = testMatch;
			}
			tagObj = match.find((t) => t.format === item.format) ?? match.find((t) => !t.format);
		} else {
			obj = item;
			tagObj = tags.find((t) => t.nodeClass && obj instanceof t.nodeClass);
		}
		if (!tagObj) {
			const name = obj?.constructor?.name ?? (obj === null ? "null" : typeof obj);
			throw new Error(`Tag not resolved for ${name} value`);
		}
		return tagObj;
	}
	function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
		if (!doc.directives) return "";
		const props = [];
		const anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
		if (anchor && anchors.anchorIsValid(anchor)) {
			anchors$1.add(anchor);
			props.push(`&${anchor}`);
		}
		const tag = node.tag ?? (tagObj.default ? null : tagObj.tag);
		if (tag) props.push(doc.directives.tagString(tag));
		return props.join(" ");
	}
	function stringify(item, ctx, onComment, onChompKeep) {
		if (identity.isPair(item)) return item.toString(ctx, onComment, onChompKeep);
		if (identity.isAlias(item)) {
			if (ctx.doc.directives) return item.toString(ctx);
			if (ctx.resolvedAliases?.has(item)) throw new TypeError(`Cannot stringify circular structure without alias nodes`);
			else {
				if (ctx.resolvedAliases) ctx.resolvedAliases.add(item);
				else ctx.resolvedAliases = /* @__PURE__ */ new Set([item]);
				item = item.resolve(ctx.doc);
			}
		}
		let tagObj = void 0;
		const node = identity.isNode(item) ? item : ctx.doc.createNode(item, { onTagObj: (o) => tagObj = o });
		tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
		const props = stringifyProps(node, tagObj, ctx);
		if (props.length > 0) ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
		const str = typeof tagObj.stringify === "function" ? tagObj.stringify(node, ctx, onComment, onChompKeep) : identity.isScalar(node) ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep) : node.toString(ctx, onComment, onChompKeep);
		if (!props) return str;
		return identity.isScalar(node) || str[0] === "{" || str[0] === "[" ? `${props} ${str}` : `${props}\n${ctx.indent}${str}`;
	}
	exports.createStringifyContext = createStringifyContext;
	exports.stringify = stringify;
}));

// node_modules/yaml/dist/stringify/stringifyPair.js
var require_stringifyPair = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
		const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
		let keyComment = identity.isNode(key) && key.comment || null;
		if (simpleKeys) {
			if (keyComment) throw new Error("With simple keys, key nodes cannot have comments");
			if (identity.isCollection(key) || !identity.isNode(key) && typeof key === "object") throw new Error("With simple keys, collection cannot be used as a key value");
		}
		let explicitKey = !simpleKeys && (!key || keyComment && value == null && !ctx.inFlow || identity.isCollection(key) || (identity.isScalar(key) ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL : typeof key === "object"));
		ctx = Object.assign({}, ctx, {
			allNullValues: false,
			implicitKey: !explicitKey && (simpleKeys || !allNullValues),
			indent: indent + indentStep
		});
		let keyCommentDone = false;
		let chompKeep = false;
		let str = stringify.stringify(key, ctx, () => keyCommentDone = true, () => chompKeep = true);
		if (!explicitKey && !ctx.inFlow && str.length > 1024) {
			if (simpleKeys) throw new Error("With simple keys, single line scalar must not span more than 1024 characters");
			explicitKey = true;
		}
		if (ctx.inFlow) {
			if (allNullValues || value == null) {
				if (keyCommentDone && onComment) onComment();
				return str === "" ? "?" : explicitKey ? `? ${str}` : str;
			}
		} else if (allNullValues && !simpleKeys || value == null && explicitKey) {
			str = `? ${str}`;
			if (keyComment && !keyCommentDone) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
			else if (chompKeep && onChompKeep) onChompKeep();
			return str;
		}
		if (keyCommentDone) keyComment = null;
		if (explicitKey) {
			if (keyComment) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
			str = `? ${str}\n${indent}:`;
		} else {
			str = `${str}:`;
			if (keyComment) str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
		}
		let vsb, vcb, valueComment;
		if (identity.isNode(value)) {
			vsb = !!value.spaceBefore;
			vcb = value.commentBefore;
			valueComment = value.comment;
		} else {
			vsb = false;
			vcb = null;
			valueComment = null;
			if (value && typeof value === "object") value = doc.createNode(value);
		}
		ctx.implicitKey = false;
		if (!explicitKey && !keyComment && identity.isScalar(value)) ctx.indentAtStart = str.length + 1;
		chompKeep = false;
		if (!indentSeq && indentStep.length >= 2 && !ctx.inFlow && !explicitKey && identity.isSeq(value) && !value.flow && !value.tag && !value.anchor) ctx.indent = ctx.indent.substring(2);
		let valueCommentDone = false;
		const valueStr = stringify.stringify(value, ctx, () => valueCommentDone = true, () => chompKeep = true);
		let ws = " ";
		if (keyComment || vsb || vcb) {
			ws = vsb ? "\n" : "";
			if (vcb) {
				const cs = commentString(vcb);
				ws += `\n${stringifyComment.indentComment(cs, ctx.indent)}`;
			}
			if (valueStr === "" && !ctx.inFlow) {
				if (ws === "\n" && valueComment) ws = "\n\n";
			} else ws += `\n${ctx.indent}`;
		} else if (!explicitKey && identity.isCollection(value)) {
			const vs0 = valueStr[0];
			const nl0 = valueStr.indexOf("\n");
			const hasNewline = nl0 !== -1;
			const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
			if (hasNewline || !flow) {
				let hasPropsLine = false;
				if (hasNewline && (vs0 === "&" || vs0 === "!")) {
					let sp0 = valueStr.indexOf(" ");
					if (vs0 === "&" && sp0 !== -1 && sp0 < nl0 && valueStr[sp0 + 1] === "!") sp0 = valueStr.indexOf(" ", sp0 + 1);
					if (sp0 === -1 || nl0 < sp0) hasPropsLine = true;
				}
				if (!hasPropsLine) ws = `\n${ctx.indent}`;
			}
		} else if (valueStr === "" || valueStr[0] === "\n") ws = "";
		str += ws + valueStr;
		if (ctx.inFlow) {
			if (valueCommentDone && onComment) onComment();
		} else if (valueComment && !valueCommentDone) str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
		else if (chompKeep && onChompKeep) onChompKeep();
		return str;
	}
	exports.stringifyPair = stringifyPair;
}));

// node_modules/yaml/dist/log.js
var require_log = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	function debug(logLevel, ...messages) {
		if (logLevel === "debug") console.log(...messages);
	}
	function warn(logLevel, warning) {
		if (logLevel === "debug" || logLevel === "warn") {
			if (typeof node_process.emitWarning === "function") node_process.emitWarning(warning);
			else console.warn(warning);
		}
	}
	exports.debug = debug;
	exports.warn = warn;
}));

// node_modules/yaml/dist/schema/yaml-1.1/merge.js
var require_merge = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	const MERGE_KEY = "<<";
	const merge = {
		identify: (value) => value === MERGE_KEY || typeof value === "symbol" && value.description === MERGE_KEY,
		default: "key",
		tag: "tag:yaml.org,2002:merge",
		test: /^<<$/,
		resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), { addToJSMap: addMergeToJSMap }),
		stringify: () => MERGE_KEY
	};
	const isMergeKey = (ctx, key) => (merge.identify(key) || identity.isScalar(key) && (!key.type || key.type === Scalar.Scalar.PLAIN) && merge.identify(key.value)) && ctx?.doc.schema.tags.some((tag) => tag.tag === merge.tag && tag.default);
	function addMergeToJSMap(ctx, map, value) {
		const source = resolveAliasValue(ctx, value);
		if (identity.isSeq(source)) for (const it of source.items) mergeValue(ctx, map, it);
		else if (Array.isArray(source)) for (const it of source) mergeValue(ctx, map, it);
		else mergeValue(ctx, map, source);
	}
	function mergeValue(ctx, map, value) {
		const source = resolveAliasValue(ctx, value);
		if (!identity.isMap(source)) throw new Error("Merge sources must be maps or map aliases");
		const srcMap = source.toJSON(null, ctx, Map);
		for (const [key, value] of srcMap) if (map instanceof Map) {
			if (!map.has(key)) map.set(key, value);
		} else if (map instanceof Set) map.add(key);
		else if (!Object.prototype.hasOwnProperty.call(map, key)) Object.defineProperty(map, key, {
			value,
			writable: true,
			enumerable: true,
			configurable: true
		});
		return map;
	}
	function resolveAliasValue(ctx, value) {
		return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
	}
	exports.addMergeToJSMap = addMergeToJSMap;
	exports.isMergeKey = isMergeKey;
	exports.merge = merge;
}));

// node_modules/yaml/dist/nodes/addPairToJSMap.js
var require_addPairToJSMap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var log = require_log();
	var merge = require_merge();
	var stringify = require_stringify();
	var identity = require_identity();
	var toJS = require_toJS();
	function addPairToJSMap(ctx, map, { key, value }) {
		if (identity.isNode(key) && key.addToJSMap) key.addToJSMap(ctx, map, value);
		else if (merge.isMergeKey(ctx, key)) merge.addMergeToJSMap(ctx, map, value);
		else {
			const jsKey = toJS.toJS(key, "", ctx);
			if (map instanceof Map) map.set(jsKey, toJS.toJS(value, jsKey, ctx));
			else if (map instanceof Set) map.add(jsKey);
			else {
				const stringKey = stringifyKey(key, jsKey, ctx);
				const jsValue = toJS.toJS(value, stringKey, ctx);
				if (stringKey in map) Object.defineProperty(map, stringKey, {
					value: jsValue,
					writable: true,
					enumerable: true,
					configurable: true
				});
				else map[stringKey] = jsValue;
			}
		}
		return map;
	}
	function stringifyKey(key, jsKey, ctx) {
		if (jsKey === null) return "";
		if (typeof jsKey !== "object") return String(jsKey);
		if (identity.isNode(key) && ctx?.doc) {
			const strCtx = stringify.createStringifyContext(ctx.doc, {});
			strCtx.anchors = /* @__PURE__ */ new Set();
			for (const node of ctx.anchors.keys()) strCtx.anchors.add(node.anchor);
			strCtx.inFlow = true;
			strCtx.inStringifyKey = true;
			const strKey = key.toString(strCtx);
			if (!ctx.mapKeyWarned) {
				let jsonStr = JSON.stringify(strKey);
				if (jsonStr.length > 40) jsonStr = jsonStr.substring(0, 36) + "...\"";
				log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
				ctx.mapKeyWarned = true;
			}
			return strKey;
		}
		return JSON.stringify(jsKey);
	}
	exports.addPairToJSMap = addPairToJSMap;
}));

// node_modules/yaml/dist/nodes/Pair.js
var require_Pair = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var stringifyPair = require_stringifyPair();
	var addPairToJSMap = require_addPairToJSMap();
	var identity = require_identity();
	function createPair(key, value, ctx) {
		const k = createNode.createNode(key, void 0, ctx);
		const v = createNode.createNode(value, void 0, ctx);
		return new Pair(k, v);
	}
	var Pair = class Pair {
		constructor(key, value = null) {
			Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
			this.key = key;
			this.value = value;
		}
		clone(schema) {
			let { key, value } = this;
			if (identity.isNode(key)) key = key.clone(schema);
			if (identity.isNode(value)) value = value.clone(schema);
			return new Pair(key, value);
		}
		toJSON(_, ctx) {
			const pair = ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
			return addPairToJSMap.addPairToJSMap(ctx, pair, this);
		}
		toString(ctx, onComment, onChompKeep) {
			return ctx?.doc ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep) : JSON.stringify(this);
		}
	};
	exports.Pair = Pair;
	exports.createPair = createPair;
}));

// node_modules/yaml/dist/stringify/stringifyCollection.js
var require_stringifyCollection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyCollection(collection, ctx, options) {
		return (ctx.inFlow ?? collection.flow ? stringifyFlowCollection : stringifyBlockCollection)(collection, ctx, options);
	}
	function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
		const { indent, options: { commentString } } = ctx;
		const itemCtx = Object.assign({}, ctx, {
			indent: itemIndent,
			type: null
		});
		let chompKeep = false;
		const lines = [];
		for (let i = 0; i < items.length; ++i) {
			const item = items[i];
			let comment = null;
			if (identity.isNode(item)) {
				if (!chompKeep && item.spaceBefore) lines.push("");
				addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
				if (item.comment) comment = item.comment;
			} else if (identity.isPair(item)) {
				const ik = identity.isNode(item.key) ? item.key : null;
				if (ik) {
					if (!chompKeep && ik.spaceBefore) lines.push("");
					addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
				}
			}
			chompKeep = false;
			let str = stringify.stringify(item, itemCtx, () => comment = null, () => chompKeep = true);
			if (comment) str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
			if (chompKeep && comment) chompKeep = false;
			lines.push(blockItemPrefix + str);
		}
		let str;
		if (lines.length === 0) str = flowChars.start + flowChars.end;
		else {
			str = lines[0];
			for (let i = 1; i < lines.length; ++i) {
				const line = lines[i];
				str += line ? `\n${indent}${line}` : "\n";
			}
		}
		if (comment) {
			str += "\n" + stringifyComment.indentComment(commentString(comment), indent);
			if (onComment) onComment();
		} else if (chompKeep && onChompKeep) onChompKeep();
		return str;
	}
	function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
		const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
		itemIndent += indentStep;
		const itemCtx = Object.assign({}, ctx, {
			indent: itemIndent,
			inFlow: true,
			type: null
		});
		let reqNewline = false;
		let linesAtValue = 0;
		const lines = [];
		for (let i = 0; i < items.length; ++i) {
			const item = items[i];
			let comment = null;
			if (identity.isNode(item)) {
				if (item.spaceBefore) lines.push("");
				addCommentBefore(ctx, lines, item.commentBefore, false);
				if (item.comment) comment = item.comment;
			} else if (identity.isPair(item)) {
				const ik = identity.isNode(item.key) ? item.key : null;
				if (ik) {
					if (ik.spaceBefore) lines.push("");
					addCommentBefore(ctx, lines, ik.commentBefore, false);
					if (ik.comment) reqNewline = true;
				}
				const iv = identity.isNode(item.value) ? item.value : null;
				if (iv) {
					if (iv.comment) comment = iv.comment;
					if (iv.commentBefore) reqNewline = true;
				} else if (item.value == null && ik?.comment) comment = ik.comment;
			}
			if (comment) reqNewline = true;
			let str = stringify.stringify(item, itemCtx, () => comment = null);
			reqNewline || (reqNewline = lines.length > linesAtValue || str.includes("\n"));
			if (i < items.length - 1) str += ",";
			else if (ctx.options.trailingComma) {
				if (ctx.options.lineWidth > 0) reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) + (str.length + 2) > ctx.options.lineWidth);
				if (reqNewline) str += ",";
			}
			if (comment) str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
			lines.push(str);
			linesAtValue = lines.length;
		}
		const { start, end } = flowChars;
		if (lines.length === 0) return start + end;
		else {
			if (!reqNewline) {
				const len = lines.reduce((sum, line) => sum + line.length + 2, 2);
				reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
			}
			if (reqNewline) {
				let str = start;
				for (const line of lines) str += line ? `\n${indentStep}${indent}${line}` : "\n";
				return `${str}\n${indent}${end}`;
			} else return `${start}${fcPadding}${lines.join(" ")}${fcPadding}${end}`;
		}
	}
	function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
		if (comment && chompKeep) comment = comment.replace(/^\n+/, "");
		if (comment) {
			const ic = stringifyComment.indentComment(commentString(comment), indent);
			lines.push(ic.trimStart());
		}
	}
	exports.stringifyCollection = stringifyCollection;
}));

// node_modules/yaml/dist/nodes/YAMLMap.js
var require_YAMLMap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyCollection = require_stringifyCollection();
	var addPairToJSMap = require_addPairToJSMap();
	var Collection = require_Collection();
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	function findPair(items, key) {
		const k = identity.isScalar(key) ? key.value : key;
		for (const it of items) if (identity.isPair(it)) {
			if (it.key === key || it.key === k) return it;
			if (identity.isScalar(it.key) && it.key.value === k) return it;
		}
	}
	var YAMLMap = class extends Collection.Collection {
		static get tagName() {
			return "tag:yaml.org,2002:map";
		}
		constructor(schema) {
			super(identity.MAP, schema);
			this.items = [];
		}
		/**
		* A generic collection parsing method that can be extended
		* to other node classes that inherit from YAMLMap
		*/
		static from(schema, obj, ctx) {
			const { keepUndefined, replacer } = ctx;
			const map = new this(schema);
			const add = (key, value) => {
				if (typeof replacer === "function") value = replacer.call(obj, key, value);
				else if (Array.isArray(replacer) && !replacer.includes(key)) return;
				if (value !== void 0 || keepUndefined) map.items.push(Pair.createPair(key, value, ctx));
			};
			if (obj instanceof Map) for (const [key, value] of obj) add(key, value);
			else if (obj && typeof obj === "object") for (const key of Object.keys(obj)) add(key, obj[key]);
			if (typeof schema.sortMapEntries === "function") map.items.sort(schema.sortMapEntries);
			return map;
		}
		/**
		* Adds a value to the collection.
		*
		* @param overwrite - If not set `true`, using a key that is already in the
		*   collection will throw. Otherwise, overwrites the previous value.
		*/
		add(pair, overwrite) {
			let _pair;
			if (identity.isPair(pair)) _pair = pair;
			else if (!pair || typeof pair !== "object" || !("key" in pair)) _pair = new Pair.Pair(pair, pair?.value);
			else _pair = new Pair.Pair(pair.key, pair.value);
			const prev = findPair(this.items, _pair.key);
			const sortEntries = this.schema?.sortMapEntries;
			if (prev) {
				if (!overwrite) throw new Error(`Key ${_pair.key} already set`);
				if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value)) prev.value.value = _pair.value;
				else prev.value = _pair.value;
			} else if (sortEntries) {
				const i = this.items.findIndex((item) => sortEntries(_pair, item) < 0);
				if (i === -1) this.items.push(_pair);
				else this.items.splice(i, 0, _pair);
			} else this.items.push(_pair);
		}
		delete(key) {
			const it = findPair(this.items, key);
			if (!it) return false;
			return this.items.splice(this.items.indexOf(it), 1).length > 0;
		}
		get(key, keepScalar) {
			const node = findPair(this.items, key)?.value;
			return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? void 0;
		}
		has(key) {
			return !!findPair(this.items, key);
		}
		set(key, value) {
			this.add(new Pair.Pair(key, value), true);
		}
		/**
		* @param ctx - Conversion context, originally set in Document#toJS()
		* @param {Class} Type - If set, forces the returned collection type
		* @returns Instance of Type, Map, or Object
		*/
		toJSON(_, ctx, Type) {
			const map = Type ? new Type() : ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
			if (ctx?.onCreate) ctx.onCreate(map);
			for (const item of this.items) addPairToJSMap.addPairToJSMap(ctx, map, item);
			return map;
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			for (const item of this.items) if (!identity.isPair(item)) throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
			if (!ctx.allNullValues && this.hasAllNullValues(false)) ctx = Object.assign({}, ctx, { allNullValues: true });
			return stringifyCollection.stringifyCollection(this, ctx, {
				blockItemPrefix: "",
				flowChars: {
					start: "{",
					end: "}"
				},
				itemIndent: ctx.indent || "",
				onChompKeep,
				onComment
			});
		}
	};
	exports.YAMLMap = YAMLMap;
	exports.findPair = findPair;
}));

// node_modules/yaml/dist/schema/common/map.js
var require_map = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var YAMLMap = require_YAMLMap();
	const map = {
		collection: "map",
		default: true,
		nodeClass: YAMLMap.YAMLMap,
		tag: "tag:yaml.org,2002:map",
		resolve(map, onError) {
			if (!identity.isMap(map)) onError("Expected a mapping for this tag");
			return map;
		},
		createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
	};
	exports.map = map;
}));

// node_modules/yaml/dist/nodes/YAMLSeq.js
var require_YAMLSeq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var createNode = require_createNode();
	var stringifyCollection = require_stringifyCollection();
	var Collection = require_Collection();
	var identity = require_identity();
	var Scalar = require_Scalar();
	var toJS = require_toJS();
	var YAMLSeq = class extends Collection.Collection {
		static get tagName() {
			return "tag:yaml.org,2002:seq";
		}
		constructor(schema) {
			super(identity.SEQ, schema);
			this.items = [];
		}
		add(value) {
			this.items.push(value);
		}
		/**
		* Removes a value from the collection.
		*
		* `key` must contain a representation of an integer for this to succeed.
		* It may be wrapped in a `Scalar`.
		*
		* @returns `true` if the item was found and removed.
		*/
		delete(key) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") return false;
			return this.items.splice(idx, 1).length > 0;
		}
		get(key, keepScalar) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") return void 0;
			const it = this.items[idx];
			return !keepScalar && identity.isScalar(it) ? it.value : it;
		}
		/**
		* Checks if the collection includes a value with the key `key`.
		*
		* `key` must contain a representation of an integer for this to succeed.
		* It may be wrapped in a `Scalar`.
		*/
		has(key) {
			const idx = asItemIndex(key);
			return typeof idx === "number" && idx < this.items.length;
		}
		/**
		* Sets a value in this collection. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*
		* If `key` does not contain a representation of an integer, this will throw.
		* It may be wrapped in a `Scalar`.
		*/
		set(key, value) {
			const idx = asItemIndex(key);
			if (typeof idx !== "number") throw new Error(`Expected a valid index, not ${key}.`);
			const prev = this.items[idx];
			if (identity.isScalar(prev) && Scalar.isScalarValue(value)) prev.value = value;
			else this.items[idx] = value;
		}
		toJSON(_, ctx) {
			const seq = [];
			if (ctx?.onCreate) ctx.onCreate(seq);
			let i = 0;
			for (const item of this.items) seq.push(toJS.toJS(item, String(i++), ctx));
			return seq;
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			return stringifyCollection.stringifyCollection(this, ctx, {
				blockItemPrefix: "- ",
				flowChars: {
					start: "[",
					end: "]"
				},
				itemIndent: (ctx.indent || "") + "  ",
				onChompKeep,
				onComment
			});
		}
		static from(schema, obj, ctx) {
			const { replacer } = ctx;
			const seq = new this(schema);
			if (obj && Symbol.iterator in Object(obj)) {
				let i = 0;
				for (let it of obj) {
					if (typeof replacer === "function") {
						const key = obj instanceof Set ? it : String(i++);
						it = replacer.call(obj, key, it);
					}
					seq.items.push(createNode.createNode(it, void 0, ctx));
				}
			}
			return seq;
		}
	};
	function asItemIndex(key) {
		let idx = identity.isScalar(key) ? key.value : key;
		if (idx && typeof idx === "string") idx = Number(idx);
		return typeof idx === "number" && Number.isInteger(idx) && idx >= 0 ? idx : null;
	}
	exports.YAMLSeq = YAMLSeq;
}));

// node_modules/yaml/dist/schema/common/seq.js
var require_seq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var YAMLSeq = require_YAMLSeq();
	const seq = {
		collection: "seq",
		default: true,
		nodeClass: YAMLSeq.YAMLSeq,
		tag: "tag:yaml.org,2002:seq",
		resolve(seq, onError) {
			if (!identity.isSeq(seq)) onError("Expected a sequence for this tag");
			return seq;
		},
		createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
	};
	exports.seq = seq;
}));

// node_modules/yaml/dist/schema/common/string.js
var require_string = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyString = require_stringifyString();
	const string = {
		identify: (value) => typeof value === "string",
		default: true,
		tag: "tag:yaml.org,2002:str",
		resolve: (str) => str,
		stringify(item, ctx, onComment, onChompKeep) {
			ctx = Object.assign({ actualString: true }, ctx);
			return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
		}
	};
	exports.string = string;
}));

// node_modules/yaml/dist/schema/common/null.js
var require_null = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	const nullTag = {
		identify: (value) => value == null,
		createNode: () => new Scalar.Scalar(null),
		default: true,
		tag: "tag:yaml.org,2002:null",
		test: /^(?:~|[Nn]ull|NULL)?$/,
		resolve: () => new Scalar.Scalar(null),
		stringify: ({ source }, ctx) => typeof source === "string" && nullTag.test.test(source) ? source : ctx.options.nullStr
	};
	exports.nullTag = nullTag;
}));

// node_modules/yaml/dist/schema/core/bool.js
var require_bool$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	const boolTag = {
		identify: (value) => typeof value === "boolean",
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
		resolve: (str) => new Scalar.Scalar(str[0] === "t" || str[0] === "T"),
		stringify({ source, value }, ctx) {
			if (source && boolTag.test.test(source)) {
				if (value === (source[0] === "t" || source[0] === "T")) return source;
			}
			return value ? ctx.options.trueStr : ctx.options.falseStr;
		}
	};
	exports.boolTag = boolTag;
}));

// node_modules/yaml/dist/stringify/stringifyNumber.js
var require_stringifyNumber = /* @__PURE__ */ __commonJSMin(((exports) => {
	function stringifyNumber({ format, minFractionDigits, tag, value }) {
		if (typeof value === "bigint") return String(value);
		const num = typeof value === "number" ? value : Number(value);
		if (!isFinite(num)) return isNaN(num) ? ".nan" : num < 0 ? "-.inf" : ".inf";
		let n = Object.is(value, -0) ? "-0" : JSON.stringify(value);
		if (!format && minFractionDigits && (!tag || tag === "tag:yaml.org,2002:float") && /^-?\d/.test(n) && !n.includes("e")) {
			let i = n.indexOf(".");
			if (i < 0) {
				i = n.length;
				n += ".";
			}
			let d = minFractionDigits - (n.length - i - 1);
			while (d-- > 0) n += "0";
		}
		return n;
	}
	exports.stringifyNumber = stringifyNumber;
}));

// node_modules/yaml/dist/schema/core/float.js
var require_float$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var stringifyNumber = require_stringifyNumber();
	const floatNaN = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
		resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
		stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "EXP",
		test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
		resolve: (str) => parseFloat(str),
		stringify(node) {
			const num = Number(node.value);
			return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
		}
	};
	const float = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
		resolve(str) {
			const node = new Scalar.Scalar(parseFloat(str));
			const dot = str.indexOf(".");
			if (dot !== -1 && str[str.length - 1] === "0") node.minFractionDigits = str.length - dot - 1;
			return node;
		},
		stringify: stringifyNumber.stringifyNumber
	};
	exports.float = float;
	exports.floatExp = floatExp;
	exports.floatNaN = floatNaN;
}));

// node_modules/yaml/dist/schema/core/int.js
var require_int$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	const intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
	const intResolve = (str, offset, radix, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix);
	function intStringify(node, radix, prefix) {
		const { value } = node;
		if (intIdentify(value) && value >= 0) return prefix + value.toString(radix);
		return stringifyNumber.stringifyNumber(node);
	}
	const intOct = {
		identify: (value) => intIdentify(value) && value >= 0,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "OCT",
		test: /^0o[0-7]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
		stringify: (node) => intStringify(node, 8, "0o")
	};
	const int = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		test: /^[-+]?[0-9]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
		stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
		identify: (value) => intIdentify(value) && value >= 0,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "HEX",
		test: /^0x[0-9a-fA-F]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
		stringify: (node) => intStringify(node, 16, "0x")
	};
	exports.int = int;
	exports.intHex = intHex;
	exports.intOct = intOct;
}));

// node_modules/yaml/dist/schema/core/schema.js
var require_schema$2 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var bool = require_bool$1();
	var float = require_float$1();
	var int = require_int$1();
	const schema = [
		map.map,
		seq.seq,
		string.string,
		_null.nullTag,
		bool.boolTag,
		int.intOct,
		int.int,
		int.intHex,
		float.floatNaN,
		float.floatExp,
		float.float
	];
	exports.schema = schema;
}));

// node_modules/yaml/dist/schema/json/schema.js
var require_schema$1 = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var map = require_map();
	var seq = require_seq();
	function intIdentify(value) {
		return typeof value === "bigint" || Number.isInteger(value);
	}
	const stringifyJSON = ({ value }) => JSON.stringify(value);
	const jsonScalars = [
		{
			identify: (value) => typeof value === "string",
			default: true,
			tag: "tag:yaml.org,2002:str",
			resolve: (str) => str,
			stringify: stringifyJSON
		},
		{
			identify: (value) => value == null,
			createNode: () => new Scalar.Scalar(null),
			default: true,
			tag: "tag:yaml.org,2002:null",
			test: /^null$/,
			resolve: () => null,
			stringify: stringifyJSON
		},
		{
			identify: (value) => typeof value === "boolean",
			default: true,
			tag: "tag:yaml.org,2002:bool",
			test: /^true$|^false$/,
			resolve: (str) => str === "true",
			stringify: stringifyJSON
		},
		{
			identify: intIdentify,
			default: true,
			tag: "tag:yaml.org,2002:int",
			test: /^-?(?:0|[1-9][0-9]*)$/,
			resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
			stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
		},
		{
			identify: (value) => typeof value === "number",
			default: true,
			tag: "tag:yaml.org,2002:float",
			test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
			resolve: (str) => parseFloat(str),
			stringify: stringifyJSON
		}
	];
	const schema = [map.map, seq.seq].concat(jsonScalars, {
		default: true,
		tag: "",
		test: /^/,
		resolve(str, onError) {
			onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
			return str;
		}
	});
	exports.schema = schema;
}));

// node_modules/yaml/dist/schema/yaml-1.1/binary.js
var require_binary = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_buffer = __require("buffer");
	var Scalar = require_Scalar();
	var stringifyString = require_stringifyString();
	const binary = {
		identify: (value) => value instanceof Uint8Array,
		default: false,
		tag: "tag:yaml.org,2002:binary",
		/**
		* Returns a Buffer in node and an Uint8Array in browsers
		*
		* To use the resulting buffer as an image, you'll want to do something like:
		*
		*   const blob = new Blob([buffer], { type: 'image/jpeg' })
		*   document.querySelector('#photo').src = URL.createObjectURL(blob)
		*/
		resolve(src, onError) {
			if (typeof node_buffer.Buffer === "function") return node_buffer.Buffer.from(src, "base64");
			else if (typeof atob === "function") {
				const str = atob(src.replace(/[\n\r]/g, ""));
				const buffer = new Uint8Array(str.length);
				for (let i = 0; i < str.length; ++i) buffer[i] = str.charCodeAt(i);
				return buffer;
			} else {
				onError("This environment does not support reading binary tags; either Buffer or atob is required");
				return src;
			}
		},
		stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
			if (!value) return "";
			const buf = value;
			let str;
			if (typeof node_buffer.Buffer === "function") str = buf instanceof node_buffer.Buffer ? buf.toString("base64") : node_buffer.Buffer.from(buf.buffer).toString("base64");
			else if (typeof btoa === "function") {
				let s = "";
				for (let i = 0; i < buf.length; ++i) s += String.fromCharCode(buf[i]);
				str = btoa(s);
			} else throw new Error("This environment does not support writing binary tags; either Buffer or btoa is required");
			type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
			if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
				const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
				const n = Math.ceil(str.length / lineWidth);
				const lines = new Array(n);
				for (let i = 0, o = 0; i < n; ++i, o += lineWidth) lines[i] = str.substr(o, lineWidth);
				str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? "\n" : " ");
			}
			return stringifyString.stringifyString({
				comment,
				type,
				value: str
			}, ctx, onComment, onChompKeep);
		}
	};
	exports.binary = binary;
}));

// node_modules/yaml/dist/schema/yaml-1.1/pairs.js
var require_pairs = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	var YAMLSeq = require_YAMLSeq();
	function resolvePairs(seq, onError) {
		if (identity.isSeq(seq)) for (let i = 0; i < seq.items.length; ++i) {
			let item = seq.items[i];
			if (identity.isPair(item)) continue;
			else if (identity.isMap(item)) {
				if (item.items.length > 1) onError("Each pair must have its own sequence indicator");
				const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
				if (item.commentBefore) pair.key.commentBefore = pair.key.commentBefore ? `${item.commentBefore}\n${pair.key.commentBefore}` : item.commentBefore;
				if (item.comment) {
					const cn = pair.value ?? pair.key;
					cn.comment = cn.comment ? `${item.comment}\n${cn.comment}` : item.comment;
				}
				item = pair;
			}
			seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
		}
		else onError("Expected a sequence for this tag");
		return seq;
	}
	function createPairs(schema, iterable, ctx) {
		const { replacer } = ctx;
		const pairs = new YAMLSeq.YAMLSeq(schema);
		pairs.tag = "tag:yaml.org,2002:pairs";
		let i = 0;
		if (iterable && Symbol.iterator in Object(iterable)) for (let it of iterable) {
			if (typeof replacer === "function") it = replacer.call(iterable, String(i++), it);
			let key, value;
			if (Array.isArray(it)) {
				if (it.length === 2) {
					key = it[0];
					value = it[1];
				} else throw new TypeError(`Expected [key, value] tuple: ${it}`);
			} else if (it && it instanceof Object) {
				const keys = Object.keys(it);
				if (keys.length === 1) {
					key = keys[0];
					value = it[key];
				} else throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
			} else key = it;
			pairs.items.push(Pair.createPair(key, value, ctx));
		}
		return pairs;
	}
	const pairs = {
		collection: "seq",
		default: false,
		tag: "tag:yaml.org,2002:pairs",
		resolve: resolvePairs,
		createNode: createPairs
	};
	exports.createPairs = createPairs;
	exports.pairs = pairs;
	exports.resolvePairs = resolvePairs;
}));

// node_modules/yaml/dist/schema/yaml-1.1/omap.js
var require_omap = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var toJS = require_toJS();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var pairs = require_pairs();
	var YAMLOMap = class YAMLOMap extends YAMLSeq.YAMLSeq {
		constructor() {
			super();
			this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
			this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
			this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
			this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
			this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
			this.tag = YAMLOMap.tag;
		}
		/**
		* If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
		* but TypeScript won't allow widening the signature of a child method.
		*/
		toJSON(_, ctx) {
			if (!ctx) return super.toJSON(_);
			const map = /* @__PURE__ */ new Map();
			if (ctx?.onCreate) ctx.onCreate(map);
			for (const pair of this.items) {
				let key, value;
				if (identity.isPair(pair)) {
					key = toJS.toJS(pair.key, "", ctx);
					value = toJS.toJS(pair.value, key, ctx);
				} else key = toJS.toJS(pair, "", ctx);
				if (map.has(key)) throw new Error("Ordered maps must not include duplicate keys");
				map.set(key, value);
			}
			return map;
		}
		static from(schema, iterable, ctx) {
			const pairs$1 = pairs.createPairs(schema, iterable, ctx);
			const omap = new this();
			omap.items = pairs$1.items;
			return omap;
		}
	};
	YAMLOMap.tag = "tag:yaml.org,2002:omap";
	const omap = {
		collection: "seq",
		identify: (value) => value instanceof Map,
		nodeClass: YAMLOMap,
		default: false,
		tag: "tag:yaml.org,2002:omap",
		resolve(seq, onError) {
			const pairs$1 = pairs.resolvePairs(seq, onError);
			const seenKeys = [];
			for (const { key } of pairs$1.items) if (identity.isScalar(key)) {
				if (seenKeys.includes(key.value)) onError(`Ordered maps must not include duplicate keys: ${key.value}`);
				else seenKeys.push(key.value);
			}
			return Object.assign(new YAMLOMap(), pairs$1);
		},
		createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
	};
	exports.YAMLOMap = YAMLOMap;
	exports.omap = omap;
}));

// node_modules/yaml/dist/schema/yaml-1.1/bool.js
var require_bool = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	function boolStringify({ value, source }, ctx) {
		if (source && (value ? trueTag : falseTag).test.test(source)) return source;
		return value ? ctx.options.trueStr : ctx.options.falseStr;
	}
	const trueTag = {
		identify: (value) => value === true,
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
		resolve: () => new Scalar.Scalar(true),
		stringify: boolStringify
	};
	const falseTag = {
		identify: (value) => value === false,
		default: true,
		tag: "tag:yaml.org,2002:bool",
		test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
		resolve: () => new Scalar.Scalar(false),
		stringify: boolStringify
	};
	exports.falseTag = falseTag;
	exports.trueTag = trueTag;
}));

// node_modules/yaml/dist/schema/yaml-1.1/float.js
var require_float = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var stringifyNumber = require_stringifyNumber();
	const floatNaN = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
		resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
		stringify: stringifyNumber.stringifyNumber
	};
	const floatExp = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "EXP",
		test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
		resolve: (str) => parseFloat(str.replace(/_/g, "")),
		stringify(node) {
			const num = Number(node.value);
			return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
		}
	};
	const float = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
		resolve(str) {
			const node = new Scalar.Scalar(parseFloat(str.replace(/_/g, "")));
			const dot = str.indexOf(".");
			if (dot !== -1) {
				const f = str.substring(dot + 1).replace(/_/g, "");
				if (f[f.length - 1] === "0") node.minFractionDigits = f.length;
			}
			return node;
		},
		stringify: stringifyNumber.stringifyNumber
	};
	exports.float = float;
	exports.floatExp = floatExp;
	exports.floatNaN = floatNaN;
}));

// node_modules/yaml/dist/schema/yaml-1.1/int.js
var require_int = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	const intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
	function intResolve(str, offset, radix, { intAsBigInt }) {
		const sign = str[0];
		if (sign === "-" || sign === "+") offset += 1;
		str = str.substring(offset).replace(/_/g, "");
		if (intAsBigInt) {
			switch (radix) {
				case 2:
					str = `0b${str}`;
					break;
				case 8:
					str = `0o${str}`;
					break;
				case 16: str = `0x${str}`;
			}
			const n = BigInt(str);
			return sign === "-" ? BigInt(-1) * n : n;
		}
		const n = parseInt(str, radix);
		return sign === "-" ? -1 * n : n;
	}
	function intStringify(node, radix, prefix) {
		const { value } = node;
		if (intIdentify(value)) {
			const str = value.toString(radix);
			return value < 0 ? "-" + prefix + str.substr(1) : prefix + str;
		}
		return stringifyNumber.stringifyNumber(node);
	}
	const intBin = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "BIN",
		test: /^[-+]?0b[0-1_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
		stringify: (node) => intStringify(node, 2, "0b")
	};
	const intOct = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "OCT",
		test: /^[-+]?0[0-7_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
		stringify: (node) => intStringify(node, 8, "0")
	};
	const int = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		test: /^[-+]?[0-9][0-9_]*$/,
		resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
		stringify: stringifyNumber.stringifyNumber
	};
	const intHex = {
		identify: intIdentify,
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "HEX",
		test: /^[-+]?0x[0-9a-fA-F_]+$/,
		resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
		stringify: (node) => intStringify(node, 16, "0x")
	};
	exports.int = int;
	exports.intBin = intBin;
	exports.intHex = intHex;
	exports.intOct = intOct;
}));

// node_modules/yaml/dist/schema/yaml-1.1/set.js
var require_set = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var YAMLSet = class YAMLSet extends YAMLMap.YAMLMap {
		constructor(schema) {
			super(schema);
			this.tag = YAMLSet.tag;
		}
		add(key) {
			let pair;
			if (identity.isPair(key)) pair = key;
			else if (key && typeof key === "object" && "key" in key && "value" in key && key.value === null) pair = new Pair.Pair(key.key, null);
			else pair = new Pair.Pair(key, null);
			if (!YAMLMap.findPair(this.items, pair.key)) this.items.push(pair);
		}
		/**
		* If `keepPair` is `true`, returns the Pair matching `key`.
		* Otherwise, returns the value of that Pair's key.
		*/
		get(key, keepPair) {
			const pair = YAMLMap.findPair(this.items, key);
			return !keepPair && identity.isPair(pair) ? identity.isScalar(pair.key) ? pair.key.value : pair.key : pair;
		}
		set(key, value) {
			if (typeof value !== "boolean") throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
			const prev = YAMLMap.findPair(this.items, key);
			if (prev && !value) this.items.splice(this.items.indexOf(prev), 1);
			else if (!prev && value) this.items.push(new Pair.Pair(key));
		}
		toJSON(_, ctx) {
			return super.toJSON(_, ctx, Set);
		}
		toString(ctx, onComment, onChompKeep) {
			if (!ctx) return JSON.stringify(this);
			if (this.hasAllNullValues(true)) return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
			else throw new Error("Set items must all have null values");
		}
		static from(schema, iterable, ctx) {
			const { replacer } = ctx;
			const set = new this(schema);
			if (iterable && Symbol.iterator in Object(iterable)) for (let value of iterable) {
				if (typeof replacer === "function") value = replacer.call(iterable, value, value);
				set.items.push(Pair.createPair(value, null, ctx));
			}
			return set;
		}
	};
	YAMLSet.tag = "tag:yaml.org,2002:set";
	const set = {
		collection: "map",
		identify: (value) => value instanceof Set,
		nodeClass: YAMLSet,
		default: false,
		tag: "tag:yaml.org,2002:set",
		createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
		resolve(map, onError) {
			if (identity.isMap(map)) {
				if (map.hasAllNullValues(true)) return Object.assign(new YAMLSet(), map);
				else onError("Set items must all have null values");
			} else onError("Expected a mapping for this tag");
			return map;
		}
	};
	exports.YAMLSet = YAMLSet;
	exports.set = set;
}));

// node_modules/yaml/dist/schema/yaml-1.1/timestamp.js
var require_timestamp = /* @__PURE__ */ __commonJSMin(((exports) => {
	var stringifyNumber = require_stringifyNumber();
	/** Internal types handle bigint as number, because TS can't figure it out. */
	function parseSexagesimal(str, asBigInt) {
		const sign = str[0];
		const parts = sign === "-" || sign === "+" ? str.substring(1) : str;
		const num = (n) => asBigInt ? BigInt(n) : Number(n);
		const res = parts.replace(/_/g, "").split(":").reduce((res, p) => res * num(60) + num(p), num(0));
		return sign === "-" ? num(-1) * res : res;
	}
	/**
	* hhhh:mm:ss.sss
	*
	* Internal types handle bigint as number, because TS can't figure it out.
	*/
	function stringifySexagesimal(node) {
		let { value } = node;
		let num = (n) => n;
		if (typeof value === "bigint") num = (n) => BigInt(n);
		else if (isNaN(value) || !isFinite(value)) return stringifyNumber.stringifyNumber(node);
		let sign = "";
		if (value < 0) {
			sign = "-";
			value *= num(-1);
		}
		const _60 = num(60);
		const parts = [value % _60];
		if (value < 60) parts.unshift(0);
		else {
			value = (value - parts[0]) / _60;
			parts.unshift(value % _60);
			if (value >= 60) {
				value = (value - parts[0]) / _60;
				parts.unshift(value);
			}
		}
		return sign + parts.map((n) => String(n).padStart(2, "0")).join(":").replace(/000000\d*$/, "");
	}
	const intTime = {
		identify: (value) => typeof value === "bigint" || Number.isInteger(value),
		default: true,
		tag: "tag:yaml.org,2002:int",
		format: "TIME",
		test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
		resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
		stringify: stringifySexagesimal
	};
	const floatTime = {
		identify: (value) => typeof value === "number",
		default: true,
		tag: "tag:yaml.org,2002:float",
		format: "TIME",
		test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
		resolve: (str) => parseSexagesimal(str, false),
		stringify: stringifySexagesimal
	};
	const timestamp = {
		identify: (value) => value instanceof Date,
		default: true,
		tag: "tag:yaml.org,2002:timestamp",
		test: RegExp("^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:t|T|[ \\t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$"),
		resolve(str) {
			const match = str.match(timestamp.test);
			if (!match) throw new Error("!!timestamp expects a date, starting with yyyy-mm-dd");
			const [, year, month, day, hour, minute, second] = match.map(Number);
			const millisec = match[7] ? Number((match[7] + "00").substr(1, 3)) : 0;
			let date = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
			const tz = match[8];
			if (tz && tz !== "Z") {
				let d = parseSexagesimal(tz, false);
				if (Math.abs(d) < 30) d *= 60;
				date -= 6e4 * d;
			}
			return new Date(date);
		},
		stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, "") ?? ""
	};
	exports.floatTime = floatTime;
	exports.intTime = intTime;
	exports.timestamp = timestamp;
}));

// node_modules/yaml/dist/schema/yaml-1.1/schema.js
var require_schema = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var binary = require_binary();
	var bool = require_bool();
	var float = require_float();
	var int = require_int();
	var merge = require_merge();
	var omap = require_omap();
	var pairs = require_pairs();
	var set = require_set();
	var timestamp = require_timestamp();
	const schema = [
		map.map,
		seq.seq,
		string.string,
		_null.nullTag,
		bool.trueTag,
		bool.falseTag,
		int.intBin,
		int.intOct,
		int.int,
		int.intHex,
		float.floatNaN,
		float.floatExp,
		float.float,
		binary.binary,
		merge.merge,
		omap.omap,
		pairs.pairs,
		set.set,
		timestamp.intTime,
		timestamp.floatTime,
		timestamp.timestamp
	];
	exports.schema = schema;
}));

// node_modules/yaml/dist/schema/tags.js
var require_tags = /* @__PURE__ */ __commonJSMin(((exports) => {
	var map = require_map();
	var _null = require_null();
	var seq = require_seq();
	var string = require_string();
	var bool = require_bool$1();
	var float = require_float$1();
	var int = require_int$1();
	var schema = require_schema$2();
	var schema$1 = require_schema$1();
	var binary = require_binary();
	var merge = require_merge();
	var omap = require_omap();
	var pairs = require_pairs();
	var schema$2 = require_schema();
	var set = require_set();
	var timestamp = require_timestamp();
	const schemas = /* @__PURE__ */ new Map([
		["core", schema.schema],
		["failsafe", [
			map.map,
			seq.seq,
			string.string
		]],
		["json", schema$1.schema],
		["yaml11", schema$2.schema],
		["yaml-1.1", schema$2.schema]
	]);
	const tagsByName = {
		binary: binary.binary,
		bool: bool.boolTag,
		float: float.float,
		floatExp: float.floatExp,
		floatNaN: float.floatNaN,
		floatTime: timestamp.floatTime,
		int: int.int,
		intHex: int.intHex,
		intOct: int.intOct,
		intTime: timestamp.intTime,
		map: map.map,
		merge: merge.merge,
		null: _null.nullTag,
		omap: omap.omap,
		pairs: pairs.pairs,
		seq: seq.seq,
		set: set.set,
		timestamp: timestamp.timestamp
	};
	const coreKnownTags = {
		"tag:yaml.org,2002:binary": binary.binary,
		"tag:yaml.org,2002:merge": merge.merge,
		"tag:yaml.org,2002:omap": omap.omap,
		"tag:yaml.org,2002:pairs": pairs.pairs,
		"tag:yaml.org,2002:set": set.set,
		"tag:yaml.org,2002:timestamp": timestamp.timestamp
	};
	function getTags(customTags, schemaName, addMergeTag) {
		const schemaTags = schemas.get(schemaName);
		if (schemaTags && !customTags) return addMergeTag && !schemaTags.includes(merge.merge) ? schemaTags.concat(merge.merge) : schemaTags.slice();
		let tags = schemaTags;
		if (!tags) {
			if (Array.isArray(customTags)) tags = [];
			else {
				const keys = Array.from(schemas.keys()).filter((key) => key !== "yaml11").map((key) => JSON.stringify(key)).join(", ");
				throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
			}
		}
		if (Array.isArray(customTags)) for (const tag of customTags) tags = tags.concat(tag);
		else if (typeof customTags === "function") tags = customTags(tags.slice());
		if (addMergeTag) tags = tags.concat(merge.merge);
		return tags.reduce((tags, tag) => {
			const tagObj = typeof tag === "string" ? tagsByName[tag] : tag;
			if (!tagObj) {
				const tagName = JSON.stringify(tag);
				const keys = Object.keys(tagsByName).map((key) => JSON.stringify(key)).join(", ");
				throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
			}
			if (!tags.includes(tagObj)) tags.push(tagObj);
			return tags;
		}, []);
	}
	exports.coreKnownTags = coreKnownTags;
	exports.getTags = getTags;
}));

// node_modules/yaml/dist/schema/Schema.js
var require_Schema = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var map = require_map();
	var seq = require_seq();
	var string = require_string();
	var tags = require_tags();
	const sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
	var Schema = class Schema {
		constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
			this.compat = Array.isArray(compat) ? tags.getTags(compat, "compat") : compat ? tags.getTags(null, compat) : null;
			this.name = typeof schema === "string" && schema || "core";
			this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
			this.tags = tags.getTags(customTags, this.name, merge);
			this.toStringOptions = toStringDefaults ?? null;
			Object.defineProperty(this, identity.MAP, { value: map.map });
			Object.defineProperty(this, identity.SCALAR, { value: string.string });
			Object.defineProperty(this, identity.SEQ, { value: seq.seq });
			this.sortMapEntries = typeof sortMapEntries === "function" ? sortMapEntries : sortMapEntries === true ? sortMapEntriesByKey : null;
		}
		clone() {
			const copy = Object.create(Schema.prototype, Object.getOwnPropertyDescriptors(this));
			copy.tags = this.tags.slice();
			return copy;
		}
	};
	exports.Schema = Schema;
}));

// node_modules/yaml/dist/stringify/stringifyDocument.js
var require_stringifyDocument = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var stringify = require_stringify();
	var stringifyComment = require_stringifyComment();
	function stringifyDocument(doc, options) {
		const lines = [];
		let hasDirectives = options.directives === true;
		if (options.directives !== false && doc.directives) {
			const dir = doc.directives.toString(doc);
			if (dir) {
				lines.push(dir);
				hasDirectives = true;
			} else if (doc.directives.docStart) hasDirectives = true;
		}
		if (hasDirectives) lines.push("---");
		const ctx = stringify.createStringifyContext(doc, options);
		const { commentString } = ctx.options;
		if (doc.commentBefore) {
			if (lines.length !== 1) lines.unshift("");
			const cs = commentString(doc.commentBefore);
			lines.unshift(stringifyComment.indentComment(cs, ""));
		}
		let chompKeep = false;
		let contentComment = null;
		if (doc.contents) {
			if (identity.isNode(doc.contents)) {
				if (doc.contents.spaceBefore && hasDirectives) lines.push("");
				if (doc.contents.commentBefore) {
					const cs = commentString(doc.contents.commentBefore);
					lines.push(stringifyComment.indentComment(cs, ""));
				}
				ctx.forceBlockIndent = !!doc.comment;
				contentComment = doc.contents.comment;
			}
			const onChompKeep = contentComment ? void 0 : () => chompKeep = true;
			let body = stringify.stringify(doc.contents, ctx, () => contentComment = null, onChompKeep);
			if (contentComment) body += stringifyComment.lineComment(body, "", commentString(contentComment));
			if ((body[0] === "|" || body[0] === ">") && lines[lines.length - 1] === "---") lines[lines.length - 1] = `--- ${body}`;
			else lines.push(body);
		} else lines.push(stringify.stringify(doc.contents, ctx));
		if (doc.directives?.docEnd) {
			if (doc.comment) {
				const cs = commentString(doc.comment);
				if (cs.includes("\n")) {
					lines.push("...");
					lines.push(stringifyComment.indentComment(cs, ""));
				} else lines.push(`... ${cs}`);
			} else lines.push("...");
		} else {
			let dc = doc.comment;
			if (dc && chompKeep) dc = dc.replace(/^\n+/, "");
			if (dc) {
				if ((!chompKeep || contentComment) && lines[lines.length - 1] !== "") lines.push("");
				lines.push(stringifyComment.indentComment(commentString(dc), ""));
			}
		}
		return lines.join("\n") + "\n";
	}
	exports.stringifyDocument = stringifyDocument;
}));

// node_modules/yaml/dist/doc/Document.js
var require_Document = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var Collection = require_Collection();
	var identity = require_identity();
	var Pair = require_Pair();
	var toJS = require_toJS();
	var Schema = require_Schema();
	var stringifyDocument = require_stringifyDocument();
	var anchors = require_anchors();
	var applyReviver = require_applyReviver();
	var createNode = require_createNode();
	var directives = require_directives();
	var Document = class Document {
		constructor(value, replacer, options) {
			/** A comment before this Document */
			this.commentBefore = null;
			/** A comment immediately after this Document */
			this.comment = null;
			/** Errors encountered during parsing. */
			this.errors = [];
			/** Warnings encountered during parsing. */
			this.warnings = [];
			Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
			let _replacer = null;
			if (typeof replacer === "function" || Array.isArray(replacer)) _replacer = replacer;
			else if (options === void 0 && replacer) {
				options = replacer;
				replacer = void 0;
			}
			const opt = Object.assign({
				intAsBigInt: false,
				keepSourceTokens: false,
				logLevel: "warn",
				prettyErrors: true,
				strict: true,
				stringKeys: false,
				uniqueKeys: true,
				version: "1.2"
			}, options);
			this.options = opt;
			let { version } = opt;
			if (options?._directives) {
				this.directives = options._directives.atDocument();
				if (this.directives.yaml.explicit) version = this.directives.yaml.version;
			} else this.directives = new directives.Directives({ version });
			this.setSchema(version, options);
			this.contents = value === void 0 ? null : this.createNode(value, _replacer, options);
		}
		/**
		* Create a deep copy of this Document and its contents.
		*
		* Custom Node values that inherit from `Object` still refer to their original instances.
		*/
		clone() {
			const copy = Object.create(Document.prototype, { [identity.NODE_TYPE]: { value: identity.DOC } });
			copy.commentBefore = this.commentBefore;
			copy.comment = this.comment;
			copy.errors = this.errors.slice();
			copy.warnings = this.warnings.slice();
			copy.options = Object.assign({}, this.options);
			if (this.directives) copy.directives = this.directives.clone();
			copy.schema = this.schema.clone();
			copy.contents = identity.isNode(this.contents) ? this.contents.clone(copy.schema) : this.contents;
			if (this.range) copy.range = this.range.slice();
			return copy;
		}
		/** Adds a value to the document. */
		add(value) {
			if (assertCollection(this.contents)) this.contents.add(value);
		}
		/** Adds a value to the document. */
		addIn(path, value) {
			if (assertCollection(this.contents)) this.contents.addIn(path, value);
		}
		/**
		* Create a new `Alias` node, ensuring that the target `node` has the required anchor.
		*
		* If `node` already has an anchor, `name` is ignored.
		* Otherwise, the `node.anchor` value will be set to `name`,
		* or if an anchor with that name is already present in the document,
		* `name` will be used as a prefix for a new unique anchor.
		* If `name` is undefined, the generated anchor will use 'a' as a prefix.
		*/
		createAlias(node, name) {
			if (!node.anchor) {
				const prev = anchors.anchorNames(this);
				node.anchor = !name || prev.has(name) ? anchors.findNewAnchor(name || "a", prev) : name;
			}
			return new Alias.Alias(node.anchor);
		}
		createNode(value, replacer, options) {
			let _replacer = void 0;
			if (typeof replacer === "function") {
				value = replacer.call({ "": value }, "", value);
				_replacer = replacer;
			} else if (Array.isArray(replacer)) {
				const keyToStr = (v) => typeof v === "number" || v instanceof String || v instanceof Number;
				const asStr = replacer.filter(keyToStr).map(String);
				if (asStr.length > 0) replacer = replacer.concat(asStr);
				_replacer = replacer;
			} else if (options === void 0 && replacer) {
				options = replacer;
				replacer = void 0;
			}
			const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
			const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(this, anchorPrefix || "a");
			const ctx = {
				aliasDuplicateObjects: aliasDuplicateObjects ?? true,
				keepUndefined: keepUndefined ?? false,
				onAnchor,
				onTagObj,
				replacer: _replacer,
				schema: this.schema,
				sourceObjects
			};
			const node = createNode.createNode(value, tag, ctx);
			if (flow && identity.isCollection(node)) node.flow = true;
			setAnchors();
			return node;
		}
		/**
		* Convert a key and a value into a `Pair` using the current schema,
		* recursively wrapping all values as `Scalar` or `Collection` nodes.
		*/
		createPair(key, value, options = {}) {
			const k = this.createNode(key, null, options);
			const v = this.createNode(value, null, options);
			return new Pair.Pair(k, v);
		}
		/**
		* Removes a value from the document.
		* @returns `true` if the item was found and removed.
		*/
		delete(key) {
			return assertCollection(this.contents) ? this.contents.delete(key) : false;
		}
		/**
		* Removes a value from the document.
		* @returns `true` if the item was found and removed.
		*/
		deleteIn(path) {
			if (Collection.isEmptyPath(path)) {
				if (this.contents == null) return false;
				this.contents = null;
				return true;
			}
			return assertCollection(this.contents) ? this.contents.deleteIn(path) : false;
		}
		/**
		* Returns item at `key`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		get(key, keepScalar) {
			return identity.isCollection(this.contents) ? this.contents.get(key, keepScalar) : void 0;
		}
		/**
		* Returns item at `path`, or `undefined` if not found. By default unwraps
		* scalar values from their surrounding node; to disable set `keepScalar` to
		* `true` (collections are always returned intact).
		*/
		getIn(path, keepScalar) {
			if (Collection.isEmptyPath(path)) return !keepScalar && identity.isScalar(this.contents) ? this.contents.value : this.contents;
			return identity.isCollection(this.contents) ? this.contents.getIn(path, keepScalar) : void 0;
		}
		/**
		* Checks if the document includes a value with the key `key`.
		*/
		has(key) {
			return identity.isCollection(this.contents) ? this.contents.has(key) : false;
		}
		/**
		* Checks if the document includes a value at `path`.
		*/
		hasIn(path) {
			if (Collection.isEmptyPath(path)) return this.contents !== void 0;
			return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
		}
		/**
		* Sets a value in this document. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		set(key, value) {
			if (this.contents == null) this.contents = Collection.collectionFromPath(this.schema, [key], value);
			else if (assertCollection(this.contents)) this.contents.set(key, value);
		}
		/**
		* Sets a value in this document. For `!!set`, `value` needs to be a
		* boolean to add/remove the item from the set.
		*/
		setIn(path, value) {
			if (Collection.isEmptyPath(path)) this.contents = value;
			else if (this.contents == null) this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
			else if (assertCollection(this.contents)) this.contents.setIn(path, value);
		}
		/**
		* Change the YAML version and schema used by the document.
		* A `null` version disables support for directives, explicit tags, anchors, and aliases.
		* It also requires the `schema` option to be given as a `Schema` instance value.
		*
		* Overrides all previously set schema options.
		*/
		setSchema(version, options = {}) {
			if (typeof version === "number") version = String(version);
			let opt;
			switch (version) {
				case "1.1":
					if (this.directives) this.directives.yaml.version = "1.1";
					else this.directives = new directives.Directives({ version: "1.1" });
					opt = {
						resolveKnownTags: false,
						schema: "yaml-1.1"
					};
					break;
				case "1.2":
				case "next":
					if (this.directives) this.directives.yaml.version = version;
					else this.directives = new directives.Directives({ version });
					opt = {
						resolveKnownTags: true,
						schema: "core"
					};
					break;
				case null:
					if (this.directives) delete this.directives;
					opt = null;
					break;
				default: {
					const sv = JSON.stringify(version);
					throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
				}
			}
			if (options.schema instanceof Object) this.schema = options.schema;
			else if (opt) this.schema = new Schema.Schema(Object.assign(opt, options));
			else throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
		}
		toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
			const ctx = {
				anchors: /* @__PURE__ */ new Map(),
				doc: this,
				keep: !json,
				mapAsMap: mapAsMap === true,
				mapKeyWarned: false,
				maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
			};
			const res = toJS.toJS(this.contents, jsonArg ?? "", ctx);
			if (typeof onAnchor === "function") for (const { count, res } of ctx.anchors.values()) onAnchor(res, count);
			return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
		}
		/**
		* A JSON representation of the document `contents`.
		*
		* @param jsonArg Used by `JSON.stringify` to indicate the array index or
		*   property name.
		*/
		toJSON(jsonArg, onAnchor) {
			return this.toJS({
				json: true,
				jsonArg,
				mapAsMap: false,
				onAnchor
			});
		}
		/** A YAML representation of the document. */
		toString(options = {}) {
			if (this.errors.length > 0) throw new Error("Document with errors cannot be stringified");
			if ("indent" in options && (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
				const s = JSON.stringify(options.indent);
				throw new Error(`"indent" option must be a positive integer, not ${s}`);
			}
			return stringifyDocument.stringifyDocument(this, options);
		}
	};
	function assertCollection(contents) {
		if (identity.isCollection(contents)) return true;
		throw new Error("Expected a YAML collection as document contents");
	}
	exports.Document = Document;
}));

// node_modules/yaml/dist/errors.js
var require_errors = /* @__PURE__ */ __commonJSMin(((exports) => {
	var YAMLError = class extends Error {
		constructor(name, pos, code, message) {
			super();
			this.name = name;
			this.code = code;
			this.message = message;
			this.pos = pos;
		}
	};
	var YAMLParseError = class extends YAMLError {
		constructor(pos, code, message) {
			super("YAMLParseError", pos, code, message);
		}
	};
	var YAMLWarning = class extends YAMLError {
		constructor(pos, code, message) {
			super("YAMLWarning", pos, code, message);
		}
	};
	const prettifyError = (src, lc) => (error) => {
		if (error.pos[0] === -1) return;
		error.linePos = error.pos.map((pos) => lc.linePos(pos));
		const { line, col } = error.linePos[0];
		error.message += ` at line ${line}, column ${col}`;
		let ci = col - 1;
		let lineStr = src.substring(lc.lineStarts[line - 1], lc.lineStarts[line]).replace(/[\n\r]+$/, "");
		if (ci >= 60 && lineStr.length > 80) {
			const trimStart = Math.min(ci - 39, lineStr.length - 79);
			lineStr = "…" + lineStr.substring(trimStart);
			ci -= trimStart - 1;
		}
		if (lineStr.length > 80) lineStr = lineStr.substring(0, 79) + "…";
		if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
			let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
			if (prev.length > 80) prev = prev.substring(0, 79) + "…\n";
			lineStr = prev + lineStr;
		}
		if (/[^ ]/.test(lineStr)) {
			let count = 1;
			const end = error.linePos[1];
			if (end?.line === line && end.col > col) count = Math.max(1, Math.min(end.col - col, 80 - ci));
			const pointer = " ".repeat(ci) + "^".repeat(count);
			error.message += `:\n\n${lineStr}\n${pointer}\n`;
		}
	};
	exports.YAMLError = YAMLError;
	exports.YAMLParseError = YAMLParseError;
	exports.YAMLWarning = YAMLWarning;
	exports.prettifyError = prettifyError;
}));

// node_modules/yaml/dist/compose/resolve-props.js
var require_resolve_props = /* @__PURE__ */ __commonJSMin(((exports) => {
	function resolveProps(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
		let spaceBefore = false;
		let atNewline = startOnNewline;
		let hasSpace = startOnNewline;
		let comment = "";
		let commentSep = "";
		let hasNewline = false;
		let reqSpace = false;
		let tab = null;
		let anchor = null;
		let tag = null;
		let newlineAfterProp = null;
		let comma = null;
		let found = null;
		let start = null;
		for (const token of tokens) {
			if (reqSpace) {
				if (token.type !== "space" && token.type !== "newline" && token.type !== "comma") onError(token.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
				reqSpace = false;
			}
			if (tab) {
				if (atNewline && token.type !== "comment" && token.type !== "newline") onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
				tab = null;
			}
			switch (token.type) {
				case "space":
					if (!flow && (indicator !== "doc-start" || next?.type !== "flow-collection") && token.source.includes("	")) tab = token;
					hasSpace = true;
					break;
				case "comment": {
					if (!hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
					const cb = token.source.substring(1) || " ";
					if (!comment) comment = cb;
					else comment += commentSep + cb;
					commentSep = "";
					atNewline = false;
					break;
				}
				case "newline":
					if (atNewline) {
						if (comment) comment += token.source;
						else if (!found || indicator !== "seq-item-ind") spaceBefore = true;
					} else commentSep += token.source;
					atNewline = true;
					hasNewline = true;
					if (anchor || tag) newlineAfterProp = token;
					hasSpace = true;
					break;
				case "anchor":
					if (anchor) onError(token, "MULTIPLE_ANCHORS", "A node can have at most one anchor");
					if (token.source.endsWith(":")) onError(token.offset + token.source.length - 1, "BAD_ALIAS", "Anchor ending in : is ambiguous", true);
					anchor = token;
					start ?? (start = token.offset);
					atNewline = false;
					hasSpace = false;
					reqSpace = true;
					break;
				case "tag":
					if (tag) onError(token, "MULTIPLE_TAGS", "A node can have at most one tag");
					tag = token;
					start ?? (start = token.offset);
					atNewline = false;
					hasSpace = false;
					reqSpace = true;
					break;
				case indicator:
					if (anchor || tag) onError(token, "BAD_PROP_ORDER", `Anchors and tags must be after the ${token.source} indicator`);
					if (found) onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.source} in ${flow ?? "collection"}`);
					found = token;
					atNewline = indicator === "seq-item-ind" || indicator === "explicit-key-ind";
					hasSpace = false;
					break;
				case "comma": if (flow) {
					if (comma) onError(token, "UNEXPECTED_TOKEN", `Unexpected , in ${flow}`);
					comma = token;
					atNewline = false;
					hasSpace = false;
					break;
				}
				default:
					onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.type} token`);
					atNewline = false;
					hasSpace = false;
			}
		}
		const last = tokens[tokens.length - 1];
		const end = last ? last.offset + last.source.length : offset;
		if (reqSpace && next && next.type !== "space" && next.type !== "newline" && next.type !== "comma" && (next.type !== "scalar" || next.source !== "")) onError(next.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
		if (tab && (atNewline && tab.indent <= parentIndent || next?.type === "block-map" || next?.type === "block-seq")) onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
		return {
			comma,
			found,
			spaceBefore,
			comment,
			hasNewline,
			anchor,
			tag,
			newlineAfterProp,
			end,
			start: start ?? end
		};
	}
	exports.resolveProps = resolveProps;
}));

// node_modules/yaml/dist/compose/util-contains-newline.js
var require_util_contains_newline = /* @__PURE__ */ __commonJSMin(((exports) => {
	function containsNewline(key) {
		if (!key) return null;
		switch (key.type) {
			case "alias":
			case "scalar":
			case "double-quoted-scalar":
			case "single-quoted-scalar":
				if (key.source.includes("\n")) return true;
				if (key.end) {
					for (const st of key.end) if (st.type === "newline") return true;
				}
				return false;
			case "flow-collection":
				for (const it of key.items) {
					for (const st of it.start) if (st.type === "newline") return true;
					if (it.sep) {
						for (const st of it.sep) if (st.type === "newline") return true;
					}
					if (containsNewline(it.key) || containsNewline(it.value)) return true;
				}
				return false;
			default: return true;
		}
	}
	exports.containsNewline = containsNewline;
}));

// node_modules/yaml/dist/compose/util-flow-indent-check.js
var require_util_flow_indent_check = /* @__PURE__ */ __commonJSMin(((exports) => {
	var utilContainsNewline = require_util_contains_newline();
	function flowIndentCheck(indent, fc, onError) {
		if (fc?.type === "flow-collection") {
			const end = fc.end[0];
			if (end.indent === indent && (end.source === "]" || end.source === "}") && utilContainsNewline.containsNewline(fc)) onError(end, "BAD_INDENT", "Flow end indicator should be more indented than parent", true);
		}
	}
	exports.flowIndentCheck = flowIndentCheck;
}));

// node_modules/yaml/dist/compose/util-map-includes.js
var require_util_map_includes = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	function mapIncludes(ctx, items, search) {
		const { uniqueKeys } = ctx.options;
		if (uniqueKeys === false) return false;
		const isEqual = typeof uniqueKeys === "function" ? uniqueKeys : (a, b) => a === b || identity.isScalar(a) && identity.isScalar(b) && a.value === b.value;
		return items.some((pair) => isEqual(pair.key, search));
	}
	exports.mapIncludes = mapIncludes;
}));

// node_modules/yaml/dist/compose/resolve-block-map.js
var require_resolve_block_map = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var resolveProps = require_resolve_props();
	var utilContainsNewline = require_util_contains_newline();
	var utilFlowIndentCheck = require_util_flow_indent_check();
	var utilMapIncludes = require_util_map_includes();
	const startColMsg = "All mapping items must start at the same column";
	function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
		const map = new ((tag?.nodeClass) ?? YAMLMap.YAMLMap)(ctx.schema);
		if (ctx.atRoot) ctx.atRoot = false;
		let offset = bm.offset;
		let commentEnd = null;
		for (const collItem of bm.items) {
			const { start, key, sep, value } = collItem;
			const keyProps = resolveProps.resolveProps(start, {
				indicator: "explicit-key-ind",
				next: key ?? sep?.[0],
				offset,
				onError,
				parentIndent: bm.indent,
				startOnNewline: true
			});
			const implicitKey = !keyProps.found;
			if (implicitKey) {
				if (key) {
					if (key.type === "block-seq") onError(offset, "BLOCK_AS_IMPLICIT_KEY", "A block sequence may not be used as an implicit map key");
					else if ("indent" in key && key.indent !== bm.indent) onError(offset, "BAD_INDENT", startColMsg);
				}
				if (!keyProps.anchor && !keyProps.tag && !sep) {
					commentEnd = keyProps.end;
					if (keyProps.comment) {
						if (map.comment) map.comment += "\n" + keyProps.comment;
						else map.comment = keyProps.comment;
					}
					continue;
				}
				if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) onError(key ?? start[start.length - 1], "MULTILINE_IMPLICIT_KEY", "Implicit keys need to be on a single line");
			} else if (keyProps.found?.indent !== bm.indent) onError(offset, "BAD_INDENT", startColMsg);
			ctx.atKey = true;
			const keyStart = keyProps.end;
			const keyNode = key ? composeNode(ctx, key, keyProps, onError) : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
			if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
			ctx.atKey = false;
			if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode)) onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
			const valueProps = resolveProps.resolveProps(sep ?? [], {
				indicator: "map-value-ind",
				next: value,
				offset: keyNode.range[2],
				onError,
				parentIndent: bm.indent,
				startOnNewline: !key || key.type === "block-scalar"
			});
			offset = valueProps.end;
			if (valueProps.found) {
				if (implicitKey) {
					if (value?.type === "block-map" && !valueProps.hasNewline) onError(offset, "BLOCK_AS_IMPLICIT_KEY", "Nested mappings are not allowed in compact mappings");
					if (ctx.options.strict && keyProps.start < valueProps.found.offset - 1024) onError(keyNode.range, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit block mapping key");
				}
				const valueNode = value ? composeNode(ctx, value, valueProps, onError) : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
				if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
				offset = valueNode.range[2];
				const pair = new Pair.Pair(keyNode, valueNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				map.items.push(pair);
			} else {
				if (implicitKey) onError(keyNode.range, "MISSING_CHAR", "Implicit map keys need to be followed by map values");
				if (valueProps.comment) {
					if (keyNode.comment) keyNode.comment += "\n" + valueProps.comment;
					else keyNode.comment = valueProps.comment;
				}
				const pair = new Pair.Pair(keyNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				map.items.push(pair);
			}
		}
		if (commentEnd && commentEnd < offset) onError(commentEnd, "IMPOSSIBLE", "Map comment with trailing content");
		map.range = [
			bm.offset,
			offset,
			commentEnd ?? offset
		];
		return map;
	}
	exports.resolveBlockMap = resolveBlockMap;
}));

// node_modules/yaml/dist/compose/resolve-block-seq.js
var require_resolve_block_seq = /* @__PURE__ */ __commonJSMin(((exports) => {
	var YAMLSeq = require_YAMLSeq();
	var resolveProps = require_resolve_props();
	var utilFlowIndentCheck = require_util_flow_indent_check();
	function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
		const seq = new ((tag?.nodeClass) ?? YAMLSeq.YAMLSeq)(ctx.schema);
		if (ctx.atRoot) ctx.atRoot = false;
		if (ctx.atKey) ctx.atKey = false;
		let offset = bs.offset;
		let commentEnd = null;
		for (const { start, value } of bs.items) {
			const props = resolveProps.resolveProps(start, {
				indicator: "seq-item-ind",
				next: value,
				offset,
				onError,
				parentIndent: bs.indent,
				startOnNewline: true
			});
			if (!props.found) {
				if (props.anchor || props.tag || value) {
					if (value?.type === "block-seq") onError(props.end, "BAD_INDENT", "All sequence items must start at the same column");
					else onError(offset, "MISSING_CHAR", "Sequence item without - indicator");
				} else {
					commentEnd = props.end;
					if (props.comment) seq.comment = props.comment;
					continue;
				}
			}
			const node = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, start, null, props, onError);
			if (ctx.schema.compat) utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
			offset = node.range[2];
			seq.items.push(node);
		}
		seq.range = [
			bs.offset,
			offset,
			commentEnd ?? offset
		];
		return seq;
	}
	exports.resolveBlockSeq = resolveBlockSeq;
}));

// node_modules/yaml/dist/compose/resolve-end.js
var require_resolve_end = /* @__PURE__ */ __commonJSMin(((exports) => {
	function resolveEnd(end, offset, reqSpace, onError) {
		let comment = "";
		if (end) {
			let hasSpace = false;
			let sep = "";
			for (const token of end) {
				const { source, type } = token;
				switch (type) {
					case "space":
						hasSpace = true;
						break;
					case "comment": {
						if (reqSpace && !hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
						const cb = source.substring(1) || " ";
						if (!comment) comment = cb;
						else comment += sep + cb;
						sep = "";
						break;
					}
					case "newline":
						if (comment) sep += source;
						hasSpace = true;
						break;
					default: onError(token, "UNEXPECTED_TOKEN", `Unexpected ${type} at node end`);
				}
				offset += source.length;
			}
		}
		return {
			comment,
			offset
		};
	}
	exports.resolveEnd = resolveEnd;
}));

// node_modules/yaml/dist/compose/resolve-flow-collection.js
var require_resolve_flow_collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Pair = require_Pair();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var resolveEnd = require_resolve_end();
	var resolveProps = require_resolve_props();
	var utilContainsNewline = require_util_contains_newline();
	var utilMapIncludes = require_util_map_includes();
	const blockMsg = "Block collections are not allowed within flow collections";
	const isBlock = (token) => token && (token.type === "block-map" || token.type === "block-seq");
	function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
		const isMap = fc.start.source === "{";
		const fcName = isMap ? "flow map" : "flow sequence";
		const coll = new ((tag?.nodeClass) ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq))(ctx.schema);
		coll.flow = true;
		const atRoot = ctx.atRoot;
		if (atRoot) ctx.atRoot = false;
		if (ctx.atKey) ctx.atKey = false;
		let offset = fc.offset + fc.start.source.length;
		for (let i = 0; i < fc.items.length; ++i) {
			const collItem = fc.items[i];
			const { start, key, sep, value } = collItem;
			const props = resolveProps.resolveProps(start, {
				flow: fcName,
				indicator: "explicit-key-ind",
				next: key ?? sep?.[0],
				offset,
				onError,
				parentIndent: fc.indent,
				startOnNewline: false
			});
			if (!props.found) {
				if (!props.anchor && !props.tag && !sep && !value) {
					if (i === 0 && props.comma) onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
					else if (i < fc.items.length - 1) onError(props.start, "UNEXPECTED_TOKEN", `Unexpected empty item in ${fcName}`);
					if (props.comment) {
						if (coll.comment) coll.comment += "\n" + props.comment;
						else coll.comment = props.comment;
					}
					offset = props.end;
					continue;
				}
				if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key)) onError(key, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
			}
			if (i === 0) {
				if (props.comma) onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
			} else {
				if (!props.comma) onError(props.start, "MISSING_CHAR", `Missing , between ${fcName} items`);
				if (props.comment) {
					let prevItemComment = "";
					loop: for (const st of start) switch (st.type) {
						case "comma":
						case "space": break;
						case "comment":
							prevItemComment = st.source.substring(1);
							break loop;
						default: break loop;
					}
					if (prevItemComment) {
						let prev = coll.items[coll.items.length - 1];
						if (identity.isPair(prev)) prev = prev.value ?? prev.key;
						if (prev.comment) prev.comment += "\n" + prevItemComment;
						else prev.comment = prevItemComment;
						props.comment = props.comment.substring(prevItemComment.length + 1);
					}
				}
			}
			if (!isMap && !sep && !props.found) {
				const valueNode = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, sep, null, props, onError);
				coll.items.push(valueNode);
				offset = valueNode.range[2];
				if (isBlock(value)) onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
			} else {
				ctx.atKey = true;
				const keyStart = props.end;
				const keyNode = key ? composeNode(ctx, key, props, onError) : composeEmptyNode(ctx, keyStart, start, null, props, onError);
				if (isBlock(key)) onError(keyNode.range, "BLOCK_IN_FLOW", blockMsg);
				ctx.atKey = false;
				const valueProps = resolveProps.resolveProps(sep ?? [], {
					flow: fcName,
					indicator: "map-value-ind",
					next: value,
					offset: keyNode.range[2],
					onError,
					parentIndent: fc.indent,
					startOnNewline: false
				});
				if (valueProps.found) {
					if (!isMap && !props.found && ctx.options.strict) {
						if (sep) for (const st of sep) {
							if (st === valueProps.found) break;
							if (st.type === "newline") {
								onError(st, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
								break;
							}
						}
						if (props.start < valueProps.found.offset - 1024) onError(valueProps.found, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key");
					}
				} else if (value) {
					if ("source" in value && value.source?.[0] === ":") onError(value, "MISSING_CHAR", `Missing space after : in ${fcName}`);
					else onError(valueProps.start, "MISSING_CHAR", `Missing , or : between ${fcName} items`);
				}
				const valueNode = value ? composeNode(ctx, value, valueProps, onError) : valueProps.found ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError) : null;
				if (valueNode) {
					if (isBlock(value)) onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
				} else if (valueProps.comment) {
					if (keyNode.comment) keyNode.comment += "\n" + valueProps.comment;
					else keyNode.comment = valueProps.comment;
				}
				const pair = new Pair.Pair(keyNode, valueNode);
				if (ctx.options.keepSourceTokens) pair.srcToken = collItem;
				if (isMap) {
					const map = coll;
					if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode)) onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
					map.items.push(pair);
				} else {
					const map = new YAMLMap.YAMLMap(ctx.schema);
					map.flow = true;
					map.items.push(pair);
					const endRange = (valueNode ?? keyNode).range;
					map.range = [
						keyNode.range[0],
						endRange[1],
						endRange[2]
					];
					coll.items.push(map);
				}
				offset = valueNode ? valueNode.range[2] : valueProps.end;
			}
		}
		const expectedEnd = isMap ? "}" : "]";
		const [ce, ...ee] = fc.end;
		let cePos = offset;
		if (ce?.source === expectedEnd) cePos = ce.offset + ce.source.length;
		else {
			const name = fcName[0].toUpperCase() + fcName.substring(1);
			const msg = atRoot ? `${name} must end with a ${expectedEnd}` : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
			onError(offset, atRoot ? "MISSING_CHAR" : "BAD_INDENT", msg);
			if (ce && ce.source.length !== 1) ee.unshift(ce);
		}
		if (ee.length > 0) {
			const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
			if (end.comment) {
				if (coll.comment) coll.comment += "\n" + end.comment;
				else coll.comment = end.comment;
			}
			coll.range = [
				fc.offset,
				cePos,
				end.offset
			];
		} else coll.range = [
			fc.offset,
			cePos,
			cePos
		];
		return coll;
	}
	exports.resolveFlowCollection = resolveFlowCollection;
}));

// node_modules/yaml/dist/compose/compose-collection.js
var require_compose_collection = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var resolveBlockMap = require_resolve_block_map();
	var resolveBlockSeq = require_resolve_block_seq();
	var resolveFlowCollection = require_resolve_flow_collection();
	function resolveCollection(CN, ctx, token, onError, tagName, tag) {
		const coll = token.type === "block-map" ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag) : token.type === "block-seq" ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag) : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
		const Coll = coll.constructor;
		if (tagName === "!" || tagName === Coll.tagName) {
			coll.tag = Coll.tagName;
			return coll;
		}
		if (tagName) coll.tag = tagName;
		return coll;
	}
	function composeCollection(CN, ctx, token, props, onError) {
		const tagToken = props.tag;
		const tagName = !tagToken ? null : ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg));
		if (token.type === "block-seq") {
			const { anchor, newlineAfterProp: nl } = props;
			const lastProp = anchor && tagToken ? anchor.offset > tagToken.offset ? anchor : tagToken : anchor ?? tagToken;
			if (lastProp && (!nl || nl.offset < lastProp.offset)) onError(lastProp, "MISSING_CHAR", "Missing newline after block sequence props");
		}
		const expType = token.type === "block-map" ? "map" : token.type === "block-seq" ? "seq" : token.start.source === "{" ? "map" : "seq";
		if (!tagToken || !tagName || tagName === "!" || tagName === YAMLMap.YAMLMap.tagName && expType === "map" || tagName === YAMLSeq.YAMLSeq.tagName && expType === "seq") return resolveCollection(CN, ctx, token, onError, tagName);
		let tag = ctx.schema.tags.find((t) => t.tag === tagName && t.collection === expType);
		if (!tag) {
			const kt = ctx.schema.knownTags[tagName];
			if (kt?.collection === expType) {
				ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
				tag = kt;
			} else {
				if (kt) onError(tagToken, "BAD_COLLECTION_TYPE", `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? "scalar"}`, true);
				else onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, true);
				return resolveCollection(CN, ctx, token, onError, tagName);
			}
		}
		const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
		const res = tag.resolve?.(coll, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg), ctx.options) ?? coll;
		const node = identity.isNode(res) ? res : new Scalar.Scalar(res);
		node.range = coll.range;
		node.tag = tagName;
		if (tag?.format) node.format = tag.format;
		return node;
	}
	exports.composeCollection = composeCollection;
}));

// node_modules/yaml/dist/compose/resolve-block-scalar.js
var require_resolve_block_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	function resolveBlockScalar(ctx, scalar, onError) {
		const start = scalar.offset;
		const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
		if (!header) return {
			value: "",
			type: null,
			comment: "",
			range: [
				start,
				start,
				start
			]
		};
		const type = header.mode === ">" ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
		const lines = scalar.source ? splitLines(scalar.source) : [];
		let chompStart = lines.length;
		for (let i = lines.length - 1; i >= 0; --i) {
			const content = lines[i][1];
			if (content === "" || content === "\r") chompStart = i;
			else break;
		}
		if (chompStart === 0) {
			const value = header.chomp === "+" && lines.length > 0 ? "\n".repeat(Math.max(1, lines.length - 1)) : "";
			let end = start + header.length;
			if (scalar.source) end += scalar.source.length;
			return {
				value,
				type,
				comment: header.comment,
				range: [
					start,
					end,
					end
				]
			};
		}
		let trimIndent = scalar.indent + header.indent;
		let offset = scalar.offset + header.length;
		let contentStart = 0;
		for (let i = 0; i < chompStart; ++i) {
			const [indent, content] = lines[i];
			if (content === "" || content === "\r") {
				if (header.indent === 0 && indent.length > trimIndent) trimIndent = indent.length;
			} else {
				if (indent.length < trimIndent) onError(offset + indent.length, "MISSING_CHAR", "Block scalars with more-indented leading empty lines must use an explicit indentation indicator");
				if (header.indent === 0) trimIndent = indent.length;
				contentStart = i;
				if (trimIndent === 0 && !ctx.atRoot) onError(offset, "BAD_INDENT", "Block scalar values in collections must be indented");
				break;
			}
			offset += indent.length + content.length + 1;
		}
		for (let i = lines.length - 1; i >= chompStart; --i) if (lines[i][0].length > trimIndent) chompStart = i + 1;
		let value = "";
		let sep = "";
		let prevMoreIndented = false;
		for (let i = 0; i < contentStart; ++i) value += lines[i][0].slice(trimIndent) + "\n";
		for (let i = contentStart; i < chompStart; ++i) {
			let [indent, content] = lines[i];
			offset += indent.length + content.length + 1;
			const crlf = content[content.length - 1] === "\r";
			if (crlf) content = content.slice(0, -1);
			/* istanbul ignore if already caught in lexer */
			if (content && indent.length < trimIndent) {
				const message = `Block scalar lines must not be less indented than their ${header.indent ? "explicit indentation indicator" : "first line"}`;
				onError(offset - content.length - (crlf ? 2 : 1), "BAD_INDENT", message);
				indent = "";
			}
			if (type === Scalar.Scalar.BLOCK_LITERAL) {
				value += sep + indent.slice(trimIndent) + content;
				sep = "\n";
			} else if (indent.length > trimIndent || content[0] === "	") {
				if (sep === " ") sep = "\n";
				else if (!prevMoreIndented && sep === "\n") sep = "\n\n";
				value += sep + indent.slice(trimIndent) + content;
				sep = "\n";
				prevMoreIndented = true;
			} else if (content === "") {
				if (sep === "\n") value += "\n";
				else sep = "\n";
			} else {
				value += sep + content;
				sep = " ";
				prevMoreIndented = false;
			}
		}
		switch (header.chomp) {
			case "-": break;
			case "+":
				for (let i = chompStart; i < lines.length; ++i) value += "\n" + lines[i][0].slice(trimIndent);
				if (value[value.length - 1] !== "\n") value += "\n";
				break;
			default: value += "\n";
		}
		const end = start + header.length + scalar.source.length;
		return {
			value,
			type,
			comment: header.comment,
			range: [
				start,
				end,
				end
			]
		};
	}
	function parseBlockScalarHeader({ offset, props }, strict, onError) {
		/* istanbul ignore if should not happen */
		if (props[0].type !== "block-scalar-header") {
			onError(props[0], "IMPOSSIBLE", "Block scalar header not found");
			return null;
		}
		const { source } = props[0];
		const mode = source[0];
		let indent = 0;
		let chomp = "";
		let error = -1;
		for (let i = 1; i < source.length; ++i) {
			const ch = source[i];
			if (!chomp && (ch === "-" || ch === "+")) chomp = ch;
			else {
				const n = Number(ch);
				if (!indent && n) indent = n;
				else if (error === -1) error = offset + i;
			}
		}
		if (error !== -1) onError(error, "UNEXPECTED_TOKEN", `Block scalar header includes extra characters: ${source}`);
		let hasSpace = false;
		let comment = "";
		let length = source.length;
		for (let i = 1; i < props.length; ++i) {
			const token = props[i];
			switch (token.type) {
				case "space": hasSpace = true;
				case "newline":
					length += token.source.length;
					break;
				case "comment":
					if (strict && !hasSpace) onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
					length += token.source.length;
					comment = token.source.substring(1);
					break;
				case "error":
					onError(token, "UNEXPECTED_TOKEN", token.message);
					length += token.source.length;
					break;
				/* istanbul ignore next should not happen */
				default: {
					onError(token, "UNEXPECTED_TOKEN", `Unexpected token in block scalar header: ${token.type}`);
					const ts = token.source;
					if (ts && typeof ts === "string") length += ts.length;
				}
			}
		}
		return {
			mode,
			indent,
			chomp,
			comment,
			length
		};
	}
	/** @returns Array of lines split up as `[indent, content]` */
	function splitLines(source) {
		const split = source.split(/\n( *)/);
		const first = split[0];
		const m = first.match(/^( *)/);
		const lines = [m?.[1] ? [m[1], first.slice(m[1].length)] : ["", first]];
		for (let i = 1; i < split.length; i += 2) lines.push([split[i], split[i + 1]]);
		return lines;
	}
	exports.resolveBlockScalar = resolveBlockScalar;
}));

// node_modules/yaml/dist/compose/resolve-flow-scalar.js
var require_resolve_flow_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Scalar = require_Scalar();
	var resolveEnd = require_resolve_end();
	function resolveFlowScalar(scalar, strict, onError) {
		const { offset, type, source, end } = scalar;
		let _type;
		let value;
		const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
		switch (type) {
			case "scalar":
				_type = Scalar.Scalar.PLAIN;
				value = plainValue(source, _onError);
				break;
			case "single-quoted-scalar":
				_type = Scalar.Scalar.QUOTE_SINGLE;
				value = singleQuotedValue(source, _onError);
				break;
			case "double-quoted-scalar":
				_type = Scalar.Scalar.QUOTE_DOUBLE;
				value = doubleQuotedValue(source, _onError);
				break;
			/* istanbul ignore next should not happen */
			default:
				onError(scalar, "UNEXPECTED_TOKEN", `Expected a flow scalar value, but found: ${type}`);
				return {
					value: "",
					type: null,
					comment: "",
					range: [
						offset,
						offset + source.length,
						offset + source.length
					]
				};
		}
		const valueEnd = offset + source.length;
		const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
		return {
			value,
			type: _type,
			comment: re.comment,
			range: [
				offset,
				valueEnd,
				re.offset
			]
		};
	}
	function plainValue(source, onError) {
		let badChar = "";
		switch (source[0]) {
			/* istanbul ignore next should not happen */
			case "	":
				badChar = "a tab character";
				break;
			case ",":
				badChar = "flow indicator character ,";
				break;
			case "%":
				badChar = "directive indicator character %";
				break;
			case "|":
			case ">":
				badChar = `block scalar indicator ${source[0]}`;
				break;
			case "@":
			case "`": badChar = `reserved character ${source[0]}`;
		}
		if (badChar) onError(0, "BAD_SCALAR_START", `Plain value cannot start with ${badChar}`);
		return unfoldLines(source);
	}
	function singleQuotedValue(source, onError) {
		if (source[source.length - 1] !== "'" || source.length === 1) onError(source.length, "MISSING_CHAR", "Missing closing 'quote");
		return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
	}
	function unfoldLines(source) {
		const line = /(.*?)\r?\n/sy;
		let match = line.exec(source);
		if (!match) return source;
		/**
		* The negative lookbehinds in these RegExps are to
		* prevent causing a polynomial search time in certain cases.
		*
		* The try-catch is for Safari < 16.4 and other old browsers:
		* https://caniuse.com/js-regexp-lookbehind
		*/
		let trimEnd, trimBoth;
		try {
			trimEnd = new RegExp("(?<![ 	])[ 	]+$");
			trimBoth = new RegExp("^[ 	]+|(?<![ 	])[ 	]+$", "g");
		} catch {
			trimEnd = /[ \t]+$/;
			trimBoth = /^[ \t]+|[ \t]+$/g;
		}
		let res = match[1].replace(trimEnd, "");
		let sep = " ";
		let pos = line.lastIndex;
		while (match = line.exec(source)) {
			const lm = match[1].replace(trimBoth, "");
			if (lm === "") {
				if (sep === "\n") res += sep;
				else sep = "\n";
			} else {
				res += sep + lm;
				sep = " ";
			}
			pos = line.lastIndex;
		}
		const last = /[ \t]*(.*)/sy;
		last.lastIndex = pos;
		match = last.exec(source);
		return res + sep + (match?.[1] ?? "");
	}
	function doubleQuotedValue(source, onError) {
		let res = "";
		for (let i = 1; i < source.length - 1; ++i) {
			const ch = source[i];
			if (ch === "\r" && source[i + 1] === "\n") continue;
			if (ch === "\n") {
				const { fold, offset } = foldNewline(source, i);
				res += fold;
				i = offset;
			} else if (ch === "\\") {
				let next = source[++i];
				const cc = escapeCodes[next];
				if (cc) res += cc;
				else if (next === "\n") {
					next = source[i + 1];
					while (next === " " || next === "	") next = source[++i + 1];
				} else if (next === "\r" && source[i + 1] === "\n") {
					next = source[++i + 1];
					while (next === " " || next === "	") next = source[++i + 1];
				} else if (next === "x" || next === "u" || next === "U") {
					const length = next === "x" ? 2 : next === "u" ? 4 : 8;
					res += parseCharCode(source, i + 1, length, onError);
					i += length;
				} else {
					const raw = source.substr(i - 1, 2);
					onError(i - 1, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
					res += raw;
				}
			} else if (ch === " " || ch === "	") {
				const wsStart = i;
				let next = source[i + 1];
				while (next === " " || next === "	") next = source[++i + 1];
				if (next !== "\n" && !(next === "\r" && source[i + 2] === "\n")) res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
			} else res += ch;
		}
		if (source[source.length - 1] !== "\"" || source.length === 1) onError(source.length, "MISSING_CHAR", "Missing closing \"quote");
		return res;
	}
	/**
	* Fold a single newline into a space, multiple newlines to N - 1 newlines.
	* Presumes `source[offset] === '\n'`
	*/
	function foldNewline(source, offset) {
		let fold = "";
		let ch = source[offset + 1];
		while (ch === " " || ch === "	" || ch === "\n" || ch === "\r") {
			if (ch === "\r" && source[offset + 2] !== "\n") break;
			if (ch === "\n") fold += "\n";
			offset += 1;
			ch = source[offset + 1];
		}
		if (!fold) fold = " ";
		return {
			fold,
			offset
		};
	}
	const escapeCodes = {
		"0": "\0",
		a: "\x07",
		b: "\b",
		e: "\x1B",
		f: "\f",
		n: "\n",
		r: "\r",
		t: "	",
		v: "\v",
		N: "",
		_: "\xA0",
		L: "\u2028",
		P: "\u2029",
		" ": " ",
		"\"": "\"",
		"/": "/",
		"\\": "\\",
		"	": "	"
	};
	function parseCharCode(source, offset, length, onError) {
		const cc = source.substr(offset, length);
		const code = cc.length === length && /^[0-9a-fA-F]+$/.test(cc) ? parseInt(cc, 16) : NaN;
		try {
			return String.fromCodePoint(code);
		} catch {
			const raw = source.substr(offset - 2, length + 2);
			onError(offset - 2, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
			return raw;
		}
	}
	exports.resolveFlowScalar = resolveFlowScalar;
}));

// node_modules/yaml/dist/compose/compose-scalar.js
var require_compose_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var identity = require_identity();
	var Scalar = require_Scalar();
	var resolveBlockScalar = require_resolve_block_scalar();
	var resolveFlowScalar = require_resolve_flow_scalar();
	function composeScalar(ctx, token, tagToken, onError) {
		const { value, type, comment, range } = token.type === "block-scalar" ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError) : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
		const tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null;
		let tag;
		if (ctx.options.stringKeys && ctx.atKey) tag = ctx.schema[identity.SCALAR];
		else if (tagName) tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
		else if (token.type === "scalar") tag = findScalarTagByTest(ctx, value, token, onError);
		else tag = ctx.schema[identity.SCALAR];
		let scalar;
		try {
			const res = tag.resolve(value, (msg) => onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), ctx.options);
			scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
		} catch (error) {
			const msg = error instanceof Error ? error.message : String(error);
			onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg);
			scalar = new Scalar.Scalar(value);
		}
		scalar.range = range;
		scalar.source = value;
		if (type) scalar.type = type;
		if (tagName) scalar.tag = tagName;
		if (tag.format) scalar.format = tag.format;
		if (comment) scalar.comment = comment;
		return scalar;
	}
	function findScalarTagByName(schema, value, tagName, tagToken, onError) {
		if (tagName === "!") return schema[identity.SCALAR];
		const matchWithTest = [];
		for (const tag of schema.tags) if (!tag.collection && tag.tag === tagName) {
			if (tag.default && tag.test) matchWithTest.push(tag);
			else return tag;
		}
		for (const tag of matchWithTest) if (tag.test?.test(value)) return tag;
		const kt = schema.knownTags[tagName];
		if (kt && !kt.collection) {
			schema.tags.push(Object.assign({}, kt, {
				default: false,
				test: void 0
			}));
			return kt;
		}
		onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, tagName !== "tag:yaml.org,2002:str");
		return schema[identity.SCALAR];
	}
	function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
		const tag = schema.tags.find((tag) => (tag.default === true || atKey && tag.default === "key") && tag.test?.test(value)) || schema[identity.SCALAR];
		if (schema.compat) {
			const compat = schema.compat.find((tag) => tag.default && tag.test?.test(value)) ?? schema[identity.SCALAR];
			if (tag.tag !== compat.tag) onError(token, "TAG_RESOLVE_FAILED", `Value may be parsed as either ${directives.tagString(tag.tag)} or ${directives.tagString(compat.tag)}`, true);
		}
		return tag;
	}
	exports.composeScalar = composeScalar;
}));

// node_modules/yaml/dist/compose/util-empty-scalar-position.js
var require_util_empty_scalar_position = /* @__PURE__ */ __commonJSMin(((exports) => {
	function emptyScalarPosition(offset, before, pos) {
		if (before) {
			pos ?? (pos = before.length);
			for (let i = pos - 1; i >= 0; --i) {
				let st = before[i];
				switch (st.type) {
					case "space":
					case "comment":
					case "newline":
						offset -= st.source.length;
						continue;
				}
				st = before[++i];
				while (st?.type === "space") {
					offset += st.source.length;
					st = before[++i];
				}
				break;
			}
		}
		return offset;
	}
	exports.emptyScalarPosition = emptyScalarPosition;
}));

// node_modules/yaml/dist/compose/compose-node.js
var require_compose_node = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Alias = require_Alias();
	var identity = require_identity();
	var composeCollection = require_compose_collection();
	var composeScalar = require_compose_scalar();
	var resolveEnd = require_resolve_end();
	var utilEmptyScalarPosition = require_util_empty_scalar_position();
	const CN = {
		composeNode,
		composeEmptyNode
	};
	function composeNode(ctx, token, props, onError) {
		const atKey = ctx.atKey;
		const { spaceBefore, comment, anchor, tag } = props;
		let node;
		let isSrcToken = true;
		switch (token.type) {
			case "alias":
				node = composeAlias(ctx, token, onError);
				if (anchor || tag) onError(token, "ALIAS_PROPS", "An alias node must not specify any properties");
				break;
			case "scalar":
			case "single-quoted-scalar":
			case "double-quoted-scalar":
			case "block-scalar":
				node = composeScalar.composeScalar(ctx, token, tag, onError);
				if (anchor) node.anchor = anchor.source.substring(1);
				break;
			case "block-map":
			case "block-seq":
			case "flow-collection":
				try {
					node = composeCollection.composeCollection(CN, ctx, token, props, onError);
					if (anchor) node.anchor = anchor.source.substring(1);
				} catch (error) {
					onError(token, "RESOURCE_EXHAUSTION", error instanceof Error ? error.message : String(error));
				}
				break;
			default:
				onError(token, "UNEXPECTED_TOKEN", token.type === "error" ? token.message : `Unsupported token (type: ${token.type})`);
				isSrcToken = false;
		}
		node ?? (node = composeEmptyNode(ctx, token.offset, void 0, null, props, onError));
		if (anchor && node.anchor === "") onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
		if (atKey && ctx.options.stringKeys && (!identity.isScalar(node) || typeof node.value !== "string" || node.tag && node.tag !== "tag:yaml.org,2002:str")) onError(tag ?? token, "NON_STRING_KEY", "With stringKeys, all keys must be strings");
		if (spaceBefore) node.spaceBefore = true;
		if (comment) {
			if (token.type === "scalar" && token.source === "") node.comment = comment;
			else node.commentBefore = comment;
		}
		if (ctx.options.keepSourceTokens && isSrcToken) node.srcToken = token;
		return node;
	}
	function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag, end }, onError) {
		const token = {
			type: "scalar",
			offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
			indent: -1,
			source: ""
		};
		const node = composeScalar.composeScalar(ctx, token, tag, onError);
		if (anchor) {
			node.anchor = anchor.source.substring(1);
			if (node.anchor === "") onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string");
		}
		if (spaceBefore) node.spaceBefore = true;
		if (comment) {
			node.comment = comment;
			node.range[2] = end;
		}
		return node;
	}
	function composeAlias({ options }, { offset, source, end }, onError) {
		const alias = new Alias.Alias(source.substring(1));
		if (alias.source === "") onError(offset, "BAD_ALIAS", "Alias cannot be an empty string");
		if (alias.source.endsWith(":")) onError(offset + source.length - 1, "BAD_ALIAS", "Alias ending in : is ambiguous", true);
		const valueEnd = offset + source.length;
		const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
		alias.range = [
			offset,
			valueEnd,
			re.offset
		];
		if (re.comment) alias.comment = re.comment;
		return alias;
	}
	exports.composeEmptyNode = composeEmptyNode;
	exports.composeNode = composeNode;
}));

// node_modules/yaml/dist/compose/compose-doc.js
var require_compose_doc = /* @__PURE__ */ __commonJSMin(((exports) => {
	var Document = require_Document();
	var composeNode = require_compose_node();
	var resolveEnd = require_resolve_end();
	var resolveProps = require_resolve_props();
	function composeDoc(options, directives, { offset, start, value, end }, onError) {
		const opts = Object.assign({ _directives: directives }, options);
		const doc = new Document.Document(void 0, opts);
		const ctx = {
			atKey: false,
			atRoot: true,
			directives: doc.directives,
			options: doc.options,
			schema: doc.schema
		};
		const props = resolveProps.resolveProps(start, {
			indicator: "doc-start",
			next: value ?? end?.[0],
			offset,
			onError,
			parentIndent: 0,
			startOnNewline: true
		});
		if (props.found) {
			doc.directives.docStart = true;
			if (value && (value.type === "block-map" || value.type === "block-seq") && !props.hasNewline) onError(props.end, "MISSING_CHAR", "Block collection cannot start on same line with directives-end marker");
		}
		doc.contents = value ? composeNode.composeNode(ctx, value, props, onError) : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
		const contentEnd = doc.contents.range[2];
		const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
		if (re.comment) doc.comment = re.comment;
		doc.range = [
			offset,
			contentEnd,
			re.offset
		];
		return doc;
	}
	exports.composeDoc = composeDoc;
}));

// node_modules/yaml/dist/compose/composer.js
var require_composer = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	var directives = require_directives();
	var Document = require_Document();
	var errors = require_errors();
	var identity = require_identity();
	var composeDoc = require_compose_doc();
	var resolveEnd = require_resolve_end();
	function getErrorPos(src) {
		if (typeof src === "number") return [src, src + 1];
		if (Array.isArray(src)) return src.length === 2 ? src : [src[0], src[1]];
		const { offset, source } = src;
		return [offset, offset + (typeof source === "string" ? source.length : 1)];
	}
	function parsePrelude(prelude) {
		let comment = "";
		let atComment = false;
		let afterEmptyLine = false;
		for (let i = 0; i < prelude.length; ++i) {
			const source = prelude[i];
			switch (source[0]) {
				case "#":
					comment += (comment === "" ? "" : afterEmptyLine ? "\n\n" : "\n") + (source.substring(1) || " ");
					atComment = true;
					afterEmptyLine = false;
					break;
				case "%":
					if (prelude[i + 1]?.[0] !== "#") i += 1;
					atComment = false;
					break;
				default:
					if (!atComment) afterEmptyLine = true;
					atComment = false;
			}
		}
		return {
			comment,
			afterEmptyLine
		};
	}
	/**
	* Compose a stream of CST nodes into a stream of YAML Documents.
	*
	* ```ts
	* import { Composer, Parser } from 'yaml'
	*
	* const src: string = ...
	* const tokens = new Parser().parse(src)
	* const docs = new Composer().compose(tokens)
	* ```
	*/
	var Composer = class {
		constructor(options = {}) {
			this.doc = null;
			this.atDirectives = false;
			this.prelude = [];
			this.errors = [];
			this.warnings = [];
			this.onError = (source, code, message, warning) => {
				const pos = getErrorPos(source);
				if (warning) this.warnings.push(new errors.YAMLWarning(pos, code, message));
				else this.errors.push(new errors.YAMLParseError(pos, code, message));
			};
			this.directives = new directives.Directives({ version: options.version || "1.2" });
			this.options = options;
		}
		decorate(doc, afterDoc) {
			const { comment, afterEmptyLine } = parsePrelude(this.prelude);
			if (comment) {
				const dc = doc.contents;
				if (afterDoc) doc.comment = doc.comment ? `${doc.comment}\n${comment}` : comment;
				else if (afterEmptyLine || doc.directives.docStart || !dc) doc.commentBefore = comment;
				else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
					let it = dc.items[0];
					if (identity.isPair(it)) it = it.key;
					const cb = it.commentBefore;
					it.commentBefore = cb ? `${comment}\n${cb}` : comment;
				} else {
					const cb = dc.commentBefore;
					dc.commentBefore = cb ? `${comment}\n${cb}` : comment;
				}
			}
			if (afterDoc) {
				for (let i = 0; i < this.errors.length; ++i) doc.errors.push(this.errors[i]);
				for (let i = 0; i < this.warnings.length; ++i) doc.warnings.push(this.warnings[i]);
			} else {
				doc.errors = this.errors;
				doc.warnings = this.warnings;
			}
			this.prelude = [];
			this.errors = [];
			this.warnings = [];
		}
		/**
		* Current stream status information.
		*
		* Mostly useful at the end of input for an empty stream.
		*/
		streamInfo() {
			return {
				comment: parsePrelude(this.prelude).comment,
				directives: this.directives,
				errors: this.errors,
				warnings: this.warnings
			};
		}
		/**
		* Compose tokens into documents.
		*
		* @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
		* @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
		*/
		*compose(tokens, forceDoc = false, endOffset = -1) {
			for (const token of tokens) yield* this.next(token);
			yield* this.end(forceDoc, endOffset);
		}
		/** Advance the composer by one CST token. */
		*next(token) {
			if (node_process.env.LOG_STREAM) console.dir(token, { depth: null });
			switch (token.type) {
				case "directive":
					this.directives.add(token.source, (offset, message, warning) => {
						const pos = getErrorPos(token);
						pos[0] += offset;
						this.onError(pos, "BAD_DIRECTIVE", message, warning);
					});
					this.prelude.push(token.source);
					this.atDirectives = true;
					break;
				case "document": {
					const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
					if (this.atDirectives && !doc.directives.docStart) this.onError(token, "MISSING_CHAR", "Missing directives-end/doc-start indicator line");
					this.decorate(doc, false);
					if (this.doc) yield this.doc;
					this.doc = doc;
					this.atDirectives = false;
					break;
				}
				case "byte-order-mark":
				case "space": break;
				case "comment":
				case "newline":
					this.prelude.push(token.source);
					break;
				case "error": {
					const msg = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message;
					const error = new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg);
					if (this.atDirectives || !this.doc) this.errors.push(error);
					else this.doc.errors.push(error);
					break;
				}
				case "doc-end": {
					if (!this.doc) {
						this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", "Unexpected doc-end without preceding document"));
						break;
					}
					this.doc.directives.docEnd = true;
					const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
					this.decorate(this.doc, true);
					if (end.comment) {
						const dc = this.doc.comment;
						this.doc.comment = dc ? `${dc}\n${end.comment}` : end.comment;
					}
					this.doc.range[2] = end.offset;
					break;
				}
				default: this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", `Unsupported token ${token.type}`));
			}
		}
		/**
		* Call at end of input to yield any remaining document.
		*
		* @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
		* @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
		*/
		*end(forceDoc = false, endOffset = -1) {
			if (this.doc) {
				this.decorate(this.doc, true);
				yield this.doc;
				this.doc = null;
			} else if (forceDoc) {
				const opts = Object.assign({ _directives: this.directives }, this.options);
				const doc = new Document.Document(void 0, opts);
				if (this.atDirectives) this.onError(endOffset, "MISSING_CHAR", "Missing directives-end indicator line");
				doc.range = [
					0,
					endOffset,
					endOffset
				];
				this.decorate(doc, false);
				yield doc;
			}
		}
	};
	exports.Composer = Composer;
}));

// node_modules/yaml/dist/parse/cst-scalar.js
var require_cst_scalar = /* @__PURE__ */ __commonJSMin(((exports) => {
	var resolveBlockScalar = require_resolve_block_scalar();
	var resolveFlowScalar = require_resolve_flow_scalar();
	var errors = require_errors();
	var stringifyString = require_stringifyString();
	function resolveAsScalar(token, strict = true, onError) {
		if (token) {
			const _onError = (pos, code, message) => {
				const offset = typeof pos === "number" ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
				if (onError) onError(offset, code, message);
				else throw new errors.YAMLParseError([offset, offset + 1], code, message);
			};
			switch (token.type) {
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
				case "block-scalar": return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
			}
		}
		return null;
	}
	/**
	* Create a new scalar token with `value`
	*
	* Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	* as this function does not support any schema operations and won't check for such conflicts.
	*
	* @param value The string representation of the value, which will have its content properly indented.
	* @param context.end Comments and whitespace after the end of the value, or after the block scalar header. If undefined, a newline will be added.
	* @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	* @param context.indent The indent level of the token.
	* @param context.inFlow Is this scalar within a flow collection? This may affect the resolved type of the token's value.
	* @param context.offset The offset position of the token.
	* @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	*/
	function createScalarToken(value, context) {
		const { implicitKey = false, indent, inFlow = false, offset = -1, type = "PLAIN" } = context;
		const source = stringifyString.stringifyString({
			type,
			value
		}, {
			implicitKey,
			indent: indent > 0 ? " ".repeat(indent) : "",
			inFlow,
			options: {
				blockQuote: true,
				lineWidth: -1
			}
		});
		const end = context.end ?? [{
			type: "newline",
			offset: -1,
			indent,
			source: "\n"
		}];
		switch (source[0]) {
			case "|":
			case ">": {
				const he = source.indexOf("\n");
				const head = source.substring(0, he);
				const body = source.substring(he + 1) + "\n";
				const props = [{
					type: "block-scalar-header",
					offset,
					indent,
					source: head
				}];
				if (!addEndtoBlockProps(props, end)) props.push({
					type: "newline",
					offset: -1,
					indent,
					source: "\n"
				});
				return {
					type: "block-scalar",
					offset,
					indent,
					props,
					source: body
				};
			}
			case "\"": return {
				type: "double-quoted-scalar",
				offset,
				indent,
				source,
				end
			};
			case "'": return {
				type: "single-quoted-scalar",
				offset,
				indent,
				source,
				end
			};
			default: return {
				type: "scalar",
				offset,
				indent,
				source,
				end
			};
		}
	}
	/**
	* Set the value of `token` to the given string `value`, overwriting any previous contents and type that it may have.
	*
	* Best efforts are made to retain any comments previously associated with the `token`,
	* though all contents within a collection's `items` will be overwritten.
	*
	* Values that represent an actual string but may be parsed as a different type should use a `type` other than `'PLAIN'`,
	* as this function does not support any schema operations and won't check for such conflicts.
	*
	* @param token Any token. If it does not include an `indent` value, the value will be stringified as if it were an implicit key.
	* @param value The string representation of the value, which will have its content properly indented.
	* @param context.afterKey In most cases, values after a key should have an additional level of indentation.
	* @param context.implicitKey Being within an implicit key may affect the resolved type of the token's value.
	* @param context.inFlow Being within a flow collection may affect the resolved type of the token's value.
	* @param context.type The preferred type of the scalar token. If undefined, the previous type of the `token` will be used, defaulting to `'PLAIN'`.
	*/
	function setScalarValue(token, value, context = {}) {
		let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
		let indent = "indent" in token ? token.indent : null;
		if (afterKey && typeof indent === "number") indent += 2;
		if (!type) switch (token.type) {
			case "single-quoted-scalar":
				type = "QUOTE_SINGLE";
				break;
			case "double-quoted-scalar":
				type = "QUOTE_DOUBLE";
				break;
			case "block-scalar": {
				const header = token.props[0];
				if (header.type !== "block-scalar-header") throw new Error("Invalid block scalar header");
				type = header.source[0] === ">" ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
				break;
			}
			default: type = "PLAIN";
		}
		const source = stringifyString.stringifyString({
			type,
			value
		}, {
			implicitKey: implicitKey || indent === null,
			indent: indent !== null && indent > 0 ? " ".repeat(indent) : "",
			inFlow,
			options: {
				blockQuote: true,
				lineWidth: -1
			}
		});
		switch (source[0]) {
			case "|":
			case ">":
				setBlockScalarValue(token, source);
				break;
			case "\"":
				setFlowScalarValue(token, source, "double-quoted-scalar");
				break;
			case "'":
				setFlowScalarValue(token, source, "single-quoted-scalar");
				break;
			default: setFlowScalarValue(token, source, "scalar");
		}
	}
	function setBlockScalarValue(token, source) {
		const he = source.indexOf("\n");
		const head = source.substring(0, he);
		const body = source.substring(he + 1) + "\n";
		if (token.type === "block-scalar") {
			const header = token.props[0];
			if (header.type !== "block-scalar-header") throw new Error("Invalid block scalar header");
			header.source = head;
			token.source = body;
		} else {
			const { offset } = token;
			const indent = "indent" in token ? token.indent : -1;
			const props = [{
				type: "block-scalar-header",
				offset,
				indent,
				source: head
			}];
			if (!addEndtoBlockProps(props, "end" in token ? token.end : void 0)) props.push({
				type: "newline",
				offset: -1,
				indent,
				source: "\n"
			});
			for (const key of Object.keys(token)) if (key !== "type" && key !== "offset") delete token[key];
			Object.assign(token, {
				type: "block-scalar",
				indent,
				props,
				source: body
			});
		}
	}
	/** @returns `true` if last token is a newline */
	function addEndtoBlockProps(props, end) {
		if (end) for (const st of end) switch (st.type) {
			case "space":
			case "comment":
				props.push(st);
				break;
			case "newline":
				props.push(st);
				return true;
		}
		return false;
	}
	function setFlowScalarValue(token, source, type) {
		switch (token.type) {
			case "scalar":
			case "double-quoted-scalar":
			case "single-quoted-scalar":
				token.type = type;
				token.source = source;
				break;
			case "block-scalar": {
				const end = token.props.slice(1);
				let oa = source.length;
				if (token.props[0].type === "block-scalar-header") oa -= token.props[0].source.length;
				for (const tok of end) tok.offset += oa;
				delete token.props;
				Object.assign(token, {
					type,
					source,
					end
				});
				break;
			}
			case "block-map":
			case "block-seq": {
				const nl = {
					type: "newline",
					offset: token.offset + source.length,
					indent: token.indent,
					source: "\n"
				};
				delete token.items;
				Object.assign(token, {
					type,
					source,
					end: [nl]
				});
				break;
			}
			default: {
				const indent = "indent" in token ? token.indent : -1;
				const end = "end" in token && Array.isArray(token.end) ? token.end.filter((st) => st.type === "space" || st.type === "comment" || st.type === "newline") : [];
				for (const key of Object.keys(token)) if (key !== "type" && key !== "offset") delete token[key];
				Object.assign(token, {
					type,
					indent,
					source,
					end
				});
			}
		}
	}
	exports.createScalarToken = createScalarToken;
	exports.resolveAsScalar = resolveAsScalar;
	exports.setScalarValue = setScalarValue;
}));

// node_modules/yaml/dist/parse/cst-stringify.js
var require_cst_stringify = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Stringify a CST document, token, or collection item
	*
	* Fair warning: This applies no validation whatsoever, and
	* simply concatenates the sources in their logical order.
	*/
	const stringify = (cst) => "type" in cst ? stringifyToken(cst) : stringifyItem(cst);
	function stringifyToken(token) {
		switch (token.type) {
			case "block-scalar": {
				let res = "";
				for (const tok of token.props) res += stringifyToken(tok);
				return res + token.source;
			}
			case "block-map":
			case "block-seq": {
				let res = "";
				for (const item of token.items) res += stringifyItem(item);
				return res;
			}
			case "flow-collection": {
				let res = token.start.source;
				for (const item of token.items) res += stringifyItem(item);
				for (const st of token.end) res += st.source;
				return res;
			}
			case "document": {
				let res = stringifyItem(token);
				if (token.end) for (const st of token.end) res += st.source;
				return res;
			}
			default: {
				let res = token.source;
				if ("end" in token && token.end) for (const st of token.end) res += st.source;
				return res;
			}
		}
	}
	function stringifyItem({ start, key, sep, value }) {
		let res = "";
		for (const st of start) res += st.source;
		if (key) res += stringifyToken(key);
		if (sep) for (const st of sep) res += st.source;
		if (value) res += stringifyToken(value);
		return res;
	}
	exports.stringify = stringify;
}));

// node_modules/yaml/dist/parse/cst-visit.js
var require_cst_visit = /* @__PURE__ */ __commonJSMin(((exports) => {
	const BREAK = Symbol("break visit");
	const SKIP = Symbol("skip children");
	const REMOVE = Symbol("remove item");
	/**
	* Apply a visitor to a CST document or item.
	*
	* Walks through the tree (depth-first) starting from the root, calling a
	* `visitor` function with two arguments when entering each item:
	*   - `item`: The current item, which included the following members:
	*     - `start: SourceToken[]` – Source tokens before the key or value,
	*       possibly including its anchor or tag.
	*     - `key?: Token | null` – Set for pair values. May then be `null`, if
	*       the key before the `:` separator is empty.
	*     - `sep?: SourceToken[]` – Source tokens between the key and the value,
	*       which should include the `:` map value indicator if `value` is set.
	*     - `value?: Token` – The value of a sequence item, or of a map pair.
	*   - `path`: The steps from the root to the current node, as an array of
	*     `['key' | 'value', number]` tuples.
	*
	* The return value of the visitor may be used to control the traversal:
	*   - `undefined` (default): Do nothing and continue
	*   - `visit.SKIP`: Do not visit the children of this token, continue with
	*      next sibling
	*   - `visit.BREAK`: Terminate traversal completely
	*   - `visit.REMOVE`: Remove the current item, then continue with the next one
	*   - `number`: Set the index of the next step. This is useful especially if
	*     the index of the current token has changed.
	*   - `function`: Define the next visitor for this item. After the original
	*     visitor is called on item entry, next visitors are called after handling
	*     a non-empty `key` and when exiting the item.
	*/
	function visit(cst, visitor) {
		if ("type" in cst && cst.type === "document") cst = {
			start: cst.start,
			value: cst.value
		};
		_visit(Object.freeze([]), cst, visitor);
	}
	/** Terminate visit traversal completely */
	visit.BREAK = BREAK;
	/** Do not visit the children of the current item */
	visit.SKIP = SKIP;
	/** Remove the current item */
	visit.REMOVE = REMOVE;
	/** Find the item at `path` from `cst` as the root */
	visit.itemAtPath = (cst, path) => {
		let item = cst;
		for (const [field, index] of path) {
			const tok = item?.[field];
			if (tok && "items" in tok) item = tok.items[index];
			else return void 0;
		}
		return item;
	};
	/**
	* Get the immediate parent collection of the item at `path` from `cst` as the root.
	*
	* Throws an error if the collection is not found, which should never happen if the item itself exists.
	*/
	visit.parentCollection = (cst, path) => {
		const parent = visit.itemAtPath(cst, path.slice(0, -1));
		const field = path[path.length - 1][0];
		const coll = parent?.[field];
		if (coll && "items" in coll) return coll;
		throw new Error("Parent collection not found");
	};
	function _visit(path, item, visitor) {
		let ctrl = visitor(item, path);
		if (typeof ctrl === "symbol") return ctrl;
		for (const field of ["key", "value"]) {
			const token = item[field];
			if (token && "items" in token) {
				for (let i = 0; i < token.items.length; ++i) {
					const ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
					if (typeof ci === "number") i = ci - 1;
					else if (ci === BREAK) return BREAK;
					else if (ci === REMOVE) {
						token.items.splice(i, 1);
						i -= 1;
					}
				}
				if (typeof ctrl === "function" && field === "key") ctrl = ctrl(item, path);
			}
		}
		return typeof ctrl === "function" ? ctrl(item, path) : ctrl;
	}
	exports.visit = visit;
}));

// node_modules/yaml/dist/parse/cst.js
var require_cst = /* @__PURE__ */ __commonJSMin(((exports) => {
	var cstScalar = require_cst_scalar();
	var cstStringify = require_cst_stringify();
	var cstVisit = require_cst_visit();
	/** The byte order mark */
	const BOM = "﻿";
	/** Start of doc-mode */
	const DOCUMENT = "";
	/** Unexpected end of flow-mode */
	const FLOW_END = "";
	/** Next token is a scalar value */
	const SCALAR = "";
	/** @returns `true` if `token` is a flow or block collection */
	const isCollection = (token) => !!token && "items" in token;
	/** @returns `true` if `token` is a flow or block scalar; not an alias */
	const isScalar = (token) => !!token && (token.type === "scalar" || token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar" || token.type === "block-scalar");
	/* istanbul ignore next */
	/** Get a printable representation of a lexer token */
	function prettyToken(token) {
		switch (token) {
			case BOM: return "<BOM>";
			case DOCUMENT: return "<DOC>";
			case FLOW_END: return "<FLOW_END>";
			case SCALAR: return "<SCALAR>";
			default: return JSON.stringify(token);
		}
	}
	/** Identify the type of a lexer token. May return `null` for unknown tokens. */
	function tokenType(source) {
		switch (source) {
			case BOM: return "byte-order-mark";
			case DOCUMENT: return "doc-mode";
			case FLOW_END: return "flow-error-end";
			case SCALAR: return "scalar";
			case "---": return "doc-start";
			case "...": return "doc-end";
			case "":
			case "\n":
			case "\r\n": return "newline";
			case "-": return "seq-item-ind";
			case "?": return "explicit-key-ind";
			case ":": return "map-value-ind";
			case "{": return "flow-map-start";
			case "}": return "flow-map-end";
			case "[": return "flow-seq-start";
			case "]": return "flow-seq-end";
			case ",": return "comma";
		}
		switch (source[0]) {
			case " ":
			case "	": return "space";
			case "#": return "comment";
			case "%": return "directive-line";
			case "*": return "alias";
			case "&": return "anchor";
			case "!": return "tag";
			case "'": return "single-quoted-scalar";
			case "\"": return "double-quoted-scalar";
			case "|":
			case ">": return "block-scalar-header";
		}
		return null;
	}
	exports.createScalarToken = cstScalar.createScalarToken;
	exports.resolveAsScalar = cstScalar.resolveAsScalar;
	exports.setScalarValue = cstScalar.setScalarValue;
	exports.stringify = cstStringify.stringify;
	exports.visit = cstVisit.visit;
	exports.BOM = BOM;
	exports.DOCUMENT = DOCUMENT;
	exports.FLOW_END = FLOW_END;
	exports.SCALAR = SCALAR;
	exports.isCollection = isCollection;
	exports.isScalar = isScalar;
	exports.prettyToken = prettyToken;
	exports.tokenType = tokenType;
}));

// node_modules/yaml/dist/parse/lexer.js
var require_lexer = /* @__PURE__ */ __commonJSMin(((exports) => {
	var cst = require_cst();
	function isEmpty(ch) {
		switch (ch) {
			case void 0:
			case " ":
			case "\n":
			case "\r":
			case "	": return true;
			default: return false;
		}
	}
	const hexDigits = /* @__PURE__ */ new Set("0123456789ABCDEFabcdef");
	const tagChars = /* @__PURE__ */ new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
	const flowIndicatorChars = /* @__PURE__ */ new Set(",[]{}");
	const invalidAnchorChars = /* @__PURE__ */ new Set(" ,[]{}\n\r	");
	const isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
	/**
	* Splits an input string into lexical tokens, i.e. smaller strings that are
	* easily identifiable by `tokens.tokenType()`.
	*
	* Lexing starts always in a "stream" context. Incomplete input may be buffered
	* until a complete token can be emitted.
	*
	* In addition to slices of the original input, the following control characters
	* may also be emitted:
	*
	* - `\x02` (Start of Text): A document starts with the next token
	* - `\x18` (Cancel): Unexpected end of flow-mode (indicates an error)
	* - `\x1f` (Unit Separator): Next token is a scalar value
	* - `\u{FEFF}` (Byte order mark): Emitted separately outside documents
	*/
	var Lexer = class {
		constructor() {
			/**
			* Flag indicating whether the end of the current buffer marks the end of
			* all input
			*/
			this.atEnd = false;
			/**
			* Explicit indent set in block scalar header, as an offset from the current
			* minimum indent, so e.g. set to 1 from a header `|2+`. Set to -1 if not
			* explicitly set.
			*/
			this.blockScalarIndent = -1;
			/**
			* Block scalars that include a + (keep) chomping indicator in their header
			* include trailing empty lines, which are otherwise excluded from the
			* scalar's contents.
			*/
			this.blockScalarKeep = false;
			/** Current input */
			this.buffer = "";
			/**
			* Flag noting whether the map value indicator : can immediately follow this
			* node within a flow context.
			*/
			this.flowKey = false;
			/** Count of surrounding flow collection levels. */
			this.flowLevel = 0;
			/**
			* Minimum level of indentation required for next lines to be parsed as a
			* part of the current scalar value.
			*/
			this.indentNext = 0;
			/** Indentation level of the current line. */
			this.indentValue = 0;
			/** Position of the next \n character. */
			this.lineEndPos = null;
			/** Stores the state of the lexer if reaching the end of incpomplete input */
			this.next = null;
			/** A pointer to `buffer`; the current position of the lexer. */
			this.pos = 0;
		}
		/**
		* Generate YAML tokens from the `source` string. If `incomplete`,
		* a part of the last line may be left as a buffer for the next call.
		*
		* @returns A generator of lexical tokens
		*/
		*lex(source, incomplete = false) {
			if (source) {
				if (typeof source !== "string") throw TypeError("source is not a string");
				this.buffer = this.buffer ? this.buffer + source : source;
				this.lineEndPos = null;
			}
			this.atEnd = !incomplete;
			let next = this.next ?? "stream";
			while (next && (incomplete || this.hasChars(1))) next = yield* this.parseNext(next);
		}
		atLineEnd() {
			let i = this.pos;
			let ch = this.buffer[i];
			while (ch === " " || ch === "	") ch = this.buffer[++i];
			if (!ch || ch === "#" || ch === "\n") return true;
			if (ch === "\r") return this.buffer[i + 1] === "\n";
			return false;
		}
		charAt(n) {
			return this.buffer[this.pos + n];
		}
		continueScalar(offset) {
			let ch = this.buffer[offset];
			if (this.indentNext > 0) {
				let indent = 0;
				while (ch === " ") ch = this.buffer[++indent + offset];
				if (ch === "\r") {
					const next = this.buffer[indent + offset + 1];
					if (next === "\n" || !next && !this.atEnd) return offset + indent + 1;
				}
				return ch === "\n" || indent >= this.indentNext || !ch && !this.atEnd ? offset + indent : -1;
			}
			if (ch === "-" || ch === ".") {
				const dt = this.buffer.substr(offset, 3);
				if ((dt === "---" || dt === "...") && isEmpty(this.buffer[offset + 3])) return -1;
			}
			return offset;
		}
		getLine() {
			let end = this.lineEndPos;
			if (typeof end !== "number" || end !== -1 && end < this.pos) {
				end = this.buffer.indexOf("\n", this.pos);
				this.lineEndPos = end;
			}
			if (end === -1) return this.atEnd ? this.buffer.substring(this.pos) : null;
			if (this.buffer[end - 1] === "\r") end -= 1;
			return this.buffer.substring(this.pos, end);
		}
		hasChars(n) {
			return this.pos + n <= this.buffer.length;
		}
		setNext(state) {
			this.buffer = this.buffer.substring(this.pos);
			this.pos = 0;
			this.lineEndPos = null;
			this.next = state;
			return null;
		}
		peek(n) {
			return this.buffer.substr(this.pos, n);
		}
		*parseNext(next) {
			switch (next) {
				case "stream": return yield* this.parseStream();
				case "line-start": return yield* this.parseLineStart();
				case "block-start": return yield* this.parseBlockStart();
				case "doc": return yield* this.parseDocument();
				case "flow": return yield* this.parseFlowCollection();
				case "quoted-scalar": return yield* this.parseQuotedScalar();
				case "block-scalar": return yield* this.parseBlockScalar();
				case "plain-scalar": return yield* this.parsePlainScalar();
			}
		}
		*parseStream() {
			let line = this.getLine();
			if (line === null) return this.setNext("stream");
			if (line[0] === cst.BOM) {
				yield* this.pushCount(1);
				line = line.substring(1);
			}
			if (line[0] === "%") {
				let dirEnd = line.length;
				let cs = line.indexOf("#");
				while (cs !== -1) {
					const ch = line[cs - 1];
					if (ch === " " || ch === "	") {
						dirEnd = cs - 1;
						break;
					} else cs = line.indexOf("#", cs + 1);
				}
				while (true) {
					const ch = line[dirEnd - 1];
					if (ch === " " || ch === "	") dirEnd -= 1;
					else break;
				}
				const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
				yield* this.pushCount(line.length - n);
				this.pushNewline();
				return "stream";
			}
			if (this.atLineEnd()) {
				const sp = yield* this.pushSpaces(true);
				yield* this.pushCount(line.length - sp);
				yield* this.pushNewline();
				return "stream";
			}
			yield cst.DOCUMENT;
			return yield* this.parseLineStart();
		}
		*parseLineStart() {
			const ch = this.charAt(0);
			if (!ch && !this.atEnd) return this.setNext("line-start");
			if (ch === "-" || ch === ".") {
				if (!this.atEnd && !this.hasChars(4)) return this.setNext("line-start");
				const s = this.peek(3);
				if ((s === "---" || s === "...") && isEmpty(this.charAt(3))) {
					yield* this.pushCount(3);
					this.indentValue = 0;
					this.indentNext = 0;
					return s === "---" ? "doc" : "stream";
				}
			}
			this.indentValue = yield* this.pushSpaces(false);
			if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1))) this.indentNext = this.indentValue;
			return yield* this.parseBlockStart();
		}
		*parseBlockStart() {
			const [ch0, ch1] = this.peek(2);
			if (!ch1 && !this.atEnd) return this.setNext("block-start");
			if ((ch0 === "-" || ch0 === "?" || ch0 === ":") && isEmpty(ch1)) {
				const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
				this.indentNext = this.indentValue + 1;
				this.indentValue += n;
				return "block-start";
			}
			return "doc";
		}
		*parseDocument() {
			yield* this.pushSpaces(true);
			const line = this.getLine();
			if (line === null) return this.setNext("doc");
			let n = yield* this.pushIndicators();
			switch (line[n]) {
				case "#": yield* this.pushCount(line.length - n);
				case void 0:
					yield* this.pushNewline();
					return yield* this.parseLineStart();
				case "{":
				case "[":
					yield* this.pushCount(1);
					this.flowKey = false;
					this.flowLevel = 1;
					return "flow";
				case "}":
				case "]":
					yield* this.pushCount(1);
					return "doc";
				case "*":
					yield* this.pushUntil(isNotAnchorChar);
					return "doc";
				case "\"":
				case "'": return yield* this.parseQuotedScalar();
				case "|":
				case ">":
					n += yield* this.parseBlockScalarHeader();
					n += yield* this.pushSpaces(true);
					yield* this.pushCount(line.length - n);
					yield* this.pushNewline();
					return yield* this.parseBlockScalar();
				default: return yield* this.parsePlainScalar();
			}
		}
		*parseFlowCollection() {
			let nl, sp;
			let indent = -1;
			do {
				nl = yield* this.pushNewline();
				if (nl > 0) {
					sp = yield* this.pushSpaces(false);
					this.indentValue = indent = sp;
				} else sp = 0;
				sp += yield* this.pushSpaces(true);
			} while (nl + sp > 0);
			const line = this.getLine();
			if (line === null) return this.setNext("flow");
			if (indent !== -1 && indent < this.indentNext && line[0] !== "#" || indent === 0 && (line.startsWith("---") || line.startsWith("...")) && isEmpty(line[3])) {
				if (!(indent === this.indentNext - 1 && this.flowLevel === 1 && (line[0] === "]" || line[0] === "}"))) {
					this.flowLevel = 0;
					yield cst.FLOW_END;
					return yield* this.parseLineStart();
				}
			}
			let n = 0;
			while (line[n] === ",") {
				n += yield* this.pushCount(1);
				n += yield* this.pushSpaces(true);
				this.flowKey = false;
			}
			n += yield* this.pushIndicators();
			switch (line[n]) {
				case void 0: return "flow";
				case "#":
					yield* this.pushCount(line.length - n);
					return "flow";
				case "{":
				case "[":
					yield* this.pushCount(1);
					this.flowKey = false;
					this.flowLevel += 1;
					return "flow";
				case "}":
				case "]":
					yield* this.pushCount(1);
					this.flowKey = true;
					this.flowLevel -= 1;
					return this.flowLevel ? "flow" : "doc";
				case "*":
					yield* this.pushUntil(isNotAnchorChar);
					return "flow";
				case "\"":
				case "'":
					this.flowKey = true;
					return yield* this.parseQuotedScalar();
				case ":": {
					const next = this.charAt(1);
					if (this.flowKey || isEmpty(next) || next === ",") {
						this.flowKey = false;
						yield* this.pushCount(1);
						yield* this.pushSpaces(true);
						return "flow";
					}
				}
				default:
					this.flowKey = false;
					return yield* this.parsePlainScalar();
			}
		}
		*parseQuotedScalar() {
			const quote = this.charAt(0);
			let end = this.buffer.indexOf(quote, this.pos + 1);
			if (quote === "'") while (end !== -1 && this.buffer[end + 1] === "'") end = this.buffer.indexOf("'", end + 2);
			else while (end !== -1) {
				let n = 0;
				while (this.buffer[end - 1 - n] === "\\") n += 1;
				if (n % 2 === 0) break;
				end = this.buffer.indexOf("\"", end + 1);
			}
			const qb = this.buffer.substring(0, end);
			let nl = qb.indexOf("\n", this.pos);
			if (nl !== -1) {
				while (nl !== -1) {
					const cs = this.continueScalar(nl + 1);
					if (cs === -1) break;
					nl = qb.indexOf("\n", cs);
				}
				if (nl !== -1) end = nl - (qb[nl - 1] === "\r" ? 2 : 1);
			}
			if (end === -1) {
				if (!this.atEnd) return this.setNext("quoted-scalar");
				end = this.buffer.length;
			}
			yield* this.pushToIndex(end + 1, false);
			return this.flowLevel ? "flow" : "doc";
		}
		*parseBlockScalarHeader() {
			this.blockScalarIndent = -1;
			this.blockScalarKeep = false;
			let i = this.pos;
			while (true) {
				const ch = this.buffer[++i];
				if (ch === "+") this.blockScalarKeep = true;
				else if (ch > "0" && ch <= "9") this.blockScalarIndent = Number(ch) - 1;
				else if (ch !== "-") break;
			}
			return yield* this.pushUntil((ch) => isEmpty(ch) || ch === "#");
		}
		*parseBlockScalar() {
			let nl = this.pos - 1;
			let indent = 0;
			let ch;
			loop: for (let i = this.pos; ch = this.buffer[i]; ++i) switch (ch) {
				case " ":
					indent += 1;
					break;
				case "\n":
					nl = i;
					indent = 0;
					break;
				case "\r": {
					const next = this.buffer[i + 1];
					if (!next && !this.atEnd) return this.setNext("block-scalar");
					if (next === "\n") break;
				}
				default: break loop;
			}
			if (!ch && !this.atEnd) return this.setNext("block-scalar");
			if (indent >= this.indentNext) {
				if (this.blockScalarIndent === -1) this.indentNext = indent;
				else this.indentNext = this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
				do {
					const cs = this.continueScalar(nl + 1);
					if (cs === -1) break;
					nl = this.buffer.indexOf("\n", cs);
				} while (nl !== -1);
				if (nl === -1) {
					if (!this.atEnd) return this.setNext("block-scalar");
					nl = this.buffer.length;
				}
			}
			let i = nl + 1;
			ch = this.buffer[i];
			while (ch === " ") ch = this.buffer[++i];
			if (ch === "	") {
				while (ch === "	" || ch === " " || ch === "\r" || ch === "\n") ch = this.buffer[++i];
				nl = i - 1;
			} else if (!this.blockScalarKeep) do {
				let i = nl - 1;
				let ch = this.buffer[i];
				if (ch === "\r") ch = this.buffer[--i];
				const lastChar = i;
				while (ch === " ") ch = this.buffer[--i];
				if (ch === "\n" && i >= this.pos && i + 1 + indent > lastChar) nl = i;
				else break;
			} while (true);
			yield cst.SCALAR;
			yield* this.pushToIndex(nl + 1, true);
			return yield* this.parseLineStart();
		}
		*parsePlainScalar() {
			const inFlow = this.flowLevel > 0;
			let end = this.pos - 1;
			let i = this.pos - 1;
			let ch;
			while (ch = this.buffer[++i]) if (ch === ":") {
				const next = this.buffer[i + 1];
				if (isEmpty(next) || inFlow && flowIndicatorChars.has(next)) break;
				end = i;
			} else if (isEmpty(ch)) {
				let next = this.buffer[i + 1];
				if (ch === "\r") {
					if (next === "\n") {
						i += 1;
						ch = "\n";
						next = this.buffer[i + 1];
					} else end = i;
				}
				if (next === "#" || inFlow && flowIndicatorChars.has(next)) break;
				if (ch === "\n") {
					const cs = this.continueScalar(i + 1);
					if (cs === -1) break;
					i = Math.max(i, cs - 2);
				}
			} else {
				if (inFlow && flowIndicatorChars.has(ch)) break;
				end = i;
			}
			if (!ch && !this.atEnd) return this.setNext("plain-scalar");
			yield cst.SCALAR;
			yield* this.pushToIndex(end + 1, true);
			return inFlow ? "flow" : "doc";
		}
		*pushCount(n) {
			if (n > 0) {
				yield this.buffer.substr(this.pos, n);
				this.pos += n;
				return n;
			}
			return 0;
		}
		*pushToIndex(i, allowEmpty) {
			const s = this.buffer.slice(this.pos, i);
			if (s) {
				yield s;
				this.pos += s.length;
				return s.length;
			} else if (allowEmpty) yield "";
			return 0;
		}
		*pushIndicators() {
			let n = 0;
			loop: while (true) {
				switch (this.charAt(0)) {
					case "!":
						n += yield* this.pushTag();
						n += yield* this.pushSpaces(true);
						continue loop;
					case "&":
						n += yield* this.pushUntil(isNotAnchorChar);
						n += yield* this.pushSpaces(true);
						continue loop;
					case "-":
					case "?":
					case ":": {
						const inFlow = this.flowLevel > 0;
						const ch1 = this.charAt(1);
						if (isEmpty(ch1) || inFlow && flowIndicatorChars.has(ch1)) {
							if (!inFlow) this.indentNext = this.indentValue + 1;
							else if (this.flowKey) this.flowKey = false;
							n += yield* this.pushCount(1);
							n += yield* this.pushSpaces(true);
							continue loop;
						}
					}
				}
				break loop;
			}
			return n;
		}
		*pushTag() {
			if (this.charAt(1) === "<") {
				let i = this.pos + 2;
				let ch = this.buffer[i];
				while (!isEmpty(ch) && ch !== ">") ch = this.buffer[++i];
				return yield* this.pushToIndex(ch === ">" ? i + 1 : i, false);
			} else {
				let i = this.pos + 1;
				let ch = this.buffer[i];
				while (ch) if (tagChars.has(ch)) ch = this.buffer[++i];
				else if (ch === "%" && hexDigits.has(this.buffer[i + 1]) && hexDigits.has(this.buffer[i + 2])) ch = this.buffer[i += 3];
				else break;
				return yield* this.pushToIndex(i, false);
			}
		}
		*pushNewline() {
			const ch = this.buffer[this.pos];
			if (ch === "\n") return yield* this.pushCount(1);
			else if (ch === "\r" && this.charAt(1) === "\n") return yield* this.pushCount(2);
			else return 0;
		}
		*pushSpaces(allowTabs) {
			let i = this.pos - 1;
			let ch;
			do
				ch = this.buffer[++i];
			while (ch === " " || allowTabs && ch === "	");
			const n = i - this.pos;
			if (n > 0) {
				yield this.buffer.substr(this.pos, n);
				this.pos = i;
			}
			return n;
		}
		*pushUntil(test) {
			let i = this.pos;
			let ch = this.buffer[i];
			while (!test(ch)) ch = this.buffer[++i];
			return yield* this.pushToIndex(i, false);
		}
	};
	exports.Lexer = Lexer;
}));

// node_modules/yaml/dist/parse/line-counter.js
var require_line_counter = /* @__PURE__ */ __commonJSMin(((exports) => {
	/**
	* Tracks newlines during parsing in order to provide an efficient API for
	* determining the one-indexed `{ line, col }` position for any offset
	* within the input.
	*/
	var LineCounter = class {
		constructor() {
			this.lineStarts = [];
			/**
			* Should be called in ascending order. Otherwise, call
			* `lineCounter.lineStarts.sort()` before calling `linePos()`.
			*/
			this.addNewLine = (offset) => this.lineStarts.push(offset);
			/**
			* Performs a binary search and returns the 1-indexed { line, col }
			* position of `offset`. If `line === 0`, `addNewLine` has never been
			* called or `offset` is before the first known newline.
			*/
			this.linePos = (offset) => {
				let low = 0;
				let high = this.lineStarts.length;
				while (low < high) {
					const mid = low + high >> 1;
					if (this.lineStarts[mid] < offset) low = mid + 1;
					else high = mid;
				}
				if (this.lineStarts[low] === offset) return {
					line: low + 1,
					col: 1
				};
				if (low === 0) return {
					line: 0,
					col: offset
				};
				const start = this.lineStarts[low - 1];
				return {
					line: low,
					col: offset - start + 1
				};
			};
		}
	};
	exports.LineCounter = LineCounter;
}));

// node_modules/yaml/dist/parse/parser.js
var require_parser = /* @__PURE__ */ __commonJSMin(((exports) => {
	var node_process = __require("process");
	var cst = require_cst();
	var lexer = require_lexer();
	function includesToken(list, type) {
		for (let i = 0; i < list.length; ++i) if (list[i].type === type) return true;
		return false;
	}
	function findNonEmptyIndex(list) {
		for (let i = 0; i < list.length; ++i) switch (list[i].type) {
			case "space":
			case "comment":
			case "newline": break;
			default: return i;
		}
		return -1;
	}
	function isFlowToken(token) {
		switch (token?.type) {
			case "alias":
			case "scalar":
			case "single-quoted-scalar":
			case "double-quoted-scalar":
			case "flow-collection": return true;
			default: return false;
		}
	}
	function getPrevProps(parent) {
		switch (parent.type) {
			case "document": return parent.start;
			case "block-map": {
				const it = parent.items[parent.items.length - 1];
				return it.sep ?? it.start;
			}
			case "block-seq": return parent.items[parent.items.length - 1].start;
			/* istanbul ignore next should not happen */
			default: return [];
		}
	}
	/** Note: May modify input array */
	function getFirstKeyStartProps(prev) {
		if (prev.length === 0) return [];
		let i = prev.length;
		loop: while (--i >= 0) switch (prev[i].type) {
			case "doc-start":
			case "explicit-key-ind":
			case "map-value-ind":
			case "seq-item-ind":
			case "newline": break loop;
		}
		while (prev[++i]?.type === "space");
		return prev.splice(i, prev.length);
	}
	function arrayPushArray(target, source) {
		if (source.length < 1e5) Array.prototype.push.apply(target, source);
		else for (let i = 0; i < source.length; ++i) target.push(source[i]);
	}
	function fixFlowSeqItems(fc) {
		if (fc.start.type === "flow-seq-start") {
			for (const it of fc.items) if (it.sep && !it.value && !includesToken(it.start, "explicit-key-ind") && !includesToken(it.sep, "map-value-ind")) {
				if (it.key) it.value = it.key;
				delete it.key;
				if (isFlowToken(it.value)) {
					if (it.value.end) arrayPushArray(it.value.end, it.sep);
					else it.value.end = it.sep;
				} else arrayPushArray(it.start, it.sep);
				delete it.sep;
			}
		}
	}
	/**
	* A YAML concrete syntax tree (CST) parser
	*
	* ```ts
	* const src: string = ...
	* for (const token of new Parser().parse(src)) {
	*   // token: Token
	* }
	* ```
	*
	* To use the parser with a user-provided lexer:
	*
	* ```ts
	* function* parse(source: string, lexer: Lexer) {
	*   const parser = new Parser()
	*   for (const lexeme of lexer.lex(source))
	*     yield* parser.next(lexeme)
	*   yield* parser.end()
	* }
	*
	* const src: string = ...
	* const lexer = new Lexer()
	* for (const token of parse(src, lexer)) {
	*   // token: Token
	* }
	* ```
	*/
	var Parser = class {
		/**
		* @param onNewLine - If defined, called separately with the start position of
		*   each new line (in `parse()`, including the start of input).
		*/
		constructor(onNewLine) {
			/** If true, space and sequence indicators count as indentation */
			this.atNewLine = true;
			/** If true, next token is a scalar value */
			this.atScalar = false;
			/** Current indentation level */
			this.indent = 0;
			/** Current offset since the start of parsing */
			this.offset = 0;
			/** On the same line with a block map key */
			this.onKeyLine = false;
			/** Top indicates the node that's currently being built */
			this.stack = [];
			/** The source of the current token, set in parse() */
			this.source = "";
			/** The type of the current token, set in parse() */
			this.type = "";
			this.lexer = new lexer.Lexer();
			this.onNewLine = onNewLine;
		}
		/**
		* Parse `source` as a YAML stream.
		* If `incomplete`, a part of the last line may be left as a buffer for the next call.
		*
		* Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
		*
		* @returns A generator of tokens representing each directive, document, and other structure.
		*/
		*parse(source, incomplete = false) {
			if (this.onNewLine && this.offset === 0) this.onNewLine(0);
			for (const lexeme of this.lexer.lex(source, incomplete)) yield* this.next(lexeme);
			if (!incomplete) yield* this.end();
		}
		/**
		* Advance the parser by the `source` of one lexical token.
		*/
		*next(source) {
			this.source = source;
			if (node_process.env.LOG_TOKENS) console.log("|", cst.prettyToken(source));
			if (this.atScalar) {
				this.atScalar = false;
				yield* this.step();
				this.offset += source.length;
				return;
			}
			const type = cst.tokenType(source);
			if (!type) {
				const message = `Not a YAML token: ${source}`;
				yield* this.pop({
					type: "error",
					offset: this.offset,
					message,
					source
				});
				this.offset += source.length;
			} else if (type === "scalar") {
				this.atNewLine = false;
				this.atScalar = true;
				this.type = "scalar";
			} else {
				this.type = type;
				yield* this.step();
				switch (type) {
					case "newline":
						this.atNewLine = true;
						this.indent = 0;
						if (this.onNewLine) this.onNewLine(this.offset + source.length);
						break;
					case "space":
						if (this.atNewLine && source[0] === " ") this.indent += source.length;
						break;
					case "explicit-key-ind":
					case "map-value-ind":
					case "seq-item-ind":
						if (this.atNewLine) this.indent += source.length;
						break;
					case "doc-mode":
					case "flow-error-end": return;
					default: this.atNewLine = false;
				}
				this.offset += source.length;
			}
		}
		/** Call at end of input to push out any remaining constructions */
		*end() {
			while (this.stack.length > 0) yield* this.pop();
		}
		get sourceToken() {
			return {
				type: this.type,
				offset: this.offset,
				indent: this.indent,
				source: this.source
			};
		}
		*step() {
			const top = this.peek(1);
			if (this.type === "doc-end" && top?.type !== "doc-end") {
				while (this.stack.length > 0) yield* this.pop();
				this.stack.push({
					type: "doc-end",
					offset: this.offset,
					source: this.source
				});
				return;
			}
			if (!top) return yield* this.stream();
			switch (top.type) {
				case "document": return yield* this.document(top);
				case "alias":
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return yield* this.scalar(top);
				case "block-scalar": return yield* this.blockScalar(top);
				case "block-map": return yield* this.blockMap(top);
				case "block-seq": return yield* this.blockSequence(top);
				case "flow-collection": return yield* this.flowCollection(top);
				case "doc-end": return yield* this.documentEnd(top);
			}
			/* istanbul ignore next should not happen */
			yield* this.pop();
		}
		peek(n) {
			return this.stack[this.stack.length - n];
		}
		*pop(error) {
			const token = error ?? this.stack.pop();
			/* istanbul ignore if should not happen */
			if (!token) yield {
				type: "error",
				offset: this.offset,
				source: "",
				message: "Tried to pop an empty stack"
			};
			else if (this.stack.length === 0) yield token;
			else {
				const top = this.peek(1);
				if (token.type === "block-scalar") token.indent = "indent" in top ? top.indent : 0;
				else if (token.type === "flow-collection" && top.type === "document") token.indent = 0;
				if (token.type === "flow-collection") fixFlowSeqItems(token);
				switch (top.type) {
					case "document":
						top.value = token;
						break;
					case "block-scalar":
						top.props.push(token);
						break;
					case "block-map": {
						const it = top.items[top.items.length - 1];
						if (it.value) {
							top.items.push({
								start: [],
								key: token,
								sep: []
							});
							this.onKeyLine = true;
							return;
						} else if (it.sep) it.value = token;
						else {
							Object.assign(it, {
								key: token,
								sep: []
							});
							this.onKeyLine = !it.explicitKey;
							return;
						}
						break;
					}
					case "block-seq": {
						const it = top.items[top.items.length - 1];
						if (it.value) top.items.push({
							start: [],
							value: token
						});
						else it.value = token;
						break;
					}
					case "flow-collection": {
						const it = top.items[top.items.length - 1];
						if (!it || it.value) top.items.push({
							start: [],
							key: token,
							sep: []
						});
						else if (it.sep) it.value = token;
						else Object.assign(it, {
							key: token,
							sep: []
						});
						return;
					}
					/* istanbul ignore next should not happen */
					default:
						yield* this.pop();
						yield* this.pop(token);
				}
				if ((top.type === "document" || top.type === "block-map" || top.type === "block-seq") && (token.type === "block-map" || token.type === "block-seq")) {
					const last = token.items[token.items.length - 1];
					if (last && !last.sep && !last.value && last.start.length > 0 && findNonEmptyIndex(last.start) === -1 && (token.indent === 0 || last.start.every((st) => st.type !== "comment" || st.indent < token.indent))) {
						if (top.type === "document") top.end = last.start;
						else top.items.push({ start: last.start });
						token.items.splice(-1, 1);
					}
				}
			}
		}
		*stream() {
			switch (this.type) {
				case "directive-line":
					yield {
						type: "directive",
						offset: this.offset,
						source: this.source
					};
					return;
				case "byte-order-mark":
				case "space":
				case "comment":
				case "newline":
					yield this.sourceToken;
					return;
				case "doc-mode":
				case "doc-start": {
					const doc = {
						type: "document",
						offset: this.offset,
						start: []
					};
					if (this.type === "doc-start") doc.start.push(this.sourceToken);
					this.stack.push(doc);
					return;
				}
			}
			yield {
				type: "error",
				offset: this.offset,
				message: `Unexpected ${this.type} token in YAML stream`,
				source: this.source
			};
		}
		*document(doc) {
			if (doc.value) return yield* this.lineEnd(doc);
			switch (this.type) {
				case "doc-start":
					if (findNonEmptyIndex(doc.start) !== -1) {
						yield* this.pop();
						yield* this.step();
					} else doc.start.push(this.sourceToken);
					return;
				case "anchor":
				case "tag":
				case "space":
				case "comment":
				case "newline":
					doc.start.push(this.sourceToken);
					return;
			}
			const bv = this.startBlockValue(doc);
			if (bv) this.stack.push(bv);
			else yield {
				type: "error",
				offset: this.offset,
				message: `Unexpected ${this.type} token in YAML document`,
				source: this.source
			};
		}
		*scalar(scalar) {
			if (this.type === "map-value-ind") {
				const start = getFirstKeyStartProps(getPrevProps(this.peek(2)));
				let sep;
				if (scalar.end) {
					sep = scalar.end;
					sep.push(this.sourceToken);
					delete scalar.end;
				} else sep = [this.sourceToken];
				const map = {
					type: "block-map",
					offset: scalar.offset,
					indent: scalar.indent,
					items: [{
						start,
						key: scalar,
						sep
					}]
				};
				this.onKeyLine = true;
				this.stack[this.stack.length - 1] = map;
			} else yield* this.lineEnd(scalar);
		}
		*blockScalar(scalar) {
			switch (this.type) {
				case "space":
				case "comment":
				case "newline":
					scalar.props.push(this.sourceToken);
					return;
				case "scalar":
					scalar.source = this.source;
					this.atNewLine = true;
					this.indent = 0;
					if (this.onNewLine) {
						let nl = this.source.indexOf("\n") + 1;
						while (nl !== 0) {
							this.onNewLine(this.offset + nl);
							nl = this.source.indexOf("\n", nl) + 1;
						}
					}
					yield* this.pop();
					break;
				/* istanbul ignore next should not happen */
				default:
					yield* this.pop();
					yield* this.step();
			}
		}
		*blockMap(map) {
			const it = map.items[map.items.length - 1];
			switch (this.type) {
				case "newline":
					this.onKeyLine = false;
					if (it.value) {
						const end = "end" in it.value ? it.value.end : void 0;
						if ((Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment") end?.push(this.sourceToken);
						else map.items.push({ start: [this.sourceToken] });
					} else if (it.sep) it.sep.push(this.sourceToken);
					else it.start.push(this.sourceToken);
					return;
				case "space":
				case "comment":
					if (it.value) map.items.push({ start: [this.sourceToken] });
					else if (it.sep) it.sep.push(this.sourceToken);
					else {
						if (this.atIndentedComment(it.start, map.indent)) {
							const end = map.items[map.items.length - 2]?.value?.end;
							if (Array.isArray(end)) {
								arrayPushArray(end, it.start);
								end.push(this.sourceToken);
								map.items.pop();
								return;
							}
						}
						it.start.push(this.sourceToken);
					}
					return;
			}
			if (this.indent >= map.indent) {
				const atMapIndent = !this.onKeyLine && this.indent === map.indent;
				const atNextItem = atMapIndent && (it.sep || it.explicitKey) && this.type !== "seq-item-ind";
				let start = [];
				if (atNextItem && it.sep && !it.value) {
					const nl = [];
					for (let i = 0; i < it.sep.length; ++i) {
						const st = it.sep[i];
						switch (st.type) {
							case "newline":
								nl.push(i);
								break;
							case "space": break;
							case "comment":
								if (st.indent > map.indent) nl.length = 0;
								break;
							default: nl.length = 0;
						}
					}
					if (nl.length >= 2) start = it.sep.splice(nl[1]);
				}
				switch (this.type) {
					case "anchor":
					case "tag":
						if (atNextItem || it.value) {
							start.push(this.sourceToken);
							map.items.push({ start });
							this.onKeyLine = true;
						} else if (it.sep) it.sep.push(this.sourceToken);
						else it.start.push(this.sourceToken);
						return;
					case "explicit-key-ind":
						if (!it.sep && !it.explicitKey) {
							it.start.push(this.sourceToken);
							it.explicitKey = true;
						} else if (atNextItem || it.value) {
							start.push(this.sourceToken);
							map.items.push({
								start,
								explicitKey: true
							});
						} else this.stack.push({
							type: "block-map",
							offset: this.offset,
							indent: this.indent,
							items: [{
								start: [this.sourceToken],
								explicitKey: true
							}]
						});
						this.onKeyLine = true;
						return;
					case "map-value-ind":
						if (it.explicitKey) {
							if (!it.sep) {
								if (includesToken(it.start, "newline")) Object.assign(it, {
									key: null,
									sep: [this.sourceToken]
								});
								else {
									const start = getFirstKeyStartProps(it.start);
									this.stack.push({
										type: "block-map",
										offset: this.offset,
										indent: this.indent,
										items: [{
											start,
											key: null,
											sep: [this.sourceToken]
										}]
									});
								}
							} else if (it.value) map.items.push({
								start: [],
								key: null,
								sep: [this.sourceToken]
							});
							else if (includesToken(it.sep, "map-value-ind")) this.stack.push({
								type: "block-map",
								offset: this.offset,
								indent: this.indent,
								items: [{
									start,
									key: null,
									sep: [this.sourceToken]
								}]
							});
							else if (isFlowToken(it.key) && !includesToken(it.sep, "newline")) {
								const start = getFirstKeyStartProps(it.start);
								const key = it.key;
								const sep = it.sep;
								sep.push(this.sourceToken);
								delete it.key;
								delete it.sep;
								this.stack.push({
									type: "block-map",
									offset: this.offset,
									indent: this.indent,
									items: [{
										start,
										key,
										sep
									}]
								});
							} else if (start.length > 0) it.sep = it.sep.concat(start, this.sourceToken);
							else it.sep.push(this.sourceToken);
						} else if (!it.sep) Object.assign(it, {
							key: null,
							sep: [this.sourceToken]
						});
						else if (it.value || atNextItem) map.items.push({
							start,
							key: null,
							sep: [this.sourceToken]
						});
						else if (includesToken(it.sep, "map-value-ind")) this.stack.push({
							type: "block-map",
							offset: this.offset,
							indent: this.indent,
							items: [{
								start: [],
								key: null,
								sep: [this.sourceToken]
							}]
						});
						else it.sep.push(this.sourceToken);
						this.onKeyLine = true;
						return;
					case "alias":
					case "scalar":
					case "single-quoted-scalar":
					case "double-quoted-scalar": {
						const fs = this.flowScalar(this.type);
						if (atNextItem || it.value) {
							map.items.push({
								start,
								key: fs,
								sep: []
							});
							this.onKeyLine = true;
						} else if (it.sep) this.stack.push(fs);
						else {
							Object.assign(it, {
								key: fs,
								sep: []
							});
							this.onKeyLine = true;
						}
						return;
					}
					default: {
						const bv = this.startBlockValue(map);
						if (bv) {
							if (bv.type === "block-seq") {
								if (!it.explicitKey && it.sep && !includesToken(it.sep, "newline")) {
									yield* this.pop({
										type: "error",
										offset: this.offset,
										message: "Unexpected block-seq-ind on same line with key",
										source: this.source
									});
									return;
								}
							} else if (atMapIndent) map.items.push({ start });
							this.stack.push(bv);
							return;
						}
					}
				}
			}
			yield* this.pop();
			yield* this.step();
		}
		*blockSequence(seq) {
			const it = seq.items[seq.items.length - 1];
			switch (this.type) {
				case "newline":
					if (it.value) {
						const end = "end" in it.value ? it.value.end : void 0;
						if ((Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment") end?.push(this.sourceToken);
						else seq.items.push({ start: [this.sourceToken] });
					} else it.start.push(this.sourceToken);
					return;
				case "space":
				case "comment":
					if (it.value) seq.items.push({ start: [this.sourceToken] });
					else {
						if (this.atIndentedComment(it.start, seq.indent)) {
							const end = seq.items[seq.items.length - 2]?.value?.end;
							if (Array.isArray(end)) {
								arrayPushArray(end, it.start);
								end.push(this.sourceToken);
								seq.items.pop();
								return;
							}
						}
						it.start.push(this.sourceToken);
					}
					return;
				case "anchor":
				case "tag":
					if (it.value || this.indent <= seq.indent) break;
					it.start.push(this.sourceToken);
					return;
				case "seq-item-ind":
					if (this.indent !== seq.indent) break;
					if (it.value || includesToken(it.start, "seq-item-ind")) seq.items.push({ start: [this.sourceToken] });
					else it.start.push(this.sourceToken);
					return;
			}
			if (this.indent > seq.indent) {
				const bv = this.startBlockValue(seq);
				if (bv) {
					this.stack.push(bv);
					return;
				}
			}
			yield* this.pop();
			yield* this.step();
		}
		*flowCollection(fc) {
			const it = fc.items[fc.items.length - 1];
			if (this.type === "flow-error-end") {
				let top;
				do {
					yield* this.pop();
					top = this.peek(1);
				} while (top?.type === "flow-collection");
			} else if (fc.end.length === 0) {
				switch (this.type) {
					case "comma":
					case "explicit-key-ind":
						if (!it || it.sep) fc.items.push({ start: [this.sourceToken] });
						else it.start.push(this.sourceToken);
						return;
					case "map-value-ind":
						if (!it || it.value) fc.items.push({
							start: [],
							key: null,
							sep: [this.sourceToken]
						});
						else if (it.sep) it.sep.push(this.sourceToken);
						else Object.assign(it, {
							key: null,
							sep: [this.sourceToken]
						});
						return;
					case "space":
					case "comment":
					case "newline":
					case "anchor":
					case "tag":
						if (!it || it.value) fc.items.push({ start: [this.sourceToken] });
						else if (it.sep) it.sep.push(this.sourceToken);
						else it.start.push(this.sourceToken);
						return;
					case "alias":
					case "scalar":
					case "single-quoted-scalar":
					case "double-quoted-scalar": {
						const fs = this.flowScalar(this.type);
						if (!it || it.value) fc.items.push({
							start: [],
							key: fs,
							sep: []
						});
						else if (it.sep) this.stack.push(fs);
						else Object.assign(it, {
							key: fs,
							sep: []
						});
						return;
					}
					case "flow-map-end":
					case "flow-seq-end":
						fc.end.push(this.sourceToken);
						return;
				}
				const bv = this.startBlockValue(fc);
				/* istanbul ignore else should not happen */
				if (bv) this.stack.push(bv);
				else {
					yield* this.pop();
					yield* this.step();
				}
			} else {
				const parent = this.peek(2);
				if (parent.type === "block-map" && (this.type === "map-value-ind" && parent.indent === fc.indent || this.type === "newline" && !parent.items[parent.items.length - 1].sep)) {
					yield* this.pop();
					yield* this.step();
				} else if (this.type === "map-value-ind" && parent.type !== "flow-collection") {
					const start = getFirstKeyStartProps(getPrevProps(parent));
					fixFlowSeqItems(fc);
					const sep = fc.end.splice(1, fc.end.length);
					sep.push(this.sourceToken);
					const map = {
						type: "block-map",
						offset: fc.offset,
						indent: fc.indent,
						items: [{
							start,
							key: fc,
							sep
						}]
					};
					this.onKeyLine = true;
					this.stack[this.stack.length - 1] = map;
				} else yield* this.lineEnd(fc);
			}
		}
		flowScalar(type) {
			if (this.onNewLine) {
				let nl = this.source.indexOf("\n") + 1;
				while (nl !== 0) {
					this.onNewLine(this.offset + nl);
					nl = this.source.indexOf("\n", nl) + 1;
				}
			}
			return {
				type,
				offset: this.offset,
				indent: this.indent,
				source: this.source
			};
		}
		startBlockValue(parent) {
			switch (this.type) {
				case "alias":
				case "scalar":
				case "single-quoted-scalar":
				case "double-quoted-scalar": return this.flowScalar(this.type);
				case "block-scalar-header": return {
					type: "block-scalar",
					offset: this.offset,
					indent: this.indent,
					props: [this.sourceToken],
					source: ""
				};
				case "flow-map-start":
				case "flow-seq-start": return {
					type: "flow-collection",
					offset: this.offset,
					indent: this.indent,
					start: this.sourceToken,
					items: [],
					end: []
				};
				case "seq-item-ind": return {
					type: "block-seq",
					offset: this.offset,
					indent: this.indent,
					items: [{ start: [this.sourceToken] }]
				};
				case "explicit-key-ind": {
					this.onKeyLine = true;
					const start = getFirstKeyStartProps(getPrevProps(parent));
					start.push(this.sourceToken);
					return {
						type: "block-map",
						offset: this.offset,
						indent: this.indent,
						items: [{
							start,
							explicitKey: true
						}]
					};
				}
				case "map-value-ind": {
					this.onKeyLine = true;
					const start = getFirstKeyStartProps(getPrevProps(parent));
					return {
						type: "block-map",
						offset: this.offset,
						indent: this.indent,
						items: [{
							start,
							key: null,
							sep: [this.sourceToken]
						}]
					};
				}
			}
			return null;
		}
		atIndentedComment(start, indent) {
			if (this.type !== "comment") return false;
			if (this.indent <= indent) return false;
			return start.every((st) => st.type === "newline" || st.type === "space");
		}
		*documentEnd(docEnd) {
			if (this.type !== "doc-mode") {
				if (docEnd.end) docEnd.end.push(this.sourceToken);
				else docEnd.end = [this.sourceToken];
				if (this.type === "newline") yield* this.pop();
			}
		}
		*lineEnd(token) {
			switch (this.type) {
				case "comma":
				case "doc-start":
				case "doc-end":
				case "flow-seq-end":
				case "flow-map-end":
				case "map-value-ind":
					yield* this.pop();
					yield* this.step();
					break;
				case "newline": this.onKeyLine = false;
				default:
					if (token.end) token.end.push(this.sourceToken);
					else token.end = [this.sourceToken];
					if (this.type === "newline") yield* this.pop();
			}
		}
	};
	exports.Parser = Parser;
}));

// node_modules/yaml/dist/public-api.js
var require_public_api = /* @__PURE__ */ __commonJSMin(((exports) => {
	var composer = require_composer();
	var Document = require_Document();
	var errors = require_errors();
	var log = require_log();
	var identity = require_identity();
	var lineCounter = require_line_counter();
	var parser = require_parser();
	function parseOptions(options) {
		const prettyErrors = options.prettyErrors !== false;
		return {
			lineCounter: options.lineCounter || prettyErrors && new lineCounter.LineCounter() || null,
			prettyErrors
		};
	}
	/**
	* Parse the input as a stream of YAML documents.
	*
	* Documents should be separated from each other by `...` or `---` marker lines.
	*
	* @returns If an empty `docs` array is returned, it will be of type
	*   EmptyStream and contain additional stream information. In
	*   TypeScript, you should use `'empty' in docs` as a type guard for it.
	*/
	function parseAllDocuments(source, options = {}) {
		const { lineCounter, prettyErrors } = parseOptions(options);
		const parser$1 = new parser.Parser(lineCounter?.addNewLine);
		const composer$1 = new composer.Composer(options);
		const docs = Array.from(composer$1.compose(parser$1.parse(source)));
		if (prettyErrors && lineCounter) for (const doc of docs) {
			doc.errors.forEach(errors.prettifyError(source, lineCounter));
			doc.warnings.forEach(errors.prettifyError(source, lineCounter));
		}
		if (docs.length > 0) return docs;
		return Object.assign([], { empty: true }, composer$1.streamInfo());
	}
	/** Parse an input string into a single YAML.Document */
	function parseDocument(source, options = {}) {
		const { lineCounter, prettyErrors } = parseOptions(options);
		const parser$1 = new parser.Parser(lineCounter?.addNewLine);
		const composer$1 = new composer.Composer(options);
		let doc = null;
		for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) if (!doc) doc = _doc;
		else if (doc.options.logLevel !== "silent") {
			doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), "MULTIPLE_DOCS", "Source contains multiple documents; please use YAML.parseAllDocuments()"));
			break;
		}
		if (prettyErrors && lineCounter) {
			doc.errors.forEach(errors.prettifyError(source, lineCounter));
			doc.warnings.forEach(errors.prettifyError(source, lineCounter));
		}
		return doc;
	}
	function parse(src, reviver, options) {
		let _reviver = void 0;
		if (typeof reviver === "function") _reviver = reviver;
		else if (options === void 0 && reviver && typeof reviver === "object") options = reviver;
		const doc = parseDocument(src, options);
		if (!doc) return null;
		doc.warnings.forEach((warning) => log.warn(doc.options.logLevel, warning));
		if (doc.errors.length > 0) {
			if (doc.options.logLevel !== "silent") throw doc.errors[0];
			else doc.errors = [];
		}
		return doc.toJS(Object.assign({ reviver: _reviver }, options));
	}
	function stringify(value, replacer, options) {
		let _replacer = null;
		if (typeof replacer === "function" || Array.isArray(replacer)) _replacer = replacer;
		else if (options === void 0 && replacer) options = replacer;
		if (typeof options === "string") options = options.length;
		if (typeof options === "number") {
			const indent = Math.round(options);
			options = indent < 1 ? void 0 : indent > 8 ? { indent: 8 } : { indent };
		}
		if (value === void 0) {
			const { keepUndefined } = options ?? replacer ?? {};
			if (!keepUndefined) return void 0;
		}
		if (identity.isDocument(value) && !_replacer) return value.toString(options);
		return new Document.Document(value, _replacer, options).toString(options);
	}
	exports.parse = parse;
	exports.parseAllDocuments = parseAllDocuments;
	exports.parseDocument = parseDocument;
	exports.stringify = stringify;
}));

// node_modules/yaml/dist/index.js
var require_dist = /* @__PURE__ */ __commonJSMin(((exports) => {
	var composer = require_composer();
	var Document = require_Document();
	var Schema = require_Schema();
	var errors = require_errors();
	var Alias = require_Alias();
	var identity = require_identity();
	var Pair = require_Pair();
	var Scalar = require_Scalar();
	var YAMLMap = require_YAMLMap();
	var YAMLSeq = require_YAMLSeq();
	var cst = require_cst();
	var lexer = require_lexer();
	var lineCounter = require_line_counter();
	var parser = require_parser();
	var publicApi = require_public_api();
	var visit = require_visit();
	exports.Composer = composer.Composer;
	exports.Document = Document.Document;
	exports.Schema = Schema.Schema;
	exports.YAMLError = errors.YAMLError;
	exports.YAMLParseError = errors.YAMLParseError;
	exports.YAMLWarning = errors.YAMLWarning;
	exports.Alias = Alias.Alias;
	exports.isAlias = identity.isAlias;
	exports.isCollection = identity.isCollection;
	exports.isDocument = identity.isDocument;
	exports.isMap = identity.isMap;
	exports.isNode = identity.isNode;
	exports.isPair = identity.isPair;
	exports.isScalar = identity.isScalar;
	exports.isSeq = identity.isSeq;
	exports.Pair = Pair.Pair;
	exports.Scalar = Scalar.Scalar;
	exports.YAMLMap = YAMLMap.YAMLMap;
	exports.YAMLSeq = YAMLSeq.YAMLSeq;
	exports.Lexer = lexer.Lexer;
	exports.LineCounter = lineCounter.LineCounter;
	exports.Parser = parser.Parser;
	exports.parse = publicApi.parse;
	exports.parseAllDocuments = publicApi.parseAllDocuments;
	exports.parseDocument = publicApi.parseDocument;
	exports.stringify = publicApi.stringify;
	exports.visit = visit.visit;
	exports.visitAsync = visit.visitAsync;
}));

// src/gitops/branch.ts
var import_dist = require_dist();
/** What git takes for the name of a branch (git-check-ref-format), without `HEAD` and names that look like an option. */
const BRANCH_NAME = /^(?!HEAD$|@$|[-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\]+$/u;

// src/gitops/edit/path.ts
const FORM = "a path such as spec.template.spec.containers[name=api].image";
var PathError = class extends Error {
	at;
	remedy;
	constructor(at, found, remedy) {
		super(found);
		this.at = at;
		this.remedy = remedy;
	}
};
/** Reads a path; a problem names the position, from 1. Pure. */
function parsePath(text) {
	try {
		return ok(new Reader$1(text).path());
	} catch (error) {
		if (!(error instanceof PathError)) throw error;
		const problem = {
			code: "gitops.path",
			where: `path ${text}, position ${error.at + 1}`,
			found: error.message,
			expected: FORM,
			remedy: error.remedy
		};
		return bad(problem);
	}
}
/** The shortest way to write a path, or the beginning of one. Pure. */
function formatPath(path) {
	return path.map((segment, index) => {
		if (segment.kind === "index") return `[${segment.index}]`;
		if (segment.kind === "filter") return `[${segment.tests.map(formatTest).join(",")}]`;
		if (!PLAIN_KEY.test(segment.key)) return `[${JSON.stringify(segment.key)}]`;
		return index === 0 ? segment.key : `.${segment.key}`;
	}).join("");
}
const PLAIN_KEY = /^[^\s.[\]"'\\=,]+$/;
function formatTest({ keys, value }) {
	const word = (one) => PLAIN_KEY.test(one) ? one : JSON.stringify(one);
	return `${keys.map(word).join(".")}=${word(value)}`;
}
var Reader$1 = class {
	text;
	at = 0;
	constructor(text) {
		this.text = text;
	}
	path() {
		if (this.text === "") throw new PathError(0, "an empty path", "name the keys that lead to the value");
		const segments = this.peek() === "[" ? [] : [this.key()];
		while (this.at < this.text.length) if (this.peek() === "[") add$1(segments, this.bracket());
		else if (this.peek() === ".") {
			this.at += 1;
			segments.push(this.key());
		} else throw new PathError(this.at, `${quoted(this.peek())} behind a bracket or a quote`, "write a dot or [ there");
		return segments;
	}
	peek() {
		return this.text.charAt(this.at);
	}
	key() {
		const first = this.peek();
		if (first === "\"" || first === "'") return {
			kind: "key",
			key: this.quotedText(),
			quoted: true
		};
		const key = this.bare(".[", "]");
		if (key !== "") return {
			kind: "key",
			key,
			quoted: false
		};
		throw new PathError(this.at, this.at < this.text.length ? `${quoted(this.peek())} where a key begins` : "no key behind the dot", "write one key between two dots, none before the first one; a key with dots in it goes into brackets: [\"a.b\"]");
	}
	/** Up to one of `ends`; `\` takes the next character as it is. */
	bare(ends, never) {
		let text = "";
		while (this.at < this.text.length && !ends.includes(this.peek())) {
			if (this.peek() === "\\") {
				this.at += 1;
				if (this.at === this.text.length) throw new PathError(this.at - 1, "\\ at the end", "write \\\\ for one \\");
			} else if (never.includes(this.peek()) || /[\p{Cc}\s]/u.test(this.peek())) throw new PathError(this.at, `${quoted(this.peek())} in a key or value without quotes`, "put the text into quotes: [\"…\"] for a key, [name=\"…\"] for a value");
			text += this.peek();
			this.at += 1;
		}
		return text;
	}
	quotedText() {
		const quote = this.peek();
		const from = this.at;
		let text = "";
		for (this.at += 1; this.at < this.text.length; this.at += 1) {
			if (this.peek() === quote) {
				this.at += 1;
				return text;
			}
			if (this.peek() === "\\") this.at += 1;
			text += this.peek();
		}
		throw new PathError(from, `a ${quote} that is not closed`, `close it with ${quote}`);
	}
	bracket() {
		const from = this.at;
		this.at += 1;
		const segment = this.inside(from);
		if (this.peek() !== "]") throw new PathError(from, "a [ that is not closed", "close it with ]");
		this.at += 1;
		return segment;
	}
	inside(from) {
		const first = this.peek();
		const quotedKey = first === "\"" || first === "'" ? this.quotedText() : void 0;
		if (quotedKey !== void 0 && this.peek() === "]") return {
			kind: "key",
			key: quotedKey,
			quoted: true
		};
		if (quotedKey === void 0) {
			const [digits] = /^\d+(?=\])/.exec(this.text.slice(this.at)) ?? [];
			if (digits !== void 0) {
				this.at += digits.length;
				return {
					kind: "index",
					index: Number(digits)
				};
			}
		}
		const tests = [this.test(quotedKey, from)];
		while (this.peek() === ",") {
			this.at += 1;
			tests.push(this.test(void 0, from));
		}
		return {
			kind: "filter",
			tests
		};
	}
	test(before, from) {
		const keys = before === void 0 ? [] : [before];
		if (before === void 0) keys.push(this.filterKey());
		while (this.peek() === ".") {
			this.at += 1;
			keys.push(this.filterKey());
		}
		if (this.peek() !== "=" || keys.includes("")) throw new PathError(this.at < this.text.length ? this.at : from, this.at < this.text.length ? `${quoted(this.peek())} inside brackets` : "a [ that is not closed", "brackets hold a position such as [0], a filter such as [name=api], or a key in quotes such as [\"a.b\"]");
		this.at += 1;
		const first = this.peek();
		return {
			keys,
			value: first === "\"" || first === "'" ? this.quotedText() : this.bare(",]", "[")
		};
	}
	filterKey() {
		const first = this.peek();
		return first === "\"" || first === "'" ? this.quotedText() : this.bare(".=,]", "[");
	}
};
/** A filter behind a filter narrows the first one: an item is a mapping, which has no items itself. */
function add$1(segments, next) {
	const last = segments.at(-1);
	if (last?.kind === "filter" && next.kind === "filter") segments[segments.length - 1] = {
		kind: "filter",
		tests: [...last.tests, ...next.tests]
	};
	else segments.push(next);
}
function quoted(character) {
	return JSON.stringify(character);
}

// src/gitops/git.ts
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function locate$1(repository, workDir, baseDir) {
	const address = gitAddress(repository, baseDir);
	if ("found" in address) return bad({
		code: "gitops.repository",
		where: "gitops.repository",
		found: address.found,
		expected: "a path, https://…, ssh://… or git@host:path",
		remedy: address.remedy
	});
	const name = createHash("sha256").update(repository).digest("hex").slice(0, 16);
	return ok({
		...address,
		cache: join(resolve(baseDir, workDir), `gitops-${name}.git`)
	});
}
/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
function blobId(bytes, like) {
	return createHash(like.length === 64 ? "sha256" : "sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

// src/gitops/commit/cache.ts
/** The cache cannot be used as it is: it is broken, or cannot be written. */
var CacheError = class extends Error {
	said;
	constructor(said) {
		super(said);
		this.name = "CacheError";
		this.said = said;
	}
};
/** Settings that no configuration file of anybody changes: no other program runs, and no commit is checked while it is listed. */
const FIXED = [
	"maintenance.auto=false",
	"log.showSignature=false",
	"i18n.logOutputEncoding=UTF-8",
	"push.followTags=false",
	"push.recurseSubmodules=no",
	"push.negotiate=false"
].flatMap((setting) => ["-c", setting]);
const LOCAL_MS = 6e4;
/** Loose objects in one of 256 directories from which on a cache is fetched anew: some 25,000 in all. */
const MANY = 100;
function openCache(dir, exec, signal) {
	const run = (args, { stdin, timeoutMs = LOCAL_MS } = {}) => exec.read(fixed(dir, args), {
		timeoutMs,
		signal,
		...stdin === void 0 ? {} : { stdin }
	});
	return {
		dir,
		run,
		async local(args, options) {
			const { exitCode, stdout, stderr } = await run(args, options);
			if (exitCode === 0) return stdout;
			throw new CacheError(`git ${args.find((word) => /^[a-z]/.test(word)) ?? ""}: ${lastLine(stderr, exitCode)}`);
		}
	};
}
/** The settings stand before the directory, and paths mean themselves. */
function fixed(dir, args) {
	const argv = git(dir);
	const at = argv.indexOf("git");
	return [
		...argv.slice(0, at),
		"GIT_LITERAL_PATHSPECS=1",
		...argv.slice(at, -1),
		...FIXED,
		...argv.slice(-1),
		...args
	];
}
/** Makes the cache if there is none, and throws away one that has grown large. Under the lock of the network only. */
async function ensureCache({ dir }) {
	try {
		if ((await readdir(join(dir, "objects", "17")).catch(() => [])).length > MANY) await discardCache(dir);
		if (existsSync(join(dir, "HEAD"))) return;
		for (const directory of ["objects", "refs"]) await mkdir(join(dir, directory), { recursive: true });
		await writeFile(join(dir, "HEAD"), "ref: refs/heads/none\n");
	} catch (error) {
		throw new CacheError(error instanceof Error ? error.message : String(error));
	}
}
/** Puts the cache away, in one step for everybody who looks, and removes it. */
async function discardCache(dir) {
	const aside = `${temporaryBeside(dir)}.old`;
	try {
		await rename(dir, aside);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	await rm(aside, {
		recursive: true,
		force: true
	});
}
/** Commit that a ref of the cache names; undefined when there is none. It has no other form there than a file, since nothing packs it. */
async function refIn({ dir }, ref) {
	try {
		return (await readFile(join(dir, ref), "utf8")).trim();
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}
/** Why a cache that was made anew is still of no use. */
async function cacheProblem(dir, error) {
	const room = await statfs(dirname(dir)).catch(() => void 0);
	const free = room === void 0 ? void 0 : room.bavail * room.bsize;
	const full = free !== void 0 && free < 1048576;
	return {
		code: full ? "gitops.disk-full" : "gitops.cache",
		where: dir,
		found: full ? `a disk with ${Math.floor(free / 1024)} KiB left; ${error.said}` : error.said,
		expected: "a directory in which git can keep a copy of the branch",
		remedy: full ? "make room on the disk of the state directory, then run the same again" : "check that the state directory can be written and that git works there; its copy of the branch may be removed at any time"
	};
}
function lastLine(stderr, exitCode) {
	return stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "").slice(-3).join("; ").slice(0, 600) || `exit code ${exitCode}`;
}

// src/gitops/commit/diagnose.ts
const ASK_MS = 8e3;
async function diagnose(question) {
	const { address, kind } = question.place.location;
	const { cause, words } = await (kind === "local" || address.startsWith("file:") ? localCause(question) : /^https?:/.test(address) ? httpCause(question) : sshCause(question));
	const { said, want } = question;
	return problemOf(cause, address, said === "" ? words : `${words} (git: ${said})`, want);
}
function answer$1(cause, words) {
	return {
		cause,
		words
	};
}
async function localCause(question) {
	const { place, exec, signal } = question;
	const path = place.location.address.replace(/^file:\/\//, "");
	if (!existsSync(path)) return answer$1("no-repository", "no such directory");
	const { exitCode } = await exec.read(git("/nonexistent", "-C", path, "ls-remote", "--heads", "--", path), {
		timeoutMs: ASK_MS,
		signal
	});
	return exitCode === 0 ? answer$1("git-failed", "a repository that can be read") : answer$1("no-repository", "no git repository, or not one that this account may use");
}
async function httpCause(question) {
	const service = question.want === "read" ? "git-upload-pack" : "git-receive-pack";
	const base = question.place.location.address.replace(/\/+$/, "").replace(/^(https?:\/\/)[^/@]*@/, "$1");
	const result = await question.http.get(`${base}/info/refs?service=${service}`, {
		timeoutMs: ASK_MS,
		signal: question.signal
	});
	if (result.kind === "no-answer") return answer$1("unreachable", result.reason);
	const status = `HTTP status ${result.status}`;
	if (result.status === 401 || result.status === 403) return answer$1("credentials", status);
	if (result.status === 404 || result.status === 410) return answer$1("no-repository", status);
	if (result.status >= 500) return answer$1("unreachable", status);
	return answer$1("git-failed", status);
}
/** ssh ends with 255 when it did not get in; any other code is the answer of the command over there. */
async function sshCause(question) {
	const { exec, signal, want } = question;
	const target = sshTarget(question.place.location.address);
	if (target === void 0) return answer$1("git-failed", "an address that only git understands");
	const { host, user, port, path } = target;
	const at = user === void 0 ? host : `${user}@${host}`;
	const ports = port === void 0 ? [] : ["-p", port];
	const settings = await exec.read([
		"ssh",
		"-G",
		...ports,
		"--",
		at
	], {
		timeoutMs: ASK_MS,
		signal
	});
	const setting = (name) => new RegExp(`^${name} (.+)$`, "m").exec(settings.stdout)?.[1]?.trim();
	if (!((setting("proxyjump") ?? setting("proxycommand") ?? "none") !== "none") && !await listens(setting("hostname") ?? host, Number(setting("port") ?? port ?? 22))) return answer$1("unreachable", "nobody who listens there");
	if (process.env["GIT_SSH_COMMAND"] !== void 0 || process.env["GIT_SSH"] !== void 0) return answer$1("credentials", "a server that does not let us in, or a repository that is not there");
	const command = `git-${want === "read" ? "upload" : "receive"}-pack '${path.replaceAll("'", "'\\''")}'`;
	const options = [
		"-o",
		"BatchMode=yes",
		"-o",
		"ConnectTimeout=5",
		"-T",
		...ports
	];
	const { exitCode } = await exec.read([
		"ssh",
		...options,
		"--",
		at,
		command
	], {
		timeoutMs: ASK_MS,
		signal,
		stdin: ""
	});
	if (exitCode === 255) return answer$1("credentials", "a key or a host key that was refused");
	return answer$1("no-repository", `a server that lets us in, and \`${command}\` ended with ${exitCode}`);
}
function sshTarget(address) {
	const [, scpUser, scpHost, scpPath] = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/\/)(.+)$/.exec(address) ?? [];
	if (scpHost !== void 0 && scpPath !== void 0) return {
		host: scpHost,
		path: scpPath,
		...scpUser === void 0 ? {} : { user: scpUser }
	};
	if (!address.startsWith("ssh://") || !URL.canParse(address)) return void 0;
	const { hostname, port, username, pathname } = new URL(address);
	if (hostname === "" || hostname.startsWith("-")) return void 0;
	return {
		host: hostname,
		path: decodeURIComponent(pathname),
		...username === "" ? {} : { user: decodeURIComponent(username) },
		...port === "" ? {} : { port }
	};
}
function listens(host, port) {
	return new Promise((resolve) => {
		const socket = connect({
			host,
			port
		});
		const end = (answered) => {
			socket.destroy();
			resolve(answered);
		};
		socket.setTimeout(ASK_MS, () => end(false));
		socket.once("connect", () => end(true));
		socket.once("error", () => end(false));
	});
}
function problemOf(cause, where, found, want) {
	switch (cause) {
		case "unreachable": return {
			code: "gitops.unreachable",
			where,
			found,
			expected: "an answer from the repository",
			remedy: `check \`gitops.repository\` and the network: git ls-remote ${where}`
		};
		case "credentials": return {
			code: "gitops.credentials",
			where,
			found,
			expected: want === "read" ? "an account that may read the repository" : "an account that may push",
			remedy: `let git have it without a question (a credential helper for https, a deploy key and a known host for ssh), and try git ls-remote ${where}`
		};
		case "no-repository": return {
			code: "gitops.no-repository",
			where,
			found,
			expected: "a git repository that this account may see",
			remedy: "mend `gitops.repository`, or let this account see the repository"
		};
		case "git-failed": return {
			code: "gitops.git-failed",
			where,
			found,
			expected: "an answer from the repository",
			remedy: "check `gitops.repository`, that this machine reaches it, and its rights"
		};
	}
}

// src/gitops/commit/lock.ts
/**
* Turns between the processes of one machine. It only saves work: whatever two processes do at once, the branch itself decides which
* of them was first. So a lock that a dead process left is taken away without ceremony.
*/
const POLL_MS$1 = 8;
const SLOWEST_POLL_MS$1 = 40;
/** A process is looked for less often than its lock. */
const POLLS_PER_LOOK = 8;
/** Of a process in another container nobody here can see whether it lives; nothing takes it as long as this. */
const UNSEEN_MS = 2e5;
/** Waits for the lock file and holds it while `work` runs. */
async function withLock(file, options, work) {
	const { clock, signal } = options;
	await underName(file, async (own) => {
		let pollMs = POLL_MS$1;
		for (let poll = 0; !await take(file, own, poll % POLLS_PER_LOOK === 0 ? clock : void 0); poll++) {
			await clock.sleep(pollMs, signal);
			pollMs = Math.min(SLOWEST_POLL_MS$1, pollMs * 1.3);
		}
	});
	return release(file, work);
}
/** Holds the lock file while `work` runs if nobody has it; `'busy'` when somebody has. */
async function tryLock(file, clock, work) {
	return await underName(file, (own) => take(file, own, clock)) ? release(file, work) : "busy";
}
async function release(file, work) {
	try {
		return await work();
	} finally {
		await unlink(file).catch(() => void 0);
	}
}
/** A file that says who we are; linked to the name of the lock it is the lock. */
async function underName(file, work) {
	const own = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
	await writeFile(own, JSON.stringify(ownIdentity()));
	try {
		return await work(own);
	} finally {
		await unlink(own).catch(() => void 0);
	}
}
async function take(file, own, look) {
	try {
		await link(own, file);
		return true;
	} catch (error) {
		if (!hasCode(error, "EEXIST")) throw error;
		if (look !== void 0) await takeAwayFromDead(file, own, look);
		return false;
	}
}
async function takeAwayFromDead(file, own, clock) {
	const holder = await holderOf(file);
	try {
		const { mtimeMs } = await stat(file);
		if (!isOver(holder, clock.now() - mtimeMs)) return;
		await rename(file, `${own}.dead`);
		await unlink(`${own}.dead`);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}
/** Has a process ended, or is it one of which that cannot be seen, and so long ago that it must have? Undefined: nobody knows which. */
function isOver(holder, ageMs) {
	return holder === void 0 || holder.bootId === "" || holder.bootId !== ownIdentity().bootId ? ageMs > UNSEEN_MS : isGone(holder);
}
async function holderOf(file) {
	try {
		const parsed = JSON.parse(await readFile(file, "utf8"));
		return identitySchema.parse(parsed);
	} catch {
		return;
	}
}

// src/gitops/commit/line.ts
/**
* The line: commits of this machine's processes that wait for one branch, each built on the one before it, so that one push takes all of
* them. It lies beside the cache and may be lost at any time: the branch is the truth.
*/
const id = string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const waitingSchema = object({
	commit: id,
	owner: identitySchema,
	since: number()
});
const lineSchema = object({
	v: literal(1),
	/** Head of the branch as it was last seen or pushed; null: the repository has no branch. */
	base: id.nullable(),
	/** When that was, by the clock; 0: never. */
	seenAt: number(),
	waiting: array(waitingSchema).readonly(),
	/** The newest commits that were taken, for those who wait for theirs. */
	landed: array(id).readonly(),
	/** What the server does not take, with its words. */
	refused: array(object({
		commit: id,
		said: string()
	})).readonly(),
	/** At most so many commits in one push. */
	limit: number().int().positive(),
	/** How far apart tries lie; see backoff.ts. */
	window: number().nonnegative()
});
const MOST_AT_ONCE = 64;
const EMPTY_LINE = {
	v: 1,
	base: null,
	seenAt: 0,
	waiting: [],
	landed: [],
	refused: [],
	limit: 64,
	window: 0
};
/** What lies there; an empty line when nothing does, or nothing readable. */
async function readLine(file) {
	try {
		const parsed = JSON.parse(await readFile(file, "utf8"));
		return lineSchema.parse(parsed);
	} catch {
		return EMPTY_LINE;
	}
}
/** Only under the lock of the line. */
async function writeLine(file, line) {
	const temporary = temporaryBeside(file);
	await writeFile(temporary, JSON.stringify(line));
	await rename(temporary, file);
}
/** Pure: one more waits. What became of the same commit before does not count: all its data is given, so a second try has the same id. */
function joined(line, commit, now) {
	return {
		...line,
		waiting: [...line.waiting, {
			commit,
			owner: ownIdentity(),
			since: now
		}],
		landed: line.landed.filter((one) => one !== commit),
		refused: line.refused.filter((one) => one.commit !== commit)
	};
}
/** Pure: everything up to `commit` was taken. */
function taken(line, commit, now) {
	const index = line.waiting.findIndex((one) => one.commit === commit);
	const done = index < 0 ? [commit] : line.waiting.slice(0, index + 1).map((one) => one.commit);
	return {
		...line,
		base: commit,
		seenAt: now,
		waiting: index < 0 ? [] : line.waiting.slice(index + 1),
		landed: [...line.landed, ...done].slice(-400),
		limit: Math.min(64, line.limit * 2)
	};
}
/** Pure: the branch is at `base`, which holds `landed` of those who wait; the others build anew. */
function movedTo(line, base, landed, now) {
	return {
		...line,
		base,
		seenAt: now,
		waiting: base === line.base ? line.waiting : [],
		landed: [...line.landed, ...landed].slice(-400)
	};
}
/** Pure: nobody waits any more; who did builds anew, at most `limit` in one push. */
function scattered(line, limit = line.limit) {
	return {
		...line,
		waiting: [],
		limit
	};
}
/** Pure: the server does not take this one. */
function refusedBy(line, commit, said) {
	return {
		...line,
		waiting: [],
		refused: [...line.refused, {
			commit,
			said
		}].slice(-50)
	};
}
/** Pure: without `commit` and what was built on it. */
function without(line, commit) {
	const index = line.waiting.findIndex((one) => one.commit === commit);
	return index < 0 ? line : {
		...line,
		waiting: line.waiting.slice(0, index)
	};
}
/** Those whose process still waits for them: what a dead one left is not pushed by somebody else later. */
function withoutDead(line, now) {
	const index = line.waiting.findIndex(({ owner, since }) => isOver(owner, now - since));
	return index < 0 ? line : {
		...line,
		waiting: line.waiting.slice(0, index)
	};
}

// src/gitops/commit/files.ts
/** The empty tree: every repository has it without storing it. */
const NO_TREE = {
	40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
	64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
};
/**
* Files at a commit, null where there is none.
* @throws ProblemError `gitops.not-a-file` or `gitops.not-utf8`
*/
async function filesAt(cache, commit, files) {
	return await filesAsNew(cache, commit, files) ?? filesSurely(cache, commit, files);
}
/** In one command: all files as if they were new. Undefined when one is not there, no plain file, or not exactly what git's id says. */
async function filesAsNew(cache, commit, files) {
	const found = readNewFiles(await cache.local([
		"diff-tree",
		...[
			"--no-color",
			"--no-ext-diff",
			"--no-textconv",
			"--no-renames",
			"--text",
			"--full-index",
			"-U0",
			"-p"
		],
		NO_TREE[commit.length] ?? "",
		commit,
		"--",
		...files
	]));
	if (found === void 0 || files.some((file) => !found.has(file))) return void 0;
	return Object.fromEntries(found);
}
/** Pure: files of a patch in which each is new; undefined when one of them is not what its id says. */
function readNewFiles(patch) {
	const parts = patch.split(/^(?=diff --git )/m).filter((part) => part.startsWith("diff --git "));
	const files = /* @__PURE__ */ new Map();
	for (const part of parts) {
		const [, names = "", mode = "", id = ""] = /^diff --git ([^\n]*)\nnew file mode (100644|100755)\nindex 0+\.\.([0-9a-f]+)\n/.exec(part) ?? [];
		const at = /^@@ [^\n]*\n/m.exec(part);
		const text = (at === null ? "" : part.slice(at.index + at[0].length)).replace(/^\+/gm, "").replace(/\n\\ No newline at end of file\n$/, "");
		if (id === "" || blobId(new TextEncoder().encode(text), id) !== id) return void 0;
		files.set(names.slice(2, 2 + (names.length - 5) / 2), {
			mode,
			text
		});
	}
	return files;
}
async function filesSurely(cache, commit, files) {
	const paths = [...new Set(files.flatMap(ancestors))];
	const listing = await cache.local([
		"ls-tree",
		"-z",
		"--full-tree",
		commit,
		"--",
		...paths
	]);
	const found = await Promise.all(files.map(async (file) => {
		const entry = entryFor(listing, file);
		if (!entry.ok) throw new ProblemError(entry.problems);
		if (entry.value === null) return [file, null];
		const { mode, id } = entry.value;
		const text = await cache.local([
			"cat-file",
			"blob",
			id
		]);
		if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
		return [file, {
			mode,
			text
		}];
	}));
	return Object.fromEntries(found);
}
function ancestors(file) {
	const parts = file.split("/");
	return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
function entryFor(listing, file) {
	for (const line of listing.split("\0")) {
		const match = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line);
		if (match === null) continue;
		const [, mode = "", type = "", id = "", name = ""] = match;
		if (name !== file && !file.startsWith(`${name}/`)) continue;
		if (!(name === file ? mode === "100644" || mode === "100755" : type === "tree")) return {
			ok: false,
			problems: [notPlain(name, mode)]
		};
		if (name === file) return {
			ok: true,
			value: {
				mode,
				id
			}
		};
	}
	return {
		ok: true,
		value: null
	};
}
function notPlain(name, mode) {
	return {
		code: "gitops.not-a-file",
		where: name,
		found: `a link, a submodule or a directory (mode ${mode})`,
		expected: "directories on the way and a plain file at the end",
		remedy: "mend `gitops.file`"
	};
}
function notUtf8(file) {
	return {
		code: "gitops.not-utf8",
		where: file,
		found: "bytes that are not UTF-8",
		expected: "YAML in UTF-8",
		remedy: "save the file as UTF-8 and commit it"
	};
}

// src/gitops/commit/message.ts
/** Lines at the end of a message by which programs know our commits again. */
const TRAILERS = {
	run: "Shiplock-Run",
	node: "Shiplock-Node",
	release: "Shiplock-Release",
	environment: "Shiplock-Environment",
	fence: "Shiplock-Fence",
	actor: "Shiplock-Actor",
	verdict: "Shiplock-Verdict"
};
/** Pure: the whole message. */
function messageOf(origin, edits, subject) {
	const { service, environment, version } = origin;
	const first = line(subject ?? `${service} in ${environment}: ${version}`);
	const trailers = [
		["release", `${service} ${version}`],
		["environment", environment],
		["run", origin.run],
		["node", origin.node],
		["fence", String(origin.fence)],
		["actor", origin.actor],
		["verdict", origin.verdict]
	].flatMap(([key, value]) => value === void 0 || line(value) === "" ? [] : [`${TRAILERS[key]}: ${line(value)}`]);
	return `${first}\n\n${beforeLines(edits).join("\n")}\n\n${trailers.join("\n")}\n`;
}
function beforeLines(edits) {
	const values = edits.flatMap(({ file, values: of }) => of.map((one) => ({
		file,
		...one
	})));
	const [only, ...more] = values;
	if (only === void 0) return edits.map(({ file }) => `Changes ${line(file)}`);
	if (more.length === 0) return [`Before: ${line(only.before)}`];
	return values.map(({ file, path, before, after }) => `${line(file)} ${path}: ${line(before)} → ${line(after)}`);
}
/** Pure: the commit in git's fast-import language; ends by asking for its id. All data is given, so its id is the same every time. */
function importStream(commit) {
	const { ref, base, time, message, edits } = commit;
	const who = `${clean(commit.author.name)} <${clean(commit.author.email)}> ${time} +0000`;
	return [
		"feature done\n",
		`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
		data(message),
		base === null ? "" : `from ${base}\n`,
		...edits.map(({ file, mode, text }) => `M ${mode} inline ${file}\n${data(text)}\n`),
		"\nget-mark :1\ndone\n"
	].join("");
}
const FIELDS = [
	TRAILERS.run,
	TRAILERS.node,
	TRAILERS.environment,
	TRAILERS.fence,
	TRAILERS.release,
	TRAILERS.actor,
	TRAILERS.verdict
];
/** For `git log`: what `oursIn` reads. */
const LOG_FORMAT = ["%H", ...FIELDS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join("%x09");
/** Pure: commits with the trailers that every one of ours has, from the log. */
function oursIn(log) {
	return log.split("\n").flatMap((text) => {
		const [commit = "", run = "", node = "", environment = "", fence = "", release = "", actor = "", verdict = ""] = text.split("	");
		if (run === "" || !/^\d+$/.test(fence)) return [];
		return [{
			commit,
			run,
			node,
			environment,
			fence: Number(fence),
			release,
			actor,
			verdict
		}];
	});
}
function data(text) {
	return `data ${Buffer.byteLength(text)}\n${text}`;
}
function clean(text) {
	return text.replace(/[<>\p{Cc}]/gu, "").trim();
}
/** On one line: nothing that comes from outside can add a trailer of its own. */
function line(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

// src/gitops/commit/objects.ts
/** Reads and makes commits in the cache. No network. */
/** How many of our own commits are looked at. */
const RECENT = 50;
/** What a derivation is given, at a commit that lies in the cache. */
async function headAt(cache, base, files, environment) {
	if (base === null) return {
		base,
		files: Object.fromEntries(files.map((file) => [file, null])),
		ours: []
	};
	const [texts, ours] = await Promise.all([filesAt(cache, base, files), oursAt(cache, base, environment)]);
	return {
		base,
		files: texts,
		ours
	};
}
/** Our newest commits for an environment at or below a commit. */
async function oursAt(cache, base, environment) {
	const grep = `--grep=${TRAILERS.environment}: ${environment}`;
	const log = await cache.local([
		"log",
		`-n${RECENT}`,
		"--fixed-strings",
		grep,
		`--format=${LOG_FORMAT}`,
		base,
		"--"
	]);
	return oursIn(log).filter((one) => one.environment === environment);
}
/** Makes a commit that nobody sees before it is pushed; its id. Two at a time would share a name: under the lock of the line only. */
async function makeCommit(cache, commit) {
	const stream = importStream({
		...commit,
		ref: "refs/shiplock/made"
	});
	const made = await cache.local([
		"fast-import",
		"--quiet",
		"--force",
		"--date-format=raw"
	], { stdin: stream });
	if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(made.trim())) throw new CacheError(`git made a commit and named ${JSON.stringify(made)}`);
	return made.trim();
}
/** Is the commit the head, or below it? */
async function isBelow(cache, commit, head) {
	if (commit === head) return true;
	const { exitCode, stderr } = await cache.run([
		"merge-base",
		"--is-ancestor",
		commit,
		head
	]);
	if (exitCode > 1) throw new CacheError(`git merge-base: ${stderr.trim()}`);
	return exitCode === 0;
}
/** Commits at or below `head` that are not at or below `base`, newest first. */
async function commitsSince(cache, base, head) {
	const range = base === null ? [head] : [head, `^${base}`];
	return (await cache.local([
		"rev-list",
		...range,
		"--"
	])).split("\n").filter((line) => line !== "");
}
/** Commits after `base` that changed a file, newest first. */
async function touchedSince(cache, base, head, file) {
	const range = base === null ? [head] : [head, `^${base}`];
	return (await cache.local([
		"log",
		"-n20",
		"--format=%H%x09%an <%ae>%x09%aI",
		...range,
		"--",
		file
	])).split("\n").flatMap((line) => {
		const [commit = "", author = "", time = ""] = line.split("	");
		return time === "" ? [] : [{
			commit,
			author,
			time
		}];
	});
}

// src/gitops/commit/refusals.ts
/** The server takes our commits from nobody like us, or not on this branch. */
async function pushRefused(place, said, ports) {
	const where = `${place.location.address} ${place.branch}`;
	const tree = await workTree(place, ports);
	if (tree !== void 0 && tree.head === `refs/heads/${place.branch}`) return {
		code: "gitops.checked-out",
		where,
		found: `a work tree in which this very branch is checked out; git: ${said}`,
		expected: "a bare repository, or a branch that nobody has checked out",
		remedy: "name a bare repository (`git clone --bare`), or check another branch out there"
	};
	return {
		code: "gitops.refused",
		where,
		found: said,
		expected: "a branch that takes a plain fast-forward from this account",
		remedy: "let the rule that protects the branch take pushes of the account that releases; what a hook of the server says stands above"
	};
}
/** The repository has branches, and not ours. */
async function noBranch(place, branches, ports) {
	const tree = await workTree(place, ports);
	const detached = tree !== void 0 && tree.head === void 0 ? ", and a detached HEAD" : "";
	const some = branches.slice(0, 5).join(", ");
	return {
		code: "gitops.no-branch",
		where: `${place.location.address} ${place.branch}`,
		found: `no such branch${detached}; it has ${some}${branches.length > 5 ? " and others" : ""}`,
		expected: "the branch that `gitops.branch` names",
		remedy: "make the branch once, or change `gitops.branch`: only an empty repository gets its first branch from a release"
	};
}
/** A directory with files checked out, and what its HEAD points to; undefined for anything else. */
async function workTree({ location }, { exec, signal }) {
	const path = location.address.replace(/^file:\/\//, "");
	if (!path.startsWith("/") || !existsSync(path)) return void 0;
	const ask = (...args) => exec.read(git(gitDirOf(path), ...args), {
		timeoutMs: 5e3,
		signal
	});
	const bare = await ask("rev-parse", "--is-bare-repository");
	if (bare.exitCode !== 0 || bare.stdout.trim() !== "false") return void 0;
	const head = await ask("symbolic-ref", "--quiet", "HEAD");
	return { head: head.exitCode === 0 ? head.stdout.trim() : void 0 };
}
function gitDirOf(path) {
	return existsSync(`${path}/.git`) ? `${path}/.git` : path;
}

// src/gitops/commit/porcelain.ts
/** Flags of a ref that is now as we wanted it: fast-forward, new, up to date already. */
const LANDED = [
	" ",
	"*",
	"="
];
/**
* Pure. `output` is one line per ref, `<flag>\t<from>:<to>\t<summary> (<reason>)`. The reason is for people: what is done next is decided
* by reading the branch again.
*/
function readPush(output, exitCode, ref, stderr = "") {
	const line = output.split("\n").find((one) => one.slice(1).startsWith("	") && one.split("	")[1]?.endsWith(`:${ref}`));
	const flag = line?.[0];
	if (flag !== void 0 && LANDED.includes(flag) && exitCode === 0) return { kind: "landed" };
	if (flag === "!") return {
		kind: "rejected",
		said: saidBy(line?.split("	")[2] ?? "", stderr)
	};
	return {
		kind: "no-answer",
		said: saidBy(`git push ended with ${exitCode}`, stderr)
	};
}
/** git's summary, and what the server's hooks said to the person who pushes. */
function saidBy(summary, stderr) {
	const words = stderr.split("\n").filter((line) => line.startsWith("remote:")).map((line) => line.slice(7).trim()).filter((line) => line !== "");
	return [summary.trim(), ...words.slice(0, 4)].join("; ").slice(0, 600);
}

// src/gitops/commit/remote.ts
/** How many commits a new cache begins with; from then on it holds every later one. */
const DEPTH = 50;
const NETWORK_MS = 6e4;
/** Where a cache keeps the head of a branch. Not by its name: `a` and `a/b` may follow each other. */
function headRef(branch) {
	return `refs/shiplock/head-${createHash("sha256").update(branch).digest("hex").slice(0, 16)}`;
}
/** Brings the head of the branch into the cache. Throws CacheError when the repository answers and the cache does not take it. */
async function fetchHead(cache, place) {
	const { location, branch } = place;
	const ref = headRef(branch);
	const fetch = [
		"fetch",
		...[
			"--quiet",
			"--no-tags",
			"--no-write-fetch-head",
			"--no-recurse-submodules",
			...await refIn(cache, ref) === void 0 ? [`--depth=${DEPTH}`] : []
		],
		"--",
		location.address,
		`+refs/heads/${branch}:${ref}`
	];
	const result = await cache.run(fetch, { timeoutMs: NETWORK_MS });
	if (result.exitCode === 0) {
		const commit = await refIn(cache, ref);
		if (commit === void 0) throw new CacheError(`git fetch left no ${ref}`);
		return {
			kind: "at",
			commit
		};
	}
	const branches = await branchesOf(cache, place);
	if (typeof branches === "string") return {
		kind: "no-answer",
		said: lastLine(result.stderr, result.exitCode)
	};
	if (!branches.includes(branch)) return {
		kind: "no-branch",
		branches
	};
	throw new CacheError(`git fetch: ${lastLine(result.stderr, result.exitCode)}`);
}
/** Names of the branches over there; what git said when there is no answer. */
async function branchesOf(cache, { location }) {
	const { exitCode, stdout, stderr } = await cache.run([
		"ls-remote",
		"--heads",
		"--",
		location.address
	], { timeoutMs: NETWORK_MS });
	if (exitCode !== 0) return lastLine(stderr, exitCode);
	return stdout.split("\n").flatMap((line) => {
		const name = line.split("	")[1];
		return name?.startsWith("refs/heads/") ? [name.slice(11)] : [];
	});
}
/** A plain push: the server takes it only while the branch is where the commit was built on. */
async function push(cache, { location, branch }, commit) {
	if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) throw new TypeError(`not a commit: ${JSON.stringify(commit)}`);
	const ref = `refs/heads/${branch}`;
	const argv = [
		"push",
		...[
			"--porcelain",
			"--no-verify",
			"--no-progress",
			"--no-signed"
		],
		"--",
		location.address,
		`${commit}:${ref}`
	];
	const { exitCode, stdout, stderr } = await cache.run(argv, { timeoutMs: NETWORK_MS });
	const pushed = readPush(stdout, exitCode, ref, stderr);
	return pushed.kind === "no-answer" ? {
		...pushed,
		said: lastLine(stderr, exitCode)
	} : pushed;
}

// src/gitops/commit/session.ts
/** A head that was seen so lately is built on without another look, where nobody competes: the push looks anyway. */
const FRESH_MS = 2e3;
const READ_TRIES = 3;
async function openSession(place, ports) {
	const dir = place.location.cache;
	const branch = headRef(place.branch).split("-").at(-1) ?? "";
	await mkdir(dirname(dir), { recursive: true });
	return {
		place,
		cache: openCache(dir, ports.exec, ports.signal),
		ports,
		names: {
			line: `${dir}.${branch}.line`,
			lineLock: `${dir}.line.lock`,
			netLock: `${dir}.net.lock`
		}
	};
}
/** Changes the line under its lock. */
async function changeLine(session, work) {
	const { names, ports } = session;
	return withLock(names.lineLock, ports, async () => {
		const before = await readLine(names.line);
		const [after, result] = await work(withoutDead(before, ports.clock.now()));
		if (after !== before) await writeLine(names.line, after);
		return result;
	});
}
function isFresh(line, now) {
	return line.seenAt > 0 && line.seenAt <= now && now - line.seenAt <= FRESH_MS && line.window < 1;
}
/** Brings the head of the branch here, unless somebody did since `begun`. Whoever waited for a commit that is there now learns it. */
async function refresh(session, begun) {
	await withLock(session.names.netLock, session.ports, async () => {
		const { seenAt } = await readLine(session.names.line);
		if (seenAt < begun || seenAt > session.ports.clock.now()) await bringHead(session);
	});
}
/** Under the lock of the network. Returns the head. */
async function bringHead(session) {
	const { cache, ports, place } = session;
	await ensureCache(cache);
	const head = await answered(session);
	const now = ports.clock.now();
	if (head.kind === "no-branch") {
		if (head.branches.length > 0) throw new ProblemError(await noBranch(place, head.branches, ports));
		return changeLine(session, async (line) => [movedTo(line, null, [], now), null]);
	}
	const { commit } = head;
	const before = await readLine(session.names.line);
	const since = before.base === commit || before.waiting.length === 0 ? [] : await commitsSince(cache, before.base, commit).catch(() => [commit]);
	return changeLine(session, async (line) => {
		const landed = line.waiting.map((one) => one.commit).filter((one) => since.includes(one));
		return [movedTo(line, commit, landed, now), commit];
	});
}
async function answered(session) {
	const { cache, place, ports } = session;
	for (let tries = 1;; tries++) {
		const fetched = await fetchHead(cache, place);
		if (fetched.kind !== "no-answer") return fetched;
		const problem = await diagnose({
			place,
			want: "read",
			said: fetched.said,
			...ports
		});
		if (!(problem.code === "gitops.unreachable" || problem.code === "gitops.git-failed") || tries === READ_TRIES) throw new ProblemError(problem);
		await ports.clock.sleep(100 + ports.random() * 300 * tries, ports.signal);
	}
}
/**
* Runs work that needs the cache. Where that is broken it is thrown away and the work is done once more; it begins by reading the branch anew,
* so nothing is done twice.
* @throws ProblemError also when the disk does not take what we write
*/
async function recovering(session, work) {
	const { cache } = session;
	try {
		for (let recovered = 0;; recovered++) {
			const used = identity(cache.dir);
			try {
				return await work();
			} catch (error) {
				if (!(error instanceof CacheError) || recovered === 2) throw error;
				session.ports.signal.throwIfAborted();
				await beginAnew(session, used);
			}
		}
	} catch (error) {
		const broken = isDiskError(error) ? new CacheError(error.message) : error;
		throw broken instanceof CacheError ? new ProblemError(await cacheProblem(cache.dir, broken)) : error;
	}
}
async function beginAnew({ cache, names, ports }, used) {
	await withLock(names.netLock, ports, () => withLock(names.lineLock, ports, async () => {
		if (used !== void 0 && identity(cache.dir) !== used) return;
		await discardCache(cache.dir);
		await writeLine(names.line, EMPTY_LINE);
	}));
}
function isDiskError(error) {
	return [
		"ENOSPC",
		"EDQUOT",
		"EROFS",
		"EACCES"
	].some((code) => hasCode(error, code));
}
function identity(dir) {
	if (!existsSync(dir)) return void 0;
	const { ino, birthtimeMs } = statSync(dir);
	return `${ino} ${birthtimeMs}`;
}

// src/gitops/commit/place.ts
/** Understands a repository and a branch; refuses names that git would read as something else. Pure. */
function placeOf$1(options) {
	const location = locate$1(options.repository, options.workDir, options.baseDir ?? process.cwd());
	if (!location.ok) return location;
	if (!BRANCH_NAME.test(options.branch)) return bad(noBranchName(options.branch));
	return ok({
		location: location.value,
		branch: options.branch
	});
}
/**
* A path that git can take from us and that stays inside the repository.
* @throws ProblemError `gitops.file`
*/
function checkFile(file) {
	const outside = file.split("/").some((part) => [
		"",
		".",
		"..",
		".git"
	].includes(part.toLowerCase()));
	if (file !== "" && !outside && !/["\\\p{Cc}]/u.test(file)) return file;
	throw new ProblemError({
		code: "gitops.file",
		where: "gitops.file",
		found: JSON.stringify(file),
		expected: "a path inside the repository, such as apps/certkeeper/production.yaml",
		remedy: "mend `gitops.file`"
	});
}
function noBranchName(branch) {
	return {
		code: "gitops.branch",
		where: "gitops.branch",
		found: JSON.stringify(branch),
		expected: "the name of a branch, such as main",
		remedy: "mend `gitops.branch`"
	};
}

// src/gitops/commit/request.ts
/** What the program `commit-main` reads and answers: the effect of a commit step. No secret is in it. */
const text = string();
const valuesRequestSchema = strictObject({
	repository: text,
	branch: text,
	workDir: text,
	baseDir: text,
	changes: array(strictObject({
		file: text,
		path: text,
		value: text,
		read: text.nullable().exactOptional()
	})).min(1).readonly(),
	/** Head at which the values were read. */
	readAt: text.nullable(),
	missingFile: _enum(["make", "refuse"]),
	othersValue: _enum(["conflict", "change"]),
	repeats: boolean().exactOptional(),
	origin: strictObject({
		service: text,
		environment: text,
		version: text,
		run: text,
		node: text,
		fence: number(),
		actor: text.exactOptional(),
		verdict: text.exactOptional()
	}),
	author: strictObject({
		name: text,
		email: text
	}),
	time: number(),
	subject: text.exactOptional(),
	signingKey: text.exactOptional(),
	deadlineMs: number()
});
const valuesAnswerSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("committed"),
		commit: text,
		tries: number()
	}),
	strictObject({
		kind: literal("was-committed"),
		commit: text
	}),
	strictObject({
		kind: literal("nothing"),
		why: text,
		base: text.nullable()
	}),
	strictObject({
		kind: literal("problems"),
		problems: array(problemSchema).min(1).readonly()
	})
]);

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
/** Sets the value at `path` to the string `value`. The key must be there: a mistyped path shall not write a second version. Pure. */
function setScalar(text, path, value, where) {
	const edited = setValue(text, {
		path,
		value,
		type: "string",
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
function edit(head, { file, path, value }, text, options) {
	if (!((head.files[file] ?? null) === null && text === "")) return setScalar(text, path, value, `${options.where}:${file}`);
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

// src/gitops/commit/backoff.ts
/** How long to wait after a lost race. Pure; the window is remembered between commits, since those who compete stay the same for a while. */
/** Windows are counted in tries: one is as long as one reading and pushing took here. */
const WIDEST = 64;
/** Nobody was in the way: half as wide, and soon none. */
function narrower(window) {
	return window < 1 ? 0 : window / 2;
}
/** Somebody was quicker: the first time no wait at all, since whoever it was is done now. */
function wider(window) {
	return Math.min(WIDEST, window === 0 ? .5 : window * 2);
}
/** Full jitter: anywhere in the window. `random` is in [0, 1). */
function delayMs(window, tryMs, random, longestMs = 1e4) {
	return window < 1 ? 0 : Math.min(longestMs, random * window * tryMs);
}

// src/gitops/commit/land.ts
/** A push that changed nothing is tried so often before it counts as refused: another one may have been in the middle of it. */
const STRIKES = 3;
const POLL_MS = 10;
const SLOWEST_POLL_MS = 60;
const WITHDRAW_MS = 1e4;
async function land(session, commit, tries) {
	const { names, ports } = session;
	let pollMs = POLL_MS;
	for (;;) {
		ports.signal.throwIfAborted();
		const line = await readLine(names.line);
		if (line.landed.includes(commit)) return { kind: "landed" };
		const refused = line.refused.find((one) => one.commit === commit);
		if (refused !== void 0) return {
			kind: "refused",
			problem: await pushRefused(session.place, refused.said, ports)
		};
		if (!line.waiting.some((one) => one.commit === commit)) return lookFor(session, commit, line.base);
		if (await tryLock(names.netLock, ports.clock, () => pushLine(session, tries)) !== "busy") continue;
		await ports.clock.sleep(pollMs * (.5 + ports.random()), ports.signal);
		pollMs = Math.min(SLOWEST_POLL_MS, pollMs * 1.5);
	}
}
/** Nobody remembers it: the branch does. */
async function lookFor(session, commit, base) {
	if (base !== null && await isBelow(session.cache, commit, base)) return { kind: "landed" };
	return { kind: "overtaken" };
}
/** Under the lock of the network: one push of all who wait. */
async function pushLine(session, tries) {
	const { cache, place, ports } = session;
	const { waiting, window, base } = await changeLine(session, async (line) => [line, line]);
	const last = waiting.at(-1)?.commit;
	if (last === void 0) return;
	const begun = ports.clock.monotonic();
	const pushed = await push(cache, place, last);
	const pushMs = ports.clock.monotonic() - begun;
	if (pushed.kind === "landed") {
		tries.strikes = 0;
		const now = ports.clock.now();
		await changeLine(session, async (line) => [{
			...taken(line, last, now),
			window: narrower(window)
		}, void 0]);
		return;
	}
	if (pushed.kind === "rejected") await ports.clock.sleep(delayMs(window, tries.tryMs, ports.random()), ports.signal);
	const looked = ports.clock.monotonic();
	const head = await bringHead(session);
	tries.tryMs = .6 * tries.tryMs + .4 * (pushMs + ports.clock.monotonic() - looked);
	if (head === base) return strike(session, {
		last,
		alone: waiting.length === 1,
		pushed,
		tries
	});
	tries.strikes = 0;
	await changeLine(session, async (line) => {
		return [line.landed.includes(last) ? line : {
			...line,
			window: wider(line.window)
		}, void 0];
	});
}
/** Nobody moved the branch, and our commits are not on it. */
async function strike(session, { last, alone, pushed, tries }) {
	const { place, ports } = session;
	tries.strikes++;
	if (tries.strikes < STRIKES) {
		await ports.clock.sleep(50 + ports.random() * 200 * tries.strikes, ports.signal);
		return;
	}
	tries.strikes = 0;
	if (pushed.kind === "no-answer") throw new ProblemError(await diagnose({
		place,
		want: "push",
		said: pushed.said,
		...ports
	}));
	await changeLine(session, async (line) => [alone ? refusedBy(line, last, pushed.said) : scattered(line, 1), void 0]);
}
/** Takes a commit out of the line, so that nobody pushes it after we gave up. */
async function withdraw(session, commit) {
	const { names, ports } = session;
	const signal = AbortSignal.timeout(WITHDRAW_MS);
	const own = {
		...session,
		ports: {
			...ports,
			signal
		}
	};
	await withLock(names.netLock, own.ports, () => changeLine(own, async (line) => [without(line, commit), void 0])).catch(() => void 0);
}

// src/gitops/commit/sign.ts
/**
* Signatures as git makes them with `gpg.format=ssh`: over the bytes of the commit, in its header `gpgsig`, for the namespace `git`. Nobody is
* ever asked for a passphrase: such a key goes into an agent, and its public half is named.
*/
const NAMESPACE = "git";
const TIMEOUT_MS = 2e4;
/** The same commit with a signature; its id. */
async function signCommit(cache, commit, signing) {
	const payload = await cache.local([
		"cat-file",
		"commit",
		commit
	]);
	const signed = withSignature(payload, await sign(payload, signing));
	return (await cache.local([
		"hash-object",
		"-t",
		"commit",
		"-w",
		"--stdin"
	], { stdin: signed })).trim();
}
/** Pure: the header comes last, before the empty line; its further lines begin with a space. */
function withSignature(payload, signature) {
	const end = payload.indexOf("\n\n");
	const header = `gpgsig ${signature.trimEnd().replaceAll("\n", "\n ")}`;
	return `${payload.slice(0, end)}\n${header}${payload.slice(end)}`;
}
async function sign(payload, { key, exec, signal }) {
	const dir = await mkdtemp(join(tmpdir(), "shiplock-sign-"));
	try {
		const file = join(dir, "commit");
		await writeFile(file, payload);
		const argv = [
			"ssh-keygen",
			"-Y",
			"sign",
			"-q",
			"-f",
			await keyFile(key, dir),
			"-n",
			NAMESPACE,
			file
		];
		const result = await exec.read([...[
			"env",
			"-u",
			"SSH_ASKPASS",
			"-u",
			"DISPLAY",
			"SSH_ASKPASS_REQUIRE=never",
			"LC_ALL=C"
		], ...argv], {
			timeoutMs: TIMEOUT_MS,
			signal
		});
		if (result.exitCode === 0) return await readFile(`${file}.sig`, "utf8");
		throw new ProblemError(cannotSign(key, lastLine(result.stderr, result.exitCode)));
	} finally {
		await rm(dir, {
			recursive: true,
			force: true
		});
	}
}
async function keyFile(key, dir) {
	if (!key.startsWith("key::")) {
		if (existsSync(key)) return key;
		throw new ProblemError(cannotSign(key, "no such file"));
	}
	const path = join(dir, "key.pub");
	await writeFile(path, `${key.slice(5).trim()}\n`);
	return path;
}
function cannotSign(key, found) {
	return {
		code: "gitops.cannot-sign",
		where: `gitops.signingKey ${key.slice(0, 80)}`,
		found,
		expected: "an OpenSSH key that signs without a question",
		remedy: "name a private key without a passphrase; or give the key to the agent (`ssh-add`) and name its public half, as a path or as `key::ssh-ed25519 AAAA…`"
	};
}

// src/gitops/commit/index.ts
/**
* One commit on the branch, by compare-and-swap: derived from the head, pushed as a plain fast-forward, and derived anew from the new head
* when somebody was quicker. Nothing is merged, nothing forced. Commits of several processes on one machine go in one push, each as a
* commit of its own. The same run and node are never committed twice, unless it `repeats`.
* @throws ProblemError when it is refused, in conflict, out of time, or the repository does not answer
*/
async function commit(request, ports) {
	const session = await openSession(request.place, ports);
	const tries = {
		strikes: 0,
		tryMs: 400
	};
	const begun = ports.clock.now();
	const end = ports.clock.monotonic() + request.deadlineMs;
	let count = 0;
	return recovering(session, async () => {
		for (;;) {
			if (ports.clock.monotonic() > end) throw new ProblemError(contended(request.place, count, request.deadlineMs));
			const built = await build(session, request, begun);
			if (built.kind === "look") {
				await refresh(session, begun);
				continue;
			}
			if (built.kind === "full") {
				await ports.clock.sleep(20 + ports.random() * 40, ports.signal);
				continue;
			}
			if (built.kind !== "built") return built;
			count++;
			const landing = await landOrWithdraw(session, built.commit, tries);
			if (landing.kind === "landed") return {
				kind: "committed",
				commit: built.commit,
				edits: built.edits,
				tries: count
			};
			if (landing.kind === "refused") throw new ProblemError(landing.problem);
		}
	});
}
async function landOrWithdraw(session, made, tries) {
	try {
		return await land(session, made, tries);
	} catch (error) {
		await withdraw(session, made);
		throw error;
	}
}
/** Derives on the last commit of the line and joins it; an answer that needs no commit is given on the head of the branch itself. */
function build(session, request, begun) {
	const { cache, ports } = session;
	const { files, origin, derive } = request;
	const isOwn = (at) => ownIn(at, request) !== void 0;
	return changeLine(session, async (line) => {
		const now = ports.clock.now();
		const seen = line.seenAt >= begun && line.seenAt <= now;
		if (!seen && !isFresh(line, now)) return [line, { kind: "look" }];
		if (line.waiting.length >= line.limit) return [line, { kind: "full" }];
		const tip = line.waiting.at(-1)?.commit ?? line.base;
		const head = await headAt(cache, tip, files, origin.environment);
		const derived = isOwn(head) ? void 0 : derive(head);
		if (derived?.kind === "edit") {
			const made = await make(session, request, tip, derived.edits);
			return [joined(line, made, now), {
				kind: "built",
				commit: made,
				edits: derived.edits
			}];
		}
		if (!seen) return [line, { kind: "look" }];
		if (tip !== line.base) {
			const there = await headAt(cache, line.base, files, origin.environment);
			return !isOwn(there) && derive(there).kind === "edit" ? [line, { kind: "full" }] : [line, await answer(session, request, there)];
		}
		return [line, await answer(session, request, head)];
	});
}
async function answer(session, request, head) {
	const own = ownIn(head, request);
	if (own !== void 0) return {
		kind: "was-committed",
		commit: own.commit
	};
	const derived = request.derive(head);
	switch (derived.kind) {
		case "nothing": return {
			kind: "nothing",
			why: derived.why,
			base: head.base
		};
		case "refuse": throw new ProblemError(derived.problems);
		case "conflict": throw new ProblemError(await conflictProblem(session, request, head, derived.conflict));
		case "edit": return { kind: "look" };
	}
}
function ownIn(head, { origin: { run, node }, repeats }) {
	if (repeats === true) return void 0;
	return head.ours.find((one) => one.run === run && one.node === node);
}
async function make({ cache, ports }, request, base, edits) {
	const { author, time, origin, subject, signingKey } = request;
	const made = await makeCommit(cache, {
		base,
		author,
		time,
		edits,
		message: messageOf(origin, edits, subject)
	});
	return signingKey === void 0 ? made : signCommit(cache, made, {
		key: signingKey,
		...ports
	});
}
async function conflictProblem({ cache, place }, { readAt }, { base }, { file, path, read, theirs, ours }) {
	const who = base === null ? void 0 : await writerOf(cache, {
		readAt: readAt ?? null,
		base,
		file,
		path,
		theirs
	});
	return {
		code: "gitops.conflict",
		where: `${place.location.address} ${place.branch}:${file} ${path}`,
		found: `${theirs}${who === void 0 ? "" : `, by ${who.author} in commit ${who.commit.slice(0, 12)} of ${who.time}`}`,
		expected: `${read}, as it was read before it should become ${ours}`,
		remedy: "ask them which of the two is meant; to go on with ours, start the release again: it then begins from their value"
	};
}
/** The commit that gave the value what it is now. */
async function writerOf(cache, of) {
	const touched = await touchedSince(cache, of.readAt, of.base, of.file).catch(() => []);
	let writer = touched[0];
	for (const one of touched) {
		const files = await filesAt(cache, one.commit, [of.file]);
		if ((valueAt(files[of.file] ?? null, of.path) ?? "nothing") !== of.theirs) break;
		writer = one;
	}
	return writer;
}
function contended(place, tries, deadlineMs) {
	return {
		code: "gitops.contended",
		where: `${place.location.address} ${place.branch}`,
		found: `${tries} tries in ${Math.round(deadlineMs / 1e3)} s, and somebody else was quicker each time`,
		expected: "a moment in which the branch stands still",
		remedy: "run the same again; where many write to one branch all the time, give each service a repository or a branch of its own"
	};
}

// src/gitops/commit/values-main.ts
/** Exit code of an answer that changed nothing although it should have. */
const REFUSED = 5;
/**
* The effect of a commit step: reads a request, commits, answers with one line of JSON. Every refusal is an answer too; the step that
* reads it says what it means.
*/
async function valuesMain(stdin, ports, out) {
	const answer = await answerTo(stdin, ports);
	out(`${JSON.stringify(answer)}\n`);
	return answer.kind === "problems" ? 5 : 0;
}
async function answerTo(stdin, ports) {
	try {
		const parsed = JSON.parse(stdin);
		return await commitValues(valuesRequestSchema.parse(parsed), ports);
	} catch (error) {
		return {
			kind: "problems",
			problems: [...problemsOf(error, "commit")]
		};
	}
}
/** One commit that sets values in files. */
async function commitValues(request, ports) {
	const { changes, origin, missingFile, othersValue, repository, branch } = request;
	const place = unwrap(placeOf$1(request));
	const done = await commit({
		...request,
		place,
		files: [...new Set(changes.map(({ file }) => checkFile(file)))],
		derive: deriveValues({
			origin,
			changes,
			missingFile,
			othersValue,
			where: `${repository} ${branch}`
		})
	}, ports);
	return done.kind === "committed" ? {
		kind: done.kind,
		commit: done.commit,
		tries: done.tries
	} : done;
}

export { git as C, ownIdentity as E, require_dist as S, isGone as T, lastLine as _, VALUE_TYPES as a, parsePath as b, checkFile as c, recovering as d, refresh as f, CacheError as g, diagnose as h, setValue as i, placeOf$1 as l, readLine as m, deriveValues as n, MAX_BYTES as o, headAt as p, valueAt as r, valuesAnswerSchema as s, valuesMain as t, openSession as u, openCache as v, gitAddress as w, BRANCH_NAME as x, locate$1 as y };