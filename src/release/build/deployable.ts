import { isInCluster, type ResolvedEnvironment } from '../../config/index.ts';
import type { Problem } from '../../model/problem.ts';
import type { Release } from '../../model/release.ts';
import { isReference, specsOf } from '../attest/artefacts.ts';
import type { ReleaseRecord } from '../record.ts';
import { imageName } from './beside.ts';
import type { BuiltComponent } from './units.ts';

/** What was released in one environment, as another one runs it: nothing is built again, but a cluster takes the image of what hosts run as a program. */

export interface Deployable {
  readonly byComponent: Readonly<Record<string, BuiltComponent>>;
  readonly problems: readonly Problem[];
}

/** Pure. */
export function deployableIn(
  environment: ResolvedEnvironment,
  source: Pick<ReleaseRecord, 'unit' | 'files' | 'release' | 'environment'>,
): Deployable {
  const inCluster = isInCluster(environment);
  const byComponent: Record<string, BuiltComponent> = {};
  const problems: Problem[] = [];
  for (const { component, digest, artefact } of specsOf(source)) {
    const settings = environment.components[component];
    const reference = isReference({ digest, artefact });
    const own = settings?.kind === 'go' || settings?.kind === 'static' ? settings.image : undefined;
    if (inCluster && own !== undefined) {
      const image = reference ? digest : imageIn(source.release, component);
      if (image === undefined) problems.push(withoutImage(component, environment.environment, source));
      // It lies in the repository of this environment, or nothing is released: that is looked up.
      else byComponent[component] = { digest: image, path: `${own.repository}@${image}` };
    } else if (settings !== undefined && reference !== inCluster) {
      problems.push(
        inCluster
          ? withoutImage(component, environment.environment, source)
          : onlyImage(component, environment.environment, source),
      );
    } else byComponent[component] = { digest, path: artefact };
  }
  return { byComponent, problems };
}

/** The image that was built of a component beside what is released of it. */
function imageIn({ artefacts }: Release, component: string): string | undefined {
  return artefacts.find(({ name }) => name === imageName(component))?.digest;
}

function withoutImage(
  component: string,
  environment: string,
  source: Pick<ReleaseRecord, 'environment' | 'release'>,
): Problem {
  return {
    code: 'release.without-image',
    where: `${component} of ${source.release.version} in ${source.environment}`,
    found: 'no image among its artefacts',
    expected: `an image: ${environment} runs pods`,
    remedy: `give the component an \`image:\` in ${source.environment} too, so that both are built at once; then release a new version there`,
  };
}

function onlyImage(
  component: string,
  environment: string,
  source: Pick<ReleaseRecord, 'environment' | 'release'>,
): Problem {
  return {
    code: 'release.only-image',
    where: `${component} of ${source.release.version} in ${source.environment}`,
    found: 'an image',
    expected: `a program or files: ${environment} runs no images`,
    remedy: `promote from an environment whose platform runs what ${environment} runs`,
  };
}
