import { Jn as string, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { $s as gate, Qs as forEach, ac as step, ic as sequence, tc as parallel } from "./shared-common.js";
import { t as upgradeHosts } from "./shared-upgrade.js";
import { c as optionalText, d as runbook, i as host, l as service, n as duration, r as flag, s as number, u as text } from "./shared-input.js";
import { a as refreshStep, d as digestOfChanges, i as lookStep, n as fitStep, o as restartStep, r as healthyNode, s as setStep, t as afterStep } from "./shared-steps.js";

// src/system/upgrade/node.ts
function upgradeNodes(upgrade) {
	const { hosts, atOnce, refresh } = upgrade;
	const looks = new Map(hosts.map((one) => [one.host, lookStep(upgrade, one)]));
	const after = new Map(hosts.map((one) => [one.host, afterStep(one, lookOf(looks, one))]));
	const body = (one) => hostNode(upgrade, one, lookOf(looks, one), after.get(one.host));
	const [first, ...rest] = hosts;
	const refreshed = parallel({
		id: "refresh",
		title: "Ask the package sources what they have",
		description: "A plan shows what the hosts know before it: give its digest with --planned, and nothing else is installed.",
		steps: hosts.map((one) => refreshStep(upgrade, one))
	});
	const looked = parallel({
		id: "look",
		title: "Look what is to be upgraded",
		description: "Nothing else than what is found here is changed later.",
		steps: [...looks.values()]
	});
	return {
		after: [...after.values()],
		nodes: [
			...refresh ? [refreshed] : [],
			looked,
			plannedStep(upgrade, looks),
			...first === void 0 ? [] : [sequence({
				id: "first",
				title: `${first.host}, alone`,
				steps: [body(first)]
			}), ...rest.length === 0 ? [] : [checkpoint(upgrade, first, () => rest.map((one) => lookOf(looks, one))), forEach({
				id: "rest",
				title: `The other hosts, ${atOnce === 1 ? "one after the other" : `${atOnce} at a time`}`,
				items: rest,
				shares: sharesOf(rest.length, atOnce),
				body
			})]]
		]
	};
}
/** Cumulative shares that make batches of the same size behind the first of them, which is alone. Pure. */
function sharesOf(count, atOnce) {
	const ends = [];
	for (let end = 1; end < count; end += atOnce) ends.push((end - .5) / count);
	return ends;
}
function lookOf(looks, { host }) {
	const look = looks.get(host);
	if (look === void 0) throw new TypeError("every host is looked at");
	return look;
}
function hostNode(upgrade, one, look, after) {
	const { host, traffic } = one;
	const set = setStep(upgrade, one, look);
	const moved = traffic?.around(host, (ctx) => ctx.outputOf(look).changes.length > 0);
	return sequence({
		id: host,
		title: `Upgrade ${host}`,
		steps: [
			...upgrade.mustBeFit ? [fitStep(upgrade, one, look)] : [],
			...moved?.out ?? [],
			set,
			restartStep(upgrade, one, look, set),
			healthyNode(upgrade, one, look),
			...moved?.back ?? [],
			...after === void 0 ? [] : [after]
		]
	});
}
const plannedSchema = strictObject({ digest: string() });
/** Binds a run to a plan: the same list, or nothing is changed. */
function plannedStep({ planned }, looks) {
	const digestNow = (outputOf) => digestOfChanges([...looks].map(([host, look]) => ({
		host,
		changes: outputOf(look).changes
	})));
	return step({
		id: "planned",
		title: "Compare it with what was planned",
		inputs: { planned: planned ?? null },
		read: async () => null,
		decide: (_facts, ctx) => {
			const digest = digestNow((look) => ctx.outputOf(look));
			if (planned === void 0) return {
				kind: "nothing",
				why: `nothing is asked; to ask for this list: --planned ${digest}`
			};
			if (planned === digest) return {
				kind: "nothing",
				why: "it is the same list"
			};
			return {
				kind: "refuse",
				problems: [{
					code: "system.candidate-changed",
					where: "--planned",
					found: `${planned}, while the list of today is ${digest}`,
					expected: "the same packages and versions on all hosts as when it was planned",
					remedy: "plan it again, look at the list, and give its digest"
				}]
			};
		},
		outputs: plannedSchema,
		collect: (_results, _facts, ctx) => ({ digest: digestNow((look) => ctx.outputOf(look)) }),
		probe: "repeatable"
	});
}
/** The forced checkpoint: no flag skips it. It falls away only where no other host is to be changed. */
function checkpoint({ system }, { host }, rest) {
	return gate({
		id: "checkpoint",
		title: `Inspect ${host} before any other host is touched`,
		role: system.role,
		evidence: [{
			kind: "check",
			name: "works",
			question: `Does everything on ${host} do its work with the new packages?`
		}, {
			kind: "text",
			name: "seen",
			question: "What did you look at, and what did you see?",
			minLength: 10
		}],
		guard: { kind: "nothing-shifted" },
		needed: (ctx) => rest().some((look) => ctx.outputOf(look).changes.length > 0),
		judge: (evidence) => evidence["works"] === true ? { kind: "pass" } : {
			kind: "reject",
			why: `not everything on ${host} does its work`
		}
	});
}
/** What was installed where, as a table for people. Pure. */
function afterText(rows) {
	return rows.flatMap(({ host, packages, left, reboot }) => [
		...packages.length === 0 ? [`${host}: nothing to upgrade`] : [],
		...packages.map(({ name, before, after }) => `${host}: ${name} ${before ?? "(new)"} → ${after}`),
		...left.length === 0 ? [] : [`${host}: still with old files until a reboot: ${left.join(", ")}`],
		...reboot ? [`${host}: asks for a reboot`] : []
	]).join("\n");
}

// runbooks/upgrade-packages.ts
/** SOP: upgrade packages host by host. `node runbooks/upgrade-packages.ts production --packages openssl --reason "CVE-2026-1234"`. */
const reason = text({
	name: "reason",
	question: "Why is it upgraded? It stands in the journal.",
	minLength: 3
});
const packages = text({
	name: "packages",
	question: "Which packages, with commas between them: names, name=version, or all",
	check: (given) => given === "all" || given.split(",").every((word) => WORD.test(word)) ? void 0 : "names of packages, name=version, or all"
});
/** Debian policy 5.6.1 and 5.6.12. */
const WORD = /^(?!all$)[a-z0-9][a-z0-9.+-]+(?::[a-z0-9-]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const there = host({
	name: "host",
	question: "Only this host. It is changed also when its services do not run"
});
const only = service({
	name: "service",
	question: "Only hosts on which this service runs"
});
const planned = optionalText({
	name: "planned",
	question: "Digest of the list that a plan has shown; with another list nothing is changed",
	check: (given) => /^[0-9a-f]{12}$/.test(given) ? void 0 : "12 characters, as the plan prints them"
});
const refresh = flag({
	name: "refresh",
	question: "Ask the package sources first (apt-get update)?"
});
const downgrade = flag({
	name: "downgrade",
	question: "May an older version take the place of a newer one?"
});
const atOnce = number({
	name: "at-once",
	question: "Hosts at the same time, once the first one was inspected",
	usual: 1,
	min: 1,
	max: 8
});
const limit = duration({
	name: "limit",
	question: "How long the package work of one host may take",
	usual: "15m",
	minMs: 1e4,
	maxMs: 144e5
});
const upgradePackages = runbook({
	id: "upgrade-packages",
	title: "Upgrade packages, host by host",
	summary: "Brings packages of the hosts to newer versions. Each host is taken out of the traffic, changed, and brought back when everything on it does its work. The first host is changed alone; a person looks at it before any other is touched; then the rest follows.",
	when: "When packages of the operating system must be upgraded, for a known weakness for instance. Users are served meanwhile by the other hosts; what runs on one host only is down for as long as its restart takes. Not for the service itself: that is a release. Not for the server of the database.",
	requirements: ["F3"],
	roles: [{
		role: "operator",
		does: "plans it, looks at the list of packages and versions, and runs it with the digest of that list"
	}, {
		role: "releaser",
		does: "inspects the first host and fills in the checkpoint (the role of the rollout)"
	}],
	severity: "changes",
	inputs: [
		reason,
		packages,
		there,
		only,
		planned,
		refresh,
		downgrade,
		atOnce,
		limit
	],
	prerequisites: [
		"Everything is healthy (`shiplock runbook run system-status ENVIRONMENT`).",
		"No release is under way (`shiplock status ENVIRONMENT`).",
		"The plan was read: which packages, from which version to which, on which host, and whether the old version can still be had."
	],
	wayBack: "A host on which something fails stays out of the traffic, and no other host is touched. The message prints the command that brings the versions before back, as far as a source still has them: the same runbook with `--host`, `--packages name=version` and `--downgrade`. Packages that came as a new need stay.",
	clauses: [{
		id: "F3",
		says: "Host packages are upgraded host by host to exactly the versions that were planned; no second host is touched before the first one was inspected and the inspection was filled in.",
		nodes: [
			"upgrade-packages/look",
			"upgrade-packages/planned",
			"upgrade-packages/first",
			"upgrade-packages/checkpoint",
			"upgrade-packages/rest"
		],
		test: "test/integration/runbook-upgrade.test.ts"
	}],
	sample: {
		reason: "weakness in openssl",
		packages: "openssl"
	},
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const { environment, service: about } = context.service.target;
			const asked = {
				downgrade: given(downgrade),
				host: given(there),
				service: given(only)
			};
			const upgrade = {
				system,
				environment,
				words: given(packages).split(","),
				limitMs: given(limit),
				atOnce: given(atOnce),
				refresh: given(refresh),
				planned: given(planned),
				mustBeFit: asked.host === void 0,
				hosts: upgradeHosts(context.service, system, asked)
			};
			const prepare = system.prepareHosts(upgrade.hosts.map((one) => one.host));
			const { nodes, after } = upgradeNodes(upgrade);
			const what = `${given(packages)} on ${upgrade.hosts.length === 1 ? upgrade.hosts[0]?.host ?? "" : `${upgrade.hosts.length} hosts`}`;
			return {
				title: `Upgrade ${what} of ${about} in ${environment}`,
				description: `Reason: ${given(reason)}`,
				root: sequence({
					id: "upgrade-packages",
					title: `Upgrade ${what}`,
					steps: [...prepare === null ? [] : [prepare], ...nodes]
				}),
				report(outputs) {
					const rows = after.flatMap((step) => outputs(step) ?? []);
					return {
						text: afterText(rows),
						json: { hosts: rows.map((row) => ({
							...row,
							packages: row.packages.map((one) => ({ ...one })),
							left: [...row.left]
						})) }
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, upgradePackages);

export { upgradePackages as default };