/** What the bundler makes of files that are not code: their address. */
declare module '*.svg' {
  const url: string
  export default url
}
declare module '*.css' {}
