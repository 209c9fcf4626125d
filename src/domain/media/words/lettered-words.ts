/** Letters of other alphabets that are taken for Latin ones, and signs that stand for letters. */
const lookalikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ј: 'j', ԁ: 'd' },
  ...{ α: 'a', ε: 'e', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x' },
};
const insteadOfLetters: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};

/** Scripts that write words one after the other without a space: each of their letters counts as a word, and what is listed is a phrase of them. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/**
 * A text as words are looked for in it: by its letters, whatever their case, accents, width or alphabet, without what nobody sees; digits and signs between letters are those
 * they stand for. Lists are read the same way, so that what is exact stays exact.
 */
export function letteredWords(text: string): readonly string[] {
  const letters = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    // There and back, as some letters are two when large (ß, SS), and some have two small forms (σ, ς).
    .toUpperCase()
    .toLowerCase()
    .replace(/[^a-z0-9\s]/gu, (letter) => lookalikes[letter] ?? letter)
    .replace(/(?<=\p{L})[013457@$!]+(?=\p{L})/gu, (signs) =>
      [...signs].map((sign) => insteadOfLetters[sign] ?? sign).join(''),
    )
    .replace(unspaced, ' $& ');
  return letters.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
