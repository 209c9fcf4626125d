import type { ServiceName } from './index.js';
import { runningService } from './state.js';

/** Prints lines for a shell; false, with none printed, when a service that was named does not run. */
export async function printEnvironment(names: readonly ServiceName[]): Promise<boolean> {
  const missing = names.filter((name) => !runningService(name));
  if (missing.length > 0)
    console.error(
      `Not running: ${missing.join(', ')}. Start with: npm run services -- up ${missing.join(' ')}`,
    );
  for (const name of names)
    for (const [variable, value] of Object.entries(runningService(name)?.environment ?? {}))
      console.log(`export ${variable}='${value.replaceAll("'", `'\\''`)}'`);
  return missing.length === 0;
}
