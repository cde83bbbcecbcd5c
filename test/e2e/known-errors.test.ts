import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { runCli } from '../../src/cli/main.ts';
import { door } from '../../src/cli/session.ts';
import { readRun } from '../../src/procedure/index.ts';
import { openService, outcomeMarkdown, readReport } from '../../src/release/index.ts';
import { terminal } from '../support/terminal.ts';
import { portRange } from './support/doors.ts';
import { run } from './support/kinds.ts';

/** A run that really fails, and what `shiplock why`, the report and the summary of a job say of its error. */

const PAGE = `---
id: shop-theme-missing
title: The theme of the shop is not there
severity: error
patterns:
  - 'theme \\w+ is not in the repository'
---

## Cause

Somebody named a theme that was never added.

## Fix

Add it with @everyone, or name another one.

## Seen

The build of the shop:

\`\`\`text
theme dark is not in the repository
\`\`\`
`;

describe('the error of a run', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      components: siteBy('true'),
      traffic: { files: { component: 'site', service: [] } },
    });
  });
  afterAll(() => lab?.stop());

  function siteBy(script: string): LabComponents {
    return { site: { kind: 'static', source: 'api', build: ['sh', '-c', script], output: 'dist' } };
  }

  async function why(of: string, ...more: readonly string[]): Promise<string> {
    const io = terminal({ cwd: lab.service, env: { ...process.env } });
    expect(await runCli(['why', of, '--state', lab.state, ...more], io), io.written.err).toBe(0);
    return io.written.out;
  }

  /** As an action writes it when the run has ended like this. */
  async function jobSummary(of: string): Promise<string> {
    const service = await openService(await door(terminal({ cwd: lab.service }), { state: lab.state }, false));
    const { head } = await readReport(lab.state, of);
    const { anchor } = await readRun(lab.state, of);
    return outcomeMarkdown(service, { ...head, outcome: 'failed', anchor, gate: null });
  }

  async function failing(version: string, script: string): Promise<string> {
    await lab.commit(version, {}, { components: siteBy(script) });
    const told = await run(lab, ['release', 'production']);
    expect(told.code, told.text).toBe(1);
    return told.run;
  }

  test('a build that fills the disk is named with its cause, here and in the report', async () => {
    const failed = await failing('1.0.0', 'dd if=/dev/zero of=/dev/full bs=1 count=1');
    const text = await why(failed);
    expect(text).toContain('known error disk-full: A disk is full');
    expect(text).toContain("seen: exit code 1: dd: error writing '/dev/full': No space left on device");
    expect(text).toContain('command: df -h; df -i');
    const report = await lab.shiplock(['report', failed, '--format', 'markdown']);
    expect(report.stdout).toContain('### Known errors');
    expect(report.stdout).toContain('`A disk is full` (`disk-full`)');
    expect(JSON.parse(await why(failed, '--json'))).toMatchObject({ known: [{ id: 'disk-full', severity: 'error' }] });
  });

  test('a page of the service counts at the commit of the run, whatever became of it since', async () => {
    const pages = join(lab.service, 'docs/known-errors');
    await mkdir(pages, { recursive: true });
    await writeFile(join(pages, 'shop-theme-missing.md'), PAGE);
    await writeFile(join(pages, 'README.md'), '# Ours\n');
    await writeFile(join(pages, 'torn.md'), 'no front matter\n');
    const failed = await failing('1.1.0', 'echo theme dark is not in the repository >&2; exit 1');
    await rm(pages, { recursive: true });
    expect(await jobSummary(failed)).toContain('`The theme of the shop is not there` (`shop-theme-missing`)');
    const text = await why(failed);
    expect(text).toContain('known error shop-theme-missing: The theme of the shop is not there');
    expect(text).toContain('what to do: Add it with @everyone, or name another one.');
    expect(text).toContain('[known.unreadable]');
    await lab.commit('1.2.0');
    expect(await why(failed)).toContain('known error shop-theme-missing');
    const later = await failing('1.3.0', 'echo theme dark is not in the repository >&2; exit 1');
    expect(await why(later)).toContain('no known error is recognised in it');
  });

  test('a log is looked through without a configuration, from a file and from a pipe', async () => {
    const io = terminal({ cwd: lab.dir }, 'all is well\nssh: \u001b[31mHost key verification failed.\n');
    expect(await runCli(['why', '--log', '-'], io), io.written.err).toBe(0);
    expect(io.written.out).toContain('known error ssh-host-key');
    expect(io.written.out).not.toContain('\u001b');
    await writeFile(join(lab.dir, 'big.log'), `${'all is well\n'.repeat(500_000)}npm error Missing script: "build"\n`);
    const file = terminal({ cwd: lab.dir });
    expect(await runCli(['why', '--log', 'big.log', '--json'], file), file.written.err).toBe(0);
    expect(JSON.parse(file.written.out)).toMatchObject({ unfinished: false, known: [{ id: 'npm-no-script' }] });
    const none = terminal({ cwd: lab.dir }, 'the moon is full\n');
    expect(await runCli(['why', '--log', '-'], none)).toBe(0);
    expect(none.written.out).toBe('standard input: no known error is recognised in it\n');
    const gone = terminal({ cwd: lab.dir });
    expect(await runCli(['why', '--log', 'gone.log'], gone)).toBe(2);
    expect(gone.written.err).toContain('cli.unreadable-file');
    const both = terminal({ cwd: lab.service });
    expect(await runCli(['why', 'production', '--log', '-'], both)).toBe(2);
    expect(both.written.err).toContain('cli.run-or-log');
  });

  test('pages of the working tree are checked by validate', async () => {
    const pages = join(lab.service, 'docs/known-errors');
    await mkdir(pages, { recursive: true });
    await writeFile(join(pages, 'shop-theme-missing.md'), PAGE.replace('theme dark is not', 'theme dark was not'));
    const io = terminal({ cwd: lab.service, env: { ...process.env } });
    expect(await runCli(['validate'], io)).toBe(2);
    expect(io.written.err).toContain('docs/known-errors/shop-theme-missing.md');
    await writeFile(join(pages, 'shop-theme-missing.md'), PAGE);
    const good = terminal({ cwd: lab.service, env: { ...process.env } });
    expect(await runCli(['validate'], good), good.written.err).toBe(0);
    expect(good.written.out).toContain('1 known error');
    expect((await command(['git', '-C', lab.service, 'status', '--short'])).stdout).toContain('docs/');
  });
});

type LabComponents = Readonly<Record<string, unknown>>;
