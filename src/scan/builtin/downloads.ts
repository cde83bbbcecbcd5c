import type { Severity } from '../types.ts';
import type { Command } from './snippets.ts';

/** What commands fetch without knowing what they get. Pure. */

export interface Careless {
  readonly rule: string;
  readonly severity: Severity;
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

/** What may stand before the command itself. */
const BEFORE = String.raw`(?:(?:sudo|doas)(?:\s+-\S+)*\s+|env\s+|exec\s+|time\s+|then\s+|do\s+|if\s+|else\s+|!\s*|[({]\s*|-\s+|[A-Za-z_]\w*=\S*\s+)*`;
const FETCH = String.raw`(?:\S*/)?(?:curl|wget)\b`;
const SHELL = String.raw`(?:\S*/)?(?:ba|da|z|k|a)?sh`;
const INTERPRETER = String.raw`(?:\S*/)?(?:python[\d.]*|node|perl|ruby|php)`;

const FETCHES = new RegExp(`^\\s*${BEFORE}${FETCH}`);
/** Without the name of a script they read what comes. A shell has options (`-s`, `-x`) but for `-c`; others take their program from most of theirs. */
const READS_INPUT = new RegExp(
  `^\\s*${BEFORE}(?:${SHELL}(?=\\s*(?:$|[)}])|\\s+(?:\\d?>|-(?![a-z]*c)))|${INTERPRETER}(?=\\s*(?:$|[)}])|\\s+(?:\\d?>|-(?:\\s|$))))`,
);
const SUBSTITUTED = new RegExp(
  `(?:\\b(?:ba|da|z|k|a)?sh\\s+(?:-\\w+\\s+)*|\\beval\\s+|\\bsource\\s+|(?:^|[;&|]\\s*)\\.\\s+)["']?(?:\\$\\(|<\\(|\`)\\s*${BEFORE}${FETCH}`,
);
const POWERSHELL =
  /\b(?:irm|iwr|invoke-webrequest|invoke-restmethod|downloadstring)\b.*\|\s*(?:iex|invoke-expression)\b|\b(?:iex|invoke-expression)\b.*\b(?:irm|iwr|invoke-webrequest|invoke-restmethod|downloadstring)\b/i;

const CHECKED =
  /\b(?:sha(?:224|256|384|512)sum|shasum|b2sum|b3sum|gpgv?|cosign|minisign|signify|slsa-verifier|gh\s+attestation|certutil|get-filehash)\b|\bopenssl\s+(?:dgst|sha\d+)|\bssh-keygen\s+-Y|\bsha256\b/i;
const USED =
  /\bchmod\s+(?:\S+\s+)*?(?:[ugoa]*\+\w*x|0?7\d\d)\b|\btar\s|\bunzip\b|\bdpkg\s+-i|\brpm\s+-[iU]|\binstall\s+-|\b(?:apt|apt-get|dnf|yum)\s+(?:-\S+\s+)*install\s+(?:-\S+\s+)*\.?\/|\bmsiexec\b/;

/** Programs fetched and run, or trusted, without a check. `commands` run together. */
export function carelessDownloads(commands: readonly Command[]): readonly Careless[] {
  const all = commands.flatMap(({ text, line }) => parts(text).map((part) => ({ part, line })));
  const trusted = !all.some(({ part }) => CHECKED.test(part)) && all.some(({ part }) => USED.test(part));
  return all.flatMap(({ part, line }): readonly Careless[] => {
    const open = /\bhttp:\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\]))/.test(part);
    if (runsAtOnce(part))
      return [
        {
          rule: 'pipe-to-shell',
          severity: open ? 'high' : 'medium',
          line,
          message: `what a server sends is run at once${open ? ', over http, which anybody on the way can change' : ''}`,
          remedy: 'fetch a version by name, compare its checksum with one in this repository, then run it',
        },
      ];
    if (!trusted || !FETCHES.test(part) || !keeps(part)) return [];
    return [
      {
        rule: 'download-unchecked',
        severity: open ? 'medium' : 'low',
        line,
        message: 'what is fetched here is unpacked or run without a look at its checksum',
        remedy: 'compare it with a checksum in this repository: echo "SUM  FILE" | sha256sum --check',
      },
    ];
  });
}

/** Does a command line run what it has fetched? A line that only prints such words does not. */
export function pipesToShell(text: string): boolean {
  return parts(text).some(runsAtOnce);
}

