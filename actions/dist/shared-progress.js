import { r as formatProblem } from "./shared-problem.js";
import { styleText } from "node:util";

// src/procedure/machine/signals.ts
const EXITS = {
	SIGINT: 130,
	SIGTERM: 143
};
/**
* The first SIGINT or SIGTERM asks the run to stop at its next safe place (urgent steps still run); the second ends the process at
* once, which leaves a journal to resume from. Install once per process.
*/
function installStopSignals(onFirst) {
	const stop = createStopSignal();
	const on = (signal) => () => {
		if (stop.requested !== void 0) process.exit(EXITS[signal]);
		stop.request(signal);
		onFirst?.(signal);
	};
	const onInt = on("SIGINT");
	const onTerm = on("SIGTERM");
	process.on("SIGINT", onInt);
	process.on("SIGTERM", onTerm);
	return {
		get requested() {
			return stop.requested;
		},
		signal: stop.signal,
		[Symbol.dispose]() {
			process.off("SIGINT", onInt);
			process.off("SIGTERM", onTerm);
		}
	};
}
/** A stop that is asked for by a call. */
function createStopSignal() {
	const controller = new AbortController();
	let requested;
	return {
		get requested() {
			return requested;
		},
		signal: controller.signal,
		request(signal) {
			requested ??= signal;
			controller.abort(/* @__PURE__ */ new Error(`stopped by ${requested}`));
		}
	};
}

// src/procedure/run/progress.ts
/** One line per event that matters, in plain text; texts are masked already. */
function plainProgress(write) {
	const latest = /* @__PURE__ */ new Map();
	return (event) => {
		const line = event.kind === "progress" ? void 0 : lineOf(event);
		if (line === void 0) return;
		if (line.passing && "path" in event) {
			if (latest.get(event.path) === line.text) return;
			latest.set(event.path, line.text);
		}
		write(line.text);
	};
}
/** On a terminal: colours, and passing lines written over. Elsewhere the same as `plainProgress`. */
function liveProgress(stream) {
	if (stream.isTTY !== true) return plainProgress((line) => stream.write(`${line}\n`));
	let passing = false;
	return (event) => {
		const line = lineOf(event);
		if (line === void 0) return;
		if (passing) stream.write("\r\x1B[2K");
		const text = line.passing ? cut(line.text, (stream.columns ?? 80) - 1) : line.text;
		const styled = styleText(line.style, text, { validateStream: false });
		stream.write(line.passing ? styled : `${styled}\n`);
		passing = line.passing;
	};
}
const ORDERED = {
	pause: "‖ paused",
	resume: "▸ goes on, ordered",
	abort: "↶ aborted"
};
function cut(text, columns) {
	const first = text.split("\n")[0] ?? "";
	return first.length <= columns ? first : `${first.slice(0, Math.max(0, columns - 1))}…`;
}
function lineOf(event) {
	const line = (text, style = "reset", passing = false) => ({
		text,
		style,
		passing
	});
	switch (event.kind) {
		case "run-started": return line(`${event.resumed ? "Resuming" : "Starting"}: ${event.title} (run ${event.run})`, "bold");
		case "lease-watching": return line(`${event.environment} is held by ${event.holder}; watching for ${Math.round(event.forMs / 1e3)} s whether it is alive`, "yellow");
		case "node-started": return line(`… ${event.path}: ${event.title}`, "dim", true);
		case "status":
		case "progress": return line(`… ${event.path}: ${event.text}`, "cyan", true);
		case "effect": return line(`  ${event.path}: ${event.text}`, "dim");
		case "note": return line(`  ${event.path}: ${event.text}`, "yellow");
		case "node-done": return line(`✓ ${event.path}: ${event.title}${event.text === "" ? "" : ` (${event.text})`}`, "green");
		case "node-failed": return line([event.final ? `✗ ${event.path}: ${event.title}` : `✗ ${event.path}: attempt ${event.attempt} failed`, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"), "red");
		case "node-undone": return line(`↶ ${event.path}: ${event.title} taken back`, "yellow");
		case "gate-opened": return line(`‖ ${event.path}: ${event.title} (waits for ${event.role})`, "yellow");
		case "order": return line(`${ORDERED[event.order]} by ${event.by}: ${event.why}`, "yellow");
		case "verdict": return line(`= ${event.path}: ${event.answer}: ${event.text}`, event.answer === "fail" ? "red" : "green");
		case "run-ended": return line([`Run ${event.run}: ${event.outcome}`, ...event.problems.map((problem) => `  ${formatProblem(problem)}`)].join("\n"), "bold");
		case "journal": return;
	}
}

export { installStopSignals as i, plainProgress as n, createStopSignal as r, liveProgress as t };