import type { ShownPolicy } from '../../queries/moderation-policy.js';
import { printable } from './terminal/text.js';

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

/** Audits may be of one in a thousand. */
const share = (fraction: number): string => `${Number((fraction * 100).toPrecision(3))} %`;

type Bands = ShownPolicy['classes'][string];

/** A policy for people, a class a line. */
export const policyLines = (policy: ShownPolicy): string[] => [
  `${printable(policy.version)}  ${policy.hash.slice(0, 12)}  (${policy.source === 'file' ? 'from a file' : 'built in'})`,
  ...Object.entries(policy.classes).map(([name, bands]) => `  ${name.padEnd(11)} ${bandsText(bands)}`),
  `  ${'sound'.padEnd(11)} ${policy.sound === 'publish' ? 'published unheard' : 'a person listens'}`,
  `  ${'words'.padEnd(11)} ${wordsText(policy.words)}`,
  `  ${'two people'.padEnd(11)} ${policy.fourEyes.length > 0 ? `to ${policy.fourEyes.join(' and to ')}` : 'never needed'}`,
  `  ${'audits'.padEnd(11)} ${policy.auditShare > 0 ? `${share(policy.auditShare)} of what the policy approves` : 'none'}`,
  `  ${'claims'.padEnd(11)} ${policy.claimMinutes} minutes`,
];

/** How many, not which: lists are of things that nobody wants on a screen. */
function wordsText(words: ShownPolicy['words'] = {}): string {
  const counts = Object.entries(words).map(([language, listed]) => `${listed.length} of ${language}`);
  return counts.length > 0 ? `a person is told of ${counts.join(', ')}` : 'none are looked for';
}

function bandsText({ person, reject }: Bands): string {
  if (!person) return 'always approved';
  const doubt =
    person.share > 0
      ? `a person from ${percent(person.at)} in ${percent(person.share)} of the frames`
      : `a person from ${percent(person.at)} in any frame`;
  return reject
    ? `${doubt}; rejected from ${percent(reject.at)} in ${percent(reject.share)} of the frames, ${reject.frames} at least`
    : `${doubt}; never rejected without one`;
}
