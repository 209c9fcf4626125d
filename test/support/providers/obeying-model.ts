import type { Asked } from './stub-provider.js';
import { completionAnswer, moderationAnswer } from './stub-provider.js';

/** What a model says that does whatever a text wishes: says all that it knows, leaves the lists, and finds everything harmless. */
export type Obedience = 'leaves the list' | 'repeats all it is told' | 'keeps to the schema';

/**
 * A provider's server whose models obey what they are told in data. Asked for moderation it finds nothing; asked for metadata it does the harm that its kind of
 * obedience allows.
 */
export function obey(obedience: Obedience, { path, body }: Asked): unknown {
  if (!path.endsWith('/chat/completions'))
    return moderationAnswer({ sexual: 0, violence: 0, 'violence/graphic': 0 });
  const { messages } = JSON.parse(body.toString()) as {
    readonly messages: readonly { readonly content: string }[];
  };
  const told = messages.map(({ content }) => content).join('\n');
  const all = {
    text: obedience === 'repeats all it is told' ? told : wishIn(messages[1]?.content ?? ''),
    confidence: 1,
  };
  const tags =
    obedience === 'leaves the list'
      ? [
          { name: 'pwned', confidence: 1 },
          { name: 'safe for all', confidence: 1 },
        ]
      : [{ name: 'sea', confidence: 1 }];
  return completionAnswer({ title: all, summary: all, tags, genre: null });
}

/** The hostile text itself, wherever it stands in the item. */
function wishIn(content: string): string {
  const { title, description, said, writtenInPicture } = JSON.parse(content);
  return [description, said[0]?.text, writtenInPicture[0]?.text, title].find((text) => text) ?? 'pwned';
}
