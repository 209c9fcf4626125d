/** Names and values of environment variables, e.g. `{ REDIS_URL: 'redis://127.0.0.1:6379' }`. */
export type Environment = Readonly<Record<string, string>>;

/** What a service needs of the machine, or cannot be had here; `how` tells people how to get it. */
export class MissingPrerequisite extends Error {
  constructor(what: string, how: string) {
    super(`${what}. ${how}`);
    this.name = 'MissingPrerequisite';
  }
}

export interface StartContext {
  /** A folder of this start alone, removed when the service is ended. */
  readonly folder: string;
  /** Where the output of what is started goes. */
  readonly logFile: string;
  /** A TCP port of 127.0.0.1 that nothing listens on. */
  freePort(): Promise<number>;
}

export interface Started {
  /** The process to end; it leads its own process group. */
  readonly pid: number;
  /** Resolves once the service answers, to how it is reached; asked again until then while the process lives. */
  answer(): Promise<Environment>;
}

/** A server that tests speak to, as data: what it is, how it gets here, how it runs. */
export interface Service {
  /** For people, with its version. */
  readonly title: string;
  /** Brings it onto this machine, once. Errors: `MissingPrerequisite`. */
  prepare(say: (progress: string) => void): Promise<void>;
  start(context: StartContext): Promise<Started>;
}
