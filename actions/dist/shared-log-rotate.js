import { t as runIfStarted } from "./shared-own.js";
import { Ar as hostsNode, Ha as LOCAL_HOST, Pr as askWhole, Qs as forEach, Xs as action, hc as formatBinarySize, ic as sequence, jr as hostEffect } from "./shared-common.js";
import { c as optionalText, d as runbook, i as host, r as flag, u as text } from "./shared-input.js";
import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { c as dueWord, d as rotatorWord, l as parseLogs, s as LOGS_PROGRAM, u as reopenWord } from "./shared-program.js";
import { i as reachOf, n as localResource } from "./shared-system.js";

// src/platform/local/logs.ts
const LOOK_MS = 3e4;
/** @throws ProblemError `platform.logs-answer` */
async function observeLocalLogs({ exec, privileged }, rules, signal) {
	const argv = [
		...privileged,
		"sh",
		LOGS_PROGRAM,
		"look",
		rules.id,
		rules.files.join(","),
		rotatorWord(rules)
	];
	const { stdout, stderr, exitCode } = await exec.read(argv, {
		timeoutMs: LOOK_MS,
		...signal === void 0 ? {} : { signal }
	});
	const found = parseLogs(stdout);
	if (found !== void 0) return found;
	throw new ProblemError({
		code: "platform.logs-answer",
		where: "this machine",
		found: stderr.trim().split("\n").at(-1) || `exit code ${exitCode}: ${stdout.trim().slice(-200)}`,
		expected: "directories of logs that can be looked at",
		remedy: "logs are put aside on Linux with coreutils, findutils, awk and gzip; look at what it says"
	});
}
/** Repeatable: what has another inode by now was put aside already. Pure. */
function localLogsEffect({ resource, privileged }, rules, due, timeoutMs) {
	return {
		kind: "exec",
		argv: [
			...[
				...privileged,
				"sh",
				LOGS_PROGRAM,
				"rotate",
				rules.id,
				rules.files.join(","),
				rotatorWord(rules)
			],
			...[
				reopenWord(rules.reopen),
				rules.every,
				String(rules.maxMiB),
				String(rules.keep),
				String(rules.keepDays)
			],
			dueWord(due)
		],
		resource,
		why: `put ${due.length} logs aside on this machine, and tidy what was put aside`,
		timeoutMs
	};
}

// src/platform/ssh/logs.ts
/** Logs of a host over ssh, by the program of the host. */
/** @throws ProblemError when the host cannot be asked */
async function observeHostLogs({ host, reach, exec }, rules, signal) {
	const asked = [
		"--name",
		rules.id,
		"--of",
		rules.files.join(","),
		"--rotator",
		rotatorWord(rules)
	];
	const remedy = "look whether the login shell of that user on the host prints something of its own";
	const looking = {
		host,
		access: reach.access,
		root: reach.root,
		exec
	};
	return askWhole(looking, {
		verb: "logs",
		words: asked,
		parse: parseLogs,
		remedy
	}, signal);
}
/** Under the fence of the host. Repeatable: what has another inode by now was put aside already. Pure. */
function hostLogsEffect(options, rules, due, timeoutMs) {
	const words = [
		...[
			"--name",
			rules.id,
			"--of",
			rules.files.join(",")
		],
		...[
			"--rotator",
			rotatorWord(rules),
			"--reopen",
			reopenWord(rules.reopen),
			"--every",
			rules.every
		],
		...[
			"--mib",
			String(rules.maxMiB),
			"--keep",
			String(rules.keep),
			"--days",
			String(rules.keepDays)
		],
		...due.length === 0 ? [] : ["--due", dueWord(due)]
	];
	const why = `put ${due.length} logs aside, and tidy what was put aside on ${options.host.name}`;
	return hostEffect(options, "log", words, {
		why,
		timeoutMs
	});
}

