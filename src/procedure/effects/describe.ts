import type { ResolvedEffect, Text } from '../../model/effect.ts';
import { kubeText } from '../../model/kube.ts';

/** An effect in one line, the same in plan, live view and messages. Secrets appear as their reference. */
export function effectText(effect: ResolvedEffect): string {
  switch (effect.kind) {
    case 'exec':
      return effect.argv.map(word).join(' ');
    case 'sql':
      return effect.statements
        .map((statement, at) =>
          effect.tool?.at === at ? effect.tool.argv.map(plain).join(' ') : statement.replace(/\s+/g, ' ').trim(),
        )
        .join('; ');
    case 'http':
      return `${effect.method} ${effect.url}`;
    case 'file':
      if (effect.content === null) return `remove ${effect.path}`;
      if (typeof effect.content === 'object' && 'made' in effect.content) {
        return `write ${effect.path} with a password that is made then, unless it is there`;
      }
      return typeof effect.content === 'string'
        ? `write ${effect.path} (${Buffer.byteLength(effect.content)} bytes)`
        : `write ${effect.path} from secret ${effect.content.secret}`;
    case 'socket':
      return `${effect.path}: ${effect.commands.join('; ')}`;
    case 'kube': {
      const part = effect.subresource === undefined ? '' : ` (${effect.subresource})`;
      return `${effect.verb} ${kubeText(effect.object, effect.name)}${part} ${JSON.stringify(effect.body)}`;
    }
  }
}

/** What is filled in when it is started stands in braces. */
function plain(text: string | { readonly fill: string }): string {
  return word(typeof text === 'string' ? text : text.fill);
}

function word(text: Text): string {
  if (typeof text !== 'string') return `<secret ${text.secret}>`;
  return /^[\w@%+=:,./<>-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
