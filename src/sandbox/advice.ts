import type { SandboxChoice } from './choose-sandbox.js';

type NamedChoice = Pick<SandboxChoice, 'level' | 'reasons' | 'runsAsRoot'> & { readonly name: string };

/** What root gives away when nothing keeps the tools in their place. */
export const sandboxWarnings = (choices: readonly NamedChoice[]): string[] =>
  choices
    .filter(({ runsAsRoot }) => runsAsRoot)
    .map(
      ({ name, level, reasons }) =>
        `${name} runs as root with all its rights (sandbox: ${level}${because(reasons)}): a hole in one of its decoders is one in this machine. ` +
        'Install bubblewrap and util-linux, or start the server as another user.',
    );

/** What more could be had. */
export const sandboxNotes = (choices: readonly NamedChoice[]): string[] =>
  choices
    .filter(({ runsAsRoot, reasons }) => !runsAsRoot && reasons.length > 0)
    .map(({ name, level, reasons }) => `${name} runs in the sandbox ${level}${because(reasons)}.`);

const because = (reasons: readonly string[]): string => (reasons.length > 0 ? `; ${reasons.join('; ')}` : '');
