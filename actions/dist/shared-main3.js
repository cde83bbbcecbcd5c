import { t as buildProgram } from "./shared-program3.js";
import { t as chat } from "./shared-door.js";

// src/cli/chat/main.ts
/** The chat for a door that is no command line: with the whole tree of commands, whose results nobody else waits for. */
function chatFor(io, request) {
	return chat(registryOf(io), request);
}
function registryOf(io) {
	const done = () => void 0;
	return {
		io,
		program: buildProgram(io, done),
		done,
		again: buildProgram
	};
}

export { chatFor, registryOf };