import type { Node } from '../tree.ts';
import type { End } from './end.ts';
import type { Engine } from './engine.ts';
import { runGate } from './gate.ts';
import { runChoice, runForEach, runParallel, runRepeat, runSequence } from './group.ts';
import type { Mode } from './mode.ts';
import { runStep } from './step.ts';
import { runWatch } from './watch.ts';

/** Interprets one node of the tree, whatever an earlier process has already done of it. */
export function runNode(engine: Engine, node: Node, path: string, mode: Mode): Promise<End> {
  const below = (child: Node, at: string, inner: Mode = mode): Promise<End> => runNode(engine, child, at, inner);
  switch (node.kind) {
    case 'step':
    case 'opaque':
      return runStep(engine, node, path, mode);
    case 'gate':
      return runGate(engine, node, path, mode);
    case 'watch':
      return runWatch(engine, node, path, mode);
    case 'sequence':
      return runSequence(engine, node, path, mode, below);
    case 'parallel':
      return runParallel(engine, node, path, mode, below);
    case 'forEach':
      return runForEach(engine, node, path, mode, below);
    case 'choice':
      return runChoice(engine, node, path, mode, below);
    case 'repeatUntil':
      return runRepeat(engine, node, path, mode, below);
  }
}
