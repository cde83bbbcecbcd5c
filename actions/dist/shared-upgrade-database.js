import { Jn as string, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { E as serverVersion, T as sameSeries, a as verifyStep, c as packagesStep, d as openServerUpgrade, f as placeOf, i as setStep, k as versionText, l as plannedStep, n as downStep, o as aloneWatch, r as keepStep, s as backupStep, t as contentStep, u as serverStep } from "./shared-upgrade-steps.js";
import { $s as gate, Xs as action, ac as step, ic as sequence } from "./shared-common.js";
import { a as refreshStep } from "./shared-steps.js";
import { a as startNode, l as stoppedWatch, r as healthyWatch, s as stopNode } from "./shared-nodes.js";
import { i as openNode, n as maintenanceOf, r as closeNode } from "./shared-maintenance.js";
import { c as optionalText, d as runbook, n as duration, o as neededService, r as flag, u as text } from "./shared-input.js";

// src/release/database/upgrade-start.ts
/** The new server is started and its tables are brought up. What fails here fails behind the point of no return, and tells the way back. */
/** What ssh and the fence may take besides the work itself. */
const MARGIN_MS = 3e4;
const endedSchema = strictObject({ 
/** Last words of a command that did not do all of it; empty: it did. */
failed: string() });
function endedOf(results) {
	return { failed: results.flatMap((one) => one.kind === "exec" && one.exitCode !== 0 ? [one.stderr.trim().slice(-300)] : []).join("; ") };
}
/** What is so after a command that failed, the look behind it finds out, and tells it with the way back. */
function tolerated(effects) {
	return effects.map((effect) => effect.kind === "exec" ? {
		...effect,
		okExitCodes: [
			0,
			1,
			70
		]
	} : effect);
}
/** What its packages have started already runs on. */
function upStep({ target, on }) {
	return action({
		id: "start",
		title: `Start ${target.name} on ${on.host}`,
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => on.control.observe(ctx.signal),
		decide: (members, ctx) => {
			const down = members.filter(({ state }) => ctx.mode === "plan" || state !== "running");
			if (down.length === 0) return {
				kind: "nothing",
				why: "its packages have started it"
			};
			return {
				kind: "do",
				effects: tolerated(on.control.start(down, target.startMs))
			};
		},
		probe: "repeatable",
		timeoutMs: target.startMs + MARGIN_MS
	});
}
/** The usual watch, with the way back in what is told when it does not come. */
function worksWatch({ system, target, on, wayBack }) {
	const { decide, ...rest } = healthyWatch(system, target, on);
	return {
		...rest,
		decide(state) {
			const answer = decide(state);
			if (answer.kind !== "fail") return answer;
			const { problem } = answer;
			return {
				...answer,
				problem: {
					...problem,
					remedy: `read its log on ${on.host}, and mend it; ${wayBack}`
				}
			};
		}
	};
}
/** The program of MariaDB that brings its tables to the new version. MySQL does that by itself when it starts. */
function tablesStep(upgrade, server) {
	const { machine, on, asked, wayBack } = upgrade;
	const look = (record, signal) => machine.look(placeOf(upgrade, record), signal);
	const isDone = ({ upgradedTo }, { to }) => {
		const done = serverVersion(upgradedTo ?? "");
		return done !== void 0 && sameSeries(done, to);
	};
	return step({
		id: "tables",
		title: `Bring the tables of the system to the new version on ${on.host}`,
		inputs: { host: on.host },
		read: (ctx) => look(ctx.outputOf(server), ctx.signal),
		decide: (found, ctx) => {
			const record = ctx.outputOf(server);
			if (!record.tables || ctx.mode === "run" && isDone(found, record)) return {
				kind: "nothing",
				why: `they are those of ${versionText(record.to)}`
			};
			return {
				kind: "do",
				effects: tolerated(machine.upgradeTables(record.socket, asked.limitMs))
			};
		},
		outputs: endedSchema,
		collect: endedOf,
		verify: async (ctx, { failed }) => {
			const record = ctx.outputOf(server);
			if (!record.tables) return [];
			const found = await look(record, ctx.signal);
			if (isDone(found, record)) return [];
			return [{
				code: "database.tables-not-upgraded",
				where: on.host,
				found: `tables of ${found.upgradedTo ?? "a version that is not known"}${failed === "" ? "" : `: ${failed}`}`,
				expected: `tables of ${versionText(record.to)}`,
				remedy: `run mariadb-upgrade there by hand and read what it says; ${wayBack}`
			}];
		},
		probe: "repeatable",
		timeoutMs: asked.limitMs + MARGIN_MS
	});
}
/** Once more from the beginning: with the new tables, so that its log tells what is wrong with the server as it is now. */
function againStep({ target, on, asked }, server) {
	return action({
		id: "again",
		title: `Start ${target.name} on ${on.host} once more, with the new tables`,
		inputs: {
			service: target.name,
			host: on.host
		},
		read: (ctx) => on.control.observe(ctx.signal),
		decide: (members, ctx) => {
			if (!ctx.outputOf(server).tables) return {
				kind: "nothing",
				why: "no table was changed"
			};
			return {
				kind: "do",
				effects: [...on.control.stop(members, asked.stopMs), ...tolerated(on.control.start(members, target.startMs))]
			};
		},
		probe: "repeatable",
		timeoutMs: asked.stopMs + target.startMs + MARGIN_MS
	});
}

// src/release/database/upgrade.ts
/**
* The tree. What fails before `down` has changed nothing of the server; behind it nothing is undone, since packages are no way back once data was
* opened: users stay shut out, and the message names the restore.
*/
function serverUpgradeNodes(upgrade) {
	const { asked, service, system, target, on, host, users } = upgrade;
	const { doors } = service.target;
	const packages = packagesStep(upgrade);
	const server = serverStep(upgrade, packages);
	const before = contentStep(upgrade);
	const verified = verifyStep(upgrade, server, before);
	const prepare = system.prepareHosts([.../* @__PURE__ */ new Set([on.host, ...users.flatMap((one) => one.on.map((each) => each.host))])]);
	const slow = {
		...target,
		stopMs: asked.stopMs
	};
	const laid = prepare === null ? [] : [prepare];
	const steps = [
		...asked.refresh ? [...laid, sequence({
			...REFRESH,
			steps: [refreshStep(asked, host)]
		})] : [],
		...[
			packages,
			server,
			...asked.finish ? [] : [backupStep(upgrade)],
			plannedStep(upgrade, packages)
		],
		...asked.refresh ? [] : laid,
		...doors === null ? [] : [closing(service, doors, asked.reason)],
		...users.length === 0 ? [] : [stopNode(users)],
		...[
			aloneWatch(upgrade),
			before,
			...asked.finish ? [] : [keepStep(upgrade)]
		],
		...[
			downStep(upgrade),
			stoppedWatch(slow, on),
			setStep(upgrade, packages)
		],
		sequence({
			id: "up",
			title: `Start ${target.name} on ${on.host} with the new version`,
			steps: [upStep(upgrade), worksWatch(upgrade)]
		}),
		tablesStep(upgrade, server),
		sequence({
			id: "once-more",
			title: `Start ${target.name} on ${on.host} with the new tables`,
			steps: [againStep(upgrade, server), worksWatch(upgrade)]
		}),
		verified,
		...users.length === 0 ? [] : [startNode(system, users)],
		checkpoint(upgrade),
		...doors === null ? [] : [openNode(doors)]
	];
	return {
		root: sequence({
			id: "upgrade-database",
			title: `Upgrade ${target.name} on ${on.host}`,
			steps
		}),
		told(outputs) {
			const record = outputs(server);
			if (record === void 0) return null;
			return {
				from: versionText(record.from),
				to: versionText(record.to),
				verified: outputs(verified)
			};
		}
	};
}
const REFRESH = {
	id: "refresh",
	title: "Ask the package sources what they have"
};
const RETRY_AFTER_MS = 3e5;
function closing(service, doors, reason) {
	return closeNode(doors, maintenanceOf(service, {
		reason,
		until: null,
		message: null,
		retryAfterMs: RETRY_AFTER_MS
	}));
}
/** Users are let in by a person's word, and not before. */
function checkpoint({ system, target, on, wayBack }) {
	return gate({
		id: "checkpoint",
		title: `Inspect ${target.name} on ${on.host} before users are let in`,
		description: `From then on they write, and a restore loses what they wrote. If it is not as it must be: ${wayBack}`,
		role: system.role,
		evidence: [
			{
				kind: "check",
				name: "works",
				question: "Does the service do its work with the new server?"
			},
			{
				kind: "check",
				name: "log",
				question: "Is every error explained that the run has told of its log?"
			},
			{
				kind: "text",
				name: "seen",
				question: "What did you look at, and what did you see?",
				minLength: 10
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true && evidence["log"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "the new server is not as it must be; users stay shut out"
		}
	});
}

// runbooks/upgrade-database.ts
/** SOP: a newer MySQL or MariaDB. `node runbooks/upgrade-database.ts production --service database --reason "10.11 ends in 2028"`. */
const reason = text({
	name: "reason",
	question: "Why is it upgraded? Users read it too.",
	minLength: 3
});
const which = neededService({
	name: "service",
	question: "Which service of `system:` is the server?"
});
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const packages = optionalText({
	name: "packages",
	question: "Which packages, with commas between them: names or name=version. Left out: mariadb-server or mysql-server",
	check: (given) => given.split(",").every((word) => WORD.test(word)) ? void 0 : "names of packages, or name=version"
});
const admin = optionalText({
	name: "admin",
	question: "Reference to the connection string of an administrator. Left out: that of the migrations",
	check: (given) => /^(?:env|file):\S+$/.test(given) ? void 0 : "env:NAME or file:PATH, never the text itself"
});
const leave = optionalText({
	name: "leave",
	question: "Which services run on although they need it, with commas between them? Left out: HAProxy or Nginx, whichever is the proxy"
});
const planned = optionalText({
	name: "planned",
	question: "Digest of the versions that a plan has shown; with others nothing is changed",
	check: (given) => /^[0-9a-f]{12}$/.test(given) ? void 0 : "12 characters, as the plan prints them"
});
const refresh = flag({
	name: "refresh",
	question: "Ask the package sources first (apt-get update)?"
});
const backup = flag({
	name: "backup",
	question: "Take a full backup and verify it, while users are shut out? Else the last one must be good enough"
});
const replicated = flag({
	name: "replicated",
	question: "May it replicate from others, or others from it? Their order is then yours"
});
const finish = flag({
	name: "finish",
	question: "Are the packages there already, after a run that did not come through?"
});
const limit = duration({
	name: "limit",
	question: "How long the packages, and mariadb-upgrade, may take each",
	usual: "30m",
	minMs: 1e4,
	maxMs: 288e5
});
const stopLimit = duration({
	name: "stop-limit",
	question: "How long the server may take to write everything and stop",
	usual: "30m",
	minMs: 1e4,
	maxMs: 288e5
});
const upgradeDatabase = runbook({
	id: "upgrade-database",
	title: "Upgrade the server of the database",
	summary: "Brings the MySQL or MariaDB server of one host to a newer version by its packages. It is looked at first, and must have a verified backup. Users are shut out, what uses it is stopped, every row is counted, the server is stopped cleanly, changed, started and compared with before. A person looks at it; then users are let in.",
	when: "For a new version of the server, within its series or to a later one. Users see the page of maintenance for as long as it takes. Not for a server that replicates, unless you see to the order yourself (`--replicated`). Not where the database is rented: its provider upgrades it.",
	requirements: ["F3"],
	roles: [{
		role: "operator",
		does: "plans it, reads the versions and what the new version changes, and runs it with the digest of the plan"
	}, {
		role: "releaser",
		does: "inspects the new server and fills in the checkpoint (the role of the rollout)"
	}],
	severity: "destructive",
	inputs: [
		reason,
		which,
		packages,
		admin,
		leave,
		planned,
		refresh,
		backup,
		replicated,
		finish,
		limit,
		stopLimit
	],
	prerequisites: [
		"The release notes of every series between the two versions were read, and the service was tested with the new one.",
		"The backups are good (`shiplock backup status ENVIRONMENT`), or `--backup` is given.",
		"The account of `--admin` has the rights that docs/upgrades.md names.",
		"Users were told. No release is under way (`shiplock status ENVIRONMENT`)."
	],
	wayBack: "Before the server is stopped nothing of it was changed: `maintenance-off` and `system-start` let users in. Behind that older packages are no way back, since the new server has opened the data: users stay shut out, and the way back is a restore into a server of the old version (runbook `restore`, to the latest: nothing is lost, because nobody wrote). What can be mended is mended, and the runbook run again with `--finish`.",
	clauses: [{
		id: "F3",
		says: "The server of the database is upgraded to exactly the planned version, with a verified backup behind it and users shut out; rows and tables are compared with before, and a person inspects it before users are let in.",
		nodes: [
			"upgrade-database/look",
			"upgrade-database/server",
			"upgrade-database/backup",
			"upgrade-database/planned",
			"upgrade-database/close",
			"upgrade-database/before",
			"upgrade-database/keep",
			"upgrade-database/down",
			"upgrade-database/packages",
			"upgrade-database/tables",
			"upgrade-database/verify",
			"upgrade-database/checkpoint",
			"upgrade-database/open"
		],
		test: "test/integration/runbook-upgrade-database.test.ts"
	}],
	sample: {
		reason: "the series ends",
		service: "database"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const { environment, service: about } = context.service.target;
			const upgrade = openServerUpgrade(context.service, context.system(), {
				service: given(which),
				reason: given(reason),
				packages: given(packages),
				admin: given(admin),
				planned: given(planned),
				refresh: given(refresh),
				backup: given(backup),
				leave: given(leave)?.split(","),
				replicated: given(replicated),
				finish: given(finish),
				limitMs: given(limit),
				stopMs: given(stopLimit)
			});
			const { root, told } = serverUpgradeNodes(upgrade);
			return {
				title: `Upgrade ${given(which)} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root,
				report(outputs) {
					const found = told(outputs);
					const { verified } = found ?? {};
					return {
						text: found === null ? "nothing was looked at" : `${given(which)}: ${found.from} → ${found.to}, ${verified?.tables ?? 0} tables with ${verified?.rows ?? 0} rows as before, ${verified?.errors.length ?? 0} errors in its log`,
						json: jsonSchema.parse({
							service: given(which),
							...found
						})
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, upgradeDatabase);

export { upgradeDatabase as default };