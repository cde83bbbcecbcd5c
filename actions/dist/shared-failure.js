import { t as ProblemError } from "./shared-problem.js";
import { r as remoteCommand } from "./shared-quote.js";
import { t as HOST_DIRECTORY } from "./shared-program.js";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";

// src/platform/ssh/access.ts
/** A connection that is not used any more for so long is closed, and its socket is gone. */
const PERSIST_S = 30;
/**
* The command line of ssh for one command on a host: no file of the user's settings, no question, only host keys that are known. Commands share
* one connection per host, since a new one costs a hundred milliseconds; its socket lies in a directory that is only ours. Pure.
*/
function sshArgv(host, access, sockets, command) {
	const { knownHosts, identityFile, connectTimeoutMs, alone = false } = access;
	const keys = createHash("sha256").update(JSON.stringify([knownHosts, identityFile ?? ""])).digest("hex");
	const settings = {
		BatchMode: "yes",
		StrictHostKeyChecking: "yes",
		UserKnownHostsFile: fileWord(knownHosts),
		GlobalKnownHostsFile: "/dev/null",
		UpdateHostKeys: "no",
		ForwardAgent: "no",
		ClearAllForwardings: "yes",
		ConnectTimeout: Math.max(1, Math.ceil(connectTimeoutMs / 1e3)),
		ConnectionAttempts: 1,
		ServerAliveInterval: 2,
		ServerAliveCountMax: 3,
		...alone ? {
			ControlMaster: "no",
			ControlPath: "none",
			IdentityAgent: "none"
		} : {
			ControlMaster: "auto",
			ControlPersist: PERSIST_S,
			ControlPath: fileWord(join(sockets, keys.slice(0, 8)), "-%C")
		},
		LogLevel: "ERROR"
	};
	return [
		...[
			"ssh",
			"-F",
			"none",
			"-T"
		],
		...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
		...identityFile === void 0 ? [] : [
			"-i",
			identityFile,
			"-o",
			"IdentitiesOnly=yes"
		],
		...[
			"-p",
			String(host.port),
			"-l",
			host.user,
			"--",
			host.address
		],
		remoteCommand(command)
	];
}
/** A file name as ssh reads it in a setting. */
function fileWord(path, more = "") {
	return `"${path.replaceAll("%", "%%")}${more}"`;
}
/**
* The directory of the sockets, made where it is missing. Whoever may write there could answer in place of a host, so it must be ours alone.
* @throws ProblemError `ssh.socket-directory`
*/
function socketDirectory() {
	const uid = process.getuid?.() ?? 0;
	const base = tmpdir().length > 30 ? "/tmp" : tmpdir();
	const directory = join(base, `shiplock-ssh-${uid}`);
	mkdirSync(directory, {
		recursive: true,
		mode: 448
	});
	const stat = lstatSync(directory);
	if (stat.isDirectory() && stat.uid === uid) {
		if ((stat.mode & 63) !== 0) chmodSync(directory, 448);
		return directory;
	}
	throw new ProblemError({
		code: "ssh.socket-directory",
		where: directory,
		found: "something of another user",
		expected: "a directory that only this user can write",
		remedy: `remove ${directory}, and find out who made it`
	});
}
/** `web1=deploy@10.0.0.1:22`: a host as one word of a command line. */
function hostWord({ name, user, address, port }) {
	return `${name}=${user}@${address.includes(":") ? `[${address}]` : address}:${port}`;
}
function parseHostWord(word) {
	const [, name, user, six, other, port] = /^([^=@]+)=([^@]+)@(?:\[([0-9A-Fa-f:.]+)\]|([^:@[\]]+)):(\d{1,5})$/.exec(word) ?? [];
	const address = six ?? other;
	if (name === void 0 || user === void 0 || address === void 0) return void 0;
	return {
		name,
		user,
		address,
		port: Number(port)
	};
}

