// src/cli/runbook/skeleton.ts
/** What `shiplock runbook new` writes: a runbook that works as it stands, and its test. All pure. */
/** @param name checked: lower-case letters, digits and dashes */
function skeleton(name) {
	return `// Runbook of this service: \`shiplock runbook plan ${name} ENVIRONMENT --directory /srv/app --reason "…"\`.
// \`shiplock runbook test ${name} ENVIRONMENT\` looks whether it is sound. How to write one: docs/runbooks.md of shiplock.

export default (kit) => {
  const reason = kit.input.text({ name: 'reason', question: 'Why? It stands in the journal.', minLength: 3 });
  const directory = kit.input.text({ name: 'directory', question: 'Which directory?', usual: '/var/tmp/${name}' });

  return kit.runbook({
    id: '${name}',
    title: 'Say in a few words what it does',
    summary: 'Makes a directory of this machine, as an example.',
    when: 'Say when to use it, and when not.',
    requirements: [],
    roles: [{ role: 'operator', does: 'runs it' }],
    severity: 'changes',
    inputs: [reason, directory],
    prerequisites: ['Say what must be so before it is begun.'],
    wayBack: 'Say what takes it back.',
    clauses: [],
    sample: { reason: 'example' },
    how: {
      kind: 'tree',
      build(given, context) {
        const path = given(directory);
        // \`read\` only looks and also runs in a plan; \`decide\` is pure; its effects are data that the engine executes and journals.
        const there = async (ctx) => (await ctx.exec.read(['test', '-d', path])).exitCode === 0;
        return {
          title: \`Make \${path}\`,
          description: given(reason),
          root: kit.sequence({
            id: '${name}',
            title: \`Make \${path}\`,
            steps: [
              kit.action({
                id: 'make',
                title: \`Make \${path}\`,
                inputs: { path },
                read: there,
                decide: (found) =>
                  found
                    ? { kind: 'nothing', why: 'it is there' }
                    : {
                        kind: 'do',
                        effects: [{ kind: 'exec', argv: ['mkdir', '-p', '--', path], why: 'make it', timeoutMs: 10_000 }],
                      },
                // Doing it twice does no harm. Otherwise a function that finds out whether it has happened.
                probe: 'repeatable',
                verify: async (ctx) =>
                  (await there(ctx))
                    ? []
                    : [{ code: '${name}.missing', where: path, found: 'nothing', expected: 'a directory', remedy: 'make it by hand' }],
              }),
            ],
          }),
        };
      },
    },
  });
};
`;
}
/** Its test: for \`node --test runbooks/\`, with shiplock on PATH. @param environment one of shiplock.yaml */
function skeletonTest(name, environment) {
	return `import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('${name} plans without changing anything, and its tree is sound', () => {
  const config = join(import.meta.dirname, '..', 'shiplock.yaml');
  execFileSync('shiplock', ['runbook', 'test', '${name}', '${environment}', '--config', config], { stdio: 'inherit' });
});
`;
}

export { skeleton, skeletonTest };