function runsAtOnce(part: string): boolean {
  if (PRINTS.test(part)) return false;
  if (SUBSTITUTED.test(part) || POWERSHELL.test(part)) return true;
  const [first = '', ...rest] = part.split(/(?<!\|)\|(?!\|)&?/);
  return FETCHES.test(first) && rest.some((stage) => READS_INPUT.test(stage));
}

const PRINTS = /^\s*(?:echo|printf)\b/;
/** The patterns take more than linear time, and whoever writes the files is not trusted. */
const LONGEST_PART = 2048;

/** Commands of one line, each with its pipes. */
function parts(text: string): readonly string[] {
  return text.split(/;|&&|\|\|/).map((part) => part.slice(0, LONGEST_PART));
}

/** It writes what it gets into a file. */
function keeps(part: string): boolean {
  return /\bwget\b/.test(part)
    ? !/\s-q?O\s*-(?:\s|$)/.test(part)
    : /\s(?:-\w*[oO]\b|--output\b|--remote-name\b)|>/.test(part);
}

interface Loose {
  readonly rule: string;
  readonly severity: Severity;
  readonly pattern: RegExp;
  readonly message: string;
  readonly remedy: string;
}

const LOOSE: readonly Loose[] = [
  {
    rule: 'unpinned-install',
    severity: 'low',
    pattern: /\bgo\s+(?:install|run)\s+(?:-\S+\s+)*\S+@(?:latest|master|main|HEAD|upgrade)\b/,
    message: 'another version tomorrow',
    remedy: 'name a version, as in @v1.2.3',
  },
  {
    rule: 'unpinned-install',
    severity: 'low',
    pattern: /\bnpm\s+(?:i|install|add)\s+(?:\S+\s+)*?(?:-g|--global)\b(?!.*[\w-]@\d)/,
    message: 'another version tomorrow',
    remedy: 'name a version, as in name@1.2.3, or put it into package.json',
  },
  {
    rule: 'unpinned-install',
    severity: 'low',
    pattern: /\bnpx\s+(?:-\S+\s+)*(?:-y|--yes)\s+(?:-\S+\s+)*(?!\S*[\w-]@\d)\S/,
    message: 'another version tomorrow',
    remedy: 'name a version, as in name@1.2.3, or put it into package.json',
  },
  {
    rule: 'npm-install-in-pipeline',
    severity: 'low',
    pattern: /^\s*npm\s+(?:i|install)\s*(?:$|[&|]|--(?!global\b)\S+\s*$)/,
    message: 'npm install changes the lock file where it does not fit',
    remedy: 'use npm ci, which refuses instead',
  },
  {
    rule: 'tls-off',
    severity: 'medium',
    pattern:
      /\bcurl\s(?:[^|;&]*\s)?(?:-\w*k\w*|--insecure)(?:\s|$)|\bwget\s[^|;&]*--no-check-certificate|\bhttp\.sslVerify[= ]+false|\bGIT_SSL_NO_VERIFY=(?!0)|\bNODE_TLS_REJECT_UNAUTHORIZED=['"]?0|\bstrict-ssl[= ]+false|\bpip3?\s+[^|;&]*--trusted-host/,
    message: 'whoever answers is taken for the right server',
    remedy: 'take it out; a certificate authority of your own is given by its file',
  },
  {
    rule: 'go-sums-off',
    severity: 'medium',
    pattern: /\b(?:GOSUMDB=['"]?off|GONOSUMCHECK=['"]?1|GONOSUMDB=['"]?\*|GOINSECURE=['"]?[\w*]|GOFLAGS=\S*-insecure)/,
    message: 'the go command takes modules without asking the public log of their sums',
    remedy: 'name only your own modules, by GOPRIVATE',
  },
];

/** Loose ends that are about one command each. `pipeline`: it runs where packages should come from a lock file. */
export function looseCommands(commands: readonly Command[], pipeline: boolean): readonly Careless[] {
  const rules = LOOSE.filter(({ rule }) => pipeline || rule !== 'npm-install-in-pipeline');
  return commands.flatMap(({ text, line }) => {
    const said = parts(text).filter((part) => !PRINTS.test(part));
    return rules
      .filter(({ pattern }) => said.some((part) => pattern.test(part)))
      .map(({ pattern: _pattern, ...one }) => ({ ...one, line }));
  });
}
