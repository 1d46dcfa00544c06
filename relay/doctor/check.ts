/** What a check found: one line for the operator, and where it went wrong, what to do. */
export interface Finding {
  readonly subject: string
  readonly outcome: 'good' | 'warning' | 'bad'
  readonly message: string
}

export const good = (subject: string, message: string): Finding => ({ subject, outcome: 'good', message })
export const warning = (subject: string, message: string): Finding => ({ subject, outcome: 'warning', message })
export const bad = (subject: string, message: string): Finding => ({ subject, outcome: 'bad', message })
