import { c as formatDuration } from "./shared-scalars.js";

// src/backup/drill/judge.ts
const DAY_MS = 864e5;
/** How old the last drill may be that came through: its interval, and time for a late one to end. Milliseconds. */
const DRILL_WITHIN_MS = {
	daily: 108e6,
	weekly: 8 * DAY_MS,
	monthly: 33 * DAY_MS
};
/** The newest that came through. Pure. */
function lastThrough(drills) {
	return drills.findLast(({ outcome }) => outcome !== "failed") ?? null;
}
/** What speaks against the restores. Drills that were held by hand count as well. Pure. */
function drillProblems(drills, rules) {
	return [
		...overdue(lastThrough(drills), rules),
		...newest(drills.at(-1), rules),
		...outOfReach(rules)
	];
}
function overdue(last, { where, now, every }) {
	if (every === null) return [];
	const withinMs = DRILL_WITHIN_MS[every];
	const ageMs = last === null ? null : now - Date.parse(last.at);
	if (ageMs !== null && ageMs <= withinMs) return [];
	return [{
		code: "backup.drill-overdue",
		where,
		found: ageMs === null ? "no drill that came through" : `the last drill that came through was ${rounded(ageMs)} ago`,
		expected: `a drill that came through within ${rounded(withinMs)} (\`backup.drill.every: ${every}\`)`,
		remedy: "look at the log of its timer, and run `shiplock restore drill`"
	}];
}
function newest(drill, { where }) {
	if (drill === void 0 || drill.outcome === "kept") return [];
	const why = drill.problems.map(({ code, found }) => `${found} (${code})`).join("; ");
	if (drill.outcome === "failed") return [{
		code: "backup.drill-failed",
		where: `${where} ${drill.run}`,
		found: `the drill of ${drill.at} failed: ${why}`,
		expected: "a restore that comes through",
		remedy: "do not wait for the day on which it is needed: mend what it names, or take a full backup, then `shiplock restore drill` again"
	}];
	return [{
		code: "backup.drill-missed",
		where: `${where} ${drill.run}`,
		found: `the drill of ${drill.at} came through, but missed what was promised: ${why}`,
		expected: "a restore within `objectives.rto` that loses at most `objectives.rpo`",
		remedy: "take full backups and binary logs more often, or promise what can be kept; then `shiplock restore drill` again"
	}];
}
function outOfReach({ where, rtoMs, predictedSeconds }) {
	if (rtoMs === null || predictedSeconds === null || predictedSeconds * 1e3 <= rtoMs) return [];
	return [{
		code: "backup.rto-out-of-reach",
		where,
		found: `a restore of everything would take about ${rounded(predictedSeconds * 1e3)} now, by what was measured`,
		expected: `at most ${formatDuration(rtoMs)}, as \`objectives.rto\` promises`,
		remedy: "take a full backup, so that fewer logs are replayed; use `backup.kind: physical`; or promise what can be kept"
	}];
}
function rounded(ms) {
	return formatDuration(Math.max(0, Math.floor(ms / 1e3) * 1e3));
}
/** What a drill needs on its disk by what the last one needed, with a fifth to spare; twice what is stored, where none was held. Bytes. Pure. */
function roomNeeded(storedBytes, drills) {
	const last = lastThrough(drills)?.measured;
	const ratio = last == null || last.storedBytes === 0 ? 2 : 1.2 * last.diskBytes / last.storedBytes;
	return Math.ceil(storedBytes * ratio);
}

export { roomNeeded as i, drillProblems as n, lastThrough as r, DRILL_WITHIN_MS as t };