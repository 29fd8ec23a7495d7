/** Something that the user can mend: told without a stack. */
export class EvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvaluationError';
  }
}

/** Where in a judged set something stands. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

export interface Problems {
  readonly count: number;
  add(place: Place, message: string): void;
  /** @throws EvaluationError listing the first few, if there are any. */
  refuse(): void;
}

const shown = 10;

/** Collects what is wrong with a judged set, so that all of it can be mended at once. */
export function createProblems(): Problems {
  const lines: string[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    add({ file, line }, message) {
      count++;
      if (lines.length < shown) lines.push(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
    },
    refuse() {
      if (count === 0) return;
      const more = count > lines.length ? [`and ${count - lines.length} more`] : [];
      throw new EvaluationError([...lines, ...more].join('\n'));
    },
  };
}
