// Reads public vectors, just deeply enough for the tests to be typed.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import { sources, vectorFolder } from './sources.ts'

/** Strings are what most members are, hex what most strings are. Members that a vector lacks throw when asked for. */
export interface Vector {
  text(member: string): string
  bytes(member: string): Bytes
  number(member: string): number
  list(member: string): readonly Vector[]
  part(member: string): Vector
  has(member: string, value: string | number | boolean): boolean
  flags(): readonly string[]
}

/** A file's content. @throws Error when it is not the one that the sources name */
export function load(name: string): Vector {
  const content = readFileSync(join(vectorFolder, name))
  const source = sources.find((candidate) => candidate.name === name)
  if (source === undefined || createHash('sha256').update(content).digest('hex') !== source.sha256)
    throw new Error(`${name} is another file`)
  const json: unknown = JSON.parse((name.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8'))
  return vectorOf(Array.isArray(json) ? { all: json } : json)
}

/** The tests of all groups, each with the members of its group. */
export function testsOf(file: Vector, groups = 'testGroups'): readonly (Vector & { readonly group: Vector })[] {
  return file.list(groups).flatMap((group) => group.list('tests').map((test) => ({ ...test, group })))
}

function vectorOf(json: unknown): Vector {
  const members = new Map<string, unknown>(typeof json === 'object' && json !== null ? Object.entries(json) : [])
  const text = (member: string): string => {
    const value = members.get(member)
    if (typeof value !== 'string') throw new Error(`no text ${member}`)
    return value
  }
  const list = (member: string): readonly unknown[] => {
    const value = members.get(member)
    if (!Array.isArray(value)) throw new Error(`no list ${member}`)
    return value
  }
  return {
    text,
    bytes: (member) => Uint8Array.from(Buffer.from(text(member), 'hex')),
    number(member) {
      const value = members.get(member)
      if (typeof value !== 'number') throw new Error(`no number ${member}`)
      return value
    },
    list: (member) => list(member).map(vectorOf),
    part: (member) => vectorOf(members.get(member)),
    has: (member, value) => members.get(member) === value,
    flags: () => (members.has('flags') ? list('flags').map(String) : []),
  }
}
