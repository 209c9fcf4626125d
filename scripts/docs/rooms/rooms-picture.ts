import { type Arrow, type Box, layOut } from './layout.js';
import type { RoomGraph } from './room-graph.js';
import { element, text, wrap } from './svg.js';

const LEGEND_HEIGHT = 44;
const CAPTION_CHARACTER = 7;
const CAPTION_LINE = 16;
const NAME_LINE = 19;

/** Both schemes of colours, since the picture stands on pages of either. */
const STYLE = `
  svg { --page: #ffffff; --line: #8b95a1; --ink: #1c2430; --faint: #566170; --room: #f2f4f7; --pure: #e3f3e6; --pure-line: #7fb58b; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #12161c; --line: #6f7b8a; --ink: #e8edf3; --faint: #a9b4c1; --room: #1f262f; --pure: #1c3325; --pure-line: #4f8a5f; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--faint); }
  .name { font-size: 16px; font-weight: 600; fill: var(--ink); }
  .page { fill: var(--page); }
  .room { fill: var(--room); stroke: var(--line); }
  .pure { fill: var(--pure); stroke: var(--pure-line); }
  .arrow { fill: none; stroke: var(--line); stroke-width: 1.6; }
  .part { stroke-dasharray: 5 4; }
  .head { fill: var(--line); }`;

/**
 * The rooms of `src` and who imports whom, as SVG. Throws for a room that `captions` does not tell of, or tells more of than
 * its box holds; their order is that of the picture.
 */
export function roomsPicture(graph: RoomGraph, captions: Readonly<Record<string, string>>): string {
  const untold = graph.rooms.filter((room) => !(room in captions));
  if (untold.length > 0)
    throw new Error(`Say in scripts/docs/rooms/rooms.ts what lives in src/${untold.join(', src/')}`);
  const { boxes, arrows, width, height } = layOut(graph, Object.keys(captions));
  const drawn = [
    element('title', {}, ['The rooms of MediaFlow: an arrow leads from a room to one that it imports']),
    element('style', {}, [STYLE]),
    element(
      'marker',
      { id: 'head', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
      [element('path', { d: 'M0 0L8 4L0 8z', class: 'head' })],
    ),
    element('rect', { class: 'page', width, height: height + LEGEND_HEIGHT, rx: 8 }),
    ...arrows.map(drawArrow),
    ...boxes.map((box) => drawBox(box, graph, captions)),
    drawLegend(height),
  ];
  const viewBox = `0 0 ${width} ${height + LEGEND_HEIGHT}`;
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox, width, role: 'img' };
  return `${element(
    'svg',
    attributes,
    drawn.map((one) => `\n${one}`),
  )}\n`;
}

const drawArrow = ({ points, only }: Arrow): string =>
  element('path', {
    class: only === undefined ? 'arrow' : 'arrow part',
    d: points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(''),
    'marker-end': 'url(#head)',
  });

function drawBox(
  { room, ...box }: Box,
  graph: RoomGraph,
  captions: Readonly<Record<string, string>>,
): string {
  const lines = linesOf(room, graph, captions[room] ?? '').flatMap((line) =>
    wrap(line, box.width - 24, CAPTION_CHARACTER),
  );
  const textHeight = NAME_LINE + lines.length * CAPTION_LINE;
  if (textHeight > box.height) throw new Error(`Say less of src/${room} in scripts/docs/rooms/rooms.ts`);
  const top = box.y + (box.height - textHeight) / 2 + 14;
  return element('g', {}, [
    element('rect', { ...box, rx: 7, class: graph.pure.includes(room) ? 'room pure' : 'room' }),
    text(room, { x: box.x + 12, y: top, class: 'name' }),
    ...lines.map((line, index) => text(line, { x: box.x + 12, y: top + (index + 1) * CAPTION_LINE + 1 })),
  ]);
}

/** What a box says, a paragraph each. */
function linesOf(room: string, { imports, rooms, unlimited }: RoomGraph, caption: string): string[] {
  if (unlimited.includes(room)) return [caption, '', 'imports every room →'];
  if (room === 'core') {
    const without = rooms.filter(
      (each) => each !== room && !imports.some(({ from, to }) => from === each && to === room),
    );
    const exception = without.length > 0 ? ` but ${without.join(', ')}` : '';
    return [caption, '', `← every room${exception} imports it; it imports none`];
  }
  const parts = imports.filter(({ from, only }) => from === room && only !== undefined);
  return [caption, ...parts.map(({ to, only }) => `of ${to} only ${only}`)];
}

function drawLegend(height: number): string {
  const y = height + 16;
  return element('g', {}, [
    element('rect', { x: 206, y: y - 12, width: 22, height: 16, rx: 4, class: 'room pure' }),
    text('pure: no clock, no chance, no I/O', { x: 236, y }),
    element('path', { d: `M476 ${y - 4}h34`, class: 'arrow', 'marker-end': 'url(#head)' }),
    text('may import it, and does', { x: 520, y }),
    element('path', { d: `M706 ${y - 4}h34`, class: 'arrow part', 'marker-end': 'url(#head)' }),
    text('may import one file of it', { x: 750, y }),
  ]);
}
