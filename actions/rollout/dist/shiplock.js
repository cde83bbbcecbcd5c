import { t as EXIT } from "./exit.js";

// src/cli/io.ts
/** A terminal that nobody has sized says 0 columns. */
const FALLBACK_COLUMNS = 80;
function processIo() {
	return {
		cwd: process.cwd(),
		env: process.env,
		terminal: process.stdout.isTTY === true,
		columns: process.stdout.isTTY === true ? process.stdout.columns || 80 : void 0,
		statusColumns: process.stderr.isTTY === true ? process.stderr.columns || 80 : void 0,
		stdin: process.stdin,
		asks: process.stdin.isTTY === true && process.stderr.isTTY === true,
		out: (text) => {
			process.stdout.write(text);
		},
		err: (text) => {
			process.stderr.write(text);
		}
	};
}

// src/cli/plumbing.ts
/**
* Commands that effects run and that outlive this process. They parse their own arguments and print their own help. Each loads
* only what it needs, since one runs per instance and an effect waits for it to start.
*/
const PLUMBING = {
	/** install, start, stop, reload, status … of supervised processes on this machine */
	unit: async (argv, io) => (await import("./unit2.js")).unitMain(argv, {
		...io,
		clock: (await import("./clock.js")).systemClock
	}),
	/** answers health checks of a version whose share of traffic is a lease */
	guard: async (argv) => (await import("./main2.js")).guardMain(argv),
	/** prints the program of hosts over ssh, for hosts where somebody else is root */
	"host-program": async (argv, io) => {
		const { hostProgram } = await import("./program.js");
		io.out(argv.includes("--path") ? `${hostProgram().path}\n` : hostProgram().text);
		return 0;
	},
	/** serves the files of a directory */
	static: async (argv, io) => {
		const stop = new AbortController();
		process.once("SIGTERM", () => stop.abort());
		process.once("SIGINT", () => stop.abort());
		return (await import("./static-main2.js")).staticMain(argv, {
			...io,
			stop: stop.signal
		});
	}
};
/** Exit code of a plumbing command, or undefined when it is none. */
async function runPlumbing(argv, io) {
	const [name = "", ...rest] = argv;
	return (Object.hasOwn(PLUMBING, name) ? PLUMBING[name] : void 0)?.(rest, io);
}

// src/cli/plumbing-main.ts
const io = processIo();
const argv = process.argv.slice(2);
const code = await runPlumbing(argv, io);
if (code === void 0) io.err(`found ${argv[0] ?? "no command"}; expected one of ${Object.keys(PLUMBING).join(", ")}: the other commands come with the npm package shiplock\n`);
process.exitCode = code ?? EXIT.usage;

export {  };