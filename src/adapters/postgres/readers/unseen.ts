/** That a viewer has done nothing with an item, both as SQL. */
export const unseenBy = (userId: string, mediaId: string): string =>
  `not exists (select from viewer_activity v where v.user_id = ${userId} and v.media_id = ${mediaId})`;
