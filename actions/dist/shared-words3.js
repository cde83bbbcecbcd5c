import { t as require_fastest_levenshtein } from "./shared-fastest-levenshtein.js";
import { n as nearest } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as interview } from "./shared-ask.js";
import { parseArgs } from "node:util";

// src/cli/runbook/words.ts
var import_fastest_levenshtein = require_fastest_levenshtein();
const text = { type: "string" };
const flag = { type: "boolean" };
const DOOR = {
	environment: text,
	input: {
		type: "string",
		multiple: true
	},
	config: text,
	state: text,
	"sign-key": text,
	as: text,
	"break-glass": text,
	json: flag,
	quiet: flag,
	plan: flag,
	document: flag,
	yes: flag,
	change: text,
	"await-override": flag,
	help: {
		type: "boolean",
		short: "h"
	}
};
/** What stands behind the name of the runbook: an environment, and inputs as options. @throws ProblemError `cli.usage` */
function readWords(runbook, argv, pairs, help = `shiplock runbook show ${runbook.id}`) {
	const { values, positionals } = parse(runbook, argv, {
		environment: text,
		input: DOOR.input
	}, help);
	const given = listOf(values["input"]);
	return {
		environment: environmentOf(values, positionals, help),
		texts: textsOf(runbook, values, [...pairs, ...given], help)
	};
}
/** All words of a runbook that is started by its file. @throws ProblemError `cli.usage` */
function readOwnWords(runbook, argv, help) {
	const { values, positionals } = parse(runbook, argv, DOOR, help);
	if (values["plan"] === true && values["document"] === true) throw new ProblemError(usage("--plan and --document", "one of the two", help));
	return {
		environment: environmentOf(values, positionals, help),
		texts: textsOf(runbook, values, listOf(values["input"]), help),
		help: values["help"] === true,
		mode: values["plan"] === true ? "plan" : values["document"] === true ? "document" : "run",
		yes: values["yes"] === true,
		options: {
			...textOf(values, "config", "config"),
			...textOf(values, "state", "state"),
			...textOf(values, "sign-key", "signKey"),
			...textOf(values, "as", "as"),
			...textOf(values, "break-glass", "breakGlass"),
			...textOf(values, "change", "change"),
			awaitOverride: values["await-override"] === true,
			json: values["json"] === true,
			quiet: values["quiet"] === true
		}
	};
}
function parse({ inputs }, argv, door, help) {
	const own = Object.fromEntries(inputs.map((input) => [input.name, input.kind === "flag" ? flag : text]));
	try {
		return parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				...own,
				...door
			}
		});
	} catch (error) {
		const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
		const unknown = /^Unknown option '--?([^']+)'/.exec(sentence)?.[1];
		const known = [...Object.keys(own), ...Object.keys(door)];
		const near = unknown === void 0 ? void 0 : nearest(unknown, known, import_fastest_levenshtein.distance);
		const options = known.map((name) => `--${name}`).join(", ");
		throw new ProblemError({
			...usage(sentence, unknown === void 0 ? "options as the help has them" : `one of ${options}`, help),
			...near === void 0 ? {} : { remedy: `did you mean --${near}? Otherwise see \`${help}\`` }
		});
	}
}
function environmentOf(values, positionals, help) {
	const named = values["environment"];
	const all = [...typeof named === "string" ? [named] : [], ...positionals];
	if (all.length > 1) throw new ProblemError(usage(`${all.length} environments: ${all.join(", ")}`, "one environment", help));
	return all[0];
}
function textsOf({ inputs }, values, pairs, help) {
	const texts = {};
	for (const { name } of inputs) {
		const value = values[name];
		if (typeof value === "string") texts[name] = value;
		if (value === true) texts[name] = "yes";
	}
	for (const pair of pairs) {
		const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
		if (inputs.find((one) => one.name === name) === void 0) throw new ProblemError(unknownInput(pair, name, inputs, help));
		if (Object.hasOwn(texts, name)) throw new ProblemError(usage(`--${name} twice`, "each input once", help));
		texts[name] = value;
	}
	return texts;
}
function unknownInput(pair, name, inputs, help) {
	const names = inputs.map((one) => one.name);
	const near = nearest(name, names, import_fastest_levenshtein.distance);
	return {
		...usage(`--input ${pair}`, `NAME=TEXT with one of ${names.join(", ") || "no name: it has no inputs"}`, help),
		...near === void 0 ? {} : { remedy: `did you mean ${near}? Otherwise see \`${help}\`` }
	};
}
/**
* Asks for what is missing where somebody sits at a terminal; elsewhere it stays missing.
* @throws ProblemError `cli.usage` when there is no environment in the end
*/
async function askMissing(io, { inputs }, words, help) {
	const { environment } = words;
	if (io.asks !== true) {
		if (environment === void 0) throw new ProblemError(usage("no environment", "one environment of shiplock.yaml", help));
		return {
			...words,
			environment
		};
	}
	const missing = inputs.filter((input) => input.required && words.texts[input.name] === void 0);
	if (environment !== void 0 && missing.length === 0) return {
		...words,
		environment
	};
	const questions = interview(io);
	try {
		const answered = environment ?? await questions.ask("Which environment?", "", nothing);
		const texts = { ...words.texts };
		for (const input of missing) texts[input.name] = await questions.ask(input.question, "", (answer) => {
			const found = input.parse(answer === "" ? void 0 : answer, {
				hosts: [answer],
				services: [answer]
			});
			return found.ok ? void 0 : found.problems[0]?.expected;
		});
		return {
			environment: answered,
			texts
		};
	} finally {
		await questions.close();
	}
}
function nothing(answer) {
	return answer === "" ? "the name of one" : void 0;
}
function listOf(value) {
	return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
function textOf(values, from, to) {
	const value = values[from];
	const found = {};
	if (typeof value === "string") found[to] = value;
	return found;
}
function usage(found, expected, help) {
	return {
		code: "cli.usage",
		where: "command line",
		found,
		expected,
		remedy: `see \`${help}\``
	};
}

export { readOwnWords as n, readWords as r, askMissing as t };