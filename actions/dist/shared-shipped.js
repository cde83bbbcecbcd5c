import { Nt as array } from "./shared-schemas.js";
import { B as knownErrorSchema } from "./shared-common.js";

// src/known/shipped.json
var shipped_default = [
	{
		"id": "address-in-use",
		"title": "Another program has the port",
		"severity": "error",
		"patterns": [
			"EADDRINUSE: address already in use",
			"bind: address already in use",
			"\\(98: Address already in use\\)",
			"\\(Address already in use\\)"
		],
		"codes": [],
		"cause": "A process of before still runs, or two programs were given the same port.",
		"fix": "See who has the port. When it is an instance that was meant to be gone, stop it by its unit; never end processes by name.",
		"command": "ss -ltnp 'sport = :<port>'"
	},
	{
		"id": "argocd-no-manifests",
		"title": "Argo CD cannot make the manifests",
		"severity": "error",
		"patterns": ["Failed to load target state: ", "failed to generate manifest for source"],
		"codes": [],
		"cause": "The repository server did not get the repository at that revision, or kustomize or helm does not take what is there. The end of the line says which.",
		"fix": "Render the same path at the same commit by hand; when that works, look at the credentials of the repository in Argo CD.",
		"command": "kustomize build <path>"
	},
	{
		"id": "argocd-sync-failed",
		"title": "Argo CD could not apply what git says",
		"severity": "error",
		"patterns": ["one or more objects failed to apply", "one or more synchronization tasks (completed unsuccessfully|are not valid)"],
		"codes": [],
		"cause": "The API server refused an object, or a hook (often the Job of a migration) failed.",
		"fix": "Look at the result of each object; mend it in git. A sync that is tried by hand without a new commit fails in the same way.",
		"command": "kubectl get application <name> -n argocd -o jsonpath=\"{.status.operationState.syncResult.resources}\""
	},
	{
		"id": "certificate-expired",
		"title": "A certificate has expired",
		"severity": "error",
		"patterns": ["certificate has expired"],
		"codes": [],
		"cause": "The certificate of the server (or one above it) is past its end. A clock that is wrong by days looks the same.",
		"fix": "Look at the dates, and at the clock of this machine. Renew the certificate; find out why nobody was told before.",
		"command": "openssl s_client -connect <host>:443 -servername <host> </dev/null | openssl x509 -noout -dates"
	},
	{
		"id": "certificate-not-trusted",
		"title": "Nobody here trusts this certificate",
		"severity": "error",
		"patterns": [
			"certificate signed by unknown authority",
			"unable to get local issuer certificate",
			"unable to verify the first certificate",
			"[Ss]elf-signed certificate"
		],
		"codes": [],
		"cause": "The authority that signed it is not known to this program, or the server does not send the certificates in between.",
		"fix": "Give the program the certificate of your authority (`NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`), and let the server send the whole chain. Never switch the check off.",
		"command": "openssl s_client -connect <host>:443 -servername <host> -showcerts </dev/null"
	},
	{
		"id": "connection-refused",
		"title": "Nobody listens at this address",
		"severity": "error",
		"patterns": [
			"connect ECONNREFUSED ",
			"connect: connection refused",
			"port \\d+: Connection refused",
			"Failed to connect to .* port \\d+ "
		],
		"codes": [],
		"cause": "The program there does not run, has not come up yet, or listens at another address or port. A firewall that refuses looks the same.",
		"fix": "See whether it runs and where it listens; compare with the address in the configuration.",
		"command": "ss -ltnp"
	},
	{
		"id": "database-access-denied",
		"title": "The database does not let this user in",
		"severity": "error",
		"patterns": ["Access denied for user '[^']*'@'[^']*'"],
		"codes": [],
		"cause": "User, password or the host that the user may come from are not what the server knows. After a change of a password the old one is often still in the environment of the service.",
		"fix": "Compare the secret behind `database.dsn` with the account at the server; accounts of MySQL and MariaDB hold for a host as well as for a name. Then start the run again.",
		"command": "mysql -h <host> -u <user> -p -e 'SELECT CURRENT_USER()'"
	},
	{
		"id": "database-connection-lost",
		"title": "The database ended the connection",
		"severity": "error",
		"patterns": [
			"Connection lost: The server closed the connection",
			"[Ss]erver has gone away",
			"Lost connection to (MySQL )?server ",
			"Connection was killed",
			"Can't add new command when connection is in closed state"
		],
		"codes": [],
		"cause": "The server was restarted or fell over, somebody ended the connection, or it had been idle for longer than `wait_timeout`.",
		"fix": "See whether the server runs and since when. Then resume the run: it asks the database what was done before it goes on.",
		"command": "mysql -e \"SHOW GLOBAL STATUS LIKE 'Uptime'\""
	},
	{
		"id": "database-connections-used-up",
		"title": "The database takes no more connections",
		"severity": "error",
		"patterns": ["Too many connections", "Host .* is blocked because of many connection errors"],
		"codes": [],
		"cause": "All of `max_connections` are taken: pools of the old and the new version together, or connections that are never given back. While two versions run side by side both pools count.",
		"fix": "Look at who holds them. Make the pool of the application so small that two versions fit, or give the server more.",
		"command": "mysql -e 'SELECT USER, HOST, COUNT(*) FROM information_schema.PROCESSLIST GROUP BY USER, HOST'"
	},
	{
		"id": "database-data-too-long",
		"title": "A value does not fit into its column",
		"severity": "error",
		"patterns": ["Data too long for column '[^']+' at row \\d+", "Out of range value for column '[^']+' at row \\d+"],
		"codes": [],
		"cause": "A column was made smaller than what is in it, or the application writes more than it holds.",
		"fix": "Ask the table for the longest value, and make the column wide enough in the migration.",
		"command": "mysql -e \"SELECT MAX(CHAR_LENGTH(<column>)) FROM <table>\""
	},
	{
		"id": "database-deadlock",
		"title": "Two transactions waited for each other",
		"severity": "warning",
		"patterns": ["Deadlock found when trying to get lock; try restarting transaction"],
		"codes": [],
		"cause": "Two transactions took the same rows in opposite order. The server ended one of them; nothing of it stays.",
		"fix": "Resume the run: the statement is tried again. When it happens often, let the application take rows in one order, or move the migration to a quiet hour.",
		"command": "mysql -e 'SHOW ENGINE INNODB STATUS' | sed -n '/LATEST DETECTED DEADLOCK/,/TRANSACTIONS/p'"
	},
	{
		"id": "database-duplicate-entry",
		"title": "Rows that must be unique are there twice",
		"severity": "error",
		"patterns": ["Duplicate entry '.*' for key '"],
		"codes": [],
		"cause": "A unique index is being added to a column that holds the same value twice, or data are loaded that are there already.",
		"fix": "Find the values that are there twice, decide which row stays, and mend them in a migration before this one.",
		"command": "mysql -e \"SELECT <column>, COUNT(*) AS n FROM <table> GROUP BY <column> HAVING n > 1\""
	},
	{
		"id": "database-foreign-key",
		"title": "A row names another one that is not there",
		"severity": "error",
		"patterns": ["Cannot add or update a child row: a foreign key constraint fails", "Cannot delete or update a parent row: a foreign key constraint fails"],
		"codes": [],
		"cause": "A foreign key is being added over rows without a parent, or rows are written or deleted in the wrong order.",
		"fix": "Find the rows without a parent and mend them in a migration before this one.",
		"command": "mysql -e \"SELECT c.* FROM <child> c LEFT JOIN <parent> p ON p.id = c.<column> WHERE p.id IS NULL LIMIT 20\""
	},
	{
		"id": "database-lock-wait",
		"title": "A statement waited too long for its lock",
		"severity": "error",
		"patterns": ["Lock wait timeout exceeded; try restarting transaction"],
		"codes": [],
		"cause": "Another connection holds the rows or the table: a long transaction of the application, a backup, or a person at a prompt. A migration gives up on purpose, since every request would queue behind it.",
		"fix": "Find the transaction that holds the lock and let it end, or end it. Then resume the run: what is done stays done.",
		"command": "mysql -e 'SELECT * FROM information_schema.INNODB_TRX ORDER BY trx_started LIMIT 5'"
	},
	{
		"id": "database-no-such-column",
		"title": "A column is not there",
		"severity": "error",
		"patterns": ["Unknown column '[^']+' in '"],
		"codes": [],
		"cause": "Code and schema do not belong together: the new version runs before its migration, or the old one after a column was taken away.",
		"fix": "Apply the pending expand migrations; take a column away only when no running version needs it (`phase=contract`).",
		"command": "shiplock status <environment>"
	},
	{
		"id": "database-no-such-table",
		"title": "A table is not there",
		"severity": "error",
		"patterns": ["Table '[^']+' doesn't exist"],
		"codes": [],
		"cause": "The code is newer than the schema, or it speaks to another database than the migrations. A migration that drops or renames a table too early does it too.",
		"fix": "See which migrations are applied. When some are missing, apply them; when the address is wrong, mend it in the secret of the service.",
		"command": "shiplock status <environment>"
	},
	{
		"id": "database-read-only",
		"title": "The database does not take writes",
		"severity": "error",
		"patterns": ["The MariaDB server is running with the --read-only option", "The MySQL server is running with the --(super-)?read-only option"],
		"codes": [],
		"cause": "The address leads to a replica, or the primary was made read-only for a failover or a backup.",
		"fix": "Let `database.dsn` lead to the primary. Do not switch read-only off at a replica: its data would part from those of the primary.",
		"command": "mysql -e 'SELECT @@hostname, @@read_only'"
	},
	{
		"id": "disk-full",
		"title": "A disk is full",
		"severity": "error",
		"patterns": ["[Nn]o space left on device"],
		"codes": [],
		"cause": "The file system has no bytes or no inodes left. Old releases, images, logs and binary logs of the database are what fills disks most often.",
		"fix": "Free space, inodes too, then resume the run. Old releases of a service go by themselves with `platform.keepReleases`.",
		"command": "df -h; df -i"
	},
	{
		"id": "git-branch-protected",
		"title": "A rule of the forge protects the branch",
		"severity": "error",
		"patterns": ["GH006: Protected branch update failed", "GH013: Repository rule violations found"],
		"codes": [],
		"cause": "The account that pushes is not among those who may, or the commit lacks what the rule asks for: a review, a check, a signature.",
		"fix": "The lines below name the rule. For branches that Shiplock writes, let only its App pass the rule; everybody else opens a pull request.",
		"command": "shiplock doctor <environment>"
	},
	{
		"id": "git-no-credentials",
		"title": "Git has nothing to log in with",
		"severity": "error",
		"patterns": ["could not read Username for '", "Authentication failed for 'https?://"],
		"codes": [],
		"cause": "No token and no key is there for this address, or it has expired. In a job the token of the job counts for its own repository only.",
		"fix": "Give the job a token or a deploy key for that repository; try it with a look that changes nothing.",
		"command": "git ls-remote <address> HEAD"
	},
	{
		"id": "git-push-rejected",
		"title": "Somebody else pushed first",
		"severity": "warning",
		"patterns": ["! \\[rejected\\] .*\\((fetch first|non-fast-forward)\\)"],
		"codes": [],
		"cause": "The branch has moved since it was read. Shiplock edits again and pushes again by itself; in a script of yours nobody does.",
		"fix": "Fetch, put your commit on top of what is there, and push again. Never force a branch that others read.",
		"command": "git pull --rebase && git push"
	},
	{
		"id": "github-rate-limit",
		"title": "The requests of this hour are used up",
		"severity": "warning",
		"patterns": ["API rate limit exceeded for "],
		"codes": [],
		"cause": "The token made as many requests as it may in an hour. All jobs of one App installation share them.",
		"fix": "Wait until the time that the answer names (`x-ratelimit-reset`), or let fewer jobs ask. Nothing has to be done for Shiplock: it waits and tries again.",
		"command": "gh api rate_limit"
	},
	{
		"id": "github-secondary-limit",
		"title": "The forge asks for a pause",
		"severity": "warning",
		"patterns": ["You have exceeded a secondary rate limit"],
		"codes": [],
		"cause": "Too many requests at once, or too many that write, by the same account.",
		"fix": "Wait as long as the answer says (`retry-after`), and let fewer jobs write at the same time.",
		"command": null
	},
	{
		"id": "github-token-without-right",
		"title": "The token of the job may not do this",
		"severity": "error",
		"patterns": ["Resource not accessible by (integration|personal access token)"],
		"codes": [],
		"cause": "The job (or the App) lacks a permission for this request. Jobs of pull requests from forks never have more than reading.",
		"fix": "Give the job exactly the permission that is missing, under `permissions:`; the answer names it in the header `x-accepted-github-permissions`.",
		"command": "gh api -i <path of the request> | grep -i x-accepted-github-permissions"
	},
	{
		"id": "go-module-missing",
		"title": "A Go module is used and not required",
		"severity": "error",
		"patterns": [
			"no required module provides package ",
			"missing go.sum entry for module providing package ",
			"missing go.sum entry for go.mod file"
		],
		"codes": [],
		"cause": "`go.mod` or `go.sum` was not committed with the code that needs it.",
		"fix": "Tidy the module and commit both files.",
		"command": "go mod tidy"
	},
	{
		"id": "go-undefined",
		"title": "Go code names something that is not there",
		"severity": "error",
		"patterns": ["\\.go:\\d+:\\d+: undefined: "],
		"codes": [],
		"cause": "A name was renamed, removed or never committed, or a file is left out by its build tags.",
		"fix": "Build the commit in a fresh checkout: what is only in your working tree is not there.",
		"command": "go build ./..."
	},
	{
		"id": "haproxy-configuration",
		"title": "HAProxy does not take its configuration",
		"severity": "error",
		"patterns": ["Fatal errors found in configuration", "config : Error\\(s\\) found in configuration file"],
		"codes": [],
		"cause": "A line of the configuration is wrong; HAProxy names file and line in the alerts above this one. What serves is untouched: a configuration is checked before a reload.",
		"fix": "Mend the first alert; those after it often follow from it.",
		"command": "haproxy -c -f <file>"
	},
	{
		"id": "javascript-heap",
		"title": "A program in Node used up its heap",
		"severity": "error",
		"patterns": ["JavaScript heap out of memory"],
		"codes": [],
		"cause": "What it holds is more than V8 may take. On a small runner a build of a frontend is the usual case.",
		"fix": "Give it more, within what the machine has; then find out what grew. When it happens in a service, look for a leak first.",
		"command": "NODE_OPTIONS=--max-old-space-size=<megabytes> npm run build"
	},
	{
		"id": "killed-by-the-kernel",
		"title": "A process was killed for its memory",
		"severity": "error",
		"patterns": [
			"Out of memory: Killed process \\d+",
			"OOMKilled",
			"Memory cgroup out of memory: Killed process",
			"go: .*: signal: killed|compile: signal: killed"
		],
		"codes": [],
		"cause": "The machine, or the memory limit of the container or unit, was used up, and the kernel ended the largest process.",
		"fix": "Give it a larger limit, or less to do at once: builds of Go take less with `-p 1`. When it is the service, compare its memory before and after the release.",
		"command": "dmesg -T | grep -i 'killed process'"
	},
	{
		"id": "kubernetes-crash-loop",
		"title": "A container ends again and again",
		"severity": "error",
		"patterns": ["CrashLoopBackOff", "[Bb]ack-off .*restarting failed container"],
		"codes": [],
		"cause": "The program in it ends soon after its start: a missing variable or secret, a database that it does not reach, a wrong command.",
		"fix": "Read what the container said before it ended.",
		"command": "kubectl logs <pod> --previous --tail=50"
	},
	{
		"id": "kubernetes-forbidden",
		"title": "An account of the cluster may not do this",
		"severity": "error",
		"patterns": ["is forbidden: User \"[^\"]+\" cannot "],
		"codes": [],
		"cause": "The role of the account lacks this verb, resource or namespace. The line names all three.",
		"fix": "Add exactly this rule to the role, in the repository that Argo CD syncs. Do not bind the account to cluster-admin.",
		"command": "kubectl auth can-i <verb> <resource> -n <namespace> --as <user>"
	},
	{
		"id": "kubernetes-image-pull",
		"title": "The cluster does not get the image",
		"severity": "error",
		"patterns": [
			"Back-off pulling image \"",
			"ErrImagePull",
			"ImagePullBackOff"
		],
		"codes": [],
		"cause": "The image is not there under this digest or name, the registry does not let the cluster in, or a node does not reach it.",
		"fix": "The event before this one says which. Compare digest and registry with `release.json`; see whether the namespace has the secret for pulling.",
		"command": "kubectl describe pod <pod> | sed -n \"/^Events:/,\\$p\""
	},
	{
		"id": "kubernetes-immutable",
		"title": "A field cannot be changed in place",
		"severity": "error",
		"patterns": ["field is immutable"],
		"codes": [],
		"cause": "Selectors of Deployments, templates of Jobs and some fields of Services and volumes stay as they were made.",
		"fix": "Give the object a new name, or delete it and let it be made anew when nothing depends on it. For Jobs that Argo CD syncs: make it a hook that is deleted before it is created.",
		"command": "kubectl diff -f <file>"
	},
	{
		"id": "kubernetes-no-room",
		"title": "No node has room for a pod",
		"severity": "error",
		"patterns": ["\\d+/\\d+ nodes are available: "],
		"codes": [],
		"cause": "The pod asks for more processor, memory or volumes than any node has free, or no node fits its selectors and tolerations. Two versions side by side need room for both.",
		"fix": "The rest of the line counts the reasons. Ask for less, add a node, or let the canary be smaller.",
		"command": "kubectl describe nodes | grep -A 8 \"Allocated resources\""
	},
	{
		"id": "kubernetes-probe",
		"title": "A probe of a pod fails",
		"severity": "error",
		"patterns": ["(Readiness|Liveness|Startup) probe failed: "],
		"codes": [],
		"cause": "The program does not answer its health check in time, answers with an error, or listens at another port or path. A failed liveness probe restarts it.",
		"fix": "Ask the path by hand from inside of the pod. When it only needs longer to come up, give it a startup probe.",
		"command": "kubectl describe pod <pod> | grep -E \"Liveness|Readiness|Startup|probe failed\""
	},
	{
		"id": "kubernetes-progress-deadline",
		"title": "A rollout of the cluster did not get on in time",
		"severity": "error",
		"patterns": ["exceeded its progress deadline", "has timed out progressing"],
		"codes": [],
		"cause": "New pods were not ready within `progressDeadlineSeconds`. This is what follows; the reason stands at the pods: image, probe, room, crash.",
		"fix": "Look at the pods of the new version, oldest event first.",
		"command": "kubectl get events --sort-by=.lastTimestamp | tail -20"
	},
	{
		"id": "name-not-resolved",
		"title": "A name leads to no address",
		"severity": "error",
		"patterns": [
			"getaddrinfo (ENOTFOUND|EAI_AGAIN) ",
			"Could not resolve host(name)?[: ]",
			"dial tcp: lookup .*: no such host"
		],
		"codes": [],
		"cause": "The name is written wrongly, exists only in another network, or the name server does not answer. `EAI_AGAIN` means the last.",
		"fix": "Ask the name server by hand, on the machine where it failed: inside of a container it may be another one.",
		"command": "getent hosts <name>"
	},
	{
		"id": "nginx-configuration",
		"title": "Nginx does not take its configuration",
		"severity": "error",
		"patterns": ["nginx: configuration file .* test failed"],
		"codes": [],
		"cause": "A line of the configuration is wrong, or a file that it names cannot be read. The line above this one says which. What serves is untouched.",
		"fix": "Mend what the line with [emerg] names.",
		"command": "nginx -t -c <file>"
	},
	{
		"id": "npm-lock-file",
		"title": "The lock file of npm is missing or of before",
		"severity": "error",
		"patterns": ["`npm ci` can only install packages when your package.json and ", "The `npm ci` command can only install with an existing package-lock.json"],
		"codes": [],
		"cause": "`package.json` was changed and `package-lock.json` was not committed with it.",
		"fix": "Let npm write the lock file anew, and commit both.",
		"command": "npm install --package-lock-only"
	},
	{
		"id": "npm-no-script",
		"title": "package.json has no such script",
		"severity": "error",
		"patterns": ["Missing script: \""],
		"codes": [],
		"cause": "The build of the component calls a script that `package.json` does not have, or it runs in another directory than you think.",
		"fix": "List the scripts that there are; mend `build:` of the component, or add the script.",
		"command": "npm run"
	},
	{
		"id": "registry-pull-limit",
		"title": "The registry gives no more images for now",
		"severity": "error",
		"patterns": ["toomanyrequests: "],
		"codes": [],
		"cause": "The registry counts pulls by address or account, and they are used up. Runners and nodes behind one address share it.",
		"fix": "Log in for pulling, or let the images come through a mirror of yours.",
		"command": "docker login <registry>"
	},
	{
		"id": "ssh-host-key",
		"title": "The key of a host is not the one that is known",
		"severity": "error",
		"patterns": ["Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"],
		"codes": [],
		"cause": "The host was made anew, its address belongs to another host now, or somebody answers in its place. Until you know which, it is the last.",
		"fix": "Compare the fingerprint over another way (console, image, inventory), then put the new key into the file of known hosts. Never switch the check off.",
		"command": "ssh-keyscan -t ed25519 <host> | ssh-keygen -lf -"
	},
	{
		"id": "ssh-key-refused",
		"title": "The host does not take our key",
		"severity": "error",
		"patterns": ["Permission denied \\(publickey[a-z,-]*\\)"],
		"codes": [],
		"cause": "The account has no such key in `authorized_keys`, the wrong key was offered, or its files may be written by others, which sshd refuses.",
		"fix": "See which keys are offered, and let somebody with access put the right one there.",
		"command": "ssh -v -o BatchMode=yes <user>@<host> true 2>&1 | grep -E \"Offering|Authentications\""
	},
	{
		"id": "too-many-open-files",
		"title": "A process may not open more files",
		"severity": "error",
		"patterns": [
			"EMFILE: too many open files",
			"accept4?: too many open files",
			"\\(24: Too many open files\\)"
		],
		"codes": [],
		"cause": "The limit of the process (`ulimit -n`, `LimitNOFILE=`) is too small for its connections and files, or it never closes them.",
		"fix": "Compare what it has open with its limit. Raise the limit in the unit; when the number only grows, it is a leak of the application.",
		"command": "ls /proc/<pid>/fd | wc -l; grep files /proc/<pid>/limits"
	}
];

// src/known/shipped.ts
/** Known errors that come with the program: docs/known-errors, written into shipped.json by scripts/schemas.ts. */
function shippedErrors() {
	return array(knownErrorSchema).parse(shipped_default);
}

export { shippedErrors };