import { t as DRILL_WITHIN_MS } from "./shared-judge.js";
import { Sr as openEnvironment, Us as shellWord, Ws as systemdWord } from "./shared-common.js";
import { t as ProblemError } from "./shared-problem.js";
import { t as backupSettings } from "./shared-open.js";
import { join, resolve } from "node:path";

// src/backup/drill/rules.ts
/** Hourly, with one that was missed. */
const SILENT_SECONDS = 8100;
/**
* A file of rules. Ages are counted by Prometheus itself, so that they grow also while nothing writes the figures any more; who writes nothing at all is an alert
* of its own. Pure.
*/
function alertRules(options) {
	const { service, environment } = options;
	const lines = rulesOf(options).flatMap(({ alert, expr, severity, summary, description }) => [
		`      - alert: ${alert}`,
		`        expr: ${JSON.stringify(expr)}`,
		`        labels: { severity: ${severity}, service: ${JSON.stringify(service)}, environment: ${JSON.stringify(environment)} }`,
		"        annotations:",
		`          summary: ${JSON.stringify(summary)}`,
		`          description: ${JSON.stringify(description)}`
	]);
	const name = `shiplock-backup-${service}-${environment}`;
	return {
		path: join("prometheus", `${name}.yml`),
		content: [
			"groups:",
			`  - name: ${name}`,
			"    rules:",
			...lines,
			""
		].join("\n")
	};
}
function rulesOf({ service, environment, rpoMs, rtoMs, verifiedWithinMs, every, hosts = false }) {
	const what = `${service} in ${environment}`;
	const figure = (name) => `${name}{service="${service}",environment="${environment}"}`;
	const age = (name) => `time() - ${figure(name)}`;
	const seconds = (ms) => Math.ceil(ms / 1e3);
	const look = `shiplock backup status ${environment}`;
	return [
		{
			alert: "ShiplockBackupStatusSilent",
			expr: `absent(${figure("shiplock_backup_status_timestamp_seconds")}) or ${age("shiplock_backup_status_timestamp_seconds")} > ${SILENT_SECONDS}`,
			severity: "critical",
			summary: `Nobody looks after the backups of ${what}`,
			description: `\`${look} --metrics\` has not written for more than two hours: look at its timer.`
		},
		{
			alert: "ShiplockBackupProblem",
			expr: `${figure("shiplock_backup_problems")} > 0`,
			severity: "warning",
			summary: `Something speaks against the backups of ${what}`,
			description: `\`${look}\` says what, and what to do.`
		},
		{
			alert: "ShiplockBackupNotVerified",
			expr: `${age("shiplock_backup_verified_timestamp_seconds")} > ${seconds(verifiedWithinMs)}`,
			severity: "warning",
			summary: `No full backup of ${what} was proven lately by restoring it`,
			description: "Run `shiplock backup run` and `shiplock backup verify`."
		},
		...hosts ? [{
			alert: "ShiplockBackupHostNotVerified",
			expr: `${age("shiplock_backup_host_verified_timestamp_seconds")} > ${seconds(verifiedWithinMs)}`,
			severity: "warning",
			summary: `The files of a host of ${what} have no backup that was verified lately`,
			description: `The label host names it. \`${look}\` says more.`
		}] : [],
		...rpoMs === null ? [] : [{
			alert: "ShiplockBackupOlderThanRpo",
			expr: `${age("shiplock_backup_verified_restorable_timestamp_seconds")} > ${seconds(rpoMs)}`,
			severity: "critical",
			summary: `More of ${what} would be lost than was promised`,
			description: `The verified backups reach less far than \`objectives.rpo\` promises. \`${look}\` says why.`
		}],
		...every === null ? [] : [{
			alert: "ShiplockRestoreDrillOverdue",
			expr: `${age("shiplock_restore_drill_timestamp_seconds")} > ${seconds(DRILL_WITHIN_MS[every])}`,
			severity: "warning",
			summary: `Nobody has tried a restore of ${what} for too long`,
			description: `Drills are promised ${every}. Run \`shiplock restore drill ${environment}\`.`
		}, {
			alert: "ShiplockRestoreDrillFailed",
			expr: `${figure("shiplock_restore_drill_success")} == 0`,
			severity: "critical",
			summary: `The last drill did not restore ${what}`,
			description: `\`${look}\` says why.`
		}],
		...rtoMs === null ? [] : [{
			alert: "ShiplockRestoreTooSlow",
			expr: `${figure("shiplock_restore_drill_seconds")} > ${seconds(rtoMs)} or ${figure("shiplock_restore_predicted_seconds")} > ${seconds(rtoMs)}`,
			severity: "warning",
			summary: `A restore of ${what} takes longer than was promised`,
			description: "Measured by the last drill, or predicted for now. Take full backups more often."
		}]
	];
}

