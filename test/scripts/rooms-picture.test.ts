import { describe, expect, test } from 'vitest';
import { type Box, layOut } from '../../scripts/docs/rooms/layout.js';
import {
  type RoomRule,
  readFileImports,
  readRoomRules,
  roomGraph,
} from '../../scripts/docs/rooms/room-graph.js';
import { roomCaptions } from '../../scripts/docs/rooms/rooms.js';
import { roomsPicture } from '../../scripts/docs/rooms/rooms-picture.js';

const rules: RoomRule[] = [
  { name: 'core-imports', to: { pathNot: ['^src/core/'] } },
  { name: 'domain-imports', to: { pathNot: ['^src/domain/', '^src/core/'] } },
  { name: 'domain-is-pure', to: {} },
  {
    name: 'sagas-imports',
    to: { pathNot: ['^src/sagas/', '^src/core/', '^src/domain/', '^src/clocks/now'] },
  },
  { name: 'clocks-imports', to: { pathNot: ['^src/clocks/', '^src/core/'] } },
];
const files = new Map([
  ['cli.ts', ['apps/serve.ts']],
  ['apps/serve.ts', ['core/event.ts', 'sagas/one.ts']],
  ['core/event.ts', []],
  ['domain/rules.ts', ['core/event.ts', 'domain/more.ts']],
  ['domain/more.ts', []],
  ['sagas/one.ts', ['domain/rules.ts', 'core/event.ts', 'clocks/now.ts']],
  ['clocks/now.ts', ['core/event.ts']],
]);
const captions = { apps: 'all', sagas: 'processes', clocks: 'time', domain: 'rules', core: 'words' };

test('rooms are the folders, with what each imports of others, in part where only that is allowed', () => {
  expect(roomGraph(files, rules)).toEqual({
    rooms: ['apps', 'core', 'domain', 'sagas', 'clocks'],
    pure: ['domain'],
    unlimited: ['apps'],
    imports: [
      { from: 'apps', to: 'core', only: undefined },
      { from: 'apps', to: 'sagas', only: undefined },
      { from: 'clocks', to: 'core', only: undefined },
      { from: 'domain', to: 'core', only: undefined },
      { from: 'sagas', to: 'clocks', only: 'now' },
      { from: 'sagas', to: 'core', only: undefined },
      { from: 'sagas', to: 'domain', only: undefined },
    ],
  });
});

test('a room that the picture has no words for is asked for', () => {
  const { sagas: _, ...others } = captions;
  expect(() => roomsPicture(roomGraph(files, rules), others)).toThrow('what lives in src/sagas');
});

describe('the picture of the product', () => {
  const graph = roomGraph(readFileImports(), readRoomRules());
  const { boxes, arrows } = layOut(graph, Object.keys(roomCaptions));

  test('has every room once, and none over another', () => {
    expect(boxes.map(({ room }) => room).sort()).toEqual([...graph.rooms].sort());
    const overlaps = (one: Box, other: Box) =>
      one.x < other.x + other.width &&
      other.x < one.x + one.width &&
      one.y < other.y + other.height &&
      other.y < one.y + one.height;
    expect(boxes.filter((one) => boxes.some((other) => one !== other && overlaps(one, other)))).toEqual([]);
  });

  test('has an arrow from the box of each room to that of each it imports, but for those that tell it in words', () => {
    const told = graph.imports.filter(({ from, to }) => from !== 'apps' && to !== 'core');
    expect(arrows.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
      told.map(({ from, to }) => `${from} ${to}`).sort(),
    );
    const touches = (room: string, [x, y]: readonly [number, number] = [0, 0]) =>
      boxes.some(
        (box) =>
          box.room === room &&
          (x === box.x || x === box.x + box.width) &&
          y > box.y &&
          y < box.y + box.height,
      );
    const loose = arrows.filter(
      ({ from, to, points }) => !touches(from, points[0]) || !touches(to, points.at(-1)),
    );
    expect(loose).toEqual([]);
  });
});
