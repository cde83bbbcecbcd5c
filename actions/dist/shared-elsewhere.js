import { Fn as object, Jn as string, Nt as array, Pn as number, Un as record } from "./shared-schemas.js";
import { Ha as LOCAL_HOST } from "./shared-common.js";
import { t as LOOPBACK } from "./shared-host-ports.js";
import { t as kubeClient } from "./shared-client.js";
import { t as ProblemError } from "./shared-problem.js";
import { r as workloadControl, t as healedBy } from "./shared-healed.js";
import { n as clusterAt } from "./shared-cluster-place.js";

// src/system/compose.ts
const LOOK_MS = 3e4;
/** What compose itself may take, beside what its containers take to become healthy. */
const COMPOSE_MS = 1e4;
function composeControl(options) {
	const effect = (words, members, timeoutMs, why) => members.length === 0 ? [] : [{
		kind: "exec",
		argv: [
			...compose(options),
			...words,
			...members.map(({ name }) => name)
		],
		cwd: options.cwd,
		resource: options.resource,
		why,
		timeoutMs
	}];
	return {
		observe: (signal) => observe(options, signal),
		start: (members, timeoutMs) => effect([
			"up",
			"--detach",
			"--no-build",
			"--no-recreate",
			"--wait",
			"--wait-timeout",
			seconds(timeoutMs - COMPOSE_MS)
		], members, timeoutMs, "start containers as they were defined, and wait for their health checks"),
		stop: (members, timeoutMs) => effect(["stop"], members, timeoutMs, "stop containers, each by its own signal and grace period"),
		restart: (members, timeoutMs) => effect(["restart", "--no-deps"], members, timeoutMs, "restart containers, and nothing that needs them")
	};
}
/** https://docs.docker.com/reference/cli/docker/compose/ */
function compose({ files, project, context }) {
	return [
		"docker",
		...context === null ? [] : ["--context", context],
		...[
			"compose",
			"--ansi",
			"never",
			"--progress",
			"plain",
			"--project-name",
			project
		],
		...files.flatMap((file) => ["--file", file])
	];
}
function seconds(ms) {
	return String(Math.max(1, Math.floor(ms / 1e3)));
}
/** One container, as far as `docker inspect` says what we ask. */
const containerSchema = object({
	Id: string(),
	State: object({
		Status: string(),
		ExitCode: number(),
		StartedAt: string(),
		Error: string().default(""),
		Health: object({ Status: string() }).nullish()
	}),
	Config: object({ Labels: record(string(), string()).nullish() })
});
const SERVICE = "com.docker.compose.service";
async function observe(options, signal) {
	const ask = async (argv) => {
		const answer = await options.exec.read(argv, {
			cwd: options.cwd,
			timeoutMs: LOOK_MS,
			...signal === void 0 ? {} : { signal }
		});
		if (answer.exitCode !== 0) throw new ProblemError(unseen(options, answer));
		return answer.stdout;
	};
	const defined = options.services.length > 0 ? options.services : lines(await ask([
		...compose(options),
		"config",
		"--services"
	]));
	if (defined.length === 0) return [];
	const ids = lines(await ask([
		...compose(options),
		"ps",
		"--all",
		"--quiet",
		"--no-trunc",
		...defined
	]));
	const containers = ids.length === 0 ? [] : array(containerSchema).parse(JSON.parse(await ask([
		"docker",
		...options.context === null ? [] : ["--context", options.context],
		...[
			"container",
			"inspect",
			...ids
		]
	])));
	return defined.toSorted().map((name) => composeMember(name, containers.filter(({ Config }) => Config.Labels?.[SERVICE] === name)));
}
function lines(text) {
	return text.split("\n").filter((line) => line.trim() !== "");
}
/** A service of Compose may be several containers. While one of them runs, it is not stopped. Pure. */
function composeMember(name, containers) {
	const states = containers.map(stateOf);
	const count = (state) => states.filter((one) => one.state === state).length;
	const running = count("running");
	const state = () => {
		if (states.length === 0) return "stopped";
		if (running === states.length) return "running";
		if (count("changing") > 0) return "changing";
		if (running > 0) return "partly";
		return count("failed") > 0 ? "failed" : "stopped";
	};
	const words = states.map(({ detail }) => detail).filter((detail) => detail !== "");
	return {
		name,
		state: state(),
		identity: containers.length === 0 ? null : containers.map(({ Id, State }) => `${Id.slice(0, 12)} ${State.StartedAt}`).toSorted().join(", "),
		detail: [
			...states.length === 0 ? ["no container"] : [],
			...running > 0 && running < states.length ? [`${running} of ${states.length} containers run`] : [],
			...new Set(words)
		].join("; ")
	};
}
/** https://docs.docker.com/reference/cli/docker/container/ls/#status */
function stateOf({ State }) {
	const health = State.Health?.Status ?? "none";
	switch (State.Status) {
		case "running": return health === "healthy" || health === "none" ? {
			state: "running",
			detail: ""
		} : {
			state: "changing",
			detail: `its health check says ${health}`
		};
		case "created": return {
			state: "stopped",
			detail: State.Error
		};
		case "exited": return {
			state: ENDED.includes(State.ExitCode) ? "stopped" : "failed",
			detail: `ended with ${State.ExitCode}${State.Error === "" ? "" : `: ${State.Error}`}`
		};
		case "dead": return {
			state: "failed",
			detail: "dead: the engine could not remove it"
		};
		default: return {
			state: "changing",
			detail: State.Status
		};
	}
}
/** Ended by itself, or by the signals of `docker stop`: 128 + SIGINT, SIGKILL, SIGTERM. */
const ENDED = [
	0,
	130,
	137,
	143
];
function unseen({ service, project }, { stderr, stdout, exitCode }) {
	const words = lines(stderr.trim() || stdout).at(-1)?.slice(0, 300) ?? `exit code ${exitCode}`;
	const noPlugin = /unknown command: docker compose|'compose' is not a docker command/.test(stderr);
	return {
		code: "system.compose",
		where: `${service} (Compose project ${project})`,
		found: noPlugin ? "a docker without its plugin `compose`" : words,
		expected: "an answer of docker compose about the project",
		remedy: noPlugin ? "install the plugin docker-compose (package docker-compose-plugin), on the machine where shiplock runs" : `mend \`compose:\` of system.services.${service}, or look why docker does not answer: docker compose --project-name ${project} ps`
	};
}

// src/release/environment/elsewhere.ts
/**
* The namespace of a workload stands for a host; what its pods answer is asked from this machine, as of everything else.
* @param resource whose fence is compared, of what this machine does
*/
function placeElsewhere({ clock, door, exec, baseDir }, service, run, resource) {
	if (run.kind === "compose") {
		const control = composeControl({
			service,
			...run,
			cwd: baseDir,
			resource,
			exec
		});
		return {
			host: LOCAL_HOST,
			address: LOOPBACK,
			control
		};
	}
	const { kind, name, namespace, replicas, argocdNamespace } = run.workload;
	const cluster = clusterAt(run.workload, door.env);
	const kube = kubeClient(cluster, clock);
	const healed = healedBy(kube, {
		kind,
		argocdNamespace
	});
	return {
		host: namespace,
		address: LOOPBACK,
		control: workloadControl({
			kube,
			cluster,
			kind,
			namespace,
			name,
			replicas,
			healed,
			clock
		})
	};
}

export { placeElsewhere };