import { A as string, D as object, E as number, _ as boolean, h as array, k as strictObject, p as _enum, t as ProblemError, v as discriminatedUnion, w as literal } from "./shared-problem.js";
import { createHash } from "node:crypto";
import { mkdir, open, readFile, readdir, readlink, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { request } from "node:http";
import { connect, isIP, isIPv6 } from "node:net";

// src/model/traffic.ts
/** Where an instance is, of something that knows more of it; whether it drains is said anew by each state of the routes. */
function endpointOf({ instance, host, port, guardPort, guardHost }) {
	return {
		instance,
		host,
		port,
		...guardPort === void 0 ? {} : { guardPort },
		...guardHost === void 0 ? {} : { guardHost }
	};
}
/** Instances of a route that new requests may go to. */
function taking(endpoints) {
	return endpoints.filter((endpoint) => endpoint.draining !== true);
}
/** Whole milli-shares that add up to 1: the invariant every router input must hold. */
function sharesAddUp(routes) {
	const sum = routes.reduce((total, route) => total + route.share, 0);
	return routes.length === 0 || Math.abs(sum - 1) < 1e-9;
}

// src/traffic/options.ts
/**
* All that would make a configuration the proxy refuses, or reads differently than we mean it.
* @param socket its socket, which must not be too long for a Unix address
*/
function optionProblems$2(options, socket) {
	const problems = [];
	const check = (good, key, found, expected, remedy) => {
		if (!good) problems.push({
			code: "traffic.bad-option",
			where: `traffic.${key}`,
			found: `${found}`,
			expected,
			remedy
		});
	};
	check(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(options.service), "service", options.service, "letters, digits, dot, dash, underscore", "rename the service");
	check(options.directory.startsWith("/") && !/["\\\s$#']/.test(options.directory), "directory", options.directory, "an absolute path without blanks, quotes, $ or #", "choose another directory");
	check(Buffer.byteLength(socket.path) <= socket.longest, "directory", `${Buffer.byteLength(socket.path)} bytes in ${socket.path}`, `at most ${socket.longest} bytes, the limit of Unix sockets`, "choose a directory with a shorter path");
	check(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.*-]*):\d{1,5}$/.test(options.bind), "bind", options.bind, "host:port", "write an address such as 127.0.0.1:8080");
	for (const [key, path] of [["readyPath", options.readyPath], ...(options.rateLimits ?? []).map((limit) => ["rateLimits.path", limit.path])]) check(/^\/[A-Za-z0-9/._~%?=&+-]*$/.test(path ?? ""), `${key}`, path, "an absolute HTTP path without blanks", "write a path such as /readyz");
	for (const [key, path] of [...(options.files?.servicePaths ?? []).map((one) => ["files.service", one]), ...(options.privatePaths ?? []).map((one) => ["private", one])]) check(/^\/[A-Za-z0-9/._~-]*$/.test(path ?? ""), `${key}`, path, "the beginning of a path, without query", "write a path such as /api");
	check(options.files === void 0 || options.files === null || /^127\.0\.0\.1:\d{1,5}$/.test(options.files.server), "files.server", options.files?.server, "a port of this machine", "give a port from 1 to 65535");
	check(Number.isInteger(options.maxInstancesPerVersion) && options.maxInstancesPerVersion >= 1 && options.maxInstancesPerVersion <= 32, "maxInstancesPerVersion", options.maxInstancesPerVersion, "a whole number from 1 to 32", "set it to the largest number of replicas");
	check(options.deadManMs >= 1e3, "deadManMs", options.deadManMs, "at least 1000 ms", "raise deadMan to 1s or more");
	check(options.longestTimeoutMs >= 100, "longestTimeoutMs", options.longestTimeoutMs, "at least 100 ms", "raise longestTimeout");
	return problems;
}
/** @throws ProblemError that lists every option that cannot stand in a configuration */
function refuseProblems(problems) {
	if (problems.length > 0) throw new ProblemError(problems);
}
/** Time-outs of the proxy, all within the longest time a request may take: connect + server stay below it together. */
function timeoutsFor(longestMs) {
	const connectMs = Math.min(1e3, Math.max(20, Math.floor(longestMs / 5)));
	return {
		connectMs,
		serverMs: longestMs - connectMs
	};
}

// src/traffic/haproxy/options.ts
/** Files of one HAProxy inside its directory. */
function haproxyPaths(options) {
	return {
		config: join(options.directory, "haproxy.cfg"),
		socket: join(options.directory, "haproxy.sock"),
		master: join(options.directory, "master.sock"),
		pid: join(options.directory, "haproxy.pid")
	};
}
/** Unix addresses hold 107 bytes, and HAProxy appends a suffix of its own while it binds. */
const LONGEST_SOCKET_PATH$1 = 90;
/** All that would make a configuration HAProxy refuses, or reads differently than we mean it. */
function optionProblems$1(options) {
	return optionProblems$2(options, {
		path: haproxyPaths(options).socket,
		longest: LONGEST_SOCKET_PATH$1
	});
}
/** @throws ProblemError that lists every option that cannot stand in a configuration */
function assertOptions$1(options) {
	refuseProblems(optionProblems$1(options));
}

// src/traffic/haproxy/slots.ts
const groups = ["a", "b"];
/** HAProxy uses these servers only while no other server takes requests (`backup`). */
const fallback = "f";
const everywhere = [...groups, "f"];
/** The names of all slots, in the order of the configuration. */
function allSlots(count) {
	return everywhere.flatMap((group) => slotNames(group, count));
}
function isFallback(slot) {
	return /^f\d+$/.test(slot);
}
/** `a3` → group `a`. Undefined for the fallback and for servers that are none of ours. */
function groupOf(slot) {
	return groups.find((group) => new RegExp(`^${group}\\d+$`).test(slot));
}
function slotNames(group, count) {
	return Array.from({ length: count }, (_, index) => `${group}${index + 1}`);
}
/** Cumulative counts a slot already had when a version took it over, and the process they belong to. */
const baseSchema = strictObject({
	epoch: string(),
	requests: number().int().nonnegative(),
	bad: number().int().nonnegative()
});
const tenantSchema = strictObject({
	slot: string(),
	version: string(),
	instance: string(),
	host: string(),
	port: number().int(),
	guardPort: number().int().exactOptional(),
	guardHost: string().exactOptional(),
	base: baseSchema.exactOptional()
});
const PREFIX = "# shiplock:";
/** The lines of the configuration file that say who lives where. */
function tenantLines(tenants) {
	const line = (word, tenant) => `${PREFIX} ${word} ${JSON.stringify(tenant)}`;
	return [...tenants.now.map((tenant) => line("slot", tenant)), ...tenants.was.map((tenant) => line("was", tenant))];
}
/** Reads those lines back; lines that are none of ours, or broken, are skipped: such a slot then has an unknown tenant. */
function parseTenants(config) {
	const now = [];
	const was = [];
	for (const line of config.split("\n")) {
		const match = /^# shiplock: (slot|was) (\{.*\})\s*$/.exec(line);
		const tenant = match?.[2] === void 0 ? void 0 : parseTenant(match[2]);
		if (tenant !== void 0) (match?.[1] === "slot" ? now : was).push(tenant);
	}
	return {
		now,
		was
	};
}
function parseTenant(text) {
	try {
		return tenantSchema.safeParse(JSON.parse(text)).data;
	} catch {
		return;
	}
}
/** Who has this address: in this slot if the file agrees, else anywhere in it. */
function tenantAt(tenants, slot, host, port) {
	const there = [...tenants.now, ...tenants.was].filter((one) => one.host === host && one.port === port);
	return there.find((one) => one.slot === slot) ?? there[0];
}

// src/traffic/haproxy/config-file.ts
/** Checks that serve both kinds of share; HAProxy cannot change them per server at run time. docs/traffic.md has the figures. */
const CHECKS = {
	interMs: 300,
	fastMs: 100,
	fall: 3,
	rise: 2,
	timeoutMs: 1e3
};
/**
* The whole configuration for a state of the slots. Complete on purpose: whoever reloads or restarts HAProxy, whenever, gets these
* weights and not those of the last start.
*/
function renderConfig(options, placements, was = []) {
	const now = placements.map(({ weight: _weight, checkHost: _checkHost, checkPort: _checkPort, ...tenant }) => tenant);
	return `${[
		"# Written by shiplock, again at every change of a share; edits are lost. shiplock.yaml is the place for changes.",
		...tenantLines({
			now,
			was
		}),
		...staticPart(options, staticHash(options)),
		...serverLines(options, placements)
	].join("\n")}\n`;
}
/** Names everything that only a reload can change. The running process shows it as its description. */
function staticHash(options) {
	const text = [...staticPart(options, ""), `slots ${options.maxInstancesPerVersion} and fallback`].join("\n");
	return `shiplock-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
function staticPart(options, description) {
	const { socket } = haproxyPaths(options);
	const { connectMs, serverMs } = timeoutsFor(options.longestTimeoutMs);
	const { service, longestTimeoutMs } = options;
	const limits = (options.rateLimits ?? []).toSorted((one, other) => other.path.length - one.path.length);
	return [
		"",
		"global",
		`  description ${description}`,
		"  log stdout format raw daemon notice",
		`  stats socket ${socket} mode 600 level admin expose-fd listeners`,
		"  stats timeout 10s",
		`  hard-stop-after ${longestTimeoutMs + 3e4}ms`,
		"",
		"defaults",
		"  mode http",
		"  log global",
		"  retries 0",
		"  option http-ignore-probes",
		"  option forwardfor",
		`  timeout connect ${connectMs}ms`,
		`  timeout server ${serverMs}ms`,
		`  timeout client ${longestTimeoutMs}ms`,
		`  timeout http-request ${longestTimeoutMs}ms`,
		`  timeout queue ${connectMs}ms`,
		"  timeout http-keep-alive 15s",
		`  timeout check ${CHECKS.timeoutMs}ms`,
		"",
		...limits.flatMap((limit, index) => limitTable(service, limit.requestsPerSecond, index)),
		`frontend ${service}-public`,
		`  bind ${options.bind}`,
		...privateRules(options.privatePaths ?? []),
		...limits.flatMap((limit, index) => limitRules(service, limit, index)),
		...filesRules(service, options.files ?? null),
		`  default_backend ${service}`,
		"",
		...filesBackend(service, options.files ?? null),
		`backend ${service}`,
		"  balance roundrobin",
		`  http-error status 503 content-type text/plain hdr retry-after 1 string "${service}: no instance can take this request now\\n"`,
		"  option allbackups",
		"  option httpchk",
		`  http-check send meth GET uri ${options.readyPath} hdr host ${service}`,
		"  http-check expect status 200",
		`  default-server check inter ${CHECKS.interMs}ms fastinter ${CHECKS.fastMs}ms downinter ${CHECKS.interMs}ms fall ${CHECKS.fall} rise ${CHECKS.rise}`
	];
}
/** `/api` and what lies below it, but not `/apix`. The prefix `/` is everything. */
function below(path) {
	const bare = path.replace(/\/+$/, "");
	return bare === "" ? ["-m beg /"] : [`-m str ${bare}`, `-m beg ${bare}/`];
}
/**
* Compared after decoding, since instances decode before they look: `/%6detrics` is `/metrics`. A path that climbs is nobody's
* honest request, and instances differ in what they make of it.
*/
function privateRules(paths) {
	if (paths.length === 0) return [];
	return ["  http-request return status 400 content-type text/plain string \"bad request\\n\" if { path,url_dec -m reg (^|/)[.][.](/|$) }", `  http-request return status 404 content-type text/plain string "not found\\n" if ${paths.flatMap(below).map((how) => `{ path,url_dec ${how} }`).join(" or ")}`];
}
function filesRules(service, files) {
	if (files === null) return [];
	return [...files.servicePaths.flatMap(below).map((how) => `  acl is-service path ${how}`), ...files.servicePaths.length === 0 ? [`  use_backend ${service}-files`] : [`  use_backend ${service}-files if !is-service`]];
}
function filesBackend(service, files) {
	if (files === null) return [];
	return [
		`backend ${service}-files`,
		"  retries 5",
		`  http-error status 503 content-type text/plain hdr retry-after 1 string "${service}: the files cannot be served now\\n"`,
		`  server files ${files.server}`,
		""
	];
}
/** HAProxy counts events per period; slow limits need a long period to be above one. */
function limitPeriod(requestsPerSecond) {
	const seconds = requestsPerSecond >= 1 ? 1 : Math.ceil(1 / requestsPerSecond);
	return {
		seconds,
		requests: Math.max(1, Math.round(requestsPerSecond * seconds))
	};
}
function limitTable(service, requestsPerSecond, index) {
	const { seconds } = limitPeriod(requestsPerSecond);
	return [
		`backend ${service}-limit-${index + 1}`,
		`  stick-table type integer size 1 expire ${seconds * 2}s store http_req_rate(${seconds}s)`,
		""
	];
}
function limitRules(service, limit, index) {
	const { seconds, requests } = limitPeriod(limit.requestsPerSecond);
	const table = `${service}-limit-${index + 1}`;
	return [`  http-request track-sc0 int(${index + 1}) table ${table} if { path_beg ${limit.path} }`, `  http-request return status 429 content-type text/plain hdr retry-after ${seconds} string "too many requests\\n" if { sc0_http_req_rate(${table}) gt ${requests} }`];
}
function serverLines(options, placements) {
	const bySlot = new Map(placements.map((placement) => [placement.slot, placement]));
	return allSlots(options.maxInstancesPerVersion).map((slot) => {
		const placement = bySlot.get(slot);
		const backup = isFallback(slot) ? " backup" : "";
		if (placement === void 0) return `  server ${slot} 127.0.0.1:1 port 1 weight 0 disabled${backup}`;
		const { host, port, checkHost, checkPort, weight } = placement;
		const check = checkHost === host ? `port ${checkPort}` : `addr ${checkHost} port ${checkPort}`;
		return `  server ${slot} ${isIPv6(host) ? `[${host}]` : host}:${port} ${check} weight ${weight}${backup}`;
	});
}
/** Tells two texts apart without carrying them around. */
function fingerprint(text) {
	return createHash("sha256").update(text).digest("hex");
}

// src/traffic/haproxy/facts.ts
/** Name for a tenant whose address no line of the configuration file explains. */
const UNKNOWN_VERSION = "unknown";
const slotFactSchema = object({
	slot: string(),
	host: string(),
	port: number(),
	checkHost: string(),
	checkPort: number(),
	weight: number(),
	admin: _enum([
		"ready",
		"drain",
		"maint"
	]),
	running: boolean(),
	check: _enum([
		"none",
		"failed",
		"passed"
	]),
	rising: boolean(),
	openRequests: number(),
	requests: number(),
	bad: number(),
	tenant: object({
		slot: string(),
		version: string(),
		instance: string(),
		host: string(),
		port: number(),
		guardPort: number().exactOptional(),
		guardHost: string().exactOptional(),
		base: object({
			epoch: string(),
			requests: number(),
			bad: number()
		}).exactOptional()
	}).exactOptional()
});
const factsSchema = object({
	epoch: string(),
	staticHash: string(),
	config: string(),
	slots: array(slotFactSchema).readonly()
});
/** Facts out of `RoutesState.detail`; undefined when this router did not write it. */
function parseFacts(detail) {
	try {
		return factsSchema.safeParse(JSON.parse(detail)).data;
	} catch {
		return;
	}
}
/** Brings the running process and the configuration file together. Pure. */
function factsFrom(runtime, config) {
	const tenants = parseTenants(config);
	const slots = runtime.servers.flatMap((server) => {
		if (!(server.admin !== "maint" || server.openRequests > 0)) return server.requests > 0 ? [server] : [];
		const known = tenantAt(tenants, server.slot, server.host, server.port);
		const { slot, host, port } = server;
		const tenant = known ?? {
			slot,
			host,
			port,
			version: "unknown",
			instance: slot
		};
		return [{
			...server,
			tenant: {
				...tenant,
				slot
			}
		}];
	});
	return {
		epoch: runtime.epoch,
		staticHash: runtime.description,
		config: fingerprint(config),
		slots
	};
}
/** What the slots amount to, version by version, in the order of the slots. Pure. */
function routesFrom(facts) {
	const used = facts.slots.flatMap((slot) => slot.tenant === void 0 ? [] : [{
		slot,
		tenant: slot.tenant
	}]);
	const weightOf = (slot) => slot.admin === "ready" ? slot.weight : 0;
	const taking = (slot) => isFallback(slot.slot) ? 0 : weightOf(slot);
	const configured = used.reduce((sum, { slot }) => sum + taking(slot), 0);
	const fallen = !used.some(({ slot }) => slot.running && taking(slot) > 0);
	const alive = (slot) => slot.running && isFallback(slot.slot) === fallen ? weightOf(slot) : 0;
	const actual = used.reduce((sum, { slot }) => sum + alive(slot), 0);
	return [...new Set(used.map(({ tenant }) => tenant.version))].map((version) => {
		const mine = used.filter(({ tenant }) => tenant.version === version);
		const second = mine.filter(({ slot }) => isFallback(slot.slot));
		const first = mine.filter(({ slot }) => !isFallback(slot.slot));
		const openAgain = ({ host, port }) => second.reduce((sum, { slot }) => slot.host === host && slot.port === port ? sum + slot.openRequests : sum, 0);
		const part = (of, whole) => whole === 0 ? 0 : mine.reduce((sum, { slot }) => sum + of(slot), 0) / whole;
		const leased = mine.some(({ slot, tenant }) => isAskedByGuard(slot, tenant));
		return {
			version,
			share: part(alive, actual),
			configuredShare: part(taking, configured),
			hold: leased ? "leased" : "stable",
			endpoints: (first.length > 0 ? first : second).map(({ slot, tenant }) => ({
				...endpointOf(tenant),
				health: healthOf(slot),
				openRequests: slot.openRequests + (first.length > 0 ? openAgain(tenant) : 0)
			}))
		};
	});
}
/** Whether the check goes to the guard and not to the instance itself. */
function isAskedByGuard(slot, { guardPort, guardHost }) {
	return (slot.port !== slot.checkPort || slot.host !== slot.checkHost) && guardPort === slot.checkPort && (guardHost ?? slot.host) === slot.checkHost;
}
function healthOf(slot) {
	if (slot.admin !== "ready") return "draining";
	if (!slot.running) return slot.rising ? "starting" : "down";
	return slot.check === "none" ? "starting" : "up";
}

// node_modules/csv-parse/lib/api/CsvError.js
var CsvError = class CsvError extends Error {
	constructor(code, message, options, ...contexts) {
		if (Array.isArray(message)) message = message.join(" ").trim();
		super(message);
		if (Error.captureStackTrace !== void 0) Error.captureStackTrace(this, CsvError);
		this.code = code;
		for (const context of contexts) for (const key in context) {
			const value = context[key];
			this[key] = Buffer.isBuffer(value) ? value.toString(options.encoding) : value == null ? value : JSON.parse(JSON.stringify(value));
		}
	}
};

// node_modules/csv-parse/lib/utils/is_object.js
const is_object = function(obj) {
	return typeof obj === "object" && obj !== null && !Array.isArray(obj);
};

// node_modules/csv-parse/lib/api/normalize_columns_array.js
const normalize_columns_array = function(columns) {
	const normalizedColumns = [];
	for (let i = 0, l = columns.length; i < l; i++) {
		const column = columns[i];
		if (column === void 0 || column === null || column === false) normalizedColumns[i] = { disabled: true };
		else if (typeof column === "string" || typeof column === "number") normalizedColumns[i] = { name: `${column}` };
		else if (is_object(column)) {
			if (typeof column.name !== "string") throw new CsvError("CSV_OPTION_COLUMNS_MISSING_NAME", [
				"Option columns missing name:",
				`property "name" is required at position ${i}`,
				"when column is an object literal"
			]);
			normalizedColumns[i] = column;
		} else throw new CsvError("CSV_INVALID_COLUMN_DEFINITION", [
			"Invalid column definition:",
			"expect a string or a literal object,",
			`got ${JSON.stringify(column)} at position ${i}`
		]);
	}
	return normalizedColumns;
};

// node_modules/csv-parse/lib/utils/ResizeableBuffer.js
var ResizeableBuffer = class {
	constructor(size = 100) {
		this.size = size;
		this.length = 0;
		this.buf = Buffer.allocUnsafe(size);
	}
	prepend(val) {
		if (Buffer.isBuffer(val)) {
			const length = this.length + val.length;
			if (length >= this.size) {
				this.resize();
				if (length >= this.size) throw Error("INVALID_BUFFER_STATE");
			}
			const buf = this.buf;
			this.buf = Buffer.allocUnsafe(this.size);
			val.copy(this.buf, 0);
			buf.copy(this.buf, val.length);
			this.length += val.length;
		} else {
			const length = this.length++;
			if (length === this.size) this.resize();
			const buf = this.clone();
			this.buf[0] = val;
			buf.copy(this.buf, 1, 0, length);
		}
	}
	append(val) {
		const length = this.length++;
		if (length === this.size) this.resize();
		this.buf[length] = val;
	}
	clone() {
		return Buffer.from(this.buf.slice(0, this.length));
	}
	resize() {
		const length = this.length;
		this.size = this.size * 2;
		const buf = Buffer.allocUnsafe(this.size);
		this.buf.copy(buf, 0, 0, length);
		this.buf = buf;
	}
	toString(encoding) {
		if (encoding) return this.buf.toString(encoding, 0, this.length);
		else return Uint8Array.prototype.slice.call(this.buf.slice(0, this.length));
	}
	toJSON() {
		return this.toString("utf8");
	}
	reset() {
		this.length = 0;
	}
};

// node_modules/csv-parse/lib/api/init_state.js
const init_state = function(options) {
	const timchars = [
		32,
		9,
		10,
		13,
		12,
		11,
		160,
		5760,
		8192,
		8193,
		8194,
		8195,
		8196,
		8197,
		8198,
		8199,
		8200,
		8201,
		8202,
		8232,
		8233,
		8239,
		8287,
		12288,
		65279
	].reduce((acc, codepoint) => {
		const encoded = Buffer.from(String.fromCharCode(codepoint), options.encoding);
		if (codepoint !== 63 && encoded.length === 1 && encoded[0] === 63) return acc;
		acc.push(encoded);
		return acc;
	}, []);
	const timcharFirstBytes = /* @__PURE__ */ new Uint8Array(256);
	for (const t of timchars) timcharFirstBytes[t[0]] = 1;
	return {
		bomSkipped: false,
		bufBytesStart: 0,
		castField: options.cast_function,
		commenting: false,
		delimiterBufPrevious: void 0,
		delimiterDiscovered: false,
		error: void 0,
		enabled: options.from_line === 1,
		escaping: false,
		escapeIsQuote: Buffer.isBuffer(options.escape) && Buffer.isBuffer(options.quote) && Buffer.compare(options.escape, options.quote) === 0,
		expectedRecordLength: Array.isArray(options.columns) ? options.columns.length : void 0,
		field: new ResizeableBuffer(20),
		firstLineToHeaders: options.cast_first_line_to_header,
		needMoreDataSize: Math.max(options.comment !== null ? options.comment.length : 0, ...options.delimiter ? options.delimiter.map((delimiter) => delimiter.length) : [], options.delimiter_auto ? 1 : 0, options.quote !== null ? options.quote.length : 0, ...timchars.map((t) => t.length)),
		previousBuf: void 0,
		quoting: false,
		stop: false,
		rawBuffer: new ResizeableBuffer(100),
		record: [],
		recordHasError: false,
		record_length: 0,
		recordDelimiterMaxLength: options.record_delimiter.length === 0 ? 0 : Math.max(...options.record_delimiter.map((v) => v.length)),
		trimChars: [Buffer.from(" ", options.encoding)[0], Buffer.from("	", options.encoding)[0]],
		wasQuoting: false,
		wasRowDelimiter: false,
		timchars,
		timcharFirstBytes
	};
};

// node_modules/csv-parse/lib/utils/underscore.js
const underscore = function(str) {
	return str.replace(/([A-Z])/g, function(_, match) {
		return "_" + match.toLowerCase();
	});
};

// node_modules/csv-parse/lib/api/normalize_options.js
const normalize_options = function(opts) {
	const options = {};
	for (const opt in opts) options[underscore(opt)] = opts[opt];
	if (options.encoding === void 0 || options.encoding === true) options.encoding = "utf8";
	else if (options.encoding === null || options.encoding === false) options.encoding = null;
	else if (typeof options.encoding !== "string" && options.encoding !== null) throw new CsvError("CSV_INVALID_OPTION_ENCODING", [
		"Invalid option encoding:",
		"encoding must be a string or null to return a buffer,",
		`got ${JSON.stringify(options.encoding)}`
	], options);
	if (options.bom === void 0 || options.bom === null || options.bom === false) options.bom = false;
	else if (options.bom !== true) throw new CsvError("CSV_INVALID_OPTION_BOM", [
		"Invalid option bom:",
		"bom must be true,",
		`got ${JSON.stringify(options.bom)}`
	], options);
	options.cast_function = null;
	if (options.cast === void 0 || options.cast === null || options.cast === false || options.cast === "") options.cast = void 0;
	else if (typeof options.cast === "function") {
		options.cast_function = options.cast;
		options.cast = true;
	} else if (options.cast !== true) throw new CsvError("CSV_INVALID_OPTION_CAST", [
		"Invalid option cast:",
		"cast must be true or a function,",
		`got ${JSON.stringify(options.cast)}`
	], options);
	if (options.cast_date === void 0 || options.cast_date === null || options.cast_date === false || options.cast_date === "") options.cast_date = false;
	else if (options.cast_date === true) options.cast_date = function(value) {
		const date = Date.parse(value);
		return !isNaN(date) ? new Date(date) : value;
	};
	else if (typeof options.cast_date !== "function") throw new CsvError("CSV_INVALID_OPTION_CAST_DATE", [
		"Invalid option cast_date:",
		"cast_date must be true or a function,",
		`got ${JSON.stringify(options.cast_date)}`
	], options);
	options.cast_first_line_to_header = void 0;
	if (options.columns === true) options.cast_first_line_to_header = void 0;
	else if (typeof options.columns === "function") {
		options.cast_first_line_to_header = options.columns;
		options.columns = true;
	} else if (Array.isArray(options.columns)) options.columns = normalize_columns_array(options.columns);
	else if (options.columns === void 0 || options.columns === null || options.columns === false) options.columns = false;
	else throw new CsvError("CSV_INVALID_OPTION_COLUMNS", [
		"Invalid option columns:",
		"expect an array, a function or true,",
		`got ${JSON.stringify(options.columns)}`
	], options);
	if (options.group_columns_by_name === void 0 || options.group_columns_by_name === null || options.group_columns_by_name === false) options.group_columns_by_name = false;
	else if (options.group_columns_by_name !== true) throw new CsvError("CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME", [
		"Invalid option group_columns_by_name:",
		"expect an boolean,",
		`got ${JSON.stringify(options.group_columns_by_name)}`
	], options);
	else if (options.columns === false) throw new CsvError("CSV_INVALID_OPTION_GROUP_COLUMNS_BY_NAME", ["Invalid option group_columns_by_name:", "the `columns` mode must be activated."], options);
	if (options.comment === void 0 || options.comment === null || options.comment === false || options.comment === "") options.comment = null;
	else {
		if (typeof options.comment === "string") options.comment = Buffer.from(options.comment, options.encoding);
		if (!Buffer.isBuffer(options.comment)) throw new CsvError("CSV_INVALID_OPTION_COMMENT", [
			"Invalid option comment:",
			"comment must be a buffer or a string,",
			`got ${JSON.stringify(options.comment)}`
		], options);
	}
	if (options.comment_no_infix === void 0 || options.comment_no_infix === null || options.comment_no_infix === false) options.comment_no_infix = false;
	else if (options.comment_no_infix !== true) throw new CsvError("CSV_INVALID_OPTION_COMMENT", [
		"Invalid option comment_no_infix:",
		"value must be a boolean,",
		`got ${JSON.stringify(options.comment_no_infix)}`
	], options);
	if (options.delimiter_auto === void 0 || options.delimiter_auto === null || options.delimiter_auto === false) options.delimiter_auto = false;
	else if (options.delimiter_auto === true) options.delimiter_auto = {};
	else if (!is_object(options.delimiter_auto)) throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
		"Invalid option delimiter_auto:",
		"delimiter_auto must be a boolean or a configuration object,",
		`got ${JSON.stringify(options.delimiter_auto)}`
	], options);
	if (options.delimiter_auto) {
		if (options.delimiter_auto.preferred === void 0) options.delimiter_auto.preferred = {
			[",".charCodeAt(0)]: 1.8,
			["	".charCodeAt(0)]: 1.8,
			[";".charCodeAt(0)]: 1.6,
			[" ".charCodeAt(0)]: 1.6,
			[":".charCodeAt(0)]: 1.5,
			[".".charCodeAt(0)]: 1.4,
			["/".charCodeAt(0)]: 1.4
		};
		else if (!is_object(options.delimiter_auto.preferred)) throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"preferred must be an object,",
			`got ${JSON.stringify(options.delimiter_auto.preferred)}`
		], options);
		if (options.delimiter_auto.score === void 0) options.delimiter_auto.score = (info, options) => {
			return (info.total - info.std) * (options.preferred[info.char_code] || 1);
		};
		else if (typeof options.delimiter_auto.score !== "function") throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"score must be a function,",
			`got ${JSON.stringify(options.delimiter_auto.score)}`
		], options);
		if (options.delimiter_auto.size === void 0) options.delimiter_auto.size = 2048;
		else if (typeof options.delimiter_auto.size !== "number") throw new CsvError("CSV_INVALID_OPTION_DELIMITER_AUTO", [
			"Invalid option delimiter_auto:",
			"size must be a number,",
			`got ${JSON.stringify(options.delimiter_auto.size)}`
		], options);
	}
	const delimiter_json = JSON.stringify(options.delimiter);
	if (options.delimiter_auto !== false) options.delimiter = [];
	if (!Array.isArray(options.delimiter)) {
		if (options.delimiter === void 0 || options.delimiter === null || options.delimiter === false) options.delimiter = Buffer.from(",", options.encoding);
		options.delimiter = [options.delimiter];
	}
	options.delimiter = options.delimiter.map(function(delimiter) {
		if (typeof delimiter === "string") delimiter = Buffer.from(delimiter, options.encoding);
		if (!Buffer.isBuffer(delimiter) || delimiter.length === 0) throw new CsvError("CSV_INVALID_OPTION_DELIMITER", [
			"Invalid option delimiter:",
			"delimiter must be a non empty string or buffer or array of string|buffer,",
			`got ${delimiter_json}`
		], options);
		return delimiter;
	});
	if (options.escape === void 0 || options.escape === true) options.escape = Buffer.from("\"", options.encoding);
	else if (typeof options.escape === "string") options.escape = Buffer.from(options.escape, options.encoding);
	else if (options.escape === null || options.escape === false) options.escape = null;
	if (options.escape !== null) {
		if (!Buffer.isBuffer(options.escape)) throw new Error(`Invalid Option: escape must be a buffer, a string or a boolean, got ${JSON.stringify(options.escape)}`);
	}
	if (options.from === void 0 || options.from === null) options.from = 1;
	else {
		if (typeof options.from === "string" && /\d+/.test(options.from)) options.from = parseInt(options.from);
		if (Number.isInteger(options.from)) {
			if (options.from < 0) throw new Error(`Invalid Option: from must be a positive integer, got ${JSON.stringify(opts.from)}`);
		} else throw new Error(`Invalid Option: from must be an integer, got ${JSON.stringify(options.from)}`);
	}
	if (options.from_line === void 0 || options.from_line === null) options.from_line = 1;
	else {
		if (typeof options.from_line === "string" && /\d+/.test(options.from_line)) options.from_line = parseInt(options.from_line);
		if (Number.isInteger(options.from_line)) {
			if (options.from_line <= 0) throw new Error(`Invalid Option: from_line must be a positive integer greater than 0, got ${JSON.stringify(opts.from_line)}`);
		} else throw new Error(`Invalid Option: from_line must be an integer, got ${JSON.stringify(opts.from_line)}`);
	}
	if (options.ignore_last_delimiters === void 0 || options.ignore_last_delimiters === null) options.ignore_last_delimiters = false;
	else if (typeof options.ignore_last_delimiters === "number") {
		options.ignore_last_delimiters = Math.floor(options.ignore_last_delimiters);
		if (options.ignore_last_delimiters === 0) options.ignore_last_delimiters = false;
	} else if (typeof options.ignore_last_delimiters !== "boolean") throw new CsvError("CSV_INVALID_OPTION_IGNORE_LAST_DELIMITERS", [
		"Invalid option `ignore_last_delimiters`:",
		"the value must be a boolean value or an integer,",
		`got ${JSON.stringify(options.ignore_last_delimiters)}`
	], options);
	if (options.ignore_last_delimiters === true && options.columns === false) throw new CsvError("CSV_IGNORE_LAST_DELIMITERS_REQUIRES_COLUMNS", ["The option `ignore_last_delimiters`", "requires the activation of the `columns` option"], options);
	if (options.info === void 0 || options.info === null || options.info === false) options.info = false;
	else if (options.info !== true) throw new Error(`Invalid Option: info must be true, got ${JSON.stringify(options.info)}`);
	if (options.max_record_size === void 0 || options.max_record_size === null || options.max_record_size === false) options.max_record_size = 0;
	else if (Number.isInteger(options.max_record_size) && options.max_record_size >= 0) {} else if (typeof options.max_record_size === "string" && /\d+/.test(options.max_record_size)) options.max_record_size = parseInt(options.max_record_size);
	else throw new Error(`Invalid Option: max_record_size must be a positive integer, got ${JSON.stringify(options.max_record_size)}`);
	if (options.objname === void 0 || options.objname === null || options.objname === false) options.objname = void 0;
	else if (Buffer.isBuffer(options.objname)) {
		if (options.objname.length === 0) throw new Error(`Invalid Option: objname must be a non empty buffer`);
		if (options.encoding === null) {} else options.objname = options.objname.toString(options.encoding);
	} else if (typeof options.objname === "string") {
		if (options.objname.length === 0) throw new Error(`Invalid Option: objname must be a non empty string`);
	} else if (typeof options.objname === "number") {} else throw new Error(`Invalid Option: objname must be a string or a buffer, got ${options.objname}`);
	if (options.objname !== void 0) {
		if (typeof options.objname === "number") {
			if (options.columns !== false) throw Error("Invalid Option: objname index cannot be combined with columns or be defined as a field");
		} else if (options.columns === false) throw Error("Invalid Option: objname field must be combined with columns or be defined as an index");
	}
	if (options.on_record === void 0 || options.on_record === null) options.on_record = void 0;
	else if (typeof options.on_record !== "function") throw new CsvError("CSV_INVALID_OPTION_ON_RECORD", [
		"Invalid option `on_record`:",
		"expect a function,",
		`got ${JSON.stringify(options.on_record)}`
	], options);
	if (options.on_skip !== void 0 && options.on_skip !== null && typeof options.on_skip !== "function") throw new Error(`Invalid Option: on_skip must be a function, got ${JSON.stringify(options.on_skip)}`);
	if (options.quote === null || options.quote === false || options.quote === "") options.quote = null;
	else {
		if (options.quote === void 0 || options.quote === true) options.quote = Buffer.from("\"", options.encoding);
		else if (typeof options.quote === "string") options.quote = Buffer.from(options.quote, options.encoding);
		if (!Buffer.isBuffer(options.quote)) throw new Error(`Invalid Option: quote must be a buffer or a string, got ${JSON.stringify(options.quote)}`);
	}
	if (options.raw === void 0 || options.raw === null || options.raw === false) options.raw = false;
	else if (options.raw !== true) throw new Error(`Invalid Option: raw must be true, got ${JSON.stringify(options.raw)}`);
	if (options.record_delimiter === void 0) options.record_delimiter = [];
	else if (typeof options.record_delimiter === "string" || Buffer.isBuffer(options.record_delimiter)) {
		if (options.record_delimiter.length === 0) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a non empty string or buffer,",
			`got ${JSON.stringify(options.record_delimiter)}`
		], options);
		options.record_delimiter = [options.record_delimiter];
	} else if (!Array.isArray(options.record_delimiter)) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
		"Invalid option `record_delimiter`:",
		"value must be a string, a buffer or array of string|buffer,",
		`got ${JSON.stringify(options.record_delimiter)}`
	], options);
	options.record_delimiter = options.record_delimiter.map(function(rd, i) {
		if (typeof rd !== "string" && !Buffer.isBuffer(rd)) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a string, a buffer or array of string|buffer",
			`at index ${i},`,
			`got ${JSON.stringify(rd)}`
		], options);
		else if (rd.length === 0) throw new CsvError("CSV_INVALID_OPTION_RECORD_DELIMITER", [
			"Invalid option `record_delimiter`:",
			"value must be a non empty string or buffer",
			`at index ${i},`,
			`got ${JSON.stringify(rd)}`
		], options);
		if (typeof rd === "string") rd = Buffer.from(rd, options.encoding);
		return rd;
	});
	if (typeof options.relax_column_count === "boolean") {} else if (options.relax_column_count === void 0 || options.relax_column_count === null) options.relax_column_count = false;
	else throw new Error(`Invalid Option: relax_column_count must be a boolean, got ${JSON.stringify(options.relax_column_count)}`);
	if (typeof options.relax_column_count_less === "boolean") {} else if (options.relax_column_count_less === void 0 || options.relax_column_count_less === null) options.relax_column_count_less = false;
	else throw new Error(`Invalid Option: relax_column_count_less must be a boolean, got ${JSON.stringify(options.relax_column_count_less)}`);
	if (typeof options.relax_column_count_more === "boolean") {} else if (options.relax_column_count_more === void 0 || options.relax_column_count_more === null) options.relax_column_count_more = false;
	else throw new Error(`Invalid Option: relax_column_count_more must be a boolean, got ${JSON.stringify(options.relax_column_count_more)}`);
	if (typeof options.relax_quotes === "boolean") {} else if (options.relax_quotes === void 0 || options.relax_quotes === null) options.relax_quotes = false;
	else throw new Error(`Invalid Option: relax_quotes must be a boolean, got ${JSON.stringify(options.relax_quotes)}`);
	if (typeof options.skip_empty_lines === "boolean") {} else if (options.skip_empty_lines === void 0 || options.skip_empty_lines === null) options.skip_empty_lines = false;
	else throw new Error(`Invalid Option: skip_empty_lines must be a boolean, got ${JSON.stringify(options.skip_empty_lines)}`);
	if (typeof options.skip_records_with_empty_values === "boolean") {} else if (options.skip_records_with_empty_values === void 0 || options.skip_records_with_empty_values === null) options.skip_records_with_empty_values = false;
	else throw new Error(`Invalid Option: skip_records_with_empty_values must be a boolean, got ${JSON.stringify(options.skip_records_with_empty_values)}`);
	if (typeof options.skip_records_with_error === "boolean") {} else if (options.skip_records_with_error === void 0 || options.skip_records_with_error === null) options.skip_records_with_error = false;
	else throw new Error(`Invalid Option: skip_records_with_error must be a boolean, got ${JSON.stringify(options.skip_records_with_error)}`);
	if (options.rtrim === void 0 || options.rtrim === null || options.rtrim === false) options.rtrim = false;
	else if (options.rtrim !== true) throw new Error(`Invalid Option: rtrim must be a boolean, got ${JSON.stringify(options.rtrim)}`);
	if (options.ltrim === void 0 || options.ltrim === null || options.ltrim === false) options.ltrim = false;
	else if (options.ltrim !== true) throw new Error(`Invalid Option: ltrim must be a boolean, got ${JSON.stringify(options.ltrim)}`);
	if (options.trim === void 0 || options.trim === null || options.trim === false) options.trim = false;
	else if (options.trim !== true) throw new Error(`Invalid Option: trim must be a boolean, got ${JSON.stringify(options.trim)}`);
	if (options.trim === true && opts.ltrim !== false) options.ltrim = true;
	else if (options.ltrim !== true) options.ltrim = false;
	if (options.trim === true && opts.rtrim !== false) options.rtrim = true;
	else if (options.rtrim !== true) options.rtrim = false;
	if (options.to === void 0 || options.to === null) options.to = -1;
	else if (options.to !== -1) {
		if (typeof options.to === "string" && /\d+/.test(options.to)) options.to = parseInt(options.to);
		if (Number.isInteger(options.to)) {
			if (options.to <= 0) throw new Error(`Invalid Option: to must be a positive integer greater than 0, got ${JSON.stringify(opts.to)}`);
		} else throw new Error(`Invalid Option: to must be an integer, got ${JSON.stringify(opts.to)}`);
	}
	if (options.to_line === void 0 || options.to_line === null) options.to_line = -1;
	else if (options.to_line !== -1) {
		if (typeof options.to_line === "string" && /\d+/.test(options.to_line)) options.to_line = parseInt(options.to_line);
		if (Number.isInteger(options.to_line)) {
			if (options.to_line <= 0) throw new Error(`Invalid Option: to_line must be a positive integer greater than 0, got ${JSON.stringify(opts.to_line)}`);
		} else throw new Error(`Invalid Option: to_line must be an integer, got ${JSON.stringify(opts.to_line)}`);
	}
	return options;
};

// node_modules/csv-parse/lib/utils/delimiter_discover.js
const delimiter_discover = function(records, options) {
	if (!options) ({delimiter_auto: options} = normalize_options({ delimiter_auto: true }));
	if (typeof records === "string") records = Buffer.from(records);
	if (Buffer.isBuffer(records)) records = ((data) => {
		const records = [];
		const parser = transform({ delimiter: [] });
		const push = (record) => records.push(record);
		const close = () => {};
		const error = parser.parse(data, true, push, close);
		if (error !== void 0) throw error;
		return records;
	})(records);
	const info = Array(127).fill().map(() => ({ lines: [] }));
	records.map(([record], line) => {
		for (let i = 0, l = record.length; i < l; i++) {
			const code = record.charCodeAt(i);
			if (info[code].lines[line] === void 0) info[code].lines[line] = 0;
			info[code].lines[line]++;
		}
	});
	info.map((info, i) => {
		info.char_code = i;
		info.std = std(info.lines);
		info.total = info.lines.reduce((acc, val) => acc + val, 0);
		info.preferred = !!options.preferred[i];
		info.score = options.score(info, options);
	});
	const result = info.reduce((acc, info) => acc.score > info.score ? acc : info, {});
	return String.fromCharCode(result.char_code);
};
const std = function(array) {
	const n = array.length;
	if (n === 0) return 0;
	const mean = array.reduce((a, b) => a + b) / n;
	return Math.sqrt(array.map((x) => Math.pow(x - mean, 2)).reduce((a, b) => a + b) / n);
};

// node_modules/csv-parse/lib/api/index.js
const isRecordEmpty = function(record) {
	return record.every((field) => field == null || field.toString && field.toString().trim() === "");
};
const cr = 13;
const nl = 10;
const boms = {
	utf8: Buffer.from([
		239,
		187,
		191
	]),
	utf16le: Buffer.from([255, 254])
};
const transform = function(original_options = {}) {
	const info = {
		bytes: 0,
		bytes_records: 0,
		comment_lines: 0,
		empty_lines: 0,
		invalid_field_length: 0,
		lines: 1,
		records: 0
	};
	const options = normalize_options(original_options);
	return {
		info,
		original_options,
		options,
		state: init_state(options),
		__needMoreData: function(i, bufLen, end) {
			if (end) return false;
			const { encoding, escape, quote } = this.options;
			const { quoting, needMoreDataSize, recordDelimiterMaxLength } = this.state;
			return bufLen - i - 1 < Math.max(needMoreDataSize, recordDelimiterMaxLength === 0 ? Buffer.from("\r\n", encoding).length : recordDelimiterMaxLength, quoting ? (escape === null ? 0 : escape.length) + quote.length : 0, quoting ? quote.length + recordDelimiterMaxLength : 0);
		},
		parse: function(nextBuf, end, push, close) {
			const { bom, comment_no_infix, delimiter_auto, encoding, from_line, ltrim, max_record_size, raw, relax_quotes, rtrim, skip_empty_lines, to, to_line } = this.options;
			let { comment, escape, quote, record_delimiter } = this.options;
			const { bomSkipped, delimiterDiscovered, delimiterBufPrevious, rawBuffer, escapeIsQuote } = this.state;
			if (!delimiterDiscovered && delimiter_auto) {
				let delimiterBuf;
				if (delimiterBufPrevious === void 0) delimiterBuf = nextBuf;
				else if (delimiterBufPrevious !== void 0 && nextBuf === void 0) delimiterBuf = delimiterBufPrevious;
				else delimiterBuf = Buffer.concat([delimiterBufPrevious, nextBuf]);
				nextBuf = void 0;
				if (end || delimiterBuf.length > delimiter_auto.size) {
					this.options.delimiter = [Buffer.from(delimiter_discover(delimiterBuf, this.options.delimiter_auto))];
					this.state.previousBuf = delimiterBuf;
					this.state.delimiterBufPrevious = void 0;
					this.state.delimiterDiscovered = true;
				} else {
					this.state.delimiterBufPrevious = delimiterBuf;
					return;
				}
			}
			const { previousBuf } = this.state;
			let buf;
			if (previousBuf === void 0) {
				if (nextBuf === void 0) {
					close();
					return;
				} else buf = nextBuf;
			} else if (previousBuf !== void 0 && nextBuf === void 0) buf = previousBuf;
			else buf = Buffer.concat([previousBuf, nextBuf]);
			if (bomSkipped === false) {
				if (bom === false) this.state.bomSkipped = true;
				else if (buf.length < 3) {
					if (end === false) {
						this.state.previousBuf = buf;
						return;
					}
				} else {
					for (const encoding in boms) if (boms[encoding].compare(buf, 0, boms[encoding].length) === 0) {
						const bomLength = boms[encoding].length;
						this.state.bufBytesStart += bomLength;
						buf = buf.slice(bomLength);
						const options = normalize_options({
							...this.original_options,
							encoding
						});
						for (const key in options) this.options[key] = options[key];
						({comment, escape, quote} = this.options);
						break;
					}
					this.state.bomSkipped = true;
				}
			}
			const bufLen = buf.length;
			let pos = 0;
			for (; pos < bufLen; pos++) {
				if (this.__needMoreData(pos, bufLen, end)) break;
				if (this.state.wasRowDelimiter === true) {
					this.info.lines++;
					this.state.wasRowDelimiter = false;
				}
				if (to_line !== -1 && this.info.lines > to_line) {
					this.state.stop = true;
					close();
					return;
				}
				if (this.state.quoting === false && record_delimiter.length === 0) {
					if (this.__autoDiscoverRecordDelimiter(buf, pos)) record_delimiter = this.options.record_delimiter;
				}
				const chr = buf[pos];
				if (raw === true) rawBuffer.append(chr);
				if ((chr === cr || chr === nl) && this.state.wasRowDelimiter === false) this.state.wasRowDelimiter = true;
				if (this.state.escaping === true) this.state.escaping = false;
				else {
					if (escape !== null && this.state.quoting === true && this.__isEscape(buf, pos, chr) && pos + escape.length < bufLen) {
						if (escapeIsQuote) {
							if (this.__isQuote(buf, pos + escape.length)) {
								this.state.escaping = true;
								pos += escape.length - 1;
								continue;
							}
						} else {
							this.state.escaping = true;
							pos += escape.length - 1;
							continue;
						}
					}
					if (this.state.commenting === false && this.__isQuote(buf, pos)) {
						if (this.state.quoting === true) {
							const nextChr = buf[pos + quote.length];
							const isNextChrTrimable = rtrim && this.__isCharTrimable(buf, pos + quote.length);
							const isNextChrComment = comment !== null && this.__compareBytes(comment, buf, pos + quote.length, nextChr);
							const isNextChrDelimiter = this.__isDelimiter(buf, pos + quote.length, nextChr);
							const isNextChrRecordDelimiter = record_delimiter.length === 0 ? this.__autoDiscoverRecordDelimiter(buf, pos + quote.length) : this.__isRecordDelimiter(nextChr, buf, pos + quote.length);
							if (escape !== null && this.__isEscape(buf, pos, chr) && this.__isQuote(buf, pos + escape.length)) pos += escape.length - 1;
							else if (!nextChr || isNextChrDelimiter || isNextChrRecordDelimiter || isNextChrComment || isNextChrTrimable) {
								this.state.quoting = false;
								this.state.wasQuoting = true;
								pos += quote.length - 1;
								continue;
							} else if (relax_quotes === false) {
								const err = this.__error(new CsvError("CSV_INVALID_CLOSING_QUOTE", [
									"Invalid Closing Quote:",
									`got "${String.fromCharCode(nextChr)}"`,
									`at line ${this.info.lines}`,
									"instead of delimiter, record delimiter, trimable character",
									"(if activated) or comment"
								], this.options, this.__infoField()));
								if (err !== void 0) return err;
							} else {
								this.state.quoting = false;
								this.state.wasQuoting = true;
								this.state.field.prepend(quote);
								pos += quote.length - 1;
							}
						} else if (this.state.field.length !== 0) {
							if (relax_quotes === false) {
								const info = this.__infoField();
								const bom = Object.keys(boms).map((b) => boms[b].equals(this.state.field.toString()) ? b : false).filter(Boolean)[0];
								const err = this.__error(new CsvError("INVALID_OPENING_QUOTE", [
									"Invalid Opening Quote:",
									`a quote is found on field ${JSON.stringify(info.column)} at line ${info.lines}, value is ${JSON.stringify(this.state.field.toString(encoding))}`,
									bom ? `(${bom} bom)` : void 0
								], this.options, info, { field: this.state.field }));
								if (err !== void 0) return err;
							}
						} else {
							this.state.quoting = true;
							pos += quote.length - 1;
							continue;
						}
					}
					if (this.state.quoting === false) {
						const recordDelimiterLength = this.__isRecordDelimiter(chr, buf, pos);
						if (recordDelimiterLength !== 0) {
							if (this.state.commenting && this.state.wasQuoting === false && this.state.record.length === 0 && this.state.field.length === 0) this.info.comment_lines++;
							else {
								if (this.state.enabled === false && this.info.lines + (this.state.wasRowDelimiter === true ? 1 : 0) >= from_line) {
									this.state.enabled = true;
									this.__resetField();
									this.__resetRecord();
									pos += recordDelimiterLength - 1;
									continue;
								}
								if (skip_empty_lines === true && this.state.wasQuoting === false && this.state.record.length === 0 && this.state.field.length === 0) {
									this.info.empty_lines++;
									pos += recordDelimiterLength - 1;
									continue;
								}
								this.info.bytes = this.state.bufBytesStart + pos;
								const errField = this.__onField();
								if (errField !== void 0) return errField;
								this.info.bytes = this.state.bufBytesStart + pos + recordDelimiterLength;
								const errRecord = this.__onRecord(push);
								if (errRecord !== void 0) return errRecord;
								if (to !== -1 && this.info.records >= to) {
									this.state.stop = true;
									close();
									return;
								}
							}
							this.state.commenting = false;
							pos += recordDelimiterLength - 1;
							continue;
						}
						if (this.state.commenting) continue;
						if (comment !== null && (comment_no_infix === false || this.state.record.length === 0 && this.state.field.length === 0)) {
							if (this.__compareBytes(comment, buf, pos, chr) !== 0) {
								this.state.commenting = true;
								continue;
							}
						}
						const delimiterLength = this.__isDelimiter(buf, pos, chr);
						if (delimiterLength !== 0) {
							this.info.bytes = this.state.bufBytesStart + pos;
							const errField = this.__onField();
							if (errField !== void 0) return errField;
							pos += delimiterLength - 1;
							continue;
						}
					}
				}
				if (this.state.commenting === false) {
					if (max_record_size !== 0 && this.state.record_length + this.state.field.length > max_record_size) return this.__error(new CsvError("CSV_MAX_RECORD_SIZE", [
						"Max Record Size:",
						"record exceed the maximum number of tolerated bytes",
						`of ${max_record_size}`,
						`at line ${this.info.lines}`
					], this.options, this.__infoField()));
				}
				const lappend = ltrim === false || this.state.quoting === true || this.state.field.length !== 0 || !this.__isCharTrimable(buf, pos);
				const rappend = rtrim === false || this.state.wasQuoting === false;
				if (lappend === true && rappend === true) this.state.field.append(chr);
				else if (rtrim === true && !this.__isCharTrimable(buf, pos)) return this.__error(new CsvError("CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE", [
					"Invalid Closing Quote:",
					"found non trimable byte after quote",
					`at line ${this.info.lines}`
				], this.options, this.__infoField()));
				else {
					if (lappend === false) pos += this.__isCharTrimable(buf, pos) - 1;
					continue;
				}
			}
			if (end === true) {
				if (this.state.quoting === true) {
					const err = this.__error(new CsvError("CSV_QUOTE_NOT_CLOSED", ["Quote Not Closed:", `the parsing is finished with an opening quote at line ${this.info.lines}`], this.options, this.__infoField()));
					if (err !== void 0) return err;
				} else if (this.state.wasQuoting === true || this.state.record.length !== 0 || this.state.field.length !== 0) {
					this.info.bytes = this.state.bufBytesStart + pos;
					const errField = this.__onField();
					if (errField !== void 0) return errField;
					const errRecord = this.__onRecord(push);
					if (errRecord !== void 0) return errRecord;
				} else if (this.state.wasRowDelimiter === true) this.info.empty_lines++;
				else if (this.state.commenting === true) this.info.comment_lines++;
			} else {
				this.state.bufBytesStart += pos;
				this.state.previousBuf = buf.slice(pos);
			}
			if (this.state.wasRowDelimiter === true) {
				this.info.lines++;
				this.state.wasRowDelimiter = false;
			}
		},
		__onRecord: function(push) {
			const { columns, group_columns_by_name, encoding, info, from, relax_column_count, relax_column_count_less, relax_column_count_more, raw, skip_records_with_empty_values } = this.options;
			const { enabled, record } = this.state;
			if (enabled === false) return this.__resetRecord();
			const recordLength = record.length;
			if (columns === true) {
				if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
					this.__resetRecord();
					return;
				}
				return this.__firstLineToColumns(record);
			}
			if (columns === false && this.info.records === 0) this.state.expectedRecordLength = recordLength;
			if (recordLength !== this.state.expectedRecordLength) {
				const err = columns === false ? new CsvError("CSV_RECORD_INCONSISTENT_FIELDS_LENGTH", [
					"Invalid Record Length:",
					`expect ${this.state.expectedRecordLength},`,
					`got ${recordLength} on line ${this.info.lines}`
				], this.options, this.__infoField(), { record }) : new CsvError("CSV_RECORD_INCONSISTENT_COLUMNS", [
					"Invalid Record Length:",
					`columns length is ${columns.length},`,
					`got ${recordLength} on line ${this.info.lines}`
				], this.options, this.__infoField(), { record });
				if (relax_column_count === true || relax_column_count_less === true && recordLength < this.state.expectedRecordLength || relax_column_count_more === true && recordLength > this.state.expectedRecordLength) {
					this.info.invalid_field_length++;
					this.state.error = err;
				} else {
					const finalErr = this.__error(err);
					if (finalErr) return finalErr;
				}
			}
			if (skip_records_with_empty_values === true && isRecordEmpty(record)) {
				this.__resetRecord();
				return;
			}
			if (this.state.recordHasError === true) {
				this.__resetRecord();
				this.state.recordHasError = false;
				return;
			}
			this.info.records++;
			if (from === 1 || this.info.records >= from) {
				const { objname } = this.options;
				if (columns !== false) {
					const obj = {};
					for (let i = 0, l = record.length; i < l; i++) {
						if (columns[i] === void 0 || columns[i].disabled) continue;
						if (group_columns_by_name === true && Object.hasOwn(obj, columns[i].name)) {
							if (Array.isArray(obj[columns[i].name])) obj[columns[i].name] = obj[columns[i].name].concat(record[i]);
							else obj[columns[i].name] = [obj[columns[i].name], record[i]];
						} else Object.defineProperty(obj, columns[i].name, {
							value: record[i],
							enumerable: true,
							writable: true,
							configurable: true
						});
					}
					if (raw === true || info === true) {
						const extRecord = Object.assign({ record: obj }, raw === true ? { raw: this.state.rawBuffer.toString(encoding) } : {}, info === true ? { info: this.__infoRecord() } : {});
						const err = this.__push(objname === void 0 ? extRecord : [obj[objname], extRecord], push);
						if (err) return err;
					} else {
						const err = this.__push(objname === void 0 ? obj : [obj[objname], obj], push);
						if (err) return err;
					}
				} else if (raw === true || info === true) {
					const extRecord = Object.assign({ record }, raw === true ? { raw: this.state.rawBuffer.toString(encoding) } : {}, info === true ? { info: this.__infoRecord() } : {});
					const err = this.__push(objname === void 0 ? extRecord : [record[objname], extRecord], push);
					if (err) return err;
				} else {
					const err = this.__push(objname === void 0 ? record : [record[objname], record], push);
					if (err) return err;
				}
			}
			this.__resetRecord();
		},
		__firstLineToColumns: function(record) {
			const { firstLineToHeaders } = this.state;
			try {
				const headers = firstLineToHeaders === void 0 ? record : firstLineToHeaders.call(null, record);
				if (!Array.isArray(headers)) return this.__error(new CsvError("CSV_INVALID_COLUMN_MAPPING", [
					"Invalid Column Mapping:",
					"expect an array from column function,",
					`got ${JSON.stringify(headers)}`
				], this.options, this.__infoField(), { headers }));
				const normalizedHeaders = normalize_columns_array(headers);
				this.state.expectedRecordLength = normalizedHeaders.length;
				this.options.columns = normalizedHeaders;
				this.__resetRecord();
				return;
			} catch (err) {
				return err;
			}
		},
		__resetRecord: function() {
			if (this.options.raw === true) this.state.rawBuffer.reset();
			this.state.error = void 0;
			this.state.record = [];
			this.state.record_length = 0;
		},
		__onField: function() {
			const { cast, encoding, rtrim, max_record_size } = this.options;
			const { enabled, wasQuoting } = this.state;
			if (enabled === false) return this.__resetField();
			let field = this.state.field.toString(encoding);
			if (rtrim === true && wasQuoting === false) field = field.trimRight();
			if (cast === true) {
				const [err, f] = this.__cast(field);
				if (err !== void 0) return err;
				field = f;
			}
			this.state.record.push(field);
			if (max_record_size !== 0 && typeof field === "string") this.state.record_length += field.length;
			this.__resetField();
		},
		__resetField: function() {
			this.state.field.reset();
			this.state.wasQuoting = false;
		},
		__push: function(record, push) {
			const { on_record } = this.options;
			if (on_record !== void 0) {
				const info = this.__infoRecord();
				try {
					record = on_record.call(null, record, info);
				} catch (err) {
					return err;
				}
				if (record === void 0 || record === null) return;
			}
			this.info.bytes_records += this.info.bytes;
			push(record);
		},
		__cast: function(field) {
			const { columns, relax_column_count } = this.options;
			if (Array.isArray(columns) === true && relax_column_count && this.options.columns.length <= this.state.record.length) return [void 0, void 0];
			if (this.state.castField !== null) try {
				const info = this.__infoField();
				return [void 0, this.state.castField.call(null, field, info)];
			} catch (err) {
				return [err];
			}
			if (this.__isFloat(field)) return [void 0, parseFloat(field)];
			else if (this.options.cast_date !== false) {
				const info = this.__infoField();
				return [void 0, this.options.cast_date.call(null, field, info)];
			}
			return [void 0, field];
		},
		__compareBytes: function(sourceBuf, targetBuf, targetPos, firstByte) {
			if (sourceBuf[0] !== firstByte) return 0;
			const sourceLength = sourceBuf.length;
			for (let i = 1; i < sourceLength; i++) if (sourceBuf[i] !== targetBuf[targetPos + i]) return 0;
			return sourceLength;
		},
		__isCharTrimable: function(buf, pos) {
			const { timchars, timcharFirstBytes } = this.state;
			const first = buf[pos];
			if (first === void 0 || timcharFirstBytes[first] === 0) return 0;
			loop1: for (let i = 0; i < timchars.length; i++) {
				const timchar = timchars[i];
				for (let j = 0; j < timchar.length; j++) if (timchar[j] !== buf[pos + j]) continue loop1;
				return timchar.length;
			}
			return 0;
		},
		__isDelimiter: function(buf, pos, chr) {
			const { delimiter, ignore_last_delimiters } = this.options;
			if (ignore_last_delimiters === true && this.state.record.length === this.options.columns.length - 1) return 0;
			else if (ignore_last_delimiters !== false && typeof ignore_last_delimiters === "number" && this.state.record.length === ignore_last_delimiters - 1) return 0;
			loop1: for (let i = 0; i < delimiter.length; i++) {
				const del = delimiter[i];
				if (del[0] === chr) {
					for (let j = 1; j < del.length; j++) if (del[j] !== buf[pos + j]) continue loop1;
					return del.length;
				}
			}
			return 0;
		},
		__isEscape: function(buf, pos, chr) {
			const { escape } = this.options;
			if (escape === null) return false;
			const l = escape.length;
			if (escape[0] === chr) {
				for (let i = 0; i < l; i++) if (escape[i] !== buf[pos + i]) return false;
				return true;
			}
			return false;
		},
		__isFloat: function(value) {
			return value - parseFloat(value) + 1 >= 0;
		},
		__isQuote: function(buf, pos) {
			const { quote } = this.options;
			if (quote === null) return false;
			const l = quote.length;
			for (let i = 0; i < l; i++) if (quote[i] !== buf[pos + i]) return false;
			return true;
		},
		__isRecordDelimiter: function(chr, buf, pos) {
			const { record_delimiter } = this.options;
			const recordDelimiterLength = record_delimiter.length;
			loop1: for (let i = 0; i < recordDelimiterLength; i++) {
				const rd = record_delimiter[i];
				const rdLength = rd.length;
				if (rd[0] !== chr) continue;
				for (let j = 1; j < rdLength; j++) if (rd[j] !== buf[pos + j]) continue loop1;
				return rd.length;
			}
			return 0;
		},
		__autoDiscoverRecordDelimiter: function(buf, pos) {
			const { encoding } = this.options;
			const rds = [
				Buffer.from("\r\n", encoding),
				Buffer.from("\n", encoding),
				Buffer.from("\r", encoding)
			];
			loop: for (let i = 0; i < rds.length; i++) {
				const l = rds[i].length;
				for (let j = 0; j < l; j++) if (rds[i][j] !== buf[pos + j]) continue loop;
				this.options.record_delimiter.push(rds[i]);
				this.state.recordDelimiterMaxLength = rds[i].length;
				return rds[i].length;
			}
			return 0;
		},
		__error: function(msg) {
			const { encoding, raw, skip_records_with_error } = this.options;
			const err = typeof msg === "string" ? new Error(msg) : msg;
			if (skip_records_with_error) {
				this.state.recordHasError = true;
				if (this.options.on_skip !== void 0) try {
					this.options.on_skip(err, raw ? this.state.rawBuffer.toString(encoding) : void 0);
				} catch (err) {
					return err;
				}
				return;
			} else return err;
		},
		__infoDataSet: function() {
			return {
				...this.info,
				columns: this.options.columns
			};
		},
		__infoRecord: function() {
			const { columns, raw, encoding } = this.options;
			return {
				...this.__infoDataSet(),
				bytes_records: this.info.bytes,
				error: this.state.error,
				header: columns === true,
				index: this.state.record.length,
				raw: raw ? this.state.rawBuffer.toString(encoding) : void 0
			};
		},
		__infoField: function() {
			const { columns } = this.options;
			const isColumns = Array.isArray(columns);
			const bytes_records = this.info.bytes_records;
			return {
				...this.__infoRecord(),
				bytes_records,
				column: isColumns === true ? columns.length > this.state.record.length ? columns[this.state.record.length].name : null : this.state.record.length,
				quoting: this.state.wasQuoting
			};
		}
	};
};

// node_modules/csv-parse/lib/sync.js
const parse = function(data, opts = {}) {
	if (typeof data === "string") data = Buffer.from(data);
	const records = opts && opts.objname ? Object.create(null) : [];
	const parser = transform(opts);
	const push = (record) => {
		if (parser.options.objname === void 0) records.push(record);
		else records[record[0]] = record[1];
	};
	const close = () => {};
	const error = parser.parse(data, true, push, close);
	if (error !== void 0) throw error;
	return records;
};

// src/traffic/haproxy/runtime.ts
/** One connection, one line: all three answers are of one moment. `4` asks for servers only. */
function lookCommand(backend) {
	return `show info; show servers state ${backend}; show stat ${backend} 4 -1`;
}
const count$1 = string().regex(/^\d*$/).transform((text) => Number(text));
const stateRow = object({
	srv_name: string(),
	srv_addr: string(),
	srv_port: count$1,
	srv_check_port: count$1,
	srv_check_addr: string(),
	srv_uweight: count$1,
	srv_admin_state: count$1,
	srv_op_state: count$1,
	srv_check_result: count$1,
	srv_check_health: count$1
});
const statRow = object({
	svname: string(),
	scur: count$1,
	econ: count$1,
	eresp: count$1,
	hrsp_2xx: count$1,
	hrsp_3xx: count$1,
	hrsp_4xx: count$1,
	hrsp_5xx: count$1,
	hrsp_other: count$1
});
/**
* Requests and bad ones of one server. `hrsp_*` count answers that came from the server (1xx are interim and counted again by
* the final one); `econ` requests that could not be sent to it (answered 503), `eresp` those it did not answer properly (502,
* 504, or cut off). A client that goes away changes nothing: HAProxy waits for the server and counts what it did.
*/
function countsOf(row) {
	const answered = row.hrsp_2xx + row.hrsp_3xx + row.hrsp_4xx + row.hrsp_5xx + row.hrsp_other;
	const failed = row.econ + row.eresp;
	return {
		requests: answered + failed,
		bad: row.hrsp_5xx + failed
	};
}
/** `srv_admin_state` is a bit field: 1, 2 and 32 are kinds of maintenance (4 only says where it came from), 8 and 16 of drain. */
const MAINT_BITS = 35;
const DRAIN_BITS = 24;
/** `srv_check_result`: 0 none yet, 1 neutral, 2 failed, 3 passed, 4 passed conditionally. */
const CHECK_RESULTS = [
	"none",
	"none",
	"failed",
	"passed",
	"passed"
];
/**
* The answer to `lookCommand`.
* @throws Error that says what is missing or strange, for the operator
*/
function parseRuntime(answer) {
	const sections = answer.split(/\n\n+/).map((section) => section.trim());
	const info = sections.find((section) => section.startsWith("Name:"));
	const states = sections.find((section) => section.includes("# be_id "));
	const stats = sections.find((section) => section.startsWith("# pxname"));
	if (info === void 0 || states === void 0 || stats === void 0) {
		const complaint = sections.find((section) => /can't find|unknown command|permission denied/i.test(section));
		throw new Error(`its answer is not what a HAProxy of ours says: ${(complaint ?? answer).trim().slice(0, 200)}`);
	}
	const counters = new Map(rows(stats, ",", statRow).map((row) => [row.svname, row]));
	const servers = rows(states.slice(states.indexOf("# be_id ")), " ", stateRow).map((state) => {
		const counter = counters.get(state.srv_name);
		if (counter === void 0) throw new Error(`server ${state.srv_name} has a state but no counters`);
		const admin = state.srv_admin_state;
		const running = state.srv_op_state > 0;
		return {
			slot: state.srv_name,
			host: state.srv_addr,
			port: state.srv_port,
			checkHost: state.srv_check_addr === "-" ? state.srv_addr : state.srv_check_addr,
			checkPort: state.srv_check_port,
			weight: state.srv_uweight,
			admin: (admin & MAINT_BITS) !== 0 ? "maint" : (admin & DRAIN_BITS) !== 0 ? "drain" : "ready",
			running,
			check: CHECK_RESULTS[state.srv_check_result] ?? "none",
			rising: !running && state.srv_check_health > 0,
			openRequests: counter.scur,
			...countsOf(counter)
		};
	});
	return {
		epoch: epochOf(info),
		description: infoValue(info, "description") ?? "",
		servers
	};
}
function epochOf(info) {
	const pid = infoValue(info, "Pid");
	const start = infoValue(info, "Start_time_sec");
	if (pid === void 0 || start === void 0) throw new Error("\"show info\" names no Pid or no Start_time_sec");
	return `${pid}@${start}`;
}
function infoValue(info, key) {
	return new RegExp(`^${key}: (.*)$`, "m").exec(info)?.[1]?.trim();
}
/** HAProxy's tables begin with `# ` and a header; trailing separators make columns without name or value. */
function rows(table, delimiter, schema) {
	const records = parse(table.replace(/^# /, ""), {
		delimiter,
		columns: true,
		relax_column_count: true,
		skip_empty_lines: true
	});
	return array(schema).parse(records);
}

// src/traffic/haproxy/socket.ts
/** More than this is no answer of a HAProxy of ours. */
const LONGEST_ANSWER$1 = 4194304;
/**
* Sends one line to HAProxy's runtime socket and gives everything it says until it closes the connection. Several commands may
* be joined with `;`: HAProxy runs them in one go. For commands that only look; commands that change something are effects.
* @throws Error in words for an operator: nobody listens, no answer in time, answer too long
*/
function askHaproxy(path, command, options) {
	return new Promise((resolve, reject) => {
		if (options.signal?.aborted) return reject(options.signal.reason);
		const patience = new AbortController();
		const socket = connect({
			path,
			allowHalfOpen: true
		}, () => socket.end(`${command}\n`));
		const chunks = [];
		let size = 0;
		const stop = () => {
			socket.destroy(/* @__PURE__ */ new Error("the look at HAProxy was stopped"));
		};
		options.signal?.addEventListener("abort", stop, { once: true });
		options.clock.sleep(options.timeoutMs, patience.signal).then(() => socket.destroy(/* @__PURE__ */ new Error(`${path} did not answer within ${options.timeoutMs} ms`)), () => void 0);
		socket.on("data", (chunk) => {
			size += chunk.length;
			if (size > LONGEST_ANSWER$1) socket.destroy(/* @__PURE__ */ new Error(`${path} answered more than ${LONGEST_ANSWER$1} bytes`));
			else chunks.push(chunk);
		});
		socket.once("error", reject);
		socket.once("close", () => {
			patience.abort();
			options.signal?.removeEventListener("abort", stop);
			resolve(Buffer.concat(chunks).toString("utf8"));
		});
	});
}

// src/traffic/haproxy/counters.ts
/**
* Reads the counters of all instances in one scrape.
* @throws Error in words for an operator when HAProxy does not answer, or answers nonsense
*/
async function readHaproxy(options, signal) {
	const paths = haproxyPaths(options);
	const { clock, timeoutMs } = options;
	const [answer, config] = await Promise.all([askHaproxy(paths.socket, lookCommand(options.service), {
		timeoutMs,
		clock,
		signal
	}), readFile(paths.config, "utf8").catch(() => "")]);
	const facts = factsFrom(parseRuntime(answer), config);
	return {
		epoch: facts.epoch,
		servers: facts.slots.flatMap((slot) => countOf(options.service, facts.epoch, slot))
	};
}
function countOf(service, epoch, slot) {
	const { tenant } = slot;
	if (tenant === void 0) return [];
	const base = tenant.base?.epoch === epoch ? tenant.base : {
		requests: 0,
		bad: 0
	};
	return [{
		version: tenant.version,
		server: `${service}/${tenant.version}/${slot.slot}/${tenant.instance}`,
		requests: Math.max(0, slot.requests - base.requests),
		bad: Math.max(0, slot.bad - base.bad)
	}];
}

// src/traffic/heartbeat.ts
/**
* The file by which a controller says "we are still here" to the guards of a version. A guard trusts a change of `seq` seen
* on its own clock and nothing else in it: times of two processes are never compared.
*/
const heartbeatSchema = discriminatedUnion("mode", [strictObject({
	mode: literal("beat"),
	/** Another number each time. */
	seq: number().int().nonnegative(),
	/** The share ends this long after the last change of `seq`, milliseconds. */
	ttlMs: number().int().positive()
}), strictObject({
	mode: literal("hold"),
	seq: number().int().nonnegative(),
	/** No heartbeats are needed until then (wall clock, milliseconds since 1970); the guard turns it into a duration once. */
	holdUntil: number(),
	limits: strictObject({ 
	/** Largest share of bad answers, 0 to 1. */
errorRate: number().min(0).max(1) })
})]);
/** Where the heartbeat of a version lies. */
function heartbeatFile(directory, version) {
	return join(directory, `${encodeURIComponent(version)}.json`);
}
/** Text of a heartbeat file → heartbeat, or why it is none. */
function parseHeartbeat(text) {
	try {
		return heartbeatSchema.safeParse(JSON.parse(text)).data;
	} catch {
		return;
	}
}
/**
* Beats for the versions of one heartbeat directory. A beat is one small file, written beside and renamed, without fsync: after a
* power cut no share should live on.
*/
function heartbeats(options) {
	const last = /* @__PURE__ */ new Map();
	let made = false;
	return async (version) => {
		const seq = Math.max((last.get(version) ?? 0) + 1, Math.floor(options.clock.now()));
		last.set(version, seq);
		if (!made) {
			await mkdir(options.directory, { recursive: true });
			made = true;
		}
		const beat = {
			mode: "beat",
			seq,
			ttlMs: options.ttlMs
		};
		const path = heartbeatFile(options.directory, version);
		const beside = `${path}.${process.pid}.${seq}`;
		await writeFile(beside, JSON.stringify(beat));
		await rename(beside, path);
	};
}
/**
* Lets the guards keep watch by themselves until a moment, for the time a gate waits and nobody beats: they take the version out when
* it is unhealthy, when more than `limits.errorRate` of its answers are bad, and at the deadline.
*/
function holdEffect(directory, version, untilMs, limits, resource) {
	const hold = {
		mode: "hold",
		seq: Math.floor(untilMs),
		holdUntil: untilMs,
		limits
	};
	return {
		kind: "file",
		path: heartbeatFile(directory, version),
		content: JSON.stringify(hold),
		why: `the guards of ${version} keep watch until ${new Date(untilMs).toISOString()}`,
		timeoutMs: 5e3,
		...resource === void 0 ? {} : { resource }
	};
}

// src/traffic/nginx/ask.ts
/** More than this is no answer of an Nginx of ours. */
const LONGEST_ANSWER = 1048576;
/**
* GET over Nginx's own Unix socket, for looks only.
* @throws Error in words for an operator: nobody listens, no answer in time, answer too long
*/
function askNginx(socketPath, path, options) {
	const { timeoutMs, clock, signal } = options;
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(signal.reason);
		const patience = new AbortController();
		const chunks = [];
		let size = 0;
		const asked = request({
			socketPath,
			path,
			agent: false,
			host: "localhost"
		}, (answer) => {
			answer.on("data", (chunk) => {
				size += chunk.length;
				if (size > LONGEST_ANSWER) asked.destroy(/* @__PURE__ */ new Error(`${socketPath} answered more than ${LONGEST_ANSWER} bytes`));
				else chunks.push(chunk);
			});
			answer.on("end", () => resolve({
				status: answer.statusCode ?? 0,
				body: Buffer.concat(chunks).toString("utf8")
			}));
			answer.on("error", reject);
		});
		const stop = () => {
			asked.destroy(/* @__PURE__ */ new Error("the look at Nginx was stopped"));
		};
		signal?.addEventListener("abort", stop, { once: true });
		clock.sleep(timeoutMs, patience.signal).then(() => asked.destroy(/* @__PURE__ */ new Error(`${socketPath} did not answer within ${timeoutMs} ms`)), () => void 0);
		asked.once("error", reject);
		asked.once("close", () => {
			patience.abort();
			signal?.removeEventListener("abort", stop);
		});
		asked.end();
	});
}

