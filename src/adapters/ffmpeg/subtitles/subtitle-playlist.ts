/** The clock of HLS at which the clock of a file of text begins: that of all renditions, whose first picture is at 0. */
export const clockOfSegments = 'X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0';

/** A media playlist (RFC 8216bis §4.4.3) of a track of text that is one segment, as long as the film. Pure. */
export function subtitlePlaylist(file: string, durationSeconds: number): string {
  const lines = [
    ...['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.max(1, Math.ceil(durationSeconds))}`],
    ...['#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD'],
    ...[`#EXTINF:${durationSeconds.toFixed(6)},`, file, '#EXT-X-ENDLIST'],
  ];
  return `${lines.join('\n')}\n`;
}
