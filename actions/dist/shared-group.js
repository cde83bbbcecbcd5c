// src/procedure/machine/group.ts
/** Ends what was started: by itself, since who only ends processes needs nothing of what starts them. */
const KILL_GRACE_MS = 2e3;
/** Ends a process group: asks, waits, kills. The leader may be gone long before its children are. */
async function endGroup(pid, clock) {
	if (pid === void 0) return;
	if (!signalGroup(pid, "SIGTERM")) return;
	for (let waited = 0; waited < KILL_GRACE_MS; waited += 50) {
		await clock.sleep(50);
		if (!signalGroup(pid, 0)) return;
	}
	signalGroup(pid, "SIGKILL");
}
function signalGroup(pid, signal) {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}

export { endGroup as t };