import { stringify } from 'yaml';
import { CHANGE_SECTIONS } from '../../model/change.ts';

/** The empty record and the form of the forge, both made from the same list of sections. Pure. */

/** What a form asks besides: what stands in the head of a record, which `shiplock change new` fills in. */
export const FORM_FIELDS = [
  { id: 'environment', heading: 'Environment', question: 'An environment of shiplock.yaml.', required: true },
  {
    id: 'what',
    heading: 'What',
    question: 'release, promote, migrate, or runbook with its name and inputs.',
    required: true,
  },
  {
    id: 'window',
    heading: 'Window',
    question: 'When it may begin, from and until, with the time zone. Empty: whenever the policy lets it.',
    required: false,
  },
] as const;

/** The sections alone, for `shiplock change new --body`. */
export function recordTemplate(): string {
  return CHANGE_SECTIONS.flatMap(({ heading, question, required }) => [
    `## ${heading}`,
    '',
    `<!-- ${question}${required ? '' : ' May be left empty.'} -->`,
    '',
  ])
    .join('\n')
    .trimEnd()
    .concat('\n');
}

/** `.github/ISSUE_TEMPLATE/change.yml`: an issue that is made by it can be given to `shiplock change new --body` as it is. */
export function issueForm(): string {
  const form = {
    name: 'Change',
    description: 'Ask for a change of an environment.',
    title: 'Change: ',
    labels: ['change'],
    body: [
      {
        type: 'markdown',
        attributes: {
          value:
            'What is written here becomes the record: `shiplock change new ENVIRONMENT WHAT --title "…" --body FILE`, with the text of this issue as the file.',
        },
      },
      ...FORM_FIELDS.map(({ id, heading, question, required }) => ({
        type: 'input',
        id,
        attributes: { label: heading, description: question },
        validations: { required },
      })),
      ...CHANGE_SECTIONS.map(({ key, heading, question, required }) => ({
        type: 'textarea',
        id: key,
        attributes: { label: heading, description: question },
        validations: { required },
      })),
    ],
  };
  return `# Made by \`shiplock change template --form\`.\n${stringify(form, { lineWidth: 0 })}`;
}
