import type { HotAnswer, WorkedOutAnswer } from '../core/hot-answers.js';
import type { EndpointAnswer } from '../http/endpoint.js';
import { etagMatches } from './serve-blob.js';

/** A JSON answer as it is sent. */
export const jsonText = (value: unknown): Omit<WorkedOutAnswer, 'subjects'> => ({
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** Of every view it was made of, the rows of these items or viewers. */
export const subjectsOf = (views: readonly string[], ids: readonly string[]): WorkedOutAnswer['subjects'] =>
  Object.fromEntries(views.map((view) => [view, ids]));

/** The same of one. */
export const subjectOf = (views: readonly string[], id: string): WorkedOutAnswer['subjects'] =>
  subjectsOf(views, [id]);

/** 304 for who has it already, by its `etag`. */
export const unlessKnown = (
  answer: HotAnswer,
  headers: Readonly<Record<string, string | undefined>>,
): EndpointAnswer =>
  answer.headers.etag !== undefined && etagMatches(headers['if-none-match'], answer.headers.etag)
    ? { status: 304, headers: answer.headers }
    : answer;
