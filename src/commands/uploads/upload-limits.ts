export interface UploadLimits {
  /** Of one file. */
  readonly maximumSizeBytes: number;
  /** Space that uploads leave free on the disk, for the database beside them. */
  readonly keepFreeBytes: number;
  /** Bytes of unknown number are taken in steps of this many, each of which has to fit. */
  readonly spaceCheckBytes: number;
  /** After the last activity, the space of an upload is not kept for it any more; it goes on where there is some. */
  readonly reservationSeconds: number;
  /** Uploads that may be open at once, and those of one caller. */
  readonly maximumOpen: number;
  readonly maximumOpenPerCaller: number;
  /** Final uploads whose parts are joined at once: each reads all of them twice and writes them once. */
  readonly maximumJoins: number;
  /** After the last activity, an unfinished upload is given up. */
  readonly expirySeconds: number;
  /** The same for a file in one request whose form did not come to its end: nothing of it can be taken up. */
  readonly directExpirySeconds: number;
  /** A connection silent for this long makes way for another request to the same upload. */
  readonly stalledSeconds: number;
  /** A connection silent for this long is ended. */
  readonly idleSeconds: number;
  /** How long after its end an upload is still answered for (410, or complete). */
  readonly rememberedSeconds: number;
}

export const defaultUploadLimits: UploadLimits = {
  maximumSizeBytes: 50 * 1024 ** 3,
  keepFreeBytes: 128 * 1024 ** 2,
  spaceCheckBytes: 32 * 1024 ** 2,
  reservationSeconds: 600,
  maximumOpen: 10_000,
  maximumOpenPerCaller: 5_000,
  maximumJoins: 2,
  expirySeconds: 24 * 3600,
  directExpirySeconds: 300,
  stalledSeconds: 10,
  idleSeconds: 60,
  rememberedSeconds: 7 * 24 * 3600,
};
