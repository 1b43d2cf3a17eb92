/**
 * The parts of hyparquet and hyparquet-writer that are used, loaded when they are needed: metadata, headers and indexes in
 * Thrift, and rare encodings. Values go their own way (`encode` and `decode`): the libraries make dates and doubles of what
 * must stay exact, a bigint of every 64-bit integer, and trust every length that a damaged file states.
 */
export async function loadWriting() {
  const [{ ByteWriter }, { writePageHeader }, { writeIndexes }, { writeMetadata }, { unconvertMinMax }] =
    await Promise.all([
      import('hyparquet-writer/src/bytewriter.js'),
      import('hyparquet-writer/src/datapage.js'),
      import('hyparquet-writer/src/indexes.js'),
      import('hyparquet-writer/src/metadata.js'),
      import('hyparquet-writer/src/unconvert.js'),
    ])
  return { ByteWriter, writePageHeader, writeIndexes, writeMetadata, unconvertMinMax }
}

export type WritingLibrary = Awaited<ReturnType<typeof loadWriting>>

export async function loadReading() {
  const [{ deserializeTCompactProtocol, readVarInt }, { parquetHeader }, delta, constants] =
    await Promise.all([
      import('hyparquet/src/thrift.js'),
      import('hyparquet/src/column.js'),
      import('hyparquet/src/delta.js'),
      import('hyparquet/src/constants.js'),
    ])
  return { deserializeTCompactProtocol, readVarInt, parquetHeader, delta, constants }
}

export type ReadingLibrary = Awaited<ReturnType<typeof loadReading>>
