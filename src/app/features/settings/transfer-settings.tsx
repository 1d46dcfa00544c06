// What is being sent and fetched in all conversations, and what can be done about each.

import { useEffect, useState } from 'preact/hooks'
import type { TransferItem, TransferView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { useTask } from '../../ui/use-task.ts'
import { actionOf, canBeGivenUp, detailOf, giveUp } from '../tiles/transfer-text.ts'
import type { Action } from '../tiles/transfer-text.ts'
import { PlaceLine, placeOf } from './place.tsx'

export function TransferSettings() {
  const items = useTransfers()
  if (items === undefined) return null
  return (
    <>
      <h3>Under way</h3>
      {items.length === 0 ? (
        <p class="hint">Nothing is being sent or fetched.</p>
      ) : (
        <ul class="rows" aria-label="Transfers">
          {items.map((item) => (
            <Transfer key={`${item.attachmentId} ${item.rendition}`} item={item} />
          ))}
        </ul>
      )}
    </>
  )
}

/** Each knows by itself how far it is; the list is read again when one comes or goes. */
function useTransfers(): readonly TransferItem[] | undefined {
  const { model } = useApp()
  const [items, setItems] = useState<readonly TransferItem[]>()
  useEffect(() => {
    let turn = 0
    const read = async () => {
      const own = (turn += 1)
      const list = await model.calls.transfers()
      if (own === turn) setItems(list)
    }
    const readAgain = () => void read().catch(() => undefined)
    readAgain()
    const end = model.listen((event) => {
      if (event.kind === 'transfer') {
        const isIt = (item: TransferItem) =>
          item.attachmentId === event.attachmentId && item.rendition === event.rendition
        setItems((known) => known?.map((item) => (isIt(item) ? { ...item, transfer: event.transfer } : item)))
        const { kind } = event.transfer
        if (kind !== 'download' && kind !== 'upload') readAgain()
      } else if (['state', 'message', 'deleted', 'leader'].includes(event.kind)) {
        readAgain()
      }
    })
    return () => {
      turn += 1
      end()
    }
  }, [])
  return items
}

function Transfer({ item }: { readonly item: TransferItem }) {
  const { model } = useApp()
  const task = useTask()
  const { attachmentId, conversationId, rendition, direction, transfer } = item
  const place = placeOf(model, conversationId)
  const to = place.kind === 'posts' ? place.name : `${direction === 'upload' ? 'To' : 'From'} ${place.words}`
  const what = rendition === 'original' ? `${to}, original` : to
  const share = progressOf(transfer)
  return (
    <li class="row transfer" aria-label={what}>
      <span class="transfer-words">
        <PlaceLine place={place}>{what}</PlaceLine>
        <span class="fine">{detailOf(transfer)}</span>
        {share !== undefined && (
          <progress
            class="transfer-bar"
            aria-label={direction === 'upload' ? 'Upload' : 'Download'}
            max={1}
            value={share}
          />
        )}
        {task.error !== undefined && <Alert>{task.error}</Alert>}
      </span>
      <span class="button-row">
        {actionsOf(transfer).map(({ does, name }) => (
          <button
            key={does}
            type="button"
            class="button button-small"
            disabled={task.busy}
            onClick={() => task.run(() => model.calls.manageTransfer(does, attachmentId, rendition))}
          >
            {name}
          </button>
        ))}
      </span>
    </li>
  )
}

/** What is in the list was asked for before. A failed one has its `Retry` here too: no message is beside it. */
function actionsOf(transfer: TransferView): readonly Action[] {
  const action = actionOf(transfer, false)
  return [
    ...(action === undefined || action.does === 'start' ? [] : [action]),
    ...(canBeGivenUp(transfer) ? [giveUp] : []),
  ]
}

function progressOf(transfer: TransferView): number | undefined {
  return 'doneBytes' in transfer ? transfer.doneBytes / Math.max(1, transfer.totalBytes) : undefined
}
