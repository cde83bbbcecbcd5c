import { runBuild } from '../shared/run-build.ts';
import { buildFrontend } from './definition.ts';

await runBuild(buildFrontend, 'static');
