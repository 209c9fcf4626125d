import type { z } from 'zod';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** What is wrong with a value, for people: the validator's own sentences are for who wrote the schema. */
export const sentenceOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : KINDS[issue.expected];
    case 'too_big':
      return `${VERBS[issue.origin]?.may ?? 'may be'} ${amount(issue, issue.maximum)} at most`;
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'is empty'
        : `${VERBS[issue.origin]?.must ?? 'has to be'} ${issue.inclusive === false ? 'more than ' : ''}${amount(issue, issue.minimum)}${issue.inclusive === false ? '' : ' at least'}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `has to be ${String(issue.values[0])}`
        : `is none of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'unrecognized_keys':
      return `nothing is known of ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    default:
      return undefined;
  }
};

const KINDS: Readonly<Record<string, string>> = {
  number: 'is no number',
  int: 'is no whole number',
  string: 'is no text',
  boolean: 'is neither true nor false',
  object: 'is no object',
  array: 'is no list',
};

const VERBS: Readonly<Record<string, { readonly may: string; readonly must: string }>> = {
  string: { may: 'may have', must: 'has to have' },
  array: { may: 'may have', must: 'has to have' },
};

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'entry' };
const PLURALS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };

function amount({ origin }: Extract<Issue, { code: 'too_big' | 'too_small' }>, limit: number | bigint) {
  const unit = limit === 1 ? UNITS[origin] : PLURALS[origin];
  return unit ? `${limit} ${unit}` : String(limit);
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'is no UUID',
  url: 'is no address of this kind',
  datetime: 'is no time like 2026-11-21T10:00:00Z',
};
