import { Pn as number, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as ROLES } from "./shared-database.js";
import { t as ProblemError } from "./shared-problem.js";
import { $s as gate, Xs as action, ic as sequence, oc as watch } from "./shared-common.js";
import { t as restartNode } from "./shared-restart.js";
import { a as olderOf, c as inUse, i as lookAtPasswords, n as beginNodes, o as openRotation, r as finishNodes, s as stateIn, t as backNodes, u as odd } from "./shared-rotate-steps.js";
import { c as optionalText, d as runbook, n as duration, t as choice, u as text } from "./shared-input.js";
import { t as startOrder } from "./shared-order.js";

// src/release/database/rotate-runbook.ts
/** Until the last part both passwords are let in: what fails before puts the old one behind its reference again, and cuts nobody off. */
function rotateNodes({ work, system, services, prepare, waitMs }) {
	const { role, user, from } = work.account;
	return sequence({
		id: "password-rotate",
		title: `Exchange the password of ${user}@${from} (${role})`,
		steps: [
			lookStep(work),
			...prepare === null ? [] : [prepare],
			sequence({
				id: "exchange",
				title: "Exchange it while both are let in",
				steps: [
					sequence({
						id: "begin",
						title: "Let a new password in beside the old one",
						steps: beginNodes(work)
					}),
					restartNode(system, services),
					olderWatch(work, system, waitMs),
					beforeLast(work, system, services)
				],
				rollback: sequence({
					id: "back",
					title: "Put the old password behind its reference again; both are let in",
					steps: backNodes(work)
				})
			}),
			sequence({
				id: "finish",
				title: "Let in only the new password",
				steps: finishNodes(work)
			})
		]
	});
}
function lookStep(work) {
	const { account } = work;
	return action({
		id: "look",
		title: `Look which passwords of ${account.user}@${account.from} are let in`,
		inputs: {
			role: account.role,
			user: account.user,
			from: account.from
		},
		read: () => lookAtPasswords(work),
		decide: (found) => {
			const state = stateIn(found);
			if (state === "odd") return {
				kind: "refuse",
				problems: [odd(account)]
			};
			if (isTakenBack(found, state)) return {
				kind: "refuse",
				problems: [takenBack(work)]
			};
			return {
				kind: "nothing",
				why: state === "one" ? "one, that behind its reference" : "two: an exchange that is under way is gone on with"
			};
		},
		probe: "repeatable"
	});
}
/** Both are let in, and the new one stands nowhere any more: gone on with, it would end with the old one alone. */
function isTakenBack({ own, before, next }, state) {
	return state === "both" && next === null && own !== null && own === before;
}
const sampleSchema = strictObject({
	/** Wall clock, milliseconds. */
	time: number(),
	older: number().nullable()
});
const LOOK_EVERY_MS = 1e3;
/** A connection from before the exchange belongs to a program that has not read the new password yet. */
function olderWatch(work, system, waitMs) {
	const { account } = work;
	return watch({
		id: "older",
		title: "Wait until nobody is connected from before the exchange",
		inputs: {
			user: account.user,
			waitMs
		},
		everyMs: LOOK_EVERY_MS,
		samples: sampleSchema,
		outputs: strictObject({ older: number() }),
		sample: async (ctx) => ({
			older: await olderOf(work),
			time: ctx.clock.now()
		}),
		start: () => ({
			from: null,
			last: null
		}),
		fold: ({ from }, sample) => ({
			from: from ?? sample.time,
			last: sample
		}),
		decide: ({ from, last }) => {
			if (from === null || last === null) return {
				kind: "look-on",
				status: "nothing seen yet"
			};
			if (last.older === 0) return {
				kind: "pass",
				status: "nobody is",
				outputs: { older: 0 }
			};
			if (last.older === null) return {
				kind: "fail",
				problem: inUse(account, null)
			};
			const status = `${last.older} connections from before`;
			return last.time - from < waitMs ? {
				kind: "look-on",
				status
			} : {
				kind: "ask",
				status
			};
		},
		ask: {
			gate: gate({
				id: "still-there",
				title: `Somebody is connected as ${account.user} since before the exchange: find out who`,
				description: "`SHOW PROCESSLIST` on the server tells from which host. Restart it by hand, or have it read the new password; then wait on.",
				role: system.role,
				evidence: [{
					kind: "check",
					name: "wait",
					question: "Wait on? No takes the exchange back"
				}],
				guard: { kind: "nothing-shifted" }
			}),
			goOn: (evidence, state) => evidence["wait"] === true ? {
				answer: {
					kind: "look-on",
					status: "waiting on"
				},
				state: {
					...state,
					from: null
				}
			} : {
				answer: {
					kind: "fail",
					problem: inUse(account, state.last?.older ?? null)
				},
				state
			}
		},
		forecast: async () => `looks every second, and asks a person after ${Math.round(waitMs / 1e3)} s`
	});
}
/** A program that has the old password and no open connection cannot be seen by anybody but a person who knows it. */
function beforeLast({ account }, { role }, services) {
	return gate({
		id: "checkpoint",
		title: `Confirm that everything that uses ${account.user} has the new password`,
		description: "From then on the old one is let in no more. Until then “no” takes the exchange back, and nobody is cut off.",
		role,
		evidence: [
			{
				kind: "check",
				name: "works",
				question: `Does ${services.map(({ name }) => name).join(", ")} do its work, with the new password where it reads it?`
			},
			{
				kind: "check",
				name: "others",
				question: "Have jobs, reports and people got it that use the account too?"
			},
			{
				kind: "text",
				name: "seen",
				question: "What did you look at, and what did you see?",
				minLength: 10
			}
		],
		guard: { kind: "nothing-shifted" },
		judge: (evidence) => evidence["works"] === true && evidence["others"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: "somebody still needs the old password"
		}
	});
}
function takenBack({ account, service }) {
	return {
		code: "database.exchange-taken-back",
		where: `account ${account.user}@${account.from}`,
		found: "an exchange that was taken back: the password that nobody needs is still let in",
		expected: "one password, or an exchange that goes on",
		remedy: `drop it first: shiplock database rotate ${service.environment.environment} ${account.role} --finish; then run this again`
	};
}

