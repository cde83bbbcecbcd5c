import { dr as needed, fr as unknownChange } from "./shared-common.js";
import { a as requestDigest } from "./shared-text2.js";

// src/release/change/standing.ts
function objections(standing) {
	const { asked, environment, record, now } = standing;
	if (asked.id === null) return [never(needed(environment))];
	if (record === null) return [never(unknownChange(asked.id, environment))];
	const { head } = record;
	const where = head.change;
	const found = [];
	if (head.closed !== void 0) {
		const { by, at, outcome } = head.closed;
		found.push(never(closedProblem(where, `closed as ${outcome} by ${by} at ${at}`)));
	}
	if (asked.request !== null && requestDigest(record) !== asked.request) found.push(never(edited(where)));
	if (head.plan !== asked.plan) found.push(never(otherPlan(where, head.plan, asked.plan)));
	const done = standing.runs.find(({ outcome }) => outcome === "done");
	if (done !== void 0) found.push(never(carriedOut(where, done.run)));
	const open = standing.runs.find(({ outcome }) => outcome === null);
	if (open !== void 0) found.push(never(underWay(where, open.run)));
	const { window } = head;
	if (window !== void 0 && now < Date.parse(window.from)) found.push(later(notYet(where, window.from)));
	if (window !== void 0 && now > Date.parse(window.until)) found.push(never(over(where, window.until)));
	return found;
}
const never = (problem) => ({
	never: true,
	problem
});
const later = (problem) => ({
	never: false,
	problem
});
function closedProblem(where, found) {
	return {
		code: "change.closed",
		where,
		found,
		expected: "a change that is still open",
		remedy: "ask anew with `shiplock change new`"
	};
}
function edited(where) {
	return {
		code: "change.edited",
		where,
		found: "a record that was edited since this run began",
		expected: "the words that persons were shown, and approved",
		remedy: "put them back, or end this run (`shiplock rollout abort`, or `shiplock unlock --from` for a runbook) and begin one for the record as it is now"
	};
}
function otherPlan(where, asked, found) {
	return {
		code: "change.other-plan",
		where,
		found: `plan ${found.slice(7, 23)}`,
		expected: `plan ${asked.slice(7, 23)}, which the record asks for`,
		remedy: `\`shiplock change show ${where}\` says what differs; ask for today's plan with \`shiplock change new\`, and withdraw this one`
	};
}
function carriedOut(where, run) {
	return {
		code: "change.carried-out",
		where,
		found: `a change that run ${run} has carried out`,
		expected: "a change that was not made yet: each record is for one",
		remedy: "ask for the next one with `shiplock change new`"
	};
}
function underWay(where, run) {
	return {
		code: "change.under-way",
		where,
		found: `run ${run}, which is not over`,
		expected: "one run at a time for a change",
		remedy: `go on with it: shiplock resume ${run}`
	};
}
function notYet(where, from) {
	return {
		code: "change.not-yet",
		where,
		found: `a window that opens at ${from}`,
		expected: "to begin in the window that was asked for",
		remedy: `\`shiplock resume\` looks again, from ${from} on`
	};
}
function over(where, until) {
	return {
		code: "change.window-over",
		where,
		found: `a window that has closed at ${until}`,
		expected: "to begin in the window that was asked for",
		remedy: "withdraw it, and ask for another window with `shiplock change new`"
	};
}

export { otherPlan as n, underWay as r, objections as t };