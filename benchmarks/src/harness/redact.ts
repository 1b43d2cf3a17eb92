const hidden = '[hidden]'
const credentials = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi
/** Shorter passwords are words that a text may hold by chance. */
const shortestPassword = 8

/** A text without the address of a server, its password, or the credentials in any other address. */
export function redact(text: string, address: string | undefined): string {
  return secretsOf(address)
    .reduce((result, secret) => result.replaceAll(secret, hidden), text)
    .replace(credentials, `$1${hidden}@`)
}

function secretsOf(address: string | undefined): string[] {
  if (address === undefined || address === '') return []
  const encoded = URL.canParse(address) ? new URL(address).password : ''
  const passwords = [encoded, decoded(encoded)].filter(({ length }) => length >= shortestPassword)
  return [address, ...passwords]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
