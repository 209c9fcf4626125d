import type { ExternalDatabase } from '../../support/external-database.js';
import { untilAnswered } from '../../support/until-answered.js';
import { type Server, signalFamily } from './server.js';

const START_DEADLINE_SECONDS = 90;

/** A database that is started again by itself as soon as it is killed. */
export function postgresServer(database: ExternalDatabase): Server {
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => async () => {
    const pid = database.pid();
    if (pid !== undefined) await signalFamily(pid, name);
  };
  return {
    async kill() {
      database.kill();
    },
    async start() {
      await untilAnswered(() => database.query('select 1'), START_DEADLINE_SECONDS);
    },
    pause: signal('SIGSTOP'),
    resume: signal('SIGCONT'),
    end: database.stop,
  };
}
