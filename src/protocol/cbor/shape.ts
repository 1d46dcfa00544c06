// Compound codecs: lists, maps with numbered fields, and variants. See codec.ts.

import type { Codec } from './codec.ts'
import type { Value } from './value.ts'
import { EncodingError } from './value.ts'

/** @throws EncodingError when encoding a list that is too short or too long */
export function listOf<T>(codec: Codec<T>, max: number, min = 0): Codec<readonly T[]> {
  return {
    toValue(items) {
      if (items.length < min || items.length > max) throw new EncodingError()
      return items.map((item) => codec.toValue(item))
    },
    fromValue(value) {
      if (!isList(value) || value.length < min || value.length > max) return undefined
      const items: T[] = []
      for (const element of value) {
        const item = codec.fromValue(element)
        if (item === undefined) return undefined
        items.push(item)
      }
      return items
    },
  }
}

export interface Field<T, Optional extends boolean = boolean> {
  readonly key: number
  readonly codec: Codec<T>
  readonly optional: Optional
}

export function field<T>(key: number, codec: Codec<T>): Field<T, false> {
  return { key, codec, optional: false }
}

/** Left out of the map where the property is absent or undefined. */
export function optionalField<T>(key: number, codec: Codec<T>): Field<T, true> {
  return { key, codec, optional: true }
}

type Fields = Readonly<Record<string, Field<unknown>>>
type TypeOf<F> = F extends Field<infer T> ? T : never
type Flat<T> = { [K in keyof T]: T[K] }

/** The object that a set of fields describes. */
export type Shape<F extends Fields> = Flat<
  { readonly [K in keyof F as F[K]['optional'] extends true ? never : K]: TypeOf<F[K]> } & {
    readonly [K in keyof F as F[K]['optional'] extends true ? K : never]?: TypeOf<F[K]>
  }
>

/** An object as a map from field numbers to values. Properties without a field are not encoded. */
export function shape<F extends Fields>(fields: F): Codec<Shape<F>> {
  const entries = Object.entries(fields)
  return {
    toValue(item) {
      const map = new Map<number, Value>()
      for (const [name, { key, codec, optional }] of entries) {
        const property: unknown = Reflect.get(item, name)
        if (property !== undefined) map.set(key, codec.toValue(property))
        else if (!optional) throw new EncodingError()
      }
      return map
    },
    fromValue(value) {
      if (!(value instanceof Map)) return undefined
      const item: Record<string, unknown> = {}
      let used = 0
      for (const [name, { key, codec, optional }] of entries) {
        const encoded: Value | undefined = value.get(key)
        if (encoded === undefined) {
          if (optional) continue
          return undefined
        }
        const property = codec.fromValue(encoded)
        if (property === undefined) return undefined
        item[name] = property
        used++
      }
      // Every required field is there and of its type; a field of no known number is refused.
      return used === value.size ? (item as Shape<F>) : undefined
    },
  }
}

type Cases = Readonly<Record<string, readonly [code: number, codec: Codec<object>]>>
type CaseOf<V extends Cases, K extends keyof V> =
  V[K][1] extends Codec<infer T> ? Flat<{ readonly kind: K } & T> : never

/** The objects that a set of cases describes, told apart by `kind`. */
export type Variant<V extends Cases> = { [K in keyof V]: CaseOf<V, K> }[keyof V]

/** One of several objects, as an array of the number of its kind and its fields. */
export function variant<V extends Cases>(cases: V): Codec<Variant<V>> {
  const byCode = new Map<Value, { readonly kind: string; readonly codec: Codec<object> }>()
  for (const [kind, [code, codec]] of Object.entries(cases)) byCode.set(code, { kind, codec })
  return {
    toValue(item) {
      const found = cases[item.kind]
      if (found === undefined) throw new EncodingError()
      return [found[0], found[1].toValue(item)]
    },
    fromValue(value) {
      if (!isList(value) || value.length !== 2) return undefined
      const [code, fields] = value
      const found = code === undefined ? undefined : byCode.get(code)
      const item = found === undefined || fields === undefined ? undefined : found.codec.fromValue(fields)
      return found === undefined || item === undefined ? undefined : ({ kind: found.kind, ...item } as Variant<V>)
    },
  }
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}