// src/traffic/nginx/counts-log.ts
const CHUNK = 262144;
/** Different lines that are kept; there are a few per instance. More is nobody's log of ours. */
const MOST_LINES = 1e4;
function said({ file, counts }) {
	return {
		file,
		counts: new Map(counts)
	};
}
/**
* @param rotated where the file lies after a rotation, to be read to its end
* @param isWritten whether somebody still has that file open
*/
function countsLog(path, rotated, isWritten) {
	let place;
	let last = Promise.resolve();
	const look = async () => {
		const handle = await open(path, "r");
		try {
			const file = await nameOf(handle);
			if (place !== void 0 && place.file !== file && await hasMore(rotated, place, isWritten)) return said(place);
			if (place?.file !== file) place = {
				file,
				offset: 0,
				counts: /* @__PURE__ */ new Map()
			};
			await readOn(handle, place);
			return said(place);
		} finally {
			await handle.close();
		}
	};
	return { read: () => {
		const next = last.then(look, look);
		last = next.catch(() => void 0);
		return next;
	} };
}
/** Whether the file that was read until now had more to say, or may have. Workers write to it until each has opened the new one. */
async function hasMore(rotated, place, isWritten) {
	const handle = await open(rotated, "r").catch(() => void 0);
	if (handle === void 0) return false;
	try {
		if (await nameOf(handle) !== place.file) return false;
		const written = await isWritten();
		const before = place.offset;
		await readOn(handle, place);
		return written || place.offset > before;
	} finally {
		await handle.close();
	}
}
async function nameOf(handle) {
	const { ino, birthtimeMs } = await handle.stat();
	return `${ino}@${Math.floor(birthtimeMs)}`;
}
async function readOn(handle, place) {
	const { size } = await handle.stat();
	if (size < place.offset) {
		place.offset = 0;
		place.counts.clear();
	}
	const buffer = Buffer.allocUnsafe(CHUNK);
	while (place.offset < size) {
		const { bytesRead } = await handle.read(buffer, 0, Math.min(CHUNK, size - place.offset), place.offset);
		if (bytesRead === 0) return;
		const end = buffer.lastIndexOf(10, bytesRead - 1) + 1;
		if (end === 0 && bytesRead < CHUNK) return;
		place.offset += end === 0 ? bytesRead : end;
		count(buffer.toString("latin1", 0, end), place.counts);
	}
}
function count(text, counts) {
	let from = 0;
	for (let to = text.indexOf("\n"); to !== -1; to = text.indexOf("\n", from)) {
		const line = text.slice(from, to);
		from = to + 1;
		const known = counts.get(line);
		if (known !== void 0 || counts.size < MOST_LINES) counts.set(line, (known ?? 0) + 1);
	}
}

