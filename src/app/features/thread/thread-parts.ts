// What a conversation loads with its messages: all that people do to them besides reading.

import '../../styles/thread.css'

export { ComposerAbout } from './composer-about.tsx'
export { EarlierTexts } from './earlier-texts.tsx'
export { Life } from './life.tsx'
export { MessageMenu } from './message-menu.tsx'
export { PinnedBar } from './pinned-bar.tsx'
export { Quote } from './quote.tsx'
export { Reactions } from './reactions.tsx'
export { RecipientList, StateSince } from './recipient-list.tsx'
