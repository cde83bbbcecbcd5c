/**
 * PromQL in which only fresh samples count. An instant query looks back five minutes for a sample, and after a `sum` no time is
 * left to check its age by; so every instant selector `x{…}` becomes `last_over_time(x{…}[…])`. Ranges (`x[5m]`) stay as
 * they are. What is not understood here is not changed, and Prometheus itself complains about it.
 */
export function freshOnly(promql: string, staleAfterMs: number): string {
  let result = '';
  let rest = promql;
  /** The next parentheses hold label names, not an expression. */
  let labelsFollow = false;
  while (rest !== '') {
    const token = nextToken(rest);
    rest = rest.slice(token.length);
    if (labelsFollow && rest !== '' && token === '(') {
      const end = rest.indexOf(')') + 1;
      result += token + rest.slice(0, end);
      rest = rest.slice(end);
      labelsFollow = false;
      continue;
    }
    if (/^\s|^#/.test(token)) {
      result += token;
      continue;
    }
    labelsFollow = LABELS_FOLLOW.has(token.toLowerCase());
    const selector = selectorAt(token, rest);
    if (selector === undefined) {
      result += token;
      continue;
    }
    rest = rest.slice(selector.length - token.length);
    const ranged = /^\s*\[/.test(rest);
    result += ranged ? selector : `last_over_time(${selector}[${staleAfterMs}ms])`;
  }
  return result;
}

const LABELS_FOLLOW = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set([
  ...LABELS_FOLLOW,
  ...['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan'],
  ...['sum', 'min', 'max', 'avg', 'group', 'stddev', 'stdvar', 'count', 'count_values', 'bottomk', 'topk', 'quantile'],
]);

const STRING = `"(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*'|\`[^\`]*\``;
const TOKEN = new RegExp(
  [
    '\\s+',
    '#[^\\n]*',
    STRING,
    // Numbers and durations, so that the letters in 1e3, 0x1f and 5m are no names.
    '\\d[\\w.]*(?:(?<=[eE])[+-]\\d+)?',
    '[a-zA-Z_:][\\w:]*',
    // Label matchers as a whole.
    `\\{(?:${STRING}|[^"'\`}])*\\}`,
    // A range or subquery as a whole.
    '\\[[^\\]]*\\]',
  ].join('|'),
  'y',
);

function nextToken(text: string): string {
  TOKEN.lastIndex = 0;
  return TOKEN.exec(text)?.[0] ?? text.slice(0, 1);
}

/** The whole instant selector that begins with this token, or nothing when it begins something else. */
function selectorAt(token: string, rest: string): string | undefined {
  if (/^\{.*\}$/s.test(token)) return token;
  if (!/^[a-zA-Z_:]/.test(token) || WORDS.has(token.toLowerCase()) || /^\s*\(/.test(rest)) return undefined;
  const gap = /^\s*/.exec(rest)?.[0] ?? '';
  const matchers = nextToken(rest.slice(gap.length));
  return matchers.endsWith('}') ? token + gap + matchers : token;
}
