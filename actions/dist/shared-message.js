// src/gitops/commit/message.ts
/** Lines at the end of a message by which programs know our commits again. */
const TRAILERS = {
	run: "Shiplock-Run",
	node: "Shiplock-Node",
	release: "Shiplock-Release",
	environment: "Shiplock-Environment",
	fence: "Shiplock-Fence",
	actor: "Shiplock-Actor",
	verdict: "Shiplock-Verdict"
};
/** Pure: the whole message. */
function messageOf(origin, edits, subject) {
	const { service, environment, version } = origin;
	const first = line(subject ?? `${service} in ${environment}: ${version ?? "changed"}`);
	const trailers = [
		["release", version === void 0 ? void 0 : `${service} ${version}`],
		["environment", environment],
		["run", origin.run],
		["node", origin.node],
		["fence", String(origin.fence)],
		["actor", origin.actor],
		["verdict", origin.verdict]
	].flatMap(([key, value]) => value === void 0 || line(value) === "" ? [] : [`${TRAILERS[key]}: ${line(value)}`]);
	return `${first}\n\n${beforeLines(edits).join("\n")}\n\n${trailers.join("\n")}\n`;
}
function beforeLines(edits) {
	const values = edits.flatMap(({ file, values: of }) => of.map((one) => ({
		file,
		...one
	})));
	const [only, ...more] = values;
	if (only === void 0) return edits.map(({ file }) => `Changes ${line(file)}`);
	if (more.length === 0) return [`Before: ${line(only.before)}`];
	return values.map(({ file, path, before, after }) => `${line(file)} ${path}: ${line(before)} → ${line(after)}`);
}
/** Pure: the commit in git's fast-import language; ends by asking for its id. All data is given, so its id is the same every time. */
function importStream(commit) {
	const { ref, base, time, message, edits } = commit;
	const who = `${clean(commit.author.name)} <${clean(commit.author.email)}> ${time} +0000`;
	return [
		"feature done\n",
		`commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n`,
		data(message),
		base === null ? "" : `from ${base}\n`,
		...edits.map(({ file, mode, text }) => `M ${mode} inline ${file}\n${data(text)}\n`),
		"\nget-mark :1\ndone\n"
	].join("");
}
const FIELDS = [
	TRAILERS.run,
	TRAILERS.node,
	TRAILERS.environment,
	TRAILERS.fence,
	TRAILERS.release,
	TRAILERS.actor,
	TRAILERS.verdict
];
/** For `git log`: what `oursIn` reads. */
const LOG_FORMAT = ["%H", ...FIELDS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join("%x09");
/** Pure: commits with the trailers that every one of ours has, from the log. */
function oursIn(log) {
	return log.split("\n").flatMap((text) => {
		const [commit = "", run = "", node = "", environment = "", fence = "", release = "", actor = "", verdict = ""] = text.split("	");
		if (run === "" || !/^\d+$/.test(fence)) return [];
		return [{
			commit,
			run,
			node,
			environment,
			fence: Number(fence),
			release,
			actor,
			verdict
		}];
	});
}
function data(text) {
	return `data ${Buffer.byteLength(text)}\n${text}`;
}
function clean(text) {
	return text.replace(/[<>\p{Cc}]/gu, "").trim();
}
/** On one line: nothing that comes from outside can add a trailer of its own. */
function line(text) {
	return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

export { oursIn as a, messageOf as i, TRAILERS as n, importStream as r, LOG_FORMAT as t };