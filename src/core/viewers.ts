/**
 * The port to who viewers are. A user id, which may name a person, stands nowhere but here: the log, the views and the jobs
 * know a viewer by a random id, and once the two are not kept together any more, nothing leads from one to the other. All throw
 * `unavailable` `viewers_unavailable`.
 */
export interface Viewers {
  /** The viewer of each of these user ids, made for those who have none. */
  idsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Undefined for a user id of which nothing is known. */
  find(userId: string): Promise<string | undefined>;
  /** The user ids of viewers; those that are forgotten are left out. */
  userIdsOf(viewerIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** For ever: the same user id is another viewer from then on. Repeating is harmless. */
  forget(viewerId: string): Promise<void>;
}
