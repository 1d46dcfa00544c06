// Whether an element is in view, or nearly.

import { useEffect, useState } from 'preact/hooks'

export function useInView(element: { readonly current: Element | null }, rootMargin = '0px'): boolean {
  const [inView, setInView] = useState(false)
  useEffect(() => {
    if (element.current === null) return undefined
    const observer = new IntersectionObserver((entries) => setInView(entries.at(-1)?.isIntersecting === true), {
      rootMargin,
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [rootMargin])
  return inView
}
