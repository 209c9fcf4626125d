import { expect, test } from 'vitest';
import { languageOf, stemmedLanguage } from '../../src/core/text-configuration.js';

test.each([
  ['The dogs are running over the hill', 'english'],
  ['Die Hunde laufen über den Berg und das ist nicht schön', 'german'],
  ['Les chiens courent sur la colline et dans le bois', 'french'],
  ['Los perros corren por la colina y no es una fiesta', 'spanish'],
  ['I cani corrono sulla collina e non sono stanchi della corsa', 'italian'],
  ['De honden lopen over het veld en zijn niet moe', 'dutch'],
  ['Собаки бегут и не знают что это', 'russian'],
  ['Hundarna springer över kullen och det är inte jag som ser', 'swedish'],
  ['bunny 480p', null],
  ['', null],
])('of %j is told that it is %s', (text, expected) => {
  expect(languageOf(text)).toBe(expected);
});

test.each([
  ['eng', 'english'],
  ['en-GB', 'english'],
  ['ger', 'german'],
  ['DE', 'german'],
  ['jpn', null],
  ['und', null],
  [null, null],
])('%s is searched as %s', (said, expected) => {
  expect(stemmedLanguage(said)).toBe(expected);
});
