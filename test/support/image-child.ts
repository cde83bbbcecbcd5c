import { build, imageBuild, SETTINGS } from './image-build.ts';

/**
 * Builds an image up to a step, in a process that can be killed, or that has another user, time zone or umask; prints its digest.
 * Arguments: directory of the program, its commit, the program, directory for builds, last step, address of a registry, umask.
 */
const [dir = '', commit = '', program = '', outDir = '', last = 'layout', registry = SETTINGS.registry, mask = ''] =
  process.argv.slice(2);
if (mask !== '') process.umask(Number.parseInt(mask, 8));
const repository = process.env['IMAGE_REPOSITORY'] ?? SETTINGS.repository;
const settings = { ...SETTINGS, repository, registry };
const { digest } = await build(imageBuild({ dir, commit, program, outDir, settings }), last);
console.log(digest);
