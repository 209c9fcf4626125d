export interface FrameToLookAt {
  readonly frame: number;
  readonly atSeconds: number;
}

/** One in each of equal parts, at a place in it that nobody can foresee. Pure but for `random`. */
export function framesToLookAt(sampling: {
  readonly frameCount: number;
  readonly durationSeconds: number;
  readonly frames: number;
  readonly random: () => number;
}): readonly FrameToLookAt[] {
  const { frameCount, durationSeconds, frames, random } = sampling;
  const count = Math.max(1, Math.min(frameCount, frames));
  return Array.from({ length: count }, (_, part) => {
    const frame = Math.min(frameCount - 1, Math.floor(((part + random()) * frameCount) / count));
    return { frame, atSeconds: (durationSeconds * frame) / frameCount };
  });
}
