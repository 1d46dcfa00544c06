// Bounds of what is accepted for preparation. They protect this device from a file that was made to exhaust it, and are
// read from headers before anything is decoded.

import { limits } from '../protocol/limits.ts'

const mebibyte = 1024 * 1024

export const mediaLimits = {
  /** A photo is held in memory as a whole; the largest phone cameras write 60 MiB. */
  photoBytes: 128 * mebibyte,
  /** Pixels that are decoded: 108-megapixel cameras exist; 120 megapixels are 480 MB for the moment of decoding. */
  decodedPixels: 120_000_000,
  /** Pixels a side, as the message can say it. */
  side: limits.pixels,
  /** Long edge of a standard photo. */
  standardEdge: 2048,
  /** Pixels of an HD photo: the largest canvas of iOS. */
  hdPixels: 16_777_216,
  /** A side of anything that is encoded: the largest that WebP can say. */
  encodedSide: 16_383,
  /**
   * Pixels of a JPEG that is decoded at a fraction of its size, row by row: 200-megapixel phones exist. What is held is the
   * file and the small picture.
   */
  scaledPixels: 400_000_000,
  /** The HEIC decoder holds planes and colours, about 7 bytes a pixel; phones take 48 megapixels. */
  heicPixels: 64_000_000,
  /** Pixels of an original that is encoded anew: as many as the HEIC decoder gives. Its canvas takes 256 MB. */
  anewPixels: 64_000_000,
  /** An animation goes out as it is and has to be there as a whole before it moves; what is longer is better a video. */
  animationBytes: 24 * mebibyte,
  /** Whoever plays an animation holds two of its frames: 32 MB. */
  animationPixels: 4_194_304,
  /** A drawing or screenshot is sent without loss up to this; one of a whole 4K screen takes about half of it. */
  drawingBytes: mebibyte,
  /** An original with no more pixels than its rendition stands for both up to this: about what a photo costs anyway. */
  soleOriginalBytes: mebibyte,
  /** What is read of a file at once, and how much later a cancel is noticed. */
  readBytes: 4 * mebibyte,
  /** A block of metadata that is read to be described: XMP with thumbnails has some 100 KiB, a film's tags with it all MiB. */
  metadataBytes: 16 * mebibyte,
  /** Blocks that are walked over to find it: a PNG of 128 MiB in parts of 8 KiB has 16,000. Each costs a read. */
  metadataBlocks: 65_536,
  /** Characters of what is shown of one. */
  describedCharacters: 200,
  /** The head of a photo, for its size: in JPEG the profile and previews of a camera come first. */
  headBytes: 512 * 1024,
  /** Long edge of the look at a chosen photo: as large as it is shown before it is sent. */
  lookEdge: 640,
  /** Long edge of the still of a video. */
  posterEdge: 1280,
  /** Decoding one frame takes less than a second; a decoder that hangs must not hold up what waits behind it. */
  posterTimeoutMs: 10_000,
  /** ThumbHash takes at most 100 pixels a side. */
  thumbhashEdge: 100,
  /** A video is never in memory as a whole; the message has to be able to describe it. */
  videoBytes: limits.blobBytes,
  /** The table of contents of a video. Ten hours of video and sound need about 16 MiB. */
  movieBoxBytes: 64 * mebibyte,
  /** Samples of all tracks of a video: ten hours at 60 frames a second, with sound, are 4 million. */
  samples: 6_000_000,
  /** Runs of samples that lie together: recorders write one or two a second. Each costs about 100 bytes of memory. */
  chunks: 1_000_000,
  /** Boxes side by side: a photo of 48 megapixels has 200 of its parts. Each costs about 100 bytes of memory. */
  boxes: 65_536,
  /** Fragments of a fragmented video: ten hours in seconds. */
  fragments: 40_000,
  /** What is read of a video at once to look through its frames: a second of most. */
  scanBytes: mebibyte,
  /** A message of a camera among the frames has some hundred bytes, captions some thousand. */
  userDataBytes: mebibyte,
  /** Messages that are overwritten: cameras write one a frame, which are ten hours at 25 frames a second. 24 bytes of memory each. */
  blanks: 1_000_000,
  /** A WebM is rebuilt in memory where there are no files. */
  webmBytes: 96 * mebibyte,
  /** A converted video in a browser without files: half an hour of Standard. What is larger is sent as Original. */
  scratchMemoryBytes: 96 * mebibyte,
  /** Voice notes. */
  voiceMs: 5 * 60_000,
  /** What a recorder adds before it stops. */
  voiceSlackMs: 1000,
  /** Five minutes of the largest recordings (uncompressed stereo) are 55 MiB. */
  voiceBytes: 64 * mebibyte,
  /** Clips of one recording. */
  clips: 64,
  /** A minute at the most, all together. */
  clipsMs: 61_000,
  /** A minute of what recorders write at their best is 40 MiB. They are in memory until they are joined. */
  clipsBytes: 96 * mebibyte,
  /** An inflated colour profile; printers' are the largest at about 3 MiB. */
  profileBytes: 4 * mebibyte,
} as const
