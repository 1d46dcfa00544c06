// Dialogs of open calls, loaded when one is opened.

export { CallDialog } from './call-dialog.tsx'
export { NewCall } from './new-call.tsx'
