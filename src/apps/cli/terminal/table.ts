import { type Paint, padEnd, padStart, printable, truncate, widthOf } from './text.js';

export interface Column<Row> {
  readonly title: string;
  /** Plain text, which is made printable; `style` colours it after it was fitted. */
  readonly value: (row: Row) => string;
  readonly style?: (row: Row) => Parameters<Paint>[0] | undefined;
  readonly align?: 'right';
  /** Gives way when the terminal is too narrow. */
  readonly flexible?: boolean;
  /** Left out where there is no room for it. */
  readonly optional?: boolean;
}

const GAP = '  ';
const NARROWEST = 8;
const COMFORTABLE = 16;

/** Lines of a table that fits into `columns`; nothing is cut when that is undefined. */
export function tableLines<Row>(
  rows: readonly Row[],
  allColumns: readonly Column<Row>[],
  { paint, width }: { readonly paint: Paint; readonly width: number | undefined },
): string[] {
  const columns = allColumns.filter(
    ({ optional }) => !optional || width === undefined || narrowest(rows, allColumns) <= width,
  );
  const cells = rows.map((row) => columns.map((column) => textOf(row, column)));
  const widths = columns.map((column) => naturalWidth(rows, column));
  if (width !== undefined) shrink(widths, columns, width);

  const fitted = (text: string, index: number) => {
    const limit = widths[index] ?? 0;
    const kept = truncate(text, limit);
    if (columns[index]?.align === 'right') return padStart(kept, limit);
    return index === columns.length - 1 ? kept : padEnd(kept, limit);
  };
  const header = columns.map(({ title }, index) => fitted(title, index)).join(GAP);
  return [
    paint('dim', header.trimEnd()),
    ...rows.map((row, line) =>
      columns
        .map((column, index) => {
          const text = fitted(cells[line]?.[index] ?? '', index);
          const style = column.style?.(row);
          return style ? paint(style, text) : text;
        })
        .join(GAP)
        .trimEnd(),
    ),
  ];
}

/** Whatever a server says, one that is not ours too. */
const textOf = <Row>(row: Row, { value }: Column<Row>): string => printable(value(row));

const naturalWidth = <Row>(rows: readonly Row[], column: Column<Row>): number =>
  Math.max(widthOf(column.title), ...rows.map((row) => widthOf(textOf(row, column))));

/** The width of a table whose flexible columns have given way. */
const narrowest = <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): number =>
  columns.reduce(
    (sum, column) =>
      sum + Math.min(naturalWidth(rows, column), column.flexible ? COMFORTABLE : Number.POSITIVE_INFINITY),
    GAP.length * (columns.length - 1),
  );

function shrink<Row>(widths: number[], columns: readonly Column<Row>[], available: number): void {
  const excess = () => widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1)) - available;
  const flexible = columns.flatMap((column, index) => (column.flexible ? [index] : []));
  while (excess() > 0) {
    const widest = flexible.reduce<number | undefined>(
      (best, index) => (best === undefined || (widths[index] ?? 0) > (widths[best] ?? 0) ? index : best),
      undefined,
    );
    if (widest === undefined || (widths[widest] ?? 0) <= NARROWEST) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}
