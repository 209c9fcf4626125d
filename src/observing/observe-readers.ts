import { type Readers, viewsRead } from '../core/readers/index.js';
import { inSpan, noTracer, type Tracer } from '../core/tracer.js';

type Question = (...words: never[]) => Promise<unknown>;

/** Readers of which each question is a span of the request that asks it; the very same ones where nobody collects spans. */
export function observeReaders(
  readers: Readers,
  tracer: Tracer,
  { system }: { readonly system: string },
): Readers {
  if (tracer === noTracer) return readers;
  const observed = Object.entries(viewsRead).map(([reader, questions]) => {
    const asked = readers[reader as keyof Readers] as unknown as Record<string, Question>;
    const spanned = Object.entries(questions as Record<string, readonly string[]>).map(([name, views]) => {
      const attributes = {
        ...{ 'db.system.name': system, 'db.operation.name': name, 'db.collection.name': reader },
        'mediaflow.views': views,
      };
      const question: Question = (...words) =>
        inSpan(
          tracer.start(`read ${reader}.${name}`, { kind: 'client', parent: tracer.current(), attributes }),
          () => (asked[name] as Question)(...words),
        );
      return [name, question];
    });
    return [reader, { ...asked, ...Object.fromEntries(spanned) }];
  });
  return Object.fromEntries(observed) as unknown as Readers;
}
