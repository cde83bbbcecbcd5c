// The arrows of docs/architecture.md, enforced: doors → release → rooms → procedure → model; rooms do not import each other.
const rooms = [
  'rollout',
  'traffic',
  'platform',
  'metrics',
  'migrate',
  'gitops',
  'build',
  'announce',
  'alerts',
  'report',
  'chatops',
  'forge',
  'known',
  'scan',
  'system',
  'backup',
  'diagnose',
  'database',
  'certificate',
];
const room = `^src/(${rooms.join('|')})/`;
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'model-is-the-bottom',
      comment: 'src/model holds plain data and ports; it imports nothing of ours and does no I/O',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^(src/(?!model/)|actions/|runbooks/)' },
    },
    {
      name: 'model-does-no-io',
      severity: 'error',
      from: { path: '^src/model/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|http|https|child_process|os|dgram|tls|dns|worker_threads)',
      },
    },
    {
      name: 'procedure-knows-only-the-model',
      severity: 'error',
      from: { path: '^src/procedure/' },
      to: { path: '^(src/(?!procedure/|model/)|actions/|runbooks/)' },
    },
    {
      name: 'rooms-do-not-import-each-other',
      severity: 'error',
      from: { path: `${room}` },
      to: { path: '^src/', pathNot: ['^src/$1/', '^src/procedure/', '^src/model/'] },
    },
    {
      name: 'config-composes-fragments-only',
      comment: 'src/config may read the schema fragment of each room, nothing else of it',
      severity: 'error',
      from: { path: '^src/config/' },
      to: { path: '^src/(?!config/|model/|[a-z]+/config\\.ts$)' },
    },
    {
      name: 'nothing-below-imports-a-door',
      severity: 'error',
      from: { path: '^src/(?!cli/)' },
      to: { path: '^(src/cli/|actions/|runbooks/)' },
    },
    {
      name: 'the-analysis-is-pure',
      severity: 'error',
      from: { path: '^src/rollout/analysis/' },
      to: { path: '^src/(?!rollout/analysis/|model/)' },
    },
    {
      name: 'zx-runs-commands-in-one-place',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/procedure/machine/exec\\.ts$' },
      to: { path: 'node_modules/zx' },
    },
    {
      name: 'octokit-lives-in-the-forge-room',
      severity: 'error',
      from: { path: '^(src|actions|runbooks)/', pathNot: '^src/forge/' },
      to: { path: 'node_modules/@octokit' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|actions|runbooks)/' },
      to: { path: '^test/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
