// libsignal's side of the `session` bench, through its public interface: PQXDH, then the triple ratchet, with stores
// like those of its own clients.

import {
  CiphertextMessageType,
  IdentityChange,
  IdentityKeyPair,
  IdentityKeyStore,
  KEMKeyPair,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyBundle,
  PreKeyRecord,
  PreKeySignalMessage,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  SessionRecord,
  SessionStore,
  SignalMessage,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  processPreKeyBundle,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
} from '@signalapp/libsignal-client'
import type { PublicKey } from '@signalapp/libsignal-client'
import type { Conversation, ConversationOptions } from './conversation.ts'
import { message } from './conversation.ts'

const rows = new Map<string, Uint8Array<ArrayBuffer>>()

class Sessions extends SessionStore {
  readonly #owner: string
  readonly #isReread: boolean
  #held: SessionRecord | null = null
  constructor(owner: string, isReread: boolean) {
    super()
    this.#owner = owner
    this.#isReread = isReread
  }
  override async saveSession(_: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#held = record
    rows.set(this.#owner, record.serialize())
  }
  override async getSession(): Promise<SessionRecord | null> {
    if (!this.#isReread) return this.#held
    const row = rows.get(this.#owner)
    return row === undefined ? null : SessionRecord.deserialize(row)
  }
  override async getExistingSessions(): Promise<SessionRecord[]> {
    const session = await this.getSession()
    return session === null ? [] : [session]
  }
}

class Identities extends IdentityKeyStore {
  readonly #own: IdentityKeyPair
  #other: PublicKey | null = null
  constructor(own: IdentityKeyPair) {
    super()
    this.#own = own
  }
  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#own.privateKey
  }
  override async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return this.#own
  }
  override async getLocalRegistrationId(): Promise<number> {
    return 1
  }
  override async saveIdentity(_: ProtocolAddress, key: PublicKey): Promise<IdentityChange> {
    this.#other = key
    return IdentityChange.NewOrUnchanged
  }
  override async isTrustedIdentity(): Promise<boolean> {
    return true
  }
  override async getIdentity(): Promise<PublicKey | null> {
    return this.#other
  }
}

/** The one prekey of each kind that the handshake uses. */
class OneTime extends PreKeyStore {
  readonly #key: PreKeyRecord
  constructor(key: PreKeyRecord) {
    super()
    this.#key = key
  }
  override async savePreKey(): Promise<void> {}
  override async getPreKey(): Promise<PreKeyRecord> {
    return this.#key
  }
  override async removePreKey(): Promise<void> {}
}

class Signed extends SignedPreKeyStore {
  readonly #key: SignedPreKeyRecord
  constructor(key: SignedPreKeyRecord) {
    super()
    this.#key = key
  }
  override async saveSignedPreKey(): Promise<void> {}
  override async getSignedPreKey(): Promise<SignedPreKeyRecord> {
    return this.#key
  }
}

class Kyber extends KyberPreKeyStore {
  readonly #key: KyberPreKeyRecord
  constructor(key: KyberPreKeyRecord) {
    super()
    this.#key = key
  }
  override async saveKyberPreKey(): Promise<void> {}
  override async getKyberPreKey(): Promise<KyberPreKeyRecord> {
    return this.#key
  }
  override async markKyberPreKeyUsed(): Promise<void> {}
}

interface Person {
  readonly address: ProtocolAddress
  readonly sessions: Sessions
  readonly identities: Identities
}

export async function referenceConversation({ isReread }: ConversationOptions): Promise<Conversation> {
  const boIdentity = IdentityKeyPair.generate()
  const ana = person('ana', IdentityKeyPair.generate())
  const bo = person('bo', boIdentity)

  function person(name: string, identity: IdentityKeyPair): Person {
    const address = ProtocolAddress.new(name, 1)
    return { address, sessions: new Sessions(name, isReread), identities: new Identities(identity) }
  }

  const seal = (from: Person, to: Person) =>
    signalEncrypt(message, to.address, from.address, from.sessions, from.identities)

  async function send(from: Person, to: Person): Promise<void> {
    const sealed = await seal(from, to)
    if (sealed.type() !== CiphertextMessageType.Whisper) throw new Error('the session is not confirmed')
    const received = SignalMessage.deserialize(sealed.serialize())
    await signalDecrypt(received, from.address, to.address, to.sessions, to.identities)
  }

  await meet()
  await send(bo, ana)
  await send(ana, bo)

  async function meet(): Promise<void> {
    const [oneTime, signed, kyber] = [PrivateKey.generate(), PrivateKey.generate(), KEMKeyPair.generate()]
    const signedPublic = signed.getPublicKey()
    const signedSignature = boIdentity.privateKey.sign(signedPublic.serialize())
    const kyberSignature = boIdentity.privateKey.sign(kyber.getPublicKey().serialize())
    const bundle = PreKeyBundle.new(
      ...([1, 1, 1, oneTime.getPublicKey(), 1, signedPublic, signedSignature] as const),
      ...([boIdentity.publicKey, 1, kyber.getPublicKey(), kyberSignature] as const),
    )
    await processPreKeyBundle(bundle, bo.address, ana.address, ana.sessions, ana.identities)
    const first = await seal(ana, bo)
    await signalDecryptPreKey(
      PreKeySignalMessage.deserialize(first.serialize()),
      ana.address,
      bo.address,
      bo.sessions,
      bo.identities,
      new OneTime(PreKeyRecord.new(1, oneTime.getPublicKey(), oneTime)),
      new Signed(SignedPreKeyRecord.new(1, Date.now(), signedPublic, signed, signedSignature)),
      new Kyber(KyberPreKeyRecord.new(1, Date.now(), kyber, kyberSignature)),
    )
  }

  return {
    async oneWay(count) {
      for (let sent = 0; sent < count; sent += 1) await send(ana, bo)
    },
    async takingTurns(count) {
      for (let sent = 0; sent < count; sent += 1) await (sent % 2 === 0 ? send(bo, ana) : send(ana, bo))
    },
  }
}
