import { t as EXIT } from "./shared-exit.js";
import { r as formatProblem, s as problemsOf, t as ProblemError } from "./shared-problem.js";
import { h as parseAddress } from "./shared-scalars.js";
import { t as startStaticServer } from "./shared-static-server.js";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

// src/platform/local/static-main.ts
const HELP = `shiplock static --root DIR --listen HOST:PORT [--releases DIR] [--single-page] [--download PATH=DIR]: serve the files
of a directory

  --root DIR          the directory, or a link to it such as …/frontend/current; a switched link serves at once
  --listen HOST:PORT  where to listen
  --releases DIR      where all releases lie; a file with a hashed name that the root has no more is served from there,
                      for pages that were loaded before a switch
  --single-page       unknown pages get index.html
  --download PATH=DIR packages are installed from PATH: DIR is the directory of their component, such as …/client; may be
                      given again
  --help              print this help

/healthz answers 200 while it lives, /readyz while index.html is there and it is not draining (SIGTERM).

Example:
  shiplock static --root /srv/shop/frontend/current --releases /srv/shop/frontend/releases --listen 127.0.0.1:8081
`;
/** `shiplock static …`: serves until it is stopped; its exit code. */
async function staticMain(argv, io) {
	try {
		const options = read(argv, io.cwd);
		if (options === "help") {
			io.out(HELP);
			return EXIT.done;
		}
		const server = await startStaticServer(options);
		io.out(`serving ${options.root} on ${options.host}:${server.port}\n`);
		await aborted(io.stop ?? stopSignal());
		await server.drain();
		return EXIT.done;
	} catch (error) {
		const problems = problemsOf(error, "static");
		io.err(problems.map((problem) => `error ${formatProblem(problem)}\n`).join(""));
		return problems.some((problem) => problem.code === "static.usage") ? EXIT.usage : EXIT.failed;
	}
}
function stopSignal() {
	const stop = new AbortController();
	process.once("SIGTERM", () => stop.abort());
	process.once("SIGINT", () => stop.abort());
	return stop.signal;
}
function aborted(signal) {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
function read(argv, cwd) {
	const { values } = parse(argv);
	if (values.help === true) return "help";
	if (values.root === void 0) throw usage("no --root", "--root DIR");
	const address = parseAddress(values.listen ?? "");
	if (address === void 0) throw usage(`--listen ${values.listen ?? ""}`, "--listen HOST:PORT, such as 127.0.0.1:8081");
	const host = address.host === "*" ? "0.0.0.0" : address.host;
	return {
		root: resolve(cwd, values.root),
		host,
		port: address.port,
		releases: values.releases === void 0 ? void 0 : resolve(cwd, values.releases),
		singlePage: values["single-page"] === true,
		downloads: (values.download ?? []).map((word) => downloadOf(word, cwd))
	};
}
function downloadOf(word, cwd) {
	const [, path, home] = /^(\/[^=]+)=(.+)$/.exec(word) ?? [];
	if (path === void 0 || home === void 0) throw usage(`--download ${word}`, "--download PATH=DIR");
	return {
		path,
		home: resolve(cwd, home)
	};
}
function parse(argv) {
	try {
		return parseArgs({
			args: [...argv],
			options: {
				root: { type: "string" },
				listen: { type: "string" },
				releases: { type: "string" },
				"single-page": { type: "boolean" },
				download: {
					type: "string",
					multiple: true
				},
				help: { type: "boolean" }
			}
		});
	} catch (error) {
		throw usage(error instanceof Error ? error.message : String(error), "the options of `shiplock static --help`");
	}
}
function usage(found, expected) {
	return new ProblemError({
		code: "static.usage",
		where: "shiplock static",
		found,
		expected,
		remedy: "see `shiplock static --help`"
	});
}

export { staticMain };