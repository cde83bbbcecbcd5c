import { Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { r as formatProblem, t as ProblemError } from "./shared-problem.js";
import { c as formatDuration } from "./shared-scalars.js";
import { $s as gate, Xs as action, ac as step, ec as opaque, ic as sequence } from "./shared-common.js";
import { n as planRestore, r as restoreDatabase } from "./shared-restore2.js";
import { C as parseGtid } from "./shared-reader.js";
import { o as parseMoment } from "./shared-replay.js";
import { d as runbook, u as text } from "./shared-input.js";
import { isAbsolute } from "node:path";

// src/release/backup/restore-nodes.ts
/** A restore inside of a runbook: the server is made, a person looks at it, and a person switches to it. */
const DAY_MS = 864e5;
const QUICK_MS = 6e4;
const madeSchema = strictObject({
	/** Its own run, with its own journal. */
	run: string(),
	startedAt: string(),
	/** Until the server was there and compared. */
	seconds: number(),
	predictedSeconds: number().nullable(),
	transactions: number(),
	last: string().nullable(),
	lostTransactions: number(),
	lostSeconds: number().nullable(),
	rtoSeconds: number().nullable(),
	rpoSeconds: number().nullable(),
	start: array(string()).readonly()
});
const switchedSchema = strictObject({ 
/** From the beginning of the restore until the switch was recorded, people included. */
seconds: number() });
/** The tree. Pure; the catalogue is looked at when a step is read or run. */
function restoreNodes(service, request) {
	const look = lookStep(service, request);
	const made = serverStep(service, request);
	const switched = step({
		id: "switched",
		title: "Record how long it took",
		outputs: switchedSchema,
		timeoutMs: QUICK_MS,
		read: async (ctx) => ({
			now: service.clock.now(),
			startedAt: Date.parse(ctx.outputOf(made).startedAt)
		}),
		decide: () => ({
			kind: "nothing",
			why: "it is only counted"
		}),
		collect: (_results, { now, startedAt }) => ({ seconds: Math.max(0, (now - startedAt) / 1e3) }),
		planned: () => ({ seconds: 0 }),
		probe: "repeatable"
	});
	return {
		root: sequence({
			id: "restore",
			title: `Restore to ${request.text}`,
			steps: [
				look,
				made,
				...checkpoints(service, request.into),
				switched
			]
		}),
		told: (outputs) => ({
			made: outputs(made),
			switched: outputs(switched)
		})
	};
}
/** In a plan it tells what comes back and what is lost. A run hears the same of the step behind it, and need not fetch the logs twice. */
function lookStep({ door }, request) {
	return action({
		id: "look",
		title: "Look what comes back and what is lost",
		timeoutMs: DAY_MS,
		read: async ({ mode }) => {
			if (mode === "run") return "told by the restore itself";
			const { full, logs, cut, prediction } = await planRestore(door, request);
			const takes = prediction.seconds === null ? "a time that is not known" : `about ${prediction.seconds.toFixed(0)} s`;
			return `${full.id} (${full.state}), ${logs.count} binary logs, ${cut.transactions} transactions, the last ${cut.last ?? "as the full backup"}; ${cut.lost.transactions} that are backed up are lost; it takes ${takes}`;
		},
		decide: (why) => ({
			kind: "nothing",
			why
		}),
		probe: "repeatable"
	});
}
function serverStep({ door }, request) {
	return opaque({
		id: "server",
		title: `Restore into a new server in ${request.into}`,
		inputs: {
			target: request.text,
			into: request.into
		},
		outputs: madeSchema,
		promise: `a server is made in ${request.into} from the best full backup, rows and sums are compared, exactly the transactions up to the target are replayed, and it is shut down; it has a journal of its own, and goes on where it was cut`,
		probe: "repeatable",
		timeoutMs: DAY_MS,
		run: async (ctx) => {
			const { run, startedAt, seconds, prediction, cut, lostSeconds, objectives, start, problems } = await restoreDatabase(door, request);
			ctx.note(`restored, ${cut.transactions} transactions, the last ${cut.last ?? "as the full backup"}`);
			ctx.note(`to start it: ${start.join(" ")}`);
			for (const problem of problems) ctx.note(formatProblem(problem));
			return {
				run,
				startedAt,
				seconds: seconds.whole,
				predictedSeconds: prediction.seconds,
				transactions: cut.transactions,
				last: cut.last,
				lostTransactions: cut.lost.transactions,
				lostSeconds,
				...objectives,
				start: [...start]
			};
		}
	});
}
/** Nobody's traffic goes to a server at which no person has looked; who finds it wrong ends the run there. */
function checkpoints({ environment }, into) {
	const { role } = environment.rollout;
	return [gate({
		id: "inspect",
		title: "Inspect the restored server before anything is switched to it",
		description: `Start it with the words that the restore has told; the same words of \`shiplock restore run … --into ${into}\` tell them again.`,
		role,
		evidence: [{
			kind: "check",
			name: "right",
			question: "Are the rows there that must be, and those gone that must not?"
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["right"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "the restored server is not what was wanted; nothing was switched to it"
		}
	}), gate({
		id: "switch",
		title: "Switch the service to the restored server, and record it",
		description: "Keep the old server and its logs. Give the restored one accounts, let it listen, change where the service finds its database, and restart the service.",
		role,
		evidence: [{
			kind: "check",
			name: "serves",
			question: "Does the service work on the restored server?"
		}, {
			kind: "text",
			name: "how",
			question: "What was changed, and where is the old server?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["serves"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "the service does not work on the restored server: switch it back to the old one"
		}
	})];
}

// src/release/backup/restore-target.ts
const BEFORE = /^before +([^\s.]+\.[^\s.]+)$/;
/** What a target may be. */
const TARGETS = "`latest`, a time with its zone (2026-11-22T14:03:07Z), the id of a transaction, or `before shop.orders`";
/** Null: it is none of them. Pure. */
function parseTarget(given) {
	const text = given.trim();
	if (text === "latest") return {
		target: { kind: "end" },
		text: "the latest"
	};
	const table = BEFORE.exec(text)?.[1];
	if (table !== void 0) return {
		target: {
			kind: "before",
			table
		},
		text: `before ${table}`
	};
	const time = parseMoment(text);
	if (time !== null) return {
		target: {
			kind: "time",
			time
		},
		text
	};
	return (parseGtid(text, "mysql") ?? parseGtid(text, "mariadb")) === null ? null : {
		target: {
			kind: "gtid",
			gtid: text
		},
		text
	};
}

// runbooks/restore.ts
/** SOP: the database as it was, in a new server. `node runbooks/restore.ts production --reason "orders were dropped" --to "before shop.orders" --into /srv/restored`. */
const reason = text({
	name: "reason",
	question: "Why? It stands in the journal.",
	minLength: 3
});
const to = text({
	name: "to",
	question: "Restore to where? `latest`, a time with its zone, the id of a transaction, or `before shop.orders`",
	check: (given) => parseTarget(given) === null ? TARGETS : void 0
});
const into = text({
	name: "into",
	question: "In which directory is the new server made? It is empty, or not there yet.",
	check: (given) => isAbsolute(given) ? void 0 : "the whole path, from / on"
});
const restore = runbook({
	id: "restore",
	title: "Restore the database into a new server, and switch to it",
	summary: "Makes a new server from a full backup and the binary logs behind it, up to one place. A person inspects it before anything is switched to it; a person switches. The time until then is compared with what was predicted and promised.",
	when: "When rows or tables are gone or wrong, or the server is lost. Not for one table while the service runs: `shiplock restore table` is quicker. While the old server lives, first keep its logs: `shiplock backup run ENVIRONMENT --incremental`.",
	requirements: ["C5", "F2"],
	roles: [{
		role: "operator",
		does: "runs it, and starts the restored server"
	}, {
		role: "releaser",
		does: "inspects it, and says that the service was switched (the role of the rollout)"
	}],
	severity: "changes",
	inputs: [
		reason,
		to,
		into
	],
	prerequisites: [
		"The last logs of the server are backed up, if it still lives (`shiplock backup run ENVIRONMENT --incremental`).",
		"There is a backup that leads to the target (`shiplock restore run ENVIRONMENT … --dry-run`).",
		"The disk of the directory has room for the whole database and its logs."
	],
	wayBack: "Nothing that serves is touched before the switch: delete the directory. Behind the switch, point the service to the old server again; what was written to the restored one since is then only there.",
	clauses: [{
		id: "C5",
		says: "The database is restored to a point in time, from a full backup and the logs behind it, into a new server.",
		nodes: ["restore/look", "restore/server"],
		test: "test/integration/restore-chain.test.ts"
	}, {
		id: "F2",
		says: "Nothing is switched to a restored server before a person has inspected it; the time until the switch is measured and compared with the objective.",
		nodes: [
			"restore/inspect",
			"restore/switch",
			"restore/switched"
		],
		test: "test/integration/restore-chain.test.ts"
	}],
	sample: {
		reason: "orders were dropped",
		to: "before shop.orders",
		into: "/srv/restored"
	},
	how: {
		kind: "tree",
		build(given, { service }) {
			const { environment, service: about } = service.target;
			const written = parseTarget(given(to));
			if (written === null) throw new ProblemError(noTarget(given(to)));
			const { root, told } = restoreNodes(service, {
				environment,
				...written,
				into: given(into)
			});
			return {
				title: `Restore the database of ${about} in ${environment} to ${written.text}`,
				description: `Reason: ${given(reason)}`,
				root,
				report(outputs) {
					const { made, switched } = told(outputs);
					const [took, until] = [made?.seconds ?? 0, switched?.seconds ?? 0];
					const duration = (seconds) => formatDuration(Math.ceil(seconds) * 1e3);
					const promised = (seconds) => typeof seconds === "number" ? `, promised ${duration(seconds)}` : ", nothing was promised";
					const predicted = made?.predictedSeconds ?? null;
					const lost = made?.lostSeconds ?? null;
					return {
						text: [
							`${made?.transactions ?? 0} transactions were replayed, the last ${made?.last ?? "as the full backup"}; ${made?.lostTransactions ?? 0} that are backed up are lost`,
							...lost === null ? [] : [`all of the last ${duration(lost)} before it may be lost${promised(made?.rpoSeconds)}`],
							`the server was there after ${duration(took)}, predicted ${predicted === null ? "was nothing" : duration(predicted)}`,
							`the service was switched after ${duration(until)}${promised(made?.rtoSeconds)}`
						].join("\n"),
						json: jsonSchema.parse({
							environment,
							restored: made ?? null,
							switched: switched ?? null
						})
					};
				}
			};
		}
	}
});
function noTarget(found) {
	return {
		code: "cli.runbook-input",
		where: "--to",
		found,
		expected: TARGETS,
		remedy: "see `shiplock runbook show restore`"
	};
}
await runIfStarted(import.meta.url, restore);

export { restore as default };