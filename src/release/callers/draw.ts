import { CHANGE, chosenEnvironment, input, type Lines, SEED } from './draw-inputs.ts';
import type { Pin } from './pin.ts';
import { quoted, sealed } from './seal.ts';

/** The workflows of a service, which call ours: one for each environment, and one for each thing that is done now and then. Pure. */

export interface CallersOf {
  readonly service: string;
  /** Before the names of the files: a repository may hold several services. */
  readonly prefix: string;
  /** From the root of the repository. */
  readonly config: string;
  readonly state: string;
  readonly runner: string;
  readonly branch: string;
  readonly api: boolean;
  readonly frontend: boolean;
  readonly client: boolean;
  readonly database: boolean;
  /** Commands of the tests, run in the root of the repository. */
  readonly tests: readonly string[];
  /** The policy lets people write commands in comments somewhere. */
  readonly chat: boolean;
  /** Environments whose rows may be thrown away, by name. */
  readonly resets: readonly string[];
  /** An environment says what its system is, so there is something that runbooks move. */
  readonly system: boolean;
  /** In the order in which a release goes through them. */
  readonly environments: readonly Place[];
}

export interface Place {
  readonly name: string;
  /** Where a release comes from; null: from a commit. */
  readonly from: string | null;
  /** Argo CD brings it into a cluster. */
  readonly cluster: boolean;
}

/** Name of the file in `.github/workflows` → its text. */
export function drawCallers(of: CallersOf, pin: Pin): ReadonlyMap<string, string> {
  const files = of.environments.map((place): readonly [string, Lines] => [
    place.name,
    place.from === null ? released(of, place, pin) : promoted(of, place, place.from, pin),
  ]);
  const watched = of.environments.filter(({ cluster }) => cluster);
  const others: readonly (readonly [string, Lines])[] = [
    ['ci', checked(of, pin)],
    ['scan', scanned(of, pin)],
    ['rollback', rolledBack(of, pin)],
    ...(of.system ? [['runbook', byRunbook(of, pin)] as const] : []),
    ...(of.database ? [['migrate', migrated(of, pin)] as const] : []),
    ...(of.resets.length > 0 ? [['data-reset', reset(of, pin)] as const] : []),
    ...(watched.length > 0 ? [['drift', drifted(of, watched, pin)] as const] : []),
    ...(of.chat ? [['chatops', chatted(of, pin)] as const] : []),
  ];
  return new Map([...files, ...others].map(([name, lines]) => [`${of.prefix}-${name}.yml`, sealed(lines)]));
}

interface Drawn {
  readonly about: string;
  readonly name: string;
  readonly on: Lines;
  readonly jobs: Lines;
}

/** A caller as a whole: what its jobs may do is said by each of them. */
function workflow({ about, name, on, jobs }: Drawn): Lines {
  return [`# ${about}`, `name: ${name}`, 'on:', ...on, '', 'permissions: {}', '', 'jobs:', ...jobs];
}

function released(of: CallersOf, { name }: Place, pin: Pin): Lines {
  const parts = {
    ...(of.api ? {} : { api: 'false' }),
    ...(of.frontend ? {} : { frontend: 'false' }),
    ...(of.client ? { client: 'true' } : {}),
  };
  return workflow({
    about: `Releases every commit of ${of.branch} to ${name}. A tag \`v1.4.0\` that is pushed with the commit names the release.`,
    name: `Release ${of.service} to ${name}`,
    on: ['  push:', `    branches: [${quoted(of.branch)}]`, '  workflow_dispatch:', '    inputs:', ...SEED],
    jobs: [
      ...job(of, 'build', 'build', pin, {
        ...{ title: 'Build', environment: name, inputs: parts, secrets: false },
        more: of.client ? ['CLIENT_SIGNING_KEY'] : [],
      }),
      ...job(of, 'release', 'release', pin, {
        title: `Release to ${name}`,
        needs: 'build',
        environment: name,
        inputs: { seed: '${{ inputs.seed || false }}' },
        secrets: true,
      }),
    ],
  });
}

function promoted(of: CallersOf, { name }: Place, from: string, pin: Pin): Lines {
  return workflow({
    about: `Takes the release that serves ${from} to ${name}, unchanged. Start it at the tag of the release.`,
    name: `Promote ${of.service} to ${name}`,
    on: [
      '  workflow_dispatch:',
      '    inputs:',
      ...input('release', {
        description: `Which release (empty means what serves ${from})`,
        type: 'string',
        default: "''",
      }),
      ...input('reason', { description: 'Why', type: 'string', default: 'promotion' }),
      ...CHANGE,
      ...SEED,
    ],
    jobs: [
      ...job(of, 'promote', 'promote', pin, {
        title: `Promote to ${name}`,
        environment: name,
        inputs: {
          from,
          release: '${{ inputs.release }}',
          reason: '${{ inputs.reason }}',
          change: '${{ inputs.change }}',
          seed: '${{ inputs.seed }}',
        },
        secrets: true,
      }),
    ],
  });
}

