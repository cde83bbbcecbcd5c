import { t as ProblemError } from "./shared-problem.js";

// src/cli/ask.ts
function interview({ stdin, err }) {
	const lines = readLines(stdin);
	return {
		async ask(question, usual, check = () => void 0) {
			for (;;) {
				err(`${question} [${usual}] `);
				const { value, done } = await lines.next();
				if (done === true) throw new ProblemError(nobody(question));
				const answer = value.trim() === "" ? usual : value.trim();
				const wrong = check(answer);
				if (wrong === void 0) return answer;
				err(`  ${wrong}\n`);
			}
		},
		async close() {
			await lines.return(void 0);
		}
	};
}
/** A check for one of a few words. */
function oneOf(words) {
	return (answer) => words.includes(answer) ? void 0 : `one of ${words.join(", ")}`;
}
async function* readLines(stdin) {
	const decoder = new TextDecoder();
	let rest = "";
	for await (const chunk of stdin) {
		const parts = `${rest}${typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true })}`.split("\n");
		rest = parts.pop() ?? "";
		yield* parts;
	}
	if (rest !== "") yield rest;
	return void 0;
}
function nobody(question) {
	return {
		code: "cli.usage",
		where: "standard input",
		found: `no answer to: ${question}`,
		expected: "an answer",
		remedy: "answer, or give flags and --yes; nothing was written"
	};
}

export { oneOf as n, interview as t };