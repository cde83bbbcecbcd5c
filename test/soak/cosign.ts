import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519, FACTS, p256, payloadOf, pem, signedPayload } from '../build/attest/sample.ts';

/**
 * Attestations of ours before the real cosign (`verify-blob-attestation`, 2.4 or newer, from PATH): it takes those of an artefact and of
 * release.json, signed with either kind of key, and none over other bytes, of another key, or of another type.
 * Exit codes: 0 cosign answers as it should, each time · 1 otherwise · 2 no cosign on PATH
 */

const run = (argv: readonly string[]): Promise<{ readonly code: number; readonly text: string }> =>
  new Promise((resolve) => {
    execFile('cosign', argv, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, text: `${stdout}${stderr}` });
    });
  });

const version = await run(['version']);
if (version.code !== 0) {
  process.stderr.write('no cosign on PATH; see https://docs.sigstore.dev/cosign/system_config/installation/\n');
  process.exit(2);
}
process.stdout.write(`cosign ${/GitVersion:\s*(\S+)/.exec(version.text)?.[1] ?? 'of an unknown version'}\n`);

const dir = await mkdtemp(join(tmpdir(), 'shiplock-cosign-'));
const file = (name: string): string => join(dir, name);
const digest = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const [program, releaseJson] = ['the program\n', '{"service":"shop"}\n'];
let wrong = 0;
try {
  await writeFile(file('api'), program);
  await writeFile(file('release.json'), releaseJson);
  await writeFile(file('other'), 'another program\n');
  for (const [name, key] of [
    ['P-256', p256()],
    ['Ed25519', ed25519()],
  ] as const) {
    await writeFile(file('key.pub'), pem(key));
    await writeFile(file('foreign.pub'), pem(p256()));
    const facts = {
      ...FACTS,
      releaseJson: digest(releaseJson),
      artefacts: [{ name: 'api', digest: digest(program), of: 'bytes' as const }],
    };
    await writeFile(file('provenance.json'), signedPayload(payloadOf(facts), key));
    const verify = (artefact: string, open = 'key.pub', type = 'slsaprovenance1') =>
      run([
        ...['verify-blob-attestation', '--insecure-ignore-tlog=true', '--key', file(open)],
        ...['--signature', file('provenance.json'), '--type', type, file(artefact)],
      ]);
    const cases = [
      ['an artefact', true, await verify('api')],
      ['release.json', true, await verify('release.json')],
      ['other bytes', false, await verify('other')],
      ['another key', false, await verify('api', 'foreign.pub')],
      ['another type', false, await verify('api', 'key.pub', 'cyclonedx')],
    ] as const;
    for (const [what, good, { code, text }] of cases) {
      const fits = (code === 0) === good;
      if (!fits) wrong++;
      process.stdout.write(
        `${fits ? 'as it should' : 'WRONG'}: ${name}, ${what}: ${code === 0 ? 'taken' : 'refused'}${fits ? '' : `: ${text.trim()}`}\n`,
      );
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
