// src/model/people.ts
const DAYS = [
	"mon",
	"tue",
	"wed",
	"thu",
	"fri",
	"sat",
	"sun"
];

// src/procedure/gate/windows.ts
const HALF_HOUR = 18e5;
const DAY_MS = 864e5;
const SEARCH_DAYS = 15;
function windowAt(windows, now) {
	const why = closedBecause(windows, now);
	if (why === void 0) return { kind: "open" };
	return {
		kind: "closed",
		why,
		opens: nextOpening(windows, now)
	};
}
/** Time on the clock on the wall, with the name of the zone: `2026-12-20 00:00 Europe/Berlin`. */
function wallText(timeZone, at) {
	return `${wallOf(timeZone, at).text.replace("T", " ")} ${timeZone}`;
}
/** Is this the name of a time zone that this machine knows? */
function isTimeZone(name) {
	try {
		formatter(name);
		return true;
	} catch {
		return false;
	}
}
function closedBecause(windows, at) {
	const freeze = windows.freezes.find((one) => inFreeze(one, windows.timeZone, at));
	if (freeze !== void 0) return `a freeze until ${freeze.until.replace("T", " ")} ${windows.timeZone}: ${freeze.why}`;
	const closure = windows.closures?.find((one) => one.from <= at && at < one.until);
	if (closure !== void 0) return `closed until ${wallText(windows.timeZone, closure.until)}: ${closure.why}`;
	if (windows.open.length === 0 || inWeek(windows, at)) return void 0;
	const hours = windows.open.map((one) => `${one.days.join(", ")} ${one.from}–${one.to}`);
	return `${wallText(windows.timeZone, at)}, outside of ${hours.join("; ")}`;
}
function inWeek({ timeZone, open }, at) {
	const { day, time } = wallOf(timeZone, at);
	return open.some(({ days, from, to }) => {
		if (from < to) return days.includes(day) && from <= time && time < to;
		return days.includes(day) && from <= time || days.includes(dayBefore(day)) && time < to;
	});
}
function inFreeze({ from, until }, timeZone, at) {
	return Math.min(...instantsOf(timeZone, from)) <= at && at < Math.max(...instantsOf(timeZone, until));
}
/** A window opens when its hour is read, when a freeze ends, or when the clock is put forward over its beginning (then on a half hour). */
function nextOpening(windows, now) {
	const { timeZone, open, freezes, closures = [] } = windows;
	const begins = Array.from({ length: SEARCH_DAYS }, (_, day) => wallOf(timeZone, now + day * DAY_MS).text.slice(0, 10)).flatMap((date) => open.flatMap(({ from }) => instantsOf(timeZone, `${date}T${from}`)));
	const thaws = [...freezes.flatMap(({ until }) => instantsOf(timeZone, until)), ...closures.map(({ until }) => until)];
	const first = Math.ceil(now / HALF_HOUR) * HALF_HOUR;
	const halfHours = Array.from({ length: 720 }, (_, index) => first + index * HALF_HOUR);
	return [
		...begins,
		...thaws,
		...halfHours
	].filter((at) => at > now && at < now + SEARCH_DAYS * DAY_MS).toSorted((a, b) => a - b).find((at) => closedBecause(windows, at) === void 0);
}
/**
* Instants at which the clock on the wall reads this: one, two when it is put back, and where it is put forward over it the two readings
* of the hour that is left out.
*/
function instantsOf(timeZone, wall) {
	const plain = Date.parse(`${wall}:00Z`);
	const candidates = [plain - DAY_MS, plain + DAY_MS].map((near) => Date.parse(`${wallOf(timeZone, near).text}:00Z`) - near).map((offset) => plain - offset);
	const exact = candidates.filter((at) => wallOf(timeZone, at).text === wall);
	return exact.length > 0 ? exact : candidates;
}
function wallOf(timeZone, at) {
	const parts = new Map(formatter(timeZone).formatToParts(at).map(({ type, value }) => [type, value]));
	const part = (type) => parts.get(type) ?? "";
	const date = `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
	const time = `${part("hour")}:${part("minute")}`;
	const weekday = ((/* @__PURE__ */ new Date(`${date}T00:00:00Z`)).getUTCDay() + 6) % 7;
	return {
		day: DAYS[weekday] ?? "mon",
		time,
		text: `${date}T${time}`
	};
}
function dayBefore(day) {
	return DAYS[(DAYS.indexOf(day) + 6) % 7] ?? "sun";
}
const formatters = /* @__PURE__ */ new Map();
function formatter(timeZone) {
	const known = formatters.get(timeZone);
	if (known !== void 0) return known;
	const made = new Intl.DateTimeFormat("en-GB", {
		timeZone,
		calendar: "iso8601",
		numberingSystem: "latn",
		hourCycle: "h23",
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		minute: "2-digit"
	});
	formatters.set(timeZone, made);
	return made;
}

export { DAYS as a, windowAt as i, isTimeZone as n, wallText as r, instantsOf as t };