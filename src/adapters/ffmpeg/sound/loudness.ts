/** The filter that measures by EBU R128 and tells a summary at its end; a line for each tenth of a second would be too many. */
export const loudnessMeter = 'ebur128=peak=true:framelog=verbose';

export interface Loudness {
  /** Null where nothing was above the absolute gate of −70 LUFS, or it lasted less than a block of 0.4 s. */
  readonly integratedLufs: number | null;
  readonly rangeLu: number | null;
  /** Null of digital silence. */
  readonly truePeakDbtp: number | null;
}

const gateLufs = -70;

/** What the meter said. Nobody but ffmpeg writes at the beginning of its lines, so nothing a file says is taken for it. */
export function loudnessIn(log: string): Loudness {
  const summary = log.slice(log.lastIndexOf('Summary:'));
  const told = (name: string): number | null => {
    const text = new RegExp(`^ +${name}: +(-?[\\d.]+|-inf|nan) `, 'm').exec(summary)?.[1];
    return text === undefined || !Number.isFinite(Number(text)) ? null : Number(text);
  };
  const integratedLufs = told('I');
  const isMeasured = integratedLufs !== null && integratedLufs > gateLufs;
  return {
    integratedLufs: isMeasured ? integratedLufs : null,
    rangeLu: isMeasured ? told('LRA') : null,
    truePeakDbtp: told('Peak'),
  };
}
