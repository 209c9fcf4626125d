import { join } from 'node:path';

/** Arguments for `process.execPath` that run a TypeScript file of ours as a process of its own. */
export const typescriptArguments = (script: string, ...args: readonly string[]): string[] => [
  '--disable-warning=ExperimentalWarning',
  '--experimental-transform-types',
  '--import',
  join(import.meta.dirname, 'run-typescript.mjs'),
  script,
  ...args,
];
