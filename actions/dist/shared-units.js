import { Bs as systemdWord } from "./shared-common.js";
import { a as openBackup } from "./shared-open.js";
import { join, resolve } from "node:path";

// src/backup/schedule/jobs.ts
/** Each at its own minute, none at a full hour, when everybody else's jobs begin. Pure. */
function jobsOf({ program, environment, configFile, store, metrics }) {
	const common = [
		"--config",
		configFile,
		"--state",
		store
	];
	const job = (name, what, at, ...words) => ({
		name,
		what,
		at,
		argv: [
			...program,
			"backup",
			...words,
			...common
		]
	});
	return [
		job("full", "full backup", [17, 2], "run", environment, "--quiet"),
		job("incremental", "binary logs and files", [47, null], "run", environment, "--incremental", "--quiet"),
		job("verify", "restore of the newest backup, compared", [23, 4], "verify", environment, "--quiet"),
		job("forget", "old backups go", [11, 6], "forget", environment, "--quiet"),
		job("status", "age of the backups", [57, null], "status", environment, ...metrics === null ? [] : ["--metrics", metrics])
	];
}
/** Services and timers of systemd. `Persistent`: what was missed while the machine was off is done when it is on again. Pure. */
function systemdUnits(options) {
	return [...timedUnits(options), streamUnit(options)];
}
function timedUnits(options) {
	return jobsOf(options).flatMap(({ name, what, at: [minute, hour], argv }) => {
		const unit = `shiplock-backup-${options.service}-${options.environment}-${name}`;
		const title = `Shiplock: ${what} of ${options.service} in ${options.environment}`;
		const calendar = `*-*-* ${hour === null ? "*" : two(hour)}:${two(minute)}:00`;
		return [{
			path: join("systemd", `${unit}.service`),
			content: [
				...[
					"[Unit]",
					`Description=${title}`,
					"Wants=network-online.target",
					"After=network-online.target",
					""
				],
				...[
					"[Service]",
					"Type=oneshot",
					`EnvironmentFile=${options.secretsFile}`
				],
				...[
					`ExecStart=${argv.map(systemdWord).join(" ")}`,
					"Nice=10",
					"IOSchedulingClass=idle",
					"UMask=0077",
					""
				]
			].join("\n")
		}, {
			path: join("systemd", `${unit}.timer`),
			content: [...[
				"[Unit]",
				`Description=${title}`,
				"",
				"[Timer]",
				`OnCalendar=${calendar}`,
				"Persistent=true",
				""
			], ...[
				"[Install]",
				"WantedBy=timers.target",
				""
			]].join("\n")
		}];
	});
}
/** Binary logs as they are written: always there, and back when it has ended. */
function streamUnit(options) {
	const { service, environment, program, configFile, store, secretsFile } = options;
	const argv = [
		...program,
		"backup",
		"stream",
		environment,
		"--config",
		configFile,
		"--state",
		store
	];
	return {
		path: join("systemd", `shiplock-backup-${service}-${environment}-stream.service`),
		content: [
			...["[Unit]", `Description=Shiplock: binary logs of ${service} in ${environment} as they are written`],
			...[
				"Wants=network-online.target",
				"After=network-online.target",
				"StartLimitIntervalSec=0",
				""
			],
			...[
				"[Service]",
				`EnvironmentFile=${secretsFile}`,
				`ExecStart=${argv.map(systemdWord).join(" ")}`
			],
			...[
				"Restart=always",
				"RestartSec=10",
				"UMask=0077",
				"",
				"[Install]",
				"WantedBy=multi-user.target",
				""
			]
		].join("\n")
	};
}
/** A file for /etc/cron.d; cron gives no secrets, so a shell reads them first. Pure. */
function cronFile(options) {
	const lines = jobsOf(options).map(({ at: [minute, hour], argv }) => {
		const command = `set -a; . ${shellWord(options.secretsFile)}; exec ${argv.map(shellWord).join(" ")}`;
		return `${minute} ${hour ?? "*"} * * * root /bin/sh -c ${shellWord(command).replaceAll("%", "\\%")}`;
	});
	return {
		path: join("cron", `shiplock-backup-${options.service}-${options.environment}`),
		content: `${lines.join("\n")}\n`
	};
}
/** CronJobs of Kubernetes, as JSON, which kubectl takes as it takes YAML. Configuration and state come from volumes of these names. Pure. */
function cronJobs(options) {
	const base = `shiplock-backup-${options.service}-${options.environment}`;
	const items = jobsOf(options).map(({ name, at: [minute, hour], argv }) => ({
		apiVersion: "batch/v1",
		kind: "CronJob",
		metadata: { name: `${base}-${name}` },
		spec: {
			schedule: `${minute} ${hour ?? "*"} * * *`,
			concurrencyPolicy: "Forbid",
			startingDeadlineSeconds: 1800,
			successfulJobsHistoryLimit: 1,
			failedJobsHistoryLimit: 3,
			jobTemplate: { spec: {
				backoffLimit: 1,
				template: { spec: {
					restartPolicy: "Never",
					containers: [{
						name: "backup",
						image: options.image,
						command: argv,
						envFrom: [{ secretRef: { name: `${base}-secrets` } }],
						volumeMounts: [{
							name: "config",
							mountPath: options.configFile.replace(/\/[^/]*$/, "") || "/",
							readOnly: true
						}, {
							name: "state",
							mountPath: options.store
						}]
					}],
					volumes: [{
						name: "config",
						configMap: { name: `${base}-config` }
					}, {
						name: "state",
						persistentVolumeClaim: { claimName: `${base}-state` }
					}]
				} }
			} }
		}
	}));
	return {
		path: join("kubernetes", `${base}.json`),
		content: `${JSON.stringify({
			apiVersion: "v1",
			kind: "List",
			items
		}, null, 2)}\n`
	};
}
function two(number) {
	return String(number).padStart(2, "0");
}
function shellWord(word) {
	return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// src/release/backup/units.ts
/** Files that start the backups of an environment at their times. @throws ProblemError when nothing is configured */
async function backupUnits(door, request) {
	const { service } = await openBackup(door, request.environment);
	const options = {
		service: service.environment.service,
		environment: request.environment,
		program: request.program === void 0 ? door.self : [request.program],
		configFile: resolve(service.configFile),
		store: resolve(service.store),
		metrics: request.metrics,
		secretsFile: request.secretsFile,
		image: request.image
	};
	if (request.kind === "systemd") return systemdUnits(options);
	return [request.kind === "cron" ? cronFile(options) : cronJobs(options)];
}

export { backupUnits };