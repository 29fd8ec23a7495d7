/** What went wrong, in words for whoever typed the command; no stack trace is shown. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The command itself was wrong: exit status 2. */
export class UsageFailure extends Failure {
  override name = 'UsageFailure';
}

/** An answer of the service, or of S3, that says no. */
export class CallFailure extends Failure {
  override name = 'CallFailure';
  readonly status: number;
  readonly code: string;
  /** Members that a problem has beside the usual, such as `runId` of a run under way. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(message: string, answer: { status: number; code: string; extra?: Record<string, unknown> }) {
    super(message);
    this.status = answer.status;
    this.code = answer.code;
    this.extra = answer.extra ?? {};
  }
}

/** Ctrl-C: exit status 130, as shells have it. */
export class Stopped extends Failure {
  override name = 'Stopped';
}
