// What of a group is in lists and conversations, loaded together where there is one.

export { GroupImage } from './group-image.tsx'
export { MembersText } from './members-text.ts'
export { Sender } from './sender.tsx'
export { StatesText } from './states-text.ts'