// src/platform/ssh/failure.ts
/** From what ssh, sudo or the host's program said to a problem with a way out. Pure. */
function hostProblem(host, result) {
	const { exitCode, stderr } = result;
	if (exitCode === 255) return connectionProblem(host, stderr);
	const own = /^shiplock-host: ([a-z-]+): (.*)$/m.exec(stderr);
	if (own !== null) return programProblem(host, own[1] ?? "", own[2] ?? "");
	if (/No space left on device/.test(stderr)) return programProblem(host, "disk-full", lastLine(stderr));
	if (exitCode === 127 || /sudo: .*command not found/.test(stderr)) return /sudo(?::| ).*not found/.test(stderr) && !stderr.includes("/usr/local/lib/shiplock") ? noSudo(host, lastLine(stderr)) : noProgram(host);
	if (/^sudo:/m.test(stderr)) return noSudo(host, lastLine(stderr));
	return failed(host, `exit code ${exitCode}: ${lastLine(stderr) || "no word of why"}`);
}
function failed(host, found) {
	return {
		code: "ssh.command-failed",
		where: host.name,
		found,
		expected: "a host that does what it is asked",
		remedy: "mend what the host says, then resume the run"
	};
}
function connectionProblem(host, stderr) {
	const where = `${host.name} (${host.user}@${host.address}:${host.port})`;
	const key = /HOST IDENTIFICATION HAS CHANGED/.test(stderr);
	if (key || /Host key verification failed|host key is known/.test(stderr)) return {
		code: key ? "ssh.host-key-changed" : "ssh.host-key-unknown",
		where,
		found: key ? "another host key than the one that is known" : "a host key that is not known",
		expected: "the host key that stands in `platform.knownHosts`",
		remedy: "read the key at the host itself (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`); only if it is the one that answers, put it into `platform.knownHosts`"
	};
	if (/Permission denied|Too many authentication failures|no mutual signature/.test(stderr)) return {
		code: "ssh.refused",
		where,
		found: lastLine(stderr),
		expected: "a key that the host lets in",
		remedy: "put the public key into authorized_keys of that user, or mend `platform.user` and `platform.identityFile`"
	};
	if (/identity file|Load key|bad permissions/i.test(stderr)) return {
		code: "ssh.identity",
		where,
		found: lastLine(stderr),
		expected: "a private key that only this user can read",
		remedy: "mend `platform.identityFile`, or `chmod 600` it"
	};
	return {
		code: "ssh.unreachable",
		where,
		found: lastLine(stderr) || "the connection ended",
		expected: "a host that answers ssh",
		remedy: "start the host or mend the network, then resume the run; `platform.hosts` says where it is looked for"
	};
}
function programProblem(host, code, found) {
	const known = SAID.find((one) => one.code === `ssh.${code}`);
	return known === void 0 ? failed(host, `${code}: ${found}`) : {
		...known,
		where: host.name,
		found
	};
}
/** What the program of a host says by a short name. */
const SAID = [
	{
		code: "ssh.wrong-digest",
		expected: "the content that release.json describes",
		remedy: "build the release again, or take the artefact that release.json describes"
	},
	{
		code: "ssh.other-content",
		expected: "one content for a version, for ever",
		remedy: "release under a new version, or remove this one if it was tampered with"
	},
	{
		code: "ssh.settings-in-use",
		expected: "settings that stay with their release, so that a restart or a rollback brings back what ran",
		remedy: "release the changed configuration under a version of its own"
	},
	{
		code: "ssh.version-running",
		expected: "a version that is stopped",
		remedy: "stop it first"
	},
	{
		code: "ssh.version-current",
		expected: "another version that is current",
		remedy: "make another version current first"
	},
	{
		code: "ssh.not-installed",
		expected: "an installed release",
		remedy: "install it first: plan the release again"
	},
	{
		code: "ssh.port-taken",
		expected: "a port that nobody uses",
		remedy: "resume the run: another port is taken; `ss -ltnp` on the host says who has this one"
	},
	{
		code: "ssh.settings-refused",
		expected: "settings with which the server of the host starts",
		remedy: "nothing was written; report it with the version of the server, or install another version (--packages)"
	},
	{
		code: "ssh.no-zones",
		expected: "the zones of the package tzdata, which the server takes",
		remedy: "install tzdata on the host, then resume the run"
	},
	{
		code: "ssh.command-not-found",
		expected: "a program in the release, or on the PATH of the host",
		remedy: "mend `command` of the component, or its artefact"
	},
	{
		code: "ssh.disk-full",
		expected: "room for the release",
		remedy: "free space on the host, then resume the run"
	},
	{
		code: "ssh.cut-off",
		expected: "all of it",
		remedy: "resume the run: nothing of it was used"
	},
	{
		code: "ssh.foreign-unit",
		expected: "a name of a unit that no other service has",
		remedy: "give the services different names, or put them on different hosts"
	},
	{
		code: "ssh.start-failed",
		expected: "a unit that systemd can start",
		remedy: "read `journalctl -xe` on the host, mend what it names, then resume the run"
	},
	{
		code: "ssh.unit-failed",
		expected: "a unit that does what systemd is told",
		remedy: "read `journalctl -xe` on the host, mend what it names, then go on"
	},
	{
		code: "ssh.packages-failed",
		expected: "packages that apt can bring to these versions",
		remedy: "read run/packages.log below `platform.root` on the host, and mend what it names"
	},
	{
		code: "ssh.packages-unreachable",
		expected: "package sources that answer",
		remedy: "run `apt-get update` on the host and mend what it names, or go without --refresh"
	},
	{
		code: "ssh.packages-not-allowed",
		expected: "the word of root of the host that this user may change its packages",
		remedy: "let root of the host make the empty file /etc/shiplock/packages, or log in as root"
	},
	{
		code: "ssh.tables-not-upgraded",
		expected: "a mariadb-upgrade that comes to its end",
		remedy: "run `mariadb-upgrade` there as root, mend what it names, then go on"
	},
	{
		code: "ssh.logs-held",
		expected: "a writer that opens its log anew when it is told to",
		remedy: "no line is lost, and nothing was compressed; mend `reopen:` of the log, or restart what writes there, then run it again"
	},
	{
		code: "ssh.logs-reopen",
		expected: "a writer that can be told",
		remedy: "mend `reopen:` of the log, then run it again: no line is lost"
	},
	{
		code: "ssh.logs-rotator",
		expected: "logrotate without errors",
		remedy: "run `logrotate -d` with the file in /etc/logrotate.d on the host, mend what it says, and run it again"
	},
	{
		code: "ssh.logs-twice",
		expected: "one configuration for a log",
		remedy: "take the log out of the other file in /etc/logrotate.d, or out of `logs:`"
	},
	{
		code: "ssh.logs-insecure",
		expected: "a directory that only root can write to: root renames files there",
		remedy: "chown and chmod the directory (root, 755)"
	},
	{
		code: "ssh.logs-compress",
		expected: "room for the compressed file, and gzip",
		remedy: "free space on the host, then run it again: what was put aside lies there whole"
	},
	{
		code: "ssh.logs-not-allowed",
		expected: "the word of root of the host that logs in this directory may be put aside",
		remedy: "let root of the host write the directory as a line into /etc/shiplock/logs, or log in as root"
	},
	{
		code: "ssh.files-torn",
		expected: "all of it, as it was sent",
		remedy: "run it again: nothing of it was put in place"
	},
	{
		code: "ssh.files-in-the-way",
		expected: "the same kind of thing as in the backup, and no link above it",
		remedy: "look at it on the host and move it away, or restore other files (--only): nothing was changed"
	},
	{
		code: "ssh.files-strange",
		expected: "whole paths",
		remedy: "restore other files (--only): nothing was changed; report it with the name of the backup"
	},
	{
		code: "ssh.files-unpack",
		expected: "files that tar of the host can unpack below `platform.root`",
		remedy: "mend what it says (room, a file system without ACLs), then run it again: nothing was put in place"
	},
	{
		code: "ssh.files-account",
		expected: "an account or group that has the same number, or is not there",
		remedy: "change the number of the other one on the host, or restore the files and give them owners by hand: nothing was made"
	},
	{
		code: "ssh.files-not-allowed",
		expected: "the word of root of the host that these files may be read and put",
		remedy: "let root of the host write the path, or one above it, as a line into /etc/shiplock/files, or log in as root"
	},
	{
		code: "ssh.lay-torn",
		expected: "the file as it lies here, whole",
		remedy: "run it again: nothing of it was put in place; if it comes again, the file here has changed since it was looked at"
	},
	{
		code: "ssh.lay-not-pem",
		expected: "lines of PEM and nothing else: root lays down no other file for us",
		remedy: "take texts around the certificates and keys out of the files, such as those that openssl prints above them"
	},
	{
		code: "ssh.keys-elsewhere",
		expected: "authorized_keys in the home of the user by whom hosts are reached, and no link",
		remedy: "exchange the key by what manages that file"
	},
	{
		code: "ssh.keys-missing",
		expected: "the public key of `platform.identityFile` in authorized_keys of that user",
		remedy: "look how the host lets it in (a certificate, a command, another file), and exchange it there"
	},
	{
		code: "ssh.keys-last",
		expected: "another key that is let in, before this one is no more",
		remedy: "nothing was taken away; look into authorized_keys of that user on the host, then resume the run"
	},
	{
		code: "ssh.keys-not-written",
		expected: "room for the file, and nobody else who writes it",
		remedy: "the file is as it was; free space on the host, then resume the run"
	},
	{
		code: "ssh.still-stopping",
		expected: "a unit that has ended",
		remedy: "resume the run; `systemctl status` on the host shows it"
	},
	{
		code: "ssh.not-root",
		expected: "root, by itself or through sudo",
		remedy: "see docs/hosts.md for the line in sudoers"
	},
	{
		code: "ssh.no-systemd",
		expected: "systemd as process 1",
		remedy: "use a host with systemd"
	},
	{
		code: "ssh.systemd-version",
		expected: "systemd 247 or newer",
		remedy: "upgrade the host: Debian 11 or newer has it"
	},
	{
		code: "ssh.no-tool",
		expected: "the programs that docs/hosts.md lists",
		remedy: "install the package that has it"
	},
	{
		code: "ssh.root-owner",
		expected: "a directory of root: what lies in it is started as other users",
		remedy: "chown it to root, or choose another `platform.root`"
	}
];
function noProgram(host) {
	return {
		code: "ssh.no-program",
		where: host.name,
		found: `no program of this version of shiplock in ${HOST_DIRECTORY}`,
		expected: "the program of the host, put there by root",
		remedy: "run the release as root of the host once, or install it as docs/hosts.md says: `shiplock host-program` prints it"
	};
}
function noSudo(host, found) {
	return {
		code: "ssh.no-sudo",
		where: host.name,
		found,
		expected: `sudo without a password for ${HOST_DIRECTORY}/host-*`,
		remedy: `put the line from docs/hosts.md into /etc/sudoers.d for ${host.user}`
	};
}
function lastLine(text) {
	return text.trim().split("\n").at(-1)?.trim().slice(0, 400) ?? "";
}

export { sshArgv as a, socketDirectory as i, hostWord as n, parseHostWord as r, hostProblem as t };