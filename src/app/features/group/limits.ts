// What the app has to know of a group's bounds, to offer nothing that would be refused.

/** A group has 32 people, this person among them: `groupMembers` of the protocol's limits. */
export const groupPeople = 32
/** As far as a name is kept: `nameCodePoints`. */
export const groupNameLength = 64
