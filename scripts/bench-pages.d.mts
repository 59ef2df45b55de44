export const PAGES: ReadonlyArray<readonly [name: string, path: string, onward?: number | string]>;
