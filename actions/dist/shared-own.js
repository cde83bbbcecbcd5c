import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf } from "./shared-problem.js";
import { t as exitFor } from "./shared-exit2.js";
import { a as processIo } from "./shared-io2.js";
import { t as carryOut } from "./shared-carry-out2.js";
import { i as ownUsage } from "./shared-texts2.js";
import { n as readOwnWords } from "./shared-words3.js";
import { parse, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { realpathSync } from "node:fs";

// src/cli/runbook/own.ts
/** The door of a runbook that is started by its file: `node runbooks/rollback.ts production --reason …`. */
/** Runs it if its file is the program that was started, and does nothing when it was only imported. @param module its `import.meta.url` */
async function runIfStarted(module, runbook) {
	const file = fileURLToPath(module);
	const [, started] = process.argv;
	if (parse(file).name !== runbook.id || started === void 0 || realpath(started) !== realpath(file)) return;
	process.exitCode = await ownProgram(module, runbook);
}
/** Runs it with the words of this process. @param module `import.meta.url` of the program, for its help */
function ownProgram(module, runbook) {
	const file = fileURLToPath(module);
	return ownMain(runbook, process.argv.slice(2), processIo(), `node ${relative("", file) || file}`);
}
/** @param command how it was started, for its help */
async function ownMain(runbook, argv, io, command) {
	const help = `${command} --help`;
	const json = argv.includes("--json");
	try {
		const words = readOwnWords(runbook, argv, help);
		if (words.help) {
			io.out(ownUsage(runbook, command));
			return EXIT.done;
		}
		const { mode, yes, options } = words;
		const result = await carryOut(io, runbook, words, {
			mode,
			yes,
			options,
			help
		});
		io.out(json ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text.trimEnd()}\n`);
		return result.exit;
	} catch (error) {
		const problems = problemsOf(error, `runbook ${runbook.id}`);
		if (json) io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
		else for (const problem of problems) io.err(`error ${formatProblem(problem)}\n`);
		return exitFor(problems);
	}
}
/** A launcher may be a link. */
function realpath(file) {
	try {
		return realpathSync(file);
	} catch {
		return file;
	}
}

export { runIfStarted as t };