import { type ServiceName, services } from './index.js';
import { runningService } from './state.js';

/** Prints what runs and where; false when one of them does not. */
export async function status(names: readonly ServiceName[]): Promise<boolean> {
  for (const name of names) {
    const running = runningService(name);
    console.log(`${name.padEnd(9)} ${running ? running.title : `does not run (${services[name].title})`}`);
    for (const [variable, value] of Object.entries(running?.environment ?? {}))
      console.log(`${' '.repeat(9)} ${variable}=${value}`);
    if (running) console.log(`${' '.repeat(9)} pid ${running.pid}, log ${running.logFile}`);
  }
  return names.every((name) => runningService(name));
}
