/**
 * What is chosen beside the picture (`EXT-X-MEDIA`, RFC 8216bis §4.4.6.1). All of a type are one group, and every picture goes with
 * every group.
 */
export interface AlternativeRendition {
  readonly type: 'AUDIO' | 'SUBTITLES';
  /** A tag of RFC 5646; null where nobody knows. */
  readonly language: string | null;
  /** What players list it as; no other of its type has the same. */
  readonly name: string;
  /** Of one of its type at the most. */
  readonly isDefault: boolean;
  /** A player may choose it by the language of its user, who has not chosen any. */
  readonly isAutoselected: boolean;
  /** Of text: shown also to who wants none, where the language that is heard is theirs. */
  readonly isForced?: boolean;
  /** Such as `public.accessibility.describes-video`. */
  readonly characteristics?: readonly string[];
  readonly uri: string;
  /** What it adds to the picture that it is played with; absent where that is next to nothing. */
  readonly adds?: {
    readonly averageBitrateBps: number;
    readonly peakBitrateBps: number;
    /** RFC 6381 */
    readonly codecs: string;
  };
}

const groupOf = ({ type }: AlternativeRendition): string => type.toLowerCase();
const yesOrNo = (value: boolean): string => (value ? 'YES' : 'NO');

/** Its line in the multivariant playlist. */
export function mediaLine(alternative: AlternativeRendition): string {
  const { type, language, name, isDefault, isAutoselected, characteristics = [], uri } = alternative;
  const attributes = [
    `TYPE=${type}`,
    `GROUP-ID="${groupOf(alternative)}"`,
    ...(language === null ? [] : [`LANGUAGE="${language}"`]),
    `NAME="${name}"`,
    `DEFAULT=${yesOrNo(isDefault)}`,
    `AUTOSELECT=${yesOrNo(isAutoselected)}`,
    ...(alternative.isForced ? ['FORCED=YES'] : []),
    ...(characteristics.length > 0 ? [`CHARACTERISTICS="${characteristics.join(',')}"`] : []),
    `URI="${uri}"`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(',')}`;
}

/** The attributes by which a picture names the groups it goes with, such as `AUDIO="audio"`. */
export const groupAttributes = (alternatives: readonly AlternativeRendition[]): readonly string[] => [
  ...new Set(alternatives.map((each) => `${each.type}="${groupOf(each)}"`)),
];

const nothing = { averageBitrateBps: 0, peakBitrateBps: 0, codecs: [] as readonly string[] };

/** What a picture becomes by whichever of each group it is played with: the costliest is what a player has to reckon with. */
export function addedBy(alternatives: readonly AlternativeRendition[]): typeof nothing {
  return [...Map.groupBy(alternatives, groupOf).values()].reduce((sum, group) => {
    const added = group.flatMap(({ adds }) => adds ?? []);
    return {
      averageBitrateBps: sum.averageBitrateBps + Math.max(0, ...added.map((each) => each.averageBitrateBps)),
      peakBitrateBps: sum.peakBitrateBps + Math.max(0, ...added.map((each) => each.peakBitrateBps)),
      codecs: [...new Set([...sum.codecs, ...added.map(({ codecs }) => codecs)])],
    };
  }, nothing);
}
