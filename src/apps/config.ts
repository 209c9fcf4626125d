import { z } from 'zod';
import { type AccessConfig, accessVariables, opensToAll, readAccess } from './config/access.js';
import { moderationVariables, readModeration } from './config/moderation.js';
import { type RetentionConfig, readRetention, retentionVariables } from './config/retention.js';
import { readServer, type ServerConfig, serverVariables } from './config/server.js';
import { readTools, type ToolConfig, toolVariables } from './config/tools.js';
import { readUploads, type UploadConfig, uploadVariables } from './config/uploads.js';

/** The variables the server reads; the descriptions become `docs/configuration.md`. */
export const environmentSchema = z.object({
  ...serverVariables,
  ...accessVariables,
  ...uploadVariables,
  ...toolVariables,
  ...moderationVariables,
  ...retentionVariables,
  MEDIAFLOW_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged'),
});

const checkedEnvironment = environmentSchema.refine((env) => !opensToAll(env), {
  path: ['MEDIAFLOW_CORS_ORIGINS'],
  error: '* without MEDIAFLOW_API_KEYS would make every page an operator: name the origins, or set keys',
});

/** Everything the environment decides, read and checked once. */
export interface Config extends ServerConfig, AccessConfig {
  readonly uploads: UploadConfig;
  readonly tools: ToolConfig;
  readonly moderation: ReturnType<typeof readModeration>;
  readonly retention: RetentionConfig;
  readonly logLevel: string;
}

/** Throws an Error that names every variable that is wrong, and how. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  // `PORT=` in a shell or an env file means "not set".
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = checkedEnvironment.safeParse(given);
  if (!parsed.success)
    throw new Error(
      `The configuration is wrong:\n${parsed.error.issues
        .map((issue) => `  ${issue.path.join('.')}: ${problemOf(issue, given)}`)
        .join('\n')}`,
    );
  const env = parsed.data;
  return {
    ...readServer(env),
    ...readAccess(env, env.HOST),
    uploads: readUploads(env),
    tools: readTools(env),
    moderation: readModeration(env),
    retention: readRetention(env),
    logLevel: env.MEDIAFLOW_LOG_LEVEL,
  };
}

/** What is coerced to a number has become NaN by the time it is looked at. */
function problemOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const isNumber = issue.code === 'invalid_type' && issue.expected === 'number';
  return isNumber ? `${JSON.stringify(given[String(issue.path[0])])} is no number` : issue.message;
}
