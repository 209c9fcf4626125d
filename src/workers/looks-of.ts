import { lookOf } from '../core/looks/look.js';
import type { MediaKind } from '../core/media-kind.js';
import type { MediaLooksReader } from '../core/readers/media-looks.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { MediaCommandOf } from '../domain/media/media-commands.js';

/** What frames look like from afar, and whether something that looks so was rejected. */
export async function looksOf(
  reader: Pick<MediaLooksReader, 'near'>,
  of: { readonly mediaId: string; readonly kind: MediaKind; readonly frames: readonly SampledFrame[] },
): Promise<Pick<MediaCommandOf<'RecordModeration'>['data'], 'looks' | 'looksLikeRejected'>> {
  const { mediaId, kind, frames } = of;
  const looks = frames.flatMap(({ atSeconds, image }) => {
    const look = lookOf(image);
    return look === null ? [] : [{ atSeconds, look }];
  });
  const [rejected] = await reader.near(
    { ...{ mediaId, kind, looks: looks.map(({ look }) => look) }, rejected: true },
    1,
  );
  return { looks, ...(rejected && { looksLikeRejected: rejected.mediaId }) };
}
