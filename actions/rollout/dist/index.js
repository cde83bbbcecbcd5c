import { n as __require$1, r as __toESM$1, t as __commonJSMin } from "./rolldown-runtime.js";
import { t as EXIT } from "./exit.js";
import { C as union, D as prettifyError, E as _coercedNumber, S as tuple, T as toJSONSchema, _ as number$2, a as problemSchema, b as strictObject, c as ZodNumber, d as array, f as boolean, g as looseObject, h as literal, i as ok, l as _enum, m as lazy, n as bad, o as problemsOf, p as discriminatedUnion, r as formatProblem, s as unwrap, t as ProblemError, u as _null, v as object, w as unknown$1, x as string, y as record } from "./problem.js";
import { _ as jsonSchema, a as artefactDigest, c as anchorPath, d as leaseDirectory, f as replaceFile, g as writeTemporary, h as syncDirectory, i as settingsHash, l as hasCode, m as runsDirectory, n as SECRET_PREFIX, o as createSecrets, p as runPaths, r as observeHost, s as require_fastest_levenshtein, u as isMissing, v as nearest } from "./unit.js";
import { n as timestamp, t as systemClock } from "./clock2.js";
import { _ as groups, a as holdEffect, b as haproxyPaths, c as lookCommand, d as parseFacts, f as routesFrom, g as groupOf, h as staticHash, i as heartbeats, l as parseRuntime, m as renderConfig, o as readHaproxy, p as fingerprint$1, s as askHaproxy, u as factsFrom, v as slotNames, x as httpClient, y as assertOptions } from "./main.js";
import { A as textOrSecretSchema, C as parseAddress, D as rateSchema, E as portsSchema, M as wordsSchema, O as requestSchema, S as nameSchema, _ as formatDuration, b as httpPathSchema, c as digestSchema, d as versionSchema, f as addressSchema, g as filePathSchema, h as duration$1, j as variableNameSchema, k as share, l as phaseSchema, m as complain, n as checkComponent, p as argvSchema, s as layout, u as releaseSchema, v as formatShare, x as httpUrlSchema, y as holdsPassword } from "./layout.js";
import { t as require_promise } from "./promise.js";
import "./static-main.js";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import * as os$1 from "os";
import { EOL } from "os";
import * as crypto from "crypto";
import * as fs from "fs";
import { constants, promises } from "fs";
import { connect as connect$1, isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { createHash, randomBytes } from "node:crypto";
import * as process$1 from "node:process";
import { access as access$1, link, lstat, mkdir, open as open$1, readFile, readdir, readlink, rename, stat, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join as join$1, relative, resolve } from "node:path";
import { hostname } from "node:os";
import { existsSync, readFileSync, readlinkSync } from "node:fs";

// node_modules/@actions/core/lib/utils.js
/**
* Sanitizes an input into a string so it can be passed into issueCommand safely
* @param input input to sanitize into a string
*/
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
/**
*
* @param annotationProperties
* @returns The command properties to send with the actual annotation command
* See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
*/
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}

// node_modules/@actions/core/lib/command.js
/**
* Issues a command to the GitHub Actions runner
*
* @param command - The command name to issue
* @param properties - Additional properties for the command (key-value pairs)
* @param message - The message to include with the command
* @remarks
* This function outputs a specially formatted string to stdout that the Actions
* runner interprets as a command. These commands can control workflow behavior,
* set outputs, create annotations, mask values, and more.
*
* Command Format:
*   ::name key=value,key=value::message
*
* @example
* ```typescript
* // Issue a warning annotation
* issueCommand('warning', {}, 'This is a warning message');
* // Output: ::warning::This is a warning message
*
* // Set an environment variable
* issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
* // Output: ::set-env name=MY_VAR::some value
*
* // Add a secret mask
* issueCommand('add-mask', {}, 'secretValue123');
* // Output: ::add-mask::secretValue123
* ```
*
* @internal
* This is an internal utility function that powers the public API functions
* such as setSecret, warning, error, and exportVariable.
*/
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os$1.EOL);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!fs.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	fs.appendFileSync(filePath, `${toCommandValue(message)}${os$1.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${os$1.EOL}${convertedValue}${os$1.EOL}${delimiter}`;
}

// node_modules/@actions/core/lib/summary.js
var __awaiter$1 = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access, appendFile, writeFile } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	/**
	* Finds the summary file path from the environment, rejects if env var is not found or file does not exist
	* Also checks r/w permissions.
	*
	* @returns step summary file path
	*/
	filePath() {
		return __awaiter$1(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access(pathFromEnv, constants.R_OK | constants.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	/**
	* Wraps content in an HTML tag, adding any HTML attributes
	*
	* @param {string} tag HTML tag to wrap
	* @param {string | null} content content within the tag
	* @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
	*
	* @returns {string} content wrapped in HTML element
	*/
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	/**
	* Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
	*
	* @param {SummaryWriteOptions} [options] (optional) options for write operation
	*
	* @returns {Promise<Summary>} summary instance
	*/
	write(options) {
		return __awaiter$1(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	/**
	* Clears the summary buffer and wipes the summary file
	*
	* @returns {Summary} summary instance
	*/
	clear() {
		return __awaiter$1(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	/**
	* Returns the current summary buffer as a string
	*
	* @returns {string} string of summary buffer
	*/
	stringify() {
		return this._buffer;
	}
	/**
	* If the summary buffer is empty
	*
	* @returns {boolen} true if the buffer is empty
	*/
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	/**
	* Resets the summary buffer without writing to summary file
	*
	* @returns {Summary} summary instance
	*/
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	/**
	* Adds raw text to the summary buffer
	*
	* @param {string} text content to add
	* @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	/**
	* Adds the operating system-specific end-of-line marker to the buffer
	*
	* @returns {Summary} summary instance
	*/
	addEOL() {
		return this.addRaw(EOL);
	}
	/**
	* Adds an HTML codeblock to the summary buffer
	*
	* @param {string} code content to render within fenced code block
	* @param {string} lang (optional) language to syntax highlight code
	*
	* @returns {Summary} summary instance
	*/
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML list to the summary buffer
	*
	* @param {string[]} items list of items to render
	* @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
	*
	* @returns {Summary} summary instance
	*/
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML table to the summary buffer
	*
	* @param {SummaryTableCell[]} rows table rows
	*
	* @returns {Summary} summary instance
	*/
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds a collapsable HTML details element to the summary buffer
	*
	* @param {string} label text for the closed state
	* @param {string} content collapsable content
	*
	* @returns {Summary} summary instance
	*/
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML image tag to the summary buffer
	*
	* @param {string} src path to the image you to embed
	* @param {string} alt text description of the image
	* @param {SummaryImageOptions} options (optional) addition image attributes
	*
	* @returns {Summary} summary instance
	*/
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML section heading element
	*
	* @param {string} text heading text
	* @param {number | string} [level=1] (optional) the heading level, default: 1
	*
	* @returns {Summary} summary instance
	*/
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML thematic break (<hr>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML line break (<br>) to the summary buffer
	*
	* @returns {Summary} summary instance
	*/
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML blockquote to the summary buffer
	*
	* @param {string} text quote text
	* @param {string} cite (optional) citation url
	*
	* @returns {Summary} summary instance
	*/
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	/**
	* Adds an HTML anchor tag to the summary buffer
	*
	* @param {string} text link text/content
	* @param {string} href hyperlink
	*
	* @returns {Summary} summary instance
	*/
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const _summary = new Summary();
const summary = _summary;

// node_modules/@actions/core/lib/core.js
var __awaiter = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
/**
* The code to exit an action
*/
var ExitCode;
(function(ExitCode) {
	/**
	* A code indicating that the action was successful
	*/
	ExitCode[ExitCode["Success"] = 0] = "Success";
	/**
	* A code indicating that the action was a failure
	*/
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
/**
* Gets the value of an input.
* Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
* Returns an empty string if the value is not defined.
*
* @param     name     name of the input to get
* @param     options  optional. See InputOptions.
* @returns   string
*/
function getInput(name, options) {
	const val = process.env[`INPUT_${name.replace(/ /g, "_").toUpperCase()}`] || "";
	if (options && options.required && !val) throw new Error(`Input required and not supplied: ${name}`);
	if (options && options.trimWhitespace === false) return val;
	return val.trim();
}
/**
* Sets the value of an output.
*
* @param     name     name of the output to set
* @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
*/
function setOutput(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(os$1.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
/**
* Sets the action status to failed.
* When the action exits it will be with an exit code of 1
* @param message add error issue message
*/
function setFailed(message) {
	process.exitCode = ExitCode.Failure;
	error(message);
}
/**
* Adds an error issue
* @param message error issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a warning issue
* @param message warning issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Adds a notice issue
* @param message notice issue message. Errors will be converted to string via toString()
* @param properties optional properties to add to the annotation.
*/
function notice(message, properties = {}) {
	issueCommand("notice", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
* Writes info to log with console.log.
* @param message info message
*/
function info(message) {
	process.stdout.write(message + os$1.EOL);
}

// node_modules/zod/v4/classic/coerce.js
function number$1(params) {
	return _coercedNumber(ZodNumber, params);
}

// src/procedure/build.ts
/** Builders: the same nodes with the usual defaults, so that a procedure reads as its SOP does. */
const NOTHING$1 = strictObject({});
/** A step with typed outputs: `outputs` and `collect` are given together. */
function step$1(spec) {
	return {
		version: 1,
		timeoutMs: 6e4,
		retry: {
			attempts: 1,
			delayMs: 0
		},
		urgent: false,
		...spec,
		kind: "step"
	};
}
/** A step that records nothing but that it was done. */
function action(spec) {
	return step$1({
		...spec,
		outputs: NOTHING$1,
		collect: () => ({}),
		planned: () => ({})
	});
}
function gate(spec) {
	return {
		...spec,
		kind: "gate"
	};
}
function watch(spec) {
	return {
		version: 1,
		...spec,
		kind: "watch"
	};
}
function sequence(spec) {
	return {
		...spec,
		kind: "sequence"
	};
}
function parallel(spec) {
	return {
		limit: 4,
		...spec,
		kind: "parallel"
	};
}
function procedure(spec) {
	return {
		version: 1,
		...spec
	};
}

// src/procedure/paths.ts
/**
* Names of nodes in the journal. A child is `parent/id`; besides: the rollback of a sequence is `…/rollback`, a branch of a choice
* goes by its key, round n of a loop is `…/id#n`, steps around a gate are `…/drain/id` and so on, and the n-th gate that a watch
* opens is `…/id#n`.
*/
function childPath(parent, id) {
	return parent === "" ? id : `${parent}/${id}`;
}
/** All nodes of a procedure, each before its children, rounds of a loop once. */
function placeNodes(procedure) {
	const placed = [];
	const walk = (node, path, parent) => {
		placed.push({
			path,
			node,
			parent
		});
		for (const [child, at] of childrenOf(node, path)) walk(child, at, path);
	};
	walk(procedure.root, procedure.root.id, "");
	return placed;
}
/** Children with their paths, in order of execution. */
function childrenOf(node, path) {
	switch (node.kind) {
		case "step":
		case "opaque": return [];
		case "gate": return guardSteps(node, path);
		case "watch": return node.ask ? [[node.ask.gate, `${childPath(path, node.ask.gate.id)}#`]] : [];
		case "sequence": return [...node.steps.map((child) => [child, childPath(path, child.id)]), ...node.rollback ? [[node.rollback, childPath(path, "rollback")]] : []];
		case "parallel": return node.steps.map((child) => [child, childPath(path, child.id)]);
		case "choice": return Object.entries(node.branches).map(([key, child]) => [child, childPath(path, key)]);
		case "repeatUntil": return [[node.body, `${childPath(path, node.body.id)}#`]];
		case "forEach": return node.batches.flat().map((child) => [child, childPath(path, child.id)]);
	}
}
function guardSteps(gate, path) {
	const { guard } = gate;
	const under = (part, steps) => steps.map((step) => [step, childPath(childPath(path, part), step.id)]);
	switch (guard.kind) {
		case "drained": return [...under("drain", guard.drain), ...under("restore", guard.restore)];
		case "guarded": return [...under("arm", guard.arm), ...under("disarm", guard.disarm)];
		case "unguarded":
		case "nothing-shifted": return [];
	}
}
/** A path as `placeNodes` writes it. */
function withoutRounds(path) {
	return path.replace(/#\d+/g, "#");
}
/** Looks nodes up by path. Refuses trees that could not be journaled: bad or double ids, one object at two places. */
function registryOf(procedure) {
	const placed = placeNodes(procedure);
	const byPath = /* @__PURE__ */ new Map();
	const places = /* @__PURE__ */ new Map();
	for (const { path, node } of placed) {
		if (!/^[A-Za-z0-9<][A-Za-z0-9._:@+>-]*$/.test(node.id)) throw malformed(path, `the id ${JSON.stringify(node.id)}`, "letters, digits and . _ : @ + - in an id");
		if (byPath.has(path)) throw malformed(path, "two nodes with this path", "ids that are unique among siblings");
		const other = places.get(node);
		if (other !== void 0) throw malformed(path, `the same object as at ${other}`, "a node object at one place only");
		byPath.set(path, node);
		places.set(node, path);
	}
	return {
		placed,
		nodeAt: (path) => byPath.get(withoutRounds(path))
	};
}
function malformed(path, found, expected) {
	return new ProblemError({
		code: "procedure.malformed",
		where: path,
		found,
		expected,
		remedy: "give the node another id, or build a node of its own for each place"
	});
}

// node_modules/canonicalize/lib/canonicalize.js
function serializeString(value) {
	if (!value.isWellFormed()) throw new Error("Lone surrogate is not allowed");
	return JSON.stringify(value);
}
function serializePrimitive(value) {
	switch (typeof value) {
		case "number":
			if (isNaN(value)) throw new Error("NaN is not allowed");
			if (!isFinite(value)) throw new Error("Infinity is not allowed");
			return JSON.stringify(value);
		case "string": return serializeString(value);
		case "boolean": return value ? "true" : "false";
		default: return JSON.stringify(value);
	}
}
function enterValue(value, seen) {
	let wrappers = null;
	while (value !== null && typeof value === "object" && typeof value.toJSON === "function") {
		if (seen.has(value)) throw new Error("Circular reference detected");
		seen.add(value);
		(wrappers ??= []).push(value);
		value = value.toJSON();
	}
	if (value instanceof Number || value instanceof String || value instanceof Boolean) value = value.valueOf();
	if (value === null || typeof value !== "object") {
		if (wrappers !== null) for (const wrapper of wrappers) seen.delete(wrapper);
		return serializePrimitive(value);
	}
	if (seen.has(value)) throw new Error("Circular reference detected");
	seen.add(value);
	return {
		container: value,
		keys: Array.isArray(value) ? null : Object.keys(value).sort(),
		index: 0,
		first: true,
		wrappers
	};
}
function canonicalize(object) {
	if (object === null || typeof object !== "object") return serializePrimitive(object);
	const seen = /* @__PURE__ */ new Set();
	const root = enterValue(object, seen);
	if (typeof root !== "object") return root;
	let result = root.keys === null ? "[" : "{";
	const stack = [root];
	outer: while (stack.length > 0) {
		const frame = stack[stack.length - 1];
		const container = frame.container;
		if (frame.keys === null) {
			while (frame.index < container.length) {
				const i = frame.index++;
				if (i > 0) result += ",";
				const element = container[i];
				const value = element === void 0 || typeof element === "symbol" || typeof element === "function" ? null : element;
				if (value === null || typeof value !== "object") {
					result += serializePrimitive(value);
					continue;
				}
				const child = enterValue(value, seen);
				if (typeof child !== "object") {
					result += child === void 0 ? "null" : child;
					continue;
				}
				result += child.keys === null ? "[" : "{";
				stack.push(child);
				continue outer;
			}
			result += "]";
		} else {
			const keys = frame.keys;
			while (frame.index < keys.length) {
				const key = keys[frame.index++];
				const value = container[key];
				if (value === void 0 || typeof value === "symbol" || typeof value === "function") continue;
				if (value === null || typeof value !== "object") {
					if (frame.first) frame.first = false;
					else result += ",";
					result += serializeString(key) + ":" + serializePrimitive(value);
					continue;
				}
				const child = enterValue(value, seen);
				if (child === void 0) continue;
				if (frame.first) frame.first = false;
				else result += ",";
				result += serializeString(key) + ":";
				if (typeof child !== "object") {
					result += child;
					continue;
				}
				result += child.keys === null ? "[" : "{";
				stack.push(child);
				continue outer;
			}
			result += "}";
		}
		seen.delete(container);
		if (frame.wrappers !== null) for (const wrapper of frame.wrappers) seen.delete(wrapper);
		stack.pop();
	}
	return result;
}

// src/procedure/canonical.ts
/** RFC 8785 (JSON Canonicalization Scheme): one value has one text, so one digest. */
function canonical(value) {
	const text = canonicalize(value);
	if (text === void 0) throw new TypeError("only JSON values have a canonical form");
	return text;
}
/** SHA-256 as 64 hexadecimal digits. */
function sha256(bytes) {
	return createHash("sha256").update(bytes).digest("hex");
}
/** Digest of a JSON value: SHA-256 of its canonical form. */
function digestOf(value) {
	return sha256(canonical(value));
}
/**
* A value of unknown type as plain JSON: what cannot be stored (functions, undefined members) is dropped, dates become text,
* as JSON.stringify has it. `undefined` itself becomes null. Lone surrogates, which no canonical form exists for, are replaced.
*/
function toJson(value) {
	const text = JSON.stringify(value, (_key, member) => typeof member === "string" ? member.toWellFormed() : typeof member === "bigint" ? member.toString() : member);
	const parsed = text === void 0 ? null : JSON.parse(text);
	return jsonSchema.parse(parsed);
}

// src/procedure/planhash.ts
/** What was planned, as a digest: a stored plan, and a run that is resumed, hold only while it is the same. */
/** SHA-256 of the canonical resolved tree: ids, kinds, versions, inputs; gates with role, questions and guard. */
function planHash(procedure) {
	return digestOf({
		id: procedure.id,
		version: procedure.version,
		environment: procedure.environment,
		inputs: procedure.inputs,
		nodes: placeNodes(procedure).map(({ path, node }) => [path, describe$2(node)])
	});
}
/** Digest of each node alone, by path: tells which nodes differ between two procedures. */
function outlineOf(procedure) {
	const entries = placeNodes(procedure).map(({ path, node }) => [path, digestOf(describe$2(node)).slice(0, 16)]);
	return {
		...Object.fromEntries(entries),
		"": digestOf({
			version: procedure.version,
			inputs: procedure.inputs
		}).slice(0, 16)
	};
}
function describe$2(node) {
	const common = {
		id: node.id,
		kind: node.kind,
		inputs: node.inputs ?? {}
	};
	switch (node.kind) {
		case "step": return {
			...common,
			version: node.version,
			urgent: node.urgent
		};
		case "opaque": return {
			...common,
			version: node.version
		};
		case "gate": return {
			...common,
			role: node.role,
			evidence: node.evidence.map((field) => ({ ...field })),
			guard: guardOf(node.guard)
		};
		case "watch": return {
			...common,
			version: node.version,
			everyMs: node.everyMs
		};
		case "parallel": return {
			...common,
			limit: node.limit
		};
		case "choice": return {
			...common,
			branches: Object.keys(node.branches)
		};
		case "repeatUntil": return {
			...common,
			max: node.max
		};
		case "forEach": return {
			...common,
			batches: node.batches.map((batch) => batch.map((child) => child.id))
		};
		case "sequence": return common;
	}
}
function guardOf(guard) {
	switch (guard.kind) {
		case "guarded": return {
			kind: guard.kind,
			by: guard.by
		};
		case "unguarded": return {
			kind: guard.kind,
			role: guard.role,
			reason: guard.reason
		};
		case "drained":
		case "nothing-shifted": return { kind: guard.kind };
	}
}

// src/procedure/end.ts
const DONE = { kind: "done" };
const WAITING = { kind: "waiting" };
const STOPPED = { kind: "stopped" };
/** Does this end the way forward, so that what was done has to be taken back? */
function isFailure(end) {
	return end.kind === "failed" || end.kind === "refused" || end.kind === "rolled-back";
}
/** Of several that ran side by side: what is least known is settled first, and a failure is not hidden by a gate. */
const ORDER = [
	"stuck",
	"unknown",
	"stopped",
	"failed",
	"rolled-back",
	"refused",
	"waiting"
];
function mergeEnds(ends) {
	for (const kind of ORDER) {
		const first = ends.find((end) => end.kind === kind);
		if (first === void 0) continue;
		if (!("problems" in first)) return first;
		return {
			...first,
			problems: ends.flatMap((end) => "problems" in end ? end.problems : [])
		};
	}
	return DONE;
}

// node_modules/zx/build/deno.js
if (globalThis.Deno) {
	globalThis.require = createRequire(import.meta.url);
	globalThis.__filename = new URL(import.meta.url).pathname;
	globalThis.__dirname = new URL(".", import.meta.url).pathname;
	globalThis.module = new Proxy({}, { set() {
		return true;
	} });
	const p = globalThis.process = globalThis.process || process$1;
	p.version || (p.version = "v18.0.0");
	p.version || (p.version = { node: "18.0.0" });
	p.env || (p.env = globalThis.Deno.env.toObject());
	p.argv || (p.argv = [
		globalThis.Deno.execPath(),
		globalThis.Deno.mainModule.replace("file://", ""),
		...globalThis.Deno.args
	]);
}

// node_modules/zx/build/esblib.cjs
var require_esblib = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var __create = Object.create;
	var __defProp = Object.defineProperty;
	var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
	var __getOwnPropNames = Object.getOwnPropertyNames;
	var __getProtoOf = Object.getPrototypeOf;
	var __hasOwnProp = Object.prototype.hasOwnProperty;
	var __export = (target, all) => {
		for (var name in all) __defProp(target, name, {
			get: all[name],
			enumerable: true
		});
	};
	var __copyProps = (to, from, except, desc) => {
		if (from && typeof from === "object" || typeof from === "function") {
			for (let key of __getOwnPropNames(from)) if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
				get: () => from[key],
				enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
			});
		}
		return to;
	};
	var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", {
		value: mod,
		enumerable: true
	}) : target, mod));
	var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
	var __async = (__this, __arguments, generator) => {
		return new Promise((resolve, reject) => {
			var fulfilled = (value) => {
				try {
					step(generator.next(value));
				} catch (e) {
					reject(e);
				}
			};
			var rejected = (value) => {
				try {
					step(generator.throw(value));
				} catch (e) {
					reject(e);
				}
			};
			var step = (x2) => x2.done ? resolve(x2.value) : Promise.resolve(x2.value).then(fulfilled, rejected);
			step((generator = generator.apply(__this, __arguments)).next());
		});
	};
	var __defProps = Object.defineProperties;
	var __getOwnPropDescs = Object.getOwnPropertyDescriptors;
	var __getOwnPropSymbols = Object.getOwnPropertySymbols;
	var __propIsEnum = Object.prototype.propertyIsEnumerable;
	var __knownSymbol = (name, symbol) => (symbol = Symbol[name]) ? symbol : Symbol.for("Symbol." + name);
	var __typeError = (msg) => {
		throw TypeError(msg);
	};
	var __defNormalProp = (obj, key, value) => key in obj ? __defProp(obj, key, {
		enumerable: true,
		configurable: true,
		writable: true,
		value
	}) : obj[key] = value;
	var __spreadValues = (a, b) => {
		for (var prop in b || (b = {})) if (__hasOwnProp.call(b, prop)) __defNormalProp(a, prop, b[prop]);
		if (__getOwnPropSymbols) {
			for (var prop of __getOwnPropSymbols(b)) if (__propIsEnum.call(b, prop)) __defNormalProp(a, prop, b[prop]);
		}
		return a;
	};
	var __spreadProps = (a, b) => __defProps(a, __getOwnPropDescs(b));
	var __await = function(promise, isYieldStar) {
		this[0] = promise;
		this[1] = isYieldStar;
	};
	var __asyncGenerator = (__this, __arguments, generator) => {
		var resume = (k2, v2, yes, no) => {
			try {
				var x2 = generator[k2](v2), isAwait = (v2 = x2.value) instanceof __await, done = x2.done;
				Promise.resolve(isAwait ? v2[0] : v2).then((y) => isAwait ? resume(k2 === "return" ? k2 : "next", v2[1] ? {
					done: y.done,
					value: y.value
				} : y, yes, no) : yes({
					value: y,
					done
				})).catch((e) => resume("throw", e, yes, no));
			} catch (e) {
				no(e);
			}
		}, method = (k2) => it[k2] = (x2) => new Promise((yes, no) => resume(k2, x2, yes, no)), it = {};
		return generator = generator.apply(__this, __arguments), it[__knownSymbol("asyncIterator")] = () => it, method("next"), method("throw"), method("return"), it;
	};
	var __yieldStar = (value) => {
		var obj = value[__knownSymbol("asyncIterator")], isAwait = false, method, it = {};
		if (obj == null) {
			obj = value[__knownSymbol("iterator")]();
			method = (k2) => it[k2] = (x2) => obj[k2](x2);
		} else {
			obj = obj.call(value);
			method = (k2) => it[k2] = (v2) => {
				if (isAwait) {
					isAwait = false;
					if (k2 === "throw") throw v2;
					return v2;
				}
				isAwait = true;
				return {
					done: false,
					value: new __await(new Promise((resolve) => {
						var x2 = obj[k2](v2);
						if (!(x2 instanceof Object)) __typeError("Object expected");
						resolve(x2);
					}), 1)
				};
			};
		}
		return it[__knownSymbol("iterator")] = () => it, method("next"), "throw" in obj ? method("throw") : it.throw = (x2) => {
			throw x2;
		}, "return" in obj && method("return"), it;
	};
	var __forAwait = (obj, it, method) => (it = obj[__knownSymbol("asyncIterator")]) ? it.call(obj) : (obj = obj[__knownSymbol("iterator")](), it = {}, method = (key, fn) => (fn = obj[key]) && (it[key] = (arg) => new Promise((yes, no, done) => (arg = fn.call(obj, arg), done = arg.done, Promise.resolve(arg.value).then((value) => yes({
		value,
		done
	}), no)))), method("next"), method("return"), it);
	var __pow = Math.pow;
	var __reExport = (target, mod, secondTarget) => (__copyProps(target, mod, "default"), secondTarget && __copyProps(secondTarget, mod, "default"));
	var __commonJS = (cb, mod) => function __require() {
		return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
	};
	var __esm = (fn, res) => function __init() {
		return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
	};
	var __accessCheck = (obj, member, msg) => member.has(obj) || __typeError("Cannot " + msg);
	var __privateGet = (obj, member, getter) => (__accessCheck(obj, member, "read from private field"), getter ? getter.call(obj) : member.get(obj));
	var __privateAdd = (obj, member, value) => member.has(obj) ? __typeError("Cannot add the same private member more than once") : member instanceof WeakSet ? member.add(obj) : member.set(obj, value);
	var __privateSet = (obj, member, value, setter) => (__accessCheck(obj, member, "write to private field"), setter ? setter.call(obj, value) : member.set(obj, value), value);
	module.exports = {
		__create,
		__defProp,
		__getOwnPropDesc,
		__getOwnPropNames,
		__getProtoOf,
		__hasOwnProp,
		__export,
		__copyProps,
		__toESM,
		__toCommonJS,
		__async,
		__defProps,
		__getOwnPropDescs,
		__getOwnPropSymbols,
		__propIsEnum,
		__knownSymbol,
		__typeError,
		__defNormalProp,
		__spreadValues,
		__spreadProps,
		__await,
		__asyncGenerator,
		__yieldStar,
		__forAwait,
		__pow,
		__reExport,
		__commonJS,
		__esm,
		__accessCheck,
		__privateGet,
		__privateAdd,
		__privateSet
	};
}));

// node_modules/zx/build/internals.cjs
var require_internals = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { __export, __toCommonJS } = require_esblib();
	var internals_exports = {};
	__export(internals_exports, { bus: () => bus });
	module.exports = __toCommonJS(internals_exports);
	var locked = false;
	var lock = () => locked = true;
	var store = /* @__PURE__ */ new Map();
	var override = store.set.bind(store);
	function wrap(name, api) {
		if (locked) throw new Error("bus is locked");
		override(name, api);
		return new Proxy(api, {
			get(_, key) {
				var _a, _b;
				return store.get(name)[key] || ((_b = (_a = store.get(name)) == null ? void 0 : _a.default) == null ? void 0 : _b[key]);
			},
			apply(_, self, args) {
				return store.get(name).apply(self, args);
			}
		});
	}
	var bus = {
		override,
		wrap,
		lock
	};
	/* c8 ignore next 100 */
	0 && (module.exports = { bus });
}));

// node_modules/zx/build/vendor-core.cjs
var require_vendor_core = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { __create, __spreadValues, __spreadProps, __commonJS, __export, __toESM, __toCommonJS, __async } = require_esblib();
	var require_posix = __commonJS({ "node_modules/isexe/dist/cjs/posix.js"(exports2) {
		"use strict";
		Object.defineProperty(exports2, "__esModule", { value: true });
		exports2.sync = exports2.isexe = void 0;
		var fs_1 = __require$1("fs");
		var promises_1 = __require$1("fs").promises;
		var isexe = (_0, ..._1) => __async(null, [_0, ..._1], function* (path, options = {}) {
			const { ignoreErrors = false } = options;
			try {
				return checkStat(yield (0, promises_1.stat)(path), options);
			} catch (e) {
				const er = e;
				if (ignoreErrors || er.code === "EACCES") return false;
				throw er;
			}
		});
		exports2.isexe = isexe;
		var sync = (path, options = {}) => {
			const { ignoreErrors = false } = options;
			try {
				return checkStat((0, fs_1.statSync)(path), options);
			} catch (e) {
				const er = e;
				if (ignoreErrors || er.code === "EACCES") return false;
				throw er;
			}
		};
		exports2.sync = sync;
		var checkStat = (stat, options) => stat.isFile() && checkMode(stat, options);
		var checkMode = (stat, options) => {
			var _a, _b, _c, _d, _e, _f, _g, _h;
			const myUid = (_b = options.uid) != null ? _b : (_a = process.getuid) == null ? void 0 : _a.call(process);
			const myGroups = (_e = (_d = options.groups) != null ? _d : (_c = process.getgroups) == null ? void 0 : _c.call(process)) != null ? _e : [];
			const myGid = (_h = (_g = options.gid) != null ? _g : (_f = process.getgid) == null ? void 0 : _f.call(process)) != null ? _h : myGroups[0];
			if (myUid === void 0 || myGid === void 0) throw new Error("cannot get uid or gid");
			const groups = /* @__PURE__ */ new Set([myGid, ...myGroups]);
			const mod = stat.mode;
			const uid = stat.uid;
			const gid = stat.gid;
			const u = parseInt("100", 8);
			const g2 = parseInt("010", 8);
			return !!(mod & parseInt("001", 8) || mod & g2 && groups.has(gid) || mod & u && uid === myUid || mod & 72 && myUid === 0);
		};
	} });
	var require_win32 = __commonJS({ "node_modules/isexe/dist/cjs/win32.js"(exports2) {
		"use strict";
		Object.defineProperty(exports2, "__esModule", { value: true });
		exports2.sync = exports2.isexe = void 0;
		var fs_1 = __require$1("fs");
		var promises_1 = __require$1("fs").promises;
		var isexe = (_0, ..._1) => __async(null, [_0, ..._1], function* (path, options = {}) {
			const { ignoreErrors = false } = options;
			try {
				return checkStat(yield (0, promises_1.stat)(path), path, options);
			} catch (e) {
				const er = e;
				if (ignoreErrors || er.code === "EACCES") return false;
				throw er;
			}
		});
		exports2.isexe = isexe;
		var sync = (path, options = {}) => {
			const { ignoreErrors = false } = options;
			try {
				return checkStat((0, fs_1.statSync)(path), path, options);
			} catch (e) {
				const er = e;
				if (ignoreErrors || er.code === "EACCES") return false;
				throw er;
			}
		};
		exports2.sync = sync;
		var checkPathExt = (path, options) => {
			const { pathExt = process.env.PATHEXT || "" } = options;
			const peSplit = pathExt.split(";");
			if (peSplit.indexOf("") !== -1) return true;
			for (let i = 0; i < peSplit.length; i++) {
				const p = peSplit[i].toLowerCase();
				const ext = path.substring(path.length - p.length).toLowerCase();
				if (p && ext === p) return true;
			}
			return false;
		};
		var checkStat = (stat, path, options) => stat.isFile() && checkPathExt(path, options);
	} });
	var require_options = __commonJS({ "node_modules/isexe/dist/cjs/options.js"(exports2) {
		"use strict";
		Object.defineProperty(exports2, "__esModule", { value: true });
	} });
	var require_cjs = __commonJS({ "node_modules/isexe/dist/cjs/index.js"(exports2) {
		"use strict";
		var __createBinding = exports2 && exports2.__createBinding || (Object.create ? (function(o, m, k, k2) {
			if (k2 === void 0) k2 = k;
			var desc = Object.getOwnPropertyDescriptor(m, k);
			if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) desc = {
				enumerable: true,
				get: function() {
					return m[k];
				}
			};
			Object.defineProperty(o, k2, desc);
		}) : (function(o, m, k, k2) {
			if (k2 === void 0) k2 = k;
			o[k2] = m[k];
		}));
		var __setModuleDefault = exports2 && exports2.__setModuleDefault || (Object.create ? (function(o, v) {
			Object.defineProperty(o, "default", {
				enumerable: true,
				value: v
			});
		}) : function(o, v) {
			o["default"] = v;
		});
		var __importStar = exports2 && exports2.__importStar || function(mod) {
			if (mod && mod.__esModule) return mod;
			var result = {};
			if (mod != null) {
				for (var k in mod) if (k !== "default" && Object.prototype.hasOwnProperty.call(mod, k)) __createBinding(result, mod, k);
			}
			__setModuleDefault(result, mod);
			return result;
		};
		var __exportStar = exports2 && exports2.__exportStar || function(m, exports3) {
			for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports3, p)) __createBinding(exports3, m, p);
		};
		Object.defineProperty(exports2, "__esModule", { value: true });
		exports2.sync = exports2.isexe = exports2.posix = exports2.win32 = void 0;
		var posix = __importStar(require_posix());
		exports2.posix = posix;
		var win32 = __importStar(require_win32());
		exports2.win32 = win32;
		__exportStar(require_options(), exports2);
		var impl = (process.env._ISEXE_TEST_PLATFORM_ || process.platform) === "win32" ? win32 : posix;
		exports2.isexe = impl.isexe;
		exports2.sync = impl.sync;
	} });
	var require_lib = __commonJS({ "node_modules/which/lib/index.js"(exports2, module2) {
		"use strict";
		var { isexe, sync: isexeSync } = require_cjs();
		var { join, delimiter, sep, posix } = __require$1("path");
		var isWindows = process.platform === "win32";
		var rSlash = new RegExp(`[${posix.sep}${sep === posix.sep ? "" : sep}]`.replace(/(\\)/g, "\\$1"));
		var rRel = new RegExp(`^\\.${rSlash.source}`);
		var getNotFoundError = (cmd) => Object.assign(/* @__PURE__ */ new Error(`not found: ${cmd}`), { code: "ENOENT" });
		var getPathInfo = (cmd, { path: optPath = process.env.PATH, pathExt: optPathExt = process.env.PATHEXT, delimiter: optDelimiter = delimiter }) => {
			const pathEnv = cmd.match(rSlash) ? [""] : [...isWindows ? [process.cwd()] : [], ...(optPath || "").split(optDelimiter)];
			if (isWindows) {
				const pathExtExe = optPathExt || [
					".EXE",
					".CMD",
					".BAT",
					".COM"
				].join(optDelimiter);
				const pathExt = pathExtExe.split(optDelimiter).flatMap((item) => [item, item.toLowerCase()]);
				if (cmd.includes(".") && pathExt[0] !== "") pathExt.unshift("");
				return {
					pathEnv,
					pathExt,
					pathExtExe
				};
			}
			return {
				pathEnv,
				pathExt: [""]
			};
		};
		var getPathPart = (raw, cmd) => {
			const pathPart = /^".*"$/.test(raw) ? raw.slice(1, -1) : raw;
			return (!pathPart && rRel.test(cmd) ? cmd.slice(0, 2) : "") + join(pathPart, cmd);
		};
		var which2 = (_0, ..._1) => __async(null, [_0, ..._1], function* (cmd, opt = {}) {
			const { pathEnv, pathExt, pathExtExe } = getPathInfo(cmd, opt);
			const found = [];
			for (const envPart of pathEnv) {
				const p = getPathPart(envPart, cmd);
				for (const ext of pathExt) {
					const withExt = p + ext;
					if (yield isexe(withExt, {
						pathExt: pathExtExe,
						ignoreErrors: true
					})) {
						if (!opt.all) return withExt;
						found.push(withExt);
					}
				}
			}
			if (opt.all && found.length) return found;
			if (opt.nothrow) return null;
			throw getNotFoundError(cmd);
		});
		var whichSync = (cmd, opt = {}) => {
			const { pathEnv, pathExt, pathExtExe } = getPathInfo(cmd, opt);
			const found = [];
			for (const pathEnvPart of pathEnv) {
				const p = getPathPart(pathEnvPart, cmd);
				for (const ext of pathExt) {
					const withExt = p + ext;
					if (isexeSync(withExt, {
						pathExt: pathExtExe,
						ignoreErrors: true
					})) {
						if (!opt.all) return withExt;
						found.push(withExt);
					}
				}
			}
			if (opt.all && found.length) return found;
			if (opt.nothrow) return null;
			throw getNotFoundError(cmd);
		};
		module2.exports = which2;
		which2.sync = whichSync;
	} });
	var vendor_core_exports = {};
	__export(vendor_core_exports, {
		VoidStream: () => VoidStream,
		buildCmd: () => buildCmd,
		chalk: () => chalk2,
		exec: () => exec,
		isStringLiteral: () => isStringLiteral,
		ps: () => ps,
		which: () => which
	});
	module.exports = __toCommonJS(vendor_core_exports);
	var ANSI_BACKGROUND_OFFSET = 10;
	var wrapAnsi16 = (offset = 0) => (code) => `\x1B[${code + offset}m`;
	var wrapAnsi256 = (offset = 0) => (code) => `\x1B[${38 + offset};5;${code}m`;
	var wrapAnsi16m = (offset = 0) => (red, green, blue) => `\x1B[${38 + offset};2;${red};${green};${blue}m`;
	var styles = {
		modifier: {
			reset: [0, 0],
			bold: [1, 22],
			dim: [2, 22],
			italic: [3, 23],
			underline: [4, 24],
			overline: [53, 55],
			inverse: [7, 27],
			hidden: [8, 28],
			strikethrough: [9, 29]
		},
		color: {
			black: [30, 39],
			red: [31, 39],
			green: [32, 39],
			yellow: [33, 39],
			blue: [34, 39],
			magenta: [35, 39],
			cyan: [36, 39],
			white: [37, 39],
			blackBright: [90, 39],
			gray: [90, 39],
			grey: [90, 39],
			redBright: [91, 39],
			greenBright: [92, 39],
			yellowBright: [93, 39],
			blueBright: [94, 39],
			magentaBright: [95, 39],
			cyanBright: [96, 39],
			whiteBright: [97, 39]
		},
		bgColor: {
			bgBlack: [40, 49],
			bgRed: [41, 49],
			bgGreen: [42, 49],
			bgYellow: [43, 49],
			bgBlue: [44, 49],
			bgMagenta: [45, 49],
			bgCyan: [46, 49],
			bgWhite: [47, 49],
			bgBlackBright: [100, 49],
			bgGray: [100, 49],
			bgGrey: [100, 49],
			bgRedBright: [101, 49],
			bgGreenBright: [102, 49],
			bgYellowBright: [103, 49],
			bgBlueBright: [104, 49],
			bgMagentaBright: [105, 49],
			bgCyanBright: [106, 49],
			bgWhiteBright: [107, 49]
		}
	};
	Object.keys(styles.modifier);
	var foregroundColorNames = Object.keys(styles.color);
	var backgroundColorNames = Object.keys(styles.bgColor);
	[...foregroundColorNames, ...backgroundColorNames];
	function assembleStyles() {
		const codes = /* @__PURE__ */ new Map();
		for (const [groupName, group] of Object.entries(styles)) {
			for (const [styleName, style] of Object.entries(group)) {
				styles[styleName] = {
					open: `\x1B[${style[0]}m`,
					close: `\x1B[${style[1]}m`
				};
				group[styleName] = styles[styleName];
				codes.set(style[0], style[1]);
			}
			Object.defineProperty(styles, groupName, {
				value: group,
				enumerable: false
			});
		}
		Object.defineProperty(styles, "codes", {
			value: codes,
			enumerable: false
		});
		styles.color.close = "\x1B[39m";
		styles.bgColor.close = "\x1B[49m";
		styles.color.ansi = wrapAnsi16();
		styles.color.ansi256 = wrapAnsi256();
		styles.color.ansi16m = wrapAnsi16m();
		styles.bgColor.ansi = wrapAnsi16(ANSI_BACKGROUND_OFFSET);
		styles.bgColor.ansi256 = wrapAnsi256(ANSI_BACKGROUND_OFFSET);
		styles.bgColor.ansi16m = wrapAnsi16m(ANSI_BACKGROUND_OFFSET);
		Object.defineProperties(styles, {
			rgbToAnsi256: {
				value(red, green, blue) {
					if (red === green && green === blue) {
						if (red < 8) return 16;
						if (red > 248) return 231;
						return Math.round((red - 8) / 247 * 24) + 232;
					}
					return 16 + 36 * Math.round(red / 255 * 5) + 6 * Math.round(green / 255 * 5) + Math.round(blue / 255 * 5);
				},
				enumerable: false
			},
			hexToRgb: {
				value(hex) {
					const matches = /[a-f\d]{6}|[a-f\d]{3}/i.exec(hex.toString(16));
					if (!matches) return [
						0,
						0,
						0
					];
					let [colorString] = matches;
					if (colorString.length === 3) colorString = [...colorString].map((character) => character + character).join("");
					const integer = Number.parseInt(colorString, 16);
					return [
						integer >> 16 & 255,
						integer >> 8 & 255,
						integer & 255
					];
				},
				enumerable: false
			},
			hexToAnsi256: {
				value: (hex) => styles.rgbToAnsi256(...styles.hexToRgb(hex)),
				enumerable: false
			},
			ansi256ToAnsi: {
				value(code) {
					if (code < 8) return 30 + code;
					if (code < 16) return 90 + (code - 8);
					let red;
					let green;
					let blue;
					if (code >= 232) {
						red = ((code - 232) * 10 + 8) / 255;
						green = red;
						blue = red;
					} else {
						code -= 16;
						const remainder = code % 36;
						red = Math.floor(code / 36) / 5;
						green = Math.floor(remainder / 6) / 5;
						blue = remainder % 6 / 5;
					}
					const value = Math.max(red, green, blue) * 2;
					if (value === 0) return 30;
					let result = 30 + (Math.round(blue) << 2 | Math.round(green) << 1 | Math.round(red));
					if (value === 2) result += 60;
					return result;
				},
				enumerable: false
			},
			rgbToAnsi: {
				value: (red, green, blue) => styles.ansi256ToAnsi(styles.rgbToAnsi256(red, green, blue)),
				enumerable: false
			},
			hexToAnsi: {
				value: (hex) => styles.ansi256ToAnsi(styles.hexToAnsi256(hex)),
				enumerable: false
			}
		});
		return styles;
	}
	var ansi_styles_default = assembleStyles();
	var import_node_process = __toESM(__require$1("process"), 1);
	var import_node_os = __toESM(__require$1("os"), 1);
	var import_node_tty = __toESM(__require$1("tty"), 1);
	function hasFlag(flag, argv = globalThis.Deno ? globalThis.Deno.args : import_node_process.default.argv) {
		const prefix = flag.startsWith("-") ? "" : flag.length === 1 ? "-" : "--";
		const position = argv.indexOf(prefix + flag);
		const terminatorPosition = argv.indexOf("--");
		return position !== -1 && (terminatorPosition === -1 || position < terminatorPosition);
	}
	var { env } = import_node_process.default;
	var flagForceColor;
	if (hasFlag("no-color") || hasFlag("no-colors") || hasFlag("color=false") || hasFlag("color=never")) flagForceColor = 0;
	else if (hasFlag("color") || hasFlag("colors") || hasFlag("color=true") || hasFlag("color=always")) flagForceColor = 1;
	function envForceColor() {
		if ("FORCE_COLOR" in env) {
			if (env.FORCE_COLOR === "true") return 1;
			if (env.FORCE_COLOR === "false") return 0;
			return env.FORCE_COLOR.length === 0 ? 1 : Math.min(Number.parseInt(env.FORCE_COLOR, 10), 3);
		}
	}
	function translateLevel(level) {
		if (level === 0) return false;
		return {
			level,
			hasBasic: true,
			has256: level >= 2,
			has16m: level >= 3
		};
	}
	function _supportsColor(haveStream, { streamIsTTY, sniffFlags = true } = {}) {
		const noFlagForceColor = envForceColor();
		if (noFlagForceColor !== void 0) flagForceColor = noFlagForceColor;
		const forceColor = sniffFlags ? flagForceColor : noFlagForceColor;
		if (forceColor === 0) return 0;
		if (sniffFlags) {
			if (hasFlag("color=16m") || hasFlag("color=full") || hasFlag("color=truecolor")) return 3;
			if (hasFlag("color=256")) return 2;
		}
		if ("TF_BUILD" in env && "AGENT_NAME" in env) return 1;
		if (haveStream && !streamIsTTY && forceColor === void 0) return 0;
		const min = forceColor || 0;
		if (env.TERM === "dumb") return min;
		if (import_node_process.default.platform === "win32") {
			const osRelease = import_node_os.default.release().split(".");
			if (Number(osRelease[0]) >= 10 && Number(osRelease[2]) >= 10586) return Number(osRelease[2]) >= 14931 ? 3 : 2;
			return 1;
		}
		if ("CI" in env) {
			if ([
				"GITHUB_ACTIONS",
				"GITEA_ACTIONS",
				"CIRCLECI"
			].some((key) => key in env)) return 3;
			if ([
				"TRAVIS",
				"APPVEYOR",
				"GITLAB_CI",
				"BUILDKITE",
				"DRONE"
			].some((sign) => sign in env) || env.CI_NAME === "codeship") return 1;
			return min;
		}
		if ("TEAMCITY_VERSION" in env) return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? 1 : 0;
		if (env.COLORTERM === "truecolor") return 3;
		if (env.TERM === "xterm-kitty") return 3;
		if (env.TERM === "xterm-ghostty") return 3;
		if (env.TERM === "wezterm") return 3;
		if ("TERM_PROGRAM" in env) {
			const version = Number.parseInt((env.TERM_PROGRAM_VERSION || "").split(".")[0], 10);
			switch (env.TERM_PROGRAM) {
				case "iTerm.app": return version >= 3 ? 3 : 2;
				case "Apple_Terminal": return 2;
			}
		}
		if (/-256(color)?$/i.test(env.TERM)) return 2;
		if (/^screen|^xterm|^vt100|^vt220|^rxvt|color|ansi|cygwin|linux/i.test(env.TERM)) return 1;
		if ("COLORTERM" in env) return 1;
		return min;
	}
	function createSupportsColor(stream, options = {}) {
		return translateLevel(_supportsColor(stream, __spreadValues({ streamIsTTY: stream && stream.isTTY }, options)));
	}
	var supports_color_default = {
		stdout: createSupportsColor({ isTTY: import_node_tty.default.isatty(1) }),
		stderr: createSupportsColor({ isTTY: import_node_tty.default.isatty(2) })
	};
	function stringReplaceAll(string, substring, replacer) {
		let index = string.indexOf(substring);
		if (index === -1) return string;
		const substringLength = substring.length;
		let endIndex = 0;
		let returnValue = "";
		do {
			returnValue += string.slice(endIndex, index) + substring + replacer;
			endIndex = index + substringLength;
			index = string.indexOf(substring, endIndex);
		} while (index !== -1);
		returnValue += string.slice(endIndex);
		return returnValue;
	}
	function stringEncaseCRLFWithFirstIndex(string, prefix, postfix, index) {
		let endIndex = 0;
		let returnValue = "";
		do {
			const gotCR = string[index - 1] === "\r";
			returnValue += string.slice(endIndex, gotCR ? index - 1 : index) + prefix + (gotCR ? "\r\n" : "\n") + postfix;
			endIndex = index + 1;
			index = string.indexOf("\n", endIndex);
		} while (index !== -1);
		returnValue += string.slice(endIndex);
		return returnValue;
	}
	var { stdout: stdoutColor, stderr: stderrColor } = supports_color_default;
	var GENERATOR = Symbol("GENERATOR");
	var STYLER = Symbol("STYLER");
	var IS_EMPTY = Symbol("IS_EMPTY");
	var levelMapping = [
		"ansi",
		"ansi",
		"ansi256",
		"ansi16m"
	];
	var styles2 = /* @__PURE__ */ Object.create(null);
	var applyOptions = (object, options = {}) => {
		if (options.level && !(Number.isInteger(options.level) && options.level >= 0 && options.level <= 3)) throw new Error("The `level` option should be an integer from 0 to 3");
		const colorLevel = stdoutColor ? stdoutColor.level : 0;
		object.level = options.level === void 0 ? colorLevel : options.level;
	};
	var chalkFactory = (options) => {
		const chalk3 = (...strings) => strings.join(" ");
		applyOptions(chalk3, options);
		Object.setPrototypeOf(chalk3, createChalk.prototype);
		return chalk3;
	};
	function createChalk(options) {
		return chalkFactory(options);
	}
	Object.setPrototypeOf(createChalk.prototype, Function.prototype);
	for (const [styleName, style] of Object.entries(ansi_styles_default)) styles2[styleName] = { get() {
		const builder = createBuilder(this, createStyler(style.open, style.close, this[STYLER]), this[IS_EMPTY]);
		Object.defineProperty(this, styleName, { value: builder });
		return builder;
	} };
	styles2.visible = { get() {
		const builder = createBuilder(this, this[STYLER], true);
		Object.defineProperty(this, "visible", { value: builder });
		return builder;
	} };
	var getModelAnsi = (model, level, type, ...arguments_) => {
		if (model === "rgb") {
			if (level === "ansi16m") return ansi_styles_default[type].ansi16m(...arguments_);
			if (level === "ansi256") return ansi_styles_default[type].ansi256(ansi_styles_default.rgbToAnsi256(...arguments_));
			return ansi_styles_default[type].ansi(ansi_styles_default.rgbToAnsi(...arguments_));
		}
		if (model === "hex") return getModelAnsi("rgb", level, type, ...ansi_styles_default.hexToRgb(...arguments_));
		return ansi_styles_default[type][model](...arguments_);
	};
	for (const model of [
		"rgb",
		"hex",
		"ansi256"
	]) {
		styles2[model] = { get() {
			const { level } = this;
			return function(...arguments_) {
				const styler = createStyler(getModelAnsi(model, levelMapping[level], "color", ...arguments_), ansi_styles_default.color.close, this[STYLER]);
				return createBuilder(this, styler, this[IS_EMPTY]);
			};
		} };
		const bgModel = "bg" + model[0].toUpperCase() + model.slice(1);
		styles2[bgModel] = { get() {
			const { level } = this;
			return function(...arguments_) {
				const styler = createStyler(getModelAnsi(model, levelMapping[level], "bgColor", ...arguments_), ansi_styles_default.bgColor.close, this[STYLER]);
				return createBuilder(this, styler, this[IS_EMPTY]);
			};
		} };
	}
	var proto = Object.defineProperties(() => {}, __spreadProps(__spreadValues({}, styles2), { level: {
		enumerable: true,
		get() {
			return this[GENERATOR].level;
		},
		set(level) {
			this[GENERATOR].level = level;
		}
	} }));
	var createStyler = (open, close, parent) => {
		let openAll;
		let closeAll;
		if (parent === void 0) {
			openAll = open;
			closeAll = close;
		} else {
			openAll = parent.openAll + open;
			closeAll = close + parent.closeAll;
		}
		return {
			open,
			close,
			openAll,
			closeAll,
			parent
		};
	};
	var createBuilder = (self, _styler, _isEmpty) => {
		const builder = (...arguments_) => applyStyle(builder, arguments_.length === 1 ? "" + arguments_[0] : arguments_.join(" "));
		Object.setPrototypeOf(builder, proto);
		builder[GENERATOR] = self;
		builder[STYLER] = _styler;
		builder[IS_EMPTY] = _isEmpty;
		return builder;
	};
	var applyStyle = (self, string) => {
		if (self.level <= 0 || !string) return self[IS_EMPTY] ? "" : string;
		let styler = self[STYLER];
		if (styler === void 0) return string;
		const { openAll, closeAll } = styler;
		if (string.includes("\x1B")) while (styler !== void 0) {
			string = stringReplaceAll(string, styler.close, styler.open);
			styler = styler.parent;
		}
		const lfIndex = string.indexOf("\n");
		if (lfIndex !== -1) string = stringEncaseCRLFWithFirstIndex(string, closeAll, openAll, lfIndex);
		return openAll + string + closeAll;
	};
	Object.defineProperties(createChalk.prototype, styles2);
	var chalk = createChalk();
	createChalk({ level: stderrColor ? stderrColor.level : 0 });
	var source_default = chalk;
	var import_which = __toESM(require_lib(), 1);
	var import_node_process4 = __toESM(__require$1("process"), 1);
	var import_node_fs = __toESM(__require$1("fs"), 1);
	var import_node_os2 = __toESM(__require$1("os"), 1);
	var EOL = /\r?\n|\r|\n/;
	var EMPTY = "-";
	var parseLine = (line, sep = " ") => {
		if (typeof line !== "string") throw new Error("parseLine: line must be a string");
		const result = {
			spaces: [],
			words: []
		};
		const capture = () => {
			if (word) {
				result.words.push({
					s,
					e: s + word.length - 1,
					w: word
				});
				word = "";
				s = -1;
			}
		};
		let bb;
		let word = "";
		let s = -1;
		for (const i in [...line]) {
			const prev = line[+i - 1];
			const char = line[i];
			if (bb) {
				word += char;
				if (char === bb && prev !== "\\") bb = void 0;
				continue;
			}
			if (char === sep) {
				result.spaces.push(+i);
				capture();
				continue;
			}
			if (s === -1) s = +i;
			if (char === "\"" || char === "'") bb = char;
			word += char;
		}
		capture();
		return result;
	};
	var parseLines = (input, sep) => input.split(EOL).filter(Boolean).map((l) => parseLine(l, sep));
	var countWordsByIndex = ({ words }, index) => words.filter(({ e }) => e < index).length;
	var getBorders = (lines) => lines[0].spaces.reduce((m, i) => {
		const c = countWordsByIndex(lines[0], i);
		if (lines.every((l) => l.spaces.includes(i) && c === countWordsByIndex(l, i))) m.push(i);
		return m;
	}, []);
	var parseUnixGrid = (input) => {
		const lines = parseLines(input);
		const borders = getBorders(lines);
		const _borders = [
			Number.NEGATIVE_INFINITY,
			...borders,
			Number.POSITIVE_INFINITY
		];
		const grid = [];
		for (const { words } of lines) {
			const row = [];
			grid.push(row);
			for (const n in words) {
				const { w, s, e } = words[n];
				for (const _b in _borders) {
					const a = _borders[+_b];
					const b = _borders[+_b + 1];
					if (b === void 0) break;
					const block = row[_b] || (row[_b] = []);
					if (s > a && e < b) block.push(w);
				}
			}
		}
		return gridToData(grid);
	};
	var gridToData = (grid) => {
		const data = [];
		const [headers, ...body] = grid;
		for (const row of body) {
			const entry = {};
			data.push(entry);
			for (const i in headers) {
				const keys = headers[i];
				if (keys.length === 0) continue;
				if (keys.length > row[i].length) throw new Error("Malformed grid: row has more columns than headers");
				for (const k in keys) {
					const key = keys[k];
					const to = +k + 1 === keys.length ? Number.POSITIVE_INFINITY : +k + 1;
					entry[key] = row[i].slice(+k, to);
				}
			}
		}
		return data;
	};
	var parseWinGrid = (input, debug = false) => {
		const lines = input.split(/\r*\n+/).filter(Boolean);
		const headline = lines.shift();
		const headers = headline.trim().split(/\s\s+/);
		const hl = headers.length;
		const ll = headline.length;
		if (debug) {
			console.log("Headers:", headers);
			console.log("Line lengths:", lines.map((l) => l.length));
		}
		if (lines.every((l) => ll / l.length < 2)) {
			const borders = Array.from({ length: ll }).map((_, i) => lines.every((l) => l[i] === " ")).reduce((m, v, i, a) => {
				if (v && !a[i - 1]) m.push(i);
				return m;
			}, [0]);
			const data2 = [];
			debug && console.log("Borders:", borders);
			for (const line of lines) {
				const props = [];
				for (const i in headers) {
					const k = headers[i];
					const s = borders[i];
					const e = borders[+i + 1] || ll;
					const v = line.slice(s, e).trim();
					props.push([k, [v || EMPTY]]);
				}
				data2.push(Object.fromEntries(props));
			}
			return data2;
		}
		let w = "";
		let p;
		const body = input.slice(headline.length);
		const vals = [];
		const data = [];
		const cap = (v) => {
			const _v = w.trim() || (vals.length === 0 ? v : w.trim());
			if (!_v) return;
			vals.push(_v);
			if (vals.length === hl) {
				data.push(Object.fromEntries(headers.map((h, i) => [h, [vals[i]]])));
				vals.length = 0;
			}
			w = "";
		};
		for (const c of body) {
			w += c;
			if (c === " ") {
				if (p === "\n") cap(EMPTY);
				else if (p === " ") cap();
			} else if (c === "\n") cap();
			p = c;
		}
		cap();
		return data;
	};
	var parsers = {
		unix: parseUnixGrid,
		win: parseWinGrid
	};
	var parse = (input, { format = "unix", debug = false } = {}) => {
		const parser = parsers[format];
		if (!parser) throw new Error(`unsupported format: ${format}`);
		return parser(input, debug);
	};
	var cp = __toESM(__require$1("child_process"), 1);
	var import_node_process3 = __toESM(__require$1("process"), 1);
	var import_node_events = __toESM(__require$1("events"), 1);
	var import_node_stream = __require$1("stream");
	var g = !__toESM(__require$1("process"), 1).default.versions.deno && global || globalThis;
	var immediate = g.setImmediate || ((f) => g.setTimeout(f, 0));
	var noop = () => {};
	var randomId = () => Math.random().toString(36).slice(2);
	var isPromiseLike = (value) => typeof (value == null ? void 0 : value.then) === "function";
	var isStringLiteral = (pieces, ...rest) => {
		var _a;
		return (pieces == null ? void 0 : pieces.length) > 0 && ((_a = pieces.raw) == null ? void 0 : _a.length) === pieces.length && rest.length + 1 === pieces.length;
	};
	var assign = (target, ...extras) => Object.defineProperties(target, extras.reduce((m, extra) => __spreadValues(__spreadValues({}, m), Object.fromEntries(Object.entries(Object.getOwnPropertyDescriptors(extra)).filter(([, v]) => !Object.prototype.hasOwnProperty.call(v, "value") || v.value !== void 0))), {}));
	var buildCmd = (quote2, pieces, args, subs = substitute) => {
		if (args.some(isPromiseLike)) return Promise.all(args).then((args2) => buildCmd(quote2, pieces, args2, subs));
		let cmd = pieces[0], i = 0;
		while (i < args.length) {
			const s = Array.isArray(args[i]) ? args[i].map((x) => quote2(subs(x))).join(" ") : quote2(subs(args[i]));
			cmd += s + pieces[++i];
		}
		return cmd;
	};
	var substitute = (arg) => typeof (arg == null ? void 0 : arg.stdout) === "string" ? arg.stdout.replace(/\n$/, "") : `${arg}`;
	var defaults = {
		get id() {
			return randomId();
		},
		cmd: "",
		get cwd() {
			return import_node_process3.default.cwd();
		},
		sync: false,
		args: [],
		input: null,
		env: import_node_process3.default.env,
		get ee() {
			return new import_node_events.default();
		},
		get ac() {
			return g.AbortController && new AbortController();
		},
		get signal() {
			var _a;
			return (_a = this.ac) == null ? void 0 : _a.signal;
		},
		on: {},
		detached: import_node_process3.default.platform !== "win32",
		shell: true,
		spawn: cp.spawn,
		spawnSync: cp.spawnSync,
		spawnOpts: {},
		get store() {
			return createStore();
		},
		callback: noop,
		get stdin() {
			return new VoidStream();
		},
		get stdout() {
			return new VoidStream();
		},
		get stderr() {
			return new VoidStream();
		},
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		],
		run: immediate,
		stack: ""
	};
	var normalizeCtx = (...ctxs) => assign(__spreadValues({}, defaults), { get signal() {
		var _a;
		return (_a = this.ac) == null ? void 0 : _a.signal;
	} }, ...ctxs);
	var processInput = (child, input) => {
		if (input && child.stdin && !child.stdin.destroyed) {
			if (input instanceof import_node_stream.Readable) input.pipe(child.stdin);
			else {
				child.stdin.write(input);
				child.stdin.end();
			}
		}
	};
	var VoidStream = class extends import_node_stream.Transform {
		_transform(chunk, _, cb) {
			this.emit("data", chunk);
			cb();
		}
	};
	var buildSpawnOpts = ({ spawnOpts, stdio, cwd, shell, input, env: env2, detached, signal }) => __spreadProps(__spreadValues({}, spawnOpts), {
		env: env2,
		cwd,
		stdio,
		shell,
		input,
		windowsHide: true,
		detached,
		signal
	});
	var toggleListeners = (pos, ee, on = {}) => {
		for (const [name, listener] of Object.entries(on)) ee[pos](name, listener);
		if (pos === "on") ee.once("end", () => toggleListeners("off", ee, on));
	};
	var createStore = () => ({
		stdout: [],
		stderr: [],
		stdall: []
	});
	var invoke = (c) => {
		var _a, _b;
		const now = Date.now();
		const stdio = [
			c.stdin,
			c.stdout,
			c.stderr
		];
		const push = (kind, data) => {
			c.store[kind].push(data);
			c.store.stdall.push(data);
			c.ee.emit(kind, data, c);
			c.ee.emit("stdall", data, c);
		};
		try {
			if (c.sync) {
				toggleListeners("on", c.ee, c.on);
				const opts = buildSpawnOpts(c);
				const r = c.spawnSync(c.cmd, c.args, opts);
				c.ee.emit("start", r, c);
				if (((_a = r.stdout) == null ? void 0 : _a.length) > 0) {
					c.stdout.write(r.stdout);
					push("stdout", r.stdout);
				}
				if (((_b = r.stderr) == null ? void 0 : _b.length) > 0) {
					c.stderr.write(r.stderr);
					push("stderr", r.stderr);
				}
				c.callback(null, c.fulfilled = __spreadProps(__spreadValues({}, r), {
					get stdout() {
						return c.store.stdout.join("");
					},
					get stderr() {
						return c.store.stderr.join("");
					},
					get stdall() {
						return c.store.stdall.join("");
					},
					stdio,
					duration: Date.now() - now,
					ctx: c
				}));
				c.ee.emit("end", c.fulfilled, c);
			} else c.run(() => {
				var _a2, _b2, _c;
				toggleListeners("on", c.ee, c.on);
				let error = null;
				let aborted = false;
				const opts = buildSpawnOpts(c);
				const child = c.spawn(c.cmd, c.args, opts);
				const onAbort = (event) => {
					if (opts.detached && child.pid) try {
						import_node_process3.default.kill(-child.pid);
					} catch (e) {
						child.kill();
					}
					aborted = true;
					c.ee.emit("abort", event, c);
				};
				c.child = child;
				c.ee.emit("start", child, c);
				(_a2 = opts.signal) == null || _a2.addEventListener("abort", onAbort);
				processInput(child, c.input || c.stdin);
				(_b2 = child.stdout) == null || _b2.on("data", (d) => {
					push("stdout", d);
				}).pipe(c.stdout);
				(_c = child.stderr) == null || _c.on("data", (d) => {
					push("stderr", d);
				}).pipe(c.stderr);
				child.once("error", (e) => {
					error = e;
					c.ee.emit("err", error, c);
				}).once("exit", () => {
					var _a3, _b3;
					if (aborted) {
						(_a3 = child.stdout) == null || _a3.destroy();
						(_b3 = child.stderr) == null || _b3.destroy();
					}
				}).once("close", (status, signal) => {
					var _a3;
					c.fulfilled = {
						error,
						status,
						signal,
						get stdout() {
							return c.store.stdout.join("");
						},
						get stderr() {
							return c.store.stderr.join("");
						},
						get stdall() {
							return c.store.stdall.join("");
						},
						stdio,
						duration: Date.now() - now,
						ctx: c
					};
					(_a3 = opts.signal) == null || _a3.removeEventListener("abort", onAbort);
					c.callback(error, c.fulfilled);
					c.ee.emit("end", c.fulfilled, c);
				});
			}, c);
		} catch (error) {
			c.callback(error, c.fulfilled = {
				error,
				status: null,
				signal: null,
				stdout: "",
				stderr: "",
				stdall: "",
				stdio,
				duration: Date.now() - now,
				ctx: c
			});
			c.ee.emit("err", error, c);
			c.ee.emit("end", c.fulfilled, c);
		}
		return c;
	};
	var exec = (ctx) => invoke(normalizeCtx(ctx));
	var IS_WIN = import_node_process4.default.platform === "win32";
	var IS_WIN2025_PLUS = IS_WIN && Number.parseInt(import_node_os2.default.release().split(".")[2], 10) >= 26e3;
	var LOOKUPS = {
		wmic: {
			cmd: "wmic process get ProcessId,ParentProcessId,CommandLine",
			args: [],
			parse(stdout) {
				return parse(removeWmicPrefix(stdout), { format: "win" });
			}
		},
		ps: {
			cmd: "ps",
			args: ["-lx"],
			parse(stdout) {
				return parse(stdout, { format: "unix" });
			}
		},
		pwsh: {
			cmd: "pwsh",
			args: [
				"-NoProfile",
				"-Command",
				"\"Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,CommandLine | ConvertTo-Json -Compress\""
			],
			parse(stdout) {
				let arr = [];
				try {
					arr = JSON.parse(stdout);
				} catch (e) {
					return [];
				}
				return arr.map((p) => ({
					ProcessId: [p.ProcessId + ""],
					ParentProcessId: [p.ParentProcessId + ""],
					CommandLine: p.CommandLine ? [p.CommandLine] : []
				}));
			}
		}
	};
	var isBin = (f) => {
		if (f === "") return false;
		if (!f.includes("/") && !f.includes("\\")) return true;
		if (f.length > 3 && f[0] === "\"") return f[f.length - 1] === "\"" ? isBin(f.slice(1, -1)) : false;
		try {
			if (!import_node_fs.default.existsSync(f)) return false;
			const stat = import_node_fs.default.lstatSync(f);
			return stat.isFile() || stat.isSymbolicLink();
		} catch (e) {
			return false;
		}
	};
	var lookup = (query = {}, cb = noop2) => _lookup({
		query,
		cb,
		sync: false
	});
	var lookupSync = (query = {}, cb = noop2) => _lookup({
		query,
		cb,
		sync: true
	});
	lookup.sync = lookupSync;
	var _lookup = ({ query = {}, cb = noop2, sync = false }) => {
		const { promise, resolve, reject } = (sync ? makePseudoDeferred.bind(null, []) : makeDeferred)();
		const result = [];
		const { parse: parse2, cmd, args } = LOOKUPS[IS_WIN ? IS_WIN2025_PLUS ? "pwsh" : "wmic" : "ps"];
		const callback = (err, { stdout }) => {
			if (err) {
				reject(err);
				cb(err);
				return;
			}
			result.push(...filterProcessList(normalizeOutput(parse2(stdout)), query));
			resolve(result);
			cb(null, result);
		};
		exec({
			cmd,
			args,
			callback,
			sync,
			run(cb2) {
				cb2();
			}
		});
		return Object.assign(promise, result);
	};
	var filterProcessList = (processList, query = {}) => {
		const pidList = (query.pid === void 0 ? [] : [query.pid].flat(1)).map((v) => v + "");
		const filters = [
			(p) => query.command ? new RegExp(query.command, "i").test(p.command) : true,
			(p) => query.arguments ? new RegExp(query.arguments, "i").test(p.arguments.join(" ")) : true,
			(p) => query.ppid ? query.ppid + "" === p.ppid : true
		];
		return processList.filter((p) => (pidList.length === 0 || pidList.includes(p.pid)) && filters.every((f) => f(p)));
	};
	var removeWmicPrefix = (stdout) => {
		const s = stdout.indexOf(LOOKUPS.wmic.cmd + import_node_os2.default.EOL);
		const e = stdout.includes(">") ? stdout.trimEnd().lastIndexOf(import_node_os2.default.EOL) : stdout.length;
		return (s > 0 ? stdout.slice(s + LOOKUPS.wmic.cmd.length, e) : stdout.slice(0, e)).trimStart();
	};
	var pickTree = (list, pid, recursive = false) => {
		const children = list.filter((p) => p.ppid === pid + "");
		return [...children, ...children.flatMap((p) => recursive ? pickTree(list, p.pid, true) : [])];
	};
	var _tree = ({ cb = noop2, opts, sync = false }) => {
		if (typeof opts === "string" || typeof opts === "number") return _tree({
			opts: { pid: opts },
			cb,
			sync
		});
		const onError = (err) => cb(err);
		const onData = (all) => {
			if (opts === void 0) return all;
			const { pid, recursive = false } = opts;
			const list = pickTree(all, pid, recursive);
			cb(null, list);
			return list;
		};
		try {
			const all = _lookup({ sync });
			return sync ? onData(all) : all.then(onData, (err) => {
				onError(err);
				throw err;
			});
		} catch (err) {
			onError(err);
			return Promise.reject(err);
		}
	};
	var tree = (opts, cb) => __async(null, null, function* () {
		return _tree({
			opts,
			cb
		});
	});
	var treeSync = (opts, cb) => _tree({
		opts,
		cb,
		sync: true
	});
	tree.sync = treeSync;
	var kill = (pid, opts, next) => {
		if (typeof opts == "function") return kill(pid, void 0, opts);
		if (typeof opts == "string" || typeof opts == "number") return kill(pid, { signal: opts }, next);
		const { promise, resolve, reject } = makeDeferred();
		const { timeout = 30, signal = "SIGTERM" } = opts || {};
		try {
			import_node_process4.default.kill(+pid, signal);
		} catch (e) {
			reject(e);
			next?.(e);
			return promise;
		}
		let checkConfident = 0;
		let checkTimeoutTimer;
		let checkIsTimeout = false;
		const checkKilled = (finishCallback) => lookup({ pid }, (err, list = []) => {
			if (checkIsTimeout) return;
			if (err) {
				clearTimeout(checkTimeoutTimer);
				reject(err);
				finishCallback?.(err, pid);
			} else if (list.length > 0) {
				checkConfident = checkConfident - 1 || 0;
				checkKilled(finishCallback);
			} else {
				checkConfident++;
				if (checkConfident === 5) {
					clearTimeout(checkTimeoutTimer);
					resolve(pid);
					finishCallback?.(null, pid);
				} else checkKilled(finishCallback);
			}
		});
		if (next) {
			checkKilled(next);
			checkTimeoutTimer = setTimeout(() => {
				checkIsTimeout = true;
				next(/* @__PURE__ */ new Error("Kill process timeout"));
			}, timeout * 1e3);
		} else resolve(pid);
		return promise;
	};
	var normalizeOutput = (data) => data.reduce((m, d) => {
		var _a, _b;
		const pid = (_a = d.PID || d.ProcessId) == null ? void 0 : _a[0];
		const ppid = (_b = d.PPID || d.ParentProcessId) == null ? void 0 : _b[0];
		const _cmd = d.CMD || d.CommandLine || d.COMMAND || [];
		const cmd = _cmd.length === 1 ? _cmd[0].split(/\s+/) : _cmd;
		if (pid && cmd.length > 0) {
			const c = cmd.findIndex((_v, i) => isBin(cmd.slice(0, i).join(" ")));
			const command = (c === -1 ? cmd : cmd.slice(0, c)).join(" ");
			const args = c === -1 ? [] : cmd.slice(c);
			m.push({
				pid,
				ppid,
				command,
				arguments: args
			});
		}
		return m;
	}, []);
	var makeDeferred = () => {
		let resolve;
		let reject;
		const promise = new Promise((res, rej) => {
			resolve = res;
			reject = rej;
		});
		return {
			resolve,
			reject,
			promise
		};
	};
	var makePseudoDeferred = (r = {}) => ({
		promise: r,
		resolve: identity,
		reject(e) {
			throw e;
		}
	});
	var noop2 = () => {};
	var identity = (v) => v;
	var index_default = {
		kill,
		lookup,
		lookupSync,
		tree,
		treeSync
	};
	var import_internals = require_internals();
	var chalk2 = import_internals.bus.wrap("chalk", source_default);
	var which = import_internals.bus.wrap("which", import_which.default);
	var ps = import_internals.bus.wrap("ps", index_default);
	/* c8 ignore next 100 */
	0 && (module.exports = {
		VoidStream,
		buildCmd,
		chalk,
		exec,
		isStringLiteral,
		ps,
		which
	});
}));

// node_modules/zx/build/util.cjs
var require_util = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { __spreadValues, __spreadProps, __export, __toESM, __toCommonJS } = require_esblib();
	var util_exports = {};
	__export(util_exports, {
		bufArrJoin: () => bufArrJoin,
		bufToString: () => bufToString,
		getLast: () => getLast,
		getLines: () => getLines,
		identity: () => identity,
		isString: () => isString,
		isStringLiteral: () => import_vendor_core.isStringLiteral,
		iteratorToArray: () => iteratorToArray,
		noop: () => noop,
		once: () => once,
		parseBool: () => parseBool,
		parseDuration: () => parseDuration,
		preferLocalBin: () => preferLocalBin,
		proxyOverride: () => proxyOverride,
		quote: () => quote,
		quotePowerShell: () => quotePowerShell,
		randomId: () => randomId,
		toCamelCase: () => toCamelCase
	});
	module.exports = __toCommonJS(util_exports);
	var import_node_path = __toESM(__require$1("path"), 1);
	var import_node_process = __toESM(__require$1("process"), 1);
	var import_vendor_core = require_vendor_core();
	function noop() {}
	function identity(v) {
		return v;
	}
	function randomId() {
		return Math.random().toString(36).slice(2);
	}
	function isString(obj) {
		return typeof obj === "string";
	}
	var utf8Decoder = new TextDecoder("utf-8");
	var bufToString = (buf) => isString(buf) ? buf : utf8Decoder.decode(buf);
	var bufArrJoin = (arr) => arr.reduce((acc, buf) => acc + bufToString(buf), "");
	var getLast = (arr) => arr[arr.length - 1];
	function preferLocalBin(env, ...dirs) {
		const pathKey = import_node_process.default.platform === "win32" ? Object.keys(env).reverse().find((key) => key.toUpperCase() === "PATH") || "Path" : "PATH";
		const pathValue = dirs.map((c) => c && [import_node_path.default.resolve(c, "node_modules", ".bin"), import_node_path.default.resolve(c)]).flat().concat(env[pathKey]).filter(Boolean).join(import_node_path.default.delimiter);
		return __spreadProps(__spreadValues({}, env), { [pathKey]: pathValue });
	}
	function quote(arg) {
		if (arg === "") return `$''`;
		if (/^[\w/.\-@:=]+$/.test(arg)) return arg;
		return `$'` + arg.replace(/\\/g, "\\\\").replace(/'/g, "\\'").replace(/\f/g, "\\f").replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t").replace(/\v/g, "\\v").replace(/\0/g, "\\0") + `'`;
	}
	function quotePowerShell(arg) {
		if (arg === "") return `''`;
		if (/^[\w/.\-]+$/.test(arg)) return arg;
		return `'` + arg.replace(/'/g, "''") + `'`;
	}
	function parseDuration(d) {
		if (typeof d === "number") {
			if (isNaN(d) || d < 0) throw new Error(`Invalid duration: "${d}".`);
			return d;
		}
		const [m, v, u] = d.match(/^(\d+)(m?s?)$/) || [];
		if (!m) throw new Error(`Unknown duration: "${d}".`);
		return +v * ({
			s: 1e3,
			ms: 1,
			m: 6e4
		}[u] || 1);
	}
	var once = (fn) => {
		let called = false;
		let result;
		return (...args) => called ? result : (called = true, result = fn(...args));
	};
	var proxyOverride = (origin, ...fallbacks) => new Proxy(origin, { get(target, key) {
		var _a, _b;
		return (_b = (_a = fallbacks.find((f) => key in f)) == null ? void 0 : _a[key]) != null ? _b : Reflect.get(target, key);
	} });
	var toCamelCase = (str) => str.toLowerCase().replace(/([a-z])[_-]+([a-z])/g, (_, p1, p2) => p1 + p2.toUpperCase());
	var parseBool = (v) => v === "true" || v !== "false" && v;
	var getLines = (chunk, next, delimiter) => {
		const lines = ((next.pop() || "") + bufToString(chunk)).split(delimiter);
		next.push(lines.pop());
		return lines;
	};
	var iteratorToArray = (it) => {
		const arr = [];
		let entry;
		while (!(entry = it.next()).done) arr.push(entry.value);
		return arr;
	};
	/* c8 ignore next 100 */
	0 && (module.exports = {
		bufArrJoin,
		bufToString,
		getLast,
		getLines,
		identity,
		isString,
		isStringLiteral,
		iteratorToArray,
		noop,
		once,
		parseBool,
		parseDuration,
		preferLocalBin,
		proxyOverride,
		quote,
		quotePowerShell,
		randomId,
		toCamelCase
	});
}));

// node_modules/zx/build/core.cjs
var require_core = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { __spreadValues, __spreadProps, __export, __toESM, __toCommonJS, __async, __await, __asyncGenerator, __yieldStar, __forAwait } = require_esblib();
	var core_exports = {};
	__export(core_exports, {
		$: () => $,
		Fail: () => Fail,
		ProcessOutput: () => ProcessOutput,
		ProcessPromise: () => ProcessPromise,
		bus: () => import_internals.bus,
		cd: () => cd,
		chalk: () => import_vendor_core3.chalk,
		defaults: () => defaults,
		kill: () => kill,
		log: () => log,
		os: () => os,
		path: () => import_node_path.default,
		ps: () => import_vendor_core3.ps,
		quote: () => import_util2.quote,
		quotePowerShell: () => import_util2.quotePowerShell,
		resolveDefaults: () => resolveDefaults,
		syncProcessCwd: () => syncProcessCwd,
		useBash: () => useBash,
		usePowerShell: () => usePowerShell,
		usePwsh: () => usePwsh,
		which: () => import_vendor_core3.which,
		within: () => within
	});
	module.exports = __toCommonJS(core_exports);
	var import_node_async_hooks = __require$1("async_hooks");
	var import_node_buffer = __require$1("buffer");
	var import_node_child_process = __toESM(__require$1("child_process"), 1);
	var import_node_events = __require$1("events");
	var import_node_fs = __toESM(__require$1("fs"), 1);
	var import_node_os = __require$1("os");
	var import_node_process2 = __toESM(__require$1("process"), 1);
	var import_node_util2 = __require$1("util");
	var EXIT_CODES = {
		2: "Misuse of shell builtins",
		126: "Invoked command cannot execute",
		127: "Command not found",
		128: "Invalid exit argument",
		129: "Hangup",
		130: "Interrupt",
		131: "Quit and dump core",
		132: "Illegal instruction",
		133: "Trace/breakpoint trap",
		134: "Process aborted",
		135: "Bus error: \"access to undefined portion of memory object\"",
		136: "Floating point exception: \"erroneous arithmetic operation\"",
		137: "Kill (terminate immediately)",
		138: "User-defined 1",
		139: "Segmentation violation",
		140: "User-defined 2",
		141: "Write to pipe with no one reading",
		142: "Signal raised by alarm",
		143: "Termination (request to terminate)",
		145: "Child process terminated, stopped (or continued*)",
		146: "Continue if stopped",
		147: "Stop executing temporarily",
		148: "Terminal stop signal",
		149: "Background process attempting to read from tty (\"in\")",
		150: "Background process attempting to write to tty (\"out\")",
		151: "Urgent data available on socket",
		152: "CPU time limit exceeded",
		153: "File size limit exceeded",
		154: "Signal raised by timer counting virtual time: \"virtual timer expired\"",
		155: "Profiling timer expired",
		157: "Pollable event",
		159: "Bad syscall"
	};
	var ERRNO_CODES = {
		0: "Success",
		1: "Not super-user",
		2: "No such file or directory",
		3: "No such process",
		4: "Interrupted system call",
		5: "I/O error",
		6: "No such device or address",
		7: "Arg list too long",
		8: "Exec format error",
		9: "Bad file number",
		10: "No children",
		11: "No more processes",
		12: "Not enough core",
		13: "Permission denied",
		14: "Bad address",
		15: "Block device required",
		16: "Mount device busy",
		17: "File exists",
		18: "Cross-device link",
		19: "No such device",
		20: "Not a directory",
		21: "Is a directory",
		22: "Invalid argument",
		23: "Too many open files in system",
		24: "Too many open files",
		25: "Not a typewriter",
		26: "Text file busy",
		27: "File too large",
		28: "No space left on device",
		29: "Illegal seek",
		30: "Read only file system",
		31: "Too many links",
		32: "Broken pipe",
		33: "Math arg out of domain of func",
		34: "Math result not representable",
		35: "File locking deadlock error",
		36: "File or path name too long",
		37: "No record locks available",
		38: "Function not implemented",
		39: "Directory not empty",
		40: "Too many symbolic links",
		42: "No message of desired type",
		43: "Identifier removed",
		44: "Channel number out of range",
		45: "Level 2 not synchronized",
		46: "Level 3 halted",
		47: "Level 3 reset",
		48: "Link number out of range",
		49: "Protocol driver not attached",
		50: "No CSI structure available",
		51: "Level 2 halted",
		52: "Invalid exchange",
		53: "Invalid request descriptor",
		54: "Exchange full",
		55: "No anode",
		56: "Invalid request code",
		57: "Invalid slot",
		59: "Bad font file fmt",
		60: "Device not a stream",
		61: "No data (for no delay io)",
		62: "Timer expired",
		63: "Out of streams resources",
		64: "Machine is not on the network",
		65: "Package not installed",
		66: "The object is remote",
		67: "The link has been severed",
		68: "Advertise error",
		69: "Srmount error",
		70: "Communication error on send",
		71: "Protocol error",
		72: "Multihop attempted",
		73: "Cross mount point (not really error)",
		74: "Trying to read unreadable message",
		75: "Value too large for defined data type",
		76: "Given log. name not unique",
		77: "f.d. invalid for this operation",
		78: "Remote address changed",
		79: "Can   access a needed shared lib",
		80: "Accessing a corrupted shared lib",
		81: ".lib section in a.out corrupted",
		82: "Attempting to link in too many libs",
		83: "Attempting to exec a shared library",
		84: "Illegal byte sequence",
		86: "Streams pipe error",
		87: "Too many users",
		88: "Socket operation on non-socket",
		89: "Destination address required",
		90: "Message too long",
		91: "Protocol wrong type for socket",
		92: "Protocol not available",
		93: "Unknown protocol",
		94: "Socket type not supported",
		95: "Not supported",
		96: "Protocol family not supported",
		97: "Address family not supported by protocol family",
		98: "Address already in use",
		99: "Address not available",
		100: "Network interface is not configured",
		101: "Network is unreachable",
		102: "Connection reset by network",
		103: "Connection aborted",
		104: "Connection reset by peer",
		105: "No buffer space available",
		106: "Socket is already connected",
		107: "Socket is not connected",
		108: "Can't send after socket shutdown",
		109: "Too many references",
		110: "Connection timed out",
		111: "Connection refused",
		112: "Host is down",
		113: "Host is unreachable",
		114: "Socket already connected",
		115: "Connection already in progress",
		116: "Stale file handle",
		122: "Quota exceeded",
		123: "No medium (in tape drive)",
		125: "Operation canceled",
		130: "Previous owner died",
		131: "State not recoverable"
	};
	var DOCS_URL = "https://google.github.io/zx";
	var _Fail = class _Fail extends Error {
		static formatExitMessage(code, signal, stderr, from, details = "") {
			if (code == 0 && signal == null) return `exit code: ${code}`;
			const codeInfo = _Fail.getExitCodeInfo(code);
			let message = `${stderr}
    at ${from}
    exit code: ${code}${codeInfo ? " (" + codeInfo + ")" : ""}`;
			if (signal != null) message += `
    signal: ${signal}`;
			if (details) message += `
    details: 
${details}`;
			return message;
		}
		static formatErrorMessage(err, from) {
			return `${err.message}
    errno: ${err.errno} (${_Fail.getErrnoMessage(err.errno)})
    code: ${err.code}
    at ${from}`;
		}
		static formatErrorDetails(lines = [], lim = 20) {
			if (lines.length < lim) return lines.join("\n");
			let errors = lines.filter((l) => /(fail|error|not ok|exception)/i.test(l));
			if (errors.length === 0) errors = lines;
			return errors.slice(0, lim).join("\n") + (errors.length > lim ? "\n..." : "");
		}
		static getExitCodeInfo(exitCode) {
			return EXIT_CODES[exitCode];
		}
		static getCallerLocationFromString(stackString = "unknown") {
			const lines = stackString.split(/^\s*(at\s)?/m).filter((s) => s == null ? void 0 : s.includes(":"));
			const i = lines.findIndex((l) => l.includes("Proxy.set"));
			const offset = i < 0 ? i : i + 2;
			return (lines.find((l) => l.includes("file://")) || lines[offset] || stackString).trim();
		}
		static getCallerLocation(err = /* @__PURE__ */ new Error("zx error")) {
			return _Fail.getCallerLocationFromString(err.stack);
		}
		static getErrnoMessage(errno) {
			return ERRNO_CODES[-errno] || "Unknown error";
		}
	};
	_Fail.DOCS_URL = DOCS_URL;
	_Fail.EXIT_CODES = EXIT_CODES;
	_Fail.ERRNO_CODES = ERRNO_CODES;
	var Fail = _Fail;
	var import_vendor_core = require_vendor_core();
	var import_node_util = __require$1("util");
	var import_node_process = __toESM(__require$1("process"), 1);
	var formatters = {
		cmd({ cmd }) {
			return formatCmd(cmd);
		},
		stdout({ data }) {
			return data;
		},
		stderr({ data }) {
			return data;
		},
		custom({ data }) {
			return data;
		},
		fetch(entry) {
			const init = entry.init ? " " + (0, import_node_util.inspect)(entry.init) : "";
			return `$ ${import_vendor_core.chalk.greenBright("fetch")} ${entry.url}${init}
`;
		},
		cd(entry) {
			return `$ ${import_vendor_core.chalk.greenBright("cd")} ${entry.dir}
`;
		},
		retry(entry) {
			const attempt = `Attempt: ${entry.attempt}${entry.total == 1e400 ? "" : `/${entry.total}`}`;
			const delay = entry.delay > 0 ? `; next in ${entry.delay}ms` : "";
			return `${import_vendor_core.chalk.bgRed.white(" FAIL ")} ${attempt}${delay}
`;
		},
		end() {
			return "";
		},
		kill() {
			return "";
		}
	};
	var log = function(entry) {
		var _a;
		if (!entry.verbose) return;
		const stream = log.output || import_node_process.default.stderr;
		const format = ((_a = log.formatters) == null ? void 0 : _a[entry.kind]) || formatters[entry.kind];
		if (!format) return;
		stream.write(format(entry));
	};
	var SPACE_RE = /\s/;
	var SYNTAX = "()[]{}<>;:+|&=";
	var CMD_BREAK = "|&;><";
	var RESERVED_WORDS = /* @__PURE__ */ new Set([
		"if",
		"then",
		"else",
		"elif",
		"fi",
		"case",
		"esac",
		"for",
		"select",
		"while",
		"until",
		"do",
		"done",
		"in",
		"EOF"
	]);
	function formatCmd(cmd) {
		if (cmd == void 0) return import_vendor_core.chalk.grey("undefined");
		let q = "";
		let out = "$ ";
		let buf = "";
		let mode = "";
		let pos = 0;
		const cap = () => {
			const word = buf.trim();
			if (word) {
				pos++;
				if (mode === "syntax") {
					if (CMD_BREAK.includes(word)) pos = 0;
					out += import_vendor_core.chalk.red(buf);
				} else if (mode === "quote" || mode === "dollar") out += import_vendor_core.chalk.yellowBright(buf);
				else if (RESERVED_WORDS.has(word)) out += import_vendor_core.chalk.cyanBright(buf);
				else if (pos === 1) {
					out += import_vendor_core.chalk.greenBright(buf);
					pos = 1e400;
				} else out += buf;
			} else out += buf;
			mode = "";
			buf = "";
		};
		for (const c of [...cmd]) if (!q) {
			if (c === "$") {
				cap();
				mode = "dollar";
				buf += c;
				cap();
			} else if (c === "'" || c === "\"") {
				cap();
				mode = "quote";
				q = c;
				buf += c;
			} else if (SPACE_RE.test(c)) {
				cap();
				buf += c;
			} else if (SYNTAX.includes(c)) {
				const isEnv = c === "=" && pos === 0;
				isEnv && (pos = 1);
				cap();
				mode = "syntax";
				buf += c;
				cap();
				isEnv && (pos = -1);
			} else buf += c;
		} else {
			buf += c;
			if (c === q) {
				cap();
				q = "";
			}
		}
		cap();
		return out.replaceAll("\n", import_vendor_core.chalk.reset("\n> ")) + "\n";
	}
	var import_vendor_core2 = require_vendor_core();
	var import_util = require_util();
	var import_internals = require_internals();
	var import_node_path = __toESM(__require$1("path"), 1);
	var os = __toESM(__require$1("os"), 1);
	var import_vendor_core3 = require_vendor_core();
	var import_util2 = require_util();
	var CWD = Symbol("processCwd");
	var SYNC = Symbol("syncExec");
	var EPF = Symbol("end-piped-from");
	var SHOT = Symbol("snapshot");
	var EOL = import_node_buffer.Buffer.from(import_node_os.EOL);
	var BR_CC = "\n".charCodeAt(0);
	var DLMTR = /\r?\n/;
	var SIGTERM = "SIGTERM";
	var ENV_PREFIX = "ZX_";
	var ENV_OPTS = /* @__PURE__ */ new Set([
		"cwd",
		"preferLocal",
		"detached",
		"verbose",
		"quiet",
		"timeout",
		"timeoutSignal",
		"killSignal",
		"prefix",
		"postfix",
		"shell"
	]);
	var defaults = resolveDefaults({
		[CWD]: import_node_process2.default.cwd(),
		[SYNC]: false,
		verbose: false,
		env: import_node_process2.default.env,
		sync: false,
		shell: true,
		stdio: "pipe",
		nothrow: false,
		quiet: false,
		detached: false,
		preferLocal: false,
		spawn: import_node_child_process.default.spawn,
		spawnSync: import_node_child_process.default.spawnSync,
		log,
		kill,
		killSignal: SIGTERM,
		timeoutSignal: SIGTERM
	});
	var storage = new import_node_async_hooks.AsyncLocalStorage();
	var getStore = () => storage.getStore() || defaults;
	var getSnapshot = (opts, from, pieces, args) => __spreadProps(__spreadValues({}, opts), {
		ac: opts.ac || new AbortController(),
		ee: new import_node_events.EventEmitter(),
		from,
		pieces,
		args,
		cmd: ""
	});
	function within(callback) {
		return storage.run(__spreadValues({}, getStore()), callback);
	}
	var $ = new Proxy(function(pieces, ...args) {
		const opts = getStore();
		if (!Array.isArray(pieces)) return function(...args2) {
			return within(() => Object.assign($, opts, pieces).apply(this, args2));
		};
		const from = Fail.getCallerLocation();
		const cb = () => cb[SHOT] = getSnapshot(opts, from, pieces, args);
		const pp = new ProcessPromise(cb);
		if (!pp.isHalted()) pp.run();
		return pp.sync ? pp.output : pp;
	}, {
		set(t, key, value) {
			return Reflect.set(key in Function.prototype ? t : getStore(), key === "sync" ? SYNC : key, value);
		},
		get(t, key) {
			return key === "sync" ? $({ sync: true }) : Reflect.get(key in Function.prototype ? t : getStore(), key);
		}
	});
	var _ProcessPromise = class _ProcessPromise extends Promise {
		constructor(executor) {
			let resolve;
			let reject;
			super((...args) => {
				[resolve = import_util.noop, reject = import_util.noop] = args;
				executor(...args);
			});
			this._stage = "initial";
			this._id = (0, import_util.randomId)();
			this._piped = false;
			this._stdin = new import_vendor_core2.VoidStream();
			this._zurk = null;
			this._output = null;
			this.writable = true;
			const snapshot = executor[SHOT];
			if (snapshot) {
				this._snapshot = snapshot;
				this._resolve = resolve;
				this._reject = reject;
				if (snapshot.halt) this._stage = "halted";
				try {
					this.build();
				} catch (err) {
					this.finalize(ProcessOutput.fromError(err), true);
				}
			} else _ProcessPromise.disarm(this);
		}
		build() {
			const $2 = this._snapshot;
			if (!$2.shell) throw new Fail(`No shell is available: ${Fail.DOCS_URL}/shell`);
			if (!$2.quote) throw new Fail(`No quote function is defined: ${Fail.DOCS_URL}/quotes`);
			if ($2.pieces.some((p) => p == null)) throw new Fail(`Malformed command at ${$2.from}`);
			$2.cmd = (0, import_vendor_core2.buildCmd)($2.quote, $2.pieces, $2.args);
		}
		run() {
			var _a, _b;
			_ProcessPromise.bus.runBack(this);
			if (this.isRunning() || this.isSettled()) return this;
			this._stage = "running";
			const self = this;
			const $2 = self._snapshot;
			const id = self.id;
			const cwd = $2.cwd || $2[CWD];
			if ($2.preferLocal) {
				const dirs = $2.preferLocal === true ? [$2.cwd, $2[CWD]] : [$2.preferLocal].flat();
				$2.env = (0, import_util.preferLocalBin)($2.env, ...dirs);
			}
			this._zurk = (0, import_vendor_core2.exec)({
				cmd: self.fullCmd,
				cwd,
				input: (_b = (_a = $2.input) == null ? void 0 : _a.stdout) != null ? _b : $2.input,
				stdin: self._stdin,
				sync: self.sync,
				signal: self.signal,
				shell: (0, import_util.isString)($2.shell) ? $2.shell : true,
				id,
				env: $2.env,
				spawn: $2.spawn,
				spawnSync: $2.spawnSync,
				store: $2.store,
				stdio: $2.stdio,
				detached: $2.detached,
				ee: $2.ee,
				run(cb, ctx) {
					var _a2, _b2;
					(_b2 = (_a2 = self.cmd).then) != null && _b2.call(_a2, (cmd) => {
						$2.cmd = cmd;
						ctx.cmd = self.fullCmd;
						cb();
					}, (error) => self.finalize(ProcessOutput.fromError(error))) || cb();
				},
				on: {
					start: () => {
						$2.log({
							kind: "cmd",
							cmd: $2.cmd,
							cwd,
							verbose: self.isVerbose(),
							id
						});
						self.timeout($2.timeout, $2.timeoutSignal);
					},
					stdout: (data) => {
						$2.log({
							kind: "stdout",
							data,
							verbose: !self._piped && self.isVerbose(),
							id
						});
					},
					stderr: (data) => {
						$2.log({
							kind: "stderr",
							data,
							verbose: !self.isQuiet(),
							id
						});
					},
					end: (data, c) => {
						const { error: _error, status, signal: __signal, duration, ctx: { store } } = data;
						const { stdout, stderr } = store;
						const { cause, exitCode, signal: _signal } = self._breakerData || {};
						const signal = _signal != null ? _signal : __signal;
						const code = exitCode != null ? exitCode : status;
						const error = cause != null ? cause : _error;
						const output = new ProcessOutput({
							code,
							signal,
							error,
							duration,
							store,
							from: $2.from
						});
						$2.log({
							kind: "end",
							signal,
							exitCode: code,
							duration,
							error,
							verbose: self.isVerbose(),
							id
						});
						if (stdout.length && (0, import_util.getLast)((0, import_util.getLast)(stdout)) !== BR_CC) c.on.stdout(EOL, c);
						if (stderr.length && (0, import_util.getLast)((0, import_util.getLast)(stderr)) !== BR_CC) c.on.stderr(EOL, c);
						self.finalize(output);
					}
				}
			});
			return this;
		}
		break(exitCode, signal, cause) {
			if (!this.isRunning()) return;
			this._breakerData = {
				exitCode,
				signal,
				cause
			};
			this.kill(signal);
		}
		finalize(output, legacy = false) {
			if (this.isSettled()) return;
			this._output = output;
			_ProcessPromise.bus.unpipeBack(this);
			if (output.ok || this.isNothrow()) {
				this._stage = "fulfilled";
				this._resolve(output);
			} else {
				this._stage = "rejected";
				if (legacy) {
					this._resolve(output);
					throw output.cause || output;
				}
				this._reject(output);
				if (this.sync) throw output;
			}
		}
		abort(reason) {
			if (this.isSettled()) throw new Fail("Too late to abort the process.");
			if (this.signal !== this.ac.signal) throw new Fail("The signal is controlled by another process.");
			if (!this.child) throw new Fail("Trying to abort a process without creating one.");
			this.ac.abort(reason);
		}
		kill(signal) {
			if (this.isSettled()) throw new Fail("Too late to kill the process.");
			if (!this.child) throw new Fail("Trying to kill a process without creating one.");
			if (!this.pid) throw new Fail("The process pid is undefined.");
			return $.kill(this.pid, signal || this._snapshot.killSignal || $.killSignal);
		}
		stdio(stdin, stdout = "pipe", stderr = "pipe") {
			this._snapshot.stdio = Array.isArray(stdin) ? stdin : [
				stdin,
				stdout,
				stderr
			];
			return this;
		}
		nothrow(v = true) {
			this._snapshot.nothrow = v;
			return this;
		}
		quiet(v = true) {
			this._snapshot.quiet = v;
			return this;
		}
		verbose(v = true) {
			this._snapshot.verbose = v;
			return this;
		}
		timeout(d = 0, signal = $.timeoutSignal) {
			if (this.isSettled()) return this;
			const $2 = this._snapshot;
			$2.timeout = (0, import_util.parseDuration)(d);
			$2.timeoutSignal = signal;
			if (this._timeoutId) clearTimeout(this._timeoutId);
			if ($2.timeout && this.isRunning()) {
				this._timeoutId = setTimeout(() => this.kill($2.timeoutSignal), $2.timeout);
				this.finally(() => clearTimeout(this._timeoutId)).catch(import_util.noop);
			}
			return this;
		}
		/**
		*  @deprecated Use $({halt: true})`cmd` instead.
		*/
		halt() {
			return this;
		}
		get id() {
			return this._id;
		}
		get pid() {
			var _a;
			return (_a = this.child) == null ? void 0 : _a.pid;
		}
		get cmd() {
			return this._snapshot.cmd;
		}
		get fullCmd() {
			const { prefix = "", postfix = "", cmd } = this._snapshot;
			return prefix + cmd + postfix;
		}
		get child() {
			var _a;
			return (_a = this._zurk) == null ? void 0 : _a.child;
		}
		get stdin() {
			var _a;
			return (_a = this.child) == null ? void 0 : _a.stdin;
		}
		get stdout() {
			var _a;
			return (_a = this.child) == null ? void 0 : _a.stdout;
		}
		get stderr() {
			var _a;
			return (_a = this.child) == null ? void 0 : _a.stderr;
		}
		get exitCode() {
			return this.then((o) => o.exitCode, (o) => o.exitCode);
		}
		get signal() {
			return this._snapshot.signal || this.ac.signal;
		}
		get ac() {
			return this._snapshot.ac;
		}
		get output() {
			return this._output;
		}
		get stage() {
			return this._stage;
		}
		get sync() {
			return this._snapshot[SYNC];
		}
		get [Symbol.toStringTag]() {
			return "ProcessPromise";
		}
		[Symbol.toPrimitive]() {
			return this.toString();
		}
		json() {
			return this.then((o) => o.json());
		}
		text(encoding) {
			return this.then((o) => o.text(encoding));
		}
		lines(delimiter) {
			return this.then((o) => o.lines(delimiter));
		}
		buffer() {
			return this.then((o) => o.buffer());
		}
		blob(type) {
			return this.then((o) => o.blob(type));
		}
		isQuiet() {
			return this._snapshot.quiet;
		}
		isVerbose() {
			return this._snapshot.verbose && !this.isQuiet();
		}
		isNothrow() {
			return this._snapshot.nothrow;
		}
		isHalted() {
			return this.stage === "halted" && !this.sync;
		}
		isSettled() {
			return !!this.output;
		}
		isRunning() {
			return this.stage === "running";
		}
		get pipe() {
			const getPipeMethod = (kind) => this._pipe.bind(this, kind);
			const stdout = getPipeMethod("stdout");
			const stderr = getPipeMethod("stderr");
			const stdall = getPipeMethod("stdall");
			return Object.assign(stdout, {
				stdout,
				stderr,
				stdall
			});
		}
		unpipe(to) {
			_ProcessPromise.bus.unpipe(this, to);
			return this;
		}
		_pipe(source, dest, ...args) {
			if ((0, import_util.isString)(dest)) return this._pipe(source, import_node_fs.default.createWriteStream(dest));
			if ((0, import_util.isStringLiteral)(dest, ...args)) return this._pipe(source, $({
				halt: true,
				signal: this.signal
			})(dest, ...args));
			const isP = dest instanceof _ProcessPromise;
			if (isP && dest.isSettled()) throw new Fail("Cannot pipe to a settled process.");
			if (!isP && dest.writableEnded) throw new Fail("Cannot pipe to a closed stream.");
			this._piped = true;
			_ProcessPromise.bus.pipe(this, dest);
			const { ee } = this._snapshot;
			const output = this.output;
			const from = new import_vendor_core2.VoidStream();
			const check = () => {
				var _a;
				return !!((_a = _ProcessPromise.bus.refs.get(this)) == null ? void 0 : _a.has(dest));
			};
			const end = () => {
				if (!check()) return;
				setImmediate(() => {
					_ProcessPromise.bus.unpipe(this, dest);
					_ProcessPromise.bus.sources(dest).length === 0 && from.end();
				});
			};
			const fill = () => {
				for (const chunk of this._zurk.store[source]) from.write(chunk);
			};
			const fillSettled = () => {
				if (!output) return;
				if (isP && !output.ok) dest.break(output.exitCode, output.signal, output.cause);
				fill();
				end();
			};
			if (!output) {
				const onData = (chunk) => check() && from.write(chunk);
				ee.once(source, () => {
					fill();
					ee.on(source, onData);
				}).once("end", () => {
					ee.removeListener(source, onData);
					end();
				});
			}
			if (isP) {
				from.pipe(dest._stdin);
				if (this.isHalted()) ee.once("start", () => dest.run());
				else {
					dest.run();
					this.catch((e) => dest.break(e.exitCode, e.signal, e.cause));
				}
				fillSettled();
				return dest;
			}
			from.once("end", () => dest.emit(EPF)).pipe(dest);
			fillSettled();
			return _ProcessPromise.promisifyStream(dest, this);
		}
		then(onfulfilled, onrejected) {
			return super.then(onfulfilled, onrejected);
		}
		catch(onrejected) {
			return super.catch(onrejected);
		}
		[Symbol.asyncIterator]() {
			return __asyncGenerator(this, null, function* () {
				const memo = [];
				const dlmtr = this._snapshot.delimiter || $.delimiter || DLMTR;
				for (const chunk of this._zurk.store.stdout) yield* __yieldStar((0, import_util.getLines)(chunk, memo, dlmtr));
				try {
					for (var iter = __forAwait(this.stdout || []), more, temp, error; more = !(temp = yield new __await(iter.next())).done; more = false) {
						const chunk = temp.value;
						yield* __yieldStar((0, import_util.getLines)(chunk, memo, dlmtr));
					}
				} catch (temp) {
					error = [temp];
				} finally {
					try {
						more && (temp = iter.return) && (yield new __await(temp.call(iter)));
					} finally {
						if (error) throw error[0];
					}
				}
				if (memo[0]) yield memo[0];
				yield new __await(this);
			});
		}
		emit(event, ...args) {
			return this;
		}
		on(event, cb) {
			this._stdin.on(event, cb);
			return this;
		}
		once(event, cb) {
			this._stdin.once(event, cb);
			return this;
		}
		write(data, encoding, cb) {
			this._stdin.write(data, encoding, cb);
			return this;
		}
		end(chunk, cb) {
			this._stdin.end(chunk, cb);
			return this;
		}
		removeListener(event, cb) {
			this._stdin.removeListener(event, cb);
			return this;
		}
		static disarm(p, toggle = true) {
			Object.getOwnPropertyNames(_ProcessPromise.prototype).forEach((k) => {
				if (k in Promise.prototype) return;
				if (!toggle) {
					Reflect.deleteProperty(p, k);
					return;
				}
				Object.defineProperty(p, k, {
					configurable: true,
					get() {
						throw new Fail("Inappropriate usage. Apply $ instead of direct instantiation.");
					}
				});
			});
		}
	};
	_ProcessPromise.bus = {
		refs: /* @__PURE__ */ new Map(),
		streams: /* @__PURE__ */ new WeakMap(),
		pipe(from, to) {
			(this.refs.get(from) || this.refs.set(from, /* @__PURE__ */ new Set()).get(from)).add(to);
		},
		unpipe(from, to) {
			const set = this.refs.get(from);
			if (!set) return;
			if (to) set.delete(to);
			if (set.size) return;
			this.refs.delete(from);
			from._piped = false;
		},
		unpipeBack(to, from) {
			if (from) return this.unpipe(from, to);
			for (const _from of this.refs.keys()) this.unpipe(_from, to);
		},
		runBack(p) {
			var _a;
			for (const from of this.sources(p)) if (from instanceof _ProcessPromise) from.run();
			else (_a = this.streams.get(from)) == null || _a.run();
		},
		sources(p) {
			const refs = [];
			for (const [from, set] of this.refs.entries()) set.has(p) && refs.push(from);
			return refs;
		}
	};
	_ProcessPromise.promisifyStream = (stream, from) => {
		const proxy = _ProcessPromise.bus.streams.get(stream) || (0, import_util.proxyOverride)(stream, {
			then(res = import_util.noop, rej = import_util.noop) {
				return new Promise((_res, _rej) => {
					const end = () => _res(res((0, import_util.proxyOverride)(stream, from.output)));
					stream.once("error", (e) => _rej(rej(e))).once("finish", end).once(EPF, end);
				});
			},
			run() {
				from.run();
			},
			pipe(...args) {
				const dest = stream.pipe.apply(stream, args);
				return dest instanceof _ProcessPromise ? dest : _ProcessPromise.promisifyStream(dest, from);
			}
		});
		_ProcessPromise.bus.streams.set(stream, proxy);
		return proxy;
	};
	var ProcessPromise = _ProcessPromise;
	var _ProcessOutput = class _ProcessOutput extends Error {
		constructor(code = null, signal = null, stdout = "", stderr = "", stdall = "", message = "", duration = 0, error = null, from = "", store = {
			stdout: [stdout],
			stderr: [stderr],
			stdall: [stdall]
		}) {
			super(message);
			const dto = code !== null && typeof code === "object" ? code : {
				code,
				signal,
				duration,
				error,
				from,
				store
			};
			Object.defineProperties(this, {
				_dto: {
					value: dto,
					enumerable: false
				},
				cause: {
					get() {
						return dto.error;
					},
					enumerable: false
				},
				stdout: { get: (0, import_util.once)(() => (0, import_util.bufArrJoin)(dto.store.stdout)) },
				stderr: { get: (0, import_util.once)(() => (0, import_util.bufArrJoin)(dto.store.stderr)) },
				stdall: { get: (0, import_util.once)(() => (0, import_util.bufArrJoin)(dto.store.stdall)) },
				message: { get: (0, import_util.once)(() => dto.error || message ? _ProcessOutput.getErrorMessage(dto.error || new Error(message), dto.from) : _ProcessOutput.getExitMessage(dto.code, dto.signal, this.stderr, dto.from, this.stderr.trim() ? "" : _ProcessOutput.getErrorDetails(this.lines()))) }
			});
		}
		get exitCode() {
			return this._dto.code;
		}
		get signal() {
			return this._dto.signal;
		}
		get duration() {
			return this._dto.duration;
		}
		get [Symbol.toStringTag]() {
			return "ProcessOutput";
		}
		get ok() {
			return !this._dto.error && this.exitCode === 0;
		}
		json() {
			return JSON.parse(this.stdall);
		}
		buffer() {
			return import_node_buffer.Buffer.from(this.stdall);
		}
		blob(type = "text/plain") {
			if (!globalThis.Blob) throw new Fail("Blob is not supported in this environment. Provide a polyfill");
			return new Blob([this.buffer()], { type });
		}
		text(encoding = "utf8") {
			return encoding === "utf8" ? this.toString() : this.buffer().toString(encoding);
		}
		lines(delimiter) {
			return (0, import_util.iteratorToArray)(this[Symbol.iterator](delimiter));
		}
		toString() {
			return this.stdall;
		}
		valueOf() {
			return this.stdall.trim();
		}
		[Symbol.toPrimitive]() {
			return this.valueOf();
		}
		*[Symbol.iterator](dlmtr = this._dto.delimiter || $.delimiter || DLMTR) {
			const memo = [];
			for (const chunk of this._dto.store.stdall) yield* __yieldStar((0, import_util.getLines)(chunk, memo, dlmtr));
			if (memo[0]) yield memo[0];
		}
		[import_node_util2.inspect.custom]() {
			const codeInfo = _ProcessOutput.getExitCodeInfo(this.exitCode);
			return `ProcessOutput {
  stdout: ${import_vendor_core2.chalk.green((0, import_node_util2.inspect)(this.stdout))},
  stderr: ${import_vendor_core2.chalk.red((0, import_node_util2.inspect)(this.stderr))},
  signal: ${(0, import_node_util2.inspect)(this.signal)},
  exitCode: ${(this.ok ? import_vendor_core2.chalk.green : import_vendor_core2.chalk.red)(this.exitCode)}${codeInfo ? import_vendor_core2.chalk.grey(" (" + codeInfo + ")") : ""},
  duration: ${this.duration}
}`;
		}
		static fromError(error) {
			const output = new _ProcessOutput();
			output._dto.error = error;
			return output;
		}
	};
	_ProcessOutput.getExitMessage = Fail.formatExitMessage;
	_ProcessOutput.getErrorMessage = Fail.formatErrorMessage;
	_ProcessOutput.getErrorDetails = Fail.formatErrorDetails;
	_ProcessOutput.getExitCodeInfo = Fail.getExitCodeInfo;
	var ProcessOutput = _ProcessOutput;
	var useBash = () => setShell("bash", false);
	var usePwsh = () => setShell("pwsh");
	var usePowerShell = () => setShell("powershell.exe");
	function setShell(n, ps3 = true) {
		$.shell = import_vendor_core2.which.sync(n);
		$.prefix = ps3 ? "" : "set -euo pipefail;";
		$.postfix = ps3 ? "; exit $LastExitCode" : "";
		$.quote = ps3 ? import_util.quotePowerShell : import_util.quote;
	}
	try {
		const { shell, prefix, postfix } = $;
		useBash();
		if ((0, import_util.isString)(shell)) $.shell = shell;
		if ((0, import_util.isString)(prefix)) $.prefix = prefix;
		if ((0, import_util.isString)(postfix)) $.postfix = postfix;
	} catch (err) {}
	var cwdSyncHook;
	function syncProcessCwd(flag = true) {
		cwdSyncHook = cwdSyncHook || (0, import_node_async_hooks.createHook)({
			init: syncCwd,
			before: syncCwd,
			promiseResolve: syncCwd,
			after: syncCwd,
			destroy: syncCwd
		});
		if (flag) cwdSyncHook.enable();
		else cwdSyncHook.disable();
	}
	function syncCwd() {
		if ($[CWD] != import_node_process2.default.cwd()) import_node_process2.default.chdir($[CWD]);
	}
	function cd(dir) {
		if (dir instanceof ProcessOutput) dir = dir.toString().trim();
		$.log({
			kind: "cd",
			dir,
			verbose: !$.quiet && $.verbose
		});
		import_node_process2.default.chdir(dir);
		$[CWD] = import_node_process2.default.cwd();
	}
	function kill(_0) {
		return __async(this, arguments, function* (pid, signal = $.killSignal || SIGTERM) {
			if (typeof pid !== "number" && typeof pid !== "string" || !/^\d+$/.test(pid)) throw new Fail(`Invalid pid: ${pid}`);
			$.log({
				kind: "kill",
				pid,
				signal,
				verbose: !$.quiet && $.verbose
			});
			if (import_node_process2.default.platform === "win32" && (yield new Promise((resolve) => {
				import_node_child_process.default.exec(`taskkill /pid ${pid} /t /f`, (err) => resolve(!err));
			}))) return;
			for (const p of yield import_vendor_core2.ps.tree({
				pid,
				recursive: true
			})) try {
				import_node_process2.default.kill(+p.pid, signal);
			} catch (e) {}
			try {
				import_node_process2.default.kill(-pid, signal);
			} catch (e) {
				try {
					import_node_process2.default.kill(+pid, signal);
				} catch (e2) {}
			}
		});
	}
	function resolveDefaults(defs = defaults, prefix = ENV_PREFIX, env = import_node_process2.default.env, allowed = ENV_OPTS) {
		return Object.entries(env).reduce((m, [k, v]) => {
			if (v && k.startsWith(prefix)) {
				const _k = (0, import_util.toCamelCase)(k.slice(prefix.length));
				const _v = (0, import_util.parseBool)(v);
				if (allowed.has(_k)) m[_k] = _v;
			}
			return m;
		}, defs);
	}
	/* c8 ignore next 100 */
	0 && (module.exports = {
		$,
		Fail,
		ProcessOutput,
		ProcessPromise,
		bus,
		cd,
		chalk,
		defaults,
		kill,
		log,
		os,
		path,
		ps,
		quote,
		quotePowerShell,
		resolveDefaults,
		syncProcessCwd,
		useBash,
		usePowerShell,
		usePwsh,
		which,
		within
	});
}));

// node_modules/zx/build/core.js
var import_core = /* @__PURE__ */ __toESM$1(require_core(), 1);
const { $, Fail, ProcessOutput, ProcessPromise, bus: bus$1, cd, chalk: chalk$1, defaults, kill, log, os, path: path$1, ps: ps$1, quote: quote$1, quotePowerShell: quotePowerShell$1, resolveDefaults, syncProcessCwd, useBash, usePowerShell, usePwsh, which: which$1, within } = globalThis.Deno ? globalThis.require("./core.cjs") : import_core;

// src/procedure/deadline.ts
/** Runs `work` with a signal that is aborted when the time is over or the outer signal is. Rejects with a `timeout` problem. */
async function withDeadline(deadline, work) {
	const over = new AbortController();
	const done = new AbortController();
	const signal = deadline.signal ? AbortSignal.any([over.signal, deadline.signal]) : over.signal;
	deadline.clock.sleep(deadline.ms, done.signal).then(() => over.abort(timeoutError(deadline)), () => void 0);
	try {
		signal.throwIfAborted();
		const working = work(signal);
		return await (deadline.abandon ? unlessAborted(signal, working) : working);
	} catch (error) {
		if (over.signal.aborted) throw over.signal.reason;
		throw error;
	} finally {
		done.abort();
	}
}
/** The promise, or the signal's reason as soon as it is aborted, whatever the work then still does. */
async function unlessAborted(signal, working) {
	const over = new AbortController();
	const aborted = new Promise((_resolve, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason), {
			once: true,
			signal: over.signal
		});
		if (signal.aborted) reject(signal.reason);
	});
	try {
		return await Promise.race([working, aborted]);
	} finally {
		over.abort();
		working.catch(() => void 0);
	}
}
function timeoutError(deadline) {
	return new ProblemError({
		code: "procedure.timeout",
		where: deadline.what,
		found: `no end after ${deadline.ms} ms`,
		expected: `an end within ${deadline.ms} ms`,
		remedy: "look at what it waits for; if it is only slow, give the step more time"
	});
}

// src/procedure/exec.ts
/**
* The one place where commands are started. An argument vector is quoted word by word and `exec`ed: no word is ever seen by a
* shell as anything but itself. Every command leads a process group of its own, and the whole group is ended with it.
*/
const KILL_GRACE_MS = 2e3;
/** How long output may still come from what a command left running in the background, after the command itself ended. */
const BACKGROUND_OUTPUT_MS = 500;
/** Runs a command to its end. Any exit code is an answer; 127 when there is no such command; 128 + n when signal n ended it. */
async function runCommand(spec, clock = systemClock) {
	spec.signal?.throwIfAborted();
	const started = start$1(spec);
	started.stdin.end(spec.stdin ?? "");
	return finish$2(started, spec.signal, clock);
}
/** Starts a command to talk with. */
function openDialog(argv, clock = systemClock) {
	const started = start$1({ argv });
	const over = new AbortController();
	const end = finish$2(started, over.signal, clock);
	end.catch(() => void 0);
	let buffer = "";
	let answered;
	started.stdout.on("data", (chunk) => {
		buffer += chunk.toString("utf8");
		const at = buffer.indexOf("\n");
		if (at < 0) return;
		const line = buffer.slice(0, at);
		buffer = buffer.slice(at + 1);
		answered?.(line);
	});
	return {
		async ask(line, signal) {
			const stop = () => over.abort(signal.reason);
			signal.addEventListener("abort", stop, { once: true });
			if (signal.aborted) stop();
			try {
				const answer = new Promise((resolve) => {
					answered = resolve;
				});
				started.stdin.write(`${line}\n`);
				const first = await Promise.race([answer, end]);
				if (typeof first === "string") return first;
				throw new Error(`${argv.join(" ")} ended with ${first.exitCode}: ${first.stderr.trim()}`);
			} finally {
				signal.removeEventListener("abort", stop);
			}
		},
		alive: () => started.child?.exitCode === null && started.child.signalCode === null && !over.signal.aborted,
		async close() {
			started.stdin.end();
			await end.catch(() => void 0);
		}
	};
}
/** The port for commands that only look. */
function createExec(clock = systemClock) {
	return { read: (argv, options = {}) => withDeadline({
		clock,
		ms: options.timeoutMs ?? 6e4,
		what: argv.join(" "),
		signal: options.signal
	}, (signal) => runCommand({
		argv,
		cwd: options.cwd,
		signal
	}, clock)) };
}
function start$1(spec) {
	const env = {
		...process.env,
		...spec.env
	};
	delete env["BASH_ENV"];
	const started = $({
		cwd: spec.cwd ?? process.cwd(),
		env,
		shell: "bash",
		prefix: "exec -- ",
		postfix: "",
		detached: true,
		nothrow: true,
		quiet: true,
		verbose: false,
		preferLocal: false,
		timeout: 0,
		stdio: [
			"pipe",
			"pipe",
			"pipe"
		]
	})`${spec.argv}`;
	started.stdin.on("error", () => void 0);
	return started;
}
async function finish$2(started, signal, clock) {
	const ended = new AbortController();
	started.child?.once("exit", () => {
		clock.sleep(BACKGROUND_OUTPUT_MS, ended.signal).then(() => {
			started.stdout.destroy();
			started.stderr.destroy();
		}, () => void 0);
	});
	let killing;
	const onAbort = () => {
		killing ??= endGroup(started.pid, clock);
	};
	signal?.addEventListener("abort", onAbort, { once: true });
	if (signal?.aborted) onAbort();
	try {
		const output = await started;
		if (killing !== void 0) {
			await killing;
			signal?.throwIfAborted();
		}
		return {
			exitCode: output.exitCode ?? 128 + signalNumber(output.signal),
			stdout: output.stdout,
			stderr: output.stderr
		};
	} finally {
		ended.abort();
		signal?.removeEventListener("abort", onAbort);
	}
}
/** Ends a process group: asks, waits, kills. The leader may be gone long before its children are. */
async function endGroup(pid, clock) {
	if (pid === void 0) return;
	if (!signalGroup(pid, "SIGTERM")) return;
	for (let waited = 0; waited < KILL_GRACE_MS; waited += 50) {
		await clock.sleep(50);
		if (!signalGroup(pid, 0)) return;
	}
	signalGroup(pid, "SIGKILL");
}
function signalGroup(pid, signal) {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}
const SIGNAL_NUMBERS = {
	SIGHUP: 1,
	SIGINT: 2,
	SIGQUIT: 3,
	SIGABRT: 6,
	SIGKILL: 9,
	SIGSEGV: 11,
	SIGPIPE: 13,
	SIGTERM: 15
};
function signalNumber(signal) {
	return signal === null ? 0 : SIGNAL_NUMBERS[signal] ?? 0;
}

// src/procedure/fence.ts
/** The fence at a resource of this machine: fence.sh locks its file and compares. See docs/formats/journal.md. */
/** Somebody else holds the environment by now: everything of this run stops at once. */
var LeaseLostError = class extends Error {
	constructor(why) {
		super(why);
		this.name = "LeaseLostError";
	}
};
const FENCE_SCRIPT = fileURLToPath(new URL("./fence.sh", import.meta.url));
const REFUSED = 75;
const MARK = "shiplock-fence:";
/** The command as it is really started. */
function fencedArgv(point, argv) {
	return [
		"sh",
		FENCE_SCRIPT,
		point.file,
		String(point.fence),
		"--",
		...argv
	];
}
/** Runs a command under the fence. Throws LeaseLostError when the resource has seen a greater number. */
async function runFenced(point, spec, clock) {
	const result = await runCommand({
		...spec,
		argv: fencedArgv(point, spec.argv)
	}, clock);
	refuseStale(result);
	return result;
}
/**
* Raises the fence and waits for whatever a dead holder left running under the lock. After this nothing of an earlier holder
* can change the resource any more, so a probe sees a world that stays as it is.
*/
async function raiseFence(point, signal, clock) {
	const result = await runFenced(point, {
		argv: ["true"],
		signal
	}, clock);
	if (result.exitCode !== 0) throw new Error(`the fence of ${point.file} could not be raised: ${result.stderr.trim()}`);
}
function refuseStale(result) {
	if (result.exitCode !== REFUSED) return;
	const line = result.stderr.split("\n").find((text) => text.startsWith(MARK));
	if (line !== void 0) throw new LeaseLostError(line.slice(15).trim());
}

// src/procedure/fence-locks.ts
function createFenceLocks(clock) {
	let spare;
	const start = () => openDialog([
		"sh",
		FENCE_SCRIPT,
		"--serve"
	], clock);
	const lender = {
		lend() {
			const one = spare;
			spare = void 0;
			return one?.alive() ? one : start();
		},
		async giveBack(one) {
			if (spare === void 0 && one.alive()) spare = one;
			else await one.close();
		}
	};
	return {
		warm() {
			spare ??= start();
		},
		open: (signal) => createLock(lender, signal),
		async close() {
			await spare?.close();
			spare = void 0;
		}
	};
}
function createLock(lender, signal) {
	let held;
	let giving = Promise.resolve();
	const begin = (point) => {
		if (held?.file === point.file) return;
		const before = release();
		const stop = new AbortController();
		const taken = before.then(() => lock(lender.lend(), point, AbortSignal.any([signal, stop.signal])));
		const now = {
			file: point.file,
			stop,
			taken,
			settled: false
		};
		const settle = () => {
			now.settled = true;
		};
		taken.then(settle, settle);
		held = now;
	};
	const release = () => {
		const last = held;
		held = void 0;
		if (last !== void 0) giving = giving.then(() => giveUp(last, lender));
		return giving;
	};
	return {
		begin,
		async take(point) {
			begin(point);
			if ((await held?.taken)?.alive() !== false) return;
			await release();
			begin(point);
			await held?.taken;
		},
		release
	};
}
async function giveUp({ stop, taken, settled }, lender) {
	if (!settled) stop.abort(/* @__PURE__ */ new Error("the lock is not needed any more"));
	const dialog = await taken.catch(() => void 0);
	if (dialog === void 0) return;
	try {
		await dialog.ask("free", stop.signal);
		await lender.giveBack(dialog);
	} catch {
		await dialog.close();
	}
}
/** The process, when it holds the lock. Otherwise it is ended, and what it holds ends with it. */
async function lock(dialog, { file, fence }, signal) {
	try {
		if (file.includes("\n")) throw new Error(`the name of a fence file is one line: ${JSON.stringify(file)}`);
		const answer = await dialog.ask(`lock ${fence} ${file}`, signal);
		if (answer !== "held") throw new LeaseLostError(answer);
		return dialog;
	} catch (error) {
		await dialog.close();
		throw error;
	}
}

// src/model/effect.ts
/**
* An effect is a change to the world as plain data. Steps return effects; only the engine executes them, so what a plan prints
* is what a run does. Nothing else in the code base may change a running system.
*/
/** Text that may hold secrets by reference. The value is put in at execution and masked in every sink. */
const textSchema = union([string(), strictObject({ secret: string().min(1) })]);
const common$1 = {
	/** The fenced resource this effect touches (`local:/srv/app`, `git:…`); the fence is compared there under a lock. */
	resource: string().optional(),
	/** A few words for the plan and the live view; the data itself is printed beside it. */
	why: string().optional(),
	timeoutMs: number$2().int().positive()
};
const execEffectSchema = strictObject({
	kind: literal("exec"),
	argv: array(textSchema).min(1).readonly(),
	cwd: string().optional(),
	/** Added to the environment of the engine. */
	env: record(string(), textSchema).optional(),
	stdin: textSchema.optional(),
	okExitCodes: array(number$2().int()).readonly().default([0]),
	...common$1
});
const sqlEffectSchema = strictObject({
	kind: literal("sql"),
	/** Connection string by secret reference, or a plain DSN without password. `mysql://user@host:port/database`. */
	dsn: textSchema,
	statements: array(string()).min(1).readonly(),
	/** Name under GET_LOCK on the same connection while the statements run. */
	lock: string().optional(),
	...common$1
});
const httpEffectSchema = strictObject({
	kind: literal("http"),
	method: _enum([
		"GET",
		"POST",
		"PUT",
		"PATCH",
		"DELETE",
		"PURGE",
		"BAN"
	]),
	url: string(),
	headers: record(string(), textSchema).optional(),
	body: textSchema.optional(),
	okStatuses: array(number$2().int()).readonly().default([
		200,
		201,
		202,
		204
	]),
	...common$1
});
const fileEffectSchema = strictObject({
	kind: literal("file"),
	path: string(),
	/** Written to a temporary file beside it, fsynced and renamed. `null` removes the file. */
	content: union([textSchema, _null()]),
	mode: number$2().int().default(420),
	...common$1
});
/** Lines sent to a Unix socket, one connection per line, as HAProxy's runtime interface wants it. */
const socketEffectSchema = strictObject({
	kind: literal("socket"),
	path: string(),
	commands: array(string()).min(1).readonly(),
	/** Regular expression (source) that every answer must match; default: the empty answer. */
	okAnswer: string().default("^\\s*$"),
	...common$1
});
const effectSchema = discriminatedUnion("kind", [
	execEffectSchema,
	sqlEffectSchema,
	httpEffectSchema,
	fileEffectSchema,
	socketEffectSchema
]);
/** What came back, masked, with long output cut in the middle. */
const effectResultSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("exec"),
		exitCode: number$2().int(),
		stdout: string(),
		stderr: string(),
		durationMs: number$2()
	}),
	strictObject({
		kind: literal("sql"),
		/** Per statement: rows affected. */
		affected: array(number$2()).readonly(),
		durationMs: number$2()
	}),
	strictObject({
		kind: literal("http"),
		status: number$2().int(),
		body: string(),
		durationMs: number$2()
	}),
	strictObject({
		kind: literal("file"),
		durationMs: number$2()
	}),
	strictObject({
		kind: literal("socket"),
		answers: array(string()).readonly(),
		durationMs: number$2()
	})
]);

// src/procedure/records.ts
/** What the payload of each record type holds (docs/formats/journal.md). Parsed when a journal is read, checked by type when written. */
const problems = array(problemSchema).readonly();
const outline = record(string(), string());
const evidenceFieldSchema = discriminatedUnion("kind", [
	strictObject({
		kind: literal("text"),
		name: string(),
		question: string(),
		minLength: number$2().int().exactOptional()
	}),
	strictObject({
		kind: literal("number"),
		name: string(),
		question: string(),
		min: number$2().exactOptional(),
		max: number$2().exactOptional()
	}),
	strictObject({
		kind: literal("check"),
		name: string(),
		question: string()
	}),
	strictObject({
		kind: literal("choice"),
		name: string(),
		question: string(),
		options: array(string()).readonly()
	})
]);
const evidenceSchema$1 = record(string(), union([
	string(),
	number$2(),
	boolean()
]));
const OUTCOMES = [
	"done",
	"failed",
	"rolled-back",
	"refused"
];
const started = strictObject({
	procedure: strictObject({
		id: string(),
		title: string(),
		version: number$2().int(),
		inputs: record(string(), jsonSchema)
	}),
	environment: string(),
	who: string(),
	planHash: string(),
	/** Node path → digest of what the plan hash says about that node alone. */
	outline,
	policyCommit: string().exactOptional(),
	preempts: string().exactOptional()
});
const paused = strictObject({
	reason: _enum([
		"waiting",
		"stopped",
		"unknown-outcome",
		"compensation-failed",
		"internal-error"
	]),
	signal: string().exactOptional(),
	problems
});
const resumed = strictObject({
	who: string(),
	planHash: string(),
	/** Bytes of an unfinished record that were cut off. */
	tornBytes: number$2().int(),
	outcome: strictObject({
		step: string(),
		outcome: _enum(["applied", "not-applied"]),
		evidence: string()
	}).exactOptional(),
	changed: strictObject({
		role: string(),
		reason: string(),
		from: string(),
		outline,
		differences: array(strictObject({
			path: string(),
			change: _enum([
				"added",
				"removed",
				"changed"
			])
		})),
		/** Gates that open again because what they stand for changed. */
		reopened: array(string())
	}).exactOptional()
});
const finished = strictObject({
	outcome: _enum(OUTCOMES),
	problems,
	/** The run that took the environment away from this one. */
	preemptedBy: string().exactOptional()
});
const intent = strictObject({
	what: _enum([
		"do",
		"opaque",
		"undo"
	]),
	effects: array(effectSchema).readonly(),
	/** SHA-256 of the facts that were read; empty where there are none. */
	facts: string(),
	why: string().exactOptional()
});
const done = strictObject({
	outputs: jsonSchema,
	results: array(effectResultSchema).readonly(),
	/** How it came to be done without effects of this attempt: `nothing to do: …`, `probe: applied`, … */
	note: string().exactOptional()
});
const failed$1 = strictObject({
	problems,
	/** No attempt is left. */
	final: boolean(),
	/** Refused before anything was changed by this step. */
	refused: boolean()
});
const undone = strictObject({
	by: _enum([
		"undo",
		"rollback",
		"nothing"
	]),
	results: array(effectResultSchema).readonly(),
	note: string().exactOptional()
});
const opened = strictObject({
	title: string(),
	description: string().exactOptional(),
	role: string(),
	evidence: array(evidenceFieldSchema).readonly(),
	guard: string(),
	/** The procedure judges the evidence; without it every check must be ticked. */
	judged: boolean(),
	planHash: string()
});
const evidence = strictObject({
	evidence: evidenceSchema$1,
	by: string(),
	host: string(),
	planHash: string()
});
const override = strictObject({
	role: string(),
	reason: string(),
	by: string()
});
const sample = strictObject({ sample: jsonSchema });
const verdict$1 = strictObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string(),
	problem: problemSchema.exactOptional()
});
const taken = strictObject({
	environment: string(),
	who: string(),
	host: string(),
	pid: number$2().int(),
	durationMs: number$2()
});
const lost = strictObject({ why: string() });
const payloadSchema = discriminatedUnion("type", [
	strictObject({
		type: literal("run.started"),
		data: started
	}),
	strictObject({
		type: literal("run.paused"),
		data: paused
	}),
	strictObject({
		type: literal("run.resumed"),
		data: resumed
	}),
	strictObject({
		type: literal("run.finished"),
		data: finished
	}),
	strictObject({
		type: literal("step.intent"),
		data: intent
	}),
	strictObject({
		type: literal("step.done"),
		data: done
	}),
	strictObject({
		type: literal("step.failed"),
		data: failed$1
	}),
	strictObject({
		type: literal("step.undone"),
		data: undone
	}),
	strictObject({
		type: literal("gate.opened"),
		data: opened
	}),
	strictObject({
		type: literal("gate.evidence"),
		data: evidence
	}),
	strictObject({
		type: literal("gate.override"),
		data: override
	}),
	strictObject({
		type: literal("analysis.sample"),
		data: sample
	}),
	strictObject({
		type: literal("analysis.verdict"),
		data: verdict$1
	}),
	strictObject({
		type: literal("lease.taken"),
		data: taken
	}),
	strictObject({
		type: literal("lease.renewed"),
		data: taken
	}),
	strictObject({
		type: literal("lease.lost"),
		data: lost
	})
]);

// src/procedure/state.ts
function emptyState(run) {
	return {
		run,
		started: void 0,
		planHash: "",
		outline: {},
		epoch: 0,
		status: "empty",
		paused: void 0,
		finished: void 0,
		changed: false,
		nodes: /* @__PURE__ */ new Map(),
		gates: /* @__PURE__ */ new Map(),
		looks: /* @__PURE__ */ new Map(),
		asks: /* @__PURE__ */ new Map(),
		answers: /* @__PURE__ */ new Map(),
		count: 0,
		lastTime: ""
	};
}
function foldState(run, entries) {
	const state = emptyState(run);
	for (const entry of entries) advance(state, entry);
	return state;
}
const NEW = {
	phase: "intent",
	attempts: 0,
	failures: 0,
	effects: [],
	open: false,
	intentSeq: -1,
	intentFence: 0,
	outputs: void 0,
	problems: [],
	refused: false,
	final: false,
	seq: 0,
	epoch: 0
};
/** Adds one record to the state. The state is changed in place: a run has many records. */
function advance(state, entry) {
	const { record } = entry;
	state.count = record.seq + 1;
	state.lastTime = record.time;
	const change = (fields) => {
		const before = state.nodes.get(record.node) ?? NEW;
		const failures = before.epoch === state.epoch ? before.failures : 0;
		state.nodes.set(record.node, {
			...before,
			failures,
			...fields,
			seq: record.seq,
			epoch: state.epoch
		});
	};
	if (entry.payload.kind === "redacted") {
		advanceRedacted(state, entry, change);
		return;
	}
	const payload = parsePayload(entry);
	switch (payload.type) {
		case "run.started":
			state.started = {
				...payload.data,
				time: record.time
			};
			state.planHash = payload.data.planHash;
			state.outline = payload.data.outline;
			state.status = "running";
			return;
		case "run.paused":
			state.status = "paused";
			state.paused = payload.data;
			return;
		case "run.resumed":
			resume(state, payload.data);
			return;
		case "run.finished":
			state.status = "finished";
			state.finished = payload.data;
			return;
		case "step.intent": {
			const undo = payload.data.what === "undo";
			if (payload.data.effects.length > 0 || payload.data.what === "opaque") state.changed = true;
			change({
				phase: undo ? "undo-intent" : "intent",
				attempts: record.attempt,
				effects: payload.data.effects,
				open: true,
				intentSeq: record.seq,
				intentFence: record.fence
			});
			return;
		}
		case "step.done":
			change({
				phase: "done",
				outputs: payload.data.outputs,
				open: false
			});
			return;
		case "step.failed": {
			const before = state.nodes.get(record.node) ?? NEW;
			const failures = before.epoch === state.epoch ? before.failures : 0;
			change({
				...before.phase === "done" || before.phase === "undo-intent" ? {} : { phase: "failed" },
				attempts: Math.max(record.attempt, before.attempts),
				failures: failures + 1,
				problems: payload.data.problems,
				final: payload.data.final,
				refused: payload.data.refused
			});
			return;
		}
		case "step.undone":
			change({
				phase: "undone",
				open: false
			});
			return;
		case "gate.opened":
			state.gates.set(record.node, {
				opened: payload.data,
				openedAt: record.time,
				evidence: void 0
			});
			return;
		case "gate.evidence": {
			const gate = state.gates.get(record.node);
			if (gate !== void 0) state.gates.set(record.node, {
				...gate,
				evidence: payload.data.evidence
			});
			const watch = /^(.*)\/[^/]+#\d+$/.exec(record.node)?.[1];
			if (watch !== void 0) push(state.looks, watch, {
				kind: "evidence",
				evidence: payload.data.evidence
			});
			return;
		}
		case "analysis.sample":
			push(state.looks, record.node, {
				kind: "sample",
				sample: payload.data.sample
			});
			return;
		case "analysis.verdict":
			if (payload.data.answer === "ask") state.asks.set(record.node, (state.asks.get(record.node) ?? 0) + 1);
			return;
		case "gate.override":
		case "lease.taken":
		case "lease.renewed":
		case "lease.lost": return;
	}
}
function resume(state, data) {
	state.status = "running";
	state.paused = void 0;
	state.epoch++;
	state.planHash = data.planHash;
	if (data.outcome !== void 0) {
		const seq = state.nodes.get(data.outcome.step)?.intentSeq ?? -1;
		state.answers.set(data.outcome.step, {
			seq,
			outcome: data.outcome.outcome,
			evidence: data.outcome.evidence
		});
	}
	if (data.changed === void 0) return;
	state.outline = data.changed.outline;
	for (const gate of data.changed.reopened) for (const path of [...state.gates.keys(), ...state.nodes.keys()]) {
		const plain = path.replace(/#\d+/g, "#");
		if (plain !== gate && !plain.startsWith(`${gate}/`)) continue;
		state.gates.delete(path);
		state.nodes.delete(path);
	}
}
/** The record still says that something happened; only what it held is gone. */
function advanceRedacted(state, { record }, change) {
	if (record.type === "step.done") change({
		phase: "done",
		outputs: void 0,
		open: false
	});
	if (record.type === "step.undone") change({
		phase: "undone",
		open: false
	});
	if (record.type === "step.intent") {
		state.changed = true;
		change({
			attempts: record.attempt,
			effects: [],
			open: true,
			intentSeq: record.seq,
			intentFence: record.fence
		});
	}
	if (record.type === "step.failed") change({
		phase: "failed",
		final: true,
		problems: []
	});
	if (record.type === "analysis.sample") push(state.looks, record.node, {
		kind: "sample",
		sample: void 0
	});
}
function parsePayload(entry) {
	const data = entry.payload.kind === "data" ? entry.payload.data : null;
	const parsed = payloadSchema.safeParse({
		type: entry.record.type,
		data
	});
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw new ProblemError({
		code: "journal.payload",
		where: `run ${entry.record.run}, record ${entry.record.seq} (${entry.record.type})`,
		found: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "another form"}`,
		expected: "a payload of journal version 1",
		remedy: "read the journal with the version of shiplock that wrote it"
	});
}
function push(map, key, value) {
	const list = map.get(key);
	if (list === void 0) map.set(key, [value]);
	else list.push(value);
}

// src/procedure/engine.ts
function createEngine(parts) {
	const { options, state, journal, lease, registry } = parts;
	const outputs = /* @__PURE__ */ new Map();
	const evidence = /* @__PURE__ */ new Map();
	const emit = (event) => options.onEvent?.(event);
	const engine = {
		...parts,
		outputs,
		evidence,
		locks: createFenceLocks(options.clock),
		emit,
		stopAsked: () => options.signal?.requested !== void 0,
		async record(type, node, attempt, data) {
			const payload = options.secrets.maskJson(toJson(data));
			const record = await journal.append(type, node, attempt, payload);
			advance(state, {
				record,
				payload: {
					kind: "data",
					data: payload
				}
			});
			lease.setAnchor(journal.anchor());
			emit({
				kind: "journal",
				seq: record.seq,
				type,
				node
			});
		}
	};
	const known = [...state.nodes].filter(([, node]) => node.phase === "done" || node.outputs !== void 0).sort(([, a], [, b]) => a.seq - b.seq);
	for (const [path, node] of known) {
		const object = registry.nodeAt(path);
		if (object !== void 0) outputs.set(object, node.outputs);
	}
	for (const [path, gate] of state.gates) {
		const object = registry.nodeAt(path);
		if (object?.kind === "gate" && gate.evidence !== void 0) evidence.set(object, gate.evidence);
	}
	return engine;
}
function decideContext(engine) {
	return {
		mode: "run",
		run: engine.state.run,
		fence: engine.lease.fence,
		outputOf: (node) => recordedOutputs(engine, node),
		evidenceOf: (gate) => {
			const found = engine.evidence.get(gate);
			if (found !== void 0) return found;
			throw new ProblemError({
				code: "procedure.no-evidence",
				where: gate.id,
				found: "a gate that has not been filled in",
				expected: "a gate that comes earlier in the procedure",
				remedy: "refer to a gate that has passed by then; this is a fault of the procedure"
			});
		}
	};
}
function readContext(engine, path, signal) {
	return {
		...decideContext(engine),
		clock: engine.options.clock,
		exec: engine.options.exec,
		signal,
		note: (text) => engine.emit({
			kind: "note",
			path,
			text: engine.options.secrets.mask(text)
		})
	};
}
function effectContext(engine, signal) {
	const { clock, secrets, fenceFile } = engine.options;
	return {
		clock,
		secrets,
		fenceFile,
		fence: engine.lease.fence,
		signal,
		locks: engine.locks
	};
}
/** Outputs as recorded, through the node's own schema. */
function recordedOutputs(engine, node) {
	if (!engine.outputs.has(node)) throw new ProblemError({
		code: "procedure.no-outputs",
		where: node.id,
		found: "a node that has not been done",
		expected: "a node that comes earlier in the procedure",
		remedy: "refer to a node that is done by then; this is a fault of the procedure"
	});
	const parsed = node.outputs.safeParse(engine.outputs.get(node));
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "procedure.outputs-unreadable",
		where: node.id,
		found: `recorded outputs that do not fit: ${parsed.error.issues[0]?.message ?? "redacted"}`,
		expected: "outputs in the form this version of the procedure declares",
		remedy: "resume with the version that recorded them, or roll back with a new run (a redacted payload cannot be resumed from)"
	});
}
/** Outputs as they will be read again: plain JSON that the node's schema accepts. */
function storableOutputs(node, outputs, path) {
	const json = toJson(outputs);
	const parsed = node.outputs.safeParse(json);
	if (parsed.success) return json;
	throw new ProblemError({
		code: "procedure.outputs-invalid",
		where: path,
		found: `outputs that do not fit their schema: ${parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; ")}`,
		expected: "outputs that are plain JSON of the declared form",
		remedy: "mend `collect` or the schema of the step"
	});
}

// src/procedure/effects/describe.ts
/** An effect in one line, the same in plan, live view and messages. Secrets appear as their reference. */
function effectText(effect) {
	switch (effect.kind) {
		case "exec": return effect.argv.map(word).join(" ");
		case "sql": return effect.statements.map((statement) => statement.replace(/\s+/g, " ").trim()).join("; ");
		case "http": return `${effect.method} ${effect.url}`;
		case "file":
			if (effect.content === null) return `remove ${effect.path}`;
			return typeof effect.content === "string" ? `write ${effect.path} (${Buffer.byteLength(effect.content)} bytes)` : `write ${effect.path} from secret ${effect.content.secret}`;
		case "socket": return `${effect.path}: ${effect.commands.join("; ")}`;
	}
}
function word(text) {
	if (typeof text !== "string") return `<secret ${text.secret}>`;
	return /^[\w@%+=:,./<>-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

// src/procedure/effects/context.ts
/** The value behind a text; from here on it is masked everywhere. */
function resolveText(text, secrets) {
	return typeof text === "string" ? text : secrets.get(text.secret);
}
function resolveTexts(texts, secrets) {
	return Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, resolveText(text, secrets)]));
}
const LONGEST = 65536;
/** Long output is cut in the middle: what it began with and how it ended are what people look for. */
function cutMiddle(text, longest = LONGEST) {
	if (text.length <= longest) return text;
	const half = Math.floor(longest / 2);
	return `${text.slice(0, half)}\n… ${text.length - 2 * half} characters left out …\n${text.slice(-half)}`;
}

// src/procedure/effects/file.ts
/** Temporary file beside it, fsync, rename, fsync of the directory; missing directories are made. `null` removes the file. */
async function writeFileEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	if (effect.content === null) try {
		await unlink(effect.path);
		await syncDirectory(dirname(effect.path));
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	else {
		const temporary = await writeTemporary(effect.path, resolveText(effect.content, ctx.secrets), effect.mode);
		if (ctx.signal.aborted) {
			await unlink(temporary);
			throw ctx.signal.reason;
		}
		await rename(temporary, effect.path);
		await syncDirectory(dirname(effect.path));
	}
	return {
		kind: "file",
		durationMs: ctx.clock.monotonic() - begin
	};
}

// src/procedure/effects/http.ts
/** One request, redirects not followed: an effect goes where it says. */
async function httpEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const response = await send(effect, ctx);
	const body = ctx.secrets.mask(await response.text());
	if (!effect.okStatuses.includes(response.status)) throw new ProblemError({
		code: "effect.http-status",
		where: `${effect.method} ${effect.url}`,
		found: `status ${response.status}: ${cutMiddle(body.trim(), 400)}`,
		expected: `status ${effect.okStatuses.join(", ")}`,
		remedy: "mend what the answer names, then resume the run"
	});
	return {
		kind: "http",
		status: response.status,
		body: cutMiddle(body),
		durationMs: ctx.clock.monotonic() - begin
	};
}
async function send(effect, ctx) {
	try {
		return await fetch(effect.url, {
			method: effect.method,
			headers: resolveTexts(effect.headers, ctx.secrets),
			body: effect.body === void 0 ? null : resolveText(effect.body, ctx.secrets),
			redirect: "manual",
			signal: ctx.signal
		});
	} catch (error) {
		if (ctx.signal.aborted) throw ctx.signal.reason;
		const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
		throw new ProblemError({
			code: "effect.http-unreachable",
			where: `${effect.method} ${effect.url}`,
			found: ctx.secrets.mask(cause),
			expected: "an answer",
			remedy: "check that the address is right and the server runs, then resume the run"
		});
	}
}

// src/procedure/effects/socket.ts
/** One connection per command: the other side answers and closes. Stops at the first answer that is not the expected one. */
async function socketEffect$1(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const expected = new RegExp(effect.okAnswer);
	const answers = [];
	for (const command of effect.commands) {
		const answer = ctx.secrets.mask(await ask$1(effect.path, command, ctx.signal));
		if (!expected.test(answer)) throw new ProblemError({
			code: "effect.socket-answer",
			where: `${effect.path}: ${command}`,
			found: JSON.stringify(cutMiddle(answer.trim(), 400)),
			expected: `an answer that matches /${effect.okAnswer}/`,
			remedy: "ask the socket yourself what it knows (names, states), then resume the run"
		});
		answers.push(cutMiddle(answer));
	}
	return {
		kind: "socket",
		answers,
		durationMs: ctx.clock.monotonic() - begin
	};
}
function ask$1(path, command, signal) {
	return new Promise((resolve, reject) => {
		const socket = connect$1({ path });
		const chunks = [];
		const onAbort = () => {
			socket.destroy();
			reject(signal.reason);
		};
		signal.addEventListener("abort", onAbort, { once: true });
		socket.on("connect", () => socket.write(`${command}\n`));
		socket.on("data", (chunk) => chunks.push(chunk));
		socket.on("error", reject);
		socket.on("close", () => {
			signal.removeEventListener("abort", onAbort);
			resolve(Buffer.concat(chunks).toString("utf8"));
		});
		if (signal.aborted) onAbort();
	});
}

// src/procedure/effects/sql.ts
/** Table in which a database keeps the greatest fence it has seen (only for effects with a `mysql:` resource). */
const FENCE_TABLE = "shiplock_fence";
const affectedSchema = object({ affectedRows: number$2() });
/**
* Statements one after another on one connection, under GET_LOCK when the effect names a lock. With a resource `mysql:…` the fence
* is compared and raised on that same connection under the same lock, so a stale holder is refused by the database itself.
*/
async function sqlEffect(effect, ctx) {
	const begin = ctx.clock.monotonic();
	const options = parseDsn(resolveText(effect.dsn, ctx.secrets));
	const connection = await open(options);
	let ending;
	const onAbort = () => {
		ending ??= abortStatement(connection, options);
	};
	ctx.signal.addEventListener("abort", onAbort, { once: true });
	if (ctx.signal.aborted) onAbort();
	try {
		return {
			kind: "sql",
			affected: await unlessAborted(ctx.signal, runAll(effect, connection, ctx)),
			durationMs: ctx.clock.monotonic() - begin
		};
	} finally {
		ctx.signal.removeEventListener("abort", onAbort);
		if (ending === void 0) await connection.end().catch(() => connection.destroy());
		else await ending;
	}
}
async function runAll(effect, connection, ctx) {
	const fenced = effect.resource?.startsWith("mysql:") ? effect.resource : void 0;
	const lock = effect.lock ?? (fenced === void 0 ? void 0 : `shiplock:${fenced}`.slice(0, 64));
	if (lock !== void 0) await takeLock(connection, lock, effect.timeoutMs);
	if (fenced !== void 0) await compareFence(connection, fenced, ctx.fence);
	const affected = [];
	for (const statement of effect.statements) {
		ctx.signal.throwIfAborted();
		affected.push(await run$1(connection, statement, ctx));
	}
	return affected;
}
/** `mysql://user:password@host:port/database` or the form of Go's driver, `user:password@tcp(host:port)/database?…`. */
function parseDsn(dsn) {
	const go = /^(?:([^:@/]*)(?::(.*))?@)?(tcp|unix)\(([^)]*)\)\/([^?]*)/.exec(dsn);
	if (go !== null) {
		const [, user = "", password = "", net, address = "", database = ""] = go;
		const account = {
			user,
			password,
			...database === "" ? {} : { database }
		};
		if (net === "unix") return {
			...account,
			socketPath: address
		};
		const colon = address.lastIndexOf(":");
		if (colon < 0) return {
			...account,
			host: address,
			port: 3306
		};
		return {
			...account,
			host: address.slice(0, colon),
			port: Number(address.slice(colon + 1))
		};
	}
	const url = URL.parse(dsn);
	if (url?.protocol !== "mysql:") throw new ProblemError({
		code: "effect.sql-dsn",
		where: "the connection string of an SQL effect",
		found: "another form",
		expected: "mysql://user:password@host:port/database or user:password@tcp(host:port)/database",
		remedy: "write the connection string (or the secret it refers to) in one of these forms"
	});
	const database = decodeURIComponent(url.pathname.slice(1));
	return {
		host: url.hostname.replace(/^\[|\]$/g, ""),
		port: url.port === "" ? 3306 : Number(url.port),
		user: decodeURIComponent(url.username),
		password: decodeURIComponent(url.password),
		...database === "" ? {} : { database }
	};
}
/** Loaded only when an SQL effect is there: the driver takes longer to load than everything else together. */
async function connect(options) {
	const { createConnection } = await import("./promise2.js").then((m) => /* @__PURE__ */ __toESM$1(m.default, 1));
	return createConnection(options);
}
async function open(options) {
	try {
		return await connect({
			...options,
			multipleStatements: false,
			connectTimeout: 1e4
		});
	} catch (error) {
		throw new ProblemError({
			code: "effect.sql-connect",
			where: options.socketPath ?? `${options.host}:${options.port}`,
			found: error instanceof Error ? error.message : String(error),
			expected: "a connection",
			remedy: "check that the server runs, the account exists and the database is there"
		});
	}
}
async function run$1(connection, statement, ctx) {
	try {
		const [answer] = await connection.query(statement);
		const parsed = affectedSchema.safeParse(answer);
		return parsed.success ? parsed.data.affectedRows : 0;
	} catch (error) {
		throw new ProblemError({
			code: "effect.sql-failed",
			where: ctx.secrets.mask(statement.slice(0, 200)),
			found: ctx.secrets.mask(error instanceof Error ? error.message : String(error)),
			expected: "the statement to succeed",
			remedy: "mend what the server names, then resume the run; statements before it stay done"
		});
	}
}
async function takeLock(connection, name, waitMs) {
	const [rows] = await connection.query("SELECT GET_LOCK(?, ?) AS got", [name, Math.max(1, Math.floor(waitMs / 1e3))]);
	const got = array(object({ got: number$1() })).safeParse(rows);
	if (got.success && got.data[0]?.got === 1) return;
	throw new ProblemError({
		code: "effect.sql-lock",
		where: `GET_LOCK('${name}')`,
		found: "held by another connection",
		expected: `the lock within ${waitMs} ms`,
		remedy: `SELECT IS_USED_LOCK('${name}') names the connection; wait for it to end, then resume the run`
	});
}
async function compareFence(connection, resource, fence) {
	await connection.query(`CREATE TABLE IF NOT EXISTS ${FENCE_TABLE} (resource VARCHAR(190) PRIMARY KEY, fence BIGINT NOT NULL)`);
	const [rows] = await connection.query(`SELECT fence FROM ${FENCE_TABLE} WHERE resource = ?`, [resource]);
	const seen = array(object({ fence: number$1() })).parse(rows)[0]?.fence ?? 0;
	if (seen > fence) throw new LeaseLostError(`${resource} has seen fence ${seen}; this run holds ${fence}`);
	if (seen < fence) await connection.query(`REPLACE INTO ${FENCE_TABLE} VALUES (?, ?)`, [resource, fence]);
}
/** A server goes on with a statement when its client is gone: tell it to stop, over a second connection. */
async function abortStatement(connection, options) {
	try {
		const second = await connect({
			...options,
			connectTimeout: 2e3
		});
		await second.query(`KILL ${connection.threadId}`).catch(() => void 0);
		await second.end();
	} catch {}
	connection.destroy();
}

// src/procedure/effects/execute.ts
function createExecutor(ctx) {
	const fence = ctx.locks.open(ctx.signal);
	const holdable = (effect) => effect.kind === "exec" ? void 0 : fencePoint(effect.resource, ctx);
	return {
		prepare(effect) {
			const point = effect === void 0 ? void 0 : holdable(effect);
			if (point !== void 0) fence.begin(point);
		},
		run: (effect, ready = async () => void 0) => withDeadline({
			clock: ctx.clock,
			ms: effect.timeoutMs,
			what: effectText(effect),
			signal: ctx.signal
		}, async (signal) => {
			const inner = {
				...ctx,
				signal
			};
			const point = holdable(effect);
			if (point === void 0) await fence.release();
			else await unlessAborted(signal, fence.take(point));
			await ready();
			return effect.kind === "exec" ? execEffect(effect, fencePoint(effect.resource, ctx), inner) : inProcess(effect, inner);
		}),
		close: () => fence.release()
	};
}
/** See `raiseFence`: for every fenced resource of the effects. */
async function settleFences(effects, ctx) {
	const waits = /* @__PURE__ */ new Map();
	for (const effect of effects) {
		const point = fencePoint(effect.resource, ctx);
		if (point === void 0) continue;
		waits.set(point.file, {
			point,
			ms: Math.max(effect.timeoutMs, waits.get(point.file)?.ms ?? 0)
		});
	}
	for (const { point, ms } of waits.values()) await withDeadline({
		clock: ctx.clock,
		ms,
		what: `waiting for what an earlier holder left running under ${point.file}`,
		signal: ctx.signal
	}, (signal) => raiseFence(point, signal, ctx.clock));
}
function fencePoint(resource, ctx) {
	const file = resource === void 0 ? void 0 : ctx.fenceFile?.(resource);
	return file === void 0 ? void 0 : {
		file,
		fence: ctx.fence
	};
}
function inProcess(effect, ctx) {
	switch (effect.kind) {
		case "file": return writeFileEffect(effect, ctx);
		case "http": return httpEffect(effect, ctx);
		case "socket": return socketEffect$1(effect, ctx);
		case "sql": return sqlEffect(effect, ctx);
	}
}
async function execEffect(effect, point, ctx) {
	const begin = ctx.clock.monotonic();
	const spec = {
		argv: effect.argv.map((word) => resolveText(word, ctx.secrets)),
		cwd: effect.cwd,
		env: resolveTexts(effect.env, ctx.secrets),
		stdin: effect.stdin === void 0 ? void 0 : resolveText(effect.stdin, ctx.secrets),
		signal: ctx.signal
	};
	const result = point === void 0 ? await runCommand(spec, ctx.clock) : await runFenced(point, spec, ctx.clock);
	const stdout = ctx.secrets.mask(result.stdout);
	const stderr = ctx.secrets.mask(result.stderr);
	if (!effect.okExitCodes.includes(result.exitCode)) {
		const words = (stderr.trim() || stdout.trim()).slice(-600);
		throw new ProblemError({
			code: "effect.exit-code",
			where: effectText(effect),
			found: `exit code ${result.exitCode}${words === "" ? "" : `: ${words}`}`,
			expected: `exit code ${effect.okExitCodes.join(", ")}`,
			remedy: "mend what the command names, then resume the run"
		});
	}
	return {
		kind: "exec",
		exitCode: result.exitCode,
		stdout: cutMiddle(stdout),
		stderr: cutMiddle(stderr),
		durationMs: ctx.clock.monotonic() - begin
	};
}

// src/procedure/run/step.ts
/** A step or an opaque step: until it is done, failed for good, or must wait. */
async function runStep(engine, node, path, mode) {
	for (;;) {
		const state = engine.state.nodes.get(path);
		const retry = node.kind === "step" ? node.retry : {
			attempts: 1,
			delayMs: 0
		};
		const urgent = node.kind === "step" && node.urgent;
		if (state?.phase === "done") {
			engine.outputs.set(node, state.outputs);
			return DONE;
		}
		const stale = state !== void 0 && state.epoch < engine.state.epoch;
		if (state?.phase === "failed" && state.final && !(mode.again && stale)) return {
			kind: state.refused ? "refused" : "failed",
			problems: state.problems
		};
		if (engine.stopAsked() && !urgent) return STOPPED;
		if (state?.phase === "failed" && !stale && !state.final && retry.delayMs > 0) {
			if (!await pause(engine, retry.delayMs, urgent)) continue;
		}
		engine.emit({
			kind: "node-started",
			path,
			title: node.title,
			nodeKind: node.kind
		});
		const settled = state?.open ? await settle(engine, node, path, state) : "not-applied";
		if (settled === "unknown") {
			if (state === void 0 || stale || state.phase === "intent") return {
				kind: "unknown",
				problems: [askPerson(engine, path)]
			};
			return failNode(engine, node, path, new ProblemError(state.problems), state.attempts);
		}
		await attempt(engine, node, path, settled === "applied", retry.attempts);
	}
}
/** False when a stop was asked for meanwhile that ends the wait. */
async function pause(engine, ms, urgent) {
	const stop = urgent ? void 0 : engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	try {
		await engine.options.clock.sleep(ms, signal);
		return true;
	} catch {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		return false;
	}
}
/** After an intent without a done: did the effects happen? `not-applied` also stands for "again does no harm". */
async function settle(engine, node, path, state) {
	const told = engine.state.answers.get(path);
	if (told?.seq === state.intentSeq) return told.outcome;
	const { probe } = node;
	try {
		if (state.intentFence < engine.lease.fence) {
			await engine.lease.ensure();
			await settleFences(state.effects, effectContext(engine, engine.lease.lost));
		}
		if (probe === "repeatable") return "not-applied";
		return await withDeadline({
			clock: engine.options.clock,
			ms: node.timeoutMs,
			what: path,
			signal: engine.lease.lost,
			abandon: true
		}, (signal) => probe(readContext(engine, path, signal)));
	} catch (error) {
		if (error instanceof LeaseLostError) throw error;
		const problems = problemsOf(error, path);
		engine.emit({
			kind: "note",
			path,
			text: `the probe failed: ${maskedProblems(engine, problems)[0]?.found ?? ""}`
		});
		return "unknown";
	}
}
/** One attempt from reading to recording. Failures are recorded, not thrown; only a lost lease is. */
async function attempt(engine, node, path, applied, attempts) {
	const before = engine.state.nodes.get(path);
	const number = applied ? before?.attempts ?? 1 : (before?.attempts ?? 0) + 1;
	try {
		await withDeadline({
			clock: engine.options.clock,
			ms: node.timeoutMs,
			what: path,
			signal: engine.lease.lost
		}, async (signal) => {
			if (node.kind === "opaque") await runOpaque(engine, node, path, number, applied, signal);
			else if (applied) await recordApplied(engine, node, path, number, signal);
			else await readDecideDo(engine, node, path, number, signal);
		});
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		const refused = error instanceof RefusedError;
		const problems = maskedProblems(engine, problemsOf(error, path));
		const now = engine.state.nodes.get(path);
		const failures = now?.epoch === engine.state.epoch ? now.failures : 0;
		const final = refused || failures + 1 >= attempts;
		await engine.record("step.failed", path, number, {
			problems,
			final,
			refused
		});
		engine.emit({
			kind: "node-failed",
			path,
			title: node.title,
			attempt: number,
			final,
			problems
		});
	}
}
var RefusedError = class extends ProblemError {};
async function readDecideDo(engine, node, path, number, signal) {
	const ctx = readContext(engine, path, signal);
	const facts = await unlessAborted(signal, node.read(ctx));
	const pure = decideContext(engine);
	const decision = node.decide(facts, pure);
	signal.throwIfAborted();
	switch (decision.kind) {
		case "refuse": throw new RefusedError(decision.problems);
		case "nothing":
			await finish$1(engine, node, path, number, {
				outputs: node.collect([], facts, pure),
				results: [],
				note: decision.why
			}, signal);
			return;
		case "do": {
			const effects = decision.effects.map((effect) => effectSchema.parse(effect));
			const results = await executing(engine, path, signal, async (executeAll, executor) => {
				executor.prepare(effects[0]);
				await engine.record("step.intent", path, number, {
					what: "do",
					effects,
					facts: digestOf(toJson(facts)),
					...decision.why === void 0 ? {} : { why: decision.why }
				});
				return executeAll(effects);
			});
			await finish$1(engine, node, path, number, {
				outputs: node.collect(results, facts, pure),
				results
			}, signal);
		}
	}
}
/** Lends `work` an executor. Its `executeAll` goes through effects one after another; the first that fails ends it. */
async function executing(engine, path, signal, work) {
	const executor = createExecutor(effectContext(engine, signal));
	const executeAll = async (effects) => {
		const results = [];
		for (const effect of effects) {
			signal.throwIfAborted();
			engine.emit({
				kind: "effect",
				path,
				text: engine.options.secrets.mask(effect.why ?? effectText(effect))
			});
			results.push(await executor.run(effect, () => engine.lease.ensure()));
		}
		return results;
	};
	try {
		return await work(executeAll, executor);
	} finally {
		await executor.close();
	}
}
/** The effects happened in an earlier process whose results are lost: outputs come from a fresh look and no results. */
async function recordApplied(engine, node, path, number, signal) {
	const facts = await unlessAborted(signal, node.read(readContext(engine, path, signal)));
	await finish$1(engine, node, path, number, {
		outputs: node.collect([], facts, decideContext(engine)),
		results: [],
		note: appliedNote(engine, path)
	}, signal);
}
async function runOpaque(engine, node, path, number, applied, signal) {
	if (applied) {
		await recordDone(engine, node, path, number, {
			outputs: {},
			results: [],
			note: appliedNote(engine, path)
		});
		return;
	}
	await engine.lease.ensure();
	await engine.record("step.intent", path, number, {
		what: "opaque",
		effects: [],
		facts: ""
	});
	await recordDone(engine, node, path, number, {
		outputs: await unlessAborted(signal, node.run(readContext(engine, path, signal))),
		results: []
	});
}
async function finish$1(engine, node, path, number, finished, signal) {
	const verifying = node.verify?.(readContext(engine, path, signal), finished.outputs);
	const problems = verifying === void 0 ? [] : await unlessAborted(signal, verifying);
	if (problems.length > 0) throw new ProblemError(problems);
	await recordDone(engine, node, path, number, finished);
}
async function recordDone(engine, node, path, number, finished) {
	const { results, note } = finished;
	const outputs = storableOutputs(node, finished.outputs, path);
	await engine.record("step.done", path, number, {
		outputs,
		results,
		...note === void 0 ? {} : { note }
	});
	engine.emit({
		kind: "node-done",
		path,
		title: node.title,
		text: note ?? ""
	});
}
function appliedNote(engine, path) {
	const told = engine.state.answers.get(path);
	const open = engine.state.nodes.get(path)?.intentSeq;
	if (told !== void 0 && told.seq === open) return `done before, says a person: ${told.evidence}`;
	return "done before, says the probe";
}
/** Records a failure for good. Only a lost lease is thrown on. */
async function failNode(engine, node, path, error, number = 1) {
	if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
	if (error instanceof LeaseLostError) throw error;
	const problems = maskedProblems(engine, problemsOf(error, path));
	await engine.record("step.failed", path, number, {
		problems,
		final: true,
		refused: false
	});
	engine.emit({
		kind: "node-failed",
		path,
		title: node.title,
		attempt: number,
		final: true,
		problems
	});
	return {
		kind: "failed",
		problems
	};
}
function maskedProblems(engine, problems) {
	const { mask } = engine.options.secrets;
	return problems.map((problem) => ({
		...problem,
		where: mask(problem.where),
		found: mask(problem.found),
		expected: mask(problem.expected),
		remedy: mask(problem.remedy)
	}));
}
function askPerson(engine, path) {
	return {
		code: "procedure.outcome-unknown",
		where: path,
		found: "effects that were begun and not recorded as done, and a probe that cannot tell whether they happened",
		expected: "somebody to look",
		remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "what you saw"`
	};
}

// src/procedure/run/gate.ts
/** A gate: opened once, then every process that comes here waits until somebody has filled it in. */
async function runGate(engine, node, path, mode) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "done") return DONE;
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	try {
		if (!engine.state.gates.has(path) && node.needed?.(decideContext(engine)) === false) {
			await engine.record("step.done", path, 1, {
				outputs: null,
				results: [],
				note: "not needed"
			});
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: "not needed"
			});
			return DONE;
		}
		const answer = await openGate(engine, node, path);
		if (answer.kind === "end") return answer.end;
		const judgement = node.judge?.(answer.evidence) ?? { kind: "pass" };
		const left = await leaveGate(engine, node, path, judgement.kind === "pass");
		if (left.kind !== "done") return left;
		if (judgement.kind === "pass") return DONE;
		throw new ProblemError({
			code: "procedure.gate-rejected",
			where: path,
			found: judgement.why,
			expected: `evidence that lets "${node.title}" pass`,
			remedy: "mend what the evidence shows and start a new run"
		});
	} catch (error) {
		return failNode(engine, node, path, error);
	}
}
/** Puts the guard up, opens the gate and waits; or returns what was filled in. */
async function openGate(engine, node, path) {
	const gate = engine.state.gates.get(path);
	if (gate?.evidence !== void 0) {
		engine.evidence.set(node, gate.evidence);
		return {
			kind: "filled",
			evidence: gate.evidence
		};
	}
	if (gate !== void 0) return {
		kind: "end",
		end: WAITING
	};
	if (engine.stopAsked()) return {
		kind: "end",
		end: STOPPED
	};
	const guarded = await runGuard(engine, path, ...before(node.guard));
	if (guarded.kind !== "done") return {
		kind: "end",
		end: guarded
	};
	await engine.record("gate.opened", path, 1, {
		title: node.title,
		...node.description === void 0 ? {} : { description: node.description },
		role: node.role,
		evidence: node.evidence,
		guard: guardText(node.guard),
		judged: node.judge !== void 0,
		planHash: engine.planHash
	});
	engine.emit({
		kind: "gate-opened",
		path,
		title: node.title,
		role: node.role
	});
	return {
		kind: "end",
		end: WAITING
	};
}
/**
* Takes the guard down. A gate that rejects leaves the new version drained: traffic is not given back to something that is about
* to be rolled back; an outside guard is disarmed either way.
*/
async function leaveGate(engine, node, path, passes) {
	if (engine.state.nodes.get(path)?.phase === "done") return DONE;
	const end = !passes && node.guard.kind === "drained" ? DONE : await runGuard(engine, path, ...after(node.guard));
	if (end.kind !== "done" || !passes) return end;
	await engine.record("step.done", path, 1, {
		outputs: null,
		results: [],
		note: "filled in"
	});
	engine.emit({
		kind: "node-done",
		path,
		title: node.title,
		text: "filled in"
	});
	return DONE;
}
function guardText(guard) {
	switch (guard.kind) {
		case "drained": return "drained: the new version gets no traffic meanwhile";
		case "guarded": return `guarded by ${guard.by}`;
		case "unguarded": return `unguarded, by decision of ${guard.role}: ${guard.reason}`;
		case "nothing-shifted": return "nothing is shifted here";
	}
}
async function runGuard(engine, path, part, steps) {
	for (const step of steps) {
		const end = await runStep(engine, step, childPath(childPath(path, part), step.id), { again: true });
		if (end.kind !== "done") return end;
	}
	return DONE;
}
function before(guard) {
	if (guard.kind === "drained") return ["drain", guard.drain];
	return ["arm", guard.kind === "guarded" ? guard.arm : []];
}
function after(guard) {
	if (guard.kind === "drained") return ["restore", guard.restore];
	return ["disarm", guard.kind === "guarded" ? guard.disarm : []];
}

// src/procedure/identity.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
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

// src/model/journal.ts
/** One line of a run's journal: JSON in RFC 8785 canonical form, chained by SHA-256. docs/formats/journal.schema.json. */
const JOURNAL_VERSION = 1;
const RECORD_TYPES = [
	"run.started",
	"run.paused",
	"run.resumed",
	"run.finished",
	"step.intent",
	"step.done",
	"step.failed",
	"step.undone",
	"gate.opened",
	"gate.evidence",
	"gate.override",
	"analysis.sample",
	"analysis.verdict",
	"lease.taken",
	"lease.renewed",
	"lease.lost"
];
const hex64 = string().regex(/^[0-9a-f]{64}$/);
const journalRecordSchema = strictObject({
	v: literal(1),
	run: string().min(1),
	/** 0, 1, 2 … without gaps. */
	seq: number$2().int().nonnegative(),
	/** RFC 3339 in UTC with milliseconds. */
	time: string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
	/** Fence of the lease under which the record was written. */
	fence: number$2().int().nonnegative(),
	type: _enum(RECORD_TYPES),
	/** Path of the node in the tree, `a/b/c`; empty for records of the run itself. */
	node: string(),
	attempt: number$2().int().nonnegative(),
	/** SHA-256 of the canonical payload envelope, which lies beside the chain and can be redacted. */
	payloadDigest: hex64,
	/** SHA-256 of the previous line's bytes (without the newline); 64 zeros for the first. */
	prev: hex64
});
/** Head of a journal kept elsewhere: what makes truncation and rewriting show. */
const anchorSchema = strictObject({
	run: string().min(1),
	/** Number of records. */
	count: number$2().int().nonnegative(),
	/** SHA-256 of the last line's bytes; 64 zeros for none. */
	head: hex64
});
const leaseSchema = strictObject({
	formatVersion: literal(1),
	/** What is leased: the environment. */
	environment: string().min(1),
	/** Grows with every holder; every effect carries it and the resource compares. */
	fence: number$2().int().positive(),
	holder: strictObject({
		run: string(),
		/** Person or robot, for people to read. */
		who: string(),
		host: string(),
		pid: number$2().int(),
		/** Start of the process since boot and the boot itself: tells a dead holder on this machine from a living one at once. */
		startTicks: string(),
		bootId: string()
	}).nullable(),
	/** Counts renewals: a contender waits until it has seen this unchanged for the duration on its own clock. */
	renewals: number$2().int().nonnegative(),
	durationMs: number$2().int().positive(),
	anchor: anchorSchema.nullable()
});

// src/procedure/lease-file.ts
/** The lease as it is now; undefined when the environment never had one. */
async function readLease(store, environment) {
	const directory = leaseDirectory(store, environment);
	for (let attempt = 0;; attempt++) {
		const version = (await versions(directory)).at(-1);
		if (version === void 0) return void 0;
		const path = join$1(directory, name$1(version));
		try {
			const parsed = JSON.parse(await readFile(path, "utf8"));
			return {
				version,
				lease: leaseSchema.parse(parsed)
			};
		} catch (error) {
			if (isMissing(error) && attempt < 100) continue;
			throw new ProblemError({
				code: "lease.unreadable",
				where: path,
				found: error instanceof Error ? error.message : String(error),
				expected: "a lease of format version 1",
				remedy: "check that the state directory is readable and was written by this version of shiplock"
			});
		}
	}
}
/** Writes `lease` as the version after `before` (0 for none). False when somebody else was faster; then nothing changed. */
async function swapLease(store, before, lease) {
	const directory = leaseDirectory(store, lease.environment);
	await mkdir(directory, { recursive: true });
	const version = before + 1;
	const path = join$1(directory, name$1(version));
	const temporary = await writeTemporary(path, `${canonical(toJson(lease))}\n`);
	try {
		await link(temporary, path);
	} catch (error) {
		if (hasCode(error, "EEXIST")) return false;
		throw error;
	} finally {
		await unlink(temporary);
	}
	await syncDirectory(directory);
	const present = await versions(directory);
	if (present.at(-1) !== version) return false;
	for (const old of present) if (old < version - 1) await unlink(join$1(directory, name$1(old))).catch(() => void 0);
	return true;
}
function name$1(version) {
	return `${String(version).padStart(12, "0")}.json`;
}
async function versions(directory) {
	try {
		return (await readdir(directory)).filter((file) => /^\d{12}\.json$/.test(file)).map((file) => Number(file.slice(0, 12))).sort((a, b) => a - b);
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
}

// src/procedure/lease.ts
/** No process: the environment waits for its run to be resumed. */
const NOBODY = {
	pid: 0,
	startTicks: "",
	bootId: ""
};
/**
* Takes the lease, or says who has it. A silent holder is watched for its whole duration on our own monotonic clock, from the
* moment we first saw its record: clocks of two machines are never compared.
*/
async function takeLease(options) {
	const { store, environment, clock } = options;
	for (;;) {
		const current = await readLease(store, environment);
		const busy = current === void 0 ? void 0 : await whoHolds(current, options);
		if (busy !== void 0) return {
			kind: "busy",
			why: busy,
			lease: current?.lease ?? raise(void 0, options)
		};
		const lease = raise(current?.lease, options);
		if (await swapLease(store, current?.version ?? 0, lease)) return {
			kind: "taken",
			handle: hold({
				version: (current?.version ?? 0) + 1,
				lease
			}, store, clock)
		};
	}
}
/** Undefined when the lease may be taken. */
async function whoHolds(current, options) {
	const holder = current.lease.holder;
	if (holder === null || holder.run === options.preempt) return void 0;
	const ours = holder.run === options.run;
	if (!(holder.pid === NOBODY.pid || isGone(holder)) && await renewedWhileWatched(current, options)) return "alive";
	if (ours || !await options.unfinished(holder.run)) return void 0;
	return "reserved";
}
async function renewedWhileWatched(seen, options) {
	const { clock, store, environment } = options;
	const { durationMs, holder } = seen.lease;
	options.onWatch?.(`${holder?.who ?? "?"} on ${holder?.host ?? "?"}`, durationMs);
	const begin = clock.monotonic();
	while (clock.monotonic() - begin < durationMs) {
		await clock.sleep(Math.min(250, Math.max(10, durationMs / 20)), options.signal);
		const now = await readLease(store, environment);
		if (now?.version !== seen.version) return now?.lease.holder?.run === holder?.run && now?.lease.holder?.pid === holder?.pid;
		if (holder !== null && isGone(holder)) return false;
	}
	return false;
}
function raise(before, options) {
	return {
		formatVersion: 1,
		environment: options.environment,
		fence: (before?.fence ?? 0) + 1,
		holder: {
			run: options.run,
			who: options.who,
			...ownIdentity()
		},
		renewals: 0,
		durationMs: options.durationMs,
		anchor: null
	};
}
function hold(taken, store, clock) {
	const { fence, durationMs } = taken.lease;
	const lost = new AbortController();
	const stopped = new AbortController();
	let current = taken;
	let renewedAt = clock.monotonic();
	let anchor = null;
	let queue = Promise.resolve();
	const write = (change) => {
		const next = queue.then(async () => {
			if (lost.signal.aborted) throw lost.signal.reason;
			const begun = clock.monotonic();
			const lease = {
				...current.lease,
				renewals: current.lease.renewals + 1,
				anchor,
				...change
			};
			if (!await swapLease(store, current.version, lease)) {
				const now = await readLease(store, lease.environment);
				const error = new LeaseLostError(describeLoss(now?.lease, fence));
				lost.abort(error);
				throw error;
			}
			current = {
				version: current.version + 1,
				lease
			};
			renewedAt = begun;
		});
		queue = next.catch(() => void 0);
		return next;
	};
	const renewing = async () => {
		while (!stopped.signal.aborted && !lost.signal.aborted) {
			await clock.sleep(durationMs / 3, stopped.signal);
			try {
				await write({});
			} catch (error) {
				if (error instanceof LeaseLostError) return;
				if (clock.monotonic() - renewedAt > durationMs) lost.abort(new LeaseLostError(`it could not be renewed for ${durationMs} ms: ${String(error)}`));
			}
		}
	};
	renewing().catch(() => void 0);
	return {
		fence,
		lost: lost.signal,
		async ensure() {
			if (lost.signal.aborted) throw lost.signal.reason;
			if (clock.monotonic() - renewedAt > durationMs * 2 / 3) {
				await write({});
				return;
			}
			const now = await readLease(store, current.lease.environment);
			if (now?.lease.fence !== fence) lost.abort(new LeaseLostError(describeLoss(now?.lease, fence)));
			if (lost.signal.aborted) throw lost.signal.reason;
		},
		setAnchor(next) {
			anchor = next;
		},
		async release(how) {
			stopped.abort();
			const holder = current.lease.holder;
			await write({ holder: how === "reserved" && holder !== null ? {
				...holder,
				...NOBODY
			} : null });
		},
		abandon() {
			stopped.abort();
		}
	};
}
function describeLoss(now, fence) {
	if (now === void 0) return "its record is gone";
	return `fence ${fence} is over: ${now.holder === null ? "nobody" : `run ${now.holder.run} (${now.holder.who} on ${now.holder.host})`} holds ${now.environment} under fence ${now.fence}`;
}

// src/procedure/journal-read.ts
/** Reading and checking a journal. Writing is in journal.ts, the format in docs/formats/journal.md. */
const NO_HEAD = "0".repeat(64);
const envelopeSchema = union([strictObject({
	data: jsonSchema,
	salt: string()
}), strictObject({
	redacted: string(),
	by: string(),
	reason: string(),
	time: string()
})]);
/** The text of a run's journal; undefined when there is none. */
async function readJournalText(paths) {
	const bytes = await readOrMissing(paths.journal) ?? await readOrMissing(paths.taken);
	if (bytes === void 0) return void 0;
	const whole = wholeLines(bytes);
	const payloads = await readOrMissing(paths.payloads);
	return {
		journal: bytes.toString("utf8", 0, whole),
		tornBytes: bytes.length - whole,
		payloads: payloads === void 0 ? "" : payloads.toString("utf8")
	};
}
/** Every record checked against the chain and against its payload. Stops at the first that does not fit. */
function readJournal(run, text) {
	const envelopes = indexPayloads(text.payloads);
	const entries = [];
	let head = NO_HEAD;
	const result = (broken) => ({
		entries,
		anchor: {
			run,
			count: entries.length,
			head
		},
		tornBytes: text.tornBytes,
		...broken ? { broken } : {}
	});
	for (const line of text.journal.split("\n")) {
		if (line === "") continue;
		const seq = entries.length;
		const record = parseRecord(line);
		if (typeof record === "string") return result({
			seq,
			why: record
		});
		const why = misfit(record, run, seq, head);
		if (why !== void 0) return result({
			seq,
			why
		});
		const payload = envelopes.get(record.payloadDigest);
		if (payload === void 0) return result({
			seq,
			why: "its payload is missing or was changed"
		});
		entries.push({
			record,
			payload
		});
		head = sha256(line);
	}
	return result();
}
/** Lines, without the newline, of records: everything before the last newline and before anything a crash zeroed. */
function wholeLines(bytes) {
	const zero = bytes.indexOf(0);
	const end = zero < 0 ? bytes.length : zero;
	return bytes.lastIndexOf(10, end - 1) + 1;
}
function indexPayloads(text) {
	const found = /* @__PURE__ */ new Map();
	for (const line of text.split("\n")) {
		if (line === "") continue;
		let parsed;
		try {
			parsed = envelopeSchema.safeParse(JSON.parse(line));
		} catch {
			continue;
		}
		if (!parsed.success) continue;
		const envelope = parsed.data;
		if ("redacted" in envelope) {
			if (!found.has(envelope.redacted)) found.set(envelope.redacted, {
				kind: "redacted",
				by: envelope.by,
				reason: envelope.reason
			});
		} else found.set(sha256(line), {
			kind: "data",
			data: envelope.data
		});
	}
	return found;
}
/** One record by itself, without its place in the chain; undefined for anything else. */
function readRecord$1(line) {
	const record = parseRecord(line);
	return typeof record === "string" ? void 0 : record;
}
/** The payload of a record from its line; undefined when the line is another one or was redacted. */
function readPayload(line, digest) {
	const payload = indexPayloads(line).get(digest);
	return payload?.kind === "data" ? payload : void 0;
}
function parseRecord(line) {
	let value;
	try {
		value = JSON.parse(line);
	} catch {
		return "not JSON";
	}
	if (typeof value === "object" && value !== null && "v" in value && value.v !== 1) return `journal version ${String(value.v)}; this shiplock reads version ${1}`;
	const parsed = journalRecordSchema.safeParse(value);
	if (!parsed.success) return `not a record: ${parsed.error.issues[0]?.message ?? "unknown"}`;
	if (canonical(parsed.data) !== line) return "not in canonical form";
	return parsed.data;
}
function misfit(record, run, seq, head) {
	if (record.seq !== seq) return `its number is ${record.seq}`;
	if (record.run !== run) return `it belongs to run ${record.run}`;
	if (record.prev !== head) return "it does not follow the record before it";
}
async function readOrMissing(path) {
	try {
		return await readFile(path);
	} catch (error) {
		if (isMissing(error)) return void 0;
		throw error;
	}
}

// src/procedure/load.ts
/** Undefined when the run has no journal, or an empty one. Throws when a record cannot be understood. */
async function loadRun(store, run) {
	const text = await readJournalText(runPaths(store, run));
	if (text === void 0 || text.journal === "") return void 0;
	const reading = readJournal(run, text);
	return {
		reading,
		state: foldState(run, reading.entries)
	};
}
/** Has the run something left to do? A run that recorded nothing has not: it never began. */
async function isUnfinished(store, run) {
	const loaded = await loadRun(store, run);
	return loaded !== void 0 && loaded.state.started !== void 0 && loaded.state.status !== "finished";
}

// src/procedure/journal.ts
/** A new, empty journal. Throws when the run has one; what a start left that never recorded anything is no journal. */
async function createJournal(options) {
	const { paths, run } = options;
	await mkdir(paths.directory, { recursive: true });
	const before = await readJournalText(paths);
	if (before !== void 0 && before.journal !== "") throw alreadyThere(run);
	await removeIfThere(paths.journal);
	await removeIfThere(paths.taken);
	const handle = await openNew(paths.journal, run);
	await handle.sync();
	await syncDirectory(paths.directory);
	await syncDirectory(dirname(paths.directory));
	return write(options, handle, {
		run,
		count: 0,
		head: NO_HEAD
	});
}
/**
* Takes a journal over for a new holder: recovers a torn end and makes whoever wrote before unable to go on.
*
* The file is moved aside, read, and put back as a new file. A writer looks after every write whether the path still names its
* file. If it does, the write came before the move, so it is in what is read here; if not, the writer stops before it acts on
* the record. A stale holder that wakes up late can therefore never add to a journal that somebody else continues.
*/
async function takeJournal(options, stillOurs) {
	const { paths, run } = options;
	if (await exists(paths.journal)) {
		await removeIfThere(paths.taken);
		await rename(paths.journal, paths.taken);
		await syncDirectory(paths.directory);
	}
	const text = await readJournalText(paths);
	if (text === void 0) throw noJournal(run);
	const reading = readJournal(run, text);
	const fresh = await writeTemporary(paths.journal, text.journal);
	await stillOurs();
	try {
		await link(fresh, paths.journal);
	} catch (error) {
		if (hasCode(error, "EEXIST")) throw new LeaseLostError("another process has taken this journal over");
		throw error;
	} finally {
		await unlink(fresh);
	}
	await syncDirectory(paths.directory);
	await removeIfThere(paths.taken);
	if (reading.broken !== void 0) throw new ProblemError({
		code: "journal.broken",
		where: `${paths.journal}, record ${reading.broken.seq}`,
		found: reading.broken.why,
		expected: "an unbroken chain",
		remedy: `restore the file from its replica, or roll back with a new run; \`shiplock journal verify ${run}\` checks it again`
	});
	return {
		journal: write(options, await open$1(paths.journal, "a"), reading.anchor),
		reading
	};
}
function noJournal(run) {
	return new ProblemError({
		code: "journal.missing",
		where: `run ${run}`,
		found: "no journal",
		expected: "a run of this state directory",
		remedy: "`shiplock status` lists the runs; check the id and --state"
	});
}
async function openNew(path, run) {
	try {
		return await open$1(path, "ax");
	} catch (error) {
		throw hasCode(error, "EEXIST") ? alreadyThere(run) : error;
	}
}
function alreadyThere(run) {
	return new ProblemError({
		code: "journal.exists",
		where: `run ${run}`,
		found: "a journal of this run",
		expected: "a new run id",
		remedy: `\`shiplock resume ${run}\` goes on with it; start a new run under another id`
	});
}
function write(options, journal, from) {
	const { run, paths, clock, fence } = options;
	let { count, head } = from;
	let payloads;
	let failed;
	let waiting = [];
	let writing;
	/** Everything that waits goes to disk together: steps that run side by side share the two waits for the disk. */
	const flush = async () => {
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			try {
				if (failed !== void 0) throw failed;
				await writeBatch(batch);
			} catch (error) {
				failed ??= error;
				for (const item of batch) item.reject(failed);
			}
		}
		writing = void 0;
	};
	const writeBatch = async (batch) => {
		let payloadText = "";
		let recordText = "";
		let [seq, prev] = [count, head];
		const records = [];
		for (const item of batch) {
			const envelope = canonical({
				data: options.mask(item.payload),
				salt: randomBytes(16).toString("hex")
			});
			const record = {
				v: 1,
				run,
				seq,
				time: timestamp(clock),
				fence,
				type: item.type,
				node: item.node,
				attempt: item.attempt,
				payloadDigest: sha256(envelope),
				prev
			};
			const line = canonical(record);
			payloadText += `${envelope}\n`;
			recordText += `${line}\n`;
			records.push(record);
			prev = sha256(line);
			seq++;
			options.killAt?.({
				seq: record.seq,
				type: item.type,
				node: item.node,
				when: "before"
			});
		}
		payloads ??= await openPayloads(paths);
		await payloads.writeFile(payloadText);
		await payloads.datasync();
		await journal.writeFile(recordText);
		await journal.datasync();
		await stillNamed(journal, paths.journal);
		[count, head] = [seq, prev];
		for (const [index, record] of records.entries()) {
			options.killAt?.({
				seq: record.seq,
				type: record.type,
				node: record.node,
				when: "after"
			});
			batch[index]?.resolve(record);
		}
	};
	return {
		append: (type, node, attempt, payload) => new Promise((resolve, reject) => {
			waiting.push({
				type,
				node,
				attempt,
				payload,
				resolve,
				reject
			});
			writing ??= Promise.resolve().then(flush);
		}),
		anchor: () => ({
			run,
			count,
			head
		}),
		async close() {
			await writing;
			await journal.close();
			await payloads?.close();
		}
	};
}
/** Payload lines are found by their digest, so a torn line does no harm as long as the next one begins on a line of its own. */
async function openPayloads(paths) {
	const handle = await open$1(paths.payloads, "a+");
	const { size } = await handle.stat();
	if (size === 0) {
		await syncDirectory(paths.directory);
		return handle;
	}
	const last = Buffer.alloc(1);
	await handle.read(last, 0, 1, size - 1);
	if (last[0] !== 10) await handle.writeFile("\n");
	return handle;
}
async function stillNamed(handle, path) {
	const own = await handle.stat();
	try {
		const named = await stat(path);
		if (named.ino === own.ino && named.dev === own.dev) return;
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
	throw new LeaseLostError("another process has taken this journal over");
}
async function exists(path) {
	try {
		await stat(path);
		return true;
	} catch (error) {
		if (isMissing(error)) return false;
		throw error;
	}
}
async function removeIfThere(path) {
	try {
		await unlink(path);
	} catch (error) {
		if (!isMissing(error)) throw error;
	}
}

// src/procedure/recorder.ts
async function createRecorder(run, options, lease) {
	const { store, clock, secrets } = options;
	const { journal, reading } = await takeJournal({
		run,
		paths: runPaths(store, run),
		clock,
		fence: lease.fence,
		mask: (payload) => secrets?.maskJson(payload) ?? payload
	}, () => lease.ensure());
	return {
		reading,
		async record(type, node, attempt, data) {
			await journal.append(type, node, attempt, toJson(data));
		},
		async close() {
			const anchor = journal.anchor();
			await journal.close();
			await replaceFile(anchorPath(store, run), `${JSON.stringify(anchor)}\n`);
		}
	};
}

// src/procedure/result.ts
/** What a run returns to its door. */
function resultOf(parts) {
	const { run, outcome, problems, planHash, state } = parts;
	const gate = outcome === "waiting" && state !== void 0 ? openGates(state)[0] : void 0;
	return {
		run,
		outcome,
		exit: exitOf(outcome, parts.signal),
		problems,
		...gate === void 0 ? {} : { gate },
		outputs(ref) {
			const parsed = ref.outputs.safeParse(parts.outputs?.get(ref));
			return parsed.success ? parsed.data : void 0;
		},
		anchor: parts.anchor ?? {
			run,
			count: 0,
			head: NO_HEAD
		},
		planHash
	};
}
function exitOf(outcome, signal) {
	switch (outcome) {
		case "done": return EXIT.done;
		case "failed": return EXIT.failed;
		case "rolled-back": return EXIT.rolledBack;
		case "refused": return EXIT.refused;
		case "waiting": return EXIT.waiting;
		case "lease-held": return EXIT.leaseHeld;
		case "stopped": return signal?.requested === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
	}
}
/** Gates of a run that nobody has filled in yet; none when the run is over. */
function openGates(state) {
	if (state.status === "finished") return [];
	return [...state.gates].filter(([path, gate]) => gate.evidence === void 0 && state.nodes.get(path)?.phase !== "failed").map(([path, { opened, openedAt }]) => ({
		run: state.run,
		path,
		title: opened.title,
		...opened.description === void 0 ? {} : { description: opened.description },
		role: opened.role,
		evidence: opened.evidence,
		guard: opened.guard,
		openedAt
	}));
}

// src/procedure/runs.ts
/** All runs of a state directory, oldest first. Runs that never recorded anything are left out. */
async function listRuns(store) {
	let names;
	try {
		names = await readdir(runsDirectory(store));
	} catch (error) {
		if (isMissing(error)) return [];
		throw error;
	}
	const found = [];
	for (const name of names) {
		const run = decodeURIComponent(name);
		const summary = await peek(store, run) ?? await summaryOf(store, run).catch(() => void 0);
		if (summary !== void 0) found.push(summary);
	}
	return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
}
async function summaryOf(store, run) {
	const loaded = await loadRun(store, run);
	return loaded === void 0 ? void 0 : summarise$1(loaded.state);
}
/**
* A run that went through in one go is told by its first and its last record, so that a list of hundreds of runs is quick. Anything
* else, and anything that does not fit at once, is left to the full reading.
*/
async function peek(store, run) {
	const text = await readJournalText(runPaths(store, run));
	if (text === void 0 || text.journal.includes("\"type\":\"run.resumed\"")) return void 0;
	const ends = (whole) => {
		const end = whole.endsWith("\n") ? whole.length - 1 : whole.length;
		return [whole.slice(0, Math.max(0, whole.indexOf("\n"))), whole.slice(whole.lastIndexOf("\n", end - 1) + 1, end)];
	};
	const [first, last] = ends(text.journal).map((line) => readRecord$1(line));
	const [firstPayload = "", lastPayload = ""] = ends(text.payloads);
	if (first?.type !== "run.started" || last?.type !== "run.finished") return void 0;
	const entries = [{
		record: first,
		payload: readPayload(firstPayload, first.payloadDigest)
	}, {
		record: last,
		payload: readPayload(lastPayload, last.payloadDigest)
	}];
	const found = entries.flatMap(({ record, payload }) => payload === void 0 ? [] : [{
		record,
		payload
	}]);
	return found.length === entries.length ? summarise$1(foldState(run, found)) : void 0;
}
function summarise$1(state) {
	const { started, finished } = state;
	if (started === void 0) return void 0;
	const waiting = state.status === "paused" && openGates(state).length > 0;
	return {
		run: state.run,
		procedure: started.procedure.id,
		title: started.procedure.title,
		environment: started.environment,
		who: started.who,
		planHash: state.planHash,
		startedAt: started.time,
		lastAt: state.lastTime,
		state: state.status === "empty" ? "running" : waiting ? "waiting" : state.status,
		finished: finished === void 0 ? null : {
			outcome: finished.outcome,
			problems: finished.problems,
			preemptedBy: finished.preemptedBy ?? null
		}
	};
}

// src/procedure/plan.ts
const LOOK_MS$2 = 6e4;
/** Something that only a run knows. Caught by the planner, never seen outside. */
var NotYetKnown = class extends Error {
	after;
	constructor(after) {
		super(`decided after ${after}`);
		this.after = after;
	}
};
/** Plans a procedure against the world as it is. Throws a ProblemError only for a procedure that is malformed. */
async function planProcedure(procedure, options) {
	const registry = registryOf(procedure);
	const paths = new Map(registry.placed.map(({ node, path }) => [node, path]));
	const known = /* @__PURE__ */ new Map();
	const after = (node) => new NotYetKnown(paths.get(node) ?? node.id);
	const planner = {
		ctx: {
			mode: "plan",
			clock: options.clock,
			exec: options.exec,
			signal: new AbortController().signal,
			outputOf(node) {
				if (!known.has(node)) throw after(node);
				return node.outputs.parse(known.get(node));
			},
			evidenceOf(gate) {
				throw after(gate);
			},
			fence: 0,
			run: "",
			note: () => void 0
		},
		known,
		effects: [],
		problems: []
	};
	const root = await planNode(planner, procedure.root, procedure.root.id);
	const plan = {
		procedure: procedure.id,
		title: procedure.title,
		environment: procedure.environment,
		planHash: planHash(procedure),
		root: maskNode(root, options),
		effects: planner.effects,
		problems: planner.problems,
		outputs(ref) {
			const parsed = ref.outputs.safeParse(known.get(ref));
			return parsed.success ? parsed.data : void 0;
		}
	};
	return Object.defineProperty(plan, "outputs", { enumerable: false });
}
async function planNode(planner, node, path) {
	const base = {
		path,
		title: node.title
	};
	switch (node.kind) {
		case "step": return planStep(planner, node, path);
		case "opaque": return {
			...base,
			kind: "opaque",
			promise: node.promise
		};
		case "gate": return planGate(planner, node, path);
		case "watch": {
			const asks = node.ask === void 0 ? "" : `${node.ask.gate.title} (${node.ask.gate.role})`;
			const { forecast } = node;
			if (forecast === void 0) return {
				...base,
				kind: "watch",
				forecast: "",
				asks
			};
			const text = await look$2(planner, path, (ctx) => forecast.call(node, ctx));
			return {
				...base,
				kind: "watch",
				forecast: text.ok ? text.value : laterText(text),
				asks
			};
		}
		case "sequence": return {
			...base,
			kind: "sequence",
			children: await planAll(planner, node.steps, path),
			onFailure: node.rollback === void 0 ? [] : titlesOf(node.rollback)
		};
		case "parallel": return {
			...base,
			kind: "parallel",
			children: await planAll(planner, node.steps, path),
			onFailure: []
		};
		case "forEach": return {
			...base,
			kind: "forEach",
			children: await planAll(planner, node.batches.flat(), path),
			onFailure: []
		};
		case "repeatUntil": {
			const body = await planNode(planner, node.body, `${childPath(path, node.body.id)}#1`);
			return {
				...base,
				kind: "repeat",
				atMost: node.max,
				children: [body]
			};
		}
		case "choice": {
			const key = await look$2(planner, path, async (ctx) => node.choose(await node.read(ctx), ctx));
			const branch = key.ok ? node.branches[key.value] : void 0;
			if (key.ok && branch !== void 0) return {
				...base,
				kind: "choice",
				chosen: key.value,
				children: [await planNode(planner, branch, childPath(path, key.value))]
			};
			const chosen = key.ok ? `no branch ${key.value}` : laterText(key);
			return {
				...base,
				kind: "choice",
				chosen,
				children: await outlineBranches(planner, node.branches, path)
			};
		}
	}
}
async function planAll(planner, nodes, path) {
	const planned = [];
	for (const node of nodes) planned.push(await planNode(planner, node, childPath(path, node.id)));
	return planned;
}
/** Which branch is not known: each is planned by itself, and its effects do not count as the plan's. */
async function outlineBranches(planner, branches, path) {
	const planned = [];
	for (const [key, branch] of Object.entries(branches)) {
		const aside = {
			...planner,
			known: new Map(planner.known),
			effects: [],
			problems: []
		};
		planned.push(await planNode(aside, branch, childPath(path, key)));
	}
	return planned;
}
async function planStep(planner, node, path) {
	const found = await look$2(planner, path, async (ctx) => {
		const facts = await withDeadline({
			clock: ctx.clock,
			ms: node.timeoutMs,
			what: path,
			abandon: true
		}, (signal) => node.read({
			...ctx,
			signal
		}));
		const decision = node.decide(facts, ctx);
		switch (decision.kind) {
			case "refuse": return {
				kind: "refuse",
				problems: decision.problems
			};
			case "nothing":
				planner.known.set(node, toJson(node.collect([], facts, ctx)));
				return {
					kind: "nothing",
					why: decision.why
				};
			case "do":
				if (node.planned !== void 0) planner.known.set(node, toJson(node.planned(facts)));
				return {
					kind: "effects",
					effects: decision.effects.map((effect) => effectSchema.parse(effect)),
					why: decision.why ?? ""
				};
		}
	});
	const decision = found.ok ? found.value : found.decision;
	if (decision.kind === "effects") planner.effects.push(...decision.effects.map((effect) => ({
		path,
		effect
	})));
	if (decision.kind === "refuse") planner.problems.push(...decision.problems);
	return {
		path,
		title: node.title,
		kind: "step",
		decision,
		urgent: node.urgent
	};
}
async function planGate(planner, node, path) {
	const { guard } = node;
	const needed = await look$2(planner, path, async (ctx) => node.needed?.(ctx) ?? true);
	const is = needed.ok ? needed.value ? "yes" : "no" : "later";
	const [before, after] = guard.kind === "drained" ? [guard.drain, guard.restore] : guard.kind === "guarded" ? [guard.arm, guard.disarm] : [[], []];
	const names = guard.kind === "drained" ? ["drain", "restore"] : ["arm", "disarm"];
	const skip = is === "no";
	return {
		path,
		title: node.title,
		kind: "gate",
		role: node.role,
		guard: guardText(guard),
		evidence: node.evidence,
		needed: is,
		before: skip ? [] : await planAll(planner, before, childPath(path, names[0])),
		after: skip ? [] : await planAll(planner, after, childPath(path, names[1]))
	};
}
async function look$2(planner, path, work) {
	const { ctx } = planner;
	try {
		return {
			ok: true,
			value: await withDeadline({
				clock: ctx.clock,
				ms: LOOK_MS$2,
				what: path,
				abandon: true
			}, (signal) => work({
				...ctx,
				signal
			}))
		};
	} catch (error) {
		if (error instanceof NotYetKnown) return {
			ok: false,
			decision: {
				kind: "later",
				after: error.after
			}
		};
		return {
			ok: false,
			decision: {
				kind: "unknown",
				problems: problemsOf(error, path)
			}
		};
	}
}
function laterText(looked) {
	const { decision } = looked;
	return decision.kind === "later" ? `decided after <${decision.after}>` : `not known: ${decision.problems[0]?.found ?? "no answer"}`;
}
function titlesOf(node) {
	switch (node.kind) {
		case "sequence":
		case "parallel": return node.steps.flatMap(titlesOf);
		case "forEach": return node.batches.flat().flatMap(titlesOf);
		default: return [node.title];
	}
}
/** What was read may hold the value of a secret that a read had to resolve. */
function maskNode(node, options) {
	const { mask } = options.secrets;
	if (node.kind === "watch") return {
		...node,
		forecast: mask(node.forecast)
	};
	if ("children" in node) return {
		...node,
		children: node.children.map((child) => maskNode(child, options))
	};
	return node;
}

// src/procedure/progress.ts
/** One line per event that matters, in plain text; texts are masked already. */
function plainProgress(write) {
	const latest = /* @__PURE__ */ new Map();
	return (event) => {
		const line = lineOf$1(event);
		if (line === void 0) return;
		if (line.passing && "path" in event) {
			if (latest.get(event.path) === line.text) return;
			latest.set(event.path, line.text);
		}
		write(line.text);
	};
}
function lineOf$1(event) {
	const line = (text, style = "reset", passing = false) => ({
		text,
		style,
		passing
	});
	switch (event.kind) {
		case "run-started": return line(`${event.resumed ? "Resuming" : "Starting"}: ${event.title} (run ${event.run})`, "bold");
		case "lease-watching": return line(`${event.environment} is held by ${event.holder}; watching for ${Math.round(event.forMs / 1e3)} s whether it is alive`, "yellow");
		case "node-started": return line(`… ${event.path}: ${event.title}`, "dim", true);
		case "status": return line(`… ${event.path}: ${event.text}`, "cyan", true);
		case "effect": return line(`  ${event.path}: ${event.text}`, "dim");
		case "note": return line(`  ${event.path}: ${event.text}`, "yellow");
		case "node-done": return line(`✓ ${event.path}: ${event.title}${event.text === "" ? "" : ` (${event.text})`}`, "green");
		case "node-failed": return line([event.final ? `✗ ${event.path}: ${event.title}` : `✗ ${event.path}: attempt ${event.attempt} failed`, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"), "red");
		case "node-undone": return line(`↶ ${event.path}: ${event.title} taken back`, "yellow");
		case "gate-opened": return line(`‖ ${event.path}: ${event.title} (waits for ${event.role})`, "yellow");
		case "verdict": return line(`= ${event.path}: ${event.answer}: ${event.text}`, event.answer === "fail" ? "red" : "green");
		case "run-ended": return line([`Run ${event.run}: ${event.outcome}`, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"), "bold");
		case "journal": return;
	}
}

// src/procedure/run/fold.ts
function beginWatch(node, ctx) {
	return {
		state: node.start(ctx),
		answer: void 0,
		looks: 0,
		answered: 0
	};
}
function foldLook(node, before, look, path) {
	const looks = before.looks + 1;
	if (look.kind === "evidence") {
		const answered = before.answered + 1;
		if (node.ask === void 0) return {
			...before,
			looks,
			answered
		};
		const { answer, state } = node.ask.goOn(look.evidence, before.state);
		return {
			state,
			answer,
			looks,
			answered
		};
	}
	const sample = node.samples.safeParse(look.sample);
	if (!sample.success) throw new ProblemError({
		code: "procedure.sample-unreadable",
		where: `${path}, look ${looks}`,
		found: look.sample === void 0 ? "a redacted sample" : sample.error.issues[0]?.message ?? "another form",
		expected: "a sample in the form this version of the watch declares",
		remedy: "resume with the version that recorded it, or roll back with a new run"
	});
	const state = node.fold(before.state, sample.data);
	return {
		...before,
		state,
		answer: node.decide(state),
		looks
	};
}

// src/procedure/busy.ts
/** Somebody else has the environment: who, and every way out. */
function busyResult(busy, options, run, planHash) {
	const { lease, why } = busy;
	const other = lease.holder?.run ?? "?";
	const problem = why === "alive" ? {
		code: "lease.held",
		where: `environment ${lease.environment}`,
		found: `run ${other} at work (${lease.holder?.who ?? "?"} on ${lease.holder?.host ?? "?"}, fence ${lease.fence})`,
		expected: "an environment that nobody holds",
		remedy: "wait for it, or stop it with Ctrl-C where it runs; a rollback may take the environment over"
	} : {
		code: "lease.reserved",
		where: `environment ${lease.environment}`,
		found: `run ${other} of ${lease.holder?.who ?? "?"}, which is not over`,
		expected: "an environment without an unfinished run",
		remedy: `\`shiplock gate show ${other}\` and \`shiplock resume ${other}\` go on with it; \`shiplock rollback ${lease.environment}\` takes it back`
	};
	options.onEvent?.({
		kind: "run-ended",
		run,
		outcome: "lease-held",
		problems: [problem]
	});
	return resultOf({
		run,
		outcome: "lease-held",
		problems: [problem],
		planHash
	});
}

// src/procedure/preempt.ts
/**
* Ends the run whose environment was taken over: its journal says so, which also stops its process at its next record and
* refuses its resume.
*/
async function closePreempted(other, options, lease, by) {
	const loaded = await loadRun(options.store, other);
	if (loaded?.state.started === void 0 || loaded.state.status === "finished") return;
	const recorder = await createRecorder(other, options, lease);
	try {
		await recorder.record("lease.lost", "", 0, { why: `taken over by run ${by}` });
		await recorder.record("run.finished", "", 0, {
			outcome: "failed",
			problems: [],
			preemptedBy: by
		});
	} finally {
		await recorder.close();
	}
}

// src/procedure/run/undo.ts
/** Takes the done steps below `path` back that know how, newest first. */
async function undoBelow(engine, path) {
	for (;;) {
		const next = newestToUndo(engine, path);
		if (next === void 0) return DONE;
		const [at, node, state] = next;
		if (engine.stopAsked() && !node.urgent) return STOPPED;
		const end = await undoStep(engine, at, node, state);
		if (end.kind !== "done") return end;
	}
}
function newestToUndo(engine, path) {
	const below = [...engine.state.nodes].filter(([at]) => at.startsWith(`${path}/`) && !takenBack(engine, path, at)).filter(([, state]) => state.phase === "done" || state.phase === "undo-intent").sort(([, a], [, b]) => b.seq - a.seq);
	for (const [at, state] of below) {
		const node = engine.registry.nodeAt(at);
		if (node?.kind === "step" && node.undo !== void 0) return [
			at,
			node,
			state
		];
	}
}
/** Inside a sequence below `path` that has taken itself back, or part of a rollback: not undone again one by one. */
function takenBack(engine, path, at) {
	let above = at.slice(0, at.lastIndexOf("/"));
	for (; above.length > path.length; above = above.slice(0, above.lastIndexOf("/"))) {
		if (above.endsWith("/rollback")) return true;
		if (engine.state.nodes.get(above)?.phase === "undone") return true;
	}
	return false;
}
async function undoStep(engine, path, node, state) {
	engine.emit({
		kind: "node-started",
		path,
		title: `Undo: ${node.title}`,
		nodeKind: "step"
	});
	if (state.phase === "undo-intent") {
		const answer = await settleUndo(engine, path, node, state);
		if (answer === "unknown") return {
			kind: "unknown",
			problems: [unknown(engine, path)]
		};
		if (answer === "undone") {
			await engine.record("step.undone", path, state.attempts, {
				by: "undo",
				results: [],
				note: "found undone"
			});
			return DONE;
		}
	}
	const number = state.attempts + 1;
	try {
		const outputs = recordedOutputs(engine, node);
		const decision = node.undo?.(outputs, decideContext(engine)) ?? {
			kind: "nothing",
			why: "no undo"
		};
		if (decision.kind === "refuse") return stuck(engine, path, number, decision.problems);
		if (decision.kind === "nothing") await engine.record("step.undone", path, number, {
			by: "nothing",
			results: [],
			note: decision.why
		});
		else {
			const effects = decision.effects.map((effect) => effectSchema.parse(effect));
			await engine.record("step.intent", path, number, {
				what: "undo",
				effects,
				facts: ""
			});
			const results = await withDeadline({
				clock: engine.options.clock,
				ms: node.timeoutMs,
				what: path,
				signal: engine.lease.lost
			}, (signal) => executing(engine, path, signal, (executeAll) => executeAll(effects)));
			await engine.record("step.undone", path, number, {
				by: "undo",
				results
			});
		}
		engine.emit({
			kind: "node-undone",
			path,
			title: node.title
		});
		return DONE;
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		return stuck(engine, path, number, problemsOf(error, path));
	}
}
async function settleUndo(engine, path, node, state) {
	const told = engine.state.answers.get(path);
	if (told?.seq === state.intentSeq) return told.outcome === "applied" ? "undone" : "again";
	const answer = await settle(engine, node, path, state);
	if (node.probe === "repeatable") return answer === "unknown" ? "unknown" : "again";
	if (answer === "unknown") return "unknown";
	return answer === "applied" ? "again" : "undone";
}
async function stuck(engine, path, number, found) {
	const problems = maskedProblems(engine, found);
	await engine.record("step.failed", path, number, {
		problems,
		final: true,
		refused: false
	});
	const title = engine.registry.nodeAt(path)?.title ?? path;
	engine.emit({
		kind: "node-failed",
		path,
		title: `Undo: ${title}`,
		attempt: number,
		final: true,
		problems
	});
	return {
		kind: "stuck",
		problems
	};
}
function unknown(engine, path) {
	return {
		code: "procedure.outcome-unknown",
		where: path,
		found: "an undo that was begun and not recorded, and a probe that cannot tell whether it happened",
		expected: "somebody to look",
		remedy: `look, then: shiplock resume ${engine.state.run} --step ${path} --outcome applied|not-applied --evidence "…" (applied: the undo happened)`
	};
}

// src/procedure/run/group.ts
/** Looking at the world to choose a branch may take this long. */
const CHOICE_MS = 6e4;
const BATCH_LIMIT = 8;
async function runSequence(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state === void 0 || !state.final) return forward(engine, node, path, mode, below);
	if (mode.again && state.epoch < engine.state.epoch) return forward(engine, node, path, mode, below);
	if (state.phase === "undone") return ended(engine, node, path, state);
	return compensate(engine, node, path, {
		kind: "failed",
		problems: state.problems
	}, below);
}
async function forward(engine, node, path, mode, below) {
	for (const child of node.steps) {
		const end = await below(child, childPath(path, child.id));
		if (end.kind === "done") continue;
		if (!isFailure(end)) return end;
		if (end.kind === "refused" && !engine.state.changed) return end;
		if (mode.again && node.rollback === void 0) return end;
		await engine.record("step.failed", path, 0, {
			problems: end.problems,
			final: true,
			refused: false
		});
		return compensate(engine, node, path, end, below);
	}
	return DONE;
}
/** The way back: the sequence's own rollback, or undoing step by step. Entered again by a resume until it is through. */
async function compensate(engine, node, path, failure, below) {
	if (node.rollback !== void 0) {
		engine.emit({
			kind: "node-started",
			path,
			title: `Rollback: ${node.title}`,
			nodeKind: "rollback"
		});
		const end = await below(node.rollback, childPath(path, "rollback"), { again: true });
		if (isFailure(end)) return {
			kind: "stuck",
			problems: [...end.problems, ...failure.problems]
		};
		if (end.kind !== "done") return end;
		await engine.record("step.undone", path, 0, {
			by: "rollback",
			results: []
		});
		engine.emit({
			kind: "node-undone",
			path,
			title: node.title
		});
		return {
			kind: "rolled-back",
			problems: failure.problems
		};
	}
	const end = await undoBelow(engine, path);
	if (end.kind === "stuck") return {
		...end,
		problems: [...end.problems, ...failure.problems]
	};
	if (end.kind !== "done") return end;
	const rolledBack = failure.kind === "rolled-back" || hasRolledBack(engine, path);
	await engine.record("step.undone", path, 0, {
		by: rolledBack ? "rollback" : "undo",
		results: []
	});
	return {
		kind: rolledBack ? "rolled-back" : "failed",
		problems: failure.problems
	};
}
/** Did a rollback of something inside go through? A resume knows the failure of the sequence, not which kind it was. */
function hasRolledBack(engine, path) {
	return [...engine.state.nodes].some(([at, state]) => {
		if (!at.startsWith(`${path}/`) || state.phase !== "undone") return false;
		const inner = engine.registry.nodeAt(at);
		return inner?.kind === "sequence" && inner.rollback !== void 0;
	});
}
function ended(engine, node, path, state) {
	return {
		kind: node.rollback !== void 0 || hasRolledBack(engine, path) ? "rolled-back" : "failed",
		problems: state.problems
	};
}
function runParallel(node, path, below) {
	return sideBySide(node.steps, path, node.limit, below);
}
async function runForEach(node, path, below) {
	for (const batch of node.batches) {
		const end = await sideBySide(batch, path, BATCH_LIMIT, below);
		if (end.kind !== "done") return end;
	}
	return DONE;
}
/** After the first that is not done nothing new is begun; what runs is waited for. */
async function sideBySide(nodes, path, limit, below) {
	const ends = [];
	const errors = [];
	const queue = nodes.values();
	const lane = async () => {
		for (const node of queue) {
			if (errors.length > 0 || ends.some((end) => end.kind !== "done" && end.kind !== "waiting")) return;
			try {
				ends.push(await below(node, childPath(path, node.id)));
			} catch (error) {
				errors.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, nodes.length)) }, lane));
	if (errors.length > 0) throw errors.find((error) => error instanceof LeaseLostError) ?? errors[0];
	return mergeEnds(ends);
}
async function runChoice(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	let key = state?.phase === "done" ? state.outputs : void 0;
	if (state?.phase !== "done") {
		if (engine.stopAsked() && !mode.again) return STOPPED;
		try {
			const facts = await withDeadline({
				clock: engine.options.clock,
				ms: CHOICE_MS,
				what: path,
				signal: engine.lease.lost,
				abandon: true
			}, (signal) => node.read(readContext(engine, path, signal)));
			key = node.choose(facts, decideContext(engine));
			if (typeof key !== "string" || !Object.hasOwn(node.branches, key)) throw new Error(`no branch ${String(key)}`);
			await engine.record("step.done", path, 1, {
				outputs: key,
				results: []
			});
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: key
			});
		} catch (error) {
			return failNode(engine, node, path, error);
		}
	}
	const branch = typeof key === "string" ? node.branches[key] : void 0;
	if (branch === void 0) return failNode(engine, node, path, /* @__PURE__ */ new Error(`no branch ${String(key)}`));
	return below(branch, childPath(path, String(key)));
}
async function runRepeat(engine, node, path, mode, below) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "done") return DONE;
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	for (let round = 1; round <= node.max; round++) {
		const at = `${childPath(path, node.body.id)}#${round}`;
		const decided = `${path}#${round}`;
		if (engine.state.nodes.get(decided)?.phase === "done") continue;
		const end = await below(node.body, at);
		if (end.kind !== "done") return end;
		let enough;
		try {
			enough = node.until(decideContext(engine), round);
		} catch (error) {
			return failNode(engine, node, path, error);
		}
		await engine.record("step.done", enough ? path : decided, round, {
			outputs: {
				round,
				enough
			},
			results: []
		});
		if (enough) return DONE;
	}
	return failNode(engine, node, path, /* @__PURE__ */ new Error(`not enough after ${node.max} rounds`));
}

// src/procedure/run/watch.ts
/** A look that hangs is given up after this, or after three intervals if that is longer, and tried again. */
const SLOWEST_LOOK_MS = 3e4;
const SLOWEST_BEAT_MS = 2e3;
/** Looks, folds, decides, again and again. Stops only for an answer, a gate, a stop or a lost lease; never for a bad look. */
async function runWatch(engine, node, path, mode) {
	const state = engine.state.nodes.get(path);
	if (state?.phase === "done") {
		engine.outputs.set(node, state.outputs);
		return DONE;
	}
	if (state?.phase === "failed" && !(mode.again && state.epoch < engine.state.epoch)) return {
		kind: "failed",
		problems: state.problems
	};
	engine.emit({
		kind: "node-started",
		path,
		title: node.title,
		nodeKind: node.kind
	});
	const over = new AbortController();
	const heart = beatOn(engine, node, path, AbortSignal.any([over.signal, engine.lease.lost]));
	try {
		return await look$1(engine, node, path);
	} catch (error) {
		return await failNode(engine, node, path, error);
	} finally {
		over.abort();
		await heart;
	}
}
async function look$1(engine, node, path) {
	let watched = foldNew(engine, node, path, beginWatch(node, decideContext(engine)));
	for (;;) {
		const acted = watched.answer === void 0 ? void 0 : await act(engine, node, path, watched.answer, watched);
		if (acted === "again") {} else if (acted !== void 0) return acted;
		if (engine.stopAsked()) return STOPPED;
		const begun = engine.options.clock.monotonic();
		if (await takeSample(engine, node, path)) {
			watched = foldNew(engine, node, path, watched);
			if (watched.answer?.kind !== "look-on") continue;
			engine.emit({
				kind: "status",
				path,
				text: engine.options.secrets.mask(watched.answer.status)
			});
		}
		await rest(engine, node.everyMs - (engine.options.clock.monotonic() - begun));
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
	}
}
/** Folds what was recorded since. What is folded is what the journal holds (masked), never the live value. */
function foldNew(engine, node, path, before) {
	let watched = before;
	for (const entry of (engine.state.looks.get(path) ?? []).slice(before.looks)) watched = foldLook(node, watched, entry, path);
	return watched;
}
/** What follows from an answer: the end of the watch, or undefined to look on. */
async function act(engine, node, path, answer, watched) {
	const asked = engine.state.asks.get(path) ?? 0;
	const gate = node.ask?.gate;
	const gateAt = gate === void 0 ? "" : `${childPath(path, gate.id)}#${Math.max(asked, 1)}`;
	if (gate !== void 0 && asked > 0 && watched.answered === asked) {
		const evidence = engine.state.gates.get(gateAt)?.evidence;
		if (evidence !== void 0) engine.evidence.set(gate, evidence);
		if (engine.state.nodes.get(gateAt)?.phase !== "done") {
			const left = await leaveGate(engine, gate, gateAt, answer.kind !== "fail");
			if (left.kind !== "done") return left;
		}
	}
	switch (answer.kind) {
		case "look-on": return;
		case "pass": {
			const outputs = storableOutputs(node, answer.outputs, path);
			await verdict(engine, path, "pass", answer.status);
			await engine.record("step.done", path, 1, {
				outputs,
				results: [],
				note: answer.status
			});
			engine.outputs.set(node, engine.state.nodes.get(path)?.outputs);
			engine.emit({
				kind: "node-done",
				path,
				title: node.title,
				text: answer.status
			});
			return DONE;
		}
		case "fail": {
			const [problem = answer.problem] = maskedProblems(engine, [answer.problem]);
			await engine.record("analysis.verdict", path, 1, {
				answer: "fail",
				status: problem.found,
				problem
			});
			engine.emit({
				kind: "verdict",
				path,
				answer: "fail",
				text: problem.found
			});
			await engine.record("step.failed", path, 1, {
				problems: [problem],
				final: true,
				refused: false
			});
			engine.emit({
				kind: "node-failed",
				path,
				title: node.title,
				attempt: 1,
				final: true,
				problems: [problem]
			});
			return {
				kind: "failed",
				problems: [problem]
			};
		}
		case "ask": {
			if (gate === void 0) throw new Error("the watch asks and has no gate to ask at");
			let number = asked;
			if (watched.answered === asked) {
				await verdict(engine, path, "ask", answer.status);
				number = asked + 1;
			}
			const opened = await openGate(engine, gate, `${childPath(path, gate.id)}#${number}`);
			return opened.kind === "end" ? opened.end : "again";
		}
	}
}
async function verdict(engine, path, answer, status) {
	await engine.record("analysis.verdict", path, 1, {
		answer,
		status
	});
	engine.emit({
		kind: "verdict",
		path,
		answer,
		text: status
	});
}
/** False when the look failed: it is noted, and the next one is tried in its time. */
async function takeSample(engine, node, path) {
	const { clock } = engine.options;
	const ms = Math.max(SLOWEST_LOOK_MS, 3 * node.everyMs);
	const stop = engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	try {
		const found = await withDeadline({
			clock,
			ms,
			what: path,
			signal,
			abandon: true
		}, (inner) => node.sample(readContext(engine, path, inner)));
		const sample = toJson(found);
		node.samples.parse(sample);
		await engine.record("analysis.sample", path, 1, { sample });
		return true;
	} catch (error) {
		if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
		if (error instanceof LeaseLostError) throw error;
		if (engine.stopAsked()) return false;
		const [problem] = maskedProblems(engine, problemsOf(error, path));
		engine.emit({
			kind: "note",
			path,
			text: `this look failed and is tried again: ${problem?.found ?? ""}`
		});
		return false;
	}
}
async function rest(engine, ms) {
	const stop = engine.options.signal?.signal;
	const signal = stop ? AbortSignal.any([stop, engine.lease.lost]) : engine.lease.lost;
	await engine.options.clock.sleep(Math.max(0, ms), signal).catch(() => void 0);
}
/**
* Heartbeats on a rhythm of their own, also while a slow look hangs. They end with the lease: a controller that lost it must not
* keep a version alive that somebody else is taking back.
*/
async function beatOn(engine, node, path, signal) {
	const { heartbeat } = node;
	if (heartbeat === void 0) return;
	const { clock } = engine.options;
	let failing = false;
	while (!signal.aborted) {
		const begun = clock.monotonic();
		try {
			await engine.lease.ensure();
			await withDeadline({
				clock,
				ms: SLOWEST_BEAT_MS,
				what: `heartbeat of ${path}`,
				signal,
				abandon: true
			}, (inner) => heartbeat.beat(readContext(engine, path, inner)));
			if (failing) engine.emit({
				kind: "note",
				path,
				text: "heartbeats get through again"
			});
			failing = false;
		} catch (error) {
			if (signal.aborted) return;
			const [problem] = maskedProblems(engine, problemsOf(error, path));
			if (!failing) engine.emit({
				kind: "note",
				path,
				text: `heartbeats do not get through: ${problem?.found ?? ""}`
			});
			failing = true;
		}
		await clock.sleep(Math.max(0, heartbeat.everyMs - (clock.monotonic() - begun)), signal).catch(() => void 0);
	}
}

// src/procedure/run/node.ts
/** Interprets one node of the tree, whatever an earlier process has already done of it. */
function runNode(engine, node, path, mode) {
	const below = (child, at, inner = mode) => runNode(engine, child, at, inner);
	switch (node.kind) {
		case "step":
		case "opaque": return runStep(engine, node, path, mode);
		case "gate": return runGate(engine, node, path, mode);
		case "watch": return runWatch(engine, node, path, mode);
		case "sequence": return runSequence(engine, node, path, mode, below);
		case "parallel": return runParallel(node, path, below);
		case "forEach": return runForEach(node, path, below);
		case "choice": return runChoice(engine, node, path, mode, below);
		case "repeatUntil": return runRepeat(engine, node, path, mode, below);
	}
}

// src/procedure/run.ts
/** Fifteen seconds: three renewals, each five seconds, before anybody may think we are gone. */
const LEASE_MS = 15e3;
/**
* Runs a procedure from the start: takes the lease of its environment, journals, and goes as far as it can. Never throws for what
* happens in the run: that is in the result, with its exit code. Throws a ProblemError for a procedure that is malformed.
*/
async function runProcedure(procedure, options) {
	const registry = registryOf(procedure);
	const hash = planHash(procedure);
	const run = options.run ?? newRunId(options);
	const taken = await take$1(options, procedure.environment, run);
	if (taken.kind === "busy") return busyResult(taken, options, run, hash);
	const lease = taken.handle;
	try {
		const journal = await createJournal(journalOptions(options, run, lease));
		const state = emptyState(run);
		const engine = createEngine({
			options,
			procedure,
			planHash: hash,
			registry,
			lease,
			journal,
			state
		});
		await engine.record("run.started", "", 0, {
			procedure: {
				id: procedure.id,
				title: procedure.title,
				version: procedure.version,
				inputs: plainInputs(procedure.inputs)
			},
			environment: procedure.environment,
			who: options.who,
			planHash: hash,
			outline: outlineOf(procedure),
			...options.policyCommit === void 0 ? {} : { policyCommit: options.policyCommit },
			...options.preempt === void 0 ? {} : { preempts: options.preempt }
		});
		return await drive(engine, journal, false);
	} catch (error) {
		return atBoundary(error, {
			options,
			run,
			hash,
			lease
		});
	}
}
async function drive(engine, journal, resumed) {
	if (engine.options.fenceFile !== void 0) engine.locks.warm();
	try {
		return await toTheEnd(engine, journal, resumed);
	} finally {
		await engine.locks.close();
	}
}
async function toTheEnd(engine, journal, resumed) {
	const { options, procedure, lease, state } = engine;
	engine.emit({
		kind: "run-started",
		run: state.run,
		title: procedure.title,
		resumed
	});
	const { host, pid } = ownIdentity();
	const durationMs = options.leaseMs ?? 15e3;
	await engine.record("lease.taken", "", 0, {
		environment: procedure.environment,
		who: options.who,
		host,
		pid,
		durationMs
	});
	const preempted = state.started?.preempts;
	if (preempted !== void 0) await closePreempted(preempted, options, lease, state.run);
	try {
		return await conclude(engine, journal, await runNode(engine, procedure.root, procedure.root.id, { again: false }));
	} catch (error) {
		if (lease.lost.aborted || error instanceof LeaseLostError) return await loseLease(engine, journal, error);
		const problems = maskedProblems(engine, problemsOf(error, `run ${state.run}`));
		await engine.record("run.paused", "", 0, {
			reason: "internal-error",
			problems
		}).catch(() => void 0);
		return await leave(engine, journal, "failed", problems, "reserved");
	}
}
/** Records how the run ended, or why it pauses, and gives the lease back. */
async function conclude(engine, journal, end) {
	const { signal } = engine.options;
	switch (end.kind) {
		case "done": return finish(engine, journal, "done", []);
		case "failed":
		case "rolled-back": return finish(engine, journal, end.kind, end.problems);
		case "refused": return finish(engine, journal, engine.state.changed ? "failed" : "refused", end.problems);
		case "waiting":
			await engine.record("run.paused", "", 0, {
				reason: "waiting",
				problems: []
			});
			return leave(engine, journal, "waiting", [], "reserved");
		case "unknown":
			await engine.record("run.paused", "", 0, {
				reason: "unknown-outcome",
				problems: end.problems
			});
			return leave(engine, journal, "waiting", end.problems, "reserved");
		case "stopped": {
			const asked = signal?.requested;
			await engine.record("run.paused", "", 0, {
				reason: "stopped",
				problems: [],
				...asked === void 0 ? {} : { signal: asked }
			});
			return leave(engine, journal, "stopped", [], "reserved");
		}
		case "stuck": {
			const problems = [halfWay(engine), ...end.problems];
			await engine.record("run.paused", "", 0, {
				reason: "compensation-failed",
				problems
			});
			return leave(engine, journal, "failed", problems, "reserved");
		}
	}
}
async function finish(engine, journal, outcome, problems) {
	await engine.record("run.finished", "", 0, {
		outcome,
		problems
	});
	return leave(engine, journal, outcome, problems, "free");
}
async function leave(engine, journal, outcome, problems, how) {
	const { options, lease, state } = engine;
	const anchor = journal.anchor();
	await journal.close();
	await replaceFile(anchorPath(options.store, state.run), `${JSON.stringify(anchor)}\n`).catch(() => void 0);
	await lease.release(how).catch(() => void 0);
	engine.emit({
		kind: "run-ended",
		run: state.run,
		outcome,
		problems
	});
	const { planHash: hash, outputs } = engine;
	return resultOf({
		run: state.run,
		outcome,
		problems,
		planHash: hash,
		anchor,
		state,
		outputs,
		signal: options.signal
	});
}
async function loseLease(engine, journal, error) {
	const { lease, state } = engine;
	lease.abandon();
	const reason = lease.lost.aborted ? lease.lost.reason : error;
	const why = reason instanceof Error ? reason.message : String(reason);
	await engine.record("lease.lost", "", 0, { why }).catch(() => void 0);
	const anchor = journal.anchor();
	await journal.close().catch(() => void 0);
	const problems = [lostProblem(state.run, why)];
	engine.emit({
		kind: "run-ended",
		run: state.run,
		outcome: "lease-held",
		problems
	});
	const { planHash: hash, outputs } = engine;
	return resultOf({
		run: state.run,
		outcome: "lease-held",
		problems,
		planHash: hash,
		anchor,
		state,
		outputs
	});
}
/** Errors before or beside the run itself, when nothing can be recorded any more. */
async function atBoundary(error, at) {
	const { run, hash, lease, options } = at;
	lease.abandon();
	if (lease.lost.aborted || error instanceof LeaseLostError) {
		const why = error instanceof Error ? error.message : String(error);
		return resultOf({
			run,
			outcome: "lease-held",
			problems: [lostProblem(run, why)],
			planHash: hash
		});
	}
	await lease.release("reserved").catch(() => void 0);
	const problems = problemsOf(error, `run ${run}`).map((problem) => ({
		...problem,
		found: options.secrets.mask(problem.found)
	}));
	return resultOf({
		run,
		outcome: "failed",
		problems,
		planHash: hash
	});
}
async function take$1(options, environment, run) {
	return takeLease({
		store: options.store,
		environment,
		run,
		who: options.who,
		clock: options.clock,
		durationMs: options.leaseMs ?? 15e3,
		preempt: options.preempt,
		unfinished: (other) => isUnfinished(options.store, other),
		onWatch: (holder, forMs) => options.onEvent?.({
			kind: "lease-watching",
			environment,
			holder,
			forMs
		})
	});
}
function journalOptions(options, run, lease) {
	return {
		run,
		paths: runPaths(options.store, run),
		clock: options.clock,
		fence: lease.fence,
		mask: options.secrets.maskJson,
		killAt: options.killAt
	};
}
/** `20261121-071500-3f2a`: sorts by time, easy to type. */
function newRunId(options) {
	return `${timestamp(options.clock).slice(0, 19).replace(/[-:]/g, "").replace("T", "-")}-${randomBytes(2).toString("hex")}`;
}
function plainInputs(inputs) {
	return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toJson(value)]));
}
function lostProblem(run, why) {
	return {
		code: "lease.lost",
		where: `run ${run}`,
		found: why,
		expected: "to hold the environment to the end of the run",
		remedy: `nothing more was changed by this run; when the other one is over: shiplock resume ${run}`
	};
}
function halfWay(engine) {
	const { run } = engine.state;
	const waiting = openGates(engine.state).length;
	return {
		code: "procedure.rollback-failed",
		where: `run ${run}`,
		found: `the way back failed: ${engine.procedure.environment} stands between two states${waiting > 0 ? ", with open gates" : ""}`,
		expected: "a rollback that goes through",
		remedy: `act now: mend what the problems below name, then \`shiplock resume ${run}\` goes on with the rollback`
	};
}

// src/procedure/signals.ts
const EXITS = {
	SIGINT: 130,
	SIGTERM: 143
};
/**
* The first SIGINT or SIGTERM asks the run to stop at its next safe place (urgent steps still run); the second ends the process at
* once, which leaves a journal to resume from. Install once per process.
*/
function installStopSignals(onFirst) {
	const stop = createStopSignal();
	const on = (signal) => () => {
		if (stop.requested !== void 0) process.exit(EXITS[signal]);
		stop.request(signal);
		onFirst?.(signal);
	};
	const onInt = on("SIGINT");
	const onTerm = on("SIGTERM");
	process.on("SIGINT", onInt);
	process.on("SIGTERM", onTerm);
	return {
		get requested() {
			return stop.requested;
		},
		signal: stop.signal,
		[Symbol.dispose]() {
			process.off("SIGINT", onInt);
			process.off("SIGTERM", onTerm);
		}
	};
}
/** A stop that is asked for by a call. */
function createStopSignal() {
	const controller = new AbortController();
	let requested;
	return {
		get requested() {
			return requested;
		},
		signal: controller.signal,
		request(signal) {
			requested ??= signal;
			controller.abort(/* @__PURE__ */ new Error(`stopped by ${requested}`));
		}
	};
}

// src/release/exit.ts
/** Rooms whose problems mean that the arguments or the configuration must be mended. */
const USAGE = [
	"cli",
	"config",
	"analysis"
];
/** Rooms that refuse before anything is changed. */
const REFUSALS = [
	"release",
	"rollout",
	"gate"
];
/**
* Exit code of a door that ends with problems instead of an outcome: 7 a held lease · 2 usage or configuration · 5 refused ·
* 1 anything else. The same for every door. Pure.
*/
function exitFor(problems) {
	if (problems.some((problem) => problem.code === "lease.held")) return EXIT.leaseHeld;
	const rooms = new Set(problems.map((problem) => problem.code.split(".")[0] ?? ""));
	if (USAGE.some((room) => rooms.has(room))) return EXIT.usage;
	return REFUSALS.some((room) => rooms.has(room)) ? EXIT.refused : EXIT.failed;
}

// src/rollout/analysis/csv.ts
const seconds$1 = string().regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, "a number of seconds").transform(Number).refine(Number.isFinite, "a number of seconds");
const whole = string().regex(/^\d+$/, "a whole number, 0 or more").transform(Number).refine(Number.isSafeInteger, "a whole number below 2^53");
const name = string().min(1, "the name of a metric");
const rowSchema = object({
	t: seconds$1,
	metric: name,
	baseline_requests: whole,
	baseline_bad: whole,
	canary_requests: whole,
	canary_bad: whole
});
const historySchema = rowSchema.omit({
	canary_requests: true,
	canary_bad: true
});
const csvRecord = object({
	record: array(string()),
	info: object({ lines: number$2() })
});

// src/rollout/analysis/dispersion.ts
/** Numbers kept per window length: index of the open window, its requests and bad, then sums over closed windows. */
const SLOTS$1 = 7;
const INDEX$1 = 0;
const OPEN_REQUESTS = 1;
const OPEN_BAD = 2;
const COUNT$1 = 3;
const SUM_REQUESTS = 4;
const SUM_BAD = 5;
/** Σ bad²/requests. */
const SUM_SQUARES = 6;
/** A gap longer than this between two rows with requests is not past that was seen. */
const LONGEST_COVERED = 60;
function startDispersion(policy) {
	return {
		origin: null,
		last: null,
		busy: null,
		seconds: 0,
		total: {
			requests: 0,
			bad: 0
		},
		largest: 1,
		windows: new Array(policy.windows.length * SLOTS$1).fill(0)
	};
}
function copyDispersion(state) {
	return {
		origin: state.origin,
		last: state.last,
		busy: state.busy,
		seconds: state.seconds,
		total: {
			requests: state.total.requests,
			bad: state.total.bad
		},
		largest: state.largest,
		windows: state.windows.slice()
	};
}
/**
* Variance-to-mean ratio of the closed windows of one length, by Pearson's statistic, so that windows of unequal requests can be
* compared: Σ (badᵢ − requestsᵢ·p)² / (requestsᵢ·p) / (k − 1) with p = Σ bad / Σ requests. 1 for independent events, c for clumps of c.
*/
function ratioAt(windows, at) {
	const bad = windows[at + SUM_BAD] ?? 0;
	if (bad === 0) return 1;
	return ((windows[at + SUM_SQUARES] ?? 0) * (windows[at + SUM_REQUESTS] ?? 0) / bad - bad) / ((windows[at + COUNT$1] ?? 0) - 1);
}
function closeWindow(windows, at) {
	const requests = windows[at + OPEN_REQUESTS] ?? 0;
	const bad = windows[at + OPEN_BAD] ?? 0;
	if (requests === 0) return;
	windows[at + COUNT$1] = (windows[at + COUNT$1] ?? 0) + 1;
	windows[at + SUM_REQUESTS] = (windows[at + SUM_REQUESTS] ?? 0) + requests;
	windows[at + SUM_BAD] = (windows[at + SUM_BAD] ?? 0) + bad;
	windows[at + SUM_SQUARES] = (windows[at + SUM_SQUARES] ?? 0) + bad * bad / requests;
	windows[at + OPEN_REQUESTS] = 0;
	windows[at + OPEN_BAD] = 0;
}
/** Adds one row of the baseline. What is measured includes closed windows only, never the row itself. */
function absorbBaseline(draft, policy, t, requests, bad) {
	if (requests > 0) {
		if (draft.busy !== null) draft.seconds += Math.min(Math.max(0, t - draft.busy), LONGEST_COVERED);
		draft.busy = t;
	}
	draft.last = t;
	draft.origin ??= t;
	draft.total.requests += requests;
	draft.total.bad += bad;
	const { windows, origin } = draft;
	let closed = false;
	for (let i = 0; i < policy.windows.length; i += 1) {
		const at = i * SLOTS$1;
		const index = Math.floor((t - origin) / (policy.windows[i] ?? 1));
		if (index !== windows[at + INDEX$1]) {
			closeWindow(windows, at);
			windows[at + INDEX$1] = index;
			closed = true;
		}
		windows[at + OPEN_REQUESTS] = (windows[at + OPEN_REQUESTS] ?? 0) + requests;
		windows[at + OPEN_BAD] = (windows[at + OPEN_BAD] ?? 0) + bad;
	}
	if (closed) draft.largest = largestRatio(windows, policy);
}
function largestRatio(windows, policy) {
	let top = 1;
	for (let at = 0; at < windows.length; at += SLOTS$1) if ((windows[at + COUNT$1] ?? 0) >= policy.minimumWindows) top = Math.max(top, ratioAt(windows, at));
	return top;
}
/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
function endStretch(draft) {
	draft.origin = null;
	draft.last = null;
	draft.busy = null;
	for (let at = 0; at < draft.windows.length; at += SLOTS$1) {
		draft.windows[at + INDEX$1] = 0;
		draft.windows[at + OPEN_REQUESTS] = 0;
		draft.windows[at + OPEN_BAD] = 0;
	}
}
/**
* Clump size for the next interval, ≥ 1: the largest variance-to-mean ratio seen, but while the past is short no less than
* min(start, settledSeconds / past): clumps that last longer than the past cannot have been seen in it.
*
* @param betweenServers the same ratio between old servers, which shared swings do not move: taken instead where it is known
*/
function dispersionOf(state, policy, betweenServers = null) {
	const unseen = state.seconds * policy.start <= policy.settledSeconds ? policy.start : policy.settledSeconds / state.seconds;
	return Math.max(1, betweenServers ?? state.largest, unseen);
}

// src/rollout/analysis/grid.ts
function ladder(bets) {
	return {
		multiples: bets.multiples,
		lifts: Float64Array.from(bets.multiples, (multiple) => multiple - 1),
		logs: Float64Array.from(bets.multiples, Math.log),
		logPrior: bets.prior.map(Math.log)
	};
}
function compute(policy) {
	const harm = ladder(policy.harmBets);
	const lower = ladder(evenly(policy.lowerRatios));
	const base = Math.log(policy.harmRatio);
	const ratios = [
		...Array.from(lower.logs, (log, index) => ({
			log: base + log,
			from: "lower",
			index
		})),
		{
			log: base,
			from: "boundary",
			index: 0
		},
		...Array.from(harm.logs, (log, index) => ({
			log: base + log,
			from: "upper",
			index
		}))
	];
	return {
		harm,
		lower,
		margin: ladder(policy.marginBets),
		floor: ladder(policy.floorBets),
		floorPrice: Float64Array.from(policy.floorBets.multiples, (multiple) => Math.log(1 + policy.floor * (multiple - 1))),
		ratios: ratios.toSorted((a, b) => a.log - b.log)
	};
}
const known$1 = /* @__PURE__ */ new WeakMap();
/** The grid of a policy; remembered per policy object, which is never changed. */
function gridOf(policy) {
	const found = known$1.get(policy);
	if (found !== void 0) return found;
	const grid = compute(policy);
	known$1.set(policy, grid);
	return grid;
}
/** `steps` multiples first·step^k. Products instead of powers: the same bits on every engine. */
function geometric(first, step, steps) {
	const out = [];
	let value = first;
	for (let i = 0; i < steps; i += 1) {
		out.push(value);
		value *= step;
	}
	return out;
}
/** Every alternative the same share. */
function evenly(multiples) {
	return {
		multiples,
		prior: multiples.map(() => 1 / multiples.length)
	};
}
/** ln Σ exp(terms + weights), without overflow. −∞ for no terms. */
function logSumExp(terms, weights) {
	let top = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < terms.length; i += 1) {
		const value = (terms[i] ?? 0) + (weights[i] ?? 0);
		if (value > top) top = value;
	}
	if (top === Number.NEGATIVE_INFINITY) return top;
	let sum = 0;
	for (let i = 0; i < terms.length; i += 1) sum += Math.exp((terms[i] ?? 0) + (weights[i] ?? 0) - top);
	return top + Math.log(sum);
}
/** Largest of a list; −∞ for an empty one. */
function largest(values) {
	let top = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < values.length; i += 1) {
		const value = values[i] ?? top;
		if (value > top) top = value;
	}
	return top;
}

// src/rollout/analysis/split.ts
/**
* Clump size from the split between old servers. What hits all servers alike (a swing of the error rate, an incident) does not change how bad
* events are split among them, so it is not taken for clumps, as it must be where all that is known is their sum.
*/
/** Numbers kept per window length: index of the open window, closed windows with bad events, Σ Pearson's statistic, Σ degrees of freedom. */
const SLOTS = 4;
const INDEX = 0;
const COUNT = 1;
const PEARSON = 2;
const FREEDOM = 3;
function startSplit() {
	return {
		origin: null,
		windows: [],
		open: []
	};
}
function copySplit(state) {
	return {
		origin: state.origin,
		windows: state.windows.slice(),
		open: state.open.map(({ server, counts }) => ({
			server,
			counts: counts.slice()
		}))
	};
}
/** Adds one row, server by server. What is measured includes closed windows only, never the row itself. */
function absorbSplit(draft, policy, t, servers) {
	draft.origin ??= t;
	const lengths = policy.windows;
	while (draft.windows.length < lengths.length * SLOTS) draft.windows.push(0);
	for (const [i, length] of lengths.entries()) {
		const index = Math.floor((t - draft.origin) / length);
		if (index !== draft.windows[i * SLOTS + INDEX]) close(draft, i);
		draft.windows[i * SLOTS + INDEX] = index;
	}
	for (const { server, requests, bad } of servers) {
		const { counts } = openOf(draft, server, lengths.length);
		for (let i = 0; i < lengths.length; i += 1) {
			counts[2 * i] = (counts[2 * i] ?? 0) + requests;
			counts[2 * i + 1] = (counts[2 * i + 1] ?? 0) + bad;
		}
	}
}
function openOf(draft, server, lengths) {
	const known = draft.open.find((one) => one.server === server);
	if (known !== void 0) return known;
	const fresh = {
		server,
		counts: new Array(2 * lengths).fill(0)
	};
	draft.open.push(fresh);
	return fresh;
}
/** Pearson's statistic of one window: Σ (badₛ − requestsₛ·p)² / (requestsₛ·p) with p = Σ bad / Σ requests, servers − 1 degrees of freedom. */
function close(draft, i) {
	let requests = 0;
	let bad = 0;
	let squares = 0;
	let busy = 0;
	for (const { counts } of draft.open) {
		const [n, b] = [counts[2 * i] ?? 0, counts[2 * i + 1] ?? 0];
		counts[2 * i] = 0;
		counts[2 * i + 1] = 0;
		if (n === 0) continue;
		busy += 1;
		requests += n;
		bad += b;
		squares += b * b / n;
	}
	if (busy < 2 || bad === 0) return;
	const add = (slot, value) => {
		draft.windows[i * SLOTS + slot] = (draft.windows[i * SLOTS + slot] ?? 0) + value;
	};
	add(COUNT, 1);
	add(PEARSON, squares * requests / bad - bad);
	add(FREEDOM, busy - 1);
}
/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
function endSplit(draft) {
	draft.origin = null;
	for (let at = 0; at < draft.windows.length; at += SLOTS) draft.windows[at + INDEX] = 0;
	for (const { counts } of draft.open) counts.fill(0);
}
/** Largest statistic per degree of freedom over the window lengths, 1 at least; null while no length has windows enough. */
function splitDispersion(state, policy) {
	let top = null;
	for (let at = 0; at < state.windows.length; at += SLOTS) {
		if ((state.windows[at + COUNT] ?? 0) < policy.minimumWindows) continue;
		top = Math.max(top ?? 1, (state.windows[at + PEARSON] ?? 0) / (state.windows[at + FREEDOM] ?? 1));
	}
	return top;
}

// src/rollout/analysis/wealth.ts
/**
* One bet against "of `trials` bad events a share of at most (or at least) `share` falls on the canary", for each alternative of
* a ladder: odds of `multiple` times the boundary's. `wealth` (natural logarithms) is added to in place.
*
* Sharp: the likelihood ratio, multiple^hits / (1 + share·(multiple − 1))^trials, here to the power 1/clump. With
* multiple > 1 its mean is ≤ 1 for every sum of independent hits of mean ≤ share·trials; with multiple < 1, of mean ≥ share·trials.
*/
function betSharp(wealth, ladder, hits, trials, share, clump) {
	const { lifts, logs } = ladder;
	const h = hits / clump;
	const n = trials / clump;
	for (let i = 0; i < wealth.length; i += 1) {
		const price = Math.log(1 + share * (lifts[i] ?? 0));
		wealth[i] = (wealth[i] ?? 0) + h * (logs[i] ?? 0) - n * price;
	}
}
/**
* The same bet on the observed share alone: (1 + (multiple − 1)·hits/trials) / (1 + (multiple − 1)·share), which is
* 1 + λ(Y/q − 1) of docs/analysis.md in other letters. Linear in the share, so only the mean of hits/trials matters: its mean is ≤ 1
* whatever the events of one interval have to do with each other.
*/
function betRobust(wealth, ladder, hits, trials, share) {
	const seen = hits / trials;
	for (let i = 0; i < wealth.length; i += 1) {
		const lift = ladder.lifts[i] ?? 0;
		wealth[i] = (wealth[i] ?? 0) + Math.log((1 + lift * seen) / (1 + lift * share));
	}
}
/**
* The share of bad events that falls on the canary when its bad rate is `ratio` times the baseline's and it gets `weight` of the
* requests: weight·ratio / (weight·ratio + 1 − weight).
*/
function shareAt(ratio, weight) {
	const canary = weight * ratio;
	return canary / (canary + 1 - weight);
}

// src/rollout/analysis/servers.ts
function startServers() {
	return {
		split: startSplit(),
		baseline: [],
		canary: []
	};
}
function copyServers(state) {
	return {
		split: copySplit(state.split),
		baseline: state.baseline.map((one) => ({ ...one })),
		canary: state.canary.map((one) => ({
			server: one.server,
			stake: one.stake,
			upper: one.upper.slice()
		}))
	};
}
/** Adds what each old server did in the interval t. */
function absorbServers(draft, policy, t, servers) {
	absorbSplit(draft.split, policy, t, servers);
	for (const { server, requests, bad } of servers) {
		const known = draft.baseline.find((one) => one.server === server);
		if (known === void 0) draft.baseline.push({
			server,
			requests,
			bad
		});
		else {
			known.requests += requests;
			known.bad += bad;
		}
	}
}
/**
* Bets on each new server by itself against all of the baseline. A server that joins gets an equal part of all wealth there is by then,
* the others give it up in proportion, so nothing is won by joining.
*/
function betOnServers(draft, policy, grid, baseline, canary, clump) {
	join(draft, grid, canary);
	if (baseline.requests === 0) return;
	for (const { server, requests, bad } of canary) {
		const known = draft.canary.find((one) => one.server === server);
		if (known === void 0 || requests === 0 || bad + baseline.bad === 0) continue;
		const share = shareAt(policy.harmRatio, requests / (requests + baseline.requests));
		betSharp(known.upper, grid.harm, bad, bad + baseline.bad, share, clump);
	}
}
function join(draft, grid, canary) {
	const fresh = canary.filter(({ server, requests }) => requests > 0 && draft.canary.every((one) => one.server !== server));
	if (fresh.length === 0) return;
	const before = draft.canary.length;
	const after = before + fresh.length;
	const total = before === 0 ? 0 : logSumExp(partsOf(draft, grid), partsOf(draft, grid).fill(0));
	for (const one of draft.canary) one.stake += Math.log(before / after);
	for (const { server } of fresh) draft.canary.push({
		server,
		stake: total - Math.log(after),
		upper: new Array(grid.harm.logs.length).fill(0)
	});
}
/** Log wealth of each new server, its share of the stake included. */
function partsOf(servers, grid) {
	return servers.canary.map((one) => one.stake + logSumExp(one.upper, grid.harm.logPrior));
}
/**
* What is known about server noise: `measured` from `minimumServers` old servers on; else the effect must show on two new servers where
* there are two; else it is unknown.
*/
function serverNoiseOf(metric, policy) {
	const { baseline, canary } = metric.servers;
	const spread = baseline.length >= policy.minimumServers ? spreadOf(baseline) : null;
	if (spread !== null) {
		const around = Math.sqrt(1 / Math.max(1, canary.length) + 1 / baseline.length);
		const allowance = Math.exp(tQuantile(1 - policy.alpha / 2, baseline.length - 1) * spread * around);
		return {
			kind: "measured",
			servers: baseline.length,
			spread,
			allowance
		};
	}
	return canary.length >= 2 ? {
		kind: "two-servers",
		servers: canary.length
	} : { kind: "unknown" };
}
/**
* Standard deviation of a server's bad rate relative to the mean of all, counting noise included: the root of Pearson's statistic per
* degree of freedom and expected event. Null while nothing bad was seen.
*/
function spreadOf(servers) {
	let requests = 0;
	let bad = 0;
	let squares = 0;
	for (const one of servers) {
		requests += one.requests;
		bad += one.bad;
		if (one.requests > 0) squares += one.bad * one.bad / one.requests;
	}
	if (bad === 0) return null;
	const pearson = squares * requests / bad - bad;
	return Math.sqrt(Math.max(0, pearson) / (servers.length - 1) / (bad / servers.length));
}
/**
* Log e-value of one metric after what servers alone could do. Measured noise: the evidence that the ratio is above harmRatio × allowance
* instead, with half of alpha left for a server outside its allowance. Two servers: the mean without the largest.
*
* @param evidence log e-value of the metric with all new servers together
*/
function afterServers(metric, policy, grid, evidence) {
	const noise = serverNoiseOf(metric, policy);
	switch (noise.kind) {
		case "unknown": return evidence;
		case "measured": return evidence - Math.LN2 - highestUpTo(metric, grid, Math.log(noise.allowance));
		case "two-servers": return Math.min(evidence, withoutLargest(partsOf(metric.servers, grid)));
	}
}
/** ln of (sum − largest) × m/(m − 1), never above the sum: with equal stakes the mean of the others. */
function withoutLargest(parts) {
	const top = parts.indexOf(Math.max(...parts));
	const others = parts.filter((_, index) => index !== top);
	return logSumExp(others, others.map(() => 0)) + Math.log(parts.length / others.length);
}
/**
* Upper bound of the log likelihood between harmRatio and `log` above it. It is concave in the logarithm of the ratio, so between two points
* of the grid it lies below the prolonged chords of both sides.
*/
function highestUpTo(metric, grid, log) {
	const x = [0, ...grid.harm.logs];
	const y = [0, ...metric.upper];
	const at = (list, index) => list[index] ?? 0;
	const after = x.findIndex((value) => value >= log);
	if (after <= 0) return after === 0 ? 0 : Number.POSITIVE_INFINITY;
	const highest = Math.max(...y.slice(0, after));
	const slope = (from, to) => (at(y, to) - at(y, from)) / (at(x, to) - at(x, from));
	const bounds = [];
	if (after >= 2) bounds.push(at(y, after - 1) + slope(after - 2, after - 1) * (log - at(x, after - 1)));
	if (after + 1 < x.length) bounds.push(at(y, after) - slope(after, after + 1) * (at(x, after) - log));
	return Math.max(highest, bounds.length === 0 ? at(y, after) : Math.min(...bounds));
}
/** ln Γ(x), x > 0, by Stirling's series after shifting x above 8 (Abramowitz and Stegun 6.1.15, 6.1.41). */
function logGamma(x) {
	let shift = 0;
	let z = x;
	while (z < 8) {
		shift -= Math.log(z);
		z += 1;
	}
	return shift + (z - .5) * Math.log(z) - z + .5 * Math.log(2 * Math.PI) + 1 / (12 * z) - 1 / (360 * z ** 3);
}
/** Student's distribution function for t ≥ 0, by Simpson's rule on its density. */
function studentBelow(t, freedom) {
	const scale = Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2)) / Math.sqrt(freedom * Math.PI);
	const density = (u) => scale * (1 + u * u / freedom) ** (-(freedom + 1) / 2);
	const steps = 400;
	const h = t / steps;
	let sum = density(0) + density(t);
	for (let i = 1; i < steps; i += 1) sum += (i % 2 === 1 ? 4 : 2) * density(i * h);
	return .5 + sum * h / 3;
}
const quantiles = /* @__PURE__ */ new Map();
/** Quantile of Student's distribution, 0.5 < p < 1, to 1e-6; remembered. */
function tQuantile(p, freedom) {
	const key = `${p}/${freedom}`;
	const known = quantiles.get(key);
	if (known !== void 0) return known;
	let [low, high] = [0, 1];
	while (studentBelow(high, freedom) < p && high < 1e4) high *= 2;
	for (let i = 0; i < 60; i += 1) {
		const middle = (low + high) / 2;
		if (studentBelow(middle, freedom) < p) low = middle;
		else high = middle;
	}
	quantiles.set(key, high);
	return high;
}

// src/rollout/analysis/draft.ts
const nothing = (length) => new Array(length).fill(0);
/** A metric of which nothing is known, with no evidence either way. */
function newMetric(name, policy, past) {
	const grid = gridOf(policy);
	return {
		name,
		stake: 0,
		upper: nothing(grid.harm.logs.length),
		lower: nothing(grid.lower.logs.length),
		robust: nothing(policy.mode === "robust" ? grid.harm.logs.length : 0),
		margin: nothing(grid.margin.logs.length),
		floor: nothing(grid.floor.logs.length),
		mantelHaenszel: [0, 0],
		share: null,
		eventful: 0,
		baseline: {
			requests: 0,
			bad: 0
		},
		canary: {
			requests: 0,
			bad: 0
		},
		dispersion: past === void 0 ? startDispersion(policy.dispersion) : copyDispersion(past.dispersion),
		servers: past === void 0 ? startServers() : copyServers(past.servers),
		pending: null,
		lastBet: null
	};
}
function copyMetric(metric) {
	return {
		name: metric.name,
		stake: metric.stake,
		upper: metric.upper.slice(),
		lower: metric.lower.slice(),
		robust: metric.robust.slice(),
		margin: metric.margin.slice(),
		floor: metric.floor.slice(),
		mantelHaenszel: [metric.mantelHaenszel[0], metric.mantelHaenszel[1]],
		share: metric.share,
		eventful: metric.eventful,
		baseline: {
			requests: metric.baseline.requests,
			bad: metric.baseline.bad
		},
		canary: {
			requests: metric.canary.requests,
			bad: metric.canary.bad
		},
		dispersion: copyDispersion(metric.dispersion),
		servers: copyServers(metric.servers),
		pending: metric.pending,
		lastBet: metric.lastBet
	};
}
/** A copy to work on; the state stays as it is. */
function draftOf(state) {
	return {
		v: 1,
		policy: state.policy,
		open: state.open,
		metrics: state.metrics.map(copyMetric),
		waiting: state.waiting,
		t: state.t,
		stepStart: state.stepStart,
		worse: state.worse,
		notWorse: state.notWorse
	};
}

// src/rollout/analysis/fisher.ts
/** The possible values of x. */
function support(canary, baseline, bad) {
	return {
		low: Math.max(0, bad - baseline),
		high: Math.min(bad, canary)
	};
}
/**
* Largest x whose probability is not below that of x − 1. The ratio of neighbours is at least 1 exactly where
* odds·(canary − x + 1)(bad − x + 1) ≥ x·(baseline − bad + x): the root of a quadratic in x, then put right by whole steps.
*/
function mode(canary, baseline, bad, odds) {
	const { low, high } = support(canary, baseline, bad);
	const a = odds - 1;
	const b = odds * (canary + bad + 2) + baseline - bad;
	const c = odds * (canary + 1) * (bad + 1);
	const root = 2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
	let x = Math.min(high, Math.max(low, Math.floor(root)));
	const rises = (at) => odds * (canary - at + 1) * (bad - at + 1) >= at * (baseline - bad + at);
	while (x < high && rises(x + 1)) x += 1;
	while (x > low && !rises(x)) x -= 1;
	return x;
}
/** Terms below this part of the sum no longer change a double. */
const NEGLIGIBLE = 1e-19;
/**
* Mean of x. Exact to rounding: weights are taken relative to the mode by the ratio of neighbours, so nothing overflows, and the
* sums stop where the (log-concave) tail cannot matter any more; O(√bad) steps.
*
* @param canary requests to the canary, whole
* @param baseline requests to the baseline, whole
* @param bad bad events of both, whole, 0 ≤ bad ≤ canary + baseline
* @param odds odds ratio, > 0
*/
function fisherMean(canary, baseline, bad, odds) {
	const { low, high } = support(canary, baseline, bad);
	if (low === high) return low;
	if (bad === 1) return canary * odds / (canary * odds + baseline);
	const top = mode(canary, baseline, bad, odds);
	let sum = 1;
	let moment = 0;
	let weight = 1;
	for (let x = top; x < high; x += 1) {
		weight *= odds * (canary - x) * (bad - x) / ((x + 1) * (baseline - bad + x + 1));
		const part = weight * (x + 1 - top);
		sum += weight;
		moment += part;
		if (part < NEGLIGIBLE * sum) break;
	}
	weight = 1;
	for (let x = top; x > low; x -= 1) {
		weight *= x * (baseline - bad + x) / (odds * (canary - x + 1) * (bad - x + 1));
		const part = weight * (top - x + 1);
		sum += weight;
		moment -= part;
		if (part < NEGLIGIBLE * sum) break;
	}
	return top + moment / sum;
}

// src/rollout/analysis/noninferiority.ts
/**
* Bets against "the odds ratio is margin or more". Given the interval's totals the canary's part of the bad events then has at least
* the mean of Fisher's noncentral hypergeometric distribution at the margin. Nothing is bet when a side had no requests, when
* nothing bad happened, or when the pooled bad rate is above the ceiling: all of these are settled by the totals alone, so leaving
* such an interval out cannot favour either side.
*/
function betAgainstMargin(wealth, policy, grid, counts, clump) {
	const { canaryRequests, baselineRequests, canaryBad } = counts;
	const bad = canaryBad + counts.baselineBad;
	if (bad === 0 || canaryRequests === 0 || baselineRequests === 0) return;
	if (bad > policy.ceiling * (canaryRequests + baselineRequests)) return;
	const share = fisherMean(canaryRequests, baselineRequests, bad, policy.margin) / bad;
	if (policy.mode === "robust") betRobust(wealth, grid.margin, canaryBad, bad, share);
	else betSharp(wealth, grid.margin, canaryBad, bad, share, clump);
}
/**
* Bets against "the canary's bad rate is floor or more". Every interval counts, also those above the ceiling: leaving out the bad
* ones would make any rate look low.
*/
function betAgainstFloor(wealth, grid, counts, clump) {
	if (counts.canaryRequests === 0) return;
	const { logs } = grid.floor;
	const hits = counts.canaryBad / clump;
	const trials = counts.canaryRequests / clump;
	for (let i = 0; i < wealth.length; i += 1) wealth[i] = (wealth[i] ?? 0) + hits * (logs[i] ?? 0) - trials * (grid.floorPrice[i] ?? 0);
}
/** Log e-value against "odds ratio ≥ margin and bad rate ≥ floor": under it both hold, so the average of the two is one too. */
function notWorseEvidence(margin, floor, grid) {
	const a = logSumExp(margin, grid.margin.logPrior);
	const b = logSumExp(floor, grid.floor.logPrior);
	const top = Math.max(a, b);
	return top + Math.log(.5 * (Math.exp(a - top) + Math.exp(b - top)));
}

// src/rollout/analysis/evidence.ts
/** Log e-value for `worse` of one metric, its bets averaged, after what servers alone could do. */
function worseEvidence(metric, policy, grid) {
	const evidence = logSumExp(metric.robust.length > 0 ? metric.robust : metric.upper, grid.harm.logPrior);
	return afterServers(metric, policy, grid, evidence);
}
/** Log e-value for `worse`, metrics averaged; 0 without metrics. */
function totalEvidence(metrics, policy, grid) {
	if (metrics.length === 0) return 0;
	return logSumExp(metrics.map((metric) => metric.stake), metrics.map((metric) => worseEvidence(metric, policy, grid)));
}
/** The metric that contributes most to the evidence for `worse`. */
function leadingMetric(metrics, policy, grid) {
	let leading = null;
	let most = Number.NEGATIVE_INFINITY;
	for (const metric of metrics) {
		const part = metric.stake + worseEvidence(metric, policy, grid);
		if (part > most) {
			most = part;
			leading = metric.name;
		}
	}
	return leading;
}
/** Seconds after the step's first canary request before which `not-worse` is not given. */
function earliestNotWorse(policy) {
	return Math.max(policy.minimumBakeSeconds, policy.warmUpSeconds + policy.longestTimeoutSeconds);
}
/** Both decisions. An average is never above its largest part, so most intervals need no exponentials. */
function decide(draft, grid, t) {
	if (draft.worse !== null) return;
	const { policy, metrics } = draft;
	const limit = -Math.log(policy.alpha);
	if (metrics.some((metric) => largest(metric.robust.length > 0 ? metric.robust : metric.upper) >= limit + shortfall(draft))) {
		const logEvidence = totalEvidence(metrics, policy, grid);
		if (logEvidence >= limit) {
			draft.worse = {
				at: t,
				metric: leadingMetric(metrics, policy, grid) ?? "",
				logEvidence
			};
			return;
		}
	}
	if (draft.notWorse !== null || draft.stepStart === null) return;
	if (t - draft.stepStart < earliestNotWorse(policy)) return;
	const needed = -Math.log(policy.beta);
	const shown = (metric) => (largest(metric.margin) >= needed || largest(metric.floor) >= needed) && notWorseEvidence(metric.margin, metric.floor, grid) >= needed;
	if (metrics.length > 0 && metrics.every(shown)) draft.notWorse = t;
}
/** How far below the limit one metric's best bet may be while the total still reaches it: stakes of joined metrics may sum above 1. */
function shortfall(draft) {
	if (!draft.open) return 0;
	let total = 0;
	for (const metric of draft.metrics) total += Math.exp(metric.stake);
	return total > 1 ? -Math.log(total) : 0;
}

// src/rollout/analysis/fold.ts
/**
* The state before the first interval.
*
* @throws ProblemError `analysis.bad-counts`, `analysis.unsorted` for the history
*/
function start(policy, options = {}) {
	return startDraft(policy, options);
}
/** The same, to be changed in place with `observeInto`. */
function startDraft(policy, options = {}) {
	const past = readHistory(policy, options.history ?? []);
	const names = [...new Set(options.metrics ?? [])].sort(byCodeUnit);
	const metrics = names.map((name) => newMetric(name, policy, past.get(name)));
	for (const metric of metrics) metric.stake = logOf(1 / names.length);
	return {
		v: 1,
		policy,
		open: options.metrics === void 0,
		metrics,
		waiting: [...past].filter(([name]) => !names.includes(name)).map(([name, known]) => ({
			name,
			...known
		})),
		t: null,
		stepStart: null,
		worse: null,
		notWorse: null
	};
}
function readHistory(policy, rows) {
	const past = /* @__PURE__ */ new Map();
	for (const { t, metric, baseline, servers } of rows) {
		checkCounts(baseline, t, metric, "baseline");
		const known = past.get(metric) ?? {
			dispersion: startDispersion(policy.dispersion),
			servers: startServers()
		};
		past.set(metric, known);
		const { dispersion } = known;
		if (dispersion.last !== null && t <= dispersion.last) throw new ProblemError(unsorted(t, dispersion.last));
		absorbBaseline(dispersion, policy.dispersion, t, baseline.requests, baseline.bad);
		if (servers !== void 0) absorbServers(known.servers, policy.dispersion, t, servers.baseline);
	}
	for (const { dispersion, servers } of past.values()) {
		endStretch(dispersion);
		endSplit(servers.split);
	}
	return past;
}
/** ln x with a plain zero for 1, so that a state is the same after JSON. */
function logOf(x) {
	return x === 1 ? 0 : Math.log(x);
}
/**
* The state after one more interval. Pure; costs the same however long the stream is. A metric without a row keeps its evidence.
*
* @param rows all rows of one interval (one t, each metric once), in any order
* @throws ProblemError `analysis.unsorted` (t does not ascend), `analysis.bad-counts`, `analysis.unknown-metric`, `analysis.duplicate`
*/
function observe$1(state, rows) {
	const draft = draftOf(state);
	observeInto(draft, rows);
	return draft;
}
/** The same, in place; after a ProblemError the draft is not to be used. */
function observeInto(draft, rows) {
	const t = rows[0]?.t;
	if (t === void 0) return;
	if (!Number.isFinite(t) || draft.t !== null && t <= draft.t) throw new ProblemError(unsorted(t, draft.t));
	const { policy } = draft;
	const grid = gridOf(policy);
	if (rows.length > 1) checkInterval(rows, t);
	if (draft.open) joinAll(draft, rows);
	draft.t = t;
	if (draft.stepStart === null && rows.some((row) => row.canary.requests > 0)) draft.stepStart = t;
	const phase = phaseAt(draft, t);
	for (const row of rows) {
		const metric = metricOf(draft, row.metric, t);
		checkCounts(row.baseline, t, row.metric, "baseline");
		checkCounts(row.canary, t, row.metric, "canary");
		if (row.servers !== void 0) checkServers(row, row.servers);
		take(metric, policy, grid, row, row.settling === void 0 ? phase : row.settling === "up" ? upTo1(phase) : 0);
		absorbBaseline(metric.dispersion, policy.dispersion, t, row.baseline.requests, row.baseline.bad);
		if (row.servers !== void 0) absorbServers(metric.servers, policy.dispersion, t, row.servers.baseline);
	}
	decide(draft, grid, t);
}
/**
* A new step begins (the weight is about to change, or has just changed): `not-worse` starts afresh, `worse` goes on. Call it between
* the last interval at the old weight and the first at the new one.
*/
function startStep$1(state) {
	const draft = draftOf(state);
	const grid = gridOf(draft.policy);
	for (const metric of draft.metrics) {
		flush(metric, draft.policy, grid);
		metric.margin.fill(0);
		metric.floor.fill(0);
	}
	if (draft.t !== null) decide(draft, grid, draft.t);
	draft.stepStart = null;
	draft.notWorse = null;
	return draft;
}
/** What the next interval's clump size is for a metric. */
function clumpOf(metric, policy) {
	if (policy.mode === "sharp") return 1;
	if (policy.clumpSize !== null) return policy.clumpSize;
	return dispersionOf(metric.dispersion, policy.dispersion, splitDispersion(metric.servers.split, policy.dispersion));
}
function phaseAt(draft, t) {
	if (draft.stepStart === null) return 0;
	const age = t - draft.stepStart;
	if (age < draft.policy.warmUpSeconds) return 0;
	return age < draft.policy.warmUpSeconds + draft.policy.longestTimeoutSeconds ? 1 : 2;
}
function upTo1(serves) {
	return serves === 0 ? 0 : 1;
}
/** Bets on the row, or keeps it for its unit. */
function take(metric, policy, grid, row, serves) {
	if (serves !== 0 && row.servers !== void 0) betOnServers(metric.servers, policy, grid, row.baseline, row.servers.canary, clumpOf(metric, policy));
	if (policy.unitSeconds === 0) {
		if (serves !== 0) bet(metric, policy, grid, row.baseline, row.canary, serves, clumpOf(metric, policy));
		return;
	}
	if (metric.pending !== null && metric.pending.serves !== serves) flush(metric, policy, grid);
	if (serves === 0) return;
	const { pending } = metric;
	metric.pending = {
		baseline: sum(pending?.baseline, row.baseline),
		canary: sum(pending?.canary, row.canary),
		serves,
		clump: pending?.clump ?? clumpOf(metric, policy)
	};
	if (metric.lastBet === null || row.t - metric.lastBet >= policy.unitSeconds) {
		flush(metric, policy, grid);
		metric.lastBet = row.t;
	}
}
function sum(a, b) {
	return a === void 0 ? {
		requests: b.requests,
		bad: b.bad
	} : {
		requests: a.requests + b.requests,
		bad: a.bad + b.bad
	};
}
function flush(metric, policy, grid) {
	const { pending } = metric;
	if (pending === null) return;
	metric.pending = null;
	bet(metric, policy, grid, pending.baseline, pending.canary, pending.serves, pending.clump);
}
function bet(metric, policy, grid, baseline, canary, serves, clump) {
	metric.baseline.requests += baseline.requests;
	metric.baseline.bad += baseline.bad;
	metric.canary.requests += canary.requests;
	metric.canary.bad += canary.bad;
	const requests = baseline.requests + canary.requests;
	const bad = baseline.bad + canary.bad;
	if (baseline.requests > 0 && canary.requests > 0) {
		const weight = canary.requests / requests;
		metric.share = weight;
		if (bad > 0) {
			const share = shareAt(policy.harmRatio, weight);
			betSharp(metric.upper, grid.harm, canary.bad, bad, share, clump);
			betSharp(metric.lower, grid.lower, canary.bad, bad, share, clump);
			if (policy.mode === "robust") betRobust(metric.robust, grid.harm, canary.bad, bad, share);
			metric.mantelHaenszel[0] += canary.bad * (1 - weight);
			metric.mantelHaenszel[1] += baseline.bad * weight;
			metric.eventful += 1;
		}
	}
	if (serves === 2) {
		const split = {
			canaryRequests: canary.requests,
			canaryBad: canary.bad,
			baselineRequests: baseline.requests,
			baselineBad: baseline.bad
		};
		betAgainstMargin(metric.margin, policy, grid, split, clump);
		betAgainstFloor(metric.floor, grid, split, clump);
	}
}
/**
* Metrics seen for the first time join: each gets the same part of all wealth there is by now, the others give it up in proportion.
* Total evidence is unchanged by it, so it stays a fair game; metrics that join before any evidence share equally.
*/
function joinAll(draft, rows) {
	const names = rows.map((row) => row.metric).filter((name) => find(draft, name) === void 0);
	if (names.length === 0) return;
	const before = draft.metrics.length;
	const after = before + names.length;
	const total = totalEvidence(draft.metrics, draft.policy, gridOf(draft.policy));
	for (const metric of draft.metrics) metric.stake += Math.log(before / after);
	const joined = names.map((name) => {
		const past = draft.waiting.find((waiting) => waiting.name === name);
		return newMetric(name, draft.policy, past);
	});
	for (const metric of joined) metric.stake = total + logOf(1 / after);
	draft.metrics = [...draft.metrics, ...joined].sort((a, b) => byCodeUnit(a.name, b.name));
}
function find(draft, name) {
	for (const metric of draft.metrics) if (metric.name === name) return metric;
}
function metricOf(draft, name, t) {
	const found = find(draft, name);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "analysis.unknown-metric",
		where: `t ${t}`,
		found: `metric ${name}`,
		expected: `one of ${draft.metrics.map((metric) => metric.name).join(", ")}`,
		remedy: "name every metric of the release at its start"
	});
}
function byCodeUnit(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
function checkCounts(counts, t, metric, side) {
	const { requests, bad } = counts;
	if (Number.isSafeInteger(requests) && Number.isSafeInteger(bad) && bad >= 0 && bad <= requests) return;
	throw new ProblemError({
		code: "analysis.bad-counts",
		where: `t ${t}, metric ${metric}, ${side}`,
		found: `${bad} bad of ${requests} requests`,
		expected: "whole numbers with 0 ≤ bad ≤ requests",
		remedy: "count bad requests among the same requests, and turn raw counters into differences first"
	});
}
/** The servers of each side make up its counts, each named once. */
function checkServers(row, servers) {
	for (const side of ["baseline", "canary"]) {
		const names = new Set(servers[side].map((one) => one.server));
		const total = servers[side].reduce(sum, {
			requests: 0,
			bad: 0
		});
		for (const one of servers[side]) checkCounts(one, row.t, row.metric, `${side} server ${one.server}`);
		const wanted = row[side];
		if (names.size === servers[side].length && total.requests === wanted.requests && total.bad === wanted.bad) continue;
		throw new ProblemError({
			code: "analysis.bad-servers",
			where: `t ${row.t}, metric ${row.metric}, ${side}`,
			found: `${names.size} servers in ${servers[side].length} entries with ${total.bad} bad of ${total.requests} requests`,
			expected: `each server once, and ${wanted.bad} bad of ${wanted.requests} requests together`,
			remedy: "count servers and versions from the same reading"
		});
	}
}
function checkInterval(rows, t) {
	const names = /* @__PURE__ */ new Set();
	for (const row of rows) {
		if (row.t !== t) throw new ProblemError(unsorted(row.t, t));
		if (names.has(row.metric)) throw new ProblemError({
			code: "analysis.duplicate",
			where: `t ${t}`,
			found: `metric ${row.metric} twice`,
			expected: "one row per interval and metric",
			remedy: "add the rows up first"
		});
		names.add(row.metric);
	}
}
function unsorted(t, last) {
	return {
		code: "analysis.unsorted",
		where: `t ${t}`,
		found: last === null ? `t ${t}` : `t ${t} after t ${last}`,
		expected: "a finite t, later than that of the interval before",
		remedy: "give the intervals in the order of time, each once"
	};
}

// src/rollout/analysis/confidence.ts
const UNKNOWN$1 = {
	estimate: null,
	low: null,
	high: null
};
/** Log likelihood at each ratio of the grid, relative to harmRatio. */
function heights(metric, grid) {
	return grid.ratios.map((point) => {
		if (point.from === "boundary") return 0;
		return (point.from === "lower" ? metric.lower : metric.upper)[point.index] ?? 0;
	});
}
/**
* Where a concave curve through the points can first rise above `level`, between the rejected point before `first` and `first`
* itself. The curve lies below the prolonged chords of its neighbours on both sides, so the answer errs outwards only.
*/
function crossing(x, y, first, level) {
	const at = (i) => ({
		x: x[i] ?? 0,
		y: y[i] ?? 0
	});
	const inside = at(first);
	const outside = at(first - 1);
	let low = outside.x;
	if (first + 1 < x.length) {
		const next = at(first + 1);
		const slope = (next.y - inside.y) / (next.x - inside.x);
		if (slope > 0) low = Math.max(low, inside.x - (inside.y - level) / slope);
	}
	if (first >= 2) {
		const before = at(first - 2);
		const slope = (outside.y - before.y) / (outside.x - before.x);
		if (slope > 0) low = Math.max(low, outside.x + (level - outside.y) / slope);
	}
	return Math.min(low, inside.x);
}
/**
* How many times as bad the canary is, with an interval that holds at every look at once with probability 1 − intervalError:
* all ratios that the mixture of all others does not reject. The estimate is Mantel and Haenszel's (each interval weighted by its
* requests, so a common error rate that moves does not matter), within that interval; all null while nothing bad was seen.
*/
function riskRatioOf(metric, policy, grid) {
	const [above, below] = metric.mantelHaenszel;
	if (above === 0 && below === 0) return UNKNOWN$1;
	const x = grid.ratios.map((point) => point.log);
	const y = heights(metric, grid);
	const uniform = -Math.log(y.length);
	const level = logSumExp(y, y.map(() => uniform)) + Math.log(policy.intervalError);
	const first = y.findIndex((value) => value > level);
	const last = y.findLastIndex((value) => value > level);
	const low = first <= 0 ? null : Math.exp(crossing(x, y, first, level));
	const flipped = y.length - 1 - last;
	const high = last < 0 || last === y.length - 1 ? null : Math.exp(-crossing(x.map((value) => -value).reverse(), y.toReversed(), flipped, level));
	const top = Math.exp(x.at(-1) ?? 0);
	const estimate = below === 0 ? top : above / below;
	return {
		estimate: Math.min(Math.max(estimate, low ?? 0), high ?? top),
		low,
		high
	};
}

// src/rollout/analysis/needs.ts
/** The ratio at which the time to `worse` is told. */
const NOTABLE_RATIO = 5;
/** Log wealth of each bet at the start: none won, none lost. */
function zeros(ladder) {
	return ladder.multiples.map(() => 0);
}
/** Mean log factor per bad event of a sharp bet priced at `share` when a part `truth` of the bad events falls on the canary. */
function sharpGrowth(ladder, share, truth, clump) {
	return ladder.multiples.map((multiple, i) => (truth * (ladder.logs[i] ?? 0) - Math.log(1 + share * (multiple - 1))) / clump);
}
/** The same for a robust bet: the mean over binomial counts of `events` bad events, per bad event. */
function robustGrowth(ladder, share, truth, events) {
	const n = Math.min(500, Math.max(1, Math.round(events)));
	const chances = [];
	let chance = Math.exp(n * Math.log(1 - truth));
	for (let x = 0; x <= n; x += 1) {
		chances.push(chance);
		chance *= (n - x) / (x + 1) * (truth / (1 - truth));
	}
	return ladder.multiples.map((multiple) => {
		const lift = multiple - 1;
		const price = Math.log(1 + lift * share);
		return chances.reduce((sum, each, x) => sum + each * (Math.log(1 + lift * x / n) - price), 0) / Math.max(1, events);
	});
}
function growth(policy, ladder, share, truth, outlook) {
	return policy.mode === "robust" ? robustGrowth(ladder, share, truth, outlook.eventsPerInterval ?? 1) : sharpGrowth(ladder, share, truth, policy.mode === "sharp" ? 1 : outlook.clump);
}
/** Requests until the first single bet reaches `target` at its mean growth; null if none grows. */
function fewest(ladder, wealth, perRequest, target) {
	let best = null;
	for (let i = 0; i < wealth.length; i += 1) {
		const missing = target - (ladder.logPrior[i] ?? 0) - (wealth[i] ?? 0);
		const rate = perRequest[i] ?? 0;
		if (missing > 0 && !(rate > 0)) continue;
		const requests = missing > 0 ? Math.ceil(missing / rate) : 0;
		if (best === null || requests < best) best = requests;
	}
	return best;
}
/**
* Canary requests until `not-worse` if both versions are equally bad: for each bet (threshold − its wealth) / its mean growth per
* request, the smallest of them. The average of bets is never below one bet's part, so on the mean path it is an upper estimate;
* chance spreads it by about half up and down.
*/
function untilNotWorse(policy, grid, outlook, standing) {
	const { baseRate, share } = outlook;
	const target = -Math.log(policy.beta) + Math.LN2;
	const clump = policy.mode === "sharp" ? 1 : outlook.clump;
	const floor = fewest(grid.floor, standing.floor, Array.from(grid.floor.logs, (log, i) => (baseRate * log - (grid.floorPrice[i] ?? 0)) / clump), target);
	if (baseRate > policy.ceiling) return floor;
	const badPerRequest = baseRate / share;
	const perEvent = growth(policy, grid.margin, shareAt(policy.margin, share), share, outlook);
	const margin = fewest(grid.margin, standing.margin, perEvent.map((each) => each * badPerRequest), target);
	if (floor === null || margin === null) return floor ?? margin;
	return Math.min(floor, margin);
}
/** Canary requests until `worse` if the canary's bad rate is `ratio` times the baseline's; the same estimate. */
function untilWorse(policy, grid, outlook, standing, ratio) {
	const { share } = outlook;
	const canaryRate = Math.min(1, outlook.baseRate * ratio);
	const badPerRequest = canaryRate + outlook.baseRate * (1 - share) / share;
	if (badPerRequest === 0) return null;
	const perEvent = growth(policy, grid.harm, shareAt(policy.harmRatio, share), canaryRate / badPerRequest, outlook);
	return fewest(grid.harm, standing.harm, perEvent.map((each) => each * badPerRequest), -Math.log(policy.alpha) - standing.stake);
}
/** Both estimates from where a metric stands. */
function needed(policy, outlook, standing) {
	const grid = gridOf(policy);
	return {
		notWorse: untilNotWorse(policy, grid, outlook, standing),
		worse: untilWorse(policy, grid, outlook, standing, 5)
	};
}
/**
* Before a rollout: how many canary requests a step will need, and how many until a canary `ratio` times as bad is stopped.
* Divide by the canary's requests per second for the time; add the warm-up and the longest time-out for `not-worse`.
*/
function forecast$1(policy, outlook, ratio = 5) {
	const grid = gridOf(policy);
	const standing = {
		harm: zeros(grid.harm),
		margin: zeros(grid.margin),
		floor: zeros(grid.floor),
		stake: -Math.log(outlook.metrics ?? 1)
	};
	return {
		notWorse: untilNotWorse(policy, grid, outlook, standing),
		worse: untilWorse(policy, grid, outlook, standing, ratio)
	};
}

// src/rollout/analysis/judge.ts
const UNKNOWN = {
	notWorse: null,
	worse: null
};
function neededOf(metric, policy, clump) {
	const { requests, bad } = metric.dispersion.total;
	if (requests === 0 || metric.share === null) return UNKNOWN;
	const events = metric.eventful === 0 ? 1 : (metric.baseline.bad + metric.canary.bad) / metric.eventful;
	return needed(policy, {
		baseRate: bad / requests,
		share: metric.share,
		clump,
		eventsPerInterval: events
	}, {
		harm: metric.robust.length > 0 ? metric.robust : metric.upper,
		margin: metric.margin,
		floor: metric.floor,
		stake: metric.stake
	});
}
function judgeMetric(metric, policy, grid) {
	const clump = clumpOf(metric, policy);
	const logNotWorse = notWorseEvidence(metric.margin, metric.floor, grid);
	const estimate = neededOf(metric, policy, clump);
	return {
		metric: metric.name,
		evidence: worseEvidence(metric, policy, grid) / Math.LN10,
		evidenceNotWorse: logNotWorse / Math.LN10,
		riskRatio: riskRatioOf(metric, policy, grid),
		dispersion: clump,
		serverNoise: serverNoiseOf(metric, policy),
		baseline: { ...metric.baseline },
		canary: { ...metric.canary },
		requestsNeeded: logNotWorse >= -Math.log(policy.beta) ? {
			...estimate,
			notWorse: 0
		} : estimate
	};
}
function missing$3(state, metrics) {
	if (state.t === null || metrics.length === 0) return [{ kind: "no-data" }];
	const list = [];
	if (state.stepStart === null) list.push({ kind: "no-canary-requests" });
	else {
		const seconds = state.stepStart + earliestNotWorse(state.policy) - state.t;
		if (seconds > 0) list.push({
			kind: "time",
			seconds
		});
	}
	if (state.metrics.every((metric) => metric.dispersion.total.requests === 0)) list.push({ kind: "no-baseline-requests" });
	for (const metric of metrics) if (metric.baseline.requests + metric.canary.requests === 0) {
		if (state.stepStart !== null) list.push({
			kind: "metric-without-data",
			metric: metric.metric
		});
	} else if (metric.requestsNeeded.notWorse !== 0) list.push({
		kind: "evidence",
		metric: metric.metric,
		canaryRequests: metric.requestsNeeded.notWorse
	});
	return list;
}
/** The largest of a number per metric; null as soon as one is not known. */
function worstOf(values) {
	let most = null;
	for (const value of values) {
		if (value === null) return null;
		most = most === null ? value : Math.max(most, value);
	}
	return most;
}
/** The smallest known number per metric. */
function leastOf(values) {
	const known = values.filter((value) => value !== null);
	return known.length === 0 ? null : Math.min(...known);
}
/** What the evidence so far says. Looks only; ask as often as you like, the guarantees hold for any number of looks. */
function judge$1(state) {
	const { policy } = state;
	const grid = gridOf(policy);
	const metrics = state.metrics.map((metric) => judgeMetric(metric, policy, grid));
	const verdict = state.worse !== null ? {
		kind: "worse",
		at: state.worse.at,
		metric: state.worse.metric
	} : state.notWorse !== null ? {
		kind: "not-worse",
		at: state.notWorse
	} : {
		kind: "undecided",
		missing: missing$3(state, metrics)
	};
	return {
		verdict,
		evidence: (state.worse?.logEvidence ?? totalEvidence(state.metrics, policy, grid)) / Math.LN10,
		leading: state.worse?.metric ?? (state.t === null ? null : leadingMetric(state.metrics, policy, grid)),
		requestsNeeded: {
			notWorse: verdict.kind === "not-worse" ? 0 : worstOf(metrics.map((metric) => metric.requestsNeeded.notWorse)),
			worse: verdict.kind === "worse" ? 0 : leastOf(metrics.map((metric) => metric.requestsNeeded.worse))
		},
		metrics
	};
}

// src/rollout/analysis/policy.ts
/** Objects within objects too: the defaults are shared by everybody. */
function freeze(policy) {
	for (const value of Object.values(policy)) if (typeof value === "object" && value !== null) {
		for (const inner of Object.values(value)) Object.freeze(inner);
		Object.freeze(value);
	}
	return Object.freeze(policy);
}
/**
* The one configuration that is shipped. Harm bets: 2 to 54 times as bad, log-uniform. Margin bets: the odds ratios 1.68, 1.41,
* 1.19, 1, 0.7, 0.5 at the default margin of 2, most on "no difference".
*/
const DEFAULT_POLICY = freeze({
	mode: "dispersed",
	alpha: .01,
	beta: .05,
	harmRatio: 1.25,
	margin: 2,
	floor: .001,
	ceiling: .05,
	harmBets: evenly(geometric(1.6, 1.6, 8)),
	marginBets: {
		multiples: [
			.84,
			.705,
			.595,
			.5,
			.35,
			.25
		],
		prior: [
			.05,
			.1,
			.2,
			.4,
			.15,
			.1
		]
	},
	floorBets: {
		multiples: [
			.6,
			.3,
			.1,
			.01
		],
		prior: [
			.25,
			.25,
			.25,
			.25
		]
	},
	lowerRatios: geometric(1 / 1.6, 1 / 1.6, 6),
	intervalError: .05,
	unitSeconds: 0,
	clumpSize: null,
	dispersion: {
		windows: [
			1,
			2,
			5,
			10,
			20,
			30,
			60
		],
		minimumWindows: 3,
		start: 20,
		settledSeconds: 300
	},
	minimumServers: 8,
	warmUpSeconds: 0,
	longestTimeoutSeconds: 30,
	minimumBakeSeconds: 30
});
const betsSchema = (side) => strictObject({
	multiples: array(number$2().positive().refine((multiple) => side === "above 1" ? multiple > 1 : multiple < 1, `multiples ${side}`)),
	prior: array(number$2().positive())
}).refine((bets) => bets.multiples.length === bets.prior.length && bets.multiples.length > 0, { message: "as many shares in prior as multiples, one at least" }).refine((bets) => Math.abs(bets.prior.reduce((a, b) => a + b, 0) - 1) < 1e-9, { message: "a prior that sums to 1" });
const part = number$2().gt(0, "a number between 0 and 1").lt(1, "a number between 0 and 1");
const seconds = number$2().nonnegative("seconds, 0 or more");
/** What may be configured; every key has a default in DEFAULT_POLICY. */
const policySchema = strictObject({
	mode: _enum([
		"dispersed",
		"robust",
		"sharp"
	], "one of dispersed, robust, sharp"),
	alpha: part,
	beta: part,
	harmRatio: number$2().min(1, "a ratio of 1 or more"),
	margin: number$2().gt(1, "an odds ratio above 1"),
	floor: part,
	ceiling: number$2().gt(0, "a rate between 0 and 1").max(1, "a rate between 0 and 1"),
	harmBets: betsSchema("above 1"),
	marginBets: betsSchema("below 1"),
	floorBets: betsSchema("below 1"),
	lowerRatios: array(number$2().positive().lt(1)),
	intervalError: part,
	unitSeconds: seconds,
	clumpSize: number$2().min(1, "a clump size of 1 or more, or null").nullable(),
	dispersion: strictObject({
		windows: array(number$2().positive()).min(1),
		minimumWindows: number$2().int().min(2, "two windows at least"),
		start: number$2().min(1, "a dispersion of 1 or more"),
		settledSeconds: seconds
	}),
	minimumServers: number$2().int().min(3, "a whole number of 3 or more"),
	warmUpSeconds: seconds,
	longestTimeoutSeconds: seconds,
	minimumBakeSeconds: seconds
});
function problemOf(issue, where) {
	if (issue.code === "unrecognized_keys") {
		const key = issue.keys[0] ?? "";
		return {
			code: "analysis.unknown-setting",
			where,
			found: [...issue.path, key].join("."),
			expected: `one of ${Object.keys(DEFAULT_POLICY).join(", ")}`,
			remedy: `did you mean ${(0, import_fastest_levenshtein.closest)(key, Object.keys(DEFAULT_POLICY))}?`
		};
	}
	const path = issue.path.join(".");
	return {
		code: "analysis.bad-setting",
		where,
		found: `${path}: ${JSON.stringify(issue.input) ?? "nothing"}`,
		expected: issue.message,
		remedy: `give ${path} such a value, or leave it out for the default`
	};
}
/**
* The default policy with some settings replaced, frozen.
*
* @param overrides any part of a policy; checked here, so it may come from outside
* @param where what to name in a problem (a file, the arguments)
* @throws ProblemError `analysis.unknown-setting`, `analysis.bad-setting`
*/
function makePolicy(overrides = {}, where = "analysis") {
	const parsed = policySchema.partial().safeParse(overrides, { reportInput: true });
	if (!parsed.success) throw new ProblemError(parsed.error.issues.map((issue) => problemOf(issue, where)));
	const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== void 0));
	return freeze(policySchema.parse({
		...DEFAULT_POLICY,
		...given
	}));
}

// src/rollout/analysis/state.ts
const counts = strictObject({
	requests: number$2(),
	bad: number$2()
});
const wealth = array(number$2());
const dispersion = strictObject({
	origin: number$2().nullable(),
	last: number$2().nullable(),
	busy: number$2().nullable(),
	seconds: number$2(),
	total: counts,
	largest: number$2(),
	windows: array(number$2())
});
const servers = strictObject({
	split: strictObject({
		origin: number$2().nullable(),
		windows: array(number$2()),
		open: array(strictObject({
			server: string(),
			counts: array(number$2())
		}))
	}),
	baseline: array(strictObject({
		server: string(),
		requests: number$2(),
		bad: number$2()
	})),
	canary: array(strictObject({
		server: string(),
		stake: number$2(),
		upper: wealth
	}))
});
const metric = strictObject({
	name: string(),
	stake: number$2(),
	upper: wealth,
	lower: wealth,
	robust: wealth,
	margin: wealth,
	floor: wealth,
	mantelHaenszel: tuple([number$2(), number$2()]),
	share: number$2().nullable(),
	eventful: number$2(),
	baseline: counts,
	canary: counts,
	dispersion,
	servers,
	pending: strictObject({
		baseline: counts,
		canary: counts,
		serves: union([literal(1), literal(2)]),
		clump: number$2()
	}).nullable(),
	lastBet: number$2().nullable()
});
/** A state that comes back from a journal. */
const analysisStateSchema = strictObject({
	v: literal(1),
	policy: policySchema.transform((policy) => makePolicy(policy)),
	open: boolean(),
	metrics: array(metric),
	waiting: array(strictObject({
		name: string(),
		dispersion,
		servers
	})),
	t: number$2().nullable(),
	stepStart: number$2().nullable(),
	worse: strictObject({
		at: number$2(),
		metric: string(),
		logEvidence: number$2()
	}).nullable(),
	notWorse: number$2().nullable()
});

// src/rollout/analysis/stream.ts
/** What is missing, for a person. */
function missingInWords(missing) {
	switch (missing.kind) {
		case "no-data": return "no data";
		case "no-canary-requests": return "the canary has had no requests";
		case "no-baseline-requests": return "the baseline has had no requests";
		case "metric-without-data": return `no data for ${missing.metric}`;
		case "time": return `${Math.ceil(missing.seconds)} s more must pass before not-worse`;
		case "evidence": return missing.canaryRequests === null ? `${missing.metric} needs more evidence, how much cannot be told` : `${missing.metric} needs about ${missing.canaryRequests} more canary requests if there is no difference`;
	}
}

// src/model/metrics.ts
/**
* One reading of one source: raw cumulative counters per server, as the source gave them. Stored in the journal as they are;
* everything that is concluded from them is a pure fold, so that a replay gives the same verdicts.
*/
const serverCountersSchema = strictObject({
	version: string(),
	/** Name of the server in the source; counters of one server are compared with its own earlier ones. */
	server: string(),
	/** Per metric: cumulative requests and how many of them were bad. Each metric has its own denominator. */
	metrics: record(string(), strictObject({
		requests: number$2().nonnegative(),
		bad: number$2().nonnegative()
	}))
});
const countersSchema = discriminatedUnion("kind", [strictObject({
	kind: literal("counters"),
	source: string(),
	/** Wall clock of the reading, milliseconds. */
	time: number$2(),
	/** Changes whenever the source itself restarted (its counters began again). */
	epoch: string(),
	servers: array(serverCountersSchema).readonly(),
	/** Metrics that this reading lacks, each with its reason in words; left out when it is whole. */
	missing: array(strictObject({
		metric: string(),
		reason: string()
	})).readonly().exactOptional()
}), strictObject({
	kind: literal("missing"),
	source: string(),
	time: number$2(),
	/** What is missing, in words an operator can act on. */
	reason: string()
})]);

// src/rollout/intervals.ts
const NONE = {
	requests: 0,
	bad: 0
};
function add(a, b) {
	return {
		requests: a.requests + b.requests,
		bad: a.bad + b.bad
	};
}
/**
* Difference of one server's counter. A counter that got smaller was reset: what it shows now happened since. The pair is
* reset together, so that bad never exceeds requests.
*/
function difference(before, now) {
	if (before === void 0) return NONE;
	if (before === "zero" || now.requests < before.requests || now.bad < before.bad) return now;
	const requests = now.requests - before.requests;
	return {
		requests,
		bad: Math.min(requests, now.bad - before.bad)
	};
}
function serversOf(counters) {
	return counters.kind === "counters" ? counters.servers : [];
}
/** What one version did between two readings, over all its servers; null when either reading is missing. */
function versionDelta(previous, next, version, metric) {
	return serverDeltas(previous, next, version, metric)?.reduce(add, NONE) ?? null;
}
/** The same, server by server; a server that had no requests is left out. */
function serverDeltas(previous, next, version, metric) {
	if (previous.kind === "missing" || next.kind === "missing") return null;
	const sameSource = previous.epoch === next.epoch;
	return serversOf(next).flatMap(({ server, version: runs, metrics }) => {
		const now = metrics[metric];
		if (runs !== version || now === void 0) return [];
		const did = difference(sameSource ? serversOf(previous).find((one) => one.server === server && one.version === version)?.metrics[metric] : "zero", now);
		return did.requests === 0 ? [] : [{
			server,
			...did
		}];
	});
}
/** Names of the metrics a reading has for either version. */
function metricNames(counters) {
	return [...new Set(serversOf(counters).flatMap((server) => Object.keys(server.metrics)))].toSorted();
}
/**
* Rows of one interval, a row per metric. A source that restarted in between begins again at zero. Nothing when a reading is
* missing: the caller keeps the last good one, and the next good reading covers the gap, since no weight changes inside a watch.
*/
function intervalRows(previous, next, versions) {
	return metricNames(next).flatMap((metric) => {
		const baseline = serverDeltas(previous, next, versions.stable, metric);
		const canary = serverDeltas(previous, next, versions.candidate, metric);
		if (baseline === null || canary === null) return [];
		const servers = {
			baseline,
			canary
		};
		return [{
			metric,
			baseline: baseline.reduce(add, NONE),
			canary: canary.reduce(add, NONE),
			servers
		}];
	});
}

// src/rollout/world.ts
async function lookAtWorld(rollout, ctx) {
	const [platform, routes] = await Promise.all([rollout.ports.platform.observe(ctx.signal), rollout.ports.router.observe(ctx.signal)]);
	return {
		platform,
		routes
	};
}
/** Share the data plane is set to give a version, whatever its health; 0 when it has no route. */
function configuredShare(routes, version) {
	if (routes.kind === "unreachable") return 0;
	return routes.routes.find((route) => route.version === version)?.configuredShare ?? 0;
}
function openRequests(routes, version) {
	if (routes.kind === "unreachable") return 0;
	return (routes.routes.find((candidate) => candidate.version === version)?.endpoints ?? []).reduce((sum, endpoint) => sum + endpoint.openRequests, 0);
}
function unreachable(routes, where) {
	if (routes.kind === "observed") return [];
	return [{
		code: "rollout.router-unreachable",
		where,
		found: routes.reason,
		expected: "a traffic router that answers",
		remedy: "start the router or mend its address in `traffic:`, then run `shiplock resume`"
	}];
}
/** What a health watch records of the instances of one version. */
const instanceSampleSchema = strictObject({
	instance: string(),
	state: _enum([
		"starting",
		"ready",
		"not-ready",
		"draining",
		"stopped",
		"crash-loop"
	]),
	restarts: number$2().int().nonnegative(),
	detail: string()
});
function sampleInstances(state, component, version) {
	return state.instances.filter((instance) => instance.component === component && instance.version === version).map(({ instance, state: condition, restarts, detail }) => ({
		instance,
		state: condition,
		restarts,
		detail
	}));
}
/** The problem of an instance that keeps dying, if there is one. Outside α: a crash loop is a fact, not a statistic. */
function crashLoop(instances, where) {
	const dying = instances.find((instance) => instance.state === "crash-loop");
	if (dying === void 0) return void 0;
	return {
		code: "rollout.crash-loop",
		where: `${where} instance ${dying.instance}`,
		found: `${dying.restarts} restarts; ${dying.detail === "" ? "no output" : dying.detail}`,
		expected: "a process that keeps running",
		remedy: "read the last lines of its log; the release was taken back"
	};
}

// src/rollout/bake-state.ts
/** What one look of a bake records: raw, so that every conclusion can be drawn again from the journal. */
const bakeSampleSchema = strictObject({
	time: number$2(),
	/** The proxy's counters first, then the witnesses'. */
	counters: array(countersSchema).min(1).readonly(),
	instances: array(instanceSampleSchema).readonly(),
	router: discriminatedUnion("kind", [strictObject({
		kind: literal("observed"),
		configured: number$2(),
		actual: number$2()
	}), strictObject({
		kind: literal("unreachable"),
		reason: string()
	})])
});
/** Metrics of a witness carry its name, so that they never meet those of the proxy. */
function metricName(source, metric) {
	return source === 0 ? metric : `witness-${source}/${metric}`;
}
/** Before anything is known. All metrics share α from the start; only the proxy's decide `not-worse`. */
function noAnalyses(policy, proxy, witnesses) {
	const named = witnesses.flatMap((names, index) => names.map((name) => metricName(index + 1, name)));
	return {
		accuse: start(policy, { metrics: [...proxy, ...named] }),
		clear: start(policy, { metrics: proxy })
	};
}
/** A step begins: `not-worse` starts afresh, the evidence for `worse` goes on through the whole release. */
function beginBake(analyses) {
	return {
		from: null,
		watchedMs: 0,
		previous: [],
		analyses: {
			accuse: startStep$1(analyses.accuse),
			clear: startStep$1(analyses.clear)
		},
		gaps: [],
		notReadySince: null,
		last: null
	};
}
/** Pure fold over one look. */
function foldBake(state, sample, settings) {
	const from = state.from ?? sample.time;
	const rows = rowsOf(state.previous, sample, settings, state.last);
	const passed = state.last === null ? 0 : sample.time - state.last.time;
	return {
		from,
		watchedMs: state.watchedMs + Math.max(0, Math.min(passed, 3 * settings.everyMs)),
		previous: sample.counters.map((counters, index) => counters.kind === "counters" ? counters : state.previous[index] ?? null),
		analyses: {
			accuse: observeKnown(state.analyses.accuse, rows),
			clear: observeKnown(state.analyses.clear, rows)
		},
		gaps: sample.counters.map((counters, index) => gapsOf(counters, state.gaps[index] ?? [], sample.time)),
		notReadySince: sample.instances.some((one) => one.state === "ready") ? null : state.notReadySince ?? sample.time,
		last: sample
	};
}
/** A metric that is missing after its whole source was silent has been missing since then. */
function gapsOf(counters, before, time) {
	return (counters.kind === "missing" ? [{
		metric: null,
		reason: counters.reason
	}] : counters.missing ?? []).map(({ metric, reason }) => {
		return {
			metric,
			reason,
			since: (before.find((gap) => gap.metric === metric) ?? before.find((gap) => gap.metric === null))?.since ?? time
		};
	});
}
/** Rows of all sources since their last good readings; none when the wall clock did not go forward. */
function rowsOf(before, sample, settings, last) {
	if (last !== null && sample.time <= last.time) return [];
	return sample.counters.flatMap((counters, source) => {
		const previous = before[source] ?? null;
		if (previous === null) return [];
		return intervalRows(previous, counters, settings).map((row) => ({
			...row,
			metric: metricName(source, row.metric),
			t: sample.time / 1e3
		}));
	});
}
/** An analysis takes the metrics it was started with. */
function observeKnown(state, rows) {
	const known = rows.filter((row) => state.metrics.some((metric) => metric.name === row.metric));
	return known.length === 0 || state.t !== null && (known[0]?.t ?? 0) <= state.t ? state : observe$1(state, known);
}
/** Verdict of a bake: the accusation of any source, else the clearance of the proxy, else undecided with what is missing. */
function bakeVerdict(state) {
	return {
		accuse: judge$1(state.analyses.accuse),
		clear: judge$1(state.analyses.clear)
	};
}
/** Whether a source says nothing at all. */
function someSourceIsSilent(state) {
	return state.gaps.some((gaps) => gaps.some((gap) => gap.metric === null));
}
/** What the proxy, the only source that may clear a version, does not say, with the reason and since when; empty when it answers. */
function proxyGaps(state) {
	return gapsInWords(state, (source) => source === 0);
}
/** The same of the witnesses, whole or a metric of theirs; empty when they say all they were asked. */
function witnessGaps(state) {
	return gapsInWords(state, (source) => source > 0);
}
/** A status line that also says what is missing, if anything is. */
function withGaps(status, gaps) {
	return gaps.length === 0 ? status : `${status}; missing: ${gaps.join("; ")}`;
}
function gapsInWords({ last, gaps }, wanted) {
	if (last === null) return [];
	return last.counters.flatMap((counters, source) => (wanted(source) ? gaps[source] ?? [] : []).map(({ metric, reason, since }) => {
		const seconds = Math.round((last.time - since) / 1e3);
		return `${counters.source}: ${metric === null ? "" : `${metric}: `}${reason} (for ${seconds} s)`;
	}));
}

// src/rollout/forecast.ts
/** A time as people say it: `45 s`, `12 min`, `9 h`, `3 days`. */
function duration(ms) {
	const seconds = ms / 1e3;
	if (seconds < 1) return `${Math.round(ms)} ms`;
	if (seconds < 90) return `${Math.round(seconds)} s`;
	const minutes = seconds / 60;
	if (minutes < 90) return `${Math.round(minutes)} min`;
	const hours = minutes / 60;
	return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
/** A rate as people say it. */
function rate(perSecond) {
	if (perSecond >= 1) return `${Math.round(perSecond)} requests/s`;
	const perMinute = perSecond * 60;
	return perMinute >= 1 ? `${Math.round(perMinute)} requests/min` : `${Math.round(perMinute * 60)} requests/h`;
}
/** Pure: what a verdict will take, from the traffic seen. */
function forecastText(seen, share, needed, lowTraffic, deadlineMs) {
	const perSecond = lowTraffic.kind === "load" ? Math.max(seen.perSecond, lowTraffic.requestsPerSecond) : seen.perSecond;
	if (perSecond === 0) return `no traffic now: no verdict can come by itself; after ${duration(deadlineMs)}: ${choice(lowTraffic)}`;
	if (needed === null) return `at ${rate(perSecond)} nobody can say how long a verdict will take`;
	const ms = needed / (perSecond * share) * 1e3;
	const late = ms > deadlineMs ? `; the deadline of ${duration(deadlineMs)} comes first: ${choice(lowTraffic)}` : "";
	return `a verdict needs about ${Math.ceil(needed)} requests to the new version: about ${duration(ms)} at ${rate(perSecond)}${late}`;
}
function choice(lowTraffic) {
	switch (lowTraffic.kind) {
		case "smoke": return "its smoke tests decide";
		case "load": return `requests of our own top it up to ${rate(lowTraffic.requestsPerSecond)}`;
		case "gate": return "a person decides";
	}
}
/** Looks at the traffic for two seconds and says how long a verdict will take. Only looks. */
async function forecast(rollout, share, ctx) {
	const { stable, policy, ports } = rollout;
	if (stable === null) return "nothing serves yet";
	const first = await ports.metrics.sample(ctx.signal);
	const from = ctx.clock.monotonic();
	await ctx.clock.sleep(2e3, ctx.signal);
	const second = await ports.metrics.sample(ctx.signal);
	const seconds = (ctx.clock.monotonic() - from) / 1e3;
	const delta = versionDelta(first, second, stable.version, "errors");
	if (delta === null) return `no forecast: ${second.kind === "missing" ? second.reason : first.kind === "missing" ? first.reason : "no counts"}`;
	const seen = {
		perSecond: delta.requests / seconds,
		badRate: delta.requests === 0 ? 0 : delta.bad / delta.requests
	};
	const needed = forecast$1(policy.analysis, {
		baseRate: seen.badRate,
		share,
		clump: 1
	}).notWorse;
	return forecastText(seen, share, needed, policy.lowTraffic, policy.analysisDeadlineMs);
}

// src/rollout/generated-load.ts
/** At most this many of our own requests in one look, whatever is configured: load of ours must never be an incident. */
const MOST_PER_LOOK = 200;
/** How many requests to add so that the interval reaches the wanted rate. Pure. */
function toAdd(wantedPerSecond, seenPerSecond, seconds) {
	const missing = Math.max(0, wantedPerSecond - seenPerSecond) * seconds;
	return Math.min(MOST_PER_LOOK, Math.round(missing));
}
function total(counters) {
	if (counters.kind === "missing") return null;
	return counters.servers.reduce((sum, server) => sum + (server.metrics["errors"]?.requests ?? 0), 0);
}
/**
* Where an environment chose generated load: before each look, requests of our own through the proxy top real traffic up to
* the wanted rate. They go the users' way, so the weights decide which version answers them.
*/
function topUp(rollout) {
	const { lowTraffic, everyMs } = rollout.policy;
	if (lowTraffic.kind !== "load") return async () => void 0;
	let before = null;
	return async (ctx) => {
		const now = ctx.clock.monotonic();
		const seen = total(await rollout.ports.metrics.sample(ctx.signal));
		const seconds = before === null ? everyMs / 1e3 : Math.max(.05, (now - before.at) / 1e3);
		const real = before === null || seen === null ? 0 : Math.max(0, seen - before.total - before.own) / seconds;
		const count = toAdd(lowTraffic.requestsPerSecond, real, everyMs / 1e3);
		await Promise.all(Array.from({ length: count }, () => rollout.ports.http.get(`${rollout.entry}${lowTraffic.path}`, {
			timeoutMs: Math.min(everyMs * 5, 1e4),
			signal: ctx.signal,
			headers: { "x-shiplock-generated": "1" }
		})));
		if (seen !== null) before = {
			total: seen,
			at: now,
			own: count
		};
	};
}

// src/rollout/bake.ts
const outputsSchema$1 = strictObject({
	verdict: _enum([
		"not-worse",
		"smoke-only",
		"decided-by-person"
	]),
	/** Evidence for `worse` at the end, log10. */
	evidence: number$2(),
	canaryRequests: number$2(),
	accuse: analysisStateSchema,
	clear: analysisStateSchema
});
/**
* Watches one share until the evidence decides. `worse` fails at once; `not-worse` passes after the bake; silence and too
* little traffic are `undecided`, and a deadline on that asks a person (or does what the environment chose) with the weight kept.
*/
function bakeWatch(rollout, step, id) {
	const { candidate, stable, policy, ports } = rollout;
	const settings = {
		stable: stable?.version ?? "",
		candidate: candidate.version,
		everyMs: policy.everyMs
	};
	const analysis = {
		...policy.analysis,
		minimumBakeSeconds: Math.max(policy.analysis.minimumBakeSeconds, step.bakeMs / 1e3)
	};
	const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
	const percent = `${Math.round(step.share * 1e3) / 10} %`;
	const where = `${candidate.component} ${candidate.version} at ${percent}`;
	const load = topUp(rollout);
	return watch({
		id,
		title: `Judge ${candidate.version} at ${percent}`,
		description: `Ends when the evidence says worse or not worse, or after ${duration(policy.analysisDeadlineMs)} with a question.`,
		inputs: {
			share: step.share,
			bakeMs: step.bakeMs,
			deadlineMs: policy.analysisDeadlineMs,
			alpha: policy.analysis.alpha,
			beta: policy.analysis.beta,
			mode: policy.analysis.mode,
			lowTraffic: policy.lowTraffic.kind
		},
		everyMs: policy.everyMs,
		samples: bakeSampleSchema,
		outputs: outputsSchema$1,
		sample: async (ctx) => {
			await load(ctx);
			const [counters, platform, routes] = await Promise.all([
				Promise.all(sources.map((source) => source.sample(ctx.signal))),
				ports.platform.observe(ctx.signal),
				ports.router.observe(ctx.signal)
			]);
			const route = routes.kind === "observed" ? routes.routes.find((one) => one.version === candidate.version) : void 0;
			return {
				time: ctx.clock.now(),
				counters,
				instances: sampleInstances(platform, candidate.component, candidate.version),
				router: routes.kind === "observed" ? {
					kind: "observed",
					configured: route?.configuredShare ?? 0,
					actual: route?.share ?? 0
				} : {
					kind: "unreachable",
					reason: routes.reason
				}
			};
		},
		start: (ctx) => {
			const before = ctx.outputOf(step.previous);
			return beginBake({
				accuse: before.accuse,
				clear: {
					...before.clear,
					policy: analysis
				}
			});
		},
		fold: (state, sample) => foldBake(state, sample, settings),
		decide: (state) => decideBake(rollout, step, state),
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		},
		ask: {
			gate: deadlineGate(rollout, percent),
			goOn: (evidence, state) => afterDeadline(evidence, state, where)
		},
		forecast: (ctx) => forecast(rollout, step.share, ctx)
	});
}
/** Pure: what the state says. */
function decideBake(rollout, step, state) {
	const { candidate, policy } = rollout;
	const where = `${candidate.component} ${candidate.version} at ${Math.round(step.share * 1e3) / 10} %`;
	if (state.last === null || state.from === null) return {
		kind: "look-on",
		status: "nothing seen yet"
	};
	const looping = crashLoop(state.last.instances, where);
	if (looping !== void 0) return {
		kind: "fail",
		problem: looping
	};
	const unhealthy = neverReady(state, where, policy.healthDeadlineMs);
	if (unhealthy !== void 0) return {
		kind: "fail",
		problem: unhealthy
	};
	const { accuse, clear } = bakeVerdict(state);
	if (accuse.verdict.kind === "worse") return {
		kind: "fail",
		problem: worseProblem(where, accuse, policy.analysis.alpha)
	};
	const baked = state.watchedMs >= step.bakeMs;
	if (clear.verdict.kind === "not-worse" && baked) {
		const status = `not worse, after ${requestsToCanary(clear)} requests to it`;
		return passed(state, "not-worse", withGaps(status, witnessGaps(state)));
	}
	const status = bakeStatus(state, step, accuse, clear);
	if (!baked || state.last.time - state.from < policy.analysisDeadlineMs) return {
		kind: "look-on",
		status
	};
	if (policy.lowTraffic.kind === "smoke" && !someSourceIsSilent(state) && state.last.router.kind === "observed") return passed(state, "smoke-only", `too little traffic for a verdict; passed by its smoke tests, as this environment chose (${status})`);
	return {
		kind: "ask",
		status
	};
}
function requestsToCanary(judgement) {
	return judgement.metrics.reduce((most, metric) => Math.max(most, metric.canary.requests), 0);
}
function passed(state, verdict, status) {
	const { accuse, clear } = bakeVerdict(state);
	return {
		kind: "pass",
		status,
		outputs: {
			verdict,
			evidence: accuse.evidence,
			canaryRequests: requestsToCanary(clear),
			...state.analyses
		}
	};
}
function neverReady(state, where, deadlineMs) {
	const since = state.notReadySince;
	if (since === null || state.last === null || state.last.time - since < deadlineMs) return void 0;
	const words = state.last.instances.map((one) => `${one.instance} ${one.state}${one.detail === "" ? "" : ` (${one.detail})`}`);
	return {
		code: "rollout.not-ready",
		where,
		found: `no ready instance for ${duration(deadlineMs)}: ${words.join(", ") || "none runs"}`,
		expected: "instances that stay ready",
		remedy: "read the instance log; the release was taken back"
	};
}
function worseProblem(where, judgement, alpha) {
	const metric = judgement.metrics.find((one) => one.metric === judgement.leading) ?? judgement.metrics[0];
	const rate = (counts) => counts === void 0 ? "unknown" : `${counts.bad} bad of ${counts.requests}`;
	return {
		code: "rollout.worse",
		where,
		found: `${metric?.metric ?? "errors"}: ${rate(metric?.canary)}, beside ${rate(metric?.baseline)} for the stable version; evidence ${(10 ** Math.min(judgement.evidence, 300)).toPrecision(3)} to 1`,
		expected: `evidence below ${Math.round(1 / alpha)} to 1`,
		remedy: "the stable version got its traffic back; see `shiplock journal show` for every count"
	};
}
/** One line: what is known, what is missing, when it will be there. A witness that says nothing does not hold the verdict up. */
function bakeStatus(state, step, accuse, clear) {
	return withGaps(verdictStatus(state, step, accuse, clear), witnessGaps(state));
}
function verdictStatus(state, step, accuse, clear) {
	const silent = proxyGaps(state);
	if (silent.length > 0) return `undecided, no evidence: ${silent.join("; ")}`;
	const router = state.last?.router;
	if (router?.kind === "unreachable") return `undecided: the router does not answer (${router.reason})`;
	if (router !== void 0 && Math.abs(router.configured - step.share) > .005) return `undecided: the router gives ${Math.round(router.configured * 1e3) / 10} % instead of ${Math.round(step.share * 1e3) / 10} %`;
	if (router !== void 0 && router.actual === 0) return "undecided: the proxy holds the new version for down";
	const missing = clear.verdict.kind === "undecided" ? clear.verdict.missing.map(missingInWords) : [];
	const bake = Math.max(0, step.bakeMs - state.watchedMs);
	if (clear.verdict.kind === "not-worse" && bake > 0) return `not worse; bakes ${duration(bake)} more`;
	const limit = -Math.log10(state.analyses.accuse.policy.alpha);
	return `undecided, evidence of harm ${accuse.evidence.toFixed(1)} of ${limit.toFixed(1)}: ${missing.join("; ") || "looking on"}`;
}
function deadlineGate(rollout, percent) {
	const { candidate, policy } = rollout;
	return gate({
		id: "no-verdict",
		title: `No verdict on ${candidate.version} at ${percent} after ${duration(policy.analysisDeadlineMs)}`,
		description: "The share stays as it is. Look at the counts, then decide.",
		role: policy.role,
		guard: {
			kind: "guarded",
			by: `the guard of ${candidate.version}: it takes the version out when it is unhealthy or above ${policy.errorLimit * 100} % bad responses`,
			arm: [holdStep(rollout)],
			disarm: []
		},
		evidence: [{
			kind: "choice",
			name: "decision",
			question: "What now?",
			options: [
				"look-on",
				"promote",
				"roll-back"
			]
		}, {
			kind: "text",
			name: "reason",
			question: "Why?",
			minLength: 5
		}]
	});
}
/** How long the guard keeps watch by itself while a person is asked; then it takes the version out. */
const HOLD_MS = 864e5;
function holdStep(rollout) {
	const { candidate, policy, ports } = rollout;
	return action({
		id: "hold",
		title: `Let the guard of ${candidate.version} keep watch`,
		inputs: {
			errorLimit: policy.errorLimit,
			forMs: HOLD_MS
		},
		read: async (ctx) => ctx.clock.now() + HOLD_MS,
		decide: (untilMs) => ({
			kind: "do",
			effects: [ports.hold(candidate.version, untilMs, policy.errorLimit)]
		}),
		probe: "repeatable"
	});
}
function afterDeadline(evidence, state, where) {
	const reason = String(evidence["reason"] ?? "");
	switch (evidence["decision"]) {
		case "promote": return {
			answer: passed(state, "decided-by-person", `promoted without a verdict: ${reason}`),
			state
		};
		case "roll-back": return {
			answer: {
				kind: "fail",
				problem: sentBack(where, reason)
			},
			state
		};
		default: return {
			answer: {
				kind: "look-on",
				status: `looking on: ${reason}`
			},
			state: {
				...state,
				from: null
			}
		};
	}
}
function sentBack(where, reason) {
	return {
		code: "rollout.sent-back",
		where,
		found: `a person decided: ${reason}`,
		expected: "a promotion",
		remedy: "nothing: the stable version got its traffic back"
	};
}

// src/rollout/health.ts
const readySample = strictObject({
	time: number$2(),
	instances: array(instanceSampleSchema).readonly()
});
/** Known only once they run: whatever routes traffic to them is decided after this. */
const readyOutputs = strictObject({ ready: number$2().int() });
/** Is the wanted number of instances ready? Pure, over one sample. */
function readiness(instances, replicas) {
	const ready = instances.filter((instance) => instance.state === "ready").length;
	return {
		ready,
		all: ready >= replicas
	};
}
/** Waits until every instance of a version answers on its ready path; a deadline or a crash loop fails. */
function readyWatch(rollout, which, id) {
	const spec = which === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	const { policy, ports } = rollout;
	const where = `${spec.component} ${spec.version}`;
	return watch({
		id,
		title: `Wait until ${where} is ready`,
		description: `All ${spec.replicas} instances answer 200 on ${spec.readyPath} within ${policy.healthDeadlineMs / 1e3} s.`,
		inputs: {
			version: spec.version,
			replicas: spec.replicas,
			deadlineMs: policy.healthDeadlineMs
		},
		everyMs: 250,
		samples: readySample,
		outputs: readyOutputs,
		sample: async (ctx) => ({
			time: ctx.clock.now(),
			instances: sampleInstances(await ports.platform.observe(ctx.signal), spec.component, spec.version)
		}),
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: (state) => {
			if (state.last === null || state.from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const looping = crashLoop(state.last.instances, where);
			if (looping !== void 0) return {
				kind: "fail",
				problem: looping
			};
			const { ready, all } = readiness(state.last.instances, spec.replicas);
			if (all) return {
				kind: "pass",
				status: `${ready} of ${spec.replicas} ready`,
				outputs: { ready }
			};
			const waited = state.last.time - state.from;
			if (waited < policy.healthDeadlineMs) return {
				kind: "look-on",
				status: `${ready} of ${spec.replicas} ready after ${Math.round(waited / 1e3)} s`
			};
			return {
				kind: "fail",
				problem: notReady(where, state.last.instances, ready, spec.replicas, policy.healthDeadlineMs)
			};
		},
		...which === "candidate" ? { heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(spec.version)
		} } : {}
	});
}
function notReady(where, instances, ready, replicas, deadlineMs) {
	const words = instances.map((one) => `${one.instance} ${one.state}${one.detail === "" ? "" : ` (${one.detail})`}`);
	return {
		code: "rollout.not-ready",
		where,
		found: `${ready} of ${replicas} ready after ${deadlineMs / 1e3} s: ${words.join(", ") || "no instance at all"}`,
		expected: `${replicas} ready instances within ${deadlineMs / 1e3} s`,
		remedy: "read the instance log; raise rollout.healthDeadline only if the start is slow by design"
	};
}
/** Requests that must be answered as said; run after effects, never in a plan. */
async function smokeAt(http, base, requests) {
	const problems = [];
	for (const request of requests) {
		const url = `${base}${request.path}`;
		const answer = await http.get(url, { timeoutMs: 5e3 });
		const found = answer.kind === "no-answer" ? answer.reason : answer.status !== request.status ? `status ${answer.status}` : request.contains !== void 0 && !answer.body.includes(request.contains) ? `a body without ${JSON.stringify(request.contains)}` : void 0;
		if (found === void 0) continue;
		problems.push({
			code: "rollout.smoke-failed",
			where: url,
			found,
			expected: `status ${request.status}${request.contains === void 0 ? "" : ` and ${JSON.stringify(request.contains)} in the body`}`,
			remedy: "try the request by hand; mend the service, or the expectation in rollout.smoke"
		});
	}
	return problems;
}
/** Smoke test of the candidate's own instances, not through the proxy: nothing else can answer for it. */
function smokeStep(rollout, id) {
	const { candidate, policy, ports } = rollout;
	return action({
		id,
		title: `Smoke test ${candidate.component} ${candidate.version}`,
		description: policy.smoke.map((request) => `GET ${request.path} answers ${request.status}`).join("; ") || "No smoke requests configured.",
		inputs: { requests: policy.smoke.map(({ path, status, contains }) => ({
			path,
			status,
			contains: contains ?? null
		})) },
		read: async () => null,
		decide: () => policy.smoke.length === 0 ? {
			kind: "nothing",
			why: "no smoke requests are configured"
		} : {
			kind: "do",
			effects: [],
			why: `GET ${policy.smoke.map((request) => request.path).join(", ")} on each instance`
		},
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 500
		},
		verify: async (ctx) => {
			const instances = (await ports.platform.observe(ctx.signal)).instances.filter((one) => one.component === candidate.component && one.version === candidate.version && one.state === "ready");
			if (instances.length === 0) return [{
				code: "rollout.smoke-no-instance",
				where: `${candidate.component} ${candidate.version}`,
				found: "no ready instance",
				expected: "at least one to test",
				remedy: "read the instance log"
			}];
			return (await Promise.all(instances.map((one) => smokeAt(ports.http, `http://${one.host}:${one.port}`, policy.smoke)))).flat();
		}
	});
}

// src/rollout/capacity.ts
/** Instances of a version that may get traffic now, in a stable order. */
function readyInstances(state, component, version) {
	return instancesOf(state, component, version).filter((instance) => instance.state === "ready");
}
function instancesOf(state, component, version) {
	return state.instances.filter((instance) => instance.component === component && instance.version === version).filter((instance) => instance.state !== "stopped").toSorted((a, b) => a.instance.localeCompare(b.instance));
}
/**
* Largest share of the whole load that `ready` instances can carry, when one carries `perInstance`. The invariant of every
* weight change: the receiving side has the capacity before it gets the share (a fast rollback must not send everything to
* a version that was scaled down).
*/
function carries(ready, perInstance) {
	return Math.min(1, ready * perInstance);
}
function perInstanceShare(replicas, configured) {
	return configured ?? 1 / Math.max(1, replicas);
}
function endpointsOf(state, component, version) {
	return instancesOf(state, component, version).filter((instance) => instance.state !== "crash-loop").map(({ instance, host, port, guardPort }) => ({
		instance,
		host,
		port,
		...guardPort === void 0 ? {} : { guardPort }
	}));
}
/** Shares are kept to six decimals so that 1 − s does not carry rounding noise into plans and configuration files. */
function complement(share) {
	return Math.round((1 - share) * 1e6) / 1e6;
}
/** Routes for a split between two versions with the instances that run now. A version at 0 keeps its place but gets nothing. */
function splitRoutes(split, state) {
	const routes = [{
		version: split.stable,
		share: complement(split.share),
		hold: "stable",
		endpoints: endpointsOf(state, split.component, split.stable)
	}, {
		version: split.candidate,
		share: split.share,
		hold: split.hold,
		endpoints: endpointsOf(state, split.component, split.candidate)
	}];
	return {
		service: split.service,
		routes
	};
}
/** All traffic on one version; nothing else is routed. */
function onlyRoutes(service, component, version, state) {
	return {
		service,
		routes: [{
			version,
			share: 1,
			hold: "stable",
			endpoints: endpointsOf(state, component, version)
		}]
	};
}

// src/rollout/steps.ts
/** The steps every strategy is made of. Each reads the world, decides purely, and leaves the doing to the engine. */
function installStep(rollout, id = "install") {
	const { candidate, ports } = rollout;
	return action({
		id,
		title: `Install ${candidate.component} ${candidate.version}`,
		inputs: {
			component: candidate.component,
			version: candidate.version,
			digest: candidate.digest
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing(ports.platform.install(candidate, world.platform), "it is installed with this digest"),
		probe: "repeatable"
	});
}
function startStep(rollout, which, id, urgent = false) {
	const spec = which === "candidate" ? rollout.candidate : rollout.stable ?? rollout.candidate;
	return action({
		id,
		title: `Start ${spec.replicas} × ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version,
			replicas: spec.replicas
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => instancesOf(world.platform, spec.component, spec.version).length >= spec.replicas ? {
			kind: "nothing",
			why: `${spec.replicas} instances run`
		} : doOrNothing(rollout.ports.platform.start(spec, world.platform), "all instances run"),
		probe: "repeatable",
		urgent,
		timeoutMs: spec.startTimeoutMs + 3e4
	});
}
/** Gives the candidate a share. Refused when the receiving side could not carry it. */
function shareStep(rollout, share, ready, id) {
	const { candidate, stable, service, ports, policy } = rollout;
	const percent = `${Math.round(share * 1e3) / 10} %`;
	return action({
		id,
		title: `Send ${percent} of the traffic to ${candidate.version}`,
		inputs: {
			share,
			candidate: candidate.version,
			stable: stable?.version ?? null
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			ctx.outputOf(ready);
			const down = unreachable(world.routes, `share ${percent}`);
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			if (stable === null) return {
				kind: "refuse",
				problems: [noStable(candidate.version)]
			};
			const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
			const now = readyInstances(world.platform, candidate.component, candidate.version).length;
			if (carries(now, perInstance) < share - 1e-9) return {
				kind: "refuse",
				problems: [noCapacity(candidate.version, share, now, perInstance)]
			};
			const split = {
				service,
				component: candidate.component,
				stable: stable.version,
				candidate: candidate.version,
				share,
				hold: "leased"
			};
			return doOrNothing(ports.router.apply(splitRoutes(split, world.platform), world.routes), `${percent} is set`);
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, share)
	});
}
/** The candidate becomes what serves: all traffic, no lease any more; its guards are no longer asked. */
function promoteStep(rollout, ready, id = "promote") {
	const { candidate, stable, service, ports, policy } = rollout;
	return action({
		id,
		title: `Send all traffic to ${candidate.version} for good`,
		inputs: {
			candidate: candidate.version,
			stable: stable?.version ?? null
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			ctx.outputOf(ready);
			const down = unreachable(world.routes, "promote");
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const perInstance = perInstanceShare(candidate.replicas, policy.capacityPerInstance);
			const now = readyInstances(world.platform, candidate.component, candidate.version).length;
			if (carries(now, perInstance) < 1 - 1e-9) return {
				kind: "refuse",
				problems: [noCapacity(candidate.version, 1, now, perInstance)]
			};
			const routes = stable === null ? onlyRoutes(service, candidate.component, candidate.version, world.platform) : splitRoutes({
				service,
				component: candidate.component,
				stable: stable.version,
				candidate: candidate.version,
				share: 1,
				hold: "stable"
			}, world.platform);
			return doOrNothing(ports.router.apply(routes, world.routes), "it serves alone");
		},
		probe: "repeatable",
		verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), candidate.version, 1)
	});
}
/** What starts after a reboot is the version that serves; guards of a version that holds its share for good are ended. */
function settleStep(rollout, id = "make-current") {
	const { candidate, ports } = rollout;
	return action({
		id,
		title: `Make ${candidate.version} current`,
		inputs: {
			component: candidate.component,
			version: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing([...ports.platform.makeCurrent(candidate.version, world.platform), ...ports.stopGuards(candidate.version)], "it is current"),
		probe: "repeatable"
	});
}
const drainSample = strictObject({
	time: number$2(),
	share: number$2(),
	open: number$2(),
	reachable: boolean()
});
/** Waits until a version has no share and no open request; after the deadline it goes on and says what was left. */
function drainWatch(rollout, version, id) {
	const { policy, ports } = rollout;
	return watch({
		id,
		title: `Let ${version} finish its requests`,
		inputs: {
			version,
			timeoutMs: policy.drainTimeoutMs
		},
		everyMs: 200,
		samples: drainSample,
		outputs: strictObject({ left: number$2() }),
		sample: async (ctx) => {
			const routes = await ports.router.observe(ctx.signal);
			return {
				time: ctx.clock.now(),
				share: configuredShare(routes, version),
				open: openRequests(routes, version),
				reachable: routes.kind === "observed"
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (last === null || from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.reachable && last.share === 0 && last.open === 0) return {
				kind: "pass",
				status: "no open request",
				outputs: { left: 0 }
			};
			if (last.time - from >= policy.drainTimeoutMs) return {
				kind: "pass",
				status: `${last.open} requests left after the time-out`,
				outputs: { left: last.open }
			};
			return {
				kind: "look-on",
				status: `${last.open} open requests`
			};
		}
	});
}
/** Stops a version and takes its route away. Its files stay: the way back. */
function retireStep(rollout, spec, keep, id, how = {}) {
	const { service, ports } = rollout;
	return action({
		id,
		title: `Stop ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			if (how.after !== void 0) ctx.outputOf(how.after);
			if (configuredShare(world.routes, spec.version) > 0) return {
				kind: "refuse",
				problems: [stillServing(spec.version, configuredShare(world.routes, spec.version))]
			};
			const routes = keep === null ? {
				service,
				routes: []
			} : onlyRoutes(service, spec.component, keep, world.platform);
			return doOrNothing([...world.routes.kind === "observed" ? ports.router.apply(routes, world.routes) : [], ...ports.platform.stop(spec.version, world.platform)], "it does not run");
		},
		probe: "repeatable",
		urgent: how.urgent ?? false,
		timeoutMs: rollout.candidate.stopTimeoutMs + 3e4
	});
}
/** Nothing to do is a decision of its own, with its reason. */
function doOrNothing(effects, why) {
	return effects.length === 0 ? {
		kind: "nothing",
		why
	} : {
		kind: "do",
		effects
	};
}
/** Does the router give what was asked? Configured share, not the observed one: health is judged elsewhere. */
function shareProblems(routes, version, share) {
	const down = unreachable(routes, `share of ${version}`);
	if (down.length > 0) return down;
	const found = configuredShare(routes, version);
	if (Math.abs(found - share) <= .005) return [];
	return [{
		code: "rollout.router-does-not-obey",
		where: `share of ${version}`,
		found: `${Math.round(found * 1e3) / 10} %`,
		expected: `${Math.round(share * 1e3) / 10} %`,
		remedy: "something else changes the router; find it, then resume"
	}];
}
function noStable(version) {
	return {
		code: "rollout.no-stable",
		where: `canary of ${version}`,
		found: "no version that serves",
		expected: "a stable version beside the new one",
		remedy: "plan again: the first release takes the `initial` path"
	};
}
function noCapacity(version, share, ready, perInstance) {
	return {
		code: "rollout.no-capacity",
		where: `share of ${version}`,
		found: `${ready} ready instances, good for ${Math.round(carries(ready, perInstance) * 1e3) / 10} % of the load`,
		expected: `capacity for ${Math.round(share * 1e3) / 10} % before the share is given`,
		remedy: "see why instances are not ready, or raise platform.replicas"
	};
}
function stillServing(version, share) {
	return {
		code: "rollout.still-serving",
		where: version,
		found: `${Math.round(share * 1e3) / 10} % of the traffic`,
		expected: "no traffic before it is stopped",
		remedy: "take its share away first: `shiplock rollback`, or `shiplock resume`"
	};
}

// src/rollout/bring-up.ts
/** How every strategy begins: the candidate is installed, started, waited for and asked its smoke tests. */
function bringUp(rollout) {
	const ready = readyWatch(rollout, "candidate", "ready");
	return {
		ready,
		steps: [
			installStep(rollout),
			startStep(rollout, "candidate", "start"),
			ready,
			smokeStep(rollout, "smoke")
		]
	};
}

// src/rollout/limits.ts
const limitSample = strictObject({
	time: number$2(),
	counters: countersSchema,
	instances: array(instanceSampleSchema).readonly()
});
/** Requests needed before an absolute limit may speak: 1 bad answer of 2 is not an error rate. */
const LIMIT_MIN_REQUESTS = 50;
/**
* Watches one version alone against an absolute limit: after the first release, and at full traffic, where there is no
* baseline. Outside α, as every absolute limit.
*/
function limitWatch(rollout, id) {
	const { candidate, policy, ports } = rollout;
	const where = `${candidate.component} ${candidate.version}`;
	return watch({
		id,
		title: `Observe ${candidate.version} at full traffic for ${policy.finalBakeMs / 1e3} s`,
		inputs: {
			version: candidate.version,
			bakeMs: policy.finalBakeMs,
			errorLimit: policy.errorLimit
		},
		everyMs: policy.everyMs,
		samples: limitSample,
		outputs: strictObject({}),
		sample: async (ctx) => {
			const [counters, platform] = await Promise.all([ports.metrics.sample(ctx.signal), ports.platform.observe(ctx.signal)]);
			return {
				time: ctx.clock.now(),
				counters,
				instances: sampleInstances(platform, candidate.component, candidate.version)
			};
		},
		start: () => ({
			previous: null,
			watchedMs: 0,
			lastTime: null,
			requests: 0,
			bad: 0,
			last: null
		}),
		fold: (state, sample) => {
			const delta = state.previous === null ? null : versionDelta(state.previous, sample.counters, candidate.version, "errors");
			const passed = state.lastTime === null ? 0 : sample.time - state.lastTime;
			return {
				previous: sample.counters.kind === "counters" ? sample.counters : state.previous,
				watchedMs: state.watchedMs + (delta === null ? 0 : Math.max(0, Math.min(passed, 3 * policy.everyMs))),
				lastTime: sample.time,
				requests: state.requests + (delta?.requests ?? 0),
				bad: state.bad + (delta?.bad ?? 0),
				last: sample
			};
		},
		decide: (state) => {
			if (state.last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			const looping = crashLoop(state.last.instances, where);
			if (looping !== void 0) return {
				kind: "fail",
				problem: looping
			};
			const rate = state.requests === 0 ? 0 : state.bad / state.requests;
			if (state.requests >= 50 && rate > policy.errorLimit) return {
				kind: "fail",
				problem: {
					code: "rollout.above-limit",
					where,
					found: `${state.bad} bad of ${state.requests} responses (${(rate * 100).toFixed(2)} %)`,
					expected: `at most ${(policy.errorLimit * 100).toFixed(2)} %`,
					remedy: "see the log of the version; the release was taken back"
				}
			};
			const seconds = Math.round(state.watchedMs / 1e3);
			const { counters } = state.last;
			const silent = counters.kind === "missing" ? `; missing: ${counters.source}: ${counters.reason}` : "";
			const status = `${seconds} s observed, ${state.bad} bad of ${state.requests} responses${silent}`;
			if (state.watchedMs < policy.finalBakeMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "pass",
				status,
				outputs: {}
			};
		}
	});
}

// src/rollout/past.ts
/** Name of the proxy's own metric. */
const ERRORS$1 = "errors";
const pastSample = strictObject({
	time: number$2(),
	counters: array(countersSchema).min(1).readonly()
});
const pastOutputs = strictObject({
	accuse: analysisStateSchema,
	clear: analysisStateSchema
});
/**
* Watches the stable version alone before anything is compared: how bursty its own bad answers are decides how much evidence
* a verdict needs. It takes time and no risk; a silent source or no traffic only means that less is known.
*/
function pastWatch(rollout, id) {
	const { stable, candidate, policy, ports } = rollout;
	const settings = {
		stable: stable?.version ?? "",
		candidate: candidate.version,
		everyMs: policy.everyMs
	};
	const sources = [ports.metrics, ...ports.witnesses.map((witness) => witness.metrics)];
	return watch({
		id,
		title: `Learn how ${settings.stable} behaves by itself for ${duration(policy.pastMs)}`,
		inputs: {
			stable: settings.stable,
			pastMs: policy.pastMs
		},
		everyMs: policy.everyMs,
		samples: pastSample,
		outputs: pastOutputs,
		sample: async (ctx) => ({
			counters: await Promise.all(sources.map((source) => source.sample(ctx.signal))),
			time: ctx.clock.now()
		}),
		start: () => beginBake(noAnalyses(policy.analysis, [ERRORS$1], ports.witnesses.map((witness) => witness.names))),
		fold: (state, sample) => foldBake(state, {
			...sample,
			instances: [],
			router: {
				kind: "unreachable",
				reason: "not looked at"
			}
		}, settings),
		decide: (state) => {
			const known = `${duration(state.watchedMs)} of ${duration(policy.pastMs)} known`;
			const status = withGaps(known, [...proxyGaps(state), ...witnessGaps(state)]);
			if (state.watchedMs < policy.pastMs) return {
				kind: "look-on",
				status
			};
			return {
				kind: "pass",
				status,
				outputs: state.analyses
			};
		},
		heartbeat: {
			everyMs: 500,
			beat: async () => ports.router.heartbeat(candidate.version)
		}
	});
}

// src/rollout/rollback.ts
/**
* The way back is one plan of its own. First the traffic, at once and as far as the stable version can carry it; then the
* stable version is made whole if it is not; then the rest of the traffic; only then is anything stopped. It never undoes
* expand migrations: the ledger said beforehand that the stable version runs on the new schema.
*/
function rollbackNode(rollout, extra = []) {
	const { candidate, stable } = rollout;
	if (stable === null) return removalNode(rollout, extra);
	return sequence({
		id: "rollback",
		title: `Go back to ${stable.version}`,
		steps: [
			backStep(rollout, "traffic-back", "as far as it can carry it now"),
			startStep(rollout, "stable", "restore-stable", true),
			readyWatch(rollout, "stable", "stable-ready"),
			backStep(rollout, "all-traffic-back", "all of it"),
			drainWatch(rollout, candidate.version, "drain"),
			retireStep(rollout, candidate, stable.version, "stop-candidate", { urgent: true }),
			currentStep(rollout, stable),
			...extra
		]
	});
}
/** Share the stable version can take at once; the candidate keeps what it could not carry. Pure. */
function shareAtOnce(rollout, world) {
	const { stable, policy } = rollout;
	if (stable === null) return 0;
	const ready = readyInstances(world.platform, stable.component, stable.version).length;
	return carries(ready, perInstanceShare(stable.replicas, policy.capacityPerInstance));
}
function backStep(rollout, id, how) {
	const { candidate, stable, service, ports } = rollout;
	const version = stable?.version ?? "";
	return action({
		id,
		title: `Send the traffic back to ${version}, ${how}`,
		inputs: {
			stable: version,
			candidate: candidate.version
		},
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world, ctx) => {
			const down = unreachable(world.routes, id);
			if (down.length > 0) return {
				kind: "refuse",
				problems: down
			};
			const possible = ctx.mode === "plan" ? 1 : shareAtOnce(rollout, world);
			const before = complement(configuredShare(world.routes, candidate.version));
			const share = Math.max(possible, before);
			if (share === 0) return {
				kind: "nothing",
				why: `no instance of ${version} is ready yet`
			};
			const routes = share === 1 && candidateIsGone(rollout, world) ? onlyRoutes(service, candidate.component, version, world.platform) : splitRoutes({
				service,
				component: candidate.component,
				stable: version,
				candidate: candidate.version,
				share: complement(share),
				hold: holdOf(world, candidate.version)
			}, world.platform);
			return doOrNothing(ports.router.apply(routes, world.routes), `${version} has it`);
		},
		probe: "repeatable",
		urgent: true,
		...id === "all-traffic-back" ? { verify: async (ctx) => shareProblems(await ports.router.observe(ctx.signal), version, 1) } : {}
	});
}
/** A version that was promoted has no guards any more, so what is left of its share stays its own; a lease stays a lease. */
function holdOf({ routes }, version) {
	return (routes.kind === "observed" ? routes.routes.find((one) => one.version === version) : void 0)?.hold ?? "leased";
}
function candidateIsGone(rollout, world) {
	if (world.routes.kind === "unreachable") return true;
	return !world.routes.routes.some((route) => route.version === rollout.candidate.version);
}
function currentStep(rollout, spec) {
	return action({
		id: "stable-is-current",
		title: `Make ${spec.version} current`,
		inputs: { version: spec.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing(rollout.ports.platform.makeCurrent(spec.version, world.platform), "it is current"),
		probe: "repeatable",
		urgent: true
	});
}
/** After a failed first release there is nothing to go back to: what was started is taken away, and the result says so. */
function removalNode(rollout, extra) {
	const { candidate, service, ports } = rollout;
	const unroute = action({
		id: "unroute",
		title: `Take ${candidate.version} out of the traffic`,
		inputs: { candidate: candidate.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => world.routes.kind === "unreachable" ? {
			kind: "nothing",
			why: "the router does not answer, so it routes nothing"
		} : doOrNothing(ports.router.apply({
			service,
			routes: []
		}, world.routes), "nothing is routed"),
		probe: "repeatable",
		urgent: true
	});
	const remove = action({
		id: "remove",
		title: `Remove ${candidate.component} ${candidate.version}`,
		inputs: { candidate: candidate.version },
		read: (ctx) => lookAtWorld(rollout, ctx),
		decide: (world) => doOrNothing(ports.platform.remove(candidate.version, world.platform), "it is not installed"),
		probe: "repeatable",
		urgent: true
	});
	return sequence({
		id: "rollback",
		title: `Remove ${candidate.version}: nothing served before it`,
		steps: [
			unroute,
			drainWatch(rollout, candidate.version, "drain"),
			retireStep(rollout, candidate, null, "stop-candidate", { urgent: true }),
			remove,
			...extra
		]
	});
}

// src/rollout/canary.ts
/**
* Share by share, judged by evidence. The rollback covers everything until the old version is stopped: until then it still
* runs and the way back is one weight change.
*/
function canaryNode(rollout, around = {
	beforeRetire: [],
	onRollback: []
}) {
	const { candidate, stable, policy } = rollout;
	const { ready, steps: begin } = bringUp(rollout);
	const bakes = [];
	const past = pastWatch(rollout, "past");
	let previous = past;
	for (const one of policy.steps) {
		const name = `${Math.round(one.share * 1e3) / 10}`.replace(".", "-");
		const bake = bakeWatch(rollout, {
			...one,
			previous
		}, `judge-${name}-percent`);
		bakes.push(shareStep(rollout, one.share, ready, `share-${name}-percent`), bake);
		previous = bake;
	}
	const judged = sequence({
		id: "judged",
		title: `${candidate.version} earns its traffic`,
		rollback: rollbackNode(rollout, around.onRollback),
		steps: [
			...begin,
			past,
			...bakes,
			promoteStep(rollout, ready),
			limitWatch(rollout, "observe"),
			settleStep(rollout),
			...around.beforeRetire
		]
	});
	if (stable === null) return judged;
	const drained = drainWatch(rollout, stable.version, "drain-old");
	return sequence({
		id: "canary",
		title: `Canary of ${rollout.service} ${candidate.version} beside ${stable.version}`,
		steps: [
			judged,
			drained,
			retireStep(rollout, stable, candidate.version, "stop-old", { after: drained })
		]
	});
}

// src/rollout/chart/svg.ts
const STYLE = `
svg{--paper:#fff;--ink:#1f2328;--soft:#6e7781;--grid:#d8dee4;--canary:#c2410c;--baseline:#0b62a8;--evidence:#5b3bb0;color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--soft:#9198a1;--grid:#30363d;--canary:#ff9e64;--baseline:#6cb6ff;--evidence:#c3a6ff}}
.paper{fill:var(--paper)}text{fill:var(--ink);font:13px system-ui,sans-serif}.head{font-size:17px;font-weight:600}.soft{fill:var(--soft);font-size:12px}
.grid{stroke:var(--grid);fill:none}.canary,.baseline,.evidence{fill:none;stroke-width:1.8;stroke-linejoin:round}
.canary{stroke:var(--canary)}.baseline{stroke:var(--baseline);stroke-dasharray:5 3}.evidence{stroke:var(--evidence)}
.range{stroke:var(--evidence);stroke-opacity:.35;fill:none}.limit{stroke:var(--ink);stroke-dasharray:2 4;fill:none}.mark{stroke:var(--ink);stroke-width:1.2;fill:none}
`.trim();

// src/rollout/initial.ts
/**
* The first release: nothing runs yet, so there is no baseline to compare with. Health, smoke tests and absolute limits
* decide. When it fails, everything it started is removed again and the result says so.
*/
function initialNode(rollout, around = {
	beforeSettle: [],
	onRollback: []
}) {
	const { ready, steps: begin } = bringUp(rollout);
	return sequence({
		id: "initial",
		title: `First release of ${rollout.service} ${rollout.candidate.version}`,
		rollback: rollbackNode(rollout, around.onRollback),
		steps: [
			...begin,
			promoteStep(rollout, ready, "open"),
			limitWatch(rollout, "observe"),
			settleStep(rollout),
			...around.beforeSettle
		]
	});
}

// src/model/ledger.ts
/** The ledger: which application versions run on which schema states, and how we know. docs/formats/ledger.schema.json. */
const ledgerRowSchema = strictObject({
	version: versionSchema,
	/** Schema state: id of the newest applied migration, or `empty`. */
	schema: string().min(1),
	answer: _enum([
		"yes",
		"no",
		"unknown"
	]),
	/** How we know: `declared by 0007`, `ran there since …`, a test run. */
	proof: string().min(1),
	time: string()
});
const ledgerSchema = strictObject({
	formatVersion: literal(1),
	service: string().min(1),
	rows: array(ledgerRowSchema).readonly()
});
/**
* May `version` run while the database is in `schema`? The newest row that names both decides. No row is `unknown`:
* that blocks a promotion and opens an override gate for a rollback.
*/
function schemaAllows(ledger, version, schema) {
	return ledger.rows.findLast((candidate) => candidate.version === version && candidate.schema === schema)?.answer ?? "unknown";
}

// src/release/record.ts
/**
* What an environment remembers of its releases, as files in the state directory. They are written as effects of the run that
* released them, so a plan shows them and a crash cannot leave half of one.
*/
const unitSpecSchema = strictObject({
	component: string(),
	version: versionSchema,
	digest: digestSchema,
	artefact: string(),
	command: array(string()).readonly(),
	env: record(string(), textSchema),
	replicas: number$2().int().positive(),
	readyPath: string(),
	livePath: string(),
	startTimeoutMs: number$2().int().positive(),
	stopTimeoutMs: number$2().int().positive()
});
/** Everything needed to run a version again: its release, its units, the schema it was released on. */
const releaseRecordSchema = strictObject({
	formatVersion: literal(1),
	environment: string(),
	release: releaseSchema,
	/** What gets the traffic; null for a service that is only files. */
	unit: unitSpecSchema.nullable(),
	/** Components that are only files: laid down, and switched to in one moment. */
	files: array(unitSpecSchema).readonly(),
	/** Schema state after this release's migrations. */
	schema: string(),
	/** Commit that the configuration was read from, where it is not the one that the artefacts were built from. */
	configCommit: string().exactOptional()
});
/** What serves an environment and what served it before, newest last. */
const environmentRecordSchema = strictObject({
	formatVersion: literal(1),
	environment: string(),
	service: string(),
	history: array(strictObject({
		version: versionSchema,
		run: string(),
		time: string(),
		outcome: _enum([
			"released",
			"rolled-back",
			"went-back-to",
			"removed"
		]),
		who: string(),
		why: string()
	})).readonly()
});
function recordPath(store, environment, version) {
	return join$1(store, "releases", environment, `${version}.json`);
}
function environmentPath(store, environment) {
	return join$1(store, "environments", `${environment}.json`);
}
function ledgerPath(store, environment) {
	return join$1(store, "ledgers", `${environment}.json`);
}
async function readRecord(path, schema) {
	let text;
	try {
		text = await readFile(path, "utf8");
	} catch {
		return null;
	}
	const parsed = schema.safeParse(parseJson(text));
	if (parsed.success) return parsed.data;
	throw new ProblemError({
		code: "release.record-unreadable",
		where: path,
		found: prettifyError(parsed.error).replaceAll("\n", "; "),
		expected: "a record as this program wrote it",
		remedy: "restore the file from a backup of the state directory; do not edit it by hand"
	});
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}
function readReleaseRecord(store, environment, version) {
	return readRecord(recordPath(store, environment, version), releaseRecordSchema);
}
/** Every release this environment has a record of. */
async function knownReleases(store, environment) {
	const names = await readdir(dirname(recordPath(store, environment, "x"))).catch(() => []);
	return (await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => readReleaseRecord(store, environment, name.slice(0, -5))))).flatMap((record) => record === null ? [] : [record.release]);
}
async function readEnvironmentRecord(store, environment, service) {
	return await readRecord(environmentPath(store, environment), environmentRecordSchema) ?? {
		formatVersion: 1,
		environment,
		service,
		history: []
	};
}
async function readLedger(store, environment, service) {
	return await readRecord(ledgerPath(store, environment), ledgerSchema) ?? {
		formatVersion: 1,
		service,
		rows: []
	};
}
/** The version that serves by the record: the newest entry that put one there. */
function liveVersion(record) {
	const last = record.history.findLast((entry) => entry.outcome !== "rolled-back");
	return last === void 0 || last.outcome === "removed" ? null : last.version;
}
function jsonFile(path, value, why) {
	return {
		kind: "file",
		path,
		content: `${JSON.stringify(value, null, 2)}\n`,
		mode: 420,
		why,
		timeoutMs: 1e4
	};
}
function recordEffect(store, record) {
	return jsonFile(recordPath(store, record.environment, record.release.version), record, "what this release is");
}
/** Adds an entry once: the same run and outcome is not written twice, so a repeated step changes nothing. */
function historyEffect(store, record, entry) {
	if (record.history.some((one) => one.run === entry.run && one.outcome === entry.outcome)) return [];
	const next = {
		...record,
		history: [...record.history, entry]
	};
	return [jsonFile(environmentPath(store, record.environment), next, "who released what, when")];
}
function ledgerEffect(store, environment, ledger, rows) {
	const fresh = rows.filter((row) => !ledger.rows.some((old) => old.version === row.version && old.schema === row.schema && old.answer === row.answer && old.proof === row.proof));
	if (fresh.length === 0) return [];
	return [jsonFile(ledgerPath(store, environment), {
		...ledger,
		rows: [...ledger.rows, ...fresh]
	}, "which version runs on which schema")];
}

// src/release/ledger-gate.ts
const answerSchema$1 = strictObject({
	answer: _enum([
		"yes",
		"no",
		"unknown"
	]),
	schema: string()
});

// src/release/target.ts
/** Effects that purge what is cached. Repeatable: purging twice purges once. */
function purgeEffects(purge) {
	return purge.map(({ url, method }) => ({
		kind: "http",
		method,
		url,
		okStatuses: [
			200,
			201,
			202,
			204,
			404
		],
		why: "what is cached belongs to the other version",
		timeoutMs: 1e4
	}));
}

// src/release/steps.ts
/** The steps around a rollout: check, record, purge, verify. */
/** Version that serves: the route that holds its traffic by itself, else what the platform calls current. Pure. */
function servingVersion(routes, platform, component) {
	if (routes.kind === "observed") {
		const most = routes.routes.filter((route) => route.hold === "stable" && route.endpoints.length > 0).toSorted((a, b) => b.configuredShare - a.configuredShare)[0];
		if (most !== void 0) return most.version;
	}
	return platform.current[component] ?? null;
}
/** Nothing has changed since the plan was made, and the version that serves may stay on the schema to come. */
function checkStep$1(target, candidate, stable) {
	const component = candidate.unit?.component ?? candidate.files[0]?.component ?? "";
	const expected = stable?.release.version ?? null;
	return action({
		id: "check",
		title: "Check that the environment is as planned",
		inputs: {
			serves: expected,
			schemaAfter: candidate.schema
		},
		read: async (ctx) => {
			const [routes, platform] = await Promise.all([target.ports.router.observe(ctx.signal), target.ports.platform.observe(ctx.signal)]);
			const serving = candidate.unit === null ? platform.current[component] ?? null : servingVersion(routes, platform, component);
			const schema = target.database === null ? null : await target.database.schema();
			return {
				serving,
				schema,
				answer: await ledgerAnswer(target, candidate, stable, schema)
			};
		},
		decide: (facts) => {
			const problems = checkProblems(facts, expected, candidate, target.environment);
			return problems.length > 0 ? {
				kind: "refuse",
				problems
			} : {
				kind: "nothing",
				why: "it is as planned"
			};
		},
		probe: "repeatable"
	});
}
async function ledgerAnswer(target, candidate, stable, schema) {
	if (stable === null || target.database === null || schema === null || schema === candidate.schema) return "yes";
	const ledger = await readLedger(target.store, target.environment, target.service);
	const declared = target.database.rows({
		release: candidate.release,
		stable: stable.release.version,
		from: schema,
		time: new Date(target.clock.now()).toISOString()
	});
	return schemaAllows({
		...ledger,
		rows: [...declared, ...ledger.rows]
	}, stable.release.version, candidate.schema);
}
function checkProblems(facts, expected, candidate, environment) {
	const problems = [];
	if (facts.serving !== expected && facts.serving !== candidate.release.version) problems.push({
		code: "release.changed-since-planned",
		where: environment,
		found: `${facts.serving ?? "nothing"} serves`,
		expected: `${expected ?? "nothing"}, as when this release was planned`,
		remedy: "start again with `shiplock release`: it plans from what serves now"
	});
	if (facts.answer !== "yes") problems.push({
		code: facts.answer === "no" ? "release.schema-breaks-stable" : "release.schema-unknown",
		where: `${expected ?? ""} on schema ${candidate.schema}`,
		found: facts.answer === "no" ? "the running version cannot run on the new schema" : "nobody knows whether the running version can run on the new schema",
		expected: "proof that both versions run on it: during a canary both do",
		remedy: "split the migration into expand now and contract later, or declare `breaks=` truthfully in its header"
	});
	return problems;
}
/** Writes down what this release is, before it is rolled out: the way back of the next one needs it. */
function keepRecordStep(target, candidate) {
	return action({
		id: "keep-record",
		title: `Record release ${candidate.release.version}`,
		inputs: {
			version: candidate.release.version,
			configHash: candidate.release.configHash
		},
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [recordEffect(target.store, candidate)]
		}),
		probe: "repeatable"
	});
}
/**
* What the ledger learns when a release ends, by the schema of that moment: what its migrations declare, and then, saying more
* than any declaration, who really served on it. During a canary both versions did. Pure.
*/
function learntRows(target, outcome, facts, run) {
	const { schema, time } = facts;
	if (schema === null || target.database === null) return [];
	const { learn, version } = outcome;
	const served = (one, proof) => ({
		version: one,
		schema,
		answer: "yes",
		proof,
		time
	});
	const stable = learn?.stable ?? null;
	const declared = learn === void 0 ? [] : target.database.rows({
		release: learn.candidate.release,
		stable: stable?.release.version ?? null,
		from: stable?.schema ?? "empty",
		time
	});
	const came = outcome.outcome === "released" || outcome.outcome === "went-back-to";
	return [
		...declared,
		...stable === null || stable.unit === null ? [] : [served(stable.release.version, `served there while ${version} was released, in run ${run}`)],
		...came ? [served(version, `served there in run ${run}`)] : []
	];
}
/** One line of the environment's history, and what was learnt for the ledger. */
function historyStep(target, outcome) {
	return action({
		id: outcome.id,
		title: `Write the history: ${outcome.version} ${outcome.outcome}`,
		inputs: {
			version: outcome.version,
			outcome: outcome.outcome
		},
		read: async (ctx) => ({
			record: await readEnvironmentRecord(target.store, target.environment, target.service),
			ledger: await readLedger(target.store, target.environment, target.service),
			schema: await schemaAtTheEnd(target, outcome, ctx.mode),
			time: new Date(ctx.clock.now()).toISOString()
		}),
		decide: (facts, ctx) => {
			const entry = {
				version: outcome.version,
				run: ctx.run,
				time: facts.time,
				outcome: outcome.outcome,
				who: outcome.who,
				why: outcome.why
			};
			const rows = learntRows(target, outcome, facts, ctx.run);
			return doOrNothing([...historyEffect(target.store, facts.record, entry), ...ledgerEffect(target.store, target.environment, facts.ledger, rows)], "it is written");
		},
		probe: "repeatable",
		urgent: true
	});
}
/** The schema as it is, when a run looks; in a plan the migrations of the release are still to come. */
async function schemaAtTheEnd({ database }, { outcome }, mode) {
	if (database === null) return null;
	return mode === "plan" && outcome === "released" ? database.after() : database.schema();
}
function purgeStep(target, id) {
	if (target.purge.length === 0) return null;
	return action({
		id,
		title: "Purge what is cached",
		inputs: { urls: target.purge.map((one) => one.url) },
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: purgeEffects(target.purge)
		}),
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 1e3
		},
		urgent: true
	});
}
/** Users' way in: the requests that must be answered through the proxy once the new version has all traffic. */
function verifyStep(target, id) {
	if (target.verify.length === 0) return null;
	return action({
		id,
		title: "Verify the release from the users’ side",
		inputs: {
			entry: target.entry,
			requests: target.verify.map(({ path, status }) => ({
				path,
				status
			}))
		},
		read: async () => null,
		decide: () => ({
			kind: "do",
			effects: [],
			why: target.verify.map((one) => `GET ${target.entry}${one.path}`).join(", ")
		}),
		probe: "repeatable",
		retry: {
			attempts: 3,
			delayMs: 500
		},
		verify: () => smokeAt(target.ports.http, target.entry, target.verify)
	});
}

// src/release/procedure.ts
/** All a release or a rollback is made from; stored with the run, so that a resume builds the same tree. */
const releaseInputsSchema = strictObject({
	candidate: releaseRecordSchema,
	stable: releaseRecordSchema.nullable(),
	/** Load seed data after the migrations; first release only. */
	seed: boolean(),
	who: string(),
	why: string()
});
function inputsAsJson(inputs) {
	return record(string(), jsonSchema).parse(structuredClone(inputs));
}
/** The release pipeline from finished artefacts on: check, migrate, roll out, verify, make git true, purge, write the history. */
function releaseProcedure(inputs, target) {
	const { candidate, stable, who, why } = inputs;
	const version = candidate.release.version;
	const first = stable === null;
	const back = first ? present([
		...removeSteps(target, candidate),
		purgeStep(target, "purge-back"),
		historyStep(target, {
			id: "history-removed",
			version,
			outcome: "removed",
			who,
			why
		})
	]) : present([
		...fileSteps(target, stable, "back", true),
		target.gitops?.commit(stable.release.version, "git-back") ?? null,
		purgeStep(target, "purge-back"),
		historyStep(target, {
			id: "history-rolled-back",
			version,
			outcome: "rolled-back",
			who,
			why,
			learn: {
				candidate,
				stable
			}
		})
	]);
	const done = present([
		...fileSteps(target, candidate, "switch", false),
		verifyStep(target, "verify"),
		target.gitops?.commit(version, "git") ?? null,
		purgeStep(target, "purge"),
		historyStep(target, {
			id: "history",
			version,
			outcome: "released",
			who,
			why,
			learn: {
				candidate,
				stable
			}
		})
	]);
	const steps = present([
		target.proxy,
		target.web,
		checkStep$1(target, candidate, stable),
		keepRecordStep(target, candidate),
		target.database?.migrate() ?? null,
		first && inputs.seed ? target.database?.seed() ?? null : null,
		rolloutOf(inputs, target, done, back)
	]);
	return procedure({
		id: "release",
		title: `Release ${target.service} ${version} to ${target.environment}`,
		description: first ? "The first release: nothing serves yet. If it fails, what it started is removed." : `Beside ${stable.release.version}, share by share, judged by evidence. If it fails, ${stable.release.version} gets all traffic back.`,
		environment: target.environment,
		inputs: inputsAsJson(inputs),
		root: sequence({
			id: "release",
			title: `Release ${version}`,
			steps
		})
	});
}
function rolloutOf(inputs, target, done, back) {
	const { candidate, stable } = inputs;
	if (candidate.unit === null) return filesOnly(inputs, done, back);
	const rollout = rolloutFor(target, candidate.unit, stable?.unit ?? null);
	return stable === null || stable.unit === null ? initialNode(rollout, {
		beforeSettle: done,
		onRollback: back
	}) : canaryNode(rollout, {
		beforeRetire: done,
		onRollback: back
	});
}
function rolloutFor(target, candidate, stable) {
	return {
		service: target.service,
		environment: target.environment,
		candidate,
		stable,
		entry: target.entry,
		policy: target.policy,
		ports: target.ports
	};
}
/** A service without an API: files are laid down and `current` is switched; the way back is the same switch. */
function filesOnly(inputs, done, back) {
	return sequence({
		id: "files",
		title: `Switch the frontend to ${inputs.candidate.release.version}`,
		steps: done,
		rollback: sequence({
			id: "rollback",
			title: "Switch the frontend back",
			steps: back
		})
	});
}
/** Lays files down and switches `current` to them: atomic, so no page is half old and half new. */
function fileSteps(target, record, verb, urgent) {
	return record.files.map((spec) => action({
		id: `${verb}-${spec.component}`,
		title: `Switch ${spec.component} to ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version,
			digest: spec.digest
		},
		read: (ctx) => target.ports.platform.observe(ctx.signal),
		decide: (state) => doOrNothing(target.switchFiles(spec, state), "it is current"),
		probe: "repeatable",
		urgent
	}));
}
/** After a failed first release there are no earlier files to switch to: these go, and the proxy says that nothing is there. */
function removeSteps(target, record) {
	return record.files.map((spec) => action({
		id: `remove-${spec.component}`,
		title: `Remove ${spec.component} ${spec.version}`,
		inputs: {
			component: spec.component,
			version: spec.version
		},
		read: (ctx) => target.ports.platform.observe(ctx.signal),
		decide: (state) => doOrNothing(target.removeFiles(spec, state), "it is not installed"),
		probe: "repeatable",
		urgent: true
	}));
}
function present(items) {
	return items.filter((item) => item !== null);
}

// src/config/placeholders.ts
/** Put in when an environment is resolved. */
const RESOLVED_PLACEHOLDERS = ["environment", "service"];
/** Put in by the platform when an instance starts. */
const INSTANCE_PLACEHOLDERS = ["port", "release"];
const TOKEN$1 = /\{([A-Za-z]+)\}/g;
/** Puts `{environment}` and `{service}` in; other braces stay. */
function fill(text, values) {
	return text.replaceAll(TOKEN$1, (token, name) => {
		const known = RESOLVED_PLACEHOLDERS.find((candidate) => candidate === name);
		return known === void 0 ? token : values[known];
	});
}
/** Placeholders that nothing would ever fill, in the texts where placeholders are meant. PromQL has braces of its own. */
function unknownPlaceholders(settings) {
	const found = [];
	const look = (path, text, known) => {
		if (typeof text !== "string") return;
		for (const [, name] of text.matchAll(TOKEN$1)) {
			if (name === void 0 || known.includes(name)) continue;
			found.push({
				path,
				token: `{${name}}`,
				known,
				nearest: nearest(name, known, import_fastest_levenshtein.distance)
			});
		}
	};
	const instance = [...INSTANCE_PLACEHOLDERS, ...RESOLVED_PLACEHOLDERS];
	for (const [name, component] of Object.entries(settings.components)) {
		const at = component.kind === "go" ? ["components", name] : [
			"components",
			name,
			"serve"
		];
		const runs = component.kind === "go" ? component : component.serve;
		for (const [index, word] of (runs?.command ?? []).entries()) look([
			...at,
			"command",
			index
		], word, instance);
		for (const [variable, value] of Object.entries(runs?.env ?? {})) look([
			...at,
			"env",
			variable
		], value, instance);
	}
	look(["platform", "root"], settings.platform.root, RESOLVED_PLACEHOLDERS);
	look(["traffic", "directory"], settings.traffic.directory, RESOLVED_PLACEHOLDERS);
	for (const key of [
		"repository",
		"branch",
		"file",
		"path"
	]) look(["gitops", key], settings.gitops?.[key], RESOLVED_PLACEHOLDERS);
	for (const [index, { url }] of settings.purge.entries()) look([
		"purge",
		index,
		"url"
	], url, RESOLVED_PLACEHOLDERS);
	look([
		"metrics",
		"prometheus",
		"url"
	], settings.metrics.prometheus?.url, RESOLVED_PLACEHOLDERS);
	return found;
}

// src/config/checks.ts
/** Checks across fragments, which no single room can make. Paths are relative to the environment. */
function crossChecks(settings, service) {
	return [
		...servingChecks(settings),
		...filesChecks(settings),
		...metricChecks(settings),
		...roleChecks(settings, service),
		...placeholderChecks(settings)
	];
}
/** Components of which an instance can be started and asked. */
function servingComponents(settings) {
	return Object.entries(settings.components).filter(([, component]) => component.kind === "go" || component.serve !== void 0).map(([name]) => name).toSorted();
}
function servingChecks(settings) {
	const serving = servingComponents(settings);
	const chosen = settings.traffic.component;
	if (serving.length === 0 && settings.traffic.files === void 0) return [{
		path: ["components"],
		code: "config.nothing-serves",
		found: "no component with a process",
		expected: "a component that answers requests",
		remedy: "add a `go` component, serve the static one with `traffic.files`, or give it a `serve:` with the command of a web server"
	}];
	if (serving.length > 1) return serving.slice(1).map((name) => ({
		path: ["components", name],
		code: "config.several-processes",
		found: `\`${name}\` beside \`${serving[0]}\`, both with a process`,
		expected: "one component with a process, the others only files",
		remedy: `release \`${name}\` as a service of its own, with its own shiplock.yaml`
	}));
	if (chosen === void 0 || serving.includes(chosen)) return [];
	return [{
		path: ["traffic", "component"],
		code: "config.unknown-component",
		found: Object.hasOwn(settings.components, chosen) ? `\`${chosen}\`, which has no process` : `\`${chosen}\`, which is no component`,
		expected: `one of ${serving.join(", ")}`,
		remedy: `write \`component: ${nearest(chosen, serving, import_fastest_levenshtein.distance) ?? serving[0]}\``
	}];
}
/** Files are served by us, so the component must be there and have no server of its own. */
function filesChecks(settings) {
	const { files } = settings.traffic;
	if (files === void 0) return [];
	const serving = servingComponents(settings);
	const plain = Object.keys(settings.components).filter((name) => !serving.includes(name)).toSorted();
	if (plain.includes(files.component)) return [];
	return [{
		path: [
			"traffic",
			"files",
			"component"
		],
		code: "config.unknown-component",
		found: Object.hasOwn(settings.components, files.component) ? `\`${files.component}\`, which has a process` : `\`${files.component}\`, which is no component`,
		expected: plain.length === 0 ? "a static component without `serve:`" : `one of ${plain.join(", ")}`,
		remedy: plain.length === 0 ? "add a component of `kind: static`, or delete `files:`" : `write \`component: ${nearest(files.component, plain, import_fastest_levenshtein.distance) ?? plain[0]}\``
	}];
}
function metricChecks(settings) {
	const queries = settings.metrics.prometheus?.queries ?? [];
	return queries.flatMap(({ metric }, index) => queries.findIndex((other) => other.metric === metric) === index ? [] : [{
		path: [
			"metrics",
			"prometheus",
			"queries",
			index,
			"metric"
		],
		code: "config.duplicate-metric",
		found: `\`${metric}\` a second time`,
		expected: "each metric once",
		remedy: "rename one of them, or delete the repeated query"
	}]);
}
function roleChecks(settings, service) {
	const known = Object.keys(service?.roles ?? {});
	const { role } = settings.rollout;
	if (known.length === 0 || known.includes(role)) return [];
	return [{
		path: ["rollout", "role"],
		code: "config.unknown-role",
		found: `the role \`${role}\``,
		expected: `one of ${known.join(", ")}`,
		remedy: `write \`role: ${nearest(role, known, import_fastest_levenshtein.distance) ?? known[0]}\`, or add \`${role}\` under \`roles:\``
	}];
}
function placeholderChecks(settings) {
	return unknownPlaceholders(settings).map(({ path, token, known, nearest: close }) => ({
		path,
		code: "config.unknown-placeholder",
		found: token,
		expected: `one of ${known.map((name) => `{${name}}`).join(", ")}`,
		remedy: close === void 0 ? `delete ${token}` : `write {${close}}`
	}));
}
/** The value in git that an environment owns. Two environments that own the same one would undo each other's releases. */
function gitPlace(settings, service, environment) {
	if (settings.gitops === void 0) return void 0;
	const { repository, branch, file, path } = settings.gitops;
	return [
		repository,
		branch,
		file,
		path
	].map((part) => fill(part, {
		service,
		environment
	})).join(" ");
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
	var node_process = __require$1("process");
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
	var node_buffer = __require$1("buffer");
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
	var node_process = __require$1("process");
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
	var node_process = __require$1("process");
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

// src/config/located.ts
var import_dist = require_dist();
/** More values than any real configuration has; aliases that multiply themselves stop here. */
const MAX_VALUES = 2e4;
const MAX_DEPTH = 64;
const MAX_BYTES = 1048576;
function at(file, position) {
	return `${file}:${position.line}:${position.column}`;
}
const START = {
	line: 1,
	column: 1
};
/** Parses YAML 1.2. All syntax problems are reported, not only the first. */
function parseLocated(text, file) {
	const lines = new import_dist.LineCounter();
	const parsed = parseText(text, lines, file);
	if (!parsed.ok) return parsed;
	const document = parsed.value;
	const position = (offset) => {
		const { line, col } = lines.linePos(offset);
		return {
			line: Math.max(1, line),
			column: Math.max(1, col)
		};
	};
	const broken = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, at(file, position(error.pos[0]))));
	const deep = broken.find(({ code }) => code === "config.too-deep");
	if (deep !== void 0) return bad({
		...deep,
		where: at(file, START)
	});
	if (broken.length > 0) return bad(...broken);
	const old = document.directives?.yaml.version;
	if (old !== void 0 && old !== "1.2") return bad(oldVersion(old, at(file, START)));
	if (document.contents === null || (0, import_dist.isScalar)(document.contents) && document.contents.value === null) return bad(empty(file));
	const walk = walker(document, position, file);
	const root = walk.visit(document.contents, void 0, 0);
	if (walk.problems.length > 0) return bad(...walk.problems);
	if (root?.kind !== "map") return bad(notAMap(at(file, root?.at ?? START), root));
	return ok(root);
}
function parseText(text, lines, file) {
	try {
		return ok((0, import_dist.parseDocument)(text, {
			version: "1.2",
			lineCounter: lines,
			prettyErrors: false,
			strict: true,
			uniqueKeys: true
		}));
	} catch (error) {
		if (error instanceof RangeError) return bad(tooDeep(at(file, START)));
		throw error;
	}
}
function walker(document, position, file) {
	const problems = [];
	let seen = 0;
	const visit = (node, keyAt, depth) => {
		const here = position(node.range[0]);
		const place = {
			at: here,
			keyAt: keyAt ?? here
		};
		seen += 1;
		if (seen > 2e4) {
			if (seen === 20001) problems.push(tooMany(at(file, place.keyAt)));
			return;
		}
		if (depth > 64) {
			problems.push(tooDeep(at(file, here)));
			return;
		}
		if ((0, import_dist.isAlias)(node)) {
			const target = node.resolve(document);
			if (target === void 0) {
				problems.push(unknownAlias(node.source, at(file, here)));
				return;
			}
			return visitResolved(target, place, depth);
		}
		return visitResolved(node, place, depth);
	};
	const visitResolved = (node, place, depth) => {
		if ((0, import_dist.isMap)(node)) {
			const entries = /* @__PURE__ */ new Map();
			for (const pair of node.items) {
				const key = position(pair.key.range[0]);
				if (!(0, import_dist.isScalar)(pair.key) || pair.key.value === null || pair.key.value === "__proto__") {
					problems.push(oddKey(at(file, key)));
					continue;
				}
				const child = pair.value === null ? {
					kind: "scalar",
					value: null,
					at: key,
					keyAt: key
				} : visit(pair.value, key, depth + 1);
				if (child !== void 0) entries.set(pair.key.source, child);
			}
			return {
				kind: "map",
				...place,
				entries
			};
		}
		if ((0, import_dist.isSeq)(node)) {
			const items = node.items.flatMap((item) => visit(item, void 0, depth + 1) ?? []);
			return {
				kind: "list",
				...place,
				items
			};
		}
		const value = (0, import_dist.isScalar)(node) ? node.value : void 0;
		if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null) return {
			kind: "scalar",
			...place,
			value
		};
		problems.push(oddKey(at(file, place.at)));
	};
	return {
		problems,
		visit
	};
}
/** The value without places, as zod wants it. Keys are own properties whatever their name. */
function plain(node) {
	if (node.kind === "scalar") return node.value;
	if (node.kind === "list") return node.items.map(plain);
	return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}
/** The value at a path, or undefined. */
function nodeAt(root, path) {
	let node = root;
	for (const key of path) if (node?.kind === "map") node = node.entries.get(String(key));
	else if (node?.kind === "list") node = node.items[Number(key)];
	else return void 0;
	return node;
}
/** The value at a path, or the innermost one around it that exists. */
function nearestNode(root, path) {
	for (let length = path.length; length > 0; length -= 1) {
		const node = nodeAt(root, path.slice(0, length));
		if (node !== void 0) return node;
	}
	return root;
}
function syntaxProblem(error, where) {
	if (/^maximum call stack/i.test(error.message)) return tooDeep(where);
	const known = SYNTAX[wordsKey(error)];
	const found = error.message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, "").split("\n")[0] ?? error.message;
	if (known !== void 0) return {
		code: "config.syntax",
		where,
		...known
	};
	return {
		code: "config.syntax",
		where,
		found: found.charAt(0).toLowerCase() + found.slice(1),
		expected: "YAML 1.2",
		remedy: "mend the line; most often an indentation, a quote or a colon is wrong"
	};
}
/** The parser has one code for several mistakes; its message tells them apart. */
function wordsKey(error) {
	if (/^Flow (?:sequence|map)/.test(error.message)) return "UNCLOSED_BRACKET";
	if (/^Missing closing .quote/.test(error.message)) return "UNCLOSED_QUOTE";
	return error.code;
}
const SYNTAX = {
	TAB_AS_INDENT: {
		found: "a tab as indentation",
		expected: "spaces",
		remedy: "replace the tab by two spaces and let the editor use spaces in YAML files"
	},
	DUPLICATE_KEY: {
		found: "a key that stands twice in the same map",
		expected: "each key once",
		remedy: "join both values below one key, or delete one of them"
	},
	MULTIPLE_DOCS: {
		found: "a second document after `---`",
		expected: "one document per file",
		remedy: "delete the line `---` and what does not belong here; a service has one shiplock.yaml"
	},
	UNCLOSED_BRACKET: {
		found: "a bracket that is not closed on this level",
		expected: "each `[` closed by `]` and each `{` by `}`",
		remedy: "close the bracket; in a list or map of several lines, indent all of them further than the key"
	},
	UNCLOSED_QUOTE: {
		found: "a quote that is never closed",
		expected: "a second quote of the same sort",
		remedy: "look for a single quote sign in the lines above, and close it"
	},
	TAG_RESOLVE_FAILED: {
		found: "a tag (`!something`) that means nothing here",
		expected: "plain maps, lists, texts and numbers",
		remedy: "delete the tag; put the value in quotes if it begins with `!`"
	}
};
function empty(file) {
	return {
		code: "config.empty",
		where: at(file, START),
		found: "an empty file",
		expected: "a configuration that begins with `apiVersion: shiplock/v1`",
		remedy: "start from the example in docs/configuration.md"
	};
}
function notAMap(where, root) {
	return {
		code: "config.wrong-type",
		where,
		found: root?.kind === "list" ? "a list" : "a single text",
		expected: "a map that begins with `apiVersion: shiplock/v1`",
		remedy: "check that this is shiplock.yaml, and that its top-level keys begin in the first column"
	};
}
function oldVersion(version, where) {
	return {
		code: "config.syntax",
		where,
		found: `the directive %YAML ${version}`,
		expected: "YAML 1.2",
		remedy: "delete the line that begins with %YAML"
	};
}
function tooMany(where) {
	return {
		code: "config.too-large",
		where,
		found: `more than ${MAX_VALUES} values once aliases are followed`,
		expected: `at most ${MAX_VALUES}`,
		remedy: "write the values out, or let environments share them with `extends:`"
	};
}
function tooDeep(where) {
	return {
		code: "config.too-deep",
		where,
		found: `more than ${64} maps and lists inside each other`,
		expected: `at most ${64}`,
		remedy: "look for brackets that are never closed, or an alias that contains itself"
	};
}
function unknownAlias(name, where) {
	return {
		code: "config.syntax",
		where,
		found: `the alias *${name} without an anchor &${name} before it`,
		expected: "an anchor that the alias refers to",
		remedy: `write the value out; an environment inherits with \`extends: ${name}\``
	};
}
function oddKey(where) {
	return {
		code: "config.syntax",
		where,
		found: "a key that is no plain word",
		expected: "a key such as `service`",
		remedy: "write `key: value` with a plain key; put a text that contains braces in quotes"
	};
}

// src/build/config.ts
/** Fragment `components` of shiplock.yaml: what is built, and how one instance of it runs. */
const environment = record(variableNameSchema, textOrSecretSchema);
const GO_VARIABLE = "a Go variable such as main.version";
const goVariable = string({ error: GO_VARIABLE }).regex(/^[\w./-]+\.[A-Za-z_]\w*$/, GO_VARIABLE).meta({ title: "Go variable" });
const PLATFORM = "a platform such as linux/amd64";
const goComponentConfig = strictObject({
	kind: literal("go").describe("A Go program, built as a static binary."),
	source: filePathSchema.describe("Directory with go.mod."),
	package: wordsSchema.default(".").describe("Package to build, relative to the source."),
	binary: string({ error: "a file name" }).regex(/^[A-Za-z0-9._-]+$/, "a file name without directory").describe("Name of the file that the build makes."),
	command: argvSchema.describe("How one instance is started, inside the release directory. `{port}` and `{release}` are put in."),
	ready: httpPathSchema.describe("Answers 200 when the instance may get traffic."),
	live: httpPathSchema.default("/healthz").describe("Answers 200 while the process lives."),
	env: environment.default({}).describe("Environment variables of the process. `{port}`, `{release}`, `{environment}` and `{service}` are put in."),
	stamp: strictObject({
		version: goVariable.default("main.version").describe("Gets the version of the release."),
		commit: goVariable.default("main.commit").describe("Gets the commit it was built from.")
	}).prefault({}).describe("Go variables that the linker fills in."),
	tags: array(nameSchema).default([]).describe("Go build tags."),
	platforms: array(string({ error: PLATFORM }).regex(/^[a-z0-9]+\/[a-z0-9]+$/, PLATFORM)).min(1, "at least one platform").default(["linux/amd64"]).describe("Operating systems and processors to build for.")
});
const staticComponentConfig = strictObject({
	kind: literal("static").describe("Files that are served as they are."),
	source: filePathSchema.describe("Directory of the sources."),
	build: argvSchema.exactOptional().describe("Command that makes the files, run in the source. Left out: the files are taken as they are."),
	output: filePathSchema.default(".").describe("Directory with the finished files, relative to the source."),
	serve: strictObject({
		command: argvSchema.describe("Command of a web server, inside the release directory. `{port}` and `{release}` are put in."),
		ready: httpPathSchema.default("/").describe("Answers 200 when the instance may get traffic."),
		live: httpPathSchema.default("/").describe("Answers 200 while the process lives."),
		env: environment.default({}).describe("Environment variables of the process.")
	}).exactOptional().describe("A web server of its own, for a frontend that is rolled out by share. Left out: only the files are laid down.")
});
const componentConfig = discriminatedUnion("kind", [goComponentConfig, staticComponentConfig]).describe("One thing that is built and released.");
const buildConfig = record(nameSchema, componentConfig).meta({
	minProperties: 1,
	description: "What the service is made of: an API, a frontend, or both. At least one."
});

// src/gitops/config.ts
/** Fragment `gitops` of an environment: where the desired version is written down. */
const BRANCH = "the name of a branch";
const KEY_PATH = "keys joined by dots, such as image.tag";
const gitopsConfig = strictObject({
	repository: wordsSchema.describe("Git repository that names what serves: a path, or an address that `git clone` takes."),
	branch: string({ error: BRANCH }).regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\\]+$/, BRANCH).default("main").describe("Branch that is pushed, fast-forward only."),
	file: filePathSchema.describe("YAML file inside the repository."),
	path: string({ error: KEY_PATH }).regex(/^[^\s.]+(?:\.[^\s.]+)*$/, KEY_PATH).default("version").describe("Place of the version inside the file, keys joined by dots. Only this value changes."),
	author: strictObject({
		name: wordsSchema.default("Shiplock"),
		email: string({ error: "a mail address" }).regex(/^\S+@\S+$/, "a mail address").default("shiplock@localhost")
	}).prefault({}).describe("Whom the commits name as their author.")
});

// src/metrics/config.ts
/** Fragment `metrics` of an environment. The proxy's own counters are always read and are the source of verdicts. */
const QUERIES = "at least one query; without queries Prometheus has nothing to say";
const prometheusConfig = strictObject({
	url: httpUrlSchema.describe("Address of Prometheus."),
	staleAfter: duration$1({
		min: 1e3,
		max: 36e5
	}).prefault("60s").describe("An answer older than this counts as missing."),
	timeout: duration$1({ max: 6e4 }).prefault("5s").describe("How long one query may take."),
	queries: array(strictObject({
		metric: nameSchema.describe("Name of the metric in reports."),
		requests: wordsSchema.describe("PromQL of a cumulative count of all events, with the label `version`."),
		bad: wordsSchema.describe("PromQL of a cumulative count of the bad ones, with the label `version`.")
	}), { error: QUERIES }).min(1, QUERIES).describe("What is asked. Each metric has its own denominator.")
});
const metricsConfig = strictObject({
	every: duration$1({
		min: 100,
		max: 6e4
	}).prefault("1s").describe("Time between two readings of the counters."),
	timeout: duration$1({
		min: 50,
		max: 6e4
	}).prefault("2s").describe("How long one reading of the proxy may take."),
	prometheus: prometheusConfig.exactOptional().describe("A second source. It may add `worse`, never `not-worse`.")
});

// src/migrate/config.ts
/** Fragment `database` of shiplock.yaml: which database, where its migrations lie, how long a statement may wait. */
const DSN = "mysql://user@host:port/database, user@tcp(host:port)/database, or { secret: env:NAME }";
const DSN_FORM = /^(?:mysql:\/\/[^\s/]+|(?:[^\s:/@]+@)?(?:tcp|unix)\([^\s)]+\))\/[^\s/?]+/;
const attempts = "a whole number from 1 to 100";
const migrateConfig = strictObject({
	engine: _enum(["mysql", "mariadb"]).describe("Family of the server. Migrations are refused when another one answers; what the server can do is asked from itself."),
	migrations: filePathSchema.describe("Directory of numbered SQL files."),
	dsn: textOrSecretSchema.refine((value) => typeof value !== "string" || DSN_FORM.test(value), DSN).describe("Connection of the migrations, `mysql://user:password@host:port/database` kept as a secret. Its user may change the structure; the one of the application need not."),
	seed: filePathSchema.exactOptional().describe("SQL file with data for an empty database; loaded on a first release that asks for it (`shiplock release --seed`)."),
	connectTimeout: duration$1({
		min: 100,
		max: 3e5
	}).prefault("10s").describe("How long a connection may take."),
	lockWaitTimeout: duration$1({
		min: 1e3,
		max: 3e5
	}).prefault("2s").describe("How long a statement may wait for a metadata lock; whole seconds. Short, so that it never queues the application behind it."),
	lockAttempts: number$2({ error: attempts }).int(attempts).min(1, attempts).max(100, attempts).default(10).describe("How often a statement that did not get its lock is tried."),
	statementTimeout: duration$1({ min: 1e3 }).prefault("30m").describe("How long one statement may run.")
});

// src/platform/config.ts
/** Fragment `platform` of an environment: where a release runs. */
const REPLICAS = "a whole number from 1 to 100";
const RESTARTS = "a whole number from 1 to 1000";
const localPlatformConfig = strictObject({
	kind: literal("local").describe("Supervised processes on this machine."),
	root: filePathSchema.describe("Directory of the service on the machine: releases/, current, shared/, logs/, run/."),
	replicas: number$2({ error: REPLICAS }).int(REPLICAS).min(1, REPLICAS).max(100, REPLICAS).default(1).describe("Instances of each version."),
	startTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("How long an instance may take to become ready."),
	stopTimeout: duration$1({ max: 36e5 }).prefault("15s").describe("How long an instance may take to finish its requests after SIGTERM; then it is killed."),
	ports: portsSchema.prefault("20000-20999").describe("Ports that instances may be given."),
	crashLoop: strictObject({
		restarts: number$2({ error: RESTARTS }).int(RESTARTS).min(1, RESTARTS).max(1e3, RESTARTS).default(3).describe("This many restarts …"),
		within: duration$1({
			min: 1e3,
			max: 864e5
		}).prefault("60s").describe("… within this time are a crash loop.")
	}).prefault({}).describe("When an instance that keeps dying is given up. A crash loop rolls back.")
});
const platformConfig = discriminatedUnion("kind", [localPlatformConfig]).describe("Where a release runs.");

// src/release/config.ts
/** Fragments of shiplock.yaml that belong to the release as a whole: people, objectives, what happens after the rollout. */
const ownerConfig = strictObject({
	team: wordsSchema.describe("Who owns the service."),
	contact: wordsSchema.describe("How to reach them: mail address, chat channel, URL.")
});
const onCallConfig = strictObject({
	name: wordsSchema.describe("Name of the rota or person."),
	contact: wordsSchema.describe("How to reach whoever is on call.")
});
const objectivesConfig = strictObject({
	availability: share({
		above: 0,
		below: 1
	}).exactOptional().describe("Share of good answers that is promised."),
	rto: duration$1().exactOptional().describe("Recovery time objective: how long the service may be down."),
	rpo: duration$1({ min: 0 }).exactOptional().describe("Recovery point objective: how much data, in time, may be lost.")
});
const rolesConfig = record(nameSchema, array(wordsSchema).min(1, "at least one person"));
const purgeConfig = array(strictObject({
	url: httpUrlSchema.describe("What is purged."),
	method: _enum([
		"PURGE",
		"BAN",
		"DELETE",
		"POST"
	]).default("PURGE").describe("HTTP method of the request.")
})).describe("Caches that are told to forget the old version, after a release and after a rollback.");
const verifyConfig = array(requestSchema).describe("Requests through the proxy after the release; a wrong answer rolls back.");

// src/rollout/config.ts
/** Fragment `rollout` of an environment: how a new version earns its traffic. */
const number = (expected, min, max) => number$2({ error: expected }).min(min, expected).max(max, expected);
const canaryStepConfig = strictObject({
	share: share({
		above: 0,
		below: 1
	}).describe("Share of new requests for the new version."),
	bake: duration$1({ min: 1e3 }).describe("Least time at this share. The verdict decides when it ends.")
});
const analysisConfig = strictObject({
	alpha: share({
		above: 0,
		below: .5
	}).prefault("1%").describe("Chance that a harmless release is called `worse`, for the whole release and however long one looks."),
	beta: share({
		above: 0,
		below: .5
	}).prefault("5%").describe("Chance that a release beyond the margin is called `not-worse`."),
	harmRatio: number("a ratio from 1 to 100", 1, 100).default(1.25).describe("`worse` means: bad responses are more frequent than this many times those of the stable version."),
	margin: number("a ratio above 1, at most 100", 1.01, 100).default(2).describe("`not-worse` means: an odds ratio of this much, at or above the floor, is ruled out."),
	floor: share({ below: 1 }).prefault("0.1%").describe("Bad rates below this are harmless whatever their ratio."),
	ceiling: share({ above: 0 }).prefault("5%").describe("Intervals with a greater common bad rate say nothing about `not-worse`: in a shared outage ratios drift to 1."),
	mode: _enum([
		"dispersed",
		"robust",
		"sharp"
	]).default("dispersed").describe("How bad events are taken: measured against the burstiness of the stable version, by their mean only, or as independent."),
	clump: number("a number from 1 to 10000", 1, 1e4).exactOptional().describe("Bad events that come from one cause, for instance retries of one client; counts are divided by it. Left out: estimated from the stable version."),
	unit: duration$1({
		min: 0,
		max: 36e5
	}).prefault("0s").describe("Time that counts as one bet, at least five times the correlation time of retries. 0s: each reading."),
	past: duration$1({
		min: 0,
		max: 36e5
	}).prefault("60s").describe("How long the stable version is watched alone before the first share. The shorter, the more evidence a verdict needs."),
	warmUp: duration$1({
		min: 0,
		max: 36e5
	}).prefault("0s").describe("Left out of the analysis at the begin of a step, once per instance.")
});
const lowTrafficConfig = union([_enum(["smoke", "gate"]), strictObject({
	kind: literal("load").describe("Requests of our own through the proxy top the real traffic up."),
	path: httpPathSchema.describe("Path of a harmless GET request."),
	rate: rateSchema.describe("Real and own requests together reach this rate.")
})], { error: "smoke, gate, or { kind: load, path: /ping, rate: 50/s }" }).transform((value) => typeof value === "string" ? { kind: value } : {
	kind: value.kind,
	path: value.path,
	requestsPerSecond: value.rate
});
const STEPS = "at least one step, for instance { share: 10%, bake: 5m }";
const rolloutConfig = strictObject({
	strategy: _enum(["canary"]).default("canary").describe("`canary`: share by share, judged by evidence. The first release, with nothing running, goes by itself."),
	steps: array(canaryStepConfig, { error: STEPS }).min(1, STEPS).max(50, "at most 50 steps").describe("Shares on the way to 100 %, growing, the last below 100 %."),
	analysis: analysisConfig.prefault({}).describe("How evidence is weighed."),
	healthDeadline: duration$1({ min: 1e3 }).prefault("60s").describe("Not ready within this time: rolled back."),
	analysisDeadline: duration$1({ min: 1e3 }).prefault("30m").describe("No verdict on a step within this time: a gate opens and the share stays."),
	finalBake: duration$1({ min: 0 }).prefault("30s").describe("Watched time at 100 % before the old version is stopped, with absolute limits."),
	drainTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("How long the old version may take to finish its requests."),
	lowTraffic: lowTrafficConfig.prefault("gate").describe("Where there is too little traffic for a verdict: `smoke` lets the smoke test decide, `gate` asks a person, `load` adds requests."),
	smoke: array(requestSchema).prefault([]).describe("Requests that each new instance must answer before it gets traffic."),
	limits: strictObject({ errors: share({ above: 0 }).prefault("5%").describe("Greatest share of bad responses where there is no stable version to compare with.") }).prefault({}).describe("Absolute limits, for the first release, at 100 %, and while a gate waits."),
	capacity: strictObject({ perInstance: share({ above: 0 }).describe("Share of the whole load that one ready instance can carry.") }).exactOptional().describe("Left out: all instances of a version together can carry the whole load."),
	role: nameSchema.default("releaser").describe("Who may decide at a gate of the rollout.")
}).check((ctx) => {
	for (const [index, step] of ctx.value.steps.entries()) {
		const before = ctx.value.steps[index - 1];
		if (before === void 0 || step.share > before.share) continue;
		complain(ctx, {
			path: [
				"steps",
				index,
				"share"
			],
			code: "config.steps-not-growing",
			found: `${formatShare(step.share)} after ${formatShare(before.share)}`,
			expected: "a greater share than in the step before",
			remedy: "order the steps by share and leave out repeated ones"
		});
	}
	if (ctx.value.lowTraffic.kind === "smoke" && ctx.value.smoke.length === 0) complain(ctx, {
		path: ["lowTraffic"],
		code: "config.smoke-missing",
		found: "smoke, but no smoke requests",
		expected: "at least one request under rollout.smoke",
		remedy: "add a request under `smoke:`, or write `lowTraffic: gate`"
	});
});

// src/traffic/config.ts
/** Fragment `traffic` of an environment: who decides which version gets which share of the requests. */
const PREFIX = "the beginning of a path, such as /api, without query";
/** `/api` means `/api` itself and everything below it. */
const pathPrefixSchema = string({ error: PREFIX }).regex(/^\/[A-Za-z0-9/._~-]*$/, PREFIX).meta({ title: "path prefix" });
const PORT = "a port from 1 to 65535";
const filesConfig = strictObject({
	component: nameSchema.describe("Component that is only files; its `current` release is served."),
	service: array(pathPrefixSchema).default(["/api"]).describe("Paths, and what lies below them, that go to the service. Everything else goes to the files."),
	port: number$2({ error: PORT }).int(PORT).min(1, PORT).max(65535, PORT).exactOptional().describe("Port of the static server on this machine. Left out: the last one of `platform.ports`."),
	singlePage: boolean({ error: "true or false" }).default(false).describe("Unknown pages get index.html, for applications that route in the browser.")
});
const haproxyTrafficConfig = strictObject({
	kind: literal("haproxy").describe("HAProxy 2.4 or newer on this machine, steered through its runtime socket."),
	component: nameSchema.exactOptional().describe("Component that gets the traffic: the one with a process. May be left out."),
	directory: filePathSchema.describe("Directory for its configuration, socket and server state."),
	bind: addressSchema.describe("Where users arrive, `host:port`."),
	deadMan: duration$1({
		min: 1e3,
		max: 6e5
	}).prefault("5s").describe("Without a heartbeat for this long the proxy takes a new version out by itself."),
	longestTimeout: duration$1({ max: 36e5 }).prefault("30s").describe("Longest time a request may take. After a weight change, counts wait this long before they are judged."),
	rateLimits: array(strictObject({
		path: httpPathSchema.describe("Paths that begin with this."),
		rate: rateSchema.describe("Requests let through; the rest is answered 429 with Retry-After.")
	})).prefault([]).describe("Limits per endpoint, for all users together."),
	files: filesConfig.exactOptional().describe("Static files behind the same proxy. Left out: every request goes to the service."),
	private: array(pathPrefixSchema).default(["/metrics"]).describe("Paths, and what lies below them, that the proxy answers 404: for the machine itself, not for users.")
});
const trafficConfig = discriminatedUnion("kind", [haproxyTrafficConfig]).describe("Who gives which version its share of the requests.");

// src/config/schema.ts
const API_VERSION = "shiplock/v1";
/** Keys of the file that are the same in every environment. */
const serviceShape = {
	apiVersion: literal(API_VERSION).describe("Version of this format."),
	service: nameSchema.describe("Name of the service."),
	owners: array(ownerConfig).default([]).describe("Who owns the service."),
	onCall: array(onCallConfig).default([]).describe("Who is called when it breaks."),
	objectives: objectivesConfig.prefault({}).describe("What is promised to users."),
	roles: rolesConfig.default({}).describe("Which people have which role. A gate names the role that may decide; without roles anybody may, and it is recorded.")
};
const componentsKey = buildConfig;
const databaseKey = migrateConfig.exactOptional().describe("Database with migrations. Left out: the service has none.");
/** One environment after inheritance, with the components and the database of the service put in. */
const environmentSchema = strictObject({
	components: componentsKey,
	database: databaseKey,
	platform: platformConfig,
	traffic: trafficConfig,
	metrics: metricsConfig.prefault({}).describe("Where counts come from. The proxy itself always counts."),
	rollout: rolloutConfig.describe("How a new version earns its traffic."),
	gitops: gitopsConfig.exactOptional().describe("Where the desired version is written down. Left out: nowhere."),
	purge: purgeConfig.prefault([]),
	verify: verifyConfig.prefault([])
});
/** Keys that only say how an environment inherits. */
const inheritanceShape = {
	extends: nameSchema.exactOptional().describe("Environment whose settings this one inherits: maps are merged, lists and values replaced."),
	abstract: boolean({ error: "true or false" }).default(false).describe("Only there to be inherited from; cannot be released to.")
};
/** The whole file as it is read first: environments are only opened here, their content is checked after inheritance. */
const fileSchema = strictObject({
	...serviceShape,
	components: componentsKey,
	database: databaseKey,
	environments: record(nameSchema, looseObject(inheritanceShape)).refine((environments) => Object.keys(environments).length > 0, "at least one environment").describe("Where the service runs.")
});
/** The whole file with all keys: for editors and documentation. Environments may be partial, since they inherit. */
const documentSchema = strictObject({
	...serviceShape,
	components: componentsKey,
	database: databaseKey,
	environments: record(nameSchema, strictObject({
		...inheritanceShape,
		...environmentSchema.shape
	})).meta({
		description: "Where the service runs. At least one.",
		minProperties: 1
	})
});

// src/config/schema-tree.ts
const nodeSchema = lazy(() => looseObject({
	type: string().optional(),
	title: string().optional(),
	description: string().optional(),
	enum: array(unknown$1()).optional(),
	properties: record(string(), nodeSchema).optional(),
	required: array(string()).optional(),
	additionalProperties: union([boolean(), nodeSchema]).optional(),
	items: nodeSchema.optional(),
	anyOf: array(nodeSchema).optional(),
	oneOf: array(nodeSchema).optional()
}));
/** Made once: the schema does not change while the program runs. */
let known;
/** JSON Schema (draft 2020-12) of what a person writes, with `required` as after inheritance. */
function schemaTree() {
	known ??= nodeSchema.parse(toJSONSchema(documentSchema, {
		target: "draft-2020-12",
		io: "input"
	}));
	return known;
}
/** Schema of the value at a path; `value` picks the variant where there are several. Undefined where the schema says nothing. */
function schemaAt(root, path, value) {
	let node = pick$1(root, value);
	let here = value;
	for (const key of path) {
		here = member(here, key);
		node = node === void 0 ? void 0 : step(node, key);
		node = node === void 0 ? void 0 : pick$1(node, here);
	}
	return node;
}
function step(node, key) {
	if (typeof key === "number") return node.items;
	const name = String(key);
	if (node.properties !== void 0 && Object.hasOwn(node.properties, name)) return node.properties[name];
	return typeof node.additionalProperties === "object" ? node.additionalProperties : void 0;
}
function pick$1(node, value) {
	const variants = node.oneOf ?? node.anyOf;
	if (variants === void 0) return node;
	const kind = member(value, "kind");
	const maps = variants.filter((variant) => variant.properties !== void 0);
	const chosen = maps.find((variant) => kind !== void 0 && variant.properties?.["kind"]?.const === kind);
	const only = typeof value === "object" && value !== null && maps.length === 1 ? maps[0] : void 0;
	return chosen ?? only ?? node;
}
function member(value, key) {
	if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return void 0;
	return Object.entries(value).find(([name]) => name === String(key))?.[1];
}
/** Every place where a key is known, as dotted paths: tells somebody who indented it wrongly where it belongs. */
function placesOf(root, key) {
	const places = [];
	const visit = (node, path) => {
		for (const [name, child] of Object.entries(node.properties ?? {})) {
			if (name === key) places.push(path.join("."));
			visit(child, [...path, name]);
		}
		if (typeof node.additionalProperties === "object") visit(node.additionalProperties, [...path, "<name>"]);
		if (node.items !== void 0) visit(node.items, [...path.slice(0, -1), `${path.at(-1) ?? ""}[]`]);
		for (const variant of [...node.oneOf ?? [], ...node.anyOf ?? []]) visit(variant, path);
	};
	visit(root, []);
	return [...new Set(places)];
}

// src/config/explain.ts
function explain(issues, context) {
	const value = plain(context.tree);
	const flat = issues.flatMap((issue) => flatten(issue));
	const misspelt = new Set(flat.flatMap((issue) => misspeltKeys(issue, value, context)));
	return flat.filter((issue) => nodeAt(context.tree, issue.path) !== void 0 || !misspelt.has(issue.path.map(String).join("\n"))).flatMap((issue) => problemsOfIssue(issue, value, context));
}
/** Paths of keys that are there under a misspelt name: not missing, only wrongly written. */
function misspeltKeys(issue, value, context) {
	if (issue.code !== "unrecognized_keys") return [];
	return issue.keys.flatMap((key) => {
		const meant = correction(key, issue.path, value, context);
		return meant === void 0 ? [] : [[...issue.path, meant].map(String).join("\n")];
	});
}
function correction(key, path, value, context) {
	const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
	const close = nearest(key, known, import_fastest_levenshtein.distance);
	if (close === void 0) return void 0;
	return (0, import_fastest_levenshtein.distance)(key, close) <= 2 || placesOf(context.whole, key).length === 0 ? close : void 0;
}
/** Members of a union that fit the kind of value that was found speak for the union; otherwise the union's own message does. */
function flatten(issue) {
	if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
	const fitting = issue.errors.filter((errors) => !errors.some(isOtherKind));
	const [only] = fitting;
	if (fitting.length !== 1 || only === void 0 || only.every((inner) => inner.path.length === 0 && inner.code !== "unrecognized_keys")) return [issue];
	return only.flatMap((inner) => flatten({
		...inner,
		path: [...issue.path, ...inner.path]
	}));
}
function isOtherKind(issue) {
	if (issue.path.length === 0) return issue.code === "invalid_type" || issue.code === "invalid_value";
	return issue.path.length === 1 && issue.path[0] === "kind" && issue.code === "invalid_value";
}
function problemsOfIssue(issue, value, context) {
	if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key, value, context));
	const node = nodeAt(context.tree, issue.path);
	if (issue.code === "invalid_key") return [badName$1(issue, context)];
	const said = issue.code === "custom" ? complaint(issue.params) : void 0;
	const place = nearestNode(context.tree, issue.path);
	if (said !== void 0) return [{
		...said,
		where: at(context.file, place.at)
	}];
	if (node === void 0) return [missingKey(issue, value, context)];
	return [wrongValue(issue, node, value, context)];
}
function dotted(context, path) {
	const words = path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("");
	return `${context.name}${words}`.replace(/^\./, "");
}
function unknownKey(path, key, value, context) {
	const known = Object.keys(schemaAt(context.schema, path, value)?.properties ?? {});
	const node = nodeAt(context.tree, [...path, key]) ?? nearestNode(context.tree, path);
	const place = dotted(context, path);
	const close = correction(key, path, value, context);
	return {
		code: "config.unknown-key",
		where: at(context.file, node.keyAt),
		found: `unknown key \`${key}\`${place === "" ? "" : ` in \`${place}\``}`,
		expected: known.length === 0 ? "another key" : `one of ${known.join(", ")}`,
		remedy: close === void 0 ? homeOf(key, context) : `write \`${close}\``
	};
}
/** What to do with a key that resembles nothing here. */
function homeOf(key, context) {
	if (key === "<<") return "write `extends:` with the name of an environment; merge keys of YAML are not read";
	const homes = placesOf(context.whole, key).map((home) => home === "" ? "at the top level" : `under \`${home}\``);
	if (homes.length === 0) return "delete it; docs/configuration.md lists every key";
	return `move it: \`${key}\` belongs ${homes.slice(0, 2).join(" or ")}`;
}
function badName$1(issue, context) {
	const node = nearestNode(context.tree, issue.path);
	return {
		code: "config.wrong-name",
		where: at(context.file, node.keyAt),
		found: `\`${String(issue.path.at(-1))}\` as a name in \`${dotted(context, issue.path.slice(0, -1))}\``,
		expected: issue.issues[0]?.message ?? "a plain name",
		remedy: "rename it here and wherever it is referred to"
	};
}
function missingKey(issue, value, context) {
	const node = nearestNode(context.tree, issue.path);
	const key = String(issue.path.at(-1));
	const parent = issue.path.slice(0, -1);
	const place = dotted(context, parent);
	const around = schemaAt(context.schema, parent, value);
	const schema = around?.properties?.[key];
	const options = variantsOf(around, key);
	const meaning = schema?.description?.replace(/\.$/, "") ?? (options.length > 0 ? `one of ${options.join(", ")}` : void 0);
	const line = options.length === 1 ? `${key}: ${options[0]}` : `${key}:`;
	return {
		code: "config.missing-key",
		where: at(context.file, node.keyAt),
		found: place === "" ? `no \`${key}\`` : `no \`${key}\` in \`${place}\``,
		expected: meaning === void 0 ? `a value for \`${key}\`` : `\`${key}\`: ${meaning}`,
		remedy: place === "" ? `add \`${line}\` at the top level` : `add \`${line}\` under \`${place}:\`${context.inherits === true ? ", or in an environment it extends" : ""}`
	};
}
function wrongValue(issue, node, value, context) {
	const schema = schemaAt(context.schema, issue.path, value);
	const key = [...issue.path].reverse().find((part) => typeof part === "string");
	const options = optionsOf(issue, schema, schemaAt(context.schema, issue.path.slice(0, -1), value));
	const expected = expectation(issue, options);
	const empty = node.kind === "scalar" && node.value === null;
	return {
		code: empty ? "config.empty-value" : issue.code === "invalid_value" && key === "apiVersion" ? "config.api-version" : issue.code === "invalid_type" ? "config.wrong-type" : "config.wrong-value",
		where: at(context.file, empty ? node.keyAt : node.at),
		found: empty ? `\`${String(key)}:\` without a value` : describe$1(node, issue.path, options),
		expected,
		remedy: remedyFor(node, schema, options, String(key))
	};
}
function optionsOf(issue, schema, parent) {
	if (issue.code === "invalid_value") return issue.values.map(String);
	if (issue.code === "invalid_union" && issue.errors.length === 0) return variantsOf(parent, String(issue.path.at(-1)));
	return [schema, ...schema?.anyOf ?? []].flatMap((node) => node?.enum ?? []).map(String);
}
/** Which values a key may have that tells variants apart; they stand in the schema, not in the issue. */
function variantsOf(node, key) {
	return (node === void 0 ? [] : [
		node,
		...node.oneOf ?? [],
		...node.anyOf ?? []
	]).flatMap((variant) => variant.properties?.[key]?.const ?? []).map(String);
}
const TYPES = {
	string: "a text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	object: "a map (`key: value` lines below it)",
	record: "a map (`name: value` lines below it)",
	array: "a list (lines that begin with `-`)"
};
function expectation(issue, options) {
	if (issue.code === "invalid_value" || issue.code === "invalid_union" && issue.errors.length === 0) return options.length === 1 ? String(options[0]) : `one of ${options.join(", ")}`;
	if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
	return issue.message;
}
/** What stands there, cut short. Values of places that tend to hold secrets are not repeated, whatever is wrong with them. */
function describe$1(node, path, options) {
	if (node.kind === "map") return "a map";
	if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
	if (node.value === null) return "no value";
	if (options.length === 0 && path.some((part) => typeof part === "string" && /^(?:env|dsn|secret|.*(?:password|token|key))$/i.test(part))) return typeof node.value === "string" ? "a text that does not fit" : `a ${typeof node.value}`;
	if (typeof node.value !== "string") return typeof node.value === "number" ? `the number ${node.value}` : String(node.value);
	return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 57)}…` : node.value);
}
function remedyFor(node, schema, options, key) {
	if (node.kind === "scalar" && node.value === null) return "write a value after the colon, or delete the line";
	const word = node.kind === "scalar" ? String(node.value) : "";
	if (options.length === 1) return `write \`${key}: ${options[0]}\``;
	if (options.length > 1) {
		const close = nearest(word, options, import_fastest_levenshtein.distance);
		return close === void 0 ? `choose one of ${options.join(", ")}` : `write \`${close}\``;
	}
	if (node.kind === "scalar" && typeof node.value === "number") {
		if (schema?.title === "duration") return `add a unit: \`${node.value}s\``;
		if (schema?.title === "percentage" && node.value > 1) return `write \`${node.value}%\``;
		if (schema?.type === "string") return `put it in quotes: \`"${node.value}"\``;
	}
	if (node.kind === "scalar" && typeof node.value === "string" && (schema?.type === "number" || schema?.type === "integer")) return /^\d+(?:\.\d+)?$/.test(node.value) ? "remove the quotes" : `write a number for \`${key}\``;
	return `write ${article(schema?.title ?? (schema?.type === "number" || schema?.type === "integer" ? "number" : "value"))} as expected for \`${key}\`; docs/configuration.md explains it`;
}
function article(word) {
	return /^[aeio]/i.test(word) ? `an ${word}` : `a ${word}`;
}
/** Parts of a problem that a check inside a fragment gave (`complain` in src/model/scalars.ts). */
function complaint(params) {
	const { code, found, expected, remedy } = params ?? {};
	if (typeof code !== "string" || typeof found !== "string" || typeof expected !== "string" || typeof remedy !== "string") return void 0;
	return {
		code,
		found,
		expected,
		remedy
	};
}

// src/config/merge.ts
/**
* What a child environment makes of an inherited value: maps are merged key by key, everything else (lists too) is replaced.
* A map whose `kind` changes is replaced as a whole, since the keys of another kind would mean nothing.
*/
function merge(inherited, own) {
	if (inherited.kind !== "map" || own.kind !== "map" || changesKind(inherited, own)) return own;
	const entries = new Map(inherited.entries);
	for (const [key, value] of own.entries) {
		const before = entries.get(key);
		entries.set(key, before === void 0 ? value : merge(before, value));
	}
	return {
		...own,
		entries
	};
}
function changesKind(inherited, own) {
	const before = inherited.entries.get("kind");
	const after = own.entries.get("kind");
	if (before?.kind !== "scalar" || after?.kind !== "scalar") return false;
	return before.value !== after.value;
}

// src/config/inherit.ts
const OWN_KEYS = ["extends", "abstract"];
/** Keys of the service that an environment may override. */
const SHARED_KEYS = ["components", "database"];
/** Follows `extends` of one environment up to its root. Unknown parents and circles are refused. */
function inherit(root, environments, name, file) {
	const chain = [];
	const path = [];
	let next = {
		name,
		named: void 0
	};
	while (next !== void 0) {
		const node = environments.entries.get(next.name);
		if (node === void 0) return bad(unknownParent(next.name, at(file, next.named?.at ?? environments.at), [...environments.entries.keys()]));
		if (path.includes(next.name)) return bad(circle([...path, next.name], at(file, next.named?.at ?? node.at)));
		if (node.kind !== "map") return ok({
			name,
			abstract: true,
			own: node,
			tree: {
				...environments,
				entries: /* @__PURE__ */ new Map()
			}
		});
		path.push(next.name);
		chain.unshift(node);
		const parent = node.entries.get("extends");
		next = parent?.kind === "scalar" && typeof parent.value === "string" ? {
			name: parent.value,
			named: parent
		} : void 0;
	}
	const own = chain.at(-1) ?? environments;
	let tree = {
		...own,
		entries: new Map([...root.entries].filter(([key]) => SHARED_KEYS.includes(key)))
	};
	for (const link of chain) {
		const merged = merge(tree, {
			...link,
			entries: new Map([...link.entries].filter(([key]) => !OWN_KEYS.includes(key)))
		});
		if (merged.kind === "map") tree = merged;
	}
	const flag = own.entries.get("abstract");
	return ok({
		name,
		abstract: flag?.kind === "scalar" && flag.value === true,
		own,
		tree: {
			...tree,
			at: own.at,
			keyAt: own.keyAt
		}
	});
}
function unknownParent(name, where, known) {
	const close = nearest(name, known, import_fastest_levenshtein.distance);
	return {
		code: "config.extends-unknown",
		where,
		found: `extends: ${name}`,
		expected: `the name of another environment: ${known.join(", ")}`,
		remedy: close === void 0 ? "add that environment, or extend one that exists" : `write \`extends: ${close}\``
	};
}
function circle(path, where) {
	return {
		code: "config.extends-circle",
		where,
		found: path.join(" extends "),
		expected: "environments that end at one without `extends`",
		remedy: "delete `extends:` in one of them"
	};
}

// src/config/secrets.ts
/** Names whose values are secrets by custom. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;
/**
* Literal secrets in the file, wherever they stand: a text with `user:password@` in it, or a variable named like a secret with a
* plain value. The value itself is never repeated.
*/
function literalSecrets(root, file) {
	const problems = [];
	const visit = (node, path) => {
		if (node.kind === "map") for (const [key, child] of node.entries) visit(child, [...path, key]);
		else if (node.kind === "list") for (const child of node.items) visit(child, path);
		else if (typeof node.value === "string") {
			const name = path.at(-1) ?? "";
			const variable = name === "dsn" ? "DATABASE_DSN" : name;
			if (holdsPassword(node.value)) problems.push(password(at(file, node.at), name, path.at(-2) === "env" || name === "dsn" ? variable : void 0));
			else if (path.at(-2) === "env" && SECRET_NAME.test(name) && node.value !== "") problems.push(secretValue(at(file, node.at), name));
		}
	};
	visit(root, []);
	return problems;
}
function password(where, name, variable) {
	return {
		code: "config.password-in-text",
		where,
		found: `a text with a password in it under \`${name}\``,
		expected: variable === void 0 ? "an address without user and password" : "a reference to where the secret is kept",
		remedy: variable === void 0 ? "take user and password out of the address, and change the password: it was in a file" : `write \`${name}: { secret: env:${variable} }\`, put the value into that variable, and change the password: it was in a file`
	};
}
function secretValue(where, name) {
	return {
		code: "config.secret-in-text",
		where,
		found: `a plain value for \`${name}\``,
		expected: "a reference to where the secret is kept",
		remedy: `write \`${name}: { secret: env:${name} }\`, and change the secret: it was in a file`
	};
}

// src/config/strangers.ts
/** Components that only an environment knows: an environment changes what the service has, it adds nothing. */
function strangerComponents(root, environment, file) {
	const known = keysOf$1(nodeAt(root, ["components"]));
	const own = environment === void 0 ? void 0 : nodeAt(environment, ["components"]);
	if (own?.kind !== "map" || known.length === 0) return [];
	return [...own.entries].filter(([name]) => !known.includes(name)).map(([name, node]) => {
		const close = nearest(name, known, import_fastest_levenshtein.distance);
		return {
			code: "config.unknown-component",
			where: at(file, node.keyAt),
			found: `\`${name}\`, which is no component of the service`,
			expected: `one of ${known.join(", ")}`,
			remedy: close === void 0 ? "add it under the top-level `components:` first" : `write \`${close}\``
		};
	});
}
function keysOf$1(node) {
	return node?.kind === "map" ? [...node.entries.keys()] : [];
}

// src/config/load.ts
/**
* Reads the text of a shiplock.yaml. Pure. Everything that can be said without looking at the world is checked here, for all
* environments, and all problems are reported together, in the order of the file, each with its line and column.
*/
function loadConfig(text, { file }) {
	if (Buffer.byteLength(text) > 1048576) return bad(tooLarge(file));
	const parsed = parseLocated(text.startsWith("﻿") ? text.slice(1) : text, file);
	if (!parsed.ok) return parsed;
	const root = parsed.value;
	const whole = schemaTree();
	const head = fileSchema.safeParse(plain(root));
	const problems = [...literalSecrets(root, file)];
	if (!head.success) problems.push(...explain(head.error.issues, {
		file,
		tree: root,
		schema: whole,
		whole,
		name: ""
	}));
	const service = head.success ? serviceOf(head.data) : void 0;
	const environments = checkEnvironments(root, whole, file, service, problems);
	if (problems.length > 0) return bad(...tidy(problems));
	if (service === void 0) throw new TypeError("a file without problems has a service");
	return ok({
		file,
		service,
		environments
	});
}
/** Names of the environments that can be released to, in the order of the file. */
function environmentNames(config) {
	return [...config.environments].filter(([, environment]) => environment.kind === "concrete").map(([name]) => name);
}
function serviceOf(head) {
	const { service, owners, onCall, objectives, roles } = head;
	return {
		service,
		owners,
		onCall,
		objectives,
		roles
	};
}
function checkEnvironments(root, whole, file, service, problems) {
	const environments = /* @__PURE__ */ new Map();
	const node = nodeAt(root, ["environments"]);
	if (node?.kind !== "map") return environments;
	const owners = /* @__PURE__ */ new Map();
	for (const name of node.entries.keys()) {
		const inherited = inherit(root, node, name, file);
		if (!inherited.ok) {
			problems.push(...inherited.problems);
			continue;
		}
		problems.push(...strangerComponents(root, nodeAt(node, [name]), file));
		const checked = checkOne(root, inherited.value, whole, file, service);
		problems.push(...checked.problems);
		if (inherited.value.abstract) environments.set(name, { kind: "abstract" });
		else if (checked.settings !== void 0) {
			environments.set(name, {
				kind: "concrete",
				settings: checked.settings,
				tree: inherited.value.tree
			});
			const shared = service === void 0 ? void 0 : sharedGit(owners, checked.settings, service.service, name);
			if (shared !== void 0) problems.push(...located([shared], inherited.value.tree, file));
		}
	}
	return environments;
}
function checkOne(root, inherited, whole, file, service) {
	const { tree, name, abstract } = inherited;
	const schema = whole.properties?.["environments"]?.additionalProperties;
	const context = {
		file,
		tree,
		schema: typeof schema === "object" ? schema : {},
		whole,
		name: `environments.${name}`,
		inherits: nodeAt(inherited.own, ["extends"]) !== void 0
	};
	const parsed = environmentSchema.safeParse(plain(tree));
	if (parsed.success) return {
		settings: parsed.data,
		problems: abstract ? [] : located(crossChecks(parsed.data, service), tree, file)
	};
	const problems = explain(parsed.error.issues.filter((issue) => isOwn(issue.path, tree, root)), context);
	return {
		settings: void 0,
		problems: abstract ? problems.filter(({ code }) => !MAY_BE_INHERITED.has(code)) : problems
	};
}
/** Components that are missing, or that only an environment knows, are told once, for the whole file. */
function isOwn(path, tree, root) {
	const [section, component] = path;
	if (section !== "components") return true;
	if (component === void 0) return nodeAt(tree, ["components"]) !== void 0;
	return nodeAt(root, ["components", component]) !== void 0;
}
const MAY_BE_INHERITED = /* @__PURE__ */ new Set(["config.missing-key"]);
function located(complaints, tree, file) {
	return complaints.map(({ path, ...words }) => {
		const node = nodeAt(tree, path);
		return {
			...words,
			where: at(file, node?.kind === "scalar" ? node.at : nearestNode(tree, path).keyAt)
		};
	});
}
function sharedGit(owners, settings, service, name) {
	const place = gitPlace(settings, service, name);
	if (place === void 0) return void 0;
	const other = owners.get(place);
	if (other === void 0) {
		owners.set(place, name);
		return;
	}
	return {
		path: ["gitops", "file"],
		code: "config.gitops-shared",
		found: `the same file, branch and key for \`${other}\` and \`${name}\``,
		expected: "a place in git of its own for each environment",
		remedy: "put {environment} into `file:`, for instance apps/{service}/{environment}.yaml"
	};
}
/** In the order of the file, each once: heirs repeat what is wrong in the environment they extend. */
function tidy(problems) {
	const secret = new Set(problems.filter(({ code }) => code.endsWith("-in-text")).map(({ where }) => where));
	const seen = /* @__PURE__ */ new Set();
	return problems.filter((problem) => {
		const plainer = secret.has(problem.where) && !problem.code.endsWith("-in-text");
		const key = `${problem.where} ${problem.code} ${problem.code === "config.missing-key" ? problem.found.split("`")[1] : ""}`;
		if (plainer || seen.has(key)) return false;
		seen.add(key);
		return true;
	}).toSorted((a, b) => comparePlaces(a.where, b.where));
}
function comparePlaces(a, b) {
	const [lineA = 0, columnA = 0] = a.split(":").slice(-2).map(Number);
	const [lineB = 0, columnB = 0] = b.split(":").slice(-2).map(Number);
	return lineA - lineB || columnA - columnB;
}
function tooLarge(file) {
	return {
		code: "config.too-large",
		where: file,
		found: `more than ${MAX_BYTES} bytes`,
		expected: "a configuration of a few pages",
		remedy: "check that this is shiplock.yaml and not something generated"
	};
}

// src/config/resolve.ts
/** One environment of a configuration, ready to be used. Problems: no such environment, or an abstract one. */
function resolveEnvironment(config, name, { baseDir }) {
	const environment = config.environments.get(name);
	if (environment === void 0) return bad(unknownEnvironment(config, name));
	if (environment.kind === "abstract") return bad(abstractEnvironment(config, name));
	const { service } = config.service;
	return ok(arrange(config, name, environment.settings, baseDir, {
		text: (text) => fill(text, {
			environment: name,
			service
		}),
		path: (path) => resolve(baseDir, fill(path, {
			environment: name,
			service
		}))
	}));
}
function arrange(config, name, settings, baseDir, fit) {
	const { service, owners, onCall, objectives, roles } = config.service;
	return {
		service,
		environment: name,
		baseDir,
		owners,
		onCall,
		objectives: resolveObjectives(objectives),
		roles,
		components: Object.fromEntries(Object.entries(settings.components).map(([component, one]) => [component, resolveComponent(one, fit)])),
		database: settings.database === void 0 ? null : resolveDatabase(settings.database, fit),
		platform: resolvePlatform(settings.platform, fit),
		traffic: resolveTraffic(settings, fit),
		metrics: resolveMetrics(settings.metrics, fit),
		rollout: resolveRollout(settings.rollout),
		gitops: settings.gitops === void 0 ? null : resolveGitops(settings.gitops, fit),
		purge: settings.purge.map(({ url, method }) => ({
			url: fit.text(url),
			method
		})),
		verify: settings.verify
	};
}
function resolveObjectives({ availability, rto, rpo }) {
	return {
		...availability === void 0 ? {} : { availability },
		...rto === void 0 ? {} : { rtoMs: rto },
		...rpo === void 0 ? {} : { rpoMs: rpo }
	};
}
function resolveProcess({ command, ready, live, env }, fit) {
	return {
		command: command.map(fit.text),
		ready,
		live,
		env: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, typeof value === "string" ? fit.text(value) : value]))
	};
}
function resolveComponent(one, fit) {
	const source = fit.path(one.source);
	if (one.kind === "go") {
		const { kind, binary, stamp, tags, platforms } = one;
		return {
			kind,
			source,
			package: one.package,
			binary,
			stamp,
			tags,
			platforms,
			process: resolveProcess(one, fit)
		};
	}
	return {
		kind: "static",
		source,
		build: one.build ?? null,
		output: resolve(source, fit.text(one.output)),
		process: one.serve === void 0 ? null : resolveProcess(one.serve, fit)
	};
}
function resolveDatabase(database, fit) {
	return {
		engine: database.engine,
		migrations: fit.path(database.migrations),
		dsn: database.dsn,
		seed: database.seed === void 0 ? null : fit.path(database.seed),
		connectTimeoutMs: database.connectTimeout,
		lockWaitTimeoutMs: database.lockWaitTimeout,
		lockAttempts: database.lockAttempts,
		statementTimeoutMs: database.statementTimeout
	};
}
function resolvePlatform(platform, fit) {
	return {
		kind: platform.kind,
		root: fit.path(platform.root),
		replicas: platform.replicas,
		startTimeoutMs: platform.startTimeout,
		stopTimeoutMs: platform.stopTimeout,
		ports: platform.ports,
		crashLoop: {
			restarts: platform.crashLoop.restarts,
			withinMs: platform.crashLoop.within
		}
	};
}
function resolveTraffic(settings, fit) {
	const { traffic, platform } = settings;
	const { files } = traffic;
	return {
		kind: traffic.kind,
		component: traffic.component ?? servingComponents(settings)[0] ?? files?.component ?? "",
		directory: fit.path(traffic.directory),
		bind: traffic.bind,
		entry: entryOf(traffic.bind),
		deadManMs: traffic.deadMan,
		longestTimeoutMs: traffic.longestTimeout,
		rateLimits: traffic.rateLimits.map(({ path, rate }) => ({
			path,
			requestsPerSecond: rate
		})),
		files: files === void 0 ? null : {
			component: files.component,
			servicePaths: files.service,
			port: files.port ?? platform.ports.last,
			singlePage: files.singlePage
		},
		privatePaths: traffic.private
	};
}
/** How this machine reaches what listens on `bind`: `*:8080` → `http://127.0.0.1:8080`. */
function entryOf(bind) {
	const { host, port } = parseAddress(bind) ?? {
		host: "*",
		port: 80
	};
	if (host === "::") return `http://[::1]:${port}`;
	const reached = host === "*" || host === "0.0.0.0" ? "127.0.0.1" : host;
	return `http://${reached.includes(":") ? `[${reached}]` : reached}:${port}`;
}
function resolveMetrics({ every, timeout, prometheus }, fit) {
	return {
		everyMs: every,
		timeoutMs: timeout,
		prometheus: prometheus === void 0 ? null : {
			url: fit.text(prometheus.url),
			staleAfterMs: prometheus.staleAfter,
			timeoutMs: prometheus.timeout,
			queries: prometheus.queries.map(({ metric, requests, bad: wrong }) => ({
				metric,
				requests: fit.text(requests),
				bad: fit.text(wrong)
			}))
		}
	};
}
function resolveRollout(rollout) {
	const { unit, warmUp, past, clump, ...analysis } = rollout.analysis;
	return {
		strategy: rollout.strategy,
		steps: rollout.steps.map(({ share, bake }) => ({
			share,
			bakeMs: bake
		})),
		analysis: {
			...analysis,
			clump: clump ?? null,
			unitMs: unit,
			pastMs: past,
			warmUpMs: warmUp
		},
		healthDeadlineMs: rollout.healthDeadline,
		analysisDeadlineMs: rollout.analysisDeadline,
		finalBakeMs: rollout.finalBake,
		drainTimeoutMs: rollout.drainTimeout,
		lowTraffic: rollout.lowTraffic,
		smoke: rollout.smoke,
		errorLimit: rollout.limits.errors,
		capacityPerInstance: rollout.capacity?.perInstance ?? null,
		role: rollout.role
	};
}
function resolveGitops({ repository, branch, file, path, author }, fit) {
	return {
		repository: /^(?:[a-z][a-z0-9+.-]*:\/\/|[^\s/]+@[^\s/]+:)/i.test(repository) ? fit.text(repository) : fit.path(repository),
		branch: fit.text(branch),
		file: fit.text(file),
		path: fit.text(path),
		author
	};
}
/**
* The environment with paths relative to its base directory: the same text on every machine. What is hashed.
*/
function portable(environment) {
	const path = (absolute) => relative(environment.baseDir, absolute) || ".";
	const { database, gitops, platform, traffic } = environment;
	return {
		...environment,
		baseDir: ".",
		components: Object.fromEntries(Object.entries(environment.components).map(([name, one]) => [name, one.kind === "go" ? {
			...one,
			source: path(one.source)
		} : {
			...one,
			source: path(one.source),
			output: path(one.output)
		}])),
		database: database === null ? null : {
			...database,
			migrations: path(database.migrations),
			seed: database.seed === null ? null : path(database.seed)
		},
		platform: {
			...platform,
			root: path(platform.root)
		},
		traffic: {
			...traffic,
			directory: path(traffic.directory)
		},
		gitops: gitops === null ? null : {
			...gitops,
			repository: gitops.repository.startsWith("/") ? path(gitops.repository) : gitops.repository
		}
	};
}
function unknownEnvironment(config, name) {
	const known = environmentNames(config);
	const close = nearest(name, known, import_fastest_levenshtein.distance);
	return {
		code: "config.unknown-environment",
		where: config.file,
		found: `the environment \`${name}\`, which is not there`,
		expected: known.length === 0 ? "an environment that is not abstract" : `one of ${known.join(", ")}`,
		remedy: close === void 0 ? `choose one of them, or add \`${name}\` under \`environments:\`` : `write \`${close}\``
	};
}
function abstractEnvironment(config, name) {
	return {
		code: "config.abstract-environment",
		where: config.file,
		found: `the environment \`${name}\`, which is abstract`,
		expected: `one of ${environmentNames(config).join(", ")}`,
		remedy: `choose one that extends it, or delete \`abstract: true\` in \`environments.${name}\``
	};
}

// src/config/hash.ts
/**
* `sha256:…` over the RFC 8785 canonical form of all that shapes a release: everything resolved except people and promises
* (owners, on-call, objectives, roles). Paths count relative to shiplock.yaml, secrets by their reference, so the hash is the
* same on every machine and says nothing about their values.
*/
function configHash(environment) {
	const { owners: _, onCall: _1, objectives: _2, roles: _3, ...shape } = portable(environment);
	const text = canonicalize(shape);
	if (text === void 0) throw new TypeError("a resolved environment is plain data");
	return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

// src/config/read.ts
/** Reads a shiplock.yaml from disk. The name of the file in problems is `path` as given. */
async function readConfig(path) {
	let bytes;
	try {
		bytes = await readFile(path);
	} catch (error) {
		return bad(unreadable(path, error));
	}
	return decodeConfig(bytes, path);
}
/** The same from bytes: text must be UTF-8, with or without a byte order mark. */
function decodeConfig(bytes, file) {
	if (bytes.length > 1048576 + 3) return loadConfig(" ".repeat(MAX_BYTES + 1), { file });
	try {
		return loadConfig(new TextDecoder("utf-8", { fatal: true }).decode(bytes), { file });
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		return bad(notUtf8$1(bytes, file));
	}
}
/** Names the line with the first byte that is not UTF-8. */
function notUtf8$1(bytes, file) {
	const lines = (new TextDecoder("utf-8").decode(bytes).split("�")[0] ?? "").split("\n");
	const utf16 = bytes[0] === 255 || bytes[0] === 254 || bytes.includes(0);
	return {
		code: "config.not-utf-8",
		where: `${file}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`,
		found: utf16 ? "a text in UTF-16" : "a byte that is not UTF-8",
		expected: "a text in UTF-8",
		remedy: utf16 ? "save the file as UTF-8" : "save the file as UTF-8; most often an accented letter was saved as Latin-1"
	};
}
function unreadable(path, error) {
	const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
	return {
		where: path,
		expected: "a readable shiplock.yaml",
		...{
			ENOENT: {
				code: "config.not-found",
				found: "no such file",
				remedy: "name the file with --config, or change into its directory"
			},
			EISDIR: {
				code: "config.not-found",
				found: "a directory",
				remedy: "name the file inside it: shiplock.yaml"
			}
		}[code] ?? {
			code: "config.unreadable",
			found: code,
			remedy: "let the user who runs this read the file"
		}
	};
}

// src/build/cached.ts
/** What every build has in common: a name from its inputs, a skip when that name exists, and a digest of what came out. */
const builtSchema = strictObject({
	/** `sha256:…` of the file or directory. */
	digest: string(),
	path: string()
});
/** A step that does its effects only while the artefact does not exist. It appears by a rename, so it is whole or not there. */
function buildStep(spec) {
	const { locate, effects, ...rest } = spec;
	return action({
		...rest,
		read: async (ctx) => {
			const path = await locate(ctx);
			return {
				path,
				exists: await lstat(path).catch(() => void 0) !== void 0
			};
		},
		decide: ({ path, exists }) => exists ? {
			kind: "nothing",
			why: `the same inputs were built before: ${path}`
		} : {
			kind: "do",
			effects: effects(path)
		},
		probe: "repeatable"
	});
}
/** Reads the artefact back and records its digest. */
function artefactStep(component, locate) {
	return step$1({
		id: "digest",
		title: `Take the digest of ${component}`,
		inputs: { component },
		read: async (ctx) => {
			const path = await locate(ctx);
			return {
				path,
				digest: await lstat(path).catch(() => void 0) !== void 0 ? await artefactDigest(path) : null
			};
		},
		decide: ({ path, digest }, ctx) => digest === null && ctx.mode === "run" ? {
			kind: "refuse",
			problems: [{
				code: "build.nothing-built",
				where: path,
				found: "nothing there after the build",
				expected: "the artefact",
				remedy: "mend `binary` or `output` of the component, so that it names what the build makes"
			}]
		} : {
			kind: "nothing",
			why: digest ?? "known once it is built"
		},
		outputs: builtSchema,
		collect: (_results, { path, digest }) => ({
			path,
			digest: digest ?? ""
		}),
		planned: ({ path, digest }) => ({
			path,
			digest: digest ?? `<build-${component}.digest>`
		}),
		probe: "repeatable"
	});
}
/** Effects that make `made` appear at `path` in one rename. */
function publish(made, path, timeoutMs) {
	return [{
		kind: "exec",
		argv: [
			"mv",
			made,
			path
		],
		why: "whole or not at all",
		timeoutMs
	}];
}

// src/build/sources.ts
/**
* SHA-256 over what a build reads: every file that git tracks or would track below `dir`, by path, kind and content. Ignored
* files (node_modules, earlier output) do not count. Hexadecimal.
*/
async function sourceDigest(dir, exec, signal) {
	const result = await exec.read([
		"git",
		"-C",
		dir,
		"ls-files",
		"-z",
		"--cached",
		"--others",
		"--exclude-standard",
		"--",
		"."
	], signal === void 0 ? {} : { signal });
	const files = [...new Set(result.stdout.split("\0").filter((name) => name !== ""))].sort();
	if (result.exitCode !== 0 || files.length === 0) throw new ProblemError(noSources(dir, result.stderr));
	const hash = createHash("sha256").update("shiplock-sources-v1\n");
	for (const name of files) hash.update(`${name}\0${await fingerprint(join$1(dir, name))}\n`);
	return hash.digest("hex");
}
/** Kind and content of one file; a tracked file that was deleted counts as absent. */
async function fingerprint(path) {
	const stat = await lstat(path).catch(() => void 0);
	if (stat === void 0) return "absent";
	if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
	if (!stat.isFile()) return "directory";
	const content = createHash("sha256").update(await readFile(path)).digest("hex");
	return `${(stat.mode & 64) === 0 ? "file" : "program"} ${content}`;
}
/** Version of a tool that takes part in a build, in one line. */
async function toolVersion(argv, dir, exec) {
	const result = await exec.read(argv, { cwd: dir });
	if (result.exitCode === 0) return result.stdout.trim();
	throw new ProblemError({
		code: "build.no-tool",
		where: dir,
		found: `\`${argv.join(" ")}\` failed: ${result.stderr.trim().split("\n")[0] ?? ""}`,
		expected: `a working ${argv[0]}`,
		remedy: `install ${argv[0]}, or put it on PATH`
	});
}
/**
* A build gives way: on a single host it shares the processors with the service that it will replace, and a compiler at full
* priority is an outage under load (`nice`, POSIX).
*/
function givingWay(argv) {
	return [
		"nice",
		"-n",
		"10",
		...argv
	];
}
/** Name of a cached build: the same inputs, the same name. 16 hexadecimal digits of a SHA-256. */
function buildKey(inputs) {
	const sorted = Object.entries(inputs).sort(([a], [b]) => a < b ? -1 : 1);
	return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
}
function noSources(dir, words) {
	return {
		code: "build.no-sources",
		where: dir,
		found: words.trim() === "" ? "no file that git knows" : words.trim().split("\n")[0] ?? "",
		expected: "sources in a git repository",
		remedy: "mend `source` of the component, or add its files to git"
	};
}

// src/build/go.ts
/**
* Builds a static Go binary: no cgo, no paths of this machine, no version-control stamp, so that the same source, tool and
* version give the same bytes anywhere. The same inputs are built once.
*/
function buildGoNode(build) {
	const { component, source, timeoutMs } = build;
	const locate = async (ctx) => {
		const key = buildKey({
			source: await sourceDigest(source, ctx.exec, ctx.signal),
			go: await toolVersion([
				"go",
				"env",
				"GOVERSION"
			], source, ctx.exec),
			argv: goArgv(build, ""),
			platform: build.platform,
			test: String(build.test)
		});
		return join$1(build.outDir, component, key, build.binary);
	};
	const common = {
		locate,
		inputs: {
			component,
			version: build.version,
			commit: build.commit,
			argv: goArgv(build, "<artefact>")
		},
		timeoutMs: timeoutMs + 3e4
	};
	const artefact = artefactStep(component, locate);
	const test = buildStep({
		...common,
		id: "test",
		title: `Test ${component}`,
		effects: () => [goEffect(build, [
			"go",
			"test",
			"./..."
		], "nothing is built from sources whose tests fail")]
	});
	const compile = buildStep({
		...common,
		id: "compile",
		title: `Compile ${component} ${build.version}`,
		effects: (path) => [goEffect(build, goArgv(build, `${path}.partial`), "static, without paths of this machine"), ...publish(`${path}.partial`, path, 6e4)]
	});
	return {
		node: sequence({
			id: `build-${component}`,
			title: `Build ${component} ${build.version}`,
			steps: build.test ? [
				test,
				compile,
				artefact
			] : [compile, artefact]
		}),
		artefact
	};
}
/** The compiler's command line. Pure. */
function goArgv(build, output) {
	const { stamp, version, commit, tags } = build;
	return [
		...[
			"go",
			"build",
			"-trimpath",
			"-buildvcs=false"
		],
		...tags.length === 0 ? [] : ["-tags", tags.join(",")],
		...["-ldflags", `-s -w -X ${stamp.version}=${version} -X ${stamp.commit}=${commit}`],
		...[
			"-o",
			output,
			build.package
		]
	];
}
function goEffect(build, argv, why) {
	const [goos = "", goarch = ""] = build.platform.split("/");
	const tests = argv[1] === "test";
	return {
		kind: "exec",
		argv: givingWay(argv),
		cwd: build.source,
		env: {
			CGO_ENABLED: "0",
			GOFLAGS: "-mod=readonly",
			GOWORK: "off",
			...tests ? {} : {
				GOOS: goos,
				GOARCH: goarch
			}
		},
		why,
		timeoutMs: build.timeoutMs
	};
}

// src/build/static.ts
/**
* Builds files that are served as they are. With a package-lock.json the packages are installed from it first (`npm ci`). The
* build learns what it builds from VITE_APP_VERSION, SHIPLOCK_VERSION and SHIPLOCK_COMMIT. The same inputs are built once.
*/
function buildStaticNode(build) {
	const { component, source, timeoutMs, version } = build;
	const packages = build.build !== null && existsSync(join$1(source, "package-lock.json"));
	const locate = async (ctx) => {
		const key = buildKey({
			source: await sourceDigest(source, ctx.exec, ctx.signal),
			node: packages ? await toolVersion(["node", "--version"], source, ctx.exec) : "",
			build: build.build ?? [],
			output: build.output,
			version,
			commit: build.commit
		});
		return join$1(build.outDir, component, key, "files");
	};
	const common = {
		locate,
		inputs: {
			component,
			version,
			commit: build.commit,
			argv: build.build ?? []
		},
		timeoutMs: timeoutMs + 3e4
	};
	const artefact = artefactStep(component, locate);
	const install = buildStep({
		...common,
		id: "packages",
		title: `Install the packages of ${component}`,
		effects: () => [{
			...run(build, [
				"npm",
				"ci",
				"--no-audit",
				"--no-fund"
			]),
			why: "exactly what package-lock.json names"
		}]
	});
	const make = buildStep({
		...common,
		id: "files",
		title: `Build the files of ${component} ${version}`,
		effects: (path) => [...build.build === null ? [] : [{
			...run(build, build.build),
			why: `version ${version} is built in`
		}], ...collectFiles(join$1(source, build.output), path)]
	});
	return {
		node: sequence({
			id: `build-${component}`,
			title: `Build ${component} ${version}`,
			steps: packages ? [
				install,
				make,
				artefact
			] : [make, artefact]
		}),
		artefact
	};
}
function run(build, argv) {
	const { version, commit, source, timeoutMs } = build;
	const env = {
		VITE_APP_VERSION: version,
		SHIPLOCK_VERSION: version,
		SHIPLOCK_COMMIT: commit,
		CI: "true"
	};
	return {
		kind: "exec",
		argv: givingWay(argv),
		cwd: source,
		env,
		timeoutMs
	};
}
/** Copies the finished files out of the source: what the next build writes there must not change this release. */
function collectFiles(from, path) {
	const partial = `${path}.partial`;
	const common = {
		kind: "exec",
		timeoutMs: 12e4
	};
	return [
		{
			...common,
			argv: [
				"mkdir",
				"-p",
				dirname(path)
			]
		},
		{
			...common,
			argv: [
				"rm",
				"-rf",
				partial
			],
			why: "what an interrupted copy left"
		},
		{
			...common,
			argv: [
				"cp",
				"-R",
				from,
				partial
			],
			why: "the next build writes to the same place"
		},
		...publish(partial, path, 6e4)
	];
}

// src/release/naming.ts
/** Names of versions. A release is immutable: one name never means two things. */
/** Commit of the source. A working tree that differs from it is refused: nobody could say later what was released. */
async function sourceCommit(service, allowDirty) {
	const { exec, baseDir } = service;
	const head = await exec.read([
		"git",
		"-C",
		baseDir,
		"rev-parse",
		"--verify",
		"HEAD"
	]);
	if (head.exitCode !== 0) throw new ProblemError({
		code: "release.no-commit",
		where: baseDir,
		found: head.stderr.trim().split("\n")[0] ?? "no git repository",
		expected: "a git repository with a commit: a release names the commit it was built from",
		remedy: "commit the service to git"
	});
	const changed = (await exec.read([
		"git",
		"--no-optional-locks",
		"-C",
		baseDir,
		"status",
		"--porcelain",
		"--untracked-files=no",
		"--",
		"."
	])).stdout.split("\n").filter((line) => line.trim() !== "");
	if (changed.length > 0 && !allowDirty) throw new ProblemError({
		code: "release.dirty-tree",
		where: baseDir,
		found: `${changed.length} changed files: ${changed.slice(0, 3).join(", ")}`,
		expected: "a working tree equal to its commit",
		remedy: "commit the changes, or give --allow-dirty for an experiment that no one else needs to repeat"
	});
	return head.stdout.trim();
}
/** `1.4.0` on a tag `v1.4.0`, else `0.0.0-<twelve digits of the commit>`. */
async function describedVersion(service, commit) {
	const { exec, baseDir } = service;
	const tag = await exec.read([
		"git",
		"-C",
		baseDir,
		"describe",
		"--tags",
		"--exact-match",
		"--match",
		"v[0-9]*",
		commit
	]);
	return tag.exitCode === 0 ? tag.stdout.trim().replace(/^v/, "") : `0.0.0-${commit.slice(0, 12)}`;
}
/** A name that `describedVersion` made of a commit, not of a tag. */
function isNamedAfterCommit(version) {
	return /^0\.0\.0-[0-9a-f]{12}$/.test(version);
}
/** `1.4.0+config.3f2a91bc` → `1.4.0`: the software, whatever its settings. */
function withoutConfiguration(version) {
	return version.replace(/\+config\.[0-9a-f]{8}$/, "");
}
/**
* The name of what is released. The same code with another configuration is a release of its own: it gets a suffix, so that
* both can run side by side in a canary. A name that was used for another commit is refused. Pure.
*/
function nameVersion(naming) {
	const { wanted, described, commit, hash, live, known } = naming;
	const base = wanted ?? described;
	const taken = known.find((one) => one.version === base);
	if (taken !== void 0 && taken.commit !== commit) return bad(versionTaken(base, taken.commit, commit));
	const name = taken === void 0 || taken.configHash === hash ? base : `${base}+config.${hash.slice(7, 15)}`;
	return name === live ? bad(alreadyLive(name)) : ok(name);
}
function versionTaken(version, before, now) {
	return {
		code: "release.version-taken",
		where: version,
		found: `it names commit ${before.slice(0, 12)} already`,
		expected: `one commit per version; this is ${now.slice(0, 12)}`,
		remedy: "tag the commit with a new version, or give another name with --release"
	};
}
function alreadyLive(version) {
	return {
		code: "release.already-live",
		where: version,
		found: "it serves already, with this configuration",
		expected: "another version or another configuration",
		remedy: "nothing to do; after a change of a secret alone, give it a new name with --release"
	};
}

// node_modules/js-yaml/dist/js-yaml.mjs
/*! js-yaml 5.5.0 https://github.com/nodeca/js-yaml @license MIT */
/**
* Returned by a scalar resolver when the source does not match its tag.
*
* @category Tags
*/
var NOT_RESOLVED = Symbol("NOT_RESOLVED");
/**
* Create a normalized scalar tag definition.
*
* @category Tags
*/
function defineScalarTag(tagName, options) {
	return {
		tagName,
		nodeKind: "scalar",
		implicit: options.implicit ?? false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		implicitFirstChars: options.implicitFirstChars ?? null,
		resolve: options.resolve,
		identify: options.identify,
		represent: options.represent ?? ((data) => String(data)),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
/**
* Create a normalized sequence tag definition.
*
* @category Tags
*/
function defineSequenceTag(tagName, options) {
	const carrierIsResult = options.finalize === void 0;
	return {
		tagName,
		nodeKind: "sequence",
		implicit: false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		create: options.create,
		addItem: options.addItem,
		finalize: options.finalize ?? ((carrier) => carrier),
		carrierIsResult,
		identify: options.identify,
		represent: options.represent ?? ((data) => data),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
/**
* Create a normalized mapping tag definition.
*
* @category Tags
*/
function defineMappingTag(tagName, options) {
	const carrierIsResult = options.finalize === void 0;
	return {
		tagName,
		nodeKind: "mapping",
		implicit: false,
		matchByTagPrefix: options.matchByTagPrefix ?? false,
		create: options.create,
		addPair: options.addPair,
		has: options.has,
		keys: options.keys,
		get: options.get,
		finalize: options.finalize ?? ((carrier) => carrier),
		carrierIsResult,
		identify: options.identify,
		represent: options.represent ?? ((data) => data),
		representTagName: options.representTagName ?? (() => tagName)
	};
}
/** @category Tags */
var strTag = defineScalarTag("tag:yaml.org,2002:str", {
	resolve: (source) => source,
	identify: (data) => typeof data === "string"
});
var NULL_VALUES$1 = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
];
/** @category Tags */
var nullCoreTag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (source) => {
		if (NULL_VALUES$1.indexOf(source) !== -1) return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
/** @category Tags */
var nullJsonTag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: ["n"],
	resolve: (source, isExplicit) => {
		if (source === "null" || isExplicit && source === "") return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
var NULL_VALUES = [
	"",
	"~",
	"null",
	"Null",
	"NULL"
];
/** @category Tags */
var nullYaml11Tag = defineScalarTag("tag:yaml.org,2002:null", {
	implicit: true,
	implicitFirstChars: [
		"",
		"~",
		"n",
		"N"
	],
	resolve: (source) => {
		if (NULL_VALUES.indexOf(source) !== -1) return null;
		return NOT_RESOLVED;
	},
	identify: (object) => object === null,
	represent: () => "null"
});
var TRUE_VALUES$2 = [
	"true",
	"True",
	"TRUE"
];
var FALSE_VALUES$2 = [
	"false",
	"False",
	"FALSE"
];
/** @category Tags */
var boolCoreTag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: [
		"t",
		"T",
		"f",
		"F"
	],
	resolve: (source) => {
		if (TRUE_VALUES$2.indexOf(source) !== -1) return true;
		if (FALSE_VALUES$2.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
var TRUE_VALUES$1 = ["true"];
var FALSE_VALUES$1 = ["false"];
/** @category Tags */
var boolJsonTag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: ["t", "f"],
	resolve: (source) => {
		if (TRUE_VALUES$1.indexOf(source) !== -1) return true;
		if (FALSE_VALUES$1.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
var TRUE_VALUES = [
	"true",
	"True",
	"TRUE",
	"y",
	"Y",
	"yes",
	"Yes",
	"YES",
	"on",
	"On",
	"ON"
];
var FALSE_VALUES = [
	"false",
	"False",
	"FALSE",
	"n",
	"N",
	"no",
	"No",
	"NO",
	"off",
	"Off",
	"OFF"
];
/** @category Tags */
var boolYaml11Tag = defineScalarTag("tag:yaml.org,2002:bool", {
	implicit: true,
	implicitFirstChars: [
		"y",
		"Y",
		"n",
		"N",
		"t",
		"T",
		"f",
		"F",
		"o",
		"O"
	],
	resolve: (source) => {
		if (TRUE_VALUES.indexOf(source) !== -1) return true;
		if (FALSE_VALUES.indexOf(source) !== -1) return false;
		return NOT_RESOLVED;
	},
	identify: (object) => Object.prototype.toString.call(object) === "[object Boolean]",
	represent: (object) => object ? "true" : "false"
});
var YAML_INTEGER_IMPLICIT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
var YAML_INTEGER_EXPLICIT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function parseYamlInteger$2(source) {
	let value = source;
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0o")) return sign * parseInt(value.slice(2), 8);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger$2(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_INTEGER_EXPLICIT_PATTERN$1.test(source)) return NOT_RESOLVED;
	} else if (!YAML_INTEGER_IMPLICIT_PATTERN$1.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger$2(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intCoreTag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: resolveYamlInteger$2,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
var YAML_INTEGER_IMPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^-?(?:0|[1-9][0-9]*)$");
var YAML_INTEGER_EXPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9]+)$");
function parseYamlInteger$1(source) {
	let value = source;
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0o")) return sign * parseInt(value.slice(2), 8);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger$1(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_INTEGER_EXPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	} else if (!YAML_INTEGER_IMPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger$1(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intJsonTag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: resolveYamlInteger$1,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
var YAML_INTEGER_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?0x[0-9a-fA-F_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+|[-+]?(?:0|[1-9][0-9_]*))$");
function parseYamlInteger(source) {
	let value = source.replace(/_/g, "");
	let sign = 1;
	if (value[0] === "-" || value[0] === "+") {
		if (value[0] === "-") sign = -1;
		value = value.slice(1);
	}
	if (value.startsWith("0b")) return sign * parseInt(value.slice(2), 2);
	if (value.startsWith("0x")) return sign * parseInt(value.slice(2), 16);
	if (value.includes(":")) {
		let result = 0;
		for (const part of value.split(":")) result = result * 60 + Number(part);
		return sign * result;
	}
	if (value !== "0" && value[0] === "0") return sign * parseInt(value, 8);
	return sign * parseInt(value, 10);
}
function resolveYamlInteger(source) {
	if (!YAML_INTEGER_PATTERN.test(source)) return NOT_RESOLVED;
	const result = parseYamlInteger(source);
	return Number.isFinite(result) ? result : NOT_RESOLVED;
}
/** @category Tags */
var intYaml11Tag = defineScalarTag("tag:yaml.org,2002:int", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		..."0123456789"
	],
	resolve: resolveYamlInteger,
	identify: (object) => Number.isInteger(object) && !Object.is(object, -0) && object.toString(10).indexOf("e") < 0,
	represent: (object) => object.toString(10)
});
var YAML_FLOAT_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
var YAML_FLOAT_SPECIAL_PATTERN$1 = /* @__PURE__ */ new RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat$2(source) {
	if (!YAML_FLOAT_PATTERN$1.test(source)) return NOT_RESOLVED;
	let value = source.toLowerCase();
	const sign = value[0] === "-" ? -1 : 1;
	if ("+-".includes(value[0])) value = value.slice(1);
	if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
	if (value === ".nan") return NaN;
	const result = sign * parseFloat(value);
	if (Number.isFinite(result) || YAML_FLOAT_SPECIAL_PATTERN$1.test(source)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat$2(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatCoreTag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: resolveYamlFloat$2,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat$2
});
var YAML_FLOAT_IMPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$");
var YAML_FLOAT_EXPLICIT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?[0-9]+(?:\\.[0-9]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat$1(source, isExplicit) {
	if (isExplicit) {
		if (!YAML_FLOAT_EXPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
		let value = source.toLowerCase();
		const sign = value[0] === "-" ? -1 : 1;
		if ("+-".includes(value[0])) value = value.slice(1);
		if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
		if (value === ".nan") return NaN;
		const result = sign * parseFloat(value);
		return Number.isFinite(result) ? result : NOT_RESOLVED;
	}
	if (!YAML_FLOAT_IMPLICIT_PATTERN.test(source)) return NOT_RESOLVED;
	const result = Number(source);
	if (Number.isFinite(result)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat$1(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatJsonTag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: ["-", ..."0123456789"],
	resolve: resolveYamlFloat$1,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat$1
});
var YAML_FLOAT_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?(?:(?:[0-9][0-9_]*)?\\.[0-9_]*)(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
var YAML_FLOAT_SPECIAL_PATTERN = /* @__PURE__ */ new RegExp("^(?:[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$");
function resolveYamlFloat(source) {
	if (!YAML_FLOAT_PATTERN.test(source)) return NOT_RESOLVED;
	let value = source.toLowerCase().replace(/_/g, "");
	const sign = value[0] === "-" ? -1 : 1;
	if ("+-".includes(value[0])) value = value.slice(1);
	if (value === ".inf") return sign === 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
	if (value === ".nan") return NaN;
	let result = 0;
	if (value.includes(":")) {
		for (const part of value.split(":")) result = result * 60 + Number(part);
		result *= sign;
	} else result = sign * parseFloat(value);
	if (Number.isFinite(result) || YAML_FLOAT_SPECIAL_PATTERN.test(source)) return result;
	return NOT_RESOLVED;
}
function representYamlFloat(object) {
	if (isNaN(object)) return ".nan";
	if (object === Number.POSITIVE_INFINITY) return ".inf";
	if (object === Number.NEGATIVE_INFINITY) return "-.inf";
	if (Object.is(object, -0)) return "-0.0";
	const result = object.toString(10);
	return /^[-+]?[0-9]+e/.test(result) ? result.replace("e", ".e") : result;
}
/** @category Tags */
var floatYaml11Tag = defineScalarTag("tag:yaml.org,2002:float", {
	implicit: true,
	implicitFirstChars: [
		"-",
		"+",
		".",
		..."0123456789"
	],
	resolve: resolveYamlFloat,
	identify: (object) => typeof object === "number" && (!Number.isInteger(object) || Object.is(object, -0) || object.toString(10).indexOf("e") >= 0),
	represent: representYamlFloat
});
/**
* Enables merge keys in {@link CORE_SCHEMA} when added with
* {@link Schema.withTags}.
*
* @category Tags
*/
var mergeTag = defineScalarTag("tag:yaml.org,2002:merge", {
	implicit: true,
	implicitFirstChars: ["<"],
	resolve: (source, isExplicit) => {
		if (source === "<<" || isExplicit && source === "") return "<<";
		return NOT_RESOLVED;
	},
	identify: () => false
});
var BASE64_PATTERN = /^[A-Za-z0-9+/]*={0,2}$/;
function resolveYamlBinary(source) {
	const input = source.replace(/\s/g, "");
	if (input.length % 4 !== 0 || !BASE64_PATTERN.test(input)) return NOT_RESOLVED;
	const binary = atob(input);
	const result = new Uint8Array(binary.length);
	for (let index = 0; index < binary.length; index++) result[index] = binary.charCodeAt(index);
	return result;
}
function representYamlBinary(object) {
	let binary = "";
	for (let index = 0; index < object.length; index++) binary += String.fromCharCode(object[index]);
	return btoa(binary);
}
/**
* The `!!binary` tag, represented as a `Uint8Array`.
*
* @category Tags
*/
var binaryTag = defineScalarTag("tag:yaml.org,2002:binary", {
	resolve: resolveYamlBinary,
	identify: (object) => Object.prototype.toString.call(object) === "[object Uint8Array]",
	represent: representYamlBinary
});
var YAML_DATE_REGEXP = /* @__PURE__ */ new RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9])-([0-9][0-9])$");
var YAML_TIMESTAMP_REGEXP = /* @__PURE__ */ new RegExp("^([0-9][0-9][0-9][0-9])-([0-9][0-9]?)-([0-9][0-9]?)(?:[Tt]|[ \\t]+)([0-9][0-9]?):([0-9][0-9]):([0-9][0-9])(?:\\.([0-9]*))?(?:[ \\t]*(Z|([-+])([0-9][0-9]?)(?::([0-9][0-9]))?))?$");
function makeUtcDate(year, month, day, hour = 0, minute = 0, second = 0, fraction = 0) {
	const date = new Date(Date.UTC(year, month, day, hour, minute, second, fraction));
	date.setUTCFullYear(year, month, day);
	return date;
}
function resolveYamlTimestamp(source) {
	let match = YAML_DATE_REGEXP.exec(source);
	if (match === null) match = YAML_TIMESTAMP_REGEXP.exec(source);
	if (match === null) return NOT_RESOLVED;
	const year = +match[1];
	const month = +match[2] - 1;
	const day = +match[3];
	if (!match[4]) {
		const date = makeUtcDate(year, month, day);
		if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return NOT_RESOLVED;
		return date;
	}
	const hour = +match[4];
	const minute = +match[5];
	const second = +match[6];
	let fraction = 0;
	if (hour > 23 || minute > 59 || second > 59) return NOT_RESOLVED;
	if (match[7]) {
		let value = match[7].slice(0, 3);
		while (value.length < 3) value += "0";
		fraction = +value;
	}
	const date = makeUtcDate(year, month, day, hour, minute, second, fraction);
	if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month || date.getUTCDate() !== day) return NOT_RESOLVED;
	if (match[9]) {
		const offsetHour = +match[10];
		const offsetMinute = +(match[11] || 0);
		if (offsetHour > 23 || offsetMinute > 59) return NOT_RESOLVED;
		const offset = (offsetHour * 60 + offsetMinute) * 6e4;
		date.setTime(date.getTime() - (match[9] === "-" ? -offset : offset));
	}
	return date;
}
/**
* The YAML 1.1 `!!timestamp` tag, represented as a JavaScript `Date`.
*
* @category Tags
*/
var timestampTag = defineScalarTag("tag:yaml.org,2002:timestamp", {
	implicit: true,
	implicitFirstChars: [..."0123456789"],
	resolve: resolveYamlTimestamp,
	identify: (object) => object instanceof Date,
	represent: (object) => object.toISOString()
});
/** @category Tags */
var seqTag = defineSequenceTag("tag:yaml.org,2002:seq", {
	create: () => [],
	addItem: (container, item) => {
		container.push(item);
	},
	identify: Array.isArray
});
function isPlainObject(data) {
	if (data === null || typeof data !== "object" || Array.isArray(data)) return false;
	const prototype = Object.getPrototypeOf(data);
	return prototype === null || prototype === Object.prototype;
}
function pick(object, keys) {
	const result = {};
	for (const key of keys) if (object[key] !== void 0) result[key] = object[key];
	return result;
}
/**
* Provided only for YAML 1.1 compatibility and supported by the loader only.
* JavaScript has no dedicated class to represent this type, so it cannot be
* identified and dumped.
*
* ```yaml
* !!omap
*   - one: 1
*   - two: 2
* ```
*
* is loaded as
*
* ```javascript
* [
*   { one: 1 },
*   { two: 2 }
* ]
* ```
*
* @category Tags
*/
var omapTag = defineSequenceTag("tag:yaml.org,2002:omap", {
	create: () => ({
		list: [],
		seen: /* @__PURE__ */ new Set()
	}),
	addItem: (carrier, item) => {
		let key;
		if (item instanceof Map) {
			if (item.size !== 1) return "cannot resolve an ordered map item";
			key = item.keys().next().value;
		} else if (isPlainObject(item)) {
			const itemKeys = Object.keys(item);
			if (itemKeys.length !== 1) return "cannot resolve an ordered map item";
			key = itemKeys[0];
		} else return "cannot resolve an ordered map item";
		if (carrier.seen.has(key)) return "duplicate key in ordered map";
		carrier.seen.add(key);
		carrier.list.push(item);
		return "";
	},
	finalize: (carrier) => carrier.list,
	identify: () => false
});
/**
* Provided only for YAML 1.1 compatibility and supported by the loader only.
* JavaScript has no dedicated class to represent this type, so it cannot be
* identified and dumped.
*
* ```yaml
* !!pairs
*   - one: 1
*   - two: 2
* ```
*
* is loaded as
*
* ```javascript
* [
*   ['one', 1],
*   ['two', 2]
* ]
* ```
*
* @category Tags
*/
var pairsTag = defineSequenceTag("tag:yaml.org,2002:pairs", {
	create: () => [],
	addItem: (container, item) => {
		if (item instanceof Map) {
			if (item.size !== 1) return "cannot resolve a pairs item";
			container.push(item.entries().next().value);
			return "";
		}
		if (Object.prototype.toString.call(item) !== "[object Object]") return "cannot resolve a pairs item";
		const object = item;
		const keys = Object.keys(object);
		if (keys.length !== 1) return "cannot resolve a pairs item";
		container.push([keys[0], object[keys[0]]]);
		return "";
	},
	identify: () => false
});
/**
* This is the default mapping implementation. It uses `{}` objects and has only
* partial functionality due to language limitations. This choice was made
* because users expect to get JavaScript objects, and it was left unchanged to
* avoid too many breaking changes in the v5 release.
*
* Side effects:
*
* - `Object.hasOwn()` checks or `for...of` loops are required for safe use (to
*   avoid falling through to prototypes).
* - Only scalar string keys are supported properly.
* - Other scalar keys, such as `null` and numbers, are converted to strings.
*   This is historical behaviour, and it can cause side effects such as
*   problems with `!!merge`.
*
* Note that non-string scalar keys may be deprecated in future versions.
*
* Ideally, use {@link realMapTag} instead.
*
* @category Tags
*/
var mapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: isPlainObject,
	represent: (o) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of Object.keys(o)) map.set(key, o[key]);
		return map;
	},
	addPair: (container, key, value) => {
		if (key !== null && typeof key === "object") return "object-based map does not support complex keys";
		const normalizedKey = String(key);
		if (normalizedKey === "__proto__") Object.defineProperty(container, normalizedKey, {
			value,
			enumerable: true,
			configurable: true,
			writable: true
		});
		else container[normalizedKey] = value;
		return "";
	},
	has: (container, key) => {
		if (key !== null && typeof key === "object") return false;
		return Object.prototype.hasOwnProperty.call(container, String(key));
	},
	keys: (container) => Object.keys(container),
	get: (container, key) => {
		const normalizedKey = String(key);
		if (!Object.prototype.hasOwnProperty.call(container, normalizedKey)) return null;
		return container[normalizedKey];
	}
});
/**
* The YAML 1.1 `!!set` tag, represented as a JavaScript `Set`.
*
* @category Tags
*/
var setTag = defineMappingTag("tag:yaml.org,2002:set", {
	create: () => /* @__PURE__ */ new Set(),
	identify: (data) => data instanceof Set,
	represent: (data) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of data) map.set(key, null);
		return map;
	},
	addPair: (container, key, value) => {
		if (value !== null) return "cannot resolve a set item";
		container.add(key);
		return "";
	},
	has: (container, key) => container.has(key),
	keys: (container) => container.keys(),
	get: () => null
});
function createTagDefinitionMap() {
	return {
		scalar: Object.create(null),
		sequence: Object.create(null),
		mapping: Object.create(null)
	};
}
function createTagDefinitionListMap() {
	return {
		scalar: [],
		sequence: [],
		mapping: []
	};
}
function compileTags(tags) {
	const result = [];
	for (const tag of tags) {
		let index = result.length;
		for (let previousIndex = 0; previousIndex < result.length; previousIndex++) {
			const previous = result[previousIndex];
			if (previous.nodeKind === tag.nodeKind && previous.tagName === tag.tagName && previous.matchByTagPrefix === tag.matchByTagPrefix) {
				index = previousIndex;
				break;
			}
		}
		result[index] = tag;
	}
	return result;
}
/**
* Controls tag resolution when loading and type selection when dumping.
*
* @category Schemas
*/
var Schema = class Schema {
	tags;
	/** @internal */
	implicitScalarTags;
	/**
	* Dispatch implicit scalar resolvers by `source.charAt(0)`. Each bucket holds
	* the resolvers that may match that key, in schema order; a key absent from
	* the map uses
	* {@link Schema.implicitScalarAnyFirstChar}
	* (resolvers that declared no first-char constraint, so they apply to any
	* first character).
	*/
	implicitScalarByFirstChar;
	implicitScalarAnyFirstChar;
	/**
	* The default scalar tag (`!!str`), resolved once so the composer's fallback
	* for unresolved plain scalars avoids a keyed lookup per scalar.
	*
	* @internal
	*/
	defaultScalarTag;
	/**
	* The default container tags (`!!seq` / `!!map`), used by the dumper: when a
	* value is identified by its default tag, the tag is implicit and not
	* printed. Undefined if the schema does not define them (then such values
	* can't be dumped).
	*
	* @internal
	*/
	defaultSequenceTag;
	/** @internal */
	defaultMappingTag;
	exact;
	prefix;
	constructor(tags) {
		const compiledTags = compileTags(tags);
		const implicitScalarTags = [];
		const exact = createTagDefinitionMap();
		const prefix = createTagDefinitionListMap();
		for (const tag of compiledTags) {
			if (tag.nodeKind === "scalar" && tag.implicit) {
				if (tag.matchByTagPrefix) throw new Error("Implicit scalar tags cannot match by tag prefix");
				implicitScalarTags.push(tag);
			}
			switch (tag.nodeKind) {
				case "scalar":
					if (tag.matchByTagPrefix) prefix.scalar.push(tag);
					else exact.scalar[tag.tagName] = tag;
					break;
				case "sequence":
					if (tag.matchByTagPrefix) prefix.sequence.push(tag);
					else exact.sequence[tag.tagName] = tag;
					break;
				case "mapping": if (tag.matchByTagPrefix) prefix.mapping.push(tag);
				else exact.mapping[tag.tagName] = tag;
			}
		}
		const implicitScalarAnyFirstChar = implicitScalarTags.filter((tag) => tag.implicitFirstChars === null);
		const keys = /* @__PURE__ */ new Set();
		for (const tag of implicitScalarTags) if (tag.implicitFirstChars !== null) for (const key of tag.implicitFirstChars) keys.add(key);
		const implicitScalarByFirstChar = /* @__PURE__ */ new Map();
		for (const key of keys) implicitScalarByFirstChar.set(key, implicitScalarTags.filter((tag) => tag.implicitFirstChars === null || tag.implicitFirstChars.indexOf(key) !== -1));
		const defaultScalarTag = exact.scalar["tag:yaml.org,2002:str"];
		if (!defaultScalarTag) throw new Error("schema does not define the default scalar tag (tag:yaml.org,2002:str)");
		this.tags = compiledTags;
		this.implicitScalarTags = implicitScalarTags;
		this.implicitScalarByFirstChar = implicitScalarByFirstChar;
		this.implicitScalarAnyFirstChar = implicitScalarAnyFirstChar;
		this.defaultScalarTag = defaultScalarTag;
		this.defaultSequenceTag = exact.sequence["tag:yaml.org,2002:seq"];
		this.defaultMappingTag = exact.mapping["tag:yaml.org,2002:map"];
		this.exact = exact;
		this.prefix = prefix;
	}
	/** @internal */
	lookupScalarTag(tagName) {
		const exactTag = this.exact.scalar[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.scalar) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	lookupSequenceTag(tagName) {
		const exactTag = this.exact.sequence[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.sequence) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	lookupMappingTag(tagName) {
		const exactTag = this.exact.mapping[tagName];
		if (exactTag) return exactTag;
		for (const tag of this.prefix.mapping) if (tagName.startsWith(tag.tagName)) return tag;
	}
	/** @internal */
	resolveImplicitScalarTag(source) {
		const candidates = this.implicitScalarByFirstChar.get(source.charAt(0)) ?? this.implicitScalarAnyFirstChar;
		for (const tag of candidates) {
			const value = tag.resolve(source, false, tag.tagName);
			if (value !== NOT_RESOLVED) return {
				value,
				tag
			};
		}
		const tag = this.defaultScalarTag;
		return {
			value: tag.resolve(source, false, tag.tagName),
			tag
		};
	}
	/**
	* Creates a new schema with the specified tags added. If a tag already
	* exists, it is replaced by the specified tag.
	*
	* @example
	*
	* ```javascript
	* import { CORE_SCHEMA, mergeTag, realMapTag } from 'js-yaml'
	*
	* const schema = CORE_SCHEMA.withTags(mergeTag, realMapTag)
	* ```
	*/
	withTags(...tags) {
		let flatTags = [];
		for (const tag of tags) flatTags = flatTags.concat(tag);
		return new Schema([...this.tags, ...flatTags]);
	}
};
/**
* The YAML 1.2 Failsafe Schema: strings, sequences, and mappings.
*
* @category Schemas
*/
var FAILSAFE_SCHEMA = new Schema([
	strTag,
	seqTag,
	mapTag
]);
/**
* The YAML 1.2 JSON Schema. It uses JSON scalar forms while retaining YAML
* collection syntax.
*
* @category Schemas
*/
var JSON_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullJsonTag,
	boolJsonTag,
	intJsonTag,
	floatJsonTag
]);
/**
* The default schema for the loaders. Note, {@link CORE_SCHEMA} comes
* without the `!!merge` tag. You can easily enable it if needed.
*
* @example
* Enable {@link mergeTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, mergeTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(mergeTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Schemas
*/
var CORE_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullCoreTag,
	boolCoreTag,
	intCoreTag,
	floatCoreTag
]);
/**
* YAML 1.1-compatible schema.
*
* @category Schemas
*/
var YAML11_SCHEMA = new Schema([
	...FAILSAFE_SCHEMA.tags,
	nullYaml11Tag,
	boolYaml11Tag,
	intYaml11Tag,
	floatYaml11Tag,
	timestampTag,
	mergeTag,
	binaryTag,
	omapTag,
	pairsTag,
	setTag
]);
/**
* The dumper schema for maximum compatibility. It combines all supported type
* variants from YAML 1.1 and YAML 1.2 so strings matching any of them are
* quoted. This makes the generated YAML more compatible with other parsers.
*
* The schema is based on YAML 1.1, but extends `!!int` and `!!float` to accept
* both YAML 1.1 and Core Schema forms, since Core Schema supports some forms
* that YAML 1.1 does not.
*
* @category Schemas
*/
var DUMP_SCHEMA = YAML11_SCHEMA.withTags({
	...intYaml11Tag,
	resolve: (source, isExplicit, tagName) => {
		const result = intYaml11Tag.resolve(source, isExplicit, tagName);
		return result === NOT_RESOLVED ? intCoreTag.resolve(source, isExplicit, tagName) : result;
	}
}, {
	...floatYaml11Tag,
	resolve: (source, isExplicit, tagName) => {
		const result = floatYaml11Tag.resolve(source, isExplicit, tagName);
		return result === NOT_RESOLVED ? floatCoreTag.resolve(source, isExplicit, tagName) : result;
	}
});
/**
* Recommended when non-string keys are actually needed. It uses native
* JavaScript `Map` objects, so keys keep their constructed types instead of
* being converted to strings.
*
* It is not the default to avoid widespread breaking changes in existing
* projects. `Map` has a different access API and does not pass deep equality
* checks against `{}`-based fixtures. Alongside the other changes in v5,
* making it the default was considered too disruptive.
*
* If these differences are acceptable for your project, we recommend using
* {@link realMapTag} to guarantee the absence of problems and side effects.
*
* @example
* Enable {@link realMapTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, realMapTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(realMapTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Tags
*/
var realMapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => /* @__PURE__ */ new Map(),
	addPair: (container, key, value) => {
		container.set(key, value);
		return "";
	},
	has: (container, key) => container.has(key),
	keys: (container) => container.keys(),
	get: (container, key) => container.get(key),
	identify: (data) => data instanceof Map || isPlainObject(data),
	represent: (data) => {
		if (data instanceof Map) return data;
		const map = /* @__PURE__ */ new Map();
		const obj = data;
		for (const key of Object.keys(obj)) map.set(key, obj[key]);
		return map;
	}
});
function normalizeKey(key) {
	if (Array.isArray(key)) {
		const array = Array.prototype.slice.call(key);
		for (let index = 0; index < array.length; index++) {
			if (Array.isArray(array[index])) return null;
			if (typeof array[index] === "object" && Object.prototype.toString.call(array[index]) === "[object Object]") array[index] = "[object Object]";
		}
		return String(array);
	}
	if (typeof key === "object" && Object.prototype.toString.call(key) === "[object Object]") return "[object Object]";
	return String(key);
}
/**
* This implementation exists solely to reproduce v4 behavior exactly. Its use
* is strongly discouraged. If complex or non-string keys are needed, use
* {@link realMapTag} instead.
*
* @category Tags
*/
var legacyMapTag = defineMappingTag("tag:yaml.org,2002:map", {
	create: () => ({}),
	identify: isPlainObject,
	represent: (o) => {
		const map = /* @__PURE__ */ new Map();
		for (const key of Object.keys(o)) map.set(key, o[key]);
		return map;
	},
	addPair: (container, key, value) => {
		const normalizedKey = normalizeKey(key);
		if (normalizedKey === null) return "nested arrays are not supported inside keys";
		if (normalizedKey === "__proto__") Object.defineProperty(container, normalizedKey, {
			value,
			enumerable: true,
			configurable: true,
			writable: true
		});
		else container[normalizedKey] = value;
		return "";
	},
	has: (container, key) => {
		const normalizedKey = normalizeKey(key);
		return normalizedKey !== null && Object.prototype.hasOwnProperty.call(container, normalizedKey);
	},
	keys: (container) => Object.keys(container),
	get: (container, key) => {
		const normalizedKey = String(key);
		if (!Object.prototype.hasOwnProperty.call(container, normalizedKey)) return null;
		return container[normalizedKey];
	}
});
var DEFAULT_SNIPPET_OPTIONS = {
	maxLength: 79,
	indent: 1,
	linesBefore: 3,
	linesAfter: 2
};
function getLine(buffer, lineStart, lineEnd, position, maxLineLength) {
	let head = "";
	let tail = "";
	const maxHalfLength = Math.floor(maxLineLength / 2) - 1;
	if (position - lineStart > maxHalfLength) {
		head = " ... ";
		lineStart = position - maxHalfLength + head.length;
	}
	if (lineEnd - position > maxHalfLength) {
		tail = " ...";
		lineEnd = position + maxHalfLength - tail.length;
	}
	return {
		str: head + buffer.slice(lineStart, lineEnd).replace(/\t/g, "→") + tail,
		pos: position - lineStart + head.length
	};
}
function padStart(string, max) {
	return " ".repeat(Math.max(max - string.length, 0)) + string;
}
function makeSnippet(mark, options) {
	if (!mark.buffer) return null;
	const opts = {
		...DEFAULT_SNIPPET_OPTIONS,
		...options
	};
	const re = /\r?\n|\r|\0/g;
	const lineStarts = [0];
	const lineEnds = [];
	let match;
	let foundLineNo = -1;
	while (match = re.exec(mark.buffer)) {
		lineEnds.push(match.index);
		lineStarts.push(match.index + match[0].length);
		if (mark.position <= match.index && foundLineNo < 0) foundLineNo = lineStarts.length - 2;
	}
	if (foundLineNo < 0) foundLineNo = lineStarts.length - 1;
	let result = "";
	const lineNoLength = Math.min(mark.line + opts.linesAfter, lineEnds.length).toString().length;
	const maxLineLength = opts.maxLength - (opts.indent + lineNoLength + 3);
	for (let i = 1; i <= opts.linesBefore; i++) {
		if (foundLineNo - i < 0) break;
		const line = getLine(mark.buffer, lineStarts[foundLineNo - i], lineEnds[foundLineNo - i], mark.position - (lineStarts[foundLineNo] - lineStarts[foundLineNo - i]), maxLineLength);
		result = `${" ".repeat(opts.indent)}${padStart((mark.line - i + 1).toString(), lineNoLength)} | ${line.str}\n${result}`;
	}
	const line = getLine(mark.buffer, lineStarts[foundLineNo], lineEnds[foundLineNo], mark.position, maxLineLength);
	result += `${" ".repeat(opts.indent)}${padStart((mark.line + 1).toString(), lineNoLength)} | ${line.str}\n`;
	result += `${"-".repeat(opts.indent + lineNoLength + 3 + line.pos)}^\n`;
	for (let i = 1; i <= opts.linesAfter; i++) {
		if (foundLineNo + i >= lineEnds.length) break;
		const line = getLine(mark.buffer, lineStarts[foundLineNo + i], lineEnds[foundLineNo + i], mark.position - (lineStarts[foundLineNo] - lineStarts[foundLineNo + i]), maxLineLength);
		result += `${" ".repeat(opts.indent)}${padStart((mark.line + i + 1).toString(), lineNoLength)} | ${line.str}\n`;
	}
	return result.replace(/\n$/, "");
}
function formatError(exception, compact) {
	let where = "";
	if (!exception.mark) return exception.reason;
	if (exception.mark.name) where += `in "${exception.mark.name}" `;
	where += `(${exception.mark.line + 1}:${exception.mark.column + 1})`;
	if (!compact && exception.mark.snippet) where += `\n\n${exception.mark.snippet}`;
	return `${exception.reason} ${where}`;
}
/**
* A YAML error. Unlike an ordinary `Error`, it adds a source snippet showing
* the location of the problem to the error message, when available.
*
* @category Main
*/
var YAMLException = class YAMLException extends Error {
	reason;
	mark;
	/**
	* Optional `mark` contains source snippet data. Usually, use
	* {@link YAMLException.throwAt} instead of passing it directly.
	*/
	constructor(reason, mark) {
		super();
		this.name = "YAMLException";
		this.reason = reason;
		this.mark = mark;
		this.message = formatError(this, false);
		if (Error.captureStackTrace) Error.captureStackTrace(this, this.constructor);
	}
	/**
	* Returns the formatted error, omitting the source snippet in compact mode.
	*/
	toString(compact) {
		return `${this.name}: ${formatError(this, compact)}`;
	}
	/**
	* Builds a YAMLException with a source snippet and throws it. `source` is
	* the raw input text; `position` is an offset into it.
	*/
	static throwAt(source, position, message, filename = "") {
		let line = 0;
		let lineStart = 0;
		for (let index = 0; index < position; index++) {
			const ch = source.charCodeAt(index);
			if (ch === 10) {
				line++;
				lineStart = index + 1;
			} else if (ch === 13) {
				line++;
				if (source.charCodeAt(index + 1) === 10) index++;
				lineStart = index + 1;
			}
		}
		const mark = {
			name: filename,
			buffer: source,
			position,
			line,
			column: position - lineStart
		};
		mark.snippet = makeSnippet(mark);
		throw new YAMLException(message, mark);
	}
};
/** @category Events */
var EVENT_ID = {
	DOCUMENT: 1,
	SEQUENCE: 2,
	MAPPING: 3,
	SCALAR: 4,
	ALIAS: 5,
	POP: 6
};
/** @category Nodes */
var SCALAR_STYLE = {
	PLAIN: 1,
	SINGLE_QUOTED: 2,
	DOUBLE_QUOTED: 3,
	LITERAL_BLOCK: 4,
	FOLDED_BLOCK: 5
};
/** @category Nodes */
var COLLECTION_STYLE = {
	BLOCK: 1,
	FLOW: 2
};
/** @category Nodes */
var CHOMPING_MODE = {
	CLIP: 1,
	STRIP: 2,
	KEEP: 3
};
var NO_RANGE$3 = -1;
function simpleEscapeSequence(c) {
	switch (c) {
		case 48: return "\0";
		case 97: return "\x07";
		case 98: return "\b";
		case 116: return "	";
		case 9: return "	";
		case 110: return "\n";
		case 118: return "\v";
		case 102: return "\f";
		case 114: return "\r";
		case 101: return "\x1B";
		case 32: return " ";
		case 34: return "\"";
		case 47: return "/";
		case 92: return "\\";
		case 78: return "";
		case 95: return "\xA0";
		case 76: return "\u2028";
		case 80: return "\u2029";
		default: return "";
	}
}
var simpleEscapeCheck = new Array(256);
var simpleEscapeMap = new Array(256);
for (let i = 0; i < 256; i++) {
	simpleEscapeCheck[i] = simpleEscapeSequence(i) ? 1 : 0;
	simpleEscapeMap[i] = simpleEscapeSequence(i);
}
function charFromCodepoint(c) {
	if (c <= 65535) return String.fromCharCode(c);
	return String.fromCharCode((c - 65536 >> 10) + 55296, (c - 65536 & 1023) + 56320);
}
function fromHexCode$1(c) {
	if (c >= 48 && c <= 57) return c - 48;
	return (c | 32) - 97 + 10;
}
function escapedHexLen$1(c) {
	if (c === 120) return 2;
	if (c === 117) return 4;
	return 8;
}
function skipFoldedBreaks(input, position, end) {
	let breaks = 0;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 10) {
			breaks++;
			position++;
		} else if (ch === 13) {
			breaks++;
			position++;
			if (input.charCodeAt(position) === 10) position++;
		} else if (ch === 32 || ch === 9) position++;
		else break;
	}
	return {
		position,
		breaks
	};
}
function foldedBreaks(count) {
	if (count === 1) return " ";
	return "\n".repeat(count - 1);
}
function getPlainValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, captureEnd);
}
function getSingleQuotedValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 39) {
			result += input.slice(captureStart, position) + "'";
			position += 2;
			captureStart = captureEnd = position;
		} else if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, end);
}
function getDoubleQuotedValue(input, start, end) {
	let result = "";
	let position = start;
	let captureStart = start;
	let captureEnd = start;
	while (position < end) {
		const ch = input.charCodeAt(position);
		if (ch === 92) {
			result += input.slice(captureStart, position);
			position++;
			const escaped = input.charCodeAt(position);
			if (escaped === 10 || escaped === 13) position = skipFoldedBreaks(input, position, end).position;
			else if (escaped < 256 && simpleEscapeCheck[escaped]) {
				result += simpleEscapeMap[escaped];
				position++;
			} else {
				let hexLength = escapedHexLen$1(escaped);
				let hexResult = 0;
				for (; hexLength > 0; hexLength--) {
					position++;
					const digit = fromHexCode$1(input.charCodeAt(position));
					hexResult = (hexResult << 4) + digit;
				}
				result += charFromCodepoint(hexResult);
				position++;
			}
			captureStart = captureEnd = position;
		} else if (ch === 10 || ch === 13) {
			result += input.slice(captureStart, captureEnd);
			const fold = skipFoldedBreaks(input, position, end);
			result += foldedBreaks(fold.breaks);
			position = captureStart = captureEnd = fold.position;
		} else {
			position++;
			if (ch !== 32 && ch !== 9) captureEnd = position;
		}
	}
	return result + input.slice(captureStart, end);
}
function getBlockValue(input, start, end, indent, chomping, folded) {
	const textIndent = indent < 0 ? 0 : indent;
	const region = input.slice(start, end).replace(/\r\n?/g, "\n");
	const lines = region === "" ? [] : (region.endsWith("\n") ? region.slice(0, -1) : region).split("\n");
	let result = "";
	let didReadContent = false;
	let emptyLines = 0;
	let atMoreIndented = false;
	for (const line of lines) {
		let column = 0;
		while (column < textIndent && line.charCodeAt(column) === 32) column++;
		if (indent < 0 || column >= line.length) {
			emptyLines++;
			continue;
		}
		const content = line.slice(textIndent);
		const first = content.charCodeAt(0);
		if (folded) {
			if (first === 32 || first === 9) {
				atMoreIndented = true;
				result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
			} else if (atMoreIndented) {
				atMoreIndented = false;
				result += "\n".repeat(emptyLines + 1);
			} else if (emptyLines === 0) {
				if (didReadContent) result += " ";
			} else result += "\n".repeat(emptyLines);
		} else result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
		result += content;
		didReadContent = true;
		emptyLines = 0;
	}
	if (chomping === CHOMPING_MODE.KEEP) result += "\n".repeat(didReadContent ? 1 + emptyLines : emptyLines);
	else if (chomping !== CHOMPING_MODE.STRIP) {
		if (didReadContent) result += "\n";
	}
	return result;
}
/**
* Decodes the scalar referenced by event offsets in `input`.
*
* @category Events
*/
function getScalarValue(input, scalar) {
	if (scalar.valueStart === NO_RANGE$3) return "";
	const { valueStart, valueEnd } = scalar;
	if (scalar.fast) return input.slice(valueStart, valueEnd);
	switch (scalar.style) {
		case SCALAR_STYLE.SINGLE_QUOTED: return getSingleQuotedValue(input, valueStart, valueEnd);
		case SCALAR_STYLE.DOUBLE_QUOTED: return getDoubleQuotedValue(input, valueStart, valueEnd);
		case SCALAR_STYLE.LITERAL_BLOCK: return getBlockValue(input, valueStart, valueEnd, scalar.indent, scalar.chomping, false);
		case SCALAR_STYLE.FOLDED_BLOCK: return getBlockValue(input, valueStart, valueEnd, scalar.indent, scalar.chomping, true);
		default: return getPlainValue(input, valueStart, valueEnd);
	}
}
var DEFAULT_TAG_HANDLERS = Object.assign(Object.create(null), {
	"!": "!",
	"!!": "tag:yaml.org,2002:"
});
var TAG_SUFFIX_CHARS = "-#;/?:@&=+$_.~*'()";
var TAG_URI_CHARS = TAG_SUFFIX_CHARS + "!,[]";
function tagPercentDecode(source) {
	let result = "";
	let index = 0;
	while (index < source.length) {
		if (source.charCodeAt(index) !== 37) {
			result += source[index++];
			continue;
		}
		let ch = parseInt(source.slice(index + 1, index + 3), 16);
		index += 3;
		if (ch >= 192) {
			let remaining = ch < 224 ? 1 : ch < 240 ? 2 : 3;
			ch &= (1 << 6 - remaining) - 1;
			while (remaining-- > 0) {
				ch = ch << 6 | parseInt(source.slice(index + 1, index + 3), 16) & 63;
				index += 3;
			}
		}
		if (ch < 65536) result += String.fromCharCode(ch);
		else {
			ch -= 65536;
			result += String.fromCharCode(55296 | ch >> 10, 56320 | ch & 1023);
		}
	}
	return result;
}
function tagNameFull(rawTag, tagHandlers) {
	if (rawTag.startsWith("!<") && rawTag.endsWith(">")) return tagPercentDecode(rawTag.slice(2, -1));
	const handleEnd = rawTag.indexOf("!", 1);
	const handle = handleEnd === -1 ? "!" : rawTag.slice(0, handleEnd + 1);
	return tagPercentDecode(tagHandlers?.[handle] ?? DEFAULT_TAG_HANDLERS[handle] ?? handle) + tagPercentDecode(rawTag.slice(handle.length));
}
var NO_RANGE$2 = -1;
var MERGE_TAG_NAME = "tag:yaml.org,2002:merge";
var DEFAULT_CONSTRUCTOR_OPTIONS = {
	filename: "",
	schema: CORE_SCHEMA,
	json: false,
	maxTotalMergeKeys: 1e4,
	maxAliases: -1
};
function eventPosition$1(event) {
	if ("tagStart" in event && event.tagStart !== NO_RANGE$2) return event.tagStart;
	if ("anchorStart" in event && event.anchorStart !== NO_RANGE$2) return event.anchorStart;
	if ("valueStart" in event && event.valueStart !== NO_RANGE$2) return event.valueStart;
	if ("start" in event) return event.start;
	return 0;
}
function throwError$1(state, message) {
	YAMLException.throwAt(state.source, state.position, message, state.filename);
}
function finalizeCollection(state, position, tag, carrier) {
	try {
		return tag.finalize(carrier);
	} catch (error) {
		if (error instanceof YAMLException) throw error;
		YAMLException.throwAt(state.source, position, error instanceof Error ? error.message : String(error), state.filename);
	}
}
function constructScalar(state, event) {
	const source = getScalarValue(state.source, event);
	const rawTag = event.tagStart === NO_RANGE$2 ? "" : state.source.slice(event.tagStart, event.tagEnd);
	const strTag = state.schema.defaultScalarTag;
	if (rawTag !== "") {
		if (rawTag === "!") return {
			value: source,
			tag: strTag
		};
		const tagName = tagNameFull(rawTag, state.tagHandlers);
		const scalarTag = state.schema.lookupScalarTag(tagName);
		if (scalarTag) {
			const result = scalarTag.resolve(source, true, tagName);
			if (result === NOT_RESOLVED) throwError$1(state, `cannot resolve a node with !<${tagName}> explicit tag`);
			return {
				value: result,
				tag: scalarTag
			};
		}
		const collectionTagDef = state.schema.lookupMappingTag(tagName) ?? state.schema.lookupSequenceTag(tagName);
		if (collectionTagDef) {
			if (source !== "") throwError$1(state, `cannot resolve a node with !<${tagName}> explicit tag`);
			const carrier = collectionTagDef.create(tagName);
			return {
				value: collectionTagDef.carrierIsResult ? carrier : finalizeCollection(state, state.position, collectionTagDef, carrier),
				tag: collectionTagDef
			};
		}
		throwError$1(state, `unknown scalar tag !<${tagName}>`);
	}
	if (event.style === SCALAR_STYLE.PLAIN) return state.schema.resolveImplicitScalarTag(source);
	return {
		value: strTag.resolve(source, false, strTag.tagName),
		tag: strTag
	};
}
function collectionTagName(state, event, defaultTagName) {
	const rawTag = event.tagStart === NO_RANGE$2 ? "" : state.source.slice(event.tagStart, event.tagEnd);
	return rawTag === "" || rawTag === "!" ? defaultTagName : tagNameFull(rawTag, state.tagHandlers);
}
function isMappingTag(tag) {
	return tag.nodeKind === "mapping";
}
function chargeMergeWork(state) {
	state.totalMergeKeys++;
	if (state.maxTotalMergeKeys !== -1 && state.totalMergeKeys > state.maxTotalMergeKeys) throwError$1(state, `merge keys exceeded maxTotalMergeKeys (${state.maxTotalMergeKeys})`);
}
function mergeKeys(state, frame, source, sourceTag) {
	chargeMergeWork(state);
	for (const sourceKey of sourceTag.keys(source)) {
		chargeMergeWork(state);
		if (frame.tag.has(frame.value, sourceKey)) continue;
		const err = frame.tag.addPair(frame.value, sourceKey, sourceTag.get(source, sourceKey));
		if (err) throwError$1(state, err);
		frame.overridable ??= /* @__PURE__ */ new Set();
		frame.overridable.add(sourceKey);
	}
}
function mergeSource(state, frame, source, sourceTag) {
	state.position = frame.keyPosition;
	if (isMappingTag(sourceTag)) mergeKeys(state, frame, source, sourceTag);
	else if (sourceTag.nodeKind === "sequence" && Array.isArray(source)) {
		if (source.length > 100) throwError$1(state, "abnormal merge sequence size");
		for (const element of source) {
			const elementTag = state.nodeTags.get(element);
			if (!elementTag) throwError$1(state, "cannot merge mappings; the provided source object is unacceptable");
			mergeKeys(state, frame, element, elementTag);
		}
	} else throwError$1(state, "cannot merge mappings; the provided source object is unacceptable");
}
function addMappingValue(state, frame, key, value, tag) {
	state.position = frame.keyPosition;
	if (frame.keyIsMerge) {
		mergeSource(state, frame, value, tag);
		return;
	}
	if (!state.json && frame.tag.has(frame.value, key) && !frame.overridable?.has(key)) throwError$1(state, "duplicated mapping key");
	const err = frame.tag.addPair(frame.value, key, value);
	if (err) throwError$1(state, err);
	frame.overridable?.delete(key);
}
function addValue(state, value, tag) {
	const frame = state.frames[state.frames.length - 1];
	if (frame.kind === "document") {
		frame.value = value;
		frame.hasValue = true;
	} else if (frame.kind === "sequence") {
		if (isMappingTag(tag)) state.nodeTags.set(value, tag);
		const err = frame.tag.addItem(frame.value, value, frame.index++);
		if (err) throwError$1(state, err);
	} else if (frame.hasKey) {
		const key = frame.key;
		frame.key = void 0;
		frame.hasKey = false;
		addMappingValue(state, frame, key, value, tag);
	} else {
		frame.key = value;
		frame.keyPosition = state.position;
		frame.hasKey = true;
		frame.keyIsMerge = tag.tagName === MERGE_TAG_NAME;
	}
}
function storeAnchor(state, event, value, tag, isValueFinal) {
	if (event.anchorStart !== NO_RANGE$2) {
		const anchor = {
			value,
			tag,
			isValueFinal
		};
		state.anchors.set(state.source.slice(event.anchorStart, event.anchorEnd), anchor);
		return anchor;
	}
	return null;
}
/**
* Constructs JavaScript documents directly from parser events, without an
* intermediate AST.
*
* @category Events
*/
function constructFromEvents(events, options) {
	const state = {
		...DEFAULT_CONSTRUCTOR_OPTIONS,
		...options,
		events,
		documents: [],
		eventIndex: 0,
		position: 0,
		frames: [],
		anchors: /* @__PURE__ */ new Map(),
		nodeTags: /* @__PURE__ */ new Map(),
		tagHandlers: Object.create(null),
		totalMergeKeys: 0,
		aliasCount: 0
	};
	while (state.eventIndex < state.events.length) {
		const event = state.events[state.eventIndex++];
		state.position = eventPosition$1(event);
		switch (event.type) {
			case EVENT_ID.DOCUMENT:
				state.anchors = /* @__PURE__ */ new Map();
				state.nodeTags = /* @__PURE__ */ new Map();
				state.aliasCount = 0;
				state.tagHandlers = Object.create(null);
				for (const directive of event.directives) if (directive.kind === "tag") state.tagHandlers[directive.handle] = directive.prefix;
				state.frames.push({
					kind: "document",
					position: state.position,
					value: void 0,
					hasValue: false
				});
				break;
			case EVENT_ID.SCALAR: {
				const { value, tag } = constructScalar(state, event);
				storeAnchor(state, event, value, tag, true);
				addValue(state, value, tag);
				break;
			}
			case EVENT_ID.SEQUENCE: {
				const tagName = collectionTagName(state, event, "tag:yaml.org,2002:seq");
				const tag = state.schema.lookupSequenceTag(tagName);
				if (!tag) throwError$1(state, `unknown sequence tag !<${tagName}>`);
				const value = tag.create(tagName);
				const anchor = storeAnchor(state, event, value, tag, tag.carrierIsResult);
				state.frames.push({
					kind: "sequence",
					position: state.position,
					value,
					tag,
					anchor,
					index: 0
				});
				break;
			}
			case EVENT_ID.MAPPING: {
				const tagName = collectionTagName(state, event, "tag:yaml.org,2002:map");
				const tag = state.schema.lookupMappingTag(tagName);
				if (!tag) throwError$1(state, `unknown mapping tag !<${tagName}>`);
				const value = tag.create(tagName);
				const anchor = storeAnchor(state, event, value, tag, tag.carrierIsResult);
				state.frames.push({
					kind: "mapping",
					position: state.position,
					value,
					tag,
					anchor,
					key: void 0,
					keyPosition: state.position,
					hasKey: false,
					keyIsMerge: false,
					overridable: null
				});
				break;
			}
			case EVENT_ID.ALIAS: {
				if (state.maxAliases !== -1 && ++state.aliasCount > state.maxAliases) throwError$1(state, `aliases exceeded maxAliases (${state.maxAliases})`);
				const name = state.source.slice(event.anchorStart, event.anchorEnd);
				const anchor = state.anchors.get(name);
				if (!anchor) throwError$1(state, `unidentified alias "${name}"`);
				if (!anchor.isValueFinal) throwError$1(state, `recursive alias "${name}" is not supported for tag ${anchor.tag.tagName} because it uses finalize()`);
				addValue(state, anchor.value, anchor.tag);
				break;
			}
			case EVENT_ID.POP: {
				const frame = state.frames.pop();
				if (frame.kind === "mapping" && frame.hasKey) {
					state.position = frame.keyPosition;
					throwError$1(state, "incomplete mapping pair in event stream");
				}
				if (frame.kind === "document") state.documents.push(frame.value);
				else {
					const value = frame.tag.carrierIsResult ? frame.value : finalizeCollection(state, frame.position, frame.tag, frame.value);
					if (frame.anchor) {
						frame.anchor.value = value;
						frame.anchor.isValueFinal = true;
					}
					addValue(state, value, frame.tag);
				}
				break;
			}
		}
	}
	return state.documents;
}
var NO_RANGE$1 = -1;
var HAS_OWN = Object.prototype.hasOwnProperty;
var CONTEXT_FLOW_IN = 1;
var CONTEXT_FLOW_OUT = 2;
var CONTEXT_BLOCK_IN = 3;
var CONTEXT_BLOCK_OUT = 4;
var PATTERN_NON_PRINTABLE = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/;
var PATTERN_FLOW_INDICATORS = /[,\[\]{}]/;
var PATTERN_TAG_HANDLE = /^(?:!|!!|![0-9A-Za-z-]+!)$/;
var NS_URI_CHAR = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$,_.!~*'()\[\]])`;
var NS_TAG_CHAR = String.raw`(?:%[0-9A-Fa-f]{2}|[0-9A-Za-z\-#;/?:@&=+$.~*'()_])`;
var PATTERN_TAG_URI = new RegExp(`^(?:${NS_URI_CHAR})*$`);
var PATTERN_TAG_SUFFIX = new RegExp(`^(?:${NS_TAG_CHAR})+$`);
var PATTERN_TAG_PREFIX = new RegExp(`^(?:!(?:${NS_URI_CHAR})*|${NS_TAG_CHAR}(?:${NS_URI_CHAR})*)$`);
var DEFAULT_PARSER_OPTIONS = {
	filename: "",
	maxDepth: 100
};
function addDocumentEvent(state, explicitStart, explicitEnd) {
	state.events.push({
		type: EVENT_ID.DOCUMENT,
		explicitStart,
		explicitEnd,
		directives: state.directives
	});
}
function addSequenceEvent(state, start, anchorStart, anchorEnd, tagStart, tagEnd, style) {
	state.events.push({
		type: EVENT_ID.SEQUENCE,
		start,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style
	});
}
function addMappingEvent(state, start, anchorStart, anchorEnd, tagStart, tagEnd, style) {
	state.events.push({
		type: EVENT_ID.MAPPING,
		start,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style
	});
}
function insertFlowPairMappingEvent(state, snapshot) {
	state.events.splice(snapshot.eventsLength, 0, {
		type: EVENT_ID.MAPPING,
		start: snapshot.position,
		anchorStart: NO_RANGE$1,
		anchorEnd: NO_RANGE$1,
		tagStart: NO_RANGE$1,
		tagEnd: NO_RANGE$1,
		style: COLLECTION_STYLE.FLOW
	});
}
function addScalarEvent(state, valueStart, valueEnd, anchorStart, anchorEnd, tagStart, tagEnd, style, chomping = CHOMPING_MODE.CLIP, indent = -1, fast = false) {
	state.events.push({
		type: EVENT_ID.SCALAR,
		valueStart,
		valueEnd,
		anchorStart,
		anchorEnd,
		tagStart,
		tagEnd,
		style,
		chomping,
		indent,
		fast
	});
}
function addAliasEvent(state, anchorStart, anchorEnd) {
	state.events.push({
		type: EVENT_ID.ALIAS,
		anchorStart,
		anchorEnd
	});
}
function addPopEvent(state) {
	state.events.push({ type: EVENT_ID.POP });
}
function addEmptyScalarEvent(state) {
	addScalarEvent(state, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, NO_RANGE$1, SCALAR_STYLE.PLAIN);
}
function emptyProperties() {
	return {
		anchorStart: NO_RANGE$1,
		anchorEnd: NO_RANGE$1,
		tagStart: NO_RANGE$1,
		tagEnd: NO_RANGE$1
	};
}
function snapshotState(state) {
	return {
		position: state.position,
		line: state.line,
		lineStart: state.lineStart,
		lineIndent: state.lineIndent,
		firstTabInLine: state.firstTabInLine,
		eventsLength: state.events.length
	};
}
function restoreState(state, snapshot) {
	state.position = snapshot.position;
	state.line = snapshot.line;
	state.lineStart = snapshot.lineStart;
	state.lineIndent = snapshot.lineIndent;
	state.firstTabInLine = snapshot.firstTabInLine;
	state.events.length = snapshot.eventsLength;
}
function throwError(state, message) {
	YAMLException.throwAt(state.input.slice(0, state.length), state.position, message, state.filename);
}
function isEol(c) {
	return c === 10 || c === 13;
}
function isWhiteSpace(c) {
	return c === 9 || c === 32;
}
function isWsOrEol(c) {
	return isWhiteSpace(c) || isEol(c);
}
function isWsOrEolOrEnd(c) {
	return c === 0 || isWsOrEol(c);
}
function isFlowIndicator(c) {
	return c === 44 || c === 91 || c === 93 || c === 123 || c === 125;
}
function fromDecimalCode(c) {
	return c >= 48 && c <= 57 ? c - 48 : -1;
}
function fromHexCode(c) {
	if (c >= 48 && c <= 57) return c - 48;
	const lc = c | 32;
	if (lc >= 97 && lc <= 102) return lc - 97 + 10;
	return -1;
}
function escapedHexLen(c) {
	if (c === 120) return 2;
	if (c === 117) return 4;
	if (c === 85) return 8;
	return 0;
}
function isSimpleEscape(c) {
	return c === 48 || c === 97 || c === 98 || c === 116 || c === 9 || c === 110 || c === 118 || c === 102 || c === 114 || c === 101 || c === 32 || c === 34 || c === 47 || c === 92 || c === 78 || c === 95 || c === 76 || c === 80;
}
function consumeLineBreak(state) {
	if (state.input.charCodeAt(state.position) === 10) state.position++;
	else {
		state.position++;
		if (state.input.charCodeAt(state.position) === 10) state.position++;
	}
	state.line++;
	state.lineStart = state.position;
	state.lineIndent = 0;
	state.firstTabInLine = -1;
}
function skipSeparationSpace(state, allowComments) {
	let lineBreaks = 0;
	let ch = state.input.charCodeAt(state.position);
	let hasSeparation = state.position === state.lineStart || isWsOrEol(state.input.charCodeAt(state.position - 1));
	while (ch !== 0) {
		while (isWhiteSpace(ch)) {
			hasSeparation = true;
			if (ch === 9 && state.firstTabInLine === -1) state.firstTabInLine = state.position;
			ch = state.input.charCodeAt(++state.position);
		}
		if (allowComments && hasSeparation && ch === 35) do
			ch = state.input.charCodeAt(++state.position);
		while (!isEol(ch) && ch !== 0);
		if (!isEol(ch)) break;
		consumeLineBreak(state);
		lineBreaks++;
		hasSeparation = true;
		ch = state.input.charCodeAt(state.position);
		while (ch === 32) {
			state.lineIndent++;
			ch = state.input.charCodeAt(++state.position);
		}
	}
	return lineBreaks;
}
function testDocumentSeparator(state, position = state.position) {
	const ch = state.input.charCodeAt(position);
	if ((ch === 45 || ch === 46) && ch === state.input.charCodeAt(position + 1) && ch === state.input.charCodeAt(position + 2)) {
		const following = state.input.charCodeAt(position + 3);
		return following === 0 || isWsOrEol(following);
	}
	return false;
}
function skipByteOrderMark(state) {
	if (state.position === state.lineStart && state.input.charCodeAt(state.position) === 65279) {
		state.position++;
		state.lineStart = state.position;
	}
}
function testDocumentBoundary(state) {
	if (state.position !== state.lineStart) return false;
	if (testDocumentSeparator(state)) return true;
	if (state.input.charCodeAt(state.position) !== 65279) return false;
	const snapshot = snapshotState(state);
	skipByteOrderMark(state);
	skipSeparationSpace(state, true);
	const ch = state.input.charCodeAt(state.position);
	const result = state.position === state.lineStart && (ch === 37 || ch === 45 && testDocumentSeparator(state));
	restoreState(state, snapshot);
	return result;
}
function skipUntilLineEnd(state) {
	let ch = state.input.charCodeAt(state.position);
	while (ch !== 0 && !isEol(ch)) ch = state.input.charCodeAt(++state.position);
}
function checkPrintable(state, start, end) {
	const match = PATTERN_NON_PRINTABLE.exec(state.input.slice(start, end));
	if (match !== null) {
		state.position = start + match.index + match[0].length - 1;
		throwError(state, "the stream contains non-printable characters");
	}
}
function readTagProperty(state, props, inFlow) {
	if (state.input.charCodeAt(state.position) !== 33) return false;
	if (props.tagStart !== NO_RANGE$1) throwError(state, "duplication of a tag property");
	const start = state.position;
	let isVerbatim = false;
	let isNamed = false;
	let tagHandle = "!";
	let ch = state.input.charCodeAt(++state.position);
	if (ch === 60) {
		isVerbatim = true;
		ch = state.input.charCodeAt(++state.position);
	} else if (ch === 33) {
		isNamed = true;
		tagHandle = "!!";
		ch = state.input.charCodeAt(++state.position);
	}
	let suffixStart = state.position;
	let tagName;
	if (isVerbatim) {
		while (ch !== 0 && ch !== 62) ch = state.input.charCodeAt(++state.position);
		if (ch !== 62) throwError(state, "unexpected end of the stream within a verbatim tag");
		tagName = state.input.slice(suffixStart, state.position);
		state.position++;
	} else {
		while (ch !== 0 && !isWsOrEol(ch) && !(inFlow && isFlowIndicator(ch))) {
			if (ch === 33) {
				if (!isNamed) {
					tagHandle = state.input.slice(suffixStart - 1, state.position + 1);
					if (!PATTERN_TAG_HANDLE.test(tagHandle)) throwError(state, "named tag handle cannot contain such characters");
					isNamed = true;
					suffixStart = state.position + 1;
				} else throwError(state, "tag suffix cannot contain exclamation marks");
			}
			ch = state.input.charCodeAt(++state.position);
		}
		tagName = state.input.slice(suffixStart, state.position);
		if (PATTERN_FLOW_INDICATORS.test(tagName)) throwError(state, "tag suffix cannot contain flow indicator characters");
	}
	if (tagName && !(isVerbatim ? PATTERN_TAG_URI.test(tagName) : PATTERN_TAG_SUFFIX.test(tagName))) throwError(state, `tag name cannot contain such characters: ${tagName}`);
	if (!isVerbatim && tagHandle !== "!" && tagHandle !== "!!" && !HAS_OWN.call(state.tagHandlers, tagHandle)) throwError(state, `undeclared tag handle "${tagHandle}"`);
	props.tagStart = start;
	props.tagEnd = state.position;
	return true;
}
function readAnchorProperty(state, props) {
	if (state.input.charCodeAt(state.position) !== 38) return false;
	if (props.anchorStart !== NO_RANGE$1) throwError(state, "duplication of an anchor property");
	state.position++;
	const start = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position)) && !isFlowIndicator(state.input.charCodeAt(state.position))) state.position++;
	if (state.position === start) throwError(state, "name of an anchor node must contain at least one character");
	props.anchorStart = start;
	props.anchorEnd = state.position;
	return true;
}
function readAlias(state, props) {
	if (state.input.charCodeAt(state.position) !== 42) return false;
	if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) throwError(state, "alias node should not have any properties");
	state.position++;
	const start = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position)) && !isFlowIndicator(state.input.charCodeAt(state.position))) state.position++;
	if (state.position === start) throwError(state, "name of an alias node must contain at least one character");
	addAliasEvent(state, start, state.position);
	return true;
}
function readFlowScalarBreak(state, nodeIndent) {
	skipSeparationSpace(state, false);
	if (state.lineIndent < nodeIndent) throwError(state, "deficient indentation");
}
function readSingleQuotedScalar(state, nodeIndent, props) {
	if (state.input.charCodeAt(state.position) !== 39) return false;
	state.position++;
	const start = state.position;
	let simple = true;
	while (state.input.charCodeAt(state.position) !== 0) {
		const ch = state.input.charCodeAt(state.position);
		if (ch === 39) {
			if (state.input.charCodeAt(state.position + 1) === 39) {
				simple = false;
				state.position += 2;
				continue;
			}
			const end = state.position;
			state.position++;
			addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.SINGLE_QUOTED, CHOMPING_MODE.CLIP, -1, simple);
			return true;
		}
		if (isEol(ch)) {
			simple = false;
			readFlowScalarBreak(state, nodeIndent);
		} else if (state.position === state.lineStart && testDocumentSeparator(state)) throwError(state, "unexpected end of the document within a single quoted scalar");
		else if (ch !== 9 && ch < 32) throwError(state, "expected valid JSON character");
		else state.position++;
	}
	throwError(state, "unexpected end of the stream within a single quoted scalar");
}
function readDoubleQuotedScalar(state, nodeIndent, props) {
	if (state.input.charCodeAt(state.position) !== 34) return false;
	state.position++;
	const start = state.position;
	let simple = true;
	while (state.input.charCodeAt(state.position) !== 0) {
		const ch = state.input.charCodeAt(state.position);
		if (ch === 34) {
			const end = state.position;
			state.position++;
			addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.DOUBLE_QUOTED, CHOMPING_MODE.CLIP, -1, simple);
			return true;
		}
		if (ch === 92) {
			simple = false;
			const escaped = state.input.charCodeAt(++state.position);
			if (isEol(escaped)) readFlowScalarBreak(state, nodeIndent);
			else if (isSimpleEscape(escaped)) state.position++;
			else {
				let hexLength = escapedHexLen(escaped);
				if (hexLength === 0) throwError(state, "unknown escape sequence");
				while (hexLength-- > 0) {
					state.position++;
					if (fromHexCode(state.input.charCodeAt(state.position)) < 0) throwError(state, "expected hexadecimal character");
				}
				state.position++;
			}
		} else if (isEol(ch)) {
			simple = false;
			readFlowScalarBreak(state, nodeIndent);
		} else if (state.position === state.lineStart && testDocumentSeparator(state)) throwError(state, "unexpected end of the document within a double quoted scalar");
		else if (ch !== 9 && ch < 32) throwError(state, "expected valid JSON character");
		else state.position++;
	}
	throwError(state, "unexpected end of the stream within a double quoted scalar");
}
function readBlockScalar(state, parentIndent, props) {
	const ch = state.input.charCodeAt(state.position);
	let chomping = CHOMPING_MODE.CLIP;
	let indent = -1;
	let detectedIndent = false;
	if (ch !== 124 && ch !== 62) return false;
	const style = ch === 124 ? SCALAR_STYLE.LITERAL_BLOCK : SCALAR_STYLE.FOLDED_BLOCK;
	state.position++;
	while (state.input.charCodeAt(state.position) !== 0) {
		const current = state.input.charCodeAt(state.position);
		const digit = fromDecimalCode(current);
		if (current === 43 || current === 45) {
			if (chomping !== CHOMPING_MODE.CLIP) throwError(state, "repeat of a chomping mode identifier");
			chomping = current === 43 ? CHOMPING_MODE.KEEP : CHOMPING_MODE.STRIP;
			state.position++;
		} else if (digit >= 0) {
			if (digit === 0) throwError(state, "bad explicit indentation width of a block scalar; it cannot be less than one");
			if (detectedIndent) throwError(state, "repeat of an indentation width identifier");
			indent = parentIndent + digit - 1;
			detectedIndent = true;
			state.position++;
		} else break;
	}
	let hadWhitespace = false;
	while (isWhiteSpace(state.input.charCodeAt(state.position))) {
		hadWhitespace = true;
		state.position++;
	}
	if (hadWhitespace && state.input.charCodeAt(state.position) === 35) skipUntilLineEnd(state);
	if (isEol(state.input.charCodeAt(state.position))) consumeLineBreak(state);
	else if (state.input.charCodeAt(state.position) !== 0) throwError(state, "a line break is expected");
	let contentIndent = detectedIndent ? indent : -1;
	let maxLeadingIndent = 0;
	const valueStart = state.position;
	let valueEnd = state.position;
	while (state.input.charCodeAt(state.position) !== 0) {
		const linePosition = state.position;
		let column = 0;
		while (state.input.charCodeAt(linePosition + column) === 32) column++;
		const first = state.input.charCodeAt(linePosition + column);
		if (first === 0) {
			if (contentIndent >= 0) {
				if (column > contentIndent) valueEnd = linePosition + column;
			} else if (column > 0) valueEnd = linePosition + column;
			break;
		}
		if (testDocumentBoundary(state)) break;
		if (!detectedIndent && contentIndent === -1 && isEol(first)) maxLeadingIndent = Math.max(maxLeadingIndent, column);
		if (!detectedIndent && contentIndent === -1 && !isEol(first)) {
			if (first === 9 && column < parentIndent) {
				state.position = linePosition + column;
				throwError(state, "tab characters must not be used in indentation");
			}
			if (column >= parentIndent && column < maxLeadingIndent) {
				state.position = linePosition + column;
				throwError(state, "bad indentation of a mapping entry");
			}
		}
		if (contentIndent === -1 && first !== 0 && !isEol(first) && column < parentIndent) {
			state.lineIndent = column;
			state.position = linePosition + column;
			break;
		}
		if (!detectedIndent && first !== 0 && !isEol(first) && contentIndent === -1) contentIndent = column;
		const requiredIndent = contentIndent === -1 ? parentIndent + 1 : contentIndent;
		if (first !== 0 && !isEol(first) && column < requiredIndent) {
			state.lineIndent = column;
			state.position = linePosition + column;
			break;
		}
		skipUntilLineEnd(state);
		valueEnd = state.position;
		if (isEol(state.input.charCodeAt(state.position))) {
			consumeLineBreak(state);
			valueEnd = state.position;
		}
	}
	checkPrintable(state, valueStart, valueEnd);
	addScalarEvent(state, valueStart, valueEnd, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, style, chomping, contentIndent);
	return true;
}
function canStartPlainScalar(state, nodeContext) {
	const ch = state.input.charCodeAt(state.position);
	const inFlow = nodeContext === CONTEXT_FLOW_IN;
	if (ch === 0 || isWsOrEol(ch) || ch === 35 || ch === 38 || ch === 42 || ch === 33 || ch === 124 || ch === 62 || ch === 39 || ch === 34 || ch === 37 || ch === 64 || ch === 96 || isFlowIndicator(ch)) return false;
	if (ch === 63 || ch === 45) {
		const following = state.input.charCodeAt(state.position + 1);
		if (isWsOrEolOrEnd(following) || inFlow && isFlowIndicator(following)) return false;
	}
	return true;
}
function readPlainScalar(state, nodeIndent, nodeContext, props) {
	if (!canStartPlainScalar(state, nodeContext)) return false;
	const start = state.position;
	let end = state.position;
	let ch = state.input.charCodeAt(state.position);
	const inFlow = nodeContext === CONTEXT_FLOW_IN;
	let multiline = false;
	while (ch !== 0) {
		if (testDocumentBoundary(state)) break;
		if (ch === 58) {
			const following = state.input.charCodeAt(state.position + 1);
			if (isWsOrEolOrEnd(following) || inFlow && isFlowIndicator(following)) break;
		} else if (ch === 35) {
			if (isWsOrEol(state.input.charCodeAt(state.position - 1))) break;
		} else if (inFlow && isFlowIndicator(ch)) break;
		else if (isEol(ch)) {
			const savedPosition = state.position;
			const savedLine = state.line;
			const savedLineStart = state.lineStart;
			const savedLineIndent = state.lineIndent;
			skipSeparationSpace(state, false);
			if (state.lineIndent >= nodeIndent) {
				multiline = true;
				ch = state.input.charCodeAt(state.position);
				continue;
			}
			state.position = savedPosition;
			state.line = savedLine;
			state.lineStart = savedLineStart;
			state.lineIndent = savedLineIndent;
			break;
		}
		if (!isWhiteSpace(ch)) end = state.position + 1;
		ch = state.input.charCodeAt(++state.position);
	}
	if (end === start) return false;
	checkPrintable(state, start, end);
	addScalarEvent(state, start, end, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.PLAIN, CHOMPING_MODE.CLIP, -1, !multiline);
	return true;
}
function skipFlowSeparationSpace(state, nodeIndent) {
	const startLine = state.line;
	skipSeparationSpace(state, true);
	if (state.line > startLine && state.lineIndent < nodeIndent || state.firstTabInLine !== -1 && state.lineIndent < nodeIndent) throwError(state, "deficient indentation");
}
function readFlowCollection(state, nodeIndent, props) {
	const ch = state.input.charCodeAt(state.position);
	const isMapping = ch === 123;
	const start = state.position;
	let readNext = true;
	if (ch !== 91 && ch !== 123) return false;
	const terminator = isMapping ? 125 : 93;
	if (isMapping) addMappingEvent(state, start, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.FLOW);
	else addSequenceEvent(state, start, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.FLOW);
	state.position++;
	while (state.input.charCodeAt(state.position) !== 0) {
		skipFlowSeparationSpace(state, nodeIndent);
		let ch = state.input.charCodeAt(state.position);
		if (ch === terminator) {
			state.position++;
			addPopEvent(state);
			return true;
		} else if (!readNext) throwError(state, "missed comma between flow collection entries");
		else if (ch === 44) throwError(state, "expected the node content, but found ','");
		let isPair = false;
		let isExplicitPair = false;
		if (ch === 63 && isWsOrEol(state.input.charCodeAt(state.position + 1))) {
			isPair = isExplicitPair = true;
			state.position += 1;
			skipFlowSeparationSpace(state, nodeIndent);
		}
		const entryLine = state.line;
		const entryStart = snapshotState(state);
		const keyWasRead = parseNode(state, nodeIndent, CONTEXT_FLOW_IN, false, true);
		skipFlowSeparationSpace(state, nodeIndent);
		ch = state.input.charCodeAt(state.position);
		if ((isMapping || isExplicitPair || state.line === entryLine) && ch === 58) {
			isPair = true;
			state.position++;
			skipFlowSeparationSpace(state, nodeIndent);
			if (!isMapping) {
				insertFlowPairMappingEvent(state, entryStart);
				if (!keyWasRead) addEmptyScalarEvent(state);
			} else if (!keyWasRead) addEmptyScalarEvent(state);
			if (!parseNode(state, nodeIndent, CONTEXT_FLOW_IN, false, true)) addEmptyScalarEvent(state);
			skipFlowSeparationSpace(state, nodeIndent);
			if (!isMapping) addPopEvent(state);
		} else if (isMapping && isPair) {
			if (!keyWasRead) addEmptyScalarEvent(state);
			addEmptyScalarEvent(state);
		} else if (isMapping) addEmptyScalarEvent(state);
		else if (isPair) {
			insertFlowPairMappingEvent(state, entryStart);
			if (!keyWasRead) addEmptyScalarEvent(state);
			addEmptyScalarEvent(state);
			addPopEvent(state);
		}
		ch = state.input.charCodeAt(state.position);
		if (ch === 44) {
			readNext = true;
			state.position++;
		} else readNext = false;
	}
	throwError(state, "unexpected end of the stream within a flow collection");
}
function readBlockSequence(state, nodeIndent, props) {
	if (state.firstTabInLine !== -1 || state.input.charCodeAt(state.position) !== 45 || !isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) return false;
	addSequenceEvent(state, state.position, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.BLOCK);
	while (state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) {
		if (state.firstTabInLine !== -1) {
			state.position = state.firstTabInLine;
			throwError(state, "tab characters must not be used in indentation");
		}
		const entryLine = state.line;
		state.position++;
		const hadBreak = skipSeparationSpace(state, true) > 0;
		if (state.firstTabInLine !== -1 && state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) throwError(state, "bad indentation of a sequence entry");
		if (hadBreak && state.lineIndent <= nodeIndent) addEmptyScalarEvent(state);
		else parseNode(state, nodeIndent, CONTEXT_BLOCK_IN, false, true);
		skipSeparationSpace(state, true);
		if (state.lineIndent < nodeIndent || state.position >= state.length) break;
		if (state.lineIndent > nodeIndent) throwError(state, "bad indentation of a sequence entry");
		if (state.line === entryLine && state.input.charCodeAt(state.position) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 1))) throwError(state, "bad indentation of a sequence entry");
	}
	addPopEvent(state);
	return true;
}
function readBlockMapping(state, nodeIndent, flowIndent, props) {
	let atExplicitKey = false;
	let detected = false;
	let mappingOpened = false;
	let pendingExplicitKey = false;
	if (state.firstTabInLine !== -1) return false;
	let ch = state.input.charCodeAt(state.position);
	while (ch !== 0) {
		if (!atExplicitKey && state.firstTabInLine !== -1) {
			state.position = state.firstTabInLine;
			throwError(state, "tab characters must not be used in indentation");
		}
		const following = state.input.charCodeAt(state.position + 1);
		const entryLine = state.line;
		if ((ch === 63 || ch === 58) && isWsOrEolOrEnd(following)) {
			if (!mappingOpened) {
				addMappingEvent(state, state.position, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, COLLECTION_STYLE.BLOCK);
				mappingOpened = true;
			}
			if (ch === 63) {
				if (atExplicitKey) addEmptyScalarEvent(state);
				detected = true;
				atExplicitKey = true;
			} else if (atExplicitKey) atExplicitKey = false;
			else {
				addEmptyScalarEvent(state);
				detected = true;
				atExplicitKey = false;
			}
			state.position += 1;
			pendingExplicitKey = true;
		} else {
			if (atExplicitKey) {
				addEmptyScalarEvent(state);
				atExplicitKey = false;
			}
			const beforeKey = snapshotState(state);
			if (!parseNode(state, flowIndent, CONTEXT_FLOW_OUT, false, true)) break;
			if (state.line === entryLine) {
				ch = state.input.charCodeAt(state.position);
				while (isWhiteSpace(ch)) ch = state.input.charCodeAt(++state.position);
				if (ch === 58) {
					ch = state.input.charCodeAt(++state.position);
					if (!isWsOrEolOrEnd(ch)) throwError(state, "a whitespace character is expected after the key-value separator within a block mapping");
					if (!mappingOpened) {
						state.events.splice(beforeKey.eventsLength, 0, {
							type: EVENT_ID.MAPPING,
							start: beforeKey.position,
							anchorStart: props.anchorStart,
							anchorEnd: props.anchorEnd,
							tagStart: props.tagStart,
							tagEnd: props.tagEnd,
							style: COLLECTION_STYLE.BLOCK
						});
						mappingOpened = true;
					}
					detected = true;
					atExplicitKey = false;
					pendingExplicitKey = false;
				} else if (detected) throwError(state, "expected ':' after a mapping key");
				else {
					if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) {
						restoreState(state, beforeKey);
						return false;
					}
					return true;
				}
			} else if (detected) throwError(state, "can not read a block mapping entry; a multiline key may not be an implicit key");
			else {
				if (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1) {
					restoreState(state, beforeKey);
					return false;
				}
				return true;
			}
		}
		if (parseNode(state, nodeIndent, CONTEXT_BLOCK_OUT, true, pendingExplicitKey)) pendingExplicitKey = false;
		if (!atExplicitKey) {
			if (pendingExplicitKey) {
				addEmptyScalarEvent(state);
				pendingExplicitKey = false;
			}
		}
		skipSeparationSpace(state, true);
		ch = state.input.charCodeAt(state.position);
		if ((state.line === entryLine || state.lineIndent > nodeIndent) && ch !== 0) throwError(state, "bad indentation of a mapping entry");
		else if (state.lineIndent < nodeIndent) break;
	}
	if (!detected) return false;
	if (atExplicitKey) addEmptyScalarEvent(state);
	if (mappingOpened) addPopEvent(state);
	return true;
}
function parseNode(state, parentIndent, nodeContext, allowToSeek, allowCompact, allowPropertyMapping = true) {
	if (state.depth >= state.maxDepth) throwError(state, `nesting exceeded maxDepth (${state.maxDepth})`);
	state.depth++;
	let indentStatus = 1;
	let atNewLine = false;
	let hasContent = false;
	let propertyStart = null;
	const props = emptyProperties();
	let allowBlockScalars = nodeContext === CONTEXT_BLOCK_OUT || nodeContext === CONTEXT_BLOCK_IN;
	let allowBlockCollections = allowBlockScalars;
	const allowBlockStyles = allowBlockScalars;
	if (allowToSeek && skipSeparationSpace(state, true)) {
		atNewLine = true;
		if (state.lineIndent > parentIndent) indentStatus = 1;
		else if (state.lineIndent === parentIndent) indentStatus = 0;
		else indentStatus = -1;
	}
	if (indentStatus === 1) while (true) {
		const ch = state.input.charCodeAt(state.position);
		const propertyState = snapshotState(state);
		if (atNewLine && indentStatus !== 1 && (ch === 33 || ch === 38)) break;
		if (atNewLine && allowBlockStyles && (props.tagStart !== NO_RANGE$1 || props.anchorStart !== NO_RANGE$1) && (ch === 33 || ch === 38)) {
			const fallbackState = snapshotState(state);
			const flowIndent = parentIndent + 1;
			if (readBlockMapping(state, state.position - state.lineStart, flowIndent, props) && state.events[fallbackState.eventsLength]?.type === EVENT_ID.MAPPING) {
				state.depth--;
				return true;
			}
			restoreState(state, fallbackState);
		}
		if (atNewLine && (ch === 33 && props.tagStart !== NO_RANGE$1 || ch === 38 && props.anchorStart !== NO_RANGE$1)) break;
		if (!readTagProperty(state, props, nodeContext === CONTEXT_FLOW_IN) && !readAnchorProperty(state, props)) break;
		if (propertyStart === null) propertyStart = propertyState;
		if (skipSeparationSpace(state, true)) {
			atNewLine = true;
			allowBlockCollections = allowBlockStyles;
			if (state.lineIndent > parentIndent) indentStatus = 1;
			else if (state.lineIndent === parentIndent) indentStatus = 0;
			else indentStatus = -1;
		} else allowBlockCollections = false;
	}
	if (allowBlockCollections) allowBlockCollections = atNewLine || allowCompact;
	if (indentStatus === 1 || nodeContext === CONTEXT_BLOCK_OUT) {
		const flowIndent = nodeContext === CONTEXT_FLOW_IN || nodeContext === CONTEXT_FLOW_OUT ? parentIndent : parentIndent + 1;
		const blockIndent = state.position - state.lineStart;
		if (indentStatus === 1) {
			if (allowBlockCollections && (readBlockSequence(state, blockIndent, props) || readBlockMapping(state, blockIndent, flowIndent, props)) || readFlowCollection(state, flowIndent, props)) hasContent = true;
			else {
				const ch = state.input.charCodeAt(state.position);
				if (propertyStart !== null && allowPropertyMapping && allowBlockStyles && !allowBlockCollections && ch !== 124 && ch !== 62) {
					const fallbackState = snapshotState(state);
					const propertyIndent = propertyStart.position - propertyStart.lineStart;
					restoreState(state, propertyStart);
					if (readBlockMapping(state, propertyIndent, flowIndent, emptyProperties()) && state.events[fallbackState.eventsLength]?.type === EVENT_ID.MAPPING) hasContent = true;
					else restoreState(state, fallbackState);
				}
				if (!hasContent && (allowBlockScalars && readBlockScalar(state, flowIndent, props) || readSingleQuotedScalar(state, flowIndent, props) || readDoubleQuotedScalar(state, flowIndent, props) || readAlias(state, props) || readPlainScalar(state, flowIndent, nodeContext, props))) hasContent = true;
			}
		} else if (indentStatus === 0) hasContent = allowBlockCollections && readBlockSequence(state, blockIndent, props);
	}
	allowBlockScalars = allowBlockScalars && !hasContent;
	if (!hasContent && (props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1 || allowBlockScalars)) {
		addScalarEvent(state, NO_RANGE$1, NO_RANGE$1, props.anchorStart, props.anchorEnd, props.tagStart, props.tagEnd, SCALAR_STYLE.PLAIN);
		hasContent = true;
	}
	state.depth--;
	return hasContent || props.anchorStart !== NO_RANGE$1 || props.tagStart !== NO_RANGE$1;
}
function readDirective(state) {
	if (state.lineIndent > 0 || state.input.charCodeAt(state.position) !== 37) return false;
	state.position++;
	const nameStart = state.position;
	while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position))) state.position++;
	const name = state.input.slice(nameStart, state.position);
	const args = [];
	if (name.length === 0) throwError(state, "directive name must not be less than one character in length");
	while (state.input.charCodeAt(state.position) !== 0 && !isEol(state.input.charCodeAt(state.position))) {
		while (isWhiteSpace(state.input.charCodeAt(state.position))) state.position++;
		if (state.input.charCodeAt(state.position) === 35 || isEol(state.input.charCodeAt(state.position)) || state.input.charCodeAt(state.position) === 0) break;
		const start = state.position;
		while (state.input.charCodeAt(state.position) !== 0 && !isWsOrEol(state.input.charCodeAt(state.position))) state.position++;
		args.push(state.input.slice(start, state.position));
	}
	if (isEol(state.input.charCodeAt(state.position))) consumeLineBreak(state);
	if (name === "YAML") {
		if (state.directives.some((directive) => directive.kind === "yaml")) throwError(state, "duplication of %YAML directive");
		if (args.length !== 1) throwError(state, "YAML directive accepts exactly one argument");
		const match = /^([0-9]+)\.([0-9]+)$/.exec(args[0]);
		if (match === null) throwError(state, "ill-formed argument of the YAML directive");
		if (parseInt(match[1], 10) !== 1) throwError(state, "unacceptable YAML version of the document");
		state.directives.push({
			kind: "yaml",
			version: args[0]
		});
	} else if (name === "TAG") {
		if (args.length !== 2) throwError(state, "TAG directive accepts exactly two arguments");
		const [handle, prefix] = args;
		if (!PATTERN_TAG_HANDLE.test(handle)) throwError(state, "ill-formed tag handle (first argument) of the TAG directive");
		if (HAS_OWN.call(state.tagHandlers, handle)) throwError(state, `there is a previously declared suffix for "${handle}" tag handle`);
		if (!PATTERN_TAG_PREFIX.test(prefix)) throwError(state, "ill-formed tag prefix (second argument) of the TAG directive");
		state.tagHandlers[handle] = prefix;
		state.directives.push({
			kind: "tag",
			handle,
			prefix
		});
	}
	return true;
}
function readDocument(state) {
	state.directives = [];
	state.tagHandlers = Object.create(null);
	let hasDirectives = false;
	skipSeparationSpace(state, true);
	while (readDirective(state)) {
		hasDirectives = true;
		skipSeparationSpace(state, true);
	}
	let explicitStart = false;
	let explicitEnd = false;
	let allowCompact = true;
	if (state.lineIndent === 0 && state.input.charCodeAt(state.position) === 45 && state.input.charCodeAt(state.position + 1) === 45 && state.input.charCodeAt(state.position + 2) === 45 && isWsOrEolOrEnd(state.input.charCodeAt(state.position + 3))) {
		explicitStart = true;
		const markerLine = state.line;
		state.position += 3;
		skipSeparationSpace(state, true);
		allowCompact = state.line > markerLine;
	} else if (hasDirectives) throwError(state, "directives end mark is expected");
	const documentEventIndex = state.events.length;
	if (!explicitStart && state.position === state.lineStart && state.input.charCodeAt(state.position) === 46 && testDocumentSeparator(state)) {
		state.position += 3;
		skipSeparationSpace(state, true);
		return;
	}
	addDocumentEvent(state, explicitStart, false);
	if (!parseNode(state, state.lineIndent - 1, CONTEXT_BLOCK_OUT, false, allowCompact, allowCompact)) addEmptyScalarEvent(state);
	skipSeparationSpace(state, true);
	if (state.position === state.lineStart && testDocumentSeparator(state)) {
		explicitEnd = state.input.charCodeAt(state.position) === 46;
		if (explicitEnd) {
			const markerLine = state.line;
			state.position += 3;
			skipSeparationSpace(state, true);
			if (state.line === markerLine && state.position < state.length) throwError(state, "end of the stream or a document separator is expected");
		}
	}
	const documentEvent = state.events[documentEventIndex];
	if (documentEvent?.type === EVENT_ID.DOCUMENT) documentEvent.explicitEnd = explicitEnd;
	addPopEvent(state);
	if (!explicitEnd && state.position < state.length && !testDocumentBoundary(state)) throwError(state, "end of the stream or a document separator is expected");
}
/**
* Parses YAML into a flat event stream referencing source text by offsets.
*
* @category Events
*/
function parseEvents(input, options) {
	const length = input.length;
	const state = {
		...DEFAULT_PARSER_OPTIONS,
		...options,
		input: `${input}\0`,
		length,
		position: 0,
		line: 0,
		lineStart: 0,
		lineIndent: 0,
		firstTabInLine: -1,
		depth: 0,
		directives: [],
		tagHandlers: Object.create(null),
		events: []
	};
	const nullpos = input.indexOf("\0");
	if (nullpos !== -1) YAMLException.throwAt(input, nullpos, "null byte is not allowed in input", state.filename);
	while (state.position < state.length) {
		skipByteOrderMark(state);
		skipSeparationSpace(state, true);
		if (state.position >= state.length) break;
		const documentStart = state.position;
		readDocument(state);
		if (state.position === documentStart)
 /* c8 ignore next */
		throwError(state, "can not read a document");
	}
	return state.events;
}
var DEFAULT_LOAD_OPTIONS = {
	...DEFAULT_PARSER_OPTIONS,
	...DEFAULT_CONSTRUCTOR_OPTIONS
};
function loadDocuments(input, options = {}) {
	const opts = {
		...DEFAULT_LOAD_OPTIONS,
		...options
	};
	const source = String(input);
	const PARSER_OPT_KEYS = Object.keys(DEFAULT_PARSER_OPTIONS);
	const CONSTRUCTOR_OPT_KEYS = Object.keys(DEFAULT_CONSTRUCTOR_OPTIONS);
	return constructFromEvents(parseEvents(source, pick(opts, PARSER_OPT_KEYS)), {
		...pick(opts, CONSTRUCTOR_OPT_KEYS),
		source
	});
}
/**
* Parses `string` as a single YAML document. Throws {@link YAMLException} on
* error. This function does not understand multi-document or empty sources; it
* throws an exception on those.
*
* > [!NOTE]
* > 1. When processing untrusted input, see the
* >    [security considerations](../docs/safety.md).
* > 2. All exceptions MUST be caught, not just {@link YAMLException}.
* > 3. The default {@link CORE_SCHEMA} comes without the `!!merge` tag. You can
* >    easily enable it if needed.
* > 4. The default {@link mapTag} is `{}`-object based, with known limitations
* >    (see description). For full compatibility use {@link realMapTag}
* >    instead (it uses native JS `Map`).
*
* @example
* Enable {@link mergeTag} and {@link realMapTag}:
*
* ```javascript
* import { load, CORE_SCHEMA, mergeTag, realMapTag } from 'js-yaml'
*
* try {
*   load(data, { schema: CORE_SCHEMA.withTags(mergeTag, realMapTag) })
* } catch (e) {
*   console.error(e)
* }
* ```
*
* @category Main
*/
function load(input, options) {
	const documents = loadDocuments(input, options);
	if (documents.length === 0) throw new YAMLException("expected a document, but the input is empty");
	if (documents.length === 1) return documents[0];
	throw new YAMLException("expected a single document in the stream, but found more");
}
function hasBit(mask, bit) {
	return (mask & 1 << bit) !== 0;
}
/**
* Default scalar styling rules in application order.
* See [Scalar styling](../../docs/scalar_styling.md) for usage details.
*
* @category AST
*/
var DEFAULT_SCALAR_STYLE_RULES = {
	applyQuoteFlowKeysOption,
	doubleQuoteForInvisibles,
	doubleQuoteWhitespaceOnly,
	applyForceQuotesOption,
	tryLongOrMultilineAsBlock,
	quoteInvalidPlain,
	fallbackToDoubleQuoted
};
function _preferredQuotedStyle(layout) {
	if (layout.presenterOptions.quoteStyle === "single" && hasBit(layout.allowedStylesMask, SCALAR_STYLE.SINGLE_QUOTED)) return SCALAR_STYLE.SINGLE_QUOTED;
	return SCALAR_STYLE.DOUBLE_QUOTED;
}
function applyQuoteFlowKeysOption(layout) {
	if (!layout.presenterOptions.quoteFlowKeys) return;
	if (!layout.isKey || !layout.flowOnly || layout.style !== SCALAR_STYLE.PLAIN) return;
	layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function doubleQuoteForInvisibles(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && /[\t\x7F-\xA0\u2028\u2029\uFEFF\uFFFE\uFFFF]/.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function doubleQuoteWhitespaceOnly(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && /^\s+$/.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
function applyForceQuotesOption(layout) {
	if (!layout.presenterOptions.forceQuotes) return;
	if (layout.isKey || layout.style !== SCALAR_STYLE.PLAIN) return;
	if (layout.node.tag !== layout.presenterOptions.schema.defaultScalarTag.tagName) return;
	layout.style = layout.node.value.includes("\n") ? SCALAR_STYLE.DOUBLE_QUOTED : _preferredQuotedStyle(layout);
}
function tryLongOrMultilineAsBlock(layout) {
	if (layout.style !== SCALAR_STYLE.PLAIN || layout.isKey) return;
	const value = layout.node.value;
	const multiline = value.indexOf("\n") !== -1;
	if (!hasBit(layout.allowedStylesMask, SCALAR_STYLE.LITERAL_BLOCK)) {
		if (multiline) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
		return;
	}
	const w = layout.presenterOptions.lineWidth;
	if (w === -1) {
		if (multiline) layout.style = SCALAR_STYLE.LITERAL_BLOCK;
		return;
	}
	const availableWidth = Math.max(Math.min(w, 40), w - layout.shiftOfContent);
	let position = 0;
	let shouldFold = false;
	while (position <= value.length) {
		let lineEnd = value.length;
		const nextLineBreak = value.indexOf("\n", position);
		if (nextLineBreak !== -1) lineEnd = nextLineBreak;
		const line = value.slice(position, lineEnd);
		if (line.length > availableWidth && line[0] !== " " && / [^ \t]/.test(line)) shouldFold = true;
		if (nextLineBreak === -1) break;
		position = nextLineBreak + 1;
	}
	if (shouldFold) layout.style = SCALAR_STYLE.FOLDED_BLOCK;
	else if (multiline) layout.style = SCALAR_STYLE.LITERAL_BLOCK;
}
function quoteInvalidPlain(layout) {
	if (layout.style === SCALAR_STYLE.PLAIN && !hasBit(layout.allowedStylesMask, SCALAR_STYLE.PLAIN)) layout.style = _preferredQuotedStyle(layout);
}
function fallbackToDoubleQuoted(layout) {
	if (!hasBit(layout.allowedStylesMask, layout.style)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
}
var SRC_C_PRINTABLE = "[\\x09\\x0A\\x0D\\x20-\\x7E\\x85\\xA0-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]";
var SRC_B_CHAR = "[\\n\\r]";
var SRC_C_BYTE_ORDER_MARK = "\\uFEFF";
var SRC_S_WHITE = "[ \\t]";
var SRC_NB_CHAR = `(?:(?!(?:${SRC_B_CHAR}|${SRC_C_BYTE_ORDER_MARK}))${SRC_C_PRINTABLE})`;
var SRC_NS_CHAR = `(?:(?!${SRC_S_WHITE})${SRC_NB_CHAR})`;
var SRC_NB_JSON = "[\\x09\\x20-\\uD7FF\\uE000-\\uFFFF\\u{10000}-\\u{10FFFF}]";
var SRC_C_INDICATOR = "[-?:,\\[\\]{}#&*!|>'\"%@`]";
var SRC_C_FLOW_INDICATOR = "[,\\[\\]{}]";
var SRC_NS_PLAIN_SAFE_FLOW_OUT = SRC_NS_CHAR;
var SRC_NS_PLAIN_SAFE_FLOW_IN = `(?:(?!${SRC_C_FLOW_INDICATOR})${SRC_NS_CHAR})`;
var SRC_NS_PLAIN_FIRST_FLOW_OUT = `(?:(?:(?!${SRC_C_INDICATOR})${SRC_NS_CHAR})|[?:-](?=${SRC_NS_PLAIN_SAFE_FLOW_OUT}))`;
var SRC_NS_PLAIN_FIRST_FLOW_IN = `(?:(?:(?!${SRC_C_INDICATOR})${SRC_NS_CHAR})|[?:-](?=${SRC_NS_PLAIN_SAFE_FLOW_IN}))`;
var SRC_NS_PLAIN_CHAR_FLOW_OUT = `(?:(?:(?![:#])${SRC_NS_PLAIN_SAFE_FLOW_OUT})|:(?=${SRC_NS_PLAIN_SAFE_FLOW_OUT}))#*`;
var SRC_NS_PLAIN_CHAR_FLOW_IN = `(?:(?:(?![:#])${SRC_NS_PLAIN_SAFE_FLOW_IN})|:(?=${SRC_NS_PLAIN_SAFE_FLOW_IN}))#*`;
var SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT = `(?:${SRC_S_WHITE}*${SRC_NS_PLAIN_CHAR_FLOW_OUT})*`;
var SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN = `(?:${SRC_S_WHITE}*${SRC_NS_PLAIN_CHAR_FLOW_IN})*`;
var SRC_NS_PLAIN_ONE_LINE_FLOW_OUT = `${SRC_NS_PLAIN_FIRST_FLOW_OUT}#*${SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT}`;
var SRC_NS_PLAIN_ONE_LINE_FLOW_IN = `${SRC_NS_PLAIN_FIRST_FLOW_IN}#*${SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN}`;
var SRC_NS_PLAIN_ONE_LINE_BLOCK_KEY = SRC_NS_PLAIN_ONE_LINE_FLOW_OUT;
var SRC_NS_PLAIN_ONE_LINE_FLOW_KEY = SRC_NS_PLAIN_ONE_LINE_FLOW_IN;
var SRC_S_NS_PLAIN_NEXT_LINE_FLOW_OUT = `\\n+${SRC_NS_PLAIN_CHAR_FLOW_OUT}${SRC_NB_NS_PLAIN_IN_LINE_FLOW_OUT}`;
var SRC_S_NS_PLAIN_NEXT_LINE_FLOW_IN = `\\n+${SRC_NS_PLAIN_CHAR_FLOW_IN}${SRC_NB_NS_PLAIN_IN_LINE_FLOW_IN}`;
var SRC_NS_PLAIN_MULTI_LINE_FLOW_OUT = `${SRC_NS_PLAIN_ONE_LINE_FLOW_OUT}(?:${SRC_S_NS_PLAIN_NEXT_LINE_FLOW_OUT})*`;
var SRC_NS_PLAIN_MULTI_LINE_FLOW_IN = `${SRC_NS_PLAIN_ONE_LINE_FLOW_IN}(?:${SRC_S_NS_PLAIN_NEXT_LINE_FLOW_IN})*`;
var NS_PLAIN_FLOW_OUT = new RegExp(`^(?:${SRC_NS_PLAIN_MULTI_LINE_FLOW_OUT})$`, "u");
var NS_PLAIN_FLOW_IN = new RegExp(`^(?:${SRC_NS_PLAIN_MULTI_LINE_FLOW_IN})$`, "u");
var NS_PLAIN_BLOCK_KEY = new RegExp(`^(?:${SRC_NS_PLAIN_ONE_LINE_BLOCK_KEY})$`, "u");
var NS_PLAIN_FLOW_KEY = new RegExp(`^(?:${SRC_NS_PLAIN_ONE_LINE_FLOW_KEY})$`, "u");
var NB_SINGLE_ONE_LINE = new RegExp(`^(?:${SRC_NB_JSON})*$`, "u");
var NB_SINGLE_MULTI_LINE = new RegExp(`^(?:${SRC_NB_JSON}|\\n)*$`, "u");
var BLOCK_SCALAR_CONTENT = new RegExp(`^(?:${SRC_NB_CHAR}|\\n)*$`, "u");
var DEFAULT_PRESENTER_OPTIONS = {
	indent: 2,
	seqNoIndent: false,
	seqInlineFirst: true,
	lineWidth: 80,
	flowBracketPadding: false,
	flowSkipCommaSpace: false,
	flowSkipColonSpace: false,
	quoteFlowKeys: false,
	quoteStyle: "single",
	forceQuotes: false,
	scalarStyleRules: Object.keys(DEFAULT_SCALAR_STYLE_RULES).map((name) => Reflect.get(DEFAULT_SCALAR_STYLE_RULES, name)),
	tagBeforeAnchor: false
};
var DEFAULT_DUMP_OPTIONS = {
	...DEFAULT_PRESENTER_OPTIONS,
	schema: DUMP_SCHEMA,
	skipInvalid: false,
	noRefs: false,
	flowLevel: -1,
	sortKeys: false,
	transform: () => {}
};
/** @deprecated Use `EVENT_ID.DOCUMENT` instead. @internal */
var EVENT_DOCUMENT = EVENT_ID.DOCUMENT;
/** @deprecated Use `EVENT_ID.SEQUENCE` instead. @internal */
var EVENT_SEQUENCE = EVENT_ID.SEQUENCE;
/** @deprecated Use `EVENT_ID.MAPPING` instead. @internal */
var EVENT_MAPPING = EVENT_ID.MAPPING;
/** @deprecated Use `EVENT_ID.SCALAR` instead. @internal */
var EVENT_SCALAR = EVENT_ID.SCALAR;
/** @deprecated Use `EVENT_ID.ALIAS` instead. @internal */
var EVENT_ALIAS = EVENT_ID.ALIAS;
/** @deprecated Use `EVENT_ID.POP` instead. @internal */
var EVENT_POP = EVENT_ID.POP;
/** @deprecated Use `SCALAR_STYLE.PLAIN` instead. @internal */
var SCALAR_STYLE_PLAIN = SCALAR_STYLE.PLAIN;
/** @deprecated Use `SCALAR_STYLE.SINGLE_QUOTED` instead. @internal */
var SCALAR_STYLE_SINGLE_QUOTED = SCALAR_STYLE.SINGLE_QUOTED;
/** @deprecated Use `SCALAR_STYLE.DOUBLE_QUOTED` instead. @internal */
var SCALAR_STYLE_DOUBLE_QUOTED = SCALAR_STYLE.DOUBLE_QUOTED;
/** @deprecated Use `SCALAR_STYLE.LITERAL_BLOCK` instead. @internal */
var SCALAR_STYLE_LITERAL_BLOCK = SCALAR_STYLE.LITERAL_BLOCK;
/** @deprecated Use `SCALAR_STYLE.FOLDED_BLOCK` instead. @internal */
var SCALAR_STYLE_FOLDED_BLOCK = SCALAR_STYLE.FOLDED_BLOCK;
/** @deprecated Use `COLLECTION_STYLE.BLOCK` instead. @internal */
var COLLECTION_STYLE_BLOCK = COLLECTION_STYLE.BLOCK;
/** @deprecated Use `COLLECTION_STYLE.FLOW` instead. @internal */
var COLLECTION_STYLE_FLOW = COLLECTION_STYLE.FLOW;
/** @deprecated Use `CHOMPING_MODE.CLIP` instead. @internal */
var CHOMPING_CLIP = CHOMPING_MODE.CLIP;
/** @deprecated Use `CHOMPING_MODE.STRIP` instead. @internal */
var CHOMPING_STRIP = CHOMPING_MODE.STRIP;
/** @deprecated Use `CHOMPING_MODE.KEEP` instead. @internal */
var CHOMPING_KEEP = CHOMPING_MODE.KEEP;

// src/gitops/edit.ts
/**
* Sets the scalar at `path` (keys joined by dots; positions of a sequence are numbers) to the string `value`. The quoting style
* stays unless the value would then read as something else. What came out is parsed again by a second, independent parser,
* which must see exactly this one difference. Pure.
*/
function setScalar(text, path, value, where) {
	const keys = keysOf(path);
	const found = findScalar(text, keys, where);
	if (!found.ok) return found;
	const { node, start, end } = found.value;
	const before = plainValue(node.value);
	if (before === value) return ok({
		text,
		before,
		changed: false
	});
	for (const written of spellings(value, node.type)) {
		const edited = text.slice(0, start) + written + text.slice(end);
		if (onlyThisChanged(text, edited, keys, value)) return ok({
			text: edited,
			before,
			changed: true
		});
	}
	return bad({
		code: "gitops.not-exact",
		where: `${where} ${path}`,
		found: "a place where two YAML parsers do not agree that only this value would change",
		expected: "a plain or quoted scalar in a simple file",
		remedy: "write the value on a line of its own, without merge keys and repeated keys around it"
	});
}
/** The scalar at `path`, or a problem. Pure. */
function readScalar(text, path, where) {
	const found = findScalar(text, keysOf(path), where);
	return found.ok ? ok(plainValue(found.value.node.value)) : found;
}
/** Text of a file that did not exist yet, with nothing but the value at `path`. Pure. */
function newFile(path, value) {
	const keys = path.split(".");
	return `# What serves. Shiplock changes the value at ${path} and nothing else in this file.\n${keys.map((key, depth) => {
		const last = depth === keys.length - 1;
		return `${"  ".repeat(depth)}${safely(key)}:${last ? ` ${safely(value)}` : ""}`;
	}).join("\n")}\n`;
}
function keysOf(path) {
	return path.split(".").map((key) => /^\d+$/.test(key) ? Number(key) : key);
}
function findScalar(text, keys, where) {
	const path = keys.join(".");
	const place = `${where} ${path}`;
	const documents = (0, import_dist.parseAllDocuments)(text, { keepSourceTokens: true });
	const [document, second] = "empty" in documents ? [] : documents;
	if (document === void 0) return bad(problem$1("empty", place, "an empty file", `a value at ${path}`, `write \`${path}: …\` into it`));
	if (second !== void 0) return bad(problem$1("several-documents", place, "several YAML documents", "one", "put the version into a file of its own"));
	const [error] = [...document.errors, ...document.warnings];
	if (error !== void 0) {
		const line = text.slice(0, error.pos[0]).split("\n").length;
		return bad(problem$1("unreadable", `${where}:${line}`, error.message.split("\n")[0] ?? "", "YAML", "mend the file in git"));
	}
	let node = document.contents;
	for (const [depth, key] of keys.entries()) {
		if ((0, import_dist.isMap)(node)) node = node.items.find((item) => (0, import_dist.isScalar)(item.key) && String(item.key.value) === String(key))?.value;
		else if ((0, import_dist.isSeq)(node) && typeof key === "number") node = node.items[key];
		else node = void 0;
		if ((0, import_dist.isAlias)(node)) return bad(problem$1("alias", place, "an alias (*) on the way", "a value written out", "write the value itself there: what an alias shares would change elsewhere too"));
		if (node === void 0) {
			const at = keys.slice(0, depth + 1).join(".");
			return bad(problem$1("no-such-key", place, `nothing at ${at}`, `a value at ${path}`, `add it to the file once, or mend \`gitops.path\``));
		}
	}
	if (!(0, import_dist.isScalar)(node)) return bad(problem$1("not-a-value", place, "a mapping, a sequence or nothing", "one value", "mend `gitops.path`, or write a value there, such as \"0\""));
	if (node.anchor !== void 0 || node.tag !== void 0) return bad(problem$1("anchor", place, "a value with an anchor (&) or a tag (!)", "a simple value", "take the anchor or tag away: what shares it would change too"));
	if (node.type !== "PLAIN" && node.type !== "QUOTE_SINGLE" && node.type !== "QUOTE_DOUBLE") return bad(problem$1("block", place, "a block of text (| or >)", "a value on one line", "write the value on one line"));
	const [start, end] = node.range ?? [0, 0];
	if (start === end) return bad(problem$1("not-a-value", place, "a key without a value", "one value", `write one, for instance \`${keys.at(-1)}: "0"\``));
	return ok({
		node,
		start,
		end
	});
}
function problem$1(code, where, found, expected, remedy) {
	return {
		code: `gitops.${code}`,
		where,
		found,
		expected,
		remedy
	};
}
function plainValue(value) {
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
/** Ways to write the value, the present style first. */
function spellings(value, style) {
	const single = `'${value.replaceAll("'", "''")}'`;
	const double = JSON.stringify(value);
	if (style === "QUOTE_SINGLE") return [single, double];
	if (style === "QUOTE_DOUBLE") return [double];
	return [value, double];
}
/** A spelling that both parsers read as this very string. */
function safely(text) {
	return onlyThisChanged("a: x\n", `a: ${text}\n`, ["a"], text) && /^[\w]/.test(text) ? text : JSON.stringify(text);
}
function onlyThisChanged(before, after, keys, value) {
	try {
		const [document, second] = (0, import_dist.parseAllDocuments)(after);
		if (document === void 0 || !("errors" in document) || second !== void 0) return false;
		if (document.errors.length + document.warnings.length > 0) return false;
		const wanted = replaced(load(before), keys, value);
		return isDeepStrictEqual(load(after), wanted) && isDeepStrictEqual(document.toJS(), replacedBy(before, keys, value));
	} catch {
		return false;
	}
}
function replacedBy(text, keys, value) {
	const [document] = (0, import_dist.parseAllDocuments)(text);
	return document !== void 0 && "toJS" in document ? replaced(document.toJS(), keys, value) : void 0;
}
/** A deep copy of plain data with one value exchanged. */
function replaced(data, keys, value) {
	const [key, ...rest] = keys;
	if (key === void 0) return value;
	if (Array.isArray(data)) return data.map((item, index) => index === Number(key) ? replaced(item, rest, value) : item);
	if (typeof data !== "object" || data === null) return data;
	return Object.fromEntries(Object.entries(data).map(([name, item]) => [name, name === String(key) ? replaced(item, rest, value) : item]));
}

// src/gitops/git.ts
const REMOTE = /^(?:(?:https?|ssh|file):\/\/|[\w.-]+@[\w.-]+:)/;
/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
function locate(repository, workDir, baseDir) {
	const refuse = (found, remedy) => bad({
		code: "gitops.repository",
		where: "gitops.repository",
		found,
		expected: "a path, https://…, ssh://… or git@host:path",
		remedy
	});
	if (/^-|[\0\n]/.test(repository)) return refuse(JSON.stringify(repository), "name a repository");
	const name = createHash("sha256").update(repository).digest("hex").slice(0, 16);
	const cache = join$1(resolve(baseDir, workDir), `gitops-${name}.git`);
	if (!REMOTE.test(repository)) {
		if (/^[a-z][a-z0-9+.-]*:/i.test(repository) && !isAbsolute(repository)) return refuse(`the protocol ${repository.split(":")[0]}`, "use https, ssh or a path");
		return ok({
			kind: "local",
			address: resolve(baseDir, repository),
			cache
		});
	}
	if (URL.canParse(repository)) {
		const url = new URL(repository);
		if (url.password !== "") return refuse("an address with a password in it", "use a credential helper or a deploy key of git");
		const loopback = [
			"127.0.0.1",
			"[::1]",
			"localhost"
		].includes(url.hostname);
		if (url.protocol === "http:" && !loopback) return refuse("http without encryption", "use https");
	}
	return ok({
		kind: "remote",
		address: repository,
		cache
	});
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
		...["GIT_TERMINAL_PROMPT=0", "LC_ALL=C"],
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
/** Output of a command that looks; throws ProblemError when it fails. */
async function look(exec, argv, options) {
	const result = await exec.read(argv, {
		timeoutMs: options.timeoutMs,
		...options.signal === void 0 ? {} : { signal: options.signal }
	});
	if (result.exitCode === 0) return result.stdout;
	throw new ProblemError(gitFailed(options.where, argv, result.stderr.trim() || `exit code ${result.exitCode}`));
}
function gitFailed(where, argv, found) {
	return {
		code: "gitops.git-failed",
		where: `${where}: git ${argv.slice(argv.findIndex((word) => word.startsWith("--git-dir=")) + 1).join(" ")}`,
		found: found.split("\n").slice(0, 3).join("; "),
		expected: "an answer from the repository",
		remedy: "check `gitops.repository`, that this machine reaches it, and its rights"
	};
}
/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
function blobId(bytes, like) {
	return createHash(like.length === 64 ? "sha256" : "sha1").update(`blob ${bytes.byteLength}\0`).update(bytes).digest("hex");
}

// src/gitops/head.ts
const TRAILERS = {
	run: "Shiplock-Run",
	node: "Shiplock-Node",
	release: "Shiplock-Release",
	environment: "Shiplock-Environment",
	fence: "Shiplock-Fence"
};
/** How far back our own commits are looked for. */
const RECENT = 50;
const TIMEOUT_MS = 6e4;
/** Reads the head of the branch and the file there. A remote is fetched into our own cache first; nothing else is written. */
async function readHead(place, exec, signal) {
	const { location, branch, file } = place;
	const options = {
		where: location.address,
		timeoutMs: TIMEOUT_MS,
		...signal === void 0 ? {} : { signal }
	};
	const gitDir = await readable(location, branch, exec, options);
	const ref = location.kind === "local" ? `refs/heads/${branch}` : "refs/shiplock/head";
	const refs = await look(exec, git(gitDir, "for-each-ref", "--format=%(objectname)", ref), options);
	const base = refs.trim() === "" ? null : refs.trim();
	if (base === null) return {
		base,
		file: null,
		ours: []
	};
	const ours = oursIn(await look(exec, git(gitDir, "log", `-n${RECENT}`, `--format=${LOG_FORMAT}`, base), options));
	const entry = entryFor(await look(exec, git(gitDir, "ls-tree", "-z", base, "--", ...ancestors(file)), options), file);
	if (!entry.ok) throw new ProblemError(entry.problems);
	if (entry.value === null) return {
		base,
		file: null,
		ours
	};
	const { mode, id } = entry.value;
	const text = await look(exec, git(gitDir, "cat-file", "blob", id), options);
	if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
	return {
		base,
		file: {
			mode,
			text
		},
		ours
	};
}
async function readable(location, branch, exec, options) {
	if (location.kind === "local") return (await look(exec, [
		"env",
		"-u",
		"GIT_DIR",
		"-u",
		"GIT_WORK_TREE",
		"LC_ALL=C",
		"git",
		"-c",
		"safe.directory=*",
		"-C",
		location.address,
		"rev-parse",
		"--absolute-git-dir"
	], options)).trim();
	await look(exec, [
		"git",
		"init",
		"--quiet",
		"--bare",
		location.cache
	], options);
	if ((await look(exec, git(location.cache, "ls-remote", location.address, `refs/heads/${branch}`), options)).trim() === "") await look(exec, git(location.cache, "update-ref", "-d", "refs/shiplock/head"), options);
	else await look(exec, git(location.cache, ...fetchArgs(location, branch)), options);
	return location.cache;
}
/** Arguments that bring the head of the branch into the cache. */
function fetchArgs(location, branch) {
	return [
		"fetch",
		"--quiet",
		"--no-tags",
		...location.kind === "remote" ? [`--depth=${RECENT}`] : [],
		location.address,
		`+refs/heads/${branch}:refs/shiplock/head`
	];
}
const LOG_FORMAT = ["%H", ...[
	TRAILERS.run,
	TRAILERS.node,
	TRAILERS.environment,
	TRAILERS.fence
].map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join("%x09");
/** Pure: commits with all of our trailers, from the log. */
function oursIn(log) {
	return log.split("\n").flatMap((line) => {
		const [commit = "", run = "", node = "", environment = "", fence = ""] = line.split("	");
		if (run === "" || !/^\d+$/.test(fence)) return [];
		return [{
			commit,
			run,
			node,
			environment,
			fence: Number(fence)
		}];
	});
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

// src/gitops/commit.ts
const outputsSchema = strictObject({
	/** Commit that names the value. */
	commit: string(),
	/** What it named before; null for a new file. */
	before: union([
		string(),
		number$2(),
		boolean()
	]).nullable(),
	changed: boolean()
});
/**
* Makes git name a version: one commit that changes one value, pushed as a plain fast-forward. That push is the compare-and-swap:
* when somebody was quicker it is rejected, and the next attempt reads and edits the new head. Nothing is merged, nothing forced.
*/
function gitopsCommitNode(options) {
	const place = placeOf(options);
	const where = `${options.repository} ${options.branch}:${options.file}`;
	return step$1({
		id: options.id,
		title: `Make git name ${options.value} for ${options.environment}`,
		inputs: {
			repository: options.repository,
			branch: options.branch,
			file: options.file,
			path: options.path,
			value: options.value
		},
		read: async (ctx) => ({
			...await readHead(place, ctx.exec, ctx.signal),
			time: Math.floor(ctx.clock.now() / 1e3)
		}),
		decide: (facts, ctx) => {
			const newer = newerHolder(facts, options, ctx, where);
			if (newer !== void 0) return {
				kind: "refuse",
				problems: [newer]
			};
			const edited = edit(facts, options, where);
			if (!edited.ok) return {
				kind: "refuse",
				problems: edited.problems
			};
			if (!edited.value.changed) return {
				kind: "nothing",
				why: `git names ${options.value} already`
			};
			return {
				kind: "do",
				effects: commitEffects(options, place, facts, edited.value, ctx),
				why: `${options.file} ${options.path}: ${edited.value.before ?? "nothing"} → ${options.value}`
			};
		},
		outputs: outputsSchema,
		collect: (results, facts, ctx) => {
			const commit = results.map((result) => result.kind === "exec" ? result.stdout.trim() : "").find(isCommit) ?? facts.ours.find((one) => one.run === ctx.run && one.node === options.id)?.commit;
			return {
				...beforeOf(facts, options, where),
				commit: commit ?? facts.base ?? "",
				changed: commit !== void 0
			};
		},
		planned: (facts) => ({
			...beforeOf(facts, options, where),
			commit: `<${options.id}.commit>`,
			changed: true
		}),
		probe: async (ctx) => {
			const head = await readHead(place, ctx.exec, ctx.signal);
			return head.ours.some((commit) => commit.run === ctx.run && commit.node === options.id) || named(head, options) === options.value ? "applied" : "not-applied";
		},
		verify: async (ctx) => {
			const value = named(await readHead(place, ctx.exec, ctx.signal), options);
			return value === options.value ? [] : [superseded(where, options, value)];
		},
		retry: {
			attempts: 6,
			delayMs: 300
		},
		timeoutMs: 18e4,
		urgent: options.urgent ?? false
	});
}
/** What git names now; `value` null when the branch, the file or the key does not exist. Only looks. */
async function observeGitops(options, exec, signal) {
	const head = await readHead(placeOf(options), exec, signal);
	return {
		commit: head.base,
		value: named(head, options)
	};
}
function placeOf(options) {
	const { branch, file } = options;
	const location = unwrap(locate(options.repository, options.workDir, options.baseDir ?? process.cwd()));
	const parts = file.split("/");
	if (file === "" || /["\\\p{Cc}]/u.test(file) || parts.some((part) => [
		"",
		".",
		"..",
		".git"
	].includes(part.toLowerCase()))) throw new ProblemError({
		code: "gitops.file",
		where: "gitops.file",
		found: JSON.stringify(file),
		expected: "a path inside the repository, such as apps/certkeeper/production.yaml",
		remedy: "mend `gitops.file`"
	});
	return {
		location,
		branch,
		file
	};
}
function edit(facts, options, where) {
	if (facts.file !== null) return setScalar(facts.file.text, options.path, options.value, where);
	return {
		ok: true,
		value: {
			text: newFile(options.path, options.value),
			before: null,
			changed: true
		}
	};
}
function named(head, options) {
	if (head.file === null) return null;
	const value = readScalar(head.file.text, options.path, options.file);
	return value.ok && value.value !== null ? String(value.value) : null;
}
function beforeOf(facts, options, where) {
	const edited = edit(facts, options, where);
	return { before: edited.ok ? edited.value.before : null };
}
function isCommit(text) {
	return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text);
}
/** Pure: the commands that make the commit and push it. All data of the commit is given, so its id is the same every time. */
function commitEffects(options, place, facts, edited, ctx) {
	const { cache, address } = place.location;
	const common = {
		kind: "exec",
		resource: `git:${options.repository}`,
		timeoutMs: 6e4
	};
	const next = `refs/shiplock/next-${options.id}`;
	const fetch = facts.base === null ? [] : [{
		...common,
		argv: git(cache, ...fetchArgs(place.location, place.branch)),
		why: "the commit to build on"
	}];
	return [
		{
			...common,
			argv: [
				"git",
				"init",
				"--quiet",
				"--bare",
				cache
			],
			why: "a repository of our own to make the commit in"
		},
		...fetch,
		{
			...common,
			argv: git(cache, "fast-import", "--quiet", "--force", "--date-format=raw"),
			stdin: importStream(options, next, facts, edited, ctx),
			why: `one commit that changes ${options.path} in ${options.file}`
		},
		{
			...common,
			argv: git(cache, "push", "--quiet", "--no-verify", address, `${next}:refs/heads/${place.branch}`),
			why: "a plain fast-forward: rejected when somebody was quicker, then read and edited again"
		}
	];
}
/** The commit in git's fast-import language; ends by asking for its id. */
function importStream(options, ref, facts, edited, ctx) {
	const who = `${clean(options.author.name)} <${clean(options.author.email)}> ${facts.time} +0000`;
	const { service, environment, value } = options;
	const subject = options.message ?? `${service} in ${environment}: ${value}`;
	const trailers = [
		`${TRAILERS.release}: ${service} ${value}`,
		`${TRAILERS.environment}: ${environment}`,
		`${TRAILERS.run}: ${ctx.run}`,
		`${TRAILERS.node}: ${options.id}`,
		`${TRAILERS.fence}: ${ctx.fence}`
	];
	const message = `${subject.replace(/\s*\n\s*/g, " ").trim()}\n\nBefore: ${edited.before ?? "nothing"}\n\n${trailers.join("\n")}\n`;
	return [
		"feature done\n",
		`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
		data(message),
		facts.base === null ? "" : `from ${facts.base}\n`,
		`M ${facts.file?.mode ?? "100644"} inline ${options.file}\n`,
		data(edited.text),
		"\nget-mark :1\ndone\n"
	].join("");
}
function data(text) {
	return `data ${Buffer.byteLength(text)}\n${text}`;
}
function clean(text) {
	return text.replace(/[<>\p{Cc}]/gu, "").trim();
}
/** A newer run of the same environment has written already: this one has lost its lease. */
function newerHolder(facts, options, ctx, where) {
	if (ctx.mode === "plan") return void 0;
	const newer = facts.ours.find((one) => one.environment === options.environment && one.fence > ctx.fence);
	if (newer === void 0) return void 0;
	return {
		code: "gitops.newer-holder",
		where,
		found: `commit ${newer.commit.slice(0, 12)} of run ${newer.run} under fence ${newer.fence}`,
		expected: `no fence above our own, ${ctx.fence}`,
		remedy: "a newer run holds the environment: look at it with `shiplock status`; if the state directory was lost, restore it, since its lease record holds the fence"
	};
}
function superseded(where, options, value) {
	return {
		code: "gitops.superseded",
		where,
		found: value === null ? "no value" : `the value ${value}`,
		expected: options.value,
		remedy: "somebody else pushed another value meanwhile: find out who with `git log`, then release again"
	};
}

// src/metrics/haproxy.ts
/** Name of the metric that the proxy gives: share of requests that were not answered, or answered 5xx. */
const ERRORS = "errors";
/**
* The source of verdicts: the proxy's own counters, in which every version is counted by the same counter on the same road.
* A proxy that does not answer is a missing reading, in its own words.
*/
function haproxyMetrics(options) {
	const source = "haproxy";
	return { async sample(signal) {
		const time = options.clock.now();
		try {
			const { epoch, servers } = await options.read(signal);
			return {
				kind: "counters",
				source,
				time,
				epoch,
				servers: servers.map(({ version, server, requests, bad }) => ({
					version,
					server,
					metrics: { [ERRORS]: {
						requests,
						bad
					} }
				}))
			};
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			return {
				kind: "missing",
				source,
				time,
				reason
			};
		}
	} };
}

// src/metrics/prometheus-api.ts
const answerSchema = discriminatedUnion("status", [object({
	status: literal("error"),
	errorType: string(),
	error: string()
}), object({
	status: literal("success"),
	data: object({
		resultType: string(),
		result: unknown$1()
	})
})]);
/** Clocks further apart than this cannot date a sample. */
const CLOCKS_APART_MS = 6e4;
const vectorSchema = array(object({
	metric: record(string(), string()),
	value: tuple([number$2(), string()])
}));
/**
* One instant query. Never throws: no answer, a late one, nonsense and an empty one are told apart in words. A query is
* evaluated now by Prometheus's clock; an answer of another time by ours means that one of the clocks is wrong.
*/
async function askPrometheus(options, promql, signal) {
	const url = new URL(`${options.url.replace(/\/+$/, "")}/api/v1/query`);
	url.searchParams.set("query", promql);
	url.searchParams.set("timeout", `${options.timeoutMs}ms`);
	const request = {
		timeoutMs: options.timeoutMs,
		...signal === void 0 ? {} : { signal }
	};
	const answer = await options.http.get(url.href, request);
	if (answer.kind === "no-answer") return missing$2(answer.reason);
	const body = parsed(answer.body);
	if (body === void 0) return missing$2(`HTTP ${answer.status} with something else than Prometheus JSON: ${excerpt(answer.body)}`);
	if (body.status === "error") return missing$2(`${body.errorType}: ${body.error}`);
	if (answer.status !== 200) return missing$2(`HTTP ${answer.status}`);
	const { resultType, result } = body.data;
	if (resultType !== "vector") return missing$2(`the query gives a ${resultType}, not an instant vector`);
	const vector = vectorSchema.safeParse(result);
	if (!vector.success) return missing$2("the result is not a list of labels and values");
	const late = vector.data.find(({ value: [time] }) => Math.abs(options.clock.now() - time * 1e3) > CLOCKS_APART_MS);
	if (late !== void 0) return missing$2(`the answer is of ${Math.round((options.clock.now() - late.value[0] * 1e3) / 1e3)} s ago by our clock; is the clock of one of the machines wrong?`);
	return {
		kind: "series",
		series: vector.data.map(({ metric, value: [, text] }) => ({
			labels: metric,
			value: sampleValue(text)
		}))
	};
}
function parsed(body) {
	try {
		return answerSchema.safeParse(JSON.parse(body)).data;
	} catch {
		return;
	}
}
/** Prometheus writes numbers as text, infinities as +Inf and -Inf. An empty text is no number. */
function sampleValue(text) {
	if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	return text.trim() === "" ? NaN : Number(text);
}
function excerpt(body) {
	const text = body.replace(/\s+/g, " ").trim();
	return text === "" ? "(empty)" : text.slice(0, 80);
}
function missing$2(reason) {
	return {
		kind: "missing",
		reason
	};
}

// src/metrics/promql.ts
/**
* PromQL in which only fresh samples count. An instant query looks back five minutes for a sample, and after a `sum` no time is
* left to check its age by; so every instant selector `x{…}` becomes `last_over_time(x{…}[…])`. Ranges (`x[5m]`) stay as
* they are. What is not understood here is not changed, and Prometheus itself complains about it.
*/
function freshOnly(promql, staleAfterMs) {
	let result = "";
	let rest = promql;
	/** The next parentheses hold label names, not an expression. */
	let labelsFollow = false;
	while (rest !== "") {
		const token = nextToken(rest);
		rest = rest.slice(token.length);
		if (labelsFollow && rest !== "" && token === "(") {
			const end = rest.indexOf(")") + 1;
			result += token + rest.slice(0, end);
			rest = rest.slice(end);
			labelsFollow = false;
			continue;
		}
		if (/^\s|^#/.test(token)) {
			result += token;
			continue;
		}
		labelsFollow = LABELS_FOLLOW.has(token.toLowerCase());
		const selector = selectorAt(token, rest);
		if (selector === void 0) {
			result += token;
			continue;
		}
		rest = rest.slice(selector.length - token.length);
		const ranged = /^\s*\[/.test(rest);
		result += ranged ? selector : `last_over_time(${selector}[${staleAfterMs}ms])`;
	}
	return result;
}
const LABELS_FOLLOW = /* @__PURE__ */ new Set([
	"by",
	"without",
	"on",
	"ignoring",
	"group_left",
	"group_right"
]);
const WORDS = /* @__PURE__ */ new Set([
	...LABELS_FOLLOW,
	...[
		"and",
		"or",
		"unless",
		"atan2",
		"bool",
		"offset",
		"inf",
		"nan"
	],
	...[
		"sum",
		"min",
		"max",
		"avg",
		"group",
		"stddev",
		"stdvar",
		"count",
		"count_values",
		"bottomk",
		"topk",
		"quantile"
	]
]);
const STRING = `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|\`[^\`]*\``;
const TOKEN = new RegExp([
	"\\s+",
	"#[^\\n]*",
	STRING,
	"\\d[\\w.]*(?:(?<=[eE])[+-]\\d+)?",
	"[a-zA-Z_:][\\w:]*",
	`\\{(?:${STRING}|[^"'\`}])*\\}`,
	"\\[[^\\]]*\\]"
].join("|"), "y");
function nextToken(text) {
	TOKEN.lastIndex = 0;
	return TOKEN.exec(text)?.[0] ?? text.slice(0, 1);
}
/** The whole instant selector that begins with this token, or nothing when it begins something else. */
function selectorAt(token, rest) {
	if (/^\{.*\}$/s.test(token)) return token;
	if (!/^[a-zA-Z_:]/.test(token) || WORDS.has(token.toLowerCase()) || /^\s*\(/.test(rest)) return void 0;
	const gap = /^\s*/.exec(rest)?.[0] ?? "";
	const matchers = nextToken(rest.slice(gap.length));
	return matchers.endsWith("}") ? token + gap + matchers : token;
}

// src/metrics/prometheus.ts
/**
* Counts from Prometheus by instant queries, a request per metric. Whatever is not a clean pair of fresh counts per version
* is missing, with the reason; a metric that is missing does not hide the others.
*/
function prometheusMetrics(options) {
	const source = "prometheus";
	const generations = /* @__PURE__ */ new Map();
	return { async sample(signal) {
		const time = options.clock.now();
		const answers = await Promise.all(options.queries.map(async (query) => ({
			query,
			answer: await ask(options, query, signal)
		})));
		const missing = answers.flatMap(({ query: { metric }, answer }) => answer.kind === "missing" ? [{
			metric,
			reason: answer.reason
		}] : []);
		if (missing.length === answers.length) return {
			kind: "missing",
			source,
			time,
			reason: inWords(missing)
		};
		const named = answers.flatMap(({ answer }) => answer.kind === "servers" ? answer.servers : []).map((server) => ({
			...server,
			server: generationOf(generations, server, time)
		}));
		const lacks = missing.length === 0 ? {} : { missing };
		return {
			kind: "counters",
			source,
			time,
			epoch: source,
			servers: named,
			...lacks
		};
	} };
}
/** All metrics at once for the same reason (nobody answers) is said once. */
function inWords(missing) {
	return [...Map.groupBy(missing, ({ reason }) => reason)].map(([reason, parts]) => `${parts.map(({ metric }) => metric).join(", ")}: ${reason}`).join("; ");
}
/**
* A series that is a sum over instances falls when one of them restarts, by as much as that one had counted. Counting such a
* value from zero would count the others a second time, so a sum that fell goes on under a new name: its first reading is
* a new beginning.
*/
function generationOf(generations, server, time) {
	const [counts = {
		requests: 0,
		bad: 0
	}] = Object.values(server.metrics);
	const before = generations.get(server.server);
	const fell = before !== void 0 && (counts.requests < before.requests || counts.bad < before.bad);
	const name = before === void 0 || fell ? `${server.server} since ${time}` : before.name;
	generations.set(server.server, {
		name,
		...counts
	});
	return name;
}
const ROLE = "shiplock_role";
async function ask(options, query, signal) {
	const role = (expression, value) => `label_replace((${freshOnly(expression, options.staleAfterMs)}), "${ROLE}", "${value}", "", "")`;
	const promql = `${role(query.requests, "requests")} or ${role(query.bad, "bad")}`;
	const answer = await askPrometheus(options, promql, signal);
	if (answer.kind === "missing") return answer;
	return pair(query.metric, answer.series);
}
/** Requests and bad of the same labels, put together. Pure. */
function pair(metric, series) {
	if (series.length === 0) return missing$1("no fresh sample answers the query; does the metric exist, is its target up?");
	const halves = /* @__PURE__ */ new Map();
	for (const { labels, value } of series) {
		const { [ROLE]: role, version, __name__: _name, ...rest } = labels;
		if (version === void 0 || version === "") return missing$1(`a series without the label version: ${JSON.stringify(labels)}`);
		if (!Number.isFinite(value) || value < 0) return missing$1(`${value} is no count (${role} of version ${version})`);
		const key = [
			metric,
			version,
			...Object.entries(rest).toSorted(([one], [other]) => one < other ? -1 : 1).map(([name, text]) => `${name}=${text}`)
		].join(" ");
		const half = halves.get(key) ?? { version };
		halves.set(key, role === "bad" ? {
			...half,
			bad: value
		} : {
			...half,
			requests: value
		});
	}
	const servers = [];
	for (const [key, { version, requests, bad }] of halves) {
		if (requests === void 0 || bad === void 0) {
			const [there, lacks] = requests === void 0 ? ["bad", "requests"] : ["requests", "bad"];
			return missing$1(`version ${version} has "${there}" but no "${lacks}"; both queries must give the same labels`);
		}
		if (bad > requests) return missing$1(`version ${version} has ${bad} bad of ${requests} requests`);
		servers.push({
			version,
			server: `prometheus/${key}`,
			metrics: { [metric]: {
				requests,
				bad
			} }
		});
	}
	return {
		kind: "servers",
		servers
	};
}
function missing$1(reason) {
	return {
		kind: "missing",
		reason
	};
}

// src/migrate/pending.ts
var import_promise = /* @__PURE__ */ __toESM$1(require_promise(), 1);
/** Schema state before anything was applied. */
const EMPTY_SCHEMA = "empty";
/** What is still to be done. Pure. Refuses when the database and the files tell different stories. */
function pendingMigrations(applied, files) {
	const problems = driftOf(applied, files);
	if (problems.length > 0) return bad(...problems);
	const done = new Set(applied.filter((row) => row.state === "applied").map((row) => row.id));
	const pending = files.filter((file) => !done.has(file.id));
	return ok({
		apply: pending.filter((file) => file.header.phase === "expand"),
		left: pending.filter((file) => file.header.phase !== "expand")
	});
}
/** Migrations that were applied and then edited, deleted or overtaken. Pure. */
function driftOf(applied, files) {
	const problems = [];
	const byId = new Map(files.map((file) => [file.id, file]));
	for (const row of applied) {
		const file = byId.get(row.id);
		if (file === void 0) problems.push(missing(row, files));
		else if (wasEdited(row, file)) problems.push(edited(row, file));
	}
	const rows = new Set(applied.map((row) => row.id));
	const newest = files.findLast((file) => rows.has(file.id) && file.header.phase === "expand");
	for (const file of files) {
		if (newest === void 0 || rows.has(file.id) || file.header.phase !== "expand") continue;
		if (file.number < newest.number) problems.push(overtaken(file, newest));
	}
	return problems;
}
/** Id of the migration that was applied last, or `empty`. Pure. */
function schemaState(applied) {
	return applied.filter((row) => row.state === "applied").toSorted((a, b) => a.position - b.position).at(-1)?.id ?? "empty";
}
/** Schema state once `apply` is done. Pure. */
function schemaAfter(applied, apply) {
	return apply.at(-1)?.id ?? schemaState(applied);
}
/** A migration that failed half-way may be mended: only the statements that are done must stay as they are. */
function wasEdited(row, file) {
	if (file.sha256 === row.sha256) return false;
	if (row.state === "applied") return true;
	return row.marks.some((mark) => {
		const statement = file.statements[mark.number - 1];
		return mark.state === "done" && (statement === void 0 || sha256Of(statement.sql) !== mark.sha256);
	});
}
/** Fingerprint of one statement: SHA-256 of its text, hexadecimal. */
function sha256Of(sql) {
	return createHash("sha256").update(sql).digest("hex");
}
function missing(row, files) {
	const renamed = files.find((file) => file.sha256 === row.sha256);
	return {
		code: "migrate.drift-missing",
		where: `shiplock_migrations ${row.id}`,
		found: renamed === void 0 ? "it was applied, but its file is gone" : `it was applied, but its file is now ${renamed.file}`,
		expected: `${row.id}.sql among the migrations of this release`,
		remedy: renamed === void 0 ? "release from a commit that has the file: the database is newer than this release" : "give the file its old name again: an applied migration keeps its number and name"
	};
}
function edited(row, file) {
	return {
		code: "migrate.drift-edited",
		where: `${file.file}:1`,
		found: `SHA-256 ${file.sha256.slice(0, 12)}…, but ${row.sha256.slice(0, 12)}… was applied`,
		expected: "the file as it was applied",
		remedy: "restore the file as it was, and write the change as a new migration"
	};
}
function overtaken(file, newest) {
	return {
		code: "migrate.drift-order",
		where: `${file.file}:1`,
		found: `it is not applied, but ${newest.id} already is`,
		expected: "new migrations after those that are applied: the order is the same in every database",
		remedy: `give it a number after the last one (${newest.id}), together with its down file`
	};
}

// src/migrate/bookkeeping.ts
/** The SQL of our own tables. Everything here may be run again without harm. */
const TABLES = {
	migrations: "shiplock_migrations",
	statements: "shiplock_migration_statements"
};
const SUFFIX = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
const CREATE_TABLES = [`CREATE TABLE IF NOT EXISTS ${TABLES.migrations} (
  id VARCHAR(120) NOT NULL,
  position INT UNSIGNED NOT NULL AUTO_INCREMENT,
  sha256 CHAR(64) NOT NULL,
  phase VARCHAR(16) NOT NULL,
  statements INT UNSIGNED NOT NULL,
  state VARCHAR(16) NOT NULL,
  applied_at DATETIME(3) NULL,
  applied_by VARCHAR(191) NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY shiplock_migrations_position (position)
) ${SUFFIX}`, `CREATE TABLE IF NOT EXISTS ${TABLES.statements} (
  migration VARCHAR(120) NOT NULL,
  number INT UNSIGNED NOT NULL,
  sha256 CHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  run VARCHAR(191) NOT NULL,
  started_at DATETIME(3) NOT NULL,
  done_at DATETIME(3) NULL,
  PRIMARY KEY (migration, number)
) ${SUFFIX}`];
/** A text as an SQL string; ours are ids and names, so this is a second line of defence. */
function quoted(text) {
	return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
/** Short waits, so that a change that queues never queues the application behind it. */
function sessionSettings(lockWaitTimeoutMs) {
	const seconds = Math.max(1, Math.ceil(lockWaitTimeoutMs / 1e3));
	return `SET SESSION lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`;
}
function markRunning(migration, writer) {
	return upsertMigration(migration, writer, "running");
}
function markApplied(migration, writer) {
	return upsertMigration(migration, writer, "applied");
}
function upsertMigration(migration, { run, fence }, state) {
	const at = state === "applied" ? "UTC_TIMESTAMP(3)" : "NULL";
	const changing = [
		`sha256 = ${quoted(migration.sha256)}`,
		`phase = ${quoted(migration.header.phase)}`,
		`statements = ${migration.statements.length}`,
		`state = ${quoted(state)}`,
		`applied_at = ${at}`,
		`applied_by = ${quoted(run)}`,
		`fence = ${fence}`
	];
	return `INSERT INTO ${TABLES.migrations} SET id = ${quoted(migration.id)}, ${changing.join(", ")} ON DUPLICATE KEY UPDATE ${changing.join(", ")}`;
}
function markStarted(migration, number, run) {
	const changing = `sha256 = ${quoted(sha256Of(migration.statements[number - 1]?.sql ?? ""))}, state = 'started', run = ${quoted(run)}, started_at = UTC_TIMESTAMP(3), done_at = NULL`;
	return `INSERT INTO ${TABLES.statements} SET migration = ${quoted(migration.id)}, number = ${number}, ${changing} ON DUPLICATE KEY UPDATE ${changing}`;
}
function markDone(migration, number) {
	return `UPDATE ${TABLES.statements} SET state = 'done', done_at = UTC_TIMESTAMP(3) WHERE migration = ${quoted(migration.id)} AND number = ${number}`;
}
/** After every statement of a migration is known to be done: marks that a person answered for are closed too. */
function markAllDone(migration) {
	return `UPDATE ${TABLES.statements} SET state = 'done', done_at = COALESCE(done_at, UTC_TIMESTAMP(3)) WHERE migration = ${quoted(migration.id)} AND state = 'started'`;
}

// src/migrate/dsn.ts
/**
* Reads a connection string in the forms that SQL effects take. It must name a database: migrations belong to one. The problem
* never shows the text, which may hold a password.
*/
function readDsn(text, where) {
	const options = parseDsn(text);
	const { database, socketPath, host = "", port = 3306 } = options;
	if (database === void 0 || database === "") throw new ProblemError({
		code: "migrate.dsn-without-database",
		where,
		found: "a connection string without a database",
		expected: "mysql://user:password@host:port/database",
		remedy: "add the name of the database after the last slash"
	});
	return {
		options,
		database,
		resource: `mysql:${socketPath ?? `${host}:${port}`}/${database}`
	};
}

// src/migrate/database.ts
/** Resolves the connection string; opens a connection for each look and closes it again. Throws ProblemError. */
function openDatabase(options) {
	const { dsn: text, secrets } = options;
	const where = typeof text === "string" ? "database.dsn" : `database.dsn (${text.secret})`;
	const dsn = readDsn(typeof text === "string" ? text : secrets.get(text.secret), where);
	const ask = (question) => withQuery(dsn, options, question);
	const lock = lockName(dsn.database);
	return {
		dsn: text,
		resource: dsn.resource,
		lock,
		look: () => ask(lookAt),
		presence: (objects) => ask((query) => presenceOf(query, objects)),
		idle: () => ask(async (query) => {
			const [row] = await query(strictObject({ free: number$2().nullable() }), "SELECT IS_FREE_LOCK(?) AS free", [lock]);
			return row?.free === 1;
		})
	};
}
/** Names of locks have at most 64 characters. */
function lockName(database) {
	const name = `shiplock:${database}`;
	return name.length <= 64 ? name : `shiplock:${createHash("sha256").update(database).digest("hex").slice(0, 32)}`;
}
async function withQuery(dsn, { connectTimeoutMs, queryTimeoutMs }, question) {
	const patience = queryTimeoutMs === void 0 ? {} : { timeout: queryTimeoutMs };
	try {
		const connection = await import_promise.createConnection({
			...dsn.options,
			connectTimeout: connectTimeoutMs,
			multipleStatements: false,
			supportBigNumbers: true
		});
		try {
			await connection.query({
				sql: "SET SESSION TRANSACTION READ ONLY",
				...patience
			});
			return await question(async (row, sql, values = []) => {
				const [rows] = await connection.query({
					sql,
					values: [...values],
					...patience
				});
				return array(row).parse(rows);
			});
		} finally {
			connection.destroy();
		}
	} catch (error) {
		if (error instanceof ProblemError) throw error;
		throw new ProblemError({
			code: "migrate.database-unreachable",
			where: dsn.resource,
			found: error instanceof Error ? error.message : String(error),
			expected: "a MySQL or MariaDB server that answers this user",
			remedy: "check that the server runs, the address, and the rights of the user in `database.dsn`"
		});
	}
}
const serverRow = strictObject({
	version: string(),
	comment: string()
});
const nameRow = strictObject({ name: string() });
const migrationRow = strictObject({
	id: string(),
	position: number$2(),
	sha256: string(),
	phase: phaseSchema,
	state: _enum(["running", "applied"])
});
const markRow = strictObject({
	migration: string(),
	number: number$2(),
	sha256: string(),
	state: _enum(["started", "done"]),
	run: string()
});
async function lookAt(query) {
	const [server] = await query(serverRow, "SELECT VERSION() AS version, @@version_comment AS comment");
	const tables = await query(nameRow, "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()");
	const ours = Object.values(TABLES);
	const notTheirs = [...ours, FENCE_TABLE];
	const names = new Set(tables.map((table) => table.name));
	const { version, comment } = server ?? {
		version: "",
		comment: ""
	};
	const prepared = ours.every((name) => names.has(name));
	return {
		server: {
			family: familyOf(version, comment),
			version,
			comment
		},
		empty: [...names].every((name) => notTheirs.includes(name)),
		prepared,
		applied: prepared ? await appliedRows(query) : []
	};
}
/** A MariaDB may be set up to show another version; who built it then still tells. Pure. */
function familyOf(version, comment) {
	return /mariadb/i.test(`${version} ${comment}`) ? "mariadb" : "mysql";
}
async function appliedRows(query) {
	const rows = await query(migrationRow, `SELECT id, position, sha256, phase, state FROM ${TABLES.migrations} ORDER BY position`);
	const marks = await query(markRow, `SELECT migration, number, sha256, state, run FROM ${TABLES.statements} ORDER BY migration, number`);
	return rows.map((row) => ({
		...row,
		marks: marks.filter((mark) => mark.migration === row.id).map(({ number, sha256, state, run }) => ({
			number,
			sha256,
			state,
			run
		}))
	}));
}
async function presenceOf(query, objects) {
	const { table, whole, columns, indexes, constraints } = objects;
	const namesIn = async (view, column) => {
		const sql = `SELECT DISTINCT ${column} AS name FROM information_schema.${view} WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;
		const rows = await query(nameRow, sql, [table]);
		return new Set(rows.map((row) => row.name.toLowerCase()));
	};
	const answers = [];
	if (whole) answers.push((await namesIn("TABLES", "TABLE_NAME")).size > 0);
	const look = async (wanted, view, column) => {
		if (wanted.length === 0) return;
		const there = await namesIn(view, column);
		answers.push(...wanted.map((name) => there.has(name.toLowerCase())));
	};
	await look(columns, "COLUMNS", "COLUMN_NAME");
	await look(indexes, "STATISTICS", "INDEX_NAME");
	await look(constraints, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME");
	if (answers.every((answer) => answer)) return answers.length === 0 ? "partly" : "present";
	return answers.some((answer) => answer) ? "partly" : "absent";
}

// node_modules/semver/internal/constants.js
var require_constants = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SEMVER_SPEC_VERSION = "2.0.0";
	const MAX_LENGTH = 256;
	const MAX_SAFE_INTEGER = Number.MAX_SAFE_INTEGER || 
	/* istanbul ignore next */ 9007199254740991;
	const MAX_SAFE_COMPONENT_LENGTH = 16;
	const MAX_SAFE_BUILD_LENGTH = 250;
	const WHITESPACE_CHARACTERS = [
		"	",
		"\n",
		"\v",
		"\f",
		"\r",
		" ",
		"\xA0",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		" ",
		"\u2028",
		"\u2029",
		" ",
		" ",
		"　",
		"﻿"
	];
	const RELEASE_TYPES = [
		"major",
		"premajor",
		"minor",
		"preminor",
		"patch",
		"prepatch",
		"prerelease"
	];
	module.exports = {
		MAX_LENGTH,
		MAX_SAFE_COMPONENT_LENGTH,
		MAX_SAFE_BUILD_LENGTH,
		MAX_SAFE_INTEGER,
		WHITESPACE_CHARACTERS,
		RELEASE_TYPES,
		SEMVER_SPEC_VERSION,
		FLAG_INCLUDE_PRERELEASE: 1,
		FLAG_LOOSE: 2
	};
}));

// node_modules/semver/internal/debug.js
var require_debug = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const debug = typeof process === "object" && process.env && process.env.NODE_DEBUG && /\bsemver\b/i.test(process.env.NODE_DEBUG) ? (...args) => console.error("SEMVER", ...args) : () => {};
	module.exports = debug;
}));

// node_modules/semver/internal/re.js
var require_re = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { MAX_SAFE_COMPONENT_LENGTH, MAX_SAFE_BUILD_LENGTH, MAX_LENGTH } = require_constants();
	const debug = require_debug();
	exports = module.exports = {};
	const re = exports.re = [];
	const safeRe = exports.safeRe = [];
	const src = exports.src = [];
	const safeSrc = exports.safeSrc = [];
	const t = exports.t = {};
	let R = 0;
	const LETTERDASHNUMBER = "[a-zA-Z0-9-]";
	const safeRegexReplacements = [
		["\\s", 1],
		["\\d", MAX_LENGTH],
		[LETTERDASHNUMBER, MAX_SAFE_BUILD_LENGTH]
	];
	const makeSafeRegex = (value) => {
		for (const [token, max] of safeRegexReplacements) value = value.split(`${token}*`).join(`${token}{0,${max}}`).split(`${token}+`).join(`${token}{1,${max}}`);
		return value;
	};
	const createToken = (name, value, isGlobal) => {
		const safe = makeSafeRegex(value);
		const index = R++;
		debug(name, index, value);
		t[name] = index;
		src[index] = value;
		safeSrc[index] = safe;
		re[index] = new RegExp(value, isGlobal ? "g" : void 0);
		safeRe[index] = new RegExp(safe, isGlobal ? "g" : void 0);
	};
	createToken("NUMERICIDENTIFIER", "0|[1-9]\\d*");
	createToken("NUMERICIDENTIFIERLOOSE", "\\d+");
	createToken("NONNUMERICIDENTIFIER", `\\d*[a-zA-Z-]${LETTERDASHNUMBER}*`);
	createToken("MAINVERSION", `(${src[t.NUMERICIDENTIFIER]})\\.(${src[t.NUMERICIDENTIFIER]})\\.(${src[t.NUMERICIDENTIFIER]})`);
	createToken("MAINVERSIONLOOSE", `(${src[t.NUMERICIDENTIFIERLOOSE]})\\.(${src[t.NUMERICIDENTIFIERLOOSE]})\\.(${src[t.NUMERICIDENTIFIERLOOSE]})`);
	createToken("PRERELEASEIDENTIFIER", `(?:${src[t.NONNUMERICIDENTIFIER]}|${src[t.NUMERICIDENTIFIER]})`);
	createToken("PRERELEASEIDENTIFIERLOOSE", `(?:${src[t.NONNUMERICIDENTIFIER]}|${src[t.NUMERICIDENTIFIERLOOSE]})`);
	createToken("PRERELEASE", `(?:-(${src[t.PRERELEASEIDENTIFIER]}(?:\\.${src[t.PRERELEASEIDENTIFIER]})*))`);
	createToken("PRERELEASELOOSE", `(?:-?(${src[t.PRERELEASEIDENTIFIERLOOSE]}(?:\\.${src[t.PRERELEASEIDENTIFIERLOOSE]})*))`);
	createToken("BUILDIDENTIFIER", `${LETTERDASHNUMBER}+`);
	createToken("BUILD", `(?:\\+(${src[t.BUILDIDENTIFIER]}(?:\\.${src[t.BUILDIDENTIFIER]})*))`);
	createToken("FULLPLAIN", `v?${src[t.MAINVERSION]}${src[t.PRERELEASE]}?${src[t.BUILD]}?`);
	createToken("FULL", `^${src[t.FULLPLAIN]}$`);
	createToken("LOOSEPLAIN", `[v=\\s]*${src[t.MAINVERSIONLOOSE]}${src[t.PRERELEASELOOSE]}?${src[t.BUILD]}?`);
	createToken("LOOSE", `^${src[t.LOOSEPLAIN]}$`);
	createToken("GTLT", "((?:<|>)?=?)");
	createToken("XRANGEIDENTIFIERLOOSE", `${src[t.NUMERICIDENTIFIERLOOSE]}|x|X|\\*`);
	createToken("XRANGEIDENTIFIER", `${src[t.NUMERICIDENTIFIER]}|x|X|\\*`);
	createToken("XRANGEPLAIN", `[v=\\s]*(${src[t.XRANGEIDENTIFIER]})(?:\\.(${src[t.XRANGEIDENTIFIER]})(?:\\.(${src[t.XRANGEIDENTIFIER]})(?:${src[t.PRERELEASE]})?${src[t.BUILD]}?)?)?`);
	createToken("XRANGEPLAINLOOSE", `[v=\\s]*(${src[t.XRANGEIDENTIFIERLOOSE]})(?:\\.(${src[t.XRANGEIDENTIFIERLOOSE]})(?:\\.(${src[t.XRANGEIDENTIFIERLOOSE]})(?:${src[t.PRERELEASELOOSE]})?${src[t.BUILD]}?)?)?`);
	createToken("XRANGE", `^${src[t.GTLT]}\\s*${src[t.XRANGEPLAIN]}$`);
	createToken("XRANGELOOSE", `^${src[t.GTLT]}\\s*${src[t.XRANGEPLAINLOOSE]}$`);
	createToken("COERCEPLAIN", `(^|[^\\d])(\\d{1,${MAX_SAFE_COMPONENT_LENGTH}})(?:\\.(\\d{1,${MAX_SAFE_COMPONENT_LENGTH}}))?(?:\\.(\\d{1,${MAX_SAFE_COMPONENT_LENGTH}}))?`);
	createToken("COERCE", `${src[t.COERCEPLAIN]}(?:$|[^\\d])`);
	createToken("COERCEFULL", src[t.COERCEPLAIN] + `(?:${src[t.PRERELEASE]})?(?:${src[t.BUILD]})?(?:$|[^\\d])`);
	createToken("COERCERTL", src[t.COERCE], true);
	createToken("COERCERTLFULL", src[t.COERCEFULL], true);
	createToken("LONETILDE", "(?:~>?)");
	createToken("TILDETRIM", `(\\s*)${src[t.LONETILDE]}\\s+`, true);
	exports.tildeTrimReplace = "$1~";
	createToken("TILDE", `^${src[t.LONETILDE]}${src[t.XRANGEPLAIN]}$`);
	createToken("TILDELOOSE", `^${src[t.LONETILDE]}${src[t.XRANGEPLAINLOOSE]}$`);
	createToken("LONECARET", "(?:\\^)");
	createToken("CARETTRIM", `(\\s*)${src[t.LONECARET]}\\s+`, true);
	exports.caretTrimReplace = "$1^";
	createToken("CARET", `^${src[t.LONECARET]}${src[t.XRANGEPLAIN]}$`);
	createToken("CARETLOOSE", `^${src[t.LONECARET]}${src[t.XRANGEPLAINLOOSE]}$`);
	createToken("COMPARATORLOOSE", `^${src[t.GTLT]}\\s*(${src[t.LOOSEPLAIN]})$|^$`);
	createToken("COMPARATOR", `^${src[t.GTLT]}\\s*(${src[t.FULLPLAIN]})$|^$`);
	createToken("COMPARATORTRIM", `(\\s*)${src[t.GTLT]}\\s*(${src[t.LOOSEPLAIN]}|${src[t.XRANGEPLAIN]})`, true);
	exports.comparatorTrimReplace = "$1$2$3";
	createToken("HYPHENRANGE", `^\\s*(${src[t.XRANGEPLAIN]})\\s+-\\s+(${src[t.XRANGEPLAIN]})\\s*$`);
	createToken("HYPHENRANGELOOSE", `^\\s*(${src[t.XRANGEPLAINLOOSE]})\\s+-\\s+(${src[t.XRANGEPLAINLOOSE]})\\s*$`);
	createToken("STAR", "(<|>)?=?\\s*\\*");
	createToken("GTE0", "^\\s*>=\\s*0\\.0\\.0\\s*$");
	createToken("GTE0PRE", "^\\s*>=\\s*0\\.0\\.0-0\\s*$");
}));

// node_modules/semver/internal/parse-options.js
var require_parse_options = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const looseOption = Object.freeze({ loose: true });
	const emptyOpts = Object.freeze({});
	const parseOptions = (options) => {
		if (!options) return emptyOpts;
		if (typeof options !== "object") return looseOption;
		return options;
	};
	module.exports = parseOptions;
}));

// node_modules/semver/internal/identifiers.js
var require_identifiers = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const numeric = /^[0-9]+$/;
	const compareIdentifiers = (a, b) => {
		if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a < b ? -1 : 1;
		const anum = numeric.test(a);
		const bnum = numeric.test(b);
		if (anum && bnum) {
			a = +a;
			b = +b;
		}
		return a === b ? 0 : anum && !bnum ? -1 : bnum && !anum ? 1 : a < b ? -1 : 1;
	};
	const rcompareIdentifiers = (a, b) => compareIdentifiers(b, a);
	module.exports = {
		compareIdentifiers,
		rcompareIdentifiers
	};
}));

// node_modules/semver/classes/semver.js
var require_semver$1 = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const debug = require_debug();
	const { MAX_LENGTH, MAX_SAFE_INTEGER } = require_constants();
	const { safeRe: re, t } = require_re();
	const parseOptions = require_parse_options();
	const { compareIdentifiers } = require_identifiers();
	const isPrereleaseIdentifier = (prerelease, identifier) => {
		const identifiers = identifier.split(".");
		if (identifiers.length > prerelease.length) return false;
		for (let i = 0; i < identifiers.length; i++) if (compareIdentifiers(prerelease[i], identifiers[i]) !== 0) return false;
		return true;
	};
	var SemVer = class SemVer {
		constructor(version, options) {
			options = parseOptions(options);
			if (version instanceof SemVer) {
				if (version.loose === !!options.loose && version.includePrerelease === !!options.includePrerelease) return version;
				else version = version.version;
			} else if (typeof version !== "string") throw new TypeError(`Invalid version. Must be a string. Got type "${typeof version}".`);
			if (version.length > MAX_LENGTH) throw new TypeError(`version is longer than ${MAX_LENGTH} characters`);
			debug("SemVer", version, options);
			this.options = options;
			this.loose = !!options.loose;
			this.includePrerelease = !!options.includePrerelease;
			const m = version.trim().match(options.loose ? re[t.LOOSE] : re[t.FULL]);
			if (!m) throw new TypeError(`Invalid Version: ${version}`);
			this.raw = version;
			this.major = +m[1];
			this.minor = +m[2];
			this.patch = +m[3];
			if (this.major > MAX_SAFE_INTEGER || this.major < 0) throw new TypeError("Invalid major version");
			if (this.minor > MAX_SAFE_INTEGER || this.minor < 0) throw new TypeError("Invalid minor version");
			if (this.patch > MAX_SAFE_INTEGER || this.patch < 0) throw new TypeError("Invalid patch version");
			if (!m[4]) this.prerelease = [];
			else this.prerelease = m[4].split(".").map((id) => {
				if (/^[0-9]+$/.test(id)) {
					const num = +id;
					if (num >= 0 && num < MAX_SAFE_INTEGER) return num;
				}
				return id;
			});
			this.build = m[5] ? m[5].split(".") : [];
			this.format();
		}
		format() {
			this.version = `${this.major}.${this.minor}.${this.patch}`;
			if (this.prerelease.length) this.version += `-${this.prerelease.join(".")}`;
			return this.version;
		}
		toString() {
			return this.version;
		}
		compare(other) {
			debug("SemVer.compare", this.version, this.options, other);
			if (!(other instanceof SemVer)) {
				if (typeof other === "string" && other === this.version) return 0;
				other = new SemVer(other, this.options);
			}
			if (other.version === this.version) return 0;
			return this.compareMain(other) || this.comparePre(other);
		}
		compareMain(other) {
			if (!(other instanceof SemVer)) other = new SemVer(other, this.options);
			if (this.major < other.major) return -1;
			if (this.major > other.major) return 1;
			if (this.minor < other.minor) return -1;
			if (this.minor > other.minor) return 1;
			if (this.patch < other.patch) return -1;
			if (this.patch > other.patch) return 1;
			return 0;
		}
		comparePre(other) {
			if (!(other instanceof SemVer)) other = new SemVer(other, this.options);
			if (this.prerelease.length && !other.prerelease.length) return -1;
			else if (!this.prerelease.length && other.prerelease.length) return 1;
			else if (!this.prerelease.length && !other.prerelease.length) return 0;
			let i = 0;
			do {
				const a = this.prerelease[i];
				const b = other.prerelease[i];
				debug("prerelease compare", i, a, b);
				if (a === void 0 && b === void 0) return 0;
				else if (b === void 0) return 1;
				else if (a === void 0) return -1;
				else if (a === b) continue;
				else return compareIdentifiers(a, b);
			} while (++i);
		}
		compareBuild(other) {
			if (!(other instanceof SemVer)) other = new SemVer(other, this.options);
			let i = 0;
			do {
				const a = this.build[i];
				const b = other.build[i];
				debug("build compare", i, a, b);
				if (a === void 0 && b === void 0) return 0;
				else if (b === void 0) return 1;
				else if (a === void 0) return -1;
				else if (a === b) continue;
				else return compareIdentifiers(a, b);
			} while (++i);
		}
		inc(release, identifier, identifierBase) {
			if (release.startsWith("pre")) {
				if (!identifier && identifierBase === false) throw new Error("invalid increment argument: identifier is empty");
				if (identifier) {
					const match = `-${identifier}`.match(this.options.loose ? re[t.PRERELEASELOOSE] : re[t.PRERELEASE]);
					if (!match || match[1] !== identifier) throw new Error(`invalid identifier: ${identifier}`);
				}
			}
			switch (release) {
				case "premajor":
					this.prerelease.length = 0;
					this.patch = 0;
					this.minor = 0;
					this.major++;
					this.inc("pre", identifier, identifierBase);
					break;
				case "preminor":
					this.prerelease.length = 0;
					this.patch = 0;
					this.minor++;
					this.inc("pre", identifier, identifierBase);
					break;
				case "prepatch":
					this.prerelease.length = 0;
					this.inc("patch", identifier, identifierBase);
					this.inc("pre", identifier, identifierBase);
					break;
				case "prerelease":
					if (this.prerelease.length === 0) this.inc("patch", identifier, identifierBase);
					this.inc("pre", identifier, identifierBase);
					break;
				case "release":
					if (this.prerelease.length === 0) throw new Error(`version ${this.raw} is not a prerelease`);
					this.prerelease.length = 0;
					break;
				case "major":
					if (this.minor !== 0 || this.patch !== 0 || this.prerelease.length === 0) this.major++;
					this.minor = 0;
					this.patch = 0;
					this.prerelease = [];
					break;
				case "minor":
					if (this.patch !== 0 || this.prerelease.length === 0) this.minor++;
					this.patch = 0;
					this.prerelease = [];
					break;
				case "patch":
					if (this.prerelease.length === 0) this.patch++;
					this.prerelease = [];
					break;
				case "pre": {
					const base = Number(identifierBase) ? 1 : 0;
					if (this.prerelease.length === 0) this.prerelease = [base];
					else {
						let i = this.prerelease.length;
						while (--i >= 0) if (typeof this.prerelease[i] === "number") {
							this.prerelease[i]++;
							i = -2;
						}
						if (i === -1) {
							if (identifier === this.prerelease.join(".") && identifierBase === false) throw new Error("invalid increment argument: identifier already exists");
							this.prerelease.push(base);
						}
					}
					if (identifier) {
						let prerelease = [identifier, base];
						if (identifierBase === false) prerelease = [identifier];
						if (isPrereleaseIdentifier(this.prerelease, identifier)) {
							const prereleaseBase = this.prerelease[identifier.split(".").length];
							if (isNaN(prereleaseBase)) this.prerelease = prerelease;
						} else this.prerelease = prerelease;
					}
					break;
				}
				default: throw new Error(`invalid increment argument: ${release}`);
			}
			this.raw = this.format();
			if (this.build.length) this.raw += `+${this.build.join(".")}`;
			return this;
		}
	};
	module.exports = SemVer;
}));

// node_modules/semver/functions/parse.js
var require_parse = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const parse = (version, options, throwErrors = false) => {
		if (version instanceof SemVer) return version;
		try {
			return new SemVer(version, options);
		} catch (er) {
			if (!throwErrors) return null;
			throw er;
		}
	};
	module.exports = parse;
}));

// node_modules/semver/functions/valid.js
var require_valid$1 = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const parse = require_parse();
	const valid = (version, options) => {
		const v = parse(version, options);
		return v ? v.version : null;
	};
	module.exports = valid;
}));

// node_modules/semver/functions/clean.js
var require_clean = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const parse = require_parse();
	const clean = (version, options) => {
		const s = parse(version.trim().replace(/^[=v]+/, ""), options);
		return s ? s.version : null;
	};
	module.exports = clean;
}));

// node_modules/semver/functions/inc.js
var require_inc = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const inc = (version, release, options, identifier, identifierBase) => {
		if (typeof options === "string") {
			identifierBase = identifier;
			identifier = options;
			options = void 0;
		}
		try {
			return new SemVer(version instanceof SemVer ? version.version : version, options).inc(release, identifier, identifierBase).version;
		} catch (er) {
			return null;
		}
	};
	module.exports = inc;
}));

// node_modules/semver/functions/diff.js
var require_diff = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const parse = require_parse();
	const diff = (version1, version2) => {
		const v1 = parse(version1, null, true);
		const v2 = parse(version2, null, true);
		const comparison = v1.compare(v2);
		if (comparison === 0) return null;
		const v1Higher = comparison > 0;
		const highVersion = v1Higher ? v1 : v2;
		const lowVersion = v1Higher ? v2 : v1;
		const highHasPre = !!highVersion.prerelease.length;
		if (!!lowVersion.prerelease.length && !highHasPre) {
			if (!lowVersion.patch && !lowVersion.minor) return "major";
			if (lowVersion.compareMain(highVersion) === 0) {
				if (lowVersion.minor && !lowVersion.patch) return "minor";
				return "patch";
			}
		}
		const prefix = highHasPre ? "pre" : "";
		if (v1.major !== v2.major) return prefix + "major";
		if (v1.minor !== v2.minor) return prefix + "minor";
		if (v1.patch !== v2.patch) return prefix + "patch";
		return "prerelease";
	};
	module.exports = diff;
}));

// node_modules/semver/functions/major.js
var require_major = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const major = (a, loose) => new SemVer(a, loose).major;
	module.exports = major;
}));

// node_modules/semver/functions/minor.js
var require_minor = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const minor = (a, loose) => new SemVer(a, loose).minor;
	module.exports = minor;
}));

// node_modules/semver/functions/patch.js
var require_patch = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const patch = (a, loose) => new SemVer(a, loose).patch;
	module.exports = patch;
}));

// node_modules/semver/functions/prerelease.js
var require_prerelease = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const parse = require_parse();
	const prerelease = (version, options) => {
		const parsed = parse(version, options);
		return parsed && parsed.prerelease.length ? parsed.prerelease : null;
	};
	module.exports = prerelease;
}));

// node_modules/semver/functions/compare.js
var require_compare = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const compare = (a, b, loose) => new SemVer(a, loose).compare(new SemVer(b, loose));
	module.exports = compare;
}));

// node_modules/semver/functions/rcompare.js
var require_rcompare = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const rcompare = (a, b, loose) => compare(b, a, loose);
	module.exports = rcompare;
}));

// node_modules/semver/functions/compare-loose.js
var require_compare_loose = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const compareLoose = (a, b) => compare(a, b, true);
	module.exports = compareLoose;
}));

// node_modules/semver/functions/compare-build.js
var require_compare_build = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const compareBuild = (a, b, loose) => {
		const versionA = new SemVer(a, loose);
		const versionB = new SemVer(b, loose);
		return versionA.compare(versionB) || versionA.compareBuild(versionB);
	};
	module.exports = compareBuild;
}));

// node_modules/semver/functions/sort.js
var require_sort = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compareBuild = require_compare_build();
	const sort = (list, loose) => list.sort((a, b) => compareBuild(a, b, loose));
	module.exports = sort;
}));

// node_modules/semver/functions/rsort.js
var require_rsort = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compareBuild = require_compare_build();
	const rsort = (list, loose) => list.sort((a, b) => compareBuild(b, a, loose));
	module.exports = rsort;
}));

// node_modules/semver/functions/gt.js
var require_gt = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const gt = (a, b, loose) => compare(a, b, loose) > 0;
	module.exports = gt;
}));

// node_modules/semver/functions/lt.js
var require_lt = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const lt = (a, b, loose) => compare(a, b, loose) < 0;
	module.exports = lt;
}));

// node_modules/semver/functions/eq.js
var require_eq = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const eq = (a, b, loose) => compare(a, b, loose) === 0;
	module.exports = eq;
}));

// node_modules/semver/functions/neq.js
var require_neq = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const neq = (a, b, loose) => compare(a, b, loose) !== 0;
	module.exports = neq;
}));

// node_modules/semver/functions/gte.js
var require_gte = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const gte = (a, b, loose) => compare(a, b, loose) >= 0;
	module.exports = gte;
}));

// node_modules/semver/functions/lte.js
var require_lte = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const compare = require_compare();
	const lte = (a, b, loose) => compare(a, b, loose) <= 0;
	module.exports = lte;
}));

// node_modules/semver/functions/cmp.js
var require_cmp = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const eq = require_eq();
	const neq = require_neq();
	const gt = require_gt();
	const gte = require_gte();
	const lt = require_lt();
	const lte = require_lte();
	const cmp = (a, op, b, loose) => {
		switch (op) {
			case "===":
				if (typeof a === "object") a = a.version;
				if (typeof b === "object") b = b.version;
				return a === b;
			case "!==":
				if (typeof a === "object") a = a.version;
				if (typeof b === "object") b = b.version;
				return a !== b;
			case "":
			case "=":
			case "==": return eq(a, b, loose);
			case "!=": return neq(a, b, loose);
			case ">": return gt(a, b, loose);
			case ">=": return gte(a, b, loose);
			case "<": return lt(a, b, loose);
			case "<=": return lte(a, b, loose);
			default: throw new TypeError(`Invalid operator: ${op}`);
		}
	};
	module.exports = cmp;
}));

// node_modules/semver/functions/coerce.js
var require_coerce = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const parse = require_parse();
	const { safeRe: re, t } = require_re();
	const coerce = (version, options) => {
		if (version instanceof SemVer) return version;
		if (typeof version === "number") version = String(version);
		if (typeof version !== "string") return null;
		options = options || {};
		let match = null;
		if (!options.rtl) match = version.match(options.includePrerelease ? re[t.COERCEFULL] : re[t.COERCE]);
		else {
			const coerceRtlRegex = options.includePrerelease ? re[t.COERCERTLFULL] : re[t.COERCERTL];
			let next;
			while ((next = coerceRtlRegex.exec(version)) && (!match || match.index + match[0].length !== version.length)) {
				if (!match || next.index + next[0].length !== match.index + match[0].length) match = next;
				coerceRtlRegex.lastIndex = next.index + next[1].length + next[2].length;
			}
			coerceRtlRegex.lastIndex = -1;
		}
		if (match === null) return null;
		const major = match[2];
		const minor = match[3] || "0";
		const patch = match[4] || "0";
		const prerelease = options.includePrerelease && match[5] ? `-${match[5]}` : "";
		const build = options.includePrerelease && match[6] ? `+${match[6]}` : "";
		return parse(`${major}.${minor}.${patch}${prerelease}${build}`, options);
	};
	module.exports = coerce;
}));

// node_modules/semver/functions/truncate.js
var require_truncate = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const parse = require_parse();
	const constants = require_constants();
	const SemVer = require_semver$1();
	const truncate = (version, truncation, options) => {
		if (!constants.RELEASE_TYPES.includes(truncation)) return null;
		const clonedVersion = cloneInputVersion(version, options);
		return clonedVersion && doTruncation(clonedVersion, truncation);
	};
	const cloneInputVersion = (version, options) => {
		const versionStringToParse = version instanceof SemVer ? version.version : version;
		return parse(versionStringToParse, options);
	};
	const doTruncation = (version, truncation) => {
		if (isPrerelease(truncation)) return version.version;
		version.prerelease = [];
		switch (truncation) {
			case "major":
				version.minor = 0;
				version.patch = 0;
				break;
			case "minor": version.patch = 0;
		}
		return version.format();
	};
	const isPrerelease = (type) => {
		return type.startsWith("pre");
	};
	module.exports = truncate;
}));

// node_modules/semver/internal/lrucache.js
var require_lrucache = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var LRUCache = class {
		constructor() {
			this.max = 1e3;
			this.map = /* @__PURE__ */ new Map();
		}
		get(key) {
			const value = this.map.get(key);
			if (value === void 0) return;
			else {
				this.map.delete(key);
				this.map.set(key, value);
				return value;
			}
		}
		delete(key) {
			return this.map.delete(key);
		}
		set(key, value) {
			if (!this.delete(key) && value !== void 0) {
				if (this.map.size >= this.max) {
					const firstKey = this.map.keys().next().value;
					this.delete(firstKey);
				}
				this.map.set(key, value);
			}
			return this;
		}
	};
	module.exports = LRUCache;
}));

// node_modules/semver/internal/trim-comparator-whitespace.js
var require_trim_comparator_whitespace = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { MAX_LENGTH, MAX_SAFE_BUILD_LENGTH, WHITESPACE_CHARACTERS } = require_constants();
	/**
	* Remembers the last two rows of digits so their characters need not be reread.
	* Positions start at -1 until a row has been found.
	*
	* @typedef {object} DigitRunCache
	* @property {number} start The first character of the most recently found row.
	* @property {number} end The position after that row's last character.
	* @property {number} previousStart The first character of the previous row.
	* @property {number} previousEnd The position after the previous row.
	*/
	const whitespace = /* @__PURE__ */ new Uint8Array(65536);
	for (const char of WHITESPACE_CHARACTERS) whitespace[char.charCodeAt(0)] = 1;
	/**
	* Checks whether a character is whitespace, like a space, tab, or newline.
	* Looking past the end of the string returns false.
	*
	* @param {string|undefined} char One character, or undefined past the string's end.
	* @returns {boolean} Whether the character is whitespace.
	* @example isWhitespace(' ') // true
	* @example isWhitespace('1') // false
	*/
	const isWhitespace = (char) => char !== void 0 && whitespace[char.charCodeAt(0)] === 1;
	/**
	* Checks for v, =, or whitespace before the version number.
	* These are historical version prefixes, not range operators:
	* < and > are handled separately, as are tilde and caret ranges.
	*
	* @param {string|undefined} char One character to check.
	* @returns {boolean} Whether the character can belong to a version prefix.
	* @example isVersionPrefix('=') // true
	* @example isVersionPrefix('>') // false
	*/
	const isVersionPrefix = (char) => char === "v" || char === "=" || isWhitespace(char);
	/**
	* Checks whether a character is one of the digits 0 through 9.
	*
	* @param {string|undefined} char One character to check.
	* @returns {boolean} Whether the character is an ASCII digit.
	* @example isDigit('7') // true
	* @example isDigit('.') // false
	*/
	const isDigit = (char) => char !== void 0 && char >= "0" && char <= "9";
	/**
	* Checks whether a character is an English letter, uppercase or lowercase.
	*
	* @param {string|undefined} char One character to check.
	* @returns {boolean} Whether the character is an ASCII letter.
	* @example isLetter('b') // true
	* @example isLetter('7') // false
	*/
	const isLetter = (char) => char !== void 0 && (char >= "a" && char <= "z" || char >= "A" && char <= "Z");
	/**
	* Checks for a letter, digit, or hyphen: the characters allowed inside
	* prerelease and build names such as beta-1.
	*
	* @param {string|undefined} char One character to check.
	* @returns {boolean} Whether the character can be part of an identifier.
	* @example isIdentifierCharacter('-') // true
	* @example isIdentifierCharacter('.') // false; dots separate identifiers
	*/
	const isIdentifierCharacter = (char) => isDigit(char) || isLetter(char) || char === "-";
	/**
	* Checks whether a version component can begin here: with a digit or
	* a wildcard such as x, X, or *.
	*
	* @param {string|undefined} char One character to check.
	* @returns {boolean} Whether a number or wildcard can start with this character.
	* @example isVersionStart('x') // true
	* @example isVersionStart('v') // false; v belongs to the prefix
	*/
	const isVersionStart = (char) => isDigit(char) || char === "x" || char === "X" || char === "*";
	/**
	* Finds the end of a row of digits, but returns no more than limit digits.
	* Remembers the last two rows so looking at them again does not reread them.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position of the first character to check.
	* @param {number} limit The most digit characters the returned match can include.
	* @param {DigitRunCache} digitRuns Shared cache of digit-run positions, updated in place.
	* @returns {number} The position after the matched digits, or start if none match.
	* @example findDigitsEndIndex('123abc', 0, 10, digitRuns) // 3, pointing at a
	* @example findDigitsEndIndex('123abc', 0, 2, digitRuns) // 2, pointing at the unread 3
	*/
	const findDigitsEndIndex = (range, start, limit, digitRuns) => {
		if (!isDigit(range[start])) return start;
		if (start >= digitRuns.start && start < digitRuns.end) return Math.min(start + limit, digitRuns.end);
		if (start >= digitRuns.previousStart && start < digitRuns.previousEnd) return Math.min(start + limit, digitRuns.previousEnd);
		let end = start + 1;
		while (isDigit(range[end])) end++;
		digitRuns.previousStart = digitRuns.start;
		digitRuns.previousEnd = digitRuns.end;
		digitRuns.start = start;
		digitRuns.end = end;
		return Math.min(start + limit, end);
	};
	/**
	* Reads a number using the old regex's length and leading-zero rules.
	* Strict mode reads just the first zero in 012; loose mode can read all three.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the number should begin.
	* @param {boolean} loose Whether to allow leading zeros.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the matched digits, not their numeric value.
	* @example findVersionNumberEndIndex('012', 0, false, digitRuns) // 1
	* @example findVersionNumberEndIndex('012', 0, true, digitRuns) // 3
	*/
	const findVersionNumberEndIndex = (range, start, loose, digitRuns) => {
		if (!loose && range[start] === "0") return start + 1;
		return findDigitsEndIndex(range, start, loose ? MAX_LENGTH : MAX_LENGTH + 1, digitRuns);
	};
	/**
	* Reads one piece of a prerelease name, such as beta or 1 in beta.1.
	* Tries the letter-or-hyphen form first, then the number-only form.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the identifier should begin.
	* @param {boolean} loose Whether numeric identifiers may have leading zeros.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the identifier, or start if none matches.
	* @example findPrereleaseIdentifierEndIndex('beta.1', 0, false, digitRuns) // 4, at the dot
	* @example findPrereleaseIdentifierEndIndex('001beta', 0, false, digitRuns) // 7
	*/
	const findPrereleaseIdentifierEndIndex = (range, start, loose, digitRuns) => {
		const digitsEnd = findDigitsEndIndex(range, start, MAX_LENGTH, digitRuns);
		if (isLetter(range[digitsEnd]) || range[digitsEnd] === "-") {
			let end = digitsEnd + 1;
			const limit = end + MAX_SAFE_BUILD_LENGTH;
			while (end < limit && isIdentifierCharacter(range[end])) end++;
			return end;
		}
		return findVersionNumberEndIndex(range, start, loose, digitRuns);
	};
	/**
	* Reads a prerelease suffix such as -beta.1, one dot-separated piece at a time.
	* Loose mode also allows the name without its opening hyphen.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the suffix should begin, including -.
	* @param {boolean} loose Whether the opening hyphen is optional and zeros allowed.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the matched suffix, or start if absent.
	* @example findPrereleaseEndIndex('-beta.1+sha', 0, false, digitRuns) // 7, at the plus
	* @example findPrereleaseEndIndex('beta', 0, false, digitRuns) // 0; no opening hyphen
	*/
	const findPrereleaseEndIndex = (range, start, loose, digitRuns) => {
		const hyphen = range[start] === "-";
		if (!loose && !hyphen) return start;
		const identifierStart = start + (hyphen ? 1 : 0);
		let end = findPrereleaseIdentifierEndIndex(range, identifierStart, loose, digitRuns);
		if (end === identifierStart) {
			if (!loose || !hyphen) return start;
			end = findPrereleaseIdentifierEndIndex(range, start, loose, digitRuns);
		}
		while (range[end] === ".") {
			const next = findPrereleaseIdentifierEndIndex(range, end + 1, loose, digitRuns);
			if (next === end + 1) break;
			end = next;
		}
		return end;
	};
	/**
	* Reads one build-name piece, such as sha or 123 in +sha.123.
	* Stops at a disallowed character or the old regex's length limit.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the identifier should begin.
	* @returns {number} The position after the identifier, or start if none matches.
	* @example findBuildIdentifierEndIndex('sha.123', 0) // 3, at the dot
	* @example findBuildIdentifierEndIndex('001', 0) // 3; leading zeros are allowed
	*/
	const findBuildIdentifierEndIndex = (range, start) => {
		let end = start;
		while (end - start < MAX_SAFE_BUILD_LENGTH && isIdentifierCharacter(range[end])) end++;
		return end;
	};
	/**
	* Reads optional build metadata such as +sha.123.
	* Leaves the position unchanged if there is no plus sign followed by a name.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the opening + should be.
	* @returns {number} The position after the matched metadata, or start if absent.
	* @example findBuildEndIndex('+sha.123 <2', 0) // 8, at the space
	* @example findBuildEndIndex('+', 0) // 0; a plus sign alone is not a match
	*/
	const findBuildEndIndex = (range, start) => {
		if (range[start] !== "+") return start;
		let end = findBuildIdentifierEndIndex(range, start + 1);
		if (end === start + 1) return start;
		while (range[end] === ".") {
			const next = findBuildIdentifierEndIndex(range, end + 1);
			if (next === end + 1) break;
			end = next;
		}
		return end;
	};
	/**
	* Reads three numbers separated by dots, then any prerelease and build suffixes.
	* Uses loose rules, so forms such as 01.02.03beta can match here.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position of the first number, after any prefix.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the version match, or start if none matches.
	* @example findLooseFullVersionEndIndex('1.2.3-beta+sha <2', 0, digitRuns) // 14
	* @example findLooseFullVersionEndIndex('1.2', 0, digitRuns) // 0; needs three numbers
	*/
	const findLooseFullVersionEndIndex = (range, start, digitRuns) => {
		let end = start;
		for (let component = 0; component < 3; component++) {
			const next = findVersionNumberEndIndex(range, end, true, digitRuns);
			if (next === end) return start;
			end = next;
			if (component < 2) {
				if (range[end] !== ".") return start;
				end++;
			}
		}
		const prereleaseEnd = findPrereleaseEndIndex(range, end, true, digitRuns);
		return findBuildEndIndex(range, prereleaseEnd);
	};
	/**
	* Reads one component of a partial or wildcard version, such as 2 or x in 2.x.
	* Numbers use strict leading-zero rules; wildcards take up one character.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position where the component should begin.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the component, or start if none matches.
	* @example findPartialVersionComponentEndIndex('2.x', 0, digitRuns) // 1, at the dot
	* @example findPartialVersionComponentEndIndex('2.x', 2, digitRuns) // 3, after x
	*/
	const findPartialVersionComponentEndIndex = (range, start, digitRuns) => {
		if (isDigit(range[start])) return findVersionNumberEndIndex(range, start, false, digitRuns);
		return isVersionStart(range[start]) ? start + 1 : start;
	};
	/**
	* Reads up to three components, allowing forms such as 1, 1.2, or 1.x.
	* After the third component, also reads any strict prerelease and build suffixes.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position of a number or wildcard, after any prefix.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position after the matched version text.
	* @example findPartialVersionEndIndex('1.x <2', 0, digitRuns) // 3, at the space
	* @example findPartialVersionEndIndex('1.', 0, digitRuns) // 1; the trailing dot is unread
	*/
	const findPartialVersionEndIndex = (range, start, digitRuns) => {
		let end = findPartialVersionComponentEndIndex(range, start, digitRuns);
		for (let component = 0; component < 2; component++) {
			if (range[end] !== ".") return end;
			const next = findPartialVersionComponentEndIndex(range, end + 1, digitRuns);
			if (next === end + 1) return end;
			end = next;
		}
		const prereleaseEnd = findPrereleaseEndIndex(range, end, false, digitRuns);
		return findBuildEndIndex(range, prereleaseEnd);
	};
	/**
	* Finds where a version match ends, without deciding whether the range is valid.
	* Tries a loose full version first, then a partial or wildcard version, just
	* like the old regex's LOOSEPLAIN and XRANGEPLAIN alternatives.
	*
	* @param {string} range The text to read; it is not changed.
	* @param {number} start The position of a number or wildcard, after any prefix.
	* @param {DigitRunCache} digitRuns Shared digit-run cache, updated as needed.
	* @returns {number} The position where scanning the next candidate can resume.
	* @example findVersionEndIndex('1.2.3 <2', 0, digitRuns) // 5, at the space
	* @example findVersionEndIndex('1.x <2', 0, digitRuns) // 3, at the space
	*/
	const findVersionEndIndex = (range, start, digitRuns) => {
		const fullVersionEnd = findLooseFullVersionEndIndex(range, start, digitRuns);
		return fullVersionEnd !== start ? fullVersionEnd : findPartialVersionEndIndex(range, start, digitRuns);
	};
	/**
	* Finds the one whitespace character the old replacement would remove.
	* Keeps leading whitespace, skips an optional operator, and checks immediately
	* after it. Returns -1 if there is nothing to remove.
	*
	* @param {string} range The text containing a candidate already found by the caller.
	* @param {number} matchStart The candidate's position, including leading whitespace.
	* @returns {number} The position of the removable whitespace, or -1 if absent.
	* @example findRemovableWhitespaceIndex(' > 1', 0) // 2; keep the space at position 0
	* @example findRemovableWhitespaceIndex('>1', 0) // -1
	*/
	const findRemovableWhitespaceIndex = (range, matchStart) => {
		let position = matchStart;
		if (isWhitespace(range[position])) position++;
		if (range[position] === "<" || range[position] === ">") position++;
		if (range[position] === "=") position++;
		return isWhitespace(range[position]) ? position : -1;
	};
	/**
	* Joins an operator to its version, turning > 1.2.3 into >1.2.3.
	* Copies everything else according to the old regex's matching rules.
	* Moves forward through prefixes and whole versions to avoid repeatedly
	* searching the same characters on long inputs.
	*
	* @param {string} range The range text to process; the original string is unchanged.
	* @returns {string} The range with matched operator whitespace removed.
	* @example trimComparatorWhitespace('> 1.2.3 < 2') // '>1.2.3 <2'
	* @example trimComparatorWhitespace('> invalid') // '> invalid'
	*/
	const trimComparatorWhitespace = (range) => {
		let result = "";
		let copyFrom = 0;
		let cursor = 0;
		const digitRuns = {
			start: -1,
			end: -1,
			previousStart: -1,
			previousEnd: -1
		};
		while (cursor < range.length) {
			const matchStart = cursor;
			if (range[cursor] === "<" || range[cursor] === ">") cursor++;
			else if (!isVersionPrefix(range[cursor]) && !isVersionStart(range[cursor])) {
				cursor++;
				continue;
			}
			while (cursor < range.length && isVersionPrefix(range[cursor])) cursor++;
			if (!isVersionStart(range[cursor])) continue;
			const whitespacePosition = findRemovableWhitespaceIndex(range, matchStart);
			if (whitespacePosition !== -1) {
				result += range.slice(copyFrom, whitespacePosition);
				copyFrom = whitespacePosition + 1;
			}
			cursor = findVersionEndIndex(range, cursor, digitRuns);
		}
		return result + range.slice(copyFrom);
	};
	module.exports = trimComparatorWhitespace;
}));

// node_modules/semver/classes/range.js
var require_range = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SPACE_CHARACTERS = /\s+/g;
	var Range = class Range {
		constructor(range, options) {
			options = parseOptions(options);
			if (range instanceof Range) {
				if (range.loose === !!options.loose && range.includePrerelease === !!options.includePrerelease) return range;
				else return new Range(range.raw, options);
			}
			if (range instanceof Comparator) {
				this.raw = range.value;
				this.set = [[range]];
				this.formatted = void 0;
				return this;
			}
			this.options = options;
			this.loose = !!options.loose;
			this.includePrerelease = !!options.includePrerelease;
			this.raw = range.trim().replace(SPACE_CHARACTERS, " ");
			this.set = this.raw.split("||").map((r) => this.parseRange(r.trim())).filter((c) => c.length);
			if (!this.set.length) throw new TypeError(`Invalid SemVer Range: ${this.raw}`);
			if (this.set.length > 1) {
				const first = this.set[0];
				this.set = this.set.filter((c) => !isNullSet(c[0]));
				if (this.set.length === 0) this.set = [first];
				else if (this.set.length > 1) {
					for (const c of this.set) if (c.length === 1 && isAny(c[0])) {
						this.set = [c];
						break;
					}
				}
			}
			this.formatted = void 0;
		}
		get range() {
			if (this.formatted === void 0) {
				this.formatted = "";
				for (let i = 0; i < this.set.length; i++) {
					if (i > 0) this.formatted += "||";
					const comps = this.set[i];
					for (let k = 0; k < comps.length; k++) {
						if (k > 0) this.formatted += " ";
						this.formatted += comps[k].toString().trim();
					}
				}
			}
			return this.formatted;
		}
		format() {
			return this.range;
		}
		toString() {
			return this.range;
		}
		parseRange(range) {
			range = range.replace(BUILDSTRIPRE, "");
			const memoKey = ((this.options.includePrerelease && FLAG_INCLUDE_PRERELEASE) | (this.options.loose && FLAG_LOOSE)) + ":" + range;
			const cached = cache.get(memoKey);
			if (cached) return cached;
			const loose = this.options.loose;
			const hr = loose ? re[t.HYPHENRANGELOOSE] : re[t.HYPHENRANGE];
			range = range.replace(hr, hyphenReplace(this.options.includePrerelease));
			debug("hyphen replace", range);
			range = trimComparatorWhitespace(range);
			debug("comparator trim", range);
			range = range.replace(re[t.TILDETRIM], tildeTrimReplace);
			debug("tilde trim", range);
			range = range.replace(re[t.CARETTRIM], caretTrimReplace);
			debug("caret trim", range);
			let rangeList = range.split(" ").map((comp) => parseComparator(comp, this.options)).join(" ").split(/\s+/).map((comp) => replaceGTE0(comp, this.options));
			if (loose) rangeList = rangeList.filter((comp) => {
				debug("loose invalid filter", comp, this.options);
				return !!comp.match(re[t.COMPARATORLOOSE]);
			});
			debug("range list", rangeList);
			const rangeMap = /* @__PURE__ */ new Map();
			const comparators = rangeList.map((comp) => new Comparator(comp, this.options));
			for (const comp of comparators) {
				if (isNullSet(comp)) return [comp];
				rangeMap.set(comp.value, comp);
			}
			if (rangeMap.size > 1 && rangeMap.has("")) rangeMap.delete("");
			const result = [...rangeMap.values()];
			cache.set(memoKey, result);
			return result;
		}
		intersects(range, options) {
			if (!(range instanceof Range)) throw new TypeError("a Range is required");
			return this.set.some((thisComparators) => {
				return isSatisfiable(thisComparators, options) && range.set.some((rangeComparators) => {
					return isSatisfiable(rangeComparators, options) && thisComparators.every((thisComparator) => {
						return rangeComparators.every((rangeComparator) => {
							return thisComparator.intersects(rangeComparator, options);
						});
					});
				});
			});
		}
		test(version) {
			if (!version) return false;
			if (typeof version === "string") try {
				version = new SemVer(version, this.options);
			} catch (er) {
				return false;
			}
			for (let i = 0; i < this.set.length; i++) if (testSet(this.set[i], version, this.options)) return true;
			return false;
		}
	};
	module.exports = Range;
	const cache = new (require_lrucache())();
	const parseOptions = require_parse_options();
	const Comparator = require_comparator();
	const debug = require_debug();
	const SemVer = require_semver$1();
	const trimComparatorWhitespace = require_trim_comparator_whitespace();
	const { safeRe: re, src, t, tildeTrimReplace, caretTrimReplace } = require_re();
	const { FLAG_INCLUDE_PRERELEASE, FLAG_LOOSE } = require_constants();
	const BUILDSTRIPRE = new RegExp(src[t.BUILD], "g");
	const isNullSet = (c) => c.value === "<0.0.0-0";
	const isAny = (c) => c.value === "";
	const isSatisfiable = (comparators, options) => {
		let result = true;
		const remainingComparators = comparators.slice();
		let testComparator = remainingComparators.pop();
		while (result && remainingComparators.length) {
			result = remainingComparators.every((otherComparator) => {
				return testComparator.intersects(otherComparator, options);
			});
			testComparator = remainingComparators.pop();
		}
		return result;
	};
	const parseComparator = (comp, options) => {
		comp = comp.replace(re[t.BUILD], "");
		debug("comp", comp, options);
		comp = replaceCarets(comp, options);
		debug("caret", comp);
		comp = replaceTildes(comp, options);
		debug("tildes", comp);
		comp = replaceXRanges(comp, options);
		debug("xrange", comp);
		comp = replaceStars(comp, options);
		debug("stars", comp);
		return comp;
	};
	const isX = (id) => !id || id.toLowerCase() === "x" || id === "*";
	const invalidXRangeOrder = (M, m, p) => isX(M) && !isX(m) || isX(m) && p && !isX(p);
	const replaceTildes = (comp, options) => {
		return comp.trim().split(/\s+/).map((c) => replaceTilde(c, options)).join(" ");
	};
	const replaceTilde = (comp, options) => {
		const r = options.loose ? re[t.TILDELOOSE] : re[t.TILDE];
		const z = options.includePrerelease ? "-0" : "";
		return comp.replace(r, (_, M, m, p, pr) => {
			debug("tilde", comp, _, M, m, p, pr);
			let ret;
			if (isX(M)) ret = "";
			else if (isX(m)) ret = `>=${M}.0.0${z} <${+M + 1}.0.0-0`;
			else if (isX(p)) ret = `>=${M}.${m}.0${z} <${M}.${+m + 1}.0-0`;
			else if (pr) {
				debug("replaceTilde pr", pr);
				ret = `>=${M}.${m}.${p}-${pr} <${M}.${+m + 1}.0-0`;
			} else ret = `>=${M}.${m}.${p} <${M}.${+m + 1}.0-0`;
			debug("tilde return", ret);
			return ret;
		});
	};
	const replaceCarets = (comp, options) => {
		return comp.trim().split(/\s+/).map((c) => replaceCaret(c, options)).join(" ");
	};
	const replaceCaret = (comp, options) => {
		debug("caret", comp, options);
		const r = options.loose ? re[t.CARETLOOSE] : re[t.CARET];
		const z = options.includePrerelease ? "-0" : "";
		return comp.replace(r, (_, M, m, p, pr) => {
			debug("caret", comp, _, M, m, p, pr);
			let ret;
			if (isX(M)) ret = "";
			else if (isX(m)) ret = `>=${M}.0.0${z} <${+M + 1}.0.0-0`;
			else if (isX(p)) {
				if (M === "0") ret = `>=${M}.${m}.0${z} <${M}.${+m + 1}.0-0`;
				else ret = `>=${M}.${m}.0${z} <${+M + 1}.0.0-0`;
			} else if (pr) {
				debug("replaceCaret pr", pr);
				if (M === "0") {
					if (m === "0") ret = `>=${M}.${m}.${p}-${pr} <${M}.${m}.${+p + 1}-0`;
					else ret = `>=${M}.${m}.${p}-${pr} <${M}.${+m + 1}.0-0`;
				} else ret = `>=${M}.${m}.${p}-${pr} <${+M + 1}.0.0-0`;
			} else {
				debug("no pr");
				if (M === "0") {
					if (m === "0") ret = `>=${M}.${m}.${p} <${M}.${m}.${+p + 1}-0`;
					else ret = `>=${M}.${m}.${p} <${M}.${+m + 1}.0-0`;
				} else ret = `>=${M}.${m}.${p} <${+M + 1}.0.0-0`;
			}
			debug("caret return", ret);
			return ret;
		});
	};
	const replaceXRanges = (comp, options) => {
		debug("replaceXRanges", comp, options);
		return comp.split(/\s+/).map((c) => replaceXRange(c, options)).join(" ");
	};
	const replaceXRange = (comp, options) => {
		comp = comp.trim();
		const r = options.loose ? re[t.XRANGELOOSE] : re[t.XRANGE];
		return comp.replace(r, (ret, gtlt, M, m, p, pr) => {
			debug("xRange", comp, ret, gtlt, M, m, p, pr);
			if (invalidXRangeOrder(M, m, p)) return comp;
			const xM = isX(M);
			const xm = xM || isX(m);
			const xp = xm || isX(p);
			const anyX = xp;
			if (gtlt === "=" && anyX) gtlt = "";
			pr = options.includePrerelease ? "-0" : "";
			if (xM) {
				if (gtlt === ">" || gtlt === "<") ret = "<0.0.0-0";
				else ret = "*";
			} else if (gtlt && anyX) {
				if (xm) m = 0;
				p = 0;
				if (gtlt === ">") {
					gtlt = ">=";
					if (xm) {
						M = +M + 1;
						m = 0;
						p = 0;
					} else {
						m = +m + 1;
						p = 0;
					}
				} else if (gtlt === "<=") {
					gtlt = "<";
					if (xm) M = +M + 1;
					else m = +m + 1;
				}
				if (gtlt === "<") pr = "-0";
				ret = `${gtlt + M}.${m}.${p}${pr}`;
			} else if (xm) ret = `>=${M}.0.0${pr} <${+M + 1}.0.0-0`;
			else if (xp) ret = `>=${M}.${m}.0${pr} <${M}.${+m + 1}.0-0`;
			debug("xRange return", ret);
			return ret;
		});
	};
	const replaceStars = (comp, options) => {
		debug("replaceStars", comp, options);
		return comp.trim().replace(re[t.STAR], "");
	};
	const replaceGTE0 = (comp, options) => {
		debug("replaceGTE0", comp, options);
		return comp.trim().replace(re[options.includePrerelease ? t.GTE0PRE : t.GTE0], "");
	};
	const hyphenReplace = (incPr) => ($0, from, fM, fm, fp, fpr, fb, to, tM, tm, tp, tpr) => {
		if (isX(fM)) from = "";
		else if (isX(fm)) from = `>=${fM}.0.0${incPr ? "-0" : ""}`;
		else if (isX(fp)) from = `>=${fM}.${fm}.0${incPr ? "-0" : ""}`;
		else if (fpr) from = `>=${from}`;
		else from = `>=${from}${incPr ? "-0" : ""}`;
		if (isX(tM)) to = "";
		else if (isX(tm)) to = `<${+tM + 1}.0.0-0`;
		else if (isX(tp)) to = `<${tM}.${+tm + 1}.0-0`;
		else if (tpr) to = `<=${tM}.${tm}.${tp}-${tpr}`;
		else if (incPr) to = `<${tM}.${tm}.${+tp + 1}-0`;
		else to = `<=${to}`;
		return `${from} ${to}`.trim();
	};
	const testSet = (set, version, options) => {
		for (let i = 0; i < set.length; i++) if (!set[i].test(version)) return false;
		if (version.prerelease.length && !options.includePrerelease) {
			for (let i = 0; i < set.length; i++) {
				debug(set[i].semver);
				if (set[i].semver === Comparator.ANY) continue;
				if (set[i].semver.prerelease.length > 0) {
					const allowed = set[i].semver;
					if (allowed.major === version.major && allowed.minor === version.minor && allowed.patch === version.patch) return true;
				}
			}
			return false;
		}
		return true;
	};
}));

// node_modules/semver/classes/comparator.js
var require_comparator = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const ANY = Symbol("SemVer ANY");
	var Comparator = class Comparator {
		static get ANY() {
			return ANY;
		}
		constructor(comp, options) {
			options = parseOptions(options);
			if (comp instanceof Comparator) {
				if (comp.loose === !!options.loose) return comp;
				else comp = comp.value;
			}
			comp = comp.trim().split(/\s+/).join(" ");
			debug("comparator", comp, options);
			this.options = options;
			this.loose = !!options.loose;
			this.parse(comp);
			if (this.semver === ANY) this.value = "";
			else this.value = this.operator + this.semver.version;
			debug("comp", this);
		}
		parse(comp) {
			const r = this.options.loose ? re[t.COMPARATORLOOSE] : re[t.COMPARATOR];
			const m = comp.match(r);
			if (!m) throw new TypeError(`Invalid comparator: ${comp}`);
			this.operator = m[1] !== void 0 ? m[1] : "";
			if (this.operator === "=") this.operator = "";
			if (!m[2]) this.semver = ANY;
			else this.semver = new SemVer(m[2], this.options.loose);
		}
		toString() {
			return this.value;
		}
		test(version) {
			debug("Comparator.test", version, this.options.loose);
			if (this.semver === ANY || version === ANY) return true;
			if (typeof version === "string") try {
				version = new SemVer(version, this.options);
			} catch (er) {
				return false;
			}
			return cmp(version, this.operator, this.semver, this.options);
		}
		intersects(comp, options) {
			if (!(comp instanceof Comparator)) throw new TypeError("a Comparator is required");
			if (this.operator === "") {
				if (this.value === "") return true;
				return new Range(comp.value, options).test(this.value);
			} else if (comp.operator === "") {
				if (comp.value === "") return true;
				return new Range(this.value, options).test(comp.semver);
			}
			options = parseOptions(options);
			if (options.includePrerelease && (this.value === "<0.0.0-0" || comp.value === "<0.0.0-0")) return false;
			if (!options.includePrerelease && (this.value.startsWith("<0.0.0") || comp.value.startsWith("<0.0.0"))) return false;
			if (this.operator.startsWith(">") && comp.operator.startsWith(">")) return true;
			if (this.operator.startsWith("<") && comp.operator.startsWith("<")) return true;
			if (this.semver.version === comp.semver.version && this.operator.includes("=") && comp.operator.includes("=")) return true;
			if (cmp(this.semver, "<", comp.semver, options) && this.operator.startsWith(">") && comp.operator.startsWith("<")) return true;
			if (cmp(this.semver, ">", comp.semver, options) && this.operator.startsWith("<") && comp.operator.startsWith(">")) return true;
			return false;
		}
	};
	module.exports = Comparator;
	const parseOptions = require_parse_options();
	const { safeRe: re, t } = require_re();
	const cmp = require_cmp();
	const debug = require_debug();
	const SemVer = require_semver$1();
	const Range = require_range();
}));

// node_modules/semver/functions/satisfies.js
var require_satisfies = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const Range = require_range();
	const satisfies = (version, range, options) => {
		try {
			range = new Range(range, options);
		} catch (er) {
			return false;
		}
		return range.test(version);
	};
	module.exports = satisfies;
}));

// node_modules/semver/ranges/to-comparators.js
var require_to_comparators = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const Range = require_range();
	const toComparators = (range, options) => new Range(range, options).set.map((comp) => comp.map((c) => c.value).join(" ").trim().split(" "));
	module.exports = toComparators;
}));

// node_modules/semver/ranges/max-satisfying.js
var require_max_satisfying = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const Range = require_range();
	const maxSatisfying = (versions, range, options) => {
		let max = null;
		let maxSV = null;
		let rangeObj = null;
		try {
			rangeObj = new Range(range, options);
		} catch (er) {
			return null;
		}
		versions.forEach((v) => {
			if (rangeObj.test(v)) {
				if (!max || maxSV.compare(v) === -1) {
					max = v;
					maxSV = new SemVer(max, options);
				}
			}
		});
		return max;
	};
	module.exports = maxSatisfying;
}));

// node_modules/semver/ranges/min-satisfying.js
var require_min_satisfying = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const Range = require_range();
	const minSatisfying = (versions, range, options) => {
		let min = null;
		let minSV = null;
		let rangeObj = null;
		try {
			rangeObj = new Range(range, options);
		} catch (er) {
			return null;
		}
		versions.forEach((v) => {
			if (rangeObj.test(v)) {
				if (!min || minSV.compare(v) === 1) {
					min = v;
					minSV = new SemVer(min, options);
				}
			}
		});
		return min;
	};
	module.exports = minSatisfying;
}));

// node_modules/semver/ranges/min-version.js
var require_min_version = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const Range = require_range();
	const gt = require_gt();
	const minVersion = (range, loose) => {
		range = new Range(range, loose);
		let minver = new SemVer("0.0.0");
		if (range.test(minver)) return minver;
		minver = new SemVer("0.0.0-0");
		if (range.test(minver)) return minver;
		minver = null;
		for (let i = 0; i < range.set.length; ++i) {
			const comparators = range.set[i];
			let setMin = null;
			comparators.forEach((comparator) => {
				const compver = new SemVer(comparator.semver.version);
				switch (comparator.operator) {
					case ">":
						if (compver.prerelease.length === 0) compver.patch++;
						else compver.prerelease.push(0);
						compver.raw = compver.format();
					case "":
					case ">=":
						if (!setMin || gt(compver, setMin)) setMin = compver;
						break;
					case "<":
					case "<=": break;
					/* istanbul ignore next */
					default: throw new Error(`Unexpected operation: ${comparator.operator}`);
				}
			});
			if (setMin && (!minver || gt(minver, setMin))) minver = setMin;
		}
		if (minver && range.test(minver)) return minver;
		return null;
	};
	module.exports = minVersion;
}));

// node_modules/semver/ranges/valid.js
var require_valid = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const Range = require_range();
	const validRange = (range, options) => {
		try {
			return new Range(range, options).range || "*";
		} catch (er) {
			return null;
		}
	};
	module.exports = validRange;
}));

// node_modules/semver/ranges/outside.js
var require_outside = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const SemVer = require_semver$1();
	const Comparator = require_comparator();
	const { ANY } = Comparator;
	const Range = require_range();
	const satisfies = require_satisfies();
	const gt = require_gt();
	const lt = require_lt();
	const lte = require_lte();
	const gte = require_gte();
	const outside = (version, range, hilo, options) => {
		version = new SemVer(version, options);
		range = new Range(range, options);
		let gtfn, ltefn, ltfn, comp, ecomp;
		switch (hilo) {
			case ">":
				gtfn = gt;
				ltefn = lte;
				ltfn = lt;
				comp = ">";
				ecomp = ">=";
				break;
			case "<":
				gtfn = lt;
				ltefn = gte;
				ltfn = gt;
				comp = "<";
				ecomp = "<=";
				break;
			default: throw new TypeError("Must provide a hilo val of \"<\" or \">\"");
		}
		if (satisfies(version, range, options)) return false;
		for (let i = 0; i < range.set.length; ++i) {
			const comparators = range.set[i];
			let high = null;
			let low = null;
			comparators.forEach((comparator) => {
				if (comparator.semver === ANY) comparator = new Comparator(">=0.0.0");
				high = high || comparator;
				low = low || comparator;
				if (gtfn(comparator.semver, high.semver, options)) high = comparator;
				else if (ltfn(comparator.semver, low.semver, options)) low = comparator;
			});
			if (high.operator === comp || high.operator === ecomp) return false;
			if ((!low.operator || low.operator === comp) && ltefn(version, low.semver)) return false;
			else if (low.operator === ecomp && ltfn(version, low.semver)) return false;
		}
		return true;
	};
	module.exports = outside;
}));

// node_modules/semver/ranges/gtr.js
var require_gtr = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const outside = require_outside();
	const gtr = (version, range, options) => outside(version, range, ">", options);
	module.exports = gtr;
}));

// node_modules/semver/ranges/ltr.js
var require_ltr = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const outside = require_outside();
	const ltr = (version, range, options) => outside(version, range, "<", options);
	module.exports = ltr;
}));

// node_modules/semver/ranges/intersects.js
var require_intersects = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const Range = require_range();
	const intersects = (r1, r2, options) => {
		r1 = new Range(r1, options);
		r2 = new Range(r2, options);
		return r1.intersects(r2, options);
	};
	module.exports = intersects;
}));

// node_modules/semver/ranges/simplify.js
var require_simplify = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const satisfies = require_satisfies();
	const compare = require_compare();
	module.exports = (versions, range, options) => {
		const set = [];
		let first = null;
		let prev = null;
		const v = versions.sort((a, b) => compare(a, b, options));
		for (const version of v) if (satisfies(version, range, options)) {
			prev = version;
			if (!first) first = version;
		} else {
			if (prev) set.push([first, prev]);
			prev = null;
			first = null;
		}
		if (first) set.push([first, null]);
		const ranges = [];
		for (const [min, max] of set) if (min === max) ranges.push(min);
		else if (!max && min === v[0]) ranges.push("*");
		else if (!max) ranges.push(`>=${min}`);
		else if (min === v[0]) ranges.push(`<=${max}`);
		else ranges.push(`${min} - ${max}`);
		const simplified = ranges.join(" || ");
		const original = typeof range.raw === "string" ? range.raw : String(range);
		return simplified.length < original.length ? simplified : range;
	};
}));

// node_modules/semver/ranges/subset.js
var require_subset = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const Range = require_range();
	const Comparator = require_comparator();
	const { ANY } = Comparator;
	const satisfies = require_satisfies();
	const compare = require_compare();
	const subset = (sub, dom, options = {}) => {
		if (sub === dom) return true;
		sub = new Range(sub, options);
		dom = new Range(dom, options);
		let sawNonNull = false;
		OUTER: for (const simpleSub of sub.set) {
			for (const simpleDom of dom.set) {
				const isSub = simpleSubset(simpleSub, simpleDom, options);
				sawNonNull = sawNonNull || isSub !== null;
				if (isSub) continue OUTER;
			}
			if (sawNonNull) return false;
		}
		return true;
	};
	const minimumVersionWithPreRelease = [new Comparator(">=0.0.0-0")];
	const minimumVersion = [new Comparator(">=0.0.0")];
	const simpleSubset = (sub, dom, options) => {
		if (sub === dom) return true;
		if (sub.length === 1 && sub[0].semver === ANY) {
			if (dom.length === 1 && dom[0].semver === ANY) return true;
			else if (options.includePrerelease) sub = minimumVersionWithPreRelease;
			else sub = minimumVersion;
		}
		if (dom.length === 1 && dom[0].semver === ANY) {
			if (options.includePrerelease) return true;
			else dom = minimumVersion;
		}
		const eqSet = /* @__PURE__ */ new Set();
		let gt, lt;
		for (const c of sub) if (c.operator === ">" || c.operator === ">=") gt = higherGT(gt, c, options);
		else if (c.operator === "<" || c.operator === "<=") lt = lowerLT(lt, c, options);
		else eqSet.add(c.semver);
		if (eqSet.size > 1) return null;
		let gtltComp;
		if (gt && lt) {
			gtltComp = compare(gt.semver, lt.semver, options);
			if (gtltComp > 0) return null;
			else if (gtltComp === 0 && (gt.operator !== ">=" || lt.operator !== "<=")) return null;
		}
		for (const eq of eqSet) {
			if (gt && !satisfies(eq, String(gt), options)) return null;
			if (lt && !satisfies(eq, String(lt), options)) return null;
			for (const c of dom) if (!satisfies(eq, String(c), options)) return false;
			return true;
		}
		let higher, lower;
		let hasDomLT, hasDomGT;
		let needDomLTPre = lt && !options.includePrerelease && lt.semver.prerelease.length ? lt.semver : false;
		let needDomGTPre = gt && !options.includePrerelease && gt.semver.prerelease.length ? gt.semver : false;
		if (needDomLTPre && needDomLTPre.prerelease.length === 1 && lt.operator === "<" && needDomLTPre.prerelease[0] === 0) needDomLTPre = false;
		for (const c of dom) {
			hasDomGT = hasDomGT || c.operator === ">" || c.operator === ">=";
			hasDomLT = hasDomLT || c.operator === "<" || c.operator === "<=";
			if (gt) {
				if (needDomGTPre) {
					if (c.semver.prerelease && c.semver.prerelease.length && c.semver.major === needDomGTPre.major && c.semver.minor === needDomGTPre.minor && c.semver.patch === needDomGTPre.patch) needDomGTPre = false;
				}
				if (c.operator === ">" || c.operator === ">=") {
					higher = higherGT(gt, c, options);
					if (higher === c && higher !== gt) return false;
				} else if (gt.operator === ">=" && !c.test(gt.semver)) return false;
			}
			if (lt) {
				if (needDomLTPre) {
					if (c.semver.prerelease && c.semver.prerelease.length && c.semver.major === needDomLTPre.major && c.semver.minor === needDomLTPre.minor && c.semver.patch === needDomLTPre.patch) needDomLTPre = false;
				}
				if (c.operator === "<" || c.operator === "<=") {
					lower = lowerLT(lt, c, options);
					if (lower === c && lower !== lt) return false;
				} else if (lt.operator === "<=" && !c.test(lt.semver)) return false;
			}
			if (!c.operator && (lt || gt) && gtltComp !== 0) return false;
		}
		if (gt && hasDomLT && !lt && gtltComp !== 0) return false;
		if (lt && hasDomGT && !gt && gtltComp !== 0) return false;
		if (needDomGTPre || needDomLTPre) return false;
		return true;
	};
	const higherGT = (a, b, options) => {
		if (!a) return b;
		const comp = compare(a.semver, b.semver, options);
		return comp > 0 ? a : comp < 0 ? b : b.operator === ">" && a.operator === ">=" ? b : a;
	};
	const lowerLT = (a, b, options) => {
		if (!a) return b;
		const comp = compare(a.semver, b.semver, options);
		return comp < 0 ? a : comp > 0 ? b : b.operator === "<" && a.operator === "<=" ? b : a;
	};
	module.exports = subset;
}));

// node_modules/semver/index.js
var require_semver = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const internalRe = require_re();
	const constants = require_constants();
	const SemVer = require_semver$1();
	const identifiers = require_identifiers();
	const parse = require_parse();
	const valid = require_valid$1();
	const clean = require_clean();
	const inc = require_inc();
	const diff = require_diff();
	const major = require_major();
	const minor = require_minor();
	const patch = require_patch();
	const prerelease = require_prerelease();
	const compare = require_compare();
	const rcompare = require_rcompare();
	const compareLoose = require_compare_loose();
	const compareBuild = require_compare_build();
	const sort = require_sort();
	const rsort = require_rsort();
	const gt = require_gt();
	const lt = require_lt();
	const eq = require_eq();
	const neq = require_neq();
	const gte = require_gte();
	const lte = require_lte();
	const cmp = require_cmp();
	const coerce = require_coerce();
	const truncate = require_truncate();
	const Comparator = require_comparator();
	const Range = require_range();
	const satisfies = require_satisfies();
	const toComparators = require_to_comparators();
	const maxSatisfying = require_max_satisfying();
	const minSatisfying = require_min_satisfying();
	const minVersion = require_min_version();
	const validRange = require_valid();
	const outside = require_outside();
	const gtr = require_gtr();
	const ltr = require_ltr();
	const intersects = require_intersects();
	const simplifyRange = require_simplify();
	const subset = require_subset();
	module.exports = {
		parse,
		valid,
		clean,
		inc,
		diff,
		major,
		minor,
		patch,
		prerelease,
		compare,
		rcompare,
		compareLoose,
		compareBuild,
		sort,
		rsort,
		gt,
		lt,
		eq,
		neq,
		gte,
		lte,
		cmp,
		coerce,
		truncate,
		Comparator,
		Range,
		satisfies,
		toComparators,
		maxSatisfying,
		minSatisfying,
		minVersion,
		validRange,
		outside,
		gtr,
		ltr,
		intersects,
		simplifyRange,
		subset,
		SemVer,
		re: internalRe.re,
		src: internalRe.src,
		tokens: internalRe.t,
		SEMVER_SPEC_VERSION: constants.SEMVER_SPEC_VERSION,
		RELEASE_TYPES: constants.RELEASE_TYPES,
		compareIdentifiers: identifiers.compareIdentifiers,
		rcompareIdentifiers: identifiers.rcompareIdentifiers
	};
}));

// src/migrate/header.ts
var import_semver = /* @__PURE__ */ __toESM$1(require_semver(), 1);
/** What a file without a header is. */
const DEFAULT_HEADER = {
	phase: "expand",
	waivers: []
};
const KEYS = [
	"phase",
	"requires",
	"breaks",
	"waive",
	"until",
	"owner",
	"reason"
];
const PHASES = [
	"expand",
	"backfill",
	"contract"
];
const HEADER_LINE = /^\s*--\s*shiplock\s*:(.*)$/i;
/**
* Reads the header lines of a migration: comments at its top, before the first statement. Several lines add up; a key stands
* once, but each line may have its own waiver. `reason=` takes the rest of its line; other values end at a blank.
*/
function parseHeader(text, file) {
	const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
	const problems = [];
	const seen = /* @__PURE__ */ new Map();
	const waivers = [];
	let head = true;
	for (const [index, line] of lines.entries()) {
		const where = `${file}:${index + 1}`;
		const match = HEADER_LINE.exec(line);
		if (match === null) {
			if (line.trim() !== "" && !/^\s*(--(\s|$)|#)/.test(line)) head = false;
			continue;
		}
		if (!head) {
			problems.push(problem("late", where, line.trim(), "header lines before the first statement", "move the line to the top"));
			continue;
		}
		const pairs = pairsOf(match[1] ?? "", where);
		if (!pairs.ok) {
			problems.push(...pairs.problems);
			continue;
		}
		const own = new Map(pairs.value);
		for (const key of [
			"phase",
			"requires",
			"breaks"
		]) {
			const value = own.get(key);
			if (value === void 0) continue;
			const earlier = seen.get(key);
			if (earlier !== void 0) problems.push(problem("twice", where, `${key} again`, `${key} once (line ${earlier.line})`, "keep one of the two"));
			seen.set(key, {
				value,
				line: index + 1
			});
			problems.push(...valueProblems(key, value, where));
		}
		const waiver = waiverOf(own, where);
		if (!waiver.ok) problems.push(...waiver.problems);
		else if (waiver.value !== void 0) waivers.push(waiver.value);
	}
	if (problems.length > 0) return bad(...problems);
	const phase = PHASES.find((candidate) => candidate === seen.get("phase")?.value) ?? "expand";
	const requires = seen.get("requires")?.value;
	const breaks = seen.get("breaks")?.value;
	return ok({
		phase,
		...requires === void 0 ? {} : { requires },
		...breaks === void 0 ? {} : { breaks },
		waivers
	});
}
function problem(code, where, found, expected, remedy) {
	return {
		code: `migrate.header-${code}`,
		where,
		found,
		expected,
		remedy
	};
}
function pairsOf(text, where) {
	const pairs = [];
	let rest = text.trim();
	while (rest !== "") {
		const match = /^([A-Za-z][\w-]*)=/.exec(rest);
		if (match === null) return bad(problem("not-a-pair", where, rest, "key=value pairs", "write for instance `phase=expand breaks=<1.2`"));
		const key = match[1] ?? "";
		if (!KEYS.includes(key)) {
			const near = nearest(key, KEYS, import_fastest_levenshtein.distance);
			return bad(problem("unknown-key", where, key, `one of ${KEYS.join(", ")}`, near === void 0 ? "take it out" : `write ${near} instead`));
		}
		if (pairs.some(([name]) => name === key)) return bad(problem("twice", where, `${key} twice on one line`, "each key once", "keep one of the two"));
		rest = rest.slice(match[0].length);
		const value = key === "reason" ? rest : /^\S*/.exec(rest)?.[0] ?? "";
		if (value === "") return bad(problem("no-value", where, `${key}=`, "a value without blanks after it", `write ${key}=…`));
		pairs.push([key, value.trim()]);
		rest = rest.slice(value.length).trim();
	}
	return ok(pairs);
}
function valueProblems(key, value, where) {
	if (key === "phase" && !PHASES.some((phase) => phase === value)) {
		const near = nearest(value, PHASES, import_fastest_levenshtein.distance);
		return [problem("phase", where, `phase=${value}`, `one of ${PHASES.join(", ")}`, near === void 0 ? "name one of the three phases" : `write phase=${near} instead`)];
	}
	if (key !== "phase" && import_semver.default.validRange(value) === null) return [problem("range", where, `${key}=${value}`, "a range of versions such as >=1.4 or <1.2", "write a semver range without blanks")];
	return [];
}
function waiverOf(pairs, where) {
	const [waive, until, owner, reason] = [
		"waive",
		"until",
		"owner",
		"reason"
	].map((key) => pairs.get(key));
	if (waive === void 0 && until === void 0 && owner === void 0 && reason === void 0) return ok(void 0);
	if (waive === void 0 || until === void 0 || owner === void 0 || reason === void 0) return bad(problem("waiver", where, `a waiver with only ${[...pairs.keys()].join(", ")}`, "waive, until, owner and reason on one line", "a waiver ends some day and belongs to somebody: add what is missing"));
	const rules = waive.split(",");
	if (rules.some((rule) => !/^[A-Z]+\d+$/.test(rule))) return bad(problem("waiver", where, `waive=${waive}`, "rule ids such as D01 or D01,E02", "name the rules"));
	const day = /^\d{4}-\d\d-\d\d$/.test(until) ? /* @__PURE__ */ new Date(`${until}T00:00:00Z`) : /* @__PURE__ */ new Date(NaN);
	if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== until) return bad(problem("until", where, `until=${until}`, "a day such as 2027-01-31", "write a day that exists"));
	return ok({
		rules,
		until,
		owner,
		reason
	});
}

// src/migrate/lexer.ts
const WORD = /[\p{L}\p{N}_$@]/u;
/** End of a quoted text that begins at `from`; undefined when it never ends. A doubled quote stands for itself. */
function quotedEnd(text, from, escapes) {
	const quote = text[from];
	for (let at = from + 1; at < text.length; at += 1) if (escapes && text[at] === "\\") at += 1;
	else if (text[at] === quote) {
		if (text[at + 1] !== quote) return at + 1;
		at += 1;
	}
}
function runEnd(text, from, belongs) {
	let end = from;
	while (end < text.length && belongs.test(text[end] ?? "")) end += 1;
	return end;
}
/** End of a conditional comment, as in `/*!80000 ADD INDEX …`: its content is code, so quotes in it may hide the end. */
function conditionalEnd(text, from) {
	let at = from + 3;
	while (at < text.length) {
		if (text.startsWith("*/", at)) return at + 2;
		const piece = nextPiece(text, at);
		if (piece.kind === "open") return void 0;
		at = piece.kind === "symbol" ? at + 1 : piece.end;
	}
}
/** The piece of SQL that begins at `at` (which must lie inside the text). */
function nextPiece(text, at) {
	const char = text[at] ?? "";
	const lineEnd = () => {
		const end = text.indexOf("\n", at);
		return end < 0 ? text.length : end;
	};
	const closed = (kind, end, what) => end === void 0 ? {
		kind: "open",
		end: text.length,
		what
	} : {
		kind,
		end
	};
	if (/\s/.test(char)) return {
		kind: "blank",
		end: runEnd(text, at, /\s/)
	};
	if (char === "#") return {
		kind: "comment",
		end: lineEnd()
	};
	if (text.startsWith("--", at) && /^\s?$/.test(text[at + 2] ?? "")) return {
		kind: "comment",
		end: lineEnd()
	};
	if (/^\/\*M?!/.test(text.slice(at, at + 4))) return closed("conditional", conditionalEnd(text, at), "comment");
	if (text.startsWith("/*", at)) {
		const end = text.indexOf("*/", at + 2);
		return closed("comment", end < 0 ? void 0 : end + 2, "comment");
	}
	if (char === "'" || char === "\"") return closed("string", quotedEnd(text, at, true), "string");
	if (char === "`") return closed("quoted", quotedEnd(text, at, false), "quoted name");
	if (WORD.test(char)) return {
		kind: "word",
		end: runEnd(text, at, WORD)
	};
	return {
		kind: "symbol",
		end: at + 1
	};
}
function lineOf(text, at) {
	let line = 1;
	for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1)) line += 1;
	return line;
}
const DELIMITER_LINE = /delimiter[ \t]+(\S+)[ \t]*(?:\r?\n|$)/iy;
/**
* Splits a file as the mysql client would: at `;`, or at what a `DELIMITER` line says; never inside strings, quoted names and
* comments. Conditional comments stay, since the server runs them. `file` is used in problems only.
*/
function splitSql(text, file) {
	const statements = [];
	const problems = [];
	let delimiter = ";";
	let start;
	let end = 0;
	let at = text.startsWith("﻿") ? 1 : 0;
	const finish = () => {
		if (start === void 0) return;
		const sql = text.slice(start, end);
		const line = lineOf(text, start);
		if (delimiter === ";" && bodyWasCut(sql)) problems.push(cutBody(file, line));
		statements.push({
			sql,
			line
		});
		start = void 0;
	};
	while (at < text.length) {
		if (start === void 0) {
			DELIMITER_LINE.lastIndex = at;
			const change = DELIMITER_LINE.exec(text);
			if (change !== null) {
				delimiter = change[1] ?? ";";
				at = DELIMITER_LINE.lastIndex;
				continue;
			}
		}
		if (text.startsWith(delimiter, at)) {
			finish();
			at += delimiter.length;
			continue;
		}
		const piece = nextPiece(text, at);
		if (piece.kind === "open") {
			problems.push(unclosed(file, lineOf(text, at), piece.what));
			return {
				statements,
				problems
			};
		}
		if (piece.kind !== "blank" && piece.kind !== "comment") {
			start ??= at;
			end = piece.end;
		}
		const cut = piece.kind === "word" && delimiter !== ";" ? text.slice(at, piece.end).indexOf(delimiter, 1) : -1;
		at = cut > 0 ? at + cut : piece.end;
		if (cut > 0) end = at;
	}
	finish();
	return {
		statements,
		problems
	};
}
/** Tokens of one statement, without blanks and comments. */
function tokensOf(sql) {
	const tokens = [];
	for (let at = 0; at < sql.length;) {
		const piece = nextPiece(sql, at);
		const raw = sql.slice(at, piece.end);
		if (piece.kind === "word") tokens.push({
			kind: "word",
			text: raw.toUpperCase(),
			raw
		});
		if (piece.kind === "quoted") {
			const name = raw.slice(1, -1).replaceAll("``", "`");
			tokens.push({
				kind: "name",
				text: name,
				raw: name
			});
		}
		if (piece.kind === "string") tokens.push({
			kind: "string",
			text: raw,
			raw
		});
		if (piece.kind === "symbol") tokens.push({
			kind: "symbol",
			text: raw,
			raw
		});
		if (piece.kind === "conditional") tokens.push({
			kind: "conditional",
			text: raw,
			raw
		});
		at = piece.end;
	}
	return tokens;
}
/** A stored program with a block, ended by a plain `;`: the client would have cut it in the middle. */
function bodyWasCut(sql) {
	if (!/^create\b/i.test(sql)) return false;
	const words = tokensOf(sql).map((token) => token.kind === "word" ? token.text : "");
	return words.slice(0, 12).some((word) => [
		"PROCEDURE",
		"FUNCTION",
		"TRIGGER",
		"EVENT"
	].includes(word)) && words.includes("BEGIN");
}
function cutBody(file, line) {
	return {
		code: "migrate.body-without-delimiter",
		where: `${file}:${line}`,
		found: "a stored program with BEGIN … END that a `;` cuts in the middle",
		expected: "another delimiter around it",
		remedy: "write a line `DELIMITER //` before it, end it with `//`, and write `DELIMITER ;` after it"
	};
}
function unclosed(file, line, what) {
	return {
		code: "migrate.unclosed",
		where: `${file}:${line}`,
		found: `a ${what} that begins here and never ends`,
		expected: `the end of the ${what}`,
		remedy: `close the ${what}; inside a string a quote is doubled or has a backslash before it`
	};
}

// src/migrate/statement.ts
const ROWS = /* @__PURE__ */ new Set([
	"INSERT",
	"UPDATE",
	"DELETE",
	"REPLACE"
]);
const REPEATABLE_WORDS = [
	"IF NOT EXISTS",
	"IF EXISTS",
	"OR REPLACE"
];
/** Pure; from the statement's own words. */
function kindOf(sql) {
	const tokens = tokensOf(sql);
	if (tokens.some((token) => token.kind === "conditional")) return { kind: "other" };
	const first = wordAt(tokens, 0);
	if (ROWS.has(first)) return { kind: "rows" };
	if (first === "CREATE") return createKind(tokens);
	if (first === "ALTER" && wordAt(tokens, 1) === "TABLE") return alterKind(tokens);
	if (first === "DROP" && repeatableHead(tokens)) return { kind: "repeatable" };
	return { kind: "other" };
}
const FORBIDDEN = {
	USE: "it would leave the database that the release was given",
	COMMIT: "each statement is journaled on its own, so a file cannot hold a transaction",
	ROLLBACK: "each statement is journaled on its own, so a file cannot hold a transaction",
	BEGIN: "each statement is journaled on its own, so a file cannot hold a transaction",
	START: "each statement is journaled on its own, so a file cannot hold a transaction",
	SAVEPOINT: "each statement is journaled on its own, so a file cannot hold a transaction",
	LOCK: "each statement has a connection of its own, so the lock would be gone at once",
	UNLOCK: "each statement has a connection of its own, so the lock would be gone at once",
	SET: "each statement has a connection of its own, so the setting would be gone at once",
	SOURCE: "it is a command of the client, not SQL",
	LOAD: "it reads a file that the server or the client may not have"
};
/** Statements that a numbered migration must not hold, each with its reason. */
function forbiddenIn(statement, file) {
	const first = wordAt(tokensOf(statement.sql), 0);
	const reason = FORBIDDEN[first];
	if (reason === void 0) return [];
	return [{
		code: "migrate.statement-not-allowed",
		where: `${file}:${statement.line}`,
		found: `${first} …`,
		expected: `no ${first} in a migration: ${reason}`,
		remedy: "take the statement out of the file"
	}];
}
/** The first words, for a title: `CREATE TABLE servers`. */
function titleOf(sql) {
	const words = [];
	for (const token of tokensOf(sql)) {
		if (words.length === 6 || token.text === "(" || token.kind === "string") break;
		words.push(token.raw);
	}
	return words.join(" ");
}
function wordAt(tokens, at) {
	const token = tokens[at];
	return token?.kind === "word" ? token.text : "";
}
/** One of the repeatable phrases stands among the first words, before any parenthesis. */
function repeatableHead(tokens) {
	const end = tokens.findIndex((token) => token.text === "(");
	const head = tokens.slice(0, Math.min(end < 0 ? tokens.length : end, 8)).map((token) => token.kind === "word" ? token.text : "·");
	return REPEATABLE_WORDS.some((phrase) => ` ${head.join(" ")} `.includes(` ${phrase} `));
}
/** A plain name at `at`; undefined for `database.table` and anything else. */
function nameAt(tokens, at) {
	const token = tokens[at];
	if (token === void 0 || token.kind !== "word" && token.kind !== "name") return void 0;
	return tokens[at + 1]?.text === "." ? void 0 : token.raw;
}
function adds(table, found) {
	return {
		kind: "adds",
		objects: {
			table,
			whole: false,
			columns: [],
			indexes: [],
			constraints: [],
			...found
		}
	};
}
function createKind(tokens) {
	if (repeatableHead(tokens)) return { kind: "repeatable" };
	if (wordAt(tokens, 1) === "TABLE") {
		const table = nameAt(tokens, 2);
		return table === void 0 ? { kind: "other" } : adds(table, { whole: true });
	}
	const at = [
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	].includes(wordAt(tokens, 1)) ? 2 : 1;
	if (wordAt(tokens, at) !== "INDEX") return { kind: "other" };
	const index = nameAt(tokens, at + 1);
	const on = tokens.findIndex((token) => token.kind === "word" && token.text === "ON");
	const table = nameAt(tokens, on + 1);
	if (index === void 0 || on < 0 || table === void 0) return { kind: "other" };
	return adds(table, { indexes: [index] });
}
/** Clauses of an ALTER TABLE, cut at commas outside parentheses. */
function clausesOf(tokens) {
	const clauses = [[]];
	let depth = 0;
	for (const token of tokens) {
		if (token.text === "(") depth += 1;
		if (token.text === ")") depth -= 1;
		if (token.text === "," && depth === 0) clauses.push([]);
		else clauses.at(-1)?.push(token);
	}
	return clauses;
}
/** Clauses that say how to do it, not what. */
const MANNER = /* @__PURE__ */ new Set(["ALGORITHM", "LOCK"]);
function alterKind(tokens) {
	const table = nameAt(tokens, 2);
	if (table === void 0) return { kind: "other" };
	const clauses = clausesOf(tokens.slice(3)).filter((clause) => !MANNER.has(wordAt(clause, 0)));
	const columns = [];
	const indexes = [];
	const constraints = [];
	for (const clause of clauses) {
		const added = addedBy(clause);
		if (added === void 0) return { kind: "other" };
		if (added.kind === "column") columns.push(added.name);
		if (added.kind === "index") indexes.push(added.name);
		if (added.kind === "constraint") constraints.push(added.name);
	}
	return adds(table, {
		columns,
		indexes,
		constraints
	});
}
function addedBy(clause) {
	if (wordAt(clause, 0) !== "ADD") return void 0;
	const named = (kind, at) => {
		const name = nameAt(clause, at);
		return name === void 0 || clause[at]?.text === "IF" ? void 0 : {
			kind,
			name
		};
	};
	const second = wordAt(clause, 1);
	if (second === "COLUMN") return named("column", 2);
	if (second === "CONSTRAINT") return named("constraint", 2);
	if (second === "INDEX" || second === "KEY") return named("index", 2);
	if ([
		"UNIQUE",
		"FULLTEXT",
		"SPATIAL"
	].includes(second)) return named("index", ["INDEX", "KEY"].includes(wordAt(clause, 2)) ? 3 : 2);
	if ([
		"PRIMARY",
		"FOREIGN",
		"CHECK",
		"PARTITION",
		"PERIOD",
		"SYSTEM",
		""
	].includes(second)) return clause[1]?.kind === "name" ? named("column", 1) : void 0;
	return named("column", 1);
}

// src/migrate/files.ts
const NAME = /^(\d{4})_([a-z0-9][a-z0-9_-]*?)(\.down)?\.sql$/;
/**
* Reads a directory of migrations: `NNNN_name.sql` with an optional `NNNN_name.down.sql` beside it, numbered from 0001 without
* gaps. Throws a ProblemError with every mistake found, each with file and line.
*/
async function readMigrations(dir) {
	let names;
	try {
		names = (await readdir(dir, { withFileTypes: true })).filter((entry) => !entry.isDirectory() && !entry.name.startsWith(".")).map((entry) => entry.name).sort();
	} catch (error) {
		throw new ProblemError({
			code: "migrate.no-directory",
			where: dir,
			found: error instanceof Error ? error.message : String(error),
			expected: "a readable directory of numbered SQL files",
			remedy: "mend `database.migrations`, or create the directory"
		});
	}
	const { migrations, problems } = parseMigrations(await Promise.all(names.map(async (name) => ({
		name,
		bytes: await readFile(join$1(dir, name))
	}))), dir);
	if (problems.length > 0) throw new ProblemError(problems);
	return migrations;
}
/** Pure: the same from bytes. `dir` is used in messages only. */
function parseMigrations(files, dir) {
	const problems = [];
	const migrations = [];
	const downs = new Set(files.map((file) => file.name).filter((name) => name.endsWith(".down.sql")));
	for (const { name, bytes } of files) {
		const match = NAME.exec(name);
		const file = join$1(dir, name);
		if (match === null) {
			if (/\.sql$/i.test(name)) problems.push(badName(file));
			continue;
		}
		const text = textOf(bytes);
		if (text === void 0) {
			problems.push(notText(file));
			continue;
		}
		const split = splitSql(text, file);
		problems.push(...split.problems);
		if (match[3] !== void 0) continue;
		const header = parseHeader(text, file);
		if (!header.ok) problems.push(...header.problems);
		problems.push(...split.statements.flatMap((statement) => forbiddenIn(statement, file)));
		if (split.statements.length === 0 && split.problems.length === 0) problems.push(noStatement(file));
		const id = name.slice(0, -4);
		migrations.push({
			id,
			number: Number(match[1]),
			file,
			sha256: createHash("sha256").update(bytes).digest("hex"),
			header: header.ok ? header.value : DEFAULT_HEADER,
			statements: split.statements,
			down: downs.has(`${id}.down.sql`) ? join$1(dir, `${id}.down.sql`) : null
		});
	}
	const ids = new Set(migrations.map((migration) => migration.id));
	for (const down of downs) {
		const id = down.slice(0, -9);
		if (!ids.has(id)) problems.push(lonelyDown(join$1(dir, down), id));
	}
	migrations.sort((a, b) => a.number - b.number || a.id.localeCompare(b.id));
	return {
		migrations,
		problems: [...problems, ...numberProblems(migrations)]
	};
}
/** What release.json says of a migration. */
function migrationRef(migration) {
	const { phase, requires, breaks } = migration.header;
	return {
		id: migration.id,
		sha256: migration.sha256,
		phase,
		...requires === void 0 ? {} : { requires },
		...breaks === void 0 ? {} : { breaks }
	};
}
function textOf(bytes) {
	try {
		const text = new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
		return text.includes("\0") ? void 0 : text;
	} catch {
		return;
	}
}
function numberProblems(migrations) {
	const problems = [];
	for (const [index, migration] of migrations.entries()) {
		const before = migrations[index - 1];
		const expected = (before?.number ?? 0) + 1;
		if (before !== void 0 && before.number === migration.number) problems.push({
			code: "migrate.duplicate-number",
			where: `${migration.file}:1`,
			found: `number ${pad(migration.number)}, as in ${before.file}`,
			expected: "each number once",
			remedy: "give the newer of the two the next free number"
		});
		else if (migration.number !== expected) problems.push({
			code: "migrate.gap",
			where: `${migration.file}:1`,
			found: `number ${pad(migration.number)}${before === void 0 ? " first" : ` after ${pad(before.number)}`}`,
			expected: `number ${pad(expected)}`,
			remedy: "restore the file that is missing, or renumber this one if it was never applied anywhere"
		});
	}
	return problems;
}
function pad(number) {
	return String(number).padStart(4, "0");
}
function badName(file) {
	return {
		code: "migrate.file-name",
		where: file,
		found: "a name that is not NNNN_name.sql",
		expected: "four digits, an underscore and a name of a-z, 0-9, _ and -, for instance 0007_add_owner.sql",
		remedy: "rename the file, or move it out of the directory"
	};
}
function notText(file) {
	return {
		code: "migrate.not-text",
		where: file,
		found: "bytes that are not UTF-8 text",
		expected: "SQL in UTF-8",
		remedy: "save the file as UTF-8; write binary values as hexadecimal, x'…'"
	};
}
function noStatement(file) {
	return {
		code: "migrate.no-statement",
		where: `${file}:1`,
		found: "no SQL statement",
		expected: "at least one statement",
		remedy: "write the statement, or delete the file if it was never applied anywhere"
	};
}
function lonelyDown(file, id) {
	return {
		code: "migrate.down-without-up",
		where: file,
		found: `a file that takes back ${id}, which does not exist`,
		expected: `${id}.sql beside it`,
		remedy: "rename it after the migration that it takes back"
	};
}

// src/migrate/ledger.ts
/**
* Answers that follow from the migrations of a release: for each schema state on the way from `from` to the release's own, may
* the versions that run now stay, and may the release itself run there? Pure.
*
* A version stays when it ran on `from` and every expand or backfill migration since then does not name it in `breaks`; that
* is a declaration of the migration's author, and the proof says so. A contract migration that declares nothing leaves
* `unknown`. Versions that are not semantic versions, or are named after a commit, cannot be compared with a range: `unknown` too.
*/
function ledgerRows(input) {
	const { release, from, ran, time } = input;
	const start = release.migrations.findIndex((migration) => migration.id === from);
	const way = (start < 0 && from !== "empty" ? [] : release.migrations.slice(start + 1)).filter((migration) => migration.phase === "expand");
	const rows = [];
	for (const { version, proof } of ran) {
		rows.push({
			version,
			schema: from,
			answer: "yes",
			proof,
			time
		});
		let soFar = "yes";
		for (const migration of way) {
			const after = answerAfter(soFar, migration, version);
			soFar = after.answer;
			rows.push({
				version,
				schema: migration.id,
				answer: after.answer,
				proof: after.proof,
				time
			});
			if (soFar !== "yes") break;
		}
	}
	const own = way.at(-1);
	const runs = ran.some(({ version }) => version === release.version);
	if (own !== void 0 && !runs) rows.push(ownRow(release.version, own.id, way, time));
	return rows;
}
/** Whether `version`, which could run before `migration`, still can after it. Pure. */
function answerAfter(before, migration, version) {
	const { id, phase, breaks, requires } = migration;
	if (before !== "yes") return {
		answer: before,
		proof: `as before ${id}`
	};
	for (const range of [breaks, requires]) if (range !== void 0 && !isComparable(version)) return {
		answer: "unknown",
		proof: `${id} declares ${range}, and ${version} has no place in such a range`
	};
	if (breaks !== void 0 && inRange(version, breaks)) return {
		answer: "no",
		proof: `declared by ${id}: breaks=${breaks}`
	};
	if (requires !== void 0 && !inRange(version, requires)) return {
		answer: "no",
		proof: `declared by ${id}: requires=${requires}`
	};
	if (breaks !== void 0) return {
		answer: "yes",
		proof: `declared by ${id}: breaks=${breaks} only`
	};
	if (phase === "contract") return {
		answer: "unknown",
		proof: `${id} is a contract migration and declares no breaks`
	};
	return {
		answer: "yes",
		proof: `declared by ${id}: phase=${phase} breaks nothing`
	};
}
/**
* Does the name say where the version stands among others? `0.0.0-<commit>`, the name of a release without a tag, is a semantic
* version to the letter, but it says nothing about what came before it.
*/
function isComparable(version) {
	return import_semver.default.valid(version) !== null && !/^0\.0\.0-[0-9a-f]{12}(?:\+|$)/.test(version);
}
function inRange(version, range) {
	return import_semver.default.satisfies(version, range, { includePrerelease: true });
}
/** A release is built for the schema its own migrations lead to, unless one of them says otherwise. */
function ownRow(version, schema, way, time) {
	const broken = way.find((migration) => migration.breaks !== void 0 && isComparable(version) && inRange(version, migration.breaks));
	return broken === void 0 ? {
		version,
		schema,
		answer: "yes",
		proof: `declared by release ${version}: its migrations end here`,
		time
	} : {
		version,
		schema,
		answer: "no",
		proof: `declared by ${broken.id}: breaks=${broken.breaks}`,
		time
	};
}

// src/migrate/node.ts
const namesSchema = array(string()).readonly();
const checkOutputs = strictObject({
	/** Expand migrations this run applies. */
	pending: namesSchema,
	/** Backfill and contract migrations that wait for a run of their own. */
	left: namesSchema,
	before: string(),
	after: string()
});
/**
* Applies the pending expand migrations of a release. Each file is a sequence with a journaled step per statement, since MySQL
* cannot roll structure changes back; what is applied already decides `nothing`. The tree holds every expand file, so that it is
* the same before, during and after the run.
*/
function migrateNodes(options) {
	const check = checkStep(options);
	const files = options.migrations.filter((migration) => migration.header.phase === "expand");
	return {
		node: sequence({
			id: "migrate",
			title: "Apply pending expand migrations",
			description: "Backfill and contract migrations are not part of a release. A rollback never undoes what is applied here.",
			steps: [check, ...files.map((migration) => migrationNode(migration, options))]
		}),
		check
	};
}
/** As `migrateNodes`, for composers that need no outputs. */
function migrateProcedureNode(options) {
	return migrateNodes(options).node;
}
function checkStep(options) {
	const { database, engine, migrations } = options;
	const outputs = (look) => {
		const pending = pendingMigrations(look.applied, migrations);
		const { apply, left } = pending.ok ? pending.value : {
			apply: [],
			left: []
		};
		return {
			pending: apply.map((migration) => migration.id),
			left: left.map((migration) => `${migration.id} (${migration.header.phase})`),
			before: schemaState(look.applied),
			after: schemaAfter(look.applied, apply)
		};
	};
	return step$1({
		id: "check",
		title: "Compare the migrations with the database",
		inputs: {
			database: database.resource,
			engine,
			files: migrations.map(({ id, sha256 }) => `${id} ${sha256}`)
		},
		read: async (ctx) => {
			const look = await database.look();
			ctx.note(describe(outputs(look)));
			return look;
		},
		decide: (look) => {
			const pending = pendingMigrations(look.applied, migrations);
			const problems = [...otherFamily(look.server, engine, database.resource), ...pending.ok ? [] : pending.problems];
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const why = describe(outputs(look));
			if (look.prepared) return {
				kind: "nothing",
				why
			};
			return {
				kind: "do",
				effects: [sql(options, CREATE_TABLES, "tables that remember what was applied")],
				why
			};
		},
		outputs: checkOutputs,
		collect: (_results, look) => outputs(look),
		planned: outputs,
		probe: "repeatable"
	});
}
function describe({ pending, left, before, after }) {
	return `${pending.length === 0 ? "nothing is pending" : `pending: ${pending.join(", ")}`}${left.length === 0 ? "" : `; left for a run of their own: ${left.join(", ")}`}; schema ${before}${after === before ? "" : ` → ${after}`}`;
}
function migrationNode(migration, options) {
	return sequence({
		id: migration.id,
		title: `Migration ${migration.id}`,
		steps: [...migration.statements.map((_, index) => statementStep(migration, index + 1, options)), recordStep(migration, options)]
	});
}
async function readStatement(migration, number, kind, database) {
	const row = (await database.look()).applied.find((candidate) => candidate.id === migration.id);
	const mark = row?.marks.find((candidate) => candidate.number === number);
	const open = row?.state !== "applied" && mark?.state !== "done";
	return {
		applied: row?.state === "applied",
		mark: mark?.state ?? "none",
		markRun: mark?.run ?? null,
		presence: open && kind.kind === "adds" ? await database.presence(kind.objects) : null
	};
}
function statementStep(migration, number, options) {
	const statement = migration.statements[number - 1] ?? {
		sql: "",
		line: 0
	};
	const kind = kindOf(statement.sql);
	const where = `${migration.file}:${statement.line}`;
	return action({
		id: `statement-${number}`,
		title: titleOf(statement.sql),
		inputs: {
			migration: migration.id,
			sha256: migration.sha256,
			number
		},
		read: () => readStatement(migration, number, kind, options.database),
		decide: (facts, ctx) => {
			const answer = judge(facts, kind, ctx);
			const writer = {
				run: ctx.run,
				fence: ctx.fence
			};
			const before = [
				sessionSettings(options.lockWaitTimeoutMs),
				markRunning(migration, writer),
				markStarted(migration, number, ctx.run)
			];
			const done = markDone(migration, number);
			switch (answer) {
				case "done": return {
					kind: "nothing",
					why: "it is applied"
				};
				case "mark-only": return perform(options, [...before, done], "what it adds is there; only its mark is missing");
				case "run": return perform(options, kind.kind === "rows" ? [
					...before,
					"START TRANSACTION",
					statement.sql,
					done,
					"COMMIT"
				] : [
					...before,
					statement.sql,
					done
				], `${migration.id}, statement ${number} of ${migration.statements.length}`);
				case "exists": return {
					kind: "refuse",
					problems: [existsAlready(where, statement.sql)]
				};
				case "cannot-tell": return {
					kind: "refuse",
					problems: [cannotTell(where, migration.id, number, facts.markRun ?? "")]
				};
			}
		},
		probe: (ctx) => probeStatement(migration, number, kind, options, ctx),
		retry: {
			attempts: options.lockAttempts,
			delayMs: 1e3
		},
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
/** Pure: what to do with a statement, from what is known about it. */
function judge(facts, kind, ctx) {
	if (facts.applied || facts.mark === "done") return "done";
	if (facts.mark === "none") return facts.presence === "present" && ctx.mode === "run" ? "exists" : "run";
	if (kind.kind === "rows" || kind.kind === "repeatable") return "run";
	if (facts.presence === "present") return "mark-only";
	if (facts.presence === "absent") return "run";
	return facts.markRun === ctx.run ? "run" : "cannot-tell";
}
async function probeStatement(migration, number, kind, options, ctx) {
	const { database } = options;
	const deadline = ctx.clock.monotonic() + options.statementTimeoutMs;
	while (!await database.idle()) {
		if (ctx.clock.monotonic() > deadline) return "unknown";
		ctx.note("waiting for the server: the statement may still be running there");
		await ctx.clock.sleep(500, ctx.signal);
	}
	const facts = await readStatement(migration, number, kind, database);
	if (facts.applied || facts.mark === "done") return "applied";
	if (facts.mark === "none" || kind.kind === "rows" || kind.kind === "repeatable") return "not-applied";
	if (facts.presence === "present") return "applied";
	return facts.presence === "absent" ? "not-applied" : "unknown";
}
/** Closes a migration once all its statements are done: later releases see it as applied. */
function recordStep(migration, options) {
	return action({
		id: "record",
		title: `Record ${migration.id} as applied`,
		inputs: {
			migration: migration.id,
			sha256: migration.sha256
		},
		read: async () => {
			return (await options.database.look()).applied.some((row) => row.id === migration.id && row.state === "applied");
		},
		decide: (applied, ctx) => {
			if (applied) return {
				kind: "nothing",
				why: "it is recorded"
			};
			const writer = {
				run: ctx.run,
				fence: ctx.fence
			};
			return perform(options, [
				sessionSettings(options.lockWaitTimeoutMs),
				"START TRANSACTION",
				markAllDone(migration),
				markApplied(migration, writer),
				"COMMIT"
			], "every statement of it is done");
		},
		probe: "repeatable"
	});
}
function sql(options, statements, why) {
	const { dsn, lock, resource } = options.database;
	return {
		kind: "sql",
		dsn,
		statements,
		lock,
		resource,
		why,
		timeoutMs: options.statementTimeoutMs
	};
}
function perform(options, statements, why) {
	return {
		kind: "do",
		effects: [sql(options, statements, why)]
	};
}
/** The two families write some structure differently, and neither says so before a statement fails half-way through a file. Pure. */
function otherFamily(server, engine, where) {
	if (server.family === engine) return [];
	return [{
		code: "migrate.other-family",
		where,
		found: `${NAMES[server.family]} ${server.version}, ${server.comment}`,
		expected: `${NAMES[engine]}, as \`database.engine: ${engine}\` says`,
		remedy: `mend the address in \`database.dsn\`, or write \`engine: ${server.family}\` if the migrations are meant for it`
	}];
}
const NAMES = {
	mysql: "MySQL",
	mariadb: "MariaDB"
};
function existsAlready(where, statement) {
	return {
		code: "migrate.exists-already",
		where,
		found: `what \`${titleOf(statement)}\` adds is there already, and no migration put it there`,
		expected: "a structure that only migrations change",
		remedy: "compare it with the file; then drop it, or write IF NOT EXISTS when it is exactly the same"
	};
}
function cannotTell(where, id, number, run) {
	return {
		code: "migrate.cannot-tell",
		where,
		found: `run ${run} started this statement and never said that it was done`,
		expected: "a statement that is done, or was never started",
		remedy: `look at the database; then \`shiplock resume ${run} --step migrate/${id}/statement-${number} --outcome applied\` (or \`not-applied\`) with your evidence`
	};
}

// src/migrate/seed.ts
/** Reads a seed file. Only rows are allowed in it: structure belongs to migrations. Throws ProblemError. */
async function readSeed(file) {
	let text;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		throw new ProblemError({
			code: "migrate.no-seed",
			where: file,
			found: error instanceof Error ? error.message : String(error),
			expected: "a readable SQL file",
			remedy: "mend `database.seed`, or take it out"
		});
	}
	const { statements, problems } = splitSql(text, file);
	const wrong = [...problems, ...statements.flatMap((statement) => notRows(statement, file))];
	if (wrong.length > 0) throw new ProblemError(wrong);
	return {
		file,
		statements,
		sha256: createHash("sha256").update(text).digest("hex")
	};
}
/** Puts the seed in, in one transaction. The file itself must leave rows alone that are there already. */
function seedStep(options) {
	const { database, seed } = options;
	return action({
		id: "seed",
		title: "Load seed data",
		inputs: {
			file: seed.file,
			sha256: seed.sha256
		},
		read: () => database.look(),
		decide: () => ({
			kind: "do",
			effects: [{
				kind: "sql",
				dsn: database.dsn,
				statements: [
					sessionSettings(options.lockWaitTimeoutMs),
					"START TRANSACTION",
					...seed.statements.map((statement) => statement.sql),
					"COMMIT"
				],
				lock: database.lock,
				resource: database.resource,
				why: "the first release asked for it",
				timeoutMs: options.statementTimeoutMs
			}]
		}),
		probe: "repeatable",
		timeoutMs: options.statementTimeoutMs + 3e4
	});
}
function notRows(statement, file) {
	if (kindOf(statement.sql).kind === "rows") return [];
	return [{
		code: "migrate.seed-not-rows",
		where: `${file}:${statement.line}`,
		found: statement.sql.split("\n")[0] ?? "",
		expected: "INSERT, UPDATE, DELETE or REPLACE",
		remedy: "write structure changes as a numbered migration"
	}];
}

// src/platform/local/platform.ts
/** `unit-main` beside this module, run by this Node: starts without the rest of the program. */
function unitCommand() {
	const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
	return [process.execPath, fileURLToPath(new URL(`./unit-main.${extension}`, import.meta.url))];
}
const QUICK_MS = 6e4;
const INSTALL_MS = 3e5;
/** Beyond the stop time-out: the supervisor's own grace, the lock, two program starts. */
const STOP_MARGIN_MS = 15e3;
const UNKNOWN_STOP_MS = 12e4;
/** Releases as supervised processes on this machine. Every effect is one `unit` command under the fence of `local:<root>`. */
function localPlatform(options) {
	const root = resolve(options.root);
	const host = layout(root);
	const component = checkComponent(options.component);
	const { clock, probeTimeoutMs } = options;
	const effect = (why, timeoutMs, words, env) => {
		const [command = "", ...rest] = words;
		return {
			kind: "exec",
			argv: [
				...options.unitCommand,
				command,
				"--root",
				root,
				...rest
			],
			...env === void 0 || Object.keys(env).length === 0 ? {} : { env },
			resource: `local:${root}`,
			why,
			timeoutMs
		};
	};
	const of = (name, version) => [
		"--component",
		name,
		"--version",
		version
	];
	return {
		observe: (signal) => observeHost(host, clock, {
			signal,
			...probeTimeoutMs === void 0 ? {} : { probeTimeoutMs }
		}),
		install: (spec, observed) => {
			if (isInstalled(spec, observed)) return [];
			const words = [
				"install",
				...of(spec.component, spec.version),
				...settingWords(spec)
			];
			return [effect(`lay ${spec.component} ${spec.version} down`, INSTALL_MS, words)];
		},
		start: (spec, observed) => {
			if (spec.command.length === 0) return [];
			const guard = spec.component === component ? options.guard : void 0;
			if (observed.instances.filter((instance) => instance.component === spec.component && instance.version === spec.version && instance.state !== "stopped" && instance.state !== "draining" && (guard === void 0 || instance.guardPort !== void 0)).length >= spec.replicas) return [];
			const words = [
				"start",
				...of(spec.component, spec.version),
				...startWords(spec, options, guard)
			];
			return [effect(`start ${spec.replicas} × ${spec.component} ${spec.version}`, QUICK_MS, words, secretsOf(spec))];
		},
		stop: (version, observed) => {
			const mine = observed.instances.filter((row) => row.component === component && row.version === version);
			if (mine.length === 0) return [];
			const longest = Math.max(...mine.map(stopTimeoutOf));
			return [effect(`stop ${component} ${version}`, longest + STOP_MARGIN_MS, ["stop", ...of(component, version)])];
		},
		makeCurrent: (version, observed) => observed.current[component] === version ? [] : [effect(`make ${component} ${version} current`, QUICK_MS, ["current", ...of(component, version)])],
		remove: (version, observed) => observed.installed.some((row) => row.component === component && row.version === version) ? [effect(`remove ${component} ${version}`, QUICK_MS, [
			"remove",
			...of(component, version),
			...observed.current[component] === version ? ["--current"] : []
		])] : [],
		stopGuards: (version) => [effect(`end the guards of ${component} ${version}`, QUICK_MS, ["stop-guards", ...of(component, version)])]
	};
}
/** Same content and same settings: an installation would change nothing. */
function isInstalled(spec, observed) {
	const row = observed.installed.find((one) => one.component === spec.component && one.version === spec.version);
	return row !== void 0 && row.digest === spec.digest && "settings" in row && row.settings === settingsHash(settingsOf(spec));
}
function settingsOf(spec) {
	const { command, env, replicas, readyPath, livePath, startTimeoutMs, stopTimeoutMs } = spec;
	return {
		command,
		env,
		replicas,
		readyPath,
		livePath,
		startTimeoutMs,
		stopTimeoutMs
	};
}
function settingWords(spec) {
	const env = Object.entries(spec.env).flatMap(([name, value]) => typeof value === "string" ? ["--env", `${name}=${value}`] : ["--secret-env", `${name}=${value.secret}`]);
	return [
		...[
			"--digest",
			spec.digest,
			"--artefact",
			spec.artefact,
			"--replicas",
			String(spec.replicas)
		],
		...spec.readyPath === "" ? [] : ["--ready", spec.readyPath],
		...spec.livePath === "" ? [] : ["--live", spec.livePath],
		...[
			"--start-timeout",
			formatDuration(spec.startTimeoutMs),
			"--stop-timeout",
			formatDuration(spec.stopTimeoutMs)
		],
		...env,
		...spec.command.length === 0 ? [] : ["--", ...spec.command]
	];
}
function startWords(spec, { ports, crashLoop }, guard) {
	return [
		...["--instances", String(spec.replicas)],
		...ports === void 0 ? [] : ["--ports", `${ports.first}-${ports.last}`],
		...crashLoop === void 0 ? [] : [
			"--crash-exits",
			String(crashLoop.restarts),
			"--crash-window",
			formatDuration(crashLoop.withinMs)
		],
		...guard === void 0 ? [] : [
			"--guard",
			JSON.stringify(guard.argv),
			"--heartbeat-file",
			guard.heartbeatFile
		]
	];
}
/** Values go through the environment of the command, where the engine puts them in and masks them; argv shows references only. */
function secretsOf(spec) {
	return Object.fromEntries(Object.entries(spec.env).flatMap(([name, value]) => typeof value === "string" ? [] : [[`${SECRET_PREFIX}${name}`, value]]));
}
function stopTimeoutOf(row) {
	return "stopTimeoutMs" in row && typeof row.stopTimeoutMs === "number" ? row.stopTimeoutMs : UNKNOWN_STOP_MS;
}

// src/model/traffic.ts
/** Whole milli-shares that add up to 1: the invariant every router input must hold. */
function sharesAddUp(routes) {
	const sum = routes.reduce((total, route) => total + route.share, 0);
	return routes.length === 0 || Math.abs(sum - 1) < 1e-9;
}

// src/traffic/haproxy/weights.ts
/**
* Whole weights (0 to 256 per server) for wanted shares. HAProxy's round robin serves exactly `weight` of every
* `sum of weights` requests, so the error of a share is the rounding made here and nothing else.
*/
const MAX_WEIGHT = 256;
/** Below this error of a share, evenness among the servers of one version counts more than a still smaller error. */
const GOOD_ENOUGH = 2e-4;
/**
* Weights per wish and server. Searches every possible sum of weights; the sum is dealt out by largest remainder, within a
* version the servers differ by at most 1. `error` is the largest deviation of a share (0.001 = 0.1 point).
*/
function weightsFor(wishes) {
	const most = wishes.reduce((sum, wish) => sum + (wish.share > 0 ? wish.servers * 256 : 0), 0);
	let best;
	for (let sum = most; sum >= 1; sum--) {
		const candidate = candidateFor(wishes, sum);
		if (candidate !== void 0 && (best === void 0 || better(candidate, best))) best = candidate;
	}
	const totals = best?.totals ?? wishes.map(() => 0);
	return {
		weights: wishes.map((wish, index) => deal(totals[index] ?? 0, wish.servers)),
		error: best?.error ?? 0
	};
}
function better(one, other) {
	const goodOne = one.error <= GOOD_ENOUGH;
	if (goodOne !== other.error <= GOOD_ENOUGH) return goodOne;
	if (!goodOne) return one.error < other.error;
	if (one.unevenness !== other.unevenness) return one.unevenness < other.unevenness;
	return one.error < other.error - 1e-12;
}
function candidateFor(wishes, sum) {
	const totals = atLeastOne(wishes, largestRemainder(wishes.map((wish) => wish.share), sum));
	let error = 0;
	let unevenness = 0;
	for (const [index, wish] of wishes.entries()) {
		const total = totals[index] ?? 0;
		if (total > wish.servers * 256 || wish.share > 0 && total < 1) return void 0;
		error = Math.max(error, Math.abs(total / sum - wish.share));
		if (total % Math.max(1, wish.servers) !== 0) unevenness = Math.max(unevenness, wish.servers / total);
	}
	return {
		totals,
		error,
		unevenness
	};
}
/** A version with a share keeps one request in a round, however small the share is; the largest one gives it up. */
function atLeastOne(wishes, totals) {
	const starved = totals.filter((total, index) => total === 0 && (wishes[index]?.share ?? 0) > 0).length;
	if (starved === 0) return totals;
	const largest = totals.indexOf(Math.max(...totals));
	return totals.map((total, index) => {
		if (index === largest) return total - starved;
		return total === 0 && (wishes[index]?.share ?? 0) > 0 ? 1 : total;
	});
}
/** Whole parts of `sum` in the given proportions (Hamilton's method). The shares add up to 1. */
function largestRemainder(shares, sum) {
	const parts = shares.map((share) => Math.floor(share * sum + 1e-9));
	let left = sum - parts.reduce((total, part) => total + part, 0);
	const byRemainder = shares.map((share, index) => ({
		index,
		remainder: share * sum - (parts[index] ?? 0)
	})).filter(({ index }) => (shares[index] ?? 0) > 0).toSorted((one, other) => other.remainder - one.remainder);
	for (const { index } of byRemainder) {
		if (left <= 0) break;
		parts[index] = (parts[index] ?? 0) + 1;
		left--;
	}
	return parts;
}
function deal(total, servers) {
	const each = Math.floor(total / Math.max(1, servers));
	return Array.from({ length: servers }, (_, index) => each + (index < total - each * servers ? 1 : 0));
}

// src/traffic/haproxy/assign.ts
/** Deviation of a share that is still called obeying: half of the promised ± 0.2 point. */
const LARGEST_SHARE_ERROR = .001;
/**
* Which endpoint stands in which slot with which weight. Slots that serve stay where they are; a new version takes the group
* that is free. Pure.
* @throws ProblemError when HAProxy cannot do what is asked
*/
function assign(desired, facts, limits) {
	const problems = routeProblems(desired, limits);
	if (problems.length > 0) throw new ProblemError(problems);
	const home = homes(desired, facts, limits);
	const weights = shareOut(desired, limits);
	return desired.routes.flatMap((route, index) => {
		const group = home.get(route.version);
		if (group === void 0) return [];
		const slots = place(route, group, facts, limits);
		return route.endpoints.map((endpoint, nth) => {
			return {
				...tenancy(slots[nth] ?? "", route.version, endpoint, facts),
				...checked(route, endpoint),
				weight: weights[index]?.[nth] ?? 0
			};
		});
	});
}
function checked(route, endpoint) {
	return { checkPort: route.hold === "leased" ? endpoint.guardPort ?? endpoint.port : endpoint.port };
}
function tenancy(slot, version, endpoint, facts) {
	const { instance, host, port, guardPort } = endpoint;
	const tenant = {
		slot,
		version,
		instance,
		host,
		port,
		...guardPort === void 0 ? {} : { guardPort }
	};
	const fact = facts.slots.find((one) => one.slot === slot);
	if (fact === void 0) return tenant;
	if (fact.tenant !== void 0 && sameTenant(fact.tenant, tenant)) return fact.tenant.base === void 0 ? tenant : {
		...tenant,
		base: fact.tenant.base
	};
	return fact.requests === 0 ? tenant : {
		...tenant,
		base: {
			epoch: facts.epoch,
			requests: fact.requests,
			bad: fact.bad
		}
	};
}
function sameTenant(one, other) {
	return one.version === other.version && one.host === other.host && one.port === other.port;
}
function place(route, group, facts, limits) {
	const names = slotNames(group, limits.maxInstancesPerVersion);
	const inSlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const holds = (name, endpoint) => {
		const tenant = inSlot.get(name)?.tenant;
		return tenant !== void 0 && sameTenant(tenant, {
			...endpoint,
			version: route.version
		});
	};
	const kept = route.endpoints.map((endpoint) => names.find((name) => holds(name, endpoint)));
	const rest = names.filter((name) => !kept.includes(name));
	const isFree = (name) => inSlot.get(name)?.tenant === void 0;
	const next = [...rest.filter(isFree), ...rest.filter((name) => !isFree(name))];
	return kept.map((slot) => slot ?? next.shift() ?? "");
}
/** Group of each version: where it is, else one that nobody needs. */
function homes(desired, facts, limits) {
	const wanted = desired.routes.filter((route) => route.endpoints.length > 0).map((route) => route.version);
	const result = /* @__PURE__ */ new Map();
	const tenantsOf = (group) => facts.slots.filter((slot) => slot.tenant !== void 0 && groupOf(slot.slot) === group);
	for (const version of wanted) {
		const weightIn = (group) => tenantsOf(group).reduce((sum, slot) => slot.tenant?.version === version ? sum + 1 + slot.weight : sum, 0);
		const there = groups.filter((group) => weightIn(group) > 0).toSorted((a, b) => weightIn(b) - weightIn(a))[0];
		if (there !== void 0 && ![...result.values()].includes(there)) result.set(version, there);
	}
	for (const version of wanted.filter((one) => !result.has(one))) {
		const open = groups.filter((group) => ![...result.values()].includes(group));
		const empty = open.find((group) => tenantsOf(group).length === 0);
		const idle = open.find((group) => tenantsOf(group).every(isIdle));
		const group = empty ?? idle;
		if (group === void 0) throw new ProblemError(busy(limits.service, version, open.flatMap(tenantsOf)));
		result.set(version, group);
	}
	return result;
}
/** Takes no new requests and has none left. */
function isIdle(slot) {
	return (slot.weight === 0 || slot.admin !== "ready") && slot.openRequests === 0;
}
function busy(service, version, slots) {
	const who = [...new Set(slots.map((slot) => slot.tenant?.version ?? "?"))].join(", ");
	return {
		code: "traffic.no-free-group",
		where: `traffic of ${service}`,
		found: `${who || "other versions"} still served or not drained when ${version} is to be added`,
		expected: "at most two versions behind the proxy",
		remedy: `take ${who || "one of them"} out first and wait until it has no open requests`
	};
}
function shareOut(desired, limits) {
	const taken = desired.routes.reduce((sum, route) => sum + (route.endpoints.length > 0 ? route.share : 0), 0);
	const wishes = desired.routes.map((route) => ({
		share: route.endpoints.length > 0 && taken > 0 ? route.share / taken : 0,
		servers: route.endpoints.length
	}));
	const { weights, error } = weightsFor(wishes);
	if (error > LARGEST_SHARE_ERROR) {
		const wanted = desired.routes.map((route) => `${route.version} ${percent(route.share)}`).join(", ");
		throw new ProblemError({
			code: "traffic.share-not-possible",
			where: `traffic of ${limits.service}`,
			found: `${wanted} over ${wishes.map((wish) => wish.servers).join(" and ")} instances: off by ${percent(error)}`,
			expected: "shares that weights of 0 to 256 per instance can express to 0.1 point",
			remedy: "choose a larger share, or run more instances of the version with the larger share"
		});
	}
	return weights;
}
function percent(share) {
	return `${Math.round(share * 1e5) / 1e3} %`;
}
function routeProblems(desired, limits) {
	const problems = [];
	const where = `traffic of ${limits.service}`;
	const add = (code, found, expected, remedy) => {
		problems.push({
			code: `traffic.${code}`,
			where,
			found,
			expected,
			remedy
		});
	};
	if (desired.service !== limits.service) add("wrong-service", desired.service, limits.service, "give these routes to the router of their own service");
	if (!sharesAddUp(desired.routes)) add("shares", desired.routes.map((route) => `${route.version} ${percent(route.share)}`).join(", "), "shares that add up to 100 %", "mend the shares of the routes");
	const versions = desired.routes.map((route) => route.version);
	if (new Set(versions).size < versions.length) add("version-twice", versions.join(", "), "each version once", "join the two routes");
	if (desired.routes.filter((route) => route.endpoints.length > 0).length > groups.length) add("too-many-versions", versions.join(", "), "at most two versions at a time", "take one out first");
	for (const route of desired.routes) {
		if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(route.version)) add("version-name", route.version, "letters, digits and . _ + -", "name the version without other characters");
		if (route.share < 0 || route.share > 1) add("shares", `${route.version} ${percent(route.share)}`, "a share from 0 to 100 %", "mend the share");
		if (route.endpoints.length > limits.maxInstancesPerVersion) add("too-many-instances", `${route.endpoints.length} instances of ${route.version}`, `at most ${limits.maxInstancesPerVersion}`, "raise maxInstancesPerVersion");
		for (const endpoint of route.endpoints) problems.push(...endpointProblems(route, endpoint, where));
	}
	return problems;
}
function endpointProblems(route, endpoint, where) {
	const problems = [];
	const name = `${endpoint.instance} of ${route.version}`;
	if (isIP(endpoint.host) === 0) problems.push({
		code: "traffic.not-an-address",
		where,
		found: `${name} at ${endpoint.host}`,
		expected: "an IP address: HAProxy takes no names at run time",
		remedy: "give the address of the host in the inventory"
	});
	if (route.hold === "leased" && route.share > 0 && endpoint.guardPort === void 0) problems.push({
		code: "traffic.no-guard",
		where,
		found: `${name} without a guard`,
		expected: "a guard port: a leased share must end by itself when nobody renews it",
		remedy: "start `shiplock guard` beside the instance, or route it as stable"
	});
	return problems;
}

// src/traffic/haproxy/commands.ts
/**
* Runtime commands that lead from the facts to the placements, as lines for the socket; each line is many commands joined with
* `;`, which HAProxy runs in one go. The first lines prepare slots that take no traffic, the last one moves the weights. Pure.
*/
function runtimeCommands(backend, desired, placements, facts) {
	const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const set = (slot, what) => `set server ${backend}/${slot} ${what}`;
	const setup = placements.map((placement) => setupOf(placement, bySlot.get(placement.slot)).map((what) => set(placement.slot, what)));
	const weights = inSafeOrder(weightChanges(desired, placements, facts)).map(({ slot, to }) => set(slot, `weight ${to}`));
	const leaving = leavers(placements, facts).flatMap((slot) => {
		if (isIdle(slot)) return slot.admin === "maint" ? [] : [set(slot.slot, "state maint")];
		return slot.admin === "ready" ? [set(slot.slot, "state drain")] : [];
	});
	return [...inLines(setup), [...weights, ...leaving].join("; ")].filter((line) => line !== "");
}
/** HAProxy reads a line into one buffer of 16 KiB. */
const LONGEST_LINE = 12e3;
/** The commands of a slot stay together, the slots share lines as far as they are not too long. */
function inLines(slots) {
	const lines = [];
	for (const text of slots.map((commands) => commands.join("; ")).filter((one) => one !== "")) {
		const last = lines.at(-1);
		if (last === void 0 || last.length + text.length > LONGEST_LINE) lines.push(text);
		else lines[lines.length - 1] = `${last}; ${text}`;
	}
	return lines;
}
/** Slots in use that no placement wants. */
function leavers(placements, facts) {
	const wanted = new Set(placements.map((placement) => placement.slot));
	return facts.slots.filter((slot) => slot.tenant !== void 0 && !wanted.has(slot.slot));
}
function setupOf(placement, fact) {
	const { host, port, checkPort } = placement;
	if (isNew(placement, fact)) return [
		"weight 0",
		"state maint",
		`addr ${host} port ${port}`,
		`check-port ${checkPort}`,
		"state ready",
		"health down"
	];
	return [
		...fact?.checkPort === checkPort ? [] : [`check-port ${checkPort}`],
		...fact?.admin === "ready" ? [] : ["state ready"],
		...fact?.admin === "maint" ? ["health down"] : []
	];
}
/** Whether a slot gets another tenant. */
function isNew(placement, fact) {
	return fact?.tenant === void 0 || !sameTenant(fact.tenant, placement);
}
function weightChanges(desired, placements, facts) {
	const free = new Set(desired.routes.filter((route) => route.hold === "stable").map((route) => route.version));
	const bySlot = new Map(facts.slots.map((slot) => [slot.slot, slot]));
	const changed = placements.map((placement) => {
		const fact = bySlot.get(placement.slot);
		const from = isNew(placement, fact) ? 0 : fact?.weight ?? 0;
		return {
			slot: placement.slot,
			from,
			to: placement.weight,
			limited: !free.has(placement.version)
		};
	});
	const gone = leavers(placements, facts).map((slot) => ({
		slot: slot.slot,
		from: slot.weight,
		to: 0,
		limited: !free.has(slot.tenant?.version ?? "")
	}));
	return [...changed, ...gone];
}
/**
* The commands of a line run one after the other, microseconds apart. In this order, no moment in between has a limited version above
* the larger of its old and new share, and none is without weight: where the others do not shrink they go first, else last.
*/
function inSafeOrder(changes) {
	const real = changes.filter((change) => change.from !== change.to);
	const up = (list) => list.filter((one) => one.to > one.from);
	const down = (list) => list.filter((one) => one.to < one.from);
	const limited = real.filter((change) => change.limited);
	const others = real.filter((change) => !change.limited);
	const sum = (of) => changes.reduce((total, change) => change.limited ? total : total + change[of], 0);
	const othersInOrder = [...up(others), ...down(others)];
	if (sum("to") >= sum("from")) {
		const alone = sum("to") === 0;
		return [...othersInOrder, ...alone ? [...up(limited), ...down(limited)] : [...down(limited), ...up(limited)]];
	}
	return [
		...down(limited),
		...up(limited),
		...othersInOrder
	];
}

// src/traffic/haproxy/router.ts
/** How long a look at HAProxy may take; measured: 1 ms. */
const LOOK_MS$1 = 2e3;
const EFFECT_MS = 1e4;
/** What `set server … addr` says when all is well; every other command says nothing. */
const ADDRESS_SET = "^\\s*(?:(?:IP changed|port changed|no need to change)[^\\n]*'stats socket command'\\s*)*$";
/**
* Traffic router for HAProxy 2.6: weights by the runtime socket, written into the configuration file first so that a reload or a
* restart by anybody finds them there. `apply` never reloads for a share; it does for a change of the static part.
* @throws ProblemError when an option cannot stand in a configuration
*/
function haproxyRouter(options) {
	assertOptions(options);
	const { clock, heartbeatDir: directory, deadManMs: ttlMs } = options;
	return {
		observe: (signal) => observe(options, signal),
		apply: (desired, observed) => applyRoutes(options, desired, observed),
		heartbeat: heartbeats({
			directory,
			ttlMs,
			clock
		})
	};
}
async function observe(options, signal) {
	const paths = haproxyPaths(options);
	try {
		const [answer, config] = await Promise.all([askHaproxy(paths.socket, lookCommand(options.service), {
			timeoutMs: LOOK_MS$1,
			clock: options.clock,
			signal
		}), readFile(paths.config, "utf8").catch(() => "")]);
		const facts = factsFrom(parseRuntime(answer), config);
		return {
			kind: "observed",
			service: options.service,
			routes: routesFrom(facts),
			detail: JSON.stringify(facts)
		};
	} catch (error) {
		signal?.throwIfAborted();
		const reason = error instanceof Error ? error.message : String(error);
		return {
			kind: "unreachable",
			reason: `HAProxy at ${paths.socket}: ${reason}`
		};
	}
}
/**
* Effects from the observed state to the desired one; none when they agree. An unreachable HAProxy gets its file, so that it
* starts with the desired state. Pure.
* @throws ProblemError when HAProxy cannot do what is asked
*/
function applyRoutes(options, desired, observed) {
	const facts = observed.kind === "observed" ? parseFacts(observed.detail) : NOTHING;
	if (facts === void 0) throw new ProblemError({
		code: "traffic.foreign-observation",
		where: `traffic of ${options.service}`,
		found: "an observation that this router did not make",
		expected: "what observe() of the same router returned",
		remedy: "observe again and apply to that"
	});
	const seen = new Set(facts.slots.map((slot) => slot.tenant?.version));
	const later = desired.routes.filter((route) => isNotThereYet(route, seen.has(route.version)));
	if (later.length > 0) return [laterEffect(options, later)];
	const placements = assign(desired, facts, options);
	if (observed.kind === "unreachable") return [fileEffect(options, renderConfig(options, placements))];
	const reload = facts.staticHash !== staticHash(options);
	const careful = reload ? placements.map((one) => isNew(one, factOf(facts, one)) ? {
		...one,
		weight: 0
	} : one) : placements;
	const was = leavers(placements, facts).flatMap((slot) => isIdle(slot) ? [] : slot.tenant ?? []);
	const text = renderConfig(options, careful, was);
	const file = fingerprint$1(text) === facts.config ? [] : [fileEffect(options, text)];
	if (reload) return [...file, ...reloadEffects(options)];
	const commands = runtimeCommands(options.service, desired, placements, facts);
	return commands.length === 0 ? file : [...file, socketEffect(options, desired, commands)];
}
const NOTHING = {
	epoch: "",
	staticHash: "",
	config: "",
	slots: []
};
function factOf(facts, placement) {
	return facts.slots.find((slot) => slot.slot === placement.slot);
}
/**
* A version that is to get a share but has no instances: in a plan they come later. (A leased version that was there and lost them
* is another matter: its share goes to the others.)
*/
function isNotThereYet(route, seen) {
	return route.share > 0 && route.endpoints.length === 0 && (route.hold === "stable" || !seen);
}
/** Known when the instances are; should it ever be executed, HAProxy knows no such server, and nothing is changed. */
function laterEffect(options, routes) {
	const commands = routes.map((route) => {
		const server = `${options.service}/<instances-of-${route.version}>`;
		return `set server ${server} addr <address> port <port>; set server ${server} weight <for-${route.share * 100}%>`;
	});
	return {
		...common(options, EFFECT_MS),
		kind: "socket",
		path: haproxyPaths(options).socket,
		commands
	};
}
function socketEffect(options, desired, commands) {
	const shares = desired.routes.map((route) => `${route.version} ${Math.round(route.share * 1e3) / 10} %`).join(", ");
	return {
		...common(options, EFFECT_MS),
		kind: "socket",
		path: haproxyPaths(options).socket,
		commands,
		okAnswer: ADDRESS_SET,
		why: shares === "" ? "nothing is routed" : shares
	};
}
function fileEffect(options, content) {
	const { config } = haproxyPaths(options);
	const why = "a reload or restart finds the same shares";
	return {
		...common(options, EFFECT_MS),
		kind: "file",
		path: config,
		content,
		mode: 384,
		why
	};
}
/**
* Has the running HAProxy read its file again, after checking it. Needed for changes of the static part only. No connection is
* refused: the listeners are handed over, and the old process ends when its requests have.
*/
function reloadEffects(options) {
	const { config, master } = haproxyPaths(options);
	return [{
		...common(options, EFFECT_MS),
		kind: "exec",
		argv: [
			"haproxy",
			"-c",
			"-f",
			config
		],
		why: "a configuration that HAProxy refuses is not loaded"
	}, {
		...common(options, EFFECT_MS),
		kind: "socket",
		path: master,
		commands: ["reload"],
		okAnswer: "^\\s*(?:Success=1[\\s\\S]*)?$",
		why: "the static part of the configuration changed"
	}];
}
function common(options, timeoutMs) {
	return options.resource === void 0 ? { timeoutMs } : {
		timeoutMs,
		resource: options.resource
	};
}

// src/traffic/haproxy/unit.ts
/**
* HAProxy for these options. Start: `configure` when there is no configuration yet, `check`, `argv`; it is ready when the
* router's `observe` answers. Without routes it answers 503 in plain words.
* @throws ProblemError when an option cannot stand in a configuration
*/
function haproxyUnit(options) {
	assertOptions(options);
	const paths = haproxyPaths(options);
	const nothing = {
		service: options.service,
		routes: []
	};
	return {
		name: "haproxy",
		argv: [
			"haproxy",
			"-W",
			"-db",
			"-S",
			`${paths.master},mode,600,level,admin`,
			"-p",
			paths.pid,
			"-f",
			paths.config
		],
		cwd: options.directory,
		check: [
			"haproxy",
			"-c",
			"-f",
			paths.config
		],
		reloadSignal: "SIGUSR2",
		stopSignal: "SIGUSR1",
		paths,
		configure: applyRoutes(options, nothing, {
			kind: "unreachable",
			reason: "not started yet"
		}),
		reload: reloadEffects(options)
	};
}

// src/release/host-unit.ts
/** What stands beside the releases of a local host: the proxy, and the static server where there are files to serve. */
const START_MS = 15e3;
const sampleSchema$1 = strictObject({
	time: number$2(),
	answers: boolean(),
	reason: string()
});
/** Brings it up as a supervised unit like any other: its artefact is the description of how it is started. */
function hostUnitNode(unit) {
	const { name, words, platform } = unit;
	const hash = createHash("sha256").update(unit.description).digest("hex");
	const spec = {
		component: name,
		version: hash.slice(0, 12),
		digest: `sha256:${hash}`,
		artefact: unit.descriptionPath,
		command: unit.argv,
		env: {},
		replicas: 1,
		readyPath: unit.readyPath,
		livePath: unit.readyPath,
		startTimeoutMs: START_MS,
		stopTimeoutMs: unit.stopTimeoutMs
	};
	const read = async (ctx) => ({
		answer: await unit.answers(ctx.signal),
		state: await platform.observe(ctx.signal),
		files: await unit.configure()
	});
	const running = (state) => state.instances.filter((one) => one.component === name && one.state !== "stopped");
	const isUp = ({ answer, state }) => answer.answers && (unit.accept === "alone" || running(state).some((one) => one.version === spec.version));
	const configure = action({
		id: "configure",
		title: `Write what ${words} is started with`,
		inputs: {
			listens: unit.listens,
			description: unit.descriptionPath
		},
		read,
		decide: (facts) => isUp(facts) ? {
			kind: "nothing",
			why: "it answers"
		} : {
			kind: "do",
			effects: [...facts.files, {
				kind: "file",
				path: unit.descriptionPath,
				content: unit.description,
				why: `how ${words} is started`,
				timeoutMs: 1e4
			}]
		},
		probe: "repeatable"
	});
	const start = action({
		id: "start",
		title: `Start ${words}`,
		inputs: { argv: [...unit.argv] },
		read,
		decide: (facts) => {
			if (isUp(facts)) return {
				kind: "nothing",
				why: "it answers"
			};
			const others = new Set(running(facts.state).map((one) => one.version));
			others.delete(spec.version);
			return doOrNothing([
				...platform.install(spec, facts.state),
				...[...others].flatMap((version) => platform.stop(version, facts.state)),
				...platform.start(spec, facts.state),
				...platform.makeCurrent(spec.version, facts.state)
			], "it runs");
		},
		probe: "repeatable"
	});
	const ready = watch({
		id: "ready",
		title: `Wait until ${words} answers`,
		everyMs: 100,
		samples: sampleSchema$1,
		outputs: strictObject({}),
		sample: async (ctx) => {
			const answer = await unit.answers(ctx.signal);
			return {
				time: ctx.clock.now(),
				answers: answer.answers,
				reason: answer.answers ? "" : answer.reason
			};
		},
		start: () => ({
			from: null,
			last: null
		}),
		fold: (state, sample) => ({
			from: state.from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (last === null || from === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.answers) return {
				kind: "pass",
				status: "it answers",
				outputs: {}
			};
			if (last.time - from < START_MS) return {
				kind: "look-on",
				status: last.reason
			};
			return {
				kind: "fail",
				problem: unit.silent(last.reason, `an answer within ${START_MS / 1e3} s`)
			};
		}
	});
	return sequence({
		id: name,
		title: `Make sure that ${words} runs`,
		steps: [
			configure,
			start,
			ready
		]
	});
}

// src/release/proxy.ts
/** Component name of the proxy on a host that we supply with one. */
const PROXY = "proxy";
/** Brings the proxy of a local host up. A proxy that answers is left alone, whoever started it. */
function proxyNode(options, platform) {
	const unit = haproxyUnit(options);
	const router = haproxyRouter(options);
	return hostUnitNode({
		name: PROXY,
		words: "the proxy",
		argv: unit.argv,
		description: `${JSON.stringify({
			argv: unit.argv,
			check: unit.check,
			stopSignal: unit.stopSignal
		}, null, 2)}\n`,
		descriptionPath: join$1(options.directory, "start.json"),
		readyPath: "/",
		stopTimeoutMs: options.longestTimeoutMs + 5e3,
		accept: "alone",
		listens: options.bind,
		answers: async (signal) => {
			const routes = await router.observe(signal);
			return routes.kind === "observed" ? { answers: true } : {
				answers: false,
				reason: routes.reason
			};
		},
		silent: (found, expected) => ({
			code: "release.proxy-does-not-start",
			where: options.bind,
			found,
			expected,
			remedy: `read its log; is another program listening on ${options.bind}?`
		}),
		configure: () => access$1(unit.paths.config).then(() => [], () => unit.configure),
		platform
	});
}

// src/release/web.ts
/** Component name of the static server on a host where files are served. */
const WEB = "web";
const LOOK_MS = 2e3;
const DRAIN_MS = 1e4;
/** Where the static server listens; only the proxy asks it. */
function webAddress(files) {
	return `127.0.0.1:${files.port}`;
}
/**
* Brings up the static server that stands behind the proxy. It reads through `current`, so a release switches all files in one
* moment and the server itself is not touched; it is replaced when its own settings change.
*/
function webNode(files, place, http, platform) {
	const { root, self } = place;
	const address = webAddress(files);
	const home = join$1(root, files.component);
	const argv = [
		...self,
		"static",
		...[
			"--root",
			join$1(home, "current"),
			"--releases",
			join$1(home, "releases")
		],
		...["--listen", address],
		...files.singlePage ? ["--single-page"] : []
	];
	return hostUnitNode({
		name: "web",
		words: "the static server",
		argv,
		description: `${JSON.stringify({ argv }, null, 2)}\n`,
		descriptionPath: join$1(root, "run", "web-start.json"),
		readyPath: "/healthz",
		stopTimeoutMs: DRAIN_MS,
		accept: "exact",
		listens: address,
		answers: async (signal) => {
			const answer = await http.get(`http://${address}/healthz`, {
				timeoutMs: LOOK_MS,
				signal
			});
			if (answer.kind === "no-answer") return {
				answers: false,
				reason: answer.reason
			};
			return answer.status === 200 ? { answers: true } : {
				answers: false,
				reason: `status ${answer.status}`
			};
		},
		silent: (found, expected) => ({
			code: "release.web-does-not-start",
			where: address,
			found,
			expected,
			remedy: `read its log; is another program listening on ${address}? Choose a free port with \`traffic.files.port\``
		}),
		configure: async () => [],
		platform
	});
}

// src/release/open.ts
/** Opens the adapters that an environment names. Looks at files only; nothing is connected before it is asked something. */
async function openTarget(environment, service) {
	const { platform: host, traffic, metrics } = environment;
	const { clock, exec, store, door } = service;
	const resource = `local:${host.root}`;
	const component = environment.components[traffic.component];
	const proxy = {
		service: environment.service,
		directory: traffic.directory,
		bind: traffic.bind,
		readyPath: component?.process?.ready ?? "/",
		deadManMs: traffic.deadManMs,
		longestTimeoutMs: traffic.longestTimeoutMs,
		heartbeatDir: join$1(host.root, "run", "heartbeats"),
		maxInstancesPerVersion: Math.max(4, host.replicas),
		rateLimits: traffic.rateLimits,
		files: traffic.files === null ? null : {
			server: webAddress(traffic.files),
			servicePaths: traffic.files.servicePaths
		},
		privatePaths: traffic.privatePaths,
		resource,
		clock
	};
	const shared = {
		root: host.root,
		unitCommand: unitCommand(),
		ports: host.ports,
		crashLoop: host.crashLoop,
		clock
	};
	const platform = localPlatform({
		...shared,
		component: traffic.component,
		guard: guardTemplate(proxy, door.self)
	});
	const platformOf = (name, ports = host.ports) => localPlatform({
		...shared,
		ports,
		component: name
	});
	return {
		service: environment.service,
		environment: environment.environment,
		store,
		entry: traffic.entry,
		clock,
		policy: policyOf(environment),
		ports: {
			router: haproxyRouter(proxy),
			platform,
			metrics: haproxyMetrics({
				clock,
				read: (signal) => readHaproxy({
					...proxy,
					timeoutMs: metrics.timeoutMs
				}, signal)
			}),
			witnesses: metrics.prometheus === null ? [] : [{
				metrics: prometheusMetrics({
					...metrics.prometheus,
					clock,
					http: httpClient
				}),
				names: metrics.prometheus.queries.map((query) => query.metric)
			}],
			http: httpClient,
			hold: (version, untilMs, errorRate) => holdEffect(proxy.heartbeatDir, version, untilMs, { errorRate }, resource),
			stopGuards: (version) => platform.stopGuards(version)
		},
		switchFiles: (spec, state) => {
			const files = platformOf(spec.component);
			return [...files.install(spec, state), ...files.makeCurrent(spec.version, state)];
		},
		database: await databaseTarget(environment, service),
		gitops: gitopsTarget(environment, {
			store,
			exec
		}),
		purge: environment.purge,
		verify: environment.verify,
		removeFiles: (spec, state) => platformOf(spec.component).remove(spec.version, state),
		proxy: proxyNode(proxy, platformOf(PROXY)),
		web: traffic.files === null ? null : webNode(traffic.files, {
			root: host.root,
			self: door.self
		}, httpClient, platformOf("web", {
			first: traffic.files.port,
			last: traffic.files.port
		}))
	};
}
function guardTemplate(proxy, self) {
	return {
		heartbeatFile: join$1(proxy.heartbeatDir, "{version}.json"),
		argv: [
			...self,
			"guard",
			"--service",
			proxy.service,
			"--version",
			"{version}",
			"--listen",
			"127.0.0.1:{guardPort}",
			"--instance",
			`http://127.0.0.1:{port}${proxy.readyPath}`,
			"--heartbeats",
			proxy.heartbeatDir,
			"--haproxy",
			proxy.directory
		]
	};
}
function policyOf({ rollout, metrics, traffic }) {
	const { analysis } = rollout;
	return {
		steps: rollout.steps,
		analysis: makePolicy({
			mode: analysis.mode,
			alpha: analysis.alpha,
			beta: analysis.beta,
			harmRatio: analysis.harmRatio,
			margin: analysis.margin,
			floor: analysis.floor,
			ceiling: analysis.ceiling,
			clumpSize: analysis.clump,
			unitSeconds: analysis.unitMs / 1e3,
			warmUpSeconds: analysis.warmUpMs / 1e3,
			longestTimeoutSeconds: traffic.longestTimeoutMs / 1e3,
			minimumBakeSeconds: 0
		}),
		pastMs: analysis.pastMs,
		everyMs: metrics.everyMs,
		healthDeadlineMs: rollout.healthDeadlineMs,
		analysisDeadlineMs: rollout.analysisDeadlineMs,
		finalBakeMs: rollout.finalBakeMs,
		drainTimeoutMs: rollout.drainTimeoutMs,
		errorLimit: rollout.errorLimit,
		lowTraffic: rollout.lowTraffic,
		smoke: rollout.smoke,
		role: rollout.role,
		...rollout.capacityPerInstance === null ? {} : { capacityPerInstance: rollout.capacityPerInstance }
	};
}
async function databaseTarget(environment, service) {
	const settings = environment.database;
	if (settings === null) return null;
	const migrations = await readMigrations(settings.migrations);
	const seed = settings.seed === null ? null : await readSeed(settings.seed);
	const database = (withinMs) => openDatabase({
		dsn: settings.dsn,
		secrets: service.secrets,
		connectTimeoutMs: Math.min(settings.connectTimeoutMs, withinMs ?? settings.connectTimeoutMs),
		queryTimeoutMs: withinMs
	});
	const options = () => ({
		database: database(),
		engine: settings.engine,
		environment: environment.environment,
		lockWaitTimeoutMs: settings.lockWaitTimeoutMs,
		lockAttempts: settings.lockAttempts,
		statementTimeoutMs: settings.statementTimeoutMs
	});
	return {
		migrations: migrations.map(migrationRef),
		schema: async (withinMs) => schemaState((await database(withinMs).look()).applied),
		after: async () => {
			const { applied } = await database().look();
			return schemaAfter(applied, unwrap(pendingMigrations(applied, migrations)).apply);
		},
		migrate: () => migrateProcedureNode({
			...options(),
			migrations
		}),
		seed: () => seed === null ? null : seedStep({
			...options(),
			seed
		}),
		rows: declaredRows
	};
}
/** What the headers of a release's migrations declare about the version that runs and about the release itself. Pure. */
function declaredRows({ release, stable, from, time }) {
	const ran = stable === null ? [] : [{
		version: stable,
		proof: `it served on ${from}`
	}];
	return ledgerRows({
		release,
		from,
		ran,
		time
	});
}
function gitopsTarget(environment, { store, exec }) {
	const settings = environment.gitops;
	if (settings === null) return null;
	const place = {
		...settings,
		workDir: join$1(store, "gitops"),
		baseDir: environment.baseDir
	};
	return {
		describe: `${settings.repository} ${settings.branch}:${settings.file}`,
		commit: (version, id) => gitopsCommitNode({
			...place,
			id,
			value: version,
			service: environment.service,
			environment: environment.environment,
			urgent: id === "git-back"
		}),
		named: async () => (await observeGitops(place, exec)).value
	};
}

// src/release/service.ts
async function openService(door) {
	const configFile = resolve(door.configFile);
	const baseDir = dirname(configFile);
	const clock = door.clock ?? systemClock;
	return {
		config: unwrap(await readConfig(configFile)),
		configFile,
		baseDir,
		store: resolve(door.store ?? join$1(baseDir, ".shiplock", "state")),
		clock,
		exec: createExec(clock),
		secrets: createSecrets({
			env: door.env,
			base: baseDir
		}),
		door
	};
}
async function openEnvironment(door, name) {
	const service = await openService(door);
	const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: service.baseDir }));
	return {
		...service,
		environment,
		target: await openTarget(environment, service)
	};
}
/** The engine's options for a run of this service. */
function engineOptions(service, more = {}) {
	const { door, store, clock, exec, secrets, environment } = service;
	const local = `local:${environment.platform.root}`;
	return {
		store,
		clock,
		exec,
		secrets,
		who: door.who,
		onEvent: door.onEvent,
		signal: door.signal,
		killAt: door.killAt,
		fenceFile: (resource) => resource === local ? join$1(environment.platform.root, "run", "fence") : void 0,
		...more
	};
}

// src/release/build.ts
const BUILD_TIMEOUT_MS = 18e5;
const inputsSchema = strictObject({
	service: string(),
	version: string(),
	commit: string()
});
/**
* Building is a run of its own, with a lease of its own: it runs code of the commit, so it holds no lease on an environment and
* resolves no secret. The release takes what it made by digest.
*/
function buildTree(service, inputs) {
	const { environment, store } = service;
	const nodes = new Map(Object.entries(environment.components).map(([name, settings]) => [name, buildNode(name, settings, inputs, store)]));
	return {
		nodes,
		procedure: procedure({
			id: "build",
			title: `Build ${inputs.service} ${inputs.version}`,
			description: "Artefacts with digests, from the sources of one commit. What was built from the same inputs before is taken again.",
			environment: `build:${inputs.service}`,
			inputs,
			root: parallel({
				id: "build",
				title: "Build every component",
				limit: 2,
				steps: [...nodes.values()].map((one) => one.node)
			})
		})
	};
}
function buildNode(component, settings, inputs, store) {
	const common = {
		component,
		source: settings.source,
		version: inputs.version,
		commit: inputs.commit,
		outDir: join$1(store, "artefacts"),
		timeoutMs: BUILD_TIMEOUT_MS
	};
	if (settings.kind === "go") {
		const [platform = "linux/amd64"] = settings.platforms;
		const { binary, stamp, tags } = settings;
		return buildGoNode({
			...common,
			package: settings.package,
			binary,
			stamp,
			tags,
			platform,
			test: false
		});
	}
	return buildStaticNode({
		...common,
		build: settings.build,
		output: relative(settings.source, settings.output)
	});
}
async function buildInputs(service, request) {
	const version = request.version ?? await describedVersion(service, request.commit);
	return {
		service: service.environment.service,
		version,
		commit: request.commit
	};
}
async function buildRelease(service, request) {
	const inputs = await buildInputs(service, request);
	const tree = buildTree(service, inputs);
	const result = await runBuild(service, tree.procedure);
	if (result.outcome !== "done") return {
		kind: "failed",
		result
	};
	const byComponent = {};
	for (const [name, nodes] of tree.nodes) {
		const made = result.outputs(nodes.artefact);
		if (made === void 0) throw noOutput(name, result.run);
		byComponent[name] = made;
	}
	return {
		kind: "built",
		artefacts: {
			version: inputs.version,
			byComponent,
			platforms: platformsOf(service)
		}
	};
}
/**
* A build that died or was stopped is begun again, never gone on with: every step of it looks whether the artefact is there. A
* build that is at work elsewhere is left alone.
*/
async function runBuild(service, build) {
	const result = await runProcedure(build, engineOptions(service));
	if (result.outcome !== "lease-held" || result.problems[0]?.code !== "lease.reserved") return result;
	const dead = (await listRuns(service.store)).findLast((run) => run.environment === build.environment && run.finished === null);
	return dead === void 0 ? result : runProcedure(build, engineOptions(service, { preempt: dead.run }));
}
/** What a build would do. An artefact that exists already has its digest; another shows as `<component.digest>`. */
async function planBuild(service, request) {
	const inputs = await buildInputs(service, request);
	const tree = buildTree(service, inputs);
	const plan = await planProcedure(tree.procedure, engineOptions(service));
	const byComponent = {};
	for (const [name, nodes] of tree.nodes) {
		const { path, digest } = await nodes.artefact.read(looking(service));
		byComponent[name] = digest === null ? {
			path,
			digest: `<${name}.digest>`
		} : {
			path,
			digest
		};
	}
	return {
		plan,
		artefacts: {
			version: inputs.version,
			byComponent,
			platforms: platformsOf(service)
		}
	};
}
/** A context for a single look outside of any run. */
function looking({ clock, exec }) {
	const nothing = () => {
		throw new TypeError("a look outside of a run has no recorded outputs");
	};
	return {
		mode: "plan",
		clock,
		exec,
		signal: AbortSignal.timeout(BUILD_TIMEOUT_MS),
		outputOf: nothing,
		evidenceOf: nothing,
		fence: 0,
		run: "plan",
		note: () => void 0
	};
}
function platformsOf(service) {
	return Object.fromEntries(Object.entries(service.environment.components).map(([name, settings]) => [name, settings.kind === "go" ? settings.platforms[0] ?? "any" : "any"]));
}
function noOutput(component, run) {
	return new ProblemError({
		code: "release.not-built",
		where: `components.${component}`,
		found: `run ${run} recorded no artefact of it`,
		expected: "a path and a digest",
		remedy: "release again; if it happens again, report it with `shiplock journal show`"
	});
}

// src/release/source.ts
/**
* A commit without a tag that changes nothing but the configuration is no new software: what it releases is the version that
* serves, with other settings. It is recognised by its artefacts: built under the name and commit of what serves, the same
* digests come out. (Builds are kept by the digest of their inputs, so this looks and builds nothing.) Everything else is
* released from its own commit; whoever wants another name sets a tag or says `--release`.
*/
async function sourceOf(service, wanted, commit, stable) {
	const own = {
		commit,
		version: wanted
	};
	if (wanted !== void 0 || stable === null || stable.release.commit === commit) return own;
	if (!isNamedAfterCommit(await describedVersion(service, commit))) return own;
	const base = withoutConfiguration(stable.release.version);
	const origin = (await knownReleases(service.store, service.target.environment)).find((one) => one.version === base);
	if (origin === void 0) return own;
	const { artefacts } = await planBuild(service, {
		commit: origin.commit,
		version: base
	});
	const digests = new Map(Object.entries(artefacts.byComponent).map(([name, made]) => [name, made.digest]));
	return sameSoftware(stable.release, digests, service.target.database?.migrations ?? []) ? {
		commit: origin.commit,
		version: base
	} : own;
}
/** The same components with the same bytes, and the same migrations. Pure. */
function sameSoftware(live, digests, migrations) {
	const list = (all) => all.map(({ id, sha256 }) => `${id} ${sha256}`).join("\n");
	return live.artefacts.length === digests.size && live.artefacts.every(({ name, digest }) => digests.get(name) === digest) && list(live.migrations) === list(migrations);
}

// src/release/summary.ts
/** Pure. */
function summarise(input) {
	const { service, environment, version, before, result } = input;
	return {
		service,
		environment,
		version,
		before,
		outcome: result.outcome,
		sentence: sentence(input),
		run: result.run,
		planHash: result.planHash,
		anchor: result.anchor,
		gate: result.gate?.path ?? null,
		problems: result.problems
	};
}
function sentence({ service, environment, kind, version, before, result }) {
	const what = `${service} ${version}`;
	const first = result.problems[0];
	const why = first === void 0 ? "" : `: ${first.found} (${first.code})`;
	if (kind === "build" && result.outcome !== "done") return `${what} was not built${why}; nothing was changed in ${environment}.`;
	switch (result.outcome) {
		case "done":
			if (kind === "rollback") return `${environment} is back on ${what}; ${before ?? "nothing"} gets no traffic.`;
			return before === null ? `${what} is the first release of ${environment} and serves all traffic.` : `${what} serves all traffic of ${environment}; ${before} is stopped and stays installed.`;
		case "rolled-back": return before === null ? `${what} was removed from ${environment}; nothing serves${why}.` : `${what} was taken back from ${environment}; ${before} serves all traffic${why}.`;
		case "waiting": return `${what} waits at a gate of ${environment}: ${result.gate?.title ?? result.gate?.path ?? "see `shiplock gate show`"}.`;
		case "refused": return `${what} was refused, nothing was changed in ${environment}${why}.`;
		case "lease-held": return `${what} did not start: another run holds ${environment}${why}.`;
		case "stopped": return `${what} stopped at a safe place; \`shiplock resume ${result.run}\` goes on.`;
		case "failed": return `${what} failed in ${environment}${why}.`;
	}
}
/** Markdown for a job summary. Text from outside stands in code spans, so it cannot become markup. */
function summaryMarkdown(summary) {
	const code = (text) => `\`${text.replaceAll("`", "ˋ").replaceAll("\n", " ")}\``;
	const rows = [
		["outcome", code(summary.outcome)],
		["version", code(summary.version)],
		["before", summary.before === null ? "nothing" : code(summary.before)],
		["run", code(summary.run)],
		["plan", code(summary.planHash)],
		["journal", code(`${summary.anchor.count} records, head ${summary.anchor.head}`)]
	];
	const problems = summary.problems.map((problem) => `- ${code(`${problem.where}: ${problem.found}`)} → ${code(problem.remedy)}`);
	return [
		`## ${code(summary.service)} in ${code(summary.environment)}`,
		"",
		code(summary.sentence),
		"",
		"| | |",
		"| --- | --- |",
		...rows.map(([name, value]) => `| ${name} | ${value} |`),
		"",
		...problems,
		""
	].join("\n");
}

// src/release/units.ts
/** From the configuration and what was built to what runs. Secrets stay references. Pure. */
function unitsOf(environment, version, built) {
	const { platform } = environment;
	const specs = Object.entries(environment.components).map(([component, settings]) => {
		const made = built[component];
		if (made === void 0) throw notBuilt(component);
		const { process } = settings;
		return {
			runs: process !== null,
			spec: {
				component,
				version,
				digest: made.digest,
				artefact: made.path,
				command: process?.command ?? [],
				env: process?.env ?? {},
				replicas: platform.replicas,
				readyPath: process?.ready ?? "/",
				livePath: process?.live ?? "/",
				startTimeoutMs: platform.startTimeoutMs,
				stopTimeoutMs: platform.stopTimeoutMs
			}
		};
	});
	const running = specs.filter((one) => one.runs).map((one) => one.spec);
	const unit = running.find((one) => one.component === environment.traffic.component) ?? null;
	const others = running.filter((one) => one !== unit);
	if (others.length > 0) throw severalProcesses(others.map((one) => one.component));
	return {
		unit,
		files: specs.filter((one) => !one.runs).map((one) => one.spec)
	};
}
function notBuilt(component) {
	return new ProblemError({
		code: "release.not-built",
		where: `components.${component}`,
		found: "no artefact of it",
		expected: "every component built before the release",
		remedy: "see the build run for its failure"
	});
}
function severalProcesses(names) {
	return new ProblemError({
		code: "release.several-processes",
		where: "components",
		found: `further components with a process: ${names.join(", ")}`,
		expected: "one component with a process, the others only files",
		remedy: "release them as services of their own, each with its shiplock.yaml"
	});
}

// src/release/release.ts
/** Builds what the commit holds, then releases it: the main job. Every door calls this. */
async function release(service, request) {
	const stable = await stableRecord(service);
	const commit = await sourceCommit(service, request.allowDirty);
	const source = await sourceOf(service, request.version, commit, stable);
	const built = await buildRelease(service, source);
	if (built.kind === "failed") return failed(service, built.result, request.version ?? commit.slice(0, 12));
	const inputs = await releaseInputs(service, request, {
		...source,
		head: commit
	}, built.artefacts, stable);
	const procedure = releaseProcedure(inputs, service.target);
	return outcomeOf(service, "release", inputs, await runProcedure(procedure, engineOptions(service)));
}
/** What serves now, with all that is needed to run it again. */
async function stableRecord(service) {
	const { target, store, environment } = service;
	const [routes, platform, record] = await Promise.all([
		target.ports.router.observe(),
		target.ports.platform.observe(),
		readEnvironmentRecord(store, target.environment, target.service)
	]);
	const version = servingVersion(routes, platform, environment.traffic.component) ?? liveVersion(record);
	if (version === null) return null;
	const known = await readReleaseRecord(store, target.environment, version);
	if (known !== null) return known;
	throw new ProblemError({
		code: "release.unknown-stable",
		where: target.environment,
		found: `${version} serves, but the state directory ${store} has no record of it`,
		expected: "a record of the release that serves: without it there is no way back",
		remedy: "use the state directory that released it (--state), or restore it from a backup"
	});
}
async function releaseInputs(service, request, source, artefacts, stable) {
	const { environment, target, store } = service;
	const { commit, head } = source;
	const hash = configHash(environment);
	const version = unwrap(nameVersion({
		wanted: source.version,
		described: artefacts.version,
		commit,
		hash,
		live: stable?.release.version ?? null,
		known: await knownReleases(store, target.environment)
	}));
	const units = unitsOf(environment, version, artefacts.byComponent);
	const list = [...units.unit === null ? [] : [units.unit], ...units.files].map((spec) => ({
		name: spec.component,
		digest: spec.digest,
		platform: artefacts.platforms[spec.component] ?? "any"
	}));
	const made = {
		formatVersion: 1,
		service: target.service,
		version,
		commit,
		artefacts: list,
		configHash: hash,
		migrations: target.database?.migrations ?? []
	};
	return {
		candidate: {
			formatVersion: 1,
			environment: target.environment,
			release: made,
			unit: units.unit,
			files: units.files,
			schema: await target.database?.after() ?? "empty",
			...head === commit ? {} : { configCommit: head }
		},
		stable,
		seed: request.seed,
		who: service.door.who,
		why: request.why
	};
}
function failed(service, result, version) {
	const { target } = service;
	return {
		exit: result.exit,
		run: result.run,
		version,
		problems: result.problems,
		summary: summarise({
			service: target.service,
			environment: target.environment,
			kind: "build",
			version,
			before: null,
			result
		})
	};
}
function outcomeOf(service, kind, inputs, result) {
	const { target } = service;
	const candidate = inputs.candidate.release.version;
	const stable = inputs.stable?.release.version ?? null;
	const [version, before] = kind === "release" ? [candidate, stable] : [stable ?? "nothing", candidate];
	return {
		exit: result.exit,
		run: result.run,
		version,
		problems: result.problems,
		summary: summarise({
			service: target.service,
			environment: target.environment,
			kind,
			version,
			before,
			result
		})
	};
}

// src/release/what-if.ts
const sampleSchema = looseObject({ sample: looseObject({ time: number$2() }) });
const evidenceSchema = looseObject({ evidence: record(string(), union([
	string(),
	number$2(),
	boolean()
])) });
const verdictSchema = looseObject({
	answer: _enum([
		"pass",
		"fail",
		"ask"
	]),
	status: string()
});
const pastDoneSchema = looseObject({ outputs: looseObject({ accuse: looseObject({ policy: record(string(), unknown$1()) }) }) });
const bakeDoneSchema = looseObject({ outputs: looseObject({ clear: looseObject({ policy: looseObject({ minimumBakeSeconds: number$2() }) }) }) });

// actions/rollout/inputs.ts
/**
* Reads every input by its name. `get` gives the text of an input, empty when it is not set.
* @throws ProblemError `cli.action-input` for an input that is missing or has no meaning
*/
function readInputs(get) {
	const text = (name) => get(name).trim();
	const needed = (name, example) => {
		const value = text(name);
		if (value === "") throw badInput(name, "nothing", "a value", `set \`${name}:\` under \`with:\`, for instance ${example}`);
		return value;
	};
	const release = text("release");
	return {
		environment: needed("environment", "production"),
		config: needed("config", "shiplock.yaml"),
		state: needed("state", "/var/lib/shiplock/certkeeper"),
		release: release === "" ? void 0 : release,
		reason: needed("reason", "\"faster search\""),
		seed: truth("seed", text("seed"))
	};
}
function truth(name, value) {
	if (/^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
	throw badInput(name, JSON.stringify(value), "true or false", `write \`${name}: true\` or leave it out`);
}
function badInput(name, found, expected, remedy) {
	return new ProblemError({
		code: "cli.action-input",
		where: `input ${name}`,
		found,
		expected,
		remedy
	});
}

// actions/rollout/outputs.ts
/** Every output of a run that took place. Pure. */
function outputsOf(summary) {
	return {
		outcome: summary.outcome,
		version: summary.version,
		run: summary.run,
		"plan-hash": summary.planHash,
		anchor: `${summary.anchor.count}:${summary.anchor.head}`
	};
}
/** Where an annotation belongs: problems of a file name it as `file:line:column`. Pure. */
function annotationPlace(problem) {
	const [, file, line, column] = /^([^:\n]+):(\d+):(\d+)$/.exec(problem.where) ?? [];
	if (file === void 0) return { title: problem.code };
	return {
		title: problem.code,
		file,
		startLine: Number(line),
		startColumn: Number(column)
	};
}

// actions/rollout/index.ts
/** Thin: reads typed inputs, calls the function that the command line calls, writes outputs and a summary. */
async function main() {
	const inputs = readInputs((name) => getInput(name));
	const service = await openEnvironment({
		configFile: inputs.config,
		store: inputs.state,
		env: process.env,
		who: process.env["GITHUB_ACTOR"] ?? "unknown",
		self: [process.execPath, fileURLToPath(new URL("shiplock.js", import.meta.url))],
		onEvent: plainProgress((line) => info(line)),
		signal: installStopSignals(() => warning("stopping at the next safe place; `shiplock resume` goes on"))
	}, inputs.environment);
	const { release: version, reason: why, seed } = inputs;
	await tell(await release(service, {
		version,
		why,
		seed,
		allowDirty: false
	}));
}
async function tell({ summary: summary$1, exit, problems }) {
	for (const [name, value] of Object.entries(outputsOf(summary$1))) setOutput(name, value);
	if (process.env["GITHUB_STEP_SUMMARY"] !== void 0) await summary.addRaw(summaryMarkdown(summary$1)).write();
	if (exit === EXIT.done) notice(summary$1.sentence);
	else fail(summary$1.sentence, problems, exit);
}
function fail(sentence, problems, exit) {
	for (const problem of problems) error(formatProblem(problem), annotationPlace(problem));
	setFailed(sentence);
	process.exitCode = exit;
}
try {
	await main();
} catch (error) {
	const problems = problemsOf(error, "actions/rollout");
	const exit = exitFor(problems);
	setOutput("outcome", exit === EXIT.leaseHeld ? "lease-held" : exit === EXIT.failed ? "failed" : "refused");
	fail(problems[0]?.found ?? "failed", problems, exit);
}

export {  };