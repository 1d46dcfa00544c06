// Reports: what is signed, contents with a signature, and files that hold or do not.

import { fromUtf8, toHex } from '../../../src/protocol/bytes.ts'
import { encodeContent } from '../../../src/protocol/content/codec.ts'
import type { Body } from '../../../src/protocol/content/content.ts'
import { encodeReport } from '../../../src/protocol/report/file.ts'
import {
  ana,
  anaId,
  contentOf,
  mailbox,
  mallory,
  malloryId,
  photo,
  signedBy,
  startMs,
} from '../../protocol/report/people.ts'
import type { CaseFile } from '../cases.ts'
import { type Scenario, build, scenario } from './scenario.ts'

const bodies: readonly (readonly [string, Body])[] = [
  ['request', { kind: 'request', name: 'Nice Person', mailbox }],
  ['request-with-text', { kind: 'request', name: 'Nice Person', mailbox, text: 'let me in' }],
  ['message', { kind: 'message', text: 'look: "ü" 📷\n', media: [] }],
  ['message-with-media', { kind: 'message', media: [{ ...photo, altText: 'a red sun' }, photo], view: { replays: 0 } }],
]

export function reportFile(): Promise<CaseFile> {
  return build('Reports, protocol version 1: signed contents, and files. Bytes are hex.', [...signatures(), ...files()])
}

function signatures(): Scenario[] {
  const deviceSignSecretKey = mallory.device.sign.secretKey
  return [
    ...bodies.flatMap(([name, body]) => {
      const content = contentOf(body)
      const { signature } = signedBy(mallory, anaId, body)
      return [
        scenario(`sign/${name}`, 'report.sign', { deviceSignSecretKey, recipient: anaId, content: encodeContent(content) }),
        scenario(`signed/${name}`, 'content.decode', { bytes: encodeContent({ ...content, signature }) }),
      ]
    }),
    scenario(
      'sign/profile',
      'report.sign',
      {
        deviceSignSecretKey,
        recipient: anaId,
        content: encodeContent(contentOf({ kind: 'profile', name: 'Mallory' })),
      },
      'refused',
    ),
  ]
}

function files(): Scenario[] {
  const messages = bodies.map(([, body], index) => signedBy(mallory, anaId, body, index + 1))
  const text = fromUtf8(encodeReport({ certificate: mallory.certificate, recipient: anaId, messages })) ?? ''
  const verify = (name: string, file: string, error?: string): Scenario =>
    scenario(`file/${name}`, 'report.verify', { file }, error)
  const foreign = encodeReport({ certificate: ana.certificate, recipient: anaId, messages })
  return [
    verify('holds', text),
    verify('a word changed', text.replace('let me in', 'let me out'), 'signature'),
    verify('a time changed', text.replace(new Date(startMs + 1).toISOString(), new Date(startMs + 9).toISOString()), 'signature'),
    verify('another recipient', text.replace(toHex(anaId), toHex(malloryId)), 'signature'),
    verify('another device', fromUtf8(foreign) ?? '', 'signature'),
    verify('another author', text.replace(toHex(malloryId), toHex(anaId)), 'certificate'),
    verify('a later version', text.replace('"version": 1', '"version": 2'), 'version'),
    verify('a name twice', text.replace('"text": "let me in"', '"text": "x",\n      "text": "let me in"'), 'no-report'),
    verify('without the line break', text.slice(0, -1), 'no-report'),
    verify('no message', text.replace(/"messages": [^]*/u, '"messages": []\n}\n'), 'no-report'),
    verify('not JSON', 'report', 'no-report'),
  ]
}
