import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';

/** Things to close at the end, in the reverse order of their opening, each even when another fails. */
export interface Closers {
  add(name: string, close: () => Promise<unknown>): void;
  closeAll(): Promise<void>;
}

export function createClosers(logger: Logger): Closers {
  const open: { readonly name: string; close(): Promise<unknown> }[] = [];
  return {
    add: (name, close) => open.push({ name, close }),
    async closeAll() {
      for (let next = open.pop(); next; next = open.pop())
        await next
          .close()
          .catch((error: unknown) =>
            logger.warn({ error: messageOf(error) }, `closing ${next?.name} failed`),
          );
    },
  };
}
