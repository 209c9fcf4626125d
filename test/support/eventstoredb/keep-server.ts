// A server in a process of its own, whose log outlives it: its journal and its port are its arguments.
import { appendToJournal, readJournal } from './journal.js';
import { startNode } from './start-node.js';
import { createTransactionLog } from './transaction-log.js';

const [journal = '', port = ''] = process.argv.slice(2);
const log = createTransactionLog({
  systemEventEvery: 20,
  records: readJournal(journal),
  keep: (records) => appendToJournal(journal, records),
});
await startNode({
  ...{ log, port: Number(port), remembersEvents: 0, role: () => 'leader' },
  cluster: { members: () => [{ port: Number(port), role: 'leader', isAlive: true }] },
});
