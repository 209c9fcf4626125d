/** Languages whose words are reduced to their stems when they are searched for; of all others words are found as they are written. */
export const stemmedLanguages = [
  'danish',
  'dutch',
  'english',
  'finnish',
  'french',
  'german',
  'hungarian',
  'italian',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'spanish',
  'swedish',
  'turkish',
] as const;
export type StemmedLanguage = (typeof stemmedLanguages)[number];
export type TextConfiguration = StemmedLanguage | 'simple';

/** By what files and models say: ISO 639-1, and both sets of ISO 639-2. */
const codes: Readonly<Record<StemmedLanguage, readonly string[]>> = {
  danish: ['da', 'dan'],
  dutch: ['nl', 'nld', 'dut'],
  english: ['en', 'eng'],
  finnish: ['fi', 'fin'],
  french: ['fr', 'fra', 'fre'],
  german: ['de', 'deu', 'ger'],
  hungarian: ['hu', 'hun'],
  italian: ['it', 'ita'],
  norwegian: ['no', 'nb', 'nn', 'nor', 'nob', 'nno'],
  portuguese: ['pt', 'por'],
  romanian: ['ro', 'ron', 'rum'],
  russian: ['ru', 'rus'],
  spanish: ['es', 'spa'],
  swedish: ['sv', 'swe'],
  turkish: ['tr', 'tur'],
};
const byCode = new Map(stemmedLanguages.flatMap((name) => codes[name].map((code) => [code, name] as const)));

/** Two letters of each, as BCP 47 has it. */
export const tagOf = (language: StemmedLanguage): string => codes[language][0] ?? '';

/** How a text in a language is searched: `en`, `eng` and `en-GB` are English. Null for what has no stems here, and where nobody tells. */
export const stemmedLanguage = (said: string | null | undefined): StemmedLanguage | null =>
  byCode.get(said?.toLowerCase().split(/[-_]/)[0] ?? '') ?? null;

/** Short words that hardly any sentence of a language is without, and that few others have. */
const functionWords: Readonly<Record<StemmedLanguage, string>> = {
  danish: 'og det ikke jeg er af på som til den har vi hvad mig være blev hun',
  dutch: 'de het een en van niet ik dat op te zijn voor met aan er maar naar wij',
  english:
    'the and of to is you that it was for with this are not have what on be he she from my your how a no in die war so at me do as or an has will all by we they if us up out can its i o',
  finnish: 'ja on ei että se hän mutta minä olen oli niin kun mitä ovat sinä',
  french: 'le la les et des une est pas je vous dans pour que qui du au ce nous avec sur',
  german: 'der die das und ist nicht ich ein eine mit zu den von auf es sie wir für im dem wie',
  hungarian: 'a az és nem hogy egy is van meg ez csak volt mint azt',
  italian: 'il di che non una per sono della con gli mi si nel ho come alla delle lo',
  norwegian: 'og jeg det ikke er på som til har vi hva meg være ble hun deg av',
  portuguese: 'o que não uma os um para com é eu do da você mas ao em na no dos',
  romanian: 'și să nu este care în pe cu din mai sunt pentru am ca fost',
  russian: 'и в не на что я с он как это по но вы мы из за так',
  spanish: 'el la los que de y en no una por con para es lo se las del mi está cómo',
  swedish: 'och det inte jag är att som på för vi har med ett vad mig hon av',
  turkish: 'bir ve bu için ne çok ama ben da değil gibi daha var mı sen',
};
const languagesOf = Map.groupBy(
  stemmedLanguages.flatMap((language) =>
    functionWords[language].split(' ').map((word) => ({ word, language })),
  ),
  ({ word }) => word,
);

/** Enough of a text to tell. */
const mostCharacters = 4000;

/** What language a text is written in, by its short words; null where they do not say. Pure. */
export function languageOf(text: string): StemmedLanguage | null {
  const votes = new Map<StemmedLanguage, number>();
  for (const [word] of text
    .slice(0, mostCharacters)
    .toLowerCase()
    .matchAll(/\p{L}+/gu)) {
    const languages = languagesOf.get(word) ?? [];
    // A word of many languages says little of each.
    for (const { language } of languages)
      votes.set(language, (votes.get(language) ?? 0) + 1 / languages.length);
  }
  const [first, second] = [...votes].toSorted(([, a], [, b]) => b - a);
  if (!first || first[1] < 0.9 || (second && second[1] > first[1] * 0.8)) return null;
  return first[0];
}
