/** The sandbox gateway that the portal starts itself, where it does. */
export interface OwnSandbox {
  /**
   * Lets it know of all sandbox accounts as they are kept now; when this has answered it plays them.
   * Undefined while none runs. Errors: it has ended, or does not answer.
   */
  learnAccounts: (() => Promise<void>) | undefined;
}
