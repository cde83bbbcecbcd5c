import { i as flag, o as oneOf, r as runAction, s as optional } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { r as config } from "./shared-fields.js";

// actions/security-scan/definition.ts
/** Those of src/scan/types.ts, which would be a file of its own for every action if it were loaded here. */
const SEVERITIES = [
	"critical",
	"high",
	"medium",
	"low",
	"info"
];
const securityScan = defineAction({
	name: "security-scan",
	title: "Shiplock security scan",
	description: "Look for security problems in what is checked out, with well-known scanners, without secrets in reach. Fails when something counts, or when a scanner could not do its work.",
	inputs: object({
		config: config(),
		base: optional("Commit or branch that is compared with: only what is new since then fails and is annotated. Empty means that everything counts.", "origin/main"),
		"fail-on": oneOf("Least severity that fails. Empty means what `scan.failOn` says.", SEVERITIES),
		scanners: optional("Only these, by their names with commas. Empty means all that the configuration uses.", "gitleaks"),
		install: flag("Fetch scanners that are missing, at the versions and digests that this commit of Shiplock pins (true or false)."),
		sarif: optional("A file for all findings (SARIF 2.1.0), for instance to be uploaded to code scanning by another job. Empty means none.", "scan.sarif")
	}),
	outputs: {
		verdict: "clean, findings, or not-scanned where a scanner could not do its work; empty where the scan did not begin.",
		findings: "How many findings fail.",
		new: "How many findings the base does not have; empty without a base.",
		sarif: "Where the file with all findings lies; empty without one."
	},
	acts: false
});

// actions/security-scan/index.ts
await runAction(securityScan, async (inputs, job) => (await import("./act-security-scan.js")).act(inputs, job));

export {  };