/** For each question that a reader answers, the names of the views that it reads: whom `Mediaflow-After` waits for. */
export type ViewsRead<Reader> = { readonly [Question in keyof Reader]: readonly string[] };

/** The views of several questions, each once. */
export const viewsOfAll = (...questions: readonly (readonly string[])[]): readonly string[] => [
  ...new Set(questions.flat()),
];
