import { fileURLToPath } from 'node:url';

/** File of a program of ours that lies beside a module: TypeScript in a checkout, JavaScript where it was built. @param module its `import.meta.url` */
export function fileBeside(module: string, name: string): string {
  return fileURLToPath(new URL(`./${name}.${module.endsWith('.ts') ? 'ts' : 'js'}`, module));
}

/** The program run by this Node: it starts without the rest of ours. */
export function programBeside(module: string, name: string): readonly string[] {
  return [process.execPath, fileBeside(module, name)];
}
