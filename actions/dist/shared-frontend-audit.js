import { t as ProblemError } from "./shared-problem.js";
import { Et as _enum, Jn as string, Lt as boolean, Nt as array, Pn as number, Sn as looseObject, Un as record, nr as tuple, qn as strictObject, sr as unknown } from "./shared-schemas.js";
import { gc as formatSize } from "./shared-common.js";
import { t as EXIT } from "./shared-exit.js";
import { t as jsonSchema } from "./shared-json.js";
import { t as startStaticServer } from "./shared-static-server.js";
import { t as systemClock } from "./shared-clock2.js";
import { r as painter } from "./shared-io2.js";
import { createRequire } from "node:module";
import { access, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { Readable, Writable } from "node:stream";
import { constants as constants$1 } from "node:fs";
import { tmpdir } from "node:os";
import { spawn } from "node:child_process";

// src/build/frontend/audit/connection.ts
/**
* The Chrome DevTools Protocol over a pair of pipes (`--remote-debugging-pipe`): JSON messages that end with a NUL. No port is opened, so
* nobody else on the machine can drive the browser. https://chromedevtools.github.io/devtools-protocol/
*/
const messageSchema = looseObject({
	id: number().optional(),
	result: unknown().optional(),
	error: looseObject({ message: string() }).optional(),
	method: string().optional(),
	params: record(string(), unknown()).optional(),
	sessionId: string().optional()
});
function openConnection(to, from) {
	const waiting = /* @__PURE__ */ new Map();
	const listeners = /* @__PURE__ */ new Set();
	let last = 0;
	let ended;
	let rest = Buffer.alloc(0);
	const receive = (text) => {
		const message = messageSchema.parse(JSON.parse(text));
		if (message.id !== void 0) {
			const one = waiting.get(message.id);
			waiting.delete(message.id);
			if (message.error === void 0) one?.done(message.result);
			else one?.failed(/* @__PURE__ */ new Error(`${one.method}: ${message.error.message}`));
		} else if (message.method !== void 0) {
			const event = {
				method: message.method,
				params: message.params ?? {},
				session: message.sessionId
			};
			for (const listener of listeners) listener(event);
		}
	};
	const end = (why) => {
		ended ??= why;
		for (const { method, failed } of waiting.values()) failed(/* @__PURE__ */ new Error(`${method}: ${why}`));
		waiting.clear();
	};
	from.on("data", (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		for (let at = rest.indexOf(0); at !== -1; at = rest.indexOf(0)) {
			const text = rest.subarray(0, at).toString("utf8");
			rest = rest.subarray(at + 1);
			receive(text);
		}
	});
	from.on("close", () => end("the browser has ended"));
	from.on("error", () => end("the browser has ended"));
	to.on("error", () => end("the browser has ended"));
	return {
		end,
		listen: (listener) => {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		send: (method, params = {}, session) => new Promise((done, failed) => {
			if (ended !== void 0) {
				failed(/* @__PURE__ */ new Error(`${method}: ${ended}`));
				return;
			}
			last += 1;
			waiting.set(last, {
				method,
				done,
				failed
			});
			const message = {
				id: last,
				method,
				params,
				...session === void 0 ? {} : { sessionId: session }
			};
			to.write(`${JSON.stringify(message)}\0`);
		})
	};
}

// src/build/frontend/audit/browser.ts
/** Chromium as it is on this machine: none is brought along. */
const NAMES = [
	"chromium",
	"chromium-browser",
	"google-chrome",
	"google-chrome-stable",
	"microsoft-edge",
	"chrome"
];
const FLAGS = [
	"--headless",
	"--remote-debugging-pipe",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--no-default-browser-check",
	"--disable-extensions",
	"--disable-sync",
	"--disable-component-update",
	"--disable-background-networking",
	"--disable-default-apps",
	"--metrics-recording-only",
	"--hide-scrollbars",
	"--mute-audio"
];
/** Names that it inherits: the secrets of whoever starts it are none of a page's business. */
const INHERITED = [
	"PATH",
	"LANG",
	"TZ",
	"TMPDIR",
	"LD_LIBRARY_PATH",
	"FONTCONFIG_FILE"
];
const END_WITHIN_MS = 5e3;
/** The first of Chromium's names that is on PATH. @throws ProblemError `audit.no-browser` */
async function findBrowser(path) {
	for (const name of NAMES) for (const dir of path.split(delimiter)) {
		const file = join(dir, name);
		if (dir !== "" && await access(file, constants$1.X_OK).then(() => true, () => false)) return file;
	}
	throw new ProblemError({
		code: "audit.no-browser",
		where: "PATH",
		found: `none of ${NAMES.join(", ")}`,
		expected: "Chromium, or a browser made of it",
		remedy: "install it (Debian: `apt install chromium`), or name it with --browser"
	});
}
/** Starts a browser with a profile of its own, which is gone with it. @throws ProblemError `audit.browser-does-not-start` */
async function startBrowser(program, env, clock) {
	const profile = await mkdtemp(join(tmpdir(), "shiplock-audit-"));
	const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
	const child = spawn(program, [
		...FLAGS,
		...root,
		`--user-data-dir=${profile}`,
		"about:blank"
	], {
		stdio: [
			"ignore",
			"ignore",
			"pipe",
			"pipe",
			"pipe"
		],
		env: {
			...inherited(env),
			HOME: profile
		},
		detached: true
	});
	let said = "";
	child.stderr?.setEncoding("utf8").on("data", (text) => {
		said = `${said}${text}`.slice(-2e3);
	});
	const ended = new Promise((resolve) => {
		child.once("error", (error) => resolve(error.message));
		child.once("exit", (code, signal) => resolve(`it ended (${signal ?? code}): ${said.trim().split("\n").at(-1)}`));
	});
	const [, , , to, from] = child.stdio;
	const stop = async () => {
		if (child.pid !== void 0 && child.exitCode === null && child.signalCode === null) {
			killGroup(child.pid);
			const enough = new AbortController();
			await Promise.race([ended, clock.sleep(END_WITHIN_MS, enough.signal).catch(() => void 0)]);
			enough.abort();
		}
		await rm(profile, {
			recursive: true,
			force: true,
			maxRetries: 5,
			retryDelay: 100
		});
	};
	if (!(to instanceof Writable) || !(from instanceof Readable)) {
		await stop();
		throw doesNotStart(program, await ended);
	}
	const connection = openConnection(to, from);
	ended.then((why) => connection.end(why));
	try {
		await connection.send("Browser.getVersion");
	} catch (error) {
		await stop();
		throw doesNotStart(program, error instanceof Error ? error.message : String(error));
	}
	return {
		connection,
		[Symbol.asyncDispose]: stop
	};
}
function killGroup(pid) {
	try {
		process.kill(-pid, "SIGKILL");
	} catch {}
}
function inherited(env) {
	return Object.fromEntries(INHERITED.flatMap((name) => {
		const value = env[name];
		return value === void 0 ? [] : [[name, value]];
	}));
}
function doesNotStart(program, found) {
	return new ProblemError({
		code: "audit.browser-does-not-start",
		where: program,
		found,
		expected: "a browser that takes orders over a pipe (`--remote-debugging-pipe`)",
		remedy: `try \`${program} --headless --dump-dom about:blank\`, or name another one with --browser`
	});
}

// src/build/frontend/audit/vitals.ts
/** What a page felt like, from what the browser recorded. Pure. */
const recordedSchema = strictObject({
	/** Milliseconds from the start of the navigation; null: nothing was painted. */
	fcp: number().nullable(),
	lcp: number(),
	/** Time (ms) and value of each layout shift without input. */
	shifts: array(tuple([number(), number()])),
	/** Start and length (ms) of each task longer than 50 ms. */
	tasks: array(tuple([number(), number()]))
});
const BLOCKS_FROM_MS = 50;
const WINDOW_GAP_MS = 1e3;
const WINDOW_MS = 5e3;
/**
* CLS: the largest burst of shifts, with less than a second between two and five seconds in all (web.dev/articles/cls). TBT: what long tasks
* take beyond 50 ms each, from the first paint on until the page was at rest (Lighthouse ends it when the page could be used).
*/
function vitalsOf({ fcp, lcp, shifts, tasks }) {
	const blocking = tasks.filter(([start, length]) => fcp !== null && start + length > fcp).map(([start, length]) => Math.max(0, start + length - Math.max(start, fcp ?? 0) - BLOCKS_FROM_MS));
	return {
		fcp,
		lcp: lcp === 0 ? null : lcp,
		cls: largestBurst(shifts),
		tbt: sum(blocking)
	};
}
function largestBurst(shifts) {
	let largest = 0;
	let begun = 0;
	let before = Number.NEGATIVE_INFINITY;
	let value = 0;
	for (const [time, one] of shifts.toSorted(([a], [b]) => a - b)) {
		const goesOn = time - before < WINDOW_GAP_MS && time - begun < WINDOW_MS;
		if (!goesOn) begun = time;
		value = goesOn ? value + one : one;
		before = time;
		largest = Math.max(largest, value);
	}
	return largest;
}
/** The middle one, of an even number the upper one; undefined of none. */
function median(values) {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
function sum(values) {
	return values.reduce((total, one) => total + one, 0);
}

// src/build/frontend/audit/judge.ts
function judgeVisits(url, visits, limits) {
	const middle = (pick) => median(visits.map(pick).filter((value) => value !== null)) ?? null;
	const figures = {
		fcp: middle(({ vitals }) => vitals.fcp),
		lcp: middle(({ vitals }) => vitals.lcp),
		cls: middle(({ vitals }) => vitals.cls) ?? 0,
		tbt: middle(({ vitals }) => vitals.tbt) ?? 0,
		transfer: middle(({ transferred }) => transferred) ?? 0,
		requests: middle(({ requests }) => requests) ?? 0
	};
	const looked = visits.flatMap(({ violations }) => violations === null ? [] : [violations]);
	return {
		url,
		visits: visits.length,
		figures,
		accessibility: looked.length > 0,
		findings: [
			...exceeded(figures, limits),
			...troubles(visits),
			...unique(looked.flat()).map(accessibilityFinding)
		]
	};
}
/** Does it pass: nothing of level error? */
function passes({ findings }) {
	return findings.every(({ level }) => level !== "error");
}
function exceeded(figures, limits) {
	const { lcp, cls, tbt, transfer } = figures;
	const over = (rule, message) => ({
		rule,
		level: "error",
		message
	});
	return [
		...lcp === null ? [over("lcp", "nothing was painted")] : [],
		...lcp !== null && lcp > limits.lcp ? [over("lcp", `the largest element was painted after ${Math.round(lcp)} ms, expected at most ${limits.lcp} ms`)] : [],
		...cls > limits.cls ? [over("cls", `the layout moved by ${cls.toFixed(3)}, expected at most ${limits.cls}`)] : [],
		...tbt > limits.tbt ? [over("tbt", `the page was blocked for ${Math.round(tbt)} ms, expected at most ${limits.tbt} ms`)] : [],
		...limits.transfer !== null && transfer > limits.transfer ? [over("transfer", `${formatSize(transfer)} were loaded, expected at most ${formatSize(limits.transfer)}`)] : []
	];
}
/** What happened in one visit only happened all the same. */
function troubles(visits) {
	const counted = /* @__PURE__ */ new Map();
	for (const { kind, what } of visits.flatMap((visit) => visit.troubles)) {
		const known = counted.get(`${kind} ${what}`);
		if (known !== void 0) known.count += 1;
		else counted.set(`${kind} ${what}`, {
			finding: {
				rule: kind,
				level: "error",
				message: what
			},
			count: 1
		});
	}
	return [...counted.values()].map(({ finding, count }) => count === visits.length ? finding : {
		...finding,
		message: `${finding.message} (in ${count} of ${visits.length} visits)`
	});
}
function unique(violations) {
	return [...new Map(violations.map((one) => [one.id, one])).values()];
}
function accessibilityFinding({ id, impact, help, places }) {
	const more = places.length > 3 ? ` and ${places.length - 3} more` : "";
	return {
		rule: "accessibility",
		level: impact === "serious" || impact === "critical" ? "error" : "warning",
		message: `${help} (${id}, ${impact ?? "unknown"}): ${places.slice(0, 3).join(", ")}${more}`
	};
}

// src/build/frontend/audit/in-page.ts
/** What runs inside the page, as text: the browser reads it, not Node. */
/** Before anything of the page: remembers what the browser says about paints, shifts and long tasks. */
const OBSERVE = `(() => {
  const seen = { lcp: 0, shifts: [], tasks: [] };
  Object.defineProperty(window, '__shiplockAudit', { value: seen });
  const watch = (type, take) => {
    try {
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    } catch {}
  };
  watch('largest-contentful-paint', (entry) => { seen.lcp = entry.startTime; });
  watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shifts.push([entry.startTime, entry.value]); });
  watch('longtask', (entry) => { seen.tasks.push([entry.startTime, entry.duration]); });
})()`;
/** After the page has come to rest. */
const COLLECT = `(() => {
  const seen = window.__shiplockAudit;
  const first = performance.getEntriesByName('first-contentful-paint')[0];
  return JSON.stringify({ fcp: first ? first.startTime : null, lcp: seen.lcp, shifts: seen.shifts, tasks: seen.tasks });
})()`;
/** After the source of axe-core: the rules of WCAG 2.2 A and AA, and good practice. */
const AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(
  violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, places: nodes.map((node) => node.target.join(' ')) })),
))`;

// src/build/frontend/audit/watch.ts
const request = looseObject({
	requestId: string(),
	request: looseObject({ url: string() })
});
const response = looseObject({
	requestId: string(),
	response: looseObject({
		url: string(),
		status: number()
	})
});
const finished = looseObject({
	requestId: string(),
	encodedDataLength: number()
});
const failed = looseObject({
	requestId: string(),
	errorText: string(),
	canceled: boolean().optional(),
	blockedReason: string().optional()
});
const called = looseObject({
	type: string(),
	args: array(looseObject({
		value: unknown().optional(),
		description: string().optional()
	}))
});
const thrown = looseObject({ exceptionDetails: looseObject({
	text: string(),
	exception: looseObject({ description: string().optional() }).optional()
}) });
const logged = looseObject({ entry: looseObject({
	source: string(),
	level: string(),
	text: string()
}) });
const issued = looseObject({ issue: looseObject({
	code: string(),
	details: looseObject({
		contentSecurityPolicyIssueDetails: looseObject({
			violatedDirective: string(),
			blockedURL: string().optional(),
			isReportOnly: boolean()
		}).optional(),
		mixedContentIssueDetails: looseObject({ insecureURL: string() }).optional()
	})
}) });
var PageWatch = class {
	troubles = /* @__PURE__ */ new Map();
	open = /* @__PURE__ */ new Map();
	bytes = 0;
	count = 0;
	quietSince;
	now;
	loaded = false;
	constructor(now) {
		this.now = now;
		this.quietSince = now();
	}
	/** How long (ms) nothing has been under way; 0 while something is. */
	quietFor() {
		return this.open.size > 0 ? 0 : this.now() - this.quietSince;
	}
	result() {
		return {
			troubles: [...this.troubles.values()],
			transferred: this.bytes,
			requests: this.count
		};
	}
	see({ method, params }) {
		switch (method) {
			case "Page.loadEventFired":
				this.loaded = true;
				return;
			case "Network.requestWillBeSent":
				this.begun(request.safeParse(params).data);
				return;
			case "Network.responseReceived":
				this.answered(response.safeParse(params).data);
				return;
			case "Network.loadingFinished": {
				const end = finished.safeParse(params).data;
				this.bytes += end?.encodedDataLength ?? 0;
				this.over(end?.requestId);
				return;
			}
			case "Network.loadingFailed":
				this.broken(failed.safeParse(params).data);
				return;
			case "Runtime.consoleAPICalled":
				this.called(called.safeParse(params).data);
				return;
			case "Runtime.exceptionThrown": {
				const details = thrown.safeParse(params).data?.exceptionDetails;
				this.note("script-error", details?.exception?.description?.split("\n")[0] ?? details?.text);
				return;
			}
			case "Log.entryAdded": {
				const entry = logged.safeParse(params).data?.entry;
				const known = entry?.source === "network" || /Content Security Policy|Content-Security-Policy/.test(entry?.text ?? "");
				if (entry?.level === "error" && !known) this.note(entry.source === "security" ? "security" : "console-error", entry.text);
				return;
			}
			case "Audits.issueAdded":
				this.issued(issued.safeParse(params).data);
				return;
		}
	}
	begun(one) {
		if (one === void 0 || one.request.url.startsWith("data:")) return;
		this.count += this.open.has(one.requestId) ? 0 : 1;
		this.open.set(one.requestId, one.request.url);
	}
	answered(one) {
		if (one === void 0 || URL.parse(one.response.url)?.pathname === "/favicon.ico") return;
		if (one.response.status >= 400) this.note("failed-request", `${one.response.url}: status ${one.response.status}`);
	}
	broken(one) {
		if (one === void 0) return;
		const url = this.open.get(one.requestId) ?? "a request";
		if (!(one.canceled === true || one.blockedReason === "csp")) this.note("failed-request", `${url}: ${one.blockedReason ?? one.errorText}`);
		this.over(one.requestId);
	}
	over(id) {
		if (id !== void 0) this.open.delete(id);
		this.quietSince = this.now();
	}
	called(one) {
		if (one === void 0 || one.type !== "error" && one.type !== "assert") return;
		this.note("console-error", one.args.map((arg) => arg.description ?? String(arg.value)).join(" "));
	}
	issued(one) {
		const policy = one?.issue.details.contentSecurityPolicyIssueDetails;
		if (policy !== void 0) {
			const what = policy.blockedURL === void 0 || policy.blockedURL === "" ? "inline code" : policy.blockedURL;
			const only = policy.isReportOnly ? " (only reported)" : "";
			this.note("policy-violation", `${policy.violatedDirective} does not allow ${what}${only}`);
		}
		const mixed = one?.issue.details.mixedContentIssueDetails;
		if (mixed !== void 0) this.note("mixed-content", mixed.insecureURL);
	}
	note(kind, what) {
		const text = (what ?? "unknown").slice(0, 500);
		this.troubles.set(`${kind} ${text}`, {
			kind,
			what: text
		});
	}
};

// src/build/frontend/audit/visit.ts
/** A telephone of the middle class on a slow mobile network: what Lighthouse takes when it throttles by DevTools (rate in bytes). */
const SLOW_PHONE = {
	network: {
		latencyMs: 562.5,
		downPerSecond: 184320,
		upPerSecond: 84375
	},
	cpu: 4,
	screen: {
		width: 412,
		height: 823,
		scale: 1.75,
		mobile: true
	}
};
const THIS_MACHINE = {
	network: null,
	cpu: 1,
	screen: {
		width: 1350,
		height: 940,
		scale: 1,
		mobile: false
	}
};
const violationsSchema = array(strictObject({
	id: string(),
	impact: _enum([
		"minor",
		"moderate",
		"serious",
		"critical"
	]).nullable(),
	help: string(),
	places: array(string())
}));
/** The page is at rest when nothing was loaded for so long. */
const QUIET_MS = 1e3;
const LOOK_EVERY_MS = 50;
const AT_MOST_MS = 45e3;
const contextSchema = looseObject({ browserContextId: string() });
const targetSchema = looseObject({ targetId: string() });
const sessionSchema = looseObject({ sessionId: string() });
const navigatedSchema = looseObject({ errorText: string().optional() });
const evaluatedSchema = looseObject({
	result: looseObject({ value: unknown().optional() }),
	exceptionDetails: looseObject({ text: string() }).optional()
});
async function visit(connection, url, options) {
	const { browserContextId } = contextSchema.parse(await connection.send("Target.createBrowserContext"));
	try {
		return await visitIn(connection, browserContextId, url, options);
	} finally {
		await connection.send("Target.disposeBrowserContext", { browserContextId }).catch(() => void 0);
	}
}
async function visitIn(connection, browserContextId, url, options) {
	const { clock, axe } = options;
	const about = {
		url: "about:blank",
		browserContextId
	};
	const { targetId } = targetSchema.parse(await connection.send("Target.createTarget", about));
	const attached = await connection.send("Target.attachToTarget", {
		targetId,
		flatten: true
	});
	const { sessionId } = sessionSchema.parse(attached);
	const send = (method, params = {}) => connection.send(method, params, sessionId);
	const watch = new PageWatch(() => clock.monotonic());
	const stop = connection.listen((event) => {
		if (event.session === sessionId) watch.see(event);
	});
	try {
		for (const domain of [
			"Page",
			"Network",
			"Runtime",
			"Log",
			"Audits"
		]) await send(`${domain}.enable`);
		await set(send, options.conditions);
		await send("Page.addScriptToEvaluateOnNewDocument", { source: OBSERVE });
		const { errorText } = navigatedSchema.parse(await send("Page.navigate", { url }));
		if (errorText !== void 0) throw notReached(url, errorText);
		await rest(watch, url, options);
		const vitals = vitalsOf(recordedSchema.parse(await evaluate(send, COLLECT)));
		const seen = watch.result();
		const violations = axe === null ? null : await lookWith(send, axe);
		return {
			...seen,
			vitals,
			violations
		};
	} finally {
		stop();
	}
}
async function set(send, { network, cpu, screen }) {
	const { width, height, scale, mobile } = screen;
	await send("Emulation.setDeviceMetricsOverride", {
		width,
		height,
		deviceScaleFactor: scale,
		mobile
	});
	if (cpu !== 1) await send("Emulation.setCPUThrottlingRate", { rate: cpu });
	if (network === null) return;
	await send("Network.emulateNetworkConditions", {
		offline: false,
		latency: network.latencyMs,
		downloadThroughput: network.downPerSecond,
		uploadThroughput: network.upPerSecond
	});
}
async function rest(watch, url, { clock, signal }) {
	const begun = clock.monotonic();
	while (!watch.loaded || watch.quietFor() < QUIET_MS) {
		if (clock.monotonic() - begun > AT_MOST_MS) throw neverAtRest(url, watch.loaded);
		await clock.sleep(LOOK_EVERY_MS, signal);
	}
}
async function lookWith(send, axe) {
	await send("Emulation.setCPUThrottlingRate", { rate: 1 });
	await send("Runtime.evaluate", { expression: axe });
	return violationsSchema.parse(await evaluate(send, AXE));
}
/** The value of an expression that gives JSON as text. */
async function evaluate(send, expression) {
	const answer = evaluatedSchema.parse(await send("Runtime.evaluate", {
		expression,
		awaitPromise: true,
		returnByValue: true
	}));
	if (answer.exceptionDetails !== void 0) throw new Error(`in the page: ${answer.exceptionDetails.text}`);
	const { value } = answer.result;
	return typeof value === "string" ? JSON.parse(value) : void 0;
}
function notReached(url, found) {
	return new ProblemError({
		code: "audit.not-reached",
		where: url,
		found,
		expected: "a page that answers",
		remedy: "mend the address, or start what serves it"
	});
}
function neverAtRest(url, loaded) {
	return new ProblemError({
		code: "audit.never-at-rest",
		where: url,
		found: loaded ? `requests without an end for ${AT_MOST_MS / 1e3} s` : `not loaded after ${AT_MOST_MS / 1e3} s`,
		expected: "a page that comes to rest: one second without a request",
		remedy: "look for a request that never ends (a stream, a poll), or measure without throttling (--no-throttle)"
	});
}

// src/build/frontend/audit/index.ts
/**
* Visits pages in Chromium and says what it saw: errors, failed requests, what the policy refused, speed on a slow telephone, and what keeps
* people out (axe-core). Only looks.
* @throws ProblemError `audit.…` when it could not look: that is no good answer
*/
async function auditPages(options) {
	const { urls, visits, conditions, limits, clock, signal, env } = options;
	const axe = options.accessibility ? await axeSource() : null;
	const program = options.browser ?? await findBrowser(env["PATH"] ?? "");
	await using browser = await startBrowser(program, env, clock);
	const audits = [];
	for (const url of urls) {
		const seen = [];
		while (seen.length < visits) {
			const first = seen.length === 0;
			seen.push(await visit(browser.connection, url, {
				conditions,
				clock,
				signal,
				axe: first ? axe : null
			}));
			options.onVisit?.(url, seen.length);
		}
		audits.push(judgeVisits(url, seen, limits));
	}
	return audits;
}
/** @throws ProblemError `audit.no-axe` */
async function axeSource() {
	try {
		return await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
	} catch (error) {
		throw new ProblemError({
			code: "audit.no-axe",
			where: "axe-core",
			found: error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error),
			expected: "the package axe-core beside shiplock, as npm installs it",
			remedy: "install shiplock with npm, or leave accessibility out with --no-accessibility"
		});
	}
}

// src/cli/commands/frontend-audit.ts
/** Audits a site, or a directory that is served for so long as the static server of a release would serve it. */
async function auditPlace(io, place, options) {
	const routes = options.route.length === 0 ? ["/"] : options.route;
	const site = await openSite(io, place);
	try {
		const pages = await auditPages({
			urls: routes.map((route) => new URL(route, site.url).href),
			visits: options.visits,
			conditions: options.throttle ? SLOW_PHONE : THIS_MACHINE,
			limits: {
				lcp: options.maxLcp,
				cls: options.maxCls,
				tbt: options.maxTbt,
				transfer: options.maxTransfer ?? null
			},
			accessibility: options.accessibility,
			...options.browser === void 0 ? {} : { browser: resolve(io.cwd, options.browser) },
			env: io.env,
			clock: systemClock,
			onVisit: (url, number) => {
				if (options.json !== true) io.err(`${url}: visit ${number} of ${options.visits}\n`);
			}
		});
		const passed = pages.every(passes);
		return {
			exit: passed ? EXIT.done : EXIT.failed,
			text: pages.map((page) => auditText(page, painter(io))).join("\n\n"),
			json: jsonSchema.parse({
				passed,
				throttled: options.throttle,
				pages
			})
		};
	} finally {
		await site.close();
	}
}
async function openSite(io, place) {
	if (/^https?:\/\//.test(place) && URL.canParse(place)) return {
		url: place,
		close: async () => void 0
	};
	const root = resolve(io.cwd, place);
	if ((await stat(root).catch(() => void 0))?.isDirectory() !== true) throw new ProblemError({
		code: "cli.audit-place",
		where: place,
		found: "neither a directory nor an address",
		expected: "a directory of built files, or an address such as https://staging.example.org",
		remedy: "build the frontend first, or mend the name"
	});
	const server = await startStaticServer({
		root,
		host: "127.0.0.1",
		port: 0,
		singlePage: true
	});
	return {
		url: `http://127.0.0.1:${server.port}`,
		close: () => server.drain()
	};
}
/** Pure. */
function auditText(page, paint) {
	const { fcp, lcp, cls, tbt, transfer, requests } = page.figures;
	const ms = (value) => value === null ? "never" : `${Math.round(value)} ms`;
	const rows = [`first paint ${ms(fcp)} · largest paint ${ms(lcp)} · layout shift ${cls.toFixed(3)} · blocked ${ms(tbt)}`, `${requests} requests, ${formatSize(transfer)}${page.accessibility ? "" : " · accessibility was not looked at"}`];
	const findings = page.findings.map(({ rule, level, message }) => `${level === "error" ? paint("red", "error") : paint("yellow", "warning")} ${rule}: ${message}`);
	const end = page.findings.length === 0 ? [paint("green", "nothing is wrong")] : findings;
	return [
		`${paint("bold", page.url)} (${page.visits} visits)`,
		...rows,
		...end
	].join("\n");
}

export { auditPlace };