/** Units of systemd that are not ours: what `systemctl show` says of one, here or on a host. All pure. */

export interface SystemUnit {
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'changing' | 'missing';
  /** systemd's InvocationID: another one after each start; null before the first. */
  readonly identity: string | null;
  readonly detail: string;
}

/** Properties as systemd names them; see org.freedesktop.systemd1(5). */
export interface ShownUnit {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  readonly invocation: string;
}

/** The properties that `shownUnits` reads. */
export const SHOWN = ['Id', 'LoadState', 'ActiveState', 'SubState', 'Result', 'InvocationID'] as const;

export function systemUnit({ unit, load, active, sub, result, invocation }: ShownUnit): SystemUnit {
  const state = load === 'not-found' ? 'missing' : stateOf(active);
  const words = [active, sub === active ? '' : sub, result === 'success' ? '' : result].filter((word) => word !== '');
  return {
    name: unit,
    state,
    identity: invocation === '' ? null : invocation,
    detail: state === 'running' ? '' : state === 'missing' ? load : words.join(', '),
  };
}

function stateOf(active: string): SystemUnit['state'] {
  switch (active) {
    case 'active':
    case 'reloading':
      return 'running';
    case 'activating':
    case 'deactivating':
      return 'changing';
    case 'failed':
      return 'failed';
    default:
      return 'stopped';
  }
}

/** The answer of `systemctl show`: blocks of `Key=value`, an empty line between units. */
export function shownUnits(text: string): readonly ShownUnit[] {
  return text
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const values = new Map(
        block
          .trim()
          .split('\n')
          .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const of = (key: (typeof SHOWN)[number]): string => values.get(key) ?? '';
      return {
        unit: of('Id'),
        load: of('LoadState'),
        active: of('ActiveState'),
        sub: of('SubState'),
        result: of('Result'),
        invocation: of('InvocationID'),
      };
    });
}
