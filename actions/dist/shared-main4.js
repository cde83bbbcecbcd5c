import { i as CommanderError } from "./shared-commander.js";
import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf } from "./shared-problem.js";
import { t as exitFor } from "./shared-exit2.js";
import { r as painter } from "./shared-io2.js";

// src/cli/usage.ts
/** What commander refuses, as a problem: which command it was, what is near, and where the help stands. Pure. */
function usageProblem(error, program, argv) {
	const { command, path } = commandOf(program, argv);
	const help = `see \`${path} --help\``;
	if (error.code === "commander.help") return {
		code: "cli.usage",
		where: "command line",
		found: path === "shiplock" ? "no command" : `no command after \`${path}\``,
		expected: `one of ${names(command).join(", ")}`,
		remedy: help
	};
	const [sentence = "", hint] = error.message.replace(/^error: /, "").split("\n");
	const near = /Did you mean (.+)\?/.exec(hint ?? "")?.[1];
	return {
		code: "cli.usage",
		where: "command line",
		found: sentence.replace(/\.$/, ""),
		expected: error.code === "commander.unknownCommand" ? `one of ${names(command).join(", ")}` : `\`${[path, command.usage()].join(" ")}\``,
		remedy: near === void 0 ? help : `did you mean ${near}? Otherwise ${help}`
	};
}
/** The deepest command that the words before the first option name. */
function commandOf(program, argv) {
	let command = program;
	let path = program.name();
	for (const word of argv) {
		const next = command.commands.find((one) => one.name() === word);
		if (next === void 0) break;
		command = next;
		path = `${path} ${word}`;
	}
	return {
		command,
		path
	};
}
function names(command) {
	return command.createHelp().visibleCommands(command).map((one) => one.name());
}

// src/cli/main.ts
/** Runs one command line and says its exit code. Every error leaves as problems: text, or JSON where `--json` was asked for. */
async function runCli(argv, io) {
	const json = argv.includes("--json");
	let result;
	const { buildProgram } = await import("./shared-program5.js");
	const program = buildProgram(io, (value) => {
		result = value;
	});
	try {
		await program.parseAsync(helpOfHelp(argv) ? ["--help"] : [...argv], { from: "user" });
	} catch (error) {
		return reportFailure(error, {
			program,
			argv,
			io,
			json
		});
	}
	if (result === void 0) return EXIT.done;
	if (json) io.out(`${JSON.stringify(result.json, null, 2)}\n`);
	else if (result.text !== "") io.out(result.text.endsWith("\n") ? result.text : `${result.text}\n`);
	return result.exit;
}
/** Behind `help` commander takes every word for the name of a command. */
function helpOfHelp([first, second]) {
	return first === "help" && (second === "--help" || second === "-h");
}
function reportFailure(error, { program, argv, io, json }) {
	if (error instanceof CommanderError) {
		if (error.exitCode === 0) return EXIT.done;
		printProblems([usageProblem(error, program, argv)], io, json);
		return EXIT.usage;
	}
	const problems = problemsOf(error, "shiplock");
	printProblems(problems, io, json);
	return exitFor(problems);
}
function printProblems(problems, io, json) {
	if (json) {
		io.out(`${JSON.stringify({ problems }, null, 2)}\n`);
		return;
	}
	const paint = painter({
		terminal: io.statusColumns !== void 0,
		env: io.env
	});
	for (const problem of problems) io.err(`${paint("red", "error")} ${formatProblem(problem)}\n`);
}

export { runCli };