// runbooks/password-rotate.ts
/** SOP: a new password of an account of the database. `node runbooks/password-rotate.ts production --role application --services api --reason "every quarter"`. */
const reason = text({
	name: "reason",
	question: "Why is it exchanged? It stands in the journal.",
	minLength: 3
});
const role = choice({
	name: "role",
	question: "Which account of `database.accounts`?",
	options: ROLES
});
const users = text({
	name: "services",
	question: "Which services of `system:` use it, with commas between them? They are restarted, host by host",
	check: (given) => /^[a-z0-9_-]+(?:,[a-z0-9_-]+)*$/.test(given) ? void 0 : "names of services"
});
const admin = optionalText({
	name: "admin",
	question: "Reference to the connection string of an administrator. Left out: that of the migrations",
	check: (given) => /^(?:env|file):\S+$/.test(given) ? void 0 : "env:NAME or file:PATH, never the text itself"
});
const wait = duration({
	name: "wait",
	question: "How long connections from before are waited for, until a person is asked",
	usual: "5m",
	minMs: 1e3,
	maxMs: 288e5
});
const passwordRotate = runbook({
	id: "password-rotate",
	title: "Exchange a password of the database",
	summary: "Makes a new password of one account, lets it in beside the old one, puts it behind its reference, restarts what uses it, on the first host alone until a person has inspected it, waits until nobody is connected from before, and lets the old one in no more.",
	when: "By rule (every quarter, say), when somebody leaves who knew it, or when it was seen where it should not be. Services read the reference when they start. Where a host has a copy of the secret, have it copied there between the exchange and the restart; this runbook does not.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "runs it"
	}, {
		role: "releaser",
		does: "inspects the first host, and confirms at the end that nobody needs the old password (the role of the rollout)"
	}],
	severity: "changes",
	reach: "without-database",
	inputs: [
		reason,
		role,
		users,
		admin,
		wait
	],
	prerequisites: [
		"The secret of the account is a `file:` that is written from here, and each service reads that file when it starts.",
		"The services are healthy (`shiplock runbook run system-status ENVIRONMENT`).",
		"The server keeps two passwords: MySQL 8.0.14, MariaDB 10.4, or newer."
	],
	wayBack: "Until the last step both passwords are let in. When a host does not come up, or a checkpoint is filled in with “no”, the old one is put behind its reference again (4), and nobody is cut off: restart what was restarted already (`system-restart`), then drop the new one (`shiplock database rotate … --finish`). Behind the last step there is no way back to the old one; a new exchange makes another.",
	clauses: [{
		id: "F1",
		says: "A password is exchanged while both are let in; services are restarted host by host, the first one alone until it was inspected; the old one is discarded last, when nobody is connected with it and a person has confirmed it.",
		nodes: [
			"password-rotate/look",
			"password-rotate/exchange/begin",
			"password-rotate/exchange/restart/api/web1",
			"password-rotate/exchange/restart/api/checkpoint",
			"password-rotate/exchange/older",
			"password-rotate/exchange/checkpoint",
			"password-rotate/finish"
		],
		test: "test/integration/runbook-password-rotate.test.ts"
	}],
	sample: {
		reason: "every quarter",
		role: "application",
		services: "api"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const { environment, service: about } = context.service.target;
			const system = context.system();
			const services = named(startOrder(system.services), given(users).split(","));
			const work = openRotation(context.service, {
				environment,
				role: given(role),
				admin: given(admin) ?? null
			});
			const prepare = system.prepare(services);
			return {
				title: `Exchange the password of ${work.account.user} (${given(role)}) of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: rotateNodes({
					work,
					system,
					services,
					prepare,
					waitMs: given(wait)
				})
			};
		}
	}
});
/** @throws ProblemError for a name that is none of them */
function named(services, names) {
	const strange = names.find((name) => services.every((one) => one.name !== name));
	if (strange === void 0) return services.filter(({ name }) => names.includes(name));
	throw new ProblemError({
		code: "cli.runbook-input",
		where: "--services",
		found: JSON.stringify(strange),
		expected: `some of ${services.map(({ name }) => name).join(", ")}`,
		remedy: "give names of services of `system:`, with commas between them"
	});
}
await runIfStarted(import.meta.url, passwordRotate);

export { passwordRotate as default };