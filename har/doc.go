// Package har writes exchanges as HAR 1.2, which browsers, mitmproxy and others open, and
// reads what these wrote. The format is Jan Odvarko's HTTP Archive 1.2, frozen in 2012
// (http://www.softwareishard.com/blog/har-12-spec/). The names of its fields are those of the types here.
//
// Both ways one entry at a time is in memory, and no body longer than a bound.
//
// # What a HAR does not hold
//
//   - A body as it was on the wire: content is unpacked in it (gzip and deflate; what is packed otherwise is kept as it is).
//     Read therefore leaves Content-Encoding out of a response, and Content-Length is that of the content.
//   - Framing, trailers and 1xx responses, the client's address, whose side broke an exchange off and at which byte. Read
//     takes the framing from the header fields.
//   - Whether an exchange was in flight: it has no status, as one that failed.
//   - What is longer than [Options.MaxBody]. Its beginning is there, and a comment says so; Read marks it truncated.
//   - That redaction packed a body again ([runnertape.Body.Rewritten]).
//
// # What is in no standard
//
// Custom fields begin with an underscore, as the format demands. Entries have "_runnertape", see [Extension].
// A response that did not come, or not whole, has status 0 or its own and "_error", as those of Chrome and mitmproxy have.
// The format has no binary request bodies: their postData.text is base64, and "_encoding" says so. Read also takes "encoding",
// as the proposal for HAR 1.3 has it.
package har
