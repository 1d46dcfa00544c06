// The parts of a messenger set going, and ended.

import type { OpenPlatform } from '../ports/platform.ts'
import type { Parts } from './parts.ts'

export async function startParts(parts: Parts): Promise<void> {
  const { context, groups, links, outbox, receipts, mailboxes, relays, push, publisher, refresher, downloads } = parts
  const { tables, transport, self } = context
  // Before anything comes that is said in one.
  if ([...tables.groups.held()].length > 0) await groups.load()
  // What a crash left open is over before anybody can ask.
  await parts.viewWatch.start()
  await parts.timers.start()
  await transport.start({
    relay(connection) {
      if (connection.state === 'live') push.live(connection.url)
      relays.changed(connection)
      if (connection.state !== 'live') return
      publisher.live(connection.url)
      links.retry()
      groups.ready?.retry()
      outbox.kickAll()
      refresher.kick()
      downloads.kick()
    },
    push: (url, mailboxId, items) => context.background(mailboxes.pushed(url, mailboxId, items), 'push-later'),
    peer: (link) => links.accept(link),
  })
  transport.setDirect(self.row.direct)
  relays.keep()
  outbox.kickAll()
  receipts.resume()
  if ([...tables.contacts.held()].some(([, { answerDue }]) => answerDue === true))
    context.background(
      parts.followAnswers().then((answers) => answers.resume()),
      'follow-answer-later',
    )
  parts.expiry.start()
  refresher.start()
  publisher.start()
  parts.keyForgetting.start()
  parts.clockWatch.start()
  parts.rotation.start()
  await downloads.resume()
  if (self.row.onlyOnWifi === true) parts.followUplink()
  parts.use.grown()
}

export async function endParts(parts: Parts, opened: OpenPlatform, closing: AbortController): Promise<void> {
  const { ledger, transport, log } = parts.context
  // What this cannot store any more is ended at the next start.
  await parts.viewings.closeAll().catch(() => log.debug('view-end-later'))
  closing.abort()
  parts.viewWatch.stop()
  parts.timers.stop()
  parts.relays.close()
  parts.expiry.stop()
  parts.refresher.stop()
  parts.publisher.close()
  parts.keyForgetting.stop()
  parts.clockWatch.stop()
  parts.rotation.stop()
  await parts.links.closeAll()
  await ledger.settled()
  await transport.close()
  await opened.release()
}
