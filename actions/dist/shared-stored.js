import { r as parsedJson } from "./shared-json.js";
import { t as ProblemError } from "./shared-problem.js";
import { l as pipeCommands, n as dumpCommand } from "./shared-restore.js";
import { P as resticProblem } from "./shared-open.js";
import { c as DESCRIPTION, l as descriptionSchema, o as sameAsDescribed, s as readTar } from "./shared-hosts.js";
import { createHash } from "node:crypto";

// src/backup/host/stored.ts
/**
* Reads all of it, past restic's cache on this machine, and compares its digest and every file with what was read on the host.
* @throws ProblemError where nothing can be said of it: no repository, a wrong key
*/
async function readStored(options, watch = {}) {
	const { record, repository, signal, clock } = options;
	const hash = createHash("sha256");
	const chosen = createHash("sha256");
	let bytes = 0;
	const reader = readTar({
		wanted: watch.wanted,
		kept: (path, size) => path === ".shiplock/host.json" || watch.kept?.(path, size) === true
	});
	try {
		const { from } = await pipeCommands({
			from: dumpOf(options),
			onChunk: (chunk) => {
				bytes += chunk.length;
				hash.update(chunk);
				chosen.update(reader.push(chunk));
			},
			signal
		}, clock);
		const problem = unread(repository, from);
		if (problem !== null) return {
			kind: "suspect",
			why: problem
		};
		chosen.update(reader.end());
	} catch (error) {
		if (!(error instanceof ProblemError) || error.problems[0]?.code !== "backup.not-a-tar") throw error;
		return {
			kind: "suspect",
			why: error.problems[0].found
		};
	}
	const { host } = record;
	if (bytes !== host.bytes || hash.digest("hex") !== host.sha256) return {
		kind: "suspect",
		why: `${bytes} bytes came back that are not the ${host.bytes} that were stored`
	};
	const text = reader.texts.get(DESCRIPTION);
	const parsed = text === void 0 ? void 0 : descriptionSchema.safeParse(parsedJson(text.toString("utf8")));
	if (parsed?.success !== true) return {
		kind: "suspect",
		why: `no ${DESCRIPTION} that can be read`
	};
	const description = parsed.data;
	const other = sameAsDescribed(description.entries, reader.entries, host.changed);
	if (other.length > 0) return {
		kind: "suspect",
		why: `not as on the host: ${other.slice(0, 5).join(", ")}`
	};
	return {
		kind: "agrees",
		stored: {
			description,
			entries: reader.entries,
			texts: reader.texts,
			chosen: chosen.digest("hex")
		}
	};
}
/** Sends the wanted part of it to a command. @throws ProblemError when either fails */
async function sendStored(options, wanted) {
	const { repository, to, signal, clock } = options;
	const piped = await pipeCommands({
		from: dumpOf(options),
		to,
		through: readTar({ wanted }),
		allow: (end) => {
			if (end.exitCode !== 0) throw new ProblemError(resticProblem(repository, end));
		},
		signal
	}, clock);
	if (piped.to === null || piped.to.exitCode !== 0) throw new ProblemError(options.problemOf(piped.to ?? {
		exitCode: 1,
		stderr: ""
	}));
	return piped.to.stdout;
}
function dumpOf({ record, repository, secrets }) {
	return dumpCommand(repository, secrets, record.snapshot, record.host.file);
}
/** Why it does not come back, where that is the fault of what is stored; null: it came. @throws ProblemError for anything else */
function unread(repository, end) {
	if (end.exitCode === 0) return null;
	const problem = resticProblem(repository, end);
	if (problem.code === "backup.storage-failed") return problem.found;
	throw new ProblemError(problem);
}

export { sendStored as n, readStored as t };