import { changedSubjects } from '../../../core/changed-subjects.js';
import type { ProjectionAdvance } from '../../../core/projection-store.js';

/** PostgreSQL takes 8,000 bytes a notification; the rest is for where the views stand. */
const MESSAGE_BYTES = 6_000;

/** Whose rows a step changes, by view, as JSON in as many messages as it takes; at least one, if an empty one. */
export function subjectMessages(advances: readonly ProjectionAdvance[]): string[] {
  const messages: Record<string, string[]>[] = [{}];
  let bytes = 0;
  for (const { name, changes } of advances)
    for (const subject of changedSubjects(name, changes)) {
      bytes += Buffer.byteLength(JSON.stringify(subject)) + 1;
      if (bytes > MESSAGE_BYTES) {
        messages.push({});
        bytes = 0;
      }
      const message = messages.at(-1) ?? {};
      message[name] ??= [];
      message[name].push(subject);
    }
  return messages.map((message) => JSON.stringify(message));
}
