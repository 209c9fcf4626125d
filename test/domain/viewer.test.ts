import { describe, expect, test } from 'vitest';
import {
  type Interaction,
  type ViewerCommand,
  type ViewerEvent,
  valueProblem,
  viewer,
  viewerStream,
} from '../../src/domain/viewer/viewer.js';
import { type Specification, verify } from '../kit/given-when-then.js';

const interaction = (type: Interaction['type'], value: number | null): Interaction => ({
  userId: 'u1',
  mediaId: 'm1',
  type,
  value,
  occurredAt: '2026-11-21T09:30:00.000Z',
});
const recorded = (type: Interaction['type'], value: number | null): ViewerEvent => ({
  type: 'InteractionRecorded',
  data: interaction(type, value),
});
const record = (type: Interaction['type'], value: number | null): ViewerCommand => ({
  type: 'RecordInteraction',
  data: interaction(type, value),
});

const specifications: Specification<ViewerCommand, ViewerEvent>[] = [
  {
    name: 'a viewer is forgotten',
    given: [recorded('play', null)],
    when: { type: 'ForgetViewer', data: { userId: 'u1' } },
    then: [{ type: 'ViewerForgotten', data: { userId: 'u1' } }],
  },
  { name: 'a start is recorded', given: [], when: record('play', null), then: [recorded('play', null)] },
  {
    name: 'the same again is another interaction',
    given: [recorded('play', null)],
    when: record('play', null),
    then: [recorded('play', null)],
  },
  {
    name: 'the value of an interaction that has none is dropped',
    given: [],
    when: record('like', 17),
    then: [recorded('like', null)],
  },
  {
    name: 'nothing watched yet is progress',
    given: [],
    when: record('progress', 0),
    then: [recorded('progress', 0)],
  },
  {
    name: 'everything watched is progress',
    given: [],
    when: record('progress', 1),
    then: [recorded('progress', 1)],
  },
  { name: 'five stars are a rating', given: [], when: record('rate', 5), then: [recorded('rate', 5)] },
  {
    name: 'progress beyond the end is refused',
    given: [],
    when: record('progress', 1.01),
    then: { refusedWith: 'value_out_of_range' },
  },
  {
    name: 'progress without a share is refused',
    given: [],
    when: record('progress', null),
    then: { refusedWith: 'value_out_of_range' },
  },
  {
    name: 'a negative rating is refused',
    given: [],
    when: record('rate', -1),
    then: { refusedWith: 'value_out_of_range' },
  },
  {
    name: 'a rating that is no number is refused',
    given: [],
    when: record('rate', Number.NaN),
    then: { refusedWith: 'value_out_of_range' },
  },
];

describe('viewer', () => {
  test.each(specifications)('$name', (specification) => verify(viewer.decider, specification));

  test('a refusal says which values are right', () => {
    expect(valueProblem('rate', 6)).toBe('"rate" needs a value from 0 to 5');
    expect(valueProblem('rate', undefined)).toBe('"rate" needs a value from 0 to 5');
    expect(valueProblem('complete', undefined)).toBeUndefined();
  });

  test('every viewer has a stream of their own', () => {
    expect(viewer.streamOf(record('play', null))).toBe(viewerStream('u1'));
    expect(viewerStream('u1')).not.toBe(viewerStream('u2'));
  });
});
