import { a as needed, f as saveState, r as runAction } from "./shared-job.js";
import { Fn as object } from "./shared-schemas.js";
import { t as defineAction } from "./shared-define.js";
import { o as state, r as config } from "./shared-fields.js";

// actions/chatops/definition.ts
const chatops = defineAction({
	name: "chatops",
	title: "Shiplock chatops",
	description: "Do what a new comment on an issue or a pull request asks for: authorised by the policy, at the commit that was there when it was written, once.",
	inputs: object({
		token: needed("Token of an App, or of the job, by which the forge is asked and answered. No command that the comment starts can read it.", "\"${{ secrets.SHIPLOCK_TOKEN }}\""),
		config: config(),
		state: state()
	}),
	outputs: {
		outcome: "done, ended-badly, ignored, refused or failed.",
		commit: "Commit that the journal names; empty for a command that brings none."
	},
	acts: true
});

// actions/chatops/index.ts
await runAction(chatops, async ({ token, config, state }, job) => {
	const [{ chatFor }, { resultOf }, { processIo }] = await Promise.all([
		import("./shared-main3.js"),
		import("./shared-door2.js"),
		import("./shared-io.js")
	]);
	const say = (text) => job.info(text.trimEnd());
	const handled = await chatFor({
		...processIo(),
		terminal: false,
		statusColumns: void 0,
		out: say,
		err: say
	}, {
		config,
		state,
		credentials: {
			kind: "token",
			token
		},
		onRun: (run) => saveState("run", run)
	});
	const { exit, text } = resultOf(handled);
	const bad = handled.kind === "done" && !handled.good;
	return {
		exit,
		problems: "problems" in handled ? handled.problems : [],
		sentence: text.split("\n")[0] ?? "",
		outputs: {
			outcome: bad ? "ended-badly" : handled.kind,
			commit: handled.kind === "done" ? handled.commit ?? "" : ""
		}
	};
});

export {  };