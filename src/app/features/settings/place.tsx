// Where media are: in a conversation, or in the posts of somebody.

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import type { Model } from '../../state/model.ts'
import { href } from '../../state/route.ts'
import { postsPlaceOf } from '../posts/place.ts'

export interface Place {
  readonly id: string
  /** `gone`: it is nowhere to be looked at any more. */
  readonly kind: 'conversation' | 'posts' | 'gone'
  readonly name: string
  /** The same within a sentence. */
  readonly words: string
}

const goneName = 'somebody who is no contact any more'

export function placeOf(model: Model, id: string): Place {
  const posts = postsPlaceOf(id)
  if (posts === undefined) {
    const name = model.conversations.value?.find((view) => view.id === id)?.name
    return name === undefined
      ? { id, kind: 'gone', name: 'No contact any more', words: goneName }
      : { id, kind: 'conversation', name, words: name }
  }
  if (posts.contactId === undefined) return { id, kind: 'posts', name: 'My posts', words: 'my posts' }
  const name = model.contacts.value?.find((contact) => contact.id === posts.contactId)?.name ?? goneName
  return { id, kind: 'posts', name: `Posts of ${name}`, words: `the posts of ${name}` }
}

/** Its name, and a way there. */
export function PlaceLine({
  place: { id, kind },
  panel,
  children,
}: {
  readonly place: Place
  readonly panel?: 'gallery'
  readonly children: ComponentChildren
}) {
  const nameId = useId()
  if (kind === 'conversation') {
    return (
      <a class="line" href={href({ page: 'conversation', id, ...(panel === undefined ? {} : { panel }) })}>
        <bdi>{children}</bdi>
      </a>
    )
  }
  return (
    <>
      <strong class="line" id={nameId}>
        <bdi>{children}</bdi>
      </strong>
      {kind === 'posts' && (
        // Its name is not that of the page: there is one link of that name, in the navigation.
        <a class="line" href={href({ page: 'posts' })} aria-describedby={nameId}>
          Look at them
        </a>
      )}
    </>
  )
}
