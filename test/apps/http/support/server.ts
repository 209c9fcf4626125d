import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../../src/apps/config.js';
import { openHttpServer } from '../../../../src/apps/http/http-server.js';
import { ALL_ROLES } from '../../../../src/apps/roles.js';
import { startMediaFlow } from '../../../../src/apps/wire/start-media-flow.js';
import type { Logger } from '../../../../src/core/logger.js';

export interface TestServer {
  readonly url: string;
  readonly dataFolder: string;
  /** What it logged as an error: a test file may ask that there is nothing. */
  readonly errors: readonly string[];
  stop(): Promise<void>;
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'mediaflow-http-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The whole product in this process, on a free port and an embedded PostgreSQL of its own; `hear` is told all that it logs. */
export async function startServer(
  dataFolder: string,
  environment: Readonly<Record<string, string>> = {},
  hear: (fields: object, message: string) => void = () => {},
): Promise<TestServer> {
  const errors: string[] = [];
  const note = (fields: object, message: string) => {
    hear(fields, message);
    errors.push(`${message} ${JSON.stringify(fields, errorsAsText)}`);
  };
  const logger: Logger = { debug: hear, info: hear, warn: hear, error: note };
  const config = readConfig({ PORT: '0', MEDIAFLOW_DATA: dataFolder, ...environment });
  const server = await openHttpServer(config);
  const { url, stop } = await startMediaFlow({ server, config, roles: ALL_ROLES, logger, version: 'test' });
  return { url, dataFolder, errors, stop };
}

const errorsAsText = (_key: string, value: unknown): unknown =>
  value instanceof Error ? (value.stack ?? value.message) : value;
