import { Et as _enum, Jn as string, Nt as array, Pn as number, qn as strictObject } from "./shared-schemas.js";
import { s as problemsOf } from "./shared-problem.js";
import { a as healthAt } from "./shared-system.js";

// src/system/looks.ts
/** What is seen of a service on one host, and what follows from it. */
const memberSchema = strictObject({
	name: string(),
	state: _enum([
		"running",
		"partly",
		"stopped",
		"failed",
		"changing",
		"missing"
	]),
	identity: string().nullable(),
	detail: string(),
	workload: strictObject({
		replicas: number().int(),
		resourceVersion: string()
	}).readonly().exactOptional()
});
/** One look, as it is journaled by watches and recorded by steps. */
const lookSchema = strictObject({
	/** Wall clock, milliseconds. */
	time: number(),
	members: array(memberSchema).readonly(),
	/** Null: healthy, or nothing is asked of it. */
	unhealthy: string().nullable(),
	/** Why it could not be looked at: then nothing else of this is known. */
	unseen: string().nullable()
});
/** The members in one of these states. Pure. */
function membersIn(members, ...states) {
	return members.filter(({ state }) => states.includes(state));
}
/** Does everything of it run? Nothing at all does not run. Pure. */
function allRun(members) {
	return members.length > 0 && members.every(({ state }) => state === "running");
}
/** Does nothing of it run, and nothing is on its way? Pure. */
function noneRuns(members) {
	return membersIn(members, "running", "partly", "changing").length === 0;
}
/** `mariadb.service running`, with the last words of what is not well. Pure. */
function membersText(members) {
	if (members.length === 0) return "nothing is installed";
	return members.map(({ name, state, detail }) => `${name} ${state}${detail === "" ? "" : ` (${detail})`}`).join(", ");
}
/** Looks at a service on one host; its health only where it runs. */
async function lookAt({ health }, { address, control }, probe, { now, signal }) {
	const members = await control.observe(signal);
	return {
		time: now,
		members,
		unhealthy: health === null || !allRun(members) ? null : await probe(healthAt(health, address), signal),
		unseen: null
	};
}
/** A look that was not possible: a host that says nothing is waited for no longer than one that does. @throws what aborts the look */
function unseenLook(error, where, now, signal) {
	signal.throwIfAborted();
	return {
		time: now,
		members: [],
		unhealthy: null,
		unseen: problemsOf(error, where)[0]?.found ?? "no answer"
	};
}

// src/system/order.ts
/** Every service behind all that it needs, otherwise as they are configured. */
function startOrder(services) {
	const turn = [];
	const add = (service) => {
		if (turn.includes(service)) return;
		for (const other of services) if (service.after.includes(other.name)) add(other);
		turn.push(service);
	};
	for (const service of services) add(service);
	return turn;
}
/** The named services and all that they need: what is started with them. In starting order; no name means all. */
function withNeeds(services, names) {
	return closure(services, names, (one, other) => one.after.includes(other.name));
}
/** The named services and all that need them: what is stopped with them. In starting order; no name means all. */
function withDependents(services, names) {
	return closure(services, names, (one, other) => other.after.includes(one.name));
}
/** For each service the ones of `services` that it is started after. */
function startsAfter(services) {
	const names = new Set(services.map(({ name }) => name));
	return Object.fromEntries(services.map(({ name, after }) => [name, after.filter((other) => names.has(other))]));
}
/** For each service the ones of `services` that it is stopped after: those that need it. */
function stopsAfter(services) {
	return Object.fromEntries(services.map(({ name }) => [name, services.filter(({ after }) => after.includes(name)).map((dependent) => dependent.name)]));
}
function closure(services, names, leads) {
	const order = startOrder(services);
	if (names.length === 0) return order;
	const found = new Set(order.filter(({ name }) => names.includes(name)));
	for (const one of found) for (const other of order) if (leads(one, other)) found.add(other);
	return order.filter((service) => found.has(service));
}

export { withNeeds as a, lookSchema as c, membersText as d, noneRuns as f, withDependents as i, memberSchema as l, startsAfter as n, allRun as o, unseenLook as p, stopsAfter as r, lookAt as s, startOrder as t, membersIn as u };