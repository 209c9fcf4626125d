/** `30000/1001` → 29.97; null for `0/0` and what is no number. */
export function parseRational(text: string | undefined): number | null {
  const [numerator, denominator = '1'] = (text ?? '').split(/[/:]/);
  const value = Number(numerator) / Number(denominator);
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** A frame rate as ffmpeg wants it, exact for the broadcast rates: 29.97 → `30000/1001`, 25 → `25/1`. */
export function frameRateFraction(frameRate: number): string {
  const whole = Math.round(frameRate);
  if (Math.abs(frameRate - whole) < 0.001) return `${whole}/1`;
  const broadcast = Math.round(frameRate * 1.001);
  if (Math.abs(frameRate - broadcast / 1.001) < 0.01) return `${broadcast * 1000}/1001`;
  return `${Math.round(frameRate * 1000)}/1000`;
}
