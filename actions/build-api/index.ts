import { runBuild } from '../shared/run-build.ts';
import { buildApi } from './definition.ts';

await runBuild(buildApi, 'go');
