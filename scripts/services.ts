// `npm run services -- up|down|status|env [NAME…]`: the engines that `npm run test:engines` speaks to, without Docker.
import { parseArgs } from 'node:util';
import { down } from './services/down.js';
import { printEnvironment } from './services/environment.js';
import { isServiceName, type ServiceName, serviceNames } from './services/index.js';
import { status } from './services/status.js';
import { up } from './services/up.js';

const USAGE = `npm run services -- up [NAME…]       starts what is not running yet, and waits until it answers
npm run services -- down [NAME…]     ends it and removes its data
npm run services -- status [NAME…]   what runs, and at which address
npm run --silent services -- env     the addresses as lines for a shell: eval "$(…)"

Names: ${serviceNames.join(', ')}. Without names: all of them.`;

const actions: Readonly<Record<string, (names: readonly ServiceName[]) => Promise<boolean>>> = {
  up,
  down,
  status,
  env: printEnvironment,
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  // What is no option is answered with the usage, as an action is that there is not.
  strict: false,
  options: { help: { type: 'boolean', short: 'h' } },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [actionName = '', ...names] = positionals;
const action = Object.hasOwn(actions, actionName) ? actions[actionName] : undefined;
const unknown = names.filter((name) => !isServiceName(name));
if (!action || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no service called ${unknown.join(', ')}.\n`);
  console.error(USAGE);
  process.exit(2);
}
const wanted = names.filter(isServiceName);
process.exitCode = (await action(wanted.length > 0 ? wanted : serviceNames)) ? 0 : 1;
