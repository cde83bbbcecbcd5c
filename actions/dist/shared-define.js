// actions/shared/define.ts
/** Keeps the types of inputs and outputs. */
function defineAction(definition) {
	return definition;
}

export { defineAction as t };