// src/logs/due.ts
/** Which logs are due, and which of those that were put aside are too many or too old. Pure. */
const DAY_MS = 864e5;
const EVERY_DAYS = {
	daily: 1,
	weekly: 7,
	monthly: 30
};
const MIB = 1048576;
/** An empty log is never due. @param now all that are not empty, whatever their size and age */
function dueLogs({ logs, aside, nowMs }, rules, now) {
	return logs.filter((log) => {
		if (log.bytes === 0) return false;
		if (now || log.bytes > rules.maxMiB * MIB) return true;
		const last = Math.max(0, ...aside.filter(({ path }) => baseOf(path) === log.path).map(({ atMs }) => atMs));
		return nowMs - Math.max(log.sinceMs, last) >= EVERY_DAYS[rules.every] * DAY_MS;
	});
}
/** `/var/log/nginx/access.log-20261123-1795408598.gz` → `/var/log/nginx/access.log`. */
function baseOf(path) {
	return path.replace(/-\d{8}-\d+(?:\.gz)?$/, "");
}
/** Those that go: behind the newest `keep` of each log, or put aside longer ago than `keepDays`. */
function surplus({ aside, nowMs }, rules, coming = []) {
	return [...Map.groupBy(aside, ({ path }) => baseOf(path))].flatMap(([base, those]) => {
		const room = rules.keep - (coming.some(({ path }) => path === base) ? 1 : 0);
		const kept = [...new Set(those.map(({ atMs }) => atMs))].toSorted((one, other) => other - one).slice(0, room).filter((atMs) => nowMs - atMs <= rules.keepDays * DAY_MS);
		return those.filter(({ atMs, writers }) => !kept.includes(atMs) && writers.length === 0);
	});
}
/** Put aside, and not yet as it is to be: still written to, or not compressed where that is our work. */
function unfinished({ aside, rotator }) {
	return aside.filter(({ compressed, writers }) => writers.length > 0 || !compressed && rotator === null);
}

