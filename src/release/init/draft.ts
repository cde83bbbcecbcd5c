import type { Answers } from './answers.ts';
import type { GoSource, StaticSource } from './look.ts';

/** The text of a new shiplock.yaml, with the reason for each choice. Pure. */

/** Lines that belong into .gitignore: what Shiplock and the builds leave in the working copy. */
export function ignored({ files }: Pick<Answers, 'files'>): readonly string[] {
  const built =
    files !== null && files.build !== null && files.output !== '.' ? [`${under(files.source, files.output)}/`] : [];
  return ['.shiplock/', ...(files?.build == null ? [] : ['node_modules/']), ...built];
}

export function draft(answers: Answers): string {
  const parts = [
    ...head(answers),
    '',
    'components:',
    ...(answers.go === null ? [] : goLines(answers.go, answers)),
    ...(answers.files === null ? [] : staticLines(answers.files, answers.go === null ? null : 'api')),
    ...databaseLines(answers),
    '',
    'environments:',
    ...baseLines(answers),
    ...answers.environments.flatMap((name, index) => environmentLines(name, index, answers)),
  ];
  return `${parts.join('\n')}\n`;
}

function head({ service }: Answers): readonly string[] {
  return [
    `# How ${service} is released. \`shiplock validate\` checks this file, \`shiplock doctor\` what it needs.`,
    'apiVersion: shiplock/v1',
    `service: ${plain(service)}`,
    '# Who owns it and who is called; both stand in reports.',
    '# owners: [{ team: my-team, contact: my-team@example.org }]',
    '# onCall: [{ name: primary, contact: https://oncall.example.org }]',
    '# Without `people:` anybody who can start shiplock may fill gates in; see docs/gates.md.',
  ];
}

function goLines(go: GoSource, { database }: Answers): readonly string[] {
  const listen = go.listen ?? 'PORT';
  const where = listen.endsWith('PORT') ? '"{port}"' : '127.0.0.1:{port}';
  return [
    '  api:',
    '    kind: go',
    `    source: ${plain(go.source)}`,
    `    package: ${plain(go.package)}`,
    `    binary: ${plain(go.binary)}`,
    '    # Started inside the release directory.',
    `    command: [./${plain(go.binary)}]`,
    go.sure
      ? '    # Answers 200 when an instance may get traffic.'
      : '    # Answers 200 when an instance may get traffic. No such path was seen in the sources: check it.',
    `    ready: ${plain(go.ready)}`,
    `    live: ${plain(go.ready)}`,
    '    env:',
    go.listen === null
      ? '      # Each instance gets a port of its own. No variable for it was seen in the sources: check the name.'
      : '      # Each instance gets a port of its own.',
    `      ${listen}: ${where}`,
    ...(database === null
      ? []
      : [
          '      # What the service itself connects with: a user that reads and writes rows, as its driver wants it.',
          '      DATABASE_DSN: { secret: env:SHIPLOCK_APPLICATION_DSN }',
        ]),
  ];
}

function staticLines({ source, build, output }: StaticSource, behind: string | null): readonly string[] {
  return [
    '  frontend:',
    '    kind: static',
    `    source: ${plain(source)}`,
    ...(build === null
      ? ['    # The files are taken as they are; with a build: `build: [npm, run, build]`.']
      : [`    build: [${build.map(plain).join(', ')}]`]),
    `    output: ${plain(output)}`,
    ...(behind === null ? [] : [`    # Only files: they are served beside ${behind}, see \`traffic.files\`.`]),
  ];
}

function databaseLines({ database }: Answers): readonly string[] {
  if (database === null) return [];
  return [
    '',
    'database:',
    `  engine: ${database.engine}`,
    '  # Numbered SQL files; a release applies what is new, before the new version starts.',
    `  migrations: ${plain(database.migrations)}`,
    '  # mysql://user:password@host:port/database, in this variable. Its user may change the structure.',
    '  dsn: { secret: env:SHIPLOCK_DATABASE_DSN }',
  ];
}

function baseLines({ go, files, traffic, strategy }: Answers): readonly string[] {
  const page = go === null ? '/' : go.ready;
  return [
    '  # What all environments have in common.',
    '  base:',
    '    abstract: true',
    '    platform:',
    '      kind: local',
    '      # Releases, logs and state of the running service; on a server rather an absolute path, such as /srv/{service}.',
    '      root: .shiplock/{environment}',
    '    traffic:',
    `      kind: ${traffic}`,
    '      directory: .shiplock/{environment}/proxy',
    '      # Without a heartbeat of the release for this long the proxy takes a new version out by itself.',
    '      deadMan: 5s',
    '      # The longest time a request may take.',
    '      longestTimeout: 30s',
    ...(files === null
      ? []
      : [
          ...(go === null
            ? ['      # Everything is files; nothing goes to a service.']
            : ['      # These paths go to the service, everything else to the files.']),
          '      files:',
          '        component: frontend',
          `        service: [${go === null ? '' : '/api'}]`,
        ]),
    '    rollout:',
    `      strategy: ${strategy}`,
    ...(strategy === 'canary'
      ? [
          '      # Each share is judged against the version that serves; it goes on when the evidence says "not worse".',
          '      steps:',
          '        - { share: 10%, bake: 30s }',
          '        - { share: 50%, bake: 30s }',
        ]
      : [
          '      # All traffic at once; for `finalBake` the old version stands by.',
          '      steps: []',
          '      finalBake: 2m',
        ]),
    '      # No verdict by then: see `lowTraffic`.',
    '      analysisDeadline: 30m',
    '      # Too little traffic for a verdict: the smoke test decides. `gate` asks a person instead.',
    '      lowTraffic: smoke',
    '      smoke:',
    `        - path: ${plain(page)}`,
    '    # Asked through the proxy when the new version has all traffic.',
    '    verify:',
    `      - path: ${plain(files === null ? page : '/')}`,
    '    # gitops: { repository: https://…, branch: main, file: apps/{service}/{environment}.yaml, path: version }',
    '    # announce: { alertmanager: { urls: [http://127.0.0.1:9093] } }',
  ];
}

const FIRST_PORT = 20_000;
const FIRST_BIND = 8_080;

/** Environments of one machine do not meet: each has its own ports and its own address. */
function environmentLines(name: string, index: number, { strategy }: Answers): readonly string[] {
  const first = FIRST_PORT + index * 100;
  const live = /^prod/.test(name);
  return [
    `  ${plain(name)}:`,
    '    extends: base',
    '    platform:',
    `      ports: ${first}-${first + 99}`,
    ...(live ? ['      # One instance may die and the service goes on.', '      replicas: 2'] : []),
    '    traffic:',
    `      bind: 127.0.0.1:${FIRST_BIND + index}`,
    ...(live
      ? [
          '    rollout:',
          ...(strategy === 'canary'
            ? [
                '      steps:',
                '        - { share: 1%, bake: 5m }',
                '        - { share: 10%, bake: 10m }',
                '        - { share: 50%, bake: 10m }',
              ]
            : []),
          '      finalBake: 10m',
          '      analysisDeadline: 2h',
          '      # Here a person decides when there is too little traffic for a verdict.',
          '      lowTraffic: gate',
        ]
      : []),
  ];
}

function under(source: string, output: string): string {
  return source === '.' ? output : `${source}/${output}`;
}

/** A scalar that YAML reads back as this text. */
function plain(text: string): string {
  return /^[A-Za-z./][A-Za-z0-9_./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|\.nan|\.inf)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
