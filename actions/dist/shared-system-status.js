import { Et as _enum, Jn as string, Nt as array, qn as strictObject } from "./shared-schemas.js";
import { t as runIfStarted } from "./shared-own.js";
import { t as jsonSchema } from "./shared-json.js";
import { d as runbook, l as service } from "./shared-input.js";
import { d as membersText, f as noneRuns, l as memberSchema, o as allRun, s as lookAt, t as startOrder } from "./shared-order.js";
import { s as problemsOf } from "./shared-problem.js";
import { ac as step, tc as parallel } from "./shared-common.js";

// src/system/status.ts
/** What is true of every service of the system now. Looks only. */
const rowSchema = strictObject({
	service: string(),
	host: string(),
	/** `partly`: some of its units run. `unknown`: the host could not be asked. */
	state: _enum([
		"running",
		"unhealthy",
		"partly",
		"stopped",
		"absent",
		"unknown"
	]),
	detail: string(),
	members: array(memberSchema).readonly()
});
const outputs = strictObject({ row: rowSchema });
/** A step for each service on each host; one that cannot be asked does not keep the others from being seen. */
function statusNode(system, services) {
	const pairs = services.map((service) => service.on.map((host) => statusStep(system, service, host)));
	return {
		steps: pairs.flat(),
		root: parallel({
			id: "status",
			title: "Look at every service of the system",
			steps: services.map((service, index) => parallel({
				id: service.name,
				title: `${service.name} (${service.what})`,
				steps: pairs[index] ?? []
			}))
		})
	};
}
function statusStep(system, service, host) {
	return step({
		id: host.host,
		title: `Look at ${service.name} on ${host.host}`,
		inputs: {
			service: service.name,
			host: host.host
		},
		read: (ctx) => rowOf(system, service, host, ctx),
		decide: (row) => ({
			kind: "nothing",
			why: row.detail === "" ? row.state : `${row.state}: ${row.detail}`
		}),
		outputs,
		collect: (_results, row) => ({ row }),
		probe: "repeatable"
	});
}
async function rowOf(system, service, host, { clock, signal }) {
	const base = {
		service: service.name,
		host: host.host
	};
	try {
		const { members, unhealthy } = await lookAt(service, host, system.probe, {
			now: clock.now(),
			signal
		});
		const state = members.length === 0 ? "absent" : allRun(members) ? unhealthy === null ? "running" : "unhealthy" : noneRuns(members) ? "stopped" : "partly";
		return {
			...base,
			state,
			members,
			detail: state === "running" ? "" : unhealthy ?? membersText(members)
		};
	} catch (error) {
		signal.throwIfAborted();
		const [problem] = problemsOf(error, host.host);
		return {
			...base,
			state: "unknown",
			members: [],
			detail: problem?.found ?? "no answer"
		};
	}
}
/** The rows as a table for people. Pure. */
function statusText(rows) {
	const width = (key) => Math.max(key.length, ...rows.map((row) => row[key].length));
	const [services, hosts, states] = [
		width("service"),
		width("host"),
		width("state")
	];
	const line = (service, host, state, detail) => `${service.padEnd(services)}  ${host.padEnd(hosts)}  ${state.padEnd(states)}  ${detail}`.trimEnd();
	return [line("SERVICE", "HOST", "STATE", ""), ...rows.map((row) => line(row.service, row.host, row.state, row.detail))].join("\n");
}

// runbooks/system-status.ts
/** SOP: see what of the system runs, on which host, and whether it is healthy. `node runbooks/system-status.ts production`. */
const only = service({
	name: "service",
	question: "Look only at this service"
});
const systemStatus = runbook({
	id: "system-status",
	title: "See how the system is",
	summary: "Asks every host of the system what of it runs and whether it is healthy. Changes nothing and needs no lease.",
	when: "At any time; first of all when something is wrong. It works while a release or another runbook holds the environment, and when the disk of this machine is full.",
	requirements: ["F1"],
	roles: [{
		role: "operator",
		does: "reads it"
	}],
	severity: "reads",
	inputs: [only],
	prerequisites: [],
	wayBack: "Nothing is changed.",
	clauses: [{
		id: "F1",
		says: "What of the system runs, on which host, and whether it is healthy, is seen at once; a host that cannot be asked does not hide the others.",
		nodes: [
			"status/database",
			"status/api",
			"status/proxy"
		],
		test: "test/integration/runbook-system.test.ts"
	}],
	sample: {},
	how: {
		kind: "tree",
		build(given, context) {
			const system = context.system();
			const name = given(only);
			const services = startOrder(system.services).filter((one) => name === void 0 || one.name === name);
			const { root, steps } = statusNode(system, services);
			const { environment, service: about } = context.service.target;
			return {
				title: `See how ${name ?? "the system"} of ${about} in ${environment} is`,
				description: "Each service on each of its hosts: its units as systemd knows them, and its health from this machine.",
				root,
				report(outputs) {
					const rows = steps.flatMap((step) => {
						const found = outputs(step);
						return found === void 0 ? [] : [found.row];
					});
					return {
						text: statusText(rows),
						json: jsonSchema.parse({
							environment,
							services: rows
						})
					};
				}
			};
		}
	}
});
await runIfStarted(import.meta.url, systemStatus);

export { systemStatus as default };