import type { Answered, Asked, Message, Numbered, Reply, RequestMap } from './messages.ts'

export type Handlers<Requests extends RequestMap> = {
  readonly [Name in keyof Requests]: (
    request: Asked<Requests, Name>,
  ) => Promise<Answered<Requests, Name>> | Answered<Requests, Name>
}

/** Answers what the parent asks until it is gone or has had enough; `ended` is called then. */
export function serve<Requests extends RequestMap>(
  handlers: Handlers<Requests>,
  ended: () => Promise<void> | void = () => undefined,
): void {
  process.on('message', ({ number, name, request }: Message) => {
    void answer(handlers, name, request).then(
      (reply) => process.connected && process.send!({ number, ...reply } satisfies Numbered<Reply>),
    )
  })
  // The parent ends its processes itself; an interrupt at the keyboard reaches them, too.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => void end(ended))
}

async function end(ended: () => Promise<void> | void): Promise<void> {
  try {
    await ended()
  } finally {
    process.exit()
  }
}

async function answer(handlers: object, name: string, request: unknown): Promise<Reply> {
  try {
    const handler = (handlers as Readonly<Record<string, (request: unknown) => unknown>>)[name]!
    return { value: await handler(request) }
  } catch (error) {
    return { failure: failureText(error) }
  }
}

function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${error.message}${cause}`
}
