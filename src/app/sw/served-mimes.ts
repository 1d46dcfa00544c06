// What a peer says a file is, is believed only for what a browser shows as a picture or plays as a film or a voice: opened as a page of its
// own, nothing else may come to run. Only kinds that the preparation of media makes.

export const servedMimes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/gif',
  'image/png',
  'image/webp',
  'audio/mp4',
  'video/mp4',
  'video/webm',
  'video/quicktime',
])
