/** 32 bytes, for AES-256. */
export type PersonalKey = Uint8Array;

/**
 * The port to the keys that personal data is encrypted under, one a subject (the stream of a media item), kept apart from
 * the log. What is destroyed stays so: a subject never gets another key. All throw `unavailable` `personal_keys_unavailable`.
 */
export interface PersonalKeys {
  /** Keys to write under, made for subjects that have none yet; those whose key is destroyed are left out. */
  forWriting(subjects: readonly string[]): Promise<ReadonlyMap<string, PersonalKey>>;
  /** Keys that there are. */
  forReading(subjects: readonly string[]): Promise<ReadonlyMap<string, PersonalKey>>;
  /** For ever, also of a subject that had none. Repeating is harmless. */
  destroy(subject: string): Promise<void>;
}
