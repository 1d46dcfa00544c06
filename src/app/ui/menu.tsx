// A button with a short list of actions under it. Arrow keys move, Escape closes and gives the focus back.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export interface MenuAction {
  readonly name: string
  readonly icon: IconName
  readonly danger?: boolean
  run(): void
}

export function Menu({ label, actions }: { readonly label: string; readonly actions: readonly MenuAction[] }) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  useLayoutEffect(() => {
    if (list.current !== null) keepInView(list.current)
  }, [open])
  useEffect(() => {
    if (!open) return undefined
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const outside = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
    const at = items.findIndex((item) => item === document.activeElement)
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
    const to = steps[event.key]
    if (to !== undefined) items.at(to % items.length)?.focus()
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="menu" ref={root} role="presentation" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="icon-button menu-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" size={20} />
      </button>
      {open && (
        <div class="menu-list" role="menu" ref={list} aria-label={label}>
          {actions.map((action) => (
            <button
              key={action.name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              class={action.danger === true ? 'menu-item danger' : 'menu-item'}
              onClick={() => {
                close()
                action.run()
              }}
            >
              <Icon name={action.icon} size={18} />
              {action.name}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}

/** Free space to the edges of the page. */
const marginPx = 8

/** A menu opens above its button and beside it, wherever that is: it must not reach out of the page or of what scrolls. */
function keepInView(list: HTMLElement): void {
  const { left, right, top } = list.getBoundingClientRect()
  const overLeft = Math.max(0, marginPx - left)
  const overRight = Math.max(0, right - (document.documentElement.clientWidth - marginPx))
  list.style.translate = `${overLeft - overRight}px`
  let ancestor = list.parentElement
  while (ancestor !== null && getComputedStyle(ancestor).overflowY === 'visible') ancestor = ancestor.parentElement
  list.classList.toggle('menu-below', top < (ancestor?.getBoundingClientRect().top ?? 0))
}
