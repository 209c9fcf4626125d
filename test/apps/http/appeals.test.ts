import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, type Item, isSettled } from '../../e2e/support/client.js';
import { cli } from '../cli/support/run-cli.js';
import { expectProblem, filePart, form, mediaIdOf, sendForm, sendJson } from './support/client.js';
import { makeGoodClip } from './support/clips.js';
import { startServer, type TestServer, temporaryFolder } from './support/server.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const KEYS = { ada: 'the key of ada in the first shift', bea: 'the key of bea in the second shift' };
type Person = keyof typeof KEYS;
const as = (person: Person) => ({ authorization: `Bearer ${KEYS[person]}` });

const folder = temporaryFolder();
const policyPath = join(folder.path, 'policy.json');
const person = { person: { at: 0.99 } };
const classes = { adult: person, suggestive: person, violence: person, graphic: person, text: person };
const writePolicy = (more: object) => writeFileSync(policyPath, JSON.stringify({ classes, ...more }));
writePolicy({ version: 'everything audited', auditShare: 1, claimMinutes: 1, words: { en: ['fnord'] } });
let server: TestServer;
let mediaId: string;
let seen = '0';

const at = (path: string) => `${server.url}${path}`;
const item = (path = '') => at(`/v1/media/${mediaId}${path}`);

beforeAll(async () => {
  server = await startServer(join(folder.path, 'data'), {
    MEDIAFLOW_API_KEYS: Object.values(KEYS).join(','),
    MEDIAFLOW_MODERATION_POLICY_FILE: policyPath,
  });
  const clip = await makeGoodClip(join(folder.path, 'clip.mp4'), 1);
  mediaId = await mediaIdOf(await sendForm(server.url, form(await filePart(clip)), as('ada')));
  await vi.waitFor(async () => expect(isSettled(await getJson<Item>(item(), as('ada')))).toBe(true), {
    timeout: 100_000,
    interval: 100,
  });
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
  expect(server?.errors).toEqual([]);
});

interface Queued {
  readonly mediaId: string;
  readonly status: string;
  readonly policy: { readonly version: string };
  readonly appeal: { readonly text: string; readonly appellant: string } | null;
  readonly claim: { readonly reviewer: string } | null;
  readonly decision: { readonly reason: string } | null;
}
const queueOf = async (who: Person, query = ''): Promise<readonly Queued[]> =>
  (
    await getJson<{ items: Queued[] }>(at(`/v1/moderation/queue${query}`), {
      ...as(who),
      'mediaflow-after': seen,
    })
  ).items;
const send = (who: Person, path: string, body?: object, method = 'POST') =>
  body
    ? sendJson(item(path), body, { method, headers: as(who) })
    : fetch(item(path), { method, headers: as(who) });
async function done(sent: Promise<Response>): Promise<Record<string, unknown>> {
  const response = await sent;
  expect(response.status).toBe(202);
  const answer = (await response.json()) as { position: string };
  seen = answer.position;
  return answer;
}
const review = (who: Person, decision: string, reason = 'because') =>
  send(who, '/review', { decision, reason });
const status = async () => (await getJson<Item>(item(), { ...as('ada'), 'mediaflow-after': seen })).status;

test('an audit is shown while it waits; a rejection is appealed against, and another person decides on that', async () => {
  expect(await status()).toBe('published');
  expect(await queueOf('ada')).toMatchObject([
    { mediaId, status: 'audit', policy: { version: 'everything audited' }, appeal: null, claim: null },
  ]);
  await expectProblem(send('bea', '/appeal', { text: 'Why?' }), 409, 'not_rejected');

  await done(review('ada', 'reject', 'A logo that is not ours'));
  expect(await status()).toBe('rejected');
  expect(await queueOf('ada')).toEqual([]);

  expect(await done(send('bea', '/appeal', { text: 'The logo is licensed' }))).toMatchObject({
    hindrance: null,
  });
  await expectProblem(send('bea', '/appeal', { text: 'Please' }), 409, 'appeal_open');
  expect(await queueOf('bea', '?status=appeal')).toMatchObject([
    {
      appeal: { text: 'The logo is licensed', appellant: expect.stringMatching(/^key-/) },
      decision: { about: 'audit', decision: 'reject', reason: 'A logo that is not ours' },
    },
  ]);
  expect(await queueOf('ada', '?free=true')).toEqual([]);
  await expectProblem(review('ada', 'approve'), 409, 'same_reviewer');

  const [free] = await queueOf('bea', '?free=true');
  expect(free?.mediaId).toBe(mediaId);
  await done(send('bea', '/claim'));
  const [claimed] = await queueOf('bea', '?free=true');
  expect(claimed?.claim?.reviewer).toBe(free?.appeal?.appellant);
  await done(send('bea', '/claim', undefined, 'DELETE'));
  expect((await queueOf('bea'))[0]?.claim).toBeNull();

  expect(await done(review('bea', 'approve', 'It is'))).toMatchObject({ mediaId, outcome: 'decided' });
  expect(await status()).toBe('published');
  expect(await queueOf('bea')).toEqual([]);
  expect(await queueOf('bea', '?status=rejected')).toEqual([]);
});

test('a title that is changed to a listed word is looked at by a person while the item stays shown', async () => {
  await done(send('ada', '', { title: 'A f\u200bn0rd' }, 'PATCH'));
  expect(await status()).toBe('published');
  expect(await queueOf('ada')).toMatchObject([
    { mediaId, status: 'audit', rule: 'listed_words', explanation: expect.stringContaining('title') },
  ]);
  await done(review('ada', 'approve', 'It is a quotation'));
  await done(send('ada', '', { description: 'Of it nothing is listed' }, 'PATCH'));
  expect(await queueOf('ada')).toEqual([]);
});

test('what one has claimed no other decides on, and the command line passes it over', async () => {
  await done(send('ada', '/takedown', { reason: 'A complaint' }));
  await done(send('ada', '/claim'));
  await expectProblem(review('bea', 'approve'), 409, 'review_claimed');
  const env = { MEDIAFLOW_URL: server.url, MEDIAFLOW_API_KEY: KEYS.bea };
  expect(await cli(['queue', '--status', 'rejected', '--claim'], env)).toMatchObject({
    exitCode: 0,
    stdout: '',
  });
  const mine = await cli(['queue', '--status', 'rejected', '--claim'], {
    ...env,
    MEDIAFLOW_API_KEY: KEYS.ada,
  });
  expect(mine.stdout).toContain(mediaId);

  const appealed = await cli(['appeal', mediaId, '--reason', 'Once more'], env);
  expect(appealed).toMatchObject({ exitCode: 0, stdout: `${mediaId} waits for another person.\n` });
  const shown = await cli(['queue'], env);
  expect(shown.stdout).toContain('Appeal: Once more');
});

test('a policy that wants two people is refused where only one can be told', async () => {
  writePolicy({ version: 'two people', fourEyes: ['reject'] });
  await expect(
    startServer(join(folder.path, 'lonely'), {
      MEDIAFLOW_API_KEYS: KEYS.ada,
      MEDIAFLOW_MODERATION_POLICY_FILE: policyPath,
    }),
  ).rejects.toThrow('MEDIAFLOW_API_KEYS has to have two at least');
});
