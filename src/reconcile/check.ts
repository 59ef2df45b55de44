/** One thing that must always be true, and what breaks it: rows a person can look up. */
export interface CheckResult {
  /** The number in docs/architecture.md, "What must always be true". */
  invariant: number;
  promise: string;
  /** How many things were held against it. */
  looked: number;
  broken: Array<Record<string, unknown>>;
}
