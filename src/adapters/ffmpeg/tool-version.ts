/** The version word of `ffmpeg -version`'s first line, e.g. `5.1.9-0+deb12u1`; undefined when it is not ffmpeg's. */
export const versionIn = (output: string): string | undefined =>
  /^ff(?:mpeg|probe) version (\S+)/.exec(output)?.[1];

/** First releases of each branch with the fix of CVE-2026-8461 (MagicYUV decoder, out-of-bounds write). */
const fixed = [
  { branch: '5.1', patch: 10 },
  { branch: '6.1', patch: 6 },
  { branch: '7.1', patch: 5 },
  { branch: '8.1', patch: 2 },
] as const;

/** Whether a version may have CVE-2026-8461. Nightly builds do not tell and count as having it. */
export function mayHaveMagicYuvHole(version: string): boolean {
  const numbers = /^n?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (!numbers) return true;
  const [major, minor, patch] = [Number(numbers[1]), Number(numbers[2]), Number(numbers[3] ?? 0)];
  if (major > 8 || (major === 8 && minor > 1)) return false;
  const fix = fixed.find((candidate) => candidate.branch === `${major}.${minor}`);
  return fix === undefined || patch < fix.patch;
}

/** Whether a version filters frames of a reserved matrix; nightly builds do not tell, and may not. */
export function isKnownToTakeReserved(version: string): boolean {
  const major = /^n?(\d+)\./.exec(version)?.[1];
  return major !== undefined && Number(major) < 7;
}

/** Whether a version has the protocol `fd:`, which came with version 6. Undefined of nightly builds, which do not tell. */
export function hasDescriptors(version: string): boolean | undefined {
  const major = /^n?(\d+)\./.exec(version)?.[1];
  return major === undefined ? undefined : Number(major) >= 6;
}
