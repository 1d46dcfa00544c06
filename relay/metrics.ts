// Counters and gauges in the Prometheus text format. Labels are command names and error codes only: no ids.

const help = {
  safelight_commands_total: 'Mailbox commands handled.',
  safelight_errors_total: 'Mailbox commands answered with an error.',
  safelight_work_asked_total: 'Envelopes of strangers that were not taken without proof of work.',
  safelight_work_done_total: 'Envelopes of strangers that were taken with proof of work.',
  safelight_envelopes_stored_total: 'Envelopes stored for the first time.',
  safelight_envelopes_served_total: 'Envelopes sent to mailbox owners, by fetch or push.',
  safelight_segments_stored_total: 'Blob segments stored for the first time.',
  safelight_segments_served_total: 'Blob segments sent.',
  safelight_blobs_evicted_total: 'Blobs removed before their time to make room.',
  safelight_bad_frames_total: 'Frames and bodies that were no valid request.',
  safelight_turn_credentials_total: 'TURN credentials given out.',
  safelight_stun_answers_total: 'STUN questions answered.',
  safelight_pushes_sent_total: 'Wake-ups that a push service took.',
  safelight_pushes_failed_total: 'Wake-ups given up.',
  safelight_push_subscriptions_ended_total: 'Subscriptions that a push service said are over.',
  safelight_pushes_waiting: 'Browsers to be woken now or later.',
  safelight_connections: 'Open libp2p WebSockets.',
  safelight_mailbox_streams_opened_total: 'Mailbox streams opened.',
  safelight_reservations: 'Circuit relay reservations.',
  safelight_stored_bytes: 'Bytes kept.',
  safelight_disk_limit_bytes: 'Bytes that may be kept.',
} as const

type MetricName = keyof typeof help
export const metricNames = Object.keys(help)

export interface Metrics {
  count(name: MetricName, amount?: number, label?: string): void
  /** Reads the value when metrics are asked for. */
  gauge(name: MetricName, read: () => number, label?: string): void
  render(): string
}

/** `label` is written as `name="value"`. */
export function createMetrics(): Metrics {
  const series = new Map<string, { readonly name: MetricName; read: () => number }>()
  const counts = new Map<string, number>()
  const keyOf = (name: MetricName, label?: string): string => (label === undefined ? name : `${name}{${label}}`)

  function count(name: MetricName, amount = 1, label?: string): void {
    const key = keyOf(name, label)
    counts.set(key, (counts.get(key) ?? 0) + amount)
    if (!series.has(key)) series.set(key, { name, read: () => counts.get(key) ?? 0 })
  }

  // Known from the first scrape on, so that "nothing went through" reads as 0 and not as a missing line.
  for (const name of metricNames) if (isPlainCounter(name)) count(name, 0)

  return {
    count,
    gauge(name, read, label) {
      series.set(keyOf(name, label), { name, read })
    },
    render() {
      const lines: string[] = []
      for (const [name, text] of Object.entries(help)) {
        const rows = [...series].filter(([, row]) => row.name === name)
        if (rows.length === 0) continue
        lines.push(`# HELP ${name} ${text}`, `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`)
        for (const [key, row] of rows) lines.push(`${key} ${row.read()}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}

function isPlainCounter(name: string): name is MetricName {
  return name.endsWith('_total') && name !== 'safelight_commands_total' && name !== 'safelight_errors_total'
}
