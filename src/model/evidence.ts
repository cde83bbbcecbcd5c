/** Answers to the questions of a gate, by name. */
export type Evidence = Readonly<Record<string, string | number | boolean>>;