// src/traffic/nginx/options.ts
/** Files of one Nginx inside its directory. The two scripts know these names too. */
function nginxPaths(options) {
	const { directory } = options;
	return {
		config: join(directory, "nginx.conf"),
		next: join(directory, "next.conf"),
		socket: join(directory, "nginx.sock"),
		pid: join(directory, "nginx.pid"),
		counts: join(directory, "counts.log"),
		oldCounts: join(directory, "counts.log.1")
	};
}
const RUN_SCRIPT = fileURLToPath(new URL("./nginx-run.sh", import.meta.url));
const RELOAD_SCRIPT = fileURLToPath(new URL("./nginx-reload.sh", import.meta.url));
/** Unix addresses hold 107 bytes; Nginx counts `unix:` in none of them. */
const LONGEST_SOCKET_PATH = 107;
/** All that would make a configuration Nginx refuses, or reads differently than we mean it. */
function optionProblems(options) {
	return optionProblems$2(options, {
		path: nginxPaths(options).socket,
		longest: LONGEST_SOCKET_PATH
	});
}
/** @throws ProblemError that lists every option that cannot stand in a configuration */
function assertOptions(options) {
	refuseProblems(optionProblems(options));
}

// src/traffic/routes.ts
/** `0.1` → `10 %`, for people. */
function percent(share) {
	return `${Math.round(share * 1e5) / 1e3} %`;
}
/** Every share of the desired state, for people. */
function sharesInWords({ routes }) {
	return routes.length === 0 ? "nothing is routed" : routes.map((route) => `${route.version} ${percent(route.share)}`).join(", ");
}
/**
* A version that is to get a share but has no instances: in a plan they come later. (A leased version that was there and lost them
* is another matter: its share goes to the others.)
*/
function isNotThereYet(route, seen) {
	return route.share > 0 && route.endpoints.length === 0 && (route.hold === "stable" || !seen);
}
/** What every effect of a router carries: how long it may take, and the resource at which its fence is compared. */
function fenced({ resource }, timeoutMs) {
	return resource === void 0 ? { timeoutMs } : {
		timeoutMs,
		resource
	};
}
function foreignObservation(service) {
	return new ProblemError({
		code: "traffic.foreign-observation",
		where: `traffic of ${service}`,
		found: "an observation that this router did not make",
		expected: "what observe() of the same router returned",
		remedy: "observe again and apply to that"
	});
}
/** What no proxy of ours could do, whichever program it is. */
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
		expected: "an IP address: a proxy does not ask for names again while it runs",
		remedy: "give the address of the host in the inventory"
	});
	if (!/^[A-Za-z0-9][A-Za-z0-9._+@-]*$/.test(endpoint.instance)) problems.push({
		code: "traffic.instance-name",
		where,
		found: name,
		expected: "letters, digits and . _ + @ -",
		remedy: "name the instance without other characters"
	});
	if (route.hold === "leased" && route.share > 0 && !endpoint.draining && endpoint.guardPort === void 0) problems.push({
		code: "traffic.no-guard",
		where,
		found: `${name} without a guard`,
		expected: "a guard port: a leased share must end by itself when nobody renews it",
		remedy: "start `shiplock guard` beside the instance, or route it as stable"
	});
	return problems;
}

