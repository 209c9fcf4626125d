import type { ChildProcess } from 'node:child_process';

export interface EndOfChild {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

const leftOpenMilliseconds = 1000;

/**
 * How a child ended, when all that it wrote has been read. Somebody whom it started and who has left its group may keep
 * its pipes open: they are not waited for. `onExit` is called before, when its process is gone.
 */
export async function endOfChild(child: ChildProcess, onExit: () => void): Promise<EndOfChild> {
  const end = await new Promise<EndOfChild>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    child.once('exit', () => {
      onExit();
      // What is in the pipes by then is read before the next 'immediate'.
      timer = setTimeout(() => setImmediate(closePipes, child), leftOpenMilliseconds);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal });
    });
    child.once('error', reject);
  });
  return end;
}

function closePipes({ stdio }: ChildProcess): void {
  for (const pipe of stdio) pipe?.destroy();
}
