import type { Json } from '../../model/json.ts';
import type { DriftReport } from './drift.ts';

/** What drift says to people, for every door. Pure. */

export interface DriftLine {
  readonly text: string;
  /** `head`: what it is about. `differs`: somebody should look at it. */
  readonly tone: 'head' | 'plain' | 'differs';
}

export function driftLines(found: DriftReport): readonly DriftLine[] {
  const { git } = found;
  const plain = (text: string): DriftLine => ({ text, tone: 'plain' });
  const differs = (text: string): DriftLine => ({ text, tone: 'differs' });
  return [
    { text: `${found.service} in ${found.environment}`, tone: 'head' },
    plain(`  git names ${git.value ?? 'nothing'}, at ${git.commit?.slice(0, 12) ?? 'no commit'}`),
    plain(
      `  Argo CD is ${found.sync}, compared with ${found.revision.slice(0, 12) || 'no commit'}: ${COMPARED[git.compared]}`,
    ),
    ...found.errors.map((error) => differs(`  ${error}`)),
    ...(found.resources.length === 0 ? [plain('  nothing differs')] : []),
    ...found.resources.flatMap(({ resource, state, fields }) => [
      differs(`  ${resource}: ${STATE[state]}`),
      ...fields.map(({ path, desired, live, by }) => {
        const who = by === null ? 'nobody owns it' : `${by.manager}, ${by.time}`;
        return plain(`    ${path}: ${valueText(desired)} in git, ${valueText(live)} there (${who})`);
      }),
    ]),
  ];
}

export function driftSentence({ service, environment, resources }: DriftReport): string {
  const [first, ...more] = resources;
  if (first === undefined) return `Nothing of ${service} in ${environment} differs from git.`;
  const rest = more.length === 0 ? '' : `, and ${more.length} more`;
  return `${service} in ${environment} differs from git: ${first.resource}${rest}.`;
}

const COMPARED = {
  same: 'the head of the branch',
  after: 'a commit after the head that was read',
  before: 'an older commit: it has not taken up the head',
  unknown: 'a commit that git does not know here',
} as const;

const STATE = {
  differs: 'differs from what was applied',
  missing: 'is not there',
  'not-in-git': 'as it was applied; git asks for something else by now, or for nothing',
  'not-explained': 'differs; what was applied is not kept on it (server-side apply)',
} as const;

function valueText(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
