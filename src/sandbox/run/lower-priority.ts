import { writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const NICE = constants.priority.PRIORITY_BELOW_NORMAL;
/** Who is no administrator may set one group each tenth of a second, all processes together. */
const ATTEMPTS = 10;
const PAUSE_MILLISECONDS = 120;

/**
 * Lets the API and the database have the processor first. A process of its own session is in a scheduling group of its own
 * where Linux makes such groups (`sched_autogroup_enabled`): there a process's nice value counts only within its group,
 * and each group has as much of the processor as the next, so the group has to be nice as well (sched(7)). A wish, not a need:
 * resolves, also when it could not be.
 */
export async function lowerPriority(processId: number): Promise<void> {
  try {
    setPriority(processId, NICE);
  } catch {
    return; // it may have ended already
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const code = await writeFile(`/proc/${processId}/autogroup`, String(NICE)).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code !== 'EAGAIN') return;
    await sleep(PAUSE_MILLISECONDS, undefined, { ref: false });
  }
}
