// What of mentions is in a conversation, loaded together where there is a group, or somebody is named.

import '../../styles/mention.css'

export { MentionPicker } from './mention-picker.tsx'
export { NamedText } from './named-text.tsx'
