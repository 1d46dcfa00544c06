// What a peer says a file is, is believed only for what a browser shows as a picture or a film: opened as a page of its
// own, nothing else may come to run. Only kinds that the preparation of media makes.

export const servedMimes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/gif',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/webm',
  'video/quicktime',
])
