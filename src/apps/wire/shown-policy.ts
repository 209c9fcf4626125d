import type { ShownPolicy } from '../../queries/moderation-policy.js';
import type { ModerationConfig } from '../config/moderation.js';

/** The policy as the API tells of it. */
export const shownPolicy = ({ policy, source }: ModerationConfig): ShownPolicy => ({
  version: policy.version,
  hash: policy.hash,
  source,
  classes: policy.classes,
  sound: policy.sound,
  fourEyes: policy.fourEyes,
  auditShare: policy.auditShare,
  claimMinutes: policy.claimMinutes,
  ...(policy.words && { words: policy.words }),
});
