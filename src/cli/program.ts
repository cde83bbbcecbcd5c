import { Command } from 'commander';
import { addAnalyse } from './commands/analyse.ts';
import { addAnnounce } from './commands/announce.ts';
import { addAttest } from './commands/attest.ts';
import { addBackup } from './commands/backup.ts';
import { addBuild } from './commands/build.ts';
import { addChange } from './commands/change.ts';
import { addChat } from './commands/chat.ts';
import { addCompletion } from './commands/completion.ts';
import { addData } from './commands/data.ts';
import { addDatabase } from './commands/database.ts';
import { addDiagnose } from './commands/diagnose.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDrift } from './commands/drift.ts';
import { addFrontend } from './commands/frontend.ts';
import { addGate } from './commands/gate.ts';
import { addGitops } from './commands/gitops.ts';
import { addInit } from './commands/init.ts';
import { addJournal } from './commands/journal.ts';
import { addJudge } from './commands/judge.ts';
import { addLock, addUnlock } from './commands/lock.ts';
import { addMigrate } from './commands/migrate.ts';
import { addMigrateAdopt } from './commands/migrate-adopt.ts';
import { addMigrateAdvise } from './commands/migrate-advise.ts';
import { addMigrateLint } from './commands/migrate-lint.ts';
import { addMigrateProve } from './commands/migrate-prove.ts';
import { addMigrateRetire } from './commands/migrate-retire.ts';
import { addMigrateStatus } from './commands/migrate-status.ts';
import { addMigrateUndo } from './commands/migrate-undo.ts';
import { addPipeline } from './commands/pipeline.ts';
import { addPlan } from './commands/plan.ts';
import { addPromote } from './commands/promote.ts';
import { addQuarantine } from './commands/quarantine.ts';
import { addRelease } from './commands/release.ts';
import { addReleaseNotes } from './commands/release-notes.ts';
import { addReport } from './commands/report.ts';
import { addRestore } from './commands/restore.ts';
import { addResume } from './commands/resume.ts';
import { addRollback } from './commands/rollback.ts';
import { addRollout } from './commands/rollout.ts';
import { addRollouts } from './commands/rollouts.ts';
import { addRunbook } from './commands/runbook.ts';
import { addSbom } from './commands/sbom.ts';
import { addScan } from './commands/scan.ts';
import { addStats } from './commands/stats.ts';
import { addStatus } from './commands/status.ts';
import { addUpgrade } from './commands/upgrade.ts';
import { addValidate } from './commands/validate.ts';
import { addVerify } from './commands/verify.ts';
import { addWhatIf } from './commands/what-if.ts';
import { addWhy } from './commands/why.ts';
import type { CommandResult, Io } from './io.ts';
import type { Registry } from './registry.ts';
import { packageVersion } from './version.ts';

/** The whole command line as commander's tree: help texts, completion and the manual are all made from it. */
export function buildProgram(io: Io, done: (result: CommandResult) => void): Command {
  const program = new Command('shiplock')
    .description('Release a service with evidence, and take it back when the evidence says so.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print help, with examples')
    .showSuggestionAfterError(true)
    // Options belong to the command that they stand behind: `migrate` and `migrate apply` have some of the same names.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: () => undefined })
    .addHelpText('after', HELP_FOOTER);
  const registry: Registry = { program, io, done, again: buildProgram };
  addInit(registry);
  addUpgrade(registry);
  addValidate(registry);
  addDoctor(registry);
  addDiagnose(registry);
  addPlan(registry);
  addBuild(registry);
  addFrontend(registry);
  addRelease(registry);
  addMigrate(registry);
  addMigrateLint(registry);
  addMigrateProve(registry);
  addMigrateAdvise(registry);
  addMigrateUndo(registry);
  addData(registry);
  addDatabase(registry);
  addMigrateStatus(registry);
  addMigrateAdopt(registry);
  addMigrateRetire(registry);
  addBackup(registry);
  addPromote(registry);
  addPipeline(registry);
  addQuarantine(registry);
  addAttest(registry);
  addVerify(registry);
  addRollback(registry);
  addRollout(registry);
  addStatus(registry);
  addDrift(registry);
  addStats(registry);
  addRestore(registry);
  addResume(registry);
  addRunbook(registry);
  addChange(registry);
  addGate(registry);
  addLock(registry);
  addUnlock(registry);
  addJournal(registry);
  addReport(registry);
  addSbom(registry);
  addScan(registry);
  addReleaseNotes(registry);
  addAnalyse(registry);
  addWhatIf(registry);
  addAnnounce(registry);
  addGitops(registry);
  addRollouts(registry);
  addJudge(registry);
  addWhy(registry);
  addChat(registry);
  addCompletion(registry);
  return program;
}

const HELP_FOOTER = `
Exit codes: 0 done · 1 failed · 2 usage or configuration · 3 waiting at a gate · 4 rolled back · 5 refused, nothing changed
            6 undecided · 7 lease held by another · 130/143 stopped, resumable

Examples:
  $ shiplock validate
  $ shiplock plan production
  $ shiplock release production
  $ shiplock status production --json
  $ shiplock rollback production --reason "checkout fails"
`;
