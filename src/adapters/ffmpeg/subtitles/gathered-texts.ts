/** A packet of text, on the clock of the file. */
export interface TextPacket {
  readonly startSeconds: number;
  /** Null where the container does not tell. */
  readonly durationSeconds: number | null;
  readonly bytes: Buffer;
}

/** All that a file holds of a track of text. */
export interface TextTrackBytes {
  /** In the order of the file; none where it is too much. */
  readonly packets: readonly TextPacket[];
  /** What its decoder is told. */
  readonly header: Buffer;
  /** More than anybody would read, or the largest of more than fits: it ends somewhere. */
  readonly isTooMuch: boolean;
}

interface Held {
  readonly packets: number;
  readonly bytes: number;
}

export interface TextLimits {
  readonly track: Held;
  /** Of all its tracks together: they are in memory at once. */
  readonly film: Held;
}

export const usualLimits: TextLimits = {
  // Half a day with two a second has 86,400.
  track: { packets: 100_000, bytes: 16 * 2 ** 20 },
  film: { packets: 200_000, bytes: 32 * 2 ** 20 },
};

interface Gathered {
  packets: TextPacket[];
  header: Buffer;
  bytes: number;
  isTooMuch: boolean;
}

const exceeded = (held: Held, limit: Held): keyof Held | undefined =>
  (['packets', 'bytes'] as const).find((measure) => held[measure] > limit[measure]);

const held = ({ packets, bytes }: Gathered): Held => ({ packets: packets.length, bytes });

/**
 * What was read of tracks so far, within limits. A track that is too much is let go at once; where all are too much together, that is
 * the largest, so that none can crowd others out.
 */
export function gatheredTexts(indexes: readonly number[], limits: TextLimits) {
  const tracks = new Map<number, Gathered>(
    indexes.map((index) => [index, { packets: [], header: Buffer.alloc(0), bytes: 0, isTooMuch: false }]),
  );
  const film = { packets: 0, bytes: 0 };

  function letGo(track: Gathered): void {
    film.packets -= track.packets.length;
    film.bytes -= track.bytes;
    Object.assign(track, { packets: [], header: Buffer.alloc(0), bytes: 0, isTooMuch: true });
  }

  function keepWithinLimits(changed: Gathered): void {
    if (exceeded(held(changed), limits.track)) letGo(changed);
    const measure = exceeded(film, limits.film);
    if (!measure) return;
    // The last of those that are as large: the first is the one most people look for.
    letGo(
      [...tracks.values()].reduce((largest, track) =>
        held(track)[measure] >= held(largest)[measure] ? track : largest,
      ),
    );
  }

  return {
    tracks,
    /** Whether more of it is wanted. */
    takes: (index: number): boolean => tracks.get(index)?.isTooMuch === false,
    addPacket(index: number, packet: TextPacket): void {
      const track = tracks.get(index);
      if (!track || track.isTooMuch) return;
      track.packets.push(packet);
      track.bytes += packet.bytes.length;
      film.packets += 1;
      film.bytes += packet.bytes.length;
      keepWithinLimits(track);
    },
    addHeader(index: number, header: Buffer): void {
      const track = tracks.get(index);
      if (!track || track.isTooMuch) return;
      const growth = header.length - track.header.length;
      track.header = header;
      track.bytes += growth;
      film.bytes += growth;
      keepWithinLimits(track);
    },
  };
}
