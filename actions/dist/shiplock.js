import { i as processIo } from "./shared-io.js";
import { t as runPlumbing } from "./shared-plumbing.js";

// src/cli/light-main.ts
const io = processIo();
const argv = process.argv.slice(2);
const code = await runPlumbing(argv, io);
process.exitCode = code ?? await (await import("./shared-main3.js")).runCli(argv, io);

export {  };