import { parseArgs } from 'node:util';
import { sweepPut } from '../support/restore/files-put.ts';

/**
 * kill -9 of the program that puts files of a backup in place on a host, and takes them back, at each command that it starts; then the same words again. Every file is
 * whole at any moment, the end is the same, and what was there before comes back.
 *   --every N                each how-manieth command (default 1: all)
 */

const { values } = parseArgs({ options: { every: { type: 'string' } } });
const { kills, broken } = sweepPut(Number(values.every ?? '1'));
console.log(`${kills} kills, ${broken.length} broken rules`);
for (const one of broken) console.log(one);
if (broken.length > 0 || kills === 0) process.exitCode = 1;
