/** What was usual before UTF-8, by the language a track says it is in (ISO 639, both ways). */
const usual: readonly (readonly [characterSet: string, languages: string])[] = [
  ['windows-1250', 'pol pl ces cze cs slk slo sk hun hu ron rum ro hrv hr slv sl bos bs sqi alb sq'],
  ['windows-1251', 'rus ru ukr uk bel be bul bg srp sr mkd mac mk'],
  ['windows-1253', 'ell gre el'],
  ['windows-1254', 'tur tr aze az'],
  ['windows-1255', 'heb he iw'],
  ['windows-1256', 'ara ar fas per fa urd ur'],
  ['windows-1257', 'est et lav lv lit lt'],
  ['windows-1258', 'vie vi'],
  ['windows-874', 'tha th'],
  ['shift_jis', 'jpn ja'],
  ['euc-kr', 'kor ko'],
  ['gb18030', 'zho chi zh'],
];
const anyOther = 'windows-1252';

const guessOf = (language: string | null): string => {
  const primary = (language ?? '').toLowerCase().split('-')[0] ?? '';
  return usual.find(([, languages]) => primary && languages.split(' ').includes(primary))?.[0] ?? anyOther;
};

export interface TextDecoding {
  decode(bytes: Uint8Array): string;
  /** What had to be guessed at; `utf-8` where nothing had. */
  characterSet(): string;
}

/**
 * Reads the texts of a track: what is UTF-8 as that, and each that is not in the character set that was usual for the language of its
 * track. That is a guess, since nothing in a file tells.
 */
export function decodingFor(language: string | null): TextDecoding {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let guessed: string | undefined;
  return {
    decode(bytes) {
      try {
        return strict.decode(bytes);
      } catch {
        guessed = guessOf(language);
        return new TextDecoder(guessed).decode(bytes);
      }
    },
    characterSet: () => guessed ?? 'utf-8',
  };
}
