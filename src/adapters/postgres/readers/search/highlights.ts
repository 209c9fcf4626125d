import type { TextOrigin } from '../../../../core/found-text.js';
import type { Highlight, HighlightPart } from '../../../../core/readers/media-search.js';
import type { ReadDatabase } from '../read-database.js';

/** What no text of the view holds: control characters are taken out on their way in. */
const [BEGIN, END] = ['\u0002', '\u0003'];
const MARKS = `StartSel=${BEGIN}, StopSel=${END}`;
const WHOLE = `${MARKS}, HighlightAll=true`;
const FRAGMENT = `${MARKS}, MaxWords=35, MinWords=15, MaxFragments=1`;
const MOST_PASSAGES = 3;
const MOST_CHARACTERS_SEARCHED = 20_000;

interface HighlightRow {
  readonly media_id: string;
  readonly place: 'title' | 'description' | TextOrigin;
  readonly language: string | null;
  readonly times: readonly number[] | null;
  /** The text as it is searched, with marks; where it is long, a piece of it. */
  readonly marked: string;
  /** The whole of it as it is searched, and as it was written. */
  readonly folded: string;
  readonly written: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Which stretches of a text are marked, and how long it is, in characters. */
function stretchesOf(marked: string): { readonly matches: readonly Stretch[]; readonly length: number } {
  const matches: Stretch[] = [];
  let length = 0;
  for (const [index, piece] of marked.split(BEGIN).entries()) {
    const [inside = '', outside = ''] = index === 0 ? ['', piece] : piece.split(END);
    const from = length;
    length += [...inside].length;
    if (length > from) matches.push({ from, to: length });
    length += [...outside].length;
  }
  return { matches, length };
}

/** What was written between two places, with the matches in it apart. */
function partsOf(text: string, { from, to }: Stretch, matches: readonly Stretch[]): HighlightPart[] {
  const parts: HighlightPart[] = [];
  let place = from;
  for (const match of matches) {
    if (match.from < from || match.to > to) continue;
    parts.push({ text: text.slice(place, match.from), isMatch: false });
    parts.push({ text: text.slice(match.from, match.to), isMatch: true });
    place = match.to;
  }
  return [...parts, { text: text.slice(place, to), isMatch: false }].filter((part) => part.text !== '');
}

/** The lines from the one that holds a place on: a line later may end what this one begins. */
function linesAround(text: string, place: number): Stretch & { readonly line: number } {
  const from = text.lastIndexOf('\n', place) + 1;
  const end = text.indexOf('\n', text.indexOf('\n', place) + 1 || text.length);
  const line = text.slice(0, from).split('\n').length - 1;
  return { from, to: end < 0 ? text.length : end, line };
}

/** What is searched has blanks for all that is no letter, and no accents; what is shown stands as it was written, character by character. */
function toHighlight({ place, language, times, marked, folded, written }: HighlightRow): Highlight[] {
  const { matches: found, length } = stretchesOf(marked);
  if (found.length === 0) return [];
  const searched = marked.replaceAll(BEGIN, '').replaceAll(END, '');
  const begins = folded.indexOf(searched);
  const isSame = begins >= 0 && [...folded].length === [...written].length;
  const text = isSame ? written : searched;
  const before = isSame ? [...folded.slice(0, begins)].length : 0;
  const places = placesOf(text);
  const at = ({ from, to }: Stretch): Stretch => ({
    from: places[before + from] ?? text.length,
    to: places[before + to] ?? text.length,
  });
  const matches = found.map(at);
  if (!times)
    return [
      {
        ...{ in: place, atSeconds: null, language },
        parts: partsOf(text, at({ from: 0, to: length }), matches),
      },
    ];
  const { line, ...shown } = linesAround(text, matches[0]?.from ?? 0);
  const parts = partsOf(text, shown, matches).map((part) => ({
    ...part,
    text: part.text.replaceAll('\n', ' '),
  }));
  return [{ ...{ in: place, atSeconds: times[line] ?? 0, language }, parts }];
}

/** Where each character of a text begins, and where the last one ends. */
function placesOf(text: string): readonly number[] {
  const places = [0];
  for (const character of text) places.push((places.at(-1) ?? 0) + character.length);
  return places;
}

/** Where in these items something of a query stands. Only what is shown is read and marked, so it costs the same for any library. */
export async function highlightsOf(
  database: ReadDatabase,
  mediaIds: readonly string[],
  shown: string,
): Promise<ReadonlyMap<string, readonly Highlight[]>> {
  if (mediaIds.length === 0) return new Map();
  const rows = await database.query<HighlightRow>(
    `with shown as (select media_id, title, left(description, ${MOST_CHARACTERS_SEARCHED}) as description,
       coalesce(title_configuration, description_configuration, configuration, 'english')::regconfig as configuration
       from media_search where media_id = any($1))
     select media_id, 'title' as place, null as language, null::jsonb as times,
       ts_headline(configuration, folded, $2::tsquery, $3) as marked, folded, title as written, 0 as rank
     from shown, lateral (select search_letters(title) as folded offset 0) as letters
     union all
     select media_id, 'description', null, null,
       ts_headline(configuration, folded, $2::tsquery, $4), folded, description, 1
     from shown, lateral (select search_letters(description) as folded offset 0) as letters where description <> ''
     union all
     select p.media_id, p.origin, p.language, p.times,
       ts_headline(p.configuration::regconfig, folded, $2::tsquery, $3), folded, p.said, 2 + number
     from unnest($1::text[]) as wanted(media_id), lateral (
       select *, row_number() over () as number from (
         select * from media_passages where media_id = wanted.media_id and document @@ $2::tsquery
         order by ts_rank(document, $2::tsquery) desc, origin, passage limit ${MOST_PASSAGES}
       ) as best
     ) as p, lateral (select search_letters(p.said) as folded offset 0) as letters
     order by media_id, rank`,
    [mediaIds, shown, WHOLE, FRAGMENT],
  );
  const byId = Map.groupBy(rows, ({ media_id }) => media_id);
  return new Map([...byId].map(([id, all]) => [id, all.flatMap(toHighlight)]));
}
