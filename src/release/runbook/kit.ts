import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import {
  action,
  choice as choiceNode,
  forEach,
  gate,
  opaque,
  parallel,
  repeatUntil,
  sequence,
  step,
  watch,
} from '../../procedure/index.ts';
import { runbook } from './define.ts';
import { choice, duration, flag, host, number, optionalText, service, text } from './input.ts';

/**
 * All that the file of a runbook needs, as one value: a file in the repository of a service gets it as the argument of its default export, and so
 * needs no package and no path to this program.
 */
export const kit = {
  runbook,
  /** Typed inputs. */
  input: { text, optionalText, number, choice, duration, flag, host, service },
  /** Nodes of the tree. */
  ...{ step, action, opaque, gate, watch, sequence, parallel, choice: choiceNode, repeatUntil, forEach },
  /** Schemas of outputs and of what is read. */
  z,
  /** What a read or a build throws, with where, found, expected and remedy. */
  ProblemError,
} as const;

export type Kit = typeof kit;
