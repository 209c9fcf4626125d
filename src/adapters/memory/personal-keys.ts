import { randomBytes } from 'node:crypto';
import type { PersonalKey, PersonalKeys } from '../../core/personal-keys.js';

/** Undefined: destroyed. */
export type MemoryKeyring = Map<string, PersonalKey | undefined>;

/** Personal keys that are gone when the process ends: for tests. Those opened on the same ring share it. */
export function createMemoryPersonalKeys(keyring: MemoryKeyring = new Map()): PersonalKeys {
  const found = (subjects: readonly string[]): ReadonlyMap<string, PersonalKey> =>
    new Map(
      subjects.flatMap((subject) => {
        const key = keyring.get(subject);
        return key ? [[subject, key] as const] : [];
      }),
    );
  return {
    forReading: async (subjects) => found(subjects),
    async forWriting(subjects) {
      for (const subject of subjects) if (!keyring.has(subject)) keyring.set(subject, randomBytes(32));
      return found(subjects);
    },
    async destroy(subject) {
      keyring.set(subject, undefined);
    },
  };
}
