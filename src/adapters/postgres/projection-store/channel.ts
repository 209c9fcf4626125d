/** Channel of the hint that checkpoints moved; the payload is `position name name …`. */
export const PROJECTIONS_CHANNEL = 'mediaflow_projections';