// src/logs/nodes.ts
/** Logs put aside host by host: nothing of a second host is touched before the first one has come through. */
/** Compressing 1 GiB takes gzip less than a minute; many logs of that size may be due at once. */
const ROTATE_MS = 9e5;
/** @param logs of any hosts; those of one host in the order in which they are given */
function rotateNode(logs, asked) {
	const byHost = [...Map.groupBy(logs, ({ host }) => host)].map(([host, those]) => ({
		host,
		those
	}));
	const body = ({ host, those }) => sequence({
		id: host,
		title: `Logs on ${host}`,
		steps: those.map((one) => rotateStep(one, asked))
	});
	const [first, ...rest] = byHost;
	return sequence({
		id: "rotate",
		title: "Put logs aside, host by host",
		steps: [...first === void 0 ? [] : [body(first)], ...rest.length === 0 ? [] : [forEach({
			id: "rest",
			title: "Logs on the other hosts",
			items: rest,
			body
		})]]
	});
}
function rotateStep(logs, { now }) {
	const { name, host, rules } = logs;
	return action({
		id: name,
		title: `Put ${name} aside on ${host}`,
		description: `${rules.files.join(", ")}: ${now ? "all that are not empty" : `those greater than ${rules.maxMiB} MiB or older than ${rules.every} allows`}. Renamed; the writer opens its log anew; only what nobody writes to any more is compressed. The newest ${rules.keep} of each stay, none longer than ${rules.keepDays} days.`,
		inputs: {
			name,
			host,
			now,
			files: [...rules.files],
			keep: rules.keep,
			keepDays: rules.keepDays
		},
		read: (ctx) => logs.look(ctx.signal),
		decide: (look) => {
			const problems = refusals(logs, look);
			if (problems.length > 0) return {
				kind: "refuse",
				problems
			};
			const due = dueLogs(look, rules, now);
			if (due.length === 0 && unfinished(look).length === 0 && surplus(look, rules).length === 0) return {
				kind: "nothing",
				why: seenText(look)
			};
			return {
				kind: "do",
				why: workText(look, logs, now),
				effects: logs.rotate(due, ROTATE_MS)
			};
		},
		verify: async (ctx) => {
			const look = await logs.look(ctx.signal);
			const left = [...unfinished(look), ...surplus(look, rules)];
			return left.length === 0 ? [] : [notDone(logs, left.map(({ path }) => path))];
		},
		probe: "repeatable",
		timeoutMs: 93e4
	});
}
/** What speaks against touching anything. Pure. */
function refusals({ name, host }, { insecure, others }) {
	return [...insecure.map((directory) => ({
		code: "logs.insecure-directory",
		where: `${name} on ${host}`,
		found: `${directory}, to which others than root may write`,
		expected: "a directory of root: root renames files there, and must not be led astray by a link",
		remedy: `chown root ${directory}; chmod 755 ${directory}`
	})), ...others.map((other) => ({
		code: "logs.other-configuration",
		where: `${name} on ${host}`,
		found: `the same log in ${other.split(" ").join(": ")}`,
		expected: "one configuration of logrotate for a log",
		remedy: `take it out of ${other.split(" ")[0] ?? ""}, or out of \`logs.${name}\``
	}))];
}
/** What a plan tells: which logs, how great, and what goes. Pure. */
function workText(look, { rules }, now) {
	const due = dueLogs(look, rules, now);
	const gone = surplus(look, rules, due);
	const open = unfinished(look);
	const sum = (those) => formatBinarySize(those.reduce((bytes, one) => bytes + one.bytes, 0));
	return [
		...due.map((log) => `${log.path} (${formatBinarySize(log.bytes)}) is put aside`),
		...open.length === 0 ? [] : [`${open.length} from before are finished (${sum(open)})`],
		...gone.length === 0 ? [] : [`${gone.length} of ${look.aside.length} from before are removed (${sum(gone)}), ${[...new Set(gone.map(({ path }) => baseOf(path)))].join(", ")}`],
		...look.rotator === null ? [] : [`by ${look.rotator}`]
	].join("; ");
}
function seenText({ logs, aside }) {
	const great = logs.toSorted((one, other) => other.bytes - one.bytes)[0];
	if (great === void 0) return "there is no log";
	return `none of ${logs.length} is due, the greatest ${great.path} (${formatBinarySize(great.bytes)}); ${aside.length} lie aside`;
}
function notDone({ name, host }, paths) {
	return {
		code: "logs.not-finished",
		where: `${name} on ${host}`,
		found: `${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ` and ${paths.length - 3} more` : ""}: still open, not compressed, or too old`,
		expected: "what was put aside compressed, with nobody who writes to it",
		remedy: "no line is lost; see who has it open (`fuser -v FILE`), mend `reopen:`, and run it again"
	};
}

// src/release/upkeep/logs.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
/**
* @param asked only these logs, only this host; undefined: all
* @throws ProblemError `logs.none`, `logs.unknown`
*/
function openLogs(service, asked) {
	const { environment, exec } = service;
	const all = environment.logs ?? [];
	const reach = reachOf(environment, environment.system ?? { hosts: [] });
	const logs = all.filter(({ name }) => asked.name === void 0 || name === asked.name).flatMap((one) => (one.hosts ?? ["local"]).map((host) => ({
		one,
		host
	}))).filter(({ host }) => asked.host === void 0 || host === asked.host).map(({ one, host }) => {
		const rules = {
			...one.rules,
			id: `shiplock-${environment.service}-${one.name}`
		};
		const there = reach?.hosts.find(({ name }) => name === host);
		if (one.hosts === null || there === void 0 || reach === null) return here(service, one.name, rules);
		const options = {
			host: there,
			reach,
			exec
		};
		return {
			name: one.name,
			host,
			rules,
			look: (signal) => observeHostLogs(options, rules, signal),
			rotate: (due, timeoutMs) => [hostLogsEffect(options, rules, due, timeoutMs)]
		};
	});
	if (logs.length === 0) throw new ProblemError(none(environment.environment, all, asked));
	const names = new Set(logs.map(({ host }) => host));
	const hosts = (reach?.hosts ?? []).filter(({ name }) => names.has(name));
	return {
		logs,
		prepare: reach === null || hosts.length === 0 ? null : hostsNode({
			...reach,
			hosts,
			exec
		}, "what is asked of them")
	};
}
function here({ environment, exec }, name, rules) {
	const options = {
		exec,
		privileged: process.getuid?.() === 0 ? [] : ["sudo", "-n"],
		resource: localResource(environment)
	};
	return {
		name,
		rules,
		host: LOCAL_HOST,
		look: (signal) => observeLocalLogs(options, rules, signal),
		rotate: (due, timeoutMs) => [localLogsEffect(options, rules, due, timeoutMs)]
	};
}
function none(environment, all, { name, host }) {
	const names = all.map((one) => one.name);
	const close = name === void 0 ? void 0 : nearest(name, names, import_fastest_levenshtein.distance);
	const unknown = name !== void 0 && names.length > 0 && !names.includes(name);
	return {
		code: unknown ? "logs.unknown" : "logs.none",
		where: unknown ? "--logs" : `environments.${environment}`,
		found: unknown ? name : host === void 0 || names.length === 0 ? "no `logs:`" : `no logs on ${host}`,
		expected: names.length === 0 ? "logs in shiplock.yaml" : `one of ${names.join(", ")}`,
		remedy: close === void 0 ? "write `logs:` as docs/logs.md says" : `did you mean ${close}?`
	};
}

