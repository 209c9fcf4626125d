import { z } from 'zod';
import { isNetwork } from '../../adapters/http-source/address-rules.js';
import { list, type Read } from './values.js';

const isHostName = (text: string): boolean =>
  /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(text) && !/^[\d.]+$/.test(text);

/** From where files are fetched, and for how long that is tried. */
export const pullVariables = {
  MEDIAFLOW_PULL_ALLOW: list
    .pipe(
      z.array(
        z
          .string()
          .refine(
            (text) => isNetwork(text) || isHostName(text),
            'has to be an address, a network like 10.0.0.0/8 or the name of a host, without a port',
          ),
      ),
    )
    .describe(
      'Addresses, networks and names of hosts, separated by commas, from which files are fetched although they are not on the public internet, such as `10.20.0.0/16,nas.local`. Whoever may upload can then have files read from there',
    ),
  MEDIAFLOW_PULL_PORTS: list
    .transform((ports) => ports.map(Number))
    .pipe(z.array(z.number('has to be a port').int().min(1).max(65_535)))
    .default([80, 443])
    .describe('Ports, separated by commas, from which files are fetched (default 80 and 443)'),
  MEDIAFLOW_PULL_STALL_SECONDS: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe('Time after which a server that does not answer, or sends nothing more, is asked once more'),
  MEDIAFLOW_PULL_LEAST_BYTES_PER_SECOND: z.coerce
    .number()
    .nonnegative()
    .default(1024)
    .describe(
      'A server that sends fewer bytes than that, over the time after which it would be asked once more, makes room for others and is asked for the rest later (default 1024)',
    ),
  MEDIAFLOW_PULL_MAXIMUM_SECONDS: z.coerce
    .number()
    .positive()
    .max(86_400)
    .default(6 * 3600)
    .describe('Time from the first attempt on in which a file has to be fetched (default 6 hours)'),
};

export interface PullConfig {
  readonly allow: readonly string[];
  readonly ports: readonly number[];
  readonly stallSeconds: number;
  readonly leastBytesPerSecond: number;
  readonly maximumSeconds: number;
}

export const readPulls = (env: Read<typeof pullVariables>): PullConfig => ({
  allow: env.MEDIAFLOW_PULL_ALLOW,
  ports: env.MEDIAFLOW_PULL_PORTS,
  stallSeconds: env.MEDIAFLOW_PULL_STALL_SECONDS,
  leastBytesPerSecond: env.MEDIAFLOW_PULL_LEAST_BYTES_PER_SECOND,
  maximumSeconds: env.MEDIAFLOW_PULL_MAXIMUM_SECONDS,
});
