// What stands between this person and a contact, if anything does: keys to decide about come first.

import type { ContactView } from '../../../messenger/api.ts'
import { KeysNotice } from './keys-notice.tsx'
import { TroubleNotice } from './trouble-notice.tsx'

export function ContactNotice({ contact }: { readonly contact: ContactView }) {
  if (contact.state === 'blocked') return null
  if (contact.keys !== 'known') return <KeysNotice contact={contact} />
  return contact.trouble === undefined ? null : <TroubleNotice contact={contact} trouble={contact.trouble} />
}
