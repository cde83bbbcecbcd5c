import { a as processIo } from "./shared-io2.js";

// src/cli/plumbing.ts
/**
* Commands that effects run and that outlive this process. They parse their own arguments and print their own help. Each loads
* only what it needs, since one runs per instance and an effect waits for it to start.
*/
const PLUMBING = {
	/** install, start, stop, reload, status … of supervised processes on this machine */
	unit: async (argv, io) => (await import("./shared-unit2.js")).unitMain(argv, {
		...io,
		clock: (await import("./shared-clock.js")).systemClock
	}),
	/** answers health checks of a version whose share of traffic is a lease */
	guard: async (argv) => (await import("./shared-main.js")).guardMain(argv),
	/** prints the program of hosts over ssh, for hosts where somebody else is root */
	"host-program": async (argv, io) => {
		const { hostProgram } = await import("./shared-program2.js");
		io.out(argv.includes("--path") ? `${hostProgram().path}\n` : hostProgram().text);
		return 0;
	},
	/** packs, signs and publishes client scripts */
	client: async (argv, io) => (await import("./shared-main2.js")).clientMain(argv, io),
	/** makes built files ready to be served */
	"finish-frontend": async (argv, io) => (await import("./shared-program4.js")).finishMain(argv, io),
	/** serves the files of a directory */
	static: async (argv, io) => {
		const stop = new AbortController();
		process.once("SIGTERM", () => stop.abort());
		process.once("SIGINT", () => stop.abort());
		return (await import("./shared-static-main.js")).staticMain(argv, {
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

// src/cli/light-main.ts
const io = processIo();
const argv = process.argv.slice(2);
const code = await runPlumbing(argv, io);
process.exitCode = code ?? await (await import("./shared-main4.js")).runCli(argv, io);

export {  };