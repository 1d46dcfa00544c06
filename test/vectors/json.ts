// JSON as vectors have it, and reading it strictly: bytes are hexadecimal texts.

import { type Bytes, fromHex } from '../../src/protocol/bytes.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [name: string]: Json }

/** One request to an implementation, as the runner sends it. */
export interface VectorRequest {
  readonly file: string
  readonly id: string
  readonly operation: string
  readonly inputs: JsonObject
}

export type Answer = { readonly output: Json } | { readonly error: string }

/** A value as JSON has it: bytes as hex, maps as lists of pairs, and nothing where something is undefined. */
export function toJson(value: unknown): Json {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return [...value].map(toJson)
  if (Array.isArray(value)) return value.map(toJson)
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (typeof value !== 'object') throw new TypeError('no JSON')
  return toJsonObject(value)
}

export function toJsonObject(value: object): JsonObject {
  const present = Object.entries(value).filter(([, property]) => property !== undefined)
  return Object.fromEntries(present.map(([name, property]) => [name, toJson(property)]))
}

/** Fields of an object; every reader throws where a field is missing or of another type. */
export class Fields {
  readonly #object: JsonObject

  constructor(object: Json) {
    if (typeof object !== 'object' || object === null || isList(object)) throw new TypeError('expected an object')
    this.#object = object
  }

  has(name: string): boolean {
    return this.#object[name] !== undefined && this.#object[name] !== null
  }

  json(name: string): Json {
    const value = this.#object[name]
    if (value === undefined) throw new TypeError(`${name} is missing`)
    return value
  }

  bytes(name: string): Bytes {
    return bytesOf(this.text(name))
  }

  /** Undefined where the field is missing or null. */
  optionalBytes(name: string): Bytes | undefined {
    return this.has(name) ? this.bytes(name) : undefined
  }

  text(name: string): string {
    const value = this.json(name)
    if (typeof value !== 'string') throw new TypeError(`${name} is no text`)
    return value
  }

  /** A text that is one of these. */
  word<W extends string>(name: string, ...words: readonly W[]): W {
    const text = this.text(name)
    const word = words.find((candidate) => candidate === text)
    if (word === undefined) throw new TypeError(`${name} is no such word`)
    return word
  }

  number(name: string): number {
    const value = this.json(name)
    if (typeof value !== 'number') throw new TypeError(`${name} is no number`)
    return value
  }

  fields(name: string): Fields {
    return new Fields(this.json(name))
  }

  list(name: string): readonly Json[] {
    const value = this.json(name)
    if (!isList(value)) throw new TypeError(`${name} is no list`)
    return value
  }

  bytesList(name: string): Bytes[] {
    return this.list(name).map((item) => bytesOf(item))
  }

  textList(name: string): string[] {
    return this.list(name).map(String)
  }

  fieldsList(name: string): Fields[] {
    return this.list(name).map((item) => new Fields(item))
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function bytesOf(text: Json): Bytes {
  const bytes = typeof text === 'string' ? fromHex(text) : undefined
  if (bytes === undefined) throw new TypeError('expected bytes in hexadecimal')
  return bytes
}
