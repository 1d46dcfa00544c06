/** At full length, as `npm run test:fault` and whoever sets SAFELIGHT_TEST_LONG=1 want it: for minutes or hours. */
export const isLong = process.env['SAFELIGHT_TEST_LONG'] === '1'
