// What of a group is in lists and conversations, loaded together where there is one.

export { GroupStates } from './group-states.tsx'
export { LineArticle } from './line-article.tsx'
export { LineText } from './line-text.tsx'
export { MembersText } from './members-text.ts'
export { Sender } from './sender.tsx'
export { StatesText } from './states-text.ts'
