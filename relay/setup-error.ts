/** A configuration or start-up problem whose message is for the operator: a sentence a line. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}
