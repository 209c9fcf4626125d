import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodes as serverErrors } from 'fastify';
import { describe, expect, test } from 'vitest';
import { tools } from '../../src/adapters/ffmpeg/tools.js';
import { pictureTool } from '../../src/adapters/pictures/confined-process.js';
import { problemOf } from '../../src/apps/http/problem.js';
import { type ErrorRow, errorCodes, errorRooms } from '../../src/core/error-codes/index.js';
import { conflict, invalid, MediaFlowError } from '../../src/core/errors.js';
import { problem } from '../../src/http/problem.js';

const root = new URL('../../src/', import.meta.url).pathname;
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.startsWith('core/error-codes/'))
  .map((path) => readFileSync(join(root, path), 'utf8'));

const rows: readonly (readonly [string, ErrorRow])[] = Object.entries(errorCodes);

/** What each match of a pattern has caught, in all sources. */
const caught = (pattern: RegExp) =>
  sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match.slice(1)));

/** The functions that make errors of one kind. */
const MAKERS: Readonly<Record<string, string>> = {
  ...{ invalid: 'invalid', notFound: 'not-found', conflict: 'conflict', unsupported: 'unsupported' },
  ...{ unavailable: 'unavailable', orUnavailable: 'unavailable', tellingTrouble: 'unavailable' },
  tooLarge: 'too-large',
};

/** Codes that reach their maker as data, and are held to their kind by its type. */
const AS_DATA = {
  unavailable: ['lease_lost', 'cancelled', 'time_limit_exceeded', 'overstayed', 'shutting_down'],
  models: ['model_missing', 'model_corrupt', 'inference_failed'],
  refusals: ['too_little_activity', 'too_few_decisions', 'no_better_than_chance'],
  constants: ['step_superseded', 'step_failed'],
  derivatives: ['derivative_not_found', 'poster_not_found', 'preview_gif_not_found', 'unknown_image_size'],
  tools: [tools.ffmpeg, pictureTool].flatMap(({ codes }) => Object.values(codes)),
};

describe('the table of codes', () => {
  test('has each code once', () => {
    const codes = Object.values(errorRooms).flatMap((room) => Object.keys(room));
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
    expect(codes).toHaveLength(rows.length);
  });

  test('has no code that nothing gives', () => {
    const given = new Set(caught(/'(\w+)'/g).map(([code]) => code));
    expect(rows.filter(([code]) => !given.has(code)).map(([code]) => code)).toEqual([]);
  });

  test('has no kind that its code is not thrown with', () => {
    const maker = new RegExp(`\\b(${Object.keys(MAKERS).join('|')})\\(\\s*'(\\w+)'`, 'g');
    const thrown = new Set([
      ...caught(maker).map(([name = '', code]) => `${MAKERS[name]} ${code}`),
      ...caught(/\b(?:MediaFlowError|super)\(\s*'([\w-]+)',\s*'(\w+)'/g).map((pair) => pair.join(' ')),
    ]);
    const asData = Object.values(AS_DATA).flat();
    const unused = rows
      .filter(([code]) => !asData.includes(code))
      .flatMap(([code, { kinds }]) => kinds.map((kind) => `${kind} ${code}`))
      .filter((pair) => !thrown.has(pair));
    expect(unused).toEqual([]);
  });

  test('knows the status of every refusal that has one of its own', () => {
    const refusals = caught(/\bproblem\(\s*(\d+),\s*'(\w+)'/g);
    expect(refusals.length).toBeGreaterThan(8);
    const wrong = refusals.filter(
      ([status, code = '']) => !rows.find(([each]) => each === code)?.[1].statuses?.includes(Number(status)),
    );
    expect(wrong).toEqual([]);
  });

  test.each([
    [serverErrors.FST_ERR_CTP_BODY_TOO_LARGE, 'body_too_large'],
    [serverErrors.FST_ERR_CTP_INVALID_JSON_BODY, 'malformed_json'],
    [serverErrors.FST_ERR_CTP_EMPTY_JSON_BODY, 'malformed_json'],
    [serverErrors.FST_ERR_CTP_INVALID_CONTENT_LENGTH, 'malformed_request'],
    [serverErrors.FST_ERR_CTP_INVALID_MEDIA_TYPE, 'unsupported_content_type'],
    [serverErrors.FST_ERR_BAD_URL, 'malformed_url'],
    [serverErrors.FST_ERR_MAX_PARAM_LENGTH, 'url_too_long'],
  ] as const)('knows the status of what the HTTP server refuses (%#)', (ServerError, code) => {
    const { body } = problemOf(new ServerError());
    expect(body.code).toBe(code);
    expect(errorCodes[code].statuses).toEqual([body.status]);
  });

  test('is what errors can be made of: no other code compiles, and none with a kind that is not its own', () => {
    const made = [
      // @ts-expect-error: no such code
      invalid('no_such_code', 'No.'),
      // @ts-expect-error: a code of another kind
      conflict('invalid_request', 'No.'),
      // @ts-expect-error: a code of another kind
      new MediaFlowError('too-large', 'storage_full', 'No.'),
      // @ts-expect-error: no such code
      problem(403, 'no_such_code', 'No.'),
    ];
    expect(made).toHaveLength(4);
  });

  test('says in whole sentences what each code means', () => {
    expect(rows.filter(([, { advice }]) => !/^\S.+[.?]$/.test(advice))).toEqual([]);
  });
});
