/** Every rule by its id: what configuration may name. A test compares it with the rules. */
export const RULE_IDS: readonly string[] = [
  ...numbered('C', 11),
  ...numbered('D', 9),
  ...numbered('F', 12),
  ...numbered('L', 15),
  ...numbered('P', 6),
  ...numbered('S', 14),
];

function numbered(group: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${group}${String(at + 1).padStart(2, '0')}`);
}
