import { Argument, type Command } from 'commander';
import { EXIT } from '../../model/exit.ts';
import type { Registry } from '../registry.ts';

/** One node of the command tree, as far as completion needs it. */
interface Words {
  readonly path: string;
  readonly words: readonly string[];
}

/** Visible subcommands and long options of every command, from commander's own tree. */
export function completionWords(command: Command, path: readonly string[] = []): readonly Words[] {
  const help = command.createHelp();
  const children = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const options = help.visibleOptions(command).flatMap((option) => (option.long === undefined ? [] : [option.long]));
  const own: Words = { path: path.join(' '), words: [...children.map((child) => child.name()), ...options] };
  return [own, ...children.flatMap((child) => completionWords(child, [...path, child.name()]))];
}

const NAME = /^[A-Za-z0-9 _-]*$/;

/** A table lookup in the shell: the longest known command path before the cursor decides. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish', table: readonly Words[]): string {
  const rows = table.filter((row) => NAME.test(row.path) && row.words.every((word) => NAME.test(word)));
  if (shell === 'fish') {
    const lines = rows.flatMap((row) =>
      row.words.map((word) => {
        const parts = row.path === '' ? [] : row.path.split(' ');
        const seen = parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
        const condition = seen === '' ? '__fish_use_subcommand' : seen;
        return word.startsWith('--')
          ? `complete -c shiplock -n '${condition}' -l ${word.slice(2)}`
          : `complete -c shiplock -f -n '${condition}' -a ${word}`;
      }),
    );
    return `# shiplock completion fish > ~/.config/fish/completions/shiplock.fish\n${lines.join('\n')}\n`;
  }
  const cases = rows.map((row) => `    '${row.path}') words='${row.words.join(' ')}' ;;`).join('\n');
  const body = `_shiplock() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in -*) continue ;; esac
    case "\${path:+$path }$word" in
${rows
  .filter((row) => row.path !== '')
  .map((row) => `      '${row.path}') path="\${path:+$path }$word" ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shiplock shiplock
`;
  return shell === 'bash'
    ? `# shiplock completion bash > /etc/bash_completion.d/shiplock\n${body}`
    : `# shiplock completion zsh >> ~/.zshrc\nautoload -U +X bashcompinit && bashcompinit\n${body}`;
}

export function addCompletion({ program, done }: Registry): void {
  program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ source <(shiplock completion bash)\n  $ shiplock completion fish > ~/.config/fish/completions/shiplock.fish',
    )
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      const script = completionScript(shell, completionWords(program));
      done({ exit: EXIT.done, text: script, json: { shell, script } });
    });
}
