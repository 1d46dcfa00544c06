// A <video> that was taken off the page goes on loading until it is told to stop.

export function stopVideo(video: HTMLVideoElement | null): void {
  if (video === null) return
  video.pause()
  video.removeAttribute('src')
  video.load()
}
