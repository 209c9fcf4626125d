/** The video of a session that can be looked at. */
export interface DescribedVideo {
  readonly codec: 'h264' | 'hevc';
  readonly payloadType: number;
  /** Of the track, absolute or below the address of the session. */
  readonly control: string;
  /** What a decoder needs first, without start codes. */
  readonly parameterSets: readonly Buffer[];
}

const CODECS: Readonly<Record<string, DescribedVideo['codec']>> = {
  H264: 'h264',
  H265: 'hevc',
  HEVC: 'hevc',
};

/** The first video of a description (RFC 4566) in a codec that is taken; undefined where there is none. */
export function videoIn(description: string): DescribedVideo | undefined {
  const [, ...media] = description.split(/^m=/m);
  for (const text of media) {
    if (!text.startsWith('video ')) continue;
    const lines = text.split(/\r?\n/);
    for (const line of lines) {
      const [, payloadType = '', name = ''] = /^a=rtpmap:(\d{1,3}) ([\w-]+)\/\d+/i.exec(line) ?? [];
      const codec = CODECS[name.toUpperCase()];
      if (!codec) continue;
      const format = lines.find((each) => each.startsWith(`a=fmtp:${payloadType} `)) ?? '';
      const control = lines
        .find((each) => each.startsWith('a=control:'))
        ?.slice('a=control:'.length)
        .trim();
      return {
        ...{ codec, payloadType: Number(payloadType), control: control ?? '' },
        parameterSets: parameterSetsIn(format),
      };
    }
  }
  return undefined;
}

const parameterSetsIn = (format: string): Buffer[] =>
  [...format.matchAll(/sprop-(?:parameter-sets|vps|sps|pps)=([\w+/=,]+)/g)]
    .flatMap(([, sets = '']) => sets.split(','))
    .map((set) => Buffer.from(set, 'base64'))
    .filter(({ length }) => length > 0);

const USUAL_SESSION_SECONDS = 60;
const LONGEST_SESSION_SECONDS = 3600;

/** The session that a server names in its header, and how often it has to hear of us to keep it, whatever it says itself. */
export function sessionIn(header: string | undefined): {
  readonly id: string;
  readonly aliveSeconds: number;
} {
  const [, id = '', timeout] = /^([^;\s]+)(?:.*timeout=(\d+))?/.exec(header ?? '') ?? [];
  const seconds = Math.min(Number(timeout ?? USUAL_SESSION_SECONDS), LONGEST_SESSION_SECONDS);
  return { id, aliveSeconds: Math.max(1, seconds / 2) };
}
