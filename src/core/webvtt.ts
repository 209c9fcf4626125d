/** One text of a WebVTT file, from when until when it is shown. */
export interface VttCue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** As it stands in the file: what people wrote goes through {@link vttText} before. No line of it is empty. */
  readonly payload: string;
  /** What stands behind the times, such as `line:0`. */
  readonly settings?: string;
}

/** `00:01:02.500`; rounded once and as a whole: 59.9996 s are a minute, not 60 seconds of one. */
export function vttTimestamp(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const parts = [
    Math.floor(milliseconds / 3_600_000),
    Math.floor(milliseconds / 60_000) % 60,
    Math.floor(milliseconds / 1000) % 60,
  ];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `${clock}.${String(milliseconds % 1000).padStart(3, '0')}`;
}

/** Any text as a cue shows it: nothing of it is a tag, an entity, or the arrow between times. */
export const vttText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a cue says, without its tags: the way back from {@link vttText}. */
export const plainVttText = (payload: string): string =>
  payload
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** A whole file. `header`: lines below the first one. */
export function vttFile(cues: readonly VttCue[], header: readonly string[] = []): string {
  const blocks = cues.map(({ startSeconds, endSeconds, settings, payload }) => {
    const times = `${vttTimestamp(startSeconds)} --> ${vttTimestamp(endSeconds)}`;
    return `${settings ? `${times} ${settings}` : times}\n${payload}\n`;
  });
  return [`${['WEBVTT', ...header].join('\n')}\n`, ...blocks].join('\n');
}
