// Groups, what is beside the log: links to ask by, pictures, and the bodies that go with them.

import { toBase64Url } from '../../../src/protocol/bytes.ts'
import { encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Body } from '../../../src/protocol/content/content.ts'
import { encodeGroupLink } from '../../../src/protocol/group/link.ts'
import { decodeInviteLink } from '../../../src/protocol/invite/link.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { personNamed } from '../../protocol/group/people.ts'
import { contentOf } from '../../protocol/report/people.ts'
import { type Parts, jpeg, scan, segment } from '../../support/jpeg.ts'
import type { CaseFile } from '../cases.ts'
import { type Scenario, build, scenario } from './scenario.ts'

const group = new Uint8Array(32).fill(5)
const picture = jpeg()

export function joiningFile(): Promise<CaseFile> {
  return build('Groups, protocol version 1: links to ask by, pictures, and their bodies. Bytes are hex.', [
    ...bodies(),
    ...links(),
    ...pictures(),
  ])
}

function bodies(): Scenario[] {
  const all: readonly (readonly [string, Body])[] = [
    ['picture', { kind: 'picture', group, hash: sha256(picture), picture }],
    ['picture-wanted', { kind: 'picture', group, hash: sha256(picture) }],
    ['join', { kind: 'join', group }],
    ['join-with-text', { kind: 'join', group, text: 'I am the one from the boat' }],
    ['full', { kind: 'joining', group, answer: 'full' }],
    ['closed', { kind: 'joining', group, answer: 'closed' }],
  ]
  return all.map(([name, body]) => scenario(`body/${name}`, 'content.decode', { bytes: encodeContent(contentOf(body)) }))
}

function links(): Scenario[] {
  const person = personNamed('Ana')
  const decoded = decodeInviteLink(person.link)
  if (!decoded.ok) throw new Error('no link')
  const link = encodeGroupLink({ group, name: 'The sea ⛵', invite: decoded.invite })
  const [, bare = ''] = link.split('#g/')
  return [
    scenario('link', 'group.decode-link', { link }),
    scenario('link/with white space', 'group.decode-link', { link: ` ${link.slice(0, 50)}\n${link.slice(50)} ` }),
    scenario('link/damaged', 'group.decode-link', { link: `${bare.slice(0, -1)}${bare.endsWith('A') ? 'B' : 'A'}` }, 'broken'),
    scenario('link/an invite', 'group.decode-link', { link: person.link }, 'broken'),
    scenario('link/nothing', 'group.decode-link', { link: toBase64Url(new Uint8Array(5)) }, 'broken'),
  ]
}

function pictures(): Scenario[] {
  const taken: readonly (readonly [string, Parts])[] = [
    ['baseline', {}],
    ['progressive, two scans', { code: 0xc2, after: [...segment(0xc4, 0xff, 0xd9), ...scan] }],
    ['with tables', { before: [...segment(0xe0, 1), ...segment(0xe2, 2), ...segment(0xdb, 3)] }],
    ['as large as can be', { width: 512, height: 512 }],
  ]
  const not: readonly (readonly [string, Parts])[] = [
    ['too wide', { width: 513 }],
    ['no height', { height: 0 }],
    ['lossless', { code: 0xc3 }],
    ['Exif', { before: segment(0xe1, 1) }],
    ['a comment behind the scan', { after: segment(0xfe, 1) }],
    ['a second frame', { between: [...picture.subarray(2, 15)] }],
    ['something behind the end', { behind: [0] }],
    ['a length beyond the end', { before: [0xff, 0xdb, 0xff, 0xff] }],
  ]
  return [
    ...taken.map(([name, parts]) => scenario(`picture/${name}`, 'group.picture', { picture: jpeg(parts) })),
    ...not.map(([name, parts]) => scenario(`picture/${name}`, 'group.picture', { picture: jpeg(parts) }, 'refused')),
    scenario('picture/none', 'group.picture', { picture: new Uint8Array() }, 'refused'),
  ]
}
