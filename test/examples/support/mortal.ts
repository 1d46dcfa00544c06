// Something whose process dies at a step: before or after one of its calls, and nothing of it works from then on.

export interface Fate {
  /** How many steps there were. */
  steps: number
  dieAt: number
}

const changing: ReadonlySet<string> = new Set(
  'change put delete send forward react edit unsend markSeen accept invite'.split(' '),
)

export function mortal<T extends object>(target: T, fate: Fate): T {
  const count = (): void => {
    fate.steps += 1
    if (fate.steps >= fate.dieAt) throw new Error('killed')
  }
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value === 'object' && value !== null) return mortal(value, fate)
      if (typeof value !== 'function') return value
      if (typeof name === 'symbol' || name.endsWith('EventListener')) return value.bind(target)
      // To die before something is only read is to die before the next change.
      const step = changing.has(name) ? count : () => undefined
      return (...parameters: readonly unknown[]): unknown => {
        // Who is dead does not read either.
        if (fate.steps >= fate.dieAt) throw new Error('killed')
        step()
        const result: unknown = Reflect.apply(value, target, parameters)
        if (!(result instanceof Promise)) {
          step()
          return result
        }
        return result.then((settled: unknown) => {
          step()
          return settled
        })
      }
    },
  })
}
