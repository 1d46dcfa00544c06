// A button with a short list of actions under it. Arrow keys move, Escape closes and gives the focus back.

import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'
import '../styles/menu.css'

export interface MenuAction {
  readonly name: string
  readonly icon: ComponentChildren
  readonly danger?: boolean
  run(): void
}

export function Menu({
  label,
  actions,
  children,
}: {
  readonly label: string
  readonly actions: readonly MenuAction[]
  /** Items in a row above the others; each closes the menu. */
  readonly children?: ComponentChildren
}) {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  useLayoutEffect(() => {
    if (list.current === null) return
    keepInView(list.current)
    // At once: keys that are pressed faster than it is drawn are for the menu.
    root.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
  }, [open])
  useEffect(() => {
    if (!open) return undefined
    const outside = (event: Event) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
    const at = items.findIndex((item) => item === document.activeElement)
    const onward = getComputedStyle(event.currentTarget as Element).direction === 'rtl' ? -1 : 1
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      ArrowRight: at + onward,
      ArrowLeft: at - onward,
      Home: 0,
      End: -1,
    }
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
          {children !== undefined && (
            <div role="presentation" onClick={close}>
              {children}
            </div>
          )}
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
              {action.icon}
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

/**
 * A menu opens above its button and beside it, or under it where there is no room: it must not reach out of the page or of
 * what scrolls. Where neither is enough it covers the button.
 */
function keepInView(list: HTMLElement): void {
  let ancestor = list.parentElement
  while (ancestor !== null && getComputedStyle(ancestor).overflowY === 'visible') ancestor = ancestor.parentElement
  const page = document.documentElement
  const bounds = ancestor?.getBoundingClientRect() ?? page.getBoundingClientRect()
  const least = Math.max(0, bounds.top) + marginPx
  const most = Math.min(page.clientHeight, bounds.bottom) - marginPx
  list.style.maxBlockSize = `${most - least}px`
  const { left, right, top, height } = list.getBoundingClientRect()
  const overLeft = Math.max(0, marginPx - left)
  const overRight = Math.max(0, right - (page.clientWidth - marginPx))
  const under = list.parentElement?.getBoundingClientRect().bottom ?? 0
  const isBelow = top < least && under + height <= most
  list.classList.toggle('menu-below', isBelow)
  list.style.translate = `${overLeft - overRight}px ${isBelow ? 0 : Math.max(0, least - top)}px`
}
