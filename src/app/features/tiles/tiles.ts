// What a conversation loads when the first message with media is to be shown.

import '../../styles/tiles.css'

export { FileTile } from './file-tile.tsx'
export { PictureTile } from './picture-tile.tsx'
export { SealedMessage } from './sealed-message.tsx'
