/**
 * What looks like a secret, whoever it belongs to. The masks of `mask.ts` know the values of secrets that were asked for; text that was written by
 * other programs (logs, statements, configurations, command lines) also holds secrets that nobody here has ever read. They are found by their
 * shape. This finds more than there is, on purpose: a word too few in a bundle of facts costs a question, a password too many costs the system.
 */

const BLANK = '***';

export interface PatternOptions {
  /** Also the addresses of people. */
  readonly emails: boolean;
}

/** Names whose value is a secret, whatever stands before them (`DB_PASSWORD`, `x-api-key`, `clientSecret`). */
const NAME = String.raw`(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|encryption[_-]?key|signing[_-]?key|master[_-]?key|credentials?|auth(?:orization|orisation)?|cookie|session[_-]?id|sessid|sid|dsn|otp|pin|salt)\d*`;

/** Behind a name: in quotes that a log has escaped, in quotes, a plain word of JSON, or everything up to the next blank. */
const VALUE = String.raw`\\"(?:(?!(?<!\\)\\")[^\n])*\\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.|'')*'|(?:\d+(?:\.\d+)?|true|false|null)(?=[\s,;}\])]|$)|\S+`;

interface Shape {
  readonly find: RegExp;
  readonly put: string | ((...match: string[]) => string);
}

