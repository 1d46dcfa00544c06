// Groups (docs/protocol.md §9).

import type { GroupAction } from '../../../src/protocol/group/action.ts'
import { signConsent } from '../../../src/protocol/group/consent.ts'
import { fold } from '../../../src/protocol/group/fold.ts'
import { type GroupLog, emptyLog, takeOperations } from '../../../src/protocol/group/log.ts'
import { decodeGroupLink, encodeGroupLink } from '../../../src/protocol/group/link.ts'
import { judgeMessage } from '../../../src/protocol/group/message.ts'
import {
  type GroupOperation,
  type OpenedCertificates,
  signOperation,
  verifyOperation,
} from '../../../src/protocol/group/operation.ts'
import { isGroupPicture, pictureMark } from '../../../src/protocol/group/picture.ts'
import type { GroupState } from '../../../src/protocol/group/state.ts'
import type { Identity } from '../../../src/protocol/identity/identity.ts'
import { signingKeyOf } from '../../../src/protocol/primitives/ed25519.ts'
import type { Fields, Json } from '../json.ts'
import { type Operations, output, outputOf, refused } from './operation.ts'

/** The same few certificates stand in all of them. */
const opened: OpenedCertificates = new Map()

export const groupOperations: Operations = {
  'group.sign': (inputs) => {
    const group = inputs.optionalBytes('group')
    const { bytes, hash } = signOperation(signerOf(inputs), {
      ...(group && { group }),
      parents: inputs.bytesList('parents'),
      atMs: inputs.number('atMs'),
      action: actionOf(inputs.fields('action')),
    }, opened)
    return output({ operation: bytes, hash })
  },
  'group.verify': (inputs) => {
    const operation = verifyOperation(inputs.bytes('operation'), opened)
    if (operation === undefined) return refused
    const { hash, group, parents, author, atMs, action, consent } = operation
    const person = consent && { person: consent.certificate.fingerprint, name: consent.name, link: consent.link }
    return output({ hash, group, parents, author, atMs, action, ...(person && { consent: person }) })
  },
  'group.consent': (inputs) => {
    const consent = signConsent(signerOf(inputs), {
      group: inputs.bytes('group'),
      invitation: inputs.bytes('invitation'),
      name: inputs.text('name'),
      link: inputs.text('link'),
      expiresAtMs: inputs.number('expiresAtMs'),
    })
    return output({ consent })
  },
  'group.decode-link': (inputs) => {
    const decoded = decodeGroupLink(inputs.text('link'))
    return decoded.ok ? output({ ...decoded.link, encoded: encodeGroupLink(decoded.link) }) : { error: decoded.reason }
  },
  'group.picture': (inputs) => {
    const picture = inputs.bytes('picture')
    return isGroupPicture(picture) ? output({ mark: pictureMark(picture) }) : refused
  },
  'group.fold': (inputs) => {
    const log = logOf(inputs)
    const state = log && fold(log)
    return outputOf(state && describe(state))
  },
  'group.message': (inputs) => {
    const log = logOf(inputs)
    const state = log && fold(log)
    if (log === undefined || state === undefined) return refused
    const message = { author: inputs.bytes('author'), groupHeads: inputs.bytesList('groupHeads') }
    return output({ verdict: judgeMessage(log, state, message) })
  },
}

/** Undefined where one of the operations does not verify. */
function logOf(inputs: Fields): GroupLog | undefined {
  const operations: GroupOperation[] = []
  for (const bytes of inputs.bytesList('operations')) {
    const operation = verifyOperation(bytes, opened)
    if (operation === undefined) return undefined
    operations.push(operation)
  }
  return takeOperations(emptyLog(inputs.bytes('group')), operations).log
}

function describe({ name, picture, settings, timerMs, members, heads, ignored }: GroupState): object {
  const list = Array.from(members.values(), ({ fingerprint, name: own, role, addedBy, link, sinceMs }) => {
    return { fingerprint, name: own, role, addedBy, link, sinceMs }
  })
  return { name, picture, settings, timerMs, members: list, heads, ignored: [...ignored.keys()].toSorted() }
}

function signerOf(inputs: Fields): Pick<Identity, 'device' | 'certificate'> {
  const sign = signingKeyOf(inputs.bytes('deviceSignSecretKey'))
  // Signing needs no more of a device than that.
  const device = { id: new Uint8Array(16), sign, dh: { secretKey: new Uint8Array(32), publicKey: new Uint8Array(32) } }
  return { device, certificate: inputs.bytes('certificate') }
}

function actionOf(fields: Fields): GroupAction {
  const kind = fields.word(
    'kind',
    ...(['create', 'add', 'remove', 'leave', 'rename', 'picture', 'admin', 'settings', 'address', 'timer'] as const),
    'revoke',
  )
  const flag = (name: string): boolean => isTrue(fields.json(name))
  if (kind === 'create') {
    const [name, creatorName, link] = [fields.text('name'), fields.text('creatorName'), fields.text('link')]
    return { kind, seed: fields.bytes('seed'), name, creatorName, link }
  }
  if (kind === 'add') return { kind, consent: fields.bytes('consent'), isAdmin: flag('isAdmin') }
  if (kind === 'remove') return { kind, member: fields.bytes('member') }
  if (kind === 'rename') return { kind, name: fields.text('name') }
  if (kind === 'admin') return { kind, member: fields.bytes('member'), isAdmin: flag('isAdmin') }
  if (kind === 'address') return { kind, link: fields.text('link') }
  if (kind === 'timer') return { kind, timerMs: fields.number('timerMs') }
  if (kind === 'revoke') return { kind, entry: fields.bytes('entry') }
  if (kind === 'settings') {
    return { kind, adders: fields.word('adders', 'admins', 'members'), linkApproval: flag('linkApproval') }
  }
  if (kind === 'leave') return { kind }
  const manifest = fields.optionalBytes('manifest')
  return { kind, ...(manifest && { manifest }) }
}

function isTrue(value: Json): boolean {
  return value === true
}
