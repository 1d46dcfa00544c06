// The built app under its content security policy converts a video: the encoder of sound starts a worker of its own.

import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { expect, it } from 'vitest'
import { mediaFiles, videoWithPlainSound } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startEcho } from '../support/program.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('sends a video with uncompressed sound as H.264 and AAC', async () => {
  await using relay = await startRelayProcess()
  const file = await videoWithPlainSound()
  await using files = await mediaFiles({ 'clip.mov': file })
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  const app = await ana.app()
  await app.startAs(names.ana)
  const link = await app.createInvite()
  await using _bo = await startEcho({ relayUrl: relay.url, link, name: names.bo })
  await app.acceptRequest(names.bo)
  await app.openConversation(names.bo)
  const video = await app.sendFiles([files.path('clip.mov')])
  await app.waitForState(video, 'Seen')
  const sent = await app.saveMedia(video, 'video')
  expect(sent.length).toBeLessThan(file.length)
  const input = new Input({ source: new BufferSource(sent), formats: ALL_FORMATS })
  const codecs = await Promise.all((await input.getTracks()).map((track) => track.getCodec()))
  expect(codecs).toEqual(['avc', 'aac'])
  expect(await input.computeDuration()).toBeGreaterThan(2.9)
})