// src/traffic/shares.ts
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

// src/traffic/nginx/split.ts
/** `split_clients` knows two decimals of a percent. */
const UNITS = 1e4;
/**
* Groups for the wanted shares; a group without share is there only if it is the fallback. Pure.
* @throws ProblemError when Nginx cannot do what is asked
*/
function splitOf(desired, limits) {
	const problems = routeProblems(desired, limits);
	if (problems.length > 0) throw new ProblemError(problems);
	const units = unitsOf(desired, limits);
	const back = fallbackOf(desired, units);
	return {
		groups: desired.routes.flatMap((route, index) => {
			const mine = units[index] ?? 0;
			if (mine === 0 && index !== back) return [];
			return groupsOf(limits.service, route, index, mine);
		}),
		fallback: back === void 0 ? null : groupName(limits.service, back)
	};
}
/** Whole units per route. A version without instances that take requests takes nothing; its share stays with the others. */
function unitsOf(desired, limits) {
	const served = desired.routes.map((route) => taking(route.endpoints).length > 0 ? route.share : 0);
	const taken = served.reduce((sum, share) => sum + share, 0);
	if (taken === 0) return served.map(() => 0);
	const units = largestRemainder(served.map((share) => share / taken), UNITS);
	const lost = desired.routes.find((_route, index) => (served[index] ?? 0) > 0 && units[index] === 0);
	if (lost !== void 0) throw new ProblemError({
		code: "traffic.share-not-possible",
		where: `traffic of ${limits.service}`,
		found: `${lost.version} ${percent(lost.share)}`,
		expected: "a share of at least 0.01 %: Nginx knows two decimals of a percent",
		remedy: "choose a larger share"
	});
	return units;
}
function fallbackOf(desired, units) {
	return desired.routes.flatMap((route, index) => route.hold === "stable" && taking(route.endpoints).length > 0 ? [index] : []).toSorted((one, other) => (units[other] ?? 0) - (units[one] ?? 0))[0];
}
function groupName(service, ...numbers) {
	return [service, ...numbers].join("-");
}
function groupsOf(service, route, index, units) {
	const { version, hold } = route;
	const endpoints = taking(route.endpoints);
	if (hold === "stable") return [{
		name: groupName(service, index),
		version,
		servers: endpoints.map(addressOf),
		guard: null,
		units
	}];
	const each = largestRemainder(endpoints.map(() => 1 / endpoints.length), units);
	return endpoints.flatMap((endpoint, nth) => {
		const mine = each[nth] ?? 0;
		if (mine === 0) return [];
		return [{
			name: groupName(service, index, nth),
			version,
			servers: [addressOf(endpoint)],
			guard: checkAddress(endpoint, hold),
			units: mine
		}];
	});
}
function addressOf(endpoint) {
	const { host, port } = endpoint;
	return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
/** Who answers for an instance: its guard while its share is a lease, else itself. */
function checkAddress(endpoint, hold) {
	const { host, port, guardPort, guardHost } = endpoint;
	return hold === "leased" && guardPort !== void 0 ? addressOf({
		host: guardHost ?? host,
		port: guardPort
	}) : addressOf({
		host,
		port
	});
}

// src/traffic/nginx/state.ts
/**
* What a configuration serves, in its own words. The lines stand in the configuration and only a process that runs it can say them: so
* the answer is about the running process, whatever lies on disk.
*/
const routeLine = strictObject({
	version: string(),
	share: number(),
	hold: _enum(["stable", "leased"])
});
const endpointLine = strictObject({
	of: string(),
	instance: string(),
	host: string(),
	port: number().int(),
	guardPort: number().int().exactOptional(),
	guardHost: string().exactOptional(),
	draining: boolean().exactOptional()
});
const headLine = strictObject({
	service: string(),
	generation: string()
});
/** One line of JSON each: the service, its routes, their endpoints. None is longer than a word of Nginx may be. */
function stateLines(routes, generation) {
	return [JSON.stringify({
		service: routes.service,
		generation
	}), ...routes.routes.flatMap(({ version, share, hold, endpoints }) => [JSON.stringify({
		version,
		share,
		hold
	}), ...endpoints.map(({ instance, host, port, guardPort, guardHost, draining }) => JSON.stringify({
		of: version,
		instance,
		host,
		port,
		guardPort,
		guardHost,
		...draining === true ? { draining } : {}
	}))])];
}
/** Undefined when these are no lines of ours. */
function parseState(text) {
	const [first, ...rest] = text.split("\n").filter((line) => line !== "").map(parseLine);
	const head = headLine.safeParse(first).data;
	if (head === void 0) return void 0;
	const routes = [];
	for (const line of rest) {
		const route = routeLine.safeParse(line).data;
		if (route !== void 0) {
			routes.push({
				...route,
				endpoints: []
			});
			continue;
		}
		const endpoint = endpointLine.safeParse(line).data;
		const owner = routes.at(-1);
		if (endpoint === void 0 || owner === void 0 || owner.version !== endpoint.of) return void 0;
		const { of: _of, ...plain } = endpoint;
		routes[routes.length - 1] = {
			...owner,
			endpoints: [...owner.endpoints, plain]
		};
	}
	return {
		generation: head.generation,
		routes: {
			service: head.service,
			routes
		}
	};
}
function parseLine(line) {
	try {
		return JSON.parse(line);
	} catch {
		return;
	}
}

// src/traffic/nginx/workers.ts
/**
* @throws Error in words for an operator when no master runs
*/
async function lookAtWorkers(pidFile) {
	const text = await readFile(pidFile, "utf8").catch(() => "");
	const master = Number(text.trim());
	if (!/^\d+\s*$/.test(text) || !(await titleOf(master)).startsWith("nginx: master process")) throw new Error(`no process of the pid in ${pidFile} is an Nginx`);
	const pids = (await readFile(`/proc/${master}/task/${master}/children`, "utf8").catch(() => "")).split(" ").filter((word) => word !== "");
	const workers = (await Promise.all(pids.map(async (pid) => ({
		pid: Number(pid),
		title: await titleOf(Number(pid))
	})))).filter(({ title }) => title.startsWith("nginx: worker process"));
	const isLeaving = (title) => title.startsWith("nginx: worker process is shutting down");
	return {
		master,
		taking: workers.filter(({ title }) => !isLeaving(title)).map(({ pid }) => pid),
		leaving: workers.filter(({ title }) => isLeaving(title)).map(({ pid }) => pid)
	};
}
/** Nginx writes there what each process is. */
async function titleOf(pid) {
	return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
/**
* Open connections of these workers per address (`127.0.0.1:3001`), old workers included. For a version without share each is an
* open request: new workers have none to it, and old ones let go of idle connections at once. Where requests still go, idle
* connections of the last two seconds are among them.
*/
async function openConnections(workers, addresses) {
	const counts = new Map(addresses.map((address) => [address, 0]));
	const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/${workers.master}/net/${name}`, "utf8").catch(() => "")));
	const wanted = new Map(addresses.map((address) => [kernelAddress(address), address]));
	const inodes = new Map(tables.flatMap((table) => connectionsIn(table, wanted)));
	if (inodes.size === 0) return counts;
	const held = await Promise.all([...workers.taking, ...workers.leaving].map(socketsOf));
	for (const inode of held.flat()) {
		const address = inodes.get(inode);
		if (address !== void 0) counts.set(address, (counts.get(address) ?? 0) + 1);
	}
	return counts;
}
/** Connected, or still connecting. */
const OPEN_STATES = /* @__PURE__ */ new Set(["01", "02"]);
function connectionsIn(table, wanted) {
	return table.split("\n").flatMap((row) => {
		const [, , remote = "", state = "", , , , , , inode = ""] = row.trim().split(/\s+/);
		const address = OPEN_STATES.has(state) ? wanted.get(remote) : void 0;
		return address === void 0 ? [] : [[inode, address]];
	});
}
/** Whether one of these workers has a file open. */
async function holdOpen(workers, path) {
	return (await Promise.all([...workers.taking, ...workers.leaving].map(openFiles))).flat().includes(path);
}
async function socketsOf(pid) {
	return (await openFiles(pid)).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
async function openFiles(pid) {
	const directory = `/proc/${pid}/fd`;
	const names = await readdir(directory).catch(() => []);
	return Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => "")));
}
/** `127.0.0.1:80` as the kernel writes it: each group of four bytes as a number of this machine (little-endian), in hexadecimal. */
function kernelAddress(address) {
	const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
	const bytes = isIPv6(host) ? ipv6Bytes(host) : host.split(".").map(Number);
	const words = Array.from({ length: bytes.length / 4 }, (_, n) => bytes.slice(n * 4, n * 4 + 4).toReversed());
	const hex = (value, digits) => value.toString(16).toUpperCase().padStart(digits, "0");
	return `${words.flat().map((byte) => hex(byte, 2)).join("")}:${hex(Number(port), 4)}`;
}
function ipv6Bytes(host) {
	const [head = "", tail] = host.split("::");
	const groups = (text) => text === "" ? [] : text.split(":").flatMap((group) => group.includes(".") ? pairs(group) : [Number.parseInt(group, 16)]);
	const left = groups(head);
	const right = tail === void 0 ? [] : groups(tail);
	const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
	return [
		...left,
		...zeros,
		...right
	].flatMap((group) => [group >> 8, group & 255]);
}
/** `::ffff:127.0.0.1`: the last four bytes in dots. */
function pairs(dotted) {
	const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
	return [a * 256 + b, c * 256 + d];
}

// src/traffic/nginx/counters.ts
/** Reads the log in which Nginx writes a line for each request that reached an instance; nothing is read twice. */
function nginxCounter(options) {
	const { service, clock, timeoutMs } = options;
	const { socket, pid, counts, oldCounts } = nginxPaths(options);
	const log = countsLog(counts, oldCounts, async () => {
		const workers = await lookAtWorkers(pid);
		return holdOpen(workers, oldCounts);
	});
	return { async read(signal) {
		const [answer] = await Promise.all([askNginx(socket, "/state", {
			timeoutMs,
			clock,
			signal
		}), lookAtWorkers(pid)]);
		const state = parseState(answer.body);
		if (state === void 0 || state.routes.service !== service) throw new Error(`its answer is not what an Nginx of ours says: ${answer.body.trim().slice(0, 200)}`);
		const { file, counts: lines } = await log.read();
		return {
			epoch: file,
			servers: countsFrom(state.routes, lines)
		};
	} };
}
/** What Nginx answered by itself, where no server could be asked, has the name of the group instead of an address. */
const LINE = /^([A-Za-z0-9][A-Za-z0-9._+-]*) (\S+) (\d{3})$/;
/**
* Counts per version and server, of the versions that are routed now. Instances that had no request yet stand there with 0, so that
* their first request is a difference to something. Pure.
*/
function countsFrom(routes, lines) {
	const routed = new Set(routes.routes.map((route) => route.version));
	const found = /* @__PURE__ */ new Map();
	const at = (version, address) => {
		const server = `${routes.service}/${version}/${address}`;
		const known = found.get(server) ?? {
			version,
			server,
			requests: 0,
			bad: 0
		};
		found.set(server, known);
		return known;
	};
	for (const { version, endpoints } of routes.routes) for (const endpoint of endpoints) at(version, addressOf(endpoint));
	for (const [line, times] of lines) {
		const [, version = "", address = "", status = ""] = LINE.exec(line) ?? [];
		if (!routed.has(version) || status.startsWith("1")) continue;
		const server = at(version, address);
		server.requests += times;
		if (status.startsWith("5")) server.bad += times;
	}
	return [...found.values()];
}

export { transform as A, groups as B, heartbeats as C, askHaproxy as D, readHaproxy as E, routesFrom as F, timeoutsFor as G, slotNames as H, fingerprint as I, endpointOf as K, renderConfig as L, CsvError as M, factsFrom as N, lookCommand as O, parseFacts as P, staticHash as R, heartbeatFile as S, parseHeartbeat as T, assertOptions$1 as U, isFallback as V, haproxyPaths as W, RELOAD_SCRIPT as _, stateLines as a, nginxPaths as b, checkAddress as c, fenced as d, foreignObservation as f, sharesInWords as g, routeProblems as h, parseState as i, is_object as j, parseRuntime as k, splitOf as l, percent as m, lookAtWorkers as n, UNITS as o, isNotThereYet as p, taking as q, openConnections as r, addressOf as s, nginxCounter as t, largestRemainder as u, RUN_SCRIPT as v, holdEffect as w, askNginx as x, assertOptions as y, groupOf as z };