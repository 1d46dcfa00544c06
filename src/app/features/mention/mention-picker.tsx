// While an `@` is written in a group: its members to choose from, above the place to write, which keeps the focus. Arrows
// move, Enter and Tab choose, Escape closes. Listens at the field itself and before the composer does, so that the composer
// need not know of it.

import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { GroupMember, Mention } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { matching, mentionsIn, startedAt } from './name-in-text.ts'
import type { Started } from './name-in-text.ts'

/** More than fit above the place to write. */
const offeredMost = 6

interface Properties {
  readonly groupId: string
  readonly field: RefObject<HTMLTextAreaElement | null>
  readonly text: string
  readonly onText: (text: string) => void
  /** Is given what finds the names in a text that is sent. */
  readonly found: RefObject<((text: string) => readonly Mention[]) | undefined>
}

export function MentionPicker({ groupId, field, text, onText, found }: Properties) {
  const { model } = useApp()
  const others = model.group(groupId).value?.members.filter(({ isMe }) => !isMe) ?? []
  const [chosen] = useState(() => new Set<string>())
  found.current = (words) => mentionsIn(words, others, chosen)
  useEffect(() => () => void (found.current = undefined), [])
  const [started, setStarted] = useState<Started>()
  const [at, setAt] = useState(0)
  const [closedAt, setClosedAt] = useState<number>()
  const id = useId()
  const offered =
    started === undefined || started.at === closedAt ? [] : matching(others, started.part).slice(0, offeredMost)
  const current = offered[Math.min(at, offered.length - 1)]

  const choose = (person: GroupMember) => {
    const element = field.current
    if (element === null || started === undefined) return
    const caret = element.selectionStart
    const before = `${text.slice(0, started.at)}@${person.name} `
    chosen.add(person.fingerprint)
    setStarted(undefined)
    onText(before + text.slice(caret))
    element.focus()
    requestAnimationFrame(() => element.setSelectionRange(before.length, before.length))
  }
  const onKey = (event: KeyboardEvent) => {
    if (current === undefined || event.isComposing) return
    const index = offered.indexOf(current)
    if (event.key === 'ArrowDown') setAt((index + 1) % offered.length)
    else if (event.key === 'ArrowUp') setAt((index + offered.length - 1) % offered.length)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(current)
    else if (event.key === 'Escape') setClosedAt(started?.at)
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const latest = useRef(onKey)
  latest.current = onKey

  useEffect(() => {
    const element = field.current
    if (element === null) return undefined
    const look = () => {
      const caret = element.selectionStart
      const next = caret === element.selectionEnd ? startedAt(element.value, caret) : undefined
      setStarted(next)
      if (next === undefined) setClosedAt(undefined)
    }
    const press = (event: KeyboardEvent) => latest.current(event)
    const leave = () => setStarted(undefined)
    element.addEventListener('keydown', press, { capture: true })
    for (const event of ['input', 'click', 'keyup', 'focus']) element.addEventListener(event, look)
    element.addEventListener('blur', leave)
    return () => {
      element.removeEventListener('keydown', press, { capture: true })
      for (const event of ['input', 'click', 'keyup', 'focus']) element.removeEventListener(event, look)
      element.removeEventListener('blur', leave)
    }
  }, [])
  useEffect(() => setAt(0), [started?.at, started?.part])
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    setOrRemove(element, 'aria-controls', current === undefined ? undefined : id)
    setOrRemove(element, 'aria-activedescendant', current === undefined ? undefined : optionId(id, current))
    setOrRemove(element, 'aria-autocomplete', 'list')
  }, [current])

  return (
    <>
      <p class="visually-hidden" role="status">
        {current !== undefined && `${offered.length} to mention. Arrows move, Enter chooses.`}
      </p>
      {current !== undefined && (
        <div class="mention-list" id={id} role="listbox" tabIndex={-1} aria-label="Mention">
          {offered.map((person) => (
            <button
              key={person.fingerprint}
              type="button"
              id={optionId(id, person)}
              role="option"
              tabIndex={-1}
              aria-selected={person === current}
              class="row-button"
              // The field keeps the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(person)}
            >
              <Avatar name={person.name} id={person.fingerprint} size="small" />
              <bdi class="line">{person.name}</bdi>
            </button>
          ))}
        </div>
      )}
    </>
  )
}

function optionId(id: string, { fingerprint }: GroupMember): string {
  return `${id}-${fingerprint}`
}

function setOrRemove(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name)
  else element.setAttribute(name, value)
}