// runbooks/log-rotate.ts
/** SOP: put logs aside before they fill a disk. `node runbooks/log-rotate.ts production --logs access --now --reason "disk at 90 %"`. */
const reason = text({
	name: "reason",
	question: "Why are logs put aside? It stands in the journal.",
	usual: "they are due",
	minLength: 3
});
const which = optionalText({
	name: "logs",
	question: "Only these of `logs:`"
});
const there = host({
	name: "host",
	question: "Only on this host"
});
const now = flag({
	name: "now",
	question: "Also those that are not due by size and age yet?"
});
const logRotate = runbook({
	id: "log-rotate",
	title: "Put logs aside, host by host",
	summary: "Renames each log that is due by size or age, has its writer open a new one, waits until nobody writes to the old one any more, compresses it, and removes what is too much by count and age. Where logrotate is installed, it does the work, by a configuration that is laid down for its own timer too.",
	when: "By a timer or an alert when a disk fills with logs, or once by hand to have logrotate set up. The service is not restarted, and no line is lost. Not for the journal of systemd, which bounds itself, and not for logs of `shiplock unit`, which are put aside by size as they are written.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "plans it, looks at the sizes, and runs it"
	}],
	severity: "changes",
	inputs: [
		reason,
		which,
		there,
		now
	],
	prerequisites: ["The writer opens its logs anew when it is told to, or opens them for each line: `reopen:` says which.", "The directories of the logs belong to root, who alone may write to them."],
	wayBack: "What was put aside lies beside its log, whole, until it is too old or too much. A writer that does not let go fails the run: nothing of its log was compressed or removed, and no other host is touched.",
	clauses: [{
		id: "F1",
		says: "Logs are put aside while they are written, host by host: no line is lost, not even when everything is killed on the way, and what lies aside is bounded by count and age.",
		nodes: ["log-rotate/rotate"],
		test: "test/integration/runbook-logs.test.ts"
	}],
	sample: {
		logs: "access",
		now: "yes"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const [name, hostName] = [given(which), given(there)];
			const { logs, prepare } = openLogs(context.service, {
				name,
				host: hostName
			});
			const { environment, service: about } = context.service.target;
			const what = `${name ?? "logs"}${hostName === void 0 ? "" : ` on ${hostName}`}`;
			return {
				title: `Put ${what} of ${about} in ${environment} aside`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "log-rotate",
					title: `Put ${what} aside`,
					steps: [...prepare === null ? [] : [prepare], rotateNode(logs, { now: given(now) })]
				})
			};
		}
	}
});
await runIfStarted(import.meta.url, logRotate);

export { logRotate as default };