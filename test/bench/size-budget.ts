// How much a first visit may cost, compressed. Raise a figure only together with its reason.

import type { AppPart } from './app-size.ts'

export interface SizeBudget {
  readonly title: string
  readonly of: AppPart
  readonly maxGzipBytes: number
  readonly reason: string
}

export const budgets: readonly SizeBudget[] = [
  {
    title: 'shell (before libp2p)',
    of: 'shell',
    maxGzipBytes: 42 * 1024,
    reason: 'Paints within a second on a slow phone connection (400 kbit/s). The texts of errors are a tenth of it.',
  },
  {
    title: 'first page',
    of: 'everything',
    maxGzipBytes: 299_000,
    reason: 'Less than one photo of Standard quality, and than 300 KB; libp2p alone is more than a third of it.',
  },
  {
    title: 'service worker',
    of: 'service-worker',
    maxGzipBytes: 20 * 1024,
    reason: 'Started anew by the browser whenever media is shown.',
  },
]

/** Files that only certain actions load, by the name of their chunk. */
export const lazyFiles: readonly RegExp[] = [
  // When a video or a voice note is chosen or recorded. Of `mediabunny` one is for the page and one for the worker.
  /^assets\/(mediabunny|prepare-video|prepare-voice|join-clips|outlook|conversion|inspect|usingCtx)-/,
  // When a photo, video or voice note was prepared.
  /^assets\/prepared-/,
  // When sound has to be encoded and the browser cannot.
  /^assets\/aac-encoder-/,
  // When somebody looks at sizes, or at what is in a file.
  /^assets\/look-/,
  // When an AVIF or HEIC is chosen, the decoder when the browser has none; `box` also with a video.
  /^assets\/(box|libheif-js|decode-heic|decode-opaque)-/,
  // Where there is a passphrase, recovery words or a passkey, and where one is set.
  /^assets\/(cover|idle-lock|lock|lock-screen|passkey|recovery-words|stretch|stretch-worker)-/,
  // When media are fetched, sent or have to make room, a view is opened or may be over, transfers are managed, numbers are compared, keys judged.
  /^assets\/(fetch-blob|key-changes|make-room|seal-media|transfers|usage|verification|viewings|wishes)-/,
  // Where there is a group, or the first one is made or asked into; and when the follow list is a file.
  /^assets\/(follow-file|open-groups)-/,
  // When somebody is reported.
  /^assets\/report-/,
  // When somebody is introduced.
  /^assets\/(introduce|introductions)-/,
  // Where there is a group or a line, one is looked into, and people are chosen.
  /^assets\/(choose-people|group|group-panel|group-parts|mention-parts|new-message|switch)-/,
  // When posts are looked at or made, something goes to many people, strangers answer an open call, and when somebody searches.
  /^assets\/(answer|broadcast|call-dialogs|calls|choose-media|forward|new-post|post-viewer|posts|say|search|search-panel|search-results|send-separately|words-field)-/,
  // Where what comes by itself waits for Wi-Fi.
  /^assets\/follow-uplink-/,
  // With the first messages that are shown, behind the first paint; what their menus open; and when one is forwarded.
  /^assets\/(thread-parts|thread-dialogs|forward|elapsed|states-text)-/,
  // When somebody is followed, or says that they follow, and when somebody is blocked.
  /^assets\/(follow-answers|follows)-/,
  // When somebody is blocked, or a message is pinned, changed, taken back or reacted to.
  /^assets\/(block|thread)-/,
  // When something is sent, chosen or transferred; and where one of a list is chosen, under Details and in Settings.
  /^assets\/(choice|choose-files|conversation-settings|draft-kind|lives|local-preview|pending-article|pending-preview|preparing-ring|progress-ring)-/,
  // Where notifications are on, and in Settings.
  /^assets\/(notifications|push-access|wake-ups)-/,
  // When photos and videos are taken or chosen, and voices recorded or heard.
  /^assets\/(camera|camera-dialog|capture-icon|segments|tray|use-held|use-hold|use-stay|voice|voice-bubble|voice-player|voice-recorder)-/,
  // When media are shown.
  /^assets\/(elapsed|gallery|picture-tile|save-file|save-media|tiles|transfer-state|transfer-text|use-blurred|use-media-url|view-dialog)-/,
  // Pages and dialogs, when they are opened.
  /^assets\/(ask-to-join|begin-anew|closed|confirm-dialog|connect-page|contact|contact-notice|contact-panel|editor|follower-answer|join-page|keys-notice|link-field|original-toggle|panel|people|place|posts-page|received-post|profile-page|qr|requests-page|render-worker|scan-dialog|settings-page|switch|use-camera|verify-panel|viewer)-/,
]
