// src/model/exit.ts
/** Exit codes of every command, fixed by contract (docs/formats/exit-codes.md). */
const EXIT = {
	done: 0,
	failed: 1,
	usage: 2,
	waiting: 3,
	rolledBack: 4,
	refused: 5,
	undecided: 6,
	leaseHeld: 7,
	interrupted: 130,
	terminated: 143
};

export { EXIT as t };