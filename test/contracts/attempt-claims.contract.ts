import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttemptClaims } from '../../src/core/attempt-claims.js';

export interface AttemptClaimsHarness {
  /** Claims on the same storage, as another process would have them. */
  open(): Promise<AttemptClaims>;
  destroy(): Promise<void>;
}

/** What all claims promise, whatever they are kept in. */
export function attemptClaimsContract(
  name: string,
  createHarness: () => Promise<AttemptClaimsHarness>,
): void {
  describe(`attempt claims contract: ${name}`, () => {
    let harness: AttemptClaimsHarness;
    let claims: AttemptClaims;
    let ofOther: AttemptClaims;
    beforeAll(async () => {
      harness = await createHarness();
      [claims, ofOther] = [await harness.open(), await harness.open()];
    });
    afterAll(() => harness.destroy());

    const delivery = (jobId: string, attempt = 1) => ({ jobId, attempt, deliveryId: randomUUID() });

    test('the delivery that asks first has the attempt, however often it asks, and no other ever does', async () => {
      const jobId = randomUUID();
      const [first, second] = [delivery(jobId), delivery(jobId)];
      expect(await claims.claim(first)).toBe(true);
      expect(await ofOther.claim(second)).toBe(false);
      expect(await ofOther.claim(first)).toBe(true);
      expect(await claims.claim(second)).toBe(false);
    });

    test('each attempt of each job is claimed by itself', async () => {
      const jobId = randomUUID();
      expect(await claims.claim(delivery(jobId, 1))).toBe(true);
      expect(await claims.claim(delivery(jobId, 2))).toBe(true);
      expect(await claims.claim(delivery(randomUUID(), 1))).toBe(true);
    });

    test('of many that ask at the same time one has it', async () => {
      const jobId = randomUUID();
      const asked = Array.from({ length: 40 }, (_, n) => (n % 2 ? claims : ofOther).claim(delivery(jobId)));
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    });
  });
}