// src/backup/schedule/jobs.ts
/** Each at its own minute, none at a full hour, when everybody else's jobs begin. Pure. */
function jobsOf(options) {
	const { program, environment, configFile, store, metrics, drill, announce } = options;
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
		job("status", "age of the backups", [57, null], "status", environment, ...metrics === null ? [] : ["--metrics", metrics], ...announce ? ["--announce"] : []),
		...drill === null ? [] : [{
			name: "drill",
			what: "drill of a restore",
			at: [37, 3],
			every: drill.every,
			argv: [
				...program,
				"restore",
				"drill",
				environment,
				"--quiet",
				...common
			],
			scratch: drill.directory
		}]
	];
}
/** Services and timers of systemd. `Persistent`: what was missed while the machine was off is done when it is on again. Pure. */
function systemdUnits(options) {
	return [...timedUnits(options), streamUnit(options)];
}
function timedUnits(options) {
	return jobsOf(options).flatMap(({ name, what, at: [minute, hour], every, argv }) => {
		const unit = `shiplock-backup-${options.service}-${options.environment}-${name}`;
		const title = `Shiplock: ${what} of ${options.service} in ${options.environment}`;
		const calendar = `${every === "weekly" ? "Sun *-*-*" : every === "monthly" ? "*-*-01" : "*-*-*"} ${hour === null ? "*" : two(hour)}:${two(minute)}:00`;
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
	const lines = jobsOf(options).map(({ at, every, argv }) => {
		const command = `set -a; . ${shellWord(options.secretsFile)}; exec ${argv.map(shellWord).join(" ")}`;
		return `${cronTime(at, every)} root /bin/sh -c ${shellWord(command).replaceAll("%", "\\%")}`;
	});
	return {
		path: join("cron", `shiplock-backup-${options.service}-${options.environment}`),
		content: `${lines.join("\n")}\n`
	};
}
/**
* CronJobs of Kubernetes, as JSON, which kubectl takes as it takes YAML. Configuration, state and repositories that are directories come from volumes of these names.
* Only the file of the configuration is mounted: below a mounted ConfigMap nothing else could be, and the state directory often lies there. Pure.
*/
function cronJobs(options) {
	const base = `shiplock-backup-${options.service}-${options.environment}`;
	const items = jobsOf(options).map(({ name, at, every, scratch, argv }) => ({
		apiVersion: "batch/v1",
		kind: "CronJob",
		metadata: { name: `${base}-${name}` },
		spec: {
			schedule: cronTime(at, every),
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
						volumeMounts: [
							{
								name: "config",
								mountPath: options.configFile,
								subPath: "shiplock.yaml",
								readOnly: true
							},
							{
								name: "state",
								mountPath: options.store
							},
							...options.directories.map((mountPath, at) => ({
								name: `repository-${at + 1}`,
								mountPath
							})),
							...scratch === void 0 ? [] : [{
								name: "scratch",
								mountPath: scratch
							}]
						]
					}],
					volumes: [
						{
							name: "config",
							configMap: { name: `${base}-config` }
						},
						{
							name: "state",
							persistentVolumeClaim: { claimName: `${base}-state` }
						},
						...options.directories.map((_, at) => ({
							name: `repository-${at + 1}`,
							persistentVolumeClaim: { claimName: `${base}-repository-${at + 1}` }
						})),
						...scratch === void 0 ? [] : [{
							name: "scratch",
							emptyDir: {}
						}]
					]
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
function cronTime([minute, hour], every) {
	return `${minute} ${hour ?? "*"} ${every === "monthly" ? "1" : "*"} * ${every === "weekly" ? "0" : "*"}`;
}
function two(number) {
	return String(number).padStart(2, "0");
}

// src/release/backup/units.ts
/** Files that start the backups of an environment at their times, or the alert rules over their figures. @throws ProblemError when nothing is configured */
async function backupUnits(door, request) {
	const service = await openEnvironment(door, request.environment, "without-trust");
	const settings = backupSettings(service);
	const { announce, objectives } = service.environment;
	const inPod = request.kind === "kubernetes";
	if (inPod && request.metrics !== null) throw new ProblemError(noFigures(request.metrics));
	const options = {
		service: service.environment.service,
		environment: request.environment,
		program: request.program !== void 0 ? [request.program] : inPod ? ["shiplock"] : door.self,
		configFile: resolve(service.configFile),
		store: resolve(service.store),
		metrics: request.metrics,
		secretsFile: request.secretsFile,
		image: request.image,
		drill: settings.drill,
		announce: announce !== null,
		directories: [settings, ...settings.copies].map(({ repository }) => repository).filter((repository) => repository.startsWith("/"))
	};
	if (request.kind === "prometheus") {
		const { service: name, environment } = options;
		const { verifiedWithinMs, drill } = settings;
		const hosts = Object.keys(settings.hostFiles).length > 0;
		const { rpoMs = null, rtoMs = null } = objectives;
		return [alertRules({
			service: name,
			environment,
			rpoMs,
			rtoMs,
			verifiedWithinMs,
			every: drill?.every ?? null,
			hosts
		})];
	}
	if (request.kind === "systemd") return systemdUnits(options);
	return [request.kind === "cron" ? cronFile(options) : cronJobs(options)];
}
function noFigures(found) {
	return {
		code: "cli.usage",
		where: "--metrics",
		found,
		expected: "no file: in a pod nobody would read it, and it ends with the pod",
		remedy: "leave it out, and let `announce:` tell when a backup is too old"
	};
}

export { backupUnits };