import { a as needed, c as usually, s as optional } from "./shared-job.js";

// actions/shared/fields.ts
/** Inputs and outputs that several actions have: the same words everywhere. */
const environment = (what) => needed(`Environment of shiplock.yaml ${what}`, "production");
const config = () => usually("The configuration file.", "shiplock.yaml");
const state = () => needed("Directory on the runner that keeps journals and records. It must outlive the job, so it lies outside of the checkout, which the next job cleans.", "/var/lib/shiplock/certkeeper");
const release = () => optional("Name of the release. Empty means the tag, else `0.0.0-<commit>`.", "1.4.0");
const change = () => optional("Change record that asks for this, needed where the policy says so. Empty means none.", "CHG-20261123-3f2a");
const token = () => optional("Token by which the forge is told of the run: as a deployment, and as a check run or a status of the commit. Empty means that nothing is told. No command that the run starts is given it.", "\"${{ github.token }}\"");
/** Outputs of every action that begins a run. */
const RUN_OUTPUTS = {
	outcome: "done, rolled-back, waiting, refused, failed, stopped or lease-held.",
	run: "The run, for `shiplock journal` and `shiplock resume`.",
	"plan-hash": "Hash of the plan that was executed.",
	anchor: "Head of the journal, `<records>:<sha256>`; keep it to prove later that nothing was cut off."
};

export { release as a, environment as i, change as n, state as o, config as r, token as s, RUN_OUTPUTS as t };