/** In order: what spans lines comes first, what is told by its name before what is told by its looks. */
const SHAPES: readonly Shape[] = [
  // A key as OpenSSL, OpenSSH and PGP write it; one without an end goes on to the end.
  {
    find: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    put: BLANK,
  },
  { find: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,}/g, put: BLANK },
  // Headers, in a request, in a log and in JSON: up to the quote that ends them, without one to the end of the line.
  {
    find: /((?:proxy-)?authorization|x-(?:[\w-]{0,40}-)?(?:token|key|secret|signature)|(?:set-)?cookie2?)((?:\\?["'])?\s*[:=]\s*\[?\s*)(?:(\\?")(?:[^"\\\n]|\\.)*"|[^\r\n]+)/gi,
    put: (_all, name = '', between = '', quote = '') => `${name}${between}${quote}${BLANK}${quote}`,
  },
  { find: /\b(bearer|basic|negotiate)(\s+)[A-Za-z0-9+/=._~-]{8,}/gi, put: `$1$2${BLANK}` },
  // Statements of MySQL and MariaDB that set a password, also where a log has escaped the quotes.
  {
    find: /(\bidentified\s+(?:(?:with|via)\s+\S+\s+)?(?:by|as|using)\s+(?:password\s*\(?\s*)?)(\\?['"]).*?\2/gi,
    put: `$1$2${BLANK}$2`,
  },
  { find: /(\b(?:old_)?password\s*\(\s*)(\\?['"]).*?\2/gi, put: `$1$2${BLANK}$2` },
  { find: /(\bset\s+password\b[^\n=;]*=\s*(?:password\s*\(\s*)?)(\\?['"]).*?\2/gi, put: `$1$2${BLANK}$2` },
  { find: /(\breplace\s+)(\\?['"])(?=[^\n]*\bretain current password\b).*?\2/gi, put: `$1$2${BLANK}$2` },
  // Hashes of passwords, as crypt(3) and the servers write them.
  { find: /\$(?:[156aAy7]|2[abxy]|argon2[a-z]{0,2}|gy|scrypt)\$[^\s'",]{16,}/g, put: BLANK },
  { find: /(?<![\w*])\*[0-9A-F]{40}\b/g, put: BLANK },
  // User and password in an address, and in the connection string of Go's driver.
  { find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/?#@:'"]*):([^\s'"]*)@/gi, put: `$1$2:${BLANK}@` },
  { find: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@:'"*]{16,}@/gi, put: `$1${BLANK}@` },
  { find: /:[^\s'"]{1,200}@((?:tcp|unix)\()/g, put: `:${BLANK}@$1` },
  // Options of programs: `--password x`, mysql's -px, curl's -u.
  { find: new RegExp(String.raw`(--?[\w-]{0,30}${NAME}[ \t]+)(?![-\s])(?:${VALUE})`, 'gi'), put: `$1${BLANK}` },
  {
    find: /(\b(?:mysql|mariadb|mysqldump|mariadb-dump|mysqladmin|mysqlbinlog|mydumper|xtrabackup|mariabackup)\b[^\n]*?\s-p)(?=[^\s-])\S+/g,
    put: `$1${BLANK}`,
  },
  { find: /(\b(?:curl|wget)\b[^\n]*?\s(?:-u|--user)[= ]?)(["']?)([^\s:"']*):[^\s"']+/g, put: `$1$2$3:${BLANK}` },
  { find: /(\bsshpass\b[^\n]*?\s-p)\s*\S+/g, put: `$1${BLANK}` },
  // Lines of configurations that write a blank between name and value: HAProxy, Redis.
  { find: /(\bstats auth\s+[^\s:]+:)\S+/g, put: `$1${BLANK}` },
  {
    find: /(\b(?:(?:insecure-)?password|requirepass|masterauth)[ \t]+)(?!(?:for|is|of|to|and|or|in|the|has|was|with|authentication|expired|from|on|as|must|change)\b)[\w"'][^\s:=]*(?![^\s]*[:=])/gi,
    put: `$1${BLANK}`,
  },
  // name: value, name=value, "name":"value", \"name\":\"value\", name => value.
  {
    find: new RegExp(String.raw`(${NAME})((?:\\*["'\]])?\s*(?::=|=>|[:=])[ \t]*)(${VALUE})`, 'gi'),
    put: (_all, name = '', between = '', value = '') => {
      if (PLAIN_VALUE.test(value)) return `${name}${between}${value}`;
      const quote = /^\\*["']/.exec(value)?.[0] ?? '';
      return `${name}${between}${quote}${BLANK}${quote}`;
    },
  },
  // Tokens that tell by their first letters whose they are.
  { find: /\bgh[pousr]_[A-Za-z0-9]{20,}\b/g, put: BLANK },
  { find: /\bgithub_pat_[A-Za-z0-9_]{20,}\b/g, put: BLANK },
  { find: /\bglpat-[A-Za-z0-9_-]{16,}/g, put: BLANK },
  { find: /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/g, put: BLANK },
  { find: /\bAIza[0-9A-Za-z_-]{35}/g, put: BLANK },
  { find: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g, put: BLANK },
  { find: /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}/g, put: BLANK },
  { find: /\bsk-[A-Za-z0-9_-]{20,}/g, put: BLANK },
  { find: /\bnpm_[A-Za-z0-9]{30,}/g, put: BLANK },
  { find: /\bpypi-[A-Za-z0-9_-]{40,}/g, put: BLANK },
  { find: /\b(?:hvs|hvb|hvr)\.[A-Za-z0-9_-]{20,}/g, put: BLANK },
  { find: /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g, put: BLANK },
  { find: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g, put: BLANK },
];

/** Words that say how, not what: text without them answers fewer questions, and they give nothing away. */
const PLAIN_VALUE =
  /^(?:["']?(?:\*\*\*|on|off|yes|no|true|false|none|null|\(null\)|nil|default|required|disabled|enabled|\[?masked\]?|<[^>]*>|\d{1,3})["']?|""|'')$/i;

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?=[\w-]+\.[a-z])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?![\w@])/gi;

/** The text with everything blanked that looks like a secret. Pure; twice is the same as once. */
export function maskShapes(text: string, { emails }: PatternOptions): string {
  let masked = withoutKeyEnds(text);
  for (const { find, put } of SHAPES) {
    masked = typeof put === 'string' ? masked.replace(find, put) : masked.replace(find, put);
  }
  return emails ? masked.replace(EMAIL, BLANK) : masked;
}

const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

/** A key whose beginning was cut off: the lines before its end that look like one. */
function withoutKeyEnds(text: string): string {
  const end = KEY_END.exec(text);
  if (end === null) return text;
  const begin = KEY_BEGIN.exec(text);
  if (begin !== null && begin.index < end.index) return text;
  const lines = text.slice(0, end.index).split('\n');
  let from = lines.length - 1;
  // The last line of a key is short, the others are not.
  if (/^[A-Za-z0-9+/=]+\s*$/.test(lines[from - 1] ?? '')) from -= 1;
  while (from > 0 && /^[A-Za-z0-9+/=]{16,}\s*$/.test(lines[from - 1] ?? '')) from -= 1;
  const before = lines.slice(0, from).map((line) => `${line}\n`);
  return `${before.join('')}${BLANK}${text.slice(end.index + end[0].length)}`;
}

/**
 * A statement of SQL without the values in it: what a customer is called is in no bundle. Numbers are blanked too. Pure; a text that was cut in the
 * middle of a value is blanked to its end.
 */
export function withoutLiterals(sql: string): string {
  return sql
    .replace(/'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/g, '?')
    .replace(/"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/g, '?')
    .replace(/\b(?:0x[0-9a-f]+|[xb]\?)/gi, '?')
    .replace(/(?<![\w.`@$])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b(?![`.])/gi, '?');
}
