import { fileURLToPath } from "node:url";

// src/procedure/machine/beside.ts
/** File of a program of ours that lies beside a module: TypeScript in a checkout, JavaScript where it was built. @param module its `import.meta.url` */
function fileBeside(module, name) {
	return fileURLToPath(new URL(`./${name}.${module.endsWith(".ts") ? "ts" : "js"}`, module));
}
/** The program run by this Node: it starts without the rest of ours. */
function programBeside(module, name) {
	return [process.execPath, fileBeside(module, name)];
}

export { programBeside as n, fileBeside as t };