import { chat, credentialsOf, resultOf } from '../chat/door.ts';
import type { Registry } from '../registry.ts';
import { type CommonOptions, withCommonOptions } from '../session.ts';

export function addChat(registry: Registry): void {
  withCommonOptions(registry.program.command('chat'))
    .summary('do what a comment at the forge asks for')
    .description(
      'Do what a comment on an issue or a pull request asks for: who wrote it is checked against the policy, the commit is pinned, and one comment tells how it stands. For a job that runs for new comments.',
    )
    .argument('[event]', 'file with the event, as the runner stores it (default: $GITHUB_EVENT_PATH)')
    .addHelpText(
      'after',
      `
The forge is asked with SHIPLOCK_FORGE_TOKEN or GITHUB_TOKEN, or as an App with SHIPLOCK_APP_ID and SHIPLOCK_APP_KEY (PEM). The rest
comes from the runner: GITHUB_REPOSITORY, GITHUB_API_URL, GITHUB_RUN_ID, GITHUB_TRIGGERING_ACTOR.

Examples:
  $ shiplock chat --state /var/lib/shiplock/certkeeper`,
    )
    .action(async (event: string | undefined, options: CommonOptions) => {
      const credentials = credentialsOf(registry.io);
      registry.done(resultOf(await chat(registry, { ...options, event, credentials })));
    });
}
