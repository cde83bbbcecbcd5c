// src/gitops/edit/diff.ts
/** What `diff -u` prints of two texts that differ in one place or in lines near each other: one hunk. Pure. */
const AROUND = 3;
function unifiedDiff(file, before, after) {
	if (before === after) return "";
	const old = linesOf(before);
	const now = linesOf(after);
	const shorter = Math.min(old.length, now.length);
	let head = 0;
	while (head < shorter && old[head] === now[head]) head += 1;
	let tail = 0;
	while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
	const from = Math.max(0, head - AROUND);
	const shared = Math.min(tail, AROUND);
	const lines = [
		...old.slice(from, head).map((line) => ` ${line}`),
		...old.slice(head, old.length - tail).map((line) => `-${line}`),
		...now.slice(head, now.length - tail).map((line) => `+${line}`),
		...old.slice(old.length - tail, old.length - tail + shared).map((line) => ` ${line}`)
	];
	const span = (count) => {
		const length = count - tail + shared - from;
		return `${length === 0 ? from : from + 1}${length === 1 ? "" : `,${length}`}`;
	};
	const body = lines.map((line) => line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`);
	const name = file.replace(/^\/+/, "");
	return `--- a/${name}\n+++ b/${name}\n@@ -${span(old.length)} +${span(now.length)} @@\n${body.join("")}`;
}
/** Each with its end; only \n parts lines here, as for diff and patch. */
function linesOf(text) {
	return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

export { unifiedDiff as t };