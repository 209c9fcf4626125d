import type { RoomGraph, RoomImport } from './room-graph.js';

export interface Box {
  readonly room: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Arrow extends RoomImport {
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Layout {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly width: number;
  readonly height: number;
}

/** One place for one arrow; a room has as many as it imports others. */
const SLOT = 70;
const GAP = 12;
const MARGIN = 20;
const COLUMNS = {
  top: { x: MARGIN, width: 132 },
  using: { x: 206, width: 310 },
  used: { x: 606, width: 240 },
  bottom: { x: 890, width: 150 },
};

/**
 * From left to right: the room that knows all others, those that use something, what they use, and what all use. What is
 * used spans the rows of its users, so that arrows are straight; what may be used in part only, lies on the left.
 */
export function layOut(graph: RoomGraph, order: readonly string[]): Layout {
  const top = graph.unlimited[0] ?? '';
  const bottom = 'core';
  const between = graph.imports.filter(({ from, to }) => from !== top && to !== bottom);
  const whole = between.filter(({ only }) => only === undefined);
  const used = order.filter((room) => whole.some(({ to }) => to === room));
  const using = order.filter((room) => graph.rooms.includes(room) && ![top, bottom, ...used].includes(room));

  const slots = using.flatMap((room) => {
    const targets = used.filter((to) => whole.some((each) => each.from === room && each.to === to));
    return targets.length === 0 ? [{ room, to: '' }] : targets.map((to) => ({ room, to }));
  });
  const height = 2 * MARGIN + slots.length * SLOT - GAP;
  const over = (first: number, last: number, room: string, column: { x: number; width: number }): Box => ({
    ...{ room, ...column },
    y: MARGIN + first * SLOT,
    height: (last - first + 1) * SLOT - GAP,
  });
  const spanning = (rooms: readonly string[], side: 'room' | 'to', column: { x: number; width: number }) =>
    rooms.map((room) => {
      const indexes = slots.flatMap((slot, index) => (slot[side] === room ? [index] : []));
      return over(indexes[0] ?? 0, indexes.at(-1) ?? 0, room, column);
    });
  const users = spanning(using, 'room', COLUMNS.using);
  const shared = spanning(used, 'to', COLUMNS.used);
  const boxes = [
    over(0, slots.length - 1, top, COLUMNS.top),
    ...users,
    ...shared,
    over(0, slots.length - 1, bottom, COLUMNS.bottom),
  ];

  const straight = slots.flatMap(({ room, to }, index): Arrow[] => {
    const y = MARGIN + index * SLOT + (SLOT - GAP) / 2;
    const ends = [COLUMNS.using.x + COLUMNS.using.width, COLUMNS.used.x] as const;
    return to === '' ? [] : [{ from: room, to, only: undefined, points: ends.map((x) => [x, y] as const) }];
  });
  // What is used uses something itself: around the right side.
  const among = whole
    .filter(({ from }) => used.includes(from))
    .map((each, lane): Arrow => {
      const [edge, outside] = [COLUMNS.used.x + COLUMNS.used.width, lane * 8 + 12];
      const [start, end] = [middleOf(shared, each.from), middleOf(shared, each.to)];
      return {
        ...each,
        points: [
          [edge, start],
          [edge + outside, start],
          [edge + outside, end],
          [edge, end],
        ],
      };
    });
  // The nearest on the inside, so that none crosses another.
  const partial = between
    .filter(({ only }) => only !== undefined)
    .map((each) => ({ ...each, start: middleOf(users, each.from), end: middleOf(users, each.to) }))
    .sort((one, other) => Math.abs(one.start - one.end) - Math.abs(other.start - other.end))
    .map(({ start, end, ...each }, lane): Arrow => {
      const outside = COLUMNS.using.x - 18 - lane * 14;
      const at = end + (start < end ? 1 : -1) * (lane * 14 - 7);
      const [inside, there] = [COLUMNS.using.x, outside];
      return {
        ...each,
        points: [
          [inside, start],
          [there, start],
          [there, at],
          [inside, at],
        ],
      };
    });
  const width = COLUMNS.bottom.x + COLUMNS.bottom.width + MARGIN;
  return { boxes, arrows: [...straight, ...among, ...partial], width, height };
}

const middleOf = (boxes: readonly Box[], room: string): number => {
  const box = boxes.find((each) => each.room === room);
  return box ? box.y + box.height / 2 : 0;
};
