import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding } from '../types.ts';
import { goModules } from './go-modules.ts';

/** Faults in Go code. https://staticcheck.dev */

const line = z.looseObject({
  code: z.string(),
  location: z.looseObject({ file: z.string(), line: z.number(), column: z.number() }),
  message: z.string(),
});

export const staticcheck: Scanner = {
  id: 'staticcheck',
  subject: 'code',
  program: 'staticcheck',
  version: ['staticcheck', '-version'],
  install: 'install staticcheck, for instance by `go install honnef.co/go/tools/cmd/staticcheck@v0.6.1`',
  network: () => false,
  variables: ['GOPATH', 'GOMODCACHE', 'GOCACHE', 'GOROOT', 'GOFLAGS', 'GOTOOLCHAIN'],
  calls: (tree): readonly Call[] =>
    goModules(tree.files).map(({ directory }) => ({
      // Given here: a file in the repository could switch checks off.
      argv: ['staticcheck', '-checks', 'SA*,S1*,U1000', '-f', 'json', './...'],
      directory,
      at: directory,
    })),
  read: (result, { at }, tree) => {
    // 1: it has found something.
    endedWith(result, [0, 1]);
    const found = result.stdout
      .split('\n')
      .filter((text) => text !== '')
      .map((text) => inForm(line, asJson(text)));
    const broken = found.find(({ code }) => code === 'compile' || code === 'config');
    if (broken !== undefined) throw new GarbledOutput(`the code cannot be read: ${broken.message.slice(0, 200)}`);
    if (result.exitCode === 1 && found.length === 0) throw new GarbledOutput('exit 1 without a finding');
    return found.map(
      ({ code, location, message }): RawFinding => ({
        scanner: 'staticcheck',
        subject: 'code',
        rule: code,
        severity: code.startsWith('SA') ? 'medium' : 'info',
        message,
        file: below(location.file, tree, at === '.' ? undefined : at),
        line: location.line,
        column: location.column,
        documentation: `https://staticcheck.dev/docs/checks/#${code}`,
      }),
    );
  },
  support: {},
  witness: {
    'go.mod': 'module witness\n\ngo 1.22\n',
    'main.go': 'package main\n\nfunc main() {\n\tx := 1\n\tx = x\n}\n',
  },
};
