/** The database in the data folder. */
export const fileName = 'relay.sqlite'
