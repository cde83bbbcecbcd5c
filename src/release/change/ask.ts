import { CHANGE_SECTIONS, type ChangeHead, type ChangeRecord, type ChangeTexts } from '../../model/change.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { tellGit } from '../run/shared.ts';
import type { Preview } from './preview.ts';
import { createChange, newChangeId } from './store.ts';
import { changeText, missingSections, readChangeText, requestDigest } from './text.ts';

/** Asking for a change. */

export interface ChangeWish {
  readonly title: string;
  readonly texts: ChangeTexts;
  readonly window?: ChangeHead['window'];
}

/** Takes names that another record has when it is drawn again. */
const DRAWS = 20;

/** The record as it would be written. @throws ProblemError for words that nobody could judge by */
export function recordFor(service: ServiceEnvironment, preview: Preview, wish: ChangeWish): ChangeRecord {
  const { clock, door, target } = service;
  const now = clock.now();
  const problems = [...wordProblems(wish), ...windowProblems(wish.window, now)];
  if (problems.length > 0) throw new ProblemError(problems);
  const record: ChangeRecord = {
    head: {
      formatVersion: 1,
      change: newChangeId(now),
      title: wish.title,
      service: target.service,
      environment: target.environment,
      what: preview.what,
      plan: preview.digest,
      requestedBy: door.who,
      requestedAt: new Date(now).toISOString(),
      ...(wish.window === undefined ? {} : { window: wish.window }),
    },
    texts: wish.texts,
  };
  // Words that look like a heading would be read as another section.
  const again = readChangeText(changeText(record), record.head.change);
  if (!again.ok) throw new ProblemError(again.problems);
  if (requestDigest(again.value) !== requestDigest(record)) throw new ProblemError(notAsSaid(record.head.change));
  return record;
}

/** Writes the record, under a name that nothing has yet, and tells other machines. */
export async function askForChange(service: ServiceEnvironment, record: ChangeRecord): Promise<ChangeRecord> {
  const { store, clock } = service;
  let drawn = record;
  for (let draw = 0; draw < DRAWS; draw++) {
    if (await createChange(store, drawn)) {
      await tellGit(service);
      return drawn;
    }
    drawn = { ...record, head: { ...record.head, change: newChangeId(clock.now()) } };
  }
  throw new TypeError(`${DRAWS} names were taken already`);
}

function wordProblems({ title, texts }: ChangeWish): readonly Problem[] {
  const short = title.trim().length < 3 || title.length > 120;
  return [
    ...(short
      ? [
          {
            code: 'change.title',
            where: '--title',
            found: `${title.length} characters`,
            expected: '3 to 120 characters',
            remedy: 'say in a few words what is changed',
          },
        ]
      : []),
    ...missingSections(texts).map(({ heading, question, key }) => ({
      code: 'change.section-missing',
      where: heading,
      found: 'nothing',
      expected: `an answer: ${question}`,
      remedy: `say --${key} TEXT, or write it under "## ${heading}" in a file and give that with --body`,
    })),
  ];
}

function windowProblems(window: ChangeHead['window'], now: number): readonly Problem[] {
  if (window === undefined) return [];
  const [from, until] = [Date.parse(window.from), Date.parse(window.until)];
  if (until > from && until > now) return [];
  return [
    {
      code: 'change.window',
      where: '--begin, --end',
      found: `${window.from} to ${window.until}`,
      expected: 'an end that lies after the beginning and has not passed',
      remedy: 'give both with their zone, such as 2026-11-24T22:00+01:00',
    },
  ];
}

function notAsSaid(where: string): Problem {
  return {
    code: 'change.unreadable',
    where,
    found: 'words that would be read as something else, such as a comment in angle brackets',
    expected: `plain text under ${CHANGE_SECTIONS.map(({ heading }) => heading).join(', ')}`,
    remedy: 'say it in other words',
  };
}
