import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Signals a child and everything it started. Harmless when they are gone. */
export function signalGroup(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-processId, signal);
  } catch {
    // Already gone, which is what a kill is for.
  }
}

/** Signals one process. Harmless when it is gone. */
export function signalProcess(processId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(processId, signal);
  } catch {
    // Already gone.
  }
}

export interface Guard {
  alsoEnds(processId: number): void;
  /** To be called when the group has ended by itself. */
  release(): void;
}

/**
 * Ties a process group's life to ours, however we end: kill -9 included, where nothing of ours can run any more and
 * ffmpeg would go on for hours (it ignores SIGPIPE). A shell waits for the end of a pipe that only we hold open; the
 * kernel closes it with us. One more process may be named that has perhaps left the group.
 */
export function endWithUs(processId: number): Guard {
  const script = 'while read -r more; do other=$more; done; kill -s KILL -- "-$1" $other';
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(processId)], {
    // In a group of its own, so that a signal to our whole group does not take the guard first.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  return {
    alsoEnds: (other) => guard.stdin.write(`${other}\n`),
    release: () => guard.kill('SIGKILL'),
  };
}

/** Resident memory of a process; undefined where the system does not tell, or it has ended. */
export async function residentBytes(processId: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** What a process has done so far; 0 where the system does not tell, or it has ended; what it read, undefined then. */
export async function workDone(
  processId: number,
): Promise<{ readonly cpuSeconds: number; readonly readBytes: number | undefined }> {
  const [stat, io] = await Promise.all(
    ['stat', 'io'].map((name) => readFile(`/proc/${processId}/${name}`, 'utf8').catch(() => '')),
  );
  // The name before it may hold anything, brackets and blanks too. Linux tells programs of 100 ticks a second, whatever its own.
  const [, userTicks = 0, systemTicks = 0] = /^.*\) \S(?: \S+){10} (\d+) (\d+)/s.exec(stat ?? '') ?? [];
  // Root in a container may not look at what another user reads.
  const readBytes = /^rchar: (\d+)$/m.exec(io ?? '')?.[1];
  return {
    cpuSeconds: (Number(userTicks) + Number(systemTicks)) / 100,
    readBytes: readBytes === undefined ? undefined : Number(readBytes),
  };
}
