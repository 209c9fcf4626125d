import { createClient } from '@redis/client';
import { engine } from './engines.js';

/** A client of the tests' own, on the same Redis; its keys begin with a prefix of the test file's. */
export async function openTestRedis() {
  const url = engine('redis').REDIS_URL;
  const client = createClient({ url });
  await client.connect();
  const keysOf = async (prefix: string) => {
    const keys: string[] = [];
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) keys.push(...page);
    return keys;
  };
  return {
    url,
    client,
    keysOf,
    async forget(prefix: string): Promise<void> {
      const keys = await keysOf(prefix);
      if (keys.length > 0) await client.del(keys);
    },
    /** Every key as it is, to be put back later: what a server knows that starts again from old data. */
    async remember(prefix: string): Promise<() => Promise<void>> {
      const saved = new Map<string, string>();
      for (const key of await keysOf(prefix)) saved.set(key, (await client.get(key)) ?? '');
      return async () => {
        await this.forget(prefix);
        for (const [key, value] of saved)
          await client.set(key, value, { expiration: { type: 'PX', value: 60_000 } });
      };
    },
    close: () => client.close(),
  };
}