function checked(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: `Checks shiplock.yaml${of.database ? ' and the migrations' : ''} and runs the tests, for every pull request and every commit of ${of.branch}. Nothing is built or released.`,
    name: `Check ${of.service}`,
    on: ['  pull_request:', '  push:', `    branches: [${quoted(of.branch)}]`],
    jobs: [
      '  ci:',
      '    name: Check',
      '    permissions:',
      `      ${READS}`,
      `    uses: ${usesOf('ci', pin)}`,
      '    with:',
      ...(of.config === 'shiplock.yaml' ? [] : [`      config: ${quoted(of.config)}`]),
      // What a pull request changes runs here: never on the machine that keeps journals and reaches environments.
      '      runner: ubuntu-24.04',
      ...(of.database ? ['      migrations: true'] : []),
      `      tests: ${quoted(of.tests.join(' && '))}`,
    ],
  });
}

function scanned(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: `Looks for security problems in every pull request, every commit of ${of.branch}, and every night: weaknesses become known in what has not changed. It has no secret.`,
    name: `Scan ${of.service}`,
    on: [
      '  pull_request:',
      '  push:',
      `    branches: [${quoted(of.branch)}]`,
      '  schedule:',
      "    - cron: '41 2 * * *'",
      '  workflow_dispatch:',
    ],
    jobs: [
      '  scan:',
      '    name: Scan',
      '    permissions:',
      ...SCAN_RIGHTS.map((right) => `      ${right}`),
      `    uses: ${usesOf('scan', pin)}`,
      '    with:',
      ...(of.config === 'shiplock.yaml' ? [] : [`      config: ${quoted(of.config)}`]),
      // What a pull request changes is read here: never on the machine that keeps journals and reaches environments.
      '      runner: ubuntu-24.04',
      "      base: ${{ github.event_name == 'pull_request' && format('origin/{0}', github.base_ref) || '' }}",
    ],
  });
}

/** The forge wants all rights of a called workflow from its caller; each job of it takes only its own. */
const SCAN_RIGHTS = [
  'contents: read # to check the commit out',
  'security-events: write # only for the job that uploads what was found, where `upload` asks for it',
  'actions: read # the same',
];

function rolledBack(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: 'Takes an environment back to an earlier release. It waits for no release, no window and no approval.',
    name: `Roll ${of.service} back`,
    on: [
      '  workflow_dispatch:',
      '    inputs:',
      ...chosenEnvironment(of),
      ...input('to', {
        description: 'The release to go back to (empty means the one before)',
        type: 'string',
        default: "''",
      }),
      ...input('reason', { description: 'Why', type: 'string', required: 'true' }),
    ],
    jobs: [
      ...job(of, 'rollback', 'rollback', pin, {
        title: 'Go back',
        environment: '${{ inputs.environment }}',
        inputs: { to: '${{ inputs.to }}', reason: '${{ inputs.reason }}' },
        secrets: true,
      }),
    ],
  });
}

function byRunbook(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: 'Says what a runbook would do now, or carries it out, behind what changes the same environment.',
    name: `Runbook of ${of.service}`,
    on: [
      '  workflow_dispatch:',
      '    inputs:',
      ...input('runbook', {
        description: 'Which one, for instance system-restart',
        type: 'string',
        required: 'true',
      }),
      ...chosenEnvironment(of),
      ...input('values', {
        description: 'Its inputs, as name=text; several words in quotes',
        type: 'string',
        default: "''",
      }),
      ...CHANGE,
      ...input('plan', { description: 'Only say what it would do', type: 'boolean', default: 'true' }),
      ...input('confirm', {
        description: 'The environment once more, where it takes away what cannot be brought back',
        type: 'string',
        default: "''",
      }),
    ],
    jobs: [
      ...job(of, 'runbook', 'runbook', pin, {
        title: 'Runbook',
        environment: '${{ inputs.environment }}',
        inputs: {
          runbook: '${{ inputs.runbook }}',
          values: '${{ inputs.values }}',
          change: '${{ inputs.change }}',
          plan: '${{ inputs.plan }}',
          confirm: '${{ inputs.confirm }}',
        },
        secrets: true,
      }),
    ],
  });
}

