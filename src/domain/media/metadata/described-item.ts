import type { RecordedEvent } from '../../../core/event.js';
import type { TextLine } from '../../../core/found-text.js';
import { type DescribedItem, describedLimits } from '../../../core/inference/described-item.js';
import { storableText } from '../../../core/storable-text.js';
import type { MediaEvent } from '../media-events.js';
import { evolveMedia, initialMediaState } from '../media-state.js';

type DataOf<Type extends MediaEvent['type']> = Extract<MediaEvent, { type: Type }>['data'];

/** What a history says of its item in words, as much as a model is shown. Pure. */
export function describedItemIn(history: readonly RecordedEvent<MediaEvent>[]): DescribedItem {
  const { details, hasSound } = history.reduce(evolveMedia, initialMediaState);
  const last = <Type extends MediaEvent['type']>(type: Type) =>
    history.findLast(
      (event): event is RecordedEvent<MediaEvent> & { data: DataOf<Type> } => event.type === type,
    )?.data as DataOf<Type> | undefined;
  const probed = last('MediaProbed');
  const { video = null, image = null, durationSeconds = null } = probed?.probe ?? {};
  const size = image ?? video;
  return {
    title: cut(details.title, describedLimits.title),
    isTitleFilename: details.titleIsFilename,
    description: cut(details.description, describedLimits.description),
    tags: details.tags.slice(0, describedLimits.tags).map((tag) => cut(tag, describedLimits.tagCharacters)),
    seen: (last('TagsGenerated')?.tags ?? [])
      .slice(0, describedLimits.seen)
      .map(({ label, confidence, appearances }) => ({
        label: cut(label, describedLimits.tagCharacters),
        confidence,
        firstSeconds: appearances[0]?.startSeconds ?? 0,
      })),
    said: fewLines(linesOf(history, ['subtitles', 'speech']), describedLimits.saidCharacters),
    shown: fewLines(linesOf(history, ['picture']), describedLimits.shownCharacters),
    technical: {
      ...{ kind: probed?.kind ?? '', hasSound: hasSound || probed?.kind === 'audio' },
      durationSeconds: probed && probed.kind !== 'image' ? durationSeconds : null,
      ...{ width: size?.width ?? null, height: size?.height ?? null },
    },
  };
}

/** The latest text of the first of these origins that has any, in its first language: the others say the same. */
function linesOf(
  history: readonly RecordedEvent<MediaEvent>[],
  origins: readonly DataOf<'TextFound'>['origin'][],
): readonly TextLine[] {
  for (const origin of origins) {
    const found = history.findLast((event) => event.type === 'TextFound' && event.data.origin === origin);
    const lines = found?.type === 'TextFound' ? (found.data.texts[0]?.lines ?? []) : [];
    if (lines.length > 0) return lines;
  }
  return [];
}

/** As many as there is room for, from all over: an end says as much as a beginning. Pure. */
export function fewLines(lines: readonly TextLine[], mostCharacters: number): readonly TextLine[] {
  const cutLines = lines.map(({ atSeconds, text }) => ({
    atSeconds,
    text: cut(text, describedLimits.lineCharacters),
  }));
  const characters = cutLines.reduce((sum, { text }) => sum + text.length, 0);
  const every = Math.max(1, Math.ceil(characters / mostCharacters), cutLines.length / describedLimits.lines);
  const picked: TextLine[] = [];
  let left = mostCharacters;
  for (let at = 0; at < cutLines.length; at += every) {
    const line = cutLines[Math.floor(at)];
    if (!line || line.text.length > left) break;
    picked.push(line);
    left -= line.text.length;
  }
  return picked;
}

const cut = (text: string, most: number): string => storableText(text, most);