function migrated(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: 'Says what the pending migrations would do, or applies them ahead of their release.',
    name: `Migrate ${of.service}`,
    on: [
      '  workflow_dispatch:',
      '    inputs:',
      ...chosenEnvironment(of),
      ...input('plan', { description: 'Only say what would be done', type: 'boolean', default: 'true' }),
      ...input('reason', { description: 'Why', type: 'string', default: 'migration' }),
      ...CHANGE,
    ],
    jobs: [
      ...job(of, 'migrate', 'migrate', pin, {
        title: 'Migrate',
        environment: '${{ inputs.environment }}',
        inputs: { plan: '${{ inputs.plan }}', reason: '${{ inputs.reason }}', change: '${{ inputs.change }}' },
        secrets: true,
      }),
    ],
  });
}

function drifted(of: CallersOf, places: readonly Place[], pin: Pin): Lines {
  return workflow({
    about: 'Looks every hour whether git and the cluster agree; a job that fails says what differs.',
    name: `Drift of ${of.service}`,
    on: ['  schedule:', "    - cron: '23 * * * *'", '  workflow_dispatch:'],
    jobs: [
      ...places.flatMap(({ name }) =>
        job(of, name, 'drift', pin, { title: name, environment: name, inputs: {}, secrets: false }),
      ),
    ],
  });
}

function reset(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: 'Throws the rows of these environments away every Monday and makes them anew, as `database.reset` says.',
    name: `Reset the data of ${of.service}`,
    on: ['  schedule:', "    - cron: '17 3 * * 1'", '  workflow_dispatch:'],
    jobs: [
      ...of.resets.flatMap((name) =>
        job(of, name, 'data-reset', pin, {
          title: name,
          environment: name,
          inputs: { reason: 'on schedule' },
          secrets: true,
          more: ['SOURCE_DATABASE_DSN', 'DESENSITISE_KEY'],
          application: false,
        }),
      ),
    ],
  });
}

function chatted(of: CallersOf, pin: Pin): Lines {
  return workflow({
    about: 'Does what comments on issues and pull requests ask for, as far as the policy lets people do it.',
    name: `Commands for ${of.service}`,
    on: ['  issue_comment:', '    types: [created]'],
    jobs: [
      ...job(of, 'chatops', 'chatops', pin, {
        title: 'Commands',
        inputs: {},
        secrets: true,
        more: ['SHIPLOCK_TOKEN'],
        permissions: CHAT_RIGHTS,
      }),
    ],
  });
}

const CHAT_RIGHTS = [
  'contents: write # the record of pushes, and the branch that claims the comment',
  'issues: write # reactions and the living comment',
  'pull-requests: write # the same in pull requests, and their reviews',
  'deployments: write # what the journal says, as a deployment',
  'statuses: write # and as a status of the commit',
  'checks: read # those that the policy asks for',
  'actions: read # who runs a job again',
];

interface Job {
  readonly title: string;
  readonly needs?: string;
  /** Left out: the comment says it. */
  readonly environment?: string;
  /** As they are written. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly secrets: boolean;
  /** The connection of the application goes along; default: yes. */
  readonly application?: boolean;
  /** Secrets besides. */
  readonly more?: Lines;
  /** Left out: to read. */
  readonly permissions?: Lines;
}

function databaseSecrets({ database }: CallersOf, { secrets, application = true }: Job): Lines {
  if (!database || !secrets) return [];
  return application ? ['DATABASE_DSN', 'APPLICATION_DSN'] : ['DATABASE_DSN'];
}

const READS = 'contents: read # to check the commit out';

function usesOf(workflow: string, { repository, commit, version }: Pin): string {
  return `${repository}/.github/workflows/${workflow}.yml@${commit}${version === null ? '' : ` # ${version}`}`;
}

function job(of: CallersOf, id: string, workflow: string, pin: Pin, what: Job): Lines {
  const secrets = [...(what.more ?? []), ...databaseSecrets(of, what)];
  const rights = what.permissions ?? [READS];
  return [
    `  ${id}:`,
    `    name: ${what.title}`,
    ...(what.needs === undefined ? [] : [`    needs: ${what.needs}`]),
    '    permissions:',
    ...rights.map((right) => `      ${right}`),
    `    uses: ${usesOf(workflow, pin)}`,
    '    with:',
    ...(what.environment === undefined ? [] : [`      environment: ${what.environment}`]),
    ...(of.config === 'shiplock.yaml' ? [] : [`      config: ${quoted(of.config)}`]),
    `      state: ${quoted(of.state)}`,
    `      runner: ${quoted(of.runner)}`,
    ...Object.entries(what.inputs).map(([name, value]) => `      ${name}: ${value}`),
    ...(secrets.length === 0
      ? []
      : ['    # Kept in the environment of the forge, or in the repository.', '    secrets:']),
    ...secrets.map((name) => `      ${name}: \${{ secrets.${name} }}`),
  ];
}
